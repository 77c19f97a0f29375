//! One relay, in this process, on a free port and in a folder of its own.

use std::net::SocketAddr;
use std::path::Path;

use console::Failure;
use protocol::crypto::SigningSecret;
use protocol::id::{OperatorId, RelayId};
use server::keys::entropy;
use server::{Service, Settings};
use store::Store;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A running relay.
pub(crate) struct Relay {
    pub(crate) address: SocketAddr,
    pub(crate) relay: RelayId,
    _dir: TempDir,
    pub(crate) log_seed: [u8; 32],
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<Result<(), Failure>>,
}

impl Relay {
    /// Starts on a store, with lines added to its settings.
    pub(crate) async fn start(store: impl Store, settings: &str) -> Self {
        let secret = SigningSecret::generate(&mut entropy());
        let dir = tempfile::tempdir().unwrap();
        Self::start_in(dir, *secret.seed(), Box::new(store), settings).await.unwrap()
    }

    pub(crate) async fn start_in(
        dir: TempDir,
        log_seed: [u8; 32],
        store: Box<dyn Store>,
        more: &str,
    ) -> Result<Self, Failure> {
        let settings = settings(dir.path(), more);
        let secret = SigningSecret::from_seed(&log_seed);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let service = Service::start_on(settings, secret, store, listener).await?;
        let (address, relay) = (service.listening(), service.relay());
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(service.run(async {
            // A dropped sender stops the relay as well.
            let _ = stopped.await;
        }));
        Ok(Self { address, relay, _dir: dir, log_seed, stop: Some(stop), served })
    }

    /// Asks it to stop, and waits until it has.
    pub(crate) async fn stop(mut self) -> Result<(), Failure> {
        self.ask_to_stop();
        self.ended().await
    }

    pub(crate) fn ask_to_stop(&mut self) {
        drop(self.stop.take());
    }

    /// Waits until it ends by itself.
    pub(crate) async fn ended(self) -> Result<(), Failure> {
        self.served.await.unwrap()
    }
}

/// Returns settings with a key nobody holds.
pub(crate) fn settings(dir: &Path, more: &str) -> Settings {
    let operator = OperatorId::new(operator().public());
    Settings::parse(dir, &format!("operator_key = \"{operator}\"\n{more}")).unwrap()
}

/// The operator's key of every relay here.
pub(crate) fn operator() -> SigningSecret {
    SigningSecret::from_seed(&[77; 32])
}

/// Sends one HTTP request and returns the whole answer.
pub(crate) async fn http_get(address: SocketAddr, path: &str) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: relay\r\nConnection: close\r\n\r\n");
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    answer
}
