//! One entry of a register: an act with the place and the time the relay gave it.

use super::SignedAct;
use crate::codec::{Decode, DecodeError, Encode, Reader, Writer, to_bytes};
use crate::crypto::Hash;
use crate::env::Timestamp;
use crate::tree::leaf_hash;

/// A sequenced act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place, from zero.
    pub seq: u64,
    /// Register time: the relay's clock, never before the previous entry's.
    pub time: Timestamp,
    /// The act and its approvals.
    pub act: SignedAct,
}

impl Entry {
    /// Returns its leaf in the register's tree (RFC 6962 §2.1).
    #[must_use]
    pub fn leaf(&self) -> Hash {
        leaf_hash(&to_bytes(self))
    }
}

impl Encode for Entry {
    fn encode(&self, out: &mut Writer) {
        out.map(3);
        out.field(0, &self.seq);
        out.field(1, &self.time);
        out.field(2, &self.act);
    }
}

impl Decode for Entry {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = input.map()?;
        let entry =
            Self { seq: fields.required(0)?, time: fields.required(1)?, act: fields.required(2)? };
        fields.end()?;
        Ok(entry)
    }
}
