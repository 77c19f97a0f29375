//! A disk that fails on purpose, for the simulator.
//!
//! Same seed, same calls, same faults: it reads no clock and no entropy. What was applied is
//! durable, so a crash of the machine around it loses nothing that was acknowledged; a batch whose
//! commit failed may be there or not, never in part.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::memory::Held;
use crate::{Batch, Entry, Store, StoreError, StoreStats, frame, records};

/// How often a simulated disk fails, per million commits, and how large it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Faults {
    /// Commits refused for want of space, with room again at the next one.
    pub full_per_million: u32,
    /// Commits that fail for good: every later call fails until [`SimDisk::reopen`], and the
    /// failed batch is there afterwards or is not.
    pub failure_per_million: u32,
    /// Bytes the disk holds; beyond it every commit that makes it grow is refused.
    pub capacity_bytes: usize,
}

impl Default for Faults {
    fn default() -> Self {
        Self { full_per_million: 0, failure_per_million: 0, capacity_bytes: usize::MAX }
    }
}

/// A simulated disk. Clones are handles on the same disk: one for the machine, one for the test.
#[derive(Clone, Debug)]
pub struct SimDisk {
    state: Arc<Mutex<State>>,
}

/// All that a disk held at one moment: a backup, or the image of a cloned machine.
#[derive(Clone, Debug)]
pub struct Snapshot {
    held: Held,
}

#[derive(Debug)]
struct State {
    held: Held,
    faults: Faults,
    random: u64,
    failed: bool,
}

impl SimDisk {
    /// Returns an empty disk that never fails.
    pub fn new() -> Self {
        Self::seeded(0, Faults::default())
    }

    /// Returns an empty disk whose faults follow from the seed.
    pub fn seeded(seed: u64, faults: Faults) -> Self {
        let state = State { held: Held::default(), faults, random: seed, failed: false };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// Changes the faults from now on; the sequence of chances goes on.
    pub fn set_faults(&self, faults: Faults) {
        self.state().faults = faults;
    }

    /// Starts the machine's process anew: a disk that failed for good answers again.
    pub fn reopen(&self) {
        self.state().failed = false;
    }

    /// Flips one bit of what lies under a key; bits count from the start of the record's frame,
    /// and wrap. Returns whether there is such a record.
    pub fn flip_bit(&self, key: &[u8], bit: usize) -> bool {
        let mut state = self.state();
        let Some(framed) = state.held.entries.0.get_mut(&frame::record_key(key)) else {
            return false;
        };
        let bit = bit % (framed.len() * 8);
        framed[bit / 8] ^= 1 << (bit % 8);
        true
    }

    /// Makes a record vanish without a trace, as a damaged disk may.
    pub fn lose(&self, key: &[u8]) -> bool {
        let mut state = self.state();
        let key = frame::record_key(key);
        let Some(framed) = state.held.entries.0.remove(&key) else {
            return false;
        };
        state.held.size_bytes -= key.len() + framed.len();
        true
    }

    /// Returns a copy of all it holds.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot { held: self.state().held.clone() }
    }

    /// Puts back what it held then: a machine restored from its backup.
    pub fn restore(&self, snapshot: &Snapshot) {
        let mut state = self.state();
        state.held = snapshot.held.clone();
        state.failed = false;
    }

    /// Returns another disk with the same content: a machine cloned from an image.
    pub fn from_snapshot(snapshot: &Snapshot, seed: u64, faults: Faults) -> Self {
        let disk = Self::seeded(seed, faults);
        disk.restore(snapshot);
        disk
    }

    /// Returns every readable record, in order.
    pub fn records(&self) -> BTreeMap<Vec<u8>, Vec<u8>> {
        let state = self.state();
        let keys = state.held.entries.0.keys().filter_map(|key| frame::record_of(key));
        let value = |key: &[u8]| records::get(&state.held.entries, key).ok().flatten();
        keys.filter_map(|key| Some((key.to_vec(), value(key)?))).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for SimDisk {
    fn default() -> Self {
        Self::new()
    }
}

impl State {
    fn apply(&mut self, batch: &Batch) -> Result<(), StoreError> {
        self.answers()?;
        batch.check()?;
        if batch.is_empty() {
            return Ok(());
        }
        if self.happens(self.faults.full_per_million) {
            return Err(StoreError::Full);
        }
        if self.happens(self.faults.failure_per_million) {
            self.failed = true;
            if self.happens(500_000) {
                self.held.apply(batch)?;
            }
            return Err(failed());
        }
        let plan = self.held.plan(batch)?;
        let grows = plan.added_bytes > plan.removed_bytes;
        let size_bytes = self.held.size_bytes + plan.added_bytes - plan.removed_bytes;
        if grows && size_bytes > self.faults.capacity_bytes {
            return Err(StoreError::Full);
        }
        self.held.commit(plan);
        Ok(())
    }

    fn answers(&self) -> Result<(), StoreError> {
        if self.failed { Err(failed()) } else { Ok(()) }
    }

    fn happens(&mut self, per_million: u32) -> bool {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % 1_000_000 < u64::from(per_million)
    }
}

impl Store for SimDisk {
    fn apply(&self, batch: &Batch) -> Result<(), StoreError> {
        self.state().apply(batch)
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let state = self.state();
        state.answers()?;
        records::get(&state.held.entries, key)
    }

    fn scan(
        &self,
        lo: &[u8],
        hi: &[u8],
        limit: usize,
        bytes_max: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        let state = self.state();
        state.answers()?;
        records::scan(&state.held.entries, lo, hi, limit, bytes_max)
    }

    fn salvage(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let state = self.state();
        state.answers()?;
        records::salvage(&state.held.entries, key)
    }

    fn stats(&self) -> StoreStats {
        let state = self.state();
        let refusing = state.answers().err().map(|error| error.to_string());
        StoreStats { refusing, ..state.held.stats("simulated") }
    }

    fn close(self: Box<Self>) -> Result<(), StoreError> {
        Ok(())
    }
}

fn failed() -> StoreError {
    StoreError::NeedsReopen { why: "the simulated disk failed".to_string() }
}
