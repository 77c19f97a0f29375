//! Group commit: one thread that owns the store and makes one sync serve all who wait.
//!
//! What arrives while a commit runs is applied together in the next one. The queue is bounded in
//! batches and in bytes: whoever submits faster than the disk writes waits.

use std::mem;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use crate::{BATCH_BYTES_MAX, Batch, Entry, Renew, Store, StoreError, StoreStats};

/// Batches that may wait.
pub const QUEUE_BATCHES_MAX: usize = 4096;

/// Bytes of keys and values that may wait, not counting the batch that crosses the line.
pub const QUEUE_BYTES_MAX: usize = BATCH_BYTES_MAX;

/// Batches committed together at most.
const GROUP_BATCHES_MAX: usize = 256;

/// Bytes committed together at most, unless one batch alone is larger.
const GROUP_BYTES_MAX: usize = 1 << 20;

/// What a requester wants done with the outcome of its batch.
type Reply = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// A store behind a thread that groups commits. It is a [`Store`] itself: `apply` from many
/// threads, reads as ever.
pub struct Writer {
    store: Option<Arc<Box<dyn Store>>>,
    queue: Option<SyncSender<Request>>,
    waiting: Arc<Waiting>,
    thread: Option<JoinHandle<()>>,
}

struct Request {
    batch: Batch,
    size_bytes: usize,
    reply: Reply,
}

impl Writer {
    /// Starts the thread.
    pub fn start(store: Box<dyn Store>) -> Result<Self, StoreError> {
        let store = Arc::new(store);
        let waiting = Arc::new(Waiting::default());
        let (queue, requests) = sync_channel(QUEUE_BATCHES_MAX);
        let group = Group { store: Arc::clone(&store), waiting: Arc::clone(&waiting), requests };
        let thread = thread::Builder::new()
            .name("store-writer".to_string())
            .spawn(move || group.run())
            .map_err(|e| StoreError::io("starting the writer", &e))?;
        Ok(Self { store: Some(store), queue: Some(queue), waiting, thread: Some(thread) })
    }

    /// Hands in a batch; `reply` is called from the writer's thread once it is durable or has
    /// failed, and must not block. Waits only while the queue is full.
    ///
    /// A batch over its limits is refused here: it must not take others down with it.
    pub fn submit(
        &self,
        batch: Batch,
        reply: impl FnOnce(Result<(), StoreError>) + Send + 'static,
    ) -> Result<(), StoreError> {
        batch.check()?;
        let size_bytes = batch.size_bytes();
        let queue = self.queue.as_ref().ok_or_else(stopped)?;
        self.waiting.enter(size_bytes);
        let request = Request { batch, size_bytes, reply: Box::new(reply) };
        queue.send(request).map_err(|_| {
            self.waiting.leave(size_bytes);
            stopped()
        })
    }

    /// Returns the bytes waiting to be committed.
    pub fn waiting_bytes(&self) -> usize {
        *self.waiting.bytes()
    }

    fn store(&self) -> Result<&dyn Store, StoreError> {
        self.store.as_ref().map(|store| &***store).ok_or_else(stopped)
    }

    /// Lets the thread finish what was handed in.
    fn stop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            // After a panic of the thread everyone who waits in `apply` is told it has stopped.
            let _ = thread.join();
        }
    }
}

impl Store for Writer {
    fn apply(&self, batch: &Batch) -> Result<(), StoreError> {
        let (sender, outcome) = sync_channel(1);
        self.submit(batch.clone(), move |done| {
            let _ = sender.send(done);
        })?;
        outcome.recv().map_err(|_| stopped())?
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.store()?.get(key)
    }

    fn scan(
        &self,
        lo: &[u8],
        hi: &[u8],
        limit: usize,
        bytes_max: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        self.store()?.scan(lo, hi, limit, bytes_max)
    }

    fn salvage(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.store()?.salvage(key)
    }

    fn rewrite(&self, renew: &mut Renew<'_>) -> Result<(), StoreError> {
        self.store()?.rewrite(renew)
    }

    fn stats(&self) -> StoreStats {
        self.store().map(|store| store.stats()).unwrap_or_default()
    }

    /// Commits what was handed in, then closes the store.
    fn close(mut self: Box<Self>) -> Result<(), StoreError> {
        self.stop();
        match self.store.take().and_then(Arc::into_inner) {
            Some(store) => store.close(),
            None => Err(stopped()),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The thread's own side.
struct Group {
    store: Arc<Box<dyn Store>>,
    waiting: Arc<Waiting>,
    requests: Receiver<Request>,
}

impl Group {
    fn run(self) {
        let mut held_back = None;
        while let Some(first) = held_back.take().or_else(|| self.requests.recv().ok()) {
            let (mut group, next) = self.gather(first);
            held_back = next;
            let batch = Batch {
                writes: group.iter_mut().flat_map(|one| mem::take(&mut one.batch.writes)).collect(),
            };
            let outcome = self.store.apply(&batch);
            for request in group {
                self.waiting.leave(request.size_bytes);
                (request.reply)(outcome.clone());
            }
        }
    }

    /// Returns what is committed together, and the request that did not fit.
    fn gather(&self, first: Request) -> (Vec<Request>, Option<Request>) {
        let mut size_bytes = first.size_bytes;
        let mut group = vec![first];
        while group.len() < GROUP_BATCHES_MAX {
            match self.requests.try_recv() {
                Ok(next) if size_bytes + next.size_bytes > GROUP_BYTES_MAX => {
                    return (group, Some(next));
                }
                Ok(next) => {
                    size_bytes += next.size_bytes;
                    group.push(next);
                }
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
            }
        }
        (group, None)
    }
}

/// The bytes handed in and not yet answered.
#[derive(Debug, Default)]
struct Waiting {
    bytes: Mutex<usize>,
    left: Condvar,
}

impl Waiting {
    fn enter(&self, size_bytes: usize) {
        let mut bytes = self.bytes();
        while *bytes >= QUEUE_BYTES_MAX {
            bytes = self.left.wait(bytes).unwrap_or_else(PoisonError::into_inner);
        }
        *bytes += size_bytes;
    }

    fn leave(&self, size_bytes: usize) {
        *self.bytes() -= size_bytes;
        self.left.notify_all();
    }

    fn bytes(&self) -> MutexGuard<'_, usize> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn stopped() -> StoreError {
    StoreError::NeedsReopen { why: "the writer has stopped".to_string() }
}
