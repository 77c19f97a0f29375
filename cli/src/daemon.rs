//! The daemon of a home: an API on this machine alone, behind a token.
//!
//! It listens on a loopback address only. Who may ask is checked before anything is read: the
//! address asked for, where the question comes from, and the token of `daemon.json`, which only
//! the owner of the home can read.

pub(crate) mod api;
pub(crate) mod client;
mod door;
pub(crate) mod watch;

use crate::driver::Access;
use crate::failures;
use crate::home::{Home, files};
use console::{Failure, Lang, Text};
use door::Door;
use serde::{Deserialize, Serialize};
use std::net::Ipv4Addr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch as signal;
use tokio::task::JoinHandle;
use tokio::time;

/// Time given to answers under way when the daemon ends.
const DRAIN: Duration = Duration::from_secs(5);
const ADDRESS_BYTES_MAX: u64 = 4096;

/// What `daemon.json` says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Address {
    url: String,
    token: String,
    pid: u32,
}

/// A listening daemon.
pub(crate) struct Daemon {
    url: String,
    ending: signal::Sender<bool>,
    task: JoinHandle<std::io::Result<()>>,
}

impl Daemon {
    /// Listens on a port of the loopback address, zero for a free one, and writes where.
    ///
    /// # Errors
    /// `port-taken`, or what the disk says.
    pub(crate) async fn listen(home: &Home, port: u16, replica: Access) -> Result<Self, Failure> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
        let listener = listener.map_err(|error| port_taken(port, &error))?;
        let port = listener.local_addr().map_err(|error| port_taken(port, &error))?.port();
        let url = format!("http://127.0.0.1:{port}");
        let door = Door::new(port)?;
        let address = Address { url: url.clone(), token: door.token(), pid: std::process::id() };
        let bytes = serde_json::to_vec(&address).expect("three plain fields are always JSON");
        let path = home.daemon_path();
        files::replace(&path, &bytes).map_err(|error| failures::of_file(&path, &error))?;
        let (ending, mut ended) = signal::channel(false);
        let router = api::router(api::App { replica, ending: ended.clone() }, door);
        let served = axum::serve(listener, router).with_graceful_shutdown(async move {
            // A sender that is gone is an end too.
            let _either = ended.wait_for(|ending| *ending).await;
        });
        let task = tokio::spawn(async move { served.await });
        Ok(Self { url, ending, task })
    }

    /// Returns where it listens.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Stops listening and gives answers under way a moment to leave.
    pub(crate) async fn end(mut self) {
        // Nobody listens to the end when the task has already ended.
        let _unheard = self.ending.send(true);
        if time::timeout(DRAIN, &mut self.task).await.is_err() {
            self.task.abort();
        }
    }
}

/// Removes what says where the daemon listens.
pub(crate) fn forget(home: &Home) {
    // What stays is not believed: the lock of the home tells whether a daemon runs.
    let _left = std::fs::remove_file(home.daemon_path());
}

fn port_taken(port: u16, error: &std::io::Error) -> Failure {
    let reason = failures::reason(error);
    let (fr, en) = (reason.in_lang(Lang::Fr), reason.in_lang(Lang::En));
    Failure::setup(
        "port-taken",
        Text::new(
            format!("le port {port} ne peut pas être ouvert : {fr}"),
            format!("the port {port} cannot be opened: {en}"),
        ),
    )
    .with_hint(Text::of(
        "sans --port, un port libre est choisi",
        "without --port, a free port is chosen",
    ))
}

/// Reads where the daemon of a home listens, if anything sensible says so.
fn address(home: &Home) -> Option<Address> {
    let bytes = files::read_bounded(&home.daemon_path(), ADDRESS_BYTES_MAX).ok()??;
    serde_json::from_slice(&bytes).ok()
}
