//! The form of the fields of a document, and the form that makes a new one.

use crate::form::{self, BASE, Posted, Problem};
use crate::frame::Frame;
use crate::link;
use crate::words as w;
use client_core::document::{FieldView, Version};
use client_core::kinds::{Kind, Wording, words};
use client_core::replica::DocumentView;
use maud::{Markup, html};
use protocol::id::SpaceId;

/// The fields about a document rather than in it: they come last, folded.
const KEEPING: [&str; 5] =
    ["territoire", "destination", "references", "echeance_revision", "archivage"];

const ABOUT: Wording = words("Autour du document", "About the document");

/// Draws the form of all fields that are written as such.
#[must_use]
pub fn draw(
    frame: &Frame<'_>,
    view: &DocumentView,
    posted: Option<&Posted>,
    problems: &[Problem],
) -> Markup {
    let names = frame.names;
    let written = view.content.fields.iter().filter(|field| form::is_written(field.spec));
    let (about, own): (Vec<&FieldView>, Vec<&FieldView>) =
        written.partition(|field| KEEPING.contains(&field.spec.name));
    let action = link::of_document(&view.document, "modifier");
    let is_about = |problem: &&Problem| KEEPING.contains(&problem.path.as_str());
    let opened = problems.iter().find(is_about).is_some();
    let title = posted.and_then(|posted| posted.one("title")).unwrap_or(&view.content.title);
    html! {
        header class="heading" {
            p class="kind" { (names.say(view.content.kind.title)) }
            h1 { (names.say(w::EDIT_DETAILS)) }
        }
        form class="sheet-form" id="fields-form" method="post" action=(action)
            data-guard data-partial {
            (form::partners(names))
            input type="hidden" name=(BASE) value=(base(&view.content.heads));
            input type="hidden" name="was" value=(view.content.title);
            div class="field" {
                label for="title" { (names.say(w::EDIT_TITLE)) }
                input id="title" name="title" value=(title) maxlength="500";
            }
            (form::inputs(names, &own, "", posted, problems))
            @if !about.is_empty() {
                details class="about" open[opened] {
                    summary { (names.say(ABOUT)) }
                    (form::inputs(names, &about, "", posted, problems))
                }
            }
            div class="actions sticky" {
                button { (names.say(w::SAVE)) }
                a class="button quiet" href=(link::document(&view.document)) {
                    (names.say(w::CANCEL))
                }
            }
        }
    }
}

/// Draws the form that makes a document of one of some kinds.
#[must_use]
pub fn new(frame: &Frame<'_>, space: &SpaceId, kinds: &[&'static Kind]) -> Markup {
    let names = frame.names;
    html! {
        h1 { (names.say(w::NEW)) }
        form class="sheet-form" method="post" action=(link::in_space(space, "nouveau")) {
            div class="field" {
                label for="kind" { (names.say(w::KIND)) }
                select id="kind" name="kind" {
                    @for kind in kinds {
                        option value=(kind.name) { (names.say(kind.title)) }
                    }
                }
            }
            div class="field" {
                label for="title" { (names.say(w::EDIT_TITLE)) }
                input id="title" name="title" required maxlength="500" autofocus;
            }
            div class="actions" { button { (names.say(w::CREATE)) } }
        }
    }
}

/// Writes a version as forms carry it: its changes, joined by `+`.
#[must_use]
pub fn base(version: &Version) -> String {
    let changes: Vec<String> = version.changes().iter().map(ToString::to_string).collect();
    changes.join("+")
}

/// Reads a version as forms carry it.
#[must_use]
pub fn read_base(text: &str) -> Option<Version> {
    /// Changes that one version of a form may name: one for each device of a space.
    const CHANGES_MAX: usize = 1_024;
    let mut changes = Vec::new();
    for part in text.split('+').take(CHANGES_MAX) {
        changes.push(part.parse().ok()?);
    }
    Some(Version::new(changes))
}
