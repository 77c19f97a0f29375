//! Acts and envelopes: judged, stored, answered, in that order.
//!
//! Authorisation is by author, not by sender: any member may hand in what another signed. The
//! answer to an author leaves only after what it says is durable.

use super::space::{RegisterHead, Space};
use super::{Relay, records};
use crate::checkpoint::Log;
use crate::codec;
use crate::crypto::Hash;
use crate::env::{Env, LinkId, Timestamp, Write};
use crate::envelope::{Envelope, Header};
use crate::epoch::{Wraps, wraps_hash};
use crate::id::{DeviceId, EnvelopeId, Incarnation, SpaceId, VoiceId};
use crate::journal::{Journal, JournalEntry};
use crate::refusal::Refusal;
use crate::register::{Act, Approval, Clause, Entry, Register, SignedAct};
use crate::tree::leaf_hash;
use crate::wire::{Marked, Standing, Subject, ToReplica};
use crate::{limits, relay::load};

impl Relay {
    /// Appends an act to the register.
    pub(super) fn submit(
        &mut self,
        env: &Env<'_>,
        id: LinkId,
        ticket: u64,
        act: &SignedAct,
        wraps: Option<Vec<u8>>,
    ) {
        match self.try_submit(env, id, act, wraps) {
            Ok((seq, space)) => {
                self.send(id, &ToReplica::Submitted { ticket, seq });
                self.note_erasure(space);
                self.pump_space(env, &space);
            }
            Err(refusal) => self.refuse(id, Subject::Act(ticket), refusal, 0),
        }
    }

    fn try_submit(
        &mut self,
        env: &Env<'_>,
        id: LinkId,
        act: &SignedAct,
        wraps: Option<Vec<u8>>,
    ) -> Result<(u64, SpaceId), Refusal> {
        let (standing, space_id) = self.standing(id).ok_or(Refusal::NotYet)?;
        let partner = self.partner(id);
        let own = self.id();
        let policy = self.policy.clone();
        let space = self.spaces.get_mut(&space_id).ok_or(Refusal::UnknownSpace)?;
        let register = space.may_grow(&own)?;
        may_hand_in(standing, register, act)?;
        if !space.allow(partner, env.now, &policy) {
            return Err(Refusal::Busy);
        }
        let time = space.stamp(env.wall);
        let register = space.may_grow(&own)?;
        let proven = register.judge(act, time)?;
        let blob = judge_wraps(register, &proven.act.clause, wraps, time)?;
        let entry = Entry { seq: register.size(), time, act: act.clone() };
        space.fold(&entry)?;
        let mut writes = register_writes(space, &entry);
        if let Some((hash, blob)) = blob {
            writes.push(Write::Put { key: records::wraps(&space_id, &hash), value: blob });
        }
        writes.extend(space.tidy(time));
        self.store(writes);
        Ok((entry.seq, space_id))
    }

    /// Appends an envelope to the journal.
    pub(super) fn push(&mut self, env: &Env<'_>, id: LinkId, bytes: &[u8]) {
        let envelope = match Envelope::parse(bytes) {
            Ok(envelope) => envelope,
            Err(refusal) => return self.refuse(id, Subject::Message, refusal, 0),
        };
        let Header { incarnation, counter, .. } = *envelope.header();
        match self.try_push(env, id, &envelope) {
            Ok((position, space)) => {
                self.send(id, &ToReplica::Kept { incarnation, counter, position });
                self.pump_space(env, &space);
            }
            Err(refusal) => self.not_kept(id, &envelope, refusal),
        }
    }

    /// Refuses an envelope, unless it is kept already and its author has missed the answer.
    fn not_kept(&mut self, id: LinkId, envelope: &Envelope, refusal: Refusal) {
        let Header { device, incarnation, counter, .. } = *envelope.header();
        let mark = match self.standing(id) {
            Some((Standing::Member, space)) => {
                let space = self.spaces.get(&space);
                space.and_then(|space| space.journal.mark(&device, &incarnation))
            }
            Some(_) | None => None,
        };
        if let Some(mark) = mark.filter(|mark| mark.last == envelope.id()) {
            let position = mark.position;
            return self.send(id, &ToReplica::Kept { incarnation, counter, position });
        }
        let of = Subject::Envelope(envelope.id());
        self.refuse(id, of, refusal, mark.map_or(0, |mark| mark.counter));
    }

    fn try_push(
        &mut self,
        env: &Env<'_>,
        id: LinkId,
        envelope: &Envelope,
    ) -> Result<(u64, SpaceId), Refusal> {
        let (standing, space_id) = self.standing(id).ok_or(Refusal::NotYet)?;
        match standing {
            Standing::Member => {}
            Standing::Former => return Err(Refusal::DeviceRevoked),
            Standing::Applicant | Standing::Stranger | Standing::Operator => {
                return Err(Refusal::NotAMember);
            }
            Standing::UnknownSpace => return Err(Refusal::UnknownSpace),
            Standing::Importing => return Err(Refusal::UnderRepair),
        }
        let own = self.id();
        let space = self.spaces.get_mut(&space_id).ok_or(Refusal::UnknownSpace)?;
        let register = space.may_grow(&own)?;
        let (time, size) = (space.stamp(env.wall), register.size());
        space.journal.judge(register.roster(), envelope, time)?;
        let entry = space.journal.append(envelope, time, size);
        let writes =
            journal_writes(&space_id, &space.journal, &entry, &envelope.id(), envelope.header());
        self.store(writes);
        Ok((entry.position, space_id))
    }

    /// Keeps an approval for whoever adopts.
    pub(super) fn approve(&mut self, env: &Env<'_>, id: LinkId, approval: Approval) {
        let proposal = approval.proposal;
        if let Err(refusal) = self.try_approve(env, id, approval) {
            self.refuse(id, Subject::Approval(proposal), refusal, 0);
        }
    }

    fn try_approve(
        &mut self,
        env: &Env<'_>,
        id: LinkId,
        approval: Approval,
    ) -> Result<(), Refusal> {
        let (standing, space_id) = self.standing(id).ok_or(Refusal::NotYet)?;
        if standing != Standing::Member {
            return Err(Refusal::NotAMember);
        }
        let partner = self.partner(id);
        let own = self.id();
        let policy = self.policy.clone();
        let space = self.spaces.get_mut(&space_id).ok_or(Refusal::UnknownSpace)?;
        space.may_grow(&own)?;
        if !space.allow(partner, env.now, &policy) {
            return Err(Refusal::Busy);
        }
        space.may_grow(&own)?.judge_approval(&approval)?;
        let key = (approval.proposal, approval.partner);
        if space.approvals.get(&key) == Some(&approval) {
            return Ok(());
        }
        if space.approvals.len() >= limits::MAILBOX_APPROVALS_MAX {
            return Err(Refusal::TooMany);
        }
        let value = codec::to_bytes(&approval);
        let write = Write::Put { key: records::approval(&space_id, &key.0, &key.1), value };
        space.approvals.insert(key, approval);
        space.mailbox += 1;
        self.store(vec![write]);
        self.pump_space(env, &space_id);
        Ok(())
    }

    /// Says how far incarnations of the sender's device have come.
    pub(super) fn marks(&mut self, _env: &Env<'_>, id: LinkId, incarnations: &[Incarnation]) {
        let Some((Standing::Member, space)) = self.standing(id) else {
            return self.refuse(id, Subject::Message, Refusal::NotAMember, 0);
        };
        let (Some(seat), Some(space)) = (self.seat(id), self.spaces.get(&space)) else {
            return;
        };
        let device = DeviceId::new(seat.key);
        let marked = incarnations.iter().map(|incarnation| {
            let mark = space.journal.mark(&device, incarnation);
            Marked {
                incarnation: *incarnation,
                counter: mark.map_or(0, |mark| mark.counter),
                last: mark.map_or(EnvelopeId::new([0; 32]), |mark| mark.last),
            }
        });
        let answer = ToReplica::Marked(marked.collect());
        self.send(id, &answer);
    }

    /// Hands out the sender's part of a wraps blob.
    pub(super) fn get_wraps(&mut self, env: &Env<'_>, id: LinkId, hash: Hash) {
        let Some((Standing::Member, space)) = self.standing(id) else {
            return self.refuse(id, Subject::Message, Refusal::NotAMember, 0);
        };
        let Some(device) = self.seat(id).map(|seat| DeviceId::new(seat.key)) else {
            return;
        };
        let erased = self.spaces.get(&space).is_some_and(Space::is_erased);
        let blob: Option<Wraps> = match erased {
            true => None,
            false => load::read(env.records, &records::wraps(&space, &hash)),
        };
        let wraps = blob.map(|blob| codec::to_bytes(&blob.for_device(&device)));
        self.send(id, &ToReplica::Wraps { hash, wraps });
    }
}

/// A member hands in any act, the operator its own, anyone else only what a voice of the space
/// signed: that is how an organisation that lost every machine comes back.
fn may_hand_in(standing: Standing, register: &Register, act: &SignedAct) -> Result<(), Refusal> {
    match standing {
        Standing::Member | Standing::Operator => Ok(()),
        Standing::Applicant | Standing::Former | Standing::Stranger => {
            let act: Act = codec::from_bytes(&act.body)?;
            let voice = register.roster().partner_of_voice(&VoiceId::new(act.author));
            voice.map(drop).ok_or(Refusal::NotAMember)
        }
        Standing::UnknownSpace => Err(Refusal::UnknownSpace),
        Standing::Importing => Err(Refusal::UnderRepair),
    }
}

/// Holds a wraps blob to the act that names it and, for an opening, to the devices that must
/// receive the key: no more, no fewer.
fn judge_wraps(
    register: &Register,
    clause: &Clause,
    wraps: Option<Vec<u8>>,
    time: Timestamp,
) -> Result<Option<(Hash, Vec<u8>)>, Refusal> {
    let named = match clause {
        Clause::OpenEpoch(opening) => Some(opening.wraps),
        Clause::GrantKeys(grant) => Some(grant.wraps),
        Clause::Charter(_)
        | Clause::Propose(_)
        | Clause::Adopt(_)
        | Clause::Withdraw(_)
        | Clause::Leave
        | Clause::SetVoices { .. }
        | Clause::AddDevice(_)
        | Clause::RevokeDevice(..)
        | Clause::SuspendDevice(..)
        | Clause::ResumeDevice(_)
        | Clause::SignConvention(_)
        | Clause::AttestErasure(_) => None,
    };
    let (named, blob) = match (named, wraps) {
        (None, None) => return Ok(None),
        (Some(named), Some(blob)) if wraps_hash(&blob) == named => (named, blob),
        (None | Some(_), _) => return Err(Refusal::WrongWraps),
    };
    let parsed: Wraps = codec::from_bytes(&blob).map_err(|_| Refusal::WrongWraps)?;
    let mut expected: Vec<[u8; 32]> = if let Clause::GrantKeys(grant) = clause {
        grant.epochs.iter().map(|epoch| *epoch.bytes()).collect()
    } else {
        register.roster().active_devices(time).iter().map(|(id, _)| *id.bytes()).collect()
    };
    expected.sort_unstable();
    if !parsed.ids().eq(expected.iter()) {
        return Err(Refusal::WrongWraps);
    }
    Ok(Some((named, blob)))
}

/// What is stored for one act: the entry, its leaf, and the head before any signature over it.
pub(super) fn register_writes(space: &Space, entry: &Entry) -> Vec<Write> {
    let Some(register) = &space.register else {
        return Vec::new();
    };
    let bytes = codec::to_bytes(entry);
    let head = RegisterHead { size: register.size(), root: register.root() };
    let log = Log::Register;
    vec![
        put(records::leaf(&space.id, log, entry.seq), leaf_hash(&bytes).to_vec()),
        put(records::entry(&space.id, log, entry.seq), bytes),
        put(records::head(&space.id, log), codec::to_bytes(&head)),
    ]
}

/// What is stored for one envelope: the entry, its leaf, the head, its author's mark and use.
pub(super) fn journal_writes(
    space: &SpaceId,
    journal: &Journal,
    entry: &JournalEntry,
    id: &EnvelopeId,
    header: &Header,
) -> Vec<Write> {
    let log = Log::Journal;
    let mut writes = vec![
        put(records::entry(space, log, entry.position), codec::to_bytes(entry)),
        put(records::leaf(space, log, entry.position), entry.leaf(id, header).to_vec()),
        put(records::head(space, log), codec::to_bytes(journal.head())),
    ];
    if let Some(mark) = journal.mark(&header.device, &header.incarnation) {
        let key = records::mark(space, &header.device, &header.incarnation);
        writes.push(put(key, codec::to_bytes(&mark)));
    }
    if let Some(usage) = journal.usage(&header.device) {
        writes.push(put(records::usage(space, &header.device), codec::to_bytes(&usage)));
    }
    writes
}

pub(super) fn put(key: Vec<u8>, value: Vec<u8>) -> Write {
    Write::Put { key, value }
}
