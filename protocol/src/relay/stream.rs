//! Followers: served from the records, one stream in flight for each link.
//!
//! A follower is a pair of cursors, never a queue. The register goes first, so that whoever
//! reads an envelope already holds the decisions it was judged by.

use super::{Event, Output, Relay, records};
use crate::checkpoint::Log;
use crate::env::{Env, LinkId, Records};
use crate::id::SpaceId;
use crate::limits;
use crate::wire::{self, Standing, ToReplica};

/// One frame of stored entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// The frame to send; none when the first entry cannot be read.
    pub frame: Option<Vec<u8>>,
    /// The first place that is not in it.
    pub next: u64,
}

/// Reads entries of a log into one frame: within [`limits::STREAM_BYTES_MAX`], or one entry.
///
/// This is what a shell does for [`Output::Stream`]; it stops before an entry that cannot be
/// read.
#[must_use]
pub fn read_chunk(
    records: &dyn Records,
    space: &SpaceId,
    log: Log,
    (from, to): (u64, u64),
) -> Chunk {
    let mut entries = Vec::new();
    let mut bytes = 0;
    let mut next = from;
    while next < to && entries.len() < limits::STREAM_ITEMS_MAX && bytes < limits::STREAM_BYTES_MAX
    {
        let Some(entry) = records.get(&records::entry(space, log, next)) else {
            break;
        };
        // The last entry may exceed the bound by itself, never together with others.
        if bytes > 0 && bytes + entry.len() > limits::STREAM_BYTES_MAX {
            break;
        }
        bytes += entry.len();
        entries.push(entry);
        next += 1;
    }
    let frame = (!entries.is_empty()).then(|| wire::stream_frame(log, from, &entries));
    Chunk { frame, next }
}

impl Relay {
    /// Goes on where a stream ended.
    pub(super) fn streamed(&mut self, env: &Env<'_>, id: LinkId, log: Log, next: u64) {
        let Some(link) = self.links.get_mut(id) else {
            return;
        };
        let Some(following) = link.following() else {
            return;
        };
        following.streaming = None;
        if std::mem::take(&mut following.stale) {
            return self.pump(env, id);
        }
        let cursor = match log {
            Log::Register => &mut following.register_next,
            Log::Journal => &mut following.journal_next,
        };
        let stuck = next == *cursor;
        *cursor = next.max(*cursor);
        if stuck {
            self.missing(id, log, next);
        }
        self.pump(env, id);
    }

    /// A record could not be read: replicas are asked for it, followers wait before it.
    fn missing(&mut self, id: LinkId, log: Log, position: u64) {
        let Some(space_id) = self.seat(id).map(|seat| seat.space) else {
            return;
        };
        let Some(space) = self.spaces.get_mut(&space_id) else {
            return;
        };
        let given_up = log == Log::Journal && space.is_erased();
        if given_up || position >= space.size(log) || !space.wanted.insert((log, position)) {
            return;
        }
        self.event(Event::Damaged { space: space_id, record: Some((log, position)) });
        for link in self.links.in_space(&space_id) {
            self.ask_for_wanted(link);
        }
    }

    /// Serves every follower of a space.
    pub(super) fn pump_space(&mut self, env: &Env<'_>, space: &SpaceId) {
        for link in self.links.in_space(space) {
            self.pump(env, link);
        }
    }

    /// Gives a follower the next thing it lacks, if nothing is on its way to it.
    pub(super) fn pump(&mut self, _env: &Env<'_>, id: LinkId) {
        let Some((standing, space_id)) = self.standing(id) else {
            return;
        };
        let Some(following) = self.links.get_mut(id).and_then(|link| link.following().cloned())
        else {
            return;
        };
        if following.streaming.is_some() {
            return;
        }
        let Some(space) = self.spaces.get(&space_id) else {
            return;
        };
        let sizes = (space.size(Log::Register), space.size(Log::Journal));
        let mut cursors = vec![(Log::Register, following.register_next, sizes.0)];
        if standing == Standing::Member && !space.is_erased() {
            cursors.push((Log::Journal, following.journal_next, sizes.1));
        }
        for (log, from, size) in cursors {
            if from >= size {
                continue;
            }
            let hole = space.wanted.range((log, from)..=(log, u64::MAX)).next();
            let to = hole.map_or(size, |(_, position)| size.min(*position));
            // A follower waits before a hole: what comes after it could not be checked.
            if to > from {
                self.start_stream(id, space_id, log, (from, to));
            }
            return;
        }
        self.send_news(id, standing, space_id, sizes);
    }

    fn start_stream(&mut self, link: LinkId, space: SpaceId, log: Log, (from, to): (u64, u64)) {
        if let Some(following) = self.links.get_mut(link).and_then(|link| link.following()) {
            following.streaming = Some(log);
        }
        self.outputs.push_back(Output::Stream { link, space, log, from, to });
    }

    /// Says where the logs stand, then what waits for a decision, each when it has changed.
    fn send_news(&mut self, id: LinkId, standing: Standing, at: SpaceId, sizes: (u64, u64)) {
        let Some(space) = self.spaces.get_mut(&at) else {
            return;
        };
        let Some(following) = self.links.get_mut(id).and_then(|link| link.following()) else {
            return;
        };
        let mailbox = space.mailbox;
        let heads = (following.heads_sent != Some(sizes)).then(|| ToReplica::Heads {
            register: space.head(Log::Register, &self.secret),
            journal: space.head(Log::Journal, &self.secret),
        });
        let is_new = following.mailbox_sent != Some(mailbox);
        let mail = (standing == Standing::Member && is_new).then(|| ToReplica::Mailbox {
            requests: space.requests.values().map(|r| r.request.clone()).collect(),
            approvals: space.approvals.values().cloned().collect(),
        });
        following.heads_sent = Some(sizes);
        if standing == Standing::Member {
            following.mailbox_sent = Some(mailbox);
        }
        for message in heads.into_iter().chain(mail) {
            self.send(id, &message);
        }
    }
}
