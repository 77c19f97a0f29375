//! Frozen versions as they are shown: plain structs, for any screen.

use protocol::crypto::Hash;
use protocol::env::Timestamp;
use protocol::frozen::{Frozen, Signatory};
use protocol::id::{DocumentId, PartnerId, SpaceId};
use protocol::register::Capacity;

use crate::canonical::Difference;
use crate::kinds::Kind;

/// How the frozen versions of one document stand.
#[derive(Debug, Clone)]
pub struct FrozenReport {
    /// The document.
    pub document: DocumentId,
    /// The space.
    pub space: SpaceId,
    /// Its present title.
    pub title: String,
    /// The table it is drawn with.
    pub kind: &'static Kind,
    /// The versions, the earliest first.
    pub versions: Vec<FrozenView>,
    /// How the document as it stands differs from the last version that can be read here.
    pub differs: Vec<Difference>,
    /// Rows of frozen versions that do not read.
    pub unreadable: usize,
    /// Versions that have a visa in the register and no row here.
    pub unknown: usize,
}

/// One frozen version.
#[derive(Debug, Clone)]
pub struct FrozenView {
    /// The salted commitment that visas name.
    pub version: Hash,
    /// The statement.
    pub frozen: Frozen,
    /// What became of the text worked out here.
    pub state: FrozenState,
    /// Who froze it, and its name.
    pub by: Option<(PartnerId, String)>,
    /// What it changes since the version it amends, else since the one before it.
    pub changes: Vec<Difference>,
    /// The visas in the register, in their order.
    pub visas: Vec<VisaView>,
    /// Who is to sign and has not, in the order of signature.
    pub awaited: Vec<Signatory>,
    /// A later version with a visa that amends this one.
    pub superseded_by: Option<Hash>,
}

impl FrozenView {
    /// Returns the canonical text, where it is what was frozen.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.state {
            FrozenState::Sound(text) => Some(text),
            FrozenState::HeadsUnknown
            | FrozenState::Altered
            | FrozenState::NewerForm
            | FrozenState::NewerFields => None,
        }
    }
}

/// What the text of a frozen version comes to here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FrozenState {
    /// What was frozen; this text.
    Sound(String),
    /// Changes of the version have not arrived.
    HeadsUnknown,
    /// The text at these heads is not the one that was frozen.
    Altered,
    /// It was frozen in a form of a newer program.
    NewerForm,
    /// The text at these heads is another one, and holds what the table here has no field for: a
    /// newer program froze it whole.
    NewerFields,
}

impl FrozenState {
    /// Returns the name used in JSON.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Sound(_) => "sound",
            Self::HeadsUnknown => "heads-unknown",
            Self::Altered => "altered",
            Self::NewerForm => "newer-form",
            Self::NewerFields => "newer-fields",
        }
    }
}

/// One visa as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisaView {
    /// The organisation.
    pub partner: PartnerId,
    /// Its name.
    pub name: String,
    /// In what capacity.
    pub capacity: Capacity,
    /// Register time.
    pub at: Timestamp,
    /// Whether a PDF is attached.
    pub attaches: bool,
    /// SHA-256 of that PDF, where the document tells it.
    pub pdf: Option<Hash>,
    /// Whether the organisation is still in the space.
    pub here: bool,
    /// Whether it is this replica's own.
    pub own: bool,
}
