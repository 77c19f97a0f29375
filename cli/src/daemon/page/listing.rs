//! Pages of a space: the first one, the lists, search; and settings.

use super::desk::{Desk, Paged};
use super::gate;
use super::visit::Visit;
use crate::daemon::api::App;
use crate::world::wall_ms;
use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use client_core::figures::{Asked, Day};
use client_core::kinds::FieldType;
use client_core::replica::{Command, Reply};
use console::readable;
use serde::Deserialize;
use std::collections::BTreeMap;
use web::frame::ENTRIES;
use web::names::Names;
use web::{link, screen, words as w};

/// Days before today since which changes are told.
const SINCE_DAYS: u32 = 30;
/// Seconds that the choice of a language is kept.
const LANGUAGE_SECONDS: u64 = 365 * 24 * 3_600;

/// The inputs of an address.
pub(super) type Inputs = Query<BTreeMap<String, String>>;

/// Sends on to the only space, or offers the choice.
pub(super) async fn first(desk: Desk) -> Paged {
    let overview = desk.overview().await?;
    if let [only] = overview.spaces.as_slice() {
        return Ok(Redirect::to(&link::space(&only.space)).into_response());
    }
    let names = Names { language: desk.language, ..Names::default() };
    let frame = desk.bare_frame(&names, &overview);
    Ok(Html(frame.page("Liaison", &screen::settings::spaces(&frame))).into_response())
}

#[derive(Debug, Deserialize)]
pub(super) struct Chosen {
    lang: String,
    #[serde(default)]
    back: String,
}

/// Keeps the choice of a language.
pub(super) async fn language(Form(chosen): Form<Chosen>) -> Response {
    let lang = if chosen.lang == "en" { "en" } else { "fr" };
    // Only an address of this machine: `//elsewhere` is none.
    let own = chosen.back.starts_with('/') && !chosen.back.starts_with("//");
    let back = if own && !chosen.back.contains(['\\', '\r', '\n']) { &chosen.back } else { "/" };
    let name = gate::LANGUAGE;
    let cookie =
        format!("{name}={lang}; SameSite=Strict; Path=/; Max-Age={LANGUAGE_SECONDS}; HttpOnly");
    let mut response = Redirect::to(back).into_response();
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}

/// Draws the settings.
pub(super) async fn settings(desk: Desk, State(app): State<App>, headers: HeaderMap) -> Paged {
    let overview = desk.overview().await?;
    let names = Names { language: desk.language, ..Names::default() };
    let frame = desk.bare_frame(&names, &overview);
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let folder = app.dir.display().to_string();
    let content =
        screen::settings::draw(&frame, &overview.label, &format!("http://{host}/"), &folder);
    Ok(Html(frame.page(w::SETTINGS.get(desk.language), &content)).into_response())
}

/// Draws what is known of the accessibility of the pages.
pub(super) async fn accessibility(desk: Desk) -> Paged {
    let overview = desk.overview().await?;
    let names = Names { language: desk.language, ..Names::default() };
    let frame = desk.bare_frame(&names, &overview);
    let content = screen::settings::accessibility(desk.language);
    Ok(Html(frame.page(w::ACCESSIBILITY.get(desk.language), &content)).into_response())
}

/// Draws the dashboard of a space.
pub(super) async fn home(desk: Desk, Path(space): Path<String>, headers: HeaderMap) -> Paged {
    let space = desk.id(&space)?;
    let room = desk.room(space).await?;
    let today = readable::local_day(wall_ms());
    let on: Day = today.parse().map_err(|_| desk.wrong("today"))?;
    if room.space.membership == "waiting" {
        return Ok(Redirect::to(&link::in_space(&space, "attente")).into_response());
    }
    let visit = Visit::of(&headers, on);
    let since = visit.last.unwrap_or_else(|| on.minus(SINCE_DAYS));
    let asked = Asked { on, since };
    let Reply::Dashboard(view) = desk.ask(Command::Dashboard { space, asked }).await? else {
        return Err(desk.wrong("dashboard"));
    };
    let last = visit.last.map(|day| day.to_string());
    let content = screen::home::draw(&desk.frame(&room), &space, &view, last.as_deref());
    let title = w::HOME.get(desk.language);
    Ok(visit.kept_by(desk.page(&room, Some(""), "*".to_owned(), title, &content)))
}

/// Draws the list of an entry of the navigation.
pub(super) async fn entry(
    desk: Desk,
    Path((space, page)): Path<(String, String)>,
    Query(asked): Inputs,
) -> Paged {
    let entry = ENTRIES.iter().find(|entry| !page.is_empty() && entry.page == page);
    let entry = entry.filter(|entry| !entry.kinds.is_empty()).ok_or_else(|| desk.absent())?;
    let space = desk.id(&space)?;
    let room = desk.room(space).await?;
    let documents = desk.show_all(&room.lines, Some(entry.kinds)).await?;
    let look = asked.get("vue").map_or("", String::as_str);
    let (frame, writable) = (desk.frame(&room), room.is_writable());
    let instead = (entry.kinds.first() == Some(&screen::indicators::KIND)).then(|| {
        let typed = asked.get("periode").and_then(|typed| FieldType::Period.read(typed).ok());
        let year: String = readable::local_day(wall_ms()).chars().take(4).collect();
        let period = typed.unwrap_or_else(|| screen::indicators::usual_period(&documents, &year));
        let (documents, period) = (documents.as_slice(), period.as_str());
        let table = screen::indicators::Table { space, documents, period, writable };
        screen::indicators::draw(&frame, &table, None, &[])
    });
    let listed =
        screen::list::Listed { entry, space, documents: &documents, writable, look, instead };
    let list = screen::list::draw(&frame, &listed);
    let content = match entry.kinds.first() {
        Some(&screen::circles::KIND) => {
            let circles = super::circles::gather(&desk, &room).await?;
            screen::circles::beside(&frame, &space, &circles, &list)
        }
        Some(_) | None => list,
    };
    let title = entry.label.get(desk.language);
    Ok(desk.page(&room, Some(entry.page), "*".to_owned(), title, &content))
}

/// Draws what a search finds.
pub(super) async fn search(desk: Desk, Path(space): Path<String>, Query(asked): Inputs) -> Paged {
    let room = desk.room(desk.id(&space)?).await?;
    let question = asked.get("q").map_or("", String::as_str);
    let documents = match question.trim() {
        "" => Vec::new(),
        _ => desk.show_all(&room.lines, None).await?,
    };
    let content = screen::search::draw(&desk.frame(&room), question, &documents);
    Ok(desk.page(&room, None, String::new(), w::SEARCH.get(desk.language), &content))
}

/// Draws the indicators: the list, and the table of their values.
pub(super) async fn indicators(desk: Desk, Path(space): Path<String>, asked: Inputs) -> Paged {
    entry(desk, Path((space, "indicateurs".to_owned())), asked).await
}
