//! Deterministic CBOR (RFC 8949 §4.2), strict on input.
//!
//! One value has one encoding: definite lengths, shortest integers, unsigned keys ascending,
//! no floats, no tags. [`from_bytes`] decodes, re-encodes and refuses unless both agree, so a
//! signature over received bytes is a signature over one meaning. Nothing is allocated from a
//! length that the input itself cannot back.

use std::fmt;

use minicbor::data::Type;
use minicbor::{Decoder, Encoder};

/// A value with one canonical encoding.
pub trait Encode {
    /// Appends the encoding of `self`.
    fn encode(&self, out: &mut Writer);
}

/// A value that can be read back.
pub trait Decode: Sized {
    /// Reads one value.
    ///
    /// # Errors
    /// Says why the input is not such a value.
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError>;
}

/// Returns the canonical encoding.
#[must_use]
pub fn to_bytes(value: &impl Encode) -> Vec<u8> {
    let mut out = Writer::new();
    value.encode(&mut out);
    out.finish()
}

/// Reads a whole input that must be the canonical encoding of one value.
///
/// # Errors
/// Says why: malformed, trailing bytes, or another spelling of the same value.
pub fn from_bytes<T: Decode + Encode>(bytes: &[u8]) -> Result<T, DecodeError> {
    let mut input = Reader::new(bytes);
    let value = T::decode(&mut input)?;
    if !input.at_end() {
        return Err(DecodeError::Trailing);
    }
    if to_bytes(&value) != bytes {
        return Err(DecodeError::NotCanonical);
    }
    Ok(value)
}

/// Why bytes are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecodeError {
    /// Not CBOR, cut short, or of another type than expected here.
    Malformed,
    /// A field that must be present is missing.
    Missing(u64),
    /// A field, or a key, that this version does not know.
    UnknownField,
    /// A length or a number beyond its bound.
    TooLarge,
    /// Bytes follow the value.
    Trailing,
    /// The same value has a shorter or otherwise ordered spelling.
    NotCanonical,
    /// A version or a kind that this program does not know; a newer one may.
    Unknown(u64),
    /// A value outside what its field allows.
    Invalid(&'static str),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("malformed or cut short"),
            Self::Missing(key) => write!(f, "field {key} is missing"),
            Self::UnknownField => f.write_str("a field this version does not know"),
            Self::TooLarge => f.write_str("beyond its size limit"),
            Self::Trailing => f.write_str("bytes follow the value"),
            Self::NotCanonical => f.write_str("not in canonical form"),
            Self::Unknown(code) => write!(f, "unknown type or version {code}"),
            Self::Invalid(what) => write!(f, "invalid {what}"),
        }
    }
}

impl std::error::Error for DecodeError {}

impl From<minicbor::decode::Error> for DecodeError {
    fn from(_: minicbor::decode::Error) -> Self {
        Self::Malformed
    }
}

/// Writes canonical CBOR into memory.
pub struct Writer(Encoder<Vec<u8>>);

impl Writer {
    /// Starts an empty output.
    #[must_use]
    pub fn new() -> Self {
        Self(Encoder::new(Vec::new()))
    }

    /// Returns what was written.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.0.into_writer()
    }

    /// Opens a map of `fields` fields; each follows as [`Writer::field`], keys ascending.
    pub fn map(&mut self, fields: usize) {
        infallible(self.0.map(fields as u64));
    }

    /// Opens an array of `items` items.
    pub fn array(&mut self, items: usize) {
        infallible(self.0.array(items as u64));
    }

    /// Writes one field of a map.
    pub fn field(&mut self, key: u64, value: &impl Encode) {
        self.uint(key);
        value.encode(self);
    }

    /// Writes an unsigned integer.
    pub fn uint(&mut self, value: u64) {
        infallible(self.0.u64(value));
    }

    /// Writes a byte string.
    pub fn bytes(&mut self, value: &[u8]) {
        infallible(self.0.bytes(value));
    }

    /// Writes a text string.
    pub fn text(&mut self, value: &str) {
        infallible(self.0.str(value));
    }

    /// Writes a list.
    pub fn list<T: Encode>(&mut self, items: &[T]) {
        self.array(items.len());
        for item in items {
            item.encode(self);
        }
    }
}

impl Default for Writer {
    fn default() -> Self {
        Self::new()
    }
}

/// Writing into memory cannot fail: the error type of the library has no value here.
fn infallible<T>(result: Result<T, minicbor::encode::Error<core::convert::Infallible>>) {
    assert!(result.is_ok(), "writing into memory cannot fail");
}

/// Reads CBOR from a slice.
pub struct Reader<'a>(Decoder<'a>);

impl<'a> Reader<'a> {
    /// Starts at the beginning of `bytes`.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(Decoder::new(bytes))
    }

    /// Tells whether the whole input was read.
    #[must_use]
    pub fn at_end(&self) -> bool {
        self.0.position() == self.0.input().len()
    }

    /// Returns how many bytes are left.
    #[must_use]
    pub fn left(&self) -> usize {
        self.0.input().len() - self.0.position()
    }

    /// Opens a map.
    ///
    /// # Errors
    /// Refuses indefinite lengths and anything that is not a map.
    pub fn map(&mut self) -> Result<Fields<'_, 'a>, DecodeError> {
        let left = self.0.map()?.ok_or(DecodeError::NotCanonical)?;
        Ok(Fields { reader: self, left, peeked: None })
    }

    /// Opens an array of at most `max` items and returns their number.
    ///
    /// # Errors
    /// Refuses indefinite lengths, more items than `max` or than bytes left.
    pub fn array(&mut self, max: usize) -> Result<usize, DecodeError> {
        let items = self.0.array()?.ok_or(DecodeError::NotCanonical)?;
        let items = usize::try_from(items).map_err(|_| DecodeError::TooLarge)?;
        if items > max || items > self.left() {
            return Err(DecodeError::TooLarge);
        }
        Ok(items)
    }

    /// Reads an unsigned integer.
    ///
    /// # Errors
    /// Refuses any other type.
    pub fn uint(&mut self) -> Result<u64, DecodeError> {
        Ok(self.0.u64()?)
    }

    /// Reads a byte string of at most `max` bytes, without copying it.
    ///
    /// # Errors
    /// Refuses indefinite lengths and longer strings.
    pub fn bytes(&mut self, max: usize) -> Result<&'a [u8], DecodeError> {
        if self.0.datatype()? != Type::Bytes {
            return Err(DecodeError::Malformed);
        }
        let bytes = self.0.bytes()?;
        if bytes.len() > max {
            return Err(DecodeError::TooLarge);
        }
        Ok(bytes)
    }

    /// Reads a byte string of exactly `N` bytes.
    ///
    /// # Errors
    /// Refuses any other length.
    pub fn fixed<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        self.bytes(N)?.try_into().map_err(|_| DecodeError::Malformed)
    }

    /// Reads a text string of at most `max` bytes.
    ///
    /// # Errors
    /// Refuses indefinite lengths, longer strings and invalid UTF-8.
    pub fn text(&mut self, max: usize) -> Result<&'a str, DecodeError> {
        if self.0.datatype()? != Type::String {
            return Err(DecodeError::Malformed);
        }
        let text = self.0.str()?;
        if text.len() > max {
            return Err(DecodeError::TooLarge);
        }
        Ok(text)
    }

    /// Reads a list of at most `max` items.
    ///
    /// # Errors
    /// Refuses longer lists and any item that is refused.
    pub fn list<T: Decode>(&mut self, max: usize) -> Result<Vec<T>, DecodeError> {
        let items = self.array(max)?;
        let mut list = Vec::new();
        for _ in 0..items {
            list.push(T::decode(self)?);
        }
        Ok(list)
    }
}

/// The fields of one map, read in ascending key order.
pub struct Fields<'r, 'a> {
    reader: &'r mut Reader<'a>,
    left: u64,
    peeked: Option<u64>,
}

impl<'a> Fields<'_, 'a> {
    /// Reads a field that must be present.
    ///
    /// # Errors
    /// Says that it is missing, or why its value is refused.
    pub fn required<T: Decode>(&mut self, key: u64) -> Result<T, DecodeError> {
        self.required_with(key, T::decode)
    }

    /// Reads a field that must be present with a reading of the caller's.
    ///
    /// # Errors
    /// Says that it is missing, or why its value is refused.
    pub fn required_with<T>(
        &mut self,
        key: u64,
        read: impl FnOnce(&mut Reader<'a>) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        self.optional_with(key, read)?.ok_or(DecodeError::Missing(key))
    }

    /// Reads a field that may be absent.
    ///
    /// # Errors
    /// Says why its value is refused.
    pub fn optional<T: Decode>(&mut self, key: u64) -> Result<Option<T>, DecodeError> {
        self.optional_with(key, T::decode)
    }

    /// Reads a field that may be absent with a reading of the caller's.
    ///
    /// # Errors
    /// Says why its value is refused.
    pub fn optional_with<T>(
        &mut self,
        key: u64,
        read: impl FnOnce(&mut Reader<'a>) -> Result<T, DecodeError>,
    ) -> Result<Option<T>, DecodeError> {
        if self.peeked.is_none() && self.left > 0 {
            self.peeked = Some(self.reader.uint()?);
            self.left -= 1;
        }
        if self.peeked != Some(key) {
            return Ok(None);
        }
        self.peeked = None;
        read(self.reader).map(Some)
    }

    /// Ends the map.
    ///
    /// # Errors
    /// Refuses a map with fields that were not asked for.
    pub fn end(self) -> Result<(), DecodeError> {
        if self.peeked.is_some() || self.left > 0 {
            return Err(DecodeError::UnknownField);
        }
        Ok(())
    }
}

impl Encode for u64 {
    fn encode(&self, out: &mut Writer) {
        out.uint(*self);
    }
}

impl Decode for u64 {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        input.uint()
    }
}

impl<T: Encode> Encode for Vec<T> {
    fn encode(&self, out: &mut Writer) {
        out.list(self);
    }
}

/// A byte string inside a value; its bound is checked where it is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Bytes<'a>(pub &'a [u8]);

impl Encode for Bytes<'_> {
    fn encode(&self, out: &mut Writer) {
        out.bytes(self.0);
    }
}

/// A text string inside a value; its bound is checked where it is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Text<'a>(pub &'a str);

impl Encode for Text<'_> {
    fn encode(&self, out: &mut Writer) {
        out.text(self.0);
    }
}
