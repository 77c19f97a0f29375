//! From the beginning of an identifier, as people type it, to the one that it means.
//!
//! Both programs find things so, each in its own words: nothing here says what is looked for,
//! and nothing is guessed.

use std::fmt::Display;

/// Fewest digits of a beginning that is understood.
pub const DIGITS_MIN: usize = 6;

/// Why nothing was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfound {
    /// What was typed holds something else than hexadecimal digits.
    NotAnId,
    /// It is shorter than [`DIGITS_MIN`].
    TooShort,
    /// No identifier begins so.
    Absent,
    /// Several do: these.
    Several(Vec<String>),
}

/// Returns what was typed as identifiers are written: without blanks around it, in lower case.
///
/// # Errors
/// `NotAnId` or `TooShort`.
pub fn digits(typed: &str) -> Result<String, Unfound> {
    let digits = typed.trim().to_ascii_lowercase();
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Unfound::NotAnId);
    }
    if digits.len() < DIGITS_MIN { Err(Unfound::TooShort) } else { Ok(digits) }
}

/// Finds the one identifier that begins with what was typed; one listed twice is one.
///
/// # Errors
/// Why there is none, or which there are.
pub fn find<T: Copy + Display + PartialEq>(
    ids: impl IntoIterator<Item = T>,
    typed: &str,
) -> Result<T, Unfound> {
    let digits = digits(typed)?;
    let mut found: Vec<(T, String)> = Vec::new();
    for id in ids {
        let text = id.to_string();
        if text.starts_with(&digits) && !found.iter().any(|(known, _)| *known == id) {
            found.push((id, text));
        }
    }
    match found.as_slice() {
        [] => Err(Unfound::Absent),
        [(one, _)] => Ok(*one),
        _ => Err(Unfound::Several(found.into_iter().map(|(_, text)| text).collect())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDS: [&str; 4] = ["abcdef01", "abcdef02", "0123456789", "0123456789"];

    #[test]
    fn six_digits_name_what_they_alone_begin() {
        assert_eq!(find(IDS, "012345"), Ok("0123456789"), "listed twice");
        assert_eq!(find(IDS, " ABCDEF02 "), Ok("abcdef02"));
    }

    #[test]
    fn what_names_none_several_or_too_little_says_which() {
        assert_eq!(find(IDS, "01234"), Err(Unfound::TooShort));
        assert_eq!(find(IDS, ""), Err(Unfound::TooShort));
        assert_eq!(find(IDS, "012345g"), Err(Unfound::NotAnId));
        assert_eq!(find(IDS, "999999"), Err(Unfound::Absent));
        let both = vec!["abcdef01".to_owned(), "abcdef02".to_owned()];
        assert_eq!(find(IDS, "abcdef"), Err(Unfound::Several(both)));
    }
}
