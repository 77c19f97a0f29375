//! Documents and organisations by the names that people write for them.

use std::collections::{BTreeMap, BTreeSet};

use client_core::document::{FieldValue, View};
use client_core::kinds::{Catalogue, FieldSpec, FieldType, Kind, Merge};
use protocol::id::{DocumentId, PartnerId};

use super::{Holdings, Shown};
use crate::import::folding::folded;
use crate::import::problem::Problem;
use crate::import::record::Record;
use crate::tracker::{VALUES_SEPARATOR, codes};
use client_core::kinds::Language;

/// Kinds that have no sheet of their own, and of which a name in a cell makes a document.
const MADE_ON_SIGHT: [&str; 1] = ["orientation"];

/// A kind, the field that is looked at (empty for the title), and what stands there, folded.
type Name = (&'static str, &'static str, String);

/// The names of a space and of what a file adds to it.
pub(super) struct Known<'a> {
    names: BTreeMap<Name, BTreeSet<DocumentId>>,
    kinds: BTreeMap<DocumentId, &'static str>,
    titles: BTreeMap<DocumentId, String>,
    members: BTreeMap<String, Option<PartnerId>>,
    member_names: BTreeMap<String, String>,
    made: Vec<(DocumentId, &'static Kind, String)>,
    draw: &'a mut dyn FnMut() -> DocumentId,
}

impl<'a> Known<'a> {
    pub(super) fn new(holdings: &Holdings, draw: &'a mut dyn FnMut() -> DocumentId) -> Self {
        let mut known = Self {
            names: BTreeMap::new(),
            kinds: BTreeMap::new(),
            titles: BTreeMap::new(),
            members: BTreeMap::new(),
            member_names: BTreeMap::new(),
            made: Vec::new(),
            draw,
        };
        for (id, name) in &holdings.members {
            // Two organisations of one name are neither.
            let one = known.members.entry(folded(name)).or_insert(Some(*id));
            if *one != Some(*id) {
                *one = None;
            }
            known.member_names.insert(id.to_string(), name.clone());
        }
        for (id, view) in &holdings.documents {
            known.learn(*id, view);
        }
        known
    }

    fn learn(&mut self, id: DocumentId, view: &View) {
        let kind = view.kind.name;
        self.note(id, kind, "", &view.title);
        for code in codes(kind) {
            if let Some(FieldValue::One(value)) = view.field(code) {
                self.note(id, kind, code, value);
            }
        }
        self.titles.insert(id, view.title.clone());
    }

    fn note(&mut self, id: DocumentId, kind: &'static str, field: &'static str, value: &str) {
        self.kinds.insert(id, kind);
        let name = folded(value);
        if !name.is_empty() {
            self.names.entry((kind, field, name)).or_default().insert(id);
        }
    }

    /// Gives a document of the file an id and notes its names.
    pub(super) fn add(&mut self, record: &Record, title: &str) -> DocumentId {
        let id = (self.draw)();
        let kind = record.kind.name;
        self.note(id, kind, "", title);
        for code in codes(kind) {
            if let Some(value) = record.value(code) {
                self.note(id, kind, code, value);
            }
        }
        self.titles.insert(id, title.to_owned());
        id
    }

    fn named(&self, kind: &'static str, field: &'static str, name: &str) -> &BTreeSet<DocumentId> {
        static NONE: BTreeSet<DocumentId> = BTreeSet::new();
        self.names.get(&(kind, field, folded(name))).unwrap_or(&NONE)
    }

    /// Finds the document of a line: by its id, its code, its title.
    ///
    /// # Errors
    /// When several are meant.
    pub(super) fn of_record(&self, record: &Record) -> Result<Option<DocumentId>, Box<Problem>> {
        let kind = record.kind.name;
        if let Some(id) = record.id.filter(|id| self.kinds.get(id) == Some(&kind)) {
            return Ok(Some(id));
        }
        let ways = codes(kind).iter().map(|code| (*code, record.value(code)));
        let ways = ways.chain([("", record.title.as_deref())]);
        for (field, value) in ways {
            let Some(value) = value else { continue };
            let found = self.named(kind, field, value);
            if let Some(first) = found.first() {
                // A title that other codes bear is another document's.
                if field.is_empty() && self.is_of_another_code(record, first) {
                    continue;
                }
                return match found.len() {
                    1 => Ok(Some(*first)),
                    _ => Err(Box::new(several(record, value))),
                };
            }
        }
        Ok(None)
    }

    /// Tells whether a document bears another value of the code that a line gives.
    fn is_of_another_code(&self, record: &Record, document: &DocumentId) -> bool {
        codes(record.kind.name).iter().any(|code| {
            record.value(code).is_some()
                && self.names.iter().any(|((kind, field, _), ids)| {
                    *kind == record.kind.name && field == code && ids.contains(document)
                })
        })
    }

    /// Finds a document of one of some kinds by what people call it: its id, its code, its title,
    /// or its code with words after it.
    pub(super) fn find(&self, kinds: &[&'static str], typed: &str) -> Option<DocumentId> {
        self.called(kinds, typed).or_else(|| self.begun(kinds, typed))
    }

    /// Finds a document by its id, its code or its title.
    fn called(&self, kinds: &[&'static str], typed: &str) -> Option<DocumentId> {
        if let Ok(id) = typed.trim().parse::<DocumentId>() {
            let fits = |kind: &&str| kinds.is_empty() || kinds.contains(kind);
            return self.kinds.get(&id).filter(|kind| fits(kind)).map(|_| id);
        }
        self.one(kinds, typed, true)
    }

    /// Finds a document by the code that a name begins with.
    fn begun(&self, kinds: &[&'static str], typed: &str) -> Option<DocumentId> {
        let first = typed.split_whitespace().next()?.trim_end_matches([':', ',', '.']);
        self.one(kinds, first, false)
    }

    fn one(&self, kinds: &[&'static str], name: &str, by_title: bool) -> Option<DocumentId> {
        let all: Vec<&'static str> = match kinds {
            [] => Catalogue::STANDARD.iter().map(|kind| kind.name).collect(),
            some => some.to_vec(),
        };
        let mut found = BTreeSet::new();
        for kind in all {
            for field in codes(kind) {
                found.extend(self.named(kind, field, name));
            }
            if by_title {
                found.extend(self.named(kind, "", name));
            }
        }
        if found.len() == 1 { found.first().copied() } else { None }
    }

    /// Makes a document of a kind with a title.
    pub(super) fn make(&mut self, kind: &'static str, title: &str) -> DocumentId {
        let id = (self.draw)();
        self.note(id, kind, "", title);
        self.titles.insert(id, title.to_owned());
        if let Some(kind) = Catalogue::STANDARD.find(kind) {
            self.made.push((id, kind, title.to_owned()));
        }
        id
    }

    /// Returns the documents of one kind.
    pub(super) fn of_kind(&self, kind: &str) -> Vec<DocumentId> {
        let of = self.kinds.iter().filter(|(_, known)| **known == kind);
        of.map(|(id, _)| *id).collect()
    }

    /// Notes what a document is called where it is shown.
    pub(super) fn title_as(&mut self, id: DocumentId, title: &str) {
        self.titles.entry(id).or_insert_with(|| title.to_owned());
    }

    /// Returns the organisation of that name, when one alone bears it.
    pub(super) fn member(&self, name: &str) -> Option<PartnerId> {
        self.members.get(&folded(name)).copied().flatten()
    }

    /// Returns the title of a document.
    pub(super) fn title(&self, id: &DocumentId) -> String {
        self.titles.get(id).cloned().unwrap_or_default()
    }

    pub(super) fn made_on_sight(&self) -> Vec<(DocumentId, &'static Kind, String)> {
        self.made.clone()
    }

    /// Returns the values of a field with ids for the names of organisations and documents.
    ///
    /// # Errors
    /// The name of a document that there is not.
    pub(super) fn resolved(
        &mut self,
        spec: &FieldSpec,
        values: &[String],
    ) -> Result<Vec<String>, String> {
        let mut resolved = Vec::with_capacity(values.len());
        for value in values {
            if spec.kind == FieldType::Partner {
                let member = self.member(value);
                resolved.push(member.map_or_else(|| value.clone(), |id| id.to_string()));
            } else if let FieldType::Document(kinds) = spec.kind {
                resolved.extend(self.documents(kinds, value).ok_or_else(|| value.clone())?);
            } else {
                resolved.push(value.clone());
            }
        }
        Ok(resolved)
    }

    /// Takes names of organisations apart, as people put several into a cell: at a stroke between
    /// blanks, and at other marks where every part is one that is known, for a comma may also
    /// belong to a name.
    pub(super) fn each_organisation(&self, spec: &FieldSpec, values: &[String]) -> Vec<String> {
        let known = |name: &str| self.is_organisation(name);
        let parts_of = |value: &str, parts: Vec<&str>, surely: bool| {
            let parts = parts.into_iter().map(str::trim).filter(|part| !part.is_empty());
            let parts: Vec<String> = parts.map(str::to_owned).collect();
            let apart = !known(value) && (surely || parts.iter().all(|part| known(part)));
            if apart { parts } else { vec![value.to_owned()] }
        };
        let parts = |value: &String| {
            let strokes = parts_of(value, value.split(" / ").collect(), true);
            let marks =
                |part: String| parts_of(&part, part.split([',', '/', '+', '&']).collect(), false);
            strokes.into_iter().flat_map(marks).collect::<Vec<_>>()
        };
        if spec.kind != FieldType::Partner {
            return values.to_vec();
        }
        values.iter().flat_map(parts).collect()
    }

    /// Returns the names of several organisations, where a field takes one.
    pub(super) fn names_several<'v>(
        &self,
        spec: &FieldSpec,
        values: &'v [String],
    ) -> Option<&'v str> {
        let one_only = !matches!(spec.merge, Merge::Set | Merge::List);
        let value = values.first().filter(|_| spec.kind == FieldType::Partner && one_only)?;
        let marked = value.contains(VALUES_SEPARATOR) || value.contains(" / ");
        (marked && !self.is_organisation(value)).then_some(value)
    }

    fn is_organisation(&self, name: &str) -> bool {
        self.member(name).is_some() || self.one(&["organisation"], name, true).is_some()
    }

    /// Finds the document of a name, or several with commas between their names; makes one where
    /// a name is enough for its kind.
    fn documents(&mut self, kinds: &'static [&'static str], name: &str) -> Option<Vec<String>> {
        if let Some(one) = self.called(kinds, name) {
            return Some(vec![one.to_string()]);
        }
        let parts = name.split([',', '/', '+']).map(str::trim).filter(|part| !part.is_empty());
        let several: Option<Vec<String>> =
            parts.map(|part| self.find(kinds, part).map(|id| id.to_string())).collect();
        if let Some(several) = several.filter(|several| !several.is_empty()) {
            return Some(several);
        }
        if let Some(one) = self.begun(kinds, name) {
            return Some(vec![one.to_string()]);
        }
        let kind = kinds.iter().find(|kind| MADE_ON_SIGHT.contains(kind))?;
        Some(vec![self.make(kind, name).to_string()])
    }

    /// Returns stored values as people read them.
    pub(super) fn shown(&self, spec: &FieldSpec, values: &[String]) -> Shown {
        let show = |language| {
            let one = |value: &String| {
                if let FieldType::Document(_) = spec.kind {
                    return value.parse().ok().map(|id| self.title(&id));
                }
                let partner = spec.kind == FieldType::Partner;
                self.member_names.get(value).filter(|_| partner).cloned()
            };
            let words = values.iter();
            let words = words.map(|v| one(v).unwrap_or_else(|| spec.kind.show(v, language)));
            words.collect::<Vec<_>>().join(" ; ")
        };
        Shown { fr: show(Language::French), en: show(Language::English) }
    }
}

fn several(record: &Record, name: &str) -> Problem {
    Problem::new(
        record.spot.clone(),
        "several-documents",
        format!("ligne laissée de côté : plusieurs documents s'appellent « {name} »."),
        format!("row left aside: several documents are called “{name}”."),
    )
}
