//! What is written at once, and how large it may be.
//!
//! The limits hold for every engine, so that a store can always be copied into another.

use std::collections::BTreeMap;

use crate::StoreError;

/// Longest key accepted. The shortest is one byte.
pub const KEY_BYTES_MAX: usize = 512;

/// Longest value accepted.
pub const VALUE_BYTES_MAX: usize = 2 << 20;

/// Largest batch accepted, keys and values together.
pub const BATCH_BYTES_MAX: usize = 16 << 20;

/// One change to one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// Sets a key, replacing what it held.
    Put {
        /// 1 to [`KEY_BYTES_MAX`] bytes.
        key: Vec<u8>,
        /// Up to [`VALUE_BYTES_MAX`] bytes.
        value: Vec<u8>,
    },
    /// Removes a key; removing an absent key is not an error.
    Delete {
        /// 1 to [`KEY_BYTES_MAX`] bytes.
        key: Vec<u8>,
    },
}

impl Write {
    /// Returns the key this change is about.
    pub fn key(&self) -> &[u8] {
        match self {
            Self::Put { key, .. } | Self::Delete { key } => key,
        }
    }

    /// Returns the bytes of its key and value together.
    pub fn size_bytes(&self) -> usize {
        match self {
            Self::Put { key, value } => key.len() + value.len(),
            Self::Delete { key } => key.len(),
        }
    }
}

/// Changes applied together or not at all. Of several changes to one key, the last one counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// In the order they were asked for.
    pub writes: Vec<Write>,
}

impl Batch {
    /// Returns a batch of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a change that sets a key.
    pub fn put(&mut self, key: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) -> &mut Self {
        self.writes.push(Write::Put { key: key.into(), value: value.into() });
        self
    }

    /// Adds a change that removes a key.
    pub fn delete(&mut self, key: impl Into<Vec<u8>>) -> &mut Self {
        self.writes.push(Write::Delete { key: key.into() });
        self
    }

    /// Returns whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }

    /// Returns the bytes of all keys and values together.
    pub fn size_bytes(&self) -> usize {
        self.writes.iter().map(Write::size_bytes).sum()
    }

    /// Checks every limit, so that a refused batch has touched nothing.
    pub fn check(&self) -> Result<(), StoreError> {
        for write in &self.writes {
            check_key(write.key())?;
            if let Write::Put { value, .. } = write {
                bounded("value", value.len(), VALUE_BYTES_MAX)?;
            }
        }
        bounded("batch", self.size_bytes(), BATCH_BYTES_MAX)
    }

    /// Returns the one change that counts for each key, in key order.
    pub(crate) fn settled(&self) -> BTreeMap<&[u8], Option<&[u8]>> {
        let mut settled = BTreeMap::new();
        for write in &self.writes {
            let value = match write {
                Write::Put { value, .. } => Some(value.as_slice()),
                Write::Delete { .. } => None,
            };
            settled.insert(write.key(), value);
        }
        settled
    }
}

/// Checks that a key may be stored. An empty key is refused: it would sort with nothing.
pub(crate) fn check_key(key: &[u8]) -> Result<(), StoreError> {
    if key.is_empty() {
        return Err(StoreError::EmptyKey);
    }
    bounded("key", key.len(), KEY_BYTES_MAX)
}

fn bounded(what: &'static str, size_bytes: usize, size_bytes_max: usize) -> Result<(), StoreError> {
    if size_bytes > size_bytes_max {
        return Err(StoreError::TooBig { what, size_bytes, size_bytes_max });
    }
    Ok(())
}
