//! What is inside an envelope once it is opened.
//!
//! Changes stay bytes here, compressed or not: this crate neither inflates nor reads them. The
//! declared size is bounded, and the reader must hold the inflated bytes to it.

use super::{Header, Kind, OpenError, Place, attested_body};
use crate::codec::{self, Bytes, Decode, DecodeError, Encode, Reader, Writer};
use crate::crypto::{self, Hash, Label, Signature, SigningSecret};
use crate::id::{DeviceId, DocumentId, Incarnation, SpaceId};
use crate::limits;

/// The content of an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// The device's own changes.
    Changes(Changes),
    /// Changes by another device, taken up.
    Adoption {
        /// The device that wrote them.
        from: DeviceId,
        /// The life of its store.
        from_incarnation: Incarnation,
        /// The changes, attested by the device that takes them up.
        changes: Changes,
    },
    /// A part of the directory, in a form of the replica's.
    Directory(Vec<u8>),
    /// Changes that a copy or a restored store left without a place of their own, written
    /// again under names that follow from the old ones: whoever does so writes the same.
    Renewal {
        /// The device that wrote them first.
        from: DeviceId,
        /// The hashes of the old changes, one for each new one, in the same order.
        of: Vec<Hash>,
        /// The changes, attested by the device that brings them.
        changes: Changes,
    },
}

/// Changes of one document by one author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The hash of the author's last change.
    pub own_head: Hash,
    /// The sealing device's signature over `own_head` at this place ([`Attested`]).
    pub attestation: Signature,
    /// The register and journal roots the author has seen, hashed, when it says so.
    pub seen: Option<Hash>,
    /// How the payload is written.
    pub coding: Coding,
    /// Size of the payload before compression, at most [`limits::CIPHERTEXT_BYTES_MAX`].
    pub size: u64,
    /// The changes.
    pub payload: Vec<u8>,
}

/// How a payload is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// As it is.
    Plain,
    /// Raw DEFLATE (RFC 1951).
    Deflate,
}

/// What an attestation binds: the author's last change, and where it was sealed. The bytes of
/// an envelope cannot be signed anew by another device without this.
#[derive(Debug, Clone, Copy)]
pub struct Attested<'a> {
    /// The space.
    pub space: &'a SpaceId,
    /// The document.
    pub document: &'a DocumentId,
    /// The life of the sealing device's store.
    pub incarnation: &'a Incarnation,
    /// The envelope's number.
    pub counter: u64,
    /// The hash of the last change inside.
    pub own_head: &'a Hash,
}

impl<'a> Attested<'a> {
    /// Binds a last change to the place of an envelope.
    #[must_use]
    pub const fn at(place: &'a Place, own_head: &'a Hash) -> Self {
        let Place { space, document, incarnation, counter, .. } = place;
        Self { space, document, incarnation, counter: *counter, own_head }
    }

    /// Signs, and puts the changes that end with this one under the signature.
    ///
    /// `size` is that of the payload in bytes before `coding`.
    #[must_use]
    pub fn changes(
        &self,
        device: &SigningSecret,
        coding: Coding,
        size: u64,
        payload: Vec<u8>,
    ) -> Changes {
        let (own_head, attestation) = (*self.own_head, self.sign(device));
        Changes { own_head, attestation, seen: None, coding, size, payload }
    }

    /// Signs as the device that seals.
    #[must_use]
    pub fn sign(&self, device: &SigningSecret) -> Signature {
        crypto::sign(device, Label::Attestation, self.space, &attested_body(self))
    }

    /// Verifies the signature of the device that sealed.
    ///
    /// # Errors
    /// Fails when it does not match.
    pub fn verify(
        &self,
        device: &DeviceId,
        signature: &Signature,
    ) -> Result<(), crypto::BadSignature> {
        let body = attested_body(self);
        crypto::verify(device.bytes(), Label::Attestation, self.space, &body, signature)
    }
}

impl Content {
    /// Returns the kind of envelope it makes.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Changes(_) => Kind::Changes,
            Self::Adoption { .. } => Kind::Adoption,
            Self::Directory(_) => Kind::Directory,
            Self::Renewal { .. } => Kind::Renewal,
        }
    }

    pub(super) fn body(&self) -> Vec<u8> {
        match self {
            Self::Changes(changes) => codec::to_bytes(changes),
            Self::Adoption { from, from_incarnation, changes } => {
                let mut out = Writer::new();
                out.array(3);
                from.encode(&mut out);
                from_incarnation.encode(&mut out);
                changes.encode(&mut out);
                out.finish()
            }
            Self::Directory(payload) => payload.clone(),
            Self::Renewal { from, of, changes } => {
                let mut out = Writer::new();
                out.array(3);
                from.encode(&mut out);
                out.list(&of.iter().map(|hash| Bytes(hash)).collect::<Vec<_>>());
                changes.encode(&mut out);
                out.finish()
            }
        }
    }

    pub(super) fn read(kind: Kind, body: &[u8]) -> Result<Self, DecodeError> {
        let content = match kind {
            Kind::Changes => Self::Changes(codec::from_bytes(body)?),
            Kind::Adoption => {
                let mut input = Reader::new(body);
                if input.array(3)? != 3 {
                    return Err(DecodeError::Malformed);
                }
                let from = DeviceId::decode(&mut input)?;
                let from_incarnation = Incarnation::decode(&mut input)?;
                Self::Adoption { from, from_incarnation, changes: Changes::decode(&mut input)? }
            }
            Kind::Directory => Self::Directory(body.to_vec()),
            Kind::Renewal => {
                let mut input = Reader::new(body);
                if input.array(3)? != 3 {
                    return Err(DecodeError::Malformed);
                }
                let from = DeviceId::decode(&mut input)?;
                let count = input.array(limits::CHANGES_IN_ENVELOPE_MAX)?;
                let of = (0..count).map(|_| input.fixed()).collect::<Result<_, _>>()?;
                Self::Renewal { from, of, changes: Changes::decode(&mut input)? }
            }
        };
        if content.body() != body {
            return Err(DecodeError::NotCanonical);
        }
        Ok(content)
    }

    pub(super) fn verify_attestation(&self, header: &Header) -> Result<(), OpenError> {
        let changes = match self {
            Self::Changes(changes)
            | Self::Adoption { changes, .. }
            | Self::Renewal { changes, .. } => changes,
            Self::Directory(_) => return Ok(()),
        };
        let attested = Attested {
            space: &header.space,
            document: &header.document,
            incarnation: &header.incarnation,
            counter: header.counter,
            own_head: &changes.own_head,
        };
        attested.verify(&header.device, &changes.attestation).map_err(|_| OpenError::Attestation)
    }
}

impl Encode for Changes {
    fn encode(&self, out: &mut Writer) {
        out.map(5 + usize::from(self.seen.is_some()));
        out.field(0, &Bytes(&self.own_head));
        out.field(1, &self.attestation);
        if let Some(seen) = &self.seen {
            out.field(2, &Bytes(seen));
        }
        let coding: u64 = match self.coding {
            Coding::Plain => 0,
            Coding::Deflate => 1,
        };
        out.field(3, &coding);
        out.field(4, &self.size);
        out.field(5, &Bytes(&self.payload));
    }
}

impl Decode for Changes {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = input.map()?;
        let own_head = fields.required_with(0, Reader::fixed)?;
        let attestation = fields.required(1)?;
        let seen = fields.optional_with(2, Reader::fixed)?;
        let coding = match fields.required::<u64>(3)? {
            0 => Coding::Plain,
            1 => Coding::Deflate,
            code => return Err(DecodeError::Unknown(code)),
        };
        let size: u64 = fields.required(4)?;
        let max = limits::CIPHERTEXT_BYTES_MAX;
        let payload = fields.required_with(5, |input| input.bytes(max))?.to_vec();
        fields.end()?;
        if size > max as u64 {
            return Err(DecodeError::TooLarge);
        }
        if coding == Coding::Plain && size != payload.len() as u64 {
            return Err(DecodeError::Invalid("size"));
        }
        Ok(Self { own_head, attestation, seen, coding, size, payload })
    }
}
