//! Any edits, delivered in any order, with duplicates: the same document everywhere.

use proptest::prelude::*;

use super::fixture::*;
use super::sheet::{self, add};
use super::*;

/// How many replicas take part.
const REPLICAS: usize = 3;

/// One step of a schedule.
#[derive(Debug, Clone)]
enum Step {
    /// A replica makes an edit of one of several sorts.
    Edit { who: usize, sort: usize, at: usize },
    /// A replica receives some of what others have written, in some order.
    Deliver { to: usize, seed: u64 },
    /// A replica is saved, stopped and started again.
    Restart { who: usize },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..REPLICAS, 0..14_usize, 0..40_usize)
            .prop_map(|(who, sort, at)| Step::Edit { who, sort, at }),
        3 => (0..REPLICAS, any::<u64>()).prop_map(|(to, seed)| Step::Deliver { to, seed }),
        1 => (0..REPLICAS).prop_map(|who| Step::Restart { who }),
    ]
}

/// Returns an edit that suits the document, or nothing.
fn some_edit(document: &Document, sort: usize, at: usize) -> Option<Edit> {
    let view = document.view()?;
    let section = view.sections.get(at % view.sections.len().max(1))?.clone();
    let length = section.text.chars().count();
    let place = section.id.clone();
    let words = ["été ", "🙂", "un deux\n", "x"];
    let insert = words[at % words.len()].to_owned();
    let value = (at % 5).to_string();
    let items = if let FieldValue::List(items) = view.field("signataires")? {
        items.clone()
    } else {
        Vec::new()
    };
    Some(match sort {
        0 | 1 => Edit::Splice { place, at: at % (length + 1), delete: 0, insert },
        2 => {
            let at = at % (length + 1);
            Edit::Splice { place, at, delete: (length - at).min(3), insert }
        }
        3 => Edit::WriteText { place, text: insert.repeat(3) },
        4 => set("montant", &value),
        5 => Edit::Settle { field: "montant".into(), value },
        6 => set("parties", &value),
        7 => Edit::Remove { field: "parties".into(), entry: value },
        8 => set("signataires", &value),
        9 => {
            let item = items.get(at % items.len().max(1))?.id.clone();
            Edit::MoveItem { field: "signataires".into(), item, after: None }
        }
        10 => set("circuit", &value),
        11 => Edit::AddSection { title: value, after: Some(place) },
        12 => Edit::DeleteSection { section: place },
        _ => Edit::MoveSection { section: place, after: None },
    })
}

/// Returns an edit of the rows of a sheet, or nothing.
fn some_row_edit(document: &Document, sort: usize, at: usize) -> Option<Edit> {
    let view = document.view()?;
    let goals = view.rows("objectifs");
    let goal = goals.get(at % goals.len().max(1)).map(|row| row.id.clone());
    let path = |column: &str| goal.as_ref().map(|goal| format!("objectifs/{goal}/{column}"));
    let (value, year) = ((at % 5).to_string(), (2_024 + at % 3).to_string());
    Some(match sort {
        0 | 1 => add("objectifs", &[("code", &value), ("libelle", "été 🙂")]),
        2 => Edit::AddRow { field: "objectifs".into(), cells: Vec::new(), after: goal },
        3 => set(&path("code")?, &value),
        4 => set(&path("echeance")?, &format!("2027-01-0{}", 1 + at % 3)),
        5 => set(&path("appuis")?, &format!("a/{value}")),
        6 => Edit::Splice { place: path("libelle")?, at: 0, delete: 0, insert: value },
        7 => Edit::RemoveRow { field: "objectifs".into(), row: goal? },
        8 => Edit::MoveItem { field: "objectifs".into(), item: goal?, after: None },
        9 => add("valeurs", &[("periode", &year), ("valeur", &value)]),
        10 => Edit::Settle { field: format!("valeurs/{year}/valeur"), value },
        11 => Edit::RemoveRow { field: "valeurs".into(), row: year },
        12 => set(&format!("valeurs/{year}/preuves"), &value),
        _ => add("points", &[("texte", "un\ndeux"), ("montant", &value)]),
    })
}

fn number(replica: usize) -> u8 {
    u8::try_from(replica + 1).unwrap()
}

fn deliver(to: &mut Document, log: &[(usize, RawChange)], seed: u64, all: bool) {
    let mut choices = Choices(seed);
    let mut batch: Vec<_> = log
        .iter()
        .filter(|_| all || choices.below(3) > 0)
        .map(|(from, change)| Arrival { bytes: change.bytes.clone(), rule: rule(number(*from)) })
        .collect();
    for at in (1..batch.len()).rev() {
        batch.swap(at, choices.below(at + 1));
    }
    let twice = batch.first().cloned();
    batch.extend(twice);
    let outcome = to.admit(batch);
    assert!(outcome.set_aside.is_empty(), "{:?}", outcome.set_aside);
}

/// Plays a schedule and checks that every replica tells the same in the end.
fn play(
    steps: Vec<Step>,
    (first, created): (Document, Vec<RawChange>),
    awaited: impl Fn() -> Document,
    some_edit: impl Fn(&Document, usize, usize) -> Option<Edit>,
    text: &str,
) -> Result<(), TestCaseError> {
    let mut replicas = vec![first, awaited(), awaited()];
    let mut log: Vec<(usize, RawChange)> = created.into_iter().map(|change| (0, change)).collect();
    for step in steps {
        match step {
            Step::Edit { who, sort, at } => {
                let Some(edit) = some_edit(&replicas[who], sort, at) else { continue };
                let edited = replicas[who].edit(&author(number(who)), &edit);
                let changes = edited.map(|edited| edited.changes).unwrap_or_default();
                log.extend(changes.into_iter().map(|change| (who, change)));
            }
            Step::Deliver { to, seed } => deliver(&mut replicas[to], &log, seed, false),
            Step::Restart { who } => replicas[who] = reloaded(&replicas[who]),
        }
    }
    for (seed, replica) in (1..).zip(&mut replicas) {
        deliver(replica, &log, seed, true);
        prop_assert_eq!(replica.waiting(), Vec::new());
    }
    let told = |document: &Document| {
        let history: Vec<_> = document.history().iter().map(|entry| entry.id).collect();
        format!("{:?} {history:?} {:?}", document.view(), document.blame(text))
    };
    for replica in &replicas[1..] {
        prop_assert_eq!(replica.heads(), replicas[0].heads());
        prop_assert_eq!(told(replica), told(&replicas[0]));
    }
    prop_assert_eq!(told(&reloaded(&replicas[1])), told(&replicas[0]));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn replicas_converge(steps in proptest::collection::vec(step(), 1..60)) {
        play(steps, convention(), awaited, some_edit, "objet")?;
    }

    #[test]
    fn replicas_of_rows_converge(steps in proptest::collection::vec(step(), 1..60)) {
        play(steps, sheet::sheet(), sheet::reader, some_row_edit, "corps")?;
    }
}
