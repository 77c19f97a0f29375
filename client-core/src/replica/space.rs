//! One space as a replica holds it: the state, and how it comes back from records.
//!
//! Everything here can be rebuilt from records and secrets; what only memory knows (links,
//! what was asked of the relay) may be lost at any moment without losing an edit.

use std::collections::{BTreeMap, BTreeSet};

use protocol::checkpoint::{Checkpoint, Log};
use protocol::codec::{self, Bytes, Decode, DecodeError, Encode, Reader, Text, Writer};
use protocol::crypto::Hash;
use protocol::env::{Instant, LinkId, Timestamp};
use protocol::epoch::EpochSecret;
use protocol::id::{
    DeviceId, DocumentId, EpochId, Incarnation, PartnerId, ProposalId, RelayId, SpaceId,
};
use protocol::invitation::JoinRequest;
use protocol::journal::{Journal, JournalEntry};
use protocol::limits;
use protocol::refusal::Refusal;
use protocol::register::{Approval, Entry, LoadError, Register};
use protocol::wire::Head;

use super::directory::Directory;
use super::epochs::Turns;
use super::erasure::Wiped;
use super::errand::Errands;
use super::io::Secrets;
use super::keys::Keys;
use super::link::Link;
use super::mend::{LACKING, MENDED};
use super::outbox::Outbox;
use super::records;
use super::shelf::{Opened, Shelf};
use super::step::Step;
use crate::tally::{self, Work};

/// What a replica is in a space: the record everything else hangs on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Membership {
    /// The organisation.
    pub(super) partner: PartnerId,
    /// The present life of this store.
    pub(super) incarnation: Incarnation,
    /// Where to dial until the register says otherwise.
    pub(super) url: String,
    /// The relay expected until the register says otherwise.
    pub(super) relay: RelayId,
    /// The title as an invitation gave it, until the directory says otherwise.
    pub(super) title: String,
    /// The number of the last envelope sealed in this life.
    pub(super) sealed: u64,
    /// The next number of an outbox record or an errand.
    pub(super) next: u64,
    /// The request that was sent, while this organisation is not admitted.
    pub(super) request: Option<JoinRequest>,
    /// What must be shown to knock with that request.
    pub(super) pass: [u8; 16],
    /// Whether this replica has written its own lines of the directory.
    pub(super) introduced: bool,
}

/// One space.
pub(super) struct Space {
    pub(super) id: SpaceId,
    pub(super) me: Membership,
    pub(super) keys: Keys,
    /// The register, once its charter is here.
    pub(super) register: Option<Register>,
    /// The register as it was at the last journal entry.
    pub(super) judged: Option<Register>,
    pub(super) journal: Journal,
    pub(super) keyring: BTreeMap<EpochId, EpochSecret>,
    pub(super) directory: Directory,
    pub(super) shelf: Shelf,
    pub(super) outbox: Outbox,
    pub(super) errands: Errands,
    pub(super) mailbox: Mailbox,
    pub(super) locked: BTreeSet<u64>,
    pub(super) link: Link,
    pub(super) turns: Turns,
    /// The last heads of both logs that were found to be the relay's and ours.
    pub(super) agreed: [Option<Head>; 2],
    /// What the relay has signed of both logs beyond what is left here after a repair.
    pub(super) awaited: [Option<(u64, Hash)>; 2],
    /// The register stopped at an act of a newer version.
    pub(super) stopped: Option<Refusal>,
    /// The journal holds something of this life that this store did not write.
    pub(super) doubled: bool,
    /// This life ends by a repair: the journal may show what this store has forgotten.
    pub(super) mended: bool,
    /// Somebody else may be writing with this store's identity: to be said.
    pub(super) suspected: bool,
    /// An envelope did not open, or held what it may not: to be said.
    pub(super) bad_content: bool,
    /// When what was written is sealed and sent, while the link is up.
    pub(super) seal_at: Option<Instant>,
    /// The document that somebody else wrote in last, and when it was heard here.
    pub(super) together: Option<(DocumentId, Instant)>,
    /// Items the relay acknowledged since somebody last asked.
    pub(super) sent: u64,
    /// Items received since somebody last asked.
    pub(super) received: u64,
    /// The last refusal of something a person asked for.
    pub(super) refusal: Option<Refusal>,
    /// How far the erasure of the space has come here.
    pub(super) wiped: Wiped,
    /// The link over which this device has last said that it destroyed everything.
    pub(super) attested_over: Option<LinkId>,
}

/// What the relay keeps for all: requests to join and approvals not yet adopted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Mailbox {
    pub(super) requests: BTreeMap<ProposalId, JoinRequest>,
    pub(super) approvals: BTreeMap<(ProposalId, PartnerId), Approval>,
}

impl Mailbox {
    pub(super) fn approvals_of(&self, proposal: &ProposalId) -> Vec<Approval> {
        let of = |(key, _): &(&(ProposalId, PartnerId), &Approval)| key.0 == *proposal;
        self.approvals.iter().filter(of).map(|(_, approval)| approval.clone()).collect()
    }
}

impl Membership {
    /// Starts a life in a space, with the address, the relay and the title as they were told.
    pub(super) fn new(
        partner: PartnerId,
        incarnation: Incarnation,
        (url, relay, title): (String, RelayId, String),
    ) -> Self {
        Self {
            partner,
            incarnation,
            url,
            relay,
            title,
            sealed: 0,
            next: 0,
            request: None,
            pass: [0; 16],
            introduced: false,
        }
    }
}

impl Space {
    pub(super) fn new(id: SpaceId, me: Membership, keys: Keys) -> Self {
        Self {
            id,
            me,
            keys,
            register: None,
            judged: None,
            journal: Journal::new(),
            keyring: BTreeMap::new(),
            directory: Directory::default(),
            shelf: Shelf::default(),
            outbox: Outbox::default(),
            errands: Errands::default(),
            mailbox: Mailbox::default(),
            locked: BTreeSet::new(),
            link: Link::default(),
            turns: Turns::default(),
            agreed: [None, None],
            awaited: [None, None],
            stopped: None,
            doubled: false,
            mended: false,
            suspected: false,
            bad_content: false,
            seal_at: None,
            together: None,
            sent: 0,
            received: 0,
            refusal: None,
            wiped: Wiped::No,
            attested_over: None,
        }
    }

    /// Brings a space back from records and secrets.
    pub(super) fn load(
        step: &Step<'_, '_>,
        id: SpaceId,
        me: Membership,
        secrets: &Secrets,
    ) -> Option<Self> {
        let keys = Keys::from_secret(secrets.get(&records::keys_secret(&id))?)?;
        let mut space = Self::new(id, me, keys);
        let prefix = records::epochs_secret(&id);
        for (name, secret) in secrets.range(prefix.clone()..) {
            let Some(epoch) = name.strip_prefix(prefix.as_slice()) else {
                break;
            };
            if let (Some(epoch), Ok(bytes)) =
                (EpochId::from_slice(epoch), secret.as_slice().try_into())
            {
                space.keyring.insert(epoch, EpochSecret::from_bytes(bytes));
            }
        }
        space.load_logs(step);
        space.load_rest(step);
        Some(space)
    }

    fn load_logs(&mut self, step: &Step<'_, '_>) {
        self.load_journal(step);
        let judged_size = self.journal.head().register_size;
        for (_, bytes) in step.all(&records::acts(&self.id)) {
            let Ok(entry) = codec::from_bytes::<Entry>(&bytes) else {
                break;
            };
            if self.push_act(&entry).is_err() {
                break;
            }
            if self.register.as_ref().is_some_and(|r| r.size() == judged_size) {
                self.judged.clone_from(&self.register);
            }
        }
    }

    fn load_journal(&mut self, step: &Step<'_, '_>) {
        let Some(head) = step.get(&records::journal(&self.id)) else {
            return;
        };
        let prefix = records::marks(&self.id);
        let mark = |(key, bytes): (Vec<u8>, Vec<u8>)| {
            let id = key.get(prefix.len()..)?;
            let device = DeviceId::from_slice(id.get(..DeviceId::SIZE)?)?;
            let incarnation = Incarnation::from_slice(id.get(DeviceId::SIZE..)?)?;
            Some(((device, incarnation), codec::from_bytes(&bytes).ok()?))
        };
        let marks = step.all(&prefix).into_iter().filter_map(mark);
        let prefix = records::usages(&self.id);
        let usage = |(key, bytes): (Vec<u8>, Vec<u8>)| {
            let device = DeviceId::from_slice(key.get(prefix.len()..)?)?;
            Some((device, codec::from_bytes(&bytes).ok()?))
        };
        let usages = step.all(&prefix).into_iter().filter_map(usage);
        if let Ok(head) = codec::from_bytes(&head) {
            self.journal = Journal::restore(head, marks, usages);
        }
    }

    fn load_rest(&mut self, step: &Step<'_, '_>) {
        if let Some(bytes) = step.get(&records::directory(&self.id)) {
            self.directory = codec::from_bytes(&bytes).unwrap_or_default();
        }
        if let Some(bytes) = step.get(&records::mailbox(&self.id)) {
            self.mailbox = codec::from_bytes(&bytes).unwrap_or_default();
        }
        for (key, _) in step.all(&records::locked(&self.id)) {
            self.locked.extend(number_of(&key));
        }
        let over = step.get(&records::doubled(&self.id));
        self.mended = over.as_deref().is_some_and(|why| why == MENDED || why == LACKING);
        self.doubled = over.is_some();
        if step.get(&records::erased(&self.id)).is_some() {
            self.wiped = Wiped::Gone;
        }
        self.outbox = Outbox::load(step, &self.id);
        self.errands = Errands::load(step, &self.id);
        self.shelf = Shelf::load(step, &self.id);
        self.recall(step);
        // What is in documents was worked out before: only who it is of is remembered anew.
        let _placed = self.place_loose(step, self.time(step));
        // Which of them the journal has is seen when their documents are opened.
        let _noted = self.note_loose(step);
    }

    /// Remembers what the relay has signed beyond what is here: a repair has cut the logs.
    pub(super) fn recall(&mut self, step: &Step<'_, '_>) {
        let notes = self.notes(step);
        let said = notes.iter().filter_map(|note| Checkpoint::said(note));
        for checkpoint in said.filter(|checkpoint| checkpoint.space == self.id) {
            let beyond = checkpoint.size > self.size(checkpoint.log);
            self.awaited[place_of(checkpoint.log)] =
                beyond.then_some((checkpoint.size, checkpoint.root));
        }
    }

    /// Returns how far a log was once, here or by what its relay has signed.
    pub(super) fn size_known(&self, log: Log) -> u64 {
        self.awaited[place_of(log)].map_or(0, |(size, _)| size).max(self.size(log))
    }

    /// Remembers which changes came by file only, as far as they can be opened. Returns the
    /// documents they are of.
    pub(super) fn note_loose(&mut self, step: &Step<'_, '_>) -> Vec<DocumentId> {
        let Some(register) = &self.register else {
            return Vec::new();
        };
        let time = self.time(step);
        let opened = self.opener(register.roster(), time, |opener| {
            let loose = self.shelf.loose.values().filter(|loose| loose.is_shown());
            loose.filter_map(|l| opener.open(&l.envelope).ok()).collect::<Vec<_>>()
        });
        let mut documents = Vec::new();
        for opened in opened {
            if let Opened::Delivery(delivery) = opened {
                self.shelf.note_provisional(&delivery);
                documents.push(delivery.document);
            }
        }
        documents
    }

    /// Folds one more act; the caller stores it.
    ///
    /// # Errors
    /// Says why the register cannot be read further.
    pub(super) fn push_act(&mut self, entry: &Entry) -> Result<Option<Refusal>, LoadError> {
        match &mut self.register {
            Some(register) => register.push(entry),
            None if entry.act.founded_space() != self.id => {
                Err(LoadError::BadCharter(Refusal::WrongSpace))
            }
            None => {
                self.register = Some(Register::found(entry)?);
                Ok(None)
            }
        }
    }

    /// Returns the register as it was at a size, given that no later size was asked before.
    ///
    /// # Errors
    /// `Gap` when the register is not that long here.
    pub(super) fn register_at(
        &mut self,
        step: &Step<'_, '_>,
        size: u64,
    ) -> Result<&Register, Refusal> {
        if self.register.as_ref().is_none_or(|register| register.size() < size) {
            return Err(Refusal::Gap);
        }
        let latest = self.register.as_ref().is_some_and(|register| register.size() == size);
        // A whole register is copied once for each size, never for each entry.
        if latest && self.judged.as_ref().is_none_or(|judged| judged.size() != size) {
            tally::note(Work::RegisterCopied);
            self.judged.clone_from(&self.register);
        }
        let mut judged = self.judged.take();
        while judged.as_ref().map_or(0, Register::size) < size {
            let seq = judged.as_ref().map_or(0, Register::size);
            let bytes = step.get(&records::act(&self.id, seq)).ok_or(Refusal::Gap)?;
            let entry: Entry = codec::from_bytes(&bytes)?;
            match &mut judged {
                Some(register) => drop(register.push(&entry)?),
                None => judged = Some(Register::found(&entry)?),
            }
        }
        Ok(self.judged.insert(judged.ok_or(Refusal::Gap)?))
    }

    /// Writes what the relay keeps for all, as far as it is known here.
    pub(super) fn store_mailbox(&self, step: &mut Step<'_, '_>) {
        if self.is_erased() {
            return;
        }
        step.put(records::mailbox(&self.id), codec::to_bytes(&self.mailbox));
    }

    /// Writes the membership record.
    pub(super) fn store_membership(&self, step: &mut Step<'_, '_>) {
        step.put(records::membership(&self.id), codec::to_bytes(&self.me));
    }

    pub(super) fn device(&self) -> DeviceId {
        self.keys.device_id()
    }

    /// Returns the best estimate of the relay's time: never before the last entry's.
    pub(super) fn time(&self, step: &Step<'_, '_>) -> Timestamp {
        let register = self.register.as_ref().map_or(Timestamp::default(), Register::time);
        step.wall().max(register).max(self.journal.head().time)
    }

    /// Returns the size of one of the logs here.
    pub(super) fn size(&self, log: Log) -> u64 {
        match log {
            Log::Register => self.register.as_ref().map_or(0, Register::size),
            Log::Journal => self.journal.size(),
        }
    }

    /// Returns the entries of one of the logs as they are stored, in order. Behind what a repair
    /// found missing more may stand, which is not of the log yet.
    pub(super) fn stored<'s>(
        &self,
        step: &'s Step<'_, '_>,
        log: Log,
    ) -> impl Iterator<Item = Vec<u8>> + 's {
        let size = self.size(log);
        let here = move |key: &[u8]| number_of(key).is_some_and(|number| number < size);
        let all = step.scan(&records::log(&self.id, log));
        all.take_while(move |(key, _)| here(key)).map(|(_, bytes)| bytes)
    }

    /// Tells why this device may no longer take part, once the register says so.
    pub(super) fn dismissed(&self, time: Timestamp) -> Option<Refusal> {
        let register = self.register.as_ref()?;
        match register.roster().may_take_part(&self.device(), time) {
            Err(reason @ (Refusal::DeviceRevoked | Refusal::NotAMember)) => Some(reason),
            Ok(_) | Err(_) => None,
        }
    }

    /// Tells whether this device is in the register and still may take part.
    pub(super) fn is_member(&self, time: Timestamp) -> bool {
        // A card proves nothing about the organisation it is enrolled for: ours, or none.
        let own = |device: &protocol::register::Device| device.partner == self.me.partner;
        self.register
            .as_ref()
            .is_some_and(|r| r.roster().may_take_part(&self.device(), time).is_ok_and(own))
    }

    /// Returns where the relay listens: as the register says, else as we were told.
    pub(super) fn url(&self) -> String {
        let told = || self.me.url.clone();
        let named = |r: &Register| {
            let url = &r.roster().relay().url;
            if url.is_empty() { self.me.url.clone() } else { url.clone() }
        };
        self.register.as_ref().map_or_else(told, named)
    }

    /// Returns the organisation's name if the directory has it.
    pub(super) fn name_of(&self, partner: &PartnerId) -> String {
        self.directory.partner(partner).to_owned()
    }

    /// Returns the title of the space as far as it is known here.
    pub(super) fn title(&self) -> &str {
        match self.directory.title() {
            "" => &self.me.title,
            title => title,
        }
    }

    /// Reads one journal entry back from its record.
    pub(super) fn entry(&self, step: &Step<'_, '_>, position: u64) -> Option<JournalEntry> {
        let bytes = step.get(&records::entry(&self.id, position))?;
        codec::from_bytes(&bytes).ok()
    }
}

/// Returns the place of a log among the two.
pub(super) const fn place_of(log: Log) -> usize {
    match log {
        Log::Register => 0,
        Log::Journal => 1,
    }
}

/// Returns the number at the end of a record key.
pub(super) fn number_of(key: &[u8]) -> Option<u64> {
    let tail = key.len().checked_sub(8)?;
    Some(u64::from_be_bytes(key[tail..].try_into().ok()?))
}

impl Encode for Membership {
    fn encode(&self, out: &mut Writer) {
        out.map(9 + usize::from(self.request.is_some()));
        out.field(0, &self.partner);
        out.field(1, &self.incarnation);
        out.field(2, &Text(&self.url));
        out.field(3, &self.relay);
        out.field(4, &Text(&self.title));
        out.field(5, &self.sealed);
        out.field(6, &self.next);
        if let Some(request) = &self.request {
            out.field(7, request);
        }
        out.field(8, &Bytes(&self.pass));
        out.field(9, &u64::from(self.introduced));
    }
}

impl Decode for Membership {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let text = |input: &mut Reader<'_>| Ok(input.text(4_096)?.to_owned());
        let mut fields = input.map()?;
        let me = Self {
            partner: fields.required(0)?,
            incarnation: fields.required(1)?,
            url: fields.required_with(2, text)?,
            relay: fields.required(3)?,
            title: fields.required_with(4, text)?,
            sealed: fields.required(5)?,
            next: fields.required(6)?,
            request: fields.optional(7)?,
            pass: fields.required_with(8, Reader::fixed)?,
            introduced: fields.required::<u64>(9)? == 1,
        };
        fields.end()?;
        Ok(me)
    }
}

impl Encode for Mailbox {
    fn encode(&self, out: &mut Writer) {
        out.array(2);
        out.list(&self.requests.values().cloned().collect::<Vec<_>>());
        out.list(&self.approvals.values().cloned().collect::<Vec<_>>());
    }
}

impl Decode for Mailbox {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if input.array(2)? != 2 {
            return Err(DecodeError::Malformed);
        }
        let requests: Vec<JoinRequest> = input.list(limits::REQUESTS_MAX)?;
        let approvals: Vec<Approval> = input.list(limits::PARTNERS_MAX * 16)?;
        Ok(Self {
            requests: requests.into_iter().map(|r| (r.id(), r)).collect(),
            approvals: approvals.into_iter().map(|a| ((a.proposal, a.partner), a)).collect(),
        })
    }
}
