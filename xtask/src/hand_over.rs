//! Chores that hand over to one program of the workspace.
//!
//! They exist so that a person has one place to start from; whatever they are given is passed on
//! untouched, and the program's own failure is the chore's. Here too is the one way in which any
//! chore runs cargo: from the root of the checkout, with the cargo that started the chore.

use anyhow::{Context as _, Result, ensure};
use std::path::Path;
use std::process::Command;

/// Runs the simulator of the `tests` crate.
pub(crate) fn sim(args: &[String]) -> Result<()> {
    hand_over(
        &["run", "--quiet", "--package", "tests", "--bin", "sim"],
        args,
    )
}

/// Runs the measurements of the `tests` crate, optimised as what is shipped.
pub(crate) fn bench(args: &[String]) -> Result<()> {
    hand_over(
        &["run", "--release", "--package", "tests", "--bin", "bench"],
        args,
    )
}

/// Returns the root of the checkout that this program was built from.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the root")
}

/// Returns a cargo command that will run at the root.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    cargo
}

/// Runs a command to its end, its output going where ours goes.
///
/// # Errors
///
/// When it cannot be started, or ends with another status than success.
pub(crate) fn succeed(command: &mut Command) -> Result<()> {
    let name = format!("{} {}", show(command.get_program()), shown_args(command));
    let status = command
        .status()
        .with_context(|| format!("{name} could not be started"))?;
    ensure!(status.success(), "{name} failed ({status})");
    Ok(())
}

fn hand_over(front: &[&str], args: &[String]) -> Result<()> {
    succeed(cargo().args(front).arg("--").args(args))
}

fn shown_args(command: &Command) -> String {
    command.get_args().map(show).collect::<Vec<_>>().join(" ")
}

/// Returns the last part of a path, so that a message names `cargo` and not where it lies.
fn show(word: &std::ffi::OsStr) -> String {
    let name = Path::new(word).file_name().unwrap_or(word);
    name.to_string_lossy().into_owned()
}
