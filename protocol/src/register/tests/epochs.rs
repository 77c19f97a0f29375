//! Epochs: who is handed which key, when a new one is due, and how often.

use std::time::Duration;

use super::world::*;
use crate::epoch::NO_EPOCH;
use crate::id::EpochId;
use crate::limits;
use crate::refusal::Refusal;
use crate::register::{
    Cause, Clause, DeviceRole, EpochOpening, History, KeyGrant, Measure, Role, TurnCause,
    recipients_hash,
};

/// Admits an organisation that reads nothing of the past.
fn admit_without_past(w: &mut World, name: &str) {
    let mut newcomer = admission(name, 0, Role::Member, "a");
    newcomer.history = History::None;
    w.decide(&["a", "b"], &Measure::Admit(newcomer)).unwrap();
}

#[test]
fn t40_an_epoch_is_for_exactly_the_devices_that_may_read() {
    let mut w = World::found_under(&["a", "b", "c", "d"], MAJORITY);
    w.decide(&["a", "b", "c"], &remove("d")).unwrap();
    let active = w.register.roster().active_devices(w.time);
    let ghost = device_card("x", 0, DeviceRole::Editor);
    let removed = device_card("d", 0, DeviceRole::Editor);
    let with = |card: crate::register::DeviceCard| {
        let mut list = active.clone();
        list.push((card.device, card.wrap));
        list
    };
    let mut other_key = active.clone();
    other_key[0].1 = ghost.wrap.clone();
    let lists = [with(ghost), with(removed), active[1..].to_vec(), vec![], other_key];
    for recipients in lists {
        let mut opening = w.opening(0);
        opening.recipients = recipients_hash(&recipients);
        let opened = w.tries(&device("a", 0), Clause::OpenEpoch(opening));
        assert_eq!(opened, Err(Refusal::WrongRecipients));
    }
    // In whatever order its author lists them.
    let mut opening = w.opening(0);
    let reversed: Vec<_> = active.into_iter().rev().collect();
    opening.recipients = recipients_hash(&reversed);
    w.tries(&device("a", 0), Clause::OpenEpoch(opening)).unwrap();
}

#[test]
fn t41_a_rotation_built_before_a_removal_is_not_opened_after_it() {
    let mut w = World::found_under(&["a", "b", "c", "d"], MAJORITY);
    let early = w.opening(0);
    w.decide(&["a", "b", "c"], &remove("d")).unwrap();
    let opened = w.tries(&device("a", 0), Clause::OpenEpoch(early));
    assert_eq!(opened, Err(Refusal::WrongRecipients));
    w.turn("a", 1).unwrap();
    let holders = &w.register.roster().epoch().unwrap().holders;
    assert_eq!(holders.len(), 3);
    assert!(!holders.contains_key(&device_id("d", 0)));
}

#[test]
fn of_two_rotations_at_once_the_first_is_opened() {
    let mut w = World::found(&["a", "b", "c"]);
    let (one, two) = (w.opening(1), w.opening(2));
    w.tries(&device("a", 0), Clause::OpenEpoch(one.clone())).unwrap();
    let late = w.tries(&device("b", 0), Clause::OpenEpoch(two));
    assert_eq!(late, Err(Refusal::WrongPreviousEpoch));
    let mut again = w.opening(1);
    assert_eq!(again.epoch, one.epoch);
    let same = w.tries(&device("a", 0), Clause::OpenEpoch(again.clone()));
    assert_eq!(same, Err(Refusal::AlreadySo));
    again.epoch = NO_EPOCH;
    assert_eq!(w.tries(&device("a", 0), Clause::OpenEpoch(again)), Err(Refusal::AlreadySo));
    let mut first = w.opening(3);
    first.cause = TurnCause::First;
    assert_eq!(w.tries(&device("a", 0), Clause::OpenEpoch(first)), Err(Refusal::AlreadySo));
}

#[test]
fn every_departure_asks_for_a_new_key_before_anything_is_sealed() {
    type Departure = fn(&mut World);
    let departures: [Departure; 6] = [
        |w| w.decide(&["a", "b", "c"], &remove("d")).unwrap(),
        |w| w.decide(&["a", "b", "c"], &remove("m")).unwrap(),
        |w| w.tries(&voice("d", 0), Clause::Leave).unwrap(),
        |w| {
            w.tries(&voice("b", 0), Clause::RevokeDevice(device_id("b", 0), Cause::Lost)).unwrap();
        },
        |w| {
            let measure = Measure::RevokeDevice(device_id("d", 0), Cause::Decision);
            w.decide(&["a", "b", "c"], &measure).unwrap();
        },
        |w| {
            let until = w.time.after(limits::SUSPENSION_MAX);
            w.tries(&operator(), Clause::SuspendDevice(device_id("d", 0), until)).unwrap();
        },
    ];
    for (n, departure) in departures.into_iter().enumerate() {
        let mut w = World::found_under(&["a", "b", "c", "d"], MAJORITY);
        w.admits(&["a", "b", "c"], "m", Role::Member);
        let epoch = w.turn("a", 0).unwrap();
        let a = device_id("a", 0);
        assert!(w.register.roster().may_append(&a, &epoch, w.time).is_ok());
        departure(&mut w);
        assert_eq!(w.register.roster().must_turn(), Some(TurnCause::Departure), "case {n}");
        let append = w.register.roster().may_append(&a, &epoch, w.time);
        assert_eq!(append, Err(Refusal::EpochMustTurn), "case {n}");
        let next = w.turn("a", 1).unwrap();
        assert!(w.register.roster().may_append(&a, &next, w.time).is_ok());
        assert_eq!(w.register.roster().may_append(&a, &epoch, w.time), Err(Refusal::StaleEpoch));
        let holders = &w.register.roster().epoch().unwrap().holders;
        let active = w.register.roster().active_devices(w.time);
        assert!(holders.keys().eq(active.iter().map(|(id, _)| id)), "case {n}");
    }
}

#[test]
fn before_the_first_key_nothing_is_sealed_and_the_duty_is_known() {
    let mut w = World::found(&["a", "b", "c"]);
    let nothing = w.register.roster().may_append(&device_id("a", 0), &NO_EPOCH, w.time);
    assert_eq!(nothing, Err(Refusal::NoEpoch));
    assert_eq!(w.register.roster().must_turn(), Some(TurnCause::First));
    w.tries(&voice("c", 0), Clause::Leave).unwrap();
    assert_eq!(w.register.roster().must_turn(), Some(TurnCause::First));
    w.turn("a", 0).unwrap();
    assert_eq!(w.register.roster().must_turn(), None);
}

#[test]
fn t44_a_newcomer_without_the_past_is_given_no_key_of_it() {
    let mut w = World::found_under(&["a", "b", "c"], MAJORITY);
    let first = w.turn("a", 0).unwrap();
    let open = w.turn("a", 1).unwrap();
    admit_without_past(&mut w, "n");
    let n = device_id("n", 0);
    // Not even the open period, which began before it came: that one must end first.
    assert_eq!(w.register.roster().must_turn(), Some(TurnCause::Arrival));
    assert_eq!(
        w.register.roster().may_append(&device_id("a", 0), &open, w.time),
        Err(Refusal::EpochMustTurn)
    );
    for epochs in [vec![first], vec![open], vec![first, open]] {
        assert_eq!(w.grant("a", n, epochs), Err(Refusal::ForbiddenEpoch));
    }
    let next = w.turn("a", 2).unwrap();
    assert_eq!(w.grant("a", n, vec![open, next]), Err(Refusal::ForbiddenEpoch));
    assert!(w.register.roster().epoch().unwrap().holders.contains_key(&n));
    // A device that it adds later reads as far back as its organisation, no further.
    let second = device_card("n", 1, DeviceRole::Editor);
    w.tries(&voice("n", 0), Clause::AddDevice(second)).unwrap();
    let missing = w.register.roster().missing_grants(w.time);
    assert_eq!(missing, [(device_id("n", 1), vec![next])]);
    assert_eq!(w.grant("a", device_id("n", 1), vec![first]), Err(Refusal::ForbiddenEpoch));
    w.grant("a", device_id("n", 1), vec![next]).unwrap();
    assert!(w.register.roster().missing_grants(w.time).is_empty());
}

#[test]
fn a_newcomer_with_the_past_may_be_given_all_of_it() {
    let mut w = World::found_under(&["a", "b", "c"], MAJORITY);
    let epochs = vec![w.turn("a", 0).unwrap(), w.turn("a", 1).unwrap()];
    w.admits(&["a", "b"], "n", Role::Observer);
    assert_eq!(w.register.roster().must_turn(), None, "nothing has to be hidden from it");
    let n = device_id("n", 0);
    assert_eq!(w.register.roster().missing_grants(w.time), [(n, epochs.clone())]);
    w.grant("b", n, epochs).unwrap();
    assert!(w.register.roster().missing_grants(w.time).is_empty());
}

#[test]
fn one_that_comes_back_without_the_past_has_lost_what_it_could_read() {
    let mut w = World::found_under(&["a", "b", "c"], MAJORITY);
    w.admits(&["a", "b"], "m", Role::Member);
    let before = w.turn("a", 0).unwrap();
    w.tries(&voice("m", 0), Clause::Leave).unwrap();
    w.turn("a", 1).unwrap();
    let mut back = admission("m", 1, Role::Member, "a");
    back.history = History::None;
    w.decide(&["a", "b"], &Measure::Admit(back)).unwrap();
    let tried = w.grant("a", device_id("m", 1), vec![before]);
    assert_eq!(tried, Err(Refusal::ForbiddenEpoch));
}

#[test]
fn grants_name_epochs_once_in_their_order_and_go_to_devices_that_may_read() {
    let mut w = World::found_under(&["a", "b", "c"], MAJORITY);
    let (one, two) = (w.turn("a", 0).unwrap(), w.turn("a", 1).unwrap());
    let b = device_id("b", 0);
    let unknown = EpochId::new([9; 32]);
    for epochs in [vec![], vec![two, one], vec![one, one], vec![unknown], vec![one, unknown]] {
        assert_eq!(w.grant("a", b, epochs), Err(Refusal::NotSorted));
    }
    assert_eq!(w.grant("a", device_id("x", 0), vec![one]), Err(Refusal::NotADevice));
    w.tries(&voice("b", 0), Clause::RevokeDevice(b, Cause::Stolen)).unwrap();
    assert_eq!(w.grant("a", b, vec![one]), Err(Refusal::DeviceRevoked));
    w.tries(&voice("c", 0), Clause::Leave).unwrap();
    assert_eq!(w.grant("a", device_id("c", 0), vec![one]), Err(Refusal::NotAMember));
}

#[test]
fn t64_ten_rotations_in_any_day_of_register_time() {
    let mut w = World::found(&["a", "b", "c"]);
    let hour = Duration::from_secs(3600);
    for n in 0..10 {
        w.turn("a", n).unwrap();
        w.wait(hour);
    }
    assert_eq!(w.turn("a", 10).err(), Some(Refusal::TooManyRotations));
    w.turn("b", 11).unwrap();
    // The window slides: the first of them is a day old, the second is not.
    w.wait(limits::DAY - 10 * hour);
    w.turn("a", 12).unwrap();
    assert_eq!(w.turn("a", 13).err(), Some(Refusal::TooManyRotations));
    w.wait(hour);
    w.turn("a", 14).unwrap();
    assert_eq!(w.turn("a", 15).err(), Some(Refusal::TooManyRotations));
}

#[test]
fn t64_more_devices_do_not_buy_more_rotations() {
    let mut w = World::found(&["a", "b", "c"]);
    let per_day = u32::try_from(limits::ROTATIONS_PER_DAY_PER_PARTNER_MAX).unwrap();
    let mut opened = 0;
    let mut refused = None;
    for n in 0..8 {
        if n > 0 {
            let card = device_card("a", n, DeviceRole::Editor);
            w.tries(&voice("a", 0), Clause::AddDevice(card)).unwrap();
        }
        for _ in 0..limits::ROTATIONS_PER_DAY_MAX {
            let opening = w.opening(opened);
            match w.tries(&device("a", n), Clause::OpenEpoch(opening)) {
                Ok(()) => opened += 1,
                Err(reason) => refused = Some(reason),
            }
        }
        // Revoking the machine does not give its share back.
        if n > 0 {
            let revoke = Clause::RevokeDevice(device_id("a", n), Cause::Retired);
            w.tries(&voice("a", 0), revoke).unwrap();
        }
    }
    assert_eq!((opened, refused), (per_day, Some(Refusal::TooManyRotations)));
    w.turn("b", opened).unwrap();
}

#[test]
fn t43_nothing_in_a_register_carries_a_key_under_another() {
    // Structural: every act that concerns keys is taken apart without a rest. What it says of
    // a secret is a commitment, a hash of recipients, a hash of wraps; a field that could hold
    // a ciphertext would have to be added here first.
    fn parts(clause: &Clause) -> Vec<[u8; 32]> {
        match clause {
            Clause::OpenEpoch(EpochOpening { previous, epoch, recipients, wraps, cause: _ }) => {
                vec![*previous.bytes(), *epoch.bytes(), *recipients, *wraps]
            }
            Clause::GrantKeys(KeyGrant { to, epochs, wraps }) => {
                let mut parts = vec![*to.bytes(), *wraps];
                parts.extend(epochs.iter().map(|epoch| *epoch.bytes()));
                parts
            }
            Clause::Charter(_)
            | Clause::Propose(_)
            | Clause::Adopt(_)
            | Clause::Withdraw(_)
            | Clause::Leave
            | Clause::SetVoices { .. }
            | Clause::AddDevice(_)
            | Clause::RevokeDevice(..)
            | Clause::SuspendDevice(..)
            | Clause::ResumeDevice(_) => vec![],
            // Commitments to a version and to a PDF: no secret of an epoch.
            Clause::SignConvention(visa) => vec![visa.version],
            // Words of a closed list.
            Clause::AttestErasure(_) => vec![],
        }
    }
    let w = World::found(&["a", "b", "c"]);
    let opening = Clause::OpenEpoch(w.opening(0));
    assert_eq!(parts(&opening).len(), 4);
    // Encoded, such an act has room for its hashes and nothing more.
    let act = w.register.draft([0; 32], [0; 16], opening);
    assert!(crate::codec::to_bytes(&act).len() < 300);
    // A period's commitment depends on no earlier secret, only on what preceded it by name.
    let space = w.register.space();
    let secret = crate::epoch::EpochSecret::from_bytes(&[1; 32]);
    let (one, two) = (EpochId::new([1; 32]), EpochId::new([2; 32]));
    assert_ne!(secret.id(&space, &one), secret.id(&space, &two));
}
