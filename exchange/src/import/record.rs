//! One line of a file, read: what it is about, and what it says of it.

use std::collections::BTreeMap;

use client_core::kinds::{FieldSpec, FieldType, Kind, Language, Merge, ValueRefusal};
use protocol::id::DocumentId;

use super::folding::folded;
use super::grid::{Cell, Grid, Line};
use super::headings::Headed;
use super::problem::{Problem, Spot};
use super::reading;
use crate::tracker::Place;

/// A line that says something of a document, or of one of its rows.
#[derive(Debug, Clone)]
pub(super) struct Record {
    /// Of what kind the document is.
    pub(super) kind: &'static Kind,
    /// The field of rows, for a row.
    pub(super) rows: Option<&'static str>,
    pub(super) spot: Spot,
    pub(super) id: Option<DocumentId>,
    pub(super) version: Option<String>,
    pub(super) row: Option<String>,
    pub(super) title: Option<String>,
    /// The document of a row, as it is called, and where that stands.
    pub(super) parent: Option<(String, Spot)>,
    pub(super) cells: Vec<Filled>,
}

/// A cell that holds something.
#[derive(Debug, Clone)]
pub(super) struct Filled {
    pub(super) place: Place,
    pub(super) spot: Spot,
    /// The stored values; of documents the names that were typed.
    pub(super) values: Vec<String>,
    /// The unit that was written after a number, for whoever knows in which it is to be.
    pub(super) unit: Option<&'static str>,
}

impl Filled {
    /// Returns a cell of stored values.
    pub(super) const fn of(place: Place, spot: Spot, values: Vec<String>) -> Self {
        Self { place, spot, values, unit: None }
    }
}

impl Record {
    /// Returns the field or the column of a cell.
    pub(super) fn spec(&self, place: Place) -> Option<&'static FieldSpec> {
        let (Place::Field(name) | Place::Keys(name)) = place else {
            return None;
        };
        match self.rows {
            None => self.kind.field(name),
            Some(field) => self.kind.field(field)?.kind.table()?.column(name),
        }
    }

    /// Returns the first value of a field or a column.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        let cell =
            self.cells.iter().find(|cell| matches!(cell.place, Place::Field(n) if n == name));
        cell?.values.first().map(String::as_str)
    }
}

/// Reads the lines under the headings.
pub(super) fn records(grid: &Grid, headed: &Headed, problems: &mut Vec<Problem>) -> Vec<Record> {
    let mut records = Vec::new();
    let mut parent: Option<(String, Spot)> = None;
    for line in grid.lines.iter().skip(headed.line + 1) {
        if is_total(line) {
            continue;
        }
        let Some(mut record) = record(grid, headed, line, problems) else {
            continue;
        };
        if record.rows.is_some() {
            // Under a merged cell, or where it is not repeated, the one above goes on.
            if record.parent.is_none() && record.id.is_none() {
                record.parent.clone_from(&parent);
            }
            parent.clone_from(&record.parent);
        }
        let comment = comment(headed, line, &record);
        records.push(record);
        records.extend(comment);
    }
    records
}

/// Returns the comment on a line as a row of its document.
fn comment(headed: &Headed, line: &Line, record: &Record) -> Option<Record> {
    let (rows, column) = headed.sheet.comments()?;
    let at = headed.comment?;
    let text = reading::lines(&line.cells.get(&at)?.typed());
    let codes = crate::tracker::codes(record.kind.name).iter();
    let code = codes.filter_map(|code| record.value(code)).next().map(str::to_owned);
    let name = code.or_else(|| record.title.clone())?;
    let spot = record.spot.cell(at);
    Some(Record {
        rows: Some(rows),
        spot: spot.clone(),
        row: None,
        title: None,
        parent: Some((name, spot.clone())),
        cells: vec![Filled::of(Place::Field(column), spot, vec![text])],
        ..record.clone()
    })
}

/// Tells whether a line adds up those above it.
fn is_total(line: &Line) -> bool {
    let first = line.cells.values().next().map(|cell| folded(&cell.typed()));
    first.is_some_and(|first| {
        matches!(first.as_str(), "total" | "totaux" | "sous total" | "total general")
    })
}

fn record(
    grid: &Grid,
    headed: &Headed,
    line: &Line,
    problems: &mut Vec<Problem>,
) -> Option<Record> {
    let spot = Spot::row(&grid.name, line.number);
    let mut record = Record {
        kind: headed.sheet.kind(),
        rows: headed.sheet.rows,
        spot: spot.clone(),
        id: None,
        version: None,
        row: None,
        title: None,
        parent: None,
        cells: Vec::new(),
    };
    let mut said = BTreeMap::new();
    for (at, column) in &headed.columns {
        if let Some(cell) = line.cells.get(at) {
            said.insert(at, (*column, cell));
        }
    }
    if said.is_empty() {
        return None;
    }
    for (at, (column, cell)) in said {
        let spot = spot.cell(*at);
        let typed = || cell.typed();
        match column.place {
            Place::Id => match typed().parse() {
                Ok(id) => record.id = Some(id),
                Err(_) => problems.push(bad_id(spot)),
            },
            Place::Version => record.version = Some(typed()),
            Place::RowId => record.row = Some(typed()),
            Place::Title => record.title = title(cell, spot, problems),
            Place::Parent => record.parent = Some((typed(), spot)),
            Place::Section(_) => {
                let values = vec![reading::lines(&typed())];
                record.cells.push(Filled::of(column.place, spot, values));
            }
            Place::Field(_) | Place::Keys(_) => {
                let filled = field(&record, column.place, cell, spot, problems);
                let place = column.place;
                match (filled, record.cells.iter_mut().find(|one| one.place == place)) {
                    // Co-leaders beside partners: two columns of the same rows.
                    (Some(more), Some(first)) => first.values.extend(more.values),
                    (filled, _) => record.cells.extend(filled),
                }
            }
        }
    }
    Some(record)
}

pub(super) fn field(
    record: &Record,
    place: Place,
    cell: &Cell,
    spot: Spot,
    problems: &mut Vec<Problem>,
) -> Option<Filled> {
    let spec = record.spec(place)?;
    if spec.kind == FieldType::Number
        && let Cell::Text(typed) = cell
        && let Some((number, unit)) = reading::without_unit(typed)
    {
        let cell = Cell::Text(number.to_owned());
        let filled = field(record, place, &cell, spot, problems)?;
        return Some(Filled { unit: Some(unit), ..filled });
    }
    let read = match (place, spec.kind.table()) {
        (Place::Keys(_), Some(table)) => {
            let key = table.column(table.key?)?;
            // Several keys in one cell, each read as the key column reads it.
            let set = FieldSpec { merge: Merge::Set, ..*key };
            reading::values(&set, cell)
        }
        (_, _) => reading::values(spec, cell),
    };
    match read {
        Ok(values) if values.is_empty() => None,
        Ok(values) => Some(Filled::of(place, spot, values)),
        Err((typed, refusal)) => {
            problems.push(bad_value(spot, spec, &typed, &refusal));
            None
        }
    }
}

pub(super) fn title(cell: &Cell, spot: Spot, problems: &mut Vec<Problem>) -> Option<String> {
    let words: Vec<String> = cell.typed().split_whitespace().map(str::to_owned).collect();
    let words = words.join(" ");
    match FieldType::Text.read(&words) {
        Ok(title) => Some(title),
        Err(refusal) => {
            problems.push(Problem::new(
                spot,
                "bad-value",
                format!("titre : {}", refusal.message(Language::French)),
                format!("title: {}", refusal.message(Language::English)),
            ));
            None
        }
    }
}

/// Says why a cell is no value of its column.
pub(super) fn bad_value(
    spot: Spot,
    spec: &FieldSpec,
    typed: &str,
    refusal: &ValueRefusal,
) -> Problem {
    let short: String = typed.chars().take(60).collect();
    let told = |language| {
        let why = match (refusal, spec.kind) {
            (ValueRefusal::NotAChoice(_), FieldType::Choice(choices)) => {
                let labels: Vec<&str> = choices.iter().map(|c| c.label.get(language)).collect();
                match language {
                    Language::French => format!("Valeurs possibles : {}.", labels.join(", ")),
                    Language::English => format!("Possible values: {}.", labels.join(", ")),
                }
            }
            (_, _) => refusal.message(language),
        };
        (spec.label.get(language), why)
    };
    let (label_fr, why_fr) = told(Language::French);
    let (label_en, why_en) = told(Language::English);
    Problem::new(
        spot,
        "bad-value",
        format!("{label_fr}, « {short} » : {why_fr}"),
        format!("{label_en}, “{short}”: {why_en}"),
    )
}

fn bad_id(spot: Spot) -> Problem {
    Problem::new(
        spot,
        "bad-id",
        "cet identifiant de document n'en est pas un : la ligne est rapprochée par son code ou son \
         titre."
            .to_owned(),
        "this is no document id: the row is matched by its code or its title.".to_owned(),
    )
}
