//! A failing plan made small: steps are dropped, then faults, as long as it still fails.
//!
//! What counts as still failing is the caller's question; the number of tries is bounded, so a
//! slow failure is shrunk less and never for ever.

use super::{Plan, Rates};

/// Returns a smaller plan that still fails, after at most `tries` trials.
#[must_use]
pub fn shrink(plan: &Plan, tries: usize, fails: impl Fn(&Plan) -> bool) -> Plan {
    let mut best = plan.clone();
    let mut left = tries;
    let mut span = best.steps.len().div_ceil(2).max(1);
    loop {
        let before = best.steps.len();
        drop_spans(&mut best, span, &mut left, &fails);
        let again = best.steps.len() < before && span == 1;
        if left == 0 || (span == 1 && !again) {
            break;
        }
        span = (span / 2).max(1);
    }
    calm_down(&mut best, &mut left, &fails);
    best
}

/// Drops every run of `span` steps that the failure does not need.
fn drop_spans(best: &mut Plan, span: usize, left: &mut usize, fails: &impl Fn(&Plan) -> bool) {
    let mut at = 0;
    while at < best.steps.len() && *left > 0 {
        let mut smaller = best.clone();
        let end = (at + span).min(smaller.steps.len());
        smaller.steps.drain(at..end);
        *left -= 1;
        if fails(&smaller) {
            *best = smaller;
        } else {
            at = end;
        }
    }
}

/// Leaves out kinds of faults that the failure does not need.
fn calm_down(best: &mut Plan, left: &mut usize, fails: &impl Fn(&Plan) -> bool) {
    let faults = best.faults;
    let calmer = [
        Rates { cut_per_million: 0, silent_per_million: 0, ..faults },
        Rates { crash_per_million: 0, crash_after_store_per_million: 0, ..faults },
        Rates { relay_crash_per_million: 0, ..faults },
        Rates::default(),
    ];
    for faults in calmer {
        if *left == 0 {
            return;
        }
        *left -= 1;
        let smaller = Plan { faults, ..best.clone() };
        if fails(&smaller) {
            *best = smaller;
        }
    }
}
