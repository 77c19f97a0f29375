//! Each table is well formed, and each type reads what people type.

use std::collections::BTreeSet;

use super::*;
use crate::document::fixture::{DOCUMENT, SPACE, author, create, edit, reloaded, set};
use crate::document::{Document, Edit, FieldValue, layout};

/// Characters of a label: more does not fit the head of a column.
const LABEL_CHARS_MAX: usize = 60;

/// Returns every field and column of a kind with its path and the table it is a column of.
fn specs(kind: &'static Kind) -> Vec<(String, &'static FieldSpec, Option<&'static FieldSpec>)> {
    let mut all = Vec::new();
    for field in kind.fields {
        all.push((format!("{}: {}", kind.name, field.name), field, None));
        for column in field.kind.table().map_or(&[][..], |table| table.columns) {
            let path = format!("{}: {}/{}", kind.name, field.name, column.name);
            all.push((path, column, Some(field)));
        }
    }
    all
}

fn is_name(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    !text.is_empty() && text.chars().all(plain)
}

fn all_different<'a>(names: impl Iterator<Item = &'a str>) -> bool {
    let mut seen = BTreeSet::new();
    names.into_iter().all(|name| seen.insert(name.to_lowercase()))
}

#[test]
fn every_field_has_a_name_a_label_and_a_help() {
    for kind in Catalogue::STANDARD.iter() {
        assert!(is_name(kind.name), "{}", kind.name);
        assert!(all_different(kind.fields.iter().map(|field| field.name)), "{}", kind.name);
        assert!(all_different(kind.fields.iter().map(|field| field.label.fr)), "{}", kind.name);
        assert!(all_different(kind.fields.iter().map(|field| field.label.en)), "{}", kind.name);
        for (path, spec, _) in specs(kind) {
            assert!(is_name(spec.name), "{path}");
            for text in [spec.label, spec.help].map(|words| [words.fr, words.en]).concat() {
                assert!(!text.is_empty() && text.trim() == text, "{path}: {text:?}");
                assert!(!text.contains("  "), "{path}: {text:?}");
            }
            for label in [spec.label.fr, spec.label.en] {
                assert!(label.chars().count() <= LABEL_CHARS_MAX, "{path}: {label}");
                assert!(!label.ends_with('.'), "{path}: {label}");
            }
            assert!(spec.help.fr.ends_with('.') && spec.help.en.ends_with('.'), "{path}");
        }
        let titles = kind.sections.iter().map(|section| section.title);
        let care = [kind.care.writers, kind.care.freezes, kind.care.keep, kind.title];
        for words in titles.chain(care) {
            assert!(!words.fr.is_empty() && !words.en.is_empty(), "{}", kind.name);
        }
        assert!(all_different(kind.sections.iter().map(|section| section.id)), "{}", kind.name);
        for section in kind.sections {
            assert!(is_name(section.id), "{}: {}", kind.name, section.id);
            let text = kind.field(section.id).is_some_and(|field| field.merge == Merge::Text);
            assert!(!text, "{}: two texts are called {}", kind.name, section.id);
        }
    }
}

#[test]
fn every_type_goes_with_its_rule() {
    for kind in Catalogue::STANDARD.iter() {
        for (path, spec, within) in specs(kind) {
            let prose = spec.kind == FieldType::Prose;
            assert_eq!(prose, spec.merge == Merge::Text, "{path}: T is prose");
            if let FieldType::Rows(table) = spec.kind {
                assert!(within.is_none(), "{path}: no rows within rows");
                assert!("SLA".contains(spec.merge.letter()), "{path}: rows are S, L or A");
                assert!(!table.columns.is_empty(), "{path}");
                let columns = || table.columns.iter();
                assert!(all_different(columns().map(|column| column.name)), "{path}");
                assert!(all_different(columns().map(|column| column.label.fr)), "{path}");
                assert!(all_different(columns().map(|column| column.label.en)), "{path}");
                assert_eq!(table.key.is_some(), spec.merge == Merge::Set, "{path}");
                if let Some(key) = table.key {
                    assert!(is_key(table.column(key).unwrap()), "{path}: {key}");
                }
            }
            if let Some(rows) = within {
                let allowed = match rows.merge {
                    Merge::List => "TRMS",
                    Merge::Append => "TRS",
                    Merge::Set => "RMS",
                    Merge::Text | Merge::LastWriter | Merge::MultiValue | Merge::Computed(_) => "",
                };
                assert!(allowed.contains(spec.merge.letter()), "{path}: {}", spec.merge.letter());
            }
        }
    }
}

#[test]
fn every_choice_and_every_reference_can_be_read() {
    for kind in Catalogue::STANDARD.iter() {
        for (path, spec, _) in specs(kind) {
            if let FieldType::Document(kinds) = spec.kind {
                for name in kinds {
                    assert!(Catalogue::STANDARD.find(name).is_some(), "{path}: {name}");
                }
            }
            if let FieldType::Choice(choices) = spec.kind {
                assert!(choices.len() >= 2, "{path}");
                for choice in choices {
                    assert!(is_name(choice.code), "{path}: {}", choice.code);
                    for typed in [choice.code, choice.label.fr, choice.label.en] {
                        let read = spec.kind.read(typed);
                        assert_eq!(read.as_deref(), Ok(choice.code), "{path}: {typed}");
                    }
                }
            }
        }
    }
}

fn is_key(column: &FieldSpec) -> bool {
    let named = matches!(
        column.kind,
        FieldType::Period
            | FieldType::Year
            | FieldType::Date
            | FieldType::Partner
            | FieldType::Choice(_)
            | FieldType::Text
    );
    named && column.merge == Merge::LastWriter
}

#[test]
fn every_formula_finds_what_it_needs() {
    for kind in Catalogue::STANDARD.iter() {
        for field in kind.fields {
            let Merge::Computed(formula) = field.merge else { continue };
            let path = format!("{}: {}", kind.name, field.name);
            let of = |name: &str| kind.field(name).unwrap_or_else(|| panic!("{path}: {name}"));
            let cell = |rows: &str, column: &str| {
                let table = of(rows).kind.table().unwrap_or_else(|| panic!("{path}: {rows}"));
                *table.column(column).unwrap_or_else(|| panic!("{path}: {column}"))
            };
            match formula {
                Formula::MonthsBetween { from, to } => {
                    assert_eq!(field.kind, FieldType::Integer, "{path}");
                    assert_eq!([of(from).kind, of(to).kind], [FieldType::Date; 2], "{path}");
                }
                Formula::CountOf(name) => {
                    assert_eq!(field.kind, FieldType::Integer, "{path}");
                    assert!("SLA".contains(of(name).merge.letter()), "{path}");
                }
                Formula::SumOf { rows, column } => {
                    let summed = cell(rows, column).kind;
                    assert_eq!(field.kind, summed, "{path}");
                    let numbers = [FieldType::Amount, FieldType::Number, FieldType::Integer];
                    assert!(numbers.contains(&summed), "{path}");
                }
                Formula::ShareOf { rows, column, value } => {
                    assert_eq!(field.kind, FieldType::Integer, "{path}");
                    let read = cell(rows, column).kind.read(value);
                    assert_eq!(read.as_deref(), Ok(value), "{path}: never the value of a cell");
                }
                Formula::CountWhere { rows, column, values } => {
                    assert_eq!(field.kind, FieldType::Integer, "{path}");
                    for value in values {
                        let read = cell(rows, column).kind.read(value);
                        assert_eq!(read.as_deref(), Ok(*value), "{path}: never a cell's value");
                    }
                }
                Formula::Reaches { count, least } => {
                    assert_eq!(field.kind, FieldType::Boolean, "{path}");
                    assert_eq!([of(count).kind, of(least).kind], [FieldType::Integer; 2]);
                }
                Formula::FirstOf(names) => {
                    let numbers = [FieldType::Number, FieldType::Integer];
                    assert!(names.iter().all(|name| numbers.contains(&of(name).kind)), "{path}");
                    assert!(numbers.contains(&field.kind), "{path}");
                }
                Formula::Difference { of: from, less } => {
                    assert_eq!([of(from).kind, of(less).kind], [field.kind; 2], "{path}");
                }
                Formula::LastOf { rows, column } => {
                    assert_eq!(field.kind, cell(rows, column).kind, "{path}");
                }
            }
        }
    }
}

#[test]
fn every_condition_of_a_need_is_a_choice_of_the_same_document() {
    for kind in Catalogue::STANDARD.iter() {
        for (path, spec, _) in specs(kind) {
            if spec.need != Need::Optional {
                assert!(!matches!(spec.merge, Merge::Computed(_)), "{path}: nobody can fill it in");
            }
            let Need::RequiredWhen { field, value } = spec.need else { continue };
            let other = kind.field(field).unwrap_or_else(|| panic!("{path}: {field}"));
            assert_eq!(other.kind.read(value).as_deref(), Ok(value), "{path}");
            assert!(matches!(other.kind, FieldType::Choice(_)), "{path}: {field}");
        }
        let subjects = kind.fields.iter().filter(|field| field.persons == Persons::Subject);
        assert!(subjects.count() <= 1, "{}", kind.name);
    }
}

/// What is here is what `domain.md` §1 lists; a table that loses a field is seen.
#[test]
fn kinds_and_fields_are_counted() {
    let kinds: Vec<&Kind> = Catalogue::STANDARD.iter().collect();
    let fields: usize = kinds.iter().map(|kind| kind.fields.len()).sum();
    let all: usize = Catalogue::STANDARD.iter().map(|kind| specs(kind).len()).sum();
    let sections: usize = kinds.iter().map(|kind| kind.sections.len()).sum();
    assert_eq!([kinds.len(), fields, all - fields, sections], [26, 558, 439, 104]);
}

/// The bytes of a first change are part of the protocol: a table whose texts or sections change
/// needs a new revision beside the one that documents were made with.
#[test]
fn the_first_change_of_each_kind_is_pinned() {
    let first = |kind: &'static Kind| layout::genesis(&DOCUMENT, kind).id.short();
    let pins = Catalogue::STANDARD.iter().map(|kind| (kind.name, first(kind)));
    let pins: Vec<(&str, String)> = pins.collect();
    let wanted = GENESIS_NAMES.map(|(kind, name)| (kind, name.to_owned()));
    assert_eq!(pins, wanted);
}

const GENESIS_NAMES: [(&str, &str); 26] = [
    ("ptsm", "1eadaf5246ff"),
    ("orientation", "5ff4407bb660"),
    ("fiche_action", "f7bfa54358ea"),
    ("diagnostic", "340f1aaf4379"),
    ("feuille_de_route", "73bf28983ff3"),
    ("programme_annuel", "86d0f9dcda79"),
    ("ctsm", "225ba5d6e171"),
    ("convention", "56bec24acfbc"),
    ("modele_liaison", "4c75b0c4e443"),
    ("fiche_liaison", "99fde270d025"),
    ("reunion", "d6ff29603602"),
    ("indicateur", "c3aa037f5507"),
    ("bilan", "2299f52a2c3d"),
    ("financement", "01168132d4bf"),
    ("appel_a_projets", "34ce7c7553d5"),
    ("organisation", "c23ba4d367d0"),
    ("etablissement", "58e91bfc265a"),
    ("offre", "e03d17687f7b"),
    ("contact", "e08cde121b73"),
    ("formation_besoin", "b5e32fd25d98"),
    ("formation_offre", "81a5ca143005"),
    ("lettre_de_mission", "f3666855a2d5"),
    ("charte", "026f086da11f"),
    ("courrier", "5b2000b922a1"),
    ("actualite", "a06326502d6b"),
    ("note", "365460cad112"),
];

#[test]
fn the_six_national_priorities_are_fixed() {
    let kind = Catalogue::STANDARD.find("fiche_action").unwrap();
    let FieldType::Choice(choices) = kind.field("priorites_decret").unwrap().kind else { panic!() };
    let codes: Vec<&str> = choices.iter().map(|choice| choice.code).collect();
    assert_eq!(codes, ["p1", "p2", "p3", "p4", "p5", "p6"]);
    for name in ["orientation", "feuille_de_route"] {
        let of = Catalogue::STANDARD.find(name).unwrap();
        let same = |spec: &&FieldSpec| spec.kind == FieldType::Choice(choices);
        assert!(specs(of).iter().any(|(_, spec, _)| same(spec)), "{name}");
    }
    let diagnostic = Catalogue::STANDARD.find("diagnostic").unwrap();
    let FieldType::Choice(themes) = diagnostic.field("theme").unwrap().kind else { panic!() };
    assert_eq!(themes.len(), 10);
}

/// A form about a person cared for shares nothing with the documents of all partners.
#[test]
fn only_the_filled_form_names_a_person_cared_for() {
    for kind in Catalogue::STANDARD.iter() {
        let named = kind.care.visible == Visibility::Named;
        assert_eq!(named, kind.name == "fiche_liaison", "{}", kind.name);
        for shared in shared::SHARED {
            assert_eq!(kind.field(shared.name).is_none(), named, "{}", kind.name);
        }
    }
}

#[test]
fn every_kind_makes_a_document_that_shows_all_its_fields() {
    for kind in Catalogue::STANDARD.iter() {
        let (document, _) = create(Catalogue::STANDARD, kind.name);
        let view = reloaded(&document).view().unwrap();
        assert_eq!(view.kind.name, kind.name);
        for field in kind.fields {
            assert!(view.field(field.name).is_some(), "{}: {}", kind.name, field.name);
        }
        assert_eq!(view.sections.len(), kind.sections.len());
    }
}

const IDEA_FIELDS: &[FieldSpec] = &[
    field(
        "lieu",
        FieldType::Text,
        Merge::LastWriter,
        words("Lieu", "Place"),
        words("Où l'idée est née.", "Where the idea was born."),
    ),
    field(
        "soutiens",
        FieldType::Partner,
        Merge::Set,
        words("Soutiens", "Supporters"),
        words("Qui la soutient.", "Who supports it."),
    ),
    field(
        "etapes",
        FieldType::Rows(&Table { columns: STEP_COLUMNS, key: None }),
        Merge::List,
        words("Étapes", "Steps"),
        words("Ce qu'il faudrait faire.", "What would have to be done."),
    ),
    field(
        "cout",
        FieldType::Amount,
        Merge::MultiValue,
        words("Coût (€)", "Cost (€)"),
        words("Ce qu'elle coûterait.", "What it would cost."),
    ),
];

const STEP_COLUMNS: &[FieldSpec] = &[
    field(
        "quand",
        FieldType::Date,
        Merge::MultiValue,
        words("Quand", "When"),
        words("Le jour.", "The day."),
    ),
    field(
        "quoi",
        FieldType::Prose,
        Merge::Text,
        words("Quoi", "What"),
        words("Ce qui sera fait.", "What will be done."),
    ),
];

const IDEA_SECTIONS: &[SectionSpec] = &[SectionSpec { id: "texte", title: words("Texte", "Text") }];

const fn idea(fields: &'static [FieldSpec]) -> Kind {
    Kind {
        name: "idee",
        revision: 1,
        title: words("Idée", "Idea"),
        fields,
        sections: IDEA_SECTIONS,
        care: Care {
            visible: Visibility::Partners,
            writers: words("Tous", "Everybody"),
            freezes: words("Rien", "Nothing"),
            keep: words("Un an", "One year"),
        },
        parts: &[],
    }
}

/// A table of three fields, and the same table with a fourth one.
static OLDER: [&Kind; 1] = [&idea(IDEA_FIELDS.split_at(3).0)];
static NEWER: [&Kind; 1] = [&idea(IDEA_FIELDS)];

#[test]
fn a_kind_or_a_field_is_one_table_and_nothing_else() {
    let (older, newer) = (Catalogue::new(&OLDER), Catalogue::new(&NEWER));
    let (mut document, _) = create(older, "idee");
    edit(&mut document, 1, &set("lieu", "Au GEM"));
    edit(&mut document, 1, &set("soutiens", "UNAFAM"));
    let one = |value: &str| Some(FieldValue::One(value.to_owned()));
    let cells = [("quand", "14/01/2027"), ("quoi", "Réunir les proches.")];
    let cells = cells.map(|(column, value)| (column.to_owned(), value.to_owned())).into();
    edit(&mut document, 1, &Edit::AddRow { field: "etapes".into(), cells, after: None });
    assert_eq!(document.view().unwrap().field("lieu").cloned(), one("Au GEM"));

    // The field that the newer table has is there at once, and an older program keeps it.
    let load = |catalogue, from: &Document| {
        Document::load(SPACE, DOCUMENT, catalogue, &from.save()).unwrap()
    };
    let mut document = load(newer, &document);
    assert_eq!(document.view().unwrap().field("cout"), Some(&FieldValue::Empty));
    edit(&mut document, 1, &set("cout", "1 200"));
    let mut document = load(older, &document);
    assert_eq!(document.view().unwrap().field("cout"), None);
    edit(&mut document, 1, &set("lieu", "Au CLSM"));
    let refused = document.edit(&author(1), &set("cout", "3"));
    assert!(refused.is_err(), "the older table has no such field");
    let view = load(newer, &document).view().unwrap();
    assert_eq!(view.field("cout").cloned(), one("1200.00"));
    assert_eq!(view.field("lieu").cloned(), one("Au CLSM"));
    let Some(FieldValue::Rows(rows)) = view.field("etapes") else { panic!() };
    let cells: Vec<&FieldValue> = rows[0].cells.iter().map(|cell| &cell.value).collect();
    let quoi = FieldValue::Text("Réunir les proches.".into());
    assert_eq!(cells, [&FieldValue::One("2027-01-14".into()), &quoi]);
    assert_eq!(view.field("soutiens"), Some(&FieldValue::Set(vec!["UNAFAM".into()])));
}

#[test]
fn the_convention_shows_every_merge_rule() {
    let kind = Catalogue::STANDARD.find("convention").unwrap();
    let letters: BTreeSet<char> = kind.fields.iter().map(|field| field.merge.letter()).collect();
    assert_eq!(letters, "ACLMRST".chars().collect());
}

#[test]
fn dates_are_read_as_people_write_them() {
    let read = |typed| FieldType::Date.read(typed);
    assert_eq!(read("01/03/2026").unwrap(), "2026-03-01");
    assert_eq!(read(" 1.3.2026 ").unwrap(), "2026-03-01");
    assert_eq!(read("2028-02-29").unwrap(), "2028-02-29");
    for bad in ["2026-02-29", "31/04/2026", "2026-13-01", "26-01-01", "demain", "1/3", "2026-1-1-1"]
    {
        assert_eq!(read(bad), Err(ValueRefusal::NotADate), "{bad}");
    }
    assert_eq!(FieldType::Date.show("2026-03-01", Language::French), "01/03/2026");
    assert_eq!(FieldType::Date.show("2026-03-01", Language::English), "2026-03-01");
}

#[test]
fn amounts_are_read_as_people_write_them() {
    let read = |typed| FieldType::Amount.read(typed);
    for (typed, stored) in [
        ("12 500,50", "12500.50"),
        ("12\u{202f}500,5 €", "12500.50"),
        ("12500.50", "12500.50"),
        ("0", "0.00"),
        ("-0,00", "0.00"),
        ("−3", "-3.00"),
        ("007", "7.00"),
        ("1000 EUR", "1000.00"),
    ] {
        assert_eq!(read(typed).unwrap(), stored, "{typed}");
    }
    for bad in ["douze", "1,234", "1.", ",5", "1,2,3", "1e3", "9999999999999"] {
        assert_eq!(read(bad), Err(ValueRefusal::NotAnAmount), "{bad}");
    }
    assert_eq!(FieldType::Amount.show("12500.50", Language::French), "12\u{202f}500,50\u{a0}€");
    assert_eq!(FieldType::Amount.show("-1234567.00", Language::English), "-€1,234,567.00");
}

#[test]
fn the_other_types_are_read_too() {
    assert_eq!(FieldType::Integer.read("1 200").unwrap(), "1200");
    assert_eq!(FieldType::Integer.read("-007").unwrap(), "-7");
    assert_eq!(FieldType::Integer.read("-0").unwrap(), "0");
    assert_eq!(FieldType::Integer.read("1,5"), Err(ValueRefusal::NotAnInteger));
    assert_eq!(FieldType::Boolean.read("Oui").unwrap(), "true");
    assert_eq!(FieldType::Boolean.read("peut-être"), Err(ValueRefusal::NotABoolean));
    assert_eq!(FieldType::Boolean.show("false", Language::French), "non");
    assert_eq!(FieldType::Text.read("  "), Err(ValueRefusal::Empty));
    assert_eq!(FieldType::Text.read("a\nb"), Err(ValueRefusal::ControlCharacter));
    assert_eq!(FieldType::Text.read(&"x".repeat(2_001)), Err(ValueRefusal::TooLong(2_000)));
    let id = "AB".repeat(16);
    assert_eq!(FieldType::Partner.read(&id).unwrap(), id.to_lowercase());
    assert_eq!(FieldType::Partner.read("UNAFAM 78").unwrap(), "UNAFAM 78");
    let kind = Catalogue::STANDARD.find("convention").unwrap();
    let choice = kind.field("type").unwrap().kind;
    assert_eq!(choice.read("Bilatérale").unwrap(), "bilaterale");
    assert_eq!(choice.read("framework agreement").unwrap(), "cadre");
    let refusal = choice.read("autre").unwrap_err();
    assert!(refusal.message(Language::French).contains("cadre"), "{refusal:?}");
    assert!(refusal.message(Language::English).contains("multipartite"));
}

#[test]
fn months_count_the_last_day() {
    for (from, to, months) in [
        ("2026-03-01", "2027-02-28", Some(12)),
        ("2026-03-01", "2029-02-28", Some(36)),
        ("2026-03-01", "2026-03-30", Some(0)),
        ("2026-03-15", "2026-04-14", Some(1)),
        ("2026-03-01", "2026-02-01", None),
        ("2026-03-01", "2026-99-01", None),
    ] {
        assert_eq!(value::months_between(from, to), months, "{from} {to}");
    }
}
