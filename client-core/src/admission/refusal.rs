//! Why a change is refused, and the record of it.

use crate::document::{Actor, ChangeId};
use crate::kinds::Language;

/// Defines the reasons with their stable codes, numbers and words.
macro_rules! refusals {
    ($(
        $(#[$doc:meta])*
        $name:ident = $number:literal, $code:literal, $fr:literal, $en:literal;
    )*) => {
        /// Why a change is refused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Refusal {
            $($(#[$doc])* $name,)*
        }

        impl Refusal {
            /// Every reason.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Returns the number under which a store keeps the reason.
            #[must_use]
            pub const fn number(self) -> u64 {
                match self {
                    $(Self::$name => $number,)*
                }
            }

            /// Returns the code that scripts rely on.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            /// Returns a sentence for people.
            #[must_use]
            pub const fn message(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$name, Language::French) => $fr,
                      (Self::$name, Language::English) => $en,)*
                }
            }
        }
    };
}

refusals! {
    /// More bytes than a change may have.
    TooLarge = 1, "change-too-large",
        "Modification trop grande.", "The change is too large.";
    /// Not a change chunk, or cut short, or with bytes after it.
    NotAChange = 2, "not-a-change",
        "Ce n'est pas une modification.", "This is not a change.";
    /// A compressed chunk: it is refused before anything is inflated.
    Compressed = 3, "compressed-change",
        "Modification compressée, refusée sans être ouverte.",
        "A compressed change, refused unopened.";
    /// No operation, or more than a change may have.
    OperationCount = 4, "operation-count",
        "Modification vide ou trop longue.", "The change is empty or too long.";
    /// More changes built upon, or more actors named, than there can be.
    TooManyReferences = 5, "too-many-references",
        "La modification cite trop d'autres modifications.",
        "The change names too many others.";
    /// The engine does not read it.
    Undecodable = 6, "undecodable",
        "Modification illisible.", "The change cannot be read.";
    /// Written by another than the one who sends it.
    WrongActor = 7, "wrong-actor",
        "L'auteur annoncé n'est pas l'expéditeur.", "The writer named is not the sender.";
    /// A message, an author or bytes that this protocol has no place for.
    ForeignContent = 8, "foreign-content",
        "La modification porte un contenu étranger.", "The change carries foreign content.";
    /// The same change has another, canonical, spelling.
    NotCanonical = 9, "not-canonical",
        "La modification n'est pas sous sa forme unique.",
        "The change is not in its one form.";
    /// It builds upon nothing and is not the first change of this document.
    NotGenesis = 10, "not-genesis",
        "Ce n'est pas le début de ce document, ou sa nature est inconnue.",
        "This is not the beginning of this document, or its kind is unknown.";
    /// Another change of the same actor came first with this sequence number.
    Fork = 11, "fork",
        "Une autre modification porte déjà ce numéro : une copie a écrit à part.",
        "Another change already bears this number: a copy has written apart.";
    /// Its sequence number does not follow.
    SequenceGap = 12, "sequence-gap",
        "Le numéro de la modification ne suit pas.", "The number of the change does not follow.";
    /// It does not build upon the previous change of its own actor.
    SkipsOwnPast = 13, "skips-own-past",
        "La modification ignore la précédente du même auteur.",
        "The change ignores the one before it by the same writer.";
    /// Its operation counters are out of bounds.
    CounterOutOfBounds = 14, "counter-out-of-bounds",
        "Les compteurs de la modification sont hors limites.",
        "The counters of the change are out of bounds.";
    /// An operation names an object that is not in its past.
    NoSuchObject = 15, "no-such-object",
        "La modification écrit dans un objet inconnu.",
        "The change writes into an unknown object.";
    /// An operation does to an object what its type does not allow.
    WrongObjectType = 16, "wrong-object-type",
        "La modification ne convient pas à l'objet visé.",
        "The change does not suit its object.";
    /// An operation names an element that is not in its past.
    NoSuchElement = 17, "no-such-element",
        "La modification vise un endroit inconnu.", "The change names an unknown place.";
    /// An operation replaces a value that is not in its past.
    NoSuchPredecessor = 18, "no-such-predecessor",
        "La modification remplace une valeur inconnue.",
        "The change replaces an unknown value.";
    /// A mark without its end, or an end without its mark.
    UnpairedMark = 19, "unpaired-mark",
        "Une mise en forme n'est pas fermée.", "A mark is not closed.";
    /// Objects within objects within objects.
    TooDeep = 20, "too-deep",
        "La modification imbrique trop d'objets.", "The change nests objects too deep.";
    /// An operation or a value type that no document of ours uses.
    UnusedFeature = 21, "unused-feature",
        "La modification emploie une forme inconnue ici.",
        "The change uses a form that is unknown here.";
    /// It would overwrite what only the first change writes.
    FixedLayout = 22, "fixed-layout",
        "La modification toucherait à la structure du document.",
        "The change would touch the structure of the document.";
    /// It would change or strike an entry of an append-only field.
    AppendOnly = 23, "append-only",
        "La modification toucherait à une trace qui ne s'efface pas.",
        "The change would touch an entry that stays.";
    /// The engine failed on it, or made something else of it.
    EngineFailure = 24, "engine-failure",
        "Le moteur n'a pas pu appliquer la modification.",
        "The engine could not apply the change.";
    /// Too many changes wait already; it may come again later.
    TooMuchWaiting = 25, "too-much-waiting",
        "Trop de modifications attendent déjà.", "Too many changes wait already.";
    /// The document has more operations than this machine takes in; it may come again later.
    DocumentFull = 26, "document-full",
        "Le document est trop lourd pour en recevoir davantage.",
        "The document is too heavy to take in more.";
}

impl Refusal {
    /// Returns the reason of that number.
    #[must_use]
    pub fn from_number(number: u64) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.number() == number)
    }
}

/// A change that was refused: kept with its reason, without effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetAside {
    /// Its name: the hash of what arrived.
    pub id: ChangeId,
    /// The actor that it names, when that could be read.
    pub actor: Option<Actor>,
    /// Why.
    pub reason: Refusal,
}
