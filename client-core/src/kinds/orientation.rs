//! `orientation`: one heading of the plan, with the sheets that carry it out.

use super::codes::PRIORITES;
use super::shared::{REVIEW, SHARED, with_shared};
use super::{Care, FieldSpec, FieldType, Kind, Merge, SectionSpec, Visibility, field, words};

/// Orientation.
pub(super) static ORIENTATION: Kind = Kind {
    name: "orientation",
    revision: 1,
    title: words("Orientation", "Orientation"),
    fields: &with_shared::<{ FIELDS.len() + SHARED.len() }>(FIELDS),
    sections: SECTIONS,
    care: Care {
        visible: Visibility::Partners,
        writers: words(
            "Secrétariat et groupes de travail",
            "The secretariat and the working groups",
        ),
        freezes: words(
            "Avec le PTSM : COPIL, CSSM, CTS, arrêté de la DG ARS",
            "With the project: COPIL, CSSM, CTS, order of the regional health agency",
        ),
        keep: words(
            "Archives définitives ; public une fois arrêté",
            "Kept for ever; public once ordered",
        ),
    },
    parts: &[REVIEW],
};

const FIELDS: &[FieldSpec] = &[
    field(
        "numero",
        FieldType::Text,
        Merge::LastWriter,
        words("Numéro", "Number"),
        words(
            "Code court imprimé partout, par exemple OR3.",
            "A short code printed everywhere, such as OR3.",
        ),
    ),
    field(
        "priorites_decret",
        FieldType::Choice(PRIORITES),
        Merge::Set,
        words("Priorités nationales", "National priorities"),
        words(
            "Celles des six priorités auxquelles l'orientation répond.",
            "Those of the six priorities that the orientation answers.",
        ),
    ),
    field(
        "fiches",
        FieldType::Document(&["fiche_action"]),
        Merge::List,
        words("Fiches, dans l'ordre", "Sheets, in order"),
        words(
            "Les fiches-actions de cette orientation, dans l'ordre du plan.",
            "The action sheets of this orientation, in the order of the plan.",
        ),
    ),
    field(
        "couleur",
        FieldType::Text,
        Merge::LastWriter,
        words("Couleur", "Colour"),
        words(
            "Couleur des tableaux et des graphiques, écrite #1f6f54 ; jamais le seul repère.",
            "The colour of tables and charts, written #1f6f54; never the only mark.",
        ),
    ),
];

const SECTIONS: &[SectionSpec] = &[SectionSpec {
    id: "objectifs_strategiques",
    title: words("Objectifs stratégiques", "Strategic objectives"),
}];
