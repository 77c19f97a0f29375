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
    walk_register(records, space, &mut verified);
    walk_journal(records, space, &mut verified);
    verified
}

fn walk_register(records: &dyn Records, space: &SpaceId, verified: &mut Verified) {
    let log = Log::Register;
    let head: Option<RegisterHead> = load::read(records, &records::head(space, log));
    verified.register = head.map_or(0, |head| head.size);
    let mut register: Option<Register> = None;
    for position in 0..verified.register {
        if !is_whole(records, space, log, position) {
            return verified.note(Damage::Entry { log, position });
        }
        let entry: Option<Entry> = load::read(records, &records::entry(space, log, position));
        let Some(entry) = entry else { return };
        if let Err(error) = Register::fold(&mut register, &entry) {
            let reason = error.into();
            return verified.note(Damage::NotAllowed { log, position, reason });
        }
    }
    if head.map(|head| head.root) != register.as_ref().map(Register::root) {
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
