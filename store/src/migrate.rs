//! Copying a store into another, whatever the engines.
//!
//! Written once over `scan` and `apply`. The destination gets its name only when it has been read
//! back and compared, so an interrupted copy is simply started again.

use std::fs;
use std::path::Path;

use crate::verify::{Walk, after};
use crate::{
    Batch, DiskStore, Engine, Scrub, Settings, Store, StoreError, VALUE_BYTES_MAX, disk, engine_of,
    verify,
};

const PAGE_RECORDS: usize = 4096;
const PAGE_BYTES: usize = 2 * VALUE_BYTES_MAX;

/// What was copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Records copied.
    pub records: u64,
    /// Bytes of their keys and values.
    pub bytes: u64,
    /// The digest both stores were found to have; see [`crate::Scrub::digest`].
    pub digest: [u8; 32],
}

/// Copies the store in one folder into a new one in another folder, under an engine.
///
/// The source stays as it is. Nothing is at `to_dir` until the copy is complete, verified and
/// durable. A damaged record in the source is an error naming it.
pub fn migrate(from_dir: &Path, to_dir: &Path, engine: Engine) -> Result<Copied, StoreError> {
    let from = DiskStore::open(from_dir, engine_of(from_dir)?, false, Settings::default())?;
    let copied = copy_to(&from, to_dir, engine)?;
    Box::new(from).close()?;
    Ok(copied)
}

/// Copies an open store into a new one in a folder: a backup. Records written meanwhile may or may
/// not be in it; a caller who needs one moment exactly holds its writes back.
pub fn copy(from: &dyn Store, to_dir: &Path, engine: Engine) -> Result<Copied, StoreError> {
    copy_to(from, to_dir, engine)
}

fn copy_to(from: &dyn Store, to_dir: &Path, engine: Engine) -> Result<Copied, StoreError> {
    if disk::is_there(to_dir)? {
        return Err(StoreError::Occupied { path: to_dir.display().to_string() });
    }
    let aside = disk::beside(to_dir, ".migrating");
    if aside.exists() {
        // A copy that did not end; the source still has everything.
        fs::remove_dir_all(&aside).map_err(|e| StoreError::io("clearing a copy", &e))?;
    }
    let to = DiskStore::open(&aside, engine, true, Settings::default())?;
    let poured = pour(from, &to)?;
    let copy = verify(&to)?;
    if copy != poured {
        return Err(StoreError::corrupt("the copy differs from its source"));
    }
    Box::new(to).close()?;
    disk::rename(&aside, to_dir)?;
    let _ = fs::remove_file(disk::beside(&aside, ".lock"));
    Ok(Copied { records: copy.records, bytes: copy.bytes, digest: copy.digest })
}

/// Copies every record; returns the account of what was read.
fn pour(from: &dyn Store, to: &dyn Store) -> Result<Scrub, StoreError> {
    let mut walk = Walk::default();
    let mut lo = Vec::new();
    loop {
        let page = from.scan(&lo, &[], PAGE_RECORDS, PAGE_BYTES)?;
        let Some((last, _)) = page.last() else {
            return Ok(walk.end());
        };
        lo = after(last);
        walk.read(&page);
        let mut batch = Batch::new();
        for (key, value) in page {
            batch.put(key, value);
        }
        to.apply(&batch)?;
    }
}
