//! The relay driven by hand-made replicas, honest and not.
#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm)]

mod abuse; // limits, floods, rights
mod behind; // restored from an old copy
mod durable; // crashes between any two outputs
mod erasure; // spaces that were closed
mod flow; // found, knock, admit, push, follow
mod moving; // from one relay to another
mod repair; // damaged records
mod world; // one relay, its records, its links

use super::*;
