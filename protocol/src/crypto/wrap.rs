//! Wrapping a secret for one device: HPKE (RFC 9180) base mode with X-Wing, HKDF-SHA256 and
//! ChaCha20-Poly1305.
//!
//! The hybrid is chosen from the first day because a relay stores the ciphertexts for years.
//! Who wrapped is proven by the signed act that hashes the blob, not here.

use std::fmt;

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::{Kem, XWing};
use hpke::{Deserializable, OpModeR, OpModeS, Serializable};
use rand_chacha::ChaCha20Rng;
use rand_core::{CryptoRng, SeedableRng};
use zeroize::Zeroizing;

use super::{KeyRefusal, Label, WrapPublic, WrapSecret};

/// Size of one wrapped 32-byte secret: encapsulated key 1,120, ciphertext and tag 48.
pub const WRAP_BYTES: usize = 1168;
const ENCAPSULATED_BYTES: usize = 1120;

/// The wrap does not open with this key in this context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrapFailed;

impl fmt::Display for WrapFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the wrapped key does not open")
    }
}

impl std::error::Error for WrapFailed {}

/// Wraps a 32-byte secret for one device, bound to a context.
///
/// # Errors
/// Fails when the recipient's key is not a valid one.
pub fn wrap_secret(
    to: &WrapPublic,
    context: &[&[u8]],
    secret: &[u8; 32],
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, KeyRefusal> {
    let info = info(context);
    let mut rng = rng;
    let (encapsulated, sealed) = hpke::single_shot_seal_with_rng::<
        ChaCha20Poly1305,
        HkdfSha256,
        XWing,
    >(&OpModeS::Base, &to.key()?, &info, secret, b"", &mut rng)
    .map_err(|_| KeyRefusal::CannotReceive)?;
    let mut wrap = encapsulated.to_bytes().to_vec();
    wrap.extend_from_slice(&sealed);
    Ok(wrap)
}

/// Opens a wrap.
///
/// # Errors
/// Fails without saying which part did not match.
pub fn unwrap_secret(
    secret: &WrapSecret,
    context: &[&[u8]],
    wrap: &[u8],
) -> Result<Zeroizing<[u8; 32]>, WrapFailed> {
    if wrap.len() != WRAP_BYTES {
        return Err(WrapFailed);
    }
    let (encapsulated, sealed) = wrap.split_at(ENCAPSULATED_BYTES);
    let encapsulated =
        <XWing as Kem>::EncappedKey::from_bytes(encapsulated).map_err(|_| WrapFailed)?;
    let opened = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &OpModeR::Base,
        &secret.key(),
        &encapsulated,
        &info(context),
        sealed,
        b"",
    )
    .map_err(|_| WrapFailed)?;
    let opened = Zeroizing::new(opened);
    let bytes: [u8; 32] = opened.as_slice().try_into().map_err(|_| WrapFailed)?;
    Ok(Zeroizing::new(bytes))
}

/// Wraps a fixed secret with fixed randomness: only whether it can be done matters.
pub(super) fn trial(to: &WrapPublic) -> Result<(), KeyRefusal> {
    let mut rng = ChaCha20Rng::from_seed([7; 32]);
    wrap_secret(to, &[b"trial"], &[0; 32], &mut rng).map(drop)
}

fn info(context: &[&[u8]]) -> Vec<u8> {
    let mut info = Label::Wrap.bytes().to_vec();
    for part in context {
        info.extend_from_slice(part);
    }
    info
}
