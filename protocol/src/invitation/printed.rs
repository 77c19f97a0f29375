//! Strings made to be copied: invitations, device requests, device welcomes.
//!
//! A word for what it is, then base64url of a version, a CBOR body and four bytes of SHA-256.
//! A line break or a space from an e-mail is forgiven; a wrong or a missing letter is told
//! apart from a string of another sort.

use std::fmt;
use std::str::FromStr;

use base64ct::{Base64UrlUnpadded, Encoding};

use super::{Invitation, InvitationSecret, TITLE_BYTES_MAX};
use crate::codec::{self, Bytes, Decode, DecodeError, Encode, Reader, Text, Writer};
use crate::crypto::Hasher;
use crate::id::{PartnerId, RelayId, SpaceId};
use crate::limits;
use crate::register::DeviceCard;

/// Characters of the longest string that is looked at.
const PASTE_CHARS_MAX: usize = 8 * 1024;
const VERSION: u8 = 1;
const CHECKSUM_BYTES: usize = 4;

/// Why a pasted string cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasteError {
    /// Not a string of this sort at all.
    NotThis {
        /// The word such a string begins with.
        expected: &'static str,
    },
    /// Cut short, or with a wrong letter.
    Damaged,
    /// Made by a newer version.
    Newer,
}

impl PasteError {
    /// Returns the sentence in French.
    #[must_use]
    pub fn french(&self) -> String {
        match self {
            Self::NotThis { expected } => {
                format!("le texte attendu commence par « {expected} »")
            }
            Self::Damaged => "texte incomplet ou abîmé : le copier en entier".to_owned(),
            Self::Newer => "texte fait par une version plus récente".to_owned(),
        }
    }
}

impl fmt::Display for PasteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotThis { expected } => write!(f, "the text should begin with {expected}"),
            Self::Damaged => f.write_str("incomplete or damaged text: copy it whole"),
            Self::Newer => f.write_str("text made by a newer version"),
        }
    }
}

impl std::error::Error for PasteError {}

/// Prints a body after the word that says what it is.
pub(crate) fn print(word: &'static str, body: &[u8]) -> String {
    let mut bytes = vec![VERSION];
    bytes.extend_from_slice(body);
    print_bytes(word, bytes)
}

pub(super) fn print_bytes(word: &'static str, mut bytes: Vec<u8>) -> String {
    let checksum = checksum(word, &bytes);
    bytes.extend_from_slice(&checksum);
    format!("{word}{}", Base64UrlUnpadded::encode_string(&bytes))
}

/// Reads what [`print`] has printed, spaces and line breaks apart.
pub(crate) fn paste<T: Decode + Encode>(word: &'static str, text: &str) -> Result<T, PasteError> {
    if text.len() > PASTE_CHARS_MAX {
        return Err(PasteError::NotThis { expected: word });
    }
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let coded = text.strip_prefix(word).ok_or(PasteError::NotThis { expected: word })?;
    let bytes = Base64UrlUnpadded::decode_vec(coded).map_err(|_| PasteError::Damaged)?;
    let at = bytes.len().checked_sub(CHECKSUM_BYTES).ok_or(PasteError::Damaged)?;
    let (bytes, sum) = bytes.split_at(at);
    if sum != checksum(word, bytes) {
        return Err(PasteError::Damaged);
    }
    let (version, body) = bytes.split_first().ok_or(PasteError::Damaged)?;
    if *version != VERSION {
        return Err(PasteError::Newer);
    }
    codec::from_bytes(body).map_err(|error| match error {
        DecodeError::Unknown(_) | DecodeError::UnknownField => PasteError::Newer,
        DecodeError::Malformed
        | DecodeError::Missing(_)
        | DecodeError::TooLarge
        | DecodeError::Trailing
        | DecodeError::NotCanonical
        | DecodeError::Invalid(_) => PasteError::Damaged,
    })
}

fn checksum(word: &str, bytes: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let mut hasher = Hasher::new();
    hasher.update(word.as_bytes());
    hasher.update(bytes);
    let hash = hasher.finish();
    [hash[0], hash[1], hash[2], hash[3]]
}

const INVITATION: &str = "liaison-invitation-";
const DEVICE_REQUEST: &str = "liaison-appareil-";
const DEVICE_WELCOME: &str = "liaison-bienvenue-";

impl fmt::Display for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print(INVITATION, &codec::to_bytes(self)))
    }
}

impl FromStr for Invitation {
    type Err = PasteError;

    fn from_str(text: &str) -> Result<Self, PasteError> {
        paste(INVITATION, text)
    }
}

impl Encode for Invitation {
    fn encode(&self, out: &mut Writer) {
        out.map(7 + usize::from(self.title.is_some()));
        out.field(0, &self.space);
        out.field(1, &Text(&self.url));
        out.field(2, &self.relay);
        out.field(3, &self.sponsor);
        out.field(4, &Bytes(self.secret.bytes()));
        out.field(5, &self.role);
        out.field(6, &self.history);
        if let Some(title) = &self.title {
            out.field(7, &Text(title));
        }
    }
}

impl Decode for Invitation {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = input.map()?;
        let invitation = Self {
            space: fields.required(0)?,
            url: fields.required_with(1, url)?,
            relay: fields.required(2)?,
            sponsor: fields.required(3)?,
            secret: InvitationSecret::from_bytes(&fields.required_with(4, Reader::fixed)?),
            role: fields.required(5)?,
            history: fields.required(6)?,
            title: fields
                .optional_with(7, |input| input.text(TITLE_BYTES_MAX).map(str::to_owned))?,
        };
        fields.end()?;
        Ok(invitation)
    }
}

fn url(input: &mut Reader<'_>) -> Result<String, DecodeError> {
    let text = input.text(limits::URL_BYTES_MAX)?;
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(DecodeError::Invalid("url"));
    }
    Ok(text.to_owned())
}

/// A new machine's card, carried to a machine of the same organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRequest(pub DeviceCard);

impl fmt::Display for DeviceRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print(DEVICE_REQUEST, &codec::to_bytes(&self.0)))
    }
}

impl FromStr for DeviceRequest {
    type Err = PasteError;

    fn from_str(text: &str) -> Result<Self, PasteError> {
        paste(DEVICE_REQUEST, text).map(Self)
    }
}

/// What a new machine needs to know to follow the space it was added to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceWelcome {
    /// The space.
    pub space: SpaceId,
    /// Where to dial.
    pub url: String,
    /// The relay's log key.
    pub relay: RelayId,
    /// The organisation the machine belongs to.
    pub partner: PartnerId,
}

impl fmt::Display for DeviceWelcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print(DEVICE_WELCOME, &codec::to_bytes(self)))
    }
}

impl FromStr for DeviceWelcome {
    type Err = PasteError;

    fn from_str(text: &str) -> Result<Self, PasteError> {
        paste(DEVICE_WELCOME, text)
    }
}

impl Encode for DeviceWelcome {
    fn encode(&self, out: &mut Writer) {
        out.map(4);
        out.field(0, &self.space);
        out.field(1, &Text(&self.url));
        out.field(2, &self.relay);
        out.field(3, &self.partner);
    }
}

impl Decode for DeviceWelcome {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = input.map()?;
        let welcome = Self {
            space: fields.required(0)?,
            url: fields.required_with(1, url)?,
            relay: fields.required(2)?,
            partner: fields.required(3)?,
        };
        fields.end()?;
        Ok(welcome)
    }
}
