//! Plans: kept ones hold, the same seed gives the same trace, and a planted bug is found.

use tests::plan::{Mishap, Plan, Rates, Step, Stroke, shrink};
use tests::play::{Planted, play, play_with};

/// Seeds within which a planted bug must be found.
const SEEDS_MAX: u64 = 40;

#[test]
fn kept_plans_hold() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/seeds");
    let mut played = 0;
    let mut failed = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let plan = Plan::from_json(&std::fs::read_to_string(&path).unwrap()).unwrap();
        played += 1;
        if let Err(why) = play(&plan) {
            failed.push(format!("{}: {why}", path.display()));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(played > 0, "no plan is kept in {folder}");
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    let plan = Plan::draw(11, 40);
    let first = play(&plan).unwrap();
    assert_eq!(first, play(&plan).unwrap());
    let other = play(&Plan { seed: 12, ..plan }).unwrap();
    assert_ne!(first.trace, other.trace);
}

#[test]
fn a_replica_that_answers_before_it_stores_is_found() {
    assert!(found_within(Planted::ReplicaAnswersEarly), "planted bug not found");
}

#[test]
fn a_relay_that_acknowledges_before_it_stores_is_found() {
    assert!(found_within(Planted::RelayAnswersEarly), "planted bug not found");
}

/// Plays rough plans until one fails.
fn found_within(planted: Planted) -> bool {
    (1..=SEEDS_MAX).any(|seed| play_with(&rough(seed), planted).is_err())
}

/// A plan of edits on machines that crash often and commit slowly.
fn rough(seed: u64) -> Plan {
    let faults = Rates {
        delay_ms_max: 20,
        crash_per_million: 5_000,
        crash_after_store_per_million: 100_000,
        relay_crash_per_million: 10_000,
        commit_ms_max: 15,
        restart_ms_max: 500,
        ..Rates::default()
    };
    let drawn = Plan::draw(seed, 80).steps;
    let calm =
        |step: &Step| matches!(step, Step::Write { .. } | Step::Sync { .. } | Step::Wait { .. });
    Plan { seed, guarantors: 2, faults, steps: drawn.into_iter().filter(calm).collect() }
}

#[test]
fn a_plan_survives_its_file() {
    let plan = Plan::draw(5, 200);
    assert_eq!(Plan::from_json(&plan.to_json()).unwrap(), plan);
    assert!(Plan::from_json(&plan.to_json().replace("seed", "sead")).is_err());
}

#[test]
fn a_failing_plan_is_made_small() {
    let writes = |plan: &Plan| {
        let date = |s: &&Step| matches!(s, Step::Write { stroke: Stroke::Date { .. }, .. });
        let crash =
            |s: &&Step| matches!(s, Step::Mishap(Mishap::Crash { .. } | Mishap::Cut { .. }));
        plan.steps.iter().filter(date).count() >= 2 && plan.steps.iter().filter(crash).count() >= 1
    };
    let plan = (7..60).map(|seed| Plan { seed, ..Plan::draw(seed, 150) }).find(writes);
    let plan = plan.expect("some plan has two dates and a crash");
    let small = shrink(&plan, 1_000, writes);
    assert_eq!(small.steps.len(), 3);
    assert_eq!(small.faults, Rates::default());
}
