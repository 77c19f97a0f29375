//! Golden bytes: what is signed today is read, and written, the same for ever.
//!
//! The vectors stand in `tests/golden/v1/`. A format that changes gets a new version and new
//! vectors beside these. A vector that is missing is shown by the test that wants it; writing
//! one anew is a decision to be explained.

use super::form::{clauses, measures};
use super::world::*;
use crate::codec::{Decode, Encode, from_bytes, to_bytes};
use crate::id::{hex, unhex};
use crate::register::{Act, Approval, Clause, Entry, SignedAct};

const DIGITS_PER_LINE: usize = 64;

/// Names a vector and holds its text.
macro_rules! vector {
    ($name:literal) => {
        ($name, include_str!(concat!("../../../../tests/golden/v1/", $name, ".hex")))
    };
}

const VECTORS: [(&str, &str); 25] = [
    vector!("register-act-add-device"),
    vector!("register-act-adopt"),
    vector!("register-act-attest-erasure"),
    vector!("register-act-grant-keys"),
    vector!("register-act-leave"),
    vector!("register-act-not-after"),
    vector!("register-act-open-epoch"),
    vector!("register-act-propose-admit"),
    vector!("register-act-propose-close"),
    vector!("register-act-propose-relay"),
    vector!("register-act-propose-remove"),
    vector!("register-act-propose-revoke"),
    vector!("register-act-propose-role"),
    vector!("register-act-propose-rule"),
    vector!("register-act-resume-device"),
    vector!("register-act-revoke-device"),
    vector!("register-act-set-voices"),
    vector!("register-act-sign-convention"),
    vector!("register-act-suspend-device"),
    vector!("register-act-withdraw"),
    vector!("register-approval"),
    vector!("register-charter"),
    vector!("register-entry-adopt"),
    vector!("register-entry-charter"),
    vector!("register-ids"),
];

/// Acts whose vectors were recorded after the others, in that order.
const NEW: [&str; 2] = ["sign-convention", "attest-erasure"];

fn text(bytes: &[u8]) -> String {
    let digits = hex(bytes);
    let lines = digits.as_bytes().chunks(DIGITS_PER_LINE);
    lines.map(|line| format!("{}\n", std::str::from_utf8(line).unwrap())).collect()
}

/// Reads a vector, checks that it is still what these keys and this content give, that it
/// reads back and that it is written again without a difference.
fn check<T: Encode + Decode>(name: &str, value: &T) {
    let expected = text(&to_bytes(value));
    let vector = VECTORS.iter().find(|(known, _)| *known == name);
    let (_, stored) = vector.unwrap_or_else(|| panic!("no vector {name}:\n{expected}"));
    let bytes = unhex(&stored.split_whitespace().collect::<String>()).unwrap();
    let read: T = from_bytes(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(to_bytes(&read), bytes, "{name} is written as it was read");
    assert_eq!(*stored, expected, "{name} is what it was when it was recorded");
}

/// A world under fixed keys: names, numbers and nonces decide every byte.
fn fixed() -> World {
    World::found(&["a", "b", "c"])
}

#[test]
fn golden_charter() {
    let entry: Entry = from_bytes(&fixed().log[0]).unwrap();
    let act: Act = from_bytes(&entry.act.body).unwrap();
    check("register-charter", &act);
    check("register-entry-charter", &entry);
    // The id of the space follows from these bytes alone.
    assert_eq!(entry.act.founded_space(), fixed().register.space());
}

#[test]
fn golden_act_of_each_type() {
    let mut w = fixed();
    // Nonces are drawn in the order in which the vectors were recorded: what is new comes last.
    let (new, old): (Vec<_>, Vec<_>) =
        clauses(&w).into_iter().partition(|(name, _)| NEW.contains(name));
    for (name, clause) in old {
        let act = w.draft(&voice("a", 0), clause);
        check(&format!("register-act-{name}"), &act);
    }
    for (name, measure) in measures() {
        let act = w.draft(&voice("a", 0), Clause::Propose(measure));
        check(&format!("register-act-propose-{name}"), &act);
    }
    let mut bounded = w.draft(&voice("a", 0), Clause::Leave);
    bounded.not_after = Some(DAWN);
    check("register-act-not-after", &bounded);
    for (name, clause) in new {
        let act = w.draft(&voice("a", 0), clause);
        check(&format!("register-act-{name}"), &act);
    }
}

#[test]
fn golden_approval_and_entry() {
    let mut w = fixed();
    let id = w.propose("a", &admit("x", crate::register::Role::Member, "a")).unwrap();
    let approval: Approval = w.approval("b", id);
    check("register-approval", &approval);
    let own = w.approval("a", id);
    w.adopt("a", id, vec![own, approval]).unwrap();
    let entry: Entry = from_bytes(w.log.last().unwrap()).unwrap();
    check("register-entry-adopt", &entry);
    let signed: &SignedAct = &entry.act;
    assert!(signed.prove().is_ok(), "Ed25519 gives the same signature for the same bytes");
    // Ids and the root of the log are part of the format: everything signed hangs on them.
    let facts = [
        hex(w.register.space().bytes()),
        hex(id.bytes()),
        hex(signed.id().bytes()),
        hex(&w.register.root()),
    ];
    check("register-ids", &Facts(facts.map(|fact| unhex(&fact).unwrap().try_into().unwrap())));
}

/// Four hashes: the space, a proposal, an act, a root.
struct Facts([[u8; 32]; 4]);

impl Encode for Facts {
    fn encode(&self, out: &mut crate::codec::Writer) {
        out.array(4);
        for fact in &self.0 {
            out.bytes(fact);
        }
    }
}

impl Decode for Facts {
    fn decode(input: &mut crate::codec::Reader<'_>) -> Result<Self, crate::codec::DecodeError> {
        let mut facts = [[0; 32]; 4];
        if input.array(4)? != 4 {
            return Err(crate::codec::DecodeError::Malformed);
        }
        for fact in &mut facts {
            *fact = input.fixed()?;
        }
        Ok(Self(facts))
    }
}

#[test]
fn every_vector_has_a_test_and_every_test_a_vector() {
    let w = fixed();
    let mut expected: Vec<String> = ["charter", "entry-charter", "act-not-after", "approval"]
        .into_iter()
        .chain(["entry-adopt", "ids"])
        .map(|name| format!("register-{name}.hex"))
        .collect();
    let acts = clauses(&w).into_iter().map(|(name, _)| format!("register-act-{name}.hex"));
    expected.extend(acts);
    let proposals = measures().into_iter();
    expected.extend(proposals.map(|(name, _)| format!("register-act-propose-{name}.hex")));
    expected.sort();
    let mut found: Vec<String> = VECTORS.iter().map(|(name, _)| format!("{name}.hex")).collect();
    found.sort();
    assert_eq!(found, expected);
}
