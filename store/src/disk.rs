//! Stores on disk: one adapter around two engines.
//!
//! The adapter makes creation atomic, checks at each open that nothing acknowledged is missing,
//! refuses writes on a full disk and takes them up again by itself. It never deletes a store and
//! never takes a damaged one for an empty one.

mod engine;
mod files;
mod home;
mod redb_tree;
mod rewrite;
mod sled_tree;
mod turns;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

pub use engine::Engine;

use crate::records::{self, Reader, Tally};
use crate::{Batch, Entry, Renew, Store, StoreError, StoreStats, Write};
use engine::Tree;
use home::{Home, Promise};

pub(crate) use files::{beside, rename};
pub(crate) use home::is_there;

/// How often the promise is written down. What is lost between two of them by a damaged disk is
/// noticed by the chains of the callers, not by the store.
const COMMITS_PER_PROMISE: u64 = 64;

/// How long writes are refused after a full disk before trying again.
const RETRY: Duration = Duration::from_millis(500);

/// Room that must be there before writes are taken up again.
const REOPEN_ROOM_BYTES: u64 = 4 << 20;

/// How much of a disk a batch may take for each of its bytes, pages rewritten around it included.
const ROOM_PER_BATCH_BYTE: u64 = 4;

/// How long a failed engine may take to end.
const DISCARD_WAIT: Duration = Duration::from_secs(5);

/// How a store on disk behaves. None of it is written in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Memory the engine may use for its cache.
    pub cache_bytes: u64,
    /// Room kept in the store's folder for [`release_reserve`]; zero for none.
    pub reserve_bytes: u64,
    /// Batches that only delete are still taken when less than this is free, others are refused.
    pub free_bytes_min: u64,
    /// Check everything at each open, not only after an unclean stop. Reads the whole store.
    pub check_on_open: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            cache_bytes: 64 << 20,
            reserve_bytes: 16 << 20,
            free_bytes_min: 16 << 20,
            check_on_open: false,
        }
    }
}

/// Opens the store in a folder with default settings, creating it if `create_ok` and none is
/// there. The folder must not be a mount point itself: it is created aside and renamed.
pub fn open(dir: &Path, engine: Engine, create_ok: bool) -> Result<Box<dyn Store>, StoreError> {
    Ok(Box::new(DiskStore::open(dir, engine, create_ok, Settings::default())?))
}

/// Returns the engine that wrote the store in a folder.
pub fn engine_of(dir: &Path) -> Result<Engine, StoreError> {
    home::engine_of(dir)
}

/// Moves a store that cannot be trusted out of the way, under a dated name beside it, and returns
/// that name. Nothing is deleted; the next open with `create_ok` starts empty.
pub fn quarantine(dir: &Path) -> Result<PathBuf, StoreError> {
    home::quarantine(dir)
}

/// Gives the room kept in a store's folder back to a full disk; returns the bytes freed. The
/// store may be open. The room is taken again at a later open, when there is plenty.
pub fn release_reserve(dir: &Path) -> Result<u64, StoreError> {
    home::release_reserve(dir)
}

/// A store on disk.
pub struct DiskStore {
    engine: Engine,
    settings: Settings,
    slot: RwLock<Slot>,
    ledger: Mutex<Ledger>,
    shown: Mutex<Shown>,
    /// The last field, so that the lock outlives the engine.
    home: Home,
}

/// The engine, and why it takes no writes.
struct Slot {
    tree: Option<Box<dyn Tree>>,
    failed: Option<StoreError>,
    /// Rises with every instance, so that one failure is answered once.
    generation: u64,
}

/// What the one writer at a time knows. Locked for as long as a commit takes.
struct Ledger {
    tally: Tally,
    retry_at: Instant,
}

/// What is shown of it, so that nobody waits for a slow disk to see a figure.
#[derive(Clone, Copy)]
struct Shown {
    tally: Tally,
    committed_at: Option<SystemTime>,
}

impl DiskStore {
    /// Opens the store in a folder; see [`open`].
    pub fn open(
        dir: &Path,
        engine: Engine,
        create_ok: bool,
        settings: Settings,
    ) -> Result<Self, StoreError> {
        if !is_there(dir)? && !create_ok {
            return Err(StoreError::Absent { path: dir.display().to_string() });
        }
        if create_ok {
            fs::create_dir_all(files::parent_of(dir))
                .map_err(|e| StoreError::io("making the parent folder", &e))?;
        }
        let home = Home::claim(dir)?;
        if !is_there(dir)? {
            home.create(engine, |aside| {
                let tree = engine.open(aside, &settings)?;
                tree.commit(vec![Tally::default().op()])?;
                tree.close()
            })?;
        }
        let found = home::engine_of(dir)?;
        if found != engine {
            return Err(StoreError::OtherEngine { found, asked: engine });
        }
        rewrite::finish(home.dir(), engine)?;
        let promise = home.promise();
        let (tree, tally) = open_tree(&home, engine, &settings, promise)?;
        if let Err(error) = home.promise_at_least(Promise { tally, clean: false }) {
            tracing::warn!(%error, "the store's promise could not be written");
        }
        home.keep_reserve(settings.reserve_bytes);
        Ok(Self {
            engine,
            settings,
            slot: RwLock::new(Slot { tree: Some(tree), failed: None, generation: 0 }),
            ledger: Mutex::new(Ledger { tally, retry_at: Instant::now() }),
            shown: Mutex::new(Shown { tally, committed_at: None }),
            home,
        })
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn slot(&self) -> RwLockReadGuard<'_, Slot> {
        self.slot.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn slot_mut(&self) -> RwLockWriteGuard<'_, Slot> {
        self.slot.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn read<T>(
        &self,
        with: impl Fn(&dyn Reader) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let (outcome, generation) = self.read_once(&with);
        let Err(error) = outcome else { return outcome };
        if is_about_record(&error) {
            return Err(error);
        }
        // Reading can fail on a full disk too: sled reshapes its pages on the way.
        let mut ledger = self.ledger();
        if self.slot().generation == generation {
            self.fail(&mut ledger, error);
        }
        drop(ledger);
        self.read_once(&with).0
    }

    /// Reads; returns with the outcome which instance of the engine gave it.
    fn read_once<T>(
        &self,
        with: &impl Fn(&dyn Reader) -> Result<T, StoreError>,
    ) -> (Result<T, StoreError>, u64) {
        let slot = self.slot();
        let mut outcome = Err(no_engine());
        let read = match &slot.tree {
            Some(tree) => tree.read(&mut |reader| {
                outcome = with(reader);
                Ok(())
            }),
            None => Err(slot.failed.clone().unwrap_or_else(no_engine)),
        };
        (read.and(outcome), slot.generation)
    }

    fn commit(&self, ledger: &mut Ledger, batch: &Batch) -> Result<(), StoreError> {
        let lowered = self.read_once(&|reader| records::lower(reader, ledger.tally, batch)).0;
        let committed = lowered.and_then(|(ops, tally)| {
            let slot = self.slot();
            let tree = slot.tree.as_ref().ok_or_else(no_engine)?;
            // A commit that failed is never only about a record: nobody knows what it wrote.
            tree.commit(ops).map_err(|error| match is_about_record(&error) {
                true => StoreError::NeedsReopen { why: error.to_string() },
                false => error,
            })?;
            Ok(tally)
        });
        let tally = match committed {
            Ok(tally) => tally,
            Err(error) => {
                if !is_about_record(&error) {
                    self.fail(ledger, error.clone());
                }
                return Err(error);
            }
        };
        ledger.tally = tally;
        *self.shown() = Shown { tally, committed_at: Some(SystemTime::now()) };
        if tally.commits.is_multiple_of(COMMITS_PER_PROMISE) {
            // The batch is durable whatever happens to the promise.
            if let Err(error) = self.home.promise_at_least(Promise { tally, clean: false }) {
                tracing::warn!(%error, "the store's promise could not be written");
            }
        }
        Ok(())
    }

    /// Stops taking writes. On a full disk the engine is replaced at once, so that reads go on
    /// and show nothing of the batch that failed unless it is durable after all.
    fn fail(&self, ledger: &mut Ledger, error: StoreError) {
        tracing::error!(%error, "the store failed");
        let full = error == StoreError::Full;
        let mut slot = self.slot_mut();
        slot.failed = Some(error);
        ledger.retry_at = Instant::now() + RETRY;
        if full && let Err(error) = self.reopen(&mut slot, ledger) {
            tracing::error!(%error, "the store cannot be read until there is room");
            slot.failed = Some(error);
        }
    }

    /// Takes writes up again after a full disk, once there is room. Other failures stay: after a
    /// failed sync nobody knows what the disk holds until the process starts anew.
    fn heal(&self, ledger: &mut Ledger) -> Result<(), StoreError> {
        let Some(failed) = self.slot().failed.clone() else {
            return Ok(());
        };
        if failed != StoreError::Full {
            return Err(StoreError::NeedsReopen { why: failed.to_string() });
        }
        if Instant::now() < ledger.retry_at {
            return Err(failed);
        }
        ledger.retry_at = Instant::now() + RETRY;
        self.home.probe(REOPEN_ROOM_BYTES)?;
        let mut slot = self.slot_mut();
        if slot.tree.is_none() {
            self.reopen(&mut slot, ledger)?;
        }
        slot.failed = None;
        self.home.keep_reserve(self.settings.reserve_bytes);
        tracing::info!("the store takes writes again");
        Ok(())
    }

    /// Replaces a failed engine by a fresh one that must hold all that was acknowledged. The
    /// reserve is what it has to open with on a full disk.
    fn reopen(&self, slot: &mut Slot, ledger: &mut Ledger) -> Result<(), StoreError> {
        slot.generation += 1;
        if let Some(tree) = slot.tree.take() {
            discard(tree);
        }
        files::forget_cached(self.home.dir());
        let promise = Promise { tally: ledger.tally, clean: false };
        let (tree, tally) = open_tree(&self.home, self.engine, &self.settings, promise)?;
        slot.tree = Some(tree);
        ledger.tally = tally;
        self.shown().tally = tally;
        Ok(())
    }

    fn check_room(&self, batch: &Batch) -> Result<(), StoreError> {
        let frees = batch.writes.iter().all(|write| matches!(write, Write::Delete { .. }));
        let batch_bytes = u64::try_from(batch.size_bytes()).expect("a batch is bounded");
        let needed = self.settings.free_bytes_min + ROOM_PER_BATCH_BYTE * batch_bytes;
        if !frees && files::free_bytes(self.home.dir())? < needed {
            return Err(StoreError::Full);
        }
        Ok(())
    }

    /// Closes the engine and says so in the promise. Does nothing the second time.
    fn shut(&self) -> Result<(), StoreError> {
        let tally = self.ledger().tally;
        let mut slot = self.slot_mut();
        let Some(tree) = slot.tree.take() else {
            return Ok(());
        };
        if slot.failed.replace(no_engine()).is_some() {
            // The next open must look closely.
            discard(tree);
            return Ok(());
        }
        tree.close()?;
        self.home.promise_at_least(Promise { tally, clean: true })
    }
}

impl Store for DiskStore {
    fn apply(&self, batch: &Batch) -> Result<(), StoreError> {
        batch.check()?;
        if batch.is_empty() {
            return Ok(());
        }
        let mut ledger = self.ledger();
        self.heal(&mut ledger)?;
        self.check_room(batch)?;
        self.commit(&mut ledger, batch)
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|reader| records::get(reader, key))
    }

    fn scan(
        &self,
        lo: &[u8],
        hi: &[u8],
        limit: usize,
        bytes_max: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        self.read(|reader| records::scan(reader, lo, hi, limit, bytes_max))
    }

    fn salvage(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|reader| records::salvage(reader, key))
    }

    fn rewrite(&self, renew: &mut Renew<'_>) -> Result<(), StoreError> {
        let mut ledger = self.ledger();
        self.heal(&mut ledger)?;
        self.rewrite_files(ledger, renew)
    }

    fn stats(&self) -> StoreStats {
        let Shown { tally, committed_at } = *self.shown();
        StoreStats {
            engine: self.engine.name(),
            records: tally.records,
            commits: tally.commits,
            disk_bytes: files::size_below(self.home.dir()),
            free_bytes: files::free_bytes(self.home.dir()).unwrap_or(0),
            committed_at,
            refusing: self.slot().failed.as_ref().map(ToString::to_string),
        }
    }

    fn close(self: Box<Self>) -> Result<(), StoreError> {
        self.shut()
    }
}

impl Drop for DiskStore {
    fn drop(&mut self) {
        if let Err(error) = self.shut() {
            tracing::warn!(%error, "the store was not closed cleanly");
        }
    }
}

/// Opens the engine and checks that it holds what was promised. On a full disk the reserve is
/// given up: an open that reads is worth more.
fn open_tree(
    home: &Home,
    engine: Engine,
    settings: &Settings,
    promise: Promise,
) -> Result<(Box<dyn Tree>, Tally), StoreError> {
    let tree = match engine.open(home.dir(), settings) {
        Err(StoreError::Full) if home.release_reserve()? > 0 => {
            engine.open(home.dir(), settings)?
        }
        opened => opened?,
    };
    let counted = settings.check_on_open || (!promise.clean && engine.counts_after_unclean_stop());
    let mut found = None;
    let mut records = 0;
    tree.read(&mut |reader| {
        found = Tally::read(reader)?;
        if counted {
            records = records::count(reader)?;
        }
        Ok(())
    })?;
    let promised = promise.tally.commits;
    let tally = found.unwrap_or_default();
    if found.is_none() || tally.commits < promised {
        return Err(StoreError::Destroyed { what: "commits", promised, found: tally.commits });
    }
    if counted && records != tally.records {
        let promised = tally.records;
        return Err(StoreError::Destroyed { what: "records", promised, found: records });
    }
    Ok((tree, tally))
}

/// Drops a failed engine, waiting for it only so long: what it holds on to may never come free.
fn discard(tree: Box<dyn Tree>) {
    let (sender, dropped) = mpsc::channel();
    thread::spawn(move || {
        drop(tree);
        let _ = sender.send(());
    });
    if dropped.recv_timeout(DISCARD_WAIT).is_err() {
        tracing::error!("a failed engine does not end");
    }
}

/// Returns whether an error says nothing about the engine: the next read may well succeed.
fn is_about_record(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::Corrupt { .. }
            | StoreError::TooNew { .. }
            | StoreError::TooBig { .. }
            | StoreError::EmptyKey
    )
}

fn no_engine() -> StoreError {
    StoreError::NeedsReopen { why: "the engine is closed".to_string() }
}
