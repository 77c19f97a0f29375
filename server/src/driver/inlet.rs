//! The way from links to the driver: a channel bounded in number and in bytes, in order.
//!
//! A link that finds it full keeps its place in line and stops reading its socket, so that the
//! peer's own TCP window fills: that is the whole of the back-pressure.

use std::future::Future;
use std::sync::Arc;

use axum::body::Bytes;
use protocol::env::{ChannelBinding, LinkId};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::Outlet;

/// Messages that may wait for the driver.
const WAITING_MAX: usize = 1_024;
/// Bytes of messages that may wait for the driver, in units of [`BUDGET_UNIT_BYTES`].
const BUDGET_UNITS: usize = 32 * 1024;
/// What one unit of the budget stands for: 32 MiB in all.
const BUDGET_UNIT_BYTES: usize = 1024;

/// What a link hands in.
#[derive(Debug)]
pub(crate) enum Inbox {
    /// A message.
    Received(Bytes),
    /// The frame of the oldest stream under way was taken by the socket.
    Streamed,
}

/// Falls silent when whoever made the driver hold still lets it go.
pub(crate) type Released = std::sync::mpsc::Receiver<()>;

/// One thing the driver is asked to do.
pub(crate) enum Request {
    /// A link was opened.
    Opened(LinkId, ChannelBinding, Arc<Outlet>),
    /// A link has a message, or took a stream's frame.
    Link(LinkId, Inbox, Option<OwnedSemaphorePermit>),
    /// A link is gone.
    Closed(LinkId),
    /// The operator asks how things stand.
    Figures(oneshot::Sender<Figures>),
    /// Do nothing until the sender goes away: someone wants to read what stands still.
    Hold(oneshot::Sender<()>, Released),
    /// The process is about to stop: say goodbye to every link.
    Drain,
    /// Every link is gone: stop.
    Stop,
}

/// How things stand in a running relay. Counts only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Figures {
    /// Open links.
    pub(crate) links: usize,
    /// Spaces served.
    pub(crate) spaces: usize,
    /// Messages handled since the start.
    pub(crate) messages: u64,
    /// Commits since the start.
    pub(crate) commits: u64,
    /// Writes made durable by them.
    pub(crate) writes: u64,
}

/// The sending end; clones share one channel and one budget.
#[derive(Clone)]
pub(crate) struct Inlet {
    requests: mpsc::Sender<Request>,
    budget: Arc<Semaphore>,
}

/// Returns both ends.
pub(crate) fn channel() -> (Inlet, mpsc::Receiver<Request>) {
    let (requests, receiver) = mpsc::channel(WAITING_MAX);
    (Inlet { requests, budget: Arc::new(Semaphore::new(BUDGET_UNITS)) }, receiver)
}

impl Inlet {
    /// Announces a link.
    pub(crate) async fn opened(&self, link: LinkId, binding: ChannelBinding, outlet: Arc<Outlet>) {
        self.ask(Request::Opened(link, binding, outlet)).await;
    }

    /// Says that a link is gone.
    pub(crate) async fn closed(&self, link: LinkId) {
        self.ask(Request::Closed(link)).await;
    }

    /// Asks how things stand; `None` when the driver has stopped.
    pub(crate) async fn figures(&self) -> Option<Figures> {
        let (reply, answer) = oneshot::channel();
        self.ask(Request::Figures(reply)).await;
        answer.await.ok()
    }

    /// Makes the driver hold still until the returned value is dropped.
    pub(crate) async fn hold(&self) -> std::sync::mpsc::SyncSender<()> {
        let (release, released) = std::sync::mpsc::sync_channel(0);
        let (reply, held) = oneshot::channel();
        self.ask(Request::Hold(reply, released)).await;
        // A driver that has stopped holds still too.
        let _ = held.await;
        release
    }

    /// Asks for something in turn. A driver that has stopped is told nothing more.
    pub(crate) async fn ask(&self, request: Request) {
        let _ = self.requests.send(request).await;
    }

    /// Hands something in at once, or returns what to wait for while it stands in line.
    pub(crate) fn hand(
        &self,
        link: LinkId,
        item: Inbox,
    ) -> Option<impl Future<Output = ()> + Send + use<>> {
        let units = units(&item);
        let at_once = match units {
            0 => Ok(None),
            units => Arc::clone(&self.budget).try_acquire_many_owned(units).map(Some),
        };
        let (item, permit) = match at_once {
            Ok(permit) => match self.requests.try_send(Request::Link(link, item, permit)) {
                Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => return None,
                Err(mpsc::error::TrySendError::Full(Request::Link(_, item, permit))) => {
                    (item, Some(permit))
                }
                Err(mpsc::error::TrySendError::Full(_)) => return None,
            },
            Err(_) => (item, None),
        };
        let (requests, budget) = (self.requests.clone(), Arc::clone(&self.budget));
        Some(async move {
            let permit = match permit {
                Some(permit) => permit,
                None => budget.acquire_many_owned(units).await.ok(),
            };
            let _ = requests.send(Request::Link(link, item, permit)).await;
        })
    }
}

/// Returns what an item costs of the budget; a report costs nothing.
fn units(item: &Inbox) -> u32 {
    match item {
        Inbox::Received(frame) => {
            let units = frame.len() / BUDGET_UNIT_BYTES + 1;
            u32::try_from(units.min(BUDGET_UNITS)).unwrap_or(u32::MAX)
        }
        Inbox::Streamed => 0,
    }
}
