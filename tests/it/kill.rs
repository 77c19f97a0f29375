//! Kill -9 of the relay and of replicas at random moments, on both storage engines: every edit
//! that a person was told is saved is there when the program starts again, once; what the relay
//! has acknowledged it still holds; in the end every replica shows the same and `verify` is clean.
//! A hundred rounds on each engine; five hundred with `LIAISON_SLOW`.

use std::io::Read as _;
use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::Value;
use tests::chance::Chance;

use crate::programs::Stage;

/// Rounds in the gate.
const ROUNDS: u64 = 100;
/// Rounds with `LIAISON_SLOW`.
const ROUNDS_SLOW: u64 = 500;
/// Longest life of a program that will be killed, in milliseconds.
const LIFE_MS_MAX: u64 = 250;
/// Who writes.
const HOMES: [&str; 2] = ["a", "b"];

/// Two partners with one convention, and everything they were told.
struct Trial {
    stage: Stage,
    chance: Chance,
    space: String,
    document: String,
    /// Words whose edit was acknowledged, each with who wrote it.
    saved: Vec<(&'static str, String)>,
    /// Words whose program was killed before it had answered: there once, or not at all.
    unsure: Vec<String>,
}

impl Trial {
    fn new(engine: &'static str) -> Self {
        let mut stage = Stage::new("kill").on(engine);
        let url = stage.start_relay();
        for home in HOMES {
            stage.settle(home, &format!("Pangolin {home}"));
        }
        let space = stage.ok("a", &["space", "found", "Pangolin", "--relay", &url]).text("space");
        let invited = stage.ok("a", &["invite", &space, "--role", "guarantor"]);
        let joined = stage.ok("b", &["join", &invited.text("invitation")]);
        let vote = stage.ok("a", &["approve", &space, &joined.text("request"), "--yes"]);
        assert_eq!(vote.json["adopted"], Value::Bool(true), "{vote:?}");
        let new = ["doc", "new", &space, "convention", "--title", "Pangolin"];
        let document = stage.ok("a", &new).text("document");
        stage.converge(&HOMES, &document);
        let chance = Chance::new(9, engine, 0);
        Self { stage, chance, space, document, saved: Vec::new(), unsure: Vec::new() }
    }

    fn round(&mut self, round: u64) {
        let home = if self.chance.happens(500_000) { "a" } else { "b" };
        let word = format!("mot{round}x");
        match self.chance.below(5) {
            0 => self.kill_the_writer(home, word),
            1 => self.kill_an_exchange(home, word),
            2 => self.kill_the_relay_in_an_exchange(home, word),
            3 => self.kill_the_relay_after_its_answer(home, word),
            _ => self.kill_a_daemon(home, word),
        }
        self.holds_what_it_saved(home);
    }

    /// The writer itself is killed: what it has printed counts, whole.
    fn kill_the_writer(&mut self, home: &'static str, word: String) {
        let mut command = self.stage.command(home, &write(&self.document, &word));
        let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let said = self.killed(child.expect("a program starts"));
        match serde_json::from_str::<Value>(&said) {
            Ok(answer) if answer["heads"].is_array() => self.saved.push((home, word)),
            Ok(answer) => panic!("an edit is refused: {answer}"),
            Err(_) => self.unsure.push(word),
        }
    }

    /// An exchange is killed after an edit was acknowledged.
    fn kill_an_exchange(&mut self, home: &'static str, word: String) {
        self.write(home, word);
        let mut command = self.stage.command(home, &["sync"]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        self.killed(child.expect("a program starts"));
    }

    /// The relay is killed during an exchange.
    fn kill_the_relay_in_an_exchange(&mut self, home: &'static str, word: String) {
        self.write(home, word);
        let mut sync = self.stage.command(home, &["sync"]);
        let child = sync.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        std::thread::sleep(Duration::from_millis(self.chance.below(LIFE_MS_MAX)));
        self.stage.kill_relay();
        let status = child.expect("a sync starts").wait().expect("a sync ends");
        assert!(matches!(status.code(), Some(0 | 4)), "a sync ends with {status}");
        self.stage.start_relay();
    }

    /// The relay is killed as soon as it has acknowledged everything: it holds all of it.
    fn kill_the_relay_after_its_answer(&mut self, home: &'static str, word: String) {
        self.write(home, word);
        let synced = self.stage.any(home, &["sync"]);
        let told = synced.status == 0 && synced.json["pending"] == 0;
        let before = self.envelopes();
        self.stage.kill_relay();
        let after = self.envelopes();
        assert!(after >= before, "the relay held {before} envelopes, and now {after}");
        assert!(told, "a relay that is up takes everything: {synced:?}");
        self.stage.start_relay();
        assert!(self.envelopes() >= before);
    }

    /// A replica that stays connected is killed at work, with edits typed through it.
    fn kill_a_daemon(&mut self, home: &'static str, word: String) {
        let daemon = self.stage.serve(home);
        self.write(home, word);
        self.killed(daemon);
    }

    fn write(&mut self, home: &'static str, word: String) {
        let answer = self.stage.ok(home, &write(&self.document, &word));
        assert!(answer.json["heads"].is_array(), "{answer:?}");
        self.saved.push((home, word));
    }

    /// Kills a program after a while and returns what it has said on stdout.
    fn killed(&mut self, mut child: Child) -> String {
        std::thread::sleep(Duration::from_millis(self.chance.below(LIFE_MS_MAX)));
        // It may have ended meanwhile: then there is nothing to kill.
        drop(child.kill());
        child.wait().expect("a child ends");
        let mut said = String::new();
        if let Some(mut stdout) = child.stdout.take() {
            stdout.read_to_string(&mut said).expect("what it says is text");
        }
        said
    }

    fn envelopes(&self) -> u64 {
        let spaces = self.stage.relay(&["spaces"]);
        let line = spaces.list().into_iter().find(|line| line["space"] == self.space.as_str());
        line.and_then(|line| line["envelopes"].as_u64()).expect("the relay knows the space")
    }

    fn text(&self, home: &str) -> String {
        let shown = self.stage.ok(home, &["doc", "show", &self.document]);
        let sections = shown.json["sections"].as_array().cloned().unwrap_or_default();
        sections.iter().filter_map(|section| section["text"].as_str()).collect()
    }

    /// Whatever this replica has said to be saved is there, once, whatever the relay knows.
    fn holds_what_it_saved(&self, home: &str) {
        let text = self.text(home);
        for (by, word) in self.saved.iter().filter(|(by, _)| *by == home) {
            assert_eq!(text.matches(word.as_str()).count(), 1, "{by} wrote {word}: {text:?}");
        }
    }

    /// Everybody holds everything once, one by one, and all records replay.
    fn holds_all(&mut self) {
        self.stage.converge(&HOMES, &self.document);
        assert!(!self.saved.is_empty());
        for home in HOMES {
            let text = self.text(home);
            for (by, word) in &self.saved {
                let times = text.matches(word.as_str()).count();
                assert_eq!(times, 1, "{home} holds {word} of {by} {times} times: {text:?}");
            }
            for word in &self.unsure {
                assert!(text.matches(word.as_str()).count() <= 1, "{word} came twice: {text:?}");
            }
            let verified = self.stage.ok(home, &["verify", &self.space]);
            assert_eq!(verified.json["valid"], Value::Bool(true), "{verified:?}");
        }
        let verified = self.stage.relay(&["verify"]);
        assert_eq!(verified.json["valid"], Value::Bool(true), "{verified:?}");
    }
}

fn play(engine: &'static str) {
    let rounds = if std::env::var_os("LIAISON_SLOW").is_some() { ROUNDS_SLOW } else { ROUNDS };
    let mut trial = Trial::new(engine);
    for round in 0..rounds {
        trial.round(round);
    }
    trial.holds_all();
}

#[test]
fn killed_programs_lose_nothing_that_was_acknowledged_on_sled() {
    play("sled");
}

#[test]
fn killed_programs_lose_nothing_that_was_acknowledged_on_redb() {
    play("redb");
}

fn write<'a>(document: &'a str, word: &'a str) -> [&'a str; 6] {
    ["doc", "write", document, "objet", "--append", word]
}
