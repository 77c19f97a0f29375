//! Replicas that share a thread, each with links of its own over real sockets.
//!
//! Their records are in memory and durable at once: what is measured is the way through the
//! relay. The clock lent to them is the machine's, run ahead by [`Desk::pass`].

use client_core::replica::{
    Command, CommandError, DialId, Event, Input, Output, Profile, Replica, Reply, Ticket,
};
use futures_util::{SinkExt as _, StreamExt as _};
use protocol::env::{self, ChannelBinding, Env, LinkId, Timestamp, Write};
use protocol::wire::{ToRelay, ToReplica};
use rand_chacha::ChaCha20Rng;
use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::{Bytes, Message};
use tokio_tungstenite::{MaybeTlsStream, connect_async};

use crate::chance::stream;

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// One replica and what it has stored.
struct Seat {
    replica: Replica,
    records: BTreeMap<Vec<u8>, Vec<u8>>,
    rng: ChaCha20Rng,
    /// Journal entries that came over its links.
    entries: u64,
}

/// What a link tells.
enum Arrival {
    Connected(usize, DialId, LinkId, mpsc::UnboundedSender<Vec<u8>>),
    Failed(usize, DialId),
    Frame(usize, LinkId, Vec<u8>),
    Closed(usize, LinkId),
}

/// The replicas and their links.
pub(super) struct Desk {
    seats: Vec<Seat>,
    links: BTreeMap<LinkId, mpsc::UnboundedSender<Vec<u8>>>,
    arrivals: (mpsc::UnboundedSender<Arrival>, mpsc::UnboundedReceiver<Arrival>),
    answers: BTreeMap<u64, Result<Reply, CommandError>>,
    tickets: u64,
    links_made: u64,
    began: Instant,
    ahead: Duration,
    /// Envelopes the first replica has sent.
    pushed: u64,
    recorded: Option<Vec<Vec<u8>>>,
    alarms: Vec<String>,
}

impl Desk {
    pub(super) fn new() -> Self {
        Self {
            seats: Vec::new(),
            links: BTreeMap::new(),
            arrivals: mpsc::unbounded_channel(),
            answers: BTreeMap::new(),
            tickets: 0,
            links_made: 0,
            began: Instant::now(),
            ahead: Duration::ZERO,
            pushed: 0,
            recorded: None,
            alarms: Vec::new(),
        }
    }

    /// Makes one more replica and returns its number.
    pub(super) fn add(&mut self) -> usize {
        let number = self.seats.len();
        let mut rng = stream(7, "bench desk", number as u64);
        let records = BTreeMap::new();
        let (now, wall) = self.clocks();
        let profile = Profile {
            name: format!("Partenaire {number}"),
            college: None,
            siret: None,
            finess: None,
            label: "banc".to_owned(),
        };
        let mut env = Env { now, wall, rng: &mut rng, records: &records };
        let replica = Replica::create(&mut env, profile);
        self.seats.push(Seat { replica, records, rng, entries: 0 });
        self.obey(number);
        number
    }

    fn clocks(&self) -> (env::Instant, Timestamp) {
        let now = env::Instant::new(self.began.elapsed() + self.ahead);
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let wall = u64::try_from(wall.as_millis()).unwrap_or(u64::MAX);
        (now, Timestamp::from_ms(wall))
    }

    /// Runs the clock of all replicas ahead.
    pub(super) fn pass(&mut self, time: Duration) {
        self.ahead += time;
    }

    /// Tells every replica whose time has come.
    pub(super) fn ring(&mut self) {
        let (now, _) = self.clocks();
        for number in 0..self.seats.len() {
            let due = self.seats[number].replica.next_timeout();
            if due.is_some_and(|due| due <= now) {
                self.feed(number, Input::Timeout);
            }
        }
    }

    /// Returns how many envelopes the first replica has sent.
    pub(super) fn pushed(&self) -> u64 {
        self.pushed
    }

    /// Begins to keep the frames in which the first replica sends envelopes, and to count anew.
    pub(super) fn record(&mut self) {
        self.recorded = Some(Vec::new());
        self.pushed = 0;
        self.seats.iter_mut().for_each(|seat| seat.entries = 0);
    }

    /// Returns the frames that were kept.
    pub(super) fn recorded(&mut self) -> Vec<Vec<u8>> {
        self.recorded.take().unwrap_or_default()
    }

    fn feed(&mut self, number: usize, input: Input<'_>) {
        let (now, wall) = self.clocks();
        let seat = &mut self.seats[number];
        let mut env = Env { now, wall, rng: &mut seat.rng, records: &seat.records };
        seat.replica.handle(&mut env, input);
        self.obey(number);
    }

    fn obey(&mut self, number: usize) {
        while let Some(output) = self.seats[number].replica.poll() {
            match output {
                Output::Store(writes) => keep(&mut self.seats[number].records, writes),
                // Nothing here is ever started anew: what is kept need not be.
                Output::Keep(_) | Output::Purge => {}
                Output::Dial { dial, url } => self.dial(number, dial, url),
                Output::Send(link, frame) => self.send(number, link, frame),
                Output::Close(link) => {
                    self.links.remove(&link);
                }
                Output::Reply(ticket, answer) => {
                    self.answers.insert(ticket.0, answer);
                }
                Output::Event(Event::Alarm(_, alarm)) => {
                    self.alarms.push(format!("replica {number}: {alarm:?}"));
                }
                Output::Event(Event::Link(..) | Event::Edited(..) | Event::Governance(_)) => {}
            }
        }
    }

    fn send(&mut self, number: usize, link: LinkId, frame: Vec<u8>) {
        if number == 0 && matches!(ToRelay::parse(&frame), Ok(ToRelay::Push(_))) {
            self.pushed += 1;
            if let Some(recorded) = &mut self.recorded {
                recorded.push(frame.clone());
            }
        }
        if let Some(outgoing) = self.links.get(&link) {
            // A link that is gone is told by its arrival.
            let _gone = outgoing.send(frame);
        }
    }

    fn dial(&mut self, number: usize, dial: DialId, url: String) {
        self.links_made += 1;
        let link = LinkId(self.links_made);
        let arrivals = self.arrivals.0.clone();
        tokio::spawn(async move {
            let Ok((socket, _)) = connect_async(url).await else {
                let _unheard = arrivals.send(Arrival::Failed(number, dial));
                return;
            };
            if let MaybeTlsStream::Plain(tcp) = socket.get_ref() {
                // Slower without it, and nothing else.
                let _slower = tcp.set_nodelay(true);
            }
            let (mut sink, mut stream) = socket.split();
            let (outgoing, mut frames) = mpsc::unbounded_channel::<Vec<u8>>();
            let _unheard = arrivals.send(Arrival::Connected(number, dial, link, outgoing));
            tokio::spawn(async move {
                while let Some(frame) = frames.recv().await {
                    if sink.send(Message::Binary(Bytes::from(frame))).await.is_err() {
                        return;
                    }
                }
                let _gone = sink.close().await;
            });
            while let Some(Ok(message)) = stream.next().await {
                if let Message::Binary(frame) = message {
                    let _unheard = arrivals.send(Arrival::Frame(number, link, frame.into()));
                }
            }
            let _unheard = arrivals.send(Arrival::Closed(number, link));
        });
    }

    fn arrive(&mut self, arrival: Arrival) {
        match arrival {
            Arrival::Connected(number, dial, link, outgoing) => {
                self.links.insert(link, outgoing);
                let binding = ChannelBinding::None;
                self.feed(number, Input::Connected { dial, link, binding });
            }
            Arrival::Failed(number, dial) => self.feed(number, Input::DialFailed { dial }),
            Arrival::Frame(number, link, frame) => {
                self.feed(number, Input::Received(link, &frame));
                if let Ok(ToReplica::Envelopes { entries, .. }) = ToReplica::parse(&frame) {
                    self.seats[number].entries += entries.len() as u64;
                }
            }
            Arrival::Closed(number, link) => {
                self.links.remove(&link);
                self.feed(number, Input::Closed(link));
            }
        }
    }

    /// Asks without waiting.
    pub(super) fn ask(&mut self, number: usize, command: Command) -> u64 {
        self.tickets += 1;
        let ticket = self.tickets;
        self.feed(number, Input::Command(Ticket(ticket), command));
        ticket
    }

    /// Asks and waits for the answer, which must not be a refusal.
    pub(super) async fn call(&mut self, number: usize, command: Command) -> Result<Reply, String> {
        let ticket = self.ask(number, command.clone());
        let until = Instant::now() + PATIENCE;
        loop {
            match self.answers.remove(&ticket) {
                Some(Ok(reply)) => return Ok(reply),
                Some(Err(error)) => return Err(self.failure(number, &command, &error)),
                None => self.go_on(until).await?,
            }
        }
    }

    fn failure(&self, number: usize, command: &Command, error: &CommandError) -> String {
        format!("replica {number}: {command:?}: {error:?}; alarms: {:?}", self.alarms)
    }

    /// Waits until every replica has so many entries of the first one's.
    pub(super) async fn all_have(&mut self, entries: u64) -> Result<(), String> {
        let until = Instant::now() + PATIENCE;
        while self.seats.iter().any(|seat| seat.entries < entries) {
            self.go_on(until).await?;
        }
        Ok(())
    }

    /// Takes what has arrived, without waiting for more.
    pub(super) async fn drain(&mut self) {
        for _ in 0..4 {
            // The tasks that read the sockets run in this thread too.
            tokio::task::yield_now().await;
        }
        while let Ok(arrival) = self.arrivals.1.try_recv() {
            self.arrive(arrival);
        }
    }

    /// Lets everything happen that comes within some time.
    pub(super) async fn settle(&mut self, time: Duration) -> Result<(), String> {
        let end = Instant::now() + time;
        let until = Instant::now() + PATIENCE;
        while Instant::now() < end {
            let left = end.saturating_duration_since(Instant::now());
            if let Ok(done) = tokio::time::timeout(left, self.go_on(until)).await {
                done?;
            }
        }
        Ok(())
    }

    /// Waits until every question has its answer, and forgets the answers.
    pub(super) async fn calm(&mut self) -> Result<(), String> {
        self.call(0, Command::Sync { space: None }).await?;
        self.answers.clear();
        Ok(())
    }

    /// Lets the next thing happen.
    async fn go_on(&mut self, until: Instant) -> Result<(), String> {
        let (now, _) = self.clocks();
        let due = |seat: &Seat| seat.replica.next_timeout().map(|at| at.since(now));
        let dues = self.seats.iter().enumerate();
        let next = dues.filter_map(|(number, seat)| Some((due(seat)?, number))).min();
        let nap = next.map_or(PATIENCE, |(due, _)| due);
        tokio::select! {
            biased;
            arrival = self.arrivals.1.recv() => {
                self.arrive(arrival.ok_or("the desk holds a sender itself")?);
            }
            () = tokio::time::sleep(nap.min(PATIENCE)) => {
                if let Some((_, number)) = next {
                    self.feed(number, Input::Timeout);
                }
            }
        }
        if Instant::now() > until {
            return Err(format!("nothing more happens; alarms: {:?}", self.alarms));
        }
        Ok(())
    }
}

fn keep(records: &mut BTreeMap<Vec<u8>, Vec<u8>>, writes: Vec<Write>) {
    for write in writes {
        match write {
            Write::Put { key, value } => {
                records.insert(key, value);
            }
            Write::Delete { key } => {
                records.remove(&key);
            }
        }
    }
}
