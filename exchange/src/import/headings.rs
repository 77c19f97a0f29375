//! Which sheet of the tracker a sheet of a file is, and which of its columns is which.
//!
//! The line of headings is looked for under titles and logos; headings come in any order, with or
//! without accents, by the labels of the kind tables or by the other words people use.

use std::collections::BTreeMap;

use client_core::kinds::Language;

use super::folding::folded;
use super::grid::{Cell, Grid, Line};
use super::problem::{Problem, Spot};
use crate::tracker::{Column, LISTS, Place, SHEETS, Sheet, codes};

/// Lines in which the headings are looked for.
const LINES_LOOKED_AT: usize = 30;
/// Headings that must be known where the name of the sheet tells nothing.
const HEADINGS_MIN: usize = 3;

/// A sheet that was recognised.
pub(super) struct Headed {
    pub(super) sheet: &'static Sheet,
    /// The place of the headings among the lines of the grid.
    pub(super) line: usize,
    /// What the columns are.
    pub(super) columns: BTreeMap<usize, &'static Column>,
}

/// Recognises a sheet by its name and its headings; says which headings mean nothing.
pub(super) fn recognise(grid: &Grid, problems: &mut Vec<Problem>) -> Option<Headed> {
    let named: Vec<&'static Sheet> = SHEETS.iter().filter(|sheet| bears(sheet, grid)).collect();
    let by_name = named.iter().filter_map(|sheet| best(sheet, grid, 2)).max_by_key(score);
    let found = by_name.or_else(|| {
        // The first of equals: sheets stand in the order in which they are likely.
        let all = SHEETS.iter().rev().filter_map(|sheet| best(sheet, grid, HEADINGS_MIN));
        all.max_by_key(score)
    });
    let Some(found) = found else {
        if grid.name != LISTS {
            problems.push(unknown_sheet(grid));
        }
        return None;
    };
    unknown_headings(grid, &found, problems);
    Some(found)
}

fn score(headed: &Headed) -> usize {
    headed.columns.len()
}

/// Tells whether the name of a sheet is that of one of ours, or begins or ends so.
fn bears(sheet: &Sheet, grid: &Grid) -> bool {
    let name = format!(" {} ", folded(&grid.name));
    let ours = sheet.aliases.iter().copied().chain([sheet.name.fr, sheet.name.en]);
    ours.map(folded).any(|ours| name.contains(&format!(" {ours} ")))
}

/// Returns the line that has most headings of a sheet, if it has enough to tell lines apart.
fn best(sheet: &'static Sheet, grid: &Grid, headings_min: usize) -> Option<Headed> {
    let lines = grid.lines.iter().take(LINES_LOOKED_AT).enumerate();
    let headed = lines.map(|(line, cells)| Headed { sheet, line, columns: matched(sheet, cells) });
    let enough = |headed: &Headed| headed.columns.len() >= headings_min && names(headed);
    // The first of equals: a line of data may repeat words of the headings.
    headed.filter(enough).fold(None, |best: Option<Headed>, one| match best {
        Some(best) if score(&best) >= score(&one) => Some(best),
        Some(_) | None => Some(one),
    })
}

/// Tells whether the columns name what their lines are about.
fn names(headed: &Headed) -> bool {
    let has = |place| headed.columns.values().any(|column| column.place == place);
    match headed.sheet.rows {
        Some(_) => has(Place::Parent) || has(Place::Id) || headed.sheet.kind == "ctsm",
        None => {
            let codes = codes(headed.sheet.kind);
            has(Place::Title) || codes.iter().any(|code| has(Place::Field(code)))
        }
    }
}

/// Gives each cell of a line the column it is the heading of: by labels first, then by aliases.
fn matched(sheet: &'static Sheet, line: &Line) -> BTreeMap<usize, &'static Column> {
    let headings: Vec<(usize, String)> = line
        .cells
        .iter()
        .filter_map(|(at, cell)| match cell {
            Cell::Text(text) => Some((*at, folded(text))),
            Cell::Number(_) | Cell::Boolean(_) | Cell::Moment(_) => None,
        })
        .collect();
    let mut found: BTreeMap<usize, &'static Column> = BTreeMap::new();
    let label = |column: &Column, heading: &str| {
        [Language::French, Language::English]
            .into_iter()
            .any(|language| folded(sheet.heading(column, language)) == heading)
    };
    let alias = |column: &Column, heading: &str| {
        column.aliases.iter().any(|alias| folded(alias) == heading)
    };
    for by_alias in [false, true] {
        let means = |column: &Column, heading: &str| {
            if by_alias { alias(column, heading) } else { label(column, heading) }
        };
        for (at, heading) in &headings {
            let taken = |column: &&Column| found.values().any(|one| one.place == column.place);
            if found.contains_key(at) || heading.is_empty() {
                continue;
            }
            let is_meant = |column: &&Column| !taken(column) && means(column, heading);
            let meant = sheet.columns.iter().find(is_meant);
            if let Some(column) = meant {
                found.insert(*at, column);
            }
        }
    }
    found
}

fn unknown_sheet(grid: &Grid) -> Problem {
    let spot = Spot { sheet: grid.name.clone(), ..Spot::default() };
    let names: Vec<&str> = SHEETS.iter().map(|sheet| sheet.name.fr).collect();
    Problem::new(
        spot,
        "sheet-unknown",
        format!(
            "feuille laissée de côté : aucune ligne de titres reconnue. Les feuilles lues sont : \
             {}.",
            names.join(", ")
        ),
        format!(
            "sheet left aside: no line of headings was recognised. The sheets read are: {}.",
            SHEETS.iter().map(|sheet| sheet.name.en).collect::<Vec<_>>().join(", ")
        ),
    )
}

fn unknown_headings(grid: &Grid, found: &Headed, problems: &mut Vec<Problem>) {
    let line = &grid.lines[found.line];
    let spot = Spot::row(&grid.name, line.number);
    for (at, cell) in &line.cells {
        if found.columns.contains_key(at) {
            continue;
        }
        let heading = cell.typed();
        problems.push(Problem::new(
            spot.cell(*at),
            "column-unknown",
            format!("colonne « {heading} » laissée de côté : ce titre n'est pas reconnu."),
            format!("column “{heading}” left aside: this heading is not known."),
        ));
    }
    if grid.cut {
        problems.push(Problem::new(
            spot,
            "columns-beyond",
            format!("les colonnes au-delà de la {}e ne sont pas lues.", super::grid::COLUMNS_MAX),
            format!("columns beyond number {} are not read.", super::grid::COLUMNS_MAX),
        ));
    }
}
