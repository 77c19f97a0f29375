//! Cells of Excel that show a percentage: `50 %` is kept as 0.5 with a format, and the library
//! gives the number alone.
//!
//! Only styles and positions are read here (ECMA-376, 18.8 and 18.3.1.4); what a cell holds is
//! the library's affair.

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::container::Container;
use super::grid::COLUMNS_MAX;
use super::problem::Refused;
use super::xml;

/// Formats of percentages that every workbook has without declaring them.
const BUILT_IN: [&str; 2] = ["9", "10"];
/// Cells of one file that are remembered.
const CELLS_MAX: usize = 1_000_000;

/// Lines and columns, from zero.
type Places = BTreeSet<(u32, u32)>;

/// Where a workbook shows percentages, by the names of its sheets.
#[derive(Debug, Default)]
pub(super) struct Percents(BTreeMap<String, Places>);

impl Percents {
    /// Looks for them.
    ///
    /// # Errors
    /// When there are more than a file may bring.
    pub(super) fn of(container: &Container) -> Result<Self, Refused> {
        let styles: BTreeSet<usize> =
            container.ending("xl/styles.xml").flat_map(|part| styles(&part)).collect();
        let mut percents = Self::default();
        if styles.is_empty() {
            return Ok(percents);
        }
        let mut left = CELLS_MAX;
        for (name, part) in sheets(container) {
            let Some(sheet) = container.ending(&part).next() else { continue };
            let places = places(&sheet, &styles, left).ok_or_else(too_many)?;
            left -= places.len();
            percents.0.insert(name, places);
        }
        Ok(percents)
    }

    /// Tells whether a cell shows a percentage.
    pub(super) fn has(&self, sheet: &str, place: (u32, u32)) -> bool {
        self.0.get(sheet).is_some_and(|places| places.contains(&place))
    }
}

/// Returns the styles of cells whose format is a percentage, by their places in the list.
fn styles(part: &str) -> Vec<usize> {
    let mut formats: BTreeSet<String> = BUILT_IN.iter().map(|id| (*id).to_owned()).collect();
    let (mut of_cells, mut at, mut found) = (false, 0, Vec::new());
    let mut reader = Reader::from_str(part);
    loop {
        match reader.read_event() {
            Ok(Event::Start(element) | Event::Empty(element)) => {
                match element.local_name().as_ref() {
                    "numFmt" if shows_percent(&element) => {
                        formats.extend(xml::attribute(&element, "numFmtId"));
                    }
                    "cellXfs" => of_cells = true,
                    "xf" if of_cells => {
                        let format = xml::attribute(&element, "numFmtId").unwrap_or_default();
                        found.extend(formats.contains(&format).then_some(at));
                        at += 1;
                    }
                    _ => {}
                }
            }
            Ok(Event::End(element)) if element.local_name().as_ref() == "cellXfs" => return found,
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => {}
        }
    }
}

/// Tells whether a format shows a percentage: a sign in quotes, or behind a stroke, only stands
/// there.
fn shows_percent(element: &BytesStart<'_>) -> bool {
    let format = xml::attribute(element, "formatCode").unwrap_or_default();
    let unquoted: String = format.split('"').step_by(2).collect();
    unquoted.replace("\\%", "").contains('%')
}

/// Returns the sheets of a workbook: their names, and how the names of their parts end.
fn sheets(container: &Container) -> Vec<(String, String)> {
    let mut targets = BTreeMap::new();
    for part in container.ending("workbook.xml.rels") {
        each(&part, "Relationship", |element| {
            let (id, target) = (local(element, "Id"), local(element, "Target"));
            if let (Some(id), Some(target)) = (id, target) {
                // Two parts of a path are enough: no two sheets share them.
                let mut last: Vec<&str> = target.rsplit('/').take(2).collect();
                last.reverse();
                targets.insert(id, last.join("/"));
            }
        });
    }
    let mut sheets = Vec::new();
    for part in container.ending("xl/workbook.xml") {
        each(&part, "sheet", |element| {
            let (name, id) = (xml::attribute(element, "name"), local(element, "id"));
            let target = id.and_then(|id| targets.get(&id).cloned());
            sheets.extend(name.zip(target));
        });
    }
    sheets
}

fn each(part: &str, name: &str, mut met: impl FnMut(&BytesStart<'_>)) {
    let mut reader = Reader::from_str(part);
    loop {
        match reader.read_event() {
            Ok(Event::Start(element) | Event::Empty(element)) => {
                if element.local_name().as_ref() == name {
                    met(&element);
                }
            }
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

/// Returns an attribute by its name without a prefix.
fn local(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = element.attributes().flatten();
    let found = attributes.find(|one| one.key.local_name().as_ref() == name)?;
    quick_xml::escape::unescape(&found.value).ok().map(std::borrow::Cow::into_owned)
}

/// Returns the cells of a sheet that have one of these styles; `None` when there are more than may
/// be.
fn places(part: &str, styles: &BTreeSet<usize>, most: usize) -> Option<Places> {
    let mut places = Places::new();
    let (mut line, mut column) = (0_u32, 0_u32);
    let mut reader = Reader::from_str(part);
    loop {
        match reader.read_event() {
            Ok(Event::Start(element) | Event::Empty(element)) => {
                let numbered = |name| xml::attribute(&element, name);
                match element.local_name().as_ref() {
                    "row" => {
                        let number = numbered("r").and_then(|number| number.parse().ok());
                        line = number.unwrap_or_else(|| line.saturating_add(1));
                        column = 0;
                    }
                    "c" => {
                        let named = numbered("r").and_then(|name| column_of(&name));
                        column = named.unwrap_or_else(|| column.saturating_add(1));
                        let style = numbered("s").and_then(|style| style.parse().ok());
                        let near = (column as usize) <= COLUMNS_MAX;
                        if near && style.is_some_and(|style| styles.contains(&style)) {
                            places.insert((line.saturating_sub(1), column.saturating_sub(1)));
                        }
                        if places.len() > most {
                            return None;
                        }
                    }
                    _ => {}
                }
            }
            Ok(Event::Eof) | Err(_) => return Some(places),
            Ok(_) => {}
        }
    }
}

/// Returns the column of a cell's name, from one: of `AB12` the 28th.
fn column_of(name: &str) -> Option<u32> {
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic);
    let number = letters.take(4).try_fold(0_u32, |number, letter| {
        number.checked_mul(26)?.checked_add(u32::from(letter.to_ascii_uppercase() - b'A') + 1)
    })?;
    (number > 0).then_some(number)
}

fn too_many() -> Refused {
    Refused::too_large(
        &format!("le fichier a plus d'un million de cases en pourcentage ({CELLS_MAX})"),
        &format!("the file has more than a million cells of percentages ({CELLS_MAX})"),
    )
}
