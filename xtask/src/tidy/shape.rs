//! The size and the name of files and functions.
//!
//! The limits hold for tests as for products, and there is no list of exceptions: that is only
//! possible because they held from the first commit.

use super::code::Code;
use super::tree::{Remark, SourceFile, Tree};

const FILE_LINES_MAX: usize = 600;
const FUNCTION_LINES_MAX: usize = 70;
const LINE_COLUMNS_MAX: usize = 100;
const FILE_LINES_MIN: usize = 40;

/// Words that name a drawer instead of a thing.
const DRAWER_FILES: [&str; 7] = ["util", "utils", "common", "helper", "helpers", "misc", "manager"];
/// Last words of a type's name that say nothing of what it is.
const DRAWER_TYPES: [&str; 6] = ["Manager", "Helper", "Util", "Utils", "Info", "Data"];

/// Stems of files that may be short: the two ends of a crate, and tests beside what they test.
const SHORT_STEMS: [&str; 3] = ["main", "lib", "tests"];

/// Returns the remarks on every Rust file.
pub(crate) fn remarks(tree: &Tree) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for file in tree.files.iter().filter(|file| file.path.ends_with(".rs")) {
        text_remarks(file, &mut remarks);
        name_remarks(file, &mut remarks);
        match &file.code {
            Some(Ok(code)) => code_remarks(tree, file, code, &mut remarks),
            Some(Err(error)) => {
                remarks.push(Remark::at("every Rust file parses", file, 0, error.clone()));
            }
            None => {}
        }
    }
    remarks
}

fn text_remarks(file: &SourceFile, remarks: &mut Vec<Remark>) {
    let lines = file.text.lines().count();
    if lines > FILE_LINES_MAX {
        let what = format!("{lines} lines");
        remarks.push(Remark::at("a file has at most 600 lines", file, 0, what));
    }
    for (number, line) in file.text.lines().enumerate() {
        let columns = line.chars().count();
        if columns > LINE_COLUMNS_MAX {
            let what = format!("{columns} columns");
            remarks.push(Remark::at("a line has at most 100 columns", file, number + 1, what));
        }
    }
    let header = file.text.lines().next().and_then(|line| line.strip_prefix("//!"));
    if header.is_none_or(|words| words.trim().is_empty()) {
        let what = "no `//!` on the first line".to_owned();
        remarks.push(Remark::at("a file opens by saying what it is for", file, 1, what));
    }
}

fn name_remarks(file: &SourceFile, remarks: &mut Vec<Remark>) {
    if file.stem() == "mod" {
        let what = "foo.rs fronts foo/".to_owned();
        remarks.push(Remark::at("no mod.rs", file, 0, what));
    }
    let mut words = file.path.split(['/', '_', '.', '-']);
    if let Some(word) = words.find(|word| DRAWER_FILES.contains(word)) {
        let what = format!("`{word}` names a drawer");
        remarks.push(Remark::at("a file is named after a thing", file, 0, what));
    }
}

fn code_remarks(tree: &Tree, file: &SourceFile, code: &Code, remarks: &mut Vec<Remark>) {
    for (name, first, last) in &code.functions {
        let lines = last - first + 1;
        if lines > FUNCTION_LINES_MAX {
            let what = format!("fn {name}: {lines} lines");
            remarks.push(Remark::at("a function has at most 70 lines", file, *first, what));
        }
    }
    for found in &code.types {
        let words = words_of(&found.name);
        if let Some(word) = words.last().filter(|word| DRAWER_TYPES.contains(&word.as_str())) {
            let what = format!("`{}`: what kind of {word}?", found.name);
            remarks.push(Remark::at("a type is named after a thing", file, found.line, what));
        }
    }
    let lines = file.text.lines().count();
    let is_front = tree.has(file.path.trim_end_matches(".rs"));
    let is_table = code.functions.is_empty();
    let may_be_short = SHORT_STEMS.contains(&file.stem()) || is_front || is_table;
    if lines < FILE_LINES_MIN && !may_be_short {
        let what = format!("{lines} lines, and neither a front nor a table");
        remarks.push(Remark::at("a file has at least 40 lines", file, 0, what));
    }
}

/// Returns the words of a name in camel case: `SpaceId` is `Space`, `Id`.
pub(crate) fn words_of(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for letter in name.chars() {
        match words.last_mut() {
            Some(word) if !letter.is_uppercase() => word.push(letter),
            Some(_) | None => words.push(letter.to_string()),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whats(texts: &[(&str, &str)]) -> Vec<String> {
        let texts = texts.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        let tree = Tree::of(texts.collect());
        remarks(&tree).into_iter().map(|remark| remark.what).collect()
    }

    fn long(lines: usize, line: &str) -> String {
        format!("//! Header.\n{}", line.repeat(lines - 1))
    }

    #[test]
    fn a_plain_file_has_no_remark() {
        let text = format!("{}fn f() {{}}\n", long(40, "// x\n"));
        assert_eq!(whats(&[("a/src/act.rs", &text)]), Vec::<String>::new());
    }

    #[test]
    fn a_long_file_line_or_function_is_seen() {
        assert_eq!(whats(&[("a/src/act.rs", &long(601, "// x\n"))]), ["601 lines"]);
        assert!(whats(&[("a/src/act.rs", &long(600, "// x\n"))]).is_empty());
        let wide = format!("//! Header.\n// {}\n", "é".repeat(98));
        assert_eq!(whats(&[("a/src/act.rs", &wide)]), ["101 columns"]);
        let body = "    f();\n".repeat(69);
        let text = format!("//! Header.\nfn f() {{\n{body}}}\n");
        assert_eq!(whats(&[("a/src/act.rs", &text)]), ["fn f: 71 lines"]);
    }

    #[test]
    fn a_file_without_header_is_seen() {
        assert_eq!(whats(&[("a/src/lib.rs", "fn f() {}\n")]), ["no `//!` on the first line"]);
        assert_eq!(whats(&[("a/src/lib.rs", "//!\n")]), ["no `//!` on the first line"]);
    }

    #[test]
    fn drawers_are_seen_in_paths_and_types() {
        let wanted = ["`util` names a drawer"];
        assert_eq!(whats(&[("a/src/time_util.rs", "//! Header.\n")]), wanted);
        assert_eq!(whats(&[("a/src/util/time.rs", "//! Header.\n")]), wanted);
        let text = "//! Header.\nstruct LinkManager;\nstruct DataBatch;\ntype DeviceInfo = u8;\n";
        let wanted = ["`LinkManager`: what kind of Manager?", "`DeviceInfo`: what kind of Info?"];
        assert_eq!(whats(&[("a/src/act.rs", text)]), wanted);
        assert_eq!(whats(&[("a/src/act/mod.rs", "//! Header.\n")]), ["foo.rs fronts foo/"]);
    }

    #[test]
    fn a_short_file_must_be_a_front_or_a_table() {
        let short = "//! Header.\nfn f() {}\n";
        let wanted = ["2 lines, and neither a front nor a table"];
        assert_eq!(whats(&[("a/src/act.rs", short)]), wanted);
        let front = whats(&[("a/src/act.rs", short), ("a/src/act/rule.rs", "//! Header.\n")]);
        assert!(front.is_empty(), "{front:?}");
        assert!(whats(&[("a/src/act.rs", "//! Header.\nconst A: u8 = 1;\n")]).is_empty());
    }

    #[test]
    fn a_file_that_does_not_parse_is_seen() {
        assert_eq!(whats(&[("a/src/lib.rs", "//! Header.\nfn f( {\n")]).len(), 1);
    }
}
