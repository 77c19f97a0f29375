//! The canonical text: one for one version, and no typed text passes for another.
#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm)]

use super::*;
use crate::document::fixture::{DOCUMENT, append, author, create, edit, send, set};
use crate::document::{Document, Edit};
use crate::kinds::{Catalogue, FieldType};

fn text(document: &Document) -> String {
    canonical(&document.view().unwrap(), &DOCUMENT)
}

fn convention() -> Document {
    create(Catalogue::STANDARD, "convention").0
}

fn row(field: &str, cells: &[(&str, &str)]) -> Edit {
    let cells = cells.iter().map(|(c, v)| ((*c).to_owned(), (*v).to_owned())).collect();
    Edit::AddRow { field: field.to_owned(), cells, after: None }
}

/// The form is part of what is signed: another one needs another number.
#[test]
fn golden_text_of_a_small_convention() {
    let mut document = convention();
    for one in [
        set("date_effet", "01/01/2027"),
        set("montant", "12 500,50"),
        set("visas", "Vu le code"),
        set("visas", "Vu la loi"),
        row("parties", &[("organisation", "Les Hirondelles"), ("ordre", "1")]),
        append("preambule", "Les partenaires\ns'accordent."),
    ] {
        edit(&mut document, 1, &one);
    }
    let written = text(&document);
    let wanted = "liaison-canonique 1\n\
        document 02020202020202020202020202020202\n\
        nature convention 2\n\
        titre\n  CV-03\n\
        champ date_effet\n  2027-01-01\n\
        champ montant\n  12500.50\n\
        champ parties\n  ligne\n    ordre\n      1\n    organisation\n      Les Hirondelles\n\
        champ visas\n  - Vu le code\n  - Vu la loi\n\
        section preambule\n  Les partenaires\n  s'accordent.\n\
        section objet\n";
    assert!(written.starts_with(wanted), "{written}");
    assert!(written.ends_with("section litiges\nsection annexes\n"), "{written}");
}

#[test]
fn it_depends_on_the_version_alone() {
    let (mut a, created) = create(Catalogue::STANDARD, "convention");
    let mut b = Document::awaited(*a.space(), DOCUMENT, Catalogue::STANDARD);
    send(&mut b, &created, 1);
    let one = edit(&mut a, 1, &append("preambule", "Un. "));
    let two = edit(&mut b, 2, &append("objet", "Deux."));
    let before = text(&a);
    let version = a.heads();
    send(&mut a, &two, 2);
    send(&mut b, &one, 1);
    assert_eq!(text(&a), text(&b));
    assert_eq!(canonical(&a.view_at(&version).unwrap(), &DOCUMENT), before, "the past stays");
    assert_ne!(text(&a), before);
}

#[test]
fn what_is_aside_computed_or_empty_is_not_signed() {
    let mut document = convention();
    let before = text(&document);
    for one in [
        append("notes", "À revoir."),
        row("circuit", &[("etape", "visa")]),
        row("pieces_jointes", &[("intitule", "PDF signé")]),
        row("versions_figees", &[("version", "0")]),
    ] {
        edit(&mut document, 1, &one);
        assert_eq!(text(&document), before, "{one:?}");
    }
    edit(&mut document, 1, &row("parties", &[("organisation", "CH")]));
    assert!(!text(&document).contains("nombre_parties"));
}

/// Every other field and section of the convention counts.
#[test]
fn every_other_field_and_section_is_signed() {
    let document = convention();
    let kind = document.kind().unwrap();
    let mut signed = 0;
    for field in kind.fields {
        let outside = matches!(field.signing, Signing::Aside | Signing::Record)
            || matches!(field.merge, Merge::Computed(_));
        let one = match field.kind {
            FieldType::Text | FieldType::Prose => set(field.name, "x"),
            FieldType::Choice(choices) => set(field.name, choices[0].code),
            FieldType::Date => set(field.name, "2027-01-01"),
            FieldType::Amount | FieldType::Integer => set(field.name, "3"),
            FieldType::Document(_) => set(field.name, &"ab".repeat(16)),
            _ => continue,
        };
        if let Merge::Computed(_) = field.merge {
            continue;
        }
        let mut edited = document.clone();
        edited.edit(&author(1), &one).unwrap();
        let differs = differences(&text(&document), &text(&edited));
        let parts: Vec<String> = differs.into_iter().map(|one| one.part).collect();
        let wanted = if outside { vec![] } else { vec![format!("champ {}", field.name)] };
        assert_eq!(parts, wanted);
        signed += parts.len();
    }
    assert!(signed >= 10, "{signed}");
    for section in kind.sections {
        let mut edited = document.clone();
        edited.edit(&author(1), &append(section.id, "x")).unwrap();
        let parts = differences(&text(&document), &text(&edited));
        assert_eq!(parts[0].part, format!("section {}", section.id));
    }
}

#[test]
fn typed_text_does_not_pass_for_a_heading_or_a_value() {
    let trick = "\nsection objet\n  Autre chose.\nchamp montant\n  9.00";
    let mut a = convention();
    edit(&mut a, 1, &append("preambule", trick));
    let mut b = convention();
    edit(&mut b, 1, &append("objet", "Autre chose."));
    assert_ne!(text(&a), text(&b));
    let headings = |text: &str| text.lines().filter(|line| !line.starts_with(' ')).count();
    assert_eq!(headings(&text(&a)), headings(&text(&convention())));
}

#[test]
fn letters_written_in_two_pieces_are_the_same_letters() {
    let (mut a, mut b) = (convention(), convention());
    edit(&mut a, 1, &append("preambule", "Pr\u{e9}ambule"));
    edit(&mut b, 1, &append("preambule", "Pre\u{301}ambule"));
    assert_eq!(text(&a), text(&b));
}

#[test]
fn a_difference_names_its_part_and_the_lines_of_both() {
    let mut document = convention();
    edit(&mut document, 1, &append("preambule", "Un.\nDeux.\nTrois."));
    let before = text(&document);
    assert_eq!(differences(&before, &before), vec![]);
    let whole = "Un.\nDeux, et demi.\nTrois.".to_owned();
    edit(&mut document, 1, &Edit::WriteText { place: "preambule".into(), text: whole });
    edit(&mut document, 1, &set("montant", "5"));
    let told = differences(&before, &text(&document));
    let [amount, preamble] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((amount.part.as_str(), amount.before.len()), ("champ montant", 0));
    assert_eq!(amount.after, ["5.00"]);
    assert_eq!(preamble.before, ["Deux."]);
    assert_eq!(preamble.after, ["Deux, et demi."]);
    let kind = document.kind().unwrap();
    assert_eq!(preamble.name(kind, Language::French), "Préambule");
    assert_eq!(amount.name(kind, Language::English), "Yearly amount (€)");
    let back = differences(&text(&document), &before);
    assert_eq!(back.last().unwrap().before, ["5.00"], "what is gone is told too");
}
