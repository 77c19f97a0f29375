//! Who writes, and the names of changes and versions.
//!
//! An actor is Automerge's word for one sequential writer. It is never drawn and never chosen:
//! it follows from the space, the document, the device and the incarnation, so that an
//! envelope proves whose change it carries. Nothing here knows a person or an organisation.

use std::fmt;
use std::str::FromStr;

use automerge::{ActorId, ChangeHash};
use protocol::crypto::{Label, hash_parts};
use protocol::env::Timestamp;
use protocol::id::{DeviceId, DocumentId, Incarnation, SpaceId, hex, unhex};

/// One sequential writer of one document.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Actor([u8; 16]);

impl Actor {
    /// Size in bytes.
    pub const SIZE: usize = 16;

    /// Wraps raw bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Returns the actor of one life of a device in one document (`security.md` §3.7).
    #[must_use]
    pub fn of(
        space: &SpaceId,
        document: &DocumentId,
        device: &DeviceId,
        incarnation: &Incarnation,
    ) -> Self {
        let parts: [&[u8]; 4] =
            [space.bytes(), document.bytes(), device.bytes(), incarnation.bytes()];
        Self::cut(&hash_parts(Label::Actor, &parts))
    }

    /// Stands for the actor of a renewed change while that is worked out from what it says.
    pub(crate) const UNNAMED: Self = Self([0; 16]);

    /// Returns the actor of the change that stands in the place of an old one and says this:
    /// the hash of the new change as written by [`Actor::UNNAMED`] (`docs/wire.md`).
    ///
    /// The label is its own, so that no life of any device can come to it; the content is in
    /// it, so that nobody can write something else ahead of it.
    pub(crate) fn renewed(
        space: &SpaceId,
        document: &DocumentId,
        old: &ChangeId,
        content: &ChangeId,
    ) -> Self {
        let parts: [&[u8]; 4] = [space.bytes(), document.bytes(), old.bytes(), content.bytes()];
        Self::cut(&hash_parts(Label::Renewal, &parts))
    }

    /// Returns the actor of the first change of a document, which nobody in particular wrote.
    ///
    /// The parts after the label have other lengths than those of a device, so that no device
    /// can come to this actor.
    pub(super) fn of_genesis(document: &DocumentId, kind: &str, revision: u32) -> Self {
        let parts: [&[u8]; 3] = [document.bytes(), &revision.to_be_bytes(), kind.as_bytes()];
        Self::cut(&hash_parts(Label::Document, &parts))
    }

    fn cut(digest: &[u8; 32]) -> Self {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        Self(bytes)
    }

    /// Returns the raw bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Returns the engine's form of this actor.
    pub(crate) fn engine(self) -> ActorId {
        ActorId::from(&self.0[..])
    }

    /// Reads the engine's form; an actor of another size is none of ours.
    pub(crate) fn from_engine(actor: &ActorId) -> Option<Self> {
        actor.to_bytes().try_into().ok().map(Self)
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Actor({})", hex(&self.0[..4]))
    }
}

/// The one who makes an edit: a life of a device, and the time it claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Author {
    /// The device.
    pub device: DeviceId,
    /// Its present incarnation; a page of the browser has one of its own.
    pub incarnation: Incarnation,
    /// The wall clock of the device. A claim, kept to the second and never used to decide.
    pub time: Timestamp,
}

/// The hash that names one change.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangeId([u8; 32]);

impl ChangeId {
    /// Hexadecimal digits of the short form.
    const SHORT_DIGITS: usize = 12;

    /// Wraps raw bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the raw bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Returns the first twelve hexadecimal digits, the usual name of a version.
    #[must_use]
    pub fn short(&self) -> String {
        hex(&self.0[..Self::SHORT_DIGITS / 2])
    }

    /// Returns the engine's form.
    pub(crate) const fn engine(self) -> ChangeHash {
        ChangeHash(self.0)
    }
}

impl From<ChangeHash> for ChangeId {
    fn from(hash: ChangeHash) -> Self {
        Self(hash.0)
    }
}

impl fmt::Display for ChangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for ChangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChangeId({})", self.short())
    }
}

/// The text is not the name of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAChange;

impl FromStr for ChangeId {
    type Err = NotAChange;

    fn from_str(text: &str) -> Result<Self, NotAChange> {
        let bytes = unhex(text).ok_or(NotAChange)?;
        bytes.try_into().map(Self).map_err(|_| NotAChange)
    }
}

/// A state of a document: the changes that nothing in it builds upon, sorted.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Version(Vec<ChangeId>);

impl Version {
    /// Makes a version of changes in any order.
    #[must_use]
    pub fn new(mut changes: Vec<ChangeId>) -> Self {
        changes.sort_unstable();
        changes.dedup();
        Self(changes)
    }

    /// Returns the changes, sorted.
    #[must_use]
    pub fn changes(&self) -> &[ChangeId] {
        &self.0
    }

    /// Returns the short names of the changes, joined by `+`.
    #[must_use]
    pub fn short(&self) -> String {
        let names: Vec<String> = self.0.iter().map(ChangeId::short).collect();
        names.join("+")
    }

    pub(crate) fn engine(&self) -> Vec<ChangeHash> {
        self.0.iter().map(|change| change.engine()).collect()
    }
}

impl From<ChangeId> for Version {
    fn from(change: ChangeId) -> Self {
        Self(vec![change])
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.0.iter().map(ChangeId::to_string).collect();
        f.write_str(&names.join("+"))
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Version({})", self.short())
    }
}

/// One change as it travels: an Automerge change chunk, never compressed.
#[derive(Clone, PartialEq, Eq)]
pub struct RawChange {
    /// Its name.
    pub id: ChangeId,
    /// Its writer.
    pub actor: Actor,
    /// Its number among the changes of its writer, from one.
    pub seq: u64,
    /// The chunk.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for RawChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawChange({}, {:?} {})", self.id.short(), self.actor, self.seq)
    }
}
