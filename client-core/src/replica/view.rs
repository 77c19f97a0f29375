//! What a replica shows: plain structs with public fields, for any screen.
//!
//! No serialisation here: each boundary has its own words for these.

use protocol::env::Timestamp;
use protocol::id::{DeviceId, DocumentId, PartnerId, ProposalId, SpaceId};
use protocol::refusal::Refusal;
use protocol::register::{Closing, Destroyed, Role, Rule, SpaceKind};

pub use crate::document::View as DocumentContent;
use crate::document::{ChangeId, Version};
use crate::figures::Dashboard;
use crate::kinds::FieldType;

/// What a replica is and holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// The organisation.
    pub partner: PartnerId,
    /// Its name as given at creation.
    pub name: String,
    /// The device prepared for the next space.
    pub device: DeviceId,
    /// The label of this machine.
    pub label: String,
    /// The spaces.
    pub spaces: Vec<SpaceView>,
    /// Every document of every space, for resolving prefixes.
    pub documents: Vec<(SpaceId, DocumentId)>,
}

/// How a replica stands with the relay of a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// No link.
    Offline,
    /// Connecting or exchanging.
    Busy,
    /// Up to date.
    Current,
    /// Asked to join, not admitted yet.
    Waiting,
    /// This device was revoked or its organisation is gone.
    Former,
    /// The relay could not be reached at the last attempt.
    Unreachable,
    /// The relay refused, or is not the register's.
    Refused,
    /// The relay shows another history than the one known.
    Forked,
    /// The relay knows less than before.
    Behind,
}

impl LinkState {
    /// Returns the name used in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Offline => "offline",
            Self::Busy => "busy",
            Self::Current => "current",
            Self::Waiting => "waiting",
            Self::Former => "former",
            Self::Unreachable => "unreachable",
            Self::Refused => "refused",
            Self::Forked => "forked",
            Self::Behind => "behind",
        }
    }
}

/// One space as a replica holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpaceView {
    /// The space.
    pub space: SpaceId,
    /// Its title, empty until it can be read.
    pub title: String,
    /// What it is for, once the charter is known.
    pub kind: Option<SpaceKind>,
    /// This organisation's role, once admitted.
    pub role: Option<Role>,
    /// How this organisation stands: `waiting`, `active`, `left` or `removed`.
    pub membership: &'static str,
    /// How many guarantors it has.
    pub guarantors: usize,
    /// How many of them must approve, once the charter is known.
    pub rule: Option<Rule>,
    /// What it takes to remove a guarantor.
    pub removal: Voices,
    /// What it takes to change the rule.
    pub change: Voices,
    /// What it takes to decide anything else, such as an admission.
    pub decision: Voices,
    /// How many documents this replica holds.
    pub documents: usize,
    /// Edits and acts not yet at the relay.
    pub pending: usize,
    /// Edits kept aside.
    pub quarantined: usize,
    /// How it stands with the relay.
    pub link: LinkState,
    /// Why the relay took no more at the last attempt, if it said so.
    pub held_back: Option<Refusal>,
    /// When the latest entry known here was ordered, once there is one.
    pub latest: Option<Timestamp>,
    /// Where the relay listens.
    pub relay_url: String,
    /// The device this replica is, in this space.
    pub device: DeviceId,
    /// How this device stands: `waiting`, `active`, `suspended` or `revoked`.
    pub device_state: &'static str,
    /// Until when it is suspended.
    pub suspended_until: Option<Timestamp>,
    /// Whether this device is in the space and was handed no key yet: it reads nothing.
    pub awaits_key: bool,
    /// How the space was closed, once it is.
    pub closed: Option<ClosedView>,
}

/// How a space was closed, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedView {
    /// Archived or erased.
    pub closing: Closing,
    /// Whether this replica has destroyed what it held; never so of an archive.
    pub destroyed_here: bool,
    /// After an erasure, every device that has attested or still has to, attested ones first.
    pub devices: Vec<AttestationView>,
}

impl ClosedView {
    /// Returns the devices that have not attested.
    pub fn missing(&self) -> impl Iterator<Item = &AttestationView> {
        self.devices.iter().filter(|one| one.at.is_none())
    }
}

/// What one device said of an erasure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttestationView {
    /// The device.
    pub device: DeviceId,
    /// Its organisation.
    pub partner: PartnerId,
    /// The name of the organisation as another space gives it, empty if none does: the erased
    /// space has forgotten it.
    pub name: String,
    /// Whether it is this machine.
    pub own: bool,
    /// When it attested, in register time; `None` while it has not.
    pub at: Option<Timestamp>,
    /// What it says it destroyed.
    pub destroyed: Vec<Destroyed>,
}

impl SpaceView {
    /// Returns the view as it is at a given time: a suspension ends by itself.
    #[must_use]
    pub fn at(mut self, time: Timestamp) -> Self {
        if self.suspended_until.is_some_and(|until| until <= time) {
            self.suspended_until = None;
            if self.device_state == "suspended" {
                self.device_state = "active";
            }
        }
        self
    }

    /// Tells why this replica may not write there, if it may not.
    #[must_use]
    pub fn barred(&self) -> Option<Barred> {
        let state = match (self.membership, self.device_state) {
            (gone @ ("left" | "removed"), _) => gone,
            ("active", barred @ ("suspended" | "revoked")) => barred,
            (_, _) => return None,
        };
        Some(Barred {
            space: self.space,
            title: self.title.clone(),
            state,
            until: self.suspended_until.filter(|_| state == "suspended"),
            kept: self.pending + self.quarantined,
        })
    }
}

/// How many voices a vote needs, and how many can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Voices {
    /// How many approvals are needed.
    pub needed: usize,
    /// How many guarantors may vote: all but the one the vote is about.
    pub able: usize,
}

impl Voices {
    /// Tells whether the vote can be carried at all, as things stand.
    #[must_use]
    pub const fn can_carry(self) -> bool {
        self.needed <= self.able
    }
}

/// An invitation just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    /// The printable string, to be given by a safe way.
    pub invitation: String,
    /// The role offered.
    pub role: Role,
}

/// An invitation just answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// The space.
    pub space: SpaceId,
    /// The request; `None` when a device joined its own organisation's space.
    pub request: Option<ProposalId>,
    /// The eight words to compare by voice; empty when a device joined.
    pub words: Vec<String>,
}

/// A join request or a vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalView {
    /// The request or the vote: one id for both.
    pub proposal: ProposalId,
    /// What kind of measure: `admit`, `remove`, `role`, `rule`, `relay`…
    pub measure: &'static str,
    /// Whom or what it is about: a name with the new role, a rule by its name, an address.
    pub subject: String,
    /// The organisation or the device it is about, by its name, where there is one.
    pub name: String,
    /// The role asked for or given, where there is one.
    pub role: Option<Role>,
    /// The applicant, for an admission.
    pub applicant: Option<ApplicantView>,
    /// The organisations whose approval counts now.
    pub approvals: Vec<PartnerId>,
    /// How many are needed.
    pub needed: usize,
    /// How many guarantors may vote on it.
    pub able: usize,
    /// Whether it is about this organisation, which then has no voice in it.
    pub about_us: bool,
    /// Whether this organisation's approval is among those that count.
    pub approved_by_us: bool,
    /// `request`, `open`, `adopted`, `expired` or `void`.
    pub state: &'static str,
}

/// Who asks to join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicantView {
    /// The organisation.
    pub partner: PartnerId,
    /// Its name, if its sealed profile could be opened.
    pub name: String,
    /// The eight words to compare by voice.
    pub words: Vec<String>,
}

/// How a vote stands after a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoteReport {
    /// The vote.
    pub proposal: ProposalId,
    /// How many approvals count, this one included.
    pub approvals: usize,
    /// How many are needed.
    pub needed: usize,
    /// How many guarantors may vote on it.
    pub able: usize,
    /// Whether the measure is adopted.
    pub adopted: bool,
}

/// An organisation of a space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberView {
    /// The organisation.
    pub partner: PartnerId,
    /// Its name in the directory, empty if not known here.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// `active`, `left` or `removed`.
    pub state: &'static str,
    /// Whether it is this replica's own.
    pub own: bool,
    /// Its devices.
    pub devices: Vec<DeviceView>,
}

/// A device of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceView {
    /// The device.
    pub device: DeviceId,
    /// Its label in the directory, empty if not known here.
    pub label: String,
    /// `editor` or `reader`.
    pub role: &'static str,
    /// `active`, `suspended` or `revoked`.
    pub state: &'static str,
    /// Until when it is suspended.
    pub until: Option<Timestamp>,
    /// Whether it is this machine.
    pub own: bool,
}

/// What the documents of a space come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DashboardView {
    /// The space.
    pub space: SpaceId,
    /// Its title.
    pub title: String,
    /// The figures.
    pub dashboard: Dashboard,
    /// The names of the organisations of the space.
    pub partners: Vec<(PartnerId, String)>,
    /// Documents that cannot be read here yet, and are in no figure.
    pub unreadable: usize,
}

/// One line of the list of documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentLine {
    /// The document.
    pub document: DocumentId,
    /// The space.
    pub space: SpaceId,
    /// Its kind, empty while it cannot be read.
    pub kind: String,
    /// Its title, empty while it cannot be read.
    pub title: String,
    /// The number or the code people know it by, empty when it has none.
    pub number: String,
    /// How many fields are in conflict.
    pub conflicts: usize,
    /// Whether it can be read on this replica.
    pub readable: bool,
}

/// A document with the names of those who wrote it.
#[derive(Debug, Clone)]
pub struct DocumentView {
    /// The document.
    pub document: DocumentId,
    /// The space.
    pub space: SpaceId,
    /// Its content.
    pub content: DocumentContent,
    /// For each actor met in conflicts and in entries that stay: organisation and its name.
    pub authors: Vec<(crate::document::Actor, PartnerId, String)>,
    /// Edits received by file and not yet ordered by the relay.
    pub provisional: usize,
    /// Changes that wait for others this replica has not received.
    pub waiting: usize,
    /// How its frozen versions stand, when it has some and is shown as it is now.
    pub frozen: Option<Box<super::freeze::FrozenReport>>,
    /// What it holds that looks like a person cared for, when it is shown as it is now and lies
    /// outside a closed circle.
    pub warnings: Vec<crate::guard::Warning>,
}

/// One change of a document's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeView {
    /// The change.
    pub change: ChangeId,
    /// The version it led to.
    pub version: Version,
    /// When, by its author's clock.
    pub at: Timestamp,
    /// The organisation.
    pub partner: Option<PartnerId>,
    /// Its name.
    pub name: String,
    /// The device.
    pub device: Option<DeviceId>,
    /// Who adopted it, if it was.
    pub adopted_by: Option<PartnerId>,
    /// Its name.
    pub adopter: String,
    /// What it touched, in French.
    pub summary_french: String,
    /// What it touched, in English.
    pub summary_english: String,
    /// What it wrote and struck, part by part.
    pub details: Vec<DetailView>,
}

/// What a change did to one part of a document, in excerpts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetailView {
    /// The name of the field or the id of the section, for scripts; `title` for the title.
    pub place: String,
    /// What the values of the field are, for a field whose values are typed.
    pub kind: Option<FieldType>,
    /// Whether `before` and `after` are pieces struck and added, as of a text or a set, rather
    /// than the whole value.
    pub pieces: bool,
    /// The name of the part, in French.
    pub french: String,
    /// The name of the part, in English.
    pub english: String,
    /// What stood there, in its stored spelling, cut if long.
    pub before: Option<String>,
    /// What stands there since.
    pub after: Option<String>,
}

/// What is new in a document, for somebody who watches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewsView {
    /// The document.
    pub document: DocumentId,
    /// Its title; empty while it cannot be read.
    pub title: String,
    /// The version it has come to.
    pub version: Version,
    /// Who wrote what is new: organisation, its name, and whether it is this replica's own.
    pub authors: Vec<(PartnerId, String, bool)>,
    /// How many fields are in conflict.
    pub conflicts: usize,
}

/// Edits kept aside, or those of a parcel.
#[derive(Debug, Clone)]
pub struct QuarantineView {
    /// The space.
    pub space: SpaceId,
    /// The device that made them.
    pub device: DeviceId,
    /// Its organisation's name.
    pub name: String,
    /// Why the device was revoked, if it was.
    pub cause: Option<&'static str>,
    /// Whether they are this device's own.
    pub own: bool,
    /// How many changes there are.
    pub changes: usize,
    /// How many of them were adopted just now.
    pub adopted: usize,
    /// What they change, document by document.
    pub review: Vec<ReviewLine>,
}

/// What quarantined edits change in one document.
#[derive(Debug, Clone)]
pub struct ReviewLine {
    /// The document.
    pub document: DocumentId,
    /// Its title.
    pub title: String,
    /// Changes.
    pub changes: usize,
    /// Each change in words, in French.
    pub french: Vec<String>,
    /// Each change in words, in English.
    pub english: Vec<String>,
    /// What the changes write and strike, part by part.
    pub details: Vec<DetailView>,
    /// The whole document as adopting would make it, where these edits create it.
    pub created: Option<DocumentContent>,
}

/// What one exchange did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncReport {
    /// Items the relay acknowledged.
    pub sent: u64,
    /// Items received.
    pub received: u64,
    /// Edits and acts still to be sent.
    pub pending: usize,
    /// Edits kept aside.
    pub quarantined: usize,
    /// The worst state among the spaces concerned.
    pub state: LinkState,
    /// Each space by itself.
    pub spaces: Vec<SpaceSync>,
    /// The spaces where this replica may not write for now, or no longer.
    pub barred: Vec<Barred>,
}

/// What one exchange did in one space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpaceSync {
    /// The space as it stands since.
    pub view: SpaceView,
    /// Items the relay acknowledged.
    pub sent: u64,
    /// Items received.
    pub received: u64,
    /// Why the relay refused for good something that had waited here, if it did.
    pub refused: Option<Refusal>,
}

/// A space where this device, or its organisation, may not write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Barred {
    /// The space.
    pub space: SpaceId,
    /// Its title.
    pub title: String,
    /// `suspended` or `revoked` for the device, `left` or `removed` for the organisation.
    pub state: &'static str,
    /// Until when, for a suspension.
    pub until: Option<Timestamp>,
    /// Edits kept here that are not sent.
    pub kept: usize,
}

/// What a bundle holds, by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Carried {
    /// A decision.
    Decision,
    /// A sealed envelope of edits.
    Envelope,
    /// An approval of a vote.
    Approval,
    /// A request to join.
    Request,
    /// What stands behind damage, whatever it was.
    Rest,
}

impl Carried {
    /// Returns the name used in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Envelope => "envelope",
            Self::Approval => "approval",
            Self::Request => "request",
            Self::Rest => "rest",
        }
    }
}

/// Why something in a bundle was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotTaken {
    /// The file is cut or altered there.
    Damaged,
    /// No signature of the relay in the file vouches for it.
    Unvouched,
    /// It is dated later than this machine's clock allows.
    Ahead,
    /// The rules of the space refuse it.
    By(Refusal),
}

impl NotTaken {
    /// Returns the name used in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Damaged => "damaged",
            Self::Unvouched => "not-vouched-for",
            Self::Ahead => "clock-ahead",
            Self::By(refusal) => refusal.name(),
        }
    }
}

/// What replaying a space's records found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyReport {
    /// The space.
    pub space: SpaceId,
    /// Whether everything holds.
    pub valid: bool,
    /// Acts replayed.
    pub acts: u64,
    /// Acts kept without effect.
    pub set_aside: u64,
    /// Envelopes replayed.
    pub envelopes: u64,
    /// Organisations present.
    pub partners: usize,
    /// What does not hold, in French and in English.
    pub anomalies: Vec<(String, String)>,
}
