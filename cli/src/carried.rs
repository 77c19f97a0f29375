//! Files that people carry: bundles and parcels, read and written whole.

use crate::failures::{self, Doing};
use crate::home::files;
use console::{Failure, Text};
use std::io::{self, Read as _};
use std::path::Path;

/// Largest file read: more than five years of a territory.
pub(crate) const FILE_BYTES_MAX: u64 = 512 << 20;
/// Largest text in which a string to paste is looked for.
const PASTE_BYTES_MAX: u64 = 256 << 10;
/// Bytes by which two files of ours are of the same sort.
const SORT_BYTES: usize = 6;
/// How such strings begin.
const PASTE_BEGINS: &str = "liaison-";

/// Reads a file.
///
/// # Errors
/// `file-absent`, `file-too-large`, `file-failed`.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    match files::read_bounded(path, FILE_BYTES_MAX) {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => {
            let path = path.display();
            let message = Text::new(
                format!("le fichier {path} n'existe pas"),
                format!("there is no file {path}"),
            );
            Err(Failure::refused("file-absent", message))
        }
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => Err(too_large(path)),
        Err(error) => Err(failures::of_file(Doing::Reading, path, &error)),
    }
}

/// Reads a text of at most `bytes_max` bytes from a file, or from standard input for `-`.
///
/// # Errors
/// `file-absent`, `file-too-large`, `file-not-text`, `file-failed`.
pub(crate) fn read_text(path: &Path, bytes_max: u64) -> Result<String, Failure> {
    let bytes = if path == Path::new("-") {
        let mut bytes = Vec::new();
        let read = io::stdin().take(bytes_max + 1).read_to_end(&mut bytes);
        read.map_err(|error| failures::of_file(Doing::Reading, path, &error))?;
        bytes
    } else {
        read(path)?
    };
    if bytes.len() as u64 > bytes_max {
        return Err(too_large(path));
    }
    String::from_utf8(bytes).map_err(|_| {
        let path = path.display();
        Failure::refused(
            "file-not-text",
            Text::new(
                format!("le fichier {path} n'est pas du texte UTF-8"),
                format!("the file {path} is not UTF-8 text"),
            ),
        )
    })
}

/// Returns the string that one Liaison gives another (an invitation, a request, a welcome), out
/// of what a person pasted, or else of a file.
///
/// A mail program may have cut the line, and words may stand before it.
///
/// # Errors
/// Those of [`read_text`].
pub(crate) fn pasted(typed: Option<String>, file: Option<&Path>) -> Result<String, Failure> {
    let text = match (typed, file) {
        (Some(typed), _) => typed,
        (None, Some(file)) => read_text(file, PASTE_BYTES_MAX)?,
        (None, None) => unreachable!("the command line asks for one of the two"),
    };
    let begins = |word: &&str| !word.starts_with(PASTE_BEGINS);
    let string: String = text.split_whitespace().skip_while(begins).collect();
    Ok(if string.is_empty() { text.split_whitespace().collect() } else { string })
}

/// Writes such a string in a file of its own, if one is asked for.
///
/// # Errors
/// `file-failed`.
pub(crate) fn hand_over(string: &str, file: Option<&Path>) -> Result<(), Failure> {
    file.map_or(Ok(()), |file| write(file, format!("{string}\n").as_bytes()))
}

/// Writes a file, whole or not at all.
///
/// # Errors
/// `file-exists` where a file stands aside under the name that this one has while it is written;
/// `file-failed`.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    refuse_existing(&files::aside(path), false)?;
    files::replace(path, bytes).map_err(|error| failures::of_file(Doing::Writing, path, &error))
}

/// Writes a file as [`write`] does, but over nothing unless it is told to.
///
/// # Errors
/// `file-exists`, `file-failed`.
pub(crate) fn write_new(path: &Path, bytes: &[u8], force: bool) -> Result<(), Failure> {
    refuse_existing(path, force)?;
    write(path, bytes)
}

/// Writes a file as [`write`] does, over nothing but a former file of the same sort: a bundle is
/// written again under its name, and no other file is lost to a slip of the hand.
///
/// # Errors
/// `file-exists`, `file-failed`.
pub(crate) fn write_again(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut begins = [0; SORT_BYTES];
    let read = files::open_regular(path).and_then(|mut file| file.read_exact(&mut begins));
    write_new(path, bytes, read.is_ok() && bytes.starts_with(&begins))
}

/// Refuses a path where something is, unless it is to be replaced.
///
/// # Errors
/// `file-exists`.
pub(crate) fn refuse_existing(path: &Path, force: bool) -> Result<(), Failure> {
    // A link that leads nowhere is there too.
    if force || path.symlink_metadata().is_err() || is_empty_folder(path) {
        return Ok(());
    }
    let shown = path.display();
    Err(Failure::refused(
        "file-exists",
        Text::new(format!("{shown} existe déjà"), format!("{shown} is there already")),
    )
    .with_hint(Text::of(
        "donnez un autre nom, ou --force si la commande le permet",
        "give another name, or --force where the command has it",
    )))
}

fn is_empty_folder(path: &Path) -> bool {
    path.read_dir().is_ok_and(|mut entries| entries.next().is_none())
}

fn too_large(path: &Path) -> Failure {
    let path = path.display();
    Failure::refused(
        "file-too-large",
        Text::new(
            format!("le fichier {path} est trop grand"),
            format!("the file {path} is too large"),
        ),
    )
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

    #[test]
    fn a_pasted_string_is_found_in_what_surrounds_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("mail.txt");
        write(&path, "Bonjour,\n\nliaison join liaison-invitation-ab\n cd\n".as_bytes()).unwrap();
        assert_eq!(pasted(None, Some(&path)).unwrap(), "liaison-invitation-abcd");
        assert_eq!(pasted(Some("liaison-x y".to_owned()), None).unwrap(), "liaison-xy");
        assert_eq!(pasted(Some("a b".to_owned()), None).unwrap(), "ab", "left to be refused");
        let absent = pasted(None, Some(&dir.path().join("none"))).unwrap_err();
        assert_eq!(absent.code, "file-absent");
        hand_over("liaison-x", Some(&path)).unwrap();
        assert_eq!(read(&path).unwrap(), b"liaison-x\n");
    }
}
