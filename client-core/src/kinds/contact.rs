//! `contact`: a professional who may be reached, with what the law asks (`domain.md` §1.11, §3.3).

use super::codes::INSTANCES;
use super::shared::{REVIEW, SHARED, with_shared};
use super::{Care, Choice, FieldSpec, FieldType, Kind, Merge, Visibility, field, words};

/// Professional contact.
pub(super) static CONTACT: Kind = Kind {
    name: "contact",
    revision: 1,
    title: words("Contact professionnel", "Professional contact"),
    fields: &with_shared::<{ FIELDS.len() + SHARED.len() }>(FIELDS),
    sections: &[],
    care: Care {
        visible: Visibility::Partners,
        writers: words("L'organisation de la personne", "The organisation of the person"),
        freezes: words("Date de vérification, chaque année", "The date of the yearly check"),
        keep: words(
            "Tant que la personne exerce cette fonction ; revu chaque année",
            "While the person holds the function; reviewed yearly",
        ),
    },
    parts: &[REVIEW],
};

const FIELDS: &[FieldSpec] = &[
    field(
        "fonction",
        FieldType::Text,
        Merge::LastWriter,
        words("Fonction", "Function"),
        words(
            "La fonction, qui suffit souvent sans le nom.",
            "The function, which is often enough without the name.",
        ),
    ),
    field(
        "nom",
        FieldType::Text,
        Merge::LastWriter,
        words("Nom", "Name"),
        words("Nom et prénom, s'ils sont utiles.", "The name, if it is useful."),
    )
    .of_its_person(),
    field(
        "organisation",
        FieldType::Document(&["organisation", "etablissement"]),
        Merge::LastWriter,
        words("Organisation", "Organisation"),
        words(
            "La fiche de son organisation ou de son site.",
            "The card of the organisation or site.",
        ),
    ),
    field(
        "telephone",
        FieldType::Phone,
        Merge::LastWriter,
        words("Téléphone professionnel", "Professional telephone"),
        words("Jamais un numéro personnel.", "Never a private number."),
    ),
    field(
        "courriel",
        FieldType::Email,
        Merge::LastWriter,
        words("Courriel professionnel", "Professional mail"),
        words("Jamais une adresse personnelle.", "Never a private address."),
    ),
    field(
        "boite_mss",
        FieldType::Email,
        Merge::LastWriter,
        words("Boîte MSSanté", "Secure health mailbox"),
        words("Pour les professionnels qui en ont une.", "For professionals who have one."),
    ),
    field(
        "rpps",
        FieldType::Text,
        Merge::LastWriter,
        words("RPPS", "RPPS"),
        words(
            "Numéro national de professionnel, seulement s'il sert.",
            "The national professional number, only if it serves.",
        ),
    ),
    field(
        "instances",
        FieldType::Choice(INSTANCES),
        Merge::Set,
        words("Instances", "Bodies"),
        words("Les instances où la personne siège.", "The bodies in which the person sits."),
    ),
    field(
        "fiches",
        FieldType::Document(&["fiche_action"]),
        Merge::Set,
        words("Fiches suivies", "Sheets followed"),
        words("Les fiches-actions que la personne suit.", "The action sheets the person follows."),
    ),
    field(
        "base_legale",
        FieldType::Choice(BASES),
        Merge::LastWriter,
        words("Base légale", "Legal basis"),
        words("Ce qui permet de garder ces coordonnées.", "What allows these details to be held."),
    ),
    field(
        "informee_le",
        FieldType::Date,
        Merge::LastWriter,
        words("Personne informée le", "Person informed on"),
        words(
            "Jour où elle a su que ses coordonnées sont ici.",
            "The day the person learned that their details are here.",
        ),
    ),
    field(
        "retrait_le",
        FieldType::Date,
        Merge::LastWriter,
        words("Retrait demandé le", "Withdrawal asked on"),
        words(
            "Jour où elle a demandé à ne plus y figurer.",
            "The day the person asked to be taken out.",
        ),
    ),
    field(
        "verifie_le",
        FieldType::Date,
        Merge::LastWriter,
        words("Vérifié le", "Checked on"),
        words("Jour de la dernière vérification.", "The day of the last check."),
    ),
];

/// Why these details may be held.
const BASES: &[Choice] = &[
    Choice { code: "mission", label: words("Mission d'intérêt public", "Public task") },
    Choice { code: "interet", label: words("Intérêt légitime", "Legitimate interest") },
    Choice { code: "accord", label: words("Accord de la personne", "Agreement of the person") },
];
