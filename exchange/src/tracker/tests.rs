//! The table names what the kind tables have, and no heading means two columns.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::import::folded;
use client_core::kinds::Merge;
use std::collections::BTreeMap;

#[test]
fn every_column_is_a_field_a_column_or_a_section_that_there_is() {
    for sheet in SHEETS {
        let kind = sheet.kind();
        assert_eq!(sheet.rows.is_some(), sheet.table().is_some(), "{}", sheet.name.fr);
        for column in sheet.columns {
            let known = match column.place {
                Place::Field(_) => {
                    let spec = sheet.spec(column.place);
                    spec.is_some_and(|spec| !matches!(spec.merge, Merge::Computed(_)))
                }
                Place::Keys(_) => {
                    let table = sheet.spec(column.place).and_then(|spec| spec.kind.table());
                    table.is_some_and(|table| table.key.is_some())
                }
                Place::Section(id) => kind.section(id).is_some() && sheet.rows.is_none(),
                Place::RowId => sheet.table().is_some_and(|(_, table)| table.key.is_none()),
                Place::Parent => sheet.rows.is_some(),
                Place::Title => sheet.rows.is_none(),
                Place::Id | Place::Version => true,
            };
            assert!(known, "{}: {:?}", sheet.name.fr, column.place);
            for language in [Language::French, Language::English] {
                assert!(!sheet.heading(column, language).is_empty());
            }
        }
        let named = |place| sheet.column(place).is_some();
        assert!(named(Place::Id) && named(Place::Version), "{}", sheet.name.fr);
        assert_ne!(named(Place::Title), named(Place::Parent), "{}", sheet.name.fr);
    }
}

#[test]
fn no_two_columns_of_a_sheet_answer_to_one_heading() {
    for sheet in SHEETS {
        // Labels win over aliases, so only equals among labels, or among aliases, are in doubt.
        let mut labels: BTreeMap<String, Place> = BTreeMap::new();
        let mut aliases: BTreeMap<String, Place> = BTreeMap::new();
        for column in sheet.columns {
            for language in [Language::French, Language::English] {
                let label = folded(sheet.heading(column, language));
                let other = labels.insert(label.clone(), column.place);
                let same = other.is_none_or(|other| other == column.place);
                assert!(same, "{}: {label}: {other:?} {:?}", sheet.name.fr, column.place);
            }
            for alias in column.aliases {
                let other = aliases.insert(folded(alias), column.place);
                let same = other.is_none_or(|other| other == column.place);
                assert!(same, "{}: alias {alias}: {other:?}", sheet.name.fr);
            }
        }
    }
}

#[test]
fn every_field_of_a_whole_document_that_a_cell_can_hold_has_a_column_or_a_reason() {
    // What has no column: the shared fields, and tables that have sheets or screens of their own.
    const SHARED: &[&str] = &["destination", "references", "echeance_revision", "archivage"];
    const WITHOUT: &[(&str, &str)] = &[
        ("fiche_action", "themes_diagnostic"),
        ("fiche_action", "liens"),
        ("financement", "appel"),
        ("financement", "cofinancements"),
        ("financement", "pieces"),
    ];
    for sheet in SHEETS.iter().filter(|sheet| sheet.rows.is_none()) {
        for spec in sheet.kind().fields {
            let held = sheet.column(Place::Field(spec.name)).is_some();
            let excused = spec.kind.table().is_some()
                || matches!(spec.merge, Merge::Computed(_))
                || SHARED.contains(&spec.name)
                || WITHOUT.contains(&(sheet.kind, spec.name));
            assert_ne!(held, excused, "{}: {}", sheet.kind, spec.name);
        }
    }
}
