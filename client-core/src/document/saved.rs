//! The bytes a replica keeps for one document, and how they are read back.
//!
//! They are a cache of its own making: the engine's save, the index, the changes that wait and
//! the refusals. The index is kept so that opening does not decode the whole history again; it
//! is believed only if it ends where the engine does. The journal stays the truth, and a file
//! that does not read is rebuilt from it.

use automerge::ROOT;
use protocol::codec::{Decode, DecodeError, Encode, Reader, Writer, from_bytes, to_bytes};
use protocol::id::{DocumentId, SpaceId};

use super::author::ChangeId;
use super::index::Index;
use super::layout;
use super::lens::Lens;
use super::{Document, load_engine};
use crate::admission::{Pending, Refusal, SetAside};
use crate::kinds::{Catalogue, Kind};
use crate::tally::{self, Work};

/// Version of this format.
const FORMAT: u64 = 2;

/// Why saved bytes do not read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadRefusal {
    /// Not the bytes of a document, damaged, or of another version of the format.
    Format,
    /// The engine does not read its part.
    Engine,
    /// The kind is not in the catalogue: a newer program wrote it.
    UnknownKind,
}

/// What is kept.
struct Saved {
    engine: Vec<u8>,
    index: Index,
    pending: Pending,
}

impl Encode for Saved {
    fn encode(&self, out: &mut Writer) {
        out.array(4);
        out.uint(FORMAT);
        out.bytes(&self.engine);
        self.index.encode(out);
        self.pending.encode(out);
    }
}

impl Decode for Saved {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if input.array(4)? != 4 {
            return Err(DecodeError::Malformed);
        }
        match input.uint()? {
            FORMAT => {}
            other => return Err(DecodeError::Unknown(other)),
        }
        let engine = input.bytes(usize::MAX)?.to_vec();
        let index = Index::decode(input)?;
        Ok(Self { engine, index, pending: Pending::decode(input)? })
    }
}

impl Document {
    /// Returns the bytes to keep.
    #[must_use]
    pub fn save(&self) -> Vec<u8> {
        let (index, pending) = (self.index.clone(), self.pending.clone());
        to_bytes(&Saved { engine: self.engine.save(), index, pending })
    }

    /// Reads a document that [`Document::save`] wrote on this machine.
    ///
    /// Cost: that of the engine, which checks every hash, and a fraction of it for the index.
    ///
    /// # Errors
    /// Says why the bytes do not read; the document is then rebuilt from the journal.
    pub fn load(
        space: SpaceId,
        id: DocumentId,
        catalogue: Catalogue,
        saved: &[u8],
    ) -> Result<Self, LoadRefusal> {
        let saved: Saved = from_bytes(saved).map_err(|_| LoadRefusal::Format)?;
        let mut document = Self::awaited(space, id, catalogue);
        if !saved.engine.is_empty() {
            document.engine = load_engine(&saved.engine).ok_or(LoadRefusal::Engine)?;
        }
        document.pending = saved.pending;
        let heads: Vec<ChangeId> =
            document.engine.get_heads().into_iter().map(ChangeId::from).collect();
        if !saved.index.ends_in(&heads) {
            return Err(LoadRefusal::Format);
        }
        document.index = saved.index;
        let unread = |one: &SetAside| one.reason == Refusal::NotGenesis;
        if document.index.entries().is_empty() && document.set_aside().iter().any(unread) {
            // Its first change was of no table known then, and will not come again by itself: a
            // program that knows the table by now must find it in the journal.
            return Err(LoadRefusal::UnknownKind);
        }
        if !document.index.entries().is_empty() {
            let lens = Lens::now(&document.engine);
            let name = lens.string(&ROOT, layout::KIND_KEY).map(|(name, _)| name);
            let revision = lens.number(&ROOT, layout::REVISION_KEY);
            let revision = revision.and_then(|number| u32::try_from(number).ok());
            let named = name.zip(revision);
            let kind = named.and_then(|(name, number)| catalogue.revision(&name, number));
            document.kind = Some(kind.ok_or(LoadRefusal::UnknownKind)?);
        }
        Ok(document)
    }
}

/// Makes the index of an engine anew.
pub(crate) fn index_of(
    kind: Option<&'static Kind>,
    engine: &automerge::Automerge,
) -> Option<Index> {
    tally::note(Work::IndexMade);
    let build = || {
        let mut index = Index::new();
        for change in engine.get_changes(&[]) {
            index.push(kind, ChangeId::from(change.hash()), &change.decode());
        }
        index
    };
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(build)).ok()
}
