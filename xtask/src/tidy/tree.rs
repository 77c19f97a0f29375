//! The checkout as tidy sees it: paths and texts, parsed once.
//!
//! Every rule is a function of this value alone, so that a rule's test can plant a bad text
//! without touching the disk. Nothing here judges.

use super::code::Code;
use anyhow::{Context as _, Result};
use std::fs;
use std::path::Path;

/// A file of the checkout whose content is text.
pub(crate) struct SourceFile {
    /// Path from the root, with slashes.
    pub(crate) path: String,
    /// The whole text.
    pub(crate) text: String,
    /// The parsed code of a Rust file, or why it does not parse; absent for other files.
    pub(crate) code: Option<Result<Code, String>>,
}

/// All files of the checkout, in the order of their paths.
pub(crate) struct Tree {
    /// The files.
    pub(crate) files: Vec<SourceFile>,
}

/// What a rule has to say about one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Remark {
    /// The rule, as one short sentence: remarks are grouped by it.
    pub(crate) rule: &'static str,
    /// Path from the root, or the name of a package.
    pub(crate) place: String,
    /// Line in the file, from 1; 0 for the file as a whole.
    pub(crate) line: usize,
    /// What is wrong there.
    pub(crate) what: String,
}

impl Remark {
    /// Returns a remark on one line.
    pub(crate) fn at(rule: &'static str, file: &SourceFile, line: usize, what: String) -> Self {
        Self { rule, place: file.path.clone(), line, what }
    }
}

impl Tree {
    /// Reads a checkout, leaving out what is built and what git keeps for itself.
    ///
    /// # Errors
    ///
    /// When a directory or a file cannot be read. A file that is not UTF-8 is not text: left out.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let mut files = Vec::new();
        read_into(root, "", &mut files)?;
        Ok(Self::of(files))
    }

    /// Returns a tree of the given paths and texts.
    pub(crate) fn of(texts: Vec<(String, String)>) -> Self {
        let mut files: Vec<SourceFile> = texts
            .into_iter()
            .map(|(path, text)| {
                let code = path.ends_with(".rs").then(|| Code::parse(&text));
                SourceFile { path, text, code }
            })
            .collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { files }
    }

    /// Returns the Rust files that parse, each with its code.
    pub(crate) fn rust(&self) -> impl Iterator<Item = (&SourceFile, &Code)> {
        self.files.iter().filter_map(|file| match &file.code {
            Some(Ok(code)) => Some((file, code)),
            Some(Err(_)) | None => None,
        })
    }

    /// Returns the file at a path.
    pub(crate) fn file(&self, path: &str) -> Option<&SourceFile> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Returns whether a path is a file or a directory of the checkout.
    pub(crate) fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        self.files.iter().any(|file| {
            file.path
                .strip_prefix(path)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

impl SourceFile {
    /// Returns the name of the file without its directory and its ending.
    pub(crate) fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        name.split_once('.').map_or(name, |(stem, _)| stem)
    }

    /// Returns the first part of the path: a package, or a folder such as `docs`.
    pub(crate) fn top(&self) -> &str {
        self.path.split('/').next().unwrap_or_default()
    }
}

const NOT_OURS: [&str; 3] = ["target", ".git", "node_modules"];

fn read_into(dir: &Path, prefix: &str, files: &mut Vec<(String, String)>) -> Result<()> {
    let entries = fs::read_dir(dir).with_context(|| format!("reading {}", dir.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        let kind = entry.file_type()?;
        if kind.is_dir() && !NOT_OURS.contains(&name.as_str()) {
            read_into(&entry.path(), &format!("{path}/"), files)?;
        } else if kind.is_file() {
            let bytes = fs::read(entry.path()).with_context(|| format!("reading {path}"))?;
            files.push((path, String::from_utf8(bytes).unwrap_or_default()));
        }
    }
    Ok(())
}
