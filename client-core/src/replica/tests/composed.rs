//! Many edits of one document come as one: all or none, in a bounded number of envelopes.

use protocol::id::{DocumentId, SpaceId};
use protocol::register::{Rule, Threshold};

use super::stories::{new_convention, show};
use super::town::Town;
use crate::document::{Edit, FieldValue};
use crate::replica::{COMPOSED_EDITS_MAX, Command, CommandError, Reply};

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
