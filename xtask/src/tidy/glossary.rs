//! The glossary is the law for names.
//!
//! A word of the glossary that looks like a type must be one, or the glossary tells of a program
//! that no longer exists. A public type in a top module of the pure crates must be built from at
//! least one word of the glossary, or a word has entered the code without being explained. Errors
//! are named after what failed and need no word of their own.

use super::markdown::rows;
use super::shape::words_of;
use super::tree::{Remark, Tree};
use std::collections::BTreeSet;

const FILE: &str = "docs/glossary.md";
const EXISTS: &str = "a word of the glossary names a type of the code";
const EXPLAINED: &str = "a public type is built from a word of the glossary";

/// Packages whose public names partners, relays and simulators share.
const SHARED: [&str; 2] = ["protocol", "client-core"];

/// Returns the remarks on the glossary and on the public types of the pure crates.
pub(crate) fn remarks(tree: &Tree) -> Vec<Remark> {
    let Some(glossary) = tree.file(FILE) else {
        return Vec::new(); // Its absence is a remark of the rule on documents.
    };
    let known: BTreeSet<&str> =
        tree.rust().flat_map(|(_, code)| &code.words).map(|w| &**w).collect();
    let mut remarks = Vec::new();
    let mut words = BTreeSet::new();
    for (line, cells) in rows(&glossary.text) {
        for word in cells[0].split(|c: char| !c.is_ascii_alphanumeric()) {
            let word = capitalised(word);
            let stands_for_a_type = cells[0].contains(word.as_str());
            if stands_for_a_type && !word.is_empty() && !known.contains(word.as_str()) {
                remarks.push(Remark::at(
                    EXISTS,
                    glossary,
                    line,
                    format!("no `{word}` in the code"),
                ));
            }
            words.insert(word);
        }
    }
    for (file, code) in tree.rust() {
        let top_module = file.path.split('/').count() == 3 && file.path.contains("/src/");
        if !SHARED.contains(&file.top()) || !top_module {
            continue;
        }
        for found in code.types.iter().filter(|found| found.public) {
            if !is_explained(&found.name, &words) {
                let what = format!("`{}` holds no word of the glossary", found.name);
                remarks.push(Remark::at(EXPLAINED, file, found.line, what));
            }
        }
    }
    remarks
}

fn is_explained(name: &str, words: &BTreeSet<String>) -> bool {
    let parts = words_of(name);
    let explained = (0..parts.len())
        .any(|from| (from..parts.len()).any(|to| words.contains(&parts[from..=to].concat())));
    explained || name.ends_with("Error")
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLOSSARY: &str = "| code | français | meaning |\n|---|---|---|\n\
                            | Space | espace | one circle |\n\
                            | Envelope; seal, open | enveloppe | sealed unit |\n";

    fn whats(code: &str) -> Vec<String> {
        let texts = [(FILE, GLOSSARY), ("protocol/src/envelope.rs", code)];
        let texts = texts.map(|(path, text)| (path.to_owned(), text.to_owned()));
        remarks(&Tree::of(texts.into())).into_iter().map(|remark| remark.what).collect()
    }

    #[test]
    fn words_and_types_that_agree_have_no_remark() {
        let code = "pub struct Envelope; pub struct SpaceId; pub enum SealError {}\n\
                    pub enum OpenCase {} struct Hidden; pub struct Space;";
        assert_eq!(whats(code), Vec::<String>::new());
    }

    #[test]
    fn a_word_without_type_and_a_type_without_word_are_seen() {
        let seen = whats("pub struct Envelope; pub struct Parcel;");
        let wanted = ["no `Space` in the code", "`Parcel` holds no word of the glossary"];
        assert_eq!(seen, wanted);
    }
}
