//! Who may come in: the right host, no foreign page, and the token.
//!
//! A page of the web can make a browser ask a loopback address. It cannot choose `Host`, it
//! cannot hide its `Origin`, and it does not have the token.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use console::Failure;
use std::sync::Arc;
use subtle::ConstantTimeEq as _;

use crate::failures;

const TOKEN_BYTES: usize = 32;

/// The door of one daemon.
#[derive(Clone)]
pub(super) struct Door {
    hosts: Arc<[String; 2]>,
    token: Arc<str>,
}

impl Door {
    /// Makes a door with a new token.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub(super) fn new(port: u16) -> Result<Self, Failure> {
        let mut bytes = [0; TOKEN_BYTES];
        getrandom::fill(&mut bytes).map_err(|error| failures::of_system("no-entropy", &error))?;
        let hosts = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
        let token = BASE64_URL_SAFE_NO_PAD.encode(bytes);
        Ok(Self { hosts: Arc::new(hosts), token: token.into() })
    }

    /// Returns the token, for `daemon.json` and nothing else.
    pub(super) fn token(&self) -> String {
        self.token.as_ref().to_owned()
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
        StatusCode::FORBIDDEN.into_response()
    }
}

/// Refuses whoever has not the token, before the body is read.
pub(super) async fn ask(State(door): State<Door>, request: Request, next: Next) -> Response {
    if door.knows_token(request.headers()) {
        next.run(request).await
    } else {
        StatusCode::UNAUTHORIZED.into_response()
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
