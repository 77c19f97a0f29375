//! TLS 1.3 at the relay itself, so that a handshake can be bound to it.
//!
//! The certificate proves nothing to the machine: what counts is that both ends export the same
//! bytes (RFC 9266). Only one provider of primitives is built in, ring; there is no TLS 1.2.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use console::{Failure, Text};
use protocol::env::ChannelBinding;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::config::TlsFiles;

/// The label of RFC 9266, whose context is empty.
pub(crate) const EXPORTER_LABEL: &[u8] = b"EXPORTER-Channel-Binding";
/// Longest PEM file that is read.
const PEM_BYTES_MAX: u64 = 1 << 20;
/// Bytes a TLS session holds back for a socket that takes nothing.
const TLS_BUFFER_BYTES_MAX: usize = 16 * 1024;

/// Reads certificate and key.
///
/// # Errors
/// Status 3: unreadable files, not PEM, or a key that is not the certificate's.
pub(crate) fn acceptor(files: &TlsFiles) -> Result<TlsAcceptor, Failure> {
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&read(&files.cert)?)
        .collect::<Result<_, _>>()
        .map_err(|error| unusable(&files.cert, &error.to_string()))?;
    let key = PrivateKeyDer::from_pem_slice(&read(&files.key)?)
        .map_err(|error| unusable(&files.key, &error.to_string()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .and_then(|config| config.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|error| unusable(&files.cert, &error.to_string()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    // A link costs memory for its life: no tickets to resume what is dialled once a day.
    config.send_tls13_tickets = 0;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Ends the TLS handshake and returns what both ends export.
pub(crate) async fn accept(
    acceptor: &TlsAcceptor,
    socket: TcpStream,
) -> io::Result<(TlsStream<TcpStream>, ChannelBinding)> {
    let mut stream = acceptor
        .accept_with(socket, |session| session.set_buffer_limit(Some(TLS_BUFFER_BYTES_MAX)))
        .await?;
    let session = stream.get_mut().1;
    let exported = session
        .export_keying_material([0; 32], EXPORTER_LABEL, Some(&[]))
        .map_err(io::Error::other)?;
    Ok((stream, ChannelBinding::TlsExporter(exported)))
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(PEM_BYTES_MAX).read_to_end(&mut bytes))
        .map_err(|error| unusable(path, &error.to_string()))?;
    Ok(bytes)
}

fn unusable(path: &Path, why: &str) -> Failure {
    let shown = path.display();
    let message = Text::new(
        format!("{shown} ne sert pas pour TLS : {why}"),
        format!("{shown} does not do for TLS: {why}"),
    );
    Failure::setup("tls-files", message).with_hint(Text::of(
        "« tls_cert » est la chaîne de certificats et « tls_key » sa clé, en PEM",
        "`tls_cert` is the chain of certificates and `tls_key` its key, in PEM",
    ))
}
