//! What the relay knows of its own state: written by the driver, read by `/healthz`.
//!
//! Counters and times only; nothing that names a space, a partner or a device.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Serialize;

/// A driver that has been at one batch for longer is not ready.
const BATCH_TIME_MAX: Duration = Duration::from_secs(30);

/// The state of a running relay.
#[derive(Debug, Default)]
pub(crate) struct Health {
    draining: AtomicBool,
    disk_full: AtomicBool,
    written_ms: AtomicU64,
    busy_since_ms: AtomicU64,
}

/// What `/healthz` answers.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// The process answers.
    pub(crate) live: bool,
    /// It takes links and writes.
    pub(crate) ready: bool,
    /// It is shutting down.
    pub(crate) draining: bool,
    /// `ok`, or `full` while writes are refused.
    pub(crate) storage: &'static str,
    /// When something last became durable, RFC 3339; `null` before the first write of this run.
    pub(crate) last_durable_write: Option<String>,
}

impl Health {
    /// Says that the relay is shutting down.
    pub(crate) fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Returns whether the relay is shutting down.
    pub(crate) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// Says that something became durable just now.
    pub(crate) fn wrote(&self) {
        self.written_ms.store(wall_ms(), Ordering::Relaxed);
        self.disk_full.store(false, Ordering::Relaxed);
    }

    /// Says that the disk takes nothing more, or takes writes again.
    pub(crate) fn disk_full(&self, full: bool) {
        self.disk_full.store(full, Ordering::Relaxed);
    }

    /// Says that a batch begins.
    pub(crate) fn busy(&self) {
        self.busy_since_ms.store(wall_ms(), Ordering::Relaxed);
    }

    /// Says that nothing is being done.
    pub(crate) fn idle(&self) {
        self.busy_since_ms.store(0, Ordering::Relaxed);
    }

    /// Returns the answer of `/healthz`.
    pub(crate) fn report(&self) -> Report {
        let draining = self.is_draining();
        let full = self.disk_full.load(Ordering::Relaxed);
        let busy_since = self.busy_since_ms.load(Ordering::Relaxed);
        let busy_ms = if busy_since == 0 { 0 } else { wall_ms().saturating_sub(busy_since) };
        let stuck = u128::from(busy_ms) > BATCH_TIME_MAX.as_millis();
        let written = self.written_ms.load(Ordering::Relaxed);
        let shown = |ms: u64| console::readable::iso_time(i64::try_from(ms).unwrap_or(i64::MAX));
        Report {
            live: true,
            ready: !draining && !full && !stuck,
            draining,
            storage: if full { "full" } else { "ok" },
            last_durable_write: (written != 0).then(|| shown(written)),
        }
    }
}

/// Returns the wall clock in milliseconds since 1970.
pub(crate) fn wall_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
