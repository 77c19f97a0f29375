//! A second count: who is there, who voted, who holds which key, from the bytes alone.
//!
//! It shares the reading of bytes and the signature check with the fold, and no rule.

use std::collections::{BTreeMap, BTreeSet};

use super::super::world::*;
use crate::codec::{Encode, Writer, from_bytes};
use crate::crypto::{self, Label, WrapPublic};
use crate::env::Timestamp;
use crate::id::{DeviceId, EpochId, PartnerId, ProposalId, SpaceId, VoiceId};
use crate::register::{
    Act, Approval, Clause, DeviceCard, Entry, History, Measure, Role, Rule, Threshold,
    recipients_hash,
};

struct Seat {
    role: Role,
    history: History,
    voices: BTreeSet<VoiceId>,
    epochs_before: usize,
}

struct Machine {
    partner: PartnerId,
    wrap: WrapPublic,
    gone: bool,
    suspended_until: Option<Timestamp>,
}

struct Vote {
    measure: Measure,
    generation: u64,
    openings: u64,
    withdrawals: BTreeMap<PartnerId, u64>,
    opened_at: Timestamp,
    over: bool,
}

/// What the second count knows.
pub(super) struct Model {
    space: SpaceId,
    rule: Rule,
    generation: u64,
    seats: BTreeMap<PartnerId, Seat>,
    machines: BTreeMap<DeviceId, Machine>,
    votes: BTreeMap<ProposalId, Vote>,
    epochs: Vec<(EpochId, BTreeSet<DeviceId>)>,
}

fn needed(threshold: Threshold, n: usize) -> usize {
    let asked = match threshold {
        Threshold::Majority => 0,
        // The smallest number above two thirds.
        Threshold::TwoThirds => (1..=n).find(|k| 3 * k > 2 * n).unwrap(),
        Threshold::Unanimous => n,
        Threshold::AtLeast(k) => usize::try_from(k).unwrap().min(n),
    };
    let majority = (1..=n).find(|k| 2 * k > n).unwrap();
    asked.max(majority)
}

impl Model {
    /// Starts from the bytes of a charter's entry.
    pub(super) fn found(bytes: &[u8]) -> Self {
        let entry: Entry = from_bytes(bytes).unwrap();
        let act: Act = from_bytes(&entry.act.body).unwrap();
        let Clause::Charter(charter) = act.clause else { panic!("a charter is expected") };
        let mut model = Self {
            space: entry.act.founded_space(),
            rule: charter.rule,
            generation: 0,
            seats: BTreeMap::new(),
            machines: BTreeMap::new(),
            votes: BTreeMap::new(),
            epochs: Vec::new(),
        };
        for card in &charter.founders {
            model.sit(card, Role::Guarantor, History::All);
        }
        model
    }

    fn sit(&mut self, card: &crate::register::PartnerCard, role: Role, history: History) {
        let voices = card.voices.iter().copied().collect();
        let seat = Seat { role, history, voices, epochs_before: self.epochs.len() };
        assert!(self.seats.insert(card.partner, seat).is_none(), "nobody sits twice");
        for device in &card.devices {
            self.enrol(card.partner, device);
        }
    }

    fn enrol(&mut self, partner: PartnerId, card: &DeviceCard) {
        let wrap = card.wrap.clone();
        let machine = Machine { partner, wrap, gone: false, suspended_until: None };
        assert!(self.machines.insert(card.device, machine).is_none(), "a key serves once");
    }

    fn stand_up(&mut self, partner: &PartnerId) {
        let seat = self.seats.remove(partner).unwrap();
        self.generation += u64::from(seat.role == Role::Guarantor);
        for machine in self.machines.values_mut().filter(|m| m.partner == *partner) {
            machine.gone = true;
        }
    }

    fn guarantors(&self) -> BTreeSet<PartnerId> {
        let votes = self.seats.iter().filter(|(_, seat)| seat.role == Role::Guarantor);
        votes.map(|(id, _)| *id).collect()
    }

    fn seat_of(&self, author: &[u8; 32]) -> PartnerId {
        let voice = VoiceId::new(*author);
        let mut of = self.seats.iter().filter(|(_, seat)| seat.voices.contains(&voice));
        let (partner, _) = of.next().expect("the author is a voice of somebody present");
        assert!(of.next().is_none(), "a voice speaks for one organisation");
        *partner
    }

    fn live(&self, device: &DeviceId, time: Timestamp) -> bool {
        self.machines.get(device).is_some_and(|m| {
            !m.gone
                && self.seats.contains_key(&m.partner)
                && m.suspended_until.is_none_or(|until| time >= until)
        })
    }

    fn readers(&self, time: Timestamp) -> Vec<(DeviceId, WrapPublic)> {
        let live = self.machines.iter().filter(|(id, _)| self.live(id, time));
        live.map(|(id, machine)| (*id, machine.wrap.clone())).collect()
    }

    /// Follows an act that the fold enacted; panics where it should not have been.
    pub(super) fn follow(&mut self, entry: &Entry) {
        let act: Act = from_bytes(&entry.act.body).unwrap();
        let (author, time) = (act.author, entry.time);
        match act.clause {
            Clause::Charter(_) => panic!("a second charter was enacted"),
            Clause::Propose(measure) => self.open(&author, measure, time),
            Clause::Adopt(id) => self.adopt(id, &entry.act.approvals, time),
            Clause::Withdraw(id) => {
                let partner = self.seat_of(&author);
                let vote = self.votes.get_mut(&id).unwrap();
                *vote.withdrawals.entry(partner).or_insert(0) += 1;
            }
            Clause::Leave => {
                let partner = self.seat_of(&author);
                self.stand_up(&partner);
                assert!(!self.guarantors().is_empty(), "a space keeps a guarantor");
            }
            Clause::SetVoices { add, drop } => {
                let partner = self.seat_of(&author);
                let seat = self.seats.get_mut(&partner).unwrap();
                seat.voices.retain(|voice| !drop.contains(voice));
                seat.voices.extend(add);
                assert!(!seat.voices.is_empty());
            }
            Clause::AddDevice(card) => self.enrol(self.seat_of(&author), &card),
            Clause::RevokeDevice(device, _) => {
                let partner = self.seat_of(&author);
                let machine = self.machines.get_mut(&device).unwrap();
                assert_eq!(machine.partner, partner, "a voice revokes its own machines");
                machine.gone = true;
            }
            Clause::SuspendDevice(device, until) => {
                assert_eq!(author, operator().public());
                self.machines.get_mut(&device).unwrap().suspended_until = Some(until);
            }
            Clause::ResumeDevice(device) => {
                assert_eq!(author, operator().public());
                self.machines.get_mut(&device).unwrap().suspended_until = None;
            }
            Clause::SignConvention(_) => drop(self.seat_of(&author)),
            Clause::AttestErasure(_) => {
                assert!(self.live(&DeviceId::new(author), time), "attested by no device");
            }
            Clause::OpenEpoch(opening) => {
                self.writes(&author, time);
                let readers = self.readers(time);
                assert_eq!(opening.recipients, recipients_hash(&readers));
                let holders = readers.into_iter().map(|(id, _)| id).collect();
                self.epochs.push((opening.epoch, holders));
            }
            Clause::GrantKeys(grant) => {
                self.writes(&author, time);
                assert!(self.live(&grant.to, time), "a key went to a non-member");
                let seat = &self.seats[&self.machines[&grant.to].partner];
                for (index, (id, holders)) in self.epochs.iter_mut().enumerate() {
                    if grant.epochs.contains(id) {
                        let open = seat.history == History::All || index >= seat.epochs_before;
                        assert!(open, "a key of a period closed to its receiver");
                        holders.insert(grant.to);
                    }
                }
            }
        }
    }

    fn writes(&self, author: &[u8; 32], time: Timestamp) {
        let device = DeviceId::new(*author);
        assert!(self.live(&device, time), "the author is no device of a member");
        let role = self.seats[&self.machines[&device].partner].role;
        assert_ne!(role, Role::Observer, "an observer writes nothing");
    }

    fn open(&mut self, author: &[u8; 32], measure: Measure, time: Timestamp) {
        let partner = self.seat_of(author);
        assert_eq!(self.seats[&partner].role, Role::Guarantor);
        let generation = self.generation;
        let vote = self.votes.entry(measure.id()).or_insert_with(|| Vote {
            measure,
            generation,
            openings: 0,
            withdrawals: BTreeMap::new(),
            opened_at: time,
            over: false,
        });
        vote.openings += 1;
        (vote.generation, vote.opened_at, vote.over) = (generation, time, false);
    }

    fn adopt(&mut self, id: ProposalId, approvals: &[Approval], time: Timestamp) {
        let vote = &self.votes[&id];
        let guarantors = self.guarantors();
        let n = guarantors.len();
        assert!(!vote.over && vote.generation == self.generation, "the vote is open");
        assert!(time < vote.opened_at.after(crate::limits::PROPOSAL_LIFE), "and not too old");
        let subject = match &vote.measure {
            Measure::Admit(admission) => Some(admission.card.partner),
            Measure::Remove(partner, _) | Measure::ChangeRole(partner, _) => Some(*partner),
            Measure::RevokeDevice(device, _) => Some(self.machines[device].partner),
            Measure::ChangeRule(_) | Measure::ChangeRelay(_) | Measure::Close(_) => None,
        };
        let counted: BTreeSet<PartnerId> = approvals
            .iter()
            .filter(|a| guarantors.contains(&a.partner) && subject != Some(a.partner))
            .filter(|a| self.seats[&a.partner].voices.contains(&a.voice))
            .filter(|a| {
                let withdrawn = vote.withdrawals.get(&a.partner).copied().unwrap_or(0);
                let round = vote.openings + withdrawn;
                let mut body = Writer::new();
                body.array(5);
                id.encode(&mut body);
                a.partner.encode(&mut body);
                a.voice.encode(&mut body);
                body.uint(self.generation);
                body.uint(round);
                let body = body.finish();
                let key = a.voice.bytes();
                crypto::verify(key, Label::Approval, &self.space, &body, &a.signature).is_ok()
            })
            .map(|a| a.partner)
            .collect();
        let loses = matches!(vote.measure, Measure::Remove(..) | Measure::RevokeDevice(..));
        assert!(!loses || n >= 3, "with two guarantors nothing is taken away");
        let least = match &vote.measure {
            Measure::Remove(..) => needed(self.rule.expulsion, n),
            Measure::ChangeRole(partner, _) if guarantors.contains(partner) => {
                assert!(n >= 3);
                needed(self.rule.expulsion, n)
            }
            Measure::ChangeRule(new) => needed(self.rule.change, n).max(needed(new.change, n)),
            Measure::ChangeRelay(_) => needed(self.rule.relay, n),
            Measure::Admit(_)
            | Measure::ChangeRole(..)
            | Measure::RevokeDevice(..)
            | Measure::Close(_) => needed(self.rule.governance, n),
        };
        assert!(counted.len() >= least, "{} of {n} adopted {:?}", counted.len(), vote.measure);
        self.apply(id);
    }

    fn apply(&mut self, id: ProposalId) {
        let vote = self.votes.get_mut(&id).unwrap();
        vote.over = true;
        match vote.measure.clone() {
            Measure::Admit(admission) => {
                self.sit(&admission.card, admission.role, admission.history);
                self.generation += u64::from(admission.role == Role::Guarantor);
            }
            Measure::Remove(partner, _) => self.stand_up(&partner),
            Measure::ChangeRole(partner, role) => {
                let seat = self.seats.get_mut(&partner).unwrap();
                let touches = seat.role == Role::Guarantor || role == Role::Guarantor;
                seat.role = role;
                self.generation += u64::from(touches);
            }
            Measure::RevokeDevice(device, _) => {
                self.machines.get_mut(&device).unwrap().gone = true;
            }
            Measure::ChangeRule(rule) => {
                self.rule = rule;
                self.generation += 1;
            }
            Measure::ChangeRelay(_) | Measure::Close(_) => {}
        }
    }

    /// Compares with the fold: who is there, who reads, and who may seal under which key.
    pub(super) fn agrees_with(&self, world: &World) {
        let (roster, time) = (world.register.roster(), world.time);
        assert_eq!(roster.generation(), self.generation);
        assert_eq!(roster.rule(), self.rule);
        assert_eq!(roster.guarantors(), Vec::from_iter(self.guarantors()));
        let here: Vec<_> =
            roster.partners().filter(|(id, _)| roster.present(id).is_some()).collect();
        assert!(here.iter().map(|(id, _)| *id).eq(self.seats.keys()));
        assert_eq!(roster.active_devices(time), self.readers(time));
        let Some((open, holders)) = self.epochs.last() else {
            return;
        };
        for (device, _) in roster.devices() {
            if roster.may_append(device, open, time).is_err() {
                continue;
            }
            self.writes(device.bytes(), time);
            // Whoever seals now, seals to people who are here now.
            for holder in holders {
                assert!(self.live(holder, time), "a seal to a non-member");
            }
        }
        for (older, _) in &self.epochs[..self.epochs.len() - 1] {
            for (device, _) in roster.devices() {
                assert!(roster.may_append(device, older, time).is_err(), "an old key seals");
            }
        }
    }
}
