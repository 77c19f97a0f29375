//! `serve`: one process per home, and every other command through it.
#![allow(clippy::unwrap_used)]

use crate::program::{Program, Ran};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// A running daemon; killed when dropped.
struct Serving {
    child: Child,
    url: String,
}

impl Serving {
    fn on(program: &Program) -> Self {
        let mut child =
            program.command("serve --json --no-open").stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(ready["ready"], true);
        Self { child, url: ready["url"].as_str().unwrap().to_owned() }
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    fn ended(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    /// Sends a raw request and returns the first line of the answer.
    fn request(&self, head: &str) -> String {
        let host = self.url.strip_prefix("http://").unwrap();
        let mut socket = TcpStream::connect(host).unwrap();
        let head = head.replace("HOST", host);
        socket.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        answer.lines().next().unwrap_or_default().to_owned()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended already.
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

#[test]
fn other_commands_work_through_it_and_need_no_passphrase() {
    let program = Program::made();
    let serving = Serving::on(&program);
    let program = program.with_passphrase(None);
    assert_eq!(program.json("space list"), json!([]));
    let refused = program.run("space show abcdef --json");
    assert_eq!((refused.status, refused.code().as_str()), (1, "space-not-found"));
    let second = program.run("serve --json");
    assert_eq!((second.status, second.code().as_str()), (1, "home-busy"));
    drop(serving);
    let needed = program.run("space list --json");
    assert_eq!(needed.code(), "passphrase-needed", "a killed daemon holds nothing");
}

#[test]
fn it_ends_well_when_told_to() {
    for name in ["-TERM", "-INT"] {
        let program = Program::made();
        let serving = Serving::on(&program);
        assert!(program.home().join("daemon.json").exists());
        serving.signal(name);
        assert_eq!(serving.ended(), Some(0), "{name}");
        assert!(!program.home().join("daemon.json").exists());
        assert_eq!(program.json("space list"), json!([]));
    }
}

#[test]
fn nobody_comes_in_without_the_token_or_from_elsewhere() {
    let program = Program::made();
    let serving = Serving::on(&program);
    let text = fs::read_to_string(program.home().join("daemon.json")).unwrap();
    let address: Value = serde_json::from_str(&text).unwrap();
    let token = address["token"].as_str().unwrap();
    let end = "Connection: close\r\n\r\n";
    let ask = "GET /api/ping HTTP/1.1\r\n";
    let answers = [
        (format!("{ask}Host: HOST\r\nAuthorization: Bearer {token}\r\n{end}"), "204"),
        (format!("{ask}Host: HOST\r\n{end}"), "401"),
        (format!("{ask}Host: HOST\r\nAuthorization: Bearer {token}x\r\n{end}"), "401"),
        (format!("{ask}Host: evil.example\r\nAuthorization: Bearer {token}\r\n{end}"), "403"),
        (
            format!(
                "{ask}Host: HOST\r\nOrigin: https://evil.example\r\n\
                 Authorization: Bearer {token}\r\n{end}"
            ),
            "403",
        ),
        (format!("GET / HTTP/1.1\r\nHost: HOST\r\n{end}"), "401"),
        (format!("GET / HTTP/1.1\r\nHost: evil.example\r\n{end}"), "403"),
    ];
    for (head, status) in answers {
        let answer = serving.request(&head);
        assert!(answer.contains(status), "{head}: {answer}");
    }
}

#[cfg(unix)]
#[test]
fn the_token_is_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let program = Program::made();
    let _serving = Serving::on(&program);
    let mode = fs::metadata(program.home().join("daemon.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn watching_streams_lines_until_interrupted() {
    let program = Program::made();
    for through_daemon in [false, true] {
        let serving = through_daemon.then(|| Serving::on(&program));
        let mut child =
            program.command("sync --watch --json").stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let first: Value = serde_json::from_str(&line).unwrap();
        for key in ["sent", "received", "pending", "quarantined", "state"] {
            assert!(!first[key].is_null(), "{first}");
        }
        let pid = child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(0));
        drop(serving);
    }
}

#[test]
fn other_commands_go_through_one_that_watches() {
    let program = Program::made();
    let mut child = program.command("sync --watch --json").stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let first: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(first["event"], "state", "{first}");
    let started = std::time::Instant::now();
    assert_eq!(program.json("space list"), json!([]));
    assert!(started.elapsed().as_secs() < 20, "it waited for the watcher to end");
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(!program.home().join("daemon.json").exists(), "the door is closed behind it");
}

#[test]
fn commands_on_one_home_wait_for_each_other() {
    let program = Program::made();
    let children: Vec<Child> = (0..4)
        .map(|_| {
            let mut command = program.command("space list --json");
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for child in children {
        let ran: Ran = child.wait_with_output().unwrap().into();
        assert_eq!((ran.status, ran.json()), (0, json!([])), "{ran:?}");
    }
}

#[test]
fn connections_that_say_nothing_lock_nobody_out() {
    let program = Program::made();
    let serving = Serving::on(&program);
    let program = program.with_passphrase(None);
    let host = serving.url.strip_prefix("http://").unwrap();
    let mut idle: Vec<TcpStream> = (0..300).map(|_| TcpStream::connect(host).unwrap()).collect();
    assert_eq!(program.json("space list"), json!([]));
    let patience = Some(std::time::Duration::from_secs(30));
    for socket in [0, 150, 299] {
        let socket = &mut idle[socket];
        socket.set_read_timeout(patience).unwrap();
        // Told to leave, or too late: an end or a reset, not a wait.
        let read = socket.read(&mut [0]);
        let waited = |error: &std::io::Error| {
            matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut)
        };
        assert!(!read.as_ref().is_err_and(waited), "{read:?}");
        assert!(!read.is_ok_and(|bytes| bytes > 0));
    }
}
