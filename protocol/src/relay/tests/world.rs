//! One relay, its records, its links: every output is obeyed as a shell would, in order.

use std::collections::VecDeque;

use super::*;
use crate::checkpoint::Checkpoint;
use crate::codec;
use crate::crypto::SigningSecret;
use crate::env::Env;
use crate::fixture::{Circle, at, rng};
use crate::id::SpaceId;
use crate::register::SignedAct;
use crate::session::Dialled;
use crate::wire::{Head, NO_SPACE, Standing, ToRelay, ToReplica, Welcome};

pub(super) type Disk = BTreeMap<Vec<u8>, Vec<u8>>;

pub(super) struct World {
    pub(super) relay: Relay,
    pub(super) disk: Disk,
    pub(super) now: Duration,
    pub(super) events: Vec<Event>,
    pub(super) closed: BTreeMap<LinkId, Option<Refusal>>,
    /// Outputs that are still obeyed before the power is cut.
    pub(super) fuel: usize,
    /// Frames of streams are held back, as by a slow link.
    pub(super) hold_streams: bool,
    pub(super) held: Vec<(LinkId, Log, u64)>,
    /// The shell cannot make deleted bytes leave the disk for now.
    pub(super) hold_purges: bool,
    pub(super) purges: usize,
    inbox: BTreeMap<LinkId, VecDeque<ToReplica>>,
    next_link: u64,
    policy: Policy,
    secret: SigningSecret,
}

pub(super) fn policy(circle: &Circle) -> Policy {
    Policy::usual(Founding::Open, circle.terms())
}

impl World {
    pub(super) fn new(policy: Policy, secret: &SigningSecret) -> Self {
        Self::over(policy, secret, Disk::new()).unwrap()
    }

    pub(super) fn over(
        policy: Policy,
        secret: &SigningSecret,
        disk: Disk,
    ) -> Result<Self, LoadFault> {
        let again = || SigningSecret::from_seed(&secret.seed());
        let mut world = Self {
            relay: Relay::load(policy.clone(), again(), &disk)?,
            disk,
            now: Duration::ZERO,
            events: Vec::new(),
            closed: BTreeMap::new(),
            fuel: usize::MAX,
            hold_streams: false,
            held: Vec::new(),
            hold_purges: false,
            purges: 0,
            inbox: BTreeMap::new(),
            next_link: 1,
            policy,
            secret: again(),
        };
        world.obey();
        Ok(world)
    }

    /// Starts again from what is on disk.
    pub(super) fn restart(self) -> Self {
        let Self { policy, secret, disk, now, next_link, .. } = self;
        let mut world = Self::over(policy, &secret, disk).unwrap();
        world.now = now;
        world.next_link = next_link;
        world
    }

    pub(super) fn input(&mut self, input: Input<'_>) {
        let seconds = self.now.as_secs();
        let seed = u8::try_from(self.next_link % 251).unwrap();
        let mut rng = rng(seed);
        let mut env = Env {
            now: Instant::new(self.now),
            wall: at(seconds + 100),
            rng: &mut rng,
            records: &self.disk,
        };
        self.relay.handle(&mut env, input);
        self.obey();
    }

    fn obey(&mut self) {
        while let Some(output) = self.relay.poll() {
            if self.fuel == 0 {
                continue;
            }
            self.fuel -= 1;
            match output {
                Output::Store(writes) => self.write(writes),
                Output::Send(link, frame) => self.deliver(link, &frame),
                Output::Stream { link, space, log, from, to } => {
                    let chunk = read_chunk(&self.disk, &space, log, (from, to));
                    if let Some(frame) = &chunk.frame {
                        self.deliver(link, frame);
                    }
                    self.held.push((link, log, chunk.next));
                    if !self.hold_streams {
                        self.release();
                    }
                }
                Output::Close(link, refusal) => {
                    self.closed.insert(link, refusal);
                }
                Output::Purge => {
                    self.purges += 1;
                    if !self.hold_purges {
                        self.input(Input::Purged);
                    }
                }
                Output::Event(event) => self.events.push(event),
            }
        }
    }

    fn write(&mut self, writes: Vec<Write>) {
        for write in writes {
            match write {
                Write::Put { key, value } => self.disk.insert(key, value),
                Write::Delete { key } => self.disk.remove(&key),
            };
        }
    }

    /// Lets held frames leave.
    pub(super) fn release(&mut self) {
        for (link, log, next) in std::mem::take(&mut self.held) {
            self.input(Input::Streamed { link, log, next });
        }
    }

    fn deliver(&mut self, link: LinkId, frame: &[u8]) {
        let message = ToReplica::parse(frame).unwrap();
        match &message {
            ToReplica::Heads { register, journal } => self.check_notes(register, journal),
            ToReplica::Welcome(welcome) => self.check_notes(&welcome.register, &welcome.journal),
            _ => {}
        }
        self.inbox.entry(link).or_default().push_back(message);
    }

    /// T22: no signature leaves over a size and a root that are not on disk.
    fn check_notes(&self, register: &Head, journal: &Head) {
        for head in [register, journal] {
            let own = RelayId::new(self.secret.public());
            let Ok(signed) = Checkpoint::verify(&head.note, &own) else {
                continue;
            };
            assert_eq!(signed.size, head.size);
            if self.is_repeated(&signed, head) {
                continue;
            }
            let stored = self.disk.get(&records::head(&signed.space, signed.log)).unwrap();
            let stored = match signed.log {
                Log::Register => {
                    let head: space::RegisterHead = codec::from_bytes(stored).unwrap();
                    (head.size, head.root)
                }
                Log::Journal => {
                    let head: crate::journal::JournalHead = codec::from_bytes(stored).unwrap();
                    (head.tree.size(), head.tree.root())
                }
            };
            assert_eq!((signed.size, signed.root), stored, "signed before stored");
        }
    }

    /// A relay that took an erased space back repeats the last head of a journal it has not.
    fn is_repeated(&self, signed: &Checkpoint, head: &Head) -> bool {
        let origin = self.disk.get(&records::origin(&signed.space));
        let origin: Option<space::Origin> = origin.and_then(|o| codec::from_bytes(o).ok());
        let heads = origin.and_then(|origin| origin.heads);
        signed.log == Log::Journal && heads.is_some_and(|(_, journal)| journal == *head)
    }

    pub(super) fn open(&mut self) -> LinkId {
        let link = LinkId(self.next_link);
        self.next_link += 1;
        self.input(Input::Opened(link, ChannelBinding::None));
        link
    }

    pub(super) fn say(&mut self, link: LinkId, message: &ToRelay) {
        self.input(Input::Received(link, &message.to_bytes()));
    }

    /// Returns what a link was sent since the last look.
    pub(super) fn heard(&mut self, link: LinkId) -> Vec<ToReplica> {
        self.inbox.remove(&link).unwrap_or_default().into()
    }

    /// Says something and returns what comes back.
    pub(super) fn ask(&mut self, link: LinkId, message: &ToRelay) -> Vec<ToReplica> {
        self.heard(link);
        self.say(link, message);
        self.heard(link)
    }

    /// Dials, proves a key, and returns the link and its welcome.
    pub(super) fn join(&mut self, space: SpaceId, key: &SigningSecret) -> (LinkId, Welcome) {
        let link = self.open();
        let expected = Some(self.relay.id());
        let binding = (ChannelBinding::None, false);
        let (dialled, hello) =
            Dialled::new(space, key.public(), expected, binding, &mut rng(7)).unwrap();
        let heard = self.ask(link, &ToRelay::Hello(hello));
        let [ToReplica::Challenge(challenge)] = &heard[..] else { panic!("{heard:?}") };
        let signature = dialled.answer(challenge, key).unwrap();
        let heard = self.ask(link, &ToRelay::Prove(signature));
        let Some(ToReplica::Welcome(welcome)) = heard.first() else { panic!("{heard:?}") };
        let welcome = welcome.clone();
        self.inbox.entry(link).or_default().extend(heard.into_iter().skip(1));
        (link, welcome)
    }

    /// A member's link that follows from the start, with the news already heard.
    pub(super) fn member(&mut self, circle: &Circle, org: usize) -> LinkId {
        let (link, welcome) = self.join(circle.space(), &circle.orgs[org].machine.sign);
        assert_eq!(welcome.standing, Standing::Member);
        link
    }

    /// Founds the circle's space through its first machine, and returns that link.
    pub(super) fn found(&mut self, circle: &Circle) -> LinkId {
        let (link, welcome) = self.join(NO_SPACE, &circle.orgs[0].machine.sign);
        assert_eq!(welcome.standing, Standing::UnknownSpace);
        let charter = Box::new(circle.charter.clone());
        let heard = self.ask(link, &ToRelay::Found { charter, ticket: None, held: 0 });
        let [ToReplica::Welcome(welcome)] = &heard[..] else { panic!("{heard:?}") };
        assert_eq!(welcome.standing, Standing::Member);
        assert_eq!(welcome.register.size, 1);
        link
    }

    pub(super) fn submit(
        &mut self,
        link: LinkId,
        act: &SignedAct,
        wraps: Option<Vec<u8>>,
    ) -> Result<u64, Refusal> {
        let act = Box::new(act.clone());
        for message in self.ask(link, &ToRelay::Submit { ticket: 1, act, wraps }) {
            match message {
                ToReplica::Submitted { seq, .. } => return Ok(seq),
                ToReplica::Refused { refusal, .. } => return Err(refusal),
                _ => {}
            }
        }
        panic!("no answer");
    }

    pub(super) fn push(
        &mut self,
        link: LinkId,
        envelope: &crate::envelope::Envelope,
    ) -> Result<u64, (Refusal, u64)> {
        for message in self.ask(link, &ToRelay::Push(envelope.bytes().to_vec())) {
            match message {
                ToReplica::Kept { position, .. } => return Ok(position),
                ToReplica::Refused { refusal, detail, .. } => return Err((refusal, detail)),
                _ => {}
            }
        }
        panic!("no answer");
    }
}

/// A circle whose relay has founded it and opened its first epoch.
pub(super) fn ready(orgs: u8) -> (World, Circle, LinkId) {
    let mut circle = Circle::new(orgs);
    let mut world = World::new(policy(&circle), &circle.relay);
    let link = world.found(&circle);
    let time = at(100);
    // The relay stamped the charter; the circle folds what the relay holds.
    resync(&world, &mut circle);
    let (act, blob) = circle.opening(0, time);
    assert_eq!(world.submit(link, &act, Some(blob)), Ok(1));
    resync(&world, &mut circle);
    (world, circle, link)
}

/// Folds the relay's stored register into the circle.
pub(super) fn resync(world: &World, circle: &mut Circle) {
    let space = circle.space();
    let mut entries = (0..).map_while(|seq| {
        let stored = world.disk.get(&records::entry(&space, Log::Register, seq))?;
        Some(codec::from_bytes::<crate::register::Entry>(stored).unwrap())
    });
    let mut register = crate::register::Register::found(&entries.next().unwrap()).unwrap();
    for entry in entries {
        assert_eq!(register.push(&entry).unwrap(), None);
    }
    circle.register = register;
}

/// What a follower has been given, by place.
#[derive(Default)]
pub(super) struct Given {
    pub(super) acts: Vec<Vec<u8>>,
    pub(super) envelopes: Vec<Vec<u8>>,
    pub(super) heads: Option<(Head, Head)>,
}

impl Given {
    /// Returns what a lying giver starts from.
    pub(super) fn copy(&self) -> Self {
        let Self { acts, envelopes, heads } = self;
        Self { acts: acts.clone(), envelopes: envelopes.clone(), heads: heads.clone() }
    }

    /// Takes messages in, holding streams to their order.
    pub(super) fn take(&mut self, messages: Vec<ToReplica>) {
        for message in messages {
            match message {
                ToReplica::Acts { from, entries } => {
                    assert_eq!(from, self.acts.len() as u64, "acts out of order");
                    self.acts.extend(entries);
                }
                ToReplica::Envelopes { from, entries } => {
                    assert_eq!(from, self.envelopes.len() as u64, "envelopes out of order");
                    self.envelopes.extend(entries);
                }
                ToReplica::Heads { register, journal } => self.heads = Some((register, journal)),
                _ => {}
            }
        }
    }
}
