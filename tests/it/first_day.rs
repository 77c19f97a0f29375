//! A coordinator alone: the story of the README typed as it is printed, and everything she took
//! out of Liaison read back into a replica that has nothing.

use std::collections::BTreeMap;

use crate::programs::Stage;
use client_core::kinds::{Catalogue, FieldSpec};
use serde_json::Value;

const README: &str = include_str!("../../README.md");
/// Who made the files, and who reads them.
const MAKER: &str = "epsm";
const READER: &str = "clsm";

/// Returns the commands of a section of the README, each in its words.
fn commands(section: &str) -> Vec<Vec<String>> {
    let (_, after) = README.split_once(&format!("## {section}\n")).expect("the section is there");
    let section = after.split("\n## ").next().unwrap_or_default();
    let mut commands = Vec::new();
    for block in section.split("```sh\n").skip(1) {
        let block = block.split("```").next().unwrap_or_default();
        for line in block.lines().filter(|line| line.starts_with("liaison ")) {
            let line = line.split(" #").next().unwrap_or_default();
            let mut words = Vec::new();
            for (at, part) in line.split('"').enumerate() {
                match at % 2 {
                    0 => words.extend(part.split_whitespace().map(str::to_owned)),
                    _ => words.push(part.to_owned()),
                }
            }
            commands.push(words.split_off(1));
        }
    }
    commands
}

/// Writes the invented territory in a space of its own, and takes it out as a file.
fn made(stage: &mut Stage, relay: &str, to: &str, file: &str) -> String {
    stage.settle(MAKER, "EPSM Camille-Fauvel");
    let found = ["space", "found", "Les Trois-Vallons", "--relay", relay];
    let space = stage.ok(MAKER, &found).text("space");
    stage.ok(MAKER, &["demo", &space]);
    stage.ok(MAKER, &["export", &space, "--to", to, file]);
    space
}

#[test]
fn the_story_of_the_readme_is_three_commands_once_a_space_is_founded() {
    let mut stage = Stage::new("first-day");
    let relay = stage.start_relay();
    let file = |stage: &Stage, name: &str| stage.path(name);
    let workbook = file(&stage, "suivi-2026.xlsx");
    made(&mut stage, &relay, "xlsx", &workbook);
    let typed = commands("Le premier jour, seule");
    let verbs: Vec<&str> = typed.iter().map(|words| words[0].as_str()).collect();
    assert_eq!(verbs, ["init", "space", "import", "import", "export", "export"], "{typed:?}");
    let mut named = BTreeMap::from([("ws://127.0.0.1:7464".to_owned(), relay)]);
    for words in typed {
        if words[0] == "init" {
            stage.settle(READER, &words[2]);
            continue;
        }
        let words = words.iter().map(|word| match named.get(word) {
            Some(meant) => meant.clone(),
            None if word.contains('.') => file(&stage, word),
            None => word.clone(),
        });
        let words: Vec<String> = words.collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let told = stage.ok(READER, &words);
        match words[0] {
            "space" => {
                named.insert("SPACE".to_owned(), told.text("space"));
            }
            "import" => {
                let made = told.json["documents"].as_array().unwrap();
                let sheet = made.iter().find(|one| one["kind"] == "fiche_action").unwrap();
                named.insert("FICHE".to_owned(), sheet["document"].as_str().unwrap().to_owned());
                // Lines come in the order of the file: that of numbers, not of ids.
                let numbers = made.iter().flat_map(|one| one["changes"].as_array().unwrap());
                let numbers = numbers.filter(|change| change["place"] == "numero");
                let numbers = numbers.filter_map(|change| change["new"].as_str());
                let numbers: Vec<&str> = numbers.filter(|new| new.starts_with("FA-")).collect();
                assert!(numbers.len() == 12 && numbers.is_sorted(), "{numbers:?}");
                // What no sheet holds is named by decisions, and told: a charter, an amendment.
                let problems = told.json["problems"].as_array().unwrap();
                assert!(problems.iter().all(|one| one["code"] == "no-such-document"), "{told:?}");
            }
            _ => {}
        }
    }
    let sheet = std::fs::read(file(&stage, "fiche.pdf")).unwrap();
    assert!(sheet.starts_with(b"%PDF-"));
    let report = std::fs::read(file(&stage, "bilan.docx")).unwrap();
    assert!(report.starts_with(b"PK") && report.len() > 10_000, "{}", report.len());
    let sheets = stage.ok(READER, &["doc", "list", &named["SPACE"], "--kind", "fiche_action"]);
    let numbers = sheets.list();
    let numbers: Vec<&str> = numbers.iter().map(|one| one["number"].as_str().unwrap()).collect();
    assert!(numbers.len() == 12 && numbers.is_sorted(), "{numbers:?}");
    // The year's report of another year is another file, and a page all the same.
    let other = file(&stage, "bilan-2024.pdf");
    let space = &named["SPACE"];
    stage.ok(READER, &["export", space, "--to", "pdf", &other, "--year", "2024"]);
    assert!(std::fs::read(other).unwrap().starts_with(b"%PDF-"));
}

/// Puts the values of sets in the order of their words: they come in the order of ids.
fn order(value: &mut Value) {
    match value {
        Value::Object(object) => object.values_mut().for_each(order),
        Value::Array(items) => {
            items.iter_mut().for_each(order);
            if items.iter().all(Value::is_string) {
                items.sort_by_key(ToString::to_string);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Puts rows that a key names in the order of their words: they come in the order of their keys,
/// and the maker's own organisation is an id in one space and a name in the other.
fn order_keyed(kind: &str, document: &mut Value) {
    let kind = Catalogue::STANDARD.find(kind).unwrap();
    let keyed = |spec: &&FieldSpec| spec.kind.table().is_some_and(|table| table.key.is_some());
    for spec in kind.fields.iter().filter(keyed) {
        let Some(rows) = document["fields"][spec.name].as_array_mut() else { continue };
        for row in rows.iter_mut() {
            row.as_object_mut().unwrap().remove("number");
        }
        rows.sort_by_key(ToString::to_string);
    }
}

/// Returns what the documents of a full export say, without what is drawn anew or signed by
/// whoever writes: ids, versions, writers and times.
fn content(file: &str, partner: (&str, &str)) -> BTreeMap<(String, String), Value> {
    fn forget(value: &mut Value) {
        match value {
            Value::Object(object) => {
                for key in ["row", "id", "at", "at_ms", "heads", "document", "space", "partners"] {
                    object.remove(key);
                }
                for key in ["partner", "name", "provisional", "waiting"] {
                    object.remove(key);
                }
                object.values_mut().for_each(forget);
            }
            Value::Array(items) => items.iter_mut().for_each(forget),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let whole: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let documents = whole["documents"].as_array().unwrap();
    let text = |value: &Value, key: &str| value[key].as_str().unwrap().to_owned();
    let names: Vec<(String, String)> = documents
        .iter()
        .map(|one| (text(one, "document"), format!("{}/{}", text(one, "kind"), text(one, "title"))))
        .collect();
    let mut all = BTreeMap::new();
    for document in documents {
        let key = (text(document, "kind"), text(document, "title"));
        let mut document = document.clone();
        forget(&mut document);
        let mut words = document.to_string().replace(partner.0, partner.1);
        for (id, name) in &names {
            words = words.replace(id, &name.replace('"', "'"));
        }
        let mut read: Value = serde_json::from_str(&words).unwrap();
        order(&mut read);
        order_keyed(&key.0, &mut read);
        assert!(all.insert(key.clone(), read).is_none(), "two of {key:?}");
    }
    all
}

#[test]
fn a_full_export_read_into_an_empty_replica_gives_the_same_documents() {
    let mut stage = Stage::new("whole");
    let relay = stage.start_relay();
    let taken = stage.path("tout.json");
    let origin = made(&mut stage, &relay, "json", &taken);
    let members = stage.ok(MAKER, &["members", &origin]).list();
    let partner = members[0]["partner"].as_str().unwrap().to_owned();

    stage.settle(READER, "CLSM");
    let found = ["space", "found", "Repris", "--relay", &relay];
    let space = stage.ok(READER, &found).text("space");
    let preview = stage.ok(READER, &["import", &taken]);
    let count = preview.json["documents"].as_array().unwrap().len();
    assert_eq!((count, &preview.json["applied"]), (133, &Value::Bool(false)));
    assert!(stage.ok(READER, &["doc", "list", &space]).list().is_empty(), "nothing is written");
    let applied = stage.ok(READER, &["import", &taken, "--apply"]);
    let codes: Vec<&str> = applied.json["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| problem["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["history-left"], "the form of the file keeps no history, and says so");
    let again = stage.ok(READER, &["import", &taken, "--apply"]);
    assert_eq!(again.json["documents"], serde_json::json!([]));
    assert_eq!(again.json["unchanged"], 133);
    assert_eq!(again.json["problems"], serde_json::json!([]));

    let back = stage.path("retour.json");
    stage.ok(READER, &["export", &space, "--to", "json", &back]);
    let partner = (partner.as_str(), "EPSM Camille-Fauvel");
    let (before, after) = (content(&taken, partner), content(&back, partner));
    assert_eq!(before.len(), after.len());
    for (key, before) in &before {
        assert_eq!(&after[key], before, "{key:?}");
    }

    // A file that was touched is said so, with the way to what differs.
    let touched = stage.path("autre.json");
    let words = std::fs::read_to_string(&taken).unwrap().replace("\"FA-07\"", "\"FA-77\"");
    std::fs::write(&touched, words).unwrap();
    let told = stage.ok(READER, &["import", &touched]);
    let problems = told.json["problems"].as_array().unwrap();
    let differs = problems.iter().find(|problem| problem["code"] == "digest-differs").unwrap();
    assert!(differs["path"].as_str().unwrap().starts_with("documents["), "{differs}");
    std::fs::write(&touched, "{\"liaison-export\": 1, ").unwrap();
    let refused = stage.any(READER, &["import", &touched]);
    assert_eq!((refused.status, &refused.json["error"]["code"]), (1, &"file-damaged".into()));
}
