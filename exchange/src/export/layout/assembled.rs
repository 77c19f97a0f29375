//! What is made of several fields, or of the documents of a whole space: the parties of a
//! convention, the head of a letter, the tables of a yearly report.

use client_core::document::{FieldValue, Row};
use client_core::kinds::{FieldType, Wording, words};

use super::{Composer, Made};
use crate::export::clean;
use crate::export::figures::{Funding, Indicator, Sheet};
use crate::export::print::{Bar, Block, Cell, Column, Figure, Grid};
use crate::export::say;

/// Periods of an indicator that stand side by side: the latest ones.
const PERIODS_MAX: usize = 5;

impl Composer<'_> {
    pub(super) fn make(&mut self, made: Made) {
        match made {
            Made::Parties => self.parties(),
            Made::Signatures => self.signatures(),
            Made::LetterHead => self.letter_head(),
            Made::LetterEnd => self.letter_end(),
            Made::Points => self.points(),
            Made::Meetings => self.meetings(),
            Made::Progress => self.progress(),
            Made::Priorities => self.priorities(),
            Made::Indicators => self.indicators(),
            Made::Commitments => self.commitments(),
            Made::Fundings => self.fundings(),
        }
    }

    fn in_order_of_signature(&self) -> Vec<&Row> {
        self.voice.view().rows_in_order("parties")
    }

    fn parties(&mut self) {
        let title = self.get(words("Entre les soussignés", "Between the undersigned"));
        self.heading(1, title);
        let parties = self.in_order_of_signature();
        if parties.is_empty() {
            let none = words("(parties à désigner)", "(parties to be named)");
            let none = self.get(none);
            return self.blocks.push(Block::Remark(none));
        }
        let items = parties.iter().map(|row| self.party(row)).collect();
        self.blocks.push(Block::Items { numbered: true, items });
    }

    /// Tells one party in a sentence, as a convention does.
    fn party(&self, row: &Row) -> String {
        let said = |column: &str| {
            let said = self.voice.cell("parties", row, column);
            Some(self.voice.on_a_line(&said)).filter(|text| !text.is_empty())
        };
        let mut parts = vec![said("organisation").unwrap_or_default()];
        parts.extend(said("forme_juridique"));
        let labelled = [
            ("siege", words("dont le siège est", "whose registered office is")),
            ("siret", words("SIRET", "SIRET")),
            ("finess", words("FINESS", "FINESS")),
        ];
        for (column, label) in labelled {
            parts.extend(said(column).map(|text| format!("{} {text}", self.voice.get(label))));
        }
        let by = words("représentée par", "represented by");
        if let Some(person) = said("representant") {
            let capacity = said("qualite").map(|capacity| format!(", {capacity}"));
            let capacity = capacity.unwrap_or_default();
            parts.push(format!("{} {person}{capacity}", self.voice.get(by)));
        }
        let act = [said("acte"), said("numero_acte"), said("date_acte")];
        let act: Vec<String> = act.into_iter().flatten().collect();
        if !act.is_empty() {
            parts.push(format!("({})", act.join(", ")));
        }
        parts.join(", ").replace(", (", " (")
    }

    fn signatures(&mut self) {
        let parties = self.in_order_of_signature();
        if parties.is_empty() {
            return;
        }
        let rows: Vec<Vec<Cell>> = parties
            .iter()
            .map(|row| {
                let said = |column| self.voice.cell("parties", row, column);
                let line = |column| Cell::of(self.voice.on_a_line(&said(column)));
                // A hand needs some room to sign.
                let room = Cell::of("\u{a0}\n\u{a0}\n\u{a0}");
                vec![line("organisation"), line("representant"), line("qualite"), room]
            })
            .collect();
        let title = self.get(words("Signatures", "Signatures"));
        self.heading(1, title);
        let columns = [
            (words("Partie", "Party"), 28),
            (words("Représentée par", "Represented by"), 22),
            (words("Qualité", "Capacity"), 20),
            (words("Date et signature", "Date and signature"), 30),
        ];
        self.grid(&columns, rows);
    }

    fn letter_head(&mut self) {
        let line = |field: &str| self.voice.on_a_line(&self.voice.field(field));
        let sender = line("expediteur");
        let to = self.voice.field("destinataires").parts;
        let place = [line("lieu"), line("date")];
        let place: Vec<String> = place.into_iter().filter(|text| !text.is_empty()).collect();
        let mut pairs = Vec::new();
        let mut add = |label: Wording, cell: Cell| {
            if !cell.is_empty() {
                pairs.push((label.get(self.voice.holding.language).to_owned(), cell));
            }
        };
        add(words("De", "From"), Cell::of(sender));
        add(words("À", "To"), Cell { parts: to, ..Cell::default() });
        add(words("Fait à, le", "Place and date"), Cell::of(place.join(", ")));
        add(words("Référence", "Reference"), Cell::of(line("reference")));
        add(words("Objet", "Subject"), Cell::of(line("objet")));
        for field in ["expediteur", "destinataires", "lieu", "date", "reference", "objet"] {
            self.done(field);
        }
        if !pairs.is_empty() {
            self.blocks.push(Block::Pairs(pairs));
        }
        let text = self.voice.view().section("texte").map(|section| clean::text(&section.text));
        self.done("§texte");
        self.text(&text.unwrap_or_default());
    }

    fn letter_end(&mut self) {
        let signatory = self.voice.on_a_line(&self.voice.field("signataire"));
        if !signatory.is_empty() {
            self.blocks.push(Block::Paragraph(signatory));
        }
        let copies = self.voice.field("copies").parts;
        if !copies.is_empty() {
            let label = self.get(words("Copies", "Copies"));
            self.blocks.push(Block::Remark(format!("{label} : {}", copies.join(" ; "))));
        }
        let due = self.voice.on_a_line(&self.voice.field("reponse_attendue"));
        if !due.is_empty() {
            let label = self.get(words("Réponse attendue le", "An answer is expected by"));
            self.blocks.push(Block::Remark(format!("{label} {due}")));
        }
        for field in ["signataire", "copies", "reponse_attendue"] {
            self.done(field);
        }
    }

    fn points(&mut self) {
        let view = self.voice.view();
        let discussed: Vec<(usize, &Row)> = (1..)
            .zip(view.rows("ordre_du_jour"))
            .filter(|(_, row)| {
                !self.voice.cell("ordre_du_jour", row, "discussion").parts.is_empty()
            })
            .collect();
        if discussed.is_empty() {
            return;
        }
        let title = self.get(words("Relevé des échanges", "What was said"));
        self.heading(1, title);
        for (number, row) in discussed {
            let said = |column| self.voice.cell("ordre_du_jour", row, column);
            let point = self.voice.on_a_line(&said("point"));
            let text = said("discussion").parts.join("\n");
            self.heading(2, format!("{number}. {point}"));
            self.text(&text);
        }
    }

    fn grid(&mut self, columns: &[(Wording, u32)], rows: Vec<Vec<Cell>>) {
        let column = |(label, weight): &(Wording, u32)| Column {
            label: self.voice.get(*label).to_owned(),
            weight: *weight,
            figures: false,
        };
        let columns = columns.iter().map(column).collect();
        self.blocks.push(Block::Grid(Grid { columns, rows }));
    }

    /// Adds a heading for an assembled table, unless the section above has just given one.
    fn heading_of(&mut self, title: Wording) {
        let title = self.get(title);
        self.heading(if self.under_section { 2 } else { 1 }, title);
    }

    /// Returns the year of a report; empty when it is not said.
    fn year(&self) -> String {
        self.voice.on_a_line(&self.voice.field("annee"))
    }

    fn meetings(&mut self) {
        let holding = self.voice.holding;
        let year = self.year();
        let mut meetings = holding.of_kind("reunion");
        let start = |held: &&super::Held| match held.content.field("debut") {
            Some(FieldValue::One(start)) => start.clone(),
            Some(_) | None => String::new(),
        };
        meetings.retain(|held| year.is_empty() || start(held).starts_with(&year));
        meetings.sort_by_key(start);
        if meetings.is_empty() {
            return;
        }
        let row = |held: &super::Held| {
            let voice = say::Voice::of(holding, held);
            let line = |field: &str| Cell::of(voice.on_a_line(&voice.field(field)));
            let name = Cell::of(clean::title(&held.content.title));
            let rate = voice.field("taux_presence").parts.concat();
            let rate = if rate.is_empty() { rate } else { format!("{rate} %") };
            let decisions = held.content.rows("decisions").len().to_string();
            vec![line("debut"), line("instance"), name, Cell::of(rate), Cell::of(decisions)]
        };
        let rows = meetings.into_iter().map(row).collect();
        self.heading_of(words("Réunions tenues", "Meetings held"));
        let columns = [
            (words("Date", "Date"), 18),
            (words("Instance", "Body"), 18),
            (words("Réunion", "Meeting"), 36),
            (words("Organisations présentes", "Organisations present"), 16),
            (words("Décisions", "Decisions"), 12),
        ];
        self.grid(&columns, rows);
    }

    fn progress(&mut self) {
        let figures = self.figures();
        let (sheets, counts) = (figures.sheets.clone(), figures.by_progress.clone());
        if sheets.is_empty() {
            return;
        }
        self.heading_of(words("Les fiches-actions par avancement", "Action sheets by progress"));
        let all = sheets.len();
        let bar = |(label, count): &(String, usize)| Bar {
            label: label.clone(),
            percent: percent(*count, all),
            value: count.to_string(),
        };
        let bars = counts.iter().filter(|(_, count)| *count > 0).map(bar).collect();
        let caption = match self.voice.holding.words("fr", "en") {
            "fr" => format!("Avancement des {all} fiches-actions : nombre de fiches par état."),
            _ => format!("Progress of the {all} action sheets: how many stand at each state."),
        };
        self.blocks.push(Block::Figure(Figure { caption, bars }));
        let as_now = self.get(AS_NOW);
        self.blocks.push(Block::Remark(as_now));
        let to_find = self.get(words("à pourvoir", "to be found"));
        let row = |sheet: &Sheet| {
            let leader = Cell {
                missing: sheet.leader.is_empty(),
                ..Cell::of(if sheet.leader.is_empty() { &to_find } else { &sheet.leader })
            };
            let of = |(done, all): (usize, usize)| match all {
                0 => Cell::default(),
                all => Cell::of(format!("{done} / {all}")),
            };
            vec![
                Cell::of(&sheet.name),
                leader,
                Cell::of(&sheet.progress),
                of(sheet.objectives),
                Cell::of(&sheet.last_report),
            ]
        };
        let columns = [
            (words("Fiche", "Sheet"), 44),
            (words("Pilote", "Leader"), 26),
            (words("Avancement", "Progress"), 14),
            (words("Objectifs réalisés", "Objectives done"), 13),
            (words("Dernier point", "Last report"), 13),
        ];
        // One table for each orientation, so that its long name takes no column.
        let mut met: Vec<&str> = Vec::new();
        for sheet in &sheets {
            let orientation = sheet.orientation.as_str();
            if met.contains(&orientation) {
                continue;
            }
            met.push(orientation);
            let none = words("Sans orientation", "No orientation");
            let named = if orientation.is_empty() { self.get(none) } else { orientation.into() };
            self.heading(if self.under_section { 3 } else { 2 }, named);
            let of_one = sheets.iter().filter(|sheet| sheet.orientation == orientation);
            self.grid(&columns, of_one.map(row).collect());
        }
    }

    fn priorities(&mut self) {
        let priorities = self.figures().priorities.clone();
        if priorities.is_empty() {
            return;
        }
        let title = words("Couverture des six priorités", "How the six priorities are covered");
        self.heading_of(title);
        let none = self.get(words("aucune fiche", "no sheet"));
        let row = |(label, sheets): &(String, Vec<String>)| {
            let cell = Cell { parts: sheets.clone(), ..Cell::default() };
            let named = match sheets.is_empty() {
                true => Cell { missing: true, ..Cell::of(&none) },
                false => cell,
            };
            vec![Cell::of(label), Cell::of(sheets.len().to_string()), named]
        };
        let rows = priorities.iter().map(row).collect();
        let columns = [
            (words("Priorité", "Priority"), 40),
            (words("Fiches", "Sheets"), 10),
            (words("Lesquelles", "Which"), 50),
        ];
        self.grid(&columns, rows);
    }

    fn indicators(&mut self) {
        let indicators = self.figures().indicators.clone();
        let mut periods: Vec<String> = indicators
            .iter()
            .flat_map(|one| &one.values)
            .map(|(period, _)| period.clone())
            .collect();
        if indicators.is_empty() {
            return;
        }
        let year = self.year();
        // The values of a report are those of its year and of the years before.
        periods.retain(|period| year.is_empty() || period.get(..4).is_some_and(|of| *of <= *year));
        // A whole year comes after its quarters.
        periods.sort_by_cached_key(|period| match period.len() {
            4 => format!("{period}~"),
            _ => period.clone(),
        });
        periods.dedup();
        let kept: Vec<String> = periods.split_off(periods.len().saturating_sub(PERIODS_MAX));
        let language = self.voice.holding.language;
        let mut columns = vec![
            Column {
                label: self.get(words("Indicateur", "Indicator")),
                weight: 34,
                figures: false,
            },
            Column { label: self.get(words("Unité", "Unit")), weight: 12, figures: false },
            Column { label: self.get(words("Cible", "Target")), weight: 14, figures: true },
        ];
        columns.extend(kept.iter().map(|period| Column {
            label: FieldType::Period.show(period, language),
            weight: 12,
            figures: true,
        }));
        let row = |one: &Indicator| {
            let of_year = one.targets.iter().find(|(of, _)| year.is_empty() || *of >= year);
            let target = if year.is_empty() { one.targets.last() } else { of_year };
            let target = target.or(one.targets.last());
            let target = target.map(|(year, target)| format!("{target} ({year})"));
            let mut cells = vec![
                Cell::of(&one.name),
                Cell::of(&one.unit),
                Cell::of(target.unwrap_or_default()),
            ];
            cells.extend(kept.iter().map(|period| {
                let found = one.values.iter().find(|(held, _)| held == period);
                Cell::of(found.map(|(_, value)| value.shown.clone()).unwrap_or_default())
            }));
            cells
        };
        let rows = indicators.iter().map(row).collect();
        self.heading_of(words("Valeurs par période", "Values by period"));
        self.blocks.push(Block::Grid(Grid { columns, rows }));
    }

    fn commitments(&mut self) {
        let holding = self.voice.holding;
        let mut rows = Vec::new();
        for held in holding.of_kind("ctsm") {
            let voice = say::Voice::of(holding, held);
            for row in held.content.rows("engagements") {
                let line =
                    |column| Cell::of(voice.on_a_line(&voice.cell("engagements", row, column)));
                rows.push(["code", "libelle", "debiteur", "echeance", "statut"].map(line).to_vec());
            }
        }
        if rows.is_empty() {
            return;
        }
        self.heading_of(words("Engagements du contrat", "Commitments of the contract"));
        let columns = [
            (words("Code", "Code"), 10),
            (words("Engagement", "Commitment"), 42),
            (words("Débiteur", "Debtor"), 22),
            (words("Échéance", "Due date"), 13),
            (words("Statut", "State"), 13),
        ];
        self.grid(&columns, rows);
    }

    fn fundings(&mut self) {
        let year = self.year();
        let fundings = self.figures().fundings_of(&year);
        let totals = Funding::totals(&fundings);
        if fundings.is_empty() {
            return;
        }
        let language = self.voice.holding.language;
        let shown = |cents: i64| {
            let sign = if cents < 0 { "-" } else { "" };
            let cents = cents.unsigned_abs();
            // Whole euros are told without cents: seven columns share the page.
            let stored = format!("{sign}{}.{:02}", cents / 100, cents % 100);
            let shown = FieldType::Amount.show(&stored, language);
            let none = self.voice.holding.words(",00", ".00");
            Cell::of(if cents.is_multiple_of(100) { shown.replacen(none, "", 1) } else { shown })
        };
        let row = |funding: &Funding| {
            let mut cells = vec![
                Cell::of(&funding.name),
                Cell::of(&funding.beneficiary),
                Cell::of(&funding.state),
            ];
            cells.extend(funding.cents.map(|cents| cents.map(shown).unwrap_or_default()));
            cells
        };
        let mut rows: Vec<Vec<Cell>> = fundings.iter().map(row).collect();
        let mut total = vec![Cell::of(self.get(TOTAL)), Cell::default()];
        total.push(Cell::default());
        total.extend(totals.map(shown));
        rows.push(total);
        let columns = [
            (words("Financement", "Funding"), 27, false),
            (words("Bénéficiaire", "Beneficiary"), 19, false),
            (words("Statut", "State"), 13, false),
            (words("Demandé", "Asked"), 14, true),
            (words("Notifié", "Granted"), 14, true),
            (words("Versé", "Paid"), 14, true),
            (words("Consommé", "Used"), 14, true),
        ];
        let column = |(label, weight, figures): (Wording, u32, bool)| Column {
            label: self.voice.get(label).to_owned(),
            weight,
            figures,
        };
        let columns = columns.map(column).to_vec();
        self.heading_of(words("Sommes par financement", "Amounts by funding"));
        self.blocks.push(Block::Grid(Grid { columns, rows }));
    }
}

const TOTAL: Wording = words("Total, sans les refus", "Total, refusals left out");
const AS_NOW: Wording = words(
    "L'avancement est celui que disent les fiches aujourd'hui.",
    "The progress is the one that the sheets say today.",
);

fn percent(part: usize, whole: usize) -> u8 {
    u8::try_from(part.saturating_mul(100).checked_div(whole).unwrap_or(0).min(100)).unwrap_or(100)
}
