//! One simulated world: real replicas and real relays, one clock, one network, one seed.
//!
//! The world obeys outputs as a driver must: in order, a store durable before anything after
//! it leaves, several stores in one commit. Between any two outputs it may crash the machine.
//! It knows nothing of what people want: plans stand in [`crate::plan`], judgement in
//! [`crate::check`]. It must never look into a machine to decide what happens next.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use client_core::replica::{
    self, Command, CommandError, DialId, Profile, Replica, Reply, SpaceView, Ticket,
};
use protocol::crypto::{Hasher, SigningSecret};
use protocol::env::{Instant, LinkId, Timestamp};
use protocol::id::{OperatorId, SpaceId};
use protocol::register::RelayTerms;
use protocol::relay::{self, Founding, Policy, Relay};
use rand_chacha::ChaCha20Rng;

use crate::chance::{Chance, stream};
use crate::disk::{Disk, Seen};
use crate::net::{Arrival, End, Ends, Net, VISITOR, Weather};

mod faults; // crashes, restarts, backups, clones, full disks
mod relays; // relays fed and obeyed
mod replicas; // replicas fed and obeyed
mod watch; // what is looked for in everything that leaves a machine

pub use faults::{Doomed, Trouble};
pub use watch::{CANARY, Watch, holds_canary};

/// The wall clock when a world begins, in milliseconds since 1970.
pub const WALL_START_MS: u64 = 1_790_000_000_000;

/// Outputs that one input may lead to, at most: more is a machine that does not stop talking.
const OUTPUTS_MAX: usize = 50_000;
/// Timeouts that a machine may ask for at one moment: more is a machine that spins.
const TIMEOUTS_AT_ONCE_MAX: u32 = 200;

/// A running process of a machine.
pub(crate) struct Process<M, O> {
    pub(crate) machine: M,
    pub(crate) started: u64,
    pub(crate) seen: Seen,
    pub(crate) held: VecDeque<O>,
    pub(crate) release_at: Option<u64>,
    last_timeout: (u64, u32),
}

/// One replica's machine.
pub struct ReplicaHost {
    /// What it was created with.
    pub profile: Profile,
    /// What survives it.
    pub disk: Disk,
    /// Whether it can reach anybody.
    pub online: bool,
    /// How far its wall clock is off.
    pub skew_ms: i64,
    pub(crate) process: Option<Process<Replica, replica::Output>>,
    pub(crate) rng: ChaCha20Rng,
    pub(crate) backup: Option<crate::disk::Image>,
    /// When it starts again by itself.
    pub(crate) restart_at: Option<u64>,
}

/// One relay's machine.
pub struct RelayHost {
    /// What survives it.
    pub disk: Disk,
    /// Its log key.
    pub secret: SigningSecret,
    /// Its operator's key.
    pub operator: SigningSecret,
    pub(crate) process: Option<Process<Relay, relay::Output>>,
    pub(crate) rng: ChaCha20Rng,
    pub(crate) restart_at: Option<u64>,
    /// Streams whose frame is leaving: when it has left, and what to report.
    pub(crate) streaming: VecDeque<(u64, relay::Input<'static>)>,
}

/// An answer to a command, as a person got it.
pub type Answer = Result<Reply, CommandError>;

/// A whole world.
pub struct World {
    /// Milliseconds since it began.
    pub now: u64,
    /// How far the wall clock of everybody has jumped ahead.
    pub wall_jump_ms: u64,
    /// The replicas.
    pub replicas: Vec<ReplicaHost>,
    /// The relays.
    pub relays: Vec<RelayHost>,
    /// How the network behaves.
    pub weather: Weather,
    /// How machines fail.
    pub trouble: Trouble,
    /// A machine that crashes after so many more outputs: the way to try every place.
    pub doomed: Option<(Doomed, u64)>,
    /// Answers that came, by ticket, until somebody takes them.
    pub answers: BTreeMap<u64, Answer>,
    /// Events of replicas, in order.
    pub events: Vec<(usize, replica::Event)>,
    /// Nothing is traced and no frame is searched: time is being measured.
    pub measuring: bool,
    /// What was seen on the way.
    pub watch: Watch,
    visits: BTreeMap<LinkId, VecDeque<Arrival>>,
    pub(crate) net: Net,
    pub(crate) chance: Chance,
    seed: u64,
    tickets: u64,
    trace: Hasher,
}

impl World {
    /// Makes a world of relays and no replica yet.
    #[must_use]
    pub fn new(seed: u64, relays: usize) -> Self {
        let mut world = Self {
            now: 0,
            wall_jump_ms: 0,
            replicas: Vec::new(),
            relays: Vec::new(),
            weather: Weather::FAIR,
            trouble: Trouble::NONE,
            doomed: None,
            answers: BTreeMap::new(),
            events: Vec::new(),
            measuring: false,
            watch: Watch::default(),
            visits: BTreeMap::new(),
            net: Net::default(),
            chance: Chance::new(seed, "world", 0),
            seed,
            tickets: 0,
            trace: Hasher::new(),
        };
        for number in 0..relays {
            world.add_relay(number as u64);
        }
        world
    }

    fn add_relay(&mut self, number: u64) {
        let secret = SigningSecret::generate(&mut stream(self.seed, "relay key", number));
        let operator = SigningSecret::generate(&mut stream(self.seed, "operator key", number));
        self.relays.push(RelayHost {
            disk: Disk::new(self.seed ^ number),
            secret,
            operator,
            process: None,
            rng: stream(self.seed, "relay", number),
            restart_at: None,
            streaming: VecDeque::new(),
        });
        self.start_relay(self.relays.len() - 1);
    }

    /// Makes a new replica on an empty machine and returns its number.
    pub fn add_replica(&mut self, profile: Profile) -> usize {
        let number = self.replicas.len();
        self.replicas.push(ReplicaHost {
            profile,
            disk: Disk::new(self.seed.rotate_left(17) ^ number as u64),
            online: true,
            skew_ms: 0,
            process: None,
            rng: stream(self.seed, "replica", number as u64),
            backup: None,
            restart_at: None,
        });
        self.create_replica(number);
        number
    }

    /// Returns where a relay listens.
    #[must_use]
    pub fn url(relay: usize) -> String {
        format!("ws://relay-{relay}.example")
    }

    /// Hands a command to a replica that runs; the answer comes under the ticket.
    pub fn ask(&mut self, replica: usize, command: Command) -> u64 {
        self.tickets += 1;
        let ticket = self.tickets;
        self.feed_replica(replica, replica::Input::Command(Ticket(ticket), command));
        ticket
    }

    /// Asks, and lets the world run until the answer is there; `None` after `limit_ms`, or when
    /// the process died over it.
    pub fn call(&mut self, replica: usize, command: Command, limit_ms: u64) -> Option<Answer> {
        let ticket = self.ask(replica, command);
        let end = self.now + limit_ms;
        loop {
            if let Some(answer) = self.answers.remove(&ticket) {
                return Some(answer);
            }
            let runs = self.replicas.get(replica).is_some_and(|host| host.process.is_some());
            if !runs || !self.step(end) {
                return None;
            }
        }
    }

    /// Lets everything happen that is due within a time.
    pub fn run(&mut self, ms: u64) {
        let end = self.now + ms;
        while self.step(end) {}
        self.now = self.now.max(end);
    }

    /// Lets the next thing happen, if one is due until `end`.
    pub fn step(&mut self, end: u64) -> bool {
        let Some(due) = self.next_due().filter(|due| *due <= end) else {
            return false;
        };
        self.now = self.now.max(due);
        self.restart_due();
        for relay in 0..self.relays.len() {
            self.turn_relay(relay);
        }
        for replica in 0..self.replicas.len() {
            self.turn_replica(replica);
        }
        if let Some((ends, end, arrival)) = self.net.arrive(self.now) {
            self.deliver(&ends, end, arrival);
        }
        true
    }

    /// Returns when something happens next.
    fn next_due(&self) -> Option<u64> {
        let replicas = self.replicas.iter().flat_map(|host| {
            let process = host.process.as_ref();
            let timeout =
                process.and_then(|p| p.machine.next_timeout().map(|at| p.started + millis(at)));
            [host.restart_at, process.and_then(|p| p.release_at), timeout]
        });
        let relays = self.relays.iter().flat_map(|host| {
            let process = host.process.as_ref();
            let timeout =
                process.and_then(|p| p.machine.next_timeout().map(|at| p.started + millis(at)));
            let streamed = host.streaming.front().map(|(at, _)| *at);
            [host.restart_at, process.and_then(|p| p.release_at), timeout, streamed]
        });
        let hosts = replicas.flatten().chain(relays.flatten());
        hosts.chain(self.net.next_due()).min().map(|due| due.max(self.now))
    }

    fn deliver(&mut self, ends: &Ends, end: End, arrival: Arrival) {
        match end {
            End::Relay => self.arrive_at_relay(ends.relay, ends.link, arrival),
            End::Replica if ends.replica == VISITOR => {
                self.visits.entry(ends.link).or_default().push_back(arrival);
            }
            End::Replica => self.arrive_at_replica(ends.replica, (ends.link, ends.dial), arrival),
        }
    }

    /// Opens a link to a relay by hand, as an operator or a hostile hand would.
    pub fn visit(&mut self, relay: usize) -> LinkId {
        self.net.open((VISITOR, DialId(0)), relay, (self.now, 1))
    }

    /// Sends a frame on a link opened by hand.
    pub fn say(&mut self, link: LinkId, frame: Vec<u8>) {
        let world = (self.now, &self.weather, &mut self.chance);
        self.net.send(link, End::Replica, frame, world);
    }

    /// Takes what arrived on a link opened by hand, within a second.
    pub fn hear(&mut self, link: LinkId) -> Option<Arrival> {
        let end = self.now + 1_000;
        loop {
            if let Some(arrival) = self.visits.get_mut(&link).and_then(VecDeque::pop_front) {
                return Some(arrival);
            }
            if !self.step(end) {
                return None;
            }
        }
    }

    /// Closes a link opened by hand.
    pub fn hang_up(&mut self, link: LinkId) {
        self.net.close(link, End::Replica, self.now);
        self.visits.remove(&link);
    }

    /// Returns the terms a relay offers, with where it listens.
    #[must_use]
    pub fn terms(&self, relay: usize) -> RelayTerms {
        RelayTerms { url: Self::url(relay), ..self.policy(relay).terms }
    }

    /// Returns how a relay's operator has set it up.
    #[must_use]
    pub fn policy(&self, relay: usize) -> Policy {
        let host = &self.relays[relay];
        let terms = RelayTerms {
            relay: protocol::id::RelayId::new(host.secret.public()),
            operator: OperatorId::new(host.operator.public()),
            url: String::new(),
            binding_required: false,
            health_hosting: false,
        };
        Policy::usual(Founding::Open, terms)
    }

    /// Returns the number of links that are open at one end at least.
    #[must_use]
    pub fn links(&self) -> usize {
        self.net.len()
    }

    /// Spells the alarms of replicas, in order, for whoever reads of a failure.
    #[must_use]
    pub fn alarms(&self) -> String {
        let spell = |(by, event): &(usize, replica::Event)| match event {
            replica::Event::Alarm(_, alarm) => Some(format!("machine {by}: {alarm:?}\n")),
            replica::Event::Link(..)
            | replica::Event::Edited(..)
            | replica::Event::Governance(_) => None,
        };
        self.events.iter().filter_map(spell).collect()
    }

    /// Spells the links that are left, for whoever reads of a failure.
    #[must_use]
    pub fn show_links(&self) -> String {
        format!("{:?}", self.net)
    }

    /// Adds to the trace of everything that machines have put out.
    pub(crate) fn note(&mut self, who: (&str, usize), what: &[u8]) {
        if self.measuring {
            return;
        }
        self.trace.update(&self.now.to_be_bytes());
        self.trace.update(who.0.as_bytes());
        self.trace.update(&(who.1 as u64).to_be_bytes());
        self.trace.update(&(what.len() as u64).to_be_bytes());
        self.trace.update(what);
    }

    /// Returns the digest of everything that machines have put out so far.
    #[must_use]
    pub fn trace_hash(&self) -> String {
        protocol::id::hex(&self.trace.clone().finish())
    }

    /// Returns the relays' wall clock.
    #[must_use]
    pub fn wall_now(&self) -> Timestamp {
        self.wall(0)
    }

    /// Returns a wall clock that is off by so much.
    pub(crate) fn wall(&self, skew_ms: i64) -> Timestamp {
        let wall = WALL_START_MS + self.wall_jump_ms + self.now;
        Timestamp::from_ms(wall.saturating_add_signed(skew_ms))
    }
}

impl ReplicaHost {
    /// Returns how the replica stands in a space, if it runs and knows it.
    #[must_use]
    pub fn overview(&self, space: &SpaceId) -> Option<SpaceView> {
        let process = self.process.as_ref()?;
        process.machine.overview().spaces.into_iter().find(|view| view.space == *space)
    }

    /// Tells whether a backup of its disk lies somewhere.
    #[must_use]
    pub fn has_backup(&self) -> bool {
        self.backup.is_some()
    }

    /// Tells whether its process runs.
    #[must_use]
    pub fn runs(&self) -> bool {
        self.process.is_some()
    }
}

impl<M, O> Process<M, O> {
    pub(crate) fn new(machine: M, started: u64, seen: Seen) -> Self {
        Self {
            machine,
            started,
            seen,
            held: VecDeque::new(),
            release_at: None,
            last_timeout: (0, 0),
        }
    }

    /// Returns the process's own monotonic clock.
    pub(crate) fn clock(&self, now: u64) -> Instant {
        Instant::new(Duration::from_millis(now - self.started))
    }

    /// Counts a timeout; false when there were too many at this moment.
    pub(crate) fn may_time_out(&mut self, now: u64) -> bool {
        let (at, count) = self.last_timeout;
        self.last_timeout = if at == now { (at, count + 1) } else { (now, 1) };
        self.last_timeout.1 <= TIMEOUTS_AT_ONCE_MAX
    }
}

/// Rounds up: a timer that rings early would ring again at once.
pub(crate) fn millis(at: Instant) -> u64 {
    u64::try_from(at.elapsed().as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX)
}
