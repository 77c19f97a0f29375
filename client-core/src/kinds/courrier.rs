//! `courrier`: a letter of the project: invitation, reminder, request, reply.

use super::parts::{Followed, Matter, Part};
use super::shared::{REVIEW, SHARED, with_shared};
use super::{
    Care, Choice, FieldSpec, FieldType, Kind, Merge, SectionSpec, Visibility, field, words,
};

/// Letter.
pub(super) static COURRIER: Kind = Kind {
    name: "courrier",
    revision: 1,
    title: words("Courrier", "Letter"),
    fields: &with_shared::<{ FIELDS.len() + SHARED.len() }>(FIELDS),
    sections: SECTIONS,
    care: Care {
        visible: Visibility::Partners,
        writers: words(
            "Secrétariat, ou l'organisation qui écrit",
            "The secretariat, or the organisation that writes",
        ),
        freezes: words("Envoi", "Sending"),
        keep: words("Archives", "Archives"),
    },
    parts: PARTS,
};

const PARTS: &[Part] = &[
    REVIEW,
    Part::Followed(Followed {
        code: Some("reference"),
        due: Some("reponse_attendue"),
        ..Followed::new(Matter::Answer)
    }),
];

const FIELDS: &[FieldSpec] = &[
    field(
        "reference",
        FieldType::Text,
        Merge::LastWriter,
        words("Référence", "Reference"),
        words("Numéro d'enregistrement.", "The number in the mail book."),
    ),
    field(
        "nature",
        FieldType::Choice(NATURES),
        Merge::LastWriter,
        words("Nature", "What it is for"),
        words(
            "Convocation, relance, demande, transmission ou réponse.",
            "Invitation, reminder, request, sending or reply.",
        ),
    ),
    field(
        "objet",
        FieldType::Text,
        Merge::LastWriter,
        words("Objet", "Subject"),
        words("La ligne d'objet imprimée.", "The printed subject line."),
    ),
    field(
        "date",
        FieldType::Date,
        Merge::MultiValue,
        words("Date", "Date"),
        words("Date portée sur le courrier.", "The date on the letter."),
    ),
    field(
        "lieu",
        FieldType::Text,
        Merge::LastWriter,
        words("Fait à", "Written at"),
        words("Commune d'où part le courrier.", "The town it is sent from."),
    ),
    field(
        "expediteur",
        FieldType::Partner,
        Merge::MultiValue,
        words("Expéditeur", "Sender"),
        words("L'organisation qui écrit.", "The organisation that writes."),
    ),
    field(
        "destinataires",
        FieldType::Text,
        Merge::Set,
        words("Destinataires", "Addressed to"),
        words(
            "Fonction et organisation de chaque destinataire.",
            "The function and organisation of each addressee.",
        ),
    )
    .of_people(),
    field(
        "copies",
        FieldType::Text,
        Merge::Set,
        words("Copies", "Copies"),
        words("Fonctions et organisations en copie.", "The functions and organisations in copy."),
    )
    .of_people(),
    field(
        "signataire",
        FieldType::Text,
        Merge::MultiValue,
        words("Signataire", "Signed by"),
        words(
            "Nom et qualité de la personne qui signe.",
            "Name and capacity of the person who signs.",
        ),
    )
    .of_people(),
    field(
        "envoye_le",
        FieldType::Date,
        Merge::MultiValue,
        words("Envoyé le", "Sent on"),
        words(
            "Jour de l'envoi ; vide tant que le courrier n'est pas parti.",
            "The day it was sent; empty until then.",
        ),
    ),
    field(
        "mode_envoi",
        FieldType::Choice(ENVOIS),
        Merge::LastWriter,
        words("Mode d'envoi", "How it was sent"),
        words(
            "Courriel, poste, recommandé ou main propre.",
            "Mail, post, registered post or by hand.",
        ),
    ),
    field(
        "reponse_attendue",
        FieldType::Date,
        Merge::MultiValue,
        words("Réponse attendue le", "Reply expected on"),
        words("Jour au plus tard, s'il y en a un.", "The latest day, if there is one."),
    ),
    field(
        "fiches",
        FieldType::Document(&["fiche_action"]),
        Merge::Set,
        words("Fiches-actions", "Action sheets"),
        words("Les fiches dont parle le courrier.", "The sheets it is about."),
    ),
];

/// What a letter is for.
const NATURES: &[Choice] = &[
    Choice { code: "convocation", label: words("Convocation", "Invitation") },
    Choice { code: "relance", label: words("Relance", "Reminder") },
    Choice { code: "demande", label: words("Demande", "Request") },
    Choice { code: "transmission", label: words("Transmission de documents", "Sending of papers") },
    Choice { code: "reponse", label: words("Réponse", "Reply") },
    Choice { code: "remerciement", label: words("Remerciement", "Thanks") },
    Choice { code: "autre", label: words("Autre", "Other") },
];

/// How it was sent.
const ENVOIS: &[Choice] = &[
    Choice { code: "courriel", label: words("Courriel", "Mail") },
    Choice { code: "postal", label: words("Courrier postal", "Post") },
    Choice { code: "recommande", label: words("Lettre recommandée", "Registered post") },
    Choice { code: "main_propre", label: words("Remise en main propre", "By hand") },
];

const SECTIONS: &[SectionSpec] = &[SectionSpec { id: "texte", title: words("Texte", "Text") }];
