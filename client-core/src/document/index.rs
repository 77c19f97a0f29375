//! What a document knows about its own history, beside the engine.
//!
//! Admission must answer "does this operation exist, in which object, seen by whom" without
//! walking the document; history must tell what a change touched without decoding it again.
//! Operations are kept as runs, so that a page typed in one go costs one entry. The index
//! follows from the changes alone and is never a source of truth.

use std::collections::BTreeMap;

use automerge::ObjType;
use automerge::legacy::{ElementId, Key, ObjectId, Op, OpId, OpType};
use automerge::{ActorId, ExpandedChange};
use protocol::env::Timestamp;

use super::author::{Actor, ChangeId};
use super::clock::{Clock, Clocks};
use super::layout;
use super::place::{Place, Touched};
use crate::kinds::Kind;

mod form; // as saved bytes

/// Number of an actor, of an object, of a change or of a text in the tables below.
pub(crate) type Number = u32;

/// One operation: its counter and the number of its actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct OpRef {
    pub(crate) counter: u32,
    pub(crate) actor: Number,
}

/// Where an operation writes within its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    /// It is an element of a sequence of its own.
    Element,
    /// It begins or ends a mark in a sequence.
    Mark,
    /// It writes a key of a map.
    Key(Number),
    /// It overwrites an element of a sequence.
    Over(OpRef),
}

/// Operations with consecutive counters in one object; more than one only for elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    start: u32,
    len: u32,
    object: Number,
    slot: Slot,
}

/// An operation found in the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) object: Number,
    pub(crate) slot: Slot,
}

/// What an object is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The root map.
    Root,
    /// The map of the fields.
    Fields,
    /// The map of the sections.
    Sections,
    /// The map of one section.
    InSections,
    /// Anything deeper.
    Inside,
}

/// One object of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Object {
    pub(crate) kind: ObjType,
    pub(crate) depth: u8,
    pub(crate) role: Role,
    /// What is touched by writing into it, unless its keys tell.
    place: Option<Number>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) id: ChangeId,
    pub(crate) actor: Number,
    pub(crate) seq: u64,
    pub(crate) start_op: u32,
    pub(crate) max_op: u32,
    pub(crate) time: Timestamp,
    pub(crate) deps: Vec<Number>,
    touched: Vec<(Number, Touched)>,
}

/// What the operations of one change touch, in the order they first do: thousands of parts,
/// perhaps, each found without looking at the others.
#[derive(Default)]
struct TouchedParts {
    parts: Vec<(Number, Touched)>,
    known: BTreeMap<Number, usize>,
}

impl TouchedParts {
    fn of(&mut self, place: Number) -> &mut Touched {
        let fresh = self.parts.len();
        let at = *self.known.entry(place).or_insert(fresh);
        if at == fresh {
            self.parts.push((place, Touched::default()));
        }
        &mut self.parts[at].1
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct ActorLog {
    changes: Vec<Number>,
    runs: Vec<Run>,
}

/// The tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Index {
    actors: Vec<(Actor, ActorLog)>,
    actor_numbers: BTreeMap<Actor, Number>,
    changes: Vec<Entry>,
    change_numbers: BTreeMap<ChangeId, Number>,
    objects: Vec<Object>,
    object_numbers: BTreeMap<OpRef, Number>,
    keys: BTreeMap<String, Number>,
    places: Vec<Place>,
    place_numbers: BTreeMap<Place, Number>,
    max_op: u32,
    ops: u64,
    clocks: Clocks,
}

/// The root map, always the first object.
pub(crate) const ROOT: Number = 0;

fn number(index: usize) -> Number {
    Number::try_from(index).expect("limits keep every table far below four billion entries")
}

fn at(number: Number) -> usize {
    usize::try_from(number).expect("a table index fits the address space")
}

impl Index {
    /// Starts with the root and nothing else.
    pub(crate) fn new() -> Self {
        Self {
            actors: Vec::new(),
            actor_numbers: BTreeMap::new(),
            changes: Vec::new(),
            change_numbers: BTreeMap::new(),
            objects: vec![Object { kind: ObjType::Map, depth: 0, role: Role::Root, place: None }],
            object_numbers: BTreeMap::new(),
            keys: BTreeMap::new(),
            places: Vec::new(),
            place_numbers: BTreeMap::new(),
            max_op: 0,
            ops: 0,
            clocks: Clocks::default(),
        }
    }

    /// Tells whether a change is part of the document.
    pub(crate) fn contains(&self, id: &ChangeId) -> bool {
        self.change_numbers.contains_key(id)
    }

    /// Returns a change by its name.
    pub(crate) fn entry(&self, id: &ChangeId) -> Option<&Entry> {
        self.change_numbers.get(id).map(|number| &self.changes[at(*number)])
    }

    /// Returns the changes, each after those it depends on.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.changes
    }

    /// Returns the names of the changes within a range of hexadecimal prefixes.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &ChangeId> {
        self.change_numbers.keys()
    }

    /// Returns the number of a change.
    pub(crate) fn change_number(&self, id: &ChangeId) -> Option<Number> {
        self.change_numbers.get(id).copied()
    }

    /// Returns the change of that number.
    pub(crate) fn change(&self, number: Number) -> &Entry {
        &self.changes[at(number)]
    }

    /// Returns the actor of that number.
    pub(crate) fn actor(&self, number: Number) -> Actor {
        self.actors[at(number)].0
    }

    /// Returns the highest operation counter.
    pub(crate) fn max_op(&self) -> u32 {
        self.max_op
    }

    /// Returns how many operations the document holds, deletions included.
    pub(crate) fn ops(&self) -> u64 {
        self.ops
    }

    /// Makes the document look as large as no test can make it.
    #[cfg(test)]
    pub(crate) fn pretend_ops(&mut self, ops: u64) {
        self.ops = ops;
    }

    /// Returns how many changes an actor has made.
    pub(crate) fn last_seq(&self, actor: &Actor) -> u64 {
        let log = self.actor_numbers.get(actor).map(|number| &self.actors[at(*number)].1);
        log.map_or(0, |log| log.changes.len() as u64)
    }

    /// Returns the change of an actor with that sequence number, from one.
    pub(crate) fn change_of(&self, actor: &Actor, seq: u64) -> Option<&Entry> {
        let log = &self.actors[at(*self.actor_numbers.get(actor)?)].1;
        let index = usize::try_from(seq.checked_sub(1)?).ok()?;
        log.changes.get(index).map(|number| self.change(*number))
    }

    /// Returns the number of an actor of the engine, if it has written.
    pub(crate) fn actor_number(&self, actor: &ActorId) -> Option<Number> {
        self.actor_numbers.get(&Actor::from_engine(actor)?).copied()
    }

    /// Returns an operation in the form of the tables.
    pub(crate) fn op_ref(&self, id: &OpId) -> Option<OpRef> {
        let counter = u32::try_from(id.counter()).ok()?;
        Some(OpRef { counter, actor: self.actor_number(id.actor())? })
    }

    /// Returns what is known of an operation; deletions are not kept, nothing may name them.
    pub(crate) fn find(&self, op: OpRef) -> Option<Found> {
        let runs = &self.actors.get(at(op.actor))?.1.runs;
        let after = runs.partition_point(|run| run.start <= op.counter);
        let run = runs.get(after.checked_sub(1)?)?;
        (op.counter - run.start < run.len).then_some(Found { object: run.object, slot: run.slot })
    }

    /// Returns the number of the object that an operation made.
    pub(crate) fn object_number(&self, op: OpRef) -> Option<Number> {
        self.object_numbers.get(&op).copied()
    }

    /// Returns an object.
    pub(crate) fn object(&self, number: Number) -> &Object {
        &self.objects[at(number)]
    }

    /// Returns the number of a map key, if any operation ever wrote it.
    pub(crate) fn key_number(&self, key: &str) -> Option<Number> {
        self.keys.get(key).copied()
    }

    /// Returns the change that an operation belongs to.
    pub(crate) fn change_with(&self, op: OpRef) -> Option<&Entry> {
        let changes = &self.actors.get(at(op.actor))?.1.changes;
        let after = changes.partition_point(|number| self.change(*number).start_op <= op.counter);
        let entry = self.change(*changes.get(after.checked_sub(1)?)?);
        (op.counter <= entry.max_op).then_some(entry)
    }

    /// Returns what a change that builds upon `deps` has seen; `None` is everything.
    pub(crate) fn past(&mut self, deps: &[ChangeId]) -> Option<Clock> {
        let deps: Vec<Number> = deps.iter().filter_map(|dep| self.change_number(dep)).collect();
        self.clocks.past(&deps, &self.changes)
    }

    /// Returns what a change touched, in the order it was first touched.
    pub(crate) fn touched<'a>(
        &'a self,
        entry: &'a Entry,
    ) -> impl Iterator<Item = (&'a Place, Touched)> {
        entry.touched.iter().map(|(place, touched)| (&self.places[at(*place)], *touched))
    }

    /// Adds a change whose dependencies are all present, of a document of that kind.
    pub(crate) fn push(
        &mut self,
        kind: Option<&'static Kind>,
        id: ChangeId,
        change: &ExpandedChange,
    ) {
        let Some(actor) = Actor::from_engine(&change.actor_id) else {
            return;
        };
        let actor = self.intern_actor(actor);
        let start_op = u32::try_from(change.start_op.get()).unwrap_or(u32::MAX);
        let mut touched = TouchedParts::default();
        let mut counter = start_op;
        for op in &change.operations {
            self.push_op(kind, OpRef { counter, actor }, op, &mut touched);
            counter = counter.saturating_add(1);
        }
        let deps = change.deps.iter();
        let entry = Entry {
            id,
            actor,
            seq: change.seq,
            start_op,
            max_op: counter.saturating_sub(1),
            time: claimed_time(change.time),
            deps: deps.filter_map(|dep| self.change_number(&ChangeId::from(*dep))).collect(),
            touched: touched.parts,
        };
        self.add_entry(entry, change.operations.len() as u64);
    }

    /// Adds a change to the tables, its operations apart.
    fn add_entry(&mut self, entry: Entry, ops: u64) {
        self.max_op = self.max_op.max(entry.max_op);
        self.ops += ops;
        let change = number(self.changes.len());
        self.clocks.push(change, &entry);
        self.change_numbers.insert(entry.id, change);
        self.actors[at(entry.actor)].1.changes.push(change);
        self.changes.push(entry);
    }

    /// Counts operations that are not there, for tests of what a heavy document does.
    #[cfg(test)]
    pub(crate) fn burden(&mut self, ops: u64) {
        self.ops += ops;
    }

    /// Tells whether these are the changes that no other builds upon.
    pub(crate) fn ends_in(&self, heads: &[ChangeId]) -> bool {
        let known = |head: &ChangeId| self.change_number(head).is_some_and(|h| self.clocks.ends(h));
        heads.len() == self.clocks.ends_count() && heads.iter().all(known)
    }

    fn push_op(
        &mut self,
        kind: Option<&'static Kind>,
        id: OpRef,
        op: &Op,
        touched: &mut TouchedParts,
    ) {
        let object = match &op.obj {
            ObjectId::Root => Some(ROOT),
            ObjectId::Id(made_by) => {
                self.op_ref(made_by).and_then(|made_by| self.object_number(made_by))
            }
        };
        let Some(object) = object else { return };
        let (role, place) = self.role_within(kind, object, &op.key);
        if let Some(place) = place {
            self.touch(touched, object, place, op);
        }
        if let OpType::Make(kind) = op.action {
            let depth = self.object(object).depth.saturating_add(1);
            let made = number(self.objects.len());
            self.objects.push(Object { kind, depth, role, place });
            self.object_numbers.insert(id, made);
        }
        if op.action == OpType::Delete {
            return;
        }
        let slot = self.slot(op);
        self.push_run(id, object, slot);
    }

    fn slot(&mut self, op: &Op) -> Slot {
        if matches!(op.action, OpType::MarkBegin(_) | OpType::MarkEnd(_)) {
            return Slot::Mark;
        }
        match &op.key {
            Key::Map(key) => Slot::Key(self.intern_key(key)),
            Key::Seq(ElementId::Id(over)) if !op.insert => match self.op_ref(over) {
                Some(over) => Slot::Over(over),
                None => Slot::Mark,
            },
            Key::Seq(_) => Slot::Element,
        }
    }

    fn push_run(&mut self, id: OpRef, object: Number, slot: Slot) {
        let runs = &mut self.actors[at(id.actor)].1.runs;
        if let Some(last) = runs.last_mut() {
            let follows = last.start + last.len == id.counter;
            let alike = last.object == object && last.slot == slot;
            if follows && alike && slot == Slot::Element {
                last.len += 1;
                return;
            }
        }
        runs.push(Run { start: id.counter, len: 1, object, slot });
    }

    /// Returns what an object made there would be for, and what writing there touches.
    fn role_within(
        &mut self,
        kind: Option<&'static Kind>,
        object: Number,
        key: &Key,
    ) -> (Role, Option<Number>) {
        let Object { role, place, .. } = *self.object(object);
        if place.is_some() {
            return (Role::Inside, place);
        }
        let name = match key {
            Key::Map(name) => Some(name.as_str()),
            Key::Seq(_) => None,
        };
        let (role, place) = match (role, name) {
            (Role::Root, Some(layout::FIELDS_KEY)) => return (Role::Fields, None),
            (Role::Root, Some(layout::SECTIONS_KEY)) => return (Role::Sections, None),
            (Role::Root, Some(layout::TITLE_KEY)) => (Role::Inside, Place::Title),
            (Role::Root, Some(layout::COMMENTS_KEY)) => (Role::Inside, Place::Comments),
            (Role::Fields, Some(key)) => (Role::Inside, Place::of_key(kind, key).0),
            (Role::Sections, Some(id)) => (Role::InSections, Place::Section(id.to_owned())),
            (Role::Root | Role::Fields | Role::Sections, _)
            | (Role::InSections | Role::Inside, _) => (Role::Inside, Place::Elsewhere),
        };
        (role, Some(self.intern_place(place)))
    }

    fn touch(&mut self, touched: &mut TouchedParts, object: Number, place: Number, op: &Op) {
        let counts = touched.of(place);
        let in_text = self.object(object).kind == ObjType::Text;
        match (&op.action, in_text) {
            (OpType::Delete, true) => counts.chars_deleted += 1,
            (OpType::Put(_) | OpType::Make(_), true) if op.insert => counts.chars_inserted += 1,
            (_, _) => counts.values_written += 1,
        }
    }

    fn intern_actor(&mut self, actor: Actor) -> Number {
        if let Some(number) = self.actor_numbers.get(&actor) {
            return *number;
        }
        let fresh = number(self.actors.len());
        self.actors.push((actor, ActorLog::default()));
        self.actor_numbers.insert(actor, fresh);
        fresh
    }

    fn intern_key(&mut self, key: &str) -> Number {
        if let Some(number) = self.keys.get(key) {
            return *number;
        }
        let fresh = number(self.keys.len());
        self.keys.insert(key.to_owned(), fresh);
        fresh
    }

    fn intern_place(&mut self, place: Place) -> Number {
        if let Some(number) = self.place_numbers.get(&place) {
            return *number;
        }
        let fresh = number(self.places.len());
        self.places.push(place.clone());
        self.place_numbers.insert(place, fresh);
        fresh
    }
}

/// Reads the time a change claims, in seconds; a time before 1970 counts as 1970.
fn claimed_time(seconds: i64) -> Timestamp {
    Timestamp::from_ms(u64::try_from(seconds).unwrap_or(0).saturating_mul(1_000))
}
