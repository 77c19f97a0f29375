//! A relay and its replicas in one memory, stepped until nothing moves.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use protocol::crypto::SigningSecret;
use protocol::env::{ChannelBinding, Env, Instant, LinkId, Timestamp, Write};
use protocol::id::{DocumentId, OperatorId, RelayId, SpaceId};
use protocol::refusal::Refusal;
use protocol::register::{Clause, RelayTerms};
use protocol::relay::{self, Founding, Policy, Relay};
use protocol::wire::{Subject, ToRelay, ToReplica};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use crate::document::{Author, Document};
use crate::kinds::Catalogue;
use crate::replica::step::{Outputs, Step};
use crate::replica::{
    Alarm, Command, CommandError, Event, Input, LoadError, Output, Profile, Repair, Replica, Reply,
    SecretWrite, Secrets, Ticket,
};

pub(super) type Disk = BTreeMap<Vec<u8>, Vec<u8>>;

/// One replica with its disk and keystore.
pub(in crate::replica) struct House {
    pub(in crate::replica) replica: Replica,
    pub(super) disk: Disk,
    pub(super) secrets: Secrets,
    pub(super) alarms: Vec<Alarm>,
    /// How far its clock on the wall is behind everybody else's.
    pub(super) slow: Duration,
    /// Whether deleted bytes can be made to leave its disk.
    pub(super) can_purge: bool,
    pub(super) purges: usize,
    /// Outputs that are still obeyed before its power is cut.
    pub(super) fuel: usize,
    replies: BTreeMap<Ticket, Result<Reply, CommandError>>,
    next_ticket: u64,
}

pub(in crate::replica) struct Town {
    pub(super) relay: Relay,
    pub(super) relay_disk: Disk,
    pub(in crate::replica) houses: Vec<House>,
    pub(super) relay_up: bool,
    /// Which of the relay's frames reach a house; a hostile one sends what it likes.
    pub(super) passes: fn(&[u8]) -> bool,
    /// What the relay answers instead of hearing what a house says.
    pub(super) refuses: fn(&[u8]) -> Option<ToReplica>,
    /// Handshakes that were begun.
    pub(super) hellos: usize,
    pub(super) links: BTreeMap<LinkId, usize>,
    to_relay: VecDeque<(LinkId, Vec<u8>)>,
    to_house: VecDeque<(LinkId, Vec<u8>)>,
    /// Streams whose frame has left once nothing else moves.
    streamed: VecDeque<relay::Input<'static>>,
    next_link: u64,
    now: Duration,
    rng: ChaCha20Rng,
}

impl Town {
    pub(in crate::replica) fn new(names: &[&str]) -> Self {
        let mut rng = ChaCha20Rng::from_seed([9; 32]);
        let relay_disk = Disk::new();
        let relay = relay_from(&relay_disk, &mut rng);
        let mut town = Self {
            relay,
            relay_disk,
            houses: Vec::new(),
            relay_up: true,
            passes: |_| true,
            refuses: |_| None,
            hellos: 0,
            links: BTreeMap::new(),
            to_relay: VecDeque::new(),
            to_house: VecDeque::new(),
            streamed: VecDeque::new(),
            next_link: 0,
            now: Duration::ZERO,
            rng,
        };
        for name in names {
            town.build(name);
        }
        town
    }

    pub(super) fn build(&mut self, name: &str) -> usize {
        let profile = Profile {
            name: name.to_owned(),
            college: None,
            siret: None,
            finess: None,
            label: format!("poste de {name}"),
        };
        let disk = Disk::new();
        let mut env = env(self.now, &mut self.rng, &disk);
        let replica = Replica::create(&mut env, profile);
        let house = House {
            replica,
            disk,
            secrets: Secrets::new(),
            alarms: Vec::new(),
            slow: Duration::ZERO,
            can_purge: true,
            purges: 0,
            fuel: usize::MAX,
            replies: BTreeMap::new(),
            next_ticket: 0,
        };
        self.houses.push(house);
        let at = self.houses.len() - 1;
        self.drain_house(at);
        at
    }

    /// Stops a replica and starts it again from its disk.
    pub(super) fn reboot(&mut self, house: usize) {
        let gone: Vec<LinkId> =
            self.links.iter().filter(|(_, h)| **h == house).map(|(l, _)| *l).collect();
        for link in gone {
            self.links.remove(&link);
            self.relay_input(relay::Input::Closed(link));
        }
        let home = &mut self.houses[house];
        home.fuel = usize::MAX;
        let mut env = env(self.now, &mut self.rng, &home.disk);
        home.replica = Replica::load(&mut env, &home.secrets).unwrap();
        self.drain_house(house);
        self.run();
    }

    /// Gives a command and lets the world run until it is answered.
    pub(super) fn ask(&mut self, house: usize, command: Command) -> Result<Reply, CommandError> {
        let home = &mut self.houses[house];
        home.next_ticket += 1;
        let ticket = Ticket(home.next_ticket);
        self.house_input(house, Input::Command(ticket, command));
        for _ in 0..200 {
            self.run();
            if let Some(reply) = self.houses[house].replies.remove(&ticket) {
                return reply;
            }
            self.pass(Duration::from_secs(1));
        }
        panic!("no answer to {ticket:?} of house {house}");
    }

    /// Gives a command and lets the world run, whether or not it is answered.
    pub(super) fn start(&mut self, house: usize, command: Command) {
        let home = &mut self.houses[house];
        home.next_ticket += 1;
        let ticket = Ticket(home.next_ticket);
        self.house_input(house, Input::Command(ticket, command));
        self.run();
    }

    /// Lets time pass.
    pub(super) fn pass(&mut self, time: Duration) {
        self.now += time;
        for house in 0..self.houses.len() {
            self.house_input(house, Input::Timeout);
        }
        self.relay_input(relay::Input::Timeout);
        self.run();
    }

    /// Delivers frames until nothing moves.
    pub(super) fn run(&mut self) {
        for _ in 0..100_000 {
            if let Some((link, frame)) = self.to_relay.pop_front() {
                self.hellos += usize::from(matches!(ToRelay::parse(&frame), Ok(ToRelay::Hello(_))));
                match (self.refuses)(&frame) {
                    Some(answer) => self.to_house.push_back((link, answer.to_bytes())),
                    None => self.relay_input(relay::Input::Received(link, &frame)),
                }
            } else if let Some((link, frame)) = self.to_house.pop_front() {
                let house = self.links.get(&link).copied();
                if let Some(house) = house.filter(|_| (self.passes)(&frame)) {
                    self.house_input(house, Input::Received(link, &frame));
                }
            } else if let Some(streamed) = self.streamed.pop_front() {
                self.relay_input(streamed);
            } else {
                return;
            }
        }
        panic!("the world does not come to rest");
    }

    fn house_input(&mut self, house: usize, input: Input<'_>) {
        let home = &mut self.houses[house];
        let mut env = env(self.now, &mut self.rng, &home.disk);
        env.wall = Timestamp::from_ms(env.wall.ms() - home.slow.as_millis() as u64);
        home.replica.handle(&mut env, input);
        self.drain_house(house);
    }

    fn drain_house(&mut self, house: usize) {
        while let Some(output) = self.houses[house].replica.poll() {
            let home = &mut self.houses[house];
            if home.fuel == 0 {
                continue;
            }
            home.fuel -= 1;
            match output {
                Output::Store(writes) => apply(&mut home.disk, writes),
                Output::Keep(writes) => {
                    for write in writes {
                        match write {
                            SecretWrite::Put { id, value } => home.secrets.insert(id, value),
                            SecretWrite::Delete { id } => home.secrets.remove(&id),
                        };
                    }
                }
                Output::Dial { dial, .. } => {
                    if self.relay_up {
                        self.next_link += 1;
                        let link = LinkId(self.next_link);
                        self.links.insert(link, house);
                        self.relay_input(relay::Input::Opened(link, ChannelBinding::None));
                        let binding = ChannelBinding::None;
                        self.house_input(house, Input::Connected { dial, link, binding });
                    } else {
                        self.house_input(house, Input::DialFailed { dial });
                    }
                }
                Output::Send(link, frame) => self.to_relay.push_back((link, frame)),
                Output::Close(link) => {
                    // Frames sent before a close still arrive, as over a socket.
                    while let Some(at) = self.to_relay.iter().position(|(l, _)| *l == link) {
                        let (_, frame) = self.to_relay.remove(at).unwrap();
                        self.relay_input(relay::Input::Received(link, &frame));
                    }
                    self.links.remove(&link);
                    self.relay_input(relay::Input::Closed(link));
                }
                Output::Reply(ticket, reply) => {
                    home.replies.insert(ticket, reply);
                }
                Output::Purge => {
                    home.purges += 1;
                    let gone = home.can_purge;
                    self.house_input(house, Input::Purged { gone });
                }
                Output::Event(Event::Alarm(_, alarm)) => home.alarms.push(alarm),
                Output::Event(_) => {}
            }
        }
    }

    fn relay_input(&mut self, input: relay::Input<'_>) {
        let mut env = env(self.now, &mut self.rng, &self.relay_disk);
        self.relay.handle(&mut env, input);
        self.drain_relay();
    }

    fn drain_relay(&mut self) {
        while let Some(output) = self.relay.poll() {
            match output {
                relay::Output::Store(writes) => apply(&mut self.relay_disk, writes),
                relay::Output::Send(link, frame) => self.to_house.push_back((link, frame)),
                relay::Output::Stream { link, space, log, from, to } => {
                    let chunk = relay::read_chunk(&self.relay_disk, &space, log, (from, to));
                    self.to_house.extend(chunk.frame.map(|frame| (link, frame)));
                    let next = chunk.next;
                    self.streamed.push_back(relay::Input::Streamed { link, log, next });
                }
                relay::Output::Close(link, _) => {
                    if let Some(house) = self.links.remove(&link) {
                        self.house_input(house, Input::Closed(link));
                    }
                }
                relay::Output::Purge => self.relay_input(relay::Input::Purged),
                relay::Output::Event(_) => {}
            }
        }
    }

    /// Founds a space and admits every other house, as a guarantor each.
    pub(in crate::replica) fn circle(
        &mut self,
        title: &str,
        rule: protocol::register::Rule,
    ) -> SpaceId {
        let founded = self.ask(
            0,
            Command::Found {
                title: title.to_owned(),
                url: "ws://127.0.0.1:1".to_owned(),
                ticket: None,
                kind: protocol::register::SpaceKind::Territory,
                rule,
            },
        );
        let Reply::Founded { space, .. } = founded.unwrap() else { panic!("not founded") };
        for house in 1..self.houses.len() {
            self.admit(space, house, protocol::register::Role::Guarantor);
        }
        space
    }

    pub(super) fn admit(&mut self, space: SpaceId, house: usize, role: protocol::register::Role) {
        let invite = Command::Invite { space, role, history: None };
        let Reply::Invited(invited) = self.ask(0, invite).unwrap() else { panic!() };
        let join = Command::Join { invitation: invited.invitation };
        let Reply::Joined(joined) = self.ask(house, join).unwrap() else { panic!() };
        let proposal = joined.request.unwrap();
        for voter in 0..house {
            let vote = self.ask(voter, Command::Approve { space, proposal });
            let Reply::Vote(report) = vote.unwrap() else { panic!() };
            if report.adopted {
                break;
            }
        }
        let Reply::Synced(_) = self.ask(house, Command::Sync { space: None }).unwrap() else {
            panic!()
        };
        self.ask(0, Command::Sync { space: None }).unwrap();
        self.ask(house, Command::Sync { space: None }).unwrap();
    }

    pub(super) fn sync_all(&mut self) {
        for _ in 0..2 {
            for house in 0..self.houses.len() {
                self.ask(house, Command::Sync { space: None }).unwrap();
            }
        }
    }
}

/// Starts the relay from its disk, with the first keys that are drawn.
fn relay_from(disk: &Disk, rng: &mut ChaCha20Rng) -> Relay {
    relay_with(disk, rng, false)
}

fn relay_with(disk: &Disk, rng: &mut ChaCha20Rng, health_hosting: bool) -> Relay {
    let keys = SigningSecret::generate(rng);
    let operator = SigningSecret::generate(rng);
    let terms = RelayTerms {
        relay: RelayId::new(keys.public()),
        operator: OperatorId::new(operator.public()),
        url: String::new(),
        binding_required: false,
        health_hosting,
    };
    Relay::load(Policy::usual(Founding::Open, terms), keys, disk).unwrap()
}

/// Refuses acts of some sort; a relay that does so hears everything else.
pub(super) fn refuse_acts(
    frame: &[u8],
    refused: fn(&Clause) -> bool,
    refusal: Refusal,
) -> Option<ToReplica> {
    let Ok(ToRelay::Submit { ticket, act, .. }) = ToRelay::parse(frame) else {
        return None;
    };
    let of = Subject::Act(ticket);
    let proven = act.prove().unwrap();
    refused(&proven.act.clause).then_some(ToReplica::Refused { of, refusal, detail: 0 })
}

fn env<'a>(now: Duration, rng: &'a mut ChaCha20Rng, disk: &'a Disk) -> Env<'a> {
    let wall = Timestamp::from_ms(1_800_000_000_000).after(now);
    Env { now: Instant::new(now), wall, rng, records: disk }
}

fn apply(disk: &mut Disk, writes: Vec<Write>) {
    for write in writes {
        match write {
            Write::Put { key, value } => disk.insert(key, value),
            Write::Delete { key } => disk.remove(&key),
        };
    }
}

impl Town {
    /// Keeps a copy of a house's disk and keystore, as a backup does.
    pub(super) fn backup(&self, house: usize) -> (Disk, Secrets) {
        let home = &self.houses[house];
        let secrets = home.secrets.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
        (home.disk.clone(), secrets)
    }

    /// Puts a backup in the place of a house's disk, and starts from it.
    pub(super) fn restore(&mut self, house: usize, (disk, secrets): (Disk, Secrets)) {
        self.houses[house].disk = disk;
        self.houses[house].secrets = secrets;
        self.reboot(house);
    }

    /// Stops a replica and starts it again from its disk, where some records cannot be read.
    pub(super) fn reboot_without(
        &mut self,
        house: usize,
        keys: &[Vec<u8>],
    ) -> Result<Repair, LoadError> {
        let (mut seen, secrets) = self.backup(house);
        seen.retain(|key, _| !keys.contains(key));
        let unreadable = keys.iter().cloned().collect();
        let mut env = env(self.now, &mut self.rng, &seen);
        let (replica, repair) = Replica::load_without(&mut env, &secrets, &unreadable)?;
        self.links.retain(|_, of| *of != house);
        self.houses[house].replica = replica;
        self.drain_house(house);
        self.run();
        Ok(repair)
    }

    /// Has the relay declare certified health-data hosting, before anything is founded there.
    pub(super) fn certify(&mut self) {
        let mut rng = ChaCha20Rng::from_seed([9; 32]);
        self.relay = relay_with(&self.relay_disk, &mut rng, true);
    }

    /// Puts an older copy of its disk in the place of the relay's: the same keys.
    pub(super) fn restore_relay(&mut self, disk: Disk) {
        self.links.clear();
        self.relay_disk = disk;
        self.relay = relay_from(&self.relay_disk, &mut ChaCha20Rng::from_seed([9; 32]));
    }

    /// Stops a replica whose records rot, and the power fails after so many stores of the
    /// repair. Returns whether it had come to its end.
    pub(super) fn cut_repair(&mut self, house: usize, keys: &[Vec<u8>], stores: usize) -> bool {
        let (mut disk, secrets) = self.backup(house);
        disk.retain(|key, _| !keys.contains(key));
        let seen = disk.clone();
        let unreadable = keys.iter().cloned().collect();
        let mut env = env(self.now, &mut self.rng, &seen);
        let (mut replica, _) = Replica::load_without(&mut env, &secrets, &unreadable).unwrap();
        self.links.retain(|_, of| *of != house);
        let outputs = std::iter::from_fn(|| replica.poll());
        let mut writes: Vec<_> = outputs
            .filter_map(|output| match output {
                Output::Store(writes) => Some(writes),
                _ => None,
            })
            .collect();
        let whole = writes.len() <= stores;
        writes.truncate(stores);
        writes.into_iter().for_each(|writes| apply(&mut disk, writes));
        self.houses[house].disk = disk;
        whole
    }

    /// Makes a document as a program would that does not ask whether it has a place.
    pub(super) fn smuggle(&mut self, house: usize, space: SpaceId, kind: &str) -> DocumentId {
        let home = &mut self.houses[house];
        let disk = home.disk.clone();
        let mut env = env(self.now, &mut self.rng, &disk);
        let mut out = Outputs::default();
        let mut step = Step::new(&mut env, &mut out);
        let held = home.replica.spaces.get_mut(&space).unwrap();
        let (id, catalogue) = (DocumentId::new([77; 16]), Catalogue::STANDARD);
        let kind = catalogue.find(kind).unwrap();
        let (device, incarnation) = (held.device(), held.me.incarnation);
        let author = Author { device, incarnation, time: step.wall() };
        let made = Document::create(space, id, catalogue, kind, "Liaison", &author);
        let (document, edited) = made.unwrap();
        held.shelf.place(&mut step, document, held.journal.size());
        held.write(&mut step, id, edited.changes);
        drop(step);
        while let Some(output) = out.pop() {
            if let Output::Store(writes) = output {
                apply(&mut home.disk, writes);
            }
        }
        id
    }

    /// Starts a second process from a copy of a house.
    pub(super) fn copy(&mut self, house: usize) -> usize {
        let (disk, secrets) = self.backup(house);
        let mut env = env(self.now, &mut self.rng, &disk);
        let replica = Replica::load(&mut env, &secrets).unwrap();
        let replies = BTreeMap::new();
        let (alarms, slow, can_purge, purges) = (Vec::new(), self.houses[house].slow, true, 0);
        self.houses.push(House {
            replica,
            disk,
            secrets,
            alarms,
            slow,
            can_purge,
            purges,
            fuel: usize::MAX,
            replies,
            next_ticket: 1_000,
        });
        self.houses.len() - 1
    }
}
