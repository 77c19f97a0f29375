//! A full export, read back: what is made, what is told and left out, what is refused whole.

use client_core::document::{Edit, FieldValue, View};
use protocol::id::{DocumentId, PartnerId};
use serde_json::{Value, json};

use super::desk::{Desk, codes};
use crate::export::json::write;
use crate::import::read;

fn id(number: u8) -> String {
    DocumentId::new([number; 16]).to_string()
}

fn file(documents: Vec<Value>) -> Vec<u8> {
    write("5a", "PTSM", documents).unwrap()
}

fn sheet(fields: &Value) -> Value {
    json!({"document": id(1), "kind": "fiche_action", "title": "Soins", "fields": fields,
        "sections": [
            {"id": "constats", "title": "Constats", "text": "Trop loin.\n"},
            {"id": "resume_falc", "title": "Simplement", "text": ""},
            {"id": "s1", "title": "Suite", "text": "a"},
            {"id": "s2", "title": "Suite", "text": "b"},
        ],
        "partners": {PartnerId::new([7; 16]).to_string(): "EPSM"}})
}

fn one(value: &str) -> Option<FieldValue> {
    Some(FieldValue::One(value.to_owned()))
}

fn listed(view: &View, field: &str) -> Vec<String> {
    match view.field(field) {
        Some(FieldValue::List(items)) => items.iter().map(|item| item.value.clone()).collect(),
        other => panic!("{field}: {other:?}"),
    }
}

#[test]
fn documents_are_made_with_what_they_name_and_a_second_time_nothing_is() {
    let partner = PartnerId::new([7; 16]).to_string();
    let stranger = PartnerId::new([8; 16]).to_string();
    let mut fiche = sheet(&json!({
        "numero": "FA-07", "orientation": id(2), "pilote": partner,
        "priorites_decret": ["p1", "p3"], "taux_objectifs": "50",
        "objectifs": [
            {"row": "x", "number": 1, "cells": {"code": "OO-1", "libelle": "Lire"}},
            {"row": "y", "number": 2, "cells": {"code": "OO-2", "responsable": stranger}},
        ],
    }));
    fiche["partners"][&stranger] = json!("Escale");
    let orientation = json!({"document": id(2), "kind": "orientation", "title": "OR3",
        "fields": {"fiches": [id(1)]}});
    let bytes = file(vec![fiche, orientation]);
    // A member of the same name, under an id of this space.
    let mut desk = Desk::new(&["Escale"]);
    let proposal = desk.import("tout.json", &bytes);
    assert_eq!(codes(&proposal), ["history-left"]);
    assert_eq!(proposal.documents.len(), 2);
    let (view, other) = (desk.titled("Soins"), desk.titled("OR3"));
    let (here, there) = (desk.id_of("Soins"), desk.id_of("OR3"));
    assert_ne!(here.to_string(), id(1), "an id of this space");
    assert_eq!(view.field("orientation").cloned(), one(&there.to_string()));
    assert_eq!(listed(&other, "fiches"), [here.to_string()]);
    assert_eq!(view.field("pilote").cloned(), one("EPSM"), "no member: it stays a name");
    let members = desk.members[0].0.to_string();
    assert_eq!(view.rows("objectifs")[1].cell("responsable").cloned(), one(&members));
    assert_eq!(view.rows("objectifs").len(), 2);
    let titles: Vec<(String, &str)> = view
        .sections
        .iter()
        .map(|s| (s.title(view.kind, client_core::kinds::Language::French), s.text.as_str()))
        .collect();
    assert!(titles.contains(&("Constats".to_owned(), "Trop loin.\n")), "{titles:?}");
    assert_eq!(titles.iter().filter(|(title, _)| title.starts_with("Suite")).count(), 2);
    assert!(view.section("modalites").is_none(), "it was taken out there");
    assert!(titles.contains(&("Simplement".to_owned(), "")), "{titles:?}");

    let again = desk.import("tout.json", &bytes);
    assert!(again.documents.is_empty() && again.problems.is_empty(), "{again:?}");
    assert_eq!(again.unchanged, 2);
    desk.edit(here, &Edit::Set { field: "numero".into(), value: "FA-08".into() });
    let other = desk.import("tout.json", &bytes);
    assert!(other.documents.is_empty());
    assert_eq!(codes(&other), ["already-here"]);
    assert!(other.problems[0].french.contains("Soins"), "{}", other.problems[0].french);
    assert_eq!(desk.view(here).field("numero").cloned(), one("FA-08"), "nothing is overwritten");
}

#[test]
fn what_a_workbook_made_is_not_made_again() {
    let mut desk = Desk::new(&[]);
    let lines: &[&[&str]] = &[&["N°", "Titre"], &["FA-07", "Soins somatiques"]];
    desk.import("a.xlsx", &super::desk::workbook(&[("Fiches", lines)]));
    let made = json!({"document": id(1), "kind": "fiche_action", "title": "Autrement dit",
        "fields": {"numero": "FA-07"}});
    let orientation = json!({"document": id(2), "kind": "orientation", "title": "OR3",
        "fields": {"fiches": [id(1)]}});
    let proposal = desk.import("tout.json", &file(vec![made, orientation]));
    assert_eq!(proposal.documents.len(), 1, "the code tells that it is here");
    let fiches = [desk.id_of("Soins somatiques").to_string()];
    assert_eq!(listed(&desk.titled("OR3"), "fiches"), fiches, "and what names it leads to it");
}

#[test]
fn values_in_conflict_frozen_versions_and_links_outside_are_told() {
    let mut fiche = sheet(&json!({"fin_prevue": ["2026-12-31", "2027-03-01"],
        "orientation": id(9)}));
    fiche["conflicts"] = json!([{"field": "fin_prevue", "values": [
        {"value": "2026-12-31", "name": "EPSM"}, {"value": "2027-03-01", "name": "CLSM"}]}]);
    fiche["frozen"] = json!({"versions": [{"version": "ab"}, {"version": "cd"}]});
    fiche["documents"] = json!({id(9): "OR3 Parcours"});
    let mut desk = Desk::new(&[]);
    let proposal = desk.import("tout.json", &file(vec![fiche.clone()]));
    let told = ["history-left", "was-in-conflict", "frozen-left", "link-outside"];
    assert_eq!(codes(&proposal), told, "{:?}", proposal.problems);
    let conflict = &proposal.problems[1];
    assert!(
        conflict.french.contains("31/12/2026 (EPSM) | 01/03/2027 (CLSM)"),
        "{}",
        conflict.french
    );
    assert_eq!(conflict.spot.path.as_deref(), Some("documents[0].fields.fin_prevue"));
    assert!(proposal.problems[3].english.contains("OR3 Parcours"));
    assert_eq!(desk.titled("Soins").field("fin_prevue").cloned(), one("2026-12-31"));
    // The document that was lacking comes later, and the link leads to it.
    let orientation = json!({"document": id(9), "kind": "orientation", "title": "OR3"});
    desk.import("reste.json", &file(vec![orientation]));
    let lead = one(&desk.id_of("OR3").to_string());
    assert_eq!(desk.titled("Soins").field("orientation").cloned(), lead);
}

#[test]
fn what_does_not_fit_is_told_with_its_path_and_the_rest_is_offered() {
    let mut fiche = sheet(&json!({
        "debut": "31 février", "inconnu": "x", "numero": 7, "resume": "x".repeat(20_000),
        "objectifs": [
            {"cells": {"echeance": "hier"}}, "rien", {"cells": {"zzz": "1", "code": "c"}},
        ],
        "partenaires": [{"cells": {"apport": "sans clé"}}],
    }));
    fiche["title"] = json!("t".repeat(20_000));
    let documents = [
        fiche,
        json!({"document": id(3), "kind": "grimoire"}),
        json!({"document": "pas un id", "kind": "note"}),
        json!({"document": id(1), "kind": "note"}),
        json!("rien"),
    ];
    let mut bytes = write("5a", "PTSM", documents[..4].to_vec()).unwrap();
    let mut whole: Value = serde_json::from_slice(&bytes).unwrap();
    whole["documents"].as_array_mut().unwrap().push(documents[4].clone());
    bytes = serde_json::to_vec(&whole).unwrap();
    let mut desk = Desk::new(&[]);
    let proposal = desk.import("tout.json", &bytes);
    let place = |path: &str| {
        let of = |p: &&crate::import::Problem| p.spot.path.as_deref() == Some(path);
        proposal.problems.iter().find(of).map(|problem| problem.code)
    };
    for (path, code) in [
        ("documents[0].title", "bad-value"),
        ("documents[0].fields.debut", "bad-value"),
        ("documents[0].fields.inconnu", "field-unknown"),
        ("documents[0].fields.numero", "bad-value"),
        ("documents[0].fields.objectifs[0].cells.echeance", "bad-value"),
        ("documents[0].fields.objectifs[1]", "bad-value"),
        ("documents[0].fields.objectifs[2].cells.zzz", "field-unknown"),
        ("documents[0].fields.partenaires[0]", "bad-value"),
        ("documents[1].kind", "kind-unknown"),
        ("documents[2].document", "bad-id"),
        ("documents[3].document", "document-twice"),
        ("documents[4].document", "bad-id"),
    ] {
        assert_eq!(place(path), Some(code), "{path}: {:?}", proposal.problems);
    }
    assert_eq!(proposal.documents.len(), 1, "what is good is still offered");
}

#[test]
fn a_document_changed_after_it_was_written_is_said_so() {
    let bytes = file(vec![sheet(&json!({"numero": "FA-07"}))]);
    let changed = String::from_utf8(bytes.clone()).unwrap().replace("FA-07", "FA-08");
    let proposal = Desk::new(&[]).import("tout.json", changed.as_bytes());
    assert_eq!(codes(&proposal), ["history-left", "digest-differs"]);
    let mut bare: Value = serde_json::from_slice(&bytes).unwrap();
    bare.as_object_mut().unwrap().remove("manifest");
    let proposal = Desk::new(&[]).import("tout.json", &serde_json::to_vec(&bare).unwrap());
    assert_eq!(codes(&proposal), ["history-left", "digest-missing"]);
    assert_eq!(proposal.documents.len(), 1);
}

#[test]
fn what_is_no_export_is_refused_whole() {
    let code = |bytes: &[u8]| read("tout.json", bytes).unwrap_err().code;
    assert_eq!(code(b"{\"liaison-export\": 1, "), "file-damaged");
    assert_eq!(code(b" {\"documents\": []}"), "not-an-export");
    assert_eq!(code(b"{\"liaison-export\": 1}"), "not-an-export");
    assert_eq!(code(b"{\"liaison-export\": 2, \"documents\": []}"), "file-newer");
    let cut = read("tout.json", b"{\"liaison-export\": 1,\n oups").unwrap_err();
    assert!(cut.french.contains("ligne 2, caractère 2"), "{}", cut.french);
    let deep = [b"{\"a\":".repeat(5_000), b"1".to_vec()].concat();
    assert_eq!(code(&deep), "file-damaged");
    let many = format!(
        "{{\"liaison-export\": 1, \"documents\": [{}0]}}",
        "0,".repeat(crate::import::json::DOCUMENTS_MAX)
    );
    assert_eq!(code(many.as_bytes()), "file-too-large");
}

#[test]
fn a_flood_of_alike_things_is_bounded() {
    let section = json!({"id": "", "title": "a", "text": ""});
    let note = json!({"document": id(4), "kind": "note", "title": "N",
        "sections": vec![section; 5_000], "fields": {"zzz": "1"}});
    let mut fields = serde_json::Map::new();
    for at in 0..5_000 {
        fields.insert(format!("f{at}"), json!("x"));
    }
    let other = json!({"document": id(5), "kind": "note", "title": "M", "fields": fields});
    let mut desk = Desk::new(&[]);
    let proposal = desk.import("tout.json", &file(vec![note, other]));
    assert!(proposal.problems.len() <= 1_001, "{}", proposal.problems.len());
    assert!(desk.titled("N").sections.len() <= 510);
    assert_eq!(desk.titled("M").title, "M");
}

#[test]
fn sections_keep_their_order_and_long_texts_come_in_pieces() {
    let long = "mot ".repeat(130_000);
    let note = json!({"document": id(4), "kind": "fiche_action", "title": "N", "fields": {},
    "sections": [
        {"id": "s1", "title": "D'abord", "text": "a"},
        {"id": "modalites", "title": "Comment", "text": long},
        {"id": "constats", "title": "Constats", "text": "b"},
        {"id": "s2", "title": "Comment", "text": "c"},
    ]});
    let mut desk = Desk::new(&[]);
    desk.import("tout.json", &file(vec![note]));
    let view = desk.titled("N");
    let titles: Vec<String> = view
        .sections
        .iter()
        .map(|s| s.title(view.kind, client_core::kinds::Language::French))
        .collect();
    assert_eq!(titles, ["D'abord", "Comment", "Constats", "Comment"]);
    assert_eq!(view.section("modalites").unwrap().text, long);
    assert_eq!(view.sections[3].text, "c");
}
