//! Runs the binary in a home of its own, with nothing of the tester's environment.
#![allow(clippy::unwrap_used)]

use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Output};
use tempfile::TempDir;

/// The passphrase of every replica here.
pub(crate) const PASSPHRASE: &str = "quatre mots au hasard";

/// A home, and the program run on it.
pub(crate) struct Program {
    dir: TempDir,
    passphrase: Option<String>,
}

/// What a run gave.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Program {
    /// Returns an empty home.
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self { dir, passphrase: Some(PASSPHRASE.to_owned()) }
    }

    /// Returns a home with a replica, made at a low price.
    pub(crate) fn made() -> Self {
        let program = Self::new();
        let ran = program.run("init --partner CLSM --device poste --keystore-cost low --json");
        assert_eq!(ran.status, 0, "{ran:?}");
        program
    }

    /// Uses another passphrase from now on, or none.
    pub(crate) fn with_passphrase(mut self, passphrase: Option<&str>) -> Self {
        self.passphrase = passphrase.map(str::to_owned);
        self
    }

    /// Returns the folder of the replica.
    pub(crate) fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    /// Returns the command to run, on words separated by blanks.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_liaison"));
        command.args(line.split_whitespace()).env_clear().env("LIAISON_HOME", self.home());
        command.current_dir(self.dir.path()).stdin(std::process::Stdio::null());
        if let Some(passphrase) = &self.passphrase {
            command.env("LIAISON_PASSPHRASE", passphrase);
        }
        command
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, line: &str) -> Ran {
        self.command(line).output().unwrap().into()
    }

    /// Runs the program, which must succeed, and returns its one JSON document.
    pub(crate) fn json(&self, line: &str) -> Value {
        let ran = self.run(&format!("{line} --json"));
        assert_eq!(ran.status, 0, "{line}: {ran:?}");
        ran.json()
    }
}

impl Ran {
    /// Returns the one JSON document on stdout.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.stdout.lines().count(), 1, "{self:?}");
        serde_json::from_str(&self.stdout).unwrap()
    }

    /// Returns the code of the error on stdout.
    pub(crate) fn code(&self) -> String {
        let error = &self.json()["error"];
        assert!(error["message"].is_string(), "{self:?}");
        error["code"].as_str().unwrap().to_owned()
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
