//! The command line of frozen versions: `freeze`, `amend`, `sign`.
//!
//! What a visa is worth is said in the help, and never more than it is worth.

use super::names;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `freeze`.
#[derive(Debug, Args)]
pub(crate) struct Freeze {
    /// Identifier of the document, or its first digits
    pub(crate) document: String,

    #[command(flatten)]
    pub(crate) how: Freezing,

    /// Freezes nothing: writes the frozen version, its visas and what proves them in this file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["decision", "meeting", "signatory"])]
    pub(crate) to: Option<PathBuf>,

    /// The frozen version to write; the last one when it is left out
    #[arg(long, value_name = "VERSION", requires = "to")]
    pub(crate) of: Option<String>,

    /// Replaces the file that is there already
    #[arg(long, requires = "to")]
    pub(crate) force: bool,
}

/// Arguments of `amend`.
#[derive(Debug, Args)]
pub(crate) struct Amend {
    /// Identifier of the document, or its first digits
    pub(crate) document: String,

    #[command(flatten)]
    pub(crate) how: Freezing,

    /// The signed document that this one amends; the same one when it is left out
    #[arg(long, value_name = "DOCUMENT")]
    pub(crate) of: Option<String>,
}

/// What goes with a version that is frozen.
#[derive(Debug, Args)]
pub(crate) struct Freezing {
    /// The decision that froze the text, in words
    #[arg(long, value_name = "TEXT")]
    pub(crate) decision: Option<String>,

    /// The document of the meeting that took it
    #[arg(long, value_name = "DOCUMENT")]
    pub(crate) meeting: Option<String>,

    /// An organisation that is to sign, by name or identifier; repeated, in order of signature
    #[arg(long, value_name = "PARTNER")]
    pub(crate) signatory: Vec<String>,
}

/// Arguments of `sign`.
#[derive(Debug, Args)]
pub(crate) struct Sign {
    /// Identifier of the document, or its first digits
    pub(crate) document: String,

    /// In what capacity the visa is given
    #[arg(long, default_value = "representative", value_parser = names::capacities())]
    pub(crate) capacity: String,

    /// A PDF that was signed elsewhere: its digest goes with the visa, the file stays here
    #[arg(long, value_name = "FILE")]
    pub(crate) pdf: Option<PathBuf>,

    /// The frozen version; the last one when it is left out
    #[arg(long, value_name = "VERSION")]
    pub(crate) of: Option<String>,

    /// Shows the exact lines whose digest is signed, besides the document
    #[arg(long)]
    pub(crate) canonical: bool,

    /// Does not ask for confirmation; wanted with nobody at a terminal, but for --json
    #[arg(long)]
    pub(crate) yes: bool,
}
