//! Numbers that came with their unit: `50 %` is 50 for an indicator in percent, and nothing for
//! one in days.

use client_core::document::FieldValue;
use client_core::kinds::{FieldType, Kind, Language};
use protocol::id::DocumentId;

use super::Work;
use crate::import::problem::Problem;
use crate::import::record::{Filled, Record};
use crate::tracker::Place;

/// The field of an indicator that holds its unit.
const UNIT: &str = "unite";
/// What of an indicator is in its unit.
const IN_UNIT: [&str; 2] = ["valeur", "valeur_reference"];
/// What is in percent wherever it stands.
const PERCENT: (&str, &str) = ("fiche_action", "taux_retenu");

impl Work<'_> {
    /// Notes the unit that a line gives to its indicator.
    pub(super) fn note_unit(&mut self, record: &Record, id: DocumentId) {
        if let Some(unit) = record.value(UNIT) {
            self.units.insert(id, unit.to_owned());
        }
    }

    /// Tells whether the unit of a cell, if it came with one, is that of its document; says so
    /// when it is not.
    pub(super) fn unit_fits(&mut self, kind: &'static Kind, cell: &Filled, id: DocumentId) -> bool {
        let (Some(unit), Place::Field(name)) = (cell.unit, cell.place) else {
            return true;
        };
        let wanted = match (kind.name, name) {
            PERCENT => Some("pourcentage"),
            ("indicateur", name) if IN_UNIT.contains(&name) => self.unit_of(&id),
            (_, _) => None,
        };
        let fits = wanted == Some(unit);
        if !fits {
            self.problems.push(another_unit(cell, unit));
        }
        fits
    }

    fn unit_of(&self, id: &DocumentId) -> Option<&str> {
        if let Some(said) = self.units.get(id) {
            return Some(said);
        }
        match self.views.get(id)?.field(UNIT)? {
            FieldValue::One(unit) => Some(unit),
            FieldValue::Text(_)
            | FieldValue::Empty
            | FieldValue::Conflicting(_)
            | FieldValue::Set(_)
            | FieldValue::List(_)
            | FieldValue::Entries(_)
            | FieldValue::Rows(_) => None,
        }
    }
}

fn another_unit(cell: &Filled, unit: &str) -> Problem {
    let field = client_core::kinds::Catalogue::STANDARD.find("indicateur");
    let kind = field.and_then(|kind| kind.field(UNIT)).map_or(FieldType::Text, |spec| spec.kind);
    let typed = cell.values.first().map(String::as_str).unwrap_or_default();
    let (fr, en) = (kind.show(unit, Language::French), kind.show(unit, Language::English));
    Problem::new(
        cell.spot.clone(),
        "another-unit",
        format!(
            "« {typed} » est donné dans l'unité « {fr} », qui n'est pas celle de ce champ : pour \
             un indicateur, dites-la dans sa colonne « Unité »."
        ),
        format!(
            "“{typed}” is given in the unit “{en}”, which is not that of this field: for an \
             indicator, say it in its column “Unit”."
        ),
    )
}
