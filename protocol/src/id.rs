//! Identifiers, each a type of its own so that one can never stand for another.
//!
//! An identifier is opaque bytes. It prints as lower-case hexadecimal and never carries a
//! name, a label or any text about a person or an organisation.

use std::fmt;
use std::str::FromStr;

use crate::codec::{Decode, DecodeError, Encode, Reader, Writer};

/// Defines one fixed-size identifier with its hexadecimal text form and its CBOR form.
macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $size:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $size]);

        impl $name {
            /// Size in bytes.
            pub const SIZE: usize = $size;

            /// Wraps raw bytes.
            #[must_use]
            pub const fn new(bytes: [u8; $size]) -> Self {
                Self(bytes)
            }

            /// Returns the raw bytes.
            #[must_use]
            pub const fn bytes(&self) -> &[u8; $size] {
                &self.0
            }

            /// Reads raw bytes of exactly the right size.
            #[must_use]
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self)
            }

            /// Returns the first eight hexadecimal digits, for logs and narrow tables.
            #[must_use]
            pub fn short(&self) -> String {
                hex(&self.0[..4])
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.short())
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let bytes = unhex(text).ok_or(NotAnId)?;
                Self::from_slice(&bytes).ok_or(NotAnId)
            }
        }

        impl Encode for $name {
            fn encode(&self, out: &mut Writer) {
                out.bytes(&self.0);
            }
        }

        impl Decode for $name {
            fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
                input.fixed().map(Self)
            }
        }
    };
}

identifier!(
    /// One circle of partners: the hash of its charter.
    SpaceId,
    32
);
identifier!(
    /// One signed act of a register: the hash of its body.
    ActId,
    32
);
identifier!(
    /// A proposal: the hash of the measure it would adopt. A join request carries the same id.
    ProposalId,
    32
);
identifier!(
    /// A partner organisation, the same in every space it belongs to.
    PartnerId,
    16
);
identifier!(
    /// The public key that votes and signs for an organisation.
    VoiceId,
    32
);
identifier!(
    /// The public signing key of one machine, drawn afresh for each space.
    DeviceId,
    32
);
identifier!(
    /// The public log key of a relay.
    RelayId,
    32
);
identifier!(
    /// The public key of a relay's operator, kept off the server.
    OperatorId,
    32
);
identifier!(
    /// A period under one content key: the commitment to that key.
    EpochId,
    32
);
identifier!(
    /// A shared document.
    DocumentId,
    16
);
identifier!(
    /// One life of a device's store: drawn at install, restore and clone suspicion.
    Incarnation,
    16
);
identifier!(
    /// The hash of a whole envelope.
    EnvelopeId,
    32
);

/// The text is not the hexadecimal form of this identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnId;

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an identifier: hexadecimal digits of the right number are expected")
    }
}

impl std::error::Error for NotAnId {}

/// Returns the lower-case hexadecimal form.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// Reads hexadecimal digits, upper or lower case; anything else is `None`.
#[must_use]
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let digit = |c: u8| char::from(c).to_digit(16).and_then(|d| u8::try_from(d).ok());
    digits.chunks(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}
