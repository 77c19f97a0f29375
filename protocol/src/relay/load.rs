//! From records to machine: registers folded again, journals from their heads and marks.
//!
//! A register whose stored entries do not give the stored root is damaged: the entry that
//! differs from its leaf hash is named, and nothing is signed until it is whole again.

use std::collections::BTreeMap;
use std::fmt;

use super::behind::Goals;
use super::records;
use super::space::{Care, Invited, Origin, RegisterHead, Requested, Space};
use super::{Event, Output, Relay};
use crate::checkpoint::Log;
use crate::codec::{self, Decode, Encode};
use crate::crypto::Hash;
use crate::env::{Records, Timestamp};
use crate::id::{DeviceId, Incarnation, PartnerId, ProposalId, SpaceId};
use crate::journal::{Journal, JournalHead, Mark, Usage};
use crate::register::{Approval, Entry, LoadError, Register};
use crate::tree::leaf_hash;

/// Records read at a time.
const PAGE: usize = 256;

/// Why a relay cannot start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadFault {
    /// The space whose register is newer than this program.
    pub space: SpaceId,
    /// The act type or version that is not known.
    pub code: u64,
}

impl fmt::Display for LoadFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { space, code } = self;
        write!(f, "the register of space {space} is newer than this program (type {code})")
    }
}

impl std::error::Error for LoadFault {}

/// Reads a range page by page.
pub(super) fn scan(
    records: &dyn Records,
    (from, to): (Vec<u8>, Vec<u8>),
    mut each: impl FnMut(&[u8], &[u8]),
) {
    let mut from = from;
    loop {
        let page = records.scan(&from, &to, PAGE);
        for (key, value) in &page {
            each(key, value);
        }
        let Some((last, _)) = page.last() else { return };
        if page.len() < PAGE {
            return;
        }
        from.clone_from(last);
        from.push(0);
    }
}

/// Returns the spaces that have records here.
pub(super) fn spaces(records: &dyn Records) -> Vec<SpaceId> {
    let mut spaces = Vec::new();
    scan(records, records::space_names(), |key, _| {
        spaces.extend(SpaceId::from_slice(key.get(1..).unwrap_or_default()));
    });
    spaces
}

/// Returns the tickets that were used, with their expiry.
pub(super) fn tickets_used(records: &dyn Records) -> BTreeMap<[u8; 16], Timestamp> {
    let mut used = BTreeMap::new();
    scan(records, records::tickets(), |key, value| {
        let id = key.get(1..).unwrap_or_default();
        if let (Ok(id), Ok(expires)) = (id.try_into(), codec::from_bytes(value)) {
            used.insert(id, expires);
        }
    });
    used
}

/// Reads one record, if it is there and whole.
pub(super) fn read<T: Decode + Encode>(records: &dyn Records, key: &[u8]) -> Option<T> {
    codec::from_bytes(&records.get(key)?).ok()
}

impl Space {
    /// Restores a space.
    ///
    /// # Errors
    /// Only for a register that is newer than this program.
    pub(super) fn load(id: SpaceId, records: &dyn Records) -> Result<Self, LoadFault> {
        let mut space = Self::new(id, None, Care::Sound);
        space.origin = read(records, &records::origin(&id));
        let importing = space.origin.as_ref().is_some_and(|o: &Origin| o.heads.is_none());
        space.fold_register(records)?;
        space.restore_journal(records);
        space.restore_mailbox(records);
        space.erasure_done = records.get(&records::erased(&id)).is_some();
        let goals: Option<Goals> = read(records, &records::behind(&id));
        if let Some(goals) = goals
            && space.care == Care::Sound
        {
            space.care = Care::Behind;
            space.behind = Some(goals.into());
        }
        if importing {
            space.care = Care::Importing;
            space.wanted.clear();
        }
        Ok(space)
    }

    /// Folds every stored entry; stops at the first one that is not what was stored.
    fn fold_register(&mut self, records: &dyn Records) -> Result<(), LoadFault> {
        let head: Option<RegisterHead> = read(records, &records::head(&self.id, Log::Register));
        let size = head.map_or(0, |head| head.size);
        for seq in 0..size {
            match stored_entry(records, &self.id, seq).map(|entry| self.fold(&entry)) {
                Some(Ok(())) => {}
                Some(Err(LoadError::NewerThanUs(code))) => {
                    return Err(LoadFault { space: self.id, code });
                }
                None | Some(Err(_)) => {
                    self.wanted.insert((Log::Register, seq));
                    self.care = Care::Damaged;
                    return Ok(());
                }
            }
        }
        let root = self.register.as_ref().map(Register::root);
        if head.map(|head| head.root) != root {
            self.care = Care::Damaged;
        }
        Ok(())
    }

    /// Folds one entry, the charter included.
    pub(super) fn fold(&mut self, entry: &Entry) -> Result<(), LoadError> {
        match &mut self.register {
            Some(register) => register.push(entry).map(drop),
            None => {
                let register = Register::found(entry)?;
                if register.space() != self.id {
                    return Err(LoadError::OutOfOrder);
                }
                self.register = Some(register);
                Ok(())
            }
        }
    }

    fn restore_journal(&mut self, records: &dyn Records) {
        let id = self.id;
        let head: Option<JournalHead> = read(records, &records::head(&id, Log::Journal));
        let Some(head) = head else {
            self.care = Care::Damaged;
            return;
        };
        let mut marks = Vec::new();
        scan(records, records::kind(&id, b'm'), |key, value| {
            let (device, incarnation) = records::rest(key).split_at(DeviceId::SIZE);
            let mark: Option<Mark> = codec::from_bytes(value).ok();
            let key = (DeviceId::from_slice(device), Incarnation::from_slice(incarnation));
            if let ((Some(device), Some(incarnation)), Some(mark)) = (key, mark) {
                marks.push(((device, incarnation), mark));
            }
        });
        let mut usage = Vec::new();
        scan(records, records::kind(&id, b'u'), |key, value| {
            let used: Option<Usage> = codec::from_bytes(value).ok();
            usage.extend(DeviceId::from_slice(records::rest(key)).zip(used));
        });
        self.journal = Journal::restore(head, marks, usage);
    }

    fn restore_mailbox(&mut self, records: &dyn Records) {
        let id = self.id;
        scan(records, records::kind(&id, b'i'), |key, value| {
            let invited: Option<Invited> = codec::from_bytes(value).ok();
            let tag: Option<Hash> = records::rest(key).try_into().ok();
            self.invitations.extend(tag.zip(invited));
        });
        scan(records, records::kind(&id, b'q'), |key, value| {
            let requested: Option<Requested> = codec::from_bytes(value).ok();
            self.requests.extend(ProposalId::from_slice(records::rest(key)).zip(requested));
        });
        scan(records, records::kind(&id, b'a'), |_, value| {
            let approval: Option<Approval> = codec::from_bytes(value).ok();
            let keyed = approval.map(|a| ((a.proposal, PartnerId::new(*a.partner.bytes())), a));
            self.approvals.extend(keyed);
        });
    }
}

/// Reads an entry and holds it to the leaf hash stored beside it.
fn stored_entry(records: &dyn Records, space: &SpaceId, seq: u64) -> Option<Entry> {
    let bytes = records.get(&records::entry(space, Log::Register, seq))?;
    if let Some(leaf) = records.get(&records::leaf(space, Log::Register, seq))
        && leaf != leaf_hash(&bytes)
    {
        return None;
    }
    codec::from_bytes(&bytes).ok()
}

impl Relay {
    pub(super) fn report_damage(&mut self, space: &Space) {
        if space.care != Care::Damaged {
            return;
        }
        let id = space.id;
        for record in &space.wanted {
            let record = Some(*record);
            self.outputs.push_back(Output::Event(Event::Damaged { space: id, record }));
        }
        if space.wanted.is_empty() {
            self.outputs.push_back(Output::Event(Event::Damaged { space: id, record: None }));
        }
    }
}
