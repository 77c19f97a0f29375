//! The fields that every kind shares (`domain.md` §1.0), and those that mean the same in several
//! tables, written once. What only looks alike, a date or a text with a help of its own, stands
//! in its table.
//!
//! A table takes them in with [`with_shared`], after its own fields; a filled *fiche de liaison*
//! does not, for it goes to nobody else. The state of a document and its frozen versions will
//! come here with freezing; its id, kind and authors are no fields, the record tells them.

use super::codes::{ARCHIVES, AVANCEMENT, DESTINATIONS};
use super::{FieldSpec, FieldType, Formula, Merge, Table, field, words};

/// The shared fields, in the order of the screens, after those of the kind.
pub(super) const SHARED: &[FieldSpec] = &[
    field(
        "territoire",
        FieldType::Text,
        Merge::Set,
        words("Territoire", "Territory"),
        words(
            "Département, bassin, secteur ou commune concernés ; vide : tout le territoire de \
             l'espace.",
            "The département, areas, sectors or towns concerned; empty means the whole territory.",
        ),
    ),
    field(
        "destination",
        FieldType::Choice(DESTINATIONS),
        Merge::LastWriter,
        words("À qui le document est destiné", "Who it is meant for"),
        words(
            "Ceux à qui le document s'adresse ; c'est l'espace où il se trouve qui dit qui peut \
             le lire.",
            "Whom the document addresses; the space it lies in decides who can read it.",
        ),
    ),
    field(
        "references",
        FieldType::Document(&[]),
        Merge::Set,
        words("Documents liés", "Related documents"),
        words(
            "D'autres documents de Liaison sur lesquels celui-ci s'appuie.",
            "Other documents of Liaison that this one relies on.",
        ),
    ),
    field(
        "pieces_jointes",
        FieldType::Rows(&Table { columns: PIECES_JOINTES_COLUMNS, key: None }),
        Merge::List,
        words("Pièces jointes", "Attachments"),
        words(
            "Fichiers et pages qui accompagnent le document, gardés ailleurs.",
            "Files and pages that go with the document and are kept elsewhere.",
        ),
    ),
    field(
        "echeance_revision",
        FieldType::Date,
        Merge::LastWriter,
        words("À revoir avant le", "To be reviewed by"),
        words(
            "Jour avant lequel quelqu'un doit relire le document.",
            "The day by which somebody must read it again.",
        ),
    ),
    field(
        "archivage",
        FieldType::Choice(ARCHIVES),
        Merge::LastWriter,
        words("Sort final", "Archiving"),
        words(
            "Ce que devient le document une fois qu'il ne sert plus ; rien n'est détruit tout \
             seul.",
            "What becomes of it once it is no longer used; nothing is destroyed by itself.",
        ),
    ),
];

const PIECES_JOINTES_COLUMNS: &[FieldSpec] = &[
    field(
        "intitule",
        FieldType::Text,
        Merge::LastWriter,
        words("Intitulé", "Title"),
        words("Nom de la pièce, tel qu'on la cherche.", "The name people look for."),
    ),
    field(
        "lien",
        FieldType::Link,
        Merge::LastWriter,
        words("Adresse", "Address"),
        words("Adresse web où la pièce se trouve.", "The web address where it is."),
    ),
    field(
        "empreinte",
        FieldType::Text,
        Merge::LastWriter,
        words("Empreinte SHA-256", "SHA-256 digest"),
        words(
            "Les 64 signes qui prouvent que le fichier n'a pas changé ; facultatif.",
            "The 64 signs that prove the file is unchanged; optional.",
        ),
    ),
    field(
        "deposee_le",
        FieldType::Date,
        Merge::LastWriter,
        words("Datée du", "Dated"),
        words("Date portée sur la pièce.", "The date on the paper."),
    ),
];

/// The day by which something must be done.
pub(super) const ECHEANCE: FieldSpec = field(
    "echeance",
    FieldType::Date,
    Merge::MultiValue,
    words("Échéance", "Due date"),
    words("Jour au plus tard.", "The latest day."),
);

/// The organisation that does it.
pub(super) const RESPONSABLE: FieldSpec = field(
    "responsable",
    FieldType::Partner,
    Merge::MultiValue,
    words("Responsable", "In charge"),
    words("L'organisation qui s'en charge.", "The organisation in charge."),
);

/// The action sheet that a row is about.
pub(super) const FICHE: FieldSpec = field(
    "fiche",
    FieldType::Document(&["fiche_action"]),
    Merge::LastWriter,
    words("Fiche", "Sheet"),
    words("La fiche-action concernée.", "The action sheet concerned."),
);

/// A milestone: of a road map, and of the programme of one of its years.
pub(super) const JALON: FieldSpec = field(
    "jalon",
    FieldType::Text,
    Merge::LastWriter,
    words("Jalon", "Milestone"),
    words("Ce qui sera fait, en une ligne.", "What will be done, in one line."),
);

/// How far a milestone has come.
pub(super) const AVANCEMENT_DU_JALON: FieldSpec = field(
    "avancement",
    FieldType::Choice(AVANCEMENT),
    Merge::MultiValue,
    words("Avancement", "Progress"),
    words("Où en est le jalon.", "How far the milestone has come."),
);

/// The rank of an amendment.
pub(super) const NUMERO_AVENANT: FieldSpec = field(
    "numero",
    FieldType::Integer,
    Merge::LastWriter,
    words("Numéro", "Number"),
    words("1 pour le premier avenant.", "1 for the first amendment."),
);

/// What an amendment changes.
pub(super) const OBJET_AVENANT: FieldSpec = field(
    "objet",
    FieldType::Text,
    Merge::LastWriter,
    words("Objet", "Purpose"),
    words(
        "Ce que l'avenant change, en une phrase.",
        "What the amendment changes, in one sentence.",
    ),
);

/// How many months lie between the two dates of a period, `date_debut` and `date_fin`.
pub(super) const DUREE_MOIS: FieldSpec = field(
    "duree_mois",
    FieldType::Integer,
    Merge::Computed(Formula::MonthsBetween { from: "date_debut", to: "date_fin" }),
    words("Durée en mois", "Duration in months"),
    words("Calculée d'après les dates.", "Worked out from the dates."),
);

/// The postal code of an address.
pub(super) const CODE_POSTAL: FieldSpec = field(
    "code_postal",
    FieldType::Text,
    Merge::LastWriter,
    words("Code postal", "Postal code"),
    words("Cinq chiffres.", "Five digits."),
);

/// Returns the fields of a kind followed by the shared ones; `ALL` is how many that makes.
pub(super) const fn with_shared<const ALL: usize>(own: &[FieldSpec]) -> [FieldSpec; ALL] {
    assert!(own.len() + SHARED.len() == ALL, "every field has its place");
    let mut all = [SHARED[0]; ALL];
    let mut place = 0;
    while place < ALL {
        all[place] = if place < own.len() { own[place] } else { SHARED[place - own.len()] };
        place += 1;
    }
    all
}
