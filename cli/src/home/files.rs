//! Files that must be whole and private: written aside, synced, then renamed into place.
//!
//! A reader sees the old file or the new one, never a part; nobody but the owner may read it.
//! Only regular files are read: a pipe, a device or a folder is refused at once, never waited on.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Replaces a file by `bytes`, durably: once this returns, a power cut leaves the new file.
///
/// # Errors
/// What the system says; the old file is then still there.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let aside = aside(path);
    let written = write_private(&aside, bytes).and_then(|()| fs::rename(&aside, path));
    if written.is_err() {
        let _already_failing = fs::remove_file(&aside);
    }
    written?;
    sync_parent(path)
}

/// Opens a regular file for reading.
///
/// # Errors
/// What the system says; `IsADirectory`, or `InvalidInput` for a pipe, a device or a socket.
pub(crate) fn open_regular(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    // Who opens a pipe waits for its writer, and some devices do something when they are opened.
    refuse_special(&fs::metadata(path)?)?;
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        // What stands there may have changed meanwhile.
        let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits();
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags.cast_signed());
    }
    let file = options.open(path)?;
    refuse_special(&file.metadata()?)?;
    Ok(file)
}

fn refuse_special(found: &fs::Metadata) -> io::Result<()> {
    if found.is_file() {
        return Ok(());
    }
    let directory = found.is_dir();
    let kind = if directory { io::ErrorKind::IsADirectory } else { io::ErrorKind::InvalidInput };
    Err(kind.into())
}

/// Reads a regular file of at most `bytes_max` bytes; `None` when there is none.
///
/// # Errors
/// What [`open_regular`] says, or `FileTooLarge`.
pub(crate) fn read_bounded(path: &Path, bytes_max: u64) -> io::Result<Option<Vec<u8>>> {
    let file = match open_regular(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    file.take(bytes_max.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > bytes_max {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(Some(bytes))
}

/// Makes a folder that only its owner may enter, with its parents.
///
/// # Errors
/// What the system says.
pub(crate) fn make_private_dir(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Opens a file for writing that only its owner may read.
pub(crate) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Tells whether others than its owner may read a file.
#[cfg(unix)]
pub(crate) fn readable_by_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o077 != 0)
}

/// Tells whether others than its owner may read a file: not known on this system.
#[cfg(not(unix))]
pub(crate) fn readable_by_others(_path: &Path) -> bool {
    false
}

/// Tells whether a file is its owner's alone, and that owner is the one of the file beside it.
#[cfg(unix)]
pub(crate) fn is_private_beside(path: &Path, beside: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let (Ok(found), Ok(beside)) = (fs::symlink_metadata(path), fs::metadata(beside)) else {
        return false;
    };
    found.is_file() && found.mode() & 0o077 == 0 && found.uid() == beside.uid()
}

/// Tells whether a file is its owner's alone: not known on this system.
#[cfg(not(unix))]
pub(crate) fn is_private_beside(path: &Path, _beside: &Path) -> bool {
    path.is_file()
}

fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A file left by a crash may be open to others: it is replaced, not reused.
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut file = private().create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Returns the name that a file has while it is written.
pub(crate) fn aside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    path.with_file_name(name)
}

#[cfg(unix)]
fn sync_parent(path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
}

/// Elsewhere than on Unix a folder cannot be synced; the rename is journaled by the file system.
#[cfg(not(unix))]
fn sync_parent(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_stays_private() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys");
        fs::write(aside(&path), "left by a crash").unwrap();
        replace(&path, b"one").unwrap();
        replace(&path, b"two").unwrap();
        assert_eq!(read_bounded(&path, 3).unwrap().unwrap(), b"two");
        assert!(!readable_by_others(&path));
        assert!(!aside(&path).exists());
    }

    #[test]
    fn reading_is_bounded_and_absence_is_no_error() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("long");
        assert_eq!(read_bounded(&path, 9).unwrap(), None);
        fs::write(&path, "0123456789").unwrap();
        let refused = read_bounded(&path, 9).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::FileTooLarge);
    }

    /// Nobody ever writes into this pipe: a reader that waits for that never ends.
    #[cfg(unix)]
    #[test]
    fn a_pipe_a_device_or_a_folder_is_refused_at_once() {
        use rustix::fs::{CWD, FileType, Mode, mknodat};
        let dir = tempfile::tempdir().unwrap();
        let pipe = dir.path().join("pipe");
        mknodat(CWD, &pipe, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
        let socket = dir.path().join("socket");
        let _listening = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        let link = dir.path().join("link");
        std::os::unix::fs::symlink(&pipe, &link).unwrap();
        for special in [pipe.as_path(), &link, &socket, Path::new("/dev/zero")] {
            let refused = read_bounded(special, 9).unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::InvalidInput, "{}", special.display());
        }
        let folder = read_bounded(dir.path(), 9).unwrap_err();
        assert_eq!(folder.kind(), io::ErrorKind::IsADirectory);
        // A link to a file is that file.
        let (file, link) = (dir.path().join("file"), dir.path().join("other"));
        fs::write(&file, "x").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert_eq!(read_bounded(&link, 9).unwrap().unwrap(), b"x");
    }
}
