//! Figures of documents that are made here, and of random ones.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use protocol::id::{DocumentId, PartnerId};

use super::record::Kept;
use super::*;
use crate::document::fixture::{Choices, author, edit, send, set};
use crate::document::{Document, Edit};
use crate::kinds::Catalogue;
use crate::kinds::parts::{Matter, Standing};

mod documents;
mod parts;

const KINDS: Catalogue = Catalogue::STANDARD;

/// Returns a document of a kind, of the space and the author of the tests.
fn made(number: u8, kind: &str, title: &str) -> Document {
    let kind = KINDS.find(kind).unwrap();
    let id = DocumentId::new([number; 16]);
    let space = crate::document::fixture::SPACE;
    Document::create(space, id, KINDS, kind, title, &author(1)).unwrap().0
}

/// Sets fields of a document, as its first author.
fn fill(document: &mut Document, fields: &[(&str, &str)]) {
    for (field, value) in fields {
        edit(document, 1, &set(field, value));
    }
}

/// Adds a row and returns its id.
fn row(document: &mut Document, field: &str, cells: &[(&str, &str)]) -> String {
    let cells = cells.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let add = Edit::AddRow { field: field.to_owned(), cells: cells.collect(), after: None };
    document.edit(&author(1), &add).unwrap().created.unwrap()
}

/// Sets one field to two values apart, and brings both together.
fn conflict(document: &mut Document, field: &str, one: &str, other: &str) {
    let mut elsewhere = document.clone();
    let theirs = edit(&mut elsewhere, 2, &set(field, other));
    edit(document, 1, &set(field, one));
    send(document, &theirs, 2);
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn of(document: &Document) -> Contribution {
    contribution(document, &|_| Some(PartnerId::new([7; 16]))).unwrap()
}

fn figures(documents: &[&Document]) -> Figures {
    let mut figures = Figures::new();
    for document in documents {
        figures.update(*document.id(), Some(of(document)));
    }
    figures
}

fn on(text: &str) -> Asked {
    Asked { on: day(text), since: day(text).minus(7) }
}

const CODES: [&str; 4] = ["", "a", "b", "c"];

fn said<T>(choices: &mut Choices, value: T) -> Settled<T> {
    match choices.below(4) {
        0 => Settled::Nothing,
        1 => Settled::ToSettle,
        _ => Settled::One(value),
    }
}

fn code(choices: &mut Choices) -> String {
    CODES[choices.below(CODES.len())].to_owned()
}

fn some_day(choices: &mut Choices) -> Day {
    day("2026-01-01").plus(u32::try_from(choices.below(40)).unwrap())
}

fn some_party(choices: &mut Choices) -> Settled<String> {
    let party = code(choices);
    said(choices, party)
}

fn some_standing(choices: &mut Choices) -> Settled<Standing> {
    match choices.below(9) {
        0 => Settled::ToSettle,
        other => Settled::One(Standing::ALL[other % 7]),
    }
}

fn some_cents(choices: &mut Choices) -> Settled<i64> {
    match choices.below(4) {
        0 => Settled::Nothing,
        1 => Settled::ToSettle,
        _ => Settled::One(i64::try_from(choices.below(1_000_000)).unwrap() - 500_000),
    }
}

fn some_thing(choices: &mut Choices, has_row: bool) -> Thing {
    Thing {
        matter: Matter::ALL[choices.below(Matter::ALL.len())],
        row: has_row.then(|| code(choices)),
        code: code(choices),
        label: code(choices),
        due: {
            let due = some_day(choices);
            said(choices, due)
        },
        responsible: some_party(choices),
        standing: some_standing(choices),
    }
}

fn some_sheet(choices: &mut Choices) -> SheetFigures {
    let progress =
        [Progress::Unknown, Progress::Chosen(3), Progress::Computed(100), Progress::ToSettle];
    SheetFigures {
        code: code(choices),
        lead: some_party(choices),
        standing: some_standing(choices),
        progress: progress[choices.below(4)],
        plan: (choices.below(2) == 0).then(|| code(choices)),
        priorities: CODES[1 + choices.below(3)..].iter().map(|code| (*code).to_owned()).collect(),
        reports: [Reports::NotExpected, Reports::Never, Reports::Since(some_day(choices))]
            [choices.below(3)],
    }
}

fn some_funding(choices: &mut Choices) -> FundingFigures {
    FundingFigures {
        code: code(choices),
        source: some_party(choices),
        beneficiary: Settled::Nothing,
        standing: some_standing(choices),
        asked: some_cents(choices),
        granted: some_cents(choices),
        paid: some_cents(choices),
        used: some_cents(choices),
        sheets: CODES[choices.below(4)..].iter().map(|code| (*code).to_owned()).collect(),
    }
}

/// Makes a contribution out of nothing but chance: figures must not depend on it making sense.
fn random(choices: &mut Choices) -> Contribution {
    let things = (0..choices.below(6)).map(|number| some_thing(choices, number % 2 == 0));
    let things = things.collect();
    let sheet = (choices.below(2) == 0).then(|| some_sheet(choices));
    let funding = (choices.below(2) == 0).then(|| some_funding(choices));
    let meetings = (0..choices.below(3)).map(|_| {
        let day = some_day(choices);
        MeetingDay { day, at: format!("{day}T10:00"), body: code(choices), label: code(choices) }
    });
    let meetings = meetings.collect();
    let came = [Came::Here, Came::Away, Came::Uncounted, Came::ToSettle];
    let presences = (0..choices.below(4)).map(|_| Presence {
        year: 2026,
        body: "copil".to_owned(),
        partner: code(choices),
        college: code(choices),
        came: came[choices.below(4)],
    });
    let presences = presences.collect();
    let activity = (0..choices.below(3)).map(|_| Activity {
        day: some_day(choices),
        partner: (choices.below(2) == 0).then(|| PartnerId::new([9; 16])),
        changes: u32::try_from(choices.below(50)).unwrap(),
        places: vec![code(choices)],
    });
    let activity = activity.collect();
    let college = (choices.below(3) == 0).then(|| (code(choices), code(choices)));
    Contribution {
        kind: "fiche_action".to_owned(),
        title: code(choices),
        to_settle: u32::try_from(choices.below(3)).unwrap(),
        things,
        sheet,
        funding,
        meetings,
        presences,
        college,
        activity,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn after_any_updates_the_figures_are_those_made_from_scratch(
        seed: u64, updates in 1_usize..120,
    ) {
        let mut choices = Choices(seed);
        let mut kept = Figures::new();
        let mut documents = BTreeMap::new();
        for _ in 0..updates {
            let id = DocumentId::new([u8::try_from(choices.below(12)).unwrap(); 16]);
            if choices.below(5) == 0 {
                documents.remove(&id);
                kept.update(id, None);
            } else {
                let brought = random(&mut choices);
                documents.insert(id, brought.clone());
                kept.update(id, Some(brought));
            }
        }
        let mut scratch = Figures::new();
        for (id, brought) in &documents {
            scratch.update(*id, Some(brought.clone()));
        }
        prop_assert_eq!(&kept, &scratch);
        let asked = on("2026-01-20");
        prop_assert_eq!(kept.dashboard(asked), scratch.dashboard(asked));
        for id in documents.keys() {
            kept.update(*id, None);
        }
        prop_assert_eq!(kept, Figures::new());
    }

    #[test]
    fn a_contribution_comes_back_from_its_record_and_from_no_other(seed: u64) {
        let contribution = random(&mut Choices(seed));
        let (document, tables) = (DocumentId::new([1; 16]), fingerprint(KINDS));
        let kept = Kept { tables, document, covered: 17, contribution };
        let bytes = kept.bytes();
        prop_assert_eq!(Kept::read(&bytes, &document, tables), Some(kept));
        prop_assert_eq!(Kept::read(&bytes, &document, tables ^ 1), None, "older tables");
        prop_assert_eq!(Kept::read(&bytes, &DocumentId::new([2; 16]), tables), None);
    }

    #[test]
    fn a_rotten_record_is_nothing_and_no_panic(
        seed: u64, at: usize, byte: u8, cut in 0_usize..4_000,
    ) {
        let contribution = random(&mut Choices(seed));
        let (document, tables) = (DocumentId::new([1; 16]), fingerprint(KINDS));
        let mut bytes = Kept { tables, document, covered: 17, contribution }.bytes();
        if cut < bytes.len() {
            prop_assert_eq!(Kept::read(&bytes[..cut], &document, tables), None);
        }
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Some(read) = Kept::read(&bytes, &document, tables) {
            prop_assert_eq!(read.bytes(), bytes, "one spelling of each value");
        }
        prop_assert_eq!(Kept::read(&[byte; 64], &document, tables), None);
    }
}

#[test]
fn a_list_longer_than_its_bytes_is_refused_before_anything_is_kept_for_it() {
    // An array of 2^32 - 1 items where the things should stand.
    let document = DocumentId::new([1; 16]);
    let contribution = random(&mut Choices(3));
    let empty = Contribution { things: Vec::new(), ..contribution };
    let bytes = Kept { tables: 1, document, covered: 0, contribution: empty }.bytes();
    let head = bytes.windows(1).position(|window| window == [0x80]).unwrap();
    let hostile = [&bytes[..head], &[0x9a, 0xff, 0xff, 0xff, 0xff], &bytes[head + 1..]].concat();
    assert_eq!(Kept::read(&hostile, &document, 1), None);
}

#[test]
fn shares_are_whole_percent_rounded_down() {
    assert_eq!([share(1, 3), share(2, 3), share(3, 3)], [Some(33), Some(66), Some(100)]);
    assert_eq!(share(999, 1_000), Some(99), "all is all");
    assert_eq!(share(0, 0), None);
    assert_eq!(share(u64::MAX, 1), None);
}
