//! One process per home: a locked file that holds the number of its process.
//!
//! The system gives the lock back when the process ends, however it ends, so nothing stale can
//! keep a home closed.

use super::files;
use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::Path;

/// The right to open a home, kept until dropped.
#[derive(Debug)]
pub(crate) struct HomeLock {
    _file: File,
}

/// What came of trying to take a home.
#[derive(Debug)]
pub(crate) enum Taken {
    /// It is ours.
    Ours(HomeLock),
    /// Another process has it; its number when it could be read.
    Theirs(Option<u32>),
}

impl HomeLock {
    /// Tries to take the lock file at `path`, without waiting.
    ///
    /// # Errors
    /// What the system says when the file cannot be made or locked at all.
    pub(crate) fn take(path: &Path) -> io::Result<Taken> {
        let mut file = files::private().read(true).truncate(false).open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                let read = (&file).take(32).read_to_string(&mut text);
                return Ok(Taken::Theirs(read.ok().and_then(|_| text.trim().parse().ok())));
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{}", std::process::id())?;
        Ok(Taken::Ours(Self { _file: file }))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_home_has_one_process_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let ours = HomeLock::take(&path).unwrap();
        assert!(matches!(ours, Taken::Ours(_)));
        let theirs = HomeLock::take(&path).unwrap();
        let own_pid = std::process::id();
        assert!(matches!(theirs, Taken::Theirs(Some(pid)) if pid == own_pid), "{theirs:?}");
        drop(ours);
        assert!(matches!(HomeLock::take(&path).unwrap(), Taken::Ours(_)));
    }
}
