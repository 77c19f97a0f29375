//! The way from the driver to one link: a bounded queue of frames, never waited on by the driver.
//!
//! The driver only ever pushes. A link that falls behind by more than the bounds is ended; the
//! machine is told by the link's own end, like any other. No frame here is looked into.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use protocol::Refusal;
use protocol::limits::FRAME_BYTES_MAX;
use tokio::sync::Notify;

#[cfg(test)]
mod tests;

/// Frames that may wait for a socket. One `Stream` frame is asked for at a time; the rest answers
/// what the replica itself sent, or is live.
pub(crate) const OUT_FRAMES_MAX: usize = 4_096;
/// Bytes that may wait for a socket: one frame of full size and a burst of small ones.
pub(crate) const OUT_BYTES_MAX: usize = 2 * FRAME_BYTES_MAX;

/// One thing the driver wants done on a link, in order.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outgoing {
    /// A frame.
    Frame(Bytes),
    /// To be reported once everything before it was taken by the socket.
    Streamed,
}

/// How a link came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The peer or the network ended it.
    Gone,
    /// The relay did.
    Cut(Refusal),
}

/// One link's queue.
#[derive(Debug, Default)]
pub(crate) struct Outlet {
    state: Mutex<State>,
    wake: Notify,
}

#[derive(Debug, Default)]
struct State {
    queue: VecDeque<Outgoing>,
    queued_bytes: usize,
    handled: u64,
    proven: bool,
    ending: Option<Ending>,
}

impl Outlet {
    /// Queues a frame; a link that takes too little is ended instead.
    pub(crate) fn send(&self, frame: Vec<u8>) {
        self.push([Outgoing::Frame(frame.into())]);
    }

    /// Queues the frame of a stream, to be reported once the socket took it.
    pub(crate) fn stream(&self, frame: Vec<u8>) {
        self.push([Outgoing::Frame(frame.into()), Outgoing::Streamed]);
    }

    /// Says that one more of the link's frames was handled and its effects queued.
    pub(crate) fn handled(&self) {
        self.state().handled += 1;
        self.wake.notify_one();
    }

    /// Says that the peer is proven: its frames may be of full size from now on.
    pub(crate) fn prove(&self) {
        self.state().proven = true;
        self.wake.notify_one();
    }

    /// Ends the link once what is queued was written. The first reason counts.
    pub(crate) fn end(&self, why: Ending) {
        self.state().ending.get_or_insert(why);
        self.wake.notify_one();
    }

    /// Returns the next thing to do.
    pub(crate) fn take(&self) -> Option<Outgoing> {
        let mut state = self.state();
        let next = state.queue.pop_front()?;
        if let Outgoing::Frame(frame) = &next {
            state.queued_bytes -= frame.len();
        }
        if state.queue.is_empty() {
            // An idle link keeps no room for the bursts of its past.
            state.queue = VecDeque::new();
        }
        Some(next)
    }

    /// Returns how many of the link's frames were handled so far.
    pub(crate) fn handled_count(&self) -> u64 {
        self.state().handled
    }

    /// Returns whether the peer is proven.
    pub(crate) fn is_proven(&self) -> bool {
        self.state().proven
    }

    /// Returns why the link ends, once nothing is left to write.
    pub(crate) fn ended(&self) -> Option<Ending> {
        let state = self.state();
        state.ending.filter(|_| state.queue.is_empty())
    }

    /// Waits until the driver did something; may return early.
    pub(crate) async fn woken(&self) {
        self.wake.notified().await;
    }

    fn push<const N: usize>(&self, items: [Outgoing; N]) {
        let mut state = self.state();
        if state.ending.is_some() {
            return;
        }
        for item in items {
            if let Outgoing::Frame(frame) = &item {
                state.queued_bytes += frame.len();
            }
            state.queue.push_back(item);
        }
        if state.queue.len() > OUT_FRAMES_MAX || state.queued_bytes > OUT_BYTES_MAX {
            // What waits would arrive too late to be of use: the link resumes by its positions.
            state.queue = VecDeque::new();
            state.queued_bytes = 0;
            state.ending = Some(Ending::Cut(Refusal::TooSlow));
        }
        drop(state);
        self.wake.notify_one();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
