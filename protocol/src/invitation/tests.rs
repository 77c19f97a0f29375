//! Invitations, requests, words and the strings people copy.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::fixture::{Machine, Org, rng};

const SPACE: SpaceId = SpaceId::new([1; 32]);

fn secret() -> InvitationSecret {
    InvitationSecret::from_bytes(&[5; 16])
}

fn invitation() -> Invitation {
    Invitation {
        space: SPACE,
        url: "wss://relais.example:443/v1".to_owned(),
        relay: RelayId::new([2; 32]),
        sponsor: PartnerId::new([3; 16]),
        secret: secret(),
        role: Role::Member,
        history: History::All,
        title: Some("PTSM des Trois Vallées".to_owned()),
    }
}

fn admission(org: &Org) -> Admission {
    Admission {
        card: org.card(),
        role: Role::Member,
        history: History::None,
        sponsor: PartnerId::new([3; 16]),
        invitation: secret().tag(&SPACE),
    }
}

fn request() -> JoinRequest {
    let org = Org::new(7);
    let profile = secret().seal_profile(&SPACE, b"CHU", &mut rng(1)).unwrap();
    JoinRequest::sign(&org.voice, &SPACE, admission(&org), profile)
}

#[test]
fn an_invitation_survives_print_and_paste_with_line_breaks() {
    let printed = invitation().to_string();
    assert!(printed.starts_with("liaison-invitation-"));
    let broken: String = printed
        .chars()
        .enumerate()
        .flat_map(|(n, c)| if n % 60 == 59 { vec!['\n', ' ', c] } else { vec![c] })
        .collect();
    let pasted: Invitation = broken.parse().unwrap();
    assert_eq!(pasted.to_string(), printed);
    assert_eq!(pasted.secret.bytes(), secret().bytes());
    assert_eq!(pasted.title.as_deref(), Some("PTSM des Trois Vallées"));
    assert_eq!(pasted.url, "wss://relais.example:443/v1");
}

#[test]
fn a_typo_a_cut_and_another_sort_are_told_apart() {
    let printed = invitation().to_string();
    for at in 20..printed.len() {
        let mut bytes = printed.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let typo = String::from_utf8(bytes).unwrap();
        assert_eq!(typo.parse::<Invitation>().err(), Some(PasteError::Damaged), "at {at}");
        let cut = &printed[..at];
        assert_eq!(cut.parse::<Invitation>().err(), Some(PasteError::Damaged), "cut at {at}");
    }
    let request = DeviceRequest(Machine::new(4).card()).to_string();
    let expected = "liaison-invitation-";
    assert_eq!(request.parse::<Invitation>().err(), Some(PasteError::NotThis { expected }));
    let huge = "x".repeat(1 << 20);
    assert_eq!(huge.parse::<Invitation>().err(), Some(PasteError::NotThis { expected }));
    let newer = {
        let body = codec::to_bytes(&invitation());
        let mut bytes = vec![2];
        bytes.extend_from_slice(&body);
        printed::print_bytes("liaison-invitation-", bytes)
    };
    assert_eq!(newer.parse::<Invitation>().err(), Some(PasteError::Newer));
}

#[test]
fn device_strings_come_back() {
    let request = DeviceRequest(Machine::new(4).card());
    let pasted: DeviceRequest = request.to_string().parse().unwrap();
    assert_eq!(pasted, request);
    assert_eq!(pasted.0.check(), Ok(()));
    let welcome = DeviceWelcome {
        space: SPACE,
        url: "wss://relais.example".to_owned(),
        relay: RelayId::new([2; 32]),
        partner: PartnerId::new([3; 16]),
    };
    assert_eq!(welcome.to_string().parse::<DeviceWelcome>(), Ok(welcome));
}

#[test]
fn a_request_proves_its_keys_and_its_space() {
    let request = request();
    let back: JoinRequest = codec::from_bytes(&codec::to_bytes(&request)).unwrap();
    assert_eq!(back, request);
    assert_eq!(request.verify(&SPACE), Ok(()));
    assert_eq!(request.id(), Measure::Admit(request.admission.clone()).id());
    assert_eq!(request.verify(&SpaceId::new([2; 32])), Err(Refusal::BadSignature));
    let mut other = request.clone();
    other.admission.role = Role::Guarantor;
    assert_eq!(other.verify(&SPACE), Err(Refusal::BadSignature));
    let mut other = request.clone();
    other.profile.push(0);
    assert_eq!(other.verify(&SPACE), Err(Refusal::BadSignature));
    let org = Org::new(7);
    let mut without = admission(&org);
    without.card.devices.clear();
    let without = JoinRequest::sign(&org.voice, &SPACE, without, Vec::new());
    assert_eq!(without.verify(&SPACE), Err(Refusal::NotSorted));
    let mut stolen = admission(&org);
    stolen.card.devices[0].proof = Signature([0; 64]);
    let stolen = JoinRequest::sign(&org.voice, &SPACE, stolen, Vec::new());
    assert_eq!(stolen.verify(&SPACE), Err(Refusal::BadSignature));
}

#[test]
fn a_profile_opens_for_whoever_holds_the_invitation() {
    let request = request();
    assert_eq!(secret().open_profile(&SPACE, &request.profile).unwrap().as_slice(), b"CHU");
    let other = InvitationSecret::from_bytes(&[6; 16]);
    assert!(other.open_profile(&SPACE, &request.profile).is_err());
    assert!(secret().open_profile(&SpaceId::new([2; 32]), &request.profile).is_err());
    assert!(secret().open_profile(&SPACE, &[0; 10]).is_err());
    let long = vec![0; limits::PROFILE_BYTES_MAX];
    assert_eq!(secret().seal_profile(&SPACE, &long, &mut rng(1)), Err(Refusal::TooLarge));
}

/// The relay learns the pass when somebody knocks, never the secret nor the profile's key.
#[test]
fn what_a_relay_sees_gives_neither_the_secret_nor_the_profile() {
    let pass = secret().pass(&SPACE);
    assert_eq!(invitation_tag(&pass), secret().tag(&SPACE));
    assert_ne!(&pass, secret().bytes());
    assert_ne!(pass, secret().pass(&SpaceId::new([2; 32])));
    let as_secret = InvitationSecret::from_bytes(&pass);
    assert!(as_secret.open_profile(&SPACE, &request().profile).is_err());
}

#[test]
fn the_words_follow_every_key_and_the_space() {
    let org = Org::new(7);
    let words = words_digest(&SPACE, &admission(&org));
    assert_eq!(words, words_digest(&SPACE, &admission(&org)));
    assert_ne!(words, words_digest(&SpaceId::new([2; 32]), &admission(&org)));
    assert_ne!(words, words_digest(&SPACE, &admission(&Org::new(8))));
    let mut swapped = admission(&org);
    swapped.card.devices = vec![Machine::new(9).card()];
    assert_ne!(words, words_digest(&SPACE, &swapped));
}
