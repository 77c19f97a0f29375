//! What stands in a document under names that its table here does not have.
//!
//! A newer partner's program has fields and columns that this one has not; a faulty one may put a
//! number where a text belongs. None of it is touched by edits of other parts, and none of it is
//! hidden: people see that it is there, and a full export takes it along.

use std::collections::{BTreeMap, BTreeSet};

use automerge::{ObjType, ROOT, ScalarValue, Value};

use super::layout::{self, ENTRY_MARK};
use super::lens::Lens;
use super::place::Place;
use super::view::{FieldValue, FieldView};
use crate::kinds::Kind;

/// Something under a name that the table does not have, or of a form that it cannot have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// The path as its writer's program has it: `field`, `field/row/column`, or a name beside
    /// the fields.
    pub place: String,
    /// What stands there, in its stored spelling; `…` for what has parts of its own.
    pub values: Vec<String>,
}

/// Keys of the root that this layout knows.
const KNOWN_ROOT_KEYS: [&str; 7] = [
    layout::SCHEMA_KEY,
    layout::KIND_KEY,
    layout::REVISION_KEY,
    layout::TITLE_KEY,
    layout::FIELDS_KEY,
    layout::SECTIONS_KEY,
    layout::COMMENTS_KEY,
];

/// Returns what is not among the fields that were drawn, by place.
pub(super) fn unknown(lens: Lens<'_>, kind: &'static Kind, drawn: &[FieldView]) -> Vec<Unknown> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for key in lens.keys(&ROOT) {
        if !KNOWN_ROOT_KEYS.contains(&key.as_str()) {
            let values = values(lens, &ROOT, &key);
            found.entry(key).or_default().extend(values);
        }
    }
    if let Some(map) = lens.object(&ROOT, layout::FIELDS_KEY, ObjType::Map) {
        let empty = empty_places(drawn);
        for key in lens.keys(&map) {
            if is_known(kind, &key, &empty) {
                continue;
            }
            let values = values(lens, &map, &key);
            let place = spelled(&Place::of_key(Some(kind), &key).0, &key, &values);
            found.entry(place).or_default().extend(values);
        }
    }
    found.into_iter().map(|(place, values)| Unknown { place, values }).collect()
}

/// Tells whether what stands under a key was drawn: the table has a place for it, and it is of
/// the form of that place.
fn is_known(kind: &Kind, key: &str, empty: &BTreeSet<String>) -> bool {
    let Some((field, rest)) = key.split_once(ENTRY_MARK) else {
        return kind.field(key).is_some() && !empty.contains(key);
    };
    let Some(spec) = kind.field(field) else {
        return false;
    };
    let cell = spec.kind.table().zip(layout::read_cell_key(rest));
    cell.is_none_or(|(table, cell)| {
        let known = table.column(cell.column).is_some();
        let drawn = cell.entry.is_some() || !empty.contains(key);
        cell.column == layout::ROW_ORDER || known && drawn
    })
}

/// Returns the keys of fields and cells that were drawn empty: where one is written all the same,
/// it is of a form that the table cannot have.
fn empty_places(drawn: &[FieldView]) -> BTreeSet<String> {
    let mut empty = BTreeSet::new();
    for field in drawn {
        match &field.value {
            FieldValue::Empty => drop(empty.insert(field.spec.name.to_owned())),
            FieldValue::Rows(rows) => {
                for row in rows {
                    let cells = row.cells.iter().filter(|cell| cell.value == FieldValue::Empty);
                    let key = |cell: &FieldView| {
                        layout::cell_key(field.spec.name, &row.id, cell.spec.name)
                    };
                    empty.extend(cells.map(key));
                }
            }
            FieldValue::One(_)
            | FieldValue::Conflicting(_)
            | FieldValue::Set(_)
            | FieldValue::List(_)
            | FieldValue::Entries(_)
            | FieldValue::Text(_) => {}
        }
    }
    empty
}

/// Returns the path of what stands under a key: entries of one field together, cells apart.
fn spelled(place: &Place, key: &str, values: &[String]) -> String {
    let (Place::Field(field), Some((_, rest))) = (place, key.split_once(ENTRY_MARK)) else {
        return place.path();
    };
    let of_a_set = values.iter().any(|value| value == rest);
    if of_a_set || !rest.contains(ENTRY_MARK) { field.clone() } else { key.to_owned() }
}

fn values(lens: Lens<'_>, map: &automerge::ObjId, key: &str) -> Vec<String> {
    let all = lens.all(map, key).into_iter();
    all.map(|(value, object)| match value {
        Value::Scalar(scalar) => match scalar.as_ref() {
            ScalarValue::Str(text) => text.to_string(),
            ScalarValue::Null => String::new(),
            ScalarValue::Boolean(yes) => yes.to_string(),
            ScalarValue::Int(number) => number.to_string(),
            ScalarValue::Uint(number) => number.to_string(),
            ScalarValue::F64(number) => number.to_string(),
            ScalarValue::Timestamp(ms) => ms.to_string(),
            ScalarValue::Counter(_) | ScalarValue::Bytes(_) | ScalarValue::Unknown { .. } => {
                "…".to_owned()
            }
        },
        Value::Object(ObjType::Text) => lens.text(&object),
        Value::Object(ObjType::Map | ObjType::Table) => {
            let value = lens.string(&object, layout::VALUE_KEY);
            value.map_or_else(|| "…".to_owned(), |(value, _)| value)
        }
        Value::Object(ObjType::List) => "…".to_owned(),
    })
    .collect()
}

#[cfg(test)]
mod tests;
