//! What a document still needs to be complete, by what its table declares.
//!
//! It is told and never stands in the way: a draft is written in any order.

use super::view::{FieldValue, View};
use crate::kinds::{FieldSpec, Language, Need, words};

/// Gaps told of one document; a table of a thousand rows says no more than of fifty.
pub const MISSING_MAX: usize = 50;

/// Something that a document still needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// A title.
    Title,
    /// A field.
    Field(&'static FieldSpec),
    /// A cell of a row.
    Cell {
        /// The field.
        field: &'static FieldSpec,
        /// The id of the row.
        row: String,
        /// The number of the row in the present order, from one.
        number: usize,
        /// The column.
        column: &'static FieldSpec,
    },
}

impl Missing {
    /// Returns the place, for scripts: `title`, a field, or `field/row/column`.
    #[must_use]
    pub fn place(&self) -> String {
        match self {
            Self::Title => "title".to_owned(),
            Self::Field(field) => field.name.to_owned(),
            Self::Cell { field, row, column, .. } => {
                format!("{}/{row}/{}", field.name, column.name)
            }
        }
    }

    /// Returns the place as people read it.
    #[must_use]
    pub fn label(&self, language: Language) -> String {
        match self {
            Self::Title => words("Titre", "Title").get(language).to_owned(),
            Self::Field(field) => field.label.get(language).to_owned(),
            Self::Cell { field, number, column, .. } => {
                let row = words("ligne", "row").get(language);
                let (field, column) = (field.label.get(language), column.label.get(language));
                format!("{field}, {row} {number}, {column}")
            }
        }
    }
}

impl View {
    /// Returns what the document still needs, in the order of its table, [`MISSING_MAX`] at most.
    /// Values in conflict are there: somebody will settle them.
    #[must_use]
    pub fn missing(&self) -> Vec<Missing> {
        let mut missing = Vec::new();
        if self.title.trim().is_empty() {
            missing.push(Missing::Title);
        }
        for field in &self.fields {
            if self.needs(field.spec) && !stands(&field.value) {
                missing.push(Missing::Field(field.spec));
            }
            let FieldValue::Rows(rows) = &field.value else { continue };
            for (number, row) in (1..).zip(rows) {
                let empty = row.cells.iter().filter(|cell| !stands(&cell.value));
                let needed = empty.filter(|cell| self.needs(cell.spec));
                missing.extend(needed.map(|cell| Missing::Cell {
                    field: field.spec,
                    row: row.id.clone(),
                    number,
                    column: cell.spec,
                }));
                if missing.len() >= MISSING_MAX {
                    break;
                }
            }
        }
        missing.truncate(MISSING_MAX);
        missing
    }

    fn needs(&self, spec: &FieldSpec) -> bool {
        match spec.need {
            Need::Optional => false,
            Need::Required => true,
            Need::RequiredWhen { field, value } => match self.field(field) {
                Some(FieldValue::One(held)) => held == value,
                // One of those that stand may come to be the one.
                Some(FieldValue::Conflicting(held)) => held.iter().any(|one| one == value),
                Some(
                    FieldValue::Empty
                    | FieldValue::Set(_)
                    | FieldValue::List(_)
                    | FieldValue::Entries(_)
                    | FieldValue::Text(_)
                    | FieldValue::Rows(_),
                )
                | None => false,
            },
        }
    }
}

fn stands(value: &FieldValue) -> bool {
    match value {
        FieldValue::Empty => false,
        FieldValue::One(_) => true,
        FieldValue::Text(text) => !text.trim().is_empty(),
        FieldValue::Conflicting(values) | FieldValue::Set(values) => !values.is_empty(),
        FieldValue::List(items) => !items.is_empty(),
        FieldValue::Entries(entries) => !entries.is_empty(),
        FieldValue::Rows(rows) => !rows.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::document::Document;
    use crate::document::fixture::{create, edit, set};
    use crate::kinds::Catalogue;

    fn missing(document: &Document) -> Vec<String> {
        document.view().unwrap().missing().iter().map(Missing::place).collect()
    }

    #[test]
    fn a_sheet_lacks_its_priority_until_it_has_one_and_is_edited_all_the_same() {
        let (mut sheet, _) = create(Catalogue::STANDARD, "fiche_action");
        assert!(missing(&sheet).contains(&"priorites_decret".to_owned()));
        edit(&mut sheet, 1, &set("numero", "FA-01"));
        edit(&mut sheet, 1, &set("priorites_decret", "p2"));
        assert!(!missing(&sheet).contains(&"priorites_decret".to_owned()));
        assert!(missing(&sheet).contains(&"participation_modes".to_owned()));
        let view = sheet.view().unwrap();
        let told: Vec<String> = view.missing().iter().map(|m| m.label(Language::French)).collect();
        assert!(told.contains(&"Place des personnes concernées".to_owned()), "{told:?}");
    }

    #[test]
    fn consent_is_needed_outside_the_care_team_only() {
        let (mut form, _) = create(Catalogue::STANDARD, "fiche_liaison");
        let consent = "consentement".to_owned();
        assert!(!missing(&form).contains(&consent));
        edit(&mut form, 1, &set("lien", "hors_equipe"));
        assert!(missing(&form).contains(&consent));
        edit(&mut form, 1, &set("lien", "meme_equipe"));
        assert!(!missing(&form).contains(&consent));
        edit(&mut form, 1, &set("lien", "hors_equipe"));
        edit(&mut form, 1, &set("consentement", "oui"));
        assert!(!missing(&form).contains(&consent));
    }
}
