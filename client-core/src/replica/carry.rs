//! Bundles: what a relay would carry, carried by stick or mail.
//!
//! A bundle holds the register, the journal and the checkpoints as far as this replica has
//! them, and beside them what no relay has ordered yet. Reading one twice changes nothing.
//! What is not ordered yet is shown as provisional, and handed to the relay by whoever meets
//! it first: an author is judged, not a courier.

use std::collections::BTreeMap;

use protocol::bundle;
use protocol::checkpoint::Log;
use protocol::envelope::Envelope;
use protocol::id::SpaceId;
use protocol::refusal::Refusal;
use protocol::wire::Head;

use super::brought::{Brought, Taken};
use super::command::{CommandError, Reply};
use super::errand::Errand;
use super::home::Home;
use super::inbox::Stop;
use super::io::Alarm;
use super::records;
use super::shelf::{Delivery, Opened};
use super::space::Space;
use super::step::Step;
use super::view::{Carried, LinkState, NotTaken};
use crate::verify::vouched;

/// Entries of a file that are taken together.
const ENTRIES_AT_ONCE: usize = 256;

/// What reading a bundle did.
#[derive(Default)]
struct Tally {
    accepted: u64,
    already: u64,
    refused: BTreeMap<(Carried, NotTaken), u64>,
}

impl Space {
    /// Writes everything this replica holds of the space.
    pub(super) fn write_bundle(&mut self, step: &mut Step<'_, '_>) -> Reply {
        // What waits is sealed now: the reader has no other way to get it.
        // Of a life that is over nothing more is numbered.
        while !self.doubled && self.seal_next(step) {}
        let mut writer = bundle::Writer::new(&self.id);
        for bytes in self.stored(step, Log::Register) {
            writer.put(&bundle::Item::Act(bytes));
        }
        for bytes in self.stored(step, Log::Journal) {
            writer.put(&bundle::Item::Envelope(bytes));
        }
        for note in self.notes(step).into_iter().filter(|note| !note.is_empty()) {
            writer.put(&bundle::Item::Checkpoint(note));
        }
        for (to, blob) in self.wraps_to_carry(step) {
            writer.put(&bundle::Item::Wraps(to, blob));
        }
        self.write_loose(step, &mut writer);
        let items = writer.items();
        Reply::File { bytes: writer.finish(), items }
    }

    fn write_loose(&mut self, step: &mut Step<'_, '_>, writer: &mut bundle::Writer) {
        let numbers: Vec<u64> = self.errands.iter().map(|(number, _)| number).collect();
        for number in numbers {
            self.errands.leaves(step, &self.id, number);
        }
        for (_, errand) in self.errands.iter() {
            match errand {
                Errand::Submit(act) => writer.put(&bundle::Item::LooseAct(act.clone())),
                Errand::Approve(approval) => {
                    writer.put(&bundle::Item::Approval(approval.clone()));
                }
                Errand::Found { .. } | Errand::Invite(_) | Errand::Knock => {}
            }
        }
        for approval in self.mailbox.approvals.values() {
            writer.put(&bundle::Item::Approval(approval.clone()));
        }
        for request in self.mailbox.requests.values() {
            writer.put(&bundle::Item::Request(request.clone()));
        }
        for (_, flight) in self.outbox.flights() {
            writer.put(&bundle::Item::LooseEnvelope(flight.envelope.clone()));
        }
        for loose in self.shelf.loose.values() {
            writer.put(&bundle::Item::LooseEnvelope(loose.envelope.bytes().to_vec()));
        }
    }

    /// Reads a bundle of this space.
    pub(super) fn read_bundle(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
        file: &[u8],
    ) -> Result<Reply, CommandError> {
        let reader = bundle::Reader::new(file).map_err(bad_bundle)?;
        let mut tally = Tally::default();
        let mut loose = Vec::new();
        let (mut notes, mut wraps) = (Vec::new(), Vec::new());
        let (mut acts, mut entries) = (Vec::new(), Vec::new());
        for item in reader {
            let Ok(item) = item else {
                // What came before the damage is sound by itself, item by item.
                tally.refuse(Carried::Rest, NotTaken::Damaged, 1);
                break;
            };
            match item {
                bundle::Item::Act(bytes) => acts.push(bytes),
                bundle::Item::Envelope(bytes) => entries.push(bytes),
                bundle::Item::Checkpoint(note) => notes.push(note),
                bundle::Item::Wraps(to, blob) if to == self.device() => wraps.push(blob),
                bundle::Item::Wraps(..) => {}
                item @ (bundle::Item::LooseAct(_)
                | bundle::Item::Approval(_)
                | bundle::Item::Request(_)
                | bundle::Item::LooseEnvelope(_)) => loose.push(item),
            }
        }
        self.take_logs(step, (&acts, &entries), &notes, &mut tally)?;
        self.check_notes(step, &notes);
        let erased = self.is_erased();
        for blob in wraps.into_iter().filter(|_| !erased) {
            self.take_carried(step, &blob);
        }
        let mut brought = Brought::of(self);
        // Few documents are open at a time: what is of one comes together, in its order. What
        // else an envelope follows is judged when all of them are here.
        loose.sort_by_cached_key(|item| match item {
            bundle::Item::LooseEnvelope(bytes) => {
                Envelope::parse(bytes).ok().map(|envelope| envelope.header().document)
            }
            bundle::Item::Act(_)
            | bundle::Item::Envelope(_)
            | bundle::Item::Checkpoint(_)
            | bundle::Item::Wraps(..)
            | bundle::Item::LooseAct(_)
            | bundle::Item::Approval(_)
            | bundle::Item::Request(_) => None,
        });
        for item in loose {
            self.take_loose(step, home, item, (&mut brought, &mut tally));
        }
        self.store_mailbox(step);
        self.judge_loose(step);
        let Tally { accepted, already, refused } = tally;
        let reasons = refused.into_iter().map(|((what, why), count)| (what, why, count));
        let reasons: Vec<_> = reasons.collect();
        let refused = reasons.iter().map(|(_, _, count)| count).sum();
        Ok(Reply::BundleRead { space: self.id, accepted, already, refused, reasons })
    }

    /// Takes what a bundle holds of both logs, as far as the relay's own checkpoints vouch for
    /// it: a valid act at an invented place would set this replica against an honest relay.
    fn take_logs(
        &mut self,
        step: &mut Step<'_, '_>,
        (acts, entries): (&[Vec<u8>], &[Vec<u8>]),
        notes: &[String],
        tally: &mut Tally,
    ) -> Result<(), CommandError> {
        let (sound_acts, sound_entries) = vouched(acts, entries, notes);
        self.doubt(step, Log::Register, (acts, sound_acts), tally);
        self.doubt(step, Log::Journal, (entries, sound_entries), tally);
        for (at, bytes) in (0..).zip(&acts[..sound_acts]) {
            let before = at < self.size(Log::Register);
            let taken = self.take_acts(step, at, std::slice::from_ref(bytes)).map_err(why);
            tally.count(Carried::Decision, before, taken, self.stopped);
        }
        self.take_sound_entries(step, &entries[..sound_entries], tally);
        match self.link.state {
            LinkState::Forked => Err(CommandError::RelayForked),
            LinkState::Offline
            | LinkState::Busy
            | LinkState::Current
            | LinkState::Waiting
            | LinkState::Former
            | LinkState::Unreachable
            | LinkState::Refused
            | LinkState::Behind => Ok(()),
        }
    }

    /// Takes entries of the journal, many at a time: what follows from them is worked out once
    /// for each lot.
    fn take_sound_entries(
        &mut self,
        step: &mut Step<'_, '_>,
        entries: &[Vec<u8>],
        tally: &mut Tally,
    ) {
        if self.is_erased() {
            let reason = NotTaken::By(Refusal::SpaceErased);
            return tally.refuse(Carried::Envelope, reason, entries.len() as u64);
        }
        let mut at = 0;
        while at < entries.len() {
            let end = entries.len().min(at + ENTRIES_AT_ONCE);
            let here = |space: &Self| {
                let size = usize::try_from(space.size(Log::Journal)).unwrap_or(usize::MAX);
                size.clamp(at, end)
            };
            let before = here(self);
            let taken = self.take_entries(step, at as u64, &entries[at..end]).map_err(why);
            let after = here(self);
            tally.already += (before - at) as u64;
            tally.accepted += (after - before) as u64;
            match taken {
                Ok(_) => {
                    let reason = self.stopped.map_or(NotTaken::Ahead, NotTaken::By);
                    tally.refuse(Carried::Envelope, reason, (end - after) as u64);
                    at = end;
                }
                Err(reason) => {
                    // The first that is not here; each that follows says for itself why.
                    let refused = usize::from(after < end);
                    tally.refuse(Carried::Envelope, reason, refused as u64);
                    at = after + refused;
                }
            }
        }
    }

    /// Counts the entries behind the `sound` first ones, for which nothing vouches: what is here
    /// already is not refused for that, as in a file that was cut before its checkpoints.
    fn doubt(
        &self,
        step: &mut Step<'_, '_>,
        log: Log,
        (entries, sound): (&[Vec<u8>], usize),
        tally: &mut Tally,
    ) {
        let what = match log {
            Log::Register => Carried::Decision,
            Log::Journal => Carried::Envelope,
        };
        for (at, bytes) in (0..).zip(entries).skip(sound) {
            if step.get(&records::logged(&self.id, log, at)).as_ref() == Some(bytes) {
                tally.already += 1;
            } else {
                tally.refuse(what, NotTaken::Unvouched, 1);
            }
        }
    }

    /// Keeps checkpoints that match what is here, for `verify`.
    fn check_notes(&mut self, step: &mut Step<'_, '_>, notes: &[String]) {
        if let [register, journal] = notes {
            let head = |log, note: &String| Head { size: self.size(log), note: note.clone() };
            let register = head(Log::Register, register);
            let journal = head(Log::Journal, journal);
            // A bundle older than this replica has older checkpoints: nothing to learn.
            let _same = self.check_heads(step, &register, &journal, true);
        }
    }

    fn take_loose(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
        item: bundle::Item,
        (brought, tally): (&mut Brought, &mut Tally),
    ) {
        match item {
            bundle::Item::LooseEnvelope(bytes) => {
                self.take_loose_envelope(step, home, &bytes, tally);
            }
            bundle::Item::LooseAct(act) => {
                tally.take(Carried::Decision, self.take_brought_act(step, brought, act));
            }
            bundle::Item::Approval(approval) => {
                let taken = self.take_brought_approval(step, brought, approval);
                tally.take(Carried::Approval, taken);
            }
            bundle::Item::Request(_) if self.is_erased() => {
                tally.refuse(Carried::Request, NotTaken::By(Refusal::SpaceErased), 1);
            }
            bundle::Item::Request(request) => {
                let id = request.id();
                if self.mailbox.requests.contains_key(&id) {
                    tally.already += 1;
                } else if request.verify(&self.id).is_err() {
                    let reason = NotTaken::By(Refusal::BadSignature);
                    tally.refuse(Carried::Request, reason, 1);
                } else if self.mailbox.requests.len() >= protocol::limits::REQUESTS_MAX {
                    tally.refuse(Carried::Request, NotTaken::By(Refusal::TooMany), 1);
                } else {
                    tally.accepted += 1;
                    self.mailbox.requests.insert(id, request);
                }
            }
            bundle::Item::Act(_)
            | bundle::Item::Envelope(_)
            | bundle::Item::Checkpoint(_)
            | bundle::Item::Wraps(..) => {}
        }
    }

    /// Takes an envelope no relay has ordered: shown as provisional, handed on later. One whose
    /// place another has taken is kept all the same, unless what it holds is here.
    fn take_loose_envelope(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
        bytes: &[u8],
        tally: &mut Tally,
    ) {
        let Ok(envelope) = Envelope::parse(bytes) else {
            return tally.refuse_envelope(Refusal::Malformed);
        };
        let header = *envelope.header();
        let time = self.time(step);
        let Some(register) = self.register.as_ref().filter(|_| header.space == self.id) else {
            return tally.refuse_envelope(Refusal::WrongSpace);
        };
        let id = envelope.id();
        let mark = self.journal.mark(&header.device, &header.incarnation);
        let ordered = mark.is_some_and(|mark| mark.last == id);
        let flying = self.outbox.flights().any(|(_, flight)| flight.id == id);
        if ordered || flying || self.shelf.loose.contains_key(&id) {
            tally.already += 1;
            return;
        }
        let right = register.roster().may_append(&header.device, &header.epoch, time);
        let full = self.shelf.loose.is_full_for(bytes.len());
        let unsigned = || envelope.verify().err().map(|_| Refusal::BadSignature);
        let reason = full.then_some(Refusal::TooMany).or(right.err()).or_else(unsigned);
        if let Some(reason) = reason {
            return tally.refuse_envelope(reason);
        }
        let taken = mark.is_some_and(|mark| header.counter <= mark.counter);
        let opened = self.opener(register.roster(), time, |opener| opener.open(&envelope));
        match opened {
            Ok(Opened::Delivery(delivery)) => {
                let space = self.id;
                if self.has_all(step, home, &delivery) {
                    tally.already += 1;
                    if !taken {
                        // What follows it in the same life cannot be ordered without it.
                        self.shelf.hold_loose(step, &space, envelope, false);
                    }
                    return;
                }
                tally.accepted += 1;
                if header.device == self.device() && header.incarnation == self.me.incarnation {
                    // This store wrote it before it was restored.
                    self.notice_double(step);
                }
                step.event(super::io::Event::Edited(space, delivery.document));
                self.shelf.hold_loose(step, &space, envelope, true);
            }
            Ok(Opened::Notices(..)) if taken => tally.already += 1,
            // Carried on, though it cannot be shown here.
            Ok(Opened::Notices(..)) | Err(None) => {
                tally.accepted += 1;
                let space = self.id;
                self.shelf.hold_loose(step, &space, envelope, false);
            }
            Err(Some(reason)) => tally.refuse_envelope(reason),
        }
    }

    /// Tells whether a document holds every change of a delivery for good, under its name or
    /// under the one that stands for it.
    fn has_all(&mut self, step: &mut Step<'_, '_>, home: &Home, delivery: &Delivery) -> bool {
        let document = delivery.document;
        self.open_document(step, document, home.catalogue);
        delivery.arrivals.iter().all(|arrival| {
            let raw = &arrival.bytes;
            self.shelf.has_kept(&document, raw) || self.shelf.has_renewed(&self.id, &document, raw)
        })
    }
}

impl Tally {
    fn take(&mut self, what: Carried, taken: Taken) {
        match taken {
            Taken::Accepted => self.accepted += 1,
            Taken::Already => self.already += 1,
            Taken::Refused(reason) => self.refuse(what, reason, 1),
        }
    }

    /// Counts an entry that its relay vouches for. One that brings nothing new was here
    /// `before`, or stands behind where reading has `stopped`, or is ahead of the clock.
    fn count(
        &mut self,
        what: Carried,
        before: bool,
        taken: Result<u64, NotTaken>,
        stopped: Option<Refusal>,
    ) {
        match taken {
            Ok(0) if before => self.already += 1,
            Ok(0) => self.refuse(what, stopped.map_or(NotTaken::Ahead, NotTaken::By), 1),
            Ok(n) => self.accepted += n,
            Err(reason) => self.refuse(what, reason, 1),
        }
    }

    fn refuse(&mut self, what: Carried, reason: NotTaken, count: u64) {
        if count > 0 {
            *self.refused.entry((what, reason)).or_default() += count;
        }
    }

    fn refuse_envelope(&mut self, reason: Refusal) {
        self.refuse(Carried::Envelope, NotTaken::By(reason), 1);
    }
}

/// Returns why an entry that its relay vouches for was not taken.
fn why(stop: Stop) -> NotTaken {
    match stop.alarm {
        Alarm::RelayBrokeRule(reason) | Alarm::ActRefused(reason) => NotTaken::By(reason),
        Alarm::ClocksDiffer(_) => NotTaken::Ahead,
        Alarm::RelayForked
        | Alarm::RelayBehind
        | Alarm::WrongKeyHanded
        | Alarm::Restarted
        | Alarm::BadContent
        | Alarm::EditsLost
        | Alarm::NoLongerMember => NotTaken::Unvouched,
    }
}

/// Returns the space a bundle belongs to.
pub(super) fn space_of_bundle(file: &[u8]) -> Result<SpaceId, CommandError> {
    bundle::Reader::new(file).map(|reader| reader.space()).map_err(bad_bundle)
}

fn bad_bundle(error: impl std::fmt::Display) -> CommandError {
    CommandError::Invalid {
        code: "bad-bundle",
        french: format!("ce fichier n'est pas un colis lisible ({error})"),
        english: format!("this file is not a readable bundle ({error})"),
    }
}
