//! One line of a table: a field or a column, and what is declared of it.
//!
//! What is declared beside name, type and rule (what it is to a frozen version, whether it names
//! people, whether a document needs it) changes no byte of a document and asks for no revision.

use super::{FieldType, Language, Merge, Wording};

/// One field of a kind, or one column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// What it is to a frozen version.
    pub signing: Signing,
    /// Whether it is there to name people.
    pub persons: Persons,
    /// Whether a document is complete without it.
    pub need: Need,
}

impl FieldSpec {
    /// Returns the field as one that is aside from the signed text.
    #[must_use]
    pub const fn aside(self) -> Self {
        Self { signing: Signing::Aside, ..self }
    }

    /// Returns the field as the one whose rows name the organisations that sign, in order.
    #[must_use]
    pub const fn signatories(self) -> Self {
        Self { signing: Signing::Signatories, ..self }
    }

    /// Returns the field as the one that keeps the frozen versions.
    #[must_use]
    pub const fn record(self) -> Self {
        Self { signing: Signing::Record, ..self }
    }

    /// Returns the field as one that names people in their function: who signs, who was there.
    #[must_use]
    pub const fn of_people(self) -> Self {
        Self { persons: Persons::Named, ..self }
    }

    /// Returns the field as the one that names the person whom the document is about.
    #[must_use]
    pub const fn of_its_person(self) -> Self {
        Self { persons: Persons::Subject, ..self }
    }

    /// Returns the field as one that a document needs; of a column, that each row needs.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { need: Need::Required, ..self }
    }

    /// Returns the field as one that a document needs once another field of it, a choice, holds
    /// one value.
    #[must_use]
    pub const fn required_when(self, field: &'static str, value: &'static str) -> Self {
        Self { need: Need::RequiredWhen { field, value }, ..self }
    }
}

/// What a field is to a frozen version of its document. A field that changes sides changes
/// the canonical text of what was signed: that needs a new form or a new revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signing {
    /// A part of the signed text.
    Text,
    /// A part of it whose rows name the organisations that sign: by their column of type
    /// `Partner`, in the order of the column `ordre`, of the rows without one.
    Signatories,
    /// Work around the text, which goes on once it is signed.
    Aside,
    /// The frozen versions themselves.
    Record,
}

/// Whether a field is there to name people. Where it is not, a person named in a document that
/// all partners read is pointed at ([`crate::guard`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Persons {
    /// It is not.
    None,
    /// It names people in their function: signatories, those present, correspondents.
    Named,
    /// It names the person whom the document is about; its title may do so too.
    Subject,
}

/// Whether a document is complete without a field. It never stands in the way of an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It is complete without it.
    Optional,
    /// It is not.
    Required,
    /// It is not, once another field of the document holds one value.
    RequiredWhen {
        /// The other field: a choice.
        field: &'static str,
        /// The stored value.
        value: &'static str,
    },
}

impl Need {
    /// Returns what is said of the field beside its help; nothing for most.
    #[must_use]
    pub fn sentence(self, language: Language) -> Option<String> {
        match (self, language) {
            (Self::Optional, _) => None,
            (Self::Required, Language::French) => Some("nécessaire".to_owned()),
            (Self::Required, Language::English) => Some("required".to_owned()),
            (Self::RequiredWhen { field, value }, Language::French) => {
                Some(format!("nécessaire si `{field}` est `{value}`"))
            }
            (Self::RequiredWhen { field, value }, Language::English) => {
                Some(format!("required if `{field}` is `{value}`"))
            }
        }
    }
}

/// Makes a field or a column: the shorthand of the tables.
#[must_use]
pub const fn field(
    name: &'static str,
    kind: FieldType,
    merge: Merge,
    label: Wording,
    help: Wording,
) -> FieldSpec {
    let (signing, persons, need) = (Signing::Text, Persons::None, Need::Optional);
    FieldSpec { name, kind, merge, label, help, signing, persons, need }
}
