//! `serve`: the daemon of a home. It stays connected to the relays, and other commands on the
//! same home work through it.

use crate::args::Serve;
use crate::daemon::{self, Daemon};
use crate::home::{Home, Taken};
use crate::opening;
use crate::{failures, session};
use client_core::replica::Command;
use console::{Exit, Failure, Out, Text};
use serde::Serialize;

#[derive(Debug, Serialize)]
struct Ready {
    ready: bool,
    url: String,
}

/// Runs until the process is told to end.
///
/// # Errors
/// Why it cannot start, or why the replica stopped.
pub(crate) fn run(args: &Serve, home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    home.need_replica()?;
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
        let running = opening::open(home, out)?;
        // Asked for before anything is announced, so that no signal is missed.
        let ending = session::interrupted()?;
        let daemon = Daemon::listen(home, args.port, running.access().clone()).await?;
        running.access().command(Command::Watch { on: true }).await?;
        let ready = Ready { ready: true, url: daemon.url().to_owned() };
        out.line(&ready, |page| {
            page.good(&Text::new(
                format!("Liaison tourne sur {}", ready.url),
                format!("Liaison is running at {}", ready.url),
            ));
            page.say(&Text::of("Ctrl-C pour finir.", "Ctrl-C to end."));
        })?;
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
