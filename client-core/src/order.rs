//! The order in which people expect documents: by kind, by the number or the day they are known
//! by, by their title, numbers in it counted.
//!
//! For lists and tables only; nothing that is signed or merged depends on it.

use crate::document::{FieldValue, View};
use crate::guard::folded;
use crate::kinds::{Catalogue, Part};

/// Fields that number the documents of a kind, the first of which it has.
const NUMBERS: [&str; 3] = ["numero", "code", "reference"];

/// What a text is sorted by: its runs of digits as numbers, the rest without case and accents.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Natural(Vec<Run>);

/// A run of digits, or of anything else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Run {
    /// By length, then by digits: a number without the zeros in front.
    Number(usize, String),
    Words(String),
}

impl Natural {
    /// Returns the key of a text: `Fiche 2` before `fiche 10`, `FA-02` before `FA-10`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut runs = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let digits = first.is_ascii_digit();
            let end = rest.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(rest.len());
            let (run, after) = rest.split_at(end);
            rest = after;
            if digits {
                let number = run.trim_start_matches('0');
                runs.push(Run::Number(number.len(), number.to_owned()));
            } else {
                // Blanks and dashes are written one way and another.
                let words = folded(run);
                let words: Vec<&str> =
                    words.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
                runs.push(Run::Words(words.join(" ")));
            }
        }
        Self(runs)
    }
}

/// What a document is sorted by.
pub type Place = (usize, bool, Natural, Natural);

/// Returns the number or the code that people know a document by, when its kind has one.
#[must_use]
pub fn number(view: &View) -> Option<&str> {
    let has = |name: &&&str| view.kind.field(name).is_some();
    let name = NUMBERS.iter().find(has)?;
    one(view, name)
}

/// Returns the place of a document among others of its space: meetings by their day, others by
/// their number, those without one after them.
#[must_use]
pub fn place(view: &View) -> Place {
    let kind = Catalogue::STANDARD.iter().position(|kind| kind.name == view.kind.name);
    let day = view.kind.parts.iter().find_map(|part| match part {
        Part::Meeting(meeting) if meeting.rows.is_none() => Some(meeting.at),
        Part::Meeting(_)
        | Part::Followed(_)
        | Part::Sheet(_)
        | Part::Funding(_)
        | Part::Attendance(_)
        | Part::College(_) => None,
    });
    let known_by = match day {
        Some(day) => one(view, day),
        None => number(view),
    };
    let (title, known_by) = (Natural::of(&view.title), known_by.unwrap_or_default());
    (kind.unwrap_or(usize::MAX), known_by.is_empty(), Natural::of(known_by), title)
}

fn one<'a>(view: &'a View, name: &str) -> Option<&'a str> {
    match view.field(name)? {
        FieldValue::One(value) => Some(value),
        FieldValue::Text(_)
        | FieldValue::Empty
        | FieldValue::Conflicting(_)
        | FieldValue::Set(_)
        | FieldValue::List(_)
        | FieldValue::Entries(_)
        | FieldValue::Rows(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Natural;

    #[test]
    fn numbers_in_a_text_are_counted() {
        let sorted = [
            "2",
            "10",
            "Évaluer",
            "FA-2",
            "FA 02 bis",
            "fa-10",
            "FA-100",
            "Fiche 2",
            "fiche 10",
            "Fiche 10.2",
            "Fiche 10.10",
            "Zone",
        ];
        let mut mixed = sorted;
        mixed.reverse();
        mixed.sort_by_key(|text| Natural::of(text));
        assert_eq!(mixed, sorted);
        let long = "9".repeat(100);
        assert!(Natural::of(&long) > Natural::of("8"), "a number of any length");
    }
}
