//! How both programs, `liaison` and `liaison-relay`, speak to a person and to a script.
//!
//! Everything the two command lines promise alike is decided here: languages, exit statuses, the
//! single JSON document, tables, help and usage errors. A program calls [`start()`] and is handed
//! its parsed arguments and an [`Out`].
//!
//! Nothing here knows what the programs are about: no space, no relay, no storage, no runtime.

/// The two languages, and a text that exists in both.
pub mod lang;

/// Why a command did not do its work, and the status it exits with.
pub mod failure;

/// Times and sizes as a person reads them.
pub mod readable;

/// From the beginning of an identifier to the one that it means.
pub mod prefix;

/// Where answers are written: one JSON document, or a page for people.
pub mod out;

/// The options that every command of both programs accepts.
pub mod args;

/// Help in the language of the reader, and usage errors in the form of every other error.
pub mod help;

/// From the process's arguments to its exit status.
pub mod start;

pub use args::Common;
pub use failure::{Exit, Failure};
pub use help::HelpLine;
pub use lang::{Lang, Text};
pub use out::{Out, Page};
pub use start::start;
