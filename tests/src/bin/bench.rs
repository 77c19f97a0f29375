//! `bench`: figures, each beside what it is measured against.
//!
//! Run by `cargo xtask bench`, in release. Nothing is judged here; the table is for people.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use tests::bench::{Line, appends, catch_up, live};

/// Where the trace of a paper lies when nothing else is said.
const TRACE: &str = "../shared/data/automerge-paper.json.gz";
/// Edits of the trace that is made when there is none.
const MADE_EDITS: usize = 100_000;

fn main() -> ExitCode {
    let mut out = std::io::stdout();
    match run(&mut out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(out, "bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(out: &mut impl Write) -> Result<(), String> {
    let mut args = std::env::args().skip(1);
    let trace = args.next().map_or_else(|| PathBuf::from(TRACE), PathBuf::from);
    let most = args.next().and_then(|edits| edits.parse().ok()).unwrap_or(usize::MAX);
    show(out, live::measure()?)?;
    show(out, appends::measure()?)?;
    if trace.exists() {
        let mut edits = catch_up::read_trace(&trace)?;
        edits.truncate(most);
        let named = format!("the LaTeX paper ({} edits)", edits.len());
        show(out, catch_up::measure(&edits, &named)?)
    } else {
        let made = catch_up::make_trace(MADE_EDITS.min(most));
        show(out, catch_up::measure(&made, "a made trace: the paper's is not here")?)
    }
}

fn show(out: &mut impl Write, lines: Vec<Line>) -> Result<(), String> {
    for Line { what, figure, beside, ratio } in lines {
        writeln!(out, "{what}\n    {figure}\n    beside {beside}\n    {ratio}")
            .map_err(|error| error.to_string())?;
    }
    out.flush().map_err(|error| error.to_string())
}
