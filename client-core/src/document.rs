//! One shared document: create, edit, view, save, and take in what others wrote.
//!
//! This module and its children are the only place that knows the engine (Automerge). The
//! engine is never given bytes that [`crate::admission`] has not vetted, and a panic inside it
//! never leaves here. Positions in texts are Unicode characters. Nothing here reads a clock or
//! draws a random number: the author's time and incarnation are handed in.

use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::transaction::CommitOptions;
use automerge::{Automerge, LoadOptions, ObjId, ReadDoc, VerificationMode};
use protocol::env::Timestamp;
use protocol::id::{DocumentId, SpaceId};

use crate::admission::{self, Arrival, Outcome, Pending, SetAside, Waiting};
pub use crate::admission::{builds_upon, written_by};
use crate::kinds::{Catalogue, Kind};

mod author;
pub(crate) mod clock;
mod comments;
#[cfg(test)]
mod convergence_tests;
mod edit;
#[cfg(test)]
pub(crate) mod fixture;
mod history;
pub(crate) mod index;
pub(crate) mod layout;
pub(crate) mod lens;
pub mod limits;
mod missing;
pub(crate) mod order;
mod place;
mod rebase;
mod saved;
#[cfg(test)]
mod record_tests;
#[cfg(test)]
mod row_tests;
#[cfg(test)]
pub(crate) mod sheet;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod third_kind_tests;
mod unknown;
pub(crate) mod view;
mod writing;

pub use author::{Actor, Author, ChangeId, NotAChange, RawChange, Version};
pub use comments::{Comment, CommentState, Remark};
pub use edit::{Edit, EditRefusal, Edited};
pub use history::{BlameRun, Detail, HistoryEntry, Size, TouchedPlace, VersionRefusal};
pub use missing::{MISSING_MAX, Missing};
pub(crate) use place::Sought;
pub use place::{Place, Touched};
pub use saved::LoadRefusal;
pub(crate) use saved::index_of;
pub use unknown::Unknown;
pub use view::{
    Conflict, Contribution, FieldValue, FieldView, Item, Origin, RANK, Row, SectionView, View,
};

use index::{Index, OpRef};
use lens::Lens;
use writing::{Planner, Write};

/// One document of one space. A clone is a working copy that goes its own way.
#[derive(Clone)]
pub struct Document {
    pub(crate) space: SpaceId,
    pub(crate) id: DocumentId,
    pub(crate) catalogue: Catalogue,
    /// Known once the first change is in.
    pub(crate) kind: Option<&'static Kind>,
    pub(crate) engine: Automerge,
    pub(crate) index: Index,
    pub(crate) pending: Pending,
    /// Set when the engine failed during an edit: its state is unknown.
    pub(crate) damaged: bool,
}

impl Document {
    /// Starts a document that others have created: empty until its first change arrives.
    #[must_use]
    pub fn awaited(space: SpaceId, id: DocumentId, catalogue: Catalogue) -> Self {
        Self {
            space,
            id,
            catalogue,
            kind: None,
            engine: layout::empty_engine(),
            index: Index::new(),
            pending: Pending::default(),
            damaged: false,
        }
    }

    /// Creates a document of a kind of the catalogue.
    ///
    /// The first change follows from the id and the kind alone, so two members who create the
    /// same document converge. The title, if it is not empty, is a change of the author's.
    ///
    /// # Errors
    /// Refuses a title that is no line of text.
    pub fn create(
        space: SpaceId,
        id: DocumentId,
        catalogue: Catalogue,
        kind: &'static Kind,
        title: &str,
        author: &Author,
    ) -> Result<(Self, Edited), EditRefusal> {
        let mut document = Self::awaited(space, id, catalogue);
        let genesis = layout::genesis(&id, kind);
        let change = automerge::Change::from_bytes(genesis.bytes.clone());
        let change = change.map_err(|_| EditRefusal::Engine)?;
        document.engine.apply_changes([change.clone()]).map_err(|_| EditRefusal::Engine)?;
        document.index.push(Some(kind), genesis.id, &change.decode());
        document.kind = Some(kind);
        let mut edited = Edited { changes: vec![genesis], created: None };
        if !title.trim().is_empty() {
            let titled = document.edit(author, &Edit::SetTitle(title.to_owned()))?;
            edited.changes.extend(titled.changes);
        }
        Ok((document, edited))
    }

    /// Returns the space.
    #[must_use]
    pub const fn space(&self) -> &SpaceId {
        &self.space
    }

    /// Returns the id.
    #[must_use]
    pub const fn id(&self) -> &DocumentId {
        &self.id
    }

    /// Returns the kind, once the first change is in.
    #[must_use]
    pub const fn kind(&self) -> Option<&'static Kind> {
        self.kind
    }

    /// Returns the present version.
    #[must_use]
    pub fn heads(&self) -> Version {
        Version::new(self.engine.get_heads().into_iter().map(ChangeId::from).collect())
    }

    /// Tells whether a change is part of the document.
    #[must_use]
    pub fn contains(&self, change: &ChangeId) -> bool {
        self.index.contains(change)
    }

    /// Tells whether a change is part of the document, or waits for its past.
    #[must_use]
    pub fn holds(&self, change: &ChangeId) -> bool {
        self.index.contains(change) || self.pending.waits(change)
    }

    /// Returns how many changes an actor has in the document.
    #[must_use]
    pub fn last_seq(&self, actor: &Actor) -> u64 {
        self.index.last_seq(actor)
    }

    /// Returns the last change of an actor.
    #[must_use]
    pub fn last_change(&self, actor: &Actor) -> Option<ChangeId> {
        self.index.change_of(actor, self.index.last_seq(actor)).map(|entry| entry.id)
    }

    /// Returns the chunk of a change, as it was received.
    #[must_use]
    pub fn raw(&self, change: &ChangeId) -> Option<RawChange> {
        let entry = self.index.entry(change)?;
        let rebuilt = self.engine.get_change_by_hash(&change.engine())?;
        Some(RawChange {
            id: *change,
            actor: self.index.actor(entry.actor),
            seq: entry.seq,
            bytes: rebuilt.raw_bytes().to_vec(),
        })
    }

    /// Returns the document as it is; `None` until its first change is in.
    #[must_use]
    pub fn view(&self) -> Option<View> {
        Some(view::draw(Lens::now(&self.engine), self.kind?, self.heads(), self))
    }

    /// Returns the document as it was; `None` for a version it has not reached.
    #[must_use]
    pub fn view_at(&self, version: &Version) -> Option<View> {
        let kind = self.kind?;
        if !version.changes().iter().all(|change| self.contains(change)) {
            return None;
        }
        let heads = version.engine();
        let lens = Lens { engine: &self.engine, heads: Some(&heads) };
        Some(view::draw(lens, kind, version.clone(), self))
    }

    /// Returns the text that an edit names: of a section, by its id or its title, or of a field
    /// or a cell of rule T.
    pub(crate) fn text_of(&self, author: &Author, place: &str) -> Option<String> {
        let lens = Lens::now(&self.engine);
        let actor = self.actor_of(author);
        let planner = Planner { lens, kind: self.kind?, actor, next_op: 0 };
        planner.text_at(place)
    }

    /// Makes one edit and returns the changes to send.
    ///
    /// An edit that asks for what already is gives no change.
    ///
    /// # Errors
    /// Says why it is refused; the document is then as it was.
    pub fn edit(&mut self, author: &Author, edit: &Edit) -> Result<Edited, EditRefusal> {
        let actor = self.actor_of(author);
        let plan = {
            let kind = self.kind.ok_or(EditRefusal::NotReady)?;
            self.writable(&actor)?;
            let next_op = u64::from(self.index.max_op()) + 1;
            let lens = Lens::now(&self.engine);
            let planner = Planner { lens, kind, actor, next_op };
            catch_unwind(AssertUnwindSafe(|| planner.plan(edit)))
                .map_err(|_| EditRefusal::Engine)??
        };
        let mut edited = Edited { changes: Vec::new(), created: plan.created };
        for writes in plan.changes {
            edited.changes.extend(self.write(actor, author.time, writes)?);
        }
        Ok(edited)
    }

    /// Takes in changes of others, and those that waited for them.
    ///
    /// Give as many at once as have arrived: the engine walks each touched text once a call,
    /// whatever the number of changes. Order matters only between two changes of one actor
    /// with one sequence number: the first given wins for ever, so give them in the order of
    /// the journal.
    pub fn admit(&mut self, arrivals: Vec<Arrival>) -> Outcome {
        admission::admit(self, arrivals)
    }

    /// Returns what waits, and for which changes.
    #[must_use]
    pub fn waiting(&self) -> Vec<Waiting> {
        self.pending.waiting(&self.index)
    }

    /// Returns what was refused and is remembered, oldest first.
    #[must_use]
    pub fn set_aside(&self) -> &[SetAside] {
        self.pending.set_aside()
    }

    /// Returns the actor of an author in this document.
    #[must_use]
    pub fn actor_of(&self, author: &Author) -> Actor {
        Actor::of(&self.space, &self.id, &author.device, &author.incarnation)
    }

    fn writable(&self, actor: &Actor) -> Result<(), EditRefusal> {
        if self.damaged {
            return Err(EditRefusal::Engine);
        }
        // A change names everything it builds upon: with more than it may name, nobody would
        // take it, and what was said to be saved would be lost.
        let branches = self.engine.get_heads().len();
        if self.index.ops() > limits::DOCUMENT_OPS_MAX || branches > limits::CHANGE_DEPS_MAX {
            return Err(EditRefusal::DocumentFull);
        }
        if self.pending.claimed_after(actor, self.index.last_seq(actor)) {
            return Err(EditRefusal::IncarnationUsed);
        }
        Ok(())
    }

    /// Writes one change; `None` when it comes to nothing.
    fn write(
        &mut self,
        actor: Actor,
        time: Timestamp,
        writes: Vec<Write>,
    ) -> Result<Option<RawChange>, EditRefusal> {
        let seconds = i64::try_from(time.ms() / 1_000).unwrap_or(i64::MAX);
        let engine = &mut self.engine;
        let written = catch_unwind(AssertUnwindSafe(|| {
            engine.set_actor(actor.engine());
            let mut transaction = engine.transaction();
            for write in writes {
                // Dropping the transaction rolls it back.
                writing::carry_out(&mut transaction, write).map_err(|_| EditRefusal::Engine)?;
            }
            let options = CommitOptions::default().with_time(seconds);
            let (hash, _) = transaction.commit_with(options);
            Ok(hash.and_then(|_| engine.get_last_local_change()))
        }));
        let change = written.unwrap_or_else(|_| {
            self.damaged = true;
            Err(EditRefusal::Engine)
        })?;
        Ok(change.map(|change| {
            let id = ChangeId::from(change.hash());
            self.index.push(self.kind, id, &change.decode());
            RawChange { id, actor, seq: change.seq(), bytes: change.raw_bytes().to_vec() }
        }))
    }
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = self.kind.map_or("?", |kind| kind.name);
        write!(f, "Document({} {kind}, {} changes)", self.id.short(), self.index.entries().len())
    }
}

impl view::Origins for Document {
    fn origin(&self, operation: &ObjId) -> Option<Origin> {
        let ObjId::Id(counter, actor, _) = operation else {
            return None;
        };
        let counter = u32::try_from(*counter).ok()?;
        let op = OpRef { counter, actor: self.index.actor_number(actor)? };
        let entry = self.index.change_with(op)?;
        let actor = self.index.actor(entry.actor);
        Some(Origin { actor, change: entry.id, at: entry.time })
    }
}

/// Loads engine bytes of our own making, panics caught.
fn load_engine(bytes: &[u8]) -> Option<Automerge> {
    let options = LoadOptions::new()
        .text_encoding(layout::ENCODING)
        .verification_mode(VerificationMode::Check);
    let loaded = catch_unwind(AssertUnwindSafe(|| Automerge::load_with_options(bytes, options)));
    loaded.ok()?.ok()
}
