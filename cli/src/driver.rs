//! The loop that owns a replica: inputs in, outputs obeyed in order.
//!
//! The journal law: a `Store` or a `Keep` is durable before anything after it leaves. The loop
//! takes what has arrived meanwhile in one go and makes it durable together; what leaves (frames,
//! dials, answers) leaves after. When a disk fails the loop stops: the machine in memory would be
//! ahead of its records, and only starting again from these is safe.

mod access;

use crate::carrier::{self, Arrival, Outlet, tls::Roots};
use crate::failures;
use crate::keystore::Keystore;
use crate::sealed_store::{GROUP_BYTES_MAX, Overlay, RecordError, SealedStore, Sight};
use crate::world::World;
use access::{Request, Shared};
use client_core::replica::{
    CommandError, DialId, Event, Input, Output, Replica, Reply, SecretWrite, Ticket,
};
use console::Failure;
use protocol::env::{LinkId, Write};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use store::StoreError;
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio::time;

pub(crate) use access::{Access, Running};

/// Inputs taken in one go before their records are made durable.
const GROUP_INPUTS_MAX: usize = 256;
/// Frames from all links that may wait for the machine.
const ARRIVALS_MAX: usize = 16;
/// Commands that may wait for the machine.
const REQUESTS_MAX: usize = 64;
/// Events that a slow watcher may lag behind before it misses some.
const EVENTS_MAX: usize = 1024;
/// Longest sleep: timers of the system do not count the sleep of a laptop, our clock does.
const NAP_MAX: Duration = Duration::from_secs(5);
/// Time given to links to say goodbye when the program ends.
const FAREWELL: Duration = Duration::from_millis(500);

/// What a running replica stands on.
pub(crate) struct Ground {
    /// The machine, as loaded.
    pub(crate) replica: Replica,
    /// Its records.
    pub(crate) store: SealedStore,
    /// Its secrets.
    pub(crate) keystore: Keystore,
    /// Its clocks and entropy.
    pub(crate) world: World,
    /// Whom it believes about the names of relays.
    pub(crate) roots: Roots,
    /// Where to dial instead of the address the register gives.
    pub(crate) via: Option<String>,
}

type Answer = Result<Reply, CommandError>;

/// The loop and what it owns.
struct Driver {
    ground: Ground,
    overlay: Overlay,
    outputs: VecDeque<Output>,
    outlets: BTreeMap<LinkId, Outlet>,
    dials: BTreeMap<LinkId, DialId>,
    links_made: u64,
    tickets_made: u64,
    waiting: BTreeMap<Ticket, oneshot::Sender<Answer>>,
    arrivals: (mpsc::Sender<Arrival>, mpsc::Receiver<Arrival>),
    requests: mpsc::Receiver<Request>,
    events: broadcast::Sender<Event>,
}

/// Starts the loop on the current runtime, which must have several threads.
pub(crate) fn start(ground: Ground) -> Running {
    let (sender, requests) = mpsc::channel(REQUESTS_MAX);
    let (events, _) = broadcast::channel(EVENTS_MAX);
    let shared = Arc::new(Shared::default());
    let mut driver = Driver {
        ground,
        overlay: Overlay::new(),
        outputs: VecDeque::new(),
        outlets: BTreeMap::new(),
        dials: BTreeMap::new(),
        links_made: 0,
        tickets_made: 0,
        waiting: BTreeMap::new(),
        arrivals: mpsc::channel(ARRIVALS_MAX),
        requests,
        events: events.clone(),
    };
    let noted = Arc::clone(&shared);
    let task = tokio::spawn(async move {
        match driver.run().await {
            Ok(()) => driver.end().await,
            Err(failure) => {
                // Noted before those who wait find their answers dropped.
                noted.note(failure.clone());
                Err(failure)
            }
        }
    });
    Running::new(Access::new(sender, events, shared), task)
}

/// What the loop woke up for.
enum Wake {
    Request(Request),
    Arrival(Arrival),
    Time,
    Stop,
}

impl Driver {
    async fn run(&mut self) -> Result<(), Failure> {
        // A machine just loaded or made may already have something to say.
        tokio::task::block_in_place(|| self.settle())?;
        loop {
            let first = self.wake().await;
            let goes_on = tokio::task::block_in_place(|| {
                let goes_on = self.take_group(first)?;
                self.settle()?;
                Ok::<_, Failure>(goes_on)
            })?;
            if !goes_on {
                return Ok(());
            }
        }
    }

    async fn wake(&mut self) -> Wake {
        let nap = self.nap();
        tokio::select! {
            request = self.requests.recv() => request.map_or(Wake::Stop, Wake::Request),
            arrival = self.arrivals.1.recv() => {
                Wake::Arrival(arrival.expect("the loop holds a sender itself"))
            }
            () = time::sleep(nap) => Wake::Time,
        }
    }

    /// Returns how long the machine may be left alone.
    fn nap(&self) -> Duration {
        let now = self.ground.world.now();
        let due = self.ground.replica.next_timeout().map(|due| due.since(now));
        due.map_or(NAP_MAX, |nap| nap.min(NAP_MAX))
    }

    /// Takes one wake and whatever else is already there. `false` when the loop is to end.
    fn take_group(&mut self, first: Wake) -> Result<bool, Failure> {
        if !self.take(first)? {
            return Ok(false);
        }
        for _ in 1..GROUP_INPUTS_MAX {
            let next = match (self.requests.try_recv(), self.overlay_is_full()) {
                (_, true) => break,
                (Ok(request), false) => Wake::Request(request),
                (Err(_), false) => match self.arrivals.1.try_recv() {
                    Ok(arrival) => Wake::Arrival(arrival),
                    Err(_) => break,
                },
            };
            if !self.take(next)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn take(&mut self, wake: Wake) -> Result<bool, Failure> {
        match wake {
            Wake::Request(Request::Command(command, answer)) => {
                self.tickets_made += 1;
                let ticket = Ticket(self.tickets_made);
                self.waiting.insert(ticket, answer);
                self.handle(Input::Command(ticket, command))?;
            }
            Wake::Request(Request::Overview(answer)) => {
                // Who asked may have gone away meanwhile.
                let _unheard = answer.send(self.ground.replica.overview());
            }
            Wake::Request(Request::Stop) | Wake::Stop => return Ok(false),
            Wake::Arrival(arrival) => self.arrive(arrival)?,
            Wake::Time => self.pass_time()?,
        }
        Ok(true)
    }

    fn pass_time(&mut self) -> Result<(), Failure> {
        let now = self.ground.world.now();
        match self.ground.replica.next_timeout() {
            Some(due) if due <= now => self.handle(Input::Timeout),
            Some(_) | None => Ok(()),
        }
    }

    fn arrive(&mut self, arrival: Arrival) -> Result<(), Failure> {
        match arrival {
            Arrival::Connected(link, binding) => match self.dials.remove(&link) {
                Some(dial) => self.handle(Input::Connected { dial, link, binding }),
                None => Ok(()),
            },
            Arrival::Failed(link) => {
                self.outlets.remove(&link);
                match self.dials.remove(&link) {
                    Some(dial) => self.handle(Input::DialFailed { dial }),
                    None => Ok(()),
                }
            }
            // A frame may still come from a link that the machine has closed.
            Arrival::Frame(link, frame) if self.outlets.contains_key(&link) => {
                self.handle(Input::Received(link, &frame))
            }
            Arrival::Frame(..) => Ok(()),
            Arrival::Closed(link) => match self.outlets.remove(&link) {
                Some(_) => self.handle(Input::Closed(link)),
                None => Ok(()),
            },
        }
    }

    /// Runs one step of the machine and lays its writes where the next step will see them.
    fn handle(&mut self, input: Input<'_>) -> Result<(), Failure> {
        let sight = Sight::new(&self.ground.store, &self.overlay);
        let mut env = self.ground.world.env(&sight);
        self.ground.replica.handle(&mut env, input);
        if let Err(error) = sight.outcome() {
            if error.damaged_key().is_some() {
                // The next start looks at all records, and repairs; if this is not durable it
                // meets the same record again.
                let _unnoted = self.ground.store.suspect(true);
            }
            return Err(failures::of_records(&error));
        }
        self.collect();
        Ok(())
    }

    fn collect(&mut self) {
        while let Some(output) = self.ground.replica.poll() {
            if let Output::Store(writes) = &output {
                for write in writes {
                    let (key, value) = match write {
                        Write::Put { key, value } => (key.clone(), Some(value.clone())),
                        Write::Delete { key } => (key.clone(), None),
                    };
                    self.overlay.insert(key, value);
                }
            }
            self.outputs.push_back(output);
        }
    }

    fn overlay_is_full(&self) -> bool {
        let size_bytes = |output: &Output| match output {
            Output::Store(writes) => writes_bytes(writes),
            Output::Keep(_)
            | Output::Purge
            | Output::Dial { .. }
            | Output::Send(..)
            | Output::Close(_)
            | Output::Reply(..)
            | Output::Event(_) => 0,
        };
        self.outputs.iter().map(size_bytes).sum::<usize>() >= GROUP_BYTES_MAX
    }

    /// Obeys everything: first what must be durable, in order, then what leaves, in order.
    fn settle(&mut self) -> Result<(), Failure> {
        self.collect();
        let mut leaving = Vec::new();
        let mut purged = None;
        let mut writes = Vec::new();
        let mut secrets = Vec::new();
        for output in std::mem::take(&mut self.outputs) {
            match output {
                Output::Store(more) => {
                    self.keep(&mut secrets)?;
                    if writes_bytes(&writes) + writes_bytes(&more) > GROUP_BYTES_MAX {
                        self.store(&mut writes)?;
                    }
                    writes.extend(more);
                }
                Output::Keep(more) => {
                    self.store(&mut writes)?;
                    secrets.extend(more);
                }
                Output::Purge => {
                    self.keep(&mut secrets)?;
                    self.store(&mut writes)?;
                    purged = Some(self.purge()?);
                }
                Output::Dial { .. }
                | Output::Send(..)
                | Output::Close(_)
                | Output::Reply(..)
                | Output::Event(_) => leaving.push(output),
            }
        }
        self.keep(&mut secrets)?;
        self.store(&mut writes)?;
        self.overlay.clear();
        leaving.into_iter().for_each(|output| self.let_leave(output));
        if let Some(gone) = purged {
            self.handle(Input::Purged { gone })?;
            return self.settle();
        }
        Ok(())
    }

    /// Makes deleted records leave the disk: all that is left is sealed anew under another key, in
    /// fresh files, and the key before is destroyed. Returns whether it was done; on a full disk it
    /// waits for the next start.
    fn purge(&mut self) -> Result<bool, Failure> {
        let Ground { store, keystore, world, .. } = &mut self.ground;
        let key = keystore.begin_store_key(world.rng());
        let key = key.map_err(|error| failures::of_keystore(&error))?;
        let changed = match store.reseal(key, world.rng()) {
            Ok(()) => true,
            Err(RecordError::Store(StoreError::Full)) => {
                tracing::warn!("no room to rewrite the records: tried again at the next start");
                false
            }
            Err(error) => return Err(failures::of_records(&error)),
        };
        let ended = keystore.end_store_key(changed, world.rng());
        ended.map(|()| changed).map_err(|error| failures::of_keystore(&error))
    }

    fn store(&mut self, writes: &mut Vec<Write>) -> Result<(), Failure> {
        if writes.is_empty() {
            return Ok(());
        }
        let Ground { store, world, .. } = &mut self.ground;
        let done: Result<(), RecordError> = store.apply(writes, world.rng());
        writes.clear();
        done.map_err(|error| failures::of_records(&error))
    }

    fn keep(&mut self, secrets: &mut Vec<SecretWrite>) -> Result<(), Failure> {
        if secrets.is_empty() {
            return Ok(());
        }
        let Ground { keystore, world, .. } = &mut self.ground;
        let done = keystore.keep(std::mem::take(secrets), world.rng());
        done.map_err(|error| failures::of_keystore(&error))
    }

    fn let_leave(&mut self, output: Output) {
        match output {
            Output::Dial { dial, url } => {
                self.links_made += 1;
                let link = LinkId(self.links_made);
                let roots = self.ground.roots.clone();
                let url = self.ground.via.clone().unwrap_or(url);
                let outlet = carrier::dial(link, url, roots, self.arrivals.0.clone());
                self.outlets.insert(link, outlet);
                self.dials.insert(link, dial);
            }
            Output::Send(link, frame) => {
                let sent = self.outlets.get(&link).is_none_or(|outlet| outlet.send(frame));
                if !sent {
                    tracing::warn!(link = link.0, "link given up: it does not take what is sent");
                    self.drop_link(link);
                }
            }
            Output::Close(link) => {
                self.outlets.remove(&link);
                self.dials.remove(&link);
            }
            Output::Reply(ticket, answer) => {
                if let Some(waiting) = self.waiting.remove(&ticket) {
                    // Who asked may have gone away meanwhile.
                    let _unheard = waiting.send(answer);
                }
            }
            Output::Event(event) => {
                tracing::debug!(?event, "event");
                // Nobody may be watching.
                let _unheard = self.events.send(event);
            }
            Output::Store(_) | Output::Keep(_) | Output::Purge => {
                unreachable!("what must be durable does not leave")
            }
        }
    }

    /// Ends a link that is too slow; the machine hears of it as of any other end.
    fn drop_link(&mut self, link: LinkId) {
        let arrivals = self.arrivals.0.clone();
        tokio::spawn(async move {
            // Nobody listens any more when the program is ending.
            let _unheard = arrivals.send(Arrival::Closed(link)).await;
        });
    }

    /// Lets the links say goodbye and closes the store.
    async fn end(mut self) -> Result<(), Failure> {
        self.outlets.clear();
        let Self { ground, mut arrivals, .. } = self;
        drop(arrivals.0);
        let farewell = async { while arrivals.1.recv().await.is_some() {} };
        // A link that does not end in time is cut.
        let _cut = time::timeout(FAREWELL, farewell).await;
        let closed = tokio::task::block_in_place(|| ground.store.close());
        closed.map_err(|error| failures::of_records(&error))
    }
}

fn writes_bytes(writes: &[Write]) -> usize {
    let size = |write: &Write| match write {
        Write::Put { key, value } => key.len() + value.len() + 64,
        Write::Delete { key } => key.len() + 64,
    };
    writes.iter().map(size).sum()
}

#[cfg(test)]
mod tests;
