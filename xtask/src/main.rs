//! Every chore of the project, in Rust, started as `cargo xtask <chore>`.
//!
//! A chore drives the tools and the programs from outside, as a person would: nothing here may
//! depend on another crate of the workspace, or a broken crate could hide the chore that says so.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a chore speaks to the person who started it"
)]

use anyhow::{Result, bail};
use std::process::ExitCode;

/// The whole gate, step by step.
mod ci;
/// The story of three partners, played for a person.
mod demo;
/// Chores that hand over to one program of the workspace.
mod hand_over;
/// The page in real browsers.
mod suite;
/// The rules that no compiler checks.
mod tidy;

const USAGE: &str = "\
cargo xtask demo [--keep]       build the programs and play the main job in a temporary folder
cargo xtask ci                  the whole gate: format, tidy, lints, licences, tests, plans, demo,
                                page, web
cargo xtask page [SCENE…]       three partners play in real browsers what people do with the page
cargo xtask screens [SCREEN…]   pictures of every screen, into target/screens
cargo xtask tidy                the rules of docs/house-style.md that a machine can check
cargo xtask sim [--seed N | --minutes M | --replay FILE | --plans N]
cargo xtask bench [ARGS]        figures, each beside what it is measured against
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> Result<()> {
    let (chore, rest) = match args.split_first() {
        Some((chore, rest)) => (chore.as_str(), rest),
        None => ("help", &[][..]),
    };
    match chore {
        "demo" => demo::run(rest),
        "page" => suite::page(rest),
        "screens" => suite::screens(rest),
        "ci" => without_arguments(rest).and_then(|()| ci::run()),
        "tidy" => without_arguments(rest).and_then(|()| tidy::run()),
        "sim" => hand_over::sim(rest),
        "bench" => hand_over::bench(rest),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        unknown => bail!("no chore named {unknown:?}\n{USAGE}"),
    }
}

fn without_arguments(rest: &[String]) -> Result<()> {
    match rest.first() {
        Some(unexpected) => bail!("unexpected argument {unexpected:?}"),
        None => Ok(()),
    }
}
