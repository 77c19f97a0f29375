//! A space from its founding to an admission, and how followers are served.

use super::world::{Given, World, policy, ready, resync};
use super::*;
use crate::checkpoint::Checkpoint;
use crate::codec::from_bytes;
use crate::epoch::{NO_EPOCH, Wraps};
use crate::fixture::{Circle, Org, at, incarnation, rng};
use crate::id::EnvelopeId;
use crate::invitation::{InvitationSecret, JoinRequest};
use crate::journal::{Journal, JournalEntry};
use crate::register::{Admission, Cause, Clause, History, Role};
use crate::wire::{Marked, NO_SPACE};

const FROM_START: ToRelay = ToRelay::Follow { register_from: 0, journal_from: 0 };

#[test]
fn a_space_is_founded_written_to_and_read_back_after_a_restart() {
    let (mut world, circle, link) = ready(3);
    for (n, envelope) in circle.envelopes(0, 5).iter().enumerate() {
        assert_eq!(world.push(link, envelope), Ok(n as u64));
    }
    let mut world = world.restart();
    let reader = world.member(&circle, 1);
    let mut given = Given::default();
    given.take(world.ask(reader, &FROM_START));
    assert_eq!((given.acts.len(), given.envelopes.len()), (2, 5));
    let (register, journal) = given.heads.unwrap();
    let own = world.relay.id();
    let signed = Checkpoint::verify(&register.note, &own).unwrap();
    assert_eq!((signed.size, signed.root), (2, circle.register.root()));
    let mut replayed = Journal::new();
    for stored in &given.envelopes {
        let entry: JournalEntry = from_bytes(stored).unwrap();
        replayed.replay(circle.register.roster(), &entry).unwrap();
    }
    let signed = Checkpoint::verify(&journal.note, &own).unwrap();
    assert_eq!((signed.size, signed.root), (5, replayed.root()));
    assert!(verify(&world.disk, &circle.space()).is_whole());
}

#[test]
fn whoever_comes_to_found_is_told_the_relays_terms() {
    let circle = Circle::new(1);
    let mut world = World::new(policy(&circle), &circle.relay);
    let (_, welcome) = world.join(NO_SPACE, &circle.orgs[0].machine.sign);
    assert_eq!(welcome.standing, Standing::UnknownSpace);
    assert_eq!(welcome.terms.as_deref(), Some(&circle.terms()));
}

#[test]
fn a_founder_that_missed_the_answer_asks_again() {
    let (mut world, circle, _) = ready(1);
    let (link, _) = world.join(NO_SPACE, &circle.orgs[0].machine.sign);
    let charter = Box::new(circle.charter.clone());
    let heard = world.ask(link, &ToRelay::Found { charter, ticket: None, held: 0 });
    let [ToReplica::Welcome(welcome)] = &heard[..] else { panic!("{heard:?}") };
    assert_eq!((welcome.standing, welcome.register.size), (Standing::Member, 2));
}

#[test]
fn followers_hear_of_what_is_new_without_asking() {
    let (mut world, circle, author) = ready(2);
    let reader = world.member(&circle, 1);
    let mut given = Given::default();
    given.take(world.ask(reader, &FROM_START));
    let run = circle.envelopes(0, 2);
    world.push(author, &run[0]).unwrap();
    given.take(world.heard(reader));
    assert_eq!(given.envelopes.len(), 1);
    assert_eq!(given.heads.as_ref().unwrap().1.size, 1);
    world.push(author, &run[1]).unwrap();
    given.take(world.heard(reader));
    assert_eq!(given.envelopes.len(), 2);
}

/// A slow follower has one frame in flight and no queue: what came meanwhile comes in one go.
#[test]
fn a_slow_follower_is_served_one_frame_at_a_time() {
    let (mut world, circle, author) = ready(2);
    let reader = world.member(&circle, 1);
    let mut given = Given::default();
    given.take(world.ask(reader, &FROM_START));
    world.hold_streams = true;
    let run = circle.envelopes(0, 20);
    for envelope in &run {
        world.push(author, envelope).unwrap();
    }
    assert_eq!(world.held.len(), 1, "one stream in flight");
    given.take(world.heard(reader));
    assert_eq!(given.envelopes.len(), 1);
    world.release();
    given.take(world.heard(reader));
    assert_eq!(given.envelopes.len(), 20);
    assert_ne!(given.heads.as_ref().unwrap().1.size, 20, "heads come when the frame has left");
    world.release();
    given.take(world.heard(reader));
    assert_eq!(given.heads.unwrap().1.size, 20);
}

/// Following anew while a frame is on its way loses nothing of what is asked for.
#[test]
fn a_follower_may_start_again_while_a_frame_is_in_flight() {
    let (mut world, circle, author) = ready(2);
    world.push(author, &circle.envelopes(0, 1)[0]).unwrap();
    let reader = world.member(&circle, 1);
    world.hold_streams = true;
    world.say(reader, &FROM_START);
    world.say(reader, &FROM_START);
    assert_eq!(world.held.len(), 1);
    world.heard(reader);
    world.hold_streams = false;
    world.release();
    let mut given = Given::default();
    given.take(world.heard(reader));
    assert_eq!((given.acts.len(), given.envelopes.len()), (2, 1));
}

#[test]
fn frames_of_a_stream_are_bounded() {
    let (mut world, circle, author) = ready(2);
    let mut previous = crate::envelope::NO_ENVELOPE;
    for counter in 1..=9 {
        let envelope = circle.envelope(0, counter, previous, &vec![7; 100 * 1024]);
        previous = envelope.id();
        world.push(author, &envelope).unwrap();
    }
    let chunk = read_chunk(&world.disk, &circle.space(), Log::Journal, (0, 9));
    assert_eq!(chunk.next, 2, "two of a hundred kibibytes within 256");
    assert!(chunk.frame.unwrap().len() <= limits::STREAM_BYTES_MAX + 1024);
    let reader = world.member(&circle, 1);
    let mut given = Given::default();
    given.take(world.ask(reader, &FROM_START));
    assert_eq!(given.envelopes.len(), 9);
}

#[test]
fn marks_tell_a_device_how_far_it_came_and_a_second_push_is_kept_once() {
    let (mut world, circle, link) = ready(2);
    let run = circle.envelopes(0, 3);
    for envelope in &run[..2] {
        world.push(link, envelope).unwrap();
    }
    assert_eq!(world.push(link, &run[1]), Ok(1), "kept already, at the same place");
    assert_eq!(world.push(link, &run[0]), Err((Refusal::Duplicate, 2)));
    let unknown = incarnation(5);
    let heard = world.ask(link, &ToRelay::Marks(vec![incarnation(0), unknown]));
    let known = Marked { incarnation: incarnation(0), counter: 2, last: run[1].id() };
    let none = Marked { incarnation: unknown, counter: 0, last: EnvelopeId::new([0; 32]) };
    assert_eq!(heard, [ToReplica::Marked(vec![known, none])]);
}

/// Authorisation is by author: another member's machine may carry an envelope in.
#[test]
fn a_member_hands_in_what_another_wrote() {
    let (mut world, circle, _) = ready(3);
    let carrier = world.member(&circle, 2);
    assert_eq!(world.push(carrier, &circle.envelopes(1, 1)[0]), Ok(0));
}

#[test]
fn each_device_gets_its_own_wrap_and_no_more() {
    let (mut world, circle, _) = ready(3);
    let epoch = circle.register.roster().epoch().unwrap().clone();
    let machine = &circle.orgs[1].machine;
    let link = world.member(&circle, 1);
    let hash = epoch.holders[&machine.id()];
    let heard = world.ask(link, &ToRelay::GetWraps(hash));
    let [ToReplica::Wraps { wraps: Some(part), .. }] = &heard[..] else { panic!("{heard:?}") };
    let part: Wraps = from_bytes(part).unwrap();
    assert_eq!(part.ids().count(), 1);
    let place = (&NO_EPOCH, &epoch.id);
    let opened = part.accept(&circle.space(), place, (&machine.id(), &machine.wrap)).unwrap();
    assert_eq!(opened.bytes(), circle.secret.as_ref().unwrap().bytes());
    let heard = world.ask(link, &ToRelay::GetWraps([9; 32]));
    assert_eq!(heard, [ToReplica::Wraps { hash: [9; 32], wraps: None }]);
}

fn request_of(newcomer: &Org, secret: &InvitationSecret, circle: &Circle) -> JoinRequest {
    let space = circle.space();
    let admission = Admission {
        card: newcomer.card(),
        role: Role::Member,
        history: History::All,
        sponsor: circle.orgs[0].partner,
        invitation: secret.tag(&space),
    };
    let profile = secret.seal_profile(&space, b"CMP Nord", &mut rng(1)).unwrap();
    JoinRequest::sign(&newcomer.voice, &space, admission, profile)
}

/// The whole way in: invitation, knock, proposal, approvals, adoption.
#[test]
fn a_newcomer_knocks_is_voted_in_and_becomes_a_member() {
    let (mut world, mut circle, founder) = ready(3);
    let space = circle.space();
    world.ask(founder, &FROM_START);
    let secret = InvitationSecret::from_bytes(&[5; 16]);
    let heard = world.ask(founder, &ToRelay::PutInvitation(secret.tag(&space)));
    assert_eq!(heard, [], "an invitation is announced in silence");
    let newcomer = Org::new(40);
    let request = request_of(&newcomer, &secret, &circle);
    let (link, welcome) = world.join(space, &newcomer.machine.sign);
    assert_eq!(welcome.standing, Standing::Stranger);
    assert_eq!(welcome.register.size, 0, "a stranger learns nothing");
    let pass = secret.pass(&space);
    let heard = world.ask(link, &ToRelay::Knock { pass, request: Box::new(request.clone()) });
    let [ToReplica::Welcome(welcome)] = &heard[..] else { panic!("{heard:?}") };
    assert_eq!(welcome.standing, Standing::Applicant);
    let mail = world.heard(founder);
    let mailbox = ToReplica::Mailbox { requests: vec![request.clone()], approvals: vec![] };
    assert_eq!(mail, [mailbox]);

    let measure = request.measure();
    let propose = circle.voiced(0, Clause::Propose(measure.clone()));
    world.submit(founder, &propose, None).unwrap();
    resync(&world, &mut circle);
    let approvals = circle.approvals(measure.id(), &[0, 1]);
    let second = world.member(&circle, 1);
    world.heard(founder);
    assert_eq!(world.ask(second, &ToRelay::Approve(approvals[1].clone())), []);
    let mail = world.heard(founder);
    let approved =
        ToReplica::Mailbox { requests: vec![request], approvals: vec![approvals[1].clone()] };
    assert_eq!(mail, [approved], "approvals reach whoever adopts");
    let mut world = world.restart();
    let founder = world.member(&circle, 0);
    let mut adopt = circle.voiced(0, Clause::Adopt(measure.id()));
    adopt.approvals = approvals;
    assert_eq!(world.submit(founder, &adopt, None), Ok(3));
    world.ask(founder, &FROM_START);
    let (_, welcome) = world.join(space, &newcomer.machine.sign);
    assert_eq!(welcome.standing, Standing::Member);
    let kept = world.disk.keys().filter(|key| matches!(key.get(33), Some(b'q' | b'a')));
    assert_eq!(kept.count(), 0, "what was decided no longer waits");
}

/// Restrict on sight: a revoked device stops being served the journal at once, and still may
/// read why.
#[test]
fn a_revoked_device_follows_the_register_only() {
    let (mut world, mut circle, founder) = ready(3);
    let stolen = world.member(&circle, 1);
    let mut given = Given::default();
    given.take(world.ask(stolen, &FROM_START));
    let device = circle.orgs[1].machine.id();
    let act = circle.voiced(1, Clause::RevokeDevice(device, Cause::Stolen));
    world.submit(founder, &act, None).unwrap();
    resync(&world, &mut circle);
    let (act, blob) = circle.opening(0, at(100));
    world.submit(founder, &act, Some(blob)).unwrap();
    resync(&world, &mut circle);
    world.push(founder, &circle.envelopes(0, 1)[0]).unwrap();
    given.take(world.heard(stolen));
    assert_eq!((given.acts.len(), given.envelopes.len()), (4, 0));
    let (link, welcome) = world.join(circle.space(), &circle.orgs[1].machine.sign);
    assert_eq!(welcome.standing, Standing::Former);
    let mut given = Given::default();
    given.take(world.ask(link, &FROM_START));
    assert_eq!((given.acts.len(), given.envelopes.len()), (4, 0));
    assert_eq!(world.push(link, &circle.envelopes(0, 1)[0]), Err((Refusal::DeviceRevoked, 0)));
}

#[test]
fn the_operator_suspends_in_the_open_and_nothing_else() {
    let (mut world, mut circle, founder) = ready(4);
    let operator = SigningSecret::from_seed(&circle.operator.seed());
    let (desk, welcome) = world.join(circle.space(), &operator);
    assert_eq!(welcome.standing, Standing::Operator);
    let device = circle.orgs[1].machine.id();
    let act = circle.act(&operator, Clause::SuspendDevice(device, at(3700)));
    assert_eq!(world.submit(desk, &act, None), Ok(2));
    resync(&world, &mut circle);
    let suspended = world.member(&circle, 1);
    let refused = world.push(suspended, &circle.envelopes(1, 1)[0]);
    assert_eq!(refused, Err((Refusal::DeviceSuspended, 0)));
    let mut given = Given::default();
    given.take(world.ask(suspended, &FROM_START));
    assert_eq!(given.acts.len(), 3, "the suspended device may read why");
    let mut given = Given::default();
    given.take(world.ask(desk, &FROM_START));
    assert_eq!((given.acts.len(), given.envelopes.len()), (3, 0));
    let leave = circle.act(&operator, Clause::Leave);
    assert_eq!(world.submit(desk, &leave, None), Err(Refusal::NotAVoice));
    world.heard(founder);
}

/// An organisation that lost every machine comes back with its voice alone.
#[test]
fn a_stranger_may_hand_in_what_a_voice_of_the_space_signed() {
    let (mut world, mut circle, _) = ready(3);
    let fresh = crate::fixture::Machine::new(77);
    let (link, welcome) = world.join(circle.space(), &fresh.sign);
    assert_eq!(welcome.standing, Standing::Stranger);
    let heard = world.ask(link, &FROM_START);
    let refused =
        ToReplica::Refused { of: Subject::Follow, refusal: Refusal::NotAMember, detail: 0 };
    assert_eq!(heard, [refused]);
    let act = circle.voiced(1, Clause::AddDevice(fresh.card()));
    assert_eq!(world.submit(link, &act, None), Ok(2));
    let (_, welcome) = world.join(circle.space(), &fresh.sign);
    assert_eq!(welcome.standing, Standing::Member);
    let other = crate::fixture::Machine::new(78);
    let (link, _) = world.join(circle.space(), &other.sign);
    let act = circle.act(&other.sign, Clause::AddDevice(other.card()));
    assert_eq!(world.submit(link, &act, None), Err(Refusal::NotAMember));
}
