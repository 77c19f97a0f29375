//! Who this replica is, whatever the space: the organisation, its name, the keys prepared for
//! the next space.

use protocol::codec::{self, Decode, DecodeError, Encode, Reader, Text, Writer};
use protocol::id::{DeviceId, PartnerId};

use super::io::{Profile, Secrets};
use super::keys::Keys;
use super::records;
use super::step::Step;
use crate::kinds::Catalogue;

/// The home of a replica.
pub(super) struct Home {
    pub(super) partner: PartnerId,
    pub(super) profile: Profile,
    /// Keys for the next space: known in advance so that a device can be asked for.
    pub(super) prepared: Keys,
    pub(super) catalogue: Catalogue,
}

impl Home {
    pub(super) fn create(step: &mut Step<'_, '_>, profile: Profile) -> Self {
        let partner = PartnerId::new(step.draw());
        let prepared = Keys::generate(step.rng());
        let home = Self { partner, profile, prepared, catalogue: Catalogue::STANDARD };
        step.keep(records::PREPARED.to_vec(), home.prepared.to_secret().to_vec());
        home.store(step);
        home
    }

    pub(super) fn load(step: &Step<'_, '_>, secrets: &Secrets) -> Option<Self> {
        let stored: Stored = codec::from_bytes(&step.get(records::HOME)?).ok()?;
        let prepared = Keys::from_secret(secrets.get(records::PREPARED)?)?;
        let Stored { partner, profile } = stored;
        Some(Self { partner, profile, prepared, catalogue: Catalogue::STANDARD })
    }

    pub(super) fn store(&self, step: &mut Step<'_, '_>) {
        let stored = Stored { partner: self.partner, profile: self.profile.clone() };
        step.put(records::HOME.to_vec(), codec::to_bytes(&stored));
    }

    /// Hands out the prepared keys and prepares others.
    ///
    /// The others are kept only by [`Home::keep_prepared`], once the space that took these is
    /// durable: a power cut in between must lose neither.
    pub(super) fn take_keys(&mut self, step: &mut Step<'_, '_>) -> Keys {
        let next = Keys::generate(step.rng());
        std::mem::replace(&mut self.prepared, next)
    }

    /// Keeps the keys prepared for the next space.
    pub(super) fn keep_prepared(&self, step: &mut Step<'_, '_>) {
        step.keep(records::PREPARED.to_vec(), self.prepared.to_secret().to_vec());
    }

    /// Prepares other keys when a space holds the prepared ones: the power was cut between.
    pub(super) fn renew_prepared(&mut self, step: &mut Step<'_, '_>, taken: &[DeviceId]) {
        if taken.contains(&self.prepared_device()) {
            drop(self.take_keys(step));
            self.keep_prepared(step);
        }
    }

    pub(super) fn prepared_device(&self) -> DeviceId {
        self.prepared.device_id()
    }
}

struct Stored {
    partner: PartnerId,
    profile: Profile,
}

impl Encode for Stored {
    fn encode(&self, out: &mut Writer) {
        out.array(6);
        self.partner.encode(out);
        let profile = &self.profile;
        let optional = |text: &Option<String>| text.clone().unwrap_or_default();
        for text in [
            &profile.name,
            &optional(&profile.college),
            &optional(&profile.siret),
            &optional(&profile.finess),
            &profile.label,
        ] {
            Text(text).encode(out);
        }
    }
}

impl Decode for Stored {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if input.array(6)? != 6 {
            return Err(DecodeError::Malformed);
        }
        let partner = PartnerId::decode(input)?;
        let mut text = || Ok::<_, DecodeError>(input.text(4_096)?.to_owned());
        let some = |text: String| (!text.is_empty()).then_some(text);
        let profile = Profile {
            name: text()?,
            college: some(text()?),
            siret: some(text()?),
            finess: some(text()?),
            label: text()?,
        };
        Ok(Self { partner, profile })
    }
}
