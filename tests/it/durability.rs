//! A crash at every place, restored backups, copied machines, full disks: what was acknowledged
//! is never lost, and no number serves twice.

use client_core::replica::{Alarm, Command, Event, Reply};
use protocol::id::DocumentId;
use tests::check;
use tests::story::Story;
use tests::world::Doomed;

/// Plays a short day of work, over which a machine may crash.
fn day(story: &mut Story, document: DocumentId) {
    for round in 0..3 {
        story.write_word(0, document, round, false);
        story.write_word(1, document, round, true);
        story.call(0, Command::Sync { space: None });
        story.call(1, Command::Sync { space: None });
    }
    story.wait(2_000);
}

/// Crashes a machine after its n-th output, for every n that the day has.
fn crash_everywhere(seed: u64, doomed: Doomed) -> u64 {
    for place in 0.. {
        let mut story = Story::found(seed, 2, 1).unwrap();
        let document = story.documents[0];
        story.world.doomed = Some((doomed, place));
        day(&mut story, document);
        let struck = story.world.doomed.is_none();
        story.world.doomed = None;
        let told = |why: String| panic!("crash of {doomed:?} after output {place}: {why}");
        story.come_to_rest().and_then(|()| check::judge(&mut story)).unwrap_or_else(told);
        if !struck {
            return place;
        }
    }
    0
}

/// T22 and the journal law, from outside: whatever the last output of a life was, the state it
/// leaves is worth restarting from.
#[test]
fn a_replica_may_crash_after_any_output() {
    assert!(crash_everywhere(41, Doomed::Replica(0)) > 20, "the day has too few outputs");
}

#[test]
fn a_relay_may_crash_after_any_output() {
    assert!(crash_everywhere(42, Doomed::Relay(0)) > 20, "the day has too few outputs");
}

/// T32, with machines: a machine put back from its backup starts a new life before it sends, and
/// no pair of key and nonce comes twice.
#[test]
fn t32_a_restored_machine_starts_a_new_life() {
    let mut story = Story::found(43, 3, 1).unwrap();
    let document = story.documents[0];
    story.write_word(1, document, 0, false);
    story.sync_all().unwrap();
    story.world.back_up(1);
    for _ in 0..3 {
        story.write_word(1, document, 0, false);
        story.call(1, Command::Sync { space: None });
    }
    story.world.events.clear();
    story.restore(1);
    story.write_word(1, document, 1, false);
    story.come_to_rest().unwrap();
    check::judge(&mut story).unwrap();
    let restarted = |(by, event): &(usize, Event)| {
        *by == 1 && matches!(event, Event::Alarm(_, Alarm::Restarted))
    };
    assert!(story.world.events.iter().any(restarted), "nobody was told");
}

/// T31, with machines: of two copies of one machine the second starts a new life, its owner is
/// told, and both go on writing.
#[test]
fn t31_a_copied_machine_is_noticed_and_both_go_on() {
    let mut story = Story::found(44, 3, 1).unwrap();
    let document = story.documents[0];
    story.write_word(1, document, 0, false);
    story.sync_all().unwrap();
    let copy = story.duplicate(1).unwrap();
    for round in 0..3 {
        story.write_word(1, document, round, false);
        story.write_word(copy, document, round, true);
        story.call(1, Command::Sync { space: None });
        story.call(copy, Command::Sync { space: None });
    }
    story.come_to_rest().unwrap();
    check::judge(&mut story).unwrap();
    let restarted = |(by, event): &(usize, Event)| {
        (*by == 1 || *by == copy) && matches!(event, Event::Alarm(_, Alarm::Restarted))
    };
    assert!(story.world.events.iter().any(restarted), "nobody was told");
}

#[test]
fn a_full_disk_refuses_and_loses_nothing() {
    let mut story = Story::found(45, 3, 1).unwrap();
    let document = story.documents[0];
    story.write_word(1, document, 0, false);
    story.wait(500);
    story.world.replicas[1].disk.fill(true);
    let before = story.saved.len();
    for _ in 0..3 {
        story.write_word(1, document, 0, false);
        story.wait(500);
    }
    assert_eq!(story.saved.len(), before, "an edit was acknowledged on a full disk");
    story.world.relays[0].disk.fill(true);
    story.write_word(0, document, 2, false);
    story.call(0, Command::Sync { space: None });
    story.come_to_rest().unwrap();
    check::judge(&mut story).unwrap();
}

/// A month passes between two days of work: keys are renewed by age, nothing is lost.
#[test]
fn a_month_apart_nothing_is_lost() {
    let mut story = Story::found(46, 3, 1).unwrap();
    let document = story.documents[0];
    story.write_word(2, document, 0, false);
    story.wait(100);
    story.world.wall_jump_ms += 32 * 24 * 3_600_000;
    story.write_word(0, document, 1, false);
    match story.call(0, Command::Sync { space: None }) {
        Some(Ok(Reply::Synced(report))) => assert_eq!(report.pending, 0),
        answer => panic!("{answer:?}"),
    }
    story.come_to_rest().unwrap();
    check::judge(&mut story).unwrap();
}
