//! Sheets as lines of cells, whatever file they came from.
//!
//! A [`Filler`] bounds what one file may bring: cells, lines and characters are counted as they
//! come, so that a small file that stands for a large one is refused before it is unfolded.

use std::collections::BTreeMap;

use super::problem::Refused;

/// Cells with something in them that one file may bring.
const CELLS_MAX: usize = 1_000_000;
/// Lines with something in them that one sheet may bring.
pub(super) const LINES_MAX: usize = 50_000;
/// Bytes of text that one file may bring; a text that many cells share counts each time.
const TEXT_BYTES_MAX: usize = 64 << 20;
/// Columns that are looked at; what stands farther right is left out.
pub(super) const COLUMNS_MAX: usize = 256;
/// Sheets that are looked at.
pub(super) const SHEETS_MAX: usize = 64;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// Words, blanks around them cut.
    Text(String),
    /// A number, as the spreadsheet holds it.
    Number(f64),
    /// Yes or no.
    Boolean(bool),
    /// A day and a time of day: year, month, day, hours, minutes.
    Moment([u16; 5]),
}

/// One line that holds something.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    /// Its number in the sheet, from one.
    pub(super) number: usize,
    /// Its cells by column, from zero.
    pub(super) cells: BTreeMap<usize, Cell>,
}

/// One sheet.
#[derive(Debug, Clone, Default)]
pub(super) struct Grid {
    /// Its name.
    pub(super) name: String,
    /// Its lines, in order.
    pub(super) lines: Vec<Line>,
    /// Whether something stood beyond the columns that are looked at.
    pub(super) cut: bool,
}

/// Fills the sheets of one file, within bounds.
#[derive(Debug, Default)]
pub(super) struct Filler {
    grids: Vec<Grid>,
    current: BTreeMap<usize, Line>,
    name: String,
    cut: bool,
    cells: usize,
    text_bytes: usize,
}

impl Filler {
    /// Begins a sheet.
    pub(super) fn begin(&mut self, name: &str) {
        self.end();
        name.clone_into(&mut self.name);
    }

    /// Puts something into the sheet begun last; lines and columns are counted from zero.
    ///
    /// # Errors
    /// When the file brings more than it may.
    pub(super) fn put(&mut self, line: usize, column: usize, cell: Cell) -> Result<(), Refused> {
        let cell = match cell {
            Cell::Text(text) if text.trim().is_empty() => return Ok(()),
            Cell::Text(text) => Cell::Text(text.trim().to_owned()),
            Cell::Number(_) | Cell::Boolean(_) | Cell::Moment(_) => cell,
        };
        if column >= COLUMNS_MAX {
            self.cut = true;
            return Ok(());
        }
        if let Cell::Text(text) = &cell {
            self.text_bytes += text.len();
        }
        self.cells += 1;
        let known = self.current.contains_key(&line);
        if !known && self.current.len() >= LINES_MAX {
            return Err(Refused::too_large(
                &format!("la feuille « {} » a plus de {LINES_MAX} lignes", self.name),
                &format!("the sheet “{}” has more than {LINES_MAX} rows", self.name),
            ));
        }
        if self.cells > CELLS_MAX || self.text_bytes > TEXT_BYTES_MAX {
            return Err(Refused::too_large(
                &format!("le fichier a plus d'un million de cases ({CELLS_MAX}) ou trop de texte"),
                &format!("the file has more than a million cells ({CELLS_MAX}) or too much text"),
            ));
        }
        let line = self
            .current
            .entry(line)
            .or_insert_with(|| Line { number: line.saturating_add(1), cells: BTreeMap::new() });
        line.cells.insert(column, cell);
        Ok(())
    }

    /// Notes that the sheet has more columns than are read.
    pub(super) fn cut(&mut self) {
        self.cut = true;
    }

    fn end(&mut self) {
        let lines: Vec<Line> = std::mem::take(&mut self.current).into_values().collect();
        let (name, cut) = (std::mem::take(&mut self.name), std::mem::take(&mut self.cut));
        if !lines.is_empty() {
            self.grids.push(Grid { name, lines, cut });
        }
    }

    /// Returns the sheets that hold something.
    #[must_use]
    pub(super) fn finish(mut self) -> Vec<Grid> {
        self.end();
        self.grids
    }
}

impl Cell {
    /// Returns a number as the percentage that a spreadsheet shows of it: 0.5 as `50 %`.
    #[must_use]
    pub(super) fn into_percent(self) -> Self {
        match self {
            Self::Number(number) => Self::Text(format!("{} %", number_typed(number * 100.0))),
            Self::Text(_) | Self::Boolean(_) | Self::Moment(_) => self,
        }
    }

    /// Returns the cell as people would type it.
    #[must_use]
    pub(super) fn typed(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number_typed(*number),
            Self::Boolean(true) => "oui".to_owned(),
            Self::Boolean(false) => "non".to_owned(),
            Self::Moment([year, month, day, 0, 0]) => format!("{day:02}/{month:02}/{year:04}"),
            Self::Moment([year, month, day, hours, minutes]) => {
                format!("{day:02}/{month:02}/{year:04} {hours}h{minutes:02}")
            }
        }
    }
}

/// Digits that a spreadsheet keeps of a number.
const DIGITS_KEPT: i32 = 15;

/// Writes a number with the digits a spreadsheet shows of it: the sixteenth is where 0.1 + 0.2
/// ceases to be 0.3.
fn number_typed(number: f64) -> String {
    if !number.is_finite() || number.abs() >= 1e15 {
        return number.to_string();
    }
    let mut whole = 1;
    let mut left = number.abs();
    while left >= 10.0 {
        left /= 10.0;
        whole += 1;
    }
    let decimals = usize::try_from((DIGITS_KEPT - whole).max(0)).unwrap_or(0);
    let written = format!("{number:.decimals$}");
    if !written.contains('.') {
        return written;
    }
    let short = written.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn numbers_are_written_as_the_spreadsheet_shows_them() {
        for (number, typed) in [
            (12500.5, "12500.5"),
            (0.1 + 0.2, "0.3"),
            (3.0, "3"),
            (-0.0, "0"),
            (36.6 * 3.0, "109.8"),
            (26_000_000_012_345.0, "26000000012345"),
            (1.0 / 3.0, "0.33333333333333"),
        ] {
            assert_eq!(Cell::Number(number).typed(), typed);
        }
    }

    #[test]
    fn what_a_file_may_bring_is_bounded() {
        let mut filler = Filler::default();
        filler.begin("Fiches");
        let refused = (0..=LINES_MAX).find_map(|n| filler.put(n, 0, Cell::Number(1.0)).err());
        assert_eq!(refused.unwrap().code, "file-too-large");
        let mut filler = Filler::default();
        let long = "x".repeat(1 << 20);
        let refused = (0..100).find_map(|n| filler.put(n, 0, Cell::Text(long.clone())).err());
        assert_eq!(refused.unwrap().code, "file-too-large");
        let mut filler = Filler::default();
        filler.begin("Loin");
        filler.put(0, 0, Cell::Number(1.0)).unwrap();
        filler.put(0, 16_000, Cell::Number(1.0)).unwrap();
        let grids = filler.finish();
        assert!(grids[0].cut && grids[0].lines[0].cells.len() == 1);
    }
}
