//! What the documents of a space come to, kept up to date document by document.
//!
//! What each document brings stands in memory once somebody has asked, and in a record beside
//! the document's saved form. A record speaks of the journal alone, up to a position: it is taken
//! back only when nothing of the document came later, nothing of it waits in the outbox and
//! nothing of it came by file. Anything else, and any record that does not read, opens the
//! document again; nothing here is ever the truth.

use std::collections::{BTreeMap, BTreeSet};

use protocol::checkpoint::Log;
use protocol::id::DocumentId;
use protocol::register::{Register, Roster};

use super::home::Home;
use super::mend::document_of;
use super::records;
use super::space::Space;
use super::step::Step;
use super::view::{DashboardView, DocumentLine};
use crate::document::Actor;
use crate::figures::{Asked, Contribution, Figures, Kept, contribution, fingerprint};
use crate::order::{self, Place};
use crate::tally::{self, Work};

/// The figures of a space, and which documents have changed since they were taken in.
#[derive(Default)]
pub(super) struct Tracked {
    /// Nothing until somebody asks.
    figures: Option<Figures>,
    stale: BTreeSet<DocumentId>,
    /// Documents that were opened and show nothing yet.
    unreadable: BTreeSet<DocumentId>,
    /// The lines of the list of documents, those that can be read.
    lines: BTreeMap<DocumentId, (Place, DocumentLine)>,
}

impl Tracked {
    /// Notes that a document may bring something else now.
    pub(super) fn note(&mut self, document: &DocumentId) {
        self.lines.remove(document);
        if self.figures.is_some() {
            self.stale.insert(*document);
        }
    }
}

impl Space {
    /// Returns the line of a document in the list, with its place there, drawn anew only once it
    /// has changed; none for one that cannot be read.
    pub(super) fn line(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
        id: DocumentId,
    ) -> Option<(Place, DocumentLine)> {
        if let Some(line) = self.shelf.tracked.lines.get(&id) {
            return Some(line.clone());
        }
        tally::note(Work::LinesDrawn);
        self.open_document(step, id, home.catalogue);
        let view = self.shelf.opened(&id)?.document.view()?;
        let line = DocumentLine {
            number: order::number(&view).unwrap_or_default().to_owned(),
            document: id,
            space: self.id,
            kind: view.kind.name.to_owned(),
            title: view.title.clone(),
            conflicts: view.conflicts.len(),
            readable: true,
        };
        let line = (order::place(&view), line);
        self.shelf.tracked.lines.insert(id, line.clone());
        Some(line)
    }

    /// Returns the dashboard of a space, what changed since the last one taken in first.
    pub(super) fn dashboard(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
        asked: Asked,
    ) -> DashboardView {
        self.count(step, home);
        let tracked = &self.shelf.tracked;
        let figures = tracked.figures.as_ref();
        let dashboard = figures
            .map_or_else(|| Figures::new().dashboard(asked), |figures| figures.dashboard(asked));
        let roster = self.register.as_ref().map(Register::roster);
        let partners = roster.into_iter().flat_map(Roster::partners);
        DashboardView {
            space: self.id,
            title: self.title().to_owned(),
            dashboard,
            partners: partners
                .map(|(id, _)| (*id, self.directory.partner(id).to_owned()))
                .collect(),
            unreadable: tracked.unreadable.len(),
        }
    }

    /// Brings the figures up to date.
    pub(super) fn count(&mut self, step: &mut Step<'_, '_>, home: &Home) {
        // Opening a document changes nothing in it: what is noted meanwhile is not kept.
        let mut tracked = std::mem::take(&mut self.shelf.tracked);
        let tables = fingerprint(home.catalogue);
        let beside = self.beside_the_journal();
        let known: Vec<DocumentId> = self.shelf.known().copied().collect();
        let mut figures = tracked.figures.take().unwrap_or_default();
        for id in known {
            let taken = figures.contribution(&id).is_some() || tracked.unreadable.contains(&id);
            if taken && !tracked.stale.contains(&id) {
                continue;
            }
            let settled = !beside.contains(&id);
            let kept = if settled { self.kept_figures(step, &id, tables) } else { None };
            let of = match kept {
                Some(kept) => Some(kept),
                None => self.work_out(step, home, id, tables, settled),
            };
            if of.is_some() {
                tracked.unreadable.remove(&id);
            } else {
                tracked.unreadable.insert(id);
            }
            figures.update(id, of);
            step.relieve();
        }
        tracked.stale.clear();
        tracked.figures = Some(figures);
        self.shelf.tracked = tracked;
    }

    /// Returns the documents that hold more, or other, than the journal brings.
    fn beside_the_journal(&self) -> BTreeSet<DocumentId> {
        let waiting = self.outbox.items().filter_map(|(_, item)| document_of(item));
        let loose = self.shelf.loose.values().map(|loose| loose.envelope.header().document);
        waiting.chain(loose).collect()
    }

    /// Returns what was kept of a document, if it is still what the document brings.
    fn kept_figures(
        &self,
        step: &Step<'_, '_>,
        id: &DocumentId,
        tables: u64,
    ) -> Option<Contribution> {
        let bytes = step.get(&records::figures(&self.id, id))?;
        let kept = Kept::read(&bytes, id, tables)?;
        let later = records::place(&self.id, id, kept.covered);
        let later = step.scan_from(&records::places(&self.id, id), later).next();
        let is_all = kept.covered <= self.size(Log::Journal) && later.is_none();
        is_all.then_some(kept.contribution)
    }

    /// Opens a document, returns what it brings, and keeps that if it follows from the journal.
    fn work_out(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
        document: DocumentId,
        tables: u64,
        settled: bool,
    ) -> Option<Contribution> {
        tally::note(Work::FiguresWorkedOut);
        self.open_document(step, document, home.catalogue);
        let actors = self.actors(&document);
        let held = self.shelf.held(&document)?;
        let partner_of = |actor: &Actor| actors.get(actor).map(|(_, partner)| *partner);
        let contribution = contribution(&held.document, &partner_of);
        let key = records::figures(&self.id, &document);
        match contribution.as_ref().filter(|_| settled) {
            Some(contribution) => {
                let (covered, contribution) = (self.size(Log::Journal), contribution.clone());
                step.put(key, Kept { tables, document, covered, contribution }.bytes());
            }
            // What stands there is of another state.
            None if step.get(&key).is_some() => step.delete(key),
            None => {}
        }
        contribution
    }
}
