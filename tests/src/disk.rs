//! The disk of one simulated machine: its records, its keystore, and what its process sees.
//!
//! A write is seen by the process at once and durable only when the driver commits it, in the
//! order of the outputs. A crash forgets what was seen and not committed. Records and secrets
//! are separate, as they are in the product.

use std::collections::BTreeMap;

use client_core::replica::{SecretWrite, Secrets};
use protocol::env::{Records, Write};
use store::{Batch, Faults, SimDisk, Snapshot, Store, StoreError};
use zeroize::Zeroizing;

/// Records as a process sees them: committed or not.
pub type Seen = BTreeMap<Vec<u8>, Vec<u8>>;

/// What survives a crash.
pub struct Disk {
    records: SimDisk,
    secrets: BTreeMap<Vec<u8>, Vec<u8>>,
}

/// A copy of a whole disk.
#[derive(Clone)]
pub struct Image {
    records: Snapshot,
    secrets: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl Disk {
    /// Returns an empty disk whose faults follow from a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { records: SimDisk::seeded(seed, Faults::default()), secrets: BTreeMap::new() }
    }

    /// Makes one batch durable.
    ///
    /// # Errors
    /// The disk is full or failed.
    pub fn commit(&self, writes: &[Write]) -> Result<(), StoreError> {
        let mut batch = Batch::new();
        for write in writes {
            match write {
                Write::Put { key, value } => batch.put(key.clone(), value.clone()),
                Write::Delete { key } => batch.delete(key.clone()),
            };
        }
        self.records.apply(&batch)
    }

    /// Makes changes of the keystore durable.
    pub fn keep(&mut self, writes: &[SecretWrite]) {
        for write in writes {
            match write {
                SecretWrite::Put { id, value } => {
                    self.secrets.insert(id.clone(), value.to_vec());
                }
                SecretWrite::Delete { id } => {
                    self.secrets.remove(id);
                }
            }
        }
    }

    /// Returns the keystore, opened.
    #[must_use]
    pub fn secrets(&self) -> Secrets {
        let open = |(id, value): (&Vec<u8>, &Vec<u8>)| (id.clone(), Zeroizing::new(value.clone()));
        self.secrets.iter().map(open).collect()
    }

    /// Returns every record, as a process that starts now sees them.
    #[must_use]
    pub fn records(&self) -> Seen {
        self.records.reopen();
        self.records.records()
    }

    /// Returns the simulated disk itself, to damage it.
    #[must_use]
    pub fn sim(&self) -> &SimDisk {
        &self.records
    }

    /// Fills the disk up, or makes room again.
    pub fn fill(&self, full: bool) {
        let capacity_bytes = if full { 0 } else { usize::MAX };
        self.records.set_faults(Faults { capacity_bytes, ..Faults::default() });
    }

    /// Copies everything.
    #[must_use]
    pub fn image(&self) -> Image {
        Image { records: self.records.snapshot(), secrets: self.secrets.clone() }
    }

    /// Puts an image back.
    pub fn restore(&mut self, image: &Image) {
        self.records.restore(&image.records);
        self.secrets.clone_from(&image.secrets);
    }
}

impl Records for Disk {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        Store::get(&self.records, key).ok().flatten()
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Vec<(Vec<u8>, Vec<u8>)> {
        Store::scan(&self.records, from, to, limit, usize::MAX).unwrap_or_default()
    }
}

/// Shows writes to a process before they are durable.
pub fn show(seen: &mut Seen, writes: &[Write]) {
    for write in writes {
        match write {
            Write::Put { key, value } => {
                seen.insert(key.clone(), value.clone());
            }
            Write::Delete { key } => {
                seen.remove(key);
            }
        }
    }
}
