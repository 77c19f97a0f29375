//! Unsent work survives a copied or restored machine under a new name.

use protocol::id::Incarnation;

use super::*;
use crate::admission::{ActorRule, Refusal};
use crate::document::fixture::*;
use crate::document::{Author, Document, Edit};

/// The first author in its second life.
fn second_life() -> Author {
    Author { incarnation: Incarnation::new([77; 16]), ..author(1) }
}

fn second_rule() -> ActorRule {
    let Author { device, incarnation, .. } = second_life();
    ActorRule::Device { device, incarnation }
}

fn bytes_of(changes: &[RawChange]) -> Vec<Vec<u8>> {
    changes.iter().map(|change| change.bytes.clone()).collect()
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

        let (from, to) = (actor(1), original.actor_of(&second_life()));
        let again = reauthor(&bytes_of(&unsent), &from, &to).unwrap();
        assert_eq!(again.len(), unsent.len());
        assert_eq!(again[0].seq, 1);
        let outcome = peer.admit(arrivals(&again, second_rule()));
        assert_eq!(outcome.applied.len(), unsent.len(), "{:?}", outcome.set_aside);

        // Without the other copy's work the document says what it said before.
        let mut alone = awaited();
        send(&mut alone, &sent, 1);
        alone.admit(arrivals(&again, second_rule()));
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
    let to = document.actor_of(&second_life());
    let again = reauthor(&bytes_of(&unsent), &actor(1), &to).unwrap();
    assert_eq!(again[0], unsent[0]);
    let mut peer = awaited();
    assert_eq!(peer.admit(arrivals(&again, second_rule())).applied.len(), 3);
    let text = &peer.view().unwrap().section("objet").unwrap().text.clone();
    assert_eq!(text, "texte");
}

#[test]
fn what_cannot_be_written_again_is_said() {
    let (mut document, _) = convention();
    let mut unsent = edit(&mut document, 1, &append("objet", "texte"));
    unsent.extend(edit(&mut document, 2, &append("objet", "!")));
    let to = document.actor_of(&second_life());
    let refused = reauthor(&bytes_of(&unsent), &actor(1), &to);
    assert_eq!(refused, Err(ReauthorRefusal::BuiltUpon(unsent[1].id)));
    let refused = reauthor(&[b"rien".to_vec()], &actor(1), &to);
    assert!(matches!(refused, Err(ReauthorRefusal::NotAChange(_))));
}
