//! Documents in and out of the files that neighbours work with.
//!
//! Pure: bytes and documents come in, bytes and edits go out. This crate reads no clock, no disk
//! and no socket, holds no key and changes no document; what it gives is applied by the replica as
//! ordinary edits. It reads the kind tables and knows kinds by nothing else, but for the layouts
//! that the trade has fixed (the tracker's sheets, the printed documents).

pub mod demo;
pub mod export;
pub mod import;
pub mod tracker;
