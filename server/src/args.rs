//! What can be typed after `liaison-relay`: types only. Their comments are the English help; the
//! French is in the table beside.

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use console::Common;

mod french;
#[cfg(test)]
mod tests;

pub(crate) use french::FRENCH;

/// The blind relay of Liaison: it orders and keeps what it cannot read
#[derive(Debug, Parser)]
#[command(name = "liaison-relay", version)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The folder of a relay.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Dir {
    /// The relay's folder
    #[arg(long, value_name = "DIR", env = "LIAISON_RELAY_DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a relay: its settings, its key, and the operator's key
    Init {
        #[command(flatten)]
        dir: Dir,
        /// How you call this relay; shown to you only
        #[arg(long, value_name = "NAME", default_value = "")]
        name: String,
        /// Address and port to listen on
        #[arg(long, value_name = "ADDR", default_value = crate::config::LISTEN_DEFAULT)]
        listen: String,
        /// Storage engine
        #[arg(long, value_name = "ENGINE", default_value = "sled", value_parser = ["sled", "redb"])]
        engine: String,
    },
    /// Serve until SIGTERM or SIGINT
    Serve {
        #[command(flatten)]
        dir: Dir,
        /// Listen here instead of where the settings say; port 0 picks a free one
        #[arg(long, value_name = "ADDR")]
        listen: Option<String>,
    },
    /// Make a one-time right to found a space here
    Ticket {
        #[command(flatten)]
        dir: Dir,
        /// Days it is good for
        #[arg(long, value_name = "N", default_value_t = 14,
            value_parser = clap::value_parser!(u64).range(1..=365))]
        days: u64,
    },
    /// Show who is in a space, as its register says
    Members {
        /// The space, or at least 6 characters of its id
        space: String,
        #[command(flatten)]
        dir: Dir,
    },
    /// Show the relay's and the operator's keys
    #[command(args_conflicts_with_subcommands = true)]
    Keys {
        #[command(subcommand)]
        change: Option<KeysCommand>,
        #[command(flatten)]
        dir: Option<Dir>,
    },
    /// List the spaces kept here: ids, counts, bytes
    Spaces {
        #[command(flatten)]
        dir: Dir,
    },
    /// Say how the relay is doing
    Status {
        #[command(flatten)]
        dir: Dir,
    },
    /// Suspend a device for at most 72 hours, in the open
    Suspend {
        #[command(flatten)]
        target: Target,
        /// Hours it lasts
        #[arg(long, value_name = "N", default_value_t = 72,
            value_parser = clap::value_parser!(u64).range(1..=72))]
        hours: u64,
    },
    /// End the suspension of a device
    Resume {
        #[command(flatten)]
        target: Target,
    },
    /// Read everything again and check it
    Verify {
        #[command(flatten)]
        dir: Dir,
    },
    /// Copy the store to the other engine
    Migrate {
        #[command(flatten)]
        dir: Dir,
        /// The engine to copy to
        #[arg(long, value_name = "ENGINE", value_parser = ["sled", "redb"])]
        to: String,
    },
    /// Copy the store, whole and checked, while the relay serves or not
    Backup {
        #[command(flatten)]
        dir: Dir,
        /// The folder to make for the copy
        #[arg(long, value_name = "FOLDER")]
        to: PathBuf,
    },
    /// Look at the settings
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Write what a shell needs to complete commands
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the manual page
    Man,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Prepare a new pair of keys beside, and say what to do next
    Rotate {
        #[command(flatten)]
        dir: Dir,
        /// The folder to make for the new keys [default: DIR-next]
        #[arg(long, value_name = "DIR")]
        into: Option<PathBuf>,
        /// Where the relay with the new keys will listen
        #[arg(long, value_name = "ADDR")]
        listen: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Check the settings, the keys and the certificate without starting
    Check {
        #[command(flatten)]
        dir: Dir,
    },
}

/// A device, and how to reach the relay that orders its space.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Target {
    /// The space; in full with --relay
    pub(crate) space: String,
    /// The device, or at least 6 characters of its id
    pub(crate) device: String,
    /// File of the operator's key
    #[arg(long, value_name = "FILE")]
    pub(crate) operator_key: PathBuf,
    /// Folder of the relay, when it is on this machine; --relay goes before it
    #[arg(long, value_name = "DIR", env = "LIAISON_RELAY_DIR")]
    pub(crate) dir: Option<PathBuf>,
    /// Address of the relay, from anywhere else
    #[arg(long, value_name = "URL", requires = "relay_key")]
    pub(crate) relay: Option<String>,
    /// Public key of that relay, as `keys` shows it
    #[arg(long, value_name = "HEX", requires = "relay")]
    pub(crate) relay_key: Option<String>,
}
