//! Group commit: one sync serves many, each is answered, and the queue is bounded.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use store::{
    Batch, Engine, MemStore, QUEUE_BATCHES_MAX, QUEUE_BYTES_MAX, Store, StoreError, StoreStats,
    Writer,
};

use crate::child::everything;
use crate::shim::scratch;

/// A memory whose commits wait at a gate, can be refused, and are counted.
#[derive(Clone, Default)]
struct Gated {
    held: Arc<MemStore>,
    open: Arc<(Mutex<bool>, Condvar)>,
    full: Arc<AtomicBool>,
    commits: Arc<AtomicUsize>,
    closed: Arc<AtomicBool>,
}

impl Gated {
    fn open(&self, open: bool) {
        *self.open.0.lock().unwrap() = open;
        self.open.1.notify_all();
    }
}

impl Store for Gated {
    fn apply(&self, batch: &Batch) -> Result<(), StoreError> {
        let mut open = self.open.0.lock().unwrap();
        while !*open {
            open = self.open.1.wait(open).unwrap();
        }
        drop(open);
        if self.full.load(Ordering::SeqCst) {
            return Err(StoreError::Full);
        }
        self.commits.fetch_add(1, Ordering::SeqCst);
        self.held.apply(batch)
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.held.get(key)
    }

    fn scan(
        &self,
        lo: &[u8],
        hi: &[u8],
        limit: usize,
        bytes_max: usize,
    ) -> Result<Vec<(Vec<u8>, Vec<u8>)>, StoreError> {
        self.held.scan(lo, hi, limit, bytes_max)
    }

    fn stats(&self) -> StoreStats {
        self.held.stats()
    }

    fn close(self: Box<Self>) -> Result<(), StoreError> {
        self.closed.store(true, Ordering::SeqCst);
        Ok(())
    }
}

#[test]
fn what_waits_is_committed_together_in_order() {
    let store = Gated::default();
    let writer = Writer::start(Box::new(store.clone())).unwrap();
    let (sender, answers) = channel();
    for number in 0..100_u8 {
        let sender = sender.clone();
        let reply = move |outcome: Result<(), StoreError>| sender.send((number, outcome)).unwrap();
        writer.submit(Batch::new().put("last", [number]).clone(), reply).unwrap();
    }
    assert!(answers.try_recv().is_err(), "nothing is answered before it is durable");
    store.open(true);
    let answered: Vec<_> = answers.iter().take(100).collect();
    assert_eq!(answered, (0..100).map(|number| (number, Ok(()))).collect::<Vec<_>>());
    assert_eq!(writer.get(b"last").unwrap(), Some(vec![99]));
    // The first may have left alone; the others came while it waited at the gate.
    assert!(store.commits.load(Ordering::SeqCst) <= 2);
    assert_eq!(writer.waiting_bytes(), 0);
}

#[test]
fn groups_are_bounded_in_bytes() {
    let store = Gated::default();
    let writer = Writer::start(Box::new(store.clone())).unwrap();
    let (sender, answers) = channel();
    for number in 0..10_u8 {
        let sender = sender.clone();
        let batch = Batch::new().put([number], vec![number; 400 << 10]).clone();
        writer.submit(batch, move |outcome| sender.send(outcome).unwrap()).unwrap();
    }
    store.open(true);
    assert!(answers.iter().take(10).all(|outcome| outcome.is_ok()));
    assert!(store.commits.load(Ordering::SeqCst) >= 5);
    assert_eq!(everything(&writer).len(), 10);
}

#[test]
fn a_refusal_reaches_everyone_who_waited() {
    let store = Gated::default();
    let writer = Writer::start(Box::new(store.clone())).unwrap();
    store.full.store(true, Ordering::SeqCst);
    let (sender, answers) = channel();
    for number in 0..20_u8 {
        let sender = sender.clone();
        let batch = Batch::new().put([number], "v").clone();
        writer.submit(batch, move |outcome| sender.send(outcome).unwrap()).unwrap();
    }
    store.open(true);
    assert!(answers.iter().take(20).all(|outcome| outcome == Err(StoreError::Full)));
    store.full.store(false, Ordering::SeqCst);
    writer.apply(Batch::new().put("k", "v")).unwrap();
}

#[test]
fn an_oversized_batch_harms_no_one_else() {
    let store = Gated::default();
    store.open(true);
    let writer = Writer::start(Box::new(store)).unwrap();
    let refused = writer.submit(Batch::new().put(vec![1; 600], "v").clone(), |_| {});
    assert!(matches!(refused, Err(StoreError::TooBig { what: "key", .. })));
    writer.apply(Batch::new().put("k", "v")).unwrap();
    assert_eq!(writer.stats().records, 1);
}

#[test]
fn who_is_too_fast_waits() {
    for (size_bytes, most) in [(1 << 20, QUEUE_BYTES_MAX >> 20), (1, QUEUE_BATCHES_MAX)] {
        let store = Gated::default();
        let writer = Arc::new(Writer::start(Box::new(store.clone())).unwrap());
        let submitted = Arc::new(AtomicUsize::new(0));
        let total = most + 400;
        let hasty = {
            let (writer, submitted) = (writer.clone(), submitted.clone());
            thread::spawn(move || {
                for _ in 0..total {
                    let batch = Batch::new().put("k", vec![0; size_bytes]).clone();
                    writer.submit(batch, |_| {}).unwrap();
                    submitted.fetch_add(1, Ordering::SeqCst);
                }
            })
        };
        thread::sleep(Duration::from_millis(300));
        // What the thread has taken for the commit at the gate no longer waits in the channel.
        let through = submitted.load(Ordering::SeqCst);
        assert!(through >= most && through <= most + 258, "{through} of {most} got through");
        store.open(true);
        hasty.join().unwrap();
    }
}

#[test]
fn closing_commits_what_was_handed_in() {
    let store = Gated::default();
    let writer = Writer::start(Box::new(store.clone())).unwrap();
    for number in 0..50_u8 {
        writer.submit(Batch::new().put([number], "v").clone(), |_| {}).unwrap();
    }
    store.open(true);
    Box::new(writer).close().unwrap();
    assert_eq!(store.stats().records, 50);
    assert!(store.closed.load(Ordering::SeqCst));
}

#[test]
fn many_threads_share_the_syncs_of_a_disk() {
    for engine in Engine::ALL {
        let folder = scratch();
        let dir = folder.path().join("store");
        let writer = Arc::new(Writer::start(store::open(&dir, engine, true).unwrap()).unwrap());
        let threads: Vec<_> = (0..8_u8)
            .map(|thread| {
                let writer = writer.clone();
                thread::spawn(move || {
                    for number in 0..25_u8 {
                        let key = [thread, number];
                        writer.apply(Batch::new().put(key, [number])).unwrap();
                        assert_eq!(writer.get(&key).unwrap(), Some(vec![number]));
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        let stats = writer.stats();
        assert_eq!(stats.records, 200);
        assert!(stats.commits <= 200);
        Box::new(Arc::into_inner(writer).unwrap()).close().unwrap();
        let store = store::open(&dir, engine, false).unwrap();
        assert_eq!(everything(&*store).len(), 200);
    }
}
