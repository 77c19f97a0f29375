//! What can be said of a change by looking at it alone.
//!
//! These checks need nothing but the bytes, the document's id and the right by which they
//! come, so every replica comes to the same verdict at any time. Limits are checked on the
//! bytes before the engine parses them, because a few bytes of a run-length column can stand
//! for billions of operations.

use automerge::legacy::{Op, OpType};
use automerge::{Change, ExpandedChange};
use protocol::crypto::Hasher;

use super::refusal::Refusal;
use super::{ActorRule, Arrival, chunk, engine};
use crate::document::{Actor, ChangeId, Document, layout, limits};
use crate::kinds::Kind;

/// A change that is well formed and authorised.
#[derive(Clone)]
pub(crate) struct Vetted {
    pub(crate) id: ChangeId,
    pub(crate) actor: Actor,
    pub(crate) seq: u64,
    pub(crate) deps: Vec<ChangeId>,
    pub(crate) change: Change,
    /// Its operations, until it has to wait.
    pub(crate) expanded: Option<Box<ExpandedChange>>,
    /// Whether it makes marks.
    pub(crate) marked: bool,
    /// The kind whose first change this is.
    pub(crate) genesis_of: Option<&'static Kind>,
}

/// Returns the name of a change from its bytes, which are not checked: the hash of its chunk.
#[must_use]
pub fn change_id(bytes: &[u8]) -> ChangeId {
    let mut hasher = Hasher::new();
    hasher.update(bytes.get(chunk::UNHASHED_BYTES..).unwrap_or(bytes));
    ChangeId::new(hasher.finish())
}

/// Checks one arrival, whose name was worked out from its bytes.
pub(super) fn vet(document: &Document, arrival: Arrival, id: ChangeId) -> Result<Vetted, Refusal> {
    let Arrival { bytes, rule } = arrival;
    let mut vetted = parse(bytes, id)?;
    if vetted.deps.is_empty() {
        let raw = vetted.change.raw_bytes();
        let kind = layout::recognise(&document.id, document.catalogue, vetted.actor, raw);
        let kind = kind.ok_or(Refusal::NotGenesis)?;
        if document.kind.is_some() {
            return Err(Refusal::NotGenesis);
        }
        vetted.genesis_of = Some(kind);
        return Ok(vetted);
    }
    let expected = match rule {
        ActorRule::Device { device, incarnation } => {
            Actor::of(&document.space, &document.id, &device, &incarnation)
        }
        ActorRule::Adopted { actor } => actor,
        // One change, and no more: such an actor writes once.
        ActorRule::Renewed { .. } if vetted.seq != 1 => return Err(Refusal::WrongActor),
        ActorRule::Renewed { of } => {
            let place = (&document.space, &document.id);
            let actor = vetted
                .expanded
                .as_deref()
                .and_then(|expanded| crate::renew::actor_for(place, &of, expanded, vetted.actor));
            actor.ok_or(Refusal::Undecodable)?
        }
    };
    if vetted.actor == expected { Ok(vetted) } else { Err(Refusal::WrongActor) }
}

/// Reads back a change that this machine had vetted.
pub(super) fn vet_again(bytes: Vec<u8>) -> Option<Vetted> {
    let id = change_id(&bytes);
    parse(bytes, id).ok()
}

/// Parses a change of this machine's own making, limits and form checked all the same.
pub(crate) fn parse_own(bytes: &[u8]) -> Option<Change> {
    parse(bytes.to_vec(), change_id(bytes)).ok().map(|vetted| vetted.change)
}

/// Returns the changes that a change builds upon; none if it is no change.
#[must_use]
pub fn builds_upon(bytes: &[u8]) -> Vec<ChangeId> {
    chunk::read(bytes).map(|head| head.deps).unwrap_or_default()
}

/// Returns how many operations a change declares, none of them expanded; none if it is no
/// change, or declares more than one may.
pub(crate) fn operations_declared(bytes: &[u8]) -> u64 {
    chunk::read(bytes).map_or(0, |head| head.ops)
}

/// Lets the engine parse a change whose limits hold, and checks that it says the same thing
/// and is written the one way it can be.
fn parse(bytes: Vec<u8>, id: ChangeId) -> Result<Vetted, Refusal> {
    let head = chunk::read(&bytes)?;
    if head.start_op >= limits::COUNTER_MAX || head.start_op + head.ops > limits::COUNTER_MAX {
        return Err(Refusal::CounterOutOfBounds);
    }
    // The engine's parser does not look at the checksum of a change.
    if bytes.get(chunk::CHECKSUM_BYTES) != Some(&id.bytes()[..4]) {
        return Err(Refusal::Undecodable);
    }
    let change = engine::parse(bytes).ok_or(Refusal::Undecodable)?;
    if !change.extra_bytes().is_empty() || change.message().is_some() {
        return Err(Refusal::ForeignContent);
    }
    let deps: Vec<ChangeId> = change.deps().iter().copied().map(ChangeId::from).collect();
    let same = ChangeId::from(change.hash()) == id
        && Actor::from_engine(change.actor_id()) == Some(head.actor)
        && change.seq() == head.seq
        && change.start_op().get() == head.start_op
        && change.len() as u64 == head.ops
        && deps == head.deps;
    if !same {
        return Err(Refusal::Undecodable);
    }
    let expanded = engine::decode(&change).ok_or(Refusal::Undecodable)?;
    if !engine::is_canonical(&change, &expanded) {
        return Err(Refusal::NotCanonical);
    }
    Ok(Vetted {
        id,
        actor: head.actor,
        seq: head.seq,
        deps,
        change,
        marked: expanded.operations.iter().any(is_mark),
        expanded: Some(Box::new(expanded)),
        genesis_of: None,
    })
}

fn is_mark(op: &Op) -> bool {
    matches!(op.action, OpType::MarkBegin(_) | OpType::MarkEnd(_))
}
