//! TLS 1.3 to a relay, and the value that ties a handshake to it (RFC 9266).
//!
//! Only TLS 1.3 is spoken: the exporter of earlier versions does not bind what follows. The
//! certificate is checked against the public authorities and those named in the settings.

use super::DialError;
use console::{Failure, Text};
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject as _};
use rustls::{ClientConfig, RootCertStore, version};
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

/// RFC 9266 §2: the label of the exporter, used with an empty context.
const EXPORTER_LABEL: &[u8] = b"EXPORTER-Channel-Binding";

/// Whom this replica believes about a relay's name.
#[derive(Debug, Clone)]
pub(crate) struct Roots(Arc<ClientConfig>);

impl Roots {
    /// Trusts the public authorities, and those of the PEM file if one is given.
    ///
    /// # Errors
    /// `relay-ca-wrong` when the file holds no certificate that can be used.
    pub(crate) fn load(extra: Option<&Path>) -> Result<Self, Failure> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(path) = extra {
            add_file(&mut roots, path).map_err(|reason| wrong_file(path, &reason))?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&version::TLS13])
            .expect("the provider has TLS 1.3")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self(Arc::new(config)))
    }
}

fn add_file(roots: &mut RootCertStore, path: &Path) -> Result<(), String> {
    let certificates = CertificateDer::pem_file_iter(path).map_err(|error| error.to_string())?;
    let mut added = 0;
    for certificate in certificates {
        let certificate = certificate.map_err(|error| error.to_string())?;
        roots.add(certificate).map_err(|error| error.to_string())?;
        added += 1;
    }
    if added == 0 {
        return Err("no certificate in it".to_owned());
    }
    Ok(())
}

fn wrong_file(path: &Path, reason: &str) -> Failure {
    let path = path.display();
    Failure::setup(
        "relay-ca-wrong",
        Text::new(
            format!("l'autorité de certification {path} n'est pas utilisable : {reason}"),
            format!("the certification authority {path} cannot be used: {reason}"),
        ),
    )
    .with_hint(Text::of(
        "corrigez relay_ca dans liaison.toml : un fichier PEM est attendu",
        "correct relay_ca in liaison.toml: a PEM file is expected",
    ))
}

/// Speaks TLS on `tcp` and returns the stream with its exported value.
///
/// # Errors
/// When the certificate or the handshake is refused.
pub(super) async fn connect(
    tcp: TcpStream,
    host: &str,
    roots: &Roots,
) -> Result<(TlsStream<TcpStream>, [u8; 32]), DialError> {
    let name = ServerName::try_from(host.to_owned()).map_err(|_| DialError::Url)?;
    let connector = TlsConnector::from(Arc::clone(&roots.0));
    let refused = |error: &dyn std::fmt::Display| DialError::Refused(error.to_string());
    let stream = connector.connect(name, tcp).await.map_err(|error| refused(&error))?;
    let (_, session) = stream.get_ref();
    let exported = session
        .export_keying_material([0; 32], EXPORTER_LABEL, Some(&[]))
        .map_err(|error| refused(&error))?;
    Ok((stream, exported))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_public_authorities_are_always_trusted() {
        let roots = Roots::load(None).unwrap();
        assert!(!format!("{roots:?}").is_empty());
    }

    #[test]
    fn a_file_without_certificate_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ca.pem");
        for content in [None, Some(""), Some("not a certificate"), Some(GARBLED)] {
            if let Some(content) = content {
                std::fs::write(&path, content).unwrap();
            }
            let failure = Roots::load(Some(&path)).unwrap_err();
            assert_eq!(failure.code, "relay-ca-wrong", "{content:?}");
        }
    }

    const GARBLED: &str = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
}
