//! Documents out: to print, to compute with, to put in an agenda, to take along.
//!
//! One [`Holding`] is what is exported: the documents of a space as a partner sees them, with the
//! names that the directory gives. What is for reading becomes one [`print::Print`], laid out once
//! from the kind's table, which the writers of Word and PDF take; sheets, CSV and ICS read the
//! holding itself. Nothing here may read a clock: times are those of the documents.

pub mod clean;
pub mod csv;
pub mod docx;
pub mod figures;
mod holding;
pub mod ics;
pub mod json;
mod layout;
pub mod pdf;
pub mod print;
mod say;
mod stamp;
mod veil;
pub mod visas;
pub mod xlsx;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod newcomer_tests;

pub use holding::{Held, Holding};
pub use layout::{has_figures, keep, print, print_year};

/// Why a file could not be made; a fault of this program or of a library, never of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unwritten {
    /// Which format.
    pub format: &'static str,
    /// What the library says.
    pub reason: String,
}

impl Unwritten {
    pub(crate) fn new(format: &'static str, reason: impl std::fmt::Display) -> Self {
        Self { format, reason: reason.to_string() }
    }
}
