//! The child process: scenarios played under the shim.
//!
//! Started as an ordinary test it plays the recorded workload without a shim and checks the
//! outcome, so that it can fail like any other.

use std::collections::BTreeMap;
use std::env;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use store::{Batch, DiskStore, Engine, Settings, Store};

use crate::full_disk;
use crate::shim::{ENGINE, SCENARIO, scratch};

/// Batches of the recorded workload.
pub(crate) const BATCHES: u32 = 90;

/// Batches a recovered store goes on with.
pub(crate) const BATCHES_AFTER_RECOVERY: u32 = 5;

/// The engine's name for sled by its bare `flush`, which no setting can ask for.
pub(crate) const BARE_SLED: &str = "bare-sled";

/// Small, so that the files of hundreds of states stay small.
pub(crate) const SMALL: Settings =
    Settings { cache_bytes: 8 << 20, reserve_bytes: 0, free_bytes_min: 0, check_on_open: false };

pub(crate) type Model = BTreeMap<Vec<u8>, Vec<u8>>;

#[test]
fn plays_its_scenario() {
    let Ok(scenario) = env::var(SCENARIO) else {
        let folder = scratch();
        work(Engine::Redb, folder.path(), None);
        let store = DiskStore::open(&folder.path().join("store"), Engine::Redb, false, SMALL);
        assert_eq!(everything(&store.unwrap()), model_after(BATCHES));
        return;
    };
    let root = env::var("SHIM_ROOT").unwrap();
    let (root, engine) = (Path::new(&root), env::var(ENGINE).unwrap());
    match scenario.as_str() {
        "work" => {
            let path = env::var("SHIM_ACKS").unwrap();
            let acks = OpenOptions::new().create(true).append(true).open(path).unwrap();
            match engine.parse() {
                Ok(engine) => work(engine, root, Some(acks)),
                Err(_) => work_bare(root, acks),
            }
        }
        "recover" => recover(engine.parse().unwrap(), root),
        "full" => full_disk::fills_up(engine.parse().unwrap(), root),
        "broken" => full_disk::breaks(engine.parse().unwrap(), root),
        other => panic!("unknown scenario {other}"),
    }
}

/// Applies every batch, acknowledging each, with one clean restart in the middle.
fn work(engine: Engine, root: &Path, mut acks: Option<File>) {
    let dir = root.join("store");
    let mut store = DiskStore::open(&dir, engine, true, SMALL).unwrap();
    for number in 0..BATCHES {
        if number == BATCHES / 2 {
            Box::new(store).close().unwrap();
            store = DiskStore::open(&dir, engine, false, SMALL).unwrap();
        }
        store.apply(&batch(number)).unwrap();
        if let Some(acks) = &mut acks {
            acks.write_all(&(number + 1).to_be_bytes()).unwrap();
        }
    }
}

/// Opens what a cut left, acknowledges what it holds, and goes on with the workload.
fn recover(engine: Engine, root: &Path) {
    let path = env::var("SHIM_ACKS").unwrap();
    let mut acks = OpenOptions::new().create(true).append(true).open(path).unwrap();
    let store = DiskStore::open(&root.join("store"), engine, true, SMALL).unwrap();
    let held = everything(&store);
    let base = (0..BATCHES).find(|number| model_after(*number) == held).unwrap();
    acks.write_all(&base.to_be_bytes()).unwrap();
    for number in base..base + BATCHES_AFTER_RECOVERY {
        store.apply(&batch(number)).unwrap();
        acks.write_all(&(number + 1).to_be_bytes()).unwrap();
    }
}

/// The planted bug: sled trusted at its word.
fn work_bare(root: &Path, mut acks: File) {
    let db = sled::open(root.join("store")).unwrap();
    for number in 0..BATCHES {
        let mut batch = sled::Batch::default();
        for (key, value) in changes(number) {
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        db.apply_batch(batch).unwrap();
        db.flush().unwrap();
        acks.write_all(&(number + 1).to_be_bytes()).unwrap();
    }
}

fn batch(number: u32) -> Batch {
    let mut batch = Batch::new();
    for (key, value) in changes(number) {
        match value {
            Some(value) => batch.put(key, value),
            None => batch.delete(key),
        };
    }
    batch
}

/// What a batch changes: appended records of many sizes, heads overwritten, some deletes.
fn changes(number: u32) -> Vec<(Vec<u8>, Option<Vec<u8>>)> {
    let log_key = |number: u32| [b"log/".as_slice(), &number.to_be_bytes()].concat();
    let size = match number {
        _ if number % 17 == 3 => 100_000,
        _ if number % 11 == 5 => 33_000,
        _ => 100 + (number as usize * 37) % 900,
    };
    let mut changes = vec![
        (log_key(number), Some(filled(number, size))),
        (format!("head/{}", number % 5).into_bytes(), Some(filled(number, 40))),
    ];
    if number % 4 == 3 {
        changes.push((log_key(number - 3), None));
    }
    changes
}

/// Bytes that tell which batch wrote them, at every position.
fn filled(number: u32, size: usize) -> Vec<u8> {
    let mix = |at: usize| (at as u32).wrapping_mul(2_654_435_761).wrapping_add(number * 40_503);
    (0..size).map(|at| (mix(at) >> 13) as u8).collect()
}

/// What a store holds after the first so many batches.
pub(crate) fn model_after(batches: u32) -> Model {
    let mut model = Model::new();
    for (key, value) in (0..batches).flat_map(changes) {
        match value {
            Some(value) => model.insert(key, value),
            None => model.remove(&key),
        };
    }
    model
}

/// Everything a store holds.
pub(crate) fn everything(store: &dyn Store) -> Model {
    let mut all = Model::new();
    let mut lo = Vec::new();
    loop {
        let page = store.scan(&lo, &[], 100, 1 << 20).unwrap();
        let Some((last, _)) = page.last() else {
            return all;
        };
        lo = [last.as_slice(), &[0]].concat();
        all.extend(page);
    }
}
