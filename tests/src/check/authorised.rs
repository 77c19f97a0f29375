//! Authorised: every decision that had effect had its quorum, counted here anew.
//!
//! The count is made from the relay's stored entries with a few lines of its own: organisations,
//! voices, a generation, thresholds. It shares the signature check and the decoder with the
//! product and nothing of its rules, so that a mistake in those rules shows.

use std::collections::{BTreeMap, BTreeSet};

use protocol::crypto::Label;
use protocol::env::Records;
use protocol::id::{PartnerId, ProposalId, SpaceId, VoiceId};
use protocol::register::{
    Approval, Clause, Measure, PartnerCard, Presence, Register, Role, Rule, Threshold,
};

use crate::operator::entries_of;
use crate::story::Story;

/// What the count knows of an organisation.
struct Seat {
    role: Role,
    voices: BTreeSet<VoiceId>,
}

/// The count.
struct Count {
    space: SpaceId,
    rule: Rule,
    generation: u64,
    seats: BTreeMap<PartnerId, Seat>,
    proposed: BTreeMap<ProposalId, Measure>,
}

pub(super) fn judge(story: &Story) -> Result<(), String> {
    authorised(&story.world.relays[0].disk, &story.space)
}

/// Counts every vote of a stored register again.
///
/// # Errors
/// Names the entry that had effect without its quorum, or a roster that differs.
pub fn authorised(relay: &dyn Records, space: &SpaceId) -> Result<(), String> {
    let entries = entries_of(relay, space);
    let (first, rest) = entries.split_first().ok_or("no register")?;
    let mut register = Register::found(first).map_err(|error| error.to_string())?;
    let charter = first.act.prove().map_err(|error| format!("{error:?}"))?;
    let Clause::Charter(charter) = charter.act.clause else {
        return Err("a register that begins without a charter".to_owned());
    };
    let mut count = Count {
        space: *space,
        rule: charter.rule,
        generation: 0,
        seats: BTreeMap::new(),
        proposed: BTreeMap::new(),
    };
    for founder in &charter.founders {
        count.seat(founder, Role::Guarantor);
    }
    for entry in rest {
        let set_aside = register.push(entry).map_err(|error| error.to_string())?;
        if set_aside.is_none() {
            let proven = entry.act.prove().map_err(|error| format!("{error:?}"))?;
            let author = proven.act.author;
            count
                .follow(&proven.act.clause, author, &proven.approvals)
                .map_err(|what| format!("entry {}: {what}", entry.seq))?;
        }
        count.compare(&register).map_err(|what| format!("after entry {}: {what}", entry.seq))?;
    }
    Ok(())
}

impl Count {
    fn seat(&mut self, card: &PartnerCard, role: Role) {
        let voices = card.voices.iter().copied().collect();
        self.seats.insert(card.partner, Seat { role, voices });
    }

    fn guarantors(&self) -> usize {
        self.seats.values().filter(|seat| seat.role == Role::Guarantor).count()
    }

    fn of_voice(&self, voice: [u8; 32]) -> Option<PartnerId> {
        let voice = VoiceId::new(voice);
        self.seats.iter().find(|(_, seat)| seat.voices.contains(&voice)).map(|(id, _)| *id)
    }

    /// Follows one act that had effect.
    fn follow(
        &mut self,
        clause: &Clause,
        author: [u8; 32],
        approvals: &[Approval],
    ) -> Result<(), String> {
        match clause {
            Clause::Charter(_) => return Err("a second charter had effect".to_owned()),
            Clause::Propose(measure) => {
                self.proposed.insert(measure.id(), measure.clone());
            }
            Clause::Adopt(id) => {
                let measure = self.proposed.get(id).cloned().ok_or("adopted, never proposed")?;
                self.has_quorum(*id, &measure, approvals)?;
                self.enact(&measure);
            }
            Clause::Leave => {
                let partner = self.of_voice(author).ok_or("left by nobody's voice")?;
                self.depart(&partner);
            }
            Clause::SetVoices { add, drop } => {
                let partner = self.of_voice(author).ok_or("voices set by nobody's voice")?;
                if let Some(seat) = self.seats.get_mut(&partner) {
                    seat.voices.retain(|voice| !drop.contains(voice));
                    seat.voices.extend(add);
                }
            }
            Clause::Withdraw(_)
            | Clause::AddDevice(_)
            | Clause::RevokeDevice(..)
            | Clause::SignConvention(_) => {
                self.of_voice(author).ok_or("decided by nobody's voice")?;
            }
            Clause::SuspendDevice(..)
            | Clause::ResumeDevice(_)
            | Clause::OpenEpoch(_)
            | Clause::GrantKeys(_)
            | Clause::AttestErasure(_) => {}
        }
        Ok(())
    }

    fn has_quorum(
        &self,
        id: ProposalId,
        measure: &Measure,
        approvals: &[Approval],
    ) -> Result<(), String> {
        let subject = measure.subject();
        let mut who: BTreeSet<PartnerId> = BTreeSet::new();
        for approval in approvals {
            let seat = self.seats.get(&approval.partner);
            let votes = seat.is_some_and(|seat| {
                seat.role == Role::Guarantor && seat.voices.contains(&approval.voice)
            });
            let meant = approval.proposal == id && approval.generation == self.generation;
            let signed = || approval.verify(Label::Approval, &self.space).is_ok();
            if votes && meant && subject != Some(approval.partner) && signed() {
                who.insert(approval.partner);
            }
        }
        let all = self.guarantors();
        let needed = self.needed(measure, all);
        if who.len() < needed {
            let name = measure.name();
            return Err(format!("{name} had {} approvals of {needed} ({all} in all)", who.len()));
        }
        if 2 * who.len() <= all {
            return Err(format!("{} is no majority of {all}", who.len()));
        }
        Ok(())
    }

    fn needed(&self, measure: &Measure, all: usize) -> usize {
        let of = |threshold: Threshold| match threshold {
            Threshold::Majority => all / 2 + 1,
            Threshold::TwoThirds => 2 * all / 3 + 1,
            Threshold::Unanimous => all,
            Threshold::AtLeast(k) => usize::try_from(k).unwrap_or(all).min(all).max(all / 2 + 1),
        };
        match measure {
            Measure::Remove(..) => of(self.rule.expulsion),
            Measure::ChangeRule(_) => of(self.rule.change),
            Measure::ChangeRelay(_) => of(self.rule.relay),
            Measure::Admit(_)
            | Measure::ChangeRole(..)
            | Measure::RevokeDevice(..)
            | Measure::Close(_) => of(self.rule.governance),
        }
    }

    fn enact(&mut self, measure: &Measure) {
        match measure {
            Measure::Admit(admission) => {
                self.seat(&admission.card, admission.role);
                if admission.role == Role::Guarantor {
                    self.generation += 1;
                }
            }
            Measure::Remove(partner, _) => self.depart(partner),
            Measure::ChangeRole(partner, role) => {
                if let Some(seat) = self.seats.get_mut(partner) {
                    if seat.role == Role::Guarantor || *role == Role::Guarantor {
                        self.generation += 1;
                    }
                    seat.role = *role;
                }
            }
            Measure::ChangeRule(rule) => {
                self.rule = *rule;
                self.generation += 1;
            }
            Measure::RevokeDevice(..) | Measure::ChangeRelay(_) | Measure::Close(_) => {}
        }
    }

    fn depart(&mut self, partner: &PartnerId) {
        if let Some(seat) = self.seats.remove(partner)
            && seat.role == Role::Guarantor
        {
            self.generation += 1;
        }
    }

    /// The product's roster must be the one of the count.
    fn compare(&self, register: &Register) -> Result<(), String> {
        let here = register.roster().partners().filter(|(_, p)| p.presence == Presence::Here);
        let roster: Vec<(PartnerId, Role)> = here.map(|(id, p)| (*id, p.role)).collect();
        let counted: Vec<(PartnerId, Role)> =
            self.seats.iter().map(|(id, seat)| (*id, seat.role)).collect();
        if roster == counted && register.roster().generation() == self.generation {
            Ok(())
        } else {
            Err(format!("the roster is {roster:?}, the count gives {counted:?}"))
        }
    }
}
