//! What `docs/cli.md` says of this program: its own help, in both languages.
//!
//! The file is committed, and a test fails when it does not hold this text. The relay's part has
//! its own marks in the same file. The tables of the kinds have a page of their own.

pub mod kinds; // the page of the tables of documents

use crate::args::{Liaison, french};
use clap::CommandFactory as _;
use console::{Lang, help};

/// The line before what this program says of itself.
pub const BEGIN: &str = "<!-- liaison: what follows is written by the program's own test -->";
/// The line after it.
pub const END: &str = "<!-- liaison: end -->";

/// Returns the part of `docs/cli.md` between the two marks, marks included.
#[must_use]
pub fn part() -> String {
    let of = |lang| help::manual(Liaison::command(), french::LINES, lang);
    let (french, english) = (of(Lang::Fr), of(Lang::En));
    let english = english.replace("\n## `", "\n## English: `");
    format!("{BEGIN}\n\n{french}## English: {}{END}\n", english.trim_start_matches("## "))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::{env, fs, path::Path};

    /// With `LIAISON_WRITE_DOCS` set, writes the part instead of only comparing it.
    #[test]
    fn docs_cli_md_says_what_the_program_says() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/cli.md");
        let text = fs::read_to_string(&path).unwrap();
        let begin = text.find(BEGIN).expect("docs/cli.md has the mark of the beginning");
        let end = text.find(END).expect("docs/cli.md has the mark of the end");
        let part = part();
        let wanted = format!("{}{part}{}", &text[..begin], &text[end + END.len() + 1..]);
        if env::var_os("LIAISON_WRITE_DOCS").is_some() {
            fs::write(&path, &wanted).unwrap();
        }
        let stale = "docs/cli.md is stale: LIAISON_WRITE_DOCS=1 cargo test -p cli docs_cli_md";
        assert!(text == wanted || env::var_os("LIAISON_WRITE_DOCS").is_some(), "{stale}");
    }

    #[test]
    fn both_languages_are_there_whole() {
        let part = part();
        for name in ["liaison space found", "liaison doc write", "liaison quarantine export"] {
            assert!(part.contains(&format!("## `{name}`")), "{name}");
            assert!(part.contains(&format!("## English: `{name}`")), "{name}");
        }
    }
}
