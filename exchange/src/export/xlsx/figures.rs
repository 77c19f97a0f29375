//! The figures of the agency as a workbook: sheets by progress, priorities, fundings, indicators.

use client_core::kinds::FieldType;
use rust_xlsxwriter::{Chart, ChartType, Worksheet, XlsxError};

use super::{Looks, clean, number, put_text, workbook};
use crate::export::figures::{Figures, Funding};
use crate::export::{Holding, Unwritten};

/// Writes the figures of a space.
///
/// # Errors
/// What the library says.
pub fn write(holding: &Holding) -> Result<Vec<u8>, Unwritten> {
    let mut workbook = workbook(holding, &holding.all())?;
    let tables = Tables { holding, looks: Looks::new(holding.language), all: Figures::of(holding) };
    for worksheet in [tables.sheets()?, tables.priorities()?, tables.fundings()?] {
        workbook.push_worksheet(worksheet);
    }
    workbook.push_worksheet(tables.indicators()?);
    Ok(workbook.save_to_buffer()?)
}

struct Tables<'a> {
    holding: &'a Holding,
    looks: Looks,
    all: Figures,
}

impl Tables<'_> {
    fn begin(&self, name: &str, heads: &[(&str, f64)], line: u32) -> Result<Worksheet, XlsxError> {
        let mut worksheet = Worksheet::new();
        worksheet.set_name(name)?;
        self.heads(&mut worksheet, heads, line)?;
        worksheet.set_freeze_panes(line + 1, 0)?;
        worksheet.set_landscape().set_print_fit_to_pages(1, 0);
        Ok(worksheet)
    }

    fn heads(
        &self,
        worksheet: &mut Worksheet,
        heads: &[(&str, f64)],
        line: u32,
    ) -> Result<(), XlsxError> {
        for (column, (head, width)) in (0..).zip(heads) {
            worksheet.write_string_with_format(line, column, *head, &self.looks.head)?;
            worksheet.set_column_width(column, *width)?;
        }
        Ok(())
    }

    fn text(&self, sheet: &mut Worksheet, at: (u32, u16), text: &str) -> Result<(), XlsxError> {
        put_text(sheet, at, &clean::line(text), &self.looks)
    }

    fn count(&self, sheet: &mut Worksheet, at: (u32, u16), count: usize) -> Result<(), XlsxError> {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        sheet.write_number_with_format(at.0, at.1, count, &self.looks.plain)?;
        Ok(())
    }

    fn euros(
        &self,
        sheet: &mut Worksheet,
        at: (u32, u16),
        cents: Option<i64>,
    ) -> Result<(), XlsxError> {
        let Some(cents) = cents else { return Ok(()) };
        let sign = if cents < 0 { "-" } else { "" };
        let stored =
            format!("{sign}{}.{:02}", cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
        match number(&stored) {
            Some(euros) => {
                sheet.write_number_with_format(at.0, at.1, euros, &self.looks.euros)?;
                Ok(())
            }
            None => self.text(sheet, at, &FieldType::Amount.show(&stored, self.holding.language)),
        }
    }

    fn sheets(&self) -> Result<Worksheet, XlsxError> {
        let say = |fr, en| self.holding.words(fr, en);
        let heads = [
            (say("Fiche", "Sheet"), 44.0),
            (say("Orientation", "Orientation"), 28.0),
            (say("Pilote", "Leader"), 28.0),
            (say("Avancement", "Progress"), 22.0),
            (say("Objectifs réalisés", "Objectives done"), 12.0),
            (say("Objectifs", "Objectives"), 12.0),
            (say("Étapes faites", "Steps done"), 12.0),
            (say("Étapes", "Steps"), 12.0),
            (say("Dernier point d'étape", "Last report"), 16.0),
            ("", 4.0),
            (say("État", "State"), 34.0),
            (say("Fiches", "Sheets"), 10.0),
        ];
        let name = say("Fiches par état", "Sheets by state");
        let mut sheet = self.begin(name, &heads, 0)?;
        for (line, one) in (1..).zip(&self.all.sheets) {
            let texts = [&one.name, &one.orientation, &one.leader, &one.progress];
            for (column, text) in (0..).zip(texts) {
                self.text(&mut sheet, (line, column), text)?;
            }
            let counts = [one.objectives.0, one.objectives.1, one.steps.0, one.steps.1];
            for (column, count) in (4..).zip(counts) {
                self.count(&mut sheet, (line, column), count)?;
            }
            self.text(&mut sheet, (line, 8), &one.last_report)?;
        }
        for (line, (label, count)) in (1..).zip(&self.all.by_progress) {
            self.text(&mut sheet, (line, 10), label)?;
            self.count(&mut sheet, (line, 11), *count)?;
        }
        let states = u32::try_from(self.all.by_progress.len()).unwrap_or(0);
        if states > 0 {
            let mut chart = Chart::new(ChartType::Bar);
            chart
                .add_series()
                .set_name((name, 0, 11))
                .set_categories((name, 1, 10, states, 10))
                .set_values((name, 1, 11, states, 11));
            chart.title().set_name(name);
            chart.set_alt_text(name);
            sheet.insert_chart(states + 2, 10, &chart)?;
        }
        Ok(sheet)
    }

    fn priorities(&self) -> Result<Worksheet, XlsxError> {
        let say = |fr, en| self.holding.words(fr, en);
        let heads = [
            (say("Priorité nationale", "National priority"), 60.0),
            (say("Fiches", "Sheets"), 10.0),
            (say("Lesquelles", "Which"), 80.0),
        ];
        let mut sheet = self.begin(say("Six priorités", "Six priorities"), &heads, 0)?;
        for (line, (label, named)) in (1..).zip(&self.all.priorities) {
            self.text(&mut sheet, (line, 0), label)?;
            self.count(&mut sheet, (line, 1), named.len())?;
            self.text(&mut sheet, (line, 2), &named.join(" ; "))?;
        }
        Ok(sheet)
    }

    fn fundings(&self) -> Result<Worksheet, XlsxError> {
        let say = |fr, en| self.holding.words(fr, en);
        let heads = [
            (say("Financement", "Funding"), 40.0),
            (say("Source", "Source"), 24.0),
            (say("Bénéficiaire", "Beneficiary"), 28.0),
            (say("Statut", "State"), 18.0),
            (say("Demandé", "Asked"), 16.0),
            (say("Notifié", "Granted"), 16.0),
            (say("Versé", "Paid"), 16.0),
            (say("Consommé", "Used"), 16.0),
        ];
        let mut sheet = self.begin(say("Financements", "Fundings"), &heads, 0)?;
        let mut line = 1;
        for one in &self.all.fundings {
            let texts = [&one.name, &one.source, &one.beneficiary, &one.state];
            for (column, text) in (0..).zip(texts) {
                self.text(&mut sheet, (line, column), text)?;
            }
            for (column, cents) in (4..).zip(one.cents) {
                self.euros(&mut sheet, (line, column), cents)?;
            }
            line += 1;
        }
        self.text(&mut sheet, (line, 0), "Total")?;
        for (column, cents) in (4..).zip(Funding::totals(&self.all.fundings)) {
            self.euros(&mut sheet, (line, column), Some(cents))?;
        }
        Ok(sheet)
    }

    fn indicators(&self) -> Result<Worksheet, XlsxError> {
        let say = |fr, en| self.holding.words(fr, en);
        let values = self.all.indicators.iter().flat_map(|one| &one.values);
        let mut periods: Vec<&String> = values.map(|(period, _)| period).collect();
        periods.sort();
        periods.dedup();
        let shown: Vec<String> = periods
            .iter()
            .map(|period| FieldType::Period.show(period, self.holding.language))
            .collect();
        let mut heads = vec![
            (say("Indicateur", "Indicator"), 44.0),
            (say("Unité", "Unit"), 16.0),
            (say("Cibles", "Targets"), 24.0),
        ];
        heads.extend(shown.iter().map(|period| (period.as_str(), 14.0)));
        let mut sheet = self.begin(say("Indicateurs", "Indicators"), &heads, 0)?;
        for (line, one) in (1..).zip(&self.all.indicators) {
            self.text(&mut sheet, (line, 0), &one.name)?;
            self.text(&mut sheet, (line, 1), &one.unit)?;
            let targets = one.targets.iter().map(|(year, target)| format!("{year} : {target}"));
            self.text(&mut sheet, (line, 2), &targets.collect::<Vec<_>>().join(" ; "))?;
            for (period, value) in &one.values {
                let place = periods.iter().position(|held| *held == period).unwrap_or(0);
                let at = (line, u16::try_from(place + 3).unwrap_or(u16::MAX));
                match value.number.as_deref().and_then(number) {
                    Some(number) => {
                        sheet.write_number_with_format(at.0, at.1, number, &self.looks.number)?;
                    }
                    None => self.text(&mut sheet, at, &value.shown)?,
                }
            }
        }
        Ok(sheet)
    }
}
