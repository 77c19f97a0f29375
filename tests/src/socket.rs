//! A replica machine on a real socket: a thread that reads and writes a WebSocket, blocking.
//!
//! It is the smallest shell that keeps the journal law: outputs in order, a store applied before
//! anything after it leaves. Records live in memory; what is real here is the network.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use client_core::replica::{
    Command, CommandError, DialId, Input, Output, Profile, Replica, Reply, Ticket,
};
use protocol::env::{self, ChannelBinding, Env, LinkId, Timestamp};
use rand_chacha::ChaCha20Rng;
use tungstenite::stream::MaybeTlsStream;
use tungstenite::{Message, WebSocket};

use crate::chance::stream;
use crate::disk::{Seen, show};

/// How long one read waits before timers are looked at.
const READ_WAIT: Duration = Duration::from_millis(5);

/// One replica with a socket of its own.
pub struct Wired {
    replica: Replica,
    records: Seen,
    rng: ChaCha20Rng,
    started: Instant,
    socket: Option<(LinkId, WebSocket<MaybeTlsStream<TcpStream>>)>,
    links: u64,
    tickets: u64,
    answer: Option<(Ticket, Result<Reply, CommandError>)>,
    dials: Vec<(DialId, String)>,
}

impl Wired {
    /// Makes a new replica.
    #[must_use]
    pub fn new(name: &str, number: u64) -> Self {
        let profile = Profile {
            name: name.to_owned(),
            college: None,
            siret: None,
            finess: None,
            label: format!("{name} poste"),
        };
        let mut rng = stream(7, "wired", number);
        let records = Seen::new();
        let mut env =
            Env { now: env::Instant::default(), wall: wall(), rng: &mut rng, records: &records };
        let replica = Replica::create(&mut env, profile);
        let mut wired = Self {
            replica,
            records,
            rng,
            started: Instant::now(),
            socket: None,
            links: 0,
            tickets: 0,
            answer: None,
            dials: Vec::new(),
        };
        wired.obey();
        wired
    }

    /// Asks, and works until the answer is there.
    ///
    /// # Errors
    /// What the replica refuses; `Unreachable` after a minute without an answer.
    pub fn call(&mut self, command: Command) -> Result<Reply, CommandError> {
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        self.feed(Input::Command(ticket, command));
        let end = Instant::now() + Duration::from_secs(60);
        while Instant::now() < end {
            if let Some((_, answer)) = self.answer.take_if(|(of, _)| *of == ticket) {
                return answer;
            }
            self.work();
        }
        Err(CommandError::Unreachable)
    }

    /// Does whatever is due: dials, reads one frame, timers.
    pub fn work(&mut self) {
        for (dial, url) in std::mem::take(&mut self.dials) {
            self.dial(dial, &url);
        }
        self.read();
        let due = self.replica.next_timeout();
        if due.is_some_and(|due| due <= self.now()) {
            self.feed(Input::Timeout);
        }
    }

    /// Drops the socket, as a cable that is pulled.
    pub fn cut(&mut self) {
        if let Some((link, _)) = self.socket.take() {
            self.feed(Input::Closed(link));
        }
    }

    fn dial(&mut self, dial: DialId, url: &str) {
        let connected = tungstenite::connect(url).ok().filter(|(socket, _)| {
            let MaybeTlsStream::Plain(stream) = socket.get_ref() else {
                return false;
            };
            stream.set_read_timeout(Some(READ_WAIT)).is_ok()
        });
        match connected {
            Some((socket, _)) => {
                self.links += 1;
                let link = LinkId(self.links);
                self.socket = Some((link, socket));
                let binding = ChannelBinding::None;
                self.feed(Input::Connected { dial, link, binding });
            }
            None => self.feed(Input::DialFailed { dial }),
        }
    }

    fn read(&mut self) {
        let Some((link, socket)) = &mut self.socket else {
            std::thread::sleep(READ_WAIT);
            return;
        };
        let link = *link;
        match socket.read() {
            Ok(Message::Binary(frame)) => self.feed(Input::Received(link, &frame)),
            Ok(Message::Close(_)) => self.cut(),
            Ok(_) => {}
            Err(tungstenite::Error::Io(error)) if is_wait(&error) => {}
            Err(_) => self.cut(),
        }
    }

    fn feed(&mut self, input: Input<'_>) {
        let now = self.now();
        let mut env = Env { now, wall: wall(), rng: &mut self.rng, records: &self.records };
        self.replica.handle(&mut env, input);
        self.obey();
    }

    fn obey(&mut self) {
        while let Some(output) = self.replica.poll() {
            match output {
                Output::Store(writes) => show(&mut self.records, &writes),
                Output::Keep(_) | Output::Event(_) => {}
                Output::Dial { dial, url } => self.dials.push((dial, url)),
                Output::Send(link, frame) => {
                    if let Some((of, socket)) = &mut self.socket
                        && *of == link
                    {
                        // A link that broke is noticed by the next read.
                        drop(socket.send(Message::Binary(frame.into())));
                    }
                }
                Output::Close(link) => {
                    if let Some((_, mut socket)) = self.socket.take_if(|(of, _)| *of == link) {
                        drop(socket.close(None));
                        drop(socket.flush());
                    }
                }
                Output::Reply(ticket, answer) => self.answer = Some((ticket, answer)),
            }
        }
    }

    fn now(&self) -> env::Instant {
        env::Instant::new(self.started.elapsed())
    }
}

fn is_wait(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut)
}

fn wall() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let ms = since.map_or(0, |since| since.as_millis());
    Timestamp::from_ms(u64::try_from(ms).unwrap_or(u64::MAX))
}
