//! What is exported: documents, and what names the things they name.

use client_core::document::{Actor, View};
use client_core::kinds::Language;
use protocol::env::Timestamp;
use protocol::id::{DocumentId, PartnerId, SpaceId};
use std::collections::BTreeMap;

use super::clean;

/// One document as it stands here.
#[derive(Debug, Clone)]
pub struct Held {
    /// The document.
    pub document: DocumentId,
    /// What stands in it.
    pub content: View,
    /// The names of those who wrote what is told with its writer.
    pub authors: Vec<(Actor, PartnerId, String)>,
    /// How many changes it has seen.
    pub changes: u64,
    /// When the last one was made, as its writer claims.
    pub changed_at: Timestamp,
}

impl Held {
    /// Returns the version as people name it: the beginning of each of its changes.
    #[must_use]
    pub fn version(&self) -> String {
        let changes = self.content.heads.changes().iter();
        let names: Vec<String> = changes.map(|change| short(&change.to_string())).collect();
        names.join("+")
    }
}

/// The documents of a space, as one partner sees them.
#[derive(Debug, Clone)]
pub struct Holding {
    /// The space.
    pub space: SpaceId,
    /// Its title.
    pub title: String,
    /// What the directory calls the organisations.
    pub partners: BTreeMap<PartnerId, String>,
    /// The documents; those that cannot be read here are left out.
    pub documents: Vec<Held>,
    /// The language of labels, dates and amounts.
    pub language: Language,
}

impl Holding {
    /// Returns all documents.
    #[must_use]
    pub fn all(&self) -> Vec<&Held> {
        self.documents.iter().collect()
    }

    /// Returns one document.
    #[must_use]
    pub fn document(&self, id: &DocumentId) -> Option<&Held> {
        self.documents.iter().find(|held| held.document == *id)
    }

    /// Returns the documents of a kind, by their numbers and titles.
    #[must_use]
    pub fn of_kind(&self, kind: &str) -> Vec<&Held> {
        let mut found: Vec<&Held> =
            self.documents.iter().filter(|held| held.content.kind.name == kind).collect();
        found.sort_by_cached_key(|held| (super::say::name(held), held.document));
        found
    }

    /// Returns what a person calls an organisation: its name in the directory, else the
    /// beginning of its id; a name that is no id stays as it is.
    #[must_use]
    pub fn partner(&self, stored: &str) -> String {
        let Ok(id) = stored.parse::<PartnerId>() else {
            return clean::line(stored);
        };
        match self.partners.get(&id).filter(|name| !name.is_empty()) {
            Some(name) => clean::line(name),
            None => format!("{} {}", self.words("organisation", "organisation"), short(stored)),
        }
    }

    /// Returns what a person calls a document named by its id: its number and title when it is
    /// among these.
    #[must_use]
    pub fn reference(&self, stored: &str) -> String {
        let held = stored.parse::<DocumentId>().ok().and_then(|id| self.document(&id));
        match held {
            Some(held) => super::say::name(held),
            None => format!("document {}", short(stored)),
        }
    }

    /// Returns one of two words, by the language.
    pub(crate) const fn words(&self, fr: &'static str, en: &'static str) -> &'static str {
        match self.language {
            Language::French => fr,
            Language::English => en,
        }
    }
}

fn short(id: &str) -> String {
    id.chars().take(8).collect()
}
