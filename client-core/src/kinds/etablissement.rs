//! `etablissement`: one site of an organisation, as FINESS knows it (`domain.md` §1.11, §5).

use super::shared::{CODE_POSTAL, SHARED, with_shared};
use super::{Care, FieldSpec, FieldType, Kind, Merge, SectionSpec, Visibility, field, words};

/// Establishment or site.
pub(super) static ETABLISSEMENT: Kind = Kind {
    name: "etablissement",
    revision: 1,
    title: words("Établissement ou site", "Establishment or site"),
    fields: &with_shared::<{ FIELDS.len() + SHARED.len() }>(FIELDS),
    sections: SECTIONS,
    care: Care {
        visible: Visibility::Partners,
        writers: words("L'organisation elle-même", "The organisation itself"),
        freezes: words("Date de vérification, chaque année", "The date of the yearly check"),
        keep: words("Tant que le site est ouvert", "While the site is open"),
    },
};

const FIELDS: &[FieldSpec] = &[
    field(
        "organisation",
        FieldType::Document(&["organisation"]),
        Merge::LastWriter,
        words("Organisation", "Organisation"),
        words(
            "La fiche de l'organisation dont dépend le site.",
            "The card of the organisation it belongs to.",
        ),
    ),
    field(
        "finess",
        FieldType::Finess,
        Merge::LastWriter,
        words("FINESS établissement", "FINESS of the site"),
        words("Neuf signes, s'il en a un.", "Nine signs, if it has one."),
    ),
    field(
        "finess_entite",
        FieldType::Finess,
        Merge::LastWriter,
        words("FINESS entité juridique", "FINESS of the legal entity"),
        words(
            "Celui de l'organisation, tel que FINESS le donne.",
            "That of the organisation, as FINESS gives it.",
        ),
    ),
    field(
        "siret",
        FieldType::Siret,
        Merge::LastWriter,
        words("SIRET", "SIRET"),
        words("Quatorze chiffres ; facultatif.", "Fourteen digits; optional."),
    ),
    field(
        "raison_sociale",
        FieldType::Text,
        Merge::LastWriter,
        words("Raison sociale", "Legal name"),
        words("Nom du site dans FINESS.", "The name of the site in FINESS."),
    ),
    field(
        "categorie",
        FieldType::Text,
        Merge::LastWriter,
        words("Catégorie", "Category"),
        words(
            "Libellé FINESS, par exemple CMP ou SAMSAH.",
            "The FINESS label, such as CMP or SAMSAH.",
        ),
    ),
    field(
        "code_categorie",
        FieldType::Text,
        Merge::LastWriter,
        words("Code de catégorie", "Code of the category"),
        words("Code FINESS à trois chiffres.", "The three-digit FINESS code."),
    ),
    field(
        "adresse",
        FieldType::Text,
        Merge::LastWriter,
        words("Adresse", "Address"),
        words("Numéro et voie.", "Number and street."),
    ),
    CODE_POSTAL,
    field(
        "commune",
        FieldType::Text,
        Merge::LastWriter,
        words("Commune", "Town"),
        words("Nom de la commune.", "The name of the town."),
    ),
    field(
        "code_insee",
        FieldType::Text,
        Merge::LastWriter,
        words("Code INSEE", "INSEE code"),
        words("Code de la commune à cinq signes.", "The five-sign code of the town."),
    ),
    field(
        "telephone",
        FieldType::Phone,
        Merge::LastWriter,
        words("Téléphone", "Telephone"),
        words("Accueil du site.", "The desk of the site."),
    ),
    field(
        "courriel",
        FieldType::Email,
        Merge::LastWriter,
        words("Courriel", "Mail"),
        words("Adresse générique du site.", "A general address of the site."),
    ),
    field(
        "secteur",
        FieldType::Text,
        Merge::LastWriter,
        words("Secteur de psychiatrie", "Psychiatric sector"),
        words("Code du secteur, par exemple 9VG03.", "The code of the sector, such as 9VG03."),
    ),
    field(
        "bassin",
        FieldType::Text,
        Merge::LastWriter,
        words("Bassin", "Area"),
        words(
            "Le bassin du territoire, tel que le PTSM le nomme.",
            "The area, as the project names it.",
        ),
    ),
    field(
        "ouvert_le",
        FieldType::Date,
        Merge::LastWriter,
        words("Ouvert le", "Opened on"),
        words("Date d'ouverture, si elle est connue.", "The day it opened, if known."),
    ),
    field(
        "ferme_le",
        FieldType::Date,
        Merge::MultiValue,
        words("Fermé le", "Closed on"),
        words(
            "Date de fermeture ; vide si le site est ouvert.",
            "The day it closed; empty if it is open.",
        ),
    ),
    field(
        "verifie_le",
        FieldType::Date,
        Merge::LastWriter,
        words("Vérifié le", "Checked on"),
        words(
            "Jour où l'organisation a relu la fiche.",
            "The day the organisation read the card again.",
        ),
    ),
];

const SECTIONS: &[SectionSpec] =
    &[SectionSpec { id: "acces", title: words("Accès et accueil", "Access and reception") }];
