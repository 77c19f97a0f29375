//! Who may do what: one function per clause, each answering yes or a reason.
//!
//! Rules read the roster and change nothing. Votes are counted here and nowhere else, by
//! organisation: see [`count_approvals`]. A clause without a rule does not compile.

use std::collections::BTreeSet;

use super::roster::key_mark;
use super::{
    Approval, Cause, Charter, Clause, Device, DeviceCard, DeviceRole, EpochOpening, KeyGrant,
    Measure, PartnerCard, ProvenAct, Role, Roster, SignedAct, TurnCause, recipients_hash,
};
use crate::crypto::{self, Label};
use crate::env::Timestamp;
use crate::id::{DeviceId, EpochId, PartnerId, ProposalId, VoiceId};
use crate::limits;
use crate::refusal::Refusal;

mod votes;

use super::erasure::may_attest;
use super::visa::may_sign;
pub(super) use votes::{count_approvals, judge_approval};
use votes::{may_adopt, may_propose, may_withdraw};

/// Judges a charter: floors, keys, and the signature of every founding voice.
pub(super) fn judge_charter(signed: &SignedAct, proven: &ProvenAct) -> Result<(), Refusal> {
    let Clause::Charter(charter) = &proven.act.clause else {
        return Err(Refusal::UnknownSpace);
    };
    let founders = &charter.founders;
    if founders.is_empty() || !ascending(founders.iter().map(|f| f.partner)) {
        return Err(Refusal::NotSorted);
    }
    if !charter.rule.holds_floor(founders.len()) {
        return Err(Refusal::BelowFloor);
    }
    admit_keys(charter)?;
    let author = VoiceId::new(proven.act.author);
    let space = signed.founded_space();
    for founder in founders {
        let signs = |approval: &&Approval| {
            approval.partner == founder.partner
                && approval.proposal == ProposalId::new(*space.bytes())
                && founder.voices.contains(&approval.voice)
                && approval.verify(Label::Founding, &space).is_ok()
        };
        if !founder.voices.contains(&author) && !proven.approvals.iter().any(|a| signs(&a)) {
            return Err(Refusal::BadSignature);
        }
    }
    Ok(())
}

fn admit_keys(charter: &Charter) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    for key in [charter.relay.relay.bytes(), charter.relay.operator.bytes()] {
        crypto::admit_key(key)?;
        fresh(&mut seen, key)?;
    }
    for founder in &charter.founders {
        check_partner_card(founder, Role::Guarantor)?;
        for voice in &founder.voices {
            fresh(&mut seen, voice.bytes())?;
        }
        for card in &founder.devices {
            fresh(&mut seen, card.device.bytes())?;
            fresh(&mut seen, card.wrap.bytes())?;
        }
    }
    Ok(())
}

fn fresh(seen: &mut BTreeSet<Vec<u8>>, key: &[u8]) -> Result<(), Refusal> {
    if seen.insert(key.to_vec()) { Ok(()) } else { Err(Refusal::KeyInUse) }
}

/// Checks the keys of an organisation by themselves, whatever the space.
pub(super) fn check_partner_card(card: &PartnerCard, role: Role) -> Result<(), Refusal> {
    if card.voices.is_empty() || !ascending(card.voices.iter().copied()) {
        return Err(Refusal::NotSorted);
    }
    if card.devices.is_empty() || !ascending(card.devices.iter().map(|d| d.device)) {
        return Err(Refusal::NotSorted);
    }
    for voice in &card.voices {
        crypto::admit_key(voice.bytes())?;
    }
    for device in &card.devices {
        device.check()?;
        if role == Role::Observer && device.role == DeviceRole::Editor {
            return Err(Refusal::NotAnEditor);
        }
    }
    Ok(())
}

fn ascending<T: Ord + Copy>(items: impl Iterator<Item = T>) -> bool {
    let items: Vec<T> = items.collect();
    items.windows(2).all(|pair| pair[0] < pair[1])
}

impl Roster {
    /// Judges a proven act against the present state, at a register time.
    ///
    /// # Errors
    /// Says why the act has no effect.
    pub fn judge(&self, proven: &ProvenAct, time: Timestamp) -> Result<(), Refusal> {
        let act = &proven.act;
        match act.space {
            Some(space) if space != self.space => return Err(Refusal::WrongSpace),
            None => return Err(Refusal::SecondCharter),
            Some(_) => {}
        }
        if self.acts.contains(&proven.id) {
            return Err(Refusal::Duplicate);
        }
        if act.not_after.is_some_and(|limit| time > limit) {
            return Err(Refusal::Expired);
        }
        self.within_quota(act.author, time)?;
        // Who owes an attestation is settled by the closing: nobody gets out of it by leaving.
        if self.is_erased() && !matches!(act.clause, Clause::AttestErasure(_)) {
            return Err(Refusal::SpaceErased);
        }
        match &act.clause {
            Clause::Charter(_) => Err(Refusal::SecondCharter),
            Clause::Propose(measure) => may_propose(self, act.author, measure, time),
            Clause::Adopt(id) => may_adopt(self, act.author, *id, &proven.approvals, time),
            Clause::Withdraw(id) => may_withdraw(self, act.author, *id, time),
            Clause::Leave => may_leave(self, act.author),
            Clause::SetVoices { add, drop } => may_set_voices(self, act.author, add, drop),
            Clause::AddDevice(card) => may_add_device(self, act.author, card),
            Clause::RevokeDevice(device, cause) => may_revoke(self, act.author, device, *cause),
            Clause::SuspendDevice(device, until) => {
                may_suspend(self, act.author, device, *until, time)
            }
            Clause::ResumeDevice(device) => may_resume(self, act.author, device, time),
            Clause::OpenEpoch(opening) => may_open_epoch(self, act.author, opening, time),
            Clause::GrantKeys(grant) => may_grant(self, act.author, grant, time),
            Clause::SignConvention(visa) => may_sign(self, act.author, visa),
            Clause::AttestErasure(erasure) => may_attest(self, act.author, erasure, time),
        }
    }

    /// Returns the organisation whose voice this key is.
    fn voice(&self, author: [u8; 32]) -> Result<PartnerId, Refusal> {
        self.partner_of_voice(&VoiceId::new(author)).ok_or(Refusal::NotAVoice)
    }

    /// Refuses an organisation's keys that are malformed or already used in this space.
    fn accept_card(&self, card: &PartnerCard, role: Role) -> Result<(), Refusal> {
        check_partner_card(card, role)?;
        let voices = card.voices.iter().map(|v| v.bytes().as_slice());
        let devices = card.devices.iter().map(|d| d.device.bytes().as_slice());
        let wraps = card.devices.iter().map(|d| d.wrap.bytes());
        let mut seen = BTreeSet::new();
        for key in voices.chain(devices).chain(wraps) {
            self.unused(key)?;
            fresh(&mut seen, key)?;
        }
        self.has_room(&card.partner, card.devices.len())
    }

    /// Refuses more devices than a space, or one organisation of it, may have. An epoch key
    /// reaches every active device, so their number is bounded with its recipients.
    fn has_room(&self, partner: &PartnerId, more: usize) -> Result<(), Refusal> {
        let of_partner = |device: &&Device| device.partner == *partner;
        let active = |device: &&Device| device.revoked.is_none();
        let all = self.devices.values();
        let within = [
            (self.devices.len(), limits::DEVICES_MAX),
            (all.clone().filter(active).count(), limits::RECIPIENTS_MAX),
            (all.clone().filter(of_partner).count(), limits::DEVICES_PER_PARTNER_MAX),
            (all.filter(of_partner).filter(active).count(), limits::DEVICES_ACTIVE_PER_PARTNER_MAX),
        ];
        if within.iter().any(|(count, max)| count + more > *max) {
            return Err(Refusal::TooMany);
        }
        Ok(())
    }

    /// Refuses more acts in a day than an organisation may have, so that none alone can make
    /// the register grow without bound.
    fn within_quota(&self, author: [u8; 32], time: Timestamp) -> Result<(), Refusal> {
        let activity = self.partner_of_author(&author).and_then(|p| self.activity.get(&p));
        let full = activity.is_some_and(|activity| {
            activity.acts >= limits::ACTS_PER_DAY_MAX && time < activity.since.after(limits::DAY)
        });
        if full { Err(Refusal::TooMany) } else { Ok(()) }
    }

    /// Refuses a key that serves, or served, in any role of this space.
    fn unused(&self, key: &[u8]) -> Result<(), Refusal> {
        if self.keys_used.contains(&key_mark(key)) { Err(Refusal::KeyInUse) } else { Ok(()) }
    }
}

fn may_leave(roster: &Roster, author: [u8; 32]) -> Result<(), Refusal> {
    let partner = roster.voice(author)?;
    if roster.guarantors() == [partner] {
        return Err(Refusal::LastGuarantor);
    }
    Ok(())
}

fn may_set_voices(
    roster: &Roster,
    author: [u8; 32],
    add: &[VoiceId],
    drop: &[VoiceId],
) -> Result<(), Refusal> {
    let partner = roster.voice(author)?;
    let held = &roster.present(&partner).ok_or(Refusal::NotAMember)?.voices;
    if !ascending(add.iter().copied()) || !ascending(drop.iter().copied()) {
        return Err(Refusal::NotSorted);
    }
    for voice in add {
        crypto::admit_key(voice.bytes())?;
        roster.unused(voice.bytes())?;
    }
    if drop.iter().any(|voice| !held.contains(voice)) {
        return Err(Refusal::UnknownSubject);
    }
    let left = held.len() + add.len() - drop.len();
    if left == 0 {
        return Err(Refusal::LastVoice);
    }
    if left > limits::VOICES_MAX {
        return Err(Refusal::TooMany);
    }
    if add.is_empty() && drop.is_empty() {
        return Err(Refusal::AlreadySo);
    }
    Ok(())
}

fn may_add_device(roster: &Roster, author: [u8; 32], card: &DeviceCard) -> Result<(), Refusal> {
    let partner = roster.voice(author)?;
    card.check()?;
    roster.unused(card.device.bytes())?;
    roster.unused(card.wrap.bytes())?;
    let role = roster.present(&partner).ok_or(Refusal::NotAMember)?.role;
    if role == Role::Observer && card.role == DeviceRole::Editor {
        return Err(Refusal::NotAnEditor);
    }
    roster.has_room(&partner, 1)
}

fn may_revoke(
    roster: &Roster,
    author: [u8; 32],
    device: &DeviceId,
    cause: Cause,
) -> Result<(), Refusal> {
    let partner = roster.voice(author)?;
    let state = roster.device(device).ok_or(Refusal::UnknownSubject)?;
    if state.partner != partner {
        return Err(Refusal::NotAVoice);
    }
    if state.revoked.is_some() {
        return Err(Refusal::AlreadySo);
    }
    if cause == Cause::Decision {
        return Err(Refusal::NotAVoice);
    }
    Ok(())
}

fn may_suspend(
    roster: &Roster,
    author: [u8; 32],
    device: &DeviceId,
    until: Timestamp,
    time: Timestamp,
) -> Result<(), Refusal> {
    if author != *roster.relay.operator.bytes() {
        return Err(Refusal::NotTheOperator);
    }
    let state = roster.device(device).ok_or(Refusal::UnknownSubject)?;
    if state.revoked.is_some() || roster.present(&state.partner).is_none() {
        return Err(Refusal::UnknownSubject);
    }
    if until <= time {
        return Err(Refusal::Expired);
    }
    if until > time.after(limits::SUSPENSION_MAX) {
        return Err(Refusal::SuspensionTooLong);
    }
    let rested = |since: Timestamp| time >= since.after(limits::SUSPENSION_REST);
    if state.suspension.is_some_and(|s| !rested(s.since)) {
        return Err(Refusal::SuspendedTooOften);
    }
    let mut suspended: BTreeSet<PartnerId> = roster
        .devices
        .values()
        .filter(|d| d.revoked.is_none() && d.suspension.is_some_and(|s| time < s.until))
        .map(|d| d.partner)
        .collect();
    suspended.insert(state.partner);
    let here = roster.partners.keys().filter(|id| roster.present(id).is_some()).count();
    if suspended.len() > here / 3 {
        return Err(Refusal::TooManySuspended);
    }
    Ok(())
}

fn may_resume(
    roster: &Roster,
    author: [u8; 32],
    device: &DeviceId,
    time: Timestamp,
) -> Result<(), Refusal> {
    if author != *roster.relay.operator.bytes() {
        return Err(Refusal::NotTheOperator);
    }
    let state = roster.device(device).ok_or(Refusal::UnknownSubject)?;
    if state.suspension.is_none_or(|s| time >= s.until) {
        return Err(Refusal::AlreadySo);
    }
    Ok(())
}

fn may_open_epoch(
    roster: &Roster,
    author: [u8; 32],
    opening: &EpochOpening,
    time: Timestamp,
) -> Result<(), Refusal> {
    let device = DeviceId::new(author);
    roster.may_write(&device, time)?;
    let current = roster.epoch().map_or(EpochId::new([0; 32]), |epoch| epoch.id);
    if opening.previous != current {
        return Err(Refusal::WrongPreviousEpoch);
    }
    if opening.epoch == EpochId::new([0; 32])
        || roster.epochs.iter().any(|epoch| epoch.id == opening.epoch)
    {
        return Err(Refusal::AlreadySo);
    }
    if opening.recipients != recipients_hash(&roster.active_devices(time)) {
        return Err(Refusal::WrongRecipients);
    }
    if opening.cause == TurnCause::First && !roster.epochs.is_empty() {
        return Err(Refusal::AlreadySo);
    }
    within_rotations(roster, &device, time)
}

/// Bounds the epochs opened within a day before `time`, by one device and by one organisation:
/// each is a wrap for every device, and devices are cheap to enrol.
fn within_rotations(roster: &Roster, device: &DeviceId, time: Timestamp) -> Result<(), Refusal> {
    let recent =
        |device: &Device| device.rotations.iter().filter(|at| time < at.after(limits::DAY)).count();
    let author = roster.device(device).ok_or(Refusal::NotADevice)?;
    let siblings = roster.devices.values().filter(|d| d.partner == author.partner);
    if recent(author) >= limits::ROTATIONS_PER_DAY_MAX
        || siblings.map(recent).sum::<usize>() >= limits::ROTATIONS_PER_DAY_PER_PARTNER_MAX
    {
        return Err(Refusal::TooManyRotations);
    }
    Ok(())
}

fn may_grant(
    roster: &Roster,
    author: [u8; 32],
    grant: &KeyGrant,
    time: Timestamp,
) -> Result<(), Refusal> {
    roster.may_write(&DeviceId::new(author), time)?;
    let to = roster.may_take_part(&grant.to, time)?;
    if grant.epochs.is_empty() {
        return Err(Refusal::NotSorted);
    }
    let mut next = 0;
    for id in &grant.epochs {
        let found = roster.epochs[next..].iter().position(|epoch| epoch.id == *id);
        let index = next + found.ok_or(Refusal::NotSorted)?;
        if !roster.may_hold(&to.partner, index) {
            return Err(Refusal::ForbiddenEpoch);
        }
        next = index + 1;
    }
    Ok(())
}

/// Tells whether a measure takes a voice, a place, a right or a device away from an
/// organisation.
fn takes_away(roster: &Roster, measure: &Measure) -> bool {
    match measure {
        Measure::Remove(..) | Measure::RevokeDevice(..) => true,
        // Roles are ordered from the one that may most to the one that may least.
        Measure::ChangeRole(partner, role) => {
            roster.present(partner).is_some_and(|p| *role > p.role)
        }
        Measure::Admit(_)
        | Measure::ChangeRule(_)
        | Measure::ChangeRelay(_)
        | Measure::Close(_) => false,
    }
}
