//! `lettre_de_mission`: what the agency asks of the project manager (`domain.md` §1.13).

use super::parts::{Followed, Matter, Part};
use super::shared::{ECHEANCE, REVIEW, SHARED, with_shared};
use super::{
    Care, Choice, FieldSpec, FieldType, Kind, Merge, SectionSpec, Table, Visibility, field, words,
};

/// Letter of mission.
pub(super) static LETTRE_DE_MISSION: Kind = Kind {
    name: "lettre_de_mission",
    revision: 1,
    title: words("Lettre de mission", "Letter of mission"),
    fields: &with_shared::<{ FIELDS.len() + SHARED.len() }>(FIELDS),
    sections: SECTIONS,
    care: Care {
        visible: Visibility::Parties,
        writers: words("ARS", "The regional health agency"),
        freezes: words("Signature de l'ARS", "The signature of the agency"),
        keep: words("Dossier de l'agent, chez son employeur", "The staff file, at the employer"),
    },
    parts: PARTS,
};

const PARTS: &[Part] = &[
    REVIEW,
    Part::Followed(Followed { due: Some("date_fin"), ..Followed::new(Matter::End) }),
    Part::Followed(Followed {
        rows: Some("objectifs"),
        label: Some("objectif"),
        due: Some("echeance"),
        ..Followed::new(Matter::Mission)
    }),
];

const FIELDS: &[FieldSpec] = &[
    field(
        "destinataire",
        FieldType::Text,
        Merge::MultiValue,
        words("Destinataire", "Addressed to"),
        words(
            "Fonction du chef de projet, et son nom si la lettre le porte.",
            "The function of the project manager, and the name if the letter bears it.",
        ),
    )
    .of_people(),
    field(
        "employeur",
        FieldType::Partner,
        Merge::MultiValue,
        words("Employeur", "Employer"),
        words(
            "L'organisation qui emploie le chef de projet.",
            "The organisation that employs the project manager.",
        ),
    ),
    field(
        "date_debut",
        FieldType::Date,
        Merge::MultiValue,
        words("Début", "Start"),
        words("Premier jour de la mission.", "The first day of the mission."),
    ),
    field(
        "date_fin",
        FieldType::Date,
        Merge::MultiValue,
        words("Fin", "End"),
        words(
            "Dernier jour avant révision, un an le plus souvent.",
            "The last day before a revision, most often a year.",
        ),
    ),
    field(
        "objectifs",
        FieldType::Rows(&Table { columns: OBJECTIFS_COLUMNS, key: None }),
        Merge::List,
        words("Objectifs", "Objectives"),
        words(
            "Un objectif par ligne, dans l'ordre de la lettre.",
            "One objective a row, in the order of the letter.",
        ),
    ),
    field(
        "rattachement_hierarchique",
        FieldType::Text,
        Merge::MultiValue,
        words("Rattachement hiérarchique", "Reports to"),
        words(
            "Fonction du supérieur chez l'employeur.",
            "The function of the superior at the employer.",
        ),
    )
    .of_people(),
    field(
        "rattachement_fonctionnel",
        FieldType::Text,
        Merge::MultiValue,
        words("Rattachement fonctionnel", "Works under"),
        words(
            "Instance ou fonction qui guide le travail.",
            "The body or function that guides the work.",
        ),
    )
    .of_people(),
    field(
        "quotite_etp",
        FieldType::Number,
        Merge::MultiValue,
        words("Quotité (ETP)", "Share of a full-time post"),
        words("Par exemple 1 ou 0,5.", "Such as 1 or 0.5."),
    ),
    field(
        "signataire",
        FieldType::Text,
        Merge::MultiValue,
        words("Signataire", "Signed by"),
        words(
            "Nom et qualité de la personne qui signe pour l'ARS.",
            "Name and capacity of the person who signs for the agency.",
        ),
    )
    .of_people(),
    field(
        "signee_le",
        FieldType::Date,
        Merge::MultiValue,
        words("Signée le", "Signed on"),
        words("Jour de la signature.", "The day of the signature."),
    ),
    field(
        "revisions",
        FieldType::Rows(&Table { columns: REVISIONS_COLUMNS, key: None }),
        Merge::Append,
        words("Révisions", "Revisions"),
        words(
            "Les changements convenus ; une ligne écrite ne change plus.",
            "The changes agreed; a row once written stays.",
        ),
    ),
];

const OBJECTIFS_COLUMNS: &[FieldSpec] = &[
    field(
        "objectif",
        FieldType::Prose,
        Merge::Text,
        words("Objectif", "Objective"),
        words("Ce qui est attendu, en une phrase.", "What is expected, in one sentence."),
    ),
    field(
        "priorite",
        FieldType::Choice(RANGS),
        Merge::MultiValue,
        words("Priorité", "Priority"),
        words("Haute, normale ou basse.", "High, normal or low."),
    ),
    field(
        "indicateur",
        FieldType::Text,
        Merge::LastWriter,
        words("Indicateur", "Indicator"),
        words(
            "À quoi on verra que l'objectif est atteint.",
            "How it will be seen that it is reached.",
        ),
    ),
    ECHEANCE,
];

const REVISIONS_COLUMNS: &[FieldSpec] = &[
    field(
        "date",
        FieldType::Date,
        Merge::LastWriter,
        words("Date", "Date"),
        words("Jour de la révision.", "The day of the revision."),
    ),
    field(
        "objet",
        FieldType::Text,
        Merge::LastWriter,
        words("Objet", "What changed"),
        words("Ce qui change et pourquoi.", "What changes and why."),
    ),
];

/// How much an objective weighs.
const RANGS: &[Choice] = &[
    Choice { code: "haute", label: words("Haute", "High") },
    Choice { code: "normale", label: words("Normale", "Normal") },
    Choice { code: "basse", label: words("Basse", "Low") },
];

const SECTIONS: &[SectionSpec] = &[
    SectionSpec { id: "contexte", title: words("Contexte", "Background") },
    SectionSpec { id: "missions", title: words("Missions", "Missions") },
    SectionSpec { id: "moyens", title: words("Moyens", "Means") },
    SectionSpec { id: "neutralite", title: words("Neutralité et positionnement", "Neutrality") },
    SectionSpec { id: "reporting", title: words("Comptes rendus attendus", "Reports expected") },
];
