//! Sealed values and the overlay, against a store in memory.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::world::World;
use std::sync::Arc;
use store::{MemStore, SimDisk};

fn put(key: &str, value: &str) -> Write {
    Write::Put { key: key.into(), value: value.into() }
}

fn delete(key: &str) -> Write {
    Write::Delete { key: key.into() }
}

fn sealed(writes: &[Write]) -> SealedStore {
    let mut world = World::new();
    let key = SymmetricKey::generate(world.rng());
    let store = SealedStore::new(Box::new(MemStore::new()), key);
    store.apply(writes, world.rng()).unwrap();
    store
}

#[test]
fn what_is_written_is_read_and_what_is_deleted_is_gone() {
    let store = sealed(&[put("a", "1"), put("b", "2"), delete("a"), put("b", "3")]);
    assert_eq!(store.get(b"a").unwrap(), None);
    assert_eq!(store.get(b"b").unwrap().unwrap(), b"3");
}

#[test]
fn t58_nothing_readable_is_stored() {
    let mut world = World::new();
    let disk = Arc::new(SimDisk::new());
    let key = SymmetricKey::generate(world.rng());
    let store = SealedStore::new(Box::new(Shared(Arc::clone(&disk))), key);
    store.apply(&[put("id", "the convention of Belleville")], world.rng()).unwrap();
    for (_, value) in disk.records() {
        assert!(!value.windows(10).any(|found| found == b"Belleville"));
        assert!(value.len() >= 28 + NONCE_BYTES + TAG_BYTES);
    }
}

#[test]
fn a_value_under_another_key_does_not_open() {
    let store = sealed(&[put("a", "1")]);
    let moved = store.store.get(b"a").unwrap().unwrap();
    let mut batch = Batch::new();
    batch.put(*b"b", moved);
    store.store.apply(&batch).unwrap();
    assert_eq!(store.get(b"b"), Err(RecordError::DoesNotOpen(b"b".to_vec())));
    let overlay = Overlay::new();
    let sight = Sight::new(&store, &overlay);
    assert_eq!(Records::get(&sight, b"b"), None);
    assert_eq!(sight.outcome(), Err(RecordError::DoesNotOpen(b"b".to_vec())));
}

#[test]
fn a_scan_respects_its_ends_and_its_limit() {
    let store = sealed(&[put("a", "1"), put("b", "2"), put("c", "3"), put("d", "4")]);
    let keys = |from: &str, to: &str, limit| -> String {
        let found = store.scan(from.as_bytes(), to.as_bytes(), limit).unwrap();
        found.iter().map(|(key, _)| String::from_utf8_lossy(key)).collect()
    };
    assert_eq!(keys("a", "d", 9), "abc");
    assert_eq!(keys("b", "z", 2), "bc");
    assert_eq!(keys("c", "b", 2), "");
    assert_eq!(keys("a", "z", 0), "");
}

/// The sight must be the same as a map to which the waiting writes were applied.
#[test]
fn waiting_writes_are_seen_as_if_they_were_stored() {
    let store = sealed(&[put("a", "1"), put("b", "2"), put("d", "4"), put("e", "5")]);
    let overlay = Overlay::from([
        (b"a".to_vec(), None),
        (b"c".to_vec(), Some(b"new".to_vec())),
        (b"d".to_vec(), Some(b"changed".to_vec())),
        (b"x".to_vec(), None),
    ]);
    let mut model: BTreeMap<Vec<u8>, Vec<u8>> =
        store.scan(b"a", b"z", 99).unwrap().into_iter().collect();
    for (key, value) in &overlay {
        match value {
            Some(value) => _ = model.insert(key.clone(), value.clone()),
            None => _ = model.remove(key),
        }
    }
    let sight = Sight::new(&store, &overlay);
    let letters = ["a", "b", "c", "d", "e", "f", "x", "z"];
    for from in letters {
        assert_eq!(Records::get(&sight, from.as_bytes()), model.get(from.as_bytes()).cloned());
        for to in letters {
            for limit in 0..6 {
                let (from, to) = (from.as_bytes(), to.as_bytes());
                let found = Records::scan(&sight, from, to, limit);
                assert_eq!(found, Records::scan(&model, from, to, limit));
            }
        }
    }
    assert_eq!(sight.outcome(), Ok(()));
}

/// What cannot be read is found wherever it stands, and read around.
#[test]
fn what_cannot_be_read_is_found_and_read_around() {
    let mut world = World::new();
    let disk = Arc::new(SimDisk::new());
    let key = SymmetricKey::generate(world.rng());
    let store = SealedStore::new(Box::new(Shared(Arc::clone(&disk))), key);
    let name = |number: usize| format!("k{number:04}");
    let writes: Vec<Write> = (0..3_000).map(|n| put(&name(n), &"v".repeat(n % 40))).collect();
    store.apply(&writes, world.rng()).unwrap();
    assert_eq!(store.unreadable(), Ok(BTreeSet::new()));
    let mut model: BTreeMap<Vec<u8>, Vec<u8>> =
        store.scan(b"a", b"z", 9_999).unwrap().into_iter().collect();
    let mut bad = BTreeSet::new();
    for number in [0, 1, 7, 1_023, 1_024, 1_025, 2_999] {
        assert!(disk.flip_bit(name(number).as_bytes(), 90));
        bad.insert(name(number).into_bytes());
    }
    // Its digest is right; it was sealed for another key.
    let moved = disk.get(name(500).as_bytes()).unwrap().unwrap();
    disk.apply(Batch::new().put(name(501), moved)).unwrap();
    bad.insert(name(501).into_bytes());
    model.retain(|key, _| !bad.contains(key));
    for suspect in [true, false] {
        store.suspect(suspect).unwrap();
        assert_eq!(store.is_suspect(), suspect);
        assert_eq!(store.unreadable().as_ref(), Ok(&bad));
    }
    let nothing = Overlay::new();
    let sight = Sight::new(&store, &nothing).without(&bad);
    for limit in [1, 5, 1_024, 9_999] {
        let found = Records::scan(&sight, b"a", b"z", limit);
        assert_eq!(found, Records::scan(&model, b"a", b"z", limit), "{limit}");
    }
    assert_eq!(Records::get(&sight, name(7).as_bytes()), None);
    assert_eq!(Records::get(&sight, name(8).as_bytes()), model.get(name(8).as_bytes()).cloned());
    assert_eq!(sight.outcome(), Ok(()));
    let blind = Sight::new(&store, &nothing);
    assert_eq!(Records::scan(&blind, b"k0005", b"k0009", 9), []);
    let met = blind.outcome().unwrap_err();
    assert_eq!(met.damaged_key(), Some(name(7).as_bytes()));
}

/// After a change of key the records open under the new one, and under no other.
#[test]
fn records_sealed_anew_open_under_the_new_key_only() {
    let mut world = World::new();
    let disk = Arc::new(SimDisk::new());
    let copy = |key: &SymmetricKey| SymmetricKey::new(*key.bytes());
    let (old, new) = (SymmetricKey::generate(world.rng()), SymmetricKey::generate(world.rng()));
    let mut store = SealedStore::new(Box::new(Shared(Arc::clone(&disk))), copy(&old));
    store.apply(&[put("a", "1"), put("b", "2")], world.rng()).unwrap();
    store.suspect(true).unwrap();
    let before = disk.records();
    store.reseal(copy(&new), world.rng()).unwrap();
    assert_eq!(store.get(b"a").unwrap().unwrap(), b"1");
    assert!(store.is_suspect());
    assert_ne!(disk.records()[b"a".as_slice()], before[b"a".as_slice()]);
    let mut late = SealedStore::new(Box::new(Shared(Arc::clone(&disk))), copy(&old));
    assert!(late.get(b"a").is_err());
    // What a start does that finds two keys: the records tell.
    assert_eq!(late.take_key(SymmetricKey::generate(world.rng())), Ok(false));
    assert!(late.get(b"b").is_err());
    assert_eq!(late.take_key(new), Ok(true));
    assert_eq!(late.get(b"b").unwrap().unwrap(), b"2");
}

/// One simulated disk, looked at from the test and from the store.
struct Shared(Arc<SimDisk>);

impl Store for Shared {
    fn apply(&self, batch: &Batch) -> Result<(), StoreError> {
        self.0.apply(batch)
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.get(key)
    }

    fn scan(
        &self,
        lo: &[u8],
        hi: &[u8],
        limit: usize,
        bytes_max: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        self.0.scan(lo, hi, limit, bytes_max)
    }

    fn stats(&self) -> store::StoreStats {
        self.0.stats()
    }

    fn close(self: Box<Self>) -> Result<(), StoreError> {
        Ok(())
    }
}
