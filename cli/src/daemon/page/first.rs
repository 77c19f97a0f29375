//! The ways into a space, for a replica that is there: join, found, try; and the wait.
//!
//! What a way does is what the commands do: their questions are asked, nothing is decided here.

use super::desk::{Desk, Paged, Room};
use crate::commands::{demo::Demo, join::Join, space::Found};
use crate::driver::Access;
use crate::question::Question as _;
use axum::extract::{Form, Path};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{Html, IntoResponse, Redirect};
use client_core::kinds::Language;
use console::{Exit, Failure, Lang};
use protocol::id::SpaceId;
use protocol::register::{Role, SpaceKind};
use web::form::Posted;
use web::frame::{self, Notice};
use web::link;
use web::names::Names;
use web::screen::first::{self as screen, Newcomer, Wait, Way};
use web::words::first as f;

pub(super) type Filled = Form<Vec<(String, String)>>;

/// Seconds after which a page that waits is drawn anew where no script runs.
const REFRESH_SECONDS: &str = "10";

/// What a form asks for, once understood.
pub(super) enum Wanted {
    Join(Join),
    Found(Found),
    Demo(Found),
}

impl Wanted {
    /// Reads a form; nothing is asked of anybody.
    pub(super) fn of(way: Way, posted: &Posted, language: Language) -> Result<Self, Failure> {
        let one = |name: &str| posted.filled(name).unwrap_or_default();
        let found = |title: &str| {
            Found::of(SpaceKind::Territory, title, one("relay"), posted.filled("ticket"))
        };
        Ok(match way {
            Way::Join => Self::Join(Join::pasted(one("invitation"))?),
            Way::Found => Self::Found(found(one("title"))?),
            Way::Demo => Self::Demo(found(f::DEMO_TITLE.get(language))?),
        })
    }

    /// Asks for it, and returns the page to go on with.
    pub(super) async fn carry_out(self, replica: &Access) -> Result<String, Failure> {
        match self {
            Self::Join(join) => {
                let joined = join.answer(replica).await?;
                Ok(format!("/s/{}/attente", joined.space()))
            }
            Self::Found(found) => {
                let founded = found.answer(replica).await.map_err(no_relay)?;
                Ok(format!("/s/{}", founded.space()))
            }
            Self::Demo(found) => {
                let founded = found.answer(replica).await.map_err(no_relay)?;
                Demo::of(founded.space()).answer(replica).await?;
                Ok(format!("/s/{}", founded.space()))
            }
        }
    }
}

/// Says what to do where no relay answers, in the words of the page.
pub(super) fn no_relay(failure: Failure) -> Failure {
    if failure.exit != Exit::Unreachable {
        return failure;
    }
    let (message, hint) = (f::NO_RELAY, f::NO_RELAY_HINT);
    Failure::unreachable(failure.code, console::Text::new(message.fr, message.en))
        .with_hint(console::Text::new(hint.fr, hint.en))
}

/// Returns what is said above a form of what went wrong.
pub(super) fn problem(failure: &Failure, language: Language) -> Notice {
    let lang = match language {
        Language::French => Lang::Fr,
        Language::English => Lang::En,
    };
    let hint = failure.hint.as_ref().map(|hint| hint.in_lang(lang).to_owned());
    Notice { good: false, text: failure.message.in_lang(lang).to_owned(), hint }
}

/// Draws a form on a page of its own.
pub(super) fn bare_form(
    language: Language,
    way: Way,
    newcomer: Option<&Newcomer>,
    posted: Option<&Posted>,
    problem: Option<&Notice>,
) -> Html<String> {
    let content = screen::form(language, way, newcomer, posted, problem);
    Html(frame::bare(language, way.title(newcomer.is_some()).get(language), &content))
}

async fn draw(desk: &Desk, way: Way, posted: Option<&Posted>, problem: Option<&Notice>) -> Paged {
    let title = way.title(false).get(desk.language);
    let form = screen::form(desk.language, way, None, posted, problem);
    desk.alone(title, &form).await
}

async fn make(desk: &Desk, way: Way, posted: &Posted) -> Paged {
    let done = match Wanted::of(way, posted, desk.language) {
        Ok(wanted) => wanted.carry_out(&desk.replica).await,
        Err(failure) => Err(failure),
    };
    match done {
        Ok(path) => Ok(Redirect::to(&path).into_response()),
        Err(failure) => {
            draw(desk, way, Some(posted), Some(&problem(&failure, desk.language))).await
        }
    }
}

/// Draws the form that takes an invitation.
pub(super) async fn join_form(desk: Desk) -> Paged {
    draw(&desk, Way::Join, None, None).await
}

/// Answers an invitation.
pub(super) async fn join(desk: Desk, Form(pairs): Filled) -> Paged {
    make(&desk, Way::Join, &Posted::of(pairs)).await
}

/// Draws the form of a new space.
pub(super) async fn found_form(desk: Desk) -> Paged {
    draw(&desk, Way::Found, None, None).await
}

/// Founds a space.
pub(super) async fn found(desk: Desk, Form(pairs): Filled) -> Paged {
    make(&desk, Way::Found, &Posted::of(pairs)).await
}

/// Draws the form of the demonstration.
pub(super) async fn demo_form(desk: Desk) -> Paged {
    draw(&desk, Way::Demo, None, None).await
}

/// Founds a space for the invented territory and writes it.
pub(super) async fn demo(desk: Desk, Form(pairs): Filled) -> Paged {
    make(&desk, Way::Demo, &Posted::of(pairs)).await
}

/// Draws the wait for an approval and for the documents; it ends with the dashboard.
pub(super) async fn waiting(desk: Desk, Path(space): Path<String>) -> Paged {
    let space: SpaceId = desk.id(&space)?;
    let room = desk.room(space).await?;
    let wait = wait(&room);
    if wait.is_over() {
        return Ok(Redirect::to(&link::space(&space)).into_response());
    }
    let content = screen::waiting(&desk.frame(&room), &wait);
    let title = match room.space.membership {
        "waiting" => f::WAITING.get(desk.language),
        _ => f::ARRIVING.get(desk.language),
    };
    let mut response = desk.page(&room, None, "*".to_owned(), title, &content);
    let refresh = HeaderValue::from_static(REFRESH_SECONDS);
    response.headers_mut().insert(HeaderName::from_static("refresh"), refresh);
    Ok(response)
}

fn wait(room: &Room) -> Wait<'_> {
    let own = |one: &&client_core::replica::ProposalView| {
        let applicant = one.applicant.as_ref();
        let by_us = applicant.is_some_and(|one| one.partner == room.overview.partner);
        by_us && matches!(one.state, "request" | "open")
    };
    let guarantors = room.members.iter().filter(|one| one.role == Role::Guarantor);
    let named = guarantors.map(|one| one.name.clone()).filter(|name| !name.is_empty());
    Wait {
        space: &room.space,
        request: room.proposals.iter().find(own),
        guarantors: named.collect(),
        readable: room.lines.iter().filter(|line| line.readable).count(),
        known: room.lines.len(),
    }
}

impl Desk {
    /// Draws a page that belongs to no space, under its heading.
    pub(super) async fn alone(&self, title: &str, content: &web::Markup) -> Paged {
        self.alone_as_it_is(title, &screen::titled_page(title, content)).await
    }

    /// Draws a page that belongs to no space; the heading of the content is the caller's.
    pub(super) async fn alone_as_it_is(&self, title: &str, content: &web::Markup) -> Paged {
        let overview = self.overview().await?;
        let names = Names { language: self.language, ..Names::default() };
        let page = self.bare_frame(&names, &overview).page(title, content);
        Ok(Html(page).into_response())
    }
}
