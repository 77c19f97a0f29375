//! The fold: entries in order, a roster and a root out.
//!
//! [`Register::push`] never fails because of what an author did: a bad signature or a right
//! that is missing sets the act aside, with its reason, and the entry still counts in the
//! root. It fails only for what the relay did (order, time) and for acts of a newer version.

use std::fmt;

use super::rules::{count_approvals, judge_approval, judge_charter};
use super::{Act, ActError, Approval, Clause, Entry, ProvenAct, Roster, SignedAct};
use crate::codec::DecodeError;
use crate::crypto::Hash;
use crate::env::Timestamp;
use crate::id::{PartnerId, ProposalId, RelayId, SpaceId};
use crate::limits;
use crate::refusal::Refusal;
use crate::tree::Frontier;

/// The register of one space, folded up to its last entry.
#[derive(Clone)]
pub struct Register {
    roster: Roster,
    tree: Frontier,
    time: Timestamp,
    set_aside: Vec<SetAside>,
    times: Vec<Timestamp>,
    relays: Vec<(u64, RelayId)>,
}

/// An act that is kept without effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetAside {
    /// Its place.
    pub seq: u64,
    /// Why.
    pub reason: Refusal,
}

/// Why a register cannot be read further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadError {
    /// An act type or version of a newer program: update before anything else.
    NewerThanUs(u64),
    /// The bytes are not an entry.
    Malformed(DecodeError),
    /// The charter is not one that can found a space.
    BadCharter(Refusal),
    /// Another place than the next one.
    OutOfOrder,
    /// A time before the previous entry's.
    TimeBackwards,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NewerThanUs(code) => {
                write!(f, "the register is newer than this application (type {code})")
            }
            Self::Malformed(error) => write!(f, "not a register entry: {error}"),
            Self::BadCharter(reason) => write!(f, "the charter is refused: {reason}"),
            Self::OutOfOrder => f.write_str("entries are out of order"),
            Self::TimeBackwards => f.write_str("the time of an entry goes backwards"),
        }
    }
}

impl std::error::Error for LoadError {}

impl From<LoadError> for Refusal {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::NewerThanUs(_) => Self::NewerThanUs,
            LoadError::Malformed(error) => error.into(),
            LoadError::BadCharter(reason) => reason,
            LoadError::OutOfOrder => Self::Gap,
            LoadError::TimeBackwards => Self::TimeBackwards,
        }
    }
}

impl Register {
    /// Starts a register from its first entry, a charter.
    ///
    /// # Errors
    /// Refuses charters below the floors, with bad keys or without a founder's signature.
    pub fn found(entry: &Entry) -> Result<Self, LoadError> {
        if entry.seq != 0 {
            return Err(LoadError::OutOfOrder);
        }
        let proven = entry.act.prove().map_err(charter_error)?;
        judge_charter(&entry.act, &proven).map_err(LoadError::BadCharter)?;
        let Clause::Charter(charter) = &proven.act.clause else {
            return Err(LoadError::BadCharter(Refusal::UnknownSpace));
        };
        let mut roster = Roster::new(entry.act.founded_space(), charter);
        roster.enact_charter(charter, entry.time);
        let relays = vec![(0, charter.relay.relay)];
        let mut tree = Frontier::new();
        tree.push(entry.leaf());
        let times = vec![entry.time];
        Ok(Self { roster, tree, time: entry.time, set_aside: Vec::new(), times, relays })
    }

    /// Takes the next entry of a log that is read from its start: the charter, then the others.
    ///
    /// # Errors
    /// As [`Self::found`] and [`Self::push`]; what was folded before stays as it was.
    pub fn fold(slot: &mut Option<Self>, entry: &Entry) -> Result<Option<Refusal>, LoadError> {
        match slot {
            Some(register) => register.push(entry),
            None => {
                *slot = Some(Self::found(entry)?);
                Ok(None)
            }
        }
    }

    /// Folds the next entry; `Some(reason)` when its act is set aside.
    ///
    /// # Errors
    /// Stops at what cannot be an entry here; the register stays as it was.
    pub fn push(&mut self, entry: &Entry) -> Result<Option<Refusal>, LoadError> {
        if entry.seq != self.size() {
            return Err(LoadError::OutOfOrder);
        }
        if entry.time < self.time {
            return Err(LoadError::TimeBackwards);
        }
        let verdict = match entry.act.prove() {
            Ok(proven) => match self.judge_proven(&proven, entry.time) {
                Ok(()) => Ok(proven),
                Err(reason) => {
                    // What was refused in the open stays refused: nobody can keep the act and
                    // hand it in again on a day when it would pass.
                    self.roster.spend(proven.id);
                    Err(reason)
                }
            },
            Err(ActError::Decode(DecodeError::Unknown(code))) => {
                return Err(LoadError::NewerThanUs(code));
            }
            Err(error) => Err(error.into()),
        };
        let reason = match verdict {
            Ok(proven) => {
                self.roster.enact(&proven, entry.time);
                None
            }
            Err(reason) => {
                self.set_aside.push(SetAside { seq: entry.seq, reason });
                Some(reason)
            }
        };
        self.tree.push(entry.leaf());
        self.time = entry.time;
        self.times.push(entry.time);
        let relay = self.roster.relay().relay;
        if self.relays.last().is_none_or(|(_, last)| *last != relay) {
            self.relays.push((self.size(), relay));
        }
        Ok(reason)
    }

    /// Judges an act that would be the next entry at a given time.
    ///
    /// # Errors
    /// Says why it would be set aside.
    pub fn judge(&self, act: &SignedAct, time: Timestamp) -> Result<ProvenAct, Refusal> {
        let proven = act.prove()?;
        self.judge_proven(&proven, time.max(self.time))?;
        Ok(proven)
    }

    /// Judges rights first, then the act's place: never before what its author had seen, and
    /// not for ever after it. A relay that keeps an act back cannot enact it years later.
    fn judge_proven(&self, proven: &ProvenAct, time: Timestamp) -> Result<(), Refusal> {
        self.roster.judge(proven, time)?;
        if proven.act.seen_size > self.size() {
            return Err(Refusal::Gap);
        }
        if self.has_outlived(&proven.act, time) { Err(Refusal::Expired) } else { Ok(()) }
    }

    /// Tells whether an act is too old to have an effect at a given time, whatever else is true
    /// of it: what it waited for comes too late.
    #[must_use]
    pub fn has_outlived(&self, act: &Act, time: Timestamp) -> bool {
        let unseen = usize::try_from(act.seen_size).ok();
        let since = unseen.and_then(|first| self.times.get(first));
        since.is_some_and(|since| time > since.after(limits::ACT_LIFE))
    }

    /// Judges an approval as it would count now.
    ///
    /// # Errors
    /// Says why it would not count.
    pub fn judge_approval(&self, approval: &Approval) -> Result<(), Refusal> {
        self.roster.is_going()?;
        judge_approval(&self.roster, approval)?;
        match self.roster.proposal(&approval.proposal) {
            Some(proposal) if self.roster.is_open(proposal, self.time) => Ok(()),
            Some(_) | None => Err(Refusal::ProposalClosed),
        }
    }

    /// Returns the organisations whose approvals count for a proposal now.
    #[must_use]
    pub fn count_approvals(
        &self,
        proposal: ProposalId,
        approvals: &[Approval],
    ) -> std::collections::BTreeSet<PartnerId> {
        count_approvals(&self.roster, proposal, approvals)
    }

    /// Makes an act that names this register's present state; the caller signs it.
    #[must_use]
    pub fn draft(&self, author: [u8; 32], nonce: [u8; 16], clause: Clause) -> Act {
        Act {
            space: Some(self.space()),
            author,
            nonce,
            generation: self.roster.generation(),
            seen_size: self.size(),
            seen_root: self.root(),
            not_after: None,
            clause,
        }
    }

    /// Returns the space.
    #[must_use]
    pub fn space(&self) -> SpaceId {
        self.roster.space()
    }

    /// Returns the number of entries.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.tree.size()
    }

    /// Returns the root of the RFC 6962 tree over all entries.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.tree.root()
    }

    /// Returns the time of the last entry.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        self.time
    }

    /// Returns what the entries amount to.
    #[must_use]
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    /// Returns the acts kept without effect.
    #[must_use]
    pub fn set_aside(&self) -> &[SetAside] {
        &self.set_aside
    }

    /// Returns the relay whose signature a checkpoint of this size must bear.
    ///
    /// The relay that sequenced its own replacement may sign up to that entry, not beyond.
    #[must_use]
    pub fn relay_at(&self, size: u64) -> RelayId {
        let named = self.relays.iter().rev().find(|(from, _)| *from < size.max(1));
        named.or(self.relays.first()).map_or(self.roster.relay().relay, |(_, relay)| *relay)
    }
}

fn charter_error(error: ActError) -> LoadError {
    match error {
        ActError::Decode(DecodeError::Unknown(code)) => LoadError::NewerThanUs(code),
        ActError::Decode(error) => LoadError::Malformed(error),
        ActError::BadSignature => LoadError::BadCharter(Refusal::BadSignature),
    }
}
