//! `serve`: the daemon of a home. It stays connected to the relays, other commands on the same
//! home work through it, and a browser shows its page. `open` gives one more link to that page.

use crate::args::{Init, Open, Serve};
use crate::daemon::client::Client;
use crate::daemon::{self, Daemon, Making};
use crate::driver::Running;
use crate::home::{Home, Taken};
use crate::keystore::{Cost, Protection};
use crate::opening;
use crate::{failures, session};
use client_core::replica::Command;
use console::{Exit, Failure, Out, Page, Text};
use serde::Serialize;
use std::io::IsTerminal as _;
use tokio::sync::mpsc;
use zeroize::Zeroizing;

#[derive(Debug, Serialize)]
struct Ready {
    ready: bool,
    url: String,
    /// Opens the page, once.
    open: String,
}

/// A link to the page of a daemon.
#[derive(Debug, Serialize)]
struct Link {
    /// Opens the page, once.
    open: String,
}

/// Runs until the process is told to end.
///
/// # Errors
/// Why it cannot start, or why the replica stopped.
pub(crate) fn run(args: &Serve, home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    let first = match home.need_replica() {
        Err(failure) if failure.code == "no-replica" => true,
        needed => needed.map(|()| false)?,
    };
    if first {
        home.make()?;
    }
    let _lock = match home.take()? {
        Taken::Ours(lock) => lock,
        Taken::Theirs(pid) => {
            return Err(failures::home_busy(pid).with_hint(Text::of(
                "un seul « liaison serve » ou « liaison sync --watch » par dossier : l'autre tient \
                 déjà ce rôle, les commandes passent par lui",
                "one “liaison serve” or “liaison sync --watch” per folder: the other one does this \
                 already, commands work through it",
            )));
        }
    };
    session::runtime()?.block_on(async {
        // Asked for before anything is announced, so that no signal is missed.
        let mut ending = std::pin::pin!(session::interrupted()?);
        let (daemon, running) = if first {
            let Some(both) = welcome(args, home, out, &mut ending).await? else {
                return Ok(Exit::Done);
            };
            both
        } else {
            let running = opening::open(home, out)?;
            let daemon = Daemon::listen(home, args.port, running.access().clone()).await?;
            running.access().command(Command::Watch { on: true }).await?;
            announce(args, &daemon, out)?;
            (daemon, running)
        };
        let access = running.access().clone();
        let fault = tokio::select! {
            () = ending => None,
            failure = access.stopped() => Some(failure),
        };
        drop(access);
        daemon.end().await;
        daemon::forget(home);
        let ended = running.end().await;
        match fault {
            Some(failure) => Err(failure),
            None => ended.map(|()| Exit::Done),
        }
    })
}

/// Says where the page is, and opens it.
fn announce(args: &Serve, daemon: &Daemon, out: &mut Out) -> Result<(), Failure> {
    let (url, open) = (daemon.url().to_owned(), daemon.link().to_owned());
    let ready = Ready { ready: true, url, open };
    out.line(&ready, |page| {
        page.good(&Text::new(
            format!("Liaison tourne sur {}", ready.url),
            format!("Liaison is running at {}", ready.url),
        ));
        say_link(page, &ready.open);
        page.say(&Text::of("Ctrl-C pour finir.", "Ctrl-C to end."));
    })?;
    if !args.no_open {
        browse(&ready.open);
    }
    Ok(())
}

/// Serves the page of a home without a replica until it has one; nothing when told to end first.
async fn welcome(
    args: &Serve,
    home: &Home,
    out: &mut Out,
    ending: &mut (impl Future<Output = ()> + Unpin),
) -> Result<Option<(Daemon, Running)>, Failure> {
    let (ask, mut asked) = mpsc::channel(1);
    let (daemon, waiting) = Daemon::welcome(home, args.port, ask).await?;
    announce(args, &daemon, out)?;
    loop {
        let making = tokio::select! {
            () = &mut *ending => None,
            making = asked.recv() => making,
        };
        let Some(Making { init, passphrase, answer }) = making else {
            daemon.end().await;
            return Ok(None);
        };
        match make(home, init, passphrase, out) {
            Ok(running) => {
                let access = running.access().clone();
                access.command(Command::Watch { on: true }).await?;
                Daemon::go_on(home, &waiting, access.clone())?;
                // A browser that has gone away finds the replica when it comes back.
                let _unheard = answer.send(Ok(access));
                return Ok(Some((daemon, running)));
            }
            Err(failure) => {
                let _unheard = answer.send(Err(failure));
            }
        }
    }
}

/// Makes the replica as `init` does, and opens it.
fn make(
    home: &Home,
    init: Init,
    passphrase: Option<Zeroizing<String>>,
    out: &mut Out,
) -> Result<Running, Failure> {
    let protection = match passphrase.clone() {
        Some(passphrase) => Protection::Passphrase(passphrase, Cost::USUAL),
        None => Protection::KeyFile,
    };
    super::init::create(init, protection, home)?;
    opening::open_with(home, passphrase, out)
}

/// Makes one more link to the page of a running daemon, and opens it.
///
/// # Errors
/// `no-daemon`, or what the daemon says.
pub(crate) fn open(args: &Open, home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    home.need_replica()?;
    let open = session::runtime()?.block_on(async {
        match Client::reach(home).await {
            Some(client) => client.link().await,
            None => Err(no_daemon()),
        }
    })?;
    let link = Link { open };
    out.line(&link, |page| say_link(page, &link.open))?;
    if !args.no_open {
        browse(&link.open);
    }
    Ok(Exit::Done)
}

fn no_daemon() -> Failure {
    let message = Text::of(
        "Liaison ne tourne pas sur ce dossier : il n'y a pas de page à ouvrir",
        "Liaison does not run on this folder: there is no page to open",
    );
    Failure::refused("no-daemon", message)
        .with_hint(Text::of("lancez d'abord « liaison serve »", "start “liaison serve” first"))
}

fn say_link(page: &mut Page, link: &str) {
    page.say(&Text::new(
        format!("La page s'ouvre par ce lien, une fois, dans les dix minutes : {link}"),
        format!("The page opens by this link, once, within ten minutes: {link}"),
    ));
}

/// Opens a link in the browser of whoever sits at this machine; where nobody sits, the link that
/// was said is enough.
fn browse(link: &str) {
    if !std::io::stdout().is_terminal() {
        return;
    }
    if let Err(error) = open::that_detached(link) {
        tracing::debug!(%error, "no browser");
    }
}
