//! T21: a relay restored from an old copy signs nothing new before it holds what it signed.

use super::world::{Disk, Given, World, policy, ready, resync};
use super::*;
use crate::checkpoint::Checkpoint;
use crate::codec::{from_bytes, to_bytes};
use crate::fixture::Circle;
use crate::journal::JournalEntry;
use crate::register::Clause;

const FROM_START: ToRelay = ToRelay::Follow { register_from: 0, journal_from: 0 };

/// A relay with a copy of its disk, what came after the copy, and what a replica holds of all.
fn restored() -> (World, Circle, Given, Disk) {
    let (mut world, mut circle, link) = ready(3);
    let run = circle.envelopes(0, 22);
    world.push(link, &run[0]).unwrap();
    let copy = world.disk.clone();
    for envelope in &run[1..21] {
        world.push(link, envelope).unwrap();
    }
    let act = circle.voiced(1, Clause::AddDevice(crate::fixture::Machine::new(50).card()));
    world.submit(link, &act, None).unwrap();
    resync(&world, &mut circle);
    let mut given = Given::default();
    given.take(world.ask(link, &FROM_START));
    let whole = world.disk;
    let world = World::over(policy(&circle), &circle.relay, copy).unwrap();
    (world, circle, given, whole)
}

fn show(given: &Given) -> ToRelay {
    let (register, journal) = given.heads.clone().unwrap();
    ToRelay::Complete { register, journal }
}

/// Answers what the relay asks for, at most `steps` times.
fn serve(world: &mut World, link: LinkId, given: &Given, steps: usize) -> Vec<ToReplica> {
    let mut said = Vec::new();
    let mut heard: VecDeque<_> = world.heard(link).into();
    for _ in 0..steps {
        let Some(message) = heard.pop_front() else {
            break;
        };
        let ToReplica::Wanted { log, position } = message else {
            said.push(message);
            continue;
        };
        let items = if log == Log::Register { &given.acts } else { &given.envelopes };
        let item = items[usize::try_from(position).unwrap()].clone();
        world.say(link, &ToRelay::Give { log, position, item });
        heard.extend(world.heard(link));
    }
    said
}

fn refused(said: &[ToReplica]) -> Option<Refusal> {
    said.iter().find_map(|message| match message {
        ToReplica::Refused { refusal, .. } => Some(*refusal),
        _ => None,
    })
}

#[test]
fn t21_a_restored_relay_recovers_from_a_replica_before_it_signs() {
    let (mut world, circle, given, whole) = restored();
    let link = world.member(&circle, 0);
    let heard = world.ask(link, &ToRelay::Follow { register_from: 3, journal_from: 21 });
    assert_eq!(refused(&heard), Some(Refusal::RelayBehind));
    world.say(link, &show(&given));
    let other = world.member(&circle, 1);
    let next = circle.envelopes(1, 1).remove(0);
    assert_eq!(world.push(other, &next), Err((Refusal::UnderRepair, 0)));
    let heard = world.ask(other, &FROM_START);
    let unsigned = heard.iter().any(|message| match message {
        ToReplica::Heads { register, journal } => {
            register.note.is_empty() && journal.note.is_empty()
        }
        _ => false,
    });
    assert!(unsigned, "nothing is signed while behind: {heard:?}");
    let said = serve(&mut world, link, &given, 1_000);
    let Some(ToReplica::Welcome(welcome)) = said.last() else { panic!("{said:?}") };
    assert_eq!((welcome.register.size, welcome.journal.size), (3, 21));
    assert_eq!(Some((welcome.register.clone(), welcome.journal.clone())), given.heads);
    assert_eq!(world.disk, whole, "the disk is what it was before the copy");
    assert!(world.events.contains(&Event::Recovered(circle.space())));
    assert_eq!(world.push(other, &next), Ok(21));
    assert!(verify(&world.disk, &circle.space()).is_whole());
}

/// The knowledge of being behind survives a restart in the middle of the recovery.
#[test]
fn t21_a_restart_in_the_middle_still_signs_nothing() {
    let (mut world, circle, given, whole) = restored();
    let link = world.member(&circle, 0);
    world.say(link, &show(&given));
    serve(&mut world, link, &given, 7);
    let mut world = world.restart();
    let (link, welcome) = world.join(circle.space(), &circle.orgs[0].machine.sign);
    assert_eq!((welcome.register.size, welcome.register.note.as_str()), (2, ""));
    let next = circle.envelopes(1, 1).remove(0);
    assert_eq!(world.push(link, &next), Err((Refusal::UnderRepair, 0)));
    world.say(link, &show(&given));
    serve(&mut world, link, &given, 1_000);
    assert_eq!(world.disk, whole);
}

/// Entries that do not give the signed roots are dropped; another replica repairs.
#[test]
fn t21_a_lying_giver_is_put_aside_and_an_honest_one_repairs() {
    let (mut world, circle, given, whole) = restored();
    let mut altered = given.copy();
    let last = altered.envelopes.last_mut().unwrap();
    let mut entry: JournalEntry = from_bytes(last).unwrap();
    entry.time = Timestamp::from_ms(entry.time.ms() + 1);
    *last = to_bytes(&entry);
    let liar = world.member(&circle, 0);
    world.say(liar, &show(&given));
    let honest = world.member(&circle, 1);
    world.say(honest, &show(&given));
    assert_eq!(serve(&mut world, honest, &given, 5), [], "one giver at a time");
    let said = serve(&mut world, liar, &altered, 1_000);
    assert_eq!(refused(&said), Some(Refusal::Gap));
    assert_eq!(refused(&world.ask(liar, &show(&given))), Some(Refusal::Gap), "not twice");
    world.say(honest, &show(&given));
    serve(&mut world, honest, &given, 1_000);
    assert_eq!(world.disk, whole);
}

/// A claim without this relay's own signature stops nothing.
#[test]
fn t21_a_forged_checkpoint_freezes_nobody() {
    let (mut world, circle, link) = ready(2);
    let own = world.disk.clone();
    let forger = SigningSecret::from_seed(&[0x66; 32]);
    let space = circle.space();
    let claim = |log, key: &SigningSecret, space| crate::wire::Head {
        size: 99,
        note: Checkpoint { space, log, size: 99, root: [1; 32] }.sign(key),
    };
    let elsewhere = SpaceId::new([9; 32]);
    for (register, journal) in [
        (claim(Log::Register, &forger, space), claim(Log::Journal, &forger, space)),
        (claim(Log::Register, &circle.relay, elsewhere), crate::wire::Head::default()),
        (claim(Log::Journal, &circle.relay, space), crate::wire::Head::default()),
    ] {
        assert_eq!(world.ask(link, &ToRelay::Complete { register, journal }), []);
    }
    assert_eq!(world.disk, own);
    assert_eq!(world.push(link, &circle.envelopes(0, 1)[0]), Ok(0));
}
