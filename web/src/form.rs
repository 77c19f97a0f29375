//! One form for all kinds: drawn from the table of a kind, and read back as edits.
//!
//! A form carries the version it was drawn from. What a person left as it was is no edit, so a form
//! that stayed open for a day writes nothing over what others wrote meanwhile; a text is merged
//! into the one of now; a value that binds and was changed by both is asked about.

mod draw;
mod posted;
mod read;

pub use draw::{input, inputs, partners};
pub use posted::Posted;
pub use read::{Cell, Change, Problem, changes, new_row};

use crate::names::Names;
use client_core::document::FieldValue;
use client_core::kinds::{FieldSpec, FieldType, Merge};

/// What goes before the name of an input that shows a field, so that no field meets the names that
/// forms use for themselves.
const FIELD: &str = "f.";
/// The same, for inputs that say that a field was on the form: boxes that are not ticked are not
/// sent.
const SHOWN: &str = "p.";
/// The same, for boxes that say "my value all the same".
const KEEP: &str = "k.";

/// The name of the input that carries the version a form was drawn from.
pub const BASE: &str = "base";

/// Tells whether a field is written in a form at all: rows have forms of their own, and what is
/// worked out is not written.
#[must_use]
pub const fn is_written(spec: &FieldSpec) -> bool {
    !matches!(spec.merge, Merge::Computed(_)) && !matches!(spec.kind, FieldType::Rows(_))
}

/// Returns what an input shows of one stored value: what a browser's own controls want, else what
/// a person would type.
fn typed(names: &Names, kind: FieldType, stored: &str) -> String {
    match kind {
        FieldType::Date
        | FieldType::DateTime
        | FieldType::Boolean
        | FieldType::Choice(_)
        | FieldType::Document(_) => stored.to_owned(),
        FieldType::Partner => {
            let name = names.partner(stored);
            let known = stored.parse().is_ok_and(|id| names.partners.contains_key(&id));
            if known { name } else { stored.to_owned() }
        }
        FieldType::Amount => {
            kind.show(stored, names.language).trim_end_matches('€').trim_end().to_owned()
        }
        FieldType::Text
        | FieldType::Prose
        | FieldType::Year
        | FieldType::Period
        | FieldType::Integer
        | FieldType::Number
        | FieldType::Link
        | FieldType::Email
        | FieldType::Phone
        | FieldType::Siret
        | FieldType::Siren
        | FieldType::Finess
        | FieldType::Rows(_) => kind.show(stored, names.language),
    }
}

/// Returns what the inputs of a field show, one text for each of its values.
fn shown(names: &Names, spec: &FieldSpec, value: &FieldValue) -> Vec<String> {
    let one = |stored: &String| typed(names, spec.kind, stored);
    match value {
        FieldValue::Empty | FieldValue::Rows(_) | FieldValue::Entries(_) => Vec::new(),
        FieldValue::One(stored) | FieldValue::Text(stored) => vec![one(stored)],
        FieldValue::Conflicting(values) | FieldValue::Set(values) => {
            values.iter().map(one).collect()
        }
        FieldValue::List(items) => items.iter().map(|item| one(&item.value)).collect(),
    }
}

#[cfg(test)]
mod tests;
