//! The whole relay as one machine: it orders, stores and hands on, and decides nothing.
//!
//! Frames and time go in through [`Relay::handle`], effects come out of [`Relay::poll`], to be
//! obeyed in order: a `Store` is durable before anything after it leaves, and a checkpoint is
//! signed only over what was stored. Envelopes are never kept in memory: followers are served
//! from the records, one stream at a time for each link, so that memory is bounded by
//! partners, devices and their incarnations. The relay holds no key that opens anything.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use crate::checkpoint::Log;
use crate::crypto::SigningSecret;
use crate::env::{ChannelBinding, Env, Instant, LinkId, Records, Timestamp, Write};
use crate::id::{RelayId, SpaceId};
use crate::limits;
use crate::refusal::Refusal;
use crate::register::RelayTerms;
use crate::wire::{Standing, Subject, ToRelay, ToReplica};

mod append; // acts, envelopes, approvals: judged, stored, answered
mod behind; // restored from a copy: what was signed is asked back
mod erasure; // what goes when the partners have a space erased
mod found; // spaces founded or offered here
mod greet; // links, handshake, standing
mod import; // spaces received from another relay
mod link; // what is known of one link
mod load; // from records to machine
mod mailbox; // invitations, join requests, approvals that wait
pub mod records; // every key the relay stores under
mod repair; // damaged records, given back by replicas
mod space; // one space as the relay holds it
mod stream; // followers served from the records
#[cfg(test)]
mod tests;
mod ticket; // the right to found
mod verify; // the long walk over everything stored

pub use load::LoadFault;
pub use stream::{Chunk, read_chunk};
pub use ticket::{Ticket, TicketFault};
pub use verify::{Damage, Verified, verify};

use link::{Link, Links, Seat, Stage};
use space::Space;

/// What the operator decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Who may found a space, or bring one from another relay.
    pub founding: Founding,
    /// Spaces that any replica may bring here without a ticket, when their partners move.
    pub expected: BTreeSet<SpaceId>,
    /// The terms a charter must name, whatever its URL.
    pub terms: RelayTerms,
    /// Spaces served, at most.
    pub spaces_max: usize,
    /// Links that have not proven a standing, at most; the oldest makes room.
    pub links_before_auth_max: usize,
    /// Links of one organisation in one space, at most.
    pub links_per_partner_max: usize,
    /// Acts, approvals and announcements of one organisation in a row.
    pub burst: u32,
    /// Time after which one more is allowed.
    pub refill: Duration,
}

impl Policy {
    /// The usual bounds, for a relay with these terms.
    #[must_use]
    pub fn usual(founding: Founding, terms: RelayTerms) -> Self {
        Self {
            founding,
            expected: BTreeSet::new(),
            terms,
            spaces_max: limits::SPACES_MAX,
            links_before_auth_max: limits::LINKS_BEFORE_AUTH_MAX,
            links_per_partner_max: limits::LINKS_PER_PARTNER_MAX,
            burst: 120,
            refill: Duration::from_secs(1),
        }
    }
}

/// Who may found a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Founding {
    /// Anyone who can reach the relay: for a machine's own loopback.
    Open,
    /// Whoever holds a ticket.
    ByTicket,
}

/// What happens to a relay.
#[derive(Debug)]
pub enum Input<'a> {
    /// A link was opened by a replica.
    Opened(LinkId, ChannelBinding),
    /// A frame came in.
    Received(LinkId, &'a [u8]),
    /// A link is gone.
    Closed(LinkId),
    /// The frame of a [`Output::Stream`] has left.
    Streamed {
        /// The link.
        link: LinkId,
        /// The log.
        log: Log,
        /// The first place that was not sent; the one asked for when it cannot be read.
        next: u64,
    },
    /// What [`Output::Purge`] asked for was done.
    Purged,
    /// The process is about to stop.
    Drain,
    /// The time of [`Relay::next_timeout`] has come.
    Timeout,
}

/// What a relay wants done, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Makes changes durable, as one, before anything after it.
    Store(Vec<Write>),
    /// Sends a frame.
    Send(LinkId, Vec<u8>),
    /// Sends one frame made by [`read_chunk`], then reports [`Input::Streamed`].
    Stream {
        /// To whom.
        link: LinkId,
        /// The space.
        space: SpaceId,
        /// Which of its logs.
        log: Log,
        /// The first place wanted.
        from: u64,
        /// The place after the last one that may be sent.
        to: u64,
    },
    /// Closes a link; nothing is said of it afterwards. No reason when the replica took leave.
    Close(LinkId, Option<Refusal>),
    /// Makes what was deleted before it leave the disk, then reports [`Input::Purged`]. A shell
    /// that cannot now leaves it: it is asked again at the next start.
    Purge,
    /// Something for the operator's log.
    Event(Event),
}

/// What an operator may want to know. Ids only: no content, no name, no key to a content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A link has proven its key.
    Seated {
        /// The link.
        link: LinkId,
        /// The space.
        space: SpaceId,
        /// What the key is there.
        standing: Standing,
    },
    /// Something was not accepted.
    Refused {
        /// From whom.
        link: LinkId,
        /// What.
        of: Subject,
        /// Why.
        refusal: Refusal,
    },
    /// A space was founded.
    Founded(SpaceId),
    /// A space is being received from another relay.
    Importing(SpaceId),
    /// A space was received whole from another relay.
    Imported(SpaceId),
    /// A stored record cannot be read, or a root does not match what was signed.
    Damaged {
        /// The space.
        space: SpaceId,
        /// The record, where it is known.
        record: Option<(Log, u64)>,
    },
    /// A damaged record was given back.
    Repaired {
        /// The space.
        space: SpaceId,
        /// The log.
        log: Log,
        /// The place.
        position: u64,
    },
    /// A replica has seen more than this relay holds: it was restored from a copy.
    Behind(SpaceId),
    /// A space that was behind holds again what was signed.
    Recovered(SpaceId),
    /// The contents of a space are gone, as its partners decided.
    Erased(SpaceId),
    /// The relay is stopping.
    Draining,
}

/// A relay.
pub struct Relay {
    secret: SigningSecret,
    policy: Policy,
    spaces: BTreeMap<SpaceId, Space>,
    tickets_used: BTreeMap<[u8; 16], Timestamp>,
    links: Links,
    outputs: VecDeque<Output>,
    to_reload: BTreeSet<SpaceId>,
    /// Spaces whose contents are being deleted.
    to_erase: BTreeSet<SpaceId>,
    /// Spaces whose deleted contents have not left the disk yet.
    purging: BTreeSet<SpaceId>,
    sweep_at: Option<Instant>,
    draining: bool,
}

/// Time between two looks at silent links, so that many links cost few looks.
const SWEEP_MIN: Duration = Duration::from_millis(250);

impl Relay {
    /// Restores a relay from its records: every register is folded again, and its root
    /// compared with what was stored before it was signed.
    ///
    /// # Errors
    /// Stops at a register that is newer than this program. Damage stops nothing: the space
    /// is served read-only until replicas have given back what is missing.
    pub fn load(
        policy: Policy,
        secret: SigningSecret,
        records: &dyn Records,
    ) -> Result<Self, LoadFault> {
        let mut relay = Self {
            secret,
            policy,
            spaces: BTreeMap::new(),
            tickets_used: load::tickets_used(records),
            links: Links::default(),
            outputs: VecDeque::new(),
            to_reload: BTreeSet::new(),
            to_erase: BTreeSet::new(),
            purging: BTreeSet::new(),
            sweep_at: None,
            draining: false,
        };
        for id in load::spaces(records) {
            let space = Space::load(id, records)?;
            relay.report_damage(&space);
            relay.spaces.insert(id, space);
            relay.note_erasure(id);
        }
        Ok(relay)
    }

    /// Returns the public log key.
    #[must_use]
    pub fn id(&self) -> RelayId {
        RelayId::new(self.secret.public())
    }

    /// Takes one input.
    pub fn handle(&mut self, env: &mut Env<'_>, input: Input<'_>) {
        self.reload_repaired(env);
        self.erase_some(env);
        match input {
            Input::Opened(link, binding) => self.opened(env, link, binding),
            Input::Received(link, frame) => self.received(env, link, frame),
            Input::Closed(link) => self.links.remove(link),
            Input::Streamed { link, log, next } => self.streamed(env, link, log, next),
            Input::Purged => self.purged(),
            Input::Drain => self.drain(),
            Input::Timeout => self.sweep(env),
        }
    }

    /// Returns the next thing to do.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Returns when [`Input::Timeout`] is due. It may come early; nothing happens then.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Instant> {
        let at_once = !self.to_reload.is_empty() || !self.to_erase.is_empty();
        if at_once { Some(Instant::default()) } else { self.sweep_at }
    }

    /// Returns the largest frame that may be read from a link now. A shell holds its reading
    /// to it, so that nobody unknown can fill the memory.
    #[must_use]
    pub fn frame_bytes_max(&self, link: LinkId) -> usize {
        let seated = self.links.get(link).is_some_and(|link| link.seat().is_some());
        if seated { limits::FRAME_BYTES_MAX } else { limits::BEFORE_AUTH_BYTES_MAX }
    }

    /// Returns the spaces served, in order.
    pub fn spaces(&self) -> impl Iterator<Item = &SpaceId> {
        self.spaces.keys()
    }

    /// Returns the number of open links.
    #[must_use]
    pub fn links(&self) -> usize {
        self.links.len()
    }

    /// Reads a frame and hands it to whoever serves that stage of a link.
    fn received(&mut self, env: &mut Env<'_>, id: LinkId, frame: &[u8]) {
        let max = self.frame_bytes_max(id);
        let Some(link) = self.links.get_mut(id) else {
            return;
        };
        link.heard_at = env.now;
        link.bytes_before_auth = link.bytes_before_auth.saturating_add(frame.len());
        let early = link.seat().is_none();
        if frame.len() > max || (early && link.bytes_before_auth > max) {
            return self.close(id, Refusal::TooLarge);
        }
        let message = match ToRelay::parse(frame) {
            Ok(message) => message,
            Err(error) => return self.close(id, error.into()),
        };
        if early { self.greet(env, id, message) } else { self.serve(env, id, message) }
    }

    /// Serves a message of a link whose key is proven.
    fn serve(&mut self, env: &mut Env<'_>, id: LinkId, message: ToRelay) {
        match message {
            ToRelay::Hello(_) | ToRelay::Prove(_) => self.close(id, Refusal::NotYet),
            ToRelay::Found { charter, ticket, held } => {
                self.found(env, id, *charter, (ticket.as_deref(), held));
            }
            ToRelay::Knock { pass, request } => self.knock(env, id, &pass, *request),
            ToRelay::Follow { register_from, journal_from } => {
                self.follow(env, id, register_from, journal_from);
            }
            ToRelay::Submit { ticket, act, wraps } => self.submit(env, id, ticket, &act, wraps),
            ToRelay::Approve(approval) => self.approve(env, id, approval),
            ToRelay::Push(envelope) => self.push(env, id, &envelope),
            ToRelay::Marks(incarnations) => self.marks(env, id, &incarnations),
            ToRelay::PutInvitation(tag) => self.put_invitation(env, id, tag),
            ToRelay::GetWraps(hash) => self.get_wraps(env, id, hash),
            ToRelay::Give { log, position, item } => self.give(env, id, log, position, &item),
            ToRelay::Complete { register, journal } => {
                self.complete(env, id, register, journal);
            }
            ToRelay::Ping => self.send(id, &ToReplica::Pong),
            ToRelay::Bye => {
                self.links.remove(id);
                self.outputs.push_back(Output::Close(id, None));
            }
            ToRelay::Unknown(_) => self.unknown(id),
        }
    }

    /// A message of tomorrow is ignored, a flood of them is not.
    fn unknown(&mut self, id: LinkId) {
        let Some(link) = self.links.get_mut(id) else {
            return;
        };
        link.unknown += 1;
        if link.unknown > limits::UNKNOWN_MESSAGES_MAX {
            self.close(id, Refusal::VersionMismatch);
        }
    }

    fn send(&mut self, link: LinkId, message: &ToReplica) {
        self.outputs.push_back(Output::Send(link, message.to_bytes()));
    }

    fn store(&mut self, writes: Vec<Write>) {
        if !writes.is_empty() {
            self.outputs.push_back(Output::Store(writes));
        }
    }

    fn event(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    fn refuse(&mut self, link: LinkId, of: Subject, refusal: Refusal, detail: u64) {
        self.send(link, &ToReplica::Refused { of, refusal, detail });
        self.event(Event::Refused { link, of, refusal });
    }

    /// Says why, and closes.
    fn close(&mut self, link: LinkId, refusal: Refusal) {
        if self.links.get(link).is_none() {
            return;
        }
        self.links.remove(link);
        self.send(link, &ToReplica::Bye(refusal));
        self.outputs.push_back(Output::Close(link, Some(refusal)));
    }

    /// Returns the seat of a link, which every served message has.
    fn seat(&self, link: LinkId) -> Option<&Seat> {
        self.links.get(link).and_then(Link::seat)
    }

    fn drain(&mut self) {
        self.draining = true;
        self.event(Event::Draining);
        for link in self.links.ids() {
            self.close(link, Refusal::Draining);
        }
    }

    /// Closes links that are silent or slow to say who they are.
    fn sweep(&mut self, env: &Env<'_>) {
        let mut next: Option<Instant> = None;
        for id in self.links.ids() {
            let Some(link) = self.links.get(id) else {
                continue;
            };
            let deadline = match link.stage {
                Stage::Waiting | Stage::Challenged(_) => {
                    link.opened_at.after(limits::BEFORE_AUTH_TIME_MAX)
                }
                Stage::Seated(_) => link.heard_at.after(limits::LINK_SILENCE_MAX),
            };
            if deadline <= env.now {
                self.close(id, Refusal::TooSlow);
            } else {
                next = Some(next.map_or(deadline, |next| next.min(deadline)));
            }
        }
        self.sweep_at = next.map(|next| next.max(env.now.after(SWEEP_MIN)));
    }
}
