//! Document kinds as data: fields, types, merge rules, section templates, words.
//!
//! One table describes one kind, and adding a kind is adding one table to [`Catalogue`].
//! Validation, forms, command line, import, export and reports read these tables. Nothing
//! here may know a kind by its name, and nothing here touches a document.

use std::fmt;

mod actualite;
mod appel_a_projets;
mod bilan;
mod charte;
mod codes;
mod contact;
mod convention;
pub(crate) mod convention_first;
mod courrier;
mod ctsm;
mod diagnostic;
mod etablissement;
mod field;
mod feuille_de_route;
mod fiche_action;
mod fiche_liaison;
mod financement;
mod formation_besoin;
mod formation_offre;
mod indicateur;
mod lettre_de_mission;
mod modele_liaison;
mod note;
mod offre;
mod organisation;
mod orientation;
pub mod parts;
mod programme_annuel;
mod ptsm;
mod reunion;
mod shared;
#[cfg(test)]
mod tests;
pub(crate) mod value;
mod wording;

pub use field::{FieldSpec, Need, Persons, Signing, field};
pub use parts::Part;
pub(crate) use shared::ATTACHMENTS;
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
    /// A day and a time of the clock on the wall, kept as `YYYY-MM-DDTHH:MM`.
    DateTime,
    /// A year, kept as `YYYY`.
    Year,
    /// A year or a part of one, kept as `2026`, `2026-S1`, `2026-T2` or `2026-06`.
    Period,
    /// Euros, kept as a decimal with two digits: `12500.50`.
    Amount,
    /// A whole number.
    Integer,
    /// A decimal number of at most six decimals, kept as `12.5`, without trailing zeros.
    Number,
    /// Yes or no.
    Boolean,
    /// An organisation: its id in hexadecimal, or its name when it is in no register.
    Partner,
    /// One of a few codes.
    Choice(&'static [Choice]),
    /// A page of the web: an `http` or `https` address.
    Link,
    /// An address for mail.
    Email,
    /// A telephone number, kept without blanks: `0612345678`, `3114`, `+3221234567`.
    Phone,
    /// The number of a site of an organisation in the national register: fourteen digits.
    Siret,
    /// The number of an organisation in the national register: nine digits.
    Siren,
    /// The number of a health or social establishment: nine signs.
    Finess,
    /// Another document, by its id in hexadecimal; of one of these kinds, of any when empty.
    Document(&'static [&'static str]),
    /// Records with the columns of a table: rows.
    Rows(&'static Table),
}

impl FieldType {
    /// Returns the name of the type in the command line and in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Prose => "prose",
            Self::Date => "date",
            Self::DateTime => "datetime",
            Self::Year => "year",
            Self::Period => "period",
            Self::Amount => "amount",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "bool",
            Self::Partner => "partner",
            Self::Choice(_) => "choice",
            Self::Link => "link",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Siret => "siret",
            Self::Siren => "siren",
            Self::Finess => "finess",
            Self::Document(_) => "document",
            Self::Rows(_) => "rows",
        }
    }

    /// Returns the table of a field of rows.
    #[must_use]
    pub const fn table(self) -> Option<&'static Table> {
        match self {
            Self::Rows(table) => Some(table),
            Self::Text
            | Self::Prose
            | Self::Date
            | Self::DateTime
            | Self::Year
            | Self::Period
            | Self::Amount
            | Self::Integer
            | Self::Number
            | Self::Boolean
            | Self::Partner
            | Self::Choice(_)
            | Self::Link
            | Self::Email
            | Self::Phone
            | Self::Siret
            | Self::Siren
            | Self::Finess
            | Self::Document(_) => None,
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

/// How a computed field is worked out, from what the same document holds.
///
/// A value in conflict gives no result: any figure would pick a winner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Formula {
    /// Whole months from one date field to another, the last day included.
    MonthsBetween {
        /// The field of the first day.
        from: &'static str,
        /// The field of the last day.
        to: &'static str,
    },
    /// How many entries a set, a list, an append-only field or a table holds.
    CountOf(&'static str),
    /// The sum of one column of a table: amounts or numbers; empty cells count for nothing.
    SumOf {
        /// The field of rows.
        rows: &'static str,
        /// The column of amounts, numbers or whole numbers.
        column: &'static str,
    },
    /// The share of the rows whose column holds one value, in whole percent, rounded down;
    /// nothing while there is no row.
    ShareOf {
        /// The field of rows.
        rows: &'static str,
        /// The column looked at.
        column: &'static str,
        /// The stored value that counts.
        value: &'static str,
    },
    /// How many rows hold one of a few values in one column.
    CountWhere {
        /// The field of rows.
        rows: &'static str,
        /// The column looked at.
        column: &'static str,
        /// The stored values that count.
        values: &'static [&'static str],
    },
    /// Whether one number, computed or not, comes up to another; nothing while one is missing.
    Reaches {
        /// The field of what there is.
        count: &'static str,
        /// The field of what there must be at least.
        least: &'static str,
    },
    /// What the first of a few fields of numbers holds that holds anything; a conflict in one
    /// ends the search, for it may come to be that one.
    FirstOf(&'static [&'static str]),
    /// What is left of one amount or number when another is taken from it; an empty one
    /// taken away counts for nothing. Both may be computed, but not differences themselves.
    Difference {
        /// The field of what there is.
        of: &'static str,
        /// The field of what is taken away.
        less: &'static str,
    },
    /// What stands in one column of the last row that holds something there: the last in
    /// order, the latest key for rows that a key names.
    LastOf {
        /// The field of rows.
        rows: &'static str,
        /// The column.
        column: &'static str,
    },
}

/// The table of a field of rows.
///
/// The rule of the field says what its rows are: `List` for rows in an order that people
/// change, `Append` for rows whose cells are written once, `Set` for rows that a column names,
/// so that two people who add the same key meet in one row.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// The columns, of rules T R M S or computed within the row; T only without a key.
    pub columns: &'static [FieldSpec],
    /// The column whose stored value names a row, for rule `Set` and only there: of rule R and
    /// of type `Period`, `Year`, `Date`, `Partner`, `Choice` or `Text`.
    pub key: Option<&'static str>,
}

impl Table {
    /// Returns the column of that name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&'static FieldSpec> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Returns the columns of rule T: a row of rule `List` begins by making their texts.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &'static FieldSpec> {
        self.columns.iter().filter(|column| column.merge == Merge::Text)
    }

    /// Returns the number of a column among those of rule T, from zero.
    pub(crate) fn text_number(&self, name: &str) -> Option<u64> {
        (0..).zip(self.texts()).find(|(_, column)| column.name == name).map(|(number, _)| number)
    }
}

/// Makes a text in both languages: the shorthand of the tables.
#[must_use]
pub const fn words(fr: &'static str, en: &'static str) -> Wording {
    Wording { fr, en }
}

/// Who may see the documents of a kind (`domain.md` §1.0, §1.17).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Visibility {
    /// Everybody.
    Public,
    /// The partners of the space.
    Partners,
    /// The members of one body: a committee, a working group.
    Body,
    /// Those who are party to it.
    Parties,
    /// It names a person cared for: it never enters a space shared by all partners.
    Named,
}

impl Visibility {
    /// Returns what scripts rely on.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Partners => "partners",
            Self::Body => "body",
            Self::Parties => "parties",
            Self::Named => "named",
        }
    }

    /// Returns what is shown.
    #[must_use]
    pub const fn label(self) -> Wording {
        match self {
            Self::Public => words("public", "public"),
            Self::Partners => words("partenaires", "partners"),
            Self::Body => words("instance", "body"),
            Self::Parties => words("parties", "parties"),
            Self::Named => words("nominatif", "named persons"),
        }
    }
}

/// How the documents of a kind are taken care of, by default (`domain.md` §1.17).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Care {
    /// Who may see them.
    pub visible: Visibility,
    /// Who writes them.
    pub writers: Wording,
    /// What freezes them.
    pub freezes: Wording,
    /// How long they are kept, and what becomes of them.
    pub keep: Wording,
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
    /// Who sees and writes them, what freezes them, how long they are kept.
    pub care: Care,
    /// What its fields are in the figures of the territory.
    pub parts: &'static [Part],
}

impl Kind {
    /// Returns the field of that name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static FieldSpec> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Returns the field that keeps the frozen versions; without one nothing is frozen.
    #[must_use]
    pub fn record(&self) -> Option<&'static FieldSpec> {
        self.fields.iter().find(|field| field.signing == Signing::Record)
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
    pub const STANDARD: Self = Self(&[
        &ptsm::PTSM,
        &orientation::ORIENTATION,
        &fiche_action::FICHE_ACTION,
        &diagnostic::DIAGNOSTIC,
        &feuille_de_route::FEUILLE_DE_ROUTE,
        &programme_annuel::PROGRAMME_ANNUEL,
        &ctsm::CTSM,
        &convention_first::CONVENTION_FIRST,
        &convention::CONVENTION,
        &modele_liaison::MODELE_LIAISON,
        &fiche_liaison::FICHE_LIAISON,
        &reunion::REUNION,
        &indicateur::INDICATEUR,
        &bilan::BILAN,
        &financement::FINANCEMENT,
        &appel_a_projets::APPEL_A_PROJETS,
        &organisation::ORGANISATION,
        &etablissement::ETABLISSEMENT,
        &offre::OFFRE,
        &contact::CONTACT,
        &formation_besoin::FORMATION_BESOIN,
        &formation_offre::FORMATION_OFFRE,
        &lettre_de_mission::LETTRE_DE_MISSION,
        &charte::CHARTE,
        &courrier::COURRIER,
        &actualite::ACTUALITE,
        &note::NOTE,
    ]);

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
