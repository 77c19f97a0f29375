//! `bench`: figures, each beside what it is measured against.
//!
//! Run by `cargo xtask bench`, in release, with the relay's program beside it. Nothing is judged
//! here; the table is for people, `--json` for scripts.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use tests::bench::{
    Line, appends, catch_up, figures, files, live, memory, pieces, sockets, table, trace,
};

/// Where the trace of a paper lies when nothing else is said, from the root of the checkout.
const TRACE: &str = "../shared/data/automerge-paper.json.gz";
/// Edits of the trace that is made when there is none: ten thousand changes.
const MADE_EDITS: usize = 10_000 * trace::EDITS_PER_CHANGE;

const USAGE: &str = "\
bench [--json] [--only PART] [--edits N] [TRACE]

  --json       one JSON document instead of a table
  --only PART  only this part: live, sockets, pieces, figures, files, memory,
               catch-up or appends; may be repeated
  --edits N    only the first N edits of the trace
  TRACE        the editing trace, otherwise ../shared/data/automerge-paper.json.gz; without such
               a file a made trace is used and the line says so
";

/// The parts, in the order of the table.
const PARTS: [&str; 8] =
    ["live", "sockets", "pieces", "figures", "files", "memory", "catch-up", "appends"];

/// What was asked for.
struct Asked {
    json: bool,
    only: Vec<String>,
    edits: usize,
    trace: Option<PathBuf>,
}

fn main() -> ExitCode {
    let mut out = std::io::stdout();
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&mut out, &args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _unread = writeln!(std::io::stderr(), "bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(out: &mut impl Write, args: &[String]) -> Result<(), String> {
    if let [weigh, whose, file] = args
        && weigh == memory::WEIGH
    {
        let bytes = memory::weigh(whose, Path::new(file))?;
        return say(out, &bytes.to_string());
    }
    let Some(asked) = read(args)? else {
        return say(out, USAGE.trim_end());
    };
    let mut lines = Vec::new();
    if !asked.json {
        say(out, &table::heading())?;
    }
    let parts = PARTS
        .iter()
        .filter(|part| asked.only.is_empty() || asked.only.iter().any(|only| only == *part));
    for part in parts {
        let measured = measure(part, &asked)?;
        if !asked.json {
            for line in &measured {
                say(out, &table::row(line))?;
            }
        }
        lines.extend(measured);
    }
    if asked.json {
        let lines: Vec<_> = lines.iter().map(Line::json).collect();
        say(out, &serde_json::json!({ "lines": lines }).to_string())?;
    }
    Ok(())
}

/// Reads the arguments; nothing when help is asked for.
fn read(args: &[String]) -> Result<Option<Asked>, String> {
    let mut asked = Asked { json: false, only: Vec::new(), edits: usize::MAX, trace: None };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{arg} takes a value"));
        match arg.as_str() {
            "--help" | "-h" => return Ok(None),
            "--json" => asked.json = true,
            "--only" => {
                let part = value()?;
                if !PARTS.contains(&part.as_str()) {
                    return Err(format!("{part} is none of: {}", PARTS.join(", ")));
                }
                asked.only.push(part.clone());
            }
            "--edits" => {
                let edits = value()?.parse();
                asked.edits = edits.map_err(|_| "--edits takes a number".to_owned())?;
            }
            flag if flag.starts_with('-') => return Err(format!("{flag} is not known\n{USAGE}")),
            file => asked.trace = Some(PathBuf::from(file)),
        }
    }
    Ok(Some(asked))
}

fn measure(part: &str, asked: &Asked) -> Result<Vec<Line>, String> {
    match part {
        "live" => live::measure(),
        "sockets" => sockets::measure(&beside_us("liaison-relay")?),
        "pieces" => pieces::measure(),
        "figures" => figures::measure(),
        "files" => files::measure(),
        "memory" => memory::measure(&std::env::current_exe().map_err(|e| e.to_string())?),
        "catch-up" => measure_catch_up(asked),
        "appends" => appends::measure(),
        other => Err(format!("{other} is no part")),
    }
}

fn measure_catch_up(asked: &Asked) -> Result<Vec<Line>, String> {
    let file = asked.trace.clone().unwrap_or_else(|| PathBuf::from(TRACE));
    if !file.exists() {
        if asked.trace.is_some() {
            return Err(format!("there is no trace at {}", file.display()));
        }
        let made = trace::made(MADE_EDITS.min(asked.edits));
        let named = format!("a made trace (the paper's is not at {})", file.display());
        return catch_up::measure(&made, &named, None);
    }
    let (mut edits, end) = trace::read(&file)?;
    let whole = edits.len() <= asked.edits;
    edits.truncate(asked.edits);
    let named = format!("a LaTeX paper ({} edits)", edits.len());
    catch_up::measure(&edits, &named, whole.then_some(end.as_str()))
}

/// Returns a program that lies where this one does.
fn beside_us(name: &str) -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let program = own.with_file_name(name);
    let missing = format!("{} is missing: cargo xtask bench builds it", program.display());
    if program.exists() { Ok(program) } else { Err(missing) }
}

fn say(out: &mut impl Write, text: &str) -> Result<(), String> {
    writeln!(out, "{text}").and_then(|()| out.flush()).map_err(|error| error.to_string())
}
