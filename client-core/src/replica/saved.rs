//! A document's cache as it stands in its record: never the truth, which the journal is.

use protocol::codec::{Bytes, Decode, DecodeError, Encode, Reader, Writer};
use protocol::id::{DeviceId, PartnerId};

use crate::document::{Actor, ChangeId};

/// Bytes of one saved document.
const SAVED_BYTES_MAX: usize = 256 * 1024 * 1024;

/// A document as last saved.
pub(super) struct Saved {
    /// How much of the journal it covers.
    pub(super) covered: u64,
    /// Who took a change up.
    pub(super) adopted: Vec<(ChangeId, PartnerId)>,
    /// The devices behind actors that no life in the journal explains.
    pub(super) writers: Vec<(Actor, DeviceId)>,
    pub(super) document: Vec<u8>,
}

impl Encode for Saved {
    fn encode(&self, out: &mut Writer) {
        out.array(4);
        out.uint(self.covered);
        out.array(self.adopted.len());
        for (change, partner) in &self.adopted {
            out.array(2);
            Bytes(change.bytes()).encode(out);
            partner.encode(out);
        }
        out.array(self.writers.len());
        for (actor, device) in &self.writers {
            out.array(2);
            Bytes(actor.bytes()).encode(out);
            device.encode(out);
        }
        out.bytes(&self.document);
    }
}

impl Decode for Saved {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if input.array(4)? != 4 {
            return Err(DecodeError::Malformed);
        }
        let covered = input.uint()?;
        let count = input.array(SAVED_BYTES_MAX)?;
        let mut adopted = Vec::new();
        for _ in 0..count {
            if input.array(2)? != 2 {
                return Err(DecodeError::Malformed);
            }
            adopted.push((ChangeId::new(input.fixed()?), PartnerId::decode(input)?));
        }
        let mut writers = Vec::new();
        for _ in 0..input.array(SAVED_BYTES_MAX)? {
            if input.array(2)? != 2 {
                return Err(DecodeError::Malformed);
            }
            writers.push((Actor::new(input.fixed()?), DeviceId::decode(input)?));
        }
        let document = input.bytes(SAVED_BYTES_MAX)?.to_vec();
        Ok(Self { covered, adopted, writers, document })
    }
}
