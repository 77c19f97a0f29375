//! Who may admit, remove and read. With two guarantors nobody can be removed; with three, no one
//! alone, no two of five, and not the relay, can admit, remove or read.

use client_core::replica::{Command, CommandError, Reply};
use protocol::id::ProposalId;
use protocol::refusal::Refusal;
use protocol::register::{Cause, History, Measure, Role};
use tests::check;
use tests::operator::register_of;
use tests::story::Story;

/// Proposes, and returns the vote.
fn propose(story: &mut Story, by: usize, measure: Measure) -> Result<ProposalId, CommandError> {
    let space = story.space;
    match story.call(by, Command::Propose { space, measure }) {
        Some(Ok(Reply::Vote(vote))) => {
            assert!(!vote.adopted, "adopted by one alone");
            Ok(vote.proposal)
        }
        Some(Err(error)) => Err(error),
        answer => panic!("proposing: {answer:?}"),
    }
}

fn approve(story: &mut Story, by: usize, proposal: ProposalId) -> bool {
    let space = story.space;
    match story.call(by, Command::Approve { space, proposal }) {
        Some(Ok(Reply::Vote(vote))) => vote.adopted,
        answer => panic!("approving: {answer:?}"),
    }
}

fn removal(story: &Story, machine: usize) -> Measure {
    Measure::Remove(story.partner_of(machine).unwrap(), Cause::Decision)
}

#[test]
fn with_two_guarantors_nobody_can_be_removed() {
    let mut story = Story::found(21, 2, 1).unwrap();
    let measure = removal(&story, 1);
    let refused = propose(&mut story, 0, measure);
    assert_eq!(refused, Err(CommandError::Refused(Refusal::TooFewGuarantors)));
    story.come_to_rest().unwrap();
    check::judge(&mut story).unwrap();
    let register = register_of(&story.world.relays[0].disk, &story.space).unwrap();
    assert_eq!(register.roster().guarantors().len(), 2);
}

#[test]
fn with_three_guarantors_no_one_alone_removes() {
    let mut story = Story::found(22, 3, 1).unwrap();
    let partner = story.partner_of(2).unwrap();
    let measure = removal(&story, 2);
    let vote = propose(&mut story, 0, measure).unwrap();
    assert!(!approve(&mut story, 0, vote), "a second approval of one organisation counted");
    story.sync_all().unwrap();
    assert!(story.is_present(&partner), "removed by one of three");
    // Two of three are no two thirds plus one either: the subject is counted and cannot vote.
    assert!(!approve(&mut story, 1, vote));
    story.sync_all().unwrap();
    assert!(story.is_present(&partner), "removed by two where three are needed");
    story.come_to_rest().unwrap();
    check::judge(&mut story).unwrap();
}

#[test]
fn with_three_guarantors_no_one_alone_admits() {
    let mut story = Story::found(23, 3, 1).unwrap();
    let (newcomer, request) = story.invite(0, Role::Guarantor, History::All).unwrap();
    story.sync_all().unwrap();
    assert!(!approve(&mut story, 0, request));
    story.sync_all().unwrap();
    let view = story.world.replicas[newcomer].overview(&story.space).unwrap();
    assert_eq!(view.role, None, "admitted by one of three");
    assert!(approve(&mut story, 1, request), "two of three are a majority");
    story.come_to_rest().unwrap();
    check::judge(&mut story).unwrap();
    let view = story.world.replicas[newcomer].overview(&story.space).unwrap();
    assert_eq!(view.role, Some(Role::Guarantor));
}

#[test]
fn no_two_of_five_guarantors_admit_or_remove() {
    let mut story = Story::found(24, 5, 1).unwrap();
    let partner = story.partner_of(4).unwrap();
    let measure = removal(&story, 4);
    let vote = propose(&mut story, 0, measure).unwrap();
    story.sync_all().unwrap();
    assert!(!approve(&mut story, 1, vote));
    let (newcomer, request) = story.invite(0, Role::Member, History::All).unwrap();
    story.sync_all().unwrap();
    assert!(!approve(&mut story, 0, request));
    assert!(!approve(&mut story, 1, request));
    story.sync_all().unwrap();
    assert!(story.is_present(&partner), "removed by two of five");
    let view = story.world.replicas[newcomer].overview(&story.space).unwrap();
    assert_eq!(view.role, None, "admitted by two of five");
    // Four of five remove, and the space goes on without the fifth.
    assert!(!approve(&mut story, 2, vote), "three of five are no two thirds plus one");
    assert!(approve(&mut story, 3, vote), "four of five are");
    story.come_to_rest().unwrap();
    check::judge(&mut story).unwrap();
    assert!(!story.is_present(&partner));
}

#[test]
fn a_departed_organisation_keeps_what_it_had_and_gets_nothing_new() {
    let mut story = Story::found(25, 3, 1).unwrap();
    let document = story.documents[0];
    story.write_word(2, document, 0, false);
    story.sync_all().unwrap();
    let space = story.space;
    assert!(matches!(story.call(2, Command::Leave { space }), Some(Ok(Reply::Left(_)))));
    for by in [0, 1, 0, 1] {
        story.call(by, Command::Sync { space: None });
    }
    story.write_word(0, document, 1, false);
    story.come_to_rest().unwrap();
    check::judge(&mut story).unwrap();
    let own = crate::convergence::shown(&mut story, 2, document);
    let theirs = crate::convergence::shown(&mut story, 0, document);
    let new = story.saved.last().unwrap().word.clone().unwrap();
    assert!(theirs.sections.iter().any(|section| section.text.contains(&new)));
    assert!(!own.sections.iter().any(|section| section.text.contains(&new)));
}

/// T62: random schedules of many organisations and machines, a crash-ridden relay, partitions:
/// the oracles hold. The gate plays 200 more, `cargo xtask sim` as many as there is time for.
#[test]
fn t62_random_schedules_of_machines_keep_every_promise() {
    for seed in 6_200..6_212 {
        let plan = tests::plan::Plan::draw(seed, 60);
        if let Err(why) = tests::play::play(&plan) {
            panic!("seed {seed}: {why}");
        }
    }
}
