//! Deciding together, seen from one replica: inviting, asking, voting, listing.
//!
//! Every function works on what is known here and leaves errands; nothing waits for a relay.
//! What is approved is decoded from the very bytes that are signed.

use std::collections::BTreeSet;

use protocol::id::{DeviceId, PartnerId, ProposalId};
use protocol::invitation::{
    DeviceRequest, DeviceWelcome, Invitation, InvitationSecret, JoinRequest, words_digest,
};
use protocol::refusal::Refusal;
use protocol::register::{
    Admission, Cause, Clause, DeviceRole, History, Measure, PartnerCard, Proposal, Register,
    RelayTerms, Role, Roster, Rule, SignedAct, Threshold,
};

use super::command::CommandError;
use super::directory::{Notice, Topic};
use super::errand::Errand;
use super::papers::presence_name;
use super::space::Space;
use super::step::Step;
use super::view::{ApplicantView, DeviceView, Invited, MemberView, ProposalView};
use crate::words;

mod vote;

pub(super) use vote::is_vain;
use vote::proposes;

impl Space {
    /// Returns the register, or says that it is not here yet.
    pub(super) fn known(&self) -> Result<&Register, CommandError> {
        self.register.as_ref().ok_or(CommandError::NotFound("space"))
    }

    /// Makes a one-time invitation.
    pub(super) fn invite(
        &mut self,
        step: &mut Step<'_, '_>,
        role: Role,
        history: Option<History>,
    ) -> Result<Invited, CommandError> {
        let time = self.time(step);
        let register = self.known()?;
        register.roster().may_write(&self.device(), time).map_err(CommandError::Refused)?;
        let history = history.unwrap_or(register.roster().history());
        let relay = register.roster().relay().relay;
        let secret = InvitationSecret::generate(step.rng());
        let tag = secret.tag(&self.id);
        let key = protocol::id::hex(secret.bytes());
        let invitation = Invitation {
            space: self.id,
            url: self.url(),
            relay,
            sponsor: self.me.partner,
            secret,
            role,
            history,
            title: Some(self.title().to_owned()).filter(|title| !title.is_empty()),
        };
        let text = invitation.to_string();
        // Every member may then read who answers: the name is sealed with this.
        let line = Notice { topic: Topic::Invitation(tag), text: key, handed_on: false };
        self.post(step, vec![line]);
        self.add_errand(step, Errand::Invite(tag));
        Ok(Invited { invitation: text, role })
    }

    /// Writes this organisation's request to be admitted.
    pub(super) fn write_request(
        &mut self,
        step: &mut Step<'_, '_>,
        invitation: &Invitation,
        name: &str,
    ) -> Result<ProposalId, CommandError> {
        let voice = self.keys.voice.as_ref().ok_or(CommandError::NoKey("voice"))?;
        let role = match invitation.role {
            Role::Guarantor | Role::Member => DeviceRole::Editor,
            Role::Observer => DeviceRole::Reader,
        };
        let label = step.draw();
        let card = PartnerCard {
            partner: self.me.partner,
            voices: self.keys.voice_id().into_iter().collect(),
            devices: vec![self.keys.card(role, label)],
        };
        let admission = Admission {
            card,
            role: invitation.role,
            history: invitation.history,
            sponsor: invitation.sponsor,
            invitation: invitation.secret.tag(&self.id),
        };
        let profile = invitation.secret.seal_profile(&self.id, name.as_bytes(), step.rng());
        let profile = profile.map_err(|_| CommandError::Refused(Refusal::TooLarge))?;
        let request = JoinRequest::sign(voice, &self.id, admission, profile);
        let id = request.id();
        self.me.pass = invitation.secret.pass(&self.id);
        self.me.request = Some(request);
        self.add_errand(step, Errand::Knock);
        Ok(id)
    }

    /// Returns the eight words of a request.
    pub(super) fn words(&self, admission: &Admission) -> Vec<String> {
        words::spell(&words_digest(&self.id, admission))
    }

    /// Lists join requests, votes, and this replica's own request.
    pub(super) fn requests(&self, step: &Step<'_, '_>) -> Vec<ProposalView> {
        let time = self.time(step);
        let mut views = Vec::new();
        if let Some(register) = &self.register {
            for (id, proposal) in register.roster().proposals() {
                let open = register.roster().is_open(proposal, time);
                let overtaken =
                    proposal.overtaken || proposal.generation != register.roster().generation();
                let state = match (proposal.adopted, open) {
                    (true, _) => "adopted",
                    (false, true) => "open",
                    (false, false) if overtaken => "void",
                    (false, false) => "expired",
                };
                views.push(self.proposal_view(register, *id, proposal, state));
            }
        }
        for measure in self.errands.iter().filter_map(|(_, errand)| match errand {
            Errand::Submit(act) => proposes(act),
            Errand::Found { .. } | Errand::Approve(_) | Errand::Invite(_) | Errand::Knock => None,
        }) {
            if views.iter().all(|view| view.proposal != measure.id() || view.state != "open") {
                views.retain(|view| view.proposal != measure.id());
                views.push(self.unordered_view(&measure, "open"));
            }
        }
        let own = self.me.request.iter();
        for request in self.mailbox.requests.values().chain(own) {
            if views.iter().all(|view| view.proposal != request.id()) {
                views.push(self.unordered_view(&request.measure(), "request"));
            }
        }
        views
    }

    fn proposal_view(
        &self,
        register: &Register,
        id: ProposalId,
        proposal: &Proposal,
        state: &'static str,
    ) -> ProposalView {
        let approvals = self.approvals_known(id);
        let counted: Vec<PartnerId> = match proposal.adopted {
            true => proposal.approved_by.iter().copied().collect(),
            false => register.count_approvals(id, &approvals).into_iter().collect(),
        };
        ProposalView {
            proposal: id,
            measure: proposal.measure.name(),
            subject: self.subject_of(&proposal.measure),
            name: self.subject_name(&proposal.measure),
            role: role_of(&proposal.measure),
            applicant: self.applicant(&proposal.measure),
            about_us: register.roster().subject(&proposal.measure) == Some(self.me.partner),
            approved_by_us: counted.contains(&self.me.partner),
            approvals: counted,
            needed: match proposal.adopted {
                true => proposal.needed,
                false => register.roster().needed(&proposal.measure),
            },
            able: able(register, &proposal.measure),
            state,
        }
    }

    /// Shows what no register has yet: a request to join, or a vote opened here.
    fn unordered_view(&self, measure: &Measure, state: &'static str) -> ProposalView {
        let known = self.approvals_known(measure.id());
        let approvals: BTreeSet<PartnerId> = known.iter().map(|one| one.partner).collect();
        ProposalView {
            proposal: measure.id(),
            measure: measure.name(),
            subject: self.subject_of(measure),
            name: self.subject_name(measure),
            role: role_of(measure),
            applicant: self.applicant(measure),
            approved_by_us: approvals.contains(&self.me.partner),
            approvals: approvals.into_iter().collect(),
            needed: self.register.as_ref().map_or(0, |r| r.roster().needed(measure)),
            able: self.register.as_ref().map_or(0, |register| able(register, measure)),
            about_us: false,
            state,
        }
    }

    /// Returns what a vote is about, in the names that scripts read.
    fn subject_of(&self, measure: &Measure) -> String {
        match measure {
            Measure::Admit(_) | Measure::Remove(..) | Measure::RevokeDevice(..) => {
                self.subject_name(measure)
            }
            Measure::ChangeRole(_, role) => {
                format!("{} → {}", self.subject_name(measure), role.name())
            }
            Measure::ChangeRule(rule) => rule_name(rule),
            Measure::ChangeRelay(terms) => relay_name(terms),
            Measure::Close(closing) => closing.name().to_owned(),
        }
    }

    /// Returns the name of the organisation or the device a vote is about, else nothing.
    fn subject_name(&self, measure: &Measure) -> String {
        let named = |partner: &PartnerId| match self.name_of(partner) {
            name if name.is_empty() => partner.short(),
            name => name,
        };
        match measure {
            Measure::Admit(admission) => match self.applicant_name(admission) {
                Some(name) => name,
                None => named(&admission.card.partner),
            },
            Measure::Remove(partner, _) | Measure::ChangeRole(partner, _) => named(partner),
            Measure::RevokeDevice(device, _) => match self.directory.device(device) {
                "" => device.short(),
                label => label.to_owned(),
            },
            Measure::ChangeRule(_) | Measure::ChangeRelay(_) | Measure::Close(_) => String::new(),
        }
    }

    fn applicant(&self, measure: &Measure) -> Option<ApplicantView> {
        let Measure::Admit(admission) = measure else {
            return None;
        };
        Some(ApplicantView {
            partner: admission.card.partner,
            name: self.applicant_name(admission).unwrap_or_default(),
            words: self.words(admission),
        })
    }

    /// Returns the name of whoever asks to join: the one it gave with its request, for its id
    /// is of its own choice too, and may be that of somebody who left.
    fn applicant_name(&self, admission: &Admission) -> Option<String> {
        let given = self.name_given(admission);
        let known = || Some(self.name_of(&admission.card.partner)).filter(|name| !name.is_empty());
        given.or_else(known)
    }

    /// Opens the name an applicant sealed for whoever holds its invitation.
    fn name_given(&self, admission: &Admission) -> Option<String> {
        let key = self.directory.invitation(&admission.sponsor, &admission.invitation)?;
        let key: [u8; 16] = protocol::id::unhex(key)?.try_into().ok()?;
        let secret = InvitationSecret::from_bytes(&key);
        let request =
            self.mailbox.requests.values().find(|request| request.admission == *admission)?;
        let profile = secret.open_profile(&self.id, &request.profile).ok()?;
        String::from_utf8(profile.to_vec()).ok()
    }

    /// Hands on the name a newcomer gave: one that only reads cannot write it itself.
    pub(super) fn introduce_newcomer(&mut self, step: &mut Step<'_, '_>, id: ProposalId) {
        let Some(request) = self.mailbox.requests.get(&id) else {
            return;
        };
        let admission = request.admission.clone();
        if let Some(text) = self.applicant_name(&admission) {
            let topic = Topic::Partner(admission.card.partner);
            self.post(step, vec![Notice { topic, text, handed_on: true }]);
        }
    }

    /// Signs an act of this organisation's voice and leaves it to be submitted.
    pub(super) fn speak(
        &mut self,
        step: &mut Step<'_, '_>,
        clause: Clause,
    ) -> Result<(), CommandError> {
        let time = self.time(step);
        let act = self.sign(step, clause)?;
        self.known()?.judge(&act, time).map_err(CommandError::Refused)?;
        self.add_errand(step, Errand::Submit(act));
        Ok(())
    }

    /// Signs an act of this organisation's voice, as the register stands here.
    fn sign(&self, step: &mut Step<'_, '_>, clause: Clause) -> Result<SignedAct, CommandError> {
        let voice = self.keys.voice_id().ok_or(CommandError::NoKey("voice"))?;
        let act = self.known()?.draft(*voice.bytes(), step.draw(), clause);
        let secret = self.keys.voice.as_ref().ok_or(CommandError::NoKey("voice"))?;
        Ok(act.sign(secret))
    }

    /// Lists the members with the names the directory has.
    pub(super) fn members(&self, step: &Step<'_, '_>) -> Result<Vec<MemberView>, CommandError> {
        let time = self.time(step);
        let roster = self.known()?.roster();
        let device = |id: &DeviceId, state: &protocol::register::Device| {
            let suspended = state.suspension.filter(|s| time < s.until);
            DeviceView {
                device: *id,
                label: self.directory.device(id).to_owned(),
                role: state.role.name(),
                state: match (state.revoked, suspended) {
                    (Some(_), _) => "revoked",
                    (None, Some(_)) => "suspended",
                    (None, None) => "active",
                },
                until: suspended.map(|s| s.until),
                own: *id == self.device(),
            }
        };
        let member = |(id, state): (&PartnerId, &protocol::register::Partner)| MemberView {
            partner: *id,
            name: self.name_of(id),
            role: state.role,
            state: presence_name(state.presence),
            own: *id == self.me.partner,
            devices: roster
                .devices()
                .filter(|(_, device)| device.partner == *id)
                .map(|(id, state)| device(id, state))
                .collect(),
        };
        Ok(roster.partners().map(member).collect())
    }

    /// Adds a machine of this organisation and returns what to type on it.
    pub(super) fn add_device(
        &mut self,
        step: &mut Step<'_, '_>,
        request: &str,
        role: DeviceRole,
    ) -> Result<(DeviceId, String), CommandError> {
        let DeviceRequest(mut card) = request.parse().map_err(paste_error)?;
        card.role = role;
        let device = card.device;
        self.speak(step, Clause::AddDevice(card))?;
        let welcome = DeviceWelcome {
            space: self.id,
            url: self.url(),
            relay: self.known()?.roster().relay().relay,
            partner: self.me.partner,
        };
        Ok((device, welcome.to_string()))
    }

    pub(super) fn revoke_device(
        &mut self,
        step: &mut Step<'_, '_>,
        device: DeviceId,
        cause: Cause,
    ) -> Result<(), CommandError> {
        self.speak(step, Clause::RevokeDevice(device, cause))
    }
}

/// Returns how many guarantors may vote on a measure: the one it is about may not, and one that
/// has no machine left cannot.
fn able(register: &Register, measure: &Measure) -> usize {
    let roster = register.roster();
    let subject = roster.subject(measure);
    let guarantors = roster.guarantors();
    guarantors.iter().filter(|one| Some(**one) != subject && can_act(roster, one)).count()
}

/// Tells whether an organisation has a machine left that may act for it. One that is suspended
/// comes back by itself and counts.
pub(super) fn can_act(roster: &Roster, partner: &PartnerId) -> bool {
    let mut devices = roster.devices().filter(|(_, device)| device.partner == *partner);
    devices.any(|(_, device)| device.revoked.is_none() && device.role == DeviceRole::Editor)
}

/// Says that an organisation has no voice in what is decided about itself.
fn own_vote(measure: &Measure) -> CommandError {
    let (french, english) = match measure {
        Measure::Remove(..) => (
            "une organisation ne vote pas sur son propre retrait : les autres garants en décident",
            "an organisation does not vote on its own removal: the other guarantors decide",
        ),
        Measure::ChangeRole(..) => (
            "une organisation ne vote pas sur son propre rôle : les autres garants en décident",
            "an organisation does not vote on its own role: the other guarantors decide",
        ),
        Measure::RevokeDevice(..)
        | Measure::Admit(_)
        | Measure::ChangeRule(_)
        | Measure::ChangeRelay(_)
        | Measure::Close(_) => (
            "une organisation ne vote pas sur ce qui la vise : les autres garants en décident",
            "an organisation does not vote on what is about it: the other guarantors decide",
        ),
    };
    CommandError::Invalid {
        code: "own-vote",
        french: french.to_owned(),
        english: english.to_owned(),
    }
}

/// Returns a rule as it is typed, or its four thresholds where no name says them all.
fn rule_name(rule: &Rule) -> String {
    if *rule == Rule::USUAL {
        return "usual".to_owned();
    }
    if *rule == Rule::same(rule.governance) {
        return rule.governance.name();
    }
    let parts = [rule.governance, rule.expulsion, rule.change, rule.relay];
    parts.map(Threshold::name).join(" / ")
}

fn role_of(measure: &Measure) -> Option<Role> {
    match measure {
        Measure::Admit(admission) => Some(admission.role),
        Measure::ChangeRole(_, role) => Some(*role),
        Measure::Remove(..)
        | Measure::RevokeDevice(..)
        | Measure::ChangeRule(_)
        | Measure::ChangeRelay(_)
        | Measure::Close(_) => None,
    }
}

/// Says in both languages why a pasted string cannot be used.
pub(super) fn paste_error(error: protocol::invitation::PasteError) -> CommandError {
    CommandError::Invalid { code: "bad-paste", french: error.french(), english: error.to_string() }
}

/// Says which relay terms name: the address alone may be that of the relay in use.
fn relay_name(terms: &RelayTerms) -> String {
    let RelayTerms { relay, operator, url, health_hosting, .. } = terms;
    let hosting = if *health_hosting { " · HDS" } else { "" };
    format!("{url} · {} · {}{hosting}", relay.short(), operator.short())
}
