//! The end of a story: every fault is healed, everybody stays connected, and the world must come
//! to rest by itself within a bounded time.

use client_core::replica::{Command, Reply};

use super::{Hope, Story};

/// Time without a telling frame after which a world is at rest: longer than the minute after
/// which a replica that was refused tries again.
const QUIET_MS: u64 = 75_000;
/// Time within which a healed world must have come to rest.
const REST_MS_MAX: u64 = 15 * 60_000;
/// Time a healed machine has for one exchange.
const SYNC_MS_MAX: u64 = 2 * 60_000;

impl Story {
    /// Heals the world and lets it come to rest.
    ///
    /// # Errors
    /// Says what does not come to rest, or does not answer.
    pub fn come_to_rest(&mut self) -> Result<(), String> {
        self.world.heal();
        self.wait(1_000);
        self.resume_all();
        for by in 0..self.people.len() {
            self.ask(by, Command::Watch { on: true }, Hope::Nothing);
        }
        self.wait_for_quiet()?;
        for by in 0..self.people.len() {
            self.sync_at_rest(by)?;
        }
        self.wait_for_quiet()?;
        self.adopt_all()?;
        for by in 0..self.people.len() {
            self.ask(by, Command::Watch { on: false }, Hope::Nothing);
        }
        self.wait(2_000);
        self.is_silent()
    }

    fn wait_for_quiet(&mut self) -> Result<(), String> {
        let end = self.world.now + REST_MS_MAX;
        let mut last = (self.world.watch.telling, self.world.now);
        while self.world.now < end {
            self.wait(1_000);
            if self.world.watch.telling != last.0 {
                last = (self.world.watch.telling, self.world.now);
            }
            if self.world.now - last.1 >= QUIET_MS {
                return Ok(());
            }
        }
        let states: Vec<String> = (0..self.people.len()).map(|by| self.show(by)).collect();
        Err(format!("quiet: the healed world does not come to rest\n  {}", states.join("\n  ")))
    }

    /// Whoever holds edits by file of devices that were revoked since takes them up.
    fn adopt_all(&mut self) -> Result<(), String> {
        for by in 0..self.people.len() {
            let held = self.world.replicas[by].overview(&self.space).map_or(0, |v| v.quarantined);
            for _ in 0..held {
                let _answer = self.call(by, Command::AdoptLoose { space: self.space });
            }
        }
        self.wait_for_quiet()
    }

    fn sync_at_rest(&mut self, by: usize) -> Result<(), String> {
        let answer = self.world.call(by, Command::Sync { space: None }, SYNC_MS_MAX);
        self.listen();
        match answer {
            Some(Ok(Reply::Synced(_))) => Ok(()),
            answer => Err(format!(
                "quiet: a healed machine does not sync: {answer:?}\n  {}",
                self.show(by)
            )),
        }
    }

    /// Nobody watches any more: nothing may happen by itself.
    fn is_silent(&mut self) -> Result<(), String> {
        let frames = self.world.watch.frames;
        self.wait(10 * 60_000);
        let said = self.world.watch.frames - frames;
        if said > 0 {
            return Err(format!("quiet: {said} frames though nobody watches"));
        }
        if self.world.links() > 0 {
            let left = self.world.show_links();
            return Err(format!("bounded: links left though nobody watches: {left}"));
        }
        Ok(())
    }

    /// Describes a machine for whoever reads of a failure.
    #[must_use]
    pub fn show(&self, by: usize) -> String {
        let person = &self.people[by];
        let state = match self.world.replicas[by].overview(&self.space) {
            None => "does not run, or is not in the space".to_owned(),
            Some(view) => format!(
                "{:?} role {:?} documents {} pending {} quarantined {}",
                view.link, view.role, view.documents, view.pending, view.quarantined
            ),
        };
        let copy = person.copy_of.map_or(String::new(), |of| format!(", a copy of {of}"));
        format!("machine {by} of organisation {}{copy}: {state}", person.org)
    }
}
