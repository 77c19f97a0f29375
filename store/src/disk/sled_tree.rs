//! sled 0.34 as a [`Tree`], made durable.
//!
//! sled's `flush` asks the kernel to start writing (`sync_file_range`), which neither waits for the
//! disk nor covers file growth, and it never syncs its configuration or its large pages. Every
//! commit here ends with a sync of the whole file system; nothing else may ever call `flush`
//! and believe it.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::StoreError;
use crate::disk::engine::{Tree, guarded};
use crate::disk::turns::Turns;
use crate::disk::{Settings, files};
use crate::records::{Op, Reader, Visitor};

const FOLDER: &str = "sled";

/// How long a previous instance of this process may take to let go of sled's own lock.
const HANDOVER: Duration = Duration::from_secs(5);

/// Opens sled inside a store's folder.
pub(crate) fn open(folder: &Path, settings: &Settings) -> Result<Box<dyn Tree>, StoreError> {
    let path = folder.join(FOLDER);
    let config = sled::Config::new()
        .path(&path)
        .cache_capacity(settings.cache_bytes)
        .flush_every_ms(None);
    let deadline = Instant::now() + HANDOVER;
    let db = loop {
        match guarded("opening", || {
            config.open().map_err(|e| error("opening sled", &e))
        }) {
            Err(StoreError::Io { kind, .. })
                if kind == io::ErrorKind::WouldBlock && Instant::now() < deadline =>
            {
                thread::sleep(Duration::from_millis(20));
            }
            opened => break opened?,
        }
    };
    let handle = File::open(&path).map_err(|e| StoreError::io("opening the sled folder", &e))?;
    Ok(Box::new(SledTree {
        db,
        path,
        handle,
        turns: Turns::default(),
    }))
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
            self.db
                .apply_batch(batch)
                .map_err(|e| error("writing", &e))?;
            self.db.flush().map_err(|e| error("flushing", &e))
        })?;
        files::settle(&self.handle, &self.path)
    }

    fn close(self: Box<Self>) -> Result<(), StoreError> {
        let Self {
            db,
            path,
            handle,
            turns: _,
        } = *self;
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
        | sled::Error::ReportableBug(_) => StoreError::NeedsReopen {
            why: format!("{doing}: {error}"),
        },
    }
}
