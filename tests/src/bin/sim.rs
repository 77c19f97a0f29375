//! `sim`: plays plans against the real machines until one fails.
//!
//! A failure is shrunk, printed with how to play it again, and saved as a plan under
//! `tests/seeds/`: it is a regression test from then on.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use tests::plan::{Plan, shrink};
use tests::play::{Outcome, play};

const USAGE: &str = "\
sim [--seed N] [--plans N | --minutes M] [--steps N]   plays drawn plans, from a first seed on
 … --survey                                             lists every failure, shrinks none
sim --replay FILE                                      plays one saved plan
";

/// Where plans that failed are kept.
const SEEDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/seeds");
/// Steps of a drawn plan.
const STEPS: usize = 120;
/// Plans played when nothing else is said.
const PLANS: u64 = 200;
/// Trials that shrinking a failure may take.
const SHRINK_TRIES: usize = 150;

/// What the command line asks for.
struct Wish {
    seed: u64,
    plans: u64,
    minutes: Option<u64>,
    steps: usize,
    replay: Option<PathBuf>,
    survey: bool,
}

fn main() -> ExitCode {
    let mut out = std::io::stdout();
    let args: Vec<String> = std::env::args().skip(1).collect();
    match wish(&args) {
        Ok(wish) => match run(&wish, &mut out) {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::FAILURE,
            Err(error) => {
                let _ = writeln!(out, "sim: {error}");
                ExitCode::from(70)
            }
        },
        Err(what) => {
            let _ = writeln!(out, "sim: {what}\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn wish(args: &[String]) -> Result<Wish, String> {
    let mut wish =
        Wish { seed: 1, plans: PLANS, minutes: None, steps: STEPS, replay: None, survey: false };
    let mut args = args.iter();
    while let Some(option) = args.next() {
        if option == "--survey" {
            wish.survey = true;
            continue;
        }
        let value = args.next().ok_or(format!("{option} needs a value"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("{value:?} is no number"));
        match option.as_str() {
            "--seed" => wish.seed = number()?,
            "--plans" => wish.plans = number()?,
            "--minutes" => wish.minutes = Some(number()?),
            "--steps" => {
                wish.steps = usize::try_from(number()?).map_err(|error| error.to_string())?;
            }
            "--replay" => wish.replay = Some(PathBuf::from(value)),
            unknown => return Err(format!("no option named {unknown:?}")),
        }
    }
    Ok(wish)
}

fn run(wish: &Wish, out: &mut impl Write) -> std::io::Result<bool> {
    if let Some(file) = &wish.replay {
        return replay(file, out);
    }
    // A panic inside a machine is a finding, told once with its plan.
    std::panic::set_hook(Box::new(|_| {}));
    let began = Instant::now();
    let end = wish.minutes.map(|minutes| began + Duration::from_secs(60 * minutes));
    let next = AtomicU64::new(wish.seed);
    let last = wish.seed.saturating_add(wish.plans);
    let more = |seed: u64| end.map_or(seed < last, |end| Instant::now() < end);
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let (report, reports) = mpsc::channel();
    let mut totals = (0u64, 0u64, 0usize, 0u64);
    let mut surveyed = false;
    let failed = std::thread::scope(|scope| -> std::io::Result<_> {
        for _ in 0..workers {
            let report = report.clone();
            let (next, more) = (&next, &more);
            scope.spawn(move || {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if !more(seed) {
                        return;
                    }
                    let plan = Plan::draw(seed, wish.steps);
                    let result = play(&plan);
                    let stop = result.is_err() && !wish.survey;
                    if report.send((plan, result)).is_err() || stop {
                        next.store(u64::MAX / 2, Ordering::Relaxed);
                        return;
                    }
                }
            });
        }
        drop(report);
        let mut failed = None;
        for (plan, result) in reports {
            match result {
                Ok(Outcome { simulated_ms, saved, frames, .. }) => {
                    let (plans, ms, edits, all) = totals;
                    totals = (plans + 1, ms + simulated_ms, edits + saved, all + frames);
                }
                Err(why) if wish.survey => {
                    let first = why.lines().next().unwrap_or_default();
                    writeln!(out, "seed {} FAILS: {first}", plan.seed)?;
                    surveyed = true;
                }
                Err(why) => failed = failed.or(Some((plan, why))),
            }
        }
        Ok(failed)
    })?;
    let (plans, ms, edits, frames) = totals;
    writeln!(
        out,
        "{plans} plans of {} steps from seed {}: {edits} edits, {frames} frames, {} simulated \
         hours in {:.1} s",
        wish.steps,
        wish.seed,
        ms / 3_600_000,
        began.elapsed().as_secs_f64()
    )?;
    match failed {
        None => Ok(!surveyed),
        Some((plan, why)) => tell(&plan, &why, out).map(|()| false),
    }
}

/// Shrinks a failure, saves it and tells how to play it again.
fn tell(plan: &Plan, why: &str, out: &mut impl Write) -> std::io::Result<()> {
    writeln!(out, "seed {} FAILS: {why}\nshrinking…", plan.seed)?;
    out.flush()?;
    let oracle = |why: &str| why.split(':').next().unwrap_or_default().to_owned();
    let wanted = oracle(why);
    let small =
        shrink(plan, SHRINK_TRIES, |plan| play(plan).is_err_and(|why| oracle(&why) == wanted));
    let why = play(&small).err().unwrap_or_else(|| why.to_owned());
    let seeds = Path::new(SEEDS);
    let folder = if seeds.is_dir() { seeds.to_owned() } else { std::env::temp_dir() };
    let file = folder.join(format!("seed-{}.json", plan.seed));
    std::fs::write(&file, small.to_json())?;
    writeln!(out, "{} of {} steps are left: {why}", small.steps.len(), plan.steps.len())?;
    writeln!(out, "play it again:  cargo xtask sim --replay {}", file.display())?;
    writeln!(out, "it is kept there: every run of the tests plays it from now on")
}

fn replay(file: &Path, out: &mut impl Write) -> std::io::Result<bool> {
    let text = std::fs::read_to_string(file)?;
    let plan = Plan::from_json(&text).map_err(std::io::Error::other)?;
    match play(&plan) {
        Ok(outcome) => {
            writeln!(out, "holds: {} edits, trace {}", outcome.saved, outcome.trace)?;
            Ok(true)
        }
        Err(why) => {
            writeln!(out, "FAILS: {why}")?;
            Ok(false)
        }
    }
}
