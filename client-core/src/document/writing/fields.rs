//! Edits of fields and of cells: one set of functions for both, since a cell is a field under
//! a longer key.

use automerge::ObjId;

use super::{Plan, Planner, Write, order_after};
use crate::document::edit::EditRefusal;
use crate::document::layout::{self, ORDER_KEY, ROW_ORDER};
use crate::document::order;
use crate::kinds::{FieldSpec, Merge, Table};
use crate::merge::{RowShelf, Shelf};

/// What a path names.
pub(super) struct Spot<'a> {
    /// The field or the column.
    pub(super) spec: &'static FieldSpec,
    /// Where its value lies.
    pub(super) key: String,
    /// The shelf it stands on: that of the fields, or of the row.
    pub(super) shelf: Shelf<'a>,
    /// The field that the row belongs to, for a cell.
    within: Option<(&'static FieldSpec, &'static Table)>,
}

impl Spot<'_> {
    /// Tells whether what stands here may be written at all.
    fn writable(&self) -> Result<(), EditRefusal> {
        if let Merge::Computed(_) = self.spec.merge {
            return Err(EditRefusal::Computed(self.spec.name.to_owned()));
        }
        match self.within {
            Some((field, _)) if field.merge == Merge::Append => Err(Planner::wrong_rule(field)),
            Some((_, table)) if table.key == Some(self.spec.name) => {
                Err(EditRefusal::RowKey(self.spec.name.to_owned()))
            }
            Some(_) | None => Ok(()),
        }
    }
}

impl Planner<'_> {
    pub(super) fn spec(&self, field: &str) -> Result<&'static FieldSpec, EditRefusal> {
        self.kind.field(field).ok_or_else(|| EditRefusal::NoSuchField(field.to_owned()))
    }

    pub(super) fn wrong_rule(spec: &FieldSpec) -> EditRefusal {
        EditRefusal::WrongRule { field: spec.name.to_owned(), rule: spec.merge }
    }

    /// Finds a field, or a cell of a row that is there.
    pub(super) fn spot<'m>(&'m self, map: &'m ObjId, path: &str) -> Result<Spot<'m>, EditRefusal> {
        let no_such = || EditRefusal::NoSuchField(path.to_owned());
        let shelf = Shelf::read(self.lens, map);
        let (field, cell) = layout::split_path(path);
        let spec = self.spec(field)?;
        if field == path {
            return Ok(Spot { spec, key: field.to_owned(), shelf, within: None });
        }
        let table = spec.kind.table().ok_or_else(no_such)?;
        let cell = cell.filter(|cell| cell.entry.is_none()).ok_or_else(no_such)?;
        let column = table.column(cell.column).ok_or_else(no_such)?;
        let row = find_row(shelf.rows(spec, table), table, cell.row)?;
        let key = layout::cell_key(field, &row.id, column.name);
        Ok(Spot { spec: column, key, shelf: row.cells, within: Some((spec, table)) })
    }

    pub(super) fn set(&self, path: &str, typed: &str) -> Result<Plan, EditRefusal> {
        let map = self.fields()?;
        let Spot { spec, key, shelf, .. } = {
            let spot = self.spot(&map, path)?;
            spot.writable()?;
            spot
        };
        let value = spec.kind.read(typed)?;
        match spec.merge {
            Merge::Text => self.write_text(&self.text(&key)?, typed),
            Merge::MultiValue if shelf.in_conflict(spec.name) => {
                Err(EditRefusal::InConflict(path.to_owned()))
            }
            Merge::LastWriter | Merge::MultiValue => {
                Ok(Plan::one(Write::Put(map.clone(), key, value)))
            }
            Merge::Set => {
                let key = layout::entry_key(&key, &value);
                Ok(Plan::one(Write::Put(map.clone(), key, value)))
            }
            Merge::Append => {
                let name = layout::fresh_name(self.next_op, self.actor);
                Ok(Plan::one(Write::Put(map.clone(), layout::entry_key(&key, &name), value)))
            }
            Merge::List => {
                let last = shelf.items(spec.name).pop().map(|(_, _, order)| order);
                let name = layout::fresh_name(self.next_op, self.actor);
                let key = layout::entry_key(&key, &name);
                let order = order::between(last.as_deref(), None);
                let map = map.clone();
                let mut plan = Plan::one(Write::NewItem { map, key, order, value });
                plan.created = Some(name);
                Ok(plan)
            }
            Merge::Computed(_) => Err(EditRefusal::Computed(path.to_owned())),
        }
    }

    pub(super) fn clear(&self, path: &str) -> Result<Plan, EditRefusal> {
        let map = self.fields()?;
        let spot = self.spot(&map, path)?;
        spot.writable()?;
        let Spot { spec, key, shelf, .. } = spot;
        let delete = |key| Write::Delete(map.clone(), key);
        if let Some(table) = spec.kind.table().filter(|_| spec.merge != Merge::Append) {
            let rows = shelf.rows(spec, table).into_iter();
            return Ok(Plan::spread(rows.flat_map(|row| row.keys).map(delete).collect()));
        }
        match spec.merge {
            Merge::Text => self.write_text(&self.text(&key)?, ""),
            Merge::LastWriter | Merge::MultiValue => {
                if self.lens.all(&map, key.as_str()).is_empty() {
                    return Ok(Plan::default());
                }
                Ok(Plan::one(delete(key)))
            }
            Merge::Set | Merge::List => {
                Ok(Plan::spread(shelf.entry_keys(spec.name).map(delete).collect()))
            }
            Merge::Append => Err(Self::wrong_rule(spec)),
            Merge::Computed(_) => Err(EditRefusal::Computed(path.to_owned())),
        }
    }

    pub(super) fn settle(&self, path: &str, typed: &str) -> Result<Plan, EditRefusal> {
        let map = self.fields()?;
        let spot = self.spot(&map, path)?;
        spot.writable()?;
        let Spot { spec, key, shelf, .. } = spot;
        if spec.merge != Merge::MultiValue {
            return Err(Self::wrong_rule(spec));
        }
        let value = spec.kind.read(typed)?;
        if !shelf.in_conflict(spec.name) {
            // Somebody else may have settled it the same way meanwhile.
            let stands = self.lens.string(&map, &key).is_some_and(|(stands, _)| stands == value);
            let refusal = EditRefusal::NothingToSettle(path.to_owned());
            return if stands { Ok(Plan::default()) } else { Err(refusal) };
        }
        // Writing what stands already would only take the others away, and the history would
        // not say what was settled on, nor the view who did.
        let clear = Write::Delete(map.clone(), key.clone());
        Ok(Plan { changes: vec![vec![clear, Write::Put(map.clone(), key, value)]], created: None })
    }

    pub(super) fn remove(&self, path: &str, entry: &str) -> Result<Plan, EditRefusal> {
        let map = self.fields()?;
        let spot = self.spot(&map, path)?;
        spot.writable()?;
        let Spot { spec, key, .. } = spot;
        if spec.kind.table().is_some() {
            return self.remove_row(path, entry);
        }
        let name = match spec.merge {
            Merge::Set => spec.kind.read(entry)?,
            Merge::List => entry.to_owned(),
            Merge::Text | Merge::LastWriter | Merge::MultiValue | Merge::Append => {
                return Err(Self::wrong_rule(spec));
            }
            Merge::Computed(_) => return Err(EditRefusal::Computed(path.to_owned())),
        };
        let key = layout::entry_key(&key, &name);
        if self.lens.all(&map, key.as_str()).is_empty() {
            return Err(EditRefusal::NoSuchEntry(entry.to_owned()));
        }
        Ok(Plan::one(Write::Delete(map.clone(), key)))
    }

    pub(super) fn move_item(
        &self,
        field: &str,
        item: &str,
        after: Option<&str>,
    ) -> Result<Plan, EditRefusal> {
        let spec = self.spec(field)?;
        if spec.merge != Merge::List {
            return Err(Self::wrong_rule(spec));
        }
        let map = self.fields()?;
        let shelf = Shelf::read(self.lens, &map);
        // Where the order key of each lies: in the object of an item, beside the cells of a row.
        let places: Vec<(String, String, ObjId, String)> = match spec.kind.table() {
            None => shelf
                .items(field)
                .into_iter()
                .map(|(item, object, order)| (item.id, order, object, ORDER_KEY.to_owned()))
                .collect(),
            Some(table) => shelf
                .rows(spec, table)
                .into_iter()
                .map(|row| {
                    let key = layout::cell_key(field, &row.id, ROW_ORDER);
                    (row.id, row.order, map.clone(), key)
                })
                .collect(),
        };
        let no_such = |entry: &str| EditRefusal::NoSuchEntry(entry.to_owned());
        let moved = places.iter().find(|place| place.0 == item).ok_or_else(|| no_such(item))?;
        let others: Vec<(&str, &str)> = places
            .iter()
            .filter(|(id, ..)| id != item)
            .map(|(id, order, ..)| (id.as_str(), order.as_str()))
            .collect();
        let order =
            order_after(&others, after).ok_or_else(|| no_such(after.unwrap_or_default()))?;
        Ok(Plan::one(Write::Put(moved.2.clone(), moved.3.clone(), order)))
    }
}

/// Finds a row by its id or, where a key names the rows, by that key as people type it.
pub(super) fn find_row<'a>(
    rows: Vec<RowShelf<'a>>,
    table: &Table,
    typed: &str,
) -> Result<RowShelf<'a>, EditRefusal> {
    let key = table.key.and_then(|key| table.column(key));
    let meant = key.and_then(|key| key.kind.read(typed).ok()).map(|key| layout::row_of_key(&key));
    let (mut exact, mut others): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|row| row.id == typed);
    let by_key = others.iter().position(|row| Some(&row.id) == meant.as_ref());
    let found = exact.pop().or_else(|| by_key.map(|at| others.swap_remove(at)));
    found.ok_or_else(|| EditRefusal::NoSuchEntry(typed.to_owned()))
}
