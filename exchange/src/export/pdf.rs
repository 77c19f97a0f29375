//! A print as a PDF that can be read aloud and kept: tagged, in PDF/UA-1 and PDF/A-2a at once.
//!
//! Two steps: the blocks flow into pages and into a tree of tags, then the pages are drawn. The
//! library validates what it writes against both standards and refuses the file otherwise. The
//! fonts are embedded as far as they are used. The PDF is a copy for reading: what a decision
//! binds is the digest on its feet, never these bytes.

use client_core::kinds::Language;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::metadata::{DateTime, Metadata};
use krilla::{Document, SerializeSettings};

use super::print::Print;
use super::{Unwritten, stamp};

mod draw;
mod face;
mod flow;
mod table;

/// Writes a print as a PDF file.
///
/// # Errors
/// What the library says of the file, which no document should make it say.
pub fn write(print: &Print) -> Result<Vec<u8>, Unwritten> {
    let faces = face::Faces::new().ok_or_else(|| Unwritten::new("pdf", "a font is damaged"))?;
    let (pages, _) = flow::flow(print, &faces);
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| Unwritten::new("pdf", format!("{error:?}")))?;
    let settings = SerializeSettings { configuration, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    document.set_metadata(metadata(print));
    draw::draw(&mut document, print, &faces, pages);
    document.finish().map_err(|error| Unwritten::new("pdf", format!("{error:?}")))
}

/// Returns how large letters are for a print to go onto the pages that its trade expects, in
/// hundredths of their usual size; other writers of pages go by it too.
pub(super) fn letters_percent(print: &Print) -> usize {
    let percent = || face::Faces::new().map(|faces| flow::flow(print, &faces).1);
    // A print that may take any number of pages is not laid out for it.
    usize::from(print.pages_max.and_then(|_| percent()).unwrap_or(100))
}

/// Returns the tag of a language (RFC 3066).
fn tag(language: Language) -> &'static str {
    match language {
        Language::French => "fr-FR",
        Language::English => "en-GB",
    }
}

fn metadata(print: &Print) -> Metadata {
    let at = stamp::moment(print.changed_at);
    let date = DateTime::new(u16::try_from(at.year).unwrap_or(1970))
        .month(at.month)
        .day(at.day)
        .hour(at.hour)
        .minute(at.minute)
        .second(at.second)
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    Metadata::new()
        .title(print.title.clone())
        .description(format!("{} · {}", print.kind, print.space))
        .language(tag(print.language).to_owned())
        .authors(vec![print.space.clone()])
        .creator("Liaison".to_owned())
        .document_id(print.document.clone())
        .creation_date(date)
}

#[cfg(test)]
mod tests;
