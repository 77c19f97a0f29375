//! The folder of one store: its lock, its marker, its promise and its reserve.
//!
//! `<dir>/FORMAT` names the format and the engine, `<dir>/promise` says how much was acknowledged,
//! `<dir>/reserve` is room kept for a full disk, and `<dir>.lock`, beside the folder so that it
//! survives a quarantine, names the process that holds the store.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write as _};
use std::path::{Path, PathBuf};
use std::process;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::StoreError;
use crate::disk::engine::Engine;
use crate::disk::files;
use crate::records::Tally;

/// The format this version writes, and the latest it reads.
pub(crate) const FORMAT: u32 = 1;

const MARKER: &str = "FORMAT";
const MARKER_TITLE: &str = "liaison-store";
const PROMISE: &str = "promise";
const RESERVE: &str = "reserve";
const PROBE: &str = "probe";

/// How long a lock may take to come free: a process being started holds on to the files of its
/// parent for a moment, and a stopping one to its own.
const LOCK_PATIENCE: Duration = Duration::from_millis(300);

/// No file read here is longer than this.
const SMALL_FILE_BYTES_MAX: u64 = 4096;

/// A store's folder, held by this process while the value lives.
#[derive(Debug)]
pub(crate) struct Home {
    dir: PathBuf,
    _lock: File,
}

impl Home {
    /// Takes the lock of a store's folder. The folder itself may not exist yet.
    pub(crate) fn claim(dir: &Path) -> Result<Self, StoreError> {
        let path = files::beside(dir, ".lock");
        let fail = |e: io::Error| StoreError::io("taking the lock", &e);
        let mut lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(fail)?;
        let deadline = Instant::now() + LOCK_PATIENCE;
        loop {
            match lock.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                    thread::sleep(LOCK_PATIENCE / 30);
                }
                Err(TryLockError::WouldBlock) => {
                    let text = read_small(&path).unwrap_or_default();
                    return Err(StoreError::Locked { pid: text.trim().parse().ok() });
                }
                Err(TryLockError::Error(e)) => return Err(fail(e)),
            }
        }
        // The pid only helps a person: on a full disk the lock holds without it.
        let _ = lock.set_len(0);
        let _ = lock.rewind();
        let _ = write!(lock, "{}", process::id());
        Ok(Self { dir: dir.to_path_buf(), _lock: lock })
    }

    /// Returns the store's folder.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Makes the folder with what `fill` puts in it, or leaves no folder at all.
    pub(crate) fn create(
        &self,
        engine: Engine,
        fill: impl FnOnce(&Path) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let aside = files::beside(&self.dir, ".new");
        if aside.exists() {
            // A creation that never ended has promised nothing to anyone.
            fs::remove_dir_all(&aside).map_err(|e| StoreError::io("clearing a folder", &e))?;
        }
        files::make_private_folder(&aside)?;
        let marker = format!("{MARKER_TITLE}\nformat {FORMAT}\nengine {engine}\n");
        files::replace(&aside.join(MARKER), marker.as_bytes())?;
        fill(&aside)?;
        let promise = Promise { tally: Tally::default(), clean: true };
        files::replace(&aside.join(PROMISE), promise.to_text().as_bytes())?;
        files::sync_below(&aside)?;
        files::rename(&aside, &self.dir)
    }

    /// Returns what was promised. A promise that cannot be read promises nothing and counts as an
    /// unclean stop: the engine's own tally must then be enough.
    pub(crate) fn promise(&self) -> Promise {
        let nothing = Promise { tally: Tally::default(), clean: false };
        match read_small(&self.dir.join(PROMISE)) {
            Ok(text) => Promise::from_text(&text).unwrap_or_else(|| {
                tracing::warn!(dir = %self.dir.display(), "the store's promise is damaged");
                nothing
            }),
            Err(error) => {
                tracing::warn!(dir = %self.dir.display(), %error, "the store has no promise");
                nothing
            }
        }
    }

    /// Writes down what has been acknowledged. Never called with more than is durable.
    pub(crate) fn promise_at_least(&self, promise: Promise) -> Result<(), StoreError> {
        files::replace(&self.dir.join(PROMISE), promise.to_text().as_bytes())
    }

    /// Keeps room for a full disk, if there is plenty now. Failing is not an error: a store on a
    /// crowded disk works, it is only harder to rescue.
    pub(crate) fn keep_reserve(&self, size_bytes: u64) {
        let path = self.dir.join(RESERVE);
        let kept = fs::metadata(&path).map_or(0, |metadata| metadata.len());
        let free = files::free_bytes(&self.dir).unwrap_or(0);
        if size_bytes == 0 || kept >= size_bytes || free < size_bytes.saturating_mul(2) {
            return;
        }
        if let Err(error) = files::occupy(&path, size_bytes) {
            tracing::warn!(%error, "no room for the store's reserve");
        }
    }

    /// Gives the reserve back to the disk; returns the bytes freed.
    pub(crate) fn release_reserve(&self) -> Result<u64, StoreError> {
        release_reserve(&self.dir)
    }

    /// Checks that some bytes can really be written: quotas and limits do not show in figures.
    pub(crate) fn probe(&self, size_bytes: u64) -> Result<(), StoreError> {
        let path = self.dir.join(PROBE);
        files::occupy(&path, size_bytes)?;
        fs::remove_file(&path).map_err(|e| StoreError::io("removing a probe", &e))
    }
}

/// Returns whether there is a store at a path; an empty folder is none.
pub(crate) fn is_there(dir: &Path) -> Result<bool, StoreError> {
    match fs::read_dir(dir) {
        Ok(mut entries) => Ok(entries.next().is_some()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(e) => Err(StoreError::io("looking for the store", &e)),
    }
}

/// Returns the engine that wrote the store in a folder.
pub(crate) fn engine_of(dir: &Path) -> Result<Engine, StoreError> {
    if !is_there(dir)? {
        return Err(StoreError::Absent { path: dir.display().to_string() });
    }
    let damaged = || StoreError::corrupt(format!("{} has no valid {MARKER} file", dir.display()));
    let text = read_small(&dir.join(MARKER)).map_err(|_| damaged())?;
    let mut lines = text.lines();
    if lines.next() != Some(MARKER_TITLE) {
        return Err(damaged());
    }
    let mut field = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
    let found: u32 = field("format").and_then(|text| text.parse().ok()).ok_or_else(damaged)?;
    if found > FORMAT {
        return Err(StoreError::TooNew { found, known: FORMAT });
    }
    field("engine").and_then(|text| text.parse().ok()).ok_or_else(damaged)
}

/// Gives the reserve in a folder back to the disk; returns the bytes freed. The store may be open.
pub(crate) fn release_reserve(dir: &Path) -> Result<u64, StoreError> {
    let path = dir.join(RESERVE);
    let size_bytes = match fs::metadata(&path) {
        Ok(metadata) => metadata.len(),
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(e) => return Err(StoreError::io("looking for the reserve", &e)),
    };
    fs::remove_file(&path).map_err(|e| StoreError::io("releasing the reserve", &e))?;
    Ok(size_bytes)
}

/// Moves a store's folder out of the way under a dated name, and returns that name.
pub(crate) fn quarantine(dir: &Path) -> Result<PathBuf, StoreError> {
    if !is_there(dir)? {
        return Err(StoreError::Absent { path: dir.display().to_string() });
    }
    let _home = Home::claim(dir)?;
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let free_name = (0_u32..)
        .map(|number| match number {
            0 => files::beside(dir, &format!(".quarantine-{seconds}")),
            _ => files::beside(dir, &format!(".quarantine-{seconds}-{number}")),
        })
        .find(|path| !path.exists())
        .expect("names are endless");
    files::rename(dir, &free_name)?;
    Ok(free_name)
}

/// What a store is known to have acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Promise {
    /// No less than this was durable.
    pub(crate) tally: Tally,
    /// Whether the store was closed properly since.
    pub(crate) clean: bool,
}

impl Promise {
    fn to_text(self) -> String {
        let Tally { commits, records } = self.tally;
        let body = format!("commits {commits}\nrecords {records}\nclean {}\n", self.clean);
        format!("{body}crc {:08x}\n", crc32fast::hash(body.as_bytes()))
    }

    fn from_text(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let mut field = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        let commits = field("commits")?.parse().ok()?;
        let records = field("records")?.parse().ok()?;
        let clean = field("clean")?.parse().ok()?;
        let promise = Self { tally: Tally { commits, records }, clean };
        (promise.to_text() == text).then_some(promise)
    }
}

fn read_small(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(SMALL_FILE_BYTES_MAX).read_to_string(&mut text)?;
    Ok(text)
}
