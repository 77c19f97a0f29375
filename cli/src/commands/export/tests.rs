//! What is written over nothing, and a full export read into an empty replica.

#![allow(clippy::unwrap_used)]
use super::*;
use client_core::document::{Author, Document, Edit};
use client_core::kinds::Catalogue;
use exchange::import::{self, Holdings, Touched};
use protocol::id::{DeviceId, Incarnation, PartnerId};
use std::collections::BTreeMap;

const SPACE: SpaceId = SpaceId::new([5; 32]);

fn id(number: u8) -> DocumentId {
    DocumentId::new([number; 16])
}

fn author() -> Author {
    Author {
        device: DeviceId::new([1; 32]),
        incarnation: Incarnation::new([1; 16]),
        time: Timestamp::from_ms(1_780_000_000_000),
    }
}

fn made(document: DocumentId, kind: &str, title: &str, edits: &[Edit]) -> Document {
    let kind = Catalogue::STANDARD.find(kind).unwrap();
    let catalogue = Catalogue::STANDARD;
    let (mut made, _) =
        Document::create(SPACE, document, catalogue, kind, title, &author()).unwrap();
    for edit in edits {
        made.edit(&author(), edit).unwrap_or_else(|refusal| panic!("{edit:?}: {refusal:?}"));
    }
    made
}

fn view_of(document: &Document) -> DocumentView {
    DocumentView {
        document: *document.id(),
        space: SPACE,
        content: document.view().unwrap(),
        authors: Vec::new(),
        provisional: 0,
        waiting: 0,
        frozen: None,
        warnings: Vec::new(),
    }
}

/// Returns a document as `doc show --json` tells it.
fn shown(document: &Document) -> Value {
    told(view_of(document), &[], &[], Lang::Fr).unwrap()
}

/// Returns what a document says, without the names that are drawn anew.
fn content(mut value: Value, ids: &BTreeMap<DocumentId, DocumentId>) -> Value {
    fn forget(value: &mut Value) {
        match value {
            Value::Object(object) => {
                for key in ["row", "id", "at", "at_ms", "heads", "document"] {
                    object.remove(key);
                }
                object.values_mut().for_each(forget);
            }
            Value::Array(items) => items.iter_mut().for_each(forget),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    forget(&mut value);
    let mut text = value.to_string();
    for (old, new) in ids {
        text = text.replace(&old.to_string(), &new.to_string());
    }
    serde_json::from_str(&text).unwrap()
}

/// Returns two documents that name each other, with every merge rule in use.
fn linked() -> [Document; 2] {
    let set = |field: &str, value: &str| Edit::Set { field: field.into(), value: value.into() };
    let write =
        |place: &str, text: &str| Edit::WriteText { place: place.into(), text: text.into() };
    let row = |field: &str, cells: &[(&str, &str)]| Edit::AddRow {
        field: field.into(),
        cells: cells.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
        after: None,
    };
    let partner = PartnerId::new([7; 16]).to_string();
    let sheet = made(
        id(1),
        "fiche_action",
        "Soins <somatiques> \u{202e}",
        &[
            set("numero", "FA-07"),
            set("pilote", &partner),
            set("orientation", &id(2).to_string()),
            set("priorites_decret", "p3"),
            set("priorites_decret", "p1"),
            set("debut", "01/03/2026"),
            set("budget_previsionnel", "12 500,50"),
            write("constats", "Ligne une.\n\n- deux"),
            row("objectifs", &[("code", "OO-1"), ("libelle", "=1+1"), ("avancement", "realisee")]),
            row("objectifs", &[("code", "OO-2")]),
            row(
                "partenaires",
                &[("organisation", &partner), ("roles", "copilote"), ("roles", "associe")],
            ),
            row("points_etape", &[("date", "2026-05-02"), ("texte", "Trois réunions.")]),
            Edit::RenameSection { section: "modalites".into(), title: "Comment".into() },
            Edit::DeleteSection { section: "resume_falc".into() },
            Edit::AddSection { title: "Liens utiles".into(), after: None },
            write("Liens utiles", "Aucun."),
        ],
    );
    let orientation = made(
        id(2),
        "orientation",
        "Parcours",
        &[set("numero", "OR3"), set("fiches", &id(1).to_string())],
    );
    [sheet, orientation]
}

#[test]
fn a_full_export_read_into_an_empty_replica_gives_the_same_documents() {
    let before = linked();
    let shown_before: Vec<Value> = before.iter().map(shown).collect();
    let file = export::json::write("5a", "PTSM", shown_before.clone()).unwrap();
    let reading = import::read("tout.json", &file).unwrap();
    let empty = Holdings {
        space: SPACE,
        members: Vec::new(),
        documents: Vec::new(),
        past: BTreeMap::new(),
    };
    let proposal = import::propose(&reading, &empty, &mut || unreachable!("ids follow"));
    let codes: Vec<&str> = proposal.problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, ["history-left"]);
    let made_of = |touched: &Touched| {
        made(touched.document, touched.kind.name, &touched.title, &touched.edits())
    };
    let after: Vec<Document> = proposal.documents.iter().map(made_of).collect();
    let ids: BTreeMap<DocumentId, DocumentId> =
        before.iter().zip(&after).map(|(before, after)| (*before.id(), *after.id())).collect();
    assert_eq!(after.len(), before.len());
    for (before, after) in shown_before.into_iter().zip(&after) {
        assert_eq!(content(shown(after), &BTreeMap::new()), content(before, &ids));
    }
}

#[test]
fn the_titles_of_the_documents_pointed_at_go_along() {
    let [sheet, _] = linked();
    let line = DocumentLine {
        document: id(2),
        space: SPACE,
        kind: "orientation".to_owned(),
        title: "Parcours".to_owned(),
        number: String::new(),
        conflicts: 0,
        readable: true,
    };
    let value = told(view_of(&sheet), &[], &[line], Lang::Fr).unwrap();
    assert_eq!(value["documents"], json!({ id(2).to_string(): "Parcours" }));
}

#[test]
fn nothing_is_written_over_unless_told() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("fiche.docx");
    write_one(&file, b"un", false).unwrap();
    let refused = write_one(&file, b"deux", false).unwrap_err();
    assert_eq!(refused.code, "file-exists");
    assert_eq!(std::fs::read(&file).unwrap(), b"un", "what was there is as it was");
    write_one(&file, b"trois", true).unwrap();
    assert_eq!(std::fs::read(&file).unwrap(), b"trois");
    use crate::carried::refuse_existing;
    assert!(refuse_existing(dir.path(), false).is_err(), "a folder with something in it");
    let empty = dir.path().join("vide");
    std::fs::create_dir(&empty).unwrap();
    assert!(refuse_existing(&empty, false).is_ok());
}

#[test]
fn a_folder_is_named_by_its_end() {
    assert!(ends_as_folder(Path::new("sortie/")));
    assert!(!ends_as_folder(Path::new("sortie.zip")));
    assert_eq!(Format::named("odt").unwrap_err().code, "format-not-known");
}
