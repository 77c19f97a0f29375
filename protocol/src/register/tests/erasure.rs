//! Erasure: who attests, once, after which closing, and that nothing else is taken any more.

use std::time::Duration;

use super::world::*;
use crate::crypto::SigningSecret;
use crate::id::DeviceId;
use crate::limits;
use crate::refusal::Refusal;
use crate::register::{
    Cause, Clause, Closing, Destroyed, DeviceRole, Erasure, Measure, Role, Visa,
};

fn attests(w: &mut World, name: &str) -> Result<(), Refusal> {
    w.tries(&device(name, 0), Clause::AttestErasure(Erasure::whole()))
}

/// A space of guarantors a, b, c and an observer o, closed as told.
fn closed(closing: Closing) -> World {
    let mut w = World::found_under(&["a", "b", "c"], MAJORITY);
    w.admits(&["a", "b"], "o", Role::Observer);
    w.turn("a", 0).unwrap();
    w.decide(&["a", "b"], &Measure::Close(closing)).unwrap();
    w
}

fn sorted(names: &[&str]) -> Vec<DeviceId> {
    let mut devices: Vec<_> = names.iter().map(|name| device_id(name, 0)).collect();
    devices.sort();
    devices
}

#[test]
fn each_device_attests_once_after_an_erasure() {
    let mut w = closed(Closing::Erase);
    assert_eq!(w.register.roster().not_attested(), sorted(&["a", "b", "c", "o"]));
    w.wait(Duration::from_secs(60));
    attests(&mut w, "b").unwrap();
    let attested = w.register.roster().attestation(&device_id("b", 0)).unwrap().clone();
    assert_eq!((attested.at, attested.erasure), (w.time, Erasure::whole()));
    assert_eq!(attests(&mut w, "b"), Err(Refusal::AlreadySo));
    attests(&mut w, "o").unwrap();
    assert_eq!(w.register.roster().not_attested(), sorted(&["a", "c"]));
    assert_eq!(w.register.roster().attested().count(), 2);
    // Months later, a device that was away still may.
    w.wait(20 * limits::ACT_LIFE);
    attests(&mut w, "a").unwrap();
    assert_eq!(w.register.roster().not_attested(), sorted(&["c"]));
    assert_eq!(w.refold().roster(), w.register.roster());
}

#[test]
fn nobody_attests_before_an_erasure_or_in_an_archive() {
    let mut w = World::found_under(&["a", "b"], MAJORITY);
    assert_eq!(attests(&mut w, "a"), Err(Refusal::NotErased));
    let id = w.propose("a", &Measure::Close(Closing::Erase)).unwrap();
    assert_eq!(attests(&mut w, "a"), Err(Refusal::NotErased), "proposed is not adopted");
    let given = vec![w.approval("a", id)];
    assert_eq!(w.adopt("a", id, given), Err(Refusal::NotEnoughApprovals));
    assert_eq!(attests(&mut w, "a"), Err(Refusal::NotErased));
    let mut archived = closed(Closing::Archive);
    assert_eq!(attests(&mut archived, "a"), Err(Refusal::NotErased));
    assert!(archived.register.roster().not_attested().is_empty());
}

#[test]
fn only_a_device_that_takes_part_attests() {
    let mut w = World::found_under(&["a", "b", "c"], MAJORITY);
    let spare = device_card("a", 1, DeviceRole::Editor);
    w.tries(&voice("a", 0), Clause::AddDevice(spare)).unwrap();
    let revoke = Clause::RevokeDevice(device_id("a", 1), Cause::Lost);
    w.tries(&voice("a", 0), revoke).unwrap();
    w.tries(&voice("c", 0), Clause::Leave).unwrap();
    w.decide(&["a", "b"], &Measure::Close(Closing::Erase)).unwrap();
    let by = |w: &mut World, author: SigningSecret| {
        w.tries(&author, Clause::AttestErasure(Erasure::whole()))
    };
    assert_eq!(by(&mut w, device("x", 0)), Err(Refusal::NotADevice), "a stranger");
    assert_eq!(by(&mut w, voice("a", 0)), Err(Refusal::NotADevice), "a voice");
    assert_eq!(by(&mut w, operator()), Err(Refusal::NotADevice), "the operator");
    assert_eq!(by(&mut w, device("a", 1)), Err(Refusal::DeviceRevoked));
    assert_eq!(by(&mut w, device("c", 0)), Err(Refusal::NotAMember), "it had left");
    assert_eq!(w.register.roster().not_attested(), sorted(&["a", "b"]));
}

#[test]
fn an_attestation_names_what_was_destroyed_in_order() {
    let mut w = closed(Closing::Erase);
    let says =
        |destroyed: &[Destroyed]| Clause::AttestErasure(Erasure { destroyed: destroyed.to_vec() });
    let (secrets, papers) = (Destroyed::EpochSecrets, Destroyed::Documents);
    for wrong in [&[][..], &[papers, secrets], &[papers, papers]] {
        assert_eq!(w.tries(&device("a", 0), says(wrong)), Err(Refusal::NotSorted));
    }
    w.tries(&device("a", 0), says(&[secrets, papers])).unwrap();
    let attested = w.register.roster().attestation(&device_id("a", 0)).unwrap();
    assert_eq!(attested.erasure.destroyed, [secrets, papers]);
}

#[test]
fn an_erased_space_takes_nothing_but_attestations() {
    let mut w = World::found_under(&["a", "b", "c"], MAJORITY);
    w.turn("a", 0).unwrap();
    let open = w.propose("b", &admit("y", Role::Member, "b")).unwrap();
    let approval = w.approval("c", open);
    assert_eq!(w.register.judge_approval(&approval), Ok(()));
    w.decide(&["a", "b"], &Measure::Close(Closing::Erase)).unwrap();
    assert_eq!(w.register.judge_approval(&approval), Err(Refusal::SpaceErased));
    let epoch = w.register.roster().epoch().unwrap().id;
    let until = w.time.after(limits::DAY);
    let signed = Visa { pdf: None, ..visa(1, None) };
    let others = [
        (voice("a", 0), Clause::Propose(admit("x", Role::Member, "a"))),
        (voice("a", 0), Clause::Withdraw(Measure::Close(Closing::Erase).id())),
        (voice("c", 0), Clause::Leave),
        (voice("a", 0), Clause::SetVoices { add: vec![voice_id("a", 1)], drop: vec![] }),
        (voice("a", 0), Clause::AddDevice(device_card("a", 1, DeviceRole::Editor))),
        (voice("a", 0), Clause::RevokeDevice(device_id("a", 0), Cause::Lost)),
        (operator(), Clause::SuspendDevice(device_id("a", 0), until)),
        (voice("a", 0), Clause::SignConvention(signed)),
        (device("a", 0), Clause::OpenEpoch(w.opening(7))),
    ];
    for (author, clause) in others {
        assert_eq!(w.tries(&author, clause.clone()), Err(Refusal::SpaceErased), "{clause:?}");
    }
    assert_eq!(w.grant("a", device_id("b", 0), vec![epoch]), Err(Refusal::SpaceErased));
    let append = w.register.roster().may_append(&device_id("a", 0), &epoch, w.time);
    assert_eq!(append, Err(Refusal::SpaceErased));
    attests(&mut w, "c").unwrap();
}
