//! redb 4 as a [`Tree`].
//!
//! Every commit is synced by redb itself and records its allocator state ("quick repair"), so that
//! an open after a crash takes milliseconds instead of reading the whole file.

use std::path::Path;

use redb::{Database, ReadableDatabase, TableDefinition};

use crate::StoreError;
use crate::disk::Settings;
use crate::disk::engine::{Tree, guarded};
use crate::records::{Op, Reader, Visitor};

pub(crate) const FILE: &str = "redb";

const TABLE: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("entries");

/// Opens redb inside a store's folder.
pub(crate) fn open(folder: &Path, settings: &Settings) -> Result<Box<dyn Tree>, StoreError> {
    let path = folder.join(FILE);
    guarded("opening", || {
        let db = Database::builder()
            .set_cache_size(usize::try_from(settings.cache_bytes).unwrap_or(usize::MAX))
            .set_check_integrity_on_open(settings.check_on_open)
            .create(path)
            .map_err(error("opening redb"))?;
        let tree = Box::new(RedbTree { db });
        tree.prepare()?;
        Ok(tree as Box<dyn Tree>)
    })
}

struct RedbTree {
    db: Database,
}

impl RedbTree {
    /// Makes the table, so that reading an empty store is not a special case.
    fn prepare(&self) -> Result<(), StoreError> {
        let read = self.db.begin_read().map_err(error("reading"))?;
        match read.open_table(TABLE) {
            Ok(_) => Ok(()),
            Err(redb::TableError::TableDoesNotExist(_)) => self.commit(Vec::new()),
            Err(other) => Err(error("reading")(other)),
        }
    }
}

impl Tree for RedbTree {
    fn read(
        &self,
        with: &mut dyn FnMut(&dyn Reader) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        guarded("reading", || {
            let read = self.db.begin_read().map_err(error("reading"))?;
            let table = read.open_table(TABLE).map_err(error("reading"))?;
            with(&View(table))
        })
    }

    fn commit(&self, ops: Vec<Op>) -> Result<(), StoreError> {
        guarded("writing", || {
            let mut write = self.db.begin_write().map_err(error("writing"))?;
            write.set_quick_repair(true);
            {
                let mut table = write.open_table(TABLE).map_err(error("writing"))?;
                for (key, frame) in &ops {
                    match frame {
                        Some(frame) => table.insert(key.as_slice(), frame.as_slice()),
                        None => table.remove(key.as_slice()),
                    }
                    .map_err(error("writing"))?;
                }
            }
            write.commit().map_err(error("committing"))
        })
    }

    fn close(self: Box<Self>) -> Result<(), StoreError> {
        guarded("closing", || self.db.close().map_err(error("closing")))
    }
}

struct View(redb::ReadOnlyTable<&'static [u8], &'static [u8]>);

impl Reader for View {
    fn get(&self, physical: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let found = self.0.get(physical).map_err(error("reading"))?;
        Ok(found.map(|frame| frame.value().to_vec()))
    }

    fn walk(&self, lo: &[u8], hi: &[u8], visit: &mut Visitor<'_>) -> Result<(), StoreError> {
        for entry in self.0.range(lo..hi).map_err(error("reading"))? {
            let (key, frame) = entry.map_err(error("reading"))?;
            if !visit(key.value(), frame.value())? {
                break;
            }
        }
        Ok(())
    }
}

/// Returns a translation of redb's errors, all of its families funnelled into one.
fn error<E: Into<redb::Error>>(doing: &'static str) -> impl Fn(E) -> StoreError {
    move |error| {
        let error = error.into();
        if let redb::Error::Io(io) = &error {
            return StoreError::io(doing, io);
        }
        if let redb::Error::Corrupted(what) = &error {
            return StoreError::corrupt(format!("{doing}: {what}"));
        }
        StoreError::NeedsReopen { why: format!("{doing}: {error}") }
    }
}
