//! One step of the machine: the lent world, and the outputs it gathers.
//!
//! Records written earlier in the same step are already visible to reads, though the shell
//! has not obeyed the output yet. Writes are gathered and leave as one `Store`, always before
//! anything that depends on them.

use std::collections::{BTreeMap, VecDeque};

use protocol::env::{Env, Instant, LinkId, Timestamp, Write};
use protocol::wire::ToRelay;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::command::{CommandError, Reply, Ticket};
use super::io::{Event, Output, SecretWrite};

/// Outputs not yet drained.
#[derive(Default)]
pub(super) struct Outputs {
    queue: VecDeque<Output>,
    writes: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
    /// Bytes put since a `Store` left last; a record that is put twice counts twice.
    put_bytes: usize,
}

impl Outputs {
    /// Takes the next output.
    pub(super) fn pop(&mut self) -> Option<Output> {
        if self.queue.is_empty() {
            self.flush();
        }
        self.queue.pop_front()
    }

    fn flush(&mut self) {
        self.put_bytes = 0;
        if self.writes.is_empty() {
            return;
        }
        let writes = std::mem::take(&mut self.writes).into_iter();
        let writes = writes.map(|(key, value)| match value {
            Some(value) => Write::Put { key, value },
            None => Write::Delete { key },
        });
        self.queue.push_back(Output::Store(writes.collect()));
    }
}

/// The world during one call of `handle`.
pub(super) struct Step<'a, 'e> {
    env: &'a mut Env<'e>,
    out: &'a mut Outputs,
    /// Writes of this step that already left as a `Store`, still to be seen by reads.
    left: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
}

impl<'a, 'e> Step<'a, 'e> {
    pub(super) fn new(env: &'a mut Env<'e>, out: &'a mut Outputs) -> Self {
        Self { env, out, left: BTreeMap::new() }
    }

    pub(super) fn now(&self) -> Instant {
        self.env.now
    }

    pub(super) fn wall(&self) -> Timestamp {
        self.env.wall
    }

    pub(super) fn rng(&mut self) -> &mut dyn CryptoRng {
        self.env.rng
    }

    /// Draws fixed-size random bytes.
    pub(super) fn draw<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.env.rng.fill_bytes(&mut bytes);
        bytes
    }

    pub(super) fn put(&mut self, key: Vec<u8>, value: Vec<u8>) {
        self.out.put_bytes += key.len() + value.len();
        self.out.writes.insert(key, Some(value));
    }

    pub(super) fn delete(&mut self, key: Vec<u8>) {
        self.out.writes.insert(key, None);
    }

    pub(super) fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        if let Some(written) = self.out.writes.get(key).or_else(|| self.left.get(key)) {
            return written.clone();
        }
        self.env.records.get(key)
    }

    /// Returns every entry under a prefix, in key order. For record families that are small;
    /// logs are read with [`Step::scan`].
    pub(super) fn all(&self, prefix: &[u8]) -> Vec<Record> {
        self.scan(prefix).collect()
    }

    /// Scans the records under a prefix in key order, a page in memory at a time. Where records
    /// are written on the way, [`Pages`] does the same.
    pub(super) fn scan(&self, prefix: &[u8]) -> impl Iterator<Item = Record> + use<'_, 'a, 'e> {
        self.scan_from(prefix, prefix.to_vec())
    }

    /// Scans the records under a prefix from a key on.
    pub(super) fn scan_from(
        &self,
        prefix: &[u8],
        from: Vec<u8>,
    ) -> impl Iterator<Item = Record> + use<'_, 'a, 'e> {
        let mut pages = Pages { from, end: end_of(prefix), over: false };
        std::iter::from_fn(move || pages.next(self)).flatten()
    }

    fn overlay(&self, from: &[u8], end: &[u8], found: &mut BTreeMap<Vec<u8>, Vec<u8>>) {
        for written in [&self.left, &self.out.writes] {
            for (key, value) in written.range(from.to_vec()..end.to_vec()) {
                match value {
                    Some(value) => found.insert(key.clone(), value.clone()),
                    None => found.remove(key),
                };
            }
        }
    }

    /// Queues an output behind everything written so far.
    pub(super) fn push(&mut self, output: Output) {
        for (key, value) in &self.out.writes {
            self.left.insert(key.clone(), value.clone());
        }
        self.out.flush();
        self.out.queue.push_back(output);
    }

    /// Lets a `Store` leave once many writes wait: none is to grow beyond what a disk takes. For
    /// work that may be cut short and begun again; what is one whole is never relieved.
    pub(super) fn relieve(&mut self) {
        if self.out.writes.len() >= WRITES_MAX || self.out.put_bytes >= STORE_BYTES_MAX / 2 {
            for (key, value) in &self.out.writes {
                self.left.insert(key.clone(), value.clone());
            }
            self.out.flush();
        }
    }

    pub(super) fn send(&mut self, link: LinkId, message: &ToRelay) {
        self.push(Output::Send(link, message.to_bytes()));
    }

    pub(super) fn reply(&mut self, ticket: Ticket, reply: Result<Reply, CommandError>) {
        self.push(Output::Reply(ticket, reply));
    }

    pub(super) fn event(&mut self, event: Event) {
        self.push(Output::Event(event));
    }

    pub(super) fn keep(&mut self, id: Vec<u8>, value: Vec<u8>) {
        let value = Zeroizing::new(value);
        self.push(Output::Keep(vec![SecretWrite::Put { id, value }]));
    }
}

/// A key and its value.
type Record = (Vec<u8>, Vec<u8>);

/// Records under a prefix, a page at a time: between two pages the step is free to be written to.
pub(super) struct Pages {
    from: Vec<u8>,
    end: Vec<u8>,
    over: bool,
}

impl Pages {
    pub(super) fn of(prefix: &[u8]) -> Self {
        Self { from: prefix.to_vec(), end: end_of(prefix), over: false }
    }

    /// Returns the next records in key order, as this step has left them; `None` behind the last.
    pub(super) fn next(&mut self, step: &Step<'_, '_>) -> Option<Vec<Record>> {
        while !self.over {
            let scanned = step.env.records.scan(&self.from, &self.end, PAGE);
            // What was written behind the last key of a full page belongs to the next one.
            let until = match scanned.last() {
                Some((last, _)) if scanned.len() == PAGE => next_key(last),
                Some(_) | None => self.end.clone(),
            };
            self.over = until == self.end;
            let mut found: BTreeMap<_, _> = scanned.into_iter().collect();
            step.overlay(&self.from, &until, &mut found);
            self.from = until;
            if !found.is_empty() {
                return Some(found.into_iter().collect());
            }
        }
        None
    }
}

/// Records read at a time; some are as large as an envelope.
const PAGE: usize = 256;
/// Bytes of keys and values that a shell must be able to make durable as one: a `Store` of the
/// machine is whole or not there at all.
pub const STORE_BYTES_MAX: usize = 8 << 20;
/// Small writes of one step that leave together. The small worlds of tests must meet the bound
/// too: what is cut short between two stores is seen there.
const WRITES_MAX: usize = if cfg!(test) { 3 } else { 10_000 };

/// Returns the least key after every key with this prefix.
fn end_of(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            return end;
        }
    }
    vec![u8::MAX; 64]
}

/// Returns the least key after a key.
fn next_key(key: &[u8]) -> Vec<u8> {
    let mut next = key.to_vec();
    next.push(0);
    next
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    fn key(number: usize) -> Vec<u8> {
        [b"k".as_slice(), &number.to_be_bytes()].concat()
    }

    /// A scan shows every record as this step leaves it, whatever it writes and wherever: also
    /// behind a page that is all deleted, and far behind the page that is read.
    #[test]
    fn a_scan_passes_over_nothing() {
        let kept = |at: &usize| !(10..PAGE * 2 + 5).contains(at);
        let records: BTreeMap<_, _> = (0..PAGE * 4).map(|at| (key(at), vec![0])).collect();
        let mut expected = records.clone();
        let mut rng = ChaCha20Rng::from_seed([1; 32]);
        let (now, wall) = (Instant::default(), Timestamp::default());
        let mut env = Env { now, wall, rng: &mut rng, records: &records };
        let mut out = Outputs::default();
        let mut step = Step::new(&mut env, &mut out);
        for at in (0..PAGE * 4).filter(|at| !kept(at)) {
            step.delete(key(at));
            expected.remove(&key(at));
        }
        for at in [3, PAGE * 3, PAGE * 9] {
            step.put(key(at), vec![1]);
            expected.insert(key(at), vec![1]);
        }
        let expected: Vec<_> = expected.into_iter().collect();
        assert_eq!(step.all(b"k"), expected);
        let behind: Vec<_> = step.scan_from(b"k", key(PAGE)).collect();
        assert_eq!(behind, expected[10..]);
        // Written to on the way: what was read is gone, and the rest still comes.
        let mut pages = Pages::of(b"k");
        let mut seen = Vec::new();
        while let Some(page) = pages.next(&step) {
            page.iter().for_each(|(key, _)| step.delete(key.clone()));
            seen.extend(page);
        }
        assert_eq!(seen, expected);
        assert!(step.all(b"k").is_empty());
    }
}
