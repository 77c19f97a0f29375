//! Visas: whose voice gives them, how often, and that they decide nothing.

use super::world::*;
use crate::refusal::Refusal;
use crate::register::{Capacity, Clause, Closing, Measure, Role, Visa};

fn gives(w: &mut World, name: &str, visa: Visa) -> Result<(), Refusal> {
    w.tries(&voice(name, 0), Clause::SignConvention(visa))
}

fn signers(w: &World, number: u32) -> Vec<crate::id::PartnerId> {
    let version = visa(number, None).version;
    w.register.roster().visas_of(&version).iter().map(|given| given.partner).collect()
}

#[test]
fn a_visa_is_given_by_the_voice_of_an_organisation_that_is_there() {
    let mut w = World::found(&["a", "b", "c"]);
    w.admits(&["a", "b"], "o", Role::Observer);
    for name in ["b", "a", "o"] {
        gives(&mut w, name, visa(1, None)).unwrap();
    }
    assert_eq!(signers(&w, 1), [partner("b"), partner("a"), partner("o")], "in their order");
    let by_device = w.tries(&device("c", 0), Clause::SignConvention(visa(1, None)));
    assert_eq!(by_device, Err(Refusal::NotAVoice));
    assert_eq!(gives(&mut w, "x", visa(1, None)), Err(Refusal::NotAVoice), "a stranger");
    let by_operator = w.tries(&operator(), Clause::SignConvention(visa(1, None)));
    assert_eq!(by_operator, Err(Refusal::NotAVoice));
    let given = w.register.roster().visas_of(&visa(1, None).version)[0];
    assert_eq!((given.at, given.voice), (w.time, voice_id("b", 0)));
    assert_eq!(given.visa.capacity, Capacity::Representative);
    assert_eq!(w.register.roster().visas().count(), 3);
}

#[test]
fn a_visa_is_given_once_and_once_more_to_attach_a_pdf() {
    let mut w = World::found(&["a", "b", "c"]);
    gives(&mut w, "a", visa(1, None)).unwrap();
    assert_eq!(gives(&mut w, "a", visa(1, None)), Err(Refusal::AlreadySo));
    let with = |pdf: u8| Visa { pdf: Some([pdf; 32]), ..visa(1, None) };
    gives(&mut w, "a", with(1)).unwrap();
    assert_eq!(gives(&mut w, "a", with(2)), Err(Refusal::AlreadySo));
    gives(&mut w, "b", with(2)).unwrap();
    assert_eq!(gives(&mut w, "b", visa(1, None)), Err(Refusal::AlreadySo));
}

#[test]
fn what_a_visa_amends_was_signed_before() {
    let mut w = World::found(&["a", "b", "c"]);
    assert_eq!(gives(&mut w, "a", visa(2, Some(1))), Err(Refusal::UnknownVersion));
    assert_eq!(gives(&mut w, "a", visa(2, Some(2))), Err(Refusal::UnknownVersion));
    gives(&mut w, "b", visa(1, None)).unwrap();
    gives(&mut w, "a", visa(2, Some(1))).unwrap();
    assert_eq!(gives(&mut w, "b", visa(2, Some(2))), Err(Refusal::UnknownVersion), "not itself");
}

#[test]
fn the_visa_of_an_organisation_that_has_left_stays_and_none_changes_governance() {
    let mut w = World::found(&["a", "b", "c"]);
    gives(&mut w, "c", visa(1, None)).unwrap();
    let before = w.register.roster().clone();
    gives(&mut w, "b", visa(1, None)).unwrap();
    let after = w.register.roster();
    assert_eq!(after.generation(), before.generation());
    assert_eq!(after.guarantors(), before.guarantors());
    assert_eq!((after.rule(), after.must_turn()), (before.rule(), before.must_turn()));
    assert!(after.partners().eq(before.partners()) && after.devices().eq(before.devices()));
    assert!(after.proposals().eq(before.proposals()));
    w.tries(&voice("c", 0), Clause::Leave).unwrap();
    assert_eq!(signers(&w, 1), [partner("c"), partner("b")]);
    assert_eq!(gives(&mut w, "c", visa(2, None)), Err(Refusal::NotAVoice));
    assert_eq!(w.refold().roster(), w.register.roster());
}

#[test]
fn a_closed_space_takes_no_visa() {
    let mut w = World::found(&["a", "b", "c"]);
    w.decide(&["a", "b"], &Measure::Close(Closing::Archive)).unwrap();
    assert_eq!(gives(&mut w, "a", visa(1, None)), Err(Refusal::SpaceClosed));
}
