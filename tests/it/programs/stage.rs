//! A folder with the two programs in it, and how a command is typed.
//!
//! The programs are those of the build the tests belong to; a missing one is a failure that says
//! what to run, never a test that passes.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long anything may take that a person would wait for.
const PATIENCE: Duration = Duration::from_secs(60);

/// The relay of stories that need one only.
const RELAY: &str = "relais";

/// A temporary folder, its homes and its relays.
pub(crate) struct Stage {
    dir: tempfile::TempDir,
    relays: BTreeMap<String, Served>,
    /// The storage engine of every relay and replica.
    engine: &'static str,
    /// Whether the programs say as much as they can, into files of the folder.
    telling: bool,
    /// Whether relays declare certified health-data hosting.
    certified: bool,
}

/// A relay's process, and where it listens from its first start on.
struct Served {
    child: Option<Child>,
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
        Self { dir, relays: BTreeMap::new(), engine: "sled", telling: false, certified: false }
    }

    /// Makes relays and replicas on this storage engine.
    pub(crate) fn on(mut self, engine: &'static str) -> Self {
        self.engine = engine;
        self
    }

    /// Has relays declare certified health-data hosting.
    pub(crate) fn hosting_health(mut self) -> Self {
        self.certified = true;
        self
    }

    /// Lets the programs log as much as they can, each into `logs` of the folder.
    pub(crate) fn telling(mut self) -> Self {
        self.telling = true;
        std::fs::create_dir(self.path("logs")).expect("a folder for logs");
        self
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.dir.path().join(name).to_string_lossy().into_owned()
    }

    /// Starts the relay, always where it listened first, and returns its URL.
    pub(crate) fn start_relay(&mut self) -> String {
        self.start(RELAY)
    }

    /// Starts a relay by its name, always where it listened first, and returns its URL.
    pub(crate) fn start(&mut self, name: &str) -> String {
        let dir = self.path(name);
        if !Path::new(&dir).join("relay.toml").exists() {
            let made = self.operator(name, &["init", "--engine", self.engine]);
            assert_eq!(made.status, 0, "{made:?}");
            if self.certified {
                let path = Path::new(&dir).join("relay.toml");
                let text = std::fs::read_to_string(&path).expect("it was just made");
                let text = text.replace("health_hosting = false", "health_hosting = true");
                assert!(text.contains("health_hosting = true"), "{text}");
                std::fs::write(&path, text).expect("it can be written");
            }
        }
        let known = self.relays.get(name).map(|served| served.listen.clone());
        let listen = known.unwrap_or_else(quiet_address);
        let mut command = Command::new(program("liaison-relay"));
        command.args(["serve", "--dir", &dir, "--listen", &listen, "--json"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        self.listen_in(&mut command, name);
        let mut child = command.spawn().expect("the relay starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("it was asked to be piped");
        BufReader::new(stdout).read_line(&mut line).expect("the relay says that it is ready");
        let ready: Value = serde_json::from_str(&line).expect("one line of JSON");
        let url = ready["url"].as_str().expect("where it listens").to_owned();
        let listen = url.trim_start_matches("ws://").trim_end_matches('/').to_owned();
        self.relays.insert(name.to_owned(), Served { child: Some(child), listen });
        url
    }

    /// Stops the relay at once, as a power cut of the process would.
    pub(crate) fn kill_relay(&mut self) {
        if let Some(mut child) = self.take(RELAY) {
            child.kill().expect("the relay runs");
            child.wait().expect("the relay ends");
        }
    }

    /// Stops the relay as an operator does, and checks that it ends well.
    pub(crate) fn stop_relay(&mut self) {
        self.stop(RELAY);
    }

    /// Stops a relay by its name.
    pub(crate) fn stop(&mut self, name: &str) {
        if let Some(mut child) = self.take(name) {
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

    /// Returns where a relay listens, or would.
    pub(crate) fn address(&self, name: &str) -> String {
        self.relays.get(name).expect("it was started once").listen.clone()
    }

    fn take(&mut self, name: &str) -> Option<Child> {
        self.relays.get_mut(name)?.child.take()
    }

    /// Asks a program to say as much as it can, and keeps what it says on stderr.
    fn listen_in(&self, command: &mut Command, name: &str) {
        if self.telling {
            command.arg("-vv").env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full");
            let path = Path::new(&self.path("logs")).join(name);
            let log = std::fs::OpenOptions::new().create(true).append(true).open(path);
            command.stderr(log.expect("a log can be written"));
        }
    }

    /// Makes the home of a replica.
    pub(crate) fn settle(&mut self, home: &str, partner: &str) {
        let label = format!("PangolinPoste {home}");
        let who = ["init", "--partner", partner, "--device", &label];
        let how = ["--engine", self.engine, "--no-passphrase"];
        self.ok(home, &[&who[..], &how].concat());
    }

    /// Prepares a command of `liaison`.
    pub(crate) fn command(&self, home: &str, args: &[&str]) -> Command {
        let mut command = Command::new(program("liaison"));
        command.arg("--home").arg(self.path(home)).arg("--json").args(args);
        command.stdin(Stdio::null()).env("LC_ALL", "fr_FR.UTF-8").env_remove("LIAISON_PASSPHRASE");
        self.listen_in(&mut command, home);
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

    /// Starts the process of a replica that stays connected, and waits until it is ready.
    pub(crate) fn serve(&self, home: &str) -> Child {
        let mut command = self.command(home, &["serve", "--no-open"]);
        command.stdout(Stdio::piped());
        if !self.telling {
            command.stderr(Stdio::null());
        }
        let mut child = command.spawn().expect("the daemon starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("it was asked to be piped");
        BufReader::new(stdout).read_line(&mut line).expect("the daemon says that it is ready");
        let ready: Value = serde_json::from_str(&line).expect("one line of JSON");
        assert_eq!(ready["ready"], Value::Bool(true), "{ready}");
        child
    }

    /// Types a command as a person does, and returns what the person reads.
    pub(crate) fn said(&self, home: &str, args: &[&str]) -> String {
        let mut command = Command::new(program("liaison"));
        command.arg("--home").arg(self.path(home)).args(args);
        command.stdin(Stdio::null()).env("LC_ALL", "fr_FR.UTF-8").env("NO_COLOR", "1");
        let output = command.output().expect("a program starts");
        let heard = [output.stdout, output.stderr].concat();
        String::from_utf8(heard).expect("what people read is text")
    }

    /// Types a command of the relay's operator.
    pub(crate) fn relay(&self, args: &[&str]) -> Typed {
        self.operator(RELAY, args)
    }

    /// Types a command of the operator of a relay by its name.
    pub(crate) fn operator(&self, name: &str, args: &[&str]) -> Typed {
        let mut command = Command::new(program("liaison-relay"));
        command.args(args).arg("--dir").arg(self.path(name)).arg("--json");
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
        self.agree(homes, document, 0);
    }

    /// As [`Self::converge`], with what each `sync` is to end with.
    pub(crate) fn agree(&mut self, homes: &[&str], document: &str, status: i32) {
        self.until("everybody shows the same", |stage| {
            let synced: Vec<Typed> = homes.iter().map(|home| stage.any(home, &["sync"])).collect();
            let show = |home: &&str| stage.any(home, &["doc", "show", document]);
            let shown: Vec<Typed> = homes.iter().map(show).collect();
            shown.iter().all(|one| one.status == 0 && one.json["heads"] == shown[0].json["heads"])
                && synced.iter().all(|one| one.status == status && one.json["pending"] == 0)
        });
    }

    /// Returns the words found in any file of the relay's folder.
    pub(crate) fn search_relay(&self, words: &[&str]) -> Vec<String> {
        let words: Vec<&[u8]> = words.iter().map(|word| word.as_bytes()).collect();
        self.search(RELAY, &words)
    }

    /// Returns which of some strings of bytes are in any file below a folder, and where.
    pub(crate) fn search(&self, folder: &str, words: &[&[u8]]) -> Vec<String> {
        let (found, files) = self.search_files(folder, words);
        assert!(files > 2, "{folder} holds {files} files");
        found
    }

    fn search_files(&self, folder: &str, words: &[&[u8]]) -> (Vec<String>, usize) {
        let mut folders = vec![PathBuf::from(self.path(folder))];
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
                        if bytes.windows(word.len()).any(|window| window == *word) {
                            let word = String::from_utf8_lossy(word);
                            found.push(format!("{word} in {}", path.display()));
                        }
                    }
                }
            }
        }
        (found, files)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        for served in self.relays.values_mut() {
            if let Some(mut child) = served.child.take() {
                // It may have ended by itself: nothing is left to do then.
                drop(child.kill());
                drop(child.wait());
            }
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

/// Returns a free address whose port the system gives to nobody by itself: while a relay is
/// down, its port must not become the near end of somebody's dial.
fn quiet_address() -> String {
    let range = std::fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range");
    let first = range.ok().and_then(|text| text.split_whitespace().next()?.parse::<u32>().ok());
    let below = first.unwrap_or(32_768);
    // Tests run beside each other, in processes and in threads of one.
    static ASKED: AtomicU32 = AtomicU32::new(0);
    let asked = ASKED.fetch_add(1, Ordering::Relaxed);
    let spread = std::process::id().wrapping_mul(97).wrapping_add(13 * asked);
    let spread = spread % 8_000;
    let ports = (below - 10_000..below - 1_000 - spread).rev();
    let free = ports.map(|port| format!("127.0.0.1:{port}"));
    let mut free = free.filter(|address| std::net::TcpListener::bind(address).is_ok());
    free.next().expect("one port in a thousand is free")
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
