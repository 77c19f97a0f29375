//! The table names what the kind tables have, and no heading means two columns.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::import::folded;
use client_core::kinds::{FieldType, Merge, field};
use std::collections::BTreeMap;

#[test]
fn every_column_is_a_field_a_column_or_a_section_that_there_is() {
    for sheet in SHEETS.iter() {
        let kind = sheet.kind();
        assert_eq!(sheet.rows.is_some(), sheet.table().is_some(), "{}", sheet.name.fr);
        for column in sheet.columns.iter() {
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
    for sheet in SHEETS.iter() {
        // Labels win over aliases, so only equals among labels, or among aliases, are in doubt.
        let mut labels: BTreeMap<String, Place> = BTreeMap::new();
        let mut aliases: BTreeMap<String, Place> = BTreeMap::new();
        for column in sheet.columns.iter() {
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
fn every_field_that_a_cell_can_hold_has_a_column_or_stands_aside() {
    for sheet in SHEETS.iter() {
        let table = sheet.table().map(|(_, table)| table.columns);
        for spec in table.unwrap_or(sheet.kind().fields) {
            let held = sheet.column(Place::Field(spec.name)).is_some();
            let aside = ASIDE.contains(&(sheet.kind, spec.name));
            let excused = spec.kind.table().is_some()
                || matches!(spec.merge, Merge::Computed(_))
                || table.is_none() && (aside || SHARED_ASIDE.contains(&spec.name));
            assert_ne!(held, excused, "{}: {}", sheet.kind, spec.name);
        }
    }
    for (kind, field) in ASIDE {
        let kind = Catalogue::STANDARD.find(kind).unwrap();
        assert!(kind.field(field).is_some(), "{field}");
    }
}

/// A table that gains a field or a column is in the workbook without another line of code.
#[test]
fn a_new_field_has_its_column_at_once() {
    const W: Wording = words("Note du mois", "Note of the month");
    let new = || field("note_du_mois", FieldType::Text, Merge::LastWriter, W, W);
    for declared in sheets::DECLARED {
        let kind = declared.kind();
        let mut fields = kind.fields.to_vec();
        match declared.rows {
            None => fields.push(new()),
            Some(rows) => {
                let rows = fields.iter_mut().find(|field| field.name == rows).unwrap();
                let table = rows.kind.table().unwrap();
                let columns = [table.columns, &[new()]].concat();
                let columns: &'static [FieldSpec] = Box::leak(columns.into_boxed_slice());
                let table = Table { columns, key: table.key };
                rows.kind = FieldType::Rows(Box::leak(Box::new(table)));
            }
        }
        let fields: &'static [FieldSpec] = Box::leak(fields.into_boxed_slice());
        let Kind { name, revision, title, sections, care, parts, .. } = *kind;
        let newer = Kind { name, revision, title, fields, sections, care, parts };
        let (before, after) =
            (declared.complete(kind), declared.complete(Box::leak(Box::new(newer))));
        assert_eq!(before.columns.len(), declared.columns.len(), "{name}: nothing is added today");
        assert!(before.column(Place::Field("note_du_mois")).is_none());
        assert!(after.column(Place::Field("note_du_mois")).is_some(), "{name}");
        let last = after.columns.last().unwrap().place;
        assert_eq!((after.columns.len(), last), (before.columns.len() + 1, Place::Version));
    }
}
