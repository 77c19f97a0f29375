//! Pages that read a document: as it is, as it was, and what lies between.

use super::desk::{Desk, Paged, Room};
use super::listing::Inputs;
use axum::extract::{Path, Query};
use client_core::replica::{Command, DocumentView, Reply};
use web::frame::{entry_of, nothing};
use web::screen::document::{Shown, title};
use web::screen::fields::read_base;
use web::{screen, words as w};

/// Draws a document as it is.
pub(super) async fn read(desk: Desk, Path(document): Path<String>) -> Paged {
    let (view, room) = desk.open(&document).await?;
    let missing = view.content.missing().iter().map(|one| one.label(desk.language)).collect();
    let frame = desk.frame(&room);
    let writable = room.is_writable();
    let beside = screen::talk::beside(&frame, &view, None, writable);
    let shown = Shown { view: &view, writable, past: None, missing, beside };
    let content = screen::document::draw(&frame, &shown);
    Ok(page(&desk, &room, &view, &content))
}

fn page(
    desk: &Desk,
    room: &Room,
    view: &DocumentView,
    content: &web::Markup,
) -> axum::response::Response {
    let entry = Some(entry_of(view.content.kind.name).page);
    let title = title(&room.names, view);
    desk.page(room, entry, view.document.to_string(), &title, content)
}

/// Draws a document as it was.
pub(super) async fn at(desk: Desk, Path(document): Path<String>, Query(asked): Inputs) -> Paged {
    let name = asked.get("version").map_or("", String::as_str);
    let version = read_base(name).ok_or_else(|| desk.absent())?;
    let view = desk.show(desk.id(&document)?, Some(version)).await?;
    let room = desk.room(view.space).await?;
    let shown = Shown {
        view: &view,
        writable: false,
        past: Some(name),
        missing: Vec::new(),
        beside: nothing(),
    };
    let content = screen::document::draw(&desk.frame(&room), &shown);
    Ok(page(&desk, &room, &view, &content))
}

/// Draws what has changed since a version.
pub(super) async fn compare(desk: Desk, Path(document): Path<String>, asked: Inputs) -> Paged {
    let Query(asked) = asked;
    let name = asked.get("version").map_or("", String::as_str);
    let version = read_base(name).ok_or_else(|| desk.absent())?;
    let (view, room) = desk.open(&document).await?;
    let before = desk.show(view.document, Some(version)).await?;
    let writable = room.is_writable();
    let frame = desk.frame(&room);
    let content = screen::history::compare(&frame, &view, &before.content, writable);
    Ok(page(&desk, &room, &view, &content))
}

/// Draws who changed what.
pub(super) async fn history(
    desk: Desk,
    Path(document): Path<String>,
    Query(asked): Inputs,
) -> Paged {
    let (view, room) = desk.open(&document).await?;
    let Reply::History(changes) = desk.ask(Command::History { document: view.document }).await?
    else {
        return Err(desk.wrong("history"));
    };
    let number = asked.get("page").and_then(|page| page.parse().ok()).unwrap_or(0);
    let content = screen::history::draw(&desk.frame(&room), &view, &changes, number);
    let entry = Some(entry_of(view.content.kind.name).page);
    let title = format!("{} – {}", w::HISTORY.get(desk.language), title(&room.names, &view));
    Ok(desk.page(&room, entry, view.document.to_string(), &title, &content))
}
