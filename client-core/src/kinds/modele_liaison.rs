//! `modele_liaison`: a blank liaison form, shared by all; never a filled one (`domain.md` §1.6 a).

use super::shared::{REVIEW, SHARED, with_shared};
use super::{
    Care, Choice, FieldSpec, FieldType, Kind, Merge, SectionSpec, Table, Visibility, field, words,
};

/// Liaison form.
pub(super) static MODELE_LIAISON: Kind = Kind {
    name: "modele_liaison",
    revision: 1,
    title: words("Modèle de fiche de liaison", "Liaison form"),
    fields: &with_shared::<{ FIELDS.len() + SHARED.len() }>(FIELDS),
    sections: SECTIONS,
    care: Care {
        visible: Visibility::Partners,
        writers: words("Groupe de travail", "The working group"),
        freezes: words(
            "COTECH, après avis du délégué à la protection des données",
            "COTECH, after the opinion of the data protection officer",
        ),
        keep: words("Toutes les versions sont gardées", "Every version is kept"),
    },
    parts: &[REVIEW],
};

const FIELDS: &[FieldSpec] = &[
    field(
        "reference",
        FieldType::Text,
        Merge::LastWriter,
        words("Référence", "Reference"),
        words("Code du modèle, par exemple ML-01.", "The code of the form, such as ML-01."),
    ),
    field(
        "version",
        FieldType::Text,
        Merge::LastWriter,
        words("Version", "Version"),
        words("Numéro imprimé au bas du modèle.", "The number printed at the foot of the form."),
    ),
    field(
        "finalite",
        FieldType::Text,
        Merge::LastWriter,
        words("À quoi sert la fiche", "What the form is for"),
        words(
            "Le passage de relais visé, en une phrase.",
            "The handover it serves, in one sentence.",
        ),
    ),
    field(
        "emetteurs",
        FieldType::Text,
        Merge::Set,
        words("Qui peut l'émettre", "Who may send it"),
        words(
            "Fonctions, par exemple infirmière de liaison ; jamais un nom.",
            "Functions, such as liaison nurse; never a name.",
        ),
    ),
    field(
        "destinataires",
        FieldType::Text,
        Merge::Set,
        words("Qui peut la recevoir", "Who may receive it"),
        words(
            "Fonctions tenues au secret qui participent à l'accompagnement.",
            "Functions bound by secrecy that take part in the support.",
        ),
    ),
    field(
        "rubriques",
        FieldType::Rows(&Table { columns: RUBRIQUES_COLUMNS, key: None }),
        Merge::List,
        words("Rubriques", "Lines of the form"),
        words(
            "Ce que la fiche demande, et rien de plus que le nécessaire.",
            "What the form asks for, and no more than is needed.",
        ),
    ),
    field(
        "conservation_mois",
        FieldType::Integer,
        Merge::LastWriter,
        words("Conservation en mois", "Kept for, in months"),
        words(
            "Durée de garde d'une fiche remplie, deux ans au plus.",
            "How long a filled form is kept, two years at most.",
        ),
    ),
    field(
        "avis",
        FieldType::Rows(&Table { columns: AVIS_COLUMNS, key: None }),
        Merge::Append,
        words("Avis", "Opinions"),
        words(
            "Avis du délégué à la protection des données et des instances ; une ligne écrite ne \
             change plus.",
            "Opinions of the data protection officer and of bodies; a row once written stays.",
        ),
    ),
    field(
        "conventions",
        FieldType::Document(&["convention"]),
        Merge::Set,
        words("Conventions", "Agreements"),
        words(
            "Les conventions qui prévoient ce modèle.",
            "The agreements that provide for this form.",
        ),
    ),
    field(
        "fiches",
        FieldType::Document(&["fiche_action"]),
        Merge::Set,
        words("Fiches-actions", "Action sheets"),
        words("Les fiches-actions dont il est issu.", "The action sheets it comes from."),
    ),
];

const RUBRIQUES_COLUMNS: &[FieldSpec] = &[
    field(
        "libelle",
        FieldType::Text,
        Merge::LastWriter,
        words("Rubrique", "Line"),
        words("L'intitulé imprimé.", "The printed title."),
    ),
    field(
        "forme",
        FieldType::Choice(FORMES),
        Merge::LastWriter,
        words("Forme", "Form"),
        words("Comment on répond.", "How it is answered."),
    ),
    field(
        "obligatoire",
        FieldType::Boolean,
        Merge::LastWriter,
        words("Obligatoire", "Required"),
        words(
            "Oui si la fiche ne peut pas partir sans cette réponse.",
            "Yes if the form cannot go without it.",
        ),
    ),
    field(
        "aide",
        FieldType::Text,
        Merge::LastWriter,
        words("Aide", "Help"),
        words(
            "Ce qu'il faut écrire, et ce qu'il ne faut pas écrire.",
            "What to write, and what not to write.",
        ),
    ),
];

const AVIS_COLUMNS: &[FieldSpec] = &[
    field(
        "de",
        FieldType::Text,
        Merge::LastWriter,
        words("Avis de", "Opinion of"),
        words("Fonction ou instance qui donne l'avis.", "The function or body that gives it."),
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
        FieldType::Text,
        Merge::LastWriter,
        words("Avis", "Opinion"),
        words("Le sens de l'avis et ses réserves.", "The opinion and its reservations."),
    ),
];

/// How a line of the form is filled.
const FORMES: &[Choice] = &[
    Choice { code: "texte", label: words("Texte", "Text") },
    Choice { code: "case", label: words("Case à cocher", "Tick box") },
    Choice { code: "liste", label: words("Liste de choix", "List of choices") },
    Choice { code: "date", label: words("Date", "Date") },
];

const SECTIONS: &[SectionSpec] = &[
    SectionSpec { id: "mode_emploi", title: words("Mode d'emploi", "How to use it") },
    SectionSpec { id: "circuit", title: words("Circuit de la fiche", "Path of the form") },
    SectionSpec {
        id: "mention_legale",
        title: words(
            "Information de la personne et mention légale",
            "Information of the person and legal notice",
        ),
    },
];
