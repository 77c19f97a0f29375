//! What a keystore holds once open, and its plain bytes.
//!
//! The bytes are laid in a buffer of their exact size, so that no copy of a secret is left
//! behind by a buffer that grew.

use super::Secrets;
use protocol::crypto::SymmetricKey;
use zeroize::Zeroizing;

/// The secrets.
pub(super) struct Content {
    pub(super) store_key: SymmetricKey,
    pub(super) secrets: Secrets,
}

impl Content {
    /// Returns the plain bytes, wiped when dropped.
    pub(super) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let sizes = self.secrets.iter().map(|(id, value)| 2 + id.len() + 4 + value.len());
        let mut bytes = Zeroizing::new(Vec::with_capacity(32 + sizes.sum::<usize>()));
        bytes.extend_from_slice(self.store_key.bytes());
        for (id, value) in &self.secrets {
            let id_len = u16::try_from(id.len()).expect("the name of a secret is short");
            let value_len = u32::try_from(value.len()).expect("a secret is short");
            bytes.extend_from_slice(&id_len.to_be_bytes());
            bytes.extend_from_slice(id);
            bytes.extend_from_slice(&value_len.to_be_bytes());
            bytes.extend_from_slice(value);
        }
        bytes
    }

    /// Reads plain bytes; `None` when they are not exactly what [`Content::to_bytes`] writes.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (store_key, mut rest) = bytes.split_first_chunk::<32>()?;
        let mut secrets = Secrets::new();
        while !rest.is_empty() {
            let (len, after) = rest.split_first_chunk::<2>()?;
            let (id, after) = after.split_at_checked(u16::from_be_bytes(*len).into())?;
            let (len, after) = after.split_first_chunk::<4>()?;
            let len = usize::try_from(u32::from_be_bytes(*len)).ok()?;
            let (value, after) = after.split_at_checked(len)?;
            secrets.insert(id.to_vec(), Zeroizing::new(value.to_vec()));
            rest = after;
        }
        Some(Self { store_key: SymmetricKey::new(*store_key), secrets })
    }
}
