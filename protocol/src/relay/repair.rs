//! Damaged records: asked for, checked against the leaf hash stored beside them, put back.
//!
//! Whoever gives an item back needs no standing: the hash decides, not the giver.

use super::append::put;
use super::link::{Link, Seat};
use super::space::{Care, Space};
use super::{Event, Relay, records};
use crate::checkpoint::Log;
use crate::codec;
use crate::crypto::Hash;
use crate::env::{Env, LinkId, Records};
use crate::envelope::Envelope;
use crate::id::SpaceId;
use crate::journal::JournalEntry;
use crate::refusal::Refusal;
use crate::register::Entry;
use crate::tree::leaf_hash;
use crate::wire::{Standing, Subject, ToReplica};

/// Records asked for at a time.
const ASKED_MAX: usize = 64;

impl Relay {
    /// Takes an item that was asked for.
    pub(super) fn give(&mut self, env: &Env<'_>, id: LinkId, log: Log, position: u64, item: &[u8]) {
        let Some(space_id) = self.seat(id).map(|seat| seat.space) else {
            return;
        };
        let care = self.spaces.get(&space_id).map(|space| space.care);
        let verdict = match care {
            None => Err(Refusal::UnknownSpace),
            Some(Care::Importing) => self.receive(env, id, space_id, (log, position), item),
            Some(Care::Behind) => self.take_back(env, id, space_id, (log, position), item),
            Some(Care::Sound | Care::Damaged) => self.repair(env, space_id, (log, position), item),
        };
        if let Err(refusal) = verdict {
            self.refuse(id, Subject::Give, refusal, position);
        }
    }

    fn repair(
        &mut self,
        env: &Env<'_>,
        space_id: SpaceId,
        (log, position): (Log, u64),
        item: &[u8],
    ) -> Result<(), Refusal> {
        let space = self.spaces.get_mut(&space_id).ok_or(Refusal::UnknownSpace)?;
        if !space.wanted.contains(&(log, position)) {
            return Err(Refusal::AlreadySo);
        }
        let given = leaf_of(log, position, item)?;
        let stored = env.records.get(&records::leaf(&space_id, log, position));
        // Without its leaf an item is taken on trial: the root decides when all is folded.
        let on_trial = stored.is_none() && space.care == Care::Damaged;
        if !on_trial && stored != Some(given.to_vec()) {
            return Err(Refusal::BadSignature);
        }
        space.wanted.remove(&(log, position));
        let whole = space.wanted.is_empty();
        let damaged = space.care == Care::Damaged;
        self.store(vec![
            put(records::entry(&space_id, log, position), item.to_vec()),
            put(records::leaf(&space_id, log, position), given.to_vec()),
        ]);
        self.event(Event::Repaired { space: space_id, log, position });
        if whole && damaged {
            self.to_reload.insert(space_id);
        } else {
            self.pump_space(env, &space_id);
        }
        Ok(())
    }

    /// Folds again what was repaired, now that it can be read.
    pub(super) fn reload_repaired(&mut self, env: &Env<'_>) {
        for space_id in std::mem::take(&mut self.to_reload) {
            let Ok(mut space) = Space::load(space_id, env.records) else {
                continue;
            };
            if let Some(old) = self.spaces.remove(&space_id) {
                space.mailbox = old.mailbox + 1;
            }
            self.report_damage(&space);
            self.spaces.insert(space_id, space);
            self.note_erasure(space_id);
            for link in self.links.in_space(&space_id) {
                self.seat_again(env, link);
            }
        }
    }

    /// Says again how things stand, and goes on serving.
    pub(super) fn seat_again(&mut self, env: &Env<'_>, id: LinkId) {
        let Some(Seat { space, key, following, .. }) = self.seat(id).cloned() else {
            return;
        };
        self.take_seat(env, id, space, key);
        if let Some(of_new) = self.links.get_mut(id).and_then(Link::seat_mut) {
            of_new.following = following;
        }
        self.pump(env, id);
    }

    /// Asks a replica for what cannot be read here.
    pub(super) fn ask_for_wanted(&mut self, id: LinkId) {
        let Some((standing, space_id)) = self.standing(id) else {
            return;
        };
        match standing {
            Standing::Member | Standing::Importing => {}
            Standing::Applicant
            | Standing::Former
            | Standing::Stranger
            | Standing::Operator
            | Standing::UnknownSpace => return,
        }
        let Some(space) = self.spaces.get(&space_id) else {
            return;
        };
        let wanted: Vec<_> = space.wanted.iter().take(ASKED_MAX).copied().collect();
        for (log, position) in wanted {
            self.send(id, &ToReplica::Wanted { log, position });
        }
    }
}

/// Computes the leaf of an item, which must be an entry of this place.
pub(super) fn leaf_of(log: Log, position: u64, item: &[u8]) -> Result<Hash, Refusal> {
    match log {
        Log::Register => {
            let entry: Entry = codec::from_bytes(item)?;
            if entry.seq != position {
                return Err(Refusal::Gap);
            }
            Ok(leaf_hash(item))
        }
        Log::Journal => {
            let entry: JournalEntry = codec::from_bytes(item)?;
            if entry.position != position {
                return Err(Refusal::Gap);
            }
            let envelope = Envelope::parse(&entry.envelope)?;
            Ok(entry.leaf(&envelope.id(), envelope.header()))
        }
    }
}

/// Tells whether a stored entry is what its leaf says.
pub(super) fn is_whole(records: &dyn Records, space: &SpaceId, log: Log, position: u64) -> bool {
    let entry = records.get(&records::entry(space, log, position));
    let leaf = entry.and_then(|entry| leaf_of(log, position, &entry).ok());
    leaf.is_some()
        && records.get(&records::leaf(space, log, position)) == leaf.map(|leaf| leaf.to_vec())
}
