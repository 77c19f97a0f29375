//! Spaces that are closed: archived ones stay readable, of erased ones only the register stays.

use std::time::Duration;

use protocol::id::{DocumentId, SpaceId};
use protocol::refusal::Refusal;
use protocol::register::{Closing, Destroyed, Measure, Role, Rule, SpaceKind, Threshold};

use super::stories::{edit, new_convention, show};
use super::town::Town;
use crate::document::Edit;
use crate::replica::{ClosedView, Command, CommandError, Reply, SpaceView, records};

/// A word that a person wrote.
const MARK: &str = "PangolinMarque";

/// Three houses, a convention with a word of each, everybody current.
fn circle() -> (Town, SpaceId, DocumentId) {
    let mut town = Town::new(&["A", "B", "C"]);
    let space = town.circle("PangolinTitre", Rule::same(Threshold::Majority));
    let document = new_convention(&mut town, 0, space);
    town.sync_all();
    for house in 0..3 {
        append(&mut town, house, document);
    }
    town.sync_all();
    (town, space, document)
}

fn append(town: &mut Town, house: usize, document: DocumentId) {
    let place = show(town, house, document).content.sections[0].id.clone();
    let text = format!("{MARK} de {house}. ");
    edit(town, house, document, Edit::AppendText { place, text });
}

/// Houses 0 and 1 vote the closing; the others hear of it later.
fn close(town: &mut Town, space: SpaceId, closing: Closing) {
    let measure = Measure::Close(closing);
    let proposal = measure.id();
    town.ask(0, Command::Propose { space, measure }).unwrap();
    sync(town, 1);
    let vote = town.ask(1, Command::Approve { space, proposal }).unwrap();
    let Reply::Vote(report) = vote else { panic!() };
    assert!(report.adopted, "{report:?}");
}

fn sync(town: &mut Town, house: usize) {
    town.ask(house, Command::Sync { space: None }).unwrap();
}

fn view(town: &mut Town, house: usize, space: SpaceId) -> SpaceView {
    let Reply::Spaces(views) = town.ask(house, Command::Spaces).unwrap() else { panic!() };
    views.into_iter().find(|view| view.space == space).unwrap()
}

fn closed(town: &mut Town, house: usize, space: SpaceId) -> ClosedView {
    view(town, house, space).closed.expect("the space is closed")
}

/// Returns which houses have attested, as a house knows it, by name.
fn attested(town: &mut Town, house: usize, space: SpaceId) -> (usize, usize) {
    let closed = closed(town, house, space);
    (closed.devices.len() - closed.missing().count(), closed.missing().count())
}

/// Tells whether any record of a house holds a string.
fn holds(town: &Town, house: usize, text: &str) -> bool {
    let within = |bytes: &[u8]| bytes.windows(text.len()).any(|part| part == text.as_bytes());
    town.houses[house].disk.values().any(|value| within(value))
}

/// Nothing is left of a space at a house but what may be.
fn is_destroyed(town: &Town, house: usize, space: SpaceId, before: &[u8]) {
    let home = &town.houses[house];
    for key in home.disk.keys().filter(|key| key.get(1..33) == Some(space.bytes())) {
        assert!(b"mrJMUnza".contains(&key[0]), "house {house} kept a {:?}", key[0] as char);
    }
    let prefix = records::epochs_secret(&space);
    assert!(!home.secrets.keys().any(|name| name.starts_with(&prefix)), "an epoch's secret");
    let keys = &home.secrets[&records::keys_secret(&space)];
    assert_eq!(keys[..32], before[..32], "the device signs as before");
    assert_ne!(keys[32..64], before[32..64], "wraps kept elsewhere must open no more");
    for text in [MARK, "PangolinTitre"] {
        assert!(!holds(town, house, text), "house {house} kept {text}");
    }
}

fn keys(town: &Town, house: usize, space: SpaceId) -> Vec<u8> {
    town.houses[house].secrets[&records::keys_secret(&space)].to_vec()
}

#[test]
fn an_erased_space_is_destroyed_everywhere_and_everybody_says_so() {
    let (mut town, space, document) = circle();
    let before: Vec<_> = (0..3).map(|house| keys(&town, house, space)).collect();
    assert!(holds(&town, 2, "PangolinTitre") && view(&mut town, 2, space).closed.is_none());
    // One has an edit that never left.
    town.relay_up = false;
    append(&mut town, 2, document);
    town.relay_up = true;
    close(&mut town, space, Closing::Erase);
    for _ in 0..2 {
        town.sync_all();
    }
    for (house, before) in before.iter().enumerate() {
        is_destroyed(&town, house, space, before);
        assert_eq!(attested(&mut town, house, space), (3, 0), "house {house}");
        let ended = closed(&mut town, house, space);
        assert!(ended.destroyed_here && ended.closing == Closing::Erase);
        assert!(ended.devices.iter().all(|one| one.destroyed == Destroyed::ALL));
        let view = view(&mut town, house, space);
        assert_eq!((view.pending, view.documents, view.title.as_str()), (0, 0, ""));
        let Reply::Verified(report) = town.ask(house, Command::Verify { space }).unwrap() else {
            panic!()
        };
        assert!(report.valid, "{report:?}");
        assert!(town.ask(house, Command::Show { document, at: None }).is_err());
        let new = Command::NewDocument { space, kind: "note".to_owned(), title: "x".to_owned() };
        let refused = Err(CommandError::Refused(Refusal::SpaceErased));
        assert_eq!(town.ask(house, new).map(drop), refused);
        let list = Command::Documents { space, kind: None };
        assert!(matches!(town.ask(house, list), Ok(Reply::Documents(lines)) if lines.is_empty()));
        // After a restart as before, and nothing is done twice.
        town.houses[house].purges = 0;
        town.reboot(house);
        sync(&mut town, house);
        assert_eq!(town.houses[house].purges, 0);
        is_destroyed(&town, house, space, before);
        assert_eq!(attested(&mut town, house, space), (3, 0));
    }
    let relay = |text: &str| {
        let of = |value: &Vec<u8>| value.windows(text.len()).any(|part| part == text.as_bytes());
        town.relay_disk.values().any(of)
    };
    assert!(!relay(MARK));
}

/// Who was away, with an edit of its own, destroys and attests when it comes back.
#[test]
fn whoever_was_away_destroys_and_attests_when_it_comes_back() {
    let (mut town, space, document) = circle();
    let before = keys(&town, 2, space);
    close(&mut town, space, Closing::Erase);
    for house in [0, 1, 0] {
        sync(&mut town, house);
    }
    assert_eq!(attested(&mut town, 0, space), (2, 1));
    let missing = closed(&mut town, 0, space);
    let missing: Vec<_> = missing.missing().map(|one| one.device).collect();
    assert_eq!(missing, [view(&mut town, 2, space).device]);
    // It knows of nothing, and goes on writing.
    town.relay_up = false;
    append(&mut town, 2, document);
    assert!(show(&mut town, 2, document).content.sections[0].text.contains("de 2"));
    town.pass(Duration::from_secs(90 * 24 * 3600));
    town.relay_up = true;
    sync(&mut town, 2);
    is_destroyed(&town, 2, space, &before);
    sync(&mut town, 2);
    sync(&mut town, 0);
    assert_eq!(attested(&mut town, 0, space), (3, 0));
}

#[test]
fn an_archived_space_stays_readable_and_takes_nothing_more() {
    let (mut town, space, document) = circle();
    town.relay_up = false;
    append(&mut town, 2, document);
    town.relay_up = true;
    close(&mut town, space, Closing::Archive);
    town.sync_all();
    for house in 0..3 {
        let ended = closed(&mut town, house, space);
        assert_eq!((ended.closing, ended.destroyed_here), (Closing::Archive, false));
        assert!(ended.devices.is_empty(), "nobody attests anything");
        let view = show(&mut town, house, document);
        let place = view.content.sections[0].id.clone();
        assert!(view.content.sections[0].text.contains(&format!("{MARK} de {house}")));
        let text = "encore".to_owned();
        let write = Command::Edit { document, edit: Edit::AppendText { place, text } };
        let refused = Err(CommandError::Refused(Refusal::SpaceClosed));
        assert_eq!(town.ask(house, write).map(drop), refused);
        let Reply::Verified(report) = town.ask(house, Command::Verify { space }).unwrap() else {
            panic!()
        };
        assert!(report.valid, "{report:?}");
        assert_eq!(town.houses[house].purges, 0);
        town.reboot(house);
        assert!(holds(&town, house, "PangolinTitre"));
    }
    // What had not left stays where it was written, and can be read there.
    assert_eq!(view(&mut town, 2, space).pending, 1);
}

/// The power is cut behind every output, while the closing is read and carried out.
#[test]
fn a_power_cut_within_an_erasure_is_made_good_at_the_next_start() {
    for fuel in 0.. {
        let (mut town, space, _) = circle();
        let before = keys(&town, 2, space);
        close(&mut town, space, Closing::Erase);
        town.houses[2].fuel = fuel;
        // No answer may come: the power is out.
        town.start(2, Command::Sync { space: None });
        let finished = town.houses[2].fuel > 0;
        town.reboot(2);
        sync(&mut town, 2);
        sync(&mut town, 2);
        is_destroyed(&town, 2, space, &before);
        for house in [0, 1, 0] {
            sync(&mut town, house);
        }
        assert_eq!(attested(&mut town, 0, space), (3, 0), "fuel {fuel}");
        if finished {
            assert!(fuel > 12, "reading and erasing has that many steps: {fuel}");
            return;
        }
    }
}

/// Nobody attests while deleted bytes may still lie on its disk.
#[test]
fn a_device_attests_only_once_the_bytes_have_left_its_disk() {
    let (mut town, space, _) = circle();
    town.houses[2].can_purge = false;
    close(&mut town, space, Closing::Erase);
    for house in [2, 2, 1, 0] {
        sync(&mut town, house);
    }
    assert!(!closed(&mut town, 2, space).destroyed_here);
    assert_eq!((attested(&mut town, 0, space), town.houses[2].purges), ((2, 1), 1));
    town.houses[2].can_purge = true;
    town.reboot(2);
    for house in [2, 2, 0] {
        sync(&mut town, house);
    }
    assert!(closed(&mut town, 2, space).destroyed_here);
    assert_eq!(attested(&mut town, 0, space), (3, 0));
}

/// The closing comes by file to one that reaches no relay: it destroys, and attests later.
#[test]
fn a_closing_that_comes_by_file_is_carried_out() {
    let (mut town, space, _) = circle();
    let before = keys(&town, 2, space);
    let Reply::File { bytes: old, .. } = town.ask(2, Command::WriteBundle { space }).unwrap()
    else {
        panic!()
    };
    close(&mut town, space, Closing::Erase);
    sync(&mut town, 0);
    let Reply::File { bytes: file, .. } = town.ask(0, Command::WriteBundle { space }).unwrap()
    else {
        panic!()
    };
    town.relay_up = false;
    town.ask(2, Command::ReadBundle { file }).unwrap();
    is_destroyed(&town, 2, space, &before);
    // A file from before brings nothing back.
    let read = town.ask(2, Command::ReadBundle { file: old }).unwrap();
    assert!(matches!(read, Reply::BundleRead { accepted: 0, .. }), "{read:?}");
    is_destroyed(&town, 2, space, &before);
    town.relay_up = true;
    sync(&mut town, 2);
    assert_eq!(attested(&mut town, 2, space).1, 0);
}

/// A filled fiche de liaison: its own circle, certified hosting, and nothing of it afterwards.
#[test]
fn a_filled_form_in_its_circle_is_erased_with_it() {
    let mut town = Town::new(&["A", "B"]);
    town.certify();
    let found = Command::Found {
        title: "PangolinTitre".to_owned(),
        url: "ws://127.0.0.1:1".to_owned(),
        ticket: None,
        kind: SpaceKind::Circle,
        rule: Rule::same(Threshold::Majority),
    };
    let Reply::Founded { space, .. } = town.ask(0, found).unwrap() else { panic!() };
    town.admit(space, 1, Role::Guarantor);
    let kind = "fiche_liaison".to_owned();
    let new = Command::NewDocument { space, kind, title: format!("{MARK} Mme X") };
    let Reply::Edited { document, .. } = town.ask(0, new).unwrap() else { panic!() };
    town.sync_all();
    assert!(show(&mut town, 1, document).content.title.contains(MARK));
    let before = [keys(&town, 0, space), keys(&town, 1, space)];
    close(&mut town, space, Closing::Erase);
    town.sync_all();
    for (house, before) in before.iter().enumerate() {
        is_destroyed(&town, house, space, before);
        assert_eq!(attested(&mut town, house, space), (2, 0));
        // Names come from elsewhere, if at all: this space has forgotten them.
        let ended = closed(&mut town, house, space);
        let own = ended.devices.iter().find(|one| one.own).unwrap();
        assert_eq!(own.name, ["A", "B"][house]);
    }
}
