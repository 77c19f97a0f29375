//! A dashboard as people read it: what to do first, then what it all comes to.
//!
//! A list is cut after a few lines and says how many more there are; scripts get all of them.

use client_core::figures::{self, Day, Role, Thing};
use client_core::kinds::parts::Matter;
use client_core::kinds::{Catalogue, FieldType, Language};
use console::{Lang, Page, Text};

use super::board::{Answerable, Board, Change, Counts, Meeting, Sheet, ToDo, Who};
use crate::question::Answer;
use crate::words;

/// Lines of one list on a screen.
const LINES_MAX: usize = 12;
/// Days of the week to come, the day asked with included.
const WEEK_DAYS: u32 = 7;
/// Meetings after the week that are told.
const MEETINGS_MAX: usize = 3;
/// Signs of a full bar.
const BAR_SIGNS: usize = 10;
const KINDS: Catalogue = Catalogue::STANDARD;

impl Answer for Board {
    fn draw(&self, page: &mut Page) {
        let on = date(&self.on, page.lang());
        page.title(&Text::new(
            format!("Tableau de bord — {} — au {on}", self.title),
            format!("Dashboard — {} — on {on}", self.title),
        ));
        self.draw_first(page);
        self.draw_late(page);
        self.draw_sheets(page);
        self.draw_priorities(page);
        self.draw_indicators(page);
        self.draw_funding(page);
        self.draw_answerable(page);
        self.draw_actions(page);
        self.draw_attendance(page);
        self.draw_changes(page);
    }
}

fn heading(page: &mut Page, fr: impl Into<String>, en: impl Into<String>) {
    page.gap();
    page.title(&Text::new(fr.into(), en.into()));
}

/// Says how many lines were left out.
fn more(page: &mut Page, all: usize) {
    let left = all.saturating_sub(LINES_MAX);
    if left > 0 {
        page.say(&Text::new(
            format!("… et {left} de plus ; --json donne tout."),
            format!("… and {left} more; --json gives all."),
        ));
    }
}

fn language(page: &Page) -> Language {
    words::language(page.lang())
}

fn date(stored: &str, lang: Lang) -> String {
    FieldType::Date.show(stored, words::language(lang))
}

fn label(role: Role, code: &str, language: Language) -> String {
    let label = figures::label(KINDS, role, code);
    label.map_or(code.to_owned(), |label| label.get(language).to_owned())
}

impl Who {
    fn shown(&self, lang: Lang) -> String {
        let differ = Text::of("(à départager)", "(to settle)");
        if self.to_settle { differ.in_lang(lang).to_owned() } else { self.name.clone() }
    }
}

impl ToDo {
    fn matter(&self) -> Option<Matter> {
        Matter::ALL.into_iter().find(|matter| matter.name() == self.matter)
    }

    /// Returns what is to be done, in words, its own first: `Accueil sous 10 jours —
    /// objectif OO-06.1`. A narrow screen cuts the end.
    fn what(&self, lang: Lang) -> String {
        let language = words::language(lang);
        let matter = self.matter();
        let label = matter.map_or_else(String::new, |matter| {
            let thing = Thing::of_label(matter, &self.label);
            figures::thing_label(KINDS, &self.kind, &thing, language)
        });
        let matter = matter.map_or(self.matter.as_str(), |matter| matter.label().get(language));
        let words = [matter, self.code.as_str()].into_iter().filter(|words| !words.is_empty());
        let name = words.collect::<Vec<_>>().join(" ");
        if label.is_empty() { name } else { format!("{label} — {name}") }
    }

    fn row(&self, lang: Lang) -> Vec<String> {
        let due = self.due.as_ref().map_or_else(String::new, |due| date(due, lang));
        let title = words::short(&self.document);
        vec![due, self.what(lang), self.responsible.shown(lang), self.title.clone(), title]
    }
}

fn draw_to_do(page: &mut Page, lines: &[ToDo]) {
    let lang = page.lang();
    let headers = [
        Text::of("échéance", "due"),
        Text::of("quoi", "what"),
        Text::of("qui", "who"),
        Text::of("dans", "in"),
        Text::of("document", "document"),
    ];
    let rows: Vec<_> = lines.iter().take(LINES_MAX).map(|line| line.row(lang)).collect();
    page.table(&headers, &rows);
    more(page, lines.len());
}

/// Returns how many of something there are, in French and in English.
fn both(number: usize, nouns: (&str, &str)) -> (String, String) {
    (words::count(number, nouns, Lang::Fr), words::count(number, nouns, Lang::En))
}

/// Returns a bar of signs: `██████░░░░`.
fn bar(percent: u8) -> String {
    let full = usize::from(percent) * BAR_SIGNS / 100;
    let (full, rest) = (full.min(BAR_SIGNS), BAR_SIGNS.saturating_sub(full));
    format!("{}{}", "█".repeat(full), "░".repeat(rest))
}

impl Board {
    fn draw_first(&self, page: &mut Page) {
        heading(page, "À faire cette semaine", "To do this week");
        let (week, later): (Vec<&Meeting>, Vec<&Meeting>) =
            self.meetings.iter().partition(|meeting| self.is_this_week(meeting));
        for meeting in week.iter().take(LINES_MAX) {
            page.say(&meeting.sentence());
        }
        let values: u64 = self.to_settle.iter().map(|line| u64::from(line.values)).sum();
        if values > 0 {
            let documents = both(self.to_settle.len(), ("document", "document"));
            page.say(&Text::new(
                format!("Valeurs à départager : {values}, dans {}.", documents.0),
                format!("Values to settle: {values}, in {}.", documents.1),
            ));
        }
        if !self.silent.is_empty() {
            let (silent, all) = (self.silent.len(), self.reporting);
            page.say(&Text::new(
                format!("Fiches sans point d'étape depuis 90 jours : {silent} sur {all}."),
                format!("Sheets without a report for 90 days: {silent} of {all}."),
            ));
        }
        if self.unreadable > 0 {
            let unread = both(self.unreadable, ("document illisible", "document"));
            page.alarm(&Text::new(
                format!("{} pour l'instant ici : rien de cela n'est compté.", unread.0),
                format!("{} not readable here yet: nothing of that is counted.", unread.1),
            ));
        }
        if self.week.is_empty() {
            page.say(&Text::of(
                "Aucune échéance dans les sept jours.",
                "Nothing due in seven days.",
            ));
        } else {
            draw_to_do(page, &self.week);
        }
        if !later.is_empty() {
            heading(page, "À venir", "To come");
            for meeting in later.iter().take(MEETINGS_MAX) {
                page.say(&meeting.sentence());
            }
        }
        if !self.soon.is_empty() {
            heading(page, "Dans les 90 jours", "Within 90 days");
            draw_to_do(page, &self.soon);
        }
    }

    /// Tells whether a meeting is in the seven days that begin with the one asked with.
    fn is_this_week(&self, meeting: &Meeting) -> bool {
        let day = meeting.at.get(..10).and_then(|day| day.parse::<Day>().ok());
        let on = self.on.parse::<Day>().ok();
        day.zip(on).is_some_and(|(day, on)| day < on.plus(WEEK_DAYS))
    }

    fn draw_indicators(&self, page: &mut Page) {
        if self.indicators.is_empty() {
            return;
        }
        heading(page, "Indicateurs", "Indicators");
        let headers = [
            Text::of("indicateur", "indicator"),
            Text::of("dernière valeur", "last value"),
            Text::of("période", "period"),
            Text::of("cible", "target"),
        ];
        let language = language(page);
        let lines = self.indicators.iter().take(LINES_MAX);
        page.table(&headers, &lines.map(|line| line.row(language)).collect::<Vec<_>>());
        more(page, self.indicators.len());
    }

    fn draw_late(&self, page: &mut Page) {
        let late = self.late.len();
        heading(page, format!("En retard : {late}"), format!("Late: {late}"));
        if late == 0 {
            page.good(&Text::of("Rien n'est en retard.", "Nothing is late."));
        } else {
            draw_to_do(page, &self.late);
        }
    }

    fn draw_sheets(&self, page: &mut Page) {
        if self.sheets.is_empty() {
            return;
        }
        let all = Matter::Objective.name();
        let objectives = self.tallies.get(all).copied().unwrap_or_default();
        let sheets = both(self.sheets.len(), ("fiche", "sheet"));
        let total = usize::try_from(objectives.total).unwrap_or(usize::MAX);
        let aims = both(total, ("objectif", "objective"));
        heading(
            page,
            format!("Avancement : {}, {}", sheets.0, aims.0),
            format!("Progress: {}, {}", sheets.1, aims.1),
        );
        let whole = self.tallies.get(Matter::Sheet.name()).copied().unwrap_or_default();
        page.say(&whole.sentence(("Fiches", "e"), "Sheets"));
        page.say(&objectives.sentence(("Objectifs", ""), "Objectives"));
        let lang = page.lang();
        let headers = [
            Text::of("fiche", "sheet"),
            Text::of("avancement", "progress"),
            Text::of("titre", "title"),
            Text::of("pilote", "leader"),
            Text::of("à signaler", "to note"),
        ];
        let rows: Vec<_> =
            self.sheets.iter().take(LINES_MAX * 2).map(|sheet| sheet.row(lang)).collect();
        page.table(&headers, &rows);
        // Twice as many lines are shown as of other lists: a territory has up to thirty sheets.
        more(page, self.sheets.len().saturating_sub(LINES_MAX));
    }

    fn draw_priorities(&self, page: &mut Page) {
        if self.sheets.is_empty() {
            return;
        }
        heading(page, "Les six priorités nationales", "The six national priorities");
        let language = language(page);
        let headers = [
            Text::of("priorité", "priority"),
            Text::of("fiches", "sheets"),
            Text::of("en cours", "under way"),
            Text::of("objectifs réalisés", "objectives done"),
        ];
        let rows = self.priorities.iter().map(|line| {
            let none = line.sheets.total == 0;
            let objectives = format!("{} / {}", line.objectives.done, line.objectives.total);
            vec![
                label(Role::Priority, &line.code, language),
                if none { "—".to_owned() } else { line.sheets.total.to_string() },
                line.sheets.open.to_string(),
                objectives,
            ]
        });
        page.table(&headers, &rows.collect::<Vec<_>>());
    }

    fn draw_funding(&self, page: &mut Page) {
        if self.funding.sources.is_empty() {
            return;
        }
        heading(page, "Financements", "Money");
        let (lang, language) = (page.lang(), language(page));
        let headers = |first: Text| {
            [
                first,
                Text::of("nombre", "number"),
                Text::of("demandé", "asked"),
                Text::of("notifié", "granted"),
                Text::of("versé", "paid"),
                Text::of("consommé", "used"),
            ]
        };
        let unknown = Text::of("(source à préciser)", "(source to be said)");
        let total = Text::of("Total", "Total");
        let row = |name: String, sums: &super::money::Sums| {
            [name].into_iter().chain(sums.cells(lang)).collect::<Vec<_>>()
        };
        let mut rows: Vec<_> = Vec::new();
        for source in &self.funding.sources {
            let name = source.source.as_ref().map_or_else(
                || unknown.in_lang(lang).to_owned(),
                |code| label(Role::Source, code, language),
            );
            rows.push(row(name, &source.sums));
        }
        rows.push(row(total.in_lang(lang).to_owned(), &self.funding.total));
        page.table(&headers(Text::of("source", "source")), &rows);
        let rows = self.funding.sheets.iter().take(LINES_MAX).flat_map(|line| {
            let name =
                if line.code.is_empty() { words::short(&line.document) } else { line.code.clone() };
            let with_others =
                Text::new(format!("{name} avec d'autres"), format!("{name} with others"));
            let own = (line.own.fundings.total > 0).then(|| row(name, &line.own));
            let shared = with_others.in_lang(lang).to_owned();
            let shared = (line.shared.fundings.total > 0).then(|| row(shared, &line.shared));
            own.into_iter().chain(shared)
        });
        let rows: Vec<_> = rows.collect();
        if !rows.is_empty() {
            page.gap();
            page.table(&headers(Text::of("fiche", "sheet")), &rows);
            more(page, self.funding.sheets.len());
        }
    }

    fn draw_answerable(&self, page: &mut Page) {
        if self.commitments.is_empty() {
            return;
        }
        heading(page, "Engagements du CTSM", "Commitments of the contract");
        let headers = [
            Text::of("organisation", "organisation"),
            Text::of("tenus", "kept"),
            Text::of("en partie", "in part"),
            Text::of("non tenus", "not kept"),
            Text::of("en cours", "under way"),
            Text::of("en retard", "late"),
        ];
        let lang = page.lang();
        let row = |line: &Answerable| {
            let counts = line.counts;
            let open = counts.waiting + counts.open + counts.blocked;
            let figures = [counts.done, counts.partly, counts.missed, open, line.late];
            let figures = figures.into_iter().map(|figure| figure.to_string());
            [line.name(lang)].into_iter().chain(figures).collect()
        };
        page.table(&headers, &self.commitments.iter().map(row).collect::<Vec<_>>());
    }

    fn draw_actions(&self, page: &mut Page) {
        if self.actions.is_empty() {
            return;
        }
        let open = self.actions.len();
        heading(
            page,
            format!("Actions à mener décidées en réunion : {open}"),
            format!("Actions decided in meetings, to take: {open}"),
        );
        let lang = page.lang();
        for line in &self.actors {
            let counts = line.counts;
            let open = counts.waiting + counts.open + counts.blocked;
            if open > 0 {
                let (name, late) = (line.name(lang), line.late);
                page.say(&Text::new(
                    format!("{name} : {open}, dont {late} en retard"),
                    format!("{name}: {open}, of which {late} late"),
                ));
            }
        }
        draw_to_do(page, &self.actions);
    }

    fn draw_attendance(&self, page: &mut Page) {
        let year: u32 = self.on.split('-').next().and_then(|year| year.parse().ok()).unwrap_or(0);
        let lines: Vec<_> = self.attendance.iter().filter(|line| line.year == year).collect();
        if lines.is_empty() {
            return;
        }
        heading(page, format!("Présence en {year}"), format!("Attendance in {year}"));
        let (lang, language) = (page.lang(), language(page));
        let unknown = Text::of("(collège à préciser)", "(college to be said)");
        let headers = [
            Text::of("instance", "body"),
            Text::of("réunions", "meetings"),
            Text::of("collège", "college"),
            Text::of("présences", "attendance"),
            Text::same("%"),
        ];
        let row = |line: &&super::board::Attendance| {
            let college = match line.college.as_str() {
                "" => unknown.in_lang(lang).to_owned(),
                code => label(Role::College, code, language),
            };
            vec![
                label(Role::Body, &line.body, language),
                line.meetings.to_string(),
                college,
                format!("{} / {}", line.here, line.here + line.away),
                line.percent.map_or_else(String::new, |percent| format!("{percent} %")),
            ]
        };
        page.table(&headers, &lines.iter().map(row).collect::<Vec<_>>());
    }

    fn draw_changes(&self, page: &mut Page) {
        if self.changes.is_empty() {
            return;
        }
        let since = date(&self.since, page.lang());
        heading(page, format!("Depuis le {since}"), format!("Since {since}"));
        let language = language(page);
        for change in self.changes.iter().take(LINES_MAX) {
            page.say(&change.sentence(language));
        }
        more(page, self.changes.len());
    }
}

impl Meeting {
    fn sentence(&self) -> Text {
        let at = |language| FieldType::DateTime.show(&self.at, language);
        let about = if self.label.is_empty() { &self.title } else { &self.label };
        let name = |language| match label(Role::Body, &self.body, language) {
            body if body.is_empty() => about.clone(),
            body => format!("{body} ({about})"),
        };
        let (fr, en) = (Language::French, Language::English);
        Text::new(
            format!("Réunion : {}, le {}.", name(fr), at(fr)),
            format!("Meeting: {}, on {}.", name(en), at(en)),
        )
    }
}

impl Counts {
    /// Tells the counts; the French noun comes with the end of what agrees with it.
    fn sentence(self, (fr, end): (&str, &str), en: &str) -> Text {
        let Self { waiting, open, blocked, done, dropped, to_settle, .. } = self;
        let said = |count: u64, word: &str| {
            let number = usize::try_from(count).unwrap_or(usize::MAX);
            words::count(number, (&format!("{word}{end}"), ""), Lang::Fr)
        };
        let (finished, stuck) = (said(done, "réalisé"), said(blocked, "bloqué"));
        let mut french = format!("{fr} : {finished}, {open} en cours, {waiting} à lancer, {stuck}");
        let mut english =
            format!("{en}: {done} done, {open} under way, {waiting} to begin, {blocked} blocked");
        if dropped > 0 {
            french.push_str(&format!(", {}", said(dropped, "abandonné")));
            english.push_str(&format!(", {dropped} given up"));
        }
        if to_settle > 0 {
            french.push_str(&format!(", {to_settle} à départager"));
            english.push_str(&format!(", {to_settle} to settle"));
        }
        Text::new(format!("{french}."), format!("{english}."))
    }
}

impl Sheet {
    fn row(&self, lang: Lang) -> Vec<String> {
        let progress = match (self.percent, self.percent_from.as_str()) {
            (Some(percent), _) => format!("{} {percent:>3} %", bar(percent)),
            (None, "to-settle") => Text::of("à départager", "to settle").in_lang(lang).to_owned(),
            (None, _) => Text::of("non renseigné", "not filled in").in_lang(lang).to_owned(),
        };
        let mut notes = Vec::new();
        if self.standing.as_deref() == Some("blocked") {
            notes.push(Text::of("bloquée", "blocked"));
        }
        if self.late > 0 {
            notes.push(Text::new(
                format!("retards : {}", self.late),
                format!("late: {}", self.late),
            ));
        }
        if self.silent {
            notes.push(Text::of("point d'étape attendu", "report awaited"));
        }
        let notes: Vec<_> = notes.iter().map(|note| note.in_lang(lang)).collect();
        let code =
            if self.code.is_empty() { words::short(&self.document) } else { self.code.clone() };
        vec![code, progress, self.title.clone(), self.lead.shown(lang), notes.join(", ")]
    }
}

impl Answerable {
    fn name(&self, lang: Lang) -> String {
        let nobody = Text::of("(personne, ou à départager)", "(nobody, or to settle)");
        if self.who.name.is_empty() {
            nobody.in_lang(lang).to_owned()
        } else {
            self.who.name.clone()
        }
    }
}

impl Change {
    fn sentence(&self, language: Language) -> Text {
        let unknown = |language| match language {
            Language::French => "(organisation pas encore connue ici)",
            Language::English => "(organisation not known here yet)",
        };
        let writers = |language| {
            let names = self.writers.iter().map(|writer| match writer.name.as_str() {
                "" => unknown(language),
                name => name,
            });
            names.collect::<Vec<_>>().join(", ")
        };
        let places = self.places.iter().filter(|place| !place.is_empty());
        let places = places.map(|place| figures::place_label(KINDS, &self.kind, place, language));
        let places = places.take(4).collect::<Vec<_>>().join(", ");
        let changes: u32 = self.writers.iter().map(|writer| writer.changes).sum();
        let last = |language| FieldType::Date.show(&self.last, language);
        let title = &self.title;
        Text::new(
            format!(
                "{} : {} a modifié « {title} » ({places}) ; modifications : {changes}",
                last(Language::French),
                writers(Language::French)
            ),
            format!(
                "{}: {} changed “{title}” ({places}); changes: {changes}",
                last(Language::English),
                writers(Language::English)
            ),
        )
    }
}
