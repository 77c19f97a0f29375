//! Word files read back: words and cells, and the parts the library does not write.

#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm)]
use super::write;
use crate::export::fixture::{HOSTILE, held, holding, id, part, row, set, territory, write as put};
use crate::export::print as lay_out;
use crate::export::print::{Block, Print, Standing};
use docx_rs::{
    DocumentChild, ParagraphChild, RunChild, TableCellContent, TableChild, TableRowChild,
};

fn working() -> Standing {
    Standing::Working { version: "3fa94b12".to_owned() }
}

fn text_of(paragraph: &docx_rs::Paragraph) -> String {
    let mut text = String::new();
    for child in &paragraph.children {
        let ParagraphChild::Run(run) = child else { continue };
        for child in &run.children {
            match child {
                RunChild::Text(one) => text.push_str(&one.text),
                RunChild::Break(_) => text.push('\n'),
                _ => {}
            }
        }
    }
    text
}

/// Reads a file with the library's reader: (style, text) of paragraphs, rows of cells of tables.
fn read(file: &[u8]) -> (Vec<(String, String)>, Vec<Vec<String>>) {
    let (mut paragraphs, mut rows) = (Vec::new(), Vec::new());
    for child in docx_rs::read_docx(file).unwrap().document.children {
        match child {
            DocumentChild::Paragraph(paragraph) => {
                let style = paragraph.property.style.as_ref().map(|style| style.val.clone());
                paragraphs.push((style.unwrap_or_default(), text_of(&paragraph)));
            }
            DocumentChild::Table(table) => {
                for TableChild::TableRow(row) in &table.rows {
                    let cells = row.cells.iter().map(|TableRowChild::TableCell(cell)| {
                        let parts = cell.children.iter().map(|content| match content {
                            TableCellContent::Paragraph(paragraph) => text_of(paragraph),
                            _ => String::new(),
                        });
                        parts.collect::<Vec<_>>().join("\n")
                    });
                    rows.push(cells.collect());
                }
            }
            _ => {}
        }
    }
    (paragraphs, rows)
}

fn sheet() -> Print {
    let holding = territory();
    lay_out(&holding, holding.document(&id(1)).unwrap(), working())
}

#[test]
fn what_is_laid_out_is_read_back() {
    let print = sheet();
    let file = write(&print).unwrap();
    let (paragraphs, rows) = read(&file);
    let has = |style: &str, text: &str| {
        paragraphs.iter().any(|(held, words)| held == style && words == text)
    };
    assert!(has("Title", "Soins somatiques des personnes suivies"));
    assert!(has("Heading1", "Objectifs opérationnels"));
    assert!(has("Normal", "Un patient sur cinq n'a pas de médecin traitant."));
    for block in &print.blocks {
        match block {
            Block::Pairs(pairs) => {
                for (label, cell) in pairs {
                    // A brief one may stand beside another.
                    let both = [label.clone(), cell.text()];
                    let has = |row: &Vec<String>| row.chunks(2).any(|two| two == both);
                    assert!(rows.iter().any(has), "{label}");
                }
            }
            Block::Grid(grid) => {
                let heads: Vec<String> = grid.columns.iter().map(|c| c.label.clone()).collect();
                assert!(rows.contains(&heads), "{heads:?}");
                for row in &grid.rows {
                    let row: Vec<String> = row.iter().map(|cell| cell.text()).collect();
                    assert!(rows.contains(&row), "{row:?}");
                }
            }
            Block::Items { items, .. } => {
                assert!(items.iter().all(|item| has("", item)), "{items:?}");
            }
            Block::Heading { level, text } => assert!(has(&format!("Heading{level}"), text)),
            Block::Paragraph(_) | Block::Remark(_) | Block::Figure(_) => {}
        }
    }
}

#[test]
fn headers_repeat_and_the_file_says_its_language_title_and_standing() {
    let print = sheet();
    let file = write(&print).unwrap();
    let document = part(&file, "word/document.xml");
    let grids = print.blocks.iter().filter(|block| matches!(block, Block::Grid(_))).count();
    assert!(grids > 0);
    assert_eq!(document.matches("<w:tblHeader />").count(), grids, "one row of each table");
    assert!(part(&file, "word/styles.xml").contains("<w:lang w:val=\"fr-FR\""));
    let about = part(&file, "docProps/core.xml");
    assert!(about.contains("<dc:title>Soins somatiques des personnes suivies</dc:title>"));
    assert!(about.contains("2026-05-28T20:26:40Z"), "no clock but the document's: {about}");
    let foot = part(&file, "word/footer1.xml");
    assert!(foot.contains("Document de travail") && foot.contains("PAGE"), "{foot}");
}

#[test]
fn a_frozen_version_says_by_what_and_under_which_digest() {
    let mut print = sheet();
    print.standing =
        Standing::Frozen { digest: "ab12".to_owned(), decision: "COPIL, 14/01/2026".to_owned() };
    let foot = part(&write(&print).unwrap(), "word/footer1.xml");
    assert!(foot.contains("Version figée · COPIL, 14/01/2026<"), "{foot}");
    assert!(foot.contains(">empreinte ab12<"), "on a line of its own: {foot}");
}

#[test]
fn hostile_texts_are_texts() {
    let held = held(
        1,
        "fiche_action",
        HOSTILE,
        &[
            set("numero", "]]>&lt;"),
            put("constats", "a\u{0}b\u{1b}[31m\u{fffe}c <w:p/> \u{202e}x"),
            row("objectifs", &[("libelle", HOSTILE), ("commentaire", "<![CDATA[x]]>")]),
        ],
        &[],
    );
    let holding = holding(vec![held]);
    let print = lay_out(&holding, &holding.documents[0], working());
    let file = write(&print).unwrap();
    let (paragraphs, rows) = read(&file);
    let words: Vec<&str> = paragraphs.iter().map(|(_, words)| words.as_str()).collect();
    assert!(words.contains(&"ab[31mc <w:p/> x"), "{words:?}");
    let title = words.iter().find(|words| words.contains("<script>")).unwrap();
    assert!(title.starts_with("=cmd|") && title.ends_with("אב"), "{title}");
    assert!(!rows.is_empty());
    // The library reads its own mark of the end of a section wrongly: the file is looked at.
    assert!(part(&file, "word/document.xml").contains(">]]&gt;&amp;lt;<"));
}

#[test]
fn the_same_document_gives_the_same_words_and_two_lists_count_from_one() {
    let held = held(1, "note", "T", &[put("texte", "1. un\n2. deux\n\nentre\n\n1. un")], &[]);
    let holding = holding(vec![held]);
    let print = lay_out(&holding, &holding.documents[0], working());
    let file = write(&print).unwrap();
    let numbering = part(&file, "word/numbering.xml");
    assert_eq!(numbering.matches("<w:startOverride w:val=\"1\" />").count(), 2, "{numbering}");
}
