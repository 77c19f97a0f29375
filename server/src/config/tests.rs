//! The samples of `server/samples`: each valid one is understood, each invalid one is refused.

use super::*;
use console::{Exit, Lang};

fn samples(kind: &str) -> Vec<(String, String)> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(kind);
    let mut samples: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect();
    samples.sort();
    samples
}

#[test]
fn every_valid_sample_is_understood() {
    let samples = samples("valid");
    assert_eq!(samples.len(), 2);
    for (name, text) in samples {
        assert!(Settings::parse(Path::new("/relay"), &text).is_ok(), "{name}");
    }
}

#[test]
fn every_invalid_sample_is_refused_with_its_reason() {
    let samples = samples("invalid");
    assert_eq!(samples.len(), 14);
    for (name, text) in samples {
        let failure = Settings::parse(Path::new("/relay"), &text).unwrap_err();
        assert_eq!(failure.exit, Exit::Setup, "{name}");
        assert_eq!(failure.code, "config-invalid", "{name}");
        let said = failure.message.in_lang(Lang::En);
        assert!(said.starts_with("relay.toml"), "{name}: {said}");
    }
}

#[test]
fn what_is_not_written_has_a_safe_meaning() {
    let text = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/valid/minimal.toml"),
    )
    .unwrap();
    let settings = Settings::parse(Path::new("/relay"), &text).unwrap();
    assert!(settings.listen.ip().is_loopback());
    assert_eq!(settings.engine, Engine::Sled);
    assert_eq!(settings.data_dir, Path::new("/relay/store"));
    assert_eq!(settings.tls, None);
    assert_eq!(settings.logs.level, LogLevel::Info);
}

#[test]
fn a_ticket_is_asked_for_as_soon_as_others_can_reach_the_relay() {
    let required = |extra: &str, listening: &str| {
        let text = format!("operator_key = \"{}\"\n{extra}", "ab".repeat(32));
        let settings = Settings::parse(Path::new("/relay"), &text).unwrap();
        settings.ticket_required(listening.parse().unwrap())
    };
    assert!(!required("", "127.0.0.1:7464"));
    assert!(!required("", "[::1]:7464"));
    assert!(required("", "0.0.0.0:7464"));
    assert!(required("", "192.0.2.7:7464"));
    assert!(required("public_url = \"wss://relais.exemple.fr\"", "127.0.0.1:7464"));
    assert!(required("founding = \"ticket\"", "127.0.0.1:7464"));
}
