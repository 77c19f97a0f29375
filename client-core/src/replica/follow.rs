//! Speaking with a relay: from dialling to every message it may send.
//!
//! One function for each thing that happens on a link. A message out of turn or malformed ends
//! the link; what it carries is checked where it is taken in.

use std::time::Duration;

use protocol::crypto::Signature;
use protocol::env::{ChannelBinding, LinkId};
use protocol::register::TurnCause;
use protocol::session::Dialled;
use protocol::wire::{Challenge, Head, Standing, ToRelay, ToReplica, Welcome};

use super::errand::Errand;
use super::home::Home;
use super::inbox::Stop;
use super::io::{Alarm, Event, Output};
use super::link::{Phase, Submitted, Up};
use super::records;
use super::space::Space;
use super::step::Step;
use super::view::LinkState;

mod refusals;

/// Time between two looks at a space whose relay refused the request to join.
const ASK_AGAIN: Duration = Duration::from_secs(600);

impl Space {
    /// Says hello over a link that was dialled.
    pub(super) fn greet(&mut self, step: &mut Step<'_, '_>, link: LinkId, binding: ChannelBinding) {
        let relay = self.register.as_ref().map(|r| r.roster().relay().clone());
        let required = relay.as_ref().is_some_and(|terms| terms.binding_required);
        let expected = relay.map_or(self.me.relay, |terms| terms.relay);
        let key = self.keys.device.public();
        self.link.relay = Some(expected);
        let dialled = Dialled::new(self.id, key, Some(expected), (binding, required), step.rng());
        match dialled {
            Ok((dialled, hello)) => {
                self.link.phase = Phase::Greeting(link, Some(Box::new(dialled)));
                let patience = protocol::limits::LINK_SILENCE_MAX;
                self.link.patient_until = Some(step.now().after(patience));
                self.set_state(step, LinkState::Busy);
                step.send(link, &ToRelay::Hello(hello));
            }
            Err(_) => self.hang_up(step, LinkState::Refused),
        }
    }

    /// Takes one frame.
    pub(super) fn receive(&mut self, step: &mut Step<'_, '_>, home: &Home, frame: &[u8]) {
        let Ok(message) = ToReplica::parse(frame) else {
            return self.hang_up(step, LinkState::Refused);
        };
        let now = step.now();
        if let Some(up) = self.link.up_mut() {
            up.heard = now;
        }
        let before = self.measure();
        self.take_frame(step, home, message);
        let moved = self.measure() != before;
        if let Some(up) = self.link.up_mut().filter(|_| moved) {
            up.progress = now;
        }
    }

    /// Returns numbers that change whenever an exchange gets on.
    fn measure(&self) -> [u64; 5] {
        use protocol::checkpoint::Log;
        let waiting = self.outbox.items().count() + self.errands.len();
        let (keys, locked) = (self.keyring.len(), self.locked.len());
        let (register, journal) = (self.size(Log::Register), self.size(Log::Journal));
        [register, journal, waiting as u64, keys as u64, locked as u64]
    }

    fn take_frame(&mut self, step: &mut Step<'_, '_>, home: &Home, message: ToReplica) {
        match (&mut self.link.phase, message) {
            (Phase::Greeting(link, dialled), ToReplica::Challenge(challenge)) => {
                let (link, dialled) = (*link, dialled.take());
                self.prove(step, link, dialled, &challenge);
            }
            (Phase::Proving(link), ToReplica::Welcome(welcome)) => {
                let link = *link;
                self.welcomed(step, home, link, &welcome);
            }
            (Phase::Up(up), ToReplica::Welcome(welcome)) => {
                let link = up.link;
                self.welcomed(step, home, link, &welcome);
            }
            (Phase::Up(_), message) => {
                if let Err(stop) = self.take_message(step, message) {
                    step.event(Event::Alarm(self.id, stop.alarm));
                    self.hang_up(step, stop.state);
                }
            }
            (
                Phase::Greeting(..) | Phase::Proving(_),
                ToReplica::Refused { refusal, .. } | ToReplica::Bye(refusal),
            ) => self.turned_away(step, refusal),
            (Phase::Greeting(..) | Phase::Proving(_), _) => {
                self.hang_up(step, LinkState::Refused);
            }
            (Phase::Idle | Phase::Dialling(_), _) => {}
        }
    }

    fn prove(
        &mut self,
        step: &mut Step<'_, '_>,
        link: LinkId,
        dialled: Option<Box<Dialled>>,
        challenge: &Challenge,
    ) {
        let answer = dialled.map(|dialled| dialled.answer(challenge, &self.keys.device));
        match answer {
            Some(Ok(signature)) => self.send_proof(step, link, signature),
            Some(Err(refusal)) => self.turned_away(step, refusal),
            None => self.hang_up(step, LinkState::Refused),
        }
    }

    fn send_proof(&mut self, step: &mut Step<'_, '_>, link: LinkId, signature: Signature) {
        self.link.phase = Phase::Proving(link);
        step.send(link, &ToRelay::Prove(signature));
    }

    /// Both ends are proven, or the relay has seated us anew.
    pub(super) fn welcomed(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
        link: LinkId,
        welcome: &Welcome,
    ) {
        let now = step.now();
        self.link.succeed(now);
        let mut up = Up::new(link, welcome.standing, now);
        if let Some(seated) = self.link.up() {
            up.pings = seated.pings;
            up.progress = seated.progress;
        }
        self.link.phase = Phase::Up(Box::new(up));
        if welcome.standing == Standing::UnknownSpace {
            self.offer(step, welcome);
        }
        if welcome.standing == Standing::Importing {
            // What the relay still lacks it asks for before it answers.
            self.ping(step);
        }
        let follows = match welcome.standing {
            Standing::Member | Standing::Applicant | Standing::Former | Standing::Operator => true,
            Standing::Stranger | Standing::UnknownSpace | Standing::Importing => false,
        };
        let member = welcome.standing == Standing::Member;
        if follows {
            let known = |log| self.size_known(log);
            let member = member && !self.is_erased();
            let behind = welcome.register.size < known(protocol::checkpoint::Log::Register)
                || member && welcome.journal.size < known(protocol::checkpoint::Log::Journal);
            if behind {
                return self.show_more(step, link);
            }
            let register_from = self.size(protocol::checkpoint::Log::Register);
            let journal_from = self.size(protocol::checkpoint::Log::Journal);
            step.send(link, &ToRelay::Follow { register_from, journal_from });
        }
        if welcome.standing == Standing::Stranger && self.has_knocked_in_vain() {
            // Asked again later: the request of a copy of this store may be granted yet.
            self.hang_up(step, LinkState::Refused);
            self.link.retry_at = Some(now.after(ASK_AGAIN));
            return;
        }
        self.tend(step, home, true);
    }

    /// Tells whether a request to join was refused at the door.
    fn has_knocked_in_vain(&self) -> bool {
        let knocks = |(_, errand): (u64, &Errand)| *errand == Errand::Knock;
        self.me.request.is_some() && !self.errands.iter().any(knocks)
    }

    /// The relay knows less than it once signed: shows it its own checkpoints, so that it asks
    /// back what it lost. It seats us anew once it has recovered.
    fn show_more(&mut self, step: &mut Step<'_, '_>, link: LinkId) {
        step.event(Event::Alarm(self.id, Alarm::RelayBehind));
        if let Some(up) = self.link.up_mut() {
            up.behind = true;
        }
        let (register, journal) = self.last_heads(step);
        step.send(link, &ToRelay::Complete { register, journal });
        self.ping(step);
    }

    /// Returns how far both logs are here, with the last checkpoints the relay signed.
    fn last_heads(&self, step: &Step<'_, '_>) -> (Head, Head) {
        use protocol::checkpoint::Log;
        let [register, journal] = self.notes(step);
        let head = |log, note| Head { size: self.size(log), note };
        (head(Log::Register, register), head(Log::Journal, journal))
    }

    /// The relay does not know the space: offers it, if the register names this relay.
    fn offer(&mut self, step: &mut Step<'_, '_>, welcome: &Welcome) {
        let named = welcome.terms.as_ref().is_some_and(|terms| self.is_named(terms));
        let charter = step.get(&records::act(&self.id, 0));
        let entry = charter.and_then(|bytes| {
            protocol::codec::from_bytes::<protocol::register::Entry>(&bytes).ok()
        });
        if let (true, Some(entry), Some(link)) = (named, entry, self.link.id()) {
            let charter = Box::new(entry.act);
            let held = self.size(protocol::checkpoint::Log::Register);
            step.send(link, &ToRelay::Found { charter, ticket: None, held });
            self.ping(step);
        }
    }

    fn take_message(&mut self, step: &mut Step<'_, '_>, message: ToReplica) -> Result<(), Stop> {
        match message {
            // Of an erased space only the register is taken any more.
            ToReplica::Envelopes { .. } | ToReplica::Mailbox { .. } if self.is_erased() => {}
            ToReplica::Acts { from, entries } => {
                self.received += self.take_acts(step, from, &entries)?;
                self.not_current();
            }
            ToReplica::Envelopes { from, entries } => {
                self.received += self.take_entries(step, from, &entries)?;
                self.not_current();
            }
            ToReplica::Heads { register, journal } => {
                self.admitted_meanwhile(step);
                let member = self.link.up().is_some_and(|up| up.standing == Standing::Member);
                let current = self.check_heads(step, &register, &journal, member)?;
                let fresh = self
                    .link
                    .up_mut()
                    .is_some_and(|up| current && !std::mem::replace(&mut up.current, current));
                if fresh {
                    // The answer comes behind whatever waits in the relay's mailbox.
                    self.ping(step);
                }
                self.noticed(step);
            }
            ToReplica::Mailbox { requests, approvals } => {
                self.take_mailbox(step, requests, approvals);
            }
            ToReplica::Wraps { hash, wraps } => self.take_wraps(step, hash, wraps),
            ToReplica::Submitted { ticket, seq } => self.submitted(step, ticket, seq),
            ToReplica::Kept { position, .. } => {
                self.sent += 1;
                self.outbox.held_back = None;
                // An entry that came before its receipt brings nothing more.
                if position >= self.size(protocol::checkpoint::Log::Journal) {
                    self.not_current();
                }
            }
            ToReplica::Refused { of, refusal, .. } => self.refused(step, of, refusal),
            ToReplica::Wanted { log, position } => self.give(step, log, position),
            ToReplica::Pong => {
                if let Some(up) = self.link.up_mut() {
                    up.pings = up.pings.saturating_sub(1);
                }
                self.errands_read(step);
            }
            ToReplica::Bye(refusal) => self.turned_away(step, refusal),
            ToReplica::Challenge(_) => self.hang_up(step, LinkState::Refused),
            ToReplica::Marked(_) | ToReplica::Welcome(_) | ToReplica::Unknown(_) => {}
        }
        Ok(())
    }

    /// The register admits us since we were seated: follows the journal from now on.
    fn admitted_meanwhile(&mut self, step: &mut Step<'_, '_>) {
        let time = self.time(step);
        let member = self.is_member(time);
        let dismissed = self.dismissed(time).is_some();
        let register_from = self.size(protocol::checkpoint::Log::Register);
        let journal_from = self.size(protocol::checkpoint::Log::Journal);
        let Some(up) = self.link.up_mut() else {
            return;
        };
        match up.standing {
            Standing::Applicant | Standing::Stranger if member => {
                up.standing = Standing::Member;
                step.send(up.link, &ToRelay::Follow { register_from, journal_from });
            }
            // A suspended device still follows: the relay seats it as a member.
            Standing::Member if dismissed => up.standing = Standing::Former,
            Standing::Applicant
            | Standing::Stranger
            | Standing::Member
            | Standing::Former
            | Standing::Operator
            | Standing::UnknownSpace
            | Standing::Importing => {}
        }
    }

    /// What the logs show once they are current: our standing, and whether we are doubled.
    fn noticed(&mut self, step: &mut Step<'_, '_>) {
        let time = self.time(step);
        if self.dismissed(time).is_some() && self.link.state != LinkState::Former {
            step.event(Event::Alarm(self.id, Alarm::NoLongerMember));
        }
        let current = self.link.up().is_some_and(|up| up.current);
        let named = self.register.as_ref().map(|r| r.roster().relay().relay);
        if current && named.is_some_and(|named| self.link.relay.is_some_and(|at| at != named)) {
            // All that the relay before has ordered is here: the next one is dialled at once.
            return self.part(step);
        }
        // Flights sealed under an epoch that has closed are sealed anew without being asked.
        let stale = |(_, flight): (u64, &super::outbox::Flight)| self.is_stale(flight.id);
        if current && self.outbox.flights().any(stale) {
            self.reseal(step);
        }
    }

    fn take_mailbox(
        &mut self,
        step: &mut Step<'_, '_>,
        requests: Vec<protocol::invitation::JoinRequest>,
        approvals: Vec<protocol::register::Approval>,
    ) {
        let good = |request: &protocol::invitation::JoinRequest| request.verify(&self.id).is_ok();
        self.mailbox.requests = requests.into_iter().filter(good).map(|r| (r.id(), r)).collect();
        self.mailbox.approvals =
            approvals.into_iter().map(|a| ((a.proposal, a.partner), a)).collect();
        self.store_mailbox(step);
        step.event(Event::Governance(self.id));
    }

    fn submitted(&mut self, step: &mut Step<'_, '_>, ticket: u64, seq: u64) {
        self.sent += 1;
        self.outbox.held_back = None;
        let Some(what) = self.link.up_mut().and_then(|up| up.acts.remove(&ticket)) else {
            return;
        };
        match what {
            // Kept until the register shows it: that it was ordered is only the relay's word.
            Submitted::Errand(_) => {}
            // Who has come without the past still learns who is there.
            Submitted::Epoch(TurnCause::Arrival) => {
                let lines = self.directory.all();
                self.post(step, lines);
            }
            Submitted::Adoption(proposal) => self.introduce_newcomer(step, proposal),
            Submitted::Epoch(..) | Submitted::Grant => {}
        }
        // The entry itself comes over the stream, unless it was there before its receipt.
        if seq >= self.size(protocol::checkpoint::Log::Register) {
            self.not_current();
        }
    }

    /// The logs have moved: they are current again once the relay's checkpoint says so.
    fn not_current(&mut self) {
        if let Some(up) = self.link.up_mut() {
            up.current = false;
        }
    }

    /// Everything sent before a ping was read: errands without an answer of their own are done.
    fn errands_read(&mut self, step: &mut Step<'_, '_>) {
        let Some(up) = self.link.up().filter(|up| up.pings == 0) else {
            return;
        };
        let silent = |errand: &Errand| matches!(errand, Errand::Invite(_) | Errand::Approve(_));
        let done: Vec<u64> = up
            .errands
            .iter()
            .filter(|number| self.errands.get(**number).is_some_and(silent))
            .copied()
            .collect();
        let space = self.id;
        for number in done {
            self.errands.done(step, &space, number);
            self.sent += 1;
        }
    }

    /// Gives an item the relay lost or never had.
    fn give(&mut self, step: &mut Step<'_, '_>, log: protocol::checkpoint::Log, position: u64) {
        let key = records::logged(&self.id, log, position);
        let Some(up) = self.link.up_mut() else {
            return;
        };
        up.gave = true;
        let here = step.get(&key).is_some();
        if here && position >= up.given {
            // Asked from the beginning to the end, and not the same again and again.
            up.given = position.saturating_add(1);
            up.progress = step.now();
        }
        let link = up.link;
        match step.get(&key) {
            Some(item) => step.send(link, &ToRelay::Give { log, position, item }),
            None => {
                let (register, journal) = self.last_heads(step);
                step.send(link, &ToRelay::Complete { register, journal });
            }
        }
    }

    /// Shows how the space stands with its relay.
    pub(super) fn set_state(&mut self, step: &mut Step<'_, '_>, state: LinkState) {
        if self.link.state != state {
            self.link.state = state;
            step.event(Event::Link(self.id, state));
        }
    }

    /// Ends the link because something went wrong.
    pub(super) fn hang_up(&mut self, step: &mut Step<'_, '_>, state: LinkState) {
        if let Some(link) = self.link.id() {
            step.push(Output::Close(link));
        }
        let now = step.now();
        self.link.fail(now, state);
        step.event(Event::Link(self.id, state));
    }
}
