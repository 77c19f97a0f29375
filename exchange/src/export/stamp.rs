//! Times of documents as file formats write them. Nothing here asks what time it is.

use protocol::env::Timestamp;

/// The parts of a moment in universal time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) year: i64,
    pub(crate) month: u8,
    pub(crate) day: u8,
    pub(crate) hour: u8,
    pub(crate) minute: u8,
    pub(crate) second: u8,
}

/// The last second of the year 9999: the writers of files know no later one.
const LATEST_MS: u64 = 253_402_300_799_000;

/// Returns a time by its parts.
pub(crate) fn moment(at: Timestamp) -> Moment {
    let seconds = at.ms().min(LATEST_MS) / 1000;
    let small = |number: u64| u8::try_from(number).unwrap_or(0);
    let (year, month, day) = civil(i64::try_from(seconds / 86_400).unwrap_or(0));
    let hour = small(seconds / 3600 % 24);
    Moment { year, month, day, hour, minute: small(seconds / 60 % 60), second: small(seconds % 60) }
}

/// Returns `2026-11-22T09:30:00Z`.
pub(crate) fn utc(at: Timestamp) -> String {
    let Moment { year, month, day, hour, minute, second } = moment(at);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Returns `20261122T093000Z` (RFC 5545 §3.3.5).
pub(crate) fn compact(at: Timestamp) -> String {
    utc(at).replace(['-', ':'], "")
}

/// Returns the day of the calendar so many days after the first of January 1970.
pub(crate) fn civil(days: i64) -> (i64, u8, u8) {
    // Years are counted from March, so that the day that some have more comes last.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, u8::try_from(month).unwrap_or(1), u8::try_from(day).unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_universal_time() {
        assert_eq!(utc(Timestamp::from_ms(0)), "1970-01-01T00:00:00Z");
        assert_eq!(utc(Timestamp::from_ms(1_780_000_000_000)), "2026-05-28T20:26:40Z");
        assert_eq!(utc(Timestamp::from_ms(951_782_400_000)), "2000-02-29T00:00:00Z");
        assert_eq!(compact(Timestamp::from_ms(1_780_000_000_000)), "20260528T202640Z");
        assert_eq!(utc(Timestamp::from_ms(u64::MAX)), "9999-12-31T23:59:59Z");
    }
}
