//! Examples of the crypto wrappers, and the property that no label prefixes another.
#![allow(clippy::unwrap_used)]

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::*;
use crate::id::SpaceId;

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([1; 32])
}

/// T46: bytes made for one purpose can never be presented as another.
#[test]
fn t46_no_label_is_a_prefix_of_another() {
    for a in Label::ALL {
        for b in Label::ALL {
            assert!(a == b || !b.bytes().starts_with(a.bytes()), "{a:?} prefixes {b:?}");
        }
        assert!(!b"cosignature/v1\n".starts_with(a.bytes()));
        assert!(!a.bytes().starts_with(b"cosignature/v1\n"));
    }
}

#[test]
fn a_signature_serves_one_label_one_space_one_body() {
    let secret = SigningSecret::generate(&mut rng());
    let (here, there) = (SpaceId::new([1; 32]), SpaceId::new([2; 32]));
    let signature = sign(&secret, Label::Act, &here, b"body");
    assert!(verify(&secret.public(), Label::Act, &here, b"body", &signature).is_ok());
    assert!(verify(&secret.public(), Label::Approval, &here, b"body", &signature).is_err());
    assert!(verify(&secret.public(), Label::Act, &there, b"body", &signature).is_err());
    assert!(verify(&secret.public(), Label::Act, &here, b"bodY", &signature).is_err());
}

/// T14: with the identity as key, R = identity and S = 0 satisfy a lax verifier.
#[test]
fn t14_an_identity_key_signature_is_refused() {
    let mut identity = [0u8; 32];
    identity[0] = 1;
    let mut signature = [0u8; 64];
    signature[0] = 1;
    let signature = Signature(signature);
    let space = SpaceId::new([0; 32]);
    assert!(verify(&identity, Label::Act, &space, b"any", &signature).is_err());
    assert_eq!(admit_key(&identity).err(), Some(KeyRefusal::Weak));
}

/// T15: a signature whose R has a component of small order passes batch checks, not ours.
#[test]
fn t15_a_mixed_order_r_is_refused() {
    use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
    use curve25519_dalek::scalar::Scalar;
    let secret = SigningSecret::generate(&mut rng());
    let space = SpaceId::new([0; 32]);
    let good = sign(&secret, Label::Act, &space, b"body");
    let nonce = Scalar::from(1234u64);
    let mixed = nonce * ED25519_BASEPOINT_POINT + EIGHT_TORSION[1];
    let mut forged = good.0;
    forged[..32].copy_from_slice(mixed.compress().as_bytes());
    let verdict = verify(&secret.public(), Label::Act, &space, b"body", &Signature(forged));
    assert!(verdict.is_err());
}

#[test]
fn a_mixed_order_key_is_not_admitted() {
    use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
    use curve25519_dalek::scalar::Scalar;
    let mixed = Scalar::from(77u64) * ED25519_BASEPOINT_POINT + EIGHT_TORSION[1];
    let refusal = admit_key(mixed.compress().as_bytes()).err();
    assert_eq!(refusal, Some(KeyRefusal::MixedOrder));
}

#[test]
fn a_wrap_opens_for_its_recipient_in_its_context_only() {
    let secret = WrapSecret::generate(&mut rng());
    let wrap = wrap_secret(&secret.public(), &[b"here"], &[9; 32], &mut rng()).unwrap();
    assert_eq!(wrap.len(), WRAP_BYTES);
    assert_eq!(*unwrap_secret(&secret, &[b"here"], &wrap).unwrap(), [9; 32]);
    assert!(unwrap_secret(&secret, &[b"there"], &wrap).is_err());
    let other = WrapSecret::from_seed(&[3; 32]);
    assert!(unwrap_secret(&other, &[b"here"], &wrap).is_err());
}

#[test]
fn a_key_that_cannot_receive_is_not_admitted() {
    let good = WrapSecret::generate(&mut rng()).public();
    assert!(good.admit().is_ok());
    let mut bytes = good.bytes().to_vec();
    bytes[WrapPublic::SIZE - 32..].fill(0);
    assert!(WrapPublic::from_slice(&bytes).unwrap().admit().is_err());
}

#[test]
fn a_sealed_text_is_bound_to_its_associated_text() {
    let key = SymmetricKey::generate(&mut rng());
    let (nonce, sealed) = seal(&key, b"there", b"plain", &mut rng());
    assert_eq!(open(&key, &nonce, b"there", &sealed).unwrap().as_slice(), b"plain");
    assert!(open(&key, &nonce, b"elsewhere", &sealed).is_err());
}
