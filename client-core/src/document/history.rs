//! Who changed what and when, the names of versions, and who wrote each word.
//!
//! Everything here follows from the index; nothing is decoded again. Times are those that
//! writers claim: the caller shows the time of the journal beside them.

use std::collections::{BTreeMap, BTreeSet};

use automerge::{ObjType, ROOT, ReadDoc, ScalarValueRef, ValueRef};
use protocol::env::Timestamp;

use super::author::{Actor, ChangeId, Version};
use super::index::{Entry, Index};
use super::layout;
use super::lens::Lens;
use super::place::{Place, Sought, Touched};
use super::view::{self, Origin, Origins};
use super::{Document, limits};
use crate::admission::{guarded, parse_own};
use crate::kinds::{Kind, Language};

mod detail;

pub use detail::Detail;

/// Hexadecimal digits that the name of a version has at least.
const PREFIX_DIGITS_MIN: usize = 6;
/// Parts that a summary names before it counts the others.
const SUMMARY_PARTS_MAX: usize = 3;

/// One change in the history of a document.
#[derive(Debug, Clone)]
pub struct HistoryEntry {
    /// Its name; the document as this change left it is the version of that name.
    pub id: ChangeId,
    /// Its writer.
    pub actor: Actor,
    /// Its number among the changes of its writer, from one.
    pub seq: u64,
    /// When, as the writer claims.
    pub time: Timestamp,
    /// The changes it builds upon.
    pub deps: Vec<ChangeId>,
    /// What it touched; nothing for the change that makes the document.
    pub touched: Vec<TouchedPlace>,
    kind: Option<&'static Kind>,
}

/// One part that a change touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TouchedPlace {
    /// The part.
    pub place: Place,
    /// The present title of a section that has one of its own, or what a row is known by.
    pub own_title: Option<String>,
    /// How much was done to it.
    pub touched: Touched,
}

impl TouchedPlace {
    /// Returns the part and the figures in a few words: `Objet +12 −3`.
    #[must_use]
    pub fn words(&self, kind: &Kind, language: Language) -> String {
        let name = self.place.name(kind, language, self.own_title.as_deref());
        let figures = self.touched.figures();
        if figures.is_empty() { name } else { format!("{name} {figures}") }
    }
}

impl HistoryEntry {
    /// Tells whether this is the change that makes the document.
    #[must_use]
    pub fn is_genesis(&self) -> bool {
        self.deps.is_empty()
    }

    /// Returns the change in a few words: `Objet +12 −3, Montant annuel (€)`.
    #[must_use]
    pub fn summary(&self, language: Language) -> String {
        let words = |fr: &str, en: &str| match language {
            Language::French => fr.to_owned(),
            Language::English => en.to_owned(),
        };
        if self.is_genesis() {
            return words("Création", "Creation");
        }
        let Some(kind) = self.kind.filter(|_| !self.touched.is_empty()) else {
            return words("Modification", "Change");
        };
        let named = self.touched.iter().take(SUMMARY_PARTS_MAX);
        let named: Vec<String> = named.map(|touched| touched.words(kind, language)).collect();
        let others = self.touched.len().saturating_sub(SUMMARY_PARTS_MAX);
        if others == 0 {
            return named.join(", ");
        }
        format!("{} {} {others}", named.join(", "), words("et d'autres :", "and others:"))
    }
}

/// Why a name is no version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionRefusal {
    /// Not hexadecimal digits, or fewer than six.
    NotAName,
    /// No change of this document bears a name that begins so.
    Unknown,
    /// Several do.
    Ambiguous,
}

/// A stretch of text and who wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlameRun {
    /// The text.
    pub text: String,
    /// Its writer.
    pub actor: Actor,
    /// The change that brought it.
    pub change: ChangeId,
    /// When, as the writer claims.
    pub at: Timestamp,
}

/// How large a document has grown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Changes.
    pub changes: usize,
    /// Operations, deletions included.
    pub operations: u64,
}

impl Size {
    /// Tells whether a new generation of the document should be offered (`sync.md` C10).
    #[must_use]
    pub fn calls_for_new_generation(&self) -> bool {
        self.changes > limits::DOCUMENT_CHANGES_ADVISED
            || self.operations > limits::DOCUMENT_OPS_ADVISED
    }
}

impl Document {
    /// Returns the changes, the earliest first, in the same order on every replica.
    #[must_use]
    pub fn history(&self) -> Vec<HistoryEntry> {
        let mut entries: Vec<&Entry> = self.index.entries().iter().collect();
        // A change starts above the counters it builds upon, so this order is causal.
        let age = |entry: &Entry| (entry.start_op, self.index.actor(entry.actor), entry.seq);
        entries.sort_by_key(|entry| age(entry));
        let mut names = self.names();
        let entries = entries.into_iter();
        entries.map(|entry| history_entry(&self.index, entry, &mut names)).collect()
    }

    /// Returns one change of the history.
    #[must_use]
    pub fn change(&self, id: &ChangeId) -> Option<HistoryEntry> {
        let entry = self.index.entry(id)?;
        Some(history_entry(&self.index, entry, &mut self.names()))
    }

    /// Returns who wrote what this document holds and a version of it did not; without a
    /// version, who had the last word.
    #[must_use]
    pub fn writers_since(&self, seen: Option<&Version>) -> BTreeSet<Actor> {
        let mut waiting: Vec<ChangeId> = self.heads().changes().to_vec();
        let known: BTreeSet<ChangeId> = seen.map_or_else(BTreeSet::new, |seen| {
            // What comes before the version is known too.
            let mut known = BTreeSet::new();
            let mut older = seen.changes().to_vec();
            while let Some(id) = older.pop() {
                if let Some(entry) = self.index.entry(&id).filter(|_| known.insert(id)) {
                    older.extend(entry.deps.iter().map(|dep| self.index.change(*dep).id));
                }
            }
            known
        });
        let mut writers = BTreeSet::new();
        let mut met = BTreeSet::new();
        while let Some(id) = waiting.pop() {
            let Some(entry) = self.index.entry(&id) else {
                continue;
            };
            if known.contains(&id) || !met.insert(id) {
                continue;
            }
            writers.insert(self.index.actor(entry.actor));
            if seen.is_some() {
                waiting.extend(entry.deps.iter().map(|dep| self.index.change(*dep).id));
            }
        }
        writers
    }

    /// Says what raw changes do, whether or not they are part of the document: for the review
    /// of quarantined work. What is no change is left out, and so are values; nothing is
    /// admitted.
    #[must_use]
    pub fn tell(&self, raw: &[Vec<u8>]) -> Vec<HistoryEntry> {
        let mut index = self.index.clone();
        let mut names = self.names();
        let mut told = Vec::new();
        for bytes in raw {
            let Some(change) = parse_own(bytes) else {
                continue;
            };
            let id = ChangeId::from(change.hash());
            if !index.contains(&id) {
                let Some(expanded) = guarded(|| change.decode()) else {
                    continue;
                };
                index.push(self.kind, id, &expanded);
            }
            let entry = index.entry(&id);
            told.extend(entry.map(|entry| history_entry(&index, entry, &mut names)));
        }
        told
    }

    fn names(&self) -> Names<'_> {
        let lens = Lens::now(&self.engine);
        let sections = view::sections(lens).into_iter();
        Names {
            lens,
            kind: self.kind,
            titles: sections.filter_map(|s| Some((s.id, s.own_title?))).collect(),
            rows: BTreeMap::new(),
        }
    }

    /// Returns how large the document has grown.
    #[must_use]
    pub fn size(&self) -> Size {
        Size { changes: self.index.entries().len(), operations: self.index.ops() }
    }

    /// Finds a version by its name: the beginning of the name of a change, or several of them
    /// joined by `+`.
    ///
    /// # Errors
    /// Says why the name is none.
    pub fn resolve(&self, name: &str) -> Result<Version, VersionRefusal> {
        let changes: Result<Vec<ChangeId>, VersionRefusal> =
            name.split('+').map(|prefix| self.resolve_change(prefix)).collect();
        changes.map(Version::new)
    }

    fn resolve_change(&self, prefix: &str) -> Result<ChangeId, VersionRefusal> {
        let prefix = prefix.trim().to_ascii_lowercase();
        let digits = prefix.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !digits || !(PREFIX_DIGITS_MIN..=64).contains(&prefix.len()) {
            return Err(VersionRefusal::NotAName);
        }
        let mut found = self.index.ids().filter(|id| id.to_string().starts_with(&prefix));
        match (found.next(), found.next()) {
            (Some(id), None) => Ok(*id),
            (None, _) => Err(VersionRefusal::Unknown),
            (Some(_), Some(_)) => Err(VersionRefusal::Ambiguous),
        }
    }

    /// Returns who wrote each stretch of a section, or of a field or a cell of rule T.
    ///
    /// Cost: one step for each character.
    #[must_use]
    pub fn blame(&self, place: &str) -> Option<Vec<BlameRun>> {
        let lens = Lens::now(&self.engine);
        let section = view::sections(lens).into_iter().find(|section| section.id == place);
        let text = match section {
            Some(section) => section.text,
            None => {
                let fields = lens.object(&ROOT, layout::FIELDS_KEY, ObjType::Map)?;
                lens.object(&fields, place, ObjType::Text)?
            }
        };
        let mut runs: Vec<BlameRun> = Vec::new();
        for element in self.engine.list_range(&text, ..) {
            let Some(Origin { actor, change, at }) = self.origin(&element.id()) else {
                continue;
            };
            let written = match &element.value {
                ValueRef::Scalar(ScalarValueRef::Str(text)) => text.as_ref(),
                ValueRef::Scalar(_) | ValueRef::Object(_) => "\u{fffc}",
            };
            match runs.last_mut() {
                Some(run) if run.change == change => run.text.push_str(written),
                Some(_) | None => {
                    runs.push(BlameRun { text: written.to_owned(), actor, change, at });
                }
            }
        }
        Some(runs)
    }
}

/// What sections and rows are known by at present.
struct Names<'a> {
    lens: Lens<'a>,
    kind: Option<&'static Kind>,
    titles: BTreeMap<String, String>,
    /// By field and row, as they are asked for.
    rows: BTreeMap<(String, String), Option<String>>,
}

impl Names<'_> {
    fn own_title(&mut self, place: &Place) -> Option<String> {
        match place {
            Place::Section(id) => self.titles.get(id).cloned(),
            Place::Row { field, row } | Place::Cell { field, row, .. } => {
                let (lens, kind) = (self.lens, self.kind);
                let known = self.rows.entry((field.clone(), row.clone()));
                known.or_insert_with(|| view::row_name(lens, kind?, field, row)).clone()
            }
            Place::Title | Place::Field(_) | Place::Comments | Place::Elsewhere => None,
        }
    }
}

fn history_entry(index: &Index, entry: &Entry, names: &mut Names<'_>) -> HistoryEntry {
    let genesis = entry.deps.is_empty();
    let mut touched: Vec<TouchedPlace> = Vec::new();
    let mut rows: BTreeMap<Sought, usize> = BTreeMap::new();
    for (place, counts) in index.touched(entry).filter(|_| !genesis) {
        let fresh = touched.len();
        let whole = place.row().map(|_| place.whole());
        let at = whole.as_ref().map(|row| *rows.entry(Sought(row.clone())).or_insert(fresh));
        // Several cells of one row are told as that row.
        if let (Some(row), Some(known)) = (whole, at.and_then(|at| touched.get_mut(at))) {
            known.place = row;
            known.touched.add(counts);
            continue;
        }
        let own_title = names.own_title(place);
        touched.push(TouchedPlace { place: place.clone(), own_title, touched: counts });
    }
    HistoryEntry {
        id: entry.id,
        actor: index.actor(entry.actor),
        seq: entry.seq,
        time: entry.time,
        deps: entry.deps.iter().map(|dep| index.change(*dep).id).collect(),
        touched,
        kind: names.kind,
    }
}
