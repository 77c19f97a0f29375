//! Why a store refuses. The sentences are English; a caller that faces people translates them.
//!
//! An error is a value that can be copied: one failed commit answers many requesters.

use std::error::Error;
use std::fmt;
use std::io;

use crate::Engine;

/// Why a call on a store failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// No space left. Reads go on; writes resume by themselves once there is room.
    Full,
    /// Another process holds the store.
    Locked {
        /// Its process id, when it could be read.
        pid: Option<u32>,
    },
    /// Something on disk does not match its digest.
    Corrupt {
        /// What was seen, in English.
        what: String,
        /// The key of the damaged record, when it is known.
        key: Option<Vec<u8>>,
    },
    /// The store opened with less than it had acknowledged. Never treat it as an empty one: put
    /// it aside with [`crate::quarantine`] and fetch again what it held.
    Destroyed {
        /// What was counted: `commits` or `records`.
        what: &'static str,
        /// How many are known to have been acknowledged.
        promised: u64,
        /// How many were found.
        found: u64,
    },
    /// The engine failed and cannot be trusted with writes until the process restarts.
    NeedsReopen {
        /// What happened, in English.
        why: String,
    },
    /// Written by a later version of this program.
    TooNew {
        /// The format found.
        found: u32,
        /// The latest format this version reads.
        known: u32,
    },
    /// The store belongs to the other engine.
    OtherEngine {
        /// The engine named by the store's own marker.
        found: Engine,
        /// The engine asked for.
        asked: Engine,
    },
    /// There is no store there, and none was to be created.
    Absent {
        /// Where it was looked for.
        path: String,
    },
    /// There is already something where a store was to be created.
    Occupied {
        /// Where.
        path: String,
    },
    /// A key, value or batch beyond its limit. Nothing was written.
    TooBig {
        /// `key`, `value` or `batch`.
        what: &'static str,
        /// Its size.
        size_bytes: usize,
        /// The limit.
        size_bytes_max: usize,
    },
    /// A key of no bytes. Nothing was written.
    EmptyKey,
    /// Any other failure of the system.
    Io {
        /// The system's own class of failure.
        kind: io::ErrorKind,
        /// What was being done, and what the system said.
        what: String,
    },
}

impl StoreError {
    /// Returns the error for something that does not match its digest.
    pub(crate) fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt { what: what.into(), key: None }
    }

    /// Returns the error for one damaged record.
    pub(crate) fn damaged(key: &[u8], what: impl Into<String>) -> Self {
        Self::Corrupt { what: what.into(), key: Some(key.to_vec()) }
    }

    /// Returns the error of a system call, full disks told apart: a quota and a file size limit
    /// are full disks too, since the cure is the same.
    pub(crate) fn io(doing: &str, error: &io::Error) -> Self {
        let full =
            [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded, io::ErrorKind::FileTooLarge];
        if full.contains(&error.kind()) {
            return Self::Full;
        }
        Self::Io { kind: error.kind(), what: format!("{doing}: {error}") }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => write!(f, "no space left for the store"),
            Self::Locked { pid: Some(pid) } => {
                write!(f, "the store is in use by process {pid}")
            }
            Self::Locked { pid: None } => write!(f, "the store is in use by another process"),
            Self::Corrupt { what, key: None } => write!(f, "the store is damaged: {what}"),
            Self::Corrupt { what, key: Some(key) } => {
                write!(f, "the record {} is damaged: {what}", Hex(key))
            }
            Self::Destroyed { what, promised, found } => write!(
                f,
                "the store has lost what it had acknowledged: {promised} {what} promised, \
                 {found} found"
            ),
            Self::NeedsReopen { why } => write!(f, "the store must be reopened: {why}"),
            Self::TooNew { found, known } => write!(
                f,
                "the store has format {found}, this version reads up to format {known}: install \
                 a newer version"
            ),
            Self::OtherEngine { found, asked } => write!(
                f,
                "the store was written by {found} and the settings ask for {asked}: set the \
                 engine to {found}, or copy the store with `migrate`"
            ),
            Self::Absent { path } => write!(f, "there is no store at {path}"),
            Self::Occupied { path } => write!(f, "there is already something at {path}"),
            Self::TooBig { what, size_bytes, size_bytes_max } => {
                write!(f, "a {what} of {size_bytes} bytes is over the limit of {size_bytes_max}")
            }
            Self::EmptyKey => write!(f, "a record needs a key"),
            Self::Io { what, .. } => write!(f, "{what}"),
        }
    }
}

impl Error for StoreError {}

/// Shows bytes as hexadecimal, shortened beyond what a person would copy.
struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN_BYTES_MAX: usize = 64;
        for byte in self.0.iter().take(SHOWN_BYTES_MAX) {
            write!(f, "{byte:02x}")?;
        }
        if self.0.len() > SHOWN_BYTES_MAX {
            write!(f, "…")?;
        }
        Ok(())
    }
}
