//! Full disks and failing syncs: reads go on, nothing is acknowledged falsely, and writes resume
//! once there is room, without a restart.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use store::{Batch, DiskStore, Engine, Settings, Store, StoreError, verify};

use crate::child::{Model, SMALL, everything};
use crate::shim::Stage;

/// How long writes may take to resume once there is room.
const RESUME_MAX: Duration = Duration::from_secs(10);

const MIB: usize = 1 << 20;

#[test]
fn sled_lives_through_a_full_disk() {
    Stage::new().run("full", "sled", false);
}

#[test]
fn redb_lives_through_a_full_disk() {
    Stage::new().run("full", "redb", false);
}

#[test]
fn sled_stops_at_a_failed_sync() {
    Stage::new().run("broken", "sled", false);
}

#[test]
fn redb_stops_at_a_failed_sync() {
    Stage::new().run("broken", "redb", false);
}

/// Sets how many bytes the shim lets the store's folder take.
fn set_quota(bytes: usize) {
    fs::write(env::var("SHIM_QUOTA").unwrap(), bytes.to_string()).unwrap();
}

fn record(number: u32) -> (Vec<u8>, Vec<u8>) {
    (number.to_be_bytes().to_vec(), vec![number as u8; 20_000])
}

/// Writes until the disk is full, or so many batches; returns the number of the first one that
/// is not written.
fn fill(store: &DiskStore, model: &mut Model, from: u32, count_max: u32) -> u32 {
    for number in from..from + count_max {
        let (key, value) = record(number);
        match store.apply(Batch::new().put(key.clone(), value.clone())) {
            Ok(()) => model.insert(key, value),
            Err(StoreError::Full) => return number,
            Err(other) => panic!("a full disk gave: {other}"),
        };
    }
    from + count_max
}

/// Played in the child, under a quota.
pub(crate) fn fills_up(engine: Engine, root: &Path) {
    let dir = root.join("store");
    let reserved = Settings { reserve_bytes: 2 << 20, ..SMALL };
    let store = DiskStore::open(&dir, engine, true, reserved).unwrap();
    let mut model = BTreeMap::new();
    let mut next = 0;
    for round in 1..=3 {
        set_quota(round * 12 * MIB);
        let from = next;
        next = fill(&store, &mut model, from, 10_000);
        assert!(next < from + 10_000, "the disk never fills");
        // The refused batch may be there or not; every acknowledged one is there.
        reads_go_on(&store, &model, next);
        assert!(store.stats().refusing.is_some());
        assert_eq!(store.apply(Batch::new().put("x", "y")), Err(StoreError::Full));
        set_quota((round * 12 + 6) * MIB);
        resumes(&store, &mut model, next);
        next += 1;
        reads_go_on(&store, &model, next);
        assert_eq!(store.stats().refusing, None);
    }
    set_quota(100 * MIB);
    next = fill(&store, &mut model, next, 40);
    // Nothing new fits any more, not even in the room of the reserve.
    set_quota(0);
    let from = next;
    next = fill(&store, &mut model, from, 10_000);
    assert!(next < from + 10_000, "the disk never fills");
    drop(store);
    reopens(engine, &dir, reserved, &mut model, next);
}

fn reads_go_on(store: &DiskStore, model: &Model, uncertain: u32) {
    let mut held = everything(store);
    let (key, value) = record(uncertain);
    if let Some(found) = held.remove(&key) {
        assert_eq!(found, value);
    }
    assert!(held == *model, "an acknowledged record is missing, or another one appeared");
}

fn resumes(store: &DiskStore, model: &mut Model, number: u32) {
    let started = Instant::now();
    let (key, value) = record(number);
    while let Err(error) = store.apply(Batch::new().put(key.clone(), value.clone())) {
        assert_eq!(error, StoreError::Full);
        assert!(started.elapsed() < RESUME_MAX, "writes did not resume");
        thread::sleep(Duration::from_millis(50));
    }
    model.insert(key, value);
}

/// The process ended on a full disk: there is room again, then it starts.
fn reopens(engine: Engine, dir: &Path, settings: Settings, model: &mut Model, next: u32) {
    set_quota(200 * MIB);
    let store = DiskStore::open(dir, engine, false, settings).unwrap();
    reads_go_on(&store, model, next);
    resumes(&store, model, next);
    assert!(verify(&store).unwrap().is_sound());
}

/// Played in the child: syncs fail from some moment on.
pub(crate) fn breaks(engine: Engine, root: &Path) {
    let dir = root.join("store");
    let broken = env::var("SHIM_BROKEN").unwrap();
    let store = DiskStore::open(&dir, engine, true, SMALL).unwrap();
    store.apply(Batch::new().put("before", "1")).unwrap();
    fs::write(&broken, "").unwrap();
    let error = store.apply(Batch::new().put("during", "2")).unwrap_err();
    assert!(matches!(error, StoreError::Io { .. }), "{error:?}");
    fs::remove_file(&broken).unwrap();
    // What the failed sync left behind is unknown: no later batch may be acknowledged over it.
    for _ in 0..3 {
        let error = store.apply(Batch::new().put("after", "3")).unwrap_err();
        assert!(matches!(error, StoreError::NeedsReopen { .. }), "{error:?}");
    }
    assert!(store.stats().refusing.is_some());
    drop(store);
    let store = DiskStore::open(&dir, engine, false, SMALL).unwrap();
    assert_eq!(store.get(b"before").unwrap(), Some(b"1".to_vec()));
    assert_eq!(store.get(b"after").unwrap(), None);
    store.apply(Batch::new().put("after", "4")).unwrap();
}
