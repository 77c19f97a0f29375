//! The command line: `clap` types and nothing else.
//!
//! The doc comments are the English help; `french` holds the French. Names, options and their
//! meaning are relied on by scripts: they are added to, never changed.

pub(crate) mod document;
pub(crate) mod files;
pub(crate) mod space;
pub(crate) mod french;
pub(crate) mod names;
pub(crate) mod visa;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use console::Common;
use document::DocCommand;
use files::{Export, Import};
use space::SpaceCommand;
use std::path::PathBuf;
use visa::{Amend, Freeze, Sign};

/// Writes a territory's shared documents together, without an owner
#[derive(Debug, Parser)]
#[command(name = "liaison", version)]
pub(crate) struct Liaison {
    #[command(flatten)]
    pub(crate) common: Common,

    /// Folder of the replica
    #[arg(long, global = true, env = "LIAISON_HOME", value_name = "DIR")]
    pub(crate) home: Option<PathBuf>,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What can be asked.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Makes the replica of this organisation on this machine
    Init(Init),
    /// Founds, lists and shows spaces
    #[command(subcommand)]
    Space(SpaceCommand),
    /// Makes a one-time invitation to a space
    Invite(Invite),
    /// Answers an invitation
    Join(Join),
    /// Lists join requests and votes
    Requests(Requests),
    /// Opens a vote, with this organisation's approval
    Propose(Propose),
    /// Approves a join request or a vote for this organisation
    Approve(Approve),
    /// Takes an approval back
    Withdraw(Vote),
    /// Lists the members of a space and their devices
    Members(InSpace),
    /// Shows what the documents of a space come to
    Dashboard(Dashboard),
    /// Leaves a space for this organisation
    Leave(Leave),
    /// Names this organisation
    #[command(subcommand)]
    Partner(PartnerCommand),
    /// Adds and revokes the machines of this organisation
    #[command(subcommand)]
    Device(DeviceCommand),
    /// Reads and writes documents
    #[command(subcommand)]
    Doc(DocCommand),
    /// Freezes the text of a document, or writes its frozen version and its visas to a file
    Freeze(Freeze),
    /// Gives the visa of this organisation to a frozen version; no advanced or qualified signature
    Sign(Sign),
    /// Freezes what changed since the signed version, as an amendment that cites it
    Amend(Amend),
    /// Fills an empty space with a territory that does not exist, to look at and to learn with
    Demo(Demo),
    /// Writes a document, or a whole space, in the files that others work with
    Export(Export),
    /// Shows what a file would change, and writes it
    Import(Import),
    /// Exchanges with the relays
    Sync(Sync),
    /// Carries a space by stick or by mail
    #[command(subcommand)]
    Bundle(BundleCommand),
    /// Shows, hands over and adopts edits that were kept aside
    #[command(subcommand)]
    Quarantine(QuarantineCommand),
    /// Replays every decision and every signature, offline
    Verify(Verify),
    /// Runs in the background for this machine, with its page: other commands work through it
    Serve(Serve),
    /// Opens the page of `serve` in the browser
    Open(Open),
    /// Looks after the records on disk
    #[command(subcommand)]
    Store(StoreCommand),
    /// Writes the completions of a shell
    Completions(Completions),
    /// Writes the manual page
    Man,
}

/// Arguments of `init`.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// Name of the organisation
    #[arg(long, value_name = "NAME", value_parser = names::name)]
    pub(crate) partner: String,

    /// College of the organisation in the territory
    #[arg(long)]
    pub(crate) college: Option<String>,

    /// SIRET number, 14 digits
    #[arg(long, value_name = "N", value_parser = names::siret)]
    pub(crate) siret: Option<String>,

    /// FINESS number, 9 characters
    #[arg(long, value_name = "N", value_parser = names::finess)]
    pub(crate) finess: Option<String>,

    /// Name of this machine among those of the organisation
    #[arg(long, value_name = "LABEL", value_parser = names::name)]
    pub(crate) device: Option<String>,

    /// Protects the secrets by a file instead of a passphrase: whoever copies the folder has all
    #[arg(long)]
    pub(crate) no_passphrase: bool,

    /// What keeps the records
    #[arg(long, value_name = "ENGINE", value_parser = names::engines())]
    pub(crate) engine: Option<String>,

    /// Price of trying a passphrase; low is for tests only
    #[arg(long, value_name = "COST", value_parser = ["usual", "low"], hide = true)]
    pub(crate) keystore_cost: Option<String>,
}

impl Init {
    /// Returns what is asked of whoever gives the names alone.
    pub(crate) fn of(partner: String, device: Option<String>) -> Self {
        Self {
            partner,
            college: None,
            siret: None,
            finess: None,
            device,
            no_passphrase: false,
            engine: None,
            keystore_cost: None,
        }
    }
}

/// A space and nothing else.
#[derive(Debug, Args)]
pub(crate) struct InSpace {
    /// Identifier of the space, or its first digits
    pub(crate) space: String,
}

/// Arguments of `invite`.
#[derive(Debug, Args)]
pub(crate) struct Invite {
    /// Identifier of the space, or its first digits
    pub(crate) space: String,

    /// Role offered
    #[arg(long, value_parser = names::roles())]
    pub(crate) role: String,

    /// What the newcomer will read of the past
    #[arg(long, value_parser = names::histories())]
    pub(crate) history: Option<String>,

    /// Writes the invitation in this file too
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// Arguments of `join`.
#[derive(Debug, Args)]
pub(crate) struct Join {
    /// The invitation, or the welcome of a device, as it was received
    #[arg(required_unless_present = "from")]
    pub(crate) invitation: Option<String>,

    /// Reads it from this file instead (- for standard input)
    #[arg(id = "from", long = "file", value_name = "FILE", conflicts_with = "invitation")]
    pub(crate) file: Option<PathBuf>,
}

/// Arguments of `dashboard`.
#[derive(Debug, Args)]
pub(crate) struct Dashboard {
    /// Identifier of the space, or its first digits
    pub(crate) space: String,

    /// Day it is for, instead of today
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<String>,

    /// Day since which changes are told, instead of a week before
    #[arg(long, value_name = "DATE")]
    pub(crate) since: Option<String>,
}

/// Arguments of `requests`.
#[derive(Debug, Args)]
pub(crate) struct Requests {
    /// Identifier of the space, or its first digits
    pub(crate) space: String,

    /// Also those that are over: adopted, out of date, or void
    #[arg(long)]
    pub(crate) all: bool,
}

/// Arguments of `propose`.
#[derive(Debug, Args)]
pub(crate) struct Propose {
    /// Identifier of the space, or its first digits
    pub(crate) space: String,

    #[command(subcommand)]
    pub(crate) measure: MeasureCommand,

    /// Does not ask for confirmation; with nobody at a terminal nothing is asked anyway
    #[arg(long, global = true)]
    pub(crate) yes: bool,
}

/// What is voted on.
#[derive(Debug, Subcommand)]
pub(crate) enum MeasureCommand {
    /// Removes an organisation
    Remove {
        /// Identifier of the organisation, or its first digits
        partner: String,
    },
    /// Changes the role of an organisation
    Role {
        /// Identifier of the organisation, or its first digits
        partner: String,
        /// Its new role
        #[arg(value_parser = names::roles())]
        role: String,
    },
    /// Changes how many guarantors must approve
    Rule {
        /// The new rule
        #[arg(value_parser = names::rules())]
        rule: String,
    },
    /// Moves to another relay, which must answer
    Relay {
        /// Address of the new relay
        #[arg(value_parser = names::relay_url)]
        url: String,
    },
}

/// Arguments of `approve`.
#[derive(Debug, Args)]
pub(crate) struct Approve {
    #[command(flatten)]
    pub(crate) vote: Vote,

    /// Does not ask for confirmation; an admission wants it with nobody at a terminal
    #[arg(long)]
    pub(crate) yes: bool,
}

/// A join request or a vote of a space.
#[derive(Debug, Args)]
pub(crate) struct Vote {
    /// Identifier of the space, or its first digits
    pub(crate) space: String,

    /// Identifier of the request or the vote, or its first digits
    pub(crate) proposal: String,
}

/// Arguments of `leave`.
#[derive(Debug, Args)]
pub(crate) struct Leave {
    /// Identifier of the space, or its first digits
    pub(crate) space: String,

    /// Does not ask for confirmation; wanted with nobody at a terminal, but for --json
    #[arg(long)]
    pub(crate) yes: bool,
}

/// Commands under `partner`.
#[derive(Debug, Subcommand)]
pub(crate) enum PartnerCommand {
    /// Gives this organisation another name, for the partners of all its spaces
    Name {
        /// The new name
        #[arg(value_parser = names::name)]
        name: String,
    },
}

/// Commands under `device`.
#[derive(Debug, Subcommand)]
pub(crate) enum DeviceCommand {
    /// Lists the machines of this organisation in a space
    List(InSpace),
    /// Makes the request of this machine, to be given to `device add` on another one
    Request(DeviceRequest),
    /// Adds a machine of this organisation to a space
    Add(DeviceAdd),
    /// Revokes a machine of this organisation
    Revoke(DeviceRevoke),
}

/// Arguments of `device request`.
#[derive(Debug, Args)]
pub(crate) struct DeviceRequest {
    /// Writes the request in this file too
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Writes over a file that is there
    #[arg(long, requires = "output")]
    pub(crate) force: bool,
}

/// Arguments of `device add`.
#[derive(Debug, Args)]
pub(crate) struct DeviceAdd {
    /// Identifier of the space, or its first digits
    pub(crate) space: String,

    /// What `device request` wrote on the other machine
    #[arg(required_unless_present = "from")]
    pub(crate) request: Option<String>,

    /// Reads it from this file instead (- for standard input)
    #[arg(id = "from", long = "file", value_name = "FILE", conflicts_with = "request")]
    pub(crate) file: Option<PathBuf>,

    /// What the machine may do
    #[arg(long, default_value = "editor", value_parser = names::device_roles())]
    pub(crate) role: String,

    /// Writes the welcome in this file too
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Does not ask for confirmation; wanted with nobody at a terminal, who would compare words
    #[arg(long)]
    pub(crate) yes: bool,
}

/// Arguments of `device revoke`.
#[derive(Debug, Args)]
pub(crate) struct DeviceRevoke {
    /// Identifier of the space, or its first digits
    pub(crate) space: String,

    /// Identifier of the machine, or its first digits
    pub(crate) device: String,

    /// Why
    #[arg(long, default_value = "retired", value_parser = names::causes())]
    pub(crate) cause: String,

    /// Does not ask for confirmation; wanted with nobody at a terminal for this or the last machine
    #[arg(long)]
    pub(crate) yes: bool,
}

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Identifier of the space, or its first digits
    pub(crate) space: String,

    /// Writes it even beside documents that are there already
    #[arg(long)]
    pub(crate) yes: bool,
}

/// Arguments of `sync`.
#[derive(Debug, Args)]
pub(crate) struct Sync {
    /// Identifier of the space, or its first digits; all of them when it is left out
    pub(crate) space: Option<String>,

    /// Stays connected and says what happens, until interrupted
    #[arg(long, conflicts_with = "space")]
    pub(crate) watch: bool,
}

/// Commands under `bundle`.
#[derive(Debug, Subcommand)]
pub(crate) enum BundleCommand {
    /// Writes everything this replica holds of a space in a file
    Write {
        /// Identifier of the space, or its first digits
        space: String,
        /// The file to write
        file: PathBuf,
    },
    /// Reads a file written by another partner; reading twice changes nothing
    Read {
        /// The file to read
        file: PathBuf,
    },
}

/// Commands under `quarantine`.
#[derive(Debug, Subcommand)]
pub(crate) enum QuarantineCommand {
    /// Lists the edits of this machine that were kept aside
    List(InSpace),
    /// Writes them in a file that one partner alone can open
    Export {
        /// Identifier of the space, or its first digits
        space: String,
        /// The file to write
        file: PathBuf,
        /// Identifier of the organisation that may open it, or its first digits
        #[arg(long, value_name = "PARTNER")]
        to: String,
    },
    /// Opens such a file and shows what it would change
    Review {
        /// The file to read
        file: PathBuf,
    },
    /// Adopts the edits of such a file under this organisation's name
    Adopt {
        /// The file to read
        file: PathBuf,
        /// Does not ask for confirmation; with nobody at a terminal nothing is asked anyway
        #[arg(long)]
        yes: bool,
    },
}

/// Arguments of `verify`.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// Identifier of a space, or its first digits; or a file of `bundle write` or `freeze --to`
    pub(crate) target: String,

    /// The space that the file must be of
    #[arg(long, value_name = "SPACE")]
    pub(crate) expect: Option<String>,

    /// A PDF that a visa of the file must attach
    #[arg(long, value_name = "FILE")]
    pub(crate) pdf: Option<PathBuf>,
}

/// Arguments of `serve`.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Port on this machine; a free one when it is left out
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) port: u16,

    /// Does not open the browser: the link is only said
    #[arg(long)]
    pub(crate) no_open: bool,
}

/// Arguments of `open`.
#[derive(Debug, Args)]
pub(crate) struct Open {
    /// Does not open the browser: the link is only said
    #[arg(long)]
    pub(crate) no_open: bool,
}

/// Commands under `store`.
#[derive(Debug, Subcommand)]
pub(crate) enum StoreCommand {
    /// Moves the records to the other engine; the old ones stay aside
    Migrate {
        /// The engine to move to
        #[arg(value_parser = names::engines())]
        engine: String,
    },
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_parser = names::shells())]
    pub(crate) shell: Shell,
}
