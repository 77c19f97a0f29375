//! Carries a plan for damaged records out: logs cut where they cannot be read, what follows from
//! them made again by the code that took it in, edits found in envelopes on their way.
//!
//! After a cut the state is that of a replica which took exactly the entries before it: the relay
//! or a bundle brings what is missing. What can be read behind stays in its place, where nothing
//! looks until then, and is gone on with: nobody else may have it any more. What the replica knew
//! before it knows no more, so its present life ends before anything else is sealed. What nobody
//! had is named, never just gone.

use std::collections::{BTreeMap, BTreeSet};

use protocol::checkpoint::Log;
use protocol::codec;
use protocol::envelope::{Content, Envelope};
use protocol::id::{DeviceId, DocumentId, Incarnation};
use protocol::journal::{Journal, JournalEntry};
use protocol::refusal::Refusal;
use protocol::register::Entry;

use super::damage::{Damage, Family, Plan, Remedy, Repair};
use super::directory::{Directory, read_notices};
use super::errand::Errand;
use super::home::Home;
use super::inbox::Stop;
use super::io::{Alarm, Event};
use super::lot::Lot;
use super::outbox::{Flight, Item};
use super::records;
use super::shelf::{Shelf, change_id};
use super::space::{Space, number_of, place_of};
use super::step::{Pages, Step};
use crate::packing;

/// Entries left in place that are gone on with at a time.
const AT_ONCE: usize = 256;
/// What stands in the record of a life that ended by a repair, and by nobody else's writing.
pub(super) const MENDED: &[u8] = &[1];
/// The same, when an edit is lost and the logs were cut: what builds upon it is not known yet.
pub(super) const LACKING: &[u8] = &[2];

impl Space {
    /// Does what was decided about the records that cannot be read, and gives an account of it.
    pub(super) fn mend(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
        plan: &Plan,
        repair: &mut Repair,
    ) {
        repair.aside.extend(plan.unreadable.iter().cloned());
        for key in &plan.unreadable {
            step.delete(key.clone());
        }
        if plan.new_life {
            self.end_life(step);
            if !self.is_lacking(step) {
                step.put(records::doubled(&self.id), MENDED.to_vec());
            }
            self.mended = true;
        }
        // Rebuilding leaves in many stores, and a power cut may come between any two: what was
        // found again, and that something was not, is in the first of them.
        let recovered = self.recover_items(step, &plan.items);
        let lost = recovered.len() < plan.items.len();
        if lost {
            // It may have been this replica's own lines of the directory: said again.
            self.me.introduced = false;
            self.store_membership(step);
        }
        let lacked = self.is_lacking(step);
        if plan.rebuild && lost {
            step.put(records::doubled(&self.id), LACKING.to_vec());
        }
        let cut = plan.rebuild && self.rebuild(step, plan);
        if !cut && lost && !lacked {
            step.put(records::doubled(&self.id), MENDED.to_vec());
        }
        self.knock_again(step, plan);
        if cut && lost {
            // What is out of reach is seen when the logs are whole; it is copied now.
            let changes = self.outbox.items().filter(|(_, item)| document_of(item).is_some());
            repair.aside.extend(changes.map(|(number, _)| records::unsent(&self.id, number)));
        }
        let settled = !cut && !plan.items.is_empty();
        let stranded = if settled { self.strand(step, home) } else { BTreeMap::new() };
        self.give_account(plan, &recovered, &stranded, repair);
        for keys in stranded.into_values() {
            repair.aside.extend(keys);
        }
        let flying = plan.flights || self.outbox.flights().next().is_some();
        if plan.new_life && !cut && !flying {
            // Nothing of the life that ends can be on its way: no relay need be asked first.
            self.restart(step, home);
        }
        step.delete(records::rebuilding(&self.id));
    }

    fn give_account(
        &self,
        plan: &Plan,
        recovered: &BTreeSet<u64>,
        stranded: &BTreeMap<DocumentId, Vec<Vec<u8>>>,
        repair: &mut Repair,
    ) {
        let of = |family, records, remedy, document| {
            let (space, title) = (self.id, self.title().to_owned());
            Damage { space, title, family, records, remedy, document }
        };
        for (family, remedy) in [
            (Family::Register, Remedy::Fetched),
            (Family::Journal, Remedy::Fetched),
            (Family::Index, Remedy::Rebuilt),
            (Family::Saved, Remedy::Rebuilt),
            (Family::Flight, Remedy::Rebuilt),
            (Family::Mailbox, Remedy::Fetched),
            (Family::Errand, Remedy::Lost),
            (Family::Loose, Remedy::Lost),
        ] {
            repair.note(of(family, plan.count(family), remedy, None));
        }
        let lost = plan.items.len() - recovered.len();
        repair.note(of(Family::Outbox, recovered.len(), Remedy::Recovered, None));
        let mut documents = stranded.iter();
        let only = documents.next().filter(|_| documents.next().is_none());
        // One edit is missing and the edits of one document build upon something missing.
        let document = only.filter(|_| lost > 0).map(|(document, _)| *document);
        repair.note(of(Family::Outbox, lost, Remedy::Lost, document));
        for (document, keys) in stranded {
            repair.note(of(Family::Outbox, keys.len(), Remedy::Lost, Some(*document)));
        }
    }

    /// Cuts both logs where they cannot be read, and makes again what follows from the rest.
    /// Returns whether anything was cut. Cut short itself, it is done again by the next start.
    ///
    /// Documents as last saved stay: they show what was there until the logs are whole again,
    /// when `restart` throws them away.
    fn rebuild(&mut self, step: &mut Step<'_, '_>, plan: &Plan) -> bool {
        let space = self.id;
        step.put(records::rebuilding(&space), plan.noted());
        for prefix in [
            records::marks(&space),
            records::usages(&space),
            records::all_places(&space),
            records::locked(&space),
        ] {
            drop_all(step, &prefix);
        }
        for key in
            [records::journal(&space), records::directory(&space), records::unlocking(&space)]
        {
            step.delete(key);
        }
        (self.register, self.judged) = (None, None);
        self.journal = Journal::new();
        self.directory = Directory::default();
        self.locked.clear();
        self.shelf = Shelf::load(step, &space);
        let acts_cut = self.refold(step, plan.acts_until);
        let entries_cut = self.retake(step, plan.entries_until);
        let cut = acts_cut || entries_cut;
        self.recall(step);
        self.bad_content = false;
        let _placed = self.place_loose(step, self.time(step));
        let mut documents = self.note_loose(step);
        documents.extend(self.outbox.items().filter_map(|(_, item)| document_of(item)));
        for document in documents {
            self.shelf.learn(step, &space, document);
        }
        cut
    }

    /// Folds the acts before the cut; returns whether there were others.
    fn refold(&mut self, step: &mut Step<'_, '_>, until: Option<u64>) -> bool {
        let prefix = records::acts(&self.id);
        let mut size = 0;
        for (key, bytes) in step.all(&prefix) {
            let here = number_of(&key) == Some(size) && until.is_none_or(|until| size < until);
            let entry = codec::from_bytes::<Entry>(&bytes).ok().filter(|_| here);
            if entry.is_none_or(|entry| self.push_act(&entry).is_err()) {
                break;
            }
            size += 1;
        }
        let behind = step.scan_from(&prefix, records::act(&self.id, size)).next();
        behind.is_some() || until.is_some()
    }

    /// Takes in again the entries before the cut; returns whether there were others.
    fn retake(&mut self, step: &mut Step<'_, '_>, until: Option<u64>) -> bool {
        let prefix = records::entries(&self.id);
        let mut touched = BTreeSet::new();
        let mut pages = Pages::of(&prefix);
        'pages: while let Some(page) = pages.next(step) {
            for (key, bytes) in page {
                let size = self.journal.size();
                let here = number_of(&key) == Some(size) && until.is_none_or(|until| size < until);
                if !here || self.retake_entry(step, &bytes, &mut touched).is_err() {
                    break 'pages;
                }
            }
            step.relieve();
        }
        self.store_journal(step, &touched);
        let size = self.journal.size();
        let behind = step.scan_from(&prefix, records::entry(&self.id, size)).next();
        behind.is_some() || until.is_some()
    }

    /// Goes on with acts that stand behind what was missing, and with entries that waited for
    /// them: they came from the relay, as what was brought now did.
    ///
    /// # Errors
    /// Says when the whole is not what the relay had signed of it.
    pub(super) fn go_on_with_acts(&mut self, step: &mut Step<'_, '_>) -> Result<(), Stop> {
        let size = self.size(Log::Register);
        let left = self.left_in_place(step, Log::Register);
        if !left.is_empty() {
            only_forked(self.fold_acts(step, size, &left))?;
        }
        self.go_on_with_entries(step)
    }

    /// Goes on with entries that stand behind what was missing.
    ///
    /// # Errors
    /// Says when the whole is not what the relay had signed of it.
    pub(super) fn go_on_with_entries(&mut self, step: &mut Step<'_, '_>) -> Result<(), Stop> {
        loop {
            let size = self.journal.size();
            let left = self.left_in_place(step, Log::Journal);
            if left.is_empty() || only_forked(self.replay_entries(step, size, &left))? == 0 {
                return Ok(());
            }
            step.relieve();
        }
    }

    /// Returns records of a log that follow what is here, as far as the relay has signed a root
    /// by which the whole is judged: without one they are never mixed with what it brings.
    fn left_in_place(&self, step: &Step<'_, '_>, log: Log) -> Vec<Vec<u8>> {
        let Some((until, _)) = self.awaited[place_of(log)] else {
            return Vec::new();
        };
        let left = (self.size(log)..until).take(AT_ONCE);
        left.map_while(|number| step.get(&records::logged(&self.id, log, number))).collect()
    }

    fn retake_entry(
        &mut self,
        step: &mut Step<'_, '_>,
        bytes: &[u8],
        touched: &mut BTreeSet<(DeviceId, Incarnation)>,
    ) -> Result<(), Refusal> {
        let entry: JournalEntry = codec::from_bytes(bytes)?;
        self.register_at(step, entry.register_size)?;
        let judged = self.judged.as_ref().ok_or(Refusal::Gap)?;
        let envelope = self.journal.replay(judged.roster(), &entry)?;
        touched.insert((envelope.header().device, envelope.header().incarnation));
        let opened = self.opener(judged.roster(), entry.time, |opener| opener.open(&envelope));
        // It was in its document when it came, and is when that is opened next.
        let _delivery = self.settle_opened(step, &envelope, entry.position, opened);
        Ok(())
    }

    /// A request to join that was to be handed in is handed in again: it stands in another record.
    fn knock_again(&mut self, step: &mut Step<'_, '_>, plan: &Plan) {
        let knocks = self.errands.iter().any(|(_, errand)| *errand == Errand::Knock);
        if plan.count(Family::Errand) > 0 && self.me.request.is_some() && !knocks {
            self.add_errand(step, Errand::Knock);
        }
    }

    /// Finds items of the outbox again in the envelopes that were sealed of them; those that a
    /// repair cut short had found are there.
    fn recover_items(&mut self, step: &mut Step<'_, '_>, lost: &BTreeSet<u64>) -> BTreeSet<u64> {
        let here = self.outbox.items().map(|(number, _)| number);
        let mut recovered: BTreeSet<u64> = here.filter(|number| lost.contains(number)).collect();
        let missing = |number: &u64| lost.contains(number) && !recovered.contains(number);
        let flights = self.outbox.flights().map(|(_, flight)| flight);
        let holding = flights.filter(|flight| flight.items.iter().any(missing));
        let found: Vec<(u64, Item)> = holding
            .filter_map(|flight| self.items_of(flight))
            .flatten()
            .filter(|(number, _)| missing(number))
            .collect();
        let space = self.id;
        for (number, item) in found {
            self.outbox.add(step, &space, number, item);
            recovered.insert(number);
        }
        recovered
    }

    /// Opens an envelope of this device, and gives each item in it its number again.
    fn items_of(&self, flight: &Flight) -> Option<Vec<(u64, Item)>> {
        let envelope = Envelope::parse(&flight.envelope).ok()?;
        let header = *envelope.header();
        let content = envelope.open(self.keyring.get(&header.epoch)?).ok()?;
        let items = match content {
            Content::Changes(changes) => {
                let raw = packing::unpack(changes.coding, changes.size, &changes.payload).ok()?;
                let document = header.document;
                raw.into_iter().map(|raw| Item::Change { document, raw }).collect()
            }
            Content::Directory(payload) => vec![Item::Notices(read_notices(&payload).ok()?)],
            brought @ (Content::Adoption { .. } | Content::Renewal { .. }) => {
                vec![Item::Lot(Lot::of_content(&header, brought).ok()??)]
            }
        };
        let whole = items.len() == flight.items.len();
        whole.then(|| flight.items.iter().copied().zip(items).collect())
    }

    /// Tells whether an edit was lost while the logs were cut.
    fn is_lacking(&self, step: &Step<'_, '_>) -> bool {
        step.get(&records::doubled(&self.id)).as_deref() == Some(LACKING)
    }

    /// Takes out, the logs being whole again, what builds upon an edit that was lost with them,
    /// and says so.
    pub(super) fn strand_late(&mut self, step: &mut Step<'_, '_>, home: &Home) {
        if self.is_lacking(step) && !self.strand(step, home).is_empty() {
            step.event(Event::Alarm(self.id, Alarm::EditsLost));
        }
    }

    /// Takes edits out of the outbox that build upon one that is lost: nobody could ever read
    /// them. Returns the keys of their records, by document.
    fn strand(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
    ) -> BTreeMap<DocumentId, Vec<Vec<u8>>> {
        let mut stranded = BTreeMap::new();
        let space = self.id;
        let documents: BTreeSet<_> =
            self.outbox.items().filter_map(|(_, item)| document_of(item)).collect();
        for document in documents {
            // A cache may hold what is lost, and is not asked.
            self.shelf.forget(step, &space, &document);
            self.open_document(step, document, home.catalogue);
            let held = self.shelf.held(&document).map(|shelved| &shelved.document);
            let out_of_reach = |item: &Item| match item {
                Item::Change { document: of, raw } if *of == document => {
                    held.is_none_or(|held| !held.contains(&change_id(raw)))
                }
                Item::Change { .. } | Item::Notices(_) | Item::Lot(_) => false,
            };
            let items = self.outbox.items().filter(|(_, item)| out_of_reach(item));
            let numbers: Vec<u64> = items.map(|(number, _)| number).collect();
            self.shelf.close(&document);
            if numbers.is_empty() {
                continue;
            }
            self.outbox.remove(step, &space, &numbers);
            let keys = numbers.iter().map(|number| records::unsent(&space, *number));
            stranded.insert(document, keys.collect());
        }
        stranded
    }
}

fn document_of(item: &Item) -> Option<DocumentId> {
    match item {
        Item::Change { document, .. } => Some(*document),
        Item::Lot(lot) => Some(lot.document),
        Item::Notices(_) => None,
    }
}

/// Lets through only that the relay once signed something else: whatever else keeps a record
/// that was left in its place from being taken, the relay sends it again.
fn only_forked(taken: Result<u64, Stop>) -> Result<u64, Stop> {
    match taken {
        Err(stop) if stop.alarm == Alarm::RelayForked => Err(stop),
        Err(_) => Ok(0),
        Ok(taken) => Ok(taken),
    }
}

/// Deletes the records of a family.
fn drop_all(step: &mut Step<'_, '_>, prefix: &[u8]) {
    let mut pages = Pages::of(prefix);
    while let Some(page) = pages.next(step) {
        for (key, _) in page {
            step.delete(key);
        }
        step.relieve();
    }
}
