//! Erasure: what a relay gives up of a space that its partners have closed for good.
//!
//! The register decides, never the operator. Envelopes, wraps and whatever waited for a decision
//! go, a bounded slice at a time, so that nobody else is held up; the register, the checkpoints,
//! the leaf hashes of the journal and how far each device had come stay, and hold no content.
//! The shell is then asked to make the deleted bytes leave the disk. All of it may be cut short
//! anywhere and begins again.

use super::space::{Care, Space};
use super::{Event, Output, Relay, records};
use crate::checkpoint::Log;
use crate::env::{Env, Records, Write};
use crate::id::SpaceId;

/// Records deleted in one go.
const SLICE: usize = 4_096;
/// Records read at a time: each may be as large as an envelope.
const PAGE: usize = 64;
/// What goes: envelopes, wraps, quotas, invitations, requests, approvals.
const GOES: [u8; 6] = [b'j', b'w', b'u', b'i', b'q', b'a'];

impl Relay {
    /// Notes that a space is to be erased, if its register says so and it was not done.
    pub(super) fn note_erasure(&mut self, id: SpaceId) {
        let due =
            |space: &Space| space.care == Care::Sound && space.is_erased() && !space.erasure_done;
        if self.spaces.get(&id).is_some_and(due) && !self.purging.contains(&id) {
            self.to_erase.insert(id);
        }
    }

    /// Deletes the next slice of a space that is to be erased.
    pub(super) fn erase_some(&mut self, env: &Env<'_>) {
        let Some(id) = self.to_erase.first().copied() else {
            return;
        };
        if let Some(space) = self.spaces.get_mut(&id) {
            space.forget_waiting();
        }
        let mut writes = Vec::new();
        for kind in GOES {
            delete_some(env.records, records::kind(&id, kind), &mut writes);
        }
        let over = writes.len() < SLICE;
        self.store(writes);
        if over {
            self.to_erase.remove(&id);
            self.purging.insert(id);
            self.outputs.push_back(Output::Purge);
            self.pump_space(env, &id);
        }
    }

    /// What was deleted has left the disk: the erasure of these spaces is over.
    pub(super) fn purged(&mut self) {
        for id in std::mem::take(&mut self.purging) {
            if let Some(space) = self.spaces.get_mut(&id) {
                space.erasure_done = true;
            }
            self.store(vec![Write::Put { key: records::erased(&id), value: Vec::new() }]);
            self.event(Event::Erased(id));
        }
    }
}

impl Space {
    /// Tells whether the partners have closed the space by erasure.
    pub(super) fn is_erased(&self) -> bool {
        self.register.as_ref().is_some_and(|register| register.roster().is_erased())
    }

    /// Forgets what waited for a decision that no longer comes, and lost envelopes.
    fn forget_waiting(&mut self) {
        self.invitations.clear();
        self.requests.clear();
        self.approvals.clear();
        self.wanted.retain(|(log, _)| *log == Log::Register);
        self.mailbox += 1;
    }
}

/// Deletes records of a range until the slice is full.
fn delete_some(records: &dyn Records, (from, to): (Vec<u8>, Vec<u8>), writes: &mut Vec<Write>) {
    let mut from = from;
    while writes.len() < SLICE {
        let page = records.scan(&from, &to, PAGE.min(SLICE - writes.len()));
        let Some((last, _)) = page.last() else {
            return;
        };
        from.clone_from(last);
        from.push(0);
        writes.extend(page.into_iter().map(|(key, _)| Write::Delete { key }));
    }
}
