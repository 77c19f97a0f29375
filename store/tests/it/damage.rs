//! What is not as it was left: refused, named or set aside, never taken for something else.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process;

use store::{
    Batch, DiskStore, Engine, Scrub, Settings, Store, StoreError, engine_of, open, quarantine,
    release_reserve, verify,
};
use tempfile::TempDir;

use crate::child::{Model, SMALL, everything};
use crate::recording::Chance;
use crate::shim::scratch;

fn filled(engine: Engine, commits: u32) -> (TempDir, PathBuf, Model) {
    let folder = scratch();
    let dir = folder.path().join("store");
    let store = DiskStore::open(&dir, engine, true, SMALL).unwrap();
    let mut model = Model::new();
    for number in 0..commits {
        let (key, value) = (number.to_be_bytes().to_vec(), vec![number as u8; 700]);
        store.apply(Batch::new().put(key.clone(), value.clone())).unwrap();
        model.insert(key, value);
    }
    Box::new(store).close().unwrap();
    (folder, dir, model)
}

fn reopened(dir: &Path, engine: Engine) -> Result<DiskStore, StoreError> {
    DiskStore::open(dir, engine, true, SMALL)
}

/// Where an engine keeps its own files inside a store.
fn files_of(dir: &Path, engine: Engine) -> PathBuf {
    dir.join(engine.name())
}

#[test]
fn a_store_that_lost_its_records_is_not_an_empty_store() {
    for engine in Engine::ALL {
        let (_folder, dir, _) = filled(engine, 3);
        let (_other_folder, other, _) = filled(engine, 0);
        let files = files_of(&dir, engine);
        fs::rename(&files, dir.join("gone")).unwrap();
        // Both engines would make themselves new files here, and say nothing.
        let error = reopened(&dir, engine).err().unwrap();
        let found_nothing = StoreError::Destroyed { what: "commits", promised: 3, found: 0 };
        assert_eq!(error, found_nothing);
        drop(fs::remove_dir_all(&files).or_else(|_| fs::remove_file(&files)));
        fs::rename(files_of(&other, engine), &files).unwrap();
        assert_eq!(reopened(&dir, engine).err().unwrap(), found_nothing);
    }
}

#[test]
fn an_older_content_is_refused() {
    for engine in Engine::ALL {
        let (_folder, dir, _) = filled(engine, 10);
        let promise = fs::read(dir.join("promise")).unwrap();
        let (_older_folder, older, _) = filled(engine, 7);
        fs::write(older.join("promise"), promise).unwrap();
        let expected = StoreError::Destroyed { what: "commits", promised: 10, found: 7 };
        assert_eq!(reopened(&older, engine).err().unwrap(), expected);
    }
}

#[test]
fn a_damaged_promise_is_survived() {
    for engine in Engine::ALL {
        let (_folder, dir, model) = filled(engine, 5);
        for damage in ["", "commits 900\nrecords 5\nclean true\ncrc 00000000\n"] {
            fs::write(dir.join("promise"), damage).unwrap();
            assert_eq!(everything(&reopened(&dir, engine).unwrap()), model);
        }
        fs::remove_file(dir.join("promise")).unwrap();
        assert_eq!(everything(&reopened(&dir, engine).unwrap()), model);
    }
}

#[test]
fn an_unclean_stop_is_counted() {
    let (_folder, dir, model) = filled(Engine::Sled, 100);
    let store = reopened(&dir, Engine::Sled).unwrap();
    let killed = scratch();
    let copy = killed.path().join("store");
    copy_folder(&dir, &copy);
    drop(store);
    let db = sled::Config::new().path(copy.join("sled")).segment_size(1 << 20).open().unwrap();
    db.remove(b"\x01\x00\x00\x00\x07").unwrap().unwrap();
    drop(db);
    let expected = StoreError::Destroyed { what: "records", promised: 100, found: 99 };
    assert_eq!(reopened(&copy, Engine::Sled).err().unwrap(), expected);
    assert_eq!(everything(&reopened(&dir, Engine::Sled).unwrap()), model);
}

#[test]
fn the_other_engine_is_named_with_the_cure() {
    let (_folder, dir, _) = filled(Engine::Sled, 1);
    let error = reopened(&dir, Engine::Redb).err().unwrap();
    assert_eq!(error, StoreError::OtherEngine { found: Engine::Sled, asked: Engine::Redb });
    assert!(error.to_string().contains("migrate"), "{error}");
    assert_eq!(engine_of(&dir).unwrap(), Engine::Sled);
}

#[test]
fn a_later_format_is_refused_and_left_alone() {
    let (_folder, dir, model) = filled(Engine::Redb, 4);
    let marker = fs::read_to_string(dir.join("FORMAT")).unwrap();
    fs::write(dir.join("FORMAT"), marker.replace("format 1", "format 7")).unwrap();
    let error = reopened(&dir, Engine::Redb).err().unwrap();
    assert_eq!(error, StoreError::TooNew { found: 7, known: 1 });
    for damage in ["", "something else\n", "liaison-store\nformat x\nengine redb\n"] {
        fs::write(dir.join("FORMAT"), damage).unwrap();
        let error = reopened(&dir, Engine::Redb).err().unwrap();
        assert!(matches!(error, StoreError::Corrupt { key: None, .. }), "{error:?}");
    }
    fs::write(dir.join("FORMAT"), marker).unwrap();
    assert_eq!(everything(&reopened(&dir, Engine::Redb).unwrap()), model);
}

#[test]
fn one_process_at_a_time() {
    for engine in Engine::ALL {
        let (_folder, dir, _) = filled(engine, 1);
        let store = reopened(&dir, engine).unwrap();
        let locked = StoreError::Locked { pid: Some(process::id()) };
        assert_eq!(reopened(&dir, engine).err().unwrap(), locked);
        assert_eq!(quarantine(&dir).unwrap_err(), locked);
        drop(store);
        reopened(&dir, engine).unwrap();
    }
}

#[test]
fn nothing_is_created_unasked() {
    let folder = scratch();
    let dir = folder.path().join("deep").join("store");
    for engine in Engine::ALL {
        let error = open(&dir, engine, false).err().unwrap();
        assert!(matches!(error, StoreError::Absent { .. }), "{error:?}");
        assert!(!dir.parent().unwrap().exists());
    }
}

#[test]
fn an_unfinished_creation_is_started_again() {
    for engine in Engine::ALL {
        let folder = scratch();
        let (dir, aside) = (folder.path().join("store"), folder.path().join("store.new"));
        fs::create_dir_all(aside.join(engine.name())).unwrap();
        fs::write(aside.join("FORMAT"), "half").unwrap();
        let store = reopened(&dir, engine).unwrap();
        store.apply(Batch::new().put("k", "v")).unwrap();
        assert!(!aside.exists());
    }
}

#[test]
fn quarantine_keeps_everything_and_makes_room() {
    for engine in Engine::ALL {
        let (_folder, dir, model) = filled(engine, 20);
        let first = quarantine(&dir).unwrap();
        assert!(everything(&reopened(&dir, engine).unwrap()).is_empty());
        let second = quarantine(&dir).unwrap();
        assert_ne!(first, second);
        assert_eq!(everything(&reopened(&first, engine).unwrap()), model);
        let error = quarantine(&dir).unwrap_err();
        assert!(matches!(error, StoreError::Absent { .. }), "{error:?}");
    }
}

#[test]
fn the_reserve_can_be_given_back_while_open() {
    for engine in Engine::ALL {
        let folder = scratch();
        let dir = folder.path().join("store");
        let settings = Settings { reserve_bytes: 1 << 20, ..SMALL };
        let store = DiskStore::open(&dir, engine, true, settings).unwrap();
        assert_eq!(release_reserve(&dir).unwrap(), 1 << 20);
        assert_eq!(release_reserve(&dir).unwrap(), 0);
        drop(store);
        drop(DiskStore::open(&dir, engine, true, settings).unwrap());
        assert_eq!(release_reserve(&dir).unwrap(), 1 << 20);
    }
}

#[test]
fn writes_stop_before_the_disk_is_full() {
    for engine in Engine::ALL {
        let (_folder, dir, model) = filled(engine, 2);
        let greedy = Settings { free_bytes_min: u64::MAX / 2, ..SMALL };
        let store = DiskStore::open(&dir, engine, false, greedy).unwrap();
        assert_eq!(store.apply(Batch::new().put("k", "v")), Err(StoreError::Full));
        assert_eq!(everything(&store), model);
        store.apply(Batch::new().delete(0_u32.to_be_bytes())).unwrap();
        assert_eq!(store.stats().records, 1);
    }
}

#[test]
fn sled_files_no_page_apart() {
    let folder = scratch();
    let dir = folder.path().join("store");
    let store = DiskStore::open(&dir, Engine::Sled, true, SMALL).unwrap();
    for round in 0..3_u8 {
        for number in 0..60_u8 {
            let mut batch = Batch::new();
            let mut key = vec![number.wrapping_mul(83); 512];
            key[500] = round;
            batch.put(key.clone(), vec![number; 150_000]);
            key[0] = 0;
            batch.put(key, vec![number; 8 << 10]);
            store.apply(&batch).unwrap();
        }
    }
    assert!(verify(&store).unwrap().is_sound());
    drop(store);
    assert_eq!(fs::read_dir(dir.join("sled").join("blobs")).unwrap().count(), 0);
}

#[test]
fn an_unfinished_or_damaged_snapshot_of_sled_is_survived() {
    let (_folder, dir, model) = filled(Engine::Sled, 30);
    let sled = dir.join("sled");
    fs::write(sled.join("snap.FFFFFFFFFFFFFFFF.generating"), "").unwrap();
    assert_eq!(everything(&reopened(&dir, Engine::Sled).unwrap()), model);
    let names = fs::read_dir(&sled).unwrap().map(|entry| entry.unwrap().file_name());
    let kept = names.filter(|name| !name.to_string_lossy().contains("generating"));
    assert!(kept.into_iter().all(|name| !name.to_string_lossy().starts_with("damaged")));
    let is_snapshot = |path: &PathBuf| path.to_string_lossy().contains("/snap.");
    for content in [vec![], vec![0; 100]] {
        let mut entries = fs::read_dir(&sled).unwrap().map(|entry| entry.unwrap().path());
        let snapshot = entries.find(is_snapshot).unwrap();
        fs::write(snapshot, content).unwrap();
        assert_eq!(everything(&reopened(&dir, Engine::Sled).unwrap()), model);
    }
}

#[test]
fn sled_is_never_silently_wrong_after_damage_at_rest() {
    never_silently_wrong(Engine::Sled);
}

#[test]
fn redb_is_never_silently_wrong_after_damage_at_rest() {
    never_silently_wrong(Engine::Redb);
}

/// Bits flipped, pages zeroed and tails cut: whatever opens and calls itself sound holds exactly
/// what it held.
fn never_silently_wrong(engine: Engine) {
    const TRIALS: u64 = 90;
    let (_folder, dir, model) = filled(engine, 150);
    let mut noticed = 0;
    for trial in 0..TRIALS {
        let copy = scratch();
        let damaged = copy.path().join("store");
        copy_folder(&dir, &damaged);
        damage(&files_of(&damaged, engine), trial);
        let seen = catch_unwind(AssertUnwindSafe(|| inspect(&damaged, engine)));
        match seen.expect("a damaged store never panics") {
            Ok((scrub, held)) if scrub.is_sound() => {
                assert!(held == model, "trial {trial}: silently wrong");
            }
            Ok((scrub, held)) => {
                noticed += 1;
                assert!(held.iter().all(|(key, value)| model.get(key) == Some(value)));
                assert!(scrub.records <= model.len() as u64);
            }
            Err(_) => noticed += 1,
        }
    }
    assert!(noticed > 0, "no damage ever reached a record");
}

/// Opens, scrubs, and reads record by record whatever reads.
fn inspect(dir: &Path, engine: Engine) -> Result<(Scrub, Model), StoreError> {
    let store = reopened(dir, engine)?;
    let scrub = verify(&store)?;
    let mut held = Model::new();
    for number in 0..200_u32 {
        if let Ok(Some(value)) = store.get(&number.to_be_bytes()) {
            held.insert(number.to_be_bytes().to_vec(), value);
        }
    }
    Ok((scrub, held))
}

fn damage(files: &Path, trial: u64) {
    let mut chance = Chance(trial);
    let mut paths = vec![files.to_path_buf()];
    if files.is_dir() {
        paths = fs::read_dir(files).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| path.is_file());
        paths.sort();
    }
    let path = &paths[chance.below(paths.len())];
    let mut bytes = fs::read(path).unwrap();
    // Most of a file is empty: damage is aimed where there is something.
    let used: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at] != 0).collect();
    let at = used[chance.below(used.len())];
    match trial % 3 {
        0 => bytes[at] ^= 1 << chance.below(8),
        1 => {
            let end = bytes.len().min(at / 4096 * 4096 + 4096);
            bytes[at / 4096 * 4096..end].fill(0);
        }
        _ => bytes.truncate(bytes.len() - chance.below(bytes.len().min(8192))),
    }
    fs::write(path, bytes).unwrap();
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), &to).unwrap();
        }
    }
}

#[test]
fn a_record_with_a_wrong_digest_is_named_and_can_be_salvaged_and_removed() {
    for engine in Engine::ALL {
        let (_folder, dir, model) = filled(engine, 3);
        let key = 1_u32.to_be_bytes();
        let physical = [b"\x01".as_slice(), &key].concat();
        let bytes = b"not a frame at all".to_vec();
        match engine {
            Engine::Sled => {
                let config = sled::Config::new().path(dir.join("sled")).segment_size(1 << 20);
                let db = config.open().unwrap();
                db.insert(physical, bytes.clone()).unwrap();
                db.flush().unwrap();
            }
            Engine::Redb => {
                let table: redb::TableDefinition<'_, &[u8], &[u8]> =
                    redb::TableDefinition::new("entries");
                let db = redb::Database::open(dir.join("redb")).unwrap();
                let write = db.begin_write().unwrap();
                let mut entries = write.open_table(table).unwrap();
                entries.insert(physical.as_slice(), bytes.as_slice()).unwrap();
                drop(entries);
                write.commit().unwrap();
            }
        }
        let store = reopened(&dir, engine).unwrap();
        let error = store.get(&key).unwrap_err();
        assert!(matches!(error, StoreError::Corrupt { key: Some(named), .. } if named == key));
        assert_eq!(store.salvage(&key).unwrap(), Some(bytes));
        store.apply(Batch::new().delete(key)).unwrap();
        assert_eq!(everything(&store).len(), model.len() - 1);
        Box::new(store).close().unwrap();
        reopened(&dir, engine).unwrap();
    }
}
