//! A kind with a table of each rule, for tests.

use super::fixture::{DOCUMENT, SPACE, create};
use super::{Document, Edit, RawChange};
use crate::kinds::{
    Care, Catalogue, Choice, FieldSpec, FieldType, Formula, Kind, Merge, SectionSpec, Table,
    Visibility, Wording, field, words,
};

const W: Wording = words("fr", "en");

static STATES: &[Choice] = &[
    Choice { code: "en_cours", label: words("En cours", "Under way") },
    Choice { code: "fait", label: words("Fait", "Done") },
];

static GOALS: Table = Table {
    columns: &[
        field("code", FieldType::Text, Merge::LastWriter, words("Code", "Code"), W),
        field("libelle", FieldType::Prose, Merge::Text, words("Libellé", "Wording"), W),
        field("echeance", FieldType::Date, Merge::MultiValue, words("Échéance", "Due"), W),
        field("etat", FieldType::Choice(STATES), Merge::LastWriter, words("État", "State"), W),
        field("appuis", FieldType::Text, Merge::Set, words("Appuis", "Support"), W),
        field("note", FieldType::Prose, Merge::Text, words("Note", "Note"), W),
    ],
    key: None,
};

static VALUES: Table = Table {
    columns: &[
        field("periode", FieldType::Period, Merge::LastWriter, words("Période", "Period"), W),
        field("valeur", FieldType::Number, Merge::MultiValue, words("Valeur", "Value"), W),
        field("preuves", FieldType::Text, Merge::Set, words("Preuves", "Evidence"), W),
    ],
    key: Some("periode"),
};

static STEPS: Table = Table {
    columns: &[
        field("date", FieldType::Date, Merge::LastWriter, words("Date", "Date"), W),
        field("texte", FieldType::Prose, Merge::Text, words("Texte", "Text"), W),
        field("montant", FieldType::Amount, Merge::LastWriter, words("Montant", "Amount"), W),
        field("qui", FieldType::Text, Merge::Set, words("Qui", "Who"), W),
    ],
    key: None,
};

static NAMED: Table = Table {
    columns: &[
        field("nom", FieldType::Text, Merge::LastWriter, W, W),
        field("role", FieldType::Text, Merge::LastWriter, W, W),
    ],
    key: Some("nom"),
};

const fn computed(name: &'static str, kind: FieldType, formula: Formula) -> FieldSpec {
    field(name, kind, Merge::Computed(formula), W, W)
}

static SHEET: Kind = Kind {
    name: "fiche_lignes",
    revision: 1,
    title: W,
    fields: &[
        field("objectifs", FieldType::Rows(&GOALS), Merge::List, words("Objectifs", "Goals"), W),
        field("valeurs", FieldType::Rows(&VALUES), Merge::Set, words("Valeurs", "Values"), W),
        field("points", FieldType::Rows(&STEPS), Merge::Append, words("Points", "Points"), W),
        field("equipe", FieldType::Rows(&NAMED), Merge::Set, words("Équipe", "Team"), W),
        field("prevu", FieldType::Amount, Merge::MultiValue, W, W),
        field("themes", FieldType::Text, Merge::Set, W, W),
        computed("nombre", FieldType::Integer, Formula::CountOf("objectifs")),
        computed(
            "part",
            FieldType::Integer,
            Formula::ShareOf { rows: "objectifs", column: "etat", value: "fait" },
        ),
        computed("verse", FieldType::Amount, Formula::SumOf { rows: "points", column: "montant" }),
        computed("reste", FieldType::Amount, Formula::Difference { of: "prevu", less: "verse" }),
        computed(
            "derniere",
            FieldType::Number,
            Formula::LastOf { rows: "valeurs", column: "valeur" },
        ),
    ],
    sections: &[SectionSpec { id: "corps", title: W }],
    care: Care { visible: Visibility::Partners, writers: W, freezes: W, keep: W },
    parts: &[],
};

static TABLES: [&Kind; 1] = [&SHEET];

pub(crate) fn sheet() -> (Document, Vec<RawChange>) {
    create(Catalogue::new(&TABLES), "fiche_lignes")
}

pub(crate) fn reader() -> Document {
    Document::awaited(SPACE, DOCUMENT, Catalogue::new(&TABLES))
}

pub(crate) fn add(field: &str, cells: &[(&str, &str)]) -> Edit {
    let cells = cells.iter().map(|(c, v)| ((*c).to_owned(), (*v).to_owned())).collect();
    Edit::AddRow { field: field.to_owned(), cells, after: None }
}
