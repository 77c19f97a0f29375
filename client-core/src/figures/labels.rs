//! The words for codes that stand in figures, from the tables of the kinds that hold them.

use super::contribution::Thing;
use crate::kinds::parts::Part;
use crate::kinds::{Catalogue, Choice, FieldSpec, FieldType, Kind, Language, Wording};

/// What a code that stands in the figures is one of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A national priority.
    Priority,
    /// A source of money.
    Source,
    /// A body that meets.
    Body,
    /// A college of organisations.
    College,
}

/// Returns the codes of a role, in the order of the table that has them.
fn choices(catalogue: Catalogue, role: Role) -> &'static [Choice] {
    let specs = catalogue.iter().flat_map(|kind| kind.parts.iter().map(move |part| (kind, part)));
    let spec = specs.filter_map(|(kind, part)| spec_of(kind, part, role));
    let choices = spec.filter_map(|spec| match spec.kind {
        FieldType::Choice(choices) => Some(choices),
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
        | FieldType::Partner
        | FieldType::Link
        | FieldType::Email
        | FieldType::Phone
        | FieldType::Siret
        | FieldType::Siren
        | FieldType::Finess
        | FieldType::Document(_)
        | FieldType::Rows(_) => None,
    });
    let mut choices = choices;
    choices.next().unwrap_or(&[])
}

/// Returns the field that holds codes of a role.
fn spec_of(kind: &'static Kind, part: &Part, role: Role) -> Option<&'static FieldSpec> {
    match (role, part) {
        (Role::Priority, Part::Sheet(part)) => kind.field(part.priorities),
        (Role::Source, Part::Funding(part)) => kind.field(part.source),
        (Role::Body, Part::Attendance(part)) => kind.field(part.body),
        (Role::College, Part::Attendance(part)) => {
            kind.field(part.rows)?.kind.table()?.column(part.college)
        }
        (Role::Priority | Role::Source | Role::Body | Role::College, _) => None,
    }
}

/// Returns the words for a code; `None` for one that no table has.
#[must_use]
pub fn label(catalogue: Catalogue, role: Role, code: &str) -> Option<Wording> {
    let found = choices(catalogue, role).iter().find(|choice| choice.code == code);
    found.map(|choice| choice.label)
}

/// Returns the codes of the national priorities, in order.
#[must_use]
pub fn priorities(catalogue: Catalogue) -> Vec<&'static str> {
    choices(catalogue, Role::Priority).iter().map(|choice| choice.code).collect()
}

/// Returns what something followed is about, in words: as it stands, or the label of its code.
#[must_use]
pub fn thing_label(catalogue: Catalogue, kind: &str, thing: &Thing, language: Language) -> String {
    let spec = || {
        let kind = catalogue.find(kind)?;
        let part = kind.parts.iter().find_map(|part| match part {
            Part::Followed(part) if part.matter == thing.matter => Some(part),
            Part::Followed(_)
            | Part::Sheet(_)
            | Part::Funding(_)
            | Part::Meeting(_)
            | Part::Attendance(_)
            | Part::College(_) => None,
        })?;
        match part.rows {
            None => kind.field(part.label?),
            Some(rows) => kind.field(rows)?.kind.table()?.column(part.label?),
        }
    };
    match spec() {
        Some(spec) if !thing.label.is_empty() => spec.kind.show(&thing.label, language),
        Some(_) | None => thing.label.clone(),
    }
}

/// Returns the name of a field or a section of a kind, in words.
#[must_use]
pub fn place_label(catalogue: Catalogue, kind: &str, place: &str, language: Language) -> String {
    let known = || {
        let kind = catalogue.find(kind)?;
        let field = kind.field(place).map(|field| field.label);
        field.or_else(|| kind.section(place).map(|section| section.title))
    };
    match (known(), place, language) {
        (Some(words), _, language) => words.get(language).to_owned(),
        (None, "title", Language::French) => "titre".to_owned(),
        (None, "title", Language::English) => "title".to_owned(),
        (None, place, _) => place.to_owned(),
    }
}
