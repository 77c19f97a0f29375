//! Settings of this machine, and the pages that say something and no more.

use crate::frame::{Frame, titled};
use crate::link;
use crate::words::{self as w, fill, first as f};
use client_core::kinds::Language;
use maud::{Markup, html};

/// Draws the settings.
#[must_use]
pub fn draw(frame: &Frame<'_>, label: &str, url: &str, folder: &str) -> Markup {
    let names = frame.names;
    html! {
        h1 { (names.say(w::SETTINGS)) }
        section {
            h2 { (names.say(w::LANGUAGE)) }
            form method="post" action="/langue" {
                input type="hidden" name="back" value="/reglages";
                @for (language, code, label) in
                    [(Language::French, "fr", "Français"), (Language::English, "en", "English")] {
                    button name="lang" value=(code) lang=(code) class="quiet"
                        aria-pressed=(if names.language == language { "true" } else { "false" }) {
                        (label)
                    }
                }
            }
        }
        section {
            h2 { (names.say(w::REPLICA)) }
            p { (frame.own) " – " (label) }
            p { code { (url) } }
            p { (names.say(f::FOLDER)) " : " code { (folder) } }
            p class="hint" { (names.say(f::FOLDER_HINT)) }
            p { a class="button quiet" href="/fiche-de-secours" { (names.say(f::RESCUE)) } }
        }
        (organisation(frame))
        (machines(frame))
    }
}

fn organisation(frame: &Frame<'_>) -> Markup {
    let names = frame.names;
    html! {
        section {
            h2 { (names.say(w::ORGANISATION)) }
            form method="post" action="/nom" {
                label for="name" { (names.say(f::OWN_NAME)) }
                p class="help" id="name-help" { (names.say(f::OWN_NAME_HINT)) }
                input id="name" name="name" value=(frame.own) required maxlength="300"
                    aria-describedby="name-help";
                button { (names.say(w::SAVE)) }
            }
        }
    }
}

fn machines(frame: &Frame<'_>) -> Markup {
    let names = frame.names;
    html! {
        section {
            h2 { (names.say(f::MACHINES)) }
            ul class="lines" {
                @for space in frame.spaces.iter().filter(|space| space.closed.is_none()) {
                    li {
                        a href=(link::in_space(&space.space, "postes")) {
                            (fill(names.say(f::MACHINES_IN), &[&titled(names, space)]))
                        }
                    }
                }
            }
            h3 { (names.say(f::MACHINE_OWN_REQUEST)) }
            p class="hint" { (names.say(f::MACHINE_OWN_REQUEST_HINT)) }
            form method="post" action="/poste" {
                button class="quiet" { (names.say(f::MACHINE_OWN_REQUEST_DO)) }
            }
        }
    }
}

/// Draws what a replica without a space is told, or the choice between several.
#[must_use]
pub fn spaces(frame: &Frame<'_>) -> Markup {
    let names = frame.names;
    html! {
        @if frame.spaces.is_empty() {
            h1 { (names.say(w::NO_SPACE)) }
            p { (names.say(w::NO_SPACE_HINT)) }
            (crate::screen::first::ways(names.language, true))
        } @else {
            h1 { "Liaison" }
            ul class="results" {
                @for space in frame.spaces {
                    li { a href=(link::space(&space.space)) { (titled(names, space)) } }
                }
            }
        }
    }
}

/// Draws a page that only says something.
#[must_use]
pub fn said(title: &str, lines: &[&str]) -> Markup {
    html! {
        h1 { (title) }
        @for line in lines { p { (line) } }
    }
}

/// Draws what went wrong, with a way back that needs no script.
#[must_use]
pub fn back(language: Language, lines: &[&str]) -> Markup {
    html! {
        div class="banner bad" role="alert" { @for line in lines { p { (line) } } }
        p { a class="button quiet" href="/" { (w::BACK.get(language)) } }
    }
}

/// Draws the declaration of accessibility.
#[must_use]
pub fn accessibility(language: Language) -> Markup {
    html! {
        h1 { (w::ACCESSIBILITY.get(language)) }
        p { (w::ACCESS_TARGET.get(language)) }
        p { (w::ACCESS_CHECKED.get(language)) }
        p { (w::ACCESS_NOT_CHECKED.get(language)) }
        p { (w::ACCESS_TELL.get(language)) }
    }
}
