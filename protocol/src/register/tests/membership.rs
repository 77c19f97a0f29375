//! Coming and going: founding, leaving, coming back, and what old keys and votes still do.

use super::world::*;
use crate::codec::to_bytes;
use crate::limits;
use crate::refusal::Refusal;
use crate::register::{
    Cause, Clause, DeviceRole, History, LoadError, Measure, Presence, Register, Role, Rule,
    Threshold,
};

fn refused(entry: &crate::register::Entry) -> Refusal {
    match Register::found(entry) {
        Err(LoadError::BadCharter(reason)) => reason,
        other => panic!("expected a refused charter, got {:?}", other.err()),
    }
}

#[test]
fn t08_a_charter_below_the_floor_is_refused() {
    let names = ["a", "b", "c", "d"];
    for class in 0..4 {
        let mut rule = MAJORITY;
        let two = Threshold::AtLeast(2);
        match class {
            0 => rule.governance = two,
            1 => rule.expulsion = two,
            2 => rule.change = two,
            _ => rule.relay = two,
        }
        let entry = founding(&names, charter(&names, rule));
        assert_eq!(refused(&entry), Refusal::BelowFloor, "class {class}");
    }
    let entry = founding(&names, charter(&names, Rule::same(Threshold::AtLeast(3))));
    assert!(Register::found(&entry).is_ok());
}

#[test]
fn t08_a_rule_below_the_floor_cannot_be_voted_in() {
    let mut w = World::found_under(&["a", "b", "c"], MAJORITY);
    let low = Measure::ChangeRule(Rule::same(Threshold::AtLeast(1)));
    assert_eq!(w.decide(&["a", "b", "c"], &low), Err(Refusal::BelowFloor));
    // One that holds for three still holds the floor when there are five.
    w.decide(&["a", "b", "c"], &Measure::ChangeRule(Rule::same(Threshold::AtLeast(2)))).unwrap();
    w.admits(&["a", "b"], "d", Role::Guarantor);
    w.admits(&["a", "b", "c"], "e", Role::Guarantor);
    let two = w.decide(&["a", "b"], &admit("x", Role::Member, "a"));
    assert_eq!(two, Err(Refusal::NotEnoughApprovals));
}

#[test]
fn a_charter_needs_the_signature_of_every_founder() {
    let names = ["a", "b", "c"];
    let mut entry = founding(&names, charter(&names, MAJORITY));
    let complete = entry.act.approvals.clone();
    for missing in 0..2 {
        entry.act.approvals = complete.clone();
        entry.act.approvals.remove(missing);
        assert_eq!(refused(&entry), Refusal::BadSignature);
        // One founder signing twice is not two.
        entry.act.approvals.push(complete[1 - missing].clone());
        assert_eq!(refused(&entry), Refusal::BadSignature);
    }
    // A signature under another charter does not count.
    let other = founding(&names, charter(&names, Rule::USUAL));
    entry.act.approvals = other.act.approvals;
    assert_eq!(refused(&entry), Refusal::BadSignature);
    // Nor one under a vote.
    entry.act.approvals = complete;
    entry.act.signature = stray_signature();
    assert_eq!(refused(&entry), Refusal::BadSignature);
}

#[test]
fn a_charter_names_its_founders_once_in_order_with_keys_of_their_own() {
    let names = ["a", "b"];
    let mut twice = charter(&names, MAJORITY);
    twice.founders = vec![twice.founders[0].clone(), twice.founders[0].clone()];
    assert_eq!(refused(&founding(&names, twice)), Refusal::NotSorted);
    let mut disorder = charter(&names, MAJORITY);
    disorder.founders.reverse();
    assert_eq!(refused(&founding(&names, disorder)), Refusal::NotSorted);
    let mut nobody = charter(&names, MAJORITY);
    nobody.founders.clear();
    assert_eq!(refused(&founding(&names, nobody)), Refusal::NotSorted);
    let mut shared = charter(&names, MAJORITY);
    shared.founders[1].voices = shared.founders[0].voices.clone();
    assert_eq!(refused(&founding(&names, shared)), Refusal::KeyInUse);
    let mut one_hand = charter(&names, MAJORITY);
    one_hand.relay.operator = crate::id::OperatorId::new(*one_hand.relay.relay.bytes());
    assert_eq!(refused(&founding(&names, one_hand)), Refusal::KeyInUse);
}

#[test]
fn t12_the_last_guarantor_cannot_leave_by_any_way() {
    let mut w = World::found_under(&["a"], MAJORITY);
    w.admits(&["a"], "m", Role::Member);
    assert_eq!(w.tries(&voice("a", 0), Clause::Leave), Err(Refusal::LastGuarantor));
    for role in [Role::Member, Role::Observer] {
        let measure = Measure::ChangeRole(partner("a"), role);
        assert_eq!(w.decide(&["a"], &measure), Err(Refusal::TooFewGuarantors));
    }
    assert_eq!(w.decide(&["a"], &remove("a")), Err(Refusal::TooFewGuarantors));
    // Handing over first is the way out.
    w.decide(&["a"], &Measure::ChangeRole(partner("m"), Role::Guarantor)).unwrap();
    w.tries(&voice("a", 0), Clause::Leave).unwrap();
    assert_eq!(w.register.roster().guarantors(), [partner("m")]);
    assert_eq!(w.tries(&voice("m", 0), Clause::Leave), Err(Refusal::LastGuarantor));
}

#[test]
fn keys_of_the_departed_never_act_again() {
    let mut w = World::found_under(&["a", "b", "c", "d"], MAJORITY);
    w.turn("a", 0).unwrap();
    w.decide(&["a", "b", "c"], &remove("d")).unwrap();
    let id = w.propose("a", &admit("x", Role::Member, "a")).unwrap();
    let add = vec![voice_id("d", 1)];
    let voice_clauses = [
        Clause::Propose(admit("y", Role::Member, "d")),
        Clause::Adopt(id),
        Clause::Withdraw(id),
        Clause::Leave,
        Clause::SetVoices { add, drop: vec![] },
        Clause::AddDevice(device_card("d", 1, DeviceRole::Editor)),
        Clause::RevokeDevice(device_id("d", 0), Cause::Lost),
    ];
    for clause in voice_clauses {
        let tried = w.tries(&voice("d", 0), clause.clone()).unwrap_err();
        assert!(matches!(tried, Refusal::NotAVoice | Refusal::NotADevice), "{clause:?}");
    }
    let opening = w.opening(1);
    let device_clauses = [Clause::Adopt(id), Clause::OpenEpoch(opening)];
    for clause in device_clauses {
        assert_eq!(w.tries(&device("d", 0), clause), Err(Refusal::NotAMember));
    }
    assert!(
        w.register.roster().active_devices(w.time).iter().all(|(d, _)| *d != device_id("d", 0))
    );
}

#[test]
fn one_that_comes_back_has_new_keys_and_none_of_the_old_rights() {
    let mut w = World::found_under(&["a", "b", "c", "d"], MAJORITY);
    w.turn("a", 0).unwrap();
    w.decide(&["a", "b", "c"], &remove("d")).unwrap();
    // Not with the keys it had.
    let same = Measure::Admit(admission("d", 0, Role::Observer, "a"));
    assert_eq!(w.propose("a", &same).err(), Some(Refusal::KeyInUse));
    let mut back = admission("d", 1, Role::Observer, "a");
    back.history = History::None;
    w.decide(&["a", "b"], &Measure::Admit(back)).unwrap();
    let state = w.register.roster().present(&partner("d")).unwrap();
    assert_eq!((state.role, state.presence), (Role::Observer, Presence::Here));
    assert_eq!(w.tries(&voice("d", 0), Clause::Leave), Err(Refusal::NotAVoice));
    let old = w.register.roster().may_take_part(&device_id("d", 0), w.time);
    assert_eq!(old.err(), Some(Refusal::DeviceRevoked));
    let recipients = w.register.roster().active_devices(w.time);
    assert!(recipients.iter().all(|(device, _)| *device != device_id("d", 0)));
    assert!(recipients.iter().any(|(device, _)| *device == device_id("d", 1)));
    assert!(!w.register.roster().may_hold(&partner("d"), 0), "the past is no longer its own");
}

#[test]
fn approvals_for_a_removal_do_not_survive_a_departure_and_a_return() {
    let mut w = World::found_under(&["a", "b", "c"], MAJORITY);
    w.admits(&["a", "b"], "m", Role::Member);
    let id = w.propose("a", &remove("m")).unwrap();
    let given = ["a", "b"].map(|name| w.approval(name, id));
    w.tries(&voice("m", 0), Clause::Leave).unwrap();
    let back = Measure::Admit(admission("m", 1, Role::Member, "b"));
    w.decide(&["b", "c"], &back).unwrap();
    assert_eq!(w.register.roster().generation(), 0, "no guarantor came or went");
    assert_eq!(w.register.judge_approval(&given[0]), Err(Refusal::ProposalClosed));
    assert_eq!(w.adopt("a", id, given.to_vec()), Err(Refusal::ProposalClosed));
    assert!(w.has("m"));
}

#[test]
fn of_two_requests_by_one_organisation_only_one_is_ever_adopted() {
    let mut w = World::found_under(&["a", "b", "c"], MAJORITY);
    let (first, second) =
        (admission("m", 0, Role::Member, "a"), admission("m", 1, Role::Member, "b"));
    let (first, second) = (Measure::Admit(first), Measure::Admit(second));
    w.propose("a", &first).unwrap();
    w.propose("b", &second).unwrap();
    let given = ["a", "b"].map(|name| w.approval(name, second.id()));
    let votes = ["a", "b"].map(|name| w.approval(name, first.id()));
    w.adopt("a", first.id(), votes.to_vec()).unwrap();
    w.tries(&voice("m", 0), Clause::Leave).unwrap();
    // The keys of the request nobody chose do not bring it back.
    let late = w.adopt("b", second.id(), given.to_vec());
    assert_eq!(late, Err(Refusal::ProposalClosed));
    assert!(!w.has("m"));
}

#[test]
fn a_vote_opened_by_one_who_left_is_void() {
    let mut w = World::found_under(&["a", "b", "c", "d"], MAJORITY);
    let measure = admit("x", Role::Member, "d");
    w.propose("d", &measure).unwrap();
    let given = ["a", "b", "c"].map(|name| w.approval(name, measure.id()));
    w.tries(&voice("d", 0), Clause::Leave).unwrap();
    assert_eq!(w.adopt("a", measure.id(), given.to_vec()), Err(Refusal::ProposalClosed));
    // Its sponsor gone, the request itself has lapsed.
    assert_eq!(w.propose("a", &measure).err(), Some(Refusal::UnknownSubject));
}

#[test]
fn moves_to_two_relays_are_not_both_made() {
    let mut w = World::found_under(&["a", "b", "c"], MAJORITY);
    let (one, two) = (Measure::ChangeRelay(terms(1)), Measure::ChangeRelay(terms(2)));
    w.propose("a", &one).unwrap();
    w.propose("b", &two).unwrap();
    let for_one = ["a", "b"].map(|name| w.approval(name, one.id()));
    let for_two = ["b", "c"].map(|name| w.approval(name, two.id()));
    w.adopt("a", one.id(), for_one.to_vec()).unwrap();
    assert_eq!(w.adopt("b", two.id(), for_two.to_vec()), Err(Refusal::ProposalClosed));
    assert_eq!(*w.register.roster().relay(), terms(1));
}

#[test]
fn thresholds_follow_the_guarantors_up_and_down() {
    let four = Rule::same(Threshold::AtLeast(4));
    let mut w = World::found_under(&["a", "b", "c", "d", "e"], four);
    let x = admit("x", Role::Member, "a");
    assert_eq!(w.register.roster().needed(&x), 4);
    w.tries(&voice("e", 0), Clause::Leave).unwrap();
    w.tries(&voice("d", 0), Clause::Leave).unwrap();
    // Four of three would be a space stuck for ever.
    assert_eq!(w.register.roster().needed(&x), 3);
    w.decide(&["a", "b", "c"], &x).unwrap();
    for (n, name) in ["f", "g", "h", "i", "j"].into_iter().enumerate() {
        let votes = ["a", "b", "c", "f", "g", "h"];
        w.admits(&votes[..4.min(3 + n).max((3 + n) / 2 + 1)], name, Role::Guarantor);
    }
    assert_eq!(w.register.roster().guarantors().len(), 8);
    assert_eq!(w.register.roster().needed(&admit("y", Role::Member, "a")), 5);
}

#[test]
fn a_charter_that_asks_for_more_than_there_are_still_works() {
    let mut w = World::found_under(&["a"], Rule::same(Threshold::AtLeast(u64::MAX)));
    w.admits(&["a"], "b", Role::Guarantor);
    w.admits(&["a", "b"], "c", Role::Guarantor);
    assert_eq!(
        w.decide(&["a", "b"], &admit("x", Role::Member, "a")),
        Err(Refusal::NotEnoughApprovals)
    );
}

#[test]
fn under_unanimity_nobody_is_removed_and_anybody_can_still_leave() {
    let mut w = World::found_under(&["a", "b", "c"], Rule::same(Threshold::Unanimous));
    let all = w.decide(&["a", "b", "c"], &remove("c"));
    assert_eq!(all, Err(Refusal::NotEnoughApprovals), "the subject is counted and cannot vote");
    w.tries(&voice("c", 0), Clause::Leave).unwrap();
    w.decide(&["a", "b"], &admit("x", Role::Member, "a")).unwrap();
}

#[test]
fn a_closed_space_decides_and_seals_nothing_more() {
    let mut w = World::found_under(&["a", "b", "c"], MAJORITY);
    let epoch = w.turn("a", 0).unwrap();
    let early = w.propose("b", &admit("x", Role::Member, "b")).unwrap();
    let given = ["a", "b"].map(|name| w.approval(name, early));
    w.decide(&["a", "b"], &Measure::Close(crate::register::Closing::Archive)).unwrap();
    assert_eq!(w.adopt("b", early, given.to_vec()), Err(Refusal::SpaceClosed));
    assert_eq!(w.propose("a", &admit("y", Role::Member, "a")).err(), Some(Refusal::SpaceClosed));
    assert_eq!(w.turn("a", 1).err(), Some(Refusal::SpaceClosed));
    assert_eq!(w.grant("a", device_id("b", 0), vec![epoch]), Err(Refusal::SpaceClosed));
    let append = w.register.roster().may_append(&device_id("a", 0), &epoch, w.time);
    assert_eq!(append, Err(Refusal::SpaceClosed));
    w.tries(&voice("c", 0), Clause::Leave).unwrap();
}

#[test]
fn an_act_serves_once_and_a_refused_one_never() {
    let mut w = World::found_under(&["a"], MAJORITY);
    let leave = w.act(&voice("a", 0), Clause::Leave);
    assert_eq!(w.push(leave.clone()), Err(Refusal::LastGuarantor));
    w.admits(&["a"], "b", Role::Guarantor);
    // It would pass now; its author was told that it had no effect.
    assert_eq!(w.push(leave), Err(Refusal::Duplicate));
    assert!(w.has("a"));
    let add = w.act(&voice("a", 0), Clause::AddDevice(device_card("a", 1, DeviceRole::Editor)));
    w.push(add.clone()).unwrap();
    assert_eq!(w.push(add), Err(Refusal::Duplicate));
}

#[test]
fn an_act_that_was_kept_back_dies_after_thirty_days() {
    let mut w = World::found(&["a", "b", "c"]);
    // A relay keeps an enrolment to itself; the machine is thrown away meanwhile.
    let kept = w.act(&voice("a", 0), Clause::AddDevice(device_card("a", 1, DeviceRole::Editor)));
    w.wait(limits::ACT_LIFE * 10);
    assert!(w.register.judge(&kept, w.time).is_ok(), "nothing has happened since it was made");
    w.admits(&["a", "b"], "m", Role::Member);
    assert!(w.register.judge(&kept, w.time).is_ok());
    w.wait(limits::ACT_LIFE);
    assert!(w.register.judge(&kept, w.time).is_ok(), "on the last day");
    w.wait(std::time::Duration::from_millis(1));
    assert_eq!(w.push(kept), Err(Refusal::Expired));
    assert!(w.register.roster().device(&device_id("a", 1)).is_none());
}

#[test]
fn an_act_is_not_placed_before_what_its_author_had_seen() {
    let mut w = World::found(&["a", "b", "c"]);
    let log = w.log.clone();
    w.admits(&["a", "b"], "m", Role::Member);
    let leave = w.act(&voice("c", 0), Clause::Leave);
    let mut shorter = World::found(&["a", "b", "c"]);
    assert_eq!(shorter.log, log);
    assert_eq!(shorter.push(leave), Err(Refusal::Gap));
}

#[test]
fn an_author_may_bound_its_act_in_register_time() {
    let mut w = World::found(&["a", "b", "c"]);
    let author = voice("c", 0);
    let mut act = w.draft(&author, Clause::Leave);
    act.not_after = Some(w.time);
    let act = act.sign(&author);
    assert!(w.register.judge(&act, w.time).is_ok());
    w.wait(std::time::Duration::from_millis(1));
    assert_eq!(w.push(act), Err(Refusal::Expired));
    assert!(w.has("c"));
}

#[test]
fn members_and_observers_open_no_vote_and_count_in_none() {
    let mut w = World::found_under(&["a", "b", "c"], MAJORITY);
    w.admits(&["a", "b"], "m", Role::Member);
    w.admits(&["a", "b"], "o", Role::Observer);
    let measure = admit("x", Role::Member, "m");
    for name in ["m", "o"] {
        assert_eq!(w.propose(name, &measure).err(), Some(Refusal::NotAGuarantor));
    }
    let votes = w.decide(&["a", "m", "o"], &measure);
    assert_eq!(votes, Err(Refusal::NotEnoughApprovals));
    // Handing in the approvals of others is open to whoever takes part.
    let given = ["a", "b"].map(|name| w.approval(name, measure.id()));
    w.adopt("o", measure.id(), given.to_vec()).unwrap();
    assert!(w.has("x"));
}

#[test]
fn a_second_charter_changes_nothing() {
    let names = ["a", "b", "c"];
    let mut w = World::found(&names);
    let again = founding(&names, charter(&names, MAJORITY));
    assert_eq!(w.push(again.act), Err(Refusal::SecondCharter));
    assert_eq!(w.register.roster().rule(), Rule::USUAL);
    assert_ne!(to_bytes(&w.register.roster().rule()), to_bytes(&MAJORITY));
}

/// What newcomer and sponsor compare by voice: 88 bits that change with the space, each key
/// and each term, so that a relay which swaps one of them is heard at once.
#[test]
fn the_words_compared_by_voice_cover_every_key_and_term() {
    use crate::invitation::{WORDS_BYTES, words_digest};
    let here = World::found(&["a", "b", "c"]).register.space();
    let there = World::found(&["a", "b"]).register.space();
    let asked = admission("x", 0, Role::Member, "a");
    let changes: [fn(&mut crate::register::Admission); 11] = [
        |a| a.card.partner = partner("y"),
        |a| a.card.voices = vec![voice_id("y", 0)],
        |a| a.card.voices.push(voice_id("y", 0)),
        |a| a.card.devices = vec![device_card("y", 0, DeviceRole::Editor)],
        |a| a.card.devices.push(device_card("y", 0, DeviceRole::Editor)),
        |a| a.card.devices[0].wrap = device_card("y", 0, DeviceRole::Editor).wrap,
        |a| a.card.devices[0].role = DeviceRole::Reader,
        |a| a.role = Role::Guarantor,
        |a| a.history = History::None,
        |a| a.sponsor = partner("b"),
        |a| a.invitation = [0; 32],
    ];
    let mut words = vec![words_digest(&here, &asked), words_digest(&there, &asked)];
    for change in changes {
        let mut variant = asked.clone();
        change(&mut variant);
        words.push(words_digest(&here, &variant));
    }
    let count = words.len();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), count);
    assert_eq!(WORDS_BYTES * 8, 88, "eight words of eleven bits");
}
