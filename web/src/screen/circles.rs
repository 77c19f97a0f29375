//! The circles of this replica: closed spaces that hold one filled liaison sheet each, the
//! consent to each, and its withdrawal.

use crate::frame::{Frame, titled};
use crate::link;
use crate::screen::first::relay;
use crate::words::{self as w, fill, first as f};
use client_core::kinds::{Catalogue, FieldSpec};
use client_core::replica::{DocumentView, SpaceView};
use maud::{Markup, html};
use protocol::id::SpaceId;

/// The kind that a circle is for.
pub const KIND: &str = "fiche_liaison";

/// A circle, and the filled sheets that can be read in it.
#[derive(Debug)]
pub struct Circle {
    /// The space.
    pub space: SpaceView,
    /// Its sheets: one as a rule.
    pub sheets: Vec<DocumentView>,
}

/// Draws the circles before the list of the blank forms.
#[must_use]
pub fn beside(frame: &Frame<'_>, space: &SpaceId, circles: &[Circle], list: &Markup) -> Markup {
    html! {
        (list)
        (own(frame, circles))
        (open(frame, space))
    }
}

fn own(frame: &Frame<'_>, circles: &[Circle]) -> Markup {
    let names = frame.names;
    html! {
        section aria-labelledby="circles" {
            h2 id="circles" { (names.say(f::CIRCLES)) " (" (circles.len()) ")" }
            p class="hint" { (names.say(f::CIRCLES_HINT)) }
            @if circles.is_empty() { p class="empty" { (names.say(f::CIRCLES_NONE)) } }
            @else {
                div class="scroll" role="region" tabindex="0" aria-labelledby="circles" {
                    table {
                        thead {
                            tr {
                                th scope="col" { (names.say(f::CIRCLE)) }
                                th scope="col" { (names.say(f::CIRCLE_SHEET)) }
                                th scope="col" { (names.say(f::CIRCLE_CONSENT)) }
                                th scope="col" { (names.say(f::CIRCLE_END)) }
                                th scope="col" { (names.say(f::CIRCLE_WITHDRAW)) }
                            }
                        }
                        tbody { @for circle in circles { (row(frame, circle)) } }
                    }
                }
            }
        }
    }
}

fn row(frame: &Frame<'_>, circle: &Circle) -> Markup {
    let names = frame.names;
    let space = &circle.space;
    let closed = space.closed.is_some();
    html! {
        tr {
            th scope="row" {
                a href=(link::space(&space.space)) { (titled(names, space)) }
            }
            td {
                @for sheet in &circle.sheets {
                    a href=(link::document(&sheet.document)) {
                        @if sheet.content.title.is_empty() { (names.say(w::UNTITLED)) }
                        @else { (sheet.content.title) }
                    }
                    " "
                }
            }
            td {
                @if closed { (names.say(f::CIRCLE_CLOSED)) }
                @else { (said(frame, circle, "consentement", f::CIRCLE_NO_CONSENT)) }
            }
            td { (said(frame, circle, "purge_le", w::EMPTY)) }
            td {
                @if !closed {
                    a href=(link::in_space(&space.space, "retrait")) {
                        (names.say(f::CIRCLE_WITHDRAW))
                        span class="unseen" { " : " (titled(names, space)) }
                    }
                }
            }
        }
    }
}

/// Returns what the sheets of a circle say in a field; several values where it is to be settled.
fn said(
    frame: &Frame<'_>,
    circle: &Circle,
    field: &str,
    nothing: client_core::kinds::Wording,
) -> String {
    let names = frame.names;
    let kind = Catalogue::STANDARD.find(KIND);
    let spec: Option<&FieldSpec> = kind.and_then(|kind| kind.field(field));
    let all = circle.sheets.iter().filter_map(|sheet| Some((spec?, sheet.content.field(field)?)));
    let shown: Vec<String> = all.flat_map(|(spec, value)| names.values(spec, value)).collect();
    if shown.is_empty() { names.say(nothing).to_owned() } else { shown.join(" / ") }
}

fn open(frame: &Frame<'_>, space: &SpaceId) -> Markup {
    let names = frame.names;
    html! {
        section aria-labelledby="open-circle" {
            h2 id="open-circle" { (names.say(f::CIRCLE_OPEN)) }
            p { (names.say(f::CIRCLE_OPEN_HINT)) }
            form method="post" action=(link::in_space(space, "cercles")) {
                div class="field" {
                    label for="circle-title" { (names.say(f::CIRCLE_TITLE)) }
                    p class="help" id="circle-title-help" { (names.say(f::CIRCLE_TITLE_HINT)) }
                    input id="circle-title" name="title" required maxlength="300"
                        aria-describedby="circle-title-help";
                }
                @let usual = frame.space.map(|space| space.relay_url.as_str()).unwrap_or_default();
                (relay(names.language, "", usual))
                button { (names.say(f::CIRCLE_OPEN)) }
            }
        }
    }
}

/// Draws what the withdrawal of consent does, and asks for a yes.
#[must_use]
pub fn leaving(frame: &Frame<'_>, space: &SpaceId, meaning: &str) -> Markup {
    let names = frame.names;
    html! {
        h1 { (names.say(f::CIRCLE_WITHDRAW)) }
        p class="banner" { (meaning) }
        form method="post" action=(link::in_space(space, "retrait")) class="sheet-form" {
            label class="check" {
                input type="checkbox" name="sure" value="1" required;
                (names.say(f::CIRCLE_WITHDRAW_SURE))
            }
            button class="danger" { (names.say(f::CIRCLE_WITHDRAW_DO)) }
            " " a class="button quiet" href=(link::in_space(space, "liaison")) {
                (names.say(w::CANCEL))
            }
        }
    }
}

/// Draws what has come of a withdrawal.
#[must_use]
pub fn left(frame: &Frame<'_>, space: &SpaceId, votes: Option<(usize, usize)>) -> Markup {
    let names = frame.names;
    html! {
        h1 { (names.say(f::CIRCLE_WITHDRAW)) }
        p class="banner good" role="status" {
            @match votes {
                Some((given, needed)) => {
                    (fill(names.say(f::CIRCLE_WITHDRAW_VOTE),
                        &[&given.to_string(), &needed.to_string()]))
                }
                None => { (names.say(f::CIRCLE_WITHDRAW_DONE)) }
            }
        }
        p { a class="button" href=(link::in_space(space, "liaison")) { (names.say(w::BACK)) } }
    }
}
