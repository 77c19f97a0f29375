//! Meetings and deadlines for an agenda (RFC 5545).
//!
//! A meeting is an event with the times on the wall of the place where it is held; a deadline is
//! an event of a whole day that leaves the day free. An event keeps its name for ever, and its
//! number grows with the history of its document, so that a later file replaces an earlier one.

use client_core::document::{FieldValue, Row};
use client_core::kinds::{FieldType, Wording, words};
use icalendar::{Calendar, Component as _, Event, EventLike as _, Property};

use super::say::Voice;
use super::stamp;
use super::{Held, Holding, clean};

/// A date of a document after which something is late.
struct Deadline {
    kind: &'static str,
    /// The field of rows it stands in; none for a field of the document.
    rows: Option<&'static str>,
    date: &'static str,
    /// What says that it is met: a column and its value, any when empty.
    met: Option<(&'static str, &'static str)>,
    /// The column that says what is due.
    says: Option<&'static str>,
    label: Wording,
}

const fn due(
    kind: &'static str,
    (rows, date): (Option<&'static str>, &'static str),
    met: Option<(&'static str, &'static str)>,
    says: Option<&'static str>,
    label: Wording,
) -> Deadline {
    Deadline { kind, rows, date, met, says, label }
}

const DEADLINES: &[Deadline] = &[
    due(
        "fiche_action",
        (Some("etapes"), "echeance"),
        Some(("fait", "true")),
        Some("libelle"),
        words("Étape", "Step"),
    ),
    due(
        "fiche_action",
        (Some("objectifs"), "echeance"),
        Some(("avancement", "realisee")),
        Some("libelle"),
        words("Objectif", "Objective"),
    ),
    due(
        "fiche_action",
        (None, "fin_prevue"),
        Some(("avancement", "realisee")),
        None,
        words("Fin prévue", "Planned end"),
    ),
    due("appel_a_projets", (None, "date_limite"), None, None, words("Date limite", "Closing date")),
    due("convention", (None, "date_fin"), None, None, words("Fin", "End")),
    due(
        "financement",
        (Some("echeances"), "date"),
        Some(("fait_le", "")),
        Some("type"),
        words("Financement", "Funding"),
    ),
    due(
        "ctsm",
        (Some("engagements"), "echeance"),
        Some(("statut", "tenu")),
        Some("libelle"),
        words("Engagement", "Commitment"),
    ),
    due(
        "reunion",
        (Some("actions"), "echeance"),
        Some(("statut", "faite")),
        Some("libelle"),
        words("Action à mener", "Thing to do"),
    ),
    due("courrier", (None, "reponse_attendue"), None, None, words("Réponse à", "Answer to")),
];

/// Characters of a summary: agendas show one line.
const SUMMARY_CHARS_MAX: usize = 200;

/// Writes the meetings and the deadlines of some documents.
#[must_use]
pub fn write(holding: &Holding, selected: &[&Held]) -> Vec<u8> {
    let mut calendar = Calendar::empty();
    calendar.append_property(Property::new("VERSION", "2.0"));
    calendar.name(&clean::title(&holding.title));
    calendar.append_property(Property::new("PRODID", "-//Liaison//liaison export//FR"));
    for held in selected {
        let agenda = Agenda { voice: Voice::of(holding, held), held };
        for event in agenda.events() {
            calendar.push(event);
        }
    }
    calendar.done().to_string().into_bytes()
}

struct Agenda<'a> {
    voice: Voice<'a>,
    held: &'a Held,
}

/// When something is: the earliest where several dates stand.
struct When {
    /// As stored: a day, or a day with a time.
    stored: String,
    /// Whether nobody has chosen yet.
    unsettled: bool,
}

fn when(value: Option<&FieldValue>) -> Option<When> {
    let (stored, unsettled) = match value? {
        FieldValue::One(stored) => (stored.clone(), false),
        FieldValue::Conflicting(values) => (values.iter().min()?.clone(), true),
        FieldValue::Empty
        | FieldValue::Set(_)
        | FieldValue::List(_)
        | FieldValue::Entries(_)
        | FieldValue::Text(_)
        | FieldValue::Rows(_) => return None,
    };
    is_date(&stored).then_some(When { stored, unsettled })
}

/// Tells whether a stored value is a day, with or without a time, before it goes into a file.
fn is_date(stored: &str) -> bool {
    let is_like = |form: &str| {
        stored.len() == form.len()
            && stored.chars().zip(form.chars()).all(|(c, f)| match f {
                '0' => c.is_ascii_digit(),
                fixed => c == fixed,
            })
    };
    is_like("0000-00-00") || is_like("0000-00-00T00:00")
}

impl Agenda<'_> {
    fn events(&self) -> Vec<Event> {
        let kind = self.held.content.kind.name;
        let mut events: Vec<Event> = Vec::new();
        if kind == "reunion" {
            events.extend(self.meeting());
        }
        for deadline in DEADLINES.iter().filter(|deadline| deadline.kind == kind) {
            match deadline.rows {
                None => events.extend(self.deadline(deadline, None)),
                Some(field) => {
                    let rows = self.held.content.rows(field);
                    events.extend(rows.iter().filter_map(|row| self.deadline(deadline, Some(row))));
                }
            }
        }
        events
    }

    /// Begins an event with what all have.
    fn event(&self, part: &str, summary: &str) -> Event {
        let uid = format!("{}{part}@{}.liaison", self.held.document, self.voice.holding.space);
        let mut event = Event::new();
        event.uid(&uid);
        event.summary(&clean::cut(&clean::line(summary), SUMMARY_CHARS_MAX));
        event.add_property("SEQUENCE", self.held.changes.min(i32::MAX as u64).to_string());
        let at = stamp::compact(self.held.changed_at);
        event.add_property("DTSTAMP", &at);
        event.add_property("LAST-MODIFIED", &at);
        event
    }

    fn line(&self, field: &str) -> String {
        self.voice.on_a_line(&self.voice.field(field))
    }

    fn meeting(&self) -> Option<Event> {
        let start = when(self.held.content.field("debut"))?;
        let mut event = self.event("", &super::say::name(self.held));
        put_time(&mut event, "DTSTART", &start.stored);
        if let Some(end) = when(self.held.content.field("fin"))
            && end.stored > start.stored
        {
            put_time(&mut event, "DTEND", &end.stored);
        }
        let place = self.line("lieu");
        if !place.is_empty() {
            event.location(&place);
        }
        if let Some(FieldValue::One(link)) = self.held.content.field("visio") {
            event.add_property("URL", clean::line(link));
        }
        let points = self.held.content.rows("ordre_du_jour").iter().map(|row| {
            let said = self.voice.cell("ordre_du_jour", row, "point");
            format!("- {}", self.voice.on_a_line(&said))
        });
        let points: Vec<String> = points.collect();
        self.describe(&mut event, &start, &["debut", "fin"], points);
        Some(event)
    }

    fn deadline(&self, deadline: &Deadline, row: Option<&Row>) -> Option<Event> {
        let value = |name: &str| match row {
            Some(row) => row.cell(name),
            None => self.held.content.field(name),
        };
        let date = when(value(deadline.date))?;
        let said = |name: &str| {
            let said = match (row, deadline.rows) {
                (Some(row), Some(field)) => self.voice.cell(field, row, name),
                (_, _) => self.voice.field(name),
            };
            self.voice.on_a_line(&said)
        };
        let met = deadline.met.is_some_and(|(name, wanted)| {
            matches!(value(name), Some(FieldValue::One(one)) if wanted.is_empty() || one == wanted)
        });
        let what = deadline.says.map(said).unwrap_or_default();
        let done = if met { self.voice.get(words(" (fait)", " (done)")) } else { "" };
        let name = super::say::name(self.held);
        let label = self.voice.get(deadline.label);
        let summary = match what.is_empty() {
            true => format!("{label}{done} : {name}"),
            false => format!("{label}{done} : {what} – {name}"),
        };
        let part = match (row, deadline.rows) {
            (Some(row), Some(field)) => format!("-{field}-{}", plain(&row.id)),
            (_, _) => format!("-{}", deadline.date),
        };
        let mut event = self.event(&part, &summary);
        let day = date.stored.get(..10)?;
        put_day(&mut event, day);
        event.add_property("TRANSP", "TRANSPARENT");
        let mut notes = Vec::new();
        if date.stored.len() > day.len() {
            notes.push(self.voice.value(FieldType::DateTime, &date.stored));
        }
        if date.unsettled {
            event.add_property("STATUS", "TENTATIVE");
            notes.push(said(deadline.date));
        }
        notes.push(name);
        event.description(&notes.join("\n"));
        Some(event)
    }

    /// Says what a meeting is about, and which of its times nobody has settled.
    fn describe(&self, event: &mut Event, at: &When, times: &[&str], mut lines: Vec<String>) {
        if at.unsettled {
            event.add_property("STATUS", "TENTATIVE");
            lines.extend(times.iter().map(|field| self.line(field)));
        }
        lines.retain(|line| !line.is_empty());
        if !lines.is_empty() {
            event.description(&lines.join("\n"));
        }
    }
}

fn put_day(event: &mut Event, day: &str) {
    let mut property = Property::new("DTSTART", day.replace('-', ""));
    property.add_parameter("VALUE", "DATE");
    event.append_property(property);
}

/// Puts a time of the clock on the wall, without a zone: it is read where the meeting is held.
fn put_time(event: &mut Event, key: &str, stored: &str) {
    match stored.len() {
        10 => {
            let mut property = Property::new(key, stored.replace('-', ""));
            property.add_parameter("VALUE", "DATE");
            event.append_property(property);
        }
        _ => {
            let time = format!("{}00", stored.replace(['-', ':'], ""));
            event.append_property(Property::new(key, time));
        }
    }
}

/// Returns the id of a row with nothing that the name of an event may not hold.
fn plain(id: &str) -> String {
    let keep = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    id.chars().map(|c| if keep(c) { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests;
