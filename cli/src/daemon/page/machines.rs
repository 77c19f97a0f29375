//! The machines of the organisation, its name, and the sheet to print: the questions of `device`
//! and of `partner`, asked from the page.

use super::desk::{Desk, Paged, Trouble, done};
use super::first::Filled;
use crate::args::names;
use crate::carried;
use crate::commands::{device, partner};
use crate::daemon::api::App;
use crate::question::Question as _;
use axum::extract::{Form, Path, State};
use console::{Failure, Text};
use protocol::id::{DeviceId, SpaceId};
use std::time::Duration;
use web::form::Posted;
use web::screen::machines as screen;
use web::words::first as f;
use web::{link, words as w};

const PAGE: &str = "postes";
/// How often it is looked whether a new name has come back, and how many times.
const LOOK: Duration = Duration::from_millis(100);
const LOOKS_MAX: usize = 20;

/// Gives the organisation another name.
pub(super) async fn rename(desk: Desk, Form(pairs): Filled) -> Paged {
    let posted = Posted::of(pairs);
    let renamed = async {
        let name = names::name(posted.one("name").unwrap_or_default())?;
        partner::Rename::to(name.clone()).answer(&desk.replica).await?;
        Ok::<_, Failure>(name)
    };
    let name = renamed.await.map_err(|failure| desk.trouble(failure))?;
    // Partners read it once it has come back from the relay; the next page should too.
    for _ in 0..LOOKS_MAX {
        if desk.overview().await?.name == name {
            break;
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(done("/reglages", "renamed"))
}

/// Draws the sheet to print.
pub(super) async fn rescue(desk: Desk, State(app): State<App>) -> Paged {
    let (overview, names) = around(&desk).await?;
    let folder = app.dir.display().to_string();
    let content = screen::rescue(&desk.bare_frame(&names, &overview), &overview, &folder);
    desk.alone_as_it_is(f::RESCUE.get(desk.language), &content).await
}

/// Makes the request of this machine, to be carried to another one.
pub(super) async fn request(desk: Desk) -> Paged {
    let asked = device::Request {}.answer(&desk.replica).await;
    let asked = asked.map_err(|failure| desk.trouble(failure))?;
    let (overview, names) = around(&desk).await?;
    let frame = desk.bare_frame(&names, &overview);
    let heading = f::MACHINE_OWN_REQUEST.get(desk.language);
    let hints = [f::MACHINE_OWN_REQUEST_HINT.get(desk.language)];
    let content = screen::carried(&frame, heading, &hints, asked.request(), asked.words());
    desk.alone_as_it_is(heading, &content).await
}

async fn around(
    desk: &Desk,
) -> Result<(client_core::replica::Overview, web::names::Names), Trouble> {
    let overview = desk.overview().await?;
    Ok((overview, web::names::Names { language: desk.language, ..Default::default() }))
}

/// Draws the machines of this organisation in a space.
pub(super) async fn list(desk: Desk, Path(space): Path<String>) -> Paged {
    let space = desk.id(&space)?;
    let room = desk.room(space).await?;
    let content = screen::list(&desk.frame(&room), &space, &room.members);
    Ok(desk.page(&room, None, "*".to_owned(), f::MACHINES.get(desk.language), &content))
}

/// Shows whose machine a request is of, with its eight words.
pub(super) async fn look(desk: Desk, Path(space): Path<String>, Form(pairs): Filled) -> Paged {
    let posted = Posted::of(pairs);
    let space: SpaceId = desk.id(&space)?;
    let room = desk.room(space).await?;
    let typed = posted.one("request").unwrap_or_default().to_owned();
    let looked = async {
        let request = carried::pasted(Some(typed), None)?;
        let looked = device::Look::of(&space, &request).answer(&desk.replica).await?;
        Ok::<_, Failure>((request, looked))
    };
    let (request, looked) = looked.await.map_err(|failure| desk.trouble(failure))?;
    let unsaid = "–";
    let shown = screen::Looked {
        request: &request,
        words: looked.words(),
        name: looked.name().unwrap_or(unsaid),
        label: looked.label().unwrap_or(unsaid),
        differs_from: looked.differs_from(),
    };
    let content = screen::compare(&desk.frame(&room), &space, &shown);
    Ok(desk.page(&room, None, String::new(), f::MACHINE_ADD.get(desk.language), &content))
}

/// Adds a machine once its words were compared, and shows what to carry back.
pub(super) async fn add(desk: Desk, Path(space): Path<String>, Form(pairs): Filled) -> Paged {
    let posted = Posted::of(pairs);
    let space: SpaceId = desk.id(&space)?;
    if !posted.has("compared") {
        let text = Text::new(w::APPROVE_FIRST.fr, w::APPROVE_FIRST.en);
        return Err(desk.trouble(Failure::refused("words-not-compared", text)));
    }
    let request = posted.one("request").unwrap_or_default();
    let added = device::Add::of(&space, request).answer(&desk.replica).await;
    let added = added.map_err(|failure| desk.trouble(failure))?;
    let room = desk.room(space).await?;
    let heading = f::MACHINE_ADDED.get(desk.language);
    let mut hints = vec![f::MACHINE_WELCOME.get(desk.language)];
    if !added.is_sent() {
        hints.push(f::MACHINE_UNSENT.get(desk.language));
    }
    let content = screen::carried(&desk.frame(&room), heading, &hints, added.welcome(), &[]);
    Ok(desk.page(&room, None, String::new(), heading, &content))
}

/// Says what follows from taking a machine out, and asks.
pub(super) async fn leaving(desk: Desk, Path((space, device)): Path<(String, String)>) -> Paged {
    let (space, device): (SpaceId, DeviceId) = (desk.id(&space)?, desk.id(&device)?);
    let room = desk.room(space).await?;
    let shown = device::Revoke::show(&space, &device).answer(&desk.replica).await;
    let shown = shown.map_err(|failure| desk.trouble(failure))?;
    let follows: Vec<String> =
        shown.follows().iter().map(|text| text.in_lang(desk.lang()).to_owned()).collect();
    let to = link::in_space(&space, &format!("{PAGE}/{device}/retirer"));
    let back = link::in_space(&space, PAGE);
    let content = screen::leaving(&desk.frame(&room), &to, &back, &follows);
    let title = f::MACHINE_REVOKE_TITLE.get(desk.language);
    Ok(desk.page(&room, None, String::new(), title, &content))
}

/// Takes a machine out.
pub(super) async fn revoke(
    desk: Desk,
    Path((space, device)): Path<(String, String)>,
    Form(pairs): Filled,
) -> Paged {
    let posted = Posted::of(pairs);
    let (space, device): (SpaceId, DeviceId) = (desk.id(&space)?, desk.id(&device)?);
    let cause = posted.one("cause").unwrap_or_default();
    let revoked = device::Revoke::of(&space, &device, cause).answer(&desk.replica).await;
    let revoked = revoked.map_err(|failure| desk.trouble(failure))?;
    let code = if revoked.is_sent() { "revoked" } else { "revoked-unsent" };
    Ok(done(&link::in_space(&space, PAGE), code))
}
