//! What each change wrote and struck, in excerpts short enough for a list.
//!
//! One walk over the changes, each after those it builds upon, remembers what every operation
//! wrote, so that a later one that overwrites or deletes it can say what stood there. For
//! readers only: nothing is decided from it, and what is not understood is left out.

use std::collections::BTreeMap;

use automerge::legacy::{ElementId, Key, ObjectId, Op, OpType};
use automerge::{ObjType, ScalarValue};

use super::super::Document;
use super::super::author::ChangeId;
use super::super::index::{Index, OpRef};
use super::super::layout;
use super::super::place::{Place, Sought};
use crate::admission::guarded;
use crate::kinds::Kind;

/// Characters of an excerpt; what is longer is cut.
const EXCERPT_CHARS_MAX: usize = 60;

/// What a change did to one part of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// The part.
    pub place: Place,
    /// Whether `before` and `after` are pieces struck and added, as of a text or a set, rather
    /// than the whole value.
    pub pieces: bool,
    /// What stood there, in its stored spelling, cut if long.
    pub before: Option<String>,
    /// What stands there since.
    pub after: Option<String>,
}

impl Document {
    /// Returns what every change wrote and struck, but for the one that makes the document.
    ///
    /// Cost: one decoding of every change, and a few bytes for each character ever written.
    #[must_use]
    pub fn details(&self) -> BTreeMap<ChangeId, Vec<Detail>> {
        let (index, kind) = (&self.index, self.kind);
        let mut walk = Walk { index, kind, written: BTreeMap::new() };
        let mut told = BTreeMap::new();
        for change in self.engine.get_changes(&[]) {
            let Some(expanded) = guarded(|| change.decode()) else {
                continue;
            };
            let Some(actor) = self.index.actor_number(&expanded.actor_id) else {
                continue;
            };
            let mut parts = Parts::default();
            let mut counter = u32::try_from(expanded.start_op.get()).unwrap_or(u32::MAX);
            for op in &expanded.operations {
                walk.take(OpRef { counter, actor }, op, &mut parts);
                counter = counter.saturating_add(1);
            }
            if !expanded.deps.is_empty() {
                told.insert(ChangeId::from(change.hash()), parts.details());
            }
        }
        told
    }
}

/// What an operation wrote.
enum Written {
    /// A value.
    Value(String),
    /// An element of a text.
    Char(char),
    /// The map of the fields.
    Fields,
    /// The map of the sections.
    Sections,
    /// One section.
    Section(String),
    /// One item of a list field, and its value once that is written.
    Item(Place, Option<String>),
    /// A text.
    Text(Place),
}

/// Where an operation writes.
enum Target {
    Value { place: Place, pieces: bool },
    ItemValue(Place, OpRef),
    Text(Place),
    Nowhere,
}

struct Walk<'a> {
    index: &'a Index,
    kind: Option<&'static Kind>,
    written: BTreeMap<OpRef, Written>,
}

impl Walk<'_> {
    fn take(&mut self, id: OpRef, op: &Op, parts: &mut Parts) {
        if let OpType::Make(kind) = &op.action {
            if let Some(made) = self.made(op, *kind) {
                self.written.insert(id, made);
            }
            return;
        }
        match self.target(op) {
            Target::Text(place) => self.take_text(id, op, parts.text(place)),
            Target::Value { place, pieces } => {
                for old in op.pred.iter().filter_map(|pred| self.index.op_ref(pred)) {
                    parts.value(place.clone(), pieces).strike(self.standing(old));
                }
                if let Some(value) = value_of(op) {
                    parts.value(place, pieces).add(value.clone());
                    self.written.insert(id, Written::Value(value));
                }
            }
            Target::ItemValue(place, item) => {
                if let Some(value) = value_of(op) {
                    parts.value(place.clone(), true).add(value.clone());
                    self.written.insert(item, Written::Item(place, Some(value)));
                }
            }
            Target::Nowhere => {}
        }
    }

    fn take_text(&mut self, id: OpRef, op: &Op, part: &mut Part) {
        match (&op.action, &op.key) {
            (OpType::Put(ScalarValue::Str(text)), Key::Seq(after)) if op.insert => {
                let Some(first) = text.chars().next() else {
                    return;
                };
                let after = match after {
                    ElementId::Head => None,
                    ElementId::Id(after) => self.index.op_ref(after),
                };
                self.written.insert(id, Written::Char(first));
                let follows = part.added.last == after && after.is_some();
                part.added.push(first, id, follows);
            }
            (OpType::Delete, _) => {
                for old in op.pred.iter().filter_map(|pred| self.index.op_ref(pred)) {
                    if let Some(Written::Char(gone)) = self.written.get(&old) {
                        let follows = part.struck.last.is_some_and(|last| {
                            last.actor == old.actor && last.counter + 1 == old.counter
                        });
                        part.struck.push(*gone, old, follows);
                    }
                }
            }
            (_, _) => {}
        }
    }

    /// Tells what an object made there is for.
    fn made(&self, op: &Op, kind: ObjType) -> Option<Written> {
        let Key::Map(key) = &op.key else {
            return None;
        };
        let ObjectId::Id(within) = &op.obj else {
            return match key.as_str() {
                layout::FIELDS_KEY => Some(Written::Fields),
                layout::SECTIONS_KEY => Some(Written::Sections),
                _ => None,
            };
        };
        match self.written.get(&self.index.op_ref(within)?)? {
            Written::Fields if kind == ObjType::Text => {
                Some(Written::Text(Place::of_key(self.kind, key).0))
            }
            Written::Fields => Some(Written::Item(Place::of_key(self.kind, key).0, None)),
            Written::Sections => Some(Written::Section(key.to_string())),
            Written::Section(id) if key == layout::TEXT_KEY => {
                Some(Written::Text(Place::Section(id.clone())))
            }
            Written::Section(_)
            | Written::Value(_)
            | Written::Char(_)
            | Written::Item(..)
            | Written::Text(_) => None,
        }
    }

    fn target(&self, op: &Op) -> Target {
        let ObjectId::Id(within) = &op.obj else {
            return match &op.key {
                Key::Map(key) if key == layout::TITLE_KEY => {
                    Target::Value { place: Place::Title, pieces: false }
                }
                Key::Map(_) | Key::Seq(_) => Target::Nowhere,
            };
        };
        let Some(within) = self.index.op_ref(within) else {
            return Target::Nowhere;
        };
        match (self.written.get(&within), &op.key) {
            (Some(Written::Fields), Key::Map(key)) => {
                let (place, pieces) = Place::of_key(self.kind, key);
                // An order key says nothing to a reader.
                if let Place::Row { .. } = place {
                    return Target::Nowhere;
                }
                Target::Value { place, pieces }
            }
            (Some(Written::Section(id)), Key::Map(key)) if key == layout::TITLE_KEY => {
                Target::Value { place: Place::Section(id.clone()), pieces: false }
            }
            (Some(Written::Item(place, _)), Key::Map(key)) if key == layout::VALUE_KEY => {
                Target::ItemValue(place.clone(), within)
            }
            (Some(Written::Text(place)), Key::Seq(_)) => Target::Text(place.clone()),
            (_, _) => Target::Nowhere,
        }
    }

    /// Returns the value an operation left, or that of the item it made.
    fn standing(&self, op: OpRef) -> Option<String> {
        match self.written.get(&op)? {
            Written::Value(value) | Written::Item(_, Some(value)) => Some(value.clone()),
            Written::Item(_, None)
            | Written::Char(_)
            | Written::Fields
            | Written::Sections
            | Written::Section(_)
            | Written::Text(_) => None,
        }
    }
}

fn value_of(op: &Op) -> Option<String> {
    match &op.action {
        OpType::Put(ScalarValue::Str(value)) => Some(value.to_string()),
        OpType::Put(_)
        | OpType::Make(_)
        | OpType::Delete
        | OpType::Increment(_)
        | OpType::MarkBegin(_)
        | OpType::MarkEnd(_) => None,
    }
}

/// The parts a change touched, in the order it first did.
#[derive(Default)]
struct Parts {
    parts: Vec<Part>,
    /// Where each stands among them: as pieces, and as a whole value.
    known: BTreeMap<(Sought, bool), usize>,
}

struct Part {
    place: Place,
    pieces: bool,
    struck: Excerpt,
    added: Excerpt,
}

impl Parts {
    fn text(&mut self, place: Place) -> &mut Part {
        self.value(place, true)
    }

    fn value(&mut self, place: Place, pieces: bool) -> &mut Part {
        let fresh = self.parts.len();
        let at = *self.known.entry((Sought(place.clone()), pieces)).or_insert(fresh);
        if at == fresh {
            let (struck, added) = (Excerpt::default(), Excerpt::default());
            self.parts.push(Part { place, pieces, struck, added });
        }
        &mut self.parts[at]
    }

    fn details(self) -> Vec<Detail> {
        let detail = |part: Part| Detail {
            place: part.place,
            pieces: part.pieces,
            before: part.struck.finish(),
            after: part.added.finish(),
        };
        self.parts.into_iter().map(detail).collect()
    }
}

impl Part {
    fn strike(&mut self, value: Option<String>) {
        value.into_iter().for_each(|value| self.struck.push_value(&value));
    }

    fn add(&mut self, value: String) {
        if !self.pieces {
            // The last of several writings in one change is what stands.
            self.added = Excerpt::default();
        }
        self.added.push_value(&value);
    }
}

/// A text cut after some characters, what is left out shown as `…`.
#[derive(Default)]
struct Excerpt {
    text: String,
    chars: usize,
    last: Option<OpRef>,
}

impl Excerpt {
    fn push(&mut self, char: char, id: OpRef, follows: bool) {
        if self.chars > 0 && !follows {
            self.put(" … ");
        }
        self.put(char.encode_utf8(&mut [0; 4]));
        self.last = Some(id);
    }

    fn push_value(&mut self, value: &str) {
        if self.chars > 0 {
            self.put(", ");
        }
        self.put(value);
    }

    fn put(&mut self, more: &str) {
        for char in more.chars() {
            if self.chars < EXCERPT_CHARS_MAX {
                self.text.push(if char.is_control() { ' ' } else { char });
            }
            self.chars += 1;
        }
    }

    fn finish(mut self) -> Option<String> {
        if self.chars > EXCERPT_CHARS_MAX {
            self.text.push('…');
        }
        (self.chars > 0).then_some(self.text)
    }
}

#[cfg(test)]
mod tests;
