//! A space that moves from one relay to another: whole, vouched for, and never served by both.

use super::world::{Disk, Given, World, policy, ready, resync};
use super::*;
use crate::fixture::{Circle, terms};
use crate::register::{Clause, Measure};
use crate::wire::{Head, NO_SPACE};

const FROM_START: ToRelay = ToRelay::Follow {
    register_from: 0,
    journal_from: 0,
};

fn new_relay() -> SigningSecret {
    SigningSecret::from_seed(&[0x77; 32])
}

fn new_policy(circle: &Circle) -> Policy {
    let operator = SigningSecret::from_seed(&[0x78; 32]);
    Policy {
        terms: terms(&new_relay(), &operator),
        ..policy(circle)
    }
}

/// The old relay with two envelopes, once the partners have voted for another one; and what a
/// replica was given by it.
fn voted() -> (World, Circle, Given) {
    let (mut world, mut circle, link) = ready(3);
    for envelope in &circle.envelopes(0, 2) {
        world.push(link, envelope).unwrap();
    }
    let measure = Measure::ChangeRelay(new_policy(&circle).terms);
    let propose = circle.voiced(0, Clause::Propose(measure.clone()));
    world.submit(link, &propose, None).unwrap();
    resync(&world, &mut circle);
    let mut adopt = circle.voiced(0, Clause::Adopt(measure.id()));
    adopt.approvals = circle.approvals(measure.id(), &[0, 1]);
    world.submit(link, &adopt, None).unwrap();
    resync(&world, &mut circle);
    let reader = world.member(&circle, 1);
    let mut given = Given::default();
    given.take(world.ask(reader, &FROM_START));
    (world, circle, given)
}

fn offer(world: &mut World, circle: &Circle, held: u64) -> LinkId {
    let (link, _) = world.join(NO_SPACE, &circle.orgs[1].machine.sign);
    let charter = Box::new(circle.charter.clone());
    let heard = world.ask(
        link,
        &ToRelay::Found {
            charter,
            ticket: None,
            held,
        },
    );
    let [ToReplica::Welcome(welcome)] = &heard[..] else {
        panic!("{heard:?}")
    };
    assert_eq!(welcome.standing, Standing::Importing);
    link
}

fn hand_over(world: &mut World, link: LinkId, given: &Given) {
    let logs = [
        (Log::Register, &given.acts),
        (Log::Journal, &given.envelopes),
    ];
    for (log, items) in logs {
        for (position, item) in (0..).zip(items) {
            let item = item.clone();
            assert_eq!(
                world.ask(
                    link,
                    &ToRelay::Give {
                        log,
                        position,
                        item
                    }
                ),
                []
            );
        }
    }
}

fn complete(given: &Given) -> ToRelay {
    let (register, journal) = given.heads.clone().unwrap();
    ToRelay::Complete { register, journal }
}

/// T25: a relay that the partners have left appends nothing more; it may still be read.
#[test]
fn t25_the_old_relay_appends_nothing_after_the_change() {
    let (mut world, mut circle, given) = voted();
    assert_eq!((given.acts.len(), given.envelopes.len()), (4, 2));
    let link = world.member(&circle, 0);
    let envelope = &circle.envelopes(0, 3)[2];
    assert_eq!(world.push(link, envelope), Err((Refusal::WrongRelay, 2)));
    let leave = circle.voiced(2, Clause::Leave);
    assert_eq!(world.submit(link, &leave, None), Err(Refusal::WrongRelay));
    let mut again = Given::default();
    again.take(world.ask(link, &FROM_START));
    assert_eq!(
        again.heads, given.heads,
        "its last checkpoints are still given"
    );
    assert_ne!(again.heads.unwrap().0.note, "");
}

#[test]
fn a_space_is_received_whole_and_served_on() {
    let (_, mut circle, given) = voted();
    let mut world = World::new(new_policy(&circle), &new_relay());
    let link = offer(&mut world, &circle, 4);
    hand_over(&mut world, link, &given);
    let mut world = world.restart();
    let (link, welcome) = world.join(circle.space(), &circle.orgs[1].machine.sign);
    assert_eq!(welcome.standing, Standing::Importing);
    assert_eq!(
        (welcome.register.size, welcome.journal.size),
        (4, 2),
        "a restart loses nothing"
    );
    let heard = world.ask(link, &complete(&given));
    let [ToReplica::Welcome(welcome)] = &heard[..] else {
        panic!("{heard:?}")
    };
    assert_eq!(welcome.standing, Standing::Member);
    let heads = (welcome.register.clone(), welcome.journal.clone());
    assert_eq!(
        Some(heads),
        given.heads,
        "the old relay's checkpoints, until something is new"
    );
    let mut world = world.restart();
    let link = world.member(&circle, 0);
    assert_eq!(world.push(link, &circle.envelopes(0, 3)[2]), Ok(2));
    let leave = circle.voiced(2, Clause::Leave);
    assert_eq!(world.submit(link, &leave, None), Ok(4));
    resync(&world, &mut circle);
    let mut again = Given::default();
    again.take(world.ask(link, &FROM_START));
    assert_eq!(again.acts[..4], given.acts);
    let (register, journal) = again.heads.unwrap();
    let own = world.relay.id();
    for head in [register, journal] {
        let signed = crate::checkpoint::Checkpoint::verify(&head.note, &own).unwrap();
        assert_eq!(signed.size, head.size);
    }
    assert!(verify(&world.disk, &circle.space()).is_whole());
}

/// Nothing is served that the relay before has not signed.
#[test]
fn an_import_that_is_not_what_was_signed_is_not_served() {
    let (_, circle, given) = voted();
    let mut world = World::new(new_policy(&circle), &new_relay());
    let link = offer(&mut world, &circle, 4);
    let head = |head: &Head, note: &str| Head {
        note: note.to_owned(),
        ..head.clone()
    };
    let (register, journal) = given.heads.clone().unwrap();
    let early = world.ask(link, &complete(&given));
    assert!(matches!(
        early[..],
        [ToReplica::Refused {
            refusal: Refusal::Gap,
            ..
        }]
    ));
    let short = Given {
        acts: given.acts[..3].to_vec(),
        ..Given::default()
    };
    hand_over(&mut world, link, &short);
    let heard = world.ask(link, &complete(&given));
    assert!(matches!(
        heard[..],
        [ToReplica::Refused {
            refusal: Refusal::WrongRelay,
            ..
        }]
    ));
    let rest = ToRelay::Give {
        log: Log::Register,
        position: 3,
        item: given.acts[3].clone(),
    };
    assert_eq!(world.ask(link, &rest), []);
    let heard = world.ask(link, &complete(&given));
    assert!(
        matches!(
            heard[..],
            [ToReplica::Refused {
                refusal: Refusal::Gap,
                ..
            }]
        ),
        "no journal"
    );
    let journal_only = Given {
        envelopes: given.envelopes.clone(),
        ..Given::default()
    };
    hand_over(&mut world, link, &journal_only);
    for (register, journal, refusal) in [
        (head(&register, ""), journal.clone(), Refusal::Malformed),
        (register.clone(), head(&journal, ""), Refusal::Malformed),
        (
            head(&register, &journal.note),
            journal.clone(),
            Refusal::Gap,
        ),
    ] {
        let heard = world.ask(link, &ToRelay::Complete { register, journal });
        let [ToReplica::Refused { refusal: said, .. }] = heard[..] else {
            panic!("{heard:?}")
        };
        assert_eq!(said, refusal);
    }
    let member = world.join(circle.space(), &circle.orgs[0].machine.sign);
    assert_eq!(member.1.standing, Standing::Importing);
    let push = ToRelay::Push(circle.envelopes(0, 3)[2].bytes().to_vec());
    let heard = world.ask(member.0, &push);
    assert!(matches!(
        heard[..],
        [ToReplica::Refused {
            refusal: Refusal::UnderRepair,
            ..
        }]
    ));
    let heard = world.ask(link, &complete(&given));
    assert!(matches!(heard[..], [ToReplica::Welcome(_)]), "{heard:?}");
}

/// Only whoever brought a space goes on giving it.
#[test]
fn a_stranger_does_not_meddle_with_an_import() {
    let (_, circle, given) = voted();
    let mut world = World::new(new_policy(&circle), &new_relay());
    offer(&mut world, &circle, 4);
    let stranger = crate::fixture::Machine::new(90);
    let (link, _) = world.join(circle.space(), &stranger.sign);
    let item = given.acts[0].clone();
    let heard = world.ask(
        link,
        &ToRelay::Give {
            log: Log::Register,
            position: 0,
            item,
        },
    );
    assert!(matches!(
        heard[..],
        [ToReplica::Refused {
            refusal: Refusal::UnderRepair,
            ..
        }]
    ));
    let heard = world.ask(link, &complete(&given));
    assert!(matches!(
        heard[..],
        [ToReplica::Refused {
            refusal: Refusal::NotYet,
            ..
        }]
    ));
}

#[test]
fn a_giver_is_told_where_to_go_on() {
    let (_, circle, given) = voted();
    let mut world = World::new(new_policy(&circle), &new_relay());
    let link = offer(&mut world, &circle, 4);
    let item = given.acts[2].clone();
    let heard = world.ask(
        link,
        &ToRelay::Give {
            log: Log::Register,
            position: 2,
            item,
        },
    );
    assert_eq!(
        heard,
        [ToReplica::Wanted {
            log: Log::Register,
            position: 0
        }]
    );
    let item = given.acts[1].clone();
    let heard = world.ask(
        link,
        &ToRelay::Give {
            log: Log::Register,
            position: 0,
            item,
        },
    );
    assert!(matches!(
        heard[..],
        [ToReplica::Refused {
            of: Subject::Give,
            ..
        }]
    ));
}

/// A relay that lost its disk is given its own space back, under its own old signatures.
#[test]
fn a_relay_that_lost_everything_is_given_it_back() {
    let (mut world, circle, link) = ready(2);
    world.push(link, &circle.envelopes(0, 1)[0]).unwrap();
    let mut given = Given::default();
    given.take(world.ask(link, &FROM_START));
    let before: Disk = world.disk.clone();
    let mut world = World::new(policy(&circle), &circle.relay);
    let link = offer(&mut world, &circle, 2);
    hand_over(&mut world, link, &given);
    let heard = world.ask(link, &complete(&given));
    assert!(matches!(heard[..], [ToReplica::Welcome(_)]), "{heard:?}");
    for log in Log::ALL {
        let head = records::head(&circle.space(), log);
        assert_eq!(world.disk[&head], before[&head]);
    }
    let author = world.member(&circle, 0);
    assert_eq!(world.push(author, &circle.envelopes(0, 2)[1]), Ok(1));
}
