//! Workbooks of Excel, read cell by cell.
//!
//! The library would give a whole sheet as a rectangle, whose size a hostile file chooses; here
//! cells come one by one and a [`Filler`] bounds them.

use std::collections::BTreeSet;
use std::io::Cursor;

use calamine::{DataRef, Reader as _, Xlsx};
use quick_xml::Reader;
use quick_xml::events::Event;

use super::container::Container;
use super::grid::{Cell, Filler, Grid, SHEETS_MAX};
use super::percent::Percents;
use super::problem::Refused;

/// The first day that spreadsheets do not know any more, counted from 1900: in the year 10000.
const DAYS_MAX: f64 = 2_958_465.0;

/// Reads the sheets of a workbook.
///
/// # Errors
/// When it is damaged, or holds more than may be read.
pub(super) fn read(container: Container) -> Result<Vec<Grid>, Refused> {
    if names_a_sheet_twice(&container) {
        return Err(Refused::damaged());
    }
    let percents = Percents::of(&container)?;
    let packed = container.repacked()?;
    let mut book = Xlsx::new(Cursor::new(packed)).map_err(|_| Refused::damaged())?;
    let names = book.sheet_names();
    let mut filler = Filler::default();
    for name in names.iter().take(SHEETS_MAX) {
        // A sheet that is a chart has no cells.
        let Ok(mut cells) = book.worksheet_cells_reader(name) else {
            continue;
        };
        filler.begin(name);
        loop {
            match cells.next_cell() {
                Ok(Some(cell)) => {
                    let (line, column) = cell.get_position();
                    if let Some(mut value) = value(cell.get_value()) {
                        if percents.has(name, (line, column)) {
                            value = value.into_percent();
                        }
                        filler.put(line as usize, column as usize, value)?;
                    }
                }
                Ok(None) => break,
                Err(_) => return Err(Refused::damaged()),
            }
        }
    }
    Ok(filler.finish())
}

/// Tells whether two sheets are one part of the file: it would be read as often as it is named.
fn names_a_sheet_twice(container: &Container) -> bool {
    let sheets = container.ending("workbook.xml").any(|part| repeats(&part, "sheet", "id"));
    sheets
        || container
            .ending("workbook.xml.rels")
            .any(|part| repeats(&part, "Relationship", "Target"))
}

/// Tells whether two elements of a name have the same attribute: paths by their last two parts.
fn repeats(part: &str, element: &str, attribute: &str) -> bool {
    let mut reader = Reader::from_str(part);
    let mut met = BTreeSet::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(found) | Event::Empty(found)) => {
                if found.local_name().as_ref() != element {
                    continue;
                }
                let told = found.attributes().flatten();
                let told = told.filter(|told| told.key.local_name().as_ref() == attribute);
                for told in told {
                    let path = match quick_xml::escape::unescape(&told.value) {
                        Ok(path) => path.to_lowercase(),
                        Err(_) => told.value.to_lowercase(),
                    };
                    let last: Vec<&str> = path.rsplit('/').take(2).collect();
                    if !met.insert(last.join("/")) {
                        return true;
                    }
                }
            }
            Ok(Event::Eof) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

fn value(data: &DataRef<'_>) -> Option<Cell> {
    Some(match data {
        DataRef::Int(number) => Cell::Text(number.to_string()),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::String(text) => Cell::Text(text.clone()),
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::Bool(value) => Cell::Boolean(*value),
        DataRef::DateTime(moment) => {
            let days = moment.as_f64();
            if moment.is_duration() || !(0.0..DAYS_MAX).contains(&days) {
                return Some(Cell::Number(days));
            }
            let (year, month, day, hours, minutes, ..) = moment.to_ymd_hms_milli();
            let [month, day, hours, minutes] = [month, day, hours, minutes].map(u16::from);
            Cell::Moment([year, month, day, hours, minutes])
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::Text(text.clone()),
        // What a formula could not work out is shown as the spreadsheet shows it.
        DataRef::Error(error) => Cell::Text(error.to_string()),
        DataRef::Empty => return None,
    })
}
