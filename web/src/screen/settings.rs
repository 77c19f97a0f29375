//! Settings of this machine, and the pages that say something and no more.

use crate::frame::{Frame, titled};
use crate::link;
use crate::words as w;
use client_core::kinds::Language;
use maud::{Markup, html};

/// Draws the settings.
#[must_use]
pub fn draw(frame: &Frame<'_>, label: &str, url: &str) -> Markup {
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
