//! A relay's durable appends, beside the same disk's raw group-committed append and beside the
//! machine's strict signature verification.
//!
//! Keys, register and envelopes are made before the clock starts. The relay judges each envelope,
//! stores it and answers; groups are committed together, as its shell does.

use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use protocol::codec;
use protocol::crypto::{SigningSecret, WrapSecret};
use protocol::env::{ChannelBinding, Env, Instant, LinkId, Records, Timestamp, Write};
use protocol::envelope::{NO_ENVELOPE, Place};
use protocol::epoch::{EpochSecret, NO_EPOCH, Wraps, wraps_hash};
use protocol::id::{
    DeviceId, DocumentId, Incarnation, OperatorId, PartnerId, RelayId, SpaceId, VoiceId,
};
use protocol::register::{
    Act, Charter, Clause, DeviceCard, DeviceRole, Entry, EpochOpening, History, PartnerCard,
    Register, RelayTerms, Rule, SignedAct, SpaceKind, TurnCause, recipients_hash,
};
use protocol::relay::{Founding, Input, Output, Policy, Relay};
use protocol::session::Dialled;
use protocol::wire::{NO_SPACE, ToRelay, ToReplica};
use store::{Batch, DiskStore, Engine, Settings, Store};

use super::{Amount, Line, pieces, timed, to_f64};
use crate::chance::stream;

/// Envelopes appended.
const ENVELOPES: usize = 8_192;
/// Envelopes committed together.
const GROUP: usize = 256;
/// The only link.
const LINK: LinkId = LinkId(1);

/// Measures.
///
/// # Errors
/// Says what does not work.
pub fn measure() -> Result<Vec<Line>, String> {
    let bench = Bench::new();
    let pushes = bench.pushes();
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let raw = raw_appends(folder.path(), &pushes).map_err(|error| error.to_string())?;
    let verified = pieces::verification().mul_f64(to_f64(ENVELOPES as u64));
    let mut lines = Vec::new();
    let engines = [
        ("sled", Engine::Sled, ["appends_sled_disk", "appends_sled_checks"]),
        ("redb", Engine::Redb, ["appends_redb_disk", "appends_redb_checks"]),
    ];
    for (name, engine, [disk, checks]) in engines {
        let took = bench.relay_appends(&pushes, &folder.path().join(name), engine)?;
        let line = |id, beside: &str, other| Line {
            id,
            what: format!("envelopes appended durably on {name}, {GROUP} together"),
            figure: Amount::PerSecond(rate(took)),
            beside: beside.to_owned(),
            other: Amount::PerSecond(rate(other)),
            budget: None,
        };
        let beside = "the same bytes appended to a file there, one fsync a group";
        lines.push(line(disk, beside, raw));
        lines.push(line(checks, "strict Ed25519 checks on one core", verified));
    }
    Ok(lines)
}

fn rate(took: Duration) -> f64 {
    to_f64(ENVELOPES as u64) / took.as_secs_f64().max(1e-9)
}

/// Appends the bytes to a file, one fsync for each group.
fn raw_appends(folder: &Path, pushes: &[Vec<u8>]) -> std::io::Result<Duration> {
    let mut file = std::fs::File::create(folder.join("raw"))?;
    let (written, took) = timed(|| -> std::io::Result<()> {
        for group in pushes.chunks(GROUP) {
            file.write_all(&group.concat())?;
            file.sync_data()?;
        }
        Ok(())
    });
    written.map(|()| took)
}

/// One organisation, one device, one relay.
struct Bench {
    voice: SigningSecret,
    device: SigningSecret,
    wrap: WrapSecret,
    relay: SigningSecret,
    terms: RelayTerms,
    charter: SignedAct,
    opening: SignedAct,
    blob: Vec<u8>,
    secret: EpochSecret,
    space: SpaceId,
}

fn wall(ms: u64) -> Timestamp {
    Timestamp::from_ms(crate::world::WALL_START_MS + ms)
}

impl Bench {
    fn new() -> Self {
        let key = |number| SigningSecret::generate(&mut stream(1, "bench", number));
        let (voice, device, relay, operator) = (key(1), key(2), key(3), key(4));
        let wrap = WrapSecret::generate(&mut stream(1, "bench wrap", 0));
        let terms = RelayTerms {
            relay: RelayId::new(relay.public()),
            operator: OperatorId::new(operator.public()),
            url: "ws://bench.example".to_owned(),
            binding_required: false,
            health_hosting: false,
        };
        let card = DeviceCard::make(&device, wrap.public(), DeviceRole::Editor, [0; 32]);
        let founder = PartnerCard {
            partner: PartnerId::new([1; 16]),
            voices: vec![VoiceId::new(voice.public())],
            devices: vec![card],
        };
        let charter = Charter {
            kind: SpaceKind::Circle,
            founders: vec![founder],
            rule: Rule::USUAL,
            relay: terms.clone(),
            history: History::All,
        };
        let charter = Act {
            space: None,
            author: voice.public(),
            nonce: [0; 16],
            generation: 0,
            seen_size: 0,
            seen_root: [0; 32],
            not_after: None,
            clause: Clause::Charter(charter),
        }
        .sign(&voice);
        let entry = Entry { seq: 0, time: wall(0), act: charter.clone() };
        let register = Register::found(&entry).expect("a charter within the rules");
        let (opening, blob, secret) = open_epoch(&register, &device);
        let space = register.space();
        Self { voice, device, wrap, relay, terms, charter, opening, blob, secret, space }
    }

    /// Seals every envelope, each after the one before.
    fn pushes(&self) -> Vec<Vec<u8>> {
        let epoch = self.secret.id(&self.space, &NO_EPOCH);
        let document = DocumentId::new([2; 16]);
        let incarnation = Incarnation::new([3; 16]);
        let mut previous = NO_ENVELOPE;
        let mut rng = stream(1, "bench nonces", 0);
        let mut seal = |counter: u64| {
            let space = self.space;
            let place = Place { space, document, epoch, incarnation, counter, previous };
            let envelope = pieces::sealed(&place, &self.secret, &self.device, &mut rng);
            previous = envelope.id();
            ToRelay::Push(envelope.into_bytes()).to_bytes()
        };
        (1..=ENVELOPES as u64).map(&mut seal).collect()
    }

    /// Runs the relay machine on a store and pushes every envelope.
    fn relay_appends(
        &self,
        pushes: &[Vec<u8>],
        folder: &Path,
        engine: Engine,
    ) -> Result<Duration, String> {
        let store = DiskStore::open(folder, engine, true, Settings::default())
            .map_err(|error| error.to_string())?;
        let terms = RelayTerms { url: String::new(), ..self.terms.clone() };
        let policy = Policy::usual(Founding::Open, terms);
        let secret = SigningSecret::from_seed(&self.relay.seed());
        let disk = OnDisk(store);
        let relay = Relay::load(policy, secret, &disk).map_err(|fault| fault.to_string())?;
        let mut served = Served { relay, disk, said: Vec::new(), held: Vec::new(), ms: 10 };
        self.sit_down(&mut served)?;
        let (kept, took) = timed(|| {
            let mut kept = 0;
            for group in pushes.chunks(GROUP) {
                for push in group {
                    served.feed(Input::Received(LINK, push));
                }
                served.commit()?;
                let said = served.said.drain(..);
                kept += said.filter(|said| matches!(said, ToReplica::Kept { .. })).count();
            }
            Ok::<usize, String>(kept)
        });
        let kept = kept?;
        if kept == pushes.len() { Ok(took) } else { Err(format!("{kept} envelopes were kept")) }
    }

    /// Founds the space over a link, and opens its epoch.
    fn sit_down(&self, served: &mut Served) -> Result<(), String> {
        debug_assert_ne!(self.voice.public(), self.device.public());
        debug_assert_eq!(self.wrap.public().bytes().len(), 1_216);
        served.feed(Input::Opened(LINK, ChannelBinding::None));
        let mut rng = stream(1, "bench hello", 0);
        let binding = (ChannelBinding::None, false);
        let (dialled, hello) =
            Dialled::new(NO_SPACE, self.device.public(), None, binding, &mut rng)
                .map_err(|refusal| refusal.to_string())?;
        served.say(&ToRelay::Hello(hello))?;
        let Some(ToReplica::Challenge(challenge)) = served.said.pop() else {
            return Err("the relay does not challenge".to_owned());
        };
        let proof = dialled.answer(&challenge, &self.device);
        served.say(&ToRelay::Prove(proof.map_err(|refusal| refusal.to_string())?))?;
        let charter = Box::new(self.charter.clone());
        served.say(&ToRelay::Found { charter, ticket: None, held: 0 })?;
        let act = Box::new(self.opening.clone());
        served.say(&ToRelay::Submit { ticket: 1, act, wraps: Some(self.blob.clone()) })?;
        if served.said.iter().any(|said| matches!(said, ToReplica::Submitted { .. })) {
            served.said.clear();
            return Ok(());
        }
        Err(format!("the epoch is not opened: {:?}", served.said))
    }
}

fn open_epoch(register: &Register, device: &SigningSecret) -> (SignedAct, Vec<u8>, EpochSecret) {
    let space = register.space();
    let secret = EpochSecret::generate(&mut stream(1, "bench epoch", 0));
    let epoch = secret.id(&space, &NO_EPOCH);
    let recipients = register.roster().active_devices(wall(0));
    let to = recipients.iter().map(|(id, key): &(DeviceId, _)| (*id, key));
    let wraps = Wraps::opening(&space, &epoch, &secret, to, &mut stream(1, "bench wraps", 0));
    let blob = codec::to_bytes(&wraps.expect("a key that can receive"));
    let clause = Clause::OpenEpoch(EpochOpening {
        previous: NO_EPOCH,
        epoch,
        recipients: recipients_hash(&recipients),
        wraps: wraps_hash(&blob),
        cause: TurnCause::First,
    });
    let act = register.draft(device.public(), [9; 16], clause).sign(device);
    (act, blob, secret)
}

/// A store with the sight of it that a machine has.
struct OnDisk(DiskStore);

impl Records for OnDisk {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.0.get(key).ok().flatten()
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Vec<(Vec<u8>, Vec<u8>)> {
        self.0.scan(from, to, limit, usize::MAX).unwrap_or_default()
    }
}

/// A relay machine that is served by a loop.
struct Served {
    relay: Relay,
    disk: OnDisk,
    said: Vec<ToReplica>,
    held: Vec<Output>,
    ms: u64,
}

impl Served {
    fn say(&mut self, message: &ToRelay) -> Result<(), String> {
        self.feed(Input::Received(LINK, &message.to_bytes()));
        self.commit()
    }

    fn feed(&mut self, input: Input<'_>) {
        self.ms += 1;
        let mut rng = stream(2, "bench relay", self.ms);
        let mut env = Env {
            now: Instant::new(Duration::from_millis(self.ms)),
            wall: wall(self.ms),
            rng: &mut rng,
            records: &self.disk,
        };
        self.relay.handle(&mut env, input);
        while let Some(output) = self.relay.poll() {
            self.held.push(output);
        }
    }

    /// Makes everything held durable as one, then lets it out.
    fn commit(&mut self) -> Result<(), String> {
        let mut batch = Batch::new();
        for output in &self.held {
            if let Output::Store(writes) = output {
                for write in writes {
                    match write {
                        Write::Put { key, value } => batch.put(key.clone(), value.clone()),
                        Write::Delete { key } => batch.delete(key.clone()),
                    };
                }
            }
        }
        self.disk.0.apply(&batch).map_err(|error| error.to_string())?;
        for output in self.held.drain(..) {
            if let Output::Send(_, frame) = output {
                self.said.extend(ToReplica::parse(&frame));
            }
        }
        Ok(())
    }
}
