//! A kind that no line of this crate knows comes out in every format: its table is enough.
#![allow(clippy::unwrap_used)]

use client_core::document::Missing;
use client_core::guard;
use client_core::kinds::{
    Care, Catalogue, Choice, FieldSpec, FieldType, Formula, Kind, Merge, SectionSpec, Table,
    Visibility, Wording, field, words,
};

use super::fixture::{held_in, holding, id, part, row, set, write};
use super::print::Standing;
use super::{csv, docx, ics, pdf, print, xlsx};

const HELP: Wording = words("Quoi écrire.", "What to write.");

static STATES: [Choice; 2] = [
    Choice { code: "germe", label: words("En germe", "Budding") },
    Choice { code: "mure", label: words("Mûre", "Ripe") },
];

static STEPS: Table = Table {
    columns: &[
        field("quand", FieldType::Date, Merge::MultiValue, words("Quand", "When"), HELP),
        field("quoi", FieldType::Text, Merge::LastWriter, words("Quoi", "What"), HELP),
    ],
    key: None,
};

static FIELDS: [FieldSpec; 6] = [
    field("lieu", FieldType::Text, Merge::LastWriter, words("Lieu d'idée", "Place"), HELP),
    field("etat", FieldType::Choice(&STATES), Merge::MultiValue, words("Maturité", "Ripe"), HELP),
    field("cout", FieldType::Amount, Merge::MultiValue, words("Coût", "Cost"), HELP).required(),
    field("etapes", FieldType::Rows(&STEPS), Merge::List, words("Marches", "Stairs"), HELP),
    field("inventeur", FieldType::Text, Merge::Set, words("Inventée par", "By"), HELP).of_people(),
    field(
        "nombre",
        FieldType::Integer,
        Merge::Computed(Formula::CountOf("etapes")),
        words("Combien de marches", "How many"),
        HELP,
    ),
];

static IDEA: Kind = Kind {
    name: "idee",
    revision: 1,
    title: words("Idée", "Idea"),
    fields: &FIELDS,
    sections: &[SectionSpec { id: "recit", title: words("Récit", "Story") }],
    care: Care { visible: Visibility::Partners, writers: HELP, freezes: HELP, keep: HELP },
    parts: &[],
};

static TABLES: [&Kind; 1] = [&IDEA];

#[test]
fn a_kind_made_here_is_edited_shown_guarded_and_exported_everywhere() {
    let catalogue = Catalogue::new(&TABLES);
    let edits = [
        set("lieu", "Au GEM"),
        set("etat", "En germe"),
        set("inventeur", "Mme Exemple"),
        row("etapes", &[("quand", "14/01/2027"), ("quoi", "Réunir les proches")]),
        write("recit", "Un soir, avec Mme Exemple."),
    ];
    let idea = held_in(catalogue, 1, "idee", "Une idée", &edits, &[]);
    assert_eq!(idea.content.missing(), [Missing::Field(&FIELDS[2])]);
    let warnings = guard::in_view(&idea.content);
    let places: Vec<&str> = warnings.iter().map(|warning| warning.place.as_str()).collect();
    assert_eq!(places, ["recit"], "people may be named in the field that is there for it");

    let holding = holding(vec![idea]);
    let held = holding.document(&id(1)).unwrap();
    let printed = print(&holding, held, Standing::Working { version: "3fa94b12".to_owned() });
    let words = printed.words();
    for wanted in ["Lieu d'idée", "Au GEM", "En germe", "Marches", "14/01/2027", "Récit", "soir"]
    {
        assert!(words.contains(wanted), "{wanted} in {words}");
    }
    assert!(pdf::write(&printed).unwrap().starts_with(b"%PDF-"));
    let text = part(&docx::write(&printed).unwrap(), "word/document.xml");
    assert!(text.contains("Réunir les proches"), "in Word too");
    let files = csv::files(&holding, &[held]).unwrap();
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["idee.csv", "idee.etapes.csv", csv::MANIFEST]);
    let sheets: String = files.iter().map(|(_, f)| String::from_utf8_lossy(f)).collect();
    assert!(sheets.contains("Maturité") && sheets.contains("Mme Exemple"), "{sheets}");
    // They have no sheet and no day for it, and do not mind.
    assert!(!xlsx::write(&holding, &[held]).unwrap().is_empty());
    assert!(!ics::write(&holding, &[held]).is_empty());
}
