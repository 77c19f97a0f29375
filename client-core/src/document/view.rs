//! A document as people see it: plain values, ready for a screen, a file or a script.

use std::collections::BTreeSet;

use automerge::{ObjId, ObjType, ROOT};
use protocol::env::Timestamp;

use super::author::{Actor, ChangeId, Version};
use super::comments::{self, Comment};
use super::layout;
use super::lens::Lens;
use super::unknown::{self, Unknown};
use crate::kinds::{FieldSpec, FieldType, Kind, Language};
use crate::merge;

/// The column by which the rows of a table say their own order.
pub const RANK: &str = "ordre";

/// A whole document at one version.
#[derive(Debug, Clone)]
pub struct View {
    /// The table it is drawn with.
    pub kind: &'static Kind,
    /// Its title; empty until somebody gives one.
    pub title: String,
    /// Its fields, in the order of the table.
    pub fields: Vec<FieldView>,
    /// Its sections, in order, without the deleted ones.
    pub sections: Vec<SectionView>,
    /// The sections that were deleted and can be restored.
    pub deleted_sections: Vec<SectionView>,
    /// The fields whose concurrent values await a human.
    pub conflicts: Vec<Conflict>,
    /// What people say beside it, the oldest first.
    pub comments: Vec<Comment>,
    /// What a newer program wrote that its table here has no field for.
    pub unknown: Vec<Unknown>,
    /// The version that this is a view of.
    pub heads: Version,
}

impl View {
    /// Returns the field of that name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&FieldValue> {
        let field = self.fields.iter().find(|field| field.spec.name == name)?;
        Some(&field.value)
    }

    /// Returns the section of that id.
    #[must_use]
    pub fn section(&self, id: &str) -> Option<&SectionView> {
        self.sections.iter().find(|section| section.id == id)
    }

    /// Returns the rows of a field; none for one that has no rows.
    #[must_use]
    pub fn rows(&self, field: &str) -> &[Row] {
        match self.field(field) {
            Some(FieldValue::Rows(rows)) => rows,
            Some(_) | None => &[],
        }
    }

    /// Returns the rows of a field as people read them: by the rank that they give themselves in
    /// a column [`RANK`], the ones without it last; otherwise as they stand. Rows are named and
    /// bound by signatures in the order of [`Self::rows`], which this does not change.
    #[must_use]
    pub fn rows_in_order(&self, field: &str) -> Vec<&Row> {
        let rank = |row: &&Row| match row.cell(RANK) {
            Some(FieldValue::One(rank)) => rank.parse::<u64>().unwrap_or(u64::MAX),
            Some(_) | None => u64::MAX,
        };
        let mut rows: Vec<&Row> = self.rows(field).iter().collect();
        rows.sort_by_key(rank);
        rows
    }

    /// Returns those who wrote what is told with its writer: values in conflict, entries and
    /// rows that stay.
    #[must_use]
    pub fn writers(&self) -> BTreeSet<Actor> {
        let in_conflict = self.conflicts.iter().flat_map(|conflict| &conflict.values);
        let mut writers: BTreeSet<Actor> = in_conflict.map(|value| value.actor).collect();
        writers.extend(self.comments.iter().filter_map(|one| one.origin).map(|one| one.actor));
        for field in &self.fields {
            match &field.value {
                FieldValue::Entries(entries) => {
                    writers.extend(entries.iter().map(|entry| entry.actor));
                }
                FieldValue::Rows(rows) => {
                    let origins = rows.iter().filter_map(|row| row.origin);
                    writers.extend(origins.map(|origin| origin.actor));
                }
                FieldValue::Empty
                | FieldValue::One(_)
                | FieldValue::Conflicting(_)
                | FieldValue::Set(_)
                | FieldValue::List(_)
                | FieldValue::Text(_) => {}
            }
        }
        writers
    }
}

/// One field, or one cell of a row, and what stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldView {
    /// Its line of the table, or its column.
    pub spec: &'static FieldSpec,
    /// What stands in it.
    pub value: FieldValue,
}

/// What stands in a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue {
    /// Nothing.
    Empty,
    /// One value (R, M, C), in its stored spelling.
    One(String),
    /// Several values written concurrently (M), sorted; [`View::conflicts`] tells by whom.
    Conflicting(Vec<String>),
    /// A set (S), sorted.
    Set(Vec<String>),
    /// A list (L), in order.
    List(Vec<Item>),
    /// Entries (A), the oldest first.
    Entries(Vec<Contribution>),
    /// A text (T).
    Text(String),
    /// Rows, in order: as people put them (L), the oldest first (A), or by their keys (S).
    Rows(Vec<Row>),
}

/// One row of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its name, by which it is written to, moved and removed.
    pub id: String,
    /// Its cells, in the order of the columns.
    pub cells: Vec<FieldView>,
    /// Who added it, for rows that stay (A).
    pub origin: Option<Origin>,
}

impl Row {
    /// Returns what stands in the column of that name.
    #[must_use]
    pub fn cell(&self, column: &str) -> Option<&FieldValue> {
        let cell = self.cells.iter().find(|cell| cell.spec.name == column)?;
        Some(&cell.value)
    }
}

/// Who wrote something, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The writer.
    pub actor: Actor,
    /// The change that wrote it.
    pub change: ChangeId,
    /// When, as the writer claims.
    pub at: Timestamp,
}

/// One item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its name, by which it is moved and removed.
    pub id: String,
    /// Its value.
    pub value: String,
}

/// One value and who wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contribution {
    /// The value, in its stored spelling.
    pub value: String,
    /// Its writer.
    pub actor: Actor,
    /// The change that wrote it.
    pub change: ChangeId,
    /// When, as the writer claims.
    pub at: Timestamp,
}

/// Concurrent values of one field, or of one cell of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The field, or the path of the cell: `objectifs/<row>/echeance`.
    pub field: String,
    /// The field or the column, which tells what the values are.
    pub spec: &'static FieldSpec,
    /// The values, sorted; equal ones are one, of its first writer.
    pub values: Vec<Contribution>,
}

/// One section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionView {
    /// Its id.
    pub id: String,
    /// Its own title; `None` while it bears the one of the template.
    pub own_title: Option<String>,
    /// Its text.
    pub text: String,
}

impl SectionView {
    /// Returns the title to show.
    #[must_use]
    pub fn title(&self, kind: &Kind, language: Language) -> String {
        let template = || kind.section(&self.id).map(|s| s.title.get(language).to_owned());
        self.own_title.clone().or_else(template).unwrap_or_else(|| self.id.clone())
    }
}

/// Tells who wrote an operation.
pub(crate) trait Origins {
    /// Returns the writer, the change and the claimed time.
    fn origin(&self, operation: &ObjId) -> Option<Origin>;
}

/// Draws a whole document.
pub(crate) fn draw(
    lens: Lens<'_>,
    kind: &'static Kind,
    heads: Version,
    origins: &impl Origins,
) -> View {
    let mut fields = Vec::new();
    let mut conflicts = Vec::new();
    if let Some(map) = lens.object(&ROOT, layout::FIELDS_KEY, ObjType::Map) {
        let shelf = merge::Shelf::read(lens, &map);
        for spec in kind.fields {
            let value = shelf.field(kind.fields, spec, origins, &mut conflicts);
            fields.push(FieldView { spec, value });
        }
    }
    let all = sections(lens);
    let (deleted, present): (Vec<_>, Vec<_>) = all.into_iter().partition(|s| s.deleted);
    let show = |section: Section| SectionView {
        text: lens.text(&section.text),
        id: section.id,
        own_title: section.own_title,
    };
    View {
        kind,
        comments: comments::comments(lens, origins),
        unknown: unknown::unknown(lens, kind, &fields),
        title: lens.string(&ROOT, layout::TITLE_KEY).map(|(title, _)| title).unwrap_or_default(),
        fields,
        sections: present.into_iter().map(show).collect(),
        deleted_sections: deleted.into_iter().map(show).collect(),
        conflicts,
        heads,
    }
}

/// Characters of what a row is known by.
const ROW_NAME_CHARS_MAX: usize = 40;

/// Returns what a row is known by: the first words of its first cell of text, or of any.
pub(crate) fn row_name(lens: Lens<'_>, kind: &Kind, field: &str, row: &str) -> Option<String> {
    let table = kind.field(field)?.kind.table()?;
    let map = lens.object(&ROOT, layout::FIELDS_KEY, ObjType::Map)?;
    let in_words = |column: &FieldSpec| matches!(column.kind, FieldType::Text | FieldType::Prose);
    let (words, others): (Vec<_>, Vec<_>) = table.columns.iter().partition(|c| in_words(c));
    let cell = |column: &FieldSpec| {
        let key = layout::cell_key(field, row, column.name);
        let text = lens.object(&map, &key, ObjType::Text).map(|text| lens.text(&text));
        let text = text.or_else(|| Some(lens.string(&map, &key)?.0))?;
        let line = text.lines().find(|line| !line.trim().is_empty())?.trim();
        let short: String = line.chars().take(ROW_NAME_CHARS_MAX).collect();
        Some(if short.len() < line.len() { format!("{short}…") } else { short })
    };
    words.into_iter().chain(others).find_map(cell)
}

/// A section as it lies in the document.
pub(crate) struct Section {
    pub(crate) id: String,
    pub(crate) object: ObjId,
    pub(crate) order: String,
    pub(crate) own_title: Option<String>,
    pub(crate) text: ObjId,
    pub(crate) deleted: bool,
}

/// Returns the sections in order, the deleted ones included.
pub(crate) fn sections(lens: Lens<'_>) -> Vec<Section> {
    let Some(map) = lens.object(&ROOT, layout::SECTIONS_KEY, ObjType::Map) else {
        return Vec::new();
    };
    let mut sections: Vec<Section> =
        lens.keys(&map).into_iter().filter_map(|id| section(lens, &map, id)).collect();
    sections.sort_by(|a, b| (&a.order, &a.id).cmp(&(&b.order, &b.id)));
    sections
}

/// Returns the section of that id, deleted or not, without looking at the others.
pub(crate) fn section_of(lens: Lens<'_>, id: &str) -> Option<Section> {
    let map = lens.object(&ROOT, layout::SECTIONS_KEY, ObjType::Map)?;
    section(lens, &map, id.to_owned())
}

fn section(lens: Lens<'_>, map: &ObjId, id: String) -> Option<Section> {
    let object = lens.object(map, &id, ObjType::Map)?;
    let text = lens.object(&object, layout::TEXT_KEY, ObjType::Text)?;
    let order = lens.string(&object, layout::ORDER_KEY).map(|(order, _)| order);
    let own_title = lens.string(&object, layout::TITLE_KEY).map(|(title, _)| title);
    Some(Section {
        order: order.unwrap_or_default(),
        own_title: own_title.filter(|title| !title.is_empty()),
        deleted: lens.flag(&object, layout::DELETED_KEY),
        id,
        object,
        text,
    })
}
