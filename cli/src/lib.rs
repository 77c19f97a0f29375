//! `liaison`: a partner's replica on the command line, and its daemon.
//!
//! A thin shell around the pure machine of `client_core`: it owns the clock, the disk and the
//! sockets, obeys the machine's outputs in order, and speaks to people and scripts.
//!
//! Modules stand in reading order.

mod args; // what can be typed
mod commands; // what each command does
mod question; // what is asked of a replica, and what comes back
mod delivery; // whether the relay has heard of it
mod session; // here, or through the daemon
mod opening; // from a folder to a running replica
mod repair; // records that cannot be read
mod driver; // the loop that owns the machine
mod carrier; // frames to and from a relay
mod sealed_store; // records at rest
mod keystore; // secrets at rest
mod home; // what lies where
mod daemon; // the API of `serve`
mod resolve; // from prefixes to identifiers
mod near; // what somebody may have meant
mod carried; // files that people carry
mod prompt; // what is asked of a person
mod words; // what people read for what scripts read
mod failures; // every error, told once
mod world; // clocks and entropy
pub mod reference; // the page that documents all commands

use args::{Liaison, french};
use console::Out;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// Runs the program on the process's arguments and returns its exit status.
#[must_use]
pub fn main() -> ExitCode {
    console::start(
        french::LINES,
        |program: &Liaison| &program.common,
        |program, out: &mut Out| {
            log(program.common.log_level());
            commands::run(program, out)
        },
    )
}

/// Sends logs to stderr, where they mix with nothing a script reads. Only our own crates speak:
/// those below see frames and passphrases.
fn log(level: &str) {
    let ours = ["cli", "client_core", "protocol", "store"];
    let usual = ours.map(|name| format!("{name}={level}")).join(",");
    let filter = EnvFilter::try_from_env("LIAISON_LOG").unwrap_or_else(|_| EnvFilter::new(usual));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
