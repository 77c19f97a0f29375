//! A space that moves from one relay to another: whole, vouched for, and never served by both.

use super::world::{Disk, Given, World, policy, ready, resync};
use super::*;
use crate::checkpoint::Checkpoint;
use crate::codec::{from_bytes, to_bytes};
use crate::fixture::{Circle, terms};
use crate::register::{Clause, Entry, Measure};
use crate::wire::{Head, NO_SPACE};

const FROM_START: ToRelay = ToRelay::Follow { register_from: 0, journal_from: 0 };

fn new_relay() -> SigningSecret {
    SigningSecret::from_seed(&[0x77; 32])
}

fn new_policy(circle: &Circle) -> Policy {
    let operator = SigningSecret::from_seed(&[0x78; 32]);
    Policy { terms: terms(&new_relay(), &operator), ..policy(circle) }
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

/// Offers the space; what the relay then asks for is left to be heard.
fn offer(world: &mut World, circle: &Circle, held: u64) -> LinkId {
    let (link, _) = world.join(NO_SPACE, &circle.orgs[1].machine.sign);
    let charter = Box::new(circle.charter.clone());
    world.say(link, &ToRelay::Found { charter, ticket: None, held });
    assert!(world.events.contains(&Event::Importing(circle.space())));
    link
}

/// Answers what the relay asks for, at most `steps` times; returns what else it said.
fn serve(world: &mut World, link: LinkId, given: &Given, steps: usize) -> Vec<ToReplica> {
    let mut said = Vec::new();
    let mut asked: VecDeque<ToReplica> = world.heard(link).into();
    for _ in 0..steps {
        let Some(message) = asked.pop_front() else {
            break;
        };
        let ToReplica::Wanted { log, position } = message else {
            said.push(message);
            continue;
        };
        let items = match log {
            Log::Register => &given.acts,
            Log::Journal => &given.envelopes,
        };
        let answer = match items.get(usize::try_from(position).unwrap()) {
            Some(item) => ToRelay::Give { log, position, item: item.clone() },
            None => complete(given),
        };
        world.say(link, &answer);
        asked.extend(world.heard(link));
    }
    said
}

fn complete(given: &Given) -> ToRelay {
    let (register, journal) = given.heads.clone().unwrap();
    ToRelay::Complete { register, journal }
}

fn standing(said: &[ToReplica]) -> Option<Standing> {
    said.iter().rev().find_map(|message| match message {
        ToReplica::Welcome(welcome) => Some(welcome.standing),
        _ => None,
    })
}

fn refusal(said: &[ToReplica]) -> Option<Refusal> {
    said.iter().find_map(|message| match message {
        ToReplica::Refused { of: Subject::Give, refusal, .. } => Some(*refusal),
        _ => None,
    })
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
    assert_eq!(again.heads, given.heads, "its last checkpoints are still given");
    assert_ne!(again.heads.unwrap().0.note, "");
}

#[test]
fn a_space_is_received_whole_and_served_on() {
    let (_, mut circle, given) = voted();
    let mut world = World::new(new_policy(&circle), &new_relay());
    let link = offer(&mut world, &circle, 4);
    let said = serve(&mut world, link, &given, 4);
    assert_eq!(standing(&said), Some(Standing::Importing));
    let mut world = world.restart();
    let (link, welcome) = world.join(circle.space(), &circle.orgs[1].machine.sign);
    assert_eq!(welcome.standing, Standing::Importing);
    assert_eq!(welcome.register.size, 3, "a restart loses nothing");
    let said = serve(&mut world, link, &given, 100);
    let Some(ToReplica::Welcome(welcome)) = said.last() else { panic!("{said:?}") };
    assert_eq!(welcome.standing, Standing::Member);
    let heads = (welcome.register.clone(), welcome.journal.clone());
    assert_eq!(Some(heads), given.heads, "the old relay's checkpoints, until something is new");
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
        let signed = Checkpoint::verify(&head.note, &own).unwrap();
        assert_eq!(signed.size, head.size);
    }
    assert!(verify(&world.disk, &circle.space()).is_whole());
}

/// Nothing is served that the relay before has not signed; a giver that gave something else
/// begins again.
#[test]
fn an_import_that_is_not_what_was_signed_is_not_served() {
    let (_, circle, given) = voted();
    let mut world = World::new(new_policy(&circle), &new_relay());
    let link = offer(&mut world, &circle, 4);
    let (register, journal) = given.heads.clone().unwrap();
    let unsigned = Head { note: String::new(), ..journal.clone() };
    let liar = Given { heads: Some((register.clone(), unsigned)), ..given.copy() };
    let said = serve(&mut world, link, &liar, 100);
    assert_eq!(refusal(&said), Some(Refusal::Malformed));
    let (of_journal, of_register) = (journal.note.clone(), register.note.clone());
    let crossed = ToRelay::Complete {
        register: Head { note: of_journal, ..register },
        journal: Head { note: of_register, ..journal },
    };
    let said = world.ask(link, &crossed);
    assert_eq!(refusal(&said), Some(Refusal::Malformed));

    let member = world.join(circle.space(), &circle.orgs[0].machine.sign);
    assert_eq!(member.1.standing, Standing::Importing);
    let push = ToRelay::Push(circle.envelopes(0, 3)[2].bytes().to_vec());
    let heard = world.ask(member.0, &push);
    assert!(matches!(heard[..], [ToReplica::Refused { refusal: Refusal::UnderRepair, .. }]));

    let said = world.ask(link, &complete(&given));
    assert_eq!(standing(&said), Some(Standing::Member), "the true checkpoints end it");
    assert_eq!(standing(&world.heard(member.0)), Some(Standing::Member), "and others are told");
}

#[test]
fn an_import_with_an_altered_entry_is_forgotten_whole() {
    let (_, circle, given) = voted();
    let mut world = World::new(new_policy(&circle), &new_relay());
    let link = offer(&mut world, &circle, 4);
    let mut altered = given.copy();
    let mut entry: Entry = from_bytes(&altered.acts[3]).unwrap();
    entry.time = Timestamp::from_ms(entry.time.ms() + 1);
    altered.acts[3] = to_bytes(&entry);
    let said = serve(&mut world, link, &altered, 100);
    assert_eq!(refusal(&said), Some(Refusal::Gap));
    let (link, welcome) = world.join(circle.space(), &circle.orgs[1].machine.sign);
    assert_eq!((welcome.standing, welcome.register.size), (Standing::Importing, 0));
    let said = serve(&mut world, link, &given, 100);
    assert_eq!(standing(&said), Some(Standing::Member));
    assert!(verify(&world.disk, &circle.space()).is_whole());
}

/// A space whose register names another relay is not served here, however whole.
#[test]
fn a_space_that_was_not_moved_here_is_not_served() {
    let (mut world, circle, link) = ready(2);
    let mut given = Given::default();
    given.take(world.ask(link, &FROM_START));
    let mut world = World::new(new_policy(&circle), &new_relay());
    let link = offer(&mut world, &circle, 2);
    let said = serve(&mut world, link, &given, 100);
    assert_eq!(refusal(&said), Some(Refusal::WrongRelay));
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
    let said = world.ask(link, &ToRelay::Give { log: Log::Register, position: 0, item });
    assert_eq!(refusal(&said), Some(Refusal::UnderRepair));
    let said = world.ask(link, &complete(&given));
    assert_eq!(refusal(&said), Some(Refusal::UnderRepair));
    let said = world.ask(link, &FROM_START);
    assert!(matches!(said[..], [ToReplica::Refused { refusal: Refusal::UnderRepair, .. }]));
}

/// A relay that asks for tickets receives a space without one if its operator expects it: the
/// ticket of one founder would be worth nothing to the partner who happens to come first.
#[test]
fn an_expected_space_is_brought_without_a_ticket_and_no_other_is() {
    let (_, circle, given) = voted();
    let by_ticket = Policy { founding: Founding::ByTicket, ..new_policy(&circle) };
    let mut world = World::new(by_ticket.clone(), &new_relay());
    let bring = |world: &mut World, held| {
        let (link, _) = world.join(NO_SPACE, &circle.orgs[1].machine.sign);
        let charter = Box::new(circle.charter.clone());
        (link, world.ask(link, &ToRelay::Found { charter, ticket: None, held }))
    };
    let no_ticket = |said: &[ToReplica]| {
        let bad = Refusal::BadTicket;
        said.iter().any(|m| matches!(m, ToReplica::Refused { refusal, .. } if *refusal == bad))
    };
    assert!(no_ticket(&bring(&mut world, 4).1));
    let expected = [circle.space()].into();
    let mut world = World::new(Policy { expected, ..by_ticket }, &new_relay());
    assert!(no_ticket(&bring(&mut world, 0).1), "founding anew still takes a ticket");
    let (link, said) = bring(&mut world, 4);
    let mut said: Vec<ToReplica> = said;
    for message in &said {
        if let ToReplica::Wanted { log: Log::Register, position } = message {
            let item = given.acts[usize::try_from(*position).unwrap()].clone();
            world.say(link, &ToRelay::Give { log: Log::Register, position: *position, item });
        }
    }
    said = serve(&mut world, link, &given, 100);
    assert_eq!(standing(&said), Some(Standing::Member));
}

/// Whoever began to bring a space and went away holds nobody up: the next one goes on.
#[test]
fn a_giver_who_has_gone_is_replaced() {
    let (_, circle, given) = voted();
    let mut world = World::new(new_policy(&circle), &new_relay());
    let link = offer(&mut world, &circle, 4);
    serve(&mut world, link, &given, 2);
    world.say(link, &ToRelay::Bye);
    let mut world = world.restart();
    let (link, welcome) = world.join(circle.space(), &circle.orgs[2].machine.sign);
    assert_eq!((welcome.standing, welcome.register.size), (Standing::Importing, 1));
    let said = serve(&mut world, link, &given, 100);
    assert_eq!(standing(&said), Some(Standing::Member));
    assert!(verify(&world.disk, &circle.space()).is_whole());
}

/// A stranger who offers a space and gives nothing of it keeps nobody out for long.
#[test]
fn a_giver_who_gives_nothing_is_replaced() {
    let (_, circle, given) = voted();
    let mut world = World::new(new_policy(&circle), &new_relay());
    let stranger = crate::fixture::Machine::new(91);
    let (squatter, _) = world.join(NO_SPACE, &stranger.sign);
    let charter = Box::new(circle.charter.clone());
    world.say(squatter, &ToRelay::Found { charter, ticket: None, held: 9 });
    world.heard(squatter);
    let (link, _) = world.join(circle.space(), &circle.orgs[1].machine.sign);
    let item = given.acts[0].clone();
    let early = ToRelay::Give { log: Log::Register, position: 0, item };
    assert_eq!(refusal(&world.ask(link, &early)), Some(Refusal::UnderRepair));
    world.now += Duration::from_secs(31);
    let (link, _) = world.join(circle.space(), &circle.orgs[1].machine.sign);
    let said = serve(&mut world, link, &given, 100);
    assert_eq!(standing(&said), Some(Standing::Member));
}

#[test]
fn items_out_of_place_are_refused_and_repeated_ones_ignored() {
    let (_, circle, given) = voted();
    let mut world = World::new(new_policy(&circle), &new_relay());
    let link = offer(&mut world, &circle, 4);
    let give = |n: usize, position| ToRelay::Give {
        log: Log::Register,
        position,
        item: given.acts[n].clone(),
    };
    assert_eq!(refusal(&world.ask(link, &give(2, 2))), Some(Refusal::Gap));
    assert!(refusal(&world.ask(link, &give(1, 0))).is_some(), "an act that is no charter");
    assert_eq!(world.ask(link, &give(0, 0)), []);
    assert_eq!(world.ask(link, &give(0, 0)), []);
}

/// A long space is asked for a window at a time, in order.
#[test]
fn no_more_than_a_window_is_asked_for_ahead() {
    let (mut world, circle, link) = ready(2);
    for envelope in &circle.envelopes(0, 200) {
        world.push(link, envelope).unwrap();
    }
    let mut given = Given::default();
    given.take(world.ask(link, &FROM_START));
    let mut world = World::new(policy(&circle), &circle.relay);
    let link = offer(&mut world, &circle, 2);
    serve(&mut world, link, &given, 3);
    let heard = world.ask(link, &complete(&given));
    let wanted = |m: &&ToReplica| matches!(m, ToReplica::Wanted { log: Log::Journal, .. });
    assert_eq!(heard.iter().filter(wanted).count(), 64);
    let (link, _) = world.join(circle.space(), &circle.orgs[1].machine.sign);
    let said = serve(&mut world, link, &given, 1_000);
    assert_eq!(standing(&said), Some(Standing::Member));
    assert_eq!(verify(&world.disk, &circle.space()).journal, 200);
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
    let said = serve(&mut world, link, &given, 100);
    assert_eq!(standing(&said), Some(Standing::Member));
    for log in Log::ALL {
        let head = records::head(&circle.space(), log);
        assert_eq!(world.disk[&head], before[&head]);
    }
    let author = world.member(&circle, 0);
    assert_eq!(world.push(author, &circle.envelopes(0, 2)[1]), Ok(1));
}
