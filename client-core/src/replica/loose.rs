//! Envelopes that came by file and are in no journal yet, and how much room they take.
//!
//! The sum of their sizes goes with every one that comes or goes: a file may bring thousands,
//! and each is measured once.

use std::collections::{BTreeMap, btree_map};
use std::ops::Deref;

use protocol::env::{Instant, Timestamp};
use protocol::envelope::Envelope;
use protocol::id::EnvelopeId;
use protocol::refusal::Refusal;

use crate::tally::{self, Work};

/// Envelopes by file that are kept at a time, and their bytes.
const LOOSE_MAX: usize = 16_384;
pub(super) const LOOSE_BYTES_MAX: usize = 256 * 1024 * 1024;

/// An envelope that came by file and is not in the journal.
#[derive(Debug, Clone)]
pub(super) struct Loose {
    pub(super) envelope: Envelope,
    /// When it came, by this machine's clock.
    pub(super) at: Timestamp,
    /// When it came, if that was since the program was started.
    pub(super) came: Option<Instant>,
    /// Why the relay will not take it, once it said so.
    pub(super) refused: Option<Refusal>,
    /// Whether its place in the journal is taken: it can never be there as it is.
    pub(super) orphan: bool,
    /// Whether it lacks the one before it: it is kept, and in no document.
    pub(super) unlinked: bool,
}

impl Loose {
    /// Takes one whose place among the others is still to be worked out.
    pub(super) fn new(envelope: Envelope, at: Timestamp, came: Option<Instant>) -> Self {
        Self { envelope, at, came, refused: None, orphan: false, unlinked: true }
    }

    /// Tells whether its changes are in documents for now.
    pub(super) fn is_shown(&self) -> bool {
        !self.orphan && !self.unlinked
    }

    fn size(&self) -> usize {
        tally::note(Work::LooseMeasured);
        self.envelope.bytes().len()
    }
}

/// All of them, by name.
#[derive(Default)]
pub(super) struct LooseEnvelopes {
    held: BTreeMap<EnvelopeId, Loose>,
    size_bytes: usize,
}

impl LooseEnvelopes {
    pub(super) fn insert(&mut self, loose: Loose) {
        self.size_bytes += loose.size();
        if let Some(replaced) = self.held.insert(loose.envelope.id(), loose) {
            self.size_bytes -= replaced.size();
        }
    }

    pub(super) fn remove(&mut self, id: &EnvelopeId) -> Option<Loose> {
        let removed = self.held.remove(id)?;
        self.size_bytes -= removed.size();
        Some(removed)
    }

    pub(super) fn get_mut(&mut self, id: &EnvelopeId) -> Option<&mut Loose> {
        self.held.get_mut(id)
    }

    /// Tells whether another envelope of this size would be too much.
    pub(super) fn is_full_for(&self, size_bytes: usize) -> bool {
        self.held.len() >= LOOSE_MAX || self.size_bytes + size_bytes > LOOSE_BYTES_MAX
    }
}

impl Deref for LooseEnvelopes {
    type Target = BTreeMap<EnvelopeId, Loose>;

    fn deref(&self) -> &Self::Target {
        &self.held
    }
}

impl<'a> IntoIterator for &'a mut LooseEnvelopes {
    type Item = (&'a EnvelopeId, &'a mut Loose);
    type IntoIter = btree_map::IterMut<'a, EnvelopeId, Loose>;

    fn into_iter(self) -> Self::IntoIter {
        self.held.iter_mut()
    }
}
