//! Fields worked out from what the same document holds, when it is drawn.
//!
//! A value in conflict gives no result: any figure would pick a winner.

use super::*;
use crate::kinds::{FieldType, Formula, value};

/// What one value comes to when exactly one is wanted.
enum Settled {
    Nothing,
    One(String),
    Conflict,
}

impl Settled {
    fn or_nothing(self) -> Option<String> {
        match self {
            Self::One(value) => Some(value),
            Self::Nothing | Self::Conflict => None,
        }
    }
}

impl Shelf<'_> {
    pub(super) fn computed(
        &self,
        specs: &'static [FieldSpec],
        spec: &FieldSpec,
        formula: Formula,
    ) -> FieldValue {
        let of = |name: &str| specs.iter().find(|spec| spec.name == name);
        let result = match formula {
            Formula::MonthsBetween { from, to } => {
                let (from, to) = (self.settled(from), self.settled(to));
                from.or_nothing().zip(to.or_nothing()).and_then(|(from, to)| {
                    value::months_between(&from, &to).map(|months| months.to_string())
                })
            }
            Formula::CountOf(name) => of(name).map(|of| self.count(of).to_string()),
            Formula::SumOf { rows, column } => {
                of(rows).and_then(|rows| self.sum(rows, column)).map(value::from_millionths)
            }
            Formula::ShareOf { rows, column, value } => {
                of(rows).and_then(|rows| self.share(rows, column, value))
            }
            Formula::CountWhere { rows, column, values } => {
                of(rows).and_then(|rows| self.count_where(rows, column, values))
            }
            Formula::Reaches { count, least } => self.reaches(specs, count, least),
            Formula::FirstOf(names) => self.first_of(specs, names),
            Formula::LastOf { rows, column } => of(rows).and_then(|rows| self.last(rows, column)),
            Formula::Difference { of, less } => self.difference(specs, of, less),
        };
        // Amounts have two decimals, numbers none too many.
        let is_figure = matches!(spec.kind, FieldType::Amount | FieldType::Number);
        let figure = |result: String| {
            if is_figure { spec.kind.read(&result).ok() } else { Some(result) }
        };
        result.and_then(figure).map_or(FieldValue::Empty, FieldValue::One)
    }

    fn settled(&self, name: &str) -> Settled {
        let mut values = self.lens.strings(self.map, &self.key(name));
        values.dedup_by(|a, b| a.0 == b.0);
        match (values.pop(), values.is_empty()) {
            (None, _) => Settled::Nothing,
            (Some((value, _)), true) => Settled::One(value),
            (Some(_), false) => Settled::Conflict,
        }
    }

    /// Returns one column, row by row; nothing when any cell of it is in conflict.
    fn column(&self, rows: &FieldSpec, column: &str) -> Option<Vec<Option<String>>> {
        let table = rows.kind.table()?;
        let cell = |row: RowShelf<'_>| {
            if table.key == Some(column) {
                return Some(Some(layout::key_of_row(&row.id)));
            }
            match row.cells.settled(column) {
                Settled::Nothing => Some(None),
                Settled::One(value) => Some(Some(value)),
                Settled::Conflict => None,
            }
        };
        self.rows(rows, table).into_iter().map(cell).collect()
    }

    fn sum(&self, rows: &FieldSpec, column: &str) -> Option<i128> {
        let cells = self.column(rows, column)?.into_iter().flatten();
        cells.map(|cell| value::millionths(&cell)).sum()
    }

    fn share(&self, rows: &FieldSpec, column: &str, wanted: &str) -> Option<String> {
        let cells = self.column(rows, column)?;
        // As long as nobody has said anything of any row, nothing is known: not even none.
        if cells.iter().all(Option::is_none) {
            return None;
        }
        let counted = cells.iter().flatten().filter(|cell| *cell == wanted).count();
        (counted * 100).checked_div(cells.len()).map(|percent| percent.to_string())
    }

    fn count_where(&self, rows: &FieldSpec, column: &str, wanted: &[&str]) -> Option<String> {
        let cells = self.column(rows, column)?;
        let counted = cells.iter().flatten().filter(|cell| wanted.contains(&cell.as_str()));
        Some(counted.count().to_string())
    }

    fn reaches(&self, specs: &'static [FieldSpec], count: &str, least: &str) -> Option<String> {
        let count = value::millionths(&self.figure(specs, count).or_nothing()?)?;
        let least = value::millionths(&self.figure(specs, least).or_nothing()?)?;
        Some((count >= least).to_string())
    }

    fn first_of(&self, specs: &'static [FieldSpec], names: &[&str]) -> Option<String> {
        for name in names {
            match self.figure(specs, name) {
                Settled::Nothing => {}
                Settled::One(figure) => return Some(figure),
                Settled::Conflict => return None,
            }
        }
        None
    }

    fn last(&self, rows: &FieldSpec, column: &str) -> Option<String> {
        self.column(rows, column)?.into_iter().flatten().next_back()
    }

    fn difference(&self, specs: &'static [FieldSpec], of: &str, less: &str) -> Option<String> {
        let of = value::millionths(&self.figure(specs, of).or_nothing()?)?;
        let less = match self.figure(specs, less) {
            Settled::Nothing => 0,
            Settled::One(less) => value::millionths(&less)?,
            Settled::Conflict => return None,
        };
        Some(value::from_millionths(of - less))
    }

    /// Tells whether a share is of no row that says anything: there is nothing to work out, and
    /// no conflict.
    fn is_empty_share(&self, specs: &'static [FieldSpec], formula: Formula) -> bool {
        let Formula::ShareOf { rows, column, .. } = formula else {
            return false;
        };
        let rows = specs.iter().find(|spec| spec.name == rows);
        let cells = rows.and_then(|rows| self.column(rows, column));
        cells.is_some_and(|cells| cells.iter().all(Option::is_none))
    }

    /// Returns a figure that a difference is made of, which may be computed itself.
    fn figure(&self, specs: &'static [FieldSpec], name: &str) -> Settled {
        let spec = specs.iter().find(|spec| spec.name == name);
        match spec.map(|spec| (spec, spec.merge)) {
            // Never a difference of differences, so that no table can turn in circles.
            Some((
                _,
                Merge::Computed(
                    Formula::Difference { .. } | Formula::Reaches { .. } | Formula::FirstOf(_),
                ),
            ))
            | None => Settled::Nothing,
            Some((spec, Merge::Computed(formula))) => {
                let computed = self.computed(specs, spec, formula);
                if let FieldValue::One(figure) = computed {
                    Settled::One(figure)
                } else if self.is_empty_share(specs, formula) {
                    Settled::Nothing
                } else {
                    Settled::Conflict
                }
            }
            Some(_) => self.settled(name),
        }
    }
}
