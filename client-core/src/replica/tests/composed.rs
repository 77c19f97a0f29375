//! Many edits of one document come as one: all or none, in a bounded number of envelopes.

use protocol::id::{DocumentId, SpaceId};
use protocol::register::{Rule, Threshold};

use super::stories::{new_convention, show};
use super::town::Town;
use crate::document::{Edit, FieldValue};
use crate::replica::{COMPOSED_BYTES_MAX, COMPOSED_EDITS_MAX, Command, CommandError, Reply};

fn set(field: &str, value: &str) -> Edit {
    Edit::Set { field: field.to_owned(), value: value.to_owned() }
}

fn compose(space: SpaceId, document: DocumentId, edits: Vec<Edit>) -> Command {
    Command::Compose { space, document, new: None, edits }
}

fn town() -> (Town, SpaceId) {
    let mut town = Town::new(&["Hôpital", "Association"]);
    let space = town.circle("PTSM", Rule::same(Threshold::Majority));
    (town, space)
}

#[test]
fn one_refused_edit_leaves_nothing_of_the_others() {
    let (mut town, space) = town();
    let document = new_convention(&mut town, 0, space);
    let before = show(&mut town, 0, document).content.heads;
    let edits = vec![set("date_effet", "01/03/2027"), set("date_effet", "31/02/2027")];
    let refused = town.ask(0, compose(space, document, edits)).unwrap_err();
    assert!(matches!(refused, CommandError::Invalid { code: "bad-value", .. }), "{refused:?}");
    let after = show(&mut town, 0, document).content;
    assert_eq!(
        (after.field("date_effet"), after.heads.clone()),
        (Some(&FieldValue::Empty), before)
    );
    // The document goes on as before.
    town.ask(0, compose(space, document, vec![set("date_effet", "01/03/2027")])).unwrap();
    town.sync_all();
    let there = show(&mut town, 1, document).content;
    assert_eq!(there.field("date_effet"), Some(&FieldValue::One("2027-03-01".to_owned())));
}

#[test]
fn a_new_document_comes_whole_or_not_at_all() {
    let (mut town, space) = town();
    let document = DocumentId::new([7; 16]);
    let new = |edits| Command::Compose {
        space,
        document,
        new: Some(("fiche_action".to_owned(), "Crise".to_owned())),
        edits,
    };
    assert!(town.ask(0, new(vec![set("numero", "FA-01"), set("rien", "x")])).is_err());
    assert!(town.ask(0, Command::Show { document, at: None }).is_err(), "nothing was made");
    town.ask(0, new(vec![set("numero", "FA-01")])).unwrap();
    assert!(town.ask(0, new(vec![])).is_err(), "it is there already");
    town.sync_all();
    assert_eq!(show(&mut town, 1, document).content.title, "Crise");
}

#[test]
fn hundreds_of_edits_travel_in_a_few_envelopes() {
    let (mut town, space) = town();
    let document = DocumentId::new([8; 16]);
    let row = |number: usize| Edit::AddRow {
        field: "objectifs".to_owned(),
        cells: vec![
            ("code".to_owned(), format!("OO-{number}")),
            ("libelle".to_owned(), "Ouvrir une permanence".to_owned()),
        ],
        after: None,
    };
    let new = Some(("fiche_action".to_owned(), "Crise".to_owned()));
    let edits = (0..200).map(row).collect();
    town.ask(0, Command::Compose { space, document, new, edits }).unwrap();
    town.sync_all();
    assert_eq!(show(&mut town, 1, document).content.rows("objectifs").len(), 200);
    let verified = town.ask(1, Command::Verify { space }).unwrap();
    let Reply::Verified(report) = verified else { panic!() };
    assert!(report.envelopes <= 12, "{} envelopes", report.envelopes);
}

#[test]
fn the_number_of_edits_is_bounded() {
    let (mut town, space) = town();
    let document = new_convention(&mut town, 0, space);
    let edits = vec![set("date_effet", "2027-01-01"); COMPOSED_EDITS_MAX + 1];
    let refused = town.ask(0, compose(space, document, edits)).unwrap_err();
    assert!(matches!(refused, CommandError::Invalid { code: "too-many-edits", .. }));
}

#[test]
fn many_edits_ask_for_the_place_of_a_document_as_one_edit_does() {
    let (mut town, space) = town();
    let document = town.smuggle(0, space, "fiche_liaison");
    let refused = town.ask(0, compose(space, document, vec![set("motif", "Un motif")]));
    assert!(matches!(refused, Err(CommandError::Invalid { .. })), "{refused:?}");
}

#[test]
fn documents_are_listed_by_number_and_title_as_a_person_counts() {
    let (mut town, space) = town();
    let mut make = |id: u8, kind: &str, title: &str, edits: Vec<Edit>| {
        let new = Some((kind.to_owned(), title.to_owned()));
        let document = DocumentId::new([id; 16]);
        town.ask(0, Command::Compose { space, document, new, edits }).unwrap();
    };
    make(9, "fiche_action", "Accueil", vec![set("numero", "FA-2")]);
    make(1, "fiche_action", "Logement", vec![set("numero", "FA-10")]);
    make(2, "fiche_action", "Fiche 10", vec![]);
    make(5, "fiche_action", "fiche 2", vec![]);
    make(3, "reunion", "COPIL 1", vec![set("debut", "14/03/2026 9h")]);
    make(4, "reunion", "COTECH 9", vec![set("debut", "14/01/2026 9h")]);
    make(6, "orientation", "Parcours", vec![]);
    let listed = town.ask(0, Command::Documents { space, kind: None }).unwrap();
    let Reply::Documents(lines) = listed else { panic!() };
    let titles: Vec<_> = lines.iter().map(|line| line.title.as_str()).collect();
    let expected =
        ["Parcours", "Accueil", "Logement", "fiche 2", "Fiche 10", "COTECH 9", "COPIL 1"];
    assert_eq!(titles, expected);
    assert_eq!(lines[1].number, "FA-2");
}

/// An objective with a number.
fn objective(number: usize) -> Edit {
    let code = ("code".to_owned(), format!("OO-{number}"));
    Edit::AddRow { field: "objectifs".to_owned(), cells: vec![code], after: None }
}

#[test]
fn a_power_failure_keeps_many_edits_whole_or_not_at_all() {
    const ROWS: usize = 40;
    let (mut met_nothing, mut met_all) = (false, false);
    for fuel in 0.. {
        let (mut town, space) = town();
        let document = DocumentId::new([8; 16]);
        let new = |title: &str| Some(("fiche_action".to_owned(), title.to_owned()));
        let edits: Vec<_> = (0..ROWS).map(objective).collect();
        let command = Command::Compose { space, document, new: new("Crise"), edits };
        town.houses[0].fuel = fuel;
        town.start(0, command);
        let spent = town.houses[0].fuel > 0;
        town.reboot(0);
        match town.ask(0, Command::Show { document, at: None }) {
            Ok(Reply::Document(view)) => {
                met_all = true;
                assert_eq!(view.content.rows("objectifs").len(), ROWS, "cut after {fuel}");
                // What is there already is changed as one too.
                let more = (ROWS..2 * ROWS).map(objective).collect();
                town.houses[0].fuel = fuel;
                town.start(0, compose(space, document, more));
                town.reboot(0);
                let rows = show(&mut town, 0, document).content.rows("objectifs").len();
                assert!([ROWS, 2 * ROWS].contains(&rows), "{rows} rows, cut after {fuel}");
            }
            Ok(other) => panic!("{other:?}"),
            Err(_) => met_nothing = true,
        }
        if spent {
            break;
        }
    }
    assert!(met_nothing && met_all);
}

#[test]
fn what_no_store_holds_is_refused_whole() {
    let (mut town, space) = town();
    let document = new_convention(&mut town, 0, space);
    let before = show(&mut town, 0, document).content.heads;
    // Letters that no packing makes smaller.
    let mut drawn = 1_u32;
    let mut letter = || {
        drawn = drawn.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from_u32(0x4e00 + (drawn >> 18)).unwrap()
    };
    let mut text = || -> String { (0..COMPOSED_BYTES_MAX / 3).map(|_| letter()).collect() };
    let mut write = |place: &str| Edit::WriteText { place: place.to_owned(), text: text() };
    let edits = vec![set("date_effet", "2027-01-01"), write("preambule"), write("preambule")];
    let refused = town.ask(0, compose(space, document, edits)).unwrap_err();
    assert!(matches!(refused, CommandError::Invalid { code: "too-much-at-once", .. }));
    assert_eq!(show(&mut town, 0, document).content.heads, before, "nothing is written");
}
