//! Documents: creating, editing by each merge rule, viewing, saving, telling their history.

use super::fixture::*;
use super::*;
use protocol::id::Incarnation;

use crate::admission::ActorRule;
use crate::kinds::Language;

fn values(document: &Document, field: &str) -> FieldValue {
    document.view().unwrap().field(field).unwrap().clone()
}

fn refusal(document: &mut Document, edit: Edit) -> EditRefusal {
    let (before, saved) = (document.heads(), format!("{:?}", document.view()));
    let refusal = document.edit(&author(1), &edit).unwrap_err();
    assert_eq!(document.heads(), before, "{refusal:?} must change nothing");
    assert_eq!(format!("{:?}", document.view()), saved);
    assert!(!refusal.message(Language::French).is_empty());
    assert!(!refusal.message(Language::English).is_empty());
    assert!(refusal.code().chars().all(|c| c.is_ascii_lowercase() || c == '-'));
    refusal
}

#[test]
fn two_members_who_create_the_same_document_converge() {
    let kind = SPECIMENS.find("note").unwrap();
    let create = |number| {
        let author = author(number);
        Document::create(SPACE, DOCUMENT, SPECIMENS, kind, "", &author).unwrap()
    };
    let ((mut a, from_a), (mut b, from_b)) = (create(1), create(2));
    assert_eq!(from_a.changes, from_b.changes, "the first change is nobody's in particular");
    let (typed_a, typed_b) =
        (edit(&mut a, 1, &append("texte", "un ")), edit(&mut b, 2, &append("texte", "deux ")));
    send(&mut a, &typed_b, 2);
    assert_eq!(send(&mut b, &from_a.changes, 1).already, 1);
    send(&mut b, &typed_a, 1);
    assert_eq!(a.heads(), b.heads());
    assert_eq!(a.view().unwrap().sections, b.view().unwrap().sections);
}

/// The bytes of a first change are part of the protocol: an engine that makes others would
/// split replicas, and a table whose sections change needs a new revision. Those of the product
/// are pinned beside their tables.
#[test]
fn the_first_change_of_a_table_is_pinned() {
    let name = |kind| {
        let genesis = layout::genesis(&DOCUMENT, SPECIMENS.find(kind).unwrap());
        genesis.id.short()
    };
    assert_eq!([name("convention"), name("note")], GENESIS_NAMES);
}

const GENESIS_NAMES: [&str; 2] = ["b72f8282bc53", "365460cad112"];

#[test]
fn concurrent_values_that_bind_are_shown_and_settled() {
    let (mut a, created) = convention();
    let mut b = awaited();
    send(&mut b, &created, 1);
    let from_a = edit(&mut a, 1, &set("montant", "12 000"));
    let from_b = edit(&mut b, 2, &set("montant", "15 000"));
    send(&mut b, &from_a, 1);
    send(&mut a, &from_b, 2);
    for document in [&a, &b] {
        let view = document.view().unwrap();
        let [conflict] = view.conflicts.as_slice() else { panic!("{:?}", view.conflicts) };
        assert_eq!(conflict.field, "montant");
        let told: Vec<_> =
            conflict.values.iter().map(|v| (v.value.as_str(), v.actor, v.change)).collect();
        assert_eq!(
            told,
            [("12000.00", actor(1), from_a[0].id), ("15000.00", actor(2), from_b[0].id)]
        );
        assert_eq!(conflict.values[1].at, author(2).time);
        let both = vec!["12000.00".to_owned(), "15000.00".to_owned()];
        assert_eq!(values(document, "montant"), FieldValue::Conflicting(both));
    }
    assert_eq!(refusal(&mut a, set("montant", "1")), EditRefusal::InConflict("montant".to_owned()));
    let settle = Edit::Settle { field: "montant".into(), value: "13500".into() };
    let settled = edit(&mut a, 1, &settle);
    send(&mut b, &settled, 1);
    assert!(b.view().unwrap().conflicts.is_empty());
    assert_eq!(values(&b, "montant"), FieldValue::One("13500.00".into()));
    assert!(edit(&mut b, 2, &settle).is_empty(), "settled the same way already");
}

/// What was settled on is said by the history, also when it is one of the values that stood.
#[test]
fn settling_on_a_value_that_stood_is_told_with_all_of_them() {
    let (mut a, created) = convention();
    let mut b = awaited();
    send(&mut b, &created, 1);
    let from_a = edit(&mut a, 1, &set("montant", "12 000"));
    let from_b = edit(&mut b, 2, &set("montant", "15 000"));
    send(&mut b, &from_a, 1);
    send(&mut a, &from_b, 2);
    for chosen in ["12000.00", "15000.00"] {
        let mut mine = a.clone();
        let mut theirs = b.clone();
        let settled =
            edit(&mut mine, 1, &Edit::Settle { field: "montant".into(), value: chosen.into() });
        send(&mut theirs, &settled, 1);
        for document in [&mine, &theirs] {
            assert_eq!(values(document, "montant"), FieldValue::One(chosen.into()));
            let told = document.details().remove(&settled[0].id).unwrap();
            let [told] = told.as_slice() else { panic!("{told:?}") };
            let before = told.before.as_deref().unwrap();
            assert!(before.contains("12000.00") && before.contains("15000.00"), "{before}");
            assert_eq!(told.after.as_deref(), Some(chosen));
        }
    }
}

#[test]
fn the_same_value_written_twice_is_no_conflict() {
    let (mut a, created) = convention();
    let mut b = awaited();
    send(&mut b, &created, 1);
    let from_a = edit(&mut a, 1, &set("date_fin", "31/12/2028"));
    edit(&mut b, 2, &set("date_fin", "2028-12-31"));
    send(&mut b, &from_a, 1);
    let view = b.view().unwrap();
    assert!(view.conflicts.is_empty());
    assert_eq!(view.field("date_fin"), Some(&FieldValue::One("2028-12-31".into())));
}

#[test]
fn each_rule_merges_as_its_letter_says() {
    let (mut a, created) = convention();
    let mut b = awaited();
    send(&mut b, &created, 1);
    let mut from_a = edit(&mut a, 1, &set("parties", "UNAFAM"));
    from_a.extend(edit(&mut a, 1, &set("signataires", "Mme A")));
    from_a.extend(edit(&mut a, 1, &set("circuit", "visa du 3 mars")));
    from_a.extend(edit(&mut a, 1, &set("objet", "premier")));
    from_a.extend(edit(&mut a, 1, &set("notes", "à relire")));
    let mut from_b = edit(&mut b, 2, &set("parties", "GEM Soleil"));
    from_b.extend(edit(&mut b, 2, &set("signataires", "M. B")));
    from_b.extend(edit(&mut b, 2, &set("circuit", "visa du 4 mars")));
    send(&mut b, &from_a, 1);
    send(&mut a, &from_b, 2);
    assert_eq!(format!("{:?}", a.view()), format!("{:?}", b.view()));
    let both = vec!["GEM Soleil".to_owned(), "UNAFAM".to_owned()];
    assert_eq!(values(&a, "parties"), FieldValue::Set(both));
    let FieldValue::List(items) = values(&a, "signataires") else { panic!() };
    assert_eq!(items.len(), 2);
    let FieldValue::Entries(entries) = values(&a, "circuit") else { panic!() };
    assert_eq!(entries.len(), 2);
    assert_eq!(values(&a, "objet"), FieldValue::One("premier".into()));
    assert_eq!(values(&a, "notes"), FieldValue::Text("à relire".into()));
    assert_eq!(values(&a, "reference"), FieldValue::Empty);

    let second = items[1].id.clone();
    let first = Edit::MoveItem { field: "signataires".into(), item: second, after: None };
    edit(&mut a, 1, &first);
    let FieldValue::List(moved) = values(&a, "signataires") else { panic!() };
    assert_eq!((&moved[0], &moved[1]), (&items[1], &items[0]));
    let remove = |entry: &str, field: &str| Edit::Remove {
        field: field.to_owned(),
        entry: entry.to_owned(),
    };
    edit(&mut a, 1, &remove(&items[0].id, "signataires"));
    edit(&mut a, 1, &remove("UNAFAM", "parties"));
    assert_eq!(values(&a, "parties"), FieldValue::Set(vec!["GEM Soleil".to_owned()]));
    for field in ["parties", "objet", "notes", "signataires"] {
        edit(&mut a, 1, &Edit::Clear { field: field.into() });
    }
    assert_eq!(values(&a, "parties"), FieldValue::Set(Vec::new()));
    assert_eq!(values(&a, "objet"), FieldValue::Empty);
    assert_eq!(values(&a, "notes"), FieldValue::Text(String::new()));
}

#[test]
fn what_already_is_gives_no_change() {
    let (mut a, _) = convention();
    for again in [
        set("montant", "100"),
        set("objet", "x"),
        set("parties", "UNAFAM"),
        set("notes", "n"),
        Edit::SetTitle("Autre titre".into()),
        Edit::DeleteSection { section: "moyens".into() },
    ] {
        assert_eq!(edit(&mut a, 1, &again).len(), 1, "{again:?}");
        assert!(edit(&mut a, 1, &again).is_empty(), "{again:?}");
    }
    for field in ["montant", "parties"] {
        let clear = Edit::Clear { field: field.into() };
        assert_eq!(edit(&mut a, 1, &clear).len(), 1);
        assert!(edit(&mut a, 1, &clear).is_empty());
    }
    assert_eq!(reloaded(&a).heads(), a.heads(), "an empty transaction leaves no trace");
}

#[test]
fn an_addition_wins_over_a_concurrent_removal() {
    let (mut a, mut log) = convention();
    log.extend(edit(&mut a, 1, &set("parties", "UNAFAM")));
    let mut b = awaited();
    send(&mut b, &log, 1);
    let removed =
        edit(&mut a, 1, &Edit::Remove { field: "parties".into(), entry: "UNAFAM".into() });
    // The second machine takes it out and puts it back, unaware.
    edit(&mut b, 2, &Edit::Remove { field: "parties".into(), entry: "UNAFAM".into() });
    edit(&mut b, 2, &set("parties", "UNAFAM"));
    send(&mut b, &removed, 1);
    assert_eq!(values(&b, "parties"), FieldValue::Set(vec!["UNAFAM".into()]));
}

#[test]
fn computed_fields_follow_the_others() {
    let (mut a, created) = convention();
    let mut b = awaited();
    send(&mut b, &created, 1);
    assert_eq!(values(&a, "duree_mois"), FieldValue::Empty);
    edit(&mut a, 1, &set("date_effet", "01/03/2026"));
    edit(&mut a, 1, &set("date_fin", "28/02/2029"));
    assert_eq!(values(&a, "duree_mois"), FieldValue::One("36".into()));
    let other = edit(&mut b, 2, &set("date_fin", "28/02/2028"));
    send(&mut a, &other, 2);
    assert_eq!(values(&a, "duree_mois"), FieldValue::Empty, "a conflict has no duration");
}

#[test]
fn sections_are_added_named_moved_hidden_and_shown() {
    let (mut a, _) = convention();
    let ids = |document: &Document| {
        let view = document.view().unwrap();
        view.sections.into_iter().map(|section| section.id).collect::<Vec<_>>()
    };
    let template = ids(&a);
    assert_eq!(template[..2], ["preambule", "objet"]);
    let add = Edit::AddSection { title: "Litiges".into(), after: Some("objet".into()) };
    let id = a.edit(&author(1), &add).unwrap().created.unwrap();
    assert_eq!(ids(&a)[2], id);
    let end = Edit::AddSection { title: "Annexe".into(), after: None };
    let annex = a.edit(&author(1), &end).unwrap().created.unwrap();
    assert_eq!(ids(&a).last(), Some(&annex));
    edit(&mut a, 1, &append("Litiges", "tribunal"));
    edit(&mut a, 1, &append("moyens", "deux postes"));
    edit(&mut a, 1, &Edit::MoveSection { section: "litiges".into(), after: None });
    assert_eq!(ids(&a)[0], id);
    let rename = Edit::RenameSection { section: id.clone(), title: "Différends".into() };
    edit(&mut a, 1, &rename);
    edit(&mut a, 1, &Edit::DeleteSection { section: "moyens".into() });
    let view = a.view().unwrap();
    assert_eq!(view.section(&id).unwrap().title(view.kind, Language::French), "Différends");
    assert_eq!(view.section(&id).unwrap().text, "tribunal");
    assert!(view.section("moyens").is_none());
    assert_eq!(view.deleted_sections[0].text, "deux postes");
    edit(&mut a, 1, &Edit::RestoreSection { section: "moyens".into() });
    let view = a.view().unwrap();
    let means = view.section("moyens").unwrap();
    assert_eq!(means.title(view.kind, Language::English), "Means");
}

#[test]
fn texts_merge_character_by_character() {
    let (mut a, mut log) = convention();
    log.extend(edit(&mut a, 1, &append("objet", "Le réseau accueille. 🙂 Fin.")));
    let mut b = awaited();
    send(&mut b, &log, 1);
    let rewritten = "Le réseau accueille les familles. 🙂 Fin.".to_owned();
    let from_a = edit(&mut a, 1, &Edit::WriteText { place: "objet".into(), text: rewritten });
    let splice = Edit::Splice { place: "objet".into(), at: 23, delete: 3, insert: "Suite".into() };
    let from_b = edit(&mut b, 2, &splice);
    send(&mut b, &from_a, 1);
    send(&mut a, &from_b, 2);
    let text = &a.view().unwrap().section("objet").unwrap().text.clone();
    assert_eq!(text, "Le réseau accueille les familles. 🙂 Suite.");
    assert_eq!(a.heads(), b.heads());
    let same = Edit::WriteText { place: "objet".into(), text: text.clone() };
    assert!(edit(&mut a, 1, &same).is_empty(), "the same text is no change");
}

#[test]
fn a_long_paste_is_split_and_admitted() {
    let (mut a, log) = convention();
    let mut b = awaited();
    send(&mut b, &log, 1);
    let long: String = ('a'..='z').cycle().take(45_000).collect();
    let pasted = edit(&mut a, 1, &append("objet", &long));
    assert_eq!(pasted.len(), 5);
    let text = "court".to_owned();
    let cut = edit(&mut a, 1, &Edit::WriteText { place: "objet".into(), text });
    assert_eq!(cut.len(), 5);
    assert_eq!(send(&mut b, &pasted, 1).applied.len(), 5);
    assert_eq!(b.view().unwrap().section("objet").unwrap().text, long);
    assert_eq!(send(&mut b, &cut, 1).applied.len(), 5);
    assert_eq!(b.view().unwrap().section("objet").unwrap().text, "court");
}

#[test]
fn every_refusal_of_a_field_is_reached_and_changes_nothing() {
    let (mut a, _) = convention();
    let not_ready = awaited().edit(&author(1), &set("objet", "x")).unwrap_err();
    assert_eq!(not_ready, EditRefusal::NotReady);
    assert_eq!(refusal(&mut a, set("couleur", "bleu")), EditRefusal::NoSuchField("couleur".into()));
    assert_eq!(refusal(&mut a, append("ici", "x")), EditRefusal::NoSuchPlace("ici".into()));
    let remove = Edit::Remove { field: "parties".into(), entry: "X".into() };
    assert_eq!(refusal(&mut a, remove), EditRefusal::NoSuchEntry("X".into()));
    let settle = |field: &str| Edit::Settle { field: field.into(), value: "1".into() };
    let wrong =
        EditRefusal::WrongRule { field: "objet".into(), rule: crate::kinds::Merge::LastWriter };
    assert_eq!(refusal(&mut a, settle("objet")), wrong);
    assert_eq!(refusal(&mut a, settle("montant")), EditRefusal::NothingToSettle("montant".into()));
    assert_eq!(refusal(&mut a, set("duree_mois", "3")), EditRefusal::Computed("duree_mois".into()));
    let bad = refusal(&mut a, set("montant", "beaucoup"));
    assert_eq!(bad, EditRefusal::Value(crate::kinds::ValueRefusal::NotAnAmount));
}

#[test]
fn every_refusal_of_the_rest_is_reached_and_changes_nothing() {
    let (mut a, log) = convention();
    let place = "objet".to_owned();
    let splice = Edit::Splice { place, at: 0, delete: 1, insert: String::new() };
    assert_eq!(refusal(&mut a, splice), EditRefusal::OutsideText { length: 0 });
    let long = "x".repeat(limits::EDIT_CHARS_MAX + 1);
    let too_long = EditRefusal::TooLong { chars_max: limits::EDIT_CHARS_MAX };
    assert_eq!(refusal(&mut a, append("objet", &long)), too_long);
    assert!(matches!(
        refusal(&mut a, Edit::Clear { field: "circuit".into() }),
        EditRefusal::WrongRule { .. }
    ));
    let title = refusal(&mut a, Edit::SetTitle("  ".into()));
    assert_eq!(title.code(), "bad-value");

    // The same life of the same device has written elsewhere: a copied machine.
    let mut copy = awaited();
    send(&mut copy, &log, 1);
    let first = edit(&mut copy, 1, &set("objet", "x"));
    let second = edit(&mut copy, 1, &set("objet", "y"));
    assert_eq!(first.len(), 1);
    send(&mut a, &second, 1);
    assert_eq!(refusal(&mut a, set("objet", "z")), EditRefusal::IncarnationUsed);

    let (mut a, _) = convention();
    a.index.pretend_ops(limits::DOCUMENT_OPS_MAX + 1);
    assert!(a.size().calls_for_new_generation());
    assert_eq!(refusal(&mut a, set("objet", "z")), EditRefusal::DocumentFull);

    let (mut a, _) = convention();
    a.damaged = true;
    assert_eq!(refusal(&mut a, set("objet", "z")), EditRefusal::Engine);
}

/// What would name more branches than a change may is refused before it is said to be saved.
#[test]
fn an_edit_upon_too_many_branches_is_refused_at_once() {
    let (document, _) = convention();
    let mut wide = document.clone();
    for number in 0..=limits::CHANGE_DEPS_MAX {
        let mut incarnation = [0; 16];
        incarnation[..8].copy_from_slice(&(number as u64 + 1).to_be_bytes());
        let writer = Author { incarnation: Incarnation::new(incarnation), ..author(2) };
        let mut alone = document.clone();
        let edited = alone.edit(&writer, &append("objet", "x")).unwrap();
        let rule = ActorRule::Device { device: writer.device, incarnation: writer.incarnation };
        wide.admit(arrivals(&edited.changes, rule));
    }
    let refused = wide.edit(&author(3), &append("objet", "y"));
    assert!(matches!(refused, Err(EditRefusal::DocumentFull)), "{refused:?}");
}
