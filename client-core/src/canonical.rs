//! The canonical text of a version: what is frozen, compared and signed.
//!
//! One version has one text, whoever writes it, in whatever language and whenever: names are
//! those of the tables, values stand in their stored spelling, texts in NFC. The form has a
//! number ([`FORM`]) that every visa names. Docs: `docs/wire.md`, "Frozen versions".
//!
//! ```text
//! liaison-canonique 1
//! document 00112233445566778899aabbccddeeff
//! nature convention 2
//! titre
//!   Accueil commun
//! champ date_effet
//!   2027-01-01
//! champ parties
//!   ligne
//!     ordre
//!       1
//! section preambule
//!   Les partenaires s'accordent.
//! ```
//!
//! What people typed stands deeper than any heading that could hold it, so no typed text can
//! pass for a heading. Fields stand by name, without those that are empty, computed or aside
//! from the signed text ([`Signing`]); rows, lists and sections in their own order.

use std::collections::BTreeMap;

use protocol::id::DocumentId;
use unicode_normalization::UnicodeNormalization;

use crate::document::{FieldValue, FieldView, View};
use crate::kinds::{Kind, Language, Merge, Signing};

#[cfg(test)]
mod tests;

/// The number of the form written here. Another form gets another number, and this one stays
/// readable: what was signed is compared in the form that was signed.
pub const FORM: u64 = 1;

/// Parts of a difference that are told.
const DIFFERENCES_MAX: usize = 500;

/// Returns the canonical text of a document at one version.
#[must_use]
pub fn canonical(view: &View, document: &DocumentId) -> String {
    let mut out = Lines(String::new());
    out.heading(0, "liaison-canonique", &FORM.to_string());
    out.heading(0, "document", &document.to_string());
    out.heading(0, "nature", &format!("{} {}", view.kind.name, view.kind.revision));
    if !view.title.is_empty() {
        out.heading(0, "titre", "");
        out.text(1, "", &view.title);
    }
    out.fields(0, "champ ", &view.fields);
    for section in &view.sections {
        if let Some(title) = &section.own_title {
            out.heading(0, "intitule", &section.id);
            out.text(1, "", title);
        }
        out.heading(0, "section", &section.id);
        if !section.text.is_empty() {
            out.text(1, "", &section.text);
        }
    }
    out.0
}

/// A text under construction.
struct Lines(String);

impl Lines {
    fn line(&mut self, depth: usize, text: &str) {
        (0..depth).for_each(|_| self.0.push_str("  "));
        self.0.push_str(text);
        self.0.push('\n');
    }

    /// A heading is one line whatever a hostile name holds.
    fn heading(&mut self, depth: usize, word: &str, name: &str) {
        let name: String = name.replace('\\', "\\\\").replace('\n', "\\n").nfc().collect();
        let heading = if name.is_empty() { word.to_owned() } else { format!("{word} {name}") };
        self.line(depth, &heading);
    }

    /// A text, each line of it indented; the mark stands before the first.
    fn text(&mut self, depth: usize, mark: &str, text: &str) {
        let blank = " ".repeat(mark.len());
        let text: String = text.nfc().collect();
        for (number, line) in text.split('\n').enumerate() {
            let before = if number == 0 { mark } else { &blank };
            self.line(depth, &format!("{before}{line}"));
        }
    }

    fn fields(&mut self, depth: usize, word: &str, fields: &[FieldView]) {
        let mut signed: Vec<&FieldView> = fields.iter().filter(|field| is_signed(field)).collect();
        signed.sort_by_key(|field| field.spec.name);
        for field in signed {
            self.line(depth, &format!("{word}{}", field.spec.name));
            self.value(depth + 1, &field.value);
        }
    }

    fn value(&mut self, depth: usize, value: &FieldValue) {
        match value {
            FieldValue::Empty => {}
            FieldValue::One(text) | FieldValue::Text(text) => self.text(depth, "", text),
            FieldValue::Conflicting(values) => {
                values.iter().for_each(|value| self.text(depth, "? ", value));
            }
            FieldValue::Set(values) => {
                values.iter().for_each(|value| self.text(depth, "- ", value));
            }
            FieldValue::List(items) => {
                items.iter().for_each(|item| self.text(depth, "- ", &item.value));
            }
            FieldValue::Entries(entries) => {
                entries.iter().for_each(|entry| self.text(depth, "- ", &entry.value));
            }
            FieldValue::Rows(rows) => {
                for row in rows {
                    self.line(depth, "ligne");
                    self.fields(depth + 1, "", &row.cells);
                }
            }
        }
    }
}

/// Tells whether a field, or a cell, is part of the signed text.
fn is_signed(field: &FieldView) -> bool {
    let within = match field.spec.signing {
        Signing::Text | Signing::Signatories => true,
        Signing::Aside | Signing::Record => false,
    };
    within && !matches!(field.spec.merge, Merge::Computed(_)) && !is_empty(&field.value)
}

fn is_empty(value: &FieldValue) -> bool {
    match value {
        FieldValue::Empty => true,
        FieldValue::One(text) | FieldValue::Text(text) => text.is_empty(),
        FieldValue::Conflicting(values) | FieldValue::Set(values) => values.is_empty(),
        FieldValue::List(items) => items.is_empty(),
        FieldValue::Entries(entries) => entries.is_empty(),
        FieldValue::Rows(rows) => rows.is_empty(),
    }
}

/// What differs in one part of two canonical texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The heading of the part: `titre`, `champ montant`, `section preambule`.
    pub part: String,
    /// The lines that only the earlier text has there.
    pub before: Vec<String>,
    /// The lines that only the later text has there.
    pub after: Vec<String>,
}

impl Difference {
    /// Returns the name of the part as screens show it.
    #[must_use]
    pub fn name(&self, kind: &Kind, language: Language) -> String {
        let (word, name) = self.part.split_once(' ').unwrap_or((&self.part, ""));
        let title = match (word, language) {
            ("titre", Language::French) => Some("Titre"),
            ("titre", Language::English) => Some("Title"),
            ("champ", language) => kind.field(name).map(|field| field.label.get(language)),
            ("section" | "intitule", language) => {
                kind.section(name).map(|section| section.title.get(language))
            }
            (_, _) => None,
        };
        title.unwrap_or(&self.part).to_owned()
    }
}

/// Returns what differs between two canonical texts, part by part in the order of the later.
#[must_use]
pub fn differences(before: &str, after: &str) -> Vec<Difference> {
    let (old, new) = (parts(before), parts(after));
    let of: BTreeMap<&str, &[&str]> = old.iter().map(|(part, lines)| (*part, &**lines)).collect();
    let kept: BTreeMap<&str, ()> = new.iter().map(|(part, _)| (*part, ())).collect();
    let gone = old.iter().filter(|(part, _)| !kept.contains_key(part));
    let gone = gone.map(|(part, lines)| difference(part, lines, &[]));
    let here = new.iter().map(|(part, lines)| {
        let before = of.get(part).copied();
        let changed = before.is_none_or(|before| before != &**lines);
        changed.then(|| difference(part, before.unwrap_or(&[]), lines))
    });
    here.flatten().chain(gone).take(DIFFERENCES_MAX).collect()
}

/// Keeps what stands between the lines that both begin and end with.
fn difference(part: &str, before: &[&str], after: &[&str]) -> Difference {
    let same = |(a, b): &(&&str, &&str)| a == b;
    let begin = before.iter().zip(after).take_while(same).count();
    let (old, new) = (&before[begin..], &after[begin..]);
    let end = old.iter().rev().zip(new.iter().rev()).take_while(same).count();
    let lines = |lines: &[&str]| {
        let told = &lines[..lines.len() - end];
        told.iter().map(|line| line.trim_start().to_owned()).collect()
    };
    Difference { part: part.to_owned(), before: lines(old), after: lines(new) }
}

/// Cuts a canonical text at its headings.
fn parts(text: &str) -> Vec<(&str, Vec<&str>)> {
    let mut parts: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in text.lines() {
        match parts.last_mut().filter(|_| line.starts_with("  ")) {
            Some((_, lines)) => lines.push(line),
            None => parts.push((line, Vec::new())),
        }
    }
    parts
}
