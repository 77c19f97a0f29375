//! One organisation's part in a vote: opening it, approving, taking back, telling how it stands.
//!
//! An approval is a signature of the voice for one round of one vote; it is an errand until the
//! relay has it. Nothing here counts votes: the register does.

use std::collections::BTreeSet;

use protocol::env::Timestamp;
use protocol::id::ProposalId;
use protocol::refusal::Refusal;
use protocol::register::{Approval, Clause, Measure, Register, Role, SignedAct};

use super::{able, own_vote};
use crate::replica::command::CommandError;
use crate::replica::errand::Errand;
use crate::replica::space::Space;
use crate::replica::step::Step;
use crate::replica::view::VoteReport;

impl Space {
    /// Opens a vote and approves it.
    pub(in crate::replica) fn propose(
        &mut self,
        step: &mut Step<'_, '_>,
        measure: Measure,
    ) -> Result<ProposalId, CommandError> {
        let time = self.time(step);
        let about_us = self.known()?.roster().subject(&measure) == Some(self.me.partner);
        let id = measure.id();
        let act = self.sign(step, Clause::Propose(measure))?;
        self.known()?.judge(&act, time).map_err(CommandError::Refused)?;
        let round = self.round_after_opening(&id)?;
        let voice = self.keys.voice_id().ok_or(CommandError::NoKey("voice"))?;
        let register = self.known()?;
        let is_opened = |(_, errand): (u64, &Errand)| {
            opens_as(errand, *voice.bytes(), id).is_some()
                && matches!(errand, Errand::Submit(act) if register.judge(act, time).is_ok())
        };
        if !self.errands.iter().any(is_opened) {
            self.add_errand(step, Errand::Submit(act));
        }
        // An organisation may ask for what is about itself; it has no voice in it.
        if !about_us {
            self.sign_approval(step, id, round)?;
        }
        Ok(id)
    }

    /// Returns the round of an approval behind a vote that is opened, and what is taken back.
    fn round_after_opening(&self, id: &ProposalId) -> Result<u64, CommandError> {
        let proposal = self.known()?.roster().proposal(id);
        let round = proposal.map_or(1, |p| p.round(&self.me.partner) + 1);
        Ok(round + self.withdrawals_waiting(*id))
    }

    /// Approves an open vote, or a join request, which the first approval makes a vote.
    pub(in crate::replica) fn approve(
        &mut self,
        step: &mut Step<'_, '_>,
        id: ProposalId,
    ) -> Result<(), CommandError> {
        let time = self.time(step);
        self.speaks_as_guarantor()?;
        let register = self.known()?;
        let roster = register.roster();
        let open = roster.proposal(&id).filter(|proposal| roster.is_open(proposal, time));
        if let Some(proposal) = open {
            if roster.subject(&proposal.measure) == Some(self.me.partner) {
                return Err(own_vote(&proposal.measure));
            }
            // What was taken back and not said yet is said before: this is for the round after.
            let round = proposal.round(&self.me.partner) + self.withdrawals_waiting(id);
            return self.sign_approval(step, id, round);
        }
        if let Some(measure) = self.opened_here(id) {
            if roster.subject(&measure) == Some(self.me.partner) {
                return Err(own_vote(&measure));
            }
            let round = self.round_after_opening(&id)?;
            return self.sign_approval(step, id, round);
        }
        if let Some(request) = self.mailbox.requests.get(&id) {
            let measure = request.measure();
            return self.propose(step, measure).map(drop);
        }
        let reason = match roster.proposal(&id) {
            Some(proposal) if proposal.adopted => return Ok(()),
            Some(_) => CommandError::Refused(Refusal::ProposalClosed),
            None => CommandError::NotFound("proposal"),
        };
        Err(reason)
    }

    /// Tells whether this machine may vote: it holds the voice of a guarantor.
    fn speaks_as_guarantor(&self) -> Result<(), CommandError> {
        self.keys.voice.as_ref().ok_or(CommandError::NoKey("voice"))?;
        let present = self.known()?.roster().present(&self.me.partner);
        match present.map(|partner| partner.role) {
            Some(Role::Guarantor) => Ok(()),
            Some(Role::Member | Role::Observer) | None => {
                Err(CommandError::Refused(Refusal::NotAGuarantor))
            }
        }
    }

    fn sign_approval(
        &mut self,
        step: &mut Step<'_, '_>,
        id: ProposalId,
        round: u64,
    ) -> Result<(), CommandError> {
        self.speaks_as_guarantor()?;
        let voice = self.keys.voice.as_ref().ok_or(CommandError::NoKey("voice"))?;
        let register = self.known()?;
        let roster = register.roster();
        let generation = roster.generation();
        let approval = Approval::sign(voice, &self.id, id, self.me.partner, (generation, round));
        let already = self.approvals_known(id).contains(&approval);
        if !already {
            self.add_errand(step, Errand::Approve(approval));
        }
        Ok(())
    }

    /// Takes an approval back: what has not left this replica is forgotten. What may have, and
    /// where the vote is open, is taken back in the register, for a copy may have arrived unseen.
    ///
    /// Returns how the vote stands if it was known nowhere but here.
    pub(in crate::replica) fn withdraw(
        &mut self,
        step: &mut Step<'_, '_>,
        id: ProposalId,
    ) -> Result<Option<VoteReport>, CommandError> {
        let time = self.time(step);
        let voice = self.keys.voice_id().ok_or(CommandError::NoKey("voice"))?;
        let (space, partner) = (self.id, self.me.partner);
        let approves = |errand: &Errand| match errand {
            Errand::Approve(approval) => (approval.proposal, approval.partner) == (id, partner),
            Errand::Found { .. } | Errand::Knock | Errand::Submit(_) | Errand::Invite(_) => false,
        };
        let opens = |errand: &Errand| opens_as(errand, *voice.bytes(), id).is_some();
        let opened = self.opened_here(id);
        let left = self.errands.has_left(opens);
        // An approval that never left, given since the last was taken back, is all there is.
        let given = self.errands.iter().any(|(_, errand)| approves(errand));
        let said = given && !self.errands.has_left(approves) && self.withdrawals_waiting(id) > 0;
        let roster = self.known()?.roster();
        let open = roster.proposal(&id).is_some_and(|proposal| roster.is_open(proposal, time));
        self.errands
            .end_where(step, &space, |errand| approves(errand) || opens(errand) && (open || !left));
        match opened.filter(|_| !open) {
            Some(_) if left && said => Ok(None),
            Some(_) if left => {
                // Behind the vote that it is about, which no register shows yet.
                let act = self.sign(step, Clause::Withdraw(id))?;
                self.add_errand(step, Errand::Submit(act));
                Ok(None)
            }
            Some(measure) => {
                let register = self.known()?;
                let (needed, able) = (register.roster().needed(&measure), able(register, &measure));
                let adopted = false;
                Ok(Some(VoteReport { proposal: id, approvals: 0, needed, able, adopted }))
            }
            None => self.speak(step, Clause::Withdraw(id)).map(|()| None),
        }
    }

    /// Tells whether an errand takes an approval back that may count yet, by what the register
    /// here shows: the vote is open, or may still come by another way than this relay's.
    pub(in crate::replica) fn takes_back(&self, step: &Step<'_, '_>, number: u64) -> bool {
        let (Some(Errand::Submit(act)), Some(register)) =
            (self.errands.get(number), self.register.as_ref())
        else {
            return false;
        };
        let proven = act.prove();
        proven.is_ok_and(|proven| matches!(proven.act.clause, Clause::Withdraw(_)))
            && !is_vain(register, act, self.time(step))
    }

    /// Counts the times this organisation takes back an approval that no register shows yet.
    fn withdrawals_waiting(&self, id: ProposalId) -> u64 {
        let voice = self.keys.voice_id();
        let takes_back = |(_, errand): &(u64, &Errand)| match errand {
            Errand::Submit(act) => act.prove().is_ok_and(|proved| {
                let own = voice.is_some_and(|voice| proved.act.author == *voice.bytes());
                own && proved.act.clause == Clause::Withdraw(id)
            }),
            Errand::Found { .. } | Errand::Approve(_) | Errand::Invite(_) | Errand::Knock => false,
        };
        self.errands.iter().filter(takes_back).count() as u64
    }

    /// Returns what a vote is about that this organisation opened and no register has.
    fn opened_here(&self, id: ProposalId) -> Option<Measure> {
        let voice = self.keys.voice_id()?;
        self.errands.iter().find_map(|(_, errand)| opens_as(errand, *voice.bytes(), id))
    }

    /// Tells how a vote stands, one that has not left this replica included.
    pub(in crate::replica) fn vote_report(
        &self,
        id: ProposalId,
    ) -> Result<VoteReport, CommandError> {
        let register = self.known()?;
        let proposal = register.roster().proposal(&id);
        let waiting = self.proposed_here(id);
        let measure = match (proposal, self.mailbox.requests.get(&id), &waiting) {
            (_, _, Some(measure)) => measure.clone(),
            (Some(proposal), _, None) => proposal.measure.clone(),
            (None, Some(request), None) => request.measure(),
            (None, None, None) => return Err(CommandError::NotFound("proposal")),
        };
        let adopted = proposal.is_some_and(|proposal| proposal.adopted);
        let known = self.approvals_known(id);
        // A vote that no register has yet can only be told by who has signed it here.
        let counted = match waiting {
            Some(_) => known.iter().map(|one| one.partner).collect::<BTreeSet<_>>().len(),
            None => register.count_approvals(id, &known).len(),
        };
        // What was needed is what was needed then: an admission changes the count.
        let (approvals, needed) = match proposal.filter(|proposal| proposal.adopted) {
            Some(past) => (past.approved_by.len(), past.needed),
            None => (counted, register.roster().needed(&measure)),
        };
        let able = able(register, &measure);
        Ok(VoteReport { proposal: id, approvals, needed, able, adopted })
    }

    /// Returns what a vote is about that waits here to be opened, while no register has it.
    fn proposed_here(&self, id: ProposalId) -> Option<Measure> {
        self.errands.iter().find_map(|(_, errand)| {
            let Errand::Submit(act) = errand else {
                return None;
            };
            proposes(act).filter(|measure| measure.id() == id)
        })
    }

    /// Returns the approvals in the mailbox and those still to be brought there.
    pub(super) fn approvals_known(&self, id: ProposalId) -> Vec<Approval> {
        let waiting = self.errands.iter().filter_map(|(_, errand)| match errand {
            Errand::Approve(approval) if approval.proposal == id => Some(approval.clone()),
            Errand::Approve(_)
            | Errand::Found { .. }
            | Errand::Submit(_)
            | Errand::Invite(_)
            | Errand::Knock => None,
        });
        let mut approvals = self.mailbox.approvals_of(&id);
        approvals.extend(waiting);
        approvals
    }
}

/// Tells whether a register shows that it has an act, or can have no use for it any more: it
/// takes an approval back where the vote is over, the voice has none, or it comes too late.
pub(in crate::replica) fn is_vain(
    register: &Register,
    signed: &SignedAct,
    time: Timestamp,
) -> bool {
    match register.judge(signed, time) {
        Ok(_) => false,
        Err(Refusal::Duplicate) => true,
        Err(refused) => signed.prove().is_ok_and(|proven| {
            use Refusal as R;
            let withdraws = matches!(proven.act.clause, Clause::Withdraw(_));
            let over =
                matches!(refused, R::ProposalClosed | R::NotAGuarantor | R::NotAVoice | R::Expired);
            withdraws && (over || register.has_outlived(&proven.act, time))
        }),
    }
}

/// Returns what the vote is about that an errand opens with a voice.
fn opens_as(errand: &Errand, voice: [u8; 32], id: ProposalId) -> Option<Measure> {
    let Errand::Submit(act) = errand else {
        return None;
    };
    let measure = proposes(act).filter(|measure| measure.id() == id)?;
    act.prove().is_ok_and(|proved| proved.act.author == voice).then_some(measure)
}

/// Returns the measure that an act opens a vote on.
pub(super) fn proposes(act: &SignedAct) -> Option<Measure> {
    match act.prove().ok()?.act.clause {
        Clause::Propose(measure) => Some(measure),
        Clause::Charter(_)
        | Clause::Adopt(_)
        | Clause::Withdraw(_)
        | Clause::Leave
        | Clause::SetVoices { .. }
        | Clause::AddDevice(_)
        | Clause::RevokeDevice(..)
        | Clause::SuspendDevice(..)
        | Clause::ResumeDevice(_)
        | Clause::OpenEpoch(_)
        | Clause::GrantKeys(_)
        | Clause::SignConvention(_)
        | Clause::AttestErasure(_) => None,
    }
}
