//! The one integration test binary: what only several machines together can show.
//!
//! Tests speak in plans, stories, views and programs, never in the inside of a machine.

#![allow(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test that cannot go on should stop there"
)]

/// Plans: kept ones hold, the same seed gives the same trace, planted bugs are found.
mod plans;
/// Texts merge, conflicts are shown and settled, late comers catch up.
mod convergence;
/// Who may admit, remove and read; named after what the issue asks to show.
mod members;
/// What nobody outside may read, and what who left may no longer read.
mod secrecy;
/// A crash at every place, restored backups, copied machines, full disks.
mod durability;
/// Bundles and parcels, by hand instead of by the relay.
mod carriers;
/// Bytes of released formats, read by today's code.
mod golden;
/// Abuse tests that need machines, and the list of those that must exist somewhere.
mod abuse;
/// The two programs, typed by hand.
mod programs;
/// A sheet taken out of the program in every format.
mod exported;
/// Every export of the territory, opened by LibreOffice and poppler.
mod opened;
/// A coordinator alone: the story of the README, and a full export read back.
mod first_day;
/// What the two programs never say, at their most talkative.
mod silence;
/// What documents come to, read with the two programs.
mod figures;
/// A convention frozen, signed, verified by anyone, amended.
mod visas;
/// The two programs, moving to another relay.
mod moving;
/// A relay that breaks the rules, met by the program a person uses.
mod hostile;
/// What a person approves, and what is signed.
mod shown;
/// The two programs, killed at random moments.
mod kill;
/// The two programs, on a disk that rots.
mod damage;
/// A space erased, and every file looked through.
mod erased;
/// The invented territory, written by the program a person uses.
mod territory;
/// Somebody alone before the page: the first run, a file taken over, machines, circles.
mod first_page;
