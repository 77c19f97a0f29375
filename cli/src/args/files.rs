//! The command line of the files others work with: `import`, `export`.
//!
//! Nothing here writes without being told to: `--apply`, `--force`.

use super::names;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `import`.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// A workbook (.xlsx, .ods), a .csv, a .docx with a table of labels, the FINESS register, or a
    /// full export (.json)
    #[arg(value_name = "FILE", required_unless_present = "headings")]
    pub(crate) file: Option<PathBuf>,

    /// Identifier of the space, or its first digits; the only one when it is left out
    #[arg(long)]
    pub(crate) space: Option<String>,

    /// Lists the headings and the values that a workbook may hold, of every sheet or of one; a
    /// blank workbook comes from `export SPACE --to xlsx` of an empty space
    #[arg(long, value_name = "SHEET", num_args = 0..=1, default_missing_value = "")]
    #[arg(conflicts_with_all = ["file", "space", "apply", "departement"])]
    pub(crate) headings: Option<String>,

    /// Writes what is otherwise only shown
    #[arg(long)]
    pub(crate) apply: bool,

    /// Of the FINESS register, only the establishments of this département; may be repeated
    #[arg(long, value_name = "CODE")]
    pub(crate) departement: Vec<String>,
}

/// Arguments of `export`.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// Identifier of a document or of a space, or its first digits
    pub(crate) target: String,

    /// The file to write; for csv, a folder where it ends with /, else a zip
    pub(crate) file: PathBuf,

    /// What to write; docx and pdf hide small counts, the others keep everything
    #[arg(long, value_name = "FORMAT", value_parser = names::formats())]
    pub(crate) to: String,

    /// The figures for the agency instead of the tracker, small counts hidden: xlsx of a space
    #[arg(long)]
    pub(crate) figures: bool,

    /// Of a document, as docx or pdf: its frozen version with its visas, the last one unless named
    #[arg(long, value_name = "VERSION", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = crate::commands::export::frozen::LAST)]
    pub(crate) frozen: Option<String>,

    /// The year of the report that a space gives as docx or pdf; this one when it is left out
    #[arg(long, value_name = "YEAR", value_parser = names::year)]
    pub(crate) year: Option<String>,

    /// Replaces what is there already
    #[arg(long)]
    pub(crate) force: bool,
}
