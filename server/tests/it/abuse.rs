//! Peers that do not keep to the rules, before and after they have said who they are.

use std::net::SocketAddr;

use protocol::Refusal;
use protocol::env::ChannelBinding;
use protocol::id::SpaceId;
use protocol::limits::{BEFORE_AUTH_BYTES_MAX, FRAME_BYTES_MAX};
use protocol::session::Dialled;
use protocol::wire::{NO_SPACE, ToRelay, ToReplica};
use server::keys::entropy;
use store::MemStore;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Duration, timeout};

use crate::circle::Circle;
use crate::client::Client;
use crate::relay::Relay;

const NONE: ChannelBinding = ChannelBinding::None;

/// Opens a WebSocket by hand and returns the socket behind its handshake.
async fn raw(address: SocketAddr) -> TcpStream {
    let mut socket = TcpStream::connect(address).await.unwrap();
    let request = "GET /ws HTTP/1.1\r\nHost: relay\r\nUpgrade: websocket\r\n\
                   Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
                   Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(socket.read_u8().await.unwrap());
    }
    assert!(answer.starts_with(b"HTTP/1.1 101 "));
    socket
}

/// The header of a client's binary frame that announces so many bytes.
fn announcing(bytes: u64) -> Vec<u8> {
    let mut header = vec![0x82, 0x80 | 127];
    header.extend_from_slice(&bytes.to_be_bytes());
    header.extend_from_slice(&[1, 2, 3, 4]);
    header
}

#[tokio::test]
async fn t49_a_frame_too_large_before_proof_is_refused_by_its_header() {
    let relay = Relay::start(MemStore::new(), "").await;
    for bytes in [BEFORE_AUTH_BYTES_MAX as u64 + 1, 64 << 20, u64::MAX >> 1] {
        let mut socket = raw(relay.address).await;
        socket.write_all(&announcing(bytes)).await.unwrap();
        let mut answer = Vec::new();
        timeout(Duration::from_secs(4), socket.read_to_end(&mut answer)).await.unwrap().unwrap();
        // A close frame of two bytes: 1009, message too big (RFC 6455 §7.4.1).
        assert_eq!(answer, [0x88, 2, 0x03, 0xf1], "{bytes}");
    }
    relay.stop().await.unwrap();
}

#[tokio::test]
async fn a_proven_peer_may_send_large_frames_but_not_larger_ones() {
    let relay = Relay::start(MemStore::new(), "").await;
    let mut circle = Circle::new();
    let mut link = Client::open(relay.address).await;
    link.join(NO_SPACE, &circle.device, NONE).await.unwrap();
    // Far over the limit before proof; not a message, so the machine says what it is.
    link.say_bytes(vec![0xff; FRAME_BYTES_MAX]).await.unwrap();
    assert_eq!(link.hear().await, Some(ToReplica::Bye(Refusal::Malformed)));

    let mut link = Client::open(relay.address).await;
    link.found(&mut circle, NONE).await;
    // The relay may hang up while the rest is still being written.
    let _ = link.say_bytes(vec![0xff; FRAME_BYTES_MAX + 1]).await;
    while let Some(message) = link.hear().await {
        assert!(!matches!(message, ToReplica::Bye(_)), "refused before the machine saw it");
    }
    relay.stop().await.unwrap();
}

#[tokio::test]
async fn t47_a_recorded_handshake_opens_nothing() {
    let relay = Relay::start(MemStore::new(), "").await;
    let circle = Circle::new();
    let key = circle.device.public();
    let (dialled, hello) =
        Dialled::new(NO_SPACE, key, None, (NONE, false), &mut entropy()).unwrap();
    let mut link = Client::open(relay.address).await;
    link.say(&ToRelay::Hello(hello.clone())).await;
    let Some(ToReplica::Challenge(challenge)) = link.hear().await else { panic!("a challenge") };
    let proof = dialled.answer(&challenge, &circle.device).unwrap();
    link.say(&ToRelay::Prove(proof)).await;
    assert!(matches!(link.hear().await, Some(ToReplica::Welcome(_))));

    let mut replay = Client::open(relay.address).await;
    replay.say(&ToRelay::Hello(hello)).await;
    assert!(matches!(replay.hear().await, Some(ToReplica::Challenge(_))));
    replay.say(&ToRelay::Prove(proof)).await;
    assert_eq!(replay.goodbye().await, Refusal::BadSignature);
    relay.stop().await.unwrap();
}

#[tokio::test]
async fn a_peer_that_does_not_begin_with_hello_is_sent_away() {
    let relay = Relay::start(MemStore::new(), "").await;
    let mut link = Client::open(relay.address).await;
    link.say(&ToRelay::Follow { register_from: 0, journal_from: 0 }).await;
    assert_eq!(link.hear().await, Some(ToReplica::Bye(Refusal::NotYet)));
    assert_eq!(link.hear().await, None);
    relay.stop().await.unwrap();
}

#[tokio::test]
async fn a_space_that_is_not_here_says_so() {
    let relay = Relay::start(MemStore::new(), "").await;
    let circle = Circle::new();
    let mut link = Client::open(relay.address).await;
    let (_, welcome) = link.join(SpaceId::new([5; 32]), &circle.device, NONE).await.unwrap();
    assert_eq!(welcome.standing, protocol::wire::Standing::UnknownSpace);
    relay.stop().await.unwrap();
}

/// Links beyond the number the operator allows find the door shut; those inside stay.
#[tokio::test]
async fn links_are_bounded_and_nobody_proven_leaves_for_a_newcomer() {
    let relay = Relay::start(MemStore::new(), "[limits]\nlinks = 2").await;
    let mut circle = Circle::new();
    let mut first = Client::open(relay.address).await;
    let register = first.found(&mut circle, NONE).await;
    let mut second = Client::open(relay.address).await;
    second.join(register.space(), &circle.device, NONE).await.unwrap();
    let stream = TcpStream::connect(relay.address).await.unwrap();
    assert!(Client::over(Box::new(stream)).await.is_err());
    first.ping().await;
    drop(second);
    relay.stop().await.unwrap();
}
