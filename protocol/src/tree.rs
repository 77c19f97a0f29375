//! RFC 6962 §2.1 hash trees, kept as their right edge only.
//!
//! A [`Frontier`] appends leaves and gives the root at every size without holding the leaves:
//! one hash for each bit set in the size. It proves nothing by itself; a checkpoint signs it.

use crate::codec::{Decode, DecodeError, Encode, Reader, Writer};
use crate::crypto::{Hash, Hasher};

#[cfg(test)]
mod tests;

/// Returns the hash of a leaf: `SHA-256(0x00 + entry)`.
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Hash {
    tagged(0, &[entry])
}

/// Returns the hash of an inner node: `SHA-256(0x01 + left + right)`.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    tagged(1, &[left, right])
}

/// Returns the root of the tree without leaves: the hash of nothing.
#[must_use]
pub fn empty_root() -> Hash {
    Hasher::new().finish()
}

fn tagged(tag: u8, parts: &[&[u8]]) -> Hash {
    let mut hasher = Hasher::new();
    hasher.update(&[tag]);
    for part in parts {
        hasher.update(part);
    }
    hasher.finish()
}

/// The right edge of a growing tree: the roots of its perfect subtrees, largest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    subtrees: Vec<Hash>,
}

impl Frontier {
    /// Starts an empty tree.
    #[must_use]
    pub const fn new() -> Self {
        Self { size: 0, subtrees: Vec::new() }
    }

    /// Appends a leaf, given by [`leaf_hash`].
    pub fn push(&mut self, leaf: Hash) {
        let mut node = leaf;
        // Each bit that carries is a perfect subtree as large as the one being added.
        for _ in 0..self.size.trailing_ones() {
            let left = self.subtrees.pop().expect("one subtree for each bit of the size");
            node = node_hash(&left, &node);
        }
        self.subtrees.push(node);
        self.size += 1;
    }

    /// Returns the number of leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Returns the root.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut edge = self.subtrees.iter().rev();
        let Some(last) = edge.next() else {
            return empty_root();
        };
        edge.fold(*last, |right, left| node_hash(left, &right))
    }
}

impl Encode for Frontier {
    fn encode(&self, out: &mut Writer) {
        out.array(1 + self.subtrees.len());
        out.uint(self.size);
        for subtree in &self.subtrees {
            out.bytes(subtree);
        }
    }
}

impl Decode for Frontier {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let items = input.array(65)?;
        if items == 0 {
            return Err(DecodeError::Malformed);
        }
        let size = input.uint()?;
        if items - 1 != size.count_ones() as usize {
            return Err(DecodeError::Invalid("tree"));
        }
        let mut subtrees = Vec::with_capacity(items - 1);
        for _ in 1..items {
            subtrees.push(input.fixed()?);
        }
        Ok(Self { size, subtrees })
    }
}
