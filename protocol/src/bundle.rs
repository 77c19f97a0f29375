//! Bundles: what a relay would carry, in one file, for mail and sticks.
//!
//! A bundle holds items that prove themselves; it adds an order and a digest, so that a
//! damaged file is told from a forged item. Reading stops at the first damaged item; what came
//! before stands. Reading twice changes nothing: every item names its own place.
//!
//! Bytes: `LIAB1` and a newline; the space (32); items, each a length (4, big-endian), a kind
//! (1) and that many bytes; at last a length of zero with kind 0 and the SHA-256 of all before.

use std::fmt;

use crate::codec;
use crate::crypto::Hasher;
use crate::id::{DeviceId, SpaceId};
use crate::invitation::JoinRequest;
use crate::limits;
use crate::register::{Approval, SignedAct};

#[cfg(test)]
mod tests;

const MAGIC: &[u8; 6] = b"LIAB1\n";
const DIGEST_BYTES: usize = 32;
const FRAME_BYTES: usize = 5;

/// One thing a bundle carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A register entry, as stored; the first one is entry zero.
    Act(Vec<u8>),
    /// A journal entry, as stored; the first one is entry zero.
    Envelope(Vec<u8>),
    /// A signed checkpoint: the register's, then the journal's.
    Checkpoint(String),
    /// An act no relay has ordered yet.
    LooseAct(SignedAct),
    /// An approval.
    Approval(Approval),
    /// A request to join.
    Request(JoinRequest),
    /// A sealed envelope no relay has ordered yet.
    LooseEnvelope(Vec<u8>),
    /// Keys wrapped for one device: a wraps blob whose ids are epochs.
    Wraps(DeviceId, Vec<u8>),
}

/// Why a file is no bundle, or where it is damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BundleError {
    /// Not a bundle, or of a newer format.
    NotABundle,
    /// Cut short, or altered on the way.
    Damaged,
    /// An item this version does not know.
    Newer(u8),
    /// More items than a bundle may hold.
    TooMany,
}

impl fmt::Display for BundleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotABundle => f.write_str("not a bundle"),
            Self::Damaged => f.write_str("cut short or altered"),
            Self::Newer(kind) => write!(f, "made by a newer version (item {kind})"),
            Self::TooMany => f.write_str("too many items"),
        }
    }
}

impl std::error::Error for BundleError {}

/// Writes a bundle in memory.
pub struct Writer {
    bytes: Vec<u8>,
    items: u64,
}

impl Writer {
    /// Starts a bundle of one space.
    #[must_use]
    pub fn new(space: &SpaceId) -> Self {
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(space.bytes());
        Self { bytes, items: 0 }
    }

    /// Adds an item.
    pub fn put(&mut self, item: &Item) {
        match item {
            Item::Act(bytes) => self.frame(1, bytes),
            Item::Envelope(bytes) => self.frame(2, bytes),
            Item::Checkpoint(note) => self.frame(3, note.as_bytes()),
            Item::LooseAct(act) => self.frame(4, &codec::to_bytes(act)),
            Item::Approval(approval) => self.frame(5, &codec::to_bytes(approval)),
            Item::Request(request) => self.frame(6, &codec::to_bytes(request)),
            Item::LooseEnvelope(bytes) => self.frame(7, bytes),
            Item::Wraps(device, blob) => {
                self.frame(8, &[device.bytes().as_slice(), blob.as_slice()].concat());
            }
        }
    }

    fn frame(&mut self, kind: u8, bytes: &[u8]) {
        let length = u32::try_from(bytes.len()).expect("an item is within the frame limit");
        self.bytes.extend_from_slice(&length.to_be_bytes());
        self.bytes.push(kind);
        self.bytes.extend_from_slice(bytes);
        self.items += 1;
    }

    /// Returns how many items were added.
    #[must_use]
    pub const fn items(&self) -> u64 {
        self.items
    }

    /// Returns the file.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        self.bytes.extend_from_slice(&[0; FRAME_BYTES]);
        let mut hasher = Hasher::new();
        hasher.update(&self.bytes);
        self.bytes.extend_from_slice(&hasher.finish());
        self.bytes
    }
}

/// Reads a bundle item by item.
pub struct Reader<'a> {
    space: SpaceId,
    file: &'a [u8],
    at: usize,
    items: usize,
    ended: bool,
}

impl<'a> Reader<'a> {
    /// Opens a bundle.
    ///
    /// # Errors
    /// Says that the file is none.
    pub fn new(file: &'a [u8]) -> Result<Self, BundleError> {
        let rest = file.strip_prefix(MAGIC).ok_or(BundleError::NotABundle)?;
        let space = rest.get(..SpaceId::SIZE).and_then(SpaceId::from_slice);
        let space = space.ok_or(BundleError::NotABundle)?;
        let at = MAGIC.len() + SpaceId::SIZE;
        Ok(Self { space, file, at, items: 0, ended: false })
    }

    /// Returns the space the bundle says it belongs to; its items prove it or not.
    #[must_use]
    pub const fn space(&self) -> SpaceId {
        self.space
    }

    fn read(&mut self) -> Result<Option<Item>, BundleError> {
        let frame = self.file.get(self.at..self.at + FRAME_BYTES).ok_or(BundleError::Damaged)?;
        let length = u32::from_be_bytes([frame[0], frame[1], frame[2], frame[3]]);
        let (length, kind) = (length as usize, frame[4]);
        self.at += FRAME_BYTES;
        if kind == 0 && length == 0 {
            return self.check_digest().map(|()| None);
        }
        if length > limits::FRAME_BYTES_MAX {
            return Err(BundleError::Damaged);
        }
        let end = self.at.checked_add(length).ok_or(BundleError::Damaged)?;
        let bytes = self.file.get(self.at..end).ok_or(BundleError::Damaged)?;
        self.at = end;
        self.items += 1;
        if self.items > limits::BUNDLE_ITEMS_MAX {
            return Err(BundleError::TooMany);
        }
        item(kind, bytes).map(Some)
    }

    fn check_digest(&self) -> Result<(), BundleError> {
        let mut hasher = Hasher::new();
        hasher.update(&self.file[..self.at]);
        let written = self.file.get(self.at..self.at + DIGEST_BYTES);
        if written != Some(&hasher.finish()) || self.file.len() != self.at + DIGEST_BYTES {
            return Err(BundleError::Damaged);
        }
        Ok(())
    }
}

fn item(kind: u8, bytes: &[u8]) -> Result<Item, BundleError> {
    let damaged = |_| BundleError::Damaged;
    Ok(match kind {
        1 => Item::Act(bytes.to_vec()),
        2 => Item::Envelope(bytes.to_vec()),
        3 => Item::Checkpoint(
            std::str::from_utf8(bytes).map_err(|_| BundleError::Damaged)?.to_owned(),
        ),
        4 => Item::LooseAct(codec::from_bytes(bytes).map_err(damaged)?),
        5 => Item::Approval(codec::from_bytes(bytes).map_err(damaged)?),
        6 => Item::Request(codec::from_bytes(bytes).map_err(damaged)?),
        7 => Item::LooseEnvelope(bytes.to_vec()),
        8 => {
            let (device, blob) =
                bytes.split_at_checked(DeviceId::SIZE).ok_or(BundleError::Damaged)?;
            let device = DeviceId::from_slice(device).ok_or(BundleError::Damaged)?;
            Item::Wraps(device, blob.to_vec())
        }
        newer => return Err(BundleError::Newer(newer)),
    })
}

impl Iterator for Reader<'_> {
    type Item = Result<Item, BundleError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let read = self.read();
        self.ended = !matches!(read, Ok(Some(_)));
        read.transpose()
    }
}
