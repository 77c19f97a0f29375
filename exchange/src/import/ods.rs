//! Workbooks of LibreOffice: the cells of `content.xml` (OpenDocument 1.2).
//!
//! Read here rather than by the library of the other workbooks, which unfolds repeated cells and
//! blanks as often as a file says, before anything can bound it. Repeats of empty cells only
//! move the place; repeats of full ones pass through the [`Filler`].

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::container::Container;
use super::grid::{COLUMNS_MAX, Cell, Filler, Grid, LINES_MAX, SHEETS_MAX};
use super::problem::Refused;
use super::xml;

/// Blanks that one element may stand for.
const BLANKS_MAX: usize = 1_000;
/// Text of one cell, in bytes: several times what a field takes.
const CELL_BYTES_MAX: usize = 8 << 20;

/// Where the reader is, and the cell it is in.
#[derive(Default)]
struct Walk {
    filler: Filler,
    sheets: usize,
    line: usize,
    line_repeats: usize,
    column: usize,
    cell: Option<Open>,
    /// How deep in a comment, which is no content of the cell.
    aside: usize,
    /// Whether a cell has more text than a cell may.
    flooded: bool,
}

/// A cell that has begun.
struct Open {
    repeats: usize,
    value: Option<Cell>,
    text: String,
    paragraphs: usize,
}

/// Reads the sheets of a workbook.
///
/// # Errors
/// When it is damaged, or holds more than may be read.
pub(super) fn read(container: &Container) -> Result<Vec<Grid>, Refused> {
    let content = container.text("content.xml").ok_or_else(Refused::damaged)?;
    let mut reader = Reader::from_str(&content);
    let mut walk = Walk::default();
    loop {
        match reader.read_event().map_err(|_| Refused::damaged())? {
            Event::Start(element) => walk.start(&element),
            Event::Empty(element) => {
                walk.start(&element);
                walk.end(element.name().as_ref())?;
            }
            Event::End(element) => walk.end(element.name().as_ref())?,
            Event::Text(text) => walk.text(&text.xml10_content()),
            Event::GeneralRef(reference) => walk.text(&xml::character(&reference)),
            Event::Eof => break,
            Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_) => {}
        }
        if walk.flooded {
            return Err(Refused::too_large(
                "une case du classeur a trop de texte",
                "a cell of the workbook has too much text",
            ));
        }
        if walk.sheets > SHEETS_MAX {
            break;
        }
    }
    Ok(walk.filler.finish())
}

impl Walk {
    fn start(&mut self, element: &BytesStart<'_>) {
        let number = |name| xml::attribute(element, name).and_then(|value| value.parse().ok());
        match element.name().as_ref() {
            "table:table" => {
                let name = xml::attribute(element, "table:name").unwrap_or_default();
                self.filler.begin(&name);
                self.sheets += 1;
                self.line = 0;
            }
            "table:table-row" => {
                self.column = 0;
                self.line_repeats = number("table:number-rows-repeated").unwrap_or(1);
            }
            "table:table-cell" | "table:covered-table-cell" => {
                self.cell = Some(Open {
                    repeats: number("table:number-columns-repeated").unwrap_or(1),
                    value: value(element),
                    text: String::new(),
                    paragraphs: 0,
                });
            }
            "office:annotation" => self.aside += 1,
            "text:p" if self.aside == 0 => {
                if let Some(cell) = &mut self.cell {
                    if cell.paragraphs > 0 {
                        cell.text.push('\n');
                    }
                    cell.paragraphs += 1;
                }
            }
            "text:s" => {
                let blanks = number("text:c").unwrap_or(1).min(BLANKS_MAX);
                self.text(&" ".repeat(blanks));
            }
            "text:tab" => self.text("\t"),
            "text:line-break" => self.text("\n"),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) -> Result<(), Refused> {
        match name {
            "office:annotation" => self.aside = self.aside.saturating_sub(1),
            "table:table-row" => self.line = self.line.saturating_add(self.line_repeats),
            "table:table-cell" | "table:covered-table-cell" => {
                let Some(Open { repeats, value, text, .. }) = self.cell.take() else {
                    return Ok(());
                };
                let cell = value.unwrap_or(Cell::Text(text));
                let empty = matches!(&cell, Cell::Text(text) if text.trim().is_empty());
                if !empty {
                    self.put(repeats, &cell)?;
                }
                self.column = self.column.saturating_add(repeats);
            }
            _ => {}
        }
        Ok(())
    }

    fn put(&mut self, repeats: usize, cell: &Cell) -> Result<(), Refused> {
        let columns = repeats.min(COLUMNS_MAX.saturating_sub(self.column));
        if columns < repeats {
            self.filler.cut();
        }
        for column in self.column..self.column.saturating_add(columns) {
            for line in 0..self.line_repeats.min(LINES_MAX + 1) {
                self.filler.put(self.line.saturating_add(line), column, cell.clone())?;
            }
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if let Some(cell) = self.cell.as_mut().filter(|cell| self.aside == 0 && cell.paragraphs > 0)
        {
            self.flooded |= cell.text.len() + text.len() > CELL_BYTES_MAX;
            if !self.flooded {
                cell.text.push_str(text);
            }
        }
    }
}

/// Returns what the attributes of a cell say, unless it is text.
fn value(element: &BytesStart<'_>) -> Option<Cell> {
    let attribute = |name| xml::attribute(element, name);
    match attribute("office:value-type")?.as_str() {
        kind @ ("float" | "currency" | "percentage") => {
            let number = attribute("office:value")?.parse::<f64>().ok()?;
            let number = number.is_finite().then_some(Cell::Number(number))?;
            Some(if kind == "percentage" { number.into_percent() } else { number })
        }
        "boolean" => Some(Cell::Boolean(attribute("office:boolean-value")? == "true")),
        "date" => Some(moment(&attribute("office:date-value")?)),
        "string" => attribute("office:string-value").map(Cell::Text),
        _ => None,
    }
}

/// Reads `2026-01-14` or `2026-01-14T09:30:00`; what is neither stays text.
fn moment(written: &str) -> Cell {
    let parts = || {
        let (date, time) = written.split_once('T').unwrap_or((written, "00:00"));
        let mut date = date.splitn(3, '-').map(str::parse);
        let mut time = time.splitn(3, ':').map(str::parse);
        let (year, month, day) = (date.next()?.ok()?, date.next()?.ok()?, date.next()?.ok()?);
        Some(Cell::Moment([year, month, day, time.next()?.ok()?, time.next()?.ok()?]))
    };
    parts().unwrap_or_else(|| Cell::Text(written.to_owned()))
}
