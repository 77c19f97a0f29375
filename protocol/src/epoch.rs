//! Epoch secrets: made, committed, wrapped for devices, accepted.
//!
//! An epoch's id is the commitment to its secret, so a device that unwraps anything else knows
//! it at once and never uses it. The wraps travel beside the register, never in it: they can
//! be erased. A new secret is never sent under an old one.

use std::collections::BTreeMap;
use std::fmt;

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::codec::{Decode, DecodeError, Encode, Reader, Writer};
use crate::crypto::{self, Hash, KeyRefusal, Label, WRAP_BYTES, WrapPublic, WrapSecret};
use crate::id::{DeviceId, EpochId, SpaceId};
use crate::limits;

#[cfg(test)]
mod tests;

/// The secret of an epoch: 32 bytes, zeroed when dropped, never printed and never cloned.
pub struct EpochSecret(Zeroizing<[u8; 32]>);

impl EpochSecret {
    /// Draws a new secret.
    #[must_use]
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        let mut bytes = Zeroizing::new([0u8; 32]);
        rng.fill_bytes(bytes.as_mut());
        Self(bytes)
    }

    /// Restores a secret from a keystore.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// Returns the bytes, to be written to a keystore and nowhere else.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Returns the commitment to this secret as the successor of `previous`
    /// (`security.md` §3.5); the first epoch follows all zeros.
    #[must_use]
    pub fn id(&self, space: &SpaceId, previous: &EpochId) -> EpochId {
        let parts = [space.bytes().as_slice(), previous.bytes(), self.0.as_ref()];
        EpochId::new(crypto::hash_parts(Label::Epoch, &parts))
    }
}

/// What an epoch follows when it is the first.
pub const NO_EPOCH: EpochId = EpochId::new([0; 32]);

/// Returns the hash under which an act names a wraps blob.
#[must_use]
pub fn wraps_hash(blob: &[u8]) -> Hash {
    crypto::hash(Label::Wraps, blob)
}

/// Wrapped secrets, each under the id of the device (an opening) or of the epoch (a grant).
///
/// Its canonical encoding, a list of pairs ascending by id, is the wraps blob.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wraps(BTreeMap<[u8; 32], Vec<u8>>);

impl Wraps {
    /// Wraps one new secret for every recipient.
    ///
    /// # Errors
    /// Fails when a recipient's key is not a valid one.
    pub fn opening<'a>(
        space: &SpaceId,
        epoch: &EpochId,
        secret: &EpochSecret,
        recipients: impl IntoIterator<Item = (DeviceId, &'a WrapPublic)>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, KeyRefusal> {
        let mut wraps = BTreeMap::new();
        for (device, to) in recipients {
            let context = [space.bytes().as_slice(), epoch.bytes(), device.bytes()];
            let wrap = crypto::wrap_secret(to, &context, secret.bytes(), rng)?;
            wraps.insert(*device.bytes(), wrap);
        }
        Ok(Self(wraps))
    }

    /// Wraps the secrets of several epochs for one device.
    ///
    /// # Errors
    /// Fails when the recipient's key is not a valid one.
    pub fn grant<'a>(
        space: &SpaceId,
        (device, to): (DeviceId, &WrapPublic),
        secrets: impl IntoIterator<Item = (EpochId, &'a EpochSecret)>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, KeyRefusal> {
        let mut wraps = BTreeMap::new();
        for (epoch, secret) in secrets {
            let context = [space.bytes().as_slice(), epoch.bytes(), device.bytes()];
            let wrap = crypto::wrap_secret(to, &context, secret.bytes(), rng)?;
            wraps.insert(*epoch.bytes(), wrap);
        }
        Ok(Self(wraps))
    }

    /// Returns the ids the secrets are wrapped under, ascending.
    pub fn ids(&self) -> impl Iterator<Item = &[u8; 32]> {
        self.0.keys()
    }

    /// Returns what one device needs: its own wrap of an opening, or a whole grant.
    ///
    /// The part no longer has the hash of the act, and needs none: the epoch id commits to
    /// what must come out of it.
    #[must_use]
    pub fn for_device(&self, device: &DeviceId) -> Self {
        match self.0.get_key_value(device.bytes()) {
            Some((id, wrap)) => Self(BTreeMap::from([(*id, wrap.clone())])),
            None => self.clone(),
        }
    }

    /// Opens the secret of one epoch and checks it against the commitment.
    ///
    /// # Errors
    /// Says whether there is nothing for this device, whether it does not open, or whether its
    /// author wrapped another secret than the one it committed to.
    pub fn accept(
        &self,
        space: &SpaceId,
        (previous, epoch): (&EpochId, &EpochId),
        (device, secret): (&DeviceId, &WrapSecret),
    ) -> Result<EpochSecret, WrapFault> {
        let wrap = self.0.get(device.bytes()).or_else(|| self.0.get(epoch.bytes()));
        let wrap = wrap.ok_or(WrapFault::Missing)?;
        let context = [space.bytes().as_slice(), epoch.bytes(), device.bytes()];
        let opened =
            crypto::unwrap_secret(secret, &context, wrap).map_err(|_| WrapFault::DoesNotOpen)?;
        let opened = EpochSecret(opened);
        if opened.id(space, previous) != *epoch {
            return Err(WrapFault::OtherSecret);
        }
        Ok(opened)
    }
}

impl Encode for Wraps {
    fn encode(&self, out: &mut Writer) {
        out.array(self.0.len());
        for (id, wrap) in &self.0 {
            out.array(2);
            out.bytes(id);
            out.bytes(wrap);
        }
    }
}

impl Decode for Wraps {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let items = input.array(limits::RECIPIENTS_MAX)?;
        let mut wraps = BTreeMap::new();
        for _ in 0..items {
            if input.array(2)? != 2 {
                return Err(DecodeError::Malformed);
            }
            let id = input.fixed()?;
            let wrap = input.bytes(WRAP_BYTES)?;
            if wrap.len() != WRAP_BYTES {
                return Err(DecodeError::Invalid("wrap"));
            }
            if wraps.last_key_value().is_some_and(|(last, _)| *last >= id) {
                return Err(DecodeError::NotCanonical);
            }
            wraps.insert(id, wrap.to_vec());
        }
        Ok(Self(wraps))
    }
}

/// Why an epoch secret cannot be had from its wraps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrapFault {
    /// Nothing is wrapped for this device or this epoch.
    Missing,
    /// The wrap does not open with this device's key.
    DoesNotOpen,
    /// The wrap holds another secret than the one committed to: its author is at fault.
    OtherSecret,
}

impl fmt::Display for WrapFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "no key is wrapped for this device",
            Self::DoesNotOpen => "the wrapped key does not open with this device's key",
            Self::OtherSecret => "the wrapped key is not the one its author committed to",
        })
    }
}

impl std::error::Error for WrapFault {}
