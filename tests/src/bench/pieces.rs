//! The parts of which everything else is made: a signature checked, an envelope sealed and
//! opened, a long document opened, one more change taken into it.

use automerge::{Automerge, Change};
use client_core::admission::{ActorRule, Arrival};
use client_core::document::{Author, Document, Edit, RawChange};
use client_core::kinds::Catalogue;
use protocol::crypto::{Label, SigningSecret, sign, verify};
use protocol::env::Timestamp;
use protocol::envelope::{Attested, Coding, Content, Envelope, NO_ENVELOPE, Place};
use protocol::epoch::{EpochSecret, NO_EPOCH};
use protocol::id::{DeviceId, DocumentId, Incarnation, SpaceId};
use std::time::Duration;

use super::{Amount, Line, spent, trace};
use crate::chance::stream;

/// Signatures and envelopes made for one figure.
const TIMES: u32 = 4_000;
/// Bytes of changes in one envelope: a second of typing.
pub(super) const PAYLOAD_BYTES: usize = 180;
/// Changes of the document that is long.
const LONG_CHANGES: usize = 10_000;
/// Edits that come to more changes than these.
const LONG_EDITS: usize = LONG_CHANGES * trace::EDITS_PER_CHANGE;
/// Changes taken in one by one.
const LATE_CHANGES: usize = 100;

const SPACE: SpaceId = SpaceId::new([1; 32]);
const DOCUMENT: DocumentId = DocumentId::new([2; 16]);
const INCARNATION: Incarnation = Incarnation::new([3; 16]);

/// Returns who writes the documents made here.
#[must_use]
pub fn author() -> Author {
    let time = Timestamp::from_ms(crate::world::WALL_START_MS);
    Author { device: DeviceId::new([4; 32]), incarnation: INCARNATION, time }
}

/// Returns a convention that was just made, and its changes.
///
/// # Errors
/// Says why it cannot be made.
pub fn fresh_document() -> Result<(Document, Vec<Vec<u8>>), String> {
    let catalogue = Catalogue::STANDARD;
    let kind = catalogue.find("convention").ok_or("no convention in the catalogue")?;
    let made = Document::create(SPACE, DOCUMENT, catalogue, kind, "banc", &author());
    let (document, edited) = made.map_err(|refusal| format!("{refusal:?}"))?;
    Ok((document, edited.changes.into_iter().map(|change| change.bytes).collect()))
}

/// Returns a document of ten thousand changes, and them.
///
/// # Errors
/// Says which change is refused.
pub fn long_document() -> Result<(Document, Vec<Vec<u8>>), String> {
    let mut rewrites = trace::split(&trace::made(LONG_EDITS));
    // One change for the beginning, one for the title and one for each section come on top.
    rewrites.truncate(LONG_CHANGES.saturating_sub(2 + trace::sections(&rewrites)));
    trace::written(&rewrites)
}

/// Reads a saved document back.
///
/// # Errors
/// Says that it does not read.
pub fn load(saved: &[u8]) -> Result<Document, String> {
    let loaded = Document::load(SPACE, DOCUMENT, Catalogue::STANDARD, saved);
    loaded.map_err(|refusal| format!("a document just saved does not load: {refusal:?}"))
}

/// Returns the time of one strict signature check.
#[must_use]
pub fn verification() -> Duration {
    let key = SigningSecret::generate(&mut stream(1, "bench key", 0));
    let body = [7; 500];
    let signature = sign(&key, Label::Envelope, &SPACE, &body);
    let public = key.public();
    let (all, took) = spent(|| {
        let holds = |_| verify(&public, Label::Envelope, &SPACE, &body, &signature).is_ok();
        (0..TIMES).all(holds)
    });
    assert!(all, "a signature just made holds");
    took / TIMES
}

/// Returns the time of one signature.
fn signature() -> Duration {
    let key = SigningSecret::generate(&mut stream(1, "bench key", 0));
    let body = [7; 500];
    let (last, took) = spent(|| {
        (0..TIMES)
            .map(|_| sign(&key, Label::Envelope, &SPACE, &body))
            .fold(0, |sum, signature| u64::from(signature.0[0]) + sum)
    });
    assert!(last > 0 || TIMES > 0, "signatures are made, not left out");
    took / TIMES
}

/// Measures envelopes, then documents.
///
/// # Errors
/// Says what does not work.
pub fn measure() -> Result<Vec<Line>, String> {
    let mut lines = envelopes()?;
    lines.extend(documents()?);
    Ok(lines)
}

fn envelopes() -> Result<Vec<Line>, String> {
    let device = SigningSecret::generate(&mut stream(1, "bench device", 0));
    let secret = EpochSecret::generate(&mut stream(1, "bench epoch", 0));
    let epoch = secret.id(&SPACE, &NO_EPOCH);
    let mut rng = stream(1, "bench nonces", 0);
    let mut seal = |counter: u64| {
        let (space, document, incarnation) = (SPACE, DOCUMENT, INCARNATION);
        let place = Place { space, document, epoch, incarnation, counter, previous: NO_ENVELOPE };
        sealed(&place, &secret, &device, &mut rng)
    };
    let (envelopes, sealing) = spent(|| (1..=u64::from(TIMES)).map(&mut seal).collect::<Vec<_>>());
    let (opened, opening) =
        spent(|| envelopes.iter().all(|one| one.verify().is_ok() && one.open(&secret).is_ok()));
    if !opened {
        return Err("an envelope just sealed does not open".to_owned());
    }
    let micros = |micros| Some(Amount::Time(Duration::from_micros(micros)));
    Ok(vec![
        Line {
            id: "envelope_seal",
            what: "one envelope attested, sealed and signed".to_owned(),
            figure: Amount::Time(sealing / TIMES),
            beside: "one Ed25519 signature (an envelope takes two)".to_owned(),
            other: Amount::Time(signature()),
            budget: micros(20),
        },
        Line {
            id: "envelope_open",
            what: "one envelope verified, opened, its attestation verified".to_owned(),
            figure: Amount::Time(opening / TIMES),
            beside: "one strict Ed25519 check (an envelope takes two)".to_owned(),
            other: Amount::Time(verification()),
            budget: micros(40),
        },
    ])
}

/// Seals a second of typing as a replica does.
pub(super) fn sealed(
    place: &Place,
    secret: &EpochSecret,
    device: &SigningSecret,
    rng: &mut rand_chacha::ChaCha20Rng,
) -> Envelope {
    let (size, payload) = (PAYLOAD_BYTES as u64, vec![5; PAYLOAD_BYTES]);
    let attested = Attested::at(place, &[1; 32]);
    let content = Content::Changes(attested.changes(device, Coding::Plain, size, payload));
    Envelope::seal(place, secret, device, &content, rng).expect("a small content")
}

fn documents() -> Result<Vec<Line>, String> {
    let (document, raw) = long_document()?;
    let count = raw.len();
    let saved = document.save();
    let (loaded, loading) = spent(|| load(&saved));
    let bare_saved = trace::bare(raw)?.save();
    let (bare, bare_loading) = spent(|| Automerge::load(&bare_saved));
    let bare = bare.map_err(|error| error.to_string())?;
    let opened = Line {
        id: "document_open",
        what: format!("opening a saved document of {count} changes"),
        figure: Amount::Time(loading),
        beside: "bare Automerge opening the same".to_owned(),
        other: Amount::Time(bare_loading),
        budget: Some(Amount::Time(Duration::from_millis(250))),
    };
    Ok(vec![opened, late(loaded?, bare, document)?])
}

/// Takes changes of somebody else one by one, as they come live.
fn late(mut to: Document, mut bare: Automerge, from: Document) -> Result<Line, String> {
    let (changes, rule) = late_changes(from)?;
    let parsed: Result<Vec<Change>, _> =
        changes.iter().map(|change| Change::from_bytes(change.bytes.clone())).collect();
    let parsed = parsed.map_err(|error| error.to_string())?;
    let (all, bare_took) =
        spent(|| parsed.into_iter().all(|change| bare.apply_changes([change]).is_ok()));
    let given = changes.len();
    let (applied, took) = spent(|| {
        let one =
            |change: RawChange| to.admit(vec![Arrival { bytes: change.bytes, rule }]).applied.len();
        changes.into_iter().map(one).sum::<usize>()
    });
    if applied != given || !all {
        return Err(format!("{applied} of {given} late changes apply"));
    }
    let times = u32::try_from(given).unwrap_or(u32::MAX);
    Ok(Line {
        id: "remote_change",
        what: "one change of somebody else taken into that document, open".to_owned(),
        figure: Amount::Time(took / times),
        beside: "bare Automerge applying the same".to_owned(),
        other: Amount::Time(bare_took / times),
        budget: Some(Amount::Time(Duration::from_millis(50))),
    })
}

/// Types into the first section as another device would.
fn late_changes(mut from: Document) -> Result<(Vec<RawChange>, ActorRule), String> {
    let (device, incarnation) = (DeviceId::new([9; 32]), Incarnation::new([9; 16]));
    let author = Author { device, incarnation, time: author().time };
    let mut changes = Vec::new();
    for _ in 0..LATE_CHANGES {
        let insert = "x".to_owned();
        let edit = Edit::Splice { place: trace::title(0), at: 0, delete: 0, insert };
        let edited = from.edit(&author, &edit).map_err(|refusal| format!("{refusal:?}"))?;
        changes.extend(edited.changes);
    }
    Ok((changes, ActorRule::Device { device, incarnation }))
}
