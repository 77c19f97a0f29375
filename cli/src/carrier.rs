//! The WebSocket carrier: dials a relay and moves whole frames both ways.
//!
//! It knows nothing of what the frames say. Buffers, sizes and times are bounded here, because
//! the relay at the other end is not trusted with this machine's memory.

pub(crate) mod tls;

use futures_util::{Sink, SinkExt as _, Stream, StreamExt as _};
use protocol::env::{ChannelBinding, LinkId};
use protocol::limits;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{self, MissedTickBehavior};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message, protocol::WebSocketConfig};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

/// Time to reach a relay, from the name to the end of the WebSocket handshake.
const DIAL_TIME_MAX: Duration = Duration::from_secs(15);
/// How often a silent link is tried.
const PING_EVERY: Duration = Duration::from_secs(20);
/// The library would take 128 KiB each way for every link.
const BUFFER_BYTES: usize = 16 * 1024;
/// Frames that wait to be sent on one link, together.
const OUTGOING_BYTES_MAX: usize = 32 << 20;

/// What a link tells its driver.
#[derive(Debug)]
pub(crate) enum Arrival {
    /// The link stands.
    Connected(LinkId, ChannelBinding),
    /// The relay could not be reached; the link never stood.
    Failed(LinkId),
    /// One whole frame.
    Frame(LinkId, Vec<u8>),
    /// The link is gone.
    Closed(LinkId),
}

/// Why a relay was not reached. Told in logs only: the machine tries again by itself.
#[derive(Debug)]
pub(crate) enum DialError {
    /// Neither `ws://` nor `wss://`, or no host.
    Url,
    /// The network, the certificate or the WebSocket handshake.
    Refused(String),
    /// Nothing came within [`DIAL_TIME_MAX`].
    TimeOut,
}

impl fmt::Display for DialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url => f.write_str("the address is not that of a relay"),
            Self::Refused(reason) => f.write_str(reason),
            Self::TimeOut => f.write_str("no answer in time"),
        }
    }
}

/// The sending end of one link.
#[derive(Debug)]
pub(crate) struct Outlet {
    frames: mpsc::UnboundedSender<Vec<u8>>,
    waiting_bytes: Arc<AtomicUsize>,
}

impl Outlet {
    /// Queues a frame. `false` when the link is gone, or so slow that it must go.
    pub(crate) fn send(&self, frame: Vec<u8>) -> bool {
        let waiting = self.waiting_bytes.fetch_add(frame.len(), Ordering::Relaxed);
        waiting + frame.len() <= OUTGOING_BYTES_MAX && self.frames.send(frame).is_ok()
    }
}

/// Starts to dial `url` as `link` and returns its sending end; `arrivals` hears of the rest.
/// Dropping the outlet sends what it still holds, then closes the link.
pub(crate) fn dial(
    link: LinkId,
    url: String,
    roots: tls::Roots,
    arrivals: mpsc::Sender<Arrival>,
) -> Outlet {
    let (frames, outgoing) = mpsc::unbounded_channel();
    let waiting_bytes = Arc::new(AtomicUsize::new(0));
    let outgoing = Outgoing { frames: outgoing, waiting_bytes: Arc::clone(&waiting_bytes) };
    tokio::spawn(async move {
        let last = match reach(&url, &roots).await {
            Ok((socket, binding)) => {
                let connected = Arrival::Connected(link, binding);
                if arrivals.send(connected).await.is_ok() {
                    pump(link, socket, outgoing, &arrivals).await;
                }
                Arrival::Closed(link)
            }
            Err(error) => {
                tracing::info!(%error, "relay not reached");
                Arrival::Failed(link)
            }
        };
        // Nobody listens any more when the program is ending.
        let _unheard = arrivals.send(last).await;
    });
    Outlet { frames, waiting_bytes }
}

struct Outgoing {
    frames: mpsc::UnboundedReceiver<Vec<u8>>,
    waiting_bytes: Arc<AtomicUsize>,
}

/// A byte stream with or without TLS.
trait Bytes: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Bytes for T {}

type Socket = WebSocketStream<Box<dyn Bytes>>;

async fn reach(url: &str, roots: &tls::Roots) -> Result<(Socket, ChannelBinding), DialError> {
    let reaching = time::timeout(DIAL_TIME_MAX, connect(url, roots));
    reaching.await.unwrap_or(Err(DialError::TimeOut))
}

async fn connect(url: &str, roots: &tls::Roots) -> Result<(Socket, ChannelBinding), DialError> {
    let request = url.into_client_request().map_err(|_| DialError::Url)?;
    let secure = match request.uri().scheme_str() {
        Some("ws") => false,
        Some("wss") => true,
        Some(_) | None => return Err(DialError::Url),
    };
    let host = request.uri().host().ok_or(DialError::Url)?;
    // A literal IPv6 address stands in brackets in a URL, and without them everywhere else.
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let port = request.uri().port_u16().unwrap_or(if secure { 443 } else { 80 });
    let refused = |error: &dyn fmt::Display| DialError::Refused(error.to_string());
    let tcp = TcpStream::connect((host.as_str(), port)).await.map_err(|e| refused(&e))?;
    tcp.set_nodelay(true).map_err(|error| refused(&error))?;
    let (stream, binding): (Box<dyn Bytes>, _) = if secure {
        let (stream, exported) = tls::connect(tcp, &host, roots).await?;
        (Box::new(stream), ChannelBinding::TlsExporter(exported))
    } else {
        (Box::new(tcp), ChannelBinding::None)
    };
    let opened = client_async_with_config(request, stream, Some(web_socket_limits())).await;
    let (socket, _) = opened.map_err(|error| refused(&error))?;
    Ok((socket, binding))
}

fn web_socket_limits() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES)
        .max_write_buffer_size(limits::FRAME_BYTES_MAX + 4 * BUFFER_BYTES)
        .max_message_size(Some(limits::FRAME_BYTES_MAX))
        .max_frame_size(Some(limits::FRAME_BYTES_MAX))
}

/// Moves frames until either side is done.
async fn pump(link: LinkId, socket: Socket, outgoing: Outgoing, arrivals: &mpsc::Sender<Arrival>) {
    let (sink, stream) = socket.split();
    tokio::select! {
        () = receive(link, stream, arrivals) => {}
        sent = send(sink, outgoing) => {
            if let Err(error) = sent {
                tracing::debug!(link = link.0, %error, "link lost while sending");
            }
        }
    }
}

async fn receive(
    link: LinkId,
    mut stream: impl Stream<Item = Result<Message, Error>> + Unpin,
    arrivals: &mpsc::Sender<Arrival>,
) {
    while let Ok(Some(message)) = time::timeout(limits::LINK_SILENCE_MAX, stream.next()).await {
        match message {
            Ok(Message::Binary(frame)) => {
                if arrivals.send(Arrival::Frame(link, frame.into())).await.is_err() {
                    return;
                }
            }
            // The library answers pings by itself.
            Ok(Message::Ping(_) | Message::Pong(_)) => {}
            Ok(Message::Text(_) | Message::Close(_) | Message::Frame(_)) => return,
            Err(error) => {
                tracing::debug!(link = link.0, %error, "link lost while receiving");
                return;
            }
        }
    }
}

async fn send(
    mut sink: impl Sink<Message, Error = Error> + Unpin,
    mut outgoing: Outgoing,
) -> Result<(), Error> {
    let mut ping = time::interval(PING_EVERY);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ping.reset();
    loop {
        tokio::select! {
            frame = outgoing.frames.recv() => {
                let Some(frame) = frame else { return sink.close().await };
                outgoing.waiting_bytes.fetch_sub(frame.len(), Ordering::Relaxed);
                sink.feed(Message::Binary(frame.into())).await?;
                if outgoing.frames.is_empty() {
                    sink.flush().await?;
                }
            }
            _ = ping.tick() => sink.send(Message::Ping(Vec::new().into())).await?,
        }
    }
}

#[cfg(test)]
mod tests;
