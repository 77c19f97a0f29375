//! Examples and abuse of the register, by theme; `world` lets them read like sentences.
//!
//! A test of an attack bears its number of `security.md` §5 and the promise that it shows.
#![allow(clippy::unwrap_used)]

mod bounds;
mod capture;
mod epochs;
mod erasure;
mod form;
mod golden;
mod keys;
mod membership;
mod order;
mod refusals;
mod schedule;
mod visas;
mod votes;
mod world;
