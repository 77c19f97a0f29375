//! `actualite`: a piece of news or communication (`domain.md` §1.15).

use super::shared::{REVIEW, SHARED, with_shared};
use super::{
    Care, Choice, FieldSpec, FieldType, Kind, Merge, SectionSpec, Visibility, field, words,
};

/// News.
pub(super) static ACTUALITE: Kind = Kind {
    name: "actualite",
    revision: 1,
    title: words("Actualité", "News"),
    fields: &with_shared::<{ FIELDS.len() + SHARED.len() }>(FIELDS),
    sections: SECTIONS,
    care: Care {
        visible: Visibility::Partners,
        writers: words("Toute organisation", "Any organisation"),
        freezes: words("Validation avant publication", "Validation before publication"),
        keep: words("Deux ans", "Two years"),
    },
    parts: &[REVIEW],
};

const FIELDS: &[FieldSpec] = &[
    field(
        "cibles",
        FieldType::Choice(CIBLES),
        Merge::Set,
        words("Cibles", "Audience"),
        words(
            "À qui l'actualité s'adresse ; plusieurs réponses possibles.",
            "Whom it is for; several answers are fine.",
        ),
    ),
    field(
        "canaux",
        FieldType::Choice(CANAUX),
        Merge::Set,
        words("Canaux", "Channels"),
        words(
            "Où elle est publiée ; plusieurs réponses possibles.",
            "Where it is published; several answers are fine.",
        ),
    ),
    field(
        "validation",
        FieldType::Choice(VALIDATIONS),
        Merge::MultiValue,
        words("Validation", "Validation"),
        words("Où en est l'accord pour publier.", "Whether it may be published."),
    ),
    field(
        "validee_par",
        FieldType::Partner,
        Merge::MultiValue,
        words("Validée par", "Validated by"),
        words("L'organisation qui a donné son accord.", "The organisation that agreed."),
    ),
    field(
        "date_publication",
        FieldType::Date,
        Merge::MultiValue,
        words("Publication le", "Published on"),
        words("Jour de la publication.", "The day of publication."),
    ),
    field(
        "date_fin",
        FieldType::Date,
        Merge::LastWriter,
        words("À retirer le", "To be withdrawn on"),
        words("Jour après lequel elle n'a plus d'intérêt.", "The day after which it is of no use."),
    ),
    field(
        "lien",
        FieldType::Link,
        Merge::LastWriter,
        words("Page publiée", "Published page"),
        words("Adresse de la page, une fois publiée.", "The address of the page, once published."),
    ),
    field(
        "fiches",
        FieldType::Document(&["fiche_action"]),
        Merge::Set,
        words("Fiches-actions", "Action sheets"),
        words("Les fiches dont elle parle.", "The sheets it is about."),
    ),
];

/// Where it is published.
const CANAUX: &[Choice] = &[
    Choice { code: "site", label: words("Site web", "Website") },
    Choice { code: "lettre", label: words("Lettre d'information", "Newsletter") },
    Choice { code: "courriel", label: words("Courriel", "Mail") },
    Choice { code: "presse", label: words("Presse", "Press") },
    Choice { code: "reseaux", label: words("Réseaux sociaux", "Social media") },
    Choice { code: "affiche", label: words("Affiche, tract", "Poster") },
    Choice { code: "evenement", label: words("Événement", "Event") },
];

/// For whom it is meant.
const CIBLES: &[Choice] = &[
    Choice { code: "partenaires", label: words("Partenaires", "Partners") },
    Choice { code: "professionnels", label: words("Professionnels", "Professionals") },
    Choice {
        code: "personnes_concernees",
        label: words("Personnes concernées et proches", "People concerned and families"),
    },
    Choice { code: "elus", label: words("Élus", "Elected officials") },
    Choice { code: "grand_public", label: words("Grand public", "The public") },
];

/// Whether it may go out.
const VALIDATIONS: &[Choice] = &[
    Choice { code: "brouillon", label: words("Brouillon", "Draft") },
    Choice { code: "a_valider", label: words("À valider", "To be validated") },
    Choice { code: "validee", label: words("Validée", "Validated") },
    Choice { code: "retiree", label: words("Retirée", "Withdrawn") },
];

const SECTIONS: &[SectionSpec] = &[
    SectionSpec { id: "chapeau", title: words("En deux phrases", "In two sentences") },
    SectionSpec { id: "texte", title: words("Texte", "Text") },
];
