//! SHA-256 everywhere something is signed, and HKDF-SHA256 to derive keys.

use hkdf::Hkdf;
use sha2::{Digest, Sha256};

use super::{Label, SymmetricKey};

/// A SHA-256 digest.
pub type Hash = [u8; 32];

/// Hashes a label followed by one part.
#[must_use]
pub fn hash(label: Label, bytes: &[u8]) -> Hash {
    hash_parts(label, &[bytes])
}

/// Hashes a label followed by several parts of fixed sizes, the last one of any size.
#[must_use]
pub fn hash_parts(label: Label, parts: &[&[u8]]) -> Hash {
    let mut hasher = Hasher::new();
    hasher.update(label.bytes());
    for part in parts {
        hasher.update(part);
    }
    hasher.finish()
}

/// Derives a key with HKDF-SHA256 (RFC 5869): `info` is the label and `parts`, in order.
#[must_use]
pub fn derive(secret: &[u8], salt: &[u8], label: Label, parts: &[&[u8]]) -> SymmetricKey {
    let mut key = [0u8; 32];
    let mut info = vec![label.bytes()];
    info.extend_from_slice(parts);
    Hkdf::<Sha256>::new(Some(salt), secret)
        .expand_multi_info(&info, &mut key)
        .expect("32 bytes are within HKDF's bound of 255 blocks");
    SymmetricKey::new(key)
}

/// An incremental SHA-256, for tree hashes and long files.
#[derive(Clone, Default)]
pub struct Hasher(Sha256);

impl Hasher {
    /// Starts an empty hash.
    #[must_use]
    pub fn new() -> Self {
        Self(Sha256::new())
    }

    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Returns the digest.
    #[must_use]
    pub fn finish(self) -> Hash {
        self.0.finalize().into()
    }
}
