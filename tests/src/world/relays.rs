//! Relays: fed with inputs, their outputs obeyed in order.

use protocol::crypto::SigningSecret;
use protocol::env::{ChannelBinding, Env, LinkId};
use protocol::relay::{Input, Output, Relay, read_chunk};

use super::{Doomed, OUTPUTS_MAX, Process, World, millis};
use crate::disk::show;
use crate::net::{Arrival, End};

impl World {
    /// Starts the process of a relay on what its disk holds.
    pub fn start_relay(&mut self, number: usize) {
        let policy = self.policy(number);
        let host = &mut self.relays[number];
        host.restart_at = None;
        if host.process.is_some() {
            return;
        }
        let seen = host.disk.records();
        let secret = SigningSecret::from_seed(&host.secret.seed());
        match Relay::load(policy, secret, &seen) {
            Ok(machine) => {
                host.process = Some(Process::new(machine, self.now, seen));
                self.gather_relay(number);
            }
            Err(fault) => self.watch.accuse(format!("relay {number} cannot be loaded: {fault}")),
        }
    }

    /// Gives a relay one input, if it runs.
    pub(crate) fn feed_relay(&mut self, number: usize, input: Input<'_>) {
        let wall = self.wall(0);
        let host = &mut self.relays[number];
        let Some(process) = &mut host.process else {
            return;
        };
        let mut env =
            Env { now: process.clock(self.now), wall, rng: &mut host.rng, records: &process.seen };
        process.machine.handle(&mut env, input);
        self.gather_relay(number);
    }

    fn gather_relay(&mut self, number: usize) {
        let mut outputs = Vec::new();
        if let Some(process) = &mut self.relays[number].process {
            while let Some(output) = process.machine.poll() {
                outputs.push(output);
            }
        }
        if outputs.len() > OUTPUTS_MAX {
            self.watch.accuse(format!("relay {number}: {} outputs at once", outputs.len()));
        }
        let mut stores = false;
        let mut early = Vec::new();
        for output in outputs {
            self.trace_relay(number, &output);
            let Some(process) = &mut self.relays[number].process else {
                return;
            };
            let durable = matches!(output, Output::Store(_));
            if let Output::Store(writes) = &output {
                show(&mut process.seen, writes);
                stores = true;
            }
            if self.trouble.relay_answers_before_storing && !durable {
                early.push(output);
            } else {
                process.held.push_back(output);
            }
        }
        let commit = self.chance.between(0, self.trouble.commit_ms_max);
        let now = self.now;
        if let Some(process) = &mut self.relays[number].process
            && !process.held.is_empty()
        {
            let delay = if stores { commit } else { 0 };
            process.release_at.get_or_insert(now + delay);
        }
        for output in early {
            self.obey_relay(number, output);
        }
    }

    /// Does what is due at a relay.
    pub(super) fn turn_relay(&mut self, number: usize) {
        let now = self.now;
        let host = &mut self.relays[number];
        if host.streaming.front().is_some_and(|(at, _)| *at <= now)
            && let Some((_, input)) = host.streaming.pop_front()
        {
            self.feed_relay(number, input);
        }
        let Some(process) = &mut self.relays[number].process else {
            return;
        };
        if process.release_at.is_some_and(|at| at <= now) {
            return self.release_relay(number);
        }
        let due = process.machine.next_timeout().map(|at| process.started + millis(at));
        if due.is_some_and(|due| due <= now) {
            if process.may_time_out(now) {
                self.feed_relay(number, Input::Timeout);
            } else {
                self.watch.accuse(format!("relay {number} spins: its timeout never moves"));
                self.kill_relay(number, true);
            }
        }
    }

    fn release_relay(&mut self, number: usize) {
        if let Some(process) = &mut self.relays[number].process {
            process.release_at = None;
        }
        loop {
            let Some(process) = &mut self.relays[number].process else {
                return;
            };
            let Some(output) = process.held.pop_front() else {
                return;
            };
            let stored = matches!(output, Output::Store(_));
            if !self.obey_relay(number, output) {
                return;
            }
            let strikes = self.trouble.strikes_relay(stored, &mut self.chance);
            if self.meets_doom(Doomed::Relay(number)) || strikes {
                return self.crash_relay(number);
            }
        }
    }

    /// Obeys one output; false when the process ended over it.
    fn obey_relay(&mut self, number: usize, output: Output) -> bool {
        match output {
            Output::Store(writes) => {
                if self.relays[number].disk.commit(&writes).is_err() {
                    self.crash_relay(number);
                    return false;
                }
            }
            Output::Send(link, frame) => self.send_from_relay(number, link, frame),
            Output::Stream { link, space, log, from, to } => {
                let chunk = read_chunk(&self.relays[number].disk, &space, log, (from, to));
                if let Some(frame) = chunk.frame {
                    self.send_from_relay(number, link, frame);
                }
                let left_at = self.now + self.chance.between(0, self.weather.delay_max);
                let streamed = Input::Streamed { link, log, next: chunk.next };
                let streaming = &mut self.relays[number].streaming;
                let left_at = streaming.back().map_or(left_at, |(last, _)| left_at.max(*last));
                streaming.push_back((left_at, streamed));
            }
            Output::Close(link, _) => self.net.close(link, End::Relay, self.now),
            Output::Purge => self.feed_relay(number, Input::Purged),
            Output::Event(event) => self.watch.relay_said(number, event),
        }
        true
    }

    fn send_from_relay(&mut self, number: usize, link: LinkId, frame: Vec<u8>) {
        if !self.measuring {
            self.watch.sent_by_relay(self.now, number, &frame);
        }
        let world = (self.now, &self.weather, &mut self.chance);
        self.net.send(link, End::Relay, frame, world);
    }

    pub(super) fn arrive_at_relay(&mut self, number: usize, link: LinkId, arrival: Arrival) {
        match arrival {
            Arrival::Opened => {
                self.feed_relay(number, Input::Opened(link, ChannelBinding::None));
            }
            Arrival::Frame(frame) => {
                let max = self.relays[number]
                    .process
                    .as_ref()
                    .map_or(0, |process| process.machine.frame_bytes_max(link));
                // A shell never reads more than it may: it hangs up.
                if frame.len() > max {
                    self.net.close(link, End::Relay, self.now);
                    return self.feed_relay(number, Input::Closed(link));
                }
                self.feed_relay(number, Input::Received(link, &frame));
            }
            Arrival::Closed => self.feed_relay(number, Input::Closed(link)),
        }
    }

    fn trace_relay(&mut self, number: usize, output: &Output) {
        if self.measuring {
            return;
        }
        let who = ("relay", number);
        match output {
            Output::Store(writes) => self.note(who, format!("{writes:?}").as_bytes()),
            Output::Send(_, frame) => self.note(who, frame),
            Output::Stream { link, from, to, .. } => {
                self.note(who, &[link.0, *from, *to].map(u64::to_be_bytes).concat());
            }
            Output::Close(link, _) => self.note(who, &link.0.to_be_bytes()),
            Output::Purge => self.note(who, b"purge"),
            Output::Event(event) => self.note(who, format!("{event:?}").as_bytes()),
        }
    }
}
