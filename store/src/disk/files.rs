//! The few file operations a store needs, each one durable when it returns.
//!
//! Nothing here knows what a store is.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::StoreError;

/// Makes everything written so far under a folder durable. `handle` is the folder, opened.
///
/// On Linux one call syncs the whole file system, and reports write errors since Linux 5.8.
#[cfg(target_os = "linux")]
pub(crate) fn settle(handle: &File, _folder: &Path) -> Result<(), StoreError> {
    rustix::fs::syncfs(handle).map_err(|e| StoreError::io("syncing", &e.into()))
}

/// Makes everything written so far under a folder durable, file by file: elsewhere than on Linux
/// there is no call for the whole file system.
#[cfg(not(target_os = "linux"))]
pub(crate) fn settle(_handle: &File, folder: &Path) -> Result<(), StoreError> {
    sync_below(folder)
}

/// Syncs every file and folder below a folder, and the folder itself.
pub(crate) fn sync_below(folder: &Path) -> Result<(), StoreError> {
    let fail = |e: io::Error| StoreError::io("syncing", &e);
    for entry in fs::read_dir(folder).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        if entry.file_type().map_err(fail)?.is_dir() {
            sync_below(&entry.path())?;
        } else {
            File::open(entry.path()).and_then(|file| file.sync_all()).map_err(fail)?;
        }
    }
    sync_folder(folder)
}

/// Syncs the names in a folder.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|e| StoreError::io("syncing a folder", &e))
}

/// Returns the folder a path lies in.
pub(crate) fn parent_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Returns the path beside another, with a suffix added to its name.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_os_string();
    name.push(suffix);
    PathBuf::from(name)
}

/// Makes a folder that only its owner may enter.
pub(crate) fn make_private_folder(path: &Path) -> Result<(), StoreError> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|e| StoreError::io("making a folder", &e))
}

/// Moves a folder or file to a name that is durable at return.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), StoreError> {
    fs::rename(from, to).map_err(|e| StoreError::io("renaming", &e))?;
    sync_folder(parent_of(to))
}

/// Replaces a small file whole: written aside, synced, renamed.
pub(crate) fn replace(path: &Path, content: &[u8]) -> Result<(), StoreError> {
    let aside = beside(path, ".new");
    let fail = |e: io::Error| StoreError::io("writing a small file", &e);
    let mut file = File::create(&aside).map_err(fail)?;
    file.write_all(content).map_err(fail)?;
    file.sync_all().map_err(fail)?;
    rename(&aside, path)
}

/// Takes up room on the disk under a name.
pub(crate) fn occupy(path: &Path, size_bytes: u64) -> Result<(), StoreError> {
    let fail = |e: io::Error| StoreError::io("keeping room", &e);
    let file = File::create(path).map_err(fail)?;
    let taken = allocate(&file, size_bytes).and_then(|()| file.sync_all());
    if taken.is_err() {
        let _ = fs::remove_file(path);
    }
    taken.map_err(fail)
}

/// Allocates blocks without writing them; a file system that cannot gets zeros written.
#[cfg(target_os = "linux")]
fn allocate(file: &File, size_bytes: u64) -> io::Result<()> {
    use rustix::fs::{FallocateFlags, fallocate};
    match fallocate(file, FallocateFlags::empty(), 0, size_bytes) {
        Err(rustix::io::Errno::OPNOTSUPP) => write_zeros(file, size_bytes),
        other => other.map_err(io::Error::from),
    }
}

#[cfg(not(target_os = "linux"))]
fn allocate(file: &File, size_bytes: u64) -> io::Result<()> {
    write_zeros(file, size_bytes)
}

fn write_zeros(file: &File, size_bytes: u64) -> io::Result<()> {
    io::copy(&mut io::Read::take(io::repeat(0), size_bytes), &mut &*file).map(|_| ())
}

/// Drops what the kernel remembers of the files below a folder, so that the next read shows what
/// the disk really holds. Called after a failed sync, when memory and disk may disagree.
pub(crate) fn forget_cached(folder: &Path) {
    #[cfg(target_os = "linux")]
    for path in files_below(folder) {
        if let Ok(file) = File::open(path) {
            let _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed);
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = folder;
}

/// Returns the size of all files below a folder; what cannot be read counts as nothing.
pub(crate) fn size_below(folder: &Path) -> u64 {
    let size = |path: &PathBuf| fs::metadata(path).map_or(0, |metadata| metadata.len());
    files_below(folder).iter().map(size).sum()
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(folder) else {
            continue;
        };
        for entry in entries.flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(_) => files.push(entry.path()),
                Err(_) => {}
            }
        }
    }
    files
}

/// Returns the bytes an unprivileged user may still write on the volume of a path.
pub(crate) fn free_bytes(path: &Path) -> Result<u64, StoreError> {
    #[cfg(unix)]
    {
        let volume = rustix::fs::statvfs(path)
            .map_err(|e| StoreError::io("asking for free space", &e.into()))?;
        Ok(volume.f_bavail.saturating_mul(volume.f_frsize))
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        Ok(u64::MAX)
    }
}
