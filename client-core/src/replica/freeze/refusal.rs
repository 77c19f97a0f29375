//! Why a document is not frozen, or a version not signed: one sentence each, in two languages.

use super::CommandError;

/// What stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Obstacle {
    NotFreezable,
    InConflict,
    TooManyHeads,
    TooLarge,
    AlreadySigned,
    Unchanged,
    NothingToAmend,
    NothingFrozen,
    HeadsUnknown,
    Altered,
    NewerForm,
    NewerFields,
    NotVouched,
}

impl From<Obstacle> for CommandError {
    fn from(obstacle: Obstacle) -> Self {
        let (code, french, english) = obstacle.told();
        Self::Invalid { code, french: french.to_owned(), english: english.to_owned() }
    }
}

impl Obstacle {
    const fn told(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::NotFreezable => (
                "not-freezable",
                "les documents de cette nature ne se figent pas",
                "documents of this kind cannot be frozen",
            ),
            Self::InConflict => (
                "in-conflict",
                "des valeurs concurrentes attendent qu'on les départage : un texte figé n'en a \
                 qu'une (« doc settle »)",
                "concurrent values wait to be settled: a frozen text has one each (`doc settle`)",
            ),
            Self::TooManyHeads => (
                "too-many-heads",
                "trop de modifications se croisent : synchronisez et écrivez une fois dans le \
                 document, puis figez",
                "too many edits cross each other: sync and write once in the document, then freeze",
            ),
            Self::TooLarge => (
                "too-large",
                "trop de signataires, ou un texte trop long pour être figé d'une pièce",
                "too many signatories, or a text too long to be frozen in one piece",
            ),
            Self::AlreadySigned => (
                "already-signed",
                "la version figée a déjà un visa : ce qui change maintenant est un avenant \
                 (« liaison amend »)",
                "the frozen version has a visa already: what changes now is an amendment \
                 (`liaison amend`)",
            ),
            Self::Unchanged => (
                "already-frozen",
                "le texte n'a pas changé depuis la dernière version figée",
                "the text has not changed since the last frozen version",
            ),
            Self::NothingToAmend => (
                "nothing-to-amend",
                "aucune version de ce document n'a encore de visa : figez-la et signez-la d'abord",
                "no version of this document has a visa yet: freeze and sign it first",
            ),
            Self::NothingFrozen => (
                "nothing-frozen",
                "aucune version de ce document n'est figée (« liaison freeze »)",
                "no version of this document is frozen (`liaison freeze`)",
            ),
            Self::HeadsUnknown
            | Self::Altered
            | Self::NewerForm
            | Self::NewerFields
            | Self::NotVouched => self.told_of_version(),
        }
    }

    /// Says what is wrong with a version that is there.
    const fn told_of_version(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::HeadsUnknown => (
                "heads-unknown",
                "des modifications de cette version ne sont pas encore arrivées ici : synchronisez \
                 avant de signer",
                "edits of this version have not arrived here yet: sync before you sign",
            ),
            Self::Altered => (
                "altered-version",
                "le texte recalculé ici n'est pas celui qui a été figé : ne signez pas, et \
                 demandez à qui l'a figé de recommencer",
                "the text worked out here is not the one that was frozen: do not sign, and ask \
                 whoever froze it to do so again",
            ),
            Self::NewerForm => (
                "newer-form",
                "cette version a été figée par un programme plus récent : mettez celui-ci à jour",
                "this version was frozen by a newer program: update this one",
            ),
            Self::NewerFields => (
                "newer-fields",
                "un partenaire utilise une version plus récente de Liaison : ce document contient \
                 ce que ce programme ne connaît pas ; mettez-le à jour avant de figer ou de signer",
                "a partner uses a newer version of Liaison: this document holds what this program \
                 does not know; update it before you freeze or sign",
            ),
            Self::NotFreezable
            | Self::InConflict
            | Self::TooManyHeads
            | Self::TooLarge
            | Self::AlreadySigned
            | Self::Unchanged
            | Self::NothingToAmend
            | Self::NothingFrozen
            | Self::NotVouched => (
                "no-checkpoint",
                "le relais n'a pas encore attesté les visas : synchronisez, puis recommencez",
                "the relay has not vouched for the visas yet: sync, then try again",
            ),
        }
    }
}
