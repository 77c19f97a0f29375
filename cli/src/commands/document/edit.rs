//! `doc set|settle|remove|write|title|section`: one change to a document, durable at once.

use crate::args::document::{FieldValue, Write};
use crate::driver::Access;
use crate::question::{Answer, Question};
use crate::{failures, resolve, words};
use client_core::document::Version;
use client_core::replica::{Command, Edit, Reply};
use console::{Failure, Page, Text};
use serde::{Deserialize, Serialize};
use std::io::Read as _;
use std::path::Path;

/// Largest text read for a section.
const TEXT_BYTES_MAX: u64 = 4 << 20;

/// Asks for one change.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Edited {
    document: String,
    edit: Change,
}

/// The change.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Change {
    Set { field: String, value: String },
    Settle { field: String, value: String },
    Remove { field: String, value: String },
    Clear { field: String },
    Append { section: String, text: String },
    Insert { section: String, at: usize, text: String },
    Write { section: String, text: String },
    Title { title: String },
    Section { title: String, after: Option<String> },
}

/// The document after the change.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AfterEdit {
    document: String,
    heads: Vec<String>,
}

impl Edited {
    pub(crate) fn set(args: FieldValue) -> Self {
        let FieldValue { document, field, value } = args;
        Self { document, edit: Change::Set { field, value } }
    }

    pub(crate) fn settle(args: FieldValue) -> Self {
        let FieldValue { document, field, value } = args;
        Self { document, edit: Change::Settle { field, value } }
    }

    pub(crate) fn remove(args: FieldValue) -> Self {
        let FieldValue { document, field, value } = args;
        Self { document, edit: Change::Remove { field, value } }
    }

    pub(crate) fn title(document: String, title: String) -> Self {
        Self { document, edit: Change::Title { title } }
    }

    pub(crate) fn clear(document: String, field: String) -> Self {
        Self { document, edit: Change::Clear { field } }
    }

    pub(crate) fn section(document: String, title: String, after: Option<String>) -> Self {
        Self { document, edit: Change::Section { title, after } }
    }

    /// Reads the text to write, from the command line or from a file.
    ///
    /// # Errors
    /// When the place is no number, or the file cannot be read.
    pub(crate) fn write(args: Write) -> Result<Self, Failure> {
        let Write { document, section, append, at, from } = args;
        let edit = match (append, at, from) {
            (Some(text), _, _) => Change::Append { section, text },
            (_, Some(place), _) => {
                let [at, text] = <[String; 2]>::try_from(place).map_err(|_| not_a_place(""))?;
                let at = at.parse().map_err(|_| not_a_place(&at))?;
                Change::Insert { section, at, text }
            }
            (_, _, Some(path)) => Change::Write { section, text: read_text(&path)? },
            (None, None, None) => unreachable!("the command line asks for one of the three"),
        };
        Ok(Self { document, edit })
    }
}

impl Question for Edited {
    const PATH: &'static str = "doc/edit";
    type Answer = AfterEdit;

    async fn answer(self, replica: &Access) -> Result<AfterEdit, Failure> {
        let document = resolve::document(replica, &self.document).await?;
        let edit = match self.edit {
            Change::Set { field, value } => Edit::Set { field, value },
            Change::Settle { field, value } => Edit::Settle { field, value },
            Change::Remove { field, value } => Edit::Remove { field, entry: value },
            Change::Clear { field } => Edit::Clear { field },
            Change::Append { section, text } => Edit::AppendText { place: section, text },
            Change::Insert { section, at, text } => {
                Edit::Splice { place: section, at, delete: 0, insert: text }
            }
            Change::Write { section, text } => Edit::WriteText { place: section, text },
            Change::Title { title } => Edit::SetTitle(title),
            Change::Section { title, after } => Edit::AddSection { title, after },
        };
        let edited = replica.command(Command::Edit { document, edit }).await?;
        let Reply::Edited { document, version } = edited else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        Ok(AfterEdit { document: document.to_string(), heads: heads(&version) })
    }
}

impl Answer for AfterEdit {
    fn draw(&self, page: &mut Page) {
        let short = words::short(&self.document);
        page.good(&Text::new(
            format!("C'est écrit dans le document {short}, sur cette machine."),
            format!("It is written in document {short}, on this machine."),
        ));
        page.say(&Text::of(
            "« liaison sync » l'envoie aux partenaires.",
            "“liaison sync” sends it to the partners.",
        ));
    }
}

/// Returns the names of the changes a version is made of.
pub(crate) fn heads(version: &Version) -> Vec<String> {
    version.changes().iter().map(ToString::to_string).collect()
}

fn read_text(path: &Path) -> Result<String, Failure> {
    let failed = |error: std::io::Error| failures::of_file(path, &error);
    let mut input: Box<dyn std::io::Read> = if path == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(path).map_err(failed)?)
    };
    let mut bytes = Vec::new();
    input.by_ref().take(TEXT_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > TEXT_BYTES_MAX {
        return Err(failed(std::io::ErrorKind::FileTooLarge.into()));
    }
    String::from_utf8(bytes).map_err(|_| {
        let path = path.display();
        Failure::refused(
            "file-not-text",
            Text::new(
                format!("le fichier {path} n'est pas du texte UTF-8"),
                format!("the file {path} is not UTF-8 text"),
            ),
        )
    })
}

fn not_a_place(typed: &str) -> Failure {
    Failure::usage(
        "bad-place",
        Text::new(
            format!("« {typed} » n'est pas une place : un nombre de caractères est attendu"),
            format!("“{typed}” is no place: a number of characters is expected"),
        ),
    )
}
