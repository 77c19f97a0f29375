//! The roster: what the acts of a register amount to, at one point of it.
//!
//! Plain state and questions about it. How an act changes it stands in `enact`, whether an
//! act may, in `rules`. Nothing here reads a clock: times are register or journal times.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Cause, Charter, Closing, DeviceRole, History, Measure, RelayTerms, Role, Rule, SpaceKind,
};
use crate::crypto::{self, Hash, Label, WrapPublic};
use crate::env::Timestamp;
use crate::id::{ActId, DeviceId, EpochId, OperatorId, PartnerId, ProposalId};
use crate::id::{RelayId, SpaceId, VoiceId};
use crate::limits;
use crate::refusal::Refusal;

/// The members of a space and the rules between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roster {
    pub(super) space: SpaceId,
    pub(super) kind: SpaceKind,
    pub(super) rule: Rule,
    pub(super) relay: RelayTerms,
    pub(super) history: History,
    pub(super) generation: u64,
    pub(super) partners: BTreeMap<PartnerId, Partner>,
    pub(super) devices: BTreeMap<DeviceId, Device>,
    pub(super) voices: BTreeMap<VoiceId, PartnerId>,
    pub(super) keys_used: BTreeSet<Hash>,
    pub(super) relays_used: BTreeSet<RelayId>,
    pub(super) operators_used: BTreeSet<OperatorId>,
    pub(super) proposals: BTreeMap<ProposalId, Proposal>,
    pub(super) epochs: Vec<EpochState>,
    pub(super) must_turn: Option<super::TurnCause>,
    pub(super) closed: Option<Closing>,
    pub(super) acts: BTreeSet<ActId>,
    pub(super) activity: BTreeMap<PartnerId, Activity>,
    pub(super) visas: BTreeMap<Hash, Vec<super::GivenVisa>>,
    pub(super) attested: BTreeMap<DeviceId, super::Attested>,
}

/// How many acts of an organisation had effect within the day that began at `since`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Activity {
    pub(super) since: Timestamp,
    pub(super) acts: u32,
}

/// An organisation in a space, gone ones included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// What it may do.
    pub role: Role,
    /// Whether it is still there.
    pub presence: Presence,
    /// What it reads of the past.
    pub history: History,
    /// The voice keys it holds now.
    pub voices: BTreeSet<VoiceId>,
    /// Epochs opened before its admission.
    pub epochs_before: usize,
    /// Register time of its admission.
    pub since: Timestamp,
}

/// Whether an organisation is still in the space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It is.
    Here,
    /// It left of its own accord.
    Left,
    /// The others removed it.
    Removed(Cause),
}

/// A device of an organisation, revoked ones included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// The organisation it belongs to.
    pub partner: PartnerId,
    /// The key secrets are wrapped for.
    pub wrap: WrapPublic,
    /// What it may do.
    pub role: DeviceRole,
    /// Salted commitment to its label.
    pub label: Hash,
    /// Why it was revoked, if it was.
    pub revoked: Option<Cause>,
    /// Until when it is suspended, and since when.
    pub suspension: Option<Suspension>,
    /// When it opened its last epochs, oldest first.
    pub rotations: Vec<Timestamp>,
}

/// A suspension by the relay's operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suspension {
    /// Register time it began.
    pub since: Timestamp,
    /// Register time it ends.
    pub until: Timestamp,
}

/// A vote, open or past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// What is voted on.
    pub measure: Measure,
    /// The organisation that opened the vote.
    pub opened_by: PartnerId,
    /// Register time it was opened.
    pub opened_at: Timestamp,
    /// The governance generation it was opened in.
    pub generation: u64,
    /// How often the measure was proposed.
    pub openings: u64,
    /// How often each organisation took its approval back.
    pub withdrawals: BTreeMap<PartnerId, u64>,
    /// Whether it was adopted.
    pub adopted: bool,
    /// How many approvals were needed when it was adopted, zero before.
    pub needed: usize,
    /// The organisations whose approvals were counted when it was adopted.
    pub approved_by: BTreeSet<PartnerId>,
    /// Whether another decision about the same subject came first, or the subject left.
    pub overtaken: bool,
}

impl Proposal {
    /// Returns the round an organisation's approval must be for.
    #[must_use]
    pub fn round(&self, partner: &PartnerId) -> u64 {
        self.openings + self.withdrawals.get(partner).copied().unwrap_or(0)
    }
}

/// A period under one content key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpochState {
    /// The epoch.
    pub id: EpochId,
    /// The epoch before it; all zero for the first.
    pub previous: EpochId,
    /// The device that opened it.
    pub opened_by: DeviceId,
    /// Register time it was opened.
    pub opened_at: Timestamp,
    /// The devices its key was wrapped for, and where each finds its wrap.
    pub holders: BTreeMap<DeviceId, Hash>,
}

impl Roster {
    /// Starts from a charter already judged.
    pub(super) fn new(space: SpaceId, charter: &Charter) -> Self {
        Self {
            space,
            kind: charter.kind,
            rule: charter.rule,
            relay: charter.relay.clone(),
            history: charter.history,
            generation: 0,
            partners: BTreeMap::new(),
            devices: BTreeMap::new(),
            voices: BTreeMap::new(),
            keys_used: BTreeSet::new(),
            relays_used: BTreeSet::new(),
            operators_used: BTreeSet::new(),
            proposals: BTreeMap::new(),
            epochs: Vec::new(),
            must_turn: Some(super::TurnCause::First),
            closed: None,
            acts: BTreeSet::new(),
            activity: BTreeMap::new(),
            visas: BTreeMap::new(),
            attested: BTreeMap::new(),
        }
    }

    /// Returns the space.
    #[must_use]
    pub fn space(&self) -> SpaceId {
        self.space
    }

    /// Returns what the space is for.
    #[must_use]
    pub fn kind(&self) -> SpaceKind {
        self.kind
    }

    /// Returns the thresholds in force.
    #[must_use]
    pub fn rule(&self) -> Rule {
        self.rule
    }

    /// Returns the relay in force.
    #[must_use]
    pub fn relay(&self) -> &RelayTerms {
        &self.relay
    }

    /// Returns what newcomers read when nothing else is said.
    #[must_use]
    pub fn history(&self) -> History {
        self.history
    }

    /// Returns the governance generation: it grows with each change of guarantors or rule.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Returns how the space was closed, if it was.
    #[must_use]
    pub fn closed(&self) -> Option<Closing> {
        self.closed
    }

    /// Returns every organisation, gone ones included.
    pub fn partners(&self) -> impl Iterator<Item = (&PartnerId, &Partner)> {
        self.partners.iter()
    }

    /// Returns an organisation, gone or not.
    #[must_use]
    pub fn partner(&self, partner: &PartnerId) -> Option<&Partner> {
        self.partners.get(partner)
    }

    /// Returns an organisation that is still there.
    #[must_use]
    pub fn present(&self, partner: &PartnerId) -> Option<&Partner> {
        self.partners.get(partner).filter(|p| p.presence == Presence::Here)
    }

    /// Returns every device, revoked ones included.
    pub fn devices(&self) -> impl Iterator<Item = (&DeviceId, &Device)> {
        self.devices.iter()
    }

    /// Returns a device, revoked or not.
    #[must_use]
    pub fn device(&self, device: &DeviceId) -> Option<&Device> {
        self.devices.get(device)
    }

    /// Returns the organisation a voice speaks for now.
    #[must_use]
    pub fn partner_of_voice(&self, voice: &VoiceId) -> Option<PartnerId> {
        self.voices.get(voice).copied().filter(|partner| self.present(partner).is_some())
    }

    /// Returns the organisation that an author, voice or device, acts for; gone ones included.
    pub(super) fn partner_of_author(&self, author: &[u8; 32]) -> Option<PartnerId> {
        let device = || self.device(&DeviceId::new(*author)).map(|device| device.partner);
        self.partner_of_voice(&VoiceId::new(*author)).or_else(device)
    }

    /// Returns the guarantors that are still there.
    #[must_use]
    pub fn guarantors(&self) -> Vec<PartnerId> {
        let here = |p: &Partner| p.presence == Presence::Here && p.role == Role::Guarantor;
        self.partners.iter().filter(|(_, p)| here(p)).map(|(id, _)| *id).collect()
    }

    /// Tells whether a device may take part at a given time, for reading at least.
    ///
    /// # Errors
    /// Says whether it is unknown, revoked, suspended, or its organisation gone.
    pub fn may_take_part(&self, device: &DeviceId, time: Timestamp) -> Result<&Device, Refusal> {
        let state = self.devices.get(device).ok_or(Refusal::NotADevice)?;
        if self.present(&state.partner).is_none() {
            return Err(Refusal::NotAMember);
        }
        if state.revoked.is_some() {
            return Err(Refusal::DeviceRevoked);
        }
        if state.suspension.is_some_and(|s| time < s.until) {
            return Err(Refusal::DeviceSuspended);
        }
        Ok(state)
    }

    /// Tells whether a device may write at a given time.
    ///
    /// # Errors
    /// Says why not.
    pub fn may_write(&self, device: &DeviceId, time: Timestamp) -> Result<(), Refusal> {
        let state = self.may_take_part(device, time)?;
        let observer =
            self.present(&state.partner).is_none_or(|partner| partner.role == Role::Observer);
        if state.role != DeviceRole::Editor || observer {
            return Err(Refusal::NotAnEditor);
        }
        self.is_going()
    }

    /// Tells whether the space goes on.
    ///
    /// # Errors
    /// Says how it was closed.
    pub fn is_going(&self) -> Result<(), Refusal> {
        match self.closed {
            None => Ok(()),
            Some(Closing::Archive) => Err(Refusal::SpaceClosed),
            Some(Closing::Erase) => Err(Refusal::SpaceErased),
        }
    }

    /// Tells whether a device may append under an epoch at a given time.
    ///
    /// # Errors
    /// Says why not; a stale epoch is told apart from one that must turn first.
    pub fn may_append(
        &self,
        device: &DeviceId,
        epoch: &EpochId,
        time: Timestamp,
    ) -> Result<(), Refusal> {
        self.may_write(device, time)?;
        let open = self.epoch().ok_or(Refusal::NoEpoch)?;
        if open.id != *epoch {
            return Err(Refusal::StaleEpoch);
        }
        if self.must_turn.is_some() {
            return Err(Refusal::EpochMustTurn);
        }
        Ok(())
    }

    /// Returns the devices that may read at a given time, with the keys to wrap for.
    #[must_use]
    pub fn active_devices(&self, time: Timestamp) -> Vec<(DeviceId, WrapPublic)> {
        let active = self.devices.iter().filter(|(id, _)| self.may_take_part(id, time).is_ok());
        active.map(|(id, device)| (*id, device.wrap.clone())).collect()
    }

    /// Returns the open epoch.
    #[must_use]
    pub fn epoch(&self) -> Option<&EpochState> {
        self.epochs.last()
    }

    /// Returns every epoch in the order they were opened.
    #[must_use]
    pub fn epochs(&self) -> &[EpochState] {
        &self.epochs
    }

    /// Returns why a new epoch must be opened before anything is sealed, if so.
    #[must_use]
    pub fn must_turn(&self) -> Option<super::TurnCause> {
        self.must_turn
    }

    /// Tells whether an organisation may be given the key of the epoch at `index`.
    #[must_use]
    pub fn may_hold(&self, partner: &PartnerId, index: usize) -> bool {
        self.present(partner).is_some_and(|p| p.history == History::All || index >= p.epochs_before)
    }

    /// Returns each active device that lacks keys it may hold, with the epochs it lacks.
    #[must_use]
    pub fn missing_grants(&self, time: Timestamp) -> Vec<(DeviceId, Vec<EpochId>)> {
        let mut missing = Vec::new();
        for (id, device) in &self.devices {
            if self.may_take_part(id, time).is_err() {
                continue;
            }
            let lacks = |(index, epoch): &(usize, &EpochState)| {
                self.may_hold(&device.partner, *index) && !epoch.holders.contains_key(id)
            };
            let lacking = self.epochs.iter().enumerate().filter(lacks).map(|(_, e)| e.id);
            let epochs: Vec<_> = lacking.take(limits::GRANTED_EPOCHS_MAX).collect();
            if !epochs.is_empty() {
                missing.push((*id, epochs));
            }
        }
        missing
    }

    /// Returns every vote, past ones included.
    pub fn proposals(&self) -> impl Iterator<Item = (&ProposalId, &Proposal)> {
        self.proposals.iter()
    }

    /// Returns a vote.
    #[must_use]
    pub fn proposal(&self, id: &ProposalId) -> Option<&Proposal> {
        self.proposals.get(id)
    }

    /// Tells whether a vote can still be adopted at a register time.
    #[must_use]
    pub fn is_open(&self, proposal: &Proposal, time: Timestamp) -> bool {
        !proposal.adopted
            && !proposal.overtaken
            && proposal.generation == self.generation
            && time < proposal.opened_at.after(limits::PROPOSAL_LIFE)
    }

    /// Returns the organisation a measure is about, which is counted and may not vote on it:
    /// for a device, the organisation it belongs to.
    #[must_use]
    pub fn subject(&self, measure: &Measure) -> Option<PartnerId> {
        match measure {
            Measure::RevokeDevice(device, _) => self.device(device).map(|d| d.partner),
            Measure::Admit(_)
            | Measure::Remove(..)
            | Measure::ChangeRole(..)
            | Measure::ChangeRule(_)
            | Measure::ChangeRelay(_)
            | Measure::Close(_) => measure.subject(),
        }
    }

    /// Returns how many approvals a measure needs now.
    #[must_use]
    pub fn needed(&self, measure: &Measure) -> usize {
        let guarantors = self.guarantors().len();
        let threshold = match measure {
            Measure::Admit(_) | Measure::RevokeDevice(..) | Measure::Close(_) => {
                self.rule.governance
            }
            Measure::Remove(..) => self.rule.expulsion,
            Measure::ChangeRole(partner, _) => {
                let votes = self.present(partner).is_some_and(|p| p.role == Role::Guarantor);
                if votes { self.rule.expulsion } else { self.rule.governance }
            }
            Measure::ChangeRule(new) => {
                let (old, new) = (self.rule.change, new.change);
                return old.needed(guarantors).max(new.needed(guarantors));
            }
            Measure::ChangeRelay(_) => self.rule.relay,
        };
        threshold.needed(guarantors)
    }
}

/// Returns what a register remembers of a key that served: its digest, whatever its kind.
pub(super) fn key_mark(key: &[u8]) -> Hash {
    let mut hasher = crypto::Hasher::new();
    hasher.update(key);
    hasher.finish()
}

/// Hashes the recipients of an epoch key, as the register checks it: devices ascending, each
/// with the key its wrap is made for.
#[must_use]
pub fn recipients_hash(recipients: &[(DeviceId, WrapPublic)]) -> Hash {
    let mut sorted: Vec<_> = recipients.iter().collect();
    sorted.sort_by_key(|(device, _)| *device);
    let mut bytes = Vec::with_capacity(sorted.len() * (DeviceId::SIZE + WrapPublic::SIZE));
    for (device, wrap) in sorted {
        bytes.extend_from_slice(device.bytes());
        bytes.extend_from_slice(wrap.bytes());
    }
    crypto::hash(Label::Recipients, &bytes)
}
