//! Frozen versions and visas, and what leaves as files.

use super::desk::{Desk, Paged, Trouble, done};
use super::listing::Inputs;
use crate::commands::export::Export;
use crate::commands::freeze::Freeze;
use crate::question::Question;
use crate::world::wall_ms;
use axum::extract::{Form, Path, Query};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use client_core::replica::{Command, DocumentView, Reply, VisaOrder};
use console::{Failure, Text, readable};
use exchange::export::print::{Print, Standing};
use protocol::crypto::Hash;
use protocol::id::{SpaceId, unhex};
use protocol::register::Capacity;
use web::form::Posted;
use web::frame::entry_of;
use web::screen::document::title;
use web::{link, screen, words as w};

type Filled = Form<Vec<(String, String)>>;

/// Draws the frozen versions of a document.
pub(super) async fn versions(desk: Desk, Path(document): Path<String>) -> Paged {
    let (view, room) = desk.open(&document).await?;
    let Reply::Frozen(report) = desk.ask(Command::Frozen { document: view.document }).await? else {
        return Err(desk.wrong("frozen"));
    };
    let writable = room.is_writable();
    let content = screen::frozen::draw(&desk.frame(&room), &view, &report, writable);
    let entry = Some(entry_of(view.content.kind.name).page);
    let title = format!("{} – {}", w::FROZEN.get(desk.language), title(&room.names, &view));
    Ok(desk.page(&room, entry, view.document.to_string(), &title, &content))
}

fn to_versions(view: &DocumentView) -> String {
    link::of_document(&view.document, "versions")
}

/// Freezes a document as it stands.
pub(super) async fn freeze(desk: Desk, Path(document): Path<String>, Form(pairs): Filled) -> Paged {
    let posted = Posted::of(pairs);
    let view = desk.show(desk.id(&document)?, None).await?;
    let decision = posted.filled("decision").map(str::to_owned);
    let (document, amend) = (view.document.to_string(), posted.has("amends"));
    let question = Freeze::of(document, decision, amend, desk.lang());
    question.answer(&desk.replica).await.map_err(|failure| desk.trouble(failure))?;
    Ok(done(&to_versions(&view), "frozen"))
}

/// Gives the visa of this organisation.
pub(super) async fn sign(desk: Desk, Path(document): Path<String>, Form(pairs): Filled) -> Paged {
    let posted = Posted::of(pairs);
    if !posted.has("read") {
        let text = Text::new(w::SIGN_FIRST.fr, w::SIGN_FIRST.en);
        return Err(desk.trouble(Failure::refused("text-not-read", text)));
    }
    let view = desk.show(desk.id(&document)?, None).await?;
    let version = version(&desk, posted.one("version").unwrap_or_default())?;
    let capacity = posted.one("capacity").and_then(Capacity::from_name);
    let capacity = capacity.ok_or_else(|| desk.absent())?;
    let order = VisaOrder { version, capacity, pdf: None };
    desk.ask(Command::Sign { document: view.document, order }).await?;
    Ok(done(&to_versions(&view), "signed"))
}

fn version(desk: &Desk, typed: &str) -> Result<Hash, Trouble> {
    unhex(typed).and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| desk.absent())
}

/// Hands out the file that proves a frozen version.
pub(super) async fn proof(desk: Desk, Path((document, typed)): Path<(String, String)>) -> Paged {
    let view = desk.show(desk.id(&document)?, None).await?;
    let command =
        Command::WriteFrozen { document: view.document, version: Some(version(&desk, &typed)?) };
    let Reply::File { bytes, .. } = desk.ask(command).await? else {
        return Err(desk.wrong("frozen"));
    };
    Ok(file(&view.content.title, "liaison", bytes))
}

/// Draws a document as it is printed.
pub(super) async fn print(desk: Desk, Path(document): Path<String>) -> Paged {
    let (view, room) = desk.open(&document).await?;
    let gathered = crate::commands::export::holding(&desk.replica, view.space, desk.lang()).await;
    let holding = gathered.map_err(|failure| desk.trouble(failure))?;
    let held = holding.document(&view.document).ok_or_else(|| desk.absent())?;
    let standing = Standing::Working { version: held.version() };
    let print: Print = exchange::export::print(&holding, held, standing);
    let back = link::document(&view.document);
    let content = screen::annual::printed(&desk.frame(&room), &back, &print);
    let entry = Some(entry_of(view.content.kind.name).page);
    Ok(desk.page(&room, entry, String::new(), &title(&room.names, &view), &content))
}

/// Draws the report of a year, put together from the documents of a space.
pub(super) async fn annual(desk: Desk, Path(space): Path<String>, Query(asked): Inputs) -> Paged {
    let space: SpaceId = desk.id(&space)?;
    let room = desk.room(space).await?;
    let year = year(asked.get("annee"));
    let gathered = crate::commands::export::holding(&desk.replica, space, desk.lang()).await;
    let holding = gathered.map_err(|failure| desk.trouble(failure))?;
    let print = exchange::export::print_year(&holding, &year);
    let content = screen::annual::draw(&desk.frame(&room), &space, &year, &print);
    let title = w::ANNUAL.get(desk.language);
    Ok(desk.page(&room, Some("bilan"), String::new(), title, &content))
}

/// Returns the year asked for, if it is one; else this one.
fn year(asked: Option<&String>) -> String {
    let is_year = |year: &&String| year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit());
    let now = || readable::local_day(wall_ms()).chars().take(4).collect();
    asked.filter(is_year).cloned().unwrap_or_else(now)
}

/// Hands out a document as a file.
pub(super) async fn export_document(
    desk: Desk,
    Path((document, format)): Path<(String, String)>,
) -> Paged {
    let view = desk.show(desk.id(&document)?, None).await?;
    let target = view.document.to_string();
    export(&desk, target, format, String::new(), &view.content.title).await
}

/// Hands out a space as a file.
pub(super) async fn export_space(
    desk: Desk,
    Path((space, format)): Path<(String, String)>,
    Query(asked): Inputs,
) -> Paged {
    let room = desk.room(desk.id(&space)?).await?;
    let year = year(asked.get("annee"));
    export(&desk, room.space.space.to_string(), format, year, &room.space.title).await
}

async fn export(desk: &Desk, target: String, format: String, year: String, name: &str) -> Paged {
    let question = Export::of(target, format.clone(), year, desk.lang());
    let made = question.answer(&desk.replica).await.map_err(|failure| desk.trouble(failure))?;
    let (made_name, bytes) = made.into_first().ok_or_else(|| desk.absent())?;
    let ending = made_name.rsplit_once('.').map_or(format.as_str(), |(_, ending)| ending);
    Ok(file(name, ending, bytes))
}

/// Returns a file to be kept, under a name made of letters and figures.
pub(super) fn file(title: &str, ending: &str, bytes: Vec<u8>) -> Response {
    let plain = screen::search::folded(title);
    let safe = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let name: String = plain.chars().map(safe).take(60).collect();
    let name = name.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    let name = if name.is_empty() { "document".to_owned() } else { name };
    let disposition = format!("attachment; filename=\"{name}.{ending}\"");
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}
