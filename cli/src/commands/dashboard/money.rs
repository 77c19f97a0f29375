//! Sums of money, for scripts in whole cents and for people in euros.

use client_core::figures::{Money, Moneys};
use client_core::kinds::FieldType;
use console::Lang;
use serde::{Deserialize, Serialize};

use super::board::Counts;
use crate::words;

/// One sum: whole cents, and how many amounts are in no sum because people differ.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Sum {
    pub(super) cents: i64,
    pub(super) to_settle: u64,
}

/// What some fundings come to.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Sums {
    pub(super) fundings: Counts,
    pub(super) asked: Sum,
    pub(super) granted: Sum,
    pub(super) paid: Sum,
    pub(super) used: Sum,
}

impl From<Money> for Sum {
    fn from(money: Money) -> Self {
        let highest = if money.cents < 0 { i64::MIN } else { i64::MAX };
        let cents = i64::try_from(money.cents).unwrap_or(highest);
        Self { cents, to_settle: money.to_settle }
    }
}

impl From<Moneys> for Sums {
    fn from(moneys: Moneys) -> Self {
        Self {
            fundings: moneys.fundings.into(),
            asked: moneys.asked.into(),
            granted: moneys.granted.into(),
            paid: moneys.paid.into(),
            used: moneys.used.into(),
        }
    }
}

impl Sum {
    /// Returns the sum as people write it, and how many amounts are to be settled beside it.
    pub(super) fn shown(self, lang: Lang) -> String {
        let sign = if self.cents < 0 { "-" } else { "" };
        let size = self.cents.unsigned_abs();
        let stored = format!("{sign}{}.{:02}", size / 100, size % 100);
        let sum = FieldType::Amount.show(&stored, words::language(lang));
        match (self.cents, self.to_settle, lang) {
            (0, 0, _) => String::new(),
            (_, 0, _) => sum,
            (_, more, Lang::Fr) => format!("{sum} + {more} à départager"),
            (_, more, Lang::En) => format!("{sum} + {more} to settle"),
        }
    }
}

impl Sums {
    /// Returns the cells of a row: how many, asked, granted, paid, used.
    pub(super) fn cells(&self, lang: Lang) -> Vec<String> {
        let sums = [self.asked, self.granted, self.paid, self.used].map(|sum| sum.shown(lang));
        [self.fundings.total.to_string()].into_iter().chain(sums).collect()
    }
}
