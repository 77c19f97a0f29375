//! Real sockets on the loopback address: frames, limits, TLS and its exported value.
#![allow(clippy::unwrap_used)]

use super::*;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use std::path::PathBuf;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_tungstenite::accept_async;

const LINK: LinkId = LinkId(7);

struct Dialled {
    outlet: Outlet,
    arrivals: mpsc::Receiver<Arrival>,
}

fn dial_to(url: &str, roots: tls::Roots) -> Dialled {
    let (sender, arrivals) = mpsc::channel(4);
    Dialled { outlet: dial(LINK, url.to_owned(), roots, sender), arrivals }
}

fn public() -> tls::Roots {
    tls::Roots::load(None).unwrap()
}

async fn listener() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

#[tokio::test]
async fn frames_go_both_ways_and_a_dropped_outlet_says_goodbye() {
    let (listener, port) = listener().await;
    let relay = tokio::spawn(async move {
        let mut socket = accept_async(listener.accept().await.unwrap().0).await.unwrap();
        let frame = socket.next().await.unwrap().unwrap();
        socket.send(frame.clone()).await.unwrap();
        let last = socket.next().await.unwrap().unwrap();
        (frame, last)
    });
    let mut dialled = dial_to(&format!("ws://127.0.0.1:{port}/link"), public());
    let first = dialled.arrivals.recv().await.unwrap();
    assert!(matches!(first, Arrival::Connected(LINK, ChannelBinding::None)), "{first:?}");
    assert!(dialled.outlet.send(b"hello".to_vec()));
    let echo = dialled.arrivals.recv().await.unwrap();
    assert!(matches!(echo, Arrival::Frame(LINK, ref frame) if frame == b"hello"), "{echo:?}");
    drop(dialled.outlet);
    let last = dialled.arrivals.recv().await.unwrap();
    assert!(matches!(last, Arrival::Closed(LINK)), "{last:?}");
    let (frame, goodbye) = relay.await.unwrap();
    assert_eq!(frame.into_data().as_ref(), b"hello");
    assert!(goodbye.is_close());
}

#[tokio::test]
async fn what_cannot_be_reached_fails_once() {
    let (listener, port) = listener().await;
    drop(listener);
    let urls = [
        format!("ws://127.0.0.1:{port}"),
        "http://127.0.0.1:1".to_owned(),
        "ws://".to_owned(),
        "not a url".to_owned(),
    ];
    for url in urls {
        let mut dialled = dial_to(&url, public());
        let only = dialled.arrivals.recv().await.unwrap();
        assert!(matches!(only, Arrival::Failed(LINK)), "{url}: {only:?}");
        assert!(dialled.arrivals.recv().await.is_none());
    }
}

#[tokio::test]
async fn a_frame_beyond_the_limit_ends_the_link() {
    let (listener, port) = listener().await;
    let relay = tokio::spawn(async move {
        let mut socket = accept_async(listener.accept().await.unwrap().0).await.unwrap();
        let frame = vec![0; limits::FRAME_BYTES_MAX + 1];
        // The other end may hang up while this is being sent.
        let _cut = socket.send(Message::Binary(frame.into())).await;
    });
    let mut dialled = dial_to(&format!("ws://127.0.0.1:{port}"), public());
    assert!(matches!(dialled.arrivals.recv().await.unwrap(), Arrival::Connected(..)));
    let next = dialled.arrivals.recv().await.unwrap();
    assert!(matches!(next, Arrival::Closed(LINK)), "{next:?}");
    relay.await.unwrap();
}

#[tokio::test]
async fn text_is_no_frame() {
    let (listener, port) = listener().await;
    let relay = tokio::spawn(async move {
        let mut socket = accept_async(listener.accept().await.unwrap().0).await.unwrap();
        socket.send(Message::Text("hello".into())).await.unwrap();
        socket.next().await
    });
    let mut dialled = dial_to(&format!("ws://127.0.0.1:{port}"), public());
    assert!(matches!(dialled.arrivals.recv().await.unwrap(), Arrival::Connected(..)));
    let next = dialled.arrivals.recv().await.unwrap();
    assert!(matches!(next, Arrival::Closed(LINK)), "{next:?}");
    relay.await.unwrap();
}

#[test]
fn a_link_that_takes_nothing_is_given_up() {
    let (frames, held) = mpsc::unbounded_channel();
    let outlet = Outlet { frames, waiting_bytes: Arc::default() };
    assert!(outlet.send(vec![0; OUTGOING_BYTES_MAX]));
    assert!(!outlet.send(vec![0]));
    drop(held);
}

/// A relay with a certificate of its own authority, and that authority's file.
fn private_authority() -> (TlsAcceptor, TempDir, PathBuf) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ca.pem");
    let text = BASE64_STANDARD.encode(made.cert.der());
    let pem = format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n");
    std::fs::write(&path, pem).unwrap();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let key = PrivateKeyDer::from(key);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), dir, path)
}

#[tokio::test]
async fn both_ends_of_a_tls_link_export_the_same_value() {
    let (acceptor, _dir, ca) = private_authority();
    let (listener, port) = listener().await;
    let relay = tokio::spawn(async move {
        let stream = acceptor.accept(listener.accept().await.unwrap().0).await.unwrap();
        let label = b"EXPORTER-Channel-Binding";
        let exported = stream.get_ref().1.export_keying_material([0; 32], label, None);
        let mut socket = accept_async(stream).await.unwrap();
        // Kept open until the other end is done.
        let _goodbye = socket.next().await;
        exported.unwrap()
    });
    let roots = tls::Roots::load(Some(&ca)).unwrap();
    let mut dialled = dial_to(&format!("wss://localhost:{port}"), roots);
    let Arrival::Connected(LINK, ChannelBinding::TlsExporter(here)) =
        dialled.arrivals.recv().await.unwrap()
    else {
        panic!("a TLS link has an exported value");
    };
    drop(dialled.outlet);
    let there: [u8; 32] = relay.await.unwrap();
    assert_eq!(here, there);
    assert_ne!(here, [0; 32]);
}

#[tokio::test]
async fn a_certificate_of_nobody_known_is_refused() {
    let (acceptor, _dir, _ca) = private_authority();
    let (listener, port) = listener().await;
    let relay =
        tokio::spawn(
            async move { acceptor.accept(listener.accept().await.unwrap().0).await.is_err() },
        );
    let mut dialled = dial_to(&format!("wss://localhost:{port}"), public());
    assert!(matches!(dialled.arrivals.recv().await.unwrap(), Arrival::Failed(LINK)));
    assert!(relay.await.unwrap());
}
