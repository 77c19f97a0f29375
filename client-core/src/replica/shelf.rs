//! The documents of one space: opened when somebody looks, rebuilt from the journal when in
//! doubt.
//!
//! A document on disk is a cache. The truth is the journal's envelopes, this device's outbox
//! and the envelopes that came by file; a document that is suspect is thrown away and made
//! again from them.

use std::collections::{BTreeMap, BTreeSet};

use protocol::codec;
use protocol::env::Timestamp;
use protocol::envelope::{Content, Envelope, OpenError};
use protocol::epoch::EpochSecret;
use protocol::id::{DeviceId, DocumentId, EnvelopeId, EpochId, PartnerId, SpaceId};
use protocol::journal::JournalEntry;
use protocol::refusal::Refusal;

use super::loose::{Loose, LooseEnvelopes};
use super::lot::{Lot, Right};
use super::outbox::Outbox;
use super::records;
use super::saved::Saved;
use super::space::number_of;
use super::step::Step;
use crate::admission::{ActorRule, Arrival};
use crate::document::{Actor, ChangeId, Document, written_by};
use crate::kinds::Catalogue;
use crate::packing;
use crate::renew::{Old, Renewed, renew};
use crate::tally::{self, Work};

/// Changes after which a document is saved again.
const SAVE_AFTER_CHANGES: usize = 64;
/// Documents kept open in one space: a long one takes tens of megabytes.
pub(super) const OPEN_MAX: usize = 8;
/// Bytes of changes that are admitted together.
const BATCH_BYTES: usize = 8 * 1024 * 1024;

/// What an opened envelope brings to one document.
#[derive(Debug, Clone)]
pub(super) struct Delivery {
    pub(super) document: DocumentId,
    pub(super) arrivals: Vec<Arrival>,
    /// Who took the changes up, when they are another device's.
    pub(super) adopted_by: Option<PartnerId>,
    /// The devices behind actors that no life in the journal explains.
    pub(super) writers: Vec<(Actor, DeviceId)>,
}

/// The documents of one space.
#[derive(Default)]
pub(super) struct Shelf {
    known: BTreeSet<DocumentId>,
    open: BTreeMap<DocumentId, Shelved>,
    /// How often a document was asked for.
    askings: u64,
    pub(super) loose: LooseEnvelopes,
    /// Changes that came by file only, by document.
    provisional: BTreeMap<DocumentId, BTreeSet<ChangeId>>,
}

/// One opened document.
pub(super) struct Shelved {
    pub(super) document: Document,
    pub(super) adopted: BTreeMap<ChangeId, PartnerId>,
    /// The devices behind actors that no life in the journal explains.
    pub(super) writers: BTreeMap<Actor, DeviceId>,
    unsaved: usize,
    /// When it was last asked for, counted in askings.
    asked: u64,
}

impl Shelved {
    fn new(document: Document) -> Self {
        let (adopted, writers) = (BTreeMap::new(), BTreeMap::new());
        Self { document, adopted, writers, unsaved: 0, asked: 0 }
    }

    /// Writes it as it is; the caller says how much of the journal that covers.
    fn save(&mut self, step: &mut Step<'_, '_>, space: &SpaceId, id: &DocumentId, covered: u64) {
        tally::note(Work::DocumentSaved);
        self.unsaved = 0;
        let adopted = self.adopted.iter().map(|(c, p)| (*c, *p)).collect();
        let writers = self.writers.iter().map(|(a, d)| (*a, *d)).collect();
        let saved = Saved { covered, adopted, writers, document: self.document.save() };
        step.put(records::saved(space, id), codec::to_bytes(&saved));
    }
}

/// What opening an envelope needs.
pub(super) struct Opener<'a> {
    pub(super) keyring: &'a BTreeMap<EpochId, EpochSecret>,
    pub(super) partner_of: &'a dyn Fn(&DeviceId) -> Option<PartnerId>,
    /// Whether a device may be adopted from: it must no longer take part.
    pub(super) adoptable: &'a dyn Fn(&DeviceId) -> bool,
}

/// What an envelope turned out to hold.
pub(super) enum Opened {
    Delivery(Delivery),
    Notices(PartnerId, Vec<super::directory::Notice>),
}

impl Opener<'_> {
    /// Opens an envelope whose signature and right were judged.
    ///
    /// # Errors
    /// `None` when the key is not here; a reason when the content is not what it must be.
    pub(super) fn open(&self, envelope: &Envelope) -> Result<Opened, Option<Refusal>> {
        self.take_out(envelope, |envelope, secret| {
            tally::note(Work::Attested);
            envelope.open(secret)
        })
    }

    /// Opens an envelope of the journal that was opened when it was taken, and kept since.
    ///
    /// # Errors
    /// As [`Self::open`], but for what was verified then.
    fn reopen(&self, envelope: &Envelope) -> Result<Opened, Option<Refusal>> {
        self.take_out(envelope, Envelope::reopen)
    }

    fn take_out(
        &self,
        envelope: &Envelope,
        open: fn(&Envelope, &EpochSecret) -> Result<Content, OpenError>,
    ) -> Result<Opened, Option<Refusal>> {
        let header = envelope.header();
        let secret = self.keyring.get(&header.epoch).ok_or(None)?;
        let content = open(envelope, secret).map_err(|_| Some(Refusal::Malformed))?;
        let author = (self.partner_of)(&header.device).ok_or(Some(Refusal::NotADevice))?;
        let document = header.document;
        match content {
            Content::Changes(changes) => {
                let raw = packing::unpack(changes.coding, changes.size, &changes.payload)?;
                let rule =
                    ActorRule::Device { device: header.device, incarnation: header.incarnation };
                let arrivals = arrivals(raw, rule);
                let writers = Vec::new();
                Ok(Opened::Delivery(Delivery { document, arrivals, adopted_by: None, writers }))
            }
            Content::Adoption { from, from_incarnation, changes } => {
                if !(self.adoptable)(&from) {
                    return Err(Some(Refusal::NotADevice));
                }
                let raw = packing::unpack(changes.coding, changes.size, &changes.payload)?;
                let right = Right::Adopted(from_incarnation);
                let lot = Lot { document, from, right, raw };
                Ok(Opened::Delivery(lot.delivery(&header.space, Some(author))))
            }
            Content::Renewal { from, of, changes } => {
                (self.partner_of)(&from).ok_or(Some(Refusal::NotADevice))?;
                let raw = packing::unpack(changes.coding, changes.size, &changes.payload)?;
                let lot = Lot::renewed(document, from, &of, raw)?;
                let taken_up_by = (from != header.device).then_some(author);
                Ok(Opened::Delivery(lot.delivery(&header.space, taken_up_by)))
            }
            Content::Directory(payload) => {
                let notices = super::directory::read_notices(&payload)
                    .map_err(|error| Some(Refusal::from(error)))?;
                Ok(Opened::Notices(author, notices))
            }
        }
    }
}

fn arrivals(raw: Vec<Vec<u8>>, rule: ActorRule) -> Vec<Arrival> {
    raw.into_iter().map(|bytes| Arrival { bytes, rule }).collect()
}

impl Shelf {
    pub(super) fn load(step: &Step<'_, '_>, space: &SpaceId) -> Self {
        let mut shelf = Self::default();
        let prefix = records::documents(space);
        for (key, _) in step.all(&prefix) {
            shelf.known.extend(DocumentId::from_slice(&key[prefix.len()..]));
        }
        for (_, bytes) in step.all(&records::loose(space)) {
            let parts = bytes.split_first_chunk::<8>();
            if let Some((at, Ok(envelope))) = parts.map(|(at, e)| (at, Envelope::parse(e))) {
                let at = Timestamp::from_ms(u64::from_be_bytes(*at));
                shelf.loose.insert(Loose::new(envelope, at, None));
            }
        }
        shelf
    }

    pub(super) fn known(&self) -> impl Iterator<Item = &DocumentId> {
        self.known.iter()
    }

    pub(super) fn knows(&self, document: &DocumentId) -> bool {
        self.known.contains(document)
    }

    /// Notes that a document exists.
    pub(super) fn learn(&mut self, step: &mut Step<'_, '_>, space: &SpaceId, document: DocumentId) {
        if self.known.insert(document) {
            step.put(records::document(space, &document), Vec::new());
        }
    }

    /// Puts a document that was just created on the shelf; `covered` is the journal's size.
    pub(super) fn place(&mut self, step: &mut Step<'_, '_>, document: Document, covered: u64) {
        let (space, id) = (*document.space(), *document.id());
        self.make_room(step, &space, covered);
        self.learn(step, &space, id);
        self.askings += 1;
        let (unsaved, asked) = (SAVE_AFTER_CHANGES, self.askings);
        self.open.insert(id, Shelved { unsaved, asked, ..Shelved::new(document) });
    }

    /// Returns how many documents are open.
    #[cfg(test)]
    pub(super) fn open_count(&self) -> usize {
        self.open.len()
    }

    pub(super) fn opened(&mut self, document: &DocumentId) -> Option<&mut Shelved> {
        self.open.get_mut(document)
    }

    pub(super) fn held(&self, document: &DocumentId) -> Option<&Shelved> {
        self.open.get(document)
    }

    /// Takes a delivery into its document if that is open; a closed one reads it later.
    pub(super) fn deliver(&mut self, deliveries: Vec<Delivery>) {
        let mut batches: BTreeMap<DocumentId, (Vec<Arrival>, usize)> = BTreeMap::new();
        for delivery in deliveries {
            let document = delivery.document;
            let (batch, bytes) = batches.entry(document).or_default();
            let brought = !delivery.writers.is_empty();
            if brought || *bytes > BATCH_BYTES {
                *bytes = 0;
                let arrivals = std::mem::take(batch);
                self.admit(&document, arrivals);
            }
            if brought {
                self.admit_brought(delivery);
            } else {
                *bytes += delivery.arrivals.iter().map(|a| a.bytes.len()).sum::<usize>();
                batch.extend(delivery.arrivals);
            }
        }
        for (document, (arrivals, _)) in batches {
            self.admit(&document, arrivals);
        }
    }

    fn admit(&mut self, document: &DocumentId, arrivals: Vec<Arrival>) {
        if let Some(shelved) = self.open.get_mut(document).filter(|_| !arrivals.is_empty()) {
            shelved.unsaved += arrivals.len();
            shelved.document.admit(arrivals);
        }
    }

    /// Admits what comes under another seal than its writer's. Who brought it, and who wrote it,
    /// is noted only of what is here by that: not of what was here before, nor of the refused.
    fn admit_brought(&mut self, delivery: Delivery) {
        let Some(shelved) = self.open.get_mut(&delivery.document) else {
            return;
        };
        let ids = delivery.arrivals.iter().map(|arrival| change_id(&arrival.bytes));
        let new: Vec<ChangeId> = ids.filter(|id| !shelved.document.holds(id)).collect();
        let actors = delivery.arrivals.iter().map(|arrival| written_by(&arrival.bytes));
        let actors: BTreeSet<Actor> = actors.flatten().collect();
        shelved.unsaved += delivery.arrivals.len();
        shelved.document.admit(delivery.arrivals);
        let taken: Vec<ChangeId> =
            new.into_iter().filter(|id| shelved.document.holds(id)).collect();
        if taken.is_empty() {
            return;
        }
        if let Some(partner) = delivery.adopted_by {
            for change in taken {
                shelved.adopted.entry(change).or_insert(partner);
            }
        }
        for (actor, device) in delivery.writers.into_iter().filter(|(a, _)| actors.contains(a)) {
            shelved.writers.entry(actor).or_insert(device);
        }
    }

    /// Opens a document: from its saved form and what the journal brought since.
    pub(super) fn open(
        &mut self,
        step: &mut Step<'_, '_>,
        space: &SpaceId,
        id: DocumentId,
        sources: &Sources<'_>,
    ) -> Option<&mut Shelved> {
        if !self.knows(&id) {
            return None;
        }
        if self.opened(&id).is_none() {
            self.make_room(step, space, sources.size);
            tally::note(Work::DocumentOpened);
            let covered = self.open_saved(step, space, id, sources.catalogue);
            self.deliver(ordered(step, space, &id, covered, sources));
            let by_file = self.by_file(&id, sources);
            self.provisional.remove(&id);
            for delivery in &by_file {
                self.note_provisional(delivery);
            }
            self.deliver(by_file);
            self.deliver(own_deliveries(space, &id, sources));
        }
        self.askings += 1;
        let shelved = self.open.get_mut(&id)?;
        shelved.asked = self.askings;
        Some(shelved)
    }

    /// Closes what nobody has asked for in the longest time until one more can be opened.
    fn make_room(&mut self, step: &mut Step<'_, '_>, space: &SpaceId, covered: u64) {
        while self.open.len() >= OPEN_MAX {
            let oldest = self.open.iter().min_by_key(|(_, shelved)| shelved.asked);
            let Some(id) = oldest.map(|(id, _)| *id) else {
                return;
            };
            let provisional = self.provisional(&id) > 0;
            if let Some(mut shelved) = self.open.remove(&id)
                && shelved.unsaved > 0
                && !provisional
            {
                shelved.save(step, space, &id, covered);
            }
        }
    }

    /// Opens a document as last saved; returns how much of the journal that covers.
    ///
    /// A cache that does not read is nothing lost: the journal has it all.
    fn open_saved(
        &mut self,
        step: &Step<'_, '_>,
        space: &SpaceId,
        id: DocumentId,
        catalogue: Catalogue,
    ) -> u64 {
        let saved = step.get(&records::saved(space, &id));
        let saved = saved.and_then(|bytes| codec::from_bytes::<Saved>(&bytes).ok());
        let loaded = saved.and_then(|saved| {
            let document = Document::load(*space, id, catalogue, &saved.document).ok()?;
            let adopted = saved.adopted.into_iter().collect();
            let writers = saved.writers.into_iter().collect();
            Some((Shelved { adopted, writers, ..Shelved::new(document) }, saved.covered))
        });
        let awaited = || (Shelved::new(Document::awaited(*space, id, catalogue)), 0);
        let (shelved, covered) = loaded.unwrap_or_else(awaited);
        self.open.insert(id, shelved);
        covered
    }

    /// Gathers what came to a document by file and may still be ordered as it is.
    fn by_file(&self, id: &DocumentId, sources: &Sources<'_>) -> Vec<Delivery> {
        let of = |l: &&Loose| l.is_shown() && l.envelope.header().document == *id;
        let opened = |l: &Loose| match sources.opener.open(&l.envelope) {
            Ok(Opened::Delivery(delivery)) => Some(delivery),
            Ok(Opened::Notices(..)) | Err(_) => None,
        };
        self.loose.values().filter(of).filter_map(opened).collect()
    }

    /// Throws a document's memory and cache away, to be rebuilt when next opened.
    pub(super) fn forget(
        &mut self,
        step: &mut Step<'_, '_>,
        space: &SpaceId,
        document: &DocumentId,
    ) {
        self.open.remove(document);
        step.delete(records::saved(space, document));
    }

    /// Saves open documents that have changed much, or at all when `every` is set.
    pub(super) fn save(
        &mut self,
        step: &mut Step<'_, '_>,
        space: &SpaceId,
        covered: u64,
        every: bool,
    ) {
        let threshold = if every { 1 } else { SAVE_AFTER_CHANGES };
        for (id, shelved) in &mut self.open {
            // What came by file is told apart by being in no journal: it is in no cache either.
            let provisional = self.provisional.get(id).is_some_and(|changes| !changes.is_empty());
            if shelved.unsaved >= threshold && !provisional {
                shelved.save(step, space, id, covered);
            }
        }
    }

    /// Counts a local change towards the next save.
    pub(super) fn touched(&mut self, document: &DocumentId) {
        if let Some(shelved) = self.open.get_mut(document) {
            shelved.unsaved += 1;
        }
    }

    /// Takes an envelope that came by file; the caller judged it.
    pub(super) fn hold_loose(
        &mut self,
        step: &mut Step<'_, '_>,
        space: &SpaceId,
        envelope: Envelope,
        opened: bool,
    ) {
        let id = envelope.id();
        let at = step.wall();
        let record = [at.ms().to_be_bytes().as_slice(), envelope.bytes()].concat();
        step.put(records::loose_one(space, &id), record);
        if opened {
            self.learn(step, space, envelope.header().document);
        }
        self.loose.insert(Loose::new(envelope, at, Some(step.now())));
    }

    /// Remembers which changes came by file only: all of them while the document is closed.
    pub(super) fn note_provisional(&mut self, delivery: &Delivery) {
        let held = self.open.get(&delivery.document);
        let ids = delivery.arrivals.iter().map(|arrival| change_id(&arrival.bytes));
        let new = ids.filter(|id| held.is_none_or(|shelved| !shelved.document.contains(id)));
        self.provisional.entry(delivery.document).or_default().extend(new);
    }

    /// The journal has these changes now.
    pub(super) fn confirm(
        &mut self,
        step: &mut Step<'_, '_>,
        space: &SpaceId,
        envelope: &Envelope,
        delivery: Option<&Delivery>,
    ) {
        self.drop_loose(step, space, &envelope.id());
        let Some(delivery) = delivery else {
            return;
        };
        if self.provisional.get(&delivery.document).is_some_and(|changes| !changes.is_empty()) {
            // What came by file was applied out of the journal's order: made again in that order,
            // for of two changes with one number the first one there is the one for all.
            self.open.remove(&delivery.document);
            let ids: Vec<ChangeId> =
                delivery.arrivals.iter().map(|a| change_id(&a.bytes)).collect();
            self.not_provisional(&delivery.document, &ids);
        }
    }

    /// Closes a document without saving it: it is made again, in the journal's order.
    pub(super) fn close(&mut self, document: &DocumentId) {
        self.open.remove(document);
    }

    /// Lets an envelope by file go: it is in the journal, or what it held is on its way anew.
    pub(super) fn drop_loose(&mut self, step: &mut Step<'_, '_>, space: &SpaceId, id: &EnvelopeId) {
        if self.loose.remove(id).is_some() {
            step.delete(records::loose_one(space, id));
        }
    }

    /// These changes are in the journal, or will never be under these names.
    pub(super) fn not_provisional(&mut self, document: &DocumentId, changes: &[ChangeId]) {
        if let Some(provisional) = self.provisional.get_mut(document) {
            provisional.retain(|change| !changes.contains(change));
        }
    }

    /// Tells whether an open document holds a change that stands for an old one.
    pub(super) fn has_renewed(&self, space: &SpaceId, document: &DocumentId, raw: &[u8]) -> bool {
        // Its past is in the journal as it is: of what builds upon others renewed, nobody asks.
        let old = Old { bytes: raw.to_vec(), from: DeviceId::new([0; 32]), lost: true };
        let held = self.open.get(document).map(|shelved| &shelved.document);
        let is_here = |one: &Renewed| held.is_some_and(|d| d.contains(&change_id(&one.bytes)));
        renew(space, document, &[old]).first().is_some_and(is_here)
    }

    /// Tells whether an open document holds a change for good, not from a file only.
    pub(super) fn has_kept(&self, document: &DocumentId, raw: &[u8]) -> bool {
        let id = change_id(raw);
        let held = self.open.get(document).is_some_and(|shelved| shelved.document.contains(&id));
        let loose = self.provisional.get(document).is_some_and(|changes| changes.contains(&id));
        held && !loose
    }

    pub(super) fn is_provisional(&self, document: &DocumentId, change: &ChangeId) -> bool {
        self.provisional.get(document).is_some_and(|changes| changes.contains(change))
    }

    pub(super) fn provisional(&self, document: &DocumentId) -> usize {
        self.provisional.get(document).map_or(0, BTreeSet::len)
    }

    /// Tells whether a change builds upon something that is not in the journal and not own.
    pub(super) fn builds_on_provisional(&self, document: &DocumentId, raw: &[u8]) -> bool {
        let Some(provisional) = self.provisional.get(document).filter(|p| !p.is_empty()) else {
            return false;
        };
        crate::document::builds_upon(raw).iter().any(|change| provisional.contains(change))
    }
}

/// Where a document's changes come from.
pub(super) struct Sources<'a> {
    pub(super) catalogue: Catalogue,
    pub(super) opener: Opener<'a>,
    pub(super) outbox: &'a Outbox,
    pub(super) own: ActorRule,
    pub(super) partner: PartnerId,
    pub(super) device: DeviceId,
    /// How many entries of the journal were taken: what every open document has seen.
    pub(super) size: u64,
}

/// Gathers what the journal brings to a document from a position on.
fn ordered(
    step: &Step<'_, '_>,
    space: &SpaceId,
    id: &DocumentId,
    from: u64,
    sources: &Sources<'_>,
) -> Vec<Delivery> {
    let envelope_at = |position: u64| {
        let bytes = step.get(&records::entry(space, position))?;
        let entry = codec::from_bytes::<JournalEntry>(&bytes).ok()?;
        Envelope::parse(&entry.envelope).ok()
    };
    let places = step.scan_from(&records::places(space, id), records::place(space, id, from));
    let envelopes = places.filter_map(|(key, _)| envelope_at(number_of(&key)?));
    let opened = envelopes.filter_map(|envelope| match sources.opener.reopen(&envelope) {
        Ok(Opened::Delivery(delivery)) => Some(delivery),
        Ok(Opened::Notices(..)) | Err(_) => None,
    });
    opened.collect()
}

fn own_deliveries(space: &SpaceId, id: &DocumentId, sources: &Sources<'_>) -> Vec<Delivery> {
    let own = arrivals(sources.outbox.changes_of(id), sources.own);
    let writers = Vec::new();
    let mut deliveries = vec![Delivery { document: *id, arrivals: own, adopted_by: None, writers }];
    for lot in sources.outbox.lots_of(id) {
        let taken_up_by = (lot.from != sources.device).then_some(sources.partner);
        deliveries.push(lot.delivery(space, taken_up_by));
    }
    deliveries
}

/// Returns the name of a raw change.
pub(super) fn change_id(raw: &[u8]) -> ChangeId {
    crate::admission::change_id(raw)
}
