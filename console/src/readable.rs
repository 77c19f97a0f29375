//! Times and sizes as a person reads them.
//!
//! Scripts get UTC in the form of RFC 3339; people get the date as they would write it, in the
//! zone of their machine. Nothing here reads the clock: every time is an argument.

use crate::Lang;
use jiff::{Timestamp, Zoned, tz::TimeZone};

/// Returns a time, in milliseconds since 1970 UTC, as RFC 3339 in UTC with milliseconds.
///
/// A time out of the calendar's range (beyond the year 9999) is clamped to it.
#[must_use]
pub fn iso_time(unix_ms: i64) -> String {
    format!("{:.3}", timestamp(unix_ms))
}

/// Returns a time, in milliseconds since 1970 UTC, as a person of this machine reads it.
#[must_use]
pub fn local_time(unix_ms: i64, lang: Lang) -> String {
    time_in(unix_ms, lang, TimeZone::system())
}

/// Returns the time of day, in the zone of this machine: `14:02:11`.
#[must_use]
pub fn clock_time(unix_ms: i64) -> String {
    clock_in(unix_ms, TimeZone::system())
}

/// Returns the day of a time in the zone of this machine: `2026-11-22`.
#[must_use]
pub fn local_day(unix_ms: i64) -> String {
    day_in(unix_ms, TimeZone::system())
}

/// Returns a time as [`local_time`] does, but read in UTC, and saying so.
#[must_use]
pub fn utc_time(unix_ms: i64, lang: Lang) -> String {
    format!("{} UTC", time_in(unix_ms, lang, TimeZone::UTC))
}

/// Returns a size with two significant figures or more: `512 o`, `1,5 Kio`, `20 Mio`.
#[must_use]
pub fn size(bytes: u64, lang: Lang) -> String {
    const UNITS: [(&str, &str); 5] =
        [("o", "B"), ("Kio", "KiB"), ("Mio", "MiB"), ("Gio", "GiB"), ("Tio", "TiB")];
    let mut rank = 0;
    let mut scale = 1_u64;
    while rank + 1 < UNITS.len() && bytes / scale >= 1024 {
        rank += 1;
        scale *= 1024;
    }
    let whole = bytes / scale;
    let tenths = (bytes % scale) * 10 / scale;
    let (unit, mark) = match lang {
        Lang::Fr => (UNITS[rank].0, ','),
        Lang::En => (UNITS[rank].1, '.'),
    };
    if whole >= 10 || tenths == 0 {
        format!("{whole} {unit}")
    } else {
        format!("{whole}{mark}{tenths} {unit}")
    }
}

fn day_in(unix_ms: i64, zone: TimeZone) -> String {
    timestamp(unix_ms).to_zoned(zone).date().to_string()
}

fn clock_in(unix_ms: i64, zone: TimeZone) -> String {
    let at: Zoned = timestamp(unix_ms).to_zoned(zone);
    format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())
}

fn time_in(unix_ms: i64, lang: Lang, zone: TimeZone) -> String {
    let at: Zoned = timestamp(unix_ms).to_zoned(zone);
    let month = usize::try_from(at.month() - 1).expect("a month is at least 1");
    match lang {
        Lang::Fr => {
            let day = if at.day() == 1 { "1er".to_owned() } else { at.day().to_string() };
            let (month, year) = (MONTHS[month].0, at.year());
            format!("{day} {month} {year} à {} h {:02}", at.hour(), at.minute())
        }
        Lang::En => {
            let (day, month, year) = (at.day(), MONTHS[month].1, at.year());
            format!("{day} {month} {year} at {:02}:{:02}", at.hour(), at.minute())
        }
    }
}

fn timestamp(unix_ms: i64) -> Timestamp {
    let bound = if unix_ms < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_millisecond(unix_ms).unwrap_or(bound)
}

const MONTHS: [(&str, &str); 12] = [
    ("janvier", "January"),
    ("février", "February"),
    ("mars", "March"),
    ("avril", "April"),
    ("mai", "May"),
    ("juin", "June"),
    ("juillet", "July"),
    ("août", "August"),
    ("septembre", "September"),
    ("octobre", "October"),
    ("novembre", "November"),
    ("décembre", "December"),
];

#[cfg(test)]
mod tests {
    use super::*;

    const NOON_MS: i64 = 1_795_348_800_123;

    #[test]
    fn a_day_is_that_of_the_zone() {
        let late = 1_795_390_200_000; // 22 November 2026, 23:30 UTC
        assert_eq!(day_in(late, TimeZone::UTC), "2026-11-22");
        assert_eq!(day_in(late, TimeZone::fixed(jiff::tz::offset(1))), "2026-11-23");
    }

    #[test]
    fn scripts_read_utc() {
        assert_eq!(iso_time(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(iso_time(NOON_MS), "2026-11-22T12:00:00.123Z");
    }

    #[test]
    fn people_read_dates_in_their_language() {
        assert_eq!(utc_time(NOON_MS, Lang::Fr), "22 novembre 2026 à 12 h 00 UTC");
        assert_eq!(utc_time(NOON_MS, Lang::En), "22 November 2026 at 12:00 UTC");
        assert_eq!(utc_time(0, Lang::Fr), "1er janvier 1970 à 0 h 00 UTC");
    }

    #[test]
    fn what_happens_now_has_a_time_of_day() {
        assert_eq!(clock_in(NOON_MS, TimeZone::UTC), "12:00:00");
        assert_eq!(clock_time(NOON_MS).len(), 8);
    }

    #[test]
    fn times_of_a_hostile_peer_are_clamped() {
        assert!(iso_time(i64::MAX).starts_with("9999-12-"));
        assert!(iso_time(i64::MIN).starts_with('-'));
        assert!(!local_time(i64::MIN, Lang::Fr).is_empty());
    }

    #[test]
    fn sizes_use_the_units_of_the_language() {
        assert_eq!(size(0, Lang::Fr), "0 o");
        assert_eq!(size(1023, Lang::En), "1023 B");
        assert_eq!(size(1536, Lang::Fr), "1,5 Kio");
        assert_eq!(size(1536, Lang::En), "1.5 KiB");
        assert_eq!(size(20 << 20, Lang::Fr), "20 Mio");
        assert_eq!(size(u64::MAX, Lang::Fr), "16777215 Tio");
    }
}
