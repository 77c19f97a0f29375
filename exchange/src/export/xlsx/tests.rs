//! Workbooks read back: types of cells, lists, notes, and no formula.

#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm)]
use super::{write, write_figures};
use crate::export::fixture::{HOSTILE, held, holding, id, part, row, set, territory};
use crate::tracker::SHEETS;
use calamine::{Data, Reader as _, Xlsx};
use client_core::kinds::Language;
use std::io::Cursor;

fn open(file: &[u8]) -> Xlsx<Cursor<&[u8]>> {
    Xlsx::new(Cursor::new(file)).unwrap()
}

fn cell(book: &mut Xlsx<Cursor<&[u8]>>, sheet: &str, head: &str, line: usize) -> Data {
    let range = book.worksheet_range(sheet).unwrap();
    let heads = range.rows().next().unwrap();
    let place = heads.iter().position(|held| *held == head);
    let place = place.unwrap_or_else(|| panic!("{head} in {heads:?}"));
    range.rows().nth(line).and_then(|row| row.get(place)).cloned().unwrap_or(Data::Empty)
}

#[test]
fn the_tracker_has_its_sheets_with_dates_euros_and_choices() {
    let holding = territory();
    let file = write(&holding, &holding.all()).unwrap();
    let mut book = open(&file);
    let names = book.sheet_names();
    for sheet in SHEETS.iter() {
        assert!(names.contains(&sheet.name.fr.to_owned()), "{}", sheet.name.fr);
    }
    let mut at = |sheet: &str, head: &str, line| cell(&mut book, sheet, head, line);
    assert_eq!(at("Fiches", "Identifiant du document", 1), Data::String(id(1).to_string()));
    let Data::String(version) = at("Fiches", "Version", 1) else { panic!("a version") };
    assert!(version.split('+').all(|change| change.len() == 64), "{version}");
    assert_eq!(at("Fiches", "Budget prévisionnel (€)", 1), Data::Float(12_500.5));
    let Data::DateTime(start) = at("Fiches", "Début", 1) else { panic!("a date is a date") };
    assert_eq!(start.as_f64(), 46_082.0, "the first of March 2026");
    assert_eq!(at("Fiches", "Avancement", 1), Data::String("En cours".to_owned()));
    assert_eq!(at("Fiches", "Pilote", 1), Data::String("EPSM Camille-Fauvel".to_owned()));
    assert_eq!(at("Fiches", "Orientation", 1), Data::String("OR3".to_owned()), "by its code");
    assert_eq!(at("Objectifs", "Fiche-action", 1), Data::String("FA-07".to_owned()));
    assert_eq!(at("Objectifs", "Code", 2), Data::String("OO-07.2".to_owned()));
    assert_eq!(at("Valeurs", "Valeur", 1), Data::Float(38.5));
    assert_eq!(at("Valeurs", "Période", 2), Data::String("T1 2026".to_owned()));
    assert_eq!(at("Fiches", "Fin prévue", 1), Data::Empty, "nobody chose");
    let told: String = (1..=SHEETS.len())
        .filter_map(|n| {
            std::panic::catch_unwind(|| part(&file, &format!("xl/comments{n}.xml"))).ok()
        })
        .collect();
    assert!(told.contains("À départager : 01/03/2027"), "a note tells the conflict: {told}");
}

#[test]
fn headers_stay_and_filter_and_choices_have_lists() {
    let holding = territory();
    let file = write(&holding, &holding.all()).unwrap();
    let sheet = part(&file, "xl/worksheets/sheet1.xml");
    for wanted in ["state=\"frozen\"", "<autoFilter", "<dataValidation ", "Non démarrée"] {
        assert!(sheet.contains(wanted), "{wanted}");
    }
}

#[test]
fn no_text_is_ever_a_formula_nor_too_long() {
    let long = "é".repeat(60_000);
    let mut held = held(
        1,
        "fiche_action",
        HOSTILE,
        &[
            set("numero", "=1+1"),
            set("intitule", "+33 1 99 00 00 00"),
            row("objectifs", &[("code", "@x"), ("libelle", "-2")]),
        ],
        &[],
    );
    held.content.sections[0].text = format!("{long}\u{0}\u{b}");
    let mut holding = holding(vec![held]);
    for language in [Language::French, Language::English] {
        holding.language = language;
        let file = write(&holding, &holding.all()).unwrap();
        for sheet in 1..=SHEETS.len() {
            let text = part(&file, &format!("xl/worksheets/sheet{sheet}.xml"));
            assert!(!text.contains("<f>"), "sheet {sheet}");
        }
        let mut book = open(&file);
        let range = book.worksheet_range(SHEETS[0].name.get(language)).unwrap();
        let texts: Vec<String> = range.rows().nth(1).unwrap().iter().map(Data::to_string).collect();
        assert!(texts.iter().any(|text| text == "=1+1"), "{texts:?}");
        assert!(texts.iter().all(|text| text.chars().count() < 32_767));
    }
}

#[test]
fn the_figures_of_the_agency_are_numbers() {
    let file = write_figures(&territory()).unwrap();
    let mut book = open(&file);
    let mut at = |sheet: &str, head: &str, line| cell(&mut book, sheet, head, line);
    assert_eq!(at("Fiches par état", "Avancement", 1), Data::String("En cours".to_owned()));
    assert_eq!(at("Fiches par état", "Objectifs réalisés", 1), Data::Float(1.0));
    assert_eq!(at("Six priorités", "Fiches", 3), Data::Float(1.0));
    assert_eq!(at("Financements", "Notifié", 1), Data::Float(300_000.1));
    assert_eq!(at("Financements", "Versé", 2), Data::Float(142_500.0), "the sum");
    assert_eq!(at("Indicateurs", "T1 2026", 1), Data::Float(35.0));
    assert_eq!(at("Indicateurs", "Cibles", 1), Data::String("2026 : 25".to_owned()));
}
