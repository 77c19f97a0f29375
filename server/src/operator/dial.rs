//! A session over WebSocket, from wherever the operator's key is.
//!
//! Over TLS the relay is known by its own key, bound to the connection, so its certificate does not
//! matter; behind a proxy that ends TLS there is nothing to bind to, and the certificate is checked
//! like any other.

use std::sync::Arc;
use std::time::Duration;

use console::{Failure, Text};
use futures_util::{SinkExt as _, StreamExt as _};
use protocol::Refusal;
use protocol::env::ChannelBinding;
use protocol::limits::FRAME_BYTES_MAX;
use rustls::ClientConfig;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_tungstenite::client_async_with_config;
use tungstenite::Message;
use tungstenite::http::Uri;
use tungstenite::protocol::WebSocketConfig;

use super::{Done, Errand, Session, Step};
use crate::carrier::tls::EXPORTER_LABEL;

/// Time a whole session may take.
const TIME_MAX: Duration = Duration::from_secs(30);

/// Runs an errand at the relay behind a URL.
///
/// # Errors
/// Status 4 when it cannot be reached, status 1 for whatever it refuses.
pub(crate) async fn dial(errand: &Errand, url: &str) -> Result<Done, Failure> {
    let uri: Uri = url.parse().map_err(|_| not_a_url(url))?;
    let host = uri.host().ok_or_else(|| not_a_url(url))?.to_owned();
    let (port, secure) = match (uri.scheme_str(), uri.port_u16()) {
        (Some("ws"), port) => (port.unwrap_or(80), false),
        (Some("wss"), port) => (port.unwrap_or(443), true),
        (Some(_) | None, _) => return Err(not_a_url(url)),
    };
    if !secure {
        let socket = connect(url, &host, port).await?;
        return converse(errand, url, socket, ChannelBinding::None).await;
    }
    let (stream, binding) = secured(url, &host, port, bound_config()).await?;
    match converse(errand, url, stream, binding).await {
        // The signature is over another binding: TLS ends at a proxy.
        Err(failure) if failure.code == Refusal::BadSignature.name() => {
            let (stream, _) = secured(url, &host, port, checked_config()).await?;
            converse(errand, url, stream, ChannelBinding::None).await
        }
        outcome => outcome,
    }
}

async fn connect(url: &str, host: &str, port: u16) -> Result<TcpStream, Failure> {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let connected = timeout(TIME_MAX, TcpStream::connect((host, port))).await;
    connected.map_or_else(|_| Err(unreachable(url)), |c| c.map_err(|_| unreachable(url)))
}

async fn secured(
    url: &str,
    host: &str,
    port: u16,
    config: ClientConfig,
) -> Result<(tokio_rustls::client::TlsStream<TcpStream>, ChannelBinding), Failure> {
    let socket = connect(url, host, port).await?;
    let name = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let name = ServerName::try_from(name).map_err(|_| not_a_url(url))?;
    let connecting = TlsConnector::from(Arc::new(config)).connect(name, socket);
    let Ok(Ok(stream)) = timeout(TIME_MAX, connecting).await else {
        return Err(unreachable(url));
    };
    let exported = stream.get_ref().1.export_keying_material([0; 32], EXPORTER_LABEL, Some(&[]));
    let exported = exported.map_err(|_| unreachable(url))?;
    Ok((stream, ChannelBinding::TlsExporter(exported)))
}

async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    errand: &Errand,
    url: &str,
    stream: S,
    binding: ChannelBinding,
) -> Result<Done, Failure> {
    let config = WebSocketConfig::default()
        .max_message_size(Some(FRAME_BYTES_MAX))
        .max_frame_size(Some(FRAME_BYTES_MAX));
    let talk = async {
        let opened = client_async_with_config(url, stream, Some(config)).await;
        let (mut socket, _) = opened.map_err(|_| unreachable(url))?;
        let (mut session, hello) = Session::start(errand, binding);
        let mut next = Some(hello);
        loop {
            if let Some(frame) = next.take() {
                let sent = socket.send(Message::Binary(frame.into())).await;
                sent.map_err(|_| unreachable(url))?;
            }
            let Some(Ok(message)) = socket.next().await else {
                return Err(unreachable(url));
            };
            let Message::Binary(frame) = message else {
                continue;
            };
            match session.take(&frame)? {
                Step::Send(frame) => next = Some(frame),
                Step::Wait => {}
                Step::Done(done) => {
                    // Done is done, whether the farewell arrives or not.
                    let _ = socket.close(None).await;
                    return Ok(done);
                }
            }
        }
    };
    timeout(TIME_MAX, talk).await.unwrap_or_else(|_| Err(unreachable(url)))
}

/// Any certificate will do: the handshake inside is bound to this very connection.
fn bound_config() -> ClientConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Arc::new(ByChannelBinding(Arc::clone(&provider)));
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .expect("ring speaks TLS 1.3");
    builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()
}

/// The certificate must be one that browsers would accept.
fn checked_config() -> ClientConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .expect("ring speaks TLS 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// Leaves the question of who is there to the channel binding; signatures are still checked.
#[derive(Debug)]
struct ByChannelBinding(Arc<CryptoProvider>);

impl ServerCertVerifier for ByChannelBinding {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(rustls::Error::General("TLS 1.2 is not spoken".to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, cert, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

fn unreachable(url: &str) -> Failure {
    let message = Text::new(
        format!("le relais {url} ne peut être joint"),
        format!("the relay {url} cannot be reached"),
    );
    Failure::unreachable("relay-unreachable", message).with_hint(Text::of(
        "vérifier l'adresse, et que le relais tourne",
        "check the address, and that the relay runs",
    ))
}

fn not_a_url(url: &str) -> Failure {
    let message = Text::new(
        format!("« {url} » n'est pas une adresse en ws:// ou wss://"),
        format!("`{url}` is not a ws:// or wss:// address"),
    );
    Failure::usage("not-a-relay-url", message)
}
