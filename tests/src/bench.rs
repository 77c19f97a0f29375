//! Figures, each a ratio to something run beside it in the same call.
//!
//! Absolute times belong to a machine; ratios to what the same machine does anyway can be
//! compared. Nothing here judges: the budgets stand in the design.

use std::time::{Duration, Instant};

pub mod appends; // a relay's durable appends, beside the disk's and the signature check's
pub mod catch_up; // a cold start over a long document, beside bare Automerge
pub mod live; // keystrokes to ten readers, beside bare Automerge; bytes on the wire

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What was measured, in plain words.
    pub what: String,
    /// Its figure.
    pub figure: String,
    /// What ran beside it, and its figure.
    pub beside: String,
    /// The one divided by the other.
    pub ratio: String,
}

impl Line {
    /// A line of two durations for the same work.
    #[must_use]
    pub fn of_times(what: &str, took: Duration, beside: &str, other: Duration) -> Self {
        let ratio = took.as_secs_f64() / other.as_secs_f64().max(1e-9);
        Self {
            what: what.to_owned(),
            figure: format!("{:.1} ms", took.as_secs_f64() * 1e3),
            beside: format!("{beside}: {:.1} ms", other.as_secs_f64() * 1e3),
            ratio: format!("{ratio:.1} times its time"),
        }
    }

    /// A line of two rates.
    #[must_use]
    pub fn of_rates(what: &str, rate: f64, beside: &str, other: f64) -> Self {
        Self {
            what: what.to_owned(),
            figure: format!("{rate:.0} a second"),
            beside: format!("{beside}: {other:.0} a second"),
            ratio: format!("{:.2} of it", rate / other.max(1e-9)),
        }
    }

    /// A line of two sizes.
    #[must_use]
    pub fn of_bytes(what: &str, bytes: f64, beside: &str, other: f64) -> Self {
        Self {
            what: what.to_owned(),
            figure: format!("{bytes:.0} bytes"),
            beside: format!("{beside}: {other:.0} bytes"),
            ratio: format!("{:.1} times", bytes / other.max(1e-9)),
        }
    }
}

/// Times some work.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    let result = work();
    (result, began.elapsed())
}
