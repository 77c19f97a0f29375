//! Disks that fill up, and disks that fail.

use protocol::Refusal;
use protocol::env::ChannelBinding;
use protocol::wire::{Standing, ToRelay, ToReplica};
use store::{Faults, SimDisk};
use tokio::time::{Duration, timeout};

use crate::circle::Circle;
use crate::client::Client;
use crate::relay::{Relay, http_get};

const NONE: ChannelBinding = ChannelBinding::None;

#[tokio::test]
async fn a_full_disk_takes_nothing_still_reads_and_resumes_by_itself() {
    let disk = SimDisk::new();
    let relay = Relay::start(disk.clone(), "").await;
    let mut circle = Circle::new();
    let mut author = Client::open(relay.address).await;
    let register = author.found(&mut circle, NONE).await;
    let kept = circle.envelope(&register, vec![1; 500]);
    assert_eq!(author.push(kept.bytes()).await, Ok(0));

    disk.set_faults(Faults { capacity_bytes: 0, ..Faults::default() });
    let late = circle.envelope(&register, vec![2; 500]);
    author.say(&ToRelay::Push(late.bytes().to_vec())).await;
    let why = author
        .until(|message| match message {
            ToReplica::Bye(why) => Some(*why),
            ToReplica::Kept { .. } => panic!("acknowledged and not stored"),
            _ => None,
        })
        .await;
    assert_eq!(why, Refusal::StorageFailed);

    // Reading goes on, and what would be stored is refused without being sent away.
    let mut again = Client::open(relay.address).await;
    let (_, welcome) = again.join(register.space(), &circle.device, NONE).await.unwrap();
    assert_eq!((welcome.standing, welcome.journal.size), (Standing::Member, 1));
    let (_, journal) = again.follow().await;
    assert_eq!(journal.len(), 1);
    for _ in 0..3 {
        assert_eq!(again.push(late.bytes()).await, Err(Refusal::StorageFailed));
    }
    let health = http_get(relay.address, "/healthz").await;
    assert!(health.starts_with("HTTP/1.1 503 ") && health.contains("\"storage\":\"full\""));

    disk.set_faults(Faults::default());
    let resumed = async {
        loop {
            match again.push(late.bytes()).await {
                Ok(position) => return position,
                Err(why) => assert_eq!(why, Refusal::StorageFailed),
            }
        }
    };
    let position = timeout(Duration::from_secs(10), resumed).await;
    assert_eq!(position.expect("resumes within 10 s"), 1);
    assert!(http_get(relay.address, "/healthz").await.starts_with("HTTP/1.1 200 "));
    relay.stop().await.unwrap();
}

/// Nobody knows what such a disk holds: the process stops rather than guess.
#[tokio::test]
async fn a_disk_that_fails_for_good_stops_the_relay() {
    let disk = SimDisk::new();
    let relay = Relay::start(disk.clone(), "").await;
    let mut circle = Circle::new();
    let mut author = Client::open(relay.address).await;
    let register = author.found(&mut circle, NONE).await;
    disk.set_faults(Faults { failure_per_million: 1_000_000, ..Faults::default() });
    let envelope = circle.envelope(&register, vec![1; 500]);
    author.say(&ToRelay::Push(envelope.bytes().to_vec())).await;
    let (seed, address) = (relay.log_seed, relay.address);
    let failure = relay.ended().await.unwrap_err();
    assert_eq!((failure.exit, failure.code), (console::Exit::Setup, "store-failed"));
    assert!(tokio::net::TcpStream::connect(address).await.is_err());

    // Started anew it serves what was acknowledged, and the author pushes again.
    disk.set_faults(Faults::default());
    disk.reopen();
    let dir = tempfile::tempdir().unwrap();
    let relay = Relay::start_in(dir, seed, Box::new(disk), "").await.unwrap();
    let mut author = Client::open(relay.address).await;
    author.join(register.space(), &circle.device, NONE).await.unwrap();
    assert_eq!(author.push(envelope.bytes()).await, Ok(0));
    relay.stop().await.unwrap();
}
