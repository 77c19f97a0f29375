//! What is known of one link, and of all of them together.

use std::collections::{BTreeMap, BTreeSet};

use crate::checkpoint::Log;
use crate::env::{ChannelBinding, Instant, LinkId};
use crate::id::{PartnerId, SpaceId};
use crate::session::Challenged;

/// One link.
pub(super) struct Link {
    pub(super) binding: ChannelBinding,
    pub(super) opened_at: Instant,
    pub(super) heard_at: Instant,
    pub(super) bytes_before_auth: usize,
    pub(super) unknown: usize,
    pub(super) stage: Stage,
}

/// How far a link has come.
pub(super) enum Stage {
    /// Nothing was said.
    Waiting,
    /// The relay has answered a hello.
    Challenged(Challenged),
    /// The replica has proven its key.
    Seated(Seat),
}

/// A link whose key is proven. What the key may do is looked up at each message.
#[derive(Debug, Clone)]
pub(super) struct Seat {
    pub(super) space: SpaceId,
    pub(super) key: [u8; 32],
    pub(super) partner: Option<PartnerId>,
    pub(super) following: Option<Following>,
}

/// How far a follower was served.
#[derive(Debug, Clone, Default)]
pub(super) struct Following {
    pub(super) register_next: u64,
    pub(super) journal_next: u64,
    pub(super) streaming: Option<Log>,
    /// The stream under way was asked for before the cursors were set anew.
    pub(super) stale: bool,
    pub(super) heads_sent: Option<(u64, u64)>,
    pub(super) mailbox_sent: Option<u64>,
}

impl Link {
    pub(super) fn seat(&self) -> Option<&Seat> {
        match &self.stage {
            Stage::Seated(seat) => Some(seat),
            Stage::Waiting | Stage::Challenged(_) => None,
        }
    }

    pub(super) fn seat_mut(&mut self) -> Option<&mut Seat> {
        match &mut self.stage {
            Stage::Seated(seat) => Some(seat),
            Stage::Waiting | Stage::Challenged(_) => None,
        }
    }

    pub(super) fn following(&mut self) -> Option<&mut Following> {
        self.seat_mut().and_then(|seat| seat.following.as_mut())
    }
}

/// Every open link.
#[derive(Default)]
pub(super) struct Links {
    links: BTreeMap<LinkId, Link>,
    /// Links without a partner behind them, oldest first: numbers only grow.
    unproven: BTreeSet<LinkId>,
    by_space: BTreeMap<SpaceId, BTreeSet<LinkId>>,
}

impl Links {
    pub(super) fn open(&mut self, id: LinkId, link: Link) {
        self.links.insert(id, link);
        self.unproven.insert(id);
    }

    /// Returns the oldest link without a partner when there are more than `max` of them.
    pub(super) fn crowded(&self, max: usize) -> Option<LinkId> {
        if self.unproven.len() > max { self.unproven.first().copied() } else { None }
    }

    /// Seats a link, or moves it to another seat.
    pub(super) fn seat(&mut self, id: LinkId, seat: Seat) {
        let Some(link) = self.links.get_mut(&id) else {
            return;
        };
        if let Some(old) = link.seat()
            && let Some(ids) = self.by_space.get_mut(&old.space)
        {
            ids.remove(&id);
        }
        if seat.partner.is_some() {
            self.unproven.remove(&id);
        } else {
            self.unproven.insert(id);
        }
        self.by_space.entry(seat.space).or_default().insert(id);
        link.stage = Stage::Seated(seat);
    }

    pub(super) fn remove(&mut self, id: LinkId) {
        self.unproven.remove(&id);
        let Some(link) = self.links.remove(&id) else {
            return;
        };
        let Some(seat) = link.seat() else { return };
        if let Some(ids) = self.by_space.get_mut(&seat.space) {
            ids.remove(&id);
            if ids.is_empty() {
                self.by_space.remove(&seat.space);
            }
        }
    }

    pub(super) fn get(&self, id: LinkId) -> Option<&Link> {
        self.links.get(&id)
    }

    pub(super) fn get_mut(&mut self, id: LinkId) -> Option<&mut Link> {
        self.links.get_mut(&id)
    }

    pub(super) fn ids(&self) -> Vec<LinkId> {
        self.links.keys().copied().collect()
    }

    pub(super) fn in_space(&self, space: &SpaceId) -> Vec<LinkId> {
        self.by_space.get(space).map(|ids| ids.iter().copied().collect()).unwrap_or_default()
    }

    /// Counts the links of an organisation in a space.
    pub(super) fn of_partner(&self, space: &SpaceId, partner: &PartnerId) -> usize {
        let is_theirs = |id: &&LinkId| {
            let seat = self.links.get(id).and_then(Link::seat);
            seat.is_some_and(|seat| seat.partner.as_ref() == Some(partner))
        };
        self.by_space.get(space).map_or(0, |ids| ids.iter().filter(is_theirs).count())
    }

    pub(super) fn len(&self) -> usize {
        self.links.len()
    }
}
