//! Bytes of released formats, read by today's code.
//!
//! The files under `golden/` are made once by `LIAISON_GOLDEN=1` and never changed: a format that
//! changes gets a new version and a new file beside the old one. A test compares what today's
//! code makes of them with what stood in them.

use std::path::PathBuf;

use client_core::replica::{Command, Replica, Reply};
use protocol::codec;
use protocol::env::{Env, Instant, Timestamp, Write};
use protocol::register::Entry;
use tests::chance::stream;
use tests::check::authorised;
use tests::disk::Disk;
use tests::operator::{entries_of, register_of};
use tests::story::Story;
use tests::world::CANARY;

fn golden(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/golden")).join(name)
}

/// Records as `key value` lines in hexadecimal, in order.
fn spell(records: &std::collections::BTreeMap<Vec<u8>, Vec<u8>>) -> String {
    let line = |(key, value): (&Vec<u8>, &Vec<u8>)| {
        format!("{} {}\n", protocol::id::hex(key), protocol::id::hex(value))
    };
    records.iter().map(line).collect()
}

fn unspell(text: &str) -> Vec<Write> {
    let unhex = |text: &str| protocol::id::unhex(text).unwrap();
    let write = |line: &str| {
        let (key, value) = line.split_once(' ').unwrap();
        Write::Put { key: unhex(key), value: unhex(value) }
    };
    text.lines().map(write).collect()
}

/// Makes the files where they do not exist yet and are asked for.
fn made() -> bool {
    if golden("relay-v1.txt").exists() {
        return true;
    }
    if std::env::var_os("LIAISON_GOLDEN").is_none() {
        return false;
    }
    let mut story = Story::found(71, 3, 1).unwrap();
    let document = story.documents[0];
    story.write_word(1, document, 0, false);
    story.sync_all().unwrap();
    let space = story.space;
    let bundle = match story.call(0, Command::WriteBundle { space }) {
        Some(Ok(Reply::File { bytes, .. })) => bytes,
        answer => panic!("{answer:?}"),
    };
    std::fs::write(golden("bundle-v1.bin"), bundle).unwrap();
    let host = &story.world.replicas[1];
    std::fs::write(golden("replica-v1.txt"), spell(&host.disk.sim().records())).unwrap();
    let secrets = host.disk.secrets().iter().map(|(k, v)| (k.clone(), v.to_vec())).collect();
    std::fs::write(golden("replica-secrets-v1.txt"), spell(&secrets)).unwrap();
    let relay = story.world.relays[0].disk.sim().records();
    std::fs::write(golden("space-v1.txt"), space.to_string()).unwrap();
    std::fs::write(golden("relay-v1.txt"), spell(&relay)).unwrap();
    true
}

fn disk(name: &str) -> Disk {
    assert!(made(), "the golden files are missing: make them with LIAISON_GOLDEN=1");
    let disk = Disk::new(0);
    disk.commit(&unspell(&std::fs::read_to_string(golden(name)).unwrap())).unwrap();
    disk
}

#[test]
fn the_records_of_a_relay_of_version_1_are_read() {
    let disk = disk("relay-v1.txt");
    let space = std::fs::read_to_string(golden("space-v1.txt")).unwrap().parse().unwrap();
    let verified = protocol::relay::verify(&disk, &space);
    assert!(verified.is_whole(), "{:?}", verified.damages);
    assert!(verified.register >= 8 && verified.journal >= 4);
    let register = register_of(&disk, &space).unwrap();
    assert_eq!(register.roster().guarantors().len(), 3);
    assert!(register.set_aside().is_empty());
    authorised(&disk, &space).unwrap();
    for entry in entries_of(&disk, &space) {
        let bytes = codec::to_bytes(&entry);
        assert_eq!(codec::from_bytes::<Entry>(&bytes).unwrap(), entry);
    }
}

#[test]
fn the_records_of_a_replica_of_version_1_are_read() {
    let mut disk = disk("replica-v1.txt");
    let secrets = unspell(&std::fs::read_to_string(golden("replica-secrets-v1.txt")).unwrap());
    let keep = |write: &Write| match write {
        Write::Put { key, value } => client_core::replica::SecretWrite::Put {
            id: key.clone(),
            value: zeroize::Zeroizing::new(value.clone()),
        },
        Write::Delete { key } => client_core::replica::SecretWrite::Delete { id: key.clone() },
    };
    disk.keep(&secrets.iter().map(keep).collect::<Vec<_>>());
    let seen = disk.records();
    let mut rng = stream(0, "golden", 0);
    let wall = Timestamp::from_ms(tests::world::WALL_START_MS + 60_000);
    let mut env = Env { now: Instant::default(), wall, rng: &mut rng, records: &seen };
    let mut replica = Replica::load(&mut env, &disk.secrets()).unwrap();
    let overview = replica.overview();
    assert_eq!(overview.spaces.len(), 1);
    assert_eq!(overview.documents.len(), 2);
    let space = overview.spaces[0].space;
    let ask = |replica: &mut Replica, env: &mut Env<'_>, command| {
        use client_core::replica::{Input, Output, Ticket};
        replica.handle(env, Input::Command(Ticket(1), command));
        while let Some(output) = replica.poll() {
            if let Output::Reply(_, answer) = output {
                return answer.unwrap();
            }
        }
        panic!("no answer")
    };
    match ask(&mut replica, &mut env, Command::Verify { space }) {
        Reply::Verified(report) => assert!(report.valid, "{:?}", report.anomalies),
        answer => panic!("{answer:?}"),
    }
    let mut words = 0;
    for (_, document) in overview.documents {
        match ask(&mut replica, &mut env, Command::Show { document, at: None }) {
            Reply::Document(view) => {
                let shows = |s: &client_core::document::SectionView| s.text.contains(CANARY);
                words += usize::from(view.content.sections.iter().any(shows));
            }
            answer => panic!("{answer:?}"),
        }
    }
    assert_eq!(words, 1, "the one word that was written");
}

#[test]
fn a_bundle_of_version_1_is_read() {
    assert!(made(), "the golden files are missing: make them with LIAISON_GOLDEN=1");
    let file = std::fs::read(golden("bundle-v1.bin")).unwrap();
    let space: protocol::id::SpaceId =
        std::fs::read_to_string(golden("space-v1.txt")).unwrap().parse().unwrap();
    let reader = protocol::bundle::Reader::new(&file).unwrap();
    assert_eq!(reader.space(), space);
    let items: Vec<_> = reader.collect::<Result<_, _>>().unwrap();
    assert!(items.len() > 10, "{} items", items.len());
}
