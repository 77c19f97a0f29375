//! A relay that lies about acts, forgets, is repaired or is always full.

use std::time::Duration;

use protocol::env::Timestamp;
use protocol::id::{DeviceId, DocumentId, SpaceId};
use protocol::refusal::Refusal;
use protocol::register::{Cause, Clause, Measure, Rule, Threshold};
use protocol::wire::{Subject, ToRelay, ToReplica};

use super::stories::{edit, new_convention, show};
use super::town::{Disk, Town, refuse_acts};
use crate::document::Edit;
use crate::replica::{Command, Family, LinkState, Remedy, Reply, SpaceView, family_of};

fn view(town: &mut Town, house: usize) -> SpaceView {
    let Reply::Spaces(mut spaces) = town.ask(house, Command::Spaces).unwrap() else { panic!() };
    spaces.remove(0)
}

fn sync(town: &mut Town, house: usize) {
    town.ask(house, Command::Sync { space: None }).unwrap();
}

fn append(town: &mut Town, house: usize, document: DocumentId, text: &str) {
    let place = show(town, house, document).content.sections[0].id.clone();
    edit(town, house, document, Edit::AppendText { place, text: format!("{text} ") });
}

fn text(town: &mut Town, house: usize, document: DocumentId) -> String {
    show(town, house, document).content.sections[0].text.clone()
}

fn keys(town: &Town, house: usize, family: Family) -> Vec<Vec<u8>> {
    let of = |key: &&Vec<u8>| family_of(key).is_some_and(|(found, _)| found == family);
    town.houses[house].disk.keys().filter(of).cloned().collect()
}

fn written() -> (Town, SpaceId, DocumentId, Disk) {
    let mut town = Town::new(&["A", "B"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let document = new_convention(&mut town, 0, space);
    town.sync_all();
    append(&mut town, 0, document, "avant");
    town.sync_all();
    let copy = town.relay_disk.clone();
    for word in ["un", "deux", "trois"] {
        for house in [0, 1] {
            append(&mut town, house, document, &format!("{word}-de-{house}"));
        }
        town.sync_all();
    }
    (town, space, document, copy)
}

fn says_submitted(frame: &[u8]) -> Option<ToReplica> {
    match ToRelay::parse(frame) {
        Ok(ToRelay::Submit { ticket, act, .. }) => {
            let revokes = matches!(act.prove().unwrap().act.clause, Clause::RevokeDevice(..));
            revokes.then_some(ToReplica::Submitted { ticket, seq: 1_000 })
        }
        _ => None,
    }
}

fn says_duplicate(frame: &[u8]) -> Option<ToReplica> {
    let revokes = |clause: &Clause| matches!(clause, Clause::RevokeDevice(..));
    refuse_acts(frame, revokes, Refusal::Duplicate)
}

fn is_out(town: &Town, space: SpaceId, device: &DeviceId) -> bool {
    let register = town.houses[0].replica.spaces[&space].register.as_ref().unwrap();
    let now = Timestamp::from_ms(1_800_000_400_000);
    register.roster().may_take_part(device, now).is_err()
}

fn revoked_in_word_only(lie: fn(&[u8]) -> Option<ToReplica>) {
    let mut town = Town::new(&["A", "B", "C"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    town.sync_all();
    let device = view(&mut town, 2).device;
    town.refuses = lie;
    let revoke = Command::DeviceRevoke { space, device, cause: Cause::Stolen };
    let told = town.ask(2, revoke);
    assert!(matches!(told, Ok(Reply::Unsent { .. })), "{told:?}: as if done");
    town.refuses = |_| None;
    for _ in 0..3 {
        town.pass(Duration::from_secs(100));
        town.sync_all();
    }
    let out = is_out(&town, space, &device);
    assert!(out, "the stolen device was said to be revoked ({told:?}) and is not");
}

#[test]
fn a_relay_that_says_submitted_and_orders_nothing() {
    revoked_in_word_only(says_submitted);
}

#[test]
fn a_relay_that_says_duplicate_and_orders_nothing() {
    revoked_in_word_only(says_duplicate);
}

#[test]
fn a_repaired_replica_keeps_what_its_relay_signed_in_mind() {
    for rots in [false, true] {
        let (mut town, _, document, copy) = written();
        town.ask(1, Command::Rest).unwrap();
        let before = text(&mut town, 1, document);
        town.restore_relay(copy);
        let entries = keys(&town, 1, Family::Journal);
        if rots {
            let repair = town.reboot_without(1, &entries[3..4]).unwrap();
            assert_eq!(repair.damages[0].remedy, Remedy::Fetched);
            assert!(town.houses[1].disk.keys().any(|key| key[0] == b'n'), "the note is there");
        }
        assert_eq!(text(&mut town, 1, document), before, "as last saved");
        sync(&mut town, 1);
        append(&mut town, 1, document, "nouveau");
        sync(&mut town, 1);
        // Every partner comes again, twice, in peace.
        for _ in 0..4 {
            for house in [0, 1] {
                sync(&mut town, house);
            }
        }
        let links = [view(&mut town, 0).link, view(&mut town, 1).link];
        let texts = [text(&mut town, 0, document), text(&mut town, 1, document)];
        assert_eq!(links, [LinkState::Current; 2], "rots: {rots}");
        assert_eq!(texts[0], texts[1], "rots: {rots}");
        assert!(texts[1].contains("trois-de-0") && texts[1].contains("nouveau"));
    }
}

/// The same, with a relay that has gone on with another history since it went back.
#[test]
fn a_repaired_replica_compares_another_history() {
    let (mut town, _, document, copy) = written();
    town.ask(1, Command::Rest).unwrap();
    let entries = keys(&town, 1, Family::Journal);
    town.restore_relay(copy.clone());
    // A third machine, one of A's as it was, goes on from there: only the hostile can do so.
    let old = town.backup(0);
    town.houses[0].disk.clear();
    town.houses[0].disk.extend(old.0.clone());
    let cut = keys(&town, 0, Family::Journal);
    let heads: Vec<_> = town.houses[0].disk.keys().filter(|k| k[0] == b'n').cloned().collect();
    let gone: Vec<_> = cut[5..6].iter().cloned().chain(heads).collect();
    town.reboot_without(0, &gone).unwrap();
    for n in 0..10 {
        append(&mut town, 0, document, &format!("autre{n}"));
        sync(&mut town, 0);
    }
    town.reboot_without(1, &entries[3..4]).unwrap();
    sync(&mut town, 1);
    assert_eq!(view(&mut town, 1).link, LinkState::Forked);
}

fn always_full(frame: &[u8]) -> Option<ToReplica> {
    refuse_acts(frame, |_| true, Refusal::StorageFailed)
}

#[test]
fn a_full_relay_is_not_stormed() {
    let mut town = Town::new(&["A", "B", "C"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    town.sync_all();
    town.ask(0, Command::Watch { on: true }).unwrap();
    town.refuses = always_full;
    let measure = Measure::ChangeRule(Rule::USUAL);
    town.ask(0, Command::Propose { space, measure }).unwrap();
    town.hellos = 0;
    for _ in 0..600 {
        town.pass(Duration::from_secs(1));
    }
    let hellos = town.hellos;
    assert!(hellos <= 20, "{hellos} handshakes in ten minutes");
}

fn behind(frame: &[u8]) -> Option<ToReplica> {
    refuse_acts(frame, |_| true, Refusal::RelayBehind)
}

#[test]
fn a_daemon_comes_back_to_a_relay_that_was_behind() {
    let mut town = Town::new(&["A", "B", "C"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let document = new_convention(&mut town, 0, space);
    town.sync_all();
    town.ask(0, Command::Watch { on: true }).unwrap();
    town.refuses = behind;
    let measure = Measure::ChangeRule(Rule::USUAL);
    town.ask(0, Command::Propose { space, measure }).unwrap();
    town.refuses = |_| None;
    append(&mut town, 0, document, "important");
    for _ in 0..360 {
        town.pass(Duration::from_secs(10));
    }
    let view = view(&mut town, 0);
    assert_eq!((view.link, view.pending), (LinkState::Current, 0));
}

fn repaired(frame: &[u8]) -> Option<ToReplica> {
    let no = |of| Some(ToReplica::Refused { of, refusal: Refusal::UnderRepair, detail: 0 });
    match ToRelay::parse(frame) {
        Ok(ToRelay::Submit { ticket, .. }) => no(Subject::Act(ticket)),
        Ok(ToRelay::Approve(approval)) => no(Subject::Approval(approval.proposal)),
        _ => None,
    }
}

#[test]
fn a_revocation_outlives_the_repair_of_a_relay() {
    let mut town = Town::new(&["A", "B", "C"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    town.sync_all();
    let device = view(&mut town, 2).device;
    town.relay_up = false;
    let revoke = Command::DeviceRevoke { space, device, cause: Cause::Stolen };
    town.ask(2, revoke).unwrap();
    town.relay_up = true;
    town.refuses = repaired;
    town.sync_all();
    town.refuses = |_| None;
    for _ in 0..3 {
        town.pass(Duration::from_secs(100));
        town.sync_all();
    }
    assert!(is_out(&town, space, &device), "the revocation is gone");
}
