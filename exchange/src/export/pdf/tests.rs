//! Pages compared with what was laid out, and files that the library validates.

#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm)]
use super::face::Faces;
use super::flow::{self, BOTTOM, LEFT, Op, Pages, Role, WIDTH};
use super::write;
use crate::export::fixture::{HOSTILE, held, holding, id, row, set, territory, write as put};
use crate::export::print as lay_out;
use crate::export::print::{Block, Print, Standing};
use client_core::document::Edit;
use client_core::kinds::Catalogue;

fn working() -> Standing {
    Standing::Working { version: "3fa94b12".to_owned() }
}

fn printed(number: u8) -> Print {
    let holding = territory();
    lay_out(&holding, holding.document(&id(number)).unwrap(), working())
}

fn flowed(print: &Print) -> Pages {
    flow::flow(print, &Faces::new().unwrap()).0
}

/// Returns the words of the pages in the order they are read, without blanks.
fn words(pages: &Pages) -> String {
    let mut words = String::new();
    for op in pages.pages.iter().flatten() {
        if let Op::Text { line, leaf: Some(_), .. } = op {
            words.push_str(line.meant.as_deref().unwrap_or(&line.drawn));
        }
    }
    words.split_whitespace().collect()
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

fn long_sheet(rows: usize) -> Print {
    let rows: Vec<Edit> = (0..rows)
        .map(|number| {
            let label = format!("Objectif {number} : {}", "mener à bien ".repeat(6));
            row("objectifs", &[("code", &format!("OO-{number}")), ("libelle", &label)])
        })
        .collect();
    let held = held(1, "fiche_action", "Longue", &rows, &[]);
    let holding = holding(vec![held]);
    lay_out(&holding, &holding.documents[0], working())
}

#[test]
fn every_document_of_the_territory_is_a_valid_tagged_file() {
    for number in 1..=7 {
        let print = printed(number);
        let file = write(&print).unwrap_or_else(|error| panic!("{}: {error:?}", print.kind));
        assert!(file.starts_with(b"%PDF-1."));
        let text = String::from_utf8_lossy(&file);
        for wanted in ["/StructTreeRoot", "pdfuaid:part", "pdfaid:conformance", "(fr-FR)"] {
            assert!(text.contains(wanted), "{wanted} in a {}", print.kind);
        }
        assert_eq!(file, write(&print).unwrap(), "no clock and no chance in it");
    }
}

#[test]
fn every_kind_is_a_valid_file_even_when_it_is_empty() {
    for kind in Catalogue::STANDARD.iter() {
        let holding = holding(vec![held(9, kind.name, "", &[], &[])]);
        let print = lay_out(&holding, &holding.documents[0], working());
        let written = write(&print);
        assert!(written.is_ok(), "{}: {:?}", kind.name, written.err());
    }
}

#[test]
fn what_is_laid_out_stands_on_the_pages_in_order() {
    for number in [1, 3, 4, 7] {
        let print = printed(number);
        let words = words(&flowed(&print));
        for block in &print.blocks {
            let wanted: Vec<String> = match block {
                Block::Heading { text, .. } | Block::Paragraph(text) | Block::Remark(text) => {
                    vec![text.clone()]
                }
                Block::Items { items, .. } => items.clone(),
                Block::Pairs(pairs) => pairs.iter().map(|(_, cell)| cell.text()).collect(),
                Block::Grid(grid) => grid.rows.iter().flatten().map(|cell| cell.text()).collect(),
                Block::Figure(figure) => {
                    figure.bars.iter().map(|bar| format!("{}{}", bar.label, bar.value)).collect()
                }
            };
            for text in wanted {
                assert!(words.contains(&squeezed(&text)), "{text} in {}", print.title);
            }
        }
    }
}

#[test]
fn a_sheet_gets_smaller_letters_for_two_pages_and_not_for_what_does_not_fit() {
    let percent = |rows: usize| {
        let (pages, percent) = flow::flow(&long_sheet(rows), &Faces::new().unwrap());
        (pages.pages.len(), percent)
    };
    let all: Vec<(usize, u8)> = (40..140).step_by(10).map(percent).collect();
    assert!(
        all.contains(&(2, 100))
            && all.iter().any(|(pages, percent)| { *pages == 2 && *percent < 100 }),
        "{all:?}"
    );
    // What needs more pages in any case is not made hard to read.
    assert!(all.iter().all(|(pages, percent)| *pages <= 2 || *percent == 100), "{all:?}");
    assert!(all.last().unwrap().0 > 2, "{all:?}");
}

#[test]
fn a_heading_is_never_the_last_thing_on_a_page() {
    // Whatever stands above: a heading, one under it and a table go together.
    for lines in 20..60 {
        let mut print = long_sheet(3);
        print.pages_max = None;
        let table = print.blocks.iter().find(|block| matches!(block, Block::Grid(_))).unwrap();
        let heading = |level, text: &str| Block::Heading { level, text: text.to_owned() };
        let table = table.clone();
        print.blocks = vec![Block::Paragraph("Ligne.\n".repeat(lines))];
        print.blocks.extend([heading(1, "PREMIER"), heading(2, "SECOND"), table]);
        let pages = flowed(&print);
        let page_of = |word: &str| {
            let has = |op: &Op| matches!(op, Op::Text { line, .. } if line.drawn.contains(word));
            pages.pages.iter().position(|page| page.iter().any(has)).unwrap()
        };
        let places = ["PREMIER", "SECOND", "Objectif", "OO-0"].map(page_of);
        assert!(places.iter().all(|page| *page == places[0]), "{lines}: {places:?}");
    }
}

#[test]
fn nothing_leaves_the_page_and_headers_are_read_once() {
    let print = long_sheet(160);
    let pages = flowed(&print);
    assert!(pages.pages.len() > 3);
    for op in pages.pages.iter().flatten() {
        let (right, low) = match op {
            Op::Text { at, line, .. } => (at.0 + line.width, at.1),
            Op::Area { at, size, .. } => (at.0 + size.0, at.1 + size.1),
        };
        assert!(right <= LEFT + WIDTH + 0.5 && low <= BOTTOM + 1.0, "{right} {low}");
    }
    let heads = |with_leaf: bool| {
        let is = |op: &&Op| match op {
            Op::Text { line, leaf, .. } => line.drawn == "Objectif" && leaf.is_some() == with_leaf,
            Op::Area { .. } => false,
        };
        pages.pages.iter().flatten().filter(is).count()
    };
    assert_eq!(heads(true), 1, "read aloud once");
    assert_eq!(heads(false), pages.pages.len() - 1, "drawn on every later page");
    assert!(write(&print).is_ok());
}

#[test]
fn a_cell_higher_than_a_page_goes_over_it() {
    let text = "Une phrase assez longue pour remplir la ligne. ".repeat(210);
    let held = held(1, "fiche_action", "T", &[row("objectifs", &[("libelle", &text)])], &[]);
    let holding = holding(vec![held]);
    let print = lay_out(&holding, &holding.documents[0], working());
    let pages = flowed(&print);
    assert!(pages.pages.len() > 1);
    assert!(words(&pages).contains(&squeezed(&text)));
    assert!(write(&print).is_ok());
}

#[test]
fn rows_of_tables_have_heads_and_lists_have_labels() {
    let pages = flowed(&printed(1));
    let count = |role: Role| pages.parts.iter().filter(|part| part.role == role).count();
    assert!(count(Role::ColumnHead) >= 5 && count(Role::RowHead) >= 5);
    assert_eq!(count(Role::Label), count(Role::Item));
    assert_eq!(count(Role::Heading(1)), 1, "one title");
    assert_eq!(count(Role::Heading(3)), 0, "no level is left out");
}

#[test]
fn hostile_texts_are_texts() {
    let held = held(
        1,
        "fiche_action",
        HOSTILE,
        &[
            set("numero", "\u{1f600}漢字"),
            put("constats", &format!("{}\n{}", "x".repeat(5_000), "\u{202e}\u{0}\u{7}א\u{200f}ב")),
        ],
        &[],
    );
    let mut held = held;
    held.content.title.push_str(&"é".repeat(10 << 20));
    let holding = holding(vec![held]);
    let print = lay_out(&holding, &holding.documents[0], working());
    let file = write(&print);
    assert!(file.is_ok(), "{:?}", file.err());
}
