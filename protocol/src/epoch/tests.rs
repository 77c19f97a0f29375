//! Wraps and commitments, honest and dishonest.
#![allow(clippy::unwrap_used)]

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::*;
use crate::codec::{from_bytes, to_bytes};

const SPACE: SpaceId = SpaceId::new([1; 32]);

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([3; 32])
}

fn device(n: u8) -> (DeviceId, WrapSecret) {
    (DeviceId::new([n; 32]), WrapSecret::from_seed(&[n; 32]))
}

fn opening(secret: &EpochSecret, epoch: &EpochId, devices: &[u8]) -> Wraps {
    let keys: Vec<_> = devices.iter().map(|n| (device(*n).0, device(*n).1.public())).collect();
    let recipients = keys.iter().map(|(id, key)| (*id, key));
    Wraps::opening(&SPACE, epoch, secret, recipients, &mut rng()).unwrap()
}

fn failure(result: Result<EpochSecret, WrapFault>) -> WrapFault {
    result.err().unwrap()
}

#[test]
fn each_recipient_opens_its_part_and_nobody_elses() {
    let secret = EpochSecret::generate(&mut rng());
    let epoch = secret.id(&SPACE, &NO_EPOCH);
    let wraps = opening(&secret, &epoch, &[1, 2, 3]);
    let stored: Wraps = from_bytes(&to_bytes(&wraps)).unwrap();
    for n in 1..=3 {
        let (id, key) = device(n);
        let part = stored.for_device(&id);
        assert_eq!(part.ids().count(), 1);
        let opened = part.accept(&SPACE, (&NO_EPOCH, &epoch), (&id, &key)).unwrap();
        assert_eq!(opened.bytes(), secret.bytes());
    }
    let (stranger, key) = device(9);
    let verdict = stored.accept(&SPACE, (&NO_EPOCH, &epoch), (&stranger, &key));
    assert_eq!(failure(verdict), WrapFault::Missing);
    let verdict = stored.accept(&SPACE, (&NO_EPOCH, &epoch), (&device(1).0, &key));
    assert_eq!(failure(verdict), WrapFault::DoesNotOpen);
}

#[test]
fn a_grant_gives_several_epochs_to_one_device() {
    let (id, key) = device(4);
    let first = EpochSecret::from_bytes(&[1; 32]);
    let second = EpochSecret::from_bytes(&[2; 32]);
    let (a, b) = (first.id(&SPACE, &NO_EPOCH), second.id(&SPACE, &first.id(&SPACE, &NO_EPOCH)));
    let secrets = [(a, &first), (b, &second)];
    let grant = Wraps::grant(&SPACE, (id, &key.public()), secrets, &mut rng()).unwrap();
    assert_eq!(grant.for_device(&id), grant);
    let opened = grant.accept(&SPACE, (&NO_EPOCH, &a), (&id, &key)).unwrap();
    assert_eq!(opened.bytes(), first.bytes());
    let opened = grant.accept(&SPACE, (&a, &b), (&id, &key)).unwrap();
    assert_eq!(opened.bytes(), second.bytes());
}

/// T38: a device that is handed another secret than the committed one knows it.
#[test]
fn t38_a_split_key_is_noticed_by_the_misled_device() {
    let committed = EpochSecret::from_bytes(&[1; 32]);
    let other = EpochSecret::from_bytes(&[2; 32]);
    let epoch = committed.id(&SPACE, &NO_EPOCH);
    let mut wraps = opening(&committed, &epoch, &[1]);
    wraps.0.extend(opening(&other, &epoch, &[2]).0);
    let (a, key_a) = device(1);
    assert!(wraps.accept(&SPACE, (&NO_EPOCH, &epoch), (&a, &key_a)).is_ok());
    let (b, key_b) = device(2);
    let verdict = wraps.accept(&SPACE, (&NO_EPOCH, &epoch), (&b, &key_b));
    assert_eq!(failure(verdict), WrapFault::OtherSecret);
}

#[test]
fn a_wrap_serves_its_space_its_epoch_and_its_place_in_the_line() {
    let secret = EpochSecret::from_bytes(&[1; 32]);
    let epoch = secret.id(&SPACE, &NO_EPOCH);
    let wraps = opening(&secret, &epoch, &[1]);
    let (id, key) = device(1);
    let elsewhere = SpaceId::new([2; 32]);
    let verdict = wraps.accept(&elsewhere, (&NO_EPOCH, &epoch), (&id, &key));
    assert_eq!(failure(verdict), WrapFault::DoesNotOpen);
    let verdict = wraps.accept(&SPACE, (&EpochId::new([7; 32]), &epoch), (&id, &key));
    assert_eq!(failure(verdict), WrapFault::OtherSecret);
}

#[test]
fn a_blob_out_of_order_or_with_a_short_wrap_is_refused() {
    let blob = |pairs: &[(u8, usize)]| {
        let mut out = Writer::new();
        out.array(pairs.len());
        for (id, size) in pairs {
            out.array(2);
            out.bytes(&[*id; 32]);
            out.bytes(&vec![0; *size]);
        }
        from_bytes::<Wraps>(&out.finish())
    };
    assert!(blob(&[(1, WRAP_BYTES), (2, WRAP_BYTES)]).is_ok());
    assert_eq!(blob(&[(2, WRAP_BYTES), (1, WRAP_BYTES)]), Err(DecodeError::NotCanonical));
    assert_eq!(blob(&[(1, WRAP_BYTES), (1, WRAP_BYTES)]), Err(DecodeError::NotCanonical));
    assert_eq!(blob(&[(1, WRAP_BYTES - 1)]), Err(DecodeError::Invalid("wrap")));
}
