//! Edits of whole rows.
//!
//! The first operation of a new row bears its name, and its texts come first, in the order of
//! the columns: that is how other replicas know that nobody else can make the same row.

use std::collections::BTreeSet;

use automerge::ObjId;

use super::fields::find_row;
use super::{Plan, Planner, Write, order_after};
use crate::document::edit::EditRefusal;
use crate::document::layout::{self, ROW_ORDER};
use crate::document::{limits, order};
use crate::kinds::{FieldSpec, Merge, Table};
use crate::merge::{RowShelf, Shelf};

/// A cell as it will be stored.
struct NewCell {
    column: &'static FieldSpec,
    value: String,
}

impl Planner<'_> {
    pub(super) fn add_row(
        &self,
        field: &str,
        cells: &[(String, String)],
        after: Option<&str>,
    ) -> Result<Plan, EditRefusal> {
        let (spec, table) = self.table(field)?;
        if after.is_some() && spec.merge != Merge::List {
            return Err(Self::wrong_rule(spec));
        }
        let cells = read_cells(table, cells)?;
        let map = self.fields()?;
        let rows = Shelf::read(self.lens, &map).rows(spec, table);
        if let Some(key) = table.key {
            return keyed_row(&map, field, key, &cells, &rows);
        }
        let rows_max = limits::ROWS_MAX;
        // Rows that stay are counted of this life only: nobody could make room again in a table
        // that somebody else has filled.
        let own = |row: &&RowShelf<'_>| layout::is_named_by(&row.id, self.actor);
        if spec.merge == Merge::Append && rows.iter().filter(own).count() >= rows_max {
            return Err(EditRefusal::TooManyOwnRows { rows_max });
        }
        if spec.merge != Merge::Append && rows.len() >= rows_max {
            return Err(EditRefusal::TooManyRows { rows_max });
        }
        let row = layout::fresh_name(self.next_op, self.actor);
        let mut writes = Vec::new();
        if spec.merge == Merge::List {
            let others: Vec<(&str, &str)> =
                rows.iter().map(|row| (row.id.as_str(), row.order.as_str())).collect();
            let order = match after {
                None => order::between(others.last().map(|(_, order)| *order), None),
                Some(after) => order_after(&others, Some(after))
                    .ok_or_else(|| EditRefusal::NoSuchEntry(after.to_owned()))?,
            };
            writes.push(new_texts(&map, field, &row, table, &cells));
            let key = layout::cell_key(field, &row, ROW_ORDER);
            writes.push(Write::Put(map.clone(), key, order));
        } else if cells.is_empty() {
            // A row that stays and holds nothing would never hold anything.
            return Err(EditRefusal::Value(crate::kinds::ValueRefusal::Empty));
        }
        let apart = |cell: &&NewCell| spec.merge == Merge::List && cell.column.merge == Merge::Text;
        let puts = cells.iter().filter(|cell| !apart(cell));
        writes.extend(puts.map(|cell| cell.put(&map, field, &row)));
        Ok(Plan { changes: vec![writes], created: Some(row) })
    }

    pub(super) fn remove_row(&self, field: &str, row: &str) -> Result<Plan, EditRefusal> {
        let (spec, table) = self.table(field)?;
        if spec.merge == Merge::Append {
            return Err(Self::wrong_rule(spec));
        }
        let map = self.fields()?;
        let rows = Shelf::read(self.lens, &map).rows(spec, table);
        let keys = find_row(rows, table, row)?.keys.into_iter();
        Ok(Plan::spread(keys.map(|key| Write::Delete(map.clone(), key)).collect()))
    }

    fn table(&self, field: &str) -> Result<(&'static FieldSpec, &'static Table), EditRefusal> {
        let spec = self.spec(field)?;
        let table = spec.kind.table().ok_or_else(|| Self::wrong_rule(spec))?;
        Ok((spec, table))
    }
}

impl NewCell {
    fn put(&self, map: &ObjId, field: &str, row: &str) -> Write {
        let key = layout::cell_key(field, row, self.column.name);
        let key = match self.column.merge {
            Merge::Set => layout::entry_key(&key, &self.value),
            Merge::Text
            | Merge::LastWriter
            | Merge::MultiValue
            | Merge::List
            | Merge::Append
            | Merge::Computed(_) => key,
        };
        Write::Put(map.clone(), key, self.value.clone())
    }
}

/// Reads every cell and checks that they fit one change together.
fn read_cells(
    table: &'static Table,
    typed: &[(String, String)],
) -> Result<Vec<NewCell>, EditRefusal> {
    if typed.len() > limits::ROW_CELLS_MAX {
        return Err(EditRefusal::TooManyCells { cells_max: limits::ROW_CELLS_MAX });
    }
    let mut cells: Vec<NewCell> = Vec::new();
    let mut met = BTreeSet::new();
    let mut chars = 0;
    for (column, typed) in typed {
        let no_such = || EditRefusal::NoSuchField(column.clone());
        let column = table.column(column).ok_or_else(no_such)?;
        if let Merge::Computed(_) = column.merge {
            return Err(EditRefusal::Computed(column.name.to_owned()));
        }
        if !met.insert(column.name) && column.merge != Merge::Set {
            return Err(EditRefusal::Repeated(column.name.to_owned()));
        }
        let value = column.kind.read(typed)?;
        chars += value.chars().count();
        cells.push(NewCell { column, value });
    }
    if chars > limits::ROW_CHARS_MAX {
        return Err(EditRefusal::TooLong { chars_max: limits::ROW_CHARS_MAX });
    }
    Ok(cells)
}

/// Writes a row that one of its cells names, whether or not it is there.
fn keyed_row(
    map: &ObjId,
    field: &str,
    key: &'static str,
    cells: &[NewCell],
    rows: &[RowShelf<'_>],
) -> Result<Plan, EditRefusal> {
    let named = cells.iter().find(|cell| cell.column.name == key);
    let named = named.ok_or_else(|| EditRefusal::RowKeyMissing(key.to_owned()))?;
    let row = layout::row_of_key(&named.value);
    let known = rows.iter().find(|known| known.id == row);
    if known.is_none() && rows.len() >= limits::ROWS_MAX {
        return Err(EditRefusal::TooManyRows { rows_max: limits::ROWS_MAX });
    }
    for cell in cells.iter().filter(|cell| cell.column.merge == Merge::MultiValue) {
        if known.is_some_and(|known| known.cells.in_conflict(cell.column.name)) {
            let path = layout::cell_key(field, &row, cell.column.name);
            return Err(EditRefusal::InConflict(path));
        }
    }
    let writes = cells.iter().map(|cell| cell.put(map, field, &row)).collect();
    Ok(Plan { changes: vec![writes], created: Some(row) })
}

/// Makes the texts of a row, with what is given for them.
fn new_texts(
    map: &ObjId,
    field: &str,
    row: &str,
    table: &'static Table,
    cells: &[NewCell],
) -> Write {
    let given = |column: &FieldSpec| {
        let cell = cells.iter().find(|cell| cell.column.name == column.name);
        cell.map(|cell| cell.value.clone()).unwrap_or_default()
    };
    let texts = table.texts();
    let texts =
        texts.map(|column| (layout::cell_key(field, row, column.name), given(column))).collect();
    Write::NewTexts { map: map.clone(), texts }
}
