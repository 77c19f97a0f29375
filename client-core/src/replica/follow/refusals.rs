//! What becomes of something that the relay has said no to.
//!
//! A relay's word ends nothing that matters: what it takes nothing of for now is given again, and
//! what the register or the journal does not show is kept. Nothing here may let the only copy of
//! an edit go.

use std::time::Duration;

use protocol::envelope::{Envelope, NO_ENVELOPE};
use protocol::id::EnvelopeId;
use protocol::refusal::Refusal;
use protocol::wire::Subject;

use super::super::epochs::lost_the_race;
use super::super::errand::Errand;
use super::super::io::{Alarm, Event};
use super::super::link::Submitted;
use super::super::space::Space;
use super::super::step::Step;
use super::super::view::LinkState;

/// Time for which a relay that said no to an envelope is not given it again over one link: the
/// hour of its quota, or of whatever else it will have changed its mind about.
const STUCK_FOR: Duration = Duration::from_secs(3600);

impl Space {
    pub(super) fn refused(&mut self, step: &mut Step<'_, '_>, of: Subject, refusal: Refusal) {
        match of {
            Subject::Act(ticket) => self.act_refused(step, ticket, refusal),
            Subject::Envelope(id) => self.envelope_refused(step, id, refusal),
            Subject::Approval(proposal) if !is_for_now(refusal) => {
                let space = self.id;
                let mut errands = std::mem::take(&mut self.errands);
                errands.end_where(
                    step,
                    &space,
                    |errand| matches!(errand, Errand::Approve(a) if a.proposal == proposal),
                );
                self.errands = errands;
                step.event(Event::Alarm(space, Alarm::ActRefused(refusal)));
                self.refusal = Some(refusal);
            }
            // Said once and done with: kept, it would end every link to come.
            Subject::Invitation if refused_state(refusal) == LinkState::Refused => {
                step.event(Event::Alarm(self.id, Alarm::ActRefused(refusal)));
                self.refusal = Some(refusal);
            }
            Subject::Knock if !is_for_now(refusal) => {
                let space = self.id;
                self.errands.end_where(step, &space, |errand| *errand == Errand::Knock);
                self.refusal = Some(refusal);
                self.hang_up(step, LinkState::Refused);
            }
            // It is kept, and given again to a relay that can take it.
            Subject::Approval(_) => self.turned_away(step, refusal),
            Subject::Hello
            | Subject::Knock
            | Subject::Founding
            | Subject::Invitation
            | Subject::Give
            | Subject::Follow
            | Subject::Message => {
                self.refusal = Some(refusal);
                self.turned_away(step, refusal);
            }
        }
    }

    fn act_refused(&mut self, step: &mut Step<'_, '_>, ticket: u64, refusal: Refusal) {
        let Some(what) = self.link.up_mut().and_then(|up| up.acts.remove(&ticket)) else {
            return;
        };
        match what {
            Submitted::Epoch(..) => {
                self.turn_refused(step);
                if !lost_the_race(refusal) {
                    step.event(Event::Alarm(self.id, Alarm::ActRefused(refusal)));
                }
            }
            // A relay that takes nothing for now is asked again later.
            Submitted::Errand(_) if is_for_now(refusal) => self.turned_away(step, refusal),
            // The register has it, says the relay: it is kept until the register shows it.
            Submitted::Errand(_) if refusal == Refusal::Duplicate => {}
            // A relay's word takes no approval's taking back away: only the register ends it.
            Submitted::Errand(number) if self.takes_back(step, number) => {
                self.outbox.held_back = Some(refusal);
            }
            Submitted::Errand(number) => {
                let space = self.id;
                // What a file brought for others is no answer to what was asked here.
                let own = self.errands.get(number).is_some_and(|e| self.is_own_errand(e));
                self.errands.done(step, &space, number);
                if own && refusal != Refusal::ProposalOpen {
                    self.refusal = Some(refusal);
                    step.event(Event::Alarm(space, Alarm::ActRefused(refusal)));
                }
            }
            Submitted::Adoption(_) | Submitted::Grant if is_for_now(refusal) => {
                self.turned_away(step, refusal);
            }
            // Somebody else was first, or the state has moved on: tending sees what is left.
            Submitted::Adoption(_) => {
                use Refusal as R;
                let late = matches!(refusal, R::Duplicate | R::ProposalClosed | R::AlreadySo);
                self.outbox.held_back = Some(refusal).filter(|_| !late);
            }
            Submitted::Grant => {}
        }
    }

    fn envelope_refused(&mut self, step: &mut Step<'_, '_>, id: EnvelopeId, refusal: Refusal) {
        let flight = self.outbox.flights().find(|(_, flight)| flight.id == id);
        let Some(counter) = flight.map(|(counter, _)| counter) else {
            // One that came by file, or one that was sealed anew meanwhile.
            return self.loose_refused(step, id, refusal);
        };
        if refusal == Refusal::Duplicate {
            // The journal has it, says the relay: it is not sent again before the journal shows it.
            return;
        }
        if let Some(up) = self.link.up_mut() {
            up.flights.remove(&counter);
        }
        if is_for_now(refusal) {
            return self.turned_away(step, refusal);
        }
        use Refusal as R;
        let turns = matches!(refusal, R::StaleEpoch | R::EpochMustTurn | R::NoEpoch);
        let sealed_in_vain = turns && (self.is_stale(id) || self.turn_is_due())
            || refusal == R::Gap && !self.chain_is_sound();
        if sealed_in_vain {
            return self.reseal(step);
        }
        // What the register or the journal does not show is only the relay's word: nothing is
        // done about it before one of them grows, and the same is not asked again for long.
        if matches!(refusal, R::StaleEpoch | R::EpochMustTurn | R::ForkedDevice) {
            self.not_current();
        } else {
            self.outbox.held_back = Some(refusal);
        }
        if let Some(up) = self.link.up_mut() {
            up.flights.clear();
            up.stuck = Some(step.now().after(STUCK_FOR));
        }
    }

    /// Tells whether a flight was sealed under an epoch that is not the open one.
    pub(super) fn is_stale(&self, id: EnvelopeId) -> bool {
        let epoch = self.register.as_ref().and_then(|r| r.roster().epoch()).map(|e| e.id);
        self.outbox.flights().filter(|(_, flight)| flight.id == id).any(|(_, flight)| {
            Envelope::parse(&flight.envelope)
                .is_ok_and(|envelope| Some(envelope.header().epoch) != epoch)
        })
    }

    /// Tells whether the register asks for another epoch before anything is appended.
    fn turn_is_due(&self) -> bool {
        self.register.as_ref().is_some_and(|r| {
            let roster = r.roster();
            roster.epoch().is_none() || roster.must_turn().is_some()
        })
    }

    /// Tells whether the first flight follows what the journal holds of this life.
    fn chain_is_sound(&self) -> bool {
        let mark = self.journal.mark(&self.device(), &self.me.incarnation);
        let (counter, last) = mark.map_or((0, NO_ENVELOPE), |mark| (mark.counter, mark.last));
        self.outbox.flights().next().is_none_or(|(first, flight)| {
            let previous = Envelope::parse(&flight.envelope).map(|e| e.header().previous);
            first == counter + 1 && previous == Ok(last)
        })
    }

    /// Kept: the journal shows it later, its author seals it anew, or a member takes it up. A
    /// relay's word is no reason to let the only copy go.
    fn loose_refused(&mut self, step: &mut Step<'_, '_>, id: EnvelopeId, refusal: Refusal) {
        if is_for_now(refusal) {
            return self.turned_away(step, refusal);
        }
        if let Some(up) = self.link.up_mut() {
            up.loose.remove(&id);
        }
        if let Some(loose) = self.shelf.loose.get_mut(&id) {
            loose.refused = Some(refusal);
        }
    }

    /// Ends the link because the relay said no, and keeps why.
    pub(super) fn turned_away(&mut self, step: &mut Step<'_, '_>, refusal: Refusal) {
        self.outbox.held_back = Some(refusal);
        self.hang_up(step, refused_state(refusal));
    }
}

/// Tells whether a relay that refuses so may take the same later.
fn is_for_now(refusal: Refusal) -> bool {
    refused_state(refusal) != LinkState::Refused || refusal == Refusal::UnderRepair
}

/// Returns how a space stands after a relay said no.
fn refused_state(refusal: Refusal) -> LinkState {
    use Refusal as R;
    if matches!(refusal, R::Busy | R::Draining | R::TooSlow | R::StorageFailed) {
        LinkState::Unreachable
    } else if refusal == R::RelayBehind {
        LinkState::Behind
    } else {
        LinkState::Refused
    }
}
