//! Rows: which there are, in which order, and what stands in them.
//!
//! A row is there while any of its keys but a text is: a cell written while somebody else
//! removes the row brings it back, with that cell and its texts, and the view shows it. Of rows
//! that stay, each writer has as many as its own program adds: what is beyond is a flood.

use super::*;
use crate::document::layout::{ROW_ORDER, key_of_row, maker_in};
use crate::document::limits;

/// One row, with its cells on a shelf of their own.
pub(crate) struct RowShelf<'a> {
    pub(crate) id: String,
    /// Its order key, of rows that move.
    pub(crate) order: String,
    pub(crate) cells: Shelf<'a>,
    /// Every key that removing the row deletes: all but those of texts.
    pub(crate) keys: Vec<String>,
}

impl<'a> Shelf<'a> {
    /// Returns the rows of a field, in order.
    pub(crate) fn rows(&self, spec: &FieldSpec, table: &Table) -> Vec<RowShelf<'a>> {
        let mut names: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for name in self.names(spec.name) {
            if let Some((row, cell)) = name.split_once(ENTRY_MARK) {
                names.entry(row).or_default().push(cell);
            }
        }
        if spec.merge == Merge::Append {
            let mut of_each: BTreeMap<Option<String>, usize> = BTreeMap::new();
            names.retain(|id, _| {
                let count = of_each.entry(maker_in(id).map(str::to_owned)).or_default();
                *count += 1;
                *count <= limits::ROWS_MAX
            });
        }
        let rows = names.into_iter().filter_map(|(id, cells)| self.row(spec, table, id, &cells));
        let mut rows: Vec<RowShelf<'a>> = rows.collect();
        let key = table.key.and_then(|key| table.column(key));
        // They come by id, and the sort is stable.
        match (spec.merge, key) {
            (Merge::List, _) => rows.sort_by(|a, b| a.order.cmp(&b.order)),
            (Merge::Set, Some(key)) => {
                rows.sort_by_cached_key(|row| key.kind.order(&key_of_row(&row.id)));
            }
            (_, _) => {}
        }
        rows
    }

    fn row(
        &self,
        spec: &FieldSpec,
        table: &Table,
        id: &str,
        names: &[&str],
    ) -> Option<RowShelf<'a>> {
        let prefix = layout::cell_key(&self.key(spec.name), id, "");
        // The rows that stay have their texts as values.
        let is_text = |name: &str| {
            spec.merge == Merge::List
                && table.column(name).is_some_and(|column| column.merge == Merge::Text)
        };
        let keys = names.iter().filter(|name| !is_text(name));
        let keys: Vec<String> = keys.map(|name| format!("{prefix}{name}")).collect();
        if keys.is_empty() {
            return None;
        }
        let order = self.lens.string(self.map, &format!("{prefix}{ROW_ORDER}"));
        let cells = Self::of(self.lens, self.map, prefix, names.iter().copied());
        let order = order.map(|(order, _)| order).unwrap_or_default();
        Some(RowShelf { id: id.to_owned(), order, cells, keys })
    }

    pub(super) fn drawn_rows(
        &self,
        spec: &FieldSpec,
        table: &'static Table,
        origins: &impl Origins,
        conflicts: &mut Vec<Conflict>,
    ) -> Vec<Row> {
        let rows = self.rows(spec, table).into_iter();
        let drawn = rows.map(|row| {
            let cells = table.columns.iter().map(|column| {
                let value = row.cell(table, column, origins, conflicts);
                FieldView { spec: column, value }
            });
            let cells = cells.collect();
            let origin = (spec.merge == Merge::Append).then(|| row.origin(origins)).flatten();
            Row { id: row.id, cells, origin }
        });
        drawn.collect()
    }
}

impl RowShelf<'_> {
    /// Returns what stands in a cell; the key of a row is its id, whatever its cell says.
    pub(super) fn cell(
        &self,
        table: &'static Table,
        column: &'static FieldSpec,
        origins: &impl Origins,
        conflicts: &mut Vec<Conflict>,
    ) -> FieldValue {
        if table.key == Some(column.name) {
            return FieldValue::One(key_of_row(&self.id));
        }
        self.cells.field(table.columns, column, origins, conflicts)
    }

    /// Tells who wrote the first of its keys.
    fn origin(&self, origins: &impl Origins) -> Option<Origin> {
        let Shelf { lens, map, .. } = &self.cells;
        let written = self.keys.iter().filter_map(|key| lens.string(map, key));
        written.filter_map(|(_, operation)| origins.origin(&operation)).next()
    }
}
