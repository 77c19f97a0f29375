//! A small world: organisations with letters for names, a register, and a relay that orders.
//!
//! Every key follows from a name and a number, so that runs are alike. `World::push` is the
//! hostile relay's hand: it appends whatever it is given and says what the fold made of it.

use std::time::Duration;

use crate::codec::{from_bytes, to_bytes};
use crate::crypto::{self, Label, SigningSecret, WrapSecret};
use crate::env::Timestamp;
use crate::epoch::NO_EPOCH;
use crate::id::{DeviceId, EpochId, OperatorId, PartnerId, ProposalId, RelayId, VoiceId};
use crate::refusal::Refusal;
use crate::register::{
    Act, Admission, Approval, Capacity, Cause, Charter, Clause, DeviceCard, DeviceRole, Entry,
    EpochOpening, History, KeyGrant, LoadError, Measure, PartnerCard, Register, RelayTerms, Role,
    Rule, SignedAct, SpaceKind, TurnCause, Visa, recipients_hash,
};

/// Where register time begins in these tests.
pub(super) const DAWN: Timestamp = Timestamp::from_ms(1_700_000_000_000);
/// Rules with the least that the floor allows.
pub(super) const MAJORITY: Rule = Rule::same(crate::register::Threshold::Majority);

/// Returns 32 bytes that follow from what they are for.
pub(super) fn seed(purpose: &str, name: &str, number: u32) -> [u8; 32] {
    let mut hasher = crypto::Hasher::new();
    hasher.update(format!("{purpose} {name} {number}").as_bytes());
    hasher.finish()
}

/// Returns a voice key of an organisation.
pub(super) fn voice(name: &str, number: u32) -> SigningSecret {
    SigningSecret::from_seed(&seed("voice", name, number))
}

/// Returns the signing key of a device of an organisation.
pub(super) fn device(name: &str, number: u32) -> SigningSecret {
    SigningSecret::from_seed(&seed("device", name, number))
}

/// Returns the key that the relay's operator keeps off the server.
pub(super) fn operator() -> SigningSecret {
    SigningSecret::from_seed(&seed("operator", "relay", 0))
}

/// Returns the log key of a relay.
pub(super) fn relay(number: u32) -> SigningSecret {
    SigningSecret::from_seed(&seed("log", "relay", number))
}

/// Returns the id of an organisation.
pub(super) fn partner(name: &str) -> PartnerId {
    PartnerId::from_slice(&seed("partner", name, 0)[..16]).unwrap()
}

/// Returns the id of a voice.
pub(super) fn voice_id(name: &str, number: u32) -> VoiceId {
    VoiceId::new(voice(name, number).public())
}

/// Returns the id of a device.
pub(super) fn device_id(name: &str, number: u32) -> DeviceId {
    DeviceId::new(device(name, number).public())
}

/// Returns the card of a device.
pub(super) fn device_card(name: &str, number: u32, role: DeviceRole) -> DeviceCard {
    let wrap = WrapSecret::from_seed(&seed("wrap", name, number)).public();
    DeviceCard::make(&device(name, number), wrap, role, seed("label", name, number))
}

/// Returns the card of an organisation with one voice and one device, `number` of each.
pub(super) fn card(name: &str, number: u32, role: DeviceRole) -> PartnerCard {
    PartnerCard {
        partner: partner(name),
        voices: vec![voice_id(name, number)],
        devices: vec![device_card(name, number, role)],
    }
}

/// Returns what would admit an organisation with its keys `number`.
pub(super) fn admission(name: &str, number: u32, role: Role, sponsor: &str) -> Admission {
    let editor = if role == Role::Observer { DeviceRole::Reader } else { DeviceRole::Editor };
    Admission {
        card: card(name, number, editor),
        role,
        history: History::All,
        sponsor: partner(sponsor),
        invitation: seed("invitation", name, number),
    }
}

/// Returns the measure that removes an organisation.
pub(super) fn remove(name: &str) -> Measure {
    Measure::Remove(partner(name), Cause::Decision)
}

/// Returns the measure that admits an organisation with its first keys.
pub(super) fn admit(name: &str, role: Role, sponsor: &str) -> Measure {
    Measure::Admit(admission(name, 0, role, sponsor))
}

/// Returns a visa under a version by its number, which amends another.
pub(super) fn visa(version: u32, amends: Option<u32>) -> Visa {
    let numbered = |number| seed("version", "", number);
    Visa {
        document: crate::id::DocumentId::new([3; 16]),
        version: numbered(version),
        form: 1,
        pdf: None,
        capacity: Capacity::Representative,
        amends: amends.map(numbered),
    }
}

/// Returns the terms of a relay.
pub(super) fn terms(number: u32) -> RelayTerms {
    RelayTerms {
        relay: RelayId::new(relay(number).public()),
        operator: OperatorId::new(operator().public()),
        url: format!("wss://relais{number}.exemple.fr"),
        binding_required: true,
        health_hosting: false,
    }
}

/// Returns a charter between organisations, founders sorted as it asks.
pub(super) fn charter(names: &[&str], rule: Rule) -> Charter {
    let mut founders: Vec<_> = names.iter().map(|n| card(n, 0, DeviceRole::Editor)).collect();
    founders.sort_by_key(|founder| founder.partner);
    Charter { kind: SpaceKind::Territory, founders, rule, relay: terms(0), history: History::All }
}

/// Returns the first entry: the first name authors, the others sign.
pub(super) fn founding(names: &[&str], charter: Charter) -> Entry {
    let author = voice(names[0], 0);
    let act = Act {
        space: None,
        author: author.public(),
        nonce: [7; 16],
        generation: 0,
        seen_size: 0,
        seen_root: [0; 32],
        not_after: None,
        clause: Clause::Charter(charter),
    };
    let mut signed = act.sign(&author);
    for name in &names[1..] {
        signed.approvals.push(Approval::found(&voice(name, 0), &signed, partner(name)));
    }
    Entry { seq: 0, time: DAWN, act: signed }
}

/// A register, its entries as bytes, and the time of the next one.
pub(super) struct World {
    /// The fold.
    pub(super) register: Register,
    /// Every entry that was sequenced, encoded.
    pub(super) log: Vec<Vec<u8>>,
    /// The time the next entry gets.
    pub(super) time: Timestamp,
    nonces: u64,
}

impl World {
    /// Founds a space under the usual rule.
    pub(super) fn found(names: &[&str]) -> Self {
        Self::found_under(names, Rule::USUAL)
    }

    /// Founds a space under a rule.
    pub(super) fn found_under(names: &[&str], rule: Rule) -> Self {
        let entry = founding(names, charter(names, rule));
        let register = Register::found(&entry).unwrap();
        Self { register, log: vec![to_bytes(&entry)], time: DAWN, nonces: 0 }
    }

    /// Lets register time pass.
    pub(super) fn wait(&mut self, delay: Duration) {
        self.time = self.time.after(delay);
    }

    /// Signs an act over the present state.
    pub(super) fn act(&mut self, author: &SigningSecret, clause: Clause) -> SignedAct {
        self.draft(author, clause).sign(author)
    }

    /// Drafts an act over the present state.
    pub(super) fn draft(&mut self, author: &SigningSecret, clause: Clause) -> Act {
        self.nonces += 1;
        let mut nonce = [0; 16];
        nonce[..8].copy_from_slice(&self.nonces.to_be_bytes());
        self.register.draft(author.public(), nonce, clause)
    }

    /// Sequences an act as it stands, whatever the rules say of it.
    ///
    /// Checks on the way that the relay's judgement beforehand is the fold's afterwards.
    pub(super) fn push(&mut self, act: SignedAct) -> Result<(), Refusal> {
        let told = self.register.judge(&act, self.time).map(|_| ());
        let entry = Entry { seq: self.register.size(), time: self.time, act };
        let bytes = to_bytes(&entry);
        let received: Entry = from_bytes(&bytes).unwrap();
        let made = match self.register.push(&received) {
            Ok(None) => Ok(()),
            Ok(Some(reason)) => Err(reason),
            Err(error) => return Err(error.into()),
        };
        assert_eq!(told, made, "relay and replicas judge alike");
        self.log.push(bytes);
        made
    }

    /// Signs an act and sequences it.
    pub(super) fn tries(&mut self, author: &SigningSecret, clause: Clause) -> Result<(), Refusal> {
        let act = self.act(author, clause);
        self.push(act)
    }

    /// Signs an approval by an organisation's first voice, for the vote as it stands now.
    pub(super) fn approval(&self, name: &str, id: ProposalId) -> Approval {
        let round = self.register.roster().proposal(&id).map_or(1, |p| p.round(&partner(name)));
        let generation = self.register.roster().generation();
        let space = self.register.space();
        Approval::sign(&voice(name, 0), &space, id, partner(name), (generation, round))
    }

    /// Proposes a measure by an organisation's first voice.
    pub(super) fn propose(&mut self, name: &str, measure: &Measure) -> Result<ProposalId, Refusal> {
        self.tries(&voice(name, 0), Clause::Propose(measure.clone()))?;
        Ok(measure.id())
    }

    /// Sequences an adoption with exactly these approvals.
    pub(super) fn adopt(
        &mut self,
        name: &str,
        id: ProposalId,
        approvals: Vec<Approval>,
    ) -> Result<(), Refusal> {
        let mut act = self.act(&voice(name, 0), Clause::Adopt(id));
        act.approvals = approvals;
        self.push(act)
    }

    /// Proposes a measure by the first of these organisations and adopts it with the approvals
    /// of all of them.
    pub(super) fn decide(&mut self, names: &[&str], measure: &Measure) -> Result<(), Refusal> {
        let id = self.propose(names[0], measure)?;
        let approvals = names.iter().map(|name| self.approval(name, id)).collect();
        self.adopt(names[0], id, approvals)
    }

    /// Admits an organisation by the votes of these, the first one its sponsor.
    pub(super) fn admits(&mut self, names: &[&str], name: &str, role: Role) {
        self.decide(names, &admit(name, role, names[0])).unwrap();
    }

    /// Returns what would open the next epoch for exactly the devices that may read now.
    pub(super) fn opening(&self, number: u32) -> EpochOpening {
        let roster = self.register.roster();
        EpochOpening {
            previous: roster.epoch().map_or(NO_EPOCH, |epoch| epoch.id),
            epoch: EpochId::new(seed("epoch", "", number)),
            recipients: recipients_hash(&roster.active_devices(self.time)),
            wraps: seed("wraps", "", number),
            cause: if roster.epoch().is_none() { TurnCause::First } else { TurnCause::Age },
        }
    }

    /// Opens the next epoch from an organisation's first device.
    pub(super) fn turn(&mut self, name: &str, number: u32) -> Result<EpochId, Refusal> {
        let opening = self.opening(number);
        let epoch = opening.epoch;
        self.tries(&device(name, 0), Clause::OpenEpoch(opening))?;
        Ok(epoch)
    }

    /// Grants epochs to a device from an organisation's first device.
    pub(super) fn grant(
        &mut self,
        name: &str,
        to: DeviceId,
        epochs: Vec<EpochId>,
    ) -> Result<(), Refusal> {
        let grant = KeyGrant { to, epochs, wraps: seed("grant", name, 0) };
        self.tries(&device(name, 0), Clause::GrantKeys(grant))
    }

    /// Tells whether an organisation is in the space.
    pub(super) fn has(&self, name: &str) -> bool {
        self.register.roster().present(&partner(name)).is_some()
    }

    /// Folds the log again from its bytes, as a replica does that arrives later.
    pub(super) fn refold(&self) -> Register {
        refold(&self.log).unwrap()
    }
}

/// Folds a log from its bytes.
pub(super) fn refold(log: &[Vec<u8>]) -> Result<Register, LoadError> {
    let mut entries = log.iter().map(|bytes| from_bytes::<Entry>(bytes));
    let first = entries.next().unwrap().map_err(LoadError::Malformed)?;
    let mut register = Register::found(&first)?;
    for entry in entries {
        register.push(&entry.map_err(LoadError::Malformed)?)?;
    }
    Ok(register)
}

/// Returns a signature of nothing in particular over nothing in particular.
pub(super) fn stray_signature() -> crypto::Signature {
    let space = crate::id::SpaceId::new([9; 32]);
    crypto::sign(&voice("nobody", 0), Label::Act, &space, b"stray")
}

/// A seeded source of choices (SplitMix64), enough for schedules and alterations.
pub(super) struct Dice(u64);

impl Dice {
    /// Starts from a seed.
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns the next 64 bits.
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Returns a number below `bound`.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap()
    }

    /// Returns a byte.
    pub(super) fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    /// Returns one of several.
    pub(super) fn pick<T: Copy>(&mut self, among: &[T]) -> T {
        among[self.below(among.len())]
    }

    /// Tells whether something happens that happens `percent` times in a hundred.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}
