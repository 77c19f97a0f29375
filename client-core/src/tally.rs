//! How often costly work is done, counted in tests and nowhere else.
//!
//! Work that must be done once for each size, document or key, and not once for each entry, is
//! noted where it happens; a test then counts it. Outside tests a note is nothing.

/// One kind of costly work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Work {
    /// A whole register was copied.
    RegisterCopied,
    /// The index of a document was made anew, every change decoded.
    IndexMade,
    /// A document was read from its saved form and the journal.
    DocumentOpened,
    /// What a document brings to the figures was worked out anew.
    FiguresWorkedOut,
    /// A document was drawn for its line in the list.
    LinesDrawn,
    /// A whole document was written.
    DocumentSaved,
    /// An envelope was opened and its attestation verified.
    Attested,
    /// A checkpoint of the relay was verified.
    HeadVerified,
    /// A change was looked at to see whether an operation is its own.
    RenameLooked,
    /// An entry was kept because its key was not here, to be taken in again.
    Locked,
    /// An envelope that came by file was looked at again, to see whether it has its place still.
    LooseJudged,
    /// An entry of a file was hashed, to see whether a checkpoint vouches for it.
    LeafHashed,
    /// The size of an envelope that came by file was added up or taken off.
    LooseMeasured,
    /// Two parts of a document were compared, to tell what one change did to each.
    PlacesCompared,
    /// Two tokens of two texts were compared.
    TokensCompared,
}

#[cfg(test)]
thread_local! {
    static DONE: std::cell::RefCell<std::collections::BTreeMap<Work, u64>> =
        const { std::cell::RefCell::new(std::collections::BTreeMap::new()) };
}

/// Notes that some work was done.
pub(crate) fn note(work: Work) {
    note_many(work, 1);
}

/// Notes that some work was done so many times.
#[cfg_attr(not(test), allow(unused_variables, reason = "only tests count"))]
pub(crate) fn note_many(work: Work, times: usize) {
    #[cfg(test)]
    DONE.with_borrow_mut(|done| *done.entry(work).or_default() += times as u64);
}

/// Returns how often some work was done in this thread since the last call.
#[cfg(test)]
pub(crate) fn take(work: Work) -> u64 {
    DONE.with_borrow_mut(|done| done.remove(&work)).unwrap_or_default()
}
