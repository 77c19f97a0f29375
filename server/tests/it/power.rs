//! The operator's only power, used from the server, from elsewhere, and over a relay at rest.

use std::path::Path;

use protocol::Refusal;
use protocol::env::ChannelBinding;
use serde_json::{Value, json};

use crate::circle::Circle;
use crate::client::Client;
use crate::program::{Program, init, run};

const NONE: ChannelBinding = ChannelBinding::None;

struct Scene {
    _folder: tempfile::TempDir,
    dir: String,
    key: String,
    space: String,
    device: String,
}

/// A served space of three organisations, so that one of them may be suspended.
async fn scene() -> (Scene, Program, Circle, Client, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let dir = init(&folder.path().join("relay"));
    // Where an operator keeps it: not on the server.
    let key = folder.path().join("stick.key").to_str().unwrap().to_owned();
    std::fs::rename(Path::new(&dir).join("operator.key"), &key).unwrap();
    let program = Program::serve(&dir);
    let mut circle = Circle::with(2);
    let mut link = Client::open(program.address).await;
    let register = link.found(&mut circle, NONE).await;
    let envelope = circle.envelope(&register, vec![1; 100]).bytes().to_vec();
    let space = register.space().to_string();
    let device = circle.device_id().to_string();
    (Scene { _folder: folder, dir, key, space, device }, program, circle, link, envelope)
}

impl Scene {
    fn power(&self, word: &str, more: &[&str]) -> (i32, Value) {
        let base = [word, &self.space[..8], &self.device[..8], "--operator-key", &self.key];
        let (status, answer, _) = run(&[&base[..], more, &["--json"]].concat());
        (status, answer)
    }

    /// Returns the state of the device as the register says.
    fn state(&self) -> Value {
        let (_, members, _) = run(&["members", &self.space, "--dir", &self.dir, "--json"]);
        let mut devices = members
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|partner| partner["devices"].as_array().unwrap().iter());
        devices.find(|device| device["device"] == json!(self.device)).unwrap()["state"].clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_suspended_in_the_open_and_resumed() {
    let (scene, program, circle, mut link, envelope) = scene().await;
    let (status, answer) = scene.power("suspend", &["--hours", "2", "--dir", &scene.dir]);
    assert_eq!(status, 0, "{answer}");
    assert!(answer["until"].as_str().unwrap().ends_with('Z'));
    assert_eq!(answer["device"], json!(scene.device));
    assert_eq!(scene.state(), json!("suspended"));
    assert_eq!(link.push(&envelope).await, Err(Refusal::DeviceSuspended));

    // From elsewhere, by address and key.
    let url = format!("ws://{}", program.address);
    let relay = program.ready["relay"].as_str().unwrap();
    let from_elsewhere = ["--relay", &url, "--relay-key", relay];
    let words =
        [&["resume", &scene.space, &scene.device[..6]][..], &["--operator-key", &scene.key]];
    let (status, answer, said) = run(&[&words.concat()[..], &from_elsewhere, &["--json"]].concat());
    assert_eq!(status, 0, "{answer} {said}");
    assert_eq!(answer["until"], json!(null));
    assert_eq!(scene.state(), json!("active"));

    // Once in thirty days for one device, whatever the operator wants.
    let (status, answer) = scene.power("suspend", &["--dir", &scene.dir]);
    assert_eq!((status, &answer["error"]["code"]), (1, &json!("suspended-too-often")));
    drop((link, circle));
    program.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_at_rest_takes_the_act_as_well() {
    let (scene, program, _circle, link, _) = scene().await;
    drop(link);
    program.stop();
    let (status, answer) = scene.power("suspend", &["--dir", &scene.dir]);
    assert_eq!(status, 0, "{answer}");
    assert_eq!(scene.state(), json!("suspended"));
    let (status, verified, _) = run(&["verify", "--dir", &scene.dir, "--json"]);
    assert_eq!((status, &verified["acts"]), (0, &json!(3)));
}

/// T51: the key that is online on the server cannot do it.
#[tokio::test(flavor = "multi_thread")]
async fn t51_the_log_key_has_no_power_over_devices() {
    let (scene, program, _circle, _link, _) = scene().await;
    let log = std::fs::read_to_string(Path::new(&scene.dir).join("relay.key")).unwrap();
    let posing = log.replace("log-key", "operator-key");
    assert_ne!(posing, log);
    std::fs::write(&scene.key, posing).unwrap();
    let (status, answer) = scene.power("suspend", &["--dir", &scene.dir]);
    assert_eq!((status, &answer["error"]["code"]), (1, &json!("not-the-operator")));
    assert_eq!(scene.state(), json!("active"));
    program.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn another_relay_than_the_one_named_gets_no_signature() {
    let (scene, program, _circle, _link, _) = scene().await;
    let url = format!("ws://{}", program.address);
    let other = "ab".repeat(32);
    let words = ["suspend", &scene.space, &scene.device, "--operator-key", &scene.key];
    let to = ["--relay", &url, "--relay-key", &other, "--json"];
    let (status, answer, _) = run(&[&words[..], &to].concat());
    assert_eq!((status, &answer["error"]["code"]), (1, &json!("wrong-relay")));
    program.stop();
    let (status, answer, _) = run(&[&words[..], &to].concat());
    assert_eq!((status, &answer["error"]["code"]), (4, &json!("relay-unreachable")));
}
