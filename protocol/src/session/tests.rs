//! Handshakes, honest and relayed by somebody in the middle.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::fixture::rng;

const SPACE: SpaceId = SpaceId::new([1; 32]);
const TLS: ChannelBinding = ChannelBinding::TlsExporter([7; 32]);

fn relay() -> SigningSecret {
    SigningSecret::from_seed(&[1; 32])
}

fn device() -> SigningSecret {
    SigningSecret::from_seed(&[2; 32])
}

fn dial(binding: ChannelBinding) -> (Dialled, Hello) {
    let expected = Some(RelayId::new(relay().public()));
    Dialled::new(SPACE, device().public(), expected, (binding, false), &mut rng(1)).unwrap()
}

#[test]
fn both_ends_agree_over_one_transport() {
    for binding in [ChannelBinding::None, TLS] {
        let (dialled, hello) = dial(binding);
        let (challenged, challenge) =
            Challenged::new(&hello, &relay(), (binding, false), &mut rng(2)).unwrap();
        let signature = dialled.answer(&challenge, &device()).unwrap();
        assert_eq!(challenged.prove(&signature).unwrap(), (SPACE, device().public()));
    }
}

/// T48: a relay with another key than the register's gets no signature at all.
#[test]
fn t48_a_replica_hangs_up_on_another_relay_before_it_signs() {
    let (dialled, hello) = dial(TLS);
    let other = SigningSecret::from_seed(&[3; 32]);
    let (_, challenge) = Challenged::new(&hello, &other, (TLS, false), &mut rng(2)).unwrap();
    assert_eq!(dialled.answer(&challenge, &device()).err(), Some(Refusal::WrongRelay));
    let (dialled, hello) = dial(TLS);
    let (_, mut challenge) = Challenged::new(&hello, &other, (TLS, false), &mut rng(2)).unwrap();
    challenge.relay = RelayId::new(relay().public());
    assert_eq!(dialled.answer(&challenge, &device()).err(), Some(Refusal::BadSignature));
}

/// T47: a proof heard once is worth nothing in another handshake.
#[test]
fn t47_a_replayed_proof_is_refused() {
    let (dialled, hello) = dial(TLS);
    let (_, challenge) = Challenged::new(&hello, &relay(), (TLS, false), &mut rng(2)).unwrap();
    let heard = dialled.answer(&challenge, &device()).unwrap();
    let (again, _) = Challenged::new(&hello, &relay(), (TLS, false), &mut rng(3)).unwrap();
    assert_eq!(again.prove(&heard).err(), Some(Refusal::BadSignature));
}

/// T47: somebody in the middle with a TLS of its own on each side fails on both.
#[test]
fn t47_a_handshake_relayed_over_two_transports_is_refused() {
    let (near, far) = (TLS, ChannelBinding::TlsExporter([8; 32]));
    let (dialled, hello) = dial(near);
    let (challenged, challenge) =
        Challenged::new(&hello, &relay(), (far, false), &mut rng(2)).unwrap();
    assert_eq!(dialled.answer(&challenge, &device()).err(), Some(Refusal::BadSignature));
    let transcript = Transcript {
        version: wire::VERSION,
        space: &SPACE,
        relay: &challenge.relay,
        key: &hello.key,
        replica_nonce: &hello.nonce,
        relay_nonce: &challenge.nonce,
        binding: &near,
    };
    let signed = crypto::sign(&device(), Label::HelloDevice, &SPACE, &transcript.hash());
    assert_eq!(challenged.prove(&signed).err(), Some(Refusal::BadSignature));
}

#[test]
fn a_required_binding_is_required_at_both_ends() {
    let key = device().public();
    let verdict = Dialled::new(SPACE, key, None, (ChannelBinding::None, true), &mut rng(1));
    assert_eq!(verdict.err(), Some(Refusal::BindingRequired));
    let (_, hello) = dial(ChannelBinding::None);
    let verdict = Challenged::new(&hello, &relay(), (ChannelBinding::None, true), &mut rng(2));
    assert_eq!(verdict.err(), Some(Refusal::BindingRequired));
    assert!(Challenged::new(&hello, &relay(), (TLS, true), &mut rng(2)).is_ok());
}

#[test]
fn versions_must_meet() {
    let (_, mut hello) = dial(TLS);
    hello.versions = vec![2, 3];
    let verdict = Challenged::new(&hello, &relay(), (TLS, false), &mut rng(2));
    assert_eq!(verdict.err(), Some(Refusal::VersionMismatch));
    let (dialled, hello) = dial(TLS);
    let (_, mut challenge) = Challenged::new(&hello, &relay(), (TLS, false), &mut rng(2)).unwrap();
    challenge.version = 9;
    assert_eq!(dialled.answer(&challenge, &device()).err(), Some(Refusal::VersionMismatch));
}

#[test]
fn another_key_does_not_prove_the_one_that_said_hello() {
    let (dialled, hello) = dial(TLS);
    let (challenged, challenge) =
        Challenged::new(&hello, &relay(), (TLS, false), &mut rng(2)).unwrap();
    let thief = SigningSecret::from_seed(&[9; 32]);
    let signature = dialled.answer(&challenge, &thief).unwrap();
    assert_eq!(challenged.prove(&signature).err(), Some(Refusal::BadSignature));
}
