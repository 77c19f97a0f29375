//! A folder with the two programs in it, and how a command is typed.
//!
//! The programs are those of the build the tests belong to; a missing one is a failure that says
//! what to run, never a test that passes.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long anything may take that a person would wait for.
const PATIENCE: Duration = Duration::from_secs(60);

/// A temporary folder, its homes and its relay.
pub(crate) struct Stage {
    dir: tempfile::TempDir,
    relay: Option<Child>,
    listen: String,
}

/// What a command said.
#[derive(Debug)]
pub(crate) struct Typed {
    pub(crate) status: i32,
    pub(crate) json: Value,
}

/// Returns a program that lies beside the tests' own.
pub(crate) fn program(name: &str) -> PathBuf {
    let tests = std::env::current_exe().expect("a test knows where it lies");
    let profile = tests.parent().and_then(Path::parent).expect("target/<profile>/deps");
    let program = profile.join(name);
    assert!(
        program.exists(),
        "{} is missing: run `cargo build --workspace` first",
        program.display()
    );
    program
}

impl Stage {
    pub(crate) fn new(name: &str) -> Self {
        let dir = tempfile::Builder::new().prefix(name).tempdir().expect("a temporary folder");
        Self { dir, relay: None, listen: "127.0.0.1:0".to_owned() }
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.dir.path().join(name).to_string_lossy().into_owned()
    }

    /// Starts the relay, always where it listened first, and returns its URL.
    pub(crate) fn start_relay(&mut self) -> String {
        let dir = self.path("relais");
        if !Path::new(&dir).join("relay.toml").exists() {
            assert_eq!(self.relay(&["init"]).status, 0);
        }
        let mut child = Command::new(program("liaison-relay"))
            .args(["serve", "--dir", &dir, "--listen", &self.listen, "--json"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the relay starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("it was asked to be piped");
        BufReader::new(stdout).read_line(&mut line).expect("the relay says that it is ready");
        self.relay = Some(child);
        let ready: Value = serde_json::from_str(&line).expect("one line of JSON");
        let url = ready["url"].as_str().expect("where it listens").to_owned();
        self.listen = url.trim_start_matches("ws://").trim_end_matches('/').to_owned();
        url
    }

    /// Stops the relay at once, as a power cut of the process would.
    pub(crate) fn kill_relay(&mut self) {
        if let Some(mut child) = self.relay.take() {
            child.kill().expect("the relay runs");
            child.wait().expect("the relay ends");
        }
    }

    /// Stops the relay as an operator does, and checks that it ends well.
    pub(crate) fn stop_relay(&mut self) {
        if let Some(mut child) = self.relay.take() {
            let term = Command::new("kill").arg(child.id().to_string()).status();
            assert!(term.expect("kill runs").success());
            let end = Instant::now() + PATIENCE;
            loop {
                if let Some(status) = child.try_wait().expect("a child can be asked") {
                    assert_eq!(status.code(), Some(0), "the relay drains and exits 0");
                    return;
                }
                assert!(Instant::now() < end, "the relay does not stop");
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }

    /// Makes the home of a replica.
    pub(crate) fn settle(&mut self, home: &str, partner: &str) {
        let label = format!("PangolinPoste {home}");
        let init = ["init", "--partner", partner, "--device", &label, "--no-passphrase"];
        self.ok(home, &init);
    }

    /// Prepares a command of `liaison`.
    pub(crate) fn command(&self, home: &str, args: &[&str]) -> Command {
        let mut command = Command::new(program("liaison"));
        command.arg("--home").arg(self.path(home)).arg("--json").args(args);
        command.stdin(Stdio::null()).env("LIAISON_LANG", "fr").env_remove("LIAISON_PASSPHRASE");
        command
    }

    /// Types a command that must be carried out.
    pub(crate) fn ok(&self, home: &str, args: &[&str]) -> Typed {
        let typed = self.any(home, args);
        assert_eq!(typed.status, 0, "{home}: {args:?} says {typed:?}");
        typed
    }

    /// Types a command, whatever comes of it.
    pub(crate) fn any(&self, home: &str, args: &[&str]) -> Typed {
        run(self.command(home, args))
    }

    /// Types a command of the relay's operator.
    pub(crate) fn relay(&self, args: &[&str]) -> Typed {
        let mut command = Command::new(program("liaison-relay"));
        command.args(args).arg("--dir").arg(self.path("relais")).arg("--json");
        command.stdin(Stdio::null());
        run(command)
    }

    /// Tries until something holds; fails after a minute.
    pub(crate) fn until(&mut self, what: &str, mut holds: impl FnMut(&mut Self) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !holds(self) {
            assert!(Instant::now() < end, "in vain: {what}");
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// Syncs several homes until they show one version of a document, nothing waiting.
    pub(crate) fn converge(&mut self, homes: &[&str], document: &str) {
        self.until("everybody shows the same", |stage| {
            let synced: Vec<Typed> = homes.iter().map(|home| stage.any(home, &["sync"])).collect();
            let show = |home: &&str| stage.any(home, &["doc", "show", document]);
            let shown: Vec<Typed> = homes.iter().map(show).collect();
            shown.iter().all(|one| one.status == 0 && one.json["heads"] == shown[0].json["heads"])
                && synced.iter().all(|one| one.status == 0 && one.json["pending"] == 0)
        });
    }

    /// Returns the words found in any file of the relay's folder.
    pub(crate) fn search_relay(&self, words: &[&str]) -> Vec<String> {
        let mut folders = vec![PathBuf::from(self.path("relais"))];
        let mut found = Vec::new();
        let mut files = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).expect("a folder can be listed") {
                let path = entry.expect("an entry can be read").path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.is_file() {
                    files += 1;
                    let mut bytes = Vec::new();
                    let mut file = std::fs::File::open(&path).expect("a file can be opened");
                    file.read_to_end(&mut bytes).expect("a file can be read");
                    for word in words {
                        if bytes.windows(word.len()).any(|window| window == word.as_bytes()) {
                            found.push(format!("{word} in {}", path.display()));
                        }
                    }
                }
            }
        }
        assert!(files > 2, "the relay's folder holds {files} files");
        found
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if let Some(mut child) = self.relay.take() {
            // It may have ended by itself: nothing is left to do then.
            drop(child.kill());
            drop(child.wait());
        }
    }
}

impl Typed {
    /// Returns a text of the answer.
    pub(crate) fn text(&self, key: &str) -> String {
        let found = self.json[key].as_str();
        found.unwrap_or_else(|| panic!("no {key} in {self:?}")).to_owned()
    }

    /// Returns the list that the answer is, or holds.
    pub(crate) fn list(&self) -> Vec<Value> {
        let whole = self.json.as_array().cloned();
        whole
            .or_else(|| self.json.as_object()?.values().find_map(|v| v.as_array().cloned()))
            .unwrap_or_default()
    }
}

/// Runs a command to its end.
pub(crate) fn run(mut command: Command) -> Typed {
    let output = command.output().expect("a program starts");
    let json = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| {
        Value::String(format!(
            "{} {}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        ))
    });
    Typed { status: output.status.code().unwrap_or(-9), json }
}
