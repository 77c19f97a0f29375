//! Figures, each a ratio to something run beside it in the same call.
//!
//! Absolute times belong to a machine; ratios to what the same machine does anyway can be
//! compared. Work of one thread is measured in the processor time of that thread, which a busy
//! machine hardly changes; what waits for disks and sockets is measured by the clock on the
//! wall, which it does. Nothing here judges: a budget is shown beside what it is for, and
//! `docs/bench.md` keeps the figures as they were measured.

use rustix::time::{ClockId, clock_gettime};
use std::time::{Duration, Instant};

pub mod appends; // a relay's durable appends, beside the disk's and the signature check's
pub mod catch_up; // a cold start over a long document, beside bare Automerge
pub mod files; // a workbook compared with a space, a report as PDF, beside their libraries
pub mod figures; // a dashboard after one change, beside one made from scratch
pub mod live; // keystrokes to ten readers, beside bare Automerge; bytes on the wire
pub mod memory; // what an open document weighs, beside bare Automerge
pub mod pieces; // sealing, opening, loading: the parts of which the rest is made
pub mod sockets; // keystrokes through a relay's process, beside a bare fan-out of the same bytes
pub mod table; // lines for people and for scripts
pub mod trace; // how a paper was typed, cut into changes of sections

pub use table::{Amount, Line};

/// Returns the processor time that some work takes in this thread.
pub(crate) fn spent<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let now = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        Duration::new(
            u64::try_from(time.tv_sec).unwrap_or(0),
            u32::try_from(time.tv_nsec).unwrap_or(0),
        )
    };
    let began = now();
    let result = work();
    (result, now().saturating_sub(began))
}

/// Returns the time on the wall that some work takes.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    let result = work();
    (result, began.elapsed())
}

/// Returns a count as a number to reckon with.
pub(crate) fn to_f64(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
