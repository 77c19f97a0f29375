//! What is said beside a document: comments with their answers, and changes proposed to a passage,
//! taken or not one by one.

use crate::form::BASE;
use crate::frame::Frame;
use crate::link;
use crate::names::{Names, writer};
use crate::screen::fields::base;
use crate::screen::history::compared;
use crate::words::{self as w, fill};
use client_core::document::{Comment, CommentState};
use client_core::replica::DocumentView;
use maud::{Markup, html};

/// Threads that one page shows; settled ones come after those that are open.
const THREADS_MAX: usize = 200;

/// Draws what is said beside a document, or beside one part of it.
#[must_use]
pub fn beside(
    frame: &Frame<'_>,
    view: &DocumentView,
    place: Option<&str>,
    writable: bool,
) -> Markup {
    let names = frame.names;
    let of = |one: &&Comment| one.answers.is_none() && place.is_none_or(|place| place == one.place);
    let (open, settled): (Vec<&Comment>, Vec<&Comment>) =
        view.content.comments.iter().filter(of).partition(|one| one.state == CommentState::Open);
    html! {
        section class="talk" id="talk" aria-labelledby="comments" data-swap {
            h2 id="comments" { (names.say(w::COMMENTS)) " (" (open.len()) ")" }
            @if open.is_empty() { p class="empty" { (names.say(w::NO_COMMENTS)) } }
            @for one in open.iter().take(THREADS_MAX) { (thread(names, view, one, writable)) }
            @if open.len() > THREADS_MAX { p class="hint" { "+ " (open.len() - THREADS_MAX) } }
            @if !settled.is_empty() {
                details {
                    summary { (names.say(w::SETTLED)) " (" (settled.len()) ")" }
                    @for one in settled.iter().rev().take(THREADS_MAX) {
                        (thread(names, view, one, writable))
                    }
                }
            }
        }
    }
}

fn thread(names: &Names, view: &DocumentView, comment: &Comment, writable: bool) -> Markup {
    let answers: Vec<&Comment> = view
        .content
        .comments
        .iter()
        .filter(|one| one.answers.as_deref() == Some(&comment.id))
        .take(THREADS_MAX)
        .collect();
    html! {
        article class="thread" id={ "comment-" (comment.id) } tabindex="-1" {
            p class="hint" { (place(names, view, comment)) " · " (who(names, view, comment)) }
            @match &comment.proposed {
                Some(proposed) => { p class="compared" { (compared(&comment.quote, proposed)) } }
                None if !comment.quote.is_empty() => { blockquote { (comment.quote) } }
                None => {}
            }
            @if !comment.text.is_empty() { p { (comment.text) } }
            @for answer in answers {
                div class="answer" {
                    p class="hint" { (who(names, view, answer)) }
                    p { (answer.text) }
                }
            }
            @if comment.state != CommentState::Open {
                p { span class="tag done" { (names.say(state(comment.state))) } }
            }
            @if writable { (actions(names, view, comment)) }
        }
    }
}

fn actions(names: &Names, view: &DocumentView, comment: &Comment) -> Markup {
    let to = |page: &str| link::of_document(&view.document, page);
    let mark = |state: CommentState| {
        to(&format!("commentaires/{}/{}", link::part(&comment.id), state.name()))
    };
    let open = comment.state == CommentState::Open;
    let answer = format!("answer-{}", comment.id);
    html! {
        div class="actions" {
            @if open && comment.proposed.is_some() {
                form method="post" action=(mark(CommentState::Accepted)) {
                    button { (names.say(w::ACCEPT)) }
                }
                form method="post" action=(mark(CommentState::Refused)) {
                    button class="quiet" { (names.say(w::REFUSE)) }
                }
            } @else if open {
                form method="post" action=(mark(CommentState::Resolved)) {
                    button class="quiet" { (names.say(w::RESOLVE)) }
                }
            } @else {
                form method="post" action=(mark(CommentState::Open)) {
                    button class="quiet" { (names.say(w::REOPEN)) }
                }
            }
            @if open {
                details {
                    summary { (names.say(w::ANSWER)) }
                    form method="post" action=(to("commentaires")) {
                        input type="hidden" name="place" value=(comment.place);
                        input type="hidden" name="answers" value=(comment.id);
                        label class="unseen" for=(answer) { (names.say(w::ANSWER)) }
                        textarea id=(answer) name="text" rows="2" required maxlength="10000" {}
                        button { (names.say(w::ANSWER)) }
                    }
                }
            }
        }
    }
}

fn place(names: &Names, view: &DocumentView, comment: &Comment) -> String {
    let kind = view.content.kind;
    if let Some(section) = view.content.section(&comment.place) {
        return section.title(kind, names.language);
    }
    let field = kind.field(&comment.place);
    field.map_or_else(String::new, |field| names.say(field.label).to_owned())
}

fn who(names: &Names, view: &DocumentView, comment: &Comment) -> String {
    let Some(origin) = comment.origin else { return String::new() };
    let name = writer(&view.authors, origin.actor).unwrap_or("?");
    format!("{name}, {}", names.time(origin.at))
}

fn state(state: CommentState) -> client_core::kinds::Wording {
    match state {
        CommentState::Open => w::COMMENTS,
        CommentState::Resolved => w::STATE_RESOLVED,
        CommentState::Accepted => w::STATE_ACCEPTED,
        CommentState::Refused => w::STATE_REFUSED_CHANGE,
    }
}

/// Draws the form of a new comment on a part. The editor fills in the passage; without script the
/// passage is copied into the form.
#[must_use]
pub fn form(frame: &Frame<'_>, view: &DocumentView, place: &str) -> Markup {
    let names = frame.names;
    let title = view.content.section(place).map(|one| one.title(view.content.kind, names.language));
    let title = title.unwrap_or_default();
    html! {
        form class="add" id="comment-form" method="post"
            action=(link::of_document(&view.document, "commentaires")) {
            h2 { (names.say(w::COMMENT)) }
            input type="hidden" name="place" value=(place);
            input type="hidden" name=(BASE) value=(base(&view.content.heads));
            input type="hidden" name="from" value="";
            input type="hidden" name="to" value="";
            label for="quote" { (names.say(w::PASSAGE)) }
            textarea id="quote" name="quote" rows="2" aria-describedby="quote-help" {}
            p class="help" id="quote-help" { (fill(names.say(w::PASSAGE_HINT), &[&title])) }
            label for="remark" { (names.say(w::REMARK)) }
            textarea id="remark" name="text" rows="2" maxlength="10000" {}
            label for="proposed" { (names.say(w::PROPOSE)) }
            textarea id="proposed" name="proposed" rows="2" maxlength="10000"
                aria-describedby="proposed-help" {}
            p class="help" id="proposed-help" { (names.say(w::PROPOSE_HINT)) }
            button { (names.say(w::COMMENT_SEND)) }
        }
    }
}
