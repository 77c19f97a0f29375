//! What every page needs: who asks, in which language, and what the space holds.

use super::gate;
use crate::daemon::api::App;
use crate::driver::Access;
use crate::failures;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Redirect, Response};
use client_core::document::Version;
use client_core::kinds::{Language, Wording};
use client_core::replica::{
    Command, DocumentLine, DocumentView, MemberView, Overview, ProposalView, Reply, SpaceView,
};
use console::{Failure, Lang, Text};
use protocol::id::{DocumentId, SpaceId};
use std::convert::Infallible;
use web::frame::{Frame, Notice};
use web::names::Names;
use web::{Markup, screen, words as w};

/// One request on its way.
pub(super) struct Desk {
    pub(super) replica: Access,
    pub(super) language: Language,
    path: String,
    notice: Option<Notice>,
}

/// Why there is no page: it becomes one.
pub(super) struct Trouble {
    failure: Box<Failure>,
    language: Language,
}

pub(super) type Paged = Result<Response, Trouble>;

impl FromRequestParts<App> for Desk {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let language = gate::language(&parts.headers);
        let (path, done) = without_notice(&parts.uri);
        let notice = done.and_then(|code| done_notice(&code, language));
        Ok(Self { replica: app.replica.clone(), language, path, notice })
    }
}

/// What is known of a space.
pub(super) struct Room {
    pub(super) overview: Overview,
    pub(super) space: SpaceView,
    pub(super) lines: Vec<DocumentLine>,
    pub(super) members: Vec<MemberView>,
    pub(super) proposals: Vec<ProposalView>,
    pub(super) names: Names,
}

impl Room {
    /// Tells whether this organisation writes there.
    pub(super) fn is_writable(&self) -> bool {
        use protocol::register::Role;
        let reads_only = self.space.role == Some(Role::Observer) || self.space.role.is_none();
        !reads_only && self.space.closed.is_none() && self.space.barred().is_none()
    }
}

impl Desk {
    /// Makes a page of what went wrong.
    pub(super) fn trouble(&self, failure: Failure) -> Trouble {
        Trouble { failure: Box::new(failure), language: self.language }
    }

    /// Carries out a command.
    pub(super) async fn ask(&self, command: Command) -> Result<Reply, Trouble> {
        self.replica.command(command).await.map_err(|failure| self.trouble(failure))
    }

    /// Says that the replica answered something else than was asked.
    pub(super) fn wrong(&self, what: &str) -> Trouble {
        self.trouble(failures::wrong_reply(what))
    }

    /// Says that there is no such page.
    pub(super) fn absent(&self) -> Trouble {
        let text = Text::new(w::NOT_FOUND.fr, w::NOT_FOUND.en);
        self.trouble(Failure::refused("no-such-page", text))
    }

    /// Reads an identifier of the address.
    pub(super) fn id<T: std::str::FromStr>(&self, typed: &str) -> Result<T, Trouble> {
        typed.parse().map_err(|_| self.absent())
    }

    /// Tells what the replica is and holds, under the name that its partners read.
    pub(super) async fn overview(&self) -> Result<Overview, Trouble> {
        let overview = self.replica.overview().await.map_err(|failure| self.trouble(failure))?;
        for space in overview.spaces.iter().filter(|one| one.closed.is_none()) {
            let glance = Command::Glance { space: space.space };
            if let Ok(Reply::Glance { members, .. }) = self.replica.command(glance).await
                && members.iter().any(|one| one.own && !one.name.is_empty())
            {
                return Ok(called_now(overview, &members));
            }
        }
        Ok(overview)
    }

    /// Gathers what is known of a space.
    pub(super) async fn room(&self, space: SpaceId) -> Result<Room, Trouble> {
        let overview = self.replica.overview().await.map_err(|failure| self.trouble(failure))?;
        let view = overview.spaces.iter().find(|view| view.space == space).cloned();
        let view = view.ok_or_else(|| self.absent())?;
        let list = Command::Documents { space, kind: None };
        let Reply::Documents(lines) = self.ask(list).await? else {
            return Err(self.wrong("documents"));
        };
        // What cannot be told yet, before admission, leaves the lists empty.
        let (proposals, members) = match self.replica.command(Command::Glance { space }).await {
            Ok(Reply::Glance { proposals, members }) => (proposals, members),
            Ok(_) | Err(_) => (Vec::new(), Vec::new()),
        };
        let names = Names::of(self.language, &members, &lines);
        let overview = called_now(overview, &members);
        Ok(Room { overview, space: view, lines, members, proposals, names })
    }

    /// Shows a document, now or at a version.
    pub(super) async fn show(
        &self,
        document: DocumentId,
        at: Option<Version>,
    ) -> Result<DocumentView, Trouble> {
        let Reply::Document(view) = self.ask(Command::Show { document, at }).await? else {
            return Err(self.wrong("show"));
        };
        Ok(*view)
    }

    /// Shows the documents of some kinds, those that can be read.
    pub(super) async fn show_all(
        &self,
        lines: &[DocumentLine],
        kinds: Option<&[&str]>,
    ) -> Result<Vec<DocumentView>, Trouble> {
        let wanted = |line: &&DocumentLine| {
            line.readable && kinds.is_none_or(|kinds| kinds.contains(&line.kind.as_str()))
        };
        let mut views = Vec::new();
        for line in lines.iter().filter(wanted) {
            views.push(self.show(line.document, None).await?);
        }
        Ok(views)
    }

    /// Returns a document with the room it lies in.
    pub(super) async fn open(&self, typed: &str) -> Result<(DocumentView, Room), Trouble> {
        let view = self.show(self.id(typed)?, None).await?;
        let room = self.room(view.space).await?;
        Ok((view, room))
    }

    /// Draws a page of a space.
    pub(super) fn page(
        &self,
        room: &Room,
        entry: Option<&'static str>,
        live: String,
        title: &str,
        content: &Markup,
    ) -> Response {
        self.page_with(room, entry, live, title, content, self.notice.clone())
    }

    /// Draws a page that says how something went.
    pub(super) fn page_with(
        &self,
        room: &Room,
        entry: Option<&'static str>,
        live: String,
        title: &str,
        content: &Markup,
        notice: Option<Notice>,
    ) -> Response {
        let awaited = |one: &&ProposalView| {
            screen::partners::is_open(one) && !one.approved_by_us && !one.about_us
        };
        let frame = Frame {
            notice,
            live,
            page: entry,
            awaited: room.proposals.iter().filter(awaited).count(),
            ..self.frame(room)
        };
        Html(frame.page(title, content)).into_response()
    }

    /// Returns what drawing needs of what is around a page.
    pub(super) fn frame<'a>(&'a self, room: &'a Room) -> Frame<'a> {
        Frame {
            names: &room.names,
            own: &room.overview.name,
            spaces: &room.overview.spaces,
            space: Some(&room.space),
            lines: &room.lines,
            awaited: 0,
            page: None,
            path: &self.path,
            live: String::new(),
            notice: None,
        }
    }

    /// Returns what is around a page that belongs to no space.
    pub(super) fn bare_frame<'a>(&'a self, names: &'a Names, overview: &'a Overview) -> Frame<'a> {
        Frame {
            names,
            own: &overview.name,
            spaces: &overview.spaces,
            space: None,
            lines: &[],
            awaited: 0,
            page: None,
            path: &self.path,
            live: String::new(),
            notice: self.notice.clone(),
        }
    }

    /// Returns the language as the rest of the program names it.
    pub(super) const fn lang(&self) -> Lang {
        match self.language {
            Language::French => Lang::Fr,
            Language::English => Lang::En,
        }
    }
}

/// Puts the name that partners read in the place of the one given when the replica was made.
fn called_now(mut overview: Overview, members: &[MemberView]) -> Overview {
    if let Some(own) = members.iter().find(|one| one.own && !one.name.is_empty()) {
        overview.name.clone_from(&own.name);
    }
    overview
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let lang = match self.language {
            Language::French => Lang::Fr,
            Language::English => Lang::En,
        };
        let status = match self.failure.code {
            "no-such-page" | crate::resolve::DOCUMENT_NOT_FOUND => StatusCode::NOT_FOUND,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let message = self.failure.message.in_lang(lang).to_owned();
        let hint = self.failure.hint.as_ref().map(|hint| hint.in_lang(lang).to_owned());
        let mut lines = vec![message.as_str()];
        lines.extend(hint.as_deref());
        let content = screen::settings::back(self.language, &lines);
        let title = w::FAILED.get(self.language);
        (status, Html(web::frame::bare(self.language, title, &content))).into_response()
    }
}

/// What is said once something was done, by its code in addresses.
const NOTICES: &[(&str, Wording)] = &[
    ("saved", w::SAVED),
    ("unchanged", w::UNCHANGED),
    ("signed", w::SIGNED),
    ("frozen", w::FROZEN_DONE),
    ("adopted", w::ADOPTED),
    ("approved", w::APPROVED_BY_US),
    ("withdrawn", w::WITHDRAWN),
    ("proposed", w::PROPOSED),
    ("renamed", w::first::RENAMED),
    ("revoked", w::first::MACHINE_REVOKED),
    ("revoked-unsent", w::first::MACHINE_REVOKED_UNSENT),
];

fn done_notice(code: &str, language: Language) -> Option<Notice> {
    let (_, wording) = NOTICES.iter().find(|(known, _)| *known == code)?;
    Some(Notice { good: true, text: wording.get(language).to_owned(), hint: None })
}

/// Splits what was just done from an address.
fn without_notice(uri: &Uri) -> (String, Option<String>) {
    let mut done = None;
    let kept: Vec<&str> = uri
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|part| match part.strip_prefix("fait=") {
            Some(code) => {
                done = Some(code.to_owned());
                false
            }
            None => !part.is_empty(),
        })
        .collect();
    let path = uri.path();
    let path = if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) };
    (path, done)
}

/// Sends the browser to a page that says what was done.
pub(super) fn done(to: &str, code: &str) -> Response {
    let (path, anchor) = to.split_once('#').map_or((to, ""), |(path, anchor)| (path, anchor));
    let mark = if path.contains('?') { '&' } else { '?' };
    let anchor = if anchor.is_empty() { String::new() } else { format!("#{anchor}") };
    Redirect::to(&format!("{path}{mark}fait={code}{anchor}")).into_response()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_was_done_is_told_once_and_is_no_part_of_the_address() {
        let uri: Uri = "/d/1?vue=a&fait=saved".parse().unwrap();
        assert_eq!(without_notice(&uri), ("/d/1?vue=a".to_owned(), Some("saved".to_owned())));
        assert_eq!(done_notice("saved", Language::English).unwrap().text, w::SAVED.en);
        assert!(done_notice("<b>", Language::French).is_none());
    }
}
