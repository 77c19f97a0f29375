//! Counts and sums, what is in conflict, what is hidden.

#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm)]
use super::{Figures, Funding};
use crate::export::fixture::{held, holding, row, set, territory};

#[test]
fn figures_come_from_what_stands_in_the_documents() {
    let figures = Figures::of(&territory());
    assert_eq!(figures.sheets.len(), 1);
    let sheet = &figures.sheets[0];
    assert_eq!((sheet.objectives, sheet.steps), ((1, 2), (1, 1)));
    assert_eq!(sheet.progress, "En cours");
    assert_eq!(figures.by_progress.iter().map(|(_, count)| count).sum::<usize>(), 1);
    assert_eq!(figures.priorities.len(), 6, "the six priorities, covered or not");
    let covered: Vec<usize> = figures.priorities.iter().map(|(_, sheets)| sheets.len()).collect();
    assert_eq!(covered, [1, 0, 1, 0, 0, 0]);
    assert_eq!(Funding::totals(&figures.fundings), [31_000_000, 30_000_010, 14_250_000, 0]);
    let values = &figures.indicators[0].values;
    assert_eq!(values[0].1.number.as_deref(), Some("38.5"));
    assert_eq!(figures.indicators[0].targets, [("2026".to_owned(), "25".to_owned())]);
}

#[test]
fn what_is_in_conflict_is_in_no_sum_and_is_told() {
    let funding = held(
        5,
        "financement",
        "F",
        &[set("montant_demande", "10")],
        &[set("montant_demande", "20")],
    );
    let sheet = held(
        1,
        "fiche_action",
        "T",
        &[set("avancement", "en_cours")],
        &[set("avancement", "bloquee")],
    );
    let figures = Figures::of(&holding(vec![funding, sheet]));
    assert_eq!(Funding::totals(&figures.fundings), [0; 4]);
    let unsettled = figures.by_progress.last().unwrap();
    assert_eq!((unsettled.0.as_str(), unsettled.1), ("Sans avancement, ou à départager", 1));
    assert!(figures.sheets[0].progress.starts_with("À départager"));
}

#[test]
fn a_hidden_count_gives_no_number() {
    let counted = held(
        6,
        "indicateur",
        "I",
        &[
            set("petit_effectif", "oui"),
            row("valeurs", &[("periode", "2025"), ("valeur", "10")]),
            row("valeurs", &[("periode", "2026"), ("valeur", "0")]),
            row("valeurs", &[("periode", "2027"), ("valeur", "11")]),
        ],
        &[],
    );
    let figures = Figures::of(&holding(vec![counted]));
    let told: Vec<(&str, bool)> = figures.indicators[0]
        .values
        .iter()
        .map(|(_, value)| (value.shown.as_str(), value.number.is_some()))
        .collect();
    assert_eq!(told, [("< 11", false), ("0", true), ("11", true)]);
}
