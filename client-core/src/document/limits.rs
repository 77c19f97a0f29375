//! Bounds of documents and of what others may send for them (`sync.md` C10, §3.4).

/// Bytes of one change chunk.
pub const CHANGE_BYTES_MAX: usize = 256 * 1024;
/// Operations of one change.
pub const CHANGE_OPS_MAX: usize = 20_000;
/// Operations that the changes of one envelope declare together: a few bytes can stand for
/// thousands, and an envelope holds thousands of changes.
pub const ENVELOPE_OPS_MAX: u64 = 500_000;
/// Operations that the engine is given at once.
pub(crate) const APPLIED_OPS_MAX: usize = 200_000;
/// Operations beyond which a document takes in nothing more here, whoever wrote it.
///
/// It lies far above what our own edits stop at, so that only a flood reaches it. Like the
/// bounds of what waits it is this machine's own: what it keeps out is in the journal.
pub const DOCUMENT_OPS_CEILING: u64 = 2 * DOCUMENT_OPS_MAX;
/// Changes that one change may build upon directly: one for each device of a space.
pub const CHANGE_DEPS_MAX: usize = 1_024;
/// Actors that one change may name beside its own.
pub const CHANGE_ACTORS_MAX: usize = 8_192;
/// Bytes of a map key, of a mark name.
pub const KEY_BYTES_MAX: usize = 16 * 1024;
/// Objects within objects.
pub const DEPTH_MAX: u8 = 8;
/// Operation counters stay below this, half of what the engine holds.
pub const COUNTER_MAX: u64 = 1 << 31;
/// How far the first counter of a change may lie above those it builds upon.
pub const COUNTER_GAP_MAX: u64 = 1 << 20;
/// Changes of one document that wait for others.
pub const PENDING_CHANGES_MAX: usize = 10_000;
/// Bytes of the changes of one document that wait for others.
pub const PENDING_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Refusals that one document remembers.
pub const SET_ASIDE_MAX: usize = 10_000;

/// Operations that one change of ours holds at most; a longer paste is split.
pub(crate) const EDIT_OPS_PER_CHANGE: usize = 10_000;
/// Characters that one edit may bring.
pub const EDIT_CHARS_MAX: usize = 500_000;
/// Rows that edits of ours give to one field; of rows that stay, those of each writer that are
/// read.
pub const ROWS_MAX: usize = 2_000;
/// Cells that one edit may bring.
pub const ROW_CELLS_MAX: usize = 200;
/// Characters that the cells of a new row may bring together.
pub const ROW_CHARS_MAX: usize = 10_000;
/// Comments of a document that are read, and that edits of ours bring it to.
pub const COMMENTS_MAX: usize = 5_000;
/// Characters of one comment, and of what it proposes.
pub const COMMENT_CHARS_MAX: usize = 10_000;
/// Characters of a passage that a comment keeps as it stood.
pub const QUOTE_CHARS_MAX: usize = 500;
/// Operations beyond which a new generation of the document is offered.
pub const DOCUMENT_OPS_ADVISED: u64 = 250_000;
/// Changes beyond which a new generation of the document is offered.
pub const DOCUMENT_CHANGES_ADVISED: usize = 20_000;
/// Operations beyond which the document takes no edits of ours.
pub const DOCUMENT_OPS_MAX: u64 = 4_000_000;

const _: () = assert!(EDIT_OPS_PER_CHANGE <= CHANGE_OPS_MAX);
const _: () = assert!(ROW_CHARS_MAX * 8 + ROW_CELLS_MAX * 256 <= CHANGE_BYTES_MAX);
const _: () = assert!(CHANGE_OPS_MAX as u64 <= ENVELOPE_OPS_MAX);
const _: () = assert!(CHANGE_OPS_MAX <= APPLIED_OPS_MAX);
const _: () = assert!(EDIT_OPS_PER_CHANGE * 8 <= CHANGE_BYTES_MAX);
/// Operations that waiting changes keep decoded.
pub(crate) const EXPANDED_MAX: usize = 100_000;
