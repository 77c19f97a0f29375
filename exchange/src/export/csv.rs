//! Everything a partner may see, as files that any spreadsheet opens: one for each kind, and one
//! for each table of a kind.
//!
//! Semicolons, decimal commas and a mark of UTF-8, as a French spreadsheet expects; English files
//! have commas and decimal points. No cell can be taken for a formula.

use client_core::document::{FieldValue, Row};
use client_core::kinds::{FieldSpec, FieldType, Kind, Language};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use super::say::Voice;
use super::{Held, Holding, Unwritten, clean};

/// What tells a spreadsheet that a file is UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// The file that lists the digests of the others, in the form of `sha256sum`.
pub const MANIFEST: &str = "MANIFESTE-SHA256.txt";

/// Returns the files, each with its name; the manifest comes last.
///
/// # Errors
/// What the library says.
pub fn files(holding: &Holding, selected: &[&Held]) -> Result<Vec<(String, Vec<u8>)>, Unwritten> {
    let mut files = Vec::new();
    let mut kinds: Vec<&'static Kind> = selected.iter().map(|held| held.content.kind).collect();
    kinds.sort_by_key(|kind| (kind.name, kind.revision));
    kinds.dedup_by_key(|kind| (kind.name, kind.revision));
    for kind in kinds {
        let of_kind = |held: &&&Held| std::ptr::eq(held.content.kind, kind);
        let documents: Vec<&Held> = selected.iter().filter(of_kind).copied().collect();
        let name = file_name(kind, selected);
        files.push((format!("{name}.csv"), main_file(holding, kind, &documents)?));
        for spec in kind.fields {
            if spec.kind.table().is_some() {
                let file = rows_file(holding, spec, &documents)?;
                files.extend(file.map(|file| (format!("{name}.{}.csv", spec.name), file)));
            }
        }
    }
    files.push((MANIFEST.to_owned(), manifest(&files)));
    Ok(files)
}

/// Returns the files in one zip, the same bytes for the same documents.
///
/// # Errors
/// What the library says.
pub fn archive(files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, Unwritten> {
    let failed = |error: zip::result::ZipError| Unwritten::new("zip", error);
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    // The clock of nobody: the first day that the format knows.
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default());
    for (name, bytes) in files {
        zip.start_file(name.as_str(), options).map_err(failed)?;
        zip.write_all(bytes).map_err(|error| Unwritten::new("zip", error))?;
    }
    Ok(zip.finish().map_err(failed)?.into_inner())
}

/// Two tables of one kind, of different revisions, are two files.
fn file_name(kind: &Kind, selected: &[&Held]) -> String {
    let is_other = |held: &&&Held| {
        held.content.kind.name == kind.name && held.content.kind.revision > kind.revision
    };
    match selected.iter().find(is_other) {
        Some(_) => format!("{}-{}", kind.name, kind.revision),
        None => kind.name.to_owned(),
    }
}

fn manifest(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut lines = String::new();
    for (name, bytes) in files {
        let written = writeln!(lines, "{}  {name}", digest(bytes));
        written.expect("a text takes any line");
    }
    lines.into_bytes()
}

/// Returns the SHA-256 digest of some bytes, in hexadecimal.
pub(crate) fn digest(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

struct Sheet {
    writer: csv::Writer<Vec<u8>>,
}

impl Sheet {
    fn new(language: Language) -> Self {
        let delimiter = match language {
            Language::French => b';',
            Language::English => b',',
        };
        let mut builder = csv::WriterBuilder::new();
        builder.delimiter(delimiter).terminator(csv::Terminator::CRLF);
        Self { writer: builder.from_writer(BYTE_ORDER_MARK.to_vec()) }
    }

    fn line(&mut self, cells: &[String]) -> Result<(), Unwritten> {
        self.writer.write_record(cells).map_err(|error| Unwritten::new("csv", error))
    }

    fn finish(self) -> Result<Vec<u8>, Unwritten> {
        self.writer.into_inner().map_err(|error| Unwritten::new("csv", error))
    }
}

fn main_file(holding: &Holding, kind: &Kind, documents: &[&Held]) -> Result<Vec<u8>, Unwritten> {
    let fields: Vec<&FieldSpec> =
        kind.fields.iter().filter(|spec| spec.kind.table().is_none()).collect();
    let mut sheet = Sheet::new(holding.language);
    let mut heads = vec![
        holding.words("Identifiant", "Identifier").to_owned(),
        "Version".to_owned(),
        holding.words("Titre", "Title").to_owned(),
    ];
    heads.extend(fields.iter().map(|spec| spec.label.get(holding.language).to_owned()));
    heads.push(holding.words("Sections", "Sections").to_owned());
    sheet.line(&heads)?;
    for held in documents {
        let voice = Voice::whole(holding, held);
        let mut cells = vec![
            held.document.to_string(),
            held.version(),
            clean::not_a_formula(&clean::line(&held.content.title)),
        ];
        let told = |spec: &&FieldSpec| {
            let value = held.content.field(spec.name);
            cell(&voice, spec, value, voice.on_a_line(&voice.field(spec.name)))
        };
        cells.extend(fields.iter().map(told));
        let sections = held.content.sections.iter().map(|section| {
            let title = section.title(kind, holding.language);
            format!("{}\n{}", clean::line(&title), clean::text(&section.text).trim())
        });
        cells.push(clean::not_a_formula(&sections.collect::<Vec<_>>().join("\n\n")));
        sheet.line(&cells)?;
    }
    sheet.finish()
}

/// Returns the rows of one field of all documents; none when there is no row.
fn rows_file(
    holding: &Holding,
    spec: &FieldSpec,
    documents: &[&Held],
) -> Result<Option<Vec<u8>>, Unwritten> {
    let Some(table) = spec.kind.table() else { return Ok(None) };
    if documents.iter().all(|held| held.content.rows(spec.name).is_empty()) {
        return Ok(None);
    }
    let mut sheet = Sheet::new(holding.language);
    let mut heads = vec![
        "Document".to_owned(),
        holding.words("Titre du document", "Title of the document").to_owned(),
        holding.words("Ligne", "Row").to_owned(),
    ];
    heads.extend(table.columns.iter().map(|c| c.label.get(holding.language).to_owned()));
    sheet.line(&heads)?;
    for held in documents {
        let voice = Voice::whole(holding, held);
        for row in held.content.rows(spec.name) {
            let mut cells = vec![
                held.document.to_string(),
                clean::not_a_formula(&clean::line(&held.content.title)),
                clean::not_a_formula(&clean::line(&row.id)),
            ];
            let told = |column: &FieldSpec| told_cell(&voice, spec, row, column);
            cells.extend(table.columns.iter().map(told));
            sheet.line(&cells)?;
        }
    }
    sheet.finish().map(Some)
}

fn told_cell(voice: &Voice<'_>, spec: &FieldSpec, row: &Row, column: &FieldSpec) -> String {
    let said = voice.cell(spec.name, row, column.name);
    cell(voice, column, row.cell(column.name), voice.on_a_line(&said))
}

/// Figures are written to be computed with, everything else in words.
fn cell(voice: &Voice<'_>, spec: &FieldSpec, value: Option<&FieldValue>, words: String) -> String {
    let is_figure = matches!(spec.kind, FieldType::Amount | FieldType::Number | FieldType::Integer);
    match value {
        Some(FieldValue::One(stored)) if is_figure && is_plain(stored) => {
            match voice.holding.language {
                Language::French => stored.replace('.', ","),
                Language::English => stored.clone(),
            }
        }
        Some(_) | None => clean::not_a_formula(&words),
    }
}

/// Only a faulty program stores anything else in a field of figures.
fn is_plain(stored: &str) -> bool {
    let digits = stored.strip_prefix('-').unwrap_or(stored);
    !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
}

#[cfg(test)]
mod tests;
