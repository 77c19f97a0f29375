//! Document kinds as data: fields, types, merge rules, section templates, words.
//!
//! One table describes one kind, and adding a kind is adding one table to [`Catalogue`].
//! Validation, forms, command line, import, export and reports read these tables. Nothing
//! here may know a kind by its name, and nothing here touches a document.

use std::fmt;

mod convention;
mod note;
#[cfg(test)]
mod tests;
pub(crate) mod value;

pub use value::ValueRefusal;

/// The language of a text shown to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// The first language of the screens.
    #[default]
    French,
    /// The second one, complete.
    English,
}

/// One text in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wording {
    /// In French.
    pub fr: &'static str,
    /// In English.
    pub en: &'static str,
}

impl Wording {
    /// Returns the text in one language.
    #[must_use]
    pub const fn get(self, language: Language) -> &'static str {
        match language {
            Language::French => self.fr,
            Language::English => self.en,
        }
    }
}

/// What a value of a field is, and therefore how it is read and checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// One line of text.
    Text,
    /// Text of any length, edited by several people at a time.
    Prose,
    /// A day, kept as `YYYY-MM-DD`.
    Date,
    /// Euros, kept as a decimal with two digits: `12500.50`.
    Amount,
    /// A whole number.
    Integer,
    /// Yes or no.
    Boolean,
    /// An organisation: its id in hexadecimal, or its name when it is in no register.
    Partner,
    /// One of a few codes.
    Choice(&'static [Choice]),
}

impl FieldType {
    /// Returns the name of the type in the command line and in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Prose => "prose",
            Self::Date => "date",
            Self::Amount => "amount",
            Self::Integer => "integer",
            Self::Boolean => "bool",
            Self::Partner => "partner",
            Self::Choice(_) => "choice",
        }
    }
}

/// One value of a [`FieldType::Choice`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// What is stored.
    pub code: &'static str,
    /// What is shown.
    pub label: Wording,
}

/// How concurrent writings of one field come together (`domain.md` §1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    /// T: every character merges.
    Text,
    /// R: the last writer wins; nobody is bothered.
    LastWriter,
    /// M: concurrent values stay side by side until a human settles.
    MultiValue,
    /// S: a set where an addition wins over a concurrent removal.
    Set,
    /// L: an ordered list whose items move.
    List,
    /// A: entries are added and never changed.
    Append,
    /// C: worked out from other fields, never stored.
    Computed(Formula),
}

impl Merge {
    /// Returns the letter of the rule.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Text => 'T',
            Self::LastWriter => 'R',
            Self::MultiValue => 'M',
            Self::Set => 'S',
            Self::List => 'L',
            Self::Append => 'A',
            Self::Computed(_) => 'C',
        }
    }
}

/// How a computed field is worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Formula {
    /// Whole months from one date field to another, the last day included.
    MonthsBetween {
        /// The field of the first day.
        from: &'static str,
        /// The field of the last day.
        to: &'static str,
    },
    /// How many entries a set, a list or an append-only field holds.
    CountOf(&'static str),
}

/// One field of a kind.
#[derive(Debug, Clone, Copy)]
pub struct FieldSpec {
    /// Its name in files and on the command line: lower-case ASCII letters, digits and `_`.
    pub name: &'static str,
    /// What its values are.
    pub kind: FieldType,
    /// How concurrent values come together.
    pub merge: Merge,
    /// Its name on screens.
    pub label: Wording,
    /// A sentence that tells what to write.
    pub help: Wording,
}

/// One section that a new document starts with.
#[derive(Debug, Clone, Copy)]
pub struct SectionSpec {
    /// Its id, the same in every document of the kind.
    pub id: &'static str,
    /// Its title until somebody renames it.
    pub title: Wording,
}

/// The table of one kind of document.
#[derive(Debug)]
pub struct Kind {
    /// Its name in files and on the command line.
    pub name: &'static str,
    /// Raised when the sections or the fields of rule T, L or A change: the first change of a
    /// document and the checks on later ones depend on them, and every replica must come to
    /// the same. The table of the earlier revision stays in the catalogue beside the new one.
    pub revision: u32,
    /// Its name on screens.
    pub title: Wording,
    /// Its fields, in the order of the screens.
    pub fields: &'static [FieldSpec],
    /// The sections of a new document, in order.
    pub sections: &'static [SectionSpec],
}

impl Kind {
    /// Returns the field of that name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static FieldSpec> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Returns the template section of that id.
    #[must_use]
    pub fn section(&self, id: &str) -> Option<&'static SectionSpec> {
        self.sections.iter().find(|section| section.id == id)
    }
}

/// The kinds a program knows.
#[derive(Clone, Copy)]
pub struct Catalogue(&'static [&'static Kind]);

impl Catalogue {
    /// The kinds of the product.
    pub const STANDARD: Self = Self(&[&convention::CONVENTION, &note::NOTE]);

    /// Returns the kinds of the product.
    #[must_use]
    pub const fn standard() -> Self {
        Self::STANDARD
    }

    /// Makes a catalogue of other tables.
    #[must_use]
    pub const fn new(kinds: &'static [&'static Kind]) -> Self {
        Self(kinds)
    }

    /// Returns the latest table of the kind of that name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&'static Kind> {
        let named = self.all().filter(|kind| kind.name == name);
        named.max_by_key(|kind| kind.revision)
    }

    /// Returns the table that documents of that kind and revision are drawn with.
    #[must_use]
    pub fn revision(&self, name: &str, revision: u32) -> Option<&'static Kind> {
        self.all().find(|kind| kind.name == name && kind.revision == revision)
    }

    /// Iterates over the latest table of each kind, in the order of the menus.
    pub fn iter(&self) -> impl Iterator<Item = &'static Kind> {
        let latest = |kind: &&'static Kind| {
            self.find(kind.name).is_some_and(|latest| latest.revision == kind.revision)
        };
        self.all().filter(latest)
    }

    /// Iterates over every table, earlier revisions included.
    pub(crate) fn all(&self) -> impl Iterator<Item = &'static Kind> + use<> {
        self.0.iter().copied()
    }
}

impl fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|kind| kind.name)).finish()
    }
}
