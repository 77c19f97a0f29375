//! What a replica tells when a relay that answers refuses: where, why, and what is kept.

use std::time::Duration;

use protocol::bundle;
use protocol::envelope::Envelope;
use protocol::id::{EpochId, SpaceId};
use protocol::refusal::Refusal;
use protocol::register::{Clause, Measure, Role, Rule, Threshold};
use protocol::wire::{Subject, ToRelay, ToReplica};

use super::stories::{edit, new_convention, show};
use super::town::{Town, refuse_acts};
use crate::document::Edit;
use crate::replica::records;
use crate::replica::{
    Alarm, Carried, Command, CommandError, LinkState, NotTaken, Reply, SyncReport,
};

fn no(of: Subject, refusal: Refusal) -> Option<ToReplica> {
    Some(ToReplica::Refused { of, refusal, detail: 0 })
}

/// A relay whose quota is reached: it hears everything else.
fn full(frame: &[u8]) -> Option<ToReplica> {
    let Ok(ToRelay::Push(bytes)) = ToRelay::parse(frame) else {
        return None;
    };
    let id = Envelope::parse(&bytes).unwrap().id();
    no(Subject::Envelope(id), Refusal::Quota)
}

/// A relay that is being repaired: it turns everybody away at the door.
fn closed(frame: &[u8]) -> Option<ToReplica> {
    matches!(ToRelay::parse(frame), Ok(ToRelay::Hello(_)))
        .then(|| ToReplica::Bye(Refusal::UnderRepair))
}

/// A relay that takes approvals and no decision that follows from them.
fn undecided(frame: &[u8]) -> Option<ToReplica> {
    refuse_acts(frame, |clause| matches!(clause, Clause::Adopt(_)), Refusal::StorageFailed)
}

/// A relay whose mailbox is full.
fn unheard(frame: &[u8]) -> Option<ToReplica> {
    match ToRelay::parse(frame) {
        Ok(ToRelay::Approve(approval)) => {
            no(Subject::Approval(approval.proposal), Refusal::TooMany)
        }
        _ => None,
    }
}

/// A relay whose disk is full.
fn cramped(frame: &[u8]) -> Option<ToReplica> {
    match ToRelay::parse(frame) {
        Ok(ToRelay::Approve(approval)) => {
            no(Subject::Approval(approval.proposal), Refusal::StorageFailed)
        }
        Ok(ToRelay::Submit { ticket, .. }) => no(Subject::Act(ticket), Refusal::StorageFailed),
        _ => None,
    }
}

fn sync(town: &mut Town, house: usize) -> SyncReport {
    let Reply::Synced(report) = town.ask(house, Command::Sync { space: None }).unwrap() else {
        panic!()
    };
    report
}

fn write(town: &mut Town, house: usize, document: protocol::id::DocumentId) {
    let place = show(town, house, document).content.sections[0].id.clone();
    edit(town, house, document, Edit::AppendText { place, text: "un mot ".to_owned() });
}

#[test]
fn a_full_quota_is_told_with_what_waits_until_the_relay_takes_it() {
    let mut town = Town::new(&["A", "B"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let document = new_convention(&mut town, 0, space);
    town.sync_all();
    write(&mut town, 0, document);
    town.refuses = full;
    let report = sync(&mut town, 0);
    let [one] = report.spaces.as_slice() else { panic!("{report:?}") };
    assert_eq!((one.view.space, one.view.title.as_str()), (space, "PTSM"));
    assert_eq!(one.view.held_back, Some(Refusal::Quota));
    assert_eq!((one.view.pending, one.sent), (1, 0));
    town.refuses = |_| None;
    let report = sync(&mut town, 0);
    assert_eq!((report.spaces[0].view.held_back, report.pending, report.sent), (None, 0, 1));
}

#[test]
fn each_space_has_its_own_line_and_a_door_that_is_shut_its_reason() {
    let mut town = Town::new(&["A"]);
    let first = town.circle("PTSM", Rule::USUAL);
    let second = town.circle("CLSM", Rule::USUAL);
    let document = new_convention(&mut town, 0, second);
    town.sync_all();
    write(&mut town, 0, document);
    town.refuses = closed;
    let report = sync(&mut town, 0);
    let mut lines: Vec<_> = report.spaces.iter().collect();
    lines.sort_by_key(|line| line.view.title.clone());
    let told: Vec<_> = lines.iter().map(|line| (line.view.space, line.view.pending)).collect();
    assert_eq!(told, [(second, 1), (first, 0)]);
    for line in lines {
        assert_eq!(line.view.link, LinkState::Refused);
        assert_eq!(line.view.held_back, Some(Refusal::UnderRepair));
        assert!(line.view.latest.is_some());
    }
    // A relay that is away says nothing: no older reason is repeated.
    town.refuses = |_| None;
    town.relay_up = false;
    let report = sync(&mut town, 0);
    assert!(report.spaces.iter().all(|line| line.view.held_back.is_none()), "{report:?}");
}

#[test]
fn a_decision_that_the_relay_does_not_take_is_told_with_its_reason() {
    let mut town = Town::new(&["A"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    town.refuses = undecided;
    let measure = Measure::ChangeRule(Rule::USUAL);
    let reply = town.ask(0, Command::Propose { space, measure }).unwrap();
    let Reply::Unsent { reply, refusal, .. } = reply else { panic!("{reply:?}: as if done") };
    let Reply::Vote(report) = *reply else { panic!() };
    assert_eq!((report.adopted, refusal), (false, Some(Refusal::StorageFailed)));
    assert_eq!(sync(&mut town, 0).spaces[0].view.held_back, Some(Refusal::StorageFailed));
    town.refuses = |_| None;
    assert_eq!(sync(&mut town, 0).spaces[0].view.held_back, None);
}

#[test]
fn an_approval_given_away_from_the_relay_and_refused_later_is_told_by_sync() {
    let mut town = Town::new(&["A", "B"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let measure = Measure::ChangeRule(Rule::USUAL);
    let opened = town.ask(0, Command::Propose { space, measure }).unwrap();
    let Reply::Vote(vote) = opened else { panic!("{opened:?}") };
    sync(&mut town, 1);
    town.relay_up = false;
    let approve = Command::Approve { space, proposal: vote.proposal };
    assert!(matches!(town.ask(1, approve.clone()).unwrap(), Reply::Unsent { refusal: None, .. }));
    town.relay_up = true;
    town.refuses = unheard;
    assert_eq!(sync(&mut town, 1).spaces[0].refused, Some(Refusal::TooMany));
    assert_eq!(sync(&mut town, 1).spaces[0].refused, None, "said once");
    assert_eq!(town.ask(1, approve).unwrap_err(), CommandError::Refused(Refusal::TooMany));
    let invite = Command::Invite { space, role: Role::Member, history: None };
    assert!(matches!(town.ask(1, invite), Ok(Reply::Invited(_))), "not what was refused before");
}

#[test]
fn what_a_bundle_brings_in_vain_is_told_by_kind_and_reason() {
    let mut town = Town::new(&["A", "B"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    // Something that the reader does not have: what it has is not refused.
    let measure = Measure::ChangeRule(Rule::USUAL);
    town.ask(0, Command::Propose { space, measure }).unwrap();
    town.ask(0, Command::Invite { space, role: Role::Member, history: None }).unwrap();
    let Reply::File { bytes, .. } = town.ask(0, Command::WriteBundle { space }).unwrap() else {
        panic!()
    };
    let mut forged = bundle::Writer::new(&space);
    for item in bundle::Reader::new(&bytes).unwrap() {
        // Without the relay's signatures nothing vouches for the logs.
        match item.unwrap() {
            bundle::Item::Checkpoint(_) => {}
            item => forged.put(&item),
        }
    }
    forged.put(&bundle::Item::LooseEnvelope(vec![0; 300]));
    let read = town.ask(1, Command::ReadBundle { file: forged.finish() }).unwrap();
    let Reply::BundleRead { refused, reasons, .. } = read else { panic!() };
    let count = |what, why| {
        let found = reasons.iter().find(|(kind, reason, _)| (*kind, *reason) == (what, why));
        found.map_or(0, |(_, _, count)| *count)
    };
    assert!(count(Carried::Decision, NotTaken::Unvouched) > 0, "{reasons:?}");
    assert!(count(Carried::Envelope, NotTaken::Unvouched) > 0, "{reasons:?}");
    assert_eq!(count(Carried::Envelope, NotTaken::By(Refusal::Malformed)), 1);
    assert_eq!(refused, reasons.iter().map(|(_, _, count)| count).sum::<u64>());
}

/// A relay that takes no new key.
fn keyless(frame: &[u8]) -> Option<ToReplica> {
    refuse_acts(frame, |clause| matches!(clause, Clause::OpenEpoch(_)), Refusal::StorageFailed)
}

/// Returns the epochs whose secrets are held and that no register shows, in memory and kept.
fn unopened(town: &Town, house: usize, space: SpaceId) -> [Vec<EpochId>; 2] {
    let home = &town.houses[house];
    let held = &home.replica.spaces[&space];
    let opened = |id: &EpochId| {
        let register = held.register.as_ref().unwrap();
        register.roster().epochs().iter().any(|epoch| epoch.id == *id)
    };
    let prefix = records::epochs_secret(&space);
    let kept = home.secrets.keys().filter_map(|key| key.strip_prefix(prefix.as_slice()));
    let kept = kept.filter_map(EpochId::from_slice).filter(|id| !opened(id)).collect();
    [held.keyring.keys().filter(|id| !opened(id)).copied().collect(), kept]
}

/// A relay that refuses a key may order it yet: its secret is kept, in memory and on disk, until
/// another key has its place; and it is not asked again and again.
#[test]
fn the_secret_of_a_refused_key_is_kept_until_it_is_useless() {
    let mut town = Town::new(&["A", "B", "C"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    town.ask(2, Command::Leave { space }).unwrap();
    town.refuses = keyless;
    town.ask(0, Command::Sync { space: None }).unwrap();
    let [held, kept] = unopened(&town, 0, space);
    assert_eq!(held.len(), 1, "one try");
    assert_eq!(kept, held);
    for _ in 0..5 {
        town.pass(Duration::from_secs(1));
    }
    assert_eq!(unopened(&town, 0, space)[0], held, "no other before the register has grown");
    town.reboot(0);
    assert!(unopened(&town, 0, space)[0].contains(&held[0]));
    town.refuses = |_| None;
    town.sync_all();
    let register = town.houses[0].replica.spaces[&space].register.as_ref().unwrap();
    assert!(register.roster().must_turn().is_none(), "the key was turned at last");
    assert_eq!(unopened(&town, 0, space), [vec![], vec![]], "what lost its place is forgotten");
}

/// A relay that never orders a key makes nobody draw a new secret again and again, and is asked
/// ever more rarely; what was wrapped for others is not used again.
#[test]
fn a_relay_that_never_orders_a_key_fills_no_keystore() {
    let mut town = Town::new(&["A", "B", "C", "D"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    town.ask(2, Command::Leave { space }).unwrap();
    town.refuses = keyless;
    town.ask(0, Command::Watch { on: true }).unwrap();
    town.ask(1, Command::Rest).unwrap();
    for round in 0..360 {
        town.pass(Duration::from_secs(10));
        if round % 60 == 0 {
            // Another link is no reason to ask sooner, or with another secret.
            town.ask(0, Command::Rest).unwrap();
            town.ask(0, Command::Watch { on: true }).unwrap();
        }
    }
    let [held, kept] = unopened(&town, 0, space);
    assert_eq!(held.len(), 1, "an hour later");
    assert_eq!(kept, held);
    let asked = town.houses[0].replica.spaces[&space].turns.refused;
    assert!((3..=7).contains(&asked), "asked {asked} times in an hour");
    // Somebody leaves: the same place, other recipients.
    town.ask(3, Command::Leave { space }).unwrap();
    town.ask(0, Command::Sync { space: None }).unwrap();
    let [fresh, _] = unopened(&town, 0, space);
    assert_eq!(fresh.len(), 2, "who left has the first, perhaps");
    assert!(fresh.contains(&held[0]));
}

/// Where many secrets wait for one place already, no more are drawn before the register grows.
#[test]
fn at_most_eight_secrets_wait_for_one_place() {
    let mut town = Town::new(&["A", "B", "C"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    town.ask(2, Command::Leave { space }).unwrap();
    town.refuses = keyless;
    town.ask(0, Command::Watch { on: true }).unwrap();
    town.sync_all();
    for _ in 0..20 {
        // As if it had been for others: the end of a suspension changes them too.
        let held = town.houses[0].replica.spaces.get_mut(&space).unwrap();
        held.turns.tried = held.turns.tried.map(|(epoch, _)| (epoch, [0; 32]));
        town.pass(Duration::from_secs(3600));
    }
    assert_eq!(unopened(&town, 0, space)[0].len(), 8);
    town.refuses = |_| None;
    let measure = Measure::ChangeRule(Rule::USUAL);
    town.ask(1, Command::Propose { space, measure }).unwrap();
    town.pass(Duration::from_secs(3600));
    town.sync_all();
    let register = town.houses[0].replica.spaces[&space].register.as_ref().unwrap();
    assert!(register.roster().must_turn().is_none(), "turned once the register had grown");
}

#[test]
fn what_a_relay_cannot_take_for_now_is_kept_and_said_again() {
    let mut town = Town::new(&["A", "B"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    town.refuses = cramped;
    let measure = Measure::ChangeRule(Rule::USUAL);
    let proposed = town.ask(0, Command::Propose { space, measure }).unwrap();
    let Reply::Unsent { refusal, .. } = proposed else { panic!("{proposed:?}: as if done") };
    assert_eq!(refusal, Some(Refusal::StorageFailed));
    town.refuses = |_| None;
    town.pass(Duration::from_secs(120));
    town.sync_all();
    let votes = |town: &mut Town, house: usize| {
        let Reply::Requests(votes) = town.ask(house, Command::Requests { space }).unwrap() else {
            panic!()
        };
        votes
    };
    let open = votes(&mut town, 1).into_iter().find(|vote| vote.state == "open");
    let open = open.expect("the proposal was said again");
    let approve = Command::Approve { space, proposal: open.proposal };
    town.refuses = cramped;
    let approved = town.ask(1, approve).unwrap();
    assert!(matches!(approved, Reply::Unsent { refusal: Some(_), .. }), "{approved:?}");
    town.refuses = |_| None;
    town.pass(Duration::from_secs(120));
    town.sync_all();
    let states: Vec<_> = votes(&mut town, 0).iter().map(|vote| vote.state).collect();
    assert!(states.iter().all(|state| *state == "adopted"), "{states:?}");
}

/// A relay that says of every approval taken back that it knows no such vote.
fn forgetful(frame: &[u8]) -> Option<ToReplica> {
    refuse_acts(frame, |clause| matches!(clause, Clause::Withdraw(_)), Refusal::UnknownProposal)
}

/// A relay that takes neither a vote nor an approval taken back.
fn votes_shut(frame: &[u8]) -> Option<ToReplica> {
    let opens = |clause: &Clause| matches!(clause, Clause::Propose(_));
    refuse_acts(frame, opens, Refusal::TooManyProposals).or_else(|| forgetful(frame))
}

fn approvals(town: &mut Town, space: SpaceId) -> usize {
    let Reply::Requests(votes) = town.ask(1, Command::Requests { space }).unwrap() else {
        panic!()
    };
    votes.iter().find(|vote| vote.state == "open").expect("an open vote").approvals.len()
}

/// What takes an approval back is kept until the register has it, whatever the relay says.
#[test]
fn a_relay_that_knows_no_vote_ends_no_withdrawal() {
    let mut town = Town::new(&["A", "B", "C"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let measure = Measure::ChangeRule(Rule::USUAL);
    let opened = town.ask(0, Command::Propose { space, measure }).unwrap();
    let Reply::Vote(vote) = opened else { panic!("{opened:?}") };
    town.refuses = forgetful;
    let told = town.ask(0, Command::Withdraw { space, proposal: vote.proposal });
    let said = matches!(told, Ok(Reply::Unsent { refusal: Some(Refusal::UnknownProposal), .. }));
    assert!(said, "{told:?}: as if done, or as if forgotten");
    town.reboot(0);
    town.refuses = |_| None;
    town.sync_all();
    assert_eq!(approvals(&mut town, space), 0, "A took its own back");
    assert_eq!(town.houses[0].replica.spaces[&space].errands.len(), 0);
}

/// The vote that it is about may be in somebody's file while no register has it.
#[test]
fn a_withdrawal_waits_for_the_vote_that_a_file_brings() {
    let mut town = Town::new(&["A", "B", "C"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    town.sync_all();
    town.relay_up = false;
    town.reboot(0);
    let measure = Measure::ChangeRule(Rule::USUAL);
    let Ok(Reply::Unsent { reply, .. }) = town.ask(0, Command::Propose { space, measure }) else {
        panic!()
    };
    let Reply::Vote(vote) = *reply else { panic!() };
    let Ok(Reply::File { bytes, .. }) = town.ask(0, Command::WriteBundle { space }) else {
        panic!()
    };
    town.ask(0, Command::Withdraw { space, proposal: vote.proposal }).unwrap();
    (town.relay_up, town.refuses) = (true, votes_shut);
    town.pass(Duration::from_secs(100));
    sync(&mut town, 0);
    town.refuses = |_| None;
    town.ask(1, Command::ReadBundle { file: bytes }).unwrap();
    town.pass(Duration::from_secs(100));
    for _ in 0..2 {
        sync(&mut town, 1);
        sync(&mut town, 0);
    }
    assert_eq!(approvals(&mut town, space), 0, "A took its own back");
    assert_eq!(town.houses[0].replica.spaces[&space].errands.len(), 0);
}

/// A withdrawal of a vote that ended meanwhile is over too: nothing waits for ever.
#[test]
fn a_withdrawal_ends_with_its_vote() {
    let mut town = Town::new(&["A", "B", "C"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let measure = Measure::ChangeRule(Rule::USUAL);
    let opened = town.ask(0, Command::Propose { space, measure }).unwrap();
    let Reply::Vote(vote) = opened else { panic!("{opened:?}") };
    town.refuses = forgetful;
    let proposal = vote.proposal;
    town.ask(0, Command::Withdraw { space, proposal }).unwrap();
    for house in [1, 2] {
        sync(&mut town, house);
        town.ask(house, Command::Approve { space, proposal }).unwrap();
    }
    sync(&mut town, 0);
    let roster = town.houses[0].replica.spaces[&space].register.as_ref().unwrap().roster();
    assert!(roster.proposal(&proposal).unwrap().adopted, "the relay kept the withdrawal back");
    assert_eq!(town.houses[0].replica.spaces[&space].errands.len(), 0);
}

/// A relay that says it has it of whoever leaves, and orders nothing of it.
fn says_gone(frame: &[u8]) -> Option<ToReplica> {
    refuse_acts(frame, |clause| matches!(clause, Clause::Leave), Refusal::Duplicate)
}

/// What a file brought of others and no relay has ordered says nothing of what one asks oneself.
#[test]
fn acts_brought_for_others_do_not_make_ones_own_unsent() {
    let mut town = Town::new(&["A", "B", "C"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    town.sync_all();
    town.refuses = says_gone;
    let left = town.ask(2, Command::Leave { space }).unwrap();
    assert!(matches!(left, Reply::Unsent { .. }), "{left:?}: C's own is not ordered");
    let Ok(Reply::File { bytes, .. }) = town.ask(2, Command::WriteBundle { space }) else {
        panic!()
    };
    town.ask(0, Command::ReadBundle { file: bytes }).unwrap();
    assert_eq!(town.houses[0].replica.spaces[&space].errands.len(), 1);
    let invite = Command::Invite { space, role: Role::Member, history: None };
    let told = town.ask(0, invite).unwrap();
    assert!(matches!(told, Reply::Invited(_)), "{told:?}");
}

/// A slow clock of one's own looks like a fast one of the relay's: nobody is accused, what comes
/// is held until one of them is put right.
#[test]
fn a_clock_that_is_slow_accuses_no_relay() {
    let mut town = Town::new(&["A", "B"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let document = new_convention(&mut town, 0, space);
    town.sync_all();
    let before = show(&mut town, 1, document).content.sections[0].text.clone();
    town.houses[1].slow = Duration::from_secs(3 * 3600);
    for own in [true, false] {
        // An entry of the journal, then one of the register.
        if own {
            write(&mut town, 0, document);
        } else {
            let measure = Measure::ChangeRule(Rule::USUAL);
            town.ask(0, Command::Propose { space, measure }).unwrap();
        }
        sync(&mut town, 0);
        town.houses[1].alarms.clear();
        town.pass(Duration::from_secs(100));
        assert_eq!(sync(&mut town, 1).spaces[0].view.link, LinkState::Refused);
        let alarms = &town.houses[1].alarms;
        let told = |alarm: &Alarm| {
            let Alarm::ClocksDiffer(ahead) = alarm else { return false };
            ahead.as_secs().abs_diff(3 * 3600) < 300
        };
        assert!(!alarms.is_empty() && alarms.iter().all(told), "{alarms:?}");
        assert_eq!(show(&mut town, 1, document).content.sections[0].text, before, "held");
    }
    town.houses[1].slow = Duration::ZERO;
    town.pass(Duration::from_secs(100));
    sync(&mut town, 1);
    assert_ne!(show(&mut town, 1, document).content.sections[0].text, before, "taken in");
}
