//! What a newer partner wrote survives the edits of an older one, and is shown.
#![allow(clippy::unwrap_used)]

use automerge::transaction::Transactable;
use automerge::{ObjType, ROOT};

use crate::document::fixture::{
    DOCUMENT, SPACE, append, author, create, edit, hostile, reloaded, send, set,
};
use crate::document::layout::FIELDS_KEY;
use crate::document::lens::Lens;
use crate::document::{Document, Edit, FieldValue, LoadRefusal, View};
use crate::kinds::{
    Care, Catalogue, Choice, FieldSpec, FieldType, Kind, Merge, SectionSpec, Table, Visibility,
    Wording, field, words,
};

const W: Wording = words("fr", "en");

static STATES: [Choice; 3] = [
    Choice { code: "ouvert", label: words("Ouvert", "Open") },
    Choice { code: "clos", label: words("Clos", "Closed") },
    Choice { code: "suspendu", label: words("Suspendu", "Suspended") },
];

const COLUMNS: [FieldSpec; 4] = [
    field("quand", FieldType::Date, Merge::MultiValue, words("Quand", "When"), W),
    field("quoi", FieldType::Text, Merge::LastWriter, words("Quoi", "What"), W),
    field("lot", FieldType::Text, Merge::LastWriter, words("Lot", "Batch"), W),
    field("appuis", FieldType::Text, Merge::Set, words("Appuis", "Support"), W),
];

static OLD_TABLE: Table = Table { columns: COLUMNS.split_at(2).0, key: None };
static NEW_TABLE: Table = Table { columns: &COLUMNS, key: None };

const fn fields(states: &'static [Choice], table: &'static Table) -> [FieldSpec; 6] {
    [
        field("lieu", FieldType::Text, Merge::LastWriter, words("Lieu", "Place"), W),
        field("etat", FieldType::Choice(states), Merge::MultiValue, words("État", "State"), W),
        field("etapes", FieldType::Rows(table), Merge::List, words("Étapes", "Steps"), W),
        field("cout", FieldType::Amount, Merge::MultiValue, words("Coût", "Cost"), W),
        field("themes", FieldType::Text, Merge::Set, words("Thèmes", "Topics"), W),
        field("suites", FieldType::Rows(&OLD_TABLE), Merge::List, words("Suites", "Next"), W),
    ]
}

static OLD_FIELDS: [FieldSpec; 6] = fields(STATES.split_at(2).0, &OLD_TABLE);
static NEW_FIELDS: [FieldSpec; 6] = fields(&STATES, &NEW_TABLE);

const fn idea(fields: &'static [FieldSpec], revision: u32) -> Kind {
    Kind {
        name: "idee",
        revision,
        title: W,
        fields,
        sections: &[SectionSpec { id: "texte", title: W }],
        care: Care { visible: Visibility::Partners, writers: W, freezes: W, keep: W },
        parts: &[],
    }
}

/// A program of three fields; one with more fields, columns and choices; one with another table
/// beside that.
static OLDER: [&Kind; 1] = [&idea(OLD_FIELDS.split_at(3).0, 1)];
static NEWER: [&Kind; 1] = [&idea(&NEW_FIELDS, 1)];
static NEWEST: [&Kind; 2] = [&idea(&NEW_FIELDS, 1), &idea(&NEW_FIELDS, 2)];

fn with(kinds: &'static [&'static Kind], document: &Document) -> Document {
    Document::load(SPACE, DOCUMENT, Catalogue::new(kinds), &document.save()).unwrap()
}

fn row(field: &str, cells: &[(&str, &str)]) -> Edit {
    let cells = cells.iter().map(|(c, v)| ((*c).to_owned(), (*v).to_owned())).collect();
    Edit::AddRow { field: field.to_owned(), cells, after: None }
}

/// A document in which a newer partner has used all that the older one does not know.
fn newer() -> Document {
    let (mut document, _) = create(Catalogue::new(&NEWER), "idee");
    for (name, value) in [
        ("lieu", "Au GEM"),
        ("etat", "suspendu"),
        ("cout", "1 200"),
        ("themes", "logement"),
        ("themes", "a/b"),
    ] {
        edit(&mut document, 1, &set(name, value));
    }
    let cells = [("quoi", "Ouvrir"), ("lot", "7"), ("appuis", "GEM"), ("appuis", "CLSM")];
    edit(&mut document, 1, &row("etapes", &cells));
    edit(&mut document, 1, &row("suites", &[("quoi", "Évaluer")]));
    document
}

fn unknown(view: &View) -> Vec<(String, Vec<String>)> {
    let unknown = view.unknown.iter();
    unknown.map(|one| (one.place.clone(), one.values.clone())).collect()
}

#[test]
fn what_a_newer_partner_wrote_survives_an_older_one_and_is_shown() {
    let before = newer().view().unwrap();
    let mut older = with(&OLDER, &newer());
    let view = older.view().unwrap();
    let FieldValue::Rows(rows) = view.field("etapes").unwrap() else { panic!() };
    let step = rows[0].id.clone();
    let FieldValue::Rows(rows) = before.field("suites").unwrap() else { panic!() };
    let next = rows[0].id.clone();
    let mut shown = unknown(&view);
    shown.retain(|(place, _)| !place.ends_with("@order"));
    let one = |value: &str| vec![value.to_owned()];
    let wanted = vec![
        ("cout".to_owned(), one("1200.00")),
        (format!("etapes/{step}/appuis"), vec!["CLSM".to_owned(), "GEM".to_owned()]),
        (format!("etapes/{step}/lot"), one("7")),
        (format!("suites/{next}/quoi"), one("Évaluer")),
        ("themes".to_owned(), vec!["a/b".to_owned(), "logement".to_owned()]),
    ];
    assert_eq!(shown, wanted);
    assert_eq!(view.field("etat"), Some(&FieldValue::One("suspendu".into())), "shown as it is");
    let state = view.kind.field("etat").unwrap().kind;
    assert_eq!(state.show("suspendu", crate::kinds::Language::French), "suspendu");
    assert_eq!(before.unknown, []);

    // The older partner edits everything around it, the row and the choice of the newer one too.
    edit(&mut older, 2, &set("lieu", "Au CLSM"));
    edit(&mut older, 2, &set(&format!("etapes/{step}/quoi"), "Fermer"));
    edit(&mut older, 2, &row("etapes", &[("quoi", "Dire")]));
    edit(&mut older, 2, &append("texte", "Suite."));
    edit(&mut older, 2, &Edit::SetTitle("Autre titre".into()));
    let older = reloaded(&older);
    assert_eq!(unknown(&older.view().unwrap()).len(), unknown(&view).len());

    let after = with(&NEWER, &older).view().unwrap();
    assert_eq!(after.unknown, []);
    for name in ["etat", "cout", "themes", "suites"] {
        assert_eq!(after.field(name), before.field(name), "{name}");
    }
    assert_eq!(after.field("lieu"), Some(&FieldValue::One("Au CLSM".into())));
    let FieldValue::Rows(rows) = after.field("etapes").unwrap() else { panic!() };
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].cell("lot"), Some(&FieldValue::One("7".into())));
    let appuis = FieldValue::Set(vec!["CLSM".into(), "GEM".into()]);
    assert_eq!(rows[0].cell("appuis"), Some(&appuis));
    assert_eq!(rows[0].cell("quoi"), Some(&FieldValue::One("Fermer".into())));
}

#[test]
fn changes_of_a_newer_partner_are_taken_in_by_an_older_one() {
    let (mut newer, mut log) = create(Catalogue::new(&NEWER), "idee");
    log.extend(edit(&mut newer, 1, &set("cout", "5")));
    log.extend(edit(&mut newer, 1, &row("suites", &[("quoi", "Évaluer")])));
    let cells = [("quoi", "Ouvrir"), ("lot", "7"), ("appuis", "GEM")];
    log.extend(edit(&mut newer, 1, &row("etapes", &cells)));
    log.extend(edit(&mut newer, 1, &set("themes", "logement")));
    log.extend(edit(&mut newer, 1, &set("etat", "suspendu")));
    let mut older = Document::awaited(SPACE, DOCUMENT, Catalogue::new(&OLDER));
    let outcome = send(&mut older, &log, 1);
    assert_eq!((outcome.applied.len(), outcome.set_aside.len()), (log.len(), 0));
    let back = edit(&mut older, 2, &set("lieu", "Ici"));
    assert_eq!(send(&mut newer, &back, 2).applied.len(), 1);
    assert_eq!(newer.view().unwrap().field("cout"), Some(&FieldValue::One("5.00".into())));
    assert_eq!(newer.heads(), older.heads());
}

#[test]
fn a_value_of_another_form_in_a_known_field_is_shown_and_edited_over() {
    let (mut document, _) = create(Catalogue::new(&OLDER), "idee");
    edit(&mut document, 1, &row("etapes", &[("quoi", "Ouvrir")]));
    let map = Lens::now(&document.engine).object(&ROOT, FIELDS_KEY, ObjType::Map).unwrap();
    let FieldValue::Rows(rows) = document.view().unwrap().field("etapes").cloned().unwrap() else {
        panic!()
    };
    let quand = format!("etapes/{}/quand", rows[0].id);
    let change = hostile(&document, 2, |out| {
        out.put(&map, "lieu", 7_i64).unwrap();
        out.put(&map, quand.as_str(), true).unwrap();
        out.put(&map, "autre", 1.5_f64).unwrap();
    });
    let outcome = send(&mut document, &[change], 2);
    assert_eq!(outcome.set_aside, [], "an older program cannot judge what a newer one means");
    let view = document.view().unwrap();
    assert_eq!(view.field("lieu"), Some(&FieldValue::Empty));
    let shown = unknown(&view);
    for (place, value) in [("lieu", "7"), (quand.as_str(), "true"), ("autre", "1.5")] {
        assert!(shown.contains(&(place.to_owned(), vec![value.to_owned()])), "{place}: {shown:?}");
    }
    let _ = (crate::guard::in_view(&view), view.missing(), document.history());
    edit(&mut document, 1, &set("lieu", "Ici"));
    let view = reloaded(&document).view().unwrap();
    assert_eq!(view.field("lieu"), Some(&FieldValue::One("Ici".into())));
    assert!(!unknown(&view).iter().any(|(place, _)| place == "lieu"));
}

/// A table that this program does not have: nothing of it can be shown, and nothing is lost once
/// the program knows it.
#[test]
fn a_document_of_a_newer_table_is_built_anew_once_the_table_is_known() {
    let (mut newest, mut log) = create(Catalogue::new(&NEWEST), "idee");
    assert_eq!(newest.kind().unwrap().revision, 2);
    log.extend(edit(&mut newest, 1, &set("lieu", "Au GEM")));
    let mut older = Document::awaited(SPACE, DOCUMENT, Catalogue::new(&OLDER));
    let outcome = send(&mut older, &log, 1);
    assert_eq!((outcome.applied.len(), outcome.held), (0, log.len() - 1));
    assert!(older.view().is_none());
    assert!(older.edit(&author(2), &set("lieu", "Ici")).is_err(), "it is left alone");
    // What was kept of it says nothing of its first change: the journal does.
    let catalogue = Catalogue::new(&NEWEST);
    let loaded = Document::load(SPACE, DOCUMENT, catalogue, &older.save());
    assert_eq!(loaded.err(), Some(LoadRefusal::UnknownKind));
    let mut rebuilt = Document::awaited(SPACE, DOCUMENT, catalogue);
    assert_eq!(send(&mut rebuilt, &log, 1).applied.len(), log.len());
    assert_eq!(rebuilt.view().unwrap().field("lieu"), Some(&FieldValue::One("Au GEM".into())));
}
