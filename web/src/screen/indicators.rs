//! Indicators as a table: one line each, the periods across, and one period open for writing.
//!
//! Every line carries the version it was drawn from: a value that somebody else gave meanwhile is
//! asked about like in any form, and lines that were left alone write nothing.

use crate::form::{self, Cell, Change, Posted, Problem};
use crate::frame::Frame;
use crate::link;
use crate::names::Names;
use crate::screen::document::title;
use crate::screen::fields::base;
use crate::words::{self as w, fill};
use client_core::document::{Edit, FieldValue, FieldView, Row, Version};
use client_core::kinds::FieldType;
use client_core::replica::DocumentView;
use maud::{Markup, html};
use protocol::id::SpaceId;

/// The kind, its field of values, and the columns that the table shows.
pub const KIND: &str = "indicateur";
const VALUES: &str = "valeurs";
const PERIOD: &str = "periode";
const VALUE: &str = "valeur";
const CODE: &str = "code";
const UNIT: &str = "unite";
/// Periods that the table shows beside the one that is written.
const PERIODS_MAX: usize = 6;

/// What is drawn.
#[derive(Debug)]
pub struct Table<'a> {
    /// The space.
    pub space: SpaceId,
    /// The indicators.
    pub documents: &'a [DocumentView],
    /// The period that is written, in its stored spelling.
    pub period: &'a str,
    /// Whether this organisation may write there.
    pub writable: bool,
}

/// Draws the table; what was posted, after a refusal, stands over what is stored.
#[must_use]
pub fn draw(
    frame: &Frame<'_>,
    table: &Table<'_>,
    posted: Option<&Posted>,
    problems: &[(String, Problem)],
) -> Markup {
    let names = frame.names;
    let mut documents: Vec<&DocumentView> = table.documents.iter().collect();
    documents.sort_by_cached_key(|view| super::list::order(&one(view, CODE), &view.content.title));
    let periods = periods(table);
    html! {
        form class="actions" method="get" action=(link::in_space(&table.space, "indicateurs")) {
            label for="period" { (names.say(w::PERIOD)) }
            input id="period" name="periode" size="9"
                value=(FieldType::Period.show(table.period, names.language));
            button class="quiet" { (names.say(w::SHOW)) }
        }
        form method="post" id="indicators-form" action=(link::in_space(&table.space, "indicateurs"))
            data-guard data-partial {
            input type="hidden" name="periode" value=(table.period);
            div class="scroll" role="group" tabindex="0" aria-label=(names.say(w::INDICATORS)) {
                table class="entry" {
                    (head(names, table, &periods))
                    tbody {
                        @for view in documents {
                            (line(names, table, view, &periods, posted, problems))
                        }
                    }
                }
            }
            @if table.writable {
                div class="actions sticky" { button { (names.say(w::SAVE)) } }
            }
        }
    }
}

fn head(names: &Names, table: &Table<'_>, periods: &[String]) -> Markup {
    let shown = |period: &str| FieldType::Period.show(period, names.language);
    html! {
        thead {
            tr {
                th scope="col" { (names.say(w::INDICATOR)) }
                th scope="col" { (names.say(w::UNIT)) }
                @for period in periods { th scope="col" { (shown(period)) } }
                th scope="col" { (shown(table.period)) }
            }
        }
    }
}

fn line(
    names: &Names,
    table: &Table<'_>,
    view: &DocumentView,
    periods: &[String],
    posted: Option<&Posted>,
    problems: &[(String, Problem)],
) -> Markup {
    let id = view.document.to_string();
    let input = input_name(&id);
    let now = row(view, table.period).and_then(|row| cell(row, VALUE));
    let stands = now.map(|now| said(names, now)).unwrap_or_default();
    let value = posted.and_then(|posted| posted.one(&input)).unwrap_or(&stands).to_owned();
    let problem = problems.iter().find(|(of, _)| *of == id).map(|(_, problem)| problem);
    let settle = now.is_some_and(|now| matches!(now.value, FieldValue::Conflicting(_)));
    // A line that was refused is still compared with what it was drawn from.
    let refused = problem.and(posted).and_then(|posted| since(&id, posted));
    let version = refused.map_or_else(|| base(&view.content.heads), str::to_owned);
    let label = fill(names.say(w::VALUE_OF), &[&title(names, view)]);
    html! {
        tr {
            th scope="row" { a href=(link::document(&view.document)) { (title(names, view)) } }
            td { (unit(names, view)) }
            @for period in periods {
                td {
                    @if let Some(cell) = row(view, period).and_then(|row| cell(row, VALUE)) {
                        (said(names, cell))
                    }
                }
            }
            td class=[problem.map(|_| "wrong")] {
                @if settle {
                    a href=(link::document(&view.document)) {
                        span class="tag bad" { (names.say(w::TO_SETTLE)) } " " (stands)
                    }
                } @else if table.writable {
                    input type="hidden" name={ "base." (id) } value=(version);
                    input id={ "in-" (id) } name=(input) value=(value) inputmode="decimal" size="8"
                        autocomplete="off" aria-label=(label)
                        aria-invalid=[problem.map(|_| "true")];
                    @if let Some(problem) = problem {
                        p class="problem" { (problem.text) }
                        @if problem.meanwhile {
                            label class="check" {
                                input type="checkbox" name={ "keep." (id) } value="1";
                                (names.say(w::MEANWHILE_KEEP))
                            }
                        }
                    }
                } @else { (stands) }
            }
        }
    }
}

fn input_name(document: &str) -> String {
    format!("v.{document}")
}

/// Returns the version that a line was drawn from, as the form carries it.
#[must_use]
pub fn since<'a>(document: &str, posted: &'a Posted) -> Option<&'a str> {
    posted.one(&format!("base.{document}"))
}

/// Returns what a line of the table asks for.
#[must_use]
pub fn change(
    names: &Names,
    was: &DocumentView,
    now: &DocumentView,
    since: &Version,
    period: &str,
    posted: &Posted,
) -> Change {
    let id = now.document.to_string();
    let typed = posted.one(&input_name(&id)).unwrap_or_default();
    let before = row(was, period).and_then(|row| cell(row, VALUE));
    let stood = before.map(|cell| said(names, cell)).unwrap_or_default();
    if typed.trim() == stood {
        return Change::default();
    }
    let present = row(now, period).and_then(|row| cell(row, VALUE));
    if let (Some(before), Some(present)) = (before.or(present), present) {
        let path = format!("{VALUES}/{period}/");
        let mut pairs = vec![
            (format!("p.{path}{VALUE}"), "1".to_owned()),
            (format!("f.{path}{VALUE}"), typed.to_owned()),
        ];
        if posted.has(&format!("keep.{id}")) {
            pairs.push((format!("k.{path}{VALUE}"), "1".to_owned()));
        }
        let empty = FieldView { spec: before.spec, value: FieldValue::Empty };
        // Of a period that somebody else has added meanwhile the form had shown nothing.
        let was = if stood.is_empty() { &empty } else { before };
        let cells = [Cell { was, now: &present.value }];
        return form::changes(names, &cells, &path, since, &Posted::of(pairs));
    }
    match FieldType::Number.read(typed) {
        Ok(value) => {
            let cells = vec![(PERIOD.to_owned(), period.to_owned()), (VALUE.to_owned(), value)];
            let add = Edit::AddRow { field: VALUES.to_owned(), cells, after: None };
            Change { edits: vec![add], problems: Vec::new() }
        }
        Err(refusal) => {
            let (path, text) = (VALUE.to_owned(), refusal.message(names.language));
            Change { edits: Vec::new(), problems: vec![Problem { path, text, meanwhile: false }] }
        }
    }
}

/// Returns the period to write when none is asked for: the last one that any indicator has.
#[must_use]
pub fn usual_period(documents: &[DocumentView], year: &str) -> String {
    let rows = documents.iter().flat_map(|view| view.content.rows(VALUES));
    rows.filter_map(|row| period_of(row)).max().unwrap_or(year).to_owned()
}

fn periods(table: &Table<'_>) -> Vec<String> {
    let rows = table.documents.iter().flat_map(|view| view.content.rows(VALUES));
    let mut all: Vec<String> = rows.filter_map(period_of).map(str::to_owned).collect();
    all.sort();
    all.dedup();
    all.retain(|period| period != table.period);
    all.drain(..all.len().saturating_sub(PERIODS_MAX));
    all
}

fn period_of(row: &Row) -> Option<&str> {
    if let FieldValue::One(period) = row.cell(PERIOD)? { Some(period) } else { None }
}

fn row<'a>(view: &'a DocumentView, period: &str) -> Option<&'a Row> {
    view.content.rows(VALUES).iter().find(|row| period_of(row) == Some(period))
}

fn cell<'a>(row: &'a Row, column: &str) -> Option<&'a FieldView> {
    row.cells.iter().find(|cell| cell.spec.name == column)
}

fn said(names: &Names, cell: &FieldView) -> String {
    names.values(cell.spec, &cell.value).join(" | ")
}

fn one(view: &DocumentView, name: &str) -> String {
    match view.content.field(name) {
        Some(FieldValue::One(stored)) => stored.clone(),
        Some(_) | None => String::new(),
    }
}

fn unit(names: &Names, view: &DocumentView) -> String {
    let field = view.content.fields.iter().find(|field| field.spec.name == UNIT);
    field.map(|field| names.values(field.spec, &field.value).join(" | ")).unwrap_or_default()
}
