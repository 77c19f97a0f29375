//! Guards: what looks like a person cared for in a document that all partners read.
//!
//! A number of the social security, a date of birth, a named patient (`domain.md` §3.1). A guard
//! points at them and never stands in the way: the text is written as it was typed. It repeats
//! no number and no name, and it says nothing of kinds that are made to name somebody, whose
//! place is a closed circle.

use std::collections::BTreeMap;

use crate::document::{Author, Document, Edit, FieldValue, View};
use crate::kinds::{
    FieldSpec, FieldType, Kind, Language, Merge, Persons, Signing, Visibility, Wording, words,
};

mod look;
pub(crate) use look::folded;
#[cfg(test)]
mod tests;

pub use look::FINDINGS_MAX;
use look::Spot;

/// Warnings told at once; what holds more is looked at as a whole.
pub const WARNINGS_MAX: usize = 100;

/// What a piece of text looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// A number of the social security (NIR): its form, and its key where it has one.
    HealthNumber,
    /// A date after words that announce a birth.
    BirthDate,
    /// A title, or the word « patient », before a name.
    NamedPerson,
}

impl Likeness {
    /// Returns what scripts rely on.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::HealthNumber => "health-number",
            Self::BirthDate => "birth-date",
            Self::NamedPerson => "named-person",
        }
    }

    /// Returns what is shown.
    #[must_use]
    pub const fn label(self) -> Wording {
        match self {
            Self::HealthNumber => {
                words("un numéro de sécurité sociale", "a social security number")
            }
            Self::BirthDate => words("une date de naissance", "a date of birth"),
            Self::NamedPerson => words("une personne nommée", "a named person"),
        }
    }
}

/// Something that a field, a cell, a section or the title looks to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Where, for scripts: `title`, a field, `field/row/column` (`field/-/column` in a row that
    /// is being added), or a section.
    pub place: String,
    /// Where, on screens.
    pub label: Label,
    /// What it looks like.
    pub like: Likeness,
    /// Enough of it to find it, and too little to repeat it: `1 …`, `née le …`, `Mme D…`.
    pub masked: String,
}

/// The name of a place in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// In French.
    pub fr: String,
    /// In English.
    pub en: String,
}

impl Label {
    fn of(words: Wording) -> Self {
        Self { fr: words.fr.to_owned(), en: words.en.to_owned() }
    }

    fn own(title: &str) -> Self {
        Self { fr: title.to_owned(), en: title.to_owned() }
    }

    fn within(self, outer: Wording) -> Self {
        Self { fr: format!("{}, {}", outer.fr, self.fr), en: format!("{}, {}", outer.en, self.en) }
    }
}

impl Warning {
    /// Returns the sentence for the person who wrote it.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        let (like, masked) = (self.like.label().get(language), &self.masked);
        match language {
            Language::French => {
                format!("« {} » semble contenir {like} (« {masked} »)", self.label.fr)
            }
            Language::English => format!("“{}” seems to hold {like} (“{masked}”)", self.label.en),
        }
    }
}

/// A place of a document that is looked at.
struct Place {
    path: String,
    label: Label,
    /// Whether it is there to name people.
    names_people: bool,
}

impl Place {
    fn title(kind: &Kind) -> Self {
        let label = Label::of(words("Titre", "Title"));
        let subject = |field: &FieldSpec| field.persons == Persons::Subject;
        let names_people = kind.fields.iter().any(subject);
        Self { path: "title".to_owned(), label, names_people }
    }

    /// Returns a field; nothing for one whose values have a form of their own.
    fn field(spec: &FieldSpec) -> Option<Self> {
        let label = Label::of(spec.label);
        let names_people = spec.persons != Persons::None;
        is_free(spec).then(|| Self { path: spec.name.to_owned(), label, names_people })
    }

    /// Returns a cell of a row.
    fn cell(field: &FieldSpec, row: &str, column: &FieldSpec) -> Option<Self> {
        if field.signing == Signing::Record {
            // Written by programs.
            return None;
        }
        let Self { path, label, names_people } = Self::field(column)?;
        let names_people = names_people || field.persons != Persons::None;
        let path = format!("{}/{row}/{path}", field.name);
        Some(Self { path, label: label.within(field.label), names_people })
    }

    fn section(id: &str, title: Label) -> Self {
        Self { path: id.to_owned(), label: title, names_people: false }
    }

    /// Returns the place that an edit names: a field, a cell, else a section.
    fn named(kind: &Kind, name: &str) -> Option<Self> {
        if let Some(spec) = kind.field(name) {
            return Self::field(spec);
        }
        let mut parts = name.splitn(3, '/');
        let (field, row, column) = (parts.next()?, parts.next(), parts.next());
        if let (Some(field), Some(row), Some(column)) = (kind.field(field), row, column) {
            return Self::cell(field, row, field.kind.table()?.column(column)?);
        }
        let template = kind.section(name).map(|section| Label::of(section.title));
        Some(Self::section(name, template.unwrap_or_else(|| Label::own(name))))
    }

    fn look(&self, text: &str) -> Vec<Spot> {
        look::look(text, self.names_people)
    }

    fn warning(&self, spot: Spot) -> Warning {
        let Spot { like, masked, .. } = spot;
        Warning { place: self.path.clone(), label: self.label.clone(), like, masked }
    }

    fn warnings(&self, text: &str) -> impl Iterator<Item = Warning> {
        self.look(text).into_iter().map(|spot| self.warning(spot))
    }
}

/// Tells whether people write what they like in a field.
const fn is_free(spec: &FieldSpec) -> bool {
    matches!(spec.kind, FieldType::Text | FieldType::Prose | FieldType::Partner)
        && !matches!(spec.merge, Merge::Computed(_))
}

/// Tells whether documents of a kind are looked at: not those that are made to name somebody.
fn is_shared(kind: &Kind) -> bool {
    kind.care.visible != Visibility::Named
}

/// Returns what a whole document looks to hold, in its order.
#[must_use]
pub fn in_view(view: &View) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if !is_shared(view.kind) {
        return warnings;
    }
    warnings.extend(Place::title(view.kind).warnings(&view.title));
    for field in &view.fields {
        if warnings.len() >= WARNINGS_MAX {
            break;
        }
        if let FieldValue::Rows(rows) = &field.value {
            for (row, cell) in rows.iter().flat_map(|row| row.cells.iter().map(move |c| (row, c))) {
                let place = Place::cell(field.spec, &row.id, cell.spec);
                in_value(place, &cell.value, &mut warnings);
            }
        } else {
            in_value(Place::field(field.spec), &field.value, &mut warnings);
        }
    }
    for section in &view.sections {
        let title = |language| section.title(view.kind, language);
        let label = Label { fr: title(Language::French), en: title(Language::English) };
        warnings.extend(Place::section(&section.id, label).warnings(&section.text));
    }
    warnings.truncate(WARNINGS_MAX);
    warnings
}

fn in_value(place: Option<Place>, value: &FieldValue, warnings: &mut Vec<Warning>) {
    let Some(place) = place else { return };
    let mut look = |text: &str| warnings.extend(place.warnings(text));
    match value {
        FieldValue::Empty | FieldValue::Rows(_) => {}
        FieldValue::One(text) | FieldValue::Text(text) => look(text),
        FieldValue::Conflicting(texts) | FieldValue::Set(texts) => {
            texts.iter().for_each(|text| look(text));
        }
        FieldValue::List(items) => items.iter().for_each(|item| look(&item.value)),
        FieldValue::Entries(entries) => entries.iter().for_each(|entry| look(&entry.value)),
    }
}

/// Returns what an edit writes that looks so, by what it brings alone: of a piece of a text, that
/// piece.
#[must_use]
pub fn in_edit(kind: &Kind, edit: &Edit) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if !is_shared(kind) {
        return warnings;
    }
    let mut look = |place: Option<Place>, text: &str| {
        warnings.extend(place.iter().flat_map(|place| place.warnings(text)));
    };
    match edit {
        Edit::SetTitle(title) => look(Some(Place::title(kind)), title),
        Edit::Set { field, value } | Edit::Settle { field, value } => {
            look(Place::named(kind, field), value);
        }
        Edit::AddRow { field, cells, .. } => {
            let Some(spec) = kind.field(field) else { return warnings };
            let table = spec.kind.table();
            for (name, value) in cells {
                let column = table.and_then(|table| table.column(name));
                look(column.and_then(|column| Place::cell(spec, "-", column)), value);
            }
        }
        Edit::Splice { place, insert: text, .. }
        | Edit::AppendText { place, text }
        | Edit::WriteText { place, text }
        | Edit::WriteTextSince { place, text, .. } => look(Place::named(kind, place), text),
        Edit::Comment(remark) => {
            look(Place::named(kind, &remark.place), &remark.text);
            if let Some(proposed) = &remark.proposed {
                look(Place::named(kind, &remark.place), proposed);
            }
        }
        Edit::AddSection { title, .. } | Edit::RenameSection { title, .. } => {
            look(Some(Place::section(title, Label::own(title))), title);
        }
        Edit::Clear { .. }
        | Edit::Remove { .. }
        | Edit::MoveItem { .. }
        | Edit::RemoveRow { .. }
        | Edit::MoveSection { .. }
        | Edit::MarkComment { .. }
        | Edit::DeleteSection { .. }
        | Edit::RestoreSection { .. } => {}
    }
    warnings
}

/// The texts that edits are about to change, so that what stood in them before is not told again
/// and what a piece completes is told.
pub(crate) struct Watch {
    /// What stood in each text, by the name that the edits give it.
    before: BTreeMap<String, Vec<String>>,
}

impl Watch {
    /// Notes what stands in the texts that these edits change.
    pub(crate) fn begin(document: &Document, author: &Author, edits: &[Edit]) -> Self {
        let mut before = BTreeMap::new();
        for name in edits.iter().filter_map(text_name) {
            if !before.contains_key(name) {
                before.insert(name.to_owned(), held(document, author, name));
            }
        }
        Self { before }
    }

    /// Returns what these edits, once made, brought.
    pub(crate) fn end(
        mut self,
        document: &Document,
        author: &Author,
        edits: &[Edit],
    ) -> Vec<Warning> {
        let mut warnings = Vec::new();
        let Some(kind) = document.kind().filter(|kind| is_shared(kind)) else {
            return warnings;
        };
        for edit in edits {
            if warnings.len() >= WARNINGS_MAX {
                break;
            }
            let Some(name) = text_name(edit) else {
                warnings.extend(in_edit(kind, edit));
                continue;
            };
            // Each text is looked at once, however many edits changed it.
            let Some(mut before) = self.before.remove(name) else { continue };
            let Some(place) = Place::named(kind, name) else { continue };
            let Some(text) = document.text_of(author, name) else { continue };
            for spot in place.look(&text) {
                let stood = before.iter().position(|one| *one == text[spot.range.clone()]);
                match stood {
                    Some(at) => drop(before.swap_remove(at)),
                    None => warnings.push(place.warning(spot)),
                }
            }
        }
        warnings.truncate(WARNINGS_MAX);
        warnings
    }
}

/// Returns the pieces of a text that look like something.
fn held(document: &Document, author: &Author, name: &str) -> Vec<String> {
    let place = document.kind().filter(|kind| is_shared(kind)).and_then(|k| Place::named(k, name));
    let Some((place, text)) = place.zip(document.text_of(author, name)) else {
        return Vec::new();
    };
    place.look(&text).into_iter().map(|spot| text[spot.range].to_owned()).collect()
}

/// Returns the name of the text that an edit changes a piece of, or the whole.
fn text_name(edit: &Edit) -> Option<&str> {
    match edit {
        Edit::Splice { place, .. }
        | Edit::AppendText { place, .. }
        | Edit::WriteText { place, .. }
        | Edit::WriteTextSince { place, .. } => Some(place),
        Edit::SetTitle(_)
        | Edit::Set { .. }
        | Edit::Clear { .. }
        | Edit::Settle { .. }
        | Edit::Remove { .. }
        | Edit::MoveItem { .. }
        | Edit::AddRow { .. }
        | Edit::RemoveRow { .. }
        | Edit::AddSection { .. }
        | Edit::RenameSection { .. }
        | Edit::MoveSection { .. }
        | Edit::Comment(_)
        | Edit::MarkComment { .. }
        | Edit::DeleteSection { .. }
        | Edit::RestoreSection { .. } => None,
    }
}
