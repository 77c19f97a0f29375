//! The daemon of a home: an API on this machine alone, behind a token.
//!
//! It listens on a loopback address only. Who may ask is checked before anything is read: the
//! address asked for, where the question comes from, and the token of `daemon.json`, which only
//! the owner of the home can read.

pub(crate) mod api;
pub(crate) mod client;
mod door;
mod page;
mod seats;
pub(crate) mod watch;

use crate::driver::Access;
use crate::failures::{self, Doing};
use crate::home::{Home, files};
use axum::Router;
use console::{Failure, Lang, Text};
use door::Door;
pub(crate) use page::Making;
use page::{Gate, Later, Uploads, Writers};
use seats::{Seat, Seats};
use serde::{Deserialize, Serialize};
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch as signal};
use tokio::task::JoinHandle;
use tokio::time;

/// Time given to answers under way when the daemon ends.
const DRAIN: Duration = Duration::from_secs(5);
const ADDRESS_BYTES_MAX: u64 = 4096;

/// What `daemon.json` says. The pid is for people: nothing is ever sent to it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    url: String,
    token: String,
    pid: u32,
}

/// Where a daemon is said to listen.
struct Address {
    port: u16,
    token: String,
}

/// A listening daemon.
pub(crate) struct Daemon {
    url: String,
    link: String,
    ending: signal::Sender<bool>,
    task: JoinHandle<std::io::Result<()>>,
}

impl Daemon {
    /// Listens on a port of the loopback address, zero for a free one, and writes where.
    ///
    /// # Errors
    /// `port-taken`, or what the disk says.
    pub(crate) async fn listen(home: &Home, port: u16, replica: Access) -> Result<Self, Failure> {
        let place = Place::take(home, port).await?;
        place.tell(home)?;
        let router = place.router(home, replica);
        place.serve(router)
    }

    /// Listens as [`Daemon::listen`] does for a home that has no replica yet: its page asks who
    /// one is, and has the replica made. [`Daemon::go_on`] is to follow.
    ///
    /// # Errors
    /// `port-taken`.
    pub(crate) async fn welcome(
        home: &Home,
        port: u16,
        making: mpsc::Sender<Making>,
    ) -> Result<(Self, Waiting), Failure> {
        let place = Place::take(home, port).await?;
        let later = Later::default();
        let (gate, door) = (place.gate.clone(), place.door.clone());
        let router = page::welcome::router(making, Arc::clone(&later), gate, door);
        let waiting = Waiting { place: place.known(), later };
        Ok((place.serve(router)?, waiting))
    }

    /// Shows the replica of a home from now on, to the browsers that are in already too.
    ///
    /// # Errors
    /// What the disk says.
    pub(crate) fn go_on(home: &Home, waiting: &Waiting, replica: Access) -> Result<(), Failure> {
        waiting.place.tell(home)?;
        // A second replica of one home is refused before anybody comes here.
        let _first = waiting.later.set(waiting.place.router(home, replica));
        Ok(())
    }

    /// Returns where it listens.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Returns the link that opens the page, once.
    pub(crate) fn link(&self) -> &str {
        &self.link
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

/// A daemon whose home has no replica yet.
pub(crate) struct Waiting {
    place: Known,
    later: Later,
}

/// What stays the same at one address: who may come in, and when it ends.
#[derive(Clone)]
struct Known {
    url: String,
    door: Door,
    gate: Gate,
    ended: signal::Receiver<bool>,
}

/// An address that was taken and is not served yet.
struct Place {
    known: Known,
    listener: TcpListener,
    ending: signal::Sender<bool>,
}

impl std::ops::Deref for Place {
    type Target = Known;

    fn deref(&self) -> &Known {
        &self.known
    }
}

impl Known {
    /// Writes where it listens.
    fn tell(&self, home: &Home) -> Result<(), Failure> {
        let (url, token) = (self.url.clone(), self.door.token());
        let address = Told { url, token, pid: std::process::id() };
        let bytes = serde_json::to_vec(&address).expect("three plain fields are always JSON");
        let path = home.daemon_path();
        files::replace(&path, &bytes)
            .map_err(|error| failures::of_file(Doing::Writing, &path, &error))
    }

    /// Returns the whole of the daemon of a replica.
    fn router(&self, home: &Home, replica: Access) -> Router {
        let (ending, writers) = (self.ended.clone(), Writers::new());
        let dir = std::path::absolute(home.dir()).unwrap_or_else(|_| home.dir().to_owned());
        let (dir, uploads) = (dir.into(), Uploads::default());
        let app = api::App { replica, ending, writers, dir, uploads };
        api::router(app, self.door.clone(), self.gate.clone())
    }
}

impl Place {
    async fn take(home: &Home, port: u16) -> Result<Self, Failure> {
        // The port of last time, so that a page that is open goes on.
        let wanted = if port == 0 { page::last_port(home) } else { port };
        let mut listener = TcpListener::bind((Ipv4Addr::LOCALHOST, wanted)).await;
        if port == 0 && listener.is_err() {
            listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        }
        let listener = listener.map_err(|error| port_taken(port, &error))?;
        let port = listener.local_addr().map_err(|error| port_taken(port, &error))?.port();
        let url = format!("http://127.0.0.1:{port}");
        let (ending, ended) = signal::channel(false);
        let known = Known { url, door: Door::new(port)?, gate: Gate::new(port, home), ended };
        Ok(Self { known, listener, ending })
    }

    fn known(&self) -> Known {
        self.known.clone()
    }

    fn serve(self, router: Router) -> Result<Daemon, Failure> {
        let Self { known: Known { url, gate, mut ended, .. }, listener, ending } = self;
        let link = gate.link()?;
        let service = router.into_make_service_with_connect_info::<Seat>();
        let served = axum::serve(Seats::behind(listener), service);
        let served = served.with_graceful_shutdown(async move {
            // A sender that is gone is an end too.
            let _either = ended.wait_for(|ending| *ending).await;
        });
        let task = tokio::spawn(async move { served.await });
        Ok(Daemon { url, link, ending, task })
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

/// Reads where the daemon of a home listens, if anything sensible says so: a file that only the
/// owner of the secrets can have written, and a port of this machine.
fn address(home: &Home) -> Option<Address> {
    let path = home.daemon_path();
    if !files::is_private_beside(&path, &home.keystore_path()) {
        return None;
    }
    let bytes = files::read_bounded(&path, ADDRESS_BYTES_MAX).ok()??;
    let Told { url, token, .. } = serde_json::from_slice(&bytes).ok()?;
    let port = url.strip_prefix("http://127.0.0.1:")?.parse().ok()?;
    Some(Address { port, token })
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::fs;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    #[test]
    fn only_a_file_of_the_owner_alone_that_names_this_machine_is_believed() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::of(Some(dir.path().to_owned())).unwrap();
        fs::write(home.keystore_path(), "").unwrap();
        let told = |url: &str| format!(r#"{{"url":"{url}","token":"jeton","pid":1}}"#);
        let write = |text: String| files::replace(&home.daemon_path(), text.as_bytes()).unwrap();
        write(told("http://127.0.0.1:7000"));
        assert_eq!(address(&home).unwrap().port, 7000);
        let set = |mode| {
            fs::set_permissions(home.daemon_path(), fs::Permissions::from_mode(mode)).unwrap();
        };
        for mode in [0o644, 0o620, 0o602] {
            set(mode);
            assert!(address(&home).is_none(), "{mode:o}");
        }
        for url in ["http://127.0.0.1:7000/x", "http://evil.example:7000", "7000", ""] {
            write(told(url));
            assert!(address(&home).is_none(), "{url}");
        }
        write(told("http://127.0.0.1:7000"));
        fs::rename(home.daemon_path(), dir.path().join("elsewhere")).unwrap();
        symlink(dir.path().join("elsewhere"), home.daemon_path()).unwrap();
        assert!(address(&home).is_none(), "a link may be anybody's");
    }
}
