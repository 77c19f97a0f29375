//! Compiles the shim and starts this test binary again under it.
//!
//! A missing compiler fails the test: Rust needs the same `cc` to link.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// Names the scenario to the child; its absence means "not a child".
pub(crate) const SCENARIO: &str = "SHIM_SCENARIO";

/// Names the engine to the child.
pub(crate) const ENGINE: &str = "SHIM_ENGINE";

/// The folders and files of one run under the shim.
pub(crate) struct Stage {
    folder: TempDir,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let folder = scratch();
        fs::create_dir(folder.path().join("root")).unwrap();
        Self { folder }
    }

    /// The folder under observation. Canonical, as the shim compares paths by their letters.
    pub(crate) fn root(&self) -> PathBuf {
        self.path("root").canonicalize().unwrap()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(name)
    }

    /// Runs a scenario in a child under the shim, and fails with what it said if it fails.
    pub(crate) fn run(&self, scenario: &str, engine: &str, recorded: bool) {
        let library = self.path("shim.so");
        compile(&library);
        let mut child = Command::new(env::current_exe().unwrap());
        child
            .args(["--exact", "child::plays_its_scenario", "--nocapture"])
            .env("LD_PRELOAD", &library)
            .env(SCENARIO, scenario)
            .env(ENGINE, engine)
            .env("SHIM_ROOT", self.root())
            .env("SHIM_ACKS", self.path("acks"))
            .env("SHIM_QUOTA", self.path("quota"))
            .env("SHIM_BROKEN", self.path("broken"));
        if recorded {
            child.env("SHIM_LOG", self.path("log"));
        }
        let output = child.output().unwrap();
        let (said, failed) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{}\n{said}\n{failed}", output.status);
        assert!(said.contains("1 passed"), "the child did not run:\n{said}\n{failed}");
    }
}

fn compile(library: &Path) {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shim/shim.c");
    let output = Command::new("cc")
        .args(["-O1", "-Wall", "-Werror", "-shared", "-fPIC", "-o"])
        .arg(library)
        .arg(source)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Returns a temporary folder in memory where there is such a file system, since the states are
/// many and none of them has to survive anything.
pub(crate) fn scratch() -> TempDir {
    tempfile::Builder::new()
        .prefix("store-")
        .tempdir_in("/dev/shm")
        .or_else(|_| TempDir::new())
        .unwrap()
}
