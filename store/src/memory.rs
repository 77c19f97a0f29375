//! A store that forgets when it is dropped, for tests and for trying things out.
//!
//! It lays records out exactly as the engines on disk do, so the simulator can damage them.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::records::{self, Op, Reader, Tally, Visitor};
use crate::{Batch, Entry, Store, StoreError, StoreStats};

/// A store in memory. Every applied batch is kept until the store is dropped.
#[derive(Debug, Default)]
pub struct MemStore {
    held: Mutex<Held>,
}

impl MemStore {
    /// Returns an empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for MemStore {
    fn apply(&self, batch: &Batch) -> Result<(), StoreError> {
        self.held().apply(batch)
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        records::get(&self.held().entries, key)
    }

    fn scan(
        &self,
        lo: &[u8],
        hi: &[u8],
        limit: usize,
        bytes_max: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        records::scan(&self.held().entries, lo, hi, limit, bytes_max)
    }

    fn salvage(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        records::salvage(&self.held().entries, key)
    }

    fn stats(&self) -> StoreStats {
        self.held().stats("memory")
    }

    fn close(self: Box<Self>) -> Result<(), StoreError> {
        Ok(())
    }
}

/// The entries of a store in memory, shared by [`MemStore`] and the simulated disk.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held {
    pub(crate) entries: Entries,
    pub(crate) tally: Tally,
    pub(crate) size_bytes: usize,
}

/// A batch lowered, and what it does to the size of the whole.
pub(crate) struct Plan {
    ops: Vec<Op>,
    tally: Tally,
    pub(crate) added_bytes: usize,
    pub(crate) removed_bytes: usize,
}

impl Held {
    pub(crate) fn apply(&mut self, batch: &Batch) -> Result<(), StoreError> {
        batch.check()?;
        if !batch.is_empty() {
            let plan = self.plan(batch)?;
            self.commit(plan);
        }
        Ok(())
    }

    /// Returns what applying a batch would do, without doing it.
    pub(crate) fn plan(&self, batch: &Batch) -> Result<Plan, StoreError> {
        let (ops, tally) = records::lower(&self.entries, self.tally, batch)?;
        let size = |(key, frame): &Op| frame.as_ref().map_or(0, |frame| key.len() + frame.len());
        let added_bytes = ops.iter().map(size).sum();
        let removed_bytes = ops.iter().map(|(key, _)| self.entries.entry_bytes(key)).sum();
        Ok(Plan { ops, tally, added_bytes, removed_bytes })
    }

    pub(crate) fn commit(&mut self, plan: Plan) {
        self.size_bytes = self.size_bytes + plan.added_bytes - plan.removed_bytes;
        self.tally = plan.tally;
        self.entries.commit(plan.ops);
    }

    pub(crate) fn stats(&self, engine: &'static str) -> StoreStats {
        StoreStats {
            engine,
            records: self.tally.records,
            commits: self.tally.commits,
            disk_bytes: u64::try_from(self.size_bytes).unwrap_or(u64::MAX),
            free_bytes: u64::MAX,
            committed_at: None,
            refusing: None,
        }
    }
}

/// Frames under physical keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Entries(pub(crate) BTreeMap<Vec<u8>, Vec<u8>>);

impl Entries {
    fn entry_bytes(&self, key: &[u8]) -> usize {
        self.0.get(key).map_or(0, |frame| key.len() + frame.len())
    }

    fn commit(&mut self, ops: Vec<Op>) {
        for (key, frame) in ops {
            match frame {
                Some(frame) => self.0.insert(key, frame),
                None => self.0.remove(&key),
            };
        }
    }
}

impl Reader for Entries {
    fn get(&self, physical: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.0.get(physical).cloned())
    }

    fn walk(&self, lo: &[u8], hi: &[u8], visit: &mut Visitor<'_>) -> Result<(), StoreError> {
        for (key, frame) in self.0.range(lo.to_vec()..hi.to_vec()) {
            if !visit(key, frame)? {
                break;
            }
        }
        Ok(())
    }
}
