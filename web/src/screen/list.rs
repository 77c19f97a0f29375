//! The one list: documents of one or more kinds, with what their tables say matters of them.
//!
//! The number, how it stands, who answers for it and by when are found by the parts that a kind
//! plays, so that a kind that is added is listed like the others.

use crate::frame::{Entry, Frame};
use crate::link;
use crate::names::Names;
use crate::words::{self as w, fill};
use client_core::document::FieldValue;
use client_core::kinds::parts::{Matter, Part, Standing, Standings};
use client_core::kinds::{Catalogue, Kind};
use client_core::replica::DocumentView;
use maud::{Markup, html};
use protocol::id::SpaceId;

/// Fields by which documents of several kinds are known, besides their titles.
const NUMBERS: [&str; 3] = ["numero", "code", "reference"];

/// What is listed.
#[derive(Debug)]
pub struct Listed<'a> {
    /// The entry of the navigation.
    pub entry: &'static Entry,
    /// The space.
    pub space: SpaceId,
    /// The documents that can be read.
    pub documents: &'a [DocumentView],
    /// Whether this organisation may write there.
    pub writable: bool,
    /// How they are shown: empty for a list, `tableau` or `echeancier`.
    pub look: &'a str,
    /// What stands in the place of the list of the main kind.
    pub instead: Option<Markup>,
}

/// What one line tells.
struct Line<'a> {
    view: &'a DocumentView,
    number: String,
    title: String,
    state: Option<(String, Standing)>,
    in_conflict: bool,
    who: String,
    when: String,
    sort: String,
}

/// Draws the page of an entry.
#[must_use]
pub fn draw(frame: &Frame<'_>, listed: &Listed<'_>) -> Markup {
    let names = frame.names;
    let main = listed.entry.kinds.first();
    html! {
        header class="heading" {
            h1 { (names.say(listed.entry.label)) }
            div class="actions" {
                @if listed.writable {
                    @let page = format!("nouveau?entree={}", listed.entry.page);
                    a class="button" href=(link::in_space(&listed.space, &page)) {
                        (names.say(w::NEW))
                    }
                }
                (looks(names, listed))
            }
        }
        @for name in listed.entry.kinds {
            @if let Some(kind) = Catalogue::STANDARD.find(name) {
                @let lines = lines(names, listed, kind);
                @if !lines.is_empty() || Some(name) == main {
                    (of_kind(names, listed, kind, &lines))
                }
            }
        }
    }
}

fn looks(names: &Names, listed: &Listed<'_>) -> Markup {
    let looks = [("", w::LIST), ("tableau", w::BOARD), ("echeancier", w::SCHEDULE)];
    let page = listed.entry.page;
    html! {
        nav class="looks" aria-label=(names.say(listed.entry.label)) {
            @for (look, label) in looks {
                a class="button quiet" aria-current=[(listed.look == look).then_some("true")]
                    href=(link::in_space(&listed.space, &format!("{page}?vue={look}"))) {
                    (names.say(label))
                }
            }
        }
    }
}

fn of_kind(names: &Names, listed: &Listed<'_>, kind: &'static Kind, lines: &[Line<'_>]) -> Markup {
    let id = format!("k-{}", kind.name);
    html! {
        section class="list" aria-labelledby=(id) {
            h2 id=(id) { (names.say(kind.title)) " (" (lines.len()) ")" }
            @if lines.is_empty() { p class="empty" { (names.say(w::LIST_EMPTY)) } }
            @else if let (Some(instead), "") = (&listed.instead, listed.look) { (instead) }
            @else if listed.look == "tableau" { (board(names, lines)) }
            @else { (table(names, &id, lines, listed.look == "echeancier")) }
        }
    }
}

fn table(names: &Names, id: &str, lines: &[Line<'_>], by_date: bool) -> Markup {
    let mut lines: Vec<&Line<'_>> = lines.iter().collect();
    if by_date {
        lines.retain(|line| !line.sort.is_empty());
        lines.sort_by(|a, b| a.sort.cmp(&b.sort));
    }
    let any = |of: fn(&Line<'_>) -> bool| lines.iter().any(|line| of(line));
    let numbered = any(|line| !line.number.is_empty());
    let stated = any(|line| line.state.is_some() || line.in_conflict);
    let (held, dated) = (any(|line| !line.who.is_empty()), any(|line| !line.when.is_empty()));
    html! {
        div class="scroll" role="group" tabindex="0" aria-labelledby=(id) {
            table {
                thead {
                    tr {
                        @if numbered { th scope="col" { (names.say(w::NUMBER)) } }
                        th scope="col" { (names.say(w::TITLE)) }
                        @if stated { th scope="col" { (names.say(w::STATUS)) } }
                        @if held { th scope="col" { (names.say(w::WHO)) } }
                        @if dated { th scope="col" { (names.say(w::WHEN)) } }
                    }
                }
                tbody {
                    @for line in lines {
                        tr {
                            @if numbered { td { (line.number) } }
                            th scope="row" {
                                a href=(link::document(&line.view.document)) { (line.title) }
                                (to_settle(names, line.view))
                            }
                            @if stated { td { (state(names, line)) } }
                            @if held { td { (line.who) } }
                            @if dated { td { (line.when) } }
                        }
                    }
                }
            }
        }
    }
}

fn board(names: &Names, lines: &[Line<'_>]) -> Markup {
    let columns = Standing::ALL.into_iter().map(Some).chain([None]);
    html! {
        div class="board" {
            @for column in columns {
                @let of = |line: &&Line<'_>| line.state.as_ref().map(|(_, one)| *one) == column;
                @let cards: Vec<&Line<'_>> = lines.iter().filter(of).collect();
                @if !cards.is_empty() {
                    section {
                        h3 {
                            (column.map_or(names.say(w::NO_STATUS), |one| names.say(standing(one))))
                            " (" (cards.len()) ")"
                        }
                        ul {
                            @for card in cards {
                                li class="card" {
                                    a href=(link::document(&card.view.document)) {
                                        @if !card.title.contains(&card.number) {
                                            (card.number) " – "
                                        }
                                        (card.title)
                                    }
                                    p class="hint" { (card.who) " " (card.when) }
                                    (to_settle(names, card.view))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn to_settle(names: &Names, view: &DocumentView) -> Markup {
    let many = view.content.conflicts.len();
    html! {
        @if many > 0 {
            " " span class="tag bad" { (fill(names.say(w::CONFLICTS_IN), &[&many.to_string()])) }
        }
    }
}

fn state(names: &Names, line: &Line<'_>) -> Markup {
    html! {
        @if line.in_conflict { span class="tag bad" { (names.say(w::TO_SETTLE)) } }
        @else if let Some((label, one)) = &line.state {
            span class={ "tag " (one.name()) } {
                span aria-hidden="true" { (sign(*one)) " " } (label)
            }
        }
    }
}

/// Returns the sign that stands before how something stands: never colour alone.
#[must_use]
pub const fn sign(standing: Standing) -> &'static str {
    match standing {
        Standing::Waiting => "○",
        Standing::Open => "▶",
        Standing::Blocked => "◼",
        Standing::Done => "✔",
        Standing::Partly => "◐",
        Standing::Missed => "✘",
        Standing::Dropped => "–",
    }
}

/// Returns how something stands, in words.
#[must_use]
pub const fn standing(standing: Standing) -> client_core::kinds::Wording {
    match standing {
        Standing::Waiting => w::STANDING_WAITING,
        Standing::Open => w::STANDING_OPEN,
        Standing::Blocked => w::STANDING_BLOCKED,
        Standing::Done => w::STANDING_DONE,
        Standing::Partly => w::STANDING_PARTLY,
        Standing::Missed => w::STANDING_MISSED,
        Standing::Dropped => w::STANDING_DROPPED,
    }
}

/// The fields of a kind that a line tells.
#[derive(Default)]
struct Told {
    state: Option<(&'static str, Standings)>,
    who: Option<&'static str>,
    when: Option<&'static str>,
}

fn told(kind: &Kind) -> Told {
    let (mut told, mut review) = (Told::default(), None);
    for part in kind.parts {
        match part {
            Part::Sheet(sheet) => {
                told.state = Some((sheet.state, sheet.standings));
                told.who = Some(sheet.lead);
            }
            Part::Funding(funding) => {
                told.state = Some((funding.state, funding.standings));
                told.who = told.who.or(Some(funding.source));
            }
            Part::Meeting(meeting) if meeting.rows.is_none() => told.when = Some(meeting.at),
            Part::Followed(one) if one.matter == Matter::Review => review = one.due,
            Part::Followed(one) if one.rows.is_none() => {
                told.when = told.when.or(one.due);
                told.who = told.who.or(one.responsible);
                let state = one.state.map(|state| (state, one.standings));
                told.state = told.state.or(state);
            }
            Part::Followed(_) | Part::Meeting(_) | Part::Attendance(_) | Part::College(_) => {}
        }
    }
    // The day of a review is told only where nothing else has a day.
    told.when = told.when.or(review);
    told
}

fn lines<'a>(names: &Names, listed: &'a Listed<'_>, kind: &Kind) -> Vec<Line<'a>> {
    let told = told(kind);
    let of = listed.documents.iter().filter(|view| view.content.kind.name == kind.name);
    let mut lines: Vec<Line<'a>> = of.map(|view| line(names, view, &told)).collect();
    lines.sort_by_cached_key(|line| order(&line.number, &line.title));
    lines
}

fn line<'a>(names: &Names, view: &'a DocumentView, told: &Told) -> Line<'a> {
    let content = &view.content;
    let one = |name: &str| match content.field(name) {
        Some(FieldValue::One(stored)) => Some(stored.clone()),
        Some(_) | None => None,
    };
    let said = |name: &str| {
        let field = content.fields.iter().find(|field| field.spec.name == name);
        field.map(|field| names.values(field.spec, &field.value).join(" | ")).unwrap_or_default()
    };
    let state = told.state.and_then(|(name, standings)| {
        let stored = one(name)?;
        // What a table does not name is under way.
        let known = standings.iter().find(|(code, _)| *code == stored);
        Some((said(name), known.map_or(Standing::Open, |(_, standing)| *standing)))
    });
    let in_conflict = told
        .state
        .is_some_and(|(name, _)| matches!(content.field(name), Some(FieldValue::Conflicting(_))));
    Line {
        view,
        number: NUMBERS.iter().find_map(|name| one(name)).unwrap_or_default(),
        title: crate::screen::document::title(names, view),
        state,
        in_conflict,
        who: told.who.map(said).unwrap_or_default(),
        when: told.when.map(said).unwrap_or_default(),
        sort: told.when.and_then(one).unwrap_or_default(),
    }
}

/// Returns a key by which numbers within words are in their own order: 2 before 10.
pub(crate) fn order(number: &str, title: &str) -> (bool, Vec<(u64, String)>) {
    let text = if number.is_empty() { title } else { number }.to_lowercase();
    let mut parts: Vec<(u64, String)> = Vec::new();
    let mut rest = text.as_str();
    while !rest.is_empty() && parts.len() < 16 {
        let word = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let digits = rest[word..].find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len() - word);
        let value = rest[word..word + digits].parse().unwrap_or(u64::MAX);
        parts.push((0, rest[..word].to_owned()));
        if digits > 0 {
            parts.push((value, String::new()));
        }
        rest = &rest[word + digits..];
    }
    (number.is_empty(), parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_in_their_own_order() {
        let mut numbers = ["FA-10", "FA-2", "FA-1", "B", "FA-99999999999999999999999"];
        numbers.sort_by_key(|number| order(number, ""));
        assert_eq!(numbers, ["B", "FA-1", "FA-2", "FA-10", "FA-99999999999999999999999"]);
    }
}
