//! `convention`: an agreement between partners, article by article (`domain.md` §1.5).
//!
//! What binds (amounts, dates, notice, parties) is multi-valued: two partners who write different
//! figures while apart both see both, and a human settles. Articles are sections; their numbers
//! follow from their order.

use super::codes::{ACTES, SIGNATURES};
use super::parts::{Followed, Matter, Part};
use super::shared::{NUMERO_AVENANT, OBJET_AVENANT, REVIEW, SHARED, with_shared};
use super::{
    Care, Choice, FieldSpec, FieldType, Formula, Kind, Merge, SectionSpec, Table, Visibility,
    field, words,
};

/// Partnership agreement.
pub(super) static CONVENTION: Kind = Kind {
    name: "convention",
    revision: 2,
    title: words("Convention de partenariat", "Partnership agreement"),
    fields: &with_shared::<{ FIELDS.len() + SHARED.len() }>(FIELDS),
    sections: SECTIONS,
    care: Care {
        visible: Visibility::Parties,
        writers: words("Les parties", "The parties"),
        freezes: words(
            "Circuit de chaque partie ; le texte est figé avant la première signature",
            "The circuit of each party; the text is frozen before the first signature",
        ),
        keep: words(
            "Durée de la convention et dix ans, puis archives",
            "Its term and ten years, then archives",
        ),
    },
    parts: PARTS,
};

const PARTS: &[Part] = &[
    REVIEW,
    Part::Followed(Followed {
        code: Some("reference"),
        due: Some("date_fin"),
        unless: Some(("reconduction", "tacite")),
        ..Followed::new(Matter::End)
    }),
    Part::Followed(Followed {
        code: Some("reference"),
        due: Some("date_fin"),
        notice: Some("preavis_mois"),
        ..Followed::new(Matter::Notice)
    }),
];

const FIELDS: &[FieldSpec] = &[
    field(
        "reference",
        FieldType::Text,
        Merge::LastWriter,
        words("Référence", "Reference"),
        words(
            "Numéro ou code interne, par exemple CV-03.",
            "An internal number or code, such as CV-03.",
        ),
    ),
    field(
        "type",
        FieldType::Choice(TYPES),
        Merge::LastWriter,
        words("Type", "Type"),
        words("La forme de la convention.", "The form of the agreement."),
    ),
    field(
        "parties",
        FieldType::Rows(&Table { columns: PARTIES_COLUMNS, key: Some("organisation") }),
        Merge::Set,
        words("Parties", "Parties"),
        words(
            "Les organisations qui s'engagent, avec qui les représente.",
            "The organisations bound by it, and who stands for each.",
        ),
    )
    .required()
    .signatories(),
    field(
        "nombre_parties",
        FieldType::Integer,
        Merge::Computed(Formula::CountOf("parties")),
        words("Nombre de parties", "Number of parties"),
        words("Calculé d'après les parties.", "Worked out from the parties."),
    ),
    field(
        "visas",
        FieldType::Text,
        Merge::List,
        words("Visas", "Legal references"),
        words(
            "Les textes visés, un par ligne, dans l'ordre : « Vu le code… ».",
            "The texts referred to, one a line, in order.",
        ),
    ),
    field(
        "objet",
        FieldType::Text,
        Merge::LastWriter,
        words("Objet en une phrase", "Purpose in one sentence"),
        words("Ce que la convention organise.", "What the agreement organises."),
    ),
    field(
        "date_effet",
        FieldType::Date,
        Merge::MultiValue,
        words("Date d'effet", "Effective date"),
        words("Premier jour où la convention s'applique.", "The first day on which it applies."),
    ),
    field(
        "date_fin",
        FieldType::Date,
        Merge::MultiValue,
        words("Date de fin", "End date"),
        words(
            "Dernier jour où elle s'applique, compris.",
            "The last day on which it applies, included.",
        ),
    ),
    field(
        "duree_mois",
        FieldType::Integer,
        Merge::Computed(Formula::MonthsBetween { from: "date_effet", to: "date_fin" }),
        words("Durée en mois", "Duration in months"),
        words("Calculée d'après les dates.", "Worked out from the dates."),
    ),
    field(
        "reconduction",
        FieldType::Choice(RECONDUCTIONS),
        Merge::MultiValue,
        words("Reconduction", "Renewal"),
        words("Ce qui se passe à l'échéance.", "What happens when it expires."),
    ),
    field(
        "preavis_mois",
        FieldType::Integer,
        Merge::MultiValue,
        words("Préavis en mois", "Notice in months"),
        words("Délai à respecter pour résilier.", "How long before it must be terminated."),
    ),
    field(
        "montant",
        FieldType::Amount,
        Merge::MultiValue,
        words("Montant annuel (€)", "Yearly amount (€)"),
        words("Total des contributions d'une année.", "The sum of the contributions of a year."),
    ),
    field(
        "negociation",
        FieldType::Rows(&Table { columns: NEGOCIATION_COLUMNS, key: Some("article") }),
        Merge::Set,
        words("Négociation des articles", "Negotiation of the articles"),
        words(
            "Où en est l'accord, article par article.",
            "How far agreement has come, article by article.",
        ),
    )
    .aside(),
    field(
        "annexes",
        FieldType::Text,
        Merge::Set,
        words("Annexes", "Appendices"),
        words("Intitulé de chaque annexe.", "The title of each appendix."),
    ),
    field(
        "modeles",
        FieldType::Document(&["modele_liaison"]),
        Merge::Set,
        words("Modèles de fiche de liaison", "Liaison forms"),
        words("Les modèles annexés à la convention.", "The blank forms annexed to the agreement."),
    ),
    field(
        "circuit",
        FieldType::Rows(&Table { columns: CIRCUIT_COLUMNS, key: None }),
        Merge::Append,
        words("Circuit de validation", "Validation log"),
        words(
            "Visas, validations et signatures, dans l'ordre où ils arrivent ; une ligne écrite \
             ne change plus.",
            "Visas, validations and signatures as they come; a row once written stays.",
        ),
    )
    .aside(),
    field(
        "avenant_de",
        FieldType::Document(&["convention"]),
        Merge::LastWriter,
        words("Avenant à", "Amends"),
        words(
            "Pour un avenant : la convention qu'il modifie.",
            "For an amendment: the agreement it changes.",
        ),
    ),
    field(
        "avenants",
        FieldType::Rows(&Table { columns: AVENANTS_COLUMNS, key: None }),
        Merge::Append,
        words("Avenants", "Amendments"),
        words(
            "Les avenants signés ; une ligne écrite ne change plus.",
            "The signed amendments; a row once written stays.",
        ),
    )
    .aside(),
    field(
        "fiches",
        FieldType::Document(&["fiche_action"]),
        Merge::Set,
        words("Fiches-actions liées", "Related action sheets"),
        words(
            "Les fiches que la convention met en œuvre.",
            "The sheets that the agreement carries out.",
        ),
    )
    .aside(),
    field(
        "bilan_annuel",
        FieldType::Document(&["bilan", "reunion"]),
        Merge::Set,
        words("Bilans annuels", "Yearly reviews"),
        words(
            "Les bilans ou réunions où la convention a été évaluée.",
            "The reports or meetings where it was reviewed.",
        ),
    )
    .aside(),
    field(
        "notes",
        FieldType::Prose,
        Merge::Text,
        words("Notes de travail", "Working notes"),
        words("Hors du texte signé.", "Outside the signed text."),
    )
    .aside(),
];

const PARTIES_COLUMNS: &[FieldSpec] = &[
    field(
        "organisation",
        FieldType::Partner,
        Merge::LastWriter,
        words("Organisation", "Organisation"),
        words("L'organisation partie à la convention.", "The organisation that is a party."),
    ),
    field(
        "ordre",
        FieldType::Integer,
        Merge::MultiValue,
        words("Ordre de signature", "Order of signature"),
        words("1 pour la première à signer.", "1 for the first to sign."),
    ),
    field(
        "forme_juridique",
        FieldType::Text,
        Merge::MultiValue,
        words("Forme juridique", "Legal form"),
        words(
            "Établissement public, association loi 1901, etc.",
            "Public body, association and so on.",
        ),
    ),
    field(
        "siege",
        FieldType::Text,
        Merge::MultiValue,
        words("Siège", "Registered office"),
        words("Adresse du siège.", "The address of the registered office."),
    ),
    field(
        "siret",
        FieldType::Siret,
        Merge::MultiValue,
        words("SIRET", "SIRET"),
        words(
            "Les quatorze chiffres de l'établissement qui signe.",
            "The fourteen digits of the site that signs.",
        ),
    ),
    field(
        "finess",
        FieldType::Finess,
        Merge::MultiValue,
        words("FINESS", "FINESS"),
        words(
            "Numéro FINESS de l'entité juridique, s'il existe.",
            "The FINESS number of the legal entity, if any.",
        ),
    ),
    field(
        "representant",
        FieldType::Text,
        Merge::MultiValue,
        words("Représentée par", "Represented by"),
        words("Nom de la personne qui signe.", "The name of the person who signs."),
    )
    .of_people(),
    field(
        "qualite",
        FieldType::Text,
        Merge::MultiValue,
        words("Qualité", "Capacity"),
        words(
            "Fonction de cette personne, par exemple directrice.",
            "The function of that person, such as director.",
        ),
    ),
    field(
        "acte",
        FieldType::Choice(ACTES),
        Merge::MultiValue,
        words("Acte habilitant", "Enabling act"),
        words("Ce qui lui donne le pouvoir de signer.", "What gives the power to sign."),
    ),
    field(
        "numero_acte",
        FieldType::Text,
        Merge::MultiValue,
        words("Numéro de l'acte", "Number of the act"),
        words(
            "Numéro de la délibération ou de la décision.",
            "The number of the deliberation or decision.",
        ),
    ),
    field(
        "date_acte",
        FieldType::Date,
        Merge::MultiValue,
        words("Date de l'acte", "Date of the act"),
        words(
            "Date de la délibération ou de la décision.",
            "The date of the deliberation or decision.",
        ),
    ),
];

const NEGOCIATION_COLUMNS: &[FieldSpec] = &[
    field(
        "article",
        FieldType::Text,
        Merge::LastWriter,
        words("Article", "Article"),
        words("Identifiant ou titre de l'article.", "The id or title of the article."),
    ),
    field(
        "statut",
        FieldType::Choice(NEGOCIATION),
        Merge::MultiValue,
        words("Statut", "State"),
        words("Où en est l'accord sur cet article.", "How far this article is agreed."),
    ),
    field(
        "reserves",
        FieldType::Text,
        Merge::MultiValue,
        words("Réserves", "Reservations"),
        words("Ce qui reste à régler, et par qui.", "What is left to settle, and by whom."),
    ),
];

const CIRCUIT_COLUMNS: &[FieldSpec] = &[
    field(
        "organisation",
        FieldType::Partner,
        Merge::LastWriter,
        words("Organisation", "Organisation"),
        words("La partie concernée.", "The party concerned."),
    ),
    field(
        "etape",
        FieldType::Choice(ETAPES),
        Merge::LastWriter,
        words("Étape", "Step"),
        words("Visa, validation, signature ou refus.", "Visa, validation, signature or refusal."),
    ),
    field(
        "ordre",
        FieldType::Integer,
        Merge::LastWriter,
        words("Ordre", "Order"),
        words(
            "Rang de l'étape dans le circuit prévu.",
            "The rank of the step in the planned circuit.",
        ),
    ),
    field(
        "date",
        FieldType::Date,
        Merge::LastWriter,
        words("Date", "Date"),
        words("Jour de l'étape.", "The day of the step."),
    ),
    field(
        "moyen",
        FieldType::Choice(SIGNATURES),
        Merge::LastWriter,
        words("Moyen", "Means"),
        words("Comment l'accord a été donné.", "How agreement was given."),
    ),
    field(
        "personne",
        FieldType::Text,
        Merge::LastWriter,
        words("Service ou personne", "Service or person"),
        words(
            "Qui a visé ou signé, et en quelle qualité.",
            "Who approved or signed, and in what capacity.",
        ),
    )
    .of_people(),
    field(
        "precisions",
        FieldType::Text,
        Merge::LastWriter,
        words("Précisions", "Details"),
        words(
            "Numéro de délibération, récépissé, motif d'un refus.",
            "Number of a deliberation, receipt, reason for a refusal.",
        ),
    ),
];

const AVENANTS_COLUMNS: &[FieldSpec] = &[
    NUMERO_AVENANT,
    OBJET_AVENANT,
    field(
        "articles",
        FieldType::Text,
        Merge::LastWriter,
        words("Articles modifiés", "Articles changed"),
        words("Numéros des articles modifiés.", "The numbers of the articles changed."),
    ),
    field(
        "date_effet",
        FieldType::Date,
        Merge::LastWriter,
        words("Date d'effet", "Effective date"),
        words("Premier jour où l'avenant s'applique.", "The first day on which it applies."),
    ),
    field(
        "document",
        FieldType::Document(&["convention"]),
        Merge::LastWriter,
        words("Avenant", "Amendment"),
        words("Le document qui porte son texte.", "The document that holds its text."),
    ),
];

/// The form of an agreement.
const TYPES: &[Choice] = &[
    Choice { code: "cadre", label: words("Convention cadre", "Framework agreement") },
    Choice { code: "bilaterale", label: words("Bilatérale", "Bilateral") },
    Choice { code: "multipartite", label: words("Multipartite", "Multilateral") },
    Choice { code: "application", label: words("Convention d'application", "Implementation") },
    Choice { code: "mise_a_disposition", label: words("Mise à disposition", "Secondment") },
];

/// What happens when it expires.
const RECONDUCTIONS: &[Choice] = &[
    Choice { code: "aucune", label: words("Aucune", "None") },
    Choice { code: "tacite", label: words("Tacite", "Tacit") },
    Choice { code: "expresse", label: words("Expresse", "Express") },
];

/// A step of the circuit of a party.
const ETAPES: &[Choice] = &[
    Choice { code: "visa", label: words("Visa", "Visa") },
    Choice { code: "validation", label: words("Validation", "Validation") },
    Choice { code: "signature", label: words("Signature", "Signature") },
    Choice { code: "refus", label: words("Refus ou renvoi", "Refusal or return") },
];

/// How far an article is agreed.
const NEGOCIATION: &[Choice] = &[
    Choice { code: "a_ecrire", label: words("À écrire", "To be written") },
    Choice { code: "propose", label: words("Proposé", "Proposed") },
    Choice { code: "en_discussion", label: words("En discussion", "Under discussion") },
    Choice { code: "accepte", label: words("Accepté par tous", "Agreed by all") },
];

const SECTIONS: &[SectionSpec] = &[
    SectionSpec { id: "preambule", title: words("Préambule", "Preamble") },
    SectionSpec { id: "objet", title: words("Objet", "Purpose") },
    SectionSpec { id: "champ", title: words("Champ et publics", "Scope and people") },
    SectionSpec { id: "engagements", title: words("Engagements des parties", "Commitments") },
    SectionSpec {
        id: "modalites",
        title: words(
            "Modalités : liaison, réunions, référents",
            "Ways of working: liaison, meetings, contacts",
        ),
    },
    SectionSpec { id: "gouvernance", title: words("Gouvernance", "Governance") },
    SectionSpec { id: "moyens", title: words("Moyens", "Means") },
    SectionSpec {
        id: "informations",
        title: words(
            "Échange d'informations et secret professionnel",
            "Exchange of information and professional secrecy",
        ),
    },
    SectionSpec {
        id: "donnees_personnelles",
        title: words("Protection des données personnelles", "Personal data"),
    },
    SectionSpec { id: "communication", title: words("Communication", "Communication") },
    SectionSpec { id: "suivi", title: words("Suivi et évaluation", "Follow-up and evaluation") },
    SectionSpec { id: "duree", title: words("Durée et reconduction", "Duration and renewal") },
    SectionSpec {
        id: "modification",
        title: words("Modification par avenant", "Change by amendment"),
    },
    SectionSpec { id: "resiliation", title: words("Résiliation", "Termination") },
    SectionSpec { id: "litiges", title: words("Litiges", "Disputes") },
    SectionSpec { id: "annexes", title: words("Annexes", "Appendices") },
];
