//! Votes: no number of signatures stands in for organisations, and none for another vote.

use super::world::*;
use crate::crypto;
use crate::id::VoiceId;
use crate::limits;
use crate::refusal::Refusal;
use crate::register::{Approval, Cause, Clause, Measure, Role, Rule, SignedAct, Threshold};

#[test]
fn a_majority_admits_and_its_decision_is_on_every_replica() {
    let mut w = World::found(&["a", "b", "c"]);
    w.admits(&["a", "b"], "d", Role::Member);
    assert!(w.has("d"));
    assert_eq!(w.refold().roster(), w.register.roster());
    assert_eq!(w.refold().root(), w.register.root());
}

#[test]
fn t01_a_relay_cannot_admit_without_approvals() {
    let mut w = World::found(&["a", "b", "c"]);
    let measure = admit("x", Role::Member, "a");
    // With its own key, as a proposer and as the one that hands in an adoption.
    assert_eq!(w.tries(&relay(0), Clause::Propose(measure.clone())), Err(Refusal::NotAVoice));
    assert_eq!(w.tries(&operator(), Clause::Propose(measure.clone())), Err(Refusal::NotAVoice));
    let id = w.propose("a", &measure).unwrap();
    assert_eq!(w.tries(&relay(0), Clause::Adopt(id)), Err(Refusal::NotADevice));
    // A partner's adoption whose approvals it leaves out.
    assert_eq!(w.adopt("a", id, vec![]), Err(Refusal::NotEnoughApprovals));
    assert!(!w.has("x"));
    assert!(!w.refold().roster().partners().any(|(id, _)| *id == partner("x")));
    let reasons: Vec<_> = w.refold().set_aside().iter().map(|s| s.reason).collect();
    assert_eq!(reasons.len(), 4, "each attempt is kept in the open: {reasons:?}");
}

#[test]
fn t02_two_voices_of_one_organisation_count_once() {
    let mut w = World::found(&["a", "b", "c"]);
    let add = vec![voice_id("a", 1)];
    w.tries(&voice("a", 0), Clause::SetVoices { add, drop: vec![] }).unwrap();
    let id = w.propose("a", &admit("x", Role::Member, "a")).unwrap();
    let first = w.approval("a", id);
    let space = w.register.space();
    let second = Approval::sign(&voice("a", 1), &space, id, partner("a"), (0, 1));
    assert_eq!(w.register.judge_approval(&second), Ok(()), "valid by itself");
    assert_eq!(
        w.adopt("a", id, vec![first.clone(), second, first]),
        Err(Refusal::NotEnoughApprovals)
    );
    assert!(!w.has("x"));
}

#[test]
fn t02_a_voice_cannot_vote_under_the_name_of_another_organisation() {
    let mut w = World::found(&["a", "b", "c"]);
    let id = w.propose("a", &admit("x", Role::Member, "a")).unwrap();
    let space = w.register.space();
    let borrowed = Approval::sign(&voice("a", 0), &space, id, partner("b"), (0, 1));
    assert_eq!(w.register.judge_approval(&borrowed), Err(Refusal::NotAVoice));
    // Or with the right name over the wrong hand.
    let mut dressed = Approval::sign(&voice("a", 0), &space, id, partner("b"), (0, 1));
    dressed.voice = voice_id("b", 0);
    assert_eq!(w.register.judge_approval(&dressed), Err(Refusal::BadSignature));
    let own = w.approval("a", id);
    assert_eq!(w.adopt("a", id, vec![own, borrowed, dressed]), Err(Refusal::NotEnoughApprovals));
}

#[test]
fn t03_an_approval_of_a_removed_organisation_counts_for_nothing() {
    let mut w = World::found_under(&["a", "b", "c", "d", "e"], MAJORITY);
    let id = w.propose("a", &admit("x", Role::Member, "a")).unwrap();
    let early = w.approval("e", id);
    w.decide(&["a", "b", "c"], &remove("e")).unwrap();
    assert_eq!(w.register.judge_approval(&early), Err(Refusal::NotAMember));
    // The vote itself is void: it was among five. Opened again, the old signature stays out.
    let others = vec![w.approval("a", id), w.approval("b", id), early.clone()];
    assert_eq!(w.adopt("a", id, others), Err(Refusal::ProposalClosed));
    w.propose("a", &admit("x", Role::Member, "a")).unwrap();
    let two = vec![w.approval("a", id), w.approval("b", id), early];
    assert_eq!(w.adopt("a", id, two), Err(Refusal::NotEnoughApprovals));
    assert!(!w.has("x"));
}

#[test]
fn t03_an_organisation_that_left_or_lost_its_vote_counts_for_nothing() {
    let mut w = World::found_under(&["a", "b", "c", "d"], MAJORITY);
    let measure = admit("x", Role::Member, "a");
    let id = w.propose("a", &measure).unwrap();
    let early = [w.approval("c", id), w.approval("d", id)];
    w.tries(&voice("d", 0), Clause::Leave).unwrap();
    w.decide(&["a", "b"], &Measure::ChangeRole(partner("c"), Role::Member)).unwrap();
    assert_eq!(w.register.judge_approval(&early[1]), Err(Refusal::NotAMember));
    assert_eq!(w.register.judge_approval(&early[0]), Err(Refusal::NotAGuarantor));
    w.propose("a", &measure).unwrap();
    let afresh = w.approval("c", id);
    assert_eq!(w.register.judge_approval(&afresh), Err(Refusal::NotAGuarantor));
}

#[test]
fn t04_an_approval_does_not_serve_in_another_space_or_for_another_proposal() {
    let mut here = World::found(&["a", "b", "c"]);
    let there = World::found_under(&["a", "b", "c"], MAJORITY);
    assert_ne!(here.register.space(), there.register.space());
    let measure = admit("x", Role::Member, "a");
    let id = here.propose("a", &measure).unwrap();
    let own = here.approval("a", id);
    let foreign = there.approval("b", id);
    assert_eq!(here.register.judge_approval(&foreign), Err(Refusal::BadSignature));
    // Moved from one measure to another of the same space.
    let other = here.propose("b", &admit("y", Role::Member, "b")).unwrap();
    let mut moved = here.approval("b", other);
    assert_eq!(here.register.judge_approval(&moved), Ok(()));
    assert_eq!(
        here.adopt("a", id, vec![own.clone(), moved.clone()]),
        Err(Refusal::NotEnoughApprovals)
    );
    moved.proposal = id;
    assert_eq!(here.register.judge_approval(&moved), Err(Refusal::BadSignature));
    assert_eq!(here.adopt("a", id, vec![own, foreign, moved]), Err(Refusal::NotEnoughApprovals));
}

#[test]
fn t04_an_act_does_not_serve_in_another_space() {
    let mut here = World::found(&["a", "b", "c"]);
    let mut there = World::found_under(&["a", "b", "c"], MAJORITY);
    let act = there.act(&voice("a", 0), Clause::Leave);
    assert_eq!(here.push(act), Err(Refusal::WrongSpace));
    assert!(here.has("a"));
}

#[test]
fn t05_an_approval_of_one_generation_counts_for_nothing_in_the_next() {
    let mut w = World::found_under(&["a", "b", "c"], MAJORITY);
    let measure = admit("x", Role::Member, "a");
    let id = w.propose("a", &measure).unwrap();
    let stale = [w.approval("a", id), w.approval("b", id), w.approval("c", id)];
    w.admits(&["a", "b"], "d", Role::Guarantor);
    assert_eq!(w.register.judge_approval(&stale[0]), Err(Refusal::StaleGeneration));
    assert_eq!(w.adopt("a", id, stale.to_vec()), Err(Refusal::ProposalClosed));
    w.propose("a", &measure).unwrap();
    assert_eq!(w.adopt("a", id, stale.to_vec()), Err(Refusal::NotEnoughApprovals));
    // Asked again, the same organisations decide.
    let fresh = ["a", "b", "c"].map(|name| w.approval(name, id));
    w.adopt("a", id, fresh.to_vec()).unwrap();
    assert!(w.has("x"));
}

#[test]
fn t06_a_withdrawn_approval_is_not_counted_until_it_is_given_anew() {
    let mut w = World::found(&["a", "b", "c"]);
    let id = w.propose("a", &admit("x", Role::Member, "a")).unwrap();
    let given = w.approval("b", id);
    w.tries(&voice("b", 0), Clause::Withdraw(id)).unwrap();
    assert_eq!(w.register.judge_approval(&given), Err(Refusal::ProposalClosed));
    let bundled = vec![w.approval("a", id), given.clone()];
    assert_eq!(w.adopt("a", id, bundled), Err(Refusal::NotEnoughApprovals));
    // Taking back twice and giving anew: only the last word counts.
    w.tries(&voice("b", 0), Clause::Withdraw(id)).unwrap();
    let again = vec![w.approval("a", id), w.approval("b", id), given];
    w.adopt("a", id, again).unwrap();
    assert!(w.has("x"));
}

#[test]
fn t06_only_an_open_vote_can_be_withdrawn_from_and_only_by_who_votes() {
    let mut w = World::found(&["a", "b", "c"]);
    w.admits(&["a", "b"], "m", Role::Member);
    let measure = admit("x", Role::Member, "a");
    let never = w.tries(&voice("a", 0), Clause::Withdraw(measure.id()));
    assert_eq!(never, Err(Refusal::UnknownProposal));
    w.decide(&["a", "b"], &measure).unwrap();
    let late = w.tries(&voice("a", 0), Clause::Withdraw(measure.id()));
    assert_eq!(late, Err(Refusal::ProposalClosed));
    let id = w.propose("a", &admit("y", Role::Member, "a")).unwrap();
    let member = w.tries(&voice("m", 0), Clause::Withdraw(id));
    assert_eq!(member, Err(Refusal::NotAGuarantor));
    assert_eq!(w.tries(&device("a", 0), Clause::Withdraw(id)), Err(Refusal::NotAVoice));
}

#[test]
fn t07_a_new_rule_needs_the_old_threshold_and_its_own() {
    let all = Rule::same(Threshold::Unanimous);
    // Up: a majority would do under the old rule, the new one asks for all.
    let mut w = World::found_under(&["a", "b", "c"], MAJORITY);
    let up = w.decide(&["a", "b"], &Measure::ChangeRule(all));
    assert_eq!(up, Err(Refusal::NotEnoughApprovals));
    let id = Measure::ChangeRule(all).id();
    let three = ["a", "b", "c"].map(|name| w.approval(name, id));
    w.adopt("a", id, three.to_vec()).unwrap();
    assert_eq!(w.register.roster().rule(), all);
    // Down: a majority would do under the new rule, the old one asks for all.
    let down = w.decide(&["a", "b"], &Measure::ChangeRule(MAJORITY));
    assert_eq!(down, Err(Refusal::NotEnoughApprovals));
    assert_eq!(w.register.roster().rule(), all);
    assert_eq!(w.register.roster().generation(), 1);
}

#[test]
fn t10_the_subject_is_counted_and_cannot_vote() {
    let mut w = World::found_under(&["a", "b", "c", "d"], MAJORITY);
    let id = w.propose("a", &remove("d")).unwrap();
    let approvals = ["a", "b", "d"].map(|name| w.approval(name, id));
    assert_eq!(w.register.judge_approval(&approvals[2]), Err(Refusal::NotAGuarantor));
    // Three of four are needed: the subject stays in the count.
    assert_eq!(w.register.roster().needed(&remove("d")), 3);
    assert_eq!(w.adopt("a", id, approvals.to_vec()), Err(Refusal::NotEnoughApprovals));
    assert!(w.has("d"));
}

#[test]
fn t10_an_organisation_does_not_vote_on_its_own_role_or_device() {
    let mut w = World::found_under(&["a", "b", "c"], MAJORITY);
    let role = Measure::ChangeRole(partner("c"), Role::Member);
    assert_eq!(w.decide(&["a", "c"], &role), Err(Refusal::NotEnoughApprovals));
    let revoke = Measure::RevokeDevice(device_id("c", 0), Cause::Decision);
    assert_eq!(w.decide(&["a", "c"], &revoke), Err(Refusal::NotEnoughApprovals));
    let both = ["a", "b"].map(|name| w.approval(name, revoke.id()));
    w.adopt("a", revoke.id(), both.to_vec()).unwrap();
    assert!(w.register.roster().device(&device_id("c", 0)).unwrap().revoked.is_some());
}

#[test]
fn t11_of_crossed_removals_exactly_one_happens_in_either_order() {
    for (first, second) in [("a", "b"), ("b", "a")] {
        let mut w = World::found_under(&["a", "b", "c", "d", "e"], MAJORITY);
        let (one, two) = (remove(second), remove(first));
        w.propose(first, &one).unwrap();
        w.propose(second, &two).unwrap();
        let against_second = [first, "c", "d"].map(|name| w.approval(name, one.id()));
        let against_first = [second, "d", "e"].map(|name| w.approval(name, two.id()));
        w.adopt("c", one.id(), against_second.to_vec()).unwrap();
        let late = w.adopt("d", two.id(), against_first.to_vec());
        assert_eq!(late, Err(Refusal::ProposalClosed));
        assert!(w.has(first) && !w.has(second));
        assert_eq!(w.refold().roster(), w.register.roster());
    }
}

#[test]
fn a_vote_closes_fourteen_days_of_register_time_after_it_opened() {
    let mut w = World::found(&["a", "b", "c"]);
    let id = w.propose("a", &admit("x", Role::Member, "a")).unwrap();
    let given = ["a", "b"].map(|name| w.approval(name, id));
    w.wait(limits::PROPOSAL_LIFE);
    assert_eq!(w.adopt("a", id, given.to_vec()), Err(Refusal::ProposalClosed));
    assert_eq!(w.register.judge_approval(&given[0]), Err(Refusal::ProposalClosed));
    // Opened again within the same generation, approvals of the first round stay out.
    w.propose("b", &admit("x", Role::Member, "a")).unwrap();
    assert_eq!(w.register.roster().generation(), 0);
    assert_eq!(w.adopt("a", id, given.to_vec()), Err(Refusal::NotEnoughApprovals));
    let again = ["a", "b"].map(|name| w.approval(name, id));
    w.adopt("a", id, again.to_vec()).unwrap();
    assert!(w.has("x"));
}

#[test]
fn rounds_never_meet_again_whatever_is_withdrawn_and_reopened() {
    let mut w = World::found(&["a", "b", "c"]);
    let measure = admit("x", Role::Member, "a");
    let id = w.propose("a", &measure).unwrap();
    let mut given: Vec<Approval> = vec![w.approval("b", id)];
    for step in 0..6 {
        if step % 2 == 0 {
            w.tries(&voice("b", 0), Clause::Withdraw(id)).unwrap();
        } else {
            w.wait(limits::PROPOSAL_LIFE);
            w.propose("a", &measure).unwrap();
        }
        for old in &given {
            assert_eq!(w.register.judge_approval(old), Err(Refusal::ProposalClosed));
        }
        given.push(w.approval("b", id));
    }
}

#[test]
fn an_adoption_happens_once() {
    let mut w = World::found(&["a", "b", "c"]);
    let measure = Measure::ChangeRelay(terms(1));
    w.decide(&["a", "b"], &measure).unwrap();
    let again = ["a", "b"].map(|name| w.approval(name, measure.id()));
    assert_eq!(w.adopt("c", measure.id(), again.to_vec()), Err(Refusal::ProposalClosed));
    // Proposed anew after moving back, in the same generation: the first approvals are spent.
    w.decide(&["a", "b"], &Measure::ChangeRelay(terms(0))).unwrap();
    w.propose("a", &measure).unwrap();
    assert_eq!(w.register.roster().generation(), 0);
    let back = w.adopt("c", measure.id(), again.to_vec());
    assert_eq!(back, Err(Refusal::NotEnoughApprovals));
}

#[test]
fn a_dropped_voice_takes_its_approvals_with_it() {
    let mut w = World::found(&["a", "b", "c"]);
    let id = w.propose("a", &admit("x", Role::Member, "a")).unwrap();
    let stolen = w.approval("b", id);
    let (add, drop) = (vec![voice_id("b", 1)], vec![voice_id("b", 0)]);
    w.tries(&voice("b", 0), Clause::SetVoices { add, drop }).unwrap();
    assert_eq!(w.register.judge_approval(&stolen), Err(Refusal::NotAVoice));
    let given = vec![w.approval("a", id), stolen];
    assert_eq!(w.adopt("a", id, given), Err(Refusal::NotEnoughApprovals));
    assert_eq!(w.register.roster().generation(), 0, "else keys could be used to void votes");
}

#[test]
fn t54_an_approval_is_over_the_bytes_that_were_displayed() {
    let mut w = World::found(&["a", "b", "c"]);
    let shown = admission("x", 0, Role::Member, "a");
    let id = w.propose("a", &Measure::Admit(shown.clone())).unwrap();
    let approvals = vec![w.approval("a", id), w.approval("b", id)];
    // Whatever is altered after display makes another proposal, which nobody approved.
    let mut role = shown.clone();
    role.role = Role::Guarantor;
    let mut key = shown.clone();
    key.card.voices = vec![voice_id("mallory", 0)];
    let mut device = shown.clone();
    device.card.devices = vec![device_card("mallory", 0, crate::register::DeviceRole::Editor)];
    let mut past = shown;
    past.history = crate::register::History::None;
    for altered in [role, key, device, past] {
        let altered = Measure::Admit(altered);
        assert_ne!(altered.id(), id);
        w.propose("c", &altered).unwrap();
        let moved = approvals.iter().cloned().map(|mut approval| {
            approval.proposal = altered.id();
            approval
        });
        let moved: Vec<_> = approvals.iter().cloned().chain(moved).collect();
        assert_eq!(w.adopt("c", altered.id(), moved), Err(Refusal::NotEnoughApprovals));
    }
    w.adopt("a", id, approvals).unwrap();
    assert!(w.register.roster().present(&partner("x")).unwrap().role == Role::Member);
}

#[test]
fn t54_every_byte_of_an_act_and_of_an_approval_is_signed() {
    let mut w = World::found(&["a", "b", "c"]);
    let act = w.act(&voice("a", 0), Clause::AddDevice(device_card("a", 1, EDITOR)));
    assert!(act.prove().is_ok());
    for at in 0..act.body.len() {
        let mut altered = act.clone();
        altered.body[at] ^= 1;
        assert!(altered.prove().is_err(), "byte {at} can be changed under the signature");
    }
    let id = w.propose("a", &admit("x", Role::Member, "a")).unwrap();
    let approval = w.approval("b", id);
    let space = w.register.space();
    let changes: [fn(&mut Approval); 5] = [
        |a| a.proposal = remove("c").id(),
        |a| a.partner = partner("c"),
        |a| a.voice = VoiceId::new(voice("c", 0).public()),
        |a| a.generation += 1,
        |a| a.round += 1,
    ];
    assert!(approval.verify(crypto::Label::Approval, &space).is_ok());
    for change in changes {
        let mut altered = approval.clone();
        change(&mut altered);
        assert!(altered.verify(crypto::Label::Approval, &space).is_err());
    }
    assert!(approval.verify(crypto::Label::Founding, &space).is_err());
}

const EDITOR: crate::register::DeviceRole = crate::register::DeviceRole::Editor;

#[test]
fn forged_and_surplus_approvals_take_nothing_away_from_valid_ones() {
    let mut w = World::found(&["a", "b", "c"]);
    let id = w.propose("a", &admit("x", Role::Member, "a")).unwrap();
    let mut forged = w.approval("c", id);
    forged.signature = stray_signature();
    let mut approvals = vec![forged; limits::APPROVALS_MAX - 2];
    approvals.extend(["a", "b"].map(|name| w.approval(name, id)));
    w.adopt("a", id, approvals).unwrap();
    assert!(w.has("x"));
}

#[test]
fn more_approvals_than_an_entry_may_carry_are_refused_unread() {
    let mut w = World::found(&["a", "b", "c"]);
    let id = w.propose("a", &admit("x", Role::Member, "a")).unwrap();
    let valid = w.approval("b", id);
    let mut act: SignedAct = w.act(&voice("a", 0), Clause::Adopt(id));
    act.approvals = vec![valid; limits::APPROVALS_MAX + 1];
    assert_eq!(w.register.judge(&act, w.time).err(), Some(Refusal::TooLarge));
    let bytes = crate::codec::to_bytes(&act);
    let read = crate::codec::from_bytes::<SignedAct>(&bytes);
    assert_eq!(read.err(), Some(crate::codec::DecodeError::TooLarge));
}
