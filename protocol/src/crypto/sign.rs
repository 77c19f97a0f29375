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

fn signed_input(label: Label, space: &SpaceId, body: &[u8]) -> Vec<u8> {
    let mut hasher = Hasher::new();
    hasher.update(body);
    let mut input = Vec::with_capacity(label.bytes().len() + 64);
    input.extend_from_slice(label.bytes());
    input.extend_from_slice(space.bytes());
    input.extend_from_slice(&hasher.finish());
    input
}
