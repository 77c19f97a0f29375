//! The header of a keystore: what turns a passphrase into its key, and at what price.
//!
//! The parameters are read from a file that anyone may have written: they are bounded before
//! any memory is asked for.

use super::KeystoreError;
use argon2::{Algorithm, Argon2, Params, Version};
use protocol::crypto::{NONCE_BYTES, SymmetricKey};
use zeroize::Zeroizing;

pub(super) const SALT_BYTES: usize = 16;
/// Everything before the nonce.
pub(super) const HEADER_BYTES: usize = MAGIC.len() + 2 + 3 * 4 + SALT_BYTES;

const MAGIC: &[u8; 12] = b"liaison-keys";
const VERSION: u8 = 1;
const WAY_PASSPHRASE: u8 = 1;
const WAY_KEY_FILE: u8 = 2;

/// Bounds of what a header may ask for: a gibibyte, sixteen passes, four lanes.
const MEMORY_KIB_MAX: u32 = 1 << 20;
const PASSES_MAX: u32 = 16;
const LANES_MAX: u32 = 4;

/// The price of trying one passphrase (RFC 9106).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    /// What `init` uses: 64 MiB, three passes, one lane; a sixth of a second on a laptop.
    pub(crate) const USUAL: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 1 };
    /// Nearly free, for tests that make many replicas; never chosen silently.
    pub(crate) const LOW: Self = Self { memory_kib: 64, passes: 1, lanes: 1 };

    /// Derives the key of a keystore.
    pub(super) fn derive(
        self,
        passphrase: &str,
        salt: &[u8; SALT_BYTES],
    ) -> Result<SymmetricKey, KeystoreError> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32))
            .map_err(|_| KeystoreError::CostRefused)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut key = Zeroizing::new([0; 32]);
        argon2
            .hash_password_into(passphrase.as_bytes(), salt, key.as_mut())
            .map_err(|_| KeystoreError::CostRefused)?;
        Ok(SymmetricKey::new(*key))
    }

    fn is_bounded(self) -> bool {
        self.memory_kib <= MEMORY_KIB_MAX
            && (1..=PASSES_MAX).contains(&self.passes)
            && (1..=LANES_MAX).contains(&self.lanes)
    }
}

/// How the key of a keystore is come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Passphrase(Cost),
    KeyFile,
}

/// Everything before the nonce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) way: Way,
    pub(super) salt: [u8; SALT_BYTES],
}

impl Header {
    pub(super) fn to_bytes(self) -> Vec<u8> {
        let (way, cost) = match self.way {
            Way::Passphrase(cost) => (WAY_PASSPHRASE, cost),
            Way::KeyFile => (WAY_KEY_FILE, Cost { memory_kib: 0, passes: 0, lanes: 0 }),
        };
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&[VERSION, way]);
        for number in [cost.memory_kib, cost.passes, cost.lanes] {
            bytes.extend_from_slice(&number.to_be_bytes());
        }
        bytes.extend_from_slice(&self.salt);
        bytes
    }

    /// Splits a file without its digest into header, nonce and sealed content.
    pub(super) fn split(bytes: &[u8]) -> Result<(Self, [u8; NONCE_BYTES], &[u8]), KeystoreError> {
        let damaged = KeystoreError::Damaged;
        let Some(rest) = bytes.strip_prefix(MAGIC) else {
            return Err(damaged);
        };
        let Some((&[version, way], rest)) = rest.split_first_chunk() else {
            return Err(damaged);
        };
        if version != VERSION {
            return Err(KeystoreError::TooNew);
        }
        let Some((memory, rest)) = rest.split_first_chunk() else {
            return Err(damaged);
        };
        let Some((passes, rest)) = rest.split_first_chunk() else {
            return Err(damaged);
        };
        let Some((lanes, rest)) = rest.split_first_chunk() else {
            return Err(damaged);
        };
        let Some((salt, rest)) = rest.split_first_chunk() else {
            return Err(damaged);
        };
        let Some((nonce, sealed)) = rest.split_first_chunk() else {
            return Err(damaged);
        };
        let cost = Cost {
            memory_kib: u32::from_be_bytes(*memory),
            passes: u32::from_be_bytes(*passes),
            lanes: u32::from_be_bytes(*lanes),
        };
        let way = match way {
            WAY_PASSPHRASE if cost.is_bounded() => Way::Passphrase(cost),
            WAY_PASSPHRASE => return Err(KeystoreError::CostRefused),
            WAY_KEY_FILE => Way::KeyFile,
            _ => return Err(damaged),
        };
        Ok((Self { way, salt: *salt }, *nonce, sealed))
    }
}
