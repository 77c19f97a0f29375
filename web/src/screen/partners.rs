//! Partners and relay: who takes part, who decides, what is asked, what carries.

use crate::frame::Frame;
use crate::link;
use crate::names::{Names, short};
use crate::words::{self as w, fill};
use client_core::kinds::Wording;
use client_core::replica::{DeviceView, MemberView, ProposalView, SpaceView};
use maud::{Markup, html};
use protocol::register::Role;

/// Draws the page.
#[must_use]
pub fn draw(
    frame: &Frame<'_>,
    space: &SpaceView,
    members: &[MemberView],
    proposals: &[ProposalView],
    invitation: Option<&str>,
) -> Markup {
    let names = frame.names;
    html! {
        header class="heading" {
            h1 { (names.say(w::PARTNERS)) }
            p { (governance(names, space)) }
        }
        @if let Some(invitation) = invitation { (invited(names, invitation)) }
        section aria-labelledby="requests" {
            h2 id="requests" { (names.say(w::REQUESTS)) }
            @let open: Vec<&ProposalView> = proposals.iter().filter(|one| is_open(one)).collect();
            @if open.is_empty() { p class="empty" { (names.say(w::NO_REQUESTS)) } }
            @for proposal in open { (vote(names, space, proposal)) }
        }
        (table(names, space, members))
        (invite(names, space))
        section aria-labelledby="relay" {
            h2 id="relay" { (names.say(w::RELAY)) }
            p { code { (space.relay_url) } }
            p class="hint" { (names.say(w::RELAY_HINT)) }
            @if let Some(at) = space.latest {
                p { (fill(names.say(w::LATEST), &[&names.time(at)])) }
            }
        }
    }
}

/// Tells whether something is still to be decided.
#[must_use]
pub fn is_open(proposal: &ProposalView) -> bool {
    matches!(proposal.state, "request" | "open")
}

fn governance(names: &Names, space: &SpaceView) -> Markup {
    let counts =
        [space.guarantors, space.decision.needed, space.removal.needed].map(|n| n.to_string());
    let counts: Vec<&str> = counts.iter().map(String::as_str).collect();
    html! {
        (fill(names.say(w::GOVERNANCE), &counts))
        @if space.guarantors < 3 { " " (names.say(w::GOVERNANCE_SMALL)) }
    }
}

fn invited(names: &Names, invitation: &str) -> Markup {
    html! {
        section class="banner good" {
            p { (names.say(w::INVITED)) }
            textarea id="invitation" readonly rows="3" aria-label=(names.say(w::INVITE)) {
                (invitation)
            }
            button type="button" class="quiet" data-copy="#invitation" { (names.say(w::COPY)) }
        }
    }
}

fn vote(names: &Names, space: &SpaceView, proposal: &ProposalView) -> Markup {
    let to =
        |page: &str| link::in_space(&space.space, &format!("votes/{}/{page}", proposal.proposal));
    let counts = [proposal.approvals.len(), proposal.needed].map(|n| n.to_string());
    html! {
        article class="vote" {
            h3 { (heading(names, proposal)) }
            p {
                (fill(names.say(w::APPROVALS), &[&counts[0], &counts[1]]))
                @for one in &proposal.approvals {
                    " · " (names.partner(&one.to_string()))
                }
            }
            @if proposal.about_us { p class="hint" { (names.say(w::ABOUT_US)) } }
            @else if proposal.approved_by_us {
                p { (names.say(w::APPROVED_BY_US)) }
                form method="post" action=(to("retirer")) {
                    button class="quiet" { (names.say(w::WITHDRAW)) }
                }
            } @else {
                form method="post" action=(to("approuver")) {
                    @if let Some(applicant) = &proposal.applicant {
                        p { (names.say(w::WORDS_COMPARE)) }
                        p class="words" { (applicant.words.join(" ")) }
                        label class="check" {
                            input type="checkbox" name="compared" value="1" required;
                            (names.say(w::APPROVE_WORDS))
                        }
                    }
                    button { (names.say(w::APPROVE)) }
                }
            }
        }
    }
}

fn heading(names: &Names, proposal: &ProposalView) -> String {
    if let Some(applicant) = &proposal.applicant {
        let role = proposal.role.map_or("", |one| names.say(role(one)));
        return fill(names.say(w::ASKS_IN), &[&applicant.name, role]);
    }
    let wording = match proposal.measure {
        "admit" => w::MEASURE_ADMIT,
        "remove" => w::MEASURE_REMOVE,
        "role" => w::MEASURE_ROLE,
        "rule" => w::MEASURE_RULE,
        "relay" => w::MEASURE_RELAY,
        "close" => w::MEASURE_CLOSE,
        _ => w::MEASURE_OTHER,
    };
    let subject = if proposal.name.is_empty() { &proposal.subject } else { &proposal.name };
    fill(names.say(wording), &[subject])
}

fn table(names: &Names, space: &SpaceView, members: &[MemberView]) -> Markup {
    html! {
        section aria-labelledby="members" {
            h2 id="members" { (names.say(w::ORGANISATIONS)) " (" (members.len()) ")" }
            div class="scroll" role="group" tabindex="0" aria-labelledby="members" {
                table {
                    thead {
                        tr {
                            th scope="col" { (names.say(w::ORGANISATION)) }
                            th scope="col" { (names.say(w::ROLE)) }
                            th scope="col" { (names.say(w::STATUS)) }
                            th scope="col" { (names.say(w::DEVICES)) }
                        }
                    }
                    tbody {
                        @for member in members {
                            tr {
                                th scope="row" {
                                    (names.partner(&member.partner.to_string()))
                                    @if member.own { " " span class="tag" { (names.say(w::OWN)) } }
                                }
                                td { (names.say(role(member.role))) }
                                td { (names.say(membership(member.state))) }
                                td { @for one in &member.devices { (device(names, one)) } }
                            }
                        }
                    }
                }
            }
            (removal(names, space, members))
        }
    }
}

fn removal(names: &Names, space: &SpaceView, members: &[MemberView]) -> Markup {
    let others: Vec<&MemberView> =
        members.iter().filter(|one| !one.own && one.state == "active").collect();
    html! {
        @if space.role == Some(Role::Guarantor) && !others.is_empty() {
            details class="add" {
                summary { (names.say(w::REMOVE_PARTNER)) }
                form method="post" action=(link::in_space(&space.space, "retirer")) {
                    label for="removed" { (names.say(w::ORGANISATION)) }
                    select id="removed" name="partner" {
                        @for one in others {
                            option value=(one.partner) { (names.partner(&one.partner.to_string())) }
                        }
                    }
                    button class="danger" { (names.say(w::REMOVE_PARTNER)) }
                }
            }
        }
    }
}

fn device(names: &Names, device: &DeviceView) -> Markup {
    let label = if device.label.is_empty() {
        short(&device.device.to_string())
    } else {
        device.label.clone()
    };
    html! {
        p class="device" {
            (label)
            @if device.own { " (" (names.say(w::THIS_MACHINE)) ")" }
            @match (device.state, device.role) {
                ("revoked", _) => { " " span class="tag" { (names.say(w::REVOKED)) } }
                ("suspended", _) => { " " span class="tag bad" { (names.say(w::SUSPENDED)) } }
                (_, "reader") => { " " span class="tag" { (names.say(w::READER)) } }
                _ => {}
            }
        }
    }
}

fn invite(names: &Names, space: &SpaceView) -> Markup {
    html! {
        section aria-labelledby="invite" {
            h2 id="invite" { (names.say(w::INVITE)) }
            p class="hint" { (names.say(w::INVITE_HINT)) }
            form method="post" action=(link::in_space(&space.space, "inviter")) {
                label for="role" { (names.say(w::ROLE)) }
                select id="role" name="role" {
                    option value="member" { (names.say(w::ROLE_MEMBER)) }
                    option value="guarantor" { (names.say(w::ROLE_GUARANTOR)) }
                    option value="observer" { (names.say(w::ROLE_OBSERVER)) }
                }
                button { (names.say(w::INVITE)) }
            }
        }
    }
}

const fn role(role: Role) -> Wording {
    match role {
        Role::Guarantor => w::ROLE_GUARANTOR,
        Role::Member => w::ROLE_MEMBER,
        Role::Observer => w::ROLE_OBSERVER,
    }
}

fn membership(state: &str) -> Wording {
    match state {
        "left" => w::STATE_LEFT,
        "removed" => w::STATE_REMOVED,
        _ => w::STATE_ACTIVE,
    }
}
