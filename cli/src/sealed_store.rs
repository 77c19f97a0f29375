//! Records at rest: every value sealed under the store key, bound to the key it stands under.
//!
//! Nothing readable reaches the disk. Keys of records hold ids and numbers only, by the
//! machine's own rule; a value moved under another key does not open. A record that cannot be
//! read is met here first: it is noted, so that the next start looks at every record and has the
//! machine say what becomes of those that cannot be read.

use protocol::crypto::{self, Label, NONCE_BYTES, SymmetricKey, TAG_BYTES};
use protocol::env::{Records, Write};
use rand_core::CryptoRng;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use store::{Batch, Entry, Store, StoreError};

/// Bytes read at a time while scanning.
const PAGE_BYTES_MAX: usize = 4 << 20;
/// Records read at a time while all are looked at.
const PAGE_RECORDS: usize = 1_024;
/// Records looked at to tell which of two keys seals them.
const PROBED: usize = 8;
/// Plain bytes of writes that surely fit one batch of the store once sealed.
pub(crate) const GROUP_BYTES_MAX: usize = store::BATCH_BYTES_MAX / 2;

/// The record that says that one was met which cannot be read. No key of the machine begins so.
const SUSPECT: &[u8] = b"!suspect";
/// Records that cannot be read and are told apart at most; a store with more is no store.
const UNREADABLE_MAX: usize = 1_000_000;

/// Why records cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RecordError {
    /// The store refuses.
    Store(StoreError),
    /// A value does not open under its key: altered, or sealed by another keystore.
    DoesNotOpen(Vec<u8>),
}

impl RecordError {
    /// Returns the key of the one record that cannot be read, when that is all.
    pub(crate) fn damaged_key(&self) -> Option<&[u8]> {
        match self {
            Self::DoesNotOpen(key) | Self::Store(StoreError::Corrupt { key: Some(key), .. }) => {
                Some(key)
            }
            Self::Store(_) => None,
        }
    }
}

impl From<StoreError> for RecordError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// A store whose values are sealed.
pub(crate) struct SealedStore {
    store: Box<dyn Store>,
    key: SymmetricKey,
}

impl SealedStore {
    /// Seals everything that goes through `store` with `key`.
    pub(crate) fn new(store: Box<dyn Store>, key: SymmetricKey) -> Self {
        Self { store, key }
    }

    /// Writes all of `writes` or none of them, durably. Of several to one key the last counts.
    ///
    /// # Errors
    /// What the store says; it must then be opened again before anything else is written.
    pub(crate) fn apply(
        &self,
        writes: &[Write],
        rng: &mut dyn CryptoRng,
    ) -> Result<(), RecordError> {
        let mut batch = Batch::new();
        for write in writes {
            match write {
                Write::Put { key, value } => {
                    batch.put(key.clone(), self.seal(key, value, rng));
                }
                Write::Delete { key } => {
                    batch.delete(key.clone());
                }
            }
        }
        Ok(self.store.apply(&batch)?)
    }

    /// Returns the value under a key.
    ///
    /// # Errors
    /// What the store says, or that the value does not open.
    pub(crate) fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, RecordError> {
        let sealed = self.store.get(key)?;
        sealed.map(|sealed| self.open(key, &sealed)).transpose()
    }

    /// Returns the first `limit` entries of `[from, to)`.
    ///
    /// # Errors
    /// As [`SealedStore::get`].
    pub(crate) fn scan(
        &self,
        from: &[u8],
        to: &[u8],
        limit: usize,
    ) -> Result<Vec<Entry>, RecordError> {
        let mut entries = Vec::new();
        let mut next = from.to_vec();
        while entries.len() < limit && next.as_slice() < to {
            let page = self.store.scan(&next, to, limit - entries.len(), PAGE_BYTES_MAX)?;
            let Some((last, _)) = page.last() else { break };
            next.clone_from(last);
            next.push(0);
            for (key, sealed) in page {
                let value = self.open(&key, &sealed)?;
                entries.push((key, value));
            }
        }
        Ok(entries)
    }

    /// Reads everything, and returns the keys of the records that cannot be read.
    ///
    /// # Errors
    /// What the store says beyond single records.
    pub(crate) fn unreadable(&self) -> Result<BTreeSet<Vec<u8>>, RecordError> {
        let mut found = BTreeSet::new();
        let (mut from, mut until) = (Vec::new(), Vec::new());
        loop {
            match self.store.scan(&from, &until, PAGE_RECORDS, PAGE_BYTES_MAX) {
                Ok(page) => match page.last() {
                    Some((last, _)) => {
                        from = after(last);
                        let closed = page.iter().filter(|(key, sealed)| {
                            key != SUSPECT && self.open(key, sealed).is_err()
                        });
                        found.extend(closed.map(|(key, _)| key.clone()));
                    }
                    None if until.is_empty() => break,
                    None => from = after(&std::mem::take(&mut until)),
                },
                Err(StoreError::Corrupt { key: Some(key), .. }) if found.len() < UNREADABLE_MAX => {
                    // What stands before it is read first.
                    until.clone_from(&key);
                    found.insert(key);
                }
                Err(error) => return Err(error.into()),
            }
        }
        // The store's own note is no loss.
        found.remove(SUSPECT);
        Ok(found)
    }

    /// Tells whether a record was met that cannot be read, since all were looked at.
    pub(crate) fn is_suspect(&self) -> bool {
        // Any answer but "no such record" is one.
        !matches!(self.store.get(SUSPECT), Ok(None))
    }

    /// Notes, durably, whether a record was met that cannot be read.
    ///
    /// # Errors
    /// What the store says.
    pub(crate) fn suspect(&self, suspect: bool) -> Result<(), RecordError> {
        let mut batch = Batch::new();
        match suspect {
            true => batch.put(SUSPECT, Vec::new()),
            false => batch.delete(SUSPECT),
        };
        Ok(self.store.apply(&batch)?)
    }

    /// Returns what lies under a key as it lies there, for an expert; still sealed.
    ///
    /// # Errors
    /// What the store says.
    pub(crate) fn salvage(&self, key: &[u8]) -> Result<Option<Vec<u8>>, RecordError> {
        Ok(self.store.salvage(key)?)
    }

    /// Seals every record anew under another key, in fresh files: what was deleted before is in no
    /// file any more, and what a disk keeps of the old files opens with no key that is kept.
    ///
    /// # Errors
    /// What the store says, or that a record does not open; all are then as they were.
    pub(crate) fn reseal(
        &mut self,
        key: SymmetricKey,
        rng: &mut dyn CryptoRng,
    ) -> Result<(), RecordError> {
        self.store.rewrite(&mut |id, stored| match id == SUSPECT {
            true => Ok(stored),
            false => {
                let plain = open_with(&self.key, id, &stored).ok_or_else(|| {
                    let what = "a record does not open".to_owned();
                    StoreError::Corrupt { what, key: Some(id.to_vec()) }
                })?;
                Ok(seal_with(&key, id, &plain, rng))
            }
        })?;
        self.key = key;
        Ok(())
    }

    /// Goes over to another key, if the records are sealed by it. Returns whether they are.
    ///
    /// # Errors
    /// What the store says.
    pub(crate) fn take_key(&mut self, key: SymmetricKey) -> Result<bool, RecordError> {
        let first = self.store.scan(&[], &[], PROBED, PAGE_BYTES_MAX)?;
        let opens = |(id, stored): &Entry| open_with(&key, id, stored).is_some();
        let taken = first.iter().any(opens);
        if taken {
            self.key = key;
        }
        Ok(taken)
    }

    /// Closes the store cleanly.
    ///
    /// # Errors
    /// What the store says.
    pub(crate) fn close(self) -> Result<(), RecordError> {
        Ok(self.store.close()?)
    }

    fn seal(&self, key: &[u8], value: &[u8], rng: &mut dyn CryptoRng) -> Vec<u8> {
        seal_with(&self.key, key, value, rng)
    }

    fn open(&self, key: &[u8], stored: &[u8]) -> Result<Vec<u8>, RecordError> {
        let plain = open_with(&self.key, key, stored);
        plain.ok_or_else(|| RecordError::DoesNotOpen(key.to_vec()))
    }
}

fn seal_with(by: &SymmetricKey, key: &[u8], value: &[u8], rng: &mut dyn CryptoRng) -> Vec<u8> {
    let (nonce, sealed) = crypto::seal(by, &associated(key), value, rng);
    [nonce.as_slice(), &sealed].concat()
}

fn open_with(by: &SymmetricKey, key: &[u8], stored: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = stored.split_first_chunk::<NONCE_BYTES>()?;
    Some(crypto::open(by, nonce, &associated(key), sealed).ok()?.to_vec())
}

// What the machine stores as one is one batch: a power failure keeps it whole or not at all.
const _: () = assert!(client_core::replica::STORE_BYTES_MAX <= GROUP_BYTES_MAX);
const _: () = assert!(GROUP_BYTES_MAX + 200_000 * (NONCE_BYTES + TAG_BYTES) < 16 << 20);

fn after(key: &[u8]) -> Vec<u8> {
    [key, &[0]].concat()
}

fn associated(key: &[u8]) -> Vec<u8> {
    [Label::Record.bytes(), key].concat()
}

/// Writes that wait to become durable together, by key; `None` forgets a key.
pub(crate) type Overlay = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// What the machine reads: the store, with the waiting writes over it.
///
/// The machine's reading cannot fail. A failure is kept here instead and must be looked at after
/// each step, before any output of that step is obeyed.
pub(crate) struct Sight<'a> {
    store: &'a SealedStore,
    overlay: &'a Overlay,
    /// Keys that are not there for the machine: their records cannot be read.
    without: BTreeSet<Vec<u8>>,
    failed: RefCell<Option<RecordError>>,
}

impl<'a> Sight<'a> {
    /// Lays `overlay` over `store`.
    pub(crate) fn new(store: &'a SealedStore, overlay: &'a Overlay) -> Self {
        Self { store, overlay, without: BTreeSet::new(), failed: RefCell::new(None) }
    }

    /// Shows nothing of the records under these keys, which cannot be read.
    pub(crate) fn without(mut self, unreadable: &BTreeSet<Vec<u8>>) -> Self {
        self.without.clone_from(unreadable);
        self
    }

    /// Returns the first failure met while reading.
    ///
    /// # Errors
    /// That failure.
    pub(crate) fn outcome(self) -> Result<(), RecordError> {
        self.failed.into_inner().map_or(Ok(()), Err)
    }

    /// Reads the store around what cannot be read.
    fn stored(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Entry>, RecordError> {
        let mut entries = Vec::new();
        let mut from = from.to_vec();
        let gaps = self.without.range(from.clone()..to.to_vec());
        for gap in gaps.map(Vec::as_slice).chain([to]) {
            let wanted = limit - entries.len();
            entries.extend(self.store.scan(&from, gap, wanted)?);
            from = after(gap);
        }
        Ok(entries)
    }

    fn noted<T>(&self, result: Result<T, RecordError>) -> Option<T> {
        result.map_err(|error| _ = self.failed.borrow_mut().get_or_insert(error)).ok()
    }
}

impl Records for Sight<'_> {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        match self.overlay.get(key) {
            Some(waiting) => waiting.clone(),
            None if self.without.contains(key) => None,
            None => self.noted(self.store.get(key)).flatten(),
        }
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Vec<(Vec<u8>, Vec<u8>)> {
        if from >= to {
            return Vec::new();
        }
        let waiting = self.overlay.range(from.to_vec()..to.to_vec());
        let waiting: Vec<_> = waiting.collect();
        // Each waiting write hides at most one entry, so this many are surely enough.
        let wanted = limit.saturating_add(waiting.len());
        let stored = self.noted(self.stored(from, to, wanted)).unwrap_or_default();
        if waiting.is_empty() {
            return stored;
        }
        let mut entries: BTreeMap<Vec<u8>, Vec<u8>> = stored.into_iter().collect();
        for (key, value) in waiting {
            match value {
                Some(value) => _ = entries.insert(key.clone(), value.clone()),
                None => _ = entries.remove(key),
            }
        }
        entries.into_iter().take(limit).collect()
    }
}

#[cfg(test)]
mod tests;
