//! Stories of stores that were restored or copied, and of newcomers without the past.

use protocol::id::{DocumentId, SpaceId};
use protocol::register::{History, Role, Rule, Threshold};

use super::stories::{edit, new_convention, show};
use super::town::Town;
use crate::document::Edit;
use crate::replica::{Command, Reply};

fn append(town: &mut Town, house: usize, document: DocumentId, section: &str, text: &str) {
    let edit_ = Edit::AppendText { place: section.to_owned(), text: text.to_owned() };
    edit(town, house, document, edit_);
}

fn circle() -> (Town, SpaceId, DocumentId, String) {
    let mut town = Town::new(&["A", "B"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let document = new_convention(&mut town, 0, space);
    town.sync_all();
    let section = show(&mut town, 0, document).content.sections[0].id.clone();
    (town, space, document, section)
}

fn text(town: &mut Town, house: usize, document: DocumentId) -> String {
    show(town, house, document).content.sections[0].text.clone()
}

/// T32: a restored device numbers nothing twice, and what it wrote since is not lost.
#[test]
fn t32_a_restored_replica_starts_a_new_life_and_loses_nothing() {
    let (mut town, _, document, section) = circle();
    append(&mut town, 1, document, &section, "avant ");
    town.sync_all();
    let backup = town.backup(1);
    append(&mut town, 1, document, &section, "perdu-puis-retrouvé ");
    town.sync_all();
    town.restore(1, backup);
    append(&mut town, 1, document, &section, "après ");
    town.sync_all();
    append(&mut town, 1, document, &section, "encore ");
    town.sync_all();
    for house in 0..2 {
        let text = text(&mut town, house, document);
        for word in ["avant", "perdu-puis-retrouvé", "après", "encore"] {
            assert!(text.contains(word), "house {house} lacks {word}: {text}");
        }
    }
}

/// T31: two processes from one home: the second to write starts a new life.
#[test]
fn t31_a_cloned_replica_and_its_origin_both_keep_their_edits() {
    let (mut town, _, document, section) = circle();
    append(&mut town, 1, document, &section, "ensemble ");
    town.sync_all();
    let clone = town.copy(1);
    append(&mut town, 1, document, &section, "origine ");
    append(&mut town, clone, document, &section, "copie ");
    for _ in 0..2 {
        town.sync_all();
    }
    append(&mut town, 1, document, &section, "suite-origine ");
    append(&mut town, clone, document, &section, "suite-copie ");
    for _ in 0..3 {
        town.sync_all();
    }
    let first = text(&mut town, 0, document);
    for word in ["ensemble", "origine", "copie", "suite-origine", "suite-copie"] {
        assert!(first.contains(word), "{word} is lost: {first}");
    }
    assert_eq!(text(&mut town, 1, document), first);
    assert_eq!(text(&mut town, clone, document), first);
}

fn carry(town: &mut Town, space: SpaceId, from: usize, to: usize) -> u64 {
    let Reply::File { bytes, .. } = town.ask(from, Command::WriteBundle { space }).unwrap() else {
        panic!()
    };
    let read = town.ask(to, Command::ReadBundle { file: bytes }).unwrap();
    let Reply::BundleRead { accepted, .. } = read else { panic!() };
    accepted
}

/// Every house shows every word exactly once.
fn all_once(town: &mut Town, document: DocumentId, words: &[&str]) {
    let first = text(town, 0, document);
    for word in words {
        assert_eq!(first.matches(word).count(), 1, "{word} in: {first}");
    }
    for house in 1..town.houses.len() {
        assert_eq!(text(town, house, document), first, "house {house}");
    }
}

/// T32: what a machine gave away by file before it was restored is taken up by its holder,
/// together with what the holder wrote upon it.
#[test]
fn t32_edits_by_file_survive_the_restore_of_the_machine_that_wrote_them() {
    for upon in [false, true] {
        let (mut town, space, document, section) = circle();
        let backup = town.backup(1);
        append(&mut town, 1, document, &section, "emporté ");
        assert!(carry(&mut town, space, 1, 0) > 0);
        if upon {
            append(&mut town, 0, document, &section, "dessus ");
        }
        town.restore(1, backup);
        append(&mut town, 1, document, &section, "autre ");
        town.ask(1, Command::Sync { space: None }).unwrap();
        for _ in 0..3 {
            town.sync_all();
        }
        let words: &[&str] =
            if upon { &["emporté", "dessus", "autre"] } else { &["emporté", "autre"] };
        all_once(&mut town, document, words);
        // The bundle is old news to everybody now.
        append(&mut town, 0, document, &section, "fin ");
        town.sync_all();
        all_once(&mut town, document, &["emporté", "fin"]);
    }
}

/// T31: a copy took the place of what went by file; writer and holder both write it anew, and
/// it stands there once.
#[test]
fn t31_edits_by_file_of_a_copied_machine_stand_there_once() {
    for holder_first in [false, true] {
        let (mut town, space, document, section) = circle();
        let clone = town.copy(1);
        append(&mut town, 1, document, &section, "emporté ");
        carry(&mut town, space, 1, 0);
        append(&mut town, 0, document, &section, "dessus ");
        append(&mut town, clone, document, &section, "copie ");
        town.ask(clone, Command::Sync { space: None }).unwrap();
        let order = if holder_first { [0, 1] } else { [1, 0] };
        for house in order {
            town.ask(house, Command::Sync { space: None }).unwrap();
        }
        for _ in 0..3 {
            town.sync_all();
        }
        all_once(&mut town, document, &["emporté", "dessus", "copie"]);
    }
}

/// A restored machine reads back, from a partner's bundle, what it had lost.
#[test]
fn t32_a_restored_machine_gets_its_own_edits_back_by_file() {
    let (mut town, space, document, section) = circle();
    let backup = town.backup(1);
    append(&mut town, 1, document, &section, "emporté ");
    carry(&mut town, space, 1, 0);
    town.restore(1, backup);
    assert!(carry(&mut town, space, 0, 1) > 0);
    assert_eq!(carry(&mut town, space, 0, 1), 0, "reading twice changes nothing");
    assert!(text(&mut town, 1, document).contains("emporté"));
    append(&mut town, 1, document, &section, "ensuite ");
    for _ in 0..3 {
        town.sync_all();
    }
    all_once(&mut town, document, &["emporté", "ensuite"]);
    assert_eq!(carry(&mut town, space, 0, 1), 0);
}

/// Who has no relay at all still reads what was written since the key was turned.
#[test]
fn a_bundle_brings_the_keys_its_reader_missed() {
    let mut town = Town::new(&["A", "B", "C"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let document = new_convention(&mut town, 0, space);
    town.sync_all();
    let section = show(&mut town, 0, document).content.sections[0].id.clone();
    town.ask(1, Command::Leave { space }).unwrap();
    for _ in 0..2 {
        town.ask(0, Command::Sync { space: None }).unwrap();
    }
    append(&mut town, 0, document, &section, "après-le-départ ");
    town.ask(0, Command::Sync { space: None }).unwrap();
    town.relay_up = false;
    assert!(!text(&mut town, 2, document).contains("après-le-départ"));
    assert!(carry(&mut town, space, 0, 2) > 0);
    assert!(text(&mut town, 2, document).contains("après-le-départ"));
    assert_eq!(carry(&mut town, space, 0, 2), 0, "reading twice changes nothing");
}

/// T44: a newcomer without the past opens nothing older than its admission, and still learns
/// who is there.
#[test]
fn t44_a_newcomer_without_history_reads_only_what_follows() {
    let (mut town, space, document, section) = circle();
    append(&mut town, 0, document, &section, "ancien ");
    town.sync_all();
    let newcomer = town.build("C");
    let history = Some(History::None);
    let invite = Command::Invite { space, role: Role::Member, history };
    let Reply::Invited(invited) = town.ask(0, invite).unwrap() else { panic!() };
    let join = Command::Join { invitation: invited.invitation };
    let Reply::Joined(joined) = town.ask(newcomer, join).unwrap() else { panic!() };
    let proposal = joined.request.unwrap();
    for voter in 0..2 {
        town.ask(voter, Command::Approve { space, proposal }).unwrap();
    }
    for _ in 0..2 {
        town.sync_all();
    }
    let shown = town.ask(newcomer, Command::Show { document, at: None });
    assert!(shown.is_err(), "the past was opened: {shown:?}");
    let Reply::Members(members) = town.ask(newcomer, Command::Members { space }).unwrap() else {
        panic!()
    };
    assert!(members.iter().all(|member| !member.name.is_empty()), "{members:?}");
    let fresh = new_convention(&mut town, 0, space);
    let section = show(&mut town, 0, fresh).content.sections[0].id.clone();
    append(&mut town, 0, fresh, &section, "nouveau ");
    town.sync_all();
    assert!(text(&mut town, newcomer, fresh).contains("nouveau"));
}

/// A replica stopped between two steps comes back with everything it said was saved.
#[test]
fn a_rebooted_replica_has_everything_and_sends_it() {
    let (mut town, space, document, section) = circle();
    town.relay_up = false;
    append(&mut town, 1, document, &section, "hors ligne ");
    town.reboot(1);
    assert!(text(&mut town, 1, document).contains("hors ligne"));
    town.relay_up = true;
    town.sync_all();
    assert!(text(&mut town, 0, document).contains("hors ligne"));
    town.ask(1, Command::Rest).unwrap();
    town.reboot(1);
    assert!(text(&mut town, 1, document).contains("hors ligne"));
    let Reply::Verified(report) = town.ask(1, Command::Verify { space }).unwrap() else { panic!() };
    assert!(report.valid, "{report:?}");
}

/// A member signs an act of its own and gives it an invented place in a bundle: the reader
/// takes only what the relay's checkpoints vouch for, and stays at one with the relay.
#[test]
fn a_bundle_with_an_invented_entry_does_not_set_its_reader_against_the_relay() {
    use protocol::bundle;
    use protocol::codec;
    use protocol::register::Entry;
    let (mut town, space, document, section) = circle();
    append(&mut town, 0, document, &section, "avant ");
    town.sync_all();
    let Reply::File { bytes, .. } = town.ask(0, Command::WriteBundle { space }).unwrap() else {
        panic!()
    };
    let mut forged = bundle::Writer::new(&space);
    let items: Vec<bundle::Item> =
        bundle::Reader::new(&bytes).unwrap().map(Result::unwrap).collect();
    let acts = items.iter().filter(|item| matches!(item, bundle::Item::Act(_))).count();
    let mut seen = 0;
    for item in &items {
        forged.put(item);
        if let bundle::Item::Act(act) = item {
            seen += 1;
            if seen == acts {
                let mut entry: Entry = codec::from_bytes(act).unwrap();
                entry.seq += 1;
                forged.put(&bundle::Item::Act(codec::to_bytes(&entry)));
            }
        }
    }
    let read = Command::ReadBundle { file: forged.finish() };
    let Reply::BundleRead { refused, .. } = town.ask(1, read).unwrap() else { panic!() };
    assert_eq!(refused, 1);
    append(&mut town, 0, document, &section, "ensuite ");
    town.sync_all();
    assert!(text(&mut town, 1, document).contains("ensuite"));
    let Reply::Synced(report) = town.ask(1, Command::Sync { space: None }).unwrap() else {
        panic!()
    };
    assert_eq!(report.state, crate::replica::LinkState::Current);
}

/// A relay that says "kept" and shows nothing, or says nothing at all, keeps nobody waiting
/// for ever: the command ends, and what was written is still here to be sent.
#[test]
fn a_relay_that_brings_nothing_is_given_up() {
    use protocol::wire::ToReplica;
    let (mut town, _, document, section) = circle();
    append(&mut town, 0, document, &section, "retenu ");
    town.passes = |frame| {
        let stream = |m| matches!(m, ToReplica::Envelopes { .. } | ToReplica::Heads { .. });
        !ToReplica::parse(frame).is_ok_and(stream)
    };
    for _ in 0..2 {
        let Reply::Synced(report) = town.ask(0, Command::Sync { space: None }).unwrap() else {
            panic!()
        };
        assert_eq!(report.state, crate::replica::LinkState::Unreachable);
        assert!(report.pending > 0);
    }
    town.passes = |_| true;
    town.sync_all();
    assert!(text(&mut town, 1, document).contains("retenu"));
}

#[test]
fn a_relay_that_never_answers_a_founding_is_given_up() {
    let mut town = Town::new(&["A"]);
    town.passes = |_| false;
    let found = Command::Found {
        title: "PTSM".to_owned(),
        url: "ws://127.0.0.1:1".to_owned(),
        ticket: None,
        kind: protocol::register::SpaceKind::Territory,
        rule: Rule::same(Threshold::Majority),
    };
    let refused = town.ask(0, found).unwrap_err();
    assert_eq!(refused, crate::replica::CommandError::Unreachable);
    assert!(town.houses[0].replica.overview().spaces.is_empty());
}
