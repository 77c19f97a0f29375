//! A bare WebSocket server that hands every frame of its first link on to all of its links.
//! It lives in a thread of its own, as the relay lives in a process of its own.

use futures_util::{SinkExt as _, StreamExt as _};
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{broadcast, mpsc};
use tokio_tungstenite::tungstenite::{Bytes, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, accept_async, connect_async};

/// Frames that wait in the server for its slowest link, at most.
const WAITING_MAX: usize = 1_024;

/// The links to such a server.
pub(super) struct FanOut {
    writer: mpsc::UnboundedSender<Vec<u8>>,
    /// One message for each frame that arrived: the link it arrived on.
    arrivals: mpsc::UnboundedReceiver<usize>,
    counts: Vec<u64>,
    sent: u64,
}

impl FanOut {
    /// Starts a server and so many links to it.
    ///
    /// # Errors
    /// Says what does not work.
    pub(super) async fn start(links: usize) -> Result<Self, String> {
        let (told, listening) = std::sync::mpsc::channel();
        std::thread::spawn(move || serve(links, &told));
        let address = listening.recv().map_err(|_| "the bare server does not start")?;
        let (heard, arrivals) = mpsc::unbounded_channel();
        let (writer, mut outgoing) = mpsc::unbounded_channel::<Vec<u8>>();
        let mut first = None;
        for link in 0..links {
            let dialled = connect_async(format!("ws://{address}")).await;
            let (socket, _) = dialled.map_err(|error| error.to_string())?;
            if let MaybeTlsStream::Plain(tcp) = socket.get_ref() {
                tcp.set_nodelay(true).map_err(|error| error.to_string())?;
            }
            let (sink, mut stream) = socket.split();
            // Dropping a sink closes nothing: the stream holds the link.
            first.get_or_insert(sink);
            let heard = heard.clone();
            tokio::spawn(async move {
                while let Some(Ok(_)) = stream.next().await {
                    if heard.send(link).is_err() {
                        return;
                    }
                }
            });
        }
        let mut sink = first.ok_or("no link to the bare server")?;
        tokio::spawn(async move {
            while let Some(frame) = outgoing.recv().await {
                if sink.send(Message::Binary(Bytes::from(frame))).await.is_err() {
                    return;
                }
            }
        });
        Ok(Self { writer, arrivals, counts: vec![0; links], sent: 0 })
    }

    /// Sends frames, each when the last link has the one before, and returns what it took.
    ///
    /// # Errors
    /// Says that the server is gone.
    pub(super) async fn hand_on(&mut self, frames: &[Vec<u8>]) -> Result<Duration, String> {
        let began = Instant::now();
        for frame in frames {
            self.sent += 1;
            self.writer.send(frame.clone()).map_err(|_| "the bare server is gone")?;
            self.all_have(self.sent).await?;
        }
        Ok(began.elapsed())
    }

    async fn all_have(&mut self, frames: u64) -> Result<(), String> {
        while self.counts.iter().any(|count| *count < frames) {
            let link = self.arrivals.recv().await.ok_or("the bare server is gone")?;
            self.counts[link] += 1;
        }
        Ok(())
    }
}

/// Serves so many links until the first of them closes.
fn serve(links: usize, told: &std::sync::mpsc::Sender<std::net::SocketAddr>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime was made in this process before");
    let served = runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.ok()?;
        told.send(listener.local_addr().ok()?).ok()?;
        let (frames, _) = broadcast::channel::<Bytes>(WAITING_MAX);
        let mut writer = None;
        for _ in 0..links {
            let (tcp, _) = listener.accept().await.ok()?;
            tcp.set_nodelay(true).ok()?;
            let (mut sink, stream) = accept_async(tcp).await.ok()?.split();
            let mut handed = frames.subscribe();
            tokio::spawn(async move {
                while let Ok(frame) = handed.recv().await {
                    if sink.send(Message::Binary(frame)).await.is_err() {
                        return;
                    }
                }
            });
            writer.get_or_insert(stream);
        }
        take_frames(writer?, &frames).await;
        Some(())
    });
    // Who measures hears of a server that is gone by its links.
    let _ended = served;
}

async fn take_frames(
    mut writer: futures_util::stream::SplitStream<WebSocketStream<TcpStream>>,
    frames: &broadcast::Sender<Bytes>,
) {
    while let Some(Ok(message)) = writer.next().await {
        if let Message::Binary(frame) = message
            && frames.send(frame).is_err()
        {
            return;
        }
    }
}
