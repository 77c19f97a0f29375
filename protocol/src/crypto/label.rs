//! Domain labels: what a hash, a signature or a derived key is for.
//!
//! Each label is ASCII, NUL-ended, and no label is a prefix of another.

/// The purpose of a signed, hashed or derived input (`security.md` §3.2 gives the rule).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Label {
    /// Hash of a charter: the space id.
    Space,
    /// Hash and signature of an act body.
    Act,
    /// Signature of a founding voice under a charter.
    Founding,
    /// Hash of a measure: the proposal id.
    Proposal,
    /// Signature of a voice on a proposal.
    Approval,
    /// Signature of an applicant under its join request.
    Request,
    /// Signature of a device over its own card.
    Card,
    /// Signature of a device over an envelope.
    Envelope,
    /// Hash of an envelope.
    EnvelopeId,
    /// Derivation of an envelope key.
    EnvelopeKey,
    /// Signature of an author over what it wrote.
    Attestation,
    /// Hash that gives an Automerge actor.
    Actor,
    /// Hash that commits to an epoch secret: the epoch id.
    Epoch,
    /// HPKE context of a wrapped epoch secret.
    Wrap,
    /// Hash of the recipients of an epoch.
    Recipients,
    /// Hash of a wraps blob.
    Wraps,
    /// Transcript of a handshake.
    Transcript,
    /// Signature of a relay in a handshake.
    HelloRelay,
    /// Signature of a device in a handshake.
    HelloDevice,
    /// Derivation of the right to knock from an invitation secret.
    Knock,
    /// Hash under which a relay knows an invitation.
    Invitation,
    /// Derivation of the key of a sealed profile from an invitation secret.
    Profile,
    /// Hash behind the eight words compared by voice.
    Words,
    /// Salted commitment to a name that is not in the register.
    Commitment,
    /// Sealing of a value in a local store.
    Record,
    /// Sealing of a keystore file.
    Keystore,
    /// Sealing of a parcel of quarantined edits.
    Parcel,
    /// Hash that gives the id of a document known in advance.
    Document,
    /// Order of the devices that may turn an epoch.
    Turn,
    /// Hash that gives the actor of a change written in the place of an old one.
    Renewal,
    /// Signature of a relay under a founding ticket.
    Ticket,
    /// Hash that commits to a frozen version of a document.
    Convention,
    /// Hash that commits to a PDF attached to a frozen version.
    ConventionPdf,
    /// Derivation of a daemon's proof that it knows its token.
    Door,
}

impl Label {
    /// Every label, for the test that none is a prefix of another.
    pub const ALL: [Self; 34] = [
        Self::Space,
        Self::Act,
        Self::Founding,
        Self::Proposal,
        Self::Approval,
        Self::Request,
        Self::Card,
        Self::Envelope,
        Self::EnvelopeId,
        Self::EnvelopeKey,
        Self::Attestation,
        Self::Actor,
        Self::Epoch,
        Self::Wrap,
        Self::Recipients,
        Self::Wraps,
        Self::Transcript,
        Self::HelloRelay,
        Self::HelloDevice,
        Self::Knock,
        Self::Invitation,
        Self::Profile,
        Self::Words,
        Self::Commitment,
        Self::Record,
        Self::Keystore,
        Self::Parcel,
        Self::Document,
        Self::Turn,
        Self::Renewal,
        Self::Ticket,
        Self::Convention,
        Self::ConventionPdf,
        Self::Door,
    ];

    /// Returns the bytes every input for this purpose starts with.
    #[must_use]
    pub const fn bytes(self) -> &'static [u8] {
        match self {
            Self::Space => b"liaison/v1/space\0",
            Self::Act => b"liaison/v1/act\0",
            Self::Founding => b"liaison/v1/founding\0",
            Self::Proposal => b"liaison/v1/proposal\0",
            Self::Approval => b"liaison/v1/approval\0",
            Self::Request => b"liaison/v1/request\0",
            Self::Card => b"liaison/v1/card\0",
            Self::Envelope => b"liaison/v1/env\0",
            Self::EnvelopeId => b"liaison/v1/env-id\0",
            Self::EnvelopeKey => b"liaison/v1/env-key\0",
            Self::Attestation => b"liaison/v1/attest\0",
            Self::Actor => b"liaison/v1/actor\0",
            Self::Epoch => b"liaison/v1/epoch-commit\0",
            Self::Wrap => b"liaison/v1/wrap\0",
            Self::Recipients => b"liaison/v1/recipients\0",
            Self::Wraps => b"liaison/v1/wraps\0",
            Self::Transcript => b"liaison/v1/transcript\0",
            Self::HelloRelay => b"liaison/v1/hello-relay\0",
            Self::HelloDevice => b"liaison/v1/hello-device\0",
            Self::Knock => b"liaison/v1/knock\0",
            Self::Invitation => b"liaison/v1/invitation\0",
            Self::Profile => b"liaison/v1/profile\0",
            Self::Words => b"liaison/v1/words\0",
            Self::Commitment => b"liaison/v1/commitment\0",
            Self::Record => b"liaison/v1/record\0",
            Self::Keystore => b"liaison/v1/keystore\0",
            Self::Parcel => b"liaison/v1/parcel\0",
            Self::Document => b"liaison/v1/document\0",
            Self::Turn => b"liaison/v1/turn\0",
            Self::Renewal => b"liaison/v1/renewal\0",
            Self::Ticket => b"liaison/v1/ticket\0",
            Self::Convention => b"liaison/v1/convention\0",
            Self::ConventionPdf => b"liaison/v1/convention-pdf\0",
            Self::Door => b"liaison/v1/door\0",
        }
    }
}
