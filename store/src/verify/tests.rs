//! Damage found record by record, and the arithmetic of gaps.
#![allow(clippy::unwrap_used)]

use std::sync::Mutex;

use proptest::prelude::*;

use super::{between, verify};
use crate::{Batch, Entry, SimDisk, Store, StoreError, StoreStats};

fn filled() -> SimDisk {
    let disk = SimDisk::new();
    let mut batch = Batch::new();
    for n in 0..3000_u32 {
        batch.put(n.to_be_bytes(), vec![n as u8; 100]);
    }
    batch.put("large", vec![5; 100_000]);
    disk.apply(&batch).unwrap();
    disk
}

#[test]
fn a_sound_store_has_a_digest_of_its_content() {
    let (one, other) = (filled(), filled());
    let scrub = verify(&one).unwrap();
    assert!(scrub.is_sound());
    assert_eq!((scrub.records, scrub.bytes), (3001, 3000 * 104 + 100_005));
    assert_eq!(verify(&other).unwrap(), scrub);
    other.apply(Batch::new().put(7_u32.to_be_bytes(), "changed")).unwrap();
    assert_ne!(verify(&other).unwrap().digest, scrub.digest);
}

#[test]
fn every_damaged_record_is_named_and_the_others_are_read() {
    let disk = filled();
    let victims = [0_u32, 1, 2, 500, 1023, 1024, 1025, 2999].map(u32::to_be_bytes);
    for (at, key) in victims.iter().enumerate() {
        assert!(disk.flip_bit(key, 37 * at));
    }
    let scrub = verify(&disk).unwrap();
    let named: Vec<&[u8]> = scrub.damaged.iter().map(|(key, _)| key.as_slice()).collect();
    assert_eq!(named, victims.iter().map(|key| key.as_slice()).collect::<Vec<_>>());
    assert_eq!(scrub.records, 3001 - 8);
    assert_eq!(scrub.missing, 0);
    assert!(!scrub.is_sound());
}

#[test]
fn a_vanished_record_is_missed() {
    let disk = filled();
    assert!(disk.lose(&9_u32.to_be_bytes()));
    let scrub = verify(&disk).unwrap();
    assert_eq!((scrub.records, scrub.missing), (3000, 1));
    assert!(!scrub.is_sound());
}

/// A store with pages that cannot be read at all, as sled has them.
struct Gaps {
    inner: SimDisk,
    gaps: Vec<(Vec<u8>, Vec<u8>)>,
    calls: Mutex<usize>,
}

impl Store for Gaps {
    fn apply(&self, batch: &Batch) -> Result<(), StoreError> {
        self.inner.apply(batch)
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.get(key)
    }

    fn scan(
        &self,
        lo: &[u8],
        hi: &[u8],
        limit: usize,
        bytes_max: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        *self.calls.lock().unwrap() += 1;
        let page = self.inner.scan(lo, hi, limit, bytes_max)?;
        let end = page.last().map_or(vec![0xff; 600], |(key, _)| key.clone());
        let meets = |(from, to): &(Vec<u8>, Vec<u8>)| lo < to.as_slice() && *from <= end;
        if self.gaps.iter().any(meets) {
            return Err(StoreError::corrupt("a page is gone"));
        }
        Ok(page)
    }

    fn stats(&self) -> StoreStats {
        self.inner.stats()
    }

    fn close(self: Box<Self>) -> Result<(), StoreError> {
        Ok(())
    }
}

#[test]
fn unreadable_pages_are_stepped_over() {
    let key = |n: u32| n.to_be_bytes().to_vec();
    let gaps = vec![(key(100), key(120)), (key(2000), key(2500))];
    let store = Gaps { inner: filled(), gaps, calls: Mutex::new(0) };
    let scrub = verify(&store).unwrap();
    assert_eq!(scrub.records, 3001 - 20 - 500);
    assert_eq!(scrub.missing, 520);
    assert_eq!(scrub.unreadable.len(), 2);
    assert!(*store.calls.lock().unwrap() < 5000, "stepping over a gap is bounded");
}

#[test]
fn an_unreadable_end_ends_the_walk() {
    let gaps = vec![(2990_u32.to_be_bytes().to_vec(), vec![0xff; 600])];
    let store = Gaps { inner: filled(), gaps, calls: Mutex::new(0) };
    let scrub = verify(&store).unwrap();
    assert_eq!((scrub.records, scrub.missing), (2990, 11));
    assert_eq!(scrub.unreadable.len(), 1);
    assert!(scrub.unreadable[0].1.is_empty());
}

proptest! {
    #[test]
    fn the_middle_lies_between(a in any::<Vec<u8>>(), b in any::<Vec<u8>>()) {
        let (lo, hi) = if a < b { (a, b) } else { (b, a) };
        if let Some(middle) = between(&lo, &hi) {
            prop_assert!(lo < middle && middle < hi);
        }
    }

    #[test]
    fn bisecting_ends(a in any::<[u8; 8]>(), b in any::<[u8; 8]>(), choices in any::<u64>()) {
        let (mut lo, mut hi) = (a.min(b).to_vec(), a.max(b).to_vec());
        let mut steps = 0_u32;
        while let Some(middle) = between(&lo, &hi) {
            if choices.rotate_right(steps) & 1 == 0 { lo = middle } else { hi = middle }
            steps += 1;
            prop_assert!(steps <= 520);
        }
    }
}
