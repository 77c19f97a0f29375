//! The CBOR forms of the structs that acts are made of: numbered fields, ascending.

use super::{Admission, Approval, Charter, EpochOpening, KeyGrant, SignedAct};
use crate::codec::{Bytes, Decode, DecodeError, Encode, Reader, Writer};
use crate::limits;

impl Encode for Charter {
    fn encode(&self, out: &mut Writer) {
        out.map(5);
        out.field(0, &self.kind);
        out.field(1, &self.founders);
        out.field(2, &self.rule);
        out.field(3, &self.relay);
        out.field(4, &self.history);
    }
}

impl Decode for Charter {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = input.map()?;
        let value = Self {
            kind: fields.required(0)?,
            founders: fields.required_with(1, |input| input.list(limits::PARTNERS_MAX))?,
            rule: fields.required(2)?,
            relay: fields.required(3)?,
            history: fields.required(4)?,
        };
        fields.end()?;
        Ok(value)
    }
}

impl Encode for Admission {
    fn encode(&self, out: &mut Writer) {
        out.map(5);
        out.field(0, &self.card);
        out.field(1, &self.role);
        out.field(2, &self.history);
        out.field(3, &self.sponsor);
        out.field(4, &Bytes(&self.invitation));
    }
}

impl Decode for Admission {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = input.map()?;
        let value = Self {
            card: fields.required(0)?,
            role: fields.required(1)?,
            history: fields.required(2)?,
            sponsor: fields.required(3)?,
            invitation: fields.required_with(4, |input| input.fixed())?,
        };
        fields.end()?;
        Ok(value)
    }
}

impl Encode for EpochOpening {
    fn encode(&self, out: &mut Writer) {
        out.map(5);
        out.field(0, &self.previous);
        out.field(1, &self.epoch);
        out.field(2, &Bytes(&self.recipients));
        out.field(3, &Bytes(&self.wraps));
        out.field(4, &self.cause);
    }
}

impl Decode for EpochOpening {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = input.map()?;
        let value = Self {
            previous: fields.required(0)?,
            epoch: fields.required(1)?,
            recipients: fields.required_with(2, |input| input.fixed())?,
            wraps: fields.required_with(3, |input| input.fixed())?,
            cause: fields.required(4)?,
        };
        fields.end()?;
        Ok(value)
    }
}

impl Encode for KeyGrant {
    fn encode(&self, out: &mut Writer) {
        out.map(3);
        out.field(0, &self.to);
        out.field(1, &self.epochs);
        out.field(2, &Bytes(&self.wraps));
    }
}

impl Decode for KeyGrant {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = input.map()?;
        let value = Self {
            to: fields.required(0)?,
            epochs: fields.required_with(1, |input| input.list(limits::GRANTED_EPOCHS_MAX))?,
            wraps: fields.required_with(2, |input| input.fixed())?,
        };
        fields.end()?;
        Ok(value)
    }
}

impl Encode for Approval {
    fn encode(&self, out: &mut Writer) {
        out.map(6);
        out.field(0, &self.proposal);
        out.field(1, &self.partner);
        out.field(2, &self.voice);
        out.field(3, &self.generation);
        out.field(4, &self.round);
        out.field(5, &self.signature);
    }
}

impl Decode for Approval {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = input.map()?;
        let value = Self {
            proposal: fields.required(0)?,
            partner: fields.required(1)?,
            voice: fields.required(2)?,
            generation: fields.required(3)?,
            round: fields.required(4)?,
            signature: fields.required(5)?,
        };
        fields.end()?;
        Ok(value)
    }
}

impl Encode for SignedAct {
    fn encode(&self, out: &mut Writer) {
        out.map(3);
        out.field(0, &Bytes(&self.body));
        out.field(1, &self.signature);
        out.field(2, &self.approvals);
    }
}

impl Decode for SignedAct {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = input.map()?;
        let act = Self {
            body: fields.required_with(0, |input| input.bytes(limits::ACT_BYTES_MAX))?.to_vec(),
            signature: fields.required(1)?,
            approvals: fields.required_with(2, |input| input.list(limits::APPROVALS_MAX))?,
        };
        fields.end()?;
        Ok(act)
    }
}
