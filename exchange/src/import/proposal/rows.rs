//! Lines of a file that are rows of a document: objectives, values, decisions.

use std::collections::{BTreeMap, BTreeSet};

use client_core::document::limits::{ROW_CHARS_MAX, ROWS_MAX};
use client_core::document::{Edit, FieldValue, Row, View};
use client_core::kinds::{FieldSpec, Merge, Table};
use protocol::id::DocumentId;

use super::compare::{self, Target};
use super::{Shown, Step, Work};
use crate::import::Reading;
use crate::import::folding::folded;
use crate::import::problem::Problem;
use crate::import::record::Record;
use crate::tracker::{Place, row_codes};

/// What the lines of the file have met so far, by document and field.
#[derive(Default)]
struct Met {
    /// Rows of the document that a line is about.
    rows: BTreeSet<String>,
    /// Keys of rows that are to be added.
    keys: BTreeSet<String>,
    added: usize,
}

/// Compares every line that is a row.
pub(super) fn compare(work: &mut Work<'_>, reading: &Reading) {
    let mut met: BTreeMap<(DocumentId, &'static str), Met> = BTreeMap::new();
    for record in reading.records.iter() {
        let Some(field) = record.rows else { continue };
        let Some(id) = parent(work, record) else { continue };
        let base = match work.base(record, id) {
            Ok(base) => base,
            Err(problem) => {
                work.problems.push(*problem);
                continue;
            }
        };
        let Some(spec) = record.kind.field(field) else { continue };
        let Some(table) = spec.kind.table() else { continue };
        let view = work.views.get(&id).copied();
        let met = met.entry((id, field)).or_default();
        let line = Line { record, id, field, spec, table, view, base };
        let before = work.problems.len();
        let steps = line.steps(work, met);
        if steps.is_empty() {
            work.unchanged += usize::from(work.problems.len() == before);
            continue;
        }
        let title = work.known.title(&id);
        work.touch(id, record.kind, title, view.is_none()).steps.extend(steps);
    }
}

/// Finds the document that a row belongs to.
fn parent(work: &mut Work<'_>, record: &Record) -> Option<DocumentId> {
    let kind = record.kind.name;
    if let Some(id) = record.id.filter(|id| work.views.get(id).is_some_and(|v| v.kind.name == kind))
    {
        return Some(id);
    }
    let Some((name, spot)) = &record.parent else {
        // Most territories have one contract, and name it nowhere.
        let all = work.known.of_kind(kind);
        match (kind, all.as_slice()) {
            ("ctsm", [one]) => return Some(*one),
            ("ctsm", []) => return Some(make(work, record, record.kind.title.fr)),
            (_, _) => {}
        }
        work.problems.push(Problem::new(
            record.spot.clone(),
            "no-parent",
            format!(
                "ligne laissée de côté : rien ne dit de quoi elle dépend ({}).",
                record.kind.title.fr
            ),
            format!("row left aside: nothing tells what it belongs to ({}).", record.kind.title.en),
        ));
        return None;
    };
    if let Some(id) = work.known.find(&[kind], name) {
        return Some(id);
    }
    if kind == "ctsm" {
        return Some(make(work, record, name));
    }
    work.problems.push(Problem::new(
        spot.clone(),
        "no-parent",
        format!(
            "ligne laissée de côté : ni le fichier ni l'espace n'ont « {name} » ({}).",
            record.kind.title.fr
        ),
        format!(
            "row left aside: neither the file nor the space has “{name}” ({}).",
            record.kind.title.en
        ),
    ));
    None
}

fn make(work: &mut Work<'_>, record: &Record, title: &str) -> DocumentId {
    let id = work.known.add(record, title);
    work.touch(id, record.kind, title.to_owned(), true);
    id
}

/// One line, and the document it belongs to.
struct Line<'a> {
    record: &'a Record,
    id: DocumentId,
    field: &'static str,
    spec: &'static FieldSpec,
    table: &'static Table,
    view: Option<&'a View>,
    base: Option<&'a View>,
}

impl Line<'_> {
    fn steps(&self, work: &mut Work<'_>, met: &mut Met) -> Vec<Step> {
        let cells = self.resolved(work);
        if cells.is_empty() {
            return Vec::new();
        }
        let held = self.view.map(|view| view.rows(self.field)).unwrap_or_default();
        match self.find(held, &cells, met) {
            Some(row) if !met.rows.insert(row.id.clone()) => {
                work.problems.push(super::twice(self.record));
                Vec::new()
            }
            Some(row) if self.spec.merge == Merge::Append => self.stays(row, &cells, work),
            Some(row) => self.changes(row, &cells, work),
            None if self.was_removed() => {
                work.problems.push(self.removed());
                Vec::new()
            }
            // A row that would only bear its key says nothing: what it was for was not read.
            None if cells.iter().all(|(column, ..)| self.table.key == Some(column.name)) => {
                Vec::new()
            }
            None => self.added(&cells, held.len(), met, work).into_iter().collect(),
        }
    }

    /// Returns the values of the line with ids for names, by column.
    fn resolved(&self, work: &mut Work<'_>) -> Vec<(&'static FieldSpec, usize, Vec<String>)> {
        let mut cells = Vec::new();
        for (at, cell) in self.record.cells.iter().enumerate() {
            let Place::Field(name) = cell.place else { continue };
            let Some(column) = self.table.column(name) else { continue };
            if !work.unit_fits(self.record.kind, cell, self.id) {
                continue;
            }
            let named = work.known.names_several(column, &cell.values);
            if let Some(named) = named.filter(|_| self.base.is_none()) {
                work.problems.push(compare::one_only(&cell.spot, column, named));
                continue;
            }
            let several = matches!(column.merge, Merge::Set | Merge::List) && self.base.is_none();
            let named = several.then(|| work.known.each_organisation(column, &cell.values));
            match work.known.resolved(column, named.as_deref().unwrap_or(&cell.values)) {
                Ok(values) if values.is_empty() => {}
                Ok(values) => cells.push((column, at, values)),
                Err(name) => {
                    work.problems.push(compare::no_such_document(&cell.spot, column, &name));
                }
            }
        }
        cells
    }

    /// Finds the row that the line is about: by its id, its key, or what people know it by. Of
    /// several rows alike, each line takes the next.
    fn find<'r>(
        &self,
        held: &'r [Row],
        cells: &[(&'static FieldSpec, usize, Vec<String>)],
        met: &Met,
    ) -> Option<&'r Row> {
        if let Some(id) = &self.record.row
            && let Some(row) = held.iter().find(|row| row.id == *id)
        {
            return Some(row);
        }
        let said = |name: &str| {
            let cell = cells.iter().find(|(column, ..)| column.name == name);
            cell.and_then(|(_, _, values)| values.first())
        };
        if let Some(key) = self.table.key {
            let said = said(key)?;
            return held.iter().find(|row| word(row, key).as_ref() == Some(said));
        }
        let codes = row_codes(self.record.kind.name, self.field);
        for (place, code) in codes.iter().enumerate() {
            let Some(said) = said(code) else { continue };
            let fits = |row: &&Row| {
                let bears = word(row, code).is_some_and(|held| folded(&held) == folded(said));
                // A row that bears another code is another row, whatever its words.
                let other = codes[..place].iter().any(|code| word(row, code).is_some());
                bears && !other && !met.rows.contains(&row.id)
            };
            let lacks = codes[..place].iter().all(|code| self.record.value(code).is_none());
            if let Some(row) = held.iter().find(|row| {
                let bears = word(row, code).is_some_and(|held| folded(&held) == folded(said));
                fits(row) || lacks && bears && !met.rows.contains(&row.id)
            }) {
                return Some(row);
            }
        }
        None
    }

    /// Tells whether the file was written with a row that is gone from Liaison.
    fn was_removed(&self) -> bool {
        let (Some(id), Some(base)) = (&self.record.row, self.base) else {
            return false;
        };
        base.rows(self.field).iter().any(|row| row.id == *id)
    }

    fn removed(&self) -> Problem {
        Problem::new(
            self.record.spot.clone(),
            "changed-since",
            "ligne retirée dans Liaison depuis que ce fichier a été écrit ; rien n'est écrit."
                .to_owned(),
            "row taken out in Liaison since this file was written; nothing is written.".to_owned(),
        )
    }

    /// A row that stays is as it was written, or it is told.
    fn stays(
        &self,
        row: &Row,
        cells: &[(&'static FieldSpec, usize, Vec<String>)],
        work: &mut Work<'_>,
    ) -> Vec<Step> {
        let same = cells.iter().all(|(column, _, values)| match row.cell(column.name) {
            Some(FieldValue::Set(held)) => values.iter().all(|value| held.contains(value)),
            Some(FieldValue::One(held) | FieldValue::Text(held)) => {
                values.first().is_some_and(|value| value == held.trim_end())
            }
            Some(_) | None => false,
        });
        if !same {
            work.problems.push(Problem::new(
                self.record.spot.clone(),
                "row-stays",
                format!(
                    "{} : une ligne écrite ne change plus ; ajoutez-en une autre.",
                    self.spec.label.fr
                ),
                format!("{}: a row that is written stays; add another one.", self.spec.label.en),
            ));
        }
        Vec::new()
    }

    fn changes(
        &self,
        row: &Row,
        cells: &[(&'static FieldSpec, usize, Vec<String>)],
        work: &mut Work<'_>,
    ) -> Vec<Step> {
        let rows = self.base.map(|base| base.rows(self.field)).unwrap_or_default();
        let then = rows.iter().find(|then| then.id == row.id);
        let mut steps = Vec::new();
        for (column, at, values) in cells {
            if self.table.key == Some(column.name) {
                continue;
            }
            let target = Target {
                spec: column,
                path: format!("{}/{}/{}", self.field, row.id, column.name),
                now: row.cell(column.name),
                then: then.and_then(|then| then.cell(column.name)),
                spot: &self.record.cells[*at].spot,
            };
            let has_base = self.base.is_some();
            let (known, problems) = (&mut work.known, &mut work.problems);
            let step = compare::value(&target, values, has_base, known, problems);
            work.caution(self.record.kind, self.id, target.spot, step.as_slice());
            steps.extend(step);
        }
        steps
    }

    fn added(
        &self,
        cells: &[(&'static FieldSpec, usize, Vec<String>)],
        held: usize,
        met: &mut Met,
        work: &mut Work<'_>,
    ) -> Option<Step> {
        if let Some(key) = self.table.key {
            let value = cells.iter().find(|(column, ..)| column.name == key);
            let Some((_, _, values)) = value else {
                work.problems.push(self.keyless(key));
                return None;
            };
            if !met.keys.insert(values.first()?.clone()) {
                work.problems.push(super::twice(self.record));
                return None;
            }
        }
        // Rows that stay are counted by who wrote them, which the replica does.
        let counted = if self.spec.merge == Merge::Append { 0 } else { held };
        if counted + met.added >= ROWS_MAX {
            work.problems.push(Problem::new(
                self.record.spot.clone(),
                "too-many-rows",
                format!("{} : un document a au plus {ROWS_MAX} lignes.", self.spec.label.fr),
                format!("{}: a document has at most {ROWS_MAX} rows.", self.spec.label.en),
            ));
            return None;
        }
        let mut typed = Vec::new();
        let mut chars = 0;
        for (column, at, values) in cells {
            let length: usize = values.iter().map(|value| value.chars().count()).sum();
            if chars + length > ROW_CHARS_MAX {
                let spot = &self.record.cells[*at].spot;
                work.problems.push(compare::too_long(spot, column.label));
                continue;
            }
            chars += length;
            let written = values.iter().map(|value| (column.name.to_owned(), value.clone()));
            let cells: Vec<(String, String)> = written.collect();
            // Looked at by itself, so that a caution names the cell.
            let alone = Edit::AddRow { field: self.field.to_owned(), cells, after: None };
            work.caution_edit(self.record.kind, self.id, &self.record.cells[*at].spot, &alone);
            let Edit::AddRow { cells, .. } = alone else { continue };
            typed.extend(cells);
        }
        met.added += 1;
        let new = cells.iter().map(|(column, _, values)| work.known.shown(column, values));
        let new: Vec<Shown> = new.collect();
        let join = |part: fn(&Shown) -> &str| {
            let words = new.iter().map(part).map(first_words);
            words.collect::<Vec<_>>().join(" · ")
        };
        Some(Step {
            row: true,
            place: self.field.to_owned(),
            label: self.spec.label,
            old: Shown::default(),
            new: Shown { fr: join(|shown| &shown.fr), en: join(|shown| &shown.en) },
            edits: vec![Edit::AddRow { field: self.field.to_owned(), cells: typed, after: None }],
        })
    }

    fn keyless(&self, key: &str) -> Problem {
        let label = self.table.column(key).map_or(self.spec.label, |column| column.label);
        Problem::new(
            self.record.spot.clone(),
            "no-key",
            format!("ligne laissée de côté : {} manque.", label.fr),
            format!("row left aside: {} is missing.", label.en),
        )
    }
}

/// Returns what stands in a column that people know a row by.
fn word(row: &Row, column: &str) -> Option<String> {
    match row.cell(column)? {
        FieldValue::One(value) => Some(value.clone()),
        FieldValue::Text(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        FieldValue::Text(_)
        | FieldValue::Empty
        | FieldValue::Conflicting(_)
        | FieldValue::Set(_)
        | FieldValue::List(_)
        | FieldValue::Entries(_)
        | FieldValue::Rows(_) => None,
    }
}

fn first_words(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let short: String = line.chars().take(60).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}
