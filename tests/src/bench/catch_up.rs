//! A cold start: a machine that has nothing yet catches up with a long document, beside bare
//! Automerge applying the same changes in one call.
//!
//! The document is the editing trace of a LaTeX paper, 30 edits to a change, its text split in
//! sections as the design says. Without the trace a made one of the same kind is used, and said.

use std::io::Read;
use std::path::Path;

use automerge::transaction::Transactable;
use automerge::{Automerge, ObjId, ObjType, ROOT};
use client_core::document::Edit;
use client_core::replica::{Command, Reply};
use protocol::id::DocumentId;
use serde_json::Value;

use super::{Line, timed};
use crate::chance::Chance;
use crate::story::Story;

/// Edits put into one change.
const EDITS_PER_CHANGE: usize = 30;
/// Characters after which a section is not written into any more.
const SECTION_CHARS: usize = 4_000;

/// One edit: where, how many characters go, what comes.
type Splice = (usize, usize, String);

/// One change of one section, as a whole new text.
struct Rewrite {
    section: usize,
    text: String,
}

/// Reads the trace of a paper.
///
/// # Errors
/// Says what is wrong with the file.
pub fn read_trace(file: &Path) -> Result<Vec<Splice>, String> {
    let file = std::fs::File::open(file).map_err(|error| error.to_string())?;
    let mut text = String::new();
    let mut gz = flate2::read::GzDecoder::new(file);
    gz.read_to_string(&mut text).map_err(|error| error.to_string())?;
    let trace: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let patches = trace["txns"].as_array().into_iter().flatten();
    let splice = |patch: &Value| {
        let number = |at: usize| usize::try_from(patch[at].as_u64()?).ok();
        Some((number(0)?, number(1)?, patch[2].as_str()?.to_owned()))
    };
    let all = patches.filter_map(|txn| txn["patches"].as_array()).flatten();
    Ok(all.filter_map(splice).collect())
}

/// Makes a trace: typing at a place that moves now and then.
#[must_use]
pub fn make_trace(edits: usize) -> Vec<Splice> {
    let mut chance = Chance::new(1, "trace", 0);
    let (mut at, mut length) = (0, 0);
    let mut trace = Vec::with_capacity(edits);
    for _ in 0..edits {
        if chance.happens(10_000) {
            at = chance.index(length + 1);
        }
        if at > 0 && chance.happens(250_000) {
            at -= 1;
            length -= 1;
            trace.push((at, 1, String::new()));
        } else {
            trace.push((at, 0, "e".to_owned()));
            at += 1;
            length += 1;
        }
    }
    trace
}

/// Measures over a trace.
///
/// # Errors
/// Says what does not work.
pub fn measure(trace: &[Splice], named: &str) -> Result<Vec<Line>, String> {
    let rewrites = split(trace);
    let sections = rewrites.iter().map(|rewrite| rewrite.section + 1).max().unwrap_or(1);
    let mut story = Story::found(1, 1, 1)?;
    story.world.measuring = true;
    let document = story.documents[0];
    write_all(&mut story, document, &rewrites, sections)?;
    let heads = heads(&mut story, 0, document)?;
    let machine = story.add_device(0).ok_or("a second machine cannot be added")?;
    story.world.call(0, Command::Sync { space: None }, 600_000);
    let (caught_up, took) = timed(|| {
        story.world.call(machine, Command::Sync { space: None }, 600_000);
        self::heads(&mut story, machine, document)
    });
    if caught_up? != heads {
        return Err("the second machine does not show the same version".to_owned());
    }
    let changes = bare_changes(&rewrites, sections);
    let count = changes.len();
    let (applied, bare) = timed(|| Automerge::new().apply_changes(changes));
    applied.map_err(|error| error.to_string())?;
    Ok(vec![Line::of_times(
        &format!("cold catch-up of {named}: {count} changes, {sections} sections"),
        took,
        "one call of bare Automerge over the same changes",
        bare,
    )])
}

/// Turns edits of one long text into changes of short sections. A section that is full is
/// written no further at its end: a new one follows it.
fn split(trace: &[Splice]) -> Vec<Rewrite> {
    let mut texts: Vec<Vec<char>> = vec![Vec::new()];
    let mut rewrites = Vec::new();
    for edits in trace.chunks(EDITS_PER_CHANGE) {
        let mut touched = std::collections::BTreeSet::new();
        for (at, delete, insert) in edits {
            splice(&mut texts, (*at, *delete, insert), &mut touched);
        }
        for section in touched {
            let text = texts[section].iter().collect();
            rewrites.push(Rewrite { section, text });
        }
    }
    rewrites
}

fn splice(
    texts: &mut Vec<Vec<char>>,
    (at, delete, insert): (usize, usize, &str),
    touched: &mut std::collections::BTreeSet<usize>,
) {
    let mut at = at;
    let mut section = 0;
    while section + 1 < texts.len() && at > texts[section].len() {
        at -= texts[section].len();
        section += 1;
    }
    let full = at == texts[section].len() && at >= SECTION_CHARS;
    if full && section + 1 == texts.len() {
        texts.push(Vec::new());
        (section, at) = (section + 1, 0);
    }
    let mut left = delete;
    let (mut from, mut place) = (section, at);
    while left > 0 && from < texts.len() {
        let here = left.min(texts[from].len().saturating_sub(place));
        texts[from].drain(place..place + here);
        if here > 0 {
            touched.insert(from);
        }
        left -= here;
        (from, place) = (from + 1, 0);
    }
    if !insert.is_empty() {
        let at = at.min(texts[section].len());
        texts[section].splice(at..at, insert.chars());
        touched.insert(section);
    }
}

fn write_all(
    story: &mut Story,
    document: DocumentId,
    rewrites: &[Rewrite],
    sections: usize,
) -> Result<(), String> {
    let title = |section: usize| format!("partie {section}");
    for section in 0..sections {
        let edit = Edit::AddSection { title: title(section), after: None };
        story.world.call(0, Command::Edit { document, edit }, 10_000);
    }
    for (number, rewrite) in rewrites.iter().enumerate() {
        let edit = Edit::WriteText { place: title(rewrite.section), text: rewrite.text.clone() };
        match story.world.call(0, Command::Edit { document, edit }, 10_000) {
            Some(Ok(Reply::Edited { .. })) => {}
            answer => return Err(format!("change {number}: {answer:?}")),
        }
        if number % 500 == 0 {
            story.world.call(0, Command::Sync { space: None }, 60_000);
        }
    }
    story.world.call(0, Command::Sync { space: None }, 600_000);
    Ok(())
}

fn heads(story: &mut Story, by: usize, document: DocumentId) -> Result<String, String> {
    match story.world.call(by, Command::Show { document, at: None }, 10_000) {
        Some(Ok(Reply::Document(view))) => Ok(format!("{:?}", view.content.heads)),
        answer => Err(format!("machine {by}: {answer:?}")),
    }
}

/// The same rewrites on bare Automerge, one Text per section.
fn bare_changes(rewrites: &[Rewrite], sections: usize) -> Vec<automerge::Change> {
    let mut document = Automerge::new();
    let made = document.transact(|tx| {
        let text = |section| tx.put_object(ROOT, format!("partie {section}"), ObjType::Text);
        (0..sections).map(text).collect::<Result<Vec<ObjId>, _>>()
    });
    let texts = made.expect("an empty document takes texts").result;
    for rewrite in rewrites {
        let text = &texts[rewrite.section];
        let written = document.transact(|tx| tx.update_text(text, &rewrite.text));
        written.expect("a text takes a text");
    }
    document.get_changes(&[])
}
