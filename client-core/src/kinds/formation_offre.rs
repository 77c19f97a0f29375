//! `formation_offre`: a training that partners can join (`domain.md` §1.12).

use super::shared::{REVIEW, SHARED, with_shared};
use super::{
    Care, Choice, FieldSpec, FieldType, Formula, Kind, Merge, SectionSpec, Table, Visibility,
    field, words,
};

/// Training offered.
pub(super) static FORMATION_OFFRE: Kind = Kind {
    name: "formation_offre",
    revision: 1,
    title: words("Offre de formation", "Training offered"),
    fields: &with_shared::<{ FIELDS.len() + SHARED.len() }>(FIELDS),
    sections: SECTIONS,
    care: Care {
        visible: Visibility::Partners,
        writers: words("Toute organisation", "Any organisation"),
        freezes: words("Rien", "Nothing"),
        keep: words("Cinq ans", "Five years"),
    },
    parts: &[REVIEW],
};

const FIELDS: &[FieldSpec] = &[
    field(
        "organisme",
        FieldType::Partner,
        Merge::LastWriter,
        words("Organisme", "Provider"),
        words("L'organisation qui forme.", "The organisation that trains."),
    ),
    field(
        "format",
        FieldType::Choice(FORMATS),
        Merge::LastWriter,
        words("Format", "Format"),
        words(
            "En présence, à distance, mixte ou en immersion.",
            "In person, remote, both or a placement.",
        ),
    ),
    field(
        "duree_heures",
        FieldType::Number,
        Merge::LastWriter,
        words("Durée en heures", "Duration in hours"),
        words("Durée totale pour une personne.", "The whole time for one person."),
    ),
    field(
        "cout",
        FieldType::Amount,
        Merge::MultiValue,
        words("Coût (€)", "Cost (€)"),
        words(
            "Coût d'une session, hors prise en charge.",
            "The cost of one session, before any funding.",
        ),
    ),
    field(
        "cout_par",
        FieldType::Text,
        Merge::LastWriter,
        words("Coût : précision", "Cost: details"),
        words(
            "Par session, par personne, gratuit, etc.",
            "For a session, for a person, free and so on.",
        ),
    ),
    field(
        "sessions",
        FieldType::Rows(&Table { columns: SESSIONS_COLUMNS, key: None }),
        Merge::List,
        words("Sessions", "Sessions"),
        words("Une ligne par session.", "One row for each session."),
    ),
    field(
        "places",
        FieldType::Integer,
        Merge::Computed(Formula::SumOf { rows: "sessions", column: "places" }),
        words("Places ouvertes", "Places open"),
        words("Calculé d'après les sessions.", "Worked out from the sessions."),
    ),
    field(
        "inscrits",
        FieldType::Rows(&Table { columns: INSCRITS_COLUMNS, key: Some("organisation") }),
        Merge::Set,
        words("Inscrits par organisation", "People enrolled by organisation"),
        words("Des nombres seulement, jamais de noms.", "Numbers only, never names."),
    ),
    field(
        "total_inscrits",
        FieldType::Integer,
        Merge::Computed(Formula::SumOf { rows: "inscrits", column: "nombre" }),
        words("Total des inscrits", "Sum enrolled"),
        words("Calculé d'après les inscrits.", "Worked out from the enrolments."),
    ),
    field(
        "total_formes",
        FieldType::Integer,
        Merge::Computed(Formula::SumOf { rows: "inscrits", column: "formes" }),
        words("Total des formés", "Sum trained"),
        words("Calculé d'après les inscrits.", "Worked out from the enrolments."),
    ),
    field(
        "financeur",
        FieldType::Partner,
        Merge::MultiValue,
        words("Financeur", "Funder"),
        words("Qui paie la formation.", "Who pays for the training."),
    ),
    field(
        "financements",
        FieldType::Document(&["financement"]),
        Merge::Set,
        words("Financements", "Fundings"),
        words("Les financements qui la couvrent.", "The fundings that cover it."),
    ),
    field(
        "besoins",
        FieldType::Document(&["formation_besoin"]),
        Merge::Set,
        words("Besoins couverts", "Needs met"),
        words(
            "Les besoins de formation auxquels elle répond.",
            "The needs for training that it meets.",
        ),
    ),
    field(
        "fiches",
        FieldType::Document(&["fiche_action"]),
        Merge::Set,
        words("Fiches-actions", "Action sheets"),
        words("Les fiches qu'elle sert.", "The sheets it serves."),
    ),
    field(
        "evaluation_note",
        FieldType::Number,
        Merge::MultiValue,
        words("Note des participants", "Mark given by participants"),
        words("Moyenne sur 5.", "The average out of 5."),
    ),
];

const SESSIONS_COLUMNS: &[FieldSpec] = &[
    field(
        "debut",
        FieldType::DateTime,
        Merge::MultiValue,
        words("Début", "Start"),
        words("Date et heure de début.", "The date and time it starts."),
    ),
    field(
        "fin",
        FieldType::DateTime,
        Merge::MultiValue,
        words("Fin", "End"),
        words("Date et heure de fin.", "The date and time it ends."),
    ),
    field(
        "lieu",
        FieldType::Text,
        Merge::LastWriter,
        words("Lieu", "Place"),
        words("Adresse, ou à distance.", "The address, or remote."),
    ),
    field(
        "places",
        FieldType::Integer,
        Merge::MultiValue,
        words("Places", "Places"),
        words("Places ouvertes pour cette session.", "Places open in this session."),
    ),
];

const INSCRITS_COLUMNS: &[FieldSpec] = &[
    field(
        "organisation",
        FieldType::Partner,
        Merge::LastWriter,
        words("Organisation", "Organisation"),
        words("L'organisation qui inscrit.", "The organisation that enrols."),
    ),
    field(
        "nombre",
        FieldType::Integer,
        Merge::MultiValue,
        words("Inscrits", "Enrolled"),
        words("Nombre de personnes inscrites.", "How many people are enrolled."),
    ),
    field(
        "formes",
        FieldType::Integer,
        Merge::MultiValue,
        words("Formés", "Trained"),
        words(
            "Nombre de personnes qui ont suivi toute la formation.",
            "How many followed the whole training.",
        ),
    ),
];

/// How it is held.
const FORMATS: &[Choice] = &[
    Choice { code: "presentiel", label: words("En présence", "In person") },
    Choice { code: "distance", label: words("À distance", "Remote") },
    Choice { code: "mixte", label: words("Mixte", "Both") },
    Choice { code: "immersion", label: words("Stage ou immersion", "Placement") },
    Choice { code: "pair", label: words("Animée par des pairs", "Led by peers") },
];

const SECTIONS: &[SectionSpec] = &[
    SectionSpec { id: "programme", title: words("Programme", "Programme") },
    SectionSpec { id: "inscription", title: words("Comment s'inscrire", "How to enrol") },
    SectionSpec { id: "evaluation", title: words("Évaluation", "Evaluation") },
];
