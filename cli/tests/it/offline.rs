//! Making a replica, refusing what is wrong, speaking both languages: no relay anywhere.
#![allow(clippy::unwrap_used)]

use crate::program::{PASSPHRASE, Program};
use serde_json::json;
use std::fs;

#[test]
fn init_makes_a_replica_that_later_commands_open() {
    let program = Program::new();
    let made = program.json(
        "init --partner CLSM --college élus --siret 73282932000074 --device poste \
         --keystore-cost low",
    );
    assert_eq!(made["partner"].as_str().unwrap().len(), 32);
    assert_eq!(made["device"].as_str().unwrap().len(), 64);
    assert_eq!(made["home"], program.home().to_str().unwrap());
    assert_eq!(program.json("space list"), json!([]));
    let person = program.run("space list");
    assert!(person.stdout.contains("Aucun espace"), "{person:?}");
}

#[test]
fn a_replica_is_made_once() {
    let program = Program::made();
    let again = program.run("init --partner Autre --keystore-cost low --json");
    assert_eq!((again.status, again.code().as_str()), (1, "already-initialised"));
}

#[test]
fn without_a_replica_the_hint_says_how_to_make_one() {
    let program = Program::new();
    let ran = program.run("space list --json");
    assert_eq!((ran.status, ran.code().as_str()), (3, "no-replica"));
    assert!(ran.json()["error"]["hint"].as_str().unwrap().contains("liaison init"));
    assert!(!program.home().exists(), "looking makes nothing");
}

#[test]
fn t61_a_wrong_passphrase_opens_nothing() {
    let program = Program::made().with_passphrase(Some("une autre"));
    let ran = program.run("space list --json");
    assert_eq!((ran.status, ran.code().as_str()), (1, "wrong-passphrase"));
    let program = program.with_passphrase(None);
    let ran = program.run("space list --json");
    assert_eq!((ran.status, ran.code().as_str()), (1, "passphrase-needed"));
    let program = program.with_passphrase(Some(PASSPHRASE));
    assert_eq!(program.run("space list").status, 0);
}

#[test]
fn t61_a_truncated_or_flipped_keystore_is_damaged() {
    let program = Program::made();
    let path = program.home().join("keystore");
    let whole = fs::read(&path).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 4;
    for bytes in [&whole[..whole.len() - 1], &whole[..10], &flipped[..]] {
        fs::write(&path, bytes).unwrap();
        let ran = program.run("space list --json");
        assert_eq!((ran.status, ran.code().as_str()), (3, "keystore-damaged"));
    }
    fs::write(&path, &whole).unwrap();
    assert_eq!(program.run("space list").status, 0);
}

#[test]
fn no_passphrase_says_what_it_costs() {
    let program = Program::new().with_passphrase(None);
    let ran = program.run("init --partner CLSM --no-passphrase --json");
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.stderr.contains("quiconque copie ce dossier"), "{ran:?}");
    assert!(program.home().join("keystore.key").exists());
    assert_eq!(program.json("space list"), json!([]));
}

#[test]
fn a_making_cut_short_is_made_again() {
    let program = Program::made();
    fs::remove_file(program.home().join("keystore")).unwrap();
    let ran = program.run("init --partner CLSM --keystore-cost low --json");
    assert_eq!(ran.status, 0, "{ran:?}");
    assert_eq!(program.json("space list"), json!([]));
}

#[test]
fn t58_a_home_holds_no_readable_word() {
    let program = Program::new();
    let ran = program.run(
        "init --partner Belleville-sur-Canari --college Canari --device Canari-poste \
         --keystore-cost low --json",
    );
    assert_eq!(ran.status, 0, "{ran:?}");
    let mut files = vec![program.home()];
    let mut seen = 0;
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        seen += 1;
        let bytes = fs::read(&path).unwrap();
        for word in ["Canari", PASSPHRASE] {
            let found = bytes.windows(word.len()).any(|bytes| bytes == word.as_bytes());
            assert!(!found, "{word} in {}", path.display());
        }
    }
    assert!(seen >= 4, "{seen} files");
}

#[cfg(unix)]
#[test]
fn secrets_are_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let program = Program::made();
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(program.home()), 0o700);
    assert_eq!(mode(program.home().join("keystore")), 0o600);
}

#[test]
fn identifiers_are_prefixes_of_six_digits() {
    let program = Program::made();
    for (line, status, code) in [
        ("space show abc --json", 2, "id-too-short"),
        ("space show Belleville --json", 2, "id-too-short"),
        ("space show abcdef --json", 1, "space-not-found"),
        ("doc show abcdef --json", 1, "document-not-found"),
        ("sync abcdef --json", 1, "space-not-found"),
    ] {
        let ran = program.run(line);
        assert_eq!((ran.status, ran.code().as_str()), (status, code), "{line}");
    }
}

#[test]
fn usage_errors_come_in_the_form_of_all_others() {
    let program = Program::new();
    for (line, code) in [
        ("space --json", "missing-command"),
        ("spce list --json", "unknown-command"),
        ("invite abcdef --json", "missing-argument"),
        ("invite abcdef --role boss --json", "bad-value"),
        ("space found T --relay https://relais.fr --json", "bad-value"),
        ("init --partner P --siret 123 --json", "bad-value"),
        ("doc write abcdef preambule --json", "missing-argument"),
        ("sync abcdef --watch --json", "arguments-conflict"),
    ] {
        let ran = program.run(line);
        assert_eq!((ran.status, ran.code().as_str()), (2, code), "{line}: {ran:?}");
    }
}

#[test]
fn kinds_are_tables_and_need_no_replica() {
    let program = Program::new();
    let kinds = program.json("doc kinds");
    let kinds = kinds.as_array().unwrap();
    let convention = kinds.iter().find(|kind| kind["kind"] == "convention").unwrap();
    let fields = convention["fields"].as_array().unwrap();
    assert!(!fields.is_empty());
    for field in fields {
        for key in ["name", "type", "merge", "label"] {
            assert!(field[key].is_string(), "{field}");
        }
        assert!("TRMSLAC".contains(field["merge"].as_str().unwrap()), "{field}");
    }
    let english = program.json("doc kinds --lang en");
    assert_ne!(&english, &json!(kinds), "labels follow the language");
}

#[test]
fn help_is_french_first_and_english_when_asked() {
    let program = Program::new();
    let french = program.run("approve --help");
    assert!(french.stdout.contains("Utilisation"), "{french:?}");
    assert!(french.stdout.contains("Ne demande pas de confirmation"), "{french:?}");
    let english = program.run("approve --help --lang en");
    assert!(english.stdout.contains("Does not ask for confirmation"), "{english:?}");
}

#[test]
fn completions_and_manual_come_from_the_same_definitions() {
    let program = Program::new();
    for shell in ["bash", "zsh", "fish"] {
        let ran = program.run(&format!("completions {shell}"));
        assert_eq!(ran.status, 0);
        assert!(ran.stdout.contains("quarantine"), "{shell}");
    }
    let manual = program.run("man");
    assert!(manual.stdout.contains(".TH"), "{manual:?}");
}

#[test]
fn a_file_that_is_no_bundle_is_said_so() {
    let program = Program::made();
    let path = program.home().join("lettre.txt");
    fs::write(&path, "Bonjour").unwrap();
    let line = format!("verify {} --json", path.display());
    let ran = program.run(&line);
    assert_eq!((ran.status, ran.code().as_str()), (1, "not-a-bundle"));
    let ran = program.run("bundle read nulle-part --json");
    assert_eq!((ran.status, ran.code().as_str()), (1, "file-absent"));
}

#[test]
fn records_move_to_the_other_engine_and_back() {
    let program = Program::made();
    for engine in ["redb", "sled"] {
        let moved = program.json(&format!("store migrate {engine}"));
        assert_eq!(moved["engine"], engine);
        assert!(moved["records"].as_u64().unwrap() > 0, "{moved}");
        assert_eq!(program.json("space list"), json!([]));
    }
    let again = program.run("store migrate sled --json");
    assert_eq!((again.status, again.code().as_str()), (1, "already-so"));
}

#[test]
fn settings_that_are_not_understood_stop_everything() {
    let program = Program::made();
    fs::write(program.home().join("liaison.toml"), "moteur = \"sled\"\n").unwrap();
    let ran = program.run("space list --json");
    assert_eq!((ran.status, ran.code().as_str()), (3, "settings-wrong"));
}

#[test]
fn another_engine_than_the_records_own_is_told() {
    let program = Program::made();
    fs::write(program.home().join("liaison.toml"), "engine = \"redb\"\n").unwrap();
    let ran = program.run("space list --json");
    assert_eq!((ran.status, ran.code().as_str()), (3, "store-other-engine"));
}
