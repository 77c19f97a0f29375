//! The whole territory as a workbook and back: nothing to change where it came from, and the same
//! cells from a space that had nothing.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use client_core::document::Document;
use client_core::kinds::{Catalogue, Language};
use protocol::env::Timestamp;
use protocol::id::{DocumentId, PartnerId};

use super::desk::{Desk, SPACE, author, codes};
use crate::demo::{self, Names};
use crate::export::{Held, Holding, xlsx};
use crate::import::read;
use crate::tracker::{Place, SHEETS};

/// Ids by the keys of the territory.
struct Ids(BTreeMap<String, DocumentId>);

impl Names for Ids {
    fn document(&self, key: &str) -> Option<DocumentId> {
        self.0.get(key).copied()
    }

    fn partner(&self, _: &str) -> Option<PartnerId> {
        None
    }
}

/// Returns a space with the whole territory in it.
fn territory() -> Desk {
    let drafts = demo::drafts();
    let id = |at: usize| DocumentId::new([u8::try_from(at + 1).unwrap(); 16]);
    let keys = drafts.iter().enumerate();
    let ids = Ids(keys.map(|(at, draft)| (draft.key.clone(), id(at))).collect());
    let mut desk = Desk::new(&[]);
    for draft in &drafts {
        let (id, catalogue) = (ids.0[&draft.key], Catalogue::STANDARD);
        let made = Document::create(SPACE, id, catalogue, draft.kind, &draft.title, &author(1));
        desk.documents.insert(id, made.unwrap().0);
        for edit in draft.edits(&ids) {
            desk.edit(id, &edit);
        }
    }
    desk
}

fn workbook(desk: &Desk) -> Vec<u8> {
    let held = desk.documents.keys().map(|id| Held {
        document: *id,
        content: desk.view(*id),
        authors: Vec::new(),
        changes: 0,
        changed_at: Timestamp::from_ms(1_780_000_000_000),
    });
    let holding = Holding {
        space: SPACE,
        title: demo::NAME.to_owned(),
        partners: BTreeMap::new(),
        documents: held.collect(),
        language: Language::French,
    };
    xlsx::write(&holding, &holding.all()).unwrap()
}

/// Returns the lines of each sheet, sorted, without the columns of ids and versions.
///
/// Ids are drawn where a document is made, and a version names the changes of its writer: both
/// differ for a reason. Lines follow the documents by id, so their order does too.
fn cells(file: &[u8]) -> BTreeMap<String, Vec<Vec<String>>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file)).unwrap();
    let mut sheets = BTreeMap::new();
    for sheet in SHEETS.iter() {
        let range = book.worksheet_range(sheet.name.fr).unwrap();
        let heads: Vec<String> = range.rows().next().unwrap().iter().map(Data::to_string).collect();
        let is_own =
            |place| sheet.column(place).map(|column| sheet.heading(column, Language::French));
        let own = [Place::Id, Place::Version, Place::RowId].map(is_own);
        let kept = |(at, cell): (usize, &Data)| {
            (!own.contains(&Some(heads[at].as_str()))).then(|| cell.to_string())
        };
        let line = |row: &[Data]| row.iter().enumerate().filter_map(kept).collect();
        let mut lines: Vec<Vec<String>> = range.rows().map(line).collect();
        lines.sort();
        sheets.insert(sheet.name.fr.to_owned(), lines);
    }
    sheets
}

/// What the help and the README promise: a workbook with every heading, to be filled in.
#[test]
fn an_empty_space_gives_a_blank_workbook_with_every_heading() {
    let file = workbook(&Desk::new(&[]));
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file.as_slice())).unwrap();
    for sheet in SHEETS.iter() {
        let range = book.worksheet_range(sheet.name.fr).unwrap();
        let heads: Vec<String> = range.rows().next().unwrap().iter().map(Data::to_string).collect();
        let wanted = sheet.columns.iter().map(|column| sheet.heading(column, Language::French));
        assert_eq!(heads, wanted.collect::<Vec<_>>(), "{}", sheet.name.fr);
        assert_eq!(range.rows().count(), 1, "{}", sheet.name.fr);
    }
    let reading = read("suivi.xlsx", &file).unwrap();
    assert!(reading.is_empty() && reading.problems.is_empty(), "{:?}", reading.problems);
}

#[test]
fn the_workbook_of_the_territory_proposes_nothing_where_it_came_from() {
    let mut desk = territory();
    let file = workbook(&desk);
    let reading = read("territoire.xlsx", &file).unwrap();
    assert!(reading.len() > 250, "every sheet says something: {}", reading.len());
    let proposal = desk.propose(&reading);
    assert_eq!(codes(&proposal), Vec::<&str>::new(), "{:#?}", proposal.problems);
    assert!(proposal.documents.is_empty(), "{:#?}", proposal.documents);
    assert_eq!(proposal.unchanged, reading.len());
}

#[test]
fn the_workbook_of_the_territory_read_into_nothing_gives_the_same_cells() {
    let file = workbook(&territory());
    // What the tracker has no sheet for stands there already: its lines name it. Orientations are
    // made from their names.
    let mut empty = territory();
    let held = |kind: &str| SHEETS.iter().any(|sheet| sheet.kind == kind) || kind == "orientation";
    empty.documents.retain(|_, document| !held(document.view().unwrap().kind.name));
    let proposal = empty.import("territoire.xlsx", &file);
    assert_eq!(codes(&proposal), Vec::<&str>::new(), "{:#?}", proposal.problems);
    let (before, after) = (cells(&file), cells(&workbook(&empty)));
    for sheet in SHEETS.iter() {
        let (before, after) = (&before[sheet.name.fr], &after[sheet.name.fr]);
        assert!(before.len() > 1, "{} is not empty", sheet.name.fr);
        for (before, after) in before.iter().zip(after) {
            assert_eq!(before, after, "{}", sheet.name.fr);
        }
        assert_eq!(before.len(), after.len(), "{}", sheet.name.fr);
    }
    let again = empty.import("territoire.xlsx", &file);
    assert!(again.documents.is_empty(), "{:#?}", again.documents);
}
