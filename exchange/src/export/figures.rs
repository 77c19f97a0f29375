//! The figures that a yearly report and the agency's tables are made of, from what stands in the
//! documents of a space.
//!
//! Nothing is typed twice and nothing is chosen: a value in conflict is counted as unsettled and
//! left out of sums, and a count that its indicator says to hide is hidden here too.

use client_core::document::{FieldValue, Row};
use client_core::kinds::parts::Standing;
use client_core::kinds::{Choice, FieldType, Kind, Part};
use protocol::id::DocumentId;
use std::collections::BTreeMap;

use super::holding::{Held, Holding};
use super::say::{self, Voice};

/// The figures of one space.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// The sheets, by their numbers.
    pub sheets: Vec<Sheet>,
    /// How many sheets stand at each progress, in the order of the codes.
    pub by_progress: Vec<(String, usize)>,
    /// The six priorities, and the names of the sheets that answer each.
    pub priorities: Vec<(String, Vec<String>)>,
    /// The fundings.
    pub fundings: Vec<Funding>,
    /// The indicators.
    pub indicators: Vec<Indicator>,
}

/// One sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The document.
    pub document: DocumentId,
    /// Its number and title.
    pub name: String,
    /// The heading of the plan it belongs to.
    pub orientation: String,
    /// Who leads it; empty while somebody is sought.
    pub leader: String,
    /// How far it has come.
    pub progress: String,
    /// Objectives reached, of how many.
    pub objectives: (usize, usize),
    /// Steps done, of how many.
    pub steps: (usize, usize),
    /// The day of the last report; empty when there is none.
    pub last_report: String,
}

/// One funding, in cents; `None` where nothing is known or nobody has settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Funding {
    /// Its title.
    pub name: String,
    /// Where the money comes from.
    pub source: String,
    /// Who receives it.
    pub beneficiary: String,
    /// How it stands.
    pub state: String,
    /// Its budget year; empty when it is not said, or not settled.
    pub year: String,
    /// Whether it was refused or given up.
    pub is_dropped: bool,
    /// Asked, granted, paid and used, in cents.
    pub cents: [Option<i64>; 4],
}

/// One indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    /// Its code and title.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// Its targets by year, in words.
    pub targets: Vec<(String, String)>,
    /// Its values by period, as stored, with what is shown.
    pub values: Vec<(String, Value)>,
}

/// A value of an indicator for one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// What is shown: the value, the values in conflict, or the bound it is hidden below.
    pub shown: String,
    /// The stored number, when there is one and it may be shown.
    pub number: Option<String>,
}

impl Figures {
    /// Works out the figures of a space.
    #[must_use]
    pub fn of(holding: &Holding) -> Self {
        let sheets = holding.of_kind("fiche_action");
        Self {
            by_progress: by_progress(holding, &sheets),
            priorities: priorities(holding, &sheets),
            sheets: sheets.iter().map(|held| sheet(holding, held)).collect(),
            fundings: holding.of_kind("financement").iter().map(|f| funding(holding, f)).collect(),
            indicators: holding
                .of_kind("indicateur")
                .iter()
                .map(|i| indicator(holding, i))
                .collect(),
        }
    }

    /// Returns the fundings of a budget year, and those that say none; all for no year.
    #[must_use]
    pub fn fundings_of(&self, year: &str) -> Vec<Funding> {
        let of_year = |one: &&Funding| year.is_empty() || one.year.is_empty() || one.year == year;
        self.fundings.iter().filter(of_year).cloned().collect()
    }
}

impl Funding {
    /// Returns the sums of what was asked, granted, paid and used, in cents. What was refused or
    /// given up is left out, as in the dashboard.
    #[must_use]
    pub fn totals(fundings: &[Self]) -> [i64; 4] {
        let mut totals = [0_i64; 4];
        for funding in fundings.iter().filter(|funding| !funding.is_dropped) {
            for (total, cents) in totals.iter_mut().zip(funding.cents) {
                *total = total.saturating_add(cents.unwrap_or(0));
            }
        }
        totals
    }
}

/// Returns the codes of a field of choices.
fn codes(held: &Held, field: &str) -> &'static [Choice] {
    match held.content.kind.field(field).map(|spec| spec.kind) {
        Some(FieldType::Choice(choices)) => choices,
        Some(_) | None => &[],
    }
}

fn by_progress(holding: &Holding, sheets: &[&Held]) -> Vec<(String, usize)> {
    let Some(first) = sheets.first() else { return Vec::new() };
    let choices = codes(first, "avancement");
    let mut counts: Vec<(String, usize)> = Vec::new();
    for choice in choices {
        let at = |held: &&&Held| {
            matches!(held.content.field("avancement"),
            Some(FieldValue::One(code)) if code == choice.code)
        };
        let label = choice.label.get(holding.language).to_owned();
        counts.push((label, sheets.iter().filter(at).count()));
    }
    let settled: usize = counts.iter().map(|(_, count)| count).sum();
    let unsettled = holding.words("Sans avancement, ou à départager", "Unknown or to be settled");
    if settled < sheets.len() {
        counts.push((unsettled.to_owned(), sheets.len() - settled));
    }
    counts
}

fn priorities(holding: &Holding, sheets: &[&Held]) -> Vec<(String, Vec<String>)> {
    let Some(first) = sheets.first() else { return Vec::new() };
    let answers = |held: &&&Held, code: &str| match held.content.field("priorites_decret") {
        Some(FieldValue::Set(codes)) => codes.iter().any(|one| one == code),
        Some(_) | None => false,
    };
    let of = |choice: &Choice| {
        let found = sheets.iter().filter(|held| answers(held, choice.code));
        let label = choice.label.get(holding.language).to_owned();
        (label, found.map(|held| say::name(held)).collect())
    };
    codes(first, "priorites_decret").iter().map(of).collect()
}

fn share(rows: &[Row], column: &str, value: &str) -> (usize, usize) {
    let is = |row: &&Row| matches!(row.cell(column), Some(FieldValue::One(one)) if one == value);
    (rows.iter().filter(is).count(), rows.len())
}

fn sheet(holding: &Holding, held: &Held) -> Sheet {
    let voice = Voice::of(holding, held);
    let said = |field: &str| voice.on_a_line(&voice.field(field));
    Sheet {
        document: held.document,
        name: say::name(held),
        orientation: said("orientation"),
        leader: said("pilote"),
        progress: said("avancement"),
        objectives: share(held.content.rows("objectifs"), "avancement", "realisee"),
        steps: share(held.content.rows("etapes"), "fait", "true"),
        last_report: said("dernier_point"),
    }
}

fn cents(held: &Held, field: &str) -> Option<i64> {
    let Some(FieldValue::One(stored)) = held.content.field(field) else { return None };
    stored.replace('.', "").parse().ok()
}

/// Tells whether a funding of that state came to nothing, as the kind's table says.
fn is_dropped(kind: &Kind, state: &str) -> bool {
    let standings = kind.parts.iter().find_map(|part| match part {
        Part::Funding(funding) => Some(funding.standings),
        Part::Followed(_)
        | Part::Sheet(_)
        | Part::Meeting(_)
        | Part::Attendance(_)
        | Part::College(_) => None,
    });
    standings.is_some_and(|known| known.contains(&(state, Standing::Dropped)))
}

fn funding(holding: &Holding, held: &Held) -> Funding {
    let voice = Voice::of(holding, held);
    let said = |field: &str| voice.on_a_line(&voice.field(field));
    let stored = |field: &str| match held.content.field(field) {
        Some(FieldValue::One(stored)) => stored.clone(),
        Some(_) | None => String::new(),
    };
    let amounts = ["montant_demande", "montant_notifie", "montant_verse", "montant_consomme"];
    Funding {
        name: say::name(held),
        source: said("source"),
        beneficiary: said("beneficiaire"),
        state: said("statut"),
        year: stored("annee_budgetaire"),
        is_dropped: is_dropped(held.content.kind, &stored("statut")),
        cents: amounts.map(|field| cents(held, field)),
    }
}

fn indicator(holding: &Holding, held: &Held) -> Indicator {
    let voice = Voice::of(holding, held);
    let targets = held.content.rows("cibles").iter().map(|row| {
        let said = |column| voice.on_a_line(&voice.cell("cibles", row, column));
        (said("annee"), said("valeur"))
    });
    let mut values = BTreeMap::new();
    for row in held.content.rows("valeurs") {
        let Some(FieldValue::One(period)) = row.cell("periode") else { continue };
        if let Some(value) = value(&voice, row) {
            values.insert(period.clone(), value);
        }
    }
    Indicator {
        name: say::name(held),
        unit: voice.on_a_line(&voice.field("unite")),
        targets: targets.filter(|(_, target)| !target.is_empty()).collect(),
        values: values.into_iter().collect(),
    }
}

fn value(voice: &Voice<'_>, row: &Row) -> Option<Value> {
    let said = voice.cell("valeurs", row, "valeur");
    if said.parts.is_empty() {
        return None;
    }
    let is_told = |stored: &&String| said.parts == [voice.value(FieldType::Number, stored)];
    let number = match row.cell("valeur")? {
        FieldValue::One(stored) => Some(stored).filter(is_told).cloned(),
        FieldValue::Empty
        | FieldValue::Conflicting(_)
        | FieldValue::Set(_)
        | FieldValue::List(_)
        | FieldValue::Entries(_)
        | FieldValue::Text(_)
        | FieldValue::Rows(_) => None,
    };
    Some(Value { shown: voice.on_a_line(&said), number })
}

#[cfg(test)]
mod tests;
