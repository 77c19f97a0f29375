//! Which sheet of the tracker a sheet of a file is, and which of its columns is which.
//!
//! The line of headings is looked for under titles and logos; headings come in any order, with or
//! without accents, by the labels of the kind tables or by the other words people use.

use std::collections::BTreeMap;

use client_core::kinds::Language;

use super::folding::{folded, inclusive};
use super::grid::{Cell, Grid, Line};
use super::problem::{Problem, Spot};
use crate::tracker::{COMMENTS, Column, LISTS, Place, SHEETS, Sheet};

/// Lines in which the headings are looked for.
const LINES_LOOKED_AT: usize = 30;
/// Headings that must be known where the name of the sheet tells what it is.
const NAMED_HEADINGS_MIN: usize = 2;
/// Headings that must be known where the name of the sheet tells nothing.
const HEADINGS_MIN: usize = 3;

/// A sheet that was recognised.
pub(super) struct Headed {
    pub(super) sheet: &'static Sheet,
    /// The place of the headings among the lines of the grid.
    pub(super) line: usize,
    /// What the columns are.
    pub(super) columns: BTreeMap<usize, &'static Column>,
    /// The column of comments on each line, where its sheet makes rows of them.
    pub(super) comment: Option<usize>,
}

/// Recognises a sheet by its name and its headings; says which headings mean nothing.
pub(super) fn recognise(grid: &Grid, problems: &mut Vec<Problem>) -> Option<Headed> {
    let named: Vec<&'static Sheet> = SHEETS.iter().filter(|sheet| bears(sheet, grid)).collect();
    // The first of equals: sheets stand in the order in which they are likely.
    let among = |least: usize, sheets: &[&'static Sheet]| {
        let all = sheets.iter().rev().filter_map(|sheet| best(sheet, grid, least));
        let all: Vec<Headed> = all.collect();
        let (whole, lacking): (Vec<_>, Vec<_>) = all.into_iter().partition(names);
        (whole.into_iter().max_by_key(score), lacking.into_iter().max_by_key(score))
    };
    let every: Vec<&'static Sheet> = SHEETS.iter().collect();
    let (named, named_lacking) = among(NAMED_HEADINGS_MIN, &named);
    let (like, like_lacking) = match named {
        Some(_) => (None, None),
        None => among(HEADINGS_MIN, &every),
    };
    // What bears the name of a sheet is not taken for another one by as many headings.
    let tells = |like: &Headed| named_lacking.as_ref().is_none_or(|one| score(like) > score(one));
    let Some(mut found) = named.or(like.filter(tells)) else {
        if grid.name != LISTS {
            problems.push(match named_lacking.or(like_lacking) {
                Some(lacking) => column_needed(grid, &lacking),
                None => unknown_sheet(grid),
            });
        }
        return None;
    };
    found.comment = comment(&found, &grid.lines[found.line]);
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
    let headed = lines.map(|(line, cells)| {
        let columns = matched(sheet, cells);
        Headed { sheet, line, columns, comment: None }
    });
    let enough = |headed: &Headed| headed.columns.len() >= headings_min;
    // The first of equals: a line of data may repeat words of the headings. One that names what
    // its lines are about comes before one that does not.
    let worth = |headed: &Headed| (names(headed), score(headed));
    headed.filter(enough).fold(None, |best: Option<Headed>, one| match best {
        Some(best) if worth(&best) >= worth(&one) => Some(best),
        Some(_) | None => Some(one),
    })
}

/// Tells whether the columns name what their lines are about.
fn names(headed: &Headed) -> bool {
    let has = |place| headed.columns.values().any(|column| column.place == place);
    match headed.sheet.rows {
        Some(_) if has(Place::Id) || headed.sheet.kind == "ctsm" => true,
        Some(_) | None => headed.sheet.needed().iter().any(|column| has(column.place)),
    }
}

/// Gives each cell of a line the column it is the heading of: by labels first, then by aliases.
fn matched(sheet: &'static Sheet, line: &Line) -> BTreeMap<usize, &'static Column> {
    let headings: Vec<(usize, String)> = line
        .cells
        .iter()
        .filter_map(|(at, cell)| match cell {
            Cell::Text(text) => Some((*at, heading(text))),
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
            // Rows by their keys may be listed in several columns: co-leaders beside partners.
            let taken = |column: &&Column| {
                let one_alone = !matches!(column.place, Place::Keys(_));
                one_alone && found.values().any(|one| one.place == column.place)
            };
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

/// Returns a heading as it is compared: without the endings for both genders, and without the
/// unit that people write after it.
fn heading(text: &str) -> String {
    const AFTER: [&str; 6] = [" en euros", " euros", " en", " ttc", " jj mm aaaa", " oui non"];
    let folded = folded(&inclusive(text));
    let bare = AFTER.iter().find_map(|after| folded.strip_suffix(after));
    bare.map_or(folded.clone(), str::to_owned)
}

/// Returns the column of comments, where no column of the sheet is meant by its heading.
fn comment(found: &Headed, line: &Line) -> Option<usize> {
    found.sheet.comments()?;
    let is_comment = |text: &str| COMMENTS.iter().any(|word| folded(word) == heading(text));
    let mut cells = line.cells.iter().filter(|(at, _)| !found.columns.contains_key(at));
    let found = cells.find(|(_, cell)| matches!(cell, Cell::Text(text) if is_comment(text)));
    found.map(|(at, _)| *at)
}

/// Says what a sheet looks like, and which column it lacks to be it.
fn column_needed(grid: &Grid, found: &Headed) -> Problem {
    let sheet = found.sheet;
    let spot = Spot::row(&grid.name, grid.lines[found.line].number);
    let of = |language: Language, or: &str| {
        let quoted = |heading: &str| match language {
            Language::French => format!("« {heading} »"),
            Language::English => format!("“{heading}”"),
        };
        let known = found.columns.values().map(|column| quoted(sheet.heading(column, language)));
        let needed = sheet.needed();
        let needed = needed.iter().map(|column| quoted(sheet.heading(column, language)));
        let (known, needed): (Vec<_>, Vec<_>) = (known.collect(), needed.collect());
        (quoted(sheet.name.get(language)), known.join(", "), needed.join(or))
    };
    let (name_fr, known_fr, needed_fr) = of(Language::French, " ou ");
    let (name_en, known_en, needed_en) = of(Language::English, " or ");
    Problem::new(
        spot,
        "column-needed",
        format!(
            "feuille laissée de côté : elle ressemble à {name_fr} ({known_fr}), mais il y manque \
             une colonne {needed_fr} ; ajoutez-la, ou donnez ce titre à celle qui en tient lieu."
        ),
        format!(
            "sheet left aside: it looks like {name_en} ({known_en}), but it lacks a column \
             {needed_en}; add it, or give this heading to the one that stands for it."
        ),
    )
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
        if found.columns.contains_key(at) || found.comment == Some(*at) {
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
