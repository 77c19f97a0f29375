//! Adding a kind is adding one table: a third one, made here, drives everything.

use super::fixture::*;
use super::*;
use crate::admission::Refusal;
use crate::kinds::{
    Care, Choice, FieldSpec, FieldType, Formula, Language, Merge, SectionSpec, Visibility, Wording,
};

const W: Wording = Wording { fr: "fr", en: "en" };

const fn field(name: &'static str, kind: FieldType, merge: Merge) -> FieldSpec {
    crate::kinds::field(name, kind, merge, W, W)
}

const CARE: Care = Care { visible: Visibility::Partners, writers: W, freezes: W, keep: W };

static STATES: &[Choice] = &[Choice { code: "ouvert", label: W }];

static SHEET: Kind = Kind {
    name: "fiche_essai",
    revision: 3,
    title: W,
    fields: &[
        field("etat", FieldType::Choice(STATES), Merge::LastWriter),
        field("urgent", FieldType::Boolean, Merge::MultiValue),
        field("pilotes", FieldType::Partner, Merge::Set),
        field("etapes", FieldType::Text, Merge::List),
        field("releves", FieldType::Integer, Merge::Append),
        field("resume", FieldType::Prose, Merge::Text),
        field("nombre", FieldType::Integer, Merge::Computed(Formula::CountOf("etapes"))),
    ],
    sections: &[SectionSpec { id: "corps", title: W }],
    care: CARE,
    parts: &[],
};

static TABLES: [&Kind; 1] = [&SHEET];

#[test]
fn a_new_table_is_enough() {
    let catalogue = Catalogue::new(&TABLES);
    let (mut a, mut log) = create(catalogue, "fiche_essai");
    for (name, value) in [
        ("etat", "Ouvert"),
        ("urgent", "oui"),
        ("pilotes", "CMP Nord"),
        ("etapes", "recruter"),
        ("etapes", "ouvrir"),
        ("releves", "12"),
        ("resume", "En cours."),
    ] {
        let value = if name == "etat" { "ouvert" } else { value };
        log.extend(edit(&mut a, 1, &set(name, value)));
    }
    log.extend(edit(&mut a, 1, &append("corps", "Texte.")));
    let mut b = Document::awaited(SPACE, DOCUMENT, catalogue);
    let outcome = send(&mut b, &log, 1);
    assert_eq!((outcome.applied.len(), outcome.set_aside.len()), (log.len(), 0));
    let view = b.view().unwrap();
    assert_eq!(view.field("nombre"), Some(&FieldValue::One("2".into())));
    assert_eq!(view.field("urgent"), Some(&FieldValue::One("true".into())));
    assert_eq!(view.field("resume"), Some(&FieldValue::Text("En cours.".into())));
    assert_eq!(format!("{view:?}"), format!("{:?}", a.view().unwrap()));
    assert_eq!(reloaded(&b).kind().map(|kind| kind.name), Some("fiche_essai"));
    let last = b.history().pop().unwrap();
    assert_eq!(last.summary(Language::French), "fr +6");

    // A program that does not know the kind leaves the document alone.
    let mut stranger = awaited();
    let outcome = send(&mut stranger, &log, 1);
    assert_eq!((outcome.applied.len(), outcome.held), (0, log.len() - 1));
    assert_eq!(outcome.set_aside[0].reason, Refusal::NotGenesis);
}

static NEXT: Kind = Kind {
    name: "fiche_essai",
    revision: 4,
    title: W,
    fields: &[],
    sections: &[],
    care: CARE,
    parts: &[],
};

static BOTH: [&Kind; 2] = [&SHEET, &NEXT];

#[test]
fn a_document_keeps_the_revision_it_was_made_with() {
    let (mut old, log) = create(Catalogue::new(&TABLES), "fiche_essai");
    edit(&mut old, 1, &append("corps", "Texte."));
    let both = Catalogue::new(&BOTH);
    assert_eq!(both.find("fiche_essai").map(|kind| kind.revision), Some(4));
    assert_eq!(both.iter().count(), 1, "menus offer the latest");
    let mut reader = Document::awaited(SPACE, DOCUMENT, both);
    assert_eq!(send(&mut reader, &log, 1).applied.len(), 2);
    assert_eq!(reader.kind().map(|kind| kind.revision), Some(3));
    let loaded = Document::load(SPACE, DOCUMENT, both, &old.save()).unwrap();
    assert_eq!(loaded.kind().map(|kind| kind.revision), Some(3));
    assert_eq!(loaded.view().unwrap().section("corps").unwrap().text, "Texte.");
}
