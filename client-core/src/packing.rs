//! Changes packed into an envelope's payload, and out of it again within bounds.
//!
//! A payload is a CBOR list of raw changes, deflated when that is shorter. Inflating stops at
//! the declared size, which is bounded itself: a small envelope cannot become a large one.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use protocol::codec::{Reader, Writer};
use protocol::envelope::Coding;
use protocol::limits;
use protocol::refusal::Refusal;

use crate::admission::operations_declared;
use crate::document::limits::{CHANGE_OPS_MAX, ENVELOPE_OPS_MAX};

pub(crate) use protocol::limits::CHANGES_IN_ENVELOPE_MAX as CHANGES_MAX;
/// How many times its own size a payload may inflate to.
pub(crate) const RATIO_MAX: u64 = 50;

/// A payload, ready to be sealed.
pub(crate) struct Packed {
    pub(crate) coding: Coding,
    pub(crate) size: u64,
    pub(crate) payload: Vec<u8>,
}

/// Packs raw changes.
pub(crate) fn pack(changes: &[&[u8]]) -> Packed {
    let mut out = Writer::new();
    out.array(changes.len());
    for change in changes {
        out.bytes(change);
    }
    let plain = out.finish();
    let size = plain.len() as u64;
    match deflate(&plain) {
        Some(short) if short.len() < plain.len() && size <= short.len() as u64 * RATIO_MAX => {
            Packed { coding: Coding::Deflate, size, payload: short }
        }
        Some(_) | None => Packed { coding: Coding::Plain, size, payload: plain },
    }
}

/// Returns the deflated bytes; memory takes every byte, so only a fault of the library fails.
fn deflate(plain: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).ok()?;
    encoder.finish().ok()
}

/// Unpacks raw changes.
///
/// # Errors
/// `TooLarge` before inflating what declares too much, while inflating what lied, or for more
/// operations than an envelope may bring;
/// `Malformed` for anything that is not such a list.
pub(crate) fn unpack(coding: Coding, size: u64, payload: &[u8]) -> Result<Vec<Vec<u8>>, Refusal> {
    match coding {
        Coding::Plain => list(payload),
        Coding::Deflate => list(&inflate(size, payload)?),
    }
}

fn inflate(size: u64, payload: &[u8]) -> Result<Vec<u8>, Refusal> {
    let bound = limits::CIPHERTEXT_BYTES_MAX as u64;
    if size > bound || size > (payload.len() as u64).saturating_mul(RATIO_MAX) {
        return Err(Refusal::TooLarge);
    }
    let mut plain = Vec::new();
    let mut decoder = DeflateDecoder::new(payload).take(size + 1);
    decoder.read_to_end(&mut plain).map_err(|_| Refusal::Malformed)?;
    if plain.len() as u64 > size {
        return Err(Refusal::TooLarge);
    }
    if (plain.len() as u64) < size {
        return Err(Refusal::Malformed);
    }
    Ok(plain)
}

fn list(plain: &[u8]) -> Result<Vec<Vec<u8>>, Refusal> {
    let mut input = Reader::new(plain);
    let items = input.array(CHANGES_MAX)?;
    let mut changes = Vec::new();
    for _ in 0..items {
        changes.push(input.bytes(plain.len())?.to_vec());
    }
    if !input.at_end() || changes.is_empty() {
        return Err(Refusal::Malformed);
    }
    // Told from the bytes alone, so that every replica comes to the same verdict. So few
    // changes cannot declare too much together, for each is bounded by itself.
    let few = (changes.len() * CHANGE_OPS_MAX) as u64 <= ENVELOPE_OPS_MAX;
    let declared = || changes.iter().map(|change| operations_declared(change)).sum::<u64>();
    if !few && declared() > ENVELOPE_OPS_MAX { Err(Refusal::TooLarge) } else { Ok(changes) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_packed_comes_out_again() {
        let changes: Vec<Vec<u8>> = (0..50u8).map(|n| vec![n; 200 + usize::from(n)]).collect();
        let slices: Vec<&[u8]> = changes.iter().map(Vec::as_slice).collect();
        let packed = pack(&slices);
        assert_eq!(unpack(packed.coding, packed.size, &packed.payload).unwrap(), changes);
    }

    /// T35: what declares too much is refused before inflating, what lies while inflating.
    #[test]
    fn t35_a_small_payload_never_becomes_a_large_one() {
        let bomb = deflate(&vec![0u8; 64 << 20]).unwrap();
        assert!(bomb.len() < 70_000);
        for declared in [64 << 20, 1 << 20] {
            let verdict = unpack(Coding::Deflate, declared, &bomb);
            assert_eq!(verdict, Err(Refusal::TooLarge), "declared {declared}");
        }
        let honest = deflate(&[1, 2, 3]).unwrap();
        assert_eq!(unpack(Coding::Deflate, 2, &honest), Err(Refusal::TooLarge));
        assert_eq!(unpack(Coding::Deflate, 4, &honest), Err(Refusal::Malformed));
    }
}
