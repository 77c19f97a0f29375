//! What looks like a person cared for is told to whoever wrote it, and written all the same.

use protocol::id::DocumentId;
use protocol::register::{Rule, SpaceKind};

use super::stories::show;
use super::town::Town;
use crate::document::Edit;
use crate::guard::Warning;
use crate::replica::{Command, Reply};

fn told(town: &mut Town, command: Command) -> (DocumentId, Vec<(String, &'static str)>) {
    let Reply::Edited { document, warnings, .. } = town.ask(0, command).unwrap() else { panic!() };
    (document, named(warnings))
}

fn named(warnings: Vec<Warning>) -> Vec<(String, &'static str)> {
    warnings.into_iter().map(|warning| (warning.place, warning.like.name())).collect()
}

fn one(place: &str, like: &'static str) -> Vec<(String, &'static str)> {
    vec![(place.to_owned(), like)]
}

#[test]
fn the_one_who_writes_is_told_and_everybody_sees_it_in_the_document() {
    let mut town = Town::new(&["Hôpital", "Association"]);
    let space = town.circle("PTSM", Rule::USUAL);
    let title = "Suivi de Mme Durand".to_owned();
    let new = Command::NewDocument { space, kind: "note".to_owned(), title };
    let (note, warnings) = told(&mut town, new);
    assert_eq!(warnings, one("title", "named-person"));
    let section = show(&mut town, 0, note).content.sections[0].id.clone();
    let append = |text: &str| Edit::AppendText { place: section.clone(), text: text.to_owned() };
    let edit = |text: &str| Command::Edit { document: note, edit: append(text) };
    assert_eq!(told(&mut town, edit("Née le ")).1, []);
    assert_eq!(told(&mut town, edit("12/03/1980.")).1, one(&section, "birth-date"));
    assert_eq!(told(&mut town, edit(" À suivre.")).1, []);
    let edits = vec![append(" 1 80 03 75 116 001 78"), append(" et rien d'autre")];
    let compose = Command::Compose { space, document: note, new: None, edits };
    assert_eq!(told(&mut town, compose).1, one(&section, "health-number"));
    let id = DocumentId::new([7; 16]);
    let edits = vec![Edit::Set { field: "mots_cles".to_owned(), value: "M. Petit".to_owned() }];
    let new = Some(("note".to_owned(), "Sans nom".to_owned()));
    let compose = Command::Compose { space, document: id, new, edits };
    assert_eq!(told(&mut town, compose), (id, one("mots_cles", "named-person")));
    town.sync_all();
    let there = show(&mut town, 1, note);
    assert!(there.content.sections[0].text.contains("12/03/1980"), "nothing was held back");
    let places: Vec<String> = named(there.warnings).into_iter().map(|(place, _)| place).collect();
    assert_eq!(places, ["title", section.as_str(), section.as_str()]);
}

#[test]
fn a_closed_circle_is_told_nothing() {
    let mut town = Town::new(&["Hôpital"]);
    let found = Command::Found {
        title: "Autour d'une personne".to_owned(),
        url: "ws://127.0.0.1:1".to_owned(),
        ticket: None,
        kind: SpaceKind::Circle,
        rule: Rule::USUAL,
    };
    let Reply::Founded { space, .. } = town.ask(0, found).unwrap() else { panic!() };
    let title = "Suivi de Mme Durand".to_owned();
    let new = Command::NewDocument { space, kind: "note".to_owned(), title };
    let (note, warnings) = told(&mut town, new);
    assert_eq!(warnings, []);
    assert_eq!(show(&mut town, 0, note).warnings, []);
}
