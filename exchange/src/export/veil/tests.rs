//! What is hidden, what would give it back, and what stays true.
#![allow(clippy::unwrap_used)]

use client_core::document::Edit;

use crate::export::figures::Figures;
use crate::export::fixture::{held, holding, id, row, set};
use crate::export::print::Standing;
use crate::export::{csv, layout, xlsx};

fn values(rows: &[(&str, &str)]) -> Vec<Edit> {
    let mut edits = vec![set("petit_effectif", "oui")];
    edits.extend(rows.iter().map(|(p, v)| row("valeurs", &[("periode", p), ("valeur", v)])));
    edits
}

/// Returns what the figures tell of an indicator, period by period.
fn told(edits: &[Edit]) -> Vec<(String, String)> {
    let figures = Figures::of(&holding(vec![held(6, "indicateur", "I", edits, &[])]));
    let values = figures.indicators[0].values.iter();
    values.map(|(period, value)| (period.clone(), value.shown.clone())).collect()
}

fn shown(edits: &[Edit]) -> Vec<String> {
    told(edits).into_iter().map(|(_, shown)| shown).collect()
}

#[test]
fn a_total_beside_all_parts_but_one_gives_nothing_back() {
    let year = [("2026", "50"), ("2026-S1", "4"), ("2026-S2", "46")];
    assert_eq!(shown(&values(&year)), ["50", "< 11", "masqué"]);
    let quarters =
        [("2026", "57"), ("2026-T1", "20"), ("2026-T2", "0"), ("2026-T3", "7"), ("2026-T4", "30")];
    assert_eq!(shown(&values(&quarters)), ["57", "masqué", "0", "< 11", "30"]);
    let two =
        [("2026", "26"), ("2026-T1", "9"), ("2026-T2", "0"), ("2026-T3", "7"), ("2026-T4", "10")];
    assert_eq!(shown(&values(&two)), ["26", "< 11", "0", "< 11", "< 11"]);
    let unfinished = [("2026", "50"), ("2026-T1", "4"), ("2026-T2", "46")];
    assert_eq!(shown(&values(&unfinished)), ["50", "< 11", "46"], "no difference is known");
    let alone = [("2026", "50"), ("2026-S1", "24"), ("2026-S2", "26")];
    assert_eq!(shown(&values(&alone)), ["50", "24", "26"]);
}

#[test]
fn a_share_does_not_give_its_count_back() {
    let share = |top: &str, bottom: &str, value: &str| {
        let cells =
            [("periode", "2026"), ("valeur", value), ("numerateur", top), ("denominateur", bottom)];
        let edits = [set("petit_effectif", "oui"), row("valeurs", &cells)];
        let holding = holding(vec![held(6, "indicateur", "I", &edits, &[])]);
        let standing = Standing::Working { version: String::new() };
        layout::print(&holding, holding.document(&id(6)).unwrap(), standing).words()
    };
    let small = share("5", "40", "12,5");
    assert!(small.contains("masqué\t< 11\tmasqué"), "{small}");
    for given_back in ["12,5", "40"] {
        assert!(!small.contains(given_back), "{given_back} in {small}");
    }
    let other_side = share("38", "40", "95");
    assert!(!other_side.contains("38") && !other_side.contains("95"), "{other_side}");
    let sound = share("80", "100", "80");
    assert!(sound.contains("80\t80\t100") && !sound.contains("masqué"), "{sound}");
}

#[test]
fn what_is_handed_to_others_is_veiled_and_what_a_partner_takes_along_is_true() {
    let year = [("2026", "50"), ("2026-S1", "46"), ("2026-S2", "4")];
    let holding = holding(vec![held(6, "indicateur", "I", &values(&year), &[])]);
    let held = holding.document(&id(6)).unwrap();
    let standing = Standing::Working { version: String::new() };
    let print = layout::print(&holding, held, standing).words();
    assert!(!print.contains("\t46") && !print.contains("\t4\n"), "{print}");
    assert!(print.contains("< 11") && print.contains("masqué"), "{print}");
    let files = csv::files(&holding, &[held]).unwrap();
    let csv: String = files.iter().map(|(_, file)| String::from_utf8_lossy(file)).collect();
    assert!(csv.contains("46") && !csv.contains("< 11"), "{csv}");
    let sheet = |bytes: Vec<u8>| {
        use calamine::{Reader as _, Xlsx};
        let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        let sheets = book.worksheets().into_iter();
        let cells = sheets.flat_map(|(_, range)| {
            range.used_cells().map(|(_, _, cell)| cell.to_string()).collect::<Vec<_>>()
        });
        cells.collect::<Vec<String>>()
    };
    let tracker = sheet(xlsx::write(&holding, &[held]).unwrap());
    assert!(tracker.contains(&"46".to_owned()) && tracker.contains(&"4".to_owned()));
    let figures = sheet(xlsx::write_figures(&holding).unwrap());
    assert!(!figures.contains(&"46".to_owned()) && !figures.contains(&"4".to_owned()));
    assert!(figures.contains(&"< 11".to_owned()) && figures.contains(&"masqué".to_owned()));
}

#[test]
fn the_last_value_is_hidden_with_its_row() {
    let year = [("2026", "50"), ("2026-S1", "4"), ("2026-S2", "46")];
    let holding = holding(vec![held(6, "indicateur", "I", &values(&year), &[])]);
    let standing = Standing::Working { version: String::new() };
    let print = layout::print(&holding, holding.document(&id(6)).unwrap(), standing).words();
    assert!(!print.contains("46"), "{print}");
}
