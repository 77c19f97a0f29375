//! Links: opened, greeted, seated. What a key may do is never decided here.

use super::link::{Following, Link, Seat, Stage};
use super::{Event, Relay};
use crate::checkpoint::Log;
use crate::crypto::Signature;
use crate::env::{ChannelBinding, Env, LinkId};
use crate::id::{PartnerId, SpaceId};
use crate::limits;
use crate::refusal::Refusal;
use crate::session::Challenged;
use crate::wire::{Head, Hello, Standing, Subject, ToRelay, ToReplica, Welcome};

impl Relay {
    pub(super) fn opened(&mut self, env: &Env<'_>, id: LinkId, binding: ChannelBinding) {
        let link = Link {
            binding,
            opened_at: env.now,
            heard_at: env.now,
            bytes_before_auth: 0,
            unknown: 0,
            stage: Stage::Waiting,
        };
        self.links.open(id, link);
        if self.draining {
            return self.close(id, Refusal::Draining);
        }
        let deadline = env.now.after(limits::BEFORE_AUTH_TIME_MAX);
        self.sweep_at = Some(self.sweep_at.map_or(deadline, |at| at.min(deadline)));
        // The oldest goes, not the newest: an honest replica is quicker than a crowd that waits.
        if let Some(oldest) = self.links.crowded(self.policy.links_before_auth_max) {
            self.close(oldest, Refusal::Busy);
        }
    }

    /// Serves a message of a link that has not proven its key.
    pub(super) fn greet(&mut self, env: &mut Env<'_>, id: LinkId, message: ToRelay) {
        let Some(link) = self.links.get_mut(id) else {
            return;
        };
        let stage = std::mem::replace(&mut link.stage, Stage::Waiting);
        let binding = link.binding;
        match (stage, message) {
            (Stage::Waiting, ToRelay::Hello(hello)) => self.hello(env, id, &hello, binding),
            (Stage::Challenged(challenged), ToRelay::Prove(signature)) => {
                self.prove(env, id, challenged, &signature);
            }
            (stage, ToRelay::Unknown(_)) => {
                link.stage = stage;
                self.unknown(id);
            }
            _ => self.close(id, Refusal::NotYet),
        }
    }

    fn hello(&mut self, env: &mut Env<'_>, id: LinkId, hello: &Hello, binding: ChannelBinding) {
        let register = self.spaces.get(&hello.space).and_then(|space| space.register.as_ref());
        let required = register.is_some_and(|r| r.roster().relay().binding_required);
        match Challenged::new(hello, &self.secret, (binding, required), env.rng) {
            Ok((challenged, challenge)) => {
                if let Some(link) = self.links.get_mut(id) {
                    link.stage = Stage::Challenged(challenged);
                }
                self.send(id, &ToReplica::Challenge(challenge));
            }
            Err(refusal) => {
                self.refuse(id, Subject::Hello, refusal, 0);
                self.close(id, refusal);
            }
        }
    }

    fn prove(&mut self, env: &Env<'_>, id: LinkId, challenged: Challenged, signature: &Signature) {
        let (space, key) = match challenged.prove(signature) {
            Ok(proven) => proven,
            Err(refusal) => {
                self.refuse(id, Subject::Hello, refusal, 0);
                return self.close(id, refusal);
            }
        };
        let partner = self.partner_here(&space, &key);
        if let Some(partner) = partner
            && self.links.of_partner(&space, &partner) >= self.policy.links_per_partner_max
        {
            return self.close(id, Refusal::Busy);
        }
        self.take_seat(env, id, space, key);
    }

    /// Seats a link in a space, or seats it again, and says how things stand there.
    pub(super) fn take_seat(&mut self, env: &Env<'_>, id: LinkId, space: SpaceId, key: [u8; 32]) {
        let partner = self.partner_here(&space, &key);
        self.links.seat(id, Seat { space, key, partner, following: None });
        let welcome = self.welcome(env, &space, &key);
        self.event(Event::Seated { link: id, space, standing: welcome.standing });
        self.send(id, &ToReplica::Welcome(welcome));
        self.ask_for_wanted(id);
        self.ask_from_the_start(env, id);
    }

    /// Returns the organisation behind a key that takes part.
    fn partner_here(&self, space: &SpaceId, key: &[u8; 32]) -> Option<PartnerId> {
        let space = self.spaces.get(space)?;
        let member = space.standing(key) == Standing::Member;
        space.partner_of(key).filter(|_| member)
    }

    fn welcome(&mut self, env: &Env<'_>, space: &SpaceId, key: &[u8; 32]) -> Welcome {
        let Some(space) = self.spaces.get_mut(space) else {
            return Welcome {
                standing: Standing::UnknownSpace,
                register: Head::default(),
                journal: Head::default(),
                time: env.wall,
                terms: Some(Box::new(self.policy.terms.clone())),
            };
        };
        let standing = space.standing(key);
        let (register, journal) = match standing {
            Standing::Stranger | Standing::UnknownSpace => Default::default(),
            Standing::Member
            | Standing::Applicant
            | Standing::Former
            | Standing::Operator
            | Standing::Importing => {
                let register = space.head(Log::Register, &self.secret);
                (register, space.head(Log::Journal, &self.secret))
            }
        };
        Welcome { standing, register, journal, time: env.wall, terms: None }
    }

    /// Starts serving a follower from two positions.
    pub(super) fn follow(&mut self, env: &Env<'_>, id: LinkId, register: u64, journal: u64) {
        let Some((standing, space_id)) = self.standing(id) else {
            return;
        };
        let refusal = match standing {
            Standing::Member | Standing::Applicant | Standing::Former | Standing::Operator => None,
            Standing::Stranger => Some(Refusal::NotAMember),
            Standing::UnknownSpace => Some(Refusal::UnknownSpace),
            Standing::Importing => Some(Refusal::UnderRepair),
        };
        if let Some(refusal) = refusal {
            return self.refuse(id, Subject::Follow, refusal, 0);
        }
        let Some(space) = self.spaces.get(&space_id) else {
            return;
        };
        let (has_register, has_journal) = (space.size(Log::Register), space.size(Log::Journal));
        // Of an erased space only the register is left to follow.
        let with_journal = standing == Standing::Member && !space.is_erased();
        let journal = if with_journal { journal } else { 0 };
        if register > has_register || journal > has_journal {
            self.event(Event::Behind(space_id));
            let has = if register > has_register { has_register } else { has_journal };
            return self.refuse(id, Subject::Follow, Refusal::RelayBehind, has);
        }
        let Some(link) = self.links.get_mut(id) else {
            return;
        };
        // A stream that is under way goes on: its frame belongs to the places asked before.
        let streaming = link.following().and_then(|following| following.streaming);
        if let Stage::Seated(seat) = &mut link.stage {
            seat.following = Some(Following {
                register_next: register,
                journal_next: journal,
                streaming,
                stale: streaming.is_some(),
                ..Following::default()
            });
        }
        self.pump(env, id);
    }

    /// Returns the organisation behind a seated link now: a vote may have changed it.
    pub(super) fn partner(&self, id: LinkId) -> Option<PartnerId> {
        let seat = self.seat(id)?;
        self.partner_here(&seat.space, &seat.key)
    }

    /// Returns what the key of a seated link is now, and where.
    pub(super) fn standing(&self, id: LinkId) -> Option<(Standing, SpaceId)> {
        let seat = self.seat(id)?;
        let space = self.spaces.get(&seat.space);
        let standing = space.map_or(Standing::UnknownSpace, |space| space.standing(&seat.key));
        Some((standing, seat.space))
    }
}
