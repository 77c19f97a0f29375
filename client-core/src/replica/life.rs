//! A new life of this store: after a restore from a backup, or when a copy runs beside it.
//!
//! The journal shows envelopes of this life that this store did not write. Whatever was not
//! in the journal yet is written anew under a fresh incarnation: nothing is lost, nothing is
//! numbered twice, and no other replica can be made to disagree.

use std::collections::BTreeSet;

use protocol::id::{DocumentId, Incarnation};

use super::io::{Alarm, Event};
use super::outbox::Item;
use super::space::Space;
use super::step::Step;
use crate::document::Actor;
use crate::reauthor::reauthor;

impl Space {
    /// Starts a new life and writes everything unsent under it.
    pub(super) fn restart(&mut self, step: &mut Step<'_, '_>) {
        let space = self.id;
        let device = self.device();
        let old = self.me.incarnation;
        let fresh = Incarnation::new(step.draw());
        let documents: BTreeSet<DocumentId> = self
            .outbox
            .items()
            .filter_map(|(_, item)| match item {
                Item::Change { document, .. } => Some(*document),
                Item::Notices(_) | Item::Adoption { .. } => None,
            })
            .collect();
        self.outbox.ground(step, &space);
        for document in documents {
            let unsent = self.outbox.changes_of(&document);
            let from = Actor::of(&space, &document, &device, &old);
            let to = Actor::of(&space, &document, &device, &fresh);
            let rewritten = reauthor(&unsent, &from, &to).unwrap_or_default();
            self.outbox.replace_changes(step, &space, &document, rewritten);
            self.shelf.forget(step, &space, &document);
        }
        self.me.incarnation = fresh;
        self.me.sealed = 0;
        self.store_membership(step);
        self.doubled = false;
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
}
