//! How a paper was typed, and how the same typing falls on sections of a document.
//!
//! A trace is a list of edits of one long text. The design keeps texts short, one for each
//! section; [`split`] turns the edits into changes of sections and loses no character.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;

use automerge::{Automerge, Change};
use client_core::document::{Document, Edit};
use serde_json::Value;

use super::pieces;
use crate::chance::Chance;

/// Edits put into one change.
pub const EDITS_PER_CHANGE: usize = 30;
/// Characters after which a section ends with its line.
const SECTION_CHARS: usize = 4_000;

/// One edit: where, how many characters go, what comes.
pub type Splice = (usize, usize, String);

/// One change of one section, as a whole new text.
#[derive(Debug, Clone)]
pub struct Rewrite {
    /// The section, from zero.
    pub section: usize,
    /// What its text becomes.
    pub text: String,
}

/// Reads the trace of a paper, and the text it ends with.
///
/// # Errors
/// Says what is wrong with the file.
pub fn read(file: &Path) -> Result<(Vec<Splice>, String), String> {
    let wrong = |what: &dyn std::fmt::Display| format!("{}: {what}", file.display());
    let opened = std::fs::File::open(file).map_err(|error| wrong(&error))?;
    let mut text = String::new();
    let mut gz = flate2::read::GzDecoder::new(opened);
    gz.read_to_string(&mut text).map_err(|error| wrong(&error))?;
    let trace: Value = serde_json::from_str(&text).map_err(|error| wrong(&error))?;
    let patches = trace["txns"].as_array().into_iter().flatten();
    let splice = |patch: &Value| {
        let number = |at: usize| usize::try_from(patch[at].as_u64()?).ok();
        Some((number(0)?, number(1)?, patch[2].as_str()?.to_owned()))
    };
    let all = patches.filter_map(|txn| txn["patches"].as_array()).flatten();
    let trace_end = trace["endContent"].as_str().unwrap_or_default().to_owned();
    let splices: Option<Vec<Splice>> = all.map(splice).collect();
    let splices = splices.filter(|splices| !splices.is_empty());
    Ok((splices.ok_or_else(|| wrong(&"not an editing trace"))?, trace_end))
}

/// Makes a trace: words typed at a place that moves now and then, some of it struck again.
#[must_use]
pub fn made(edits: usize) -> Vec<Splice> {
    const WORDS: &[u8] =
        b"les partenaires organisent un accueil commun et des visites a domicile\n";
    let mut chance = Chance::new(1, "trace", 0);
    let (mut at, mut length) = (0, 0);
    let mut trace = Vec::with_capacity(edits);
    for number in 0..edits {
        if chance.happens(10_000) {
            at = chance.index(length + 1);
        }
        if at > 0 && chance.happens(250_000) {
            at -= 1;
            length -= 1;
            trace.push((at, 1, String::new()));
        } else {
            trace.push((at, 0, char::from(WORDS[number % WORDS.len()]).to_string()));
            at += 1;
            length += 1;
        }
    }
    trace
}

/// The characters of a trace, numbered as they were typed.
#[derive(Default)]
struct Typed {
    chars: Vec<char>,
    /// The character that each was typed behind.
    behind: Vec<Option<u32>>,
    /// What stands in the text, in order.
    standing: Vec<u32>,
}

impl Typed {
    /// Makes one edit, and tells of each character that comes or goes.
    fn edit(&mut self, (at, delete, insert): &Splice, mut tell: impl FnMut(u32)) {
        let end = (*at + *delete).min(self.standing.len());
        let at = (*at).min(end);
        self.standing.drain(at..end).for_each(&mut tell);
        for (place, char) in (at..).zip(insert.chars()) {
            let number = u32::try_from(self.chars.len()).expect("a trace is short");
            let behind = place.checked_sub(1).map(|before| self.standing[before]);
            self.chars.push(char);
            self.behind.push(behind);
            self.standing.insert(place, number);
            tell(number);
        }
    }

    /// Returns the section of each character: where it stands in the end, the sections being
    /// cut at line ends; what is struck goes with what it was typed behind.
    fn sections(&self) -> Vec<usize> {
        let mut sections: Vec<Option<usize>> = vec![None; self.chars.len()];
        let (mut section, mut length) = (0, 0);
        for number in &self.standing {
            let number = *number as usize;
            sections[number] = Some(section);
            length += 1;
            if length >= SECTION_CHARS && self.chars[number] == '\n' {
                (section, length) = (section + 1, 0);
            }
        }
        for number in 0..sections.len() {
            let behind = self.behind[number].and_then(|behind| sections[behind as usize]);
            sections[number] = sections[number].or(behind).or(Some(0));
        }
        sections.into_iter().map(Option::unwrap_or_default).collect()
    }
}

/// Turns edits of one long text into changes of short sections, as if the sections in which
/// the text ends had been there from the beginning.
#[must_use]
pub fn split(trace: &[Splice]) -> Vec<Rewrite> {
    let mut whole = Typed::default();
    trace.iter().for_each(|edit| whole.edit(edit, |_| {}));
    let sections = whole.sections();
    let mut typed = Typed::default();
    let mut rewrites = Vec::new();
    for edits in trace.chunks(EDITS_PER_CHANGE) {
        let mut touched = BTreeSet::new();
        for edit in edits {
            typed.edit(edit, |number| {
                touched.insert(sections[number as usize]);
            });
        }
        for section in touched {
            let within = |number: &&u32| sections[**number as usize] == section;
            let text = typed.standing.iter().filter(within);
            let text = text.map(|number| typed.chars[*number as usize]).collect();
            rewrites.push(Rewrite { section, text });
        }
    }
    rewrites
}

/// Returns how many sections rewrites are about.
#[must_use]
pub fn sections(rewrites: &[Rewrite]) -> usize {
    rewrites.iter().map(|rewrite| rewrite.section + 1).max().unwrap_or(1)
}

/// Returns the title of a section.
#[must_use]
pub fn title(section: usize) -> String {
    format!("partie {section}")
}

/// Writes rewrites into a document of ours, one change each; returns the changes too.
///
/// # Errors
/// Says which change is refused.
pub fn written(rewrites: &[Rewrite]) -> Result<(Document, Vec<Vec<u8>>), String> {
    let (mut document, mut raw) = pieces::fresh_document()?;
    let author = pieces::author();
    let titled = (0..sections(rewrites))
        .map(|section| Edit::AddSection { title: title(section), after: None });
    let typed = rewrites.iter().map(|rewrite| Edit::WriteText {
        place: title(rewrite.section),
        text: rewrite.text.clone(),
    });
    for (number, edit) in titled.chain(typed).enumerate() {
        let edited = document.edit(&author, &edit);
        let edited = edited.map_err(|refusal| format!("edit {number}: {refusal:?}"))?;
        raw.extend(edited.changes.into_iter().map(|change| change.bytes));
    }
    Ok((document, raw))
}

/// Parses and applies raw changes in one call, as bare Automerge does.
///
/// # Errors
/// Says why it does not take them.
pub fn bare(raw: Vec<Vec<u8>>) -> Result<Automerge, String> {
    let parsed: Result<Vec<Change>, _> = raw.into_iter().map(Change::from_bytes).collect();
    let changes = parsed.map_err(|error| error.to_string())?;
    let mut document = Automerge::new();
    document.apply_changes(changes).map_err(|error| error.to_string())?;
    Ok(document)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_together_are_the_text_that_was_typed() {
        let trace = made(20_000);
        let mut whole: Vec<char> = Vec::new();
        for (at, delete, insert) in &trace {
            whole.splice(*at..at + delete, insert.chars());
        }
        let mut texts = Vec::new();
        for Rewrite { section, text } in split(&trace) {
            texts.resize(texts.len().max(section + 1), String::new());
            texts[section] = text;
        }
        assert!(texts.len() > 1, "a long text has several sections");
        assert_eq!(texts.concat(), whole.into_iter().collect::<String>());
    }
}
