//! Aligned and coloured text for people.
//!
//! A page is built in memory and written at once. Every method cleans what it is given: a page
//! never passes on a control character, whoever wrote the words.

use crate::{Lang, Text};
use clap::builder::styling::{AnsiColor, Style};
use std::borrow::Cow;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// An answer for people, under construction.
#[derive(Debug)]
pub struct Page {
    lang: Lang,
    coloured: bool,
    /// Columns of the terminal; sentences are not broken where there is none.
    columns: Option<usize>,
    text: String,
}

impl Page {
    pub(crate) fn new(lang: Lang, coloured: bool, columns: Option<usize>) -> Self {
        Self { lang, coloured, columns, text: String::new() }
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// Returns the language of the reader.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// Adds a title line.
    pub fn title(&mut self, text: &Text) {
        self.styled(Style::new().bold(), text.in_lang(self.lang));
    }

    /// Adds a sentence in the reader's language.
    pub fn say(&mut self, text: &Text) {
        let lines = wrapped(&visible(text.in_lang(self.lang)), self.columns, 0);
        lines.iter().for_each(|line| self.line(line));
    }

    /// Adds a sentence that says that something went well.
    pub fn good(&mut self, text: &Text) {
        self.styled(AnsiColor::Green.on_default(), text.in_lang(self.lang));
    }

    /// Adds a sentence that a person must look at.
    pub fn alarm(&mut self, text: &Text) {
        self.styled(AnsiColor::Red.on_default().bold(), text.in_lang(self.lang));
    }

    /// Adds one line of words that belong to no language.
    pub fn line(&mut self, line: &str) {
        self.text.push_str(&visible(line));
        self.text.push('\n');
    }

    /// Adds text of several lines, keeping its line breaks.
    pub fn text(&mut self, text: &str) {
        text.lines().for_each(|line| self.line(line));
    }

    /// Adds text that people wrote, keeping its line breaks; longer lines are broken between words
    /// to fit the terminal, or [`COLUMNS_USUAL`] where there is none.
    pub fn prose(&mut self, text: &str) {
        let columns = self.columns.unwrap_or(COLUMNS_USUAL);
        for line in text.lines() {
            let line = visible(line);
            wrapped(&line, Some(columns), 0).iter().for_each(|line| self.line(line.trim_end()));
        }
    }

    /// Adds an empty line.
    pub fn gap(&mut self) {
        self.text.push('\n');
    }

    /// Adds a line that is set in by some columns, broken between words to fit.
    pub fn set_in(&mut self, indent: usize, line: &str) {
        let line = format!("{}{}", " ".repeat(indent), visible(line));
        let lines = wrapped(&line, self.columns, indent + 2);
        lines.iter().for_each(|line| self.line(line));
    }

    /// Adds labels and values, the values aligned under each other. On a terminal a label that
    /// would push the others' values aside has its own line, its value under it.
    pub fn pairs(&mut self, pairs: &[(Text, String)]) {
        let colon = Text::of(" :", ":");
        let labels: Vec<String> = pairs
            .iter()
            .map(|(label, _)| format!("{}{}", label.in_lang(self.lang), colon.in_lang(self.lang)))
            .collect();
        let width_max = self.columns.map_or(usize::MAX, |columns| columns * 2 / 5);
        let widths = labels.iter().map(|label| label.width());
        let width = widths.filter(|width| *width <= width_max).max().unwrap_or(0);
        for (label, (_, value)) in labels.iter().zip(pairs) {
            let value = visible(value);
            let fits = self.columns.is_none_or(|max| label.width() + 1 + value.width() <= max);
            let lines = if label.width() <= width || fits {
                let padding = " ".repeat(width.saturating_sub(label.width()));
                let line = format!("{label}{padding} {value}");
                wrapped(line.trim_end(), self.columns, width + 1)
            } else {
                let own = label.len() - label.trim_start().len();
                let mut lines = wrapped(label, self.columns, own + 2);
                let indent = width.max(own + 1) + 1;
                let line = format!("{}{value}", " ".repeat(indent));
                lines.extend(wrapped(&line, self.columns, indent));
                lines
            };
            lines.iter().for_each(|line| self.line(line));
        }
    }

    /// Adds a table: a header, then rows whose cells are aligned under it.
    ///
    /// A row shorter than the header is filled with empty cells; what is longer is cut off.
    pub fn table(&mut self, headers: &[Text], rows: &[Vec<String>]) {
        let head: Vec<String> =
            headers.iter().map(|header| header.in_lang(self.lang).to_owned()).collect();
        let clean = |cells: &[String]| -> Vec<String> {
            (0..head.len())
                .map(|column| cells.get(column).map_or("", |cell| cell.as_str()))
                .map(|cell| visible(cell).into_owned())
                .collect()
        };
        let rows: Vec<Vec<String>> = rows.iter().map(|row| clean(row)).collect();
        let mut widths: Vec<usize> = (0..head.len())
            .map(|column| {
                let cells = rows.iter().map(|row| row[column].width());
                cells.chain([head[column].width()]).max().unwrap_or(0)
            })
            .collect();
        self.columns.inspect(|columns| narrow(&mut widths, *columns));
        self.styled(Style::new().underline(), &aligned(&head, &widths));
        rows.iter().for_each(|row| self.line(&aligned(row, &widths)));
    }

    fn styled(&mut self, style: Style, line: &str) {
        for line in wrapped(&visible(line), self.columns, 0) {
            if self.coloured {
                self.text.push_str(&format!("{style}{line}{style:#}\n"));
            } else {
                self.text.push_str(&line);
                self.text.push('\n');
            }
        }
    }
}

/// Returns one line as a terminal may show it.
///
/// Control characters, which could move the cursor or rewrite the screen, and the marks that turn
/// the direction of writing around, which could make a name look like another, are shown as `�`.
#[must_use]
pub fn visible(line: &str) -> Cow<'_, str> {
    if line.chars().any(is_hostile) {
        let shown = line.chars().map(|c| if is_hostile(c) { '\u{fffd}' } else { c });
        Cow::Owned(shown.collect())
    } else {
        Cow::Borrowed(line)
    }
}

fn is_hostile(c: char) -> bool {
    let turns_direction = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    (c.is_control() && c != '\t') || turns_direction
}

fn aligned(cells: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (at, (cell, width)) in cells.iter().zip(widths).enumerate() {
        if at > 0 {
            line.push_str("  ");
        }
        let cell = cut(cell, *width);
        line.push_str(&cell);
        line.push_str(&" ".repeat(width - cell.width()));
    }
    line.trim_end().to_owned()
}

/// Returns a sentence broken between words so that each line fits some columns; lines after the
/// first are set in. A word that does not fit by itself, such as an invitation, stays whole.
pub(crate) fn wrapped(line: &str, columns: Option<usize>, indent: usize) -> Vec<String> {
    let Some(columns) = columns.filter(|columns| line.width() > *columns) else {
        return vec![line.to_owned()];
    };
    let indent = if indent + COLUMNS_MIN / 2 > columns { 0 } else { indent };
    let mut lines = Vec::new();
    let mut current = String::new();
    for (at, word) in line.split(' ').enumerate() {
        let fresh = current.trim().is_empty();
        if !fresh && current.width() + 1 + word.width() > columns {
            lines.push(std::mem::replace(&mut current, " ".repeat(indent)));
            current.push_str(word);
        } else {
            if at > 0 {
                current.push(' ');
            }
            current.push_str(word);
        }
    }
    lines.push(current);
    lines
}

/// Columns that prose is fitted to where no terminal tells its own.
const COLUMNS_USUAL: usize = 80;
/// Fewest columns that anything is fitted to.
pub(crate) const COLUMNS_MIN: usize = 40;
/// Fewest columns that a column of a table is cut to: identifiers stay whole.
const CELL_MIN: usize = 12;

/// Takes from the widest columns of a table until it fits.
fn narrow(widths: &mut [usize], columns: usize) {
    loop {
        let total = widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1);
        let Some(widest) = widths.iter_mut().max().filter(|width| **width > CELL_MIN) else {
            return;
        };
        if total <= columns {
            return;
        }
        *widest -= 1;
    }
}

fn cut(cell: &str, width: usize) -> Cow<'_, str> {
    if cell.width() <= width {
        return Cow::Borrowed(cell);
    }
    let mut kept = String::new();
    for c in cell.chars() {
        if kept.width() + c.width().unwrap_or(0) + 1 > width {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    Cow::Owned(kept)
}
