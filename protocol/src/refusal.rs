//! Why something validly made is not accepted: one table of codes for register, journal and
//! wire.
//!
//! A code keeps its number for ever. A code of tomorrow arrives as [`Refusal::Unknown`] and is
//! shown as such.

use std::fmt;

use crate::codec::{Decode, DecodeError, Encode, Reader, Writer};
use crate::crypto::KeyRefusal;
use crate::register::ActError;

macro_rules! refusals {
    ($($(#[$doc:meta])* $variant:ident = $code:literal $name:literal $fr:literal
        $en:literal;)+) => {
        /// One reason of the table. Its documentation is its English sentence.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Refusal {
            $(#[doc = $en] $variant,)+
            /// A reason this version does not know.
            Unknown(u64),
        }

        impl Refusal {
            /// Every reason this version knows.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Returns the number on the wire.
            #[must_use]
            pub const fn code(self) -> u64 {
                match self { $(Self::$variant => $code,)+ Self::Unknown(code) => code }
            }

            /// Returns the name used in JSON.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ Self::Unknown(_) => "unknown-refusal" }
            }

            /// Returns the sentence in French.
            #[must_use]
            pub const fn french(self) -> &'static str {
                match self {
                    $(Self::$variant => $fr,)+
                    Self::Unknown(_) => "refus d'un motif que cette version ne connaît pas",
                }
            }

            /// Returns the sentence in English.
            #[must_use]
            pub const fn english(self) -> &'static str {
                match self {
                    $(Self::$variant => $en,)+
                    Self::Unknown(_) => "refused for a reason this version does not know",
                }
            }
        }
    };
}

refusals! {
    // Form.
    Malformed = 1 "malformed" "contenu malformé" "malformed content";
    NewerThanUs = 2 "newer-than-us"
        "registre plus récent que l'application" "made by a newer version of the application";
    TooLarge = 3 "too-large" "au-delà de la taille permise" "beyond the size limit";
    BadSignature = 4 "bad-signature" "la signature ne correspond pas"
        "the signature does not match";
    WrongSpace = 5 "wrong-space" "destiné à un autre espace" "made for another space";
    Duplicate = 6 "duplicate" "déjà enregistré" "already recorded";
    WeakKey = 7 "weak-key" "clé faible ou malformée" "weak or malformed key";
    KeyInUse = 8 "key-in-use" "cette clé sert déjà" "this key is already in use";
    NotSorted = 9 "not-sorted" "liste vide, en désordre ou en double"
        "empty, unordered or repeated list";

    // Register.
    NotAMember = 20 "not-a-member"
        "l'auteur n'est pas un partenaire actif de l'espace" "the author is not an active partner";
    NotAGuarantor = 21 "not-a-guarantor"
        "réservé aux organisations garantes" "reserved for guarantor organisations";
    NotAVoice = 22 "not-a-voice"
        "seule la voix de l'organisation peut le décider"
        "only the organisation's voice may decide this";
    NotADevice = 23 "not-a-device"
        "l'auteur n'est pas un appareil actif" "the author is not an active device";
    NotAnEditor = 24 "not-an-editor" "cet appareil peut lire, pas écrire"
        "this device may read, not write";
    NotTheOperator = 25 "not-the-operator"
        "seule la clé de l'exploitant peut suspendre" "only the operator's key may suspend";
    UnknownSubject = 26 "unknown-subject"
        "l'organisation ou l'appareil visé n'est pas dans l'espace"
        "the organisation or device it is about is not in the space";
    AlreadySo = 27 "already-so" "c'est déjà le cas" "this is already so";
    NotEnoughApprovals = 28 "not-enough-approvals"
        "il n'y a pas assez d'accords valables" "there are not enough valid approvals";
    UnknownProposal = 29 "unknown-proposal" "proposition inconnue" "unknown proposal";
    ProposalClosed = 30 "proposal-closed"
        "cette proposition est close ou périmée" "this proposal is closed or out of date";
    ProposalOpen = 31 "proposal-open" "cette proposition est déjà ouverte"
        "this proposal is already open";
    TooManyProposals = 32 "too-many-proposals"
        "trop de propositions ouvertes par cette organisation"
        "too many open proposals by this organisation";
    StaleGeneration = 33 "stale-generation"
        "les garants ou la règle ont changé depuis" "guarantors or rule have changed since";
    TooFewGuarantors = 34 "too-few-guarantors"
        "à un ou deux garants, personne ne peut être retiré"
        "with one or two guarantors nobody can be removed";
    LastGuarantor = 35 "last-guarantor"
        "le dernier garant ne peut pas partir" "the last guarantor cannot leave";
    BelowFloor = 36 "below-floor"
        "la règle descend sous la majorité des garants"
        "the rule falls below a majority of the guarantors";
    LastVoice = 37 "last-voice" "une organisation garde au moins une voix"
        "an organisation keeps at least one voice";
    Expired = 38 "expired" "périmé" "expired";
    SuspensionTooLong = 39 "suspension-too-long"
        "une suspension dure au plus 72 heures" "a suspension lasts at most 72 hours";
    SuspendedTooOften = 40 "suspended-too-often"
        "cet appareil a déjà été suspendu il y a moins de 30 jours"
        "this device was suspended less than 30 days ago";
    TooManySuspended = 41 "too-many-suspended"
        "trop d'organisations suspendues à la fois" "too many organisations suspended at once";
    WrongPreviousEpoch = 42 "wrong-previous-epoch"
        "une autre époque a été ouverte entre-temps" "another epoch was opened meanwhile";
    WrongRecipients = 43 "wrong-recipients"
        "les destinataires de la clé ne sont pas les appareils actifs"
        "the recipients of the key are not the active devices";
    TooManyRotations = 44 "too-many-rotations"
        "trop de changements de clé en un jour" "too many key changes in one day";
    ForbiddenEpoch = 45 "forbidden-epoch"
        "l'admission ne donne pas droit à cette période"
        "the admission gives no right to this period";
    WrongWraps = 46 "wrong-wraps"
        "les clés remises ne sont pas celles de l'acte" "the wrapped keys are not those of the act";
    SpaceClosed = 47 "space-closed" "l'espace est clos" "the space is closed";
    TooMany = 48 "too-many" "le nombre permis est atteint" "the permitted number is reached";
    TimeBackwards = 49 "time-backwards" "heure antérieure à la précédente"
        "time earlier than the previous one";
    SecondCharter = 50 "second-charter" "l'espace a déjà sa charte"
        "the space already has its charter";

    UnknownVersion = 51 "unknown-version"
        "la version citée n'a reçu aucun visa dans cet espace"
        "the version it cites has no visa in this space";
    SpaceErased = 52 "space-erased"
        "l'espace est effacé : il ne reste que son registre"
        "the space is erased: only its register remains";
    NotErased = 53 "not-erased" "cet espace n'est pas effacé" "this space is not erased";

    // Journal.
    StaleEpoch = 60 "stale-epoch"
        "la clé de l'espace a changé : à sceller de nouveau"
        "the space's key has changed: to be sealed again";
    EpochMustTurn = 61 "epoch-must-turn"
        "la clé de l'espace doit d'abord changer" "the space's key must change first";
    NoEpoch = 62 "no-epoch" "l'espace n'a pas encore de clé" "the space has no key yet";
    Gap = 63 "gap" "il manque un envoi précédent" "an earlier item is missing";
    ForkedDevice = 64 "forked-device"
        "un autre envoi porte déjà ce numéro : appareil copié ou restauré"
        "another item already bears this number: copied or restored device";
    Quota = 65 "quota" "quota atteint pour l'heure" "quota reached for this hour";
    DeviceSuspended = 66 "device-suspended"
        "appareil suspendu par l'exploitant du relais" "device suspended by the relay's operator";
    DeviceRevoked = 67 "device-revoked" "appareil révoqué" "revoked device";

    // Link.
    UnknownSpace = 80 "unknown-space" "ce relais ne connaît pas cet espace"
        "this relay does not know this space";
    WrongRelay = 81 "wrong-relay"
        "ce relais n'est pas celui du registre" "this relay is not the register's";
    BindingRequired = 82 "binding-required"
        "connexion chiffrée de bout en bout exigée"
        "an end-to-end encrypted connection is required";
    BadTicket = 83 "bad-ticket" "jeton de fondation absent ou déjà servi"
        "founding ticket missing or already used";
    BadInvitation = 84 "bad-invitation"
        "invitation inconnue, périmée ou déjà servie" "unknown, expired or used invitation";
    Busy = 85 "busy" "relais occupé, réessayer plus tard" "relay busy, try again later";
    Draining = 86 "draining" "le relais s'arrête" "the relay is shutting down";
    NotYet = 87 "not-yet" "message hors de l'ordre convenu" "message out of turn";
    TooSlow = 88 "too-slow" "ligne trop lente ou muette" "link too slow or silent";
    RelayBehind = 89 "relay-behind"
        "le relais en sait moins qu'auparavant : il a été restauré d'une copie"
        "the relay knows less than before: it was restored from a copy";
    VersionMismatch = 90 "version-mismatch" "aucune version commune" "no version in common";
    StorageFailed = 91 "storage-failed"
        "le relais ne peut plus écrire sur son disque" "the relay can no longer write to its disk";
    UnderRepair = 92 "under-repair"
        "le relais répare ou reçoit cet espace" "the relay is repairing or receiving this space";
}

impl Refusal {
    /// Finds the reason with this number.
    #[must_use]
    pub fn from_code(code: u64) -> Self {
        Self::ALL.iter().copied().find(|r| r.code() == code).unwrap_or(Self::Unknown(code))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.english())
    }
}

impl std::error::Error for Refusal {}

impl Encode for Refusal {
    fn encode(&self, out: &mut Writer) {
        out.uint(self.code());
    }
}

impl Decode for Refusal {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        input.uint().map(Self::from_code)
    }
}

impl From<DecodeError> for Refusal {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::Unknown(_) => Self::NewerThanUs,
            DecodeError::TooLarge => Self::TooLarge,
            DecodeError::Malformed
            | DecodeError::Missing(_)
            | DecodeError::UnknownField
            | DecodeError::Trailing
            | DecodeError::NotCanonical
            | DecodeError::Invalid(_) => Self::Malformed,
        }
    }
}

impl From<ActError> for Refusal {
    fn from(error: ActError) -> Self {
        match error {
            ActError::Decode(error) => error.into(),
            ActError::BadSignature => Self::BadSignature,
        }
    }
}

impl From<KeyRefusal> for Refusal {
    fn from(_: KeyRefusal) -> Self {
        Self::WeakKey
    }
}
