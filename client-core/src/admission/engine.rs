//! Every call into the engine with other people's bytes, panics caught.
//!
//! A batch is applied to a copy of the engine, so that a failure costs nothing but the copy:
//! the document is never in an unknown state. The engine then has to rebuild the very changes
//! it was given; one that it would rebuild otherwise could not be saved and loaded again.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::{Automerge, Change, ExpandedChange};

use super::refusal::Refusal;
use super::{Outcome, Vetted};
use crate::document::{ChangeId, Document, index_of, limits};

/// Calls into the engine and returns nothing if it panics.
pub(crate) fn guarded<T>(call: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(call)).ok()
}

/// Parses a chunk whose limits were checked.
pub(super) fn parse(bytes: Vec<u8>) -> Option<Change> {
    catch_unwind(AssertUnwindSafe(|| Change::from_bytes(bytes))).ok()?.ok()
}

/// Returns the operations of a change.
pub(crate) fn decode(change: &Change) -> Option<ExpandedChange> {
    guarded(|| change.decode())
}

/// Tells whether encoding the change again gives the same change.
pub(super) fn is_canonical(change: &Change, expanded: &ExpandedChange) -> bool {
    guarded(|| Change::from(expanded.clone()).hash()) == Some(change.hash())
}

/// Applies changes that are in the index already; those that fail are set aside and the
/// others apply.
pub(super) fn apply(document: &mut Document, ready: Vec<Vetted>, outcome: &mut Outcome) {
    let mut refused = BTreeSet::new();
    for group in groups(ready) {
        apply_halves(document, group, &mut refused, outcome);
    }
    if !refused.is_empty()
        && let Some(index) = index_of(document.kind, &document.engine)
    {
        document.index = index;
    }
}

/// Divides changes, in order, so that the engine expands only so many operations at once.
fn groups(ready: Vec<Vetted>) -> Vec<Vec<Vetted>> {
    let mut groups: Vec<Vec<Vetted>> = Vec::new();
    let mut ops = 0;
    for vetted in ready {
        ops += vetted.change.len();
        match groups.last_mut() {
            Some(group) if ops <= limits::APPLIED_OPS_MAX => group.push(vetted),
            Some(_) | None => {
                ops = vetted.change.len();
                groups.push(vec![vetted]);
            }
        }
    }
    groups
}

/// Applies what can be of a batch that failed as a whole.
fn apply_halves(
    document: &mut Document,
    ready: Vec<Vetted>,
    refused: &mut BTreeSet<ChangeId>,
    outcome: &mut Outcome,
) {
    // What builds upon a refused change waits for ever, and is shown as waiting.
    let (orphans, mut ready): (Vec<_>, Vec<_>) =
        ready.into_iter().partition(|vetted| vetted.deps.iter().any(|dep| refused.contains(dep)));
    if !orphans.is_empty() {
        refused.extend(orphans.iter().map(|vetted| vetted.id));
        outcome.set_aside.extend(document.pending.put_back(orphans.into_iter()));
        apply_halves(document, ready, refused, outcome);
        return;
    }
    if ready.is_empty() {
        return;
    }
    if let Some(engine) = applied(&document.engine, &ready) {
        document.engine = engine;
        outcome.applied.extend(ready.iter().map(|vetted| vetted.id));
    } else if let [culprit] = ready.as_slice() {
        refused.insert(culprit.id);
        outcome.set_aside.push(document.pending.refuse(culprit, Refusal::EngineFailure));
    } else {
        let later = ready.split_off(ready.len() / 2);
        apply_halves(document, ready, refused, outcome);
        apply_halves(document, later, refused, outcome);
    }
}

/// Returns a copy of the engine with the changes applied, or nothing if anything is amiss.
fn applied(engine: &Automerge, ready: &[Vetted]) -> Option<Automerge> {
    let marked = ready.iter().any(|vetted| vetted.marked);
    let changes: Vec<Change> = ready.iter().map(|vetted| vetted.change.clone()).collect();
    let given: BTreeSet<_> = changes.iter().map(Change::hash).collect();
    guarded(|| {
        let before = engine.get_heads();
        let mut next = engine.clone();
        next.apply_changes(changes).ok()?;
        let rebuilt: BTreeSet<_> = next.get_changes(&before).iter().map(Change::hash).collect();
        // An end of a mark that lies before its beginning shows only when loading.
        let sound = rebuilt == given && (!marked || Automerge::load(&next.save()).is_ok());
        sound.then_some(next)
    })?
}
