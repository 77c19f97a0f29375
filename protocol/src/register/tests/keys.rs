//! Keys: which may enter, whose devices, and what the relay's operator can and cannot do.

use std::time::Duration;

use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};

use super::world::*;
use crate::crypto::{Signature, SigningSecret, WrapPublic};
use crate::id::{DeviceId, OperatorId, RelayId, VoiceId};
use crate::limits;
use crate::refusal::Refusal;
use crate::register::{
    Approval, Cause, Clause, DeviceRole, Measure, Role, SignedAct, recipients_hash,
};

const EDITOR: DeviceRole = DeviceRole::Editor;
const HOUR: Duration = Duration::from_secs(3600);

/// Keys that must not enter in any role: of small order, of mixed order, not a point.
fn bad_keys() -> Vec<[u8; 32]> {
    let mixed = ED25519_BASEPOINT_POINT + EIGHT_TORSION[1];
    let mut keys: Vec<_> = EIGHT_TORSION.iter().map(|p| p.compress().to_bytes()).collect();
    keys.push(mixed.compress().to_bytes());
    keys.push([2; 32]);
    keys
}

fn add_voice(key: VoiceId) -> Clause {
    Clause::SetVoices { add: vec![key], drop: vec![] }
}

#[test]
fn t13_weak_mixed_or_malformed_keys_enter_in_no_role() {
    let mut w = World::found_under(&["a", "b", "c"], MAJORITY);
    for key in bad_keys() {
        let voice_added = w.tries(&voice("a", 0), add_voice(VoiceId::new(key)));
        assert_eq!(voice_added, Err(Refusal::WeakKey));
        let mut card = device_card("a", 1, EDITOR);
        card.device = DeviceId::new(key);
        let enrolled = w.tries(&voice("a", 0), Clause::AddDevice(card));
        assert_eq!(enrolled, Err(Refusal::WeakKey));
        let mut newcomer = admission("x", 0, Role::Member, "a");
        newcomer.card.voices = vec![VoiceId::new(key)];
        let admitted = w.propose("a", &Measure::Admit(newcomer));
        assert_eq!(admitted.err(), Some(Refusal::WeakKey));
        let mut moved = terms(1);
        moved.relay = RelayId::new(key);
        let by_relay = w.propose("a", &Measure::ChangeRelay(moved));
        assert_eq!(by_relay.err(), Some(Refusal::WeakKey));
        let mut moved = terms(1);
        moved.operator = OperatorId::new(key);
        let by_operator = w.propose("a", &Measure::ChangeRelay(moved));
        assert_eq!(by_operator.err(), Some(Refusal::WeakKey));
    }
}

#[test]
fn t13_a_wrap_key_that_cannot_receive_does_not_enter() {
    let mut w = World::found(&["a", "b", "c"]);
    let secret = device("a", 1);
    for bytes in [vec![0; WrapPublic::SIZE], {
        let mut zeroed = device_card("a", 1, EDITOR).wrap.bytes().to_vec();
        zeroed[WrapPublic::SIZE - 32..].fill(0);
        zeroed
    }] {
        let wrap = WrapPublic::from_slice(&bytes).unwrap();
        let card = crate::register::DeviceCard::make(&secret, wrap, EDITOR, [0; 32]);
        let enrolled = w.tries(&voice("a", 0), Clause::AddDevice(card));
        assert_eq!(enrolled, Err(Refusal::WeakKey));
    }
}

#[test]
fn t13_a_key_serves_one_purpose_of_one_organisation_and_never_again() {
    let mut w = World::found_under(&["a", "b", "c"], MAJORITY);
    let used =
        [voice("b", 0).public(), device("b", 0).public(), relay(0).public(), operator().public()];
    for key in used {
        let added = w.tries(&voice("a", 0), add_voice(VoiceId::new(key)));
        assert_eq!(added, Err(Refusal::KeyInUse));
    }
    // A device of another organisation, its own proof attached.
    let card = device_card("b", 0, EDITOR);
    let stolen = w.tries(&voice("a", 0), Clause::AddDevice(card.clone()));
    assert_eq!(stolen, Err(Refusal::KeyInUse));
    // The wrap key of another device under a new signing key.
    let shared = crate::register::DeviceCard::make(&device("a", 1), card.wrap, EDITOR, [0; 32]);
    let enrolled = w.tries(&voice("a", 0), Clause::AddDevice(shared));
    assert_eq!(enrolled, Err(Refusal::KeyInUse));
    // One's own keys, once dropped or revoked.
    let (add, drop) = (vec![voice_id("a", 1)], vec![voice_id("a", 0)]);
    w.tries(&voice("a", 0), Clause::SetVoices { add, drop }).unwrap();
    let again = w.tries(&voice("a", 1), add_voice(voice_id("a", 0)));
    assert_eq!(again, Err(Refusal::KeyInUse));
    w.tries(&voice("a", 1), Clause::RevokeDevice(device_id("a", 0), Cause::Stolen)).unwrap();
    let back = w.tries(&voice("a", 1), Clause::AddDevice(device_card("a", 0, EDITOR)));
    assert_eq!(back, Err(Refusal::KeyInUse));
    // Twice within one admission.
    let mut newcomer = admission("x", 0, Role::Member, "b");
    newcomer.card.voices = vec![VoiceId::new(*newcomer.card.devices[0].device.bytes())];
    let twice = w.propose("b", &Measure::Admit(newcomer));
    assert_eq!(twice.err(), Some(Refusal::KeyInUse));
}

#[test]
fn t13_keys_of_a_relay_serve_nothing_else_and_are_two() {
    let mut w = World::found_under(&["a", "b", "c"], MAJORITY);
    let mut one_hand = terms(1);
    one_hand.operator = OperatorId::new(*one_hand.relay.bytes());
    let refused = w.propose("a", &Measure::ChangeRelay(one_hand));
    assert_eq!(refused.err(), Some(Refusal::KeyInUse));
    let mut a_voice = terms(1);
    a_voice.operator = OperatorId::new(voice("a", 0).public());
    let refused = w.propose("a", &Measure::ChangeRelay(a_voice));
    assert_eq!(refused.err(), Some(Refusal::KeyInUse));
    // The offices do not change hands either: what was online stays out of the vault.
    let mut swapped = terms(0);
    swapped.relay = RelayId::new(*terms(0).operator.bytes());
    swapped.operator = OperatorId::new(relay(1).public());
    let refused = w.propose("a", &Measure::ChangeRelay(swapped));
    assert_eq!(refused.err(), Some(Refusal::KeyInUse));
    // A new address under the same keys is no new key, and a former relay may come back.
    let mut elsewhere = terms(0);
    elsewhere.url = "wss://ailleurs.exemple.fr".into();
    w.decide(&["a", "b"], &Measure::ChangeRelay(elsewhere)).unwrap();
    w.decide(&["a", "b"], &Measure::ChangeRelay(terms(1))).unwrap();
    w.decide(&["a", "b"], &Measure::ChangeRelay(terms(0))).unwrap();
}

#[test]
fn t14_an_identity_signature_authors_nothing() {
    let mut w = World::found(&["a", "b", "c"]);
    let mut act = w.act(&voice("a", 0), Clause::Leave);
    let mut identity = [0; 64];
    identity[0] = 1;
    act.signature = Signature(identity);
    assert_eq!(w.push(act), Err(Refusal::BadSignature));
    let mut key = [0; 32];
    key[0] = 1;
    let body = crate::codec::to_bytes(&w.register.draft(key, [1; 16], Clause::Leave));
    let forged = SignedAct { body, signature: Signature(identity), approvals: vec![] };
    assert_eq!(w.push(forged), Err(Refusal::BadSignature));
}

#[test]
fn a_device_enters_only_with_its_own_signature() {
    let mut w = World::found(&["a", "b", "c"]);
    let good = device_card("a", 1, EDITOR);
    let mut label = good.clone();
    label.label = [1; 32];
    let mut wrap = good.clone();
    wrap.wrap = device_card("a", 2, EDITOR).wrap;
    let mut proof = good.clone();
    proof.proof = stray_signature();
    for card in [label, wrap, proof] {
        let enrolled = w.tries(&voice("a", 0), Clause::AddDevice(card));
        assert_eq!(enrolled, Err(Refusal::BadSignature));
    }
    assert_eq!(w.tries(&device("a", 0), Clause::AddDevice(good.clone())), Err(Refusal::NotAVoice));
    w.tries(&voice("a", 0), Clause::AddDevice(good)).unwrap();
}

#[test]
fn an_organisation_keeps_one_to_three_voices() {
    let mut w = World::found(&["a", "b", "c"]);
    let a = voice("a", 0);
    let sorted = |numbers: &[u32]| {
        let mut voices: Vec<_> = numbers.iter().map(|n| voice_id("a", *n)).collect();
        voices.sort();
        voices
    };
    let set = |add: Vec<VoiceId>, drop: Vec<VoiceId>| Clause::SetVoices { add, drop };
    assert_eq!(w.tries(&a, set(vec![], sorted(&[0]))), Err(Refusal::LastVoice));
    assert_eq!(w.tries(&a, set(vec![], vec![])), Err(Refusal::AlreadySo));
    assert_eq!(w.tries(&a, set(sorted(&[1, 2, 3]), vec![])), Err(Refusal::TooMany));
    let repeated = vec![voice_id("a", 1), voice_id("a", 1)];
    assert_eq!(w.tries(&a, set(repeated, vec![])), Err(Refusal::NotSorted));
    let others = w.tries(&a, set(vec![], vec![voice_id("b", 0)]));
    assert_eq!(others, Err(Refusal::UnknownSubject));
    w.tries(&a, set(sorted(&[1, 2]), vec![])).unwrap();
    w.tries(&voice("a", 2), set(vec![], sorted(&[0, 1]))).unwrap();
    assert_eq!(w.tries(&a, Clause::Leave), Err(Refusal::NotAVoice), "a dropped voice is mute");
}

#[test]
fn a_voice_revokes_its_own_devices_and_no_others() {
    let mut w = World::found(&["a", "b", "c"]);
    let others = Clause::RevokeDevice(device_id("b", 0), Cause::Stolen);
    assert_eq!(w.tries(&voice("a", 0), others), Err(Refusal::NotAVoice));
    let unknown = Clause::RevokeDevice(device_id("a", 9), Cause::Lost);
    assert_eq!(w.tries(&voice("a", 0), unknown), Err(Refusal::UnknownSubject));
    let own = Clause::RevokeDevice(device_id("a", 0), Cause::Lost);
    assert_eq!(w.tries(&device("a", 0), own.clone()), Err(Refusal::NotAVoice));
    w.tries(&voice("a", 0), own.clone()).unwrap();
    assert_eq!(w.tries(&voice("a", 0), own), Err(Refusal::AlreadySo));
    let vote = Measure::RevokeDevice(device_id("a", 0), Cause::Decision);
    assert_eq!(w.propose("b", &vote).err(), Some(Refusal::AlreadySo));
    let gone = w.register.roster().may_take_part(&device_id("a", 0), w.time);
    assert_eq!(gone.err(), Some(Refusal::DeviceRevoked));
}

#[test]
fn an_observer_writes_nothing_whatever_its_devices() {
    let mut w = World::found_under(&["a", "b", "c"], MAJORITY);
    let epoch = w.turn("a", 0).unwrap();
    let mut editor = admission("o", 0, Role::Observer, "a");
    editor.card.devices = vec![device_card("o", 0, EDITOR)];
    let refused = w.propose("a", &Measure::Admit(editor));
    assert_eq!(refused.err(), Some(Refusal::NotAnEditor));
    w.admits(&["a", "b"], "o", Role::Observer);
    let enrolled = w.tries(&voice("o", 0), Clause::AddDevice(device_card("o", 1, EDITOR)));
    assert_eq!(enrolled, Err(Refusal::NotAnEditor));
    let reader = Clause::AddDevice(device_card("o", 1, DeviceRole::Reader));
    w.tries(&voice("o", 0), reader).unwrap();
    // A member that becomes an observer keeps its machines; they read.
    w.admits(&["a", "b"], "m", Role::Member);
    assert!(w.register.roster().may_append(&device_id("m", 0), &epoch, w.time).is_ok());
    w.decide(&["a", "b"], &Measure::ChangeRole(partner("m"), Role::Observer)).unwrap();
    for name in ["m", "o"] {
        let append = w.register.roster().may_append(&device_id(name, 0), &epoch, w.time);
        assert_eq!(append, Err(Refusal::NotAnEditor));
        assert_eq!(w.turn(name, 1).err(), Some(Refusal::NotAnEditor));
        let granted = w.grant(name, device_id("a", 0), vec![epoch]);
        assert_eq!(granted, Err(Refusal::NotAnEditor));
    }
}

#[test]
fn t50_the_votes_of_a_suspended_organisation_count() {
    let mut w = World::found_under(&["a", "b", "c"], MAJORITY);
    let id = w.propose("a", &admit("x", Role::Member, "a")).unwrap();
    let until = w.time.after(limits::SUSPENSION_MAX);
    w.tries(&operator(), Clause::SuspendDevice(device_id("b", 0), until)).unwrap();
    // Its device is out, its voice is not, and anyone may hand the vote in.
    let by_device = w.tries(&device("b", 0), Clause::Adopt(id));
    assert_eq!(by_device, Err(Refusal::DeviceSuspended));
    let given = ["a", "b"].map(|name| w.approval(name, id));
    w.adopt("c", id, given.to_vec()).unwrap();
    assert!(w.has("x"));
    w.propose("b", &admit("y", Role::Member, "b")).unwrap();
}

#[test]
fn t50_a_suspension_is_short_rare_and_narrow() {
    let mut w = World::found(&["a", "b", "c"]);
    let suspend = |w: &World, name: &str, delay: Duration| {
        Clause::SuspendDevice(device_id(name, 0), w.time.after(delay))
    };
    let ms = Duration::from_millis(1);
    let long = suspend(&w, "a", limits::SUSPENSION_MAX + ms);
    assert_eq!(w.tries(&operator(), long), Err(Refusal::SuspensionTooLong));
    let past = suspend(&w, "a", Duration::ZERO);
    assert_eq!(w.tries(&operator(), past), Err(Refusal::Expired));
    let nobody = suspend(&w, "x", HOUR);
    assert_eq!(w.tries(&operator(), nobody), Err(Refusal::UnknownSubject));
    let first = suspend(&w, "a", limits::SUSPENSION_MAX);
    w.tries(&operator(), first).unwrap();
    // A second organisation of three at once is too many.
    let second = suspend(&w, "b", HOUR);
    assert_eq!(w.tries(&operator(), second), Err(Refusal::TooManySuspended));
    // Ending it early does not reset the clock.
    w.tries(&operator(), Clause::ResumeDevice(device_id("a", 0))).unwrap();
    assert!(w.register.roster().may_take_part(&device_id("a", 0), w.time).is_ok());
    let twice = w.tries(&operator(), Clause::ResumeDevice(device_id("a", 0)));
    assert_eq!(twice, Err(Refusal::AlreadySo));
    w.wait(limits::SUSPENSION_REST - ms);
    let again = suspend(&w, "a", HOUR);
    assert_eq!(w.tries(&operator(), again), Err(Refusal::SuspendedTooOften));
    w.wait(ms);
    let rested = suspend(&w, "a", HOUR);
    w.tries(&operator(), rested).unwrap();
    w.wait(HOUR);
    assert!(w.register.roster().may_take_part(&device_id("a", 0), w.time).is_ok());
}

#[test]
fn t50_of_one_or_two_organisations_none_can_be_suspended() {
    for names in [&["a"][..], &["a", "b"][..]] {
        let mut w = World::found(names);
        let clause = Clause::SuspendDevice(device_id("a", 0), w.time.after(HOUR));
        assert_eq!(w.tries(&operator(), clause), Err(Refusal::TooManySuspended));
    }
}

#[test]
fn t51_only_the_operators_key_suspends() {
    let mut w = World::found_under(&["a", "b", "c"], MAJORITY);
    let until = w.time.after(HOUR);
    let clause = Clause::SuspendDevice(device_id("b", 0), until);
    for key in [relay(0), voice("a", 0), device("a", 0)] {
        assert_eq!(w.tries(&key, clause.clone()), Err(Refusal::NotTheOperator));
        let resume = w.tries(&key, Clause::ResumeDevice(device_id("b", 0)));
        assert_eq!(resume, Err(Refusal::NotTheOperator));
    }
    // After a move, the former operator has no say.
    let mut moved = terms(1);
    let other = SigningSecret::from_seed(&seed("operator", "relay", 1));
    moved.operator = OperatorId::new(other.public());
    w.decide(&["a", "b"], &Measure::ChangeRelay(moved)).unwrap();
    assert_eq!(w.tries(&operator(), clause.clone()), Err(Refusal::NotTheOperator));
    w.tries(&other, clause).unwrap();
}

#[test]
fn a_suspended_device_neither_reads_what_comes_nor_writes() {
    let mut w = World::found_under(&["a", "b", "c"], MAJORITY);
    let epoch = w.turn("a", 0).unwrap();
    let until = w.time.after(HOUR);
    w.tries(&operator(), Clause::SuspendDevice(device_id("b", 0), until)).unwrap();
    let roster = w.register.roster();
    let append = roster.may_append(&device_id("b", 0), &epoch, w.time);
    assert_eq!(append, Err(Refusal::DeviceSuspended));
    // Nobody seals under a key that the suspended device holds.
    let others = roster.may_append(&device_id("a", 0), &epoch, w.time);
    assert_eq!(others, Err(Refusal::EpochMustTurn));
    assert_eq!(w.turn("b", 1).err(), Some(Refusal::DeviceSuspended));
    let second = w.turn("a", 1).unwrap();
    let roster = w.register.roster();
    assert!(!roster.epoch().unwrap().holders.contains_key(&device_id("b", 0)));
    // Back after its time, it lacks that period's key and may be given it.
    let later = until;
    assert!(roster.missing_grants(w.time).is_empty());
    assert_eq!(roster.missing_grants(later), [(device_id("b", 0), vec![second])]);
    assert_ne!(
        recipients_hash(&roster.active_devices(w.time)),
        recipients_hash(&roster.active_devices(later))
    );
}

#[test]
fn an_approval_signed_by_a_device_is_no_vote() {
    let mut w = World::found(&["a", "b", "c"]);
    let id = w.propose("a", &admit("x", Role::Member, "a")).unwrap();
    let space = w.register.space();
    let by_device = Approval::sign(&device("b", 0), &space, id, partner("b"), (0, 1));
    assert_eq!(w.register.judge_approval(&by_device), Err(Refusal::NotAVoice));
    let given = vec![w.approval("a", id), by_device];
    assert_eq!(w.adopt("a", id, given), Err(Refusal::NotEnoughApprovals));
}
