//! The people of a simulated space: who asked for what, and what they were told.
//!
//! A story drives a [`World`] through commands only, as persons do, and keeps the reference that
//! the oracles hold the machines to: every edit that was acknowledged, by whom, with which words.

use std::collections::{BTreeMap, BTreeSet};

use client_core::document::{Edit, Version};
use client_core::replica::{Command, Profile, Reply};
use protocol::id::{DocumentId, ProposalId, SpaceId};
use protocol::register::{History, Role, Rule, SpaceKind};

use crate::world::{Answer, CANARY, World};

mod found; // the space before anything goes wrong
mod live; // one step of a plan, played
mod rest; // healing, and waiting for quiet

/// How long a person waits for an answer before turning to something else.
const PATIENCE_MS: u64 = 5_000;

/// Sections of a convention into which words are written that nobody takes out.
const SECTIONS: [&str; 4] = ["preambule", "objet", "gouvernance", "moyens"];
/// The only section of a note.
const NOTE_SECTION: &str = "texte";

/// One person at one machine.
#[derive(Debug, Clone)]
pub struct Person {
    /// The organisation, numbered in the order of arrival.
    pub org: usize,
    /// What it will read of the past.
    pub history: History,
    /// The machine it was copied from, if it was.
    pub copy_of: Option<usize>,
    /// Whether it was ever asked into the space.
    pub invited: bool,
    /// Whether its store was copied or put back: what it had not sent is then written anew under
    /// another life, with the same words and other version names.
    pub doubled: bool,
}

impl Person {
    /// Returns somebody who has just unpacked a machine.
    fn newcomer(org: usize, history: History) -> Self {
        Self { org, history, copy_of: None, invited: false, doubled: false }
    }
}

/// An edit that its author was told is saved.
#[derive(Debug, Clone)]
pub struct Saved {
    /// The machine.
    pub by: usize,
    /// The document.
    pub document: DocumentId,
    /// The version it led to.
    pub version: Version,
    /// A word it wrote that nobody takes out again.
    pub word: Option<String>,
    /// When.
    pub at: u64,
    /// Whether the machine was since put back to a time before: then only the relay had it.
    pub excused: bool,
}

/// What somebody waits to hear.
#[derive(Debug, Clone)]
enum Hope {
    Saved { by: usize, word: Option<String>, note: bool },
    Nothing,
}

/// A world and its people.
pub struct Story {
    /// The world.
    pub world: World,
    /// The space all of it is about.
    pub space: SpaceId,
    /// Who sits at each replica.
    pub people: Vec<Person>,
    /// Documents that somebody was told exist, in order.
    pub documents: Vec<DocumentId>,
    /// Which of them are of the second kind, with one section.
    notes: BTreeSet<DocumentId>,
    /// Every acknowledged edit.
    pub saved: Vec<Saved>,
    /// Whether any edit went by file.
    pub carried: bool,
    /// Words that stand twice where that may be: allowed, and to be rare.
    pub twice: BTreeSet<String>,
    /// Joins under way: the machine and its request.
    pub requests: BTreeMap<ProposalId, usize>,
    hopes: BTreeMap<u64, Hope>,
    suspended: BTreeSet<protocol::id::DeviceId>,
    words: u64,
}

/// Returns the profile of a machine of an organisation.
fn profile(org: usize, machine: usize) -> Profile {
    Profile {
        name: format!("{CANARY} Partenaire {org}"),
        college: Some(format!("{CANARY} collège")),
        siret: None,
        finess: None,
        label: format!("{CANARY} poste {machine}"),
    }
}

impl Story {
    /// Asks, without waiting; the answer is remembered when it comes.
    fn ask(&mut self, by: usize, command: Command, hope: Hope) {
        let ticket = self.world.ask(by, command);
        self.hopes.insert(ticket, hope);
        self.listen();
    }

    /// Asks and waits, within patience.
    pub fn call(&mut self, by: usize, command: Command) -> Option<Answer> {
        let answer = self.world.call(by, command, PATIENCE_MS);
        self.listen();
        answer
    }

    /// Lets time pass.
    pub fn wait(&mut self, ms: u64) {
        self.world.run(ms);
        self.listen();
    }

    /// Takes every answer that came.
    fn listen(&mut self) {
        for (ticket, answer) in std::mem::take(&mut self.world.answers) {
            match self.hopes.remove(&ticket) {
                Some(Hope::Saved { by, word, note }) => self.hear_saved(by, (word, note), answer),
                Some(Hope::Nothing) | None => {}
            }
        }
    }

    fn hear_saved(&mut self, by: usize, (word, note): (Option<String>, bool), answer: Answer) {
        if let Ok(Reply::Edited { document, version, .. }) = answer {
            if !self.documents.contains(&document) {
                self.documents.push(document);
                if note {
                    self.notes.insert(document);
                }
            }
            let at = self.world.now;
            self.saved.push(Saved { by, document, version, word, at, excused: false });
        }
    }

    /// Returns a word that was never written before.
    fn new_word(&mut self) -> String {
        self.words += 1;
        format!("{CANARY}{}e", self.words)
    }

    /// Writes a new word at the end of a section, or at its beginning.
    pub fn write_word(&mut self, by: usize, document: DocumentId, section: usize, first: bool) {
        let word = self.new_word();
        let note = self.notes.contains(&document);
        let place = if note { NOTE_SECTION } else { SECTIONS[section % SECTIONS.len()] }.to_owned();
        let edit = if first {
            Edit::Splice { place, at: 0, delete: 0, insert: format!(" {word} ") }
        } else {
            Edit::AppendText { place, text: format!(" {word} ") }
        };
        let hope = Hope::Saved { by, word: Some(word), note };
        self.ask(by, Command::Edit { document, edit }, hope);
    }

    /// Returns the machines that were not copied from others, by organisation.
    #[must_use]
    pub fn machines_of(&self, org: usize) -> Vec<usize> {
        let own = |(_, person): &(usize, &Person)| person.org == org && person.copy_of.is_none();
        self.people.iter().enumerate().filter(own).map(|(machine, _)| machine).collect()
    }

    /// Returns how many organisations there are, admitted or not.
    #[must_use]
    pub fn orgs(&self) -> usize {
        self.people.iter().map(|person| person.org + 1).max().unwrap_or(0)
    }
}
