//! What the two programs never say and never leave behind, at their most talkative: neither in
//! the relay's folder, nor in any log, nor in a frame on the way.

use std::collections::BTreeSet;
use std::path::Path;

use protocol::crypto::{self, Label, SymmetricKey};
use protocol::invitation::Invitation;

use crate::programs::{Stage, Tap, admit};

/// Words that a person has typed, none of which concerns a relay or a network.
const CANARIES: [&str; 7] = [
    "PangolinEspace",
    "PangolinConvention",
    "PangolinTexte",
    "PangolinHopital",
    "PangolinAssociation",
    "PangolinPoste",
    "PangolinPhrase",
];
/// Magic, version, way, cost and salt, before the nonce of a keystore.
const HEADER_BYTES: usize = 12 + 2 + 3 * 4 + 16;
const NONCE_BYTES: usize = 24;
const DIGEST_BYTES: usize = 32;

/// Returns every secret of a home that has a key file, as pieces of 32 bytes, the store key first.
pub(crate) fn secrets(home: &Path) -> Vec<Vec<u8>> {
    let file = std::fs::read(home.join("keystore")).unwrap();
    let key = std::fs::read(home.join("keystore.key")).unwrap();
    let key: [u8; 32] = key.try_into().unwrap();
    let body = &file[..file.len() - DIGEST_BYTES];
    let (header, rest) = body.split_at(HEADER_BYTES);
    let (nonce, sealed) = rest.split_first_chunk::<NONCE_BYTES>().unwrap();
    let associated = [Label::Keystore.bytes(), header].concat();
    let plain = crypto::open(&SymmetricKey::new(key), nonce, &associated, sealed).unwrap();
    let (store_key, mut rest) = plain.split_first_chunk::<32>().unwrap();
    let mut found = vec![store_key.to_vec(), key.to_vec()];
    while let Some((len, after)) = rest.split_first_chunk::<2>() {
        let (_, after) = after.split_at(u16::from_be_bytes(*len).into());
        let (len, after) = after.split_first_chunk::<4>().unwrap();
        let (value, after) = after.split_at(u32::from_be_bytes(*len).try_into().unwrap());
        found.extend(value.chunks_exact(32).map(<[u8]>::to_vec));
        rest = after;
    }
    found
}

/// Returns how programs may spell bytes: as they are, in hexadecimal, or as a list of numbers.
fn spellings(secret: &[u8]) -> Vec<Vec<u8>> {
    let hex = protocol::id::hex(secret);
    let list = secret.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    vec![secret.to_vec(), hex.to_uppercase().into_bytes(), hex.into_bytes(), list.into_bytes()]
}

/// Two partners at work, with everything that a person types or that a machine draws.
struct Talk {
    stage: Stage,
    tap: Tap,
    /// Whole strings that are handed from person to person.
    papers: Vec<String>,
}

fn talk() -> Talk {
    let mut stage = Stage::new("silence").telling();
    stage.start_relay();
    let ticket = stage.relay(&["ticket"]).text("ticket");
    let tap = Tap::on(&stage.address("relais"));
    stage.settle("hopital", "PangolinHopital");
    stage.settle("association", "PangolinAssociation");
    let ways = ["--relay", tap.url(), "--ticket", &ticket];
    let found = [&["space", "found", "PangolinEspace"][..], &ways].concat();
    let space = stage.ok("hopital", &found).text("space");
    let invitation = admit(&mut stage, &space, "association", &["hopital"]);
    let new = ["doc", "new", &space, "convention", "--title", "PangolinConvention"];
    let document = stage.ok("hopital", &new).text("document");
    let both = ["hopital", "association"];
    stage.converge(&both, &document);
    for home in both {
        let write = ["doc", "write", &document, "objet", "--append", "PangolinTexte. "];
        stage.ok(home, &write);
    }
    stage.converge(&both, &document);
    // Refusals and failures say more than success.
    stage.any("hopital", &["doc", "show", "PangolinTexte"]);
    stage.any("association", &["join", &invitation]);
    stage.stop_relay();
    stage.any("hopital", &["sync"]);
    stage.start_relay();
    stage.converge(&both, &document);
    stage.stop_relay();
    Talk { stage, tap, papers: vec![invitation, ticket] }
}

/// T58, T60 with the programs: words, names, secrets and invitations stand in no file of the
/// relay, in no log however talkative, and in no frame as the relay itself reads it.
#[test]
fn t58_t60_neither_folder_nor_logs_nor_frames_hold_a_word_or_a_secret() {
    let Talk { stage, tap, papers } = talk();
    let mut hidden: Vec<Vec<u8>> = CANARIES.iter().map(|word| word.as_bytes().to_vec()).collect();
    let mut seeds = 0;
    for home in ["hopital", "association"] {
        for secret in secrets(Path::new(&stage.path(home))) {
            seeds += 1;
            hidden.extend(spellings(&secret));
        }
    }
    assert!(seeds > 8, "only {seeds} secrets were found");
    let invitation: Invitation = papers[0].parse().unwrap();
    hidden.extend(spellings(invitation.secret.bytes()));
    hidden.push(papers[0].clone().into_bytes());
    let hidden: BTreeSet<Vec<u8>> = hidden.into_iter().collect();
    let words: Vec<&[u8]> = hidden.iter().map(Vec::as_slice).collect();
    let in_folder = stage.search("relais", &words);
    assert!(in_folder.is_empty(), "the relay's folder tells: {in_folder:?}");
    let frames = tap.frames();
    assert!(frames.len() > 40, "{} frames passed", frames.len());
    for frame in &frames {
        for word in &words {
            let found = frame.windows(word.len()).any(|window| window == *word);
            assert!(!found, "a frame holds {:?}", String::from_utf8_lossy(word));
        }
    }
    // A log is kept and mailed around: the founding ticket must not stand there either.
    let ticket = papers[1].as_bytes();
    let in_logs = stage.search("logs", &[&words[..], &[ticket]].concat());
    assert!(in_logs.is_empty(), "the logs tell: {in_logs:?}");
    for name in ["relais", "hopital", "association"] {
        let log = std::fs::read_to_string(Path::new(&stage.path("logs")).join(name)).unwrap();
        assert!(log.lines().count() > 3, "{name} has logged nothing: {log:?}");
    }
}

/// A passphrase is asked for, or lent by the environment, and goes nowhere from there.
#[test]
fn t58_a_passphrase_stands_in_no_file_and_in_no_log() {
    let stage = Stage::new("passphrase").telling();
    let init = ["init", "--partner", "PangolinHopital"];
    let typed = |args: &[&str], passphrase: &str| {
        let mut command = stage.command("hopital", args);
        command.env("LIAISON_PASSPHRASE", passphrase);
        crate::programs::run(command)
    };
    let made = typed(&init, "PangolinPhrase bien longue");
    assert_eq!(made.status, 0, "{made:?}");
    assert_eq!(typed(&["space", "list"], "PangolinPhrase bien longue").status, 0);
    let wrong = typed(&["space", "list"], "PangolinPhrase fausse");
    assert_ne!(wrong.status, 0, "{wrong:?}");
    assert!(!wrong.json.to_string().contains("PangolinPhrase"), "{wrong:?}");
    for folder in ["hopital", "."] {
        let found = stage.search(folder, &[b"PangolinPhrase"]);
        assert!(found.is_empty(), "{found:?}");
    }
}

/// The search finds what it looks for, however it is spelt.
#[test]
fn the_search_for_secrets_finds_them() {
    let mut stage = Stage::new("found").telling();
    stage.settle("hopital", "PangolinHopital");
    let secret = secrets(Path::new(&stage.path("hopital"))).pop().unwrap();
    let log = Path::new(&stage.path("logs")).join("planted");
    for spelt in spellings(&secret) {
        std::fs::write(&log, [b"key=", &spelt[..], b"\n"].concat()).unwrap();
        assert_eq!(stage.search(".", &[&spelt]).len(), 1);
    }
}
