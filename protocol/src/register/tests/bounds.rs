//! Bounds: nobody alone fills a table, makes the register grow for ever or stops the others.

use std::time::Duration;

use super::world::*;
use crate::crypto::WrapSecret;
use crate::id::{DeviceId, PartnerId};
use crate::limits;
use crate::refusal::Refusal;
use crate::register::{
    Cause, Clause, Device, DeviceCard, DeviceRole, Measure, Partner, Presence, Role, Roster,
};

#[test]
fn t64_an_organisation_keeps_five_votes_open_and_others_are_unaffected() {
    let mut w = World::found(&["a", "b", "c"]);
    for n in 0..5 {
        let measure = Measure::Admit(admission("x", n, Role::Member, "a"));
        w.propose("a", &measure).unwrap();
    }
    let sixth = Measure::Admit(admission("x", 5, Role::Member, "a"));
    assert_eq!(w.propose("a", &sixth).err(), Some(Refusal::TooManyProposals));
    w.propose("b", &sixth).unwrap();
    let twice = w.propose("c", &sixth);
    assert_eq!(twice.err(), Some(Refusal::ProposalOpen));
    w.wait(limits::PROPOSAL_LIFE);
    w.propose("a", &Measure::Admit(admission("x", 6, Role::Member, "a"))).unwrap();
}

#[test]
fn t64_an_organisation_that_floods_the_register_is_stopped_for_the_day() {
    let mut w = World::found(&["a", "b", "c"]);
    let epoch = w.turn("b", 0).unwrap();
    let mut granted = 0;
    let stopped = loop {
        match w.grant("a", device_id("b", 0), vec![epoch]) {
            Ok(()) => granted += 1,
            Err(reason) => break reason,
        }
    };
    assert_eq!((granted, stopped), (limits::ACTS_PER_DAY_MAX, Refusal::TooMany));
    // Its voice is the same organisation; the others go on.
    let leave = w.tries(&voice("a", 0), Clause::Leave);
    assert_eq!(leave, Err(Refusal::TooMany));
    w.decide(&["b", "c"], &admit("x", Role::Member, "b")).unwrap();
    let approved = w.propose("b", &admit("y", Role::Member, "b")).unwrap();
    let given = ["a", "b"].map(|name| w.approval(name, approved));
    w.adopt("b", approved, given.to_vec()).unwrap();
    w.wait(limits::DAY);
    w.grant("a", device_id("b", 0), vec![epoch]).unwrap();
}

/// Gives an organisation many devices at once; they are not judged one by one.
fn crowd(roster: &mut Roster, name: &str, numbers: std::ops::Range<u32>, revoked: bool) {
    let wrap = WrapSecret::from_seed(&[1; 32]).public();
    for number in numbers {
        let id = DeviceId::new(seed("crowd", name, number));
        let device = Device {
            partner: partner(name),
            wrap: wrap.clone(),
            role: DeviceRole::Reader,
            label: [0; 32],
            revoked: revoked.then_some(Cause::Retired),
            suspension: None,
            rotations: Vec::new(),
        };
        roster.devices.insert(id, device);
    }
}

fn enrol(w: &mut World, roster: &Roster, name: &str) -> Result<(), Refusal> {
    let clause = Clause::AddDevice(device_card(name, 99, DeviceRole::Editor));
    let proven = w.act(&voice(name, 0), clause).prove().unwrap();
    roster.judge(&proven, w.time)
}

#[test]
fn t64_no_organisation_alone_fills_the_table_of_devices() {
    let mut w = World::found(&["a", "b", "c"]);
    let active = u32::try_from(limits::DEVICES_ACTIVE_PER_PARTNER_MAX).unwrap();
    let ever = u32::try_from(limits::DEVICES_PER_PARTNER_MAX).unwrap();
    let mut roster = w.register.roster().clone();
    crowd(&mut roster, "a", 1..active, false);
    assert_eq!(enrol(&mut w, &roster, "a"), Err(Refusal::TooMany));
    assert_eq!(enrol(&mut w, &roster, "b"), Ok(()));
    let mut roster = w.register.roster().clone();
    crowd(&mut roster, "a", 1..ever, true);
    assert_eq!(enrol(&mut w, &roster, "a"), Err(Refusal::TooMany));
    assert_eq!(enrol(&mut w, &roster, "b"), Ok(()));
}

#[test]
fn active_devices_never_outnumber_the_recipients_of_a_key() {
    let mut w = World::found(&["a", "b", "c"]);
    let mut roster = w.register.roster().clone();
    let most = u32::try_from(limits::RECIPIENTS_MAX).unwrap();
    crowd(&mut roster, "b", 0..most - 4, false);
    assert_eq!(roster.active_devices(w.time).len(), limits::RECIPIENTS_MAX - 1);
    assert_eq!(enrol(&mut w, &roster, "a"), Ok(()));
    crowd(&mut roster, "c", 0..1, false);
    assert_eq!(enrol(&mut w, &roster, "a"), Err(Refusal::TooMany));
    // Nor by an admission, which brings devices too.
    let proposed = Clause::Propose(admit("x", Role::Member, "a"));
    let proven = w.act(&voice("a", 0), proposed).prove().unwrap();
    assert_eq!(roster.judge(&proven, w.time), Err(Refusal::TooMany));
}

#[test]
fn a_space_has_room_for_so_many_organisations() {
    let mut w = World::found(&["a", "b", "c"]);
    let mut roster = w.register.roster().clone();
    for n in 3..u32::try_from(limits::PARTNERS_MAX).unwrap() {
        let id = PartnerId::from_slice(&seed("crowd", "partner", n)[..16]).unwrap();
        let gone = Partner {
            role: Role::Member,
            presence: Presence::Left,
            history: crate::register::History::All,
            voices: std::collections::BTreeSet::new(),
            epochs_before: 0,
            since: DAWN,
        };
        roster.partners.insert(id, gone);
    }
    let proposed = Clause::Propose(admit("x", Role::Member, "a"));
    let proven = w.act(&voice("a", 0), proposed).prove().unwrap();
    assert_eq!(roster.judge(&proven, w.time), Err(Refusal::TooMany));
}

/// The largest measure is an admission with all its voices and devices: five open votes for
/// each of sixty organisations, twenty-six fortnights a year, five years, is the worst that
/// every organisation together could leave in memory; one of them alone, below 10 MiB.
#[test]
fn what_one_organisation_can_leave_in_memory_by_proposing_is_bounded() {
    let mut largest = admission("x", 0, Role::Member, "a");
    largest.card.voices = (0..limits::VOICES_MAX as u32).map(|n| voice_id("x", n)).collect();
    let devices = 0..limits::DEVICES_AT_ADMISSION_MAX as u32;
    largest.card.devices = devices.map(|n| device_card("x", n, DeviceRole::Editor)).collect();
    let bytes = crate::codec::to_bytes(&Measure::Admit(largest)).len();
    let fortnights = 26 * 5;
    let kept = bytes * limits::OPEN_PROPOSALS_MAX * fortnights;
    assert!(kept < 10 * 1024 * 1024, "{kept} bytes");
    assert!(bytes < limits::ACT_BYTES_MAX / 8);
}

#[test]
fn an_act_larger_than_its_bound_is_refused_unread() {
    let mut w = World::found(&["a", "b", "c"]);
    let mut act = w.act(&voice("a", 0), Clause::Leave);
    act.body.resize(limits::ACT_BYTES_MAX + 1, 0);
    assert_eq!(w.register.judge(&act, w.time).err(), Some(Refusal::TooLarge));
    let bytes = crate::codec::to_bytes(&act);
    let read = crate::codec::from_bytes::<crate::register::SignedAct>(&bytes);
    assert_eq!(read.err(), Some(crate::codec::DecodeError::TooLarge));
}

#[test]
fn times_at_the_end_of_the_scale_neither_panic_nor_open_anything() {
    let mut w = World::found_under(&["a", "b", "c"], MAJORITY);
    w.turn("a", 0).unwrap();
    w.time = crate::env::Timestamp::from_ms(u64::MAX);
    let id = w.propose("a", &admit("x", Role::Member, "a")).unwrap();
    let given = ["a", "b"].map(|name| w.approval(name, id));
    assert_eq!(w.adopt("a", id, given.to_vec()), Err(Refusal::ProposalClosed));
    let until = w.time.after(Duration::from_secs(1));
    let suspended = w.tries(&operator(), Clause::SuspendDevice(device_id("a", 0), until));
    assert_eq!(suspended, Err(Refusal::Expired));
    w.turn("a", 1).unwrap();
    w.tries(&voice("c", 0), Clause::Leave).unwrap();
}

#[test]
fn a_card_names_at_most_eight_devices_and_three_voices() {
    let card = |n: usize| DeviceCard { ..device_card("x", n as u32, DeviceRole::Editor) };
    let mut many = admission("x", 0, Role::Member, "a");
    many.card.devices = (0..=limits::DEVICES_AT_ADMISSION_MAX).map(card).collect();
    let bytes = crate::codec::to_bytes(&Measure::Admit(many));
    let read = crate::codec::from_bytes::<Measure>(&bytes);
    assert_eq!(read.err(), Some(crate::codec::DecodeError::TooLarge));
    let mut voices = admission("x", 0, Role::Member, "a");
    voices.card.voices = (0..=limits::VOICES_MAX as u32).map(|n| voice_id("x", n)).collect();
    let bytes = crate::codec::to_bytes(&Measure::Admit(voices));
    let read = crate::codec::from_bytes::<Measure>(&bytes);
    assert_eq!(read.err(), Some(crate::codec::DecodeError::TooLarge));
}
