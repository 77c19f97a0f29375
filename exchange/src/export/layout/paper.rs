//! Plain text as people type it, into paragraphs and lists; and what every kind has on paper.

use crate::export::print::Block;

/// The fields about a document rather than in it: they come last.
pub(super) const KEEPING: [&str; 5] =
    ["territoire", "destination", "references", "echeance_revision", "archivage"];

/// Returns the blocks of a text: a blank line ends a paragraph, lines that begin with a dash or a
/// bullet are a list, lines that begin with figures and a full stop a numbered one.
pub(super) fn paragraphs(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim) {
        let (list, words) = marked(line);
        if list == Mark::None && !line.is_empty() {
            lines.push(line);
            continue;
        }
        flush(&mut lines, &mut blocks);
        if list != Mark::None {
            add_item(&mut blocks, list == Mark::Number, words);
        }
    }
    flush(&mut lines, &mut blocks);
    blocks
}

fn flush(lines: &mut Vec<&str>, blocks: &mut Vec<Block>) {
    if !lines.is_empty() {
        blocks.push(Block::Paragraph(lines.join("\n")));
        lines.clear();
    }
}

fn add_item(blocks: &mut Vec<Block>, is_number: bool, words: &str) {
    if let Some(Block::Items { numbered, items }) = blocks.last_mut()
        && *numbered == is_number
    {
        return items.push(words.to_owned());
    }
    blocks.push(Block::Items { numbered: is_number, items: vec![words.to_owned()] });
}

#[derive(PartialEq, Eq)]
enum Mark {
    None,
    Dash,
    Number,
}

/// Figures of the number of an item: more are a year or a code.
const NUMBER_DIGITS_MAX: usize = 2;

fn marked(line: &str) -> (Mark, &str) {
    for dash in ["- ", "– ", "— ", "• ", "* "] {
        if let Some(words) = line.strip_prefix(dash) {
            return (Mark::Dash, words.trim());
        }
    }
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let after = &line[digits..];
    let words = after.strip_prefix(". ").or_else(|| after.strip_prefix(") "));
    match words.filter(|_| (1..=NUMBER_DIGITS_MAX).contains(&digits)) {
        Some(words) => (Mark::Number, words.trim()),
        None => (Mark::None, line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_with_dashes_are_a_list() {
        let blocks = paragraphs("Avant,\nsuite.\n\n- un\n- deux\n1. trois\n2026. Non\nAprès");
        let items = |numbered, items: &[&str]| Block::Items {
            numbered,
            items: items.iter().map(|item| (*item).to_owned()).collect(),
        };
        let wanted = vec![
            Block::Paragraph("Avant,\nsuite.".to_owned()),
            items(false, &["un", "deux"]),
            items(true, &["trois"]),
            Block::Paragraph("2026. Non\nAprès".to_owned()),
        ];
        assert_eq!(blocks, wanted);
        assert_eq!(paragraphs(" \n\n"), Vec::new());
    }
}
