//! Days of the calendar, to be compared and counted.
//!
//! A day is handed in or read from a document; nothing here knows what day it is.

use std::fmt;
use std::str::FromStr;

use crate::kinds::value::date_parts;

/// Days from the first of March of the year zero, where years of the count begin, to 1970.
const DAYS_TO_1970: u64 = 719_468;
/// Days of four centuries.
const DAYS_OF_400_YEARS: u32 = 146_097;
/// Milliseconds of a day.
const DAY_MS: u64 = 86_400_000;
/// The last day there is: the last of the year 9999.
const LAST: u32 = 3_652_364;

/// A day of the Gregorian calendar, from the first of March of the year zero to the end of the
/// year 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(u32);

impl Day {
    /// Returns the day of a date; `None` when there is no such date.
    #[must_use]
    pub fn of(year: u32, month: u32, day: u32) -> Option<Self> {
        date_parts(&format!("{year:04}-{month:02}-{day:02}"))?;
        // Years are counted from March, so that the day of a leap year is the last (H. Hinnant,
        // "chrono-Compatible Low-Level Date Algorithms").
        let year = if month <= 2 { year.checked_sub(1)? } else { year };
        let (century, of_century) = (year / 400, year % 400);
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let days = of_century * 365 + of_century / 4 - of_century / 100 + of_year;
        Some(Self(century * DAYS_OF_400_YEARS + days))
    }

    /// Reads the day of a stored date, or of a stored date and time.
    #[must_use]
    pub fn read(stored: &str) -> Option<Self> {
        let date = stored.split_once('T').map_or(stored, |(date, _)| date);
        let (year, month, day) = date_parts(date)?;
        Self::of(year, month, day)
    }

    /// Returns the day, in UTC, of a time in milliseconds since 1970; the last one there is for
    /// any later time.
    #[must_use]
    pub fn of_ms(ms: u64) -> Self {
        let days = u32::try_from(ms / DAY_MS + DAYS_TO_1970).unwrap_or(LAST);
        Self(days.min(LAST))
    }

    /// Returns the number of the day, by which it is kept.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    /// Returns the day of that number.
    #[must_use]
    pub fn numbered(number: u64) -> Option<Self> {
        u32::try_from(number).ok().filter(|number| *number <= LAST).map(Self)
    }

    /// Returns the year, the month and the day.
    #[must_use]
    pub const fn parts(self) -> (u32, u32, u32) {
        let (century, left) = (self.0 / DAYS_OF_400_YEARS, self.0 % DAYS_OF_400_YEARS);
        let of_century = (left - left / 1_460 + left / 36_524 - left / 146_096) / 365;
        let of_year = left - (365 * of_century + of_century / 4 - of_century / 100);
        let march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * march + 2) / 5 + 1;
        let month = if march < 10 { march + 3 } else { march - 9 };
        let year = century * 400 + of_century;
        (if month <= 2 { year + 1 } else { year }, month, day)
    }

    /// Returns the year.
    #[must_use]
    pub const fn year(self) -> u32 {
        self.parts().0
    }

    /// Returns the day so many days later, or the last there is.
    #[must_use]
    pub fn plus(self, days: u32) -> Self {
        Self(self.0.saturating_add(days).min(LAST))
    }

    /// Returns the day so many days earlier, or the first there is.
    #[must_use]
    pub const fn minus(self, days: u32) -> Self {
        Self(self.0.saturating_sub(days))
    }

    /// Returns the same day so many months earlier, or the last day of that month when it is
    /// shorter; `None` before the first day there is.
    #[must_use]
    pub fn months_before(self, months: u32) -> Option<Self> {
        let (year, month, day) = self.parts();
        let count = (year * 12 + month - 1).checked_sub(months)?;
        let (year, month) = (count / 12, count % 12 + 1);
        (1..=day).rev().find_map(|day| Self::of(year, month, day))
    }

    /// Returns how many days this one is after another; nothing when it is not.
    #[must_use]
    pub const fn after(self, other: Self) -> u32 {
        self.0.saturating_sub(other.0)
    }
}

impl fmt::Display for Day {
    /// Writes it as it is stored: `2026-03-01`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.parts();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// Not a day of the calendar, written `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotADay;

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        let (year, month, day) = date_parts(text).ok_or(NotADay)?;
        Self::of(year, month, day).ok_or(NotADay)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_day_of_four_centuries_has_its_number_and_comes_back() {
        assert_eq!(Day::of(0, 3, 1).unwrap().number(), 0);
        let mut day = Day::of(1_999, 1, 1).unwrap();
        while day.year() < 2_401 {
            let (year, month, of_month) = day.parts();
            assert_eq!(Day::of(year, month, of_month), Some(day));
            let next = day.plus(1);
            assert!(next.to_string() > day.to_string() && next.after(day) == 1);
            day = next;
        }
        let last = Day::of(9_999, 12, 31).unwrap();
        assert_eq!((last.number(), last.plus(1), last.year()), (LAST, last, 9_999));
    }

    #[test]
    fn times_and_stored_values_fall_on_their_days() {
        assert_eq!(Day::of_ms(0).to_string(), "1970-01-01");
        assert_eq!(Day::of_ms(951_782_400_000).to_string(), "2000-02-29");
        assert_eq!(Day::of_ms(u64::MAX).to_string(), "9999-12-31");
        assert_eq!(Day::read("2026-09-15T14:00"), Day::of(2026, 9, 15));
        for no_day in ["2026-02-29", "2026-1-1", "", "T", "0000-01-01", "2026-09-15x"] {
            assert_eq!(Day::read(no_day), None, "{no_day}");
        }
        assert_eq!("2026-02-30".parse::<Day>(), Err(NotADay));
        assert_eq!(Day::numbered(u64::from(LAST) + 1), None);
    }

    #[test]
    fn months_are_taken_back_to_the_end_of_a_shorter_one() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        assert_eq!(day("2029-02-28").months_before(3), Some(day("2028-11-28")));
        assert_eq!(day("2026-05-31").months_before(3), Some(day("2026-02-28")));
        assert_eq!(day("2026-01-15").months_before(1), Some(day("2025-12-15")));
        assert_eq!(day("0001-01-01").months_before(24), None);
    }
}
