//! Making a replica, refusing what is wrong, speaking both languages: no relay anywhere.
#![allow(clippy::unwrap_used)]

use crate::program::{PASSPHRASE, Program};
use protocol::id::{PartnerId, RelayId, SpaceId};
use protocol::invitation::{Invitation, InvitationSecret};
use protocol::register::{History, Role};
use serde_json::json;
use std::fs;
use std::io::Write as _;
use std::process::Stdio;

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
        ("space show Belleville --json", 2, "not-an-id"),
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
    let one = program.json("doc kinds fiche_action");
    let fields = one["fields"].as_array().unwrap();
    let goals = fields.iter().find(|field| field["name"] == "objectifs").unwrap();
    let column = |name: &str| {
        let columns = goals["columns"].as_array().unwrap();
        columns.iter().find(|column| column["name"] == name).unwrap()
    };
    assert_eq!((&goals["type"], &goals["merge"]), (&json!("rows"), &json!("L")));
    assert_eq!(column("echeance")["merge"], "M");
    assert_eq!(column("avancement")["choices"][0]["code"], "non_demarree");
    assert_eq!(column("indicateurs")["documents"], json!(["indicateur"]));
    let person = program.run("doc kinds fiche_action").stdout;
    assert!(person.contains("objectifs/…/echeance"), "{person}");
    let unknown = program.run("doc kinds fiche_acton --json");
    assert_eq!((unknown.status, unknown.code().as_str()), (1, "kind-not-found"));
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
fn completions_and_manual_are_one_document_for_a_script() {
    let program = Program::new();
    let script = program.json("completions bash");
    assert_eq!(script["shell"], "bash");
    assert!(script["script"].as_str().unwrap().contains("quarantine"), "{script}");
    assert!(program.json("man")["page"].as_str().unwrap().contains(".TH"));
}

/// Returns an invitation to a space whose relay nobody reaches.
fn invitation_to_nowhere() -> String {
    let filled = |byte: u8| [byte; 32];
    let invitation = Invitation {
        space: SpaceId::new(filled(7)),
        url: "ws://127.0.0.1:1".to_owned(),
        relay: RelayId::new(filled(8)),
        sponsor: PartnerId::new([9; 16]),
        secret: InvitationSecret::from_bytes(&[10; 16]),
        role: Role::Guarantor,
        history: History::All,
        title: Some("PTSM".to_owned()),
    };
    invitation.to_string()
}

#[test]
fn joining_while_the_relay_is_away_gives_the_eight_words() {
    let program = Program::made();
    let invitation = invitation_to_nowhere();
    let mail = program.home().join("courriel.txt");
    let (first, rest) = invitation.split_at(40);
    fs::write(&mail, format!("Bonjour,\nliaison join {first}\n{rest}\n")).unwrap();
    let joined = program.run(&format!("join --file {} --json", mail.display()));
    assert_eq!(joined.status, 4, "{joined:?}");
    let answer = joined.json();
    assert_eq!(answer["words"].as_array().map(Vec::len), Some(8), "{answer}");
    assert!(answer["request"].is_string() && answer["space"].is_string(), "{answer}");
    assert_eq!((&answer["sent"], &answer["link"]), (&json!(false), &json!("unreachable")));
    let listed = program.json("space list");
    assert_eq!((&listed[0]["membership"], &listed[0]["pending"]), (&json!("waiting"), &json!(1)));
    let again = program.run(&format!("join {invitation} --json"));
    assert_eq!((again.status, &again.json()["words"]), (4, &answer["words"]), "the same request");
}

#[test]
fn a_person_reads_the_words_and_that_they_have_not_left() {
    let program = Program::made();
    let joined = program.run(&format!("join {}", invitation_to_nowhere()));
    assert_eq!(joined.status, 4, "{joined:?}");
    assert!(joined.stdout.contains("lisez-lui ces huit mots"), "{joined:?}");
    assert!(joined.stdout.contains("pas encore envoyé"), "{joined:?}");
    assert!(!joined.stdout.contains("La demande est partie"), "{joined:?}");
}

#[test]
fn a_founding_that_reaches_no_relay_says_that_nothing_is_left() {
    let program = Program::made();
    let mut command = program.command("space found PTSM --relay ws://127.0.0.1:1");
    let ran: crate::program::Ran = command.output().unwrap().into();
    assert_eq!(ran.status, 4, "{ran:?}");
    assert!(ran.stderr.contains("n'est pas fondé"), "{ran:?}");
    assert!(!ran.stderr.contains("gardé"), "{ran:?}");
    assert_eq!(program.json("space list"), json!([]));
}

#[test]
fn a_request_may_be_carried_in_a_file() {
    let program = Program::made();
    let file = program.home().join("demande.txt");
    let asked = program.json(&format!("device request --output {}", file.display()));
    let written = fs::read_to_string(&file).unwrap();
    assert_eq!(written.trim(), asked["request"].as_str().unwrap());
    for (line, code) in [
        ("device add abcdef --file nulle-part --json", "file-absent"),
        ("join --file nulle-part --json", "file-absent"),
        ("join --json", "missing-argument"),
        ("join liaison-x --file y --json", "arguments-conflict"),
    ] {
        assert_eq!(program.run(line).code(), code, "{line}");
    }
    let again = format!("device request --output {}", file.display());
    assert_eq!(program.run(&format!("{again} --json")).code(), "file-exists");
    assert_eq!(fs::read_to_string(&file).unwrap(), written, "the first one stands");
    let person = program.run(&format!("{again} --force"));
    assert!(person.stdout.contains("--file"), "{person:?}");
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

#[test]
fn a_step_that_cannot_be_taken_back_obeys_the_pipe_and_never_takes_silence_for_a_yes() {
    let program = Program::made();
    let answered = |line: &str, answer: &str| -> crate::program::Ran {
        let mut command = program.command(line);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(answer.as_bytes()).unwrap();
        child.wait_with_output().unwrap().into()
    };
    let refused = answered("leave abcdef", "non\n");
    assert_eq!(refused.status, 1, "{refused:?}");
    assert!(refused.stderr.contains("rien n'a été fait"), "{refused:?}");
    let unasked = program.run("leave abcdef");
    assert_eq!(unasked.status, 2, "{unasked:?}");
    assert!(unasked.stderr.contains("--yes"), "{unasked:?}");
    for (line, answer) in [("leave abcdef", "oui\n"), ("leave abcdef --yes", "non\n")] {
        let went_on = answered(line, answer);
        assert!(went_on.stderr.contains("aucun espace"), "{went_on:?}");
    }
    assert_eq!(program.run("leave abcdef --json").code(), "space-not-found");
}

#[test]
fn the_headings_a_workbook_may_have_are_listed_without_a_replica() {
    let program = Program::new();
    let sheets = program.json("import --headings");
    let names: Vec<&str> =
        sheets.as_array().unwrap().iter().map(|one| one["sheet"].as_str().unwrap()).collect();
    assert_eq!((names.len(), names[0], names[12]), (13, "Fiches", "Annuaire"));
    let one = program.json("import --headings financement --lang en");
    assert_eq!((one[0]["sheet"].as_str(), &one[1]), (Some("Funding"), &json!(null)));
    let shown = program.run("import --headings Fiches");
    assert_eq!(shown.status, 0, "{shown:?}");
    for words in ["Budget", "budget prévu", "Réalisée (terminé", "--to xlsx", "co-pilotes"] {
        assert!(shown.stdout.contains(words), "{words}: {}", shown.stdout);
    }
    let unknown = program.run("import --headings Cuisine --json");
    assert_eq!((unknown.status, unknown.code().as_str()), (1, "sheet-not-found"));
    assert_eq!(program.run("import").status, 2, "a file or --headings");
    assert_eq!(program.run("import a.xlsx --headings").status, 2);
    assert!(!program.home().exists(), "looking makes nothing");
}

/// A pipe into which nobody writes is waited on for ever by whoever opens it.
#[cfg(unix)]
#[test]
fn a_pipe_a_device_or_a_folder_is_no_file_to_read() {
    let program = Program::made();
    let pipe = program.home().join("../pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    for line in ["import pipe", "import /dev/zero", "import .", "bundle read pipe", "verify pipe"] {
        let ran = program.run(&format!("{line} --json"));
        assert_eq!((ran.status, ran.code().as_str()), (1, "file-failed"), "{line}: {ran:?}");
    }
}

#[test]
fn an_import_says_what_it_lacks_before_it_writes_anything() {
    let program = Program::made();
    let file = program.home().join("../suivi.csv");
    fs::write(&file, "N°;Titre\nFA-01;Accès\n").unwrap();
    for (line, code) in [
        ("import absent.xlsx --json", "file-absent"),
        ("import suivi.csv --json", "no-space"),
        ("import suivi.csv --departement 91 --json", "not-finess"),
        ("import suivi.csv --space abcdef --apply --json", "space-not-found"),
    ] {
        let ran = program.run(line);
        assert_eq!((ran.status, ran.code().as_str()), (1, code), "{line}");
    }
}
