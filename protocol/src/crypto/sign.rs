//! Ed25519 signatures, verified strictly and one by one.
//!
//! Strict verification (RFC 8032 with canonical encodings and no small-order keys) is the only
//! one on which every verifier agrees; batch verification does not, so it is not used.

use std::fmt;

use ed25519_dalek::Signer;

use super::{Hasher, Label, SigningSecret};
use crate::codec::{Decode, DecodeError, Encode, Reader, Writer};
use crate::id::SpaceId;

/// An Ed25519 signature, 64 bytes, not yet verified.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Signature(pub [u8; 64]);

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({})", crate::id::hex(&self.0[..4]))
    }
}

impl Encode for Signature {
    fn encode(&self, out: &mut Writer) {
        out.bytes(&self.0);
    }
}

impl Decode for Signature {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        input.fixed().map(Self)
    }
}

/// The signature is not by this key over these bytes for this purpose and space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadSignature;

impl fmt::Display for BadSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the signature does not match")
    }
}

impl std::error::Error for BadSignature {}

/// Signs `label + space + SHA-256(body)`.
#[must_use]
pub fn sign(secret: &SigningSecret, label: Label, space: &SpaceId, body: &[u8]) -> Signature {
    Signature(secret.signing().sign(&signed_input(label, space, body)).to_bytes())
}

/// Verifies a signature strictly.
///
/// # Errors
/// Fails for a bad key as for a bad signature: the difference would help nobody.
pub fn verify(
    key: &[u8; 32],
    label: Label,
    space: &SpaceId,
    body: &[u8],
    signature: &Signature,
) -> Result<(), BadSignature> {
    let key = ed25519_dalek::VerifyingKey::from_bytes(key).map_err(|_| BadSignature)?;
    let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
    key.verify_strict(&signed_input(label, space, body), &signature).map_err(|_| BadSignature)
}

/// What every signed note starts with: no [`Label`] starts so, and none is a prefix of it.
const NOTE_START: &[u8] = b"liaison.v1/";

/// Signs the text of a note as it stands (C2SP signed-note, signature type 0x01).
///
/// # Panics
/// If the text does not start as every note of this protocol does.
#[must_use]
pub fn sign_note(secret: &SigningSecret, text: &[u8]) -> Signature {
    assert!(text.starts_with(NOTE_START), "a note names its log first");
    Signature(secret.signing().sign(text).to_bytes())
}

/// Verifies the signature of a note strictly.
///
/// # Errors
/// Fails for a text that is not a note of this protocol, a bad key or a bad signature.
pub fn verify_note(key: &[u8; 32], text: &[u8], signature: &Signature) -> Result<(), BadSignature> {
    if !text.starts_with(NOTE_START) {
        return Err(BadSignature);
    }
    let key = ed25519_dalek::VerifyingKey::from_bytes(key).map_err(|_| BadSignature)?;
    let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
    key.verify_strict(text, &signature).map_err(|_| BadSignature)
}

fn signed_input(label: Label, space: &SpaceId, body: &[u8]) -> Vec<u8> {
    let mut hasher = Hasher::new();
    hasher.update(body);
    let mut input = Vec::with_capacity(label.bytes().len() + 64);
    input.extend_from_slice(label.bytes());
    input.extend_from_slice(space.bytes());
    input.extend_from_slice(&hasher.finish());
    input
}
