//! Room for those who ask: few connections, and none for long without the token.
//!
//! Every program of this machine can connect to a loopback port, whoever runs it. Whoever has
//! not shown the token makes room for a newcomer, the oldest first, and leaves after a moment:
//! nobody locks the owner out by connecting and saying nothing.

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use std::collections::VecDeque;
use std::future::Future;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::{self, Sleep};

/// Connections at a time.
const CONNECTIONS_MAX: usize = 64;
/// How long a connection may stay that has not shown the token.
const PROVEN_WITHIN: Duration = Duration::from_secs(5);
/// Pause after the system could not accept, as when files run out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// A listener that keeps few connections.
pub(super) struct Seats {
    listener: TcpListener,
    taken: Taken,
    connections_max: usize,
    proven_within: Duration,
}

type Taken = Arc<Mutex<VecDeque<Sitting>>>;

/// One connection, as the room knows it.
struct Sitting {
    seat: Seat,
    leave: oneshot::Sender<()>,
}

/// What a connection is known by, from the listener to the door.
#[derive(Clone, Default)]
pub(super) struct Seat(Arc<AtomicBool>);

/// A connection that leaves when it is told to, or in time without the token.
pub(super) struct Connection {
    tcp: TcpStream,
    seat: Seat,
    taken: Taken,
    told: oneshot::Receiver<()>,
    late: Pin<Box<Sleep>>,
    gone: bool,
}

impl Seat {
    /// Notes that the token was shown over this connection.
    pub(super) fn prove(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_proven(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Seats {
    /// Makes room behind a listening socket.
    pub(super) fn behind(listener: TcpListener) -> Self {
        let taken = Taken::default();
        let (connections_max, proven_within) = (CONNECTIONS_MAX, PROVEN_WITHIN);
        Self { listener, taken, connections_max, proven_within }
    }

    /// Gives a connection a place; none when all are held by whoever has the token.
    fn seat(&self, tcp: TcpStream) -> Option<Connection> {
        let seat = Seat::default();
        let (leave, told) = oneshot::channel();
        let mut taken = held(&self.taken);
        if taken.len() >= self.connections_max {
            let at = taken.iter().position(|sitting| !sitting.seat.is_proven())?;
            if let Some(oldest) = taken.remove(at) {
                // It may have gone by itself.
                let _unheard = oldest.leave.send(());
            }
        }
        taken.push_back(Sitting { seat: seat.clone(), leave });
        drop(taken);
        let late = Box::pin(time::sleep(self.proven_within));
        let taken = Arc::clone(&self.taken);
        Some(Connection { tcp, seat, taken, told, late, gone: false })
    }
}

/// Returns the room even if another thread panicked in it: it is whole between two calls.
fn held(taken: &Taken) -> MutexGuard<'_, VecDeque<Sitting>> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Listener for Seats {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        loop {
            match self.listener.accept().await {
                Ok((tcp, from)) => {
                    if let Some(connection) = self.seat(tcp) {
                        return (connection, from);
                    }
                }
                Err(_) => time::sleep(ACCEPT_PAUSE).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Connected<IncomingStream<'_, Seats>> for Seat {
    fn connect_info(stream: IncomingStream<'_, Seats>) -> Self {
        stream.io().seat.clone()
    }
}

impl Connection {
    /// Fails once this connection has to leave.
    fn stay(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        // A sender that is gone without a word has told nothing, and cannot be: it stands in the
        // room as long as this connection does.
        self.gone = self.gone
            || Pin::new(&mut self.told).poll(context).is_ready()
            || !self.seat.is_proven() && self.late.as_mut().poll(context).is_ready();
        if self.gone { Err(ErrorKind::ConnectionAborted.into()) } else { Ok(()) }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        held(&self.taken).retain(|sitting| !Arc::ptr_eq(&sitting.seat.0, &self.seat.0));
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stay(context)?;
        Pin::new(&mut self.tcp).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.stay(context)?;
        Pin::new(&mut self.tcp).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use axum::Router;
    use axum::extract::ConnectInfo;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    const SOON: Duration = Duration::from_secs(20);

    /// Serves a page that shows no token and one that counts as the token.
    async fn serving(connections_max: usize, proven_within: Duration) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let seats = Seats { connections_max, proven_within, ..Seats::behind(listener) };
        let prove = |ConnectInfo(seat): ConnectInfo<Seat>| async move { seat.prove() };
        let router = Router::new().route("/", get(|| async {})).route("/token", get(prove));
        let service = router.into_make_service_with_connect_info::<Seat>();
        tokio::spawn(async move { axum::serve(seats, service).await });
        at
    }

    async fn ask(socket: &mut TcpStream, path: &str) -> io::Result<bool> {
        let head = format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
        socket.write_all(head.as_bytes()).await?;
        // To the end of an answer without a body, so that the next one is read from its start.
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            answer.push(time::timeout(SOON, socket.read_u8()).await??);
        }
        Ok(answer.starts_with(b"HTTP/1.1 200"))
    }

    async fn is_closed(socket: &mut TcpStream, within: Duration) -> bool {
        let mut rest = [0; 4096];
        let closed = async { while socket.read(&mut rest).await.is_ok_and(|read| read > 0) {} };
        time::timeout(within, closed).await.is_ok()
    }

    #[tokio::test]
    async fn the_oldest_that_proved_nothing_makes_room() {
        let at = serving(4, SOON * 10).await;
        let mut owner = TcpStream::connect(at).await.unwrap();
        assert!(ask(&mut owner, "/token").await.unwrap());
        let mut idle = Vec::new();
        for _ in 0..40 {
            idle.push(TcpStream::connect(at).await.unwrap());
        }
        let mut late = TcpStream::connect(at).await.unwrap();
        assert!(ask(&mut late, "/token").await.unwrap(), "there is always room for one more");
        for (at, socket) in idle.iter_mut().take(38).enumerate() {
            assert!(is_closed(socket, SOON).await, "{at}");
        }
        for socket in idle.iter_mut().skip(38) {
            assert!(!is_closed(socket, Duration::from_millis(50)).await);
        }
        assert!(ask(&mut owner, "/").await.unwrap(), "who has the token keeps its place");
    }

    #[tokio::test]
    async fn who_shows_no_token_leaves_in_time_and_the_others_stay() {
        let at = serving(4, Duration::from_millis(300)).await;
        let mut owner = TcpStream::connect(at).await.unwrap();
        assert!(ask(&mut owner, "/token").await.unwrap());
        let mut silent = TcpStream::connect(at).await.unwrap();
        let mut slow = TcpStream::connect(at).await.unwrap();
        slow.write_all(b"GET / HTTP/1.1\r\nHo").await.unwrap();
        let mut asked = TcpStream::connect(at).await.unwrap();
        assert!(ask(&mut asked, "/").await.unwrap());
        for socket in [&mut silent, &mut slow, &mut asked] {
            assert!(is_closed(socket, SOON).await);
        }
        assert!(!is_closed(&mut owner, Duration::from_millis(50)).await);
        assert!(ask(&mut owner, "/").await.unwrap());
    }
}
