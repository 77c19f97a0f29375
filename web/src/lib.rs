//! The pages of a partner: what stands in a replica, drawn as HTML, and what a form says, as edits.
//!
//! Everything here is a pure function of what it is handed: no clock, no disk, no socket, no
//! question to a replica. One reader, one form and one list are drawn from the tables of the
//! kinds for all of them; the screens put them together. Every text passes through the escaping of
//! the template, and no page names an address that is not this program's own.

pub mod assets;
pub mod chart;
pub mod form;
pub mod frame;
pub mod link;
pub mod names;
pub mod prose;
pub mod screen;
pub mod words;

pub use maud::Markup;
