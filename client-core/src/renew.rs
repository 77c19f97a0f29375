//! Changes that lost their place, written again under names of their own.
//!
//! After a restore, or on a copied machine, another change may already bear the sequence number
//! of one that was never ordered. Such changes are then made again, operation by operation: what
//! was typed stays, nothing that was ordered changes its name, and a peer that never saw the old
//! ones admits the new ones even though other changes of the old actor bear their numbers
//! (`security.md` T31, T32). A renewed change is the first and only one of an actor that follows
//! from the hash of the old one and from what the new one says: whoever holds the old one (its
//! writer, a copy of that, the reader of a bundle) makes the same bytes, so that what is taken up
//! twice stands there once, and nobody can put other words in its place.
//! This works on the changes alone; the caller builds its documents anew.

use std::collections::{BTreeMap, BTreeSet};

use automerge::legacy::{ElementId, Key, ObjectId, Op, OpId};
use automerge::{Change, ChangeHash, ExpandedChange};
use protocol::id::{DeviceId, DocumentId, SpaceId};

use crate::admission::{change_id, guarded, parse_own};
use crate::document::{Actor, ChangeId, layout};
use crate::tally::{self, Work};

/// A change that lost its place, or that may build upon one that did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Old {
    /// The chunk.
    pub bytes: Vec<u8>,
    /// The device that wrote it.
    pub from: DeviceId,
    /// Whether it must be written again even if nothing it builds upon is.
    pub lost: bool,
}

/// A change written again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewed {
    /// The hash of the old one.
    pub of: ChangeId,
    /// The device that wrote the old one.
    pub from: DeviceId,
    /// The chunk.
    pub bytes: Vec<u8>,
}

/// Writes changes of one document again, and everything among them that builds upon those.
///
/// The result is in an order in which each change follows its past. A first change of a
/// document comes back as it is: nobody in particular wrote it. What is no change in its
/// canonical form, and what builds upon such, is left out: the caller keeps the old one.
#[must_use]
pub fn renew(space: &SpaceId, document: &DocumentId, old: &[Old]) -> Vec<Renewed> {
    let mut renewal = Renewal::new(*space, *document);
    let mut renewed = Vec::new();
    for (old, change) in in_order(old) {
        let builds_upon_renewed = change.deps().iter().any(|dep| renewal.changes.contains_key(dep));
        if change.deps().is_empty() && old.lost {
            let of = ChangeId::from(change.hash());
            renewed.push(Renewed { of, from: old.from, bytes: old.bytes.clone() });
        } else if old.lost || builds_upon_renewed {
            let Some(again) = guarded(|| renewal.write_again(&change)) else {
                continue;
            };
            let of = ChangeId::from(change.hash());
            renewed.push(Renewed { of, from: old.from, bytes: again.raw_bytes().to_vec() });
        }
    }
    renewed
}

/// Reads the changes and puts each after those of them that it builds upon.
fn in_order(old: &[Old]) -> Vec<(&Old, Change)> {
    let mut waiting: Vec<(&Old, Change)> = Vec::new();
    let mut given: BTreeSet<ChangeHash> = BTreeSet::new();
    let mut unread: BTreeSet<ChangeId> = BTreeSet::new();
    for one in old {
        match parse_own(&one.bytes) {
            Some(change) if given.insert(change.hash()) => waiting.push((one, change)),
            Some(_) => {}
            None => drop(unread.insert(change_id(&one.bytes))),
        }
    }
    // A change begins counting above all that it builds upon.
    waiting.sort_by_key(|(_, change)| change.start_op());
    let mut ordered: Vec<(&Old, Change)> = Vec::new();
    for (one, change) in waiting {
        if change.deps().iter().any(|dep| unread.contains(&ChangeId::from(*dep))) {
            unread.insert(ChangeId::from(change.hash()));
        } else {
            ordered.push((one, change));
        }
    }
    ordered
}

/// What bears another name in the new changes.
struct Renewal {
    space: SpaceId,
    document: DocumentId,
    /// What was written again, in that order.
    made: Vec<Made>,
    /// Which of those an actor made, by where they begin counting.
    by_actor: BTreeMap<Actor, Vec<Span>>,
    changes: BTreeMap<ChangeHash, (usize, ChangeHash)>,
    /// How many changes each line has.
    lines: Vec<usize>,
    /// Names of sections, items, entries and rows, which tell the operation that made them.
    names: BTreeMap<String, Vec<(usize, String)>>,
}

/// A change that was written again.
struct Made {
    to: Actor,
    /// Where it stands: in which line, and how many are before it there.
    line: (usize, usize),
    past: Ancestry,
}

/// Where a change stands among those of one actor.
struct Span {
    at: usize,
    /// Counters of its operations, first and last.
    counters: (u64, u64),
    /// The last counter of this change and of all before it.
    reach: u64,
}

/// A change whose new name is not known yet, and the old names it gives.
struct Noted {
    at: usize,
    names: Vec<(u64, String)>,
}

/// Which of the changes written again one builds upon: how many of each line.
///
/// Two copies of one store give the same numbers to different operations: only the past of a
/// change tells which of them it speaks of. In a line each change builds upon the one before it,
/// so that a number says all; a store and its copy make two.
#[derive(Clone, Default)]
struct Ancestry(BTreeMap<usize, usize>);

impl Ancestry {
    fn contains(&self, (line, before): (usize, usize)) -> bool {
        self.0.get(&line).is_some_and(|known| before < *known)
    }

    fn join(&mut self, made: &Made) {
        let with = (made.line.0, made.line.1 + 1);
        for (line, known) in made.past.0.iter().map(|(l, k)| (*l, *k)).chain([with]) {
            let own = self.0.entry(line).or_default();
            *own = known.max(*own);
        }
    }
}

impl Renewal {
    fn new(space: SpaceId, document: DocumentId) -> Self {
        Self {
            space,
            document,
            made: Vec::new(),
            by_actor: BTreeMap::new(),
            changes: BTreeMap::new(),
            lines: Vec::new(),
            names: BTreeMap::new(),
        }
    }

    fn write_again(&mut self, change: &Change) -> Change {
        let mut expanded = change.decode();
        let mut past = Ancestry::default();
        let mut line = None;
        for dep in &mut expanded.deps {
            if let Some((at, again)) = self.changes.get(dep) {
                let made = &self.made[*at];
                past.join(made);
                let goes_on = self.lines[made.line.0] == made.line.1 + 1;
                line = line.or_else(|| goes_on.then_some(made.line.0));
                *dep = *again;
            }
        }
        expanded.deps.sort_unstable();
        let old = self.note(&expanded, past, line);
        for op in &mut expanded.operations {
            self.rename_in(op, old.at);
        }
        expanded.actor_id = Actor::UNNAMED.engine();
        expanded.seq = 1;
        let of = ChangeId::from(change.hash());
        let content = content(&mut expanded, Actor::UNNAMED);
        let to = Actor::renewed(&self.space, &self.document, &of, &content);
        self.name(&old, to);
        readdress(&mut expanded, Actor::UNNAMED, to);
        let at = old.at;
        let again = Change::from(expanded);
        self.changes.insert(change.hash(), (at, again.hash()));
        again
    }

    /// Notes what a change makes, under no name yet, in a line that it goes on or a new one.
    fn note(&mut self, change: &ExpandedChange, past: Ancestry, line: Option<usize>) -> Noted {
        let at = self.made.len();
        let first = change.start_op.get();
        let last = first + (change.operations.len() as u64).saturating_sub(1);
        let line = line.unwrap_or_else(|| {
            self.lines.push(0);
            self.lines.len() - 1
        });
        let before = self.lines[line];
        self.lines[line] += 1;
        self.made.push(Made { to: Actor::UNNAMED, line: (line, before), past });
        let Some(from) = Actor::from_engine(&change.actor_id) else {
            return Noted { at, names: Vec::new() };
        };
        let spans = self.by_actor.entry(from).or_default();
        let reach = spans.last().map_or(last, |span| span.reach.max(last));
        spans.push(Span { at, counters: (first, last), reach });
        let names = names_made(change, from);
        for (counter, old) in &names {
            let unnamed = layout::fresh_name(*counter, Actor::UNNAMED);
            self.names.entry(old.clone()).or_default().push((at, unnamed));
        }
        Noted { at, names }
    }

    /// Gives what was noted its name.
    fn name(&mut self, noted: &Noted, to: Actor) {
        self.made[noted.at].to = to;
        for (counter, old) in &noted.names {
            for (_, name) in
                self.names.get_mut(old).into_iter().flatten().filter(|n| n.0 == noted.at)
            {
                *name = layout::fresh_name(*counter, to);
            }
        }
    }

    fn rename_in(&self, op: &mut Op, at: usize) {
        if let ObjectId::Id(id) = &mut op.obj {
            self.rename(id, at);
        }
        match &mut op.key {
            Key::Seq(ElementId::Id(id)) => self.rename(id, at),
            Key::Seq(ElementId::Head) => {}
            Key::Map(key) => {
                if let Some(renamed) = self.renamed_key(key, at) {
                    *key = renamed.into();
                }
            }
        }
        // Collecting sorts again: predecessors stand by counter, then by actor.
        op.pred = op
            .pred
            .iter()
            .cloned()
            .map(|mut pred| {
                self.rename(&mut pred, at);
                pred
            })
            .collect();
    }

    /// Tells whether a change builds upon another one written again, or is that one.
    fn sees(&self, at: usize, other: usize) -> bool {
        at == other || self.made[at].past.contains(self.made[other].line)
    }

    fn rename(&self, id: &mut OpId, at: usize) {
        let written = Actor::from_engine(&id.1).and_then(|actor| self.by_actor.get(&actor));
        let Some(written) = written else {
            return;
        };
        // They are written again in the order in which they begin counting.
        let begun = written.partition_point(|span| span.counters.0 <= id.0);
        let reaching = written[..begun].iter().rev().take_while(|span| span.reach >= id.0);
        let made = reaching.inspect(|_| tally::note(Work::RenameLooked)).find(|span| {
            let (first, last) = span.counters;
            (first..=last).contains(&id.0) && self.sees(at, span.at)
        });
        if let Some(span) = made {
            id.1 = self.made[span.at].to.engine();
        }
    }

    fn renamed_name(&self, name: &str, at: usize) -> Option<&String> {
        let made = self.names.get(name)?;
        made.iter().find(|(other, _)| self.sees(at, *other)).map(|(_, new)| new)
    }

    fn renamed_key(&self, key: &str, at: usize) -> Option<String> {
        let name = self.renamed_name(layout::named_in(key), at)?;
        Some(layout::with_name(key, name))
    }
}

/// Returns the names that a change gives to what it makes, with the counters they tell.
fn names_made(change: &ExpandedChange, actor: Actor) -> Vec<(u64, String)> {
    let mut names = Vec::new();
    for (counter, op) in (change.start_op.get()..).zip(&change.operations) {
        let Key::Map(key) = &op.key else { continue };
        let name = layout::fresh_name(counter, actor);
        if layout::named_in(key) == name {
            names.push((counter, name));
        }
    }
    names
}

/// Puts another actor in the place of the one that wrote a change, wherever it speaks of it.
fn readdress(change: &mut ExpandedChange, from: Actor, to: Actor) {
    let names = names_made(change, from).into_iter();
    let names: BTreeMap<String, String> =
        names.map(|(counter, old)| (old, layout::fresh_name(counter, to))).collect();
    let rename = |id: &mut OpId| {
        if Actor::from_engine(&id.1) == Some(from) {
            id.1 = to.engine();
        }
    };
    for op in &mut change.operations {
        if let ObjectId::Id(id) = &mut op.obj {
            rename(id);
        }
        match &mut op.key {
            Key::Seq(ElementId::Id(id)) => rename(id),
            Key::Seq(ElementId::Head) => {}
            Key::Map(key) => {
                if let Some(name) = names.get(layout::named_in(key)) {
                    *key = layout::with_name(key, name).into();
                }
            }
        }
        op.pred = op
            .pred
            .iter()
            .cloned()
            .map(|mut pred| {
                rename(&mut pred);
                pred
            })
            .collect();
    }
    change.actor_id = to.engine();
    change.hash = None;
}

/// Returns the hash of what a change says, whoever wrote it: as if nobody in particular had.
fn content(change: &mut ExpandedChange, writer: Actor) -> ChangeId {
    readdress(change, writer, Actor::UNNAMED);
    ChangeId::from(Change::from(change.clone()).hash())
}

/// Returns the actor under which a change may stand for an old one, from what it says.
pub(crate) fn actor_for(
    (space, document): (&SpaceId, &DocumentId),
    of: &ChangeId,
    change: &ExpandedChange,
    writer: Actor,
) -> Option<Actor> {
    let mut unnamed = change.clone();
    let content = guarded(|| content(&mut unnamed, writer))?;
    Some(Actor::renewed(space, document, of, &content))
}

#[cfg(test)]
mod tests;
