//! The replica against the real relay machine, over a network that loses nothing.
//!
//! A town: one relay, some replicas, one clock. What is hostile or lossy is played by the
//! simulator; these are the examples that read like a story.
#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm)]

mod bundles;
mod composed;
mod decisions;
mod costs;
mod damage;
mod erasure;
mod figures;
mod frozen;
mod guarded;
mod hostile;
mod lies;
mod lives;
mod names;
mod notes;
mod passing;
mod refused;
mod stories;
pub(super) mod town;
