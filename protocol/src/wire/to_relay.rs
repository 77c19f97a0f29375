//! The bytes of messages to a relay.

use super::fields::{Tagged, optional, parse, start};
use super::{Decode, DecodeError, Encode, Hello, Reader, ToRelay};
use crate::envelope::ENVELOPE_BYTES_MAX;
use crate::limits;

/// The largest stored item of either log.
const ITEM_BYTES_MAX: usize = ENVELOPE_BYTES_MAX + 64;

impl ToRelay {
    /// Returns the frame.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = start(self.fields(), self.tag());
        match self {
            Self::Hello(hello) => {
                hello.versions.encode(&mut out);
                hello.space.encode(&mut out);
                out.bytes(&hello.key);
                out.bytes(&hello.nonce);
            }
            Self::Prove(signature) => signature.encode(&mut out),
            Self::Found { charter, ticket, held } => {
                charter.encode(&mut out);
                out.bytes(ticket.as_deref().unwrap_or_default());
                out.uint(*held);
            }
            Self::Knock { pass, request } => {
                out.bytes(pass);
                request.encode(&mut out);
            }
            Self::Follow { register_from, journal_from } => {
                out.uint(*register_from);
                out.uint(*journal_from);
            }
            Self::Submit { ticket, act, wraps } => {
                out.uint(*ticket);
                act.encode(&mut out);
                out.bytes(wraps.as_deref().unwrap_or_default());
            }
            Self::Approve(approval) => approval.encode(&mut out),
            Self::Push(envelope) => out.bytes(envelope),
            Self::Marks(incarnations) => incarnations.encode(&mut out),
            Self::PutInvitation(hash) | Self::GetWraps(hash) => out.bytes(hash),
            Self::Give { log, position, item } => {
                log.encode(&mut out);
                out.uint(*position);
                out.bytes(item);
            }
            Self::Complete { register, journal } => {
                register.encode(&mut out);
                journal.encode(&mut out);
            }
            Self::Ping | Self::Bye | Self::Unknown(_) => {}
        }
        out.finish()
    }

    /// Reads a frame.
    ///
    /// # Errors
    /// Says why the frame is not a message.
    pub fn parse(frame: &[u8]) -> Result<Self, DecodeError> {
        parse(frame)
    }

    const fn tag(&self) -> u64 {
        match self {
            Self::Hello(_) => 0,
            Self::Prove(_) => 1,
            Self::Found { .. } => 2,
            Self::Knock { .. } => 3,
            Self::Follow { .. } => 4,
            Self::Submit { .. } => 5,
            Self::Approve(_) => 6,
            Self::Push(_) => 7,
            Self::Marks(_) => 8,
            Self::PutInvitation(_) => 9,
            Self::GetWraps(_) => 10,
            Self::Give { .. } => 11,
            Self::Ping => 12,
            Self::Bye => 13,
            Self::Complete { .. } => 14,
            Self::Unknown(tag) => *tag,
        }
    }
}

impl Tagged for ToRelay {
    fn read(tag: u64, input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(match tag {
            0 => Self::Hello(Hello {
                versions: input.list(limits::VERSIONS_MAX)?,
                space: Decode::decode(input)?,
                key: input.fixed()?,
                nonce: input.fixed()?,
            }),
            1 => Self::Prove(Decode::decode(input)?),
            2 => Self::Found {
                charter: Box::new(Decode::decode(input)?),
                ticket: optional(input, limits::TICKET_BYTES_MAX)?,
                held: input.uint()?,
            },
            3 => Self::Knock { pass: input.fixed()?, request: Box::new(Decode::decode(input)?) },
            4 => Self::Follow { register_from: input.uint()?, journal_from: input.uint()? },
            5 => Self::Submit {
                ticket: input.uint()?,
                act: Box::new(Decode::decode(input)?),
                wraps: optional(input, limits::WRAPS_BYTES_MAX)?,
            },
            6 => Self::Approve(Decode::decode(input)?),
            7 => Self::Push(input.bytes(ENVELOPE_BYTES_MAX)?.to_vec()),
            8 => Self::Marks(input.list(limits::MARKS_MAX)?),
            9 => Self::PutInvitation(input.fixed()?),
            10 => Self::GetWraps(input.fixed()?),
            11 => Self::Give {
                log: Decode::decode(input)?,
                position: input.uint()?,
                item: input.bytes(ITEM_BYTES_MAX)?.to_vec(),
            },
            12 => Self::Ping,
            13 => Self::Bye,
            14 => {
                Self::Complete { register: Decode::decode(input)?, journal: Decode::decode(input)? }
            }
            unknown => Self::Unknown(unknown),
        })
    }

    fn fields(&self) -> usize {
        match self {
            Self::Hello(_) => 4,
            Self::Found { .. } | Self::Submit { .. } | Self::Give { .. } => 3,
            Self::Knock { .. } | Self::Follow { .. } | Self::Complete { .. } => 2,
            Self::Prove(_)
            | Self::Approve(_)
            | Self::Push(_)
            | Self::Marks(_)
            | Self::PutInvitation(_)
            | Self::GetWraps(_) => 1,
            Self::Ping | Self::Bye | Self::Unknown(_) => 0,
        }
    }

    fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }
}
