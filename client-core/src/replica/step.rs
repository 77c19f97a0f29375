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
    /// logs are walked with [`Step::page`].
    pub(super) fn all(&self, prefix: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
        let mut found = BTreeMap::new();
        let mut from = prefix.to_vec();
        let end = end_of(prefix);
        loop {
            let page = self.env.records.scan(&from, &end, PAGE);
            let whole = page.len() < PAGE;
            if let Some((last, _)) = page.last() {
                from = next_key(last);
            }
            found.extend(page);
            if whole {
                break;
            }
        }
        self.overlay(prefix, &end, &mut found);
        found.into_iter().collect()
    }

    /// Returns at most `limit` entries of `[from, end of prefix)`, in key order.
    pub(super) fn page(&self, prefix: &[u8], from: &[u8], limit: usize) -> Vec<(Vec<u8>, Vec<u8>)> {
        let end = end_of(prefix);
        let mut found: BTreeMap<_, _> =
            self.env.records.scan(from, &end, limit).into_iter().collect();
        self.overlay(from, &end, &mut found);
        found.into_iter().take(limit).collect()
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

    /// Lets a `Store` leave once many writes wait: none is to grow beyond what a disk takes.
    pub(super) fn relieve(&mut self) {
        if self.out.writes.len() >= WRITES_MAX {
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

const PAGE: usize = 1_000;
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
pub(super) fn next_key(key: &[u8]) -> Vec<u8> {
    let mut next = key.to_vec();
    next.push(0);
    next
}
