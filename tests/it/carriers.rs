//! Bundles and parcels: the same items by hand when the relay is away, and what a revoked machine
//! wrote, taken up by a colleague.

use client_core::replica::{Command, CommandError, Reply};
use protocol::id::DocumentId;
use protocol::register::Cause;
use tests::check;
use tests::story::Story;

fn bundle(story: &mut Story, by: usize) -> Vec<u8> {
    let space = story.space;
    match story.call(by, Command::WriteBundle { space }) {
        Some(Ok(Reply::File { bytes, items })) => {
            assert!(items > 0);
            bytes
        }
        answer => panic!("writing a bundle: {answer:?}"),
    }
}

/// Reads a bundle: what was accepted, what was there, what was refused.
fn read(story: &mut Story, by: usize, file: Vec<u8>) -> (u64, u64, u64) {
    match story.call(by, Command::ReadBundle { file }) {
        Some(Ok(Reply::BundleRead { accepted, already, refused, .. })) => {
            (accepted, already, refused)
        }
        answer => panic!("reading a bundle: {answer:?}"),
    }
}

fn text(story: &mut Story, by: usize, document: DocumentId) -> String {
    let view = crate::convergence::shown(story, by, document);
    view.sections.iter().map(|section| section.text.as_str()).collect()
}

#[test]
fn a_bundle_carries_an_edit_while_the_relay_is_away() {
    let mut story = Story::found(51, 3, 1).unwrap();
    let document = story.documents[0];
    story.world.kill_relay(0, false);
    story.write_word(2, document, 0, false);
    story.wait(100);
    let word = story.saved.last().unwrap().word.clone().unwrap();
    let file = bundle(&mut story, 2);
    let (accepted, _, refused) = read(&mut story, 1, file.clone());
    assert!(accepted > 0);
    assert_eq!(refused, 0);
    assert!(text(&mut story, 1, document).contains(&word), "the edit was not carried");
    let (again, already, _) = read(&mut story, 1, file);
    assert_eq!(again, 0, "reading twice changes something");
    assert!(already > 0);
    story.world.start_relay(0);
    story.come_to_rest().unwrap();
    check::judge(&mut story).unwrap();
}

#[test]
fn a_carrier_hands_on_what_its_author_never_sent() {
    let mut story = Story::found(52, 3, 1).unwrap();
    let document = story.documents[0];
    story.world.set_online(2, false);
    story.write_word(2, document, 0, false);
    story.wait(100);
    let word = story.saved.last().unwrap().word.clone().unwrap();
    let file = bundle(&mut story, 2);
    read(&mut story, 1, file);
    for by in [1, 0, 1, 0] {
        story.call(by, Command::Sync { space: None });
    }
    assert!(text(&mut story, 0, document).contains(&word), "the relay did not get it");
    story.come_to_rest().unwrap();
    check::judge(&mut story).unwrap();
}

#[test]
fn a_file_of_noise_or_another_space_is_refused_and_changes_nothing() {
    let mut story = Story::found(53, 2, 1).unwrap();
    let mut other = Story::found(54, 2, 1).unwrap();
    let foreign = bundle(&mut other, 0);
    let own = bundle(&mut story, 0);
    let document = story.documents[0];
    let before = crate::convergence::shown(&mut story, 0, document).heads;
    let mut cut = own.clone();
    cut.truncate(own.len() / 2);
    for file in [Vec::new(), b"not a bundle".to_vec(), foreign, cut] {
        let answer = story.call(0, Command::ReadBundle { file });
        let changes =
            matches!(&answer, Some(Ok(Reply::BundleRead { accepted, .. })) if *accepted > 0);
        assert!(!changes, "{answer:?}");
    }
    // Every byte altered, one after the other: refused or without effect, never a panic.
    for at in (0..own.len()).step_by(97) {
        let mut altered = own.clone();
        altered[at] ^= 0x20;
        story.call(0, Command::ReadBundle { file: altered });
    }
    assert_eq!(crate::convergence::shown(&mut story, 0, document).heads, before);
    story.come_to_rest().unwrap();
    check::judge(&mut story).unwrap();
}

/// T29, with machines: the late edits of a revoked machine stay on it, are carried as a parcel to
/// one partner, reviewed and adopted once, under the name of who adopts.
#[test]
fn t29_the_late_edits_of_a_revoked_machine_are_adopted_by_a_colleague() {
    let mut story = Story::found(55, 3, 1).unwrap();
    let (document, space) = (story.documents[0], story.space);
    let laptop = story.add_device(1).unwrap();
    story.sync_all().unwrap();
    story.world.set_online(laptop, false);
    story.write_word(laptop, document, 0, false);
    story.wait(100);
    let word = story.saved.last().unwrap().word.clone().unwrap();
    let device = story.world.replicas[laptop].overview(&space).unwrap().device;
    let revoke = Command::DeviceRevoke { space, device, cause: Cause::Lost };
    assert!(matches!(story.call(1, revoke), Some(Ok(_))));
    story.world.set_online(laptop, true);
    story.sync_all().unwrap();
    let view = story.world.replicas[laptop].overview(&space).unwrap();
    assert!(view.quarantined > 0, "{view:?}");
    assert!(!text(&mut story, 0, document).contains(&word), "it entered by itself");
    let to = story.partner_of(0).unwrap();
    let parcel = match story.call(laptop, Command::WriteParcel { space, to }) {
        Some(Ok(Reply::File { bytes, .. })) => bytes,
        answer => panic!("{answer:?}"),
    };
    match story.call(2, Command::ReviewParcel { file: parcel.clone() }) {
        Some(Err(CommandError::NoKey(_) | CommandError::Refused(_) | CommandError::Unreadable)) => {
        }
        answer => panic!("a parcel for another partner opens: {answer:?}"),
    }
    match story.call(0, Command::ReviewParcel { file: parcel.clone() }) {
        Some(Ok(Reply::Quarantine(view))) => assert_eq!((view.changes, view.adopted), (1, 0)),
        answer => panic!("{answer:?}"),
    }
    for expected in [1, 0] {
        match story.call(0, Command::AdoptParcel { file: parcel.clone() }) {
            Some(Ok(Reply::Quarantine(view))) => assert_eq!(view.adopted, expected),
            answer => panic!("{answer:?}"),
        }
    }
    story.come_to_rest().unwrap();
    check::judge(&mut story).unwrap();
    let everywhere = text(&mut story, 2, document);
    assert_eq!(everywhere.matches(&word).count(), 1, "merged once");
    match story.call(2, Command::History { document }) {
        Some(Ok(Reply::History(changes))) => {
            let adopter = story.partner_of(0);
            assert!(changes.iter().any(|change| change.adopted_by == adopter));
        }
        answer => panic!("{answer:?}"),
    }
}
