//! The tables say which field plays which part: every name stands for a field of the right type,
//! and a kind that the program has never heard of is counted by its table alone.

use super::*;
use crate::kinds::parts::{
    Attendance, College, Followed, Funding, Meeting, Part, Sheet, Standings, Sum,
};
use crate::kinds::{
    Care, Choice, FieldSpec, FieldType, Kind, Merge, Table, Visibility, field, words,
};

/// Returns a field of a kind, or a column of its rows.
fn spec(kind: &'static Kind, rows: Option<&str>, name: &str) -> &'static FieldSpec {
    let found = match rows {
        None => kind.field(name),
        Some(rows) => kind.field(rows).and_then(|field| field.kind.table()?.column(name)),
    };
    found.unwrap_or_else(|| panic!("{}: {rows:?} {name}", kind.name))
}

fn is_day(spec: &FieldSpec) -> bool {
    matches!(spec.kind, FieldType::Date | FieldType::DateTime)
}

fn all_are_codes(spec: &FieldSpec, codes: &[&str]) {
    let FieldType::Choice(choices) = spec.kind else { panic!("{} is no choice", spec.name) };
    for code in codes {
        assert!(choices.iter().any(|choice| choice.code == *code), "{}: {code}", spec.name);
    }
}

fn says(spec: &FieldSpec, standings: Standings) {
    all_are_codes(spec, &standings.iter().map(|(code, _)| *code).collect::<Vec<_>>());
}

fn check_followed(kind: &'static Kind, part: &Followed) {
    let of = |name: &str| spec(kind, part.rows, name);
    assert!(part.due.is_some_and(|due| is_day(of(due))), "{}", kind.name);
    for name in part.code.into_iter().chain(part.label).chain(part.done.iter().copied()) {
        assert!(!matches!(of(name).kind, FieldType::Rows(_)), "{}", kind.name);
    }
    if let Some(responsible) = part.responsible {
        assert_eq!(of(responsible).kind, FieldType::Partner);
    }
    if let Some(state) = part.state {
        says(of(state), part.standings);
    }
    if let Some(notice) = part.notice {
        assert_eq!(spec(kind, None, notice).kind, FieldType::Integer);
    }
    if let Some((name, value)) = part.unless {
        assert_eq!(of(name).kind.read(value).as_deref(), Ok(value));
    }
}

fn check_money(kind: &'static Kind, part: &Funding) {
    for sum in [part.asked, part.granted, part.paid, part.used] {
        let amount = match sum {
            Sum::Field(name) => spec(kind, None, name),
            Sum::Rows(rows, column) => spec(kind, Some(rows), column),
        };
        assert_eq!(amount.kind, FieldType::Amount);
    }
    says(spec(kind, None, part.state), part.standings);
    all_are_codes(spec(kind, None, part.source), &[]);
    assert_eq!(spec(kind, None, part.beneficiary).kind, FieldType::Partner);
    assert!(matches!(spec(kind, None, part.sheets).kind, FieldType::Document(_)));
}

fn check_sheet(kind: &'static Kind, part: &Sheet) {
    says(spec(kind, None, part.state), part.standings);
    assert_eq!(spec(kind, None, part.manual).kind, FieldType::Number);
    assert!(matches!(spec(kind, None, part.plan).kind, FieldType::Document(_)));
    all_are_codes(spec(kind, None, part.priorities), &[]);
    assert!(is_day(spec(kind, Some(part.reports), part.reported)));
    assert!(is_day(spec(kind, None, part.begins)));
    assert_eq!(spec(kind, None, part.lead).kind, FieldType::Partner);
}

#[test]
fn every_part_names_a_field_of_the_right_type() {
    for kind in KINDS.all() {
        for part in kind.parts {
            match part {
                Part::Followed(part) => check_followed(kind, part),
                Part::Sheet(part) => check_sheet(kind, part),
                Part::Funding(part) => check_money(kind, part),
                Part::Meeting(Meeting { rows, at, body, .. }) => {
                    assert!(is_day(spec(kind, *rows, at)), "{}", kind.name);
                    all_are_codes(spec(kind, *rows, body), &[]);
                }
                Part::Attendance(part) => {
                    let Attendance { rows, partner, college, state, here, away, .. } = *part;
                    assert_eq!(spec(kind, Some(rows), partner).kind, FieldType::Partner);
                    all_are_codes(spec(kind, Some(rows), college), &[]);
                    all_are_codes(spec(kind, Some(rows), state), &[here, away].concat());
                }
                Part::College(College { partner, college }) => {
                    assert_eq!(spec(kind, None, partner).kind, FieldType::Partner);
                    all_are_codes(spec(kind, None, college), &[]);
                }
            }
        }
    }
}

#[test]
fn every_kind_that_can_be_reviewed_is_followed_for_it() {
    for kind in KINDS.iter() {
        let reviewed = kind.field("echeance_revision").is_some();
        let followed = kind
            .parts
            .iter()
            .any(|part| matches!(part, Part::Followed(part) if part.matter == Matter::Review));
        assert_eq!(reviewed, followed, "{}", kind.name);
    }
}

const STATES: &[Choice] = &[
    Choice { code: "fini", label: words("Fini", "Over") },
    Choice { code: "ouvert", label: words("Ouvert", "Open") },
];

const TASKS: Table = Table {
    columns: &[
        field(
            "quoi",
            FieldType::Text,
            Merge::LastWriter,
            words("Quoi", "What"),
            words("Ce.", "It."),
        ),
        field(
            "avant",
            FieldType::Date,
            Merge::MultiValue,
            words("Avant", "By"),
            words("Le.", "The."),
        ),
        field(
            "etat",
            FieldType::Choice(STATES),
            Merge::MultiValue,
            words("État", "State"),
            words("Où.", "Where."),
        ),
    ],
    key: None,
};

/// A kind of which nothing but this table knows.
static UNHEARD: Kind = Kind {
    name: "tournee",
    revision: 1,
    title: words("Tournée", "Round"),
    fields: &[
        field(
            "taches",
            FieldType::Rows(&TASKS),
            Merge::List,
            words("Tâches", "Tasks"),
            words("À faire.", "To do."),
        ),
        field(
            "argent",
            FieldType::Amount,
            Merge::MultiValue,
            words("Argent", "Money"),
            words("Reçu.", "Received."),
        ),
    ],
    sections: &[],
    care: Care {
        visible: Visibility::Partners,
        writers: words("Tous", "All"),
        freezes: words("Rien", "Nothing"),
        keep: words("Un an", "A year"),
    },
    parts: &[Part::Followed(Followed {
        rows: Some("taches"),
        label: Some("quoi"),
        due: Some("avant"),
        state: Some("etat"),
        standings: &[("fini", Standing::Done)],
        ..Followed::new(Matter::Action)
    })],
};

static UNHEARD_OF: [&Kind; 1] = [&UNHEARD];

#[test]
fn a_kind_is_counted_by_its_table_and_nothing_else() {
    let kinds = Catalogue::new(&UNHEARD_OF);
    let space = crate::document::fixture::SPACE;
    let id = DocumentId::new([9; 16]);
    let made = Document::create(space, id, kinds, &UNHEARD, "Mardi", &author(1));
    let (mut round, _) = made.unwrap();
    row(
        &mut round,
        "taches",
        &[("quoi", "Passer au GEM"), ("avant", "2026-11-01"), ("etat", "ouvert")],
    );
    row(
        &mut round,
        "taches",
        &[("quoi", "Rendre la clé"), ("avant", "2026-11-01"), ("etat", "fini")],
    );
    let board = figures(&[&round]).dashboard(on("2026-11-22"));
    assert_eq!((board.late.len(), board.actions.len()), (1, 1));
    assert_eq!(board.late[0].thing.label, "Passer au GEM");
    let tally = board.tallies[&Matter::Action];
    assert_eq!((tally.open, tally.done), (1, 1));
    assert_ne!(
        fingerprint(kinds),
        fingerprint(KINDS),
        "what was kept by other tables is not taken"
    );
}
