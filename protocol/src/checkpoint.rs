//! Checkpoints: what a relay signs to say "this log has this size and this root".
//!
//! The text is a C2SP `tlog-checkpoint` in a C2SP `signed-note`, so that tools outside this
//! project can read it. One signature line, the relay's; nothing else is accepted. A
//! checkpoint is signed only after the size and the root it names are durable.

use std::fmt;

use base64ct::{Base64, Encoding};

use crate::crypto::{self, Hash, Hasher, Signature, SigningSecret};
use crate::id::{RelayId, SpaceId, hex};
use crate::refusal::Refusal;

#[cfg(test)]
mod tests;

/// A whole note: origin, size, root and one signature line take 324 bytes at most.
pub const NOTE_BYTES_MAX: usize = 512;
/// Type of an Ed25519 key and signature in a signed note.
const ED25519: u8 = 1;
/// What starts a signature line: an em dash and a space.
const SIGNATURE_MARK: &str = "\u{2014} ";

/// One of the two logs of a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Log {
    /// The signed decisions.
    Register,
    /// The sealed envelopes.
    Journal,
}

impl Log {
    /// Both logs.
    pub const ALL: [Self; 2] = [Self::Register, Self::Journal];

    /// Returns the code on the wire.
    #[must_use]
    pub const fn code(self) -> u64 {
        match self {
            Self::Register => 1,
            Self::Journal => 2,
        }
    }

    /// Finds the log with this code.
    #[must_use]
    pub fn from_code(code: u64) -> Option<Self> {
        Self::ALL.into_iter().find(|log| log.code() == code)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Register => "reg",
            Self::Journal => "jrn",
        }
    }
}

impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Register => "register",
            Self::Journal => "journal",
        })
    }
}

/// The size and root of a log of a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoint {
    /// The space.
    pub space: SpaceId,
    /// Which of its logs.
    pub log: Log,
    /// Number of entries.
    pub size: u64,
    /// Root of their tree.
    pub root: Hash,
}

impl Checkpoint {
    /// Returns the line that names the log: `liaison.v1/reg/<space>` or `liaison.v1/jrn/<space>`.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("liaison.v1/{}/{}", self.log.name(), hex(self.space.bytes()))
    }

    fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin(), self.size, Base64::encode_string(&self.root))
    }

    /// Returns the signed note. The key is named as the log is (C2SP `tlog-checkpoint`).
    #[must_use]
    pub fn sign(&self, relay: &SigningSecret) -> String {
        let text = self.text();
        let mut signed = key_hash(&self.origin(), &relay.public()).to_vec();
        signed.extend_from_slice(&crypto::sign_note(relay, text.as_bytes()).0);
        let signed = Base64::encode_string(&signed);
        format!("{text}\n{SIGNATURE_MARK}{} {signed}\n", self.origin())
    }

    /// Reads what a note says, whoever signed it: for a note verified before it was kept.
    #[must_use]
    pub fn said(note: &str) -> Option<Self> {
        parse(note).map(|(checkpoint, _)| checkpoint)
    }

    /// Reads a note and verifies that this relay signed it.
    ///
    /// # Errors
    /// `Malformed` unless the note is, byte for byte, what [`Self::sign`] writes;
    /// `WrongRelay` for another key, `BadSignature` for another text.
    pub fn verify(note: &str, relay: &RelayId) -> Result<Self, Refusal> {
        let (checkpoint, signed) = parse(note).ok_or(Refusal::Malformed)?;
        let (hash, signature) = signed.split_at(4);
        if hash != key_hash(&checkpoint.origin(), relay.bytes()) {
            return Err(Refusal::WrongRelay);
        }
        let signature = Signature(signature.try_into().map_err(|_| Refusal::Malformed)?);
        crypto::verify_note(relay.bytes(), checkpoint.text().as_bytes(), &signature)
            .map_err(|_| Refusal::BadSignature)?;
        Ok(checkpoint)
    }
}

/// Reads the parts of a note: what it says, and four bytes of key hash before a signature.
fn parse(note: &str) -> Option<(Checkpoint, Vec<u8>)> {
    if note.len() > NOTE_BYTES_MAX {
        return None;
    }
    let mut lines = note.split('\n');
    let (log, space) = origin(lines.next()?)?;
    let size = lines.next()?.parse().ok()?;
    let root = decode(lines.next()?, 32)?.try_into().ok()?;
    let checkpoint = Checkpoint { space, log, size, root };
    let (empty, line) = (lines.next()?, lines.next()?);
    let signed = line.strip_prefix(SIGNATURE_MARK)?.strip_prefix(&checkpoint.origin())?;
    let signed = decode(signed.strip_prefix(' ')?, 68)?;
    // One spelling only: no sign before the size, no leading zero, nothing after the last line.
    let text = checkpoint.text();
    let whole = empty.is_empty() && note.starts_with(&text) && lines.eq([""]);
    whole.then_some((checkpoint, signed))
}

fn origin(line: &str) -> Option<(Log, SpaceId)> {
    let (log, space) = line.strip_prefix("liaison.v1/")?.split_once('/')?;
    let log = Log::ALL.into_iter().find(|known| known.name() == log)?;
    Some((log, space.parse().ok()?))
}

fn decode(text: &str, size: usize) -> Option<Vec<u8>> {
    Base64::decode_vec(text).ok().filter(|bytes| bytes.len() == size)
}

/// Returns the first four bytes of SHA-256 over name, newline, type and key (C2SP signed-note).
fn key_hash(name: &str, key: &[u8; 32]) -> [u8; 4] {
    let mut hasher = Hasher::new();
    hasher.update(name.as_bytes());
    hasher.update(&[b'\n', ED25519]);
    hasher.update(key);
    let hash = hasher.finish();
    [hash[0], hash[1], hash[2], hash[3]]
}
