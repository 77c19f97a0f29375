//! Reading what a document is drawn with: one value, a day, cents, a yes.
//!
//! A value of an unexpected spelling, which only a faulty program writes, reads as nothing.

use super::contribution::Settled;
use super::day::Day;
use crate::document::FieldValue;
use crate::kinds::parts::{Standing, Standings};
use crate::kinds::value::millionths;

/// Characters that are kept of a title or of what something is about.
pub(super) const WORDS_CHARS_MAX: usize = 120;

/// Characters that are kept of any other value: no name of an organisation is longer.
const VALUE_CHARS_MAX: usize = 200;
/// Values that are kept of one set or list.
pub(super) const LINES_MAX: usize = 1_000;

/// Returns the value of a field, as far as people agree on it.
pub(super) fn settled(value: Option<&FieldValue>) -> Settled<String> {
    match value {
        Some(FieldValue::One(value)) => Settled::One(cut(value, VALUE_CHARS_MAX)),
        Some(FieldValue::Conflicting(_)) => Settled::ToSettle,
        Some(FieldValue::Text(text)) => {
            let line = text.lines().find(|line| !line.trim().is_empty());
            line.map_or(Settled::Nothing, |line| Settled::One(cut(line.trim(), VALUE_CHARS_MAX)))
        }
        Some(
            FieldValue::Empty
            | FieldValue::Set(_)
            | FieldValue::List(_)
            | FieldValue::Entries(_)
            | FieldValue::Rows(_),
        )
        | None => Settled::Nothing,
    }
}

/// Returns the value of a field that is only shown, shortened; empty without one.
pub(super) fn one(value: Option<&FieldValue>) -> String {
    settled(value).one().map(|value| shortened(value)).unwrap_or_default()
}

/// Returns the beginning of a text.
pub(super) fn shortened(text: &str) -> String {
    cut(text, WORDS_CHARS_MAX)
}

fn cut(text: &str, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
    }
}

/// Returns everything a set or a list holds.
pub(super) fn lines(value: Option<&FieldValue>) -> Vec<String> {
    match value {
        Some(FieldValue::Set(values)) => {
            values.iter().take(LINES_MAX).map(|value| cut(value, VALUE_CHARS_MAX)).collect()
        }
        Some(FieldValue::List(items)) => {
            let items = items.iter().take(LINES_MAX);
            items.map(|item| cut(&item.value, VALUE_CHARS_MAX)).collect()
        }
        Some(
            FieldValue::Empty
            | FieldValue::One(_)
            | FieldValue::Conflicting(_)
            | FieldValue::Entries(_)
            | FieldValue::Text(_)
            | FieldValue::Rows(_),
        )
        | None => Vec::new(),
    }
}

/// Returns a day.
pub(super) fn day_of(value: Option<&FieldValue>) -> Settled<Day> {
    settled(value).then(|stored| Day::read(&stored))
}

/// Tells whether a field says yes; anything but a yes or a no says yes by being there.
pub(super) fn flag(value: Option<&FieldValue>) -> Settled<bool> {
    settled(value).then(|stored| Some(stored != "false"))
}

/// Returns how things stand by a choice: as all its values in conflict say, if they agree.
pub(super) fn choice(value: Option<&FieldValue>, standings: Standings) -> Settled<Standing> {
    let says = |code: &str| {
        let known = standings.iter().find(|(known, _)| *known == code);
        known.map_or(Standing::Open, |(_, standing)| *standing)
    };
    if let Some(FieldValue::Conflicting(values)) = value {
        let mut all = values.iter().map(|value| says(value));
        let first = all.next();
        return match first {
            Some(first) if all.all(|other| other == first) => Settled::One(first),
            Some(_) | None => Settled::ToSettle,
        };
    }
    match settled(value) {
        Settled::One(code) => Settled::One(says(&code)),
        Settled::ToSettle => Settled::ToSettle,
        // Nobody has said: not begun.
        Settled::Nothing => Settled::One(Standing::Waiting),
    }
}

/// Returns a stored amount in cents.
pub(super) fn cents(stored: &str) -> Option<i64> {
    i64::try_from(millionths(stored)? / 10_000).ok()
}

/// Returns a stored number as whole percent, rounded down, between none and all.
pub(super) fn percent(stored: &str) -> Option<u8> {
    u8::try_from((millionths(stored)? / 1_000_000).clamp(0, 100)).ok()
}
