//! Padding: what an observer learns from a size.
//!
//! A content is preceded by its length and followed by zeros up to a Padmé size (Nikitin et
//! al., PETS 2019), at most 12 % more, which leaves about log log n bits of its length visible.

use crate::limits::CIPHERTEXT_BYTES_MAX;

/// Bytes of the length before the content.
const LENGTH_BYTES: usize = 4;
/// The smallest padded size: short contents all look alike.
const PADDED_BYTES_MIN: usize = 256;

/// Returns the size that `bytes` bytes are padded to.
pub(super) fn padme(bytes: usize) -> usize {
    let bytes = bytes.max(PADDED_BYTES_MIN);
    let exponent = bytes.ilog2();
    let kept = exponent.ilog2() + 1;
    let mask = (1usize << (exponent - kept)) - 1;
    (bytes + mask) & !mask
}

/// Returns the length, the content and the zeros; `None` beyond the bound.
pub(super) fn pad(content: &[u8]) -> Option<Vec<u8>> {
    let whole = LENGTH_BYTES.checked_add(content.len())?;
    if whole > CIPHERTEXT_BYTES_MAX {
        return None;
    }
    let mut padded = Vec::with_capacity(padme(whole));
    padded.extend_from_slice(&u32::try_from(content.len()).ok()?.to_be_bytes());
    padded.extend_from_slice(content);
    padded.resize(padme(whole), 0);
    Some(padded)
}

/// Returns the content; `None` unless the input is what [`pad`] makes of it.
pub(super) fn unpad(padded: &[u8]) -> Option<&[u8]> {
    let (length, rest) = padded.split_first_chunk::<LENGTH_BYTES>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (content, zeros) = rest.split_at_checked(length)?;
    let made_by_pad = padme(LENGTH_BYTES + length) == padded.len();
    (made_by_pad && zeros.iter().all(|byte| *byte == 0)).then_some(content)
}
