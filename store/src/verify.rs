//! Reading everything, to find what is damaged before somebody needs it.
//!
//! It reads through the trait alone, in bounded pages, and never stops at the first damage. It
//! checks digests, not meaning: chains and signatures are the callers' to verify.

use sha2::{Digest, Sha256};

use crate::{BATCH_BYTES_MAX, Entry, KEY_BYTES_MAX, Store, StoreError};

const PAGE_RECORDS: usize = 1024;
const PAGE_BYTES: usize = BATCH_BYTES_MAX / 4;

/// What a full reading of a store found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scrub {
    /// Records read whole.
    pub records: u64,
    /// Bytes of their keys and values.
    pub bytes: u64,
    /// SHA-256 over the length and bytes of each key and value read, in order.
    pub digest: [u8; 32],
    /// Records whose digest does not match: the key, and what was seen.
    pub damaged: Vec<(Vec<u8>, String)>,
    /// Ranges `[from, to)` the engine could not read at all, and what it said. An empty `to`
    /// means "to the end".
    pub unreadable: Vec<(Vec<u8>, Vec<u8>, String)>,
    /// Records the store counts but did not show, damaged ones not included.
    pub missing: u64,
}

impl Scrub {
    /// Returns whether everything counted was read whole.
    pub fn is_sound(&self) -> bool {
        self.damaged.is_empty() && self.unreadable.is_empty() && self.missing == 0
    }
}

/// Reads every record and reports all damage. Fails only if the store does not answer at all;
/// records written meanwhile may or may not be read.
pub fn verify(store: &dyn Store) -> Result<Scrub, StoreError> {
    let counted = store.stats().records;
    let mut walk = Walk { scrub: Scrub::default(), hasher: Sha256::new() };
    let mut from = Vec::new();
    loop {
        match store.scan(&from, &[], PAGE_RECORDS, PAGE_BYTES) {
            Ok(page) => {
                let Some((last, _)) = page.last() else { break };
                from = after(last);
                walk.read(&page);
            }
            Err(StoreError::Corrupt { what, key: Some(key) }) => {
                walk.read_all(store, &from, &key)?;
                from = after(&key);
                walk.scrub.damaged.push((key, what));
            }
            Err(StoreError::Corrupt { what, key: None }) => {
                from = walk.read_to_gap(store, from)?;
                if reads(store, &from)? {
                    continue;
                }
                let to = end_of_gap(store, &from)?;
                let ended = to.is_empty();
                walk.scrub.unreadable.push((from, to.clone(), what));
                if ended {
                    break;
                }
                from = to;
            }
            Err(error) => return Err(error),
        }
    }
    let mut scrub = walk.end();
    let damaged = u64::try_from(scrub.damaged.len()).unwrap_or(u64::MAX);
    scrub.missing = counted.saturating_sub(scrub.records).saturating_sub(damaged);
    Ok(scrub)
}

/// Returns the key just after another.
pub(crate) fn after(key: &[u8]) -> Vec<u8> {
    let mut next = key.to_vec();
    next.push(0);
    next
}

/// The account of records read one after the other.
#[derive(Default)]
pub(crate) struct Walk {
    scrub: Scrub,
    hasher: Sha256,
}

impl Walk {
    /// Counts and digests the records of a page.
    pub(crate) fn read(&mut self, page: &[Entry]) {
        for (key, value) in page {
            self.scrub.records += 1;
            for bytes in [key, value] {
                let length = u64::try_from(bytes.len()).expect("lengths are bounded");
                self.scrub.bytes += length;
                self.hasher.update(length.to_be_bytes());
                self.hasher.update(bytes);
            }
        }
    }

    /// Returns what was read, with its digest.
    pub(crate) fn end(self) -> Scrub {
        Scrub { digest: self.hasher.finalize().into(), ..self.scrub }
    }

    /// Reads the records before a damaged one.
    fn read_all(&mut self, store: &dyn Store, lo: &[u8], hi: &[u8]) -> Result<(), StoreError> {
        let mut from = lo.to_vec();
        loop {
            let page = store.scan(&from, hi, PAGE_RECORDS, PAGE_BYTES)?;
            let Some((last, _)) = page.last() else {
                return Ok(());
            };
            from = after(last);
            self.read(&page);
        }
    }

    /// Reads one record at a time up to where the engine fails; returns where it stopped.
    fn read_to_gap(&mut self, store: &dyn Store, lo: Vec<u8>) -> Result<Vec<u8>, StoreError> {
        let mut from = lo;
        for _ in 0..PAGE_RECORDS {
            match store.scan(&from, &[], 1, PAGE_BYTES) {
                Ok(page) => {
                    let Some((last, _)) = page.last() else {
                        return Ok(from);
                    };
                    from = after(last);
                    self.read(&page);
                }
                Err(StoreError::Corrupt { .. }) => return Ok(from),
                Err(error) => return Err(error),
            }
        }
        Ok(from)
    }
}

/// Returns the first key from which the engine reads again, or an empty key if there is none.
///
/// The engine does not tell how far its damage goes, so ever greater keys are tried, then the
/// boundary is bisected. With several damaged pages the range may hold readable records too.
fn end_of_gap(store: &dyn Store, from: &[u8]) -> Result<Vec<u8>, StoreError> {
    let mut bad = from.to_vec();
    let mut good = None;
    for length in (1..=from.len().min(KEY_BYTES_MAX)).rev() {
        let mut key = from[..length].to_vec();
        let Some(last) = key.last_mut().filter(|byte| **byte < u8::MAX) else {
            continue;
        };
        *last += 1;
        if reads(store, &key)? {
            good = Some(key);
            break;
        }
        bad = key;
    }
    let mut good = match good {
        Some(key) => key,
        None => match first_byte_after(store, &bad)? {
            Some(key) => key,
            None => return Ok(Vec::new()),
        },
    };
    while let Some(middle) = between(&bad, &good) {
        if reads(store, &middle)? {
            good = middle;
        } else {
            bad = middle;
        }
    }
    Ok(good)
}

fn first_byte_after(store: &dyn Store, bad: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    for byte in bad.first().map_or(1, |first| first.saturating_add(1))..=u8::MAX {
        if reads(store, &[byte])? {
            return Ok(Some(vec![byte]));
        }
    }
    Ok(None)
}

fn reads(store: &dyn Store, from: &[u8]) -> Result<bool, StoreError> {
    match store.scan(from, &[], 1, PAGE_BYTES) {
        Ok(_) | Err(StoreError::Corrupt { key: Some(_), .. }) => Ok(true),
        Err(StoreError::Corrupt { key: None, .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Returns a key strictly between two, as a fraction of a bounded number of bytes; `None` when
/// they are neighbours at that precision.
fn between(lo: &[u8], hi: &[u8]) -> Option<Vec<u8>> {
    const PRECISION_BYTES: usize = 64;
    let digit = |key: &[u8], at: usize| u16::from(key.get(at).copied().unwrap_or(0));
    let mut sum: Vec<u16> = (0..PRECISION_BYTES).map(|at| digit(lo, at) + digit(hi, at)).collect();
    let mut carry = 0;
    for digit in sum.iter_mut().rev() {
        *digit += carry;
        carry = *digit >> 8;
        *digit &= 0xff;
    }
    let mut remainder = carry;
    let mut middle = Vec::with_capacity(PRECISION_BYTES);
    for digit in sum {
        let dividend = (remainder << 8) | digit;
        middle.push(u8::try_from(dividend / 2).expect("half of at most 511 fits a byte"));
        remainder = dividend % 2;
    }
    while middle.last() == Some(&0) {
        middle.pop();
    }
    (lo < middle.as_slice() && middle.as_slice() < hi).then_some(middle)
}

#[cfg(test)]
mod tests;
