//! What may still be said while the disk is full.
//!
//! Reading goes on; whatever would have to be stored is refused here, before the machine sees it,
//! with the same message the machine would send. The replica keeps what it has and tries again.

use protocol::Refusal;
use protocol::codec;
use protocol::env::Records;
use protocol::envelope::Envelope;
use protocol::id::SpaceId;
use protocol::journal::Mark;
use protocol::relay::records;
use protocol::wire::{Subject, ToRelay, ToReplica};

/// Returns the refusal of a message that would have to be stored, `None` for one that only reads.
pub(super) fn refusal(records: &dyn Records, frame: &[u8]) -> Option<ToReplica> {
    let (of, detail) = match ToRelay::parse(frame).ok()? {
        ToRelay::Found { .. } => (Subject::Founding, 0),
        ToRelay::Knock { .. } => (Subject::Knock, 0),
        ToRelay::Submit { ticket, .. } => (Subject::Act(ticket), 0),
        ToRelay::Approve(approval) => (Subject::Approval(approval.proposal), 0),
        ToRelay::Push(envelope) => pushed(records, &envelope),
        ToRelay::PutInvitation(_) => (Subject::Invitation, 0),
        ToRelay::Give { .. } | ToRelay::Complete { .. } => (Subject::Give, 0),
        ToRelay::Hello(_)
        | ToRelay::Prove(_)
        | ToRelay::Follow { .. }
        | ToRelay::Marks(_)
        | ToRelay::GetWraps(_)
        | ToRelay::Ping
        | ToRelay::Bye
        | ToRelay::Unknown(_) => return None,
    };
    Some(ToReplica::Refused { of, refusal: Refusal::StorageFailed, detail })
}

/// Names the envelope, and how far its incarnation has come at this relay.
fn pushed(stored: &dyn Records, bytes: &[u8]) -> (Subject, u64) {
    let Ok(envelope) = Envelope::parse(bytes) else {
        return (Subject::Message, 0);
    };
    let header = envelope.header();
    let (space, incarnation): (SpaceId, _) = (header.space, header.incarnation);
    let mark = stored.get(&records::mark(&space, &header.device, &incarnation));
    let mark: Option<Mark> = mark.and_then(|bytes| codec::from_bytes(&bytes).ok());
    (Subject::Envelope(envelope.id()), mark.map_or(0, |mark| mark.counter))
}
