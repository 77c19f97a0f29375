//! Durable key-value storage behind one small trait.
//!
//! The crate keeps bytes under bytes: it knows nothing of registers, envelopes or spaces, and it
//! must never learn. A write is durable when [`Store::apply`] returns, or it is an error.
//!
//! Two engines live on disk, sled (hardened, the default) and redb; both are wrapped by
//! [`DiskStore`], which adds atomic creation, a lock, a digest per record, a count of what was
//! promised, a reserve for full disks and quarantine. [`MemStore`] forgets, [`SimDisk`] misbehaves
//! on purpose and always in the same way. The choice of engine and its price are explained in
//! `docs/decisions/0004-storage.md`.

mod batch;
mod disk;
mod error;
mod frame;
mod memory;
mod migrate;
mod records;
mod sim;
mod verify;
mod writer;

pub use batch::{BATCH_BYTES_MAX, Batch, KEY_BYTES_MAX, VALUE_BYTES_MAX, Write};
pub use disk::{DiskStore, Engine, Settings, engine_of, open, quarantine, release_reserve};
pub use error::StoreError;
pub use memory::MemStore;
pub use migrate::{Copied, copy, migrate};
pub use sim::{Faults, SimDisk, Snapshot};
pub use verify::{Scrub, verify};
pub use writer::{QUEUE_BATCHES_MAX, QUEUE_BYTES_MAX, Writer};

use std::time::SystemTime;

/// One entry of a scanned page: the key, then the value.
pub type Entry = (Vec<u8>, Vec<u8>);

/// Gives the value that a record is to have after [`Store::rewrite`], from its key and the value
/// it has.
pub type Renew<'a> = dyn FnMut(&[u8], Vec<u8>) -> Result<Vec<u8>, StoreError> + 'a;

/// A durable, ordered map of bytes with one way to write.
///
/// Calls block; a shell with an async runtime calls them from a blocking thread or through a
/// [`Writer`]. Reads only see what is durable, and may wait for the commit in progress.
pub trait Store: Send + Sync + 'static {
    /// Writes a whole batch, or nothing of it. What it wrote survives a power cut once it has
    /// returned `Ok`.
    ///
    /// After [`StoreError::TooBig`] nothing was written. After any other error the batch is
    /// undetermined until the next successful call: it may be there whole, or not at all.
    fn apply(&self, batch: &Batch) -> Result<(), StoreError>;

    /// Returns the value of a key, or `None` if there is none.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// Returns the entries of `[lo, hi)` in order: at most `limit` of them, and no more than
    /// `bytes_max` of keys and values together, but always at least one if there is one.
    ///
    /// An empty `hi` means "to the end". The page may be short before the end of the range, so
    /// only an empty page ends a walk; the next page starts at the last key followed by a zero
    /// byte. A damaged record is an error naming its key: resume after it to read the rest.
    fn scan(
        &self,
        lo: &[u8],
        hi: &[u8],
        limit: usize,
        bytes_max: usize,
    ) -> Result<Vec<Entry>, StoreError>;

    /// Returns what lies under a key, for an expert: as it lies on the disk where the store can
    /// tell, even when it does not match its digest, else as [`Store::get`] gives it.
    fn salvage(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.get(key)
    }

    /// Writes every record anew, each with the value that `renew` gives, and drops the files it
    /// lay in: what was deleted or overwritten before is in no file of the store afterwards. It
    /// takes a disk as long as a copy, and as much room; writes wait. After an error the store
    /// is as it was, and may have to be opened again. A store without files only renews.
    fn rewrite(&self, renew: &mut Renew<'_>) -> Result<(), StoreError> {
        let mut lo = Vec::new();
        loop {
            let page = self.scan(&lo, &[], 256, BATCH_BYTES_MAX / 2)?;
            let Some((last, _)) = page.last() else {
                return Ok(());
            };
            lo.clone_from(last);
            lo.push(0);
            let mut batch = Batch::new();
            for (key, value) in page {
                let value = renew(&key, value)?;
                batch.put(key, value);
            }
            self.apply(&batch)?;
        }
    }

    /// Returns figures for an operator's page.
    fn stats(&self) -> StoreStats;

    /// Closes cleanly, so that the next open needs no check. Dropping the store is safe too.
    fn close(self: Box<Self>) -> Result<(), StoreError>;
}

/// Figures about a store, none of them exact enough to decide anything by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoreStats {
    /// Which implementation answers: `sled`, `redb`, `memory`, `simulated`.
    pub engine: &'static str,
    /// Records held, all keys together.
    pub records: u64,
    /// Batches applied since the store was created.
    pub commits: u64,
    /// Bytes the store's folder takes on disk, its reserve included.
    pub disk_bytes: u64,
    /// Bytes free on the volume, as an unprivileged user counts them.
    pub free_bytes: u64,
    /// When the last batch became durable, if one did since this store was opened.
    pub committed_at: Option<SystemTime>,
    /// Why writes are refused at the moment, in English, if they are.
    pub refusing: Option<String>,
}
