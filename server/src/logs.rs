//! Where `tracing` goes: stderr, as text for people or JSON for collectors.
//!
//! What is logged is chosen where it is logged: short ids, codes, counts and times. Libraries are
//! kept at `warn`, since at their lower levels they print the bytes they move.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::config::{LogFormat, LogLevel, LogsSection};

/// Starts logging for the process. A second call changes nothing.
pub(crate) fn start(section: &LogsSection, verbose: u8) {
    let colours = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let subscriber = subscriber(section, verbose, colours, std::io::stderr);
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// Returns a subscriber that writes to `writer`; `-v` raises the level that the settings ask for.
pub(crate) fn subscriber<W>(
    section: &LogsSection,
    verbose: u8,
    colours: bool,
    writer: W,
) -> Box<dyn tracing::Subscriber + Send + Sync>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let asked = match verbose {
        0 => section.level,
        1 => section.level.max(LogLevel::Debug),
        2.. => LogLevel::Trace,
    };
    let level = asked.name();
    let filter = EnvFilter::new(format!("warn,server={level},protocol={level},store={level}"));
    let base = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    match section.format {
        LogFormat::Text => Box::new(base.with_ansi(colours).finish()),
        LogFormat::Json => Box::new(base.json().finish()),
    }
}
