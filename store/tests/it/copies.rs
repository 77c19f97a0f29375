//! Migration: the same records under another engine, or nothing at all.

use std::fs;

use store::{
    Batch, DiskStore, Engine, SimDisk, Store, StoreError, copy, engine_of, migrate, verify,
};

use crate::child::{SMALL, everything};
use crate::shim::scratch;

fn mixed(store: &dyn Store) {
    let mut batch = Batch::new();
    for number in 0..2500_u32 {
        batch.put(number.to_be_bytes(), vec![number as u8; (number % 900) as usize]);
    }
    store.apply(&batch).unwrap();
    for number in 0..5_u8 {
        store.apply(Batch::new().put([9, number], vec![number; (2 << 20) - 7])).unwrap();
    }
}

#[test]
fn records_travel_both_ways() {
    let folder = scratch();
    let path = |name: &str| folder.path().join(name);
    let store = DiskStore::open(&path("one"), Engine::Sled, true, SMALL).unwrap();
    mixed(&store);
    let (content, scrub) = (everything(&store), verify(&store).unwrap());
    Box::new(store).close().unwrap();
    let there = migrate(&path("one"), &path("two"), Engine::Redb).unwrap();
    let back = migrate(&path("two"), &path("three"), Engine::Sled).unwrap();
    assert_eq!(there, back);
    assert_eq!((there.records, there.digest), (scrub.records, scrub.digest));
    for (name, engine) in [("one", Engine::Sled), ("two", Engine::Redb), ("three", Engine::Sled)] {
        assert_eq!(engine_of(&path(name)).unwrap(), engine);
        let store = DiskStore::open(&path(name), engine, false, SMALL).unwrap();
        assert!(everything(&store) == content, "{name} differs");
    }
    let mut left: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, ["one", "one.lock", "three", "three.lock", "two", "two.lock"]);
}

#[test]
fn an_interrupted_migration_is_started_again() {
    let folder = scratch();
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    let store = DiskStore::open(&from, Engine::Redb, true, SMALL).unwrap();
    store.apply(Batch::new().put("k", "v")).unwrap();
    drop(store);
    // What a killed migration leaves: a store that is open for use but not complete.
    let aside = folder.path().join("to.migrating");
    let half = DiskStore::open(&aside, Engine::Sled, true, SMALL).unwrap();
    half.apply(Batch::new().put("from another attempt", "x")).unwrap();
    drop(half);
    assert!(matches!(
        DiskStore::open(&to, Engine::Sled, false, SMALL).err().unwrap(),
        StoreError::Absent { .. }
    ));
    assert_eq!(migrate(&from, &to, Engine::Sled).unwrap().records, 1);
    let store = DiskStore::open(&to, Engine::Sled, false, SMALL).unwrap();
    assert_eq!(store.get(b"k").unwrap(), Some(b"v".to_vec()));
    assert!(!aside.exists());
}

#[test]
fn nothing_is_overwritten() {
    let folder = scratch();
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    for path in [&from, &to] {
        let store = DiskStore::open(path, Engine::Redb, true, SMALL).unwrap();
        store.apply(Batch::new().put("here", path.to_str().unwrap())).unwrap();
    }
    let error = migrate(&from, &to, Engine::Sled).unwrap_err();
    assert!(matches!(error, StoreError::Occupied { .. }), "{error:?}");
    assert_eq!(engine_of(&to).unwrap(), Engine::Redb);
    let absent = migrate(&folder.path().join("nowhere"), &to, Engine::Sled).unwrap_err();
    assert!(matches!(absent, StoreError::Absent { .. }), "{absent:?}");
}

#[test]
fn a_damaged_source_is_named_and_leaves_no_copy() {
    let folder = scratch();
    let to = folder.path().join("to");
    let disk = SimDisk::new();
    disk.apply(Batch::new().put("a", "1").put("b", "2").put("c", "3")).unwrap();
    disk.flip_bit(b"b", 60);
    let error = copy(&disk, &to, Engine::Redb).unwrap_err();
    assert!(matches!(&error, StoreError::Corrupt { key: Some(key), .. } if key == b"b"));
    assert!(!to.exists());
    disk.apply(Batch::new().delete("b")).unwrap();
    assert_eq!(copy(&disk, &to, Engine::Redb).unwrap().records, 2);
}
