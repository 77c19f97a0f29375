//! The only place that names the crypto crates.
//!
//! Ed25519 with strict verification and nothing else (no batch, no lax check); SHA-256;
//! XChaCha20-Poly1305; HPKE with X-Wing. Every signed or derived input starts with a label of
//! its own and the space it belongs to, so that bytes made for one purpose never serve
//! another.

mod hash;
mod key;
mod label;
mod seal;
mod sign;
#[cfg(test)]
mod tests;
mod wrap;

pub use hash::{Hash, Hasher, derive, hash, hash_parts};
pub use key::{KeyRefusal, SigningSecret, WrapPublic, WrapSecret, admit_key};
pub use label::Label;
pub use seal::{NONCE_BYTES, SealFailed, SymmetricKey, TAG_BYTES, open, seal};
pub use sign::{BadSignature, Signature, sign, sign_note, verify, verify_note};
pub use wrap::{WRAP_BYTES, WrapFailed, unwrap_secret, wrap_secret};
