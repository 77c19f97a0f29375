//! Documents name things that exist.
//!
//! A map that names what has been renamed is worse than no map. Between back quotes, a path must
//! lie in the checkout, and a name of code must stand in the code. Words that look like neither
//! are left alone, and so is everything in a fence.

use super::markdown::code_spans;
use super::shape::words_of;
use super::tree::{Remark, SourceFile, Tree};
use std::collections::{BTreeMap, BTreeSet};

const RULE: &str = "documents name things that exist";
const SET_UP_RULE: &str = "README gives the two set-up commands and no other";

/// The chores that README may name: one to see, one to trust.
const SET_UP: [&str; 2] = ["ci", "demo"];

/// Endings by which a name without a slash is known to be a file of ours.
const FILE_ENDINGS: [&str; 2] = [".rs", ".md"];

/// Returns the remarks on README, ARCHITECTURE and everything under docs.
pub(crate) fn remarks(tree: &Tree) -> Vec<Remark> {
    let code = Names::of(tree);
    let mut remarks = Vec::new();
    for file in tree.files.iter().filter(|file| is_document(&file.path)) {
        for (line, span) in code_spans(&file.text) {
            if let Some(what) = missing(tree, &code, span) {
                remarks.push(Remark::at(RULE, file, line, what));
            }
        }
    }
    for wanted in ["README.md", "ARCHITECTURE.md", "docs/glossary.md", "docs/house-style.md"] {
        if tree.file(wanted).is_none() {
            let what = "this document is missing".to_owned();
            remarks.push(Remark { rule: RULE, place: wanted.to_owned(), line: 0, what });
        }
    }
    remarks.extend(tree.file("README.md").and_then(set_up_remark));
    remarks
}

/// Returns whether a file is a document whose names are checked.
pub(crate) fn is_document(path: &str) -> bool {
    let document = path == "README.md" || path == "ARCHITECTURE.md" || path.starts_with("docs/");
    document && path.ends_with(".md")
}

fn set_up_remark(readme: &SourceFile) -> Option<Remark> {
    let chores: BTreeSet<&str> = readme
        .text
        .split("cargo xtask ")
        .skip(1)
        .map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default())
        .collect();
    (chores != BTreeSet::from(SET_UP))
        .then(|| Remark::at(SET_UP_RULE, readme, 0, format!("it names {chores:?}")))
}

/// Returns why a code span names nothing, or nothing when it is right or no name at all.
fn missing(tree: &Tree, code: &Names<'_>, span: &str) -> Option<String> {
    let span = span.trim_end_matches("()");
    if is_path(tree, span) {
        let by_name = || tree.files.iter().any(|file| file.path.ends_with(&format!("/{span}")));
        let found = tree.has(span) || (!span.contains('/') && by_name());
        return (!found).then(|| format!("no file `{span}`"));
    }
    let words: Vec<&str> = span.split("::").collect();
    if !words.iter().all(|word| is_word(word)) {
        return None;
    }
    let package = words[0].replace('_', "-");
    if words.len() > 1 {
        let known = code.by_package.get(package.as_str())?;
        let lost = words[1..].iter().find(|word| !known.contains(**word))?;
        return Some(format!("no `{lost}` in {package}"));
    }
    let is_type_name = words_of(span).len() > 1 && span.starts_with(|c: char| c.is_uppercase());
    let is_camel = is_type_name && words_of(span).iter().all(|word| word.len() > 1);
    (is_camel && !code.anywhere.contains(span)).then(|| format!("no `{span}` in the code"))
}

/// Returns whether a code span can only be meant as a path of this checkout.
fn is_path(tree: &Tree, span: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    if span.is_empty() || span.starts_with('/') || !span.chars().all(plain) {
        return false;
    }
    let first = span.split('/').next().unwrap_or_default();
    let in_tree = span.contains('/') && tree.files.iter().any(|file| file.top() == first);
    in_tree || FILE_ENDINGS.iter().any(|ending| span.ends_with(ending))
}

fn is_word(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The words of the code, by package and all together.
struct Names<'t> {
    by_package: BTreeMap<&'t str, BTreeSet<&'t str>>,
    anywhere: BTreeSet<&'t str>,
}

impl<'t> Names<'t> {
    fn of(tree: &'t Tree) -> Self {
        let mut names = Self { by_package: BTreeMap::new(), anywhere: BTreeSet::new() };
        for (file, code) in tree.rust() {
            let package = names.by_package.entry(file.top()).or_default();
            package.extend(code.words.iter().map(String::as_str));
            package.extend(file.path.split(['/', '.']));
            names.anywhere.extend(code.words.iter().map(String::as_str));
            // Names of other people's protocols stand in strings: header names, for instance.
            let letters = |c: char| !c.is_ascii_alphanumeric() && c != '_';
            names.anywhere.extend(file.text.split(letters));
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whats(document: &str) -> Vec<String> {
        let texts = [
            ("README.md", "`cargo xtask demo`, then `cargo xtask ci`."),
            ("ARCHITECTURE.md", document),
            ("docs/glossary.md", ""),
            ("docs/house-style.md", ""),
            ("protocol/src/register/act.rs", "struct ActBody; fn fold() {}"),
        ];
        let texts = texts.map(|(path, text)| (path.to_owned(), text.to_owned()));
        remarks(&Tree::of(texts.into())).into_iter().map(|remark| remark.what).collect()
    }

    #[test]
    fn what_exists_has_no_remark() {
        let document = "`protocol/src/register`, `act.rs`, `fold()`, `ActBody`, `and/or`,\n\
                        `protocol::register::ActBody`, `/healthz`, `a b`, `--json`,\n\
                        `serde::Serialize`, `Clone`";
        assert_eq!(whats(document), Vec::<String>::new());
    }

    #[test]
    fn what_was_renamed_is_seen() {
        let document = "`protocol/src/acts.rs` `fold.rs` `protocol::register::Entry` `ActEntry`";
        let wanted = [
            "no file `protocol/src/acts.rs`",
            "no file `fold.rs`",
            "no `Entry` in protocol",
            "no `ActEntry` in the code",
        ];
        assert_eq!(whats(document), wanted);
    }

    #[test]
    fn readme_names_the_two_commands_and_no_third() {
        let chores = |text: &str| {
            let tree = Tree::of(vec![("README.md".to_owned(), text.to_owned())]);
            set_up_remark(&tree.files[0]).map(|remark| remark.what)
        };
        assert_eq!(chores("cargo xtask demo\ncargo xtask ci\n"), None);
        assert!(chores("cargo xtask demo\n").is_some());
        assert!(chores("`cargo xtask demo` `cargo xtask ci` `cargo xtask tidy`").is_some());
    }
}
