//! A keystore opens with its passphrase and whole, or not at all (T61).
#![allow(clippy::unwrap_used)]

use super::*;
use crate::world::World;
use std::fs;

const PASSPHRASE: &str = "quatre mots au hasard";

fn secret(text: &str) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(text.as_bytes().to_vec())
}

fn passphrase(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

/// Makes a keystore of two secrets and returns its path.
fn made(dir: &Path, protection: Protection) -> PathBuf {
    let path = dir.join("keystore");
    let mut world = World::new();
    let mut keystore = Keystore::create(&path, protection, world.rng()).unwrap();
    let put = |id: &[u8], value| SecretWrite::Put { id: id.to_vec(), value: secret(value) };
    keystore.keep(vec![put(b"voice", "the voice"), put(b"x", "gone")], world.rng()).unwrap();
    let forget = SecretWrite::Delete { id: b"x".to_vec() };
    keystore.keep(vec![forget, put(b"device", "the device")], world.rng()).unwrap();
    path
}

fn sealed(dir: &Path) -> PathBuf {
    made(dir, Protection::Passphrase(passphrase(PASSPHRASE), Cost::LOW))
}

fn open(path: &Path, text: &str) -> Result<Keystore, KeystoreError> {
    Keystore::open(path, || Ok(passphrase(text)))
}

#[test]
fn what_is_kept_is_found_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = sealed(dir.path());
    let first = open(&path, PASSPHRASE).unwrap();
    let again = open(&path, PASSPHRASE).unwrap();
    let wanted = Secrets::from([
        (b"device".to_vec(), secret("the device")),
        (b"voice".to_vec(), secret("the voice")),
    ]);
    assert_eq!(first.secrets(), wanted);
    assert_eq!(first.store_key().bytes(), again.store_key().bytes());
    assert!(!files::readable_by_others(&path));
}

#[test]
fn nothing_of_a_secret_is_readable_on_disk() {
    let dir = tempfile::tempdir().unwrap();
    let bytes = fs::read(sealed(dir.path())).unwrap();
    for word in ["the voice", "the device", "gone", PASSPHRASE] {
        assert!(!bytes.windows(word.len()).any(|found| found == word.as_bytes()), "{word}");
    }
}

#[test]
fn t61_a_wrong_passphrase_is_told_from_damage() {
    let dir = tempfile::tempdir().unwrap();
    let path = sealed(dir.path());
    for wrong in ["", "quatre mots au hasar", "Quatre mots au hasard"] {
        let refused = open(&path, wrong).err().unwrap();
        assert!(matches!(refused, KeystoreError::WrongPassphrase), "{refused:?}");
    }
}

#[test]
fn t61_every_truncation_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = sealed(dir.path());
    let whole = fs::read(&path).unwrap();
    for len in 0..whole.len() {
        fs::write(&path, &whole[..len]).unwrap();
        let refused = open(&path, PASSPHRASE).err().unwrap();
        assert!(matches!(refused, KeystoreError::Damaged), "{len}: {refused:?}");
    }
}

#[test]
fn t61_every_flipped_bit_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = sealed(dir.path());
    let whole = fs::read(&path).unwrap();
    for bit in 0..whole.len() * 8 {
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        fs::write(&path, &bytes).unwrap();
        let refused = open(&path, PASSPHRASE).err().unwrap();
        assert!(matches!(refused, KeystoreError::Damaged), "bit {bit}: {refused:?}");
    }
}

/// Writes an altered file with a fresh digest, as an attacker who knows the format would.
fn forge(path: &Path, alter: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    bytes.truncate(bytes.len() - DIGEST_BYTES);
    alter(&mut bytes);
    let digest = crypto::hash(Label::Keystore, &bytes);
    bytes.extend_from_slice(&digest);
    fs::write(path, bytes).unwrap();
}

#[test]
fn t61_a_forged_file_is_refused_by_its_seal() {
    let dir = tempfile::tempdir().unwrap();
    let len = fs::read(sealed(dir.path())).unwrap().len() - DIGEST_BYTES;
    // From the salt on; what comes before is refused for other reasons.
    for place in HEADER_BYTES - cost::SALT_BYTES..len {
        let path = sealed(dir.path());
        forge(&path, |bytes| bytes[place] ^= 1);
        let refused = open(&path, PASSPHRASE).err().unwrap();
        assert!(matches!(refused, KeystoreError::WrongPassphrase), "{place}: {refused:?}");
    }
}

#[test]
fn t61_a_header_cannot_ask_for_any_memory_or_time() {
    let dir = tempfile::tempdir().unwrap();
    for (place, value) in [(14, [0x40, 0, 0, 0]), (18, [0, 0, 1, 0]), (22, [0, 0, 0, 99])] {
        let path = sealed(dir.path());
        forge(&path, |bytes| bytes[place..place + 4].copy_from_slice(&value));
        let refused = open(&path, PASSPHRASE).err().unwrap();
        assert!(matches!(refused, KeystoreError::CostRefused), "{place}: {refused:?}");
    }
}

#[test]
fn a_later_version_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = sealed(dir.path());
    forge(&path, |bytes| bytes[12] = 2);
    assert!(matches!(open(&path, PASSPHRASE).err().unwrap(), KeystoreError::TooNew));
}

#[test]
fn without_passphrase_the_key_file_opens_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = made(dir.path(), Protection::KeyFile);
    let never = || -> Result<_, KeystoreError> { unreachable!("no passphrase is needed") };
    assert_eq!(Keystore::open(&path, never).unwrap().secrets().len(), 2);
    assert!(!files::readable_by_others(&key_path(&path)));
    fs::write(key_path(&path), [7; 32]).unwrap();
    assert!(matches!(Keystore::open(&path, never).err().unwrap(), KeystoreError::KeyFile));
    fs::remove_file(key_path(&path)).unwrap();
    assert!(matches!(Keystore::open(&path, never).err().unwrap(), KeystoreError::KeyFile));
}

/// A change of the store key stands beside the key in use until it is ended, over restarts.
#[test]
fn a_change_of_the_store_key_is_ended_or_undone() {
    for changed in [true, false] {
        let dir = tempfile::tempdir().unwrap();
        let path = sealed(dir.path());
        let mut world = World::new();
        let mut keystore = open(&path, PASSPHRASE).unwrap();
        let old = *keystore.store_key().bytes();
        let next = *keystore.begin_store_key(world.rng()).unwrap().bytes();
        let mut again = open(&path, PASSPHRASE).unwrap();
        assert_eq!(*again.store_key().bytes(), old);
        assert_eq!(again.next_store_key().map(|key| *key.bytes()), Some(next));
        again.end_store_key(changed, world.rng()).unwrap();
        let ended = open(&path, PASSPHRASE).unwrap();
        assert_eq!(*ended.store_key().bytes(), if changed { next } else { old });
        assert!(ended.next_store_key().is_none());
        assert_eq!(ended.secrets().len(), 2, "the machine's own secrets are as before");
    }
}
