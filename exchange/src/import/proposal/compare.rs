//! One cell of a file against what stands in a document, or in a row of it.

use std::collections::BTreeSet;

use client_core::document::limits::EDIT_CHARS_MAX;
use client_core::document::{Edit, FieldValue, View};
use client_core::kinds::{FieldSpec, Merge, Wording, words};

use super::known::Known;
use super::{Shown, Step};
use crate::import::problem::{Problem, Spot};
use crate::import::record::{Filled, Record};
use crate::tracker::Place;

/// A cell and what it is compared with.
pub(super) struct Stands<'a> {
    pub(super) record: &'a Record,
    pub(super) cell: &'a Filled,
    /// The document, unless it is new.
    pub(super) view: Option<&'a View>,
    /// The document as it was when the file was written.
    pub(super) base: Option<&'a View>,
}

/// A field or a cell: what it is, where it is, what stands in it now and stood in it then.
pub(super) struct Target<'a> {
    pub(super) spec: &'static FieldSpec,
    pub(super) path: String,
    pub(super) now: Option<&'a FieldValue>,
    pub(super) then: Option<&'a FieldValue>,
    pub(super) spot: &'a Spot,
}

/// Compares the title.
pub(super) fn title(
    record: &Record,
    view: &View,
    base: Option<&View>,
    title: &str,
    problems: &mut Vec<Problem>,
) -> Option<Step> {
    let label = words("Titre", "Title");
    let then = base.map(|base| base.title.as_str());
    if !is_new(title, &view.title, then, &record.spot, label, problems) {
        return None;
    }
    Some(Step {
        row: false,
        place: "title".to_owned(),
        label,
        old: Shown::same(&view.title),
        new: Shown::same(title),
        edits: vec![Edit::SetTitle(title.to_owned())],
    })
}

/// Tells whether what a file says is to be written: not what stands already, not what the file
/// merely still says while Liaison went on; what both changed is told.
fn is_new(
    said: &str,
    now: &str,
    then: Option<&str>,
    spot: &Spot,
    label: Wording,
    problems: &mut Vec<Problem>,
) -> bool {
    match then {
        _ if said == now => false,
        Some(then) if said == then => false,
        Some(then) if now != then => {
            problems.push(changed_since(spot, label));
            false
        }
        Some(_) | None => true,
    }
}

/// Compares one cell of a line that is a whole document.
pub(super) fn cell(
    stands: &Stands<'_>,
    known: &mut Known<'_>,
    problems: &mut Vec<Problem>,
) -> Option<Step> {
    let Stands { record, cell, view, base } = stands;
    match cell.place {
        Place::Section(id) => {
            let label = record.kind.section(id)?.title;
            let said = cell.values.first()?;
            let text = |view: &View| {
                view.section(id).map(|one| one.text.trim_end().to_owned()).unwrap_or_default()
            };
            let now = view.map(text).unwrap_or_default();
            let then = base.map(text);
            text_step(Text { place: id.to_owned(), label, said, now, then }, &cell.spot, problems)
        }
        Place::Field(name) => {
            let target = Target {
                spec: record.kind.field(name)?,
                path: name.to_owned(),
                now: view.and_then(|view| view.field(name)),
                then: base.and_then(|base| base.field(name)),
                spot: &cell.spot,
            };
            value(&target, &cell.values, base.is_some(), known, problems)
        }
        Place::Keys(name) => keys(stands, name, known),
        Place::Id | Place::Version | Place::RowId | Place::Parent | Place::Title => None,
    }
}

/// Compares a field or the cell of a row with the values a file gives.
pub(super) fn value(
    target: &Target<'_>,
    values: &[String],
    has_base: bool,
    known: &mut Known<'_>,
    problems: &mut Vec<Problem>,
) -> Option<Step> {
    let Target { spec, path, now, then, spot } = target;
    if let Some(named) = known.names_several(spec, values).filter(|_| !has_base) {
        problems.push(one_only(spot, spec, named));
        return None;
    }
    let several = matches!(spec.merge, Merge::Set | Merge::List) && !has_base;
    let named = several.then(|| known.each_organisation(spec, values));
    let values = match known.resolved(spec, named.as_deref().unwrap_or(values)) {
        Ok(values) => values,
        Err(name) => {
            problems.push(no_such_document(spot, spec, &name));
            return None;
        }
    };
    match spec.merge {
        Merge::Text => {
            let said = values.first()?;
            let text = |value: Option<&FieldValue>| match value {
                Some(FieldValue::Text(text)) => text.trim_end().to_owned(),
                Some(_) | None => String::new(),
            };
            let then = has_base.then(|| text(*then));
            let text = Text { place: path.clone(), label: spec.label, said, now: text(*now), then };
            text_step(text, spot, problems)
        }
        Merge::LastWriter | Merge::MultiValue => {
            if let Some(FieldValue::Conflicting(_)) = now {
                problems.push(in_conflict(spot, spec.label));
                return None;
            }
            let one = |value: Option<&FieldValue>| match value {
                Some(FieldValue::One(value)) => value.clone(),
                Some(_) | None => String::new(),
            };
            let (said, stands) = (values.first()?, one(*now));
            let then = has_base.then(|| one(*then));
            if !is_new(said, &stands, then.as_deref(), spot, spec.label, problems) {
                return None;
            }
            let old: Vec<String> = (!stands.is_empty()).then_some(stands).into_iter().collect();
            let edit = Edit::Set { field: path.clone(), value: said.clone() };
            let new = known.shown(spec, &values);
            Some(step(path, spec, known.shown(spec, &old), new, vec![edit]))
        }
        Merge::Set | Merge::List => set(target, &values, has_base, known),
        Merge::Append | Merge::Computed(_) => None,
    }
}

/// Adds what a set lacks; takes out only what the file was written with and has no more.
fn set(target: &Target<'_>, values: &[String], has_base: bool, known: &Known<'_>) -> Option<Step> {
    let Target { spec, path, now, then, .. } = target;
    let entries = |value: Option<&FieldValue>| -> BTreeSet<String> {
        match value {
            Some(FieldValue::Set(values)) => values.iter().cloned().collect(),
            Some(FieldValue::List(items)) => items.iter().map(|item| item.value.clone()).collect(),
            Some(_) | None => BTreeSet::new(),
        }
    };
    let (now, then) = (entries(*now), entries(*then));
    let said: BTreeSet<String> = values.iter().cloned().collect();
    let added = said.iter().filter(|value| !now.contains(*value) && !then.contains(*value));
    let field = path.clone();
    let mut edits: Vec<Edit> =
        added.map(|value| Edit::Set { field: field.clone(), value: value.clone() }).collect();
    let mut after = now.clone();
    after.extend(said.difference(&then).cloned());
    if has_base && spec.merge == Merge::Set {
        for gone in then.difference(&said).filter(|value| now.contains(*value)) {
            edits.push(Edit::Remove { field: field.clone(), entry: gone.clone() });
            after.remove(gone);
        }
    }
    if edits.is_empty() {
        return None;
    }
    let list = |values: BTreeSet<String>| values.into_iter().collect::<Vec<_>>();
    let (old, new) = (known.shown(spec, &list(now)), known.shown(spec, &list(after)));
    Some(step(path, spec, old, new, edits))
}

/// Adds the rows whose keys one cell lists; none is ever taken out by it.
fn keys(stands: &Stands<'_>, name: &'static str, known: &mut Known<'_>) -> Option<Step> {
    let Stands { record, cell, view, .. } = stands;
    let spec = record.kind.field(name)?;
    let table = spec.kind.table()?;
    let key = table.column(table.key?)?;
    // A file of ours has its own marks between values.
    let named = match stands.base {
        Some(_) => cell.values.clone(),
        None => known.each_organisation(key, &cell.values),
    };
    let values = known.resolved(key, &named).ok()?;
    let held: Vec<String> = view.map(|view| row_keys(view, name, key)).unwrap_or_default();
    let mut added: Vec<String> = Vec::new();
    for value in values {
        if !held.contains(&value) && !added.contains(&value) {
            added.push(value);
        }
    }
    if added.is_empty() {
        return None;
    }
    let edits = added.iter().map(|value| Edit::AddRow {
        field: name.to_owned(),
        cells: vec![(key.name.to_owned(), value.clone())],
        after: None,
    });
    let edits = edits.collect();
    let all: Vec<String> = held.iter().chain(&added).cloned().collect();
    Some(step(name, spec, known.shown(key, &held), known.shown(key, &all), edits))
}

fn row_keys(view: &View, field: &str, key: &FieldSpec) -> Vec<String> {
    let rows = view.rows(field).iter();
    let keys = rows.filter_map(|row| match row.cell(key.name) {
        Some(FieldValue::One(value)) => Some(value.clone()),
        Some(_) | None => None,
    });
    keys.collect()
}

fn step(path: &str, spec: &FieldSpec, old: Shown, new: Shown, edits: Vec<Edit>) -> Step {
    Step { row: false, place: path.to_owned(), label: spec.label, old, new, edits }
}

/// A text, and what it is compared with.
struct Text<'a> {
    place: String,
    label: Wording,
    said: &'a str,
    now: String,
    then: Option<String>,
}

fn text_step(text: Text<'_>, spot: &Spot, problems: &mut Vec<Problem>) -> Option<Step> {
    let Text { place, label, said, now, then } = text;
    if !is_new(said, &now, then.as_deref(), spot, label, problems) {
        return None;
    }
    if said.chars().count() > EDIT_CHARS_MAX {
        problems.push(too_long(spot, label));
        return None;
    }
    let edit = Edit::WriteText { place: place.clone(), text: said.to_owned() };
    let (old, new) = (Shown::same(&now), Shown::same(said));
    Some(Step { row: false, place, label, old, new, edits: vec![edit] })
}

fn in_conflict(spot: &Spot, label: Wording) -> Problem {
    Problem::new(
        spot.clone(),
        "in-conflict",
        format!(
            "{} : plusieurs valeurs y attendent d'être départagées ; rien n'est écrit.",
            label.fr
        ),
        format!("{}: several values await a person there; nothing is written.", label.en),
    )
}

fn changed_since(spot: &Spot, label: Wording) -> Problem {
    Problem::new(
        spot.clone(),
        "changed-since",
        format!(
            "{} : changé dans Liaison depuis que ce fichier a été écrit ; rien n'est écrit.",
            label.fr
        ),
        format!(
            "{}: changed in Liaison since this file was written; nothing is written.",
            label.en
        ),
    )
}

pub(super) fn no_such_document(spot: &Spot, spec: &FieldSpec, name: &str) -> Problem {
    let short: String = name.chars().take(60).collect();
    Problem::new(
        spot.clone(),
        "no-such-document",
        format!("{}, « {short} » : ni le fichier ni l'espace n'ont ce document.", spec.label.fr),
        format!("{}, “{short}”: neither the file nor the space has this document.", spec.label.en),
    )
}

/// Says that a cell names several organisations where one is meant.
pub(super) fn one_only(spot: &Spot, spec: &FieldSpec, typed: &str) -> Problem {
    let short: String = typed.chars().take(60).collect();
    Problem::new(
        spot.clone(),
        "several-organisations",
        format!(
            "{}, « {short} » : une seule organisation ici ; mettez les autres dans une colonne \
             « Partenaires » ou « Co-pilotes ».",
            spec.label.fr
        ),
        format!(
            "{}, “{short}”: one organisation only here; put the others in a column “Partners”.",
            spec.label.en
        ),
    )
}

pub(super) fn too_long(spot: &Spot, label: Wording) -> Problem {
    Problem::new(
        spot.clone(),
        "too-long",
        format!("{} : le texte est trop long pour une seule fois.", label.fr),
        format!("{}: the text is too long for one go.", label.en),
    )
}
