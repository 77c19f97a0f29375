//! The simulator: real replicas and real relays in a world that fails on purpose.
//!
//! One seed makes one run, byte for byte. A [`plan`] says what people do and what goes wrong; a
//! [`story`] plays it in a [`world`]; [`check`] judges the end. Plans that once failed are kept
//! under `seeds/`. Modules stand in reading order.

pub mod chance; // streams of chance from one seed
pub mod disk; // what survives a crash, and what a process sees
pub mod net; // links that are ordered streams and fail
pub mod world; // machines, clock and network; outputs obeyed
pub mod operator; // the relay's operator, and links by hand
pub mod story; // people: who asked for what, what they were told
pub mod plan; // steps from a seed: drawn, saved, shrunk
pub mod check; // the oracles
pub mod play; // one plan from its beginning to its judgement
pub mod bench; // figures, each beside something
