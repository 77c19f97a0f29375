//! From an old text to a new one by the fewest sensible splices.
//!
//! A file or a form gives a whole text back; writing it over the old one would undo what
//! others wrote meanwhile. The difference is taken by lines first, then by words within the
//! lines that changed, and by characters within words that no language has. Its cost is
//! bounded by one budget for both texts: what is too long to compare is cut where both say
//! something once, and what has no such place is replaced whole. Nothing here touches a document.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices};

use crate::tally::{self, Work};

/// One replacement in a text, in Unicode characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Splice {
    /// Where, in the text as the splices before have left it.
    pub at: usize,
    /// How many characters go.
    pub delete: usize,
    /// What comes instead.
    pub insert: String,
}

/// How much work a difference may be.
#[derive(Clone, Copy)]
struct Bounds {
    /// Comparisons of two tokens in all, those of longer lists counted as the product of their
    /// lengths. None may be more than half of what the others before have left, so that small
    /// stretches behind a large one are still compared.
    comparisons: usize,
    /// Tokens struck and inserted that longer lists may differ by.
    edits: usize,
    /// How often lists are cut into shorter ones.
    cuts: usize,
    /// Splices: beyond, those that stand nearest each other become one.
    splices: usize,
}

/// Whatever a quarter of a million words hold costs some tens of milliseconds at the worst.
const BOUNDS: Bounds = Bounds { comparisons: 8_000_000, edits: 256, cuts: 8, splices: 2_000 };
/// Characters of the longest run of letters taken for one word.
const WORD_CHARS_MAX: usize = 64;

/// Old tokens or characters, and the new ones in their place.
type Stretch = (Range<usize>, Range<usize>);

/// Returns the splices that turn `old` into `new`, to be applied in order.
#[must_use]
pub fn difference(old: &str, new: &str) -> Vec<Splice> {
    difference_within(old, new, BOUNDS)
}

fn difference_within(old: &str, new: &str, mut bounds: Bounds) -> Vec<Splice> {
    let (old_lines, new_lines) = (lines(old), lines(new));
    let (mut in_old, mut in_new) = (Ruler::new(&old_lines, 0), Ruler::new(&new_lines, 0));
    let mut found = Vec::new();
    for (a, b) in stretches(&old_lines, &new_lines, &mut bounds) {
        let (old_words, new_words) = (words(&old_lines[a.clone()]), words(&new_lines[b.clone()]));
        let mut in_old_words = Ruler::new(&old_words, in_old.span(a).start);
        let mut in_new_words = Ruler::new(&new_words, in_new.span(b).start);
        let differing = stretches(&old_words, &new_words, &mut bounds).into_iter();
        found.extend(differing.map(|(a, b)| (in_old_words.span(a), in_new_words.span(b))));
    }
    splices(joined(found, bounds.splices), new)
}

/// Makes one stretch of those that stand nearest each other until there are no more than so many.
fn joined(found: Vec<Stretch>, stretches_max: usize) -> Vec<Stretch> {
    let excess = found.len().saturating_sub(stretches_max.max(1));
    if excess == 0 {
        return found;
    }
    let between = found.windows(2).map(|pair| pair[1].1.start - pair[0].1.end);
    let mut gaps: Vec<(usize, usize)> = between.zip(1..).collect();
    gaps.sort_unstable();
    let closed: BTreeSet<usize> = gaps[..excess].iter().map(|(_, place)| *place).collect();
    let mut kept: Vec<Stretch> = Vec::new();
    for (place, (a, b)) in found.into_iter().enumerate() {
        match kept.last_mut().filter(|_| closed.contains(&place)) {
            Some(last) => (last.0.end, last.1.end) = (a.end, b.end),
            None => kept.push((a, b)),
        }
    }
    kept
}

/// Turns stretches of characters, in order, into splices to be applied one after the other.
fn splices(found: Vec<Stretch>, new: &str) -> Vec<Splice> {
    let (mut rest, mut at) = (new.chars(), 0);
    let mut splices = Vec::new();
    for (a, b) in found {
        rest.by_ref().take(b.start - at).for_each(drop);
        let insert = rest.by_ref().take(b.len()).collect();
        splices.push(Splice { at: b.start, delete: a.len(), insert });
        at = b.end;
    }
    splices
}

/// Says which characters tokens are, asked in ascending order.
struct Ruler<'a> {
    tokens: &'a [&'a str],
    token: usize,
    at: usize,
}

impl<'a> Ruler<'a> {
    /// Starts at the character where the first token stands.
    fn new(tokens: &'a [&'a str], at: usize) -> Self {
        Self { tokens, token: 0, at }
    }

    fn span(&mut self, tokens: Range<usize>) -> Range<usize> {
        let start = self.at + chars(&self.tokens[self.token..tokens.start]);
        self.at = start + chars(&self.tokens[tokens.clone()]);
        self.token = tokens.end;
        start..self.at
    }
}

fn chars(tokens: &[&str]) -> usize {
    tokens.iter().map(|token| token.chars().count()).sum()
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// Cuts lines into words, each run of letters and digits one token, anything else alone.
fn words<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let mut tokens = Vec::new();
    for line in lines {
        let mut start = 0;
        let mut in_word = false;
        for (index, c) in line.char_indices() {
            let joins = in_word && c.is_alphanumeric();
            if index > start && !joins {
                push_word(&mut tokens, &line[start..index]);
                start = index;
            }
            in_word = c.is_alphanumeric();
        }
        push_word(&mut tokens, &line[start..]);
    }
    tokens
}

/// Adds a word, or its characters when it is too long to be one.
fn push_word<'a>(tokens: &mut Vec<&'a str>, word: &'a str) {
    if word.chars().nth(WORD_CHARS_MAX).is_none() {
        tokens.extend(Some(word).filter(|word| !word.is_empty()));
        return;
    }
    let mut rest = word;
    while let Some(c) = rest.chars().next() {
        let (one, others) = rest.split_at(c.len_utf8());
        tokens.push(one);
        rest = others;
    }
}

/// Returns the ranges of tokens that differ, in order, old and new.
fn stretches(old: &[&str], new: &[&str], bounds: &mut Bounds) -> Vec<Stretch> {
    let mut known = BTreeMap::new();
    let mut number = |token| {
        let next = known.len();
        *known.entry(token).or_insert(next)
    };
    let old: Vec<usize> = old.iter().map(|token| number(*token)).collect();
    let new: Vec<usize> = new.iter().map(|token| number(*token)).collect();
    let mut found = Vec::new();
    compare((&old, &new), (0, 0), (bounds, 0), &mut found);
    found
}

/// Adds what differs between two lists, which begin at these places of the whole and were cut
/// so many times.
fn compare(
    (old, new): (&[usize], &[usize]),
    at: (usize, usize),
    (bounds, cuts): (&mut Bounds, usize),
    found: &mut Vec<Stretch>,
) {
    let prefix = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let tails = old[prefix..].iter().rev().zip(new[prefix..].iter().rev());
    let suffix = tails.take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[prefix..old.len() - suffix], &new[prefix..new.len() - suffix]);
    let (from_old, from_new) = (at.0 + prefix, at.1 + prefix);
    if old.is_empty() && new.is_empty() {
        return;
    }
    if bounds.afford(old, new) {
        let differs = capture_diff_slices(Algorithm::Myers, old, new).into_iter();
        found.extend(differs.filter(|op| op.tag() != DiffTag::Equal).map(|op| {
            let (a, b) = (op.old_range(), op.new_range());
            (a.start + from_old..a.end + from_old, b.start + from_new..b.end + from_new)
        }));
        return;
    }
    let mut anchors = if cuts < bounds.cuts { anchors(old, new) } else { Vec::new() };
    if anchors.is_empty() {
        found.push((from_old..from_old + old.len(), from_new..from_new + new.len()));
        return;
    }
    anchors.push((old.len(), new.len()));
    let mut done = (0, 0);
    for (a, b) in anchors {
        let between = (&old[done.0..a], &new[done.1..b]);
        compare(between, (from_old + done.0, from_new + done.1), (bounds, cuts + 1), found);
        // The anchor itself begins the next part, where it is trimmed as common.
        done = (a, b);
    }
}

impl Bounds {
    /// Tells whether two lists may be compared token by token, and takes what that costs off.
    fn afford(&mut self, old: &[usize], new: &[usize]) -> bool {
        let most = self.comparisons / 2;
        let product = old.len().saturating_mul(new.len());
        if product <= most {
            self.spend(product);
            return true;
        }
        let (near, compared) = are_near(old, new, self.edits, most / 2);
        // The comparison itself takes the way that was found once more.
        self.spend(if near { 2 * compared } else { compared });
        near
    }

    fn spend(&mut self, compared: usize) {
        tally::note_many(Work::TokensCompared, compared);
        self.comparisons = self.comparisons.saturating_sub(compared);
    }
}

/// Tells whether no more than so many tokens struck and inserted lie between two lists, and how
/// many steps it took to see; beyond `steps_max` they are taken for far apart. It is the greedy
/// search of Myers (1986), without its trace.
fn are_near(old: &[usize], new: &[usize], edits_max: usize, steps_max: usize) -> (bool, usize) {
    let mut steps = 0;
    if old.len().abs_diff(new.len()) > edits_max {
        return (false, steps);
    }
    // How far each diagonal has come in the old list; diagonal `k - middle` is old less new.
    let middle = edits_max + 1;
    let mut reached = vec![0_usize; 2 * middle + 1];
    for edits in 0..=edits_max {
        for k in (middle - edits..=middle + edits).step_by(2) {
            let down =
                k == middle - edits || k != middle + edits && reached[k - 1] < reached[k + 1];
            let mut a = if down { reached[k + 1] } else { reached[k - 1] + 1 };
            // On diagonal `k` the place in the new list follows from that in the old one.
            let Some(mut b) = (a + middle).checked_sub(k) else { continue };
            let rest = old.iter().skip(a).zip(new.iter().skip(b));
            let room = steps_max.saturating_sub(steps);
            let same = rest.take(room).take_while(|(x, y)| x == y).count();
            (a, b, steps) = (a + same, b + same, steps + same + 1);
            reached[k] = a;
            if a >= old.len() && b >= new.len() {
                return (true, steps);
            }
            if steps > steps_max {
                return (false, steps);
            }
        }
    }
    (false, steps)
}

/// Returns places of tokens that stand once in each list, as many as keep one order in both.
fn anchors(old: &[usize], new: &[usize]) -> Vec<(usize, usize)> {
    let (in_old, in_new) = (once(old), once(new));
    let mut shared: Vec<(usize, usize)> =
        in_old.iter().filter_map(|(token, a)| Some(((*a)?, (*in_new.get(token)?)?))).collect();
    shared.sort_unstable();
    // The longest run of ascending places: piles of cards, each with the card it lies upon.
    let mut piles: Vec<usize> = Vec::new();
    let mut below: Vec<Option<usize>> = Vec::new();
    for (card, (_, b)) in shared.iter().enumerate() {
        let pile = piles.partition_point(|top| shared[*top].1 < *b);
        below.push(pile.checked_sub(1).map(|left| piles[left]));
        if pile == piles.len() {
            piles.push(card);
        } else {
            piles[pile] = card;
        }
    }
    let mut run = Vec::new();
    let mut next = piles.last().copied();
    while let Some(card) = next {
        run.push(shared[card]);
        next = below[card];
    }
    run.reverse();
    run
}

/// Returns where each token stands; nothing for those that stand there more than once.
fn once(tokens: &[usize]) -> BTreeMap<usize, Option<usize>> {
    let mut places = BTreeMap::new();
    for (place, token) in tokens.iter().enumerate() {
        places.entry(*token).and_modify(|known| *known = None).or_insert(Some(place));
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(old: &str, splices: &[Splice]) -> String {
        let mut text: Vec<char> = old.chars().collect();
        for splice in splices {
            text.splice(splice.at..splice.at + splice.delete, splice.insert.chars());
        }
        text.into_iter().collect()
    }

    #[test]
    fn splices_give_the_new_text() {
        for (old, new) in [
            ("", ""),
            ("", "bonjour"),
            ("bonjour", ""),
            ("un deux trois", "un trois quatre"),
            ("a\nb\nc\n", "a\nx\nc\nd"),
            ("été 🙂 à la mer\n", "l'été 🙂🙂 à la montagne\n"),
            ("e\u{301}", "é"),
        ] {
            assert_eq!(applied(old, &difference(old, new)), new, "{old:?} → {new:?}");
        }
    }

    #[test]
    fn only_what_changed_is_touched() {
        let old = "Article 1\nLe montant est de 12 000 euros.\nArticle 2\n";
        let new = "Article 1\nLe montant est de 15 000 euros.\nArticle 2\n";
        let splices = difference(old, new);
        assert_eq!(splices, [Splice { at: 28, delete: 2, insert: "15".to_owned() }]);
    }

    #[test]
    fn unlike_texts_are_bounded() {
        let old: String = (0..60_000).map(|i| format!("{i}\n")).collect();
        let new: String = (0..60_000).map(|i| format!("x{i}\n")).collect();
        let splices = difference(&old, &new);
        assert_eq!(splices.len(), 1);
        assert_eq!(applied(&old, &splices), new);
    }

    /// Sentences that repeat each other, so that hardly a word stands there once.
    fn paragraph(chars: usize) -> String {
        let sentence = "Le réseau accueille les familles et les adresse au centre. ";
        sentence.chars().cycle().take(chars).collect()
    }

    /// Replaces what stands at a place by something of another length.
    fn altered(text: &str, places: &[usize], word: &str) -> String {
        let mut chars: Vec<char> = text.chars().collect();
        for place in places.iter().rev() {
            chars.splice(*place..place + 2, word.chars());
        }
        chars.into_iter().collect()
    }

    #[test]
    fn far_apart_words_of_a_long_paragraph_are_two_small_splices() {
        for words in ["rue réseau place ", "un deux trois quatre cinq six sept huit "] {
            let numbered = (0..2_000).map(|i| format!("{words}{i} "));
            let unique: String = numbered.collect::<String>().chars().take(40_000).collect();
            for old in [paragraph(40_000), unique] {
                let new = altered(&old, &[1_000, 39_000], "MOT");
                let splices = difference(&old, &new);
                assert_eq!(applied(&old, &splices), new);
                assert_eq!(splices.len(), 2, "{splices:?}");
                let longest = splices.iter().map(|s| s.delete.max(s.insert.chars().count()));
                assert!(longest.max().unwrap() <= 20, "{splices:?}");
            }
        }
    }

    /// Edits in every sentence are far too many to be found by a search without places to hold
    /// on to: the words that stand there once are such places.
    #[test]
    fn a_long_paragraph_edited_everywhere_keeps_what_was_not() {
        let sentence = |i: usize, verb: &str| format!("La personne {i} {verb} le centre {i}b. ");
        let old: String = (0..2_000).map(|i| sentence(i, "appelle")).collect();
        let new: String = (0..2_000).map(|i| sentence(i, "rencontre")).collect();
        let splices = difference(&old, &new);
        assert_eq!(applied(&old, &splices), new);
        assert_eq!(splices.len(), 2_000);
        assert!(splices.iter().all(|s| s.insert == "rencontre" && s.delete == 7));
    }

    #[test]
    fn a_run_of_letters_that_is_no_word_is_compared_by_its_letters() {
        let old: String = ('a'..='z').cycle().take(30_000).collect();
        let new = altered(&old, &[100, 29_000], "XYZ");
        let splices = difference(&old, &new);
        assert_eq!(applied(&old, &splices), new);
        assert!(splices.iter().all(|s| s.delete <= 3), "{splices:?}");
    }

    /// Nothing in common that stands there once, and too much to compare: replaced whole.
    #[test]
    fn what_cannot_be_cut_is_replaced_whole() {
        let old = "a b ".repeat(20_000);
        let new = "b c a c ".repeat(20_000);
        let splices = difference(&old, &new);
        assert_eq!(applied(&old, &splices), new);
        assert_eq!(splices.len(), 1);
    }

    /// Texts of parts that say something once, with a jumble between them that has little in
    /// common with its neighbour.
    fn jumbled(parts: usize, chars: usize) -> (String, String) {
        let mut state = 1_u64;
        let mut draw = |_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_041);
            char::from(b"!#$%&'()*+,-./:;"[usize::try_from(state >> 60).unwrap()])
        };
        let (mut old, mut new) = (String::new(), String::new());
        for part in 0..parts {
            for text in [&mut old, &mut new] {
                text.push_str(&format!("ancre{part}"));
                text.extend((0..chars).map(&mut draw));
            }
        }
        (old, new)
    }

    /// Many parts, none of which is too much by itself, cost no more than one text does.
    #[test]
    fn many_parts_share_one_budget() {
        let (old, new) = jumbled(120, 1_990);
        tally::take(Work::TokensCompared);
        let splices = difference(&old, &new);
        let compared = usize::try_from(tally::take(Work::TokensCompared)).unwrap();
        assert_eq!(applied(&old, &splices), new);
        assert!((1..=BOUNDS.comparisons).contains(&compared), "{compared} comparisons");
        assert!(splices.len() <= BOUNDS.splices, "{} splices", splices.len());
        assert!(splices.len() >= 120, "what stands once in both is kept");
    }

    /// A list that runs on and on along every diagonal costs no more either.
    #[test]
    fn texts_that_repeat_themselves_share_it_too() {
        for (old, new) in [("!#", "#!"), ("!#$", "$%&"), ("!!#", "!##"), ("!#$%", "#$%!")] {
            let (old, new) = (old.repeat(60_000), new.repeat(59_990));
            tally::take(Work::TokensCompared);
            let splices = difference(&old, &new);
            let compared = usize::try_from(tally::take(Work::TokensCompared)).unwrap();
            assert!(compared <= BOUNDS.comparisons, "{compared} comparisons");
            assert_eq!(applied(&old, &splices), new);
        }
    }

    #[test]
    fn beyond_a_number_the_nearest_splices_become_one() {
        let mark = |sign: &str| {
            let line = |n: usize| format!("{n} {sign} {}{sign}\n", "mot ".repeat(n % 7));
            (0..3_000).map(line).collect::<String>()
        };
        let (old, new) = (mark("-"), mark("+"));
        let splices = difference(&old, &new);
        assert_eq!(applied(&old, &splices), new);
        assert_eq!(splices.len(), BOUNDS.splices);
        let longest = splices.iter().map(|s| s.delete).max().unwrap();
        assert!(longest <= 80, "{longest} characters in one");
    }

    /// So little room for a search that short texts take every way a long one can.
    const NARROW: Bounds = Bounds { comparisons: 40, edits: 3, cuts: 2, splices: 4 };

    proptest::proptest! {
        #[test]
        fn any_two_texts(old in "[ab \n🙂é]{0,60}", new in "[ab \n🙂é]{0,60}") {
            proptest::prop_assert_eq!(applied(&old, &difference(&old, &new)), new);
        }

        #[test]
        fn any_two_texts_within_narrow_bounds(
            old in "([a-k🙂]{1,2}[ \n]){0,30}",
            new in "([a-k🙂]{1,2}[ \n]){0,30}",
        ) {
            let splices = difference_within(&old, &new, NARROW);
            proptest::prop_assert_eq!(applied(&old, &splices), new);
        }

        #[test]
        fn near_is_what_the_search_finds(
            old in proptest::collection::vec(0_usize..4, 0..12),
            new in proptest::collection::vec(0_usize..4, 0..12),
            edits in 0_usize..8,
        ) {
            let found = capture_diff_slices(Algorithm::Lcs, &old, &new).into_iter();
            let differs = found.filter(|op| op.tag() != DiffTag::Equal);
            let least: usize =
                differs.map(|op| op.old_range().len() + op.new_range().len()).sum();
            let (near, _) = are_near(&old, &new, edits, usize::MAX);
            proptest::prop_assert_eq!(near, least <= edits);
        }
    }
}
