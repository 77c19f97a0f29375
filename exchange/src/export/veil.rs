//! Small counts that an indicator asks to hide, and what would give them back one line away.
//!
//! A count under the bound is told as « < 11 ». Its numerator, denominator and value stand or
//! fall together, and so does a share whose other side is small; where all parts of a period but
//! one are told beside their total, one more part is withheld. Zero points to nobody and is told.
//! Only what is handed to others is veiled: a partner sees and takes along what is true.

use std::collections::{BTreeMap, BTreeSet};

use client_core::document::{FieldValue, Row, View};
use client_core::kinds::{FieldSpec, FieldType, Formula, Merge, Wording, words};

/// Counts below this are hidden where an indicator asks for it and names no bound.
const HIDDEN_BELOW: i128 = 11;
/// The field of rows whose counts are hidden.
const VALUES: &str = "valeurs";
/// Its columns of counts: the value, and what it is worked out from.
const COUNTS: [&str; 3] = ["valeur", "numerateur", "denominateur"];

/// What is told in the place of a number that would give a small one back.
pub(crate) const WITHHELD: Wording = words("masqué", "withheld");

/// What an indicator hides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Veil {
    bound: i128,
    /// The rows whose counts are all hidden, by id.
    rows: BTreeSet<String>,
    /// Whether the last value is that of such a row.
    last: bool,
}

impl Veil {
    /// Returns what a document hides, if it asks for it.
    pub(crate) fn of(view: &View) -> Option<Self> {
        let one = |field: &str| match view.field(field) {
            Some(FieldValue::One(stored)) => Some(stored.as_str()),
            Some(_) | None => None,
        };
        // While nobody has settled whether to hide, everything small is hidden.
        let asked = view.field("petit_effectif")?;
        let unsettled = matches!(asked, FieldValue::Conflicting(_));
        if !unsettled && one("petit_effectif") != Some("true") {
            return None;
        }
        let bound = one("seuil_effectif").and_then(|bound| bound.parse().ok());
        let bound = bound.unwrap_or(HIDDEN_BELOW);
        let rows = view.rows(VALUES);
        let small = rows.iter().filter(|row| is_small(row, bound));
        let mut hidden: BTreeSet<String> = small.map(|row| row.id.clone()).collect();
        withhold(rows, &mut hidden);
        let last = rows.iter().rev().find(|row| !numbers(row, COUNTS[0]).is_empty());
        let last = last.is_some_and(|row| hidden.contains(&row.id));
        Some(Self { bound, rows: hidden, last })
    }

    /// Returns what stands for a value that is not told; `row` is that of a cell.
    pub(crate) fn over(
        &self,
        spec: &FieldSpec,
        row: Option<&str>,
        value: &FieldValue,
    ) -> Option<Told> {
        if spec.kind != FieldType::Number {
            return None;
        }
        let stored = stored(value);
        if stored.is_empty() {
            return None;
        }
        if stored.iter().any(|stored| is_hidden(stored, self.bound)) {
            return Some(Told::Below(self.bound));
        }
        let of_values = |rows: &str| rows == VALUES;
        let computed = matches!(spec.merge,
            Merge::Computed(Formula::LastOf { rows, .. }) if of_values(rows));
        let withheld = match row {
            Some(row) => self.rows.contains(row) && COUNTS.contains(&spec.name),
            None => computed && self.last,
        };
        withheld.then_some(Told::Withheld)
    }
}

/// What is told in the place of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// That it is below a bound.
    Below(i128),
    /// Nothing: it would give back another one.
    Withheld,
}

/// Tells whether a stored count is below a bound: above nothing, and under it.
fn is_hidden(stored: &str, bound: i128) -> bool {
    let whole = stored.split_once('.').map_or(stored, |(whole, _)| whole);
    whole.parse::<i128>().is_ok_and(|count| (0..bound).contains(&count)) && stored != "0"
}

fn stored(value: &FieldValue) -> &[String] {
    match value {
        FieldValue::One(stored) => std::slice::from_ref(stored),
        FieldValue::Conflicting(values) => values,
        FieldValue::Empty
        | FieldValue::Set(_)
        | FieldValue::List(_)
        | FieldValue::Entries(_)
        | FieldValue::Text(_)
        | FieldValue::Rows(_) => &[],
    }
}

fn numbers<'a>(row: &'a Row, column: &str) -> &'a [String] {
    row.cell(column).map_or(&[], stored)
}

/// Tells whether a row holds a small count, or the two sides of a share of which one is small.
fn is_small(row: &Row, bound: i128) -> bool {
    let small = |column: &&str| numbers(row, column).iter().any(|n| is_hidden(n, bound));
    let whole = |text: &String| text.split('.').next().and_then(|n| n.parse::<i128>().ok());
    let tops = numbers(row, "numerateur").iter().filter_map(whole);
    let other_side = |top: i128| {
        let bottoms = numbers(row, "denominateur").iter().filter_map(whole);
        bottoms
            .into_iter()
            .any(|bottom| bottom.checked_sub(top).is_some_and(|rest| (1..bound).contains(&rest)))
    };
    COUNTS.iter().any(small) || tops.into_iter().any(other_side)
}

/// Hides one more part of each period of which all parts but one are told beside their total.
fn withhold(rows: &[Row], hidden: &mut BTreeSet<String>) {
    let mut by_period: BTreeMap<&str, &Row> = BTreeMap::new();
    for row in rows.iter().filter(|row| !numbers(row, COUNTS[0]).is_empty()) {
        if let Some(FieldValue::One(period)) = row.cell("periode") {
            by_period.insert(period, row);
        }
    }
    loop {
        let before = hidden.len();
        for (total, row) in &by_period {
            if hidden.contains(&row.id) {
                continue;
            }
            for parts in partitions(total) {
                let parts: Option<Vec<&Row>> =
                    parts.iter().map(|part| by_period.get(part.as_str()).copied()).collect();
                let Some(parts) = parts else { continue };
                let told = parts.iter().filter(|part| !hidden.contains(&part.id));
                let told: Vec<&&Row> = told.collect();
                if told.len() + 1 == parts.len()
                    && let Some(smallest) = told.into_iter().min_by_key(|part| rank(part))
                {
                    hidden.insert(smallest.id.clone());
                }
            }
        }
        if hidden.len() == before {
            return;
        }
    }
}

/// Sorts parts by what hiding them costs: the smallest first, zero last, for it hides nothing.
fn rank(row: &Row) -> (bool, i128) {
    let value = numbers(row, COUNTS[0]).first();
    let whole = value.and_then(|text| text.split('.').next()?.parse::<i128>().ok());
    let whole = whole.unwrap_or(i128::MAX);
    (whole == 0, whole)
}

/// Returns the ways in which a period is made of shorter ones: `2026` of two half-years, four
/// quarters or twelve months, and so on.
fn partitions(period: &str) -> Vec<Vec<String>> {
    let months = |year: &str, from: u32, count: u32| -> Vec<String> {
        (from..from + count).map(|month| format!("{year}-{month:02}")).collect()
    };
    let quarters = |year: &str, from: u32, count: u32| -> Vec<String> {
        (from..from + count).map(|quarter| format!("{year}-T{quarter}")).collect()
    };
    match period.split_once('-') {
        None => {
            let halves = vec![format!("{period}-S1"), format!("{period}-S2")];
            vec![halves, quarters(period, 1, 4), months(period, 1, 12)]
        }
        Some((year, "S1")) => vec![quarters(year, 1, 2), months(year, 1, 6)],
        Some((year, "S2")) => vec![quarters(year, 3, 2), months(year, 7, 6)],
        Some((year, quarter)) => match quarter.strip_prefix('T').and_then(|n| n.parse().ok()) {
            Some(number @ 1..=4) => vec![months(year, 3 * number - 2, 3)],
            Some(_) | None => Vec::new(),
        },
    }
}

#[cfg(test)]
mod tests;
