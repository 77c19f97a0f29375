//! A whole territory: 500 fiches and 5,000 values, in a bounded number of edits.

use super::desk::{Desk, codes, workbook};
use crate::import::read;

const FICHES: usize = 500;
const INDICATORS: usize = 100;
const VALUES: usize = 50;

fn territory() -> Vec<u8> {
    let mut fiches = vec![
        ["N°", "Titre", "Pilote", "Échéance", "Statut", "Budget", "Constats"].map(str::to_owned),
    ];
    for at in 1..=FICHES {
        fiches.push([
            format!("FA-{at:03}"),
            format!("Action {at}"),
            "Hôpital".to_owned(),
            "31/12/2026".to_owned(),
            "en cours".to_owned(),
            format!("{at} 000,50 €"),
            format!("Le constat numéro {at}, en quelques mots."),
        ]);
    }
    let mut indicators = vec![["Code", "Intitulé", "Unité"].map(str::to_owned)];
    let mut values = vec![["Indicateur", "Période", "Valeur"].map(str::to_owned)];
    for at in 1..=INDICATORS {
        indicators.push([format!("I{at:03}"), format!("Indicateur {at}"), "nombre".to_owned()]);
        for period in 0..VALUES {
            let period = format!("T{} {}", period % 4 + 1, 2020 + period / 4);
            values.push([format!("I{at:03}"), period, format!("{at},5")]);
        }
    }
    fn lines<const N: usize>(rows: &[[String; N]]) -> Vec<Vec<&str>> {
        rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect()
    }
    let (fiches, indicators, values) = (lines(&fiches), lines(&indicators), lines(&values));
    fn slices<'a>(rows: &'a [Vec<&'a str>]) -> Vec<&'a [&'a str]> {
        rows.iter().map(Vec::as_slice).collect()
    }
    workbook(&[
        ("Fiches", &slices(&fiches)),
        ("Indicateurs", &slices(&indicators)),
        ("Valeurs", &slices(&values)),
    ])
}

#[test]
fn a_territory_takes_a_bounded_number_of_edits() {
    let file = territory();
    let mut desk = Desk::new(&["Hôpital"]);
    let reading = read("a.xlsx", &file).unwrap();
    let proposal = desk.propose(&reading);
    assert_eq!(codes(&proposal), Vec::<&str>::new());
    assert_eq!(proposal.documents.len(), FICHES + INDICATORS, "one command for each document");
    let edits: usize = proposal.documents.iter().map(|one| one.edits().len()).sum();
    assert_eq!(edits, FICHES * 6 + INDICATORS * (2 + VALUES), "one edit for each field or row");
    desk.import("a.xlsx", &file);
    let again = desk.import("a.xlsx", &file);
    assert_eq!((again.documents.len(), again.unchanged), (0, FICHES + INDICATORS * (1 + VALUES)));
}
