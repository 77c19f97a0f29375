//! What an act changes in the roster, once the rules have said yes.
//!
//! Enacting cannot fail: every condition was judged before. One function per clause.

use std::collections::{BTreeMap, BTreeSet};

use super::roster::{Activity, key_mark};
use super::rules::count_approvals;
use super::{
    Admission, Approval, Attested, Cause, Charter, Clause, Device, DeviceCard, EpochOpening,
    EpochState, GivenVisa, History, KeyGrant, Measure, Partner, PartnerCard, Presence, Proposal,
    ProvenAct, RelayTerms, Role, Roster, Suspension, TurnCause, Visa,
};
use crate::env::Timestamp;
use crate::id::{ActId, DeviceId, PartnerId, ProposalId, VoiceId};
use crate::limits;

impl Roster {
    /// Enacts a charter that was judged.
    pub(super) fn enact_charter(&mut self, charter: &Charter, time: Timestamp) {
        self.use_relay(&charter.relay);
        for founder in &charter.founders {
            self.seat(founder, Role::Guarantor, History::All, time);
        }
    }

    /// Enacts an act that was judged at the same state and time.
    pub(super) fn enact(&mut self, proven: &ProvenAct, time: Timestamp) {
        self.spend(proven.id);
        let author = proven.act.author;
        self.count_act(author, time);
        match &proven.act.clause {
            Clause::Charter(_) => {}
            Clause::Propose(measure) => self.open_vote(author, measure, time),
            Clause::Adopt(id) => self.adopt(*id, &proven.approvals, time),
            Clause::Withdraw(id) => self.withdraw(author, *id),
            Clause::Leave => self.leave(author),
            Clause::SetVoices { add, drop } => self.set_voices(author, add, drop),
            Clause::AddDevice(card) => {
                if let Some(partner) = self.partner_of_voice(&VoiceId::new(author)) {
                    self.enrol(partner, card);
                }
            }
            Clause::RevokeDevice(device, cause) => self.revoke(device, *cause),
            Clause::SuspendDevice(device, until) => self.suspend(device, time, *until),
            Clause::ResumeDevice(device) => self.resume(device, time),
            Clause::OpenEpoch(opening) => self.open_epoch(author, opening, time),
            Clause::GrantKeys(grant) => self.grant(grant),
            Clause::SignConvention(visa) => self.endorse(proven, visa, time),
            Clause::AttestErasure(erasure) => {
                let attested = Attested { at: time, erasure: erasure.clone() };
                self.attested.insert(DeviceId::new(author), attested);
            }
        }
    }

    /// Keeps a visa: it stays, dated, whatever becomes of the organisation, and changes
    /// nothing else.
    fn endorse(&mut self, proven: &ProvenAct, visa: &Visa, at: Timestamp) {
        let voice = VoiceId::new(proven.act.author);
        if let Some(partner) = self.partner_of_voice(&voice) {
            let given = GivenVisa { partner, voice, act: proven.id, at, visa: *visa };
            self.visas.entry(visa.version).or_default().push(given);
        }
    }

    /// Remembers an act, so that it never serves again.
    pub(super) fn spend(&mut self, act: ActId) {
        self.acts.insert(act);
    }

    fn count_act(&mut self, author: [u8; 32], time: Timestamp) {
        let Some(partner) = self.partner_of_author(&author) else {
            return;
        };
        let fresh = Activity { since: time, acts: 0 };
        let activity = self.activity.entry(partner).or_insert(fresh);
        if time >= activity.since.after(limits::DAY) {
            *activity = fresh;
        }
        activity.acts += 1;
    }

    fn use_key(&mut self, key: &[u8]) {
        self.keys_used.insert(key_mark(key));
    }

    fn use_relay(&mut self, terms: &RelayTerms) {
        self.use_key(terms.relay.bytes());
        self.use_key(terms.operator.bytes());
        self.relays_used.insert(terms.relay);
        self.operators_used.insert(terms.operator);
    }

    fn seat(&mut self, card: &PartnerCard, role: Role, history: History, since: Timestamp) {
        let partner = Partner {
            role,
            presence: Presence::Here,
            history,
            voices: card.voices.iter().copied().collect(),
            epochs_before: self.epochs.len(),
            since,
        };
        for voice in &card.voices {
            self.use_key(voice.bytes());
            self.voices.insert(*voice, card.partner);
        }
        self.partners.insert(card.partner, partner);
        for device in &card.devices {
            self.enrol(card.partner, device);
        }
    }

    fn enrol(&mut self, partner: PartnerId, card: &DeviceCard) {
        self.use_key(card.device.bytes());
        self.use_key(card.wrap.bytes());
        let device = Device {
            partner,
            wrap: card.wrap.clone(),
            role: card.role,
            label: card.label,
            revoked: None,
            suspension: None,
            rotations: Vec::new(),
        };
        self.devices.insert(card.device, device);
    }

    fn open_vote(&mut self, author: [u8; 32], measure: &Measure, time: Timestamp) {
        let Some(partner) = self.partner_of_voice(&VoiceId::new(author)) else {
            return;
        };
        let id = measure.id();
        let earlier = self.proposals.get(&id);
        let openings = earlier.map_or(0, |p| p.openings) + 1;
        let withdrawals = earlier.map_or_else(BTreeMap::new, |p| p.withdrawals.clone());
        let proposal = Proposal {
            measure: measure.clone(),
            opened_by: partner,
            opened_at: time,
            generation: self.generation,
            openings,
            withdrawals,
            adopted: false,
            needed: 0,
            approved_by: BTreeSet::new(),
            overtaken: false,
        };
        self.proposals.insert(id, proposal);
    }

    fn withdraw(&mut self, author: [u8; 32], id: ProposalId) {
        if let Some(partner) = self.partner_of_voice(&VoiceId::new(author))
            && let Some(proposal) = self.proposals.get_mut(&id)
        {
            *proposal.withdrawals.entry(partner).or_insert(0) += 1;
        }
    }

    fn adopt(&mut self, id: ProposalId, approvals: &[Approval], time: Timestamp) {
        let Some(measure) = self.proposals.get(&id).map(|p| p.measure.clone()) else {
            return;
        };
        let needed = self.needed(&measure);
        let approved_by = count_approvals(self, id, approvals);
        if let Some(proposal) = self.proposals.get_mut(&id) {
            proposal.adopted = true;
            proposal.needed = needed;
            proposal.approved_by = approved_by;
        }
        match measure {
            Measure::Admit(admission) => self.admit(&admission, time),
            Measure::Remove(partner, cause) => self.depart(&partner, Presence::Removed(cause)),
            Measure::ChangeRole(partner, role) => self.change_role(&partner, role),
            Measure::RevokeDevice(device, cause) => self.revoke(&device, cause),
            Measure::ChangeRule(rule) => {
                self.rule = rule;
                self.generation += 1;
            }
            Measure::ChangeRelay(terms) => {
                self.use_relay(&terms);
                self.relay = terms;
                self.overtake(|other| matches!(other, Measure::ChangeRelay(_)));
            }
            Measure::Close(closing) => self.closed = Some(closing),
        }
    }

    fn admit(&mut self, admission: &Admission, time: Timestamp) {
        self.seat(&admission.card, admission.role, admission.history, time);
        self.overtake_about(&admission.card.partner);
        if admission.role == Role::Guarantor {
            self.generation += 1;
        }
        if admission.history == History::None {
            self.turn(TurnCause::Arrival);
        }
    }

    fn change_role(&mut self, partner: &PartnerId, role: Role) {
        let Some(state) = self.partners.get_mut(partner) else {
            return;
        };
        let votes_before = state.role == Role::Guarantor;
        state.role = role;
        if votes_before || role == Role::Guarantor {
            self.generation += 1;
        }
        self.overtake_about(partner);
    }

    /// Closes the votes about an organisation whose standing has just changed: approvals given
    /// for it as it was do not hold for it as it is.
    fn overtake_about(&mut self, subject: &PartnerId) {
        self.overtake(|measure| measure.subject() == Some(*subject));
    }

    fn overtake(&mut self, concerned: impl Fn(&Measure) -> bool) {
        for proposal in self.proposals.values_mut().filter(|p| !p.adopted) {
            proposal.overtaken |= concerned(&proposal.measure);
        }
    }

    fn leave(&mut self, author: [u8; 32]) {
        if let Some(partner) = self.partner_of_voice(&VoiceId::new(author)) {
            self.depart(&partner, Presence::Left);
        }
    }

    fn depart(&mut self, partner: &PartnerId, presence: Presence) {
        let Some(state) = self.partners.get_mut(partner) else {
            return;
        };
        state.presence = presence;
        if state.role == Role::Guarantor {
            self.generation += 1;
        }
        // Keys of the departed never serve again, even if it is admitted anew.
        self.voices.retain(|_, of| of != partner);
        for device in self.devices.values_mut().filter(|device| device.partner == *partner) {
            device.revoked.get_or_insert(Cause::Retired);
        }
        self.overtake_about(partner);
        self.turn(TurnCause::Departure);
    }

    fn set_voices(&mut self, author: [u8; 32], add: &[VoiceId], drop: &[VoiceId]) {
        let Some(partner) = self.partner_of_voice(&VoiceId::new(author)) else {
            return;
        };
        for voice in drop {
            self.voices.remove(voice);
        }
        for voice in add {
            self.use_key(voice.bytes());
            self.voices.insert(*voice, partner);
        }
        if let Some(state) = self.partners.get_mut(&partner) {
            state.voices.retain(|voice| !drop.contains(voice));
            state.voices.extend(add.iter().copied());
        }
    }

    fn revoke(&mut self, device: &DeviceId, cause: Cause) {
        if let Some(state) = self.devices.get_mut(device) {
            state.revoked = Some(cause);
            self.turn(TurnCause::Departure);
        }
    }

    fn suspend(&mut self, device: &DeviceId, since: Timestamp, until: Timestamp) {
        if let Some(state) = self.devices.get_mut(device) {
            state.suspension = Some(Suspension { since, until });
            self.turn(TurnCause::Departure);
        }
    }

    fn resume(&mut self, device: &DeviceId, time: Timestamp) {
        if let Some(suspension) =
            self.devices.get_mut(device).and_then(|state| state.suspension.as_mut())
        {
            suspension.until = time;
        }
    }

    /// Asks for a new epoch, unless none was opened yet.
    fn turn(&mut self, cause: TurnCause) {
        if !self.epochs.is_empty() {
            self.must_turn = Some(cause);
        }
    }

    fn open_epoch(&mut self, author: [u8; 32], opening: &EpochOpening, time: Timestamp) {
        let opened_by = DeviceId::new(author);
        let holders =
            self.active_devices(time).into_iter().map(|(id, _)| (id, opening.wraps)).collect();
        self.epochs.push(EpochState {
            id: opening.epoch,
            previous: opening.previous,
            opened_by,
            opened_at: time,
            holders,
        });
        self.must_turn = None;
        if let Some(device) = self.devices.get_mut(&opened_by) {
            device.rotations.push(time);
            let spare = device.rotations.len().saturating_sub(limits::ROTATIONS_PER_DAY_MAX);
            device.rotations.drain(..spare);
        }
    }

    fn grant(&mut self, grant: &KeyGrant) {
        for epoch in self.epochs.iter_mut().filter(|epoch| grant.epochs.contains(&epoch.id)) {
            epoch.holders.insert(grant.to, grant.wraps);
        }
    }
}
