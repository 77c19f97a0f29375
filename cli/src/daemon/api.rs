//! The addresses of the daemon: one for each question, one to watch, one page.
//!
//! `POST /api/QUESTION` takes the question as JSON and gives its answer, or `{"failure": …}`.

use super::door::{self, Door};
use super::page::{self, Gate, Uploads, Writers};
use super::watch::Watch;
use crate::carried;
use crate::commands;
use crate::driver::Access;
use crate::question::{Question, failure_form::FailureForm};
use axum::body::{Body, Bytes};
use axum::extract::Extension;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{Method, StatusCode, Uri, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use console::{Exit, Failure, Lang, Text};
use futures_util::stream;
use serde::{Deserialize, Serialize};
use serde_json::error::Category;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::watch as signal;

/// Largest question: the largest file, in base64, and a little around it.
const QUESTION_BYTES_MAX: usize = carried::FILE_BYTES_MAX as usize / 3 * 4 + 64 * 1024;

/// What every address works with.
#[derive(Clone)]
pub(crate) struct App {
    pub(super) replica: Access,
    pub(super) ending: signal::Receiver<bool>,
    pub(super) writers: Writers,
    /// The folder of the replica, as it is shown to its owner.
    pub(super) dir: Arc<Path>,
    /// Files that await a yes.
    pub(super) uploads: Uploads,
}

/// A link to the page.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Opened {
    pub(super) url: String,
}

/// A failure as it is answered.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Failed {
    pub(super) failure: FailureForm,
}

/// Returns the whole of the daemon.
pub(super) fn router(app: App, door: Door, gate: Gate) -> Router {
    let mut routes = Routes::default();
    commands::each_question(&mut routes);
    let api = routes
        .0
        .route("/ping", get(ping))
        .route("/watch", get(watch))
        .route("/link", post(link))
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(QUESTION_BYTES_MAX))
        .layer(middleware::from_fn_with_state(door.clone(), door::ask));
    Router::new()
        .route("/api/proof", get(prove))
        .nest("/api", api)
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(Extension(door.clone()))
        .layer(Extension(gate.clone()))
        .layer(middleware::from_fn_with_state(door.clone(), door::keep))
        .with_state(app.clone())
        .merge(page::router(app, gate, door))
}

/// The addresses of the questions met.
#[derive(Default)]
struct Routes(Router<App>);

impl commands::Visitor for Routes {
    fn meet<Q: Question>(&mut self) {
        let router = std::mem::take(&mut self.0);
        self.0 = router.route(&format!("/{}", Q::PATH), post(answer::<Q>));
    }
}

async fn answer<Q: Question>(State(app): State<App>, body: Bytes) -> Response {
    let question: Q = match serde_json::from_slice(&body) {
        Ok(question) => question,
        Err(error) => return refuse(&not_understood(&error)),
    };
    match question.answer(&app.replica).await {
        Ok(answer) => Json(answer).into_response(),
        Err(failure) => refuse(&failure),
    }
}

/// What a watcher asks for.
#[derive(Debug, Deserialize)]
struct Asked {
    lang: Option<String>,
}

/// What must be proven.
#[derive(Debug, Deserialize)]
struct Challenged {
    challenge: String,
}

/// Proves to whoever asks that this daemon knows its token, without showing it.
async fn prove(Extension(door): Extension<Door>, Query(asked): Query<Challenged>) -> Response {
    match door.prove(&asked.challenge) {
        Some(proof) => proof.into_response(),
        None => StatusCode::UNPROCESSABLE_ENTITY.into_response(),
    }
}

async fn unknown(uri: Uri) -> Response {
    refuse_as(StatusCode::NOT_FOUND, &unknown_question(uri.path()))
}

async fn wrong_method(method: Method, uri: Uri) -> Response {
    let path = uri.path();
    let failure = Failure::usage(
        "wrong-method",
        Text::new(
            format!("{method} ne vaut pas pour {path}"),
            format!("{method} is not for {path}"),
        ),
    )
    .with_hint(Text::of(
        "les questions se posent par POST ; /api/ping et /api/watch par GET",
        "questions are asked with POST; /api/ping and /api/watch with GET",
    ));
    refuse_as(StatusCode::METHOD_NOT_ALLOWED, &failure)
}

/// Makes a link that opens the page, once.
async fn link(Extension(gate): Extension<Gate>) -> Response {
    match gate.link() {
        Ok(url) => Json(Opened { url }).into_response(),
        Err(failure) => refuse(&failure),
    }
}

async fn ping() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// Streams one line of JSON for each change, until the asker or the daemon ends.
async fn watch(State(app): State<App>, Query(asked): Query<Asked>) -> Response {
    let lang = if asked.lang.as_deref() == Some(Lang::En.code()) { Lang::En } else { Lang::Fr };
    let watch = match Watch::start(app.replica.clone(), lang).await {
        Ok(watch) => watch,
        Err(failure) => return refuse(&failure),
    };
    let lines = stream::unfold(Some((watch, app.ending)), |state| async {
        let (mut watch, mut ending) = state?;
        let next = tokio::select! {
            _ = ending.wait_for(|ending| *ending) => return None,
            next = watch.next() => next,
        };
        Some(match next {
            Ok(line) => (line_of(&line), Some((watch, ending))),
            Err(failure) => (line_of(&Failed { failure: (&failure).into() }), None),
        })
    });
    let kind = [(header::CONTENT_TYPE, "application/x-ndjson")];
    (kind, Body::from_stream(lines)).into_response()
}

fn line_of(part: &impl Serialize) -> serde_json::Result<String> {
    let mut line = serde_json::to_string(part)?;
    line.push('\n');
    Ok(line)
}

fn refuse(failure: &Failure) -> Response {
    let status = match failure.exit {
        Exit::Done | Exit::Bug => StatusCode::INTERNAL_SERVER_ERROR,
        Exit::Refused | Exit::Usage => StatusCode::UNPROCESSABLE_ENTITY,
        Exit::Setup => StatusCode::SERVICE_UNAVAILABLE,
        Exit::Unreachable => StatusCode::BAD_GATEWAY,
    };
    refuse_as(status, failure)
}

/// Answers a failure under a status of its own.
pub(super) fn refuse_as(status: StatusCode, failure: &Failure) -> Response {
    (status, Json(Failed { failure: failure.into() })).into_response()
}

/// Returns the failure for a question that the daemon does not know.
pub(super) fn unknown_question(path: &str) -> Failure {
    Failure::usage(
        "unknown-question",
        Text::new(
            format!("« liaison serve » ne connaît pas {path}"),
            format!("“liaison serve” does not know {path}"),
        ),
    )
    .with_hint(SAME_VERSION)
}

const SAME_VERSION: Text = Text::of(
    "les deux programmes sont-ils de la même version ? relancez « liaison serve »",
    "are both programs of the same version? start “liaison serve” again",
);

/// Says what is wrong with a question, without the words of the library that read it.
fn not_understood(error: &serde_json::Error) -> Failure {
    let told = error.to_string();
    let missing = told.strip_prefix("missing field `").and_then(|rest| rest.split_once('`'));
    let place = (error.line(), error.column());
    let message = match (error.classify(), missing) {
        (Category::Data, Some((key, _))) => Text::new(
            format!("il manque à cette question la clé « {key} »"),
            format!("this question lacks the key “{key}”"),
        ),
        (Category::Data, None) => Text::new(
            format!(
                "une valeur n'a pas la forme attendue (ligne {}, colonne {})",
                place.0, place.1
            ),
            format!("a value is not of the form expected (line {}, column {})", place.0, place.1),
        ),
        (Category::Syntax | Category::Eof | Category::Io, _) => Text::new(
            format!("la question n'est pas du JSON (ligne {}, colonne {})", place.0, place.1),
            format!("the question is not JSON (line {}, column {})", place.0, place.1),
        ),
    };
    Failure::usage("question-not-understood", message).with_hint(Text::of(
        "docs/api.md donne les clés de chaque question",
        "docs/api.md gives the keys of each question",
    ))
}

#[cfg(test)]
mod tests;
