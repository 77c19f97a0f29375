//! The machines of an organisation: which there are, how one comes in, how one leaves; and the
//! sheet to print for the day when one is lost.

use crate::frame::{Frame, titled};
use crate::link;
use crate::names::short;
use crate::words::{self as w, fill, first as f};
use client_core::replica::{DeviceView, MemberView, Overview};
use maud::{Markup, html};
use protocol::id::SpaceId;

/// Draws the machines of this organisation in a space.
#[must_use]
pub fn list(frame: &Frame<'_>, space: &SpaceId, members: &[MemberView]) -> Markup {
    let names = frame.names;
    let own = members.iter().find(|member| member.own);
    let devices = own.map(|member| member.devices.as_slice()).unwrap_or_default();
    html! {
        h1 { (names.say(f::MACHINES)) }
        section aria-labelledby="machines" {
            h2 id="machines" { (names.say(w::DEVICES)) " (" (devices.len()) ")" }
            ul class="results" {
                @for device in devices {
                    li {
                        (called(device))
                        @if device.own { " " span class="tag" { (names.say(w::THIS_MACHINE)) } }
                        @if device.state == "revoked" {
                            " " span class="tag" { (names.say(w::REVOKED)) }
                        } @else {
                            " " a href=(link::in_space(space,
                                &format!("postes/{}/retirer", device.device))) {
                                (names.say(f::MACHINE_REVOKE))
                                span class="unseen" { " : " (called(device)) }
                            }
                        }
                    }
                }
            }
        }
        section aria-labelledby="add" {
            h2 id="add" { (names.say(f::MACHINE_ADD)) }
            p { (names.say(f::MACHINE_ADD_HINT)) }
            form method="post" action=(link::in_space(space, "postes/demande")) {
                label for="request" { (names.say(f::MACHINE_REQUEST)) }
                textarea id="request" name="request" rows="5" required class="request"
                    autocomplete="off" {}
                button { (names.say(f::MACHINE_LOOK)) }
            }
        }
    }
}

fn called(device: &DeviceView) -> String {
    match device.label.as_str() {
        "" => short(&device.device.to_string()),
        label => label.to_owned(),
    }
}

/// What another machine says of itself.
#[derive(Debug)]
pub struct Looked<'a> {
    /// Its request, whole.
    pub request: &'a str,
    /// The eight words.
    pub words: &'a [String],
    /// What its organisation is called there.
    pub name: &'a str,
    /// What it is called.
    pub label: &'a str,
    /// What this organisation is called, where the other says something else.
    pub differs_from: Option<&'a str>,
}

/// Draws the eight words of another machine, to be compared before it is added.
#[must_use]
pub fn compare(frame: &Frame<'_>, space: &SpaceId, looked: &Looked<'_>) -> Markup {
    let names = frame.names;
    html! {
        h1 { (names.say(f::MACHINE_ADD)) }
        section {
            h2 { (names.say(f::MACHINE_COMPARE)) }
            ol class="spoken" { @for word in looked.words { li { (word) } } }
            p { (fill(names.say(f::MACHINE_SAYS), &[looked.label, looked.name])) }
            @if let Some(own) = looked.differs_from {
                p class="banner bad" { (fill(names.say(f::MACHINE_OTHER), &[own])) }
            }
            form method="post" action=(link::in_space(space, "postes/ajouter")) {
                input type="hidden" name="request" value=(looked.request);
                label class="check" {
                    input type="checkbox" name="compared" value="1" required;
                    (names.say(w::APPROVE_WORDS))
                }
                button { (names.say(f::MACHINE_ADD)) }
                " " a class="button quiet" href=(link::in_space(space, "postes")) {
                    (names.say(w::CANCEL))
                }
            }
        }
    }
}

/// Draws a text to be carried to another machine, with its words where it has some.
#[must_use]
pub fn carried(
    frame: &Frame<'_>,
    heading: &str,
    hints: &[&str],
    text: &str,
    words: &[String],
) -> Markup {
    let names = frame.names;
    html! {
        h1 { (heading) }
        @for hint in hints { p { (hint) } }
        section {
            textarea id="carried" readonly rows="8" class="request" aria-label=(heading) { (text) }
            button type="button" class="quiet" data-copy="#carried" { (names.say(w::COPY)) }
            @if !words.is_empty() {
                ol class="spoken" { @for word in words { li { (word) } } }
            }
        }
    }
}

/// Draws what it means to take a machine out, and asks for a yes.
#[must_use]
pub fn leaving(frame: &Frame<'_>, to: &str, back: &str, follows: &[String]) -> Markup {
    let names = frame.names;
    html! {
        h1 { (names.say(f::MACHINE_REVOKE_TITLE)) }
        @for line in follows { p { (line) } }
        form method="post" action=(to) class="sheet-form" {
            div class="field" {
                label for="cause" { (names.say(f::MACHINE_REVOKE_WHY)) }
                select id="cause" name="cause" {
                    option value="lost" { (names.say(f::MACHINE_LOST)) }
                    option value="stolen" { (names.say(f::MACHINE_STOLEN)) }
                    option value="retired" { (names.say(f::MACHINE_RETIRED)) }
                }
            }
            button class="danger" { (names.say(f::MACHINE_REVOKE)) }
            " " a class="button quiet" href=(back) { (names.say(w::CANCEL)) }
        }
    }
}

/// Draws the sheet to print: identifiers, and what to do on a bad day. No secret is on it.
#[must_use]
pub fn rescue(frame: &Frame<'_>, overview: &Overview, folder: &str) -> Markup {
    let names = frame.names;
    let say = |wording| names.say(wording);
    html! {
        header class="heading" {
            h1 { (say(f::RESCUE)) }
            p { (say(f::RESCUE_LEAD)) }
            p class="actions" {
                button type="button" data-print { (say(w::PRINT)) }
                a class="button quiet" href="/reglages" { (say(w::BACK)) }
            }
        }
        article class="print" {
            dl {
                dt { (say(w::ORGANISATION)) } dd { (overview.name) }
                dt { (say(f::RESCUE_PARTNER)) } dd { code { (overview.partner) } }
                dt { (say(w::REPLICA)) } dd { (overview.label) }
                dt { (say(f::FOLDER)) } dd { code { (folder) } }
                @for space in &overview.spaces {
                    dt { (titled(names, space)) }
                    dd { (say(f::RESCUE_SPACE)) " " code { (space.space) } }
                    dd { (say(f::RESCUE_MACHINE)) " " code { (space.device) } }
                    dd { (say(w::RELAY)) " " code { (space.relay_url) } }
                }
            }
            h2 { (say(f::RESCUE_LOST)) }
            ol { li { (say(f::RESCUE_LOST_1)) } li { (say(f::RESCUE_LOST_2)) } }
            h2 { (say(f::RESCUE_COPY)) }
            p { (say(f::FOLDER_HINT)) }
            ol { li { (say(f::RESCUE_COPY_1)) } li { (say(f::RESCUE_COPY_2)) } }
            p { strong { (say(f::RESCUE_PHRASE)) } }
        }
    }
}
