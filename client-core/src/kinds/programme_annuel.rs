//! `programme_annuel`: what the partners do in one year (`domain.md` §1.2).

use super::codes::INSTANCES;
use super::shared::{
    AVANCEMENT_DU_JALON, ECHEANCE, FICHE, JALON, RESPONSABLE, SHARED, with_shared,
};
use super::{
    Care, FieldSpec, FieldType, Formula, Kind, Merge, SectionSpec, Table, Visibility, field, words,
};

/// Yearly programme.
pub(super) static PROGRAMME_ANNUEL: Kind = Kind {
    name: "programme_annuel",
    revision: 1,
    title: words("Programme annuel d'actions", "Yearly programme"),
    fields: &with_shared::<{ FIELDS.len() + SHARED.len() }>(FIELDS),
    sections: SECTIONS,
    care: Care {
        visible: Visibility::Partners,
        writers: words(
            "Secrétariat, avec les pilotes",
            "The secretariat, with the leaders of actions",
        ),
        freezes: words("Validation par le COPIL", "Validation by the COPIL"),
        keep: words("Archives définitives", "Kept for ever"),
    },
};

const FIELDS: &[FieldSpec] = &[
    field(
        "annee",
        FieldType::Year,
        Merge::LastWriter,
        words("Année", "Year"),
        words("L'année du programme.", "The year of the programme."),
    ),
    field(
        "fiches_prioritaires",
        FieldType::Document(&["fiche_action"]),
        Merge::List,
        words("Fiches prioritaires, dans l'ordre", "Priority sheets, in order"),
        words(
            "Les fiches-actions de l'année, la plus importante d'abord.",
            "The action sheets of the year, the most important first.",
        ),
    ),
    field(
        "jalons",
        FieldType::Rows(&Table { columns: JALONS_COLUMNS, key: None }),
        Merge::List,
        words("Jalons de l'année", "Milestones of the year"),
        words(
            "Ce qui doit être fait avant la fin de l'année.",
            "What must be done before the year ends.",
        ),
    ),
    field(
        "taux_jalons",
        FieldType::Integer,
        Merge::Computed(Formula::ShareOf {
            rows: "jalons",
            column: "avancement",
            value: "realisee",
        }),
        words("Jalons réalisés (%)", "Milestones done (%)"),
        words("Calculé d'après les jalons.", "Worked out from the milestones."),
    ),
    field(
        "reunions_prevues",
        FieldType::Rows(&Table { columns: REUNIONS_PREVUES_COLUMNS, key: None }),
        Merge::List,
        words("Réunions prévues", "Planned meetings"),
        words(
            "Le calendrier des instances, avant les convocations.",
            "The calendar of bodies, before invitations go out.",
        ),
    ),
    field(
        "validations",
        FieldType::Rows(&Table { columns: VALIDATIONS_COLUMNS, key: None }),
        Merge::Append,
        words("Validations", "Validations"),
        words(
            "Décisions des instances sur ce programme ; une ligne écrite ne change plus.",
            "Decisions of bodies on this programme; a row once written stays.",
        ),
    ),
];

const JALONS_COLUMNS: &[FieldSpec] = &[JALON, FICHE, RESPONSABLE, ECHEANCE, AVANCEMENT_DU_JALON];

const REUNIONS_PREVUES_COLUMNS: &[FieldSpec] = &[
    field(
        "instance",
        FieldType::Choice(INSTANCES),
        Merge::LastWriter,
        words("Instance", "Body"),
        words("L'instance qui se réunira.", "The body that will meet."),
    ),
    field(
        "date",
        FieldType::DateTime,
        Merge::MultiValue,
        words("Date et heure", "Date and time"),
        words(
            "Le moment retenu ; les réunions elles-mêmes ont leur propre document.",
            "The moment chosen; meetings have documents of their own.",
        ),
    ),
    field(
        "objet",
        FieldType::Text,
        Merge::LastWriter,
        words("Objet", "Purpose"),
        words(
            "Ce que la réunion doit préparer ou décider.",
            "What the meeting is to prepare or decide.",
        ),
    ),
];

const VALIDATIONS_COLUMNS: &[FieldSpec] = &[
    field(
        "instance",
        FieldType::Choice(INSTANCES),
        Merge::LastWriter,
        words("Instance", "Body"),
        words("L'instance qui s'est prononcée.", "The body that decided."),
    ),
    field(
        "date",
        FieldType::Date,
        Merge::LastWriter,
        words("Date", "Date"),
        words("Jour de la décision.", "The day of the decision."),
    ),
    field(
        "decision",
        FieldType::Text,
        Merge::LastWriter,
        words("Décision", "Decision"),
        words("Ce qui a été décidé, en une phrase.", "What was decided, in one sentence."),
    ),
    field(
        "reunion",
        FieldType::Document(&["reunion"]),
        Merge::LastWriter,
        words("Réunion", "Meeting"),
        words("La réunion où la décision a été prise.", "The meeting where it was decided."),
    ),
];

const SECTIONS: &[SectionSpec] = &[
    SectionSpec { id: "moyens", title: words("Moyens", "Means") },
    SectionSpec { id: "perspectives", title: words("Points d'attention", "Points to watch") },
];
