//! A cold start: a machine that has nothing yet catches up with a long document.
//!
//! The document was typed live, so that every change lies in an envelope of its own. Beside it:
//! bare Automerge taking the same changes in one call, and the one signature check for each
//! envelope that no replica may leave out.

use client_core::document::Edit;
use client_core::replica::{Command, Reply};
use protocol::id::DocumentId;
use std::time::Duration;

use super::trace::{self, Rewrite, Splice};
use super::{Amount, Line, pieces, spent, to_f64};
use crate::story::Story;

/// What the design grants a cold catch-up with ten thousand envelopes of one document.
const BUDGET_PER_10_000: Duration = Duration::from_millis(1_500);
/// Simulated time from one change to the next: each is sealed by itself.
const PACE_MS: u64 = 1_100;

/// Measures over a trace. `end` is the text it must lead to, where that is known.
///
/// # Errors
/// Says what does not work.
pub fn measure(trace: &[Splice], named: &str, end: Option<&str>) -> Result<Vec<Line>, String> {
    let rewrites = trace::split(trace);
    let sections = trace::sections(&rewrites);
    let mut story = Story::found(1, 1, 1)?;
    story.world.measuring = true;
    let document = story.documents[0];
    write_live(&mut story, document, &rewrites)?;
    let written = shown(&mut story, 0, document)?;
    if end.is_some_and(|end| written.text != end) {
        return Err("the sections together are not the text of the paper".to_owned());
    }
    let machine = story.add_device(0).ok_or("a second machine cannot be added")?;
    story.world.call(0, Command::Sync { space: None }, 600_000);
    let (read, took) = spent(|| {
        story.world.call(machine, Command::Sync { space: None }, 600_000);
        shown(&mut story, machine, document)
    });
    if read? != written {
        return Err("the second machine does not show the same version".to_owned());
    }
    let (_, raw) = trace::written(&rewrites)?;
    let count = raw.len();
    let (applied, bare) = spent(|| trace::bare(raw));
    applied?;
    let checks = pieces::verification().mul_f64(to_f64(count as u64));
    let budget = BUDGET_PER_10_000.mul_f64(to_f64(count as u64) / 10_000.0);
    let line = |id, beside: &str, other| Line {
        id,
        what: format!("cold catch-up of {named}: {count} envelopes, {sections} sections, shown"),
        figure: Amount::Time(took),
        beside: beside.to_owned(),
        other: Amount::Time(other),
        budget: Some(Amount::Time(budget)),
    };
    let both = "the same, and one strict signature check for each envelope";
    Ok(vec![
        line("catch_up_beside_automerge", "bare Automerge, one call over the same changes", bare),
        line("catch_up_beside_both", both, bare + checks),
    ])
}

/// Types the whole trace on a machine that stays connected.
fn write_live(story: &mut Story, document: DocumentId, rewrites: &[Rewrite]) -> Result<(), String> {
    story.world.call(0, Command::Watch { on: true }, 60_000);
    for section in 0..trace::sections(rewrites) {
        let edit = Edit::AddSection { title: trace::title(section), after: None };
        story.world.call(0, Command::Edit { document, edit }, 10_000);
    }
    for (number, rewrite) in rewrites.iter().enumerate() {
        let place = trace::title(rewrite.section);
        let edit = Edit::WriteText { place, text: rewrite.text.clone() };
        match story.world.call(0, Command::Edit { document, edit }, 10_000) {
            Some(Ok(Reply::Edited { .. })) => {}
            answer => return Err(format!("change {number}: {answer:?}")),
        }
        story.world.run(PACE_MS);
    }
    story.world.call(0, Command::Sync { space: None }, 600_000);
    story.world.call(0, Command::Watch { on: false }, 60_000);
    Ok(())
}

/// What a machine shows of a document.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    heads: String,
    /// The texts of the added sections, one after the other.
    text: String,
}

fn shown(story: &mut Story, by: usize, document: DocumentId) -> Result<Shown, String> {
    match story.world.call(by, Command::Show { document, at: None }, 10_000) {
        Some(Ok(Reply::Document(view))) => {
            let added = view.content.sections.iter().filter(|section| {
                section.own_title.as_ref().is_some_and(|title| title.starts_with("partie "))
            });
            let text = added.map(|section| section.text.as_str()).collect();
            Ok(Shown { heads: format!("{:?}", view.content.heads), text })
        }
        answer => Err(format!("machine {by}: {answer:?}")),
    }
}
