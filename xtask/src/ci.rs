//! The whole gate, in the order in which a mistake is cheapest to find.
//!
//! What runs here is what a developer runs by hand, in one profile, so that nothing is built
//! twice. Every step is run even when one before it failed: whoever reads the end of the log sees
//! everything that is wrong. A check that could not be made is printed as such, never as passed.

use crate::hand_over::{cargo, succeed};
use crate::{demo, hand_over, suite, tidy};
use anyhow::{Result, bail};
use std::time::{Duration, Instant};

/// Tests run to their end, and how many passed.
mod count;
/// Tools that the gate needs and the toolchain does not bring.
mod tools;

use count::Count;

/// How many plans the simulator plays in the gate.
const PLANS: &str = "200";

/// One step: its name, and what it does.
struct Step {
    name: &'static str,
    run: fn(&mut Gate) -> Result<()>,
}

const STEPS: [Step; 11] = [
    Step { name: "format", run: |_| succeed(cargo().args(["fmt", "--all", "--check"])) },
    Step { name: "tidy", run: |_| tidy::run() },
    Step { name: "lints", run: |_| lints() },
    Step { name: "dependencies", run: dependencies },
    Step { name: "build", run: |_| succeed(cargo().args(["build", "--workspace", "--locked"])) },
    Step { name: "tests", run: tests },
    Step { name: "doc tests", run: doc_tests },
    Step { name: "plans", run: |_| hand_over::sim(&["--plans".into(), PLANS.into()]) },
    Step { name: "demo", run: |_| demo::run(&[]) },
    Step { name: "page", run: |_| suite::page(&[]) },
    Step { name: "web", run: |_| suite::same_scripts() },
];

/// What the steps have found so far.
#[derive(Default)]
struct Gate {
    count: Count,
    unchecked: Vec<String>,
}

/// Runs every step, then says how each ended.
///
/// # Errors
///
/// When any step failed.
pub(crate) fn run() -> Result<()> {
    let started = Instant::now();
    let mut gate = Gate::default();
    let mut ends = Vec::new();
    for (at, step) in STEPS.iter().enumerate() {
        println!("\n── {}/{} {} ──", at + 1, STEPS.len(), step.name);
        let began = Instant::now();
        let end = (step.run)(&mut gate);
        let took = began.elapsed();
        match &end {
            Ok(()) => println!("── {}: done in {}", step.name, seconds(took)),
            Err(error) => println!("── {}: FAILED after {}: {error:#}", step.name, seconds(took)),
        }
        ends.push((step.name, took, end.is_ok()));
    }
    conclude(&gate, &ends, started.elapsed())
}

fn conclude(gate: &Gate, ends: &[(&str, Duration, bool)], took: Duration) -> Result<()> {
    println!("\n── the gate, {} in all ──", seconds(took));
    for (name, took, passed) in ends {
        let word = if *passed { "passed" } else { "FAILED" };
        println!("{name:<14} {word}  {:>7}", seconds(*took));
    }
    for what in &gate.unchecked {
        println!("not checked: {what}");
    }
    println!("{} passed, {} failed", gate.count.passed, gate.count.failed);
    let failed: Vec<&str> =
        ends.iter().filter(|(_, _, passed)| !passed).map(|(name, _, _)| *name).collect();
    if failed.is_empty() { Ok(()) } else { bail!("failed: {}", failed.join(", ")) }
}

fn seconds(took: Duration) -> String {
    format!("{:.1} s", took.as_secs_f64())
}

fn lints() -> Result<()> {
    let clippy = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
    succeed(cargo().args(clippy))
}

/// Checks licences, sources and versions always, known vulnerabilities when they can be fetched.
fn dependencies(gate: &mut Gate) -> Result<()> {
    let deny = tools::DENY.find_or_install()?;
    succeed(deny.command().args(["check", "bans", "licenses", "sources"]))?;
    match tools::fetch_advisories(&deny) {
        Ok(()) => succeed(deny.command().args(["check", "--disable-fetch", "advisories"])),
        Err(error) => {
            let what = format!("advisories: their database cannot be reached ({error:#})");
            println!("NOT CHECKED: {what}");
            gate.unchecked.push(what);
            Ok(())
        }
    }
}

fn tests(gate: &mut Gate) -> Result<()> {
    let nextest = tools::NEXTEST.find_or_install()?;
    // Where they cannot be had, the tests that need them fail and say so; the others still run.
    if let Err(error) = tools::install_readers() {
        println!("{error:#}");
    }
    let mut command = nextest.command();
    command.args(["nextest", "run", "--workspace", "--locked"]);
    count::nextest(&mut command, &mut gate.count)
}

fn doc_tests(gate: &mut Gate) -> Result<()> {
    let mut command = cargo();
    command.args(["test", "--doc", "--workspace", "--locked"]);
    count::doc_tests(&mut command, &mut gate.count)
}
