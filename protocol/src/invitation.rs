//! How newcomers and new machines come in: invitations, join requests, eight words.
//!
//! An invitation lets its bearer knock at a relay once; it admits nobody. What admits is a
//! request signed by the newcomer's own voice, words compared by people, and a vote. The relay
//! never sees the invitation's secret, only what is derived from it to knock.

use std::fmt;

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::codec::{self, Bytes, Decode, DecodeError, Encode, Reader, Writer};
use crate::crypto::{self, Hash, Label, NONCE_BYTES, Signature, SigningSecret, SymmetricKey};
use crate::id::{PartnerId, ProposalId, RelayId, SpaceId};
use crate::limits;
use crate::refusal::Refusal;
use crate::register::{Admission, History, Measure, Role};

mod printed;
#[cfg(test)]
mod tests;

pub use printed::{DeviceRequest, DeviceWelcome, PasteError};
pub(crate) use printed::{paste, print};

/// Text of a space's title in an invitation.
pub const TITLE_BYTES_MAX: usize = 256;
/// Bytes of the digest behind the eight words: 88 bits.
pub const WORDS_BYTES: usize = 11;

/// The secret of an invitation: 128 bits, zeroed when dropped.
pub struct InvitationSecret(Zeroizing<[u8; 16]>);

impl InvitationSecret {
    /// Draws a new secret.
    #[must_use]
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        let mut bytes = Zeroizing::new([0u8; 16]);
        rng.fill_bytes(bytes.as_mut());
        Self(bytes)
    }

    /// Restores a secret.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 16]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// Returns the bytes, to be printed in an invitation or kept in a keystore.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Returns what is shown to the relay to knock.
    #[must_use]
    pub fn pass(&self, space: &SpaceId) -> [u8; 16] {
        let key = crypto::derive(self.0.as_ref(), space.bytes(), Label::Knock, &[]);
        let mut pass = [0; 16];
        pass.copy_from_slice(&key.bytes()[..16]);
        pass
    }

    /// Returns the hash under which relay and register know the invitation.
    #[must_use]
    pub fn tag(&self, space: &SpaceId) -> Hash {
        invitation_tag(&self.pass(space))
    }

    /// Seals a newcomer's profile for whoever holds the invitation.
    ///
    /// # Errors
    /// `TooLarge` when it would not fit [`limits::PROFILE_BYTES_MAX`].
    pub fn seal_profile(
        &self,
        space: &SpaceId,
        profile: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, Refusal> {
        let (nonce, sealed) = crypto::seal(&self.profile_key(space), b"", profile, rng);
        let mut out = nonce.to_vec();
        out.extend_from_slice(&sealed);
        if out.len() > limits::PROFILE_BYTES_MAX {
            return Err(Refusal::TooLarge);
        }
        Ok(out)
    }

    /// Opens a profile sealed by [`Self::seal_profile`].
    ///
    /// # Errors
    /// Fails for another invitation, another space or altered bytes.
    pub fn open_profile(
        &self,
        space: &SpaceId,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, crypto::SealFailed> {
        let (nonce, sealed) =
            sealed.split_first_chunk::<NONCE_BYTES>().ok_or(crypto::SealFailed)?;
        crypto::open(&self.profile_key(space), nonce, b"", sealed)
    }

    fn profile_key(&self, space: &SpaceId) -> SymmetricKey {
        crypto::derive(self.0.as_ref(), space.bytes(), Label::Profile, &[])
    }
}

/// Returns the hash under which a relay knows an invitation, from what is shown to knock.
#[must_use]
pub fn invitation_tag(pass: &[u8; 16]) -> Hash {
    crypto::hash(Label::Invitation, pass)
}

/// What a partner hands to a newcomer, as one printable string.
pub struct Invitation {
    /// The space.
    pub space: SpaceId,
    /// Where to dial.
    pub url: String,
    /// The relay's log key: any other is refused before anything is said.
    pub relay: RelayId,
    /// The organisation that invites.
    pub sponsor: PartnerId,
    /// The right to knock.
    pub secret: InvitationSecret,
    /// The role that is offered.
    pub role: Role,
    /// What may be read of the past.
    pub history: History,
    /// The title of the space, for the newcomer's screen only.
    pub title: Option<String>,
}

impl fmt::Debug for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invitation")
            .field("space", &self.space)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// A newcomer's own signed words: these keys, under these terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinRequest {
    /// What would be voted on.
    pub admission: Admission,
    /// Name and contact, sealed for whoever holds the invitation.
    pub profile: Vec<u8>,
    /// Signature of the newcomer's first voice over the two fields above.
    pub signature: Signature,
}

impl JoinRequest {
    /// Signs a request with the first voice of the admission's card.
    #[must_use]
    pub fn sign(
        voice: &SigningSecret,
        space: &SpaceId,
        admission: Admission,
        profile: Vec<u8>,
    ) -> Self {
        let mut request = Self { admission, profile, signature: Signature([0; 64]) };
        request.signature = crypto::sign(voice, Label::Request, space, &request.body());
        request
    }

    /// Verifies the signature and that every key can be used.
    ///
    /// # Errors
    /// Says which of them is wrong.
    pub fn verify(&self, space: &SpaceId) -> Result<(), Refusal> {
        let card = &self.admission.card;
        let voice = card.voices.first().ok_or(Refusal::NotSorted)?;
        crypto::verify(voice.bytes(), Label::Request, space, &self.body(), &self.signature)
            .map_err(|_| Refusal::BadSignature)?;
        for voice in &card.voices {
            crypto::admit_key(voice.bytes())?;
        }
        if card.devices.is_empty() {
            return Err(Refusal::NotSorted);
        }
        card.devices.iter().try_for_each(crate::register::DeviceCard::check)
    }

    /// Returns the id under which it will be voted on.
    #[must_use]
    pub fn id(&self) -> ProposalId {
        self.measure().id()
    }

    /// Returns what would be voted on.
    #[must_use]
    pub fn measure(&self) -> Measure {
        Measure::Admit(self.admission.clone())
    }

    fn body(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.array(2);
        self.admission.encode(&mut out);
        out.bytes(&self.profile);
        out.finish()
    }
}

impl Encode for JoinRequest {
    fn encode(&self, out: &mut Writer) {
        out.map(3);
        out.field(0, &self.admission);
        out.field(1, &Bytes(&self.profile));
        out.field(2, &self.signature);
    }
}

impl Decode for JoinRequest {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = input.map()?;
        let request = Self {
            admission: fields.required(0)?,
            profile: fields
                .required_with(1, |input| input.bytes(limits::PROFILE_BYTES_MAX))?
                .to_vec(),
            signature: fields.required(2)?,
        };
        fields.end()?;
        Ok(request)
    }
}

/// Returns the 88 bits behind the eight words that newcomer and sponsor compare by voice: the
/// space, the organisation and every key of the request.
#[must_use]
pub fn words_digest(space: &SpaceId, admission: &Admission) -> [u8; WORDS_BYTES] {
    let body = codec::to_bytes(admission);
    let hash = crypto::hash_parts(Label::Words, &[space.bytes(), &body]);
    let mut digest = [0; WORDS_BYTES];
    digest.copy_from_slice(&hash[..WORDS_BYTES]);
    digest
}
