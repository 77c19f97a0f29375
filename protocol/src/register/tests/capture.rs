//! Capture: the smallest group that can take a space, by arithmetic and by trying.

use super::world::*;
use crate::refusal::Refusal;
use crate::register::{Cause, Clause, Measure, Role, Rule, Threshold, recipients_hash};

const NAMES: [&str; 9] = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];

/// Tells whether a coalition that holds `coalition` of `guarantors` votes can remove every
/// other one, the subject of each vote counted and unable to vote.
fn expels_all_others(threshold: Threshold, guarantors: usize, coalition: usize) -> bool {
    (coalition + 1..=guarantors).rev().all(|n| n > 2 && coalition >= threshold.needed(n))
}

fn smallest(threshold: Threshold, guarantors: usize) -> Option<usize> {
    (1..guarantors).find(|coalition| expels_all_others(threshold, guarantors, *coalition))
}

/// Returns the smallest coalition able to remove some other guarantor.
fn smallest_to_remove_one(threshold: Threshold, guarantors: usize) -> Option<usize> {
    (1..guarantors).find(|c| guarantors > 2 && *c >= threshold.needed(guarantors))
}

/// The table of `security.md` §2.3, n = 2 to 9. For the last two guarantors nobody is removed,
/// so a coalition of one never ends up alone: what is compared is the first removal.
#[test]
fn the_capture_table_holds_for_two_to_nine_guarantors() {
    let floor = [None, Some(2), Some(3), Some(3), Some(4), Some(4), Some(5), Some(5)];
    let thirds = [None, None, Some(3), Some(4), Some(5), Some(5), Some(6), Some(7)];
    for (row, n) in (2..=9).enumerate() {
        assert_eq!(smallest_to_remove_one(Threshold::Majority, n), floor[row], "majority, {n}");
        assert_eq!(smallest_to_remove_one(Threshold::TwoThirds, n), thirds[row], "thirds, {n}");
        assert_eq!(smallest_to_remove_one(Threshold::Unanimous, n), None, "unanimous, {n}");
        assert_eq!(smallest(Threshold::Majority, n), floor[row], "all others, majority, {n}");
        assert_eq!(smallest(Threshold::TwoThirds, n), thirds[row], "all others, thirds, {n}");
    }
}

#[test]
fn no_threshold_is_below_a_majority_nor_beyond_everybody() {
    for n in 1..=60 {
        for k in (0..=70).chain([u64::MAX]) {
            let needed = Threshold::AtLeast(k).needed(n);
            assert!(needed > n / 2, "{needed} of {n} for k = {k}");
            assert!(needed <= n, "{needed} of {n} for k = {k}: nothing could ever be decided");
        }
        for threshold in [Threshold::Majority, Threshold::TwoThirds, Threshold::Unanimous] {
            assert!(threshold.needed(n) > n / 2 && threshold.needed(n) <= n);
        }
        assert_eq!(Threshold::Unanimous.needed(n), n);
    }
}

/// Every vote the fold takes, tried with every coalition: the arithmetic is the code's.
#[test]
fn the_fold_removes_exactly_when_the_table_says_so() {
    for n in 2..=6 {
        let names = &NAMES[..n];
        for threshold in [Threshold::Majority, Threshold::TwoThirds, Threshold::Unanimous] {
            for coalition in 1..n {
                let mut w = World::found_under(names, Rule::same(threshold));
                let removed = w.decide(&names[..coalition], &remove(names[n - 1])).is_ok();
                let expected = n > 2 && coalition >= threshold.needed(n);
                assert_eq!(removed, expected, "{coalition} of {n} under {threshold:?}");
            }
        }
    }
}

/// Friends admitted first do not lower the numbers of a space with one threshold.
#[test]
fn admitting_friends_first_does_not_help_under_one_threshold() {
    for threshold in [Threshold::Majority, Threshold::TwoThirds] {
        for n in 2..=9usize {
            for coalition in 1..n {
                let alone = n > 2 && coalition >= threshold.needed(n);
                let mut with_friends = false;
                let (mut all, mut ours) = (n, coalition);
                while ours >= threshold.needed(all) && all < 40 {
                    (all, ours) = (all + 1, ours + 1);
                    with_friends |= all > 2 && ours >= threshold.needed(all);
                }
                // With two guarantors a friend makes the third that lets somebody be removed,
                // but it takes both of them to admit one.
                assert!(alone || !with_friends, "{coalition} of {n} under {threshold:?}");
            }
        }
    }
}

/// Under the usual rule a majority may admit guarantors, so it reaches two thirds in the end.
/// The floor that no charter can undo is the majority; this test keeps that sentence honest.
#[test]
fn under_the_usual_rule_the_floor_is_the_majority() {
    let mut w = World::found(&["a", "b", "c", "d", "e"]);
    let three = w.decide(&["a", "b", "c"], &remove("e"));
    assert_eq!(three, Err(Refusal::NotEnoughApprovals));
    w.admits(&["a", "b", "c"], "f", Role::Guarantor);
    w.admits(&["a", "b", "c", "f"], "g", Role::Guarantor);
    w.decide(&["a", "b", "c", "f", "g"], &remove("e")).unwrap();
    // Two of five never get there: they cannot admit the first friend.
    let mut w = World::found(&["a", "b", "c", "d", "e"]);
    let friend = w.decide(&["a", "b"], &admit("f", Role::Guarantor, "a"));
    assert_eq!(friend, Err(Refusal::NotEnoughApprovals));
}

/// Everything that takes something away from an organisation against its will.
fn harms(name: &str) -> Vec<Measure> {
    vec![
        remove(name),
        Measure::Remove(partner(name), Cause::Stolen),
        Measure::ChangeRole(partner(name), Role::Member),
        Measure::ChangeRole(partner(name), Role::Observer),
        Measure::RevokeDevice(device_id(name, 0), Cause::Decision),
    ]
}

#[test]
fn with_two_guarantors_nobody_can_be_removed() {
    // T9, and the same for a member, a role, a device; both guarantors agreeing or not.
    for names in [&["a", "b"][..], &["a"][..]] {
        let mut w = World::found_under(names, MAJORITY);
        w.admits(names, "m", Role::Member);
        for subject in if names.len() == 2 { vec!["b", "m"] } else { vec!["m"] } {
            for harm in harms(subject) {
                for coalition in 1..=names.len() {
                    let tried = w.decide(&names[..coalition], &harm);
                    let known = [Refusal::TooFewGuarantors, Refusal::AlreadySo];
                    assert!(known.contains(&tried.unwrap_err()), "{harm:?}");
                }
            }
        }
        assert!(w.has("m") && w.register.roster().guarantors().len() == names.len());
        let devices = w.register.roster().active_devices(w.time).len();
        assert_eq!(devices, names.len() + 1);
    }
}

#[test]
fn t09_one_of_two_guarantors_cannot_remove_the_other() {
    let mut w = World::found(&["a", "b"]);
    assert_eq!(w.propose("a", &remove("b")).err(), Some(Refusal::TooFewGuarantors));
    assert_eq!(w.propose("b", &remove("a")).err(), Some(Refusal::TooFewGuarantors));
}

/// Tries everything that changes who is there or who may read, with these votes only.
fn assert_powerless(w: &mut World, votes: &[&str], victim: &str) {
    let before = w.register.roster().clone();
    let mut measures = harms(victim);
    for role in [Role::Guarantor, Role::Member, Role::Observer] {
        measures.push(admit("x", role, votes[0]));
    }
    measures.push(Measure::ChangeRelay(terms(7)));
    measures.push(Measure::ChangeRule(Rule::same(Threshold::AtLeast(5))));
    measures.push(Measure::Close(crate::register::Closing::Erase));
    for measure in measures {
        let tried = w.decide(votes, &measure);
        assert_eq!(tried, Err(Refusal::NotEnoughApprovals), "{votes:?}: {measure:?}");
        // The limit on open votes is not what stops them.
        w.wait(crate::limits::PROPOSAL_LIFE);
    }
    let after = w.register.roster();
    assert!(before.partners().eq(after.partners()), "partners are as before");
    assert!(before.devices().eq(after.devices()), "devices are as before");
    assert_eq!((before.rule(), before.closed()), (after.rule(), after.closed()));
    assert_eq!(before.relay(), after.relay());
    assert_eq!(before.generation(), after.generation());
    assert_hands_no_key_to_an_outsider(w, votes[0]);
}

/// Tries to let somebody read whom nobody admitted, from a device of this organisation.
fn assert_hands_no_key_to_an_outsider(w: &mut World, name: &str) {
    let outsider = device_card("x", 0, crate::register::DeviceRole::Reader);
    let mut recipients = w.register.roster().active_devices(w.time);
    recipients.push((outsider.device, outsider.wrap));
    let mut opening = w.opening(1);
    opening.recipients = recipients_hash(&recipients);
    let opened = w.tries(&device(name, 0), Clause::OpenEpoch(opening));
    assert_eq!(opened, Err(Refusal::WrongRecipients));
    let epoch = w.turn(name, 2).unwrap();
    let granted = w.grant(name, outsider.device, vec![epoch]);
    assert_eq!(granted, Err(Refusal::NotADevice));
    let holders = &w.register.roster().epoch().unwrap().holders;
    assert!(!holders.contains_key(&outsider.device));
}

#[test]
fn with_three_no_one_alone_can_admit_or_remove() {
    for rule in [Rule::USUAL, MAJORITY, Rule::same(Threshold::AtLeast(2))] {
        for (one, victim) in [("a", "b"), ("b", "c"), ("c", "a")] {
            let mut w = World::found_under(&["a", "b", "c"], rule);
            assert_powerless(&mut w, &[one], victim);
        }
    }
}

#[test]
fn no_two_of_five_can_admit_or_remove() {
    let five = &NAMES[..5];
    for rule in [Rule::USUAL, MAJORITY] {
        for (i, one) in five.iter().enumerate() {
            for two in &five[i + 1..] {
                let victim = five.iter().find(|name| *name != one && *name != two).unwrap();
                let mut w = World::found_under(five, rule);
                assert_powerless(&mut w, &[one, two], victim);
            }
        }
    }
}

#[test]
fn the_relay_cannot_admit_or_remove() {
    let mut w = World::found_under(&["a", "b", "c"], MAJORITY);
    w.turn("a", 0).unwrap();
    let before = w.register.roster().clone();
    let epoch = w.register.roster().epoch().unwrap().id;
    let admission = admit("x", Role::Member, "a");
    for key in [relay(0), operator()] {
        let card = device_card("x", 0, crate::register::DeviceRole::Editor);
        let opening = w.opening(1);
        let add = vec![voice_id("x", 0)];
        let grant = crate::register::KeyGrant {
            to: device_id("a", 0),
            epochs: vec![epoch],
            wraps: [1; 32],
        };
        let clauses = [
            Clause::Propose(admission.clone()),
            Clause::Propose(remove("c")),
            Clause::Adopt(admission.id()),
            Clause::Withdraw(admission.id()),
            Clause::Leave,
            Clause::SetVoices { add, drop: vec![] },
            Clause::AddDevice(card),
            Clause::RevokeDevice(device_id("c", 0), Cause::Stolen),
            Clause::OpenEpoch(opening),
            Clause::GrantKeys(grant),
        ];
        for clause in clauses {
            let tried = w.tries(&key, clause.clone()).unwrap_err();
            assert!(matches!(tried, Refusal::NotAVoice | Refusal::NotADevice), "{clause:?}");
        }
        // Nor by signing approvals with its own hand under the names of the partners.
        w.wait(crate::limits::PROPOSAL_LIFE);
        for measure in [admission.clone(), remove("c")] {
            let id = w.propose("a", &measure).unwrap();
            let space = w.register.space();
            let signed = ["a", "b", "c"].map(|name| {
                crate::register::Approval::sign(&key, &space, id, partner(name), (0, 1))
            });
            assert_eq!(w.adopt("a", id, signed.to_vec()), Err(Refusal::NotEnoughApprovals));
        }
    }
    let after = w.register.roster();
    assert!(before.partners().eq(after.partners()));
    assert!(before.devices().eq(after.devices()));
    assert_eq!(before.epochs(), after.epochs(), "it receives the key of no period");
}
