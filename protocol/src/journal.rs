//! The journal: envelopes in the order a relay took them, and the rule for taking them.
//!
//! The rule is a pure function of register and journal, computed alike by the relay and by
//! every replica. It looks at headers and signatures only. Membership is judged when an
//! envelope arrives, never by what its author claims to have seen.

use std::collections::BTreeMap;

use crate::codec::{Bytes, Decode, DecodeError, Encode, Reader, Writer};
use crate::crypto::Hash;
use crate::env::Timestamp;
use crate::envelope::{ENVELOPE_BYTES_MAX, Envelope, Header, NO_ENVELOPE};
use crate::id::{DeviceId, EnvelopeId, Incarnation, SpaceId};
use crate::limits;
use crate::refusal::Refusal;
use crate::register::Roster;
use crate::tree::{Frontier, leaf_hash};

mod form;
#[cfg(test)]
mod tests;

/// An envelope with the place and the time the relay gave it.
#[derive(Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// Its place, from zero.
    pub position: u64,
    /// Journal time: the relay's clock, never before the previous entry's.
    pub time: Timestamp,
    /// The register size at which its author's right was judged.
    pub register_size: u64,
    /// The envelope.
    pub envelope: Vec<u8>,
}

impl JournalEntry {
    /// Returns the leaf of the journal's tree: hashes and numbers, so that it can still be
    /// computed when the envelope itself is erased.
    #[must_use]
    pub fn leaf(&self, id: &EnvelopeId, header: &Header) -> Hash {
        let mut out = Writer::new();
        out.array(7);
        out.uint(self.position);
        id.encode(&mut out);
        header.device.encode(&mut out);
        header.incarnation.encode(&mut out);
        out.uint(header.counter);
        out.uint(self.register_size);
        self.time.encode(&mut out);
        leaf_hash(&out.finish())
    }
}

/// How far one incarnation of a device has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The number of its last envelope.
    pub counter: u64,
    /// That envelope.
    pub last: EnvelopeId,
    /// Its place in the journal.
    pub position: u64,
}

/// What one device has appended in the current window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// The window, counted from 1970.
    pub window: u64,
    /// Envelopes in it.
    pub envelopes: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// What a journal comes to, without its marks: small enough to be stored with each entry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JournalHead {
    /// Size and root.
    pub tree: Frontier,
    /// Time of the last entry.
    pub time: Timestamp,
    /// Register size of the last entry.
    pub register_size: u64,
}

/// The state of a journal: enough to judge the next envelope, and no envelope.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Journal {
    head: JournalHead,
    marks: BTreeMap<(DeviceId, Incarnation), Mark>,
    usage: BTreeMap<DeviceId, Usage>,
}

impl Journal {
    /// Starts an empty journal.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a journal together from what was stored of it.
    #[must_use]
    pub fn restore(
        head: JournalHead,
        marks: impl IntoIterator<Item = ((DeviceId, Incarnation), Mark)>,
        usage: impl IntoIterator<Item = (DeviceId, Usage)>,
    ) -> Self {
        Self { head, marks: marks.into_iter().collect(), usage: usage.into_iter().collect() }
    }

    /// Tells whether an envelope may be the next entry at a given time: its author may write
    /// under its epoch, it follows its author's last one, it is within quota and signed. What
    /// costs nothing is looked at first.
    ///
    /// # Errors
    /// Says why not. `Duplicate` is said of numbers already taken, whoever took them: only the
    /// last one is remembered, and there another envelope is `ForkedDevice`.
    pub fn judge(
        &self,
        roster: &Roster,
        envelope: &Envelope,
        time: Timestamp,
    ) -> Result<(), Refusal> {
        let header = envelope.header();
        let time = time.max(self.head.time);
        if header.space != roster.space() {
            return Err(Refusal::WrongSpace);
        }
        self.judge_chain(envelope)?;
        roster.may_append(&header.device, &header.epoch, time)?;
        self.judge_quota(envelope, time)?;
        envelope.verify()
    }

    fn judge_chain(&self, envelope: &Envelope) -> Result<(), Refusal> {
        let header = envelope.header();
        let Some(mark) = self.mark(&header.device, &header.incarnation) else {
            return self.judge_first(header);
        };
        if header.counter < mark.counter {
            return Err(Refusal::Duplicate);
        }
        if header.counter == mark.counter {
            let same = envelope.id() == mark.last;
            return Err(if same { Refusal::Duplicate } else { Refusal::ForkedDevice });
        }
        if header.counter - mark.counter > 1 {
            return Err(Refusal::Gap);
        }
        if header.previous != mark.last {
            return Err(Refusal::ForkedDevice);
        }
        Ok(())
    }

    fn judge_first(&self, header: &Header) -> Result<(), Refusal> {
        match header.counter {
            0 => return Err(Refusal::Malformed),
            1 if header.previous == NO_ENVELOPE => {}
            1 => return Err(Refusal::Malformed),
            _ => return Err(Refusal::Gap),
        }
        let device = header.device;
        let lives = (device, Incarnation::new([0; 16]))..=(device, Incarnation::new([255; 16]));
        if self.marks.range(lives).count() >= limits::INCARNATIONS_PER_DEVICE_MAX {
            return Err(Refusal::TooMany);
        }
        Ok(())
    }

    fn judge_quota(&self, envelope: &Envelope, time: Timestamp) -> Result<(), Refusal> {
        let usage = self.usage_at(&envelope.header().device, time);
        let bytes = usage.bytes + envelope.bytes().len() as u64;
        if usage.envelopes >= limits::ENVELOPES_PER_WINDOW_MAX
            || bytes > limits::BYTES_PER_WINDOW_MAX
        {
            return Err(Refusal::Quota);
        }
        Ok(())
    }

    fn usage_at(&self, device: &DeviceId, time: Timestamp) -> Usage {
        let window = window(time);
        let usage = self.usage.get(device).copied().unwrap_or_default();
        if usage.window == window { usage } else { Usage { window, ..Usage::default() } }
    }

    /// Appends an envelope that [`Self::judge`] has just accepted.
    pub fn append(
        &mut self,
        envelope: &Envelope,
        time: Timestamp,
        register_size: u64,
    ) -> JournalEntry {
        let header = envelope.header();
        let time = time.max(self.head.time);
        let register_size = register_size.max(self.head.register_size);
        let position = self.head.tree.size();
        let bytes = envelope.bytes().to_vec();
        let entry = JournalEntry { position, time, register_size, envelope: bytes };
        let id = envelope.id();
        let mut usage = self.usage_at(&header.device, time);
        usage.envelopes += 1;
        usage.bytes += entry.envelope.len() as u64;
        self.usage.insert(header.device, usage);
        let mark = Mark { counter: header.counter, last: id, position };
        self.marks.insert((header.device, header.incarnation), mark);
        self.head.tree.push(entry.leaf(&id, header));
        self.head.time = time;
        self.head.register_size = register_size;
        entry
    }

    /// Judges an entry that a relay has sequenced and takes it, as every replica does.
    ///
    /// `roster` is the one at the entry's register size.
    ///
    /// # Errors
    /// `Gap` for another place than the next one, `TimeBackwards` for a time or a register
    /// size that goes back, and whatever [`Self::judge`] says. The journal stays as it was.
    pub fn replay(&mut self, roster: &Roster, entry: &JournalEntry) -> Result<Envelope, Refusal> {
        self.follows(entry)?;
        let envelope = Envelope::parse(&entry.envelope)?;
        self.judge(roster, &envelope, entry.time)?;
        self.append(&envelope, entry.time, entry.register_size);
        Ok(envelope)
    }

    /// Takes an entry of a journal that another relay has vouched for with its checkpoint:
    /// order, chain and signature are checked here, the right to write was checked there.
    ///
    /// # Errors
    /// As [`Self::replay`], without what a roster would say.
    pub fn import(&mut self, space: &SpaceId, entry: &JournalEntry) -> Result<Envelope, Refusal> {
        self.follows(entry)?;
        let envelope = Envelope::parse(&entry.envelope)?;
        if envelope.header().space != *space {
            return Err(Refusal::WrongSpace);
        }
        self.judge_chain(&envelope)?;
        envelope.verify()?;
        self.append(&envelope, entry.time, entry.register_size);
        Ok(envelope)
    }

    fn follows(&self, entry: &JournalEntry) -> Result<(), Refusal> {
        if entry.position != self.head.tree.size() {
            return Err(Refusal::Gap);
        }
        if entry.time < self.head.time || entry.register_size < self.head.register_size {
            return Err(Refusal::TimeBackwards);
        }
        Ok(())
    }

    /// Returns size, root, time and register size.
    #[must_use]
    pub const fn head(&self) -> &JournalHead {
        &self.head
    }

    /// Returns the number of entries.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.head.tree.size()
    }

    /// Returns the root of the tree over all entries.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.head.tree.root()
    }

    /// Returns how far an incarnation has come.
    #[must_use]
    pub fn mark(&self, device: &DeviceId, incarnation: &Incarnation) -> Option<Mark> {
        self.marks.get(&(*device, *incarnation)).copied()
    }

    /// Returns every life of every device that has appended something.
    pub fn lives(&self) -> impl Iterator<Item = (DeviceId, Incarnation)> {
        self.marks.keys().copied()
    }

    /// Returns what a device has appended in its last window.
    #[must_use]
    pub fn usage(&self, device: &DeviceId) -> Option<Usage> {
        self.usage.get(device).copied()
    }
}

/// Returns the number of the quota window a time falls in.
fn window(time: Timestamp) -> u64 {
    let length_ms = u64::try_from(limits::QUOTA_WINDOW.as_millis()).unwrap_or(u64::MAX);
    time.ms() / length_ms
}
