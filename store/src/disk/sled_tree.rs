//! sled 0.34 as a [`Tree`], made durable.
//!
//! sled's `flush` asks the kernel to start writing (`sync_file_range`), which neither waits for the
//! disk nor covers file growth, and it never syncs its configuration or its large pages. Every
//! commit here ends with a sync of the whole file system; nothing else may ever call `flush`
//! and believe it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::StoreError;
use crate::disk::engine::{Tree, guarded};
use crate::disk::turns::Turns;
use crate::disk::{Settings, files};
use crate::frame::CHUNK_BYTES_MAX;
use crate::records::{Op, Reader, Visitor};

pub(crate) const FOLDER: &str = "sled";

/// How long a previous instance of this process may take to let go of sled's own lock.
const HANDOVER: Duration = Duration::from_secs(5);

/// sled's unit of allocation. A page image over a quarter of it goes to a file of its own, and a
/// full disk in the middle of that leaves a reservation behind for which `flush` waits for ever.
/// No page may therefore grow so large.
const SEGMENT_BYTES: usize = 1 << 20;

/// Entries of the fullest leaf sled makes: 16 before it splits, and 4 more by a merge.
const LEAF_ENTRIES_MAX: usize = 20;

/// The physical key, twice: as the entry's own and as a bound of its page.
const ENTRY_OVERHEAD_BYTES_MAX: usize = 1200;

const _: () =
    assert!(LEAF_ENTRIES_MAX * (CHUNK_BYTES_MAX + ENTRY_OVERHEAD_BYTES_MAX) < SEGMENT_BYTES / 4);

/// How often sled's own thread looks around. After a failed write it is the only one to wake
/// whoever waits in `flush`.
const WAKE_MS: u64 = 2000;

/// Opens sled inside a store's folder.
pub(crate) fn open(folder: &Path, settings: &Settings) -> Result<Box<dyn Tree>, StoreError> {
    let path = folder.join(FOLDER);
    clear_unfinished(&path)?;
    let db = match open_db(&path, settings) {
        // A snapshot only spares reading the whole log; without it sled reads the log.
        Err(StoreError::Corrupt { what, .. }) if set_snapshots_aside(&path)? => {
            tracing::warn!(what, "sled's snapshot is damaged, reading the whole log");
            open_db(&path, settings)?
        }
        opened => opened?,
    };
    let handle = File::open(&path).map_err(|e| StoreError::io("opening the sled folder", &e))?;
    files::settle(&handle, &path)?;
    Ok(Box::new(SledTree { db, path, handle, turns: Turns::default() }))
}

fn open_db(path: &Path, settings: &Settings) -> Result<sled::Db, StoreError> {
    let config = sled::Config::new()
        .path(path)
        .segment_size(SEGMENT_BYTES)
        .cache_capacity(settings.cache_bytes)
        .flush_every_ms(Some(WAKE_MS));
    let deadline = Instant::now() + HANDOVER;
    loop {
        let opened = guarded("opening", || Ok(config.open()))?;
        match opened {
            // The store's own lock is ours, so this can only be a previous instance going away.
            Err(sled::Error::Io(e))
                if e.to_string().contains("could not acquire lock")
                    && Instant::now() < deadline =>
            {
                thread::sleep(Duration::from_millis(5));
            }
            opened => return opened.map_err(|e| error("opening sled", &e)),
        }
    }
}

/// Removes snapshots that were never finished: sled takes them for finished ones and refuses to
/// open. They carry their last name only once they are whole.
fn clear_unfinished(path: &Path) -> Result<(), StoreError> {
    for snapshot in snapshots(path) {
        if snapshot.extension().is_some_and(|extension| extension == "generating") {
            fs::remove_file(&snapshot)
                .map_err(|e| StoreError::io("clearing an unfinished snapshot", &e))?;
        }
    }
    Ok(())
}

/// Renames snapshots so that sled does not see them; returns whether there were any.
fn set_snapshots_aside(path: &Path) -> Result<bool, StoreError> {
    let snapshots = snapshots(path);
    for snapshot in &snapshots {
        let name = snapshot.file_name().unwrap_or_default().to_string_lossy();
        fs::rename(snapshot, path.join(format!("damaged-{name}")))
            .map_err(|e| StoreError::io("setting a snapshot aside", &e))?;
    }
    Ok(!snapshots.is_empty())
}

fn snapshots(path: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(path) else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("snap."))
        .map(|entry| entry.path())
        .collect()
}

struct SledTree {
    db: sled::Db,
    path: PathBuf,
    handle: File,
    turns: Turns,
}

impl Tree for SledTree {
    fn read(
        &self,
        with: &mut dyn FnMut(&dyn Reader) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let _turn = self.turns.read();
        guarded("reading", || with(&View(&self.db)))
    }

    fn commit(&self, ops: Vec<Op>) -> Result<(), StoreError> {
        let mut batch = sled::Batch::default();
        for (key, frame) in ops {
            match frame {
                Some(frame) => batch.insert(key, frame),
                None => batch.remove(key),
            }
        }
        let _turn = self.turns.write();
        guarded("writing", || {
            self.db.apply_batch(batch).map_err(|e| error("writing", &e))?;
            self.db.flush().map_err(|e| error("flushing", &e))
        })?;
        files::settle(&self.handle, &self.path)
    }

    fn close(self: Box<Self>) -> Result<(), StoreError> {
        let Self { db, path, handle, turns: _ } = *self;
        guarded("closing", || db.flush().map_err(|e| error("flushing", &e)))?;
        drop(db);
        files::settle(&handle, &path)
    }
}

struct View<'a>(&'a sled::Db);

impl Reader for View<'_> {
    fn get(&self, physical: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let found = self.0.get(physical).map_err(|e| error("reading", &e))?;
        Ok(found.map(|frame| frame.to_vec()))
    }

    fn walk(&self, lo: &[u8], hi: &[u8], visit: &mut Visitor<'_>) -> Result<(), StoreError> {
        for entry in self.0.range(lo..hi) {
            let (key, frame) = entry.map_err(|e| error("reading", &e))?;
            if !visit(&key, &frame)? {
                break;
            }
        }
        Ok(())
    }
}

fn error(doing: &str, error: &sled::Error) -> StoreError {
    match error {
        sled::Error::Io(io) => StoreError::io(doing, io),
        sled::Error::Corruption { at, .. } => {
            StoreError::corrupt(format!("{doing}: sled found corruption at {at:?}"))
        }
        sled::Error::CollectionNotFound(_)
        | sled::Error::Unsupported(_)
        | sled::Error::ReportableBug(_) => {
            StoreError::NeedsReopen { why: format!("{doing}: {error}") }
        }
    }
}
