//! What is laid out for paper, as a page: any document to print, and the report of a year.

use crate::frame::Frame;
use crate::link;
use crate::prose;
use crate::words as w;
use exchange::export::print::{Block, Cell, Figure, Grid, Print};
use maud::{Markup, html};
use protocol::id::SpaceId;

/// Draws the page of the yearly report, put together from the documents of a space.
#[must_use]
pub fn draw(frame: &Frame<'_>, space: &SpaceId, year: &str, print: &Print) -> Markup {
    let names = frame.names;
    let to =
        |page: &str| link::in_space(space, &format!("export/{page}?annee={}", link::part(year)));
    html! {
        header class="heading" {
            h1 { (names.say(w::ANNUAL)) " " (year) }
            p class="hint" { (names.say(w::ANNUAL_HINT)) }
            div class="actions" {
                form method="get" action=(link::in_space(space, "bilan")) {
                    label for="year" { (names.say(w::YEAR)) }
                    input id="year" name="annee" value=(year) inputmode="numeric" size="4"
                        pattern="[0-9]{4}" required;
                    button class="quiet" { (names.say(w::SHOW)) }
                }
                a class="button" href=(to("docx")) download { "Word" }
                a class="button quiet" href=(to("pdf")) download { "PDF" }
                button type="button" class="quiet" data-print { (names.say(w::PRINT)) }
            }
        }
        article class="print" { (blocks(print)) }
    }
}

/// Draws a document as it is printed.
#[must_use]
pub fn printed(frame: &Frame<'_>, back: &str, print: &Print) -> Markup {
    let names = frame.names;
    html! {
        p class="actions noprint" {
            a class="button quiet" href=(back) { (names.say(w::BACK)) }
            button type="button" data-print { (names.say(w::PRINT)) }
        }
        article class="print" {
            p class="kind" { (print.kind) " · " (print.space) }
            h1 { (print.title) }
            (blocks(print))
            p class="hint" { (print.standing.words(print.language)) }
        }
    }
}

/// Draws the blocks of a layout.
#[must_use]
pub fn blocks(print: &Print) -> Markup {
    html! {
        @for (at, block) in print.blocks.iter().enumerate() {
            @match block {
                Block::Heading { level: 1, text } => { h2 { (text) } }
                Block::Heading { level: 2, text } => { h3 { (text) } }
                Block::Heading { text, .. } => { h4 { (text) } }
                Block::Paragraph(text) => { (prose::html(text)) }
                Block::Remark(text) => { p class="hint" { (text) } }
                Block::Items { numbered: true, items } => {
                    ol { @for item in items { li { (item) } } }
                }
                Block::Items { items, .. } => { ul { @for item in items { li { (item) } } } }
                Block::Pairs(pairs) => {
                    dl { @for (label, value) in pairs { dt { (label) } dd { (cell(value)) } } }
                }
                Block::Grid(grid) => { (table(grid)) }
                Block::Figure(one) => { (figure(at, one)) }
            }
        }
    }
}

fn table(grid: &Grid) -> Markup {
    let labels: Vec<&str> = grid.columns.iter().map(|column| column.label.as_str()).collect();
    let label = labels.join(", ");
    html! {
        div class="scroll" role="group" tabindex="0" aria-label=(label) {
            table {
                thead { tr { @for column in &grid.columns { th scope="col" { (column.label) } } } }
                tbody {
                    @for row in &grid.rows {
                        tr {
                            @for (value, column) in row.iter().zip(&grid.columns) {
                                td class=[column.figures.then_some("figure")] { (cell(value)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn cell(cell: &Cell) -> Markup {
    html! {
        @for (at, part) in cell.parts.iter().enumerate() { @if at > 0 { br; } (part) }
    }
}

fn figure(at: usize, figure: &Figure) -> Markup {
    let bars: Vec<crate::chart::Bar> = figure
        .bars
        .iter()
        .map(|bar| crate::chart::Bar {
            label: bar.label.clone(),
            class: "open",
            value: u64::from(bar.percent),
            shown: bar.value.clone(),
        })
        .collect();
    crate::chart::bars(&format!("figure-{at}"), &figure.caption, ("", ""), &bars)
}
