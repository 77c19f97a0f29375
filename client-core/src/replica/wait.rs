//! Waiting for spaces to come to rest before a command is answered.
//!
//! A decision is worth answering once the relay has it. Each waiter names the spaces it waits
//! for and what to do then; an unreachable relay ends the wait as well, and says so.

use std::collections::BTreeSet;

use protocol::id::{ProposalId, SpaceId};
use protocol::refusal::Refusal;
use protocol::register::{Clause, Measure};

use super::command::{CommandError, Reply, Ticket};
use super::io::{Output, SecretWrite};
use super::machine::Replica;
use super::records;
use super::step::Step;
use super::view::{LinkState, SpaceSync, SyncReport, VoteReport};

/// A command that waits.
pub(super) struct Waiter {
    pub(super) ticket: Ticket,
    pub(super) spaces: BTreeSet<SpaceId>,
    pub(super) then: Then,
}

/// What to do once the spaces are at rest.
pub(super) enum Then {
    /// Report the exchange.
    Sync,
    /// Give this answer, if the relay has heard.
    Give(Box<Reply>),
    /// List requests, reached or not.
    Requests(SpaceId),
    /// List members, reached or not.
    Members(SpaceId),
    /// Propose a measure.
    Propose(SpaceId, Box<Measure>),
    /// Approve.
    Approve(SpaceId, ProposalId),
    /// Take an approval back.
    Withdraw(SpaceId, ProposalId),
    /// Speak with the organisation's voice, then give this answer.
    Speak(SpaceId, Box<Clause>, Box<Reply>),
    /// Tell how a vote stands.
    Vote(SpaceId, ProposalId),
}

impl Waiter {
    pub(super) fn awaits(&self, space: &SpaceId) -> bool {
        self.spaces.contains(space)
    }
}

impl Replica {
    /// Waits for some spaces; links that failed before are tried at once.
    pub(super) fn wait(
        &mut self,
        step: &mut Step<'_, '_>,
        ticket: Ticket,
        spaces: impl IntoIterator<Item = SpaceId>,
        then: Then,
    ) {
        let spaces: BTreeSet<SpaceId> = spaces.into_iter().collect();
        for id in &spaces {
            let alone = !self.waiters.iter().any(|waiter| waiter.awaits(id));
            if let Some(space) = self.spaces.get_mut(id) {
                if alone && !matches!(then, Then::Sync) {
                    // What was refused before is not the answer to what is asked now.
                    space.refusal = None;
                }
                if space.link.is_idle() {
                    space.link.retry_at = None;
                }
                let now = step.now();
                if let Some(up) = space.link.up_mut() {
                    up.progress = now;
                }
                if matches!(then, Then::Sync) {
                    space.sent = 0;
                    space.received = 0;
                }
                space.tend(step, &self.home, true);
            }
        }
        self.waiters.push(Waiter { ticket, spaces, then });
        self.tick(step);
    }

    /// Goes on with a command whose spaces are at rest.
    pub(super) fn answer(&mut self, step: &mut Step<'_, '_>, waiter: Waiter) {
        let Waiter { ticket, spaces, then } = waiter;
        let states = spaces.iter().filter_map(|id| self.spaces.get(id)).map(|s| s.link.state);
        let away = worst(states.filter(|state| !is_reached(*state)));
        let refusal = spaces.iter().find_map(|id| self.spaces.get(id)?.outbox.held_back);
        // What no register shows is not said to be done.
        let unordered = |id| self.spaces.get(id).is_some_and(|s| s.has_act_unordered());
        let done = is_reached(away) && !spaces.iter().any(unordered);
        let told = |reply| match done {
            true => reply,
            false => Reply::Unsent { reply: Box::new(reply), link: away, refusal },
        };
        let result = match then {
            Then::Sync => Ok(Reply::Synced(self.sync_report(step, &spaces))),
            Then::Give(reply) => {
                let heard = self.heard(&spaces);
                if let Err(CommandError::Refused(refusal)) = &heard
                    && let Some(space) = begun_by(&reply, *refusal)
                {
                    self.abandon(step, &space);
                }
                heard.map(|()| told(*reply))
            }
            Then::Requests(id) => {
                self.space(&id).map(|space| Reply::Requests(space.requests(step)))
            }
            Then::Members(id) => {
                self.space(&id).and_then(|space| space.members(step)).map(Reply::Members)
            }
            Then::Vote(id, proposal) => self
                .heard(&spaces)
                .and_then(|()| self.space(&id)?.vote_report(proposal))
                .map(|report| match decided_in_vain(&report) && refusal.is_some() {
                    true => {
                        let reply = Box::new(Reply::Vote(report));
                        Reply::Unsent { reply, link: away, refusal }
                    }
                    false => told(Reply::Vote(report)),
                }),
            Then::Propose(id, measure) => {
                let done = self.space(&id).and_then(|space| space.propose(step, *measure));
                return self.then_vote(step, ticket, id, done);
            }
            Then::Approve(id, proposal) => {
                let done = self.space(&id).and_then(|space| space.approve(step, proposal));
                return self.then_vote(step, ticket, id, done.map(|()| proposal));
            }
            Then::Withdraw(id, proposal) => {
                match self.space(&id).and_then(|space| space.withdraw(step, proposal)) {
                    // Known nowhere but here, and no more: there is nothing to say.
                    Ok(Some(report)) => Ok(Reply::Vote(report)),
                    done => return self.then_vote(step, ticket, id, done.map(|_| proposal)),
                }
            }
            Then::Speak(id, clause, reply) => {
                match self.space(&id).and_then(|space| space.speak(step, *clause)) {
                    Ok(()) => return self.wait(step, ticket, [id], Then::Give(reply)),
                    Err(error) => Err(error),
                }
            }
        };
        step.reply(ticket, result);
    }

    /// Forgets a space whose founding or whose invitation the relay refused: nobody there has
    /// ever seen it.
    pub(super) fn abandon(&mut self, step: &mut Step<'_, '_>, id: &SpaceId) {
        if self.spaces.get(id).is_none_or(|space| space.register.is_some()) {
            return;
        }
        if let Some(space) = self.spaces.remove(id) {
            if let Some(link) = space.link.id() {
                step.push(Output::Close(link));
            }
            for (number, _) in space.errands.iter() {
                step.delete(records::errand(id, number));
            }
            step.delete(records::membership(id));
            let keys = SecretWrite::Delete { id: records::keys_secret(id) };
            step.push(Output::Keep(vec![keys]));
        }
    }

    fn then_vote(
        &mut self,
        step: &mut Step<'_, '_>,
        ticket: Ticket,
        id: SpaceId,
        done: Result<ProposalId, CommandError>,
    ) {
        match done {
            Ok(proposal) => self.wait(step, ticket, [id], Then::Vote(id, proposal)),
            Err(error) => step.reply(ticket, Err(error)),
        }
    }

    /// Says what the relay refused. A relay that is away refuses nothing: what was said is kept.
    fn heard(&mut self, spaces: &BTreeSet<SpaceId>) -> Result<(), CommandError> {
        for id in spaces {
            if let Some(refusal) = self.spaces.get_mut(id).and_then(|s| s.refusal.take()) {
                return Err(CommandError::Refused(refusal));
            }
            if self.spaces.get(id).is_some_and(|s| s.link.state == LinkState::Forked) {
                return Err(CommandError::RelayForked);
            }
        }
        Ok(())
    }

    fn sync_report(&mut self, step: &Step<'_, '_>, ids: &BTreeSet<SpaceId>) -> SyncReport {
        let mut spaces = Vec::new();
        for id in ids {
            let shown = self.spaces.get(id).map(|s| self.named(s.view().at(s.time(step))));
            if let (Some(view), Some(space)) = (shown, self.spaces.get_mut(id)) {
                let (sent, received) = (space.sent, space.received);
                spaces.push(SpaceSync { view, sent, received, refused: space.refusal.take() });
            }
        }
        SyncReport {
            sent: spaces.iter().map(|space| space.sent).sum(),
            received: spaces.iter().map(|space| space.received).sum(),
            pending: spaces.iter().map(|space| space.view.pending).sum(),
            quarantined: spaces.iter().map(|space| space.view.quarantined).sum(),
            state: worst(spaces.iter().map(|space| space.view.link)),
            barred: spaces.iter().filter_map(|space| space.view.barred()).collect(),
            spaces,
        }
    }
}

/// Returns the space that a refused founding or a refused invitation had begun here.
fn begun_by(reply: &Reply, refusal: Refusal) -> Option<SpaceId> {
    if let Reply::Founded { space, .. } = reply {
        return Some(*space);
    }
    let Reply::Joined(joined) = reply else {
        return None;
    };
    // A relay that is busy may take the same request later.
    let useless = matches!(refusal, Refusal::BadInvitation | Refusal::Expired);
    joined.request.filter(|_| useless).map(|_| joined.space)
}

/// Tells whether a vote has its approvals and is not adopted all the same.
fn decided_in_vain(report: &VoteReport) -> bool {
    !report.adopted && report.approvals >= report.needed
}

fn is_reached(state: LinkState) -> bool {
    match state {
        LinkState::Current | LinkState::Waiting | LinkState::Former | LinkState::Busy => true,
        LinkState::Offline
        | LinkState::Unreachable
        | LinkState::Refused
        | LinkState::Forked
        | LinkState::Behind => false,
    }
}

/// Returns the state that most needs a look.
fn worst(states: impl Iterator<Item = LinkState>) -> LinkState {
    let weight = |state: &LinkState| match state {
        LinkState::Current => 0,
        LinkState::Busy => 1,
        LinkState::Waiting => 2,
        LinkState::Offline => 3,
        LinkState::Former => 4,
        LinkState::Unreachable => 5,
        LinkState::Refused => 6,
        LinkState::Behind => 7,
        LinkState::Forked => 8,
    };
    states.max_by_key(weight).unwrap_or(LinkState::Current)
}
