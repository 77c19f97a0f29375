//! The other side of the daemon: a command that asks it what it would have asked itself.
//!
//! What listens on the port may be a stranger's: over each connection the other end first proves
//! that it knows the token, and only then is shown it. Nobody is signalled, whatever pid is told.

use super::api::{Failed, Opened, unknown_question};
use super::{Address, address, door};
use crate::carried;
use crate::commands::sync::told::Told;
use crate::home::Home;
use crate::question::Question;
use axum::body::Bytes;
use axum::http::{Method, Request, Response, StatusCode, header};
use console::{Failure, Lang, Text};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::time::Duration;
use subtle::ConstantTimeEq as _;
use tokio::net::TcpStream;
use tokio::time;

/// Largest answer: the largest file, in base64, and a little around it.
const ANSWER_BYTES_MAX: usize = carried::FILE_BYTES_MAX as usize / 3 * 4 + 1024 * 1024;
/// Longest line of a stream.
const LINE_BYTES_MAX: usize = 1024 * 1024;
/// Longest proof that is read.
const PROOF_BYTES_MAX: usize = 256;
/// Time for a running daemon to say that it is there.
const PING_TIME_MAX: Duration = Duration::from_secs(5);

/// A daemon that answered.
pub(crate) struct Client {
    address: Address,
}

impl Client {
    /// Reaches the daemon of a home; `None` when there is none that answers.
    pub(crate) async fn reach(home: &Home) -> Option<Self> {
        let client = Self { address: address(home)? };
        let ping = client.send(Method::GET, "ping", Vec::new());
        let answer = time::timeout(PING_TIME_MAX, ping).await.ok()?.ok()?;
        (answer.status() == StatusCode::NO_CONTENT).then_some(client)
    }

    /// Asks a question.
    ///
    /// # Errors
    /// What the daemon says, or that it has gone away.
    pub(crate) async fn ask<Q: Question>(&self, question: &Q) -> Result<Q::Answer, Failure> {
        let body = serde_json::to_vec(question).map_err(|error| gone(&error))?;
        let answer = self.send(Method::POST, Q::PATH, body).await?;
        let status = answer.status();
        let whole = Limited::new(answer.into_body(), ANSWER_BYTES_MAX).collect().await;
        let bytes = whole.map_err(|error| gone(error.as_ref()))?.to_bytes();
        if status.is_success() {
            return parse(&bytes);
        }
        Err(refusal(Q::PATH, status, &bytes))
    }

    /// Asks for the lines of what happens.
    ///
    /// # Errors
    /// What the daemon says, or that it has gone away.
    pub(crate) async fn watch(&self, lang: Lang) -> Result<Lines, Failure> {
        let path = format!("watch?lang={}", lang.code());
        let answer = self.send(Method::GET, &path, Vec::new()).await?;
        let status = answer.status();
        let body = answer.into_body();
        if status.is_success() {
            return Ok(Lines { body, bytes: VecDeque::new() });
        }
        let whole = Limited::new(body, LINE_BYTES_MAX).collect().await;
        let bytes = whole.map_err(|error| gone(error.as_ref()))?.to_bytes();
        Err(refusal("watch", status, &bytes))
    }

    /// Asks for a link that opens the page, once.
    ///
    /// # Errors
    /// What the daemon says, or that it has gone away.
    pub(crate) async fn link(&self) -> Result<String, Failure> {
        let answer = self.send(Method::POST, "link", Vec::new()).await?;
        let status = answer.status();
        let whole = Limited::new(answer.into_body(), LINE_BYTES_MAX).collect().await;
        let bytes = whole.map_err(|error| gone(error.as_ref()))?.to_bytes();
        if status.is_success() {
            let opened: Opened = parse(&bytes)?;
            return Ok(opened.url);
        }
        Err(refusal("link", status, &bytes))
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> Result<Response<Incoming>, Failure> {
        let Address { port, token } = &self.address;
        let host = format!("127.0.0.1:{port}");
        let tcp = TcpStream::connect((Ipv4Addr::LOCALHOST, *port));
        let tcp = tcp.await.map_err(|error| gone(&error))?;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(tcp)).await.map_err(|error| gone(&error))?;
        // Its failures come out of the answer too.
        tokio::spawn(async { _ = connection.await });
        self.meet(&mut sender, &host).await?;
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/{path}"))
            .header(header::HOST, host)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| gone(&error))?;
        sender.send_request(request).await.map_err(|error| gone(&error))
    }

    /// Has the other end prove that it knows the token, which it is not shown before.
    async fn meet(&self, sender: &mut SendRequest<Full<Bytes>>, host: &str) -> Result<(), Failure> {
        let Address { port, token } = &self.address;
        let challenge = door::draw()?;
        let request = Request::builder()
            .uri(format!("/api/proof?challenge={challenge}"))
            .header(header::HOST, host)
            .body(Full::default())
            .map_err(|error| gone(&error))?;
        let answer = sender.send_request(request).await.map_err(|error| gone(&error))?;
        let whole = Limited::new(answer.into_body(), PROOF_BYTES_MAX).collect().await;
        let bytes = whole.map_err(|error| gone(error.as_ref()))?.to_bytes();
        let wanted = door::proof(token, *port, &challenge);
        if !bool::from(bytes.ct_eq(wanted.as_bytes())) {
            return Err(stranger(*port));
        }
        sender.ready().await.map_err(|error| gone(&error))
    }
}

/// Lines of JSON as they come.
pub(crate) struct Lines {
    body: Incoming,
    bytes: VecDeque<u8>,
}

impl Lines {
    /// Returns the next line; `None` when the daemon has ended.
    ///
    /// # Errors
    /// What the daemon says, or that it has gone away.
    pub(crate) async fn next(&mut self) -> Result<Option<Told>, Failure> {
        loop {
            if let Some(end) = self.bytes.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.bytes.drain(..=end).collect();
                if let Ok(failed) = serde_json::from_slice::<Failed>(&line) {
                    return Err(failed.failure.into());
                }
                return parse(&line).map(Some);
            }
            if self.bytes.len() > LINE_BYTES_MAX {
                return Err(gone(&"line too long"));
            }
            let Some(frame) = self.body.frame().await else {
                return Ok(None);
            };
            let frame = frame.map_err(|error| gone(&error))?;
            if let Ok(more) = frame.into_data() {
                self.bytes.extend(more);
            }
        }
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(bytes).map_err(|error| gone(&error))
}

fn refusal(path: &str, status: StatusCode, bytes: &[u8]) -> Failure {
    match (serde_json::from_slice::<Failed>(bytes), status) {
        (Ok(failed), _) => failed.failure.into(),
        (Err(_), StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED) => {
            unknown_question(&format!("/api/{path}"))
        }
        (Err(_), _) => gone(&status),
    }
}

fn stranger(port: u16) -> Failure {
    Failure::setup(
        "daemon-stranger",
        Text::new(
            format!(
                "ce qui écoute sur le port {port} n'est pas le « liaison serve » de ce dossier : \
                 rien ne lui a été confié"
            ),
            format!(
                "what listens on port {port} is not the “liaison serve” of this folder: it was \
                 told nothing"
            ),
        ),
    )
    .with_hint(Text::of(
        "relancez la commande ; au besoin, relancez « liaison serve »",
        "run the command again; if need be, start “liaison serve” again",
    ))
}

fn gone(error: &(impl std::fmt::Display + ?Sized)) -> Failure {
    Failure::setup(
        "daemon-lost",
        Text::new(
            format!("« liaison serve » n'a pas répondu jusqu'au bout : {error}"),
            format!("“liaison serve” did not answer to the end: {error}"),
        ),
    )
    .with_hint(Text::of(
        "relancez la commande ; au besoin, relancez « liaison serve »",
        "run the command again; if need be, start “liaison serve” again",
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    /// Whatever listens where a daemon once did, and answers as it would.
    async fn stranger(answer: &'static str) -> (u16, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut heard = Vec::new();
            let mut bytes = [0; 4096];
            loop {
                let read = socket.read(&mut bytes).await.unwrap_or(0);
                if read == 0 {
                    return String::from_utf8_lossy(&heard).into_owned();
                }
                heard.extend_from_slice(&bytes[..read]);
                if heard.ends_with(b"\r\n\r\n") {
                    let length = answer.len();
                    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n");
                    socket.write_all(head.as_bytes()).await.unwrap();
                    socket.write_all(answer.as_bytes()).await.unwrap();
                }
            }
        });
        (port, heard)
    }

    #[tokio::test]
    async fn a_stranger_on_the_port_is_not_shown_the_token() {
        for answer in ["", "yes", "0000000000000000000000000000000000000000000"] {
            let (port, heard) = stranger(answer).await;
            let client = Client { address: Address { port, token: "jeton".to_owned() } };
            let refused = client.send(Method::GET, "ping", Vec::new()).await.unwrap_err();
            assert_eq!(refused.code, "daemon-stranger", "{answer:?}");
            drop(client);
            let heard = heard.await.unwrap();
            assert!(heard.contains("/api/proof?challenge="), "{heard}");
            assert!(!heard.contains("jeton") && !heard.contains("ping"), "{heard}");
        }
    }

    #[test]
    fn an_unknown_route_asks_about_the_version() {
        let failure = refusal("doc/fly", StatusCode::NOT_FOUND, b"");
        assert_eq!(failure.code, "unknown-question");
        let hint = failure.hint.unwrap().in_lang(Lang::Fr).to_owned();
        assert!(hint.contains("même version"), "{hint}");
    }
}
