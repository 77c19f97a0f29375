//! What a replica and a relay must agree on, and the relay's whole brain.
//!
//! This crate is deterministic: it reads no clock, no disk, no socket and no entropy source,
//! and holds no async code. The world is handed in as an [`Env`] and effects come out as
//! values, so the same code runs in the product and in the simulator.
//!
//! Modules stand in reading order; each may use those above it and none below.

pub mod codec; // deterministic CBOR, strict on input
pub mod crypto; // the only place that names crypto crates
pub mod env; // clocks, randomness, records: what the world lends
pub mod id; // one type for each identifier
pub mod limits; // every bound, with its unit
pub mod refusal; // why something is not accepted: one table
pub mod tree; // RFC 6962 roots without the leaves
pub mod checkpoint; // what a relay signs of a log
pub mod epoch; // content keys: committed, wrapped, accepted
pub mod register; // signed acts in, roster out
pub mod frozen; // frozen versions of documents, and the file that proves their visas
pub mod envelope; // sealed units with a header a relay reads
pub mod journal; // envelopes in the relay's order: who may append what
pub mod invitation; // how newcomers and new machines come in
pub mod wire; // messages between a replica and a relay
pub mod session; // the handshake, both ends
pub mod bundle; // the same items in a file
pub mod relay; // the whole relay as one machine

#[cfg(test)]
mod fixture; // circles of partners for tests

pub use env::Env;
pub use refusal::Refusal;
