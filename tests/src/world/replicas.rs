//! Replicas: fed with inputs, their outputs obeyed in order.

use client_core::replica::{DialId, Input, Output, Replica};
use protocol::env::{ChannelBinding, Env, LinkId};

use super::{Doomed, OUTPUTS_MAX, Process, World, millis};
use crate::disk::show;
use crate::net::{Arrival, End};

impl World {
    /// Makes the replica of an empty machine.
    pub(super) fn create_replica(&mut self, number: usize) {
        let wall = self.wall(self.replicas[number].skew_ms);
        let host = &mut self.replicas[number];
        let seen = crate::disk::Seen::new();
        let mut env = Env {
            now: protocol::env::Instant::default(),
            wall,
            rng: &mut host.rng,
            records: &seen,
        };
        let machine = Replica::create(&mut env, host.profile.clone());
        host.process = Some(Process::new(machine, self.now, seen));
        self.gather(number);
        // A half-made home is the shell's business: what is created is whole.
        let trouble = std::mem::replace(&mut self.trouble, super::Trouble::NONE);
        self.release_replica(number);
        self.trouble = trouble;
    }

    /// Starts the process of a replica on what its disk holds.
    pub fn start_replica(&mut self, number: usize) {
        let wall = self.wall(self.replicas[number].skew_ms);
        let host = &mut self.replicas[number];
        host.restart_at = None;
        if host.process.is_some() {
            return;
        }
        let seen = host.disk.records();
        let mut env = Env {
            now: protocol::env::Instant::default(),
            wall,
            rng: &mut host.rng,
            records: &seen,
        };
        match Replica::load(&mut env, &host.disk.secrets()) {
            Ok(machine) => {
                host.process = Some(Process::new(machine, self.now, seen));
                self.gather(number);
            }
            Err(error) => {
                let what = format!("replica {number} cannot be loaded after a crash: {error}");
                self.watch.accuse(what);
            }
        }
    }

    /// Gives a replica one input, if it runs.
    pub(crate) fn feed_replica(&mut self, number: usize, input: Input<'_>) {
        let skew_ms = self.replicas[number].skew_ms;
        let wall = self.wall(skew_ms);
        let host = &mut self.replicas[number];
        let Some(process) = &mut host.process else {
            return;
        };
        let mut env =
            Env { now: process.clock(self.now), wall, rng: &mut host.rng, records: &process.seen };
        process.machine.handle(&mut env, input);
        self.gather(number);
    }

    /// Takes the outputs of the last input: what is stored is seen at once, and held with
    /// everything behind it until the commit.
    fn gather(&mut self, number: usize) {
        let mut outputs = Vec::new();
        if let Some(process) = &mut self.replicas[number].process {
            while let Some(output) = process.machine.poll() {
                outputs.push(output);
            }
        }
        if outputs.len() > OUTPUTS_MAX {
            self.watch.accuse(format!("replica {number}: {} outputs at once", outputs.len()));
        }
        let mut early = Vec::new();
        let mut stores = false;
        for output in outputs {
            self.trace_output(number, &output);
            let Some(process) = &mut self.replicas[number].process else {
                return;
            };
            if let Output::Store(writes) = &output {
                show(&mut process.seen, writes);
            }
            let durable = matches!(output, Output::Store(_) | Output::Keep(_));
            stores |= durable;
            if self.trouble.answers_before_storing && !durable {
                early.push(output);
            } else {
                process.held.push_back(output);
            }
        }
        let commit = self.chance.between(0, self.trouble.commit_ms_max);
        let now = self.now;
        if let Some(process) = &mut self.replicas[number].process
            && !process.held.is_empty()
        {
            let delay = if stores { commit } else { 0 };
            process.release_at.get_or_insert(now + delay);
        }
        for output in early {
            self.obey_replica(number, output);
        }
    }

    /// Does what is due at a replica.
    pub(super) fn turn_replica(&mut self, number: usize) {
        let now = self.now;
        let Some(process) = &mut self.replicas[number].process else {
            return;
        };
        if process.release_at.is_some_and(|at| at <= now) {
            return self.release_replica(number);
        }
        let due = process.machine.next_timeout().map(|at| process.started + millis(at));
        if due.is_some_and(|due| due <= now) {
            if process.may_time_out(now) {
                self.feed_replica(number, Input::Timeout);
            } else {
                self.watch.accuse(format!("replica {number} spins: its timeout never moves"));
                self.kill_replica(number, true);
            }
        }
    }

    /// Commits what is held, and obeys everything in order; a crash may come in between.
    pub(super) fn release_replica(&mut self, number: usize) {
        if let Some(process) = &mut self.replicas[number].process {
            process.release_at = None;
        }
        loop {
            let Some(process) = &mut self.replicas[number].process else {
                return;
            };
            let Some(output) = process.held.pop_front() else {
                return;
            };
            let stored = matches!(output, Output::Store(_) | Output::Keep(_));
            if !self.obey_replica(number, output) {
                return;
            }
            let strikes = self.trouble.strikes(stored, &mut self.chance);
            if self.meets_doom(Doomed::Replica(number)) || strikes {
                return self.crash_replica(number);
            }
        }
    }

    /// Obeys one output; false when the process ended over it.
    fn obey_replica(&mut self, number: usize, output: Output) -> bool {
        match output {
            Output::Store(writes) => {
                if self.replicas[number].disk.commit(&writes).is_err() {
                    // A disk that does not take a write stops the process rather than guess.
                    self.crash_replica(number);
                    return false;
                }
            }
            Output::Keep(writes) => self.replicas[number].disk.keep(&writes),
            Output::Dial { dial, url } => self.dial(number, dial, &url),
            Output::Send(link, frame) => {
                if self.measuring {
                    let writer = u64::from(number == 0);
                    self.watch.first_bytes += writer * frame.len() as u64;
                } else {
                    self.watch.sent_by_replica(self.now, number, &frame);
                }
                let world = (self.now, &self.weather, &mut self.chance);
                self.net.send(link, End::Replica, frame, world);
            }
            Output::Close(link) => self.net.close(link, End::Replica, self.now),
            Output::Reply(ticket, answer) => {
                self.answers.insert(ticket.0, answer);
            }
            Output::Purge => self.feed_replica(number, Input::Purged { gone: true }),
            Output::Event(event) => self.events.push((number, event)),
        }
        true
    }

    fn dial(&mut self, number: usize, dial: DialId, url: &str) {
        let relay = (0..self.relays.len()).find(|relay| Self::url(*relay) == url);
        let reached = self.replicas[number].online;
        match relay.filter(|relay| reached && self.relays[*relay].process.is_some()) {
            Some(relay) => {
                let delay = self.chance.between(self.weather.delay_min, self.weather.delay_max);
                self.net.open((number, dial), relay, (self.now, delay));
            }
            None => self.feed_replica(number, Input::DialFailed { dial }),
        }
    }

    pub(super) fn arrive_at_replica(
        &mut self,
        number: usize,
        (link, dial): (LinkId, DialId),
        arrival: Arrival,
    ) {
        let binding = ChannelBinding::None;
        match arrival {
            Arrival::Opened => {
                self.feed_replica(number, Input::Connected { dial, link, binding });
            }
            Arrival::Frame(frame) => self.feed_replica(number, Input::Received(link, &frame)),
            Arrival::Closed => self.feed_replica(number, Input::Closed(link)),
        }
    }

    fn trace_output(&mut self, number: usize, output: &Output) {
        if self.measuring {
            return;
        }
        let who = ("replica", number);
        match output {
            Output::Store(writes) => self.note(who, format!("{writes:?}").as_bytes()),
            Output::Keep(writes) => self.note(who, &writes.len().to_be_bytes()),
            Output::Dial { url, .. } => self.note(who, url.as_bytes()),
            Output::Send(_, frame) => self.note(who, frame),
            Output::Close(link) => self.note(who, &link.0.to_be_bytes()),
            Output::Reply(ticket, answer) => {
                let said = u8::from(answer.is_ok());
                self.note(who, &[ticket.0.to_be_bytes().as_slice(), &[said]].concat());
            }
            Output::Purge => self.note(who, b"purge"),
            Output::Event(event) => self.note(who, format!("{event:?}").as_bytes()),
        }
    }
}
