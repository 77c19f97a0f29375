//! Frames against hostile bytes, and keys against each other.
#![allow(clippy::unwrap_used)]

use proptest::collection::vec;
use proptest::prelude::*;

use super::{CHUNK_BYTES_MAX, Kind, chunk_key, open, record_key, record_of, records_end, seal};
use crate::StoreError;

#[test]
fn a_later_version_is_told_from_damage() {
    let key = record_key(b"k");
    let mut framed = seal(&key, Kind::Whole, b"body");
    framed[0] = 2;
    assert!(matches!(open(&key, &framed), Err(StoreError::Corrupt { .. })));
    let end = framed.len() - 4;
    let digest = super::digest(&key, &framed[..end]).to_be_bytes();
    framed[end..].copy_from_slice(&digest);
    assert_eq!(open(&key, &framed), Err(StoreError::TooNew { found: 2, known: 1 }));
}

#[test]
fn the_layout_is_the_one_on_disks() {
    let framed = seal(&record_key(b"key"), Kind::Whole, b"value");
    let expected = [1, 2, 0, 0, 0, 5, b'v', b'a', b'l', b'u', b'e', 0x82, 0xd8, 0xb2, 0x84];
    assert_eq!(framed[..11], expected[..11]);
    assert_eq!(record_key(b"key"), b"\x01key");
    assert_eq!(chunk_key(b"key", 258), b"\x02key\x00\x00\x01\x02");
}

proptest! {
    #[test]
    fn frames_come_back(key in any::<Vec<u8>>(), body in vec(any::<u8>(), 0..300)) {
        let physical = record_key(&key);
        let framed = seal(&physical, Kind::Whole, &body);
        prop_assert_eq!(open(&physical, &framed).unwrap(), (Kind::Whole, body.as_slice()));
        prop_assert_eq!(record_of(&physical), Some(key.as_slice()));
        prop_assert!(physical < records_end());
    }

    #[test]
    fn a_flipped_bit_is_seen(body in vec(any::<u8>(), 0..100), at in any::<usize>()) {
        let physical = record_key(b"key");
        let mut framed = seal(&physical, Kind::Whole, &body);
        let bit = at % (framed.len() * 8);
        framed[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(open(&physical, &framed).is_err());
    }

    #[test]
    fn a_value_under_another_key_is_seen(a in any::<Vec<u8>>(), b in any::<Vec<u8>>()) {
        prop_assume!(a != b);
        let framed = seal(&record_key(&a), Kind::Whole, b"body");
        prop_assert!(open(&record_key(&b), &framed).is_err());
    }

    #[test]
    fn any_bytes_are_refused_quietly(bytes in vec(any::<u8>(), 0..64)) {
        prop_assert!(open(b"key", &bytes).is_err());
    }

    #[test]
    fn chunk_keys_never_meet(
        a in any::<Vec<u8>>(), m in any::<u32>(), b in any::<Vec<u8>>(), n in any::<u32>(),
    ) {
        prop_assert_eq!(chunk_key(&a, m) == chunk_key(&b, n), (a, m) == (b, n));
    }

    #[test]
    fn the_order_of_keys_is_kept(a in any::<Vec<u8>>(), b in any::<Vec<u8>>()) {
        prop_assert_eq!(record_key(&a).cmp(&record_key(&b)), a.cmp(&b));
    }
}

#[test]
fn the_largest_chunk_fits_its_length_field() {
    let key = chunk_key(b"k", 0);
    let framed = seal(&key, Kind::Chunk, &[7; CHUNK_BYTES_MAX]);
    assert_eq!(open(&key, &framed).unwrap().1.len(), CHUNK_BYTES_MAX);
}
