//! The CBOR forms of a journal's entries and of what a relay stores beside them.

use std::fmt;

use super::{
    Bytes, Decode, DecodeError, ENVELOPE_BYTES_MAX, Encode, JournalEntry, JournalHead, Mark,
    Reader, Usage, Writer,
};

impl Encode for JournalEntry {
    fn encode(&self, out: &mut Writer) {
        out.map(4);
        out.field(0, &self.position);
        out.field(1, &self.time);
        out.field(2, &self.register_size);
        out.field(3, &Bytes(&self.envelope));
    }
}

impl Decode for JournalEntry {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = input.map()?;
        let entry = Self {
            position: fields.required(0)?,
            time: fields.required(1)?,
            register_size: fields.required(2)?,
            envelope: fields.required_with(3, |input| input.bytes(ENVELOPE_BYTES_MAX))?.to_vec(),
        };
        fields.end()?;
        Ok(entry)
    }
}

impl fmt::Debug for JournalEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.envelope.len();
        write!(f, "JournalEntry({}, {}, {size} bytes)", self.position, self.time)
    }
}

impl Encode for Mark {
    fn encode(&self, out: &mut Writer) {
        out.map(3);
        out.field(0, &self.counter);
        out.field(1, &self.last);
        out.field(2, &self.position);
    }
}

impl Decode for Mark {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = input.map()?;
        let mark = Self {
            counter: fields.required(0)?,
            last: fields.required(1)?,
            position: fields.required(2)?,
        };
        fields.end()?;
        Ok(mark)
    }
}

impl Encode for Usage {
    fn encode(&self, out: &mut Writer) {
        out.map(3);
        out.field(0, &self.window);
        out.field(1, &self.envelopes);
        out.field(2, &self.bytes);
    }
}

impl Decode for Usage {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = input.map()?;
        let usage = Self {
            window: fields.required(0)?,
            envelopes: fields.required(1)?,
            bytes: fields.required(2)?,
        };
        fields.end()?;
        Ok(usage)
    }
}

impl Encode for JournalHead {
    fn encode(&self, out: &mut Writer) {
        out.map(3);
        out.field(0, &self.tree);
        out.field(1, &self.time);
        out.field(2, &self.register_size);
    }
}

impl Decode for JournalHead {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = input.map()?;
        let head = Self {
            tree: fields.required(0)?,
            time: fields.required(1)?,
            register_size: fields.required(2)?,
        };
        fields.end()?;
        Ok(head)
    }
}
