//! Who had seen what: the operations that lie in the past of a change.
//!
//! A change may only refer to its own past. If it could refer to something concurrent, a
//! replica that happens to know that thing would admit the change and another would not. A
//! clock gives, for each actor, the highest operation counter seen; clocks of the latest
//! changes are kept, others are worked out by walking back.

use std::collections::{BTreeMap, BTreeSet};

use super::index::{Entry, Number, OpRef};

/// Clocks kept at hand. One is four bytes for each actor.
const KEPT_MAX: usize = 256;

/// The highest counter seen of each actor, by number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Clock(Vec<u32>);

impl Clock {
    /// Tells whether an operation had been seen.
    pub(crate) fn saw(&self, op: OpRef) -> bool {
        let at = usize::try_from(op.actor).unwrap_or(usize::MAX);
        self.0.get(at).is_some_and(|counter| op.counter <= *counter)
    }

    fn see(&mut self, actor: Number, counter: u32) {
        let at = usize::try_from(actor).expect("actor numbers are table indexes");
        if self.0.len() <= at {
            self.0.resize(at + 1, 0);
        }
        self.0[at] = self.0[at].max(counter);
    }

    fn join(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine = (*mine).max(*theirs);
        }
    }
}

/// The present heads, and the clocks of the latest changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Clocks {
    heads: BTreeSet<Number>,
    kept: BTreeMap<Number, Clock>,
}

impl Clocks {
    /// Notes a change that was just added to the table.
    pub(crate) fn push(&mut self, change: Number, entry: &Entry) {
        for dep in &entry.deps {
            self.heads.remove(dep);
        }
        self.heads.insert(change);
    }

    /// Tells whether no change builds upon this one.
    pub(crate) fn ends(&self, change: Number) -> bool {
        self.heads.contains(&change)
    }

    /// Returns how many changes there are that no other builds upon.
    pub(crate) fn ends_count(&self) -> usize {
        self.heads.len()
    }

    /// Returns what a change that builds upon `deps` has seen; `None` is everything.
    pub(crate) fn past(&mut self, deps: &[Number], changes: &[Entry]) -> Option<Clock> {
        if self.heads.iter().all(|head| deps.contains(head)) {
            return None;
        }
        let mut clock = Clock::default();
        for dep in deps {
            if let Some(kept) = self.kept.get(dep) {
                clock.join(kept);
                continue;
            }
            let walked = self.walk(*dep, changes);
            clock.join(&walked);
            self.kept.insert(*dep, walked);
            if self.kept.len() > KEPT_MAX {
                self.kept.pop_first();
            }
        }
        Some(clock)
    }

    /// Works out the clock of a change by walking back to clocks that are kept.
    fn walk(&self, from: Number, changes: &[Entry]) -> Clock {
        let mut clock = Clock::default();
        let mut visited = BTreeSet::new();
        let mut open = vec![from];
        while let Some(change) = open.pop() {
            if !visited.insert(change) {
                continue;
            }
            if let Some(kept) = self.kept.get(&change) {
                clock.join(kept);
                continue;
            }
            let at = usize::try_from(change).expect("change numbers are table indexes");
            let entry = &changes[at];
            clock.see(entry.actor, entry.max_op);
            open.extend(&entry.deps);
        }
        clock
    }
}
