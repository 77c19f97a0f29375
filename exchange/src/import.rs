//! Reads the files that partners have, and proposes what to change in a space.
//!
//! Bytes come in; a proposal and what could not be read go out. It never writes a document.

mod folding;
pub mod json;

pub use folding::folded;
