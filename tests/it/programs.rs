//! The two programs, typed by hand with `--json`: the story of the issue from founding to
//! verification, and the exit statuses that scripts rely on.

mod stage;
mod tap;

pub(crate) use stage::{Stage, Typed, program, run};
pub(crate) use tap::{Fate, Passing, Tap};

use serde_json::Value;

/// Words that must never lie in the relay's folder.
const CANARIES: [&str; 5] =
    ["PangolinEspace", "PangolinConvention", "PangolinTexte", "PangolinHopital", "PangolinPoste"];

fn found(stage: &mut Stage) -> String {
    let url = stage.start_relay();
    for (home, partner) in [
        ("hopital", "PangolinHopital"),
        ("association", "PangolinAssociation"),
        ("departement", "PangolinDepartement"),
    ] {
        stage.settle(home, partner);
    }
    let founded = stage.ok(
        "hopital",
        &["space", "found", "PangolinEspace", "--relay", &url, "--rule", "majority"],
    );
    let space = founded.text("space");
    admit(stage, &space, "association", &["hopital"]);
    admit(stage, &space, "departement", &["hopital", "association"]);
    space
}

/// Invites, joins, compares the eight words and approves; a vote too few changes nothing.
/// Returns the invitation.
pub(crate) fn admit(stage: &mut Stage, space: &str, newcomer: &str, voters: &[&str]) -> String {
    let invited = stage.ok("hopital", &["invite", space, "--role", "guarantor"]);
    let joined = stage.ok(newcomer, &["join", &invited.text("invitation")]);
    let request = joined.text("request");
    let words = joined.json["words"].clone();
    assert_eq!(words.as_array().map(Vec::len), Some(8), "{joined:?}");
    for (at, voter) in voters.iter().enumerate() {
        let requests = stage.ok(voter, &["requests", space]);
        let listed = requests.list().iter().find(|r| r["proposal"] == request.as_str()).cloned();
        let listed = listed.unwrap_or_else(|| panic!("{voter} does not see it: {requests:?}"));
        assert_eq!(listed["words"], words, "the eight words differ");
        let vote = stage.ok(voter, &["approve", space, &request, "--yes"]);
        assert_eq!(vote.json["adopted"], Value::Bool(at + 1 == voters.len()), "{vote:?}");
    }
    stage.until("the newcomer is a member", |stage| {
        for home in voters.iter().chain([&newcomer]) {
            stage.any(home, &["sync"]);
        }
        let members = stage.any(newcomer, &["members", space]);
        members.status == 0 && members.list().len() == voters.len() + 1
    });
    invited.text("invitation")
}

fn document(stage: &mut Stage, space: &str) -> String {
    let new = ["doc", "new", space, "convention", "--title", "PangolinConvention"];
    let document = stage.ok("hopital", &new).text("document");
    stage.converge(&["hopital", "association", "departement"], &document);
    document
}

pub(crate) fn text_of(shown: &Typed, section: &str) -> String {
    let sections = shown.json["sections"].as_array().cloned().unwrap_or_default();
    let found = sections.iter().find(|s| s["id"] == section);
    found.and_then(|s| s["text"].as_str()).unwrap_or_default().to_owned()
}

#[test]
fn the_story_of_three_partners_typed_by_hand() {
    let mut stage = Stage::new("story");
    let space = found(&mut stage);
    let all = ["hopital", "association", "departement"];
    let document = document(&mut stage, &space);
    let write = |text: &'static str| ["doc", "write", "", "objet", "--append", text];
    let mut first = write("PangolinTexte commun. ");
    first[2] = &document;
    stage.ok("association", &first);
    stage.converge(&all, &document);
    // The relay is away: both sides go on, in the same paragraph and on the same date.
    stage.stop_relay();
    stage.ok("hopital", &["doc", "write", &document, "objet", "--at", "0", "[matin] "]);
    stage.ok("association", &["doc", "write", &document, "objet", "--append", "[soir] "]);
    stage.ok("hopital", &["doc", "set", &document, "date_effet", "2027-01-01"]);
    stage.ok("association", &["doc", "set", &document, "date_effet", "2027-03-01"]);
    assert_eq!(stage.any("hopital", &["sync"]).status, 4, "a relay that is away is status 4");
    carried_by_hand(&mut stage, &space, &document);
    stage.start_relay();
    stage.converge(&all, &document);
    let shown = stage.ok("departement", &["doc", "show", &document]);
    let text = text_of(&shown, "objet");
    assert!(text.contains("[matin]") && text.contains("[soir]"), "{text}");
    let conflicts = shown.json["conflicts"].as_array().unwrap();
    assert_eq!(conflicts.len(), 1, "{shown:?}");
    assert_eq!(conflicts[0]["values"].as_array().map(Vec::len), Some(2));
    stage.ok("departement", &["doc", "settle", &document, "date_effet", "2027-03-01"]);
    stage.converge(&all, &document);
    let settled = stage.ok("hopital", &["doc", "show", &document]);
    assert_eq!(settled.json["conflicts"].as_array().map(Vec::len), Some(0));
    laptop_lost_and_taken_up(&mut stage, &space, &document);
    whole_and_silent(&mut stage, &space);
}

/// Carries what one wrote to another by file while the relay is down.
fn carried_by_hand(stage: &mut Stage, space: &str, document: &str) {
    let file = stage.path("colis");
    let written = stage.ok("association", &["bundle", "write", space, &file]);
    assert!(written.json["items"].as_u64() > Some(0));
    let read = stage.ok("departement", &["bundle", "read", &file]);
    assert!(read.json["accepted"].as_u64() > Some(0), "{read:?}");
    let again = stage.ok("departement", &["bundle", "read", &file]);
    assert_eq!(again.json["accepted"], 0, "{again:?}");
    let shown = stage.ok("departement", &["doc", "show", document]);
    assert!(text_of(&shown, "objet").contains("[soir]"), "not carried");
    stage.ok("departement", &["verify", &file, "--expect", space]);
}

/// A machine is added, revoked, and what it wrote meanwhile is adopted by a colleague.
fn laptop_lost_and_taken_up(stage: &mut Stage, space: &str, document: &str) {
    stage.settle("portable", "PangolinAssociation");
    let asked = stage.ok("portable", &["device", "request"]);
    let device = asked.text("device");
    let add = ["device", "add", space, &asked.text("request")];
    assert_eq!(stage.any("association", &add).status, 2, "nobody has compared the words");
    let added = stage.ok("association", &[&add[..], &["--yes"]].concat());
    stage.ok("portable", &["join", &added.text("welcome")]);
    stage.until("the new machine reads", |stage| {
        for home in ["hopital", "association", "portable"] {
            stage.any(home, &["sync"]);
        }
        stage.any("portable", &["doc", "show", document]).status == 0
    });
    let late = ["doc", "write", document, "objet", "--append", "[portable] "];
    stage.ok("portable", &late);
    let foreign = stage.any("hopital", &["device", "revoke", space, &device]);
    assert_eq!(foreign.json["error"]["code"], "not-your-device", "{foreign:?}");
    stage.ok("association", &["device", "revoke", space, &device, "--cause", "lost"]);
    let synced = stage.any("portable", &["sync"]);
    assert_eq!(synced.json["quarantined"], 1, "{synced:?}");
    let members = stage.ok("hopital", &["members", space]);
    let own = members.list().iter().find(|m| m["own"] == Value::Bool(true)).cloned().unwrap();
    let to = own["partner"].as_str().unwrap().to_owned();
    let parcel = stage.path("paquet");
    stage.ok("portable", &["quarantine", "export", space, &parcel, "--to", &to]);
    stage.ok("hopital", &["quarantine", "review", &parcel]);
    stage.ok("hopital", &["quarantine", "adopt", &parcel]);
    stage.converge(&["hopital", "association", "departement"], document);
    let shown = stage.ok("departement", &["doc", "show", document]);
    assert!(text_of(&shown, "objet").contains("[portable]"), "not adopted");
}

/// Everybody's records replay, and the relay's folder holds no word.
fn whole_and_silent(stage: &mut Stage, space: &str) {
    for home in ["hopital", "association", "departement"] {
        let verified = stage.ok(home, &["verify", space]);
        assert_eq!(verified.json["valid"], Value::Bool(true), "{verified:?}");
    }
    let verified = stage.relay(&["verify"]);
    assert_eq!(verified.json["valid"], Value::Bool(true), "{verified:?}");
    stage.stop_relay();
    let found = stage.search_relay(&CANARIES);
    assert!(found.is_empty(), "the relay's folder tells: {found:?}");
}

#[test]
fn exit_statuses_say_who_must_act() {
    let mut stage = Stage::new("statuses");
    let url = stage.start_relay();
    stage.settle("hopital", "PangolinHopital");
    let unknown = stage.any("hopital", &["doc", "show", "abcdef123456"]);
    assert_eq!(unknown.status, 1, "{unknown:?}");
    assert!(unknown.json["error"]["code"].is_string(), "{unknown:?}");
    assert_eq!(stage.any("hopital", &["no-such-command"]).status, 2);
    assert_eq!(stage.any("nowhere", &["space", "list"]).status, 3);
    stage.stop_relay();
    let away = stage.any("hopital", &["space", "found", "Titre", "--relay", &url]);
    assert_eq!(away.status, 4, "{away:?}");
}
