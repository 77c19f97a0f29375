//! `serve`: everything started, one line to say so, then signals.

use std::path::Path;

use console::{Exit, Failure, Out, Text};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::block_on;
use crate::config::Settings;
use crate::logs;
use crate::service::Service;

/// Serves until a signal, drains, and returns.
///
/// # Errors
/// Status 3 for whatever keeps it from starting, or for a store that fails.
pub(super) fn run(
    dir: &Path,
    listen: Option<&str>,
    verbose: u8,
    out: &mut Out,
) -> Result<Exit, Failure> {
    let mut settings = Settings::load(dir)?;
    if let Some(listen) = listen {
        settings.listen = listen.parse().map_err(|_| not_an_address(listen))?;
    }
    logs::start(&settings.logs, verbose);
    block_on(async move {
        // A signal during the start must not be lost.
        let signals = Signals::catch()?;
        let listener = TcpListener::bind(settings.listen).await.map_err(|error| {
            let listen = settings.listen;
            let message = Text::new(
                format!("impossible d'écouter sur {listen} : {error}"),
                format!("cannot listen on {listen}: {error}"),
            );
            Failure::setup("cannot-listen", message)
        })?;
        let service = Service::start(settings, listener).await?;
        announce(&service, out)?;
        service.run(signals.first()).await
    })?;
    Ok(Exit::Done)
}

fn not_an_address(typed: &str) -> Failure {
    let message = Text::new(
        format!("--listen {typed} : il faut une adresse et un port, comme 127.0.0.1:7464"),
        format!("--listen {typed}: it takes an address and a port, such as 127.0.0.1:7464"),
    );
    Failure::usage("not-an-address", message)
}

fn announce(service: &Service, out: &mut Out) -> Result<(), Failure> {
    let (url, relay) = (service.url().to_owned(), service.relay().to_string());
    let ready = json!({"ready": true, "url": url, "relay": relay});
    out.line(&ready, |page| {
        page.good(&Text::new(
            format!("le relais est prêt : {url} (clé {relay})"),
            format!("the relay is ready: {url} (key {relay})"),
        ));
    })
}

/// The two signals that ask a service to stop.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn catch() -> Result<Self, Failure> {
        let catch = |kind| {
            signal(kind).map_err(|error| {
                let message = Text::new(
                    format!("les signaux ne peuvent être reçus : {error}"),
                    format!("signals cannot be received: {error}"),
                );
                Failure::setup("no-signals", message)
            })
        };
        let (terminate, interrupt) =
            (catch(SignalKind::terminate())?, catch(SignalKind::interrupt())?);
        Ok(Self { terminate, interrupt })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    /// Waits for the first signal. From then on a second one ends the process at once: whatever
    /// was acknowledged is durable.
    async fn first(mut self) {
        self.next().await;
        tokio::spawn(async move {
            self.next().await;
            tracing::warn!("second signal: stopping at once");
            std::process::exit(Exit::Refused.status().into());
        });
    }
}
