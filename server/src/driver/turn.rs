//! The loop: gather what waits, handle it, commit once, then let out what came of it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use getrandom::SysRng;
use protocol::Refusal;
use protocol::checkpoint::Log;
use protocol::env::{Env, Instant, LinkId, Timestamp};
use protocol::limits::BEFORE_AUTH_BYTES_MAX;
use protocol::relay::{Event, Input, Output, Relay, read_chunk};
use protocol::wire::ToReplica;
use rand_core::UnwrapErr;
use store::{Batch, StoreError};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};
use tokio::time::sleep;

use super::inlet::{Figures, Inbox, Released, Request};
use super::sight::Sight;
use super::{Blueprint, Ending, Fault, Outlet, refusing};
use crate::health::{Health, wall_ms};

/// Requests taken up together.
const GROUP_REQUESTS_MAX: usize = 256;
/// Bytes to be stored after which a group is committed without waiting for more.
const GROUP_BYTES_MAX: usize = 1 << 20;
/// Time between two tries of a full disk.
const RETRY_FULL: Duration = Duration::from_secs(1);
/// Bytes written, then removed, to see whether a full disk has room again.
const PROBE_BYTES: usize = 64 * 1024;
/// Longest time the driver holds still for a reader.
const HOLD_MAX: Duration = Duration::from_secs(60);
/// Where they are written: beside every key of the machine's own.
const PROBE_KEY: &[u8] = b"z-probe";

/// What waits until the group is durable.
enum Effect {
    Output(Output),
    /// A link's message was handled: its room in the budget is free again.
    Handled(LinkId, Option<OwnedSemaphorePermit>),
}

/// The driver's own state.
pub(super) struct Turn {
    blueprint: Blueprint,
    relay: Relay,
    sight: Sight,
    health: Arc<Health>,
    clock: Clock,
    links: BTreeMap<LinkId, Seen>,
    effects: Vec<Effect>,
    disk_full: bool,
    figures: Figures,
}

/// A link as the driver sees it.
struct Seen {
    outlet: Arc<Outlet>,
    proven: bool,
    /// Streams whose frame is on its way, oldest first.
    streams: VecDeque<(Log, u64)>,
}

impl Turn {
    pub(super) fn new(
        blueprint: Blueprint,
        relay: Relay,
        sight: Sight,
        health: Arc<Health>,
    ) -> Self {
        let figures = Figures { links: 0, spaces: 0, messages: 0, commits: 0, writes: 0 };
        Self {
            blueprint,
            relay,
            sight,
            health,
            clock: Clock::start(),
            links: BTreeMap::new(),
            effects: Vec::new(),
            disk_full: false,
            figures,
        }
    }

    /// Runs until it is asked to stop.
    ///
    /// # Errors
    /// A store whose content is in doubt: the process must stop rather than guess.
    pub(super) async fn run(mut self, mut requests: mpsc::Receiver<Request>) -> Result<(), Fault> {
        let mut group = Vec::with_capacity(GROUP_REQUESTS_MAX);
        // What was found while loading is said before anything else.
        self.settle()?;
        loop {
            let wait = self.wait();
            tokio::select! {
                taken = requests.recv_many(&mut group, GROUP_REQUESTS_MAX) => {
                    if taken == 0 {
                        return Ok(());
                    }
                }
                () = sleep(wait.unwrap_or_default()), if wait.is_some() => {}
            }
            self.health.busy();
            let stop = self.turn(group.drain(..))?;
            self.health.idle();
            if stop {
                return Ok(());
            }
        }
    }

    /// Returns how long to wait for requests; for ever when there is nothing to do at a time.
    fn wait(&self) -> Option<Duration> {
        let due = self.relay.next_timeout().map(|at| at.since(self.clock.now()));
        let retry = self.disk_full.then_some(RETRY_FULL);
        match (due, retry) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// Handles one group. Returns whether to stop.
    fn turn(&mut self, group: impl Iterator<Item = Request>) -> Result<bool, Fault> {
        if self.disk_full {
            self.probe()?;
        }
        let now = self.clock.now();
        if self.relay.next_timeout().is_some_and(|at| at <= now) {
            self.feed(Input::Timeout);
        }
        let mut stop = false;
        for request in group {
            stop |= self.take(request)?;
            if self.sight.pending_bytes() > GROUP_BYTES_MAX {
                self.settle()?;
            }
        }
        self.settle()?;
        Ok(stop)
    }

    /// Takes up one request. Returns whether it asks to stop.
    fn take(&mut self, request: Request) -> Result<bool, Fault> {
        match request {
            Request::Opened(link, binding, outlet) => {
                let seen = Seen { outlet, proven: false, streams: VecDeque::new() };
                self.links.insert(link, seen);
                self.feed(Input::Opened(link, binding));
            }
            Request::Link(link, Inbox::Received(frame), permit) => {
                self.figures.messages += 1;
                self.received(link, &frame);
                self.effects.push(Effect::Handled(link, permit));
            }
            Request::Link(link, Inbox::Streamed, _) => {
                let seen = self.links.get_mut(&link);
                if let Some((log, next)) = seen.and_then(|seen| seen.streams.pop_front()) {
                    self.feed(Input::Streamed { link, log, next });
                }
            }
            Request::Closed(link) => {
                if self.links.remove(&link).is_some() {
                    self.feed(Input::Closed(link));
                }
            }
            Request::Figures(reply) => {
                let links = self.links.len();
                let spaces = self.relay.spaces().count();
                // Whoever asked may have gone meanwhile.
                let _ = reply.send(Figures { links, spaces, ..self.figures });
            }
            Request::Hold(reply, released) => self.hold(reply, &released)?,
            Request::Drain => self.feed(Input::Drain),
            Request::Stop => return Ok(true),
        }
        Ok(false)
    }

    /// Holds still while someone reads, for a bounded time: the reader may have died.
    fn hold(&mut self, reply: oneshot::Sender<()>, released: &Released) -> Result<(), Fault> {
        self.settle()?;
        if reply.send(()).is_ok() {
            // Being released and giving up on the reader come to the same.
            let _ = released.recv_timeout(HOLD_MAX);
        }
        Ok(())
    }

    fn received(&mut self, link: LinkId, frame: &[u8]) {
        let Some(seen) = self.links.get(&link) else {
            return;
        };
        if self.disk_full
            && seen.proven
            && let Some(refusal) = refusing::refusal(&self.sight, frame)
        {
            self.effects.push(Effect::Output(Output::Send(link, refusal.to_bytes())));
            return;
        }
        self.feed(Input::Received(link, frame));
    }

    /// Gives the machine one input and takes what comes of it.
    fn feed(&mut self, input: Input<'_>) {
        let mut env = Env {
            now: self.clock.now(),
            wall: Timestamp::from_ms(wall_ms()),
            rng: &mut UnwrapErr(SysRng),
            records: &self.sight,
        };
        self.relay.handle(&mut env, input);
        while let Some(output) = self.relay.poll() {
            match output {
                Output::Store(writes) => self.sight.write(writes),
                Output::Send(..)
                | Output::Stream { .. }
                | Output::Close(..)
                | Output::Purge
                | Output::Event(_) => {
                    self.effects.push(Effect::Output(output));
                }
            }
        }
    }

    /// Makes the group durable, then lets out everything that waited for it. What the machine
    /// wants in answer to an unreadable record is taken up in the same way.
    fn settle(&mut self) -> Result<(), Fault> {
        loop {
            if let Some(error) = self.sight.failed() {
                return Err(error.into());
            }
            match self.sight.commit() {
                Ok(0) => {}
                Ok(writes) => {
                    self.figures.commits += 1;
                    self.figures.writes += writes;
                    self.health.wrote();
                }
                Err(StoreError::Full) => self.fall_back()?,
                Err(error) => return Err(error.into()),
            }
            let effects = std::mem::take(&mut self.effects);
            if effects.is_empty() {
                return Ok(());
            }
            for effect in effects {
                self.perform(effect);
            }
        }
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Output(Output::Send(link, frame)) => {
                if let Some(seen) = self.links.get(&link) {
                    seen.outlet.send(frame);
                }
            }
            Effect::Output(Output::Stream { link, space, log, from, to }) => {
                let chunk = read_chunk(&self.sight, &space, log, (from, to));
                let Some(seen) = self.links.get_mut(&link) else {
                    return;
                };
                match chunk.frame {
                    Some(frame) => {
                        seen.streams.push_back((log, chunk.next));
                        seen.outlet.stream(frame);
                    }
                    None => self.feed(Input::Streamed { link, log, next: chunk.next }),
                }
            }
            Effect::Output(Output::Close(link, why)) => {
                // The machine has forgotten the link; its own end is told to nobody.
                if let Some(seen) = self.links.remove(&link) {
                    seen.outlet.end(why.map_or(Ending::Gone, Ending::Cut));
                }
            }
            Effect::Output(Output::Event(event)) => {
                // Before the welcome leaves: whoever has read it must not have to make room.
                if let Event::Seated { link, .. } = event {
                    self.prove(link);
                }
                self.observe(event);
            }
            Effect::Output(Output::Store(writes)) => self.sight.write(writes),
            Effect::Output(Output::Purge) => self.purge(),
            Effect::Handled(link, _permit) => {
                self.prove(link);
                if let Some(seen) = self.links.get(&link) {
                    seen.outlet.handled();
                }
            }
        }
    }

    /// Makes what was deleted leave the disk, by writing the store anew; nobody is served
    /// meanwhile. What cannot be done now is tried again at the next start.
    fn purge(&mut self) {
        let begun = std::time::Instant::now();
        match self.sight.store().rewrite(&mut |_, value| Ok(value)) {
            Ok(()) => {
                let took_ms = begun.elapsed().as_millis();
                tracing::info!(took_ms, "the store was written anew");
                self.feed(Input::Purged);
            }
            Err(error) => {
                tracing::error!(%error, "deleted contents are still on the disk");
            }
        }
    }

    /// Lets a link's frames be of full size, once the machine takes them so.
    fn prove(&mut self, link: LinkId) {
        if let Some(seen) = self.links.get_mut(&link)
            && !seen.proven
            && self.relay.frame_bytes_max(link) > BEFORE_AUTH_BYTES_MAX
        {
            seen.proven = true;
            seen.outlet.prove();
        }
    }

    /// Goes back to what is durable after a group that did not fit on the disk.
    ///
    /// The machine already holds what was not stored, so it is made anew; every link is told
    /// why and dials again. From then on what would have to be stored is refused beforehand.
    fn fall_back(&mut self) -> Result<(), Fault> {
        tracing::error!("the disk is full: reading goes on, nothing is taken");
        self.disk_full = true;
        self.health.disk_full(true);
        self.effects.clear();
        let bye = ToReplica::Bye(Refusal::StorageFailed).to_bytes();
        for seen in std::mem::take(&mut self.links).into_values() {
            seen.outlet.send(bye.clone());
            seen.outlet.end(Ending::Cut(Refusal::StorageFailed));
        }
        self.relay = self.blueprint.load(&self.sight)?;
        Ok(())
    }

    /// Sees whether a full disk has room again, by writing something that does not matter.
    fn probe(&mut self) -> Result<(), Fault> {
        let mut batch = Batch::new();
        batch.put(PROBE_KEY, vec![0; PROBE_BYTES]);
        match self.sight.store().apply(&batch) {
            Ok(()) => {}
            Err(StoreError::Full) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        let mut batch = Batch::new();
        batch.delete(PROBE_KEY);
        self.sight.store().apply(&batch)?;
        tracing::info!("the disk has room again");
        self.disk_full = false;
        self.health.disk_full(false);
        Ok(())
    }

    /// Logs what the machine reports: short ids, codes, counts.
    fn observe(&self, event: Event) {
        match event {
            Event::Seated { link, space, standing } => {
                tracing::debug!(link = link.0, space = space.short(), ?standing, "seated");
            }
            Event::Refused { link, of, refusal } => {
                let of = subject(&of);
                tracing::debug!(link = link.0, of, why = refusal.name(), "refused");
            }
            Event::Founded(space) => tracing::info!(space = space.short(), "founded"),
            Event::Importing(space) => tracing::info!(space = space.short(), "importing"),
            Event::Imported(space) => tracing::info!(space = space.short(), "imported"),
            Event::Damaged { space, record } => {
                let space = space.short();
                match record {
                    Some((log, at)) => tracing::error!(space, %log, at, "damaged record"),
                    None => tracing::error!(space, "stored root does not match"),
                }
            }
            Event::Repaired { space, log, position } => {
                tracing::warn!(space = space.short(), %log, at = position, "repaired");
            }
            Event::Behind(space) => {
                tracing::error!(space = space.short(), "a replica holds more than this relay");
            }
            Event::Recovered(space) => {
                tracing::warn!(space = space.short(), "holds again what it once signed");
            }
            Event::Erased(space) => {
                tracing::info!(space = space.short(), "erased, as its partners decided");
            }
            Event::Draining => tracing::info!("draining"),
        }
    }
}

/// Returns a word for what was refused, without the ids it is about.
fn subject(of: &protocol::wire::Subject) -> &'static str {
    use protocol::wire::Subject;
    match of {
        Subject::Hello => "hello",
        Subject::Act(_) => "act",
        Subject::Envelope(_) => "envelope",
        Subject::Knock => "knock",
        Subject::Approval(_) => "approval",
        Subject::Founding => "founding",
        Subject::Invitation => "invitation",
        Subject::Give => "give",
        Subject::Follow => "follow",
        Subject::Message => "message",
    }
}

/// Time since the driver started, counted through the machine's sleep.
struct Clock {
    started: Duration,
}

impl Clock {
    fn start() -> Self {
        Self { started: boottime() }
    }

    fn now(&self) -> Instant {
        Instant::new(boottime().saturating_sub(self.started))
    }
}

fn boottime() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let seconds = u64::try_from(now.tv_sec).unwrap_or_default();
    let nanos = u32::try_from(now.tv_nsec).unwrap_or_default();
    Duration::new(seconds, nanos)
}
