//! `organisation`: the card of an organisation in the directory (`domain.md` §1.11).
//!
//! Names are those of FINESS and ROR where they exist. Keys and admissions are no fields: the
//! register of the space tells them.

use super::codes::{COLLEGES, INSTANCES, TYPES_ORGANISATION};
use super::shared::{CODE_POSTAL, SHARED, with_shared};
use super::{
    Care, Choice, FieldSpec, FieldType, Kind, Merge, SectionSpec, Visibility, field, words,
};

/// Organisation.
pub(super) static ORGANISATION: Kind = Kind {
    name: "organisation",
    revision: 1,
    title: words("Organisation", "Organisation"),
    fields: &with_shared::<{ FIELDS.len() + SHARED.len() }>(FIELDS),
    sections: SECTIONS,
    care: Care {
        visible: Visibility::Partners,
        writers: words("L'organisation elle-même", "The organisation itself"),
        freezes: words("Date de vérification, chaque année", "The date of the yearly check"),
        keep: words("Tant que l'organisation est membre", "While the organisation is a member"),
    },
};

const FIELDS: &[FieldSpec] = &[
    field(
        "partenaire",
        FieldType::Partner,
        Merge::LastWriter,
        words("Partenaire dans l'espace", "Partner in the space"),
        words(
            "L'organisation du registre de l'espace, si elle y est.",
            "The organisation in the register of the space, if it is there.",
        ),
    ),
    field(
        "raison_sociale",
        FieldType::Text,
        Merge::MultiValue,
        words("Raison sociale", "Legal name"),
        words(
            "Nom officiel complet, s'il diffère du titre de la fiche.",
            "The full official name, if it differs from the title of the card.",
        ),
    ),
    field(
        "sigle",
        FieldType::Text,
        Merge::LastWriter,
        words("Sigle", "Short name"),
        words("Le nom court connu de tous.", "The short name that everybody knows."),
    ),
    field(
        "type",
        FieldType::Choice(TYPES_ORGANISATION),
        Merge::LastWriter,
        words("Type", "Type"),
        words("Ce qu'est l'organisation.", "What the organisation is."),
    ),
    field(
        "college",
        FieldType::Choice(COLLEGES),
        Merge::MultiValue,
        words("Collège", "College"),
        words("Le collège au titre duquel elle siège.", "The college for which it sits."),
    ),
    field(
        "siren",
        FieldType::Siren,
        Merge::LastWriter,
        words("SIREN", "SIREN"),
        words("Neuf chiffres ; facultatif.", "Nine digits; optional."),
    ),
    field(
        "siret",
        FieldType::Siret,
        Merge::LastWriter,
        words("SIRET du siège", "SIRET of the main office"),
        words("Quatorze chiffres ; facultatif.", "Fourteen digits; optional."),
    ),
    field(
        "finess",
        FieldType::Finess,
        Merge::LastWriter,
        words("FINESS entité juridique", "FINESS of the legal entity"),
        words(
            "Neuf signes ; beaucoup d'associations n'en ont pas.",
            "Nine signs; many associations have none.",
        ),
    ),
    field(
        "statut_juridique",
        FieldType::Choice(STATUTS_JURIDIQUES),
        Merge::LastWriter,
        words("Statut juridique", "Legal form"),
        words("La forme juridique, en un mot.", "The legal form, in a word."),
    ),
    field(
        "adresse",
        FieldType::Text,
        Merge::LastWriter,
        words("Adresse", "Address"),
        words("Adresse postale du siège.", "The postal address of the main office."),
    ),
    CODE_POSTAL,
    field(
        "commune",
        FieldType::Text,
        Merge::LastWriter,
        words("Commune", "Town"),
        words("Commune du siège.", "The town of the main office."),
    ),
    field(
        "telephone",
        FieldType::Phone,
        Merge::LastWriter,
        words("Téléphone", "Telephone"),
        words(
            "Standard ou accueil, jamais un numéro personnel.",
            "The desk, never a private number.",
        ),
    ),
    field(
        "courriel",
        FieldType::Email,
        Merge::LastWriter,
        words("Courriel", "Mail"),
        words("Adresse générique de l'organisation.", "A general address of the organisation."),
    ),
    field(
        "site",
        FieldType::Link,
        Merge::LastWriter,
        words("Site web", "Website"),
        words("Adresse du site.", "The address of the website."),
    ),
    field(
        "statut_membre",
        FieldType::Choice(STATUTS),
        Merge::MultiValue,
        words("Statut dans le PTSM", "Standing in the project"),
        words(
            "Membre, invitée, pressentie ou ancienne membre.",
            "Member, guest, to be asked or former member.",
        ),
    ),
    field(
        "date_adhesion",
        FieldType::Date,
        Merge::MultiValue,
        words("Membre depuis le", "Member since"),
        words("Jour de la décision d'admission.", "The day of the decision of admission."),
    ),
    field(
        "instances",
        FieldType::Choice(INSTANCES),
        Merge::Set,
        words("Instances", "Bodies"),
        words("Les instances où elle siège.", "The bodies in which it sits."),
    ),
    field(
        "champs",
        FieldType::Text,
        Merge::Set,
        words("Champs d'action", "Fields of action"),
        words("Ce qu'elle fait, en quelques mots clés.", "What it does, in a few key words."),
    ),
    field(
        "verifiee_le",
        FieldType::Date,
        Merge::LastWriter,
        words("Vérifiée le", "Checked on"),
        words(
            "Jour où l'organisation a relu sa fiche.",
            "The day the organisation read its card again.",
        ),
    ),
];

/// What an organisation is for the project.
const STATUTS: &[Choice] = &[
    Choice { code: "membre", label: words("Membre", "Member") },
    Choice { code: "invite", label: words("Invitée", "Guest") },
    Choice { code: "pressenti", label: words("Pressentie", "To be asked") },
    Choice { code: "ancien", label: words("Ancienne membre", "Former member") },
];

/// The legal form, in short.
const STATUTS_JURIDIQUES: &[Choice] = &[
    Choice { code: "public", label: words("Établissement public", "Public body") },
    Choice {
        code: "prive_non_lucratif",
        label: words("Privé non lucratif", "Private, not for profit"),
    },
    Choice { code: "prive_lucratif", label: words("Privé lucratif", "Private, for profit") },
    Choice { code: "association", label: words("Association", "Association") },
    Choice { code: "etat", label: words("Service de l'État", "State service") },
    Choice { code: "collectivite", label: words("Collectivité, GIP", "Local authority") },
    Choice { code: "liberal", label: words("Exercice libéral", "Independent practice") },
    Choice { code: "autre", label: words("Autre", "Other") },
];

const SECTIONS: &[SectionSpec] = &[
    SectionSpec { id: "presentation", title: words("Présentation", "Presentation") },
    SectionSpec { id: "missions", title: words("Missions et publics", "Missions and people") },
];
