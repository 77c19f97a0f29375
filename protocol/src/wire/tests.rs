//! Messages: each comes back as it was, and nothing that is altered panics.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::fixture::{Circle, Org, rng};
use crate::id::{OperatorId, PartnerId, VoiceId};
use crate::invitation::InvitationSecret;
use crate::limits;
use crate::register::{Admission, History, RelayTerms, Role};

const SPACE: SpaceId = SpaceId::new([1; 32]);

fn approval() -> Approval {
    Approval {
        proposal: ProposalId::new([2; 32]),
        partner: PartnerId::new([3; 16]),
        voice: VoiceId::new([4; 32]),
        generation: 5,
        round: 1,
        signature: Signature([6; 64]),
    }
}

fn request() -> JoinRequest {
    let org = Org::new(7);
    let secret = InvitationSecret::from_bytes(&[5; 16]);
    let admission = Admission {
        card: org.card(),
        role: Role::Member,
        history: History::All,
        sponsor: PartnerId::new([3; 16]),
        invitation: secret.tag(&SPACE),
    };
    let profile = secret.seal_profile(&SPACE, b"CHU", &mut rng(1)).unwrap();
    JoinRequest::sign(&org.voice, &SPACE, admission, profile)
}

fn to_relay() -> Vec<ToRelay> {
    let circle = Circle::new(1);
    let charter = Box::new(circle.charter.clone());
    let head = Head { size: 3, note: "note".to_owned() };
    let key = [8; 32];
    vec![
        ToRelay::Hello(Hello { versions: vec![1, 2], space: SPACE, key, nonce: [9; 32] }),
        ToRelay::Prove(Signature([1; 64])),
        ToRelay::Found { charter: charter.clone(), ticket: None, held: 0 },
        ToRelay::Found { charter: charter.clone(), ticket: Some(vec![1]), held: 7 },
        ToRelay::Knock { pass: [1; 16], request: Box::new(request()) },
        ToRelay::Follow { register_from: 1, journal_from: u64::MAX },
        ToRelay::Submit { ticket: 1, act: charter.clone(), wraps: None },
        ToRelay::Submit { ticket: 2, act: charter, wraps: Some(vec![1, 2]) },
        ToRelay::Approve(approval()),
        ToRelay::Push(vec![1; 300]),
        ToRelay::Marks(vec![Incarnation::new([1; 16]), Incarnation::new([2; 16])]),
        ToRelay::PutInvitation([1; 32]),
        ToRelay::GetWraps([2; 32]),
        ToRelay::Give { log: Log::Journal, position: 4, item: vec![1; 10] },
        ToRelay::Complete { register: head.clone(), journal: head },
        ToRelay::Ping,
        ToRelay::Bye,
    ]
}

fn subjects() -> Vec<Subject> {
    vec![
        Subject::Hello,
        Subject::Act(5),
        Subject::Envelope(EnvelopeId::new([1; 32])),
        Subject::Knock,
        Subject::Approval(ProposalId::new([1; 32])),
        Subject::Founding,
        Subject::Invitation,
        Subject::Give,
        Subject::Follow,
        Subject::Message,
    ]
}

fn welcome(standing: Standing) -> ToReplica {
    let head = Head { size: 3, note: "note".to_owned() };
    let terms = RelayTerms {
        relay: RelayId::new([1; 32]),
        operator: OperatorId::new([2; 32]),
        url: String::new(),
        binding_required: true,
        health_hosting: false,
    };
    let terms = (standing == Standing::UnknownSpace).then(|| Box::new(terms));
    let time = Timestamp::from_ms(77);
    ToReplica::Welcome(Welcome { standing, register: head.clone(), journal: head, time, terms })
}

fn to_replica() -> Vec<ToReplica> {
    let incarnation = Incarnation::new([1; 16]);
    let last = EnvelopeId::new([2; 32]);
    let relay = RelayId::new([1; 32]);
    let signature = Signature([3; 64]);
    let mut messages = vec![
        ToReplica::Challenge(Challenge { version: 1, relay, nonce: [2; 32], signature }),
        ToReplica::Acts { from: 3, entries: vec![vec![1], vec![2; 300]] },
        ToReplica::Envelopes { from: 0, entries: vec![] },
        ToReplica::Heads { register: Head::default(), journal: Head::default() },
        ToReplica::Mailbox { requests: vec![request()], approvals: vec![approval()] },
        ToReplica::Marked(vec![Marked { incarnation, counter: 1, last }]),
        ToReplica::Wraps { hash: [1; 32], wraps: None },
        ToReplica::Wraps { hash: [1; 32], wraps: Some(vec![1, 2, 3]) },
        ToReplica::Submitted { ticket: 1, seq: 2 },
        ToReplica::Kept { incarnation, counter: 3, position: 4 },
        ToReplica::Wanted { log: Log::Register, position: 9 },
        ToReplica::Pong,
        ToReplica::Bye(Refusal::Draining),
        ToReplica::Bye(Refusal::Unknown(7_777)),
    ];
    for of in subjects() {
        messages.push(ToReplica::Refused { of, refusal: Refusal::Gap, detail: 3 });
    }
    for standing in [Standing::Member, Standing::UnknownSpace, Standing::Importing] {
        messages.push(welcome(standing));
    }
    messages
}

#[test]
fn every_message_comes_back_as_it_was() {
    for message in to_relay() {
        assert_eq!(ToRelay::parse(&message.to_bytes()), Ok(message));
    }
    for message in to_replica() {
        assert_eq!(ToReplica::parse(&message.to_bytes()), Ok(message));
    }
}

#[test]
fn the_tags_of_the_first_version_stay() {
    let tags: Vec<u8> = to_relay().iter().map(|m| m.to_bytes()[1]).collect();
    assert_eq!(tags, [0, 1, 2, 2, 3, 4, 5, 5, 6, 7, 8, 9, 10, 11, 14, 12, 13]);
    let tags: Vec<u8> = to_replica().iter().map(|m| m.to_bytes()[1]).collect();
    assert_eq!(tags[..14], [0, 2, 3, 4, 5, 6, 7, 7, 8, 9, 11, 12, 13, 13]);
}

#[test]
fn a_message_of_tomorrow_is_unknown_whatever_it_holds() {
    for tag in [15, 200, 70_000] {
        let mut out = Writer::new();
        out.array(3);
        out.uint(tag);
        out.text("anything");
        out.bytes(&[1, 2, 3]);
        let frame = out.finish();
        assert_eq!(ToRelay::parse(&frame), Ok(ToRelay::Unknown(tag)));
        assert_eq!(ToReplica::parse(&frame), Ok(ToReplica::Unknown(tag)));
    }
}

#[test]
fn a_message_with_a_field_more_or_less_is_refused() {
    let mut out = Writer::new();
    out.array(4);
    out.uint(4);
    out.uint(1);
    out.uint(2);
    out.uint(3);
    assert_eq!(ToRelay::parse(&out.finish()), Err(DecodeError::Malformed));
    let mut frame = ToRelay::Ping.to_bytes();
    frame.push(0);
    assert_eq!(ToRelay::parse(&frame), Err(DecodeError::Trailing));
    assert_eq!(ToRelay::parse(&[]), Err(DecodeError::Malformed));
    assert_eq!(ToRelay::parse(&[0x80]), Err(DecodeError::Malformed));
}

#[test]
fn lengths_are_bounded() {
    let huge = vec![0; limits::FRAME_BYTES_MAX + 1];
    assert_eq!(ToRelay::parse(&huge), Err(DecodeError::TooLarge));
    assert_eq!(ToReplica::parse(&huge), Err(DecodeError::TooLarge));
    let many = ToRelay::Marks(vec![Incarnation::new([1; 16]); limits::MARKS_MAX + 1]);
    assert_eq!(ToRelay::parse(&many.to_bytes()), Err(DecodeError::TooLarge));
    let versions = vec![1; limits::VERSIONS_MAX + 1];
    let hello = Hello { versions, space: SPACE, key: [0; 32], nonce: [0; 32] };
    assert_eq!(ToRelay::parse(&ToRelay::Hello(hello).to_bytes()), Err(DecodeError::TooLarge));
    let push = ToRelay::Push(vec![0; crate::envelope::ENVELOPE_BYTES_MAX + 1]);
    assert_eq!(ToRelay::parse(&push.to_bytes()), Err(DecodeError::TooLarge));
    // A length that the frame cannot back allocates nothing.
    let lie = [0x83, 0x03, 0x00, 0x9a, 0xff, 0xff, 0xff, 0xff];
    assert_eq!(ToReplica::parse(&lie), Err(DecodeError::TooLarge));
}

#[test]
fn a_full_mailbox_fits_a_frame() {
    let mut request = request();
    let card = request.admission.card.devices[0].clone();
    request.admission.card.devices = vec![card; limits::DEVICES_AT_ADMISSION_MAX];
    request.profile = vec![0; limits::PROFILE_BYTES_MAX];
    let mailbox = ToReplica::Mailbox {
        requests: vec![request; limits::REQUESTS_MAX],
        approvals: vec![approval(); limits::MAILBOX_APPROVALS_MAX],
    };
    let frame = mailbox.to_bytes();
    assert!(frame.len() < limits::FRAME_BYTES_MAX, "{} bytes", frame.len());
    assert_eq!(ToReplica::parse(&frame), Ok(mailbox));
}

#[test]
fn the_largest_stream_fits_a_frame() {
    let largest = limits::STREAM_BYTES_MAX + crate::envelope::ENVELOPE_BYTES_MAX + 64;
    assert!(largest + limits::STREAM_ITEMS_MAX * 5 + 32 < limits::FRAME_BYTES_MAX);
}

proptest! {
    /// T18: a message with any bytes changed, cut or doubled never panics.
    #[test]
    fn t18_altered_messages_never_panic(
        which in 0usize..64,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
        doubled in any::<bool>(),
    ) {
        let (relay, replica) = (to_relay(), to_replica());
        let mut frames: Vec<Vec<u8>> = relay.iter().map(ToRelay::to_bytes).collect();
        frames.extend(replica.iter().map(ToReplica::to_bytes));
        let mut frame = frames.swap_remove(which % frames.len());
        for (at, value) in changes {
            let at = at.index(frame.len());
            frame[at] = value;
        }
        if doubled {
            frame.extend_from_within(..);
        } else {
            frame.truncate(cut.index(frame.len()) + 1);
        }
        // What is read holds no more than the frame: nothing is made out of a length alone.
        if let Ok(message) = ToRelay::parse(&frame)
            && !matches!(message, ToRelay::Unknown(_))
        {
            prop_assert!(message.to_bytes().len() <= frame.len());
        }
        if let Ok(message) = ToReplica::parse(&frame)
            && !matches!(message, ToReplica::Unknown(_))
        {
            prop_assert!(message.to_bytes().len() <= frame.len());
        }
    }

    /// T18: noise never panics.
    #[test]
    fn t18_noise_never_panics(frame in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = ToRelay::parse(&frame);
        let _ = ToReplica::parse(&frame);
    }
}
