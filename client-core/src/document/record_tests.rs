//! Documents kept, loaded and told: saving, history, versions, blame, review.

use super::fixture::*;
use super::*;
use crate::kinds::Language;
use crate::tally::{self, Work};

#[test]
fn a_saved_document_is_the_same_document() {
    let (mut a, mut log) = convention();
    log.extend(edit(&mut a, 1, &append("objet", "Texte")));
    let mut b = awaited();
    let late = edit(&mut a, 1, &set("montant", "3"));
    send(&mut b, &log[..1], 1);
    assert_eq!(send(&mut b, &late, 1).held, 1);
    let mut again = reloaded(&b);
    assert_eq!(again.waiting(), b.waiting());
    assert_eq!(again.waiting()[0].on, [log.last().unwrap().id]);
    assert_eq!(send(&mut again, &log, 1).held, 0);
    assert_eq!(again.heads(), a.heads());
    assert_eq!(format!("{:?}", reloaded(&again).view()), format!("{:?}", a.view()));
    assert_eq!(reloaded(&awaited()).heads(), Version::default());

    let load =
        |bytes: &[u8]| Document::load(SPACE, DOCUMENT, SPECIMENS, bytes).map(|_| ()).unwrap_err();
    let saved = a.save();
    assert_eq!(load(&saved[..saved.len() - 1]), LoadRefusal::Format);
    let mut damaged = saved.clone();
    damaged[100] ^= 1;
    assert!(matches!(load(&damaged), LoadRefusal::Engine | LoadRefusal::Format));
    let no_kinds = Document::load(SPACE, DOCUMENT, Catalogue::new(&[]), &saved);
    assert_eq!(no_kinds.map(|_| ()).unwrap_err(), LoadRefusal::UnknownKind);
}

#[test]
fn history_tells_who_changed_what() {
    let (mut a, _) = convention();
    let typed = edit(&mut a, 1, &append("objet", "Bonjour à tous"));
    let before = a.heads();
    edit(
        &mut a,
        2,
        &Edit::Splice { place: "objet".into(), at: 0, delete: 7, insert: "Salut".into() },
    );
    edit(&mut a, 2, &set("montant", "10"));
    let told: Vec<_> = a
        .history()
        .iter()
        .map(|entry| (entry.summary(Language::French), entry.actor == actor(2)))
        .collect();
    let expected = [
        ("Création".to_owned(), false),
        ("Titre".to_owned(), false),
        ("Objet +14".to_owned(), false),
        ("Objet +5 −7".to_owned(), true),
        ("Montant annuel (€)".to_owned(), true),
    ];
    assert_eq!(told, expected);
    assert_eq!(a.change(&typed[0].id).unwrap().summary(Language::English), "Purpose +14");

    assert_eq!(a.resolve(&before.short()), Ok(before.clone()));
    assert_eq!(a.resolve(&before.to_string().to_uppercase()), Ok(before.clone()));
    assert_eq!(a.resolve("abc"), Err(VersionRefusal::NotAName));
    assert_eq!(a.resolve("ffffffffffff"), Err(VersionRefusal::Unknown));
    let old = a.view_at(&before).unwrap();
    assert_eq!(old.section("objet").unwrap().text, "Bonjour à tous");
    assert_eq!(old.field("montant"), Some(&FieldValue::Empty));
    assert!(a.view_at(&Version::from(ChangeId::new([9; 32]))).is_none());

    let blame = a.blame("objet").unwrap();
    let runs: Vec<_> = blame.iter().map(|run| (run.text.as_str(), run.actor)).collect();
    assert_eq!(runs, [("Salut", actor(2)), (" à tous", actor(1))]);
    assert_eq!(blame[1].change, typed[0].id);
    assert!(a.blame("nulle part").is_none());
    assert_eq!(a.raw(&typed[0].id).as_ref(), Some(&typed[0]));
    assert!(!a.size().calls_for_new_generation());
}

#[test]
fn foreign_changes_are_told_without_being_admitted() {
    let (a, log) = convention();
    let mut b = awaited();
    send(&mut b, &log, 1);
    let mut raw = edit(&mut b, 2, &append("objet", "texte")).remove(0).bytes;
    let told = a.tell(&[raw.clone(), b"rien".to_vec()]);
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].summary(Language::French), "Objet +5");
    assert_eq!(a.heads(), Version::from(log[1].id), "telling admits nothing");
    raw.truncate(40);
    assert!(a.tell(&[raw]).is_empty());
}

#[test]
fn a_name_that_fits_two_versions_is_ambiguous() {
    let (mut a, _) = convention();
    let mut short = std::collections::BTreeMap::new();
    // Six digits name sixteen million changes: among ten thousand, two share a name.
    let shared = (0..10_000).find_map(|_| {
        let typed = edit(&mut a, 1, &append("objet", "x")).remove(0).id.to_string();
        let name = typed[..6].to_owned();
        short.insert(name.clone(), ()).map(|()| name)
    });
    assert_eq!(a.resolve(&shared.unwrap()), Err(VersionRefusal::Ambiguous));
}

/// A document of two writers with texts, values, a set, a list and a section of their own.
fn busy() -> Document {
    let (mut a, _) = convention();
    for number in 0..30_u8 {
        let writer = 1 + number % 2;
        edit(&mut a, writer, &append("objet", &format!("Ligne {number}. ")));
        edit(&mut a, writer, &set("annexes", &format!("annexe {number}")));
    }
    let splice = Edit::Splice { place: "objet".into(), at: 3, delete: 7, insert: "é".into() };
    edit(&mut a, 2, &splice);
    edit(&mut a, 1, &Edit::AddSection { title: "Autre".into(), after: None });
    edit(&mut a, 2, &append("autre", "Texte"));
    a
}

#[test]
fn opening_decodes_no_change_and_knows_what_decoding_all_would_tell() {
    let a = busy();
    let saved = a.save();
    tally::take(Work::IndexMade);
    let again = Document::load(SPACE, DOCUMENT, SPECIMENS, &saved).unwrap();
    assert_eq!(tally::take(Work::IndexMade), 0, "the index is read, not made");
    assert_eq!(index_of(a.kind, &a.engine), Some(again.index.clone()));
    assert_eq!(again.index.entries(), a.index.entries());
}

#[test]
fn an_index_that_was_damaged_never_panics_and_one_of_another_document_is_refused() {
    use protocol::codec::{from_bytes, to_bytes};
    let a = busy();
    let bytes = to_bytes(&a.index);
    assert!(from_bytes::<Index>(&bytes).is_ok());
    for at in 0..bytes.len() {
        for bit in [1, 0x10, 0x80] {
            let mut damaged = bytes.clone();
            damaged[at] ^= bit;
            // Some damage reads as another index; none may panic.
            let _read = from_bytes::<Index>(&damaged).is_ok();
        }
    }
    let mut other = a.clone();
    edit(&mut other, 1, &append("objet", "plus"));
    other.engine = a.engine.clone();
    let mixed = Document::load(SPACE, DOCUMENT, SPECIMENS, &other.save());
    assert_eq!(mixed.map(|_| ()).unwrap_err(), LoadRefusal::Format);
}
