//! From an old text to a new one by the fewest sensible splices.
//!
//! A file or a form gives a whole text back; writing it over the old one would undo what
//! others wrote meanwhile. The difference is taken by lines first, then by words within the
//! lines that changed. Its cost is bounded: stretches with too many tokens to compare are
//! replaced whole. Nothing here touches a document.

use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices};

/// One replacement in a text, in Unicode characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Splice {
    /// Where, in the text as the splices before have left it.
    pub at: usize,
    /// How many characters go.
    pub delete: usize,
    /// What comes instead.
    pub insert: String,
}

/// Product of the lengths of two token lists beyond which they are not compared.
const COMPARISONS_MAX: usize = 4_000_000;

/// Returns the splices that turn `old` into `new`, to be applied in order.
#[must_use]
pub fn difference(old: &str, new: &str) -> Vec<Splice> {
    let (old_lines, new_lines) = (lines(old), lines(new));
    let mut splices = Vec::new();
    for (old_range, new_range) in stretches(&old_lines, &new_lines) {
        let before = chars(&new_lines[..new_range.start]);
        let (old_words, new_words) = (words(&old_lines[old_range]), words(&new_lines[new_range]));
        for (old_range, new_range) in stretches(&old_words, &new_words) {
            splices.push(Splice {
                at: before + chars(&new_words[..new_range.start]),
                delete: chars(&old_words[old_range]),
                insert: new_words[new_range].concat(),
            });
        }
    }
    splices
}

fn chars(tokens: &[&str]) -> usize {
    tokens.iter().map(|token| token.chars().count()).sum()
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// Cuts lines into words, each run of letters and digits one token, anything else alone.
fn words<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let mut tokens = Vec::new();
    for line in lines {
        let mut start = 0;
        let mut in_word = false;
        for (index, c) in line.char_indices() {
            let joins = in_word && c.is_alphanumeric();
            if index > start && !joins {
                tokens.push(&line[start..index]);
                start = index;
            }
            in_word = c.is_alphanumeric();
        }
        if start < line.len() {
            tokens.push(&line[start..]);
        }
    }
    tokens
}

/// Returns the ranges of tokens that differ, in order, old and new.
fn stretches(old: &[&str], new: &[&str]) -> Vec<(Range<usize>, Range<usize>)> {
    let prefix = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let tails = old[prefix..].iter().rev().zip(new[prefix..].iter().rev());
    let suffix = tails.take_while(|(a, b)| a == b).count();
    let old_middle = prefix..old.len() - suffix;
    let new_middle = prefix..new.len() - suffix;
    if old_middle.is_empty() && new_middle.is_empty() {
        return Vec::new();
    }
    if old_middle.len().saturating_mul(new_middle.len()) > COMPARISONS_MAX {
        return vec![(old_middle, new_middle)];
    }
    let (a, b) = (&old[old_middle], &new[new_middle]);
    let shift = |range: Range<usize>| range.start + prefix..range.end + prefix;
    capture_diff_slices(Algorithm::Myers, a, b)
        .into_iter()
        .filter(|op| op.tag() != DiffTag::Equal)
        .map(|op| (shift(op.old_range()), shift(op.new_range())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(old: &str, splices: &[Splice]) -> String {
        let mut text: Vec<char> = old.chars().collect();
        for splice in splices {
            text.splice(splice.at..splice.at + splice.delete, splice.insert.chars());
        }
        text.into_iter().collect()
    }

    #[test]
    fn splices_give_the_new_text() {
        for (old, new) in [
            ("", ""),
            ("", "bonjour"),
            ("bonjour", ""),
            ("un deux trois", "un trois quatre"),
            ("a\nb\nc\n", "a\nx\nc\nd"),
            ("été 🙂 à la mer\n", "l'été 🙂🙂 à la montagne\n"),
            ("e\u{301}", "é"),
        ] {
            assert_eq!(applied(old, &difference(old, new)), new, "{old:?} → {new:?}");
        }
    }

    #[test]
    fn only_what_changed_is_touched() {
        let old = "Article 1\nLe montant est de 12 000 euros.\nArticle 2\n";
        let new = "Article 1\nLe montant est de 15 000 euros.\nArticle 2\n";
        let splices = difference(old, new);
        assert_eq!(splices, [Splice { at: 28, delete: 2, insert: "15".to_owned() }]);
    }

    #[test]
    fn unlike_texts_are_bounded() {
        let old: String = (0..60_000).map(|i| format!("{i}\n")).collect();
        let new: String = (0..60_000).map(|i| format!("x{i}\n")).collect();
        let splices = difference(&old, &new);
        assert_eq!(splices.len(), 1);
        assert_eq!(applied(&old, &splices), new);
    }

    proptest::proptest! {
        #[test]
        fn any_two_texts(old in "[ab \n🙂é]{0,60}", new in "[ab \n🙂é]{0,60}") {
            proptest::prop_assert_eq!(applied(&old, &difference(&old, &new)), new);
        }
    }
}
