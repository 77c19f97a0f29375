//! `financement`: one funding, from watching a call to its closing (`domain.md` §1.10).
//!
//! Every amount is multi-valued: funder and beneficiary may hold different figures, and both show.

use super::codes::{SOURCES, STATUTS_FINANCEMENT};
use super::parts::{FINANCEMENTS_SAY, Followed, Funding, Matter, Part, Sum};
use super::shared::{REVIEW, SHARED, with_shared};
use super::{
    Care, Choice, FieldSpec, FieldType, Formula, Kind, Merge, SectionSpec, Table, Visibility,
    field, words,
};

/// Funding.
pub(super) static FINANCEMENT: Kind = Kind {
    name: "financement",
    revision: 1,
    title: words("Financement", "Funding"),
    fields: &with_shared::<{ FIELDS.len() + SHARED.len() }>(FIELDS),
    sections: SECTIONS,
    care: Care {
        visible: Visibility::Partners,
        writers: words("Bénéficiaire et financeur", "The beneficiary and the funder"),
        freezes: words("Notification du financeur", "The notification of the funder"),
        keep: words("Dix ans", "Ten years"),
    },
    parts: PARTS,
};

const PARTS: &[Part] = &[
    REVIEW,
    Part::Funding(Funding {
        code: "code",
        source: "source",
        beneficiary: "beneficiaire",
        state: "statut",
        standings: FINANCEMENTS_SAY,
        asked: Sum::Field("montant_demande"),
        granted: Sum::Field("montant_notifie"),
        paid: Sum::Rows("versements", "montant"),
        used: Sum::Field("montant_consomme"),
        sheets: "fiches",
    }),
    Part::Followed(Followed {
        rows: Some("echeances"),
        label: Some("type"),
        due: Some("date"),
        done: &["fait_le"],
        ..Followed::new(Matter::Deadline)
    }),
];

const FIELDS: &[FieldSpec] = &[
    field(
        "code",
        FieldType::Text,
        Merge::LastWriter,
        words("Code", "Code"),
        words("Code court, par exemple F04.", "A short code, such as F04."),
    ),
    field(
        "source",
        FieldType::Choice(SOURCES),
        Merge::LastWriter,
        words("Source", "Source"),
        words("L'enveloppe d'où vient l'argent.", "The fund the money comes from."),
    ),
    field(
        "financeur",
        FieldType::Partner,
        Merge::MultiValue,
        words("Financeur", "Funder"),
        words("L'organisation qui paie.", "The organisation that pays."),
    ),
    field(
        "beneficiaire",
        FieldType::Partner,
        Merge::MultiValue,
        words("Bénéficiaire", "Beneficiary"),
        words("L'organisation qui reçoit l'argent.", "The organisation that receives it."),
    ),
    field(
        "porteur",
        FieldType::Partner,
        Merge::MultiValue,
        words("Porteur", "Holder"),
        words(
            "L'organisation qui emploie ou porte l'action, si ce n'est pas le bénéficiaire.",
            "The organisation that employs or carries the action, if not the beneficiary.",
        ),
    ),
    field(
        "fiches",
        FieldType::Document(&["fiche_action"]),
        Merge::Set,
        words("Fiches financées", "Sheets funded"),
        words("Les fiches-actions que cet argent sert.", "The action sheets this money serves."),
    ),
    field(
        "engagements",
        FieldType::Text,
        Merge::Set,
        words("Engagements du CTSM", "Commitments of the CTSM"),
        words(
            "Codes des engagements que cet argent permet de tenir.",
            "Codes of the commitments this money helps to keep.",
        ),
    ),
    field(
        "appel",
        FieldType::Document(&["appel_a_projets"]),
        Merge::LastWriter,
        words("Appel à projets", "Call"),
        words("L'appel auquel ce financement répond.", "The call it answers."),
    ),
    field(
        "statut",
        FieldType::Choice(STATUTS_FINANCEMENT),
        Merge::MultiValue,
        words("Statut", "State"),
        words("Où en est le financement.", "How far the funding has come."),
    ),
    field(
        "suivi",
        FieldType::Rows(&Table { columns: SUIVI_COLUMNS, key: None }),
        Merge::Append,
        words("Suite des statuts", "States over time"),
        words(
            "Chaque changement, daté ; une ligne écrite ne change plus.",
            "Each change, dated; a row once written stays.",
        ),
    ),
    field(
        "motif_refus",
        FieldType::Text,
        Merge::LastWriter,
        words("Motif du refus", "Reason for the refusal"),
        words("Ce que le financeur a répondu.", "What the funder answered."),
    ),
    field(
        "montant_demande",
        FieldType::Amount,
        Merge::MultiValue,
        words("Montant demandé (€)", "Amount asked (€)"),
        words("Sur toute la durée.", "Over the whole time."),
    ),
    field(
        "montant_notifie",
        FieldType::Amount,
        Merge::MultiValue,
        words("Montant notifié (€)", "Amount granted (€)"),
        words("Ce que le financeur a accordé par écrit.", "What the funder granted in writing."),
    ),
    field(
        "montant_consomme",
        FieldType::Amount,
        Merge::MultiValue,
        words("Montant consommé (€)", "Amount used (€)"),
        words("Ce qui a été dépensé à ce jour.", "What has been spent so far."),
    ),
    field(
        "date_consomme",
        FieldType::Date,
        Merge::MultiValue,
        words("Consommé arrêté au", "Used as of"),
        words(
            "Jour auquel la consommation a été comptée.",
            "The day on which spending was counted.",
        ),
    ),
    field(
        "versements",
        FieldType::Rows(&Table { columns: VERSEMENTS_COLUMNS, key: None }),
        Merge::List,
        words("Versements", "Payments"),
        words("Une ligne par versement reçu.", "One row for each payment received."),
    ),
    field(
        "montant_verse",
        FieldType::Amount,
        Merge::Computed(Formula::SumOf { rows: "versements", column: "montant" }),
        words("Montant versé (€)", "Amount paid (€)"),
        words("Calculé d'après les versements.", "Worked out from the payments."),
    ),
    field(
        "reste_a_consommer",
        FieldType::Amount,
        Merge::Computed(Formula::Difference { of: "montant_notifie", less: "montant_consomme" }),
        words("Reste à consommer (€)", "Left to use (€)"),
        words("Notifié moins consommé.", "Granted less used."),
    ),
    field(
        "debut",
        FieldType::Date,
        Merge::MultiValue,
        words("Début", "Start"),
        words("Premier jour de la période financée.", "The first day of the funded time."),
    ),
    field(
        "fin",
        FieldType::Date,
        Merge::MultiValue,
        words("Fin", "End"),
        words("Dernier jour de la période financée.", "The last day of the funded time."),
    ),
    field(
        "annee_budgetaire",
        FieldType::Year,
        Merge::MultiValue,
        words("Année budgétaire", "Budget year"),
        words("L'année de l'enveloppe.", "The year of the fund."),
    ),
    field(
        "reconductible",
        FieldType::Boolean,
        Merge::MultiValue,
        words("Reconductible", "May be renewed"),
        words(
            "Oui si le financement peut être demandé de nouveau.",
            "Yes if it may be asked for again.",
        ),
    ),
    field(
        "reportable",
        FieldType::Choice(REPORTS),
        Merge::MultiValue,
        words("Report du non consommé", "Money not used"),
        words(
            "Ce que devient l'argent qui n'est pas dépensé à temps.",
            "What becomes of money not spent in time.",
        ),
    ),
    field(
        "echeances",
        FieldType::Rows(&Table { columns: ECHEANCES_COLUMNS, key: None }),
        Merge::List,
        words("Échéances", "Due dates"),
        words(
            "Dépôt, bilans, justificatifs ; elles entrent au calendrier.",
            "Application, reports, evidence; they go into the calendar.",
        ),
    ),
    field(
        "cofinancements",
        FieldType::Document(&["financement"]),
        Merge::Set,
        words("Cofinancements", "Other fundings"),
        words(
            "Les autres financements de la même action.",
            "The other fundings of the same action.",
        ),
    ),
    field(
        "pieces",
        FieldType::Text,
        Merge::Set,
        words("Pièces du dossier", "Papers of the file"),
        words(
            "Convention de financement, compte rendu financier : intitulé de chaque pièce reçue.",
            "Funding agreement, financial report: the title of each paper received.",
        ),
    ),
];

const SUIVI_COLUMNS: &[FieldSpec] = &[
    field(
        "date",
        FieldType::Date,
        Merge::LastWriter,
        words("Date", "Date"),
        words("Jour du changement.", "The day of the change."),
    ),
    field(
        "statut",
        FieldType::Choice(STATUTS_FINANCEMENT),
        Merge::LastWriter,
        words("Statut", "State"),
        words("Le nouveau statut.", "The new state."),
    ),
    field(
        "precisions",
        FieldType::Text,
        Merge::LastWriter,
        words("Précisions", "Details"),
        words(
            "Numéro de décision, motif, interlocuteur.",
            "Number of the decision, reason, contact.",
        ),
    )
    .of_people(),
];

const VERSEMENTS_COLUMNS: &[FieldSpec] = &[
    field(
        "date",
        FieldType::Date,
        Merge::MultiValue,
        words("Date", "Date"),
        words("Jour du versement.", "The day of the payment."),
    ),
    field(
        "montant",
        FieldType::Amount,
        Merge::MultiValue,
        words("Montant (€)", "Amount (€)"),
        words("Somme versée.", "The sum paid."),
    ),
    field(
        "precisions",
        FieldType::Text,
        Merge::LastWriter,
        words("Précisions", "Details"),
        words("Acompte, solde, référence.", "Advance, balance, reference."),
    ),
];

const ECHEANCES_COLUMNS: &[FieldSpec] = &[
    field(
        "type",
        FieldType::Choice(TYPES_ECHEANCE),
        Merge::LastWriter,
        words("Nature", "What is due"),
        words("Ce qui doit être fait.", "What must be done."),
    ),
    field(
        "date",
        FieldType::Date,
        Merge::MultiValue,
        words("Date", "Date"),
        words("Jour au plus tard.", "The latest day."),
    ),
    field(
        "fait_le",
        FieldType::Date,
        Merge::MultiValue,
        words("Fait le", "Done on"),
        words(
            "Jour où cela a été fait ; vide tant que ce n'est pas fait.",
            "The day it was done; empty until then.",
        ),
    ),
    field(
        "precisions",
        FieldType::Text,
        Merge::LastWriter,
        words("Précisions", "Details"),
        words("À qui envoyer quoi.", "What to send to whom."),
    )
    .of_people(),
];

/// What is due.
const TYPES_ECHEANCE: &[Choice] = &[
    Choice { code: "depot", label: words("Dépôt du dossier", "Application") },
    Choice { code: "bilan", label: words("Bilan", "Report") },
    Choice { code: "justificatif", label: words("Justificatif", "Evidence") },
    Choice { code: "reversement", label: words("Reversement du trop-perçu", "Repayment") },
    Choice { code: "autre", label: words("Autre échéance", "Another date") },
];

/// What becomes of money not used in time.
const REPORTS: &[Choice] = &[
    Choice { code: "oui", label: words("Reportable", "May be carried over") },
    Choice { code: "non", label: words("Non reportable", "May not be carried over") },
    Choice {
        code: "accord",
        label: words("Reportable avec accord du financeur", "With the agreement of the funder"),
    },
];

const SECTIONS: &[SectionSpec] = &[
    SectionSpec { id: "objet", title: words("Objet du financement", "Purpose of the funding") },
    SectionSpec {
        id: "conditions",
        title: words("Conditions d'emploi et éligibilité", "Conditions of use"),
    },
    SectionSpec {
        id: "compte_rendu",
        title: words("Compte rendu d'utilisation", "Account of the use"),
    },
];
