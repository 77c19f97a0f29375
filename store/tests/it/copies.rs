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

/// Returns every file below a folder, whole.
fn files(dir: &std::path::Path) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(fs::read(path).unwrap()) }
        }
    }
    found
}

fn copy_all(from: &std::path::Path, to: &std::path::Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let name = entry.unwrap().file_name();
            copy_all(&from.join(&name), &to.join(&name));
        }
    } else {
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
    }
}

/// What was deleted is in no file of a store that was written anew, and the rest is there, each
/// record with its new value.
#[test]
fn a_store_written_anew_holds_nothing_that_was_deleted() {
    for engine in Engine::ALL {
        let folder = scratch();
        let path = folder.path().join("store");
        let store = DiskStore::open(&path, engine, true, SMALL).unwrap();
        mixed(&store);
        let (gone, old) = (b"PangolinEfface".repeat(40), b"PangolinAncien".repeat(40));
        for number in 0..20_u8 {
            store.apply(Batch::new().put([7, number], gone.clone())).unwrap();
        }
        store.apply(Batch::new().put("kept", old.clone())).unwrap();
        let mut batch = Batch::new();
        for number in 0..20_u8 {
            batch.delete([7, number]);
        }
        store.apply(&batch).unwrap();
        let holds = |word: &[u8]| {
            let within = |file: &Vec<u8>| file.windows(word.len()).any(|part| part == word);
            files(&path).iter().any(within)
        };
        assert!(holds(b"PangolinAncien"), "{engine}");
        let mut expected = everything(&store);
        let commits = store.stats().commits;
        store
            .rewrite(&mut |key, value| Ok(if key == b"kept" { b"neuf".to_vec() } else { value }))
            .unwrap();
        for word in [b"PangolinEfface".as_slice(), b"PangolinAncien"] {
            assert!(!holds(word), "{engine} still holds it");
        }
        expected.insert(b"kept".to_vec(), b"neuf".to_vec());
        assert!(everything(&store) == expected, "{engine}");
        assert!(store.stats().commits >= commits);
        store.apply(Batch::new().put("after", "1")).unwrap();
        Box::new(store).close().unwrap();
        let store = DiskStore::open(&path, engine, false, SMALL).unwrap();
        assert_eq!(store.get(b"after").unwrap(), Some(b"1".to_vec()), "{engine}");
        assert_eq!(verify(&store).unwrap().records, expected.len() as u64 + 1);
    }
}

/// Whatever moment a rewriting stops at, the next open finds one whole store and no remains.
#[test]
fn an_interrupted_rewriting_is_cleared_or_ended() {
    for (engine, name) in [(Engine::Sled, "sled"), (Engine::Redb, "redb")] {
        for stopped_at in 0..5 {
            let folder = scratch();
            let path = folder.path().join("store");
            let store = DiskStore::open(&path, engine, true, SMALL).unwrap();
            mixed(&store);
            let content = everything(&store);
            Box::new(store).close().unwrap();
            let at = |place: &str| path.join(place);
            match stopped_at {
                0 => {
                    fs::create_dir(at("rewriting")).unwrap();
                    fs::write(at("rewriting").join(name), "half").unwrap();
                }
                1 => copy_all(&at(name), &at("rewritten").join(name)),
                2 => {
                    copy_all(&at(name), &at("rewritten").join(name));
                    fs::rename(at(name), at("dropped")).unwrap();
                }
                3 => {
                    copy_all(&at(name), &at("dropped"));
                    fs::create_dir(at("rewritten")).unwrap();
                }
                _ => copy_all(&at(name), &at("dropped")),
            }
            let store = DiskStore::open(&path, engine, false, SMALL).unwrap();
            assert!(everything(&store) == content, "{engine} stopped at {stopped_at}");
            for place in ["rewriting", "rewritten", "dropped"] {
                assert!(!at(place).exists(), "{engine} stopped at {stopped_at} left {place}");
            }
        }
    }
}

/// A record that cannot be read stops a rewriting: nothing is changed, nothing is lost.
#[test]
fn a_rewriting_that_fails_leaves_the_store_as_it_was() {
    let folder = scratch();
    let path = folder.path().join("store");
    let store = DiskStore::open(&path, Engine::Sled, true, SMALL).unwrap();
    mixed(&store);
    let content = everything(&store);
    let refused = store.rewrite(&mut |_, _| Err(StoreError::Full));
    assert_eq!(refused, Err(StoreError::Full));
    assert!(everything(&store) == content);
    store.apply(Batch::new().put("after", "1")).unwrap();
    assert!(!path.join("rewriting").exists());
}
