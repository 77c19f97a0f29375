//! Agendas read back with the parser of the same library.

#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm)]
use super::write;
use crate::export::fixture::{HOSTILE, SPACE, held, holding, id, row, set, territory};
use icalendar::{Calendar, Component as _, Event, EventLike as _};

fn read(bytes: &[u8]) -> Vec<Event> {
    let text = std::str::from_utf8(bytes).unwrap();
    let calendar: Calendar = text.parse().unwrap();
    calendar.events().cloned().collect()
}

fn value<'a>(event: &'a Event, key: &str) -> &'a str {
    event.property_value(key).unwrap_or("")
}

#[test]
fn a_meeting_is_an_event_with_its_times_and_place() {
    let holding = territory();
    let events = read(&write(&holding, &[holding.document(&id(4)).unwrap()]));
    let meeting = events.iter().find(|event| event.get_summary() == Some("COPIL 1")).unwrap();
    assert_eq!(value(meeting, "DTSTART"), "20260114T093000");
    assert_eq!(value(meeting, "DTEND"), "20260114T120000");
    assert_eq!(meeting.get_location(), Some("Sainte-Aurore ; salle, du haut"));
    assert_eq!(meeting.get_uid(), Some(format!("{}@{SPACE}.liaison", id(4)).as_str()));
    assert_eq!(value(meeting, "SEQUENCE"), "7");
    assert_eq!(value(meeting, "DTSTAMP"), "20260528T202640Z", "the document's time, not ours");
    assert!(meeting.get_description().unwrap().contains("Programme 2026"));
    let action = events.iter().find(|event| value(event, "TRANSP") == "TRANSPARENT").unwrap();
    assert_eq!(action.get_summary(), Some("Action à mener (fait) : Diffuser – COPIL 1"));
}

#[test]
fn deadlines_are_days_and_keep_their_names_while_the_number_grows() {
    let mut holding = territory();
    let first = read(&write(&holding, &holding.all()));
    let step = |events: &[Event]| {
        let found = events.iter().find(|e| e.get_summary().is_some_and(|s| s.contains("Recenser")));
        found.unwrap().clone()
    };
    let before = step(&first);
    assert_eq!(value(&before, "DTSTART"), "20260630");
    holding.documents.iter_mut().for_each(|held| held.changes = 12);
    let after = step(&read(&write(&holding, &holding.all())));
    assert_eq!(before.get_uid(), after.get_uid());
    assert_eq!((value(&before, "SEQUENCE"), value(&after, "SEQUENCE")), ("7", "12"));
    let mut names: Vec<&str> = first.iter().filter_map(|event| event.get_uid()).collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all, "no two events bear one name");
    for wanted in ["Objectif (fait) : Médecin traitant", "Fin : CV-03", "Financement : "] {
        let found = first.iter().any(|e| e.get_summary().is_some_and(|s| s.starts_with(wanted)));
        assert!(found, "{wanted}");
    }
}

#[test]
fn a_date_in_conflict_is_tentative_and_tells_both() {
    let holding = territory();
    let events = read(&write(&holding, &[holding.document(&id(1)).unwrap()]));
    let end = events.iter().find(|e| value(e, "STATUS") == "TENTATIVE").unwrap();
    assert_eq!(value(end, "DTSTART"), "20270301");
    let told = end.get_description().unwrap();
    assert!(told.contains("01/03/2027") && told.contains("30/06/2027"), "{told}");
}

#[test]
fn hostile_texts_add_no_line_to_the_file() {
    let step = "x\\nEND:VEVENT";
    let held = held(
        1,
        "fiche_action",
        HOSTILE,
        &[
            row("etapes", &[("libelle", step), ("echeance", "2026-06-30")]),
            set("fin_prevue", "2026-12-31"),
        ],
        &[],
    );
    let mut held = held;
    held.content.title.push_str("\r\nEND:VCALENDAR\r\nBEGIN:VEVENT");
    let holding = holding(vec![held]);
    let file = write(&holding, &holding.all());
    let events = read(&file);
    assert_eq!(events.len(), 2);
    assert!(events.iter().any(|e| e.get_summary().is_some_and(|s| s.contains(step))));
    let text = String::from_utf8(file).unwrap();
    assert_eq!(text.lines().filter(|line| *line == "END:VCALENDAR").count(), 1);
    assert!(text.lines().all(|line| line.len() <= 76), "lines are folded");
}
