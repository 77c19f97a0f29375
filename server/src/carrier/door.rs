//! Who may come in: how many links in all, and how many that have not said who they are.
//!
//! When the half-open ones are too many the oldest of them leaves: an honest peer proves itself in
//! a moment, whoever holds a place for long is the better guess. Nobody who is proven ever has to
//! leave for a newcomer.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::limits::LINKS_BEFORE_AUTH_MAX;
use tokio::sync::Notify;

#[cfg(test)]
mod tests;

/// The door of one relay.
#[derive(Debug)]
pub(crate) struct Door {
    links_max: usize,
    per_address_max: usize,
    state: Mutex<State>,
    emptied: Notify,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    links: usize,
    half_open: BTreeMap<u64, HalfOpen>,
}

#[derive(Debug)]
struct HalfOpen {
    /// `None` behind a trusted proxy that has not yet said for whom it calls.
    address: Option<IpAddr>,
    leave: Arc<Notify>,
}

/// One connection's place. Dropping it frees the place.
#[derive(Debug)]
pub(crate) struct Place {
    door: Arc<Door>,
    number: u64,
    settled: bool,
    leave: Arc<Notify>,
}

impl Door {
    /// Returns a door for so many links, and so many half-open ones of one address.
    pub(crate) fn new(links_max: usize, per_address_max: usize) -> Arc<Self> {
        Arc::new(Self {
            links_max,
            per_address_max,
            state: Mutex::default(),
            emptied: Notify::new(),
        })
    }

    /// Takes a place for a half-open connection, `None` when the relay is full of proven ones.
    pub(crate) fn enter(self: &Arc<Self>, address: Option<IpAddr>) -> Option<Place> {
        let mut state = self.state();
        if state.half_open.len() >= LINKS_BEFORE_AUTH_MAX.min(self.links_max) {
            state.evict_oldest(|_| true);
        }
        if state.links >= self.links_max && !state.evict_oldest(|_| true) {
            return None;
        }
        let number = state.next;
        state.next += 1;
        state.links += 1;
        let leave = Arc::new(Notify::new());
        state.half_open.insert(number, HalfOpen { address, leave: Arc::clone(&leave) });
        self.bound_address(&mut state, address);
        drop(state);
        Some(Place { door: Arc::clone(self), number, settled: false, leave })
    }

    /// Returns how many links there are, and how many of them are half-open.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let state = self.state();
        (state.links, state.half_open.len())
    }

    /// Makes every half-open connection leave.
    pub(crate) fn evict_half_open(&self) {
        let mut state = self.state();
        while state.evict_oldest(|_| true) {}
        if state.links == 0 {
            self.emptied.notify_waiters();
        }
    }

    /// Waits until everyone has left.
    pub(crate) async fn empty(&self) {
        loop {
            let emptied = self.emptied.notified();
            if self.state().links == 0 {
                return;
            }
            emptied.await;
        }
    }

    fn bound_address(&self, state: &mut State, address: Option<IpAddr>) {
        let Some(address) = address else { return };
        let of_address = |half: &HalfOpen| half.address == Some(address);
        while state.half_open.values().filter(|half| of_address(half)).count()
            > self.per_address_max
        {
            state.evict_oldest(of_address);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Makes the oldest matching half-open connection leave; its place counts as free at once.
    fn evict_oldest(&mut self, matches: impl Fn(&HalfOpen) -> bool) -> bool {
        let oldest = self.half_open.iter().find(|(_, half)| matches(half)).map(|(n, _)| *n);
        let Some(half) = oldest.and_then(|number| self.half_open.remove(&number)) else {
            return false;
        };
        self.links -= 1;
        half.leave.notify_one();
        true
    }
}

impl Place {
    /// Says for whom a trusted proxy calls.
    pub(crate) fn known_as(&self, address: IpAddr) {
        let mut state = self.door.state();
        if let Some(half) = state.half_open.get_mut(&self.number) {
            half.address = Some(address);
        }
        self.door.bound_address(&mut state, Some(address));
    }

    /// Says that the peer is proven; `false` when it had to leave just before.
    pub(crate) fn settle(&mut self) -> bool {
        self.settled = self.door.state().half_open.remove(&self.number).is_some();
        self.settled
    }

    /// Returns what tells this connection that it has to leave.
    pub(crate) fn leave(&self) -> Arc<Notify> {
        Arc::clone(&self.leave)
    }

    /// Waits until this connection has to leave for another.
    pub(crate) async fn must_leave(&self) {
        self.leave.notified().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.door.state();
        // Whoever had to leave has given its place away already.
        if state.half_open.remove(&self.number).is_some() || self.settled {
            state.links -= 1;
        }
        if state.links == 0 {
            self.door.emptied.notify_waiters();
        }
    }
}
