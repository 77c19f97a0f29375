//! Which engine a store is written by, and what each one must be able to do.
//!
//! Everything an engine is trusted with is in [`Tree`]; all else is built on top, once.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::str::FromStr;

use crate::StoreError;
use crate::disk::{Settings, redb_tree, sled_tree};
use crate::records::{Op, Reader};

/// An engine that keeps records on disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// sled 0.34, always synced through the file system: its own `flush` is not durable.
    #[default]
    Sled,
    /// redb 4, with quick repair.
    Redb,
}

impl Engine {
    /// Every engine, in the order they are documented.
    pub const ALL: [Self; 2] = [Self::Sled, Self::Redb];

    /// Returns its name in settings and in a store's marker.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sled => "sled",
            Self::Redb => "redb",
        }
    }

    /// Returns the name of the file or folder that it keeps in a store's folder.
    pub(crate) fn files(self) -> &'static str {
        match self {
            Self::Sled => sled_tree::FOLDER,
            Self::Redb => redb_tree::FILE,
        }
    }

    /// Opens the engine's own files inside a store's folder, creating them if they are missing.
    pub(crate) fn open(
        self,
        folder: &Path,
        settings: &Settings,
    ) -> Result<Box<dyn Tree>, StoreError> {
        match self {
            Self::Sled => sled_tree::open(folder, settings),
            Self::Redb => redb_tree::open(folder, settings),
        }
    }

    /// Returns whether an open after an unclean stop must count the records: sled's recovery can
    /// drop what it does not understand, redb's verifies its own digests.
    pub(crate) fn counts_after_unclean_stop(self) -> bool {
        match self {
            Self::Sled => true,
            Self::Redb => false,
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Engine {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|engine| engine.name() == name)
            .ok_or_else(|| format!("unknown engine {name}: expected sled or redb"))
    }
}

/// One open engine: an ordered map of frames.
pub(crate) trait Tree: Send + Sync {
    /// Lends a stable view that holds nothing but durable entries.
    fn read(
        &self,
        with: &mut dyn FnMut(&dyn Reader) -> Result<(), StoreError>,
    ) -> Result<(), StoreError>;

    /// Writes all operations or none, durable when it returns `Ok`. Called by one thread at once.
    fn commit(&self, ops: Vec<Op>) -> Result<(), StoreError>;

    /// Closes, flushing what the engine wants to keep for a quick open.
    fn close(self: Box<Self>) -> Result<(), StoreError>;
}

/// Runs a call into an engine, turning a panic into an error: recovery code meets disks that its
/// authors did not.
pub(crate) fn guarded<T>(
    doing: &str,
    call: impl FnOnce() -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|panic| {
        let said = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("no message");
        Err(StoreError::corrupt(format!("the engine gave up while {doing}: {said}")))
    })
}
