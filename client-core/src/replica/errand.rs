//! Errands: what must reach the relay besides envelopes, kept until it has.
//!
//! Acts signed by the voice, approvals, requests to join, invitations, a founding. Each is a
//! record, so that closing the program loses none; each is sent again on every new link until
//! the relay has said yes or no, or the register shows that it is done.

use std::collections::BTreeMap;

use protocol::codec::{self, Bytes, Decode, DecodeError, Encode, Reader, Writer};
use protocol::crypto::Hash;
use protocol::id::SpaceId;
use protocol::limits;
use protocol::register::{Approval, SignedAct};

use super::records;
use super::space::number_of;
use super::step::Step;

/// One thing to bring to the relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Errand {
    /// Found the space.
    Found { charter: SignedAct, ticket: Option<Vec<u8>> },
    /// Submit an act.
    Submit(SignedAct),
    /// Leave an approval.
    Approve(Approval),
    /// Announce an invitation.
    Invite(Hash),
    /// Knock with the membership's own request.
    Knock,
}

/// The errands of one space, by number.
#[derive(Debug, Default)]
pub(super) struct Errands {
    waiting: BTreeMap<u64, Errand>,
}

impl Errands {
    pub(super) fn load(step: &Step<'_, '_>, space: &SpaceId) -> Self {
        let mut waiting = BTreeMap::new();
        for (key, bytes) in step.all(&records::errands(space)) {
            if let (Some(number), Ok(errand)) = (number_of(&key), codec::from_bytes(&bytes)) {
                waiting.insert(number, errand);
            }
        }
        Self { waiting }
    }

    pub(super) fn add(
        &mut self,
        step: &mut Step<'_, '_>,
        space: &SpaceId,
        number: u64,
        errand: Errand,
    ) {
        step.put(records::errand(space, number), codec::to_bytes(&errand));
        self.waiting.insert(number, errand);
    }

    pub(super) fn done(&mut self, step: &mut Step<'_, '_>, space: &SpaceId, number: u64) {
        if self.waiting.remove(&number).is_some() {
            step.delete(records::errand(space, number));
        }
    }

    /// Ends every errand that satisfies a condition, as when the register shows it done.
    pub(super) fn end_where(
        &mut self,
        step: &mut Step<'_, '_>,
        space: &SpaceId,
        ended: impl Fn(&Errand) -> bool,
    ) {
        let numbers: Vec<u64> =
            self.waiting.iter().filter(|(_, e)| ended(e)).map(|(n, _)| *n).collect();
        for number in numbers {
            self.done(step, space, number);
        }
    }

    pub(super) fn get(&self, number: u64) -> Option<&Errand> {
        self.waiting.get(&number)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, &Errand)> {
        self.waiting.iter().map(|(number, errand)| (*number, errand))
    }

    /// Tells whether an act waits that no register shows.
    pub(super) fn submits(&self) -> bool {
        self.waiting.values().any(|errand| matches!(errand, Errand::Submit(_)))
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }
}

impl Encode for Errand {
    fn encode(&self, out: &mut Writer) {
        match self {
            Self::Found { charter, ticket } => {
                out.array(3);
                out.uint(0);
                charter.encode(out);
                out.bytes(ticket.as_deref().unwrap_or_default());
            }
            Self::Submit(act) => {
                out.array(2);
                out.uint(1);
                act.encode(out);
            }
            Self::Approve(approval) => {
                out.array(2);
                out.uint(2);
                approval.encode(out);
            }
            Self::Invite(tag) => {
                out.array(2);
                out.uint(3);
                Bytes(tag).encode(out);
            }
            Self::Knock => {
                out.array(1);
                out.uint(4);
            }
        }
    }
}

impl Decode for Errand {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let items = input.array(3)?;
        let code = input.uint()?;
        Ok(match (code, items) {
            (0, 3) => {
                let charter = SignedAct::decode(input)?;
                let ticket = input.bytes(limits::URL_BYTES_MAX * 4)?.to_vec();
                Self::Found { charter, ticket: (!ticket.is_empty()).then_some(ticket) }
            }
            (1, 2) => Self::Submit(SignedAct::decode(input)?),
            (2, 2) => Self::Approve(Approval::decode(input)?),
            (3, 2) => Self::Invite(input.fixed()?),
            (4, 1) => Self::Knock,
            _ => return Err(DecodeError::Unknown(code)),
        })
    }
}
