//! Hostile replicas: before they prove anything, and after.

use proptest::prelude::*;

use super::world::{World, policy, ready, resync};
use super::*;
use crate::epoch::{EpochSecret, NO_EPOCH, Wraps, wraps_hash};
use crate::fixture::{Circle, Machine, Org, at, rng};
use crate::invitation::{InvitationSecret, JoinRequest};
use crate::register::{
    Admission, Clause, DeviceRole, EpochOpening, History, Measure, Role, Rule, Threshold,
    TurnCause, recipients_hash,
};
use crate::wire::{Hello, NO_SPACE};

const FROM_START: ToRelay = ToRelay::Follow { register_from: 0, journal_from: 0 };

fn hello(circle: &Circle) -> ToRelay {
    let key = circle.orgs[0].machine.sign.public();
    ToRelay::Hello(Hello { versions: vec![1], space: circle.space(), key, nonce: [1; 32] })
}

fn refusal(messages: &[ToReplica]) -> Option<Refusal> {
    messages.iter().find_map(|message| match message {
        ToReplica::Refused { refusal, .. } => Some(*refusal),
        _ => None,
    })
}

/// T49: ten thousand links that say nothing are bounded, and an honest replica gets in.
#[test]
fn t49_half_open_links_make_room_for_an_honest_replica() {
    let (mut world, circle, _) = ready(1);
    for _ in 0..10_000 {
        world.open();
        assert!(world.relay.links() <= limits::LINKS_BEFORE_AUTH_MAX + 1);
    }
    let (_, welcome) = world.join(circle.space(), &circle.orgs[0].machine.sign);
    assert_eq!(welcome.standing, Standing::Member);
    assert!(world.closed.len() >= 8_900);
    assert!(world.closed.values().all(|refusal| *refusal == Some(Refusal::Busy)));
}

/// T49: before it proves its key, a link can send four kibibytes, in one frame or in many.
#[test]
fn t49_bytes_before_authentication_are_bounded() {
    let (mut world, circle, _) = ready(1);
    let link = world.open();
    assert_eq!(world.relay.frame_bytes_max(link), limits::BEFORE_AUTH_BYTES_MAX);
    world.input(Input::Received(link, &vec![0; 64 * 1024 * 1024]));
    assert_eq!(world.closed[&link], Some(Refusal::TooLarge));
    let link = world.open();
    let mut ignored = crate::codec::Writer::new();
    ignored.array(2);
    ignored.uint(99);
    ignored.bytes(&[0; 1000]);
    let ignored = ignored.finish();
    for _ in 0..4 {
        world.input(Input::Received(link, &ignored));
        assert!(!world.closed.contains_key(&link));
    }
    world.input(Input::Received(link, &ignored));
    assert_eq!(world.closed[&link], Some(Refusal::TooLarge));
    let (link, _) = world.join(circle.space(), &circle.orgs[0].machine.sign);
    assert_eq!(world.relay.frame_bytes_max(link), limits::FRAME_BYTES_MAX);
}

#[test]
fn a_link_that_is_slow_or_silent_is_closed() {
    let (mut world, circle, member) = ready(1);
    let slow = world.open();
    world.say(slow, &hello(&circle));
    world.now += Duration::from_secs(4);
    world.input(Input::Timeout);
    assert!(!world.closed.contains_key(&slow));
    let due = world.relay.next_timeout().unwrap().elapsed();
    assert_eq!(due, Duration::from_secs(5));
    world.now = due;
    world.input(Input::Timeout);
    assert_eq!(world.closed[&slow], Some(Refusal::TooSlow));
    world.now = Duration::from_secs(40);
    assert_eq!(world.ask(member, &ToRelay::Ping), [ToReplica::Pong]);
    world.now = Duration::from_secs(99);
    world.input(Input::Timeout);
    assert!(!world.closed.contains_key(&member));
    world.now = Duration::from_secs(100);
    world.input(Input::Timeout);
    assert_eq!(world.closed[&member], Some(Refusal::TooSlow));
    assert_eq!(world.heard(member), [ToReplica::Bye(Refusal::TooSlow)]);
}

#[test]
fn nothing_is_served_before_a_key_is_proven() {
    let (mut world, circle, _) = ready(1);
    for early in [FROM_START, ToRelay::Ping, ToRelay::PutInvitation([0; 32])] {
        let link = world.open();
        assert_eq!(world.ask(link, &early), [ToReplica::Bye(Refusal::NotYet)]);
        let link = world.open();
        world.say(link, &hello(&circle));
        assert_eq!(world.ask(link, &early), [ToReplica::Bye(Refusal::NotYet)]);
    }
    let link = world.open();
    world.say(link, &hello(&circle));
    let heard = world.ask(link, &ToRelay::Prove(crate::crypto::Signature([0; 64])));
    assert_eq!(refusal(&heard), Some(Refusal::BadSignature));
    assert_eq!(world.closed[&link], Some(Refusal::BadSignature));
    let link = world.member(&circle, 0);
    assert_eq!(world.ask(link, &hello(&circle)), [ToReplica::Bye(Refusal::NotYet)]);
}

#[test]
fn a_required_binding_is_required() {
    let circle = Circle::new(1);
    let mut strict = policy(&circle);
    strict.terms.binding_required = true;
    let mut world = World::new(strict, &circle.relay);
    let (link, _) = world.join(NO_SPACE, &circle.orgs[0].machine.sign);
    let charter = Box::new(circle.charter.clone());
    let heard = world.ask(link, &ToRelay::Found { charter, ticket: None, held: 0 });
    assert_eq!(refusal(&heard), Some(Refusal::WrongRelay), "a charter must name the terms");
}

#[test]
fn one_organisation_holds_a_bounded_number_of_links() {
    let circle = Circle::new(2);
    let small = Policy { links_per_partner_max: 3, ..policy(&circle) };
    let mut world = World::new(small, &circle.relay);
    world.found(&circle);
    for _ in 0..2 {
        world.member(&circle, 0);
    }
    let link = world.open();
    let key = &circle.orgs[0].machine.sign;
    let binding = (ChannelBinding::None, false);
    let (dialled, hello) =
        crate::session::Dialled::new(circle.space(), key.public(), None, binding, &mut rng(1))
            .unwrap();
    let heard = world.ask(link, &ToRelay::Hello(hello));
    let [ToReplica::Challenge(challenge)] = &heard[..] else { panic!("{heard:?}") };
    let proof = dialled.answer(challenge, key).unwrap();
    assert_eq!(world.ask(link, &ToRelay::Prove(proof)), [ToReplica::Bye(Refusal::Busy)]);
    world.member(&circle, 1);
}

/// T64: a member that floods is told to wait; the others are served.
#[test]
fn t64_a_flood_by_one_member_leaves_the_others_alone() {
    let (mut world, mut circle, flooder) = ready(3);
    let leave = circle.voiced(0, Clause::Leave);
    let mut forged = leave.clone();
    forged.signature = crate::crypto::Signature([0; 64]);
    let burst = policy(&circle).burst;
    let mut refusals = BTreeMap::new();
    for _ in 0..burst + 50 {
        let refusal = world.submit(flooder, &forged, None).unwrap_err();
        *refusals.entry(refusal).or_insert(0u32) += 1;
    }
    assert!(refusals[&Refusal::Busy] >= 50, "{refusals:?}");
    let other = world.member(&circle, 1);
    let act = circle.voiced(1, Clause::AddDevice(Machine::new(50).card()));
    assert_eq!(world.submit(other, &act, None), Ok(2));
    world.now += Duration::from_secs(2);
    assert_eq!(world.submit(flooder, &forged, None), Err(Refusal::BadSignature));
}

/// T64: open proposals of one organisation are bounded by the register itself.
#[test]
fn t64_open_proposals_are_bounded() {
    let (mut world, mut circle, link) = ready(3);
    for k in 2..=6 {
        let rule = Rule { governance: Threshold::AtLeast(k), ..Rule::USUAL };
        let act = circle.voiced(0, Clause::Propose(Measure::ChangeRule(rule)));
        world.submit(link, &act, None).unwrap();
        resync(&world, &mut circle);
    }
    let rule = Rule::same(Threshold::Unanimous);
    let act = circle.voiced(0, Clause::Propose(Measure::ChangeRule(rule)));
    assert_eq!(world.submit(link, &act, None), Err(Refusal::TooManyProposals));
    let act = circle.voiced(1, Clause::Propose(Measure::ChangeRule(rule)));
    assert!(world.submit(link, &act, None).is_ok());
}

/// T40: a key wrapped for a ghost, or not for everyone, opens no epoch: neither when the act
/// says so nor when only the blob does.
#[test]
fn t40_a_ghost_recipient_or_a_missing_one_is_refused() {
    let (mut world, mut circle, link) = ready(3);
    let space = circle.space();
    let active = circle.register.roster().active_devices(at(100));
    let ghost = Machine::new(66);
    let mut with_ghost = active.clone();
    with_ghost.push((ghost.id(), ghost.wrap.public()));
    let without_one = active[..2].to_vec();
    let previous = circle.epoch();
    let secret = EpochSecret::generate(&mut rng(5));
    let epoch = secret.id(&space, &previous);
    for (said, wrapped, refusal) in [
        (&with_ghost, &with_ghost, Refusal::WrongRecipients),
        (&without_one, &without_one, Refusal::WrongRecipients),
        (&active, &with_ghost, Refusal::WrongWraps),
        (&active, &without_one, Refusal::WrongWraps),
    ] {
        let to = wrapped.iter().map(|(id, key)| (*id, key));
        let wraps = Wraps::opening(&space, &epoch, &secret, to, &mut rng(6)).unwrap();
        let blob = crate::codec::to_bytes(&wraps);
        let opening = EpochOpening {
            previous,
            epoch,
            recipients: recipients_hash(said),
            wraps: wraps_hash(&blob),
            cause: TurnCause::Age,
        };
        let key = SigningSecret::from_seed(&circle.orgs[0].machine.sign.seed());
        let act = circle.act(&key, Clause::OpenEpoch(opening));
        assert_eq!(world.submit(link, &act, Some(blob)), Err(refusal));
        assert!(world.submit(link, &act, None).is_err(), "nor without a blob");
    }
    let (act, mut blob) = circle.opening(0, at(100));
    blob.push(0);
    assert_eq!(world.submit(link, &act, Some(blob)), Err(Refusal::WrongWraps));
    let leave = circle.voiced(1, Clause::Leave);
    assert_eq!(world.submit(link, &leave, Some(vec![1])), Err(Refusal::WrongWraps));
    assert_ne!(previous, NO_EPOCH);
}

#[test]
fn founding_by_ticket_asks_for_one_that_is_ours_fresh_and_unused() {
    let circle = Circle::new(1);
    let by_ticket = Policy { founding: Founding::ByTicket, ..policy(&circle) };
    let mut world = World::new(by_ticket, &circle.relay);
    let (link, _) = world.join(NO_SPACE, &circle.orgs[0].machine.sign);
    let found =
        |world: &mut World, charter: &crate::register::SignedAct, ticket: Option<Ticket>| {
            let ticket = ticket.map(|ticket| ticket.to_string().into_bytes());
            let charter = Box::new(charter.clone());
            refusal(&world.ask(link, &ToRelay::Found { charter, ticket, held: 0 }))
        };
    let other = SigningSecret::from_seed(&[0x55; 32]);
    let expired = Ticket::issue(&circle.relay, at(50), &mut rng(1));
    let foreign = Ticket::issue(&other, at(9_000), &mut rng(2));
    let good = Ticket::issue(&circle.relay, at(9_000), &mut rng(3));
    for bad in [None, Some(expired), Some(foreign)] {
        assert_eq!(found(&mut world, &circle.charter, bad), Some(Refusal::BadTicket));
    }
    assert_eq!(found(&mut world, &circle.charter, Some(good.clone())), None);
    let mut world = world.restart();
    let (link, _) = world.join(NO_SPACE, &Machine::new(30).sign);
    let second = Circle::new(2).charter;
    let ticket = Some(good.to_string().into_bytes());
    let charter = Box::new(second);
    let heard = world.ask(link, &ToRelay::Found { charter, ticket, held: 0 });
    assert_eq!(refusal(&heard), Some(Refusal::BadTicket), "a restart does not forget");
}

/// An invitation lets one request in, from its sponsor's guest, with its own keys.
#[test]
fn a_knock_needs_a_live_invitation_of_the_named_sponsor() {
    let (mut world, mut circle, founder) = ready(3);
    let space = circle.space();
    let secret = InvitationSecret::from_bytes(&[5; 16]);
    world.say(founder, &ToRelay::PutInvitation(secret.tag(&space)));
    let second = world.member(&circle, 1);
    let heard = world.ask(second, &ToRelay::PutInvitation(secret.tag(&space)));
    assert_eq!(refusal(&heard), Some(Refusal::BadInvitation), "not somebody else's to claim");
    let request = |org: &Org, sponsor, secret: &InvitationSecret| {
        let admission = Admission {
            card: org.card(),
            role: Role::Member,
            history: History::All,
            sponsor,
            invitation: secret.tag(&space),
        };
        Box::new(JoinRequest::sign(&org.voice, &space, admission, Vec::new()))
    };
    let (guest, other) = (Org::new(40), Org::new(41));
    let sponsor = circle.orgs[0].partner;
    let (link, _) = world.join(space, &guest.machine.sign);
    let pass = secret.pass(&space);
    let wrong = InvitationSecret::from_bytes(&[6; 16]);
    for (pass, request, expected) in [
        (wrong.pass(&space), request(&guest, sponsor, &wrong), Refusal::BadInvitation),
        (pass, request(&guest, circle.orgs[1].partner, &secret), Refusal::BadInvitation),
        (pass, request(&guest, sponsor, &wrong), Refusal::BadInvitation),
        (pass, request(&other, sponsor, &secret), Refusal::NotADevice),
    ] {
        let heard = world.ask(link, &ToRelay::Knock { pass, request });
        assert_eq!(refusal(&heard), Some(expected));
    }
    let mut forged = request(&guest, sponsor, &secret);
    forged.admission.role = Role::Guarantor;
    let heard = world.ask(link, &ToRelay::Knock { pass, request: forged });
    assert_eq!(refusal(&heard), Some(Refusal::BadSignature));
    for _ in 0..2 {
        let request = request(&guest, sponsor, &secret);
        let heard = world.ask(link, &ToRelay::Knock { pass, request });
        assert_eq!(refusal(&heard), None, "and the same again, if the answer was lost");
    }
    let (thief, _) = world.join(space, &other.machine.sign);
    let request = request(&other, sponsor, &secret);
    let heard = world.ask(thief, &ToRelay::Knock { pass, request: request.clone() });
    assert_eq!(refusal(&heard), Some(Refusal::BadInvitation), "an invitation serves once");
    let heard = world.ask(founder, &ToRelay::Knock { pass, request });
    assert_eq!(refusal(&heard), Some(Refusal::AlreadySo));
    resync(&world, &mut circle);
}

/// Who makes invitations without end uses up its own room, and nobody else's.
#[test]
fn t64_invitations_of_one_organisation_keep_nobody_else_out() {
    let (mut world, circle, greedy) = ready(2);
    let honest = world.member(&circle, 1);
    let tag = |number: usize| {
        let mut tag = [7; 32];
        tag[..8].copy_from_slice(&number.to_be_bytes());
        tag
    };
    for number in 0..2 * limits::INVITATIONS_PER_PARTNER_MAX {
        world.now += Duration::from_secs(60);
        let heard = world.ask(greedy, &ToRelay::PutInvitation(tag(number)));
        let full = number >= limits::INVITATIONS_PER_PARTNER_MAX;
        assert_eq!(refusal(&heard), full.then_some(Refusal::TooMany), "invitation {number}");
        assert_eq!(world.ask(honest, &ToRelay::Ping), [ToReplica::Pong]);
    }
    let heard = world.ask(honest, &ToRelay::PutInvitation([9; 32]));
    assert_eq!(heard, []);
}

#[test]
fn an_invitation_ends() {
    let (mut world, circle, founder) = ready(1);
    let space = circle.space();
    let secret = InvitationSecret::from_bytes(&[5; 16]);
    world.say(founder, &ToRelay::PutInvitation(secret.tag(&space)));
    world.now += limits::INVITATION_LIFE;
    let guest = Org::new(40);
    let (link, _) = world.join(space, &guest.machine.sign);
    let admission = Admission {
        card: guest.card(),
        role: Role::Member,
        history: History::All,
        sponsor: circle.orgs[0].partner,
        invitation: secret.tag(&space),
    };
    let request = JoinRequest::sign(&guest.voice, &space, admission, Vec::new());
    let pass = secret.pass(&space);
    let heard = world.ask(link, &ToRelay::Knock { pass, request: Box::new(request) });
    assert_eq!(refusal(&heard), Some(Refusal::BadInvitation));
}

#[test]
fn an_applicant_or_a_reader_does_not_write() {
    let (mut world, mut circle, founder) = ready(2);
    let reader = Machine::new(60);
    let mut card = reader.card();
    card.role = DeviceRole::Reader;
    let act = circle.voiced(0, Clause::AddDevice(card));
    world.submit(founder, &act, None).unwrap();
    resync(&world, &mut circle);
    let stranger = Machine::new(61);
    let place = crate::envelope::Place {
        space: circle.space(),
        document: crate::id::DocumentId::new([1; 16]),
        epoch: circle.epoch(),
        incarnation: crate::fixture::incarnation(7),
        counter: 1,
        previous: crate::envelope::NO_ENVELOPE,
    };
    let secret = circle.secret.as_ref().unwrap();
    for (machine, expected) in [(&reader, Refusal::NotAnEditor), (&stranger, Refusal::NotAMember)] {
        let (link, _) = world.join(circle.space(), &machine.sign);
        let envelope = crate::fixture::sealed(&place, secret, &machine.sign, b"x");
        assert_eq!(world.push(link, &envelope), Err((expected, 0)));
        // What is refused for the link is refused for the author, whoever carries it.
        assert!(world.push(founder, &envelope).is_err());
    }
}

/// A replica that knows more than the relay is told so: the relay was restored from a copy.
#[test]
fn a_relay_that_is_behind_says_so() {
    let (mut world, circle, link) = ready(1);
    for (register_from, journal_from, has) in [(9, 0, 2), (2, 5, 0)] {
        let heard = world.ask(link, &ToRelay::Follow { register_from, journal_from });
        let [ToReplica::Refused { of, refusal, detail }] = heard[..] else { panic!("{heard:?}") };
        assert_eq!((of, refusal, detail), (Subject::Follow, Refusal::RelayBehind, has));
    }
    assert!(world.events.contains(&Event::Behind(circle.space())));
}

#[test]
fn a_draining_relay_says_goodbye_to_all_and_takes_nobody() {
    let (mut world, _, link) = ready(1);
    world.heard(link);
    world.input(Input::Drain);
    assert_eq!(world.heard(link), [ToReplica::Bye(Refusal::Draining)]);
    let late = world.open();
    assert_eq!(world.closed[&late], Some(Refusal::Draining));
    assert_eq!(world.relay.links(), 0);
}

#[test]
fn a_flood_of_unknown_messages_ends_the_link() {
    let (mut world, _, link) = ready(1);
    for _ in 0..limits::UNKNOWN_MESSAGES_MAX {
        assert_eq!(world.ask(link, &ToRelay::Unknown(99)), []);
    }
    let heard = world.ask(link, &ToRelay::Unknown(99));
    assert_eq!(heard, [ToReplica::Bye(Refusal::VersionMismatch)]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// T18: whatever a member's link sends, the relay stands, and what it stores is whole.
    #[test]
    fn t18_frames_of_noise_never_harm(
        frames in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..64), 1..20),
        tag in 0u8..16,
    ) {
        let (mut world, circle, _) = ready(1);
        for mut frame in frames {
            let link = world.member(&circle, 0);
            world.input(Input::Received(link, &frame));
            frame.splice(0..0, [0x84, tag]);
            world.input(Input::Received(link, &frame));
        }
        prop_assert!(verify(&world.disk, &circle.space()).is_whole());
    }
}
