//! `convention` as its first table had it: documents that were made with it keep it.
//!
//! Smaller than what partners sign (`convention`), with one field of every rule and of most
//! types: the tests of documents run on it, for it changes no more.

use super::parts::{Followed, Matter, Part};
use super::{
    Care, Choice, FieldSpec, FieldType, Formula, Kind, Merge, Need, Persons, SectionSpec, Signing,
    Visibility, words,
};

/// The catalogue of the tests of documents: this table, and the note as it is.
#[cfg(test)]
pub(crate) const SPECIMENS: super::Catalogue = super::Catalogue::new(&TABLES);

#[cfg(test)]
static TABLES: [&Kind; 2] = [&CONVENTION_FIRST, &super::note::NOTE];

/// An agreement between partners, as small as it can be.
pub(super) static CONVENTION_FIRST: Kind = Kind {
    name: "convention",
    revision: 1,
    title: words("Convention de partenariat", "Partnership agreement"),
    fields: FIELDS,
    sections: SECTIONS,
    care: Care {
        visible: Visibility::Parties,
        writers: words("les parties", "the parties"),
        freezes: words("le circuit légal de chaque partie", "the legal circuit of each party"),
        keep: words(
            "le terme plus dix ans, puis archives",
            "its term and ten years, then the archives",
        ),
    },
    parts: &[Part::Followed(Followed { due: Some("date_fin"), ..Followed::new(Matter::End) })],
};

static TYPES: &[Choice] = &[
    Choice { code: "cadre", label: words("Convention cadre", "Framework agreement") },
    Choice { code: "bilaterale", label: words("Bilatérale", "Bilateral") },
    Choice { code: "multipartite", label: words("Multipartite", "Multilateral") },
    Choice { code: "application", label: words("Convention d'application", "Implementation") },
    Choice { code: "mise_a_disposition", label: words("Mise à disposition", "Secondment") },
];

static RENEWALS: &[Choice] = &[
    Choice { code: "aucune", label: words("Aucune", "None") },
    Choice { code: "tacite", label: words("Tacite", "Tacit") },
    Choice { code: "expresse", label: words("Expresse", "Express") },
];

static FIELDS: &[FieldSpec] = &[
    FieldSpec {
        name: "reference",
        kind: FieldType::Text,
        merge: Merge::LastWriter,
        label: words("Référence", "Reference"),
        help: words("Numéro ou code interne.", "Internal number or code."),
        signing: Signing::Text,
        persons: Persons::None,
        need: Need::Optional,
    },
    FieldSpec {
        name: "type",
        kind: FieldType::Choice(TYPES),
        merge: Merge::LastWriter,
        label: words("Type", "Type"),
        help: words("La forme de la convention.", "The form of the agreement."),
        signing: Signing::Text,
        persons: Persons::None,
        need: Need::Optional,
    },
    FieldSpec {
        name: "parties",
        kind: FieldType::Partner,
        merge: Merge::Set,
        label: words("Parties", "Parties"),
        help: words("Les organisations qui s'engagent.", "The organisations bound by it."),
        signing: Signing::Text,
        persons: Persons::None,
        need: Need::Optional,
    },
    FieldSpec {
        name: "signataires",
        kind: FieldType::Text,
        merge: Merge::List,
        label: words("Signataires", "Signatories"),
        help: words(
            "Nom, qualité et acte habilitant, dans l'ordre de signature.",
            "Name, capacity and enabling act, in the order of signature.",
        ),
        signing: Signing::Text,
        persons: Persons::None,
        need: Need::Optional,
    },
    FieldSpec {
        name: "objet",
        kind: FieldType::Text,
        merge: Merge::LastWriter,
        label: words("Objet en une phrase", "Purpose in one sentence"),
        help: words("Ce que la convention organise.", "What the agreement organises."),
        signing: Signing::Text,
        persons: Persons::None,
        need: Need::Optional,
    },
    FieldSpec {
        name: "date_effet",
        kind: FieldType::Date,
        merge: Merge::MultiValue,
        label: words("Date d'effet", "Effective date"),
        help: words("JJ/MM/AAAA.", "YYYY-MM-DD."),
        signing: Signing::Text,
        persons: Persons::None,
        need: Need::Optional,
    },
    FieldSpec {
        name: "date_fin",
        kind: FieldType::Date,
        merge: Merge::MultiValue,
        label: words("Date de fin", "End date"),
        help: words("JJ/MM/AAAA, dernier jour compris.", "YYYY-MM-DD, last day included."),
        signing: Signing::Text,
        persons: Persons::None,
        need: Need::Optional,
    },
    FieldSpec {
        name: "duree_mois",
        kind: FieldType::Integer,
        merge: Merge::Computed(Formula::MonthsBetween { from: "date_effet", to: "date_fin" }),
        label: words("Durée en mois", "Duration in months"),
        help: words("Calculée d'après les dates.", "Worked out from the dates."),
        signing: Signing::Text,
        persons: Persons::None,
        need: Need::Optional,
    },
    FieldSpec {
        name: "reconduction",
        kind: FieldType::Choice(RENEWALS),
        merge: Merge::MultiValue,
        label: words("Reconduction", "Renewal"),
        help: words("À l'échéance.", "When it expires."),
        signing: Signing::Text,
        persons: Persons::None,
        need: Need::Optional,
    },
    FieldSpec {
        name: "preavis_mois",
        kind: FieldType::Integer,
        merge: Merge::MultiValue,
        label: words("Préavis en mois", "Notice in months"),
        help: words("Pour résilier.", "To terminate."),
        signing: Signing::Text,
        persons: Persons::None,
        need: Need::Optional,
    },
    FieldSpec {
        name: "montant",
        kind: FieldType::Amount,
        merge: Merge::MultiValue,
        label: words("Montant annuel (€)", "Yearly amount (€)"),
        help: words("Total des contributions.", "Sum of the contributions."),
        signing: Signing::Text,
        persons: Persons::None,
        need: Need::Optional,
    },
    FieldSpec {
        name: "annexes",
        kind: FieldType::Text,
        merge: Merge::Set,
        label: words("Annexes", "Appendices"),
        help: words("Intitulé de chaque annexe.", "The title of each appendix."),
        signing: Signing::Text,
        persons: Persons::None,
        need: Need::Optional,
    },
    FieldSpec {
        name: "circuit",
        kind: FieldType::Text,
        merge: Merge::Append,
        label: words("Circuit de validation", "Validation log"),
        help: words("Visas et délibérations, datés.", "Visas and deliberations, dated."),
        signing: Signing::Text,
        persons: Persons::None,
        need: Need::Optional,
    },
    FieldSpec {
        name: "notes",
        kind: FieldType::Prose,
        merge: Merge::Text,
        label: words("Notes de travail", "Working notes"),
        help: words("Hors du texte signé.", "Outside the signed text."),
        signing: Signing::Text,
        persons: Persons::None,
        need: Need::Optional,
    },
];

static SECTIONS: &[SectionSpec] = &[
    SectionSpec { id: "preambule", title: words("Préambule", "Preamble") },
    SectionSpec { id: "objet", title: words("Objet", "Purpose") },
    SectionSpec { id: "engagements", title: words("Engagements des parties", "Commitments") },
    SectionSpec { id: "gouvernance", title: words("Gouvernance", "Governance") },
    SectionSpec { id: "moyens", title: words("Moyens", "Means") },
    SectionSpec {
        id: "informations",
        title: words(
            "Échange d'informations et secret professionnel",
            "Exchange of information and professional secrecy",
        ),
    },
    SectionSpec { id: "suivi", title: words("Suivi et évaluation", "Follow-up and evaluation") },
    SectionSpec { id: "duree", title: words("Durée et résiliation", "Duration and termination") },
];
