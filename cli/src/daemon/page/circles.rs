//! The circles of this replica: opened for one filled liaison sheet, closed and erased when the
//! person takes the consent back.

use super::desk::{Desk, Paged, Room, Trouble, done};
use super::first::{Filled, no_relay};
use crate::commands::space::{Close, Found, Show};
use crate::question::Question as _;
use axum::extract::{Form, Path};
use client_core::replica::{Command, Reply};
use console::{Failure, Text};
use protocol::id::SpaceId;
use protocol::register::{Closing, SpaceKind};
use web::form::Posted;
use web::link;
use web::screen::circles::{self as screen, Circle, KIND};
use web::words::first as f;

/// Why a circle does not take a sheet: the reason the replica gives.
const UNCERTIFIED: &str = "needs-health-hosting";

/// Gathers the circles of this replica with what can be read in them.
pub(super) async fn gather(desk: &Desk, room: &Room) -> Result<Vec<Circle>, Trouble> {
    let mut circles = Vec::new();
    let is_circle = |kind: Option<SpaceKind>| kind == Some(SpaceKind::Circle);
    for space in room.overview.spaces.iter().filter(|one| is_circle(one.kind)) {
        let list = Command::Documents { space: space.space, kind: Some(KIND.to_owned()) };
        let sheets = match desk.replica.command(list).await {
            Ok(Reply::Documents(lines)) => desk.show_all(&lines, Some(&[KIND])).await?,
            // One that was erased holds nothing any more.
            Ok(_) | Err(_) => Vec::new(),
        };
        circles.push(Circle { space: space.clone(), sheets });
    }
    Ok(circles)
}

/// Founds a circle and makes the sheet it is for.
pub(super) async fn open(desk: Desk, Path(space): Path<String>, Form(pairs): Filled) -> Paged {
    let _from: SpaceId = desk.id(&space)?;
    let posted = Posted::of(pairs);
    let trouble = |failure| desk.trouble(failure);
    let title = posted.filled("title").unwrap_or_default();
    let relay = posted.filled("relay").unwrap_or_default();
    let found = Found::of(SpaceKind::Circle, title, relay, posted.filled("ticket"));
    let founded = found.map_err(trouble)?.answer(&desk.replica).await;
    let founded = founded.map_err(|failure| desk.trouble(no_relay(failure)))?;
    let circle: SpaceId = desk.id(founded.space())?;
    let (kind, title) = (KIND.to_owned(), title.to_owned());
    match desk.replica.command(Command::NewDocument { space: circle, kind, title }).await {
        Ok(Reply::Edited { document, .. }) => {
            Ok(done(&link::of_document(&document, "modifier"), "saved"))
        }
        Ok(_) => Err(desk.wrong("circle")),
        Err(failure) if failure.code == UNCERTIFIED => {
            // Nothing was written there: what cannot serve does not stay in the list.
            let closed = Close::of(&circle, Closing::Erase).answer(&desk.replica).await;
            closed.map_err(|failure| desk.trouble(failure))?;
            let text = Text::new(f::CIRCLE_REFUSED.fr, f::CIRCLE_REFUSED.en);
            Err(desk.trouble(Failure::refused(UNCERTIFIED, text)))
        }
        Err(failure) => Err(desk.trouble(failure)),
    }
}

/// Says what the withdrawal of consent does, and asks.
pub(super) async fn leaving(desk: Desk, Path(space): Path<String>) -> Paged {
    let space: SpaceId = desk.id(&space)?;
    let room = circle(&desk, space).await?;
    let shown = Show::of(space.to_string()).answer(&desk.replica).await;
    let shown = shown.map_err(|failure| desk.trouble(failure))?;
    let meaning = shown.meaning_of(Closing::Erase).in_lang(desk.lang()).to_owned();
    let content = screen::leaving(&desk.frame(&room), &space, &meaning);
    let title = f::CIRCLE_WITHDRAW.get(desk.language);
    Ok(desk.page(&room, Some("liaison"), String::new(), title, &content))
}

/// Returns what is known of a circle; another space is none.
async fn circle(desk: &Desk, space: SpaceId) -> Result<Room, Trouble> {
    let room = desk.room(space).await?;
    match room.space.kind {
        Some(SpaceKind::Circle) => Ok(room),
        Some(_) | None => Err(desk.absent()),
    }
}

/// Closes and erases a circle, as `space close --erase` does.
pub(super) async fn withdraw(desk: Desk, Path(space): Path<String>, Form(pairs): Filled) -> Paged {
    let space: SpaceId = desk.id(&space)?;
    circle(&desk, space).await?;
    if !Posted::of(pairs).has("sure") {
        let text = Text::new(f::CIRCLE_WITHDRAW_FIRST.fr, f::CIRCLE_WITHDRAW_FIRST.en);
        return Err(desk.trouble(Failure::refused("not-confirmed", text)));
    }
    let opened = Close::of(&space, Closing::Erase).answer(&desk.replica).await;
    let opened = opened.map_err(|failure| desk.trouble(failure))?;
    let votes = opened.votes();
    let room = desk.room(space).await?;
    let content = screen::left(&desk.frame(&room), &space, votes);
    let title = f::CIRCLE_WITHDRAW.get(desk.language);
    Ok(desk.page(&room, Some("liaison"), String::new(), title, &content))
}
