//! What stands in a directory follows from the journal, and nobody takes another's room.
#![allow(clippy::unwrap_used)]

use protocol::register::{Register, Rule, Threshold};

use super::*;
use crate::document::fixture::Choices;
use crate::replica::tests::town::Town;

fn register() -> Register {
    let mut town = Town::new(&["A", "B", "C"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    town.houses[0].replica.spaces[&space].register.clone().unwrap()
}

fn partners(register: &Register) -> Vec<PartnerId> {
    register.roster().partners().map(|(id, _)| *id).collect()
}

fn notice(topic: Topic, text: &str, handed_on: bool) -> Notice {
    Notice { topic, text: text.to_owned(), handed_on }
}

fn read_again(directory: &Directory) -> Directory {
    codec::from_bytes(&codec::to_bytes(directory)).unwrap()
}

#[test]
fn a_line_that_opens_late_does_not_write_over_a_newer_one() {
    let register = register();
    let roster = register.roster();
    let [a, b, ..] = partners(&register)[..] else { panic!() };
    let mut directory = Directory::default();
    let name = |text| notice(Topic::Partner(a), text, false);
    directory.take(9, a, roster, name("nouveau nom"));
    let mut directory = read_again(&directory);
    directory.take(3, a, roster, name("ancien nom"));
    assert_eq!(directory.partner(&a), "nouveau nom");
    directory.take(12, b, roster, notice(Topic::Partner(a), "remis", true));
    assert_eq!(directory.partner(&a), "nouveau nom", "its own line goes before");
    directory.take(8, b, roster, notice(Topic::Title, "titre", false));
    directory.take(2, a, roster, notice(Topic::Title, "premier titre", false));
    assert_eq!(directory.title(), "titre");
}

/// A line that another hands on later does not stand in the place of the first.
#[test]
fn the_first_line_that_was_handed_on_stands_until_its_own_comes() {
    let register = register();
    let roster = register.roster();
    let [hospital, b, c] = partners(&register)[..] else { panic!() };
    let topic = || Topic::Partner(hospital);
    let mut directory = Directory::default();
    directory.take(5, b, roster, notice(topic(), "Hôpital", true));
    directory.take(9, c, roster, notice(topic(), "Faux", true));
    let mut directory = read_again(&directory);
    directory.take(5, c, roster, notice(topic(), "Faux dans le même pli", true));
    assert_eq!(directory.partner(&hospital), "Hôpital");
    directory.take(3, c, roster, notice(topic(), "avant", true));
    assert_eq!(directory.partner(&hospital), "avant", "ordered before, opened after");
    directory.take(12, hospital, roster, notice(topic(), "Hôpital du Nord", false));
    directory.take(1, c, roster, notice(topic(), "Faux encore", true));
    assert_eq!(directory.partner(&hospital), "Hôpital du Nord");
}

#[test]
fn what_stands_does_not_depend_on_when_keys_came() {
    let register = register();
    let partners = partners(&register);
    let roster = register.roster();
    for seed in 0..40 {
        let mut choices = Choices(seed);
        let mut lines = Vec::new();
        for position in 0..200_u64 {
            let author = partners[choices.below(3)];
            let about = partners[choices.below(3)];
            let topic = match choices.below(4) {
                0 => Topic::Title,
                1 => Topic::Invitation([u8::try_from(choices.below(90)).unwrap(); 32]),
                _ => Topic::Partner(about),
            };
            let text = format!("ligne {position}");
            lines.push((position, author, notice(topic, &text, choices.below(2) == 0)));
        }
        let mut in_order = Directory::default();
        for (position, author, notice) in lines.clone() {
            in_order.take(position, author, roster, notice);
        }
        let mut shuffled = Directory::default();
        while !lines.is_empty() {
            let (position, author, notice) = lines.swap_remove(choices.below(lines.len()));
            shuffled.take(position, author, roster, notice);
            shuffled = read_again(&shuffled);
        }
        assert_eq!(shuffled, in_order, "seed {seed}");
    }
}

#[test]
fn invitations_of_one_organisation_take_no_room_of_another() {
    let register = register();
    let roster = register.roster();
    let [greedy, honest, ..] = partners(&register)[..] else { panic!() };
    let tag = |number: u64| {
        let mut tag = [7; 32];
        tag[..8].copy_from_slice(&number.to_be_bytes());
        tag
    };
    let mut directory = Directory::default();
    for number in 0..5_000 {
        let line = notice(Topic::Invitation(tag(number)), "clé", false);
        directory.take(number, greedy, roster, line);
    }
    let line = notice(Topic::Invitation(tag(9_000)), "honnête", false);
    directory.take(5_000, honest, roster, line);
    // Nor does a line under another's tag hide what its maker wrote.
    let line = notice(Topic::Invitation(tag(9_000)), "faux", false);
    directory.take(5_001, greedy, roster, line);
    assert_eq!(directory.invitation(&honest, &tag(9_000)), Some("honnête"));
    let kept = directory.invitations[&greedy].len();
    assert_eq!(kept, limits::INVITATIONS_PER_PARTNER_MAX);
    assert!(directory.invitation(&greedy, &tag(4_999)).is_some(), "the latest are kept");
    assert_eq!(read_again(&directory), directory);
}

/// A line stored without a place is read, and whatever the journal brings goes before it.
#[test]
fn lines_stored_without_a_place_are_read() {
    let register = register();
    let partner = partners(&register)[0];
    let mut out = Writer::new();
    out.array(1);
    out.array(4);
    write_line(&mut out, &Topic::Partner(partner), "nom", false);
    let mut directory: Directory = codec::from_bytes(&out.finish()).unwrap();
    assert_eq!(directory.partner(&partner), "nom");
    let line = notice(Topic::Partner(partner), "nom du journal", false);
    directory.take(0, partner, register.roster(), line);
    assert_eq!(directory.partner(&partner), "nom du journal");
}
