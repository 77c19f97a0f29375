//! Messages between a replica and a relay: one CBOR array per frame, its tag first.
//!
//! Everything here is bounded and none of it is trusted: a message carries items that prove
//! themselves, or claims that the receiver checks. A tag of tomorrow is read as unknown, to be
//! ignored; a known tag with other fields than its own is refused. An absent byte string is
//! written as an empty one.

use crate::checkpoint::{Log, NOTE_BYTES_MAX};
use crate::codec::{Decode, DecodeError, Encode, Reader, Writer};
use crate::crypto::{Hash, Signature};
use crate::env::Timestamp;
use crate::id::{EnvelopeId, Incarnation, ProposalId, RelayId, SpaceId};
use crate::invitation::JoinRequest;
use crate::refusal::Refusal;
use crate::register::{Approval, RelayTerms, SignedAct};

mod fields;
mod from_relay;
mod to_relay;
#[cfg(test)]
mod tests;

pub use from_relay::stream_frame;

/// The version of these messages that this program speaks.
pub const VERSION: u64 = 1;

/// The space named by a hello that comes to found: its charter cannot be written before the
/// relay has said who it is. The link then belongs to the space that [`ToRelay::Found`] founds.
pub const NO_SPACE: SpaceId = SpaceId::new([0; 32]);

/// What a replica says first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hello {
    /// Versions it speaks.
    pub versions: Vec<u64>,
    /// The space it is about; [`NO_SPACE`] by whoever comes to found one.
    pub space: SpaceId,
    /// Its key: a device, an applicant's device or the operator.
    pub key: [u8; 32],
    /// Drawn afresh.
    pub nonce: [u8; 32],
}

/// What a relay answers to a hello.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// The version it chose.
    pub version: u64,
    /// Its log key.
    pub relay: RelayId,
    /// Drawn afresh.
    pub nonce: [u8; 32],
    /// Its signature over the transcript.
    pub signature: Signature,
}

/// A message to a relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToRelay {
    /// Opens the handshake.
    Hello(Hello),
    /// Ends the handshake.
    Prove(Signature),
    /// Founds a space here, or offers one that was founded elsewhere.
    Found {
        /// The charter.
        charter: Box<SignedAct>,
        /// The right to found, where one is asked for.
        ticket: Option<Vec<u8>>,
        /// Register entries the replica holds and will give: 0 to found a space, more to bring
        /// one that another relay served, or that this one has lost.
        held: u64,
    },
    /// Asks to be admitted.
    Knock {
        /// What the invitation's secret gives to knock.
        pass: [u8; 16],
        /// The request.
        request: Box<JoinRequest>,
    },
    /// Asks for what follows two positions, now and later.
    Follow {
        /// The first register entry wanted.
        register_from: u64,
        /// The first journal entry wanted.
        journal_from: u64,
    },
    /// Submits an act.
    Submit {
        /// Comes back in the answer.
        ticket: u64,
        /// The act.
        act: Box<SignedAct>,
        /// The wraps blob that the act names.
        wraps: Option<Vec<u8>>,
    },
    /// Leaves an approval for whoever adopts.
    Approve(Approval),
    /// Appends an envelope.
    Push(Vec<u8>),
    /// Asks how far incarnations of the sender's device have come.
    Marks(Vec<Incarnation>),
    /// Announces an invitation by its tag.
    PutInvitation(Hash),
    /// Asks for the sender's part of a wraps blob.
    GetWraps(Hash),
    /// Gives back a stored item that the relay wants.
    Give {
        /// The log.
        log: Log,
        /// The place.
        position: u64,
        /// The stored bytes.
        item: Vec<u8>,
    },
    /// Shows the last signed checkpoints the replica was given: it has no more to give to an
    /// import, or the relay lacks what it once signed.
    Complete {
        /// The register.
        register: Head,
        /// The journal.
        journal: Head,
    },
    /// Shows that the link is alive.
    Ping,
    /// Takes leave.
    Bye,
    /// A message of tomorrow.
    Unknown(u64),
}

/// What the key of a hello is in the space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// A device that takes part.
    Member,
    /// A device whose organisation asks to be admitted.
    Applicant,
    /// A device that no longer takes part: it may read the register, to learn why.
    Former,
    /// Nobody known.
    Stranger,
    /// The relay's operator.
    Operator,
    /// The relay does not know the space.
    UnknownSpace,
    /// The relay is receiving the space from another one.
    Importing,
}

/// Where a log stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    /// Number of entries.
    pub size: u64,
    /// The signed checkpoint; empty where there is none to give.
    pub note: String,
}

/// What a relay says once both ends are proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Welcome {
    /// What the replica is here.
    pub standing: Standing,
    /// Where the register stands.
    pub register: Head,
    /// Where the journal stands.
    pub journal: Head,
    /// The relay's clock.
    pub time: Timestamp,
    /// The terms this relay offers, with an empty URL; only to a space it does not know.
    pub terms: Option<Box<RelayTerms>>,
}

/// How far one incarnation has come at the relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marked {
    /// The incarnation.
    pub incarnation: Incarnation,
    /// The number of its last envelope, 0 for none.
    pub counter: u64,
    /// That envelope; all zero for none.
    pub last: EnvelopeId,
}

/// What a refusal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The handshake.
    Hello,
    /// The act submitted under this ticket.
    Act(u64),
    /// An envelope.
    Envelope(EnvelopeId),
    /// A join request.
    Knock,
    /// An approval of this proposal.
    Approval(ProposalId),
    /// The founding of the space.
    Founding,
    /// The announcement of an invitation.
    Invitation,
    /// An item given for repair or import.
    Give,
    /// The wish to follow.
    Follow,
    /// Anything else.
    Message,
}

/// A message to a replica.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToReplica {
    /// Answers a hello.
    Challenge(Challenge),
    /// Ends the handshake.
    Welcome(Welcome),
    /// Register entries, as stored.
    Acts {
        /// The place of the first one.
        from: u64,
        /// The entries.
        entries: Vec<Vec<u8>>,
    },
    /// Journal entries, as stored.
    Envelopes {
        /// The place of the first one.
        from: u64,
        /// The entries.
        entries: Vec<Vec<u8>>,
    },
    /// Where both logs stand: sent when everything up to there was sent.
    Heads {
        /// The register.
        register: Head,
        /// The journal.
        journal: Head,
    },
    /// Everything that waits for a decision.
    Mailbox {
        /// Join requests.
        requests: Vec<JoinRequest>,
        /// Approvals.
        approvals: Vec<Approval>,
    },
    /// Answers [`ToRelay::Marks`].
    Marked(Vec<Marked>),
    /// Answers [`ToRelay::GetWraps`].
    Wraps {
        /// The hash that was asked for.
        hash: Hash,
        /// The part for this device, if the relay has the blob.
        wraps: Option<Vec<u8>>,
    },
    /// The act is an entry of the register.
    Submitted {
        /// The ticket of the submission.
        ticket: u64,
        /// Its place.
        seq: u64,
    },
    /// The envelope is an entry of the journal and durable.
    Kept {
        /// Its incarnation.
        incarnation: Incarnation,
        /// Its number.
        counter: u64,
        /// Its place.
        position: u64,
    },
    /// Something is not accepted.
    Refused {
        /// What.
        of: Subject,
        /// Why.
        refusal: Refusal,
        /// A number that helps: for an envelope, the last number kept.
        detail: u64,
    },
    /// The relay has lost, or not yet received, an item.
    Wanted {
        /// The log.
        log: Log,
        /// The place.
        position: u64,
    },
    /// Answers a ping.
    Pong,
    /// Takes leave.
    Bye(Refusal),
    /// A message of tomorrow.
    Unknown(u64),
}
