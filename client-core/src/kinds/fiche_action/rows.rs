//! The rows of `fiche_action`: one table of columns for each field of rows.

use super::super::shared::{ECHEANCE, RESPONSABLE};
use crate::kinds::codes::{AVANCEMENT, PLANS, ROLES};
use crate::kinds::{Choice, FieldSpec, FieldType, Merge, field, words};

pub(super) const AUTRES_RATTACHEMENTS_COLUMNS: &[FieldSpec] = &[
    field(
        "plan",
        FieldType::Choice(PLANS),
        Merge::LastWriter,
        words("Plan", "Plan"),
        words("De quel plan il s'agit.", "Which plan it is."),
    ),
    field(
        "codes",
        FieldType::Text,
        Merge::Set,
        words("Codes dans ce plan", "Codes in that plan"),
        words(
            "Numéros de fiche ou d'objectif dans ce plan.",
            "Numbers of sheets or objectives in that plan.",
        ),
    ),
];

pub(super) const PARTENAIRES_COLUMNS: &[FieldSpec] = &[
    field(
        "organisation",
        FieldType::Partner,
        Merge::LastWriter,
        words("Organisation", "Organisation"),
        words("L'organisation partenaire.", "The partner organisation."),
    ),
    field(
        "roles",
        FieldType::Choice(ROLES),
        Merge::Set,
        words("Rôles", "Roles"),
        words(
            "Copilote, contributeur, financeur, associé ou consulté.",
            "Co-leader, contributor, funder, associated or consulted.",
        ),
    ),
    field(
        "apport",
        FieldType::Text,
        Merge::LastWriter,
        words("Apport", "Contribution"),
        words("Ce qu'elle apporte, en une ligne.", "What it brings, in one line."),
    ),
];

pub(super) const OBJECTIFS_COLUMNS: &[FieldSpec] = &[
    field(
        "code",
        FieldType::Text,
        Merge::LastWriter,
        words("Code", "Code"),
        words(
            "Par exemple OO-07.3 ; stable après la validation.",
            "Such as OO-07.3; it stays after validation.",
        ),
    ),
    field(
        "libelle",
        FieldType::Prose,
        Merge::Text,
        words("Objectif", "Objective"),
        words(
            "Ce qui sera fait ou obtenu, en une phrase.",
            "What will be done or obtained, in one sentence.",
        ),
    ),
    field(
        "responsable",
        FieldType::Partner,
        Merge::MultiValue,
        words("Responsable", "In charge"),
        words("L'organisation qui en répond.", "The organisation that answers for it."),
    ),
    ECHEANCE,
    field(
        "avancement",
        FieldType::Choice(AVANCEMENT),
        Merge::MultiValue,
        words("Avancement", "Progress"),
        words("Où en est l'objectif.", "How far the objective has come."),
    ),
    field(
        "commentaire",
        FieldType::Prose,
        Merge::Text,
        words("Commentaire", "Comment"),
        words("Ce qu'il faut savoir pour comprendre l'avancement.", "What explains the progress."),
    ),
    field(
        "indicateurs",
        FieldType::Document(&["indicateur"]),
        Merge::Set,
        words("Indicateurs", "Indicators"),
        words("Les indicateurs qui mesurent cet objectif.", "The indicators that measure it."),
    ),
];

pub(super) const ETAPES_COLUMNS: &[FieldSpec] = &[
    field(
        "libelle",
        FieldType::Text,
        Merge::LastWriter,
        words("Étape", "Step"),
        words("Ce qui sera fait, en une ligne.", "What will be done, in one line."),
    ),
    field(
        "objectif",
        FieldType::Text,
        Merge::LastWriter,
        words("Objectif", "Objective"),
        words(
            "Code de l'objectif opérationnel servi, s'il y en a un.",
            "The code of the objective it serves, if there is one.",
        ),
    ),
    RESPONSABLE,
    field(
        "debut",
        FieldType::Date,
        Merge::MultiValue,
        words("Début", "Start"),
        words("Jour de début, s'il compte.", "The first day, if it matters."),
    ),
    ECHEANCE,
    field(
        "fait",
        FieldType::Boolean,
        Merge::MultiValue,
        words("Faite", "Done"),
        words("Oui quand l'étape est terminée.", "Yes when the step is over."),
    ),
    field(
        "date_reelle",
        FieldType::Date,
        Merge::MultiValue,
        words("Faite le", "Done on"),
        words("Jour où elle a été terminée.", "The day it was over."),
    ),
    field(
        "livrable",
        FieldType::Text,
        Merge::LastWriter,
        words("Livrable", "Outcome"),
        words(
            "Ce qui reste : un document, une convention, un lieu ouvert.",
            "What remains: a paper, an agreement, a place opened.",
        ),
    ),
];

pub(super) const MOYENS_COLUMNS: &[FieldSpec] = &[
    field(
        "nature",
        FieldType::Text,
        Merge::LastWriter,
        words("Nature", "What it is"),
        words(
            "Poste, local, véhicule, logiciel, etc.",
            "A post, a room, a car, a program and so on.",
        ),
    ),
    field(
        "etp",
        FieldType::Number,
        Merge::MultiValue,
        words("ETP", "Full-time posts"),
        words(
            "Équivalents temps plein, par exemple 0,5 ; vide si ce n'est pas du personnel.",
            "Full-time equivalents, such as 0.5; empty when it is no staff.",
        ),
    ),
    field(
        "organisation",
        FieldType::Partner,
        Merge::LastWriter,
        words("Organisation", "Organisation"),
        words("Qui met ce moyen à disposition.", "Who provides it."),
    ),
];

pub(super) const FREINS_LEVIERS_COLUMNS: &[FieldSpec] = &[
    field(
        "type",
        FieldType::Choice(FREINS),
        Merge::LastWriter,
        words("Nature", "What it is"),
        words("Frein, levier ou condition de déblocage.", "Obstacle, help or condition."),
    ),
    field(
        "texte",
        FieldType::Prose,
        Merge::Text,
        words("Texte", "Text"),
        words(
            "En une ou deux phrases, sans situation individuelle.",
            "In one or two sentences, without the case of any person.",
        ),
    ),
    field(
        "date",
        FieldType::Date,
        Merge::LastWriter,
        words("Date", "Date"),
        words("Jour du constat.", "The day it was seen."),
    ),
    field(
        "organisation",
        FieldType::Partner,
        Merge::LastWriter,
        words("Organisation", "Organisation"),
        words("Qui le signale.", "Who reports it."),
    ),
];

pub(super) const POINTS_ETAPE_COLUMNS: &[FieldSpec] = &[
    field(
        "date",
        FieldType::Date,
        Merge::LastWriter,
        words("Date", "Date"),
        words("Jour du point.", "The day of the report."),
    ),
    field(
        "auteur",
        FieldType::Partner,
        Merge::LastWriter,
        words("Organisation", "Organisation"),
        words("L'organisation qui fait le point.", "The organisation that reports."),
    ),
    field(
        "texte",
        FieldType::Prose,
        Merge::Text,
        words("Ce qui s'est passé", "What happened"),
        words(
            "L'essentiel depuis le dernier point, sans nom de personne suivie.",
            "The main things since the last report, without the name of any person cared for.",
        ),
    ),
    field(
        "avancement",
        FieldType::Choice(AVANCEMENT),
        Merge::LastWriter,
        words("Avancement", "Progress"),
        words("Où en est la fiche ce jour-là.", "How far the sheet had come that day."),
    ),
    field(
        "prochaine_etape",
        FieldType::Text,
        Merge::LastWriter,
        words("Prochaine étape", "Next step"),
        words("Ce qui vient ensuite, et pour quand.", "What comes next, and by when."),
    ),
];

/// What helps or holds back.
const FREINS: &[Choice] = &[
    Choice { code: "frein", label: words("Frein", "Obstacle") },
    Choice { code: "levier", label: words("Levier", "What helps") },
    Choice { code: "condition", label: words("Condition de déblocage", "What would unblock it") },
];
