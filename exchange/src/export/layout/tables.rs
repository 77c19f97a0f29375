//! Rows as a table that fits a page, or row by row where it would not.

use client_core::document::Row;
use client_core::kinds::{FieldSpec, FieldType};

use crate::export::print::{Block, Cell, Column, Grid};
use crate::export::say::{Said, TO_SETTLE, Voice};

/// Columns that a page takes side by side; rows with more are told one after the other.
const COLUMNS_MAX: usize = 6;

/// Returns what is said as a cell.
pub(super) fn cell(voice: &Voice<'_>, said: Said) -> Cell {
    let mut parts = said.parts;
    if said.conflict {
        parts.insert(0, format!("{} :", voice.get(TO_SETTLE)));
    }
    Cell { parts, conflict: said.conflict, missing: false }
}

/// Draws the rows of a field: the columns wanted, or all, without those where nothing stands.
pub(super) fn draw(
    voice: &Voice<'_>,
    spec: &FieldSpec,
    rows: &[&Row],
    wanted: &[&str],
) -> Vec<Block> {
    let Some(table) = spec.kind.table() else { return Vec::new() };
    let is_wanted = |column: &&FieldSpec| wanted.is_empty() || wanted.contains(&column.name);
    let fill = |column: &FieldSpec, row: &Row| cell(voice, voice.cell(spec.name, row, column.name));
    let mut columns: Vec<(&FieldSpec, Vec<Cell>)> = table
        .columns
        .iter()
        .filter(is_wanted)
        .map(|column| (column, rows.iter().map(|row| fill(column, row)).collect()))
        .collect();
    columns.retain(|(_, cells): &(_, Vec<Cell>)| cells.iter().any(|cell| !cell.is_empty()));
    columns.sort_by_key(|(column, _)| wanted.iter().position(|name| *name == column.name));
    if columns.len() > COLUMNS_MAX {
        return one_by_one(voice, &columns, rows.len());
    }
    let heads = columns.iter().map(|(column, cells)| Column {
        label: voice.get(column.label).to_owned(),
        weight: weight(column, cells),
        figures: is_figure(column.kind),
    });
    let heads = heads.collect();
    let lines = (0..rows.len())
        .map(|line| columns.iter().map(|(_, cells)| cells[line].clone()).collect())
        .collect();
    vec![Block::Grid(Grid { columns: heads, rows: lines })]
}

fn one_by_one(voice: &Voice<'_>, columns: &[(&FieldSpec, Vec<Cell>)], rows: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    for line in 0..rows {
        let mut filled = columns.iter().filter(|(_, cells)| !cells[line].is_empty());
        let Some((_, first)) = filled.next() else { continue };
        let name = first[line].parts.join(" ");
        blocks.push(Block::Heading { level: 2, text: format!("{}. {name}", line + 1) });
        let pair = |(column, cells): &(&FieldSpec, Vec<Cell>)| {
            (voice.get(column.label).to_owned(), cells[line].clone())
        };
        let pairs: Vec<(String, Cell)> = filled.map(pair).collect();
        if !pairs.is_empty() {
            blocks.push(Block::Pairs(pairs));
        }
    }
    blocks
}

/// Shares of the width: long texts get what dates and figures leave.
fn weight(column: &FieldSpec, cells: &[Cell]) -> u32 {
    let longest = cells.iter().flat_map(|cell| &cell.parts).map(|part| part.chars().count());
    let longest = longest.max().unwrap_or(0).max(column.label.fr.chars().count().min(14));
    let bounds = match column.kind {
        FieldType::Prose => (24, 60),
        FieldType::Date | FieldType::Year | FieldType::Period | FieldType::Boolean => (11, 14),
        FieldType::Integer | FieldType::Number | FieldType::Amount => (10, 16),
        FieldType::Text
        | FieldType::DateTime
        | FieldType::Partner
        | FieldType::Choice(_)
        | FieldType::Link
        | FieldType::Email
        | FieldType::Phone
        | FieldType::Siret
        | FieldType::Siren
        | FieldType::Finess
        | FieldType::Document(_)
        | FieldType::Rows(_) => (11, 34),
    };
    u32::try_from(longest.clamp(bounds.0, bounds.1)).unwrap_or(1)
}

fn is_figure(kind: FieldType) -> bool {
    matches!(kind, FieldType::Integer | FieldType::Number | FieldType::Amount)
}
