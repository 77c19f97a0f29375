//! Checkpoints: the exact text, and every other spelling refused.
#![allow(clippy::unwrap_used)]

use super::*;

fn relay() -> SigningSecret {
    SigningSecret::from_seed(&[5; 32])
}

fn relay_id() -> RelayId {
    RelayId::new(relay().public())
}

fn checkpoint() -> Checkpoint {
    Checkpoint { space: SpaceId::new([0xab; 32]), log: Log::Register, size: 42, root: [7; 32] }
}

#[test]
fn a_note_says_what_c2sp_says_it_should() {
    let note = checkpoint().sign(&relay());
    let mut lines = note.lines();
    assert_eq!(lines.next().unwrap(), format!("liaison.v1/reg/{}", "ab".repeat(32)));
    assert_eq!(lines.next(), Some("42"));
    assert_eq!(lines.next(), Some("BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="));
    assert_eq!(lines.next(), Some(""));
    assert!(lines.next().unwrap().starts_with("\u{2014} liaison.v1/reg/abab"));
    assert_eq!(lines.next(), None);
    assert!(note.len() <= NOTE_BYTES_MAX);
    assert_eq!(Checkpoint::verify(&note, &relay_id()), Ok(checkpoint()));
}

#[test]
fn the_longest_note_is_within_the_bound() {
    let checkpoint = Checkpoint { size: u64::MAX, ..checkpoint() };
    let note = checkpoint.sign(&relay());
    assert_eq!(note.len(), 324);
    assert_eq!(Checkpoint::verify(&note, &relay_id()), Ok(checkpoint));
}

#[test]
fn another_relay_or_another_text_is_refused() {
    let note = checkpoint().sign(&relay());
    let other = SigningSecret::from_seed(&[6; 32]);
    let verdict = Checkpoint::verify(&note, &RelayId::new(other.public()));
    assert_eq!(verdict, Err(Refusal::WrongRelay));
    let altered = note.replacen("\n42\n", "\n43\n", 1);
    assert_eq!(Checkpoint::verify(&altered, &relay_id()), Err(Refusal::BadSignature));
    let moved = note.replace("/reg/", "/jrn/");
    assert_eq!(Checkpoint::verify(&moved, &relay_id()), Err(Refusal::WrongRelay));
}

#[test]
fn every_other_spelling_is_malformed() {
    let note = checkpoint().sign(&relay());
    let spellings = [
        note.replacen("\n42\n", "\n042\n", 1),
        note.replacen("\n42\n", "\n+42\n", 1),
        note.replace("abab", "ABAB"),
        format!("{note}\n"),
        note.trim_end().to_owned(),
        format!("{note}\u{2014} other AAAA\n"),
        note.replace('\n', "\r\n"),
        note.replacen("\n\n", "\nextension\n\n", 1),
        String::new(),
        "x".repeat(1 << 20),
    ];
    for spelling in spellings {
        let verdict = Checkpoint::verify(&spelling, &relay_id());
        assert_eq!(verdict, Err(Refusal::Malformed), "{}", &spelling[..spelling.len().min(200)]);
    }
}

/// T18: whatever byte is changed, nothing panics and nothing passes.
#[test]
fn t18_no_altered_note_passes() {
    let note = checkpoint().sign(&relay());
    for at in 0..note.len() {
        for flip in [1u8, 0x20, 0x80] {
            let mut bytes = note.clone().into_bytes();
            bytes[at] ^= flip;
            if let Ok(altered) = String::from_utf8(bytes) {
                assert!(Checkpoint::verify(&altered, &relay_id()).is_err(), "byte {at}");
            }
        }
    }
}
