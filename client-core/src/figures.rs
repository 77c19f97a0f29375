//! What many documents come to: late, progress, money, who came, who wrote.
//!
//! [`contribution`] makes of one document what it brings, [`Figures`] adds that up by document,
//! and taking a document in anew takes its old part out: nothing is rescanned. Totals are counts
//! and whole cents, so that taking out is exact; what depends on a day is kept ordered by day and
//! asked with one. Nothing here reads a clock, picks one of several values in conflict, or knows
//! a kind by its name: the tables of `kinds` say which field plays which part.

use std::collections::{BTreeMap, BTreeSet};

use protocol::id::{DocumentId, PartnerId};

use crate::kinds::parts::Matter;

mod answer;
mod contribution;
mod day;
mod labels;
mod ledger;
mod reading;
mod record;
#[cfg(test)]
mod tests;

pub use answer::{
    Asked, AttendanceLine, ChangedLine, Dashboard, Due, FundingLine, MeetingLine, PartyLine,
    PlanLine, PriorityLine, SheetLine, ToSettleLine,
};
pub use contribution::{
    ACTIVITY_MAX, ACTIVITY_PLACES_MAX, Activity, Came, Contribution, FundingFigures, MeetingDay,
    Presence, Progress, Reports, Settled, SheetFigures, Thing, contribution, of_view,
};
pub use day::{Day, NotADay};
pub use labels::{Role, label, place_label, priorities, thing_label};
pub use ledger::{Attended, Money, Moneys, PriorityTotal, Tally};
pub(crate) use record::Kept;
pub use record::fingerprint;

/// Days without a progress report after which a sheet is asked for one.
pub const SILENCE_DAYS: u32 = 90;

/// Returns a share in whole percent, rounded down; nothing of nothing.
///
/// Rounded down, so that one hundred is said of all and of nothing less.
#[must_use]
pub fn share(part: u64, whole: u64) -> Option<u8> {
    let percent = u128::from(part).checked_mul(100)?.checked_div(u128::from(whole))?;
    u8::try_from(percent).ok()
}

/// A thing of a document: its number among what that one brings.
type At = (DocumentId, u32);

/// An organisation for which something is counted: its id or its name; `None` is nobody, or
/// several in conflict.
pub type Party = Option<String>;

/// The figures of all documents of one space.
///
/// Two of them are equal when they hold the same contributions, whatever the way there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    documents: BTreeMap<DocumentId, Contribution>,
    tallies: BTreeMap<(Matter, Party), Tally>,
    priorities: BTreeMap<String, PriorityTotal>,
    plans: BTreeMap<Option<String>, PriorityTotal>,
    sources: BTreeMap<Option<String>, Moneys>,
    /// By document that is served: alone, then with others.
    served: BTreeMap<String, (Moneys, Moneys)>,
    attended: BTreeMap<AttendanceKey, Attended>,
    /// Meetings with anybody on their list, by year and body.
    held: BTreeMap<(u32, String), u64>,
    /// By organisation: the colleges that cards of the directory give it.
    colleges: BTreeMap<String, BTreeMap<String, u64>>,
    /// Open things with one day.
    due: BTreeMap<Day, BTreeSet<At>>,
    /// Open things without a day, or with several.
    undated: BTreeSet<At>,
    /// By matter, the open things: those with a day first, the earliest before.
    open: BTreeMap<Matter, BTreeSet<(Option<Day>, At)>>,
    sheets: BTreeSet<(String, DocumentId)>,
    reports: BTreeMap<Option<Day>, BTreeSet<DocumentId>>,
    meetings: BTreeMap<String, BTreeSet<At>>,
    to_settle: BTreeSet<DocumentId>,
    changed: BTreeMap<Day, BTreeSet<DocumentId>>,
}

/// What attendance is counted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct AttendanceKey {
    year: u32,
    body: String,
    partner: String,
    college: String,
}

impl Figures {
    /// Starts with no document.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in what a document brings now, in the place of what it brought before; `None` when
    /// it brings nothing any more.
    ///
    /// Cost: that of the two contributions, and a look-up for each of their lines.
    pub fn update(&mut self, document: DocumentId, contribution: Option<Contribution>) {
        if let Some(old) = self.documents.remove(&document) {
            self.enter(document, &old, ledger::Way::Out);
        }
        if let Some(new) = contribution {
            self.enter(document, &new, ledger::Way::In);
            self.documents.insert(document, new);
        }
    }

    /// Returns what a document brings.
    #[must_use]
    pub fn contribution(&self, document: &DocumentId) -> Option<&Contribution> {
        self.documents.get(document)
    }

    /// Returns every document and what it brings.
    pub fn contributions(&self) -> impl Iterator<Item = (&DocumentId, &Contribution)> {
        self.documents.iter()
    }

    /// Returns how many documents are counted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.documents.len()
    }

    /// Tells whether no document is counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    /// Returns who changed a document on or after a day: by organisation, the changes.
    #[must_use]
    pub fn writers_since(
        &self,
        document: &DocumentId,
        since: Day,
    ) -> BTreeMap<Option<PartnerId>, u32> {
        let mut writers = BTreeMap::new();
        let told = self.documents.get(document).map_or(&[][..], |one| &one.activity);
        for activity in told.iter().filter(|activity| activity.day >= since) {
            let changes: &mut u32 = writers.entry(activity.partner).or_default();
            *changes = changes.saturating_add(activity.changes);
        }
        writers
    }
}
