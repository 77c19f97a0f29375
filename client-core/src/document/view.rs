//! A document as people see it: plain values, ready for a screen, a file or a script.

use automerge::{ObjId, ObjType, ROOT};
use protocol::env::Timestamp;

use super::author::{Actor, ChangeId, Version};
use super::layout;
use super::lens::Lens;
use crate::kinds::{FieldSpec, Kind, Language};
use crate::merge;

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
}

/// One field and what stands in it.
#[derive(Debug, Clone)]
pub struct FieldView {
    /// Its line of the table.
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

/// Concurrent values of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The field.
    pub field: &'static str,
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
    fn origin(&self, operation: &ObjId) -> Option<(Actor, ChangeId, Timestamp)>;
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
            let (value, conflict) = shelf.field(kind, spec, origins);
            fields.push(FieldView { spec, value });
            conflicts.extend(conflict);
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
        title: lens.string(&ROOT, layout::TITLE_KEY).map(|(title, _)| title).unwrap_or_default(),
        fields,
        sections: present.into_iter().map(show).collect(),
        deleted_sections: deleted.into_iter().map(show).collect(),
        conflicts,
        heads,
    }
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
