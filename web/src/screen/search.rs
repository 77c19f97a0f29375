//! Search across everything that a partner may see: words without accents or capitals.

use crate::frame::Frame;
use crate::link;
use crate::screen::document::title;
use crate::words::{self as w, fill};
use client_core::document::FieldValue;
use client_core::replica::DocumentView;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Results that one page shows.
const RESULTS_MAX: usize = 100;
/// Characters around a word that is found.
const AROUND_CHARS: usize = 60;
/// Words of a question that are looked for.
const WORDS_MAX: usize = 8;

/// One document found.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Found<'a> {
    at: usize,
    rank: usize,
    excerpt: (&'a str, String),
}

/// Draws the results.
#[must_use]
pub fn draw(frame: &Frame<'_>, question: &str, documents: &[DocumentView]) -> Markup {
    let names = frame.names;
    let words: Vec<String> = question.split_whitespace().take(WORDS_MAX).map(folded).collect();
    let mut found: Vec<Found<'static>> = Vec::new();
    if !words.is_empty() {
        for (at, view) in documents.iter().enumerate() {
            let texts = texts(frame, view);
            let all: String = texts.iter().map(|(_, text)| folded(text) + "\n").collect();
            if words.iter().all(|word| all.contains(word)) {
                let in_title = folded(&view.content.title);
                let rank = words.iter().filter(|word| !in_title.contains(*word)).count();
                let excerpt = ("", excerpt(&texts, &words));
                found.push(Found { at, rank, excerpt });
            }
        }
    }
    found.sort_by_key(|one| (one.rank, documents[one.at].content.title.clone()));
    let counts = found.len().to_string();
    html! {
        h1 {
            @if words.is_empty() { (names.say(w::SEARCH)) }
            @else { (fill(names.say(w::FOUND), &[&counts, question])) }
        }
        @if words.is_empty() { p { (names.say(w::SEARCH_EMPTY)) } }
        @else if found.is_empty() { p { (names.say(w::SEARCH_NONE)) } }
        ul class="results" {
            @for one in found.iter().take(RESULTS_MAX) {
                @let view = &documents[one.at];
                li {
                    p class="kind" { (names.say(view.content.kind.title)) }
                    a href=(link::document(&view.document)) { (title(names, view)) }
                    p class="hint" { (one.excerpt.1) }
                }
            }
        }
    }
}

/// Returns the texts of a document, each with the name of its place.
fn texts(frame: &Frame<'_>, view: &DocumentView) -> Vec<(String, String)> {
    let names = frame.names;
    let content = &view.content;
    let mut texts = vec![(names.say(w::TITLE).to_owned(), content.title.clone())];
    for section in &content.sections {
        texts.push((section.title(content.kind, names.language), section.text.clone()));
    }
    for field in &content.fields {
        let label = names.say(field.spec.label).to_owned();
        let said = names.values(field.spec, &field.value).join(" ; ");
        if !said.is_empty() {
            texts.push((label.clone(), said));
        }
        if let FieldValue::Rows(rows) = &field.value {
            for cell in rows.iter().flat_map(|row| &row.cells) {
                let said = names.values(cell.spec, &cell.value).join(" ; ");
                if !said.is_empty() {
                    texts.push((label.clone(), said));
                }
            }
        }
    }
    texts
}

/// Returns the words around the first that is found, the title left aside.
fn excerpt(texts: &[(String, String)], words: &[String]) -> String {
    for (label, text) in &texts[1..] {
        let chars: Vec<char> = text.chars().collect();
        let low: Vec<char> = chars.iter().map(|c| folded_char(*c)).collect();
        for word in words {
            let word: Vec<char> = word.chars().collect();
            let place = low.windows(word.len().max(1)).position(|window| window == word);
            if let Some(place) = place {
                let from = place.saturating_sub(AROUND_CHARS);
                let to = (place + word.len() + AROUND_CHARS).min(chars.len());
                let piece: String = chars[from..to].iter().collect();
                return format!("{label} : …{}…", piece.trim());
            }
        }
    }
    String::new()
}

/// Returns a text without accents and capitals, character for character.
#[must_use]
pub fn folded(text: &str) -> String {
    text.chars().map(folded_char).collect()
}

fn folded_char(char: char) -> char {
    let low = char.to_lowercase().next().unwrap_or(char);
    plain().get(&low).copied().unwrap_or(low)
}

/// The letters of French and its neighbours without their accents.
fn plain() -> &'static BTreeMap<char, char> {
    use std::sync::LazyLock;
    static PLAIN: LazyLock<BTreeMap<char, char>> = LazyLock::new(|| {
        let groups = [
            ('a', "àâäáãå"),
            ('e', "éèêë"),
            ('i', "îïíì"),
            ('o', "ôöóòõ"),
            ('u', "ùûüú"),
            ('c', "ç"),
            ('n', "ñ"),
            ('y', "ÿý"),
            ('\'', "’"),
        ];
        let of =
            |(plain, accented): (char, &'static str)| accented.chars().map(move |c| (c, plain));
        groups.into_iter().flat_map(of).collect()
    });
    &PLAIN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_capitals_do_not_matter() {
        assert_eq!(folded("Été À L’ÎLE"), "ete a l'ile");
        let texts = vec![(String::new(), String::new()), ("Objet".into(), "Un Délai long".into())];
        assert_eq!(excerpt(&texts, &["delai".into()]), "Objet : …Un Délai long…");
        assert_eq!(excerpt(&texts, &["x".repeat(99)]), "");
    }
}
