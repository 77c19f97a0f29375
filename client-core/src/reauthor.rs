//! Own unsent changes, written again under a new incarnation.
//!
//! After a restore or on a cloned machine another change may already bear the sequence number
//! of one that was never sent. The unsent ones are then made again, operation by operation,
//! by the actor of a new incarnation: what was typed stays, nothing that was sent changes its
//! name, and a peer that never saw the old ones admits the new ones even though other changes
//! of the old actor bear their numbers (`security.md` T31, T32). This works on the changes
//! alone; the caller builds its documents anew from the journal and from what this returns.

use std::collections::BTreeMap;

use automerge::legacy::{ElementId, Key, ObjectId, Op, OpId};
use automerge::{Change, ChangeHash, ExpandedChange};

use crate::admission::{guarded, parse_own};
use crate::document::{Actor, ChangeId, RawChange, layout};

/// Why unsent changes cannot be written again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReauthorRefusal {
    /// One of them is no change, or not in its canonical form.
    NotAChange(ChangeId),
    /// A change of another actor builds upon an unsent one, and cannot be made again.
    BuiltUpon(ChangeId),
    /// The engine failed.
    Engine,
}

/// Returns changes that do what `unsent` does, written by `to` instead of `from`.
///
/// `unsent` holds every change of `from` that was never sent, in order, and what else waits
/// beside them: a change of another actor, such as the first one of a document, comes back as
/// it is. The result has one change for each given one, in the same order; those of `to` are
/// numbered from one, so `to` must not have written in the document before.
///
/// # Errors
/// Says why it cannot be done; the given changes must then be kept.
pub fn reauthor(
    unsent: &[Vec<u8>],
    from: &Actor,
    to: &Actor,
) -> Result<Vec<RawChange>, ReauthorRefusal> {
    let mut renamed = Renamed::new(*from, *to);
    let mut rewritten = Vec::new();
    for bytes in unsent {
        let refused = || ReauthorRefusal::NotAChange(crate::admission::change_id(bytes));
        let change = parse_own(bytes).ok_or_else(refused)?;
        let actor = Actor::from_engine(change.actor_id()).ok_or_else(refused)?;
        let again = if actor == *from {
            let again = guarded(|| renamed.write_again(&change));
            again.ok_or(ReauthorRefusal::Engine)?
        } else if change.deps().iter().any(|dep| renamed.changes.contains_key(dep)) {
            return Err(ReauthorRefusal::BuiltUpon(ChangeId::from(change.hash())));
        } else {
            change
        };
        rewritten.push(RawChange {
            id: ChangeId::from(again.hash()),
            actor: if actor == *from { *to } else { actor },
            seq: again.seq(),
            bytes: again.raw_bytes().to_vec(),
        });
    }
    Ok(rewritten)
}

/// What bears another name in the new changes.
struct Renamed {
    from: Actor,
    to: Actor,
    /// Counters of the unsent operations, first and last of each change.
    operations: Vec<(u64, u64)>,
    changes: BTreeMap<ChangeHash, ChangeHash>,
    /// The last one written again.
    last: Option<ChangeHash>,
    /// Names of sections, items and entries, which tell the operation that made them.
    names: BTreeMap<String, String>,
}

impl Renamed {
    fn new(from: Actor, to: Actor) -> Self {
        Self {
            from,
            to,
            operations: Vec::new(),
            changes: BTreeMap::new(),
            last: None,
            names: BTreeMap::new(),
        }
    }

    fn write_again(&mut self, change: &Change) -> Change {
        let mut expanded = change.decode();
        self.note(&expanded);
        for op in &mut expanded.operations {
            self.rename_in(op);
        }
        for dep in &mut expanded.deps {
            *dep = self.changes.get(dep).copied().unwrap_or(*dep);
        }
        // What stood between two unsent changes may have been sent by the other life: a change
        // follows its actor's last one all the same.
        if let Some(last) = self.last.filter(|last| !expanded.deps.contains(last)) {
            expanded.deps.push(last);
        }
        expanded.deps.sort_unstable();
        expanded.actor_id = self.to.engine();
        expanded.seq = self.changes.len() as u64 + 1;
        expanded.hash = None;
        let again = Change::from(expanded);
        self.changes.insert(change.hash(), again.hash());
        self.last = Some(again.hash());
        again
    }

    /// Notes what a change makes.
    fn note(&mut self, change: &ExpandedChange) {
        let first = change.start_op.get();
        let last = first + change.operations.len() as u64 - 1;
        self.operations.push((first, last));
        for (counter, op) in (first..).zip(&change.operations) {
            let Key::Map(key) = &op.key else { continue };
            let old = layout::fresh_name(counter, self.from);
            let entry = key.split_once(layout::ENTRY_MARK).map_or(key.as_str(), |(_, name)| name);
            if entry == old {
                self.names.insert(old, layout::fresh_name(counter, self.to));
            }
        }
    }

    fn rename_in(&self, op: &mut Op) {
        if let ObjectId::Id(id) = &mut op.obj {
            self.rename(id);
        }
        match &mut op.key {
            Key::Seq(ElementId::Id(id)) => self.rename(id),
            Key::Seq(ElementId::Head) => {}
            Key::Map(key) => {
                if let Some(renamed) = self.renamed_key(key) {
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
                self.rename(&mut pred);
                pred
            })
            .collect();
    }

    fn rename(&self, id: &mut OpId) {
        let after = self.operations.partition_point(|(first, _)| *first <= id.0);
        let range = after.checked_sub(1).map(|at| self.operations[at]);
        let unsent = range.is_some_and(|(_, last)| id.0 <= last);
        if unsent && Actor::from_engine(&id.1) == Some(self.from) {
            id.1 = self.to.engine();
        }
    }

    fn renamed_key(&self, key: &str) -> Option<String> {
        match key.split_once(layout::ENTRY_MARK) {
            Some((field, entry)) => {
                self.names.get(entry).map(|name| layout::entry_key(field, name))
            }
            None => self.names.get(key).cloned(),
        }
    }
}

#[cfg(test)]
mod tests;
