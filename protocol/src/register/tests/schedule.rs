//! T62, the register's part: random schedules under a hostile relay, against a second count.
//!
//! Six organisations propose, sign, withdraw, leave, come back and lose machines; the relay
//! sees every signature, mixes, repeats, strips and forges them, and orders as it likes. The
//! [`model::Model`] reads the same bytes and counts on its own.

use std::collections::BTreeMap;
use std::time::Duration;

use super::world::*;
use crate::codec::{from_bytes, to_bytes};
use crate::crypto::SigningSecret;
use crate::id::{DeviceId, EpochId, ProposalId};
use crate::register::{
    Approval, Cause, Clause, DeviceRole, Entry, History, KeyGrant, Measure, Role, Rule, SignedAct,
    Threshold,
};

mod model;

const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];
const ROLES: [Role; 4] = [Role::Guarantor, Role::Guarantor, Role::Member, Role::Observer];

/// One run: the world, the model beside it, and everything a relay has ever seen.
struct Run {
    world: World,
    model: model::Model,
    dice: Dice,
    /// The number of the keys each organisation holds or last held.
    numbers: BTreeMap<&'static str, u32>,
    machines: Vec<(&'static str, u32)>,
    approvals: Vec<Approval>,
    acts: Vec<SignedAct>,
    proposals: Vec<ProposalId>,
    drawn: u32,
}

impl Run {
    fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let founders = &NAMES[..3 + dice.below(3)];
        let rule = dice.pick(&[Rule::USUAL, MAJORITY]);
        let world = World::found_under(founders, rule);
        let model = model::Model::found(&world.log[0]);
        let numbers = founders.iter().map(|name| (*name, 0)).collect();
        let machines = founders.iter().map(|name| (*name, 0)).collect();
        let (approvals, acts, proposals) = (vec![], vec![], vec![]);
        Self { world, model, dice, numbers, machines, approvals, acts, proposals, drawn: 100 }
    }

    fn draw(&mut self) -> u32 {
        self.drawn += 1;
        self.drawn
    }

    fn voice(&mut self) -> SigningSecret {
        let here: Vec<_> = NAMES.into_iter().filter(|name| self.world.has(name)).collect();
        let name =
            if self.dice.chance(80) { self.dice.pick(&here) } else { self.dice.pick(&NAMES) };
        let number = self.numbers.get(name).copied().unwrap_or(0);
        voice(name, number)
    }

    fn machine(&mut self) -> (&'static str, u32) {
        self.dice.pick(&self.machines)
    }

    fn device_id(&mut self) -> DeviceId {
        let (name, number) = self.machine();
        device_id(name, number)
    }

    fn epoch(&mut self) -> EpochId {
        let epochs: Vec<_> = self.world.register.roster().epochs().iter().map(|e| e.id).collect();
        if epochs.is_empty() { EpochId::new([1; 32]) } else { self.dice.pick(&epochs) }
    }

    /// Signs, sequences, and lets the model follow what was enacted.
    fn tries(&mut self, author: &SigningSecret, clause: Clause, approvals: Vec<Approval>) -> bool {
        let mut act = self.world.act(author, clause);
        act.approvals = approvals;
        self.sequence(act)
    }

    fn sequence(&mut self, act: SignedAct) -> bool {
        self.acts.push(act.clone());
        let size = self.world.log.len();
        let enacted = self.world.push(act).is_ok();
        if enacted && self.world.log.len() > size {
            let entry: Entry = from_bytes(self.world.log.last().unwrap()).unwrap();
            self.model.follow(&entry);
        }
        self.model.agrees_with(&self.world);
        enacted
    }

    fn measure(&mut self) -> Measure {
        let name = self.dice.pick(&NAMES);
        let role = self.dice.pick(&ROLES);
        match self.dice.below(12) {
            0..=4 => {
                let next = self.numbers.get(name).map_or(0, |number| number + 1);
                let sponsor = self.dice.pick(&NAMES);
                let mut newcomer = admission(name, next, role, sponsor);
                newcomer.history = self.dice.pick(History::ALL);
                Measure::Admit(newcomer)
            }
            5 | 6 => remove(name),
            7 | 8 => Measure::ChangeRole(partner(name), role),
            9 => Measure::RevokeDevice(self.device_id(), Cause::Decision),
            10 => {
                let thirds = Rule::same(Threshold::TwoThirds);
                Measure::ChangeRule(self.dice.pick(&[Rule::USUAL, MAJORITY, thirds]))
            }
            _ => Measure::ChangeRelay(terms(self.dice.below(3) as u32)),
        }
    }

    /// An honest organisation signs for an open vote; the relay keeps every signature.
    fn approve(&mut self) {
        if self.proposals.is_empty() {
            return;
        }
        let id = self.dice.pick(&self.proposals);
        for name in NAMES {
            if !self.dice.chance(60) {
                continue;
            }
            let roster = self.world.register.roster();
            let Some(vote) = roster.proposal(&id) else {
                return;
            };
            let place = (roster.generation(), vote.round(&partner(name)));
            let secret = voice(name, self.numbers.get(name).copied().unwrap_or(0));
            let space = self.world.register.space();
            self.approvals.push(Approval::sign(&secret, &space, id, partner(name), place));
        }
    }

    /// The relay bundles what it likes: old, foreign, relabelled and forged ones among them.
    fn bundle(&mut self, id: ProposalId) -> Vec<Approval> {
        let mut bundle = vec![];
        for approval in &self.approvals {
            let chosen = if approval.proposal == id { 85 } else { 2 };
            if self.dice.chance(chosen) {
                bundle.push(approval.clone());
            }
        }
        for _ in 0..self.dice.below(4) {
            let Some(copied) = bundle.get(self.dice.below(bundle.len().max(1))).cloned() else {
                break;
            };
            let mut altered = copied;
            match self.dice.below(4) {
                0 => altered.proposal = id,
                1 => altered.partner = partner(self.dice.pick(&NAMES)),
                2 => altered.round += 1,
                _ => altered.generation = self.world.register.roster().generation(),
            }
            bundle.push(altered);
        }
        let excess = bundle.len().saturating_sub(crate::limits::APPROVALS_MAX);
        bundle.drain(..excess);
        bundle
    }

    fn adopt(&mut self) -> bool {
        if self.proposals.is_empty() {
            return false;
        }
        let id = self.dice.pick(&self.proposals);
        let author = self.voice();
        let bundle = self.bundle(id);
        let enacted = self.tries(&author, Clause::Adopt(id), bundle);
        if let Some(vote) = self.world.register.roster().proposal(&id).filter(|_| enacted)
            && let Measure::Admit(admission) = vote.measure.clone()
        {
            let name = NAMES.into_iter().find(|n| partner(n) == admission.card.partner).unwrap();
            let number = self.numbers.get(name).map_or(0, |number| number + 1);
            self.numbers.insert(name, number);
            self.machines.push((name, number));
        }
        enacted
    }

    fn change_devices(&mut self) {
        let name = self.dice.pick(&NAMES);
        let author = voice(name, self.numbers.get(name).copied().unwrap_or(0));
        if self.dice.chance(50) {
            let number = self.draw();
            let card = device_card(name, number, self.dice.pick(DeviceRole::ALL));
            if self.tries(&author, Clause::AddDevice(card), vec![]) {
                self.machines.push((name, number));
            }
        } else {
            let clause = Clause::RevokeDevice(self.device_id(), Cause::Lost);
            self.tries(&author, clause, vec![]);
        }
    }

    fn change_keys(&mut self) {
        let (name, number) = self.machine();
        let author = device(name, number);
        if self.dice.chance(60) {
            let drawn = self.draw();
            let mut opening = self.world.opening(drawn);
            if self.dice.chance(15) {
                opening.recipients = seed("ghost", name, drawn);
            }
            self.tries(&author, Clause::OpenEpoch(opening), vec![]);
        } else {
            let (to, epochs) = (self.device_id(), vec![self.epoch()]);
            let grant = KeyGrant { to, epochs, wraps: [2; 32] };
            self.tries(&author, Clause::GrantKeys(grant), vec![]);
        }
    }

    fn suspend(&mut self) {
        let device = self.device_id();
        let hours = 1 + self.dice.below(80) as u64;
        let until = self.world.time.after(Duration::from_secs(hours * 3600));
        let author = if self.dice.chance(80) { operator() } else { relay(0) };
        let clause = match self.dice.below(3) {
            0 => Clause::ResumeDevice(device),
            _ => Clause::SuspendDevice(device, until),
        };
        self.tries(&author, clause, vec![]);
    }

    fn repeat(&mut self) {
        if self.acts.is_empty() {
            return;
        }
        let mut act = self.acts[self.dice.below(self.acts.len())].clone();
        if self.dice.chance(30) {
            act.approvals = self.approvals.iter().rev().take(20).cloned().collect();
        }
        self.sequence(act);
    }

    fn step(&mut self) -> bool {
        let minutes = if self.dice.chance(2) { 15 * 24 * 60 } else { self.dice.below(90) };
        self.world.wait(Duration::from_secs(60 * minutes as u64));
        match self.dice.below(100) {
            0..=19 => {
                for _ in 0..6 {
                    let (author, measure) = (self.voice(), self.measure());
                    let id = measure.id();
                    if self.tries(&author, Clause::Propose(measure), vec![]) {
                        self.proposals.push(id);
                        let old = self.proposals.len().saturating_sub(4);
                        self.proposals.drain(..old);
                        break;
                    }
                }
            }
            20..=44 => self.approve(),
            45..=69 => return self.adopt(),
            70..=72 if !self.proposals.is_empty() => {
                let (author, id) = (self.voice(), self.dice.pick(&self.proposals));
                self.tries(&author, Clause::Withdraw(id), vec![]);
            }
            73 if self.dice.chance(40) => {
                let author = self.voice();
                self.tries(&author, Clause::Leave, vec![]);
            }
            74..=79 => self.change_devices(),
            80..=90 => self.change_keys(),
            91..=94 => self.suspend(),
            95..=96 => {
                let (author, pick) = (self.voice(), self.dice.below(4) as u32);
                let visa = visa(pick, pick.checked_sub(1).filter(|_| self.dice.chance(50)));
                self.tries(&author, Clause::SignConvention(visa), vec![]);
            }
            _ => self.repeat(),
        }
        false
    }
}

#[test]
fn t62_random_schedules_enact_nothing_without_its_quorum() {
    let (mut adopted, mut refused, mut turned, mut gone) = (0, 0, 0, 0);
    for seed in 0..24 {
        let mut run = Run::new(seed);
        for _ in 0..400 {
            adopted += usize::from(run.step());
        }
        refused += run.world.register.set_aside().len();
        turned += run.world.register.roster().epochs().len();
        let roster = run.world.register.roster();
        gone += roster.partners().filter(|(id, _)| roster.present(id).is_none()).count();
        // The same fold on every replica, wherever it had stopped before.
        let cut = 1 + run.dice.below(run.world.log.len() - 1);
        let mut replica = refold(&run.world.log[..cut]).unwrap();
        for bytes in &run.world.log[cut..] {
            let _ = replica.push(&from_bytes(bytes).unwrap()).unwrap();
        }
        assert_eq!(replica.roster(), run.world.register.roster(), "seed {seed}");
        assert_eq!(replica.root(), run.world.register.root(), "seed {seed}");
        assert_eq!(replica.set_aside(), run.world.register.set_aside(), "seed {seed}");
        assert_eq!(to_bytes(&replica.roster().rule()), to_bytes(&roster.rule()));
    }
    // The schedules reach what they are about.
    let reached = (adopted, refused, turned, gone);
    assert!(adopted > 150 && refused > 1_500 && turned > 200 && gone > 20, "{reached:?}");
}
