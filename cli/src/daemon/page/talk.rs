//! Comments: written, answered, settled; and proposals taken into the text.

use super::desk::{Desk, Paged, Trouble, done};
use axum::extract::{Form, Path};
use client_core::document::{Comment, CommentState, Edit, Remark, Version};
use client_core::replica::{Command, DocumentView, Reply};
use client_core::text_position::chars_of_utf16;
use console::{Failure, Text};
use std::ops::Range;
use web::form::{BASE, Posted};
use web::screen::fields::read_base;
use web::{link, words as w};

type Filled = Form<Vec<(String, String)>>;

/// Writes a comment, or an answer to one.
pub(super) async fn write(desk: Desk, Path(document): Path<String>, Form(pairs): Filled) -> Paged {
    let posted = Posted::of(pairs);
    let now = desk.show(desk.id(&document)?, None).await?;
    let place = posted.filled("place").ok_or_else(|| desk.absent())?.to_owned();
    let since = posted.one(BASE).and_then(read_base).unwrap_or(now.content.heads.clone());
    let passage = passage(&desk, &now, &place, &since, &posted).await?;
    let proposed = posted.filled("proposed").map(str::to_owned);
    if proposed.is_some() && passage.is_none() {
        return Err(no_passage(&desk));
    }
    let remark = Remark {
        since,
        passage,
        text: posted.filled("text").unwrap_or_default().to_owned(),
        proposed,
        answers: posted.filled("answers").map(str::to_owned),
        place,
    };
    compose(&desk, &now, vec![Edit::Comment(remark)]).await
}

async fn compose(desk: &Desk, view: &DocumentView, edits: Vec<Edit>) -> Paged {
    let (space, document) = (view.space, view.document);
    let command = Command::Compose { space, document, new: None, edits };
    let Reply::Edited { .. } = desk.ask(command).await? else {
        return Err(desk.wrong("compose"));
    };
    Ok(done(&format!("{}#talk", link::document(&document)), "saved"))
}

/// Returns the passage of a comment, in characters of the text of its version: as the editor says
/// it, in units of UTF-16, else where the words that were copied stand.
async fn passage(
    desk: &Desk,
    now: &DocumentView,
    place: &str,
    since: &Version,
    posted: &Posted,
) -> Result<Option<Range<usize>>, Trouble> {
    let read = desk.show(now.document, Some(since.clone())).await?;
    let text = text_of(&read, place).ok_or_else(|| desk.absent())?;
    let unit = |name: &str| posted.filled(name).and_then(|typed| typed.parse::<usize>().ok());
    if let (Some(from), Some(to)) = (unit("from"), unit("to")) {
        let ends = (chars_of_utf16(&text, from), chars_of_utf16(&text, to));
        if let (Some(from), Some(to)) = ends
            && from < to
        {
            return Ok(Some(from..to));
        }
    }
    let Some(quote) = posted.filled("quote") else { return Ok(None) };
    let at = text.find(quote).ok_or_else(|| no_passage(desk))?;
    let from = text[..at].chars().count();
    Ok(Some(from..from + quote.chars().count()))
}

fn text_of(view: &DocumentView, place: &str) -> Option<String> {
    use client_core::document::FieldValue;
    if let Some(section) = view.content.section(place) {
        return Some(section.text.clone());
    }
    if let FieldValue::Text(text) = view.content.field(place)? { Some(text.clone()) } else { None }
}

fn no_passage(desk: &Desk) -> Trouble {
    let text = Text::new(w::NO_PASSAGE.fr, w::NO_PASSAGE.en);
    desk.trouble(Failure::refused("no-such-passage", text))
}

/// Says what became of a comment; a proposal that is accepted goes into the text.
pub(super) async fn mark(
    desk: Desk,
    Path((document, comment, state)): Path<(String, String, String)>,
) -> Paged {
    let state = CommentState::from_name(&state).ok_or_else(|| desk.absent())?;
    let view = desk.show(desk.id(&document)?, None).await?;
    let found = view.content.comments.iter().find(|one| one.id == comment);
    let found = found.ok_or_else(|| desk.absent())?;
    let mut edits = Vec::new();
    if let (CommentState::Accepted, Some(proposed)) = (state, &found.proposed) {
        edits.push(taken(&desk, &view, found, proposed)?);
    }
    edits.push(Edit::MarkComment { comment, state });
    compose(&desk, &view, edits).await
}

/// Returns the edit that puts a proposal in the place of its passage, which must still be what it
/// was: whoever accepts has read these words.
fn taken(
    desk: &Desk,
    view: &DocumentView,
    comment: &Comment,
    proposed: &str,
) -> Result<Edit, Trouble> {
    let text = text_of(view, &comment.place).ok_or_else(|| desk.absent())?;
    let span = comment.span.clone().ok_or_else(|| changed(desk))?;
    let stands: String = text.chars().skip(span.start).take(span.len()).collect();
    if !stands.starts_with(&comment.quote) {
        return Err(changed(desk));
    }
    Ok(Edit::Splice {
        place: comment.place.clone(),
        at: span.start,
        delete: span.len(),
        insert: proposed.to_owned(),
    })
}

fn changed(desk: &Desk) -> Trouble {
    let text = Text::new(w::PASSAGE_CHANGED.fr, w::PASSAGE_CHANGED.en);
    desk.trouble(Failure::refused("passage-changed", text))
}
