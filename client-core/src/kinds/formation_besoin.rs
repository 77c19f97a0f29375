//! `formation_besoin`: a need for training (`domain.md` §1.12).

use super::codes::URGENCES;
use super::shared::{REVIEW, SHARED, with_shared};
use super::{
    Care, Choice, FieldSpec, FieldType, Kind, Merge, SectionSpec, Visibility, field, words,
};

/// Need for training.
pub(super) static FORMATION_BESOIN: Kind = Kind {
    name: "formation_besoin",
    revision: 1,
    title: words("Besoin de formation", "Need for training"),
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
        "theme",
        FieldType::Text,
        Merge::LastWriter,
        words("Thème", "Topic"),
        words("Ce qu'il faut apprendre, en une ligne.", "What must be learned, in one line."),
    ),
    field(
        "public",
        FieldType::Text,
        Merge::Set,
        words("Public à former", "People to train"),
        words(
            "Métiers ou fonctions, par exemple agents d'accueil.",
            "Professions or functions, such as reception staff.",
        ),
    ),
    field(
        "organisations",
        FieldType::Partner,
        Merge::Set,
        words("Organisations demandeuses", "Organisations that ask"),
        words("Chaque organisation s'inscrit elle-même.", "Each organisation writes itself in."),
    ),
    field(
        "fiches",
        FieldType::Document(&["fiche_action"]),
        Merge::Set,
        words("Fiches-actions", "Action sheets"),
        words("Les fiches dont le besoin découle.", "The sheets the need comes from."),
    ),
    field(
        "nombre_estime",
        FieldType::Integer,
        Merge::MultiValue,
        words("Nombre de personnes estimé", "People, estimated"),
        words("Toutes organisations comprises.", "All organisations together."),
    ),
    field(
        "urgence",
        FieldType::Choice(URGENCES),
        Merge::LastWriter,
        words("Urgence", "Urgency"),
        words("À quelle vitesse il faut répondre.", "How quickly it must be met."),
    ),
    field(
        "etat",
        FieldType::Choice(ETATS),
        Merge::MultiValue,
        words("Suite donnée", "What became of it"),
        words("Où en est la réponse à ce besoin.", "How far the answer has come."),
    ),
];

/// What became of the need.
const ETATS: &[Choice] = &[
    Choice { code: "recense", label: words("Recensé", "Listed") },
    Choice { code: "en_preparation", label: words("En préparation", "Being prepared") },
    Choice { code: "couvert", label: words("Couvert", "Met") },
    Choice { code: "abandonne", label: words("Abandonné", "Given up") },
];

const SECTIONS: &[SectionSpec] = &[
    SectionSpec {
        id: "objectifs",
        title: words("Ce que les personnes doivent savoir faire", "What people must be able to do"),
    },
    SectionSpec { id: "contexte", title: words("Contexte", "Background") },
];
