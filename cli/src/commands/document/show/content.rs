//! A document as scripts read it.
//!
//! Values are in their stored spelling (`2026-03-01`, `12500.50`); a set is an array,
//! a list an array of `{id, value}`, rows an array of `{row, number, cells}`, and where
//! concurrent values of one field await a person they are an array too.

use crate::commands::document::edit::heads;
use crate::commands::document::warned::Warned;
use crate::commands::freeze::content::FrozenShown;
use crate::words;
use client_core::document::{Actor, Conflict, Contribution, FieldValue, Row};
use client_core::kinds::{Catalogue, FieldType};
use client_core::replica::{DocumentContent, DocumentLine, DocumentView, MemberView};
use console::{Lang, readable};
use protocol::id::PartnerId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A document.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Shown {
    pub(super) document: String,
    pub(super) space: String,
    pub(super) kind: String,
    pub(super) title: String,
    pub(super) fields: BTreeMap<String, Value>,
    pub(super) sections: Vec<Section>,
    pub(super) conflicts: Vec<InConflict>,
    pub(super) heads: Vec<String>,
    pub(super) provisional: usize,
    pub(super) waiting: usize,
    /// The names the directory has, by id, of the organisations that fields hold.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) partners: BTreeMap<String, String>,
    /// The titles, by id, of the documents that fields point at and that are here.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) documents: BTreeMap<String, String>,
    /// How its frozen versions stand, once it has some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) frozen: Option<FrozenShown>,
    /// What it still needs to be complete.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) missing: Vec<Lacking>,
    /// What it holds that looks like a person cared for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) warnings: Vec<Warned>,
    /// What a newer program wrote in it that this one has no field for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) unknown: Vec<Unread>,
}

/// A field or a cell that a document still needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lacking {
    pub(crate) place: String,
    pub(crate) label: String,
}

impl Lacking {
    /// Returns what a document still needs, in the words of one language.
    pub(crate) fn all(content: &DocumentContent, lang: Lang) -> Vec<Self> {
        let missing = content.missing().into_iter();
        let language = words::language(lang);
        let lacking = missing.map(|m| Self { place: m.place(), label: m.label(language) });
        lacking.collect()
    }
}

/// Something that stands in a document under a name this program does not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Unread {
    pub(super) place: String,
    pub(super) values: Vec<String>,
}

/// A section.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Section {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) text: String,
}

/// A field on which several values stand.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct InConflict {
    pub(super) field: String,
    pub(super) values: Vec<Written>,
}

/// A value and who wrote it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Written {
    pub(super) value: String,
    pub(super) partner: Option<String>,
    pub(super) name: String,
    pub(super) at: String,
    pub(super) at_ms: i64,
}

/// Who wrote what, by actor.
type Authors = [(Actor, PartnerId, String)];

impl Shown {
    /// Returns what the machine shows, its titles in one language.
    pub(crate) fn of(view: DocumentView, lang: Lang) -> Self {
        let missing = Lacking::all(&view.content, lang);
        let warnings = Warned::all(&view.warnings);
        let DocumentView {
            document, space, content, authors, provisional, waiting, frozen, ..
        } = view;
        let unknown = content.unknown.into_iter();
        let unknown = unknown.map(|one| Unread { place: one.place, values: one.values }).collect();
        let kind = content.kind;
        let sections = content.sections.into_iter().map(|section| Section {
            title: section.title(kind, words::language(lang)),
            id: section.id,
            text: section.text,
        });
        let fields = content.fields.into_iter();
        Self {
            document: document.to_string(),
            space: space.to_string(),
            kind: kind.name.to_owned(),
            title: content.title,
            fields: fields
                .map(|field| (field.spec.name.to_owned(), value(field.value, &authors)))
                .collect(),
            sections: sections.collect(),
            conflicts: content
                .conflicts
                .into_iter()
                .map(|conflict| InConflict::of(conflict, &authors))
                .collect(),
            heads: heads(&content.heads),
            provisional,
            waiting,
            partners: BTreeMap::new(),
            documents: BTreeMap::new(),
            frozen: frozen.map(|report| FrozenShown::of(*report, lang).without_texts()),
            missing,
            warnings,
            unknown,
        }
    }

    /// Leaves out what is said of the document rather than held by it, for a file that is kept.
    pub(crate) fn without_remarks(self) -> Self {
        Self { missing: Vec::new(), warnings: Vec::new(), ..self }
    }

    /// Notes what the directory calls the organisations that fields hold by their ids.
    pub(crate) fn name_partners(&mut self, members: &[MemberView]) {
        let held = self.held(|kind| kind == FieldType::Partner);
        let named = members.iter().filter(|member| !member.name.is_empty());
        let named = named.map(|member| (member.partner.to_string(), member.name.clone()));
        let named = named.filter(|(id, _)| held.iter().any(|value| holds(value, id)));
        self.partners = named.collect();
    }

    /// Tells whether a field of this document points at another one.
    pub(super) fn points(&self) -> bool {
        self.held(|kind| matches!(kind, FieldType::Document(_))).into_iter().any(is_written)
    }

    /// Notes the titles of the documents that fields point at.
    pub(crate) fn title_documents(&mut self, known: &[DocumentLine]) {
        let held = self.held(|kind| matches!(kind, FieldType::Document(_)));
        let titled = known.iter().filter(|line| line.readable);
        let titled = titled.map(|line| (line.document.to_string(), line.title.clone()));
        let titled = titled.filter(|(id, _)| held.iter().any(|value| holds(value, id)));
        self.documents = titled.collect();
    }

    /// Returns what the fields hold that are of some types, or have such a column.
    fn held(&self, is: impl Fn(FieldType) -> bool) -> Vec<&Value> {
        let specs = Catalogue::STANDARD.find(&self.kind).map_or(&[][..], |kind| kind.fields);
        let such = specs.iter().filter(|spec| {
            let columns = spec.kind.table().map_or(&[][..], |table| table.columns);
            columns.iter().chain([*spec]).any(|spec| is(spec.kind))
        });
        let names: Vec<&str> = such.map(|spec| spec.name).collect();
        let fields = self.fields.iter().filter(|(name, _)| names.contains(&name.as_str()));
        fields.map(|(_, value)| value).collect()
    }
}

fn is_written(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(several) => !several.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => true,
    }
}

/// Tells whether a field holds a value, alone or among others.
fn holds(value: &Value, wanted: &str) -> bool {
    match value {
        Value::String(one) => one == wanted,
        Value::Array(several) => several.iter().any(|one| holds(one, wanted)),
        Value::Object(entry) => {
            let cells = entry.get("cells").and_then(Value::as_object);
            let cells = cells.into_iter().flat_map(|cells| cells.values());
            entry.get("value").into_iter().chain(cells).any(|one| holds(one, wanted))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

impl InConflict {
    fn of(conflict: Conflict, authors: &Authors) -> Self {
        let values = conflict.values.into_iter();
        Self {
            field: conflict.field,
            values: values.map(|value| Written::of(value, authors)).collect(),
        }
    }
}

impl Written {
    fn of(contribution: Contribution, authors: &Authors) -> Self {
        let author = authors.iter().find(|(actor, ..)| *actor == contribution.actor);
        Self {
            value: contribution.value,
            partner: author.map(|(_, partner, _)| partner.to_string()),
            name: author.map(|(.., name)| name.clone()).unwrap_or_default(),
            at: readable::iso_time(words::signed_ms(contribution.at)),
            at_ms: words::signed_ms(contribution.at),
        }
    }
}

fn value(value: FieldValue, authors: &Authors) -> Value {
    match value {
        FieldValue::Empty => Value::Null,
        FieldValue::One(value) | FieldValue::Text(value) => value.into(),
        FieldValue::Conflicting(values) | FieldValue::Set(values) => values.into(),
        FieldValue::List(items) => {
            items.into_iter().map(|item| json!({"id": item.id, "value": item.value})).collect()
        }
        FieldValue::Entries(entries) => {
            entries.into_iter().map(|entry| json!(Written::of(entry, authors))).collect()
        }
        FieldValue::Rows(rows) => {
            (1..).zip(rows).map(|(number, each)| row(number, each, authors)).collect()
        }
    }
}

/// Returns a row with its number in the present order; one that stays tells who added it.
fn row(number: usize, row: Row, authors: &Authors) -> Value {
    let cells = row.cells.into_iter();
    let cells: BTreeMap<&str, Value> =
        cells.map(|cell| (cell.spec.name, value(cell.value, authors))).collect();
    let mut shown = json!({"row": row.id, "number": number, "cells": cells});
    if let Some(origin) = row.origin {
        let author = authors.iter().find(|(actor, ..)| *actor == origin.actor);
        let at_ms = words::signed_ms(origin.at);
        shown["partner"] = json!(author.map(|(_, partner, _)| partner.to_string()));
        shown["name"] = json!(author.map(|(.., name)| name.as_str()).unwrap_or_default());
        shown["at"] = json!(readable::iso_time(at_ms));
        shown["at_ms"] = json!(at_ms);
    }
    shown
}
