//! What a coordinator's own workbook holds: her headings, her words, her ways of writing.

use client_core::document::FieldValue;

use super::desk::{Desk, codes, workbook};

fn one(value: &str) -> Option<FieldValue> {
    Some(FieldValue::One(value.to_owned()))
}

const FICHES: &[&[&str]] = &[
    &[
        "Nom",
        "Pilote(s)",
        "Co-pilotes",
        "Partenaires",
        "État d'avancement",
        "Budget prévu (en €)",
        "Date début",
        "Commentaires",
    ],
    &[
        "Accès aux soins",
        "EPS",
        "UNAFAM",
        "CLSM, GEM",
        "Terminé(e)",
        "12.500,50 €",
        "01/03/26",
        "Deux permanences ouvertes.\nUne troisième en mai.",
    ],
    &["Logement", "EPS", "EPS / UNAFAM", "GEM\nCLSM", "Pas commencé", "12 500,50 €", "", ""],
];

fn partners(desk: &Desk, title: &str) -> Vec<String> {
    let view = desk.titled(title);
    let name = |row: &client_core::document::Row| match row.cell("organisation") {
        Some(FieldValue::One(id)) => {
            let known = desk.members.iter().find(|(member, _)| member.to_string() == *id);
            known.map_or(id.clone(), |(_, name)| name.clone())
        }
        other => panic!("{other:?}"),
    };
    let mut names: Vec<String> = view.rows("partenaires").iter().map(name).collect();
    names.sort();
    names
}

#[test]
fn her_headings_and_her_words_are_taken() {
    let mut desk = Desk::new(&["EPS", "UNAFAM", "CLSM", "GEM"]);
    let file = workbook(&[("Suivi", FICHES)]);
    let proposal = desk.import("suivi.xlsx", &file);
    assert_eq!(codes(&proposal), Vec::<&str>::new(), "{:?}", proposal.problems);
    let view = desk.titled("Accès aux soins");
    assert_eq!(view.field("avancement"), one("realisee").as_ref());
    assert_eq!(view.field("budget_previsionnel"), one("12500.50").as_ref());
    assert_eq!(view.field("debut"), one("2026-03-01").as_ref());
    assert_eq!(view.field("pilote"), one(&desk.members[0].0.to_string()).as_ref());
    let notes = view.rows("points_etape");
    assert_eq!(notes.len(), 1);
    let text = "Deux permanences ouvertes.\nUne troisième en mai.".to_owned();
    assert_eq!(notes[0].cell("texte"), Some(&FieldValue::Text(text)));
    let other = desk.titled("Logement");
    assert_eq!(other.field("avancement"), one("non_demarree").as_ref());
    assert_eq!(other.field("budget_previsionnel"), one("12500.50").as_ref());
    assert!(other.rows("points_etape").is_empty());
    assert_eq!(partners(&desk, "Accès aux soins"), ["CLSM", "GEM", "UNAFAM"]);
    assert_eq!(partners(&desk, "Logement"), ["CLSM", "EPS", "GEM", "UNAFAM"]);
    let again = desk.import("suivi.xlsx", &file);
    assert!(again.documents.is_empty(), "{:?}", again.documents);
    assert_eq!(codes(&again), Vec::<&str>::new());
}

#[test]
fn a_comma_in_a_name_is_no_mark_between_two() {
    let mut desk = Desk::new(&["EPS", "UNAFAM", "DAC / C360"]);
    let lines: &[&[&str]] = &[
        &["Titre", "Partenaires", "Pilote"],
        &["Un", "EPS, UNAFAM ; Logement, accueil et insertion", "EPS ; UNAFAM"],
        &["Deux", "EPS/UNAFAM", "EPS"],
        &["Trois", "", "DAC / C360"],
    ];
    let proposal = desk.import("a.xlsx", &workbook(&[("Fiches", lines)]));
    assert_eq!(codes(&proposal), ["several-organisations"], "a leader is one");
    let member = desk.members[2].0.to_string();
    assert_eq!(
        desk.titled("Trois").field("pilote"),
        one(&member).as_ref(),
        "its name has a stroke"
    );
    assert_eq!(partners(&desk, "Un"), ["EPS", "Logement, accueil et insertion", "UNAFAM"]);
    assert_eq!(partners(&desk, "Deux"), ["EPS", "UNAFAM"]);
}

#[test]
fn organisations_of_the_directory_are_known_too() {
    let mut desk = Desk::new(&[]);
    let annuaire: &[&[&str]] =
        &[&["Nom", "Sigle"], &["Établissement public", "EPS"], &["Les familles", "UNAFAM"]];
    let valeurs: &[&[&str]] = &[
        &["Indicateur", "Période", "Valeur", "Organisations"],
        &["Délai", "2025", "7", "EPS, UNAFAM"],
        &["Délai", "2026", "8", "EPS, Ailleurs"],
    ];
    let indicateurs: &[&[&str]] = &[&["Nom", "Code"], &["Délai", "I01"]];
    let file =
        workbook(&[("Annuaire", annuaire), ("Indicateurs", indicateurs), ("Valeurs", valeurs)]);
    let proposal = desk.import("a.xlsx", &file);
    assert_eq!(codes(&proposal), Vec::<&str>::new(), "{:?}", proposal.problems);
    let view = desk.titled("Délai");
    let from: Vec<_> = view.rows("valeurs").iter().map(|row| row.cell("organisations")).collect();
    let set = |names: &[&str]| FieldValue::Set(names.iter().map(|n| (*n).to_owned()).collect());
    assert_eq!(from, [Some(&set(&["EPS", "UNAFAM"])), Some(&set(&["EPS, Ailleurs"]))]);
}

#[test]
fn a_number_with_its_unit_is_taken_where_that_is_the_unit() {
    let indicateurs: &[&[&str]] = &[
        &["Code", "Nom", "Unité", "Valeur de référence"],
        &["I01", "Part suivie", "%", "40 %"],
        &["I02", "Délai", "jours", "30 %"],
        &["I03", "Sans unité", "", ""],
        &["I04", "Coût", "€", ""],
    ];
    let valeurs: &[&[&str]] = &[
        &["Indicateur", "Période", "Valeur"],
        &["I01", "2025", "50 %"],
        &["I01", "2026", "85,5%"],
        &["I02", "2026", "85 %"],
        &["I02", "2025", "31 jours"],
        &["I03", "2026", "85 %"],
        &["I04", "2026", "12.500,50 €"],
    ];
    let cibles: &[&[&str]] = &[&["Indicateur", "Année", "Valeur cible"], &["I01", "2027", "90 %"]];
    let file = workbook(&[("Indicateurs", indicateurs), ("Valeurs", valeurs), ("Cibles", cibles)]);
    let mut desk = Desk::new(&[]);
    let proposal = desk.import("a.xlsx", &file);
    assert_eq!(codes(&proposal), ["another-unit"; 3], "{:?}", proposal.problems);
    let values = |title: &str, rows: &str| -> Vec<String> {
        let view = desk.titled(title);
        let value = |row: &client_core::document::Row| match row.cell("valeur") {
            Some(FieldValue::One(value)) => value.clone(),
            other => panic!("{other:?}"),
        };
        view.rows(rows).iter().map(value).collect()
    };
    assert_eq!(values("Part suivie", "valeurs"), ["50", "85.5"]);
    assert_eq!(values("Part suivie", "cibles"), ["90"]);
    assert_eq!(desk.titled("Part suivie").field("valeur_reference"), one("40").as_ref());
    assert_eq!(values("Délai", "valeurs"), ["31"]);
    assert_eq!(values("Sans unité", "valeurs"), Vec::<String>::new());
    assert_eq!(values("Coût", "valeurs"), ["12500.5"]);
    // The unit that the space knows counts where the file does not say it.
    let more: &[&[&str]] = &[&["Indicateur", "Période", "Valeur"], &["I01", "2024", "20 %"]];
    let later = desk.import("b.xlsx", &workbook(&[("Valeurs", more)]));
    assert_eq!(codes(&later), Vec::<&str>::new());
}

/// What is typed « 50 % » into a spreadsheet is kept there as 0.5.
#[test]
fn a_cell_that_shows_a_percentage_is_read_as_it_is_shown() {
    use rust_xlsxwriter::{Format, Workbook};
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("Fiches").unwrap();
    for (at, heading) in (0..).zip(["Titre", "Taux de réalisation", "Budget"]) {
        sheet.write_string(0, at, heading).unwrap();
    }
    let shown = ["0%", "0.0%", "[Red]0.00%", "0.00", "0 \"%\""];
    let formats = shown.map(|format| Format::new().set_num_format(format));
    for (line, format) in (1..).zip(&formats) {
        sheet.write_string(line, 0, format!("Action {line}")).unwrap();
        sheet.write_number_with_format(line, 1, 0.285, format).unwrap();
    }
    let mut desk = Desk::new(&[]);
    let proposal = desk.import("a.xlsx", &book.save_to_buffer().unwrap());
    assert_eq!(codes(&proposal), Vec::<&str>::new(), "{:?}", proposal.problems);
    for (line, stored) in (1..).zip(["28.5", "28.5", "28.5", "0.285", "0.285"]) {
        let view = desk.titled(&format!("Action {line}"));
        assert_eq!(view.field("taux_retenu"), one(stored).as_ref(), "{}", shown[line - 1]);
    }
    let ods = super::others::percentage("0.85");
    let mut desk = Desk::new(&[]);
    let proposal = desk.import("a.ods", &ods);
    assert_eq!(codes(&proposal), Vec::<&str>::new(), "{:?}", proposal.problems);
    assert_eq!(desk.titled("Accès").field("taux_retenu"), one("85").as_ref());
}

#[test]
fn a_sheet_without_its_title_is_told_what_it_looks_like_and_lacks() {
    let fiches: &[&[&str]] =
        &[&["Structure pilote", "Échéance", "Statut", "Quoi"], &["EPS", "", "en cours", "Accès"]];
    let objectifs: &[&[&str]] = &[&["Objectif", "Échéance", "Statut"], &["Ouvrir", "", ""]];
    let file = workbook(&[("Suivi 2026", fiches), ("Objectifs", objectifs)]);
    let mut desk = Desk::new(&[]);
    let proposal = desk.import("a.xlsx", &file);
    assert_eq!(codes(&proposal), ["column-needed", "column-needed"]);
    let told = &proposal.problems[0];
    for word in ["« Fiches »", "« Pilote »", "« Titre » ou « Numéro »"] {
        assert!(told.french.contains(word), "{word}: {}", told.french);
    }
    assert_eq!(told.spot.row, Some(1));
    let told = &proposal.problems[1];
    assert!(told.english.contains("“Objectives”"), "{}", told.english);
    assert!(told.english.contains("lacks a column “Action sheet”"), "{}", told.english);
}
