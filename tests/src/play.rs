//! One plan from its beginning to its judgement.
//!
//! A panic anywhere in the machines is a failure of the plan like any other. Nothing here reads
//! a clock: how long a run may take is the caller's affair.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::check;
use crate::plan::Plan;
use crate::story::Story;
use crate::world::Trouble;

/// How a plan ended well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The digest of everything that machines have put out.
    pub trace: String,
    /// Simulated time.
    pub simulated_ms: u64,
    /// Edits that were acknowledged.
    pub saved: usize,
    /// Edits that stand twice, where a copied store or a file allows it.
    pub twice: usize,
    /// Frames on all links.
    pub frames: u64,
}

/// A bug planted into the drivers, to show that the oracles can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Planted {
    /// None: what a run is for.
    Nothing,
    /// Replicas answer and send before what they stored is durable.
    ReplicaAnswersEarly,
    /// The relay acknowledges before what it stored is durable.
    RelayAnswersEarly,
}

/// Plays a plan.
///
/// # Errors
/// Says which oracle failed, and why.
pub fn play(plan: &Plan) -> Result<Outcome, String> {
    play_with(plan, Planted::Nothing)
}

/// Plays a plan with a planted bug.
///
/// # Errors
/// Says which oracle failed, and why.
pub fn play_with(plan: &Plan, planted: Planted) -> Result<Outcome, String> {
    let played = catch_unwind(AssertUnwindSafe(|| play_unguarded(plan, planted)));
    played.unwrap_or_else(|panic| Err(format!("panic: {}", words_of(panic.as_ref()))))
}

fn play_unguarded(plan: &Plan, planted: Planted) -> Result<Outcome, String> {
    let mut story = Story::found(plan.seed, plan.guarantors, 1)?;
    story.world.weather = plan.faults.weather();
    story.world.trouble = Trouble {
        answers_before_storing: planted == Planted::ReplicaAnswersEarly,
        relay_answers_before_storing: planted == Planted::RelayAnswersEarly,
        ..plan.faults.trouble()
    };
    for step in &plan.steps {
        story.live(step);
        if !story.world.watch.accusations.is_empty() {
            break;
        }
    }
    if let [first, ..] = story.world.watch.accusations.as_slice() {
        return Err(first.clone());
    }
    if let Err(why) = story.come_to_rest().and_then(|()| check::judge(&mut story)) {
        // What a machine did on the way tells more than how the world ended.
        let why = story.world.watch.accusations.first().cloned().unwrap_or(why);
        let (alarms, frames) = (story.world.alarms(), story.world.watch.last_frames());
        return Err(format!("{why}\n{alarms}the last frames:\n{frames}"));
    }
    Ok(Outcome {
        trace: story.world.trace_hash(),
        simulated_ms: story.world.now,
        saved: story.saved.len(),
        twice: story.twice.len(),
        frames: story.world.watch.frames,
    })
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}
