//! Files that people carry: bundles and parcels, read and written whole.

use crate::failures;
use crate::home::files;
use console::{Failure, Text};
use std::io;
use std::path::Path;

/// Largest file read: more than five years of a territory.
pub(crate) const FILE_BYTES_MAX: u64 = 512 << 20;

/// Reads a file.
///
/// # Errors
/// `file-absent`, `file-too-large`, `file-failed`.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    match files::read_bounded(path, FILE_BYTES_MAX) {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => {
            let path = path.display();
            let what = Text::new(format!("le fichier {path}"), format!("the file {path}"));
            Err(failures::not_found("file-absent", what))
        }
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            let path = path.display();
            Err(Failure::refused(
                "file-too-large",
                Text::new(
                    format!("le fichier {path} est trop grand pour venir de Liaison"),
                    format!("the file {path} is too large to come from Liaison"),
                ),
            ))
        }
        Err(error) => Err(failures::of_file(path, &error)),
    }
}

/// Writes a file, whole or not at all.
///
/// # Errors
/// `file-failed`.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    files::replace(path, bytes).map_err(|error| failures::of_file(path, &error))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_written_is_read_and_absence_has_its_code() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("colis");
        assert_eq!(read(&path).unwrap_err().code, "file-absent");
        write(&path, b"colis").unwrap();
        assert_eq!(read(&path).unwrap(), b"colis");
        assert_eq!(write(&dir.path().join("no/where"), b"").unwrap_err().code, "file-failed");
    }
}
