//! The files read back with the same library: cells, digests, no formula.

#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm)]
use super::{MANIFEST, archive, digest, files};
use crate::export::fixture::{HOSTILE, held, holding, id, part, row, set, territory};
use client_core::kinds::Language;

fn read(file: &[u8], delimiter: u8) -> Vec<Vec<String>> {
    let text = file.strip_prefix(b"\xef\xbb\xbf").expect("a spreadsheet needs the mark of UTF-8");
    let mut builder = csv::ReaderBuilder::new();
    let mut reader = builder.delimiter(delimiter).has_headers(false).from_reader(text);
    let line = |line: csv::StringRecord| line.iter().map(str::to_owned).collect();
    reader.records().map(|record| line(record.unwrap())).collect()
}

fn named<'a>(files: &'a [(String, Vec<u8>)], name: &str) -> &'a [u8] {
    &files.iter().find(|(held, _)| held == name).unwrap_or_else(|| panic!("{name}")).1
}

#[test]
fn each_kind_and_each_table_is_a_file_that_reads_back() {
    let holding = territory();
    let files = files(&holding, &holding.all()).unwrap();
    let lines = read(named(&files, "fiche_action.csv"), b';');
    assert_eq!(lines.len(), 2);
    let cell = |head: &str| {
        let place = lines[0].iter().position(|held| held == head).unwrap();
        lines[1][place].as_str()
    };
    assert_eq!(cell("Identifiant"), id(1).to_string());
    assert_eq!(cell("Budget prévisionnel (€)"), "12500,50", "to be computed with");
    assert_eq!(cell("Avancement"), "En cours");
    assert_eq!(cell("Pilote"), "EPSM Camille-Fauvel");
    assert!(cell("Fin prévue").starts_with("À départager : 01/03/2027"), "{}", cell("Fin prévue"));
    assert!(cell("Sections").contains("Un patient sur cinq"));
    let rows = read(named(&files, "fiche_action.objectifs.csv"), b';');
    assert_eq!(rows.len(), 3);
    assert!(rows[1].contains(&"31/12/2026".to_owned()));
    assert!(!files.iter().any(|(name, _)| name == "fiche_action.moyens.csv"), "no row, no file");
}

#[test]
fn the_manifest_has_the_digest_of_every_file() {
    let holding = territory();
    let files = files(&holding, &holding.all()).unwrap();
    let manifest = String::from_utf8(named(&files, MANIFEST).to_vec()).unwrap();
    assert_eq!(manifest.lines().count(), files.len() - 1);
    for (name, bytes) in &files[..files.len() - 1] {
        assert!(manifest.contains(&format!("{}  {name}\n", digest(bytes))), "{name}");
    }
    let zip = archive(&files).unwrap();
    assert_eq!(zip, archive(&files).unwrap(), "no clock in it");
    assert_eq!(part(&zip, "fiche_action.csv").as_bytes(), named(&files, "fiche_action.csv"));
}

#[test]
fn no_cell_is_a_formula_and_figures_stay_figures() {
    let held = held(
        1,
        "fiche_action",
        HOSTILE,
        &[
            set("numero", "@SUM(A1:A9)"),
            row("objectifs", &[("code", "-1+2"), ("libelle", "ligne\nsuivante;\"x\"")]),
        ],
        &[],
    );
    let mut holding = holding(vec![held]);
    let all = files(&holding, &holding.all()).unwrap();
    for (name, file) in all.iter().filter(|(name, _)| name != MANIFEST) {
        for cell in read(file, b';').into_iter().flatten() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t']), "{name}: {cell}");
        }
    }
    let rows = read(named(&all, "fiche_action.objectifs.csv"), b';');
    assert!(rows[1].contains(&"ligne\nsuivante;\"x\"".to_owned()), "{rows:?}");
    holding.language = Language::English;
    let english = files(&holding, &holding.all()).unwrap();
    let lines = read(named(&english, "fiche_action.csv"), b',');
    assert!(lines[0].contains(&"Leader".to_owned()));
}
