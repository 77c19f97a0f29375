//! What the walk tells of values, texts, sets and lists.
#![allow(clippy::unwrap_used)]

use automerge::transaction::Transactable;
use automerge::{ROOT, ReadDoc};

use super::*;
use crate::document::fixture::{append, awaited, convention, edit, hostile, reloaded, send, set};
use crate::document::sheet::{reader, sheet};
use crate::document::{Document, Edit, RawChange};
use crate::tally::{self, Work};

/// Returns what one change did: part, struck or before, added or after.
fn told(document: &Document, change: &RawChange) -> Vec<(Place, Option<String>, Option<String>)> {
    let details = document.details().remove(&change.id).unwrap();
    details.into_iter().map(|detail| (detail.place, detail.before, detail.after)).collect()
}

fn field(name: &str) -> Place {
    Place::Field(name.to_owned())
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn a_value_is_told_with_the_one_before() {
    let (mut document, made) = convention();
    assert_eq!(told(&document, &made[1]), [(Place::Title, None, some("CV-03"))]);
    let first = edit(&mut document, 1, &set("date_effet", "01/01/2027"));
    let second = edit(&mut document, 1, &set("date_effet", "01/03/2027"));
    let cleared = edit(&mut document, 1, &Edit::Clear { field: "date_effet".to_owned() });
    let date = || field("date_effet");
    assert_eq!(told(&document, &first[0]), [(date(), None, some("2027-01-01"))]);
    let (before, after) = (some("2027-01-01"), some("2027-03-01"));
    assert_eq!(told(&document, &second[0]), [(date(), before, after.clone())]);
    assert_eq!(told(&document, &cleared[0]), [(date(), after, None)]);
    assert!(!document.details().contains_key(&made[0].id), "the first change tells nothing");
}

#[test]
fn settling_tells_both_values_that_stood() {
    let (mut one, made) = convention();
    let mut two = awaited();
    send(&mut two, &made, 1);
    let here = edit(&mut one, 1, &set("montant", "100"));
    let there = edit(&mut two, 2, &set("montant", "200"));
    send(&mut one, &there, 2);
    send(&mut two, &here, 1);
    let settle = Edit::Settle { field: "montant".to_owned(), value: "150".to_owned() };
    let settled = edit(&mut one, 1, &settle);
    let (_, before, after) = told(&one, &settled[0]).remove(0);
    let before = before.unwrap();
    assert!(before.contains("100.00") && before.contains("200.00"), "{before}");
    assert_eq!(after, some("150.00"));
    send(&mut two, &settled, 1);
    assert_eq!(one.details(), two.details(), "both replicas tell the same");
    assert_eq!(reloaded(&one).details(), one.details());
}

#[test]
fn a_text_is_told_by_what_was_struck_and_added() {
    let (mut document, _) = convention();
    edit(&mut document, 1, &append("preambule", "Les partenaires s'accordent."));
    let replaced = edit(
        &mut document,
        1,
        &Edit::Splice { place: "preambule".into(), at: 4, delete: 11, insert: "membres".into() },
    );
    let section = || Place::Section("preambule".to_owned());
    let expected = [(section(), some("partenaires"), some("membres"))];
    assert_eq!(told(&document, &replaced[0]), expected);
    let both = Edit::WriteText { place: "preambule".into(), text: "Tous les membres.".into() };
    let written = edit(&mut document, 1, &both);
    let (_, _, after) = told(&document, &written[0]).remove(0);
    assert!(after.is_some_and(|after| after.contains("Tous")));
    let long = "été ".repeat(40);
    let added = edit(&mut document, 1, &append("preambule", &format!("\n{long}")));
    let (_, _, excerpt) = told(&document, &added[0]).remove(0);
    let excerpt = excerpt.unwrap();
    assert_eq!(excerpt.chars().count(), EXCERPT_CHARS_MAX + 1, "{excerpt}");
    assert!(excerpt.starts_with(" été") && excerpt.ends_with('…'), "{excerpt}");
}

#[test]
fn entries_of_sets_and_lists_are_pieces() {
    let (mut document, _) = convention();
    for (name, value) in [("parties", "CLSM"), ("signataires", "Mme Roux")] {
        let added = edit(&mut document, 1, &set(name, value));
        assert_eq!(told(&document, &added[0]), [(field(name), None, some(value))]);
        assert!(document.details()[&added[0].id][0].pieces);
        let cleared = edit(&mut document, 1, &Edit::Clear { field: name.to_owned() });
        assert_eq!(told(&document, &cleared[0]), [(field(name), some(value), None)]);
    }
}

/// One change may write many cells: each part is found again without looking at all the others.
#[test]
fn telling_a_change_costs_no_square_of_what_it_touches() {
    const ROWS: u64 = 2_000;
    let (_, changes) = sheet();
    let mut document = reader();
    send(&mut document, &changes, 1);
    let change = hostile(&document, 2, |out| {
        let (_, fields) = out.get(ROOT, "fields").unwrap().unwrap();
        for year in 1_000..1_000 + ROWS {
            out.put(&fields, format!("valeurs/{year}/valeur"), "1").unwrap();
            out.put(&fields, format!("valeurs/{year}/preuves/x"), "x").unwrap();
        }
    });
    assert_eq!(send(&mut document, std::slice::from_ref(&change), 2).set_aside, []);
    tally::take(Work::PlacesCompared);
    let details = document.details().remove(&change.id).unwrap();
    assert_eq!(details.len() as u64, 2 * ROWS);
    let compared = tally::take(Work::PlacesCompared);
    assert!(compared > ROWS && compared < 64 * ROWS, "{compared} for the details");
    let told = document.history().pop().unwrap();
    assert_eq!(told.touched.len() as u64, ROWS, "several cells of one row are that row");
    let compared = tally::take(Work::PlacesCompared);
    assert!(compared > ROWS && compared < 64 * ROWS, "{compared} for the history");
}
