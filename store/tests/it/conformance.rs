//! One suite for every store: the same calls, compared with a map, through closes and crashes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store::{
    Batch, DiskStore, Engine, KEY_BYTES_MAX, MemStore, Settings, SimDisk, Store, StoreError,
    VALUE_BYTES_MAX, Writer, verify,
};
use tempfile::TempDir;

type Model = BTreeMap<Vec<u8>, Vec<u8>>;

/// Something that can be opened again and again over the same records.
trait Factory {
    fn open(&self) -> Box<dyn Store>;

    /// Opens what a killed process leaves behind.
    fn crash(&mut self, store: Box<dyn Store>) -> Box<dyn Store> {
        drop(store);
        self.open()
    }
}

struct Disk {
    folder: TempDir,
    engine: Engine,
    lives: u32,
}

/// Small, since many are opened at once.
const SMALL: Settings =
    Settings { cache_bytes: 8 << 20, reserve_bytes: 0, free_bytes_min: 0, check_on_open: false };

impl Disk {
    fn new(engine: Engine) -> Self {
        Self { folder: TempDir::new().unwrap(), engine, lives: 0 }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join(format!("store-{}", self.lives))
    }
}

impl Factory for Disk {
    fn open(&self) -> Box<dyn Store> {
        Box::new(DiskStore::open(&self.path(), self.engine, true, SMALL).unwrap())
    }

    /// The files as the kernel has them while the store is open are what a kill leaves.
    fn crash(&mut self, store: Box<dyn Store>) -> Box<dyn Store> {
        let before = self.path();
        self.lives += 1;
        copy_folder(&before, &self.path());
        drop(store);
        self.open()
    }
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

/// Cannot be reopened: each case opens it once.
struct Memory;

impl Factory for Memory {
    fn open(&self) -> Box<dyn Store> {
        Box::new(MemStore::new())
    }
}

struct Simulated(SimDisk);

impl Factory for Simulated {
    fn open(&self) -> Box<dyn Store> {
        self.0.reopen();
        Box::new(self.0.clone())
    }
}

struct Grouped(Disk);

impl Factory for Grouped {
    fn open(&self) -> Box<dyn Store> {
        Box::new(Writer::start(self.0.open()).unwrap())
    }

    fn crash(&mut self, store: Box<dyn Store>) -> Box<dyn Store> {
        Box::new(Writer::start(self.0.crash(store)).unwrap())
    }
}

#[test]
fn sled_conforms() {
    conforms(|| Disk::new(Engine::Sled), true);
}

#[test]
fn redb_conforms() {
    conforms(|| Disk::new(Engine::Redb), true);
}

#[test]
fn memory_conforms() {
    conforms(|| Memory, false);
}

#[test]
fn the_simulated_disk_conforms() {
    conforms(|| Simulated(SimDisk::new()), true);
}

#[test]
fn the_writer_conforms() {
    conforms(|| Grouped(Disk::new(Engine::Redb)), true);
}

/// The whole suite, for one kind of store.
fn conforms<F: Factory>(fresh: impl Fn() -> F, reopens: bool) {
    limits_are_kept(&*fresh().open());
    batches_are_whole(&*fresh().open());
    pages_are_bounded(&*fresh().open());
    follows_the_model(&fresh, reopens);
}

fn limits_are_kept(store: &dyn Store) {
    let longest = vec![7; KEY_BYTES_MAX];
    let largest: Vec<u8> = (0..VALUE_BYTES_MAX).map(|n| (n % 251) as u8).collect();
    store.apply(Batch::new().put(longest.clone(), largest.clone())).unwrap();
    assert_eq!(store.get(&longest).unwrap(), Some(largest));
    let refusals = [
        Batch::new().put("fine", "fine").put(vec![7; KEY_BYTES_MAX + 1], "x").clone(),
        Batch::new().put("fine", "fine").put("k", vec![0; VALUE_BYTES_MAX + 1]).clone(),
        Batch::new().put("fine", "fine").delete("").clone(),
        Batch { writes: vec![Batch::new().put("k", vec![0; 1 << 20]).writes[0].clone(); 17] },
    ];
    for batch in refusals {
        let error = store.apply(&batch).unwrap_err();
        assert!(matches!(error, StoreError::TooBig { .. } | StoreError::EmptyKey), "{error}");
        assert_eq!(store.get(b"fine").unwrap(), None);
    }
    assert_eq!(store.get(b"").unwrap_err(), StoreError::EmptyKey);
    assert_eq!(store.stats().records, 1);
}

fn batches_are_whole(store: &dyn Store) {
    store.apply(Batch::new().put("a", "1").put("b", "2").put("a", "3").delete("b")).unwrap();
    assert_eq!(store.get(b"a").unwrap().as_deref(), Some(b"3".as_slice()));
    assert_eq!(store.get(b"b").unwrap(), None);
    store.apply(Batch::new().delete("a").delete("never there").put("a", "4")).unwrap();
    assert_eq!(store.get(b"a").unwrap().as_deref(), Some(b"4".as_slice()));
    store.apply(&Batch::new()).unwrap();
    assert_eq!(store.stats().records, 1);
    assert_eq!(store.stats().commits, 2);
}

fn pages_are_bounded(store: &dyn Store) {
    let mut batch = Batch::new();
    for n in 0..50_u8 {
        batch.put([1, n], vec![n; 100]);
    }
    batch.put([2], vec![0; 100_000]).put([3], "last");
    store.apply(&batch).unwrap();
    let keys = |page: Vec<(Vec<u8>, Vec<u8>)>| -> Vec<Vec<u8>> {
        page.into_iter().map(|(key, _)| key).collect()
    };
    assert_eq!(store.scan(&[1], &[2], 1000, usize::MAX).unwrap().len(), 50);
    assert_eq!(store.scan(&[1], &[2], 10, usize::MAX).unwrap().len(), 10);
    assert_eq!(store.scan(&[1], &[2], 1000, 102 * 7 + 5).unwrap().len(), 7);
    assert_eq!(keys(store.scan(&[2], &[], 1000, 1).unwrap()), [vec![2]]);
    assert_eq!(keys(store.scan(&[2], &[], 1000, 1 << 20).unwrap()), [vec![2], vec![3]]);
    assert_eq!(keys(store.scan(&[1, 48], &[1, 49], 9, 9999).unwrap()), [vec![1, 48]]);
    assert!(store.scan(&[2], &[1], 9, 9999).unwrap().is_empty());
    assert!(store.scan(&[2], &[2], 9, 9999).unwrap().is_empty());
    assert!(store.scan(&[], &[], 0, 9999).unwrap().is_empty());
    assert!(store.scan(&[4], &[], 9, 9999).unwrap().is_empty());
}

/// One step of a plan.
#[derive(Clone, Debug)]
enum Step {
    Apply(Vec<(u8, Option<usize>)>),
    Close,
    Crash,
    Page { lo: u8, hi: u8, limit: usize, bytes_max: usize },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    // Lengths around the size of a chunk, where one value turns into several entries.
    let length = prop_oneof![
        4 => 0_usize..200,
        1 => 8_185_usize..8_200,
        1 => 16_380_usize..16_390,
        1 => Just(150_000_usize),
    ];
    let write = (0_u8..24, proptest::option::weighted(0.8, length));
    let step = prop_oneof![
        8 => vec(write, 1..6).prop_map(Step::Apply),
        1 => Just(Step::Close),
        1 => Just(Step::Crash),
        2 => (0_u8..24, 0_u8..30, 1_usize..8, 1_usize..100_000)
            .prop_map(|(lo, hi, limit, bytes_max)| Step::Page { lo, hi, limit, bytes_max }),
    ];
    vec(step, 1..25)
}

/// Keys that are prefixes of each other, the hardest to keep in order.
fn key(number: u8) -> Vec<u8> {
    vec![number / 6; usize::from(number % 6) + 1]
}

fn value(number: u8, length: usize, step: usize) -> Vec<u8> {
    (0..length).map(|at| number.wrapping_add((at / 7) as u8).wrapping_mul(step as u8 | 1)).collect()
}

fn follows_the_model<F: Factory>(fresh: &impl Fn() -> F, reopens: bool) {
    let config = Config { cases: 24, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    runner
        .run(&steps(), |plan| {
            let mut factory = fresh();
            let mut store = factory.open();
            let mut model = Model::new();
            for (at, step) in plan.into_iter().enumerate() {
                match step {
                    Step::Apply(writes) => {
                        apply(&*store, &mut model, &writes, at)?;
                    }
                    Step::Close if reopens => {
                        store.close().unwrap();
                        store = factory.open();
                    }
                    Step::Crash if reopens => {
                        store = factory.crash(store);
                    }
                    Step::Close | Step::Crash => {}
                    Step::Page { lo, hi, limit, bytes_max } => {
                        let (lo, hi) = (key(lo), key(hi));
                        let page = store.scan(&lo, &hi, limit, bytes_max).unwrap();
                        prop_assert_eq!(page, model_page(&model, &lo, &hi, limit, bytes_max));
                    }
                }
            }
            let scrub = verify(&*store).unwrap();
            prop_assert!(scrub.is_sound());
            prop_assert_eq!(scrub.records, model.len() as u64);
            prop_assert_eq!(store.stats().records, model.len() as u64);
            let all: Model = walk(&*store);
            prop_assert_eq!(all, model);
            Ok(())
        })
        .unwrap();
}

fn apply(
    store: &dyn Store,
    model: &mut Model,
    writes: &[(u8, Option<usize>)],
    at: usize,
) -> Result<(), TestCaseError> {
    let mut batch = Batch::new();
    for &(number, length) in writes {
        let key = key(number);
        match length {
            Some(length) => {
                let value = value(number, length, at);
                model.insert(key.clone(), value.clone());
                batch.put(key, value);
            }
            None => {
                model.remove(&key);
                batch.delete(key);
            }
        }
    }
    store.apply(&batch).unwrap();
    for &(number, _) in writes {
        prop_assert_eq!(store.get(&key(number)).unwrap(), model.get(&key(number)).cloned());
    }
    Ok(())
}

fn model_page(
    model: &Model,
    lo: &[u8],
    hi: &[u8],
    limit: usize,
    bytes_max: usize,
) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut page: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    let mut size = 0;
    for (key, value) in model {
        let inside = lo <= key.as_slice() && key.as_slice() < hi;
        size += if inside { key.len() + value.len() } else { 0 };
        if inside && page.len() < limit && (page.is_empty() || size <= bytes_max) {
            page.push((key.clone(), value.clone()));
        }
    }
    page
}

/// Reads everything in small pages.
fn walk(store: &dyn Store) -> Model {
    let mut all = Model::new();
    let mut lo = Vec::new();
    loop {
        let page = store.scan(&lo, &[], 3, 64 << 10).unwrap();
        let Some((last, _)) = page.last() else {
            return all;
        };
        lo = [last.as_slice(), &[0]].concat();
        all.extend(page);
    }
}
