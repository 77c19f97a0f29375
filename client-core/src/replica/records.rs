//! Where a replica keeps things: one function for each family of records and of secrets.
//!
//! A record key is a family letter, the space and an id or a number, nothing readable. The
//! values are sealed by the shell. Secrets stand in the keystore only.

use protocol::checkpoint::Log;
use protocol::id::{DeviceId, DocumentId, EnvelopeId, EpochId, Incarnation, SpaceId};

/// The home record.
pub(super) const HOME: &[u8] = b"h";
/// The secret of the keys prepared for the next space.
pub(super) const PREPARED: &[u8] = b"prepared";
/// Every membership record starts so.
pub(super) const MEMBERSHIPS: &[u8] = b"m";

fn family(letter: u8, space: &SpaceId) -> Vec<u8> {
    let mut key = vec![letter];
    key.extend_from_slice(space.bytes());
    key
}

fn with(mut key: Vec<u8>, rest: &[u8]) -> Vec<u8> {
    key.extend_from_slice(rest);
    key
}

/// What this replica is in a space.
pub(super) fn membership(space: &SpaceId) -> Vec<u8> {
    family(b'm', space)
}

/// Register entries.
pub(super) fn acts(space: &SpaceId) -> Vec<u8> {
    family(b'r', space)
}

/// One register entry.
pub(super) fn act(space: &SpaceId, seq: u64) -> Vec<u8> {
    with(acts(space), &seq.to_be_bytes())
}

/// Journal entries.
pub(super) fn entries(space: &SpaceId) -> Vec<u8> {
    family(b'j', space)
}

/// One journal entry.
pub(super) fn entry(space: &SpaceId, position: u64) -> Vec<u8> {
    with(entries(space), &position.to_be_bytes())
}

/// Entries of one of the logs.
pub(super) fn log(space: &SpaceId, log: Log) -> Vec<u8> {
    match log {
        Log::Register => acts(space),
        Log::Journal => entries(space),
    }
}

/// One entry of one of the logs.
pub(super) fn logged(space: &SpaceId, log: Log, number: u64) -> Vec<u8> {
    match log {
        Log::Register => act(space, number),
        Log::Journal => entry(space, number),
    }
}

/// The state of the journal after its last entry.
pub(super) fn journal(space: &SpaceId) -> Vec<u8> {
    family(b'J', space)
}

/// How far each life of each device has come in the journal.
pub(super) fn marks(space: &SpaceId) -> Vec<u8> {
    family(b'M', space)
}

/// How far one life of one device has come in the journal.
pub(super) fn mark(space: &SpaceId, device: &DeviceId, incarnation: &Incarnation) -> Vec<u8> {
    with(with(marks(space), device.bytes()), incarnation.bytes())
}

/// What each device has appended in its last quota window.
pub(super) fn usages(space: &SpaceId) -> Vec<u8> {
    family(b'U', space)
}

/// What one device has appended in its last quota window.
pub(super) fn usage(space: &SpaceId, device: &DeviceId) -> Vec<u8> {
    with(usages(space), device.bytes())
}

/// The last checkpoints.
pub(super) fn heads(space: &SpaceId) -> Vec<u8> {
    family(b'n', space)
}

/// Positions of the journal that concern each document.
pub(super) fn places(space: &SpaceId, document: &DocumentId) -> Vec<u8> {
    with(family(b'x', space), document.bytes())
}

/// Positions of the journal that concern any document.
pub(super) fn all_places(space: &SpaceId) -> Vec<u8> {
    family(b'x', space)
}

/// One position that concerns a document.
pub(super) fn place(space: &SpaceId, document: &DocumentId, position: u64) -> Vec<u8> {
    with(places(space, document), &position.to_be_bytes())
}

/// Documents known to exist.
pub(super) fn documents(space: &SpaceId) -> Vec<u8> {
    family(b'D', space)
}

/// One document known to exist.
pub(super) fn document(space: &SpaceId, document: &DocumentId) -> Vec<u8> {
    with(documents(space), document.bytes())
}

/// One document as last saved.
pub(super) fn saved(space: &SpaceId, document: &DocumentId) -> Vec<u8> {
    with(family(b'd', space), document.bytes())
}

/// What documents bring to the figures, as last worked out.
pub(super) fn all_figures(space: &SpaceId) -> Vec<u8> {
    family(b'c', space)
}

/// What one document brings to the figures, as last worked out.
pub(super) fn figures(space: &SpaceId, document: &DocumentId) -> Vec<u8> {
    with(all_figures(space), document.bytes())
}

/// Changes and notices not yet in the journal.
pub(super) fn outbox(space: &SpaceId) -> Vec<u8> {
    family(b'o', space)
}

/// One change or notice not yet in the journal.
pub(super) fn unsent(space: &SpaceId, number: u64) -> Vec<u8> {
    with(outbox(space), &number.to_be_bytes())
}

/// Sealed envelopes not yet acknowledged.
pub(super) fn flights(space: &SpaceId) -> Vec<u8> {
    family(b'e', space)
}

/// One sealed envelope not yet acknowledged.
pub(super) fn flight(space: &SpaceId, counter: u64) -> Vec<u8> {
    with(flights(space), &counter.to_be_bytes())
}

/// Acts, approvals, requests and invitations to be handed to the relay.
pub(super) fn errands(space: &SpaceId) -> Vec<u8> {
    family(b'a', space)
}

/// One act, approval, request or invitation to be handed to the relay.
pub(super) fn errand(space: &SpaceId, number: u64) -> Vec<u8> {
    with(errands(space), &number.to_be_bytes())
}

/// There from before a key is kept until what it opens has been opened.
pub(super) fn unlocking(space: &SpaceId) -> Vec<u8> {
    family(b'u', space)
}

/// There while the journal holds something of this life that this store did not write.
pub(super) fn doubled(space: &SpaceId) -> Vec<u8> {
    family(b'y', space)
}

/// There while what follows from both logs is made again.
pub(super) fn rebuilding(space: &SpaceId) -> Vec<u8> {
    family(b'w', space)
}

/// The relay's mailbox as last seen.
pub(super) fn mailbox(space: &SpaceId) -> Vec<u8> {
    family(b'b', space)
}

/// Envelopes received by file and not yet in the journal.
pub(super) fn loose(space: &SpaceId) -> Vec<u8> {
    family(b'p', space)
}

/// One envelope received by file and not yet in the journal.
pub(super) fn loose_one(space: &SpaceId, envelope: &EnvelopeId) -> Vec<u8> {
    with(loose(space), envelope.bytes())
}

/// Positions whose key this replica does not hold yet.
pub(super) fn locked(space: &SpaceId) -> Vec<u8> {
    family(b'k', space)
}

/// One position whose key this replica does not hold yet.
pub(super) fn locked_one(space: &SpaceId, position: u64) -> Vec<u8> {
    with(locked(space), &position.to_be_bytes())
}

/// The directory as folded so far.
pub(super) fn directory(space: &SpaceId) -> Vec<u8> {
    family(b'f', space)
}

/// There once everything of an erased space has left the disk.
pub(super) fn erased(space: &SpaceId) -> Vec<u8> {
    family(b'z', space)
}

/// Every family that holds, or tells of, what was written in a space: all but the register, the
/// hashes of the journal, the last checkpoints and the membership.
pub(super) fn contents(space: &SpaceId) -> Vec<Vec<u8>> {
    let letters = [b'j', b'x', b'D', b'd', b'c', b'o', b'e', b'a', b'u', b'y', b'w', b'b'];
    letters.into_iter().chain([b'p', b'k', b'f']).map(|letter| family(letter, space)).collect()
}

/// The secret keys of this replica in a space.
pub(super) fn keys_secret(space: &SpaceId) -> Vec<u8> {
    family(b'K', space)
}

/// The secrets of the epochs of a space.
pub(super) fn epochs_secret(space: &SpaceId) -> Vec<u8> {
    family(b'E', space)
}

/// The secret of one epoch.
pub(super) fn epoch_secret(space: &SpaceId, epoch: &EpochId) -> Vec<u8> {
    with(epochs_secret(space), epoch.bytes())
}
