//! Circles of partners for tests: keys from small numbers, acts, epochs, envelopes.
#![allow(clippy::unwrap_used)]

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use crate::crypto::{SigningSecret, WrapPublic, WrapSecret};
use crate::env::Timestamp;
use crate::envelope::{Attested, Coding, Content, Envelope, NO_ENVELOPE, Place};
use crate::epoch::{EpochSecret, NO_EPOCH, Wraps, wraps_hash};
use crate::id::{
    DeviceId, DocumentId, EnvelopeId, EpochId, Incarnation, OperatorId, PartnerId, ProposalId,
    RelayId, SpaceId, VoiceId,
};
use crate::register::{
    Approval, Charter, Clause, DeviceCard, DeviceRole, Entry, EpochOpening, History, PartnerCard,
    Register, RelayTerms, Rule, SignedAct, SpaceKind, TurnCause, recipients_hash,
};

pub(crate) fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

pub(crate) fn at(seconds: u64) -> Timestamp {
    Timestamp::from_ms(1_800_000_000_000 + seconds * 1000)
}

fn seed(purpose: u8, n: u8) -> [u8; 32] {
    let mut seed = [n; 32];
    seed[0] = purpose;
    seed
}

/// One machine.
pub(crate) struct Machine {
    pub(crate) sign: SigningSecret,
    pub(crate) wrap: WrapSecret,
}

impl Machine {
    pub(crate) fn new(n: u8) -> Self {
        let sign = SigningSecret::from_seed(&seed(1, n));
        Self { sign, wrap: WrapSecret::from_seed(&seed(2, n)) }
    }

    pub(crate) fn id(&self) -> DeviceId {
        DeviceId::new(self.sign.public())
    }

    pub(crate) fn card(&self) -> DeviceCard {
        DeviceCard::make(&self.sign, self.wrap.public(), DeviceRole::Editor, [0; 32])
    }
}

/// One organisation with one voice and one machine.
pub(crate) struct Org {
    pub(crate) partner: PartnerId,
    pub(crate) voice: SigningSecret,
    pub(crate) machine: Machine,
}

impl Org {
    pub(crate) fn new(n: u8) -> Self {
        let voice = SigningSecret::from_seed(&seed(3, n));
        Self { partner: PartnerId::new([n; 16]), voice, machine: Machine::new(n) }
    }

    pub(crate) fn card(&self) -> PartnerCard {
        PartnerCard {
            partner: self.partner,
            voices: vec![VoiceId::new(self.voice.public())],
            devices: vec![self.machine.card()],
        }
    }
}

/// A space with its founders, and the register as an honest relay would hold it.
pub(crate) struct Circle {
    pub(crate) orgs: Vec<Org>,
    pub(crate) relay: SigningSecret,
    pub(crate) operator: SigningSecret,
    pub(crate) charter: SignedAct,
    pub(crate) register: Register,
    pub(crate) secret: Option<EpochSecret>,
    nonce: u8,
}

impl Circle {
    /// Founds a space of `n` guarantors.
    pub(crate) fn new(n: u8) -> Self {
        let orgs: Vec<Org> = (1..=n).map(Org::new).collect();
        let relay = SigningSecret::from_seed(&seed(4, 0));
        let operator = SigningSecret::from_seed(&seed(5, 0));
        let charter = Charter {
            kind: SpaceKind::Territory,
            founders: orgs.iter().map(Org::card).collect(),
            rule: Rule::USUAL,
            relay: terms(&relay, &operator),
            history: History::All,
        };
        let charter = sign_charter(&orgs, charter);
        let entry = Entry { seq: 0, time: at(0), act: charter.clone() };
        let register = Register::found(&entry).unwrap();
        Self { orgs, relay, operator, charter, register, secret: None, nonce: 0 }
    }

    pub(crate) fn space(&self) -> SpaceId {
        self.register.space()
    }

    pub(crate) fn terms(&self) -> RelayTerms {
        terms(&self.relay, &self.operator)
    }

    /// Makes an act over the present register.
    pub(crate) fn act(&mut self, by: &SigningSecret, clause: Clause) -> SignedAct {
        self.nonce += 1;
        self.register.draft(by.public(), [self.nonce; 16], clause).sign(by)
    }

    /// Makes an act by the voice of an organisation.
    pub(crate) fn voiced(&mut self, org: usize, clause: Clause) -> SignedAct {
        self.nonce += 1;
        let voice = &self.orgs[org].voice;
        self.register.draft(voice.public(), [self.nonce; 16], clause).sign(voice)
    }

    /// Folds an act as the relay would.
    pub(crate) fn take(&mut self, act: &SignedAct, time: Timestamp) -> Entry {
        let entry = Entry { seq: self.register.size(), time, act: act.clone() };
        assert_eq!(self.register.push(&entry).unwrap(), None, "the act should have effect");
        entry
    }

    /// Makes the act that opens an epoch, with its blob, and keeps the secret.
    pub(crate) fn opening(&mut self, org: usize, time: Timestamp) -> (SignedAct, Vec<u8>) {
        self.nonce += 1;
        let (space, roster) = (self.space(), self.register.roster());
        let previous = roster.epoch().map_or(NO_EPOCH, |epoch| epoch.id);
        let recipients: Vec<(DeviceId, WrapPublic)> = roster.active_devices(time);
        let secret = EpochSecret::generate(&mut rng(self.nonce));
        let epoch = secret.id(&space, &previous);
        let to = recipients.iter().map(|(id, key)| (*id, key));
        let wraps = Wraps::opening(&space, &epoch, &secret, to, &mut rng(9)).unwrap();
        let blob = crate::codec::to_bytes(&wraps);
        let opening = EpochOpening {
            previous,
            epoch,
            recipients: recipients_hash(&recipients),
            wraps: wraps_hash(&blob),
            cause: roster.must_turn().unwrap_or(TurnCause::Age),
        };
        self.secret = Some(secret);
        let by = &self.orgs[org].machine.sign;
        let clause = Clause::OpenEpoch(opening);
        (self.register.draft(by.public(), [self.nonce; 16], clause).sign(by), blob)
    }

    /// Opens the first epoch in the register.
    pub(crate) fn with_epoch(mut self) -> Self {
        let (act, _) = self.opening(0, at(1));
        self.take(&act, at(1));
        self
    }

    pub(crate) fn epoch(&self) -> EpochId {
        self.register.roster().epoch().unwrap().id
    }

    /// Seals an envelope of an organisation's machine.
    pub(crate) fn envelope(
        &self,
        org: usize,
        counter: u64,
        previous: EnvelopeId,
        text: &[u8],
    ) -> Envelope {
        let machine = &self.orgs[org].machine;
        let place = Place {
            space: self.space(),
            document: DocumentId::new([1; 16]),
            epoch: self.epoch(),
            incarnation: incarnation(org),
            counter,
            previous,
        };
        sealed(&place, self.secret.as_ref().unwrap(), &machine.sign, text)
    }

    /// Seals a run of envelopes, each after the one before.
    pub(crate) fn envelopes(&self, org: usize, count: u64) -> Vec<Envelope> {
        let mut previous = NO_ENVELOPE;
        let seal = |counter| {
            let envelope = self.envelope(org, counter, previous, &counter.to_be_bytes());
            previous = envelope.id();
            envelope
        };
        (1..=count).map(seal).collect()
    }

    /// Signs approvals of a proposal by some organisations.
    pub(crate) fn approvals(&self, id: ProposalId, orgs: &[usize]) -> Vec<Approval> {
        let generation = self.register.roster().generation();
        let proposal = self.register.roster().proposal(&id).unwrap();
        let sign = |org: &usize| {
            let org = &self.orgs[*org];
            let round = (generation, proposal.round(&org.partner));
            Approval::sign(&org.voice, &self.space(), id, org.partner, round)
        };
        orgs.iter().map(sign).collect()
    }
}

pub(crate) fn incarnation(org: usize) -> Incarnation {
    Incarnation::new([u8::try_from(org).unwrap() + 1; 16])
}

pub(crate) fn sealed(
    place: &Place,
    secret: &EpochSecret,
    device: &SigningSecret,
    text: &[u8],
) -> Envelope {
    let attested = Attested::at(place, &[1; 32]);
    let size = text.len() as u64;
    let content = Content::Changes(attested.changes(device, Coding::Plain, size, text.to_vec()));
    Envelope::seal(place, secret, device, &content, &mut rng(8)).unwrap()
}

pub(crate) fn terms(relay: &SigningSecret, operator: &SigningSecret) -> RelayTerms {
    RelayTerms {
        relay: RelayId::new(relay.public()),
        operator: OperatorId::new(operator.public()),
        url: "wss://relais.example".to_owned(),
        binding_required: false,
        health_hosting: false,
    }
}

/// Signs a charter as the first founder, then as each of the others.
pub(crate) fn sign_charter(orgs: &[Org], charter: Charter) -> SignedAct {
    let act = crate::register::Act {
        space: None,
        author: orgs[0].voice.public(),
        nonce: [0; 16],
        generation: 0,
        seen_size: 0,
        seen_root: [0; 32],
        not_after: None,
        clause: Clause::Charter(charter),
    };
    let mut signed = act.sign(&orgs[0].voice);
    let others = orgs[1..].iter();
    let founding = others.map(|org| Approval::found(&org.voice, &signed, org.partner)).collect();
    signed.approvals = founding;
    signed
}
