//! What is printed of each kind, in which order, and how what is missing is told.

#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm)]
use super::{print, print_year};
use crate::export::fixture::{self, held, holding, id, row, set, territory, write};
use crate::export::print::{Block, Cell, Column, Grid, Print, Standing};
use client_core::kinds::{Catalogue, Language};

fn working() -> Standing {
    Standing::Working { version: "3fa94b12".to_owned() }
}

fn printed(number: u8) -> Print {
    let holding = territory();
    let held = holding.document(&id(number)).unwrap();
    print(&holding, held, working())
}

fn pair(print: &Print, label: &str) -> Option<String> {
    let pairs = print.blocks.iter().filter_map(|block| match block {
        Block::Pairs(pairs) => Some(pairs),
        _ => None,
    });
    pairs.flatten().find(|(held, _)| held == label).map(|(_, cell)| cell.text())
}

fn headings(print: &Print) -> Vec<&str> {
    print
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::Heading { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

#[test]
fn a_sheet_begins_with_who_and_how_far_and_shows_conflicts() {
    let print = printed(1);
    assert_eq!(pair(&print, "Pilote").unwrap(), "EPSM Camille-Fauvel", "by its name");
    assert_eq!(pair(&print, "Orientation").unwrap(), "OR3 – Parcours de soins", "by its title");
    assert_eq!(pair(&print, "Début").unwrap(), "01/03/2026");
    assert_eq!(pair(&print, "Budget prévisionnel (€)").unwrap(), "12\u{202f}500,50\u{a0}€");
    let end = pair(&print, "Fin prévue").unwrap();
    let told = "À départager :\n01/03/2027 (EPSM Camille-Fauvel)\n30/06/2027 (ARS – délégation)";
    assert_eq!(end, told);
    let words = print.words();
    for wanted in [
        "OO-07.1\tMédecin traitant pour tous\tCPTS Vallon-Médian\t31/12/2026\tRéalisée",
        "Recenser\t30/06/2026\toui",
        "Trois réunions tenues.",
        "délais",
    ] {
        assert!(words.contains(wanted), "{wanted} in {words}");
    }
    let list =
        Block::Items { numbered: false, items: vec!["délais".to_owned(), "refus".to_owned()] };
    assert!(print.blocks.contains(&list));
    assert!(!words.contains('\u{202e}'), "nothing turns the direction of writing");
}

#[test]
fn a_leader_who_is_missing_is_to_be_found() {
    let alone = held(1, "fiche_action", "Sans pilote", &[], &[]);
    let mut holding = holding(vec![alone]);
    let french = print(&holding, &holding.documents[0], working());
    assert_eq!(pair(&french, "Pilote").unwrap(), "à pourvoir");
    holding.language = Language::English;
    let english = print(&holding, &holding.documents[0], working());
    assert_eq!(pair(&english, "Leader").unwrap(), "to be found");
}

#[test]
fn a_convention_numbers_its_articles_and_names_its_parties_in_order() {
    let print = printed(3);
    let titles = headings(&print);
    let place = |wanted: &str| titles.iter().position(|title| *title == wanted).unwrap();
    assert!(place("Entre les soussignés") < place("Visas"));
    assert!(place("Préambule") < place("Il est convenu ce qui suit"));
    assert!(place("Article 1 – Objet") < place("Article 2 – Champ et publics"));
    assert!(!titles.iter().any(|title| title.contains("– Préambule")), "it is no article");
    assert!(place("Signatures") < place("Circuit de validation"));
    let Some(Block::Items { items, .. }) =
        print.blocks.iter().find(|block| matches!(block, Block::Items { .. }))
    else {
        panic!("the parties are a list");
    };
    assert_eq!(items[0], "EPSM Camille-Fauvel, représentée par Mme Exemple, directrice");
    assert!(items[1].starts_with("Toit & Repères"), "{items:?}");
    assert!(print.words().contains("(à compléter)"), "an empty article says so");
}

#[test]
fn minutes_hold_agenda_presences_decisions_and_actions() {
    let print = printed(4);
    let words = print.words();
    for wanted in [
        "Programme 2026",
        "1. Programme 2026",
        "Adopté sans débat.",
        "EPSM Camille-Fauvel\tPrésente",
        "D1\tLe programme est adopté.",
        "Diffuser\t01/02/2026",
    ] {
        assert!(words.contains(wanted), "{wanted} in {words}");
    }
}

#[test]
fn a_yearly_report_assembles_the_tables_of_the_space() {
    let print = printed(7);
    let words = print.words();
    for wanted in [
        "Une année d'ouverture.",
        "FA-07 – Soins somatiques des personnes suivies",
        "P3 – ",
        "I01 – Délai moyen du premier rendez-vous",
        "38,5",
        "Équipe mobile",
        "310\u{202f}000\u{a0}€",
        "142\u{202f}500\u{a0}€",
        "14/01/2026",
        "aucune fiche",
    ] {
        assert!(words.contains(wanted), "{wanted} in {words}");
    }
    let figure = print.blocks.iter().any(|block| matches!(block, Block::Figure(_)));
    assert!(figure, "the progress is drawn too");
}

#[test]
fn every_kind_is_printed_with_all_that_it_holds() {
    for kind in Catalogue::STANDARD.iter() {
        let section = kind.sections.first();
        let written: Vec<_> = section.map(|s| write(s.id, "Quelques mots.")).into_iter().collect();
        let held = held(9, kind.name, "Un titre", &written, &[]);
        let holding = holding(vec![held]);
        let print = print(&holding, &holding.documents[0], working());
        assert_eq!(print.title, "Un titre");
        let expected = section.map_or("", |_| "Quelques mots.");
        assert!(print.words().contains(expected), "{}", kind.name);
    }
}

#[test]
fn a_field_that_no_plan_names_is_printed_all_the_same() {
    let sheet = held(1, "fiche_action", "T", &[set("engagements_ctsm", "E-03")], &[]);
    let letter = held(
        2,
        "courrier",
        "C",
        &[
            set("objet", "Convocation"),
            set("destinataires", "Mairie"),
            set("territoire", "Haut-Vallon"),
            write("texte", "Madame, Monsieur,"),
            row("pieces_jointes", &[("intitule", "Ordre du jour")]),
        ],
        &[],
    );
    let holding = holding(vec![sheet, letter]);
    let sheet = print(&holding, &holding.documents[0], working());
    assert!(sheet.words().contains("E-03"));
    let letter = print(&holding, &holding.documents[1], working());
    let words = letter.words();
    for wanted in ["Convocation", "Mairie", "Madame, Monsieur,", "Ordre du jour"] {
        assert!(words.contains(wanted), "{wanted} in {words}");
    }
    assert_eq!(words.matches("Madame, Monsieur,").count(), 1, "said once");
    assert!(!words.contains("Haut-Vallon"), "what a letter is kept with is not sent");
}

#[test]
fn small_counts_are_hidden_where_their_indicator_asks_for_it() {
    let counted = held(
        6,
        "indicateur",
        "Personnes",
        &[
            set("petit_effectif", "oui"),
            set("seuil_effectif", "11"),
            row("valeurs", &[("periode", "2025"), ("valeur", "4")]),
            row("valeurs", &[("periode", "2026"), ("valeur", "40")]),
        ],
        &[],
    );
    let holding = holding(vec![counted]);
    let words = print(&holding, &holding.documents[0], working()).words();
    assert!(words.contains("2025\t< 11") && words.contains("2026\t40"), "{words}");
    assert!(!words.contains("2025\t4"), "{words}");
}

#[test]
fn a_title_of_ten_megabytes_and_a_hostile_one_are_lines() {
    let mut hostile = fixture::fiche();
    hostile.content.title = "é".repeat(10 << 20);
    let holding = holding(vec![hostile]);
    let print = print(&holding, &holding.documents[0], working());
    assert!(print.title.chars().count() <= 600);
}

#[test]
fn the_report_of_a_year_is_put_together_until_somebody_writes_it() {
    let holding = territory();
    let written = print_year(&holding, "2026");
    assert_eq!(written.title, "Bilan 2026", "it is there");
    assert_eq!(written.document, id(7).to_string());
    let made = print_year(&holding, "2025");
    assert_eq!((made.title.as_str(), made.kind.as_str()), ("Bilan annuel 2025", "Bilan annuel"));
    assert_eq!(made.standing, Standing::Assembled { documents: 7 });
    let titles = headings(&made);
    for wanted in ["Couverture des six priorités", "Sommes par financement", "Valeurs par période"]
    {
        assert!(titles.contains(&wanted), "{titles:?}");
    }
    let levels = made.blocks.iter().filter_map(|block| match block {
        Block::Heading { level, .. } => Some(*level),
        _ => None,
    });
    let levels: Vec<u8> = levels.collect();
    assert_eq!(levels.first(), Some(&1));
    assert!(levels.windows(2).all(|two| two[1] <= two[0] + 1), "no level is left out: {levels:?}");
    assert!(levels.contains(&2), "each orientation has its table: {titles:?}");
    assert!(!made.words().contains("à compléter"));
    let empty = print_year(&fixture::holding(Vec::new()), "2026");
    assert_eq!(headings(&empty), Vec::<&str>::new());
}

#[test]
fn each_column_has_room_for_its_longest_word() {
    let column = |label: &str, weight| Column { label: label.to_owned(), weight, figures: false };
    let grid = Grid {
        columns: vec![column("Code", 1), column("Objectif", 60), column("Échéance", 1)],
        rows: vec![vec![
            Cell::of("OO-07.1"),
            Cell::of("mener à bien ".repeat(12)),
            Cell::of("31/12/2026"),
        ]],
    };
    let shares = grid.shares();
    let all: u32 = shares.iter().sum();
    // Of the 92 characters of a line.
    assert!(shares[2] * 92 / all >= 12, "{shares:?}");
    assert!(shares[0] * 92 / all >= 8, "{shares:?}");
    assert!(shares[1] > shares[0] + shares[2], "{shares:?}");
    let wide = Grid { columns: (0..20).map(|_| column("Échéance", 1)).collect(), rows: vec![] };
    assert!(wide.shares().iter().all(|share| *share > 0));
}

#[test]
fn a_report_frozen_without_its_figures_holds_no_table_that_goes_on_changing() {
    let holding = territory();
    let held = holding.document(&id(7)).unwrap();
    let (digest, decision) = ("5b07".repeat(16), "COPIL du 12 mars".to_owned());
    let frozen = print(&holding, held, Standing::Frozen { digest, decision });
    let words = frozen.words();
    assert!(words.contains("Une année d'ouverture.") && words.contains("figé sans les tableaux"));
    for table in ["FA-07 – Soins somatiques", "I01 – Délai moyen", "310\u{202f}000\u{a0}€"] {
        assert!(!words.contains(table), "{table} in {words}");
    }
    assert!(!printed(7).words().contains("figé sans les tableaux"), "the working pages have them");
}

#[test]
fn a_report_holds_the_figures_of_its_year_and_no_refused_money() {
    let value =
        |period: &str, value: &str| row("valeurs", &[("periode", period), ("valeur", value)]);
    let target = |year: &str, value: &str| row("cibles", &[("annee", year), ("valeur", value)]);
    let edits =
        [value("2025", "41"), value("2026-T2", "33"), target("2026", "25"), target("2030", "20")];
    let indicator = held(1, "indicateur", "Délai", &edits, &[]);
    let funding = |number, year: &str, state: &str, asked: &str| {
        let edits =
            [set("annee_budgetaire", year), set("statut", state), set("montant_demande", asked)];
        held(number, "financement", &format!("Somme {year} {state}"), &edits, &[])
    };
    let fundings = [
        funding(2, "2025", "notifie", "1000"),
        funding(3, "2025", "refuse", "500"),
        funding(4, "2026", "notifie", "90"),
    ];
    let report = |year: &str| {
        let documents = std::iter::once(indicator.clone()).chain(fundings.iter().cloned());
        print_year(&holding(documents.collect()), year).words()
    };
    let (then, now) = (report("2025"), report("2026"));
    assert!(then.contains("41") && !then.contains("33") && then.contains("25 (2026)"), "{then}");
    assert!(now.contains("33") && now.contains("25 (2026)") && !now.contains("20 (2030)"), "{now}");
    assert!(then.contains("Somme 2025 refuse") && !then.contains("Somme 2026"), "{then}");
    assert!(then.contains("1\u{202f}000\u{a0}€") && !then.contains("1\u{202f}500"), "{then}");
}
