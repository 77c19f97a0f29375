//! Statements and files: one spelling, bounded, and one character changed shows.

use super::*;
use crate::id::hex;

fn frozen() -> Frozen {
    Frozen {
        form: 1,
        space: SpaceId::new([1; 32]),
        document: DocumentId::new([2; 16]),
        salt: [3; 32],
        heads: vec![[4; 32], [5; 32]],
        text: sha256("titre\n".as_bytes()),
        at: Timestamp::from_ms(1_700_000_000_000),
        decision: Decision {
            words: "COPIL du 12 mars, décision 4".to_owned(),
            meeting: Some(DocumentId::new([6; 16])),
        },
        signatories: vec![
            Signatory { partner: Some(PartnerId::new([7; 16])), name: "Les Hirondelles".into() },
            Signatory { partner: None, name: "Préfecture".into() },
        ],
        amends: Some([8; 32]),
    }
}

fn file() -> FrozenFile {
    FrozenFile {
        versions: vec![(frozen(), "titre\n".to_owned())],
        pdfs: vec![[9; 32]],
        entries: vec![vec![1, 2, 3]],
        checkpoint: "note".to_owned(),
    }
}

/// What visas name follows from these bytes for ever.
#[test]
fn golden_version_and_attachment() {
    let told = [frozen().version(), frozen().attach(&[9; 32]), sha256(&file().to_file())];
    assert_eq!(told.map(|hash| hex(&hash)), GOLDEN);
}

/// The version, a PDF attached to it, and the digest of a whole file.
const GOLDEN: [&str; 3] = [
    "d999e70f09b4e07b019ebecd4f0e27a1cf719bc833a64c3623beb95ea54391b9",
    "7e875cd4c20bd3293e60958ab12f2a9c382c3dd7096f74a26211199a608f36b9",
    "ca89c1a00a70cbf4df2dbfe97a7d4e1eb8c3ca3166bc17637e152776fa1b1fb7",
];

#[test]
fn a_statement_reads_back_and_every_part_of_it_is_bound() {
    let one = frozen();
    assert_eq!(Frozen::from_word(&one.to_word()), Ok(one.clone()));
    let others = [
        Frozen { salt: [0; 32], ..one.clone() },
        Frozen { space: SpaceId::new([0; 32]), ..one.clone() },
        Frozen { document: DocumentId::new([0; 16]), ..one.clone() },
        Frozen { heads: vec![[4; 32]], ..one.clone() },
        Frozen { text: sha256(b"titre,\n"), ..one.clone() },
        Frozen { decision: Decision::default(), ..one.clone() },
        Frozen { signatories: vec![], ..one.clone() },
        Frozen { amends: None, ..one.clone() },
        Frozen { form: 2, ..one.clone() },
    ];
    for other in others {
        assert_ne!(other.version(), one.version());
        assert_ne!(other.attach(&[9; 32]), one.attach(&[9; 32]));
    }
    assert!(one.holds("titre\n") && !one.holds("titre,\n"));
}

#[test]
fn a_statement_in_disorder_or_too_large_is_refused() {
    let unsorted = Frozen { heads: vec![[5; 32], [4; 32]], ..frozen() };
    assert_eq!(Frozen::from_word(&unsorted.to_word()), Err(DecodeError::Invalid("heads")));
    let none = Frozen { heads: vec![], ..frozen() };
    assert_eq!(Frozen::from_word(&none.to_word()), Err(DecodeError::Invalid("heads")));
    let decision = Decision { words: "deux\nlignes".into(), meeting: None };
    let broken = Frozen { decision, ..frozen() };
    assert_eq!(Frozen::from_word(&broken.to_word()), Err(DecodeError::Invalid("text")));
    let many = vec![Signatory { partner: None, name: "x".repeat(100) }; 100];
    let large = Frozen { signatories: many, ..frozen() };
    assert_eq!(Frozen::from_word(&large.to_word()), Err(DecodeError::TooLarge));
    let mut word = frozen().to_word();
    word.push('A');
    assert!(Frozen::from_word(&word).is_err());
}

#[test]
fn a_file_reads_back_and_any_bit_of_it_that_differs_is_noticed() {
    let bytes = file().to_file();
    assert!(FrozenFile::is_one(&bytes));
    assert_eq!(FrozenFile::from_file(&bytes), Ok(file()));
    for at in 0..bytes.len() {
        let mut other = bytes.clone();
        other[at] ^= 1;
        assert!(FrozenFile::from_file(&other).is_err(), "byte {at}");
        assert!(FrozenFile::from_file(&bytes[..at]).is_err(), "cut at {at}");
    }
    assert!(FrozenFile::from_file(&[bytes.clone(), bytes].concat()).is_err(), "two glued");
}

#[test]
fn a_file_with_another_digest_is_still_bounded() {
    let whole = |body: &[u8]| {
        let mut file = MAGIC.to_vec();
        file.extend_from_slice(body);
        let digest = sha256(&file);
        [file, digest.to_vec()].concat()
    };
    let huge = [0xa4, 0x00, 0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    assert_eq!(FrozenFile::from_file(&whole(&huge)), Err(DecodeError::TooLarge));
    let empty = FrozenFile { versions: vec![], ..file() };
    assert_eq!(FrozenFile::from_file(&empty.to_file()), Err(DecodeError::Missing(0)));
    let body = codec::to_bytes(&file());
    let glued = whole(&[body.clone(), body].concat());
    assert_eq!(FrozenFile::from_file(&glued), Err(DecodeError::Trailing));
}
