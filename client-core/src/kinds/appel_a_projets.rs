//! `appel_a_projets`: a call that the territory watches (`domain.md` §1.10, *veille*).

use super::codes::SOURCES;
use super::parts::{APPELS_SAY, Followed, Matter, Part};
use super::shared::{REVIEW, SHARED, with_shared};
use super::{
    Care, Choice, FieldSpec, FieldType, Kind, Merge, SectionSpec, Visibility, field, words,
};

/// Call for projects.
pub(super) static APPEL_A_PROJETS: Kind = Kind {
    name: "appel_a_projets",
    revision: 1,
    title: words("Appel à projets", "Call for projects"),
    fields: &with_shared::<{ FIELDS.len() + SHARED.len() }>(FIELDS),
    sections: SECTIONS,
    care: Care {
        visible: Visibility::Partners,
        writers: words("Secrétariat et toute organisation", "The secretariat and any organisation"),
        freezes: words("Rien : la décision est datée", "Nothing: the decision is dated"),
        keep: words("Cinq ans", "Five years"),
    },
    parts: PARTS,
};

const PARTS: &[Part] = &[
    REVIEW,
    Part::Followed(Followed {
        due: Some("date_limite"),
        responsible: Some("chef_de_file"),
        state: Some("decision"),
        standings: APPELS_SAY,
        ..Followed::new(Matter::Call)
    }),
];

const FIELDS: &[FieldSpec] = &[
    field(
        "emetteur",
        FieldType::Partner,
        Merge::LastWriter,
        words("Émetteur", "Issued by"),
        words("L'organisation qui lance l'appel.", "The organisation that issues the call."),
    ),
    field(
        "forme",
        FieldType::Choice(FORMES),
        Merge::LastWriter,
        words("Forme", "Form"),
        words(
            "Appel à projets, à manifestation d'intérêt, subvention ou prix.",
            "Call for projects, for interest, grant or prize.",
        ),
    ),
    field(
        "source",
        FieldType::Choice(SOURCES),
        Merge::LastWriter,
        words("Source", "Source"),
        words("L'enveloppe d'où viendrait l'argent.", "The fund the money would come from."),
    ),
    field(
        "url",
        FieldType::Link,
        Merge::LastWriter,
        words("Page de l'appel", "Page of the call"),
        words("Adresse du cahier des charges.", "The address of its terms."),
    ),
    field(
        "publie_le",
        FieldType::Date,
        Merge::LastWriter,
        words("Publié le", "Published on"),
        words("Jour de publication.", "The day of publication."),
    ),
    field(
        "date_limite",
        FieldType::DateTime,
        Merge::MultiValue,
        words("Date limite", "Closing date"),
        words("Dernier moment pour déposer.", "The last moment to apply."),
    ),
    field(
        "eligibles",
        FieldType::Text,
        Merge::LastWriter,
        words("Qui peut répondre", "Who may answer"),
        words(
            "Types d'organisations éligibles, en une phrase.",
            "The kinds of organisations that may apply, in one sentence.",
        ),
    ),
    field(
        "montant_max",
        FieldType::Amount,
        Merge::MultiValue,
        words("Montant maximal (€)", "Highest amount (€)"),
        words("Par projet.", "For one project."),
    ),
    field(
        "fiches_visees",
        FieldType::Document(&["fiche_action"]),
        Merge::Set,
        words("Fiches visées", "Sheets it may serve"),
        words(
            "Les fiches-actions qui pourraient en bénéficier.",
            "The action sheets that could gain by it.",
        ),
    ),
    field(
        "organisations_interessees",
        FieldType::Partner,
        Merge::Set,
        words("Organisations intéressées", "Organisations interested"),
        words("Chaque organisation s'inscrit elle-même.", "Each organisation writes itself in."),
    ),
    field(
        "decision",
        FieldType::Choice(DECISIONS),
        Merge::MultiValue,
        words("Décision", "Decision"),
        words("Ce que les partenaires en font.", "What the partners do about it."),
    ),
    field(
        "decidee_le",
        FieldType::Date,
        Merge::MultiValue,
        words("Décidée le", "Decided on"),
        words("Jour de la décision.", "The day of the decision."),
    ),
    field(
        "chef_de_file",
        FieldType::Partner,
        Merge::MultiValue,
        words("Chef de file", "Lead applicant"),
        words("L'organisation qui dépose le dossier.", "The organisation that applies."),
    ),
];

/// What the partners do about a call.
const DECISIONS: &[Choice] = &[
    Choice { code: "a_etudier", label: words("À étudier", "To be studied") },
    Choice { code: "candidature", label: words("Candidature", "We apply") },
    Choice { code: "ecarte", label: words("Écarté", "Left aside") },
];

/// What kind of call it is.
const FORMES: &[Choice] = &[
    Choice { code: "aap", label: words("Appel à projets", "Call for projects") },
    Choice { code: "ami", label: words("Appel à manifestation d'intérêt", "Call for interest") },
    Choice { code: "subvention", label: words("Demande de subvention", "Grant") },
    Choice { code: "prix", label: words("Prix, concours", "Prize") },
];

const SECTIONS: &[SectionSpec] = &[
    SectionSpec { id: "presentation", title: words("Présentation", "What it is about") },
    SectionSpec {
        id: "argumentaire",
        title: words("Ce que le territoire peut proposer", "What the territory can offer"),
    },
];
