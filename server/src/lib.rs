//! The blind relay on a socket, a disk and a clock: binary `liaison-relay`.
//!
//! The relay's whole brain is the machine of `protocol::relay`. This crate lends it the world and
//! obeys it: links in, one thread that owns machine and store, links out. It holds neither the keys
//! nor the code to read a document, and its dependencies prove it.

mod admin; // the operator's questions, answered by the running relay or from its store
mod args; // what can be typed
mod carrier; // sockets
mod commands; // what was typed, done
pub mod config; // relay.toml
mod driver; // the thread that owns machine and store
mod health; // what the relay knows of its own state
mod http; // paths
pub mod keys; // key files
mod logs; // where tracing goes
mod named; // the beginnings of ids
mod operator; // the operator's end of a link
mod service; // everything above, running

use std::future::Future;
use std::process::ExitCode;

use console::Failure;
use tokio::net::TcpListener;

pub use config::Settings;
pub use service::Service;

/// Serves on a listening socket until `shutdown` resolves, then drains and closes the store.
///
/// # Errors
/// Status 3 for keys, certificate or store that cannot be used, and for a store that failed while
/// serving: what was acknowledged is durable, the rest is not guessed at.
pub async fn run(
    settings: Settings,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) -> Result<(), Failure> {
    Service::start(settings, listener).await?.run(shutdown).await
}

/// Runs the program: arguments in, exit status out.
#[must_use]
pub fn main() -> ExitCode {
    console::start(args::FRENCH, |args: &args::Args| &args.common, commands::run)
}
