//! One partner's replica, as a machine and the documents it keeps.
//!
//! This crate is deterministic: it reads no clock, no disk, no socket and no entropy source,
//! and holds no async code. Modules stand in reading order.

pub mod kinds; // document kinds as data
pub mod text_difference; // from an old text to a new one
pub mod text_position; // characters here, UTF-16 units in a browser
pub mod document; // one document over the engine
mod merge; // the rules T R M S L A C
pub mod admission; // what others send, vetted before the engine sees it
pub mod canonical; // the text of a version, as it is frozen and signed
pub mod guard; // what looks like a person cared for, pointed at
pub mod renew; // changes that lost their place, under new names
pub(crate) mod packing; // changes into a payload and out of it
pub mod figures; // what many documents come to
pub mod order; // documents as people expect them in a list
pub mod words; // the eight words compared by voice
pub mod replica; // the machine
mod tally; // how often costly work is done, for tests
pub mod verify; // a whole space replayed offline
