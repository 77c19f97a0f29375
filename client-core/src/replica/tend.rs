//! Tending a space: what to say next to a relay that is up, from the state alone.
//!
//! Called after everything that happened. It asks for nothing twice over one link and comes to
//! rest by itself, so that a quiet world stays quiet.

use std::time::Duration;

use protocol::env::Timestamp;
use protocol::envelope::{Attested, Changes, Content, Envelope, NO_ENVELOPE, Place};
use protocol::id::DocumentId;
use protocol::register::{Clause, RelayTerms};
use protocol::wire::{Standing, ToRelay};

use super::directory::{Notice, Topic};
use super::errand::Errand;
use super::govern::is_vain;
use super::home::Home;
use super::link::{Submitted, Up};
use super::outbox::{Batch, BatchContent, Flight, Item, Whose};
use super::shelf::change_id;
use super::space::Space;
use super::step::Step;
use crate::document::RawChange;
use crate::packing;

/// How long edits are collected before they are sealed together, while somebody types.
const SEAL_AFTER: Duration = Duration::from_secs(1);
/// The same, in a document that somebody else is writing in too: they see each other type.
const SEAL_AFTER_TOGETHER: Duration = Duration::from_millis(100);
/// How long somebody who wrote in a document counts as writing in it.
const TOGETHER_FOR: Duration = Duration::from_secs(30);
/// Bytes of edits that are sealed without waiting.
const SEAL_BYTES: usize = 16 * 1024;
/// Lines of the directory in one envelope: at most a quarter of a mebibyte.
const NOTICES_AT_ONCE: usize = 256;
/// Envelopes on their way at a time.
const FLIGHTS_MAX: usize = 64;

impl Space {
    /// Says whatever there is to say. `hurried` when somebody waits for it.
    pub(super) fn tend(&mut self, step: &mut Step<'_, '_>, home: &Home, hurried: bool) {
        let Some(up) = self.link.up() else {
            return;
        };
        let (link, standing, current) = (up.link, up.standing, up.current);
        if up.gave
            && up.pings == 0
            && let Some(up) = self.link.up_mut()
        {
            // Only behind the last item can the relay have asked for all it still wants.
            up.gave = false;
            self.ping(step);
        }
        if self.seal_at.is_some_and(|at| step.now() >= at) {
            // The second is over, whether or not this device may still write.
            self.seal_at = None;
        }
        match standing {
            Standing::UnknownSpace | Standing::Stranger => self.run_errands(step),
            Standing::Former => self.drop_errands(step),
            Standing::Applicant | Standing::Operator | Standing::Importing => {}
            Standing::Member if current && self.is_erased() => {
                self.end_errands(step);
                self.attest_erasure(step);
                self.run_errands(step);
            }
            Standing::Member if current => {
                if self.doubled {
                    self.restart(step, home);
                }
                self.keep_abreast(step.now());
                self.take_up_orphans(step, home);
                self.introduce(step, home);
                self.introduce_again(step);
                self.end_errands(step);
                self.run_errands(step);
                self.adopt_decided(step);
                self.ask_keys(step);
                self.turn_epoch(step, hurried || !self.outbox.is_empty());
                self.grant_keys(step);
                self.push_loose(step);
                if hurried || self.seal_at.is_none() {
                    self.push_outbox(step);
                }
            }
            Standing::Member => {}
        }
        if self.link.up().is_none() {
            step.push(super::io::Output::Close(link));
        }
    }

    /// Sends every errand that was not sent over this link, what others signed after our own.
    fn run_errands(&mut self, step: &mut Step<'_, '_>) {
        let mut errands: Vec<(u64, Errand)> =
            self.errands.iter().map(|(number, errand)| (number, errand.clone())).collect();
        errands.sort_by_cached_key(|(_, errand)| !self.is_own_errand(errand));
        for (number, errand) in errands {
            let Some(up) = self.link.up_mut() else {
                return;
            };
            let member = up.standing == Standing::Member;
            let fits = match &errand {
                Errand::Found { .. } => up.standing == Standing::UnknownSpace,
                Errand::Knock => up.standing == Standing::Stranger,
                Errand::Submit(_) | Errand::Approve(_) | Errand::Invite(_) => member,
            };
            if !fits || !up.errands.insert(number) {
                continue;
            }
            let (link, space) = (up.link, self.id);
            self.errands.leaves(step, &space, number);
            match errand {
                Errand::Found { charter, ticket } => {
                    step.send(
                        link,
                        &ToRelay::Found { charter: Box::new(charter), ticket, held: 0 },
                    );
                }
                Errand::Knock => {
                    if let Some(request) = self.me.request.clone() {
                        let pass = self.me.pass;
                        step.send(link, &ToRelay::Knock { pass, request: Box::new(request) });
                    }
                }
                Errand::Submit(act) => self.submit(step, Submitted::Errand(number), act, None),
                Errand::Approve(approval) => step.send(link, &ToRelay::Approve(approval)),
                Errand::Invite(tag) => {
                    step.send(link, &ToRelay::PutInvitation(tag));
                }
            }
            self.ping(step);
        }
    }

    /// Whoever is no longer in the register decides nothing there any more: what it still had
    /// to say is refused here, in so many words, instead of waiting for ever.
    fn drop_errands(&mut self, step: &mut Step<'_, '_>) {
        let time = self.time(step);
        let Some(reason) = self.dismissed(time) else {
            return;
        };
        let numbers: Vec<u64> = self.errands.iter().map(|(number, _)| number).collect();
        let space = self.id;
        for number in &numbers {
            self.errands.done(step, &space, *number);
        }
        if !numbers.is_empty() {
            self.refusal = Some(reason);
            step.event(super::io::Event::Alarm(space, super::io::Alarm::ActRefused(reason)));
        }
    }

    /// Asks for an answer that comes once everything sent so far was dealt with.
    pub(super) fn ping(&mut self, step: &mut Step<'_, '_>) {
        if let Some(up) = self.link.up_mut() {
            up.pings += 1;
            step.send(up.link, &ToRelay::Ping);
        }
    }

    /// Ends errands that the register shows to be done or vain.
    pub(super) fn end_errands(&mut self, step: &mut Step<'_, '_>) {
        let Some(register) = self.register.as_ref().filter(|_| self.errands.len() > 0) else {
            return;
        };
        let time = self.time(step);
        let roster = register.roster();
        let ended = |errand: &Errand| match errand {
            Errand::Found { .. } => true,
            Errand::Knock => roster.device(&self.keys.device_id()).is_some(),
            Errand::Submit(act) => is_vain(register, act, time),
            Errand::Approve(approval) => {
                roster.proposal(&approval.proposal).is_some_and(|proposal| {
                    proposal.adopted || approval.generation < roster.generation()
                })
            }
            Errand::Invite(_) => false,
        };
        let space = self.id;
        let mut errands = std::mem::take(&mut self.errands);
        errands.end_where(step, &space, ended);
        self.errands = errands;
    }

    /// Hands in the adoption of every measure that has its approvals.
    fn adopt_decided(&mut self, step: &mut Step<'_, '_>) {
        let time = self.time(step);
        let Some(register) = &self.register else {
            return;
        };
        let roster = register.roster();
        let mut decided = Vec::new();
        for (id, proposal) in roster.proposals() {
            if !roster.is_open(proposal, time) {
                continue;
            }
            let approvals = self.mailbox.approvals_of(id);
            let counted = register.count_approvals(*id, &approvals).len();
            if counted >= roster.needed(&proposal.measure) {
                decided.push((*id, counted, approvals));
            }
        }
        for (id, counted, approvals) in decided {
            let fresh = self.link.up_mut().is_some_and(|up| up.adopted.insert((id, counted)));
            let Some(register) = self.register.as_ref().filter(|_| fresh) else {
                continue;
            };
            let author = self.keys.device.public();
            let mut act = register.draft(author, step.draw(), Clause::Adopt(id));
            act.not_after = None;
            let mut act = act.sign(&self.keys.device);
            act.approvals = approvals;
            self.submit(step, Submitted::Adoption(id), act, None);
        }
    }

    /// Writes this replica's own lines of the directory, once.
    fn introduce(&mut self, step: &mut Step<'_, '_>, home: &Home) {
        let time = self.time(step);
        let may_write = self
            .register
            .as_ref()
            .is_some_and(|r| r.roster().may_write(&self.device(), time).is_ok());
        if self.me.introduced || !may_write {
            return;
        }
        self.me.introduced = true;
        let label = home.profile.label.clone();
        let topic = Topic::Device(self.device());
        let mut notices = vec![Notice { topic, text: label, handed_on: false }];
        // A further machine was named before it came, perhaps for another organisation: what is
        // said of the organisation is said by the machine that brought it, and by a command.
        if self.keys.voice.is_some() {
            let topic = Topic::Partner(self.me.partner);
            let said = self.directory.own(&topic, &self.me.partner);
            let text = said.map_or_else(|| home.profile.name.clone(), |(_, said)| said.text);
            notices.push(Notice { topic, text, handed_on: false });
        }
        if self.size(protocol::checkpoint::Log::Journal) == 0 && !self.me.title.is_empty() {
            let text = self.me.title.clone();
            notices.push(Notice { topic: Topic::Title, text, handed_on: false });
        }
        self.post(step, notices);
    }

    /// Says another name of this organisation, where this machine may write. Returns whether
    /// it may.
    pub(super) fn rename(&mut self, step: &mut Step<'_, '_>, name: &str) -> bool {
        let time = self.time(step);
        let may_write =
            |r: &protocol::register::Register| r.roster().may_write(&self.device(), time).is_ok();
        if !self.register.as_ref().is_some_and(may_write) {
            return false;
        }
        let topic = Topic::Partner(self.me.partner);
        self.post(step, vec![Notice { topic, text: name.to_owned(), handed_on: false }]);
        true
    }

    /// Says the lines that this machine wrote about its own organisation once more, when they
    /// stand under a key that somebody who takes part will never have: a newcomer without the
    /// past need not believe what others hand on. Looked at once under each epoch, so that an
    /// arrival costs each machine one envelope at the most.
    fn introduce_again(&mut self, step: &mut Step<'_, '_>) {
        let time = self.time(step);
        let Some(register) = self.register.as_ref().filter(|_| self.me.introduced) else {
            return;
        };
        let roster = register.roster();
        let Some(epoch) = self.open_epoch_id(time) else {
            return;
        };
        if self.turns.told_under.replace(epoch) == Some(epoch) {
            return;
        }
        let waits = |(_, item): (u64, &Item)| matches!(item, Item::Notices(_));
        if self.outbox.items().any(waits) {
            self.turns.told_under = None;
            return;
        }
        let present: Vec<_> = roster
            .active_devices(time)
            .into_iter()
            .filter_map(|(id, _)| roster.device(&id).map(|device| device.partner))
            .collect();
        let is_hidden = |position: u64| {
            let envelope =
                self.entry(step, position).and_then(|e| Envelope::parse(&e.envelope).ok());
            let Some(header) = envelope.map(|envelope| *envelope.header()) else {
                return false;
            };
            let under = roster.epochs().iter().position(|epoch| epoch.id == header.epoch);
            let hidden = |at| present.iter().any(|partner| !roster.may_hold(partner, at));
            header.device == self.device() && under.is_some_and(hidden)
        };
        let topics = [Topic::Partner(self.me.partner), Topic::Device(self.device())];
        let own = topics.iter().filter_map(|t| self.directory.own(t, &self.me.partner));
        let notices: Vec<Notice> =
            own.filter(|(at, _)| is_hidden(*at)).map(|(_, notice)| notice).collect();
        if !notices.is_empty() {
            self.post(step, notices);
        }
    }

    /// Puts lines of the directory in the outbox.
    pub(super) fn post(&mut self, step: &mut Step<'_, '_>, notices: Vec<Notice>) {
        let space = self.id;
        for lines in notices.chunks(NOTICES_AT_ONCE) {
            let number = self.next_number(step);
            self.outbox.add(step, &space, number, Item::Notices(lines.to_vec()));
        }
        self.seal_at = Some(step.now());
    }

    /// Draws the next number of an outbox item or an errand.
    pub(super) fn next_number(&mut self, step: &mut Step<'_, '_>) -> u64 {
        self.me.next += 1;
        self.store_membership(step);
        self.me.next
    }

    /// Adds an errand. Returns its number.
    pub(super) fn add_errand(&mut self, step: &mut Step<'_, '_>, errand: Errand) -> u64 {
        let number = self.next_number(step);
        let space = self.id;
        self.errands.add(step, &space, number, errand);
        number
    }

    /// Hands over envelopes of others that came by file.
    fn push_loose(&mut self, step: &mut Step<'_, '_>) {
        let Some(up) = self.link.up_mut() else {
            return;
        };
        let waits = |l: &&super::loose::Loose| l.refused.is_none() && l.is_shown();
        let mut loose: Vec<_> = self.shelf.loose.values().filter(waits).collect();
        loose.sort_by_key(|l| {
            let header = l.envelope.header();
            (header.device, header.incarnation, header.counter)
        });
        for one in loose {
            if up.loose.len() < FLIGHTS_MAX && up.loose.insert(one.envelope.id()) {
                step.send(up.link, &ToRelay::Push(one.envelope.bytes().to_vec()));
            }
        }
    }

    /// Sends flights, and seals more items as long as the rules allow.
    fn push_outbox(&mut self, step: &mut Step<'_, '_>) {
        let now = step.now();
        let barred = |up: &Up| up.stuck.is_some_and(|until| now < until);
        if self.doubled || self.link.up().is_none_or(barred) {
            return;
        }
        self.seal_at = None;
        while self.outbox.flights().count() < FLIGHTS_MAX && self.seal_next(step) {}
        let Some(up) = self.link.up_mut() else {
            return;
        };
        for (counter, flight) in self.outbox.flights() {
            if up.flights.insert(counter) {
                step.send(up.link, &ToRelay::Push(flight.envelope.clone()));
            }
        }
    }

    /// Seals the next items of the outbox into an envelope. Returns whether there were any.
    ///
    /// What builds upon changes that are not in the journal waits, and so does what a life
    /// wrote that is over.
    pub(super) fn seal_next(&mut self, step: &mut Step<'_, '_>) -> bool {
        let time = self.time(step);
        let Some(epoch) = self.open_epoch_id(time) else {
            return false;
        };
        let blocked = |document: &DocumentId, raw: &[u8], whose| {
            self.shelf.builds_on_provisional(document, raw)
                || whose == Whose::Own && !self.is_of_this_life(document, raw)
        };
        let Some(batch) = self.outbox.next_batch(blocked) else {
            return false;
        };
        let counter = self.me.sealed + 1;
        let previous = self.last_sealed();
        let place = |document| Place {
            space: self.id,
            document,
            epoch,
            incarnation: self.me.incarnation,
            counter,
            previous,
        };
        let Batch { numbers, content } = batch;
        let (document, content) = self.content(counter, content);
        let Some(secret) = self.keyring.get(&epoch) else {
            return false;
        };
        let sealed =
            Envelope::seal(&place(document), secret, &self.keys.device, &content, step.rng());
        let Ok(envelope) = sealed else {
            return false;
        };
        self.me.sealed = counter;
        let flight = Flight { id: envelope.id(), envelope: envelope.into_bytes(), items: numbers };
        let space = self.id;
        self.outbox.fly(step, &space, counter, flight);
        self.store_membership(step);
        true
    }

    /// Returns the open epoch if this device may write under it now.
    fn open_epoch_id(&self, time: Timestamp) -> Option<protocol::id::EpochId> {
        let roster = self.register.as_ref()?.roster();
        let epoch = roster.epoch()?.id;
        roster.may_append(&self.device(), &epoch, time).ok()?;
        self.keyring.contains_key(&epoch).then_some(epoch)
    }

    /// Returns the last envelope of this life, flying or kept.
    fn last_sealed(&self) -> protocol::id::EnvelopeId {
        let flying = self.outbox.flights().last().map(|(_, flight)| flight.id);
        let kept = || self.journal.mark(&self.device(), &self.me.incarnation).map(|m| m.last);
        flying.or_else(kept).unwrap_or(NO_ENVELOPE)
    }

    fn content(&self, counter: u64, content: BatchContent) -> (DocumentId, Content) {
        match content {
            BatchContent::Changes { document, raw } => {
                (document, Content::Changes(self.attest(&document, counter, &raw)))
            }
            BatchContent::Notices(notices) => {
                let payload = super::directory::write_notices(&notices);
                (DocumentId::new([0; 16]), Content::Directory(payload))
            }
            BatchContent::Lot(lot) => {
                let changes = self.attest(&lot.document, counter, &lot.raw);
                (lot.document, lot.content(changes))
            }
        }
    }

    fn attest(&self, document: &DocumentId, counter: u64, raw: &[Vec<u8>]) -> Changes {
        let own_head = raw.last().map_or([0; 32], |last| *change_id(last).bytes());
        let attested = Attested {
            space: &self.id,
            document,
            incarnation: &self.me.incarnation,
            counter,
            own_head: &own_head,
        };
        let slices: Vec<&[u8]> = raw.iter().map(Vec::as_slice).collect();
        let packed = packing::pack(&slices);
        attested.changes(&self.keys.device, packed.coding, packed.size, packed.payload)
    }

    /// Returns how long edits of a document are collected.
    fn seal_after(&self, step: &Step<'_, '_>, document: DocumentId) -> Duration {
        let together = self
            .together
            .is_some_and(|(other, at)| other == document && step.now().since(at) < TOGETHER_FOR);
        if together { SEAL_AFTER_TOGETHER } else { SEAL_AFTER }
    }

    /// Puts changes of this device in the outbox.
    pub(super) fn write(
        &mut self,
        step: &mut Step<'_, '_>,
        document: DocumentId,
        changes: Vec<RawChange>,
    ) {
        for change in changes {
            let number = self.next_number(step);
            let space = self.id;
            let item = Item::Change { document, raw: change.bytes };
            self.outbox.add(step, &space, number, item);
            self.shelf.touched(&document);
        }
        let full = self.outbox.unsealed_bytes() >= SEAL_BYTES;
        let wait = if full { Duration::ZERO } else { self.seal_after(step, document) };
        let due = step.now().after(wait);
        self.seal_at = Some(self.seal_at.map_or(due, |at| at.min(due)));
    }

    /// Undoes flights and seals their items anew later.
    pub(super) fn reseal(&mut self, step: &mut Step<'_, '_>) {
        let space = self.id;
        self.outbox.ground(step, &space);
        let kept = self.journal.mark(&self.device(), &self.me.incarnation);
        self.me.sealed = kept.map_or(0, |mark| mark.counter);
        self.store_membership(step);
        if let Some(up) = self.link.up_mut() {
            up.flights.clear();
        }
    }

    /// Tells whether the space was moved to the relay of these terms by its register.
    pub(super) fn is_named(&self, terms: &RelayTerms) -> bool {
        self.register.as_ref().is_some_and(|r| r.roster().relay().relay == terms.relay)
    }
}
