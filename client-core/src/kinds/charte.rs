//! `charte`: the charter or rules of one body (`domain.md` §1.14).
//!
//! Quorum and votes are data of the body; without them the rule is consensus without a quorum.

use super::codes::{COLLEGES, INSTANCES};
use super::shared::{REVIEW, SHARED, with_shared};
use super::{
    Care, Choice, FieldSpec, FieldType, Formula, Kind, Merge, SectionSpec, Table, Visibility,
    field, words,
};

/// Charter or rules of a body.
pub(super) static CHARTE: Kind = Kind {
    name: "charte",
    revision: 1,
    title: words("Charte ou règlement d'instance", "Charter or rules of a body"),
    fields: &with_shared::<{ FIELDS.len() + SHARED.len() }>(FIELDS),
    sections: SECTIONS,
    care: Care {
        visible: Visibility::Partners,
        writers: words("Secrétariat", "The secretariat"),
        freezes: words("Accord des garants requis", "The agreement of the guarantors required"),
        keep: words("Archives définitives", "Kept for ever"),
    },
    parts: &[REVIEW],
};

const FIELDS: &[FieldSpec] = &[
    field(
        "instance",
        FieldType::Choice(INSTANCES),
        Merge::LastWriter,
        words("Instance", "Body"),
        words("L'instance dont c'est le règlement.", "The body whose rules these are."),
    ),
    field(
        "groupe",
        FieldType::Text,
        Merge::LastWriter,
        words("Nom du groupe", "Name of the group"),
        words("Pour un groupe de travail : son nom.", "For a working group: its name."),
    ),
    field(
        "composition",
        FieldType::Rows(&Table { columns: COMPOSITION_COLUMNS, key: Some("college") }),
        Merge::Set,
        words("Composition par collège", "Members by college"),
        words(
            "Sièges et organisations de chaque collège.",
            "Seats and organisations of each college.",
        ),
    ),
    field(
        "total_sieges",
        FieldType::Integer,
        Merge::Computed(Formula::SumOf { rows: "composition", column: "sieges" }),
        words("Total des sièges", "Sum of the seats"),
        words("Calculé d'après la composition.", "Worked out from the composition."),
    ),
    field(
        "quorum",
        FieldType::Text,
        Merge::MultiValue,
        words("Quorum", "Quorum"),
        words(
            "La règle, en une phrase ; vide s'il n'y en a pas.",
            "The rule, in one sentence; empty if there is none.",
        ),
    ),
    field(
        "quorum_requis",
        FieldType::Integer,
        Merge::MultiValue,
        words("Quorum requis", "Quorum needed"),
        words(
            "Nombre d'organisations, si la règle en fixe un.",
            "A number of organisations, if the rule says so.",
        ),
    ),
    field(
        "mode_decision",
        FieldType::Choice(VOTES),
        Merge::MultiValue,
        words("Mode de décision", "How it decides"),
        words("Consensus le plus souvent.", "Consensus most of the time."),
    ),
    field(
        "delai_objection_jours",
        FieldType::Integer,
        Merge::MultiValue,
        words("Délai d'objection en jours", "Time to object, in days"),
        words(
            "Temps laissé pour s'opposer avant qu'une décision vaille.",
            "The time to object before a decision holds.",
        ),
    ),
    field(
        "delai_convocation_jours",
        FieldType::Integer,
        Merge::MultiValue,
        words("Délai de convocation en jours", "Notice of meetings, in days"),
        words(
            "Combien de jours avant la séance partent les documents.",
            "How many days before a meeting the papers go out.",
        ),
    ),
    field(
        "frequence",
        FieldType::Text,
        Merge::LastWriter,
        words("Fréquence des séances", "How often it meets"),
        words("Par exemple deux fois par an.", "Such as twice a year."),
    ),
    field(
        "presidence",
        FieldType::Text,
        Merge::MultiValue,
        words("Présidence", "Chair"),
        words(
            "Fonction qui préside, et durée du mandat.",
            "The function that presides, and for how long.",
        ),
    )
    .of_people(),
    field(
        "approbations",
        FieldType::Rows(&Table { columns: APPROBATIONS_COLUMNS, key: None }),
        Merge::Append,
        words("Approbations", "Approvals"),
        words(
            "Les approbations du texte ; une ligne écrite ne change plus.",
            "The approvals of the text; a row once written stays.",
        ),
    ),
];

const COMPOSITION_COLUMNS: &[FieldSpec] = &[
    field(
        "college",
        FieldType::Choice(COLLEGES),
        Merge::LastWriter,
        words("Collège", "College"),
        words("Le collège.", "The college."),
    ),
    field(
        "sieges",
        FieldType::Integer,
        Merge::MultiValue,
        words("Sièges", "Seats"),
        words("Nombre de sièges de ce collège.", "How many seats it has."),
    ),
    field(
        "organisations",
        FieldType::Partner,
        Merge::Set,
        words("Organisations", "Organisations"),
        words("Celles qui siègent.", "Those that sit."),
    ),
];

const APPROBATIONS_COLUMNS: &[FieldSpec] = &[
    field(
        "date",
        FieldType::Date,
        Merge::LastWriter,
        words("Date", "Date"),
        words("Jour de l'approbation.", "The day of the approval."),
    ),
    field(
        "instance",
        FieldType::Choice(INSTANCES),
        Merge::LastWriter,
        words("Instance", "Body"),
        words("L'instance qui a approuvé.", "The body that approved."),
    ),
    field(
        "organisation",
        FieldType::Partner,
        Merge::LastWriter,
        words("Organisation", "Organisation"),
        words(
            "L'organisation, si elle approuve pour elle-même.",
            "The organisation, if it approves for itself.",
        ),
    ),
    field(
        "precisions",
        FieldType::Text,
        Merge::LastWriter,
        words("Précisions", "Details"),
        words("Version approuvée et réserves.", "The version approved and reservations."),
    ),
];

/// How a body decides.
const VOTES: &[Choice] = &[
    Choice { code: "consensus", label: words("Consensus", "Consensus") },
    Choice { code: "majorite_simple", label: words("Majorité simple", "Simple majority") },
    Choice {
        code: "majorite_qualifiee", label: words("Majorité qualifiée", "Qualified majority")
    },
    Choice {
        code: "sans_objection",
        label: words("Absence d'objection après délai", "No objection within a time"),
    },
];

const SECTIONS: &[SectionSpec] = &[
    SectionSpec { id: "objet", title: words("Objet et missions", "Purpose and missions") },
    SectionSpec { id: "vote", title: words("Décisions et vote", "Decisions and votes") },
    SectionSpec {
        id: "suppleance",
        title: words("Suppléance et pouvoirs", "Substitutes and proxies"),
    },
    SectionSpec { id: "confidentialite", title: words("Confidentialité", "Confidentiality") },
    SectionSpec {
        id: "conflits_interets",
        title: words("Conflits d'intérêts", "Conflicts of interest"),
    },
    SectionSpec {
        id: "adhesion_retrait",
        title: words("Adhésion, retrait et exclusion", "Joining, leaving and exclusion"),
    },
    SectionSpec { id: "revision", title: words("Révision du texte", "Revision of the text") },
];
