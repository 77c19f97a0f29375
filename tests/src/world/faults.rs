//! What goes wrong with machines: crashes between any two outputs, restarts, restored backups,
//! cloned machines, full disks. Bias beats volume: most crashes come right after a store.

use client_core::replica::Input;

use super::{ReplicaHost, World};
use crate::chance::{Chance, stream};
use crate::disk::{Disk, Image};
use crate::net::End;

/// How machines fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trouble {
    /// How often a replica crashes after an output, per million.
    pub crash_per_million: u32,
    /// The same after an output that was a store: what follows it has not left yet.
    pub crash_after_store_per_million: u32,
    /// How often a relay crashes after an output, per million; ten times that after a store.
    pub relay_crash_per_million: u32,
    /// Longest time a commit takes.
    pub commit_ms_max: u64,
    /// Longest time before a crashed machine runs again.
    pub restart_ms_max: u64,
    /// A planted bug: replicas answer and send before what they stored is durable.
    pub answers_before_storing: bool,
    /// A planted bug: relays acknowledge before what they stored is durable.
    pub relay_answers_before_storing: bool,
}

/// Which machine is doomed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doomed {
    /// A replica.
    Replica(usize),
    /// A relay.
    Relay(usize),
}

impl Trouble {
    /// Nothing fails and disks are quick.
    pub const NONE: Self = Self {
        crash_per_million: 0,
        crash_after_store_per_million: 0,
        relay_crash_per_million: 0,
        commit_ms_max: 0,
        restart_ms_max: 1_000,
        answers_before_storing: false,
        relay_answers_before_storing: false,
    };

    /// Tells whether a replica crashes now.
    pub(super) fn strikes(&self, stored: bool, chance: &mut Chance) -> bool {
        let often =
            if stored { self.crash_after_store_per_million } else { self.crash_per_million };
        chance.happens(often)
    }

    /// Tells whether a relay crashes now.
    pub(super) fn strikes_relay(&self, stored: bool, chance: &mut Chance) -> bool {
        chance.happens(self.relay_crash_per_million * if stored { 10 } else { 1 })
    }
}

impl World {
    /// Counts an output of a machine; tells whether it was its last.
    pub(super) fn meets_doom(&mut self, who: Doomed) -> bool {
        let Some((doomed, left)) = &mut self.doomed else {
            return false;
        };
        if *doomed != who {
            return false;
        }
        if *left > 0 {
            *left -= 1;
            return false;
        }
        self.doomed = None;
        true
    }

    /// Ends a replica's process where it stands; it starts again by itself.
    pub fn crash_replica(&mut self, number: usize) {
        let silent = self.chance.happens(300_000);
        self.kill_replica(number, silent);
        let delay = self.chance.between(1, self.trouble.restart_ms_max);
        self.replicas[number].restart_at = Some(self.now + delay);
    }

    /// Ends a replica's process where it stands: what was not committed is lost.
    pub fn kill_replica(&mut self, number: usize, silent: bool) {
        self.replicas[number].process = None;
        self.replicas[number].restart_at = None;
        self.net.leave(End::Replica, number, self.now, silent);
    }

    /// Ends a relay's process where it stands; it starts again by itself.
    pub fn crash_relay(&mut self, number: usize) {
        let silent = self.chance.happens(300_000);
        self.kill_relay(number, silent);
        let delay = self.chance.between(1, self.trouble.restart_ms_max);
        self.relays[number].restart_at = Some(self.now + delay);
    }

    /// Ends a relay's process where it stands.
    pub fn kill_relay(&mut self, number: usize, silent: bool) {
        self.relays[number].process = None;
        self.relays[number].restart_at = None;
        self.relays[number].streaming.clear();
        self.net.leave(End::Relay, number, self.now, silent);
    }

    /// Starts again whatever is due.
    pub(super) fn restart_due(&mut self) {
        let now = self.now;
        for number in 0..self.replicas.len() {
            if self.replicas[number].restart_at.is_some_and(|at| at <= now) {
                self.start_replica(number);
            }
        }
        for number in 0..self.relays.len() {
            if self.relays[number].restart_at.is_some_and(|at| at <= now) {
                self.start_relay(number);
            }
        }
    }

    /// Copies a replica's disk aside.
    pub fn back_up(&mut self, number: usize) {
        let image = self.replicas[number].disk.image();
        self.replicas[number].backup = Some(image);
    }

    /// Puts the last backup of a replica back and starts it; false if there is none.
    pub fn restore(&mut self, number: usize) -> bool {
        let Some(image) = self.replicas[number].backup.clone() else {
            return false;
        };
        self.kill_replica(number, false);
        self.replicas[number].disk.restore(&image);
        self.start_replica(number);
        true
    }

    /// Starts a second machine from a copy of a replica's disk, and returns its number.
    pub fn clone_machine(&mut self, number: usize) -> usize {
        let image = self.replicas[number].disk.image();
        self.add_copy(number, &image)
    }

    fn add_copy(&mut self, of: usize, image: &Image) -> usize {
        let number = self.replicas.len();
        let mut disk = Disk::new(number as u64);
        disk.restore(image);
        self.replicas.push(ReplicaHost {
            profile: self.replicas[of].profile.clone(),
            disk,
            online: true,
            skew_ms: 0,
            process: None,
            rng: stream(self.seed, "replica", number as u64),
            backup: None,
            restart_at: None,
        });
        self.start_replica(number);
        number
    }

    /// Cuts a replica off, or lets it reach the others again.
    pub fn set_online(&mut self, number: usize, online: bool) {
        self.replicas[number].online = online;
        if !online {
            let silent = self.chance.happens(500_000);
            for link in self.net.of(End::Replica, number) {
                self.net.cut(link, self.now, silent);
            }
        }
    }

    /// Cuts the links of a replica once.
    pub fn cut_links(&mut self, number: usize, silent: bool) {
        for link in self.net.of(End::Replica, number) {
            self.net.cut(link, self.now, silent);
        }
    }

    /// Ends every fault, and brings every machine back.
    pub fn heal(&mut self) {
        self.weather = crate::net::Weather::FAIR;
        self.trouble = Trouble::NONE;
        for number in 0..self.relays.len() {
            self.relays[number].disk.fill(false);
            self.start_relay(number);
        }
        for number in 0..self.replicas.len() {
            let host = &mut self.replicas[number];
            host.disk.fill(false);
            host.online = true;
            host.skew_ms = 0;
            self.start_replica(number);
            self.feed_replica(number, Input::Timeout);
        }
    }
}
