//! Documents, authors and forged changes for the tests of this crate.

use automerge::transaction::{CommitOptions, Transaction};
use automerge::{Change, ExpandedChange, ObjId, ObjType, ROOT};
use protocol::env::Timestamp;
use protocol::id::{DeviceId, DocumentId, Incarnation, SpaceId};

use super::lens::Lens;
use super::{Actor, Author, ChangeId, Document, Edit, RawChange, layout};
use crate::admission::{ActorRule, Arrival, Outcome, guarded};
use crate::kinds::Catalogue;
pub(crate) use crate::kinds::convention_first::SPECIMENS;

pub(crate) const SPACE: SpaceId = SpaceId::new([1; 32]);
pub(crate) const DOCUMENT: DocumentId = DocumentId::new([2; 16]);

/// Returns the author of that number: a device in its first life.
pub(crate) fn author(number: u8) -> Author {
    Author {
        device: DeviceId::new([number; 32]),
        incarnation: Incarnation::new([number; 16]),
        time: Timestamp::from_ms(1_780_000_000_000 + u64::from(number) * 1_000),
    }
}

pub(crate) fn actor(number: u8) -> Actor {
    let Author { device, incarnation, .. } = author(number);
    Actor::of(&SPACE, &DOCUMENT, &device, &incarnation)
}

/// Returns the right by which the envelopes of that author come.
pub(crate) fn rule(number: u8) -> ActorRule {
    let Author { device, incarnation, .. } = author(number);
    ActorRule::Device { device, incarnation }
}

/// Returns a document of a kind made by the first author, and the changes to send.
pub(crate) fn create(catalogue: Catalogue, kind: &str) -> (Document, Vec<RawChange>) {
    let kind = catalogue.find(kind).unwrap();
    let created = Document::create(SPACE, DOCUMENT, catalogue, kind, "CV-03", &author(1));
    let (document, edited) = created.unwrap();
    (document, edited.changes)
}

pub(crate) fn convention() -> (Document, Vec<RawChange>) {
    create(SPECIMENS, "convention")
}

pub(crate) fn awaited() -> Document {
    Document::awaited(SPACE, DOCUMENT, SPECIMENS)
}

/// Saves a document and loads it again.
pub(crate) fn reloaded(document: &Document) -> Document {
    Document::load(SPACE, DOCUMENT, document.catalogue, &document.save()).unwrap()
}

pub(crate) fn arrivals(changes: &[RawChange], rule: ActorRule) -> Vec<Arrival> {
    changes.iter().map(|change| Arrival { bytes: change.bytes.clone(), rule }).collect()
}

/// Gives changes of one author to a document.
pub(crate) fn send(to: &mut Document, changes: &[RawChange], number: u8) -> Outcome {
    to.admit(arrivals(changes, rule(number)))
}

/// Gives one chunk of one author to a document.
pub(crate) fn send_bytes(to: &mut Document, bytes: Vec<u8>, number: u8) -> Outcome {
    to.admit(vec![Arrival { bytes, rule: rule(number) }])
}

pub(crate) fn set(field: &str, value: &str) -> Edit {
    Edit::Set { field: field.to_owned(), value: value.to_owned() }
}

pub(crate) fn append(place: &str, text: &str) -> Edit {
    Edit::AppendText { place: place.to_owned(), text: text.to_owned() }
}

/// Makes an edit that must succeed and returns its changes.
pub(crate) fn edit(document: &mut Document, number: u8, edit: &Edit) -> Vec<RawChange> {
    document.edit(&author(number), edit).unwrap().changes
}

/// Returns the text of a section, as an object of the engine.
pub(crate) fn text_object(document: &Document, section: &str) -> ObjId {
    let lens = Lens::now(&document.engine);
    let sections = lens.object(&ROOT, layout::SECTIONS_KEY, ObjType::Map).unwrap();
    let section = lens.object(&sections, section, ObjType::Map).unwrap();
    lens.object(&section, layout::TEXT_KEY, ObjType::Text).unwrap()
}

/// Writes a change behind the back of the rules, upon the present state of a document which
/// stays as it is.
pub(crate) fn hostile(
    document: &Document,
    number: u8,
    write: impl FnOnce(&mut Transaction<'_>),
) -> RawChange {
    let mut engine = document.engine.clone().with_actor(actor(number).engine());
    let mut transaction = engine.transaction();
    write(&mut transaction);
    transaction.commit_with(CommitOptions::default().with_time(1));
    raw_of(&engine.get_last_local_change().unwrap())
}

/// Returns a change with something altered.
pub(crate) fn forged(change: &RawChange, alter: impl FnOnce(&mut ExpandedChange)) -> RawChange {
    let mut expanded = Change::from_bytes(change.bytes.clone()).unwrap().decode();
    alter(&mut expanded);
    raw_of(&guarded(|| Change::from(expanded)).unwrap())
}

pub(crate) fn raw_of(change: &Change) -> RawChange {
    RawChange {
        id: ChangeId::from(change.hash()),
        actor: Actor::from_engine(change.actor_id()).unwrap(),
        seq: change.seq(),
        bytes: change.raw_bytes().to_vec(),
    }
}

/// A small reproducible source of choices.
pub(crate) struct Choices(pub(crate) u64);

impl Choices {
    /// Returns a number below `bound` (PCG, O'Neill 2014).
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040);
        let high = usize::try_from(self.0 >> 33).unwrap();
        high % bound.max(1)
    }
}
