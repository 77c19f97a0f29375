//! The command line of spaces: everything under `space`.

use super::{InSpace, names};
use clap::{ArgGroup, Args, Subcommand};

/// Commands under `space`.
#[derive(Debug, Subcommand)]
pub(crate) enum SpaceCommand {
    /// Founds a space, with this organisation as its first guarantor
    Found(Found),
    /// Lists the spaces of this replica
    List,
    /// Shows a space
    Show(InSpace),
    /// Opens the vote that closes a space: archived, or erased for good
    Close(CloseSpace),
}

/// Arguments of `space found`.
#[derive(Debug, Args)]
pub(crate) struct Found {
    /// Title, known to members only
    #[arg(value_parser = names::name)]
    pub(crate) title: String,

    /// Address of the relay: ws:// or wss://
    #[arg(long, value_name = "URL", value_parser = names::relay_url)]
    pub(crate) relay: String,

    /// Right to found a space there, given by the relay's operator
    #[arg(long)]
    pub(crate) ticket: Option<String>,

    /// What the space is for
    #[arg(long, default_value = "territory", value_parser = names::space_kinds())]
    pub(crate) kind: String,

    /// How many guarantors must approve
    #[arg(long, default_value = "usual", value_parser = names::rules())]
    pub(crate) rule: String,
}

/// Arguments of `space close`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("closing").required(true))]
pub(crate) struct CloseSpace {
    /// Identifier of the space, or its first digits
    pub(crate) space: String,

    /// Nothing more is written, all of it stays readable
    #[arg(long, group = "closing")]
    pub(crate) archive: bool,

    /// Every device destroys its keys and the documents, the relay deletes the contents
    #[arg(long, group = "closing")]
    pub(crate) erase: bool,

    /// Does not ask for confirmation; wanted with nobody at a terminal, but for --json
    #[arg(long)]
    pub(crate) yes: bool,
}
