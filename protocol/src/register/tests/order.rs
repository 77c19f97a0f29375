//! Order: what the relay may do with places and times, and what it may no longer do.

use std::time::Duration;

use super::world::*;
use crate::codec::{DecodeError, from_bytes, to_bytes};
use crate::env::Timestamp;
use crate::id::RelayId;
use crate::limits;
use crate::refusal::Refusal;
use crate::register::{Clause, Entry, LoadError, Measure, Register, Role};

#[test]
fn t24_an_entry_before_its_predecessor_in_time_is_refused() {
    let mut w = World::found(&["a", "b", "c"]);
    w.wait(limits::DAY);
    w.admits(&["a", "b"], "m", Role::Member);
    let act = w.act(&voice("c", 0), Clause::Leave);
    let back = Timestamp::from_ms(w.time.ms() - 1);
    let entry = Entry { seq: w.register.size(), time: back, act: act.clone() };
    let (size, root) = (w.register.size(), w.register.root());
    assert_eq!(w.register.push(&entry), Err(LoadError::TimeBackwards));
    assert_eq!(Refusal::from(LoadError::TimeBackwards), Refusal::TimeBackwards);
    assert_eq!((w.register.size(), w.register.root()), (size, root));
    assert!(w.has("c"));
    // Two entries within one millisecond are in order.
    w.push(act).unwrap();
}

#[test]
fn t24_expiry_is_by_register_time_and_not_by_a_clock_that_went_back() {
    let mut w = World::found(&["a", "b", "c"]);
    let id = w.propose("a", &admit("x", Role::Member, "a")).unwrap();
    let given = ["a", "b"].map(|name| w.approval(name, id));
    w.wait(limits::PROPOSAL_LIFE);
    w.admits(&["b", "c"], "m", Role::Member);
    let mut act = w.act(&voice("a", 0), Clause::Adopt(id));
    act.approvals = given.to_vec();
    // A relay whose clock was set back judges by the register's time all the same.
    let early = w.register.judge(&act, DAWN).err();
    assert_eq!(early, Some(Refusal::ProposalClosed));
}

#[test]
fn t25_what_the_old_relay_orders_after_a_move_is_void() {
    let mut w = World::found_under(&["a", "b", "c"], MAJORITY);
    w.admits(&["a", "b"], "m", Role::Member);
    w.decide(&["a", "b"], &Measure::ChangeRelay(terms(1))).unwrap();
    let moved_at = w.register.size();
    w.admits(&["a", "b"], "n", Role::Member);
    w.decide(&["a", "b"], &Measure::ChangeRelay(terms(2))).unwrap();
    let moved_again_at = w.register.size();
    let id = |number: u32| RelayId::new(relay(number).public());
    // The old relay may sign its own replacement, at that size, and nothing beyond.
    for size in 0..=moved_at {
        assert_eq!(w.register.relay_at(size), id(0), "size {size}");
    }
    for size in moved_at + 1..=moved_again_at {
        assert_eq!(w.register.relay_at(size), id(1), "size {size}");
    }
    for size in moved_again_at + 1..moved_again_at + 5 {
        assert_eq!(w.register.relay_at(size), id(2), "size {size}");
    }
    let again = w.refold();
    for size in 0..moved_again_at + 5 {
        assert_eq!(again.relay_at(size), w.register.relay_at(size));
    }
}

#[test]
fn an_entry_stands_at_its_own_place() {
    let mut w = World::found(&["a", "b", "c"]);
    let act = w.act(&voice("c", 0), Clause::Leave);
    for seq in [0, 2, u64::MAX] {
        let entry = Entry { seq, time: w.time, act: act.clone() };
        assert_eq!(w.register.push(&entry), Err(LoadError::OutOfOrder));
    }
    assert_eq!(Refusal::from(LoadError::OutOfOrder), Refusal::Gap);
    let names = ["a", "b", "c"];
    let mut first = founding(&names, charter(&names, MAJORITY));
    first.seq = 1;
    assert_eq!(Register::found(&first).err(), Some(LoadError::OutOfOrder));
}

#[test]
fn an_entry_is_read_in_one_spelling_only() {
    let w = World::found(&["a", "b", "c"]);
    let mut bytes = w.log[0].clone();
    bytes.push(0);
    let stopped = refold(&[bytes]).err();
    assert_eq!(stopped, Some(LoadError::Malformed(DecodeError::Trailing)));
    assert_eq!(Refusal::from(stopped.unwrap()), Refusal::Malformed);
}

#[test]
fn the_fold_is_the_same_however_the_log_is_cut() {
    let mut w = World::found_under(&["a", "b", "c", "d"], MAJORITY);
    w.turn("a", 0).unwrap();
    w.admits(&["a", "b", "c"], "m", Role::Member);
    assert!(w.tries(&relay(0), Clause::Leave).is_err());
    w.decide(&["a", "b", "c"], &remove("d")).unwrap();
    w.turn("b", 1).unwrap();
    for cut in 1..=w.log.len() {
        let mut half = refold(&w.log[..cut]).unwrap();
        for bytes in &w.log[cut..] {
            let _ = half.push(&from_bytes(bytes).unwrap()).unwrap();
        }
        assert_eq!(half.roster(), w.register.roster());
        assert_eq!(half.root(), w.register.root());
        assert_eq!(half.set_aside(), w.register.set_aside());
        assert_eq!(half.time(), w.register.time());
    }
}

/// What the relay adds to an act of another, or leaves out, shows in the root.
#[test]
fn two_stories_of_one_act_have_two_roots() {
    let mut w = World::found(&["a", "b", "c"]);
    let id = w.propose("a", &admit("x", Role::Member, "a")).unwrap();
    let act = w.act(&voice("a", 0), Clause::Adopt(id));
    let mut complete = act.clone();
    complete.approvals = ["a", "b"].map(|name| w.approval(name, id)).to_vec();
    let (mut one, mut two) = (w.refold(), w.refold());
    let seq = w.register.size();
    let told = one.push(&Entry { seq, time: w.time, act }).unwrap();
    assert_eq!(told, Some(Refusal::NotEnoughApprovals));
    let told = two.push(&Entry { seq, time: w.time, act: complete.clone() }).unwrap();
    assert_eq!(told, None);
    assert_ne!(one.root(), two.root());
    let mut later = w.refold();
    let time = w.time.after(Duration::from_millis(1));
    later.push(&Entry { seq, time, act: complete.clone() }).unwrap();
    assert_ne!(later.root(), two.root(), "the time is under the root too");
    let entry = Entry { seq, time, act: complete };
    assert_eq!(from_bytes::<Entry>(&to_bytes(&entry)).unwrap(), entry);
}
