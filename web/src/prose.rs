//! Plain text as people type it, as HTML: lines that are headings, lists and quotations.
//!
//! The same signs as in the files that leave (a dash, a figure and a full stop) and as the editor
//! writes: `#` a heading, `>` a quotation, stars around what is strong. A sign without its
//! counterpart is a character like any other, and nothing of a text is left out.

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

/// Draws the words of a line: what stands between stars, and addresses of the web.
fn inline(words: &str) -> Markup {
    let mut rest = words;
    let mut parts: Vec<Markup> = Vec::new();
    while !rest.is_empty() {
        let Some(at) = rest.find('*') else { break };
        let mark = if rest[at..].starts_with("**") { "**" } else { "*" };
        let inside = &rest[at + mark.len()..];
        let end = inside.find(mark).filter(|end| is_marked(&inside[..*end]));
        let Some(end) = end else {
            let after = at + mark.len();
            parts.push(html! { (rest[..after]) });
            rest = &rest[after..];
            continue;
        };
        parts.push(html! { (rest[..at]) });
        let marked = &inside[..end];
        parts.push(match mark {
            "**" => html! { strong { (marked) } },
            _ => html! { em { (marked) } },
        });
        rest = &inside[end + mark.len()..];
    }
    html! { @for part in parts { (part) } (rest) }
}

/// Tells whether words between two marks are marked: they touch both.
fn is_marked(words: &str) -> bool {
    !words.is_empty() && !words.starts_with(' ') && !words.ends_with(' ')
}

#[cfg(test)]
mod tests {
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
