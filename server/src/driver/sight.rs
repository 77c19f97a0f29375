//! The store as the machine sees it: what is durable, and over it what this group has written.
//!
//! The machine reads its own writes at once, as the contract of `Records` wants; nothing leaves the
//! process before they are durable. A damaged record reads as absent, which is how the machine
//! learns that it must be given back. Any other failure is kept until the driver looks.

use std::cell::RefCell;
use std::collections::BTreeMap;

use protocol::env::{Records, Write};
use store::{Batch, StoreError};

use super::SharedStore;

/// Bytes read from the store at a time.
const PAGE_BYTES: usize = 1 << 20;

/// What the machine sees.
pub(crate) struct Sight {
    store: SharedStore,
    pending: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
    pending_bytes: usize,
    failed: RefCell<Option<StoreError>>,
}

impl Sight {
    /// Looks at a store.
    pub(crate) fn new(store: SharedStore) -> Self {
        Self { store, pending: BTreeMap::new(), pending_bytes: 0, failed: RefCell::new(None) }
    }

    /// Returns the store.
    pub(crate) fn store(&self) -> &SharedStore {
        &self.store
    }

    /// Takes writes that are not durable yet.
    pub(crate) fn write(&mut self, writes: Vec<Write>) {
        for write in writes {
            let (key, value) = match write {
                Write::Put { key, value } => (key, Some(value)),
                Write::Delete { key } => (key, None),
            };
            self.pending_bytes += key.len() + value.as_ref().map_or(0, Vec::len);
            self.pending.insert(key, value);
        }
    }

    /// Returns the bytes that are not durable yet.
    pub(crate) fn pending_bytes(&self) -> usize {
        self.pending_bytes
    }

    /// Makes everything durable at once. Whatever the outcome, nothing is pending afterwards.
    /// Returns how many changes there were.
    ///
    /// # Errors
    /// As [`store::Store::apply`].
    pub(crate) fn commit(&mut self) -> Result<u64, StoreError> {
        self.pending_bytes = 0;
        let mut batch = Batch::new();
        for (key, value) in std::mem::take(&mut self.pending) {
            match value {
                Some(value) => batch.put(key, value),
                None => batch.delete(key),
            };
        }
        let writes = batch.writes.len() as u64;
        if writes > 0 {
            self.store.apply(&batch)?;
        }
        Ok(writes)
    }

    /// Returns why the store no longer answers, if it does not.
    pub(crate) fn failed(&self) -> Option<StoreError> {
        self.failed.borrow().clone()
    }

    /// Reads one page of what is durable, going around damaged records.
    fn page(&self, from: &[u8], to: &[u8], limit: usize) -> Vec<(Vec<u8>, Vec<u8>)> {
        let mut from = from.to_vec();
        loop {
            let (error, damaged) = match self.store.scan(&from, to, limit, PAGE_BYTES) {
                Ok(page) if !page.is_empty() || limit == 0 => return page,
                Ok(_) => return Vec::new(),
                Err(StoreError::Corrupt { what, key: Some(key) }) => {
                    let before = self.before(&from, &key, limit);
                    if !before.is_empty() {
                        return before;
                    }
                    (StoreError::Corrupt { what, key: Some(key.clone()) }, Some(key))
                }
                Err(error) => (error, None),
            };
            let Some(key) = damaged else {
                self.fail(error);
                return Vec::new();
            };
            tracing::error!(%error, "a damaged record was passed over");
            from = after(&key);
        }
    }

    /// Reads what stands before a damaged record.
    fn before(&self, from: &[u8], damaged: &[u8], limit: usize) -> Vec<(Vec<u8>, Vec<u8>)> {
        if from >= damaged {
            return Vec::new();
        }
        match self.store.scan(from, damaged, limit, PAGE_BYTES) {
            Ok(page) => page,
            Err(error) => {
                self.fail(error);
                Vec::new()
            }
        }
    }

    fn fail(&self, error: StoreError) {
        self.failed.borrow_mut().get_or_insert(error);
    }
}

impl Records for Sight {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        if let Some(pending) = self.pending.get(key) {
            return pending.clone();
        }
        match self.store.get(key) {
            Ok(value) => value,
            Err(error @ StoreError::Corrupt { key: Some(_), .. }) => {
                tracing::error!(%error, "a damaged record reads as absent");
                None
            }
            Err(error) => {
                self.fail(error);
                None
            }
        }
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Vec<(Vec<u8>, Vec<u8>)> {
        let mut merged = Vec::new();
        let mut from = from.to_vec();
        while merged.len() < limit && from.as_slice() < to {
            let page = self.page(&from, to, limit);
            // What is pending beyond the page's last key may have durable keys before it.
            let end = page.last().map_or_else(|| to.to_vec(), |(last, _)| after(last));
            let mut entries: BTreeMap<_, _> = page.into_iter().map(|(k, v)| (k, Some(v))).collect();
            let pending = self.pending.range(from.clone()..end.clone());
            entries.extend(pending.map(|(k, v)| (k.clone(), v.clone())));
            merged.extend(entries.into_iter().filter_map(|(k, v)| Some((k, v?))));
            from = end;
        }
        merged.truncate(limit);
        merged
    }
}

/// Returns the key just after another.
fn after(key: &[u8]) -> Vec<u8> {
    let mut next = key.to_vec();
    next.push(0);
    next
}
