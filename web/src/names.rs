//! What stands behind identifiers, and stored values in words.
//!
//! Organisations by their names in the directory, documents by their titles, dates and amounts in
//! the form of the language. A name that is not known here is said to be so; none is invented.

use client_core::document::{Actor, FieldValue};
use client_core::kinds::{FieldSpec, FieldType, Language, Wording};
use client_core::replica::{DocumentLine, MemberView};
use console::Lang;
use protocol::env::Timestamp;
use protocol::id::{DocumentId, PartnerId};
use std::collections::BTreeMap;

/// Digits by which something without a name is known.
const SHORT_CHARS: usize = 8;

/// The names that a page needs.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// The language of the page.
    pub language: Language,
    /// What the directory calls the organisations.
    pub partners: BTreeMap<PartnerId, String>,
    /// The documents of the space: kind and title.
    pub documents: BTreeMap<DocumentId, (String, String)>,
}

impl Names {
    /// Gathers the names of a space.
    #[must_use]
    pub fn of(language: Language, members: &[MemberView], documents: &[DocumentLine]) -> Self {
        let partners = members.iter().map(|one| (one.partner, one.name.clone())).collect();
        let documents = documents
            .iter()
            .map(|line| (line.document, (line.kind.clone(), line.title.clone())))
            .collect();
        Self { language, partners, documents }
    }

    /// Returns a text in the language of the page.
    #[must_use]
    pub const fn say(&self, wording: Wording) -> &'static str {
        wording.get(self.language)
    }

    /// Returns what a person calls an organisation: its name, else the beginning of its id; what
    /// is no id is a name already.
    #[must_use]
    pub fn partner(&self, stored: &str) -> String {
        let Ok(id) = stored.parse::<PartnerId>() else { return stored.to_owned() };
        match self.partners.get(&id).filter(|name| !name.is_empty()) {
            Some(name) => name.clone(),
            None => format!("organisation {}", short(stored)),
        }
    }

    /// Returns what a person calls a document.
    #[must_use]
    pub fn document(&self, stored: &str) -> String {
        let known = stored.parse::<DocumentId>().ok().and_then(|id| self.documents.get(&id));
        match known.filter(|(_, title)| !title.is_empty()) {
            Some((_, title)) => title.clone(),
            None => format!("document {}", short(stored)),
        }
    }

    /// Returns one stored value in words.
    #[must_use]
    pub fn value(&self, kind: FieldType, stored: &str) -> String {
        match kind {
            FieldType::Partner => self.partner(stored),
            FieldType::Document(_) => self.document(stored),
            FieldType::Text
            | FieldType::Prose
            | FieldType::Date
            | FieldType::DateTime
            | FieldType::Year
            | FieldType::Period
            | FieldType::Amount
            | FieldType::Integer
            | FieldType::Number
            | FieldType::Boolean
            | FieldType::Choice(_)
            | FieldType::Link
            | FieldType::Email
            | FieldType::Phone
            | FieldType::Siret
            | FieldType::Siren
            | FieldType::Finess
            | FieldType::Rows(_) => kind.show(stored, self.language),
        }
    }

    /// Returns everything that stands in a field, in words; none for rows.
    #[must_use]
    pub fn values(&self, spec: &FieldSpec, value: &FieldValue) -> Vec<String> {
        let one = |stored: &String| self.value(spec.kind, stored);
        match value {
            FieldValue::Empty | FieldValue::Rows(_) => Vec::new(),
            FieldValue::One(stored) | FieldValue::Text(stored) => vec![one(stored)],
            FieldValue::Conflicting(values) | FieldValue::Set(values) => {
                values.iter().map(one).collect()
            }
            FieldValue::List(items) => items.iter().map(|item| one(&item.value)).collect(),
            FieldValue::Entries(all) => all.iter().map(|entry| one(&entry.value)).collect(),
        }
    }

    /// Returns a time as people of this machine read it.
    #[must_use]
    pub fn time(&self, at: Timestamp) -> String {
        let lang = match self.language {
            Language::French => Lang::Fr,
            Language::English => Lang::En,
        };
        console::readable::local_time(i64::try_from(at.ms()).unwrap_or(i64::MAX), lang)
    }

    /// Returns an amount of whole cents in words.
    #[must_use]
    pub fn euros(&self, cents: i128) -> String {
        let (sign, cents) = if cents < 0 { ("-", -cents) } else { ("", cents) };
        let stored = format!("{sign}{}.{:02}", cents / 100, cents % 100);
        FieldType::Amount.show(&stored, self.language)
    }
}

/// Returns the name of a writer among those told with a document.
#[must_use]
pub fn writer(authors: &[(Actor, PartnerId, String)], actor: Actor) -> Option<&str> {
    let (_, _, name) = authors.iter().find(|(one, ..)| *one == actor)?;
    Some(name.as_str()).filter(|name| !name.is_empty())
}

/// Returns the beginning of an identifier.
#[must_use]
pub fn short(id: &str) -> String {
    id.chars().take(SHORT_CHARS).collect()
}
