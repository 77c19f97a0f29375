//! Who may come in: the right host, no foreign page, and the token.
//!
//! A page of the web can make a browser ask a loopback address. It cannot choose `Host`, it
//! cannot hide its `Origin`, and it does not have the token. And a stranger that listens where a
//! daemon once did cannot prove that it knows the token, which no command shows before.

use super::api::refuse_as;
use super::seats::Seat;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use console::{Failure, Text};
use protocol::crypto::{self, Label};
use std::sync::Arc;
use subtle::ConstantTimeEq as _;

use crate::failures;

const TOKEN_BYTES: usize = 32;
/// What is being done when randomness is asked for.
const ENTROPY: (&str, &str) = ("tirer un nombre au hasard", "drawing a random number");
/// Longest challenge that is answered.
const CHALLENGE_BYTES_MAX: usize = 128;

/// The door of one daemon.
#[derive(Clone)]
pub(super) struct Door {
    hosts: Arc<[String; 2]>,
    token: Arc<str>,
    port: u16,
}

/// Draws what nobody has seen before: a token or a challenge.
///
/// # Errors
/// When the system gives no randomness.
pub(super) fn draw() -> Result<String, Failure> {
    let mut bytes = [0; TOKEN_BYTES];
    getrandom::fill(&mut bytes)
        .map_err(|error| failures::of_system("no-entropy", ENTROPY, &error))?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

/// Returns what only a holder of the token can answer to a challenge. The port is in it: the
/// answer of a daemon elsewhere is of no use here.
pub(super) fn proof(token: &str, port: u16, challenge: &str) -> String {
    let parts: [&[u8]; 1] = [&port.to_be_bytes()];
    let key = crypto::derive(token.as_bytes(), challenge.as_bytes(), Label::Door, &parts);
    BASE64_URL_SAFE_NO_PAD.encode(key.bytes())
}

impl Door {
    /// Makes a door with a new token.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub(super) fn new(port: u16) -> Result<Self, Failure> {
        let hosts = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
        Ok(Self { hosts: Arc::new(hosts), token: draw()?.into(), port })
    }

    /// Returns the token, for `daemon.json` and nothing else.
    pub(super) fn token(&self) -> String {
        self.token.as_ref().to_owned()
    }

    /// Answers a challenge; nothing for one of no sensible length.
    pub(super) fn prove(&self, challenge: &str) -> Option<String> {
        let sensible = (1..=CHALLENGE_BYTES_MAX).contains(&challenge.len());
        sensible.then(|| proof(&self.token, self.port, challenge))
    }

    fn knows_host(&self, headers: &HeaderMap) -> bool {
        let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
        host.is_some_and(|host| self.hosts.iter().any(|known| known == host))
    }

    fn knows_origin(&self, headers: &HeaderMap) -> bool {
        let own = |origin: &str| {
            let host = origin.strip_prefix("http://");
            host.is_some_and(|host| self.hosts.iter().any(|known| known == host))
        };
        headers.get(header::ORIGIN).is_none_or(|value| value.to_str().is_ok_and(own))
    }

    fn knows_token(&self, headers: &HeaderMap) -> bool {
        let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let given = value.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
        given.as_bytes().ct_eq(self.token.as_bytes()).into()
    }
}

/// Refuses whoever asks for another host, or from another page.
pub(super) async fn keep(State(door): State<Door>, request: Request, next: Next) -> Response {
    if door.knows_host(request.headers()) && door.knows_origin(request.headers()) {
        next.run(request).await
    } else {
        let text = Text::of(
            "cette adresse ne répond qu'aux programmes de cette machine",
            "this address answers programs of this machine only",
        );
        refuse_as(StatusCode::FORBIDDEN, &Failure::refused("foreign-question", text))
    }
}

/// Refuses whoever has not the token, before the body is read.
pub(super) async fn ask(State(door): State<Door>, request: Request, next: Next) -> Response {
    if door.knows_token(request.headers()) {
        if let Some(ConnectInfo(seat)) = request.extensions().get::<ConnectInfo<Seat>>() {
            seat.prove();
        }
        next.run(request).await
    } else {
        let text = Text::of(
            "le jeton manque ou n'est pas celui de « liaison serve »",
            "the token is missing or is not the one of “liaison serve”",
        );
        let hint = Text::of(
            "il est dans daemon.json, dans le dossier de la réplique ; il change à chaque départ",
            "it is in daemon.json, in the folder of the replica; it changes at each start",
        );
        let failure = Failure::refused("token-wrong", text).with_hint(hint);
        refuse_as(StatusCode::UNAUTHORIZED, &failure)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn with(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn only_this_machine_by_its_own_names() {
        let door = Door::new(7000).unwrap();
        for host in ["127.0.0.1:7000", "localhost:7000"] {
            assert!(door.knows_host(&with(header::HOST, host)), "{host}");
        }
        for host in ["127.0.0.1", "127.0.0.1:7001", "evil.example:7000", "localhost.:7000", ""] {
            assert!(!door.knows_host(&with(header::HOST, host)), "{host}");
        }
        assert!(!door.knows_host(&HeaderMap::new()));
    }

    #[test]
    fn a_page_from_elsewhere_stays_outside() {
        let door = Door::new(7000).unwrap();
        assert!(door.knows_origin(&HeaderMap::new()));
        assert!(door.knows_origin(&with(header::ORIGIN, "http://127.0.0.1:7000")));
        for origin in ["null", "https://evil.example", "https://127.0.0.1:7000", "http://127.0.0.1"]
        {
            assert!(!door.knows_origin(&with(header::ORIGIN, origin)), "{origin}");
        }
    }

    #[test]
    fn a_challenge_is_answered_by_whoever_has_the_token_and_for_one_port() {
        let door = Door::new(7000).unwrap();
        let answer = door.prove("once").unwrap();
        assert_eq!(answer, proof(&door.token(), 7000, "once"));
        assert_ne!(answer, door.prove("twice").unwrap());
        assert_ne!(answer, proof(&door.token(), 7001, "once"));
        assert_ne!(answer, Door::new(7000).unwrap().prove("once").unwrap());
        assert_eq!((door.prove(""), door.prove(&"x".repeat(129))), (None, None));
    }

    #[test]
    fn the_token_is_wanted_whole() {
        let door = Door::new(7000).unwrap();
        let token = door.token();
        assert_eq!(token.len(), 43);
        assert!(door.knows_token(&with(header::AUTHORIZATION, &format!("Bearer {token}"))));
        let wrong = [
            format!("bearer {token}"),
            token.clone(),
            format!("Bearer {}", &token[1..]),
            format!("Bearer {token}x"),
            "Bearer ".to_owned(),
        ];
        for value in wrong {
            assert!(!door.knows_token(&with(header::AUTHORIZATION, &value)), "{value}");
        }
        assert!(!door.knows_token(&HeaderMap::new()));
        assert_ne!(token, Door::new(7000).unwrap().token());
    }
}
