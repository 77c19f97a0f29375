//! `offre`: a service that people can turn to, aligned on ROR (`domain.md` §1.11, §5).

use super::codes::PUBLICS;
use super::shared::{REVIEW, SHARED, with_shared};
use super::{
    Care, Choice, FieldSpec, FieldType, Kind, Merge, SectionSpec, Visibility, field, words,
};

/// Service.
pub(super) static OFFRE: Kind = Kind {
    name: "offre",
    revision: 1,
    title: words("Offre ou dispositif", "Service"),
    fields: &with_shared::<{ FIELDS.len() + SHARED.len() }>(FIELDS),
    sections: SECTIONS,
    care: Care {
        visible: Visibility::Partners,
        writers: words("L'organisation elle-même", "The organisation itself"),
        freezes: words("Date de vérification, chaque année", "The date of the yearly check"),
        keep: words("Tant que le dispositif existe", "While the service exists"),
    },
    parts: &[REVIEW],
};

const FIELDS: &[FieldSpec] = &[
    field(
        "etablissement",
        FieldType::Document(&["etablissement", "organisation"]),
        Merge::LastWriter,
        words("Établissement ou organisation", "Establishment or organisation"),
        words(
            "La fiche de celui qui propose le dispositif.",
            "The card of the one that offers it.",
        ),
    ),
    field(
        "champs_activite",
        FieldType::Text,
        Merge::Set,
        words("Champs d'activité", "Fields of activity"),
        words(
            "Psychiatrie, addictologie, logement, emploi, etc.",
            "Psychiatry, addiction, housing, employment and so on.",
        ),
    ),
    field(
        "modalites_accueil",
        FieldType::Choice(MODALITES),
        Merge::Set,
        words("Modalités d'accueil", "How people come in"),
        words(
            "Comment on y entre ; plusieurs réponses possibles.",
            "How people come in; several answers are fine.",
        ),
    ),
    field(
        "prises_en_charge",
        FieldType::Choice(PRISES_EN_CHARGE),
        Merge::Set,
        words("Modes de prise en charge", "Kinds of support"),
        words(
            "Ce qui est proposé ; plusieurs réponses possibles.",
            "What is offered; several answers are fine.",
        ),
    ),
    field(
        "secteur_psychiatrique",
        FieldType::Text,
        Merge::LastWriter,
        words("Secteur de psychiatrie", "Psychiatric sector"),
        words("Code du secteur, s'il y en a un.", "The code of the sector, if there is one."),
    ),
    field(
        "soins_sans_consentement",
        FieldType::Boolean,
        Merge::LastWriter,
        words("Habilité aux soins sans consentement", "May give care without consent"),
        words(
            "Oui si l'établissement est désigné par l'ARS.",
            "Yes if the agency has designated it.",
        ),
    ),
    field(
        "publics",
        FieldType::Choice(PUBLICS),
        Merge::Set,
        words("Publics", "People"),
        words("À qui le dispositif s'adresse.", "Whom the service is for."),
    ),
    field(
        "age_min",
        FieldType::Integer,
        Merge::LastWriter,
        words("Âge minimal", "Lowest age"),
        words("En années ; vide s'il n'y en a pas.", "In years; empty if there is none."),
    ),
    field(
        "age_max",
        FieldType::Integer,
        Merge::LastWriter,
        words("Âge maximal", "Highest age"),
        words("En années ; vide s'il n'y en a pas.", "In years; empty if there is none."),
    ),
    field(
        "zone_intervention",
        FieldType::Text,
        Merge::Set,
        words("Zone d'intervention", "Area served"),
        words("Communes, bassins ou secteurs servis.", "The towns, areas or sectors served."),
    ),
    field(
        "horaires",
        FieldType::Text,
        Merge::LastWriter,
        words("Horaires", "Opening hours"),
        words(
            "Par exemple du lundi au vendredi, 9 h – 17 h.",
            "Such as Monday to Friday, 9 am to 5 pm.",
        ),
    ),
    field(
        "conditions_acces",
        FieldType::Text,
        Merge::LastWriter,
        words("Conditions d'accès", "Conditions of access"),
        words(
            "Ce qu'il faut pour entrer : notification, courrier, adhésion.",
            "What is needed to come in: a decision, a letter, a membership.",
        ),
    ),
    field(
        "delai_indicatif",
        FieldType::Text,
        Merge::LastWriter,
        words("Délai indicatif", "Usual waiting time"),
        words(
            "Par exemple trois semaines, avec la date du constat.",
            "Such as three weeks, with the date it was seen.",
        ),
    ),
    field(
        "places",
        FieldType::Integer,
        Merge::MultiValue,
        words("Nombre de places", "Number of places"),
        words("Places autorisées ou ouvertes.", "Places authorised or open."),
    ),
    field(
        "ferme_du",
        FieldType::Date,
        Merge::MultiValue,
        words("Fermé du", "Closed from"),
        words("Premier jour d'une fermeture prévue.", "The first day of a planned closing."),
    ),
    field(
        "ferme_au",
        FieldType::Date,
        Merge::MultiValue,
        words("Fermé au", "Closed to"),
        words("Dernier jour d'une fermeture prévue.", "The last day of a planned closing."),
    ),
    field(
        "telephone",
        FieldType::Phone,
        Merge::LastWriter,
        words("Téléphone", "Telephone"),
        words("Numéro d'accueil.", "The number of the desk."),
    ),
    field(
        "courriel",
        FieldType::Email,
        Merge::LastWriter,
        words("Courriel", "Mail"),
        words("Adresse générique du dispositif.", "A general address of the service."),
    ),
    field(
        "boite_mss",
        FieldType::Email,
        Merge::LastWriter,
        words("Boîte MSSanté", "Secure health mailbox"),
        words(
            "Boîte organisationnelle, jamais celle d'une personne.",
            "A mailbox of the organisation, never that of a person.",
        ),
    ),
    field(
        "site",
        FieldType::Link,
        Merge::LastWriter,
        words("Page web", "Web page"),
        words("Page qui décrit le dispositif.", "The page that describes the service."),
    ),
    field(
        "contacts",
        FieldType::Document(&["contact"]),
        Merge::Set,
        words("Contacts", "Contacts"),
        words(
            "Les contacts professionnels du dispositif.",
            "The professional contacts of the service.",
        ),
    ),
    field(
        "verifie_le",
        FieldType::Date,
        Merge::LastWriter,
        words("Vérifié le", "Checked on"),
        words("Jour de la dernière relecture.", "The day it was last read again."),
    ),
    field(
        "verifie_par",
        FieldType::Partner,
        Merge::LastWriter,
        words("Vérifié par", "Checked by"),
        words("L'organisation qui a relu.", "The organisation that read it again."),
    ),
];

/// How people come in (ROR: modaliteAccueil).
const MODALITES: &[Choice] = &[
    Choice { code: "rendez_vous", label: words("Sur rendez-vous", "By appointment") },
    Choice { code: "sans_rendez_vous", label: words("Sans rendez-vous", "Without appointment") },
    Choice {
        code: "orientation",
        label: words("Sur orientation d'un professionnel", "On a professional's advice"),
    },
    Choice { code: "urgence", label: words("En urgence", "In an emergency") },
    Choice { code: "a_distance", label: words("À distance", "Remotely") },
    Choice { code: "domicile", label: words("À domicile, aller-vers", "At home, outreach") },
];

/// How care is given (ROR: modePriseEnCharge).
const PRISES_EN_CHARGE: &[Choice] = &[
    Choice { code: "ambulatoire", label: words("Ambulatoire", "Outpatient") },
    Choice { code: "hospitalisation", label: words("Hospitalisation complète", "Inpatient") },
    Choice { code: "hopital_de_jour", label: words("Hôpital de jour", "Day hospital") },
    Choice { code: "equipe_mobile", label: words("Équipe mobile", "Mobile team") },
    Choice {
        code: "accompagnement",
        label: words("Accompagnement social ou médico-social", "Social support"),
    },
    Choice { code: "hebergement", label: words("Hébergement, logement", "Housing") },
    Choice { code: "entraide", label: words("Entraide entre pairs", "Peer support") },
    Choice { code: "information", label: words("Information, écoute", "Information, listening") },
];

const SECTIONS: &[SectionSpec] = &[
    SectionSpec { id: "presentation", title: words("Présentation", "Presentation") },
    SectionSpec {
        id: "acces",
        title: words("Comment s'y rendre et y entrer", "How to get there and come in"),
    },
];
