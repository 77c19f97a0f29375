//! Freezing, signing, amending, and files of frozen versions in hostile hands (T55, T56).

use protocol::checkpoint::Checkpoint;
use protocol::codec;
use protocol::crypto::Hash;
use protocol::frozen::{Decision, Frozen, FrozenFile, sha256};
use protocol::id::{DocumentId, SpaceId};
use protocol::refusal::Refusal;
use protocol::register::{Capacity, Entry, Rule, Threshold};

use super::stories::{edit, new_convention, show};
use super::town::Town;
use crate::document::Edit;
use crate::kinds::{Catalogue, FieldSpec, FieldType, Kind, Merge, field, words};
use crate::replica::{
    Command, CommandError, FreezeOrder, FrozenReport, FrozenState, Reply, VisaOrder,
};
use crate::verify::{self, FrozenProof};

const HOUSES: [&str; 3] = ["Hôpital", "Association", "Département"];

fn circle() -> (Town, SpaceId, DocumentId) {
    let mut town = Town::new(&HOUSES);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let document = new_convention(&mut town, 0, space);
    write(&mut town, 0, document, "Les partenaires s'accordent.");
    town.sync_all();
    (town, space, document)
}

fn write(town: &mut Town, house: usize, document: DocumentId, text: &str) {
    let (place, text) = ("preambule".to_owned(), text.to_owned());
    edit(town, house, document, Edit::WriteText { place, text });
}

fn report(town: &mut Town, house: usize, document: DocumentId) -> FrozenReport {
    let reply = town.ask(house, Command::Frozen { document }).unwrap();
    let Reply::Frozen(report) = reply else { panic!() };
    *report
}

fn freeze(
    town: &mut Town,
    house: usize,
    document: DocumentId,
    amends: Option<DocumentId>,
) -> Result<Hash, CommandError> {
    let decision = Decision { words: "COPIL du 12 mars".to_owned(), meeting: None };
    let order = FreezeOrder { decision, amends, ..FreezeOrder::default() };
    let reply = town.ask(house, Command::Freeze { document, order })?;
    let Reply::Frozen(report) = reply else { panic!() };
    town.sync_all();
    Ok(report.versions.last().unwrap().version)
}

fn sign(
    town: &mut Town,
    house: usize,
    document: DocumentId,
    version: Hash,
) -> Result<Reply, CommandError> {
    let order = VisaOrder { version, capacity: Capacity::Delegate, pdf: None };
    let reply = town.ask(house, Command::Sign { document, order });
    town.sync_all();
    reply
}

fn file(town: &mut Town, house: usize, document: DocumentId, version: Option<Hash>) -> Vec<u8> {
    let reply = town.ask(house, Command::WriteFrozen { document, version }).unwrap();
    let Reply::File { bytes, .. } = reply else { panic!() };
    bytes
}

fn verified(file: &[u8]) -> FrozenProof {
    verify::frozen(file).unwrap()
}

fn code(error: CommandError) -> &'static str {
    let CommandError::Invalid { code, .. } = error else { panic!("{error:?}") };
    code
}

/// A convention frozen and signed by everybody, and its file.
fn signed_by_all() -> (Town, DocumentId, Hash, Vec<u8>) {
    let (mut town, _, document) = circle();
    let version = freeze(&mut town, 0, document, None).unwrap();
    for house in 0..3 {
        sign(&mut town, house, document, version).unwrap();
    }
    let file = file(&mut town, 1, document, None);
    (town, document, version, file)
}

#[test]
fn a_version_is_frozen_once_and_signed_by_each_in_order() {
    let (mut town, _, document) = circle();
    let version = freeze(&mut town, 1, document, None).unwrap();
    assert_eq!(code(freeze(&mut town, 0, document, None).unwrap_err()), "already-frozen");
    let seen = report(&mut town, 2, document);
    let [one] = seen.versions.as_slice() else { panic!("{seen:?}") };
    assert_eq!(one.by.as_ref().map(|(_, name)| name.as_str()), Some("Association"));
    assert_eq!(one.frozen.decision.words, "COPIL du 12 mars");
    assert!(one.text().unwrap().contains("Les partenaires s'accordent."));
    assert_eq!((one.visas.len(), one.awaited.len()), (0, 3));
    sign(&mut town, 2, document, version).unwrap();
    let seen = report(&mut town, 0, document);
    assert_eq!(seen.versions[0].visas[0].name, "Département");
    assert_eq!(seen.versions[0].visas[0].capacity, Capacity::Delegate);
    assert_eq!(seen.versions[0].awaited.len(), 2);
    let again = sign(&mut town, 2, document, version).unwrap_err();
    assert_eq!(again, CommandError::Refused(Refusal::AlreadySo));
    let none = sign(&mut town, 1, document, [0; 32]).unwrap_err();
    assert_eq!(none, CommandError::NotFound("version"));
}

/// T55 (I, everyone): what is written after a signature is no part of what was signed.
#[test]
fn t55_one_character_changed_after_a_signature_shows_and_needs_new_visas() {
    let (mut town, document, version, file_before) = signed_by_all();
    assert!(report(&mut town, 0, document).differs.is_empty());
    write(&mut town, 1, document, "Les partenaires, s'accordent.");
    town.sync_all();
    for house in 0..3 {
        let seen = report(&mut town, house, document);
        let [changed] = seen.differs.as_slice() else { panic!("{:?}", seen.differs) };
        assert_eq!(changed.part, "section preambule");
        assert_eq!(changed.after, ["Les partenaires, s'accordent."]);
        assert_eq!(seen.versions[0].visas.len(), 3, "the old version keeps its own");
        let shown = show(&mut town, house, document).frozen.unwrap();
        assert_eq!(shown.differs.len(), 1, "`doc show` says so");
    }
    assert_eq!(code(freeze(&mut town, 0, document, None).unwrap_err()), "already-signed");
    let amended = freeze(&mut town, 0, document, Some(document)).unwrap();
    let seen = report(&mut town, 2, document);
    let last = seen.versions.last().unwrap();
    assert_eq!((last.version, last.frozen.amends), (amended, Some(version)));
    assert_eq!((last.visas.len(), last.awaited.len()), (0, 3), "the list starts anew");
    assert_eq!(last.changes.len(), 1, "what the amendment changes is shown");
    let old = verified(&file_before);
    assert!(old.valid, "{:?}", old.anomalies);
    assert_eq!(old.visas.len(), 3);
    let unsigned = verified(&file(&mut town, 0, document, None));
    assert!(!unsigned.valid, "nobody has signed the new text");
    sign(&mut town, 2, document, amended).unwrap();
    let new = verified(&file(&mut town, 0, document, None));
    assert!(new.valid, "{:?}", new.anomalies);
    assert_eq!((new.visas.len(), new.awaited.len()), (1, 2));
    assert_eq!(new.amended, [(version, 3)]);
    let old = verified(&file(&mut town, 0, document, Some(version)));
    assert!(old.valid, "{:?}", old.anomalies);
    assert_eq!(old.superseded_by, Some(amended));
}

/// T56 (I, a third party): the file proves the visas by itself, and nothing else.
#[test]
fn t56_a_file_says_who_signed_which_heads_and_which_pdf() {
    let (mut town, _, document) = circle();
    let version = freeze(&mut town, 0, document, None).unwrap();
    let heads = report(&mut town, 0, document).versions[0].frozen.heads.clone();
    let digest = sha256(b"%PDF signed elsewhere");
    let pdf = Some((digest, "convention-signee.pdf".to_owned()));
    let order = VisaOrder { version, capacity: Capacity::Representative, pdf };
    town.ask(1, Command::Sign { document, order }).unwrap();
    town.sync_all();
    let proof = verified(&file(&mut town, 0, document, None));
    assert!(proof.valid, "{:?}", proof.anomalies);
    assert_eq!(proof.frozen.heads, heads);
    let [visa] = proof.visas.as_slice() else { panic!("{:?}", proof.visas) };
    assert_eq!((visa.name.as_str(), visa.pdf), ("Association", Some(digest)));
    assert!(proof.attaches(&digest));
    assert!(!proof.attaches(&sha256(b"%PDF signed elsewhere.")), "an altered PDF");
    let seen = report(&mut town, 2, document);
    assert_eq!(seen.versions[0].visas[0].pdf, Some(digest));
    assert!(seen.differs.is_empty(), "the attachment is no part of the text");
}

#[test]
fn the_register_holds_no_digest_that_a_guess_of_the_text_confirms() {
    let (mut town, document, _, file) = signed_by_all();
    let file = FrozenFile::from_file(&file).unwrap();
    let (frozen, text) = &file.versions[0];
    let heads = frozen.heads.iter().copied();
    let guesses: Vec<Hash> =
        heads.chain([sha256(text.as_bytes()), frozen.text, frozen.salt]).collect();
    let entries = town.relay_disk.values();
    assert!(entries.clone().any(|value| find(value, &frozen.version())), "the commitment is there");
    for value in entries {
        assert!(!guesses.iter().any(|guess| find(value, guess)));
    }
    let other = Frozen { salt: [0; 32], ..frozen.clone() };
    assert_ne!(other.version(), frozen.version());
    drop(report(&mut town, 0, document));
}

fn find(within: &[u8], wanted: &[u8]) -> bool {
    within.windows(wanted.len()).any(|window| window == wanted)
}

#[test]
fn what_cannot_be_frozen_or_signed_says_why() {
    let (mut town, space, document) = circle();
    town.relay_up = false;
    for (house, value) in [(0, "2027-01-01"), (1, "2027-02-01")] {
        let set = Edit::Set { field: "date_effet".into(), value: value.into() };
        edit(&mut town, house, document, set);
    }
    town.relay_up = true;
    town.sync_all();
    assert_eq!(code(freeze(&mut town, 0, document, None).unwrap_err()), "in-conflict");
    let nothing = town.ask(0, Command::WriteFrozen { document, version: None });
    assert_eq!(code(nothing.unwrap_err()), "nothing-frozen");
    let amend = freeze(&mut town, 0, document, Some(document)).unwrap_err();
    assert_eq!(code(amend), "nothing-to-amend");
    let settle = Edit::Settle { field: "date_effet".into(), value: "2027-02-01".into() };
    edit(&mut town, 0, document, settle);
    let version = freeze(&mut town, 0, document, None).unwrap();
    // A row that somebody writes by hand over another text is seen for what it is.
    let mut forged = report(&mut town, 0, document).versions[0].frozen.clone();
    forged.text = sha256(b"autre chose");
    let lost = Frozen { heads: vec![[7; 32]], ..forged.clone() };
    for frozen in [&forged, &lost] {
        let cells = vec![("contenu".to_owned(), frozen.to_word())];
        let field = "versions_figees".to_owned();
        edit(&mut town, 2, document, Edit::AddRow { field, cells, after: None });
    }
    let field = "versions_figees".to_owned();
    let cells = vec![("contenu".to_owned(), "n'importe quoi".to_owned())];
    edit(&mut town, 2, document, Edit::AddRow { field, cells, after: None });
    town.sync_all();
    let seen = report(&mut town, 1, document);
    assert_eq!(seen.unreadable, 1);
    let states: Vec<&FrozenState> = seen.versions.iter().map(|one| &one.state).collect();
    assert!(matches!(
        states[..],
        [FrozenState::Sound(_), FrozenState::Altered, FrozenState::HeadsUnknown]
    ));
    let altered = sign(&mut town, 1, document, forged.version()).unwrap_err();
    assert_eq!(code(altered), "altered-version");
    let unknown = sign(&mut town, 1, document, lost.version()).unwrap_err();
    assert_eq!(code(unknown), "heads-unknown");
    sign(&mut town, 1, document, version).unwrap();
    let verified = town.ask(0, Command::Verify { space }).unwrap();
    let Reply::Verified(verified) = verified else { panic!() };
    assert!(verified.valid, "{verified:?}");
}

#[test]
fn rows_without_a_visa_hide_no_signed_version_however_many() {
    let (mut town, _, document) = circle();
    let version = freeze(&mut town, 0, document, None).unwrap();
    sign(&mut town, 0, document, version).unwrap();
    let frozen = report(&mut town, 0, document).versions[0].frozen.clone();
    for salt in 1..=100 {
        let other = Frozen { salt: [salt; 32], ..frozen.clone() };
        let cells = vec![("contenu".to_owned(), other.to_word())];
        let field = "versions_figees".to_owned();
        edit(&mut town, 2, document, Edit::AddRow { field, cells, after: None });
    }
    town.sync_all();
    let seen = report(&mut town, 1, document);
    assert_eq!(seen.versions.len(), 64);
    assert_eq!((seen.versions[0].version, seen.versions[0].visas.len()), (version, 1));
    sign(&mut town, 1, document, version).unwrap();
    let proof = verified(&file(&mut town, 1, document, Some(version)));
    assert!(proof.valid && proof.visas.len() == 2, "{:?}", proof.anomalies);
}

#[test]
fn the_visa_of_one_that_left_stays_and_a_stranger_to_the_document_is_told() {
    let (mut town, space, document) = circle();
    let version = freeze(&mut town, 0, document, None).unwrap();
    sign(&mut town, 2, document, version).unwrap();
    town.ask(2, Command::Leave { space }).unwrap();
    town.sync_all();
    let seen = report(&mut town, 0, document);
    assert_eq!(seen.versions[0].visas.len(), 1);
    assert!(!seen.versions[0].visas[0].here);
    let proof = verified(&file(&mut town, 0, document, None));
    assert!(proof.valid && !proof.visas[0].here, "{:?}", proof.anomalies);
}

/// Every way to lie in a file is refused with its reason.
#[test]
fn t56_a_forged_moved_cut_or_glued_file_is_refused_with_a_reason() {
    let (mut town, document, _, bytes) = signed_by_all();
    let honest = FrozenFile::from_file(&bytes).unwrap();
    let refused = |file: &FrozenFile, why: &str| {
        let proof = verified(&file.to_file());
        assert!(!proof.valid, "{why}");
        let said = proof.anomalies.iter().any(|(_, english)| english.contains(why));
        assert!(said, "{why}: {:?}", proof.anomalies);
    };
    let mut comma = honest.clone();
    comma.versions[0].1 = comma.versions[0].1.replace("partenaires", "partenaires,");
    refused(&comma, "is not the one that was frozen");
    // The text and its digest together: the visas are of another commitment.
    let mut moved = comma.clone();
    moved.versions[0].0.text = sha256(moved.versions[0].1.as_bytes());
    refused(&moved, "no organisation of this space");
    let mut cut = honest.clone();
    cut.entries.pop();
    refused(&cut, "cut short");
    let mut none = honest.clone();
    none.entries.clear();
    refused(&none, "no charter");
    let mut headless = honest.clone();
    headless.entries.remove(0);
    refused(&headless, "register, act no. 0");
    // A visa of somebody who is nobody here, sequenced by a relay that plays along or not.
    let mut forged = honest.clone();
    let mut entry: Entry = codec::from_bytes(forged.entries.last().unwrap()).unwrap();
    entry.act.signature.0[0] ^= 1;
    *forged.entries.last_mut().unwrap() = codec::to_bytes(&entry);
    refused(&forged, "not the one that the relay vouches for");
    let visas = verified(&forged.to_file()).visas.len();
    assert_eq!(visas, 2, "a forged act counts for nobody");
    let mut unsigned = honest.clone();
    unsigned.checkpoint = honest.checkpoint.replace('\n', "\r\n");
    refused(&unsigned, "the relay's checkpoint");
    // Another space's register under this text.
    let (mut other_town, other, _, other_bytes) = signed_by_all_elsewhere();
    let elsewhere = FrozenFile::from_file(&other_bytes).unwrap();
    let swapped = FrozenFile { versions: honest.versions.clone(), ..elsewhere.clone() };
    refused(&swapped, "of another space");
    let mut mixed = honest.clone();
    mixed.checkpoint = elsewhere.checkpoint;
    refused(&mixed, "checkpoint");
    assert!(Checkpoint::said(&mixed.checkpoint).is_some());
    assert!(verify::frozen(&[bytes.clone(), bytes.clone()].concat()).is_err(), "two glued");
    for cut in [0, 5, 6, 40, bytes.len() / 2, bytes.len() - 1] {
        assert!(verify::frozen(&bytes[..cut]).is_err(), "cut at {cut}");
    }
    // A version that was never amended, put behind the true one.
    let mut chained = honest.clone();
    chained.versions.push(chained.versions[0].clone());
    refused(&chained, "not the one that the amendment cites");
    drop((report(&mut town, 0, document), report(&mut other_town, 0, other)));
}

fn signed_by_all_elsewhere() -> (Town, DocumentId, Hash, Vec<u8>) {
    let mut town = Town::new(&["X", "Y"]);
    let space = town.circle("Ailleurs", Rule::same(Threshold::Majority));
    let document = new_convention(&mut town, 0, space);
    let version = freeze(&mut town, 0, document, None).unwrap();
    sign(&mut town, 1, document, version).unwrap();
    let file = file(&mut town, 0, document, None);
    (town, document, version, file)
}

/// Returns the tables of a later program: its conventions have one field more.
fn later_tables() -> Catalogue {
    let known = Catalogue::STANDARD.find("convention").unwrap();
    let label = words("Clause écologique", "Environmental clause");
    let more = field("clause_ecologique", FieldType::Text, Merge::LastWriter, label, label);
    let fields = known.fields.iter().copied().chain([more]).collect::<Vec<FieldSpec>>();
    let kind: &Kind = Box::leak(Box::new(Kind {
        name: known.name,
        revision: known.revision,
        title: known.title,
        fields: fields.leak(),
        sections: known.sections,
        care: known.care,
        parts: known.parts,
    }));
    Catalogue::new(vec![kind].leak())
}

#[test]
fn no_program_freezes_or_signs_a_text_that_it_does_not_know_whole() {
    let mut town = Town::new(&HOUSES);
    town.houses[1].replica.home.catalogue = later_tables();
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let document = new_convention(&mut town, 0, space);
    write(&mut town, 0, document, "Les partenaires s'accordent.");
    town.sync_all();
    // As long as the field is empty, both programs have one text.
    let version = freeze(&mut town, 0, document, None).unwrap();
    sign(&mut town, 1, document, version).unwrap();
    let value = "Moins de trajets".to_owned();
    edit(&mut town, 1, document, Edit::Set { field: "clause_ecologique".into(), value });
    town.sync_all();
    let refused = freeze(&mut town, 0, document, Some(document)).unwrap_err();
    assert_eq!(code(refused), "newer-fields");
    let amended = freeze(&mut town, 1, document, Some(document)).unwrap();
    let state = |town: &mut Town, house: usize| {
        report(town, house, document).versions.last().unwrap().state.clone()
    };
    let FrozenState::Sound(text) = state(&mut town, 1) else { panic!() };
    assert!(text.contains("Moins de trajets"), "{text}");
    assert_eq!(state(&mut town, 0), FrozenState::NewerFields, "not said to be altered");
    assert_eq!(code(sign(&mut town, 0, document, amended).unwrap_err()), "newer-fields");
    sign(&mut town, 1, document, amended).unwrap();
    // What was frozen before stays what it was, and stays signed.
    let first = report(&mut town, 0, document).versions.swap_remove(0);
    assert!(matches!(first.state, FrozenState::Sound(_)) && first.version == version);
}
