//! A sheet with rows, as scripts and people read it.
#![allow(clippy::unwrap_used)]

use super::super::super::rows::{known_by, resolved, row_id};
use super::*;
use crate::question::drawn_by;
use client_core::document::{Author, Document, Edit, View};
use client_core::kinds::Catalogue;
use client_core::replica::DocumentView;
use protocol::env::Timestamp;
use protocol::id::{DeviceId, DocumentId, Incarnation, PartnerId, SpaceId};

const SPACE: SpaceId = SpaceId::new([1; 32]);
const DOCUMENT: DocumentId = DocumentId::new([2; 16]);

fn author() -> Author {
    Author {
        device: DeviceId::new([3; 32]),
        incarnation: Incarnation::new([4; 16]),
        time: Timestamp::from_ms(1_780_000_000_000),
    }
}

fn add(field: &str, cells: &[(&str, &str)]) -> Edit {
    let cells = cells.iter().map(|(c, v)| ((*c).to_owned(), (*v).to_owned())).collect();
    Edit::AddRow { field: field.to_owned(), cells, after: None }
}

fn drawn(kind: &str, edits: &[Edit]) -> (View, Shown) {
    let catalogue = Catalogue::STANDARD;
    let kind = catalogue.find(kind).unwrap();
    let made = Document::create(SPACE, DOCUMENT, catalogue, kind, "Essai", &author());
    let mut document = made.unwrap().0;
    for edit in edits {
        document.edit(&author(), edit).unwrap();
    }
    let content = document.view().unwrap();
    let writers = content.writers().into_iter();
    let shown = DocumentView {
        document: DOCUMENT,
        space: SPACE,
        content: content.clone(),
        authors: writers.map(|w| (w, PartnerId::new([5; 16]), "GEM".to_owned())).collect(),
        provisional: 0,
        waiting: 0,
        frozen: None,
        warnings: Vec::new(),
    };
    (content, Shown::of(shown, Lang::Fr))
}

#[test]
fn rows_are_numbered_and_their_cells_named() {
    let (content, shown) = drawn(
        "indicateur",
        &[
            add("valeurs", &[("periode", "T2 2026"), ("valeur", "31,5")]),
            add("valeurs", &[("periode", "2025"), ("valeur", "38")]),
        ],
    );
    let rows = rows_of(&shown, "valeurs");
    assert_eq!((rows[0]["row"].as_str(), rows[0]["number"].as_u64()), (Some("2025"), Some(1)));
    assert_eq!(rows[1]["cells"]["periode"], "2026-T2");
    assert_eq!(rows[1]["cells"]["valeur"], "31.5");
    let table = content.kind.field("valeurs").unwrap().kind.table().unwrap();
    let told = |column: &str, lang| cell(&shown, table.column(column).unwrap(), &rows[1], lang);
    assert_eq!([told("periode", Lang::Fr), told("valeur", Lang::Fr)], ["T2 2026", "31,5"]);
    assert_eq!(told("periode", Lang::En), "Q2 2026");
    let specs = content.kind.fields;
    let (spec, label, path) = spot(&shown, specs, "valeurs/2026-T2/valeur", Lang::Fr);
    assert_eq!(spec.map(|spec| spec.name), Some("valeur"));
    assert_eq!((label.as_str(), path.as_str()), ("Valeurs › 2 › Valeur", "valeurs/n2/valeur"));
    let (_, label, path) = spot(&shown, specs, "unite", Lang::Fr);
    assert_eq!((label.as_str(), path.as_str()), ("Unité", "unite"));
}

#[test]
fn a_number_the_first_digits_or_the_id_name_a_row() {
    let (content, shown) = drawn(
        "fiche_action",
        &[add("objectifs", &[("code", "OO-1")]), add("objectifs", &[("code", "OO-2")])],
    );
    let id = |at: usize| rows_of(&shown, "objectifs")[at]["row"].as_str().unwrap().to_owned();
    let row = |typed: &str| row_id(&content, "objectifs", typed).unwrap();
    assert_eq!((row("2"), row("n2")), (id(1), id(1)));
    assert_eq!((row(&id(0)), row(&format!("={}", id(0)))), (id(0), id(0)));
    assert_eq!(row(&id(1)[..8]), id(1));
    for unknown in ["0", "3", "000000", "x", "n3"] {
        assert_eq!(row(unknown), unknown, "left to the machine");
    }
    assert_eq!(known_by(&content, "objectifs", &id(1)).unwrap(), "objectifs n°2 (OO-2)");
    let path = format!("objectifs/{}/code", id(0));
    assert_eq!(resolved(&content, "objectifs/1/code").unwrap(), path);
    assert_eq!(resolved(&content, "resume").unwrap(), "resume");
}

/// Articles 1, 10 and 2 are shown in that order: a plain number must not write into another one.
#[test]
fn a_number_that_is_the_key_of_another_row_is_refused() {
    let articles = ["1", "2", "10"].map(|article| add("negociation", &[("article", article)]));
    let (content, shown) = drawn("convention", &articles);
    let keys: Vec<_> =
        rows_of(&shown, "negociation").iter().map(|row| row["row"].clone()).collect();
    assert_eq!(keys, ["1", "10", "2"]);
    let row = |typed: &str| row_id(&content, "negociation", typed).map_err(|failure| failure.code);
    let id = |id: &str| Ok(id.to_owned());
    assert_eq!((row("1"), row("10")), (id("1"), id("10")), "nothing else bears these");
    assert_eq!(row("2"), Err("ambiguous-row"));
    assert_eq!(row("3"), Err("ambiguous-row"), "no article 3: the third is another one");
    assert_eq!((row("n2"), row("n3")), (id("10"), id("2")));
    assert_eq!((row("=2"), row("=10"), row("=7")), (id("2"), id("10"), id("7")));
    let refused = resolved(&content, "negociation/2/reserves").unwrap_err();
    assert_eq!(refused.code, "ambiguous-row");
    let known = known_by(&content, "negociation", "10");
    assert_eq!(known.as_deref(), Some("negociation n°2 (10)"));
}

#[test]
fn rows_that_stay_tell_who_added_them() {
    let point = add("points_etape", &[("texte", "Deux lieux ouverts.\nUn autre suit.")]);
    let (content, shown) = drawn("fiche_action", &[point]);
    let row = &rows_of(&shown, "points_etape")[0];
    assert_eq!(row["name"], "GEM");
    assert_eq!(row["at_ms"], 1_780_000_000_000_i64);
    let table = content.kind.field("points_etape").unwrap().kind.table().unwrap();
    let text = cell(&shown, table.column("texte").unwrap(), row, Lang::Fr);
    assert_eq!(text, "Deux lieux ouverts. Un autre suit.", "one line in a table");
}

#[test]
fn tables_without_rows_are_named_but_for_the_frozen_versions() {
    let (content, shown) = drawn("fiche_action", &[]);
    let told = drawn_by(Lang::Fr, |page| draw(&shown, content.kind.fields, page));
    assert!(told.contains("(objectifs)") && told.contains("aucune ligne"), "{told}");
    assert!(!told.contains("versions_figees"), "{told}");
}
