//! The other side of the daemon: a command that asks it what it would have asked itself.

use super::api::Failed;
use super::{Address, address};
use crate::carried;
use crate::commands::sync::told::Told;
use crate::home::Home;
use crate::question::Question;
use axum::body::Bytes;
use axum::http::{Method, Request, Response, StatusCode, header};
use console::{Failure, Lang, Text};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time;

/// Largest answer: the largest file, in base64, and a little around it.
const ANSWER_BYTES_MAX: usize = carried::FILE_BYTES_MAX as usize / 3 * 4 + 1024 * 1024;
/// Longest line of a stream.
const LINE_BYTES_MAX: usize = 1024 * 1024;
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
        Err(refusal(status, &bytes))
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
        Err(refusal(status, &bytes))
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> Result<Response<Incoming>, Failure> {
        let Address { url, token, .. } = &self.address;
        let host = url.strip_prefix("http://").unwrap_or_default();
        let tcp = TcpStream::connect(host).await.map_err(|error| gone(&error))?;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(tcp)).await.map_err(|error| gone(&error))?;
        // Its failures come out of the answer too.
        tokio::spawn(async { _ = connection.await });
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

fn refusal(status: StatusCode, bytes: &[u8]) -> Failure {
    match serde_json::from_slice::<Failed>(bytes) {
        Ok(failed) => failed.failure.into(),
        Err(_) => gone(&status),
    }
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
