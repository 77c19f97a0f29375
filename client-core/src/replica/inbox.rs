//! The inbox: what the relay orders, checked entry by entry and taken in.
//!
//! Acts are folded; journal entries are judged by the same rule the relay used, with the
//! register as it was. An entry the rule refuses proves that the relay broke it: nothing more
//! is taken from that relay. What cannot be opened yet is kept and opened when its key comes.

use std::collections::BTreeSet;
use std::time::Duration;

use protocol::checkpoint::Log;
use protocol::codec;
use protocol::env::Timestamp;
use protocol::envelope::{Envelope, Header};
use protocol::id::{DeviceId, DocumentId, Incarnation, SpaceId};
use protocol::journal::JournalEntry;
use protocol::limits;
use protocol::refusal::Refusal;
use protocol::register::{Entry, Register, Roster};
use protocol::wire::{Head, Standing};

use super::io::{Alarm, Event};
use super::records;
use super::shelf::{Delivery, Opened, Opener, Shelf, Sources, change_id};
use super::space::{Space, place_of};
use super::step::Step;
use super::view::LinkState;
use crate::admission::ActorRule;
use crate::kinds::Catalogue;
use crate::tally::{self, Work};
use crate::verify::{ordered_by, signed_checkpoint};

/// Why nothing more is taken from a relay over this link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stop {
    pub(super) state: LinkState,
    pub(super) alarm: Alarm,
}

impl Stop {
    const fn broke(reason: Refusal) -> Self {
        Self { state: LinkState::Forked, alarm: Alarm::RelayBrokeRule(reason) }
    }

    const fn malformed(reason: Refusal) -> Self {
        Self { state: LinkState::Refused, alarm: Alarm::RelayBrokeRule(reason) }
    }
}

/// Holds an entry of too late a time, which is not applied: an expiry must not be triggered by a
/// clock run ahead. Nothing more is understood until one of the two clocks is put right, and
/// which of them is wrong this machine cannot know.
fn ahead_of(wall: Timestamp, time: Timestamp) -> Result<(), Stop> {
    if time <= wall.after(limits::TIME_AHEAD_MAX) {
        return Ok(());
    }
    let ahead = Duration::from_millis(time.ms().saturating_sub(wall.ms()));
    Err(Stop { state: LinkState::Refused, alarm: Alarm::ClocksDiffer(ahead) })
}

impl Space {
    /// Takes register entries as stored by the relay or carried by a file, and those behind them
    /// that a repair left in their place.
    ///
    /// Returns how many were new.
    pub(super) fn take_acts(
        &mut self,
        step: &mut Step<'_, '_>,
        from: u64,
        entries: &[Vec<u8>],
    ) -> Result<u64, Stop> {
        let taken = self.fold_acts(step, from, entries)?;
        if taken > 0 {
            self.go_on_with_acts(step)?;
        }
        Ok(taken)
    }

    /// Takes register entries; returns how many were new.
    pub(super) fn fold_acts(
        &mut self,
        step: &mut Step<'_, '_>,
        from: u64,
        entries: &[Vec<u8>],
    ) -> Result<u64, Stop> {
        if self.stopped.is_some() || entries.is_empty() {
            return Ok(0);
        }
        self.no_gap(Log::Register, from, entries)?;
        let mut held = None;
        let mut taken = 0;
        for (place, bytes) in (from..).zip(entries) {
            if place < self.size(Log::Register) {
                continue;
            }
            let entry: Entry =
                codec::from_bytes(bytes).map_err(|error| Stop::broke(error.into()))?;
            held = ahead_of(step.wall(), entry.time).err();
            if held.is_some() {
                break;
            }
            match self.push_act(&entry) {
                Ok(None) => {}
                Ok(Some(reason)) => {
                    step.event(Event::Alarm(self.id, Alarm::RelayBrokeRule(reason)));
                }
                Err(error) => {
                    let reason = Refusal::from(error);
                    if reason == Refusal::NewerThanUs {
                        self.stopped = Some(reason);
                        let alarm = Alarm::RelayBrokeRule(reason);
                        return Err(Stop { state: LinkState::Refused, alarm });
                    }
                    return Err(Stop::broke(reason));
                }
            }
            self.is_as_signed(Log::Register)?;
            step.put(records::act(&self.id, entry.seq), bytes.clone());
            taken += 1;
        }
        if taken > 0 {
            self.after_acts(step);
        }
        held.map_or(Ok(taken), Err)
    }

    /// Compares a log that a repair had cut, once it is as long again, with what its relay had
    /// signed of it.
    fn is_as_signed(&mut self, log: Log) -> Result<(), Stop> {
        let Some((size, signed)) = self.awaited[place_of(log)] else {
            return Ok(());
        };
        if self.size(log) < size {
            return Ok(());
        }
        let root = match log {
            Log::Register => self.register.as_ref().map(Register::root),
            Log::Journal => Some(self.journal.root()),
        };
        if root != Some(signed) {
            return Err(Stop { state: LinkState::Forked, alarm: Alarm::RelayForked });
        }
        self.awaited[place_of(log)] = None;
        Ok(())
    }

    /// Refuses entries that begin beyond what is here: nothing is counted from a number that
    /// only the relay vouches for.
    fn no_gap(&self, log: Log, from: u64, entries: &[Vec<u8>]) -> Result<(), Stop> {
        let gap = from > self.size(log) && !entries.is_empty();
        if gap { Err(Stop::broke(Refusal::Gap)) } else { Ok(()) }
    }

    /// Tidies up after the register grew.
    fn after_acts(&mut self, step: &mut Step<'_, '_>) {
        step.event(Event::Governance(self.id));
        if let Some(up) = self.link.up_mut() {
            // What the relay refused by the old rules it may take by the new: a suspension ends.
            up.stuck = None;
            self.outbox.held_back = None;
        }
        let time = self.time(step);
        if self.me.request.is_some() && self.is_member(time) {
            self.me.request = None;
            self.me.pass = [0; 16];
            self.store_membership(step);
        }
        if self.is_erased() {
            self.erase_if_closed(step);
            return self.attest_erasure(step);
        }
        self.end_errands(step);
        self.drop_vain_epochs(step);
        if self.link.up().is_some_and(|up| up.standing == Standing::Member) {
            // The register comes first: keys asked for now are here before the bulk of what
            // they open, which would otherwise be kept locked and taken in a second time.
            self.ask_keys(step);
        }
    }

    /// Takes journal entries, and those behind them that a repair left in their place. Returns
    /// how many were new.
    pub(super) fn take_entries(
        &mut self,
        step: &mut Step<'_, '_>,
        from: u64,
        entries: &[Vec<u8>],
    ) -> Result<u64, Stop> {
        let taken = self.replay_entries(step, from, entries)?;
        if taken > 0 {
            self.go_on_with_entries(step)?;
        }
        Ok(taken)
    }

    /// Takes journal entries; returns how many were new.
    pub(super) fn replay_entries(
        &mut self,
        step: &mut Step<'_, '_>,
        from: u64,
        entries: &[Vec<u8>],
    ) -> Result<u64, Stop> {
        if entries.is_empty() || self.is_erased() {
            return Ok(0);
        }
        self.no_gap(Log::Journal, from, entries)?;
        let mut taken = 0;
        let mut touched = BTreeSet::new();
        let mut deliveries = Vec::new();
        let mut result = Ok(());
        for (place, bytes) in (from..).zip(entries) {
            if place < self.journal.size() {
                continue;
            }
            match self.take_entry(step, bytes, &mut touched) {
                Ok(delivery) => deliveries.extend(delivery),
                Err(stop) => {
                    result = Err(stop);
                    break;
                }
            }
            taken += 1;
        }
        self.store_journal(step, &touched);
        self.tell_bad_content(step);
        let documents: BTreeSet<DocumentId> = deliveries.iter().map(|d| d.document).collect();
        self.shelf.deliver(deliveries);
        for document in documents {
            self.together = Some((document, step.now()));
            step.event(Event::Edited(self.id, document));
        }
        self.judge_loose(step);
        let covered = self.journal.size();
        let space = self.id;
        self.shelf.save(step, &space, covered, false);
        result.map(|()| taken)
    }

    fn take_entry(
        &mut self,
        step: &mut Step<'_, '_>,
        bytes: &[u8],
        touched: &mut BTreeSet<(DeviceId, Incarnation)>,
    ) -> Result<Option<Delivery>, Stop> {
        let entry: JournalEntry =
            codec::from_bytes(bytes).map_err(|error| Stop::broke(error.into()))?;
        ahead_of(step.wall(), entry.time)?;
        self.still_orders(entry.register_size)?;
        self.register_at(step, entry.register_size).map_err(Stop::broke)?;
        let judged = self.judged.as_ref().ok_or(Stop::broke(Refusal::Gap))?;
        let envelope = self.journal.replay(judged.roster(), &entry).map_err(Stop::broke)?;
        self.is_as_signed(Log::Journal)?;
        let header = *envelope.header();
        touched.insert((header.device, header.incarnation));
        step.put(records::entry(&self.id, entry.position), bytes.to_vec());
        let own = self.take_own(step, &header, &envelope);
        if let Some(up) = self.link.up_mut() {
            up.loose.remove(&envelope.id());
        }
        let opened = self.judged.as_ref().ok_or(Some(Refusal::Gap)).and_then(|judged| {
            self.opener(judged.roster(), entry.time, |opener| opener.open(&envelope))
        });
        let delivery = self.settle_opened(step, &envelope, entry.position, opened);
        self.shelf.confirm(step, &self.id, &envelope, delivery.as_ref());
        if let Some(delivery) = delivery.as_ref().filter(|_| !own && header.device == self.device())
        {
            let sent = delivery.arrivals.iter().map(|arrival| change_id(&arrival.bytes)).collect();
            self.outbox.sent_by_a_copy(step, &self.id, &sent);
        }
        self.notice_renewed(step, delivery.as_ref());
        if own && header.kind != protocol::envelope::Kind::Changes {
            // Brought by this device, and only now in its place among all.
            self.shelf.close(&header.document);
        }
        // What this replica wrote itself is in its documents already.
        Ok(delivery.filter(|_| !own))
    }

    /// Somebody wrote anew what waits here under its old name: this life of the store is over.
    fn notice_renewed(&mut self, step: &mut Step<'_, '_>, delivery: Option<&Delivery>) {
        let arrivals = delivery.iter().flat_map(|delivery| &delivery.arrivals);
        let of: BTreeSet<_> = arrivals
            .filter_map(|arrival| match arrival.rule {
                ActorRule::Renewed { of } => Some(of),
                ActorRule::Device { .. } | ActorRule::Adopted { .. } => None,
            })
            .collect();
        if !of.is_empty() && self.outbox.has_any(&of) {
            self.end_life(step);
        }
    }

    /// Refuses what a relay has ordered after the register has named another one.
    fn still_orders(&self, register_size: u64) -> Result<(), Stop> {
        let (Some(register), Some(at)) = (&self.register, self.link.relay) else {
            return Ok(());
        };
        let replaced = self.link.up().is_some() && register.roster().relay().relay != at;
        if replaced && ordered_by(register, register_size) != at {
            return Err(Stop::malformed(Refusal::WrongRelay));
        }
        Ok(())
    }

    /// Recognises an envelope of this device. Returns whether it is one just sent.
    fn take_own(&mut self, step: &mut Step<'_, '_>, header: &Header, envelope: &Envelope) -> bool {
        if header.device != self.device() || header.incarnation != self.me.incarnation {
            return false;
        }
        let landed = self.outbox.landed(step, &self.id, header.counter, &envelope.id());
        if landed {
            if let Some(up) = self.link.up_mut() {
                up.flights.remove(&header.counter);
            }
        } else if header.counter >= self.me.sealed || self.outbox.flights().next().is_some() {
            // Somebody else writes with this store's identity: a copy, or its own later life
            // before it was restored from a backup.
            self.notice_double(step);
        }
        landed
    }

    pub(super) fn settle_opened(
        &mut self,
        step: &mut Step<'_, '_>,
        envelope: &Envelope,
        position: u64,
        opened: Result<Opened, Option<Refusal>>,
    ) -> Option<Delivery> {
        let space = self.id;
        match opened {
            Ok(Opened::Delivery(delivery)) => {
                self.shelf.learn(step, &space, delivery.document);
                step.put(records::place(&space, &delivery.document, position), Vec::new());
                Some(delivery)
            }
            Ok(Opened::Notices(author, notices)) => {
                // By the register as it was: every replica comes to the same lines.
                if let Some(roster) = self.judged.as_ref().map(Register::roster) {
                    for notice in notices {
                        self.directory.take(position, author, roster, notice);
                    }
                }
                step.put(records::directory(&space), codec::to_bytes(&self.directory));
                None
            }
            Err(None) => {
                let document = envelope.header().document;
                step.put(records::place(&space, &document, position), Vec::new());
                tally::note(Work::Locked);
                step.put(records::locked_one(&space, position), Vec::new());
                self.locked.insert(position);
                None
            }
            Err(Some(_)) => {
                self.bad_content = true;
                None
            }
        }
    }

    /// Opens what was waiting for a key that has come.
    pub(super) fn unlock(&mut self, step: &mut Step<'_, '_>) {
        let positions: Vec<u64> = self.locked.iter().copied().collect();
        let mut documents = BTreeSet::new();
        let latest = self.judged.take();
        for position in positions {
            let Some(entry) = self.entry(step, position) else {
                continue;
            };
            let Ok(envelope) = Envelope::parse(&entry.envelope) else {
                continue;
            };
            if !self.keyring.contains_key(&envelope.header().epoch) {
                continue;
            }
            self.locked.remove(&position);
            step.delete(records::locked_one(&self.id, position));
            // Judged as it was when it was ordered, as by those who held the key then.
            step.delete(records::place(&self.id, &envelope.header().document, position));
            let known = self.register_at(step, entry.register_size).is_ok();
            let judged = self.judged.as_ref().filter(|_| known);
            let opened = judged.ok_or(Some(Refusal::Gap)).and_then(|judged| {
                self.opener(judged.roster(), entry.time, |opener| opener.open(&envelope))
            });
            if let Some(delivery) = self.settle_opened(step, &envelope, position, opened) {
                // It may have come by file before: the journal has it, and now shows it.
                self.shelf.confirm(step, &self.id, &envelope, Some(&delivery));
                self.notice_renewed(step, Some(&delivery));
                // Made again from the journal when next opened, the unlocked part included:
                // at once, for anything said in between makes what is written so far durable.
                self.shelf.forget(step, &self.id, &delivery.document);
                documents.insert(delivery.document);
            }
        }
        self.judged = latest;
        documents.extend(self.note_loose(step));
        for document in &documents {
            self.shelf.learn(step, &self.id, *document);
            self.shelf.forget(step, &self.id, document);
        }
        let space = self.id;
        step.delete(records::unlocking(&space));
        for document in documents {
            step.event(Event::Edited(space, document));
        }
    }

    /// Says that something did not open, once all that was taken with it is written.
    fn tell_bad_content(&mut self, step: &mut Step<'_, '_>) {
        if std::mem::take(&mut self.bad_content) {
            step.event(Event::Alarm(self.id, Alarm::BadContent));
        }
    }

    pub(super) fn store_journal(
        &self,
        step: &mut Step<'_, '_>,
        touched: &BTreeSet<(DeviceId, Incarnation)>,
    ) {
        if touched.is_empty() {
            return;
        }
        step.put(records::journal(&self.id), codec::to_bytes(self.journal.head()));
        for (device, incarnation) in touched {
            if let Some(mark) = self.journal.mark(device, incarnation) {
                let key = records::mark(&self.id, device, incarnation);
                step.put(key, codec::to_bytes(&mark));
            }
            if let Some(usage) = self.journal.usage(device) {
                step.put(records::usage(&self.id, device), codec::to_bytes(&usage));
            }
        }
    }

    /// Checks the relay's heads against what is here.
    ///
    /// Returns whether both logs are current.
    pub(super) fn check_heads(
        &mut self,
        step: &mut Step<'_, '_>,
        register: &Head,
        journal: &Head,
        with_journal: bool,
    ) -> Result<bool, Stop> {
        let register_stands = self.check_head(Log::Register, register)?;
        // Of an erased space nobody has more of the journal than its hashes.
        let journal_stands = match with_journal && !self.is_erased() {
            true => self.check_head(Log::Journal, journal)?,
            false => Stands::Unread,
        };
        let current = register_stands != Stands::Behind && journal_stands != Stands::Behind;
        let mut notes = self.notes(step);
        let logs = [(register_stands, register), (journal_stands, journal)];
        for (at, (stands, head)) in logs.into_iter().enumerate() {
            if stands == Stands::Verified {
                self.agreed[at] = Some(head.clone());
                if current {
                    notes[at].clone_from(&head.note);
                }
            }
        }
        if current {
            step.put(records::heads(&self.id), write_notes(&notes));
        }
        Ok(current)
    }

    /// Returns the last checkpoints kept of the register and of the journal, empty when none was.
    /// Only what the relay of the register has signed, and what is here, is ever kept.
    pub(super) fn notes(&self, step: &Step<'_, '_>) -> [String; 2] {
        let kept = step.get(&records::heads(&self.id)).map(|bytes| read_notes(&bytes));
        let mut kept = kept.unwrap_or_default().into_iter();
        std::array::from_fn(|_| kept.next().unwrap_or_default())
    }

    fn check_head(&self, log: Log, head: &Head) -> Result<Stands, Stop> {
        let (size, root) = match log {
            Log::Register => (self.size(log), self.register.as_ref().map(Register::root)),
            Log::Journal => (self.size(log), Some(self.journal.root())),
        };
        if head.size < self.size_known(log) {
            return Err(Stop { state: LinkState::Behind, alarm: Alarm::RelayBehind });
        }
        if head.size > size {
            return Ok(Stands::Behind);
        }
        if size == 0 {
            // Nothing here that a note could be held against: it is not believed, nor kept.
            return Ok(Stands::Unread);
        }
        let agreed = match log {
            Log::Register => &self.agreed[0],
            Log::Journal => &self.agreed[1],
        };
        if agreed.as_ref() == Some(head) {
            // Word for word what was verified before, of the same size: a log only grows.
            return Ok(Stands::Verified);
        }
        tally::note(Work::HeadVerified);
        let forked = Stop { state: LinkState::Forked, alarm: Alarm::RelayForked };
        let register = self.register.as_ref().ok_or(forked)?;
        // Only what the relay has signed can contradict what it has signed.
        let checkpoint =
            signed_checkpoint(register, &self.journal, &head.note).map_err(Stop::malformed)?;
        let same = checkpoint.space == self.id
            && checkpoint.log == log
            && checkpoint.size == size
            && Some(checkpoint.root) == root;
        if same { Ok(Stands::Verified) } else { Err(forked) }
    }

    /// Lends what opening an envelope needs, with the roster it is judged by.
    pub(super) fn opener<T>(
        &self,
        roster: &Roster,
        time: Timestamp,
        use_it: impl FnOnce(&Opener<'_>) -> T,
    ) -> T {
        let partner_of = |device: &DeviceId| roster.device(device).map(|d| d.partner);
        let gone = |reason| matches!(reason, Refusal::DeviceRevoked | Refusal::NotAMember);
        let adoptable = |device: &DeviceId| roster.may_take_part(device, time).is_err_and(gone);
        use_it(&Opener { keyring: &self.keyring, partner_of: &partner_of, adoptable: &adoptable })
    }

    /// Opens a document from everything this replica holds of it.
    pub(super) fn open_document(
        &mut self,
        step: &mut Step<'_, '_>,
        document: DocumentId,
        catalogue: Catalogue,
    ) -> bool {
        self.with_sources(catalogue, |space, shelf, sources| {
            shelf.open(step, space, document, sources).is_some()
        })
    }

    /// Lends the shelf together with everything a document is made of.
    pub(super) fn with_sources<T>(
        &mut self,
        catalogue: Catalogue,
        use_it: impl FnOnce(&SpaceId, &mut Shelf, &Sources<'_>) -> T,
    ) -> T {
        let mut shelf = std::mem::take(&mut self.shelf);
        let own = ActorRule::Device { device: self.device(), incarnation: self.me.incarnation };
        let register = self.register.as_ref();
        let partner_of =
            |device: &DeviceId| register.and_then(|r| r.roster().device(device)).map(|d| d.partner);
        let opener = Opener {
            keyring: &self.keyring,
            partner_of: &partner_of,
            // What stands in the journal was judged when it was taken.
            adoptable: &|_| true,
        };
        let partner = self.me.partner;
        let device = self.device();
        let (outbox, size) = (&self.outbox, self.journal.size());
        let sources = Sources { catalogue, opener, outbox, own, partner, device, size };
        let result = use_it(&self.id, &mut shelf, &sources);
        self.shelf = shelf;
        result
    }
}

/// How a log here stands beside the head that a relay shows of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    /// There is more than what is here.
    Behind,
    /// It was not compared: nothing of it is here, or it is not for this device to read.
    Unread,
    /// It is what the relay has signed.
    Verified,
}

/// Writes the last checkpoints as a record.
fn write_notes(notes: &[String]) -> Vec<u8> {
    let mut out = codec::Writer::new();
    out.array(notes.len());
    for note in notes {
        out.text(note);
    }
    out.finish()
}

/// Reads the last checkpoints from their record.
fn read_notes(bytes: &[u8]) -> Vec<String> {
    let mut input = codec::Reader::new(bytes);
    let count = input.array(2).unwrap_or(0);
    let note = |_| input.text(protocol::checkpoint::NOTE_BYTES_MAX).ok().map(str::to_owned);
    (0..count).map_while(note).collect()
}
