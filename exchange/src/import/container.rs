//! Zipped files of office programs: what they are, and their parts, unpacked within bounds.
//!
//! No library is given a hostile archive. Every part that may be needed is unpacked here, and
//! counted byte by byte as it comes, for the sizes that an archive declares may lie; pictures,
//! macros and signatures are never unpacked. What is handed on is packed anew, uncompressed.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::problem::Refused;

/// Bytes that the parts of one file may come to.
const UNPACKED_BYTES_MAX: u64 = 96 << 20;
/// Parts of one file.
const PARTS_MAX: usize = 2_000;

/// What a zipped file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flavour {
    /// A workbook of Excel.
    Xlsx,
    /// A workbook of LibreOffice.
    Ods,
    /// A text of Word.
    Docx,
}

/// The parts of a file that may be read.
#[derive(Debug)]
pub(super) struct Container {
    /// What it is.
    pub(super) flavour: Flavour,
    /// Whether it holds macros, which were left where they are.
    pub(super) macros: bool,
    parts: BTreeMap<String, Vec<u8>>,
}

/// Tells whether a file is zipped, or one of those that office programs wrap otherwise.
#[must_use]
pub(super) fn is_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(ZIP) || bytes.starts_with(COMPOUND)
}

const ZIP: &[u8] = b"PK\x03\x04";
/// The compound files of before 2007, which also wrap the encrypted ones of today.
const COMPOUND: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0];
const ODS: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";

impl Container {
    /// Unpacks a file.
    ///
    /// # Errors
    /// Says why it is none that can be read.
    pub(super) fn open(bytes: &[u8]) -> Result<Self, Refused> {
        if bytes.starts_with(COMPOUND) {
            return Err(of_compound(bytes));
        }
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refused::damaged())?;
        if archive.len() > PARTS_MAX {
            return Err(too_large());
        }
        let mut parts = BTreeMap::new();
        let mut macros = false;
        let mut left = UNPACKED_BYTES_MAX;
        for index in 0..archive.len() {
            let part = archive.by_index(index);
            let part = part.map_err(|error| match error {
                zip::result::ZipError::UnsupportedArchive(_)
                | zip::result::ZipError::InvalidPassword => encrypted(),
                zip::result::ZipError::Io(_)
                | zip::result::ZipError::InvalidArchive(_)
                | zip::result::ZipError::FileNotFound
                | zip::result::ZipError::CompressionMethodNotSupported(_)
                | _ => Refused::damaged(),
            })?;
            if part.encrypted() {
                return Err(encrypted());
            }
            let name = part.name().map_err(|_| Refused::damaged())?.into_owned();
            macros |= name.ends_with("vbaProject.bin") || name.starts_with("Basic/");
            if !is_needed(&name) {
                continue;
            }
            if part.size() > left {
                return Err(too_large());
            }
            let mut unpacked = Vec::new();
            let mut bounded = part.take(left + 1);
            bounded.read_to_end(&mut unpacked).map_err(|_| Refused::damaged())?;
            left = left.checked_sub(unpacked.len() as u64).ok_or_else(too_large)?;
            parts.insert(name, unpacked);
        }
        let flavour = flavour(&parts)?;
        Ok(Self { flavour, macros, parts })
    }

    /// Returns a part as text; what is no UTF-8 in it is replaced.
    #[must_use]
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let bytes = self.parts.get(name)?;
        Some(String::from_utf8_lossy(bytes).into_owned())
    }

    /// Returns the parts whose names end so, as texts.
    pub(super) fn ending<'a>(&'a self, end: &'a str) -> impl Iterator<Item = String> + 'a {
        let parts = self.parts.iter().filter(move |(name, _)| name.ends_with(end));
        parts.map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned())
    }

    /// Packs the parts anew, uncompressed, for a library that wants an archive.
    ///
    /// # Errors
    /// When a part has a name that no archive takes.
    pub(super) fn repacked(self) -> Result<Vec<u8>, Refused> {
        let mut out = ZipWriter::new(Cursor::new(Vec::new()));
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        for (name, bytes) in self.parts {
            out.start_file(name, stored).map_err(|_| Refused::damaged())?;
            out.write_all(&without_counts(bytes)).map_err(|_| Refused::damaged())?;
        }
        Ok(out.finish().map_err(|_| Refused::damaged())?.into_inner())
    }
}

/// Returns a part in which nothing says how many shared texts there are: the library would make
/// room for as many as a file claims, and the texts are counted as they come.
fn without_counts(mut part: Vec<u8>) -> Vec<u8> {
    const CLAIM: &[u8] = b"uniqueCount";
    let mut from = 0;
    while let Some(at) = part[from..].windows(CLAIM.len()).position(|bytes| bytes == CLAIM) {
        let end = from + at + CLAIM.len();
        let after = part[end..].iter().find(|byte| !byte.is_ascii_whitespace());
        if after == Some(&b'=') {
            part[end - 1] = b'_';
        }
        from = end;
    }
    part
}

/// Only words and numbers: no picture, no theme, no macro, no drawing.
fn is_needed(name: &str) -> bool {
    const WITHOUT: [&str; 8] = [
        "xl/media/",
        "xl/drawings/",
        "xl/theme/",
        "xl/charts/",
        "xl/pivot",
        "word/media/",
        "word/theme/",
        "customXml/",
    ];
    name == "mimetype"
        || (name.ends_with(".xml") || name.ends_with(".rels"))
            && !WITHOUT.iter().any(|folder| name.starts_with(folder))
}

fn flavour(parts: &BTreeMap<String, Vec<u8>>) -> Result<Flavour, Refused> {
    let holds = |name: &str, words: &[u8]| {
        parts.get(name).is_some_and(|part| part.windows(words.len()).any(|at| at == words))
    };
    if parts.get("mimetype").is_some_and(|kind| kind.starts_with(ODS)) {
        return match holds("META-INF/manifest.xml", b"encryption-data") {
            true => Err(encrypted()),
            false => Ok(Flavour::Ods),
        };
    }
    if holds("[Content_Types].xml", b"spreadsheetml.sheet.main+xml")
        || holds("[Content_Types].xml", b"sheet.macroEnabled.main+xml")
        || holds("[Content_Types].xml", b"spreadsheetml.template.main+xml")
    {
        return Ok(Flavour::Xlsx);
    }
    if parts.contains_key("word/document.xml") {
        return Ok(Flavour::Docx);
    }
    Err(unknown())
}

/// Returns what is said of a file that is nothing that can be read.
pub(super) fn unknown() -> Refused {
    Refused::new(
        "unknown-format",
        "ce fichier n'est ni un classeur (.xlsx, .ods), ni un .csv, ni un texte .docx : \
         enregistrez-le sous l'un de ces formats",
        "this file is neither a workbook (.xlsx, .ods), nor a .csv, nor a .docx text: save it as \
         one of these",
    )
}

fn encrypted() -> Refused {
    Refused::new(
        "file-encrypted",
        "le fichier est protégé par un mot de passe : ouvrez-le et enregistrez-en une copie sans \
         mot de passe",
        "the file is protected by a password: open it and save a copy without one",
    )
}

fn too_large() -> Refused {
    Refused::too_large(
        "une fois décompressé, le fichier dépasse ce qui est lu (96 Mio) : il est anormalement \
         gros",
        "once unpacked the file is larger than what is read (96 MiB): it is abnormally big",
    )
}

fn of_compound(bytes: &[u8]) -> Refused {
    let wide: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    if bytes.windows(wide.len()).any(|at| at == wide) {
        return encrypted();
    }
    Refused::new(
        "old-format",
        "c'est un fichier d'avant 2007 (.xls ou .doc) : enregistrez-le en .xlsx ou en .docx",
        "this is a file of before 2007 (.xls or .doc): save it as .xlsx or .docx",
    )
}
