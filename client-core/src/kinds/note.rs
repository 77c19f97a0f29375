//! `note`: a title and free text, the smallest useful kind.

use super::{Care, FieldSpec, FieldType, Kind, Merge, SectionSpec, Visibility, Wording, words};

/// A note: free text shared at once, with key words to find it again.
pub(super) static NOTE: Kind = Kind {
    name: "note",
    revision: 1,
    title: Wording { fr: "Note", en: "Note" },
    fields: &[FieldSpec {
        name: "mots_cles",
        kind: FieldType::Text,
        merge: Merge::Set,
        label: Wording { fr: "Mots-clés", en: "Key words" },
        help: Wording {
            fr: "Quelques mots pour retrouver la note.",
            en: "A few words to find the note again.",
        },
    }],
    sections: &[SectionSpec { id: "texte", title: Wording { fr: "Texte", en: "Text" } }],
    care: Care {
        visible: Visibility::Partners,
        writers: words("tous les partenaires", "all partners"),
        freezes: words("rien", "nothing"),
        keep: words("tant qu'elle sert", "while it is of use"),
    },
};
