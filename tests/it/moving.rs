//! A space that moves to another relay, with the two programs: by a vote, with everybody there
//! or not, with the old relay up, gone, or unwilling.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use protocol::refusal::Refusal;
use protocol::register::{Clause, SignedAct};
use protocol::wire::{Subject, ToRelay, ToReplica};
use serde_json::Value;

use crate::programs::{Fate, Passing, Stage, Tap, Typed, admit, text_of};

const ALL: [&str; 3] = ["hopital", "association", "departement"];

/// Three partners on relay A with one convention of one line, and a relay B that nobody uses yet.
struct Circle {
    stage: Stage,
    space: String,
    document: String,
    url_b: String,
    tap: Tap,
}

impl Circle {
    fn new(name: &str) -> Self {
        Self::found(name, false)
    }

    /// The same, with a tap on everybody's line to relay A.
    fn behind_a_tap(name: &str) -> Self {
        Self::found(name, true)
    }

    fn found(name: &str, tapped: bool) -> Self {
        let mut stage = Stage::new(name);
        let url_a = stage.start("relais-a");
        let tap = Tap::on(&stage.address("relais-a"));
        let url = if tapped { tap.url().to_owned() } else { url_a };
        for home in ALL {
            stage.settle(home, home);
        }
        let found = ["space", "found", "Pangolin", "--relay", &url, "--rule", "majority"];
        let space = stage.ok("hopital", &found).text("space");
        admit(&mut stage, &space, "association", &["hopital"]);
        admit(&mut stage, &space, "departement", &["hopital", "association"]);
        let new = ["doc", "new", &space, "convention", "--title", "Pangolin"];
        let document = stage.ok("hopital", &new).text("document");
        expect(&stage, "relais-b", &space);
        let url_b = stage.start("relais-b");
        let mut circle = Self { stage, space, document, url_b, tap };
        circle.write("hopital", "ligne-de-a");
        circle.stage.converge(&ALL, &circle.document);
        circle
    }

    fn write(&mut self, home: &str, word: &str) {
        let line = format!("{word} ");
        self.stage.ok(home, &["doc", "write", &self.document, "objet", "--append", &line]);
    }

    /// Proposes the move and approves it; the last vote decides.
    fn vote(&mut self, voters: &[&str]) -> Typed {
        let propose = ["propose", &self.space, "relay", &self.url_b];
        let proposed = self.stage.ok("hopital", &propose);
        let proposal = proposed.text("proposal");
        assert_eq!(proposed.json["needed"], 2, "{proposed:?}");
        let mut last = proposed;
        for voter in voters {
            last = self.stage.ok(voter, &["approve", &self.space, &proposal]);
        }
        last
    }

    /// Waits until some partners speak with B, which holds all that A does, with nothing left
    /// to say.
    fn all_at_b(&mut self, homes: &[&str]) {
        let (space, url) = (self.space.clone(), self.url_b.clone());
        self.stage.until("everybody is at the new relay", |stage| {
            homes.iter().all(|home| {
                let synced = stage.any(home, &["sync"]);
                let shown = stage.ok(home, &["space", "show", &space]);
                shown.json["relay"] == url.as_str()
                    && synced.status == 0
                    && synced.json["state"] == "current"
                    && synced.json["pending"] == 0
            })
        });
        let (before, now) = (self.counts("relais-a"), self.counts("relais-b"));
        assert!(now.0 >= before.0 && now.1 >= before.1, "A holds {before:?}, B only {now:?}");
    }

    fn reads(&mut self, home: &str, words: &[&str]) {
        let shown = self.stage.ok(home, &["doc", "show", &self.document]);
        let text = text_of(&shown, "objet");
        assert!(words.iter().all(|word| text.contains(word)), "{home} reads {text:?}");
    }

    /// Whatever was written anywhere stands in everybody's copy, and all records replay.
    fn whole_at_b(&mut self, homes: &[&str], words: &[&str]) {
        self.stage.converge(homes, &self.document);
        for home in homes {
            self.reads(home, words);
            let verified = self.stage.ok(home, &["verify", &self.space]);
            assert_eq!(verified.json["valid"], Value::Bool(true), "{verified:?}");
        }
        let verified = self.stage.operator("relais-b", &["verify"]);
        assert_eq!(verified.json["valid"], Value::Bool(true), "{verified:?}");
    }

    fn counts(&self, relay: &str) -> (u64, u64) {
        let spaces = self.stage.operator(relay, &["spaces"]);
        let line = spaces.list().into_iter().find(|line| line["space"] == self.space.as_str());
        let line = line.unwrap_or_else(|| panic!("{relay} has no such space: {spaces:?}"));
        (line["acts"].as_u64().unwrap(), line["envelopes"].as_u64().unwrap())
    }
}

/// Makes a relay that asks for tickets, as one beyond loopback does, and expects a space.
fn expect(stage: &Stage, relay: &str, space: &str) {
    assert_eq!(stage.operator(relay, &["init"]).status, 0);
    let path = std::path::Path::new(&stage.path(relay)).join("relay.toml");
    let made = std::fs::read_to_string(&path).unwrap();
    let asking = made.replace("founding = \"beyond-loopback\"", "founding = \"ticket\"");
    assert_ne!(asking, made);
    std::fs::write(path, format!("expected_spaces = [\"{space}\"]\n{asking}")).unwrap();
}

/// The whole journal is at B, edits go on there, and A may be switched off.
#[test]
fn a_vote_moves_everybody_and_the_whole_journal() {
    let mut circle = Circle::new("move");
    let vote = circle.vote(&["hopital", "association"]);
    assert_eq!(vote.json["adopted"], Value::Bool(true), "{vote:?}");
    circle.all_at_b(&ALL);
    circle.stage.stop("relais-a");
    circle.write("association", "ligne-de-b");
    circle.whole_at_b(&ALL, &["ligne-de-a", "ligne-de-b"]);
}

/// A partner away during the move finds A still there: A cannot take its edit any more, tells it
/// where the space went, and the edit ends at B without a word from a person.
#[test]
fn a_partner_who_was_away_learns_of_the_move_from_the_old_relay() {
    let mut circle = Circle::new("move-away");
    circle.write("departement", "ecrit-au-loin");
    circle.vote(&["hopital", "association"]);
    circle.all_at_b(&["hopital", "association"]);
    circle.write("hopital", "ligne-de-b");
    circle.all_at_b(&["hopital"]);
    circle.all_at_b(&ALL);
    circle.whole_at_b(&ALL, &["ligne-de-a", "ligne-de-b", "ecrit-au-loin"]);
}

/// The same partner, with A gone for good: nothing tells it but a bundle of a colleague.
#[test]
fn a_partner_who_was_away_learns_of_the_move_from_a_bundle() {
    let mut circle = Circle::new("move-gone");
    circle.write("departement", "ecrit-au-loin");
    circle.vote(&["hopital", "association"]);
    circle.all_at_b(&["hopital", "association"]);
    circle.stage.stop("relais-a");
    circle.write("hopital", "ligne-de-b");
    circle.all_at_b(&["hopital", "association"]);
    let alone = circle.stage.any("departement", &["sync"]);
    assert_eq!(alone.status, 4, "its relay is gone: {alone:?}");
    let file = circle.stage.path("colis");
    circle.stage.ok("hopital", &["bundle", "write", &circle.space, &file]);
    let read = circle.stage.ok("departement", &["bundle", "read", &file]);
    assert_eq!(read.json["refused"], 0, "{read:?}");
    circle.all_at_b(&ALL);
    circle.whole_at_b(&ALL, &["ligne-de-a", "ligne-de-b", "ecrit-au-loin"]);
}

/// The cooperative move needs the old relay. One that takes votes and lets no decision through
/// moves nobody: everybody stays together where they are, and whoever approves is told that
/// the votes are there and the decision is not.
#[test]
fn a_relay_that_withholds_the_decision_moves_nobody_and_says_so() {
    let mut circle = Circle::behind_a_tap("move-held");
    let refused = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&refused);
    circle.tap.handle(move |passing| match passing {
        Passing::Up(ToRelay::Submit { ticket, act, .. }) if is_adoption(act) => {
            counted.fetch_add(1, Ordering::SeqCst);
            let of = Subject::Act(*ticket);
            Fate::Answer(ToReplica::Refused { of, refusal: Refusal::Busy, detail: 0 })
        }
        _ => Fate::Pass,
    });
    let proposal = circle.vote(&["hopital"]).text("proposal");
    let vote = circle.stage.any("association", &["approve", &circle.space, &proposal]);
    assert!(refused.load(Ordering::SeqCst) > 0, "nobody handed the decision in");
    assert_eq!((vote.status, vote.text("reason").as_str()), (4, "busy"), "{vote:?}");
    assert_eq!(vote.json["adopted"], Value::Bool(false), "{vote:?}");
    assert_eq!((vote.json["approvals"].clone(), vote.json["needed"].clone()), (2.into(), 2.into()));
    let told = circle.stage.said("association", &["approve", &circle.space, &proposal]);
    assert!(told.contains("2 accords sur 2"), "{told}");
    for home in ALL {
        let shown = circle.stage.ok(home, &["space", "show", &circle.space]);
        assert_ne!(shown.json["relay"], circle.url_b, "{home} left alone: {shown:?}");
    }
    circle.write("departement", "toujours-ensemble");
    // What is written passes; that a decision does not is said each time.
    circle.stage.agree(&ALL, &circle.document, 4);
    // It lets the decision through after all: the votes count and everybody goes.
    circle.tap.handle(|_| Fate::Pass);
    circle.all_at_b(&ALL);
    circle.whole_at_b(&ALL, &["ligne-de-a", "toujours-ensemble"]);
}

/// A relay that lets the decision disappear without a word keeps nobody waiting for ever.
#[test]
fn a_relay_that_swallows_the_decision_keeps_nobody_waiting() {
    let mut circle = Circle::behind_a_tap("move-mute");
    circle.tap.handle(|passing| match passing {
        Passing::Up(ToRelay::Submit { act, .. }) if is_adoption(act) => Fate::Hold,
        _ => Fate::Pass,
    });
    let vote = circle.vote(&["hopital"]);
    let approve = ["approve", &circle.space, &vote.text("proposal")];
    let started = Instant::now();
    let told = circle.stage.any("association", &approve);
    assert!(started.elapsed() < Duration::from_secs(90), "a person waited for ever");
    assert_ne!(told.json["adopted"], Value::Bool(true), "{told:?}");
}

fn is_adoption(act: &SignedAct) -> bool {
    act.prove().is_ok_and(|proven| matches!(proven.act.clause, Clause::Adopt(_)))
}
