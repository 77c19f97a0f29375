//! Key pairs: one kind signs, the other receives wrapped secrets.
//!
//! A public key enters a register only through [`admit_key`] or [`WrapPublic::admit`]:
//! weak, mixed-order and malformed keys are refused there, once. Secrets have neither `Debug`
//! nor `Clone` and are zeroed when dropped.

use std::fmt;

use curve25519_dalek::montgomery::MontgomeryPoint;
use ed25519_dalek::{SigningKey, VerifyingKey};
use hpke::kem::{Kem, XWing};
use hpke::{Deserializable, Serializable};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::codec::{Decode, DecodeError, Encode, Reader, Writer};

/// Why a public key may not enter a register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyRefusal {
    /// Not a point of the curve, or not the bytes of such a key.
    Malformed,
    /// Of small order: anyone could sign for it.
    Weak,
    /// With a component of small order: verifiers would disagree about its signatures.
    MixedOrder,
    /// A secret cannot be wrapped for it.
    CannotReceive,
}

impl fmt::Display for KeyRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "malformed key",
            Self::Weak => "weak key",
            Self::MixedOrder => "mixed-order key",
            Self::CannotReceive => "key that cannot receive a secret",
        })
    }
}

impl std::error::Error for KeyRefusal {}

/// Admits an Ed25519 public key (RFC 8032): of prime order, neither weak nor mixed.
///
/// # Errors
/// Says what is wrong with the key.
pub fn admit_key(bytes: &[u8; 32]) -> Result<(), KeyRefusal> {
    let key = VerifyingKey::from_bytes(bytes).map_err(|_| KeyRefusal::Malformed)?;
    if key.is_weak() {
        return Err(KeyRefusal::Weak);
    }
    if !key.to_edwards().is_torsion_free() {
        return Err(KeyRefusal::MixedOrder);
    }
    Ok(())
}

/// The private half of a signing key.
pub struct SigningSecret(SigningKey);

impl SigningSecret {
    /// Draws a new key.
    #[must_use]
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        let mut seed = Zeroizing::new([0u8; 32]);
        rng.fill_bytes(seed.as_mut());
        Self::from_seed(&seed)
    }

    /// Restores a key from its seed.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// Returns the seed, to be written to a keystore and nowhere else.
    #[must_use]
    pub fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// Returns the public half.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    pub(super) fn signing(&self) -> &SigningKey {
        &self.0
    }
}

/// The public half of an X-Wing key (ML-KEM-768 with X25519): 1,216 bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct WrapPublic(Vec<u8>);

impl WrapPublic {
    /// Size in bytes.
    pub const SIZE: usize = 1216;

    /// Admits a key: well formed, and a trial secret can be wrapped for it.
    ///
    /// # Errors
    /// Says what is wrong with the key.
    pub fn admit(&self) -> Result<(), KeyRefusal> {
        let classical: [u8; 32] =
            self.0[Self::SIZE - 32..].try_into().map_err(|_| KeyRefusal::Malformed)?;
        // A clamped scalar is a multiple of eight: it sends every point of small order to zero.
        if MontgomeryPoint(classical).mul_clamped([1; 32]).0 == [0; 32] {
            return Err(KeyRefusal::CannotReceive);
        }
        super::wrap::trial(self)
    }

    /// Returns the raw bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Wraps raw bytes of the right size.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        (bytes.len() == Self::SIZE).then(|| Self(bytes.to_vec()))
    }

    pub(super) fn key(&self) -> Result<<XWing as Kem>::PublicKey, KeyRefusal> {
        <XWing as Kem>::PublicKey::from_bytes(&self.0).map_err(|_| KeyRefusal::Malformed)
    }
}

impl fmt::Debug for WrapPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WrapPublic({})", crate::id::hex(&self.0[..4]))
    }
}

impl Encode for WrapPublic {
    fn encode(&self, out: &mut Writer) {
        out.bytes(&self.0);
    }
}

impl Decode for WrapPublic {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Self::from_slice(input.bytes(Self::SIZE)?).ok_or(DecodeError::Malformed)
    }
}

/// The private half of an X-Wing key: 32 bytes.
pub struct WrapSecret(Zeroizing<[u8; 32]>);

impl WrapSecret {
    /// Draws a new key.
    #[must_use]
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        let mut seed = Zeroizing::new([0u8; 32]);
        rng.fill_bytes(seed.as_mut());
        Self(seed)
    }

    /// Restores a key from its seed.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*seed))
    }

    /// Returns the seed, to be written to a keystore and nowhere else.
    #[must_use]
    pub fn seed(&self) -> &[u8; 32] {
        &self.0
    }

    /// Returns the public half.
    #[must_use]
    pub fn public(&self) -> WrapPublic {
        let public = XWing::sk_to_pk(&self.key());
        WrapPublic(public.to_bytes().to_vec())
    }

    pub(super) fn key(&self) -> <XWing as Kem>::PrivateKey {
        <XWing as Kem>::PrivateKey::from_bytes(self.0.as_ref())
            .expect("any 32 bytes are an X-Wing seed")
    }
}
