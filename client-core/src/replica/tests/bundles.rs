//! Files that a courier made to cost whoever reads them: what is taken of them is bounded.

use std::cell::RefCell;

use protocol::bundle::{Item, Reader, Writer};
use protocol::crypto::{SigningSecret, WrapSecret};
use protocol::id::SpaceId;
use protocol::refusal::Refusal;
use protocol::register::{Clause, DeviceCard, DeviceRole, Measure, Rule, Threshold};
use protocol::wire::{ToRelay, ToReplica};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::stories::{edit, new_convention, show};
use super::town::Town;
use crate::document::Edit;
use crate::replica::brought::BROUGHT_MAX;
use crate::replica::loose::LOOSE_BYTES_MAX;
use crate::replica::{Carried, Command, NotTaken, Reply};
use crate::tally::{self, Work};

fn items_of(town: &mut Town, house: usize, space: SpaceId) -> Vec<Item> {
    let written = town.ask(house, Command::WriteBundle { space }).unwrap();
    let Reply::File { bytes, .. } = written else { panic!() };
    Reader::new(&bytes).unwrap().map(Result::unwrap).collect()
}

/// What reading a file did: taken, here already, refused.
fn read(town: &mut Town, file: Vec<u8>) -> (u64, u64, Vec<(Carried, NotTaken, u64)>) {
    let read = town.ask(0, Command::ReadBundle { file }).unwrap();
    let Reply::BundleRead { accepted, already, reasons, .. } = read else { panic!() };
    (accepted, already, reasons)
}

/// One checkpoint, said again and again, costs what it costs once.
#[test]
fn checkpoints_without_end_are_hashed_once() {
    let mut town = Town::new(&["A", "B"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let document = new_convention(&mut town, 0, space);
    for n in 0..20 {
        let place = show(&mut town, 0, document).content.sections[0].id.clone();
        edit(&mut town, 0, document, Edit::AppendText { place, text: format!("mot{n} ") });
        town.ask(0, Command::Sync { space: None }).unwrap();
    }
    let items = items_of(&mut town, 0, space);
    let is_entry = |item: &&Item| matches!(item, Item::Act(_) | Item::Envelope(_));
    let entries = items.iter().filter(is_entry).count() as u64;
    for copies in [1, 500] {
        let mut writer = Writer::new(&space);
        for item in &items {
            let times = if matches!(item, Item::Checkpoint(_)) { copies } else { 1 };
            (0..times).for_each(|_| writer.put(item));
        }
        tally::take(Work::LeafHashed);
        let (_, already, reasons) = read(&mut town, writer.finish());
        assert!(already >= entries && reasons.is_empty(), "{already} of {entries}, {reasons:?}");
        assert_eq!(tally::take(Work::LeafHashed), entries, "{copies} copies");
    }
}

/// Returns a file of what a house holds, and of acts that it signs beside.
fn with_acts(town: &mut Town, (house, space): (usize, SpaceId), clauses: Vec<Clause>) -> Vec<u8> {
    let mut writer = Writer::new(&space);
    items_of(town, house, space).iter().for_each(|item| writer.put(item));
    let cheat = &town.houses[house].replica.spaces[&space];
    let register = cheat.register.as_ref().unwrap();
    let voice = cheat.keys.voice.as_ref().unwrap();
    let author = *cheat.keys.voice_id().unwrap().bytes();
    for (n, clause) in (0_u64..).zip(clauses) {
        let mut nonce = [0; 16];
        nonce[..8].copy_from_slice(&n.to_be_bytes());
        writer.put(&Item::LooseAct(register.draft(author, nonce, clause).sign(voice)));
    }
    writer.finish()
}

#[test]
fn one_decision_signed_again_and_again_is_one_errand() {
    let mut town = Town::new(&["A", "B", "C"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    town.sync_all();
    town.relay_up = false;
    let propose = Clause::Propose(Measure::ChangeRule(Rule::USUAL));
    let file = with_acts(&mut town, (2, space), vec![propose; 500]);
    let (accepted, already, reasons) = read(&mut town, file);
    assert!(accepted == 1 && already >= 499 && reasons.is_empty(), "{accepted}, {reasons:?}");
    assert_eq!(town.houses[0].replica.spaces[&space].errands.len(), 1);
}

thread_local! {
    static AUTHORS: RefCell<Vec<[u8; 32]>> = const { RefCell::new(Vec::new()) };
}

fn hears_authors(frame: &[u8]) -> Option<ToReplica> {
    if let Ok(ToRelay::Submit { act, .. }) = ToRelay::parse(frame) {
        let proven = act.prove().unwrap();
        AUTHORS.with_borrow_mut(|authors| authors.push(proven.act.author));
    }
    None
}

/// Valid decisions of one organisation without end: some are handed on, after what this
/// replica has to say itself, and the others are counted.
#[test]
fn what_a_file_brings_is_bounded_and_waits_its_turn() {
    let mut town = Town::new(&["A", "B", "C"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    town.sync_all();
    town.relay_up = false;
    let mut rng = ChaCha20Rng::from_seed([4; 32]);
    let enrol = |_| {
        let (device, wrap) = (SigningSecret::generate(&mut rng), WrapSecret::generate(&mut rng));
        let card = DeviceCard::make(&device, wrap.public(), DeviceRole::Editor, [0; 32]);
        Clause::AddDevice(card)
    };
    let clauses = (0..BROUGHT_MAX + 40).map(enrol).collect();
    let file = with_acts(&mut town, (2, space), clauses);
    let (accepted, _, reasons) = read(&mut town, file.clone());
    assert_eq!(accepted, BROUGHT_MAX as u64);
    assert_eq!(reasons, [(Carried::Decision, NotTaken::By(Refusal::TooMany), 40)]);
    let (again, ..) = read(&mut town, file);
    assert_eq!(again, 0);
    // What waited is known after a start too.
    town.reboot(0);
    assert_eq!(town.houses[0].replica.spaces[&space].errands.len(), BROUGHT_MAX);
    let measure = Measure::ChangeRule(Rule::USUAL);
    town.ask(0, Command::Propose { space, measure }).unwrap();
    town.relay_up = true;
    town.refuses = hears_authors;
    town.ask(0, Command::Sync { space: None }).unwrap();
    let own = *town.houses[0].replica.spaces[&space].keys.voice_id().unwrap().bytes();
    AUTHORS.with_borrow(|authors| assert_eq!(authors[0], own, "one's own comes first"));
}

/// Every envelope of a file is measured once, however many are held already.
#[test]
fn an_envelope_by_file_is_measured_once() {
    let mut town = Town::new(&["A", "B"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let document = new_convention(&mut town, 1, space);
    town.sync_all();
    town.relay_up = false;
    let mut file = Vec::new();
    for n in 0..40 {
        let place = show(&mut town, 1, document).content.sections[0].id.clone();
        edit(&mut town, 1, document, Edit::AppendText { place, text: format!("mot{n} ") });
        // Each is sealed by itself.
        let written = town.ask(1, Command::WriteBundle { space }).unwrap();
        let Reply::File { bytes, .. } = written else { panic!() };
        file = bytes;
    }
    tally::take(Work::LooseMeasured);
    read(&mut town, file);
    let held = &town.houses[0].replica.spaces[&space].shelf.loose;
    assert_eq!(held.len(), 40);
    assert_eq!(tally::take(Work::LooseMeasured), 40);
    let all: usize = held.values().map(|loose| loose.envelope.bytes().len()).sum();
    assert!(
        !held.is_full_for(LOOSE_BYTES_MAX - all) && held.is_full_for(LOOSE_BYTES_MAX - all + 1)
    );
    town.relay_up = true;
    town.sync_all();
    let held = &town.houses[0].replica.spaces[&space].shelf.loose;
    assert!(held.is_empty() && !held.is_full_for(LOOSE_BYTES_MAX), "what has left is taken off");
}

/// A file with envelopes of more documents than are kept open opens each of them once.
#[test]
fn envelopes_of_many_documents_open_each_of_them_once() {
    const DOCUMENTS: u64 = 10;
    let mut town = Town::new(&["A", "B"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let all: Vec<_> = (0..DOCUMENTS).map(|_| new_convention(&mut town, 0, space)).collect();
    town.sync_all();
    town.relay_up = false;
    let section = show(&mut town, 1, all[0]).content.sections[0].id.clone();
    let mut bytes = Vec::new();
    for round in 0..4 {
        for document in &all {
            let (place, text) = (section.clone(), format!("m{round} "));
            edit(&mut town, 1, *document, Edit::AppendText { place, text });
            let written = town.ask(1, Command::WriteBundle { space }).unwrap();
            let Reply::File { bytes: file, .. } = written else { panic!() };
            bytes = file;
        }
    }
    town.ask(0, Command::Rest).unwrap();
    tally::take(Work::DocumentOpened);
    let read = town.ask(0, Command::ReadBundle { file: bytes }).unwrap();
    let Reply::BundleRead { accepted, .. } = read else { panic!() };
    assert_eq!(accepted, 4 * DOCUMENTS);
    let opened = tally::take(Work::DocumentOpened);
    assert!(opened <= 2 * DOCUMENTS, "{opened} openings of {DOCUMENTS} documents");
    for document in &all {
        let text = show(&mut town, 0, *document).content.sections[0].text.clone();
        assert_eq!(text, "m0 m1 m2 m3 ");
    }
}

/// What waits by file is judged once for many entries of a file, not again for each of them.
#[test]
fn what_waits_by_file_is_not_judged_for_each_entry() {
    const LOOSE: u64 = 12;
    let mut town = Town::new(&["A", "B", "C"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let document = new_convention(&mut town, 1, space);
    town.sync_all();
    let section = show(&mut town, 1, document).content.sections[0].id.clone();
    let write = |town: &mut Town, house, document, text: &str| {
        let (place, text) = (section.clone(), text.to_owned());
        edit(town, house, document, Edit::AppendText { place, text });
    };
    town.relay_up = false;
    let mut bytes = Vec::new();
    for _ in 0..LOOSE {
        write(&mut town, 1, document, "m ");
        let written = town.ask(1, Command::WriteBundle { space }).unwrap();
        let Reply::File { bytes: file, .. } = written else { panic!() };
        bytes = file;
    }
    town.ask(0, Command::ReadBundle { file: bytes }).unwrap();
    assert_eq!(town.houses[0].replica.spaces[&space].shelf.loose.len() as u64, LOOSE);
    // The relay and the third house go on without them.
    town.relay_up = true;
    let other = new_convention(&mut town, 2, space);
    for _ in 0..30 {
        write(&mut town, 2, other, "c ");
        town.ask(2, Command::Sync { space: None }).unwrap();
    }
    let written = town.ask(2, Command::WriteBundle { space }).unwrap();
    let Reply::File { bytes, .. } = written else { panic!() };
    town.relay_up = false;
    tally::take(Work::LooseJudged);
    let read = town.ask(0, Command::ReadBundle { file: bytes }).unwrap();
    let Reply::BundleRead { accepted, .. } = read else { panic!() };
    assert!(accepted >= 30, "{accepted}");
    let judged = tally::take(Work::LooseJudged);
    assert!(judged <= 6 * LOOSE, "{judged} looks at {LOOSE} envelopes");
}
