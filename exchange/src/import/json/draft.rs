//! One document of a full export, value by value: what is of its type is kept, the rest is told.
//!
//! The kind tables say what each value is; nothing here knows a kind by its name. Neither worked
//! out values nor frozen versions are ever taken: the first follow from the others, the second
//! are signed for a document that this one is not.

use client_core::document::limits;
use client_core::kinds::{
    Catalogue, FieldSpec, FieldType, Kind, Language, Merge, Signing, Table, Wording,
};
use protocol::id::DocumentId;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

use super::{Draft, Part, sections, text_of, told};
use crate::import::problem::{Problem, Spot};
use crate::import::record;

/// Values in conflict that are told one by one.
const CONFLICTING_TOLD: usize = 8;

/// Reads one document.
///
/// # Errors
/// When this program knows no such kind.
pub(super) fn read(value: &Value, document: DocumentId, spot: Spot) -> Result<Draft, Box<Problem>> {
    let name = text_of(value, "kind");
    let Some(kind) = Catalogue::STANDARD.find(&name) else {
        return Err(Box::new(unknown_kind(spot.within(".kind"), &name)));
    };
    let mut reader = Reader {
        value,
        spot,
        conflicts: conflicts(value),
        problems: Vec::new(),
        parts: Vec::new(),
    };
    let title = reader.title();
    reader.fields(kind);
    reader.frozen(kind);
    sections::read(&mut reader, kind);
    let Reader { spot, problems, parts, .. } = reader;
    Ok(Draft { document, kind, title, spot, parts, problems })
}

/// Returns what stands in conflict, with who wrote it, by field or cell.
fn conflicts(value: &Value) -> BTreeMap<&str, &[Value]> {
    let all = value.get("conflicts").and_then(Value::as_array).into_iter().flatten();
    all.filter_map(|one| {
        Some((one.get("field")?.as_str()?, one.get("values")?.as_array()?.as_slice()))
    })
    .collect()
}

/// A document that is being read.
pub(super) struct Reader<'a> {
    pub(super) value: &'a Value,
    pub(super) spot: Spot,
    /// The values in conflict, with who wrote each, by field or cell.
    conflicts: BTreeMap<&'a str, &'a [Value]>,
    pub(super) problems: Vec<Problem>,
    pub(super) parts: Vec<Part>,
}

impl Reader<'_> {
    pub(super) fn problem(&mut self, path: &str, code: &'static str, fr: String, en: String) {
        if self.problems.len() < super::PROBLEMS_MAX {
            self.problems.push(Problem::new(self.spot.within(path), code, fr, en));
        }
    }

    fn title(&mut self) -> String {
        let title = text_of(self.value, "title");
        if title.trim().is_empty() {
            return String::new();
        }
        FieldType::Text.read(&title).unwrap_or_else(|refusal| {
            let why = |language| refusal.message(language);
            let (fr, en) = (why(Language::French), why(Language::English));
            self.problem(".title", "bad-value", format!("titre : {fr}"), format!("title: {en}"));
            String::new()
        })
    }

    fn fields(&mut self, kind: &'static Kind) {
        let Some(fields) = self.value.get("fields").and_then(Value::as_object) else { return };
        for (name, value) in fields {
            if kind.field(name).is_none() && !value.is_null() {
                self.unknown(&format!(".fields.{name}"), name);
            }
        }
        for spec in kind.fields {
            let is_made = matches!(spec.merge, Merge::Computed(_));
            let Some(value) = fields.get(spec.name).filter(|value| !value.is_null()) else {
                continue;
            };
            if is_made || spec.signing == Signing::Record {
                continue;
            }
            match spec.kind.table() {
                Some(table) => self.rows(spec, table, value),
                None => self.field(spec, value),
            }
        }
    }

    fn field(&mut self, spec: &'static FieldSpec, value: &Value) {
        let path = format!(".fields.{}", spec.name);
        let mut values = self.values(spec, value, &path, spec.name);
        if values.is_empty() {
            return;
        }
        self.parts.push(match spec.merge {
            Merge::Text => Part::Prose { spec, text: values.remove(0) },
            Merge::LastWriter
            | Merge::MultiValue
            | Merge::Set
            | Merge::List
            | Merge::Append
            | Merge::Computed(_) => Part::Values { spec, values },
        });
    }

    /// Returns the values of a field or a cell that are of its type, and tells the others.
    /// `field` is where conflicts are looked up: the field, or `field/row/column`.
    fn values(
        &mut self,
        spec: &'static FieldSpec,
        value: &Value,
        path: &str,
        field: &str,
    ) -> Vec<String> {
        let several = match value {
            Value::Array(several) => several.as_slice(),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Object(_) => std::slice::from_ref(value),
        };
        let mut values = Vec::new();
        for (at, one) in several.iter().enumerate() {
            let path = || if value.is_array() { format!("{path}[{at}]") } else { path.to_owned() };
            let Some(typed) = one.as_str().or_else(|| one.get("value")?.as_str()) else {
                self.no_value(&path(), spec.label);
                continue;
            };
            match spec.kind.read(typed) {
                Ok(read) if read.is_empty() => {}
                Ok(read) => values.push(read),
                Err(refusal) => {
                    let spot = self.spot.within(&path());
                    self.problems.push(record::bad_value(spot, spec, typed, &refusal));
                }
            }
        }
        let is_one = matches!(spec.merge, Merge::LastWriter | Merge::MultiValue | Merge::Text);
        if is_one && values.len() > 1 {
            self.unsettled(spec, &values, path, field);
            values.truncate(1);
        }
        values
    }

    fn rows(&mut self, spec: &'static FieldSpec, table: &'static Table, value: &Value) {
        let path = format!(".fields.{}", spec.name);
        let Some(rows) = value.as_array() else {
            return self.no_value(&path, spec.label);
        };
        if rows.len() > limits::ROWS_MAX {
            self.too_long(&format!("{path}[{}]", limits::ROWS_MAX), spec.label);
        }
        for (at, row) in rows.iter().take(limits::ROWS_MAX).enumerate() {
            let path = format!("{path}[{at}]");
            let Some(held) = row.get("cells").and_then(Value::as_object) else {
                self.no_value(&path, spec.label);
                continue;
            };
            for (name, value) in held {
                if table.column(name).is_none() && !value.is_null() {
                    self.unknown(&format!("{path}.cells.{name}"), name);
                }
            }
            let field = format!("{}/{}", spec.name, text_of(row, "row"));
            let cells = self.cells(&path, &field, table, held);
            let keyed = table.key.is_none_or(|key| cells.iter().any(|(c, _)| c.name == key));
            if cells.is_empty() || !keyed {
                self.no_value(&path, spec.label);
                continue;
            }
            self.parts.push(Part::Row { spec, cells });
        }
    }

    fn cells(
        &mut self,
        path: &str,
        field: &str,
        table: &'static Table,
        held: &Map<String, Value>,
    ) -> Vec<(&'static FieldSpec, String)> {
        let mut cells = Vec::new();
        let mut chars = 0;
        for column in table.columns {
            let Some(value) = held.get(column.name).filter(|value| !value.is_null()) else {
                continue;
            };
            if matches!(column.merge, Merge::Computed(_)) {
                continue;
            }
            let path = format!("{path}.cells.{}", column.name);
            for value in self.values(column, value, &path, &format!("{field}/{}", column.name)) {
                let length = value.chars().count();
                let is_full = cells.len() >= limits::ROW_CELLS_MAX;
                if is_full || chars + length > limits::ROW_CHARS_MAX {
                    self.too_long(&path, column.label);
                } else {
                    chars += length;
                    cells.push((column, value));
                }
            }
        }
        cells
    }

    /// Tells the frozen versions, which stay where they were frozen.
    fn frozen(&mut self, kind: &Kind) {
        let versions = self.value.get("frozen").and_then(|frozen| frozen.get("versions"));
        let versions = versions.or_else(|| self.value.get("fields")?.get(kind.record()?.name));
        let count = versions.and_then(Value::as_array).map_or(0, Vec::len);
        if count > 0 {
            self.problem(
                ".frozen",
                "frozen-left",
                format!(
                    "versions figées : {count}. Ni elles ni leurs visas ne sont repris : gardez \
                     leurs fichiers (« liaison freeze DOC --to »), qui se vérifient seuls."
                ),
                format!(
                    "frozen versions: {count}. Neither they nor their visas are taken over: keep \
                     their files (“liaison freeze DOC --to”), which verify by themselves."
                ),
            );
        }
    }

    /// Tells every value that stood there, and which one is taken.
    fn unsettled(&mut self, spec: &FieldSpec, values: &[String], path: &str, field: &str) {
        let written = self.conflicts.get(field).copied().unwrap_or_default();
        let values = &values[..values.len().min(CONFLICTING_TOLD)];
        let names = |value: &String| {
            let of = |one: &&Value| one.get("value").and_then(Value::as_str) == Some(value);
            written.iter().take(CONFLICTING_TOLD).find(of).map(|one| text_of(one, "name"))
        };
        let all = |language| {
            let one = |value: &String| match names(value).filter(|name| !name.is_empty()) {
                Some(name) => {
                    format!("{} ({})", told(&spec.kind.show(value, language)), told(&name))
                }
                None => told(&spec.kind.show(value, language)),
            };
            values.iter().map(one).collect::<Vec<_>>().join(" | ")
        };
        let (fr, en) = (all(Language::French), all(Language::English));
        self.problem(
            path,
            "was-in-conflict",
            format!(
                "{} : à départager dans l'export, {fr} ; la première valeur est reprise.",
                spec.label.fr
            ),
            format!(
                "{}: to be settled in the export, {en}; the first value is taken.",
                spec.label.en
            ),
        );
    }

    fn unknown(&mut self, path: &str, name: &str) {
        let name = told(name);
        self.problem(
            path,
            "field-unknown",
            format!("« {name} » : cette version de Liaison ne connaît pas ce champ ; laissé."),
            format!("“{name}”: this version of Liaison knows no such field; left out."),
        );
    }

    pub(super) fn no_value(&mut self, path: &str, label: Wording) {
        self.problem(
            path,
            "bad-value",
            format!("{} : ce n'est pas une valeur de ce champ ; laissé.", label.fr),
            format!("{}: this is no value of this field; left out.", label.en),
        );
    }

    pub(super) fn too_long(&mut self, path: &str, label: Wording) {
        self.problem(
            path,
            "too-long",
            format!("{} : plus qu'un document n'en tient ; la suite est laissée.", label.fr),
            format!("{}: more than a document holds; the rest is left out.", label.en),
        );
    }
}

fn unknown_kind(spot: Spot, name: &str) -> Problem {
    let name = told(name);
    Problem::new(
        spot,
        "kind-unknown",
        format!("document laissé de côté : cette version de Liaison ne connaît pas « {name} »."),
        format!("document left aside: this version of Liaison knows no “{name}”."),
    )
}
