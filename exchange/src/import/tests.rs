//! Files made here, read, compared with documents and written into them.
#![allow(clippy::unwrap_used)]

mod desk; // a space of documents, and files made by hand
mod hers; // what a coordinator's own workbook holds
mod hostile; // files that mean harm, or are broken
mod others; // FINESS, Word, LibreOffice, plain text
mod round; // the territory as a workbook, and back
mod size; // how many edits, and how long
mod whole; // a full export, read back

use client_core::document::{Edit, FieldValue};
use desk::{Desk, codes, workbook};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

const FICHES: &[&[&str]] = &[
    &["PTSM des Trois-Vallons — suivi 2026"],
    &[],
    &["Structure pilote", "N°", "INTITULE", "Echéance", "Statut", "Budget", "Priorités", "Notes"],
    &[
        "Hôpital",
        "FA-01",
        "Accès aux soins",
        "31/12/2026",
        "en cours",
        "12 500,50 €",
        "P1, P4",
        "x",
    ],
    &["à pourvoir", "FA-02", "Logement", "31 déc. 2026", "Non démarrée", "", "P2", ""],
    &["Total", "", "", "", "", "12500,50", "", ""],
];
const OBJECTIFS: &[&[&str]] = &[
    &["Fiche", "Code", "Objectif", "Échéance", "Responsable"],
    &["FA-01", "OO-01.1", "Ouvrir deux permanences", "2026-06-30", "Hôpital"],
    &["", "OO-01.2", "Suivre les délais", "", ""],
    &["Logement", "OO-02.1", "Commission trimestrielle", "", ""],
];

fn tracker() -> Vec<u8> {
    workbook(&[("Suivi", FICHES), ("Objectifs opérationnels", OBJECTIFS)])
}

#[test]
fn a_tracker_becomes_documents_and_a_second_import_changes_nothing() {
    let mut desk = Desk::new(&["Hôpital"]);
    let proposal = desk.import("suivi.xlsx", &tracker());
    assert_eq!(codes(&proposal), ["column-unknown"], "{:?}", proposal.problems);
    assert_eq!(proposal.problems[0].spot.column.as_deref(), Some("H"));
    assert_eq!(proposal.documents.len(), 2);
    let view = desk.titled("Accès aux soins");
    let one = |field: &str| match view.field(field) {
        Some(FieldValue::One(value)) => value.clone(),
        other => panic!("{field}: {other:?}"),
    };
    assert_eq!((one("numero"), one("avancement")), ("FA-01".into(), "en_cours".into()));
    assert_eq!(
        (one("fin_prevue"), one("budget_previsionnel")),
        ("2026-12-31".into(), "12500.50".into())
    );
    assert_eq!(one("pilote"), desk.members[0].0.to_string(), "a partner by its name");
    let priorities = FieldValue::Set(vec!["p1".into(), "p4".into()]);
    assert_eq!(view.field("priorites_decret"), Some(&priorities));
    assert_eq!(view.rows("objectifs").len(), 2, "under an empty cell the fiche above goes on");
    assert_eq!(desk.titled("Logement").field("pilote"), Some(&FieldValue::Empty));
    let again = desk.import("suivi.xlsx", &tracker());
    assert!(again.documents.is_empty(), "{:?}", again.documents);
    assert_eq!(again.unchanged, 5);
}

#[test]
fn empty_cells_erase_nothing_and_changes_are_shown_old_and_new() {
    let mut desk = Desk::new(&[]);
    desk.import("a.xlsx", &tracker());
    let lines: &[&[&str]] =
        &[&["N°", "Titre", "Échéance", "Statut"], &["FA-01", "Accès aux soins", "", "réalisée"]];
    let proposal = desk.import("b.xlsx", &workbook(&[("Fiches", lines)]));
    assert_eq!(proposal.documents.len(), 1);
    let steps = &proposal.documents[0].steps;
    assert_eq!(steps.len(), 1, "{steps:?}");
    assert_eq!((steps[0].old.fr.as_str(), steps[0].new.fr.as_str()), ("En cours", "Réalisée"));
    let date = FieldValue::One("2026-12-31".into());
    assert_eq!(desk.titled("Accès aux soins").field("fin_prevue"), Some(&date));
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_the_rest_is_offered() {
    let mut desk = Desk::new(&[]);
    let lines: &[&[&str]] = &[
        &["N°", "Titre", "Échéance", "Budget"],
        &["FA-01", "Accès", "31/02/2026", "12k"],
        &["", "", "01/03/2026", ""],
        &["FA-01", "Encore", "", ""],
        &["FA-03", "Crise", "01/03/2026", "1 000"],
    ];
    let proposal = desk.import("a.xlsx", &workbook(&[("Fiches", lines)]));
    let places: Vec<String> = proposal
        .problems
        .iter()
        .map(|p| format!("{} {}", p.code, p.spot.show(client_core::kinds::Language::French)))
        .collect();
    assert_eq!(
        places,
        [
            "bad-value feuille Fiches, ligne 2, colonne C",
            "bad-value feuille Fiches, ligne 2, colonne D",
            "no-name feuille Fiches, ligne 3",
            "row-twice feuille Fiches, ligne 4",
        ]
    );
    assert!(proposal.problems[0].french.contains("JJ/MM/AAAA"), "{}", proposal.problems[0].french);
    assert!(proposal.problems[0].english.contains("YYYY-MM-DD"));
    assert_eq!(proposal.documents.len(), 2);
}

#[test]
fn real_dates_and_numbers_are_read() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("Fiches").unwrap();
    let date = Format::new().set_num_format("dd/mm/yyyy");
    for (at, heading) in ["Titre", "N°", "Début", "Budget", "Taux"].iter().enumerate() {
        sheet.write_string(0, u16::try_from(at).unwrap(), *heading).unwrap();
    }
    sheet.write_string(1, 0, "Accès").unwrap();
    sheet.write_number(1, 1, 7).unwrap();
    let day = ExcelDateTime::from_ymd(2026, 3, 1).unwrap();
    sheet.write_datetime_with_format(1, 2, &day, &date).unwrap();
    sheet.write_number(1, 3, 0.1 + 0.2).unwrap();
    sheet.write_number(1, 4, 12.5).unwrap();
    let mut desk = Desk::new(&[]);
    let proposal = desk.import("a.xlsx", &book.save_to_buffer().unwrap());
    assert_eq!(codes(&proposal), Vec::<&str>::new());
    let view = desk.titled("Accès");
    for (field, stored) in [
        ("numero", "7"),
        ("debut", "2026-03-01"),
        ("budget_previsionnel", "0.30"),
        ("taux_retenu", "12.5"),
    ] {
        assert_eq!(view.field(field), Some(&FieldValue::One(stored.into())), "{field}");
    }
}

#[test]
fn an_open_conflict_and_what_changed_since_are_told_not_overwritten() {
    let mut desk = Desk::new(&[]);
    desk.import("a.xlsx", &tracker());
    let id = desk.id_of("Accès aux soins");
    let exported = desk.view(id);
    let line = |title: &str, date: &str, state: &str| {
        let (version, id) = (exported.heads.to_string(), id.to_string());
        let headings = ["Titre", "Échéance", "Statut", "Identifiant du document", "Version"];
        workbook(&[("Fiches", &[&headings, &[title, date, state, &id, &version]])])
    };
    desk.past.insert((id, exported.heads.to_string()), exported.clone());
    // Liaison goes on: the state changes there, the date does not.
    desk.edit(id, &Edit::Set { field: "avancement".into(), value: "realisee".into() });
    let untouched = desk.import("b.xlsx", &line("Accès aux soins", "31/12/2026", "en cours"));
    assert!(untouched.documents.is_empty() && untouched.problems.is_empty(), "{untouched:?}");
    let both = desk.import("b.xlsx", &line("Accès aux soins", "30/06/2026", "bloquée"));
    assert_eq!(codes(&both), ["changed-since"]);
    assert_eq!(both.documents[0].steps.len(), 1, "the date, which only the file changed");
    let renamed = desk.import("b.xlsx", &line("Accès", "30/06/2026", "en cours"));
    assert_eq!(renamed.documents[0].steps[0].place, "title");
    // A version that is not here: nothing is guessed.
    desk.past.clear();
    let unknown = desk.import("b.xlsx", &line("Autre", "01/01/2027", "en pause"));
    assert_eq!(codes(&unknown), ["version-unknown"]);
    assert!(unknown.documents.is_empty());
    desk.fork(id, "fin_prevue", ["2027-01-01", "2027-02-01"]);
    let lines: &[&[&str]] = &[&["N°", "Échéance"], &["FA-01", "01/05/2027"]];
    let conflict = desk.import("c.xlsx", &workbook(&[("Fiches", lines)]));
    assert_eq!(codes(&conflict), ["in-conflict"]);
    assert!(conflict.documents.is_empty());
}

#[test]
fn documents_name_each_other_whatever_the_order_of_the_sheets() {
    let financements: &[&[&str]] = &[
        &["Code", "Intitulé", "Source", "Fiches", "Montant notifié"],
        &["F01", "Poste", "FIR", "FA-01, FA-02", "78 000"],
        &["F02", "Équipe", "FIOP", "FA-09", "1"],
    ];
    let fiches: &[&[&str]] = &[
        &["N°", "Titre", "Orientation", "Financements", "Partenaires"],
        &["FA-01", "Accès", "OR1 Parcours", "F01", "Hôpital ; CLSM"],
        &["FA-02", "Logement", "OR1 Parcours", "Poste", "CLSM"],
    ];
    let valeurs: &[&[&str]] = &[
        &["Indicateur", "Période", "Valeur"],
        &["I01", "T1 2026", "35"],
        &["I01", "juin 2026", "31,5"],
        &["I09", "2026", "1"],
    ];
    let indicateurs: &[&[&str]] = &[&["Code", "Indicateur", "Unité"], &["I01", "Délai", "jours"]];
    let engagements: &[&[&str]] = &[&["Code", "Débiteur", "Engagement"], &["E1", "CLSM", "Salle"]];
    let file = workbook(&[
        ("Valeurs", valeurs),
        ("Financements", financements),
        ("Fiches", fiches),
        ("Indicateurs", indicateurs),
        ("Engagements", engagements),
    ]);
    let mut desk = Desk::new(&["CLSM"]);
    let proposal = desk.import("a.xlsx", &file);
    assert_eq!(codes(&proposal), ["no-such-document", "no-parent"], "{:?}", proposal.problems);
    let poste = desk.id_of("Poste").to_string();
    let funded = FieldValue::Set(vec![poste]);
    assert_eq!(desk.titled("Logement").field("plan_financement"), Some(&funded));
    let orientation = FieldValue::One(desk.id_of("OR1 Parcours").to_string());
    assert_eq!(desk.titled("Accès").field("orientation"), Some(&orientation));
    assert_eq!(desk.titled("Accès").rows("partenaires").len(), 2);
    assert_eq!(desk.titled("Délai").rows("valeurs").len(), 2);
    assert_eq!(desk.titled("Contrat territorial de santé mentale").rows("engagements").len(), 1);
    let again = desk.import("a.xlsx", &file);
    assert!(again.documents.is_empty(), "{:?}", again.documents);
}

#[test]
fn a_written_decision_stays_as_it_is() {
    let lines = |text| {
        let reunions: &[&[&str]] =
            &[&["Titre", "Instance", "Date"], &["COPIL 1", "COPIL", "14/01/2026"]];
        let decisions: Vec<&[&str]> = vec![&["Réunion", "N°", "Décision"], text];
        workbook(&[("Réunions", reunions), ("Décisions", &decisions)])
    };
    let mut desk = Desk::new(&[]);
    desk.import("a.xlsx", &lines(&["COPIL 1", "D1", "Valide le programme"]));
    let again = desk.import("a.xlsx", &lines(&["COPIL 1", "D1", "Valide le programme"]));
    assert!(again.documents.is_empty() && again.problems.is_empty(), "{again:?}");
    let other = desk.import("a.xlsx", &lines(&["COPIL 1", "D1", "Refuse le programme"]));
    assert_eq!(codes(&other), ["row-stays"]);
}

#[test]
fn a_row_whose_value_is_refused_is_not_written_with_its_key_alone() {
    let indicators: &[&[&str]] = &[&["Code", "Intitulé", "Unité"], &["I01", "Délai", "%"]];
    let values: &[&[&str]] = &[
        &["Indicateur", "Période", "Valeur"],
        &["I01", "2025", "beaucoup"],
        &["I01", "2026", "7"],
    ];
    let mut desk = Desk::new(&[]);
    let file = workbook(&[("Indicateurs", indicators), ("Valeurs", values)]);
    let proposal = desk.import("a.xlsx", &file);
    assert!(!proposal.problems.is_empty(), "the refused value is told");
    let view = desk.titled("Délai");
    let periods: Vec<_> = view.rows("valeurs").iter().map(|row| row.cell("periode")).collect();
    assert_eq!(periods, [Some(&FieldValue::One("2026".to_owned()))]);
}
