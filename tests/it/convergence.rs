//! Texts merge, conflicts are shown and settled, and who comes late catches up.

use client_core::document::{Edit, FieldValue};
use client_core::replica::{Command, LinkState, Reply};
use protocol::id::DocumentId;
use protocol::register::{Cause, History, Role};
use tests::check;
use tests::story::Story;

/// Shows a document on a machine.
pub(crate) fn shown(story: &mut Story, by: usize, document: DocumentId) -> Box<View> {
    match story.call(by, Command::Show { document, at: None }) {
        Some(Ok(Reply::Document(view))) => Box::new(view.content),
        answer => panic!("machine {by} does not show the document: {answer:?}"),
    }
}

/// Changes a document on a machine, which must take it.
pub(crate) fn edit(story: &mut Story, by: usize, document: DocumentId, edit: Edit) {
    match story.call(by, Command::Edit { document, edit }) {
        Some(Ok(Reply::Edited { .. })) => {}
        answer => panic!("machine {by} does not take an edit: {answer:?}"),
    }
}

use client_core::document::View;

fn date(day: &str) -> Edit {
    Edit::Set { field: "date_effet".to_owned(), value: day.to_owned() }
}

fn splice(at: usize, delete: usize, insert: &str) -> Edit {
    Edit::Splice { place: "objet".to_owned(), at, delete, insert: insert.to_owned() }
}

#[test]
fn a_paragraph_written_on_both_sides_of_a_cut_is_merged() {
    let mut story = Story::found(1, 3, 1).unwrap();
    let document = story.documents[0];
    edit(&mut story, 0, document, splice(0, 0, "Les partenaires organisent un accueil."));
    story.sync_all().unwrap();
    story.world.set_online(2, false);
    edit(&mut story, 2, document, splice(16, 0, "[tous les mardis] "));
    edit(&mut story, 0, document, splice(0, 3, "Tous les"));
    story.sync_all().unwrap();
    let apart = shown(&mut story, 0, document);
    assert!(!apart.section("objet").unwrap().text.contains("mardis"), "the link was not cut");
    story.world.set_online(2, true);
    story.sync_all().unwrap();
    let merged = "Tous les partenaires [tous les mardis] organisent un accueil.";
    for by in 0..3 {
        let view = shown(&mut story, by, document);
        assert_eq!(view.section("objet").unwrap().text, merged, "machine {by}");
    }
    story.come_to_rest().unwrap();
    check::judge(&mut story).unwrap();
}

#[test]
fn a_date_written_on_both_sides_is_a_conflict_until_it_is_settled() {
    let mut story = Story::found(2, 3, 1).unwrap();
    let document = story.documents[0];
    story.world.set_online(1, false);
    edit(&mut story, 0, document, date("2027-01-01"));
    edit(&mut story, 1, document, date("2027-03-01"));
    story.world.set_online(1, true);
    story.sync_all().unwrap();
    let both = ["2027-01-01", "2027-03-01"].map(str::to_owned).to_vec();
    for by in 0..3 {
        let view = shown(&mut story, by, document);
        assert_eq!(view.field("date_effet"), Some(&FieldValue::Conflicting(both.clone())));
        assert_eq!(view.conflicts.len(), 1);
    }
    let settle = Edit::Settle { field: "date_effet".to_owned(), value: "2027-03-01".to_owned() };
    edit(&mut story, 2, document, settle);
    story.sync_all().unwrap();
    for by in 0..3 {
        let view = shown(&mut story, by, document);
        assert_eq!(view.field("date_effet"), Some(&FieldValue::One("2027-03-01".to_owned())));
        assert!(view.conflicts.is_empty());
    }
}

/// T42, with machines: what was sealed before the key turned is sealed again under the new one,
/// and nothing of it is lost.
#[test]
fn t42_a_late_return_after_an_epoch_loses_nothing() {
    let mut story = Story::found(3, 3, 1).unwrap();
    let document = story.documents[0];
    let laptop = story.add_device(1).unwrap();
    story.sync_all().unwrap();
    story.world.set_online(2, false);
    story.write_word(2, document, 0, false);
    story.wait(100);
    let device = story.world.replicas[laptop].overview(&story.space).unwrap().device;
    let revoke = Command::DeviceRevoke { space: story.space, device, cause: Cause::Lost };
    assert!(matches!(story.call(1, revoke), Some(Ok(_))));
    for by in [0, 1, 0] {
        story.call(by, Command::Sync { space: None });
    }
    story.write_word(0, document, 1, false);
    story.wait(100);
    story.call(0, Command::Sync { space: None });
    story.world.wall_jump_ms += 9 * 24 * 3_600_000;
    story.world.set_online(2, true);
    story.come_to_rest().unwrap();
    check::judge(&mut story).unwrap();
    assert_eq!(story.saved.len(), 4, "two documents and two words");
}

#[test]
fn a_newcomer_reads_the_whole_past_when_its_admission_says_so() {
    let mut story = Story::found(4, 3, 1).unwrap();
    let document = story.documents[0];
    for section in 0..4 {
        story.write_word(section % 3, document, section, false);
    }
    story.sync_all().unwrap();
    let newcomer = story.admit(Role::Member, History::All).unwrap();
    story.come_to_rest().unwrap();
    check::judge(&mut story).unwrap();
    let view = shown(&mut story, newcomer, document);
    assert_eq!(view.heads, shown(&mut story, 0, document).heads);
}

#[test]
fn a_machine_offline_keeps_working_and_says_so() {
    let mut story = Story::found(5, 3, 1).unwrap();
    let document = story.documents[0];
    story.world.set_online(1, false);
    for _ in 0..5 {
        story.write_word(1, document, 0, false);
    }
    story.wait(100);
    match story.call(1, Command::Sync { space: None }) {
        Some(Ok(Reply::Synced(report))) => {
            assert_eq!(report.state, LinkState::Unreachable);
            assert!(report.pending > 0, "what waits is counted");
        }
        answer => panic!("a sync without a network must answer: {answer:?}"),
    }
    story.come_to_rest().unwrap();
    check::judge(&mut story).unwrap();
}
