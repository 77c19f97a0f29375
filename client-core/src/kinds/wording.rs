//! What people call the types of values and the rules of merging, for screens and pages.
//!
//! Only names: what a type accepts is said by the refusal of a value, and what a field is for by
//! its own help.

use super::{FieldType, Merge, Wording, words};

impl FieldType {
    /// Returns what people call a value of this type.
    #[must_use]
    pub const fn label(self) -> Wording {
        match self {
            Self::Text => words("texte court", "short text"),
            Self::Prose => words("texte long", "long text"),
            Self::Date => words("date", "date"),
            Self::DateTime => words("date et heure", "date and time"),
            Self::Year => words("année", "year"),
            Self::Period => words("période", "period"),
            Self::Amount => words("montant", "amount"),
            Self::Integer => words("nombre entier", "whole number"),
            Self::Number => words("nombre", "number"),
            Self::Boolean => words("oui ou non", "yes or no"),
            Self::Partner => words("organisation", "organisation"),
            Self::Choice(_) => words("choix", "choice"),
            Self::Link => words("adresse web", "web address"),
            Self::Email => words("courriel", "mail address"),
            Self::Phone => words("téléphone", "telephone"),
            Self::Siret => words("SIRET", "SIRET"),
            Self::Siren => words("SIREN", "SIREN"),
            Self::Finess => words("FINESS", "FINESS"),
            Self::Document(_) => words("document", "document"),
            Self::Rows(_) => words("tableau", "table"),
        }
    }
}

impl Merge {
    /// Returns what happens when two people write at the same time, in a few words.
    #[must_use]
    pub const fn label(self) -> Wording {
        match self {
            Self::Text => words("texte à plusieurs mains", "text by several hands"),
            Self::LastWriter => words("le dernier écrit reste", "the last one written stays"),
            Self::MultiValue => words(
                "les valeurs différentes restent, à départager",
                "differing values stay, to be settled",
            ),
            Self::Set => words("ensemble", "set"),
            Self::List => words("liste ordonnée", "ordered list"),
            Self::Append => words("ajouts seulement", "additions only"),
            Self::Computed(_) => words("calculé", "worked out"),
        }
    }
}
