//! Mutated changes: no panic escapes, and whatever is admitted can be saved and loaded.

use automerge::marks::{ExpandMark, Mark};
use automerge::transaction::Transactable;
use protocol::crypto::Hasher;

use super::*;
use crate::document::RawChange;
use crate::document::fixture::*;

/// Mutants tried. A longer campaign runs by hand with another seed.
const MUTANTS: usize = 4_000;

/// A document with a bit of everything, and changes upon it to mutate.
fn base() -> (Document, Vec<RawChange>) {
    let (mut a, _) = convention();
    edit(&mut a, 1, &append("objet", "Le réseau accueille les familles."));
    edit(&mut a, 2, &set("signataires", "Mme A"));
    edit(&mut a, 1, &set("montant", "100"));
    let mut changes = Vec::new();
    for made in [append("objet", " Toujours."), set("montant", "200"), set("circuit", "visa")] {
        changes.extend(edit(&mut a.clone(), 3, &made));
    }
    let rewrite = crate::document::Edit::WriteText {
        place: "objet".into(),
        text: "Un réseau écoute les familles.".into(),
    };
    changes.extend(edit(&mut a.clone(), 3, &rewrite));
    let text = text_object(&a, "objet");
    changes.push(hostile(&a, 3, |out| {
        let mark = Mark::new("gras".to_owned(), true, 3, 9);
        out.mark(&text, mark, ExpandMark::Both).unwrap();
        out.splice_text(&text, 5, 2, "x").unwrap();
    }));
    (a, changes)
}

fn mutated(change: &RawChange, choices: &mut Choices) -> Vec<u8> {
    let mut bytes = change.bytes.clone();
    // The header stays, so that most mutants are read to the end.
    let body = 10;
    for _ in 0..=choices.below(3) {
        let at = body + choices.below(bytes.len() - body);
        match choices.below(4) {
            0 => bytes[at] ^= 1 << choices.below(8),
            1 => bytes[at] = u8::try_from(choices.below(256)).unwrap(),
            2 => bytes[at] = bytes[at].wrapping_add(1),
            _ => {
                let from = body + choices.below(bytes.len() - body);
                bytes[at] = bytes[from];
            }
        }
    }
    let mut hasher = Hasher::new();
    hasher.update(&bytes[8..]);
    bytes[4..8].copy_from_slice(&hasher.finish()[..4]);
    bytes
}

#[test]
fn mutants_never_break_a_document() {
    let (base, changes) = base();
    for change in &changes {
        let outcome = send_bytes(&mut base.clone(), change.bytes.clone(), 3);
        assert_eq!(outcome.applied.len(), 1, "unmutated: {outcome:?}");
    }
    let mut choices = Choices(20_261_122);
    let mut admitted = 0;
    for _ in 0..MUTANTS {
        let bytes = mutated(&changes[choices.below(changes.len())], &mut choices);
        let actor = chunk::actor_named(&bytes).unwrap_or(actor(3));
        let mut document = base.clone();
        let rule = ActorRule::Adopted { actor };
        let outcome = document.admit(vec![Arrival { bytes, rule }]);
        if outcome.applied.is_empty() {
            assert_eq!(document.heads(), base.heads());
            continue;
        }
        admitted += 1;
        let mut again = reloaded(&document);
        assert_eq!(again.heads(), document.heads());
        assert_eq!(format!("{:?}", again.view()), format!("{:?}", document.view()));
        edit(&mut again, 2, &append("objet", " fin"));
    }
    assert!(admitted > 20, "mutants that only change a letter are admitted: {admitted}");
}
