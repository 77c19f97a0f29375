//! Members and couriers who try to set replicas at odds with files of their own making.

use protocol::bundle;
use protocol::codec;
use protocol::envelope::Envelope;
use protocol::id::{DocumentId, PartnerId, SpaceId};
use protocol::register::{History, Role, Rule, Threshold};

use super::stories::{edit, new_convention, show};
use super::town::Town;
use crate::document::Edit;
use crate::replica::directory::{Notice, Topic};
use crate::replica::outbox::Item;
use crate::replica::{Command, Reply, records};

/// An onlooker, a victim and a member who cheats.
const ONLOOKER: usize = 0;
const VICTIM: usize = 1;
const CHEAT: usize = 2;

fn circle() -> (Town, SpaceId, DocumentId, String) {
    let mut town = Town::new(&["A", "B", "C"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let document = new_convention(&mut town, ONLOOKER, space);
    town.sync_all();
    let section = show(&mut town, ONLOOKER, document).content.sections[0].id.clone();
    for house in 0..3 {
        append(&mut town, house, document, &section, "début ");
        town.sync_all();
    }
    (town, space, document, section)
}

fn append(town: &mut Town, house: usize, document: DocumentId, section: &str, text: &str) {
    let append = Edit::AppendText { place: section.to_owned(), text: text.to_owned() };
    edit(town, house, document, append);
}

fn text(town: &mut Town, house: usize, document: DocumentId) -> String {
    show(town, house, document).content.sections[0].text.clone()
}

/// Seals what waits, and returns a bundle's items with the loose envelopes in order apart.
fn bundle_of(town: &mut Town, space: SpaceId) -> (Vec<bundle::Item>, Vec<Vec<u8>>) {
    let written = town.ask(CHEAT, Command::WriteBundle { space }).unwrap();
    let Reply::File { bytes, .. } = written else { panic!() };
    let (mut others, mut loose) = (Vec::new(), Vec::new());
    for item in bundle::Reader::new(&bytes).unwrap().map(Result::unwrap) {
        match item {
            bundle::Item::LooseEnvelope(bytes) => loose.push(bytes),
            item => others.push(item),
        }
    }
    loose.sort_by_key(|bytes| Envelope::parse(bytes).unwrap().header().counter);
    (others, loose)
}

/// Hands the victim a bundle with one loose envelope only.
fn hand_over(town: &mut Town, space: SpaceId, others: &[bundle::Item], loose: &[u8]) {
    let mut writer = bundle::Writer::new(&space);
    for item in others {
        writer.put(item);
    }
    writer.put(&bundle::Item::LooseEnvelope(loose.to_vec()));
    town.ask(VICTIM, Command::ReadBundle { file: writer.finish() }).unwrap();
}

/// Two changes under one number, the later one given ahead by file: the journal's order decides
/// for its reader as for everybody.
#[test]
fn t31_a_change_given_ahead_of_its_twin_sets_nobody_at_odds() {
    let (mut town, space, document, section) = circle();
    let copy = town.copy(CHEAT);
    append(&mut town, copy, document, &section, "seconde ");
    let twin = town.houses[copy].replica.spaces[&space].outbox.changes_of(&document);
    town.houses.pop();
    append(&mut town, CHEAT, document, &section, "première ");
    bundle_of(&mut town, space);
    let item = Item::Change { document, raw: twin[0].clone() };
    let key = records::unsent(&space, 1_000_000);
    town.houses[CHEAT].disk.insert(key, codec::to_bytes(&item));
    town.reboot(CHEAT);
    let (others, loose) = bundle_of(&mut town, space);
    assert_eq!(loose.len(), 2);
    hand_over(&mut town, space, &others, &loose[1]);
    text(&mut town, VICTIM, document);
    town.ask(CHEAT, Command::Sync { space: None }).unwrap();
    for _ in 0..3 {
        for house in [ONLOOKER, VICTIM] {
            town.ask(house, Command::Sync { space: None }).unwrap();
        }
    }
    let seen = text(&mut town, ONLOOKER, document);
    assert!(seen.contains("première"), "{seen}");
    assert_eq!(text(&mut town, VICTIM, document), seen);
    town.ask(VICTIM, Command::Rest).unwrap();
    town.reboot(VICTIM);
    assert_eq!(text(&mut town, VICTIM, document), seen);
}

/// An envelope by file without the one before it is kept, shown in no document, and holds
/// nothing of its reader's back.
#[test]
fn an_envelope_without_its_past_holds_nobody_back() {
    let (mut town, space, document, section) = circle();
    append(&mut town, CHEAT, document, &section, "un ");
    bundle_of(&mut town, space);
    append(&mut town, CHEAT, document, &section, "deux ");
    let (others, loose) = bundle_of(&mut town, space);
    assert_eq!(loose.len(), 2);
    hand_over(&mut town, space, &others, &loose[1]);
    assert!(!text(&mut town, VICTIM, document).contains("deux"));
    append(&mut town, VICTIM, document, &section, "après ");
    for _ in 0..2 {
        for house in [VICTIM, ONLOOKER] {
            town.ask(house, Command::Sync { space: None }).unwrap();
        }
    }
    assert!(text(&mut town, ONLOOKER, document).contains("après"));
    // Once the one before it has come, it is shown, and goes its way.
    hand_over(&mut town, space, &others, &loose[0]);
    assert!(text(&mut town, VICTIM, document).contains("deux"));
    for _ in 0..2 {
        for house in [VICTIM, ONLOOKER] {
            town.ask(house, Command::Sync { space: None }).unwrap();
        }
    }
    assert!(text(&mut town, ONLOOKER, document).contains("un deux"));
}

/// Who carries another's edits cannot put other words in their place, nor its own name upon
/// what is in the journal by its writer.
#[test]
fn t31_a_courier_changes_neither_words_nor_names() {
    use crate::replica::lot::{Lot, Right};
    let (mut town, space, document, section) = circle();
    let writer = town.houses[VICTIM].replica.spaces[&space].device();
    append(&mut town, VICTIM, document, &section, "important ");
    let raw = town.houses[VICTIM].replica.spaces[&space].outbox.changes_of(&document);
    let of: Vec<_> = raw.iter().map(|raw| crate::admission::change_id(raw)).collect();
    // The forger renews something else of its own under the victim's old change.
    let copy = town.copy(CHEAT);
    append(&mut town, copy, document, &section, "faux ");
    let false_one = town.houses[copy].replica.spaces[&space].outbox.changes_of(&document);
    town.houses.pop();
    let lie = crate::renew::Old { bytes: false_one[0].clone(), from: writer, lost: true };
    let lie = crate::renew::renew(&space, &document, &[lie]);
    let right = Right::Renewed(vec![of[0]]);
    let forged = Lot { document, from: writer, right, raw: vec![lie[0].bytes.clone()] };
    // And wraps an ordinary change of the victim's as if it had taken it up.
    let right = Right::Renewed(of.clone());
    let wrapped = Lot { document, from: writer, right, raw: raw.clone() };
    for (number, lot) in [(1_000_000, forged), (1_000_001, wrapped)] {
        let key = records::unsent(&space, number);
        town.houses[CHEAT].disk.insert(key, codec::to_bytes(&Item::Lot(lot)));
    }
    town.reboot(CHEAT);
    town.ask(CHEAT, Command::Sync { space: None }).unwrap();
    for _ in 0..3 {
        for house in [VICTIM, ONLOOKER, CHEAT] {
            town.ask(house, Command::Sync { space: None }).unwrap();
        }
    }
    for house in [ONLOOKER, VICTIM] {
        let seen = text(&mut town, house, document);
        assert!(seen.contains("important") && !seen.contains("faux"), "house {house}: {seen}");
        let Reply::History(history) = town.ask(house, Command::History { document }).unwrap()
        else {
            panic!()
        };
        assert!(history.iter().all(|change| change.adopted_by.is_none()), "{history:?}");
    }
}

fn names(town: &mut Town, house: usize, space: SpaceId) -> Vec<(PartnerId, String)> {
    let Reply::Members(members) = town.ask(house, Command::Members { space }).unwrap() else {
        panic!()
    };
    members.into_iter().map(|member| (member.partner, member.name)).collect()
}

/// Admits one that gets no key of the past.
fn admit_without_past(town: &mut Town, space: SpaceId, name: &str) -> usize {
    let invite = Command::Invite { space, role: Role::Member, history: Some(History::None) };
    let Reply::Invited(invited) = town.ask(0, invite).unwrap() else { panic!() };
    let newcomer = town.build(name);
    let join = Command::Join { invitation: invited.invitation };
    let Reply::Joined(joined) = town.ask(newcomer, join).unwrap() else { panic!() };
    let proposal = joined.request.unwrap();
    for voter in 0..2 {
        town.ask(voter, Command::Approve { space, proposal }).unwrap();
    }
    town.ask(newcomer, Command::Sync { space: None }).unwrap();
    newcomer
}

/// Puts a line about another organisation into a cheat's outbox, at a place of it.
fn hand_on(town: &mut Town, space: SpaceId, at: u64, (partner, text): (PartnerId, &str)) {
    let lie = Notice { topic: Topic::Partner(partner), text: text.to_owned(), handed_on: true };
    let item = codec::to_bytes(&Item::Notices(vec![lie]));
    let key = records::unsent(&space, at);
    town.houses[CHEAT].disk.insert(key, item);
    town.reboot(CHEAT);
}

/// A newcomer without the past learns the names from others: one who hands on another later
/// renames nobody, and what each organisation says of itself goes before what is handed on.
#[test]
fn a_member_does_not_rename_another_for_a_newcomer_without_the_past() {
    for first in [false, true] {
        let mut town = Town::new(&["Hôpital", "B", "C"]);
        let space = town.circle("PTSM", Rule::same(Threshold::Majority));
        town.sync_all();
        let hospital = town.houses[0].replica.spaces[&space].me.partner;
        let newcomer = admit_without_past(&mut town, space, "D");
        // The cheat hands it on before anything else it says, or after all others have spoken.
        let at = if first { 0 } else { 1_000_000 };
        if !first {
            town.ask(0, Command::Sync { space: None }).unwrap();
        }
        hand_on(&mut town, space, at, (hospital, "Faux"));
        town.ask(CHEAT, Command::Sync { space: None }).unwrap();
        town.ask(newcomer, Command::Sync { space: None }).unwrap();
        town.sync_all();
        let seen = names(&mut town, newcomer, space);
        let mut told: Vec<_> = seen.into_iter().map(|(_, name)| name).collect();
        told.sort();
        assert_eq!(told, ["B", "C", "D", "Hôpital"]);
    }
}

/// An arrival costs each machine one envelope of its own lines, and no more, however often it
/// is started again.
#[test]
fn lines_are_said_again_once_for_an_arrival() {
    let mut town = Town::new(&["A", "B", "C"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    town.sync_all();
    let size = |town: &Town| town.houses[0].replica.spaces[&space].journal.size();
    let before = size(&town);
    let newcomer = admit_without_past(&mut town, space, "D");
    town.sync_all();
    town.sync_all();
    let after = size(&town);
    // The invitation, the newcomer's name and its own lines, everybody's handed on, and three
    // machines that say theirs again.
    assert!((3..=8).contains(&(after - before)), "{before} and {after}");
    let own = |town: &Town, house: usize, of: usize| {
        let partner = town.houses[of].replica.spaces[&space].me.partner;
        let directory = &town.houses[house].replica.spaces[&space].directory;
        directory.own(&Topic::Partner(partner), &partner).is_some()
    };
    for house in 0..3 {
        assert!(own(&town, newcomer, house), "in its own words: {house}");
    }
    for house in 0..4 {
        town.reboot(house);
    }
    town.sync_all();
    town.ask(1, Command::Leave { space }).unwrap();
    town.sync_all();
    assert_eq!(size(&town), after, "nobody arrived");
}
