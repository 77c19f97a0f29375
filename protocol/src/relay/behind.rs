//! A relay restored from a copy: it signs nothing until it holds again what it once signed.
//!
//! A replica shows checkpoints that this relay signed beyond what it holds. From then on, and
//! over restarts, nothing is appended and nothing is signed; the missing entries are taken from
//! that replica on trial, beside the present state. They count only when they give the very
//! roots that were signed; otherwise they are dropped and another replica may try.

use std::collections::{BTreeMap, BTreeSet};

use super::append::put;
use super::space::{Care, RegisterHead, Space};
use super::{Event, Relay, records};
use crate::checkpoint::{Checkpoint, Log};
use crate::codec::{self, Bytes, Decode, DecodeError, Encode, Reader, Writer};
use crate::crypto::Hash;
use crate::env::{Env, LinkId, Write};
use crate::id::{RelayId, SpaceId};
use crate::journal::{Journal, JournalEntry};
use crate::refusal::Refusal;
use crate::register::{Entry, Register};
use crate::tree::leaf_hash;
use crate::wire::{Head, ToReplica};

/// Items asked for ahead.
const WINDOW: u64 = 64;

/// What is known to be missing.
#[derive(Default)]
pub(super) struct Behind {
    /// The highest size and root this relay has signed, as replicas have shown.
    pub(super) goals: Goals,
    trial: Option<Trial>,
    /// Keys whose entries did not give the signed roots.
    distrusted: BTreeSet<[u8; 32]>,
}

/// Sizes and roots to come back to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Goals(BTreeMap<Log, (u64, Hash)>);

/// Entries of one giver, folded beside the present state.
struct Trial {
    giver: LinkId,
    register: Register,
    journal: Journal,
    asked: BTreeMap<Log, u64>,
}

impl Trial {
    fn size(&self, log: Log) -> u64 {
        match log {
            Log::Register => self.register.size(),
            Log::Journal => self.journal.size(),
        }
    }

    fn root(&self, log: Log) -> Hash {
        match log {
            Log::Register => self.register.root(),
            Log::Journal => self.journal.root(),
        }
    }
}

impl Goals {
    /// Takes what this relay has signed beyond a size; tells whether it was news.
    fn raise(&mut self, space: &Space, own: &RelayId, heads: [&Head; 2]) -> bool {
        let mut news = false;
        for (log, head) in Log::ALL.into_iter().zip(heads) {
            if log == Log::Journal && space.is_erased() {
                continue;
            }
            let Ok(signed) = Checkpoint::verify(&head.note, own) else {
                continue;
            };
            let known = self.0.get(&log).map_or(space.size(log), |(size, _)| *size);
            if (signed.space, signed.log) == (space.id, log) && signed.size > known {
                self.0.insert(log, (signed.size, signed.root));
                news = true;
            }
        }
        news
    }

    fn reached(&self, trial: &Trial) -> bool {
        self.of(trial).all(|(log, (size, _))| trial.size(*log) >= *size)
    }

    fn met(&self, trial: &Trial) -> bool {
        self.of(trial).all(|(log, goal)| (trial.size(*log), trial.root(*log)) == *goal)
    }

    /// Returns what has to be reached: the journal of an erased space is with nobody any more.
    fn of(&self, trial: &Trial) -> impl Iterator<Item = (&Log, &(u64, Hash))> {
        let erased = trial.register.roster().is_erased();
        self.0.iter().filter(move |(log, _)| **log == Log::Register || !erased)
    }
}

impl Relay {
    /// Looks at checkpoints a replica shows; begins to recover when they are ahead.
    pub(super) fn shown(
        &mut self,
        id: LinkId,
        space_id: SpaceId,
        heads: [&Head; 2],
    ) -> Result<(), Refusal> {
        let own = self.id();
        let key = self.seat(id).map(|seat| seat.key).ok_or(Refusal::NotYet)?;
        let space = self.spaces.get_mut(&space_id).ok_or(Refusal::UnknownSpace)?;
        let mut behind = space.behind.take().unwrap_or_default();
        let news = behind.goals.raise(space, &own, heads);
        if behind.goals.0.is_empty() {
            return Ok(());
        }
        if news {
            space.care = Care::Behind;
            space.notes.clear();
            let key = records::behind(&space_id);
            let write = put(key, codec::to_bytes(&behind.goals));
            self.outputs.push_back(super::Output::Store(vec![write]));
            self.outputs.push_back(super::Output::Event(Event::Behind(space_id)));
        }
        let trusted = !behind.distrusted.contains(&key);
        let gone = |trial: &Trial| self.links.get(trial.giver).is_none();
        if trusted && behind.trial.as_ref().is_none_or(gone) {
            behind.trial = space.register.clone().map(|register| Trial {
                giver: id,
                register,
                journal: space.journal.clone(),
                asked: BTreeMap::new(),
            });
        }
        space.behind = Some(behind);
        self.ask_back(id, &space_id);
        if trusted { Ok(()) } else { Err(Refusal::Gap) }
    }

    /// Takes one entry back, on trial.
    pub(super) fn take_back(
        &mut self,
        env: &Env<'_>,
        id: LinkId,
        space_id: SpaceId,
        (log, position): (Log, u64),
        item: &[u8],
    ) -> Result<(), Refusal> {
        let space = self.spaces.get_mut(&space_id).ok_or(Refusal::UnknownSpace)?;
        let behind = space.behind.as_mut().ok_or(Refusal::NotYet)?;
        let Some(trial) = behind.trial.as_mut().filter(|trial| trial.giver == id) else {
            return Err(Refusal::UnderRepair);
        };
        if position != trial.size(log) {
            return if position < trial.size(log) { Ok(()) } else { Err(Refusal::Gap) };
        }
        let leaf = match log {
            Log::Register => {
                let entry: Entry = codec::from_bytes(item)?;
                trial.register.push(&entry)?;
                leaf_hash(item)
            }
            Log::Journal => {
                let entry: JournalEntry = codec::from_bytes(item)?;
                let envelope = trial.journal.import(&space_id, &entry)?;
                entry.leaf(&envelope.id(), envelope.header())
            }
        };
        // Beyond the stored head these two are not read: they count when the head is moved.
        self.store(vec![
            put(records::entry(&space_id, log, position), item.to_vec()),
            put(records::leaf(&space_id, log, position), leaf.to_vec()),
        ]);
        self.ask_back(id, &space_id);
        self.settle(env, id, space_id)
    }

    /// Ends the recovery when everything was given: for good, or for this giver.
    fn settle(&mut self, env: &Env<'_>, id: LinkId, space_id: SpaceId) -> Result<(), Refusal> {
        let key = self.seat(id).map(|seat| seat.key).ok_or(Refusal::NotYet)?;
        let space = self.spaces.get_mut(&space_id).ok_or(Refusal::UnknownSpace)?;
        let Some(mut behind) = space.behind.take() else {
            return Ok(());
        };
        let Some(trial) = behind.trial.take_if(|trial| behind.goals.reached(trial)) else {
            space.behind = Some(behind);
            return Ok(());
        };
        if !behind.goals.met(&trial) {
            behind.distrusted.insert(key);
            space.behind = Some(behind);
            return Err(Refusal::Gap);
        }
        let mut writes = space.recovered(trial);
        let time = space.stamp(env.wall);
        writes.extend(space.tidy(time));
        self.store(writes);
        self.event(Event::Recovered(space_id));
        self.note_erasure(space_id);
        for link in self.links.in_space(&space_id) {
            self.seat_again(env, link);
        }
        Ok(())
    }

    /// Asks the giver for the entries of the next window.
    fn ask_back(&mut self, id: LinkId, space_id: &SpaceId) {
        let space = self.spaces.get_mut(space_id);
        let Some(behind) = space.and_then(|space| space.behind.as_mut()) else {
            return;
        };
        let Some(trial) = behind.trial.as_mut().filter(|trial| trial.giver == id) else {
            return;
        };
        let lacks = |(log, (goal, _)): &(&Log, &(u64, Hash))| trial.size(**log) < *goal;
        let Some((&log, &(goal, _))) = behind.goals.of(trial).find(lacks) else {
            return;
        };
        let size = trial.size(log);
        let until = goal.min(size.saturating_add(WINDOW));
        let asked = trial.asked.entry(log).or_insert(size);
        let from = size.max(*asked);
        *asked = until.max(*asked);
        for position in from..until {
            self.send(id, &ToReplica::Wanted { log, position });
        }
    }
}

impl Space {
    /// Takes the trial for the present state, and returns how to store what follows from it.
    fn recovered(&mut self, trial: Trial) -> Vec<Write> {
        let (id, base) = (self.id, self.journal.size());
        let head = RegisterHead { size: trial.register.size(), root: trial.register.root() };
        let journal = &trial.journal;
        let mut writes = vec![
            put(records::head(&id, Log::Register), codec::to_bytes(&head)),
            put(records::head(&id, Log::Journal), codec::to_bytes(journal.head())),
            Write::Delete { key: records::behind(&id) },
        ];
        for (device, incarnation) in journal.lives() {
            let mark = journal.mark(&device, &incarnation).filter(|mark| mark.position >= base);
            if let Some(mark) = mark {
                let key = records::mark(&id, &device, &incarnation);
                writes.push(put(key, codec::to_bytes(&mark)));
                if let Some(usage) = journal.usage(&device) {
                    writes.push(put(records::usage(&id, &device), codec::to_bytes(&usage)));
                }
            }
        }
        self.register = Some(trial.register);
        self.journal = trial.journal;
        self.care = Care::Sound;
        self.notes.clear();
        writes
    }
}

impl Encode for Goals {
    fn encode(&self, out: &mut Writer) {
        out.array(self.0.len());
        for (log, (size, root)) in &self.0 {
            out.array(3);
            log.encode(out);
            out.uint(*size);
            Bytes(root).encode(out);
        }
    }
}

impl Decode for Goals {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut goals = BTreeMap::new();
        for _ in 0..input.array(Log::ALL.len())? {
            if input.array(3)? != 3 {
                return Err(DecodeError::Malformed);
            }
            goals.insert(Log::decode(input)?, (input.uint()?, input.fixed()?));
        }
        Ok(Self(goals))
    }
}

impl From<Goals> for Behind {
    fn from(goals: Goals) -> Self {
        Self { goals, ..Self::default() }
    }
}
