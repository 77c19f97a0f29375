//! A document of a file, not yet written anywhere, and the edits that write it.
//!
//! The kind tables say what each value becomes; nothing here knows a kind by its name. A reference
//! to another document is a key in the file and an id in the edits.

use std::fmt;

use crate::export::json::{KEY, REVISION};
use client_core::document::Edit;
use client_core::kinds::{Catalogue, FieldSpec, FieldType, Kind, Merge};
use protocol::id::{DocumentId, PartnerId};
use serde_json::{Map, Value};

/// One document of the territory.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The name by which other documents refer to it, such as `FA-07`.
    pub key: String,
    /// Its kind.
    pub kind: &'static Kind,
    /// Its title.
    pub title: String,
    pub(super) fields: Vec<(&'static FieldSpec, Value)>,
    pub(super) sections: Vec<(String, String)>,
}

/// What stands in a space for the names that the files use.
pub trait Names {
    /// Returns the id of the document of that key; `None` for one that is not written there.
    fn document(&self, key: &str) -> Option<DocumentId>;

    /// Returns the organisation of that name, if the register of the space has it.
    fn partner(&self, name: &str) -> Option<PartnerId>;
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The key of the document; empty for the file itself.
    pub document: String,
    /// What is wrong, for whoever writes the file.
    pub reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.document, self.reason)
    }
}

impl Draft {
    /// Returns the edits that write the whole document, one for each value, row and text.
    ///
    /// A reference to a document that `names` does not know is left out; an organisation that it
    /// does not know stays a name.
    #[must_use]
    pub fn edits(&self, names: &impl Names) -> Vec<Edit> {
        let mut edits = Vec::new();
        for (spec, value) in &self.fields {
            let field = || spec.name.to_owned();
            if spec.kind.table().is_some() {
                let rows = rows(value).map(|cells| row_cells(spec, cells, names));
                let add = |cells| Edit::AddRow { field: field(), cells, after: None };
                edits.extend(rows.map(add));
            } else if spec.merge == Merge::Text {
                let text = texts(value).concat();
                edits.push(Edit::WriteText { place: field(), text });
            } else {
                let values = texts(value).into_iter().filter_map(|text| stored(spec, text, names));
                edits.extend(values.map(|value| Edit::Set { field: field(), value }));
            }
        }
        let sections = self.sections.iter();
        edits.extend(
            sections.map(|(id, text)| Edit::WriteText { place: id.clone(), text: text.clone() }),
        );
        edits
    }
}

/// Reads one file.
pub(super) fn read(file: &str) -> Result<Vec<Draft>, Fault> {
    let fault = |reason: &str| Fault { document: String::new(), reason: reason.to_owned() };
    let whole: Value = serde_json::from_str(file).map_err(|error| fault(&error.to_string()))?;
    if whole.get(KEY).and_then(Value::as_u64) != Some(REVISION) {
        return Err(fault("not an export of this revision"));
    }
    let documents = whole.get("documents").and_then(Value::as_array);
    documents.ok_or_else(|| fault("no documents"))?.iter().map(draft).collect()
}

fn draft(document: &Value) -> Result<Draft, Fault> {
    let text = |name: &str| document.get(name).and_then(Value::as_str).unwrap_or_default();
    let key = text("document").to_owned();
    let fault = |reason: String| Fault { document: key.clone(), reason };
    let kind = Catalogue::STANDARD.find(text("kind"));
    let kind = kind.ok_or_else(|| fault(format!("no kind {:?}", text("kind"))))?;
    let no_fields = Map::new();
    let given = document.get("fields").and_then(Value::as_object).unwrap_or(&no_fields);
    for (name, value) in given {
        let spec = kind.field(name).ok_or_else(|| fault(format!("no field {name}")))?;
        formed(spec, value).map_err(|reason| fault(format!("{name}: {reason}")))?;
    }
    let fields = kind.fields.iter();
    let fields = fields.filter_map(|spec| Some((spec, given.get(spec.name)?.clone())));
    let mut sections = Vec::new();
    for section in document.get("sections").and_then(Value::as_array).into_iter().flatten() {
        let part = |name: &str| section.get(name).and_then(Value::as_str).unwrap_or_default();
        let (id, text) = (part("id").to_owned(), part("text").to_owned());
        if kind.section(&id).is_none() || text.is_empty() {
            return Err(fault(format!("no section {id}, or no text in it")));
        }
        sections.push((id, text));
    }
    let fields = fields.collect();
    Ok(Draft { key: key.clone(), kind, title: text("title").to_owned(), fields, sections })
}

/// Tells what is wrong with the shape of a value, if anything is.
fn formed(spec: &FieldSpec, value: &Value) -> Result<(), String> {
    if matches!(spec.merge, Merge::Computed(_)) {
        return Err("a computed field".to_owned());
    }
    let Some(table) = spec.kind.table() else {
        let count = texts(value).len();
        let one = matches!(spec.merge, Merge::LastWriter | Merge::MultiValue | Merge::Text);
        let told = if one { value.is_string() } else { count > 0 && count == length(value) };
        return if told { Ok(()) } else { Err("not a value of its rule".to_owned()) };
    };
    if rows(value).count() != length(value) || length(value) == 0 {
        return Err("rows without cells".to_owned());
    }
    for (name, cell) in rows(value).flatten() {
        let column = table.column(name).ok_or_else(|| format!("no column {name}"))?;
        formed(column, cell).map_err(|reason| format!("{name}: {reason}"))?;
    }
    Ok(())
}

fn length(value: &Value) -> usize {
    value.as_array().map_or(0, Vec::len)
}

/// Returns the texts of a value: one, those of a set, or those of items and entries.
pub(super) fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(one) => vec![one],
        Value::Array(several) => several
            .iter()
            .filter_map(|item| item.as_str().or_else(|| item["value"].as_str()))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    }
}

/// Returns the cells of each row.
pub(super) fn rows(value: &Value) -> impl Iterator<Item = &Map<String, Value>> {
    let rows = value.as_array().into_iter().flatten();
    rows.filter_map(|row| row.get("cells").and_then(Value::as_object))
}

fn row_cells(
    spec: &FieldSpec,
    cells: &Map<String, Value>,
    names: &impl Names,
) -> Vec<(String, String)> {
    let columns = spec.kind.table().map_or(&[][..], |table| table.columns);
    let given = columns.iter().filter_map(|column| Some((column, cells.get(column.name)?)));
    given
        .flat_map(|(column, cell)| texts(cell).into_iter().map(move |text| (column, text)))
        .filter_map(|(column, text)| Some((column.name.to_owned(), stored(column, text, names)?)))
        .collect()
}

/// Returns what is written for a value: the id of what it names, or the value itself.
fn stored(spec: &FieldSpec, text: &str, names: &impl Names) -> Option<String> {
    if let FieldType::Document(_) = spec.kind {
        return names.document(text).map(|id| id.to_string());
    }
    let partner = if spec.kind == FieldType::Partner { names.partner(text) } else { None };
    Some(partner.map_or_else(|| text.to_owned(), |id| id.to_string()))
}
