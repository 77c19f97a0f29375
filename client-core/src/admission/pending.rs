//! The causal buffer: changes whose past is not there yet, and the refusals that count.
//!
//! The engine's own queue is never used: it is unbounded and scanned on every call. A change
//! that was well formed and authorised claims its sequence number for ever, even if its past
//! later shows it to be bad: otherwise two replicas that learn of things in another order
//! would choose different changes.

use std::collections::{BTreeMap, BTreeSet};

use protocol::codec::{Decode, DecodeError, Encode, Reader, Writer};

use super::refusal::{Refusal, SetAside};
use super::single::{self, Vetted};
use crate::document::index::Index;
use crate::document::{Actor, ChangeId, limits};

/// A change that waits, and for which others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The change.
    pub id: ChangeId,
    /// Its writer.
    pub actor: Actor,
    /// The changes that are missing, or that wait themselves, or that were refused.
    pub on: Vec<ChangeId>,
}

/// What waits and what was refused.
#[derive(Clone, Default)]
pub struct Pending {
    /// In order of arrival.
    held: Vec<Vetted>,
    held_ids: BTreeSet<ChangeId>,
    held_bytes: usize,
    /// Operations of those whose operations are kept decoded.
    expanded: usize,
    /// Sequence numbers taken by changes that wait or were refused after vetting.
    claims: BTreeMap<(Actor, u64), ChangeId>,
    set_aside: Vec<SetAside>,
    refused_ids: BTreeSet<ChangeId>,
}

impl Pending {
    /// Returns how many changes wait.
    pub(crate) fn len(&self) -> usize {
        self.held.len()
    }

    /// Tells whether a change waits or was refused after vetting.
    pub(crate) fn knows(&self, id: &ChangeId) -> bool {
        self.held_ids.contains(id) || self.refused_ids.contains(id)
    }

    /// Tells whether a change waits.
    pub(crate) fn waits(&self, id: &ChangeId) -> bool {
        self.held_ids.contains(id)
    }

    /// Tells whether a sequence number of an actor is taken here.
    pub(crate) fn claimed(&self, actor: &Actor, seq: u64) -> bool {
        self.claims.contains_key(&(*actor, seq))
    }

    /// Tells whether a sequence number of an actor after `last` is taken here.
    pub(crate) fn claimed_after(&self, actor: &Actor, last: u64) -> bool {
        let later = (*actor, last.saturating_add(1))..=(*actor, u64::MAX);
        self.claims.range(later).next().is_some()
    }

    /// Keeps a change until its past is there.
    ///
    /// Only so many operations are kept decoded: a few bytes can stand for very many.
    pub(crate) fn hold(&mut self, mut vetted: Vetted) {
        self.expanded = self.expanded.saturating_add(vetted.change.len());
        if self.expanded > limits::EXPANDED_MAX {
            vetted.expanded = None;
        }
        self.claims.insert((vetted.actor, vetted.seq), vetted.id);
        self.held_ids.insert(vetted.id);
        self.held_bytes += vetted.change.raw_bytes().len();
        self.held.push(vetted);
    }

    /// Takes out everything that waits, in order of arrival.
    pub(crate) fn take_all(&mut self) -> impl Iterator<Item = Vetted> + use<> {
        self.held_bytes = 0;
        self.expanded = 0;
        for vetted in &self.held {
            self.claims.remove(&(vetted.actor, vetted.seq));
        }
        self.held_ids.clear();
        std::mem::take(&mut self.held).into_iter()
    }

    /// Puts back what still waits. What finds no room is refused without being remembered: it
    /// may come again once the rest has found its past.
    pub(crate) fn put_back(&mut self, waiting: impl Iterator<Item = Vetted>) -> Vec<SetAside> {
        let mut refused = Vec::new();
        for mut vetted in waiting {
            vetted.expanded = None;
            let bytes = self.held_bytes + vetted.change.raw_bytes().len();
            let full =
                self.held.len() >= limits::PENDING_CHANGES_MAX || bytes > limits::PENDING_BYTES_MAX;
            if full {
                let (id, actor) = (vetted.id, Some(vetted.actor));
                refused.push(SetAside { id, actor, reason: Refusal::TooMuchWaiting });
            } else {
                self.hold(vetted);
            }
        }
        refused
    }

    /// Records a refusal that must be remembered.
    pub(crate) fn refuse(&mut self, vetted: &Vetted, reason: Refusal) -> SetAside {
        let refused = SetAside { id: vetted.id, actor: Some(vetted.actor), reason };
        self.claims.entry((vetted.actor, vetted.seq)).or_insert(vetted.id);
        self.remember(refused);
        refused
    }

    /// Remembers a refusal, so that the same change is not looked at again.
    pub(crate) fn remember(&mut self, refused: SetAside) {
        if self.set_aside.len() < limits::SET_ASIDE_MAX {
            self.refused_ids.insert(refused.id);
            self.set_aside.push(refused);
        }
    }

    /// Returns what waits, and for which changes.
    pub(crate) fn waiting(&self, index: &Index) -> Vec<Waiting> {
        let waiting = self.held.iter().map(|vetted| Waiting {
            id: vetted.id,
            actor: vetted.actor,
            on: vetted.deps.iter().copied().filter(|dep| !index.contains(dep)).collect(),
        });
        waiting.collect()
    }

    /// Returns the refusals, oldest first.
    pub(crate) fn set_aside(&self) -> &[SetAside] {
        &self.set_aside
    }
}

impl Encode for Pending {
    fn encode(&self, out: &mut Writer) {
        out.array(3);
        out.array(self.held.len());
        for vetted in &self.held {
            out.bytes(vetted.change.raw_bytes());
        }
        out.array(self.set_aside.len());
        for refused in &self.set_aside {
            out.array(3);
            out.bytes(refused.id.bytes());
            out.bytes(refused.actor.as_ref().map_or(&[][..], |actor| &actor.bytes()[..]));
            out.uint(refused.reason.number());
        }
        let refused = |id: &ChangeId| !self.held_ids.contains(id);
        let claims: Vec<_> = self.claims.iter().filter(|(_, id)| refused(id)).collect();
        out.array(claims.len());
        for ((actor, seq), id) in claims {
            out.array(3);
            out.bytes(actor.bytes());
            out.uint(*seq);
            out.bytes(id.bytes());
        }
    }
}

/// Opens an array that must have exactly that many items.
fn exactly(input: &mut Reader<'_>, items: usize) -> Result<(), DecodeError> {
    if input.array(items)? == items { Ok(()) } else { Err(DecodeError::Malformed) }
}

impl Decode for Pending {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        exactly(input, 3)?;
        let mut pending = Self::default();
        for _ in 0..input.array(limits::PENDING_CHANGES_MAX)? {
            let bytes = input.bytes(limits::CHANGE_BYTES_MAX)?.to_vec();
            let vetted = single::vet_again(bytes).ok_or(DecodeError::Invalid("held change"))?;
            pending.hold(vetted);
        }
        for _ in 0..input.array(limits::SET_ASIDE_MAX)? {
            exactly(input, 3)?;
            let id = ChangeId::new(input.fixed()?);
            let actor = input.bytes(Actor::SIZE)?.try_into().ok().map(Actor::new);
            let number = input.uint()?;
            let reason = Refusal::from_number(number).ok_or(DecodeError::Unknown(number))?;
            pending.refused_ids.insert(id);
            pending.set_aside.push(SetAside { id, actor, reason });
        }
        for _ in 0..input.array(usize::MAX)? {
            exactly(input, 3)?;
            let actor = Actor::new(input.fixed()?);
            let seq = input.uint()?;
            pending.claims.insert((actor, seq), ChangeId::new(input.fixed()?));
        }
        Ok(pending)
    }
}
