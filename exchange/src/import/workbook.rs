//! Workbooks of Excel, read cell by cell.
//!
//! The library would give a whole sheet as a rectangle, whose size a hostile file chooses; here
//! cells come one by one and a [`Filler`] bounds them.

use std::io::Cursor;

use calamine::{DataRef, Reader as _, Xlsx};

use super::container::Container;
use super::grid::{Cell, Filler, Grid, SHEETS_MAX};
use super::problem::Refused;

/// The first day that spreadsheets do not know any more, counted from 1900: in the year 10000.
const DAYS_MAX: f64 = 2_958_465.0;

/// Reads the sheets of a workbook.
///
/// # Errors
/// When it is damaged, or holds more than may be read.
pub(super) fn read(container: Container) -> Result<Vec<Grid>, Refused> {
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
                    if let Some(value) = value(cell.get_value()) {
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
