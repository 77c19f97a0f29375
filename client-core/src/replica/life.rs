//! A new life of this store, and edits whose place in the journal is lost.
//!
//! After a restore from a backup, or when a copy runs beside it, the journal shows envelopes of
//! this life that this store did not write. Whatever was not in the journal yet is written anew
//! and a fresh incarnation begins: nothing is lost, nothing is numbered twice, and no other
//! replica can be made to disagree. What came by file from a machine to which that happened is
//! written anew by whoever holds it: the machine itself may have it no more.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use protocol::env::{Instant, Timestamp};
use protocol::envelope::{Envelope, NO_ENVELOPE};
use protocol::id::{DeviceId, DocumentId, EnvelopeId, EpochId, Incarnation};
use protocol::journal::Mark;

use super::home::Home;
use super::io::{Alarm, Event};
use super::loose::Loose;
use super::lot::{Lot, Right};
use super::outbox::Item;
use super::records;
use super::shelf::change_id;
use super::space::Space;
use super::step::Step;
use crate::document::{Actor, ChangeId, builds_upon, written_by};
use crate::renew::{Old, Renewed, renew};
use crate::tally::{self, Work};

/// How long the writer of an envelope by file has to seal it anew once its epoch is closed,
/// while this replica is connected and would see it.
const PATIENCE: Duration = Duration::from_secs(30);
/// The same by the clock on the wall, for a program that is never connected that long: counted
/// for what came before the program was started. Clocks are set, and jump.
const PATIENCE_BY_CLOCK: Duration = Duration::from_secs(60 * 60);

/// Which of this store's own unsent changes are written anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Own {
    /// All of them: their life is over.
    All,
    /// Those that build upon something that is.
    Dependent,
}

/// What an envelope without a place holds, and whether its writer's life wrote it.
struct Orphaned {
    lot: Lot,
    lost: bool,
}

impl Space {
    /// Remembers that somebody else writes under this life: durable with the journal that shows
    /// it, for after a crash the journal is not looked through again.
    pub(super) fn notice_double(&mut self, step: &mut Step<'_, '_>) {
        if self.mended {
            // This store may have written itself what it has forgotten by a repair.
            return;
        }
        self.suspected = true;
        self.end_life(step);
    }

    /// Remembers that this life is over, without anybody else being suspected of writing.
    pub(super) fn end_life(&mut self, step: &mut Step<'_, '_>) {
        // What a repair noted there is for the next life to see.
        if !std::mem::replace(&mut self.doubled, true) {
            step.put(records::doubled(&self.id), Vec::new());
        }
    }

    /// Starts a new life and writes everything unsent under names of its own.
    pub(super) fn restart(&mut self, step: &mut Step<'_, '_>, home: &Home) {
        let space = self.id;
        self.hand_flights_over(step);
        self.outbox.ground(step, &space);
        self.strand_late(step, home);
        let known: Vec<DocumentId> = self.shelf.known().copied().collect();
        for document in known {
            // A cache may hold what the other life wrote under the same numbers.
            self.shelf.forget(step, &space, &document);
        }
        let unsent = |(_, item): (u64, &Item)| match item {
            Item::Change { document, .. } => Some(*document),
            Item::Notices(_) | Item::Lot(_) => None,
        };
        let documents: BTreeSet<DocumentId> = self.outbox.items().filter_map(unsent).collect();
        for document in documents {
            self.write_anew(step, home, document, Vec::new(), Own::All);
        }
        self.me.incarnation = Incarnation::new(step.draw());
        self.me.sealed = 0;
        self.store_membership(step);
        (self.doubled, self.mended) = (false, false);
        step.delete(records::doubled(&space));
        if let Some(up) = self.link.up_mut() {
            up.flights.clear();
            up.stuck = None;
        }
        if std::mem::take(&mut self.suspected) {
            step.event(Event::Alarm(space, Alarm::Restarted));
        }
    }

    /// An envelope by file of this very life follows what is on its way from here: both go on
    /// as couriers' goods, or neither could ever be ordered.
    fn hand_flights_over(&mut self, step: &mut Step<'_, '_>) {
        let own = (self.device(), self.me.incarnation);
        let of_this_life = |loose: &Loose| {
            let header = loose.envelope.header();
            (header.device, header.incarnation) == own
        };
        if !self.shelf.loose.values().any(of_this_life) {
            return;
        }
        let flights = self.outbox.flights().map(|(_, flight)| Envelope::parse(&flight.envelope));
        let flights: Vec<Envelope> = flights.filter_map(Result::ok).collect();
        let space = self.id;
        for envelope in flights {
            self.shelf.hold_loose(step, &space, envelope, false);
        }
        self.judge_loose(step);
    }

    /// Sees which envelopes by file can never be in the journal: their place is taken, or they
    /// follow one that is not there. They are in no document from then on.
    pub(super) fn judge_loose(&mut self, step: &mut Step<'_, '_>) {
        let time = self.time(step);
        for (id, document) in self.place_loose(step, time) {
            self.shelf.forget(step, &self.id, &document);
            step.event(Event::Edited(self.id, document));
            let orphan = self.shelf.loose.get(&id).is_some_and(|loose| loose.orphan);
            if let Some(up) = self.link.up_mut().filter(|_| orphan) {
                up.loose.remove(&id);
            }
        }
    }

    /// Works out anew which envelopes by file have lost their place, and which lack one before
    /// them. Returns those for which that has changed, with their documents.
    pub(super) fn place_loose(
        &mut self,
        step: &Step<'_, '_>,
        time: Timestamp,
    ) -> Vec<(EnvelopeId, DocumentId)> {
        if self.shelf.loose.is_empty() {
            return Vec::new();
        }
        tally::note_many(Work::LooseJudged, self.shelf.loose.len());
        let (orphans, unlinked) = (self.orphans(step.now(), time), self.unlinked());
        let unseen = self.unseen(step, time);
        let mut changed = Vec::new();
        for (id, loose) in &mut self.shelf.loose {
            let before = (loose.orphan, loose.unlinked);
            // A place that is lost stays lost. But what a dismissed device had been given by file,
            // and others have sealed anew out of its sight, is all that it will ever have of it.
            let header = loose.envelope.header();
            let sealed_anew = unseen.contains(&(header.device, header.document));
            loose.orphan = !sealed_anew && (loose.orphan || orphans.contains(id));
            loose.unlinked = !sealed_anew && unlinked.contains(id);
            if before.1 && !loose.unlinked {
                // What it lacked is here: a relay may take it now.
                loose.refused = None;
            }
            if (loose.orphan, loose.unlinked) != before {
                changed.push((*id, loose.envelope.header().document));
            }
        }
        changed
    }

    /// Returns whose edits, and of which documents, the journal holds under keys that this device
    /// will never be given: none while it may take part.
    fn unseen(&self, step: &Step<'_, '_>, time: Timestamp) -> BTreeSet<(DeviceId, DocumentId)> {
        if self.dismissed(time).is_none() {
            return BTreeSet::new();
        }
        let entries = self.locked.iter().filter_map(|position| self.entry(step, *position));
        let envelopes = entries.filter_map(|entry| Envelope::parse(&entry.envelope).ok());
        envelopes.map(|envelope| (envelope.header().device, envelope.header().document)).collect()
    }

    /// Returns the envelopes by file that lack one before them: in the journal or by file.
    pub(super) fn unlinked(&self) -> BTreeSet<EnvelopeId> {
        let mut linked: BTreeSet<EnvelopeId> = BTreeSet::new();
        let mut loose: Vec<&Envelope> = self.shelf.loose.values().map(|l| &l.envelope).collect();
        loose.sort_by_key(|envelope| envelope.header().counter);
        let mut unlinked = BTreeSet::new();
        for envelope in loose {
            let header = envelope.header();
            let mark = self.journal.mark(&header.device, &header.incarnation);
            let (counter, last) = mark.map_or((0, NO_ENVELOPE), |mark| (mark.counter, mark.last));
            let next = header.counter == counter + 1 && header.previous == last;
            // This device's own are on their way from here.
            let flying = || self.outbox.flights().any(|(_, flight)| flight.id == header.previous);
            if next || linked.contains(&header.previous) || flying() {
                linked.insert(envelope.id());
            } else {
                unlinked.insert(envelope.id());
            }
        }
        unlinked
    }

    /// Returns the envelopes by file that can never be in the journal: their place is taken,
    /// or their epoch is closed and their writer has not sealed them anew.
    fn orphans(&self, now: Instant, time: Timestamp) -> BTreeSet<EnvelopeId> {
        let mut loose: Vec<&Loose> = self.shelf.loose.values().collect();
        loose.sort_by_key(|loose| {
            let header = loose.envelope.header();
            (header.device, header.incarnation, header.counter)
        });
        let mut orphans: BTreeSet<EnvelopeId> = BTreeSet::new();
        for loose in loose {
            let header = loose.envelope.header();
            let mark = self.journal.mark(&header.device, &header.incarnation);
            let taken = |mark: Mark| {
                header.counter <= mark.counter
                    || header.counter == mark.counter + 1 && header.previous != mark.last
            };
            let follows = orphans.contains(&header.previous);
            if mark.is_some_and(taken) || follows || self.is_outdated(loose, now, time) {
                orphans.insert(loose.envelope.id());
            }
        }
        orphans
    }

    /// Tells whether an envelope by file was sealed under an epoch that has long been closed,
    /// by a device that could have sealed it anew since, and would have been seen to.
    fn is_outdated(&self, loose: &Loose, now: Instant, time: Timestamp) -> bool {
        let header = loose.envelope.header();
        let Some(roster) = self.register.as_ref().map(protocol::register::Register::roster) else {
            return false;
        };
        let (Some(epoch), Some(up)) = (roster.epoch(), self.link.up()) else {
            return false;
        };
        if epoch.id == header.epoch || roster.may_take_part(&header.device, time).is_err() {
            return false;
        }
        let abreast = up.abreast.filter(|(of, _)| *of == epoch.id);
        let seen = abreast.map(|(_, since)| loose.came.map_or(since, |came| came.max(since)));
        let known = loose.at.max(epoch.opened_at);
        seen.is_some_and(|since| now > since.after(PATIENCE))
            || loose.came.is_none() && time > known.after(PATIENCE_BY_CLOCK)
    }

    /// Remembers since when this link shows both logs under the epoch in force.
    pub(super) fn keep_abreast(&mut self, now: Instant) {
        let roster = self.register.as_ref().map(protocol::register::Register::roster);
        let epoch = roster.and_then(|roster| roster.epoch()).map(|epoch| epoch.id);
        if let (Some(up), Some(epoch)) = (self.link.up_mut(), epoch)
            && up.abreast.is_none_or(|(of, _)| of != epoch)
        {
            up.abreast = Some((epoch, now));
        }
    }

    /// Takes up edits by file that lost their place, unless the journal has them otherwise.
    pub(super) fn take_up_orphans(&mut self, step: &mut Step<'_, '_>, home: &Home) {
        let time = self.time(step);
        self.judge_loose(step);
        if !self.shelf.loose.values().any(|loose| loose.orphan) || self.awaits_keys(step) {
            // What the journal holds under a key still to come may be the very same edits.
            return;
        }
        let Some(roster) = self.register.as_ref().map(protocol::register::Register::roster) else {
            return;
        };
        if roster.may_write(&self.device(), time).is_err() {
            return;
        }
        let mut served: Vec<(EnvelopeId, DocumentId, Vec<ChangeId>)> = Vec::new();
        let mut lots: BTreeMap<DocumentId, Vec<Orphaned>> = BTreeMap::new();
        for (id, loose) in self.shelf.loose.iter().filter(|(_, loose)| loose.orphan) {
            let header = loose.envelope.header();
            if roster.may_take_part(&header.device, time).is_err() {
                // Its writer is gone or suspended: a person decides (`quarantine`), or waits.
                continue;
            }
            let Some(key) = self.keyring.get(&header.epoch) else {
                // Its key is still to come.
                continue;
            };
            let content = loose.envelope.open(key).ok();
            let lot = content.and_then(|content| Lot::of_content(header, content).ok().flatten());
            let changes = lot.iter().flat_map(|lot| lot.raw.iter().map(|raw| change_id(raw)));
            served.push((*id, header.document, changes.collect()));
            if let Some(lot) = lot {
                // What its writer had taken up itself keeps its names: others may hold it too.
                let lost = matches!(lot.right, Right::Adopted(_)) && lot.from == header.device;
                lots.entry(lot.document).or_default().push(Orphaned { lot, lost });
            }
        }
        for (document, lots) in lots {
            self.write_anew(step, home, document, lots, Own::Dependent);
        }
        for (id, document, changes) in served {
            self.shelf.drop_loose(step, &self.id, &id);
            self.shelf.not_provisional(&document, &changes);
        }
    }

    /// Tells whether the journal holds something that this device may read and cannot yet.
    fn awaits_keys(&self, step: &Step<'_, '_>) -> bool {
        let Some(roster) = self.register.as_ref().map(protocol::register::Register::roster) else {
            return false;
        };
        let device = self.device();
        let due = roster.missing_grants(self.time(step)).into_iter();
        let due: BTreeSet<_> =
            due.filter(|(to, _)| *to == device).flat_map(|(_, epochs)| epochs).collect();
        let held = |epoch: &EpochId| {
            let mut epochs = roster.epochs().iter().filter(|known| known.id == *epoch);
            epochs.any(|known| known.holders.contains_key(&device))
        };
        let locked = self.locked.iter().filter_map(|position| self.entry(step, *position));
        let mut epochs = locked.filter_map(|entry| {
            Envelope::parse(&entry.envelope).ok().map(|envelope| envelope.header().epoch)
        });
        epochs.any(|epoch| due.contains(&epoch) || held(&epoch))
    }

    /// Writes changes of one document anew that lost their place, and whatever waits here and
    /// builds upon them. What cannot be written anew stays in the outbox as it is.
    fn write_anew(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
        document: DocumentId,
        lots: Vec<Orphaned>,
        own: Own,
    ) {
        let space = self.id;
        self.shelf.learn(step, &space, document);
        self.open_document(step, document, home.catalogue);
        let kept = |raw: &[u8]| self.shelf.has_kept(&document, raw);
        let mut old = Vec::new();
        let mut brought = Vec::new();
        for Orphaned { lot, lost } in lots {
            let Some(lot) = lot.keep(|raw| !kept(raw)) else {
                continue;
            };
            let from = lot.from;
            old.extend(lot.raw.iter().map(|raw| Old { bytes: raw.clone(), from, lost }));
            if !lost {
                brought.push(lot);
            }
        }
        old.extend(self.own_old(&document, own));
        let renewed = renew(&space, &document, &old);
        let of: BTreeSet<ChangeId> = renewed.iter().map(|renewed| renewed.of).collect();
        let fresh: Vec<Renewed> = renewed.into_iter().filter(|one| !kept(&one.bytes)).collect();
        let others = self.take_out(step, &document, &of);
        let untouched = |lot: Lot| lot.keep(|raw| !of.contains(&change_id(raw)));
        let as_they_are = brought.into_iter().filter_map(untouched);
        let again = Lot::of_renewed(document, fresh);
        for lot in others.into_iter().chain(as_they_are).chain(again).collect::<Vec<_>>() {
            let number = self.next_number(step);
            self.outbox.add(step, &space, number, Item::Lot(lot));
        }
        // Made again, when next opened, from what is there now.
        self.shelf.forget(step, &space, &document);
        step.event(Event::Edited(space, document));
    }

    /// Returns what waits here for one document, as it may have to be written anew.
    fn own_old(&self, document: &DocumentId, own: Own) -> Vec<Old> {
        let mut old = Vec::new();
        for lot in self.outbox.lots_of(document) {
            let from = lot.from;
            old.extend(lot.raw.into_iter().map(|bytes| Old { bytes, from, lost: false }));
        }
        let from = self.device();
        // The first change of a document, which builds upon nothing, is the same in any life.
        let changes = self.outbox.changes_of(document).into_iter();
        let later = changes.filter(|raw| !builds_upon(raw).is_empty());
        for bytes in later {
            // What also came by file may still be ordered as it is, and is not lost before.
            let carried = self.shelf.is_provisional(document, &change_id(&bytes));
            old.push(Old { bytes, from, lost: own == Own::All && !carried });
        }
        old
    }

    /// Takes changes of one document that were written anew out of the outbox. Returns what
    /// else was in the lots that held them.
    fn take_out(
        &mut self,
        step: &mut Step<'_, '_>,
        document: &DocumentId,
        of: &BTreeSet<ChangeId>,
    ) -> Vec<Lot> {
        let gone = |raw: &[u8]| of.contains(&change_id(raw));
        let mut numbers = Vec::new();
        let mut others = Vec::new();
        for (number, item) in self.outbox.items() {
            match item {
                Item::Change { document: d, raw } if d == document && gone(raw) => {
                    numbers.push(number);
                }
                Item::Lot(lot) if lot.document == *document && lot.raw.iter().any(|r| gone(r)) => {
                    numbers.push(number);
                    others.extend(lot.clone().keep(|raw| !gone(raw)));
                }
                Item::Change { .. } | Item::Lot(_) | Item::Notices(_) => {}
            }
        }
        let space = self.id;
        self.outbox.remove(step, &space, &numbers);
        others
    }

    /// Tells whether a change was written in the present life, or by nobody in particular.
    pub(super) fn is_of_this_life(&self, document: &DocumentId, raw: &[u8]) -> bool {
        let own = Actor::of(&self.id, document, &self.device(), &self.me.incarnation);
        builds_upon(raw).is_empty() || written_by(raw) == Some(own)
    }
}
