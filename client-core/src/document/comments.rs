//! What people say beside a text: comments, their answers, and changes proposed to a passage.
//!
//! They lie in the document, under keys of their own, and are no part of what is frozen or signed.
//! A passage is held by the characters at its two ends, which follow the text wherever it goes.
//!
//! ```text
//! comments   <id>/place  <id>/text            written once, with the comment
//!            <id>/from   <id>/to  <id>/quote  the passage
//!            <id>/proposed                    what would stand in its place
//!            <id>/answers                     the comment answered
//!            <id>/state                       resolved, accepted, refused or open again
//! ```

use automerge::{Cursor, CursorPosition, ObjId, ObjType, ROOT, ReadDoc};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::author::Version;
use super::edit::EditRefusal;
use super::layout;
use super::lens::Lens;
use super::limits::{COMMENT_CHARS_MAX, COMMENTS_MAX, QUOTE_CHARS_MAX};
use super::view::{Origin, Origins};
use super::writing::{Plan, Planner, Write};
use crate::kinds::{FieldType, ValueRefusal};

/// Characters of an end of a passage as it is stored: a counter, a sign, an actor.
const END_CHARS_MAX: usize = 80;

/// One comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its name.
    pub id: String,
    /// The section, or the field of rule T, that it is about.
    pub place: String,
    /// What is said; empty for a proposal without words.
    pub text: String,
    /// The passage as it stood.
    pub quote: String,
    /// Where the passage stands now, in characters; `None` once nothing of it is left, and for
    /// what is said of the whole text.
    pub span: Option<Range<usize>>,
    /// What would stand in its place.
    pub proposed: Option<String>,
    /// The comment that it answers.
    pub answers: Option<String>,
    /// What became of it.
    pub state: CommentState,
    /// Who wrote it, and when.
    pub origin: Option<Origin>,
}

/// What became of a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CommentState {
    /// It awaits somebody.
    #[default]
    Open,
    /// It is settled.
    Resolved,
    /// What it proposed was taken.
    Accepted,
    /// What it proposed was not taken.
    Refused,
}

impl CommentState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Open, Self::Resolved, Self::Accepted, Self::Refused];

    /// Returns what is stored, and what scripts rely on.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Resolved => "resolved",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
        }
    }

    /// Returns the state of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A comment to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The section, or the field of rule T.
    pub place: String,
    /// The version at which the passage was chosen.
    pub since: Version,
    /// The passage in the text of that version, in characters; `None` is the whole text.
    pub passage: Option<Range<usize>>,
    /// What is said.
    pub text: String,
    /// What would stand in place of the passage.
    pub proposed: Option<String>,
    /// The comment that it answers.
    pub answers: Option<String>,
}

/// Returns the comments, in the order in which they were written.
pub(super) fn comments(lens: Lens<'_>, origins: &impl Origins) -> Vec<Comment> {
    let Some(map) = lens.object(&ROOT, layout::COMMENTS_KEY, ObjType::Map) else {
        return Vec::new();
    };
    let ids: BTreeSet<String> = lens
        .keys(&map)
        .into_iter()
        .filter_map(|key| key.split_once(layout::ENTRY_MARK).map(|(id, _)| id.to_owned()))
        .filter(|id| layout::is_fresh_name(id))
        .collect();
    let mut texts = Texts { lens, objects: BTreeMap::new() };
    let read = |id: String| read(lens, &map, id, &mut texts, origins);
    let mut all: Vec<Comment> = ids.into_iter().filter_map(read).collect();
    all.sort_by(|a, b| {
        let at = |one: &Comment| one.origin.map(|origin| origin.at.ms());
        (at(a), &a.id).cmp(&(at(b), &b.id))
    });
    all.truncate(COMMENTS_MAX);
    all
}

fn read(
    lens: Lens<'_>,
    map: &ObjId,
    id: String,
    texts: &mut Texts<'_>,
    origins: &impl Origins,
) -> Option<Comment> {
    let part = |name: &str| lens.string(map, &key(&id, name));
    let (text, operation) = part("text")?;
    let (place, _) = part("place")?;
    let stored = |name: &str| part(name).map(|(value, _)| value);
    let end = |name: &str| stored(name).as_deref().and_then(read_end);
    let span = match (end("from"), end("to")) {
        (Some(from), Some(to)) => texts.span(&place, &from, &to),
        (_, _) => None,
    };
    Some(Comment {
        text,
        quote: stored("quote").unwrap_or_default(),
        span,
        proposed: stored("proposed"),
        answers: stored("answers"),
        state: stored("state").and_then(|name| CommentState::from_name(&name)).unwrap_or_default(),
        origin: origins.origin(&operation),
        place,
        id,
    })
}

fn key(id: &str, part: &str) -> String {
    format!("{id}{}{part}", layout::ENTRY_MARK)
}

/// Reads an end of a passage; anything else than what is written here is none.
fn read_end(stored: &str) -> Option<Cursor> {
    let formed = stored.len() <= END_CHARS_MAX
        && stored.contains('@')
        && stored.bytes().all(|byte| byte.is_ascii_hexdigit() || b"@-".contains(&byte));
    formed.then(|| Cursor::try_from(stored).ok()).flatten()
}

/// The texts that comments are about, each looked for once.
struct Texts<'a> {
    lens: Lens<'a>,
    objects: BTreeMap<String, Option<ObjId>>,
}

impl Texts<'_> {
    /// Returns where a passage stands now; nothing once none of its ends is left.
    fn span(&mut self, place: &str, from: &Cursor, to: &Cursor) -> Option<Range<usize>> {
        let lens = self.lens;
        let found = self.objects.entry(place.to_owned());
        let text = found.or_insert_with(|| text_object(lens, place)).as_ref()?;
        let at = |cursor: &Cursor| {
            let place = lens.engine.get_cursor_position(text, cursor, lens.heads).ok()?;
            let same = CursorPosition::Index(place);
            let there = lens.engine.get_cursor(text, same, lens.heads);
            Some((place, there.is_ok_and(|there| there == *cursor)))
        };
        let ((from, starts), (to, ends)) = (at(from)?, at(to)?);
        let end = if ends { to + 1 } else { to };
        (from < end && (starts || ends)).then_some(from..end)
    }
}

fn text_object(lens: Lens<'_>, place: &str) -> Option<ObjId> {
    if let Some(section) = super::view::section_of(lens, place) {
        return Some(section.text);
    }
    let map = lens.object(&ROOT, layout::FIELDS_KEY, ObjType::Map)?;
    lens.object(&map, place, ObjType::Text)
}

impl Planner<'_> {
    /// Plans a comment.
    pub(super) fn comment(&self, remark: &Remark) -> Result<Plan, EditRefusal> {
        let map = self.lens.object(&ROOT, layout::COMMENTS_KEY, ObjType::Map);
        let map = map.ok_or(EditRefusal::NotReady)?;
        let said = remark.text.trim();
        if said.is_empty() && remark.proposed.is_none() {
            return Err(EditRefusal::Value(ValueRefusal::Empty));
        }
        let proposed = remark.proposed.as_deref().unwrap_or_default();
        let brought = said.chars().count().max(proposed.chars().count());
        if brought > COMMENT_CHARS_MAX {
            return Err(EditRefusal::TooLong { chars_max: COMMENT_CHARS_MAX });
        }
        let held = self.lens.keys(&map);
        if held.iter().filter(|key| key.ends_with("/text")).count() >= COMMENTS_MAX {
            return Err(EditRefusal::DocumentFull);
        }
        let id = layout::fresh_name(self.next_op, self.actor);
        let mut parts = vec![("text", said.to_owned()), ("place", remark.place.clone())];
        if let Some(passage) = &remark.passage {
            let passage = self.passage(remark, passage)?;
            parts.extend(passage);
        } else {
            self.text_of_place(&remark.place)?;
        }
        if let Some(proposed) = &remark.proposed {
            parts.push(("proposed", proposed.clone()));
        }
        if let Some(answers) = &remark.answers {
            if !held.contains(&key(answers, "text")) {
                return Err(EditRefusal::NoSuchEntry(answers.clone()));
            }
            parts.push(("answers", answers.clone()));
        }
        let put = |(part, value): (&str, String)| Write::Put(map.clone(), key(&id, part), value);
        let writes = parts.into_iter().map(put).collect();
        Ok(Plan { changes: vec![writes], created: Some(id) })
    }

    fn text_of_place(&self, place: &str) -> Result<ObjId, EditRefusal> {
        let found = text_object(self.lens, place);
        found.ok_or_else(|| EditRefusal::NoSuchPlace(place.to_owned()))
    }

    fn passage(
        &self,
        remark: &Remark,
        passage: &Range<usize>,
    ) -> Result<[(&'static str, String); 3], EditRefusal> {
        let object = self.text_of_place(&remark.place)?;
        let heads = remark.since.engine();
        let known = heads.iter().all(|head| self.lens.engine.get_change_by_hash(head).is_some());
        if !known {
            return Err(EditRefusal::NoSuchVersion);
        }
        let text: Vec<char> =
            Lens { heads: Some(&heads), ..self.lens }.text(&object).chars().collect();
        let outside = EditRefusal::OutsideText { length: text.len() };
        if passage.start >= passage.end || passage.end > text.len() {
            return Err(outside);
        }
        let end = |at: usize| {
            let place = CursorPosition::Index(at);
            let cursor = self.lens.engine.get_cursor(&object, place, Some(&heads));
            cursor.map(|cursor| cursor.to_string())
        };
        let from = end(passage.start).map_err(|_| EditRefusal::Engine)?;
        let to = end(passage.end - 1).map_err(|_| EditRefusal::Engine)?;
        let quote = text[passage.clone()].iter().take(QUOTE_CHARS_MAX).collect();
        Ok([("from", from), ("to", to), ("quote", quote)])
    }

    /// Plans what becomes of a comment.
    pub(super) fn mark_comment(
        &self,
        comment: &str,
        state: CommentState,
    ) -> Result<Plan, EditRefusal> {
        let map = self.lens.object(&ROOT, layout::COMMENTS_KEY, ObjType::Map);
        let map = map.ok_or(EditRefusal::NotReady)?;
        if self.lens.string(&map, &key(comment, "text")).is_none() {
            return Err(EditRefusal::NoSuchEntry(comment.to_owned()));
        }
        let name = FieldType::Text.read(state.name())?;
        let write = Write::Put(map, key(comment, "state"), name);
        Ok(Plan { changes: vec![vec![write]], created: None })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::*;
    use super::super::*;
    use super::*;

    fn write(text: &str) -> Edit {
        Edit::WriteText { place: "preambule".into(), text: text.into() }
    }

    fn remark(document: &Document, passage: Range<usize>, text: &str) -> Remark {
        Remark {
            place: "preambule".into(),
            since: document.heads(),
            passage: Some(passage),
            text: text.into(),
            proposed: None,
            answers: None,
        }
    }

    fn only(document: &Document) -> Comment {
        document.view().unwrap().comments.pop().unwrap()
    }

    #[test]
    fn a_passage_follows_its_text_and_is_gone_with_it() {
        let (mut document, _) = convention();
        edit(&mut document, 1, &write("Le recueil est fait par écrit."));
        let said = remark(&document, 11..21, "Par qui ?");
        edit(&mut document, 1, &Edit::Comment(said));
        let comment = only(&document);
        assert_eq!((comment.quote.as_str(), comment.text.as_str()), ("est fait p", "Par qui ?"));
        assert_eq!(comment.span, Some(11..21));
        assert!(comment.origin.is_some() && comment.state == CommentState::Open);
        edit(&mut document, 1, &write("D'abord, le recueil est toujours fait par écrit."));
        let span = only(&document).span.unwrap();
        let text: String = document.view().unwrap().sections[0].text.clone();
        let chars: Vec<char> = text.chars().collect();
        let passage: String = chars[span].iter().collect();
        assert_eq!(passage, "est toujours fait p");
        edit(&mut document, 1, &write(""));
        assert_eq!(only(&document).span, None);
        assert_eq!(only(&document).quote, "est fait p");
    }

    #[test]
    fn a_comment_is_answered_and_settled_and_changes_no_signed_text() {
        let (mut document, _) = convention();
        edit(&mut document, 1, &write("Article premier."));
        let id = DocumentId::new([9; 16]);
        let before = crate::canonical::canonical(&document.view().unwrap(), &id);
        let said = Edit::Comment(remark(&document, 0..7, "Titre ?"));
        let first = document.edit(&author(1), &said).unwrap().created.unwrap();
        let answer = Remark {
            answers: Some(first.clone()),
            passage: None,
            ..remark(&document, 0..1, "Oui.")
        };
        edit(&mut document, 1, &Edit::Comment(answer));
        let settled = Edit::MarkComment { comment: first.clone(), state: CommentState::Resolved };
        edit(&mut document, 1, &settled);
        let comments = document.view().unwrap().comments;
        assert_eq!(comments.len(), 2);
        let of = |id: &str| comments.iter().find(|one| one.id == id).unwrap();
        assert_eq!(of(&first).state, CommentState::Resolved);
        assert!(comments.iter().any(|one| one.answers.as_deref() == Some(&first)));
        assert_eq!(crate::canonical::canonical(&document.view().unwrap(), &id), before);
    }

    #[test]
    fn what_cannot_be_a_comment_is_refused_and_a_hostile_end_reads_as_none() {
        let (mut document, _) = convention();
        edit(&mut document, 1, &write("abc"));
        let refused = |document: &mut Document, remark: Remark| {
            document.edit(&author(1), &Edit::Comment(remark)).unwrap_err()
        };
        let said = remark(&document, 1..9, "x");
        assert_eq!(refused(&mut document, said), EditRefusal::OutsideText { length: 3 });
        let said = remark(&document, 0..1, " ");
        assert_eq!(refused(&mut document, said), EditRefusal::Value(ValueRefusal::Empty));
        let said = Remark { place: "nulle part".into(), ..remark(&document, 0..1, "x") };
        assert_eq!(refused(&mut document, said), EditRefusal::NoSuchPlace("nulle part".into()));
        let said = Remark { answers: Some("1-ab".into()), ..remark(&document, 0..1, "x") };
        assert_eq!(refused(&mut document, said), EditRefusal::NoSuchEntry("1-ab".into()));
        for hostile in ["", "é@", "@", "-", "1@zz", &"1".repeat(99), "99999999999999999999999@aa"]
        {
            assert_eq!(read_end(hostile).map(|_| ()), None, "{hostile}");
        }
    }
}
