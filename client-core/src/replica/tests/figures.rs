//! Figures kept beside documents: worked out once, taken back from records, never trusted blindly.

use protocol::register::{Rule, Threshold};

use super::stories::{edit, new_convention, show};
use super::town::Town;
use crate::figures::{Asked, Dashboard, Day};
use crate::replica::{Command, Edit, Family, Reply, family_of};
use crate::tally::{self, Work};
use protocol::id::{DocumentId, SpaceId};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// Returns the dashboard of a house, and how many documents were worked out anew for it.
fn ask(town: &mut Town, house: usize, space: SpaceId) -> (Dashboard, u64) {
    tally::take(Work::FiguresWorkedOut);
    let asked = Asked { on: day("2028-11-22"), since: day("2020-01-01") };
    let reply = town.ask(house, Command::Dashboard { space, asked }).unwrap();
    let Reply::Dashboard(view) = reply else { panic!("{reply:?}") };
    assert_eq!(view.unreadable, 0);
    (view.dashboard, tally::take(Work::FiguresWorkedOut))
}

fn end(town: &mut Town, house: usize, document: DocumentId, value: &str) {
    let field = "date_fin".to_owned();
    edit(town, house, document, Edit::Set { field, value: value.to_owned() });
}

/// A town of two where the first has written three conventions that both hold.
fn town() -> (Town, SpaceId, Vec<DocumentId>) {
    let mut town = Town::new(&["hopital", "asso"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    let documents: Vec<_> = (0..3).map(|_| new_convention(&mut town, 0, space)).collect();
    for document in &documents {
        end(&mut town, 0, *document, "2028-11-25");
    }
    town.sync_all();
    (town, space, documents)
}

#[test]
fn only_what_changed_is_worked_out_again_here_and_at_the_other_side() {
    let (mut town, space, documents) = town();
    for house in 0..2 {
        let (board, worked) = ask(&mut town, house, space);
        assert_eq!((board.documents, board.week.len(), worked), (3, 3, 3));
        assert_eq!(ask(&mut town, house, space).1, 0, "nothing has changed");
    }
    end(&mut town, 0, documents[1], "2028-10-01");
    let (board, worked) = ask(&mut town, 0, space);
    assert_eq!((board.week.len(), board.late.len(), worked), (2, 1, 1));
    town.sync_all();
    let (board, worked) = ask(&mut town, 1, space);
    assert_eq!((board.week.len(), board.late.len(), worked), (2, 1, 1));
    // Looking at a document changes nothing in it.
    show(&mut town, 1, documents[2]);
    assert_eq!(ask(&mut town, 1, space).1, 0);
    let who: Vec<_> = board.changed.iter().flat_map(|line| line.writers.keys()).collect();
    assert!(who.iter().all(|partner| partner.is_some()), "everybody is known");
}

#[test]
fn after_a_restart_what_was_kept_is_taken_back_and_what_came_later_is_not() {
    let (mut town, space, documents) = town();
    let (before, _) = ask(&mut town, 1, space);
    town.reboot(1);
    let (after, worked) = ask(&mut town, 1, space);
    assert_eq!((&after, worked), (&before, 0), "from the records alone");
    // An edit of its own that no journal has: the record does not speak of it.
    end(&mut town, 1, documents[0], "2028-10-01");
    town.reboot(1);
    let (late, worked) = ask(&mut town, 1, space);
    assert_eq!((late.late.len(), worked), (1, 1));
    town.reboot(1);
    assert_eq!(ask(&mut town, 1, space), (late.clone(), 1), "it waits still, and is no record");
    town.sync_all();
    assert_eq!(ask(&mut town, 1, space).0, late);
    town.reboot(1);
    assert_eq!(ask(&mut town, 1, space), (late, 0), "ordered, it is one");
    // Somebody else's edit, while the program does not look.
    end(&mut town, 0, documents[2], "2028-09-01");
    town.sync_all();
    town.reboot(1);
    let (board, worked) = ask(&mut town, 1, space);
    assert_eq!((board.late.len(), worked), (2, 1));
}

#[test]
fn records_that_are_rotten_missing_or_of_another_document_are_worked_out_again() {
    let (mut town, space, _) = town();
    let (board, _) = ask(&mut town, 1, space);
    let keys = |town: &Town| -> Vec<Vec<u8>> {
        let of = |key: &&Vec<u8>| family_of(key).unwrap().0 == Family::Figures;
        town.houses[1].disk.keys().filter(of).cloned().collect()
    };
    let records = keys(&town);
    assert_eq!(records.len(), 3);
    let own = town.houses[1].disk[&records[0]].clone();
    town.houses[1].disk.insert(records[1].clone(), own.clone());
    town.houses[1].disk.insert(records[2].clone(), own[..own.len() / 2].to_vec());
    town.reboot(1);
    assert_eq!(ask(&mut town, 1, space), (board.clone(), 2));
    town.reboot(1);
    assert_eq!(ask(&mut town, 1, space), (board.clone(), 0), "and kept again");
    town.houses[1].disk.remove(&records[1]);
    town.reboot(1);
    assert_eq!(ask(&mut town, 1, space), (board, 1));
}

#[test]
fn an_edit_by_file_counts_at_once_and_leaves_no_record() {
    let (mut town, space, documents) = town();
    ask(&mut town, 1, space);
    end(&mut town, 0, documents[0], "2028-10-01");
    let Reply::File { bytes, .. } = town.ask(0, Command::WriteBundle { space }).unwrap() else {
        panic!("no file");
    };
    town.ask(1, Command::ReadBundle { file: bytes }).unwrap();
    let (board, worked) = ask(&mut town, 1, space);
    assert_eq!((board.late.len(), worked), (1, 1));
    town.reboot(1);
    assert_eq!(ask(&mut town, 1, space), (board.clone(), 1));
    town.sync_all();
    assert_eq!(ask(&mut town, 1, space).0, board);
}

/// Returns the titles of a house's list, and how many documents were drawn anew for it.
fn list(town: &mut Town, house: usize, space: SpaceId) -> (Vec<String>, u64) {
    tally::take(Work::LinesDrawn);
    let reply = town.ask(house, Command::Documents { space, kind: None }).unwrap();
    let Reply::Documents(lines) = reply else { panic!("{reply:?}") };
    let titles = lines.into_iter().map(|line| line.title).collect();
    (titles, tally::take(Work::LinesDrawn))
}

#[test]
fn the_list_draws_only_what_changed_here_and_at_the_other_side() {
    let (mut town, space, documents) = town();
    for house in 0..2 {
        assert_eq!(list(&mut town, house, space).1, 3);
        assert_eq!(list(&mut town, house, space).1, 0, "nothing has changed");
    }
    edit(&mut town, 0, documents[1], Edit::SetTitle("Un autre titre".into()));
    let (titles, drawn) = list(&mut town, 0, space);
    assert!(drawn == 1 && titles.contains(&"Un autre titre".to_owned()), "{titles:?}");
    assert_eq!(list(&mut town, 1, space).1, 0, "nothing has arrived");
    town.sync_all();
    let (titles, drawn) = list(&mut town, 1, space);
    assert!(drawn == 1 && titles.contains(&"Un autre titre".to_owned()), "{titles:?}");
}
