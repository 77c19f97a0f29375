//! `note`: a title and free text, the smallest useful kind.

use super::shared::{REVIEW, SHARED, with_shared};
use super::{Care, FieldSpec, FieldType, Kind, Merge, SectionSpec, Visibility, field, words};

/// Note.
pub(super) static NOTE: Kind = Kind {
    name: "note",
    revision: 1,
    title: words("Note", "Note"),
    fields: &with_shared::<{ FIELDS.len() + SHARED.len() }>(FIELDS),
    sections: SECTIONS,
    care: Care {
        visible: Visibility::Partners,
        writers: words("Toute organisation", "Any organisation"),
        freezes: words("Rien", "Nothing"),
        keep: words("Tant qu'elle est utile", "While it is useful"),
    },
    parts: &[REVIEW],
};

const FIELDS: &[FieldSpec] = &[field(
    "mots_cles",
    FieldType::Text,
    Merge::Set,
    words("Mots-clés", "Key words"),
    words("Quelques mots pour retrouver la note.", "A few words to find the note again."),
)];

const SECTIONS: &[SectionSpec] = &[SectionSpec { id: "texte", title: words("Texte", "Text") }];
