//! Records of a stopped replica rot on its disk, on both storage engines: the programs say which
//! and what is done about it, and go on; nothing that anybody else has is missing.

use std::path::Path;

use redb::ReadableTable as _;
use serde_json::Value;

use crate::programs::{Stage, Typed, text_of};

/// Who writes; the records of `b` rot.
const HOMES: [&str; 2] = ["a", "b"];

/// Two partners with one convention, on one engine.
struct Case {
    stage: Stage,
    engine: &'static str,
    space: String,
    document: String,
}

impl Case {
    fn new(engine: &'static str) -> Self {
        let mut stage = Stage::new("damage").on(engine);
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
        let mut case = Self { stage, engine, space, document };
        case.converge();
        for word in ["premier", "second"] {
            for home in HOMES {
                case.write(home, &format!("{word}-{home}"));
                case.converge();
            }
        }
        case
    }

    fn converge(&mut self) {
        let document = self.document.clone();
        self.stage.converge(&HOMES, &document);
    }

    fn write(&mut self, home: &str, word: &str) {
        let line = format!("{word} ");
        self.stage.ok(home, &["doc", "write", &self.document, "objet", "--append", &line]);
    }

    fn show(&self) -> Vec<&str> {
        vec!["doc", "show", &self.document]
    }

    /// Flips a bit of records of one letter in the stopped store of `b`.
    fn rot(&self, letter: u8, which: impl Fn(usize, usize) -> bool) -> usize {
        let store = self.stage.path("b");
        let rotten = rot(&Path::new(&store).join("store"), self.engine, letter, which);
        assert!(rotten > 0, "there are records of {}", char::from(letter));
        rotten
    }

    fn files_aside(&self) -> usize {
        let dir = self.stage.path("b");
        std::fs::read_dir(Path::new(&dir).join("damaged")).map_or(0, Iterator::count)
    }

    /// Both have all words once, accept more, and replay clean.
    fn ends_well(&mut self, words: &[&str]) {
        self.converge();
        for home in HOMES {
            self.write(home, &format!("enfin-{home}"));
        }
        self.converge();
        let common = ["premier-a", "premier-b", "second-a", "second-b", "enfin-a", "enfin-b"];
        for home in HOMES {
            let text = text_of(&self.stage.ok(home, &self.show()), "objet");
            for word in common.iter().chain(words) {
                assert_eq!(text.matches(word).count(), 1, "{home}: {word} in {text}");
            }
            let verified = self.stage.ok(home, &["verify", &self.space]);
            assert_eq!(verified.json["valid"], Value::Bool(true), "{verified:?}");
        }
        self.stage.stop_relay();
    }
}

/// Flips one bit of every record chosen, through the engine, so that only the record's own digest
/// can tell. `which` is asked with the number of a record and how many there are.
fn rot(store: &Path, engine: &str, letter: u8, which: impl Fn(usize, usize) -> bool) -> usize {
    // A record's key stands behind the byte of its room.
    let (from, to) = (vec![1, letter], vec![1, letter + 1]);
    let chosen = |entries: Vec<(Vec<u8>, Vec<u8>)>| -> Vec<(Vec<u8>, Vec<u8>)> {
        let of = entries.len();
        let chosen = entries.into_iter().enumerate().filter(|(at, _)| which(*at, of));
        chosen.map(|(_, entry)| entry).collect()
    };
    let flipped = |mut frame: Vec<u8>| {
        let middle = frame.len() / 2;
        frame[middle] ^= 1;
        frame
    };
    if engine == "sled" {
        let config = sled::Config::new().path(store.join("sled")).segment_size(1 << 20);
        let db = config.open().unwrap();
        let entries = db.range(from..to).map(Result::unwrap);
        let entries = chosen(entries.map(|(k, v)| (k.to_vec(), v.to_vec())).collect());
        let rotten = entries.len();
        for (key, frame) in entries {
            db.insert(key, flipped(frame)).unwrap();
        }
        db.flush().unwrap();
        return rotten;
    }
    let table: redb::TableDefinition<'_, &[u8], &[u8]> = redb::TableDefinition::new("entries");
    let db = redb::Database::open(store.join("redb")).unwrap();
    let write = db.begin_write().unwrap();
    let mut open = write.open_table(table).unwrap();
    let mut entries = Vec::new();
    for entry in open.range(from.as_slice()..to.as_slice()).unwrap() {
        let (key, frame) = entry.unwrap();
        entries.push((key.value().to_vec(), frame.value().to_vec()));
    }
    let entries = chosen(entries);
    let rotten = entries.len();
    for (key, frame) in entries {
        open.insert(key.as_slice(), flipped(frame).as_slice()).unwrap();
    }
    drop(open);
    write.commit().unwrap();
    rotten
}

fn code(typed: &Typed) -> &str {
    typed.json["error"]["code"].as_str().unwrap_or_default()
}

/// An entry of the journal: met at work, then everything is looked at, and the relay asked.
#[test]
fn a_rotten_entry_is_met_named_and_fetched_again() {
    for engine in ["sled", "redb"] {
        let mut case = Case::new(engine);
        case.rot(b'j', |at, of| at == of / 2);
        let met = case.stage.any("b", &["verify", &case.space]);
        assert_eq!((met.status, code(&met)), (3, "record-unreadable"), "{met:?}");
        let said = case.stage.said("b", &case.show());
        assert!(said.contains("l'historique des modifications"), "{said}");
        assert!(said.contains("redemandé au relais"), "{said}");
        assert!(said.contains("Pangolin"), "{said}");
        // What was saved of it is shown meanwhile, whole.
        assert!(said.contains("second-b"), "{said}");
        assert_eq!(case.files_aside(), 1);
        case.write("b", "sans-attendre");
        case.ends_well(&["sans-attendre"]);
        let said = case.stage.said("b", &case.show());
        assert!(!said.contains("enregistrement"), "said once: {said}");
    }
}

/// The register and all that follows from it: found by the next start.
#[test]
fn a_rotten_decision_is_found_at_the_start() {
    for engine in ["sled", "redb"] {
        let mut case = Case::new(engine);
        let rotten = case.rot(b'r', |at, _| at >= 1) + case.rot(b'J', |_, _| true);
        let said = case.stage.said("b", &["sync"]);
        assert!(said.contains("l'historique des décisions"), "{said}");
        assert!(said.contains("refait d'après ce qui est ici"), "{said}");
        assert_eq!(case.files_aside(), rotten);
        case.ends_well(&[]);
    }
}

/// Edits that wait: what is lost is said, the others and those after them go on.
#[test]
fn a_rotten_edit_that_waited_is_said_to_be_lost() {
    for engine in ["sled", "redb"] {
        let mut case = Case::new(engine);
        case.stage.stop_relay();
        case.write("b", "garde");
        case.write("b", "oublié");
        case.rot(b'o', |at, of| at + 1 == of);
        let said = case.stage.said("b", &case.show());
        assert!(said.contains("ce qui restait à envoyer"), "{said}");
        assert!(said.contains("perdu, sauf ce que les partenaires ont déjà"), "{said}");
        assert!(said.contains("garde") && !said.contains("oublié"), "{said}");
        case.write("b", "depuis");
        case.stage.start_relay();
        case.ends_well(&["garde", "depuis"]);
    }
}

/// The membership: nothing can make it again, and nothing is touched.
#[test]
fn a_rotten_membership_is_refused_with_what_to_do() {
    for engine in ["sled", "redb"] {
        let case = Case::new(engine);
        case.rot(b'm', |_, _| true);
        for _ in 0..2 {
            let refused = case.stage.any("b", &["sync"]);
            assert_eq!((refused.status, code(&refused)), (3, "beyond-repair"), "{refused:?}");
            let hint = refused.json["error"]["hint"].as_str().unwrap_or_default();
            assert!(hint.contains("sauvegarde") && hint.contains("device request"), "{hint}");
        }
        assert_eq!(case.files_aside(), 0);
    }
}
