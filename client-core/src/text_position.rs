//! Positions in a text: Unicode characters here, UTF-16 units in a browser.
//!
//! Only the boundary with the browser converts; everything else counts characters, as the
//! command line does.

/// Returns the UTF-16 position of a character position; `None` beyond the end.
#[must_use]
pub fn utf16_of_chars(text: &str, chars: usize) -> Option<usize> {
    let mut units = 0;
    let mut rest = text.chars();
    for _ in 0..chars {
        units += rest.next()?.len_utf16();
    }
    Some(units)
}

/// Returns the character position of a UTF-16 position; `None` beyond the end or in the
/// middle of a surrogate pair.
#[must_use]
pub fn chars_of_utf16(text: &str, units: usize) -> Option<usize> {
    let mut left = units;
    let mut chars = 0;
    let mut rest = text.chars();
    while left > 0 {
        left = left.checked_sub(rest.next()?.len_utf16())?;
        chars += 1;
    }
    Some(chars)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_go_both_ways() {
        let text = "été 🙂!";
        for (chars, units) in [(0, 0), (3, 3), (4, 4), (5, 6), (6, 7)] {
            assert_eq!(utf16_of_chars(text, chars), Some(units));
            assert_eq!(chars_of_utf16(text, units), Some(chars));
        }
        assert_eq!(chars_of_utf16(text, 5), None, "within a surrogate pair");
        assert_eq!(chars_of_utf16(text, 8), None);
        assert_eq!(utf16_of_chars(text, 7), None);
    }
}
