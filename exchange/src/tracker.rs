//! The workbook that coordinators keep: its sheets, their columns, and what each column is.
//!
//! One table for both ways: the importer finds columns by these headings and the exporter writes
//! these headings, so that a workbook written, read and written again is the same in content.
//! Labels and types come from the kind tables; only what those cannot know stands here: which
//! sheet holds what, and the other words people use. Nothing here reads or writes a file.

use std::borrow::Cow;
use std::sync::LazyLock;

use client_core::kinds::{Catalogue, FieldSpec, Kind, Language, Merge, Table, Wording, words};

mod other_words;
mod sheets;
#[cfg(test)]
mod tests;

pub use other_words::{NO, YES, other_words};

/// The sheets of the tracker, in the order of their tabs. A field or a column that a kind's table
/// gains has a column here at once, under its label; [`sheets`] says only what no table can know.
pub static SHEETS: LazyLock<Vec<Sheet>> =
    LazyLock::new(|| sheets::DECLARED.iter().map(|sheet| sheet.complete(sheet.kind())).collect());

/// Fields of every kind that have no column: they are for the screens of a document.
const SHARED_ASIDE: [&str; 4] = ["destination", "references", "echeance_revision", "archivage"];
/// Fields of one kind that have none, for the same reason.
const ASIDE: [(&str, &str); 5] = [
    ("fiche_action", "themes_diagnostic"),
    ("fiche_action", "liens"),
    ("financement", "appel"),
    ("financement", "cofinancements"),
    ("financement", "pieces"),
];

/// Headings over comments on what a line is about: where its sheet has no column for them, each
/// is a row of its document.
pub const COMMENTS: [&str; 5] =
    ["Commentaires", "commentaire", "observations", "remarques", "comments"];

/// What separates several values in one cell; a line break does as well.
pub const VALUES_SEPARATOR: char = ';';

/// The sheet that holds the longer lists of choices; hidden, and not for reading.
pub const LISTS: &str = "Listes";

/// One sheet of the workbook.
#[derive(Debug)]
pub struct Sheet {
    /// Its name on the tab.
    pub name: Wording,
    /// Other names people give it.
    pub aliases: &'static [&'static str],
    /// The kind of the documents it holds, or to which its rows belong.
    pub kind: &'static str,
    /// The field whose rows it holds; `None` where each line is a whole document.
    pub rows: Option<&'static str>,
    /// Its columns, in the order they are written.
    pub columns: Cow<'static, [Column]>,
}

/// One column of a sheet.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// What it holds.
    pub place: Place,
    /// Other headings people use, as they write them.
    pub aliases: &'static [&'static str],
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The id of the document of the line, in hexadecimal.
    Id,
    /// The version of that document when the line was written: every change in hexadecimal,
    /// joined by `+`.
    Version,
    /// The id of the row of the line, in a sheet of rows that no key names.
    RowId,
    /// The document that a row belongs to, by what people call it: its code, else its title.
    Parent,
    /// The title of the document.
    Title,
    /// A field of the document or, in a sheet of rows, a column of the row. A field of rule S or
    /// L is written as its values, separated by [`VALUES_SEPARATOR`].
    Field(&'static str),
    /// A field of rows that a key names: the keys alone, separated by [`VALUES_SEPARATOR`].
    Keys(&'static str),
    /// The text of a section.
    Section(&'static str),
}

impl Sheet {
    /// Returns the sheet with a column for everything that a table of its kind has and that has
    /// none: before the ids, which nobody reads.
    fn complete(&self, kind: &'static Kind) -> Self {
        let specs: &'static [FieldSpec] = match self.rows {
            None => kind.fields,
            Some(rows) => {
                let table = kind.field(rows).and_then(|field| field.kind.table());
                table.map_or(&[], |table| table.columns)
            }
        };
        let is_aside = |name: &str| {
            let own = ASIDE.contains(&(kind.name, name));
            self.rows.is_none() && (own || SHARED_ASIDE.contains(&name))
        };
        let lacking = specs.iter().filter(|spec| {
            let written = spec.kind.table().is_none() && !matches!(spec.merge, Merge::Computed(_));
            written && !is_aside(spec.name) && self.column(Place::Field(spec.name)).is_none()
        });
        let mut columns = self.columns.to_vec();
        let is_id = |column: &Column| matches!(column.place, Place::RowId | Place::Id);
        let end = columns.iter().position(is_id).unwrap_or(columns.len());
        let added = lacking.map(|spec| Column { place: Place::Field(spec.name), aliases: &[] });
        columns.splice(end..end, added);
        let Self { name, aliases, kind, rows, .. } = *self;
        Self { name, aliases, kind, rows, columns: Cow::Owned(columns) }
    }

    /// Returns the table of the kind, as it stands today.
    ///
    /// # Panics
    /// Never: a test looks every kind of [`SHEETS`] up.
    #[must_use]
    pub fn kind(&self) -> &'static Kind {
        Catalogue::STANDARD.find(self.kind).expect("a sheet is of a kind that there is")
    }

    /// Returns the field of rows with its table, in a sheet of rows.
    #[must_use]
    pub fn table(&self) -> Option<(&'static FieldSpec, &'static Table)> {
        let field = self.kind().field(self.rows?)?;
        Some((field, field.kind.table()?))
    }

    /// Returns the field or the column of the row that a column of the sheet holds.
    #[must_use]
    pub fn spec(&self, place: Place) -> Option<&'static FieldSpec> {
        match (place, self.table()) {
            (Place::Field(name), Some((_, table))) => table.column(name),
            (Place::Field(name) | Place::Keys(name), None) => self.kind().field(name),
            (Place::Keys(_), Some(_)) => None,
            (
                Place::Id
                | Place::Version
                | Place::RowId
                | Place::Parent
                | Place::Title
                | Place::Section(_),
                _,
            ) => None,
        }
    }

    /// Returns the rows that comments on a line become, and the column they stand in: a comment
    /// on an action sheet is a progress note of an unknown day.
    #[must_use]
    pub fn comments(&self) -> Option<(&'static str, &'static str)> {
        let is_sheet = self.kind == "fiche_action" && self.rows.is_none();
        is_sheet.then_some(("points_etape", "texte"))
    }

    /// Returns the columns of which one at least must be there: what its lines are known by.
    #[must_use]
    pub fn needed(&self) -> Vec<&Column> {
        match self.rows {
            Some(_) => self.column(Place::Parent).into_iter().collect(),
            None => {
                let codes = codes(self.kind).iter().map(|code| Place::Field(code));
                let places = std::iter::once(Place::Title).chain(codes);
                places.filter_map(|place| self.column(place)).collect()
            }
        }
    }

    /// Returns the heading that is written over a column, and the first that is looked for.
    #[must_use]
    pub fn heading(&self, column: &Column, language: Language) -> &'static str {
        let fixed = match column.place {
            Place::Id => words("Identifiant du document", "Document id"),
            Place::Version => words("Version", "Version"),
            Place::RowId => words("Identifiant de la ligne", "Row id"),
            Place::Title => words("Titre", "Title"),
            Place::Parent => self.kind().title,
            Place::Field(_) | Place::Keys(_) => match self.spec(column.place) {
                Some(spec) => spec.label,
                None => words("", ""),
            },
            Place::Section(id) => match self.kind().section(id) {
                Some(section) => section.title,
                None => words("", ""),
            },
        };
        fixed.get(language)
    }

    /// Returns the column that holds something.
    #[must_use]
    pub fn column(&self, place: Place) -> Option<&Column> {
        self.columns.iter().find(|column| column.place == place)
    }
}

/// Returns the fields by which people know a document of a kind, the best first: a code printed
/// everywhere, a number in a register. Its title comes after them.
#[must_use]
pub fn codes(kind: &str) -> &'static [&'static str] {
    match kind {
        "fiche_action" | "orientation" => &["numero"],
        "indicateur" | "financement" => &["code"],
        "ctsm" | "convention" => &["reference"],
        "organisation" => &["finess", "siret", "sigle", "raison_sociale"],
        "etablissement" => &["finess", "siret"],
        _ => &[],
    }
}

/// Returns the columns by which people know a row of a field, when no key names it.
#[must_use]
pub fn row_codes(kind: &str, field: &str) -> &'static [&'static str] {
    match (kind, field) {
        ("fiche_action", "objectifs") => &["code", "libelle"],
        ("fiche_action", "etapes") | ("reunion", "actions") => &["libelle"],
        ("ctsm", "engagements") => &["code", "libelle"],
        ("reunion", "decisions") => &["numero", "texte"],
        ("fiche_action", "points_etape") => &["date", "texte"],
        _ => &[],
    }
}
