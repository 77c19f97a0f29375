//! T57: a space closed by erasure, with the two programs, then every file looked through: the
//! relay's folder and the home of a device hold no word of it, no secret of an epoch, no wrap.

use std::collections::BTreeMap;
use std::path::Path;

use protocol::crypto::{self, Label, SymmetricKey};
use protocol::epoch::EpochSecret;
use protocol::id::SpaceId;
use serde_json::Value;

use crate::programs::{Stage, admit};
use crate::silence::secrets;

/// Words of a person, in a title, in fields and in sections of a filled form.
const WORDS: [&str; 4] =
    ["PangolinEspace", "PangolinTitreDeFiche", "PangolinNomDeFamille", "PangolinMotif"];

/// A circle of two on a relay that declares certified hosting, with a filled form that both read.
struct Case {
    stage: Stage,
    space: String,
    document: String,
}

impl Case {
    fn new(engine: &'static str) -> Self {
        let mut stage = Stage::new("erased").on(engine).hosting_health();
        let url = stage.start_relay();
        stage.settle("hopital", "PangolinHopital");
        stage.settle("association", "PangolinAssociation");
        let found = ["space", "found", WORDS[0], "--relay", &url];
        let how = ["--kind", "circle", "--rule", "majority"];
        let space = stage.ok("hopital", &[&found[..], &how].concat()).text("space");
        admit(&mut stage, &space, "association", &["hopital"]);
        let new = ["doc", "new", &space, "fiche_liaison", "--title", WORDS[1]];
        let document = stage.ok("hopital", &new).text("document");
        stage.ok("hopital", &["doc", "set", &document, "personne_nom", WORDS[2]]);
        stage.ok("hopital", &["doc", "write", &document, "motif", "--append", WORDS[3]]);
        stage.converge(&["hopital", "association"], &document);
        Self { stage, space, document }
    }

    fn vote(&self, closing: &str) {
        let asked = self.stage.any("hopital", &["space", "close", &self.space]);
        assert_eq!(asked.status, 2, "one of the two must be said: {asked:?}");
        let close = ["space", "close", &self.space, closing, "--yes"];
        let vote = self.stage.ok("hopital", &close).text("proposal");
        // Nobody is there to confirm it: what it does is told, and nothing is done.
        let heard = self.stage.said("association", &["approve", &self.space, &vote]);
        assert!(heard.contains("personne n'est là pour la confirmer"), "{heard}");
        let destroys = heard.contains("chaque appareil détruit ses clés et ses documents");
        assert_eq!(destroys, closing == "--erase", "{heard}");
        let approved = self.stage.ok("association", &["approve", &self.space, &vote]);
        assert_eq!(approved.json["adopted"], Value::Bool(true), "{approved:?}");
    }

    /// Returns the files below a folder that hold one of some strings of bytes.
    fn search(&self, folder: &str, pieces: &[Vec<u8>]) -> Vec<String> {
        let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
        self.stage.search(folder, &pieces)
    }
}

/// Returns every string of bytes that a home holds under its store key: the plain records.
fn opened(stage: &Stage, home: &str) -> Vec<Vec<u8>> {
    let dir = Path::new(&stage.path(home)).to_owned();
    let store_key: [u8; 32] = secrets(&dir)[0].clone().try_into().unwrap();
    let key = SymmetricKey::new(store_key);
    let mut plain = Vec::new();
    for (id, stored) in everything(&dir.join("store")) {
        let Some((nonce, sealed)) = stored.split_first_chunk::<24>() else { continue };
        let associated = [Label::Record.bytes(), &id].concat();
        plain.push(crypto::open(&key, nonce, &associated, sealed).unwrap().to_vec());
    }
    plain
}

fn holds(plain: &[Vec<u8>], word: &str) -> bool {
    plain.iter().any(|record| record.windows(word.len()).any(|part| part == word.as_bytes()))
}

fn t57_on(engine: &'static str) {
    let mut case = Case::new(engine);
    let home = Path::new(&case.stage.path("association")).to_owned();
    // What is looked for must be there before, or finding nothing later says nothing.
    let words = case.stage.search_relay(&WORDS);
    assert_eq!(words, Vec::<String>::new(), "the relay never had a word of it");
    assert!(WORDS.iter().all(|word| holds(&opened(&case.stage, "association"), word)));
    let old_secrets = secrets(&home);
    let relay_store = Path::new(&case.stage.path("relais")).join("store");
    case.stage.stop_relay();
    let space = SpaceId::from_slice(&protocol::id::unhex(&case.space).unwrap()).unwrap();
    let sealed = stored_contents(&relay_store, &space);
    assert!(sealed.len() > 6, "envelopes and wraps: {}", sealed.len());
    assert!(!case.search("relais", &sealed).is_empty(), "and they lie in its files");
    case.stage.start_relay();
    case.vote("--erase");
    let id = case.space.clone();
    case.stage.until("both have attested", |stage| {
        stage.any("hopital", &["sync"]);
        stage.any("association", &["sync"]);
        attested(stage, "hopital", &id) == (2, 0)
    });
    for home in ["hopital", "association"] {
        assert_eq!(attested(&case.stage, home, &case.space), (2, 0), "{home}");
        let said = case.stage.said(home, &["doc", "list", &case.space]);
        assert!(said.contains("Cet espace est effacé"), "{said}");
        let gone = case.stage.any(home, &["doc", "show", &case.document]);
        assert_ne!(gone.status, 0, "{gone:?}");
        let file = case.stage.path("rien.json");
        let empty = case.stage.any(home, &["export", &case.space, "--to", "json", &file]);
        assert_eq!((empty.status, &empty.json["error"]["code"]), (1, &"space-erased".into()));
        assert!(!Path::new(&file).exists(), "a file with nothing in it passes for what was there");
        let new = ["doc", "new", &case.space, "fiche_liaison", "--title", "x"];
        let refused = case.stage.any(home, &new);
        assert_eq!((refused.status, &refused.json["error"]["code"]), (1, &"space-erased".into()));
        assert_eq!(case.stage.ok(home, &["verify", &case.space]).json["valid"], Value::Bool(true));
    }
    case.stage.until("the relay has rewritten its store", |stage| {
        stage.relay(&["verify"]).status == 0
            && !Path::new(&stage.path("relais/store/rewritten")).exists()
    });
    case.stage.stop_relay();
    // The attacker has the relay's whole disk, and the device as it is now, opened.
    assert_eq!(stored_contents(&relay_store, &space), Vec::<Vec<u8>>::new());
    let pieces: Vec<Vec<u8>> = sealed.iter().map(|one| one[..one.len().min(64)].to_vec()).collect();
    assert_eq!(case.search("relais", &pieces), Vec::<String>::new(), "{engine}");
    let plain = opened(&case.stage, "association");
    for word in WORDS {
        assert!(!holds(&plain, word), "{word} is among the records");
    }
    let now = secrets(&home);
    assert_ne!(now[0], old_secrets[0], "records are sealed under another key");
    no_key_of_an_epoch(&case, &space, &now, &plain);
    // What opened the wraps is gone too: of the old secrets the device keeps its two signing keys
    // and the key of the key file, and not one that the files hold in clear.
    let old: Vec<Vec<u8>> = old_secrets.iter().filter(|one| !now.contains(one)).cloned().collect();
    assert!(old.len() >= 3, "store key, wrap secret, epochs: {}", old.len());
    for folder in ["association", "relais"] {
        assert_eq!(case.search(folder, &old), Vec::<String>::new(), "{engine} {folder}");
    }
}

/// Returns how many devices have attested and how many have not, as a home knows it.
fn attested(stage: &Stage, home: &str, space: &str) -> (usize, usize) {
    let shown = stage.any(home, &["space", "show", space]);
    let count = |key: &str| shown.json["closed"][key].as_array().map_or(0, Vec::len);
    (count("attested"), count("missing"))
}

/// Returns everything that a store holds.
fn everything(dir: &Path) -> BTreeMap<Vec<u8>, Vec<u8>> {
    let engine = store::engine_of(dir).unwrap();
    let store = store::open(dir, engine, false).unwrap();
    let mut found = BTreeMap::new();
    let mut from = Vec::new();
    loop {
        let page = store.scan(&from, &[], 1_000, 1 << 24).unwrap();
        let Some((last, _)) = page.last() else { break };
        from = [last.as_slice(), &[0]].concat();
        found.extend(page);
    }
    store.close().unwrap();
    found
}

/// Returns every envelope's and every wrap's bytes that a relay stores of a space.
fn stored_contents(dir: &Path, space: &SpaceId) -> Vec<Vec<u8>> {
    let prefix = [b"s".as_slice(), space.bytes()].concat();
    let of =
        |key: &Vec<u8>| key.strip_prefix(prefix.as_slice()).and_then(|rest| rest.first().copied());
    let contents = everything(dir).into_iter();
    contents
        .filter(|(key, _)| matches!(of(key), Some(b'j' | b'w')))
        .map(|(_, value)| value)
        .collect()
}

/// An epoch's id commits to its secret: no 32 bytes that a device still has give one.
fn no_key_of_an_epoch(case: &Case, space: &SpaceId, secrets: &[Vec<u8>], plain: &[Vec<u8>]) {
    let dir = Path::new(&case.stage.path("relais")).join("store");
    let register = tests::operator::register_of(&everything(&dir), space).unwrap();
    let epochs = register.roster().epochs();
    assert!(!epochs.is_empty());
    let windows = plain.iter().chain(secrets).flat_map(|bytes| bytes.windows(32));
    for window in windows {
        let candidate = EpochSecret::from_bytes(window.try_into().unwrap());
        let opens = epochs.iter().any(|epoch| candidate.id(space, &epoch.previous) == epoch.id);
        assert!(!opens, "the secret of an epoch is still there");
    }
}

#[test]
fn t57_after_an_erasure_no_file_holds_a_word_or_a_key_of_it_sled() {
    t57_on("sled");
}

#[test]
fn t57_after_an_erasure_no_file_holds_a_word_or_a_key_of_it_redb() {
    t57_on("redb");
}

/// The other way to close: everything stays readable, nothing more is written.
#[test]
fn an_archived_space_is_read_and_not_written() {
    let case = Case::new("sled");
    case.vote("--archive");
    for home in ["hopital", "association"] {
        case.stage.any(home, &["sync"]);
        let shown = case.stage.ok(home, &["doc", "show", &case.document]);
        assert_eq!(shown.text("title"), WORDS[1]);
        let set = ["doc", "set", &case.document, "personne_nom", "x"];
        let refused = case.stage.any(home, &set);
        assert_eq!((refused.status, &refused.json["error"]["code"]), (1, &"space-closed".into()));
        let said = case.stage.said(home, &["space", "show", &case.space]);
        assert!(said.contains("archivé") && said.contains(WORDS[0]), "{said}");
    }
}

/// T59, in a circle around a person: the register of a space with a filled form, closed and
/// attested, holds no word of it, no name of an organisation, no label of a machine.
#[test]
fn t59_the_register_of_a_circle_with_a_filled_form_names_nobody() {
    let mut case = Case::new("sled");
    case.vote("--erase");
    let id = case.space.clone();
    case.stage.until("both have attested", |stage| {
        stage.any("hopital", &["sync"]);
        stage.any("association", &["sync"]);
        attested(stage, "hopital", &id) == (2, 0)
    });
    case.stage.stop_relay();
    let space = SpaceId::from_slice(&protocol::id::unhex(&case.space).unwrap()).unwrap();
    let disk = everything(&Path::new(&case.stage.path("relais")).join("store"));
    let entries = tests::operator::entries_of(&disk, &space);
    assert!(entries.len() >= 7, "charter, vote, epochs, closing, attestations: {}", entries.len());
    let named = ["PangolinHopital", "PangolinAssociation", "PangolinPoste", "fiche_liaison"];
    for entry in entries {
        let bytes = protocol::codec::to_bytes(&entry);
        for word in WORDS.iter().chain(&named) {
            let found = bytes.windows(word.len()).any(|part| part == word.as_bytes());
            assert!(!found, "entry {} says {word}", entry.seq);
        }
    }
}
