//! `ctsm`: the territorial mental-health contract, its commitments, yearly annexes and
//! amendments (`domain.md` §1.4).

use super::codes::{ACTES, INSTANCES, SIGNATURES, STATUTS_ENGAGEMENT};
use super::parts::{ENGAGEMENTS_SAY, Followed, Matter, Part};
use super::shared::{
    DUREE_MOIS, ECHEANCE, NUMERO_AVENANT, OBJET_AVENANT, REVIEW, SHARED, with_shared,
};
use super::{
    Care, FieldSpec, FieldType, Formula, Kind, Merge, SectionSpec, Table, Visibility, field, words,
};

/// Territorial mental-health contract.
pub(super) static CTSM: Kind = Kind {
    name: "ctsm",
    revision: 1,
    title: words("Contrat territorial de santé mentale", "Territorial mental-health contract"),
    fields: &with_shared::<{ FIELDS.len() + SHARED.len() }>(FIELDS),
    sections: SECTIONS,
    care: Care {
        visible: Visibility::Partners,
        writers: words(
            "Secrétariat ; chaque débiteur pour le statut de ses engagements",
            "The secretariat; each debtor for the state of its commitments",
        ),
        freezes: words(
            "Signature des signataires ; le COPIL pour les annexes annuelles",
            "Signatures of the signatories; the COPIL for yearly annexes",
        ),
        keep: words(
            "Archives définitives ; public après signature",
            "Kept for ever; public once signed",
        ),
    },
    parts: PARTS,
};

const PARTS: &[Part] = &[
    REVIEW,
    Part::Followed(Followed {
        code: Some("reference"),
        due: Some("date_fin"),
        ..Followed::new(Matter::End)
    }),
    Part::Followed(Followed {
        rows: Some("engagements"),
        code: Some("code"),
        label: Some("libelle"),
        due: Some("echeance"),
        responsible: Some("debiteur"),
        state: Some("statut"),
        standings: ENGAGEMENTS_SAY,
        ..Followed::new(Matter::Commitment)
    }),
];

const FIELDS: &[FieldSpec] = &[
    field(
        "reference",
        FieldType::Text,
        Merge::MultiValue,
        words("Référence", "Reference"),
        words("Numéro ou code du contrat.", "The number or code of the contract."),
    ),
    field(
        "objet",
        FieldType::Text,
        Merge::MultiValue,
        words("Objet en une phrase", "Purpose in one sentence"),
        words("Ce que le contrat met en œuvre.", "What the contract carries out."),
    ),
    field(
        "date_debut",
        FieldType::Date,
        Merge::MultiValue,
        words("Début", "Start"),
        words("Premier jour du contrat.", "The first day of the contract."),
    ),
    field(
        "date_fin",
        FieldType::Date,
        Merge::MultiValue,
        words("Fin", "End"),
        words("Dernier jour du contrat.", "The last day of the contract."),
    ),
    DUREE_MOIS,
    field(
        "ptsm",
        FieldType::Document(&["ptsm"]),
        Merge::LastWriter,
        words("PTSM mis en œuvre", "Project carried out"),
        words(
            "Le projet territorial dont ce contrat est l'application.",
            "The territorial project that this contract carries out.",
        ),
    ),
    field(
        "signataires",
        FieldType::Rows(&Table { columns: SIGNATAIRES_COLUMNS, key: None }),
        Merge::List,
        words("Signataires", "Signatories"),
        words(
            "Dans l'ordre de signature ; une organisation peut avoir plusieurs signataires.",
            "In the order of signature; an organisation may have several.",
        ),
    )
    .required()
    .signatories(),
    field(
        "engagements",
        FieldType::Rows(&Table { columns: ENGAGEMENTS_COLUMNS, key: None }),
        Merge::List,
        words("Engagements", "Commitments"),
        words(
            "Ce que chaque signataire s'engage à faire, un engagement par ligne.",
            "What each signatory commits to, one commitment a row.",
        ),
    ),
    field(
        "engagements_tenus",
        FieldType::Integer,
        Merge::Computed(Formula::ShareOf { rows: "engagements", column: "statut", value: "tenu" }),
        words("Engagements tenus (%)", "Commitments kept (%)"),
        words("Calculé d'après les statuts.", "Worked out from the states."),
    ),
    field(
        "nombre_engagements_tenus",
        FieldType::Integer,
        Merge::Computed(Formula::CountWhere {
            rows: "engagements",
            column: "statut",
            values: &["tenu"],
        }),
        words("Nombre d'engagements tenus", "Number of commitments kept"),
        words("Calculé d'après les engagements.", "Worked out from the commitments."),
    ),
    field(
        "total_engage",
        FieldType::Amount,
        Merge::Computed(Formula::SumOf { rows: "engagements", column: "montant" }),
        words("Total des montants engagés (€)", "Sum of the amounts (€)"),
        words("Calculé d'après les engagements.", "Worked out from the commitments."),
    ),
    field(
        "annexes_annuelles",
        FieldType::Rows(&Table { columns: ANNEXES_ANNUELLES_COLUMNS, key: Some("annee") }),
        Merge::Set,
        words("Annexes annuelles", "Yearly annexes"),
        words(
            "Une ligne par année ; l'annexe validée est figée à part.",
            "One row a year; the validated annex is frozen apart.",
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
];

const SIGNATAIRES_COLUMNS: &[FieldSpec] = &[
    field(
        "organisation",
        FieldType::Partner,
        Merge::MultiValue,
        words("Organisation", "Organisation"),
        words("L'organisation engagée.", "The organisation bound."),
    ),
    field(
        "nom",
        FieldType::Text,
        Merge::MultiValue,
        words("Nom", "Name"),
        words("Nom de la personne qui signe.", "The name of the person who signs."),
    )
    .of_people(),
    field(
        "qualite",
        FieldType::Text,
        Merge::MultiValue,
        words("Qualité", "Capacity"),
        words(
            "En quelle qualité elle signe, par exemple présidente de la CSSM.",
            "In what capacity, such as president of the CSSM.",
        ),
    ),
    field(
        "acte",
        FieldType::Choice(ACTES),
        Merge::MultiValue,
        words("Pouvoir", "Enabling act"),
        words("Ce qui lui donne le pouvoir de signer.", "What gives the power to sign."),
    ),
    field(
        "reference_acte",
        FieldType::Text,
        Merge::MultiValue,
        words("Référence de l'acte", "Reference of the act"),
        words(
            "Numéro et date de la délibération ou de la délégation.",
            "Number and date of the deliberation or delegation.",
        ),
    ),
    field(
        "date",
        FieldType::Date,
        Merge::MultiValue,
        words("Signé le", "Signed on"),
        words(
            "Jour de la signature ; vide tant qu'elle manque.",
            "The day of the signature; empty while it is missing.",
        ),
    ),
    field(
        "moyen",
        FieldType::Choice(SIGNATURES),
        Merge::MultiValue,
        words("Moyen", "Means"),
        words("Comment la signature a été donnée.", "How the signature was given."),
    ),
];

const ENGAGEMENTS_COLUMNS: &[FieldSpec] = &[
    field(
        "code",
        FieldType::Text,
        Merge::LastWriter,
        words("Code", "Code"),
        words("Code court et stable, par exemple E-03.", "A short and stable code, such as E-03."),
    ),
    field(
        "debiteur",
        FieldType::Partner,
        Merge::MultiValue,
        words("Débiteur", "Debtor"),
        words("L'organisation qui s'engage.", "The organisation that commits."),
    ),
    field(
        "beneficiaire",
        FieldType::Text,
        Merge::LastWriter,
        words("Bénéficiaire", "Beneficiary"),
        words(
            "Qui profite de l'engagement : une organisation ou un public.",
            "Who benefits: an organisation or a group.",
        ),
    ),
    field(
        "fiches",
        FieldType::Document(&["fiche_action"]),
        Merge::Set,
        words("Fiches", "Sheets"),
        words("Les fiches-actions concernées.", "The action sheets concerned."),
    ),
    field(
        "objectifs",
        FieldType::Text,
        Merge::Set,
        words("Objectifs opérationnels", "Operational objectives"),
        words(
            "Codes des objectifs concernés, par exemple OO-09.1.",
            "Codes of the objectives concerned, such as OO-09.1.",
        ),
    ),
    field(
        "libelle",
        FieldType::Prose,
        Merge::Text,
        words("Engagement", "Commitment"),
        words(
            "Ce qui est promis, en une phrase que l'on pourra vérifier.",
            "What is promised, in a sentence that can be checked.",
        ),
    ),
    field(
        "moyens_consacres",
        FieldType::Prose,
        Merge::Text,
        words("Moyens consacrés", "Means given"),
        words("Temps, locaux, matériel ou argent.", "Time, rooms, equipment or money."),
    ),
    field(
        "montant",
        FieldType::Amount,
        Merge::MultiValue,
        words("Montant (€)", "Amount (€)"),
        words("Montant de l'engagement, s'il est chiffré.", "The amount, if there is one."),
    ),
    ECHEANCE,
    field(
        "indicateurs_preuve",
        FieldType::Document(&["indicateur"]),
        Merge::Set,
        words("Indicateurs de preuve", "Indicators that prove it"),
        words("Ce qui montrera que l'engagement est tenu.", "What will show that it is kept."),
    ),
    field(
        "statut",
        FieldType::Choice(STATUTS_ENGAGEMENT),
        Merge::MultiValue,
        words("Statut", "State"),
        words(
            "Ce que devient l'engagement, dit par le débiteur.",
            "What becomes of it, as the debtor says.",
        ),
    ),
    field(
        "justification",
        FieldType::Prose,
        Merge::Text,
        words("Justification", "Reasons"),
        words(
            "Pourquoi ce statut, surtout si l'engagement n'est pas tenu.",
            "Why this state, above all if it is not kept.",
        ),
    ),
    field(
        "date_constat",
        FieldType::Date,
        Merge::MultiValue,
        words("Constaté le", "Seen on"),
        words("Jour où le statut a été constaté.", "The day the state was seen."),
    ),
];

const ANNEXES_ANNUELLES_COLUMNS: &[FieldSpec] = &[
    field(
        "annee",
        FieldType::Year,
        Merge::LastWriter,
        words("Année", "Year"),
        words("L'année de l'annexe.", "The year of the annex."),
    ),
    field(
        "fiches",
        FieldType::Document(&["fiche_action"]),
        Merge::Set,
        words("Fiches retenues", "Sheets chosen"),
        words("Les fiches-actions de l'année.", "The action sheets of the year."),
    ),
    field(
        "engagements_modifies",
        FieldType::Text,
        Merge::Set,
        words("Engagements modifiés", "Commitments changed"),
        words(
            "Codes des engagements ajoutés, changés ou retirés.",
            "Codes of the commitments added, changed or taken out.",
        ),
    ),
    field(
        "financements",
        FieldType::Document(&["financement"]),
        Merge::Set,
        words("Financements", "Fundings"),
        words("Les financements rattachés à cette année.", "The fundings of that year."),
    ),
    field(
        "bilan",
        FieldType::Document(&["bilan"]),
        Merge::LastWriter,
        words("Bilan", "Report"),
        words("Le bilan annuel correspondant.", "The yearly report that goes with it."),
    ),
    field(
        "validee_le",
        FieldType::Date,
        Merge::MultiValue,
        words("Validée le", "Validated on"),
        words("Jour de la validation.", "The day of the validation."),
    ),
    field(
        "instance",
        FieldType::Choice(INSTANCES),
        Merge::MultiValue,
        words("Validée par", "Validated by"),
        words("L'instance qui l'a validée.", "The body that validated it."),
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
        words(
            "Numéros des articles et engagements modifiés.",
            "The numbers of the articles and commitments changed.",
        ),
    ),
    field(
        "signataires",
        FieldType::Text,
        Merge::LastWriter,
        words("Signataires", "Signatories"),
        words("Les organisations qui ont signé l'avenant.", "The organisations that signed it."),
    )
    .of_people(),
    field(
        "date",
        FieldType::Date,
        Merge::LastWriter,
        words("Date", "Date"),
        words("Jour de la dernière signature.", "The day of the last signature."),
    ),
    field(
        "document",
        FieldType::Document(&["ctsm"]),
        Merge::LastWriter,
        words("Version signée", "Signed version"),
        words("Le document qui porte le texte de l'avenant.", "The document that holds its text."),
    ),
];

const SECTIONS: &[SectionSpec] = &[
    SectionSpec { id: "preambule", title: words("Préambule", "Preamble") },
    SectionSpec { id: "objet", title: words("Objet", "Purpose") },
    SectionSpec {
        id: "missions",
        title: words(
            "Missions et action de chaque signataire",
            "Missions and action of each signatory",
        ),
    },
    SectionSpec { id: "financement", title: words("Moyens et financement", "Means and funding") },
    SectionSpec { id: "gouvernance", title: words("Gouvernance", "Governance") },
    SectionSpec {
        id: "suivi_evaluation",
        title: words("Suivi et évaluation", "Follow-up and evaluation"),
    },
    SectionSpec {
        id: "duree",
        title: words("Durée, modification et résiliation", "Duration, change and termination"),
    },
];
