//! What a replica does once, and not once for each entry: counted, never timed.

use protocol::id::{DocumentId, SpaceId};
use protocol::register::{DeviceRole, Rule, Threshold};
use std::time::Duration;

use super::stories::{edit, new_convention, show};
use super::town::Town;
use crate::replica::shelf::OPEN_MAX;
use crate::replica::{Command, Edit, Reply};
use crate::tally::{self, Work};

/// Envelopes of one document, each with so much text that a stream takes several frames.
const ENVELOPES: u64 = 96;

/// Returns a text that does not compress to nothing.
fn prose(seed: u64, words: usize) -> String {
    let mut state = seed;
    let mut word = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_041);
        format!("{:x} ", state >> 24)
    };
    (0..words).map(&mut word).collect()
}

/// A town where the first house has written a document, each change sealed by itself.
fn written(words: usize) -> (Town, SpaceId, DocumentId, String) {
    let mut town = Town::new(&["hopital"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let document = new_convention(&mut town, 0, space);
    let sections = show(&mut town, 0, document).content.sections;
    let section = sections[0].id.clone();
    town.sync_all();
    for (number, into) in (0..ENVELOPES).zip(sections.iter().cycle()) {
        let text = prose(number, words);
        edit(&mut town, 0, document, Edit::AppendText { place: into.id.clone(), text });
        town.ask(0, Command::Sync { space: None }).unwrap();
    }
    (town, space, document, section)
}

/// Adds a second machine to the first house's organisation, its keys granted.
fn add_machine(town: &mut Town, space: SpaceId) -> usize {
    let second = town.build("hopital");
    let Ok(Reply::DeviceRequest { request, .. }) = town.ask(second, Command::DeviceRequest) else {
        panic!("no request");
    };
    let add = Command::DeviceAdd { space, request, role: DeviceRole::Editor };
    let Ok(Reply::DeviceAdded { welcome, .. }) = town.ask(0, add) else {
        panic!("no welcome");
    };
    town.ask(0, Command::Sync { space: None }).unwrap();
    town.ask(second, Command::Join { invitation: welcome }).unwrap();
    town.ask(0, Command::Sync { space: None }).unwrap();
    second
}

fn forget_counts() {
    for work in [
        Work::IndexMade,
        Work::RegisterCopied,
        Work::DocumentOpened,
        Work::DocumentSaved,
        Work::Attested,
        Work::HeadVerified,
        Work::Locked,
    ] {
        tally::take(work);
    }
}

#[test]
fn a_cold_start_takes_each_entry_in_once() {
    let (mut town, space, document, _) = written(1_200);
    let second = add_machine(&mut town, space);
    forget_counts();
    town.ask(second, Command::Sync { space: None }).unwrap();
    let text =
        |town: &mut Town, house| show(town, house, document).content.sections[0].text.clone();
    assert_eq!(text(&mut town, second), text(&mut town, 0));
    let entries = town.houses[second].replica.spaces[&space].journal.size();
    assert!(entries >= ENVELOPES);
    assert!(tally::take(Work::Attested) <= entries, "an attestation is verified once");
    let locked = tally::take(Work::Locked);
    assert!(locked <= entries / 2, "keys come with the first frames: {locked} of {entries}");
    let copied = tally::take(Work::RegisterCopied);
    assert!(copied <= 4, "the register is copied once for each size, not {copied} times");
    assert_eq!(tally::take(Work::IndexMade), 0, "no index is made from the engine");
}

#[test]
fn a_document_is_opened_once_and_saved_now_and_then() {
    let (mut town, space, document, section) = written(3);
    let second = add_machine(&mut town, space);
    town.ask(second, Command::Watch { on: true }).unwrap();
    show(&mut town, second, document);
    forget_counts();
    for number in 0..ENVELOPES {
        let text = prose(number, 2);
        edit(&mut town, 0, document, Edit::AppendText { place: section.clone(), text });
        town.ask(0, Command::Sync { space: None }).unwrap();
        town.pass(Duration::from_millis(10));
    }
    let shown = show(&mut town, second, document).content.sections[0].text.clone();
    assert_eq!(shown, show(&mut town, 0, document).content.sections[0].text);
    assert_eq!(tally::take(Work::DocumentOpened), 0, "both houses had it open");
    let saved = tally::take(Work::DocumentSaved);
    assert!(saved <= 2 * (ENVELOPES / 64 + 1), "{saved} saves for {ENVELOPES} envelopes");
    let heads = tally::take(Work::HeadVerified);
    assert!(heads <= 2 * ENVELOPES + 8, "one checkpoint an envelope and house, not {heads}");
    let copied = tally::take(Work::RegisterCopied);
    assert!(copied <= 4, "{copied} copies of the register for {ENVELOPES} envelopes");
}

#[test]
fn few_documents_are_open_however_many_are_listed() {
    let mut town = Town::new(&["hopital"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let documents: Vec<DocumentId> =
        (0..2 * OPEN_MAX + 1).map(|_| new_convention(&mut town, 0, space)).collect();
    for (number, document) in documents.iter().enumerate() {
        let section = show(&mut town, 0, *document).content.sections[0].id.clone();
        let text = format!("texte {number}");
        edit(&mut town, 0, *document, Edit::AppendText { place: section, text });
    }
    let Ok(Reply::Documents(lines)) = town.ask(0, Command::Documents { space, kind: None }) else {
        panic!("no list");
    };
    assert_eq!(lines.len(), documents.len());
    assert!(town.houses[0].replica.spaces[&space].shelf.open_count() <= OPEN_MAX);
    for (number, document) in documents.iter().enumerate() {
        let shown = show(&mut town, 0, *document).content.sections[0].text.clone();
        assert_eq!(shown, format!("texte {number}"), "what was closed is read back as it was");
    }
}
