//! Visas: an organisation's voice under one frozen version of a document.
//!
//! The register names the version by a salted commitment (see [`crate::frozen`]): a relay that
//! reads it learns which document was signed and by whom, never what it says. A visa proves
//! origin and integrity; it is no advanced or qualified signature and is never called one.

use super::{Refusal, Roster};
use crate::codec::{Bytes, Decode, DecodeError, Encode, Reader, Writer};
use crate::crypto::Hash;
use crate::env::Timestamp;
use crate::id::{ActId, DocumentId, PartnerId, VoiceId};

super::terms::words!(
    /// In what capacity somebody gives the visa of an organisation.
    Capacity {
        /// Its legal representative.
        Representative = 1 "representative",
        /// Somebody to whom the power to sign was delegated.
        Delegate = 2 "delegate",
        /// Somebody who stands in for the representative.
        Interim = 3 "interim",
        /// The one who presides over a body.
        Chair = 4 "chair",
    }
);

impl Capacity {
    /// Returns what is shown in French.
    #[must_use]
    pub const fn french(self) -> &'static str {
        match self {
            Self::Representative => "représentant légal",
            Self::Delegate => "par délégation de signature",
            Self::Interim => "par intérim",
            Self::Chair => "présidence d'une instance",
        }
    }

    /// Returns what is shown in English.
    #[must_use]
    pub const fn english(self) -> &'static str {
        match self {
            Self::Representative => "legal representative",
            Self::Delegate => "by delegation",
            Self::Interim => "acting",
            Self::Chair => "chair of a body",
        }
    }
}

/// What an organisation's voice signs of one frozen version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visa {
    /// The document, by the id that the headers of its envelopes show anyway.
    pub document: DocumentId,
    /// The salted commitment to the version: heads, text, decision, signatories.
    pub version: Hash,
    /// The form of the canonical text that the signer's program rendered.
    pub form: u64,
    /// A salted commitment to a PDF signed elsewhere.
    pub pdf: Option<Hash>,
    /// In what capacity.
    pub capacity: Capacity,
    /// The signed version that this one amends.
    pub amends: Option<Hash>,
}

/// A visa as the register has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GivenVisa {
    /// The organisation, which may have left since.
    pub partner: PartnerId,
    /// The voice that spoke for it.
    pub voice: VoiceId,
    /// The act.
    pub act: ActId,
    /// Register time.
    pub at: Timestamp,
    /// What it signed.
    pub visa: Visa,
}

impl Roster {
    /// Returns every visa, by version, in the order they were given; those of organisations
    /// that have left since included.
    pub fn visas(&self) -> impl Iterator<Item = &GivenVisa> {
        self.visas.values().flatten()
    }

    /// Returns the visas under one version, in the order they were given.
    #[must_use]
    pub fn visas_of(&self, version: &Hash) -> &[GivenVisa] {
        self.visas.get(version).map_or(&[], Vec::as_slice)
    }
}

/// Judges a visa: the voice of an organisation that is there, once for each version, and once
/// more to attach a PDF. What it amends was signed by somebody in this space.
pub(super) fn may_sign(roster: &Roster, author: [u8; 32], visa: &Visa) -> Result<(), Refusal> {
    let voice = VoiceId::new(author);
    let partner = roster.partner_of_voice(&voice).ok_or(Refusal::NotAVoice)?;
    roster.is_going()?;
    if let Some(former) = visa.amends
        && (former == visa.version || roster.visas_of(&former).is_empty())
    {
        return Err(Refusal::UnknownVersion);
    }
    let own = || roster.visas_of(&visa.version).iter().filter(|given| given.partner == partner);
    let attaches = visa.pdf.is_some() && own().all(|given| given.visa.pdf.is_none());
    if own().next().is_some() && !attaches {
        return Err(Refusal::AlreadySo);
    }
    Ok(())
}

impl Encode for Visa {
    fn encode(&self, out: &mut Writer) {
        out.map(4 + usize::from(self.pdf.is_some()) + usize::from(self.amends.is_some()));
        out.field(0, &self.document);
        out.field(1, &Bytes(&self.version));
        out.field(2, &self.form);
        if let Some(pdf) = &self.pdf {
            out.field(3, &Bytes(pdf));
        }
        out.field(4, &self.capacity);
        if let Some(amends) = &self.amends {
            out.field(5, &Bytes(amends));
        }
    }
}

impl Decode for Visa {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = input.map()?;
        let value = Self {
            document: fields.required(0)?,
            version: fields.required_with(1, |input| input.fixed())?,
            form: fields.required(2)?,
            pdf: fields.optional_with(3, |input| input.fixed())?,
            capacity: fields.required(4)?,
            amends: fields.optional_with(5, |input| input.fixed())?,
        };
        fields.end()?;
        Ok(value)
    }
}
