//! XChaCha20-Poly1305 with random 24-byte nonces.
//!
//! Random nonces are chosen because a restored machine repeats counters. The cipher is not
//! key-committing: what commits a key is the epoch id, never the ciphertext.

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// Size of a nonce.
pub const NONCE_BYTES: usize = 24;
/// Size of the authentication tag that follows a ciphertext.
pub const TAG_BYTES: usize = 16;

/// A 256-bit key, zeroed when dropped.
pub struct SymmetricKey(Zeroizing<[u8; 32]>);

impl SymmetricKey {
    /// Wraps key bytes.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Draws a new key.
    #[must_use]
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        let mut bytes = Zeroizing::new([0u8; 32]);
        rng.fill_bytes(bytes.as_mut());
        Self(bytes)
    }

    /// Returns the key bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The ciphertext was not made with this key and this associated text, or was altered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealFailed;

impl fmt::Display for SealFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the sealed text does not open with this key")
    }
}

impl std::error::Error for SealFailed {}

/// Seals `plain` and returns the nonce used and ciphertext with its tag.
#[must_use]
pub fn seal(
    key: &SymmetricKey,
    associated: &[u8],
    plain: &[u8],
    rng: &mut dyn CryptoRng,
) -> ([u8; NONCE_BYTES], Vec<u8>) {
    let mut nonce = [0u8; NONCE_BYTES];
    rng.fill_bytes(&mut nonce);
    let cipher = XChaCha20Poly1305::new(key.bytes().into());
    let sealed = cipher
        .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: associated })
        .expect("a text in memory is within the cipher's length bound");
    (nonce, sealed)
}

/// Opens a ciphertext.
///
/// # Errors
/// Fails without saying which part did not match.
pub fn open(
    key: &SymmetricKey,
    nonce: &[u8; NONCE_BYTES],
    associated: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealFailed> {
    let cipher = XChaCha20Poly1305::new(key.bytes().into());
    cipher
        .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: associated })
        .map(Zeroizing::new)
        .map_err(|_| SealFailed)
}
