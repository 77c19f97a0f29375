//! `bilan`: the yearly report of the project and of its contract (`domain.md` §1.9).
//!
//! Figures come from the other documents whenever the report is read. Freezing copies them into
//! `chiffres`, line by line as the pages show them: what is signed must not move with the space.

use super::codes::INSTANCES;
use super::shared::{REVIEW, SHARED, with_shared};
use super::{
    Care, Choice, FieldSpec, FieldType, Kind, Merge, SectionSpec, Table, Visibility, field, words,
};

/// Yearly report.
pub(super) static BILAN: Kind = Kind {
    name: "bilan",
    revision: 1,
    title: words("Bilan annuel", "Yearly report"),
    fields: &with_shared::<{ FIELDS.len() + SHARED.len() }>(FIELDS),
    sections: SECTIONS,
    care: Care {
        visible: Visibility::Body,
        writers: words("Secrétariat", "The secretariat"),
        freezes: words("COPIL, puis CSSM", "COPIL, then CSSM"),
        keep: words(
            "Archives définitives ; partenaires puis public une fois validé",
            "Kept for ever; partners, then public once validated",
        ),
    },
    parts: &[REVIEW],
};

const FIELDS: &[FieldSpec] = &[
    field(
        "annee",
        FieldType::Year,
        Merge::LastWriter,
        words("Année", "Year"),
        words("L'année dont on rend compte.", "The year reported on."),
    ),
    field(
        "ptsm",
        FieldType::Document(&["ptsm"]),
        Merge::LastWriter,
        words("PTSM", "Project"),
        words("Le projet territorial concerné.", "The territorial project concerned."),
    ),
    field(
        "ctsm",
        FieldType::Document(&["ctsm"]),
        Merge::LastWriter,
        words("CTSM", "Contract"),
        words("Le contrat territorial concerné.", "The territorial contract concerned."),
    ),
    field(
        "fiches_mises_en_avant",
        FieldType::Document(&["fiche_action"]),
        Merge::List,
        words("Fiches mises en avant", "Sheets put forward"),
        words(
            "Les fiches-actions que le bilan détaille, dans l'ordre.",
            "The action sheets that the report tells more about, in order.",
        ),
    ),
    field(
        "presentations",
        FieldType::Rows(&Table { columns: PRESENTATIONS_COLUMNS, key: None }),
        Merge::Append,
        words("Présentations aux instances", "Presentations"),
        words(
            "Une ligne par présentation ; elle ne change plus.",
            "One row for each presentation; it stays.",
        ),
    ),
    field(
        "transmis_ars_le",
        FieldType::Date,
        Merge::MultiValue,
        words("Transmis à l'ARS le", "Sent to the agency on"),
        words("Jour de la transmission.", "The day it was sent."),
    ),
    field(
        "programme_suivant",
        FieldType::Document(&["programme_annuel"]),
        Merge::LastWriter,
        words("Programme de l'année suivante", "Programme of the next year"),
        words(
            "Le programme annuel préparé à partir de ce bilan.",
            "The yearly programme prepared from this report.",
        ),
    ),
    field(
        "chiffres",
        FieldType::Rows(&Table { columns: CHIFFRES_COLUMNS, key: Some("ligne") }),
        Merge::Set,
        words("Chiffres au moment du gel", "Figures when it was frozen"),
        words(
            "Les tableaux tirés de l'espace, copiés quand le bilan est figé ; on ne les écrit pas \
             à la main.",
            "The tables made from the space, copied when the report is frozen; nobody types them.",
        ),
    ),
];

const CHIFFRES_COLUMNS: &[FieldSpec] = &[
    field(
        "ligne",
        FieldType::Text,
        Merge::LastWriter,
        words("Ligne", "Line"),
        words("Son numéro, qui donne l'ordre.", "Its number, which gives the order."),
    ),
    field(
        "tableau",
        FieldType::Choice(TABLEAUX),
        Merge::LastWriter,
        words("Tableau", "Table"),
        words("Le tableau dont elle fait partie.", "The table that it is part of."),
    ),
    field(
        "forme",
        FieldType::Choice(FORMES),
        Merge::LastWriter,
        words("Forme", "Form"),
        words("Ce qu'elle est dans ce tableau.", "What it is in that table."),
    ),
    field(
        "contenu",
        FieldType::Text,
        Merge::LastWriter,
        words("Contenu", "Contents"),
        words("Ses cases, séparées par « | ».", "Its cells, with “|” between them."),
    ),
];

/// The tables that a report takes from the space.
const TABLEAUX: &[Choice] = &[
    Choice { code: "reunions", label: words("Réunions tenues", "Meetings held") },
    Choice { code: "avancement", label: words("Avancement", "Progress") },
    Choice { code: "priorites", label: words("Six priorités", "Six priorities") },
    Choice { code: "indicateurs", label: words("Indicateurs", "Indicators") },
    Choice { code: "engagements", label: words("Engagements", "Commitments") },
    Choice { code: "financements", label: words("Financements", "Funding") },
];

/// What a line of them is.
const FORMES: &[Choice] = &[
    Choice { code: "titre_1", label: words("Titre", "Heading") },
    Choice { code: "titre_2", label: words("Sous-titre", "Heading below") },
    Choice { code: "titre_3", label: words("Titre de tableau", "Heading of a table") },
    Choice { code: "remarque", label: words("Remarque", "Remark") },
    Choice { code: "figure", label: words("Légende d'une figure", "Caption of a figure") },
    Choice { code: "barre", label: words("Barre d'une figure", "Bar of a figure") },
    Choice { code: "entetes", label: words("En-têtes", "Headers") },
    Choice { code: "ligne", label: words("Ligne", "Row") },
    Choice { code: "suite", label: words("Suite de la ligne", "Rest of the row") },
];

const PRESENTATIONS_COLUMNS: &[FieldSpec] = &[
    field(
        "instance",
        FieldType::Choice(INSTANCES),
        Merge::LastWriter,
        words("Instance", "Body"),
        words("L'instance qui a reçu le bilan.", "The body that received the report."),
    ),
    field(
        "date",
        FieldType::Date,
        Merge::LastWriter,
        words("Date", "Date"),
        words("Jour de la présentation.", "The day of the presentation."),
    ),
    field(
        "avis",
        FieldType::Choice(AVIS),
        Merge::LastWriter,
        words("Avis", "Opinion"),
        words("Le sens de l'avis.", "Which way the opinion goes."),
    ),
    field(
        "precisions",
        FieldType::Text,
        Merge::LastWriter,
        words("Précisions", "Details"),
        words(
            "Réserves et demandes, en une phrase.",
            "Reservations and requests, in one sentence.",
        ),
    ),
];

/// What a body said of it.
const AVIS: &[Choice] = &[
    Choice { code: "favorable", label: words("Favorable", "In favour") },
    Choice {
        code: "reserve",
        label: words("Favorable avec réserves", "In favour with reservations"),
    },
    Choice { code: "defavorable", label: words("Défavorable", "Against") },
    Choice { code: "prend_acte", label: words("Prend acte", "Takes note") },
];

const SECTIONS: &[SectionSpec] = &[
    SectionSpec { id: "identite", title: words("Identité et période", "Identity and period") },
    SectionSpec { id: "faits_marquants", title: words("Faits marquants", "Main events") },
    SectionSpec { id: "gouvernance", title: words("Gouvernance", "Governance") },
    SectionSpec {
        id: "avancement",
        title: words(
            "Avancement par orientation et par fiche",
            "Progress by orientation and sheet",
        ),
    },
    SectionSpec {
        id: "priorites",
        title: words(
            "Réponse aux six priorités nationales",
            "Answer to the six national priorities",
        ),
    },
    SectionSpec { id: "indicateurs", title: words("Indicateurs", "Indicators") },
    SectionSpec {
        id: "engagements",
        title: words("Engagements du CTSM", "Commitments of the contract"),
    },
    SectionSpec {
        id: "financements",
        title: words("Financements obtenus et consommés", "Funding obtained and used"),
    },
    SectionSpec {
        id: "participation",
        title: words("Participation des personnes concernées", "Participation of people concerned"),
    },
    SectionSpec {
        id: "formation_communication",
        title: words("Formation et communication", "Training and communication"),
    },
    SectionSpec { id: "freins_leviers", title: words("Freins et leviers", "Obstacles and helps") },
    SectionSpec {
        id: "articulation",
        title: words(
            "Articulation avec les CLS, CLSM, CPTS, DAC et Communautés 360",
            "Links with CLS, CLSM, CPTS, DAC and Communautés 360",
        ),
    },
    SectionSpec {
        id: "perspectives",
        title: words(
            "Perspectives et programme de l'année suivante",
            "Outlook and programme of the next year",
        ),
    },
    SectionSpec { id: "annexes", title: words("Annexes", "Appendices") },
];
