//! Stars around words: what is strong and what is stressed, exactly as the editor reads them.
//!
//! A run of one star switches emphasis, of two strong, of three both; longer runs are letters. A
//! run opens when no blank follows it. It closes when something stands before it, unless it stands
//! between a blank and a letter, where it could only open. What has no partner is a letter. The
//! table `web/tests/stars.json` is read by the tests of both.

/// Emphasis, as a bit.
pub(crate) const EM: u8 = 1;
/// Strong, as a bit.
pub(crate) const STRONG: u8 = 2;
/// Longest run of stars that is a sign.
const RUN_STARS_MAX: usize = 3;

/// A run of stars.
struct Run {
    at: usize,
    stars: usize,
    switches: u8,
}

/// Returns the words of a line, cut where their marks change; nothing of the line is left out.
pub(crate) fn pieces(words: &str) -> Vec<(u8, &str)> {
    let mut runs = runs(words);
    pair(words, &mut runs, EM);
    pair(words, &mut runs, STRONG);
    let pieces = cut(words, &runs);
    // A mark that the editor would not write back in the same way is no mark.
    if is_written_so(&pieces) { pieces } else { vec![(0, words)] }
}

/// Letters that count as blanks beside a star; the same four in the editor.
const fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\u{a0}' | '\u{202f}')
}

const fn stars_of(marks: u8) -> usize {
    (marks & EM) as usize + (marks & STRONG) as usize
}

fn runs(words: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (at, _) in words.match_indices('*') {
        match runs.last_mut() {
            Some(run) if run.at + run.stars == at => run.stars += 1,
            Some(_) | None => runs.push(Run { at, stars: 1, switches: 0 }),
        }
    }
    runs.retain(|run| run.stars <= RUN_STARS_MAX);
    runs
}

/// Pairs the runs that may switch one mark, from the left.
fn pair(words: &str, runs: &mut [Run], mark: u8) {
    let mut open: Option<usize> = None;
    for at in 0..runs.len() {
        let run = &runs[at];
        if run.stars != RUN_STARS_MAX && run.stars != stars_of(mark) {
            continue;
        }
        let before = words[..run.at].chars().next_back();
        let after = words[run.at + run.stars..].chars().next();
        let opens = after.is_some_and(|letter| !is_blank(letter));
        let closes = before.is_some_and(|letter| !(is_blank(letter) && opens));
        match open {
            Some(first) if closes => {
                runs[first].switches |= mark;
                runs[at].switches |= mark;
                open = None;
            }
            None if opens => open = Some(at),
            Some(_) | None => {}
        }
    }
}

fn cut<'a>(words: &'a str, runs: &[Run]) -> Vec<(u8, &'a str)> {
    let mut pieces = Vec::new();
    let (mut marks, mut from) = (0, 0);
    let mut push = |marks: u8, piece: &'a str| {
        if !piece.is_empty() {
            pieces.push((marks, piece));
        }
    };
    for run in runs.iter().filter(|run| run.switches != 0) {
        push(marks, &words[from..run.at]);
        // A star of three that is a letter stands outside of what its neighbours mark.
        let letters = &words[run.at..run.at + run.stars - stars_of(run.switches)];
        let opens = run.switches & !marks != 0;
        if opens {
            push(marks, letters);
        }
        marks ^= run.switches;
        from = run.at + run.stars;
        if !opens {
            push(marks, letters);
        }
    }
    push(marks, &words[from..]);
    pieces
}

/// Tells whether no mark starts on a blank, or ends on one before a letter.
fn is_written_so(pieces: &[(u8, &str)]) -> bool {
    let letters: Vec<(u8, char)> =
        pieces.iter().flat_map(|(marks, piece)| piece.chars().map(|c| (*marks, c))).collect();
    let none = (0, ' ');
    (0..letters.len()).all(|at| {
        let (marks, letter) = letters[at];
        let before = if at > 0 { letters[at - 1] } else { none };
        let after = letters.get(at + 1).copied();
        let starts = marks & !before.0 != 0 && is_blank(letter);
        let ends = after.is_some_and(|(next, following)| {
            marks & !next != 0 && is_blank(letter) && !is_blank(following)
        });
        !starts && !ends
    })
}
