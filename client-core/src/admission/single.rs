//! What can be said of a change by looking at it alone.
//!
//! These checks need nothing but the bytes, the document's id and the right by which they
//! come, so every replica comes to the same verdict at any time. Limits are checked on the
//! bytes before the engine parses them, because a few bytes of a run-length column can stand
//! for billions of operations.

use automerge::Change;
use protocol::crypto::Hasher;

use super::refusal::Refusal;
use super::{ActorRule, Arrival, engine};
use crate::document::{Actor, ChangeId, Document, layout, limits};
use crate::kinds::Kind;

/// First bytes of every chunk.
const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
/// Bytes of the magic and of the checksum, which the hash does not cover.
const UNHASHED_BYTES: usize = 8;
/// Chunk type of a change.
const CHUNK_CHANGE: u8 = 1;
/// Chunk type of a compressed change.
const CHUNK_COMPRESSED: u8 = 2;

/// A change that is well formed and authorised.
#[derive(Clone)]
pub(crate) struct Vetted {
    pub(crate) id: ChangeId,
    pub(crate) actor: Actor,
    pub(crate) seq: u64,
    pub(crate) deps: Vec<ChangeId>,
    pub(crate) change: Change,
    /// The kind whose first change this is.
    pub(crate) genesis_of: Option<&'static Kind>,
}

/// Returns the name of what arrived: the hash of its chunk, if it is one.
pub(super) fn id_of(bytes: &[u8]) -> ChangeId {
    let mut hasher = Hasher::new();
    hasher.update(bytes.get(UNHASHED_BYTES..).unwrap_or(bytes));
    ChangeId::new(hasher.finish())
}

/// Returns the actor that the bytes name, unverified, for the record of a refusal.
pub(super) fn actor_named(_bytes: &[u8]) -> Option<Actor> {
    None
}

/// Checks one arrival.
pub(super) fn vet(document: &Document, arrival: Arrival) -> Result<Vetted, Refusal> {
    let Arrival { bytes, rule } = arrival;
    check_envelope(&bytes)?;
    let mut vetted = parse(bytes)?;
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
        ActorRule::Device {
            device,
            incarnation,
        } => Actor::of(&document.space, &document.id, &device, &incarnation),
        ActorRule::Adopted { actor } => actor,
    };
    if vetted.actor == expected {
        Ok(vetted)
    } else {
        Err(Refusal::WrongActor)
    }
}

/// Reads back a change that this machine had vetted.
pub(super) fn vet_again(bytes: Vec<u8>) -> Option<Vetted> {
    check_envelope(&bytes).ok()?;
    parse(bytes).ok()
}

fn check_envelope(bytes: &[u8]) -> Result<(), Refusal> {
    if bytes.len() > limits::CHANGE_BYTES_MAX {
        return Err(Refusal::TooLarge);
    }
    if !bytes.starts_with(&MAGIC) {
        return Err(Refusal::NotAChange);
    }
    match bytes.get(UNHASHED_BYTES) {
        Some(&CHUNK_CHANGE) => Ok(()),
        Some(&CHUNK_COMPRESSED) => Err(Refusal::Compressed),
        Some(_) | None => Err(Refusal::NotAChange),
    }
}

/// Lets the engine parse a change, and checks that it is written the one way it can be.
fn parse(bytes: Vec<u8>) -> Result<Vetted, Refusal> {
    let change = engine::parse(bytes).ok_or(Refusal::Undecodable)?;
    if change.is_empty() || change.len() > limits::CHANGE_OPS_MAX {
        return Err(Refusal::OperationCount);
    }
    if !change.extra_bytes().is_empty() || change.message().is_some() {
        return Err(Refusal::ForeignContent);
    }
    let actor = Actor::from_engine(change.actor_id()).ok_or(Refusal::WrongActor)?;
    if !engine::is_canonical(&change) {
        return Err(Refusal::NotCanonical);
    }
    Ok(Vetted {
        id: ChangeId::from(change.hash()),
        actor,
        seq: change.seq(),
        deps: change.deps().iter().copied().map(ChangeId::from).collect(),
        change,
        genesis_of: None,
    })
}
