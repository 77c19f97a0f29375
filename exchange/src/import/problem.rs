//! What could not be read, and where: the sentences people get about a file.
//!
//! A [`Refused`] file gives nothing at all; a [`Problem`] is about one place, and everything else
//! is still offered. Both speak French and English.

use client_core::kinds::Language;

/// A place in a file, as the program that shows the file names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Spot {
    /// The sheet, or the name of the file for one without sheets.
    pub sheet: String,
    /// The line, counted from one.
    pub row: Option<usize>,
    /// The letter of the column.
    pub column: Option<String>,
    /// The way to a value, in a file that has neither lines nor columns: `documents[3].title`.
    pub path: Option<String>,
}

impl Spot {
    /// Returns a line of a sheet.
    #[must_use]
    pub fn row(sheet: &str, row: usize) -> Self {
        Self { sheet: sheet.to_owned(), row: Some(row), ..Self::default() }
    }

    /// Returns a value in a file of nested values.
    #[must_use]
    pub fn path(file: &str, path: &str) -> Self {
        Self { sheet: file.to_owned(), path: Some(path.to_owned()), ..Self::default() }
    }

    /// Returns a value further in.
    #[must_use]
    pub fn within(&self, further: &str) -> Self {
        let path = self.path.as_deref().unwrap_or_default();
        Self { path: Some(format!("{path}{further}")), ..self.clone() }
    }

    /// Returns a cell of the same line; columns are counted from zero.
    #[must_use]
    pub fn cell(&self, column: usize) -> Self {
        Self { column: Some(letters(column)), ..self.clone() }
    }

    /// Returns the place in words.
    #[must_use]
    pub fn show(&self, language: Language) -> String {
        let (sheet, row, column) = match language {
            Language::French => ("feuille", "ligne", "colonne"),
            Language::English => ("sheet", "row", "column"),
        };
        if let Some(path) = &self.path {
            return format!("{}, {path}", self.sheet);
        }
        let mut shown = format!("{sheet} {}", self.sheet);
        if let Some(number) = self.row {
            shown.push_str(&format!(", {row} {number}"));
        }
        if let Some(letter) = &self.column {
            shown.push_str(&format!(", {column} {letter}"));
        }
        shown
    }
}

/// Returns the letters of a column counted from zero: A, …, Z, AA.
fn letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// Something in one place that could not be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub spot: Spot,
    /// What scripts rely on.
    pub code: &'static str,
    /// The sentence in French.
    pub french: String,
    /// The sentence in English.
    pub english: String,
}

impl Problem {
    /// Makes a problem.
    #[must_use]
    pub fn new(spot: Spot, code: &'static str, french: String, english: String) -> Self {
        Self { spot, code, french, english }
    }
}

/// Why a file gives nothing at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What scripts rely on.
    pub code: &'static str,
    /// The sentence in French.
    pub french: String,
    /// The sentence in English.
    pub english: String,
}

impl Refused {
    /// Makes a refusal.
    #[must_use]
    pub fn new(code: &'static str, french: &str, english: &str) -> Self {
        Self { code, french: french.to_owned(), english: english.to_owned() }
    }

    /// The file is not what its bytes begin as: cut, altered, or made by a faulty program.
    #[must_use]
    pub fn damaged() -> Self {
        Self::new(
            "file-damaged",
            "le fichier est coupé ou abîmé : ouvrez-le dans le tableur ou le traitement de texte \
             et enregistrez-le de nouveau",
            "the file is cut short or damaged: open it in the spreadsheet or the word processor \
             and save it again",
        )
    }

    /// The file holds more than is ever read.
    #[must_use]
    pub fn too_large(french: &str, english: &str) -> Self {
        Self::new("file-too-large", french, english)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_bear_the_letters_of_a_spreadsheet() {
        for (column, letter) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(column), letter);
        }
        let spot = Spot::row("Fiches", 7).cell(3);
        assert_eq!(spot.show(Language::French), "feuille Fiches, ligne 7, colonne D");
        assert_eq!(spot.show(Language::English), "sheet Fiches, row 7, column D");
        let spot = Spot::path("tout.json", "documents[3]").within(".title");
        assert_eq!(spot.show(Language::French), "tout.json, documents[3].title");
    }
}
