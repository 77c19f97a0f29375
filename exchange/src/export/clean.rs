//! Texts made safe for the files of others, without changing what a person reads.
//!
//! People paste anything. XML forbids some characters, some turn the direction of writing so that
//! a line reads as another one, and a sheet takes a text that begins as a formula for one.

/// Characters of a title in a heading or in the properties of a file.
const TITLE_CHARS_MAX: usize = 600;
/// Characters that a cell of a workbook holds (the limit of the format is 32,767).
pub const CELL_CHARS_MAX: usize = 32_000;

/// Returns a text without what XML 1.0 forbids (§2.2) and without the signs that turn the
/// direction of what follows; line breaks and tabs stay, as do the marks of single letters.
#[must_use]
pub fn text(typed: &str) -> String {
    let unified = typed.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    unified.chars().filter(|c| is_kept(*c)).collect()
}

fn is_kept(c: char) -> bool {
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let no_character = matches!(c, '\u{fffe}' | '\u{ffff}');
    matches!(c, '\n' | '\t') || !(c.is_control() || turns || no_character)
}

/// Returns a text on one line.
#[must_use]
pub fn line(typed: &str) -> String {
    let spaced = text(typed).replace(['\n', '\t'], " ");
    spaced.trim().to_owned()
}

/// Returns a title on one line, cut where no title goes any more.
#[must_use]
pub fn title(typed: &str) -> String {
    cut(&line(typed), TITLE_CHARS_MAX)
}

/// Returns a text of at most so many characters, with a sign where it was cut.
#[must_use]
pub fn cut(typed: &str, chars_max: usize) -> String {
    match typed.char_indices().nth(chars_max) {
        None => typed.to_owned(),
        Some(_) => {
            let kept: String = typed.chars().take(chars_max.saturating_sub(1)).collect();
            format!("{kept}…")
        }
    }
}

/// Returns a text that no spreadsheet takes for a formula when it opens a CSV file: an apostrophe
/// stands before what begins as one, as spreadsheets themselves write it. Blanks of any sort and
/// signs that are not seen are passed over, as some programs pass over them.
#[must_use]
pub fn not_a_formula(typed: &str) -> String {
    let begins = typed.trim_start_matches(is_unseen);
    let signs = ['=', '+', '-', '@', '\'', '＝', '＋', '－', '＠'];
    let starts = typed.starts_with(['\t', '\r', '\n']) || begins.starts_with(signs);
    if starts { format!("'{typed}") } else { typed.to_owned() }
}

/// Tells whether a character takes no ink at the beginning of a text: white space, control and
/// format characters (Unicode: White_Space, Cc, and those of Cf that stand before any script).
fn is_unseen(c: char) -> bool {
    let format = matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{e0000}'..='\u{e0fff}'
    );
    c.is_whitespace() || c.is_control() || format
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_forbids_and_what_turns_writing_goes() {
        assert_eq!(text("a\u{0}b\u{b}c\u{1b}d\u{ffff}e"), "abcde");
        assert_eq!(text("payer \u{202e}001\u{202c} €"), "payer 001 €");
        assert_eq!(text("א\u{200f}ב e\u{301}"), "א\u{200f}ב e\u{301}", "marks of letters stay");
        assert_eq!(text("un\r\ndeux\rtrois\u{2028}quatre\t!"), "un\ndeux\ntrois\nquatre\t!");
        assert_eq!(line(" un\ndeux "), "un deux");
    }

    #[test]
    fn a_title_is_cut_and_says_so() {
        let long = "é".repeat(10 << 20);
        let kept = title(&long);
        assert_eq!(kept.chars().count(), TITLE_CHARS_MAX);
        assert!(kept.ends_with('…'));
        assert_eq!(title("Court"), "Court");
    }

    #[test]
    fn nothing_that_begins_as_a_formula_is_one() {
        for typed in ["=1+1", "+33 1", "-2", "@SUM(A1)", "  =HYPERLINK(\"x\")", "'x", "\t=1"] {
            assert_eq!(not_a_formula(typed), format!("'{typed}"));
        }
        for unseen in [
            '\u{feff}',
            '\u{200b}',
            '\u{200d}',
            '\u{2060}',
            '\u{ad}',
            '\u{2003}',
            '\u{3000}',
            '\u{202f}',
            '\u{2028}',
            '\u{85}',
            '\u{1}',
            '\u{7f}',
            '\u{e0020}',
            '\n',
        ] {
            for begins in ["=1", "+1", "-1", "@A", "＝1"] {
                let typed = format!("{unseen} {unseen}{begins}");
                assert_eq!(not_a_formula(&typed), format!("'{typed}"), "{unseen:?}");
            }
        }
        assert_eq!(not_a_formula("a=1"), "a=1");
        assert_eq!(not_a_formula(" \u{feff}été - hiver"), " \u{feff}été - hiver");
    }
}
