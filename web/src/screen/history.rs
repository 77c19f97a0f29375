//! Who changed what: the history of a document, and what lies between two versions, word by word.

use crate::frame::Frame;
use crate::link;
use crate::screen::document::title;
use crate::screen::fields::base;
use crate::words::{self as w, fill};
use client_core::document::{SectionView, View};
use client_core::kinds::Language;
use client_core::replica::{ChangeView, DetailView, DocumentView};
use client_core::text_difference::difference;
use maud::{Markup, html};

/// Changes that one page tells.
pub const CHANGES_PER_PAGE: usize = 100;

/// Draws the history, the latest first, from a page of it.
#[must_use]
pub fn draw(frame: &Frame<'_>, view: &DocumentView, changes: &[ChangeView], page: usize) -> Markup {
    let names = frame.names;
    let to = |page: &str| link::of_document(&view.document, page);
    let from = page.saturating_mul(CHANGES_PER_PAGE);
    let shown = changes.iter().skip(from).take(CHANGES_PER_PAGE);
    html! {
        header class="heading" {
            p class="kind" { a href=(link::document(&view.document)) { (title(names, view)) } }
            h1 { (names.say(w::HISTORY)) }
            p class="hint" { (names.say(w::HISTORY_HINT)) }
        }
        ol class="history" reversed {
            @for change in shown {
                li {
                    p {
                        strong { (summary(change, names.language)) }
                        @if !change.name.is_empty() {
                            " " (fill(names.say(w::BY), &[&change.name]))
                            ", " (names.time(change.at))
                        }
                        @if !change.adopter.is_empty() { " (" (change.adopter) ")" }
                    }
                    @for detail in &change.details { (part(frame, detail)) }
                    p class="links" {
                        @let version = link::part(&base(&change.version));
                        a href=(to(&format!("a?version={version}"))) { (names.say(w::AT_VERSION)) }
                        " · "
                        a href=(to(&format!("comparer?version={version}"))) {
                            (names.say(w::COMPARE))
                        }
                    }
                }
            }
        }
        p class="links" {
            @if page > 0 { a href=(to(&format!("historique?page={}", page - 1))) { "←" } " " }
            @if changes.len() > from + CHANGES_PER_PAGE {
                a href=(to(&format!("historique?page={}", page + 1))) { "→" }
            }
        }
    }
}

fn summary(change: &ChangeView, language: Language) -> &str {
    match language {
        Language::French => &change.summary_french,
        Language::English => &change.summary_english,
    }
}

fn part(frame: &Frame<'_>, detail: &DetailView) -> Markup {
    let names = frame.names;
    let label = match names.language {
        Language::French => &detail.french,
        Language::English => &detail.english,
    };
    let said =
        |stored: &String| detail.kind.map_or(stored.clone(), |kind| names.value(kind, stored));
    html! {
        p class="detail" {
            span class="place" { (label) } " "
            @if let Some(before) = &detail.before { del { (said(before)) } " " }
            @if let Some(after) = &detail.after { ins { (said(after)) } }
        }
    }
}

/// Draws what has changed between two versions.
#[must_use]
pub fn compare(frame: &Frame<'_>, view: &DocumentView, before: &View, writable: bool) -> Markup {
    let names = frame.names;
    let now = &view.content;
    let pairs = sections(before, now);
    let fields = fields(frame, before, now);
    html! {
        header class="heading" {
            p class="kind" { a href=(link::document(&view.document)) { (title(names, view)) } }
            h1 { (names.say(w::COMPARED)) }
        }
        @if pairs.is_empty() && fields.is_empty() && before.title == now.title {
            p { (names.say(w::SAME)) }
        }
        @if before.title != now.title {
            p class="detail" { del { (before.title) } " " ins { (now.title) } }
        }
        @for (old, new) in pairs {
            section class="text" {
                h2 { (new.or(old).map(|s| s.title(now.kind, names.language)).unwrap_or_default()) }
                @let was = old.map_or("", |section| section.text.as_str());
                @let is = new.map_or("", |section| section.text.as_str());
                p class="compared" { (compared(was, is)) }
                @if let (true, Some(old)) = (writable, old) {
                    form method="post"
                        action=(link::of_document(&view.document,
                            &format!("texte/{}/revenir", link::part(&old.id)))) {
                        input type="hidden" name="version" value=(base(&before.heads));
                        button class="quiet" { (names.say(w::GO_BACK_TO)) }
                    }
                }
            }
        }
        @if !fields.is_empty() {
            div class="scroll" role="group" tabindex="0" aria-label=(names.say(w::FIELDS)) {
                table {
                    @for (label, was, is) in fields {
                        tr {
                            th scope="row" { (label) }
                            td { @if !was.is_empty() { del { (was) } } }
                            td { @if !is.is_empty() { ins { (is) } } }
                        }
                    }
                }
            }
        }
    }
}

type Pair<'a> = (Option<&'a SectionView>, Option<&'a SectionView>);

fn sections<'a>(before: &'a View, now: &'a View) -> Vec<Pair<'a>> {
    let mut pairs: Vec<Pair<'a>> =
        now.sections.iter().map(|new| (before.section(&new.id), Some(new))).collect();
    let gone = before.sections.iter().filter(|old| now.section(&old.id).is_none());
    pairs.extend(gone.map(|old| (Some(old), None)));
    pairs.retain(|(old, new)| old.map(|s| &s.text) != new.map(|s| &s.text));
    pairs
}

fn fields(frame: &Frame<'_>, before: &View, now: &View) -> Vec<(String, String, String)> {
    let names = frame.names;
    let said = |view: &View, name: &str| {
        let field = view.fields.iter().find(|field| field.spec.name == name)?;
        let rows = view.rows(name);
        if rows.is_empty() {
            return Some(names.values(field.spec, &field.value).join(" ; "));
        }
        let row = |row: &client_core::document::Row| {
            let cells =
                row.cells.iter().map(|cell| names.values(cell.spec, &cell.value).join(" ; "));
            cells.filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" · ")
        };
        Some(rows.iter().map(row).collect::<Vec<_>>().join("\n"))
    };
    let mut all = Vec::new();
    for field in &now.fields {
        let (was, is) = (said(before, field.spec.name), said(now, field.spec.name));
        if was != is {
            let label = names.say(field.spec.label).to_owned();
            all.push((label, was.unwrap_or_default(), is.unwrap_or_default()));
        }
    }
    all
}

/// Draws two texts as one, with what was struck and what was brought.
#[must_use]
pub fn compared(was: &str, is: &str) -> Markup {
    let old: Vec<char> = was.chars().collect();
    let mut parts: Vec<Markup> = Vec::new();
    let (mut done, mut shift) = (0_usize, 0_isize);
    for splice in difference(was, is) {
        let at = splice.at.saturating_add_signed(-shift).clamp(done, old.len());
        let end = (at + splice.delete).min(old.len());
        let text = |range: &[char]| range.iter().collect::<String>();
        parts.push(html! { (text(&old[done..at])) });
        if end > at {
            parts.push(html! { del { (text(&old[at..end])) } });
        }
        if !splice.insert.is_empty() {
            parts.push(html! { ins { (splice.insert) } });
        }
        let brought = isize::try_from(splice.insert.chars().count()).unwrap_or(isize::MAX);
        shift += brought - isize::try_from(splice.delete).unwrap_or(isize::MAX);
        done = end;
    }
    let rest: String = old[done..].iter().collect();
    html! { @for part in parts { (part) } (rest) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_texts_are_one_with_what_was_struck_and_brought() {
        let drawn = |was: &str, is: &str| compared(was, is).into_string();
        assert_eq!(
            drawn("pour trois ans <b>", "pour cinq ans <b>"),
            "pour <del>trois</del><ins>cinq</ins> ans &lt;b&gt;"
        );
        assert_eq!(drawn("un", "un"), "un");
        assert_eq!(drawn("", "é"), "<ins>é</ins>");
        assert_eq!(drawn("a b c", "b"), "<del>a </del>b<del> c</del>");
    }
}
