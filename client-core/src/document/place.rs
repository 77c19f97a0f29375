//! The parts of a document that a person can name, and what a change did to one of them.

use std::fmt::Write as _;

use crate::kinds::{Kind, Language};

/// One part of a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The title.
    Title,
    /// The field of that name.
    Field(String),
    /// The section of that id.
    Section(String),
    /// The comments.
    Comments,
    /// Something this version of the layout does not know.
    Elsewhere,
}

/// How much a change did to one part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Touched {
    /// Characters written into a text.
    pub chars_inserted: u32,
    /// Characters struck from a text.
    pub chars_deleted: u32,
    /// Values, titles, orders and marks written or cleared.
    pub values_written: u32,
}

impl Place {
    /// Returns the name of this part on screens.
    ///
    /// `own_title` is the present title of a section that has one of its own.
    #[must_use]
    pub fn name(&self, kind: &Kind, language: Language, own_title: Option<&str>) -> String {
        let words = |fr: &str, en: &str| match language {
            Language::French => fr.to_owned(),
            Language::English => en.to_owned(),
        };
        match self {
            Self::Title => words("Titre", "Title"),
            Self::Field(name) => kind
                .field(name)
                .map_or_else(|| name.clone(), |field| field.label.get(language).to_owned()),
            Self::Section(id) => {
                let template = || kind.section(id).map(|section| section.title.get(language));
                own_title.or_else(template).unwrap_or(id).to_owned()
            }
            Self::Comments => words("Commentaires", "Comments"),
            Self::Elsewhere => words("Autre", "Other"),
        }
    }
}

impl Touched {
    /// Returns `+12 −3` for a text and nothing for a value.
    #[must_use]
    pub fn figures(self) -> String {
        let mut figures = String::new();
        if self.chars_inserted > 0 {
            let _ = write!(figures, "+{}", self.chars_inserted);
        }
        if self.chars_deleted > 0 {
            let gap = if figures.is_empty() { "" } else { " " };
            let _ = write!(figures, "{gap}−{}", self.chars_deleted);
        }
        figures
    }

    /// Adds what another change did to the same part.
    pub fn add(&mut self, other: Self) {
        self.chars_inserted = self.chars_inserted.saturating_add(other.chars_inserted);
        self.chars_deleted = self.chars_deleted.saturating_add(other.chars_deleted);
        self.values_written = self.values_written.saturating_add(other.values_written);
    }
}
