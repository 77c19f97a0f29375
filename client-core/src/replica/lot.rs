//! Lots: changes that come under another seal than that of the life which wrote them.
//!
//! Either the device that wrote them may no longer send them and a member takes them up, or
//! their place in the journal went to a copy and they are written again. A lot says which; it
//! is the same thing in an envelope, in the outbox and in a parcel.

use protocol::codec::{Bytes, Decode, DecodeError, Encode, Reader, Writer};
use protocol::envelope::{Changes, Content, ENVELOPE_BYTES_MAX, Header};
use protocol::id::{DeviceId, DocumentId, Incarnation, PartnerId, SpaceId};
use protocol::refusal::Refusal;

use super::outbox::batches;
use super::shelf::Delivery;
use crate::admission::{ActorRule, Arrival};
use crate::document::{Actor, ChangeId, written_by};
use crate::packing::{self, CHANGES_MAX};
use crate::renew::Renewed;

/// Changes of one document, by one device, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lot {
    pub(super) document: DocumentId,
    /// The device that wrote them.
    pub(super) from: DeviceId,
    pub(super) right: Right,
    pub(super) raw: Vec<Vec<u8>>,
}

/// By what right a lot comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Right {
    /// Its writer is gone; this was the life that wrote it.
    Adopted(Incarnation),
    /// Each change stands for the old one of this hash.
    Renewed(Vec<ChangeId>),
}

impl Lot {
    /// Returns what the lot brings to its document.
    pub(super) fn delivery(self, space: &SpaceId, taken_up_by: Option<PartnerId>) -> Delivery {
        let Self { document, from, right, raw } = self;
        let mut writers = Vec::new();
        let mut arrivals = Vec::new();
        match right {
            Right::Adopted(incarnation) => {
                let actor = Actor::of(space, &document, &from, &incarnation);
                writers.push((actor, from));
                let rule = ActorRule::Adopted { actor };
                arrivals.extend(raw.into_iter().map(|bytes| Arrival { bytes, rule }));
            }
            Right::Renewed(of) => {
                for (of, bytes) in of.into_iter().zip(raw) {
                    writers.extend(written_by(&bytes).map(|actor| (actor, from)));
                    arrivals.push(Arrival { bytes, rule: ActorRule::Renewed { of } });
                }
            }
        }
        Delivery { document, arrivals, adopted_by: taken_up_by, writers }
    }

    /// Puts the lot into the form that is sealed.
    pub(super) fn content(&self, changes: Changes) -> Content {
        match &self.right {
            Right::Adopted(from_incarnation) => {
                let from_incarnation = *from_incarnation;
                Content::Adoption { from: self.from, from_incarnation, changes }
            }
            Right::Renewed(of) => {
                let of = of.iter().map(|of| *of.bytes()).collect();
                Content::Renewal { from: self.from, of, changes }
            }
        }
    }

    /// Makes a lot of what an envelope holds, its own device's changes included; nothing of the
    /// directory's lines.
    ///
    /// # Errors
    /// Says why the payload cannot be unpacked.
    pub(super) fn of_content(header: &Header, content: Content) -> Result<Option<Self>, Refusal> {
        let document = header.document;
        let unpack = |c: &Changes| packing::unpack(c.coding, c.size, &c.payload);
        Ok(match content {
            Content::Changes(changes) => {
                let right = Right::Adopted(header.incarnation);
                Some(Self { document, from: header.device, right, raw: unpack(&changes)? })
            }
            Content::Adoption { from, from_incarnation, changes } => {
                let right = Right::Adopted(from_incarnation);
                Some(Self { document, from, right, raw: unpack(&changes)? })
            }
            Content::Renewal { from, of, changes } => {
                Some(Self::renewed(document, from, &of, unpack(&changes)?)?)
            }
            Content::Directory(_) => None,
        })
    }

    /// Makes the lot that a renewal's content tells.
    ///
    /// # Errors
    /// `Malformed` unless there is one change for each old one.
    pub(super) fn renewed(
        document: DocumentId,
        from: DeviceId,
        of: &[[u8; 32]],
        raw: Vec<Vec<u8>>,
    ) -> Result<Self, Refusal> {
        if of.len() != raw.len() {
            return Err(Refusal::Malformed);
        }
        let right = Right::Renewed(of.iter().copied().map(ChangeId::new).collect());
        Ok(Self { document, from, right, raw })
    }

    /// Divides what was written again into lots that fit into an envelope each.
    pub(super) fn of_renewed(document: DocumentId, renewed: Vec<Renewed>) -> Vec<Self> {
        let mut lots: Vec<Self> = Vec::new();
        for (lot, from, of) in lots_of(renewed) {
            lots.push(Self { document, from, right: Right::Renewed(of), raw: lot });
        }
        lots
    }

    /// Divides changes of a device that is gone into lots that fit into an envelope each.
    pub(super) fn of_adopted(
        document: DocumentId,
        (from, incarnation): (DeviceId, Incarnation),
        raw: Vec<Vec<u8>>,
    ) -> Vec<Self> {
        let right = Right::Adopted(incarnation);
        let lot = |raw| Self { document, from, right: right.clone(), raw };
        batches(raw).into_iter().map(lot).collect()
    }

    /// Keeps only the changes that satisfy a condition; nothing if none does.
    pub(super) fn keep(mut self, wanted: impl Fn(&[u8]) -> bool) -> Option<Self> {
        let kept: Vec<bool> = self.raw.iter().map(|raw| wanted(raw)).collect();
        let mut flags = kept.iter();
        self.raw.retain(|_| flags.next().copied().unwrap_or_default());
        if let Right::Renewed(of) = &mut self.right {
            let mut flags = kept.iter();
            of.retain(|_| flags.next().copied().unwrap_or_default());
        }
        (!self.raw.is_empty()).then_some(self)
    }
}

/// Groups what one device wrote in a row, within the size of an envelope.
fn lots_of(renewed: Vec<Renewed>) -> Vec<(Vec<Vec<u8>>, DeviceId, Vec<ChangeId>)> {
    let mut runs: Vec<(DeviceId, Vec<Renewed>)> = Vec::new();
    for one in renewed {
        match runs.last_mut() {
            Some((from, run)) if *from == one.from => run.push(one),
            Some(_) | None => runs.push((one.from, vec![one])),
        }
    }
    let mut lots = Vec::new();
    for (from, run) in runs {
        let mut of = run.iter().map(|one| one.of).collect::<Vec<_>>().into_iter();
        for raw in batches(run.into_iter().map(|one| one.bytes).collect()) {
            let of = of.by_ref().take(raw.len()).collect();
            lots.push((raw, from, of));
        }
    }
    lots
}

impl Encode for Lot {
    fn encode(&self, out: &mut Writer) {
        out.array(5);
        self.document.encode(out);
        self.from.encode(out);
        match &self.right {
            Right::Adopted(incarnation) => {
                out.uint(1);
                incarnation.encode(out);
            }
            Right::Renewed(of) => {
                out.uint(2);
                out.list(&of.iter().map(|of| Bytes(of.bytes())).collect::<Vec<_>>());
            }
        }
        out.list(&self.raw.iter().map(|raw| Bytes(raw)).collect::<Vec<_>>());
    }
}

impl Decode for Lot {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if input.array(5)? != 5 {
            return Err(DecodeError::Malformed);
        }
        let document = Decode::decode(input)?;
        let from = Decode::decode(input)?;
        let right = match input.uint()? {
            1 => Right::Adopted(Decode::decode(input)?),
            2 => {
                let count = input.array(CHANGES_MAX)?;
                let of = (0..count).map(|_| Ok(ChangeId::new(input.fixed()?)));
                Right::Renewed(of.collect::<Result<_, DecodeError>>()?)
            }
            code => return Err(DecodeError::Unknown(code)),
        };
        let count = input.array(CHANGES_MAX)?;
        let raw = (0..count)
            .map(|_| Ok(input.bytes(ENVELOPE_BYTES_MAX)?.to_vec()))
            .collect::<Result<_, DecodeError>>()?;
        let lot = Self { document, from, right, raw };
        match &lot.right {
            Right::Renewed(of) if of.len() != lot.raw.len() => Err(DecodeError::Malformed),
            Right::Renewed(_) | Right::Adopted(_) => Ok(lot),
        }
    }
}
