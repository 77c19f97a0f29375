//! Plain text as people type it, as HTML: lines that are headings, lists and quotations.
//!
//! The same signs as in the files that leave (a dash, a figure and a full stop) and as the editor
//! writes: `#` a heading, `>` a quotation, stars around what is strong. A sign without its
//! counterpart is a character like any other, and nothing of a text is left out.

mod stars;

use maud::{Markup, html};

/// Figures of the number of an item: more are a year or a code.
const NUMBER_DIGITS_MAX: usize = 2;

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line<'a> {
    Empty,
    Heading(u8, &'a str),
    Quote(&'a str),
    Item { numbered: bool, words: &'a str },
    Words(&'a str),
}

/// Draws a text.
#[must_use]
pub fn html(text: &str) -> Markup {
    let mut blocks: Vec<Markup> = Vec::new();
    let mut gathered: Vec<&str> = Vec::new();
    let mut items: Vec<&str> = Vec::new();
    let mut numbered = false;
    for line in text.lines().map(read).chain([Line::Empty]) {
        if !matches!(line, Line::Words(_)) && !gathered.is_empty() {
            blocks.push(paragraph(&std::mem::take(&mut gathered)));
        }
        let goes_on = matches!(line, Line::Item { numbered: sort, .. } if sort == numbered);
        if !goes_on && !items.is_empty() {
            blocks.push(list(&std::mem::take(&mut items), numbered));
        }
        match line {
            Line::Empty => {}
            Line::Heading(1, words) => blocks.push(html! { h4 { (inline(words)) } }),
            Line::Heading(_, words) => blocks.push(html! { h5 { (inline(words)) } }),
            Line::Quote(words) => blocks.push(html! { blockquote { p { (inline(words)) } } }),
            Line::Item { numbered: sort, words } => {
                numbered = sort;
                items.push(words);
            }
            Line::Words(words) => gathered.push(words),
        }
    }
    html! { @for block in blocks { (block) } }
}

fn paragraph(lines: &[&str]) -> Markup {
    html! {
        p { @for (at, line) in lines.iter().enumerate() { @if at > 0 { br; } (inline(line)) } }
    }
}

fn list(items: &[&str], numbered: bool) -> Markup {
    html! {
        @if numbered { ol { @for item in items { li { (inline(item)) } } } }
        @else { ul { @for item in items { li { (inline(item)) } } } }
    }
}

fn read(line: &str) -> Line<'_> {
    let line = line.trim();
    if line.is_empty() {
        return Line::Empty;
    }
    if let Some(words) = line.strip_prefix("## ") {
        return Line::Heading(2, words);
    }
    if let Some(words) = line.strip_prefix("# ") {
        return Line::Heading(1, words);
    }
    if let Some(words) = line.strip_prefix("> ") {
        return Line::Quote(words);
    }
    for dash in ["- ", "– ", "— ", "• ", "* "] {
        if let Some(words) = line.strip_prefix(dash) {
            return Line::Item { numbered: false, words: words.trim() };
        }
    }
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let words = line[digits..].strip_prefix(". ").or_else(|| line[digits..].strip_prefix(") "));
    match words.filter(|_| (1..=NUMBER_DIGITS_MAX).contains(&digits)) {
        Some(words) => Line::Item { numbered: true, words: words.trim() },
        None => Line::Words(line),
    }
}

/// Draws the words of a line with what stands between stars.
fn inline(words: &str) -> Markup {
    html! {
        @for (marks, piece) in stars::pieces(words) {
            @match (marks & stars::STRONG != 0, marks & stars::EM != 0) {
                (true, true) => { strong { em { (piece) } } }
                (true, false) => { strong { (piece) } }
                (false, true) => { em { (piece) } }
                (false, false) => { (piece) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn lines_are_what_their_signs_say() {
        let text = "# Titre\nUn\ndeux\n\n- a\n- b\n1. c\n> dit\n2026. Non";
        assert_eq!(
            html(text).into_string(),
            "<h4>Titre</h4><p>Un<br>deux</p><ul><li>a</li><li>b</li></ul><ol><li>c</li></ol>\
             <blockquote><p>dit</p></blockquote><p>2026. Non</p>"
        );
        assert_eq!(html(" \n\n").into_string(), "");
    }

    /// The table that the editor is tested with too: what is strong (S), stressed (E), both (B).
    #[test]
    fn stars_are_read_as_the_editor_reads_them() {
        let table = include_str!("../tests/stars.json");
        let rows: Vec<(String, String)> = serde_json::from_str(table).unwrap();
        assert!(rows.len() > 20);
        for (line, wanted) in rows {
            let piece = |(marks, piece): (u8, &str)| {
                let sign = match (marks & stars::STRONG != 0, marks & stars::EM != 0) {
                    (true, true) => 'B',
                    (true, false) => 'S',
                    (false, true) => 'E',
                    (false, false) => '-',
                };
                format!("{sign}:{piece}")
            };
            let pieces: Vec<String> = stars::pieces(&line).into_iter().map(piece).collect();
            assert_eq!(pieces.join("|"), wanted, "{line}");
        }
    }

    #[test]
    fn stars_mark_words_only_in_pairs_and_nothing_is_interpreted() {
        let shown = |text: &str| html(text).into_string();
        assert_eq!(shown("un **deux** *trois*"), "<p>un <strong>deux</strong> <em>trois</em></p>");
        assert_eq!(shown("2 * 3 ** 4"), "<p>2 * 3 ** 4</p>");
        assert_eq!(shown("**a"), "<p>**a</p>");
        assert_eq!(
            shown("<script>alert(1)</script> **<b>**"),
            "<p>&lt;script&gt;alert(1)&lt;/script&gt; <strong>&lt;b&gt;</strong></p>"
        );
    }
}
