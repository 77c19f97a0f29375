//! The first page: what to do this week, what changed, how far the plan has come, the money.

use crate::chart::{Bar, bars};
use crate::frame::Frame;
use crate::link;
use crate::names::Names;
use crate::screen::list::{sign, standing};
use crate::words::{self as w, fill};
use client_core::figures::{ChangedLine, Due, Role, label as label_of, thing_label};
use client_core::kinds::Catalogue;
use client_core::kinds::parts::{Matter, Standing};
use client_core::replica::DashboardView;
use maud::{Markup, html};
use protocol::id::SpaceId;

/// Lines that one box shows; the rest is counted.
const LINES_MAX: usize = 8;

/// Draws the page; changes are told since the day of the last visit, stored, where it is known.
#[must_use]
pub fn draw(
    frame: &Frame<'_>,
    space: &SpaceId,
    view: &DashboardView,
    visit: Option<&str>,
) -> Markup {
    let names = frame.names;
    let board = &view.dashboard;
    html! {
        header class="heading" {
            h1 { (names.say(w::HOME)) }
            div class="actions" {
                a class="button quiet" href=(link::in_space(space, "importer")) {
                    (names.say(w::first::IMPORT))
                }
                details class="menu" {
                    summary { (names.say(w::EXPORT)) }
                    ul {
                        @for (page, label) in [("xlsx", "Excel"), ("ics", "Agenda (ICS)"),
                            ("csv", "CSV"), ("json", "JSON")] {
                            li {
                                a href=(link::in_space(space, &format!("export/{page}"))) download {
                                    (label)
                                }
                            }
                        }
                    }
                }
            }
        }
        @if board.documents == 0 { (first_steps(names, space)) }
        div class="boxes" {
            (due(names, "week", w::THIS_WEEK, &board.week))
            (due(names, "late", w::LATE, &board.late))
            (settle(names, board))
            (meetings(names, board))
            (progress(names, board))
            (money(names, space, board))
            (due(names, "soon", w::SOON, &board.soon))
            (changed(names, &board.changed, visit))
        }
    }
}

fn first_steps(names: &Names, space: &SpaceId) -> Markup {
    html! {
        section class="banner" {
            h2 { (names.say(w::FIRST_STEPS)) }
            p { (names.say(w::FIRST_STEPS_HINT)) }
            p class="actions" {
                a class="button" href=(link::in_space(space, "importer")) {
                    (names.say(w::first::IMPORT))
                }
                a class="button quiet" href=(link::in_space(space, "nouveau")) {
                    (names.say(w::NEW))
                }
                a class="button quiet" href=(link::in_space(space, "classeur-vide")) download {
                    (names.say(w::first::IMPORT_BLANK))
                }
            }
        }
    }
}

fn due(names: &Names, id: &str, title: client_core::kinds::Wording, all: &[Due]) -> Markup {
    html! {
        section class="box" aria-labelledby=(id) {
            h2 id=(id) { (names.say(title)) @if !all.is_empty() { " (" (all.len()) ")" } }
            @if all.is_empty() { p class="empty" { (names.say(w::NOTHING_DUE)) } }
            ul class="lines" {
                @for one in all.iter().take(LINES_MAX) {
                    li {
                        a href=(link::document(&one.document)) { (label(names, one)) }
                        span class="hint" {
                            " " (names.say(one.thing.matter.label()))
                            @if let Some(due) = one.thing.due.one() {
                                ", " (client_core::kinds::FieldType::Date
                                    .show(&due.to_string(), names.language))
                            }
                            @if let Some(days) = one.late_days {
                                " " span class="tag bad" {
                                    (fill(names.say(w::LATE_DAYS), &[&days.to_string()]))
                                }
                            }
                        }
                    }
                }
                @if all.len() > LINES_MAX { li class="hint" { "+ " (all.len() - LINES_MAX) } }
            }
        }
    }
}

fn label(names: &Names, due: &Due) -> String {
    let own = thing_label(Catalogue::STANDARD, &due.kind, &due.thing, names.language);
    match (due.thing.code.as_str(), own.as_str()) {
        ("", "") => due.title.clone(),
        ("", own) => own.to_owned(),
        (code, "") if due.title.contains(code) => due.title.clone(),
        (code, "") => format!("{code} – {}", due.title),
        (code, own) if own.contains(code) => own.to_owned(),
        (code, own) => format!("{code} – {own}"),
    }
}

fn settle(names: &Names, board: &client_core::figures::Dashboard) -> Markup {
    html! {
        @if !board.to_settle.is_empty() {
            section class="box" aria-labelledby="settle" {
                h2 id="settle" { (names.say(w::TO_SETTLE)) " (" (board.to_settle.len()) ")" }
                ul class="lines" {
                    @for line in board.to_settle.iter().take(LINES_MAX) {
                        li {
                            a href=(link::document(&line.document)) { (line.title) }
                            " " span class="tag bad" { (line.values) }
                        }
                    }
                }
            }
        }
    }
}

fn meetings(names: &Names, board: &client_core::figures::Dashboard) -> Markup {
    html! {
        section class="box" aria-labelledby="meetings" {
            h2 id="meetings" { (names.say(w::NEXT_MEETINGS)) }
            @if board.meetings.is_empty() { p class="empty" { (names.say(w::NONE_YET)) } }
            ul class="lines" {
                @for line in board.meetings.iter().take(LINES_MAX) {
                    @let kind = client_core::kinds::FieldType::DateTime;
                    li {
                        @let body = label_of(Catalogue::STANDARD, Role::Body, &line.body);
                        @let body = body.map_or("", |body| names.say(body));
                        (kind.show(&line.at, names.language)) " – "
                        @if line.label.is_empty() { (body) } @else { (line.label) }
                        " " span class="hint" {
                            a href=(link::document(&line.document)) {
                                (fill(names.say(w::ANNOUNCED), &[&line.title]))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn progress(names: &Names, board: &client_core::figures::Dashboard) -> Markup {
    let sheets = board.tallies.get(&Matter::Sheet).copied().unwrap_or_default();
    let objectives = board.tallies.get(&Matter::Objective).copied().unwrap_or_default();
    let counted = [
        (Standing::Done, sheets.done),
        (Standing::Open, sheets.open),
        (Standing::Waiting, sheets.waiting),
        (Standing::Blocked, sheets.blocked),
        (Standing::Partly, sheets.partly),
        (Standing::Missed, sheets.missed),
        (Standing::Dropped, sheets.dropped),
    ];
    let mut drawn: Vec<Bar> = Vec::new();
    for (one, value) in counted.into_iter().filter(|(_, value)| *value > 0) {
        let label = format!("{} {}", sign(one), names.say(standing(one)));
        drawn.push(Bar { label, class: one.name(), value, shown: value.to_string() });
    }
    if sheets.to_settle > 0 {
        let label = names.say(w::STANDING_TO_SETTLE).to_owned();
        let (value, shown) = (sheets.to_settle, sheets.to_settle.to_string());
        drawn.push(Bar { label, class: "settle", value, shown });
    }
    let columns = (names.say(w::STATUS), names.say(w::COUNT));
    html! {
        section class="box" aria-labelledby="progress" {
            h2 id="progress" { (names.say(w::PROGRESS)) }
            @if drawn.is_empty() { p class="empty" { (names.say(w::NONE_YET)) } }
            @else { (bars("sheets", names.say(w::PROGRESS), columns, &drawn)) }
            @if objectives.total() > 0 {
                p {
                    (fill(names.say(w::OBJECTIVES),
                        &[&objectives.done.to_string(), &objectives.total().to_string()]))
                }
            }
            @if !board.silent.is_empty() {
                p class="hint" {
                    (fill(names.say(w::SILENT), &[&board.silent.len().to_string()]))
                }
            }
        }
    }
}

fn money(names: &Names, space: &SpaceId, board: &client_core::figures::Dashboard) -> Markup {
    let all = &board.money;
    let rows = [
        (w::MONEY_ASKED, all.asked),
        (w::MONEY_GRANTED, all.granted),
        (w::MONEY_PAID, all.paid),
        (w::MONEY_USED, all.used),
    ];
    let drawn: Vec<Bar> = rows
        .iter()
        .map(|(label, sum)| Bar {
            label: names.say(*label).to_owned(),
            class: "open",
            value: u64::try_from(sum.cents / 100).unwrap_or(0),
            shown: names.euros(sum.cents),
        })
        .collect();
    let columns = (names.say(w::MONEY), names.say(w::TOTAL));
    html! {
        section class="box" aria-labelledby="money" {
            h2 id="money" {
                a href=(link::in_space(space, "financements")) { (names.say(w::MONEY)) }
            }
            @if all.fundings.total() == 0 { p class="empty" { (names.say(w::NONE_YET)) } }
            @else { (bars("sums", names.say(w::MONEY), columns, &drawn)) }
        }
    }
}

fn changed(names: &Names, all: &[ChangedLine], visit: Option<&str>) -> Markup {
    let since = match visit {
        Some(day) => {
            let day = client_core::kinds::FieldType::Date.show(day, names.language);
            fill(names.say(w::first::SINCE_VISIT), &[&day])
        }
        None => names.say(w::SINCE).to_owned(),
    };
    html! {
        section class="box" aria-labelledby="since" {
            h2 id="since" { (since) }
            @if all.is_empty() { p class="empty" { (names.say(w::NONE_YET)) } }
            ul class="lines" {
                @for line in all.iter().take(LINES_MAX) {
                    li {
                        a href=(link::document(&line.document)) { (line.title) }
                        span class="hint" { " " (writers(names, line)) }
                    }
                }
                @if all.len() > LINES_MAX { li class="hint" { "+ " (all.len() - LINES_MAX) } }
            }
        }
    }
}

fn writers(names: &Names, line: &ChangedLine) -> String {
    let count: u32 = line.writers.values().sum();
    let who: Vec<String> =
        line.writers.keys().flatten().map(|one| names.partner(&one.to_string())).collect();
    fill(names.say(w::CHANGES_BY), &[&who.join(", "), &count.to_string()])
}
