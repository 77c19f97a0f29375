//! From what a browser sent back to edits.
//!
//! Each field is compared with what the form had shown of the version it was drawn from. Nothing
//! is written where a person changed nothing; what they typed is read by the types of the kinds.

use super::{FIELD, KEEP, Posted, SHOWN, is_written, shown};
use crate::names::Names;
use crate::words::{self as w, fill};
use client_core::document::{Edit, FieldValue, FieldView, Version};
use client_core::kinds::{FieldSpec, FieldType, Merge};
use std::collections::BTreeSet;

/// A field as the form showed it, and as it stands now.
#[derive(Debug, Clone, Copy)]
pub struct Cell<'a> {
    /// The field or the column, and what stood in it.
    pub was: &'a FieldView,
    /// What stands in it.
    pub now: &'a FieldValue,
}

/// Why a value is not written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field, or the path of the cell.
    pub path: String,
    /// What is said of it.
    pub text: String,
    /// Whether another has changed it meanwhile, so that it may be written all the same.
    pub meanwhile: bool,
}

/// What a form comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// What to write.
    pub edits: Vec<Edit>,
    /// What cannot be written as it is.
    pub problems: Vec<Problem>,
}

/// Returns what a form asks for, its fields or the cells of one row, whose path stands before the
/// names of the columns.
#[must_use]
pub fn changes(
    names: &Names,
    cells: &[Cell<'_>],
    prefix: &str,
    since: &Version,
    posted: &Posted,
) -> Change {
    let mut change = Change::default();
    for cell in cells.iter().filter(|cell| is_written(cell.was.spec)) {
        let path = format!("{prefix}{}", cell.was.spec.name);
        if !posted.has(&format!("{SHOWN}{path}")) {
            continue;
        }
        let given = posted.all(&format!("{FIELD}{path}"));
        let reading = Reading { names, cell: *cell, path: &path, since, given };
        match reading.edits(posted.has(&format!("{KEEP}{path}"))) {
            Ok(edits) => change.edits.extend(edits),
            Err(problem) => change.problems.push(problem),
        }
    }
    change
}

/// Returns the edit that adds a row, or what is wrong with its cells.
///
/// # Errors
/// What cannot be written as it is.
pub fn new_row(
    names: &Names,
    field: &str,
    columns: &'static [FieldSpec],
    posted: &Posted,
) -> Result<Edit, Vec<Problem>> {
    let mut cells = Vec::new();
    let mut problems = Vec::new();
    for spec in columns.iter().filter(|spec| is_written(spec)) {
        let given = posted.all(&format!("{FIELD}{}", spec.name));
        for typed in separate(spec, given) {
            match read(names, spec.kind, &typed) {
                Ok(value) => cells.push((spec.name.to_owned(), value)),
                Err(text) => {
                    let path = spec.name.to_owned();
                    problems.push(Problem { path, text, meanwhile: false });
                }
            }
        }
    }
    if problems.is_empty() {
        Ok(Edit::AddRow { field: field.to_owned(), cells, after: None })
    } else {
        Err(problems)
    }
}

/// Returns the values of an input: one for each line, or box, of those that take several.
fn separate(spec: &FieldSpec, given: &[String]) -> Vec<String> {
    let several = matches!(spec.merge, Merge::Set | Merge::List);
    let parts: Vec<&str> = if several {
        given.iter().flat_map(|value| value.lines()).collect()
    } else {
        given.iter().take(1).map(String::as_str).collect()
    };
    let kept = parts.into_iter().filter(|part| !part.trim().is_empty());
    kept.map(str::to_owned).collect()
}

/// Reads one value as typed; an organisation by its name.
fn read(names: &Names, kind: FieldType, typed: &str) -> Result<String, String> {
    if kind == FieldType::Partner {
        let wanted = typed.trim().to_lowercase();
        let mut found = names.partners.iter().filter(|(_, name)| name.to_lowercase() == wanted);
        if let Some((id, _)) = found.next() {
            return Ok(id.to_string());
        }
    }
    kind.read(typed).map_err(|refusal| refusal.message(names.language))
}

/// One field on its way from the form.
struct Reading<'a> {
    names: &'a Names,
    cell: Cell<'a>,
    path: &'a str,
    since: &'a Version,
    given: &'a [String],
}

impl Reading<'_> {
    fn edits(&self, keep: bool) -> Result<Vec<Edit>, Problem> {
        let spec = self.cell.was.spec;
        match spec.merge {
            Merge::Computed(_) => Ok(Vec::new()),
            Merge::Text => Ok(self.text()),
            Merge::LastWriter | Merge::MultiValue => self.one(keep),
            Merge::Set => self.set(),
            Merge::List => self.list(),
            Merge::Append => self.entry(),
        }
    }

    fn typed(&self) -> &str {
        self.given.first().map_or("", String::as_str)
    }

    fn text(&self) -> Vec<Edit> {
        let stood =
            if let FieldValue::Text(text) = &self.cell.was.value { text.as_str() } else { "" };
        if stood == self.typed() {
            return Vec::new();
        }
        let (place, since) = (self.path.to_owned(), self.since.clone());
        vec![Edit::WriteTextSince { place, since, text: self.typed().to_owned() }]
    }

    fn one(&self, keep: bool) -> Result<Vec<Edit>, Problem> {
        let spec = self.cell.was.spec;
        let before = shown(self.names, spec, &self.cell.was.value);
        let in_conflict = matches!(self.cell.now, FieldValue::Conflicting(_));
        if before.first().map_or("", String::as_str).trim() == self.typed().trim() {
            return Ok(Vec::new());
        }
        let field = self.path.to_owned();
        if self.typed().trim().is_empty() {
            return Ok(if in_conflict { Vec::new() } else { vec![Edit::Clear { field }] });
        }
        let value = self.read(self.typed())?;
        if matches!(self.cell.now, FieldValue::One(now) if *now == value) {
            return Ok(Vec::new());
        }
        let changed = *self.cell.now != self.cell.was.value;
        if changed && spec.merge == Merge::MultiValue && !keep {
            let now = self.names.values(spec, self.cell.now).join(" ; ");
            let label = self.names.say(spec.label);
            let mine = self.names.value(spec.kind, &value);
            let text = fill(self.names.say(w::MEANWHILE), &[label, &now, &mine]);
            return Err(Problem { path: field, text, meanwhile: true });
        }
        Ok(vec![if in_conflict {
            Edit::Settle { field, value }
        } else {
            Edit::Set { field, value }
        }])
    }

    fn set(&self) -> Result<Vec<Edit>, Problem> {
        let spec = self.cell.was.spec;
        let FieldValue::Set(stood) = &self.cell.was.value else {
            return self.added(separate(spec, self.given));
        };
        let before: BTreeSet<String> = stood.iter().cloned().collect();
        let mut wanted = BTreeSet::new();
        for typed in separate(spec, self.given) {
            wanted.insert(self.read(&typed)?);
        }
        let field = || self.path.to_owned();
        let gone = before.difference(&wanted);
        let mut edits: Vec<Edit> =
            gone.map(|entry| Edit::Remove { field: field(), entry: entry.clone() }).collect();
        let new = wanted.difference(&before);
        edits.extend(new.map(|value| Edit::Set { field: field(), value: value.clone() }));
        Ok(edits)
    }

    fn list(&self) -> Result<Vec<Edit>, Problem> {
        let spec = self.cell.was.spec;
        let stood =
            if let FieldValue::List(items) = &self.cell.was.value { items.as_slice() } else { &[] };
        let before = shown(self.names, spec, &self.cell.was.value);
        let mut wanted = separate(spec, self.given);
        let mut edits = Vec::new();
        for (item, text) in stood.iter().zip(&before) {
            match wanted.iter().position(|one| one.trim() == text.trim()) {
                Some(at) => drop(wanted.remove(at)),
                None => {
                    edits.push(Edit::Remove { field: self.path.to_owned(), entry: item.id.clone() })
                }
            }
        }
        edits.extend(self.added(wanted)?);
        Ok(edits)
    }

    fn entry(&self) -> Result<Vec<Edit>, Problem> {
        self.added(separate(self.cell.was.spec, self.given))
    }

    fn added(&self, typed: Vec<String>) -> Result<Vec<Edit>, Problem> {
        let field = || self.path.to_owned();
        let set = |one: &String| Ok(Edit::Set { field: field(), value: self.read(one)? });
        typed.iter().map(set).collect()
    }

    fn read(&self, typed: &str) -> Result<String, Problem> {
        read(self.names, self.cell.was.spec.kind, typed).map_err(|text| Problem {
            path: self.path.to_owned(),
            text,
            meanwhile: false,
        })
    }
}
