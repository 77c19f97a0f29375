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

/// Plans in a hundred after which some edit may stand twice.
const TWICE_PER_HUNDRED: u64 = 2;
/// Plans to which that may happen besides, for a short run has no share of a hundred.
const TWICE_SPARED: u64 = 2;

/// What the command line asks for.
struct Wish {
    seed: u64,
    plans: u64,
    minutes: Option<u64>,
    steps: usize,
    replay: Option<PathBuf>,
    survey: bool,
}

/// What the plans that held came to.
#[derive(Default)]
struct Totals {
    plans: u64,
    simulated_ms: u64,
    edits: usize,
    frames: u64,
    /// Plans after which some edit stands twice.
    twice: u64,
}

impl Totals {
    fn add(&mut self, outcome: &Outcome) {
        self.plans += 1;
        self.simulated_ms += outcome.simulated_ms;
        self.edits += outcome.saved;
        self.frames += outcome.frames;
        self.twice += u64::from(outcome.twice > 0);
    }

    fn tell(&self, wish: &Wish, took: Duration, out: &mut impl Write) -> std::io::Result<()> {
        let Self { plans, edits, frames, twice, .. } = self;
        writeln!(
            out,
            "{plans} plans of {} steps from seed {}: {edits} edits, {frames} frames, {} simulated \
             hours in {:.1} s; after {twice} of them an edit stands twice",
            wish.steps,
            wish.seed,
            self.simulated_ms / 3_600_000,
            took.as_secs_f64()
        )
    }

    /// An edit may stand twice where a store was copied or an edit went by file, and writer and
    /// holder came back in the same moment: in few plans, or something else is wrong.
    fn twice_is_rare(&self, out: &mut impl Write) -> std::io::Result<bool> {
        let rare = self.twice <= TWICE_SPARED + self.plans * TWICE_PER_HUNDRED / 100;
        if !rare {
            writeln!(out, "FAILS: edits stand twice in {} plans: that is not rare", self.twice)?;
        }
        Ok(rare)
    }
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
    let mut totals = Totals::default();
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
                Ok(outcome) => totals.add(&outcome),
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
    totals.tell(wish, began.elapsed(), out)?;
    match failed {
        None => Ok(!surveyed && totals.twice_is_rare(out)?),
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
