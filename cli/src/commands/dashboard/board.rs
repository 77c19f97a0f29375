//! A dashboard as scripts read it: stable keys, codes, days as `2026-11-22`, money in cents.

use std::collections::BTreeMap;

use client_core::figures::{
    self, AttendanceLine, ChangedLine, Due, FundingLine, MeetingLine, PartyLine, PlanLine,
    Progress, Reports, Settled, SheetLine, Tally, ToSettleLine,
};
use client_core::kinds::Catalogue;
use client_core::replica::DashboardView;
use protocol::id::PartnerId;
use serde::{Deserialize, Serialize};

use super::indicators::Indicator;
use super::money::Sums;

/// What the documents of a space come to.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Board {
    pub(super) space: String,
    pub(super) title: String,
    pub(super) on: String,
    pub(super) since: String,
    pub(super) documents: usize,
    pub(super) unreadable: usize,
    pub(super) week: Vec<ToDo>,
    pub(super) late: Vec<ToDo>,
    pub(super) soon: Vec<ToDo>,
    pub(super) tallies: BTreeMap<String, Counts>,
    pub(super) sheets: Vec<Sheet>,
    pub(super) reporting: u64,
    pub(super) silent: Vec<String>,
    pub(super) priorities: Vec<Priority>,
    pub(super) plans: Vec<Plan>,
    pub(super) funding: Funding,
    #[serde(default)]
    pub(super) indicators: Vec<Indicator>,
    pub(super) commitments: Vec<Answerable>,
    pub(super) actions: Vec<ToDo>,
    pub(super) actors: Vec<Answerable>,
    pub(super) attendance: Vec<Attendance>,
    pub(super) meetings: Vec<Meeting>,
    pub(super) to_settle: Vec<ToSettle>,
    pub(super) changes: Vec<Change>,
}

/// Things counted by how they stand.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub(super) total: u64,
    pub(super) waiting: u64,
    pub(super) open: u64,
    pub(super) blocked: u64,
    pub(super) done: u64,
    pub(super) partly: u64,
    pub(super) missed: u64,
    pub(super) dropped: u64,
    pub(super) to_settle: u64,
}

/// An organisation: its id when it is of the space, and what it is called.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Who {
    pub(super) partner: Option<String>,
    pub(super) name: String,
    pub(super) to_settle: bool,
}

/// Something to be done.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ToDo {
    pub(super) document: String,
    pub(super) kind: String,
    pub(super) title: String,
    pub(super) matter: String,
    pub(super) row: Option<String>,
    pub(super) code: String,
    pub(super) label: String,
    pub(super) due: Option<String>,
    pub(super) due_to_settle: bool,
    pub(super) late_days: Option<u32>,
    pub(super) standing: Option<String>,
    pub(super) responsible: Who,
}

/// An action sheet.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Sheet {
    pub(super) document: String,
    pub(super) code: String,
    pub(super) title: String,
    pub(super) lead: Who,
    pub(super) standing: Option<String>,
    pub(super) percent: Option<u8>,
    pub(super) percent_from: String,
    pub(super) plan: Option<String>,
    pub(super) priorities: Vec<String>,
    pub(super) reported: Option<String>,
    pub(super) report_expected: bool,
    pub(super) silent: bool,
    pub(super) objectives: Counts,
    pub(super) steps: Counts,
    pub(super) late: u64,
}

/// A national priority.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Priority {
    pub(super) code: String,
    pub(super) sheets: Counts,
    pub(super) objectives: Counts,
}

/// A part of the plan.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(super) plan: Option<String>,
    pub(super) title: String,
    pub(super) sheets: Counts,
    pub(super) objectives: Counts,
}

/// Money, by source and by the sheet it serves.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Funding {
    pub(super) total: Sums,
    pub(super) sources: Vec<Source>,
    pub(super) sheets: Vec<Served>,
}

/// Money of one source.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Source {
    pub(super) source: Option<String>,
    #[serde(flatten)]
    pub(super) sums: Sums,
}

/// Money that serves one sheet, alone or with others.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Served {
    pub(super) document: String,
    pub(super) code: String,
    pub(super) title: String,
    pub(super) own: Sums,
    pub(super) shared: Sums,
}

/// What one organisation answers for.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Answerable {
    #[serde(flatten)]
    pub(super) who: Who,
    pub(super) counts: Counts,
    pub(super) late: u64,
}

/// Who came, of one college, to the meetings of one body in one year.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Attendance {
    pub(super) year: u32,
    pub(super) body: String,
    pub(super) meetings: u64,
    pub(super) college: String,
    pub(super) here: u64,
    pub(super) away: u64,
    pub(super) uncounted: u64,
    pub(super) to_settle: u64,
    pub(super) percent: Option<u8>,
}

/// A meeting to come.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Meeting {
    pub(super) document: String,
    pub(super) title: String,
    pub(super) at: String,
    pub(super) body: String,
    pub(super) label: String,
}

/// A document with values in conflict.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ToSettle {
    pub(super) document: String,
    pub(super) kind: String,
    pub(super) title: String,
    pub(super) values: u32,
}

/// A document that was changed.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Change {
    pub(super) document: String,
    pub(super) kind: String,
    pub(super) title: String,
    pub(super) last: String,
    pub(super) writers: Vec<Writer>,
    pub(super) places: Vec<String>,
}

/// Who changed a document, and how often.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Writer {
    pub(super) partner: Option<String>,
    pub(super) name: String,
    pub(super) changes: u32,
}

/// The names of the organisations of a space, by their ids in hexadecimal.
struct Names(BTreeMap<String, String>);

impl Names {
    fn of(&self, party: Option<&str>, to_settle: bool) -> Who {
        let known = party.and_then(|party| self.0.get_key_value(party));
        Who {
            partner: known.map(|(id, _)| id.clone()),
            name: known.map_or(party.unwrap_or_default(), |(_, name)| name).to_owned(),
            to_settle,
        }
    }

    fn settled(&self, party: &Settled<String>) -> Who {
        self.of(party.one().map(String::as_str), party.is_to_settle())
    }

    fn partner(&self, partner: Option<PartnerId>) -> (Option<String>, String) {
        let id = partner.map(|partner| partner.to_string());
        let name = id.as_ref().and_then(|id| self.0.get(id)).cloned();
        (id, name.unwrap_or_default())
    }
}

impl From<DashboardView> for Board {
    fn from(view: DashboardView) -> Self {
        let names = view.partners.into_iter().map(|(id, name)| (id.to_string(), name));
        let names = Names(names.collect());
        let board = view.dashboard;
        let to_do = |lines: Vec<Due>| lines.into_iter().map(|due| ToDo::of(due, &names)).collect();
        let answerable = |lines: Vec<PartyLine>| {
            lines.into_iter().map(|line| Answerable::of(&line, &names)).collect()
        };
        Self {
            space: view.space.to_string(),
            title: view.title,
            on: board.asked.on.to_string(),
            since: board.asked.since.to_string(),
            documents: board.documents,
            unreadable: view.unreadable,
            week: to_do(board.week),
            late: to_do(board.late),
            soon: to_do(board.soon),
            tallies: board
                .tallies
                .into_iter()
                .map(|(matter, tally)| (matter.name().to_owned(), tally.into()))
                .collect(),
            priorities: priorities(&board.priorities),
            sheets: board.sheets.into_iter().map(|line| Sheet::of(line, &names)).collect(),
            reporting: board.reporting,
            silent: board.silent.iter().map(ToString::to_string).collect(),
            plans: board.plans.into_iter().map(Plan::from).collect(),
            funding: Funding {
                total: board.money.into(),
                sources: board
                    .sources
                    .into_iter()
                    .map(|(source, moneys)| Source { source, sums: moneys.into() })
                    .collect(),
                sheets: board.served.into_iter().map(Served::from).collect(),
            },
            indicators: Vec::new(),
            commitments: answerable(board.commitments),
            actions: to_do(board.actions),
            actors: answerable(board.actors),
            attendance: board.attendance.into_iter().map(Attendance::from).collect(),
            meetings: board.meetings.into_iter().map(Meeting::from).collect(),
            to_settle: board.to_settle.into_iter().map(ToSettle::from).collect(),
            changes: board.changed.into_iter().map(|line| Change::of(line, &names)).collect(),
        }
    }
}

/// Returns every national priority, those that nothing serves included, and any other code.
fn priorities(lines: &[figures::PriorityLine]) -> Vec<Priority> {
    let fixed = figures::priorities(Catalogue::STANDARD);
    let others = lines.iter().map(|line| line.code.as_str());
    let others: Vec<&str> = others.filter(|code| !fixed.contains(code)).collect();
    let of = |code: &str| {
        let line = lines.iter().find(|line| line.code == code);
        let total = line.map(|line| line.total).unwrap_or_default();
        let (sheets, objectives) = (total.sheets.into(), total.objectives.into());
        Priority { code: code.to_owned(), sheets, objectives }
    };
    fixed.into_iter().chain(others).map(of).collect()
}

impl From<Tally> for Counts {
    fn from(tally: Tally) -> Self {
        Self {
            total: tally.total(),
            waiting: tally.waiting,
            open: tally.open,
            blocked: tally.blocked,
            done: tally.done,
            partly: tally.partly,
            missed: tally.missed,
            dropped: tally.dropped,
            to_settle: tally.to_settle,
        }
    }
}

impl ToDo {
    fn of(due: Due, names: &Names) -> Self {
        let thing = due.thing;
        Self {
            document: due.document.to_string(),
            kind: due.kind,
            title: due.title,
            matter: thing.matter.name().to_owned(),
            due: thing.due.one().map(ToString::to_string),
            due_to_settle: thing.due.is_to_settle(),
            late_days: due.late_days,
            standing: thing.standing.one().map(|standing| standing.name().to_owned()),
            responsible: names.settled(&thing.responsible),
            row: thing.row,
            code: thing.code,
            label: thing.label,
        }
    }
}

impl Sheet {
    fn of(line: SheetLine, names: &Names) -> Self {
        let sheet = &line.sheet;
        let reported = match sheet.reports {
            Reports::Since(day) => Some(day.to_string()),
            Reports::NotExpected | Reports::Never => None,
        };
        Self {
            document: line.document.to_string(),
            lead: names.settled(&sheet.lead),
            standing: sheet.standing.one().map(|standing| standing.name().to_owned()),
            percent: sheet.progress.percent(),
            percent_from: match sheet.progress {
                Progress::Unknown => "nothing",
                Progress::Chosen(_) => "chosen",
                Progress::Computed(_) => "computed",
                Progress::ToSettle => "to-settle",
            }
            .to_owned(),
            reported,
            report_expected: sheet.reports != Reports::NotExpected,
            silent: line.silent,
            objectives: line.objectives.into(),
            steps: line.steps.into(),
            late: line.late,
            title: line.title,
            code: line.sheet.code,
            plan: line.sheet.plan,
            priorities: line.sheet.priorities,
        }
    }
}

impl From<PlanLine> for Plan {
    fn from(line: PlanLine) -> Self {
        let (sheets, objectives) = (line.total.sheets.into(), line.total.objectives.into());
        Self { plan: line.plan, title: line.title, sheets, objectives }
    }
}

impl From<FundingLine> for Served {
    fn from(line: FundingLine) -> Self {
        Self {
            document: line.document,
            code: line.code,
            title: line.title,
            own: line.own.into(),
            shared: line.shared.into(),
        }
    }
}

impl Answerable {
    fn of(line: &PartyLine, names: &Names) -> Self {
        let who = names.of(line.party.as_deref(), false);
        Self { who, counts: line.tally.into(), late: line.late }
    }
}

impl From<AttendanceLine> for Attendance {
    fn from(line: AttendanceLine) -> Self {
        let attended = line.attended;
        Self {
            year: line.year,
            body: line.body,
            meetings: line.meetings,
            college: line.college,
            here: attended.here,
            away: attended.away,
            uncounted: attended.uncounted,
            to_settle: attended.to_settle,
            percent: attended.share(),
        }
    }
}

impl From<MeetingLine> for Meeting {
    fn from(line: MeetingLine) -> Self {
        let document = line.document.to_string();
        let MeetingLine { title, at, body, label, .. } = line;
        Self { document, title, at, body, label }
    }
}

impl From<ToSettleLine> for ToSettle {
    fn from(line: ToSettleLine) -> Self {
        let document = line.document.to_string();
        Self { document, kind: line.kind, title: line.title, values: line.values }
    }
}

impl Change {
    fn of(line: ChangedLine, names: &Names) -> Self {
        let writers = line.writers.into_iter().map(|(partner, changes)| {
            let (partner, name) = names.partner(partner);
            Writer { partner, name, changes }
        });
        Self {
            document: line.document.to_string(),
            kind: line.kind,
            title: line.title,
            last: line.last.to_string(),
            writers: writers.collect(),
            places: line.places,
        }
    }
}
