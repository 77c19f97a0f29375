//! A new life of this store: after a restore from a backup, or when a copy runs beside it.
//!
//! The journal shows envelopes of this life that this store did not write. Whatever was not
//! in the journal yet is written anew under a fresh incarnation: nothing is lost, nothing is
//! numbered twice, and no other replica can be made to disagree.

use std::collections::BTreeSet;

use protocol::id::{DocumentId, Incarnation};

use super::io::{Alarm, Event};
use super::outbox::Item;
use super::records;
use super::space::Space;
use super::step::Step;
use crate::document::{Actor, Author};
use crate::reauthor::reauthor;

impl Space {
    /// Remembers that somebody else writes under this life: durable with the journal that shows
    /// it, for after a crash the journal is not looked through again.
    pub(super) fn notice_double(&mut self, step: &mut Step<'_, '_>) {
        self.doubled = true;
        step.put(records::doubled(&self.id), Vec::new());
    }

    /// Starts a new life and writes everything unsent under it.
    pub(super) fn restart(&mut self, step: &mut Step<'_, '_>) {
        let space = self.id;
        self.outbox.ground(step, &space);
        let author = Author {
            device: self.device(),
            incarnation: Incarnation::new(step.draw()),
            time: step.wall(),
        };
        let unsent = |(_, item): (u64, &Item)| match item {
            Item::Change { document, .. } => Some(*document),
            Item::Notices(_) | Item::Adoption { .. } => None,
        };
        let documents: BTreeSet<DocumentId> = self.outbox.items().filter_map(unsent).collect();
        for document in documents {
            self.write_anew(step, document, &author);
        }
        self.me.incarnation = author.incarnation;
        self.me.sealed = 0;
        self.store_membership(step);
        self.doubled = false;
        step.delete(records::doubled(&space));
        let known: Vec<DocumentId> = self.shelf.known().copied().collect();
        for document in known {
            // A cache may hold what the other life wrote under the same numbers.
            self.shelf.forget(step, &space, &document);
        }
        if let Some(up) = self.link.up_mut() {
            up.flights.clear();
        }
        step.event(Event::Alarm(space, Alarm::Restarted));
    }

    /// Writes the unsent changes of one document under a new life. What cannot be written
    /// anew stays in the outbox as it is, to be seen rather than lost.
    fn write_anew(&mut self, step: &mut Step<'_, '_>, document: DocumentId, author: &Author) {
        let space = self.id;
        let (device, old) = (self.device(), self.me.incarnation);
        let from = Actor::of(&space, &document, &device, &old);
        let to = Actor::of(&space, &document, &device, &author.incarnation);
        let unsent = self.outbox.changes_of(&document);
        if let Ok(rewritten) = reauthor(&unsent, &from, &to) {
            self.outbox.replace_changes(step, &space, &document, rewritten);
        }
    }
}
