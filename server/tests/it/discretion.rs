//! What the logs and the store of a relay never hold, at the most talkative level.

use std::path::Path;

use protocol::env::ChannelBinding;

use crate::circle::Circle;
use crate::client::Client;
use crate::program::{Program, init, run};

/// Words that no file of the relay may hold.
const CANARY: &str = "canari-hirondelle-4821";
/// The longest beginning of an id that a log line may show.
const ID_DIGITS_MAX: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn neither_logs_nor_store_hold_contents_names_or_whole_ids() {
    let folder = tempfile::tempdir().unwrap();
    let dir = init(&folder.path().join("relay"));
    let program = Program::serve_with(&dir, &["-vv"]);
    let mut circle = Circle::new();
    let mut link = Client::open(program.address).await;
    let register = link.found(&mut circle, ChannelBinding::None).await;
    for _ in 0..20 {
        let envelope = circle.envelope(&register, CANARY.repeat(50).into_bytes());
        link.push(envelope.bytes()).await.unwrap();
    }
    // Refusals are logged too.
    let mut stranger = Client::open(program.address).await;
    stranger.say_bytes(CANARY.as_bytes().to_vec()).await.unwrap();
    while stranger.hear().await.is_some() {}
    run(&["verify", "--dir", &dir, "--json"]);
    drop(link);
    let log = program.stop();

    assert!(log.contains("seated") && log.contains("founded"), "the logs say something");
    assert!(!log.contains("canari"), "{log}");
    let digits = |line: &str| {
        let runs = line.split(|c: char| !c.is_ascii_hexdigit());
        runs.map(str::len).max().unwrap_or(0)
    };
    let telling: Vec<_> = log.lines().filter(|line| digits(line) > ID_DIGITS_MAX).collect();
    assert_eq!(telling, Vec::<&str>::new());
    let holding: Vec<_> = files(folder.path())
        .into_iter()
        .filter(|path| {
            let bytes = std::fs::read(path).unwrap();
            bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes())
        })
        .collect();
    assert_eq!(holding, Vec::<std::path::PathBuf>::new());
}

fn files(dir: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            found.extend(files(&entry.path()));
        } else if kind.is_file() {
            found.push(entry.path());
        }
    }
    found
}
