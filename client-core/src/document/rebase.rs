//! A text as somebody rewrote it from an earlier version, brought to where it stands now.
//!
//! A form or a tab gives back a whole text that it read some time ago. What it changed is the
//! difference from the text of *that* version; each piece goes where its neighbours stand today,
//! and strikes only what is still there. Nothing is written here.

use std::ops::Range;

use automerge::{ChangeHash, Cursor, CursorPosition, ObjId, ReadDoc};

use super::lens::Lens;
use crate::text_difference::{Splice, difference};

/// Returns the splices that bring into the present text what was changed from the text of an
/// earlier version, to be applied in order.
pub(super) fn rebased(
    now: Lens<'_>,
    text: &ObjId,
    since: &[ChangeHash],
    written: &str,
) -> Vec<Splice> {
    let before = Lens { heads: Some(since), ..now };
    let was = before.text(text);
    let chars: Vec<char> = was.chars().collect();
    let untouched = was == now.text(text);
    let track = Track { now, text, since };
    let mut pieces: Vec<Piece> = Vec::new();
    let mut shift = 0_isize;
    for splice in difference(&was, written) {
        // Positions of later splices count what the earlier ones changed; the track wants those
        // of the text that was read.
        let at = splice.at.saturating_add_signed(-shift);
        let added = isize::try_from(splice.insert.chars().count()).unwrap_or(isize::MAX);
        shift += added - isize::try_from(splice.delete).unwrap_or(isize::MAX);
        let splice = narrowed(at, splice, &chars);
        if untouched {
            let range = splice.at..splice.at + splice.delete;
            pieces.push(Piece { range, insert: splice.insert });
        } else {
            pieces.extend(track.pieces(splice));
        }
    }
    applied_in_order(pieces)
}

/// Returns a splice, in the positions of the text it applies to, without what it strikes only to
/// bring it back: whoever types within a word has written letters, not the word anew.
fn narrowed(at: usize, splice: Splice, was: &[char]) -> Splice {
    let struck = &was[at..at + splice.delete];
    let brought: Vec<char> = splice.insert.chars().collect();
    let same = |pairs: &mut dyn Iterator<Item = (&char, &char)>| {
        pairs.take_while(|(before, after)| before == after).count()
    };
    let head = same(&mut struck.iter().zip(&brought));
    let tail = same(&mut struck[head..].iter().rev().zip(brought[head..].iter().rev()));
    Splice {
        at: at + head,
        delete: struck.len() - head - tail,
        insert: brought[head..brought.len() - tail].iter().collect(),
    }
}

/// One replacement in the present text, in the positions of that text.
struct Piece {
    range: Range<usize>,
    insert: String,
}

/// Where characters of an earlier version stand today.
struct Track<'a> {
    now: Lens<'a>,
    text: &'a ObjId,
    since: &'a [ChangeHash],
}

impl Track<'_> {
    /// Returns what one splice of the earlier text comes to: what it strikes and is still there,
    /// and what it brings, right after the character it came after.
    fn pieces(&self, splice: Splice) -> Vec<Piece> {
        let at = splice.at;
        let mut pieces: Vec<Piece> = Vec::new();
        for place in (at..at + splice.delete).filter_map(|char| self.standing(char)) {
            match pieces.last_mut() {
                Some(last) if last.range.end == place => last.range.end += 1,
                Some(_) | None => {
                    pieces.push(Piece { range: place..place + 1, insert: String::new() });
                }
            }
        }
        let place = self.after(at);
        match pieces.iter_mut().find(|piece| piece.range.start == place) {
            Some(piece) => piece.insert = splice.insert,
            None if splice.insert.is_empty() => {}
            None => pieces.push(Piece { range: place..place, insert: splice.insert }),
        }
        pieces
    }

    /// Returns where a character of the earlier text stands, if nobody has struck it.
    fn standing(&self, char: usize) -> Option<usize> {
        let cursor = self.cursor(char)?;
        let place = self.place(&cursor)?;
        let there = self.now.engine.get_cursor(self.text, CursorPosition::Index(place), None);
        (there.ok()? == cursor).then_some(place)
    }

    /// Returns the place right after the character before a position of the earlier text, or
    /// where that character stood if it is gone.
    fn after(&self, at: usize) -> usize {
        let Some(before) = at.checked_sub(1) else { return 0 };
        if let Some(place) = self.standing(before) {
            return place + 1;
        }
        let gone = self.cursor(before).and_then(|cursor| self.place(&cursor));
        gone.unwrap_or_else(|| self.now.engine.length(self.text))
    }

    fn cursor(&self, char: usize) -> Option<Cursor> {
        let at = CursorPosition::Index(char);
        self.now.engine.get_cursor(self.text, at, Some(self.since)).ok()
    }

    fn place(&self, cursor: &Cursor) -> Option<usize> {
        self.now.engine.get_cursor_position(self.text, cursor, None).ok()
    }
}

/// Turns replacements in one text into splices that follow each other from its end: each leaves
/// the places of the next ones as they are.
fn applied_in_order(mut pieces: Vec<Piece>) -> Vec<Splice> {
    // The sort is stable: what was brought to one place stays in the order it was written, so the
    // last of them goes first.
    pieces.sort_by_key(|piece| piece.range.start);
    let splices = pieces.into_iter().rev().map(|piece| Splice {
        at: piece.range.start,
        delete: piece.range.len(),
        insert: piece.insert,
    });
    splices.collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::*;
    use super::super::*;
    use proptest::prelude::*;

    fn write(text: &str) -> Edit {
        Edit::WriteText { place: "preambule".into(), text: text.into() }
    }

    /// Returns what a text comes to that one person rewrote from what another has changed since.
    fn merged(read: &str, mine: &str, theirs: &str) -> String {
        let (mut document, _) = convention();
        edit(&mut document, 1, &write(read));
        let since = document.heads();
        edit(&mut document, 1, &write(theirs));
        let place = "preambule".to_owned();
        edit(&mut document, 1, &Edit::WriteTextSince { place, since, text: mine.into() });
        document.view().unwrap().section("preambule").unwrap().text.clone()
    }

    #[test]
    fn both_changes_of_one_sentence_are_kept() {
        let read = "Réduire le délai d'accès au premier rendez-vous.";
        let mine = "Réduire le délai d'accès au premier rendez-vous à 15 jours.";
        let theirs = "Réduire de moitié le délai d'accès au premier rendez-vous.";
        let both = "Réduire de moitié le délai d'accès au premier rendez-vous à 15 jours.";
        assert_eq!(merged(read, mine, theirs), both);
        assert_eq!(merged(read, theirs, mine), both);
    }

    #[test]
    fn what_another_has_struck_stays_struck_and_is_not_struck_twice() {
        assert_eq!(merged("un deux trois", "un deux trois quatre", "un trois"), "un trois quatre");
        assert_eq!(merged("un deux trois", "un trois", "un trois"), "un trois");
        assert_eq!(merged("un deux trois", "trois", "un deux"), "");
        assert_eq!(merged("abc", "abXc", ""), "X");
        assert_eq!(merged("", "moi", "toi"), "moitoi");
    }

    #[test]
    fn an_unchanged_text_changes_nothing_and_an_unknown_version_is_refused() {
        assert_eq!(merged("un", "un", "deux"), "deux");
        let (mut document, _) = convention();
        let since = Version::new(vec![format!("{:064}", 7).parse().unwrap()]);
        let place = "preambule".to_owned();
        let written = Edit::WriteTextSince { place, since, text: "x".into() };
        let refused = document.edit(&author(1), &written).unwrap_err();
        assert_eq!(refused, EditRefusal::NoSuchVersion);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// Letters of each side are its own: whatever both did, all that was brought is there,
        /// in order, and all that was struck is gone.
        #[test]
        fn no_letter_is_lost_and_none_comes_back(
            read in "[a-f]{0,12}",
            mine in "[a-fX-Z]{0,12}",
            theirs in "[a-fP-R]{0,12}",
        ) {
            let both = merged(&read, &mine, &theirs);
            let of = |text: &str, set: &str| -> String {
                text.chars().filter(|char| set.contains(*char)).collect()
            };
            prop_assert_eq!(of(&both, "PQR"), of(&theirs, "PQR"));
            let brought = both.chars().filter(|char| "XYZ".contains(*char)).count();
            prop_assert_eq!(brought, of(&mine, "XYZ").chars().count());
            if read == theirs { prop_assert_eq!(&both, &mine); }
            if read == mine { prop_assert_eq!(&both, &theirs); }
        }
    }
}
