//! Envelopes: sealed, signed units with a header that a relay can read.
//!
//! The bytes are those of `security.md` §3.6: a fixed big-endian header, a nonce, the
//! ciphertext with its tag, a signature. Everything before the nonce is bound to the
//! ciphertext, everything before the signature is signed. A relay reads the header and no
//! more; only the key that the epoch id commits to is ever tried.

use std::fmt;

use rand_core::CryptoRng;

use crate::codec::{self, DecodeError};
use crate::crypto::{self, Label, NONCE_BYTES, Signature, SigningSecret, SymmetricKey, TAG_BYTES};
use crate::epoch::EpochSecret;
use crate::id::{DeviceId, DocumentId, EnvelopeId, EpochId, Incarnation, SpaceId};
use crate::limits;
use crate::refusal::Refusal;

mod content;
mod padding;
#[cfg(test)]
mod tests;

pub use content::{Attested, Changes, Coding, Content};

/// What every envelope begins with.
const MAGIC: &[u8; 4] = b"LIA1";
/// XChaCha20-Poly1305, HKDF-SHA256, Ed25519.
const SUITE: u8 = 1;
/// Bytes before the nonce: what the ciphertext is bound to.
const HEADER_BYTES: usize = 180;
/// Bytes before the ciphertext.
const CIPHERTEXT_AT: usize = HEADER_BYTES + NONCE_BYTES;
const SIGNATURE_BYTES: usize = 64;
/// Bytes of an envelope beyond its padded content.
pub const OVERHEAD_BYTES: usize = CIPHERTEXT_AT + TAG_BYTES + SIGNATURE_BYTES;
/// The largest envelope.
pub const ENVELOPE_BYTES_MAX: usize = OVERHEAD_BYTES + limits::CIPHERTEXT_BYTES_MAX;
/// What an incarnation's first envelope follows.
pub const NO_ENVELOPE: EnvelopeId = EnvelopeId::new([0; 32]);

/// What an envelope holds. Other kinds are of versions to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Changes of a document by the device that seals them.
    Changes,
    /// Changes by a device that is no longer allowed to write, taken up by the one that seals.
    Adoption,
    /// A part of the space's directory (annuaire).
    Directory,
    /// Changes whose own place a copy or a restored store has taken, written again.
    Renewal,
}

impl Kind {
    /// Returns the byte in the header.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Changes => 1,
            Self::Adoption => 3,
            Self::Directory => 4,
            Self::Renewal => 5,
        }
    }

    fn from_code(code: u8) -> Option<Self> {
        [Self::Changes, Self::Adoption, Self::Directory, Self::Renewal]
            .into_iter()
            .find(|k| k.code() == code)
    }
}

/// What anyone can read of an envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// What it holds.
    pub kind: Kind,
    /// The space it belongs to.
    pub space: SpaceId,
    /// The document it is about.
    pub document: DocumentId,
    /// The epoch whose secret it is sealed under.
    pub epoch: EpochId,
    /// The device that signs.
    pub device: DeviceId,
    /// The life of that device's store.
    pub incarnation: Incarnation,
    /// Its number within the incarnation, from 1.
    pub counter: u64,
    /// The envelope before it within the incarnation; [`NO_ENVELOPE`] for the first.
    pub previous: EnvelopeId,
}

/// The place of an envelope to be sealed. Its kind follows from its content, its device from
/// the key that signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The space.
    pub space: SpaceId,
    /// The document.
    pub document: DocumentId,
    /// The open epoch.
    pub epoch: EpochId,
    /// The life of the device's store.
    pub incarnation: Incarnation,
    /// Its number within the incarnation, from 1.
    pub counter: u64,
    /// The envelope before it within the incarnation.
    pub previous: EnvelopeId,
}

/// One envelope: its bytes and their header.
#[derive(Clone, PartialEq, Eq)]
pub struct Envelope {
    bytes: Vec<u8>,
    header: Header,
}

impl Envelope {
    /// Reads an envelope. Says nothing yet of its signature or of rights.
    ///
    /// # Errors
    /// `Malformed`, `TooLarge`, or `NewerThanUs` for a kind, suite or flag of a later version.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        if bytes.len() > ENVELOPE_BYTES_MAX {
            return Err(Refusal::TooLarge);
        }
        let header = read_header(bytes)?;
        Ok(Self { bytes: bytes.to_vec(), header })
    }

    /// Verifies the signature of the device that the header names.
    ///
    /// # Errors
    /// `BadSignature`.
    pub fn verify(&self) -> Result<(), Refusal> {
        let (body, signature) = self.bytes.split_at(self.bytes.len() - SIGNATURE_BYTES);
        let signature = Signature(signature.try_into().map_err(|_| Refusal::Malformed)?);
        let (space, device) = (&self.header.space, self.header.device);
        crypto::verify(device.bytes(), Label::Envelope, space, body, &signature)
            .map_err(|_| Refusal::BadSignature)
    }

    /// Returns the hash of the whole envelope.
    #[must_use]
    pub fn id(&self) -> EnvelopeId {
        EnvelopeId::new(crypto::hash(Label::EnvelopeId, &self.bytes))
    }

    /// Returns what anyone can read.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Returns the bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the bytes, without copying them.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Seals a content at a place and signs it.
    ///
    /// # Errors
    /// `TooLarge` when the content is beyond [`limits::CIPHERTEXT_BYTES_MAX`].
    pub fn seal(
        place: &Place,
        secret: &EpochSecret,
        device: &SigningSecret,
        content: &Content,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, Refusal> {
        let plain = padding::pad(&content.body()).ok_or(Refusal::TooLarge)?;
        let header = Header {
            kind: content.kind(),
            space: place.space,
            document: place.document,
            epoch: place.epoch,
            device: DeviceId::new(device.public()),
            incarnation: place.incarnation,
            counter: place.counter,
            previous: place.previous,
        };
        let mut bytes = write_header(&header, plain.len());
        let key = envelope_key(&header, secret);
        let (nonce, sealed) = crypto::seal(&key, &bytes, &plain, rng);
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&sealed);
        let signature = crypto::sign(device, Label::Envelope, &header.space, &bytes);
        bytes.extend_from_slice(&signature.0);
        Ok(Self { bytes, header })
    }

    /// Opens the content with the secret of the epoch the header names, and verifies its
    /// attestation. The signature of the envelope is verified apart, by [`Self::verify`].
    ///
    /// # Errors
    /// Says whether the key, the content or the attestation is at fault.
    pub fn open(&self, secret: &EpochSecret) -> Result<Content, OpenError> {
        let content = self.reopen(secret)?;
        content.verify_attestation(&self.header)?;
        Ok(content)
    }

    /// Opens the content of an envelope that [`Self::open`] has opened before and that was kept
    /// since: what was verified then is not verified again.
    ///
    /// # Errors
    /// Says whether the key or the content is at fault.
    pub fn reopen(&self, secret: &EpochSecret) -> Result<Content, OpenError> {
        let nonce = self.bytes[HEADER_BYTES..CIPHERTEXT_AT].try_into();
        let nonce = nonce.map_err(|_| OpenError::Sealed)?;
        let sealed = &self.bytes[CIPHERTEXT_AT..self.bytes.len() - SIGNATURE_BYTES];
        let key = envelope_key(&self.header, secret);
        let plain = crypto::open(&key, nonce, &self.bytes[..HEADER_BYTES], sealed)
            .map_err(|_| OpenError::Sealed)?;
        let body = padding::unpad(&plain).ok_or(OpenError::Content(DecodeError::NotCanonical))?;
        Content::read(self.header.kind, body).map_err(OpenError::Content)
    }
}

impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("header", &self.header)
            .field("size_bytes", &self.bytes.len())
            .finish()
    }
}

/// Why a content cannot be had from an envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenError {
    /// Not sealed under this secret at this place, or altered.
    Sealed,
    /// Opened, but not a content this program reads.
    Content(DecodeError),
    /// The device that seals did not sign what is inside.
    Attestation,
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sealed => f.write_str("the envelope does not open with this key"),
            Self::Content(error) => write!(f, "the content is {error}"),
            Self::Attestation => f.write_str("the content is not attested by its author"),
        }
    }
}

impl std::error::Error for OpenError {}

/// Derives the key of one document, device and incarnation (`security.md` §3.1).
fn envelope_key(header: &Header, secret: &EpochSecret) -> SymmetricKey {
    let parts =
        [header.document.bytes().as_slice(), header.device.bytes(), header.incarnation.bytes()];
    crypto::derive(secret.bytes(), header.epoch.bytes(), Label::EnvelopeKey, &parts)
}

fn write_header(header: &Header, content_bytes: usize) -> Vec<u8> {
    let size = u32::try_from(content_bytes).expect("a padded content is within its bound");
    let mut out = Vec::with_capacity(OVERHEAD_BYTES + content_bytes);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&[header.kind.code(), SUITE, 0, 0]);
    out.extend_from_slice(header.space.bytes());
    out.extend_from_slice(header.document.bytes());
    out.extend_from_slice(header.epoch.bytes());
    out.extend_from_slice(header.device.bytes());
    out.extend_from_slice(header.incarnation.bytes());
    out.extend_from_slice(&header.counter.to_be_bytes());
    out.extend_from_slice(header.previous.bytes());
    out.extend_from_slice(&size.to_be_bytes());
    out
}

fn read_header(bytes: &[u8]) -> Result<Header, Refusal> {
    let mut input = Cursor(bytes);
    if input.take::<4>()? != *MAGIC {
        return Err(Refusal::Malformed);
    }
    let [kind, suite, flags @ ..] = input.take::<4>()?;
    let kind = Kind::from_code(kind).ok_or(Refusal::NewerThanUs)?;
    if suite != SUITE || flags != [0, 0] {
        return Err(Refusal::NewerThanUs);
    }
    let header = Header {
        kind,
        space: SpaceId::new(input.take()?),
        document: DocumentId::new(input.take()?),
        epoch: EpochId::new(input.take()?),
        device: DeviceId::new(input.take()?),
        incarnation: Incarnation::new(input.take()?),
        counter: u64::from_be_bytes(input.take()?),
        previous: EnvelopeId::new(input.take()?),
    };
    let size = u32::from_be_bytes(input.take()?);
    let size = usize::try_from(size).map_err(|_| Refusal::TooLarge)?;
    if size > limits::CIPHERTEXT_BYTES_MAX {
        return Err(Refusal::TooLarge);
    }
    if bytes.len() != OVERHEAD_BYTES + size {
        return Err(Refusal::Malformed);
    }
    Ok(header)
}

/// Reads fixed fields one after the other.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Refusal> {
        let (field, rest) = self.0.split_first_chunk::<N>().ok_or(Refusal::Malformed)?;
        self.0 = rest;
        Ok(*field)
    }
}

/// Encodes what a device attests to and returns the bytes to sign.
fn attested_body(attested: &Attested<'_>) -> Vec<u8> {
    let mut out = codec::Writer::new();
    out.array(4);
    out.bytes(attested.document.bytes());
    out.bytes(attested.incarnation.bytes());
    out.uint(attested.counter);
    out.bytes(attested.own_head);
    out.finish()
}
