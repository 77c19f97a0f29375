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
    waiting: BTreeMap<u64, Waiting>,
}

/// An errand as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Waiting {
    errand: Errand,
    /// Others may have it: it was sent over a link or written into a file. What was stored
    /// without saying so may have left too.
    left: bool,
}

/// What is added to the code of an errand that never left.
const HERE_ONLY: u64 = 16;

impl Errands {
    pub(super) fn load(step: &Step<'_, '_>, space: &SpaceId) -> Self {
        let mut waiting = BTreeMap::new();
        for (key, bytes) in step.all(&records::errands(space)) {
            if let (Some(number), Ok(one)) = (number_of(&key), codec::from_bytes(&bytes)) {
                waiting.insert(number, one);
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
        let one = Waiting { errand, left: false };
        step.put(records::errand(space, number), codec::to_bytes(&one));
        self.waiting.insert(number, one);
    }

    /// Notes that an errand leaves: from now on others may have it, whatever becomes of the link
    /// or the file. For before it does.
    pub(super) fn leaves(&mut self, step: &mut Step<'_, '_>, space: &SpaceId, number: u64) {
        if let Some(one) = self.waiting.get_mut(&number).filter(|one| !one.left) {
            one.left = true;
            step.put(records::errand(space, number), codec::to_bytes(one));
        }
    }

    /// Tells whether others may have one of the errands that satisfy a condition.
    pub(super) fn has_left(&self, wanted: impl Fn(&Errand) -> bool) -> bool {
        self.waiting.values().any(|one| one.left && wanted(&one.errand))
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
        let numbers: Vec<u64> = self.iter().filter(|(_, e)| ended(e)).map(|(n, _)| n).collect();
        for number in numbers {
            self.done(step, space, number);
        }
    }

    pub(super) fn get(&self, number: u64) -> Option<&Errand> {
        self.waiting.get(&number).map(|one| &one.errand)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, &Errand)> {
        self.waiting.iter().map(|(number, one)| (*number, &one.errand))
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }
}

impl Encode for Waiting {
    fn encode(&self, out: &mut Writer) {
        let here_only = if self.left { 0 } else { HERE_ONLY };
        let begin = |out: &mut Writer, items, code| {
            out.array(items);
            out.uint(here_only + code);
        };
        match &self.errand {
            Errand::Found { charter, ticket } => {
                begin(out, 3, 0);
                charter.encode(out);
                out.bytes(ticket.as_deref().unwrap_or_default());
            }
            Errand::Submit(act) => {
                begin(out, 2, 1);
                act.encode(out);
            }
            Errand::Approve(approval) => {
                begin(out, 2, 2);
                approval.encode(out);
            }
            Errand::Invite(tag) => {
                begin(out, 2, 3);
                Bytes(tag).encode(out);
            }
            Errand::Knock => begin(out, 1, 4),
        }
    }
}

impl Decode for Waiting {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let items = input.array(3)?;
        let code = input.uint()?;
        let (left, what) = match code.checked_sub(HERE_ONLY) {
            Some(what) => (false, what),
            None => (true, code),
        };
        let errand = match (what, items) {
            (0, 3) => {
                let charter = SignedAct::decode(input)?;
                let ticket = input.bytes(limits::URL_BYTES_MAX * 4)?.to_vec();
                Errand::Found { charter, ticket: (!ticket.is_empty()).then_some(ticket) }
            }
            (1, 2) => Errand::Submit(SignedAct::decode(input)?),
            (2, 2) => Errand::Approve(Approval::decode(input)?),
            (3, 2) => Errand::Invite(input.fixed()?),
            (4, 1) => Errand::Knock,
            _ => return Err(DecodeError::Unknown(code)),
        };
        Ok(Self { errand, left })
    }
}
