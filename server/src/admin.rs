//! The operator's questions: answered by the running relay through `admin.sock`, or from the store
//! itself when nothing runs. Never two processes on one store.
//!
//! One connection, one line of JSON each way. The socket is its owner's alone; nothing that can be
//! asked changes what is stored, and no answer holds more than ids, counts, bytes and times.

mod ask; // the asking side
mod desk; // the answering side
mod view; // answers, from what is stored

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub(crate) use ask::{Found, ask, find_running, open_store};
pub(crate) use desk::{Desk, Listening, listen};
pub(crate) use view::{iso, spaces};

/// The name of the socket inside a relay's folder.
pub(crate) const ADMIN_SOCKET: &str = "admin.sock";
/// Longest question.
pub(crate) const QUESTION_BYTES_MAX: u64 = 4 * 1024;
/// Longest answer: a roster of 1,024 partners and 8,192 devices.
pub(crate) const ANSWER_BYTES_MAX: u64 = 16 << 20;

/// What an operator may ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "ask")]
pub(crate) enum Question {
    /// How the relay is doing.
    Status,
    /// What it stores, space by space.
    Spaces,
    /// Who is in a space.
    Members {
        /// The space, or the beginning of its id.
        space: String,
    },
    /// Whether all that is stored is whole.
    Verify,
    /// A copy of the store, made while nothing is written.
    Backup {
        /// The folder to make, absolute.
        to: PathBuf,
    },
}

/// What comes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Answer {
    /// To [`Question::Status`].
    Status(Status),
    /// To [`Question::Spaces`].
    Spaces(Vec<SpaceLine>),
    /// To [`Question::Members`].
    Members(Vec<PartnerLine>),
    /// To [`Question::Verify`].
    Verified(Verdict),
    /// To [`Question::Backup`].
    Copied(Copied),
    /// The question has no answer.
    Trouble(Trouble),
}

/// How a relay is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Status {
    /// The relay's public key.
    pub(crate) relay: String,
    /// What is known only of a running relay.
    #[serde(flatten)]
    pub(crate) run: Run,
    /// Spaces served.
    pub(crate) spaces: u64,
    /// The storage engine.
    pub(crate) engine: String,
    /// Records stored.
    pub(crate) records: u64,
    /// Bytes the store takes on disk, its reserve included.
    pub(crate) disk_bytes: u64,
    /// Bytes free on the volume.
    pub(crate) free_bytes: u64,
}

/// What is known only of a running relay; all empty for one that does not run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Run {
    /// Whether it runs.
    pub(crate) running: bool,
    /// Its process.
    pub(crate) pid: Option<u32>,
    /// The address partners dial.
    pub(crate) url: Option<String>,
    /// Where a program on this machine dials it.
    pub(crate) dial: Option<String>,
    /// Since when, RFC 3339.
    pub(crate) since: Option<String>,
    /// Whether it takes links and writes.
    pub(crate) ready: bool,
    /// Whether it is shutting down.
    pub(crate) draining: bool,
    /// `ok`, or `full` while writes are refused.
    pub(crate) storage: Option<String>,
    /// When something last became durable, RFC 3339.
    pub(crate) last_durable_write: Option<String>,
    /// Open links.
    pub(crate) links: u64,
    /// Messages handled since the start.
    pub(crate) messages: u64,
    /// Commits since the start.
    pub(crate) commits: u64,
    /// Writes made durable by them.
    pub(crate) writes: u64,
}

/// What a relay stores for one space.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SpaceLine {
    /// The space.
    pub(crate) space: String,
    /// Entries of its register.
    pub(crate) acts: u64,
    /// Entries of its journal.
    pub(crate) envelopes: u64,
    /// Records of every kind.
    pub(crate) records: u64,
    /// Bytes of their keys and values.
    pub(crate) bytes: u64,
}

/// One organisation as the register says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PartnerLine {
    /// The organisation.
    pub(crate) partner: String,
    /// `guarantor`, `member` or `observer`.
    pub(crate) role: String,
    /// `present`, `left` or `removed`.
    pub(crate) state: String,
    /// Register time of its admission, RFC 3339.
    pub(crate) since: String,
    /// Its voice keys.
    pub(crate) voices: Vec<String>,
    /// Its devices.
    pub(crate) devices: Vec<DeviceLine>,
}

/// One device as the register says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DeviceLine {
    /// The device.
    pub(crate) device: String,
    /// `editor` or `reader`.
    pub(crate) role: String,
    /// `active`, `suspended` or `revoked`.
    pub(crate) state: String,
    /// When its suspension ends, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) until: Option<String>,
}

/// What a full reading found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Verdict {
    /// Whether nothing is wrong.
    pub(crate) valid: bool,
    /// Spaces read.
    pub(crate) spaces: u64,
    /// Acts read and checked.
    pub(crate) acts: u64,
    /// Envelopes read and checked.
    pub(crate) envelopes: u64,
    /// Records whose digest was checked.
    pub(crate) records: u64,
    /// What is wrong.
    pub(crate) anomalies: Vec<Anomaly>,
}

/// What was copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Copied {
    /// Where the copy is.
    pub(crate) store: PathBuf,
    /// Records in it.
    pub(crate) records: u64,
    /// Bytes of their keys and values.
    pub(crate) bytes: u64,
    /// SHA-256 over all of them, the same for the store and for the copy.
    pub(crate) digest: String,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Anomaly {
    /// The space, where it is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) space: Option<String>,
    /// `entry`, `not-allowed`, `root`, `mark`, `record`, `unreadable` or `missing`.
    pub(crate) what: String,
    /// Where, and what was seen, in English.
    pub(crate) detail: String,
}

/// A failure on its way through the socket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Trouble {
    code: String,
    refused: bool,
    message: (String, String),
    hint: Option<(String, String)>,
}

impl From<&console::Failure> for Trouble {
    fn from(failure: &console::Failure) -> Self {
        let both = |text: &console::Text| {
            let [fr, en] = [console::Lang::Fr, console::Lang::En].map(|l| text.in_lang(l));
            (fr.to_owned(), en.to_owned())
        };
        Self {
            code: failure.code.to_owned(),
            refused: failure.exit == console::Exit::Refused,
            message: both(&failure.message),
            hint: failure.hint.as_ref().map(both),
        }
    }
}

impl From<Trouble> for console::Failure {
    fn from(trouble: Trouble) -> Self {
        let text = |(fr, en): (String, String)| console::Text::new(fr, en);
        let exit = if trouble.refused { console::Exit::Refused } else { console::Exit::Setup };
        // A command gives one answer and ends: the code lives as long as the process.
        let mut failure = Self::new(exit, trouble.code.leak(), text(trouble.message));
        failure.hint = trouble.hint.map(text);
        failure
    }
}
