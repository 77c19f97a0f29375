//! Frozen versions of documents: what a visa commits to, and the file that proves it.
//!
//! A [`Frozen`] statement binds exact heads, the digest of the canonical text, the decision of
//! a body and who is to sign. The register holds its salted hash only, for the register is
//! readable by the relay and a plain digest of a short text confirms a guess of that text. The
//! salt stays in the document, sealed, and in the file that a partner chooses to hand over.

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::codec::{self, Bytes, Decode, DecodeError, Encode, Reader, Text, Writer};
use crate::crypto::{self, Hash, Hasher, Label};
use crate::env::Timestamp;
use crate::id::{DocumentId, PartnerId, SpaceId};
use crate::limits;
use crate::register::{GivenVisa, Roster};

#[cfg(test)]
mod tests;

/// One version of one document, bound once and for all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frozen {
    /// The form of the canonical text.
    pub form: u64,
    /// The space.
    pub space: SpaceId,
    /// The document.
    pub document: DocumentId,
    /// Drawn afresh for each version.
    pub salt: [u8; 32],
    /// The changes that the version consists of, ascending.
    pub heads: Vec<Hash>,
    /// SHA-256 of the canonical text in UTF-8.
    pub text: Hash,
    /// When, as the one who froze it claims.
    pub at: Timestamp,
    /// What decided it.
    pub decision: Decision,
    /// Who is to sign, in order.
    pub signatories: Vec<Signatory>,
    /// The signed version that this one amends.
    pub amends: Option<Hash>,
}

/// The decision of a body that froze a version; empty when none was told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decision {
    /// In words.
    pub words: String,
    /// The meeting that took it.
    pub meeting: Option<DocumentId>,
}

/// Somebody who is to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signatory {
    /// The organisation, when it is one of the space.
    pub partner: Option<PartnerId>,
    /// Its name, as those who sign read it.
    pub name: String,
}

impl Frozen {
    /// Returns the salted commitment that visas name.
    #[must_use]
    pub fn version(&self) -> Hash {
        crypto::hash(Label::Convention, &codec::to_bytes(self))
    }

    /// Returns the salted commitment to a PDF that was signed elsewhere.
    #[must_use]
    pub fn attach(&self, pdf_sha256: &Hash) -> Hash {
        let version = self.version();
        crypto::hash_parts(Label::ConventionPdf, &[&self.salt, &version, pdf_sha256])
    }

    /// Tells whether a text is the one that was frozen.
    #[must_use]
    pub fn holds(&self, text: &str) -> bool {
        sha256(text.as_bytes()) == self.text
    }

    /// Returns the visas that a register has under this version, in their order: those that
    /// name its document, its form and what it amends.
    pub fn visas<'a>(&self, roster: &'a Roster) -> impl Iterator<Item = &'a GivenVisa> + use<'a> {
        let (document, form, amends) = (self.document, self.form, self.amends);
        let same = move |given: &&GivenVisa| {
            let visa = &given.visa;
            (visa.document, visa.form, visa.amends) == (document, form, amends)
        };
        roster.visas_of(&self.version()).iter().filter(same)
    }

    /// Returns the statement as one word of text, as documents keep it.
    #[must_use]
    pub fn to_word(&self) -> String {
        Base64UrlUnpadded::encode_string(&codec::to_bytes(self))
    }

    /// Reads what [`Self::to_word`] wrote.
    ///
    /// # Errors
    /// Refuses anything else, and statements beyond [`limits::FROZEN_BYTES_MAX`].
    pub fn from_word(word: &str) -> Result<Self, DecodeError> {
        if word.len() > limits::FROZEN_BYTES_MAX / 3 * 4 + 4 {
            return Err(DecodeError::TooLarge);
        }
        let bytes = Base64UrlUnpadded::decode_vec(word).map_err(|_| DecodeError::Malformed)?;
        Self::from_statement(&bytes)
    }

    fn from_statement(bytes: &[u8]) -> Result<Self, DecodeError> {
        if bytes.len() > limits::FROZEN_BYTES_MAX {
            return Err(DecodeError::TooLarge);
        }
        codec::from_bytes(bytes)
    }
}

/// Returns the SHA-256 digest that other tools compute of the same bytes.
#[must_use]
pub fn sha256(bytes: &[u8]) -> Hash {
    let mut hasher = Hasher::new();
    hasher.update(bytes);
    hasher.finish()
}

impl Encode for Frozen {
    fn encode(&self, out: &mut Writer) {
        out.map(9 + usize::from(self.amends.is_some()));
        out.field(0, &self.form);
        out.field(1, &self.space);
        out.field(2, &self.document);
        out.field(3, &Bytes(&self.salt));
        out.uint(4);
        hashes(out, &self.heads);
        out.field(5, &Bytes(&self.text));
        out.field(6, &self.at);
        out.field(7, &self.decision);
        out.field(8, &self.signatories);
        if let Some(amends) = &self.amends {
            out.field(9, &Bytes(amends));
        }
    }
}

impl Decode for Frozen {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = input.map()?;
        let value = Self {
            form: fields.required(0)?,
            space: fields.required(1)?,
            document: fields.required(2)?,
            salt: fields.required_with(3, |input| input.fixed())?,
            heads: fields.required_with(4, |input| read_hashes(input, limits::FROZEN_HEADS_MAX))?,
            text: fields.required_with(5, |input| input.fixed())?,
            at: fields.required(6)?,
            decision: fields.required(7)?,
            signatories: fields.required_with(8, |input| input.list(limits::SIGNATORIES_MAX))?,
            amends: fields.optional_with(9, |input| input.fixed())?,
        };
        fields.end()?;
        if value.heads.is_empty() || !value.heads.windows(2).all(|pair| pair[0] < pair[1]) {
            return Err(DecodeError::Invalid("heads"));
        }
        Ok(value)
    }
}

impl Encode for Decision {
    fn encode(&self, out: &mut Writer) {
        out.map(1 + usize::from(self.meeting.is_some()));
        out.field(0, &Text(&self.words));
        if let Some(meeting) = &self.meeting {
            out.field(1, meeting);
        }
    }
}

impl Decode for Decision {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = input.map()?;
        let value = Self {
            words: fields.required_with(0, |input| line(input, limits::DECISION_BYTES_MAX))?,
            meeting: fields.optional(1)?,
        };
        fields.end()?;
        Ok(value)
    }
}

impl Encode for Signatory {
    fn encode(&self, out: &mut Writer) {
        out.map(1 + usize::from(self.partner.is_some()));
        if let Some(partner) = &self.partner {
            out.field(0, partner);
        }
        out.field(1, &Text(&self.name));
    }
}

impl Decode for Signatory {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = input.map()?;
        let value = Self {
            partner: fields.optional(0)?,
            name: fields.required_with(1, |input| line(input, limits::SIGNATORY_BYTES_MAX))?,
        };
        fields.end()?;
        Ok(value)
    }
}

/// Reads one line of text: what a screen shows must be what was signed.
fn line(input: &mut Reader<'_>, bytes_max: usize) -> Result<String, DecodeError> {
    let text = input.text(bytes_max)?;
    if text.chars().any(char::is_control) {
        return Err(DecodeError::Invalid("text"));
    }
    Ok(text.to_owned())
}

fn hashes(out: &mut Writer, hashes: &[Hash]) {
    out.array(hashes.len());
    hashes.iter().for_each(|hash| out.bytes(hash));
}

fn read_hashes(input: &mut Reader<'_>, max: usize) -> Result<Vec<Hash>, DecodeError> {
    (0..input.array(max)?).map(|_| input.fixed()).collect()
}

const MAGIC: &[u8; 6] = b"LIAV1\n";
const DIGEST_BYTES: usize = 32;

/// A frozen version with all it takes to verify its visas anywhere, without network.
///
/// Bytes: `LIAV1` and a newline; a CBOR map; the SHA-256 of all before, which tells a damaged
/// file from a forged one and proves nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrozenFile {
    /// The version, then those it amends, the latest first; each with its canonical text.
    pub versions: Vec<(Frozen, String)>,
    /// SHA-256 of the PDFs that visas attach.
    pub pdfs: Vec<Hash>,
    /// The register from the charter on, entry by entry, as stored.
    pub entries: Vec<Vec<u8>>,
    /// The relay's checkpoint of exactly that register.
    pub checkpoint: String,
}

impl FrozenFile {
    /// Tells whether bytes begin as such a file does.
    #[must_use]
    pub fn is_one(bytes: &[u8]) -> bool {
        bytes.starts_with(MAGIC)
    }

    /// Returns the bytes of the file.
    #[must_use]
    pub fn to_file(&self) -> Vec<u8> {
        let mut file = MAGIC.to_vec();
        file.extend_from_slice(&codec::to_bytes(self));
        let digest = sha256(&file);
        file.extend_from_slice(&digest);
        file
    }

    /// Reads a file. What it says is proven by nothing yet.
    ///
    /// # Errors
    /// `Malformed` when it is cut short or altered, and what [`codec::from_bytes`] says.
    pub fn from_file(bytes: &[u8]) -> Result<Self, DecodeError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(DecodeError::Malformed)?;
        let at = rest.len().checked_sub(DIGEST_BYTES).ok_or(DecodeError::Malformed)?;
        let (body, digest) = rest.split_at(at);
        if sha256(&bytes[..MAGIC.len() + at]) != *digest {
            return Err(DecodeError::Malformed);
        }
        codec::from_bytes(body)
    }
}

impl Encode for FrozenFile {
    fn encode(&self, out: &mut Writer) {
        out.map(4);
        out.uint(0);
        out.array(self.versions.len());
        for (frozen, text) in &self.versions {
            out.array(2);
            frozen.encode(out);
            out.text(text);
        }
        out.uint(1);
        hashes(out, &self.pdfs);
        out.uint(2);
        out.array(self.entries.len());
        self.entries.iter().for_each(|entry| out.bytes(entry));
        out.field(3, &Text(&self.checkpoint));
    }
}

impl Decode for FrozenFile {
    fn decode(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut fields = input.map()?;
        let value = Self {
            versions: fields.required_with(0, read_versions)?,
            pdfs: fields.required_with(1, |input| read_hashes(input, limits::FROZEN_PDFS_MAX))?,
            entries: fields.required_with(2, |input| {
                let entries = input.array(limits::FROZEN_ENTRIES_MAX)?;
                let entry = |_| input.bytes(limits::ENTRY_BYTES_MAX).map(<[u8]>::to_vec);
                (0..entries).map(entry).collect()
            })?,
            checkpoint: fields.required_with(3, |input| {
                input.text(crate::checkpoint::NOTE_BYTES_MAX).map(str::to_owned)
            })?,
        };
        fields.end()?;
        Ok(value)
    }
}

fn read_versions(input: &mut Reader<'_>) -> Result<Vec<(Frozen, String)>, DecodeError> {
    let mut versions = Vec::new();
    for _ in 0..input.array(limits::FROZEN_VERSIONS_MAX)? {
        if input.array(2)? != 2 {
            return Err(DecodeError::Malformed);
        }
        let frozen = Frozen::decode(input)?;
        if codec::to_bytes(&frozen).len() > limits::FROZEN_BYTES_MAX {
            return Err(DecodeError::TooLarge);
        }
        versions.push((frozen, input.text(limits::FROZEN_TEXT_BYTES_MAX)?.to_owned()));
    }
    if versions.is_empty() {
        return Err(DecodeError::Missing(0));
    }
    Ok(versions)
}
