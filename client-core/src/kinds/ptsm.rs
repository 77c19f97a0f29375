//! `ptsm`: the territorial mental-health project itself, and the words the territory uses.
//!
//! Plan levels have other names in other territories (`domain.md` §0): these names are fields of
//! this document, and no screen may write them otherwise.

use super::parts::{Followed, Matter, Part};
use super::shared::{DUREE_MOIS, REVIEW, SHARED, with_shared};
use super::{
    Care, Choice, FieldSpec, FieldType, Kind, Merge, SectionSpec, Table, Visibility, field, words,
};

/// Territorial mental-health project.
pub(super) static PTSM: Kind = Kind {
    name: "ptsm",
    revision: 1,
    title: words("Projet territorial de santé mentale", "Territorial mental-health project"),
    fields: &with_shared::<{ FIELDS.len() + SHARED.len() }>(FIELDS),
    sections: SECTIONS,
    care: Care {
        visible: Visibility::Partners,
        writers: words(
            "Secrétariat et groupes de travail",
            "The secretariat and the working groups",
        ),
        freezes: words(
            "Avis du COPIL, de la CSSM et du CTS, puis arrêté de la DG ARS",
            "Opinions of the COPIL, CSSM and CTS, then the order of the regional health agency",
        ),
        keep: words(
            "Archives définitives ; public une fois arrêté",
            "Kept for ever; public once ordered",
        ),
    },
    parts: PARTS,
};

const PARTS: &[Part] =
    &[REVIEW, Part::Followed(Followed { due: Some("date_fin"), ..Followed::new(Matter::End) })];

const FIELDS: &[FieldSpec] = &[
    field(
        "generation",
        FieldType::Integer,
        Merge::LastWriter,
        words("Génération du PTSM", "Generation of the project"),
        words(
            "1 pour le premier projet du territoire, 2 pour le suivant.",
            "1 for the first project of the territory, 2 for the next.",
        ),
    ),
    field(
        "mot_orientation",
        FieldType::Text,
        Merge::LastWriter,
        words("Nom du premier niveau du plan", "Name of the first level of the plan"),
        words(
            "Le mot du territoire : orientation, axe, enjeu, priorité.",
            "The word of the territory: orientation, axis, issue, priority.",
        ),
    ),
    field(
        "mot_objectif_strategique",
        FieldType::Text,
        Merge::LastWriter,
        words("Nom du deuxième niveau du plan", "Name of the second level of the plan"),
        words(
            "Le mot du territoire : objectif stratégique, sous-axe ; vide si ce niveau n'existe \
             pas.",
            "The word of the territory: strategic objective, sub-axis; empty if there is no such \
             level.",
        ),
    ),
    field(
        "mot_fiche",
        FieldType::Text,
        Merge::LastWriter,
        words("Nom des fiches", "Name of the sheets"),
        words(
            "Le mot du territoire : fiche-action, fiche enjeu, action.",
            "The word of the territory: action sheet, issue sheet, action.",
        ),
    ),
    field(
        "mot_objectif_operationnel",
        FieldType::Text,
        Merge::LastWriter,
        words("Nom des objectifs d'une fiche", "Name of the objectives of a sheet"),
        words(
            "Le mot du territoire : objectif opérationnel, axe de travail, sous-action.",
            "The word of the territory: operational objective, work axis, sub-action.",
        ),
    ),
    field(
        "mot_etape",
        FieldType::Text,
        Merge::LastWriter,
        words("Nom des étapes", "Name of the steps"),
        words(
            "Le mot du territoire : étape, jalon, tâche.",
            "The word of the territory: step, milestone, task.",
        ),
    ),
    field(
        "code_fiche",
        FieldType::Text,
        Merge::LastWriter,
        words("Début du code des fiches", "Start of the codes of sheets"),
        words(
            "Ce qui précède le numéro, par exemple FA dans FA-07.",
            "What stands before the number, such as FA in FA-07.",
        ),
    ),
    field(
        "bassins",
        FieldType::Text,
        Merge::Set,
        words("Bassins du territoire", "Areas of the territory"),
        words(
            "Noms des bassins de vie, un par un ; les fiches et les indicateurs les reprennent.",
            "The names of the areas, one by one; sheets and indicators use them.",
        ),
    ),
    field(
        "secteurs",
        FieldType::Text,
        Merge::Set,
        words("Secteurs de psychiatrie", "Psychiatric sectors"),
        words(
            "Codes ou noms des secteurs d'adultes et d'enfants, un par un.",
            "Codes or names of the adult and child sectors, one by one.",
        ),
    ),
    field(
        "acteurs_associes",
        FieldType::Partner,
        Merge::Set,
        words("Acteurs associés", "Associated actors"),
        words(
            "Organisations qui ont participé à l'élaboration du projet.",
            "The organisations that took part in writing the project.",
        ),
    ),
    field(
        "correspondants_ars",
        FieldType::Text,
        Merge::Set,
        words("Correspondants à l'ARS", "Contacts at the regional health agency"),
        words(
            "Fonction et service de chaque correspondant, sans coordonnées privées.",
            "The function and service of each contact, without private details.",
        ),
    )
    .of_people(),
    field(
        "date_arrete",
        FieldType::Date,
        Merge::MultiValue,
        words("Date de l'arrêté", "Date of the order"),
        words(
            "Date de l'arrêté de la direction générale de l'ARS.",
            "The date of the order of the regional health agency.",
        ),
    ),
    field(
        "reference_arrete",
        FieldType::Text,
        Merge::MultiValue,
        words("Référence de l'arrêté", "Reference of the order"),
        words(
            "Numéro de l'arrêté au recueil des actes administratifs.",
            "The number of the order in the official collection.",
        ),
    ),
    field(
        "date_debut",
        FieldType::Date,
        Merge::MultiValue,
        words("Début du projet", "Start of the project"),
        words("Premier jour des cinq ans.", "The first day of the five years."),
    ),
    field(
        "date_fin",
        FieldType::Date,
        Merge::MultiValue,
        words("Fin du projet", "End of the project"),
        words(
            "Dernier jour des cinq ans, à préparer un an avant.",
            "The last day of the five years, to be prepared a year before.",
        ),
    ),
    DUREE_MOIS,
    field(
        "url_publication",
        FieldType::Link,
        Merge::LastWriter,
        words("Page de publication", "Page of publication"),
        words(
            "Adresse où l'ARS publie le projet.",
            "The address where the agency publishes the project.",
        ),
    ),
    field(
        "orientations",
        FieldType::Document(&["orientation"]),
        Merge::List,
        words("Orientations, dans l'ordre", "Orientations, in order"),
        words(
            "Les orientations du projet, dans l'ordre du document imprimé.",
            "The orientations of the project, in the order of the printed paper.",
        ),
    ),
    field(
        "documents",
        FieldType::Rows(&Table { columns: DOCUMENTS_COLUMNS, key: Some("piece") }),
        Merge::Set,
        words("Documents du projet", "Papers of the project"),
        words(
            "Les pièces réglementaires et où les trouver.",
            "The regulated papers and where to find them.",
        ),
    ),
];

const DOCUMENTS_COLUMNS: &[FieldSpec] = &[
    field(
        "piece",
        FieldType::Choice(DOCUMENTS),
        Merge::LastWriter,
        words("Pièce", "Paper"),
        words("De quelle pièce il s'agit.", "Which paper it is."),
    ),
    field(
        "document",
        FieldType::Document(&[]),
        Merge::LastWriter,
        words("Dans Liaison", "In Liaison"),
        words("Le document de Liaison, s'il y est.", "The document of Liaison, if it is there."),
    ),
    field(
        "lien",
        FieldType::Link,
        Merge::LastWriter,
        words("Adresse", "Address"),
        words("Adresse web de la pièce publiée.", "The web address of the published paper."),
    ),
    field(
        "date",
        FieldType::Date,
        Merge::LastWriter,
        words("Date", "Date"),
        words("Date de la pièce.", "The date of the paper."),
    ),
];

/// The papers that make up a project.
const DOCUMENTS: &[Choice] = &[
    Choice {
        code: "dtp",
        label: words("Diagnostic territorial partagé", "Shared territorial diagnosis"),
    },
    Choice {
        code: "dysfonctionnements",
        label: words("Analyse des dysfonctionnements", "Analysis of what goes wrong"),
    },
    Choice {
        code: "forces_faiblesses",
        label: words("Forces et faiblesses", "Strengths and weaknesses"),
    },
    Choice {
        code: "fiches",
        label: words("Recueil des fiches-actions", "Collected action sheets"),
    },
    Choice { code: "plan_actions", label: words("Plan d'actions", "Plan of action") },
    Choice { code: "rapport", label: words("Rapport du projet", "Report of the project") },
    Choice { code: "autre", label: words("Autre document", "Another document") },
];

const SECTIONS: &[SectionSpec] = &[
    SectionSpec {
        id: "presentation", title: words("Présentation du territoire", "The territory")
    },
    SectionSpec {
        id: "elaboration",
        title: words("Élaboration et concertation", "How the project was written"),
    },
    SectionSpec { id: "synthese", title: words("Synthèse du projet", "Summary of the project") },
    SectionSpec {
        id: "resume_falc", title: words("Résumé facile à lire", "Easy-to-read summary")
    },
];
