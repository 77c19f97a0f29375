//! The simulated network: links that are ordered streams, as TCP is, and fail as TCP does.
//!
//! Within one link frames arrive in order or not at all; between links nothing is ordered. A
//! link is cut at any point, with or without anyone being told, or merely slow. Nothing here
//! reads a frame.

use std::collections::{BTreeMap, VecDeque};

use client_core::replica::DialId;
use protocol::env::LinkId;

use crate::chance::Chance;

/// One end of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The end that dialled.
    Replica,
    /// The end that listens.
    Relay,
}

/// What arrives at one end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrival {
    /// The link is there.
    Opened,
    /// One whole frame.
    Frame(Vec<u8>),
    /// The other end, or the network, has closed it.
    Closed,
}

/// One link.
#[derive(Debug)]
struct Link {
    replica: usize,
    dial: DialId,
    relay: usize,
    to_replica: Line,
    to_relay: Line,
    /// Frames vanish and nobody is told.
    mute: bool,
}

/// Who is at the ends of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ends {
    /// The link.
    pub link: LinkId,
    /// The replica that dialled; [`VISITOR`] for somebody else.
    pub replica: usize,
    /// The number of its dial.
    pub dial: DialId,
    /// The relay it reached.
    pub relay: usize,
}

/// Stands for whoever dials without being a replica: an operator, or a hostile hand.
pub const VISITOR: usize = usize::MAX;

/// One direction of a link.
#[derive(Debug, Default)]
struct Line {
    queue: VecDeque<(u64, Arrival)>,
    last_due: u64,
    done: bool,
}

/// How the network behaves, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weather {
    /// Shortest time from one end to the other.
    pub delay_min: u64,
    /// Longest time, but for what waits behind a slow frame.
    pub delay_max: u64,
    /// How often a frame cuts its link instead of arriving, per million.
    pub cut_per_million: u32,
    /// How often such a cut goes unnoticed, per million of cuts.
    pub silent_per_million: u32,
}

impl Weather {
    /// Nothing fails.
    pub const FAIR: Self =
        Self { delay_min: 1, delay_max: 3, cut_per_million: 0, silent_per_million: 0 };
}

/// Every link of a world.
#[derive(Debug, Default)]
pub struct Net {
    links: BTreeMap<u64, Link>,
    next: u64,
}

impl Net {
    /// Opens a link; both ends hear of it later.
    pub fn open(
        &mut self,
        (replica, dial): (usize, DialId),
        relay: usize,
        (now, delay): (u64, u64),
    ) -> LinkId {
        self.next += 1;
        let mut link = Link {
            replica,
            dial,
            relay,
            to_replica: Line::default(),
            to_relay: Line::default(),
            mute: false,
        };
        link.to_relay.push(now + delay, Arrival::Opened);
        link.to_replica.push(now + 2 * delay, Arrival::Opened);
        self.links.insert(self.next, link);
        LinkId(self.next)
    }

    /// Puts a frame on its way from one end; the weather may cut the link instead.
    pub fn send(
        &mut self,
        id: LinkId,
        from: End,
        frame: Vec<u8>,
        (now, weather, chance): (u64, &Weather, &mut Chance),
    ) {
        let delay = chance.between(weather.delay_min, weather.delay_max);
        let cut = chance.happens(weather.cut_per_million);
        let silent = chance.happens(weather.silent_per_million);
        let Some(link) = self.links.get_mut(&id.0) else {
            return;
        };
        if link.mute {
            return;
        }
        if cut {
            return self.cut(id, now + delay, silent);
        }
        link.line(from).push(now + delay, Arrival::Frame(frame));
    }

    /// Closes a link from one end: nothing more arrives there, the other end hears of it after
    /// what is already on its way.
    pub fn close(&mut self, id: LinkId, from: End, now: u64) {
        let Some(link) = self.links.get_mut(&id.0) else {
            return;
        };
        link.line(from).push(now + 1, Arrival::Closed);
        let own = link.line_to(from);
        own.queue.clear();
        own.done = true;
        if link.mute || (link.to_relay.done && link.to_replica.done) {
            self.links.remove(&id.0);
        }
    }

    /// Cuts a link: what is on its way is lost. Silently, or both ends hear of it.
    pub fn cut(&mut self, id: LinkId, now: u64, silent: bool) {
        let Some(link) = self.links.get_mut(&id.0) else {
            return;
        };
        for line in [&mut link.to_replica, &mut link.to_relay] {
            // Who has not yet heard that the link was opened must hear it first.
            line.queue.retain(|(_, arrival)| *arrival == Arrival::Opened);
            if !silent {
                line.push(now + 1, Arrival::Closed);
            }
        }
        link.mute = silent;
    }

    /// Forgets one end of every link of a machine: its process is gone.
    pub fn leave(&mut self, end: End, machine: usize, now: u64, silent: bool) {
        for id in self.of(end, machine) {
            if silent {
                self.cut(id, now, true);
                if let Some(link) = self.links.get_mut(&id.0) {
                    link.line_to(end).done = true;
                    link.line_to(end).queue.clear();
                }
            } else {
                self.close(id, end, now);
            }
        }
        self.links.retain(|_, link| !(link.to_relay.done && link.to_replica.done));
    }

    /// Returns the links of a machine that are not closed at its end.
    #[must_use]
    pub fn of(&self, end: End, machine: usize) -> Vec<LinkId> {
        let belongs = |link: &Link| match end {
            End::Replica => link.replica == machine && !link.to_replica.done,
            End::Relay => link.relay == machine && !link.to_relay.done,
        };
        self.links.iter().filter(|(_, link)| belongs(link)).map(|(id, _)| LinkId(*id)).collect()
    }

    /// Returns the time of the next arrival.
    #[must_use]
    pub fn next_due(&self) -> Option<u64> {
        self.links.values().filter_map(Link::next_due).min()
    }

    /// Takes the next arrival that is due.
    pub fn arrive(&mut self, now: u64) -> Option<(Ends, End, Arrival)> {
        let due = |link: &Link| link.next_due().filter(|at| *at <= now);
        let (id, link) = self
            .links
            .iter_mut()
            .filter_map(|(id, link)| due(link).map(|at| ((at, *id), link)))
            .min_by_key(|(key, _)| *key)
            .map(|((_, id), link)| (id, link))?;
        let first = |line: &Line| line.queue.front().map_or(u64::MAX, |(at, _)| *at);
        let end = if first(&link.to_relay) <= first(&link.to_replica) {
            End::Relay
        } else {
            End::Replica
        };
        let ends =
            Ends { link: LinkId(id), replica: link.replica, dial: link.dial, relay: link.relay };
        let line = link.line_to(end);
        let (_, arrival) = line.queue.pop_front()?;
        if arrival == Arrival::Closed {
            line.done = true;
            line.queue.clear();
        }
        if link.to_relay.done && link.to_replica.done {
            self.links.remove(&id);
        }
        Some((ends, end, arrival))
    }

    /// Returns the number of links that are open at one end at least.
    #[must_use]
    pub fn len(&self) -> usize {
        self.links.len()
    }

    /// Tells whether there is no link at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.links.is_empty()
    }
}

impl Link {
    /// Returns the line that leads away from an end.
    fn line(&mut self, from: End) -> &mut Line {
        match from {
            End::Replica => &mut self.to_relay,
            End::Relay => &mut self.to_replica,
        }
    }

    fn line_to(&mut self, end: End) -> &mut Line {
        match end {
            End::Replica => &mut self.to_replica,
            End::Relay => &mut self.to_relay,
        }
    }

    fn next_due(&self) -> Option<u64> {
        let first = |line: &Line| line.queue.front().map(|(at, _)| *at);
        first(&self.to_relay).into_iter().chain(first(&self.to_replica)).min()
    }
}

impl Line {
    fn push(&mut self, due: u64, arrival: Arrival) {
        if self.done || matches!(self.queue.back(), Some((_, Arrival::Closed))) {
            return;
        }
        self.last_due = self.last_due.max(due);
        self.queue.push_back((self.last_due, arrival));
    }
}
