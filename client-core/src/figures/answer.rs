//! Answers, for a day that is handed in: each as a list of plain lines, and all as a dashboard.
//!
//! What depends on the day is cut out of an index ordered by day, so that an answer costs what it
//! tells. Late is a thing not done whose only day is before the one asked with; a day or a state
//! in conflict makes nothing late, and stands among what is to be settled.

use std::collections::BTreeMap;

use protocol::id::{DocumentId, PartnerId};

use super::contribution::{Contribution, Progress, Reports, Settled, SheetFigures, Thing};
use super::day::Day;
use super::ledger::{Attended, Moneys, PriorityTotal, Tally};
use super::{At, Figures, Party, SILENCE_DAYS};
use crate::kinds::parts::{Matter, Standing};

/// Days of the week to come, the day asked with included.
const WEEK_DAYS: u32 = 7;
/// Days in which terms, notices, calls and deadlines of money are told before they come.
const SOON_DAYS: u32 = 90;

/// What a dashboard is asked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// The day it is for.
    pub on: Day,
    /// The day since which changes are told.
    pub since: Day,
}

/// Something to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The document it stands in.
    pub document: DocumentId,
    /// The name of its kind.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// The thing.
    pub thing: Thing,
    /// Days since the day it was due, when it is late.
    pub late_days: Option<u32>,
}

/// An action sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetLine {
    /// The document.
    pub document: DocumentId,
    /// Its title.
    pub title: String,
    /// What it tells.
    pub sheet: SheetFigures,
    /// Its objectives.
    pub objectives: Tally,
    /// Its steps.
    pub steps: Tally,
    /// How many things of it are late.
    pub late: u64,
    /// Whether a progress report is missing.
    pub silent: bool,
}

/// One priority, and what serves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriorityLine {
    /// Its code.
    pub code: String,
    /// The sheets and their objectives.
    pub total: PriorityTotal,
}

/// One part of the plan, and what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanLine {
    /// The document of the plan, by its id; `None` is what belongs to none.
    pub plan: Option<String>,
    /// Its title, when it is here.
    pub title: String,
    /// The sheets and their objectives.
    pub total: PriorityTotal,
}

/// Money that serves one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FundingLine {
    /// The document, by its id.
    pub document: String,
    /// Its code and its title, when it is here.
    pub code: String,
    /// Its title, when it is here.
    pub title: String,
    /// Money for it alone.
    pub own: Moneys,
    /// Money for it and others together: shared out nowhere, so never to be added up.
    pub shared: Moneys,
}

/// What one organisation answers for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyLine {
    /// The organisation.
    pub party: Party,
    /// How what it answers for stands.
    pub tally: Tally,
    /// How much of it is late.
    pub late: u64,
}

/// Who came, of one college, to the meetings of one body in one year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttendanceLine {
    /// The year; zero for meetings whose day is not settled.
    pub year: u32,
    /// The code of the body; empty while nobody has said.
    pub body: String,
    /// Meetings that were held.
    pub meetings: u64,
    /// The code of the college; empty while nobody has said.
    pub college: String,
    /// How often its organisations came.
    pub attended: Attended,
}

/// A meeting to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingLine {
    /// The document that announces it.
    pub document: DocumentId,
    /// Its title.
    pub title: String,
    /// The day and the time, as stored.
    pub at: String,
    /// The code of the body.
    pub body: String,
    /// What it is about.
    pub label: String,
}

/// A document with values in conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToSettleLine {
    /// The document.
    pub document: DocumentId,
    /// The name of its kind.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// How many of its values await a person.
    pub values: u32,
}

/// A document that was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedLine {
    /// The document.
    pub document: DocumentId,
    /// The name of its kind.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// The last day it was changed.
    pub last: Day,
    /// Who changed it, and how often.
    pub writers: BTreeMap<Option<PartnerId>, u32>,
    /// Fields and sections that were changed, the first few of each day.
    pub places: Vec<String>,
}

/// Everything a coordinator looks at first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dashboard {
    /// What it was asked with.
    pub asked: Asked,
    /// How many documents are counted.
    pub documents: usize,
    /// What is due in the seven days from the day asked with.
    pub week: Vec<Due>,
    /// What is late, the longest first.
    pub late: Vec<Due>,
    /// Terms, notices, calls and deadlines of money in the ninety days after the week.
    pub soon: Vec<Due>,
    /// Everything that is followed, by what it is and how it stands.
    pub tallies: BTreeMap<Matter, Tally>,
    /// The sheets, by their numbers.
    pub sheets: Vec<SheetLine>,
    /// Sheets of which a progress report is expected at all.
    pub reporting: u64,
    /// Sheets without one for more than ninety days.
    pub silent: Vec<DocumentId>,
    /// The priorities that sheets serve.
    pub priorities: Vec<PriorityLine>,
    /// The parts of the plan.
    pub plans: Vec<PlanLine>,
    /// Money by source; `None` is a source that is missing or in conflict.
    pub sources: BTreeMap<Option<String>, Moneys>,
    /// All money.
    pub money: Moneys,
    /// Money by document it serves.
    pub served: Vec<FundingLine>,
    /// Commitments by who answers for them.
    pub commitments: Vec<PartyLine>,
    /// Actions decided in meetings that are not done, the late and the earliest first.
    pub actions: Vec<Due>,
    /// The same by who answers for them.
    pub actors: Vec<PartyLine>,
    /// Who came.
    pub attendance: Vec<AttendanceLine>,
    /// Meetings from the day on.
    pub meetings: Vec<MeetingLine>,
    /// Documents with values in conflict.
    pub to_settle: Vec<ToSettleLine>,
    /// What changed, the latest first.
    pub changed: Vec<ChangedLine>,
}

impl Figures {
    /// Returns everything that a dashboard shows.
    ///
    /// Cost: in proportion to what it tells.
    #[must_use]
    pub fn dashboard(&self, asked: Asked) -> Dashboard {
        let Asked { on, since } = asked;
        let after = on.plus(WEEK_DAYS);
        let term = |due: &Due| {
            use Matter::{Call, Deadline, End, Notice};
            matches!(due.thing.matter, Call | Deadline | End | Notice)
        };
        Dashboard {
            asked,
            documents: self.len(),
            week: self.due_between(on, after, on),
            late: self.late(on),
            soon: self
                .due_between(after, on.plus(SOON_DAYS), on)
                .into_iter()
                .filter(term)
                .collect(),
            tallies: self.tallies(),
            sheets: self.sheets(on),
            reporting: self.reports.values().map(|sheets| sheets.len() as u64).sum(),
            silent: self.silent(on),
            priorities: self.priorities(),
            plans: self.plans(),
            sources: self.sources.clone(),
            money: self.sources.values().fold(Moneys::default(), |all, one| all.and(*one)),
            served: self.served(),
            commitments: self.parties(Matter::Commitment, on),
            actions: self.open(Matter::Action, on),
            actors: self.parties(Matter::Action, on),
            attendance: self.attendance(),
            meetings: self.meetings_from(on),
            to_settle: self.to_settle(),
            changed: self.changed_since(since),
        }
    }

    /// Returns what is late on a day, the longest first.
    #[must_use]
    pub fn late(&self, on: Day) -> Vec<Due> {
        let late = self.due.range(..on).flat_map(|(_, things)| things);
        late.filter_map(|at| self.due_at(*at, on)).collect()
    }

    /// Returns what is due from a day until another, that one not included, the earliest first.
    #[must_use]
    pub fn due_between(&self, from: Day, until: Day, on: Day) -> Vec<Due> {
        if from >= until {
            return Vec::new();
        }
        let due = self.due.range(from..until).flat_map(|(_, things)| things);
        due.filter_map(|at| self.due_at(*at, on)).collect()
    }

    /// Returns what is not done of one sort: with a day before without, the earliest first.
    #[must_use]
    pub fn open(&self, matter: Matter, on: Day) -> Vec<Due> {
        let open = self.open.get(&matter).into_iter().flatten().copied();
        let (undated, dated): (Vec<_>, Vec<_>) = open.partition(|(day, _)| day.is_none());
        let all = dated.into_iter().chain(undated);
        all.filter_map(|(_, at)| self.due_at(at, on)).collect()
    }

    /// Returns everything followed that is open and has no day, or several in conflict.
    #[must_use]
    pub fn undated(&self, on: Day) -> Vec<Due> {
        self.undated.iter().filter_map(|at| self.due_at(*at, on)).collect()
    }

    fn due_at(&self, (document, number): At, on: Day) -> Option<Due> {
        let of = self.documents.get(&document)?;
        let thing = of.things.get(usize::try_from(number).ok()?)?;
        Some(Due {
            document,
            kind: of.kind.clone(),
            title: of.title.clone(),
            thing: thing.clone(),
            late_days: late_days(thing, on),
        })
    }

    /// Returns how everything followed stands, by what sort of thing it is.
    #[must_use]
    pub fn tallies(&self) -> BTreeMap<Matter, Tally> {
        let mut all: BTreeMap<Matter, Tally> = BTreeMap::new();
        for ((matter, _), tally) in &self.tallies {
            let total = all.entry(*matter).or_default();
            *total = total.and(*tally);
        }
        all
    }

    /// Returns what each organisation answers for, of one sort of things.
    #[must_use]
    pub fn parties(&self, matter: Matter, on: Day) -> Vec<PartyLine> {
        let mut late: BTreeMap<Option<&String>, u64> = BTreeMap::new();
        for (day, at) in self.open.get(&matter).into_iter().flatten() {
            let thing = self.thing(*at).filter(|_| day.is_some_and(|day| day < on));
            if let Some(thing) = thing.filter(|thing| late_days(thing, on).is_some()) {
                *late.entry(thing.responsible.one()).or_default() += 1;
            }
        }
        let of = self.tallies.range((matter, Party::None)..);
        let of = of.take_while(|((other, _), _)| *other == matter);
        let line = |(party, tally): (&Party, &Tally)| PartyLine {
            party: party.clone(),
            tally: *tally,
            late: late.get(&party.as_ref()).copied().unwrap_or(0),
        };
        of.map(|((_, party), tally)| line((party, tally))).collect()
    }

    fn thing(&self, (document, number): At) -> Option<&Thing> {
        self.documents.get(&document)?.things.get(usize::try_from(number).ok()?)
    }

    /// Returns the action sheets, by their numbers.
    #[must_use]
    pub fn sheets(&self, on: Day) -> Vec<SheetLine> {
        let line = |(_, document): &(String, DocumentId)| {
            let of = self.documents.get(document)?;
            let sheet = of.sheet.clone()?;
            let late = of.things.iter().filter(|thing| late_days(thing, on).is_some());
            Some(SheetLine {
                document: *document,
                title: of.title.clone(),
                silent: is_silent(sheet.reports, on),
                objectives: tally(of, Matter::Objective),
                steps: tally(of, Matter::Step),
                late: late.count() as u64,
                sheet,
            })
        };
        self.sheets.iter().filter_map(line).collect()
    }

    /// Returns the sheets without a progress report for more than ninety days: those that never
    /// had one first, then the longest.
    #[must_use]
    pub fn silent(&self, on: Day) -> Vec<DocumentId> {
        let before = on.minus(SILENCE_DAYS);
        let silent = self.reports.range(..Some(before)).flat_map(|(_, sheets)| sheets);
        silent.copied().collect()
    }

    /// Returns the priorities that sheets serve, by their codes.
    #[must_use]
    pub fn priorities(&self) -> Vec<PriorityLine> {
        let line = |(code, total): (&String, &PriorityTotal)| PriorityLine {
            code: code.clone(),
            total: *total,
        };
        self.priorities.iter().map(line).collect()
    }

    /// Returns the parts of the plan that sheets belong to.
    #[must_use]
    pub fn plans(&self) -> Vec<PlanLine> {
        let line = |(plan, total): (&Option<String>, &PriorityTotal)| PlanLine {
            title: plan.as_deref().map_or_else(String::new, |plan| self.title_of(plan)),
            plan: plan.clone(),
            total: *total,
        };
        self.plans.iter().map(line).collect()
    }

    fn title_of(&self, id: &str) -> String {
        let id = id.parse::<DocumentId>().ok();
        let of = id.and_then(|id| self.documents.get(&id));
        of.map_or_else(String::new, |of| of.title.clone())
    }

    /// Returns the money that serves each document.
    #[must_use]
    pub fn served(&self) -> Vec<FundingLine> {
        let line = |(document, (own, shared)): (&String, &(Moneys, Moneys))| {
            let id = document.parse::<DocumentId>().ok();
            let sheet = id.and_then(|id| self.documents.get(&id)?.sheet.as_ref());
            FundingLine {
                code: sheet.map_or_else(String::new, |sheet| sheet.code.clone()),
                title: self.title_of(document),
                document: document.clone(),
                own: *own,
                shared: *shared,
            }
        };
        let mut lines: Vec<FundingLine> = self.served.iter().map(line).collect();
        lines.sort_by(|a, b| (&a.code, &a.document).cmp(&(&b.code, &b.document)));
        lines
    }

    /// Returns who came, by year, body and college. An organisation whose row names no college
    /// counts for the one of its card in the directory, if its cards agree.
    #[must_use]
    pub fn attendance(&self) -> Vec<AttendanceLine> {
        let mut lines: BTreeMap<(u32, String, String), Attended> = BTreeMap::new();
        for (key, attended) in &self.attended {
            let college = match key.college.as_str() {
                "" => self.college_of(&key.partner).unwrap_or_default(),
                college => college,
            };
            let line = (key.year, key.body.clone(), college.to_owned());
            let total = lines.entry(line).or_default();
            *total = total.and(*attended);
        }
        let line = |((year, body, college), attended): ((u32, String, String), Attended)| {
            let meetings = self.held.get(&(year, body.clone())).copied().unwrap_or(0);
            AttendanceLine { year, body, meetings, college, attended }
        };
        lines.into_iter().map(line).collect()
    }

    fn college_of(&self, partner: &str) -> Option<&str> {
        let mut colleges = self.colleges.get(partner)?.keys();
        colleges.next().filter(|_| colleges.next().is_none()).map(String::as_str)
    }

    /// Returns the meetings from a day on, the next first; one of several documents that announce
    /// the same meeting of a body.
    #[must_use]
    pub fn meetings_from(&self, day: Day) -> Vec<MeetingLine> {
        let mut lines: Vec<MeetingLine> = Vec::new();
        for (at, announced) in self.meetings.range(day.to_string()..) {
            for (document, number) in announced {
                let Some(of) = self.documents.get(document) else { continue };
                let place = usize::try_from(*number).ok();
                let Some(meeting) = place.and_then(|place| of.meetings.get(place)) else {
                    continue;
                };
                if lines.last().is_some_and(|last| last.at == *at && last.body == meeting.body) {
                    continue;
                }
                lines.push(MeetingLine {
                    document: *document,
                    title: of.title.clone(),
                    at: at.clone(),
                    body: meeting.body.clone(),
                    label: meeting.label.clone(),
                });
            }
        }
        lines
    }

    /// Returns the documents with values in conflict, those with most first.
    #[must_use]
    pub fn to_settle(&self) -> Vec<ToSettleLine> {
        let line = |document: &DocumentId| {
            let of = self.documents.get(document)?;
            let (kind, title) = (of.kind.clone(), of.title.clone());
            Some(ToSettleLine { document: *document, kind, title, values: of.to_settle })
        };
        let mut lines: Vec<ToSettleLine> = self.to_settle.iter().filter_map(line).collect();
        lines.sort_by_key(|line| std::cmp::Reverse(line.values));
        lines
    }

    /// Returns what changed on or after a day, the latest first.
    #[must_use]
    pub fn changed_since(&self, since: Day) -> Vec<ChangedLine> {
        let mut last: BTreeMap<DocumentId, Day> = BTreeMap::new();
        for (day, documents) in self.changed.range(since..) {
            last.extend(documents.iter().map(|document| (*document, *day)));
        }
        let line = |(document, last): (DocumentId, Day)| {
            let of = self.documents.get(&document)?;
            let mut places: Vec<String> = Vec::new();
            for activity in of.activity.iter().filter(|activity| activity.day >= since) {
                let new = activity.places.iter().filter(|place| !place.is_empty());
                let new: Vec<_> = new.filter(|place| !places.contains(place)).cloned().collect();
                places.extend(new);
            }
            let writers = self.writers_since(&document, since);
            let (kind, title) = (of.kind.clone(), of.title.clone());
            Some(ChangedLine { document, kind, title, last, writers, places })
        };
        let mut lines: Vec<ChangedLine> = last.into_iter().filter_map(line).collect();
        lines.sort_by(|a, b| (b.last, &a.title).cmp(&(a.last, &b.title)));
        lines
    }
}

fn tally(of: &Contribution, matter: Matter) -> Tally {
    let things = of.things.iter().filter(|thing| thing.matter == matter);
    things.fold(Tally::default(), |all, thing| all.and(Tally::of(thing.standing)))
}

fn is_silent(reports: Reports, on: Day) -> bool {
    match reports {
        Reports::NotExpected => false,
        Reports::Never => true,
        Reports::Since(day) => day < on.minus(SILENCE_DAYS),
    }
}

/// Returns how many days ago something was due that is not done and has one day and one state.
fn late_days(thing: &Thing, on: Day) -> Option<u32> {
    let due = thing.due.one().filter(|due| **due < on)?;
    let open = matches!(thing.standing, Settled::One(standing) if standing.is_open());
    open.then(|| on.after(*due))
}

impl SheetLine {
    /// Tells whether the sheet as a whole, or anything in it, is late.
    #[must_use]
    pub const fn is_late(&self) -> bool {
        self.late > 0
    }

    /// Returns its progress in whole percent, once there is one.
    #[must_use]
    pub const fn percent(&self) -> Option<u8> {
        self.sheet.progress.percent()
    }

    /// Tells whether its progress awaits a person.
    #[must_use]
    pub fn is_to_settle(&self) -> bool {
        self.sheet.progress == Progress::ToSettle || self.sheet.standing == Settled::ToSettle
    }

    /// Tells whether the sheet is done or given up.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.sheet.standing.one().is_some_and(|standing: &Standing| !standing.is_open())
    }
}
