//! Every refusal that a register can give is reached: one scenario for each.
//!
//! A new reason without a scenario fails here, as does a scenario that says something else.

use super::world::*;
use crate::crypto::Signature;
use crate::env::Timestamp;
use crate::epoch::NO_EPOCH;
use crate::id::VoiceId;
use crate::limits;
use crate::refusal::Refusal;
use crate::register::{
    Cause, Clause, Closing, DeviceRole, Erasure, History, Measure, Register, Role, Rule, Threshold,
};

type Scenario = fn(&mut World) -> Result<(), Refusal>;

/// Codes of the form and register sections.
const LAST_CODE: u64 = 53;

/// Reasons of these sections that the relay gives, not the fold: it alone sees a wraps blob.
const BY_THE_RELAY: &[Refusal] = &[Refusal::WrongWraps];

/// Scenarios start with guarantors a, b, c, a member m and one open epoch.
const SCENARIOS: &[(Refusal, Scenario)] = &[
    (Refusal::Malformed, |w| {
        let mut act = w.act(&voice("a", 0), Clause::Leave);
        act.body.push(0);
        w.push(act)
    }),
    (Refusal::NewerThanUs, |w| {
        let mut act = w.act(&voice("a", 0), Clause::Leave);
        act.body[2] = 2;
        w.push(act)
    }),
    (Refusal::TooLarge, |w| {
        let mut act = w.act(&voice("a", 0), Clause::Leave);
        act.body = vec![0; limits::ACT_BYTES_MAX + 1];
        w.register.judge(&act, w.time).map(drop)
    }),
    (Refusal::BadSignature, |w| {
        let mut act = w.act(&voice("a", 0), Clause::Leave);
        act.signature = Signature([0; 64]);
        w.push(act)
    }),
    (Refusal::WrongSpace, |w| {
        let mut elsewhere = World::found(&["a", "b"]);
        let act = elsewhere.act(&voice("a", 0), Clause::Leave);
        w.push(act)
    }),
    (Refusal::Duplicate, |w| {
        let act = w.act(&voice("a", 0), Clause::AddDevice(spare("a")));
        w.push(act.clone()).unwrap();
        w.push(act)
    }),
    (Refusal::WeakKey, |w| {
        let add = vec![VoiceId::new([0; 32])];
        w.tries(&voice("a", 0), Clause::SetVoices { add, drop: vec![] })
    }),
    (Refusal::KeyInUse, |w| {
        let card = device_card("b", 0, DeviceRole::Editor);
        w.tries(&voice("a", 0), Clause::AddDevice(card))
    }),
    (Refusal::NotSorted, |w| w.grant("a", device_id("b", 0), vec![])),
    (Refusal::NotAMember, |w| {
        w.tries(&voice("c", 0), Clause::Leave).unwrap();
        w.turn("c", 9).map(drop)
    }),
    (Refusal::NotAGuarantor, |w| w.propose("m", &remove("a")).map(drop)),
    (Refusal::NotAVoice, |w| w.tries(&device("a", 0), Clause::Leave)),
    (Refusal::NotADevice, |w| {
        let opening = w.opening(9);
        w.tries(&voice("a", 0), Clause::OpenEpoch(opening))
    }),
    (Refusal::NotAnEditor, |w| {
        w.decide(&["a", "b"], &Measure::ChangeRole(partner("m"), Role::Observer)).unwrap();
        w.turn("m", 9).map(drop)
    }),
    (Refusal::NotTheOperator, |w| w.tries(&relay(0), Clause::ResumeDevice(device_id("a", 0)))),
    (Refusal::UnknownSubject, |w| w.propose("a", &remove("x")).map(drop)),
    (Refusal::AlreadySo, |w| w.propose("a", &Measure::ChangeRelay(terms(0))).map(drop)),
    (Refusal::NotEnoughApprovals, |w| w.decide(&["a"], &admit("x", Role::Member, "a"))),
    (Refusal::UnknownProposal, |w| w.adopt("a", remove("b").id(), vec![])),
    (Refusal::ProposalClosed, |w| {
        let id = w.propose("a", &remove("m")).unwrap();
        w.wait(limits::PROPOSAL_LIFE);
        w.adopt("a", id, vec![])
    }),
    (Refusal::ProposalOpen, |w| {
        w.propose("a", &remove("m")).unwrap();
        w.propose("b", &remove("m")).map(drop)
    }),
    (Refusal::TooManyProposals, |w| {
        for cause in Cause::ALL {
            w.propose("a", &Measure::Remove(partner("m"), *cause)).unwrap();
        }
        w.propose("a", &remove("b")).map(drop)
    }),
    (Refusal::StaleGeneration, |w| {
        let id = w.propose("a", &remove("m")).unwrap();
        let approval = w.approval("b", id);
        w.tries(&voice("c", 0), Clause::Leave).unwrap();
        w.register.judge_approval(&approval)
    }),
    (Refusal::TooFewGuarantors, |w| {
        w.tries(&voice("c", 0), Clause::Leave).unwrap();
        w.propose("a", &remove("b")).map(drop)
    }),
    (Refusal::LastGuarantor, |w| {
        w.tries(&voice("c", 0), Clause::Leave).unwrap();
        w.tries(&voice("b", 0), Clause::Leave).unwrap();
        w.tries(&voice("a", 0), Clause::Leave)
    }),
    (Refusal::BelowFloor, |w| {
        let rule = Rule { relay: Threshold::AtLeast(1), ..Rule::USUAL };
        w.propose("a", &Measure::ChangeRule(rule)).map(drop)
    }),
    (Refusal::UnknownVersion, |w| {
        w.tries(&voice("a", 0), Clause::SignConvention(visa(2, Some(1))))
    }),
    (Refusal::LastVoice, |w| {
        let drop = vec![voice_id("a", 0)];
        w.tries(&voice("a", 0), Clause::SetVoices { add: vec![], drop })
    }),
    (Refusal::Expired, |w| {
        let clause = Clause::SuspendDevice(device_id("a", 0), DAWN);
        w.tries(&operator(), clause)
    }),
    (Refusal::SuspensionTooLong, |w| {
        let clause = Clause::SuspendDevice(device_id("a", 0), Timestamp::from_ms(u64::MAX));
        w.tries(&operator(), clause)
    }),
    (Refusal::SuspendedTooOften, |w| {
        suspend(w, "a").unwrap();
        w.wait(limits::SUSPENSION_MAX);
        suspend(w, "a")
    }),
    (Refusal::TooManySuspended, |w| {
        suspend(w, "a").unwrap();
        suspend(w, "b")
    }),
    (Refusal::WrongPreviousEpoch, |w| {
        let mut opening = w.opening(9);
        opening.previous = NO_EPOCH;
        w.tries(&device("a", 0), Clause::OpenEpoch(opening))
    }),
    (Refusal::WrongRecipients, |w| {
        let mut opening = w.opening(9);
        opening.recipients = [0; 32];
        w.tries(&device("a", 0), Clause::OpenEpoch(opening))
    }),
    (Refusal::TooManyRotations, |w| {
        let turns = 1..=u32::try_from(limits::ROTATIONS_PER_DAY_MAX).unwrap();
        turns.map(|n| w.turn("a", n)).find_map(Result::err).map_or(Ok(()), Err)
    }),
    (Refusal::ForbiddenEpoch, |w| {
        let old = w.register.roster().epoch().unwrap().id;
        let mut newcomer = admission("x", 0, Role::Member, "a");
        newcomer.history = History::None;
        w.decide(&["a", "b"], &Measure::Admit(newcomer)).unwrap();
        w.grant("a", device_id("x", 0), vec![old])
    }),
    (Refusal::SpaceClosed, |w| {
        w.decide(&["a", "b"], &Measure::Close(Closing::Archive)).unwrap();
        w.turn("a", 9).map(drop)
    }),
    (Refusal::SpaceErased, |w| {
        w.decide(&["a", "b"], &Measure::Close(Closing::Erase)).unwrap();
        w.turn("a", 9).map(drop)
    }),
    (Refusal::NotErased, |w| {
        w.decide(&["a", "b"], &Measure::Close(Closing::Archive)).unwrap();
        w.tries(&device("a", 0), Clause::AttestErasure(Erasure::whole()))
    }),
    (Refusal::TooMany, |w| {
        let mut add: Vec<_> = (1..=3).map(|n| voice_id("a", n)).collect();
        add.sort();
        w.tries(&voice("a", 0), Clause::SetVoices { add, drop: vec![] })
    }),
    (Refusal::TimeBackwards, |w| {
        let act = w.act(&voice("a", 0), Clause::Leave);
        w.time = Timestamp::from_ms(DAWN.ms() - 1);
        w.push(act)
    }),
    (Refusal::SecondCharter, |w| {
        let again = founding(&["a"], charter(&["a"], MAJORITY));
        w.push(again.act)
    }),
];

fn spare(name: &str) -> crate::register::DeviceCard {
    device_card(name, 9, DeviceRole::Editor)
}

fn suspend(w: &mut World, name: &str) -> Result<(), Refusal> {
    let until = w.time.after(limits::DAY);
    w.tries(&operator(), Clause::SuspendDevice(device_id(name, 0), until))
}

/// Founds the world that every scenario starts from.
fn start() -> World {
    let mut w = World::found_under(&["a", "b", "c"], MAJORITY);
    w.admits(&["a", "b"], "m", Role::Member);
    w.turn("a", 0).unwrap();
    w
}

#[test]
fn every_refusal_of_the_register_has_a_scenario_that_reaches_it() {
    for (reason, scenario) in SCENARIOS {
        let mut w = start();
        assert_eq!(scenario(&mut w), Err(*reason), "{}", reason.name());
        // Whatever was refused, the log folds again to the same state.
        assert_eq!(w.refold().roster(), w.register.roster(), "{}", reason.name());
    }
    let reached = |reason: &&Refusal| SCENARIOS.iter().any(|(of, _)| of == *reason);
    let ours = |reason: &&Refusal| reason.code() <= LAST_CODE && !BY_THE_RELAY.contains(reason);
    let missing: Vec<_> =
        Refusal::ALL.iter().filter(ours).filter(|r| !reached(r)).map(|r| r.name()).collect();
    assert_eq!(missing, Vec::<&str>::new(), "refusals without a scenario");
    let twice = SCENARIOS
        .iter()
        .filter(|(one, _)| SCENARIOS.iter().filter(|(other, _)| one == other).count() > 1);
    assert_eq!(twice.count(), 0);
}

#[test]
fn every_refusal_is_said_in_both_languages_under_a_number_of_its_own() {
    for reason in Refusal::ALL {
        assert!(!reason.french().is_empty() && !reason.english().is_empty());
        assert_ne!(reason.french(), reason.english());
        assert_eq!(Refusal::from_code(reason.code()), *reason);
        let same = Refusal::ALL
            .iter()
            .filter(|other| other.code() == reason.code() || other.name() == reason.name());
        assert_eq!(same.count(), 1, "{}", reason.name());
    }
    assert_eq!(Refusal::from_code(9_999), Refusal::Unknown(9_999));
}

/// A refused charter gives its reason too, and founds nothing.
#[test]
fn a_refused_charter_founds_nothing() {
    let names = ["a", "b"];
    let mut entry = founding(&names, charter(&names, MAJORITY));
    entry.act.approvals.clear();
    assert!(Register::found(&entry).is_err());
}
