//! What one document brings to the figures of a territory: a pure function of that document.
//!
//! It holds days, never a judgement upon them: what is late is asked of [`super::Figures`] with
//! a day. Values in conflict stay apart as [`Settled::ToSettle`]; none is chosen.

use std::collections::{BTreeMap, BTreeSet};

use protocol::id::PartnerId;

use super::day::Day;
use super::reading::{cents, choice, day_of, flag, lines, one, percent, settled, shortened};
use crate::document::{Actor, Document, FieldValue, Place, Row, View};
use crate::kinds::parts::{
    Attendance, College, Followed, Funding, Matter, Meeting, Part, Sheet, Standing, Sum,
};

/// Days of changes by one organisation that one document tells; older ones are left out.
pub const ACTIVITY_MAX: usize = 512;
/// Parts named for the changes of one organisation on one day.
pub const ACTIVITY_PLACES_MAX: usize = 4;

/// Things, meetings or presences that one document brings: ten times what its tables may hold,
/// so that only a hostile document is cut.
pub(super) const THINGS_MAX: usize = 20_000;

/// One value, as far as people agree on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Settled<T> {
    /// Nobody has said.
    Nothing,
    /// This one.
    One(T),
    /// Several were written apart: a person has to settle.
    ToSettle,
}

impl<T> Settled<T> {
    /// Returns the value that stands alone.
    pub const fn one(&self) -> Option<&T> {
        match self {
            Self::One(value) => Some(value),
            Self::Nothing | Self::ToSettle => None,
        }
    }

    /// Tells whether a person has to settle.
    pub const fn is_to_settle(&self) -> bool {
        matches!(self, Self::ToSettle)
    }

    /// Returns what `of` makes of the value; nothing when it makes nothing.
    pub fn then<U>(self, of: impl FnOnce(T) -> Option<U>) -> Settled<U> {
        match self {
            Self::Nothing => Settled::Nothing,
            Self::One(value) => of(value).map_or(Settled::Nothing, Settled::One),
            Self::ToSettle => Settled::ToSettle,
        }
    }
}

/// What one document brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contribution {
    /// The name of its kind.
    pub kind: String,
    /// Its title, shortened.
    pub title: String,
    /// How many of its values await a person.
    pub to_settle: u32,
    /// What is followed in it.
    pub things: Vec<Thing>,
    /// What it tells as an action sheet.
    pub sheet: Option<SheetFigures>,
    /// What it tells as money.
    pub funding: Option<FundingFigures>,
    /// The meetings it announces or tells of.
    pub meetings: Vec<MeetingDay>,
    /// Who came.
    pub presences: Vec<Presence>,
    /// The organisation and its college.
    pub college: Option<(String, String)>,
    /// Who changed it, on which days, the earliest first.
    pub activity: Vec<Activity>,
}

/// Something to be done by a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thing {
    /// What sort of thing.
    pub matter: Matter,
    /// The id of its row; none when it is the document itself.
    pub row: Option<String>,
    /// What it is called in print; empty when it is not.
    pub code: String,
    /// What it is about, shortened; empty when the title of the document says it.
    pub label: String,
    /// The day by which it is to be done.
    pub due: Settled<Day>,
    /// The organisation that answers for it: its id, or a name.
    pub responsible: Settled<String>,
    /// How it stands.
    pub standing: Settled<Standing>,
}

impl Thing {
    /// Returns a thing of which only the sort and the words are known.
    #[must_use]
    pub fn of_label(matter: Matter, label: &str) -> Self {
        Self {
            matter,
            row: None,
            code: String::new(),
            label: label.to_owned(),
            due: Settled::Nothing,
            responsible: Settled::Nothing,
            standing: Settled::Nothing,
        }
    }
}

/// Progress in whole percent, rounded down: one hundred is never said of less than all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Progress {
    /// There is nothing to tell it from.
    Unknown,
    /// As a person has put it down.
    Chosen(u8),
    /// As worked out from what is done.
    Computed(u8),
    /// Values in conflict bear upon it.
    ToSettle,
}

impl Progress {
    /// Returns the percentage, once there is one.
    #[must_use]
    pub const fn percent(self) -> Option<u8> {
        match self {
            Self::Chosen(percent) | Self::Computed(percent) => Some(percent),
            Self::Unknown | Self::ToSettle => None,
        }
    }
}

/// What an action sheet tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetFigures {
    /// Its number; empty while it has none.
    pub code: String,
    /// The organisation that leads it.
    pub lead: Settled<String>,
    /// How it stands.
    pub standing: Settled<Standing>,
    /// How far it has come.
    pub progress: Progress,
    /// The document of the plan it belongs to, by its id.
    pub plan: Option<String>,
    /// The codes of the priorities it serves.
    pub priorities: Vec<String>,
    /// Whether progress reports are expected of it.
    pub reports: Reports,
}

/// Whether progress reports are expected, and since when there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reports {
    /// It is over, or has not begun: none is expected.
    NotExpected,
    /// The last one is of that day; or, without any, the action began then.
    Since(Day),
    /// There is none, and no first day either.
    Never,
}

/// What one document of money tells; amounts in whole cents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FundingFigures {
    /// Its code; empty while it has none.
    pub code: String,
    /// The code of its source.
    pub source: Settled<String>,
    /// Who receives it.
    pub beneficiary: Settled<String>,
    /// How it stands.
    pub standing: Settled<Standing>,
    /// What was asked.
    pub asked: Settled<i64>,
    /// What was granted.
    pub granted: Settled<i64>,
    /// What was paid.
    pub paid: Settled<i64>,
    /// What was used.
    pub used: Settled<i64>,
    /// The documents it serves, by their ids.
    pub sheets: Vec<String>,
}

/// A meeting on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingDay {
    /// The day.
    pub day: Day,
    /// The day and the time as stored: `2026-12-03T14:00`.
    pub at: String,
    /// The code of the body that meets; empty while nobody has said.
    pub body: String,
    /// What it is about; empty when the title of the document says it.
    pub label: String,
}

/// Whether an organisation came to a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    /// The year of the meeting; zero while its day is not settled.
    pub year: u32,
    /// The code of the body; empty while nobody has said.
    pub body: String,
    /// The organisation: its id, or a name.
    pub partner: String,
    /// The code of its college; empty when only the directory says it.
    pub college: String,
    /// Whether it was there.
    pub came: Came,
}

/// Whether an organisation came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Came {
    /// It was there, or somebody for it.
    Here,
    /// It was not.
    Away,
    /// It was a guest, or nobody has said.
    Uncounted,
    /// Values in conflict say so and otherwise.
    ToSettle,
}

/// The changes of one organisation on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// The day, in UTC, as its writers claim.
    pub day: Day,
    /// The organisation; `None` while this replica does not know it.
    pub partner: Option<PartnerId>,
    /// How many changes.
    pub changes: u32,
    /// Fields and sections that were changed, the first few.
    pub places: Vec<String>,
}

/// Returns what a document brings; `None` until its first change is in.
///
/// Cost: that of drawing the document, and one step for each of its changes.
#[must_use]
pub fn contribution(
    document: &Document,
    partner_of: &dyn Fn(&Actor) -> Option<PartnerId>,
) -> Option<Contribution> {
    let view = document.view()?;
    let activity = activity(document, partner_of);
    Some(of_view(&view, activity))
}

/// Returns what a document brings as it is drawn.
#[must_use]
pub fn of_view(view: &View, activity: Vec<Activity>) -> Contribution {
    let kind = view.kind;
    let mut made = Contribution {
        kind: kind.name.to_owned(),
        title: shortened(&view.title),
        to_settle: u32::try_from(view.conflicts.len()).unwrap_or(u32::MAX),
        things: Vec::new(),
        sheet: None,
        funding: None,
        meetings: Vec::new(),
        presences: Vec::new(),
        college: None,
        activity,
    };
    for part in kind.parts {
        match part {
            Part::Followed(part) => made.things.extend(followed(view, part)),
            Part::Sheet(_) => {}
            Part::Funding(part) => made.funding = Some(funding(view, part)),
            Part::Meeting(part) => made.meetings.extend(meetings(view, part)),
            Part::Attendance(part) => made.presences.extend(presences(view, part)),
            Part::College(part) => made.college = college(view, part),
        }
    }
    made.things.truncate(THINGS_MAX);
    made.meetings.truncate(THINGS_MAX);
    made.presences.truncate(THINGS_MAX);
    // Its progress follows from what is followed in it.
    for part in kind.parts {
        if let Part::Sheet(part) = part {
            let sheet = sheet(view, part, &made.things);
            if sheet.standing == Settled::One(Standing::Dropped) {
                // Of an action that is given up nothing is to be done by any day.
                made.things.iter_mut().for_each(|thing| thing.due = Settled::Nothing);
            }
            made.sheet = Some(sheet);
        }
    }
    made
}

/// What stands under a name, in the document or in one row of it.
#[derive(Clone, Copy)]
enum Holder<'a> {
    Document(&'a View),
    Row(&'a Row),
}

impl<'a> Holder<'a> {
    fn value(self, name: &str) -> Option<&'a FieldValue> {
        match self {
            Self::Document(view) => view.field(name),
            Self::Row(row) => row.cell(name),
        }
    }
}

/// Returns the document itself, or each row of a field.
fn holders<'a>(view: &'a View, rows: Option<&str>) -> Vec<Holder<'a>> {
    match rows {
        None => vec![Holder::Document(view)],
        Some(rows) => view.rows(rows).iter().map(Holder::Row).collect(),
    }
}

fn followed(view: &View, part: &Followed) -> Vec<Thing> {
    let made = holders(view, part.rows).into_iter().filter_map(|holder| {
        let due = due(view, holder, part);
        let row = match holder {
            Holder::Row(row) => Some(row.id.clone()),
            // A document with neither a day nor a state is nothing to be followed.
            Holder::Document(_) if part.state.is_none() && due == Settled::Nothing => return None,
            Holder::Document(_) => None,
        };
        let text = |name: Option<&str>| name.map_or(String::new(), |name| one(holder.value(name)));
        let responsible =
            part.responsible.map_or(Settled::Nothing, |name| settled(holder.value(name)));
        Some(Thing {
            matter: part.matter,
            row,
            code: text(part.code),
            label: text(part.label),
            due,
            responsible,
            standing: standing(holder, part),
        })
    });
    made.collect()
}

fn due(view: &View, holder: Holder<'_>, part: &Followed) -> Settled<Day> {
    let Some(name) = part.due else { return Settled::Nothing };
    match part.unless.map(|(field, wanted)| (settled(holder.value(field)), wanted)) {
        Some((Settled::One(value), wanted)) if value == wanted => return Settled::Nothing,
        Some((Settled::ToSettle, _)) => return Settled::ToSettle,
        Some(_) | None => {}
    }
    let day = day_of(holder.value(name));
    let Some(notice) = part.notice else { return day };
    match (day, settled(view.field(notice))) {
        (Settled::One(day), Settled::One(months)) => {
            let earlier = months.parse().ok().and_then(|months| day.months_before(months));
            earlier.map_or(Settled::Nothing, Settled::One)
        }
        (Settled::Nothing, _) | (_, Settled::Nothing) => Settled::Nothing,
        (Settled::ToSettle, _) | (_, Settled::ToSettle) => Settled::ToSettle,
    }
}

fn standing(holder: Holder<'_>, part: &Followed) -> Settled<Standing> {
    let mut open = false;
    for name in part.done {
        match flag(holder.value(name)) {
            Settled::One(true) => return Settled::One(Standing::Done),
            Settled::One(false) | Settled::Nothing => {}
            Settled::ToSettle => open = true,
        }
    }
    if open {
        return Settled::ToSettle;
    }
    match part.state {
        None => Settled::One(Standing::Open),
        Some(state) => choice(holder.value(state), part.standings),
    }
}

fn sheet(view: &View, part: &Sheet, things: &[Thing]) -> SheetFigures {
    let standing = choice(view.field(part.state), part.standings);
    SheetFigures {
        code: one(view.field(part.code)),
        lead: settled(view.field(part.lead)),
        standing,
        progress: progress(view, part, things),
        plan: settled(view.field(part.plan)).one().cloned(),
        priorities: lines(view.field(part.priorities)),
        reports: reports(view, part, standing),
    }
}

fn progress(view: &View, part: &Sheet, things: &[Thing]) -> Progress {
    match settled(view.field(part.manual)) {
        Settled::One(chosen) => {
            return percent(&chosen).map_or(Progress::Unknown, Progress::Chosen);
        }
        Settled::ToSettle => return Progress::ToSettle,
        Settled::Nothing => {}
    }
    for matter in part.progress {
        let of: Vec<&Thing> = things.iter().filter(|thing| thing.matter == *matter).collect();
        if of.is_empty() || is_unsaid(view, *matter) {
            continue;
        }
        if of.iter().any(|thing| thing.standing.is_to_settle()) {
            return Progress::ToSettle;
        }
        let done = of.iter().filter(|thing| thing.standing == Settled::One(Standing::Done));
        let share = super::share(done.count() as u64, of.len() as u64);
        return share.map_or(Progress::Unknown, Progress::Computed);
    }
    Progress::Unknown
}

/// Tells whether nobody has said of any row how it stands: that is no progress of none.
fn is_unsaid(view: &View, matter: Matter) -> bool {
    let of = view.kind.parts.iter().filter_map(|part| match part {
        Part::Followed(followed) if followed.matter == matter => {
            followed.rows.map(|r| (r, followed))
        }
        Part::Followed(_)
        | Part::Sheet(_)
        | Part::Funding(_)
        | Part::Meeting(_)
        | Part::Attendance(_)
        | Part::College(_) => None,
    });
    let said = |row: &Row, name: &str| !matches!(row.cell(name), Some(FieldValue::Empty) | None);
    let mut rows = of.flat_map(|(field, part)| view.rows(field).iter().map(move |row| (row, part)));
    !rows.any(|(row, part)| part.state.iter().chain(part.done).any(|name| said(row, name)))
}

fn reports(view: &View, part: &Sheet, standing: Settled<Standing>) -> Reports {
    // Of one that may be over, as long as people do not agree, a report is expected.
    if standing.one().is_some_and(|standing| !standing.is_open()) {
        return Reports::NotExpected;
    }
    let reported = view.rows(part.reports).iter();
    let last = reported.filter_map(|row| day_of(row.cell(part.reported)).one().copied()).max();
    let began = day_of(view.field(part.begins)).one().copied();
    match (last.or(began), standing) {
        (Some(day), _) => Reports::Since(day),
        (None, Settled::One(Standing::Waiting)) => Reports::NotExpected,
        (None, _) => Reports::Never,
    }
}

fn funding(view: &View, part: &Funding) -> FundingFigures {
    let sum = |sum: Sum| match sum {
        Sum::Field(name) => settled(view.field(name)).then(|amount| cents(&amount)),
        Sum::Rows(rows, column) => added(view, rows, column),
    };
    FundingFigures {
        code: one(view.field(part.code)),
        source: settled(view.field(part.source)),
        beneficiary: settled(view.field(part.beneficiary)),
        standing: choice(view.field(part.state), part.standings),
        asked: sum(part.asked),
        granted: sum(part.granted),
        paid: sum(part.paid),
        used: sum(part.used),
        sheets: lines(view.field(part.sheets)),
    }
}

/// Adds a column up; one cell in conflict leaves the whole to be settled.
fn added(view: &View, rows: &str, column: &str) -> Settled<i64> {
    let mut total = Settled::Nothing;
    for row in view.rows(rows) {
        match settled(row.cell(column)).then(|amount| cents(&amount)) {
            Settled::Nothing => {}
            Settled::One(amount) => {
                let before = total.one().copied().unwrap_or(0_i64);
                total = Settled::One(before.saturating_add(amount));
            }
            Settled::ToSettle => return Settled::ToSettle,
        }
    }
    total
}

fn meetings(view: &View, part: &Meeting) -> Vec<MeetingDay> {
    let made = holders(view, part.rows).into_iter().filter_map(|holder| {
        let at = settled(holder.value(part.at)).one().cloned()?;
        let day = Day::read(&at)?;
        let body = settled(holder.value(part.body)).one().cloned().unwrap_or_default();
        let label = part.label.map(|name| one(holder.value(name))).unwrap_or_default();
        Some(MeetingDay { day, at, body, label })
    });
    made.collect()
}

fn presences(view: &View, part: &Attendance) -> Vec<Presence> {
    let year = day_of(view.field(part.at)).one().map_or(0, |day| day.year());
    let body = settled(view.field(part.body)).one().cloned().unwrap_or_default();
    let says = |state: &str| {
        if part.here.contains(&state) {
            Came::Here
        } else if part.away.contains(&state) {
            Came::Away
        } else {
            Came::Uncounted
        }
    };
    let came = |row: &Row| match row.cell(part.state) {
        Some(FieldValue::Conflicting(values)) => {
            let mut all = values.iter().map(|value| says(value));
            let first = all.next().unwrap_or(Came::ToSettle);
            if all.all(|other| other == first) { first } else { Came::ToSettle }
        }
        state => settled(state).one().map_or(Came::Uncounted, |state| says(state)),
    };
    let rows = view.rows(part.rows).iter();
    let made = rows.map(|row| Presence {
        year,
        body: body.clone(),
        partner: one(row.cell(part.partner)),
        college: one(row.cell(part.college)),
        came: came(row),
    });
    made.collect()
}

fn college(view: &View, part: &College) -> Option<(String, String)> {
    let partner = settled(view.field(part.partner)).one().cloned()?;
    Some((partner, settled(view.field(part.college)).one().cloned()?))
}

fn activity(
    document: &Document,
    partner_of: &dyn Fn(&Actor) -> Option<PartnerId>,
) -> Vec<Activity> {
    let mut known: BTreeMap<Actor, Option<PartnerId>> = BTreeMap::new();
    let mut days: BTreeMap<(Day, Option<PartnerId>), (u32, BTreeSet<String>)> = BTreeMap::new();
    for change in document.told() {
        let partner = *known.entry(change.actor).or_insert_with(|| partner_of(&change.actor));
        let (changes, places) = days.entry((Day::of_ms(change.time.ms()), partner)).or_default();
        *changes = changes.saturating_add(1);
        for place in change.places {
            if places.len() < ACTIVITY_PLACES_MAX {
                places.insert(shortened(&name_of(place)));
            }
        }
    }
    let skip = days.len().saturating_sub(ACTIVITY_MAX);
    let days = days.into_iter().skip(skip);
    let told = days.map(|((day, partner), (changes, places))| Activity {
        day,
        partner,
        changes,
        places: places.into_iter().collect(),
    });
    told.collect()
}

/// Returns the field or the section a change was made in; rows and cells count for their field.
fn name_of(place: &Place) -> String {
    match place.row() {
        Some((field, _)) => field.to_owned(),
        None => place.path(),
    }
}
