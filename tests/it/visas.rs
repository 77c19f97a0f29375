//! A convention from its draft to its proof, typed with the real programs: frozen, signed by
//! three organisations, written to a file, verified where no replica ever was, amended.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::programs::{Stage, Typed, admit, run};

const ALL: [&str; 3] = ["hopital", "association", "departement"];

/// Types `liaison` in an empty folder, with no home: what anyone can do who is given a file.
fn anywhere(stage: &Stage, args: &[&str]) -> Typed {
    let empty = stage.path("nulle-part");
    std::fs::create_dir_all(&empty).unwrap();
    let program = std::env::current_exe().unwrap();
    let program = program.parent().and_then(Path::parent).unwrap().join("liaison");
    let mut command = Command::new(program);
    command.arg("--json").args(args).current_dir(&empty).stdin(Stdio::null());
    command.env_clear().env("HOME", &empty).env("LC_ALL", "en_GB.UTF-8");
    let typed = run(command);
    assert_eq!(std::fs::read_dir(&empty).unwrap().count(), 0, "nothing is left there");
    typed
}

fn signed_by(proof: &Typed) -> Vec<String> {
    let names = proof.json["signatures"].as_array().cloned().unwrap_or_default();
    names.iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

fn said(proof: &Typed, words: &str) -> bool {
    proof.json["anomalies"].to_string().contains(words)
}

fn write(stage: &mut Stage, document: &str, text: &str) {
    let file = stage.path("preambule.txt");
    std::fs::write(&file, text).unwrap();
    stage.ok("association", &["doc", "write", document, "preambule", "--from", &file]);
    stage.converge(&ALL, document);
}

/// Everybody gives its visa; the last one tells who is still awaited before.
fn all_sign(stage: &mut Stage, document: &str) {
    let shown = stage.ok(ALL[0], &["doc", "show", document]);
    let last = shown.json["frozen"]["versions"].as_array().unwrap().last().unwrap().clone();
    let waiting = last["awaited"].as_array().map_or(0, Vec::len);
    for (at, home) in ALL.iter().take(waiting).enumerate() {
        let shown = stage.ok(home, &["doc", "show", document]);
        let last = shown.json["frozen"]["versions"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(last["awaited"].as_array().map(Vec::len), Some(waiting - at), "{last}");
        stage.ok(home, &["sign", document, "--capacity", "delegate", "--yes"]);
        stage.converge(&ALL, document);
    }
}

/// One signs: the document is shown as people read it, and the proof says who is still to sign.
fn some_are_awaited(stage: &mut Stage, document: &str) {
    // Parties stand in the order that they give themselves, not in that of their names.
    let shown = stage.said("association", &["doc", "show", document]);
    let place = |name: &str| {
        let is = |line: &str| line.contains("(organisation)") && line.contains(name);
        shown.lines().position(is).unwrap_or_else(|| panic!("{name} in {shown}"))
    };
    let places = ["Les Hirondelles", "Département", "CH des Vallons"].map(place);
    assert!(places.is_sorted(), "{places:?} in {shown}");
    let told = stage.said("association", &["sign", document]);
    assert!(told.contains("Les partenaires s'accordent."), "{told}");
    assert!(!told.contains("liaison-canonique"), "the form for machines: {told}");
    let exact = stage.said("association", &["sign", document, "--canonical"]);
    assert!(exact.contains("liaison-canonique 1"), "{exact}");
    stage.ok("departement", &["sign", document, "--capacity", "delegate", "--yes"]);
    stage.converge(&ALL, document);
    let file = stage.path("en-cours.visa");
    stage.ok("departement", &["freeze", document, "--to", &file]);
    let proof = anywhere(stage, &["verify", &file]);
    let said = (proof.status, &proof.json["valid"], &proof.json["complete"]);
    assert_eq!(said, (0, &Value::Bool(true), &Value::Bool(false)), "{proof:?}");
    let told = stage.said("departement", &["verify", &file]);
    assert!(!told.contains("Tout concorde"), "{told}");
    assert!(told.contains("2 attendus (Les Hirondelles, CH des Vallons)"), "{told}");
    // Pages are for reading: whoever gives them is told which file proves something.
    let pages = stage.path("en-cours.pdf");
    stage.ok("departement", &["export", document, "--to", "pdf", &pages]);
    let refused = anywhere(stage, &["verify", &pages]);
    assert_eq!((refused.status, &refused.json["error"]["code"]), (1, &"file-for-reading".into()));
    let told = stage.said("departement", &["verify", &pages]);
    assert!(told.contains("liaison freeze DOCUMENT --to FICHIER"), "{told}");
}

#[test]
fn t56_a_convention_is_frozen_signed_by_three_written_verified_nowhere_and_amended() {
    let mut stage = Stage::new("visas");
    let url = stage.start_relay();
    for (home, partner) in ALL.iter().zip(["CH des Vallons", "Les Hirondelles", "Département"]) {
        stage.settle(home, partner);
    }
    let found = ["space", "found", "PTSM", "--relay", &url, "--rule", "majority"];
    let space = stage.ok("hopital", &found).text("space");
    admit(&mut stage, &space, "association", &["hopital"]);
    admit(&mut stage, &space, "departement", &["hopital", "association"]);
    let new = ["doc", "new", &space, "convention", "--title", "Accueil commun"];
    let document = stage.ok("hopital", &new).text("document");
    stage.converge(&ALL, &document);
    for (rank, name) in [("2", "Département"), ("1", "Les Hirondelles"), ("3", "CH des Vallons")] {
        let cells = [format!("organisation={name}"), format!("ordre={rank}")];
        stage.ok("hopital", &["doc", "add-row", &document, "parties", &cells[0], &cells[1]]);
    }
    write(&mut stage, &document, "Les partenaires s'accordent.");
    let nothing = stage.any("hopital", &["sign", &document, "--yes"]);
    assert_eq!(nothing.json["error"]["code"], "nothing-frozen", "{nothing:?}");
    let frozen = stage.ok("hopital", &["freeze", &document, "--decision", "COPIL du 12 mars"]);
    let first = frozen.text("version");
    let awaited: Vec<&str> = frozen.json["versions"][0]["awaited"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(awaited, ["Les Hirondelles", "Département", "CH des Vallons"], "their order");
    stage.converge(&ALL, &document);
    some_are_awaited(&mut stage, &document);
    all_sign(&mut stage, &document);
    let file = stage.path("accueil.visa");
    let written = stage.ok("departement", &["freeze", &document, "--to", &file]);
    assert!(written.json["acts"].as_u64() > Some(3), "{written:?}");
    let proof = anywhere(&stage, &["verify", &file, "--expect", &space]);
    assert_eq!((proof.status, &proof.json["valid"]), (0, &Value::Bool(true)), "{proof:?}");
    assert_eq!(signed_by(&proof), ["Département", "CH des Vallons", "Les Hirondelles"]);
    assert_eq!(proof.text("version"), first);
    assert_eq!(proof.json["signatures"][0]["capacity"], "delegate");
    assert!(proof.text("text").contains("Les partenaires s'accordent."));
    a_comma_is_caught(&stage, &file, &space);
    on_pages(&stage, &document, &first);
    // What changes after the signatures is an amendment, a version of its own that cites it.
    write(&mut stage, &document, "Les partenaires, s'accordent.");
    let shown = stage.ok("hopital", &["doc", "show", &document]);
    assert_eq!(shown.json["frozen"]["differs"].as_array().map(Vec::len), Some(1), "{shown:?}");
    let again = stage.any("hopital", &["freeze", &document]);
    assert_eq!((again.status, &again.json["error"]["code"]), (1, &"already-signed".into()));
    let amended = stage.ok("association", &["amend", &document]);
    assert_ne!(amended.text("version"), first);
    stage.converge(&ALL, &document);
    all_sign(&mut stage, &document);
    let later = stage.path("avenant.visa");
    stage.ok("hopital", &["freeze", &document, "--to", &later]);
    let proof = anywhere(&stage, &["verify", &later]);
    assert_eq!(proof.status, 0, "{proof:?}");
    assert_eq!(proof.json["amends"][0]["version"], first.as_str());
    assert_eq!(proof.json["amends"][0]["visas"], 3);
    let old = stage.path("accueil-relu.visa");
    stage.ok("hopital", &["freeze", &document, "--to", &old, "--of", &first[..8]]);
    let proof = anywhere(&stage, &["verify", &old]);
    assert_eq!(proof.status, 0, "{proof:?}");
    assert_eq!(proof.json["superseded_by"], amended.text("version").as_str());
    assert_eq!(anywhere(&stage, &["verify", &file]).status, 0, "the old file still verifies");
    the_rest_is_as_before(&mut stage, &space, &file);
}

/// The signed version is printed as it was, named or as the last; only pages are.
fn on_pages(stage: &Stage, document: &str, version: &str) {
    let named = format!("--frozen={}", &version[..8]);
    // A proof that was written is not written over.
    let proof = stage.path("accueil.visa");
    let again = stage.any("departement", &["freeze", document, "--to", &proof]);
    assert_eq!(again.json["error"]["code"], "file-exists", "{again:?}");
    for (file, to, frozen) in
        [("signee.pdf", "pdf", "--frozen"), ("signee.docx", "docx", named.as_str())]
    {
        let file = stage.path(file);
        stage.ok("hopital", &["export", document, "--to", to, frozen, &file]);
        let begins: &[u8] = if to == "pdf" { b"%PDF-1.7" } else { b"PK" };
        assert!(std::fs::read(&file).unwrap().starts_with(begins), "{file}");
    }
    let sheet = stage.path("signee.xlsx");
    let refused = stage.any("hopital", &["export", document, "--to", "xlsx", "--frozen", &sheet]);
    assert_eq!(refused.json["error"]["code"], "frozen-needs-pages", "{refused:?}");
    let other = stage.path("autre.pdf");
    let refused =
        stage.any("hopital", &["export", document, "--to", "pdf", "--frozen=00000000", &other]);
    assert_eq!(refused.status, 1, "{refused:?}");
}

/// One character of the text changed, whatever else is made to fit, is refused.
fn a_comma_is_caught(stage: &Stage, file: &str, space: &str) {
    let bytes = std::fs::read(file).unwrap();
    let changed = stage.path("retouche.visa");
    let at = bytes.windows(11).position(|window| window == b"partenaires").unwrap();
    let mut other = bytes.clone();
    other[at] = b'P';
    std::fs::write(&changed, &other).unwrap();
    let refused = anywhere(stage, &["verify", &changed]);
    assert_eq!(refused.status, 1, "{refused:?}");
    assert_eq!(refused.json["error"]["code"], "frozen-file-damaged");
    // With the digest of the whole made anew, the text is still not what was signed.
    let body = other.len() - 32;
    let digest = protocol::frozen::sha256(&other[..body]);
    other[body..].copy_from_slice(&digest);
    std::fs::write(&changed, &other).unwrap();
    let refused = anywhere(stage, &["verify", &changed, "--expect", space]);
    assert_eq!((refused.status, &refused.json["valid"]), (1, &Value::Bool(false)), "{refused:?}");
    assert!(said(&refused, "not the one that was frozen"), "{refused:?}");
    let foreign = anywhere(stage, &["verify", file, "--expect", &"ab".repeat(32)]);
    assert_eq!(foreign.status, 1, "{foreign:?}");
}

/// A PDF is bound by its digest; the register, the members and the relay are as they were.
fn the_rest_is_as_before(stage: &mut Stage, space: &str, file: &str) {
    let new = ["doc", "new", space, "courrier", "--title", "Saisine"];
    let document = stage.ok("hopital", &new).text("document");
    stage.ok("hopital", &["freeze", &document, "--signatory", "CH des Vallons"]);
    let pdf = stage.path("saisine.pdf");
    std::fs::write(&pdf, b"%PDF-1.7 signed elsewhere").unwrap();
    stage.ok("hopital", &["sign", &document, "--pdf", &pdf, "--yes"]);
    stage.ok("hopital", &["sync"]);
    let proof = stage.path("saisine.visa");
    stage.ok("hopital", &["freeze", &document, "--to", &proof]);
    let whole = anywhere(stage, &["verify", &proof, "--pdf", &pdf]);
    assert_eq!((whole.status, &whole.json["pdf"]), (0, &Value::Bool(true)), "{whole:?}");
    std::fs::write(&pdf, b"%PDF-1.7 signed elsewhere.").unwrap();
    let altered = anywhere(stage, &["verify", &proof, "--pdf", &pdf]);
    assert_eq!((altered.status, &altered.json["valid"]), (1, &Value::Bool(false)), "{altered:?}");
    let other = anywhere(stage, &["verify", file, "--pdf", &pdf]);
    assert_eq!(other.status, 1, "no visa there attaches a PDF");
    for home in ALL {
        stage.ok(home, &["sync"]);
        assert_eq!(stage.ok(home, &["verify", space]).json["valid"], Value::Bool(true));
        assert_eq!(stage.ok(home, &["members", space]).list().len(), 3);
    }
    assert_eq!(stage.relay(&["verify"]).json["valid"], Value::Bool(true));
    stage.stop_relay();
    let told = stage.search_relay(&["Accueil commun", "accordent", "signed elsewhere"]);
    assert!(told.is_empty(), "{told:?}");
}
