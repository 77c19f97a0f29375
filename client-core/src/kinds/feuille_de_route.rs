//! `feuille_de_route`: the five-year roadmap (`domain.md` §1.2, instruction of 1 December 2025).

use super::codes::{PRIORITES, PUBLICS};
use super::shared::{AVANCEMENT_DU_JALON, JALON, SHARED, with_shared};
use super::{
    Care, FieldSpec, FieldType, Kind, Merge, SectionSpec, Table, Visibility, field, words,
};

/// Roadmap.
pub(super) static FEUILLE_DE_ROUTE: Kind = Kind {
    name: "feuille_de_route",
    revision: 1,
    title: words("Feuille de route", "Roadmap"),
    fields: &with_shared::<{ FIELDS.len() + SHARED.len() }>(FIELDS),
    sections: SECTIONS,
    care: Care {
        visible: Visibility::Partners,
        writers: words(
            "Secrétariat et groupes de travail",
            "The secretariat and the working groups",
        ),
        freezes: words(
            "COPIL, puis avis de la CSSM et du CTS, puis ARS",
            "COPIL, then opinions of the CSSM and CTS, then the agency",
        ),
        keep: words(
            "Archives définitives ; public une fois arrêté",
            "Kept for ever; public once ordered",
        ),
    },
};

const FIELDS: &[FieldSpec] = &[
    field(
        "date_debut",
        FieldType::Date,
        Merge::MultiValue,
        words("Début", "Start"),
        words("Premier jour des cinq ans.", "The first day of the five years."),
    ),
    field(
        "date_fin",
        FieldType::Date,
        Merge::MultiValue,
        words("Fin", "End"),
        words("Dernier jour des cinq ans.", "The last day of the five years."),
    ),
    field(
        "priorites",
        FieldType::Rows(&Table { columns: PRIORITES_COLUMNS, key: None }),
        Merge::List,
        words("Priorités", "Priorities"),
        words(
            "Les priorités du territoire, de la plus importante à la moins importante.",
            "The priorities of the territory, the most important first.",
        ),
    ),
    field(
        "objectifs",
        FieldType::Rows(&Table { columns: OBJECTIFS_COLUMNS, key: None }),
        Merge::List,
        words("Objectifs à cinq ans", "Five-year objectives"),
        words(
            "Ce qui sera atteint au terme, priorité par priorité.",
            "What will be reached at the end, priority by priority.",
        ),
    ),
    field(
        "jalons",
        FieldType::Rows(&Table { columns: JALONS_COLUMNS, key: None }),
        Merge::List,
        words("Jalons par année", "Milestones by year"),
        words(
            "Ce qui doit être fait chaque année pour tenir l'objectif.",
            "What must be done each year to hold the objective.",
        ),
    ),
    field(
        "publics_prioritaires",
        FieldType::Choice(PUBLICS),
        Merge::Set,
        words("Publics prioritaires", "Priority groups"),
        words(
            "Les publics que la feuille de route met en avant.",
            "The groups the roadmap puts first.",
        ),
    ),
];

const PRIORITES_COLUMNS: &[FieldSpec] = &[
    field(
        "code",
        FieldType::Text,
        Merge::LastWriter,
        words("Code", "Code"),
        words(
            "Code court que les objectifs et jalons reprennent, par exemple PR1.",
            "A short code used by objectives and milestones, such as PR1.",
        ),
    ),
    field(
        "rang",
        FieldType::Integer,
        Merge::MultiValue,
        words("Rang", "Rank"),
        words(
            "1 pour la première ; le rang convenu, s'il diffère de l'ordre des lignes.",
            "1 for the first; the agreed rank, if it differs from the order of the rows.",
        ),
    ),
    field(
        "intitule",
        FieldType::Text,
        Merge::LastWriter,
        words("Intitulé", "Title"),
        words("La priorité en une ligne.", "The priority in one line."),
    ),
    field(
        "justification",
        FieldType::Prose,
        Merge::Text,
        words("Justification", "Reasons"),
        words(
            "Pourquoi elle est retenue, d'après le diagnostic.",
            "Why it was chosen, from the diagnosis.",
        ),
    ),
    field(
        "priorites_decret",
        FieldType::Choice(PRIORITES),
        Merge::Set,
        words("Priorités nationales", "National priorities"),
        words(
            "Celles des six priorités auxquelles elle répond.",
            "Those of the six priorities that it answers.",
        ),
    ),
    field(
        "fiches",
        FieldType::Document(&["fiche_action"]),
        Merge::Set,
        words("Fiches", "Sheets"),
        words("Les fiches-actions qui la portent.", "The action sheets that carry it."),
    ),
];

/// The priority that a row serves, by its code.
const PRIORITE: FieldSpec = field(
    "priorite",
    FieldType::Text,
    Merge::LastWriter,
    words("Priorité", "Priority"),
    words(
        "Code de la priorité, tel qu'écrit dans le tableau des priorités.",
        "The code of the priority, as the table of priorities has it.",
    ),
);

const OBJECTIFS_COLUMNS: &[FieldSpec] = &[
    PRIORITE,
    field(
        "objectif",
        FieldType::Prose,
        Merge::Text,
        words("Objectif", "Objective"),
        words("Un résultat que l'on pourra constater.", "A result that can be observed."),
    ),
    field(
        "indicateurs",
        FieldType::Document(&["indicateur"]),
        Merge::Set,
        words("Indicateurs", "Indicators"),
        words("Les indicateurs qui le mesurent.", "The indicators that measure it."),
    ),
];

const JALONS_COLUMNS: &[FieldSpec] = &[
    PRIORITE,
    field(
        "annee",
        FieldType::Year,
        Merge::LastWriter,
        words("Année", "Year"),
        words("Année du jalon.", "The year of the milestone."),
    ),
    JALON,
    field(
        "echeance",
        FieldType::Date,
        Merge::MultiValue,
        words("Échéance", "Due date"),
        words("Jour au plus tard, s'il est fixé.", "The latest day, if there is one."),
    ),
    AVANCEMENT_DU_JALON,
];

const SECTIONS: &[SectionSpec] = &[
    SectionSpec { id: "introduction", title: words("Introduction", "Introduction") },
    SectionSpec {
        id: "articulation",
        title: words(
            "Articulation avec les CLS, CLSM, CPTS, DAC et Communautés 360",
            "Links with CLS, CLSM, CPTS, DAC and Communautés 360",
        ),
    },
    SectionSpec {
        id: "gouvernance",
        title: words(
            "Gouvernance et place des personnes concernées",
            "Governance and the place of people concerned",
        ),
    },
    SectionSpec { id: "suivi", title: words("Suivi et évaluation", "Follow-up and evaluation") },
];
