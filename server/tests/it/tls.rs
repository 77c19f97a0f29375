//! TLS at the relay: both ends are bound to one connection, or nobody speaks.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use base64ct::{Base64, Encoding as _};
use protocol::Refusal;
use protocol::env::ChannelBinding;
use protocol::wire::{NO_SPACE, Standing};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use store::MemStore;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::circle::Circle;
use crate::client::Client;
use crate::relay::Relay;

/// A certificate that signs itself, and its key.
struct Identity {
    cert: CertificateDer<'static>,
    key: Vec<u8>,
}

impl Identity {
    fn new() -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["relay".to_owned()]).unwrap();
        Self { cert: made.cert.der().clone(), key: made.signing_key.serialize_der() }
    }

    fn write(&self, dir: &Path) {
        let pem = |kind: &str, bytes: &[u8]| {
            let body = Base64::encode_string(bytes);
            let lines: Vec<_> =
                body.as_bytes().chunks(64).map(|line| str::from_utf8(line).unwrap()).collect();
            format!("-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n", lines.join("\n"))
        };
        std::fs::write(dir.join("chain.pem"), pem("CERTIFICATE", &self.cert)).unwrap();
        std::fs::write(dir.join("key.pem"), pem("PRIVATE KEY", &self.key)).unwrap();
    }

    /// Dials as a client that trusts this certificate; returns the stream and the exporter.
    async fn dial(
        &self,
        address: SocketAddr,
    ) -> (tokio_rustls::client::TlsStream<TcpStream>, ChannelBinding) {
        let mut roots = RootCertStore::empty();
        roots.add(self.cert.clone()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from("relay").unwrap();
        let socket = TcpStream::connect(address).await.unwrap();
        let stream = TlsConnector::from(Arc::new(config)).connect(name, socket).await.unwrap();
        let exported = stream.get_ref().1.export_keying_material(
            [0; 32],
            b"EXPORTER-Channel-Binding",
            Some(&[]),
        );
        (stream, ChannelBinding::TlsExporter(exported.unwrap()))
    }
}

async fn relay_with(identity: &Identity) -> Relay {
    let dir = tempfile::tempdir().unwrap();
    identity.write(dir.path());
    let settings = "tls_cert = \"chain.pem\"\ntls_key = \"key.pem\"";
    Relay::start_in(dir, [9; 32], Box::new(MemStore::new()), settings).await.unwrap()
}

#[tokio::test]
async fn t47_both_ends_of_tls_export_the_same_and_the_space_may_require_it() {
    let identity = Identity::new();
    let relay = relay_with(&identity).await;
    let mut circle = Circle::new();
    let (stream, binding) = identity.dial(relay.address).await;
    let mut link = Client::over(Box::new(stream)).await.unwrap();
    let register = link.found(&mut circle, binding).await;
    assert!(register.roster().relay().binding_required);

    let (stream, binding) = identity.dial(relay.address).await;
    let mut link = Client::over(Box::new(stream)).await.unwrap();
    let (_, welcome) = link.join(register.space(), &circle.device, binding).await.unwrap();
    assert_eq!(welcome.standing, Standing::Member);
    relay.stop().await.unwrap();
}

/// The signature of the relay is over its own end's exporter: another one does not fit, so the
/// replica says nothing more.
#[tokio::test]
async fn t47_another_binding_than_the_connections_own_is_refused() {
    let identity = Identity::new();
    let relay = relay_with(&identity).await;
    let circle = Circle::new();
    for binding in [ChannelBinding::None, ChannelBinding::TlsExporter([1; 32])] {
        let (stream, _) = identity.dial(relay.address).await;
        let mut link = Client::over(Box::new(stream)).await.unwrap();
        let joined = link.join(NO_SPACE, &circle.device, binding).await;
        assert_eq!(joined.err(), Some(Refusal::BadSignature));
    }
    relay.stop().await.unwrap();
}

/// A machine in the middle that both ends take for the other: it moves every byte faithfully,
/// and the handshake fails all the same.
#[tokio::test]
async fn t47_a_machine_in_the_middle_with_its_own_tls_is_refused() {
    let (honest, hostile) = (Identity::new(), Identity::new());
    let relay = relay_with(&honest).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let middle = listener.local_addr().unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![hostile.cert.clone()],
            PrivatePkcs8KeyDer::from(hostile.key.clone()).into(),
        )
        .unwrap();
    let target = relay.address;
    tokio::spawn(async move {
        let (socket, _) = listener.accept().await.unwrap();
        let mut victim = TlsAcceptor::from(Arc::new(config)).accept(socket).await.unwrap();
        let (mut onward, _) = honest.dial(target).await;
        // Either side may hang up first.
        let _ = tokio::io::copy_bidirectional(&mut victim, &mut onward).await;
    });

    let circle = Circle::new();
    let (stream, binding) = hostile.dial(middle).await;
    let mut link = Client::over(Box::new(stream)).await.unwrap();
    let joined = link.join(NO_SPACE, &circle.device, binding).await;
    assert_eq!(joined.err(), Some(Refusal::BadSignature));
    relay.stop().await.unwrap();
}

#[tokio::test]
async fn plain_http_on_a_tls_port_gets_nothing_and_a_bad_certificate_does_not_start() {
    let identity = Identity::new();
    let relay = relay_with(&identity).await;
    let stream = TcpStream::connect(relay.address).await.unwrap();
    assert!(Client::over(Box::new(stream)).await.is_err());
    relay.stop().await.unwrap();

    let dir = tempfile::tempdir().unwrap();
    identity.write(dir.path());
    std::fs::write(dir.path().join("key.pem"), "not a key").unwrap();
    let settings = "tls_cert = \"chain.pem\"\ntls_key = \"key.pem\"";
    let started = Relay::start_in(dir, [9; 32], Box::new(MemStore::new()), settings).await;
    assert_eq!(started.err().unwrap().code, "tls-files");
}
