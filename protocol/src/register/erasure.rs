//! Attestations: a device says that it destroyed what it held of an erased space.
//!
//! An attestation is a signed word, not a proof: a dishonest member keeps what it copied. What
//! the register makes certain is who gave that word, when, and who has not given it. Between a
//! closing by erasure and for ever after, nothing else is written here.

use super::{Closing, Refusal, Roster};
use crate::codec::{Decode, DecodeError, Encode, Reader, Writer};
use crate::env::Timestamp;
use crate::id::DeviceId;

super::terms::words!(
    /// What a device destroys when its space is erased.
    Destroyed {
        /// The secrets of every epoch it held.
        EpochSecrets = 1 "epoch-secrets",
        /// The secret that its wraps were made for: wraps that somebody kept open no more.
        WrapSecret = 2 "wrap-secret",
        /// The documents, and the sealed contents they are rebuilt from.
        Documents = 3 "documents",
        /// Edits that had not left yet.
        Unsent = 4 "unsent",
        /// Changes set aside, and what they were kept in.
        SetAside = 5 "set-aside",
    }
);

impl Destroyed {
    /// Returns what is shown in French.
    #[must_use]
    pub const fn french(self) -> &'static str {
        match self {
            Self::EpochSecrets => "clés des contenus",
            Self::WrapSecret => "clé qui ouvrait les clés remises",
            Self::Documents => "documents et contenus chiffrés",
            Self::Unsent => "modifications non envoyées",
            Self::SetAside => "modifications mises de côté",
        }
    }

    /// Returns what is shown in English.
    #[must_use]
    pub const fn english(self) -> &'static str {
        match self {
            Self::EpochSecrets => "keys of the contents",
            Self::WrapSecret => "key that opened the keys handed over",
            Self::Documents => "documents and sealed contents",
            Self::Unsent => "edits not sent",
            Self::SetAside => "changes set aside",
        }
    }
}

/// What one device says it destroyed, ascending; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// The kinds of things.
    pub destroyed: Vec<Destroyed>,
}

impl Erasure {
    /// Everything there is to destroy.
    #[must_use]
    pub fn whole() -> Self {
        Self { destroyed: Destroyed::ALL.to_vec() }
    }
}

/// An attestation as the register has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attested {
    /// Register time.
    pub at: Timestamp,
    /// What was destroyed.
    pub erasure: Erasure,
}

impl Roster {
    /// Returns the devices that attested, with what they said.
    pub fn attested(&self) -> impl Iterator<Item = (&DeviceId, &Attested)> {
        self.attested.iter()
    }

    /// Returns what a device attested.
    #[must_use]
    pub fn attestation(&self, device: &DeviceId) -> Option<&Attested> {
        self.attested.get(device)
    }

    /// Tells whether the space was closed by erasure.
    #[must_use]
    pub fn is_erased(&self) -> bool {
        self.closed == Some(Closing::Erase)
    }

    /// Returns the devices that are still there and have not attested, once the space is
    /// erased. A device that was revoked or whose organisation left is not waited for.
    #[must_use]
    pub fn not_attested(&self) -> Vec<DeviceId> {
        if !self.is_erased() {
            return Vec::new();
        }
        let waited_for = self.devices.iter().filter(|(id, device)| {
            device.revoked.is_none()
                && self.present(&device.partner).is_some()
                && !self.attested.contains_key(id)
        });
        waited_for.map(|(id, _)| *id).collect()
    }
}

/// Judges an attestation: once for each device that takes part, after a closing by erasure.
pub(super) fn may_attest(
    roster: &Roster,
    author: [u8; 32],
    erasure: &Erasure,
    time: Timestamp,
) -> Result<(), Refusal> {
    let device = DeviceId::new(author);
    roster.may_take_part(&device, time)?;
    if !roster.is_erased() {
        return Err(Refusal::NotErased);
    }
    let sorted = erasure.destroyed.windows(2).all(|pair| pair[0] < pair[1]);
    if erasure.destroyed.is_empty() || !sorted {
        return Err(Refusal::NotSorted);
    }
    if roster.attested.contains_key(&device) { Err(Refusal::AlreadySo) } else { Ok(()) }
}

impl Encode for Erasure {
    fn encode(&self, out: &mut Writer) {
        self.destroyed.encode(out);
    }
}

impl Decode for Erasure {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { destroyed: input.list(Destroyed::ALL.len())? })
    }
}
