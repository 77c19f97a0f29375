//! What is taken of a file, what is told and left out, what is refused whole.

#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm)]
use super::{About, Names, NotRead, read};
use crate::export::json::write;
use client_core::document::Edit;
use protocol::id::{DocumentId, PartnerId};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn id(number: u8) -> String {
    DocumentId::new([number; 16]).to_string()
}

fn file(documents: Vec<Value>) -> Vec<u8> {
    write("5a", "PTSM", documents).unwrap()
}

fn sheet(fields: Value) -> Value {
    json!({"document": id(1), "kind": "fiche_action", "title": "Soins", "fields": fields,
        "sections": [], "partners": {PartnerId::new([7; 16]).to_string(): "EPSM"}})
}

#[test]
fn values_become_edits_with_the_names_of_the_new_space() {
    let orientation = json!({"document": id(2), "kind": "orientation", "title": "OR3"});
    let partner = PartnerId::new([7; 16]);
    let taken = read(&file(vec![
        sheet(json!({
            "numero": "FA-07", "orientation": id(2), "pilote": partner.to_string(),
            "priorites_decret": ["p1", "p3"], "taux_objectifs": "50",
            "objectifs": [{"row": "x", "number": 1, "cells": {"code": "OO-1", "libelle": "Lire"}}],
        })),
        orientation,
    ]))
    .unwrap();
    assert_eq!(taken.remarks, []);
    assert_eq!(taken.drafts.len(), 2);
    let new = DocumentId::new([9; 16]);
    let names = Names {
        documents: BTreeMap::from([(DocumentId::new([2; 16]), new)]),
        strangers: BTreeMap::from([(partner, taken.partners[&partner].clone())]),
    };
    let edits = taken.drafts[0].edits(&names);
    let set = |field: &str, value: &str| Edit::Set { field: field.into(), value: value.into() };
    for wanted in [
        set("numero", "FA-07"),
        set("orientation", &new.to_string()),
        set("pilote", "EPSM"),
        set("priorites_decret", "p1"),
        set("priorites_decret", "p3"),
    ] {
        assert!(edits.contains(&wanted), "{wanted:?} in {edits:?}");
    }
    assert!(
        !edits
            .iter()
            .any(|edit| matches!(edit, Edit::Set { field, .. } if field == "taux_objectifs"))
    );
    let cells = vec![("code".into(), "OO-1".into()), ("libelle".into(), "Lire".into())];
    assert!(edits.contains(&Edit::AddRow { field: "objectifs".into(), cells, after: None }));
    assert!(edits.contains(&Edit::DeleteSection { section: "constats".into() }), "it was deleted");
}

#[test]
fn what_does_not_fit_is_told_and_left_out() {
    let taken = read(&file(vec![
        sheet(json!({
            "debut": "31 février", "pilote": ["a", "b"], "inconnu": "x", "numero": 7,
            "objectifs": [
                {"cells": {"echeance": "hier"}},
                "rien",
                {"cells": {"zzz": "1", "code": "c"}},
            ],
            "partenaires": [{"cells": {"apport": "sans clé"}}],
        })),
        json!({"document": id(3), "kind": "grimoire"}),
        json!({"document": "pas un id", "kind": "note"}),
    ]))
    .unwrap();
    let about = |place: &str| {
        taken.remarks.iter().find(|remark| remark.place == place).map(|remark| remark.about)
    };
    for (place, wanted) in [
        ("debut", About::Refused),
        ("pilote", About::Unsettled),
        ("inconnu", About::Unknown),
        ("numero", About::Refused),
        ("objectifs/1/echeance", About::Refused),
        ("objectifs/2", About::Refused),
        ("objectifs/3/zzz", About::Unknown),
        ("partenaires/1", About::Refused),
        ("kind", About::Unknown),
        ("document", About::Refused),
    ] {
        assert_eq!(about(place), Some(wanted), "{place}: {:?}", taken.remarks);
    }
    assert_eq!(taken.drafts.len(), 1, "what is good is still offered");
}

#[test]
fn a_document_changed_after_it_was_written_is_said_so() {
    let bytes = file(vec![sheet(json!({"numero": "FA-07"}))]);
    assert_eq!(read(&bytes).unwrap().remarks, []);
    let changed = String::from_utf8(bytes).unwrap().replace("FA-07", "FA-08");
    let taken = read(changed.as_bytes()).unwrap();
    assert_eq!(taken.remarks[0].about, About::Changed);
}

#[test]
fn what_is_no_export_is_refused_whole() {
    let refused = |bytes: &[u8]| read(bytes).unwrap_err();
    assert_eq!(refused(b"{"), NotRead::NotJson);
    assert_eq!(refused("[".repeat(100_000).as_bytes()), NotRead::NotJson, "no deep recursion");
    assert_eq!(refused(b"[]"), NotRead::NotAnExport);
    assert_eq!(refused(br#"{"liaison-export":1}"#), NotRead::NotAnExport);
    assert_eq!(refused(br#"{"liaison-export":2,"documents":[]}"#), NotRead::Newer(2));
    let many = format!("{{\"liaison-export\":1,\"documents\":[{}0]}}", "0,".repeat(20_000));
    assert_eq!(refused(many.as_bytes()), NotRead::TooLarge);
}

#[test]
fn long_texts_come_in_pieces_and_added_sections_keep_apart() {
    let long = "é".repeat(500_001);
    let note = json!({"document": id(4), "kind": "note", "title": "N", "fields": {}, "sections": [
        {"id": "texte", "title": "Un autre titre", "text": long},
        {"id": "s1", "title": "Suite", "text": "a"},
        {"id": "s2", "title": "Suite", "text": "b"},
    ]});
    let taken = read(&file(vec![note])).unwrap();
    let edits = taken.drafts[0].edits(&Names::default());
    let pieces = edits.iter().filter(|edit| matches!(edit, Edit::AppendText { .. })).count();
    assert_eq!(pieces, 1, "one piece after the first");
    let added: Vec<&str> = edits
        .iter()
        .filter_map(|edit| match edit {
            Edit::AddSection { title, .. } => Some(title.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(added, ["Suite", "Suite (2)"]);
}
