//! Everything a partner took along, read back: the file that `export --to json` writes.
//!
//! The file is a stranger's until it is checked: bounded in bytes, documents and texts, and every
//! value read by the type of its field before it is proposed. What does not fit is told and left
//! out; nothing is guessed. Documents get new ids, and what refers from one to another follows.

use client_core::document::{Edit, limits};
use client_core::kinds::{Catalogue, FieldSpec, FieldType, Kind, Merge, Table};
use protocol::id::{DocumentId, PartnerId};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

use crate::export::json::{KEY, REVISION, digest_of};

/// Largest file read.
pub const FILE_BYTES_MAX: usize = 256 << 20;
/// Documents of one file.
pub const DOCUMENTS_MAX: usize = 20_000;
/// Remarks kept; a file that earns more is not worth more.
const REMARKS_MAX: usize = 1_000;

/// Why a file is not read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotRead {
    /// Larger than [`FILE_BYTES_MAX`], or of more documents than [`DOCUMENTS_MAX`].
    TooLarge,
    /// Not JSON, or cut short.
    NotJson,
    /// JSON of something else.
    NotAnExport,
    /// Written by a later program.
    Newer(u64),
}

impl NotRead {
    /// Returns what is said of it, in French and in English.
    #[must_use]
    pub fn words(self) -> (String, String) {
        let both = |fr: &str, en: &str| (fr.to_owned(), en.to_owned());
        match self {
            Self::TooLarge => both("le fichier est trop grand", "the file is too large"),
            Self::NotJson => both(
                "le fichier n'est pas du JSON, ou il est coupé",
                "the file is not JSON, or it is cut short",
            ),
            Self::NotAnExport => both(
                "le fichier n'est pas un export complet de Liaison",
                "the file is not a full export of Liaison",
            ),
            Self::Newer(revision) => (
                format!("le fichier vient d'une version plus récente ({revision})"),
                format!("the file comes from a later version ({revision})"),
            ),
        }
    }
}

/// A file read.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The title of the space it comes from.
    pub title: String,
    /// The documents to make.
    pub drafts: Vec<Draft>,
    /// The names of the organisations that the documents hold by their ids.
    pub partners: BTreeMap<PartnerId, String>,
    /// What was left out or needs a person.
    pub remarks: Vec<Remark>,
}

/// A document to make: first all are created, then each takes its edits.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Its id in the file.
    pub document: DocumentId,
    /// Its kind.
    pub kind: &'static Kind,
    /// Its title.
    pub title: String,
    steps: Vec<Step>,
}

/// Something about one place of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The document, as the file names it.
    pub document: String,
    /// The field, the cell or the section; empty for the document itself.
    pub place: String,
    /// What it is.
    pub about: About,
}

/// What a remark is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Its digest is not the one of the manifest: it was changed after it was written.
    Changed,
    /// This program knows no such kind, field or column.
    Unknown,
    /// Not a value of its type; left out.
    Refused,
    /// Several values stood there; the first was taken, a person must settle it again.
    Unsettled,
    /// Longer than a document takes at once; left out.
    TooLong,
}

#[derive(Debug, Clone)]
enum Step {
    Set { field: &'static FieldSpec, value: String },
    Row { field: &'static str, cells: Vec<(&'static FieldSpec, String)> },
    Text { place: String, text: String },
    Section { title: String },
    Rename { section: String, title: String },
    Hide { section: &'static str },
}

/// What names are in the space that the documents are made in.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// The new id of each document of the file.
    pub documents: BTreeMap<DocumentId, DocumentId>,
    /// The names of organisations that have no id there: they stay in words.
    pub strangers: BTreeMap<PartnerId, String>,
}

impl Names {
    fn of(&self, kind: FieldType, value: &str) -> String {
        let known = match kind {
            FieldType::Document(_) => value
                .parse::<DocumentId>()
                .ok()
                .and_then(|id| self.documents.get(&id).map(ToString::to_string)),
            FieldType::Partner => {
                value.parse::<PartnerId>().ok().and_then(|id| self.strangers.get(&id).cloned())
            }
            FieldType::Text
            | FieldType::Prose
            | FieldType::Date
            | FieldType::DateTime
            | FieldType::Year
            | FieldType::Period
            | FieldType::Amount
            | FieldType::Integer
            | FieldType::Number
            | FieldType::Boolean
            | FieldType::Choice(_)
            | FieldType::Link
            | FieldType::Email
            | FieldType::Phone
            | FieldType::Siret
            | FieldType::Siren
            | FieldType::Finess
            | FieldType::Rows(_) => None,
        };
        known.unwrap_or_else(|| value.to_owned())
    }
}

impl Draft {
    /// Returns the edits that fill the document, with the names of the space it is made in.
    #[must_use]
    pub fn edits(&self, names: &Names) -> Vec<Edit> {
        let mut edits = Vec::new();
        for step in &self.steps {
            match step {
                Step::Set { field, value } => edits.push(Edit::Set {
                    field: field.name.to_owned(),
                    value: names.of(field.kind, value),
                }),
                Step::Row { field, cells } => {
                    let cell = |(column, value): &(&'static FieldSpec, String)| {
                        (column.name.to_owned(), names.of(column.kind, value))
                    };
                    let cells = cells.iter().map(cell).collect();
                    edits.push(Edit::AddRow { field: (*field).to_owned(), cells, after: None });
                }
                Step::Text { place, text } => edits.extend(texts(place, text)),
                Step::Section { title } => {
                    edits.push(Edit::AddSection { title: title.clone(), after: None });
                }
                Step::Rename { section, title } => edits
                    .push(Edit::RenameSection { section: section.clone(), title: title.clone() }),
                Step::Hide { section } => {
                    edits.push(Edit::DeleteSection { section: (*section).to_owned() });
                }
            }
        }
        edits
    }
}

/// Returns the edits that write a text, in pieces that one edit takes.
fn texts(place: &str, text: &str) -> Vec<Edit> {
    let chars: Vec<char> = text.chars().collect();
    let pieces = chars.chunks(limits::EDIT_CHARS_MAX).map(|piece| piece.iter().collect());
    let append = |text: String| Edit::AppendText { place: place.to_owned(), text };
    let mut edits: Vec<Edit> = pieces.map(append).collect();
    if let Some(first) = edits.first_mut()
        && let Edit::AppendText { place, text } = first.clone()
    {
        *first = Edit::WriteText { place, text };
    }
    edits
}

/// Reads a file.
///
/// # Errors
/// Says why it is not read at all; what is wrong inside is told by remarks.
pub fn read(bytes: &[u8]) -> Result<Taken, NotRead> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(NotRead::TooLarge);
    }
    let whole: Value = serde_json::from_slice(bytes).map_err(|_| NotRead::NotJson)?;
    match whole.get(KEY).and_then(Value::as_u64) {
        None => return Err(NotRead::NotAnExport),
        Some(revision) if revision > REVISION => return Err(NotRead::Newer(revision)),
        Some(_) => {}
    }
    let documents = whole.get("documents").and_then(Value::as_array);
    let documents = documents.ok_or(NotRead::NotAnExport)?;
    if documents.len() > DOCUMENTS_MAX {
        return Err(NotRead::TooLarge);
    }
    let title = text_of(&whole, "title");
    let mut reader = Reader::default();
    let mut drafts = Vec::new();
    for document in documents {
        reader.document = text_of(document, "document");
        let digest = whole.get("manifest").and_then(|all| all.get(&reader.document));
        if digest.and_then(Value::as_str) != Some(digest_of(document).as_str()) {
            reader.remark("", About::Changed);
        }
        drafts.extend(reader.draft(document));
    }
    let Reader { partners, remarks, .. } = reader;
    Ok(Taken { title, drafts, partners, remarks })
}

fn text_of(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[derive(Default)]
struct Reader {
    document: String,
    partners: BTreeMap<PartnerId, String>,
    remarks: Vec<Remark>,
}

impl Reader {
    fn remark(&mut self, place: &str, about: About) {
        if self.remarks.len() < REMARKS_MAX {
            let document = self.document.clone();
            self.remarks.push(Remark { document, place: place.to_owned(), about });
        }
    }

    fn draft(&mut self, value: &Value) -> Option<Draft> {
        let Ok(document) = self.document.parse::<DocumentId>() else {
            self.remark("document", About::Refused);
            return None;
        };
        let Some(kind) = Catalogue::STANDARD.find(&text_of(value, "kind")) else {
            self.remark("kind", About::Unknown);
            return None;
        };
        self.name_partners(value);
        let mut steps = Vec::new();
        let none = Map::new();
        let fields = value.get("fields").and_then(Value::as_object).unwrap_or(&none);
        for name in fields.keys().filter(|name| kind.field(name).is_none()) {
            self.remark(name, About::Unknown);
        }
        for spec in kind.fields {
            match (fields.get(spec.name), spec.kind) {
                (None | Some(Value::Null), _) => {}
                (Some(value), FieldType::Rows(table)) => self.rows(spec, table, value, &mut steps),
                (Some(value), _) => self.field(spec, value, &mut steps),
            }
        }
        self.sections(kind, value, &mut steps);
        Some(Draft { document, kind, title: text_of(value, "title"), steps })
    }

    fn name_partners(&mut self, value: &Value) {
        let Some(named) = value.get("partners").and_then(Value::as_object) else { return };
        for (id, name) in named {
            if let (Ok(id), Some(name)) = (id.parse(), name.as_str()) {
                self.partners.insert(id, name.to_owned());
            }
        }
    }

    fn field(&mut self, spec: &'static FieldSpec, value: &Value, steps: &mut Vec<Step>) {
        if matches!(spec.merge, Merge::Computed(_)) {
            return;
        }
        for value in self.values(spec, value, spec.name) {
            steps.push(match spec.merge {
                Merge::Text => Step::Text { place: spec.name.to_owned(), text: value },
                Merge::LastWriter
                | Merge::MultiValue
                | Merge::Set
                | Merge::List
                | Merge::Append
                | Merge::Computed(_) => Step::Set { field: spec, value },
            });
        }
    }

    /// Returns the values of a field or a cell that are of its type, and remarks on the others.
    fn values(&mut self, spec: &FieldSpec, value: &Value, place: &str) -> Vec<String> {
        let one = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Object(entry) => entry.get("value").and_then(Value::as_str).map(str::to_owned),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
        };
        let mut values: Vec<Option<String>> = match value {
            Value::Array(several) => several.iter().map(one).collect(),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Object(_) => vec![one(value)],
        };
        let is_one = matches!(spec.merge, Merge::LastWriter | Merge::MultiValue | Merge::Text);
        if is_one && values.len() > 1 {
            self.remark(place, About::Unsettled);
            values.truncate(1);
        }
        let mut read = Vec::new();
        for value in values {
            match value.map(|value| spec.kind.read(&value)) {
                Some(Ok(value)) => read.push(value),
                Some(Err(_)) | None => self.remark(place, About::Refused),
            }
        }
        read
    }

    fn rows(
        &mut self,
        spec: &'static FieldSpec,
        table: &'static Table,
        value: &Value,
        steps: &mut Vec<Step>,
    ) {
        let Some(rows) = value.as_array() else {
            return self.remark(spec.name, About::Refused);
        };
        if rows.len() > limits::ROWS_MAX {
            self.remark(spec.name, About::TooLong);
        }
        for (number, row) in (1..).zip(rows.iter().take(limits::ROWS_MAX)) {
            let Some(held) = row.get("cells").and_then(Value::as_object) else {
                self.remark(&format!("{}/{number}", spec.name), About::Refused);
                continue;
            };
            for name in held.keys().filter(|name| table.column(name).is_none()) {
                self.remark(&format!("{}/{number}/{name}", spec.name), About::Unknown);
            }
            let cells = self.cells(spec.name, number, table, held);
            let has_key = table.key.is_none_or(|key| cells.iter().any(|(c, _)| c.name == key));
            if cells.is_empty() || !has_key {
                self.remark(&format!("{}/{number}", spec.name), About::Refused);
                continue;
            }
            steps.push(Step::Row { field: spec.name, cells });
        }
    }

    fn cells(
        &mut self,
        field: &str,
        number: usize,
        table: &'static Table,
        held: &Map<String, Value>,
    ) -> Vec<(&'static FieldSpec, String)> {
        let mut cells = Vec::new();
        let mut chars = 0;
        for column in table.columns {
            let place = format!("{field}/{number}/{}", column.name);
            let is_computed = matches!(column.merge, Merge::Computed(_));
            let Some(value) = held.get(column.name).filter(|value| !value.is_null()) else {
                continue;
            };
            for value in self.values(column, value, &place).into_iter().filter(|_| !is_computed) {
                let length = value.chars().count();
                let is_full = cells.len() >= limits::ROW_CELLS_MAX;
                if is_full || chars + length > limits::ROW_CHARS_MAX {
                    self.remark(&place, About::TooLong);
                } else if length > 0 {
                    chars += length;
                    cells.push((column, value));
                }
            }
        }
        cells
    }

    fn sections(&mut self, kind: &'static Kind, value: &Value, steps: &mut Vec<Step>) {
        let none = Vec::new();
        let sections = value.get("sections").and_then(Value::as_array).unwrap_or(&none);
        for spec in kind.sections {
            let is = |section: &&Value| text_of(section, "id") == spec.id;
            match sections.iter().find(is) {
                None => steps.push(Step::Hide { section: spec.id }),
                Some(section) => {
                    let title = text_of(section, "title");
                    let own = title != spec.title.fr && title != spec.title.en;
                    if own && !title.is_empty() {
                        steps.push(Step::Rename { section: spec.id.to_owned(), title });
                    }
                    push_text(steps, spec.id, section);
                }
            }
        }
        let mut titles: Vec<String> = Vec::new();
        for section in sections.iter().filter(|s| kind.section(&text_of(s, "id")).is_none()) {
            // An added section is found by its title until it has an id: no two bear one.
            let wanted = text_of(section, "title");
            let mut title = wanted.clone();
            let mut number = 2;
            while titles.contains(&title) || is_of_template(kind, &title) {
                title = format!("{wanted} ({number})");
                number += 1;
            }
            steps.push(Step::Section { title: title.clone() });
            push_text(steps, &title, section);
            titles.push(title);
        }
    }
}

fn is_of_template(kind: &Kind, title: &str) -> bool {
    let bears = |text: &str| text.to_lowercase() == title.to_lowercase();
    kind.sections.iter().any(|spec| bears(spec.id) || bears(spec.title.fr) || bears(spec.title.en))
}

fn push_text(steps: &mut Vec<Step>, place: &str, section: &Value) {
    let text = text_of(section, "text");
    if !text.is_empty() {
        steps.push(Step::Text { place: place.to_owned(), text });
    }
}

#[cfg(test)]
mod tests;
