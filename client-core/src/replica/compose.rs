//! Several edits of one document as one: all of them or none.
//!
//! What comes from a file is hundreds of cells of one document. They are tried on a copy first,
//! so that a refused cell leaves nothing half written, and all their changes leave in one
//! `Store`, which a power failure keeps whole or not at all: what is too much for one is refused.
//! The outbox then seals them by tens of kilobytes rather than one by one.

use protocol::checkpoint::Log;
use protocol::id::DocumentId;

use super::command::{CommandError, Reply};
use super::home::Home;
use super::io::Event;
use super::papers::edit_error;
use super::space::Space;
use super::step::{STORE_BYTES_MAX, Step};
use crate::document::{Author, Document, Edit, RawChange};
use crate::guard::{self, Watch};

/// Edits that one command may bring.
pub const COMPOSED_EDITS_MAX: usize = 20_000;
/// Bytes of the records that one command may bring, keys included. The small worlds of tests
/// must meet the bound too.
pub const COMPOSED_BYTES_MAX: usize = if cfg!(test) { 256 << 10 } else { 6 << 20 };
/// Bytes that the key and the frame of one change take in its record, at most.
const RECORD_BYTES: usize = 128;

// What a step notes beside the changes has room in the same `Store`.
const _: () = assert!(COMPOSED_BYTES_MAX + (1 << 20) <= STORE_BYTES_MAX);

impl Space {
    /// Makes a document with all of these edits, or none of them.
    pub(super) fn compose_new(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
        (id, kind, title): (DocumentId, &str, &str),
        edits: &[Edit],
    ) -> Result<Reply, CommandError> {
        self.may_edit(step)?;
        within_bound(edits)?;
        let kind = home.catalogue.find(kind).ok_or(CommandError::NotFound("kind"))?;
        self.has_place_for(kind)?;
        if self.shelf.knows(&id) {
            return Err(CommandError::Invalid {
                code: "already-so",
                french: "ce document existe déjà".to_owned(),
                english: "this document exists already".to_owned(),
            });
        }
        let author = self.author(step);
        let created = Document::create(self.id, id, home.catalogue, kind, title, &author);
        let (mut document, edited) = created.map_err(edit_error)?;
        let watch = Watch::begin(&document, &author, edits);
        let mut changes = edited.changes;
        changes.extend(all(&mut document, &author, edits)?);
        within_one_store(&changes)?;
        let mut warnings = guard::in_edit(kind, &Edit::SetTitle(title.to_owned()));
        warnings.extend(watch.end(&document, &author, edits));
        let warnings = self.guarded(warnings);
        let version = document.heads();
        let covered = self.size(Log::Journal);
        self.shelf.place(step, document, covered);
        self.write(step, id, changes);
        step.event(Event::Edited(self.id, id));
        Ok(Reply::Edited { document: id, version, created: None, warnings })
    }

    /// Carries out all of these edits of one document, or none of them.
    pub(super) fn compose(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
        id: DocumentId,
        edits: &[Edit],
    ) -> Result<Reply, CommandError> {
        self.may_edit(step)?;
        within_bound(edits)?;
        let author = self.author(step);
        self.open_document(step, id, home.catalogue);
        let shelved = self.shelf.opened(&id).ok_or(CommandError::NotFound("document"))?;
        let mut tried = shelved.document.clone();
        if let Some(kind) = tried.kind() {
            self.has_place_for(kind)?;
        }
        let watch = Watch::begin(&tried, &author, edits);
        let changes = all(&mut tried, &author, edits)?;
        within_one_store(&changes)?;
        let warnings = self.guarded(watch.end(&tried, &author, edits));
        let version = tried.heads();
        if !changes.is_empty() {
            let shelved = self.shelf.opened(&id).ok_or(CommandError::NotFound("document"))?;
            shelved.document = tried;
            self.write(step, id, changes);
            step.event(Event::Edited(self.id, id));
        }
        Ok(Reply::Edited { document: id, version, created: None, warnings })
    }
}

fn within_bound(edits: &[Edit]) -> Result<(), CommandError> {
    if edits.len() <= COMPOSED_EDITS_MAX {
        return Ok(());
    }
    Err(CommandError::Invalid {
        code: "too-many-edits",
        french: format!("au plus {COMPOSED_EDITS_MAX} modifications d'un document à la fois"),
        english: format!("at most {COMPOSED_EDITS_MAX} edits of one document at a time"),
    })
}

/// Refuses what no single `Store` holds: a part of it would be on the disk without the rest.
fn within_one_store(changes: &[RawChange]) -> Result<(), CommandError> {
    let size_bytes: usize = changes.iter().map(|change| change.bytes.len() + RECORD_BYTES).sum();
    if size_bytes <= COMPOSED_BYTES_MAX {
        return Ok(());
    }
    let kibibytes = COMPOSED_BYTES_MAX >> 10;
    Err(CommandError::Invalid {
        code: "too-much-at-once",
        french: format!(
            "c'est trop pour s'écrire d'un seul tenant (au plus {kibibytes} Kio d'un document à \
             la fois) : rien n'est écrit ; apportez-le en plusieurs fois"
        ),
        english: format!(
            "this is too much to be written as one (at most {kibibytes} KiB of one document at a \
             time): nothing is written; bring it in several goes"
        ),
    })
}

/// Carries out edits on a copy, which is dropped at the first that is refused.
fn all(
    tried: &mut Document,
    author: &Author,
    edits: &[Edit],
) -> Result<Vec<RawChange>, CommandError> {
    let mut changes = Vec::new();
    for edit in edits {
        changes.extend(tried.edit(author, edit).map_err(edit_error)?.changes);
    }
    Ok(changes)
}
