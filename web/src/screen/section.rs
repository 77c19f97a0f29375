//! The page where one part of a document is written: the editor, or a plain box without script.

use crate::form::BASE;
use crate::frame::Frame;
use crate::link;
use crate::screen::fields::base;
use crate::screen::talk;
use crate::words::{self as w, fill};
use client_core::document::SectionView;
use client_core::replica::DocumentView;
use maud::{Markup, html};

/// Draws the page.
#[must_use]
pub fn draw(
    frame: &Frame<'_>,
    view: &DocumentView,
    section: &SectionView,
    writable: bool,
) -> Markup {
    let names = frame.names;
    let title = section.title(view.content.kind, names.language);
    let page = format!("texte/{}", link::part(&section.id));
    let action = link::of_document(&view.document, &page);
    let back = format!("{}#s-{}", link::document(&view.document), section.id);
    let channel = format!("/channel?document={}&place={}", view.document, link::part(&section.id));
    let label = fill(names.say(w::TEXT_OF), &[&title]);
    html! {
        link rel="stylesheet" href="/assets/editor.css";
        header class="heading" {
            p class="kind" { (crate::screen::document::title(names, view)) }
            h1 { (title) }
        }
        div id="editor" data-channel=(channel) data-lang=(crate::frame::code(names.language))
            data-label=(label) data-done=(back) {}
        form id="editor-form" class="sheet-form" method="post" action=(action) {
            input type="hidden" name=(BASE) value=(base(&view.content.heads));
            label for="text" { (label) }
            p class="help" id="text-help" { (names.say(w::TEXT_HINT)) }
            textarea id="text" name="text" rows="20" aria-describedby="text-help" {
                "\n" (section.text)
            }
            div class="actions sticky" { button { (names.say(w::SAVE)) } }
        }
        p class="actions" {
            a class="button" href=(back) { (names.say(w::DONE)) }
        }
        (talk::form(frame, view, &section.id))
        (talk::beside(frame, view, Some(&section.id), writable))
        details class="add" {
            summary { (names.say(w::SECTION_MORE)) }
            form method="post" action={ (action) "/titre" } {
                label for="section-title" { (names.say(w::SECTION_TITLE)) }
                input id="section-title" name="title" value=(title) required maxlength="300";
                button { (names.say(w::SAVE)) }
            }
            form method="post" action={ (action) "/corbeille" } {
                button class="danger" { (names.say(w::DELETE_SECTION)) }
            }
        }
        script src="/assets/editor.js" defer {}
    }
}
