//! What the world lends the pure machine: two clocks and the system's randomness.
//!
//! The only file of this program that reads a clock or draws an entropy source for the machine.

use getrandom::SysRng;
use protocol::env::{Env, Instant, Records, Timestamp};
use rand_core::UnwrapErr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The clocks and the entropy source of this process.
#[derive(Debug)]
pub(crate) struct World {
    started: Duration,
    rng: UnwrapErr<SysRng>,
}

impl World {
    /// Returns the world as of now; monotonic time counts from here.
    pub(crate) fn new() -> Self {
        Self { started: since_boot(), rng: UnwrapErr(SysRng) }
    }

    /// Returns the monotonic time since this process started, sleep included.
    pub(crate) fn now(&self) -> Instant {
        Instant::new(since_boot().saturating_sub(self.started))
    }

    /// Returns the world for one step of the machine.
    pub(crate) fn env<'a>(&'a mut self, records: &'a dyn Records) -> Env<'a> {
        Env { now: self.now(), wall: wall(), rng: &mut self.rng, records }
    }

    /// Returns the system's randomness.
    pub(crate) fn rng(&mut self) -> &mut UnwrapErr<SysRng> {
        &mut self.rng
    }
}

/// Returns the wall clock in milliseconds since 1970, for what is shown to a person.
pub(crate) fn wall_ms() -> i64 {
    i64::try_from(wall().ms()).unwrap_or(i64::MAX)
}

/// Returns the wall clock; a clock set before 1970 reads as 1970.
fn wall() -> Timestamp {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_ms(u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX))
}

/// Returns the time since the machine started, sleep included: a laptop that wakes up must see
/// that its timers are due.
#[cfg(target_os = "linux")]
fn since_boot() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let secs = u64::try_from(time.tv_sec).unwrap_or(0);
    Duration::new(secs, u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// Returns the time since the first call; other systems count sleep, or do not, as they please.
#[cfg(not(target_os = "linux"))]
fn since_boot() -> Duration {
    static FIRST: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    FIRST.get_or_init(std::time::Instant::now).elapsed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::env::NoRecords;

    #[test]
    fn time_starts_at_zero_and_does_not_go_back() {
        let mut world = World::new();
        let first = world.env(&NoRecords).now;
        let second = world.env(&NoRecords).now;
        assert!(first <= second && second.elapsed() < Duration::from_secs(60));
    }
}
