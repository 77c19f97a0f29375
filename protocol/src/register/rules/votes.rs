//! Votes: opening, approving, taking back, adopting.
//!
//! Approvals are signatures of voices, counted by organisation. Each is bound to the space,
//! the measure, the governance generation and the round of the vote, so none can be replayed
//! where it was not meant. The subject of a vote is counted among all and cannot vote.

use std::collections::BTreeSet;

use super::takes_away;
use crate::crypto::{self, Label};
use crate::env::Timestamp;
use crate::id::{DeviceId, PartnerId, ProposalId, VoiceId};
use crate::limits;
use crate::refusal::Refusal;
use crate::register::{Approval, Measure, RelayTerms, Role, Roster};

/// The voice of a guarantor opens a vote.
pub(super) fn may_propose(
    roster: &Roster,
    author: [u8; 32],
    measure: &Measure,
    time: Timestamp,
) -> Result<(), Refusal> {
    let partner = guarantor(roster, author)?;
    judge_measure(roster, measure)?;
    if let Some(proposal) = roster.proposal(&measure.id())
        && roster.is_open(proposal, time)
    {
        return Err(Refusal::ProposalOpen);
    }
    let open = roster
        .proposals()
        .filter(|(_, p)| p.opened_by == partner && roster.is_open(p, time))
        .count();
    if open >= limits::OPEN_PROPOSALS_MAX {
        return Err(Refusal::TooManyProposals);
    }
    Ok(())
}

/// Anyone who takes part may hand in an adoption: the approvals carry the decision.
pub(super) fn may_adopt(
    roster: &Roster,
    author: [u8; 32],
    id: ProposalId,
    approvals: &[Approval],
    time: Timestamp,
) -> Result<(), Refusal> {
    let speaks = roster.partner_of_voice(&VoiceId::new(author)).is_some();
    if !speaks {
        roster.may_take_part(&DeviceId::new(author), time)?;
    }
    let proposal = roster.proposal(&id).ok_or(Refusal::UnknownProposal)?;
    if !roster.is_open(proposal, time) {
        return Err(Refusal::ProposalClosed);
    }
    judge_measure(roster, &proposal.measure)?;
    let counted = count_approvals(roster, id, approvals).len();
    if counted < roster.needed(&proposal.measure) {
        return Err(Refusal::NotEnoughApprovals);
    }
    Ok(())
}

/// A guarantor takes its approval back.
pub(super) fn may_withdraw(
    roster: &Roster,
    author: [u8; 32],
    id: ProposalId,
    time: Timestamp,
) -> Result<(), Refusal> {
    guarantor(roster, author)?;
    let proposal = roster.proposal(&id).ok_or(Refusal::UnknownProposal)?;
    if !roster.is_open(proposal, time) {
        return Err(Refusal::ProposalClosed);
    }
    Ok(())
}

/// Returns the organisations whose approval of a proposal counts now. Invalid approvals are
/// passed over: they take nothing away from valid ones.
pub(in crate::register) fn count_approvals(
    roster: &Roster,
    id: ProposalId,
    approvals: &[Approval],
) -> BTreeSet<PartnerId> {
    let counts =
        |approval: &&Approval| approval.proposal == id && judge_approval(roster, approval).is_ok();
    approvals.iter().filter(counts).map(|approval| approval.partner).collect()
}

/// Judges one approval by itself.
pub(in crate::register) fn judge_approval(
    roster: &Roster,
    approval: &Approval,
) -> Result<(), Refusal> {
    let proposal = roster.proposal(&approval.proposal).ok_or(Refusal::UnknownProposal)?;
    let partner = roster.present(&approval.partner).ok_or(Refusal::NotAMember)?;
    if partner.role != Role::Guarantor {
        return Err(Refusal::NotAGuarantor);
    }
    if !partner.voices.contains(&approval.voice) {
        return Err(Refusal::NotAVoice);
    }
    if roster.subject(&proposal.measure) == Some(approval.partner) {
        return Err(Refusal::NotAGuarantor);
    }
    if approval.generation != roster.generation() || proposal.generation != roster.generation() {
        return Err(Refusal::StaleGeneration);
    }
    let closed = proposal.adopted || proposal.overtaken;
    if approval.round != proposal.round(&approval.partner) || closed {
        return Err(Refusal::ProposalClosed);
    }
    approval.verify(Label::Approval, &roster.space()).map_err(|_| Refusal::BadSignature)
}

fn guarantor(roster: &Roster, author: [u8; 32]) -> Result<PartnerId, Refusal> {
    let partner = roster.voice(author)?;
    match roster.present(&partner) {
        Some(state) if state.role == Role::Guarantor => Ok(partner),
        Some(_) | None => Err(Refusal::NotAGuarantor),
    }
}

/// Judges whether a measure makes sense in the present state, whoever votes.
fn judge_measure(roster: &Roster, measure: &Measure) -> Result<(), Refusal> {
    roster.is_going()?;
    if takes_away(roster, measure) && roster.guarantors().len() <= 2 {
        return Err(Refusal::TooFewGuarantors);
    }
    match measure {
        Measure::Admit(admission) => {
            let partner = admission.card.partner;
            if roster.present(&partner).is_some() {
                return Err(Refusal::AlreadySo);
            }
            if roster.partners().count() >= limits::PARTNERS_MAX {
                return Err(Refusal::TooMany);
            }
            roster.present(&admission.sponsor).ok_or(Refusal::UnknownSubject)?;
            roster.accept_card(&admission.card, admission.role)
        }
        Measure::Remove(partner, _) => {
            roster.present(partner).map(drop).ok_or(Refusal::UnknownSubject)
        }
        Measure::ChangeRole(partner, role) => judge_role(roster, partner, *role),
        Measure::RevokeDevice(device, _) => {
            let state = roster.device(device).ok_or(Refusal::UnknownSubject)?;
            if state.revoked.is_some() { Err(Refusal::AlreadySo) } else { Ok(()) }
        }
        Measure::ChangeRule(rule) => {
            if !rule.holds_floor(roster.guarantors().len()) {
                return Err(Refusal::BelowFloor);
            }
            if *rule == roster.rule() { Err(Refusal::AlreadySo) } else { Ok(()) }
        }
        Measure::ChangeRelay(terms) => {
            judge_relay_keys(roster, terms)?;
            if terms == roster.relay() { Err(Refusal::AlreadySo) } else { Ok(()) }
        }
        Measure::Close(_) => Ok(()),
    }
}

/// A relay's keys serve nothing else: a log key that could suspend, or a voice that could sign
/// checkpoints, would undo the separation of offices. A former relay may come back.
fn judge_relay_keys(roster: &Roster, terms: &RelayTerms) -> Result<(), Refusal> {
    crypto::admit_key(terms.relay.bytes())?;
    crypto::admit_key(terms.operator.bytes())?;
    if terms.relay.bytes() == terms.operator.bytes() {
        return Err(Refusal::KeyInUse);
    }
    if !roster.relays_used.contains(&terms.relay) {
        roster.unused(terms.relay.bytes())?;
    }
    if !roster.operators_used.contains(&terms.operator) {
        roster.unused(terms.operator.bytes())?;
    }
    Ok(())
}

fn judge_role(roster: &Roster, partner: &PartnerId, role: Role) -> Result<(), Refusal> {
    let state = roster.present(partner).ok_or(Refusal::UnknownSubject)?;
    if state.role == role {
        return Err(Refusal::AlreadySo);
    }
    Ok(())
}
