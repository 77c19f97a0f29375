//! What is said of a document under its content: what is missing, what does not belong there,
//! what a newer program wrote.
#![allow(clippy::unwrap_used)]

use super::content::Shown;
use crate::question::drawn;
use client_core::document::{Author, Document, Edit, Unknown};
use client_core::guard;
use client_core::kinds::Catalogue;
use client_core::replica::DocumentView;
use console::Lang;
use protocol::env::Timestamp;
use protocol::id::{DeviceId, DocumentId, Incarnation, SpaceId};

fn shown(lang: Lang) -> Shown {
    let author = Author {
        device: DeviceId::new([1; 32]),
        incarnation: Incarnation::new([1; 16]),
        time: Timestamp::from_ms(1_780_000_000_000),
    };
    let (space, document) = (SpaceId::new([1; 32]), DocumentId::new([2; 16]));
    let catalogue = Catalogue::STANDARD;
    let kind = catalogue.find("fiche_action").unwrap();
    let made = Document::create(space, document, catalogue, kind, "Essai", &author);
    let mut made = made.unwrap().0;
    let text = "Mme Durand, née le 12/03/1980".to_owned();
    made.edit(&author, &Edit::AppendText { place: "constats".to_owned(), text }).unwrap();
    let mut content = made.view().unwrap();
    let unknown = Unknown { place: "cout".to_owned(), values: vec!["1200.00".to_owned()] };
    content.unknown.push(unknown);
    let view = DocumentView {
        document,
        space,
        warnings: guard::in_view(&content),
        content,
        authors: Vec::new(),
        provisional: 0,
        waiting: 0,
        frozen: None,
    };
    Shown::of(view, lang)
}

#[test]
fn a_person_reads_what_is_missing_what_does_not_belong_and_what_is_unknown() {
    let told = drawn(&shown(Lang::Fr), Lang::Fr);
    for wanted in [
        "Reste à remplir : Priorités nationales · Place des personnes concernées.",
        "« Constats » semble contenir une personne nommée (« Mme D… »).",
        "« Constats » semble contenir une date de naissance (« née le … »).",
        "tous les partenaires de l'espace le lisent",
        "Écrit par une version plus récente de Liaison",
        "1200.00",
    ] {
        assert!(told.contains(wanted), "{wanted} in {told}");
    }
    let told = drawn(&shown(Lang::En), Lang::En);
    for wanted in
        ["Still to fill in: ", "“Findings” seems to hold a date of birth", "newer version"]
    {
        assert!(told.contains(wanted), "{wanted} in {told}");
    }
}

#[test]
fn a_script_reads_them_too_and_an_export_keeps_what_is_held_alone() {
    let value = serde_json::to_value(shown(Lang::Fr)).unwrap();
    assert_eq!(value["missing"][0]["place"], "priorites_decret");
    assert_eq!(value["warnings"][0]["like"], "named-person");
    assert!(!value["warnings"].to_string().contains("Durand"), "no name is repeated");
    assert_eq!(value["unknown"][0]["values"][0], "1200.00");
    let kept = serde_json::to_value(shown(Lang::Fr).without_remarks()).unwrap();
    assert_eq!((kept.get("missing"), kept.get("warnings")), (None, None));
    assert_eq!(kept["unknown"], value["unknown"], "what is not known here is taken along");
}
