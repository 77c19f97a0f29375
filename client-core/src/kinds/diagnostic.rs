//! `diagnostic`: one theme of the shared territorial diagnosis (`domain.md` §1.3).

use super::codes::{INSTANCES, MAILLES, THEMES};
use super::shared::{REVIEW, SHARED, with_shared};
use super::{
    Care, Choice, FieldSpec, FieldType, Kind, Merge, SectionSpec, Table, Visibility, field, words,
};

/// Shared territorial diagnosis.
pub(super) static DIAGNOSTIC: Kind = Kind {
    name: "diagnostic",
    revision: 1,
    title: words("Diagnostic territorial partagé", "Shared territorial diagnosis"),
    fields: &with_shared::<{ FIELDS.len() + SHARED.len() }>(FIELDS),
    sections: SECTIONS,
    care: Care {
        visible: Visibility::Partners,
        writers: words(
            "Groupes de travail et secrétariat",
            "The working groups and the secretariat",
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
    parts: &[REVIEW],
};

const FIELDS: &[FieldSpec] = &[
    field(
        "theme",
        FieldType::Choice(THEMES),
        Merge::LastWriter,
        words("Thème réglementaire", "Regulated theme"),
        words(
            "Un des dix thèmes du code de la santé publique ; un document par thème.",
            "One of the ten themes of the public health code; one document for each.",
        ),
    ),
    field(
        "donnees",
        FieldType::Rows(&Table { columns: DONNEES_COLUMNS, key: None }),
        Merge::List,
        words("Données quantitatives", "Figures"),
        words(
            "Chiffres publiés, avec leur source ; jamais un effectif qui désigne une personne.",
            "Published figures with their source; never a count that points to one person.",
        ),
    ),
    field(
        "ressources",
        FieldType::Document(&["offre"]),
        Merge::Set,
        words("Ressources disponibles", "Resources at hand"),
        words(
            "Les dispositifs de l'annuaire qui répondent à ce thème.",
            "The services of the directory that answer this theme.",
        ),
    ),
    field(
        "constats",
        FieldType::Rows(&Table { columns: CONSTATS_COLUMNS, key: None }),
        Merge::List,
        words("Constats partagés", "Shared findings"),
        words(
            "Un constat par ligne, avec le groupe qui l'a formulé.",
            "One finding a row, with the group that worded it.",
        ),
    ),
    field(
        "verbatims",
        FieldType::Text,
        Merge::Append,
        words("Paroles de personnes concernées", "Words of people concerned"),
        words(
            "Citations rendues anonymes : ni nom, ni lieu, ni date qui désigne quelqu'un.",
            "Quotes made anonymous: no name, place or date that points to anybody.",
        ),
    ),
    field(
        "preconisations",
        FieldType::Rows(&Table { columns: PRECONISATIONS_COLUMNS, key: None }),
        Merge::List,
        words("Préconisations", "Recommendations"),
        words(
            "Ce que le diagnostic recommande, et la fiche qui le reprend.",
            "What the diagnosis recommends, and the sheet that takes it up.",
        ),
    ),
    field(
        "contributeurs",
        FieldType::Partner,
        Merge::Set,
        words("Contributeurs", "Contributors"),
        words(
            "Organisations qui ont fourni données ou analyses.",
            "The organisations that gave figures or analyses.",
        ),
    ),
    field(
        "consultations",
        FieldType::Rows(&Table { columns: CONSULTATIONS_COLUMNS, key: None }),
        Merge::Append,
        words("Consultations", "Consultations"),
        words(
            "Avis rendus sur ce diagnostic ; une ligne écrite ne change plus.",
            "Opinions given on this diagnosis; a row once written stays.",
        ),
    ),
];

const DONNEES_COLUMNS: &[FieldSpec] = &[
    field(
        "indicateur",
        FieldType::Text,
        Merge::LastWriter,
        words("Donnée", "Figure"),
        words("Ce qui est compté.", "What is counted."),
    ),
    field(
        "valeur",
        FieldType::Number,
        Merge::MultiValue,
        words("Valeur", "Value"),
        words("Le nombre, sans unité.", "The number, without its unit."),
    ),
    field(
        "unite",
        FieldType::Text,
        Merge::LastWriter,
        words("Unité", "Unit"),
        words("Pour cent, jours, personnes, etc.", "Percent, days, people and so on."),
    ),
    field(
        "annee",
        FieldType::Year,
        Merge::LastWriter,
        words("Année", "Year"),
        words(
            "Année mesurée, pas celle de la publication.",
            "The year measured, not the year of publication.",
        ),
    ),
    field(
        "source",
        FieldType::Text,
        Merge::LastWriter,
        words("Source", "Source"),
        words(
            "Organisme et titre de la publication.",
            "The body and the title of the publication.",
        ),
    ),
    field(
        "maille",
        FieldType::Choice(MAILLES),
        Merge::LastWriter,
        words("Maille", "Level"),
        words("À quel niveau la donnée est comptée.", "At which level it is counted."),
    ),
];

const CONSTATS_COLUMNS: &[FieldSpec] = &[
    field(
        "nature",
        FieldType::Choice(NATURES),
        Merge::LastWriter,
        words("Nature", "What it is"),
        words("Constat, force, faiblesse ou insuffisance.", "Finding, strength, weakness or gap."),
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
        "gravite",
        FieldType::Choice(GRAVITES),
        Merge::LastWriter,
        words("Poids", "Weight"),
        words(
            "L'importance que lui donne le groupe ; facultatif.",
            "How much weight the group gives it; optional.",
        ),
    ),
    field(
        "source",
        FieldType::Text,
        Merge::LastWriter,
        words("Groupe ou source", "Group or source"),
        words(
            "Groupe de travail ou consultation d'où vient le constat.",
            "The working group or consultation it comes from.",
        ),
    ),
    field(
        "fiches",
        FieldType::Document(&["fiche_action"]),
        Merge::Set,
        words("Fiches qui y répondent", "Sheets that answer it"),
        words("Les fiches-actions nées de ce constat.", "The action sheets born of this finding."),
    ),
];

const PRECONISATIONS_COLUMNS: &[FieldSpec] = &[
    field(
        "texte",
        FieldType::Prose,
        Merge::Text,
        words("Préconisation", "Recommendation"),
        words("Ce qu'il faudrait faire, en une phrase.", "What ought to be done, in one sentence."),
    ),
    field(
        "fiches",
        FieldType::Document(&["fiche_action"]),
        Merge::Set,
        words("Fiches-actions", "Action sheets"),
        words("Les fiches qui la mettent en œuvre.", "The sheets that carry it out."),
    ),
];

const CONSULTATIONS_COLUMNS: &[FieldSpec] = &[
    field(
        "instance",
        FieldType::Choice(INSTANCES),
        Merge::LastWriter,
        words("Instance", "Body"),
        words("L'instance consultée.", "The body consulted."),
    ),
    field(
        "date",
        FieldType::Date,
        Merge::LastWriter,
        words("Date", "Date"),
        words("Jour de l'avis.", "The day of the opinion."),
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
        words("Réserves ou demandes, en une phrase.", "Reservations or requests, in one sentence."),
    ),
];

/// What a finding is.
const NATURES: &[Choice] = &[
    Choice { code: "constat", label: words("Constat", "Finding") },
    Choice { code: "force", label: words("Force", "Strength") },
    Choice { code: "faiblesse", label: words("Faiblesse", "Weakness") },
    Choice {
        code: "insuffisance",
        label: words("Insuffisance de l'offre", "Gap in what is offered"),
    },
];

/// How heavy a finding weighs.
const GRAVITES: &[Choice] = &[
    Choice { code: "faible", label: words("Faible", "Low") },
    Choice { code: "moyenne", label: words("Moyenne", "Medium") },
    Choice { code: "forte", label: words("Forte", "High") },
];

/// What a body said of it.
const AVIS: &[Choice] = &[
    Choice { code: "favorable", label: words("Favorable", "In favour") },
    Choice {
        code: "reserve",
        label: words("Favorable avec réserves", "In favour with reservations"),
    },
    Choice { code: "defavorable", label: words("Défavorable", "Against") },
    Choice { code: "sans_avis", label: words("Sans avis", "No opinion") },
];

const SECTIONS: &[SectionSpec] = &[
    SectionSpec { id: "synthese", title: words("Synthèse", "Summary") },
    SectionSpec {
        id: "analyse_quantitative",
        title: words("Analyse des données", "What the figures say"),
    },
    SectionSpec {
        id: "analyse_qualitative",
        title: words("Analyse qualitative", "What people say"),
    },
    SectionSpec {
        id: "quartiers_prioritaires",
        title: words("Quartiers prioritaires de la ville", "Priority districts"),
    },
];
