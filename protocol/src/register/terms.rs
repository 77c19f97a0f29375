//! The words of a register: roles, thresholds, causes, cards. Values only, no rules.

use super::{Refusal, codec, crypto};
use crate::codec::{Decode, DecodeError, Encode, Reader, Text, Writer};
use crate::crypto::{Hash, Label, Signature, SigningSecret, WrapPublic};
use crate::id::{DeviceId, OperatorId, PartnerId, RelayId, SpaceId, VoiceId};
use crate::limits;

/// Defines a closed list of words with their wire codes and their names on the command line.
macro_rules! words {
    (
        $(#[$doc:meta])* $name:ident {
            $($(#[$item:meta])* $variant:ident = $code:literal $text:literal),+ $(,)?
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$item])* $variant),+ }

        impl $name {
            /// Every value, in the order of the codes.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Returns the code on the wire.
            #[must_use]
            pub const fn code(self) -> u64 {
                match self { $(Self::$variant => $code),+ }
            }

            /// Returns the name used on the command line and in JSON.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// Finds the value with this name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name() == name)
            }
        }

        impl Encode for $name {
            fn encode(&self, out: &mut Writer) {
                out.uint(self.code());
            }
        }

        impl Decode for $name {
            fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
                let code = input.uint()?;
                let found = Self::ALL.iter().copied().find(|value| value.code() == code);
                found.ok_or(DecodeError::Unknown(code))
            }
        }
    };
}

pub(super) use words;

words!(
    /// What an organisation may do in a space.
    Role {
        /// Votes, writes and reads.
        Guarantor = 1 "guarantor",
        /// Writes and reads.
        Member = 2 "member",
        /// Reads.
        Observer = 3 "observer",
    }
);

words!(
    /// What a device may do, within what its organisation may.
    DeviceRole {
        /// Writes and reads.
        Editor = 1 "editor",
        /// Reads.
        Reader = 2 "reader",
    }
);

words!(
    /// How much of the past a newcomer is given the keys of.
    History {
        /// Nothing that was written before its admission.
        None = 0 "none",
        /// Everything.
        All = 1 "all",
    }
);

words!(
    /// Why an organisation or a device leaves.
    Cause {
        /// No longer used.
        Retired = 1 "retired",
        /// Lost: nobody is known to have it.
        Lost = 2 "lost",
        /// Stolen: somebody else may have it.
        Stolen = 3 "stolen",
        /// Its store was copied and runs twice.
        Clone = 4 "clone",
        /// Decided by the partners.
        Decision = 5 "decision",
    }
);

words!(
    /// What a space is for.
    SpaceKind {
        /// The partners of a territory.
        Territory = 1 "territory",
        /// An instance: COPIL, working group.
        Instance = 2 "instance",
        /// A small closed circle.
        Circle = 3 "circle",
    }
);

words!(
    /// How a space ends.
    Closing {
        /// Kept readable by those who hold it.
        Archive = 1 "archive",
        /// Keys to be destroyed on every device.
        Erase = 2 "erase",
    }
);

words!(
    /// Why an epoch is opened.
    TurnCause {
        /// The first epoch of a space.
        First = 1 "first",
        /// Somebody left, was removed, revoked or suspended.
        Departure = 2 "departure",
        /// A newcomer without the past was admitted.
        Arrival = 3 "arrival",
        /// The epoch was old or had carried much.
        Age = 4 "age",
    }
);

/// How many guarantors must approve, out of all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Threshold {
    /// More than half: `floor(n / 2) + 1`.
    Majority,
    /// Two thirds plus one: `floor(2n / 3) + 1`.
    TwoThirds,
    /// All of them.
    Unanimous,
    /// A fixed number, never less than a majority, and all of them once they are fewer.
    AtLeast(u64),
}

impl Threshold {
    /// Returns the number needed among `guarantors`. The floor, a strict majority of all, is
    /// in code and not in charters (`security.md` §2.3).
    #[must_use]
    pub fn needed(self, guarantors: usize) -> usize {
        let majority = guarantors / 2 + 1;
        match self {
            Self::Majority => majority,
            Self::TwoThirds => 2 * guarantors / 3 + 1,
            Self::Unanimous => guarantors.max(1),
            // More than all of them could never be met: the space would be stuck for ever.
            Self::AtLeast(k) => {
                usize::try_from(k).unwrap_or(usize::MAX).min(guarantors).max(majority)
            }
        }
    }

    /// Returns the name used on the command line and in JSON.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Majority => "majority".into(),
            Self::TwoThirds => "two-thirds".into(),
            Self::Unanimous => "unanimous".into(),
            Self::AtLeast(k) => format!("at-least-{k}"),
        }
    }
}

impl Encode for Threshold {
    fn encode(&self, out: &mut Writer) {
        let (code, k) = match self {
            Self::Majority => (1, 0),
            Self::TwoThirds => (2, 0),
            Self::Unanimous => (3, 0),
            Self::AtLeast(k) => (4, *k),
        };
        out.array(2);
        out.uint(code);
        out.uint(k);
    }
}

impl Decode for Threshold {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if input.array(2)? != 2 {
            return Err(DecodeError::Malformed);
        }
        match (input.uint()?, input.uint()?) {
            (1, 0) => Ok(Self::Majority),
            (2, 0) => Ok(Self::TwoThirds),
            (3, 0) => Ok(Self::Unanimous),
            (4, k) => Ok(Self::AtLeast(k)),
            (1..=3, _) => Err(DecodeError::Invalid("threshold")),
            (code, _) => Err(DecodeError::Unknown(code)),
        }
    }
}

/// The thresholds of a space, one for each class of decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Admissions, promotions, revocation of another's device, closing.
    pub governance: Threshold,
    /// Removal of a partner, or of a guarantor's voice.
    pub expulsion: Threshold,
    /// Change of this rule.
    pub change: Threshold,
    /// Change of relay.
    pub relay: Threshold,
}

impl Rule {
    /// The rule of a charter that says nothing: majority, and two thirds plus one to expel or
    /// to change the rule.
    pub const USUAL: Self = Self {
        governance: Threshold::Majority,
        expulsion: Threshold::TwoThirds,
        change: Threshold::TwoThirds,
        relay: Threshold::Majority,
    };

    /// One threshold for every class.
    #[must_use]
    pub const fn same(threshold: Threshold) -> Self {
        Self { governance: threshold, expulsion: threshold, change: threshold, relay: threshold }
    }

    /// Tells whether no threshold asks for less than a majority of `guarantors`.
    #[must_use]
    pub fn holds_floor(&self, guarantors: usize) -> bool {
        let floor = (guarantors / 2 + 1) as u64;
        [self.governance, self.expulsion, self.change, self.relay]
            .iter()
            .all(|threshold| !matches!(threshold, Threshold::AtLeast(k) if *k < floor))
    }
}

impl Encode for Rule {
    fn encode(&self, out: &mut Writer) {
        out.map(4);
        out.field(0, &self.governance);
        out.field(1, &self.expulsion);
        out.field(2, &self.change);
        out.field(3, &self.relay);
    }
}

impl Decode for Rule {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = input.map()?;
        let rule = Self {
            governance: fields.required(0)?,
            expulsion: fields.required(1)?,
            change: fields.required(2)?,
            relay: fields.required(3)?,
        };
        fields.end()?;
        Ok(rule)
    }
}

/// The relay that orders a space, as the register names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayTerms {
    /// The log key that signs checkpoints.
    pub relay: RelayId,
    /// The key that may suspend a device.
    pub operator: OperatorId,
    /// Where to dial, ASCII.
    pub url: String,
    /// Whether a handshake without TLS from end to end is refused.
    pub binding_required: bool,
    /// Whether the relay declares certified health-data hosting (art. L.1111-8 CSP).
    pub health_hosting: bool,
}

impl Encode for RelayTerms {
    fn encode(&self, out: &mut Writer) {
        out.map(5);
        out.field(0, &self.relay);
        out.field(1, &self.operator);
        out.field(2, &Text(&self.url));
        out.field(3, &u64::from(self.binding_required));
        out.field(4, &u64::from(self.health_hosting));
    }
}

impl Decode for RelayTerms {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = input.map()?;
        let terms = Self {
            relay: fields.required(0)?,
            operator: fields.required(1)?,
            url: fields.required_with(2, dial_text)?,
            binding_required: fields.required_with(3, flag)?,
            health_hosting: fields.required_with(4, flag)?,
        };
        fields.end()?;
        Ok(terms)
    }
}

/// Reads where to dial: scheme, host, port and path. The only text of a register has room for
/// neither a sentence nor an address of a person: no space, no `@`, no query.
fn dial_text(input: &mut Reader<'_>) -> Result<String, DecodeError> {
    let text = input.text(limits::URL_BYTES_MAX)?;
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/[]".contains(&byte)) {
        return Err(DecodeError::Invalid("text"));
    }
    Ok(text.to_owned())
}

fn flag(input: &mut Reader<'_>) -> Result<bool, DecodeError> {
    match input.uint()? {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(DecodeError::Invalid("flag")),
    }
}

/// The public half of a device, with the proof that its maker holds the private half.
///
/// The proof is not bound to a space: a device asks to be added before it knows where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceCard {
    /// Signing key.
    pub device: DeviceId,
    /// Key to wrap secrets for.
    pub wrap: WrapPublic,
    /// What it may do: the organisation decides, so the proof does not cover it.
    pub role: DeviceRole,
    /// Salted commitment to its label; the label itself is only in the directory.
    pub label: Hash,
    /// Signature of the device over its two keys and the label.
    pub proof: Signature,
}

impl DeviceCard {
    /// Makes the card of a device.
    #[must_use]
    pub fn make(secret: &SigningSecret, wrap: WrapPublic, role: DeviceRole, label: Hash) -> Self {
        let device = DeviceId::new(secret.public());
        let proof = Signature([0; 64]);
        let mut card = Self { device, wrap, role, label, proof };
        card.proof = crypto::sign(secret, Label::Card, &SpaceId::new([0; 32]), &card.body());
        card
    }

    /// Checks the keys and the proof.
    ///
    /// # Errors
    /// Says which of them is wrong.
    pub fn check(&self) -> Result<(), Refusal> {
        crypto::admit_key(self.device.bytes()).map_err(Refusal::from)?;
        self.wrap.admit().map_err(Refusal::from)?;
        let nowhere = SpaceId::new([0; 32]);
        crypto::verify(self.device.bytes(), Label::Card, &nowhere, &self.body(), &self.proof)
            .map_err(|_| Refusal::BadSignature)
    }

    fn body(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.array(3);
        self.device.encode(&mut out);
        self.wrap.encode(&mut out);
        out.bytes(&self.label);
        out.finish()
    }
}

impl Encode for DeviceCard {
    fn encode(&self, out: &mut Writer) {
        out.map(5);
        out.field(0, &self.device);
        out.field(1, &self.wrap);
        out.field(2, &self.role);
        out.field(3, &codec::Bytes(&self.label));
        out.field(4, &self.proof);
    }
}

impl Decode for DeviceCard {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = input.map()?;
        let card = Self {
            device: fields.required(0)?,
            wrap: fields.required(1)?,
            role: fields.required(2)?,
            label: fields.required_with(3, |input| input.fixed())?,
            proof: fields.required(4)?,
        };
        fields.end()?;
        Ok(card)
    }
}

/// An organisation as a charter or an admission names it: an id and keys, no name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerCard {
    /// The organisation.
    pub partner: PartnerId,
    /// Its voice keys, one to three, ascending.
    pub voices: Vec<VoiceId>,
    /// Its first devices, ascending.
    pub devices: Vec<DeviceCard>,
}

impl Encode for PartnerCard {
    fn encode(&self, out: &mut Writer) {
        out.map(3);
        out.field(0, &self.partner);
        out.field(1, &self.voices);
        out.field(2, &self.devices);
    }
}

impl Decode for PartnerCard {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = input.map()?;
        let card = Self {
            partner: fields.required(0)?,
            voices: fields.required_with(1, |input| input.list(limits::VOICES_MAX))?,
            devices: fields
                .required_with(2, |input| input.list(limits::DEVICES_AT_ADMISSION_MAX))?,
        };
        fields.end()?;
        Ok(card)
    }
}
