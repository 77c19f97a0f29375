//! A space with its keys, made by hand: what a replica would hold.

use protocol::codec;
use protocol::crypto::{SigningSecret, WrapPublic, WrapSecret};
use protocol::envelope::{Content, Envelope, NO_ENVELOPE, Place};
use protocol::epoch::{EpochSecret, NO_EPOCH, Wraps, wraps_hash};
use protocol::id::{DeviceId, DocumentId, EnvelopeId, EpochId, Incarnation, PartnerId, VoiceId};
use protocol::register::{
    Approval, Charter, Clause, DeviceCard, DeviceRole, EpochOpening, History, PartnerCard,
    Register, RelayTerms, Rule, SignedAct, SpaceKind, recipients_hash,
};
use server::keys::entropy;

/// The founders of a space, one voice and one device each; the first one's device writes.
pub(crate) struct Circle {
    pub(crate) device: SigningSecret,
    voice: SigningSecret,
    wrap: WrapSecret,
    others: Vec<SigningSecret>,
    epoch: Option<(EpochSecret, EpochId)>,
    incarnation: Incarnation,
    counter: u64,
    previous: EnvelopeId,
}

impl Circle {
    /// One founder.
    pub(crate) fn new() -> Self {
        Self::with(0)
    }

    /// A founder and so many others, whose devices never dial.
    pub(crate) fn with(others: usize) -> Self {
        let mut rng = entropy();
        let mut incarnation = [0; 16];
        rand_core::Rng::fill_bytes(&mut rng, &mut incarnation);
        Self {
            device: SigningSecret::generate(&mut rng),
            voice: SigningSecret::generate(&mut rng),
            wrap: WrapSecret::generate(&mut rng),
            others: (0..others).map(|_| SigningSecret::generate(&mut entropy())).collect(),
            epoch: None,
            incarnation: Incarnation::new(incarnation),
            counter: 0,
            previous: NO_ENVELOPE,
        }
    }

    pub(crate) fn device_id(&self) -> DeviceId {
        DeviceId::new(self.device.public())
    }

    /// Returns the charter under a relay's terms.
    pub(crate) fn charter(&self, terms: RelayTerms) -> SignedAct {
        let founder = |n: u8, voice: &SigningSecret, device: &SigningSecret, wrap: WrapPublic| {
            let card = DeviceCard::make(device, wrap, DeviceRole::Editor, [0; 32]);
            PartnerCard {
                partner: PartnerId::new([n; 16]),
                voices: vec![VoiceId::new(voice.public())],
                devices: vec![card],
            }
        };
        let mut founders = vec![founder(1, &self.voice, &self.device, self.wrap.public())];
        for (n, voice) in (2..).zip(&self.others) {
            let device = SigningSecret::generate(&mut entropy());
            let wrap = WrapSecret::generate(&mut entropy()).public();
            founders.push(founder(n, voice, &device, wrap));
        }
        let charter = Charter {
            kind: SpaceKind::Territory,
            founders,
            rule: Rule::USUAL,
            relay: terms,
            history: History::All,
        };
        let act = protocol::register::Act {
            space: None,
            author: self.voice.public(),
            nonce: [7; 16],
            generation: 0,
            seen_size: 0,
            seen_root: [0; 32],
            not_after: None,
            clause: Clause::Charter(charter),
        };
        let mut signed = act.sign(&self.voice);
        let approvals = (2..)
            .zip(&self.others)
            .map(|(n, voice)| Approval::found(voice, &signed, PartnerId::new([n; 16])));
        signed.approvals = approvals.collect();
        signed
    }

    /// Returns the act that opens the first epoch over a register, and its wraps.
    pub(crate) fn opening(&mut self, register: &Register) -> (SignedAct, Vec<u8>) {
        let space = register.space();
        let recipients = register.roster().active_devices(register.time());
        let secret = EpochSecret::generate(&mut entropy());
        let epoch = secret.id(&space, &NO_EPOCH);
        let to = recipients.iter().map(|(id, key)| (*id, key));
        let wraps = Wraps::opening(&space, &epoch, &secret, to, &mut entropy()).unwrap();
        let blob = codec::to_bytes(&wraps);
        let opening = EpochOpening {
            previous: NO_EPOCH,
            epoch,
            recipients: recipients_hash(&recipients),
            wraps: wraps_hash(&blob),
            cause: register.roster().must_turn().unwrap(),
        };
        self.epoch = Some((secret, epoch));
        let act = register.draft(self.device.public(), [9; 16], Clause::OpenEpoch(opening));
        (act.sign(&self.device), blob)
    }

    /// Returns the next envelope, holding so many bytes.
    pub(crate) fn envelope(&mut self, register: &Register, content: Vec<u8>) -> Envelope {
        let (secret, epoch) = self.epoch.as_ref().unwrap();
        self.counter += 1;
        let place = Place {
            space: register.space(),
            document: DocumentId::new([3; 16]),
            epoch: *epoch,
            incarnation: self.incarnation,
            counter: self.counter,
            previous: self.previous,
        };
        let content = Content::Directory(content);
        let envelope =
            Envelope::seal(&place, secret, &self.device, &content, &mut entropy()).unwrap();
        self.previous = envelope.id();
        envelope
    }
}
