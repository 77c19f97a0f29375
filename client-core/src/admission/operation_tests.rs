//! Each operation is checked against the past of its change and the structure of the document.

use automerge::legacy::{ElementId, Key, ObjectId, Op, OpId, OpType};
use automerge::transaction::{Transactable, Transaction};
use automerge::{ChangeHash, ObjId, ObjType, ROOT, ScalarValue};

use super::tests::{honest, pair, reason, refused_when};
use super::*;
use crate::document::fixture::*;
use crate::document::lens::Lens;
use crate::document::{Document, FieldValue, sheet};

#[test]
fn sequence_numbers_follow_and_build_upon_each_other() {
    assert_eq!(refused_when(|c| c.seq = 5), Refusal::SequenceGap);
    assert_eq!(refused_when(|c| c.seq = 0), Refusal::SequenceGap);
    let (_, mut reader, log) = pair();
    let first = honest(&reader);
    send(&mut reader, std::slice::from_ref(&first), 2);
    let second = forged(&honest(&reader), |change| {
        change.deps = vec![ChangeHash(*log.last().unwrap().id.bytes())];
    });
    assert_eq!(reason(&mut reader, second.bytes), Refusal::SkipsOwnPast);
}

#[test]
fn counters_stay_within_bounds() {
    let start = |value: u64| {
        move |c: &mut automerge::ExpandedChange| c.start_op = value.try_into().unwrap()
    };
    for value in [1, 40, 1 << 22, (1 << 31) - 1, u64::from(u32::MAX) - 1] {
        assert_eq!(refused_when(start(value)), Refusal::CounterOutOfBounds, "{value}");
    }
}

/// Alters the one operation of an honest insertion.
fn refused_op(alter: impl FnOnce(&mut Op)) -> Refusal {
    refused_when(|change| alter(&mut change.operations[0]))
}

#[test]
fn operations_refer_to_what_exists() {
    let nowhere = || OpId(3_000, actor(1).engine());
    assert_eq!(refused_op(|op| op.obj = ObjectId::Id(nowhere())), Refusal::NoSuchObject);
    let stranger = OpId(3, actor(8).engine());
    assert_eq!(refused_op(|op| op.obj = ObjectId::Id(stranger)), Refusal::NoSuchObject);
    assert_eq!(
        refused_op(|op| op.key = Key::Seq(ElementId::Id(nowhere()))),
        Refusal::NoSuchElement
    );
    let delete = |op: &mut Op| {
        op.insert = false;
        op.action = OpType::Delete;
    };
    assert_eq!(refused_op(delete), Refusal::NoSuchPredecessor);
    let foreign_pred = move |op: &mut Op| {
        delete(op);
        op.pred = vec![nowhere()].into();
    };
    assert_eq!(refused_op(foreign_pred), Refusal::NoSuchPredecessor);
    let head = |op: &mut Op| {
        delete(op);
        op.key = Key::Seq(ElementId::Head);
    };
    assert_eq!(refused_op(head), Refusal::NoSuchElement);
    assert_eq!(refused_op(|op| op.obj = ObjectId::Root), Refusal::WrongObjectType);
    assert_eq!(refused_op(|op| op.key = Key::Map("clé".into())), Refusal::WrongObjectType);
    let number = |op: &mut Op| op.action = OpType::Put(ScalarValue::Int(7));
    assert_eq!(refused_op(number), Refusal::WrongObjectType);
    for value in ["", "deux"] {
        let text = |op: &mut Op| op.action = OpType::Put(ScalarValue::Str(value.into()));
        assert_eq!(refused_op(text), Refusal::WrongObjectType);
    }
    let list = |op: &mut Op| op.action = OpType::Make(ObjType::List);
    assert_eq!(refused_op(list), Refusal::WrongObjectType);
    let end = |op: &mut Op| op.action = OpType::MarkEnd(false);
    assert_eq!(refused_op(end), Refusal::UnpairedMark);
    assert_eq!(refused_op(|op| op.action = OpType::Increment(1)), Refusal::UnusedFeature);
}

#[test]
fn a_change_refers_to_its_own_past_only() {
    let (mut a, mut reader, log) = pair();
    // The second author writes upon the text as it was, and yet names a character that the
    // first one typed meanwhile: a replica without that character could not follow.
    let typed = edit(&mut a, 1, &append("objet", "!"));
    send(&mut reader, &typed, 1);
    let unaware = forged(&honest(&reader), |change| {
        change.deps = vec![ChangeHash(*log.last().unwrap().id.bytes())];
        change.start_op = change.start_op.get().checked_sub(1).unwrap().try_into().unwrap();
    });
    assert_eq!(reason(&mut reader, unaware.bytes), Refusal::NoSuchElement);
    let (_, mut early, _) = pair();
    let honest = honest(&early);
    assert_eq!(send_bytes(&mut early, honest.bytes, 2).applied.len(), 1);
}

/// A document with one entry of an append-only field, its maps, and the key of that entry.
fn with_entry() -> (Document, [ObjId; 3], String) {
    let (mut a, mut reader, _) = pair();
    let visa = edit(&mut a, 1, &set("circuit", "visa"));
    send(&mut reader, &visa, 1);
    let lens = Lens::now(&reader.engine);
    let map = |parent: &ObjId, key| lens.object(parent, key, ObjType::Map).unwrap();
    let (fields, sections) = (map(&ROOT, "fields"), map(&ROOT, "sections"));
    let section = map(&sections, "objet");
    let mut keys = lens.keys(&fields).into_iter();
    let entry = keys.find(|key| key.starts_with("circuit/")).unwrap();
    (reader, [fields, sections, section], entry)
}

#[test]
fn the_structure_of_a_document_cannot_be_taken_away() {
    let (reader, [fields, sections, section], _) = with_entry();
    let attack = |write: &dyn Fn(&mut Transaction<'_>)| {
        let change = hostile(&reader, 2, |out| write(out));
        reason(&mut reader.clone(), change.bytes)
    };
    let refused = [
        attack(&|out| out.put(ROOT, "kind", "note").unwrap()),
        attack(&|out| out.delete(ROOT, "sections").unwrap()),
        attack(&|out| out.delete(&sections, "objet").unwrap()),
        attack(&|out| drop(out.put_object(&sections, "moi", ObjType::Map).unwrap())),
        attack(&|out| drop(out.put_object(&section, "text", ObjType::Text).unwrap())),
        attack(&|out| out.delete(&section, "text").unwrap()),
        attack(&|out| out.put(&fields, "notes", "").unwrap()),
        attack(&|out| out.put(&fields, "circuit/antidaté", "visa").unwrap()),
        attack(&|out| out.put(&fields, "duree_mois", "99").unwrap()),
        attack(&|out| drop(out.put_object(&fields, "signataires/0", ObjType::Map).unwrap())),
    ];
    assert_eq!(refused, [Refusal::FixedLayout; 10]);
    let counter = |out: &mut Transaction<'_>| {
        out.put(&fields, "objet", ScalarValue::counter(1)).unwrap();
    };
    assert_eq!(attack(&counter), Refusal::UnusedFeature);
}

#[test]
fn an_entry_that_stays_cannot_be_changed_or_struck() {
    let (reader, [fields, ..], entry) = with_entry();
    let overwritten = hostile(&reader, 2, |out| out.put(&fields, &entry, "").unwrap());
    let struck = hostile(&reader, 2, |out| out.delete(&fields, &entry).unwrap());
    for change in [overwritten, struck] {
        assert_eq!(reason(&mut reader.clone(), change.bytes), Refusal::AppendOnly);
    }
}

/// A reader of a sheet with a goal, a value and a point; its fields, the row of the goal and
/// that of the point.
fn with_rows() -> (Document, ObjId, String, String) {
    let (mut a, mut log) = sheet::sheet();
    let mut reader = sheet::reader();
    for (field, cells) in [
        ("objectifs", [("code", "OO-1"), ("libelle", "Ouvrir.")]),
        ("valeurs", [("periode", "2026"), ("valeur", "3")]),
        ("points", [("texte", "Un."), ("montant", "3")]),
    ] {
        log.extend(edit(&mut a, 1, &sheet::add(field, &cells)));
    }
    send(&mut reader, &log, 1);
    let fields = Lens::now(&reader.engine).object(&ROOT, "fields", ObjType::Map).unwrap();
    let view = reader.view().unwrap();
    let row = |field| view.rows(field)[0].id.clone();
    let (goal, point) = (row("objectifs"), row("points"));
    (reader, fields, goal, point)
}

#[test]
fn the_texts_and_the_forms_of_rows_cannot_be_taken_away() {
    let (reader, fields, goal, _) = with_rows();
    let start = reader.heads();
    let text = |key: &str| {
        let change = hostile(&reader, 2, |out| {
            out.put_object(&fields, key, ObjType::Text).unwrap();
        });
        reason(&mut reader.clone(), change.bytes)
    };
    let put = |key: &str| {
        let change = hostile(&reader, 2, |out| out.put(&fields, key, "x").unwrap());
        reason(&mut reader.clone(), change.bytes)
    };
    let libelle = format!("objectifs/{goal}/libelle");
    let struck = hostile(&reader, 2, |out| out.delete(&fields, &libelle).unwrap());
    assert_eq!(reason(&mut reader.clone(), struck.bytes), Refusal::FixedLayout);
    let next = u64::from(reader.index.max_op()) + 1;
    let (own, theirs) = (
        crate::document::layout::fresh_name(next, actor(2)),
        crate::document::layout::fresh_name(next, actor(1)),
    );
    let refused = [
        text(&libelle),
        put(&libelle),
        // Another's row, a row of a value, a text out of its turn, an object that is no text.
        text(&format!("objectifs/{theirs}/libelle")),
        text("valeurs/2026/note"),
        text(&format!("objectifs/{own}/note")),
        text(&format!("objectifs/{own}/code")),
        text(&format!("objectifs/{own}/inconnue")),
        put("objectifs"),
        put("objectifs/"),
        put(&format!("objectifs/{own}")),
        put(&format!("objectifs/{own}/")),
        put("objectifs/moi/code"),
        put(&format!("objectifs/{own}/code/x")),
        put(&format!("objectifs/{own}/appuis")),
        put("valeurs/2026/@order"),
        put("valeurs//valeur"),
        put(&format!("points/{own}/@order")),
        put(&format!("points/{theirs}/texte")),
        put("points/moi/texte"),
    ];
    assert_eq!(refused, [Refusal::FixedLayout; 19]);
    assert_eq!(reader.heads(), start);
    // What a row is honestly made of, and a column of a newer program.
    for key in [format!("objectifs/{own}/code"), format!("objectifs/{goal}/inconnue")] {
        let change = hostile(&reader, 2, |out| out.put(&fields, key, "x").unwrap());
        assert_eq!(send_bytes(&mut reader.clone(), change.bytes, 2).applied.len(), 1);
    }
}

#[test]
fn a_row_that_stays_takes_nothing_after_the_change_that_made_it() {
    let (reader, fields, _, point) = with_rows();
    let late = hostile(&reader, 1, |out| {
        out.put(&fields, format!("points/{point}/date"), "2027-01-01").unwrap();
    });
    assert_eq!(
        send_bytes(&mut reader.clone(), late.bytes, 1).set_aside[0].reason,
        Refusal::FixedLayout
    );
    let key = format!("points/{point}/texte");
    let over = hostile(&reader, 2, |out| out.put(&fields, &key, "").unwrap());
    let struck = hostile(&reader, 2, |out| out.delete(&fields, &key).unwrap());
    for change in [over, struck] {
        assert_eq!(reason(&mut reader.clone(), change.bytes), Refusal::AppendOnly);
    }
}

#[test]
fn odd_values_in_rows_read_as_nothing() {
    let (mut reader, fields, goal, _) = with_rows();
    let odd = hostile(&reader, 2, |out| {
        out.put(&fields, format!("objectifs/{goal}/@order"), 7).unwrap();
        out.put(&fields, format!("objectifs/{goal}/code"), ScalarValue::Null).unwrap();
        out.put(&fields, format!("objectifs/{goal}/appuis/x"), "y").unwrap();
        out.put(&fields, "valeurs/%zz%/valeur", 3.5).unwrap();
        out.put(&fields, "valeurs/2026/periode", "1999").unwrap();
    });
    assert_eq!(send_bytes(&mut reader, odd.bytes, 2).applied.len(), 1);
    let view = reader.view().unwrap();
    let row = &view.rows("objectifs")[0];
    assert_eq!(row.cell("code"), Some(&FieldValue::Empty));
    assert_eq!(row.cell("appuis"), Some(&FieldValue::Set(Vec::new())));
    let periods: Vec<_> = view.rows("valeurs").iter().map(|row| row.cell("periode")).collect();
    let one = |value: &str| FieldValue::One(value.to_owned());
    assert_eq!(periods, [Some(&one("%zz%")), Some(&one("2026"))], "a row is named by its id");
    assert_eq!(format!("{:?}", reloaded(&reader).view()), format!("{:?}", reader.view()));
}
