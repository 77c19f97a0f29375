//! Everything a partner took along, read back: the file that `export --to json` writes.
//!
//! The file is a stranger's until it is checked: bounded in bytes, documents, rows and texts, and
//! every value read by the type of its field before it is proposed. What does not fit is told with
//! its path in the file and left out; nothing is guessed. Which documents are made, and under
//! which ids, is worked out by the proposal.

use std::collections::{BTreeMap, BTreeSet};

use client_core::kinds::{FieldSpec, Kind};
use protocol::id::{DocumentId, PartnerId};
use serde_json::Value;

use super::problem::{Problem, Refused, Spot};
use crate::export::json::{KEY, REVISION, digest_of};

mod count; // how many values a file has, before there is room for them
mod draft; // one document, value by value
mod sections; // its texts, in their order

/// Largest file read.
pub(super) const FILE_BYTES_MAX: usize = 256 << 20;
/// Documents of one file.
pub(super) const DOCUMENTS_MAX: usize = 20_000;
/// Values of one file, at any depth: each takes thirty times the room of its two characters.
const VALUES_MAX: usize = 3_000_000;
/// Sections of one document that no template has.
const SECTIONS_MAX: usize = 500;
/// Problems told; a file that earns more is not worth more.
const PROBLEMS_MAX: usize = 1_000;
/// Characters told of a title or a value.
const TOLD_CHARS: usize = 60;

/// A full export, read.
#[derive(Debug)]
pub(super) struct Taken {
    /// The name of the file.
    pub(super) name: String,
    /// The documents that can be made.
    pub(super) drafts: Vec<Draft>,
    /// What the directory called the organisations that the documents hold by their ids.
    pub(super) partners: BTreeMap<PartnerId, String>,
    /// The titles of the documents that others refer to, in the file or not.
    pub(super) titles: BTreeMap<DocumentId, String>,
}

/// One document of the file.
#[derive(Debug)]
pub(super) struct Draft {
    /// Its id in the file.
    pub(super) document: DocumentId,
    pub(super) kind: &'static Kind,
    pub(super) title: String,
    pub(super) spot: Spot,
    pub(super) parts: Vec<Part>,
    /// What of it is left out, told when the document is made.
    pub(super) problems: Vec<Problem>,
}

/// One thing that stands in a document.
#[derive(Debug)]
pub(super) enum Part {
    /// The values of a field, as stored.
    Values { spec: &'static FieldSpec, values: Vec<String> },
    /// A row; a column of several values comes several times.
    Row { spec: &'static FieldSpec, cells: Vec<(&'static FieldSpec, String)> },
    /// The text of a field.
    Prose { spec: &'static FieldSpec, text: String },
    /// The text of a section of the template.
    Section { id: &'static str, text: String },
    /// A section that the template lacks.
    Added { title: String, text: String },
    /// A section of the template was taken out.
    Hidden { id: &'static str },
    /// Sections stand in another order than the template's: their ids or added titles.
    Order { sections: Vec<String> },
    /// A section of the template bears a title of its own.
    Renamed { id: &'static str, title: String },
}

/// Tells whether a file is written in this form, whatever it holds.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
}

/// Reads a file.
///
/// # Errors
/// Says why it is not read at all; what is wrong inside is told by problems.
pub(super) fn read(name: &str, bytes: &[u8]) -> Result<(Taken, Vec<Problem>), Refused> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(too_large());
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if count::values(bytes, VALUES_MAX).map_err(|error| not_json(&error))? > VALUES_MAX {
        return Err(too_large());
    }
    let whole: Value = serde_json::from_slice(bytes).map_err(|error| not_json(&error))?;
    match whole.get(KEY).and_then(Value::as_u64) {
        None => return Err(not_an_export()),
        Some(revision) if revision > REVISION => return Err(newer(revision)),
        Some(_) => {}
    }
    let documents = whole.get("documents").and_then(Value::as_array);
    let documents = documents.ok_or_else(not_an_export)?;
    if documents.len() > DOCUMENTS_MAX {
        return Err(too_large());
    }
    let mut file = File {
        manifest: whole.get("manifest"),
        problems: Vec::new(),
        met: BTreeSet::new(),
        taken: Taken {
            name: name.to_owned(),
            drafts: Vec::new(),
            partners: BTreeMap::new(),
            titles: BTreeMap::new(),
        },
    };
    if file.manifest.is_none() {
        file.problems.push(no_manifest(name));
    }
    for (at, document) in documents.iter().enumerate() {
        file.document(&format!("documents[{at}]"), document);
    }
    let File { mut taken, mut problems, .. } = file;
    bound(&mut taken, &mut problems);
    Ok((taken, problems))
}

/// A file that is being read.
struct File<'a> {
    manifest: Option<&'a Value>,
    problems: Vec<Problem>,
    met: BTreeSet<DocumentId>,
    taken: Taken,
}

impl File<'_> {
    fn document(&mut self, path: &str, value: &Value) {
        let spot = |field: &str| Spot::path(&self.taken.name, &format!("{path}{field}"));
        let Ok(id) = text_of(value, "document").parse::<DocumentId>() else {
            return self.problems.push(bad_id(spot(".document")));
        };
        if !self.met.insert(id) {
            return self.problems.push(twice(spot(".document")));
        }
        let title = text_of(value, "title");
        if let Some(manifest) = self.manifest {
            let digest = manifest.get(id.to_string()).and_then(Value::as_str);
            if digest != Some(digest_of(value).as_str()) {
                self.problems.push(changed(spot(""), &title));
            }
        }
        names(value, "partners", &mut self.taken.partners);
        names(value, "documents", &mut self.taken.titles);
        match draft::read(value, id, spot("")) {
            Ok(draft) => {
                self.taken.titles.insert(id, draft.title.clone());
                self.taken.drafts.push(draft);
            }
            Err(problem) => self.problems.push(*problem),
        }
    }
}

/// Notes the names by which a document has what it refers to.
fn names<T: std::str::FromStr + Ord>(value: &Value, key: &str, into: &mut BTreeMap<T, String>) {
    let Some(named) = value.get(key).and_then(Value::as_object) else { return };
    for (id, name) in named {
        if let (Ok(id), Some(name)) = (id.parse(), name.as_str()) {
            into.entry(id).or_insert_with(|| name.to_owned());
        }
    }
}

/// Keeps so many problems as people can read, those of the file first.
fn bound(taken: &mut Taken, problems: &mut Vec<Problem>) {
    problems.truncate(PROBLEMS_MAX);
    let mut left = PROBLEMS_MAX - problems.len();
    for draft in &mut taken.drafts {
        draft.problems.truncate(left);
        left -= draft.problems.len();
    }
}

fn text_of(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Returns the beginning of a text, for a sentence.
pub(super) fn told(text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = line.chars().take(TOLD_CHARS).collect();
    if cut.len() < line.len() { format!("{cut}…") } else { cut }
}

fn too_large() -> Refused {
    Refused::too_large(
        "cet export complet est trop grand pour être lu d'un coup",
        "this full export is too large to be read at once",
    )
}

fn not_json(error: &serde_json::Error) -> Refused {
    let (line, column) = (error.line(), error.column());
    Refused {
        code: "file-damaged",
        french: format!(
            "le fichier n'est pas du JSON, ou il est coupé (ligne {line}, caractère {column})"
        ),
        english: format!(
            "the file is not JSON, or it is cut short (line {line}, character {column})"
        ),
    }
}

fn not_an_export() -> Refused {
    Refused::new(
        "not-an-export",
        "ce JSON n'est pas un export complet de Liaison (« liaison export ESPACE --to json »)",
        "this JSON is not a full export of Liaison (“liaison export SPACE --to json”)",
    )
}

fn newer(revision: u64) -> Refused {
    Refused {
        code: "file-newer",
        french: format!(
            "ce fichier vient d'une version plus récente de Liaison (forme {revision})"
        ),
        english: format!("this file comes from a later version of Liaison (form {revision})"),
    }
}

fn no_manifest(name: &str) -> Problem {
    Problem::new(
        Spot::path(name, "manifest"),
        "digest-missing",
        "le fichier n'a pas d'empreintes : rien ne dit s'il a été changé après l'export."
            .to_owned(),
        "the file has no digests: nothing tells whether it was changed after the export."
            .to_owned(),
    )
}

fn bad_id(spot: Spot) -> Problem {
    Problem::new(
        spot,
        "bad-id",
        "document laissé de côté : son identifiant n'en est pas un.".to_owned(),
        "document left aside: its identifier is none.".to_owned(),
    )
}

fn twice(spot: Spot) -> Problem {
    Problem::new(
        spot,
        "document-twice",
        "document laissé de côté : le fichier l'a déjà plus haut.".to_owned(),
        "document left aside: the file has it already, above.".to_owned(),
    )
}

fn changed(spot: Spot, title: &str) -> Problem {
    let title = told(title);
    Problem::new(
        spot,
        "digest-differs",
        format!("« {title} » n'est plus tel que l'export l'a écrit (son empreinte diffère)."),
        format!("“{title}” is not as the export wrote it (its digest differs)."),
    )
}
