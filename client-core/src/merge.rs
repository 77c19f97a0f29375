//! The merge rules T R M S L A C, over the engine's maps.
//!
//! A rule decides how concurrent writings of a field lie in the document and how they read
//! back. A merge is never refused: what it breaks is shown. Sets and append-only fields keep
//! one key for each entry, so that creating the field on two machines at once loses nothing.

use std::collections::{BTreeMap, BTreeSet};

use automerge::transaction::Transactable;
use automerge::{AutomergeError, ObjId, ObjType};

use crate::document::layout::{self, ENTRY_MARK, ORDER_KEY, VALUE_KEY};
use crate::document::lens::Lens;
use crate::document::view::{Conflict, Contribution, FieldValue, Item, Origins};
use crate::kinds::{FieldSpec, Formula, Kind, Merge, value};

/// The fields of a document at one version, with the entries of each field at hand.
pub(crate) struct Shelf<'a> {
    lens: Lens<'a>,
    map: &'a ObjId,
    /// Names of the entries, by field.
    entries: BTreeMap<String, Vec<String>>,
}

impl<'a> Shelf<'a> {
    /// Reads the names of everything on the shelf.
    pub(crate) fn read(lens: Lens<'a>, map: &'a ObjId) -> Self {
        let mut entries: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for key in lens.keys(map) {
            if let Some((field, entry)) = key.split_once(ENTRY_MARK) {
                entries.entry(field.to_owned()).or_default().push(entry.to_owned());
            }
        }
        Self { lens, map, entries }
    }

    /// Returns what stands in a field, and its conflict if a human must settle one.
    pub(crate) fn field(
        &self,
        kind: &Kind,
        spec: &FieldSpec,
        origins: &impl Origins,
    ) -> (FieldValue, Option<Conflict>) {
        let value = match spec.merge {
            Merge::Text => self.text(spec),
            Merge::LastWriter => self.lens.string(self.map, spec.name).into(),
            Merge::MultiValue => return self.multi_value(spec, origins),
            Merge::Set => FieldValue::Set(self.set(spec.name)),
            Merge::List => FieldValue::List(self.list(spec.name)),
            Merge::Append => FieldValue::Entries(self.appended(spec.name, origins)),
            Merge::Computed(formula) => self.computed(kind, formula),
        };
        (value, None)
    }

    fn text(&self, spec: &FieldSpec) -> FieldValue {
        match self.lens.object(self.map, spec.name, ObjType::Text) {
            Some(text) => FieldValue::Text(self.lens.text(&text)),
            None => FieldValue::Empty,
        }
    }

    fn multi_value(
        &self,
        spec: &FieldSpec,
        origins: &impl Origins,
    ) -> (FieldValue, Option<Conflict>) {
        let mut written = self.lens.strings(self.map, spec.name);
        let distinct: BTreeSet<&str> = written.iter().map(|(value, _)| value.as_str()).collect();
        if distinct.len() < 2 {
            return (written.pop().into(), None);
        }
        let values = distinct.iter().map(|value| (*value).to_owned()).collect();
        let mut contributions: Vec<Contribution> = written
            .iter()
            .filter_map(|(value, operation)| contribution(value, operation, origins))
            .collect();
        // The values come oldest first, so that the first of equal ones is kept.
        contributions.sort_by(|a, b| a.value.cmp(&b.value));
        contributions.dedup_by(|later, first| later.value == first.value);
        let conflict = Conflict { field: spec.name, values: contributions };
        (FieldValue::Conflicting(values), Some(conflict))
    }

    fn names(&self, field: &str) -> &[String] {
        self.entries.get(field).map_or(&[], Vec::as_slice)
    }

    fn set(&self, field: &str) -> Vec<String> {
        let values = self.names(field).iter();
        let values = values.filter_map(|entry| {
            let (value, _) = self.lens.string(self.map, &layout::entry_key(field, entry))?;
            (value == *entry).then_some(value)
        });
        values.collect()
    }

    fn list(&self, field: &str) -> Vec<Item> {
        let mut items: Vec<(String, Item)> = self
            .names(field)
            .iter()
            .filter_map(|id| {
                let key = layout::entry_key(field, id);
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
            let key = layout::entry_key(field, entry);
            let (value, operation) = self.lens.string(self.map, &key)?;
            contribution(&value, &operation, origins)
        });
        entries.collect()
    }

    fn computed(&self, kind: &Kind, formula: Formula) -> FieldValue {
        let result = match formula {
            Formula::MonthsBetween { from, to } => {
                // A conflicting date gives no duration: any figure would pick a winner.
                let settled = |name: &str| {
                    let mut values = self.lens.strings(self.map, name);
                    values.dedup_by(|a, b| a.0 == b.0);
                    if values.len() == 1 { values.pop() } else { None }
                };
                settled(from).zip(settled(to)).and_then(|((from, _), (to, _))| {
                    value::months_between(&from, &to).map(|months| months.to_string())
                })
            }
            Formula::CountOf(name) => kind.field(name).map(|of| self.count(of).to_string()),
            Formula::SumOf { .. }
            | Formula::ShareOf { .. }
            | Formula::Difference { .. }
            | Formula::LastOf { .. } => None,
        };
        result.map_or(FieldValue::Empty, FieldValue::One)
    }

    fn count(&self, field: &FieldSpec) -> usize {
        match field.merge {
            Merge::Set => self.set(field.name).len(),
            Merge::List => self.list(field.name).len(),
            Merge::Append => self.names(field.name).len(),
            Merge::Text | Merge::LastWriter | Merge::MultiValue | Merge::Computed(_) => 0,
        }
    }

    /// Tells whether distinct values stand in a multi-valued field.
    pub(crate) fn in_conflict(&self, field: &str) -> bool {
        let values = self.lens.strings(self.map, field);
        values.iter().any(|(value, _)| *value != values[0].0)
    }

    /// Returns the keys of everything a set or a list holds.
    pub(crate) fn entry_keys(&self, field: &str) -> impl Iterator<Item = String> {
        self.names(field).iter().map(move |entry| layout::entry_key(field, entry))
    }

    /// Returns the items of a list with their objects and order keys.
    pub(crate) fn items(&self, field: &str) -> Vec<(Item, ObjId, String)> {
        let items = self.list(field).into_iter();
        let items = items.filter_map(|item| {
            let key = layout::entry_key(field, &item.id);
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
    let (actor, change, at) = origins.origin(operation)?;
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
