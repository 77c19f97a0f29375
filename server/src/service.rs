//! A relay that runs: store, driver, door, paths and admin socket, started and stopped in order.
//!
//! Starting takes the store first, so that a second process on the same folder fails before it
//! touches anything. Stopping says goodbye first and closes the store last.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use console::{Failure, Text};
use protocol::crypto::SigningSecret;
use protocol::id::RelayId;
use protocol::register::RelayTerms;
use protocol::relay::{Founding, Policy};
use serde_json::json;
use store::{DiskStore, Store};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::admin::{self, Desk};
use crate::carrier::{Door, Entrance, tls};
use crate::config::Settings;
use crate::driver::{self, Blueprint, Driver, Fault, Inlet, Request, SharedStore, store_failure};
use crate::health::Health;
use crate::http::{self, Site};
use crate::keys::{self, KeyKind};

/// Time links are given to take their goodbye.
const DRAIN_MAX: Duration = Duration::from_secs(6);
/// Time the driver is given to finish what it has begun.
const STOP_MAX: Duration = Duration::from_secs(3);

/// A relay that has been started and serves.
pub struct Service {
    listening: SocketAddr,
    url: String,
    relay: RelayId,
    health: Arc<Health>,
    door: Arc<Door>,
    inlet: Inlet,
    ended: oneshot::Receiver<Result<(), Fault>>,
    store: SharedStore,
    accepting: JoinHandle<()>,
    desk: Option<admin::Listening>,
}

impl Service {
    /// Opens the store named by the settings and starts serving.
    ///
    /// # Errors
    /// Status 3 for keys, certificate or store that cannot be used.
    pub async fn start(settings: Settings, listener: TcpListener) -> Result<Self, Failure> {
        let secret = keys::read(&settings.log_key_file, KeyKind::Log)?.secret;
        let (dir, engine, options) = (&settings.data_dir, settings.engine, settings.store);
        let store =
            DiskStore::open(dir, engine, true, options).map_err(|error| store_failure(&error))?;
        Self::start_on(settings, secret, Box::new(store), listener).await
    }

    /// Starts serving on a given key and store.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub async fn start_on(
        settings: Settings,
        secret: SigningSecret,
        store: Box<dyn Store>,
        listener: TcpListener,
    ) -> Result<Self, Failure> {
        let listening = listener.local_addr().map_err(|error| no_socket(&error))?;
        let tls = settings.tls.as_ref().map(tls::acceptor).transpose()?;
        let relay = RelayId::new(secret.public());
        let policy = policy(&settings, relay, listening);
        let version = version(&policy);
        let store: SharedStore = Arc::new(store);
        let health = Arc::new(Health::default());
        let blueprint = Blueprint { policy, secret };
        let Driver { inlet, ended } =
            driver::start(blueprint, Arc::clone(&store), Arc::clone(&health))?;
        let door = Door::new(settings.links_max, settings.links_before_auth_per_address_max);
        let site = Arc::new(Site {
            health: Arc::clone(&health),
            inlet: inlet.clone(),
            version,
            trusted_proxies: settings.trusted_proxies.clone(),
            next_link: AtomicU64::new(0),
        });
        let entrance = Entrance {
            listener,
            tls,
            door: Arc::clone(&door),
            trusted_proxies: settings.trusted_proxies.clone(),
            router: http::router(site),
        };
        let url = settings.url(listening);
        let desk = Desk {
            store: Arc::clone(&store),
            inlet: inlet.clone(),
            health: Arc::clone(&health),
            relay,
            url: url.clone(),
            dial: dial(&settings, listening),
            started_ms: crate::health::wall_ms(),
        };
        let desk = admin::listen(&settings.dir, desk)?;
        let accepting = tokio::spawn(entrance.run());
        tracing::info!(%listening, relay = relay.short(), "serving");
        let desk = Some(desk);
        Ok(Self { listening, url, relay, health, door, inlet, ended, store, accepting, desk })
    }

    /// Returns where it listens.
    #[must_use]
    pub fn listening(&self) -> SocketAddr {
        self.listening
    }

    /// Returns the address partners dial.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the relay's public key.
    #[must_use]
    pub fn relay(&self) -> RelayId {
        self.relay
    }

    /// Serves until `shutdown` resolves, then drains and closes the store.
    ///
    /// # Errors
    /// Status 3 when the store failed.
    pub async fn run(mut self, shutdown: impl Future<Output = ()>) -> Result<(), Failure> {
        let outcome = tokio::select! {
            outcome = &mut self.ended => outcome,
            () = shutdown => self.drain().await,
        };
        self.accepting.abort();
        if let Some(desk) = self.desk.take() {
            desk.stop().await;
        }
        match outcome {
            Ok(Ok(())) => {}
            Ok(Err(fault)) => {
                let failure = Failure::from(fault);
                tracing::error!(code = failure.code, "stopping");
                return Err(failure);
            }
            Err(_) => return Err(driver_gone()),
        }
        self.close()
    }

    /// Says goodbye to every link and lets the driver finish.
    async fn drain(&mut self) -> Result<Result<(), Fault>, oneshot::error::RecvError> {
        self.health.drain();
        self.door.evict_half_open();
        self.inlet.ask(Request::Drain).await;
        if timeout(DRAIN_MAX, self.door.empty()).await.is_err() {
            let (links, _) = self.door.counts();
            tracing::warn!(links, "links did not take their goodbye in time");
        }
        self.inlet.ask(Request::Stop).await;
        match timeout(STOP_MAX, &mut self.ended).await {
            Ok(outcome) => outcome,
            // The disk is slow; everything acknowledged is durable, and dropping is safe.
            Err(_) => Ok(Ok(())),
        }
    }

    fn close(self) -> Result<(), Failure> {
        let Self { store, .. } = self;
        // A question that is still being answered keeps the store; dropping it later is safe.
        let Some(store) = Arc::into_inner(store) else {
            return Ok(());
        };
        store.close().map_err(|error| store_failure(&error))?;
        tracing::info!("stopped");
        Ok(())
    }
}

/// Returns the machine's policy for a relay bound to an address.
pub(crate) fn policy(settings: &Settings, relay: RelayId, listening: SocketAddr) -> Policy {
    let founding =
        if settings.ticket_required(listening) { Founding::ByTicket } else { Founding::Open };
    let terms = RelayTerms {
        relay,
        operator: settings.operator,
        url: settings.url(listening),
        binding_required: settings.binding_required,
        health_hosting: settings.health_hosting,
    };
    let expected = settings.expected_spaces.clone();
    Policy { expected, ..Policy::usual(founding, terms) }
}

/// Returns what `/version` says: public facts, the same for everyone who asks.
fn version(policy: &Policy) -> serde_json::Value {
    let terms = &policy.terms;
    json!({
        "program": "liaison-relay",
        "version": env!("CARGO_PKG_VERSION"),
        "wire": [protocol::wire::VERSION],
        "relay": terms.relay.to_string(),
        "operator": terms.operator.to_string(),
        "url": terms.url,
        "binding_required": terms.binding_required,
        "health_hosting": terms.health_hosting,
        "ticket_required": policy.founding == Founding::ByTicket,
    })
}

/// Returns where a program on this machine dials this relay.
fn dial(settings: &Settings, listening: SocketAddr) -> String {
    let scheme = if settings.tls.is_some() { "wss" } else { "ws" };
    let mut address = listening;
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    format!("{scheme}://{address}/ws")
}

fn no_socket(error: &std::io::Error) -> Failure {
    let message = Text::new(
        format!("la prise d'écoute ne répond pas : {error}"),
        format!("the listening socket does not answer: {error}"),
    );
    Failure::setup("cannot-listen", message)
}

fn driver_gone() -> Failure {
    let message = Text::of("le relais s'est arrêté de lui-même", "the relay stopped by itself");
    Failure::bug("driver-gone", message)
}
