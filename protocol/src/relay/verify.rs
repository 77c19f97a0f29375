//! The long walk over everything a relay stores for a space: each entry against its leaf, all
//! leaves against the root that was stored before it was signed, each signature, each mark.

use std::collections::BTreeMap;

use super::repair::is_whole;
use super::space::RegisterHead;
use super::{load, records};
use crate::checkpoint::Log;
use crate::codec;
use crate::env::Records;
use crate::id::{DeviceId, Incarnation, SpaceId};
use crate::journal::{Journal, JournalEntry, JournalHead, Mark};
use crate::refusal::Refusal;
use crate::register::{Entry, Register};
use crate::tree::Frontier;

/// Faults listed at most; the first ones tell the story.
const DAMAGES_MAX: usize = 1_000;

/// What is wrong, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// An entry is missing, cannot be read, or is not the one that was stored.
    Entry {
        /// The log.
        log: Log,
        /// The place.
        position: u64,
    },
    /// An entry should never have been taken.
    NotAllowed {
        /// The log.
        log: Log,
        /// The place.
        position: u64,
        /// Why.
        reason: Refusal,
    },
    /// The entries do not give the stored size and root.
    Root(Log),
    /// The stored mark of an incarnation is not the one its envelopes give.
    Mark {
        /// The device.
        device: DeviceId,
        /// The life of its store.
        incarnation: Incarnation,
    },
}

/// What the walk has found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verified {
    /// Entries of the register.
    pub register: u64,
    /// Entries of the journal.
    pub journal: u64,
    /// What is wrong; nothing when the space is whole.
    pub damages: Vec<Damage>,
}

impl Verified {
    /// Tells whether nothing is wrong.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.damages.is_empty()
    }

    fn note(&mut self, damage: Damage) {
        if self.damages.len() < DAMAGES_MAX {
            self.damages.push(damage);
        }
    }
}

/// Reads again everything stored for a space.
#[must_use]
pub fn verify(records: &dyn Records, space: &SpaceId) -> Verified {
    let mut verified = Verified::default();
    let register = walk_register(records, space, &mut verified);
    if register.is_some_and(|register| register.roster().is_erased()) {
        walk_leaves(records, space, &mut verified);
    } else {
        walk_journal(records, space, &mut verified);
    }
    verified
}

/// Returns the register, as far as it can be folded.
fn walk_register(
    records: &dyn Records,
    space: &SpaceId,
    verified: &mut Verified,
) -> Option<Register> {
    let log = Log::Register;
    let head: Option<RegisterHead> = load::read(records, &records::head(space, log));
    verified.register = head.map_or(0, |head| head.size);
    let mut register: Option<Register> = None;
    for position in 0..verified.register {
        if !is_whole(records, space, log, position) {
            verified.note(Damage::Entry { log, position });
            return register;
        }
        let entry: Option<Entry> = load::read(records, &records::entry(space, log, position));
        let Some(entry) = entry else { return register };
        if let Err(error) = Register::fold(&mut register, &entry) {
            let reason = error.into();
            verified.note(Damage::NotAllowed { log, position, reason });
            return register;
        }
    }
    if head.map(|head| head.root) != register.as_ref().map(Register::root) {
        verified.note(Damage::Root(log));
    }
    register
}

/// Walks what is left of the journal of an erased space: the hashes of its entries must give
/// the root that was signed, and no entry may be there any more once its erasure is over.
fn walk_leaves(records: &dyn Records, space: &SpaceId, verified: &mut Verified) {
    let log = Log::Journal;
    let head: Option<JournalHead> = load::read(records, &records::head(space, log));
    let Some(head) = head else {
        return verified.note(Damage::Root(log));
    };
    verified.journal = head.tree.size();
    let over = records.get(&records::erased(space)).is_some();
    let mut tree = Frontier::new();
    for position in 0..verified.journal {
        let leaf = records.get(&records::leaf(space, log, position));
        let Some(leaf) = leaf.and_then(|leaf| leaf.try_into().ok()) else {
            return verified.note(Damage::Entry { log, position });
        };
        tree.push(leaf);
        if over && records.get(&records::entry(space, log, position)).is_some() {
            let reason = Refusal::SpaceErased;
            return verified.note(Damage::NotAllowed { log, position, reason });
        }
    }
    if tree != head.tree {
        verified.note(Damage::Root(log));
    }
}

fn walk_journal(records: &dyn Records, space: &SpaceId, verified: &mut Verified) {
    let log = Log::Journal;
    let head: Option<JournalHead> = load::read(records, &records::head(space, log));
    let Some(head) = head else {
        return verified.note(Damage::Root(log));
    };
    verified.journal = head.tree.size();
    let mut journal = Journal::new();
    let mut marks: BTreeMap<(DeviceId, Incarnation), Mark> = BTreeMap::new();
    for position in 0..verified.journal {
        if !is_whole(records, space, log, position) {
            return verified.note(Damage::Entry { log, position });
        }
        let entry: Option<JournalEntry> =
            load::read(records, &records::entry(space, log, position));
        let Some(entry) = entry else { return };
        match journal.import(space, &entry) {
            Ok(envelope) => {
                let key = (envelope.header().device, envelope.header().incarnation);
                marks.extend(journal.mark(&key.0, &key.1).map(|mark| (key, mark)));
            }
            Err(reason) => {
                return verified.note(Damage::NotAllowed { log, position, reason });
            }
        }
    }
    if *journal.head() != head {
        verified.note(Damage::Root(log));
    }
    for ((device, incarnation), mark) in marks {
        let key = records::mark(space, &device, &incarnation);
        if records.get(&key) != Some(codec::to_bytes(&mark)) {
            verified.note(Damage::Mark { device, incarnation });
        }
    }
}
