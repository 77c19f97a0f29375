//! A report keeps its figures: the same pages from the copy as from the space, and no others.

#![allow(clippy::unwrap_used)]
use super::keep;
use crate::export::fixture::{HOSTILE, held, holding, id, row, set, territory};
use crate::export::print::Standing;
use crate::export::{Held, Holding, print};
use client_core::document::Edit;

fn frozen() -> Standing {
    Standing::Frozen { digest: "5b07".repeat(16), decision: "COPIL du 12 mars".to_owned() }
}

fn words(holding: &Holding, standing: Standing) -> String {
    print(holding, holding.document(&id(7)).unwrap(), standing).words()
}

/// The territory with a report of 2026 that has had some edits.
fn with_report(edits: &[Edit], indicator: &str) -> Holding {
    let mut all: Vec<Held> = territory().documents;
    all.retain(|held| !["bilan", "indicateur"].contains(&held.content.kind.name));
    let edits: Vec<Edit> = [set("annee", "2026")].iter().chain(edits).cloned().collect();
    let value = row("valeurs", &[("periode", "2026-T1"), ("valeur", indicator)]);
    // What a title holds must not pass for the end of a cell.
    let hostile = format!("I01 | ligne {HOSTILE}");
    all.push(held(6, "indicateur", &hostile, &[value], &[]));
    all.push(held(7, "bilan", "Bilan 2026", &edits, &[]));
    holding(all)
}

fn edits(holding: &Holding) -> Vec<Edit> {
    keep(holding, holding.document(&id(7)).unwrap())
}

#[test]
fn a_frozen_report_shows_what_the_working_pages_showed_and_goes_on_showing_it() {
    let before = with_report(&[], "33");
    let kept = edits(&before);
    assert!(kept.len() > 20, "{kept:?}");
    let then = with_report(&kept, "33");
    let working = words(&then, Standing::Working { version: "3fa9".to_owned() });
    assert!(working.contains("Sommes par financement") && working.contains("33"), "{working}");
    // A sign that parts cells is drawn as one that looks alike.
    assert_eq!(words(&then, frozen()), working.replace('|', "¦"));
    assert_eq!(edits(&then), Vec::new(), "it keeps them already");
    let now = with_report(&kept, "34");
    assert_eq!(words(&now, frozen()), words(&then, frozen()));
    assert!(words(&now, Standing::Working { version: "3fa9".to_owned() }).contains("34"));
    assert_eq!(edits(&now).len(), 1, "one line has changed: {:?}", edits(&now));
    // A sheet more and a sheet less: lines are added, and those beyond the end go.
    let mut fewer = then.clone();
    fewer.documents.retain(|held| held.content.kind.name != "fiche_action");
    let removed = edits(&fewer).into_iter().any(|edit| matches!(edit, Edit::RemoveRow { .. }));
    assert!(removed);
}

#[test]
fn lines_that_somebody_made_up_are_read_as_far_as_they_go() {
    let line = |number: &str, form: &str, content: &str| {
        let cells =
            [("ligne", number), ("tableau", "indicateurs"), ("forme", form), ("contenu", content)];
        row("chiffres", &cells)
    };
    let made_up = [
        line("1", "ligne", "sans en-têtes | 1"),
        line("2", "barre", "sans figure"),
        line("3", "entetes", "Seule | > Nombre"),
        line("4", "ligne", "a | b | c | d | e"),
        line("5", "suite", "| suite"),
        line("6", "ligne", "|"),
    ];
    let words = words(&with_report(&made_up, "33"), frozen());
    assert!(words.contains("Seule\tNombre\na\tb\nsuite\n\t"), "{words}");
    assert!(!words.contains("sans en-têtes") && !words.contains("sans figure"), "{words}");
}
