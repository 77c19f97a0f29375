//! Rewriting a store in place: fresh files with what it holds now, the old files dropped.
//!
//! Engines keep overwritten and deleted bytes in their files for long, sled perhaps for ever; a
//! caller who deleted something for good asks for this. The copy is made in `<dir>/rewriting`,
//! becomes `<dir>/rewritten` in one rename once it is complete and durable, and only then takes
//! the place of the old files: an interrupted rewriting is either cleared or ended at the next
//! open. What the file system keeps of deleted files is not in its power.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::MutexGuard;

use super::engine::Tree;
use super::home::Promise;
use super::{DiskStore, Engine, Ledger, files, open_tree};
use crate::records::{self, Tally};
use crate::{Batch, Renew, StoreError, VALUE_BYTES_MAX};

const BEGUN: &str = "rewriting";
const WHOLE: &str = "rewritten";
const OLD: &str = "dropped";

/// Records copied at a time.
const PAGE_RECORDS: usize = 1_024;
/// Bytes copied at a time.
const PAGE_BYTES: usize = VALUE_BYTES_MAX;

impl DiskStore {
    /// Carries out [`crate::Store::rewrite`].
    pub(super) fn rewrite_files(
        &self,
        mut ledger: MutexGuard<'_, Ledger>,
        renew: &mut Renew<'_>,
    ) -> Result<(), StoreError> {
        let (dir, engine) = (self.home.dir().to_path_buf(), self.engine);
        self.has_room_for_copy(&dir)?;
        clear(&dir.join(BEGUN))?;
        let aside = dir.join(BEGUN);
        files::make_private_folder(&aside)?;
        let copied = engine
            .open(&aside, &self.settings)
            .and_then(|tree| self.pour(&*tree, ledger.tally, renew).and_then(|()| tree.close()))
            .and_then(|()| files::sync_below(&aside));
        if let Err(error) = copied {
            // The old files have everything.
            let _ = fs::remove_dir_all(&aside);
            return Err(error);
        }
        files::rename(&aside, &dir.join(WHOLE))?;
        let mut slot = self.slot_mut();
        slot.generation += 1;
        if let Some(tree) = slot.tree.take() {
            tree.close()?;
        }
        let swapped = finish(&dir, engine).and_then(|()| {
            let promise = Promise { tally: ledger.tally, clean: false };
            open_tree(&self.home, engine, &self.settings, promise)
        });
        match swapped {
            Ok((tree, tally)) => {
                slot.tree = Some(tree);
                ledger.tally = tally;
                self.shown().tally = tally;
                Ok(())
            }
            Err(error) => {
                let why = error.to_string();
                slot.failed = Some(StoreError::NeedsReopen { why });
                Err(error)
            }
        }
    }

    fn has_room_for_copy(&self, dir: &Path) -> Result<(), StoreError> {
        let live = files::size_below(dir).saturating_sub(self.settings.reserve_bytes);
        match files::free_bytes(dir)? < live.saturating_add(self.settings.free_bytes_min) {
            true => Err(StoreError::Full),
            false => Ok(()),
        }
    }

    /// Copies every record into a fresh engine, which counts on from where this one stands.
    fn pour(&self, to: &dyn Tree, from: Tally, renew: &mut Renew<'_>) -> Result<(), StoreError> {
        let mut tally = Tally { commits: from.commits, records: 0 };
        let mut lo = Vec::new();
        loop {
            let read = |reader: &dyn records::Reader| {
                records::scan(reader, &lo, &[], PAGE_RECORDS, PAGE_BYTES)
            };
            let page = self.read_once(&read).0?;
            let Some((last, _)) = page.last() else {
                break;
            };
            lo.clone_from(last);
            lo.push(0);
            let mut batch = Batch::new();
            for (key, value) in page {
                let value = renew(&key, value)?;
                batch.put(key, value);
            }
            let mut lowered = None;
            to.read(&mut |reader| {
                lowered = Some(records::lower(reader, tally, &batch)?);
                Ok(())
            })?;
            let (ops, next) = lowered.ok_or_else(super::no_engine)?;
            to.commit(ops)?;
            tally = next;
        }
        if tally.records != from.records {
            return Err(StoreError::corrupt("the copy differs from its source"));
        }
        to.commit(vec![tally.op()])
    }
}

/// Ends or clears a rewriting that was cut short, before the engine of a store is opened.
pub(super) fn finish(dir: &Path, engine: Engine) -> Result<(), StoreError> {
    let (fresh, here) = (dir.join(WHOLE).join(engine.files()), dir.join(engine.files()));
    if fresh.exists() {
        if here.exists() {
            clear(&dir.join(OLD))?;
            files::rename(&here, &dir.join(OLD))?;
        }
        files::rename(&fresh, &here)?;
    }
    for folder in [WHOLE, OLD, BEGUN] {
        clear(&dir.join(folder))?;
    }
    files::sync_folder(dir)
}

/// Removes a file or a folder, if it is there.
fn clear(path: &PathBuf) -> Result<(), StoreError> {
    let removed = match path.is_dir() {
        true => fs::remove_dir_all(path),
        false => fs::remove_file(path),
    };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(StoreError::io("dropping old files", &error))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}
