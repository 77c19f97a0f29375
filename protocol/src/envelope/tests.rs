//! Envelopes: the exact bytes, what opens, and everything that must not.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::padding::{pad, padme, unpad};
use super::*;
use crate::epoch::NO_EPOCH;

const SPACE: SpaceId = SpaceId::new([1; 32]);
const DOCUMENT: DocumentId = DocumentId::new([2; 16]);
const INCARNATION: Incarnation = Incarnation::new([3; 16]);

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([4; 32])
}

fn device() -> SigningSecret {
    SigningSecret::from_seed(&[5; 32])
}

fn secret() -> EpochSecret {
    EpochSecret::from_bytes(&[6; 32])
}

fn place() -> Place {
    Place {
        space: SPACE,
        document: DOCUMENT,
        epoch: secret().id(&SPACE, &NO_EPOCH),
        incarnation: INCARNATION,
        counter: 1,
        previous: NO_ENVELOPE,
    }
}

fn changes(place: &Place, payload: &[u8]) -> Changes {
    let attested = Attested::at(place, &[7; 32]);
    attested.changes(&device(), Coding::Plain, payload.len() as u64, payload.to_vec())
}

fn sealed(payload: &[u8]) -> Envelope {
    let content = Content::Changes(changes(&place(), payload));
    Envelope::seal(&place(), &secret(), &device(), &content, &mut rng()).unwrap()
}

#[test]
fn the_overhead_is_284_bytes() {
    assert_eq!(OVERHEAD_BYTES, 284);
    let envelope = sealed(b"hello");
    assert_eq!(envelope.bytes().len(), 284 + 256);
}

#[test]
fn what_is_sealed_opens_with_its_place_and_its_author() {
    let place = place();
    let adoption = Content::Adoption {
        from: DeviceId::new([9; 32]),
        from_incarnation: Incarnation::new([8; 16]),
        changes: changes(&place, b"adopted"),
    };
    let own = Changes { seen: Some([1; 32]), ..changes(&place, b"own") };
    let directory = Content::Directory(b"opaque".to_vec());
    let renewal = Content::Renewal {
        from: DeviceId::new([9; 32]),
        of: vec![[7; 32], [6; 32]],
        changes: changes(&place, b"renewed"),
    };
    for content in [Content::Changes(own), adoption, directory, renewal] {
        let sealed = Envelope::seal(&place, &secret(), &device(), &content, &mut rng()).unwrap();
        let envelope = Envelope::parse(sealed.bytes()).unwrap();
        assert_eq!(envelope, sealed);
        assert_eq!(envelope.verify(), Ok(()));
        assert_eq!(envelope.header().kind, content.kind());
        assert_eq!(envelope.header().device.bytes(), &device().public());
        assert_eq!(envelope.header().counter, 1);
        assert_eq!(envelope.open(&secret()).unwrap(), content);
    }
}

/// The bytes of the first release, with fixed seeds: they must be readable for ever.
#[test]
fn golden_bytes_are_made_and_read() {
    let envelope = sealed(b"golden");
    let digest = envelope.id();
    assert_eq!(&envelope.bytes()[..8], b"LIA1\x01\x01\0\0");
    assert_eq!(&envelope.bytes()[8..40], SPACE.bytes());
    assert_eq!(&envelope.bytes()[40..56], DOCUMENT.bytes());
    assert_eq!(&envelope.bytes()[56..88], place().epoch.bytes());
    assert_eq!(&envelope.bytes()[88..120], &device().public());
    assert_eq!(&envelope.bytes()[120..136], INCARNATION.bytes());
    assert_eq!(&envelope.bytes()[136..144], &[0, 0, 0, 0, 0, 0, 0, 1]);
    assert_eq!(&envelope.bytes()[144..176], &[0; 32]);
    assert_eq!(&envelope.bytes()[176..180], &[0, 0, 1, 0]);
    assert_eq!(digest.to_string(), GOLDEN_ID);
}

const GOLDEN_ID: &str = "f1c2d8870d0dfbfb193975385a1ffce343ba6fe0a05f3d327f19aa6eecee3b5f";

/// T45: an envelope serves its own space, document, device and position only.
#[test]
fn t45_a_moved_envelope_does_not_verify_and_does_not_open() {
    let good = sealed(b"here");
    for at in [8, 40, 56, 88, 120, 143, 144] {
        let mut bytes = good.bytes().to_vec();
        bytes[at] ^= 1;
        let moved = Envelope::parse(&bytes).unwrap();
        assert_eq!(moved.verify(), Err(Refusal::BadSignature), "byte {at}");
        assert_eq!(moved.open(&secret()).err(), Some(OpenError::Sealed), "byte {at}");
    }
}

/// T45: a member that signs another's ciphertext anew has no attestation for it.
#[test]
fn t45_a_content_sealed_again_by_another_device_is_not_attested() {
    let thief = SigningSecret::from_seed(&[66; 32]);
    let content = Content::Changes(changes(&place(), b"mine"));
    let stolen = Envelope::seal(&place(), &secret(), &thief, &content, &mut rng()).unwrap();
    assert_eq!(stolen.verify(), Ok(()));
    assert_eq!(stolen.open(&secret()).err(), Some(OpenError::Attestation));
    let later = Place { counter: 2, ..place() };
    let replayed = Envelope::seal(&later, &secret(), &device(), &content, &mut rng()).unwrap();
    assert_eq!(replayed.open(&secret()).err(), Some(OpenError::Attestation));
}

/// T39: a ciphertext made to open under two keys gains nothing, for the key is fixed by the
/// epoch that the header names: with any other secret it does not open at all.
#[test]
fn t39_only_the_committed_key_opens() {
    let envelope = sealed(b"one text");
    let other = EpochSecret::from_bytes(&[60; 32]);
    assert_ne!(other.id(&SPACE, &NO_EPOCH), envelope.header().epoch);
    assert_eq!(envelope.open(&other).err(), Some(OpenError::Sealed));
}

#[test]
fn an_envelope_of_tomorrow_is_said_to_be_one() {
    for (at, value) in [(4, 2), (4, 6), (4, 200), (5, 2), (6, 1), (7, 1)] {
        let mut bytes = sealed(b"x").into_bytes();
        bytes[at] = value;
        assert_eq!(Envelope::parse(&bytes).err(), Some(Refusal::NewerThanUs), "byte {at}");
    }
    let mut bytes = sealed(b"x").into_bytes();
    bytes[0] = b'M';
    assert_eq!(Envelope::parse(&bytes).err(), Some(Refusal::Malformed));
}

#[test]
fn sizes_are_bounded_before_anything_else() {
    let good = sealed(b"x");
    for size in [0, 4, HEADER_BYTES, OVERHEAD_BYTES, good.bytes().len() - 1] {
        let verdict = Envelope::parse(&good.bytes()[..size]).err();
        assert_eq!(verdict, Some(Refusal::Malformed), "{size} bytes");
    }
    let huge = vec![0; ENVELOPE_BYTES_MAX + 1];
    assert_eq!(Envelope::parse(&huge).err(), Some(Refusal::TooLarge));
    let mut bytes = good.into_bytes();
    bytes[176] = 0xff;
    assert_eq!(Envelope::parse(&bytes).err(), Some(Refusal::TooLarge));
    let content = Content::Directory(vec![1; limits::CIPHERTEXT_BYTES_MAX - 4]);
    let largest = Envelope::seal(&place(), &secret(), &device(), &content, &mut rng()).unwrap();
    assert_eq!(largest.bytes().len(), ENVELOPE_BYTES_MAX);
    assert_eq!(Envelope::parse(largest.bytes()).unwrap().open(&secret()).unwrap(), content);
    let content = Content::Directory(vec![1; limits::CIPHERTEXT_BYTES_MAX - 3]);
    let verdict = Envelope::seal(&place(), &secret(), &device(), &content, &mut rng());
    assert_eq!(verdict.err(), Some(Refusal::TooLarge));
}

#[test]
fn a_declared_size_beyond_the_bound_is_refused() {
    let bomb = Changes { coding: Coding::Deflate, size: 64 << 20, ..changes(&place(), b"x") };
    let content = Content::Changes(bomb);
    let envelope = Envelope::seal(&place(), &secret(), &device(), &content, &mut rng()).unwrap();
    let verdict = envelope.open(&secret()).err();
    assert_eq!(verdict, Some(OpenError::Content(DecodeError::TooLarge)));
    let liar = Changes { size: 2, ..changes(&place(), b"x") };
    let content = Content::Changes(liar);
    let envelope = Envelope::seal(&place(), &secret(), &device(), &content, &mut rng()).unwrap();
    let verdict = envelope.open(&secret()).err();
    assert_eq!(verdict, Some(OpenError::Content(DecodeError::Invalid("size"))));
}

#[test]
fn padding_is_padme_with_a_floor() {
    for (bytes, padded) in [(0, 256), (256, 256), (257, 272), (1000, 1024), (100_001, 100_352)] {
        assert_eq!(padme(bytes), padded, "{bytes}");
    }
    assert_eq!(padme(limits::CIPHERTEXT_BYTES_MAX), limits::CIPHERTEXT_BYTES_MAX);
    let mut padded = pad(b"abc").unwrap();
    assert_eq!(unpad(&padded), Some(b"abc".as_slice()));
    padded[255] = 1;
    assert_eq!(unpad(&padded), None, "something hides in the padding");
    assert_eq!(unpad(&[0; 255]), None);
    assert_eq!(unpad(&[0xff; 256]), None);
}

proptest! {
    #[test]
    fn any_payload_comes_back(payload in prop::collection::vec(any::<u8>(), 0..5000)) {
        let envelope = sealed(&payload);
        let opened = envelope.open(&secret()).unwrap();
        prop_assert_eq!(opened, Content::Changes(changes(&place(), &payload)));
        let padded = envelope.bytes().len() - OVERHEAD_BYTES;
        prop_assert!(padded <= 256 || padded * 100 <= (payload.len() + 160) * 112);
    }

    /// T18: altered envelopes never panic, and none that parses verifies.
    #[test]
    fn t18_no_altered_envelope_verifies(at in 0usize..540, flip in 1u8..=255) {
        let mut bytes = sealed(b"fuzz").into_bytes();
        bytes[at] ^= flip;
        if let Ok(envelope) = Envelope::parse(&bytes) {
            prop_assert_eq!(envelope.verify(), Err(Refusal::BadSignature));
            let _ = envelope.open(&secret());
        }
    }

    /// T18: noise never panics.
    #[test]
    fn t18_noise_is_no_envelope(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        prop_assert!(Envelope::parse(&bytes).is_err());
    }
}
