//! The replica itself: inputs in, outputs out. It dispatches and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use protocol::codec;
use protocol::env::{Env, Instant, LinkId};
use protocol::id::{DocumentId, SpaceId};
use protocol::limits;
use protocol::wire::{Standing, ToRelay};

use super::command::CommandError;
use super::damage::{Plan, Repair};
use super::erasure::Wiped;
use super::found::Founding;
use super::home::Home;
use super::io::{DialId, Input, Output, Profile, Secrets};
use super::link::Phase;
use super::records;
use super::space::{Membership, Space};
use super::step::{Outputs, Step};
use super::view::{LinkState, Overview};
use super::wait::Waiter;

/// How long somebody waits for a relay that answers and brings nothing new.
const STALL_MAX: Duration = limits::LINK_SILENCE_MAX;
/// Silence after which a link is asked whether it is alive.
const PING_AFTER: Duration = Duration::from_secs(20);

/// One partner's replica.
///
/// Methods come in three families: [`Replica::create`] and [`Replica::load`] make one;
/// [`Replica::handle`], [`Replica::poll`] and [`Replica::next_timeout`] run it, in this order
/// and without pause; [`Replica::overview`] only looks.
pub struct Replica {
    pub(super) home: Home,
    pub(super) spaces: BTreeMap<SpaceId, Space>,
    pub(super) foundings: BTreeMap<DialId, Founding>,
    pub(super) waiters: Vec<Waiter>,
    pub(super) watching: bool,
    next_dial: u64,
    out: Outputs,
}

/// Why a replica cannot be brought back from its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadError {
    /// There is no replica in these records.
    Nothing,
    /// Records or secrets are missing or damaged.
    Damaged(&'static str),
}

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Nothing => f.write_str("there is no replica here"),
            Self::Damaged(what) => write!(f, "damaged or missing: {what}"),
        }
    }
}

impl std::error::Error for LoadError {}

impl Replica {
    /// Makes a new replica; its outputs must be obeyed before anything else.
    pub fn create(env: &mut Env<'_>, profile: Profile) -> Self {
        let mut out = Outputs::default();
        let home = Home::create(&mut Step::new(env, &mut out), profile);
        Self::with(home, BTreeMap::new(), out)
    }

    /// Brings a replica back from its records and secrets.
    ///
    /// # Errors
    /// Says what is missing.
    pub fn load(env: &mut Env<'_>, secrets: &Secrets) -> Result<Self, LoadError> {
        Self::load_without(env, secrets, &BTreeSet::new()).map(|(replica, _)| replica)
    }

    /// Brings a replica back without the records under some keys, which cannot be read: what can
    /// be made again or fetched again is dropped, and what nobody has is named. `env` must show
    /// none of those records. The outputs are to be obeyed once what the account says to set
    /// aside has been.
    ///
    /// # Errors
    /// Says what is missing and cannot be made again: nothing was touched.
    pub fn load_without(
        env: &mut Env<'_>,
        secrets: &Secrets,
        unreadable: &BTreeSet<Vec<u8>>,
    ) -> Result<(Self, Repair), LoadError> {
        let mut plans = Plan::of_all(unreadable)?;
        let mut out = Outputs::default();
        let mut repair = Repair::default();
        let mut step = Step::new(env, &mut out);
        if step.get(records::HOME).is_none() {
            return Err(LoadError::Nothing);
        }
        let mut home = Home::load(&step, secrets).ok_or(LoadError::Damaged("home"))?;
        let mut spaces = BTreeMap::new();
        for (key, bytes) in step.all(records::MEMBERSHIPS) {
            let id = SpaceId::from_slice(&key[1..]).ok_or(LoadError::Damaged("membership"))?;
            let me: Membership =
                codec::from_bytes(&bytes).map_err(|_| LoadError::Damaged("membership"))?;
            let mut space =
                Space::load(&step, id, me, secrets).ok_or(LoadError::Damaged("keys"))?;
            let plan = match (plans.remove(&id), step.get(&records::rebuilding(&id))) {
                (plan, Some(noted)) => Some(plan.unwrap_or_default().resumed(&noted)),
                (plan, None) => plan,
            };
            if let Some(plan) = plan {
                space.mend(&mut step, &home, &plan, &mut repair);
            }
            if step.get(&records::unlocking(&id)).is_some() {
                space.unlock(&mut step);
            }
            // A closing that was read and not carried out, or not to its end.
            space.erase_if_closed(&mut step);
            spaces.insert(id, space);
        }
        if !plans.is_empty() {
            // Records of a space without its membership.
            return Err(LoadError::Damaged("membership"));
        }
        let taken: Vec<_> = spaces.values().map(Space::device).collect();
        home.renew_prepared(&mut step, &taken);
        drop(step);
        Ok((Self::with(home, spaces, out), repair))
    }

    fn with(home: Home, spaces: BTreeMap<SpaceId, Space>, out: Outputs) -> Self {
        Self {
            home,
            spaces,
            foundings: BTreeMap::new(),
            waiters: Vec::new(),
            watching: false,
            next_dial: 0,
            out,
        }
    }

    /// Takes one input. What it leads to comes out of [`Replica::poll`].
    pub fn handle(&mut self, env: &mut Env<'_>, input: Input<'_>) {
        let mut out = std::mem::take(&mut self.out);
        let mut step = Step::new(env, &mut out);
        match input {
            Input::Command(ticket, command) => self.command(&mut step, ticket, command),
            Input::Connected { dial, link, binding } => {
                self.connected(&mut step, dial, link, binding);
            }
            Input::DialFailed { dial } => self.dial_failed(&mut step, dial),
            Input::Received(link, frame) => self.received(&mut step, link, frame),
            Input::Closed(link) => self.closed(&mut step, link),
            Input::Purged { gone } => self.purged(&mut step, gone),
            Input::Timeout => {}
        }
        self.tick(&mut step);
        self.settle(&mut step);
        self.out = out;
    }

    /// Returns the next output, in order; nothing once all are drained.
    pub fn poll(&mut self) -> Option<Output> {
        self.out.pop()
    }

    /// Returns when [`Input::Timeout`] is due.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Instant> {
        let of = |space: &Space| {
            let retry = space.link.retry_at.filter(|_| self.wants_link(space));
            // Who was asked whether it is alive has the rest of the silence to answer.
            let ping = space.link.up().map(|up| {
                let silence = if up.pings == 0 { PING_AFTER } else { limits::LINK_SILENCE_MAX };
                up.heard.after(silence)
            });
            let seal = space.seal_at.filter(|_| space.link.up().is_some_and(|up| up.current));
            let link = &space.link;
            let others = link.turn_at.into_iter().chain(link.patient_until).chain(seal);
            retry.into_iter().chain(ping).chain(others).min()
        };
        let stalls = self.spaces.values().filter(|space| self.is_awaited(&space.id));
        let stalls = stalls.filter_map(|space| Some(space.link.up()?.progress.after(STALL_MAX)));
        let foundings = self.foundings.values().map(|founding| founding.until);
        self.spaces.values().filter_map(of).chain(stalls).chain(foundings).min()
    }

    /// Returns what the replica is and holds.
    #[must_use]
    pub fn overview(&self) -> Overview {
        let documents = self.spaces.iter().flat_map(|(id, space)| {
            space.shelf.known().map(|document| (*id, *document)).collect::<Vec<_>>()
        });
        Overview {
            partner: self.home.partner,
            name: self.own_name(),
            device: self.home.prepared_device(),
            label: self.home.profile.label.clone(),
            spaces: self.spaces.values().map(|space| self.named(space.view())).collect(),
            documents: documents.collect(),
        }
    }

    /// Returns what this organisation is called: a further machine was named before it came, and
    /// takes the name it finds.
    pub(super) fn own_name(&self) -> String {
        let said = self.spaces.values().map(|space| space.name_of(&self.home.partner));
        let said = said.into_iter().find(|name| !name.is_empty());
        said.unwrap_or_else(|| self.home.profile.name.clone())
    }

    /// Tells whether a command waits for a space.
    fn is_awaited(&self, space: &SpaceId) -> bool {
        self.waiters.iter().any(|waiter| waiter.awaits(space))
    }

    /// Tells whether somebody wants a space to be connected.
    fn wants_link(&self, space: &Space) -> bool {
        let final_answer = matches!(space.link.state, LinkState::Forked | LinkState::Former);
        self.is_awaited(&space.id) || self.watching && !final_answer
    }

    fn connected(
        &mut self,
        step: &mut Step<'_, '_>,
        dial: DialId,
        link: LinkId,
        binding: protocol::env::ChannelBinding,
    ) {
        if let Some(founding) = self.foundings.get_mut(&dial) {
            return founding.greet(step, link, binding);
        }
        let dialled =
            |space: &&mut Space| matches!(space.link.phase, Phase::Dialling(id) if id == dial);
        match self.spaces.values_mut().find(dialled) {
            Some(space) => space.greet(step, link, binding),
            None => step.push(Output::Close(link)),
        }
    }

    fn dial_failed(&mut self, step: &mut Step<'_, '_>, dial: DialId) {
        if let Some(founding) = self.foundings.remove(&dial) {
            return step.reply(founding.ticket, Err(CommandError::Unreachable));
        }
        let dialled =
            |space: &&mut Space| matches!(space.link.phase, Phase::Dialling(id) if id == dial);
        if let Some(space) = self.spaces.values_mut().find(dialled) {
            space.hang_up(step, LinkState::Unreachable);
        }
    }

    fn received(&mut self, step: &mut Step<'_, '_>, link: LinkId, frame: &[u8]) {
        let founding = self.foundings.iter().find(|(_, f)| f.link == Some(link));
        if let Some(dial) = founding.map(|(dial, _)| *dial) {
            return self.founding_received(step, dial, frame);
        }
        let on = |space: &&mut Space| space.link.id() == Some(link);
        if let Some(space) = self.spaces.values_mut().find(on) {
            space.receive(step, &self.home, frame);
        }
    }

    fn closed(&mut self, step: &mut Step<'_, '_>, link: LinkId) {
        let founding = self.foundings.iter().find(|(_, f)| f.link == Some(link));
        if let Some(dial) = founding.map(|(dial, _)| *dial)
            && let Some(founding) = self.foundings.remove(&dial)
        {
            return step.reply(founding.ticket, Err(CommandError::Unreachable));
        }
        let on = |space: &&mut Space| space.link.id() == Some(link);
        if let Some(space) = self.spaces.values_mut().find(on) {
            space.link.fail(step.now(), LinkState::Unreachable);
            step.event(super::io::Event::Link(space.id, LinkState::Unreachable));
        }
    }

    /// Dials, pings and tends whatever is due.
    pub(super) fn tick(&mut self, step: &mut Step<'_, '_>) {
        let now = step.now();
        self.give_up_foundings(step);
        let ids: Vec<SpaceId> = self.spaces.keys().copied().collect();
        for id in ids {
            let Some(space) = self.spaces.get(&id) else {
                continue;
            };
            let wanted = self.wants_link(space);
            let hurried = self.is_awaited(&id);
            let due = space.link.retry_at.is_none_or(|at| now >= at);
            if space.link.is_idle() && wanted && due {
                self.dial(step, id);
            }
            let Some(space) = self.spaces.get_mut(&id) else {
                continue;
            };
            if space.link.patient_until.is_some_and(|until| now >= until) {
                space.hang_up(step, LinkState::Unreachable);
            }
            let stalled = |up: &super::link::Up| now.since(up.progress) >= STALL_MAX;
            if hurried && space.link.up().is_some_and(stalled) && !space.at_rest() {
                // It answers, and brings nothing: nobody waits for such a relay for ever.
                space.hang_up(step, LinkState::Unreachable);
            }
            let silent = space.link.up().map(|up| now.since(up.heard));
            if silent.is_some_and(|silent| silent >= limits::LINK_SILENCE_MAX) {
                space.hang_up(step, LinkState::Unreachable);
            } else if silent.is_some_and(|silent| silent >= PING_AFTER)
                && space.link.up().is_some_and(|up| up.pings == 0)
            {
                space.ping(step);
            }
            space.tend(step, &self.home, hurried);
        }
    }

    /// Gives up relays that were met and do not answer.
    fn give_up_foundings(&mut self, step: &mut Step<'_, '_>) {
        let now = step.now();
        let late =
            |(dial, founding): (&DialId, &Founding)| (now >= founding.until).then_some(*dial);
        let late: Vec<DialId> = self.foundings.iter().filter_map(late).collect();
        for founding in late.iter().filter_map(|dial| self.foundings.remove(dial)) {
            if let Some(link) = founding.link {
                step.push(Output::Close(link));
            }
            step.reply(founding.ticket, Err(CommandError::Unreachable));
        }
    }

    fn dial(&mut self, step: &mut Step<'_, '_>, id: SpaceId) {
        self.next_dial += 1;
        let dial = DialId(self.next_dial);
        if let Some(space) = self.spaces.get_mut(&id) {
            space.link.phase = Phase::Dialling(dial);
            space.outbox.held_back = None;
            space.link.retry_at = None;
            space.link.patient_until = Some(step.now().after(limits::LINK_SILENCE_MAX));
            space.set_state(step, LinkState::Busy);
            step.push(Output::Dial { dial, url: space.url() });
        }
    }

    /// Draws the number of a dial that belongs to no space yet.
    pub(super) fn draw_dial(&mut self) -> DialId {
        self.next_dial += 1;
        DialId(self.next_dial)
    }

    /// Answers whoever waited for spaces that are now at rest, and closes what nobody needs.
    fn settle(&mut self, step: &mut Step<'_, '_>) {
        for space in self.spaces.values_mut() {
            space.show_rest(step);
        }
        loop {
            let spaces = &self.spaces;
            let rested = |id: &SpaceId| spaces.get(id).is_none_or(Space::at_rest);
            let done = self.waiters.iter().position(|waiter| waiter.spaces.iter().all(rested));
            let Some(at) = done else {
                break;
            };
            let waiter = self.waiters.remove(at);
            self.answer(step, waiter);
        }
        for space in self.spaces.values_mut() {
            let awaited = self.waiters.iter().any(|waiter| waiter.awaits(&space.id));
            if !awaited && !self.watching && space.link.up().is_some() && space.at_rest() {
                space.part(step);
            }
        }
    }

    /// Finds the space of a document.
    pub(super) fn space_of(&self, document: &DocumentId) -> Result<SpaceId, CommandError> {
        let holds = |(_, space): &(&SpaceId, &Space)| space.shelf.knows(document);
        let found = self.spaces.iter().find(holds).map(|(id, _)| *id);
        found.ok_or(CommandError::NotFound("document"))
    }

    /// Lends a space.
    pub(super) fn space(&mut self, id: &SpaceId) -> Result<&mut Space, CommandError> {
        self.spaces.get_mut(id).ok_or(CommandError::NotFound("space"))
    }
}

impl Space {
    /// Tells whether nothing more will happen unless the world changes.
    pub(super) fn at_rest(&self) -> bool {
        match &self.link.phase {
            Phase::Idle => self.link.retry_at.is_some(),
            Phase::Dialling(_) | Phase::Greeting(..) | Phase::Proving(_) => false,
            Phase::Up(up) if up.behind || up.gave => up.pings == 0 && !up.gave,
            Phase::Up(up) => match up.standing {
                // Who has just destroyed says so in the same exchange.
                Standing::Member if self.wiped == Wiped::Deleted => false,
                Standing::Member => up.is_quiet() && self.link.turn_at.is_none(),
                Standing::Applicant | Standing::Former | Standing::Operator => {
                    up.current && up.pings == 0
                }
                Standing::Stranger => up.pings == 0,
                Standing::UnknownSpace | Standing::Importing => up.pings == 0,
            },
        }
    }

    /// Shows the state a space has come to rest in.
    fn show_rest(&mut self, step: &mut Step<'_, '_>) {
        if !self.at_rest() {
            if self.link.up().is_some() {
                self.set_state(step, LinkState::Busy);
            }
            return;
        }
        let time = self.time(step);
        let Some(up) = self.link.up() else {
            return;
        };
        let state = match up.standing {
            _ if up.behind => LinkState::Behind,
            Standing::Member if self.dismissed(time).is_some() => LinkState::Former,
            Standing::Member => LinkState::Current,
            Standing::Former => LinkState::Former,
            Standing::Applicant => LinkState::Waiting,
            Standing::Stranger if self.me.request.is_some() => LinkState::Refused,
            Standing::Stranger => LinkState::Waiting,
            // A partner is bringing the space to its new relay.
            Standing::Importing => LinkState::Unreachable,
            Standing::Operator | Standing::UnknownSpace => LinkState::Refused,
        };
        self.set_state(step, state);
    }

    /// Takes leave of the relay: there is nothing more to say.
    pub(super) fn part(&mut self, step: &mut Step<'_, '_>) {
        if let Some(link) = self.link.id() {
            step.send(link, &ToRelay::Bye);
            step.push(Output::Close(link));
        }
        let state = self.link.state;
        self.link.rest(state);
    }
}
