//! Rows: adding, writing, moving and removing them, alone and at the same time.

use super::fixture::*;
use super::sheet::{add, reader, sheet};
use super::*;
use crate::kinds::{Language, Merge, ValueRefusal};

/// Adds a row and returns its id and the changes.
fn added(
    document: &mut Document,
    number: u8,
    field: &str,
    cells: &[(&str, &str)],
) -> (String, Vec<RawChange>) {
    let edited = document.edit(&author(number), &add(field, cells)).unwrap();
    (edited.created.unwrap(), edited.changes)
}

fn rows(document: &Document, field: &str) -> Vec<Row> {
    document.view().unwrap().rows(field).to_vec()
}

fn ids(document: &Document, field: &str) -> Vec<String> {
    rows(document, field).into_iter().map(|row| row.id).collect()
}

fn cell(document: &Document, field: &str, row: &str, column: &str) -> FieldValue {
    let rows = rows(document, field);
    let row = rows.iter().find(|found| found.id == row).unwrap();
    row.cell(column).unwrap().clone()
}

fn remove(field: &str, row: &str) -> Edit {
    Edit::RemoveRow { field: field.to_owned(), row: row.to_owned() }
}

fn refusal(document: &mut Document, edit: &Edit) -> EditRefusal {
    let (before, shown) = (document.heads(), format!("{:?}", document.view()));
    let refusal = document.edit(&author(1), edit).unwrap_err();
    assert_eq!(document.heads(), before, "{refusal:?} must change nothing");
    assert_eq!(format!("{:?}", document.view()), shown);
    assert!(!refusal.message(Language::French).is_empty());
    assert!(!refusal.message(Language::English).is_empty());
    refusal
}

/// Two replicas of one sheet that has one goal, and the goal's row.
fn pair() -> (Document, Document, String) {
    let (mut a, mut log) = sheet();
    let cells = [("code", "OO-1"), ("libelle", "Ouvrir."), ("echeance", "30/06/2027")];
    let (row, changes) = added(&mut a, 1, "objectifs", &cells);
    log.extend(changes);
    let mut b = reader();
    assert_eq!(send(&mut b, &log, 1).set_aside, []);
    (a, b, row)
}

fn exchange(a: &mut Document, from_a: &[RawChange], b: &mut Document, from_b: &[RawChange]) {
    assert_eq!(send(a, from_b, 2).set_aside, []);
    assert_eq!(send(b, from_a, 1).set_aside, []);
    assert_eq!(a.heads(), b.heads());
    assert_eq!(format!("{:?}", a.view()), format!("{:?}", b.view()));
    assert_eq!(format!("{:?}", reloaded(a).view()), format!("{:?}", a.view()));
}

#[test]
fn a_row_is_added_written_moved_and_removed() {
    let (mut a, _) = sheet();
    let cells = [("code", "OO-1"), ("libelle", "Ouvrir deux lieux."), ("appuis", "GEM")];
    let (first, changes) = added(&mut a, 1, "objectifs", &cells);
    assert_eq!(changes.len(), 1, "a row is one change");
    let (second, _) = added(&mut a, 1, "objectifs", &[("code", "OO-2")]);
    assert_eq!(ids(&a, "objectifs"), [first.clone(), second.clone()]);
    let path = |column: &str| format!("objectifs/{first}/{column}");
    edit(&mut a, 1, &set(&path("echeance"), "30/06/2027"));
    edit(&mut a, 1, &set(&path("etat"), "fait"));
    edit(&mut a, 1, &set(&path("appuis"), "CMP Nord/Est"));
    edit(&mut a, 1, &append(&path("libelle"), " Puis trois."));
    edit(&mut a, 1, &set(&path("note"), "À revoir."));
    let text = |text: &str| FieldValue::Text(text.to_owned());
    let one = |value: &str| FieldValue::One(value.to_owned());
    assert_eq!(cell(&a, "objectifs", &first, "echeance"), one("2027-06-30"));
    assert_eq!(cell(&a, "objectifs", &first, "libelle"), text("Ouvrir deux lieux. Puis trois."));
    assert_eq!(cell(&a, "objectifs", &first, "note"), text("À revoir."));
    let both = vec!["CMP Nord/Est".to_owned(), "GEM".to_owned()];
    assert_eq!(cell(&a, "objectifs", &first, "appuis"), FieldValue::Set(both));
    assert_eq!(cell(&a, "objectifs", &second, "libelle"), text(""));
    assert_eq!(a.view().unwrap().field("part"), Some(&one("50")));
    assert_eq!(a.view().unwrap().field("nombre"), Some(&one("2")));

    let appuis = Edit::Remove { field: path("appuis"), entry: "CMP Nord/Est".into() };
    edit(&mut a, 1, &appuis);
    edit(&mut a, 1, &Edit::Clear { field: path("echeance") });
    assert_eq!(cell(&a, "objectifs", &first, "appuis"), FieldValue::Set(vec!["GEM".into()]));
    assert_eq!(cell(&a, "objectifs", &first, "echeance"), FieldValue::Empty);
    let third = a
        .edit(
            &author(1),
            &Edit::AddRow {
                field: "objectifs".into(),
                cells: Vec::new(),
                after: Some(first.clone()),
            },
        )
        .unwrap();
    let third = third.created.unwrap();
    assert_eq!(ids(&a, "objectifs"), [first.clone(), third.clone(), second.clone()]);
    let item = second.clone();
    edit(&mut a, 1, &Edit::MoveItem { field: "objectifs".into(), item, after: None });
    assert_eq!(ids(&a, "objectifs"), [second.clone(), first.clone(), third.clone()]);
    edit(&mut a, 1, &remove("objectifs", &first));
    assert_eq!(ids(&a, "objectifs"), [second.clone(), third]);
    assert_eq!(refusal(&mut a, &remove("objectifs", &first)), EditRefusal::NoSuchEntry(first));
    edit(&mut a, 1, &Edit::Clear { field: "objectifs".into() });
    assert_eq!(ids(&a, "objectifs"), Vec::<String>::new());
    assert_eq!(format!("{:?}", reloaded(&a).view()), format!("{:?}", a.view()));
}

#[test]
fn rows_added_at_the_same_time_all_stand() {
    let (mut a, mut b, first) = pair();
    let (from_a, from_b) = (
        added(&mut a, 1, "objectifs", &[("code", "OO-2"), ("libelle", "Un.")]),
        added(&mut b, 2, "objectifs", &[("code", "OO-3"), ("libelle", "Deux.")]),
    );
    exchange(&mut a, &from_a.1, &mut b, &from_b.1);
    let ids = ids(&a, "objectifs");
    assert_eq!((ids.len(), &ids[0]), (3, &first));
    let text = |row: &str| cell(&b, "objectifs", row, "libelle");
    assert_eq!(text(&from_a.0), FieldValue::Text("Un.".into()));
    assert_eq!(text(&from_b.0), FieldValue::Text("Deux.".into()));
}

#[test]
fn a_cell_written_twice_at_the_same_time_merges_by_its_rule() {
    let (mut a, mut b, row) = pair();
    let path = |column: &str| format!("objectifs/{row}/{column}");
    let mut from_a = edit(&mut a, 1, &set(&path("echeance"), "2027-09-30"));
    from_a.extend(edit(&mut a, 1, &append(&path("libelle"), " Vite.")));
    from_a.extend(edit(&mut a, 1, &set(&path("appuis"), "GEM")));
    from_a.extend(edit(&mut a, 1, &set(&path("code"), "A")));
    let mut from_b = edit(&mut b, 2, &set(&path("echeance"), "2027-12-31"));
    let start = Edit::Splice { place: path("libelle"), at: 0, delete: 0, insert: "Bien. ".into() };
    from_b.extend(edit(&mut b, 2, &start));
    from_b.extend(edit(&mut b, 2, &set(&path("appuis"), "CMP")));
    from_b.extend(edit(&mut b, 2, &set(&path("code"), "B")));
    exchange(&mut a, &from_a, &mut b, &from_b);
    let view = a.view().unwrap();
    let [conflict] = view.conflicts.as_slice() else { panic!("{:?}", view.conflicts) };
    assert_eq!((conflict.field.as_str(), conflict.spec.name), (&*path("echeance"), "echeance"));
    let told: Vec<_> = conflict.values.iter().map(|v| (v.value.as_str(), v.actor)).collect();
    assert_eq!(told, [("2027-09-30", actor(1)), ("2027-12-31", actor(2))]);
    let text = FieldValue::Text("Bien. Ouvrir. Vite.".into());
    assert_eq!(cell(&a, "objectifs", &row, "libelle"), text);
    let both = FieldValue::Set(vec!["CMP".into(), "GEM".into()]);
    assert_eq!(cell(&a, "objectifs", &row, "appuis"), both);
    let code = cell(&a, "objectifs", &row, "code");
    assert!(matches!(code, FieldValue::One(_)), "nobody is bothered: {code:?}");

    assert_eq!(
        refusal(&mut a, &set(&path("echeance"), "2028-01-01")),
        EditRefusal::InConflict(path("echeance"))
    );
    let settle = Edit::Settle { field: path("echeance"), value: "01/10/2027".into() };
    let settled = edit(&mut a, 1, &settle);
    exchange(&mut a, &settled, &mut b, &[]);
    assert!(b.view().unwrap().conflicts.is_empty());
    assert_eq!(cell(&b, "objectifs", &row, "echeance"), FieldValue::One("2027-10-01".into()));
    assert!(edit(&mut b, 2, &settle).is_empty(), "settled the same way already");
}

#[test]
fn a_cell_written_while_the_row_is_removed_brings_it_back_with_its_texts() {
    let (mut a, mut b, row) = pair();
    let from_a = edit(&mut a, 1, &remove("objectifs", &row));
    assert_eq!(ids(&a, "objectifs"), Vec::<String>::new());
    let from_b = edit(&mut b, 2, &set(&format!("objectifs/{row}/etat"), "en_cours"));
    exchange(&mut a, &from_a, &mut b, &from_b);
    assert_eq!(ids(&a, "objectifs"), std::slice::from_ref(&row));
    assert_eq!(cell(&a, "objectifs", &row, "etat"), FieldValue::One("en_cours".into()));
    assert_eq!(cell(&a, "objectifs", &row, "code"), FieldValue::Empty, "removed with the row");
    assert_eq!(cell(&a, "objectifs", &row, "libelle"), FieldValue::Text("Ouvrir.".into()));
    edit(&mut a, 1, &append(&format!("objectifs/{row}/libelle"), " Encore."));
    edit(&mut a, 1, &Edit::MoveItem { field: "objectifs".into(), item: row, after: None });

    // Writing into a text alone does not.
    let (mut a, mut b, row) = pair();
    let from_a = edit(&mut a, 1, &remove("objectifs", &row));
    let from_b = edit(&mut b, 2, &append(&format!("objectifs/{row}/libelle"), " Vite."));
    exchange(&mut a, &from_a, &mut b, &from_b);
    assert_eq!(ids(&b, "objectifs"), Vec::<String>::new());
}

#[test]
fn moves_and_edits_of_one_row_at_the_same_time_are_both_kept() {
    let (mut a, mut b, row) = pair();
    let (other, changes) = added(&mut a, 1, "objectifs", &[("code", "OO-2")]);
    exchange(&mut a, &changes, &mut b, &[]);
    let to_front = Edit::MoveItem { field: "objectifs".into(), item: other.clone(), after: None };
    let from_a = edit(&mut a, 1, &to_front);
    let mut from_b = edit(&mut b, 2, &set(&format!("objectifs/{other}/etat"), "fait"));
    from_b.extend(edit(&mut b, 2, &to_front));
    exchange(&mut a, &from_a, &mut b, &from_b);
    assert_eq!(ids(&b, "objectifs"), [other.clone(), row], "moved, and not twice");
    assert_eq!(cell(&a, "objectifs", &other, "etat"), FieldValue::One("fait".into()));
}

#[test]
fn those_who_add_the_same_key_meet_in_one_row() {
    let (mut a, log) = sheet();
    let mut b = reader();
    send(&mut b, &log, 1);
    let (row_a, from_a) =
        added(&mut a, 1, "valeurs", &[("periode", "T2 2026"), ("valeur", "31"), ("preuves", "x")]);
    let (row_b, from_b) =
        added(&mut b, 2, "valeurs", &[("periode", "2026-T2"), ("valeur", "36"), ("preuves", "y")]);
    assert_eq!((row_a.as_str(), row_b.as_str()), ("2026-T2", "2026-T2"));
    exchange(&mut a, &from_a, &mut b, &from_b);
    assert_eq!(ids(&a, "valeurs"), ["2026-T2"]);
    let both = vec!["31".to_owned(), "36".to_owned()];
    assert_eq!(cell(&a, "valeurs", "2026-T2", "valeur"), FieldValue::Conflicting(both));
    let proofs = FieldValue::Set(vec!["x".into(), "y".into()]);
    assert_eq!(cell(&a, "valeurs", "2026-T2", "preuves"), proofs);
    assert_eq!(a.view().unwrap().conflicts[0].field, "valeurs/2026-T2/valeur");
    assert_eq!(a.view().unwrap().field("derniere"), Some(&FieldValue::Empty), "in conflict");
    let again = add("valeurs", &[("periode", "T2-26"), ("valeur", "33")]);
    let in_conflict = EditRefusal::InConflict("valeurs/2026-T2/valeur".into());
    assert_eq!(refusal(&mut a, &again), in_conflict);
    // The row is found by its key as people type it.
    let settle = Edit::Settle { field: "valeurs/T2 2026/valeur".into(), value: "31,5".into() };
    let settled = edit(&mut a, 1, &settle);
    exchange(&mut a, &settled, &mut b, &[]);
    assert_eq!(cell(&b, "valeurs", "2026-T2", "valeur"), FieldValue::One("31.5".into()));
    assert!(!edit(&mut a, 1, &again).is_empty(), "it is there and is written to");
    assert!(edit(&mut a, 1, &again).is_empty(), "as asked already");
    // In the order of time, the part before the whole.
    for period in ["2026", "S1 2026", "juin 2026", "2025"] {
        added(&mut a, 1, "valeurs", &[("periode", period)]);
    }
    let ordered = ["2025", "2026-06", "2026-T2", "2026-S1", "2026"];
    assert_eq!(ids(&a, "valeurs"), ordered);
    assert_eq!(a.view().unwrap().field("derniere"), Some(&FieldValue::One("33".into())));
    edit(&mut a, 1, &remove("valeurs", "T2 2026"));
    assert_eq!(ids(&a, "valeurs").len(), 4);
}

#[test]
fn a_key_of_any_text_names_a_row() {
    let (mut a, _) = sheet();
    let nasty = "CMP 100 % / Nord%2F";
    let (row, _) = added(&mut a, 1, "equipe", &[("nom", nasty), ("role", "pilote")]);
    assert!(!row.contains('/'), "{row}");
    assert_eq!(cell(&a, "equipe", &row, "nom"), FieldValue::One(nasty.to_owned()));
    let typed = Edit::Clear { field: format!("equipe/{row}/role") };
    edit(&mut a, 1, &typed);
    assert_eq!(cell(&a, "equipe", &row, "role"), FieldValue::Empty);
    assert_eq!(ids(&a, "equipe"), std::slice::from_ref(&row), "its key keeps it");
    let key = EditRefusal::RowKey("nom".into());
    assert_eq!(refusal(&mut a, &set(&format!("equipe/{row}/nom"), "Autre")), key);
    let missing = EditRefusal::RowKeyMissing("nom".into());
    assert_eq!(refusal(&mut a, &add("equipe", &[("role", "x")])), missing);
}

#[test]
fn rows_that_stay_are_written_once() {
    let (mut a, log) = sheet();
    let mut b = reader();
    send(&mut b, &log, 1);
    let long = "Premier point.\nTout va bien.";
    let cells = [("date", "14/01/2027"), ("texte", long), ("montant", "12,50"), ("qui", "A")];
    let (row, from_a) = added(&mut a, 1, "points", &cells);
    let (_, from_b) = added(&mut b, 2, "points", &[("texte", "Second."), ("montant", "30")]);
    exchange(&mut a, &from_a, &mut b, &from_b);
    let shown = rows(&a, "points");
    assert_eq!(shown.len(), 2);
    let writers: std::collections::BTreeSet<_> =
        shown.iter().filter_map(|row| row.origin.map(|origin| origin.actor)).collect();
    assert_eq!(writers, [actor(1), actor(2)].into());
    assert_eq!(a.view().unwrap().writers(), writers);
    assert_eq!(cell(&a, "points", &row, "texte"), FieldValue::Text(long.into()));
    let amount = |name| a.view().unwrap().field(name).cloned();
    assert_eq!(amount("verse"), Some(FieldValue::One("42.50".into())));
    assert_eq!(amount("reste"), Some(FieldValue::Empty), "nothing to take it from");
    edit(&mut a, 1, &set("prevu", "40"));
    let left = a.view().unwrap().field("reste").cloned();
    assert_eq!(left, Some(FieldValue::One("-2.50".into())));
    let path = |column: &str| format!("points/{row}/{column}");
    let append_only = || EditRefusal::WrongRule { field: "points".into(), rule: Merge::Append };
    assert_eq!(refusal(&mut a, &set(&path("date"), "2027-01-15")), append_only());
    assert_eq!(refusal(&mut a, &Edit::Clear { field: path("date") }), append_only());
    assert_eq!(refusal(&mut a, &remove("points", &row)), append_only());
    let place = path("texte");
    assert_eq!(refusal(&mut a, &append(&place, "!")), EditRefusal::NoSuchPlace(place));
    assert_eq!(refusal(&mut a, &add("points", &[])), EditRefusal::Value(ValueRefusal::Empty));
}

#[test]
fn what_no_row_can_take_is_refused_whole() {
    let (mut a, _, row) = pair();
    let field = |name: &str| EditRefusal::NoSuchField(name.to_owned());
    let bad = add("objectifs", &[("code", "x"), ("echeance", "demain")]);
    assert_eq!(refusal(&mut a, &bad), EditRefusal::Value(ValueRefusal::NotADate));
    assert_eq!(refusal(&mut a, &add("objectifs", &[("cout", "1")])), field("cout"));
    assert_eq!(
        refusal(&mut a, &add("objectifs", &[("code", "x"), ("code", "y")])),
        EditRefusal::Repeated("code".into())
    );
    assert_eq!(
        refusal(&mut a, &add("objectifs", &[("note", &"x".repeat(limits::ROW_CHARS_MAX + 1))])),
        EditRefusal::TooLong { chars_max: limits::ROW_CHARS_MAX }
    );
    let many = vec![("appuis", "x"); limits::ROW_CELLS_MAX + 1];
    let too_many = EditRefusal::TooManyCells { cells_max: limits::ROW_CELLS_MAX };
    assert_eq!(refusal(&mut a, &add("objectifs", &many)), too_many);
    assert_eq!(
        refusal(&mut a, &add("themes", &[])),
        EditRefusal::WrongRule { field: "themes".into(), rule: Merge::Set }
    );
    assert_eq!(refusal(&mut a, &set("objectifs", "x")), EditRefusal::Value(ValueRefusal::Rows));
    for path in ["objectifs/", "objectifs/x", "themes/x/y", "objectifs/x/code/y", "/", ""] {
        let refused = refusal(&mut a, &set(path, "x"));
        assert!(matches!(refused, EditRefusal::NoSuchField(_)), "{path}: {refused:?}");
    }
    let gone = refusal(&mut a, &set("objectifs/00000009-0000000000000000/code", "x"));
    assert!(matches!(gone, EditRefusal::NoSuchEntry(_)), "{gone:?}");
    assert_eq!(
        refusal(&mut a, &set(&format!("objectifs/{row}/cout"), "1")),
        field(&format!("objectifs/{row}/cout"))
    );
    let place = format!("objectifs/{row}/code");
    assert_eq!(refusal(&mut a, &append(&place, "x")), EditRefusal::NoSuchPlace(place));
}

#[test]
fn a_field_takes_so_many_rows_of_ours_and_shows_those_of_others() {
    let (mut a, _) = sheet();
    let lens = Lens::now(&a.engine);
    let fields = lens.object(&automerge::ROOT, "fields", automerge::ObjType::Map).unwrap();
    let many = hostile(&a, 2, |out| {
        for year in 0..=limits::ROWS_MAX {
            let year = format!("{:04}", 1_000 + year);
            automerge::transaction::Transactable::put(
                out,
                &fields,
                format!("valeurs/{year}/periode"),
                year,
            )
            .unwrap();
        }
    });
    assert_eq!(send(&mut a, &[many], 2).set_aside, []);
    assert_eq!(rows(&a, "valeurs").len(), limits::ROWS_MAX + 1);
    let full = EditRefusal::TooManyRows { rows_max: limits::ROWS_MAX };
    assert_eq!(refusal(&mut a, &add("valeurs", &[("periode", "4000")])), full);
    assert!(!edit(&mut a, 1, &add("valeurs", &[("periode", "1000"), ("valeur", "1")])).is_empty());
    edit(&mut a, 1, &remove("valeurs", "1001"));
    edit(&mut a, 1, &Edit::Clear { field: "valeurs".into() });
    assert!(rows(&a, "valeurs").is_empty());
}

/// Rows that stay can never be removed: however many somebody adds, the others add theirs.
#[test]
fn nobody_fills_a_table_of_rows_that_stay_for_the_others() {
    let (mut a, _) = sheet();
    let flood = |document: &Document, rows: usize| {
        let next = Lens::now(&document.engine);
        let fields = next.object(&automerge::ROOT, "fields", automerge::ObjType::Map).unwrap();
        let first = usize::try_from(document.index.max_op()).unwrap() + 1;
        let maker = actor(2).to_string();
        hostile(document, 2, |out| {
            for number in first..first + rows {
                let key = format!("points/{number:08x}-{}/texte", &maker[..16]);
                automerge::transaction::Transactable::put(out, &fields, key, "x").unwrap();
            }
        })
    };
    let many = flood(&a, limits::ROWS_MAX);
    assert_eq!(send(&mut a, &[many], 2).set_aside, []);
    assert_eq!(rows(&a, "points").len(), limits::ROWS_MAX);
    edit(&mut a, 1, &add("points", &[("texte", "important")]));
    let more = flood(&a, limits::ROWS_MAX);
    assert_eq!(send(&mut a, &[more], 2).set_aside, []);
    edit(&mut a, 1, &add("points", &[("texte", "encore")]));
    let shown = rows(&a, "points");
    assert_eq!(shown.len(), limits::ROWS_MAX + 2, "no more of one writer than its program adds");
    let said = |text: &str| shown.iter().any(|row| row.cell("texte") == Some(&one_text(text)));
    assert!(said("important") && said("encore"));
    let full = EditRefusal::TooManyOwnRows { rows_max: limits::ROWS_MAX };
    let refused = a.edit(&author(2), &add("points", &[("texte", "y")]));
    assert_eq!(refused.unwrap_err(), full);
}

fn one_text(text: &str) -> FieldValue {
    FieldValue::Text(text.to_owned())
}

#[test]
fn history_names_field_row_and_column() {
    let (mut a, mut b, row) = pair();
    let path = |column: &str| format!("objectifs/{row}/{column}");
    let cells = [("periode", "T2 2026"), ("valeur", "31"), ("preuves", "tableau")];
    let (_, mut from_a) = added(&mut a, 1, "valeurs", &cells);
    from_a.extend(edit(&mut a, 1, &set(&path("etat"), "fait")));
    from_a.extend(edit(&mut a, 1, &append(&path("libelle"), " Vite.")));
    from_a.extend(edit(&mut a, 1, &set("valeurs/2026-T2/valeur", "36")));
    let told = |document: &Document, language| -> Vec<String> {
        document.history().iter().skip(2).map(|change| change.summary(language)).collect()
    };
    let french = [
        "Objectifs › OO-1 +7",
        "Valeurs › T2 2026",
        "Objectifs › OO-1 › État",
        "Objectifs › OO-1 › Libellé +6",
        "Valeurs › T2 2026 › Valeur",
    ];
    assert_eq!(told(&a, Language::French), french);
    assert_eq!(told(&a, Language::English)[4], "Values › Q2 2026 › Value");
    exchange(&mut a, &from_a, &mut b, &[]);
    assert_eq!(told(&reloaded(&b), Language::French), french);
    let detail = a.details().remove(&from_a[1].id).unwrap();
    assert_eq!(detail[0].place.path(), path("etat"));
    assert_eq!(detail[0].after.as_deref(), Some("fait"));
    let removed = edit(&mut a, 1, &remove("objectifs", &row));
    let detail = a.details().remove(&removed[0].id).unwrap();
    let struck: Vec<_> = detail.iter().map(|d| (d.place.path(), d.before.as_deref())).collect();
    assert!(struck.contains(&(path("echeance"), Some("2027-06-30"))), "{struck:?}");
    let last = a.history().pop().unwrap();
    assert_eq!(last.summary(Language::French), "Objectifs › Ouvrir. Vite.");
    let blamed = b.blame(&path("libelle")).unwrap();
    assert_eq!(blamed[0].text, "Ouvrir.");
    assert_eq!(blamed.len(), 2);
}

#[test]
fn past_versions_show_the_rows_they_had() {
    let (mut a, _, row) = pair();
    let before = a.heads();
    edit(&mut a, 1, &remove("objectifs", &row));
    let then = a.view_at(&before).unwrap();
    assert_eq!(then.rows("objectifs").len(), 1);
    assert_eq!(
        then.rows("objectifs")[0].cell("libelle"),
        Some(&FieldValue::Text("Ouvrir.".into()))
    );
}
