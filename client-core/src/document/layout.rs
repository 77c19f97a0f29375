//! Where things lie inside a document, and the first change that puts them there.
//!
//! ```text
//! root   schema, kind, revision, title
//!        fields    R M  name            → value
//!                  S    name/value      → value
//!                  A    name/entry      → value
//!                  L    name/item       → {order, value}
//!                  T    name            → text
//!          in rows R M  name/row/column → value
//!                  S    name/row/column/value → value
//!                  T    name/row/column → text
//!                       name/row/@order → order, of rows that move
//!        sections  id                   → {order, title?, text, deleted?}
//!        comments  <id>/<part>          → value
//! ```
//!
//! Every object that two members could make at the same time is made by the first change,
//! which follows from the document id and the kind alone: two members who create the same
//! document make the same bytes. Everything else has an id of its own or is a plain value, so
//! that no concurrent creation can hide another one. A row is no object: it is there while
//! any of its keys but a text is, so that a cell written while the row is removed brings it
//! back. The texts of a row are made with it, as its first operations, and stay.

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{Automerge, AutomergeError, ObjId, ObjType, ROOT, TextEncoding};
use protocol::id::DocumentId;

use super::author::{Actor, ChangeId, RawChange};
use super::order;
use crate::kinds::{Catalogue, Kind, Merge};

/// Version of this layout.
pub(crate) const SCHEMA: u64 = 1;

pub(crate) const SCHEMA_KEY: &str = "schema";
pub(crate) const KIND_KEY: &str = "kind";
pub(crate) const REVISION_KEY: &str = "revision";
pub(crate) const TITLE_KEY: &str = "title";
pub(crate) const FIELDS_KEY: &str = "fields";
pub(crate) const SECTIONS_KEY: &str = "sections";
pub(crate) const COMMENTS_KEY: &str = "comments";
pub(crate) const ORDER_KEY: &str = "order";
pub(crate) const VALUE_KEY: &str = "value";
pub(crate) const TEXT_KEY: &str = "text";
pub(crate) const DELETED_KEY: &str = "deleted";
/// Between the name of a field and the name of one of its entries, and between a row, its
/// columns and their entries.
pub(crate) const ENTRY_MARK: char = '/';
/// Stands where a column does, for the order key of a row; no column has such a name.
pub(crate) const ROW_ORDER: &str = "@order";

/// Keys of the root that only the first change writes: losing one would hide the document.
pub(crate) const FIXED_ROOT_KEYS: [&str; 6] =
    [SCHEMA_KEY, KIND_KEY, REVISION_KEY, FIELDS_KEY, SECTIONS_KEY, COMMENTS_KEY];

/// Positions in texts are Unicode characters here; the browser counts otherwise, and its
/// boundary converts (see `text_position`).
pub(crate) const ENCODING: TextEncoding = TextEncoding::UnicodeCodePoint;

/// Returns an engine without any change. The actor is set, so that the one the engine draws
/// at random is never used.
pub(crate) fn empty_engine() -> Automerge {
    Automerge::new_with_encoding(ENCODING).with_actor(Actor::new([0; 16]).engine())
}

/// Returns the first change of a document, the same wherever it is made.
pub(crate) fn genesis(document: &DocumentId, kind: &Kind) -> RawChange {
    let actor = Actor::of_genesis(document, kind.name, kind.revision);
    let mut engine = empty_engine().with_actor(actor.engine());
    let mut transaction = engine.transaction();
    write_skeleton(&mut transaction, kind).expect("writing into an empty document");
    transaction.commit_with(CommitOptions::default().with_time(0));
    let change = engine.get_last_local_change().expect("the change just committed");
    RawChange {
        id: ChangeId::from(change.hash()),
        actor,
        seq: change.seq(),
        bytes: change.raw_bytes().to_vec(),
    }
}

fn write_skeleton(out: &mut impl Transactable, kind: &Kind) -> Result<(), AutomergeError> {
    out.put(ROOT, SCHEMA_KEY, SCHEMA)?;
    out.put(ROOT, KIND_KEY, kind.name)?;
    out.put(ROOT, REVISION_KEY, u64::from(kind.revision))?;
    let fields = out.put_object(ROOT, FIELDS_KEY, ObjType::Map)?;
    for field in kind.fields.iter().filter(|field| field.merge == Merge::Text) {
        out.put_object(&fields, field.name, ObjType::Text)?;
    }
    let sections = out.put_object(ROOT, SECTIONS_KEY, ObjType::Map)?;
    let orders = order::spread(kind.sections.len());
    for (section, order) in kind.sections.iter().zip(orders) {
        write_section(out, &sections, section.id, &order)?;
    }
    out.put_object(ROOT, COMMENTS_KEY, ObjType::Map)?;
    Ok(())
}

/// Writes a section without a title and returns its object.
pub(crate) fn write_section(
    out: &mut impl Transactable,
    sections: &ObjId,
    id: &str,
    order: &str,
) -> Result<ObjId, AutomergeError> {
    let section = out.put_object(sections, id, ObjType::Map)?;
    out.put(&section, ORDER_KEY, order)?;
    out.put_object(&section, TEXT_KEY, ObjType::Text)?;
    Ok(section)
}

/// Returns the kind whose first change these bytes are for this document, if it is known.
pub(crate) fn recognise(
    document: &DocumentId,
    catalogue: Catalogue,
    actor: Actor,
    bytes: &[u8],
) -> Option<&'static Kind> {
    catalogue.all().find(|kind| {
        actor == Actor::of_genesis(document, kind.name, kind.revision)
            && genesis(document, kind).bytes == bytes
    })
}

/// Returns the key of one entry of a field.
pub(crate) fn entry_key(field: &str, entry: &str) -> String {
    format!("{field}{ENTRY_MARK}{entry}")
}

/// Returns the key of one cell of a row.
pub(crate) fn cell_key(field: &str, row: &str, column: &str) -> String {
    format!("{field}{ENTRY_MARK}{row}{ENTRY_MARK}{column}")
}

/// What a key within a row is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CellKey<'a> {
    pub(crate) row: &'a str,
    /// A column, or [`ROW_ORDER`].
    pub(crate) column: &'a str,
    /// The entry of a set, which may hold the mark itself.
    pub(crate) entry: Option<&'a str>,
}

/// Reads what follows the field in a key of a row.
pub(crate) fn read_cell_key(rest: &str) -> Option<CellKey<'_>> {
    let (row, rest) = rest.split_once(ENTRY_MARK)?;
    let (column, entry) = match rest.split_once(ENTRY_MARK) {
        Some((column, entry)) => (column, Some(entry)),
        None => (rest, None),
    };
    (!row.is_empty() && !column.is_empty()).then_some(CellKey { row, column, entry })
}

/// Reads the field, the row and the column of a path.
pub(crate) fn split_path(path: &str) -> (&str, Option<CellKey<'_>>) {
    match path.split_once(ENTRY_MARK) {
        Some((field, rest)) => (field, read_cell_key(rest)),
        None => (path, None),
    }
}

/// Returns the name in a key that may be that of the operation that wrote it: the whole key,
/// the entry, or the row.
pub(crate) fn named_in(key: &str) -> &str {
    let Some((_, entry)) = key.split_once(ENTRY_MARK) else {
        return key;
    };
    entry.split_once(ENTRY_MARK).map_or(entry, |(row, _)| row)
}

/// Returns a key with another name in the place of [`named_in`].
pub(crate) fn with_name(key: &str, name: &str) -> String {
    let Some((field, entry)) = key.split_once(ENTRY_MARK) else {
        return name.to_owned();
    };
    match entry.split_once(ENTRY_MARK) {
        Some((_, rest)) => cell_key(field, name, rest),
        None => entry_key(field, name),
    }
}

/// Returns the id of the row that a stored value names: the value, without the mark.
pub(crate) fn row_of_key(value: &str) -> String {
    value.replace('%', "%25").replace(ENTRY_MARK, "%2F")
}

/// Returns the stored value that names a row.
pub(crate) fn key_of_row(row: &str) -> String {
    row.replace("%2F", "/").replace("%25", "%")
}

/// Tells whether a name has the form of [`fresh_name`].
pub(crate) fn is_fresh_name(name: &str) -> bool {
    let hex = |part: &str| part.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f'));
    let formed = |(counter, actor): (&str, &str)| {
        (8..=16).contains(&counter.len()) && actor.len() == 16 && hex(counter) && hex(actor)
    };
    name.split_once('-').is_some_and(formed)
}

/// Returns the part of such a name that tells who made it.
pub(crate) fn maker_in(name: &str) -> Option<&str> {
    name.split_once('-').map(|(_, maker)| maker)
}

/// Tells whether a name has been given by this actor.
pub(crate) fn is_named_by(name: &str, actor: Actor) -> bool {
    maker_in(name) == Some(&actor.to_string()[..16])
}

/// Returns the name of a new object or entry, unique because its first operation is.
///
/// Names sort by causal age, then by actor.
pub(crate) fn fresh_name(operation: u64, actor: Actor) -> String {
    format!("{operation:08x}-{}", &actor.to_string()[..16])
}
