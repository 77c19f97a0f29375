//! The outbox: what was written here and is not in the journal yet.
//!
//! An item is a record before anyone is told that it is saved. It is sealed late: only once
//! register and journal are up to date, under the epoch open then. What is sealed is a flight,
//! kept byte for byte until the journal shows it, so that sending twice is harmless. If the
//! epoch turns meanwhile, flights are undone and their items sealed anew.

use std::collections::{BTreeMap, BTreeSet};

use protocol::codec::{self, Decode, DecodeError, Encode, Reader, Writer};
use protocol::envelope::ENVELOPE_BYTES_MAX;
use protocol::id::{DocumentId, EnvelopeId, SpaceId};
use protocol::refusal::Refusal;

use super::directory::{Notice, read_notices, write_notices};
use super::lot::Lot;
use super::records;
use super::shelf::change_id;
use super::space::number_of;
use super::step::Step;
use crate::admission::operations_declared;
use crate::document::{ChangeId, limits};
use crate::packing::CHANGES_MAX;

/// Bytes of raw changes put into one envelope, unless a single change is larger.
const BATCH_BYTES: usize = 64 * 1024;

/// Something written here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item {
    /// One change of this device.
    Change { document: DocumentId, raw: Vec<u8> },
    /// Lines of the directory.
    Notices(Vec<Notice>),
    /// Changes that come under another seal than their writer's.
    Lot(Lot),
}

/// A sealed envelope on its way, and the items inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Flight {
    pub(super) envelope: Vec<u8>,
    pub(super) id: EnvelopeId,
    pub(super) items: Vec<u64>,
}

/// What was written here and is not in the journal yet.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    items: BTreeMap<u64, Item>,
    flights: BTreeMap<u64, Flight>,
    flying: BTreeSet<u64>,
    /// Bytes of changes that no envelope holds yet: what the items come to, kept up to date.
    unsealed: usize,
    /// Why the relay took no more at the last attempt; not kept in records.
    pub(super) held_back: Option<Refusal>,
}

/// Whose change waits to be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// This device's own.
    Own,
    /// One that comes under another seal than its writer's.
    Brought,
}

impl Item {
    /// Returns the bytes of this device's change in it.
    fn change_bytes(&self) -> usize {
        match self {
            Self::Change { raw, .. } => raw.len(),
            Self::Notices(_) | Self::Lot(_) => 0,
        }
    }

    /// Tells whether something in it must wait.
    fn waits(&self, blocked: impl Fn(&DocumentId, &[u8], Whose) -> bool) -> bool {
        match self {
            Self::Change { document, raw } => blocked(document, raw, Whose::Own),
            Self::Notices(_) => false,
            Self::Lot(lot) => lot.raw.iter().any(|r| blocked(&lot.document, r, Whose::Brought)),
        }
    }
}

/// What an envelope being filled comes to.
#[derive(Default)]
struct Load {
    bytes: usize,
    changes: usize,
    operations: u64,
}

impl Load {
    /// Adds a change if there is room for it; the first always has.
    fn takes(&mut self, raw: &[u8]) -> bool {
        let bytes = self.bytes + raw.len();
        let operations = self.operations + operations_declared(raw);
        let room = bytes <= BATCH_BYTES
            && self.changes < CHANGES_MAX
            && operations <= limits::ENVELOPE_OPS_MAX;
        if self.changes > 0 && !room {
            return false;
        }
        *self = Self { bytes, changes: self.changes + 1, operations };
        true
    }
}

/// Divides raw changes, in order, into lots that fit into an envelope each.
pub(super) fn batches(changes: Vec<Vec<u8>>) -> Vec<Vec<Vec<u8>>> {
    let mut lots: Vec<Vec<Vec<u8>>> = Vec::new();
    let mut load = Load::default();
    for raw in changes {
        match lots.last_mut() {
            Some(lot) if load.takes(&raw) => lot.push(raw),
            Some(_) | None => {
                load = Load::default();
                load.takes(&raw);
                lots.push(vec![raw]);
            }
        }
    }
    lots
}

/// What goes into the next envelope.
pub(super) struct Batch {
    pub(super) numbers: Vec<u64>,
    pub(super) content: BatchContent,
}

/// The content of the next envelope, before sealing.
pub(super) enum BatchContent {
    Changes { document: DocumentId, raw: Vec<Vec<u8>> },
    Notices(Vec<Notice>),
    Lot(Lot),
}

impl Outbox {
    pub(super) fn load(step: &Step<'_, '_>, space: &SpaceId) -> Self {
        let mut outbox = Self::default();
        for (key, bytes) in step.all(&records::outbox(space)) {
            if let (Some(number), Ok(item)) = (number_of(&key), codec::from_bytes(&bytes)) {
                outbox.keep(number, item);
            }
        }
        for (key, bytes) in step.all(&records::flights(space)) {
            if let (Some(counter), Ok(flight)) =
                (number_of(&key), codec::from_bytes::<Flight>(&bytes))
            {
                outbox.take_off(&flight.items);
                outbox.flights.insert(counter, flight);
            }
        }
        outbox
    }

    pub(super) fn add(
        &mut self,
        step: &mut Step<'_, '_>,
        space: &SpaceId,
        number: u64,
        item: Item,
    ) {
        step.put(records::unsent(space, number), codec::to_bytes(&item));
        self.keep(number, item);
    }

    fn keep(&mut self, number: u64, item: Item) {
        self.let_go(number);
        self.unsealed += item.change_bytes();
        self.items.insert(number, item);
    }

    /// Forgets an item, wherever it is.
    fn let_go(&mut self, number: u64) {
        let flying = self.flying.remove(&number);
        if let Some(item) = self.items.remove(&number).filter(|_| !flying) {
            self.unsealed -= item.change_bytes();
        }
    }

    /// Notes that an envelope holds these items now.
    fn take_off(&mut self, numbers: &[u64]) {
        for number in numbers {
            if self.flying.insert(*number) {
                self.unsealed -= self.items.get(number).map_or(0, Item::change_bytes);
            }
        }
    }

    /// Counts changes and adoptions still to be kept by the relay.
    pub(super) fn pending(&self) -> usize {
        self.items.values().filter(|item| !matches!(item, Item::Notices(_))).count()
    }

    /// Returns the bytes of changes that no envelope holds yet.
    pub(super) const fn unsealed_bytes(&self) -> usize {
        self.unsealed
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    pub(super) fn items(&self) -> impl Iterator<Item = (u64, &Item)> {
        self.items.iter().map(|(number, item)| (*number, item))
    }

    /// Returns this device's changes of one document that are not in the journal, in order.
    pub(super) fn changes_of(&self, wanted: &DocumentId) -> Vec<Vec<u8>> {
        let of = |item: &Item| match item {
            Item::Change { document, raw } if document == wanted => Some(raw.clone()),
            Item::Change { .. } | Item::Notices(_) | Item::Lot(_) => None,
        };
        self.items.values().filter_map(of).collect()
    }

    /// Returns the lots of one document that are not in the journal, in order.
    pub(super) fn lots_of(&self, wanted: &DocumentId) -> Vec<Lot> {
        let of = |item: &Item| match item {
            Item::Lot(lot) if lot.document == *wanted => Some(lot.clone()),
            Item::Change { .. } | Item::Notices(_) | Item::Lot(_) => None,
        };
        self.items.values().filter_map(of).collect()
    }

    pub(super) fn flights(&self) -> impl Iterator<Item = (u64, &Flight)> {
        self.flights.iter().map(|(counter, flight)| (*counter, flight))
    }

    /// Returns the next items that may be sealed together: one document, in order.
    /// `blocked` tells whether a change must wait, and all that follows it in its document.
    pub(super) fn next_batch(
        &self,
        blocked: impl Fn(&DocumentId, &[u8], Whose) -> bool,
    ) -> Option<Batch> {
        let mut stopped: BTreeSet<DocumentId> = BTreeSet::new();
        let mut batch: Option<(DocumentId, Vec<u64>, Vec<Vec<u8>>)> = None;
        let mut load = Load::default();
        for (number, item) in &self.items {
            if self.flying.contains(number) {
                continue;
            }
            let Item::Change { document, raw } = item else {
                if item.waits(&blocked) {
                    continue;
                }
                if batch.is_some() {
                    break;
                }
                return Some(Self::single(*number, item));
            };
            if stopped.contains(document) || blocked(document, raw, Whose::Own) {
                stopped.insert(*document);
                continue;
            }
            match &mut batch {
                None => {
                    load.takes(raw);
                    batch = Some((*document, vec![*number], vec![raw.clone()]));
                }
                Some((of, numbers, raws)) if of == document => {
                    if !load.takes(raw) {
                        break;
                    }
                    numbers.push(*number);
                    raws.push(raw.clone());
                }
                Some(_) => {}
            }
        }
        let (document, numbers, raw) = batch?;
        Some(Batch { numbers, content: BatchContent::Changes { document, raw } })
    }

    fn single(number: u64, item: &Item) -> Batch {
        let content = match item.clone() {
            Item::Change { document, raw } => BatchContent::Changes { document, raw: vec![raw] },
            Item::Notices(notices) => BatchContent::Notices(notices),
            Item::Lot(lot) => BatchContent::Lot(lot),
        };
        Batch { numbers: vec![number], content }
    }

    /// Records a sealed envelope.
    pub(super) fn fly(
        &mut self,
        step: &mut Step<'_, '_>,
        space: &SpaceId,
        counter: u64,
        flight: Flight,
    ) {
        step.put(records::flight(space, counter), codec::to_bytes(&flight));
        self.take_off(&flight.items);
        self.flights.insert(counter, flight);
    }

    /// The journal shows this envelope: it and its items are done.
    pub(super) fn landed(
        &mut self,
        step: &mut Step<'_, '_>,
        space: &SpaceId,
        counter: u64,
        id: &EnvelopeId,
    ) -> bool {
        if self.flights.get(&counter).is_none_or(|flight| flight.id != *id) {
            return false;
        }
        if let Some(flight) = self.flights.remove(&counter) {
            step.delete(records::flight(space, counter));
            for number in flight.items {
                self.let_go(number);
                step.delete(records::unsent(space, number));
            }
        }
        true
    }

    /// The journal has these changes in an envelope that this store did not seal: a copy of it
    /// sent them first. They are done.
    pub(super) fn sent_by_a_copy(
        &mut self,
        step: &mut Step<'_, '_>,
        space: &SpaceId,
        sent: &BTreeSet<ChangeId>,
    ) {
        let done = |item: &Item| match item {
            Item::Change { raw, .. } => sent.contains(&change_id(raw)),
            Item::Notices(_) | Item::Lot(_) => false,
        };
        let numbers: Vec<u64> =
            self.items.iter().filter(|(_, item)| done(item)).map(|(n, _)| *n).collect();
        self.remove(step, space, &numbers);
    }

    /// Tells whether one of these changes of this device waits here.
    pub(super) fn has_any(&self, changes: &BTreeSet<ChangeId>) -> bool {
        self.items.values().any(|item| match item {
            Item::Change { raw, .. } => changes.contains(&change_id(raw)),
            Item::Notices(_) | Item::Lot(_) => false,
        })
    }

    /// Undoes every flight: what they hold is to be sealed anew.
    pub(super) fn ground(&mut self, step: &mut Step<'_, '_>, space: &SpaceId) {
        for counter in self.flights.keys() {
            step.delete(records::flight(space, *counter));
        }
        self.flights.clear();
        self.flying.clear();
        self.unsealed = self.items.values().map(Item::change_bytes).sum();
    }

    /// Takes items out: what they held goes on in others.
    pub(super) fn remove(&mut self, step: &mut Step<'_, '_>, space: &SpaceId, numbers: &[u64]) {
        for number in numbers {
            self.let_go(*number);
            step.delete(records::unsent(space, *number));
        }
    }
}

impl Encode for Item {
    fn encode(&self, out: &mut Writer) {
        match self {
            Self::Change { document, raw } => {
                out.array(3);
                out.uint(1);
                document.encode(out);
                out.bytes(raw);
            }
            Self::Notices(notices) => {
                out.array(2);
                out.uint(2);
                out.bytes(&write_notices(notices));
            }
            Self::Lot(lot) => {
                out.array(2);
                out.uint(3);
                lot.encode(out);
            }
        }
    }
}

impl Decode for Item {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let items = input.array(3)?;
        let code = input.uint()?;
        Ok(match (code, items) {
            (1, 3) => Self::Change {
                document: Decode::decode(input)?,
                raw: input.bytes(ENVELOPE_BYTES_MAX)?.to_vec(),
            },
            (2, 2) => Self::Notices(read_notices(input.bytes(ENVELOPE_BYTES_MAX)?)?),
            (3, 2) => Self::Lot(Decode::decode(input)?),
            _ => return Err(DecodeError::Unknown(code)),
        })
    }
}

impl Encode for Flight {
    fn encode(&self, out: &mut Writer) {
        out.array(3);
        out.bytes(&self.envelope);
        self.id.encode(out);
        self.items.encode(out);
    }
}

impl Decode for Flight {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if input.array(3)? != 3 {
            return Err(DecodeError::Malformed);
        }
        let envelope = input.bytes(ENVELOPE_BYTES_MAX)?.to_vec();
        let id = Decode::decode(input)?;
        Ok(Self { envelope, id, items: input.list(CHANGES_MAX)? })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::time::Duration;

    use protocol::env::{Env, Instant, Timestamp};
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;
    use crate::document::fixture::{Choices, DOCUMENT, SPACE};
    use crate::replica::step::Outputs;

    /// Returns what the sum must be, item by item.
    fn walked(outbox: &Outbox) -> usize {
        let unsealed = outbox.items.iter().filter(|(number, _)| !outbox.flying.contains(number));
        unsealed.map(|(_, item)| item.change_bytes()).sum()
    }

    fn item(choices: &mut Choices) -> Item {
        match choices.below(4) {
            0 => Item::Notices(Vec::new()),
            _ => Item::Change { document: DOCUMENT, raw: vec![7; choices.below(500)] },
        }
    }

    #[test]
    fn the_sum_of_what_is_unsealed_is_what_a_walk_finds() {
        let mut rng = ChaCha20Rng::from_seed([3; 32]);
        let disk = BTreeMap::<Vec<u8>, Vec<u8>>::new();
        let (now, wall) = (Instant::new(Duration::ZERO), Timestamp::default());
        let mut env = Env { now, wall, rng: &mut rng, records: &disk };
        let mut out = Outputs::default();
        let step = &mut Step::new(&mut env, &mut out);
        let mut choices = Choices(5);
        let mut outbox = Outbox::default();
        let mut next = 0;
        for _ in 0..2_000 {
            next += 1;
            match choices.below(8) {
                0..4 => outbox.add(step, &SPACE, next, item(&mut choices)),
                4 => {
                    if let Some(batch) = outbox.next_batch(|_, _, _| false) {
                        let id = EnvelopeId::new([u8::try_from(next % 256).unwrap(); 32]);
                        let flight = Flight { envelope: Vec::new(), id, items: batch.numbers };
                        outbox.fly(step, &SPACE, next, flight);
                    }
                }
                5 => {
                    let first = outbox.flights().next().map(|(counter, f)| (counter, f.id));
                    if let Some((counter, id)) = first {
                        assert!(outbox.landed(step, &SPACE, counter, &id));
                    }
                }
                6 => {
                    let some: Vec<u64> =
                        outbox.items().map(|(n, _)| n).filter(|_| choices.below(9) == 0).collect();
                    outbox.remove(step, &SPACE, &some);
                }
                _ if choices.below(20) == 0 => outbox.ground(step, &SPACE),
                _ => outbox = Outbox::load(step, &SPACE),
            }
            assert_eq!(outbox.unsealed_bytes(), walked(&outbox));
        }
    }

    /// What others would refuse for its operations is never put into one envelope, however few
    /// bytes it takes.
    #[test]
    fn an_envelope_is_filled_by_operations_too() {
        let (document, _) = crate::document::fixture::convention();
        let raw = crate::admission::flood_tests::dense(&document, None).bytes;
        let each = operations_declared(&raw);
        let most = usize::try_from(limits::ENVELOPE_OPS_MAX / each).unwrap();
        let mut outbox = Outbox::default();
        for number in 0..2 * most as u64 {
            outbox.keep(number, Item::Change { document: DOCUMENT, raw: raw.clone() });
        }
        assert_eq!(outbox.next_batch(|_, _, _| false).unwrap().numbers.len(), most);
        let lots = batches(vec![raw; 2 * most]);
        assert_eq!(lots.iter().map(Vec::len).collect::<Vec<_>>(), [most, most]);
    }
}
