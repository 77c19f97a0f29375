//! How a record lies on disk: physical keys, and frames that carry their own digest.
//!
//! A physical key starts with one byte telling its room: the tally, a record, or a chunk of one.
//! A frame is `version(1) kind(1) length(4, big-endian) body crc32(4)`; the digest covers the
//! physical key too, so a value filed under another key is seen. Nothing here trusts a length.

use crate::StoreError;

/// The only frame version written so far.
const VERSION: u8 = 1;

const HEADER_BYTES: usize = 6;
const DIGEST_BYTES: usize = 4;

/// Bytes a frame adds to its body.
pub(crate) const FRAME_BYTES: usize = HEADER_BYTES + DIGEST_BYTES;

/// Values beyond this are cut in chunks of this size, so that no page of an engine grows large.
pub(crate) const CHUNK_BYTES_MAX: usize = 8 << 10;

const ROOM_TALLY: u8 = 0;
const ROOM_RECORD: u8 = 1;
const ROOM_CHUNK: u8 = 2;

/// What a frame holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The store's own count of commits and records.
    Tally,
    /// A whole value.
    Whole,
    /// The length and digest of a value that lies in chunks.
    Index,
    /// One chunk.
    Chunk,
}

impl Kind {
    fn byte(self) -> u8 {
        match self {
            Self::Tally => 1,
            Self::Whole => 2,
            Self::Index => 3,
            Self::Chunk => 4,
        }
    }

    fn from_byte(byte: u8) -> Option<Self> {
        [Self::Tally, Self::Whole, Self::Index, Self::Chunk]
            .into_iter()
            .find(|kind| kind.byte() == byte)
    }
}

/// Returns the physical key of the tally.
pub(crate) fn tally_key() -> Vec<u8> {
    vec![ROOM_TALLY]
}

/// Returns the physical key of a record. The order of keys is kept.
pub(crate) fn record_key(key: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(1 + key.len());
    out.push(ROOM_RECORD);
    out.extend_from_slice(key);
    out
}

/// Returns the physical key just after every record.
pub(crate) fn records_end() -> Vec<u8> {
    vec![ROOM_CHUNK]
}

/// Returns the record a physical key stands for, if it stands for one.
pub(crate) fn record_of(physical: &[u8]) -> Option<&[u8]> {
    physical.split_first().filter(|(room, _)| **room == ROOM_RECORD).map(|(_, key)| key)
}

/// Returns the physical key of one chunk. Two records never share one: equal chunk keys have
/// equal lengths, hence equal records.
pub(crate) fn chunk_key(key: &[u8], index: u32) -> Vec<u8> {
    let mut out = Vec::with_capacity(5 + key.len());
    out.push(ROOM_CHUNK);
    out.extend_from_slice(key);
    out.extend_from_slice(&index.to_be_bytes());
    out
}

/// Returns the frame of a body, for one physical key.
pub(crate) fn seal(physical: &[u8], kind: Kind, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).expect("a body is bounded by the largest chunk");
    let mut out = Vec::with_capacity(FRAME_BYTES + body.len());
    out.push(VERSION);
    out.push(kind.byte());
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(body);
    let digest = digest(physical, &out);
    out.extend_from_slice(&digest.to_be_bytes());
    out
}

/// Returns the kind and body of a frame, or what is wrong with it.
pub(crate) fn open<'a>(physical: &[u8], frame: &'a [u8]) -> Result<(Kind, &'a [u8]), StoreError> {
    let bad = |what: &str| StoreError::damaged(record_of(physical).unwrap_or(physical), what);
    if frame.len() < FRAME_BYTES {
        return Err(bad("the frame is too short"));
    }
    let (framed, tail) = frame.split_at(frame.len() - DIGEST_BYTES);
    if digest(physical, framed).to_be_bytes() != tail {
        return Err(bad("the digest does not match"));
    }
    let (header, body) = framed.split_at(HEADER_BYTES);
    if header[0] != VERSION {
        let (found, known) = (u32::from(header[0]), u32::from(VERSION));
        return Err(StoreError::TooNew { found, known });
    }
    let kind = Kind::from_byte(header[1]).ok_or_else(|| bad("the frame has an unknown kind"))?;
    let length = u32::from_be_bytes([header[2], header[3], header[4], header[5]]);
    if usize::try_from(length) != Ok(body.len()) {
        return Err(bad("the frame has another length than it says"));
    }
    Ok((kind, body))
}

fn digest(physical: &[u8], framed: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(physical);
    hasher.update(framed);
    hasher.finalize()
}

#[cfg(test)]
mod tests;
