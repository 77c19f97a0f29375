//! One link: a socket on one side, the driver's queues on the other.
//!
//! A link reads only what it may hand on. Before its peer is proven that is one message at a time
//! and [`BEFORE_AUTH_BYTES_MAX`] in all; afterwards a few messages, and none while the driver's
//! channel is full. A peer that takes nothing for [`STALL_MAX`] while something waits is cut.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::body::Bytes;
use protocol::Refusal;
use protocol::env::LinkId;
use protocol::limits::BEFORE_AUTH_BYTES_MAX;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf, ReadHalf, WriteHalf};
use tokio::time::{Instant, sleep_until, timeout};
use tungstenite::protocol::frame::coding::CloseCode;

use super::door::Place;
use super::frames::{self, Broken, Frames};
#[cfg(test)]
mod tests;

use crate::driver::{Ending, Inbox, Inlet, Outgoing, Outlet};

/// Time without progress after which a consumer is cut.
pub(crate) const STALL_MAX: Duration = Duration::from_secs(30);
/// Time a closing link is given to take its last frames.
const FAREWELL_MAX: Duration = Duration::from_secs(2);
/// Messages of one link that may be on their way to the driver.
const WINDOW: u64 = 8;
/// Bytes taken from a socket at a time.
const CHUNK_BYTES: usize = 8 * 1024;

/// What a link needs to live.
pub(crate) struct Terms {
    /// Its number.
    pub(crate) link: LinkId,
    /// Its place at the door.
    pub(crate) place: Place,
    /// When it must have proven itself.
    pub(crate) prove_by: Instant,
    /// Where its queue is filled.
    pub(crate) outlet: Arc<Outlet>,
    /// Where its messages go.
    pub(crate) inlet: Inlet,
}

/// Moves frames until either side ends, then tells the driver. Returns why it ended.
pub(crate) async fn run<S: AsyncRead + AsyncWrite>(socket: S, terms: Terms) -> Ending {
    let (read, write) = tokio::io::split(socket);
    let (link, inlet) = (terms.link, terms.inlet.clone());
    let mut pump = Pump {
        read,
        frames: Frames::new(),
        read_before_proof: 0,
        proven: false,
        place: terms.place,
        prove_by: terms.prove_by,
        inbox: VecDeque::new(),
        handed: 0,
        handing: None,
        inlet: terms.inlet,
        link,
        outlet: Arc::clone(&terms.outlet),
        out: Out::new(write, terms.outlet),
    };
    let why = pump.run().await;
    pump.farewell(why).await;
    drop(pump);
    inlet.closed(link).await;
    why
}

/// A message being handed to the driver: kept across turns, so that its place in line is kept.
type Handing = Pin<Box<dyn Future<Output = ()> + Send>>;

struct Pump<S> {
    read: ReadHalf<S>,
    frames: Frames,
    read_before_proof: usize,
    proven: bool,
    place: Place,
    prove_by: Instant,
    inbox: VecDeque<Inbox>,
    handed: u64,
    handing: Option<Handing>,
    inlet: Inlet,
    link: LinkId,
    outlet: Arc<Outlet>,
    out: Out<S>,
}

impl<S: AsyncRead + AsyncWrite> Pump<S> {
    async fn run(&mut self) -> Ending {
        loop {
            if let Err(why) = self.turn().await {
                return why;
            }
        }
    }

    /// Does what can be done at once, then waits for one event.
    async fn turn(&mut self) -> Result<(), Ending> {
        if !self.proven && self.outlet.is_proven() {
            if !self.place.settle() {
                return Err(Ending::Cut(Refusal::Busy));
            }
            self.proven = true;
            self.frames.trust();
        }
        self.parse()?;
        self.hand_on();
        if let Some(why) = self.out.prepare() {
            return Err(why);
        }
        let room = self.room();
        let deadline = self.deadline();
        tokio::select! {
            chunk = read_some(&mut self.read, room), if room > 0 => {
                let chunk = chunk.map_err(|_| Ending::Gone)?;
                if chunk.is_empty() {
                    return Err(Ending::Gone);
                }
                if !self.proven {
                    self.read_before_proof += chunk.len();
                }
                self.frames.feed(&chunk);
            }
            wrote = self.out.advance(), if self.out.has_work() => {
                wrote.map_err(|_| Ending::Gone)?;
                if self.out.take_streamed() {
                    self.inbox.push_back(Inbox::Streamed);
                }
            }
            () = poll_handing(&mut self.handing), if self.handing.is_some() => {
                self.handing = None;
            }
            () = self.outlet.woken() => {}
            () = self.place.must_leave(), if !self.proven => {
                return Err(Ending::Cut(Refusal::Busy));
            }
            () = sleep_until(deadline.unwrap_or_else(Instant::now)), if deadline.is_some() => {
                return Err(Ending::Cut(Refusal::TooSlow));
            }
        }
        Ok(())
    }

    /// Takes complete messages out of what was read, as many as may be on their way.
    fn parse(&mut self) -> Result<(), Ending> {
        let mut fresh = Vec::new();
        while self.on_their_way() + (fresh.len() as u64) < self.window() {
            match self.frames.next() {
                Ok(Some(message)) => fresh.push(message),
                Ok(None) => break,
                Err(Broken::Gone) => return Err(Ending::Gone),
                Err(Broken::TooLarge) => return Err(Ending::Cut(Refusal::TooLarge)),
                Err(Broken::Malformed) => return Err(Ending::Cut(Refusal::Malformed)),
            }
        }
        self.inbox.extend(fresh.into_iter().map(Inbox::Received));
        self.out.control(&self.frames.take_control());
        Ok(())
    }

    /// Hands the first waiting message to the driver, or takes a place in line for it.
    fn hand_on(&mut self) {
        while self.handing.is_none()
            && let Some(item) = self.inbox.pop_front()
        {
            if matches!(item, Inbox::Received(_)) {
                self.handed += 1;
            }
            self.handing = self.inlet.hand(self.link, item).map(|waiting| Box::pin(waiting) as _);
        }
    }

    fn on_their_way(&self) -> u64 {
        let waiting = self.inbox.iter().filter(|item| matches!(item, Inbox::Received(_))).count();
        self.handed - self.outlet.handled_count() + waiting as u64
    }

    fn window(&self) -> u64 {
        if self.proven { WINDOW } else { 1 }
    }

    /// Returns how many bytes may be read now.
    fn room(&self) -> usize {
        if self.handing.is_some() || !self.inbox.is_empty() || self.on_their_way() >= self.window()
        {
            return 0;
        }
        if self.proven {
            return CHUNK_BYTES.saturating_sub(self.frames.unparsed());
        }
        (BEFORE_AUTH_BYTES_MAX - self.read_before_proof).min(CHUNK_BYTES)
    }

    fn deadline(&self) -> Option<Instant> {
        let stalled = self.out.stalled_since.map(|since| since + STALL_MAX);
        let prove_by = (!self.proven).then_some(self.prove_by);
        match (stalled, prove_by) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// Writes what still waits and a close frame, within a moment.
    async fn farewell(&mut self, why: Ending) {
        self.frames.close(close_code(why));
        let close = self.frames.take_control();
        let out = &mut self.out;
        let written = timeout(FAREWELL_MAX, async {
            while out.has_work() {
                out.advance().await?;
                out.take_streamed();
                out.prepare();
            }
            out.write.write_all(&close).await?;
            out.write.shutdown().await
        });
        // Whoever does not take the farewell has gone without it.
        let _ = written.await;
    }
}

/// What waits for the socket.
struct Out<S> {
    write: WriteHalf<S>,
    outlet: Arc<Outlet>,
    /// Header and payload of the frame being written, and bytes of it already taken.
    current: VecDeque<Bytes>,
    control: Vec<u8>,
    unflushed: bool,
    streamed: bool,
    stalled_since: Option<Instant>,
}

impl<S: AsyncRead + AsyncWrite> Out<S> {
    fn new(write: WriteHalf<S>, outlet: Arc<Outlet>) -> Self {
        Self {
            write,
            outlet,
            current: VecDeque::new(),
            control: Vec::new(),
            unflushed: false,
            streamed: false,
            stalled_since: None,
        }
    }

    /// Queues control frames; they go between two messages.
    fn control(&mut self, bytes: &[u8]) {
        self.control.extend_from_slice(bytes);
    }

    /// Takes up the next thing to write. Returns why the link ends, once all is written.
    fn prepare(&mut self) -> Option<Ending> {
        if self.current.is_empty() && !self.control.is_empty() {
            self.current.push_back(std::mem::take(&mut self.control).into());
        }
        if self.current.is_empty() && !self.streamed {
            match self.outlet.take() {
                Some(Outgoing::Frame(payload)) => {
                    self.current = [frames::header(payload.len()).into(), payload].into();
                }
                Some(Outgoing::Streamed) => self.streamed = true,
                None => {}
            }
        }
        if self.has_work() {
            self.stalled_since.get_or_insert_with(Instant::now);
            return None;
        }
        self.stalled_since = None;
        self.outlet.ended()
    }

    fn has_work(&self) -> bool {
        !self.current.is_empty() || self.unflushed || self.streamed
    }

    /// Returns whether a stream's frame was taken by the socket since the last call.
    fn take_streamed(&mut self) -> bool {
        !self.unflushed && self.current.is_empty() && std::mem::take(&mut self.streamed)
    }

    /// Writes once. Safe to drop at any point: what was written is accounted for.
    async fn advance(&mut self) -> io::Result<()> {
        if let Some(first) = self.current.front_mut() {
            let taken = self.write.write(first).await?;
            if taken == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            let _written = first.split_to(taken);
            if first.is_empty() {
                self.current.pop_front();
            }
            self.unflushed = true;
        } else if self.unflushed {
            self.write.flush().await?;
            self.unflushed = false;
        }
        self.stalled_since = Some(Instant::now());
        Ok(())
    }
}

/// Reads at most `room` bytes. The buffer lives on the stack of one poll: an idle link has none.
async fn read_some<S: AsyncRead>(read: &mut ReadHalf<S>, room: usize) -> io::Result<Vec<u8>> {
    let mut read = pin!(read);
    poll_fn(|context| {
        let mut chunk = [0; CHUNK_BYTES];
        let mut buffer = ReadBuf::new(&mut chunk[..room.min(CHUNK_BYTES)]);
        match read.as_mut().poll_read(context, &mut buffer) {
            Poll::Ready(Ok(())) => Poll::Ready(Ok(buffer.filled().to_vec())),
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

async fn poll_handing(handing: &mut Option<Handing>) {
    if let Some(waiting) = handing {
        waiting.await;
    }
}

/// Returns the close code of RFC 6455 §7.4 (and the registry beside it) that fits best.
fn close_code(why: Ending) -> CloseCode {
    const CODES: [(Refusal, CloseCode); 5] = [
        (Refusal::Draining, CloseCode::Restart),
        (Refusal::Busy, CloseCode::Again),
        (Refusal::StorageFailed, CloseCode::Again),
        (Refusal::TooLarge, CloseCode::Size),
        (Refusal::Malformed, CloseCode::Protocol),
    ];
    let Ending::Cut(why) = why else {
        return CloseCode::Normal;
    };
    let found = CODES.into_iter().find(|(refusal, _)| *refusal == why);
    found.map_or(CloseCode::Policy, |(_, code)| code)
}
