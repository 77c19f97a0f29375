//! The keys of one replica in one space: device, wrapping, and the voice where it is held.
//!
//! Drawn afresh for each space, written to the keystore only, never printed.

use protocol::crypto::{SigningSecret, WrapSecret};
use protocol::id::{DeviceId, VoiceId};
use protocol::register::{DeviceCard, DeviceRole};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// The keys of one replica in one space.
pub(super) struct Keys {
    /// Signs envelopes, handshakes and technical acts.
    pub(super) device: SigningSecret,
    /// Receives epoch secrets.
    pub(super) wrap: WrapSecret,
    /// Votes for the organisation, where this machine holds the voice.
    pub(super) voice: Option<SigningSecret>,
}

impl Keys {
    pub(super) fn generate(rng: &mut dyn CryptoRng) -> Self {
        Self {
            device: SigningSecret::generate(rng),
            wrap: WrapSecret::generate(rng),
            voice: Some(SigningSecret::generate(rng)),
        }
    }

    pub(super) fn device_id(&self) -> DeviceId {
        DeviceId::new(self.device.public())
    }

    pub(super) fn voice_id(&self) -> Option<VoiceId> {
        self.voice.as_ref().map(|voice| VoiceId::new(voice.public()))
    }

    pub(super) fn card(&self, role: DeviceRole, label: [u8; 32]) -> DeviceCard {
        DeviceCard::make(&self.device, self.wrap.public(), role, label)
    }

    /// Returns the form kept in the keystore: 64 bytes, or 96 with a voice.
    pub(super) fn to_secret(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(96));
        bytes.extend_from_slice(self.device.seed().as_ref());
        bytes.extend_from_slice(self.wrap.seed());
        if let Some(voice) = &self.voice {
            bytes.extend_from_slice(voice.seed().as_ref());
        }
        bytes
    }

    pub(super) fn from_secret(bytes: &[u8]) -> Option<Self> {
        let part = |at: usize| bytes.get(at..at + 32)?.try_into().ok();
        let device = SigningSecret::from_seed(part(0)?);
        let wrap = WrapSecret::from_seed(part(32)?);
        let voice = match bytes.len() {
            64 => None,
            96 => Some(SigningSecret::from_seed(part(64)?)),
            _ => return None,
        };
        Some(Self { device, wrap, voice })
    }
}
