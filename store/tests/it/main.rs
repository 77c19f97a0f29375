//! The store's promises, tested from outside: annotated index.
//!
//! The suites that need a disk to fail run themselves again as a child process under a preloaded
//! shim (`shim/shim.c`, compiled on the spot by the same `cc` that links Rust).
#![allow(missing_docs, clippy::unwrap_used)]

/// The same behaviour from every store, against a model.
mod conformance;

/// The child process: what runs under the shim.
mod child;

/// Compiling the shim and starting the child under it.
mod shim;

/// From a log of writes and syncs to the disk as a power cut leaves it.
mod recording;

/// Hundreds of power cuts for each engine, and the proof that the suite would see a loss.
mod power_cut;

/// Full disks and failing syncs.
mod full_disk;

/// Stores that are not as they were left.
mod damage;

/// Group commit.
mod group;

/// Copies from one engine to the other.
mod copies;

/// The simulator's disk.
mod simulated;
