//! The program itself: exit statuses, the first line, signals, one store for one process.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// A served folder; killed when dropped.
pub(crate) struct Program {
    pub(crate) child: Child,
    pub(crate) ready: Value,
    pub(crate) address: SocketAddr,
    log: PathBuf,
}

/// Runs the program to its end.
pub(crate) fn run(args: &[&str]) -> (i32, Value, String) {
    let Output { status, stdout, stderr } = command(args).output().unwrap();
    let stdout = String::from_utf8(stdout).unwrap();
    let json = serde_json::from_str(&stdout).unwrap_or(Value::String(stdout));
    (status.code().unwrap(), json, String::from_utf8(stderr).unwrap())
}

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_liaison-relay"));
    command.args(args).env_remove("LIAISON_RELAY_DIR").env("LANG", "C.UTF-8");
    command
}

/// Makes a relay in a folder and returns its path.
pub(crate) fn init(dir: &Path) -> String {
    let dir = dir.to_str().unwrap().to_owned();
    let (status, _, said) = run(&["init", "--dir", &dir, "--json"]);
    assert_eq!(status, 0, "{said}");
    dir
}

impl Program {
    pub(crate) fn serve(dir: &str) -> Self {
        Self::serve_with(dir, &[])
    }

    pub(crate) fn serve_with(dir: &str, more: &[&str]) -> Self {
        let base = ["serve", "--dir", dir, "--listen", "127.0.0.1:0", "--json"];
        let log = PathBuf::from(format!("{dir}.log"));
        let mut child = command(&[&base, more].concat())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        let address = ready["url"].as_str().unwrap().strip_prefix("ws://").unwrap();
        let address = address.parse().unwrap();
        Self { child, ready, address, log }
    }

    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let pid = i32::try_from(self.child.id()).unwrap();
        let pid = rustix::process::Pid::from_raw(pid).unwrap();
        rustix::process::kill_process(pid, signal).unwrap();
    }

    /// Waits for the end and returns the status and what was logged.
    pub(crate) fn wait(&mut self) -> (i32, String) {
        let status = self.child.wait().unwrap();
        (status.code().unwrap(), std::fs::read_to_string(&self.log).unwrap())
    }

    /// Asks it to stop and returns what it logged.
    pub(crate) fn stop(mut self) -> String {
        self.signal(rustix::process::Signal::TERM);
        let (status, log) = self.wait();
        assert_eq!(status, 0, "{log}");
        log
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_relay_is_made_once_served_and_asked() {
    let folder = tempfile::tempdir().unwrap();
    let dir = init(&folder.path().join("relay"));
    let (status, again, _) = run(&["init", "--dir", &dir, "--json"]);
    assert_eq!((status, &again["error"]["code"]), (1, &json!("relay-exists")));

    let (status, keys, _) = run(&["keys", "--dir", &dir, "--json"]);
    assert_eq!(status, 0);
    assert_eq!(keys["operator"]["private_key_on_this_server"], json!(true));
    let program = Program::serve(&dir);
    assert_eq!(program.ready["ready"], json!(true));
    assert_eq!(program.ready["relay"], keys["relay"]["key"]);

    let (status, answer, _) = run(&["status", "--dir", &dir, "--json"]);
    assert_eq!(status, 0);
    assert_eq!(answer["running"], json!(true));
    assert_eq!(answer["pid"], json!(program.child.id()));
    let (status, second, _) = run(&["serve", "--dir", &dir, "--listen", "127.0.0.1:0", "--json"]);
    assert_eq!((status, &second["error"]["code"]), (3, &json!("store-in-use")));
    let (status, spaces, _) = run(&["spaces", "--dir", &dir, "--json"]);
    assert_eq!((status, spaces), (0, json!([])));
    let (status, verified, _) = run(&["verify", "--dir", &dir, "--json"]);
    assert_eq!((status, &verified["valid"]), (0, &json!(true)));
    program.stop();

    let (status, answer, _) = run(&["status", "--dir", &dir, "--json"]);
    assert_eq!((status, &answer["running"]), (0, &json!(false)));
    let (status, missing, _) = run(&["members", "abcdef", "--dir", &dir, "--json"]);
    assert_eq!((status, &missing["error"]["code"]), (1, &json!("space-not-found")));
}

#[test]
fn statuses_tell_who_has_to_act() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("none").to_str().unwrap().to_owned();
    let (status, answer, _) = run(&["status", "--dir", &nowhere, "--json"]);
    assert_eq!((status, &answer["error"]["code"]), (3, &json!("no-relay-here")));
    assert!(answer["error"]["hint"].as_str().unwrap().contains("init"));
    assert_eq!(run(&["serve"]).0, 2);
    assert_eq!(run(&["frobnicate"]).0, 2);
    let dir = init(&folder.path().join("other"));
    assert_eq!(run(&["serve", "--dir", &dir, "--listen", "127.0.0.1:99999"]).0, 2);
    assert_eq!(run(&["--help"]).0, 0);
    assert_eq!(run(&["completions", "fish"]).0, 0);
    let (status, page, _) = run(&["man"]);
    assert_eq!(status, 0);
    assert!(page.as_str().unwrap().contains(".TH"));

    let dir = init(&folder.path().join("relay"));
    let config = Path::new(&dir).join("relay.toml");
    let (status, checked, said) = run(&["config", "check", "--dir", &dir, "--json"]);
    assert_eq!((status, &checked["valid"]), (0, &json!(true)));
    assert!(said.contains("clé de l'exploitant"), "{said}");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, format!("surprise = 1\n{text}")).unwrap();
    let (status, refused, _) = run(&["serve", "--dir", &dir, "--json"]);
    assert_eq!((status, &refused["error"]["code"]), (3, &json!("config-invalid")));
}

#[test]
fn people_read_french_first_and_english_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let dir = init(&folder.path().join("relay"));
    let (_, french, _) = run(&["spaces", "--dir", &dir]);
    assert_eq!(french, json!("aucun espace ici\n"));
    let (_, english, _) = run(&["spaces", "--dir", &dir, "--lang", "en"]);
    assert_eq!(english, json!("no space here\n"));
}

#[test]
fn a_ticket_is_asked_for_beyond_loopback_only() {
    let folder = tempfile::tempdir().unwrap();
    let dir = init(&folder.path().join("relay"));
    let (status, ticket, note) = run(&["ticket", "--dir", &dir, "--json"]);
    assert_eq!(status, 0);
    assert!(ticket["ticket"].as_str().unwrap().starts_with("liaison-fondation-"));
    assert!(note.contains("aucun jeton"), "{note}");
    let config = Path::new(&dir).join("relay.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text.replace("127.0.0.1:7464", "0.0.0.0:7464")).unwrap();
    let (_, _, note) = run(&["ticket", "--dir", &dir, "--json"]);
    assert_eq!(note, "");
}

#[test]
fn a_relay_killed_leaves_a_socket_that_harms_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let dir = init(&folder.path().join("relay"));
    let mut program = Program::serve(&dir);
    program.child.kill().unwrap();
    program.child.wait().unwrap();
    assert!(Path::new(&dir).join("admin.sock").exists());
    let (status, answer, _) = run(&["status", "--dir", &dir, "--json"]);
    assert_eq!((status, &answer["running"]), (0, &json!(false)));
    let program = Program::serve(&dir);
    let (_, answer, _) = run(&["status", "--dir", &dir, "--json"]);
    assert_eq!(answer["running"], json!(true));
    program.stop();
}

#[test]
fn the_store_moves_to_the_other_engine_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let dir = init(&folder.path().join("relay"));
    Program::serve(&dir).stop();
    for engine in ["redb", "sled"] {
        let (status, moved, said) = run(&["migrate", "--dir", &dir, "--to", engine, "--json"]);
        assert_eq!(status, 0, "{moved} {said}");
        let (_, answer, _) = run(&["status", "--dir", &dir, "--json"]);
        assert_eq!(answer["engine"], json!(engine));
        let (status, same, _) = run(&["migrate", "--dir", &dir, "--to", engine, "--json"]);
        assert_eq!((status, &same["error"]["code"]), (1, &json!("already-so")));
    }
    let program = Program::serve(&dir);
    let (status, refused, _) = run(&["migrate", "--dir", &dir, "--to", "redb", "--json"]);
    assert_eq!((status, &refused["error"]["code"]), (1, &json!("relay-running")));
    program.stop();
}

#[test]
fn a_rotation_prepares_the_next_relay_beside() {
    let folder = tempfile::tempdir().unwrap();
    let dir = init(&folder.path().join("relay"));
    let (status, next, _) = run(&["keys", "rotate", "--dir", &dir, "--json"]);
    assert_eq!(status, 0, "{next}");
    let (_, keys, _) = run(&["keys", "--dir", &dir, "--json"]);
    assert_ne!(next["relay"], keys["relay"]["key"]);
    assert_eq!(next["steps"].as_array().unwrap().len(), 5);
    let (status, checked, _) =
        run(&["config", "check", "--dir", next["dir"].as_str().unwrap(), "--json"]);
    assert_eq!((status, &checked["relay"]), (0, &next["relay"]));
}

#[test]
fn either_signal_drains_and_exits_with_status_0_within_10_s() {
    use rustix::process::Signal;
    let folder = tempfile::tempdir().unwrap();
    let dir = init(&folder.path().join("relay"));
    for signal in [Signal::TERM, Signal::INT] {
        let mut program = Program::serve(&dir);
        // A connection that says nothing must not keep the relay.
        let _silent = std::net::TcpStream::connect(program.address).unwrap();
        let asked = Instant::now();
        program.signal(signal);
        let (status, log) = program.wait();
        assert_eq!(status, 0, "{log}");
        assert!(asked.elapsed() < Duration::from_secs(10));
        assert!(log.contains("draining"), "{log}");
    }
}
