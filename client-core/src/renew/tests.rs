//! Unsent work survives a copied or restored machine under a new name.

use super::*;
use crate::admission::{ActorRule, Arrival, Outcome, Refusal};
use crate::document::fixture::*;
use crate::document::sheet;
use crate::document::{Document, Edit, RawChange};

/// Says of changes that they lost their place, all by the device of that number.
fn lost(changes: &[RawChange], number: u8) -> Vec<Old> {
    let from = author(number).device;
    changes.iter().map(|c| Old { bytes: c.bytes.clone(), from, lost: true }).collect()
}

fn again(old: &[Old]) -> Vec<Renewed> {
    renew(&SPACE, &DOCUMENT, old)
}

fn bring(peer: &mut Document, renewed: &[Renewed]) -> Outcome {
    let arrival = |one: &Renewed| {
        let rule = ActorRule::Renewed { of: one.of };
        Arrival { bytes: one.bytes.clone(), rule }
    };
    peer.admit(renewed.iter().map(arrival).collect())
}

/// Edits of every sort, some of them upon what the others make.
fn some_edits(document: &mut Document, choices: &mut Choices) -> Vec<RawChange> {
    let first = format!("début {} ", choices.below(1_000));
    let mut made = edit(document, 1, &append("objet", &first));
    for number in 0..1 + choices.below(8) {
        let text = format!("mot{number} ");
        let next = match choices.below(7) {
            0 => append("objet", &text),
            1 => set("montant", &number.to_string()),
            2 => set("parties", &text),
            3 => set("signataires", &text),
            4 => set("circuit", &text),
            5 => {
                let title = format!("Section {number}");
                let add = Edit::AddSection { title, after: None };
                let added = document.edit(&author(1), &add).unwrap();
                made.extend(added.changes);
                append(&added.created.unwrap(), &text)
            }
            _ => Edit::WriteText { place: "objet".into(), text: text.repeat(2) },
        };
        made.extend(edit(document, 1, &next));
    }
    made
}

#[test]
fn t31_t32_a_peer_that_knows_the_other_life_admits_the_unsent_work() {
    for seed in 0..60 {
        let mut choices = Choices(seed);
        let (mut original, mut sent) = convention();
        sent.extend(some_edits(&mut original, &mut choices));
        // The machine is copied; both copies write under one name, and one of them sends.
        let mut clone = original.clone();
        let others = some_edits(&mut clone, &mut choices);
        let unsent = some_edits(&mut original, &mut choices);
        let mut peer = awaited();
        send(&mut peer, &sent, 1);
        send(&mut peer, &others, 1);
        assert_eq!(peer.heads(), clone.heads());
        if unsent[0].id != others[0].id {
            let refused = send(&mut peer.clone(), &unsent, 1);
            assert_eq!(refused.set_aside[0].reason, Refusal::Fork);
        }

        let again = again(&lost(&unsent, 1));
        assert_eq!(again.len(), unsent.len());
        let outcome = bring(&mut peer, &again);
        assert_eq!(outcome.applied.len(), unsent.len(), "{:?}", outcome.set_aside);
        // Whoever else holds them writes the same: they stand there once.
        let heads = peer.heads();
        assert_eq!(bring(&mut peer, &renew(&SPACE, &DOCUMENT, &lost(&unsent, 1))).applied, []);
        assert_eq!(peer.heads(), heads);

        // Without the other copy's work the document says what it said before.
        let mut alone = awaited();
        send(&mut alone, &sent, 1);
        bring(&mut alone, &again);
        let (was, is) = (original.view().unwrap(), alone.view().unwrap());
        let texts = |view: &crate::document::View| {
            let titled = view.sections.iter();
            titled.map(|s| (s.own_title.clone(), s.text.clone())).collect::<Vec<_>>()
        };
        assert_eq!(texts(&was), texts(&is));
        assert_eq!(was.field("montant"), is.field("montant"));
        assert_eq!(was.field("parties"), is.field("parties"));
        edit(&mut alone, 2, &append("objet", "fin"));
        assert_eq!(reloaded(&alone).heads(), alone.heads());
    }
}

#[test]
fn a_document_that_was_never_sent_keeps_its_first_change() {
    let (mut document, mut unsent) = convention();
    unsent.extend(edit(&mut document, 1, &append("objet", "texte")));
    let again = again(&lost(&unsent, 1));
    assert_eq!(again[0].bytes, unsent[0].bytes);
    let mut peer = awaited();
    assert_eq!(bring(&mut peer, &again).applied.len(), 3);
    let text = &peer.view().unwrap().section("objet").unwrap().text.clone();
    assert_eq!(text, "texte");
}

/// A reader of a bundle wrote upon what the bundle held: both go on together.
#[test]
fn what_another_wrote_upon_lost_changes_is_written_anew_with_them() {
    let (mut document, sent) = convention();
    let orphans = edit(&mut document, 1, &append("objet", "par la clé USB "));
    let upon = edit(&mut document, 2, &append("objet", "et la suite"));
    let (mut beside, _) = convention();
    let free = edit(&mut beside, 3, &append("objet", "à part "));
    let mut old = lost(&orphans, 1);
    for (number, changes) in [(2, &upon), (3, &free)] {
        old.extend(lost(changes, number).into_iter().map(|one| Old { lost: false, ..one }));
    }
    // In whatever order they are given.
    old.reverse();
    let again = again(&old);
    assert_eq!(again.len(), orphans.len() + upon.len());
    assert!(again.iter().all(|one| one.from != author(3).device));
    let mut peer = awaited();
    send(&mut peer, &sent, 1);
    let outcome = bring(&mut peer, &again);
    assert_eq!(outcome.applied.len(), again.len(), "{:?}", outcome.set_aside);
    let text = &peer.view().unwrap().section("objet").unwrap().text.clone();
    assert_eq!(text, "par la clé USB et la suite");
}

/// Two copies of one store number different operations alike: a change is written anew against
/// the one it was written upon.
#[test]
fn t31_what_was_written_upon_the_other_copy_stays_upon_it() {
    let (mut here, sent) = convention();
    let mut copy = here.clone();
    let lost_one = edit(&mut here, 1, &append("objet", "ici "));
    let kept_one = edit(&mut copy, 1, &append("objet", "ailleurs "));
    let upon = edit(&mut copy, 1, &append("objet", "ensuite "));
    let mut old = lost(&lost_one, 1);
    old.extend(lost(&upon, 1));
    let again = again(&old);
    let mut peer = awaited();
    send(&mut peer, &sent, 1);
    send(&mut peer, &kept_one, 1);
    let outcome = bring(&mut peer, &again);
    assert_eq!(outcome.applied.len(), 2, "{:?}", outcome.set_aside);
    let text = &peer.view().unwrap().section("objet").unwrap().text.clone();
    assert!(text.contains("ailleurs ensuite") && text.contains("ici"), "{text}");
}

#[test]
fn what_is_no_change_is_left_out_and_so_is_what_builds_upon_it() {
    let (mut document, _) = convention();
    let mut unsent = edit(&mut document, 1, &append("objet", "texte"));
    unsent.extend(edit(&mut document, 1, &append("objet", "!")));
    let whole = lost(&unsent, 1);
    let mut old = whole.clone();
    let last = old[0].bytes.len() - 1;
    old[0].bytes[last] ^= 1;
    old.push(Old { bytes: b"rien".to_vec(), ..whole[0].clone() });
    let renewed = again(&old);
    // The damaged one has another hash: what builds upon the sound one is not told apart.
    assert!(renewed.iter().all(|one| one.of != unsent[0].id), "{renewed:?}");
    assert_eq!(again(&old[old.len() - 1..]), []);
}

/// An actor that stands for an old change writes once, and only under that change's name.
#[test]
fn t31_nobody_writes_on_under_the_actor_of_a_renewed_change() {
    let (mut document, sent) = convention();
    let orphans = edit(&mut document, 1, &append("objet", "texte"));
    let again = again(&lost(&orphans, 1));
    let mut peer = awaited();
    send(&mut peer, &sent, 1);
    let other = ActorRule::Renewed { of: sent[0].id };
    let arrival = Arrival { bytes: again[0].bytes.clone(), rule: other };
    assert_eq!(peer.admit(vec![arrival]).set_aside[0].reason, Refusal::WrongActor);
    let own = ActorRule::Renewed { of: orphans[0].id };
    let arrival = Arrival { bytes: orphans[0].bytes.clone(), rule: own };
    assert_eq!(peer.admit(vec![arrival]).set_aside[0].reason, Refusal::WrongActor);
}

/// A row bears the name of the operation that made it: written anew, it has another, and so
/// have its cells and its texts, in every change.
#[test]
fn t31_rows_and_what_was_written_into_them_are_written_anew_together() {
    let (mut original, sent) = sheet::sheet();
    let mut clone = original.clone();
    let mut unsent = Vec::new();
    let cells = [("code", "OO-1"), ("libelle", "Ouvrir."), ("appuis", "GEM")];
    let added = original.edit(&author(1), &sheet::add("objectifs", &cells)).unwrap();
    unsent.extend(added.changes);
    let row = added.created.unwrap();
    let path = |column: &str| format!("objectifs/{row}/{column}");
    unsent.extend(edit(&mut original, 1, &append(&path("libelle"), " Vite.")));
    unsent.extend(edit(&mut original, 1, &set(&path("echeance"), "2027-01-01")));
    unsent.extend(edit(&mut original, 1, &set(&path("appuis"), "CMP/Nord")));
    unsent.extend(edit(&mut original, 1, &sheet::add("points", &[("texte", "Un.")])));
    unsent.extend(edit(&mut original, 1, &sheet::add("valeurs", &[("periode", "2026")])));
    let others = edit(&mut clone, 1, &sheet::add("objectifs", &[("code", "autre")]));

    let mut peer = sheet::reader();
    send(&mut peer, &sent, 1);
    send(&mut peer, &others, 1);
    let outcome = bring(&mut peer, &again(&lost(&unsent, 1)));
    assert_eq!(outcome.applied.len(), unsent.len(), "{:?}", outcome.set_aside);
    let cells = |document: &Document, field: &str| -> Vec<_> {
        let view = document.view().unwrap();
        view.rows(field).iter().map(|row| row.cells.clone()).collect()
    };
    let goals = cells(&peer, "objectifs");
    assert_eq!(goals.len(), 2, "the row of the other copy stands beside it");
    assert!(goals.contains(&cells(&original, "objectifs")[0]), "{goals:?}");
    for field in ["points", "valeurs"] {
        assert_eq!(cells(&peer, field), cells(&original, field));
    }
}

/// Renewing a long day's work looks at a change or two for each operation, not at all of them.
#[test]
fn a_long_chain_is_renewed_without_looking_at_all_of_it_each_time() {
    let (mut document, _) = convention();
    let unsent: Vec<RawChange> = (0..400)
        .flat_map(|i| edit(&mut document, 1, &append("objet", &format!("m{i} "))))
        .collect();
    let old = lost(&unsent, 1);
    tally::take(Work::RenameLooked);
    assert_eq!(again(&old).len(), unsent.len());
    let looked = tally::take(Work::RenameLooked);
    let ops: u64 = 400 * 6;
    assert!(looked > 0 && looked <= 3 * ops, "{looked} changes looked at for {ops} operations");
    // Two copies that wrote side by side, and one that has seen both.
    let (mut left, _) = convention();
    let mut right = left.clone();
    let mut both = Vec::new();
    for i in 0..100 {
        both.extend(edit(&mut left, 1, &append("objet", &format!("g{i} "))));
        both.extend(edit(&mut right, 2, &append("objet", &format!("d{i} "))));
    }
    send(&mut left, &both.iter().filter(|c| c.actor == actor(2)).cloned().collect::<Vec<_>>(), 2);
    both.extend(edit(&mut left, 1, &append("objet", "fin")));
    let (mut peer, text) = (awaited(), |d: &Document| {
        let sections = d.view().unwrap().sections;
        sections.into_iter().find(|section| section.id == "objet").unwrap().text
    });
    let (_, sent) = convention();
    send(&mut peer, &sent, 1);
    bring(&mut peer, &again(&lost(&both, 1)));
    let letters = |text: String| {
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        letters
    };
    assert_eq!(letters(text(&peer)), letters(text(&left)));
    assert!(text(&peer).contains("fin"), "{}", text(&peer));
}
