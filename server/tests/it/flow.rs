//! The main path over real sockets: found, push, follow, restart, drain.

use protocol::env::ChannelBinding;
use protocol::journal::JournalEntry;
use protocol::wire::{Standing, ToRelay, ToReplica};
use protocol::{Refusal, codec};
use store::{DiskStore, Engine, MemStore};
use tokio::time::{Duration, timeout};

use crate::circle::Circle;
use crate::client::Client;
use crate::relay::{Relay, http_get};

const NONE: ChannelBinding = ChannelBinding::None;

#[tokio::test]
async fn a_space_is_founded_written_and_followed() {
    let relay = Relay::start(MemStore::new(), "").await;
    let mut circle = Circle::new();
    let mut author = Client::open(relay.address).await;
    let register = author.found(&mut circle, NONE).await;

    let mut reader = Client::open(relay.address).await;
    let (met, welcome) = reader.join(register.space(), &circle.device, NONE).await.unwrap();
    assert_eq!((met, welcome.standing), (relay.relay, Standing::Member));
    reader.follow().await;

    let mut sent = Vec::new();
    for n in 0..5_u8 {
        let envelope = circle.envelope(&register, vec![n; 300]);
        assert_eq!(author.push(envelope.bytes()).await, Ok(u64::from(n)));
        sent.push(envelope.bytes().to_vec());
    }
    let mut heard = Vec::new();
    while heard.len() < sent.len() {
        heard.extend(
            reader
                .until(|message| match message {
                    ToReplica::Envelopes { entries, .. } => Some(entries.clone()),
                    _ => None,
                })
                .await,
        );
    }
    let heard: Vec<_> = heard
        .iter()
        .map(|bytes| codec::from_bytes::<JournalEntry>(bytes).unwrap().envelope)
        .collect();
    assert_eq!(heard, sent);
    relay.stop().await.unwrap();
}

#[tokio::test]
async fn what_was_kept_is_there_after_a_restart_on_either_engine() {
    for engine in Engine::ALL {
        let folder = tempfile::tempdir().unwrap();
        let open = || {
            let options = store::Settings { reserve_bytes: 0, ..store::Settings::default() };
            DiskStore::open(&folder.path().join("store"), engine, true, options).unwrap()
        };
        let relay = Relay::start(open(), "").await;
        let mut circle = Circle::new();
        let mut author = Client::open(relay.address).await;
        let register = author.found(&mut circle, NONE).await;
        for n in 0..3 {
            let envelope = circle.envelope(&register, vec![n; 40_000]);
            author.push(envelope.bytes()).await.unwrap();
        }
        let seed = relay.log_seed;
        relay.stop().await.unwrap();

        let dir = tempfile::tempdir().unwrap();
        let relay = Relay::start_in(dir, seed, Box::new(open()), "").await.unwrap();
        let mut reader = Client::open(relay.address).await;
        reader.join(register.space(), &circle.device, NONE).await.unwrap();
        let (again, journal) = reader.follow().await;
        assert_eq!((again.size(), again.root()), (register.size(), register.root()), "{engine}");
        assert_eq!(journal.len(), 3, "{engine}");
        relay.stop().await.unwrap();
    }
}

/// More than one stream frame, and than any queue: a late reader is served from the store.
#[tokio::test]
async fn a_late_reader_gets_a_long_journal_in_order() {
    let relay = Relay::start(MemStore::new(), "").await;
    let mut circle = Circle::new();
    let mut author = Client::open(relay.address).await;
    let register = author.found(&mut circle, NONE).await;
    for n in 0..12 {
        let envelope = circle.envelope(&register, vec![n; 900_000]);
        assert_eq!(author.push(envelope.bytes()).await, Ok(u64::from(n)));
    }
    let mut reader = Client::open(relay.address).await;
    reader.join(register.space(), &circle.device, NONE).await.unwrap();
    let (_, journal) = reader.follow().await;
    let places: Vec<u64> = journal
        .iter()
        .map(|bytes| codec::from_bytes::<JournalEntry>(bytes).unwrap().position)
        .collect();
    assert_eq!(places, (0..12).collect::<Vec<_>>());
    relay.stop().await.unwrap();
}

#[tokio::test]
async fn health_says_whether_links_and_writes_are_taken() {
    let relay = Relay::start(MemStore::new(), "").await;
    let fresh = http_get(relay.address, "/healthz").await;
    assert!(fresh.starts_with("HTTP/1.1 200 "), "{fresh}");
    assert!(fresh.contains("\"ready\":true") && fresh.contains("\"last_durable_write\":null"));
    let mut circle = Circle::new();
    Client::open(relay.address).await.found(&mut circle, NONE).await;
    let used = http_get(relay.address, "/healthz").await;
    assert!(used.contains("\"last_durable_write\":\"2"), "{used}");
    assert!(!used.contains(&relay.relay.short()), "health names nobody");
    let version = http_get(relay.address, "/version").await;
    assert!(version.contains(&relay.relay.to_string()), "{version}");
    assert!(http_get(relay.address, "/other").await.starts_with("HTTP/1.1 404 "));
    assert!(http_get(relay.address, "/").await.starts_with("HTTP/1.1 426 "));
    assert!(http_get(relay.address, "/ws").await.starts_with("HTTP/1.1 400 "));
    relay.stop().await.unwrap();
}

#[tokio::test]
async fn a_relay_that_stops_says_goodbye_first() {
    let mut relay = Relay::start(MemStore::new(), "").await;
    let mut circle = Circle::new();
    let mut link = Client::open(relay.address).await;
    link.found(&mut circle, NONE).await;
    let silent = Client::open(relay.address).await;
    relay.ask_to_stop();
    assert_eq!(link.goodbye().await, Refusal::Draining);
    assert!(link.hear().await.is_none());
    let stopped = timeout(Duration::from_secs(10), relay.ended()).await;
    assert_eq!(stopped.expect("drained within 10 s"), Ok(()));
    drop(silent);
}

#[tokio::test]
async fn a_replica_may_take_leave_by_itself() {
    let relay = Relay::start(MemStore::new(), "").await;
    let mut circle = Circle::new();
    let mut link = Client::open(relay.address).await;
    link.found(&mut circle, NONE).await;
    link.say(&ToRelay::Bye).await;
    while link.hear().await.is_some() {}
    relay.stop().await.unwrap();
}
