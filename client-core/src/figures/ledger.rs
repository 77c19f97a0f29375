//! Taking a contribution in and out: counts, sums and indices ordered by day.
//!
//! What is taken in is taken out to the last unit, and an entry that comes to nothing is
//! removed: the way there leaves no trace.

use std::collections::{BTreeMap, BTreeSet};

use protocol::id::DocumentId;

use super::contribution::{
    Came, Contribution, FundingFigures, Presence, Reports, Settled, SheetFigures, Thing,
};
use super::{AttendanceKey, Figures};
use crate::kinds::parts::{Matter, Standing};

/// Whether a contribution comes in or goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    In,
    Out,
}

impl Way {
    fn count(self, counted: &mut u64, by: u64) {
        *counted = match self {
            Self::In => counted.saturating_add(by),
            Self::Out => counted.saturating_sub(by),
        };
    }

    fn add(self, total: &mut i128, amount: i64) {
        match self {
            Self::In => *total += i128::from(amount),
            Self::Out => *total -= i128::from(amount),
        }
    }
}

/// Things counted by how they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Not begun.
    pub waiting: u64,
    /// Under way.
    pub open: u64,
    /// Held up.
    pub blocked: u64,
    /// Done, or kept.
    pub done: u64,
    /// Done in part.
    pub partly: u64,
    /// Not done, and over.
    pub missed: u64,
    /// Given up or void.
    pub dropped: u64,
    /// How they stand is to be settled.
    pub to_settle: u64,
}

impl Tally {
    /// Returns how many things were counted.
    #[must_use]
    pub const fn total(&self) -> u64 {
        let over = self.done + self.partly + self.missed + self.dropped;
        self.waiting + self.open + self.blocked + over + self.to_settle
    }

    /// Returns the share that is done, in whole percent, rounded down; nothing while one is to
    /// be settled, or there is none.
    #[must_use]
    pub fn done_share(&self) -> Option<u8> {
        if self.to_settle > 0 { None } else { super::share(self.done, self.total()) }
    }

    fn enter(&mut self, standing: Settled<Standing>, way: Way) {
        let counted = match standing {
            Settled::One(Standing::Waiting) | Settled::Nothing => &mut self.waiting,
            Settled::One(Standing::Open) => &mut self.open,
            Settled::One(Standing::Blocked) => &mut self.blocked,
            Settled::One(Standing::Done) => &mut self.done,
            Settled::One(Standing::Partly) => &mut self.partly,
            Settled::One(Standing::Missed) => &mut self.missed,
            Settled::One(Standing::Dropped) => &mut self.dropped,
            Settled::ToSettle => &mut self.to_settle,
        };
        way.count(counted, 1);
    }

    /// Returns the tally of one thing.
    #[must_use]
    pub fn of(standing: Settled<Standing>) -> Self {
        let mut one = Self::default();
        one.enter(standing, Way::In);
        one
    }

    /// Adds another tally.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            waiting: self.waiting + other.waiting,
            open: self.open + other.open,
            blocked: self.blocked + other.blocked,
            done: self.done + other.done,
            partly: self.partly + other.partly,
            missed: self.missed + other.missed,
            dropped: self.dropped + other.dropped,
            to_settle: self.to_settle + other.to_settle,
        }
    }

    fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// Sheets of one priority or of one part of the plan, and their objectives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PriorityTotal {
    /// The sheets.
    pub sheets: Tally,
    /// Their objectives.
    pub objectives: Tally,
}

/// One sum of money: whole cents, and how many amounts are in no sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Money {
    /// What is settled, in cents.
    pub cents: i128,
    /// Amounts that are to be settled: they are in no sum.
    pub to_settle: u64,
}

impl Money {
    fn enter(&mut self, amount: Settled<i64>, way: Way) {
        match amount {
            Settled::Nothing => {}
            Settled::One(amount) => way.add(&mut self.cents, amount),
            Settled::ToSettle => way.count(&mut self.to_settle, 1),
        }
    }

    /// Adds another sum.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self { cents: self.cents + other.cents, to_settle: self.to_settle + other.to_settle }
    }
}

/// What fundings come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moneys {
    /// How many fundings, by how they stand; those dropped are in no sum.
    pub fundings: Tally,
    /// What was asked.
    pub asked: Money,
    /// What was granted.
    pub granted: Money,
    /// What was paid.
    pub paid: Money,
    /// What was used.
    pub used: Money,
}

impl Moneys {
    fn enter(&mut self, of: &FundingFigures, way: Way) {
        self.fundings.enter(of.standing, way);
        if of.standing == Settled::One(Standing::Dropped) {
            return;
        }
        // Whether it counts at all may be to be settled: then no amount of it does.
        let sum = |amount: Settled<i64>| match (of.standing, amount) {
            (Settled::ToSettle, Settled::One(_)) => Settled::ToSettle,
            (_, amount) => amount,
        };
        self.asked.enter(sum(of.asked), way);
        self.granted.enter(sum(of.granted), way);
        self.paid.enter(sum(of.paid), way);
        self.used.enter(sum(of.used), way);
    }

    /// Adds other fundings.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            fundings: self.fundings.and(other.fundings),
            asked: self.asked.and(other.asked),
            granted: self.granted.and(other.granted),
            paid: self.paid.and(other.paid),
            used: self.used.and(other.used),
        }
    }

    fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// How often organisations came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attended {
    /// There, or somebody for them.
    pub here: u64,
    /// Not there.
    pub away: u64,
    /// Guests, and those of whom nobody has said.
    pub uncounted: u64,
    /// To be settled.
    pub to_settle: u64,
}

impl Attended {
    /// Returns the share of those who came among those who are counted, in whole percent,
    /// rounded down.
    #[must_use]
    pub fn share(&self) -> Option<u8> {
        super::share(self.here, self.here + self.away)
    }

    /// Adds others.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            here: self.here + other.here,
            away: self.away + other.away,
            uncounted: self.uncounted + other.uncounted,
            to_settle: self.to_settle + other.to_settle,
        }
    }

    fn enter(&mut self, came: Came, way: Way) {
        let counted = match came {
            Came::Here => &mut self.here,
            Came::Away => &mut self.away,
            Came::Uncounted => &mut self.uncounted,
            Came::ToSettle => &mut self.to_settle,
        };
        way.count(counted, 1);
    }
}

/// Changes one entry of a map, and removes it when it comes to nothing.
fn change<K: Ord, V: Default>(
    map: &mut BTreeMap<K, V>,
    key: K,
    alter: impl FnOnce(&mut V),
    is_nothing: impl FnOnce(&V) -> bool,
) {
    let mut value = map.remove(&key).unwrap_or_default();
    alter(&mut value);
    if !is_nothing(&value) {
        map.insert(key, value);
    }
}

/// Puts a member into the set under a key, or takes it out.
fn mark<K: Ord, T: Ord>(map: &mut BTreeMap<K, BTreeSet<T>>, key: K, member: T, way: Way) {
    let alter = |set: &mut BTreeSet<T>| match way {
        Way::In => _ = set.insert(member),
        Way::Out => _ = set.remove(&member),
    };
    change(map, key, alter, BTreeSet::is_empty);
}

/// Puts a member into a set, or takes it out.
fn put<T: Ord>(set: &mut BTreeSet<T>, member: T, way: Way) {
    match way {
        Way::In => _ = set.insert(member),
        Way::Out => _ = set.remove(&member),
    }
}

impl Figures {
    /// Takes what a document brings in or out.
    pub(super) fn enter(&mut self, document: DocumentId, of: &Contribution, way: Way) {
        for (number, thing) in (0..).zip(&of.things) {
            self.enter_thing((document, number), thing, way);
        }
        if let Some(sheet) = &of.sheet {
            self.enter_sheet(document, sheet, &of.things, way);
        }
        if let Some(funding) = &of.funding {
            self.enter_funding(funding, way);
        }
        for (number, meeting) in (0..).zip(&of.meetings) {
            mark(&mut self.meetings, meeting.at.clone(), (document, number), way);
        }
        self.enter_presences(&of.presences, way);
        if let Some((partner, college)) = of.college.clone() {
            let alter = |colleges: &mut BTreeMap<String, u64>| {
                change(colleges, college, |count| way.count(count, 1), |count| *count == 0);
            };
            change(&mut self.colleges, partner, alter, BTreeMap::is_empty);
        }
        if of.to_settle > 0 {
            put(&mut self.to_settle, document, way);
        }
        let days: BTreeSet<_> = of.activity.iter().map(|activity| activity.day).collect();
        for day in days {
            mark(&mut self.changed, day, document, way);
        }
    }

    fn enter_thing(&mut self, at: (DocumentId, u32), thing: &Thing, way: Way) {
        let party = thing.responsible.one().cloned();
        let alter = |tally: &mut Tally| tally.enter(thing.standing, way);
        change(&mut self.tallies, (thing.matter, party), alter, Tally::is_nothing);
        // Of several values in conflict one may be open: it stays in sight, and is never late.
        if thing.standing.one().is_some_and(|standing| !standing.is_open()) {
            return;
        }
        let day = thing.due.one().copied();
        mark(&mut self.open, thing.matter, (day, at), way);
        match day.filter(|_| !thing.standing.is_to_settle()) {
            Some(day) => mark(&mut self.due, day, at, way),
            None => put(&mut self.undated, at, way),
        }
    }

    fn enter_sheet(
        &mut self,
        document: DocumentId,
        sheet: &SheetFigures,
        things: &[Thing],
        way: Way,
    ) {
        put(&mut self.sheets, (sheet.code.clone(), document), way);
        let alter = |total: &mut PriorityTotal| {
            total.sheets.enter(sheet.standing, way);
            for thing in things.iter().filter(|thing| thing.matter == Matter::Objective) {
                total.objectives.enter(thing.standing, way);
            }
        };
        let nothing = |total: &PriorityTotal| total.sheets.is_nothing();
        for priority in &sheet.priorities {
            change(&mut self.priorities, priority.clone(), alter, nothing);
        }
        change(&mut self.plans, sheet.plan.clone(), alter, nothing);
        match sheet.reports {
            Reports::NotExpected => {}
            Reports::Since(day) => mark(&mut self.reports, Some(day), document, way),
            Reports::Never => mark(&mut self.reports, None, document, way),
        }
    }

    fn enter_funding(&mut self, funding: &FundingFigures, way: Way) {
        let source = funding.source.one().cloned();
        let alter = |moneys: &mut Moneys| moneys.enter(funding, way);
        change(&mut self.sources, source, alter, Moneys::is_nothing);
        let alone = funding.sheets.len() == 1;
        for sheet in &funding.sheets {
            let alter = |(own, shared): &mut (Moneys, Moneys)| {
                if alone { own.enter(funding, way) } else { shared.enter(funding, way) }
            };
            let nothing =
                |(own, shared): &(Moneys, Moneys)| own.is_nothing() && shared.is_nothing();
            change(&mut self.served, sheet.clone(), alter, nothing);
        }
    }

    fn enter_presences(&mut self, presences: &[Presence], way: Way) {
        let Some(first) = presences.first() else {
            return;
        };
        // A list of those invited is no meeting held.
        if presences.iter().any(|presence| presence.came == Came::Here) {
            let meeting = (first.year, first.body.clone());
            change(&mut self.held, meeting, |count| way.count(count, 1), |count| *count == 0);
        }
        for presence in presences {
            let key = AttendanceKey {
                year: presence.year,
                body: presence.body.clone(),
                partner: presence.partner.clone(),
                college: presence.college.clone(),
            };
            let alter = |attended: &mut Attended| attended.enter(presence.came, way);
            change(&mut self.attended, key, alter, |one| *one == Attended::default());
        }
    }
}
