//! Refusals that pass: a full disk, a quota; what was refused is given again by itself.

use std::time::Duration;

use protocol::bundle::{Item, Reader, Writer};
use protocol::envelope::Envelope;
use protocol::refusal::Refusal;
use protocol::register::{Cause, Clause, DeviceRole, Measure, Role, Rule, Threshold};
use protocol::wire::{Subject, ToRelay, ToReplica};

use super::stories::{edit, new_convention, show};
use super::town::Town;
use crate::document::Edit;
use crate::replica::{Command, Reply};

fn no_envelope(frame: &[u8], refusal: Refusal) -> Option<ToReplica> {
    let Ok(ToRelay::Push(envelope)) = ToRelay::parse(frame) else {
        return None;
    };
    let of = Subject::Envelope(Envelope::parse(&envelope).unwrap().id());
    Some(ToReplica::Refused { of, refusal, detail: 0 })
}

fn full_disk(frame: &[u8]) -> Option<ToReplica> {
    no_envelope(frame, Refusal::StorageFailed)
}

fn quota_used(frame: &[u8]) -> Option<ToReplica> {
    no_envelope(frame, Refusal::Quota)
}

fn no_grants(frame: &[u8]) -> Option<ToReplica> {
    let Ok(ToRelay::Submit { ticket, act, .. }) = ToRelay::parse(frame) else {
        return None;
    };
    let grants = matches!(act.prove().unwrap().act.clause, Clause::GrantKeys(_));
    let (of, refusal) = (Subject::Act(ticket), Refusal::StorageFailed);
    grants.then_some(ToReplica::Refused { of, refusal, detail: 0 })
}

/// Lets minutes pass for programs that stay connected.
fn minutes(town: &mut Town, count: usize) {
    for _ in 0..count * 12 {
        town.pass(Duration::from_secs(5));
    }
}

fn leaves_after(refuses: fn(&[u8]) -> Option<ToReplica>, waits: usize) {
    let mut town = Town::new(&["A", "B"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let document = new_convention(&mut town, 0, space);
    town.sync_all();
    let place = show(&mut town, 0, document).content.sections[0].id.clone();
    town.ask(1, Command::Watch { on: true }).unwrap();
    town.run();
    town.refuses = refuses;
    let text = "enregistré ".to_owned();
    edit(&mut town, 1, document, Edit::AppendText { place, text });
    minutes(&mut town, 1);
    town.refuses = |_| None;
    minutes(&mut town, waits);
    town.ask(0, Command::Sync { space: None }).unwrap();
    let text = show(&mut town, 0, document).content.sections[0].text.clone();
    assert!(text.contains("enregistré"), "nothing left: {text:?}");
}

#[test]
fn an_edit_leaves_by_itself_once_the_disk_of_the_relay_has_room_again() {
    leaves_after(full_disk, 5);
}

#[test]
fn an_edit_leaves_by_itself_in_the_hour_after_a_quota() {
    leaves_after(quota_used, 65);
}

#[test]
fn a_grant_is_given_again_once_the_disk_of_the_relay_has_room_again() {
    let mut town = Town::new(&["A"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let document = new_convention(&mut town, 0, space);
    town.ask(0, Command::Watch { on: true }).unwrap();
    town.run();
    let newcomer = town.build("B");
    let invite = Command::Invite { space, role: Role::Guarantor, history: None };
    let Reply::Invited(invited) = town.ask(0, invite).unwrap() else { panic!() };
    let join = Command::Join { invitation: invited.invitation };
    let Reply::Joined(joined) = town.ask(newcomer, join).unwrap() else { panic!() };
    town.refuses = no_grants;
    let _said = town.ask(0, Command::Approve { space, proposal: joined.request.unwrap() });
    minutes(&mut town, 1);
    town.refuses = |_| None;
    minutes(&mut town, 5);
    town.ask(newcomer, Command::Sync { space: None }).unwrap();
    assert!(!show(&mut town, newcomer, document).content.sections.is_empty());
}

#[test]
fn what_a_file_brought_answers_for_nobody_s_own_decision() {
    let mut town = Town::new(&["A", "B", "C"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    town.sync_all();
    let second = town.build("portable");
    let reply = town.ask(second, Command::DeviceRequest).unwrap();
    let Reply::DeviceRequest { request, device } = reply else { panic!("{reply:?}") };
    town.ask(0, Command::DeviceAdd { space, request, role: DeviceRole::Editor }).unwrap();
    for house in 0..second {
        town.ask(house, Command::Sync { space: None }).unwrap();
    }
    town.relay_up = false;
    let file = with_many_proposals(&mut town, 2, space);
    town.ask(0, Command::ReadBundle { file }).unwrap();
    town.relay_up = true;
    let revoke = Command::DeviceRevoke { space, device, cause: Cause::Stolen };
    let told = town.ask(0, revoke);
    town.ask(1, Command::Sync { space: None }).unwrap();
    let register = town.houses[1].replica.spaces[&space].register.as_ref().unwrap();
    assert!(register.roster().device(&device).unwrap().revoked.is_some());
    assert!(told.is_ok(), "done, and told {told:?}");
}

/// Writes a bundle with more proposals of one guarantor than a relay keeps open.
fn with_many_proposals(town: &mut Town, house: usize, space: protocol::id::SpaceId) -> Vec<u8> {
    let reply = town.ask(house, Command::WriteBundle { space }).unwrap();
    let Reply::File { bytes, .. } = reply else { panic!("{reply:?}") };
    let mut writer = Writer::new(&space);
    for item in Reader::new(&bytes).unwrap().map(Result::unwrap) {
        writer.put(&item);
    }
    let cheat = &town.houses[house].replica.spaces[&space];
    let register = cheat.register.as_ref().unwrap();
    let voice = cheat.keys.voice.as_ref().unwrap();
    let author = *cheat.keys.voice_id().unwrap().bytes();
    let all = [Threshold::Majority, Threshold::TwoThirds, Threshold::Unanimous];
    for n in 0..54_u8 {
        let pick = |shift: u32| all[usize::from(n) / 3_usize.pow(shift) % 3];
        let relay = all[usize::from(n) / 27];
        let (governance, expulsion, change) = (pick(0), pick(1), pick(2));
        let rule = Rule { governance, expulsion, change, relay };
        let clause = Clause::Propose(Measure::ChangeRule(rule));
        writer.put(&Item::LooseAct(register.draft(author, [n; 16], clause).sign(voice)));
    }
    writer.finish()
}
