//! Fields that several messages have, each with its bound.

use super::{
    Decode, DecodeError, Encode, Head, Log, Marked, NOTE_BYTES_MAX, Reader, Standing, Subject,
    Writer,
};
use crate::limits;

/// Reads a byte string whose absence is written as an empty one.
pub(super) fn optional(input: &mut Reader<'_>, max: usize) -> Result<Option<Vec<u8>>, DecodeError> {
    let bytes = input.bytes(max)?;
    Ok((!bytes.is_empty()).then(|| bytes.to_vec()))
}

/// Reads stored entries: their number and their sizes are bounded, their sum by the frame.
pub(super) fn entries(input: &mut Reader<'_>, max: usize) -> Result<Vec<Vec<u8>>, DecodeError> {
    let items = input.array(limits::STREAM_ITEMS_MAX)?;
    let mut entries = Vec::new();
    for _ in 0..items {
        entries.push(input.bytes(max)?.to_vec());
    }
    Ok(entries)
}

impl Encode for Log {
    fn encode(&self, out: &mut Writer) {
        out.uint(self.code());
    }
}

impl Decode for Log {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let code = input.uint()?;
        Self::from_code(code).ok_or(DecodeError::Unknown(code))
    }
}

impl Encode for Head {
    fn encode(&self, out: &mut Writer) {
        out.array(2);
        out.uint(self.size);
        out.text(&self.note);
    }
}

impl Decode for Head {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        exactly(input, 2)?;
        Ok(Self { size: input.uint()?, note: input.text(NOTE_BYTES_MAX)?.to_owned() })
    }
}

impl Standing {
    const ALL: [Self; 7] = [
        Self::Member,
        Self::Applicant,
        Self::Former,
        Self::Stranger,
        Self::Operator,
        Self::UnknownSpace,
        Self::Importing,
    ];

    const fn code(self) -> u64 {
        match self {
            Self::Member => 1,
            Self::Applicant => 2,
            Self::Former => 3,
            Self::Stranger => 4,
            Self::Operator => 5,
            Self::UnknownSpace => 6,
            Self::Importing => 7,
        }
    }
}

impl Encode for Standing {
    fn encode(&self, out: &mut Writer) {
        out.uint(self.code());
    }
}

impl Decode for Standing {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let code = input.uint()?;
        let found = Self::ALL.into_iter().find(|standing| standing.code() == code);
        found.ok_or(DecodeError::Unknown(code))
    }
}

impl Encode for Marked {
    fn encode(&self, out: &mut Writer) {
        out.array(3);
        self.incarnation.encode(out);
        out.uint(self.counter);
        self.last.encode(out);
    }
}

impl Decode for Marked {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        exactly(input, 3)?;
        Ok(Self {
            incarnation: Decode::decode(input)?,
            counter: input.uint()?,
            last: Decode::decode(input)?,
        })
    }
}

impl Encode for Subject {
    fn encode(&self, out: &mut Writer) {
        let plain = |out: &mut Writer, code| {
            out.array(1);
            out.uint(code);
        };
        match self {
            Self::Hello => plain(out, 0),
            Self::Act(ticket) => {
                out.array(2);
                out.uint(1);
                out.uint(*ticket);
            }
            Self::Envelope(id) => {
                out.array(2);
                out.uint(2);
                id.encode(out);
            }
            Self::Knock => plain(out, 3),
            Self::Approval(proposal) => {
                out.array(2);
                out.uint(4);
                proposal.encode(out);
            }
            Self::Founding => plain(out, 5),
            Self::Invitation => plain(out, 6),
            Self::Give => plain(out, 7),
            Self::Follow => plain(out, 8),
            Self::Message => plain(out, 9),
        }
    }
}

impl Decode for Subject {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let items = input.array(2)?;
        let (expected, subject) = match input.uint()? {
            0 => (1, Self::Hello),
            1 => (2, Self::Act(input.uint()?)),
            2 => (2, Self::Envelope(Decode::decode(input)?)),
            3 => (1, Self::Knock),
            4 => (2, Self::Approval(Decode::decode(input)?)),
            5 => (1, Self::Founding),
            6 => (1, Self::Invitation),
            7 => (1, Self::Give),
            8 => (1, Self::Follow),
            9 => (1, Self::Message),
            code => return Err(DecodeError::Unknown(code)),
        };
        if items != expected {
            return Err(DecodeError::Malformed);
        }
        Ok(subject)
    }
}

/// Opens an array of exactly `items` items.
pub(super) fn exactly(input: &mut Reader<'_>, items: usize) -> Result<(), DecodeError> {
    if input.array(items)? != items {
        return Err(DecodeError::Malformed);
    }
    Ok(())
}

/// A message of either direction: a tag, and the fields that belong to it.
pub(super) trait Tagged: Sized {
    /// Reads the fields that belong to a tag; a tag of tomorrow has none that we know.
    fn read(tag: u64, input: &mut Reader<'_>) -> Result<Self, DecodeError>;

    /// Returns the number of fields that belong to the message.
    fn fields(&self) -> usize;

    /// Tells whether it is a message of tomorrow.
    fn is_unknown(&self) -> bool;
}

/// Reads a frame of either direction: bounded, with no field more or less, and nothing behind.
pub(super) fn parse<M: Tagged>(frame: &[u8]) -> Result<M, DecodeError> {
    if frame.len() > limits::FRAME_BYTES_MAX {
        return Err(DecodeError::TooLarge);
    }
    let mut input = Reader::new(frame);
    let (fields, tag) = open(&mut input)?;
    let message = M::read(tag, &mut input)?;
    if message.is_unknown() {
        return Ok(message);
    }
    if fields != message.fields() {
        return Err(DecodeError::Malformed);
    }
    if !input.at_end() {
        return Err(DecodeError::Trailing);
    }
    Ok(message)
}

/// Opens a message and returns its number of fields and its tag.
fn open(input: &mut Reader<'_>) -> Result<(usize, u64), DecodeError> {
    let items = input.array(64)?;
    if items == 0 {
        return Err(DecodeError::Malformed);
    }
    Ok((items - 1, input.uint()?))
}

/// Starts a message of `fields` fields.
pub(super) fn start(fields: usize, tag: u64) -> Writer {
    let mut out = Writer::new();
    out.array(fields + 1);
    out.uint(tag);
    out
}
