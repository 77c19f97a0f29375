//! The merge rules T R M S L A C, over the engine's maps.
//!
//! A rule decides how concurrent writings of a field lie in the document and how they read
//! back. A merge is never refused: what it breaks is shown. Sets, append-only fields and rows
//! keep one key for each entry and cell, so that creating them on two machines at once loses
//! nothing. A row is read as a small document is: the same rules, under a longer key.

use std::collections::{BTreeMap, BTreeSet};

use automerge::transaction::Transactable;
use automerge::{AutomergeError, ObjId, ObjType};

use crate::document::layout::{self, ENTRY_MARK, ORDER_KEY, VALUE_KEY};
use crate::document::lens::Lens;
use crate::document::view::{
    Conflict, Contribution, FieldValue, FieldView, Item, Origin, Origins, Row,
};
use crate::kinds::{FieldSpec, Merge, Table};

mod formula; // computed fields
mod row; // rows and their order

pub(crate) use row::RowShelf;

/// The fields of a document at one version, or the cells of one of its rows, with the entries
/// of each at hand.
pub(crate) struct Shelf<'a> {
    lens: Lens<'a>,
    map: &'a ObjId,
    /// What stands before the names in the keys: nothing, or `field/row/`.
    prefix: String,
    /// What follows the name and the mark in the keys, by name.
    entries: BTreeMap<String, Vec<String>>,
}

impl<'a> Shelf<'a> {
    /// Reads the names of everything on the shelf.
    pub(crate) fn read(lens: Lens<'a>, map: &'a ObjId) -> Self {
        let keys = lens.keys(map);
        Self::of(lens, map, String::new(), keys.iter().map(String::as_str))
    }

    fn of<'k>(
        lens: Lens<'a>,
        map: &'a ObjId,
        prefix: String,
        names: impl Iterator<Item = &'k str>,
    ) -> Self {
        let mut entries: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, entry) in names.filter_map(|name| name.split_once(ENTRY_MARK)) {
            match entries.get_mut(name) {
                Some(known) => known.push(entry.to_owned()),
                None => drop(entries.insert(name.to_owned(), vec![entry.to_owned()])),
            }
        }
        Self { lens, map, prefix, entries }
    }

    /// Returns the key of a field or a cell.
    fn key(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// Returns what stands in a field or a cell, beside others of these specifications; what a
    /// human must settle is added to the conflicts.
    pub(crate) fn field(
        &self,
        specs: &'static [FieldSpec],
        spec: &'static FieldSpec,
        origins: &impl Origins,
        conflicts: &mut Vec<Conflict>,
    ) -> FieldValue {
        if let Some(table) = spec.kind.table() {
            return FieldValue::Rows(self.drawn_rows(spec, table, origins, conflicts));
        }
        match spec.merge {
            Merge::Text => self.text(spec),
            Merge::LastWriter => self.lens.string(self.map, &self.key(spec.name)).into(),
            Merge::MultiValue => self.multi_value(spec, origins, conflicts),
            Merge::Set => FieldValue::Set(self.set(spec.name)),
            Merge::List => FieldValue::List(self.list(spec.name)),
            Merge::Append => FieldValue::Entries(self.appended(spec.name, origins)),
            Merge::Computed(formula) => self.computed(specs, spec, formula),
        }
    }

    /// The text of a row that stays is a value, written once.
    fn text(&self, spec: &FieldSpec) -> FieldValue {
        let key = self.key(spec.name);
        let text = match self.lens.object(self.map, &key, ObjType::Text) {
            Some(text) => Some(self.lens.text(&text)),
            None => self.lens.string(self.map, &key).map(|(text, _)| text),
        };
        text.map_or(FieldValue::Empty, FieldValue::Text)
    }

    fn multi_value(
        &self,
        spec: &'static FieldSpec,
        origins: &impl Origins,
        conflicts: &mut Vec<Conflict>,
    ) -> FieldValue {
        let field = self.key(spec.name);
        let mut written = self.lens.strings(self.map, &field);
        let distinct: BTreeSet<&str> = written.iter().map(|(value, _)| value.as_str()).collect();
        if distinct.len() < 2 {
            return written.pop().into();
        }
        let values = distinct.iter().map(|value| (*value).to_owned()).collect();
        let mut contributions: Vec<Contribution> = written
            .iter()
            .filter_map(|(value, operation)| contribution(value, operation, origins))
            .collect();
        // The values come oldest first, so that the first of equal ones is kept.
        contributions.sort_by(|a, b| a.value.cmp(&b.value));
        contributions.dedup_by(|later, first| later.value == first.value);
        conflicts.push(Conflict { field, spec, values: contributions });
        FieldValue::Conflicting(values)
    }

    fn names(&self, field: &str) -> &[String] {
        self.entries.get(field).map_or(&[], Vec::as_slice)
    }

    fn entry_key(&self, field: &str, entry: &str) -> String {
        layout::entry_key(&self.key(field), entry)
    }

    fn set(&self, field: &str) -> Vec<String> {
        let values = self.names(field).iter();
        let values = values.filter_map(|entry| {
            let (value, _) = self.lens.string(self.map, &self.entry_key(field, entry))?;
            (value == *entry).then_some(value)
        });
        values.collect()
    }

    fn list(&self, field: &str) -> Vec<Item> {
        let mut items: Vec<(String, Item)> = self
            .names(field)
            .iter()
            .filter_map(|id| {
                let key = self.entry_key(field, id);
                let object = self.lens.object(self.map, &key, ObjType::Map)?;
                let (value, _) = self.lens.string(&object, VALUE_KEY)?;
                let order = self.lens.string(&object, ORDER_KEY).map(|(order, _)| order);
                Some((order.unwrap_or_default(), Item { id: id.clone(), value }))
            })
            .collect();
        items.sort_by(|a, b| (&a.0, &a.1.id).cmp(&(&b.0, &b.1.id)));
        items.into_iter().map(|(_, item)| item).collect()
    }

    fn appended(&self, field: &str, origins: &impl Origins) -> Vec<Contribution> {
        let names = self.names(field).iter();
        let entries = names.filter_map(|entry| {
            let key = self.entry_key(field, entry);
            let (value, operation) = self.lens.string(self.map, &key)?;
            contribution(&value, &operation, origins)
        });
        entries.collect()
    }

    fn count(&self, field: &FieldSpec) -> usize {
        if let Some(table) = field.kind.table() {
            return self.rows(field, table).len();
        }
        match field.merge {
            Merge::Set => self.set(field.name).len(),
            Merge::List => self.list(field.name).len(),
            Merge::Append => self.names(field.name).len(),
            Merge::Text | Merge::LastWriter | Merge::MultiValue | Merge::Computed(_) => 0,
        }
    }

    /// Tells whether distinct values stand in a multi-valued field.
    pub(crate) fn in_conflict(&self, field: &str) -> bool {
        let values = self.lens.strings(self.map, &self.key(field));
        values.iter().any(|(value, _)| *value != values[0].0)
    }

    /// Returns the keys of everything a set or a list holds.
    pub(crate) fn entry_keys(&self, field: &str) -> impl Iterator<Item = String> {
        self.names(field).iter().map(move |entry| self.entry_key(field, entry))
    }

    /// Returns the items of a list with their objects and order keys.
    pub(crate) fn items(&self, field: &str) -> Vec<(Item, ObjId, String)> {
        let items = self.list(field).into_iter();
        let items = items.filter_map(|item| {
            let key = self.entry_key(field, &item.id);
            let object = self.lens.object(self.map, &key, ObjType::Map)?;
            let (order, _) = self
                .lens
                .string(&object, ORDER_KEY)
                .unwrap_or_else(|| (String::new(), object.clone()));
            Some((item, object, order))
        });
        items.collect()
    }
}

impl From<Option<(String, ObjId)>> for FieldValue {
    fn from(found: Option<(String, ObjId)>) -> Self {
        found.map_or(Self::Empty, |(value, _)| Self::One(value))
    }
}

fn contribution(value: &str, operation: &ObjId, origins: &impl Origins) -> Option<Contribution> {
    let Origin { actor, change, at } = origins.origin(operation)?;
    Some(Contribution { value: value.to_owned(), actor, change, at })
}

/// Writes a list item under a key of its own.
pub(crate) fn write_item(
    out: &mut impl Transactable,
    map: &ObjId,
    key: &str,
    order: &str,
    value: &str,
) -> Result<(), AutomergeError> {
    let item = out.put_object(map, key, ObjType::Map)?;
    out.put(&item, ORDER_KEY, order)?;
    out.put(&item, VALUE_KEY, value)
}
