//! The indicators on a dashboard: the last value of each, and what it is to reach.
//!
//! They are read from their documents when somebody asks; nothing of them is kept apart. What an
//! indicator hides of its small counts is hidden from those it is handed to, not from partners.

use crate::driver::Access;
use crate::failures;
use crate::question::Question;
use client_core::document::{FieldValue, Row, View};
use client_core::kinds::{FieldType, Language};
use client_core::replica::{Command, Reply};
use console::Failure;
use protocol::id::SpaceId;
use serde::{Deserialize, Serialize};

use super::Dashboard;

/// The kind that they are of.
const KIND: &str = "indicateur";
/// Indicators that are read at the most: a territory follows a dozen.
const INDICATORS_MAX: usize = 60;

/// An indicator: its last value and its next target, each with its time.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Indicator {
    pub(super) document: String,
    pub(super) code: String,
    pub(super) title: String,
    /// The code of the unit.
    pub(super) unit: String,
    /// The period of the last value; none as long as nobody has given one.
    pub(super) period: Option<String>,
    pub(super) value: Option<String>,
    /// Whether partners have given several values for that period.
    pub(super) to_settle: bool,
    pub(super) target_year: Option<String>,
    pub(super) target: Option<String>,
}

/// Returns the indicators of a space, by their codes.
///
/// # Errors
/// What the replica says.
pub(super) async fn of(replica: &Access, space: SpaceId) -> Result<Vec<Indicator>, Failure> {
    let list = Command::Documents { space, kind: Some(KIND.to_owned()) };
    let Reply::Documents(lines) = replica.command(list).await? else {
        return Err(failures::wrong_reply(Dashboard::PATH));
    };
    let mut indicators = Vec::new();
    for line in lines.into_iter().filter(|line| line.readable).take(INDICATORS_MAX) {
        let show = Command::Show { document: line.document, at: None };
        let Reply::Document(view) = replica.command(show).await? else {
            return Err(failures::wrong_reply(Dashboard::PATH));
        };
        indicators.push(Indicator::of(line.document.to_string(), &view.content));
    }
    indicators.sort_by(|a, b| (&a.code, &a.title).cmp(&(&b.code, &b.title)));
    Ok(indicators)
}

fn stored(value: Option<&FieldValue>) -> Option<String> {
    match value {
        Some(FieldValue::One(value)) => Some(value.clone()),
        Some(_) | None => None,
    }
}

impl Indicator {
    pub(super) fn of(document: String, view: &View) -> Self {
        // A whole year comes after its quarters.
        let rank = |row: &&Row| {
            let period = stored(row.cell("periode")).unwrap_or_default();
            if period.len() == 4 { format!("{period}~") } else { period }
        };
        let is_said = |row: &&Row| !matches!(row.cell("valeur"), Some(FieldValue::Empty) | None);
        let last = view.rows("valeurs").iter().filter(is_said).max_by_key(rank);
        let year = last.and_then(|row| stored(row.cell("periode")));
        let year = year.as_deref().and_then(|period| period.get(..4)).unwrap_or_default();
        // The target to come; once all are past, the last one.
        let mut targets: Vec<(String, String)> = view
            .rows("cibles")
            .iter()
            .filter_map(|row| Some((stored(row.cell("annee"))?, stored(row.cell("valeur"))?)))
            .collect();
        targets.sort();
        let next = targets.iter().find(|(of, _)| of.as_str() >= year).or(targets.last());
        let (target_year, target) = next.cloned().unzip();
        Self {
            document,
            code: stored(view.field("code")).unwrap_or_default(),
            title: view.title.clone(),
            unit: stored(view.field("unite")).unwrap_or_default(),
            period: last.and_then(|row| stored(row.cell("periode"))),
            value: last.and_then(|row| stored(row.cell("valeur"))),
            to_settle: last
                .is_some_and(|row| matches!(row.cell("valeur"), Some(FieldValue::Conflicting(_)))),
            target_year,
            target,
        }
    }

    /// Returns the cells of its line: its title, its last value, when, and its target.
    pub(super) fn row(&self, language: Language) -> Vec<String> {
        let number = |value: &String| FieldType::Number.show(value, language);
        let nothing = match language {
            Language::French => "non renseigné",
            Language::English => "not filled in",
        };
        let differ = match language {
            Language::French => "à départager",
            Language::English => "to settle",
        };
        let value = match (&self.value, self.to_settle) {
            (_, true) => differ.to_owned(),
            (Some(value), false) => number(value),
            (None, false) => nothing.to_owned(),
        };
        let period = self.period.as_ref().map(|of| FieldType::Period.show(of, language));
        let target = self.target.as_ref().zip(self.target_year.as_ref());
        let target = target.map(|(target, year)| format!("{} ({year})", number(target)));
        vec![self.title.clone(), value, period.unwrap_or_default(), target.unwrap_or_default()]
    }
}
