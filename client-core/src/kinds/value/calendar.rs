//! Days, times, years and periods: what people type and what is stored.
//!
//! Stored spellings sort by time within one type. Nothing here knows what day it is.

use super::Language;

/// Months by the first letters that tell them from the others, accents folded.
const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// Letters that an abbreviated month has at least.
const MONTH_LETTERS_MIN: usize = 3;

/// Reads `YYYY-MM-DD` or `DD/MM/YYYY`, also with dots.
pub(super) fn read_date(typed: &str) -> Option<String> {
    let (year, month, day) = if typed.contains('-') {
        let mut parts = typed.split('-');
        let ymd = (parts.next()?, parts.next()?, parts.next()?);
        parts.next().is_none().then_some(ymd)?
    } else {
        let mut parts = typed.split(['/', '.']);
        let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
        parts.next().is_none().then_some((year, month, day))?
    };
    let year = digits(year, 4..=4)?;
    let month = digits(month, 1..=2)?;
    let day = digits(day, 1..=2)?;
    (day >= 1 && day <= days_in(year, month)?).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// Reads a date and a time: `14/01/2026 9h30`, `14/01/2026 à 09:30`, `2026-01-14T09:30`.
pub(super) fn read_date_time(typed: &str) -> Option<String> {
    let (date, time) = typed.split_once(|c: char| c.is_whitespace() || c == 'T')?;
    let date = read_date(date)?;
    let time: String = time.trim_start().trim_start_matches('à').split_whitespace().collect();
    let (hours, minutes) = time.split_once(['h', 'H', ':'])?;
    let minutes = if time.contains(':') {
        minutes.strip_suffix(":00").unwrap_or(minutes)
    } else if minutes.is_empty() {
        "00"
    } else {
        minutes
    };
    let (hours, minutes) = (digits(hours, 1..=2)?, digits(minutes, 2..=2)?);
    (hours < 24 && minutes < 60).then(|| format!("{date}T{hours:02}:{minutes:02}"))
}

/// Reads a year of four digits.
pub(super) fn read_year(typed: &str) -> Option<String> {
    digits(typed, 4..=4).filter(|year| *year > 0).map(|year| format!("{year:04}"))
}

/// Reads a year, half a year, a quarter or a month: `2026`, `S1 2026`, `T2-26`, `2026-T2`,
/// `06/2026`, `juin 2026`.
pub(super) fn read_period(typed: &str) -> Option<String> {
    let folded = folded(typed);
    let mut parts = folded
        .split(|c: char| c.is_whitespace() || matches!(c, '-' | '/' | '.'))
        .filter(|part| !part.is_empty());
    let first = parts.next()?;
    let Some(second) = parts.next() else {
        return read_year(first);
    };
    if parts.next().is_some() {
        return None;
    }
    if let Some(year) = read_year(first) {
        return Some(format!("{year}-{}", part_of_year(second)?));
    }
    let part = part_of_year(first)?;
    // Two digits are a year only beside a quarter or a half: `06/26` might be a day.
    let year = match second.len() {
        2 if part.starts_with(['S', 'T']) => digits(second, 2..=2).map(|year| 2_000 + year)?,
        _ => digits(second, 4..=4)?,
    };
    Some(format!("{year:04}-{part}"))
}

/// Reads `t2`, `s1`, a month by its number or its name; returns the stored spelling.
fn part_of_year(text: &str) -> Option<String> {
    let numbered = |letters: &[char], last: u32| {
        let number = digits(text.strip_prefix(letters)?, 1..=1)?;
        (1..=last).contains(&number).then_some(number)
    };
    if let Some(quarter) = numbered(&['t', 'q'], 4) {
        return Some(format!("T{quarter}"));
    }
    if let Some(half) = numbered(&['s', 'h'], 2) {
        return Some(format!("S{half}"));
    }
    let month = digits(text, 1..=2).or_else(|| month_named(text))?;
    (1..=12).contains(&month).then(|| format!("{month:02}"))
}

/// Returns the month of a name in either language, or of a beginning that no other month has.
fn month_named(name: &str) -> Option<u32> {
    if name.chars().count() < MONTH_LETTERS_MIN {
        return None;
    }
    let mut found = None;
    for names in [MONTHS_FR, MONTHS_EN] {
        for (month, full) in (1..).zip(names) {
            let full = folded(full);
            if full == name {
                return Some(month);
            }
            if full.starts_with(name) {
                if found.is_some_and(|other| other != month) {
                    return None;
                }
                found = Some(month);
            }
        }
    }
    found
}

/// Puts into lower case without the accents that the names of months have.
fn folded(text: &str) -> String {
    let fold = |c| match c {
        'é' => 'e',
        'û' => 'u',
        other => other,
    };
    text.to_lowercase().chars().map(fold).collect()
}

/// Returns what stored periods sort by: the last month, then the shorter first.
pub(super) fn period_order(stored: &str) -> String {
    let (year, part) = stored.split_once('-').unwrap_or((stored, ""));
    let number = || digits(part.get(1..)?, 1..=1);
    let (last, months) = match part.as_bytes().first() {
        None => (12, 12),
        Some(b'S') => (number().unwrap_or(2) * 6, 6),
        Some(b'T') => (number().unwrap_or(4) * 3, 3),
        Some(_) => (digits(part, 2..=2).unwrap_or(12), 1),
    };
    format!("{year}-{last:02}-{months:02}")
}

fn digits(text: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<u32> {
    let plain = lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// Returns the days of a month in the Gregorian calendar.
fn days_in(year: u32, month: u32) -> Option<u32> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 => Some(if leap { 29 } else { 28 }),
        _ => None,
    }
}

/// Returns the year, the month and the day of a stored date.
pub(crate) fn date_parts(stored: &str) -> Option<(u32, u32, u32)> {
    let mut parts = stored.split('-');
    let year = digits(parts.next()?, 4..=4)?;
    let month = digits(parts.next()?, 2..=2)?;
    let day = digits(parts.next()?, 2..=2)?;
    (parts.next().is_none() && day >= 1 && day <= days_in(year, month)?)
        .then_some((year, month, day))
}

/// Returns the whole months from one stored date to another, the last day included: from the
/// first of March to the last day of the next February is twelve.
pub(crate) fn months_between(from: &str, to: &str) -> Option<u32> {
    let (from_year, from_month, from_day) = date_parts(from)?;
    let (to_year, to_month, to_day) = date_parts(to)?;
    // The day after the last one, so that a full month counts as one.
    let last = days_in(to_year, to_month)?;
    let (end_month, end_day) =
        if to_day == last { (to_month + 1, 1) } else { (to_month, to_day + 1) };
    let months = (to_year * 12 + end_month).checked_sub(from_year * 12 + from_month)?;
    if end_day >= from_day { Some(months) } else { months.checked_sub(1) }
}

pub(super) fn show_date(stored: &str, language: Language) -> String {
    match (date_parts(stored), language) {
        (Some((year, month, day)), Language::French) => format!("{day:02}/{month:02}/{year:04}"),
        (Some(_), Language::English) | (None, _) => stored.to_owned(),
    }
}

/// Shows a stored date and time.
pub(super) fn show_date_time(stored: &str, language: Language) -> String {
    let shown = || {
        let (date, time) = stored.split_once('T')?;
        let (hours, minutes) = time.split_once(':')?;
        let (hours, minutes) = (digits(hours, 2..=2)?, digits(minutes, 2..=2)?);
        Some(match language {
            Language::French => {
                let date = show_date(date, language);
                format!("{date} {hours}h{minutes:02}")
            }
            Language::English => format!("{date} {hours:02}:{minutes:02}"),
        })
    };
    shown().unwrap_or_else(|| stored.to_owned())
}

/// Shows a stored period: `T2 2026`, `juin 2026`.
pub(super) fn show_period(stored: &str, language: Language) -> String {
    let Some((year, part)) = stored.split_once('-') else {
        return stored.to_owned();
    };
    let months = match language {
        Language::French => MONTHS_FR,
        Language::English => MONTHS_EN,
    };
    let month = digits(part, 2..=2).and_then(|month| usize::try_from(month).ok()?.checked_sub(1));
    if let Some(name) = month.and_then(|month| months.get(month)) {
        return format!("{name} {year}");
    }
    match (language, part.split_at_checked(1)) {
        (Language::English, Some(("T", quarter))) => format!("Q{quarter} {year}"),
        (Language::English, Some(("S", half))) => format!("H{half} {year}"),
        (Language::French | Language::English, _) => format!("{part} {year}"),
    }
}
