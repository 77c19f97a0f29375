//! What is no workbook of Excel: LibreOffice, plain text, the FINESS register, Word.

use client_core::document::FieldValue;
use client_core::kinds::Language;
use docx_rs::{Docx, Paragraph, Run, Style, StyleType, Table, TableCell, TableRow};
use encoding_rs::WINDOWS_1252;
use std::io::Cursor;

use super::desk::{Desk, codes, workbook};
use super::hostile::packed;
use crate::import::{read, select_finess};

fn one(value: &str) -> Option<FieldValue> {
    Some(FieldValue::One(value.to_owned()))
}

pub(super) fn ods() -> Vec<u8> {
    let cell = |text: &str| {
        format!(
            r#"<table:table-cell office:value-type="string">
            <text:p>{text}</text:p></table:table-cell>"#
        )
    };
    let content = format!(
        r#"<?xml version="1.0"?><office:document-content><office:body><office:spreadsheet>
        <table:table table:name="Fiches"><table:table-column/>
        <table:table-row table:number-rows-repeated="3">
        <table:table-cell table:number-columns-repeated="16384"/></table:table-row>
        <table:table-row>{}{}{}{}</table:table-row>
        <table:table-row>{}{}<table:table-cell office:value-type="date"
        office:date-value="2026-03-01"><office:annotation><text:p>note</text:p></office:annotation>
        <text:p>01/03/26</text:p></table:table-cell><table:table-cell office:value-type="currency"
        office:value="12500.5"><text:p>12 500,50 €</text:p></table:table-cell></table:table-row>
        <table:table-row table:number-rows-repeated="1048570">
        <table:table-cell table:number-columns-repeated="16384"/></table:table-row>
        </table:table></office:spreadsheet></office:body></office:document-content>"#,
        cell("N°"),
        cell("Titre"),
        cell("Début"),
        cell("Budget"),
        cell("FA-01"),
        cell("Santé &amp; logement"),
    );
    packed(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", b"<manifest/>"),
        ("content.xml", content.as_bytes()),
    ])
}

/// A workbook of LibreOffice with a share of an action done.
pub(super) fn percentage(share: &str) -> Vec<u8> {
    let text = |text: &str| {
        format!(
            r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p>
            </table:table-cell>"#
        )
    };
    let content = format!(
        r#"<office:document-content><office:body><office:spreadsheet>
        <table:table table:name="Fiches"><table:table-row>{}{}</table:table-row>
        <table:table-row>{}<table:table-cell office:value-type="percentage"
        office:value="{share}"><text:p>x</text:p></table:table-cell></table:table-row>
        </table:table></office:spreadsheet></office:body></office:document-content>"#,
        text("Titre"),
        text("Taux"),
        text("Accès"),
    );
    packed(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content.as_bytes()),
    ])
}

#[test]
fn a_workbook_of_libreoffice_is_read() {
    let mut desk = Desk::new(&[]);
    let proposal = desk.import("a.ods", &ods());
    assert_eq!(codes(&proposal), Vec::<&str>::new());
    let view = desk.titled("Santé & logement");
    assert_eq!(view.field("debut").cloned(), one("2026-03-01"));
    assert_eq!(view.field("budget_previsionnel").cloned(), one("12500.50"));
}

#[test]
fn a_repeated_cell_of_libreoffice_is_bounded() {
    let bomb = |cell: &str| {
        let content = format!(
            r#"<office:body><table:table table:name="Fiches">{}</table:table></office:body>"#,
            cell.repeat(50)
        );
        packed(&[
            ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
            ("content.xml", content.as_bytes()),
        ])
    };
    let rows = r#"<table:table-row table:number-rows-repeated="99999999"><table:table-cell
        table:number-columns-repeated="99999" office:value-type="float" office:value="1"/>
        </table:table-row>"#;
    assert_eq!(read("a.ods", &bomb(rows)).unwrap_err().code, "file-too-large");
    let blanks = r#"<table:table-row><table:table-cell office:value-type="string"><text:p>x<text:s
        text:c="4000000000"/></text:p></table:table-cell></table:table-row>"#;
    assert!(read("a.ods", &bomb(blanks)).is_ok());
}

#[test]
fn a_table_in_plain_text_is_read_in_any_encoding() {
    let text = "Suivi du PTSM;;\nN°;Intitulé;Échéance\nFA-01;Accès;31/12/2026\n";
    for bytes in [text.as_bytes().to_vec(), WINDOWS_1252.encode(text).0.into_owned()] {
        let mut desk = Desk::new(&[]);
        let proposal = desk.import("suivi.csv", &bytes);
        assert_eq!(codes(&proposal), Vec::<&str>::new());
        assert_eq!(desk.titled("Accès").field("fin_prevue").cloned(), one("2026-12-31"));
        assert!(desk.import("suivi.csv", &bytes).documents.is_empty());
    }
}

/// Invented establishments; the numbers are of no département.
fn finess(lines: usize, departement: &str) -> String {
    let mut text = "finess;etalab;93;2026-01-08\n".to_owned();
    for at in 0..lines {
        text.push_str(&format!(
            "structureet;9900{at:05};990000001;CMP;CMP DES TILLEULS {at};;;12;R;DES LILAS;;;201;\
             {departement};TROIS-VALLONS;91000 SAINTE-AURORE CEDEX;0199000{:03};;156;Centre \
             médico-psychologique;1111;;;;;;;;2004-05-06;;;\n",
            at % 1000
        ));
    }
    text.push_str("geolocalisation;990000000;650000;6860000;1,ATLASANTE;2026-01-08\n");
    text
}

#[test]
fn the_finess_register_becomes_establishments_in_either_encoding() {
    let text = finess(2, "91");
    for bytes in [text.as_bytes().to_vec(), WINDOWS_1252.encode(&text).0.into_owned()] {
        let mut desk = Desk::new(&[]);
        let proposal = desk.import("etalab.csv", &bytes);
        assert_eq!(codes(&proposal), Vec::<&str>::new(), "{:?}", proposal.problems);
        assert_eq!(proposal.documents.len(), 2);
        let view = desk.titled("CMP DES TILLEULS 1");
        for (field, stored) in [
            ("finess", "990000001"),
            ("finess_entite", "990000001"),
            ("categorie", "Centre médico-psychologique"),
            ("adresse", "12 R DES LILAS"),
            ("code_postal", "91000"),
            ("commune", "SAINTE-AURORE CEDEX"),
            ("code_insee", "91201"),
            ("telephone", "0199000001"),
            ("ouvert_le", "2004-05-06"),
        ] {
            assert_eq!(view.field(field).cloned(), one(stored), "{field}");
        }
        assert!(desk.import("etalab.csv", &bytes).documents.is_empty());
    }
}

#[test]
fn nobody_imports_the_whole_register() {
    let whole = finess(2_500, "91") + &finess(3, "2A");
    assert_eq!(read("etalab.csv", whole.as_bytes()).unwrap_err().code, "file-too-large");
    let cut = select_finess(whole.as_bytes(), &["2a".to_owned()]).unwrap();
    assert_eq!(read("etalab.csv", &cut).unwrap().len(), 3);
    assert_eq!(select_finess(b"a;b", &["91".to_owned()]).unwrap_err().code, "not-finess");
}

#[test]
fn short_rows_of_the_register_are_told_and_offered() {
    let text = "finess;etalab;93;2026-01-08\nstructureet;990000011;990000001;CMP;CMP COURT\n\
                structureet;;;\nstructureet;99X;990000001;CMP;FAUX\n";
    let mut desk = Desk::new(&[]);
    let proposal = desk.import("etalab.csv", text.as_bytes());
    assert_eq!(codes(&proposal), ["row-short", "row-short", "row-short", "bad-value"]);
    assert_eq!(proposal.problems[0].spot.row, Some(2));
    assert_eq!(proposal.documents.len(), 1);
}

pub(super) fn docx() -> Vec<u8> {
    let paragraph = |text: &str| Paragraph::new().add_run(Run::new().add_text(text));
    let line = |label: &str, value: &str| {
        let cell = |text: &str| TableCell::new().add_paragraph(paragraph(text));
        TableRow::new(vec![cell(label), cell(value)])
    };
    let table = Table::new(vec![
        line("Intitulé :", "Accès au premier rendez-vous"),
        line("N°", "FA-06"),
        line("Pilote", "Hôpital"),
        line("Échéance", "bientôt"),
        line("Couleur préférée", "vert"),
        line("Priorités nationales", "P1 ; P4"),
    ]);
    let mut out = Cursor::new(Vec::new());
    Docx::new()
        .add_style(Style::new("Heading1", StyleType::Paragraph).name("heading 1"))
        .add_paragraph(paragraph("Fiche-action").style("Title"))
        .add_table(table)
        .add_paragraph(paragraph("Constats").style("Heading1"))
        .add_paragraph(paragraph("Les délais s'allongent."))
        .add_paragraph(paragraph("Deux bassins sont sans réponse."))
        .add_paragraph(paragraph("Rien de connu").style("Heading1"))
        .add_paragraph(paragraph("perdu"))
        .build()
        .pack(&mut out)
        .unwrap();
    out.into_inner()
}

#[test]
fn a_table_of_labels_becomes_a_fiche() {
    let mut desk = Desk::new(&["Hôpital"]);
    let proposal = desk.import("fiche.docx", &docx());
    assert_eq!(codes(&proposal), ["bad-value", "column-unknown"], "{:?}", proposal.problems);
    let view = desk.titled("Accès au premier rendez-vous");
    assert_eq!(view.kind.name, "fiche_action");
    assert_eq!(view.field("numero").cloned(), one("FA-06"));
    assert_eq!(view.field("pilote").cloned(), one(&desk.members[0].0.to_string()));
    let text = &view.section("constats").unwrap().text;
    assert_eq!(text, "Les délais s'allongent.\nDeux bassins sont sans réponse.");
    assert!(desk.import("fiche.docx", &docx()).documents.is_empty());
}

#[test]
fn a_text_without_labels_is_refused() {
    let mut out = Cursor::new(Vec::new());
    let hello = Paragraph::new().add_run(Run::new().add_text("Bonjour"));
    Docx::new().add_paragraph(hello).build().pack(&mut out).unwrap();
    assert_eq!(read("a.docx", &out.into_inner()).unwrap_err().code, "no-label");
}

/// What looks like a person cared for is told with its place, is taken as it is, and is told no
/// more once it is written.
#[test]
fn a_cell_that_names_a_person_is_pointed_at() {
    let fiches: &[&[&str]] = &[
        &["N°", "Intitulé", "Constats", "Statut"],
        &["FA-01", "Accès aux soins", "Situation de Mme Durand, née le 12/03/1980.", "en cours"],
        &["FA-02", "Suivi de M. Petit", "Délais longs depuis le 12/03/2026.", ""],
    ];
    let goals: &[&[&str]] =
        &[&["Fiche", "Code", "Objectif"], &["FA-01", "OO-01.1", "Voir 1 80 03 75 116 001 78"]];
    let book = workbook(&[("Suivi", fiches), ("Objectifs opérationnels", goals)]);
    let mut desk = Desk::new(&[]);
    let proposal = desk.import("suivi.xlsx", &book);
    let told = proposal.cautions.iter().map(|caution| {
        let spot = caution.spot.show(Language::French);
        (spot, caution.warning.like.name(), caution.warning.masked.clone())
    });
    let mut told: Vec<(String, &str, String)> = told.collect();
    told.sort();
    let at = |spot: &str, like, masked: &str| (spot.to_owned(), like, masked.to_owned());
    assert_eq!(
        told,
        [
            at("feuille Objectifs opérationnels, ligne 2, colonne C", "health-number", "1 …"),
            at("feuille Suivi, ligne 2, colonne C", "birth-date", "née le …"),
            at("feuille Suivi, ligne 2, colonne C", "named-person", "Mme D…"),
            at("feuille Suivi, ligne 3", "named-person", "M. P…"),
        ]
    );
    let view = desk.titled("Accès aux soins");
    assert!(view.section("constats").unwrap().text.contains("Durand"), "it is written");
    assert_eq!(desk.import("suivi.xlsx", &book).cautions, []);
}
