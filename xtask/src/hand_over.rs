//! Chores that hand over to one program of the workspace.
//!
//! They exist so that a person has one place to start from; whatever they are given is passed on
//! untouched, and the program's own failure is the chore's. Here too is the one way in which any
//! chore runs cargo: from the root of the checkout, with the cargo that started the chore.

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// How a program is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// As for tests: quick to build.
    Dev,
    /// As what is shipped.
    Release,
}

/// Runs the simulator of the `tests` crate.
pub(crate) fn sim(args: &[String]) -> Result<()> {
    hand_over("sim", &[], Profile::Dev, args)
}

/// Runs the measurements of the `tests` crate, optimised as what is shipped, with the relay's
/// program beside them.
pub(crate) fn bench(args: &[String]) -> Result<()> {
    hand_over("bench", &["liaison-relay"], Profile::Release, args)
}

fn hand_over(name: &str, beside: &[&str], profile: Profile, args: &[String]) -> Result<()> {
    let programs = built(&[&[name], beside].concat(), profile)?;
    succeed(Command::new(&programs[name]).current_dir(root()).args(args))
}

/// Builds programs of the workspace and returns where each of them lies, by name.
///
/// Features are resolved for the whole workspace, whichever programs are asked for: otherwise cargo
/// would build half of the dependencies again for each selection.
///
/// # Errors
///
/// When the build fails, or the workspace has no program of one of the names.
pub(crate) fn built(names: &[&str], profile: Profile) -> Result<BTreeMap<String, PathBuf>> {
    let mut build = cargo();
    build.args(["build", "--workspace", "--locked", "--message-format=json-render-diagnostics"]);
    build.args(names.iter().flat_map(|name| ["--bin", name]));
    if profile == Profile::Release {
        build.arg("--release");
    }
    let output = build.stderr(Stdio::inherit()).output().context("cargo could not be started")?;
    ensure!(output.status.success(), "building {} failed", names.join(" and "));
    let programs = programs(&String::from_utf8_lossy(&output.stdout));
    for name in names {
        ensure!(programs.contains_key(*name), "cargo built no program named {name}");
    }
    Ok(programs)
}

/// The part of a message of cargo that says where a program lies.
#[derive(Deserialize)]
struct Artifact {
    target: ArtifactTarget,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct ArtifactTarget {
    name: String,
}

/// Reads the programs from cargo's messages; messages about other things have other shapes.
fn programs(messages: &str) -> BTreeMap<String, PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Artifact>(line).ok())
        .filter_map(|artifact| Some((artifact.target.name, artifact.executable?)))
        .collect()
}

/// Returns the root of the checkout that this program was built from.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the root")
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
    let status = command.status().with_context(|| format!("{name} could not be started"))?;
    ensure!(status.success(), "{name} failed ({status})");
    Ok(())
}

fn shown_args(command: &Command) -> String {
    command.get_args().map(show).collect::<Vec<_>>().join(" ")
}

/// Returns the last part of a path, so that a message names `cargo` and not where it lies.
fn show(word: &std::ffi::OsStr) -> String {
    let name = Path::new(word).file_name().unwrap_or(word);
    name.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_read_from_the_messages_of_cargo() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","target":{"name":"store"},"executable":null}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"name":"sim"},"executable":"/t/sim"}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
        );
        let wanted = BTreeMap::from([("sim".to_owned(), PathBuf::from("/t/sim"))]);
        assert_eq!(programs(messages), wanted);
    }
}
