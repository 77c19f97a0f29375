//! From a listening socket to links: places at the door, TLS, one HTTP request.
//!
//! Everything here happens before anyone has said who they are, so all of it is bounded: the place,
//! the time, the bytes of the request. What has not become a link when its time is over is cut.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use protocol::env::ChannelBinding;
use protocol::limits::BEFORE_AUTH_TIME_MAX;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Duration, Instant, sleep, timeout_at};
use tokio_rustls::TlsAcceptor;

use super::door::{Door, Place};
use super::tls;

/// Bytes of a request's head. hyper takes no less.
const HEAD_BYTES_MAX: usize = 8 * 1024;
/// Headers of a request.
const HEADERS_MAX: usize = 64;
/// Pause after the system refused a connection, so that a full table is not a busy loop.
const ACCEPT_REST: Duration = Duration::from_millis(50);

/// What an HTTP request brings along from its connection.
#[derive(Clone)]
pub(crate) struct Arrival {
    /// Who dialled; a proxy's address is replaced by what it says, once it is known.
    pub(crate) address: IpAddr,
    /// What ties a handshake to the transport.
    pub(crate) binding: ChannelBinding,
    /// When a link must have proven itself.
    pub(crate) prove_by: Instant,
    /// The place at the door, taken by the link if there is to be one.
    place: Arc<Mutex<Option<Place>>>,
}

impl Arrival {
    /// Takes the place at the door; a connection has one.
    pub(crate) fn take_place(&self) -> Option<Place> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// What the loop needs.
pub(crate) struct Entrance {
    /// The listening socket.
    pub(crate) listener: TcpListener,
    /// Certificate and key, when the relay speaks TLS itself.
    pub(crate) tls: Option<TlsAcceptor>,
    /// Places.
    pub(crate) door: Arc<Door>,
    /// Proxies that may say for whom they call.
    pub(crate) trusted_proxies: Vec<IpAddr>,
    /// What answers requests.
    pub(crate) router: axum::Router,
}

impl Entrance {
    /// Accepts connections until the task is dropped.
    pub(crate) async fn run(self) {
        let entrance = Arc::new(self);
        loop {
            match entrance.listener.accept().await {
                Ok((socket, peer)) => Arc::clone(&entrance).admit(socket, peer),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    sleep(ACCEPT_REST).await;
                }
            }
        }
    }

    fn admit(self: Arc<Self>, socket: TcpStream, peer: SocketAddr) {
        let address = peer.ip().to_canonical();
        let proxied = self.trusted_proxies.contains(&address);
        let Some(place) = self.door.enter((!proxied).then_some(address)) else {
            tracing::debug!("a connection was refused: every place is taken");
            return;
        };
        tokio::spawn(async move { self.serve(socket, address, place).await });
    }

    async fn serve(&self, socket: TcpStream, address: IpAddr, place: Place) {
        let prove_by = Instant::now() + BEFORE_AUTH_TIME_MAX;
        if socket.set_nodelay(true).is_err() {
            return;
        }
        let leave = place.leave();
        let arrival = |binding| Arrival {
            address,
            binding,
            prove_by,
            place: Arc::new(Mutex::new(Some(place))),
        };
        let served = async {
            match &self.tls {
                None => self.answer(socket, arrival(ChannelBinding::None)).await,
                Some(acceptor) => match tls::accept(acceptor, socket).await {
                    Ok((stream, binding)) => self.answer(stream, arrival(binding)).await,
                    Err(error) => tracing::debug!(%error, "no TLS"),
                },
            }
        };
        tokio::select! {
            served = timeout_at(prove_by, served) => {
                if served.is_err() {
                    tracing::debug!("a connection said nothing useful in time");
                }
            }
            () = leave.notified() => tracing::debug!("a connection made room for another"),
        }
    }

    async fn answer<S>(&self, socket: S, arrival: Arrival)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let router = TowerToHyperService::new(self.router.clone());
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(arrival.clone());
            let answered = router.call(request);
            async move { answered.await as Result<Response<axum::body::Body>, Infallible> }
        });
        let served = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(BEFORE_AUTH_TIME_MAX)
            .max_buf_size(HEAD_BYTES_MAX)
            .max_headers(HEADERS_MAX)
            .serve_connection(TokioIo::new(socket), service)
            .with_upgrades()
            .await;
        if let Err(error) = served {
            tracing::debug!(%error, "a request was not served");
        }
    }
}
