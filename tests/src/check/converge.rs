//! Converge: after healing, every member shows the same members, the same documents at the same
//! versions with the same contents, and replays its own records without an anomaly.

use std::collections::BTreeMap;

use client_core::document::View;
use client_core::replica::{Command, LinkState, MemberView, Reply};
use protocol::id::DocumentId;
use protocol::register::History;

use crate::operator::register_of;
use crate::story::Story;

/// What one machine shows.
struct Shown {
    members: String,
    documents: BTreeMap<DocumentId, Option<String>>,
}

/// Returns the machines that the register counts among its members now.
pub(super) fn members(story: &Story) -> Result<Vec<usize>, String> {
    let register = register_of(&story.world.relays[0].disk, &story.space)
        .ok_or("the relay's register cannot be folded")?;
    let time = story.world.wall(0);
    let belongs = |machine: &usize| {
        let view = story.world.replicas[*machine].overview(&story.space);
        view.is_some_and(|view| register.roster().may_take_part(&view.device, time).is_ok())
    };
    Ok((0..story.people.len()).filter(belongs).collect())
}

pub(super) fn judge(story: &mut Story) -> Result<(), String> {
    let mut first: Option<(usize, Shown)> = None;
    for machine in members(story)? {
        let shown = look(story, machine)?;
        // Who was given no past cannot read what builds on it, nor the names written before.
        let compares = story.people[machine].history == History::All;
        match &first {
            Some((other, reference)) => compare((machine, &shown), (*other, reference), compares)?,
            None if compares => first = Some((machine, shown)),
            None => {}
        }
    }
    Ok(())
}

fn compare(
    (machine, shown): (usize, &Shown),
    (other, reference): (usize, &Shown),
    documents: bool,
) -> Result<(), String> {
    if documents && shown.members != reference.members {
        return Err(format!(
            "machines {machine} and {other} show other members:\n{}\n{}",
            shown.members, reference.members
        ));
    }
    if !documents {
        return Ok(());
    }
    for (id, text) in &reference.documents {
        let here = shown.documents.get(id);
        let Some(text) = text else {
            continue;
        };
        let here = match here {
            Some(None) => continue,
            Some(Some(here)) => here.as_str(),
            None => "nothing",
        };
        if here != text {
            return Err(format!(
                "document {} differs: machine {machine} shows\n{here}\nmachine {other} shows\n\
                 {text}",
                id.short()
            ));
        }
    }
    match shown.documents.keys().find(|id| !reference.documents.contains_key(id)) {
        None => Ok(()),
        Some(id) => Err(format!(
            "document {} is on machine {machine} and not on machine {other}",
            id.short()
        )),
    }
}

/// Asks a machine for everything it shows.
fn look(story: &mut Story, machine: usize) -> Result<Shown, String> {
    let space = story.space;
    let who = story.show(machine);
    let view = story.world.replicas[machine].overview(&space).ok_or("a member does not run")?;
    if !matches!(view.link, LinkState::Current) || view.pending > 0 {
        return Err(format!("not at rest: {who}"));
    }
    match story.call(machine, Command::Verify { space }) {
        Some(Ok(Reply::Verified(report))) if report.valid => {}
        answer => return Err(format!("verify of {who}: {answer:?}")),
    }
    let members = match story.call(machine, Command::Members { space }) {
        Some(Ok(Reply::Members(members))) => show_members(&members),
        answer => return Err(format!("members of {who}: {answer:?}")),
    };
    let lines = match story.call(machine, Command::Documents { space, kind: None }) {
        Some(Ok(Reply::Documents(lines))) => lines,
        answer => return Err(format!("documents of {who}: {answer:?}")),
    };
    let mut documents = BTreeMap::new();
    for line in lines {
        let shown = show_document(story, machine, line.document)?;
        documents.insert(line.document, shown);
    }
    Ok(Shown { members, documents })
}

/// Spells the members without what only concerns the machine that shows them.
fn show_members(members: &[MemberView]) -> String {
    let line = |member: &MemberView| {
        let device = |d: &client_core::replica::DeviceView| {
            format!("{} {} {} {}", d.device.short(), d.label, d.role, d.state)
        };
        let devices: Vec<String> = member.devices.iter().map(device).collect();
        let (name, role) = (&member.name, member.role.name());
        format!("{} {name} {role} {} [{}]", member.partner, member.state, devices.join(", "))
    };
    members.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Spells a document; nothing when this machine cannot be expected to show what others do.
fn show_document(
    story: &mut Story,
    machine: usize,
    id: DocumentId,
) -> Result<Option<String>, String> {
    let asked = story.call(machine, Command::Show { document: id, at: None });
    match asked {
        Some(Ok(Reply::Document(view))) => {
            if view.provisional > 0 {
                let who = story.show(machine);
                if story.people.iter().any(|person| person.doubled) {
                    // Sealed by a life that its author no longer knows of, under a key that was
                    // turned since: nobody can order it, and what it says was written anew.
                    return Ok(None);
                }
                return Err(format!("{} edits by file are never ordered: {who}", view.provisional));
            }
            if view.waiting > 0 && story.people[machine].history == History::All {
                let who = story.show(machine);
                return Err(format!("{} changes wait for ever: {who}", view.waiting));
            }
            Ok(Some(show_content(&view.content)))
        }
        Some(Err(_)) if story.people[machine].history == History::None => Ok(None),
        answer => {
            let who = story.show(machine);
            Err(format!("{} cannot be shown: {answer:?} on {who}", id.short()))
        }
    }
}

/// Spells everything of a view that must be the same everywhere.
fn show_content(view: &View) -> String {
    let fields = view.fields.iter().map(|field| format!("{}={:?}", field.spec.name, field.value));
    let sections = view.sections.iter().map(|s| format!("[{}] {:?} {}", s.id, s.own_title, s.text));
    let mut lines = vec![format!("{} {} {:?}", view.kind.name, view.title, view.heads)];
    lines.extend(fields.chain(sections));
    lines.push(format!("{:?}", view.conflicts));
    lines.join("\n")
}
