//! Partners, invitations, requests and votes.

use super::desk::{Desk, Paged, Room, done};
use axum::extract::{Form, Path};
use axum::response::Response;
use client_core::replica::{Command, Reply};
use console::{Failure, Text};
use protocol::id::{ProposalId, SpaceId};
use protocol::register::{Cause, Measure, Role};
use web::form::Posted;
use web::{link, screen, words as w};

type Filled = Form<Vec<(String, String)>>;

const PAGE: &str = "partenaires";

/// Draws partners, requests and votes.
pub(super) async fn partners(desk: Desk, Path(space): Path<String>) -> Paged {
    let room = desk.room(desk.id(&space)?).await?;
    Ok(draw(&desk, &room, None))
}

fn draw(desk: &Desk, room: &Room, invitation: Option<&str>) -> Response {
    let frame = desk.frame(room);
    let (space, members, proposals) = (&room.space, &room.members, &room.proposals);
    let content = screen::partners::draw(&frame, space, members, proposals, invitation);
    let live = if invitation.is_some() { String::new() } else { "*".to_owned() };
    desk.page(room, Some(PAGE), live, w::PARTNERS.get(desk.language), &content)
}

/// Makes an invitation and shows it, once.
pub(super) async fn invite(desk: Desk, Path(space): Path<String>, Form(pairs): Filled) -> Paged {
    let posted = Posted::of(pairs);
    let space = desk.id(&space)?;
    let role = match posted.one("role") {
        Some("guarantor") => Role::Guarantor,
        Some("observer") => Role::Observer,
        Some(_) | None => Role::Member,
    };
    let command = Command::Invite { space, role, history: None };
    let mut reply = desk.ask(command).await?;
    if let Reply::Unsent { reply: kept, .. } = reply {
        reply = *kept;
    }
    let Reply::Invited(invited) = reply else { return Err(desk.wrong("invite")) };
    let room = desk.room(space).await?;
    Ok(draw(&desk, &room, Some(&invited.invitation)))
}

/// Opens a vote to remove an organisation.
pub(super) async fn remove(desk: Desk, Path(space): Path<String>, Form(pairs): Filled) -> Paged {
    let posted = Posted::of(pairs);
    let space: SpaceId = desk.id(&space)?;
    let partner = desk.id(posted.one("partner").unwrap_or_default())?;
    desk.ask(Command::Propose { space, measure: Measure::Remove(partner, Cause::Decision) })
        .await?;
    Ok(done(&link::in_space(&space, PAGE), "proposed"))
}

/// Approves a request, once its words were compared, or a vote.
pub(super) async fn approve(
    desk: Desk,
    Path((space, proposal)): Path<(String, String)>,
    Form(pairs): Filled,
) -> Paged {
    let posted = Posted::of(pairs);
    let (space, proposal): (SpaceId, ProposalId) = (desk.id(&space)?, desk.id(&proposal)?);
    let room = desk.room(space).await?;
    let asked = room.proposals.iter().find(|one| one.proposal == proposal);
    let asked = asked.ok_or_else(|| desk.absent())?;
    if asked.applicant.is_some() && !posted.has("compared") {
        let text = Text::new(w::APPROVE_FIRST.fr, w::APPROVE_FIRST.en);
        return Err(desk.trouble(Failure::refused("words-not-compared", text)));
    }
    let mut reply = desk.ask(Command::Approve { space, proposal }).await?;
    if let Reply::Unsent { reply: kept, .. } = reply {
        reply = *kept;
    }
    let Reply::Vote(vote) = reply else { return Err(desk.wrong("approve")) };
    let code = if vote.adopted { "adopted" } else { "approved" };
    Ok(done(&link::in_space(&space, PAGE), code))
}

/// Takes an approval back.
pub(super) async fn withdraw(desk: Desk, Path((space, proposal)): Path<(String, String)>) -> Paged {
    let (space, proposal): (SpaceId, ProposalId) = (desk.id(&space)?, desk.id(&proposal)?);
    desk.ask(Command::Withdraw { space, proposal }).await?;
    Ok(done(&link::in_space(&space, PAGE), "withdrawn"))
}
