//! Commands: what a person asks of a replica, and what comes back.
//!
//! A command names things by full identifiers; prefixes typed by a person are resolved by the
//! shell against the overview. Errors say what happened in both languages, with a code.

use protocol::crypto::Hash;
use protocol::id::{DeviceId, DocumentId, PartnerId, ProposalId, SpaceId};
use protocol::refusal::Refusal;
use protocol::register::{Cause, DeviceRole, History, Measure, Role, Rule, SpaceKind};

use super::freeze::{FreezeOrder, FrozenReport, VisaOrder};
use super::view::{
    Carried, ChangeView, DashboardView, DocumentLine, DocumentView, Invited, Joined, LinkState,
    MemberView, NewsView, NotTaken, ProposalView, QuarantineView, SpaceView, SyncReport,
    VerifyReport, VoteReport,
};
pub use crate::document::Edit;
use crate::document::Version;
use crate::figures::Asked;
use crate::guard::Warning;

/// A number the shell draws to match a [`Reply`] to its [`Command`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// What a person asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Founds a space with this organisation as first guarantor. Needs the relay.
    Found {
        /// Its title, known to members only.
        title: String,
        /// Where the relay listens.
        url: String,
        /// The right to found there, where the relay asks for one.
        ticket: Option<String>,
        /// What the space is for.
        kind: SpaceKind,
        /// The thresholds.
        rule: Rule,
    },
    /// Makes a one-time invitation.
    Invite {
        /// The space.
        space: SpaceId,
        /// The role offered.
        role: Role,
        /// What the newcomer will read of the past; `None` takes the charter's default.
        history: Option<History>,
    },
    /// Answers an invitation, or takes this device into a space its own organisation has.
    Join {
        /// The printable invitation.
        invitation: String,
    },
    /// Lists join requests and votes.
    Requests {
        /// The space.
        space: SpaceId,
    },
    /// Opens a vote and approves it.
    Propose {
        /// The space.
        space: SpaceId,
        /// What is voted on.
        measure: Measure,
    },
    /// Meets another relay, then opens a vote to move the space there.
    ProposeRelay {
        /// The space.
        space: SpaceId,
        /// Where the other relay listens.
        url: String,
    },
    /// Approves a join request or an open vote.
    Approve {
        /// The space.
        space: SpaceId,
        /// The request or the vote.
        proposal: ProposalId,
    },
    /// Takes an approval back.
    Withdraw {
        /// The space.
        space: SpaceId,
        /// The vote.
        proposal: ProposalId,
    },
    /// Lists the members.
    Members {
        /// The space.
        space: SpaceId,
    },
    /// Tells what is known here of requests, votes and members, without asking the relay.
    Glance {
        /// The space.
        space: SpaceId,
    },
    /// Leaves a space.
    Leave {
        /// The space.
        space: SpaceId,
    },
    /// Gives this organisation another name, in every space where this machine may write.
    Rename {
        /// The name.
        name: String,
    },
    /// Makes the printable request of this machine to be added by its organisation.
    DeviceRequest,
    /// Adds a machine of this organisation.
    DeviceAdd {
        /// The space.
        space: SpaceId,
        /// The printable request of the other machine.
        request: String,
        /// What it may do.
        role: DeviceRole,
    },
    /// Revokes a machine of this organisation.
    DeviceRevoke {
        /// The space.
        space: SpaceId,
        /// The machine.
        device: DeviceId,
        /// Why.
        cause: Cause,
    },
    /// Creates a document.
    NewDocument {
        /// The space.
        space: SpaceId,
        /// The name of its kind.
        kind: String,
        /// Its title.
        title: String,
    },
    /// Lists documents.
    Documents {
        /// The space.
        space: SpaceId,
        /// Only those of one kind.
        kind: Option<String>,
    },
    /// Tells what the documents of a space come to.
    Dashboard {
        /// The space.
        space: SpaceId,
        /// The day it is for, and the day since which changes are told.
        asked: Asked,
    },
    /// Shows a document, now or at a version.
    Show {
        /// The document.
        document: DocumentId,
        /// A version from its history.
        at: Option<Version>,
    },
    /// Changes a document.
    Edit {
        /// The document.
        document: DocumentId,
        /// What to change.
        edit: Edit,
    },
    /// Carries out several edits of one document, all of them or none, and makes the document
    /// first if it is said of what kind it is to be.
    Compose {
        /// The space.
        space: SpaceId,
        /// The document; of a new one an id freshly drawn.
        document: DocumentId,
        /// The name of its kind and its title, for a new one.
        new: Option<(String, String)>,
        /// What to change, in order.
        edits: Vec<Edit>,
    },
    /// Tells who changed what, and when.
    History {
        /// The document.
        document: DocumentId,
    },
    /// Tells who wrote what is new in a document.
    News {
        /// The document.
        document: DocumentId,
        /// The version already seen; `None` for the last word only.
        since: Option<Version>,
    },
    /// Tells how the frozen versions of a document stand.
    Frozen {
        /// The document.
        document: DocumentId,
    },
    /// Freezes a document as it stands.
    Freeze {
        /// The document.
        document: DocumentId,
        /// The decision, the signatories, what it amends.
        order: FreezeOrder,
    },
    /// Gives a frozen version the visa of this organisation.
    Sign {
        /// The document.
        document: DocumentId,
        /// The version that was read, and in what capacity.
        order: VisaOrder,
    },
    /// Writes a frozen version as a file that proves its visas.
    WriteFrozen {
        /// The document.
        document: DocumentId,
        /// The version; `None` for the last one.
        version: Option<Hash>,
    },
    /// Exchanges everything with the relays once; `None` for every space.
    Sync {
        /// Only this space.
        space: Option<SpaceId>,
    },
    /// Stays connected, or stops staying so.
    Watch {
        /// Whether to stay connected.
        on: bool,
    },
    /// Writes everything this replica holds of a space as a bundle.
    WriteBundle {
        /// The space.
        space: SpaceId,
    },
    /// Reads a bundle.
    ReadBundle {
        /// The file's bytes.
        file: Vec<u8>,
    },
    /// Lists edits kept aside because this device was revoked, or because others' were.
    Quarantine {
        /// The space.
        space: SpaceId,
    },
    /// Writes this device's quarantined edits as a parcel for one partner.
    WriteParcel {
        /// The space.
        space: SpaceId,
        /// Who may open it.
        to: PartnerId,
    },
    /// Adopts, under this organisation's name, the edits that came by file and that the relay
    /// refuses because their device was revoked.
    AdoptLoose {
        /// The space.
        space: SpaceId,
    },
    /// Opens a parcel and shows what adopting it would change.
    ReviewParcel {
        /// The file's bytes.
        file: Vec<u8>,
    },
    /// Adopts the edits of a parcel under this organisation's name.
    AdoptParcel {
        /// The file's bytes.
        file: Vec<u8>,
    },
    /// Replays register, journal and signatures from this replica's records.
    Verify {
        /// The space.
        space: SpaceId,
    },
    /// Tells what this replica holds.
    Spaces,
    /// Writes what only memory holds, before the shell stops.
    Rest,
}

/// What comes back from a command that was accepted.
#[derive(Debug, Clone)]
pub enum Reply {
    /// Of [`Command::Found`].
    Founded {
        /// The space.
        space: SpaceId,
        /// Its title.
        title: String,
    },
    /// Of [`Command::Invite`].
    Invited(Invited),
    /// Of [`Command::Join`].
    Joined(Joined),
    /// Of [`Command::Requests`].
    Requests(Vec<ProposalView>),
    /// Of [`Command::Propose`], [`Command::Approve`] and [`Command::Withdraw`].
    Vote(VoteReport),
    /// Of [`Command::Members`].
    Members(Vec<MemberView>),
    /// Of [`Command::Glance`].
    Glance {
        /// The requests and the votes.
        proposals: Vec<ProposalView>,
        /// The members; none while the register is not here.
        members: Vec<MemberView>,
    },
    /// Of [`Command::Leave`].
    Left(SpaceId),
    /// Of [`Command::Rename`].
    Renamed {
        /// The name.
        name: String,
        /// The spaces whose partners will read it.
        spaces: Vec<SpaceId>,
    },
    /// Of [`Command::DeviceRequest`].
    DeviceRequest {
        /// The device of the request.
        device: DeviceId,
        /// The printable request.
        request: String,
    },
    /// Of [`Command::DeviceAdd`].
    DeviceAdded {
        /// The device.
        device: DeviceId,
        /// The printable welcome, to be given to `join` on the other machine.
        welcome: String,
    },
    /// Of [`Command::DeviceRevoke`].
    DeviceRevoked(DeviceId),
    /// Of [`Command::NewDocument`], [`Command::Edit`] and [`Command::Compose`].
    Edited {
        /// The document.
        document: DocumentId,
        /// Its version after the edit.
        version: Version,
        /// The id of the section, the item or the row that the edit made.
        created: Option<String>,
        /// What the edit wrote that looks like a person cared for, outside a closed circle.
        warnings: Vec<Warning>,
    },
    /// Of [`Command::Documents`].
    Documents(Vec<DocumentLine>),
    /// Of [`Command::Dashboard`].
    Dashboard(Box<DashboardView>),
    /// Of [`Command::Show`].
    Document(Box<DocumentView>),
    /// Of [`Command::History`].
    History(Vec<ChangeView>),
    /// Of [`Command::News`].
    News(NewsView),
    /// Of [`Command::Frozen`] and [`Command::Freeze`].
    Frozen(Box<FrozenReport>),
    /// Of [`Command::Sign`].
    Signed {
        /// The document.
        document: DocumentId,
        /// The version.
        version: Hash,
    },
    /// Of [`Command::Sync`].
    Synced(SyncReport),
    /// Of [`Command::Watch`].
    Watching(bool),
    /// Of [`Command::WriteBundle`], [`Command::WriteParcel`] and [`Command::WriteFrozen`].
    File {
        /// The file's bytes.
        bytes: Vec<u8>,
        /// How many items it holds.
        items: u64,
    },
    /// Of [`Command::ReadBundle`].
    BundleRead {
        /// The space it belongs to.
        space: SpaceId,
        /// Items that were new.
        accepted: u64,
        /// Items already here.
        already: u64,
        /// Items refused.
        refused: u64,
        /// How many of each kind were refused, and why.
        reasons: Vec<(Carried, NotTaken, u64)>,
    },
    /// Of [`Command::Quarantine`], [`Command::ReviewParcel`] and [`Command::AdoptParcel`].
    Quarantine(QuarantineView),
    /// Of [`Command::Verify`].
    Verified(VerifyReport),
    /// Of [`Command::Spaces`].
    Spaces(Vec<SpaceView>),
    /// Of [`Command::Rest`].
    Rested,
    /// Of any command that needs the relay, which has not heard of it: what was asked is kept
    /// here and leaves with the next exchange.
    Unsent {
        /// What the command gave.
        reply: Box<Self>,
        /// How the space stands with its relay.
        link: LinkState,
        /// Why the relay does not take it, if it said so.
        refusal: Option<Refusal>,
    },
}

/// Why a command was not carried out. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandError {
    /// This replica holds no such space, document, section, field or request.
    NotFound(&'static str),
    /// The rules of the space refuse it.
    Refused(Refusal),
    /// The relay cannot be reached, and without it nothing could be begun.
    Unreachable,
    /// The text given is not what the command expects; both sentences say what is.
    Invalid {
        /// Name of the reason, for scripts.
        code: &'static str,
        /// The sentence in French.
        french: String,
        /// The sentence in English.
        english: String,
    },
    /// The replica does not hold a key it needs, such as the organisation's voice.
    NoKey(&'static str),
    /// The document is held but cannot be read on this replica (yet).
    Unreadable,
    /// The device whose edits are handed over is, as far as this replica knows, not removed.
    StillInForce,
    /// The relay shows another history than the one known: nothing is sent any more.
    RelayForked,
}
