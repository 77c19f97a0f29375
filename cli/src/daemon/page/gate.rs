//! The gate of the page: a link that opens once, and a cookie for the browser that used it.
//!
//! The link is made for whoever can read the home (by `serve`, or over the API by its token). It
//! is worth one visit within a few minutes. The cookie cannot be read by scripts and is never sent
//! for a page of elsewhere; it ends with the browser. Its name holds the port: cookies of one
//! machine are shared by all its ports. Port and digests of cookies are kept in the home, so that
//! a page that was open goes on after the program has started again.

use crate::daemon::door;
use crate::daemon::seats::Seat;
use crate::home::{Home, files};
use axum::extract::{ConnectInfo, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use client_core::kinds::Language;
use console::Failure;
use protocol::frozen::sha256;
use protocol::id::hex;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use subtle::ConstantTimeEq as _;
use web::{frame, screen, words as w};

/// How long a link opens.
const OPENS_FOR: Duration = Duration::from_secs(10 * 60);
/// Links that wait at a time: the oldest makes room.
const LINKS_MAX: usize = 8;
/// Bytes of what is kept.
const KEPT_BYTES_MAX: u64 = 16 * 1024;
/// Browsers that have come in: the oldest makes room.
const BROWSERS_MAX: usize = 16;

/// Who has come in, and who may.
#[derive(Clone)]
pub(in crate::daemon) struct Gate {
    port: u16,
    path: Arc<Path>,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    links: VecDeque<(String, Instant)>,
    /// SHA-256 of the cookies, in hexadecimal, the newest first.
    browsers: VecDeque<String>,
}

/// What is kept of a gate.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    port: u16,
    browsers: Vec<String>,
}

/// Reads what is kept, if only the owner of the secrets can have written it.
fn kept(home: &Home) -> Kept {
    let path = home.page_path();
    if !files::is_private_beside(&path, &home.keystore_path()) {
        return Kept::default();
    }
    let bytes = files::read_bounded(&path, KEPT_BYTES_MAX).ok().flatten().unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// Returns the port that the page had last, zero if there was none.
pub(in crate::daemon) fn last_port(home: &Home) -> u16 {
    kept(home).port
}

impl Gate {
    /// Makes a gate that those have passed who had at this port.
    pub(in crate::daemon) fn new(port: u16, home: &Home) -> Self {
        let mut inner = Inner::default();
        let kept = kept(home);
        if kept.port == port {
            inner.browsers = kept.browsers.into_iter().take(BROWSERS_MAX).collect();
        }
        let gate = Self { port, path: home.page_path().into(), inner: Arc::new(Mutex::new(inner)) };
        gate.keep();
        gate
    }

    /// Keeps port and browsers; what cannot be kept is asked for again by a link.
    fn keep(&self) {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = Kept { port: self.port, browsers: inner.browsers.iter().cloned().collect() };
        drop(inner);
        let bytes = serde_json::to_vec(&kept).expect("plain fields are always JSON");
        if let Err(error) = files::replace(&self.path, &bytes) {
            tracing::debug!(%error, "the browsers that came in are not kept");
        }
    }

    /// Makes a link that opens once.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub(in crate::daemon) fn link(&self) -> Result<String, Failure> {
        let secret = door::draw()?;
        let url = format!("http://127.0.0.1:{}/entrer?lien={secret}", self.port);
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.links.truncate(LINKS_MAX - 1);
        inner.links.push_front((secret, Instant::now()));
        Ok(url)
    }

    /// Uses a link up and returns the secret of a new cookie.
    fn pass(&self, link: &str) -> Option<String> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found = None;
        for (at, (secret, made)) in inner.links.iter().enumerate() {
            let same: bool = secret.as_bytes().ct_eq(link.as_bytes()).into();
            if same && made.elapsed() < OPENS_FOR {
                found = Some(at);
            }
        }
        inner.links.remove(found?);
        let cookie = door::draw().ok()?;
        inner.browsers.truncate(BROWSERS_MAX - 1);
        inner.browsers.push_front(digest(&cookie));
        drop(inner);
        self.keep();
        Some(cookie)
    }

    fn knows(&self, headers: &HeaderMap) -> bool {
        let name = self.cookie_name();
        let Some(given) = cookie(headers, &name).map(digest) else { return false };
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |known: &String| bool::from(known.as_bytes().ct_eq(given.as_bytes()));
        // All are compared: the time taken tells nothing.
        inner.browsers.iter().filter(|known| same(known)).count() > 0
    }

    fn cookie_name(&self) -> String {
        format!("liaison-{}", self.port)
    }
}

fn digest(cookie: &str) -> String {
    hex(&sha256(cookie.as_bytes()))
}

/// Returns a cookie.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).into_iter();
    let parts = all.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
    let mut pairs = parts.filter_map(|part| part.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// The name of the cookie that keeps the language.
pub(super) const LANGUAGE: &str = "liaison-langue";

/// Returns the language that a browser has chosen; French until it has.
pub(super) fn language(headers: &HeaderMap) -> Language {
    match cookie(headers, LANGUAGE) {
        Some("en") => Language::English,
        Some(_) | None => Language::French,
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Entering {
    #[serde(default)]
    lien: String,
}

/// Lets a browser in by its link; one that is in already goes on.
pub(super) async fn enter(
    State(gate): State<Gate>,
    Query(entering): Query<Entering>,
    headers: HeaderMap,
) -> Response {
    if let Some(secret) = gate.pass(&entering.lien) {
        let name = gate.cookie_name();
        let cookie = format!("{name}={secret}; HttpOnly; SameSite=Strict; Path=/");
        let mut response = first_page();
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            response.headers_mut().insert(header::SET_COOKIE, value);
        }
        return response;
    }
    if gate.knows(&headers) { Redirect::to("/").into_response() } else { outside(&headers) }
}

/// Sends on to the first page. Not by a redirection: a browser that comes from elsewhere, such as
/// a mail, keeps a strict cookie back while it is being redirected.
fn first_page() -> Response {
    const PAGE: &str = "<!doctype html><html lang=\"fr\"><meta charset=\"utf-8\">\
        <title>Liaison</title><link rel=\"icon\" href=\"/assets/icon.svg\">\
        <meta http-equiv=\"refresh\" content=\"0; url=/\">\
        <p><a href=\"/\">Liaison</a></p></html>";
    Html(PAGE).into_response()
}

/// Lets only browsers through that came in by a link.
pub(super) async fn keep(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    if !gate.knows(request.headers()) {
        return outside(request.headers());
    }
    if let Some(ConnectInfo(seat)) = request.extensions().get::<ConnectInfo<Seat>>() {
        seat.prove();
    }
    next.run(request).await
}

fn outside(headers: &HeaderMap) -> Response {
    let language = language(headers);
    let lines = [w::ENTER_HINT.get(language)];
    let content = screen::settings::said("", &lines);
    let page = frame::bare(language, w::ENTER_TITLE.get(language), &content);
    (StatusCode::UNAUTHORIZED, Html(page)).into_response()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn with_cookie(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::COOKIE, value.parse().unwrap())])
    }

    fn home() -> (tempfile::TempDir, Home) {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::of(Some(dir.path().to_owned())).unwrap();
        std::fs::write(home.keystore_path(), "").unwrap();
        (dir, home)
    }

    #[test]
    fn a_browser_that_came_in_is_known_after_a_start_at_the_same_port() {
        let (_dir, home) = home();
        let gate = Gate::new(7_000, &home);
        let cookie = gate.pass(gate.link().unwrap().split_once("lien=").unwrap().1).unwrap();
        assert_eq!(last_port(&home), 7_000);
        let again = Gate::new(7_000, &home);
        assert!(again.knows(&with_cookie(&format!("liaison-7000={cookie}"))));
        let kept = std::fs::read_to_string(home.page_path()).unwrap();
        assert!(!kept.contains(&cookie), "only its digest is kept");
        let elsewhere = Gate::new(7_001, &home);
        assert!(!elsewhere.knows(&with_cookie(&format!("liaison-7001={cookie}"))));
    }

    #[test]
    fn a_link_opens_once_and_its_cookie_is_of_one_port() {
        let (_dir, home) = home();
        let gate = Gate::new(7_000, &home);
        let link = gate.link().unwrap();
        let (_, secret) = link.split_once("lien=").unwrap();
        assert!(gate.pass("").is_none());
        let cookie = gate.pass(secret).unwrap();
        assert!(gate.pass(secret).is_none(), "a link serves once");
        assert!(gate.knows(&with_cookie(&format!("a=b; liaison-7000={cookie}"))));
        assert!(!gate.knows(&with_cookie(&format!("liaison-7001={cookie}"))));
        assert!(!gate.knows(&with_cookie("liaison-7000=")));
        assert!(!gate.knows(&HeaderMap::new()));
    }

    #[test]
    fn few_links_wait_and_few_browsers_stay() {
        let (_dir, home) = home();
        let gate = Gate::new(1, &home);
        let first = gate.link().unwrap();
        for _ in 0..LINKS_MAX {
            gate.link().unwrap();
        }
        assert!(gate.pass(first.split_once("lien=").unwrap().1).is_none());
        let mut cookies = Vec::new();
        for _ in 0..=BROWSERS_MAX {
            let link = gate.link().unwrap();
            cookies.push(gate.pass(link.split_once("lien=").unwrap().1).unwrap());
        }
        assert!(!gate.knows(&with_cookie(&format!("liaison-1={}", cookies[0]))));
        assert!(gate.knows(&with_cookie(&format!("liaison-1={}", cookies[1]))));
    }
}
