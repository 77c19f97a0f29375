//! Acts: what is signed, and the bytes it is signed in.
//!
//! An act says one thing in one [`Clause`]. Decisions that need votes are [`Measure`]s: they
//! are proposed, approved by voices and adopted. The received bytes are what is hashed and
//! signed; a decoded act never stands for bytes that would encode otherwise.

use super::{Cause, Closing, DeviceCard, History, PartnerCard, RelayTerms, Role, Rule};
use super::{Erasure, SpaceKind, TurnCause, Visa};
use crate::codec::{self, Bytes, Decode, DecodeError, Encode, Reader, Writer};
use crate::crypto::{self, Hash, Label, Signature, SigningSecret};
use crate::env::Timestamp;
use crate::id::{ActId, DeviceId, EpochId, PartnerId, ProposalId, SpaceId, VoiceId};
use crate::limits;

/// The version of act bodies this program writes and reads.
const ACT_VERSION: u64 = 1;

/// One signed decision or one signed technical step of a space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// The space it belongs to; a charter has none, its hash is the space.
    pub space: Option<SpaceId>,
    /// The signing key: a voice, a device or the operator.
    pub author: [u8; 32],
    /// Drawn afresh, so that equal decisions differ.
    pub nonce: [u8; 16],
    /// The governance generation the author knew.
    pub generation: u64,
    /// The register size the author knew.
    pub seen_size: u64,
    /// The register root the author knew.
    pub seen_root: Hash,
    /// Register time after which the act has no effect.
    pub not_after: Option<Timestamp>,
    /// What it does.
    pub clause: Clause,
}

/// What an act does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clause {
    /// Founds the space.
    Charter(Charter),
    /// Opens a vote.
    Propose(Measure),
    /// Closes a vote: the approvals stand beside the act in its entry.
    Adopt(ProposalId),
    /// Takes back the author's approval of a proposal.
    Withdraw(ProposalId),
    /// The author's organisation leaves.
    Leave,
    /// The author's organisation changes its own voice keys.
    SetVoices {
        /// Keys to add, ascending.
        add: Vec<VoiceId>,
        /// Keys to drop, ascending.
        drop: Vec<VoiceId>,
    },
    /// The author's organisation enrols a device of its own.
    AddDevice(DeviceCard),
    /// The author's organisation revokes a device of its own.
    RevokeDevice(DeviceId, Cause),
    /// The operator suspends a device until a register time.
    SuspendDevice(DeviceId, Timestamp),
    /// The operator ends a suspension.
    ResumeDevice(DeviceId),
    /// A device opens an epoch.
    OpenEpoch(EpochOpening),
    /// A device hands keys of open or past epochs to another device.
    GrantKeys(KeyGrant),
    /// The author's organisation gives its visa to a frozen version of a document.
    SignConvention(Visa),
    /// A device says what it destroyed of an erased space.
    AttestErasure(Erasure),
}

/// A decision that the guarantors vote on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Measure {
    /// Admits an organisation.
    Admit(Admission),
    /// Removes an organisation.
    Remove(PartnerId, Cause),
    /// Changes the role of an organisation.
    ChangeRole(PartnerId, Role),
    /// Revokes a device of another organisation.
    RevokeDevice(DeviceId, Cause),
    /// Changes the thresholds.
    ChangeRule(Rule),
    /// Moves to another relay, the present one taking part.
    ChangeRelay(RelayTerms),
    /// Closes the space.
    Close(Closing),
}

/// The founding act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charter {
    /// What the space is for.
    pub kind: SpaceKind,
    /// The founding guarantors, ascending by id.
    pub founders: Vec<PartnerCard>,
    /// The thresholds.
    pub rule: Rule,
    /// The relay.
    pub relay: RelayTerms,
    /// What newcomers read when an invitation says nothing.
    pub history: History,
}

/// The terms under which an organisation asks to be admitted, fixed by its own request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// The organisation and its keys.
    pub card: PartnerCard,
    /// The role it will have.
    pub role: Role,
    /// What it will read of the past.
    pub history: History,
    /// The organisation that invited it.
    pub sponsor: PartnerId,
    /// Hash under which the relay knows the invitation.
    pub invitation: Hash,
}

/// A new content key, committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpochOpening {
    /// The epoch it follows; all zero for the first.
    pub previous: EpochId,
    /// The commitment to the new secret.
    pub epoch: EpochId,
    /// Hash of the devices the secret is wrapped for.
    pub recipients: Hash,
    /// Hash of the wraps blob, which stays outside the register.
    pub wraps: Hash,
    /// Why.
    pub cause: TurnCause,
}

/// Keys of epochs handed to one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyGrant {
    /// The device that receives.
    pub to: DeviceId,
    /// The epochs, in the order they were opened.
    pub epochs: Vec<EpochId>,
    /// Hash of the wraps blob, which stays outside the register.
    pub wraps: Hash,
}

impl Act {
    /// Signs the act.
    #[must_use]
    pub fn sign(&self, secret: &SigningSecret) -> SignedAct {
        let body = codec::to_bytes(self);
        let space = self.space.unwrap_or(SpaceId::new([0; 32]));
        let signature = crypto::sign(secret, Label::Act, &space, &body);
        SignedAct { body, signature, approvals: Vec::new() }
    }
}

/// An act as received: bytes, a signature, and the approvals that travel with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedAct {
    /// The canonical body.
    pub body: Vec<u8>,
    /// The author's signature over the body.
    pub signature: Signature,
    /// Approvals under an adoption, or the other founders' signatures under a charter.
    pub approvals: Vec<Approval>,
}

impl SignedAct {
    /// Decodes the body and verifies the author's signature. Says nothing of rights.
    ///
    /// # Errors
    /// Malformed or unknown bodies, and signatures that do not match.
    pub fn prove(&self) -> Result<ProvenAct, ActError> {
        let within = self.body.len() <= limits::ACT_BYTES_MAX;
        if !within || self.approvals.len() > limits::APPROVALS_MAX {
            return Err(ActError::Decode(DecodeError::TooLarge));
        }
        let act: Act = codec::from_bytes(&self.body).map_err(ActError::Decode)?;
        let space = act.space.unwrap_or(SpaceId::new([0; 32]));
        crypto::verify(&act.author, Label::Act, &space, &self.body, &self.signature)
            .map_err(|_| ActError::BadSignature)?;
        Ok(ProvenAct { id: self.id(), act, approvals: self.approvals.clone() })
    }

    /// Returns the id of the act.
    #[must_use]
    pub fn id(&self) -> ActId {
        ActId::new(crypto::hash(Label::Act, &self.body))
    }

    /// Returns the space this act would found as a charter.
    #[must_use]
    pub fn founded_space(&self) -> SpaceId {
        SpaceId::new(crypto::hash(Label::Space, &self.body))
    }
}

/// Why an act cannot even be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActError {
    /// The body is not a canonical act this program knows.
    Decode(DecodeError),
    /// The signature does not match.
    BadSignature,
}

/// An act whose author is proven. Its rights are not judged yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenAct {
    /// The act.
    pub act: Act,
    /// Its id.
    pub id: ActId,
    /// Approvals that came with it, each still to be verified.
    pub approvals: Vec<Approval>,
}

/// The signature of one voice on one proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// The proposal; for a founder, the hash of the charter.
    pub proposal: ProposalId,
    /// The organisation that approves.
    pub partner: PartnerId,
    /// The voice that signs.
    pub voice: VoiceId,
    /// The governance generation the approval is for.
    pub generation: u64,
    /// The round of the vote: how often the measure was proposed, plus this organisation's
    /// withdrawals.
    pub round: u64,
    /// The signature over the fields above.
    pub signature: Signature,
}

impl Approval {
    /// Signs an approval.
    #[must_use]
    pub fn sign(
        secret: &SigningSecret,
        space: &SpaceId,
        proposal: ProposalId,
        partner: PartnerId,
        (generation, round): (u64, u64),
    ) -> Self {
        let voice = VoiceId::new(secret.public());
        let signature = Signature([0; 64]);
        let mut approval = Self { proposal, partner, voice, generation, round, signature };
        approval.signature = crypto::sign(secret, Label::Approval, space, &approval.body());
        approval
    }

    /// Signs a charter as a founder other than its author.
    #[must_use]
    pub fn found(secret: &SigningSecret, charter: &SignedAct, partner: PartnerId) -> Self {
        let space = charter.founded_space();
        let proposal = ProposalId::new(*space.bytes());
        let voice = VoiceId::new(secret.public());
        let signature = Signature([0; 64]);
        let mut founding = Self { proposal, partner, voice, generation: 0, round: 0, signature };
        founding.signature = crypto::sign(secret, Label::Founding, &space, &founding.body());
        founding
    }

    /// Verifies the signature for a purpose: [`Label::Approval`] or [`Label::Founding`].
    ///
    /// # Errors
    /// Fails when it does not match.
    pub fn verify(&self, label: Label, space: &SpaceId) -> Result<(), crypto::BadSignature> {
        crypto::verify(self.voice.bytes(), label, space, &self.body(), &self.signature)
    }

    fn body(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.array(5);
        self.proposal.encode(&mut out);
        self.partner.encode(&mut out);
        self.voice.encode(&mut out);
        out.uint(self.generation);
        out.uint(self.round);
        out.finish()
    }
}

impl Measure {
    /// Returns the id under which it is voted on.
    ///
    /// The same measure has the same id on every replica, so a join request and the proposal
    /// it becomes share one. A measure may be adopted once and proposed again in another
    /// generation.
    #[must_use]
    pub fn id(&self) -> ProposalId {
        ProposalId::new(crypto::hash(Label::Proposal, &codec::to_bytes(self)))
    }

    /// Returns the organisation the measure is about, which may not vote on it.
    #[must_use]
    pub fn subject(&self) -> Option<PartnerId> {
        match self {
            Self::Admit(admission) => Some(admission.card.partner),
            Self::Remove(partner, _) | Self::ChangeRole(partner, _) => Some(*partner),
            Self::RevokeDevice(..)
            | Self::ChangeRule(_)
            | Self::ChangeRelay(_)
            | Self::Close(_) => None,
        }
    }

    /// Returns the name used on the command line and in JSON.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Admit(_) => "admit",
            Self::Remove(..) => "remove",
            Self::ChangeRole(..) => "role",
            Self::RevokeDevice(..) => "revoke-device",
            Self::ChangeRule(_) => "rule",
            Self::ChangeRelay(_) => "relay",
            Self::Close(_) => "close",
        }
    }
}

impl Clause {
    /// Returns the code on the wire (`security.md` §3.3).
    #[must_use]
    pub const fn code(&self) -> u64 {
        match self {
            Self::Charter(_) => 0,
            Self::Propose(_) => 1,
            Self::Adopt(_) => 2,
            Self::Leave => 6,
            Self::SetVoices { .. } => 7,
            Self::AddDevice(_) => 10,
            Self::RevokeDevice(..) => 11,
            Self::SuspendDevice(..) => 12,
            Self::OpenEpoch(_) => 15,
            Self::GrantKeys(_) => 16,
            Self::SignConvention(_) => 17,
            Self::AttestErasure(_) => 19,
            Self::Withdraw(_) => 23,
            Self::ResumeDevice(_) => 24,
        }
    }
}

impl Encode for Act {
    fn encode(&self, out: &mut Writer) {
        let optional = usize::from(self.space.is_some()) + usize::from(self.not_after.is_some());
        out.map(8 + optional);
        out.field(0, &ACT_VERSION);
        if let Some(space) = &self.space {
            out.field(1, space);
        }
        out.field(2, &self.clause.code());
        out.field(3, &Bytes(&self.author));
        out.field(4, &Bytes(&self.nonce));
        out.field(5, &self.generation);
        out.field(6, &self.seen_size);
        out.field(7, &Bytes(&self.seen_root));
        if let Some(not_after) = &self.not_after {
            out.field(8, not_after);
        }
        out.uint(9);
        self.clause.encode_payload(out);
    }
}

impl Decode for Act {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = input.map()?;
        let version: u64 = fields.required(0)?;
        if version != ACT_VERSION {
            return Err(DecodeError::Unknown(version));
        }
        let space = fields.optional(1)?;
        let code: u64 = fields.required(2)?;
        let act = Self {
            space,
            author: fields.required_with(3, |input| input.fixed())?,
            nonce: fields.required_with(4, |input| input.fixed())?,
            generation: fields.required(5)?,
            seen_size: fields.required(6)?,
            seen_root: fields.required_with(7, |input| input.fixed())?,
            not_after: fields.optional(8)?,
            clause: fields.required_with(9, |input| Clause::decode_payload(code, input))?,
        };
        fields.end()?;
        if act.space.is_none() != (code == 0) {
            return Err(DecodeError::Invalid("space"));
        }
        Ok(act)
    }
}

impl Clause {
    fn encode_payload(&self, out: &mut Writer) {
        match self {
            Self::Charter(charter) => charter.encode(out),
            Self::Propose(measure) => measure.encode(out),
            Self::Adopt(proposal) | Self::Withdraw(proposal) => proposal.encode(out),
            Self::Leave => out.array(0),
            Self::SetVoices { add, drop } => {
                out.array(2);
                add.encode(out);
                drop.encode(out);
            }
            Self::AddDevice(card) => card.encode(out),
            Self::RevokeDevice(device, cause) => pair(out, device, cause),
            Self::SuspendDevice(device, until) => pair(out, device, until),
            Self::ResumeDevice(device) => device.encode(out),
            Self::OpenEpoch(opening) => opening.encode(out),
            Self::GrantKeys(grant) => grant.encode(out),
            Self::SignConvention(visa) => visa.encode(out),
            Self::AttestErasure(erasure) => erasure.encode(out),
        }
    }

    fn decode_payload(code: u64, input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(match code {
            0 => Self::Charter(Charter::decode(input)?),
            1 => Self::Propose(Measure::decode(input)?),
            2 => Self::Adopt(ProposalId::decode(input)?),
            6 => {
                input.array(0)?;
                Self::Leave
            }
            7 => {
                expect_items(input, 2)?;
                let add = input.list(limits::VOICES_MAX)?;
                Self::SetVoices { add, drop: input.list(limits::VOICES_MAX)? }
            }
            10 => Self::AddDevice(DeviceCard::decode(input)?),
            11 => {
                expect_items(input, 2)?;
                Self::RevokeDevice(DeviceId::decode(input)?, Cause::decode(input)?)
            }
            12 => {
                expect_items(input, 2)?;
                Self::SuspendDevice(DeviceId::decode(input)?, Timestamp::decode(input)?)
            }
            15 => Self::OpenEpoch(EpochOpening::decode(input)?),
            16 => Self::GrantKeys(KeyGrant::decode(input)?),
            17 => Self::SignConvention(Visa::decode(input)?),
            19 => Self::AttestErasure(Erasure::decode(input)?),
            23 => Self::Withdraw(ProposalId::decode(input)?),
            24 => Self::ResumeDevice(DeviceId::decode(input)?),
            unknown => return Err(DecodeError::Unknown(unknown)),
        })
    }
}

fn pair(out: &mut Writer, first: &impl Encode, second: &impl Encode) {
    out.array(2);
    first.encode(out);
    second.encode(out);
}

fn expect_items(input: &mut Reader<'_>, items: usize) -> Result<(), DecodeError> {
    if input.array(items)? != items {
        return Err(DecodeError::Malformed);
    }
    Ok(())
}

impl Encode for Measure {
    fn encode(&self, out: &mut Writer) {
        let code: u64 = match self {
            Self::Admit(_) => 3,
            Self::Remove(..) => 4,
            Self::ChangeRole(..) => 5,
            Self::RevokeDevice(..) => 11,
            Self::ChangeRule(_) => 13,
            Self::ChangeRelay(_) => 14,
            Self::Close(_) => 18,
        };
        out.array(2);
        out.uint(code);
        match self {
            Self::Admit(admission) => admission.encode(out),
            Self::Remove(partner, cause) => pair(out, partner, cause),
            Self::ChangeRole(partner, role) => pair(out, partner, role),
            Self::RevokeDevice(device, cause) => pair(out, device, cause),
            Self::ChangeRule(rule) => rule.encode(out),
            Self::ChangeRelay(terms) => terms.encode(out),
            Self::Close(closing) => closing.encode(out),
        }
    }
}

impl Decode for Measure {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        expect_items(input, 2)?;
        let code = input.uint()?;
        if matches!(code, 4 | 5 | 11) {
            expect_items(input, 2)?;
        }
        Ok(match code {
            3 => Self::Admit(Admission::decode(input)?),
            4 => Self::Remove(PartnerId::decode(input)?, Cause::decode(input)?),
            5 => Self::ChangeRole(PartnerId::decode(input)?, Role::decode(input)?),
            11 => Self::RevokeDevice(DeviceId::decode(input)?, Cause::decode(input)?),
            13 => Self::ChangeRule(Rule::decode(input)?),
            14 => Self::ChangeRelay(RelayTerms::decode(input)?),
            18 => Self::Close(Closing::decode(input)?),
            unknown => return Err(DecodeError::Unknown(unknown)),
        })
    }
}
