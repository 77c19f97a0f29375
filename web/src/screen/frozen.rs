//! Frozen versions: what stands in them, who has given a visa, what has changed since, and the
//! visa of this organisation.

use crate::frame::Frame;
use crate::link;
use crate::names::{Names, short};
use crate::screen::document::title;
use crate::words::{self as w, fill};
use client_core::canonical::Difference;
use client_core::kinds::{Language, Wording};
use client_core::replica::{DocumentView, FrozenReport, FrozenState, FrozenView};
use maud::{Markup, html};
use protocol::id::hex;
use protocol::register::Capacity;

/// Draws the page.
#[must_use]
pub fn draw(
    frame: &Frame<'_>,
    view: &DocumentView,
    report: &FrozenReport,
    writable: bool,
) -> Markup {
    let names = frame.names;
    let last = report.versions.last();
    let count = report.versions.len();
    html! {
        header class="heading" {
            p class="kind" { a href=(link::document(&view.document)) { (title(names, view)) } }
            h1 { (names.say(w::FROZEN)) }
        }
        @if last.is_some() {
            @if report.differs.is_empty() { p { (names.say(w::NOT_DIFFERS)) } }
            @else {
                p { (names.say(w::DIFFERS)) }
                (differences(names, view, &report.differs))
            }
        } @else { p class="empty" { (names.say(w::NONE_YET)) } }
        @for (at, version) in report.versions.iter().enumerate().rev() {
            (one(names, view, at + 1, version, writable && at + 1 == count))
        }
        @if writable { (freeze(names, view, last)) }
    }
}

fn one(
    names: &Names,
    view: &DocumentView,
    number: usize,
    version: &FrozenView,
    last: bool,
) -> Markup {
    let id = format!("v-{number}");
    html! {
        section class="version" aria-labelledby=(id) {
            h2 id=(id) {
                (fill(names.say(w::VERSION_SHORT), &[&number.to_string()])) " – "
                (names.time(version.frozen.at))
            }
            p {
                span class=(if matches!(version.state, FrozenState::Sound(_)) { "tag done" }
                    else { "tag bad" }) { (names.say(state(&version.state))) }
                @if !version.frozen.decision.words.is_empty() {
                    " " (version.frozen.decision.words)
                }
                @if let Some((_, name)) = &version.by { " · " (name) }
                " · " code { (short(&hex(&version.version))) }
                @if version.superseded_by.is_some() {
                    " · " span class="tag" { (names.say(w::SUPERSEDED)) }
                }
            }
            ul class="visas" {
                @for visa in &version.visas {
                    li {
                        "✔ " (fill(names.say(w::VISA_BY),
                            &[&visa.name, capacity(names, visa.capacity), &names.time(visa.at)]))
                    }
                }
                @for awaited in &version.awaited {
                    li class="hint" { "○ " (awaited.name) " – " (names.say(w::AWAITED)) }
                }
            }
            @if !version.changes.is_empty() {
                details { summary { (names.say(w::COMPARED)) }
                    (differences(names, view, &version.changes)) }
            }
            p class="links" {
                a href=(link::of_document(&view.document,
                    &format!("preuve/{}", hex(&version.version)))) download {
                    (names.say(w::FILE_PROOF))
                }
            }
            @if last && !version.visas.iter().any(|visa| visa.own) {
                (sign(names, view, version))
            }
        }
    }
}

fn sign(names: &Names, view: &DocumentView, version: &FrozenView) -> Markup {
    let name = hex(&version.version);
    html! {
        form class="sign" method="post" action=(link::of_document(&view.document, "signer")) {
            input type="hidden" name="version" value=(name);
            p { (fill(names.say(w::SIGN_SAYS), &[&short(&name)])) " " (names.say(w::SIGN_LEGAL)) }
            label for="capacity" { (names.say(w::CAPACITY)) }
            select id="capacity" name="capacity" aria-describedby="capacity-help" {
                @for one in Capacity::ALL.iter().copied() {
                    option value=(one.name()) { (capacity(names, one)) }
                }
            }
            p class="help" id="capacity-help" { (names.say(w::CAPACITY_HINT)) }
            label class="check" {
                input type="checkbox" name="read" value="1" required; (names.say(w::SIGN_READ))
            }
            button { (names.say(w::SIGN)) }
        }
    }
}

const fn capacity(names: &Names, one: Capacity) -> &'static str {
    match names.language {
        Language::French => one.french(),
        Language::English => one.english(),
    }
}

fn freeze(names: &Names, view: &DocumentView, last: Option<&FrozenView>) -> Markup {
    let amends = last.is_some_and(|version| !version.visas.is_empty());
    html! {
        details class="add" {
            summary { (names.say(if amends { w::AMEND } else { w::FREEZE })) }
            form method="post" action=(link::of_document(&view.document, "figer")) {
                p class="hint" { (names.say(w::FREEZE_HINT)) }
                @if amends { input type="hidden" name="amends" value="1"; }
                label for="decision" { (names.say(w::DECISION)) }
                input id="decision" name="decision" maxlength="300"
                    aria-describedby="decision-help";
                p class="help" id="decision-help" { (names.say(w::DECISION_HINT)) }
                button { (names.say(if amends { w::AMEND } else { w::FREEZE })) }
            }
        }
    }
}

fn state(state: &FrozenState) -> Wording {
    match state {
        FrozenState::Sound(_) => w::STATE_SOUND,
        FrozenState::HeadsUnknown => w::STATE_UNKNOWN,
        FrozenState::Altered => w::STATE_ALTERED,
        FrozenState::NewerForm | FrozenState::NewerFields => w::STATE_NEWER,
    }
}

fn differences(names: &Names, view: &DocumentView, all: &[Difference]) -> Markup {
    html! {
        ul class="differences" {
            @for one in all {
                li {
                    strong { (one.name(view.content.kind, names.language)) }
                    @let (was, is) = (one.before.join("\n"), one.after.join("\n"));
                    p class="compared" { (crate::screen::history::compared(&was, &is)) }
                }
            }
        }
    }
}
