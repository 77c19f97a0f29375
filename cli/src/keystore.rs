//! The keystore: every secret of a replica, in one file that only its passphrase opens.
//!
//! ```text
//! magic 12 · version 1 · way 1 · memory_kib 4 · passes 4 · lanes 4 · salt 16 · nonce 24
//! sealed { store key 32 · (id_len 2 · id · value_len 4 · value)* } · digest 32
//! ```
//!
//! The file is opened whole or not at all. The digest tells a damaged file from a wrong
//! passphrase; the seal covers the header too, so that its costs cannot be altered. The price of
//! Argon2id is paid once: the key is kept, wiped when dropped, to write the file again.

mod content;
mod cost;

use crate::home::files;
use client_core::replica::SecretWrite;
use content::Content;
use cost::HEADER_BYTES;
use protocol::crypto::{self, Label, SymmetricKey};
use rand_core::CryptoRng;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

pub(crate) use cost::Cost;
use cost::{Header, Way};

/// The secrets of the machine, by their names.
pub(crate) type Secrets = BTreeMap<Vec<u8>, Zeroizing<Vec<u8>>>;

/// Largest keystore read: about a hundred thousand secrets.
const FILE_BYTES_MAX: u64 = 32 << 20;
const DIGEST_BYTES: usize = 32;
/// The name of the store key that is about to replace the present one. No secret of the machine
/// begins so.
const NEXT_STORE_KEY: &[u8] = b"!store-key";

/// What seals a new keystore.
pub(crate) enum Protection {
    /// A passphrase, through Argon2id.
    Passphrase(Zeroizing<String>, Cost),
    /// A random key in a file beside the keystore: whoever copies the folder has everything.
    KeyFile,
}

/// Why a keystore was not opened or written. No secret was let out.
#[derive(Debug)]
pub(crate) enum KeystoreError {
    /// Not a keystore, cut short, or altered.
    Damaged,
    /// Written by a later version.
    TooNew,
    /// Its header asks for more memory or time than this program grants.
    CostRefused,
    /// The passphrase is not the one.
    WrongPassphrase,
    /// The key file beside it is missing or is not its own.
    KeyFile,
    /// The system refused.
    Io(io::Error),
}

/// An open keystore.
pub(crate) struct Keystore {
    path: PathBuf,
    header: Header,
    key: SymmetricKey,
    content: Content,
}

impl Keystore {
    /// Makes a keystore with a new store key and no other secret. Nothing is written to `path`
    /// before the first [`Keystore::keep`]; the key file is written at once.
    ///
    /// # Errors
    /// When the system refuses the key file or the memory.
    pub(crate) fn create(
        path: &Path,
        protection: Protection,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, KeystoreError> {
        let mut salt = [0; cost::SALT_BYTES];
        rng.fill_bytes(&mut salt);
        let (header, key) = match protection {
            Protection::Passphrase(passphrase, cost) => {
                let key = cost.derive(&passphrase, &salt)?;
                (Header { way: Way::Passphrase(cost), salt }, key)
            }
            Protection::KeyFile => {
                let key = SymmetricKey::generate(rng);
                files::replace(&key_path(path), key.bytes()).map_err(KeystoreError::Io)?;
                (Header { way: Way::KeyFile, salt }, key)
            }
        };
        let content = Content { store_key: SymmetricKey::generate(rng), secrets: Secrets::new() };
        Ok(Self { path: path.to_owned(), header, key, content })
    }

    /// Opens a keystore; `passphrase` is only called when one is needed.
    ///
    /// # Errors
    /// The caller's own when `passphrase` fails, else why the file does not open.
    pub(crate) fn open<E: From<KeystoreError>>(
        path: &Path,
        passphrase: impl FnOnce() -> Result<Zeroizing<String>, E>,
    ) -> Result<Self, E> {
        let bytes = read(path)?;
        let (header, nonce, sealed) = Header::split(&bytes)?;
        let key = match header.way {
            Way::Passphrase(cost) => cost.derive(&passphrase()?, &header.salt)?,
            Way::KeyFile => read_key(path)?,
        };
        let header_bytes = &bytes[..HEADER_BYTES];
        let plain = crypto::open(&key, &nonce, &associated(header_bytes), sealed);
        let plain = plain.map_err(|_| match header.way {
            Way::Passphrase(_) => KeystoreError::WrongPassphrase,
            Way::KeyFile => KeystoreError::KeyFile,
        })?;
        let content = Content::from_bytes(&plain).ok_or(KeystoreError::Damaged)?;
        Ok(Self { path: path.to_owned(), header, key, content })
    }

    /// Returns the key that seals the records.
    pub(crate) fn store_key(&self) -> SymmetricKey {
        SymmetricKey::new(*self.content.store_key.bytes())
    }

    /// Returns a copy of the machine's secrets, wiped when dropped.
    pub(crate) fn secrets(&self) -> Secrets {
        self.content.secrets.clone()
    }

    /// Draws the key that is to seal the records from now on, and keeps it beside the present one
    /// until [`Keystore::end_store_key`].
    ///
    /// # Errors
    /// As [`Keystore::keep`].
    pub(crate) fn begin_store_key(
        &mut self,
        rng: &mut dyn CryptoRng,
    ) -> Result<SymmetricKey, KeystoreError> {
        let key = SymmetricKey::generate(rng);
        let value = Zeroizing::new(key.bytes().to_vec());
        self.keep(vec![SecretWrite::Put { id: NEXT_STORE_KEY.to_vec(), value }], rng)?;
        Ok(key)
    }

    /// Returns the key that was to seal the records when it was last changed, if that was cut
    /// short.
    pub(crate) fn next_store_key(&self) -> Option<SymmetricKey> {
        let bytes = self.content.secrets.get(NEXT_STORE_KEY)?;
        Some(SymmetricKey::new(bytes.as_slice().try_into().ok()?))
    }

    /// Keeps one of the two store keys and destroys the other: the new one if `changed`.
    ///
    /// # Errors
    /// As [`Keystore::keep`].
    pub(crate) fn end_store_key(
        &mut self,
        changed: bool,
        rng: &mut dyn CryptoRng,
    ) -> Result<(), KeystoreError> {
        if let Some(next) = self.next_store_key().filter(|_| changed) {
            self.content.store_key = next;
        }
        self.keep(vec![SecretWrite::Delete { id: NEXT_STORE_KEY.to_vec() }], rng)
    }

    /// Changes secrets and writes the file, durably.
    ///
    /// # Errors
    /// When the file cannot be replaced; the one on disk is then the old one, whole.
    pub(crate) fn keep(
        &mut self,
        writes: Vec<SecretWrite>,
        rng: &mut dyn CryptoRng,
    ) -> Result<(), KeystoreError> {
        for write in writes {
            match write {
                SecretWrite::Put { id, value } => _ = self.content.secrets.insert(id, value),
                SecretWrite::Delete { id } => _ = self.content.secrets.remove(&id),
            }
        }
        let plain = self.content.to_bytes();
        let header = self.header.to_bytes();
        let (nonce, sealed) = crypto::seal(&self.key, &associated(&header), &plain, rng);
        let mut file = Vec::with_capacity(header.len() + sealed.len() + 64);
        file.extend_from_slice(&header);
        file.extend_from_slice(&nonce);
        file.extend_from_slice(&sealed);
        let digest = crypto::hash(Label::Keystore, &file);
        file.extend_from_slice(&digest);
        files::replace(&self.path, &file).map_err(KeystoreError::Io)
    }
}

/// Reads the file and checks its digest; what is returned has it cut off.
fn read(path: &Path) -> Result<Vec<u8>, KeystoreError> {
    let found = files::read_bounded(path, FILE_BYTES_MAX).map_err(KeystoreError::Io)?;
    let mut bytes = found.ok_or_else(|| KeystoreError::Io(io::ErrorKind::NotFound.into()))?;
    let body = bytes.len().checked_sub(DIGEST_BYTES).ok_or(KeystoreError::Damaged)?;
    if crypto::hash(Label::Keystore, &bytes[..body])[..] != bytes[body..] {
        return Err(KeystoreError::Damaged);
    }
    bytes.truncate(body);
    Ok(bytes)
}

fn read_key(path: &Path) -> Result<SymmetricKey, KeystoreError> {
    let found = files::read_bounded(&key_path(path), 32).map_err(|_| KeystoreError::KeyFile)?;
    let bytes = Zeroizing::new(found.ok_or(KeystoreError::KeyFile)?);
    let key: [u8; 32] = bytes.as_slice().try_into().map_err(|_| KeystoreError::KeyFile)?;
    Ok(SymmetricKey::new(key))
}

/// Returns where the key of a keystore without passphrase is.
pub(crate) fn key_path(keystore: &Path) -> PathBuf {
    keystore.with_extension("key")
}

fn associated(header: &[u8]) -> Vec<u8> {
    [Label::Keystore.bytes(), header].concat()
}

#[cfg(test)]
mod tests;
