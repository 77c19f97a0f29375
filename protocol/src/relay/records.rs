//! Every key the relay stores under, one function for each.
//!
//! A space's records share the prefix `s` + space id, so that a space can be copied, checked
//! or erased as one range. Numbers are big-endian: a scan gives entries in their order.

use crate::checkpoint::Log;
use crate::crypto::Hash;
use crate::id::{DeviceId, Incarnation, PartnerId, ProposalId, SpaceId};

/// `n` + space: the space exists here. Value: empty.
#[must_use]
pub fn space_name(space: &SpaceId) -> Vec<u8> {
    join(b'n', space.bytes(), &[])
}

/// The range of all [`space_name`] keys.
#[must_use]
pub fn space_names() -> (Vec<u8>, Vec<u8>) {
    (vec![b'n'], vec![b'n' + 1])
}

/// `t` + ticket id: the ticket was used. Value: its expiry.
#[must_use]
pub fn ticket(id: &[u8; 16]) -> Vec<u8> {
    join(b't', id, &[])
}

/// The range of all [`ticket`] keys.
#[must_use]
pub fn tickets() -> (Vec<u8>, Vec<u8>) {
    (vec![b't'], vec![b't' + 1])
}

/// `c`: whether the space is being received, and the checkpoints it came with.
#[must_use]
pub fn origin(space: &SpaceId) -> Vec<u8> {
    within(space, b'c', &[])
}

/// `h` or `H`: size and root of the register, or the journal's head, as last stored.
#[must_use]
pub fn head(space: &SpaceId, log: Log) -> Vec<u8> {
    within(space, pick(log, b'h', b'H'), &[])
}

/// `r` or `j` + place: one stored entry.
#[must_use]
pub fn entry(space: &SpaceId, log: Log, position: u64) -> Vec<u8> {
    within(space, pick(log, b'r', b'j'), &position.to_be_bytes())
}

/// `l` or `k` + place: the leaf hash of one entry, by which a damaged one is told and repaired.
#[must_use]
pub fn leaf(space: &SpaceId, log: Log, position: u64) -> Vec<u8> {
    within(space, pick(log, b'l', b'k'), &position.to_be_bytes())
}

/// `m` + device + incarnation: how far the incarnation has come.
#[must_use]
pub fn mark(space: &SpaceId, device: &DeviceId, incarnation: &Incarnation) -> Vec<u8> {
    within(space, b'm', &[device.bytes().as_slice(), incarnation.bytes()].concat())
}

/// `u` + device: what the device appended in its last window.
#[must_use]
pub fn usage(space: &SpaceId, device: &DeviceId) -> Vec<u8> {
    within(space, b'u', device.bytes())
}

/// `w` + hash: a wraps blob.
#[must_use]
pub fn wraps(space: &SpaceId, hash: &Hash) -> Vec<u8> {
    within(space, b'w', hash)
}

/// `i` + tag: an invitation.
#[must_use]
pub fn invitation(space: &SpaceId, tag: &Hash) -> Vec<u8> {
    within(space, b'i', tag)
}

/// `q` + proposal: a join request.
#[must_use]
pub fn request(space: &SpaceId, proposal: &ProposalId) -> Vec<u8> {
    within(space, b'q', proposal.bytes())
}

/// `a` + proposal + partner: an approval that waits.
#[must_use]
pub fn approval(space: &SpaceId, proposal: &ProposalId, partner: &PartnerId) -> Vec<u8> {
    within(space, b'a', &[proposal.bytes().as_slice(), partner.bytes()].concat())
}

/// `b`: sizes and roots that were signed and are no longer held.
#[must_use]
pub fn behind(space: &SpaceId) -> Vec<u8> {
    within(space, b'b', &[])
}

/// `e`: the contents were deleted and have left the disk, as the partners decided. Value: empty.
#[must_use]
pub fn erased(space: &SpaceId) -> Vec<u8> {
    within(space, b'e', &[])
}

/// The range of every record of a space.
#[must_use]
pub fn whole(space: &SpaceId) -> (Vec<u8>, Vec<u8>) {
    (within(space, 0, &[]), within(space, 255, &[]))
}

/// The range of one kind of a space's records.
pub(super) fn kind(space: &SpaceId, kind: u8) -> (Vec<u8>, Vec<u8>) {
    (within(space, kind, &[]), within(space, kind + 1, &[]))
}

/// Returns what follows the kind in a key of a space.
pub(super) fn rest(key: &[u8]) -> &[u8] {
    key.get(2 + SpaceId::SIZE..).unwrap_or_default()
}

fn pick(log: Log, register: u8, journal: u8) -> u8 {
    match log {
        Log::Register => register,
        Log::Journal => journal,
    }
}

fn within(space: &SpaceId, kind: u8, rest: &[u8]) -> Vec<u8> {
    let mut key = join(b's', space.bytes(), &[kind]);
    key.extend_from_slice(rest);
    key
}

fn join(first: u8, middle: &[u8], last: &[u8]) -> Vec<u8> {
    [&[first], middle, last].concat()
}
