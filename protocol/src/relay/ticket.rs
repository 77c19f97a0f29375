//! The right to found a space: a string the operator hands out, used once.
//!
//! A ticket is signed by the relay's log key and stored nowhere until it is used; what was
//! used is remembered until it would have expired.

use std::fmt;

use rand_core::CryptoRng;

use crate::codec::{self, Bytes, Decode, DecodeError, Encode, Reader, Writer};
use crate::crypto::{self, Label, Signature, SigningSecret};
use crate::env::Timestamp;
use crate::id::{RelayId, SpaceId};
use crate::invitation::{paste, print};

const TICKET: &str = "liaison-fondation-";
/// A ticket is for no space: the one it will found does not exist yet.
const NOWHERE: SpaceId = SpaceId::new([0; 32]);

/// A founding ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Drawn afresh.
    pub id: [u8; 16],
    /// Relay time after which it is worth nothing.
    pub expires: Timestamp,
    signature: Signature,
}

/// Why a ticket gives no right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketFault {
    /// Not a ticket, or not whole.
    Malformed,
    /// Not of this relay.
    NotOurs,
    /// Its time is over.
    Expired,
}

impl fmt::Display for TicketFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "not a founding ticket",
            Self::NotOurs => "a founding ticket of another relay",
            Self::Expired => "an expired founding ticket",
        })
    }
}

impl std::error::Error for TicketFault {}

impl Ticket {
    /// Makes a ticket. Its printed form is what a founder gives to the relay.
    #[must_use]
    pub fn issue(relay: &SigningSecret, expires: Timestamp, rng: &mut dyn CryptoRng) -> Self {
        let mut id = [0; 16];
        rng.fill_bytes(&mut id);
        let signature = crypto::sign(relay, Label::Ticket, &NOWHERE, &body(&id, expires));
        Self { id, expires, signature }
    }

    /// Reads the printed form and checks it against a relay's key and clock.
    ///
    /// # Errors
    /// Says why it gives no right.
    pub fn check(printed: &[u8], relay: &RelayId, now: Timestamp) -> Result<Self, TicketFault> {
        let text = str::from_utf8(printed).map_err(|_| TicketFault::Malformed)?;
        let ticket: Self = paste(TICKET, text).map_err(|_| TicketFault::Malformed)?;
        let body = body(&ticket.id, ticket.expires);
        crypto::verify(relay.bytes(), Label::Ticket, &NOWHERE, &body, &ticket.signature)
            .map_err(|_| TicketFault::NotOurs)?;
        if ticket.expires < now {
            return Err(TicketFault::Expired);
        }
        Ok(ticket)
    }
}

fn body(id: &[u8; 16], expires: Timestamp) -> Vec<u8> {
    let mut out = Writer::new();
    out.array(2);
    out.bytes(id);
    expires.encode(&mut out);
    out.finish()
}

impl fmt::Display for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print(TICKET, &codec::to_bytes(self)))
    }
}

impl Encode for Ticket {
    fn encode(&self, out: &mut Writer) {
        out.map(3);
        out.field(0, &Bytes(&self.id));
        out.field(1, &self.expires);
        out.field(2, &self.signature);
    }
}

impl Decode for Ticket {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = input.map()?;
        let ticket = Self {
            id: fields.required_with(0, Reader::fixed)?,
            expires: fields.required(1)?,
            signature: fields.required(2)?,
        };
        fields.end()?;
        Ok(ticket)
    }
}
