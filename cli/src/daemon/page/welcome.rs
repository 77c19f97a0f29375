//! The page of a home that has no replica yet: who one is, and a way into a space.
//!
//! It makes nothing itself: what was typed is handed to `serve`, which owns the home. Once the
//! replica is there, the whole page takes over on the same address and the same cookie.

use super::first::{Filled, Wanted, bare_form, problem};
use super::{Gate, asset, gate, guarded, icon, listing};
use crate::args::{Init, names};
use crate::commands::init;
use crate::daemon::door::{self, Door};
use crate::driver::Access;
use crate::failures;
use crate::prompt;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Form, Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use console::{Failure, Text};
use std::sync::{Arc, OnceLock};
use tokio::sync::{mpsc, oneshot};
use tower::ServiceExt as _;
use web::form::Posted;
use web::frame;
use web::screen::first::{self as screen, Newcomer, Way};
use web::words::first as f;
use zeroize::Zeroizing;

/// Largest form: an invitation and a few names.
const FORM_BYTES_MAX: usize = 256 * 1024;

/// Asks `serve` to make the replica of its home.
pub(crate) struct Making {
    /// What `init` would have been asked.
    pub(crate) init: Init,
    /// What protects it; none for a key in a file.
    pub(crate) passphrase: Option<Zeroizing<String>>,
    /// Where the running replica, or the reason why there is none, goes.
    pub(crate) answer: oneshot::Sender<Result<Access, Failure>>,
}

/// Where requests go once there is a replica.
pub(in crate::daemon) type Later = Arc<OnceLock<Router>>;

#[derive(Clone)]
struct Welcome {
    making: mpsc::Sender<Making>,
}

/// Returns the routes of a home without a replica.
pub(in crate::daemon) fn router(
    making: mpsc::Sender<Making>,
    later: Later,
    gate: Gate,
    door: Door,
) -> Router {
    let inside = Router::new()
        .route("/", get(first))
        .route("/langue", post(listing::language))
        .route("/{way}", get(form).post(make))
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .layer(middleware::from_fn_with_state(gate.clone(), gate::keep))
        .with_state(Welcome { making });
    Router::new()
        .route("/entrer", get(gate::enter))
        .with_state(gate)
        .route("/assets/{name}", get(asset))
        .route("/favicon.ico", get(icon))
        .merge(inside)
        .layer(middleware::from_fn_with_state(door, door::keep))
        .layer(middleware::map_response(guarded))
        .layer(middleware::from_fn_with_state(later, pass_on))
}

/// Hands every request to the page of the replica, once there is one.
async fn pass_on(State(later): State<Later>, request: Request, next: Next) -> Response {
    match later.get() {
        Some(router) => {
            let Ok(response) = router.clone().oneshot(request).await;
            response
        }
        None => next.run(request).await,
    }
}

fn newcomer() -> Newcomer {
    let has_passphrase = prompt::of_variable().is_some();
    Newcomer { machine: init::machine_name(), has_passphrase }
}

async fn first(headers: HeaderMap) -> Html<String> {
    let language = gate::language(&headers);
    let title = f::WELCOME.get(language);
    Html(frame::bare(language, title, &screen::welcome(language)))
}

fn way(page: &str) -> Option<Way> {
    Way::ALL.into_iter().find(|way| way.page() == page)
}

async fn form(Path(page): Path<String>, headers: HeaderMap) -> Response {
    match way(&page) {
        Some(way) => {
            bare_form(gate::language(&headers), way, Some(&newcomer()), None, None).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Makes the replica, then goes the way that was chosen.
async fn make(
    State(welcome): State<Welcome>,
    Path(page): Path<String>,
    headers: HeaderMap,
    Form(pairs): Filled,
) -> Response {
    let language = gate::language(&headers);
    let Some(way) = way(&page) else { return StatusCode::NOT_FOUND.into_response() };
    let posted = Posted::of(pairs);
    let again = |failure: &Failure, newcomer: Option<&Newcomer>| {
        let problem = problem(failure, language);
        let form = bare_form(language, way, newcomer, Some(&posted), Some(&problem));
        (StatusCode::UNPROCESSABLE_ENTITY, form).into_response()
    };
    // All that can be wrong in the form is found before anything is made.
    let wanted = match Wanted::of(way, &posted, language) {
        Ok(wanted) => wanted,
        Err(failure) => return again(&failure, Some(&newcomer())),
    };
    let replica = match welcome.replica(&posted).await {
        Ok(replica) => replica,
        Err(failure) => return again(&failure, Some(&newcomer())),
    };
    match wanted.carry_out(&replica).await {
        Ok(path) => Redirect::to(&path).into_response(),
        Err(failure) => again(&made_already(failure), None),
    }
}

/// Says of a way that failed that the organisation need not be typed again.
fn made_already(failure: Failure) -> Failure {
    let said = f::MADE_ALREADY;
    match failure.hint.clone() {
        Some(hint) => failure.with_hint(Text::new(
            format!("{} {}", hint.in_lang(console::Lang::Fr), said.fr),
            format!("{} {}", hint.in_lang(console::Lang::En), said.en),
        )),
        None => failure.with_hint(Text::new(said.fr, said.en)),
    }
}

impl Welcome {
    async fn replica(&self, posted: &Posted) -> Result<Access, Failure> {
        let one = |name: &str| posted.filled(name).unwrap_or_default();
        let partner = names::name(one("organisation"))?;
        let device = Some(names::name(one("machine"))?);
        let passphrase = passphrase(posted, prompt::of_variable())?;
        let no_passphrase = passphrase.is_none();
        let init = Init { no_passphrase, ..Init::of(partner, device) };
        let (answer, answered) = oneshot::channel();
        let sent = self.making.send(Making { init, passphrase, answer }).await;
        sent.map_err(|_| failures::stopped())?;
        answered.await.map_err(|_| failures::stopped())?
    }
}

/// Reads the passphrase of a new replica: the one the program was given, or the one typed twice,
/// or none where the box says so.
fn passphrase(
    posted: &Posted,
    given: Option<Zeroizing<String>>,
) -> Result<Option<Zeroizing<String>>, Failure> {
    let refused = |code, text: client_core::kinds::Wording| {
        Failure::refused(code, Text::new(text.fr, text.en))
    };
    let typed = |name: &str| posted.one(name).unwrap_or_default();
    match given {
        Some(given) => Ok(Some(given)),
        None if typed("phrase") != typed("again") => {
            Err(refused("passphrases-differ", f::PASSPHRASES_DIFFER))
        }
        None if !typed("phrase").is_empty() => Ok(Some(Zeroizing::new(typed("phrase").to_owned()))),
        None if posted.has("none") => Ok(None),
        None => Err(refused("passphrase-needed", f::PASSPHRASE_MISSING)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(pairs: &[(&str, &str)], given: Option<&str>) -> Result<Option<String>, &'static str> {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let given = given.map(|given| Zeroizing::new(given.to_owned()));
        let read = passphrase(&Posted::of(pairs), given);
        read.map(|read| read.map(|read| read.to_string())).map_err(|failure| failure.code)
    }

    #[test]
    fn a_passphrase_is_typed_twice_or_given_or_done_without_knowingly() {
        assert_eq!(read(&[("phrase", "a b"), ("again", "a b")], None), Ok(Some("a b".to_owned())));
        assert_eq!(read(&[("phrase", "a"), ("again", "b")], None), Err("passphrases-differ"));
        assert_eq!(read(&[("phrase", ""), ("again", "")], None), Err("passphrase-needed"));
        assert_eq!(read(&[("none", "1")], None), Ok(None));
        let both = [("phrase", "a"), ("again", "a"), ("none", "1")];
        assert_eq!(read(&both, None), Ok(Some("a".to_owned())), "what was typed protects");
        assert_eq!(read(&[("none", "1")], Some("z")), Ok(Some("z".to_owned())));
    }
}
