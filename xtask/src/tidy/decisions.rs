//! Decision records: four parts, short, numbered without gaps, and one line per dependency.
//!
//! A dependency that no decision names came in by habit. A version written anywhere but in the
//! root manifest is a second decision about the same thing.

use super::markdown::{code_spans, headings};
use super::tree::{Remark, SourceFile, Tree};
use std::collections::BTreeSet;

const FOLDER: &str = "docs/decisions/";
const LINES_MAX: usize = 80;

/// The parts of a record, by a word that its heading holds.
const PARTS: [(&str, &str); 4] = [
    ("context", "what the situation is"),
    ("decision", "what is decided"),
    ("cost", "what it costs"),
    ("change", "what would make us change"),
];

const SHAPE: &str = "a decision record has four parts and at most 80 lines";
const DEPENDENCIES: &str = "a dependency is named in a decision";
const USED: &str = "a shared dependency is used by a package";
const VERSIONS: &str = "versions stand in the root manifest only";

/// Returns the remarks on the records and on the manifests.
pub(crate) fn remarks(tree: &Tree) -> Vec<Remark> {
    let records: Vec<&SourceFile> = tree
        .files
        .iter()
        .filter(|file| file.path.starts_with(FOLDER) && file.path.ends_with(".md"))
        .collect();
    let mut remarks = Vec::new();
    for (at, record) in records.iter().enumerate() {
        shape_remarks(record, at + 1, &mut remarks);
    }
    let named: BTreeSet<&str> =
        records.iter().flat_map(|record| code_spans(&record.text)).map(|(_, span)| span).collect();
    let manifests: Vec<(&SourceFile, toml::Table)> = tree
        .files
        .iter()
        .filter(|file| file.path.ends_with("Cargo.toml"))
        .filter_map(|file| Some((file, file.text.parse().ok()?)))
        .collect();
    let everything = manifests.iter().flat_map(|(_, manifest)| direct(manifest));
    let used: BTreeSet<&str> = everything.map(|(name, _)| name).collect();
    for (file, manifest) in &manifests {
        shared_remarks(file, manifest, &named, &used, &mut remarks);
        version_remarks(file, manifest, &mut remarks);
    }
    remarks
}

fn shape_remarks(record: &SourceFile, number: usize, remarks: &mut Vec<Remark>) {
    let name = record.path.trim_start_matches(FOLDER);
    if !name.starts_with(&format!("{number:04}-")) {
        let what = format!("the number should be {number:04}");
        remarks.push(Remark::at(SHAPE, record, 0, what));
    }
    let lines = record.text.lines().count();
    if lines > LINES_MAX {
        remarks.push(Remark::at(SHAPE, record, 0, format!("{lines} lines")));
    }
    // The first heading is the title, which may hold any of the words.
    let parts: Vec<String> =
        headings(&record.text).iter().skip(1).map(|(_, text)| text.to_lowercase()).collect();
    for (word, meaning) in PARTS {
        if !parts.iter().any(|part| part.contains(word)) {
            let what = format!("no heading with `{word}`: {meaning}");
            remarks.push(Remark::at(SHAPE, record, 0, what));
        }
    }
}

/// Looks at the versions that the root manifest shares.
fn shared_remarks(
    file: &SourceFile,
    manifest: &toml::Table,
    named: &BTreeSet<&str>,
    used: &BTreeSet<&str>,
    remarks: &mut Vec<Remark>,
) {
    let shared = manifest.get("workspace").and_then(|workspace| workspace.get("dependencies"));
    for (name, wanted) in shared.and_then(toml::Value::as_table).into_iter().flatten() {
        let line = line_of(file, name);
        if wanted.get("path").is_none() && !named.contains(name.as_str()) {
            let what = format!("`{name}` is in no file of {FOLDER}");
            remarks.push(Remark::at(DEPENDENCIES, file, line, what));
        }
        if wanted.get("path").is_none() && !used.contains(name.as_str()) {
            remarks.push(Remark::at(USED, file, line, format!("nobody uses `{name}`")));
        }
    }
}

/// Looks at the versions that a package might write for itself.
fn version_remarks(file: &SourceFile, manifest: &toml::Table, remarks: &mut Vec<Remark>) {
    for (name, wanted) in direct(manifest) {
        let shared = wanted.get("workspace").and_then(toml::Value::as_bool);
        if shared != Some(true) {
            let what = format!("`{name}`: write `{name}.workspace = true`");
            remarks.push(Remark::at(VERSIONS, file, line_of(file, name), what));
        }
    }
}

/// Returns the dependencies of one package, for whichever target and purpose.
fn direct(manifest: &toml::Table) -> Vec<(&str, &toml::Value)> {
    let targets = manifest.get("target").and_then(toml::Value::as_table).into_iter().flatten();
    let tables = targets.filter_map(|(_, target)| target.as_table());
    tables
        .chain([manifest])
        .flat_map(|table| {
            let kinds = ["dependencies", "dev-dependencies", "build-dependencies"];
            kinds.map(|kind| table.get(kind).and_then(toml::Value::as_table))
        })
        .flatten()
        .flatten()
        .map(|(name, wanted)| (name.as_str(), wanted))
        .collect()
}

fn line_of(file: &SourceFile, key: &str) -> usize {
    file.text.lines().position(|line| line.starts_with(key)).map_or(0, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whats(texts: &[(&str, &str)]) -> Vec<String> {
        let texts = texts.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        remarks(&Tree::of(texts.collect())).into_iter().map(|remark| remark.what).collect()
    }

    const RECORD: &str = "# A title\n\n## Context\n\n## Decision\nWe take `sled`.\n\n\
                          ## What it costs\n\n## What would make us change\n";

    #[test]
    fn a_whole_record_has_no_remark() {
        let manifest = "[workspace.dependencies]\nstore = { path = \"store\" }\nsled = \"0.34\"\n";
        let direct = "[dependencies]\nsled.workspace = true\n";
        let texts = [
            ("docs/decisions/0001-a.md", RECORD),
            ("Cargo.toml", manifest),
            ("store/Cargo.toml", direct),
        ];
        assert_eq!(whats(&texts), Vec::<String>::new());
    }

    #[test]
    fn a_missing_part_a_gap_and_a_long_record_are_seen() {
        let without_cost = RECORD.replace("## What it costs\n", "");
        let seen = whats(&[("docs/decisions/0002-a.md", &without_cost)]);
        let wanted = ["the number should be 0001", "no heading with `cost`: what it costs"];
        assert_eq!(seen, wanted);
        let long = format!("{RECORD}{}", "x\n".repeat(80));
        assert_eq!(whats(&[("docs/decisions/0001-a.md", &long)]), ["90 lines"]);
    }

    #[test]
    fn a_dependency_nobody_decided_is_seen() {
        let manifest = "[workspace.dependencies]\nleft-pad = \"1\"\n";
        let seen = whats(&[("docs/decisions/0001-a.md", RECORD), ("Cargo.toml", manifest)]);
        let wanted = ["`left-pad` is in no file of docs/decisions/", "nobody uses `left-pad`"];
        assert_eq!(seen, wanted);
        let direct = "[target.'cfg(unix)'.dev-dependencies]\nsled = \"0.34\"\n";
        let seen = whats(&[("store/Cargo.toml", direct)]);
        assert_eq!(seen, ["`sled`: write `sled.workspace = true`"]);
    }
}
