//! What stands between other people's changes and the engine (`sync.md` §3.4, steps 3 to 6).
//!
//! Each change is checked alone, then against its past, and only then does the engine apply
//! the whole batch at once, on a copy. A change that fails is set aside with its reason and
//! the others apply; a change whose past is not there yet is held and shown as waiting. The
//! rules are the same on every replica and depend on a change and its past alone, never on
//! what else happens to be known.

use std::collections::{BTreeMap, VecDeque};

use crate::document::index::Index;
use crate::document::{Actor, ChangeId, Document, limits};

mod chunk;
mod engine;
mod past;
mod pending;
mod refusal;
mod single;
mod structure;
#[cfg(test)]
pub(crate) mod flood_tests;
#[cfg(test)]
mod fuzz_tests;
#[cfg(test)]
mod operation_tests;
#[cfg(test)]
mod tests;

pub use chunk::actor_named as written_by;
pub(crate) use engine::guarded;
use past::Past;
pub use pending::{Pending, Waiting};
pub use refusal::{Refusal, SetAside};
pub(crate) use single::{Vetted, operations_declared, parse_own};
pub use single::{builds_upon, change_id};

use protocol::id::{DeviceId, Incarnation};

/// By what right a change comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActorRule {
    /// The envelope of a device: only the actor of this life of it may be the writer.
    Device {
        /// The device that signed.
        device: DeviceId,
        /// The incarnation that the envelope names.
        incarnation: Incarnation,
    },
    /// An adoption: a member vouches for a change of a writer who can no longer send it.
    ///
    /// The caller must refuse an adoption that names an actor of a device in force: the first
    /// change given for a sequence number wins, and must not be forged ahead of its writer.
    Adopted {
        /// The writer of the adopted change.
        actor: Actor,
    },
    /// A renewal: a member brings a change that stands for an old one without a place.
    ///
    /// Anyone may, for nobody can write ahead under an actor that follows from an old change.
    Renewed {
        /// The old change.
        of: ChangeId,
    },
}

/// One change as it arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The chunk.
    pub bytes: Vec<u8>,
    /// By what right.
    pub rule: ActorRule,
}

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// The changes that are now part of the document, each after those it builds upon.
    pub applied: Vec<ChangeId>,
    /// How many of the batch were known before: in the document, waiting or set aside.
    pub already: usize,
    /// How many changes wait now, those of earlier batches included.
    pub held: usize,
    /// The changes refused by this call.
    pub set_aside: Vec<SetAside>,
}

/// Takes in a batch, and what waited for it.
pub(crate) fn admit(document: &mut Document, arrivals: Vec<Arrival>) -> Outcome {
    let mut outcome = Outcome::default();
    for arrival in arrivals {
        receive(document, arrival, &mut outcome);
    }
    let ready = take_ready(document, &mut outcome);
    engine::apply(document, ready, &mut outcome);
    outcome.held = document.pending.len();
    outcome
}

/// Checks one arrival alone and puts it in the queue.
fn receive(document: &mut Document, arrival: Arrival, outcome: &mut Outcome) {
    let id = change_id(&arrival.bytes);
    if document.index.contains(&id) || document.pending.knows(&id) {
        outcome.already += 1;
        return;
    }
    let actor = chunk::actor_named(&arrival.bytes);
    let refuse = |reason| SetAside { id, actor, reason };
    let vetted = match single::vet(document, arrival, id) {
        Ok(vetted) => vetted,
        Err(reason) => {
            // Refused for what it is, so it will be again: there is nothing to remember, but for
            // a first change of a table that a later program may know.
            if reason == Refusal::NotGenesis && document.index.entries().is_empty() {
                document.pending.remember(refuse(reason));
            }
            outcome.set_aside.push(refuse(reason));
            return;
        }
    };
    let taken = document.index.change_of(&vetted.actor, vetted.seq).is_some();
    if taken || document.pending.claimed(&vetted.actor, vetted.seq) {
        outcome.set_aside.push(document.pending.refuse(&vetted, Refusal::Fork));
        return;
    }
    document.pending.hold(vetted);
}

/// Takes out of the queue what has all its past, in an order where each follows its past, and
/// adds it to the index. Among those that are ready the first to arrive comes first.
fn take_ready(document: &mut Document, outcome: &mut Outcome) -> Vec<Vetted> {
    let mut queue: Vec<Option<Vetted>> = document.pending.take_all().map(Some).collect();
    let mut missing = vec![0_usize; queue.len()];
    let mut awaited: BTreeMap<ChangeId, Vec<usize>> = BTreeMap::new();
    for (at, vetted) in queue.iter().enumerate() {
        for dep in vetted.iter().flat_map(|vetted| &vetted.deps) {
            if !document.index.contains(dep) {
                missing[at] += 1;
                awaited.entry(*dep).or_default().push(at);
            }
        }
    }
    let mut open: VecDeque<usize> = (0..queue.len()).filter(|at| missing[*at] == 0).collect();
    let mut ready = Vec::new();
    while let Some(at) = open.pop_front() {
        let Some(mut vetted) = queue[at].take() else {
            continue;
        };
        if document.index.ops() + vetted.change.len() as u64 > limits::DOCUMENT_OPS_CEILING {
            // Not remembered: it says nothing of the change, only of the room here.
            let (id, actor) = (vetted.id, Some(vetted.actor));
            outcome.set_aside.push(SetAside { id, actor, reason: Refusal::DocumentFull });
            continue;
        }
        match check_past(document, &mut vetted) {
            Ok(()) => {
                for next in awaited.remove(&vetted.id).into_iter().flatten() {
                    missing[next] -= 1;
                    if missing[next] == 0 {
                        open.push_back(next);
                    }
                }
                ready.push(vetted);
            }
            Err(reason) => outcome.set_aside.push(document.pending.refuse(&vetted, reason)),
        }
    }
    outcome.set_aside.extend(document.pending.put_back(queue.into_iter().flatten()));
    ready
}

/// Checks a change against its past, all of which is in the index, and adds it there.
fn check_past(document: &mut Document, vetted: &mut Vetted) -> Result<(), Refusal> {
    let kept = vetted.expanded.take().map(|expanded| *expanded);
    let decoded = kept.or_else(|| engine::decode(&vetted.change));
    let expanded = decoded.ok_or(Refusal::Undecodable)?;
    if vetted.deps.is_empty() {
        // Only the first change builds upon nothing, and vetting has recognised it.
        document.kind = vetted.genesis_of.or(document.kind);
    } else {
        check_sequence(&document.index, vetted)?;
        check_counters(&document.index, vetted)?;
        let kind = document.kind.ok_or(Refusal::NotGenesis)?;
        let clock = document.index.past(&vetted.deps);
        Past::new(&document.index, &expanded, vetted.actor, kind, clock).check()?;
    }
    document.index.push(document.kind, vetted.id, &expanded);
    Ok(())
}

/// The change follows the last one of its actor, and builds upon it.
fn check_sequence(index: &Index, vetted: &Vetted) -> Result<(), Refusal> {
    if vetted.seq != index.last_seq(&vetted.actor) + 1 {
        return Err(Refusal::SequenceGap);
    }
    match index.change_of(&vetted.actor, vetted.seq - 1) {
        Some(previous) if !vetted.deps.contains(&previous.id) => Err(Refusal::SkipsOwnPast),
        Some(_) | None => Ok(()),
    }
}

/// Counters go on from those of the past, without eating up what is left of them.
fn check_counters(index: &Index, vetted: &Vetted) -> Result<(), Refusal> {
    let deps = vetted.deps.iter().filter_map(|dep| index.entry(dep));
    let seen = deps.map(|dep| u64::from(dep.max_op)).max().unwrap_or(0);
    let start = vetted.change.start_op().get();
    let allowed = seen + 1..=seen + limits::COUNTER_GAP_MAX;
    if allowed.contains(&start) { Ok(()) } else { Err(Refusal::CounterOutOfBounds) }
}
