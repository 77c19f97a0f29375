//! Spaces that were closed: what a relay gives up of them, what it keeps, what it still takes.

use super::world::{Disk, Given, World, policy, ready, resync};
use super::*;
use crate::fixture::Circle;
use crate::register::{Clause, Closing, Erasure, Measure};

const FROM_START: ToRelay = ToRelay::Follow { register_from: 0, journal_from: 0 };

/// Has a circle close its space through a link.
fn close(world: &mut World, circle: &mut Circle, link: LinkId, closing: Closing) {
    let measure = Measure::Close(closing);
    let act = circle.voiced(0, Clause::Propose(measure.clone()));
    world.submit(link, &act, None).unwrap();
    resync(world, circle);
    let approvals = circle.approvals(measure.id(), &[0, 1]);
    let mut act = circle.voiced(0, Clause::Adopt(measure.id()));
    act.approvals = approvals;
    world.submit(link, &act, None).unwrap();
    resync(world, circle);
}

fn attest(world: &mut World, circle: &mut Circle, org: usize) -> Result<u64, Refusal> {
    let link = world.member(circle, org);
    let device = SigningSecret::from_seed(&circle.orgs[org].machine.sign.seed());
    let act = circle.act(&device, Clause::AttestErasure(Erasure::whole()));
    world.submit(link, &act, None)
}

fn contents(disk: &Disk, circle: &Circle) -> usize {
    let id = circle.space();
    let of = |kind| {
        let (from, to) = records::kind(&id, kind);
        disk.range(from..to).count()
    };
    [b'j', b'w', b'u', b'i', b'q', b'a'].into_iter().map(of).sum()
}

#[test]
fn an_erased_space_keeps_its_register_and_nothing_that_was_written_in_it() {
    let (mut world, mut circle, link) = ready(3);
    let run = circle.envelopes(0, 4);
    for envelope in &run[..3] {
        world.push(link, envelope).unwrap();
    }
    let wraps = circle.register.roster().epoch().unwrap().holders.values().next().copied();
    let sealed = run[0].bytes()[204..].to_vec();
    let held = |disk: &Disk| {
        disk.values().any(|value| value.windows(sealed.len()).any(|bytes| bytes == sealed))
    };
    assert!(held(&world.disk) && contents(&world.disk, &circle) > 4);
    close(&mut world, &mut circle, link, Closing::Erase);
    assert_eq!(world.relay.next_timeout(), Some(Instant::default()), "begun at once");
    world.input(Input::Timeout);
    assert_eq!((contents(&world.disk, &circle), held(&world.disk)), (0, false));
    assert_eq!(world.purges, 1);
    assert!(world.events.contains(&Event::Erased(circle.space())));
    assert!(verify(&world.disk, &circle.space()).is_whole());
    assert_eq!(verify(&world.disk, &circle.space()).journal, 3);
    // After a restart as before it.
    for _ in 0..2 {
        let late = world.member(&circle, 1);
        let mut given = Given::default();
        given.take(world.ask(late, &FROM_START));
        assert_eq!((given.acts.len(), given.envelopes.len()), (4, 0));
        assert_eq!(given.heads.unwrap().1.size, 3);
        assert_eq!(world.push(late, &run[3]), Err((Refusal::SpaceErased, 3)));
        let answer = world.ask(late, &ToRelay::GetWraps(wraps.unwrap()));
        assert_eq!(answer, [ToReplica::Wraps { hash: wraps.unwrap(), wraps: None }]);
        world = world.restart();
        world.input(Input::Timeout);
        assert_eq!(world.purges, 0, "done once and for all");
    }
    assert_eq!(attest(&mut world, &mut circle, 1), Ok(4));
    resync(&world, &mut circle);
    assert_eq!(attest(&mut world, &mut circle, 1), Err(Refusal::AlreadySo));
    assert!(verify(&world.disk, &circle.space()).is_whole());
}

#[test]
fn an_archived_space_takes_nothing_and_keeps_everything() {
    let (mut world, mut circle, link) = ready(3);
    let run = circle.envelopes(0, 4);
    for envelope in &run[..3] {
        world.push(link, envelope).unwrap();
    }
    close(&mut world, &mut circle, link, Closing::Archive);
    world.input(Input::Timeout);
    let mut given = Given::default();
    given.take(world.ask(link, &FROM_START));
    assert_eq!((given.acts.len(), given.envelopes.len(), world.purges), (4, 3, 0));
    assert_eq!(world.push(link, &run[3]), Err((Refusal::SpaceClosed, 3)));
    let heard = world.ask(link, &ToRelay::PutInvitation([1; 32]));
    assert!(matches!(heard[..], [ToReplica::Refused { refusal: Refusal::SpaceClosed, .. }]));
    assert_eq!(attest(&mut world, &mut circle, 1), Err(Refusal::NotErased));
}

/// The power is cut behind every output of the erasure: the next start ends it.
#[test]
fn an_erasure_that_is_cut_short_is_ended_at_the_next_start() {
    for fuel in 0.. {
        let (mut world, mut circle, link) = ready(2);
        for envelope in &circle.envelopes(0, 3) {
            world.push(link, envelope).unwrap();
        }
        close(&mut world, &mut circle, link, Closing::Erase);
        world.fuel = fuel;
        world.input(Input::Timeout);
        let finished = world.fuel > 0;
        let mut world = world.restart();
        world.input(Input::Timeout);
        assert_eq!(contents(&world.disk, &circle), 0, "fuel {fuel}");
        assert!(world.disk.contains_key(&records::erased(&circle.space())), "fuel {fuel}");
        assert!(verify(&world.disk, &circle.space()).is_whole());
        if finished {
            assert!(fuel > 2, "the erasure has that many steps");
            return;
        }
    }
}

/// What was deleted may still be on the disk: only a shell that has seen to it ends an erasure.
#[test]
fn an_erasure_is_not_over_before_the_bytes_have_left() {
    let (mut world, mut circle, link) = ready(2);
    world.push(link, &circle.envelopes(0, 1)[0]).unwrap();
    close(&mut world, &mut circle, link, Closing::Erase);
    world.hold_purges = true;
    world.input(Input::Timeout);
    assert_eq!(world.purges, 1);
    assert!(!world.disk.contains_key(&records::erased(&circle.space())));
    let mut world = world.restart();
    world.input(Input::Timeout);
    assert_eq!(world.purges, 1, "asked again at the next start");
    assert!(world.disk.contains_key(&records::erased(&circle.space())));
}

/// A relay that lost its disk after an erasure takes the space back without its contents; one
/// restored from an older copy learns of the erasure and carries it out again.
#[test]
fn an_erased_space_comes_back_without_its_contents() {
    let (mut world, mut circle, link) = ready(2);
    for envelope in &circle.envelopes(0, 3) {
        world.push(link, envelope).unwrap();
    }
    let copy = world.disk.clone();
    close(&mut world, &mut circle, link, Closing::Erase);
    world.input(Input::Timeout);
    let mut given = Given::default();
    given.take(world.ask(link, &FROM_START));
    for disk in [Disk::new(), copy] {
        let was_empty = disk.is_empty();
        let mut world = World::over(policy(&circle), &circle.relay, disk).unwrap();
        let link = world.join(circle.space(), &circle.orgs[0].machine.sign).0;
        let (register, journal) = given.heads.clone().unwrap();
        if was_empty {
            let charter = Box::new(circle.charter.clone());
            world.say(link, &ToRelay::Found { charter, ticket: None, held: 4 });
        } else {
            let shown = (register.clone(), journal.clone());
            world.say(link, &ToRelay::Complete { register: shown.0, journal: shown.1 });
        }
        let mut steps = 0;
        let mut heard: VecDeque<_> = world.heard(link).into();
        while let Some(message) = heard.pop_front() {
            steps += 1;
            assert!(steps < 100, "it comes to an end");
            let ToReplica::Wanted { log, position } = message else { continue };
            let at = usize::try_from(position).unwrap();
            match given.acts.get(at).filter(|_| log == Log::Register) {
                Some(item) => {
                    world.say(link, &ToRelay::Give { log, position, item: item.clone() });
                }
                None => {
                    let (register, journal) = (register.clone(), journal.clone());
                    world.say(link, &ToRelay::Complete { register, journal });
                }
            }
            heard.extend(world.heard(link));
        }
        world.input(Input::Timeout);
        assert_eq!(contents(&world.disk, &circle), 0, "empty {was_empty}");
        assert!(world.disk.contains_key(&records::erased(&circle.space())));
        assert_eq!(attest(&mut world, &mut circle, 1), Ok(4), "empty {was_empty}");
    }
}
