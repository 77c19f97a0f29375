//! The difference between a file and the documents of a space, as edits.
//!
//! A line meets its document by the id in the file, then by its code, then by its title. What is
//! empty in the file says nothing. What the file says against an open conflict, or against what
//! was changed in Liaison since the file was written, is told and not proposed.

use std::collections::{BTreeMap, BTreeSet};

use client_core::document::{Edit, View};
use client_core::guard::{self, Warning};
use client_core::kinds::{Kind, Language, Wording};
use protocol::id::{DocumentId, PartnerId, SpaceId};

use super::Reading;
use super::problem::{Problem, Spot};
use super::record::Record;

mod compare; // one cell against what stands
mod known; // documents by their names
mod units; // numbers with a unit, against the unit of their indicator
mod rows; // lines that are rows of a document
mod whole; // documents that come whole

use known::Known;

/// Cautions made of one file: a register of persons is not told line by line.
const CAUTIONS_MAX: usize = 1_000;

/// What a space holds, for a file to be compared with.
#[derive(Debug)]
pub struct Holdings {
    /// The space.
    pub space: SpaceId,
    /// The organisations of the space, by name.
    pub members: Vec<(PartnerId, String)>,
    /// Its documents.
    pub documents: Vec<(DocumentId, View)>,
    /// Those that the file was written from, as they were then: by document and version. A
    /// version that is not known here is left out.
    pub past: BTreeMap<(DocumentId, String), View>,
}

/// What a file would change.
#[derive(Debug, Default)]
pub struct Proposal {
    /// The documents to make or to change, in the order of the file.
    pub documents: Vec<Touched>,
    /// How many lines of the file say what stands already.
    pub unchanged: usize,
    /// What could not be taken, and where.
    pub problems: Vec<Problem>,
    /// What is taken and looks like a person cared for, and where: it is written all the same,
    /// and its place is no document that all partners read.
    pub cautions: Vec<Caution>,
}

/// Something that a cell would write into a shared document and should perhaps not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caution {
    /// Where in the file.
    pub spot: Spot,
    /// The document.
    pub document: DocumentId,
    /// What it looks like.
    pub warning: Warning,
}

/// One document to make or to change.
#[derive(Debug)]
pub struct Touched {
    /// Its id; of a new one freshly drawn.
    pub document: DocumentId,
    /// Its kind.
    pub kind: &'static Kind,
    /// Its title; of a new one the one it is made with.
    pub title: String,
    /// Whether it is to be made.
    pub new: bool,
    /// What changes in it.
    pub steps: Vec<Step>,
}

impl Touched {
    /// Returns the edits, in order.
    #[must_use]
    pub fn edits(&self) -> Vec<Edit> {
        self.steps.iter().flat_map(|step| step.edits.iter().cloned()).collect()
    }
}

/// One thing that changes in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Whether a row is added.
    pub row: bool,
    /// The path of the field, for scripts; `title` for the title.
    pub place: String,
    /// Its name on screens.
    pub label: Wording,
    /// What stands there, as it is shown; empty for nothing.
    pub old: Shown,
    /// What the file says.
    pub new: Shown,
    /// How it is done.
    pub edits: Vec<Edit>,
}

/// A value as it is shown in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown {
    /// In French.
    pub fr: String,
    /// In English.
    pub en: String,
}

impl Shown {
    /// Returns the words of one language.
    #[must_use]
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::French => &self.fr,
            Language::English => &self.en,
        }
    }

    fn same(text: &str) -> Self {
        Self { fr: text.to_owned(), en: text.to_owned() }
    }
}

/// What is being worked out.
struct Work<'a> {
    known: Known<'a>,
    past: &'a BTreeMap<(DocumentId, String), View>,
    touched: Vec<Touched>,
    by_id: BTreeMap<DocumentId, usize>,
    views: BTreeMap<DocumentId, &'a View>,
    unchanged: usize,
    problems: Vec<Problem>,
    cautions: Vec<Caution>,
    /// The units of indicators that the file gives.
    units: BTreeMap<DocumentId, String>,
}

/// Compares a file with a space; `draw` gives ids for new documents.
#[must_use]
pub fn propose(
    reading: &Reading,
    holdings: &Holdings,
    draw: &mut dyn FnMut() -> DocumentId,
) -> Proposal {
    if let Some(taken) = &reading.whole {
        return whole::propose(taken, &reading.problems, holdings, draw);
    }
    let views = holdings.documents.iter().map(|(id, view)| (*id, view)).collect();
    let mut work = Work {
        known: Known::new(holdings, draw),
        past: &holdings.past,
        touched: Vec::new(),
        by_id: BTreeMap::new(),
        views,
        unchanged: 0,
        problems: reading.problems.clone(),
        cautions: Vec::new(),
        units: BTreeMap::new(),
    };
    // Every document has its id before any is compared: they name each other.
    let whole = reading.records.iter().filter(|record| record.rows.is_none());
    let mut met = BTreeSet::new();
    let mut placed = Vec::new();
    for record in whole {
        if let Some((id, new)) = work.place(record) {
            work.note_unit(record, id);
            if met.insert(id) {
                placed.push((record, id, new));
            } else {
                work.problems.push(twice(record));
            }
        }
    }
    for (record, id, new) in placed {
        work.document(record, id, new);
    }
    rows::compare(&mut work, reading);
    let mut documents = std::mem::take(&mut work.touched);
    for (id, kind, title) in work.known.made_on_sight() {
        documents.push(Touched { document: id, kind, title, new: true, steps: Vec::new() });
    }
    documents.retain(|touched| touched.new || !touched.steps.is_empty());
    // What others refer to comes first, so that a reference is never to nothing.
    documents.sort_by_key(|touched| !(touched.new && touched.steps.is_empty()));
    let Work { unchanged, problems, cautions, .. } = work;
    Proposal { documents, unchanged, problems, cautions }
}

impl<'a> Work<'a> {
    /// Finds the document of a line, or gives it the id of a new one.
    fn place(&mut self, record: &Record) -> Option<(DocumentId, bool)> {
        match self.known.of_record(record) {
            Ok(Some(id)) => Some((id, !self.views.contains_key(&id))),
            Ok(None) => {
                let Some(title) = title_of(record) else {
                    self.problems.push(nameless(record));
                    return None;
                };
                Some((self.known.add(record, &title), true))
            }
            Err(problem) => {
                self.problems.push(*problem);
                None
            }
        }
    }

    /// Returns the document as it was when the file was written: itself when it is unchanged.
    ///
    /// # Errors
    /// When the file was written from a version that is not known here.
    fn base(&self, record: &Record, id: DocumentId) -> Result<Option<&'a View>, Box<Problem>> {
        let (Some(version), Some(view)) = (&record.version, self.views.get(&id)) else {
            return Ok(None);
        };
        if record.id != Some(id) {
            return Ok(None);
        }
        if view.heads.to_string() == *version {
            return Ok(Some(view));
        }
        let past = self.past.get(&(id, version.clone()));
        past.map(Some).ok_or_else(|| {
            Box::new(Problem::new(
                record.spot.clone(),
                "version-unknown",
                "ligne laissée de côté : elle vient d'une version du document qui n'est pas \
                 arrivée ici ; « liaison sync » d'abord."
                    .to_owned(),
                "row left aside: it comes from a version of the document that has not arrived \
                 here; “liaison sync” first."
                    .to_owned(),
            ))
        })
    }

    /// Compares a line that is a whole document.
    fn document(&mut self, record: &Record, id: DocumentId, new: bool) {
        let base = match self.base(record, id) {
            Ok(base) => base,
            Err(problem) => return self.problems.push(*problem),
        };
        let view = self.views.get(&id).copied();
        let before = self.problems.len();
        let mut steps = Vec::new();
        if let (Some(view), Some(title)) = (view, &record.title) {
            steps.extend(compare::title(record, view, base, title, &mut self.problems));
            self.caution(record.kind, id, &record.spot, &steps);
        }
        for cell in &record.cells {
            if !self.unit_fits(record.kind, cell, id) {
                continue;
            }
            let stands = compare::Stands { record, cell, view, base };
            let step = compare::cell(&stands, &mut self.known, &mut self.problems);
            self.caution(record.kind, id, &cell.spot, step.as_slice());
            steps.extend(step);
        }
        if steps.is_empty() && !new {
            self.unchanged += usize::from(self.problems.len() == before);
            return;
        }
        let title = match (view, title_of(record)) {
            (Some(view), _) => view.title.clone(),
            (None, title) => title.unwrap_or_default(),
        };
        if new {
            let edit = Edit::SetTitle(title.clone());
            self.caution_edit(record.kind, id, &record.spot, &edit);
        }
        self.touch(id, record.kind, title, new).steps.extend(steps);
    }

    /// Notes what a cell is about to write that looks like a person cared for.
    fn caution(&mut self, kind: &'static Kind, id: DocumentId, spot: &Spot, steps: &[Step]) {
        for edit in steps.iter().flat_map(|step| &step.edits) {
            self.caution_edit(kind, id, spot, edit);
        }
    }

    fn caution_edit(&mut self, kind: &'static Kind, id: DocumentId, spot: &Spot, edit: &Edit) {
        let room = CAUTIONS_MAX.saturating_sub(self.cautions.len());
        let warnings = guard::in_edit(kind, edit).into_iter().take(room);
        let caution = |warning| Caution { spot: spot.clone(), document: id, warning };
        self.cautions.extend(warnings.map(caution));
    }

    /// Returns what is gathered for a document.
    fn touch(
        &mut self,
        document: DocumentId,
        kind: &'static Kind,
        title: String,
        new: bool,
    ) -> &mut Touched {
        let at = *self.by_id.entry(document).or_insert_with(|| {
            self.touched.push(Touched { document, kind, title, new, steps: Vec::new() });
            self.touched.len() - 1
        });
        &mut self.touched[at]
    }
}

/// Returns the title a new document is made with: its own, else the code people know it by.
fn title_of(record: &Record) -> Option<String> {
    let codes = crate::tracker::codes(record.kind.name).iter().rev();
    let code = || codes.filter_map(|code| record.value(code)).next().map(str::to_owned);
    record.title.clone().or_else(code)
}

fn nameless(record: &Record) -> Problem {
    Problem::new(
        record.spot.clone(),
        "no-name",
        "ligne laissée de côté : ni titre, ni numéro ou code.".to_owned(),
        "row left aside: neither a title, nor a number or a code.".to_owned(),
    )
}

fn twice(record: &Record) -> Problem {
    Problem::new(
        record.spot.clone(),
        "row-twice",
        "ligne laissée de côté : une ligne plus haut parle déjà du même document.".to_owned(),
        "row left aside: a row above is about the same document already.".to_owned(),
    )
}
