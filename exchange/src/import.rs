//! Reads the files that partners have, and proposes what to change in a space.
//!
//! Bytes come in; a proposal and what could not be read go out. It never writes a document: what
//! it proposes is handed to a replica as ordinary edits. Files are hostile until checked: what is
//! encrypted, damaged or too large is refused with a sentence, and nothing of it is unfolded
//! before it is bounded.

use std::collections::BTreeSet;

use protocol::id::DocumentId;

mod container; // what a zipped file is, unpacked within bounds
mod finess; // the open-data file of the FINESS register
mod folding; // words as they are compared
mod grid; // sheets as lines of cells
mod headings; // which column is which
mod json; // a full export, read back
mod ods; // workbooks of LibreOffice
mod percent; // cells of Excel that show a percentage
mod problem; // what could not be read, and where
mod proposal; // the difference with a space
mod reading; // what stands in a cell
mod record; // one line, read
mod separated; // tables in plain text
#[cfg(test)]
mod tests;
mod word; // tables of labels in a text of Word
mod workbook; // workbooks of Excel
mod xml; // small readings of XML

pub use finess::select as select_finess;
pub use folding::folded;
pub use problem::{Problem, Refused, Spot};
pub use proposal::{Caution, Holdings, Proposal, Shown, Step, Touched, propose};

use container::{Container, Flavour};
use grid::Grid;
use record::Record;

/// A file, read.
#[derive(Debug, Default)]
pub struct Reading {
    records: Vec<Record>,
    /// The documents of a full export, which come whole.
    whole: Option<json::Taken>,
    problems: Vec<Problem>,
}

impl Reading {
    /// Returns how many lines it has that say something, or how many whole documents.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len() + self.whole.as_ref().map_or(0, |whole| whole.drafts.len())
    }

    /// Tells whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the versions that the file says it was written from, by document.
    #[must_use]
    pub fn versions(&self) -> BTreeSet<(DocumentId, String)> {
        let of = |record: &Record| Some((record.id?, record.version.clone()?));
        self.records.iter().filter_map(of).collect()
    }
}

/// Reads a file: a workbook, a table in plain text, the FINESS register, a text of Word, a full
/// export.
///
/// `name` is that of the file; it tells nothing about what the file is.
///
/// # Errors
/// Says why nothing of it can be read.
pub fn read(name: &str, bytes: &[u8]) -> Result<Reading, Refused> {
    if bytes.is_empty() {
        return Err(Refused::new("file-empty", "le fichier est vide", "the file is empty"));
    }
    if finess::is_one(bytes) {
        return finess::read(name, bytes);
    }
    if json::is_one(bytes) {
        let (whole, problems) = json::read(name, bytes)?;
        return Ok(Reading { whole: Some(whole), problems, ..Reading::default() });
    }
    if !container::is_packed(bytes) {
        return Ok(read_grids(&separated::read(name, bytes)?));
    }
    let container = Container::open(bytes)?;
    let macros = container.macros;
    let mut reading = match container.flavour {
        Flavour::Xlsx => read_grids(&workbook::read(container)?),
        Flavour::Ods => read_grids(&ods::read(&container)?),
        Flavour::Docx => word::read(name, &container)?,
    };
    if macros {
        reading.problems.insert(
            0,
            Problem::new(
                Spot { sheet: name.to_owned(), ..Spot::default() },
                "macros-left",
                "le fichier contient des macros : elles ne sont ni lues ni exécutées.".to_owned(),
                "the file holds macros: they are neither read nor run.".to_owned(),
            ),
        );
    }
    Ok(reading)
}

fn read_grids(grids: &[Grid]) -> Reading {
    let mut reading = Reading::default();
    for grid in grids {
        if let Some(headed) = headings::recognise(grid, &mut reading.problems) {
            reading.records.extend(record::records(grid, &headed, &mut reading.problems));
        }
    }
    reading
}
