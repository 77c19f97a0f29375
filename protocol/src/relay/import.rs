//! Spaces received item by item from a replica, when a vote has moved them here or when this
//! relay has lost its disk.
//!
//! The relay asks, a window at a time, and the giver answers; where the giver has no more it
//! says where both logs end, with the checkpoints the relay before has signed. The space is
//! served only then: when its register names this relay last, and both roots are those that
//! were signed.

use std::time::Duration;

use super::append::{journal_writes, put, register_writes};
use super::load::scan;
use super::space::{Care, Origin, Refill, Space};
use super::{Event, Relay, records};
use crate::checkpoint::{Checkpoint, Log};
use crate::codec;
use crate::env::{Env, Instant, LinkId, Write};
use crate::id::{RelayId, SpaceId};
use crate::journal::{Journal, JournalEntry};
use crate::refusal::Refusal;
use crate::register::Entry;
use crate::wire::{Head, Subject, ToReplica};

/// How long a giver may give nothing before another one takes its place.
const GIVER_SILENCE_MAX: Duration = Duration::from_secs(30);
/// Items asked for ahead: enough to fill a slow line, little to hold.
const WINDOW: u64 = 64;

impl Relay {
    /// Asks a giver that comes back for what is still missing. One that is gone, or gives
    /// nothing, is replaced by whoever is seated next: nobody holds a space up by beginning.
    pub(super) fn ask_from_the_start(&mut self, env: &Env<'_>, id: LinkId) {
        let Some(seat) = self.seat(id).cloned() else {
            return;
        };
        let Some(space) = self.spaces.get(&seat.space) else {
            return;
        };
        let Some(origin) = space.origin.clone().filter(|_| space.care == Care::Importing) else {
            return;
        };
        let others = self.links.in_space(&seat.space).into_iter().filter(|other| *other != id);
        let key_of = |other| self.seat(other).map(|seat| seat.key);
        let here = others.filter_map(key_of).any(|key| key == origin.by);
        let Some(space) = self.spaces.get_mut(&seat.space) else {
            return;
        };
        let taken_over = origin.by != seat.key && (!here || space.refill.stalls(env.now));
        if taken_over {
            let origin = Origin { by: seat.key, ..origin };
            let write = put(records::origin(&space.id), codec::to_bytes(&origin));
            space.origin = Some(origin);
            space.refill.heads = None;
            self.store(vec![write]);
        }
        let Some(space) = self.spaces.get_mut(&seat.space) else {
            return;
        };
        if space.brings(&seat.key) {
            space.refill.asked.clear();
            space.refill.given_at = Some(env.now);
            self.ask_more(id, &seat.space);
        }
    }

    /// Takes the next item of a space that is being received.
    pub(super) fn receive(
        &mut self,
        env: &Env<'_>,
        id: LinkId,
        space_id: SpaceId,
        (log, position): (Log, u64),
        item: &[u8],
    ) -> Result<(), Refusal> {
        let key = self.seat(id).map(|seat| seat.key).ok_or(Refusal::NotYet)?;
        let space = self.spaces.get_mut(&space_id).ok_or(Refusal::UnknownSpace)?;
        if !space.brings(&key) {
            return Err(Refusal::UnderRepair);
        }
        let next = space.size(log);
        if position < next {
            return Ok(());
        }
        if position > next {
            return Err(Refusal::Gap);
        }
        let writes = match log {
            Log::Register => {
                let entry: Entry = codec::from_bytes(item)?;
                space.fold(&entry)?;
                register_writes(space, &entry)
            }
            Log::Journal => {
                let entry: JournalEntry = codec::from_bytes(item)?;
                let envelope = space.journal.import(&space_id, &entry)?;
                let header = envelope.header();
                journal_writes(&space_id, &space.journal, &entry, &envelope.id(), header)
            }
        };
        space.refill.given_at = Some(env.now);
        self.store(writes);
        self.go_on(env, id, space_id)
    }

    /// Takes what a giver says of where both logs end.
    pub(super) fn complete(&mut self, env: &Env<'_>, id: LinkId, register: Head, journal: Head) {
        let Some(seat) = self.seat(id).cloned() else {
            return;
        };
        let verdict = match self.spaces.get_mut(&seat.space) {
            None => Err(Refusal::UnknownSpace),
            Some(space) if space.brings(&seat.key) => {
                space.refill.heads = Some((register, journal));
                self.go_on(env, id, seat.space)
            }
            Some(space) if space.care == Care::Importing => Err(Refusal::UnderRepair),
            Some(space) if space.care == Care::Damaged => Ok(()),
            Some(_) => self.shown(id, seat.space, [&register, &journal]),
        };
        if let Err(refusal) = verdict {
            self.refuse(id, Subject::Give, refusal, 0);
        }
    }

    /// Asks for more, or ends the import when everything is there.
    fn go_on(&mut self, env: &Env<'_>, id: LinkId, space_id: SpaceId) -> Result<(), Refusal> {
        if self.ask_more(id, &space_id) {
            return Ok(());
        }
        let own = self.id();
        let space = self.spaces.get_mut(&space_id).ok_or(Refusal::UnknownSpace)?;
        let Some(heads) = space.refill.heads.take() else {
            return Ok(());
        };
        match space.judge_received(&own, &heads) {
            Ok(()) => {
                let writes = space.received(heads);
                self.store(writes);
                self.event(Event::Imported(space_id));
                self.note_erasure(space_id);
                for link in self.links.in_space(&space_id) {
                    self.seat_again(env, link);
                }
                Ok(())
            }
            Err(Refusal::Gap) => {
                // What was given is not what was signed: nothing of it is worth keeping.
                let writes = space.forget_received(env);
                self.store(writes);
                Err(Refusal::Gap)
            }
            Err(refusal) => Err(refusal),
        }
    }

    /// Asks for the items of the next window; false when nothing is missing any more.
    fn ask_more(&mut self, id: LinkId, space_id: &SpaceId) -> bool {
        let Some(space) = self.spaces.get_mut(space_id) else {
            return true;
        };
        let Some((log, goal)) = space.missing() else {
            return false;
        };
        let size = space.size(log);
        // Without its end, the place after the last one held is asked for, to hear of it.
        let until = goal.min(size.saturating_add(WINDOW)).max(size + 1);
        let asked = space.refill.asked.entry(log).or_insert(size);
        let from = size.max(*asked);
        *asked = until.max(*asked);
        for position in from..until {
            self.send(id, &ToReplica::Wanted { log, position });
        }
        true
    }
}

impl Refill {
    fn stalls(&self, now: Instant) -> bool {
        self.given_at.is_none_or(|at| now.since(at) >= GIVER_SILENCE_MAX)
    }
}

impl Space {
    /// Tells whether a key brings this space here.
    fn brings(&self, key: &[u8; 32]) -> bool {
        let by = self.origin.as_ref().is_some_and(|origin| origin.by == *key);
        self.care == Care::Importing && by
    }

    /// Returns the log that lacks items, and its size as far as it is known.
    fn missing(&self) -> Option<(Log, u64)> {
        let held = self.origin.as_ref().map_or(0, |origin| origin.held);
        let Some((register, journal)) = &self.refill.heads else {
            return Some((Log::Register, held));
        };
        let goals = [(Log::Register, register.size), (Log::Journal, journal.size)];
        let lacking = goals.into_iter().find(|(log, goal)| self.size(*log) < *goal);
        // Nobody has the contents of an erased space, and nobody is asked for them.
        lacking.filter(|(log, _)| *log == Log::Register || !self.is_erased())
    }

    /// Judges what was received against what the relay before has signed.
    fn judge_received(&self, own: &RelayId, heads: &(Head, Head)) -> Result<(), Refusal> {
        let register = self.register.as_ref().ok_or(Refusal::NotYet)?;
        if register.roster().relay().relay != *own {
            return Err(Refusal::WrongRelay);
        }
        let signer = register.relay_at(register.size());
        for (log, head) in [(Log::Register, &heads.0), (Log::Journal, &heads.1)] {
            let (space, size, root) = (self.id, self.size(log), self.root(log));
            if log == Log::Journal && size == 0 && head.size == 0 {
                continue;
            }
            let signed = Checkpoint::verify(&head.note, &signer)?;
            if (signed.space, signed.log, signed.size) != (space, log, head.size) {
                return Err(Refusal::Malformed);
            }
            if log == Log::Journal && self.is_erased() {
                // What was signed of it is kept; nobody has anything to hold it against.
                continue;
            }
            if signed != (Checkpoint { space, log, size, root }) {
                return Err(Refusal::Gap);
            }
        }
        Ok(())
    }

    /// Ends the import.
    fn received(&mut self, heads: (Head, Head)) -> Vec<Write> {
        let (by, held) = self.origin.as_ref().map_or(([0; 32], 0), |o| (o.by, o.held));
        let origin = Origin { by, held, heads: Some(heads) };
        let journal = codec::to_bytes(self.journal.head());
        let writes = vec![
            put(records::origin(&self.id), codec::to_bytes(&origin)),
            put(records::head(&self.id, Log::Journal), journal),
        ];
        self.origin = Some(origin);
        self.care = Care::Sound;
        self.refill = Refill::default();
        self.notes.clear();
        writes
    }

    /// Starts the import again from nothing.
    fn forget_received(&mut self, env: &Env<'_>) -> Vec<Write> {
        self.register = None;
        self.journal = Journal::new();
        self.refill = Refill::default();
        self.notes.clear();
        let origin = records::origin(&self.id);
        let mut writes = Vec::new();
        scan(env.records, records::whole(&self.id), |key, _| {
            if key != origin {
                writes.push(Write::Delete { key: key.to_vec() });
            }
        });
        writes
    }
}
