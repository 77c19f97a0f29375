//! Forms on real documents: what was left alone, what was changed, what was changed by both.

#![allow(clippy::unwrap_used)]

use super::*;
use client_core::document::{Author, Document, Edit, View};
use client_core::kinds::{Catalogue, Language};
use protocol::env::Timestamp;
use protocol::id::{DeviceId, DocumentId, Incarnation, PartnerId, SpaceId};
use std::collections::BTreeMap;

fn author() -> Author {
    Author {
        device: DeviceId::new([1; 32]),
        incarnation: Incarnation::new([1; 16]),
        time: Timestamp::from_ms(1_780_000_000_000),
    }
}

fn sheet(kind: &str) -> Document {
    let (space, id) = (SpaceId::new([5; 32]), DocumentId::new([6; 16]));
    let kind = Catalogue::STANDARD.find(kind).unwrap();
    Document::create(space, id, Catalogue::STANDARD, kind, "Fiche", &author()).unwrap().0
}

fn set(document: &mut Document, field: &str, value: &str) {
    let edit = Edit::Set { field: field.into(), value: value.into() };
    document.edit(&author(), &edit).unwrap();
}

fn names() -> Names {
    let partners = [(1, "UNAFAM"), (2, "EPS Ville-Évrard")];
    let partners = partners.map(|(n, name)| (PartnerId::new([n; 16]), name.to_owned()));
    Names { language: Language::French, partners: partners.into(), documents: BTreeMap::new() }
}

/// Returns what a browser sends of a form that nobody touched, but for some inputs.
fn posted(view: &View, changed: &[(&str, &str)]) -> Posted {
    let names = names();
    let mut pairs = Vec::new();
    for field in view.fields.iter().filter(|field| is_written(field.spec)) {
        let name = field.spec.name;
        pairs.push((format!("{SHOWN}{name}"), "1".to_owned()));
        let typed: Vec<&str> =
            changed.iter().filter(|(one, _)| *one == name).map(|(_, typed)| *typed).collect();
        if typed.is_empty() {
            let stood = shown(&names, field.spec, &field.value);
            let lines = matches!(field.spec.kind, FieldType::Text | FieldType::Partner);
            if lines && stood.len() > 1 {
                pairs.push((format!("{FIELD}{name}"), stood.join("\r\n")));
            } else {
                pairs.extend(stood.into_iter().map(|one| (format!("{FIELD}{name}"), one)));
            }
        }
        pairs.extend(typed.into_iter().map(|one| (format!("{FIELD}{name}"), one.to_owned())));
    }
    Posted::of(pairs)
}

fn change(was: &View, now: &View, posted: &Posted) -> Change {
    let pairs = was.fields.iter().zip(&now.fields);
    let cells: Vec<Cell<'_>> = pairs.map(|(was, now)| Cell { was, now: &now.value }).collect();
    changes(&names(), &cells, "", &was.heads, posted)
}

#[test]
fn a_form_that_nobody_touched_writes_nothing_whatever_stands_in_it() {
    for kind in ["fiche_action", "convention", "financement", "indicateur"] {
        let mut document = sheet(kind);
        let view = document.view().unwrap();
        for field in view.fields.iter().filter(|field| is_written(field.spec)) {
            let value = match field.spec.kind {
                FieldType::Amount => "12500.50".to_owned(),
                FieldType::Date => "2026-03-01".to_owned(),
                FieldType::DateTime => "2026-03-01T14:00".to_owned(),
                FieldType::Year => "2026".to_owned(),
                FieldType::Period => "2026-T2".to_owned(),
                FieldType::Number => "12.5".to_owned(),
                FieldType::Integer => "3".to_owned(),
                FieldType::Boolean => "true".to_owned(),
                FieldType::Choice(all) => all[0].code.to_owned(),
                FieldType::Partner => PartnerId::new([1; 16]).to_string(),
                FieldType::Document(_) => DocumentId::new([9; 16]).to_string(),
                FieldType::Text | FieldType::Prose => "Été & <b>".to_owned(),
                FieldType::Link
                | FieldType::Email
                | FieldType::Phone
                | FieldType::Siret
                | FieldType::Siren
                | FieldType::Finess
                | FieldType::Rows(_) => continue,
            };
            set(&mut document, field.spec.name, &value);
        }
        let view = document.view().unwrap();
        let unchanged = change(&view, &view, &posted(&view, &[]));
        assert_eq!(unchanged, Change::default(), "{kind}");
    }
}

#[test]
fn what_was_typed_is_read_by_the_types_of_the_kind() {
    let document = sheet("fiche_action");
    let view = document.view().unwrap();
    let typed = [("pilote", "unafam"), ("debut", "2026-09-01"), ("fin_prevue", "31/12/2027")];
    let change = change(&view, &view, &posted(&view, &typed));
    let set = |field: &str, value: &str| Edit::Set { field: field.into(), value: value.into() };
    let pilot = PartnerId::new([1; 16]).to_string();
    assert_eq!(change.problems, []);
    for edit in [set("pilote", &pilot), set("debut", "2026-09-01"), set("fin_prevue", "2027-12-31")]
    {
        assert!(change.edits.contains(&edit), "{edit:?} in {:?}", change.edits);
    }
    assert_eq!(change.edits.len(), 3);
}

#[test]
fn a_value_that_is_none_is_refused_with_the_sentence_of_its_type() {
    let document = sheet("fiche_action");
    let view = document.view().unwrap();
    let change = change(&view, &view, &posted(&view, &[("debut", "32/13/2026")]));
    assert_eq!(change.edits, []);
    assert_eq!(change.problems.len(), 1);
    assert_eq!((change.problems[0].path.as_str(), change.problems[0].meanwhile), ("debut", false));
}

#[test]
fn a_stale_form_writes_nothing_over_what_others_wrote_and_asks_about_what_binds() {
    let mut document = sheet("fiche_action");
    set(&mut document, "debut", "2026-01-01");
    let was = document.view().unwrap();
    set(&mut document, "debut", "2026-02-01");
    set(&mut document, "pilote", "Quelqu'un");
    let now = document.view().unwrap();
    assert_eq!(change(&was, &now, &posted(&was, &[])), Change::default(), "left alone");
    let both = change(&was, &now, &posted(&was, &[("debut", "2026-03-01")]));
    assert_eq!(both.edits, []);
    assert!(both.problems[0].meanwhile && both.problems[0].text.contains("01/02/2026"));
    let mut kept = posted(&was, &[("debut", "2026-03-01")]);
    let again = [(format!("{KEEP}debut"), "1".to_owned())];
    kept = Posted::of(kept.pairs().chain(again));
    let edit = Edit::Set { field: "debut".into(), value: "2026-03-01".into() };
    assert_eq!(change(&was, &now, &kept).edits, [edit]);
}

#[test]
fn boxes_add_and_remove_only_what_was_ticked_and_unticked() {
    let mut document = sheet("fiche_action");
    let spec = Catalogue::STANDARD.find("fiche_action").unwrap().field("priorites_decret").unwrap();
    let FieldType::Choice(all) = spec.kind else { panic!("a choice") };
    set(&mut document, spec.name, all[0].code);
    set(&mut document, spec.name, all[1].code);
    let view = document.view().unwrap();
    let ticked = [(spec.name, all[1].code), (spec.name, all[2].code)];
    let change = change(&view, &view, &posted(&view, &ticked));
    let field = || spec.name.to_owned();
    let gone = Edit::Remove { field: field(), entry: all[0].code.into() };
    let new = Edit::Set { field: field(), value: all[2].code.into() };
    assert_eq!(change.edits, [gone, new]);
}

#[test]
fn the_inputs_of_every_kind_are_drawn_and_hold_no_markup_of_a_value() {
    for kind in Catalogue::STANDARD.iter() {
        let mut document = sheet(kind.name);
        for field in document.view().unwrap().fields {
            if matches!(field.spec.kind, FieldType::Text | FieldType::Prose) {
                let value = "\"><script>alert(1)</script>".to_owned();
                let edit = Edit::Set { field: field.spec.name.to_owned(), value };
                document.edit(&author(), &edit).unwrap();
            }
        }
        let view = document.view().unwrap();
        let fields: Vec<_> = view.fields.iter().filter(|field| is_written(field.spec)).collect();
        let drawn = inputs(&names(), &fields, "", None, &[]).into_string();
        assert!(!drawn.contains("<script"), "{}", kind.name);
    }
}
