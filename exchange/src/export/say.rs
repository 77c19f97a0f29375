//! Values of documents in words, for any output.
//!
//! Dates and amounts in the form of the language, choices by their labels, organisations and
//! documents by their names, and several values in conflict as what they are, with who wrote each.

use client_core::document::{Conflict, FieldValue, FieldView, Row, View};
use client_core::kinds::{FieldSpec, FieldType, Wording, words};

use super::clean;
use super::holding::{Held, Holding};
use super::veil::{Told, Veil, WITHHELD};

/// Fields by which documents of several kinds are known, besides their titles.
const NUMBERS: [&str; 3] = ["numero", "code", "reference"];

/// What stands before values that await a decision.
pub(crate) const TO_SETTLE: Wording = words("À départager", "To be settled");

/// Returns what a person calls a document: its number, unless its title bears it, and its title.
pub(crate) fn name(held: &Held) -> String {
    let title = clean::title(&held.content.title);
    let number = NUMBERS.iter().find_map(|field| match held.content.field(field) {
        Some(FieldValue::One(number)) => Some(clean::title(number)),
        Some(_) | None => None,
    });
    match number {
        Some(number) if title.is_empty() => number,
        Some(number) if !title.contains(&number) => format!("{number} – {title}"),
        Some(_) | None if title.is_empty() => held.document.to_string().chars().take(8).collect(),
        Some(_) | None => title,
    }
}

/// Puts the values of one document in words.
pub(crate) struct Voice<'a> {
    pub(crate) holding: &'a Holding,
    pub(crate) held: &'a Held,
    /// What this indicator hides, where it asks for it.
    veil: Option<Veil>,
}

/// A value in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Said {
    /// The values, one or several; none when nothing stands there.
    pub(crate) parts: Vec<String>,
    /// Whether they are in conflict.
    pub(crate) conflict: bool,
}

impl<'a> Voice<'a> {
    /// For what is handed to others: small counts are hidden where their indicator asks for it.
    pub(crate) fn of(holding: &'a Holding, held: &'a Held) -> Self {
        Self { holding, held, veil: Veil::of(&held.content) }
    }

    /// For what a partner takes along: everything that it may see.
    pub(crate) const fn whole(holding: &'a Holding, held: &'a Held) -> Self {
        Self { holding, held, veil: None }
    }

    pub(crate) const fn view(&self) -> &'a View {
        &self.held.content
    }

    pub(crate) const fn get(&self, wording: Wording) -> &'static str {
        wording.get(self.holding.language)
    }

    /// Returns one stored value in words.
    pub(crate) fn value(&self, kind: FieldType, stored: &str) -> String {
        match kind {
            FieldType::Partner => self.holding.partner(stored),
            FieldType::Document(_) => self.holding.reference(stored),
            FieldType::Prose => clean::text(stored).trim().to_owned(),
            FieldType::Text
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
            | FieldType::Rows(_) => clean::line(&kind.show(stored, self.holding.language)),
        }
    }

    /// Returns a field of the document in words, by its name.
    pub(crate) fn field(&self, name: &str) -> Said {
        let field = self.view().fields.iter().find(|field| field.spec.name == name);
        field.map(|field| self.said(field.spec, None, &field.value, name)).unwrap_or_default()
    }

    /// Returns a cell of a row in words.
    pub(crate) fn cell(&self, field: &str, row: &Row, column: &str) -> Said {
        let cell = row.cells.iter().find(|cell| cell.spec.name == column);
        let path = format!("{field}/{}/{column}", row.id);
        let said = |cell: &FieldView| self.said(cell.spec, Some(&row.id), &cell.value, &path);
        cell.map(said).unwrap_or_default()
    }

    fn said(&self, spec: &FieldSpec, row: Option<&str>, value: &FieldValue, path: &str) -> Said {
        if let Some(told) = self.veil.as_ref().and_then(|veil| veil.over(spec, row, value)) {
            let told = match told {
                Told::Below(bound) => format!("< {bound}"),
                Told::Withheld => self.get(WITHHELD).to_owned(),
            };
            return Said { parts: vec![told], conflict: false };
        }
        let one = |stored: &String| self.value(spec.kind, stored);
        let parts: Vec<String> = match value {
            FieldValue::Empty | FieldValue::Rows(_) => Vec::new(),
            FieldValue::One(stored) | FieldValue::Text(stored) => vec![one(stored)],
            FieldValue::Conflicting(values) => return self.in_conflict(spec, values, path),
            FieldValue::Set(values) => values.iter().map(one).collect(),
            FieldValue::List(items) => items.iter().map(|item| one(&item.value)).collect(),
            FieldValue::Entries(entries) => entries.iter().map(|entry| one(&entry.value)).collect(),
        };
        let parts = parts.into_iter().filter(|part| !part.is_empty()).collect();
        Said { parts, conflict: false }
    }

    /// Tells each value with who wrote it: a reader must see that nobody has chosen yet.
    fn in_conflict(&self, spec: &FieldSpec, values: &[String], path: &str) -> Said {
        let conflict = self.view().conflicts.iter().find(|conflict| conflict.field == path);
        let told = |value: &String| {
            let shown = self.value(spec.kind, value);
            match conflict.and_then(|conflict| self.writer(conflict, value)) {
                Some(writer) => format!("{shown} ({writer})"),
                None => shown,
            }
        };
        Said { parts: values.iter().map(told).collect(), conflict: true }
    }

    fn writer(&self, conflict: &Conflict, value: &str) -> Option<String> {
        let written = conflict.values.iter().find(|written| written.value == value)?;
        let author = self.held.authors.iter().find(|(actor, ..)| *actor == written.actor)?;
        Some(clean::line(&author.2)).filter(|name| !name.is_empty())
    }

    /// Returns what is said on one line.
    pub(crate) fn on_a_line(&self, said: &Said) -> String {
        let all = said.parts.join(if said.conflict { " | " } else { " ; " });
        if said.conflict { format!("{} : {all}", self.get(TO_SETTLE)) } else { all }
    }
}
