//! A space of real documents, written by proposals.

use std::collections::BTreeMap;

use client_core::admission::{ActorRule, Arrival};
use client_core::document::{Author, Document, Edit, View};
use client_core::kinds::Catalogue;
use protocol::env::Timestamp;
use protocol::id::{DeviceId, DocumentId, Incarnation, PartnerId, SpaceId};
use rust_xlsxwriter::Workbook;

use crate::import::{Holdings, Proposal, propose, read};

pub(super) const SPACE: SpaceId = SpaceId::new([9; 32]);

pub(super) struct Desk {
    pub(super) members: Vec<(PartnerId, String)>,
    pub(super) documents: BTreeMap<DocumentId, Document>,
    pub(super) past: BTreeMap<(DocumentId, String), View>,
    drawn: u8,
}

pub(super) fn author(device: u8) -> Author {
    Author {
        device: DeviceId::new([device; 32]),
        incarnation: Incarnation::new([1; 16]),
        time: Timestamp::from_ms(1_700_000_000_000),
    }
}

impl Desk {
    pub(super) fn new(members: &[&str]) -> Self {
        let member = |(at, name): (u8, &&str)| (PartnerId::new([at; 16]), (*name).to_owned());
        Self {
            members: (1..).zip(members).map(member).collect(),
            documents: BTreeMap::new(),
            past: BTreeMap::new(),
            drawn: 0,
        }
    }

    /// Proposes what a file changes, and writes it.
    pub(super) fn import(&mut self, name: &str, bytes: &[u8]) -> Proposal {
        let reading = read(name, bytes).unwrap();
        let proposal = self.propose(&reading);
        for touched in &proposal.documents {
            if touched.new {
                let (id, kind, title) = (touched.document, touched.kind, &touched.title);
                let made =
                    Document::create(SPACE, id, Catalogue::STANDARD, kind, title, &author(1));
                self.documents.insert(id, made.unwrap().0);
            }
            for edit in touched.edits() {
                self.edit(touched.document, &edit);
            }
        }
        proposal
    }

    pub(super) fn propose(&mut self, reading: &crate::import::Reading) -> Proposal {
        let views = self.documents.iter().map(|(id, document)| (*id, document.view().unwrap()));
        let holdings = Holdings {
            space: SPACE,
            members: self.members.clone(),
            documents: views.collect(),
            past: self.past.clone(),
        };
        let mut drawn = u64::from(self.drawn) << 32;
        self.drawn += 1;
        propose(reading, &holdings, &mut || {
            drawn += 1;
            let mut id = [0; 16];
            id[..8].copy_from_slice(&drawn.to_be_bytes());
            DocumentId::new(id)
        })
    }

    pub(super) fn edit(&mut self, id: DocumentId, edit: &Edit) {
        self.documents.get_mut(&id).unwrap().edit(&author(1), edit).unwrap();
    }

    /// Writes a field on two machines that have not heard of each other.
    pub(super) fn fork(&mut self, id: DocumentId, field: &str, values: [&str; 2]) {
        let here = self.documents.get_mut(&id).unwrap();
        let mut there = here.clone();
        let set = |value: &str| Edit::Set { field: field.to_owned(), value: value.to_owned() };
        here.edit(&author(1), &set(values[0])).unwrap();
        let changes = there.edit(&author(2), &set(values[1])).unwrap().changes;
        let Author { device, incarnation, .. } = author(2);
        let rule = ActorRule::Device { device, incarnation };
        let arrivals = changes.into_iter().map(|raw| Arrival { bytes: raw.bytes, rule }).collect();
        here.admit(arrivals);
    }

    pub(super) fn view(&self, id: DocumentId) -> View {
        self.documents[&id].view().unwrap()
    }

    pub(super) fn id_of(&self, title: &str) -> DocumentId {
        let mut all = self.documents.iter();
        let found = all.find(|(_, document)| document.view().unwrap().title == title);
        *found.unwrap_or_else(|| panic!("no document {title}")).0
    }

    pub(super) fn titled(&self, title: &str) -> View {
        self.view(self.id_of(title))
    }
}

/// Returns the codes of what could not be taken.
pub(super) fn codes(proposal: &Proposal) -> Vec<&'static str> {
    proposal.problems.iter().map(|problem| problem.code).collect()
}

/// Makes a workbook of words.
pub(super) fn workbook(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, lines) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).unwrap();
        for (line, cells) in (0..).zip(*lines) {
            for (column, text) in (0..).zip(*cells) {
                if !text.is_empty() {
                    sheet.write_string(line, column, *text).unwrap();
                }
            }
        }
    }
    book.save_to_buffer().unwrap()
}
