//! Replaying a whole space offline: every decision, every signature, both roots.
//!
//! The same walk serves a replica's own records and a bundle on a machine that has neither
//! account nor network. Nothing is trusted but the space id somebody expects.

use std::collections::{BTreeMap, BTreeSet};

use protocol::bundle;
use protocol::checkpoint::{Checkpoint, Log};
use protocol::codec;
use protocol::crypto::Hash;
use protocol::envelope::Envelope;
use protocol::id::{RelayId, SpaceId};
use protocol::journal::{Journal, JournalEntry};
use protocol::refusal::Refusal;
use protocol::register::{Entry, Presence, Register};
use protocol::tree::{Frontier, leaf_hash};

use crate::replica::VerifyReport;
use crate::tally::{self, Work};

mod frozen;

pub use frozen::{FrozenProof, ProvenVisa, frozen};

/// Anomalies told one by one before they are only counted.
const ANOMALIES_MAX: usize = 100;
/// Checkpoints of a file that are looked at: a replica writes one for each log.
const NOTES_MAX: usize = 64;

/// A replay under way: acts first, then journal entries, then checkpoints.
pub struct Walk {
    expected: Option<SpaceId>,
    register: Option<Register>,
    /// The register as far as the journal entries read so far need it.
    judged: Option<Register>,
    acts: Vec<Vec<u8>>,
    journal: Journal,
    report: VerifyReport,
    stopped: bool,
}

impl Walk {
    /// Starts a replay of a space; `None` accepts the space the charter founds.
    #[must_use]
    pub fn new(expected: Option<SpaceId>) -> Self {
        let report = VerifyReport {
            space: expected.unwrap_or(SpaceId::new([0; 32])),
            valid: false,
            acts: 0,
            set_aside: 0,
            envelopes: 0,
            partners: 0,
            anomalies: Vec::new(),
        };
        Self {
            expected,
            register: None,
            judged: None,
            acts: Vec::new(),
            journal: Journal::new(),
            report,
            stopped: false,
        }
    }

    /// Replays the next register entry.
    pub fn act(&mut self, bytes: &[u8]) {
        if self.stopped {
            return;
        }
        let entry = match codec::from_bytes::<Entry>(bytes) {
            Ok(entry) => entry,
            Err(error) => return self.stop("acte", "act", self.report.acts, error.into()),
        };
        let pushed = match &mut self.register {
            Some(register) => register.push(&entry),
            None => Register::found(&entry).map(|register| {
                self.register = Some(register);
                None
            }),
        };
        match pushed {
            Ok(None) => {}
            Ok(Some(reason)) => {
                self.report.set_aside += 1;
                self.anomaly("acte", "act", entry.seq, reason);
            }
            Err(error) => return self.stop("acte", "act", entry.seq, error.into()),
        }
        self.acts.push(bytes.to_vec());
        self.report.acts += 1;
    }

    /// Replays the next journal entry.
    pub fn entry(&mut self, bytes: &[u8]) {
        if self.stopped {
            return;
        }
        let place = self.report.envelopes;
        let replayed = codec::from_bytes::<JournalEntry>(bytes)
            .map_err(Refusal::from)
            .and_then(|entry| self.replay(&entry));
        match replayed {
            Ok(()) => self.report.envelopes += 1,
            Err(reason) => self.stop("envoi", "envelope", place, reason),
        }
    }

    fn replay(&mut self, entry: &JournalEntry) -> Result<(), Refusal> {
        while self.judged.as_ref().map_or(0, Register::size) < entry.register_size {
            let seq = self.judged.as_ref().map_or(0, Register::size);
            let at = usize::try_from(seq).map_err(|_| Refusal::Gap)?;
            let act: Entry = codec::from_bytes(self.acts.get(at).ok_or(Refusal::Gap)?)?;
            match &mut self.judged {
                Some(register) => drop(register.push(&act)?),
                None => self.judged = Some(Register::found(&act)?),
            }
        }
        let judged = self.judged.as_ref().ok_or(Refusal::Gap)?;
        self.journal.replay(judged.roster(), entry).map(drop)
    }

    /// Compares a checkpoint with the log replayed; one of an earlier size says nothing.
    pub fn checkpoint(&mut self, note: &str) {
        // A log that is not whole differs from every checkpoint, which says nothing more.
        let Some(register) = self.register.as_ref().filter(|_| !self.stopped) else {
            return;
        };
        let Ok(checkpoint) = signed_checkpoint(register, &self.journal, note) else {
            return self.anomaly("point de contrôle", "checkpoint", 0, Refusal::BadSignature);
        };
        let (size, root) = match checkpoint.log {
            Log::Register => (register.size(), register.root()),
            Log::Journal => (self.journal.size(), self.journal.root()),
        };
        let same = checkpoint.root == root && checkpoint.space == register.space();
        if checkpoint.size == size && !same {
            self.anomaly("point de contrôle", "checkpoint", size, Refusal::WrongRelay);
        }
    }

    /// Ends the replay.
    #[must_use]
    pub fn finish(mut self) -> VerifyReport {
        match &self.register {
            // What stopped the replay before the charter is told already.
            None if self.stopped => {}
            None => self.anomaly("charte", "charter", 0, Refusal::UnknownSpace),
            Some(register) => {
                self.report.space = register.space();
                let here = |p: &protocol::register::Partner| p.presence == Presence::Here;
                let partners = register.roster().partners();
                self.report.partners = partners.filter(|(_, p)| here(p)).count();
                if self.expected.is_some_and(|expected| expected != register.space()) {
                    self.anomaly("espace", "space", 0, Refusal::WrongSpace);
                }
            }
        }
        self.report.valid = self.report.anomalies.is_empty();
        self.report
    }

    /// Notes that the file ends, or is damaged, here: one sentence, and nothing read behind it.
    fn cut(&mut self) {
        if !self.stopped {
            self.report.anomalies.push((
                "le fichier est coupé ou altéré : la suite manque".to_owned(),
                "the file is cut short or altered: the rest is missing".to_owned(),
            ));
        }
        self.stopped = true;
    }

    fn stop(&mut self, french: &str, english: &str, place: u64, reason: Refusal) {
        self.anomaly(french, english, place, reason);
        self.stopped = true;
    }

    fn anomaly(&mut self, french: &str, english: &str, place: u64, reason: Refusal) {
        if self.report.anomalies.len() < ANOMALIES_MAX {
            self.report.anomalies.push((
                format!("{french} n° {place} : {}", reason.french()),
                format!("{english} no. {place}: {}", reason.english()),
            ));
        }
    }
}

/// Reads a checkpoint signed by the relay that may sign it.
///
/// A register is signed by the relay that ordered its last act. A journal is signed by the relay
/// that ordered its last entry: after a move that is the relay before, until the new one appends.
pub(crate) fn signed_checkpoint(
    register: &Register,
    journal: &Journal,
    note: &str,
) -> Result<Checkpoint, Refusal> {
    let signed = |log| {
        let signer = match log {
            Log::Register => register.relay_at(register.size()),
            Log::Journal => ordered_by(register, journal.head().register_size),
        };
        let checkpoint = Checkpoint::verify(note, &signer)?;
        if checkpoint.log == log { Ok(checkpoint) } else { Err(Refusal::WrongRelay) }
    };
    signed(Log::Register).or_else(|_| signed(Log::Journal))
}

/// Returns the relay that orders journal entries while the register has so many acts.
pub(crate) fn ordered_by(register: &Register, register_size: u64) -> RelayId {
    register.relay_at(register_size.saturating_add(1))
}

/// Returns how many of some acts and journal entries, both from the first on, the relay's own
/// checkpoints vouch for. What comes behind them may be anybody's invention. Each log is hashed
/// once, however many checkpoints there are.
pub(crate) fn vouched(acts: &[Vec<u8>], entries: &[Vec<u8>], notes: &[String]) -> (usize, usize) {
    let Some(register) = fold(acts) else {
        return (0, 0);
    };
    let distinct: BTreeSet<&String> = notes.iter().collect();
    let said = distinct.into_iter().take(NOTES_MAX).filter_map(|note| {
        let checkpoint = Checkpoint::said(note).filter(|c| c.space == register.space())?;
        Some((usize::try_from(checkpoint.size).ok()?, checkpoint, note))
    });
    let said: Vec<(usize, Checkpoint, &String)> = said.collect();
    let sound = |log, roots: &BTreeMap<usize, Hash>, signer: &dyn Fn(usize) -> RelayId| {
        let of =
            said.iter().filter(|(size, c, _)| c.log == log && roots.get(size) == Some(&c.root));
        let signed = of.filter(|(size, _, note)| Checkpoint::verify(note, &signer(*size)).is_ok());
        signed.map(|(size, ..)| *size).max().unwrap_or(0)
    };
    let sizes =
        |log| said.iter().filter(|(_, c, _)| c.log == log).map(|(size, ..)| *size).collect();
    let by_size = |size: usize| register.relay_at(size as u64);
    let by_last = |size: usize| {
        let last = size.checked_sub(1).and_then(|at| entries.get(at));
        let last = last.and_then(|bytes| codec::from_bytes::<JournalEntry>(bytes).ok());
        ordered_by(&register, last.map_or(0, |entry| entry.register_size))
    };
    let (of_acts, of_entries) = (
        roots_of(acts, &sizes(Log::Register), act_leaf),
        roots_of(entries, &sizes(Log::Journal), entry_leaf),
    );
    (sound(Log::Register, &of_acts, &by_size), sound(Log::Journal, &of_entries, &by_last))
}

/// Folds acts as far as they can be read.
fn fold(acts: &[Vec<u8>]) -> Option<Register> {
    let mut register: Option<Register> = None;
    for bytes in acts {
        let Ok(entry) = codec::from_bytes::<Entry>(bytes) else {
            break;
        };
        let pushed = match &mut register {
            Some(register) => register.push(&entry).map(drop),
            None => Register::found(&entry).map(|founded| register = Some(founded)),
        };
        if pushed.is_err() {
            break;
        }
    }
    register
}

/// Returns the roots that a log has at some sizes, as far as it is that long and can be read.
fn roots_of(
    log: &[Vec<u8>],
    sizes: &BTreeSet<usize>,
    leaf: fn(&[u8]) -> Option<Hash>,
) -> BTreeMap<usize, Hash> {
    let mut tree = Frontier::new();
    let mut roots = BTreeMap::new();
    let longest = sizes.last().copied().unwrap_or(0);
    for (size, bytes) in (1..=longest).zip(log) {
        let Some(leaf) = leaf(bytes) else {
            break;
        };
        tally::note(Work::LeafHashed);
        tree.push(leaf);
        if sizes.contains(&size) {
            roots.insert(size, tree.root());
        }
    }
    roots
}

fn act_leaf(bytes: &[u8]) -> Option<Hash> {
    Some(leaf_hash(bytes))
}

fn entry_leaf(bytes: &[u8]) -> Option<Hash> {
    let entry: JournalEntry = codec::from_bytes(bytes).ok()?;
    let envelope = Envelope::parse(&entry.envelope).ok()?;
    Some(entry.leaf(&envelope.id(), envelope.header()))
}

/// Verifies a bundle, without any replica.
///
/// # Errors
/// Says in English why the file is no bundle at all; whatever is wrong inside a bundle is an
/// anomaly of the report.
pub fn bundle(file: &[u8], expected: Option<SpaceId>) -> Result<VerifyReport, bundle::BundleError> {
    let reader = bundle::Reader::new(file)?;
    let mut walk = Walk::new(expected.or(Some(reader.space())));
    let mut notes = Vec::new();
    for item in reader {
        match item {
            Ok(bundle::Item::Act(bytes)) => walk.act(&bytes),
            Ok(bundle::Item::Envelope(bytes)) => walk.entry(&bytes),
            Ok(bundle::Item::Checkpoint(note)) => notes.push(note),
            Ok(
                bundle::Item::LooseAct(_)
                | bundle::Item::Approval(_)
                | bundle::Item::Request(_)
                | bundle::Item::LooseEnvelope(_)
                | bundle::Item::Wraps(..),
            ) => {}
            Err(_) => {
                walk.cut();
                break;
            }
        }
    }
    for note in notes {
        walk.checkpoint(&note);
    }
    Ok(walk.finish())
}
