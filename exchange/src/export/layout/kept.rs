//! The tables of the space inside a report: copied into it when it is frozen, printed from there
//! afterwards, so that a frozen report keeps the figures it was frozen with.
//!
//! A copy is rows of the report itself, one for each line of the pages, and therefore part of its
//! canonical text. What is read from such rows was written by a partner: it is bounded by the
//! document, and whatever does not read as a line of a table is left out.

use client_core::document::{Edit, FieldValue, Row, View};

use super::{Composer, Made, Piece, plans};
use crate::export::holding::{Held, Holding};
use crate::export::print::{Bar, Block, Cell, Column, Figure, Grid};
use crate::export::say::Voice;

/// The field that keeps them, and its columns.
const FIELD: &str = "chiffres";
const LINE: &str = "ligne";
const TABLE: &str = "tableau";
const FORM: &str = "forme";
const CONTENT: &str = "contenu";

/// Between two cells of a line; where a cell has the sign itself, another one that looks alike.
const BETWEEN: &str = " | ";
const BAR: (char, char) = ('|', '¦');
/// Before the header of a column of figures.
const FIGURES: &str = "> ";
/// Characters of one line: what a text takes, with some to spare.
const LINE_CHARS_MAX: usize = 1_900;
/// The shares of the width that a column gets by its longest line.
const WEIGHTS: (usize, usize) = (10, 44);

/// One line of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    table: String,
    form: String,
    content: String,
}

/// Tells whether documents of a kind have tables of the space on their pages.
#[must_use]
pub fn has_figures(kind: &str) -> bool {
    plans::of(kind).iter().any(Piece::is_of_the_space)
}

/// Returns the edits by which a document keeps the figures that its pages show now; none when it
/// keeps them already, or has none.
#[must_use]
pub fn keep(holding: &Holding, held: &Held) -> Vec<Edit> {
    let mut composer = Composer::new(Voice::of(holding, held));
    let mut lines = Vec::new();
    for piece in plans::of(held.content.kind.name) {
        let before = composer.blocks.len();
        composer.add(*piece);
        if let (Piece::Made(made), true) = (piece, piece.is_of_the_space()) {
            let made = made.code();
            composer.blocks[before..].iter().for_each(|block| write(made, block, &mut lines));
        }
    }
    let rows = held.content.rows(FIELD);
    let mut edits = Vec::new();
    let number = |at: usize| format!("{:05}", at + 1);
    for (at, line) in lines.iter().enumerate() {
        let key = number(at);
        let there = rows.iter().find(|row| text(row, LINE) == Some(&key)).and_then(read);
        if there.as_ref() != Some(line) {
            let cell = |column: &str, value: &str| (column.to_owned(), value.to_owned());
            let cells = vec![
                cell(LINE, &key),
                cell(TABLE, &line.table),
                cell(FORM, &line.form),
                cell(CONTENT, &line.content),
            ];
            edits.push(Edit::AddRow { field: FIELD.to_owned(), cells, after: None });
        }
    }
    let numbers: Vec<String> = (0..lines.len()).map(number).collect();
    let is_more = |row: &&Row| text(row, LINE).is_none_or(|key| !numbers.contains(key));
    edits.extend(
        rows.iter()
            .filter(is_more)
            .map(|row| Edit::RemoveRow { field: FIELD.to_owned(), row: row.id.clone() }),
    );
    edits
}

/// Returns what a document keeps of one table, as its pages showed it; `None` where it keeps no
/// table at all.
pub(super) fn kept(view: &View, made: Made) -> Option<Vec<Block>> {
    let mut rows: Vec<&Row> = view.rows(FIELD).iter().collect();
    if rows.is_empty() {
        return None;
    }
    rows.sort_by_key(|row| text(row, LINE));
    let lines = rows.into_iter().filter_map(read).filter(|line| line.table == made.code());
    let mut blocks = Vec::new();
    lines.for_each(|line| add(&line, &mut blocks));
    Some(blocks)
}

fn text<'a>(row: &'a Row, column: &str) -> Option<&'a String> {
    match row.cell(column) {
        Some(FieldValue::One(text)) => Some(text),
        Some(_) | None => None,
    }
}

fn read(row: &Row) -> Option<Line> {
    let cell = |column| text(row, column).cloned();
    let content = cell(CONTENT).unwrap_or_default();
    Some(Line { table: cell(TABLE)?, form: cell(FORM)?, content })
}

fn write(table: &str, block: &Block, lines: &mut Vec<Line>) {
    let mut line = |form: &str, cells: &[&str]| {
        let chars_max = LINE_CHARS_MAX / cells.len().max(1);
        let cells = cells.iter().map(|cell| one_line(cell, chars_max));
        let content = cells.collect::<Vec<_>>().join(BETWEEN);
        // As a field keeps it: a copy is compared with what is there.
        let content = content.trim();
        // A field takes no empty value; a sign between cells stands for a line of empty ones.
        let content = if content.is_empty() { BETWEEN.trim() } else { content }.to_owned();
        lines.push(Line { table: table.to_owned(), form: form.to_owned(), content });
    };
    match block {
        Block::Heading { level, text } => {
            line(["titre_1", "titre_2", "titre_3"][usize::from((*level).clamp(1, 3)) - 1], &[text]);
        }
        Block::Paragraph(text) | Block::Remark(text) => line("remarque", &[text]),
        Block::Figure(figure) => {
            line("figure", &[&figure.caption]);
            for bar in &figure.bars {
                line("barre", &[&bar.label, &bar.percent.to_string(), &bar.value]);
            }
        }
        Block::Grid(grid) => {
            let label = |column: &Column| match column.figures {
                true => format!("{FIGURES}{}", column.label),
                false => column.label.clone(),
            };
            let labels: Vec<String> = grid.columns.iter().map(label).collect();
            line("entetes", &labels.iter().map(String::as_str).collect::<Vec<_>>());
            for row in &grid.rows {
                // A cell of several parts goes on under itself.
                let deep = row.iter().map(|cell| cell.parts.len()).max().unwrap_or(0).max(1);
                for depth in 0..deep {
                    let part = |cell: &'_ Cell| cell.parts.get(depth).cloned().unwrap_or_default();
                    let parts: Vec<String> = row.iter().map(part).collect();
                    let form = if depth == 0 { "ligne" } else { "suite" };
                    line(form, &parts.iter().map(String::as_str).collect::<Vec<_>>());
                }
            }
        }
        // No table of the space is made of these.
        Block::Items { .. } | Block::Pairs(_) => {}
    }
}

/// Returns a cell as part of a line: spaces that do not break stay what they are.
fn one_line(cell: &str, chars_max: usize) -> String {
    let sign = |c: char| match c {
        c if c == BAR.0 => BAR.1,
        c if c.is_control() => ' ',
        c => c,
    };
    let line: String = cell.trim().chars().map(sign).collect();
    match line.char_indices().nth(chars_max) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

fn add(line: &Line, blocks: &mut Vec<Block>) {
    let content = line.content.as_str();
    let cells = || content.split(BAR.0).map(|cell| cell.trim().to_owned());
    match (line.form.as_str(), blocks.last_mut()) {
        ("titre_1", _) => blocks.push(Block::Heading { level: 1, text: content.to_owned() }),
        ("titre_2", _) => blocks.push(Block::Heading { level: 2, text: content.to_owned() }),
        ("titre_3", _) => blocks.push(Block::Heading { level: 3, text: content.to_owned() }),
        ("remarque", _) => blocks.push(Block::Remark(content.to_owned())),
        ("figure", _) => {
            blocks.push(Block::Figure(Figure { caption: content.to_owned(), bars: Vec::new() }));
        }
        ("barre", Some(Block::Figure(figure))) => {
            let mut cells = cells();
            let label = cells.next().unwrap_or_default();
            let percent = cells.next().and_then(|percent| percent.parse::<u8>().ok());
            let percent = percent.unwrap_or_default().min(100);
            figure.bars.push(Bar { label, percent, value: cells.next().unwrap_or_default() });
        }
        ("entetes", _) => {
            let columns = cells().map(|label| {
                let figures = label.strip_prefix(FIGURES).map(str::to_owned);
                let is_figures = figures.is_some();
                let (label, weight) = (figures.unwrap_or(label), 1);
                Column { label, weight, figures: is_figures }
            });
            let columns = columns.collect();
            blocks.push(Block::Grid(Grid { columns, rows: Vec::new() }));
        }
        ("ligne", Some(Block::Grid(grid))) => {
            let count = grid.columns.len();
            let cells = cells().chain(std::iter::repeat(String::new())).take(count);
            grid.rows.push(cells.map(Cell::of).collect());
            weigh(grid);
        }
        ("suite", Some(Block::Grid(grid))) => {
            if let Some(row) = grid.rows.last_mut() {
                for (cell, part) in row.iter_mut().zip(cells()) {
                    cell.parts.extend(Some(part).filter(|part| !part.is_empty()));
                }
            }
        }
        (_, _) => {}
    }
}

/// Shares the width by the last row too.
fn weigh(grid: &mut Grid) {
    let Some(row) = grid.rows.last() else { return };
    for (column, cell) in grid.columns.iter_mut().zip(row) {
        let chars = cell.text().chars().count().clamp(WEIGHTS.0, WEIGHTS.1);
        column.weight = column.weight.max(u32::try_from(chars).unwrap_or(1));
    }
}

#[cfg(test)]
mod tests;
