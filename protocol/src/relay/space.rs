//! One space as the relay holds it: folded logs, what waits for a decision, what is damaged.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::behind::Behind;
use super::{Policy, records};
use crate::checkpoint::{Checkpoint, Log};
use crate::codec::{Bytes, Decode, DecodeError, Encode, Reader, Writer};
use crate::crypto::{Hash, SigningSecret};
use crate::env::{Instant, Timestamp, Write};
use crate::id::{DeviceId, PartnerId, ProposalId, RelayId, SpaceId};
use crate::invitation::JoinRequest;
use crate::journal::Journal;
use crate::refusal::Refusal;
use crate::register::{Approval, Register};
use crate::tree::empty_root;
use crate::wire::{Head, Standing};

/// One space.
pub(super) struct Space {
    pub(super) id: SpaceId,
    /// None while not even the charter is there.
    pub(super) register: Option<Register>,
    pub(super) journal: Journal,
    pub(super) care: Care,
    /// Records that cannot be read; replicas are asked for them.
    pub(super) wanted: BTreeSet<(Log, u64)>,
    /// Its contents were deleted, and have left the disk.
    pub(super) erasure_done: bool,
    pub(super) origin: Option<Origin>,
    pub(super) refill: Refill,
    /// What this relay once signed and no longer holds.
    pub(super) behind: Option<Behind>,
    pub(super) invitations: BTreeMap<Hash, Invited>,
    pub(super) requests: BTreeMap<ProposalId, Requested>,
    pub(super) approvals: BTreeMap<(ProposalId, PartnerId), Approval>,
    /// Grows with each change of what waits.
    pub(super) mailbox: u64,
    pub(super) notes: BTreeMap<Log, (u64, String)>,
    pub(super) buckets: BTreeMap<Option<PartnerId>, Bucket>,
}

/// Whether a space can be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Care {
    /// It can.
    Sound,
    /// What is stored does not have the root that was signed: read-only, nothing is signed.
    Damaged,
    /// It is being received from another relay.
    Importing,
    /// It was restored from a copy and lacks what was signed since.
    Behind,
}

/// Where a space came from, when it was not founded here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    /// The key that brings it.
    pub(super) by: [u8; 32],
    /// Register entries it said it holds.
    pub(super) held: u64,
    /// The last checkpoints of the relay before; none until the import is complete.
    pub(super) heads: Option<(Head, Head)>,
}

/// How far the items of a space that is being received were asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Refill {
    /// Where the giver says that both logs end.
    pub(super) heads: Option<(Head, Head)>,
    /// The first place of each log that was not asked for yet.
    pub(super) asked: BTreeMap<Log, u64>,
    /// When the giver was seated, or last gave something new.
    pub(super) given_at: Option<Instant>,
}

/// An invitation that a partner announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Invited {
    pub(super) partner: PartnerId,
    pub(super) expires: Timestamp,
    /// The request that used it.
    pub(super) used_by: Option<ProposalId>,
}

/// A join request that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Requested {
    pub(super) request: JoinRequest,
    pub(super) expires: Timestamp,
}

/// A token bucket, in the relay's own monotonic time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bucket {
    left: u32,
    at: Instant,
}

/// Size and root of a register as stored before they are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RegisterHead {
    pub(super) size: u64,
    pub(super) root: Hash,
}

impl Space {
    pub(super) fn new(id: SpaceId, register: Option<Register>, care: Care) -> Self {
        Self {
            id,
            register,
            journal: Journal::new(),
            care,
            wanted: BTreeSet::new(),
            erasure_done: false,
            origin: None,
            refill: Refill::default(),
            behind: None,
            invitations: BTreeMap::new(),
            requests: BTreeMap::new(),
            approvals: BTreeMap::new(),
            mailbox: 0,
            notes: BTreeMap::new(),
            buckets: BTreeMap::new(),
        }
    }

    pub(super) fn size(&self, log: Log) -> u64 {
        match log {
            Log::Register => self.register.as_ref().map_or(0, Register::size),
            Log::Journal => self.journal.size(),
        }
    }

    pub(super) fn root(&self, log: Log) -> Hash {
        match log {
            Log::Register => self.register.as_ref().map_or_else(empty_root, Register::root),
            Log::Journal => self.journal.root(),
        }
    }

    /// Returns what a key is in this space.
    pub(super) fn standing(&self, key: &[u8; 32]) -> Standing {
        if self.care == Care::Importing {
            return Standing::Importing;
        }
        let Some(register) = &self.register else {
            return Standing::Importing;
        };
        let roster = register.roster();
        if roster.relay().operator.bytes() == key {
            return Standing::Operator;
        }
        if let Some(device) = roster.device(&DeviceId::new(*key)) {
            let here = roster.present(&device.partner).is_some() && device.revoked.is_none();
            return if here { Standing::Member } else { Standing::Former };
        }
        let asks = |r: &Requested| {
            r.request.admission.card.devices.iter().any(|card| card.device.bytes() == key)
        };
        if self.requests.values().any(asks) { Standing::Applicant } else { Standing::Stranger }
    }

    /// Returns the organisation a key belongs to, gone or not.
    pub(super) fn partner_of(&self, key: &[u8; 32]) -> Option<PartnerId> {
        let roster = self.register.as_ref()?.roster();
        roster.device(&DeviceId::new(*key)).map(|device| device.partner)
    }

    /// Tells whether anything may be appended here.
    pub(super) fn may_grow(&self, own: &RelayId) -> Result<&Register, Refusal> {
        if self.care != Care::Sound {
            return Err(Refusal::UnderRepair);
        }
        let register = self.register.as_ref().ok_or(Refusal::UnderRepair)?;
        if register.roster().relay().relay != *own {
            return Err(Refusal::WrongRelay);
        }
        Ok(register)
    }

    /// Returns the time to stamp an entry with: the clock, never before what was stamped.
    pub(super) fn stamp(&self, wall: Timestamp) -> Timestamp {
        let register = self.register.as_ref().map_or(Timestamp::default(), Register::time);
        wall.max(register).max(self.journal.head().time)
    }

    /// Returns where a log stands, with a checkpoint where one may be given.
    pub(super) fn head(&mut self, log: Log, relay: &SigningSecret) -> Head {
        if let Some(head) = self.erased_head(log) {
            return head;
        }
        let size = self.size(log);
        if let Some((at, note)) = self.notes.get(&log)
            && *at == size
        {
            return Head { size, note: note.clone() };
        }
        let note = self.note(log, size, relay);
        self.notes.insert(log, (size, note.clone()));
        Head { size, note }
    }

    /// Returns the last head of the journal of a space that was received after its erasure: it
    /// came without its journal.
    fn erased_head(&self, log: Log) -> Option<Head> {
        let erased = log == Log::Journal && self.care == Care::Sound && self.is_erased();
        let (_, journal) = self.origin.as_ref().filter(|_| erased)?.heads.as_ref()?;
        (journal.size > self.journal.size()).then(|| journal.clone())
    }

    /// Signs, or repeats what the relay before has signed up to the same size.
    fn note(&self, log: Log, size: u64, relay: &SigningSecret) -> String {
        let Some(register) = self.register.as_ref().filter(|_| self.care == Care::Sound) else {
            return String::new();
        };
        if let Some((of_register, of_journal)) = self.origin.as_ref().and_then(|o| o.heads.as_ref())
        {
            let received = match log {
                Log::Register => of_register,
                Log::Journal => of_journal,
            };
            if received.size == size && !received.note.is_empty() {
                return received.note.clone();
            }
        }
        let own = RelayId::new(relay.public());
        let is_ours = match log {
            Log::Register => register.relay_at(size) == own,
            Log::Journal => {
                register.relay_at(register.size()) == own || register.roster().relay().relay == own
            }
        };
        if !is_ours {
            return String::new();
        }
        Checkpoint { space: self.id, log, size, root: self.root(log) }.sign(relay)
    }

    /// Takes one token of an organisation, or of all strangers together.
    pub(super) fn allow(&mut self, who: Option<PartnerId>, now: Instant, policy: &Policy) -> bool {
        let full = Bucket { left: policy.burst, at: now };
        self.buckets.entry(who).or_insert(full).take(now, policy.burst, policy.refill)
    }

    /// Forgets what no longer waits, and returns how to forget it on disk.
    pub(super) fn tidy(&mut self, time: Timestamp) -> Vec<Write> {
        let Some(register) = &self.register else {
            return Vec::new();
        };
        let (roster, space) = (register.roster(), self.id);
        let mut writes = Vec::new();
        self.invitations.retain(|tag, invited| {
            let keep = time < invited.expires;
            forget(keep, || records::invitation(&space, tag), &mut writes)
        });
        self.requests.retain(|id, requested| {
            let card = &requested.request.admission.card;
            let keep = time < requested.expires && roster.partner(&card.partner).is_none();
            forget(keep, || records::request(&space, id), &mut writes)
        });
        self.approvals.retain(|(id, partner), approval| {
            let open = roster.proposal(id).is_some_and(|proposal| {
                roster.is_open(proposal, time) && proposal.round(partner) == approval.round
            });
            let speaks = roster.partner_of_voice(&approval.voice) == Some(*partner);
            let keep = open && speaks && approval.generation == roster.generation();
            forget(keep, || records::approval(&space, id, partner), &mut writes)
        });
        if !writes.is_empty() {
            self.mailbox += 1;
        }
        writes
    }
}

fn forget(keep: bool, key: impl FnOnce() -> Vec<u8>, writes: &mut Vec<Write>) -> bool {
    if !keep {
        writes.push(Write::Delete { key: key() });
    }
    keep
}

impl Bucket {
    fn take(&mut self, now: Instant, burst: u32, refill: Duration) -> bool {
        let each_ms = refill.as_millis().max(1);
        let gained = u32::try_from(now.since(self.at).as_millis() / each_ms).unwrap_or(u32::MAX);
        if gained > 0 {
            self.left = self.left.saturating_add(gained).min(burst);
            self.at = now;
        }
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        true
    }
}

impl Encode for RegisterHead {
    fn encode(&self, out: &mut Writer) {
        out.map(2);
        out.field(0, &self.size);
        out.field(1, &Bytes(&self.root));
    }
}

impl Decode for RegisterHead {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = input.map()?;
        let head =
            Self { size: fields.required(0)?, root: fields.required_with(1, Reader::fixed)? };
        fields.end()?;
        Ok(head)
    }
}

impl Encode for Origin {
    fn encode(&self, out: &mut Writer) {
        out.map(if self.heads.is_some() { 4 } else { 2 });
        out.field(0, &Bytes(&self.by));
        out.field(1, &self.held);
        if let Some((register, journal)) = &self.heads {
            out.field(2, register);
            out.field(3, journal);
        }
    }
}

impl Decode for Origin {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = input.map()?;
        let by = fields.required_with(0, Reader::fixed)?;
        let held = fields.required(1)?;
        let heads = match fields.optional(2)? {
            Some(register) => Some((register, fields.required(3)?)),
            None => None,
        };
        fields.end()?;
        Ok(Self { by, held, heads })
    }
}

impl Encode for Invited {
    fn encode(&self, out: &mut Writer) {
        out.map(2 + usize::from(self.used_by.is_some()));
        out.field(0, &self.partner);
        out.field(1, &self.expires);
        if let Some(used_by) = &self.used_by {
            out.field(2, used_by);
        }
    }
}

impl Decode for Invited {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = input.map()?;
        let invited = Self {
            partner: fields.required(0)?,
            expires: fields.required(1)?,
            used_by: fields.optional(2)?,
        };
        fields.end()?;
        Ok(invited)
    }
}

impl Encode for Requested {
    fn encode(&self, out: &mut Writer) {
        out.map(2);
        out.field(0, &self.request);
        out.field(1, &self.expires);
    }
}

impl Decode for Requested {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = input.map()?;
        let requested = Self { request: fields.required(0)?, expires: fields.required(1)? };
        fields.end()?;
        Ok(requested)
    }
}
