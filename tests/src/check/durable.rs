//! Durable: every edit that was acknowledged to its author is part of every member's document, or
//! is kept aside where it was written when its author may no longer write.

use client_core::replica::{Command, Reply};
use protocol::register::History;

use crate::story::{Saved, Story};

pub(super) fn judge(story: &mut Story) -> Result<(), String> {
    let members = super::converge::members(story)?;
    let readers: Vec<usize> = members
        .iter()
        .copied()
        .filter(|machine| story.people[*machine].history == History::All)
        .collect();
    let saved = story.saved.clone();
    for edit in saved.iter().filter(|edit| !edit.excused) {
        if members.contains(&edit.by) {
            for reader in &readers {
                holds(story, *reader, edit)?;
            }
        } else {
            // Kept where it was written, whatever became of the writer.
            holds(story, edit.by, edit)?;
        }
    }
    dismissed_keep_theirs(story, &members, &saved)
}

/// Checks that a machine has an edit: its version, and its word.
fn holds(story: &mut Story, machine: usize, edit: &Saved) -> Result<(), String> {
    let told = || {
        let word = edit.word.as_deref().unwrap_or("an edit");
        format!("{word}, saved by machine {} at {} ms", edit.by, edit.at)
    };
    let at = Some(edit.version.clone());
    let asked = story.call(machine, Command::Show { document: edit.document, at });
    // Edits that went by file may be written anew, with what was written upon them.
    let doubled = story.carried || story.people[edit.by].doubled;
    if !doubled && !matches!(asked, Some(Ok(Reply::Document(_)))) {
        let asked = asked.map(|answer| answer.err());
        let who = story.show(machine);
        return Err(format!("{} is not on {who}: {asked:?}", told()));
    }
    let Some(word) = &edit.word else {
        return Ok(());
    };
    let now = story.call(machine, Command::Show { document: edit.document, at: None });
    match now {
        Some(Ok(Reply::Document(view))) => {
            let times =
                |text: &str| text.split_whitespace().filter(|t| t.contains(&**word)).count();
            let sections = view.content.sections.iter().chain(&view.content.deleted_sections);
            match sections.map(|section| times(&section.text)).sum::<usize>() {
                0 => Err(format!("{} is in no text of {}", told(), story.show(machine))),
                1 => Ok(()),
                // Nothing is lost for it, but an edit may stand twice where a store was copied or
                // put back, or where it went by file: two machines send what both had, neither
                // having seen the other yet (docs/threats.md).
                2 if doubled => {
                    story.twice.insert(word.clone());
                    Ok(())
                }
                n => Err(format!("{} stands {n} times on {}", told(), story.show(machine))),
            }
        }
        answer => Err(format!("document {} on machine {machine}: {answer:?}", edit.document)),
    }
}

/// An edit of a dismissed machine that no member has must be counted as kept aside there.
fn dismissed_keep_theirs(
    story: &mut Story,
    members: &[usize],
    saved: &[Saved],
) -> Result<(), String> {
    let Some(reader) = members
        .iter()
        .copied()
        .find(|m| story.people[*m].history == History::All && story.world.replicas[*m].runs())
    else {
        return Ok(());
    };
    for edit in saved.iter().filter(|edit| !edit.excused && !members.contains(&edit.by)) {
        let at = Some(edit.version.clone());
        let asked = story.call(reader, Command::Show { document: edit.document, at });
        if matches!(asked, Some(Ok(Reply::Document(_)))) {
            continue;
        }
        let kept = story.world.replicas[edit.by].overview(&story.space);
        if kept.is_none_or(|view| view.quarantined + view.pending == 0) {
            let who = story.show(edit.by);
            return Err(format!("an edit is neither with the members nor kept aside: {who}"));
        }
    }
    Ok(())
}
