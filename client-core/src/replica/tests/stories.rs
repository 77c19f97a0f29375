//! Stories: what partners do with each other, told on the real machines.

use protocol::id::{DocumentId, SpaceId};
use protocol::register::{Cause, History, Measure, Role, Rule, Threshold};

use super::town::Town;
use crate::document::{Edit, FieldValue};
use protocol::refusal::Refusal;
use protocol::wire::ToReplica;

use crate::replica::{Command, CommandError, DocumentView, LinkState, Reply};

pub(super) fn new_convention(town: &mut Town, house: usize, space: SpaceId) -> DocumentId {
    let command =
        Command::NewDocument { space, kind: "convention".into(), title: "Accueil".into() };
    let Reply::Edited { document, .. } = town.ask(house, command).unwrap() else { panic!() };
    document
}

pub(super) fn show(town: &mut Town, house: usize, document: DocumentId) -> DocumentView {
    let reply = town.ask(house, Command::Show { document, at: None }).unwrap();
    let Reply::Document(view) = reply else { panic!() };
    *view
}

fn show_is_absent(town: &mut Town, house: usize, document: DocumentId) -> bool {
    town.ask(house, Command::Show { document, at: None }).is_err()
}

pub(super) fn edit(town: &mut Town, house: usize, document: DocumentId, edit: Edit) {
    town.ask(house, Command::Edit { document, edit }).unwrap();
}

#[test]
fn three_partners_write_one_convention() {
    let mut town = Town::new(&["Hôpital", "Association", "Département"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let document = new_convention(&mut town, 0, space);
    town.sync_all();
    let section = show(&mut town, 1, document).content.sections[0].id.clone();
    for house in 0..3 {
        let text = format!("mot de {house}. ");
        edit(&mut town, house, document, Edit::AppendText { place: section.clone(), text });
    }
    town.sync_all();
    let texts: Vec<String> =
        (0..3).map(|h| show(&mut town, h, document).content.sections[0].text.clone()).collect();
    assert_eq!(texts[0], texts[1]);
    assert_eq!(texts[1], texts[2]);
    for house in 0..3 {
        assert!(texts[0].contains(&format!("mot de {house}. ")));
        let members = town.ask(house, Command::Members { space }).unwrap();
        let Reply::Members(members) = members else { panic!() };
        let names: Vec<&str> = members.iter().map(|m| m.name.as_str()).collect();
        assert!(names.contains(&"Département"), "{names:?}");
        let Reply::Verified(report) = town.ask(house, Command::Verify { space }).unwrap() else {
            panic!()
        };
        assert!(report.valid, "{report:?}");
        assert_eq!(report.partners, 3);
    }
}

#[test]
fn the_same_date_written_on_both_sides_is_a_conflict_that_is_settled() {
    let mut town = Town::new(&["A", "B"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let document = new_convention(&mut town, 0, space);
    town.sync_all();
    let kind = show(&mut town, 0, document).content.kind;
    let field = kind
        .fields
        .iter()
        .find(|f| f.merge == crate::kinds::Merge::MultiValue && f.name.starts_with("date"));
    let field = field.map(|f| f.name.to_owned()).unwrap();
    town.relay_up = false;
    for (house, value) in [(0, "2027-01-01"), (1, "2027-02-01")] {
        let set = Edit::Set { field: field.clone(), value: value.into() };
        edit(&mut town, house, document, set);
    }
    town.relay_up = true;
    town.sync_all();
    for house in 0..2 {
        let view = show(&mut town, house, document);
        assert_eq!(view.content.conflicts.len(), 1);
        assert_eq!(view.authors.len(), 2);
    }
    let settle = Edit::Settle { field: field.clone(), value: "2027-02-01".into() };
    edit(&mut town, 1, document, settle);
    town.sync_all();
    for house in 0..2 {
        let view = show(&mut town, house, document);
        assert!(view.content.conflicts.is_empty());
        let settled = FieldValue::One("2027-02-01".into());
        assert_eq!(view.content.field(&field), Some(&settled));
    }
}

#[test]
fn a_revoked_device_keeps_its_late_edits_and_a_member_adopts_them() {
    let mut town = Town::new(&["A", "B", "C"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let document = new_convention(&mut town, 0, space);
    // A second machine of B, without the voice.
    let second = town.build("le poste du fond");
    let Reply::DeviceRequest { request, device } =
        town.ask(second, Command::DeviceRequest).unwrap()
    else {
        panic!()
    };
    let role = protocol::register::DeviceRole::Editor;
    let Reply::DeviceAdded { welcome, .. } =
        town.ask(1, Command::DeviceAdd { space, request, role }).unwrap()
    else {
        panic!()
    };
    town.ask(second, Command::Join { invitation: welcome }).unwrap();
    town.sync_all();
    let section = show(&mut town, second, document).content.sections[0].id.clone();
    town.relay_up = false;
    let late = Edit::AppendText { place: section, text: "ajout tardif".into() };
    edit(&mut town, second, document, late);
    town.relay_up = true;
    town.ask(1, Command::DeviceRevoke { space, device, cause: Cause::Lost }).unwrap();
    let Reply::Synced(report) = town.ask(second, Command::Sync { space: None }).unwrap() else {
        panic!()
    };
    assert_eq!(report.state, LinkState::Former);
    assert_eq!(report.quarantined, 1);
    no_parcel_before_the_removal_is_heard_of(&mut town, space, second);
    town.ask(0, Command::Sync { space: None }).unwrap();
    assert!(!show(&mut town, 0, document).content.sections[0].text.contains("tardif"));
    let Reply::Members(members) = town.ask(0, Command::Members { space }).unwrap() else {
        panic!()
    };
    let names: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
    assert!(names.contains(&"B") && !names.contains(&"le poste du fond"), "{names:?}");
    let to = members.iter().find(|m| m.own).unwrap().partner;
    let late = new_convention(&mut town, second, space);
    let Reply::File { bytes, .. } = town.ask(second, Command::WriteParcel { space, to }).unwrap()
    else {
        panic!()
    };
    let Reply::Quarantine(view) =
        town.ask(0, Command::ReviewParcel { file: bytes.clone() }).unwrap()
    else {
        panic!()
    };
    assert_eq!((view.changes, view.adopted), (3, 0));
    let reviewed = |id| view.review.iter().find(|line| line.document == id).unwrap();
    let added = &reviewed(document).details[0].after;
    assert!(added.as_ref().unwrap().contains("tardif"), "what would change is shown: {view:?}");
    assert!(reviewed(document).created.is_none());
    assert_eq!(reviewed(late).created.as_ref().unwrap().title, "Accueil", "{view:?}");
    assert!(show_is_absent(&mut town, 0, late), "a review changes nothing");
    town.ask(0, Command::AdoptParcel { file: bytes }).unwrap();
    for house in [0, 1, 2] {
        town.ask(house, Command::Sync { space: None }).unwrap();
    }
    for house in [0, 1, 2] {
        town.ask(house, Command::Sync { space: None }).unwrap();
        let text = show(&mut town, house, document).content.sections[0].text.clone();
        assert!(text.contains("tardif"), "house {house}: {text}");
        let Reply::Verified(v) = town.ask(house, Command::Verify { space }).unwrap() else {
            panic!()
        };
        assert!(v.valid, "{v:?}");
    }
}

#[test]
fn a_newcomer_knows_that_it_waits_for_its_key() {
    let mut town = Town::new(&["A"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let newcomer = town.build("B");
    new_convention(&mut town, 0, space);
    let history = Some(History::All);
    let invite = Command::Invite { space, role: Role::Member, history };
    let Reply::Invited(invited) = town.ask(0, invite).unwrap() else { panic!() };
    let join = Command::Join { invitation: invited.invitation };
    let Reply::Joined(joined) = town.ask(newcomer, join).unwrap() else { panic!() };
    assert!(!awaits_key(&mut town, newcomer), "it waits to be admitted, not for a key");
    let proposal = joined.request.unwrap();
    town.ask(0, Command::Approve { space, proposal }).unwrap();
    // As while nobody who holds the key is online.
    town.passes = |frame| !matches!(ToReplica::parse(frame), Ok(ToReplica::Wraps { .. }));
    town.ask(newcomer, Command::Sync { space: None }).unwrap();
    assert!(awaits_key(&mut town, newcomer), "nobody has handed it the key yet");
    town.passes = |_| true;
    town.reboot(newcomer);
    town.sync_all();
    assert!(!awaits_key(&mut town, newcomer) && !awaits_key(&mut town, 0));
}

fn awaits_key(town: &mut Town, house: usize) -> bool {
    let Reply::Spaces(spaces) = town.ask(house, Command::Spaces).unwrap() else { panic!() };
    spaces[0].awaits_key
}

/// Hands a parcel to house 0 while neither it nor house 2 has heard of the removal.
fn no_parcel_before_the_removal_is_heard_of(town: &mut Town, space: SpaceId, second: usize) {
    let Reply::Glance { members, .. } = town.ask(0, Command::Glance { space }).unwrap() else {
        panic!()
    };
    let to = members.iter().find(|member| member.own).unwrap().partner;
    let parcel = town.ask(second, Command::WriteParcel { space, to }).unwrap();
    let Reply::File { bytes: file, .. } = parcel else { panic!() };
    for command in
        [Command::ReviewParcel { file: file.clone() }, Command::AdoptParcel { file: file.clone() }]
    {
        assert_eq!(town.ask(0, command).unwrap_err(), CommandError::StillInForce);
    }
    // Whoever it is not for is told so, whatever it has heard.
    for house in [1, 2] {
        let refused = town.ask(house, Command::ReviewParcel { file: file.clone() }).unwrap_err();
        assert_eq!(refused, CommandError::NoKey("parcel"), "house {house}");
    }
}

#[test]
fn a_bundle_carries_edits_while_the_relay_is_away() {
    let mut town = Town::new(&["A", "B"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let document = new_convention(&mut town, 0, space);
    town.sync_all();
    let section = show(&mut town, 0, document).content.sections[0].id.clone();
    town.relay_up = false;
    let text = "par clé USB ".to_owned();
    edit(&mut town, 0, document, Edit::AppendText { place: section.clone(), text });
    let Reply::File { bytes, .. } = town.ask(0, Command::WriteBundle { space }).unwrap() else {
        panic!()
    };
    let read = Command::ReadBundle { file: bytes.clone() };
    let Reply::BundleRead { accepted, refused, .. } = town.ask(1, read.clone()).unwrap() else {
        panic!()
    };
    assert_eq!((accepted, refused), (1, 0));
    let Reply::BundleRead { accepted, .. } = town.ask(1, read).unwrap() else { panic!() };
    assert_eq!(accepted, 0);
    let view = show(&mut town, 1, document);
    assert!(view.content.sections[0].text.contains("USB"));
    assert_eq!(view.provisional, 1);
    let text = "réponse ".to_owned();
    edit(&mut town, 1, document, Edit::AppendText { place: section, text });
    town.reboot(1);
    town.relay_up = true;
    town.ask(1, Command::Sync { space: None }).unwrap();
    town.sync_all();
    for house in 0..2 {
        let view = show(&mut town, house, document);
        let text = &view.content.sections[0].text;
        assert!(text.contains("USB") && text.contains("réponse"), "{text}");
        assert_eq!(view.provisional, 0);
    }
    let report = crate::verify::bundle(&bytes, Some(space)).unwrap();
    assert!(report.valid, "{report:?}");
    a_cut_one_is_damaged_and_no_more(&mut town, &bytes);
}

/// Reads a bundle without its last items, checkpoints among them, where all of it is known.
fn a_cut_one_is_damaged_and_no_more(town: &mut Town, whole: &[u8]) {
    use crate::replica::{Carried, NotTaken};
    for length in [whole.len() - 1, whole.len() / 2, whole.len() / 5] {
        let file = whole[..length].to_vec();
        let report = crate::verify::bundle(&file, None).unwrap();
        assert!(!report.valid, "{report:?}");
        let [(french, _)] = report.anomalies.as_slice() else {
            panic!("one damage, one sentence: {report:?}")
        };
        assert!(french.contains("coupé") && !french.contains("n° 0"), "{french}");
        let read = town.ask(0, Command::ReadBundle { file }).unwrap();
        let Reply::BundleRead { accepted, refused, reasons, .. } = read else { panic!() };
        assert_eq!((accepted, refused), (0, 1), "{reasons:?}");
        assert_eq!(reasons, [(Carried::Rest, NotTaken::Damaged, 1)]);
    }
}

#[test]
fn a_removed_partner_reads_nothing_new() {
    let mut town = Town::new(&["A", "B", "C"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let document = new_convention(&mut town, 0, space);
    town.sync_all();
    let Reply::Members(members) = town.ask(0, Command::Members { space }).unwrap() else {
        panic!()
    };
    let gone = members.iter().find(|m| m.name == "C").unwrap().partner;
    let measure = Measure::Remove(gone, Cause::Decision);
    let Reply::Vote(vote) = town.ask(0, Command::Propose { space, measure }).unwrap() else {
        panic!()
    };
    assert!(!vote.adopted);
    let approve = Command::Approve { space, proposal: vote.proposal };
    let Reply::Vote(vote) = town.ask(1, approve).unwrap() else { panic!() };
    assert!(vote.adopted, "{vote:?}");
    let section = show(&mut town, 0, document).content.sections[0].id.clone();
    let text = "après son départ".to_owned();
    edit(&mut town, 0, document, Edit::AppendText { place: section, text });
    town.sync_all();
    assert!(show(&mut town, 1, document).content.sections[0].text.contains("départ"));
    assert!(!show(&mut town, 2, document).content.sections[0].text.contains("départ"));
}

/// A machine that was dismissed is told so; what it has to say does not wait for ever.
#[test]
fn a_revoked_device_decides_nothing_and_is_told() {
    let mut town = Town::new(&["A", "B", "C"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let Reply::Members(members) = town.ask(2, Command::Members { space }).unwrap() else {
        panic!()
    };
    let device = members.iter().find(|member| member.own).unwrap().devices[0].device;
    town.ask(2, Command::DeviceRevoke { space, device, cause: Cause::Lost }).unwrap();
    let left = town.ask(2, Command::Leave { space });
    assert!(matches!(left, Err(CommandError::Refused(Refusal::DeviceRevoked))), "{left:?}");
    let Reply::Synced(report) = town.ask(2, Command::Sync { space: None }).unwrap() else {
        panic!()
    };
    assert_eq!((report.pending, report.state), (0, LinkState::Former));
}
