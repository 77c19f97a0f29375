//! `reunion`: a meeting, from the invitation to the approved minutes (`domain.md` §1.7).

use super::codes::{COLLEGES, INSTANCES};
use super::parts::{ACTIONS_SAY, Attendance, Followed, Matter, Meeting, Part};
use super::shared::{ECHEANCE, FICHE, RESPONSABLE, REVIEW, SHARED, with_shared};
use super::{
    Care, Choice, FieldSpec, FieldType, Formula, Kind, Merge, SectionSpec, Table, Visibility,
    field, words,
};

/// Meeting and minutes.
pub(super) static REUNION: Kind = Kind {
    name: "reunion",
    revision: 1,
    title: words("Réunion et compte rendu", "Meeting and minutes"),
    fields: &with_shared::<{ FIELDS.len() + SHARED.len() }>(FIELDS),
    sections: SECTIONS,
    care: Care {
        visible: Visibility::Body,
        writers: words("Secrétariat", "The secretariat"),
        freezes: words("Approbation à la séance suivante", "Approval at the next meeting"),
        keep: words("Archives", "Archives"),
    },
    parts: PARTS,
};

const PARTS: &[Part] = &[
    REVIEW,
    Part::Meeting(Meeting { rows: None, at: "debut", body: "instance", label: None }),
    Part::Meeting(Meeting { rows: None, at: "prochaine_reunion", body: "instance", label: None }),
    Part::Attendance(Attendance {
        at: "debut",
        body: "instance",
        rows: "presences",
        partner: "organisation",
        college: "college",
        state: "etat",
        here: &["present", "represente"],
        away: &["excuse", "absent"],
    }),
    Part::Followed(Followed {
        rows: Some("actions"),
        label: Some("libelle"),
        due: Some("echeance"),
        responsible: Some("responsable"),
        state: Some("statut"),
        standings: ACTIONS_SAY,
        ..Followed::new(Matter::Action)
    }),
];

const FIELDS: &[FieldSpec] = &[
    field(
        "instance",
        FieldType::Choice(INSTANCES),
        Merge::MultiValue,
        words("Instance", "Body"),
        words("L'instance qui se réunit.", "The body that meets."),
    ),
    field(
        "groupe",
        FieldType::Text,
        Merge::MultiValue,
        words("Groupe", "Group"),
        words(
            "Nom du groupe de travail, par exemple GT logement.",
            "The name of the working group, such as the housing group.",
        ),
    ),
    field(
        "numero",
        FieldType::Integer,
        Merge::MultiValue,
        words("Numéro de séance", "Number of the meeting"),
        words(
            "Dans l'instance, à la suite de la séance précédente.",
            "Within the body, after the meeting before.",
        ),
    ),
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
        words("Date et heure de fin prévues.", "The date and time it is to end."),
    ),
    field(
        "lieu",
        FieldType::Text,
        Merge::MultiValue,
        words("Lieu", "Place"),
        words(
            "Adresse et salle, avec l'accès pour les personnes handicapées.",
            "Address and room, with access for disabled people.",
        ),
    ),
    field(
        "visio",
        FieldType::Link,
        Merge::MultiValue,
        words("Visioconférence", "Video call"),
        words(
            "Adresse de connexion ; ne la publiez pas.",
            "The address to connect to; do not publish it.",
        ),
    ),
    field(
        "convocation_le",
        FieldType::Date,
        Merge::MultiValue,
        words("Convocation envoyée le", "Invitation sent on"),
        words(
            "Jour d'envoi de l'ordre du jour et des documents.",
            "The day the agenda and papers were sent.",
        ),
    ),
    field(
        "animation",
        FieldType::Text,
        Merge::LastWriter,
        words("Animation et secrétariat", "Chair and secretary"),
        words(
            "Fonctions de la présidence et du secrétariat de séance.",
            "The functions of the chair and of the secretary.",
        ),
    )
    .of_people(),
    field(
        "ordre_du_jour",
        FieldType::Rows(&Table { columns: ORDRE_DU_JOUR_COLUMNS, key: None }),
        Merge::List,
        words("Ordre du jour", "Agenda"),
        words(
            "Les points, dans l'ordre, et ce qui s'en est dit.",
            "The points, in order, and what was said.",
        ),
    ),
    field(
        "duree_prevue",
        FieldType::Integer,
        Merge::Computed(Formula::SumOf { rows: "ordre_du_jour", column: "duree_minutes" }),
        words("Durée prévue en minutes", "Planned duration in minutes"),
        words("Calculée d'après l'ordre du jour.", "Worked out from the agenda."),
    ),
    field(
        "presences",
        FieldType::Rows(&Table { columns: PRESENCES_COLUMNS, key: Some("organisation") }),
        Merge::Set,
        words("Présences", "Attendance"),
        words("Une ligne par organisation invitée.", "One row for each organisation invited."),
    ),
    field(
        "nombre_organisations",
        FieldType::Integer,
        Merge::Computed(Formula::CountOf("presences")),
        words("Organisations invitées", "Organisations invited"),
        words("Calculé d'après les présences.", "Worked out from the attendance."),
    ),
    field(
        "organisations_presentes",
        FieldType::Integer,
        Merge::Computed(Formula::CountWhere {
            rows: "presences",
            column: "etat",
            values: &["present", "represente"],
        }),
        words("Présentes ou représentées", "Present or represented"),
        words("Calculé d'après les présences.", "Worked out from the attendance."),
    ),
    field(
        "taux_presence",
        FieldType::Integer,
        Merge::Computed(Formula::ShareOf { rows: "presences", column: "etat", value: "present" }),
        words("Organisations présentes (%)", "Organisations present (%)"),
        words(
            "Calculé d'après les présences, sans les pouvoirs.",
            "Worked out from the attendance, without proxies.",
        ),
    ),
    field(
        "quorum_regle",
        FieldType::Text,
        Merge::LastWriter,
        words("Règle de quorum", "Quorum rule"),
        words(
            "Vide si le règlement de l'instance n'en prévoit pas.",
            "Empty if the rules of the body have none.",
        ),
    ),
    field(
        "quorum_requis",
        FieldType::Integer,
        Merge::LastWriter,
        words("Quorum requis", "Quorum needed"),
        words(
            "Nombre d'organisations nécessaires, si la règle en fixe un.",
            "How many organisations are needed, if the rule says so.",
        ),
    ),
    field(
        "quorum_atteint",
        FieldType::Boolean,
        Merge::Computed(Formula::Reaches {
            count: "organisations_presentes",
            least: "quorum_requis",
        }),
        words("Quorum atteint", "Quorum reached"),
        words(
            "Calculé quand un quorum est requis ; compte les présentes et les représentées.",
            "Worked out when there is a quorum; present and represented ones count.",
        ),
    ),
    field(
        "decisions",
        FieldType::Rows(&Table { columns: DECISIONS_COLUMNS, key: None }),
        Merge::Append,
        words("Décisions", "Decisions"),
        words(
            "Une ligne par décision, écrite une fois ; elle vaut preuve.",
            "One row for each decision, written once; it is evidence.",
        ),
    ),
    field(
        "actions",
        FieldType::Rows(&Table { columns: ACTIONS_COLUMNS, key: None }),
        Merge::List,
        words("Actions à mener", "Things to do"),
        words("Qui fait quoi, pour quand.", "Who does what, by when."),
    ),
    field(
        "actions_faites",
        FieldType::Integer,
        Merge::Computed(Formula::ShareOf { rows: "actions", column: "statut", value: "faite" }),
        words("Actions faites (%)", "Things done (%)"),
        words("Calculé d'après les actions à mener.", "Worked out from the things to do."),
    ),
    field(
        "prochaine_reunion",
        FieldType::DateTime,
        Merge::LastWriter,
        words("Prochaine réunion", "Next meeting"),
        words("Date et heure retenues en séance.", "The date and time chosen at the meeting."),
    ),
    field(
        "diffusion",
        FieldType::Partner,
        Merge::Set,
        words("Diffusion", "Sent to"),
        words(
            "Organisations qui reçoivent le compte rendu.",
            "The organisations that receive the minutes.",
        ),
    ),
    field(
        "approbation",
        FieldType::Rows(&Table { columns: APPROBATION_COLUMNS, key: None }),
        Merge::Append,
        words("Approbation du compte rendu", "Approval of the minutes"),
        words(
            "Soumission, remarques et approbation ; une ligne écrite ne change plus.",
            "Submission, remarks and approval; a row once written stays.",
        ),
    ),
];

const ORDRE_DU_JOUR_COLUMNS: &[FieldSpec] = &[
    field(
        "point",
        FieldType::Text,
        Merge::LastWriter,
        words("Point", "Point"),
        words("L'intitulé du point.", "The title of the point."),
    ),
    field(
        "type",
        FieldType::Choice(POINTS),
        Merge::LastWriter,
        words("Nature", "What it is for"),
        words("Information, débat ou décision.", "Information, debate or decision."),
    ),
    field(
        "porteur",
        FieldType::Partner,
        Merge::LastWriter,
        words("Présenté par", "Presented by"),
        words("L'organisation qui présente.", "The organisation that presents."),
    ),
    field(
        "duree_minutes",
        FieldType::Integer,
        Merge::LastWriter,
        words("Durée en minutes", "Duration in minutes"),
        words("Temps prévu.", "The time planned."),
    ),
    field(
        "documents",
        FieldType::Document(&[]),
        Merge::Set,
        words("Documents", "Papers"),
        words("Les documents à lire avant la séance.", "The papers to read before the meeting."),
    ),
    field(
        "discussion",
        FieldType::Prose,
        Merge::Text,
        words("Relevé de discussion", "What was said"),
        words(
            "L'essentiel des échanges, sans situation individuelle.",
            "The main things said, without the case of any person.",
        ),
    ),
];

const PRESENCES_COLUMNS: &[FieldSpec] = &[
    field(
        "organisation",
        FieldType::Partner,
        Merge::LastWriter,
        words("Organisation", "Organisation"),
        words("L'organisation.", "The organisation."),
    ),
    field(
        "etat",
        FieldType::Choice(PRESENCES),
        Merge::MultiValue,
        words("Présence", "Attendance"),
        words(
            "Présente, représentée, excusée, absente ou invitée.",
            "Present, represented, excused, absent or guest.",
        ),
    ),
    field(
        "represente_par",
        FieldType::Partner,
        Merge::MultiValue,
        words("Représentée par", "Represented by"),
        words("L'organisation qui a reçu le pouvoir.", "The organisation that holds the proxy."),
    ),
    field(
        "college",
        FieldType::Choice(COLLEGES),
        Merge::LastWriter,
        words("Collège", "College"),
        words("Le collège au titre duquel elle siège.", "The college for which it sits."),
    ),
    field(
        "personnes",
        FieldType::Text,
        Merge::Set,
        words("Personnes", "People"),
        words(
            "Nom et fonction, seulement si le compte rendu doit les porter.",
            "Name and function, only if the minutes must bear them.",
        ),
    )
    .of_people(),
];

const DECISIONS_COLUMNS: &[FieldSpec] = &[
    field(
        "numero",
        FieldType::Text,
        Merge::LastWriter,
        words("Numéro", "Number"),
        words("Par exemple 2026-04.", "Such as 2026-04."),
    ),
    field(
        "texte",
        FieldType::Prose,
        Merge::Text,
        words("Décision", "Decision"),
        words(
            "Ce qui est décidé, en une ou deux phrases.",
            "What is decided, in one or two sentences.",
        ),
    ),
    field(
        "mode",
        FieldType::Choice(MODES),
        Merge::LastWriter,
        words("Mode", "How"),
        words(
            "Consensus, vote, avis ou absence d'objection.",
            "Consensus, vote, opinion or no objection.",
        ),
    ),
    field(
        "resultat",
        FieldType::Choice(RESULTATS),
        Merge::LastWriter,
        words("Résultat", "Result"),
        words("Adoptée, rejetée ou ajournée.", "Adopted, rejected or put off."),
    ),
    field(
        "voix",
        FieldType::Text,
        Merge::LastWriter,
        words("Voix", "Votes"),
        words(
            "Pour, contre, abstentions, s'il y a eu vote.",
            "For, against, abstentions, if there was a vote.",
        ),
    ),
    field(
        "reserves",
        FieldType::Text,
        Merge::Set,
        words("Réserves", "Reservations"),
        words(
            "Une réserve par entrée : qui la fait, et laquelle.",
            "One reservation an entry: who makes it, and which.",
        ),
    ),
    field(
        "portee",
        FieldType::Text,
        Merge::LastWriter,
        words("Portée", "Scope"),
        words(
            "Ce que la décision engage et à partir de quand.",
            "What the decision binds and from when.",
        ),
    ),
    field(
        "document",
        FieldType::Document(&[]),
        Merge::LastWriter,
        words("Document concerné", "Document concerned"),
        words(
            "Le document validé ou modifié par la décision.",
            "The document that the decision validates or changes.",
        ),
    ),
];

const ACTIONS_COLUMNS: &[FieldSpec] = &[
    field(
        "libelle",
        FieldType::Text,
        Merge::LastWriter,
        words("Action", "Action"),
        words("Ce qu'il faut faire, en une ligne.", "What is to be done, in one line."),
    ),
    RESPONSABLE,
    ECHEANCE,
    field(
        "statut",
        FieldType::Choice(ACTIONS),
        Merge::MultiValue,
        words("Statut", "State"),
        words("Où en est l'action.", "How far it has come."),
    ),
    FICHE,
];

const APPROBATION_COLUMNS: &[FieldSpec] = &[
    field(
        "date",
        FieldType::Date,
        Merge::LastWriter,
        words("Date", "Date"),
        words("Jour de l'étape.", "The day of the step."),
    ),
    field(
        "etape",
        FieldType::Choice(APPROBATIONS),
        Merge::LastWriter,
        words("Étape", "Step"),
        words("Soumis, remarque ou approuvé.", "Submitted, remark or approved."),
    ),
    field(
        "organisation",
        FieldType::Partner,
        Merge::LastWriter,
        words("Organisation", "Organisation"),
        words("Qui fait la remarque ou approuve.", "Who makes the remark or approves."),
    ),
    field(
        "texte",
        FieldType::Prose,
        Merge::Text,
        words("Texte", "Text"),
        words(
            "La remarque, ou la séance où le compte rendu a été approuvé.",
            "The remark, or the meeting at which the minutes were approved.",
        ),
    ),
];

/// What a point of the agenda is for.
const POINTS: &[Choice] = &[
    Choice { code: "information", label: words("Information", "Information") },
    Choice { code: "debat", label: words("Débat", "Debate") },
    Choice { code: "decision", label: words("Décision", "Decision") },
];

/// Whether an organisation was there.
const PRESENCES: &[Choice] = &[
    Choice { code: "present", label: words("Présente", "Present") },
    Choice { code: "represente", label: words("Représentée", "Represented") },
    Choice { code: "excuse", label: words("Excusée", "Excused") },
    Choice { code: "absent", label: words("Absente", "Absent") },
    Choice { code: "invite", label: words("Invitée", "Guest") },
];

/// How something was decided.
const MODES: &[Choice] = &[
    Choice { code: "consensus", label: words("Consensus", "Consensus") },
    Choice { code: "vote", label: words("Vote", "Vote") },
    Choice { code: "avis", label: words("Avis", "Opinion") },
    Choice {
        code: "sans_objection",
        label: words("Absence d'objection après délai", "No objection within a time"),
    },
];

/// What came of it.
const RESULTATS: &[Choice] = &[
    Choice { code: "adopte", label: words("Adoptée", "Adopted") },
    Choice {
        code: "adopte_reserves",
        label: words("Adoptée avec réserves", "Adopted with reservations"),
    },
    Choice { code: "rejete", label: words("Rejetée", "Rejected") },
    Choice { code: "ajourne", label: words("Ajournée", "Put off") },
];

/// How far something to do has come.
const ACTIONS: &[Choice] = &[
    Choice { code: "a_faire", label: words("À faire", "To do") },
    Choice { code: "en_cours", label: words("En cours", "Under way") },
    Choice { code: "faite", label: words("Faite", "Done") },
    Choice { code: "abandonnee", label: words("Abandonnée", "Given up") },
];

/// A step of the approval of minutes.
const APPROBATIONS: &[Choice] = &[
    Choice { code: "soumis", label: words("Soumis aux participants", "Submitted") },
    Choice { code: "remarque", label: words("Remarque", "Remark") },
    Choice { code: "approuve", label: words("Approuvé", "Approved") },
];

const SECTIONS: &[SectionSpec] = &[
    SectionSpec { id: "introduction", title: words("Ouverture de la séance", "Opening") },
    SectionSpec { id: "divers", title: words("Questions diverses", "Other matters") },
    SectionSpec { id: "synthese", title: words("Ce qu'il faut retenir", "What to remember") },
    SectionSpec {
        id: "resume_falc", title: words("Résumé facile à lire", "Easy-to-read summary")
    },
];
