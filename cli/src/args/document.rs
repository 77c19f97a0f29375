//! The command line of documents: everything under `doc`.

use super::names;
use clap::{ArgGroup, Args, Subcommand};
use std::path::PathBuf;

/// Commands under `doc`.
#[derive(Debug, Subcommand)]
pub(crate) enum DocCommand {
    /// Lists the kinds of documents, or the fields of one kind
    Kinds {
        /// Kind of document; all of them when it is left out
        kind: Option<String>,
    },
    /// Creates a document
    New {
        /// Identifier of the space, or its first digits
        space: String,
        /// Kind of document, as `doc kinds` names it
        kind: String,
        /// Title of the document
        #[arg(long, value_parser = names::name)]
        title: String,
    },
    /// Lists the documents of a space
    List {
        /// Identifier of the space, or its first digits
        space: String,
        /// Only those of one kind
        #[arg(long)]
        kind: Option<String>,
    },
    /// Shows a document
    Show {
        /// Identifier of the document, or its first digits
        document: String,
        /// As it was at a version that `doc history` shows
        #[arg(long, value_name = "VERSION")]
        at: Option<String>,
    },
    /// Writes a field; for a set or a list, adds to it
    Set(FieldValue),
    /// Settles a field on which several values stand
    Settle(FieldValue),
    /// Takes a value out of a set, or an item out of a list by its identifier
    Remove(FieldValue),
    /// Empties a field
    Clear {
        /// Identifier of the document, or its first digits
        document: String,
        /// Name of the field, as `doc kinds` names it
        field: String,
    },
    /// Writes in a section, together with the others
    Write(Write),
    /// Changes the title
    Title {
        /// Identifier of the document, or its first digits
        document: String,
        /// Title of the document
        #[arg(value_parser = names::name)]
        title: String,
    },
    /// Adds a section
    Section {
        /// Identifier of the document, or its first digits
        document: String,
        /// Title of the section
        #[arg(value_parser = names::name)]
        title: String,
        /// The section it comes after; the last one when it is left out
        #[arg(long, value_name = "SECTION")]
        after: Option<String>,
    },
    /// Adds a row to a field that has rows
    AddRow(AddRow),
    /// Takes a row away
    RemoveRow {
        /// Identifier of the document, or its first digits
        document: String,
        /// Name of the field, as `doc kinds` names it
        field: String,
        /// Number of the row in `doc show` (n2), or its identifier (=2)
        row: String,
    },
    /// Puts a row elsewhere
    MoveRow(MoveRow),
    /// Shows who changed what, and when
    History {
        /// Identifier of the document, or its first digits
        document: String,
    },
}

/// Arguments of `doc add-row`.
#[derive(Debug, Args)]
pub(crate) struct AddRow {
    /// Identifier of the document, or its first digits
    pub(crate) document: String,

    /// Name of the field, as `doc kinds` names it
    pub(crate) field: String,

    /// What stands in the columns; a column that holds a set may come several times
    #[arg(value_name = "COLUMN=VALUE")]
    pub(crate) cells: Vec<String>,

    /// The row it comes after; the last one when it is left out
    #[arg(long, value_name = "ROW")]
    pub(crate) after: Option<String>,
}

/// Arguments of `doc move-row`.
#[derive(Debug, Args)]
pub(crate) struct MoveRow {
    /// Identifier of the document, or its first digits
    pub(crate) document: String,

    /// Name of the field, as `doc kinds` names it
    pub(crate) field: String,

    /// Number of the row in `doc show` (n2), or its identifier (=2)
    pub(crate) row: String,

    /// The row it comes after; it becomes the first when this is left out
    #[arg(long, value_name = "ROW")]
    pub(crate) after: Option<String>,
}

/// A field of a document and a value.
#[derive(Debug, Args)]
pub(crate) struct FieldValue {
    /// Identifier of the document, or its first digits
    pub(crate) document: String,

    /// Name of the field, as `doc kinds` names it; of a cell, field/row/column
    pub(crate) field: String,

    /// The value
    #[arg(allow_hyphen_values = true)]
    pub(crate) value: String,
}

/// Arguments of `doc write`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("how").required(true).args(["append", "at", "from"])))]
pub(crate) struct Write {
    /// Identifier of the document, or its first digits
    pub(crate) document: String,

    /// Identifier of the section, as `doc show` shows it
    pub(crate) section: String,

    /// Adds this text at the end
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) append: Option<String>,

    /// Inserts a text at a place counted in characters
    #[arg(long, num_args = 2, value_names = ["N", "TEXT"], allow_hyphen_values = true)]
    pub(crate) at: Option<Vec<String>>,

    /// Brings the section to the text of this file (- for standard input) by its differences
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Option<PathBuf>,
}
