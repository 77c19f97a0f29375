//! The parts of a document that a person can name, and what a change did to one of them.

use std::fmt::Write as _;

use super::layout::{self, CellKey};
use crate::kinds::{FieldSpec, Kind, Language};
use crate::tally::{self, Work};

/// One part of a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The title.
    Title,
    /// The field of that name.
    Field(String),
    /// A row of a field: several of its cells, or its place among the others.
    Row {
        /// The field.
        field: String,
        /// The id of the row.
        row: String,
    },
    /// One cell of a row.
    Cell {
        /// The field.
        field: String,
        /// The id of the row.
        row: String,
        /// The column.
        column: String,
    },
    /// The section of that id.
    Section(String),
    /// The comments.
    Comments,
    /// Something this version of the layout does not know.
    Elsewhere,
}

/// A part as it is looked up among others: one change may touch thousands, and each is then
/// compared with a few of them only.
#[derive(Debug, Clone)]
pub(crate) struct Sought(pub(crate) Place);

impl Ord for Sought {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        tally::note(Work::PlacesCompared);
        self.0.cmp(&other.0)
    }
}

impl PartialOrd for Sought {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Sought {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Sought {}

/// How much a change did to one part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Touched {
    /// Characters written into a text.
    pub chars_inserted: u32,
    /// Characters struck from a text.
    pub chars_deleted: u32,
    /// Values, titles, orders and marks written or cleared.
    pub values_written: u32,
}

impl Place {
    /// Returns the part that a key of the map of the fields belongs to, and whether the key is
    /// one entry of it.
    pub(crate) fn of_key(kind: Option<&Kind>, key: &str) -> (Self, bool) {
        let Some((field, rest)) = key.split_once(layout::ENTRY_MARK) else {
            return (Self::Field(key.to_owned()), false);
        };
        let has_rows = kind
            .and_then(|kind| kind.field(field))
            .is_some_and(|field| field.kind.table().is_some());
        let field = field.to_owned();
        match layout::read_cell_key(rest).filter(|_| has_rows) {
            None => (Self::Field(field), true),
            Some(CellKey { row, column, entry }) if column != layout::ROW_ORDER => {
                let (row, column) = (row.to_owned(), column.to_owned());
                (Self::Cell { field, row, column }, entry.is_some())
            }
            Some(CellKey { row, .. }) => (Self::Row { field, row: row.to_owned() }, false),
        }
    }

    /// Returns the field or the column whose values stand here.
    #[must_use]
    pub fn spec(&self, kind: &Kind) -> Option<&'static FieldSpec> {
        match self {
            Self::Field(name) => kind.field(name),
            Self::Cell { field, column, .. } => kind.field(field)?.kind.table()?.column(column),
            Self::Title
            | Self::Row { .. }
            | Self::Section(_)
            | Self::Comments
            | Self::Elsewhere => None,
        }
    }

    /// Returns the field and the row, of a row or a cell.
    #[must_use]
    pub fn row(&self) -> Option<(&str, &str)> {
        match self {
            Self::Row { field, row } | Self::Cell { field, row, .. } => Some((field, row)),
            Self::Title | Self::Field(_) | Self::Section(_) | Self::Comments | Self::Elsewhere => {
                None
            }
        }
    }

    /// Returns the row of a cell, and any other part as it is: several cells of one row are told
    /// as that row.
    pub(crate) fn whole(&self) -> Self {
        match self.row() {
            Some((field, row)) => Self::Row { field: field.to_owned(), row: row.to_owned() },
            None => self.clone(),
        }
    }

    /// Returns what scripts call this part: a field, a path such as
    /// `objectifs/<row>/echeance`, the id of a section, or `title`.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::Title => "title".to_owned(),
            Self::Field(name) | Self::Section(name) => name.clone(),
            Self::Row { field, row } => layout::entry_key(field, row),
            Self::Cell { field, row, column } => layout::cell_key(field, row, column),
            Self::Comments => "comments".to_owned(),
            Self::Elsewhere => String::new(),
        }
    }

    /// Returns the name of this part on screens: `Objectifs › OO-07.3 › Échéance`.
    ///
    /// `own_title` is the present title of a section that has one of its own, or what a row is
    /// known by.
    #[must_use]
    pub fn name(&self, kind: &Kind, language: Language, own_title: Option<&str>) -> String {
        let words = |fr: &str, en: &str| match language {
            Language::French => fr.to_owned(),
            Language::English => en.to_owned(),
        };
        match self {
            Self::Title => words("Titre", "Title"),
            Self::Field(name) => field_label(kind, name, language),
            Self::Row { field, row } | Self::Cell { field, row, .. } => {
                let key = kind
                    .field(field)
                    .and_then(|spec| spec.kind.table())
                    .and_then(|table| table.column(table.key?));
                let row = match (key, own_title) {
                    (Some(key), _) => key.kind.show(&layout::key_of_row(row), language),
                    (None, Some(title)) => title.to_owned(),
                    (None, None) => words("une ligne", "a row"),
                };
                let mut name = format!("{} › {row}", field_label(kind, field, language));
                if let Self::Cell { column, .. } = self {
                    let spec = self.spec(kind);
                    let label = spec.map_or(column.as_str(), |spec| spec.label.get(language));
                    let _ = write!(name, " › {label}");
                }
                name
            }
            Self::Section(id) => {
                let template = || kind.section(id).map(|section| section.title.get(language));
                own_title.or_else(template).unwrap_or(id).to_owned()
            }
            Self::Comments => words("Commentaires", "Comments"),
            Self::Elsewhere => words("Autre", "Other"),
        }
    }
}

fn field_label(kind: &Kind, name: &str, language: Language) -> String {
    kind.field(name).map_or(name, |field| field.label.get(language)).to_owned()
}

impl Touched {
    /// Returns `+12 −3` for a text and nothing for a value.
    #[must_use]
    pub fn figures(self) -> String {
        let mut figures = String::new();
        if self.chars_inserted > 0 {
            let _ = write!(figures, "+{}", self.chars_inserted);
        }
        if self.chars_deleted > 0 {
            let gap = if figures.is_empty() { "" } else { " " };
            let _ = write!(figures, "{gap}−{}", self.chars_deleted);
        }
        figures
    }

    /// Adds what another change did to the same part.
    pub fn add(&mut self, other: Self) {
        self.chars_inserted = self.chars_inserted.saturating_add(other.chars_inserted);
        self.chars_deleted = self.chars_deleted.saturating_add(other.chars_deleted);
        self.values_written = self.values_written.saturating_add(other.values_written);
    }
}
