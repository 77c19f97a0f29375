//! Kill -9 of the relay and of replicas at random moments: no acknowledged edit is lost, every
//! replica converges, `verify` is clean. Twenty rounds; two hundred with `LIAISON_SLOW`.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tests::chance::Chance;

use crate::programs::{Stage, Typed};

/// Rounds in the gate.
const ROUNDS: u64 = 20;
/// Rounds with `LIAISON_SLOW`.
const ROUNDS_SLOW: u64 = 200;
/// Longest life of a program that will be killed, in milliseconds.
const LIFE_MS_MAX: u64 = 250;

fn space_of_two(stage: &mut Stage) -> (String, String) {
    let url = stage.start_relay();
    for home in ["a", "b"] {
        stage.settle(home, &format!("Pangolin {home}"));
    }
    let founded = stage.ok("a", &["space", "found", "Pangolin", "--relay", &url]);
    let space = founded.text("space");
    let invited = stage.ok("a", &["invite", &space, "--role", "guarantor"]);
    let joined = stage.ok("b", &["join", &invited.text("invitation")]);
    let vote = stage.ok("a", &["approve", &space, &joined.text("request")]);
    assert_eq!(vote.json["adopted"], Value::Bool(true), "{vote:?}");
    let new = ["doc", "new", &space, "convention", "--title", "Pangolin"];
    let document = stage.ok("a", &new).text("document");
    stage.converge(&["a", "b"], &document);
    (space, document)
}

#[test]
fn killed_programs_lose_nothing_that_was_acknowledged() {
    let rounds = if std::env::var_os("LIAISON_SLOW").is_some() { ROUNDS_SLOW } else { ROUNDS };
    let mut stage = Stage::new("kill");
    let (space, document) = space_of_two(&mut stage);
    let mut chance = Chance::new(9, "kill", 0);
    let mut acknowledged: Vec<String> = Vec::new();
    for round in 0..rounds {
        let home = if chance.happens(500_000) { "a" } else { "b" };
        let word = format!("mot{round}x");
        match chance.below(3) {
            // The writer itself is killed: only what it has answered counts.
            0 => {
                if killed(&stage, home, &write(&document, &word), &mut chance) {
                    acknowledged.push(word);
                }
            }
            // An exchange is killed after an edit was acknowledged.
            1 => {
                assert_eq!(stage.any(home, &write(&document, &word)).status, 0);
                acknowledged.push(word);
                killed(&stage, home, &["sync"], &mut chance);
            }
            // The relay is killed during an exchange.
            _ => {
                assert_eq!(stage.any(home, &write(&document, &word)).status, 0);
                acknowledged.push(word);
                let mut sync = stage.command(home, &["sync"]);
                let child = sync.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
                std::thread::sleep(Duration::from_millis(chance.below(LIFE_MS_MAX)));
                stage.kill_relay();
                let status = child.expect("a sync starts").wait().expect("a sync ends");
                assert!(matches!(status.code(), Some(0 | 4)), "a sync ends with {status}");
                stage.start_relay();
            }
        }
    }
    stage.converge(&["a", "b"], &document);
    holds_all(&mut stage, &space, &document, &acknowledged);
}

fn write<'a>(document: &'a str, word: &'a str) -> [&'a str; 6] {
    ["doc", "write", document, "objet", "--append", word]
}

/// Starts a command and kills it after a while; tells whether it had ended well before.
fn killed(stage: &Stage, home: &str, args: &[&str], chance: &mut Chance) -> bool {
    let mut command = stage.command(home, args);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("a program starts");
    std::thread::sleep(Duration::from_millis(chance.below(LIFE_MS_MAX)));
    // It may have ended meanwhile: then there is nothing to kill.
    drop(child.kill());
    child.wait().expect("a child ends").success()
}

fn holds_all(stage: &mut Stage, space: &str, document: &str, words: &[String]) {
    assert!(!words.is_empty());
    for home in ["a", "b"] {
        let shown: Typed = stage.ok(home, &["doc", "show", document]);
        let sections = shown.json["sections"].as_array().cloned().unwrap_or_default();
        let text: String = sections.iter().filter_map(|s| s["text"].as_str()).collect();
        let lost: Vec<&String> = words.iter().filter(|word| !text.contains(*word)).collect();
        assert!(lost.is_empty(), "{home} has lost {lost:?}");
        let verified = stage.ok(home, &["verify", space]);
        assert_eq!(verified.json["valid"], Value::Bool(true), "{verified:?}");
    }
    let verified = stage.relay(&["verify"]);
    assert_eq!(verified.json["valid"], Value::Bool(true), "{verified:?}");
}
