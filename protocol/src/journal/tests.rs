//! The acceptance rule: what follows, what does not, and that replicas agree with the relay.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::codec::{from_bytes, to_bytes};
use crate::fixture::{Circle, at, incarnation, sealed};
use crate::id::{DocumentId, SpaceId};
use crate::register::{Cause, Clause};

fn circle() -> Circle {
    Circle::new(3).with_epoch()
}

fn judge(circle: &Circle, journal: &Journal, envelope: &Envelope) -> Result<(), Refusal> {
    journal.judge(circle.register.roster(), envelope, at(10))
}

/// Judges and appends, as the relay does.
fn take(circle: &Circle, journal: &mut Journal, envelope: &Envelope) -> JournalEntry {
    judge(circle, journal, envelope).unwrap();
    journal.append(envelope, at(10), circle.register.size())
}

#[test]
fn envelopes_follow_each_other_within_an_incarnation() {
    let circle = circle();
    let mut journal = Journal::new();
    let run = circle.envelopes(0, 3);
    assert_eq!(judge(&circle, &journal, &run[1]), Err(Refusal::Gap));
    for (position, envelope) in run.iter().enumerate() {
        let entry = take(&circle, &mut journal, envelope);
        assert_eq!(entry.position, position as u64);
        assert_eq!(judge(&circle, &journal, envelope), Err(Refusal::Duplicate));
    }
    assert_eq!(judge(&circle, &journal, &run[0]), Err(Refusal::Duplicate));
    let mark = journal.mark(&circle.orgs[0].machine.id(), &incarnation(0)).unwrap();
    assert_eq!((mark.counter, mark.last, mark.position), (3, run[2].id(), 2));
    let other = circle.envelopes(1, 1);
    take(&circle, &mut journal, &other[0]);
    assert_eq!(journal.size(), 4);
}

/// T31, T32: the same number twice, or a number after another envelope than the kept one, is a
/// copied or restored device.
#[test]
fn t31_a_second_envelope_with_a_number_is_a_fork() {
    let circle = circle();
    let mut journal = Journal::new();
    let run = circle.envelopes(0, 2);
    take(&circle, &mut journal, &run[0]);
    let twin = circle.envelope(0, 1, NO_ENVELOPE, b"other text");
    assert_eq!(judge(&circle, &journal, &twin), Err(Refusal::ForkedDevice));
    let after_twin = circle.envelope(0, 2, twin.id(), b"goes on");
    assert_eq!(judge(&circle, &journal, &after_twin), Err(Refusal::ForkedDevice));
    assert_eq!(judge(&circle, &journal, &run[1]), Ok(()));
}

#[test]
fn a_first_envelope_is_number_one_after_nothing() {
    let circle = circle();
    let journal = Journal::new();
    let zero = circle.envelope(0, 0, NO_ENVELOPE, b"x");
    assert_eq!(judge(&circle, &journal, &zero), Err(Refusal::Malformed));
    let odd = circle.envelope(0, 1, EnvelopeId::new([1; 32]), b"x");
    assert_eq!(judge(&circle, &journal, &odd), Err(Refusal::Malformed));
}

/// T42: what was sealed under a closed epoch is refused, to be sealed again.
#[test]
fn t42_a_stale_epoch_is_refused() {
    let mut circle = circle();
    let old = circle.envelopes(0, 1);
    let (act, _) = circle.opening(1, at(5));
    circle.take(&act, at(5));
    assert_eq!(judge(&circle, &Journal::new(), &old[0]), Err(Refusal::StaleEpoch));
    let new = circle.envelopes(0, 1);
    assert_eq!(judge(&circle, &Journal::new(), &new[0]), Ok(()));
}

/// T28: a revoked device is refused on arrival, whatever it claims to have seen.
#[test]
fn t28_a_revoked_device_is_refused_and_the_others_must_turn_the_key_first() {
    let mut circle = circle();
    let (stolen, honest) = (circle.envelopes(0, 1), circle.envelopes(1, 1));
    let device = circle.orgs[0].machine.id();
    let act = circle.voiced(0, Clause::RevokeDevice(device, Cause::Stolen));
    circle.take(&act, at(5));
    let journal = Journal::new();
    assert_eq!(judge(&circle, &journal, &stolen[0]), Err(Refusal::DeviceRevoked));
    assert_eq!(judge(&circle, &journal, &honest[0]), Err(Refusal::EpochMustTurn));
}

#[test]
fn a_foreign_or_altered_envelope_is_refused() {
    let circle = circle();
    let journal = Journal::new();
    let good = circle.envelopes(0, 1).remove(0);
    let mut bytes = good.bytes().to_vec();
    *bytes.last_mut().unwrap() ^= 1;
    let altered = Envelope::parse(&bytes).unwrap();
    assert_eq!(judge(&circle, &journal, &altered), Err(Refusal::BadSignature));
    let place = crate::envelope::Place {
        space: SpaceId::new([9; 32]),
        document: DocumentId::new([1; 16]),
        epoch: circle.epoch(),
        incarnation: incarnation(0),
        counter: 1,
        previous: NO_ENVELOPE,
    };
    let secret = circle.secret.as_ref().unwrap();
    let elsewhere = sealed(&place, secret, &circle.orgs[0].machine.sign, b"x");
    assert_eq!(judge(&circle, &journal, &elsewhere), Err(Refusal::WrongSpace));
    let stranger = crate::fixture::Machine::new(99);
    let place = crate::envelope::Place { space: circle.space(), ..place };
    let foreign = sealed(&place, secret, &stranger.sign, b"x");
    assert_eq!(judge(&circle, &journal, &foreign), Err(Refusal::NotADevice));
}

#[test]
fn quotas_hold_within_a_window_and_end_with_it() {
    let circle = circle();
    let device = circle.orgs[0].machine.id();
    let window = window(at(10));
    for full in [
        Usage { window, envelopes: limits::ENVELOPES_PER_WINDOW_MAX, bytes: 0 },
        Usage { window, envelopes: 1, bytes: limits::BYTES_PER_WINDOW_MAX },
    ] {
        let journal = Journal::restore(JournalHead::default(), [], [(device, full)]);
        let envelope = circle.envelopes(0, 1).remove(0);
        assert_eq!(judge(&circle, &journal, &envelope), Err(Refusal::Quota));
        let later = at(10).after(limits::QUOTA_WINDOW);
        assert_eq!(journal.judge(circle.register.roster(), &envelope, later), Ok(()));
        let other = circle.envelopes(1, 1).remove(0);
        assert_eq!(judge(&circle, &journal, &other), Ok(()), "others are unaffected");
    }
}

#[test]
fn lives_of_a_device_are_bounded() {
    let circle = circle();
    let device = circle.orgs[0].machine.id();
    let mark = Mark { counter: 1, last: NO_ENVELOPE, position: 0 };
    let life = |n: u64| {
        let mut bytes = [0xf0; 16];
        bytes[8..].copy_from_slice(&n.to_be_bytes());
        Incarnation::new(bytes)
    };
    let max = limits::INCARNATIONS_PER_DEVICE_MAX as u64;
    let marks = (0..max).map(|n| ((device, life(n)), mark));
    let journal = Journal::restore(JournalHead::default(), marks, []);
    let first = circle.envelopes(0, 1).remove(0);
    assert_eq!(judge(&circle, &journal, &first), Err(Refusal::TooMany));
    let other = circle.envelopes(1, 1).remove(0);
    assert_eq!(judge(&circle, &journal, &other), Ok(()));
}

#[test]
fn a_replica_that_replays_comes_to_the_same_root() {
    let circle = circle();
    let (mut relay, mut replica) = (Journal::new(), Journal::new());
    let mut received = Journal::new();
    for envelope in circle.envelopes(0, 3).iter().chain(&circle.envelopes(1, 2)) {
        let entry = take(&circle, &mut relay, envelope);
        let stored: JournalEntry = from_bytes(&to_bytes(&entry)).unwrap();
        replica.replay(circle.register.roster(), &stored).unwrap();
        received.import(&circle.space(), &stored).unwrap();
    }
    assert_eq!(replica, relay);
    assert_eq!(received, relay);
    assert_eq!(replica.root(), relay.root());
}

/// T24: places and times only go forward; a refused entry changes nothing.
#[test]
fn t24_an_entry_out_of_place_or_out_of_time_is_refused() {
    let circle = circle();
    let mut relay = Journal::new();
    let entries: Vec<_> =
        circle.envelopes(0, 2).iter().map(|e| take(&circle, &mut relay, e)).collect();
    let roster = circle.register.roster();
    let mut replica = Journal::new();
    assert_eq!(replica.replay(roster, &entries[1]).err(), Some(Refusal::Gap));
    replica.replay(roster, &entries[0]).unwrap();
    let before = replica.clone();
    let early = JournalEntry { time: at(9), ..entries[1].clone() };
    assert_eq!(replica.replay(roster, &early).err(), Some(Refusal::TimeBackwards));
    let early = JournalEntry { register_size: 0, ..entries[1].clone() };
    assert_eq!(replica.replay(roster, &early).err(), Some(Refusal::TimeBackwards));
    assert_eq!(replica, before);
}

#[test]
fn a_journal_is_whole_again_from_what_is_stored_of_it() {
    let circle = circle();
    let mut journal = Journal::new();
    let run = circle.envelopes(0, 3);
    for envelope in &run[..2] {
        take(&circle, &mut journal, envelope);
    }
    let device = circle.orgs[0].machine.id();
    let head = from_bytes(&to_bytes(journal.head())).unwrap();
    let mark: Mark =
        from_bytes(&to_bytes(&journal.mark(&device, &incarnation(0)).unwrap())).unwrap();
    let usage: Usage = from_bytes(&to_bytes(&journal.usage(&device).unwrap())).unwrap();
    assert_eq!(usage.envelopes, 2);
    let mut restored =
        Journal::restore(head, [((device, incarnation(0)), mark)], [(device, usage)]);
    assert_eq!(restored, journal);
    assert_eq!(take(&circle, &mut restored, &run[2]), take(&circle, &mut journal, &run[2]));
}
