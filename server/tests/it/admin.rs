//! The admin socket: its owner's alone, one bounded line each way, nothing that changes anything.

use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::path::Path;

use protocol::env::ChannelBinding;
use serde_json::{Value, json};

use crate::circle::Circle;
use crate::client::Client;
use crate::program::{Program, init, run};

/// Sends raw bytes to the socket and returns what comes back.
fn ask(dir: &str, bytes: &[u8]) -> String {
    let mut socket = UnixStream::connect(Path::new(dir).join("admin.sock")).unwrap();
    // The relay may answer, and hang up, before it has read everything.
    let _ = socket.write_all(bytes);
    let _ = socket.shutdown(std::net::Shutdown::Write);
    let mut answer = String::new();
    let _ = socket.read_to_string(&mut answer);
    answer
}

#[test]
fn only_questions_are_understood_and_only_the_owner_may_ask() {
    let folder = tempfile::tempdir().unwrap();
    let dir = init(&folder.path().join("relay"));
    let program = Program::serve(&dir);
    let mode = std::fs::metadata(Path::new(&dir).join("admin.sock")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    for bytes in [&b"\n"[..], b"{}\n", b"{\"ask\":\"erase\"}\n", b"", &[b'x'; 100_000]] {
        let answer = ask(&dir, bytes);
        assert!(answer.is_empty() || answer.contains("admin-not-understood"), "{answer}");
    }
    let answer: Value = serde_json::from_str(&ask(&dir, b"{\"ask\":\"status\"}\n")).unwrap();
    assert_eq!(answer["status"]["running"], json!(true));
    program.stop();
}

/// A copy made while links push is whole, and serves in the place of the store.
#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_running_relay_serves_in_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let dir = init(&folder.path().join("relay"));
    let program = Program::serve(&dir);
    let mut circle = Circle::new();
    let mut link = Client::open(program.address).await;
    let register = link.found(&mut circle, ChannelBinding::None).await;
    for n in 0..4 {
        let envelope = circle.envelope(&register, vec![n; 50_000]);
        link.push(envelope.bytes()).await.unwrap();
    }
    let copy = folder.path().join("copy");
    let copy = copy.to_str().unwrap();
    let (status, copied, said) = run(&["backup", "--dir", &dir, "--to", copy, "--json"]);
    assert_eq!(status, 0, "{copied} {said}");
    // The relay goes on.
    let late = circle.envelope(&register, vec![9; 50_000]);
    assert_eq!(link.push(late.bytes()).await, Ok(4));
    drop(link);
    program.stop();

    std::fs::remove_dir_all(Path::new(&dir).join("store")).unwrap();
    std::fs::rename(copy, Path::new(&dir).join("store")).unwrap();
    let (status, verified, _) = run(&["verify", "--dir", &dir, "--json"]);
    assert_eq!((status, &verified["envelopes"]), (0, &json!(4)));
    assert_eq!(verified["records"], copied["records"]);
    let (status, again, _) = run(&["backup", "--dir", &dir, "--to", copy, "--json"]);
    assert_eq!((status, &again["digest"]), (0, &copied["digest"]));
    let (status, taken, _) = run(&["backup", "--dir", &dir, "--to", copy, "--json"]);
    assert_eq!((status, &taken["error"]["code"]), (1, &json!("folder-taken")));
}

/// A folder whose name is longer than a socket address can hold.
#[test]
fn a_deep_folder_is_served_and_asked_too() {
    let folder = tempfile::tempdir().unwrap();
    let dir = init(&folder.path().join("long-".repeat(12)).join("relay-".repeat(12)));
    let program = Program::serve(&dir);
    let (status, answer, _) = run(&["status", "--dir", &dir, "--json"]);
    assert_eq!((status, &answer["running"]), (0, &json!(true)));
    program.stop();
}

/// The same questions have the same answers whether the relay runs or not.
#[tokio::test(flavor = "multi_thread")]
async fn answers_are_the_same_from_a_running_relay_and_from_its_store() {
    let folder = tempfile::tempdir().unwrap();
    let dir = init(&folder.path().join("relay"));
    let program = Program::serve(&dir);
    let mut circle = Circle::new();
    let mut link = Client::open(program.address).await;
    let register = link.found(&mut circle, ChannelBinding::None).await;
    for n in 0..4 {
        let envelope = circle.envelope(&register, vec![n; 2_000]);
        link.push(envelope.bytes()).await.unwrap();
    }
    let space = register.space().to_string();
    let ask_all = || {
        let ask = |words: &[&str]| {
            let (status, answer, said) = run(&[words, &["--dir", &dir, "--json"]].concat());
            assert_eq!(status, 0, "{words:?} {said}");
            answer
        };
        (ask(&["spaces"]), ask(&["members", &space[..8]]), ask(&["verify"]))
    };
    let running = ask_all();
    drop(link);
    program.stop();
    let at_rest = ask_all();
    assert_eq!(running, at_rest);
    let (spaces, members, verified) = at_rest;
    assert_eq!(spaces[0]["space"], json!(space));
    assert_eq!((&spaces[0]["acts"], &spaces[0]["envelopes"]), (&json!(2), &json!(4)));
    let device = circle.device_id().to_string();
    assert_eq!(members[0]["devices"][0]["device"], json!(device));
    assert_eq!(members[0]["devices"][0]["state"], json!("active"));
    assert_eq!(verified["valid"], json!(true));
    assert_eq!((&verified["acts"], &verified["envelopes"]), (&json!(2), &json!(4)));
}
