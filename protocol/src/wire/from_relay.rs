//! The bytes of messages to a replica.

use super::fields::{Tagged, entries, optional, parse, start};
use super::{Challenge, Decode, DecodeError, Encode, Log, Reader, ToReplica, Welcome, Writer};
use crate::envelope::ENVELOPE_BYTES_MAX;
use crate::limits;

/// A stored journal entry: an envelope, three numbers and their framing.
const JOURNAL_ENTRY_BYTES_MAX: usize = ENVELOPE_BYTES_MAX + 64;

/// Returns the frame that carries stored entries as they are, the first one at `from`.
#[must_use]
pub fn stream_frame(log: Log, from: u64, entries: &[Vec<u8>]) -> Vec<u8> {
    let tag = match log {
        Log::Register => ACTS,
        Log::Journal => ENVELOPES,
    };
    let mut out = start(2, tag);
    out.uint(from);
    out.array(entries.len());
    for entry in entries {
        out.bytes(entry);
    }
    out.finish()
}

const ACTS: u64 = 2;
const ENVELOPES: u64 = 3;

impl ToReplica {
    /// Returns the frame.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = start(self.fields(), self.tag());
        match self {
            Self::Challenge(challenge) => write_challenge(challenge, &mut out),
            Self::Welcome(welcome) => write_welcome(welcome, &mut out),
            Self::Acts { from, entries } => return stream_frame(Log::Register, *from, entries),
            Self::Envelopes { from, entries } => {
                return stream_frame(Log::Journal, *from, entries);
            }
            Self::Heads { register, journal } => {
                register.encode(&mut out);
                journal.encode(&mut out);
            }
            Self::Mailbox { requests, approvals } => {
                requests.encode(&mut out);
                approvals.encode(&mut out);
            }
            Self::Marked(marks) => marks.encode(&mut out),
            Self::Wraps { hash, wraps } => {
                out.bytes(hash);
                out.bytes(wraps.as_deref().unwrap_or_default());
            }
            Self::Submitted { ticket, seq } => {
                out.uint(*ticket);
                out.uint(*seq);
            }
            Self::Kept { incarnation, counter, position } => {
                incarnation.encode(&mut out);
                out.uint(*counter);
                out.uint(*position);
            }
            Self::Refused { of, refusal, detail } => {
                of.encode(&mut out);
                refusal.encode(&mut out);
                out.uint(*detail);
            }
            Self::Wanted { log, position } => {
                log.encode(&mut out);
                out.uint(*position);
            }
            Self::Bye(refusal) => refusal.encode(&mut out),
            Self::Pong | Self::Unknown(_) => {}
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
            Self::Challenge(_) => 0,
            Self::Welcome(_) => 1,
            Self::Acts { .. } => ACTS,
            Self::Envelopes { .. } => ENVELOPES,
            Self::Heads { .. } => 4,
            Self::Mailbox { .. } => 5,
            Self::Marked(_) => 6,
            Self::Wraps { .. } => 7,
            Self::Submitted { .. } => 8,
            Self::Kept { .. } => 9,
            Self::Refused { .. } => 10,
            Self::Wanted { .. } => 11,
            Self::Pong => 12,
            Self::Bye(_) => 13,
            Self::Unknown(tag) => *tag,
        }
    }
}

impl Tagged for ToReplica {
    fn read(tag: u64, input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(match tag {
            0 => Self::Challenge(Challenge {
                version: input.uint()?,
                relay: Decode::decode(input)?,
                nonce: input.fixed()?,
                signature: Decode::decode(input)?,
            }),
            1 => Self::Welcome(Welcome {
                standing: Decode::decode(input)?,
                register: Decode::decode(input)?,
                journal: Decode::decode(input)?,
                time: Decode::decode(input)?,
                terms: input.list(1)?.pop().map(Box::new),
            }),
            ACTS => Self::Acts {
                from: input.uint()?,
                entries: entries(input, limits::ENTRY_BYTES_MAX)?,
            },
            ENVELOPES => Self::Envelopes {
                from: input.uint()?,
                entries: entries(input, JOURNAL_ENTRY_BYTES_MAX)?,
            },
            4 => Self::Heads { register: Decode::decode(input)?, journal: Decode::decode(input)? },
            5 => Self::Mailbox {
                requests: input.list(limits::REQUESTS_MAX)?,
                approvals: input.list(limits::MAILBOX_APPROVALS_MAX)?,
            },
            6 => Self::Marked(input.list(limits::MARKS_MAX)?),
            7 => Self::Wraps {
                hash: input.fixed()?,
                wraps: optional(input, limits::WRAPS_BYTES_MAX)?,
            },
            8 => Self::Submitted { ticket: input.uint()?, seq: input.uint()? },
            9 => Self::Kept {
                incarnation: Decode::decode(input)?,
                counter: input.uint()?,
                position: input.uint()?,
            },
            10 => Self::Refused {
                of: Decode::decode(input)?,
                refusal: Decode::decode(input)?,
                detail: input.uint()?,
            },
            11 => Self::Wanted { log: Decode::decode(input)?, position: input.uint()? },
            12 => Self::Pong,
            13 => Self::Bye(Decode::decode(input)?),
            unknown => Self::Unknown(unknown),
        })
    }

    fn fields(&self) -> usize {
        match self {
            Self::Welcome(_) => 5,
            Self::Challenge(_) => 4,
            Self::Kept { .. } | Self::Refused { .. } => 3,
            Self::Acts { .. }
            | Self::Envelopes { .. }
            | Self::Heads { .. }
            | Self::Mailbox { .. }
            | Self::Wraps { .. }
            | Self::Submitted { .. }
            | Self::Wanted { .. } => 2,
            Self::Marked(_) | Self::Bye(_) => 1,
            Self::Pong | Self::Unknown(_) => 0,
        }
    }

    fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }
}

fn write_challenge(challenge: &Challenge, out: &mut Writer) {
    out.uint(challenge.version);
    challenge.relay.encode(out);
    out.bytes(&challenge.nonce);
    challenge.signature.encode(out);
}

fn write_welcome(welcome: &Welcome, out: &mut Writer) {
    welcome.standing.encode(out);
    welcome.register.encode(out);
    welcome.journal.encode(out);
    welcome.time.encode(out);
    out.list(welcome.terms.as_deref().map_or(&[][..], std::slice::from_ref));
}
