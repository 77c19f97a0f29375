//! The two keys of a relay as files: the log key, which stays on the server, and the operator's
//! key, which must not.
//!
//! A key file is one line: what it is, when it was made, the seed in hexadecimal. It is created for
//! its owner alone and refused when others may read it. Nothing here ever shows a seed.

use std::fs::{self, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use console::{Failure, Text};
use getrandom::SysRng;
use protocol::crypto::SigningSecret;
use protocol::env::Timestamp;
use protocol::id::{hex, unhex};
use rand_core::UnwrapErr;
use zeroize::Zeroizing;

#[cfg(test)]
mod tests;

/// Where `init` writes the log key.
pub const LOG_KEY_FILE: &str = "relay.key";
/// Where `init` writes the operator's key, to be moved away.
pub const OPERATOR_KEY_FILE: &str = "operator.key";
/// Longest key file that is read.
const KEY_FILE_BYTES_MAX: u64 = 256;
/// Whoever else may read or write a file, in its mode.
const OTHERS: u32 = 0o077;

/// What a key is for; the file says so, so that one is never taken for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// Signs checkpoints and handshakes, on the server.
    Log,
    /// Suspends devices, away from the server.
    Operator,
}

impl KeyKind {
    const fn mark(self) -> &'static str {
        match self {
            Self::Log => "liaison-relay-log-key-v1",
            Self::Operator => "liaison-relay-operator-key-v1",
        }
    }

    fn words(self) -> Text {
        match self {
            Self::Log => Text::of("clé du relais", "relay's log key"),
            Self::Operator => Text::of("clé de l'exploitant", "operator's key"),
        }
    }
}

/// A key read from its file.
pub struct KeyFile {
    /// The key.
    pub secret: SigningSecret,
    /// When it was made.
    pub made: Timestamp,
}

/// The system's entropy. A system without any cannot go on.
#[must_use]
pub fn entropy() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

/// Draws a key and writes it to a new file that only its owner may read.
///
/// # Errors
/// Status 3 when the file exists already or cannot be written; nothing is ever overwritten.
pub fn create(path: &Path, kind: KeyKind, made: Timestamp) -> Result<SigningSecret, Failure> {
    let secret = SigningSecret::generate(&mut entropy());
    let seed = Zeroizing::new(hex(secret.seed().as_ref()));
    let line = Zeroizing::new(format!("{} {} {}\n", kind.mark(), made.ms(), seed.as_str()));
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| {
            file.write_all(line.as_bytes())?;
            file.sync_all()
        })
        .and_then(|()| sync_folder_of(path));
    match written {
        Ok(()) => Ok(secret),
        Err(error) => {
            let shown = path.display();
            let message = Text::new(
                format!("la clé n'a pas pu être écrite dans {shown} : {error}"),
                format!("the key could not be written to {shown}: {error}"),
            );
            Err(Failure::setup("key-not-written", message))
        }
    }
}

/// Reads a key file.
///
/// # Errors
/// Status 3: absent, readable by others, or not a file of this kind.
pub fn read(path: &Path, kind: KeyKind) -> Result<KeyFile, Failure> {
    let words = kind.words();
    let unreadable = |error: std::io::Error| {
        let (fr, en) = both(&words);
        let shown = path.display();
        Failure::setup(
            "key-unreadable",
            Text::new(
                format!("la {fr} ne peut être lue dans {shown} : {error}"),
                format!("the {en} cannot be read from {shown}: {error}"),
            ),
        )
    };
    let file = fs::File::open(path).map_err(unreadable)?;
    let mode = file.metadata().map_err(unreadable)?.mode();
    if mode & OTHERS != 0 {
        return Err(open_to_others(path));
    }
    let mut text = Zeroizing::new(String::new());
    let mut bounded = (&file).take(KEY_FILE_BYTES_MAX);
    bounded.read_to_string(&mut text).map_err(unreadable)?;
    parse(&text, kind).ok_or_else(|| {
        let (fr, en) = both(&words);
        let shown = path.display();
        let message =
            Text::new(format!("{shown} n'est pas une {fr}"), format!("{shown} is not a {en}"));
        Failure::setup("not-a-key", message)
    })
}

/// Makes the creation of a file in a folder durable.
///
/// # Errors
/// Whatever the system says.
pub fn sync_folder_of(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    fs::File::open(folder.map_or_else(|| PathBuf::from("."), Path::to_owned))?.sync_all()
}

fn parse(text: &str, kind: KeyKind) -> Option<KeyFile> {
    let rest = text.strip_suffix('\n')?.strip_prefix(kind.mark())?.strip_prefix(' ')?;
    let (made, seed) = rest.split_once(' ')?;
    let seed = Zeroizing::new(unhex(seed)?);
    let seed: &[u8; 32] = seed.as_slice().try_into().ok()?;
    let made = Timestamp::from_ms(made.parse().ok()?);
    Some(KeyFile { secret: SigningSecret::from_seed(seed), made })
}

fn open_to_others(path: &Path) -> Failure {
    let shown = path.display();
    let message = Text::new(
        format!("{shown} peut être lu par d'autres comptes de la machine"),
        format!("{shown} may be read by other accounts of this machine"),
    );
    Failure::setup("key-open-to-others", message).with_hint(Text::new(
        format!("chmod 600 {shown}, et remplacer la clé si quelqu'un a pu la lire"),
        format!("chmod 600 {shown}, and replace the key if anyone may have read it"),
    ))
}

fn both(text: &Text) -> (&str, &str) {
    (text.in_lang(console::Lang::Fr), text.in_lang(console::Lang::En))
}
