//! The tracker as a workbook, in the shape that the importer reads, and the figures that the
//! agency asks for.
//!
//! Dates are dates, euros are numbers, choices are their labels with a list to pick from. A text
//! is always written as a text, so that none is a formula. A cell where several values await a
//! person is left empty under a note that tells them: writing one would choose.

use client_core::document::{FieldValue, Row};
use client_core::kinds::{Choice, FieldSpec, FieldType, Language, Merge};
use protocol::id::{DocumentId, PartnerId};
use rust_xlsxwriter::{
    Color, DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder,
    Formula, Note, Workbook, Worksheet, XlsxError,
};
use std::collections::BTreeMap;

use super::say::Voice;
use super::{Held, Holding, Unwritten, clean};
use crate::tracker::{self, Column, LISTS, Place, SHEETS, Sheet, VALUES_SEPARATOR};

mod figures;

pub use figures::write as write_figures;

/// Characters that a list of choices may have where it is written in the cell's own rule.
const LIST_CHARS_MAX: usize = 255;
/// Lines under a table that still get the lists of choices, for what people add.
const SPARE_LINES: u32 = 200;
/// Digits that a number of a workbook keeps; a longer one is written as a text.
const DIGITS_MAX: usize = 15;

impl From<XlsxError> for Unwritten {
    fn from(error: XlsxError) -> Self {
        Self::new("xlsx", error)
    }
}

/// The looks of a workbook.
struct Looks {
    head: Format,
    text: Format,
    date: Format,
    time: Format,
    euros: Format,
    number: Format,
    plain: Format,
    quiet: Format,
    conflict: Format,
}

impl Looks {
    fn new(language: Language) -> Self {
        let cell = || Format::new().set_align(FormatAlign::Top);
        let (date, time) = match language {
            Language::French => ("dd/mm/yyyy", "dd/mm/yyyy hh:mm"),
            Language::English => ("yyyy-mm-dd", "yyyy-mm-dd hh:mm"),
        };
        Self {
            head: Format::new()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::VerticalCenter)
                .set_background_color(Color::RGB(0x001B_4B72))
                .set_font_color(Color::White)
                .set_border_bottom(FormatBorder::Thin),
            text: cell().set_text_wrap(),
            date: cell().set_num_format(date),
            time: cell().set_num_format(time),
            euros: cell().set_num_format("#,##0.00 \"€\""),
            number: cell().set_num_format("#,##0.######"),
            plain: cell().set_num_format("0"),
            quiet: cell().set_font_color(Color::Gray).set_font_size(8),
            conflict: cell().set_background_color(Color::RGB(0x00FD_E8C8)),
        }
    }
}

/// Begins a workbook that bears no other time than that of the documents.
fn workbook(holding: &Holding, selected: &[&Held]) -> Result<Workbook, Unwritten> {
    let latest = selected.iter().map(|held| held.changed_at).max();
    let at = latest.map_or(0, |at| at.ms() / 1000);
    let at = ExcelDateTime::from_timestamp(i64::try_from(at).unwrap_or(0));
    let title = clean::cut(&clean::title(&holding.title), LIST_CHARS_MAX);
    let mut properties = DocProperties::new().set_title(title).set_author("Liaison");
    if let Ok(at) = at {
        properties = properties.set_creation_datetime(&at);
    }
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties);
    Ok(workbook)
}

/// Writes the tracker: one sheet for each of [`SHEETS`], those of some documents.
///
/// # Errors
/// What the library says.
pub fn write(holding: &Holding, selected: &[&Held]) -> Result<Vec<u8>, Unwritten> {
    let mut workbook = workbook(holding, selected)?;
    let mut lists = Lists::default();
    let looks = Looks::new(holding.language);
    for sheet in SHEETS.iter() {
        let mut page = Page { holding, looks: &looks, sheet, line: 0, worksheet: Worksheet::new() };
        page.head(&mut lists)?;
        let documents = selected.iter().filter(|held| held.content.kind.name == sheet.kind);
        for held in documents {
            page.document(held)?;
        }
        page.finish()?;
        workbook.push_worksheet(page.worksheet);
    }
    if let Some(worksheet) = lists.worksheet(holding.language)? {
        workbook.push_worksheet(worksheet);
    }
    Ok(workbook.save_to_buffer()?)
}

/// The longer lists of choices, each in a column of a hidden sheet.
#[derive(Default)]
struct Lists {
    columns: BTreeMap<&'static str, (u16, &'static [Choice])>,
}

impl Lists {
    /// Returns what a column of choices may hold.
    fn rule(
        &mut self,
        choices: &'static [Choice],
        lang: Language,
    ) -> Result<DataValidation, XlsxError> {
        let labels: Vec<&str> = choices.iter().map(|choice| choice.label.get(lang)).collect();
        let length: usize = labels.iter().map(|label| label.chars().count() + 1).sum();
        let has_comma = labels.iter().any(|label| label.contains(','));
        let rule = DataValidation::new();
        if length <= LIST_CHARS_MAX && !has_comma {
            return rule.allow_list_strings(&labels);
        }
        let next = u16::try_from(self.columns.len()).unwrap_or(u16::MAX);
        let name = choices.first().map_or("", |choice| choice.label.fr);
        let (column, _) = *self.columns.entry(name).or_insert((next, choices));
        let letter = rust_xlsxwriter::utility::column_number_to_name(column);
        let range = format!("={LISTS}!${letter}$1:${letter}${}", choices.len());
        Ok(rule.allow_list_formula(Formula::new(range)))
    }

    fn worksheet(&self, language: Language) -> Result<Option<Worksheet>, XlsxError> {
        if self.columns.is_empty() {
            return Ok(None);
        }
        let mut worksheet = Worksheet::new();
        worksheet.set_name(LISTS)?.set_hidden(true);
        for (column, choices) in self.columns.values() {
            for (line, choice) in (0..).zip(*choices) {
                worksheet.write_string(line, *column, choice.label.get(language))?;
            }
        }
        Ok(Some(worksheet))
    }
}

/// One sheet while it is written.
struct Page<'a> {
    holding: &'a Holding,
    looks: &'a Looks,
    sheet: &'static Sheet,
    line: u32,
    worksheet: Worksheet,
}

/// What goes into a cell.
enum Content {
    Empty,
    Text(String),
    /// A text that no person writes: an id, a version.
    Quiet(String),
    Value(FieldType, String),
    /// Several values in conflict, in words.
    Conflict(String),
}

impl Page<'_> {
    fn columns(&self) -> impl Iterator<Item = (u16, &'static Column)> + use<> {
        (0..).zip(self.sheet.columns.iter())
    }

    fn head(&mut self, lists: &mut Lists) -> Result<(), XlsxError> {
        let language = self.holding.language;
        self.worksheet.set_name(self.sheet.name.get(language))?;
        for (number, column) in self.columns() {
            let heading = self.sheet.heading(column, language);
            self.worksheet.write_string_with_format(0, number, heading, &self.looks.head)?;
            self.worksheet.set_column_width(number, width(self.sheet, column))?;
            if let Some(spec) = self.sheet.spec(column.place)
                && let Some(rule) = rule(spec, language, lists)?
            {
                self.worksheet.add_data_validation(1, number, SPARE_LINES * 10, number, &rule)?;
            }
        }
        self.worksheet.set_freeze_panes(1, 0)?.set_repeat_rows(0, 0)?;
        self.worksheet.set_landscape().set_print_fit_to_pages(1, 0).set_row_height(0, 32)?;
        Ok(())
    }

    fn document(&mut self, held: &Held) -> Result<(), XlsxError> {
        let voice = Voice::whole(self.holding, held);
        let Some(field) = self.sheet.rows else { return self.write_line(&voice, None) };
        held.content.rows(field).iter().try_for_each(|row| self.write_line(&voice, Some(row)))
    }

    fn write_line(&mut self, voice: &Voice<'_>, row: Option<&Row>) -> Result<(), XlsxError> {
        self.line += 1;
        for (number, column) in self.columns() {
            let content = self.content(voice, row, column.place);
            self.write(number, content)?;
        }
        Ok(())
    }

    fn content(&self, voice: &Voice<'_>, row: Option<&Row>, place: Place) -> Content {
        let held = voice.held;
        match place {
            Place::Id => Content::Quiet(held.document.to_string()),
            Place::Version => {
                let heads = held.content.heads.changes().iter();
                let names: Vec<String> = heads.map(ToString::to_string).collect();
                Content::Quiet(names.join("+"))
            }
            Place::RowId => Content::Quiet(row.map(|row| row.id.clone()).unwrap_or_default()),
            Place::Parent => Content::Text(called(held)),
            Place::Title => Content::Text(clean::line(&held.content.title)),
            Place::Section(id) => {
                let text = held.content.section(id).map(|section| clean::text(&section.text));
                Content::Text(text.unwrap_or_default())
            }
            Place::Keys(field) => Content::Text(self.keys(field, held.content.rows(field))),
            Place::Field(name) => self.field(voice, row, name),
        }
    }

    fn keys(&self, field: &str, rows: &[Row]) -> String {
        let table = self.sheet.kind().field(field).and_then(|spec| spec.kind.table());
        let Some((table, key)) = table.and_then(|table| Some((table, table.key?))) else {
            return String::new();
        };
        let Some(spec) = table.column(key) else { return String::new() };
        let keys = rows.iter().filter_map(|row| match row.cell(key) {
            Some(FieldValue::One(stored)) => Some(self.shown(spec.kind, stored)),
            Some(_) | None => None,
        });
        joined(keys)
    }

    fn field(&self, voice: &Voice<'_>, row: Option<&Row>, name: &'static str) -> Content {
        let Some(spec) = self.sheet.spec(Place::Field(name)) else { return Content::Empty };
        let value = match row {
            Some(row) => row.cell(name),
            None => voice.held.content.field(name),
        };
        let shown = |stored: &String| self.shown(spec.kind, stored);
        match value {
            None | Some(FieldValue::Empty | FieldValue::Rows(_)) => Content::Empty,
            Some(FieldValue::One(stored) | FieldValue::Text(stored)) => {
                Content::Value(spec.kind, stored.clone())
            }
            Some(FieldValue::Set(values)) => Content::Text(joined(values.iter().map(shown))),
            Some(FieldValue::List(items)) => {
                Content::Text(joined(items.iter().map(|item| shown(&item.value))))
            }
            Some(FieldValue::Entries(entries)) => {
                Content::Text(joined(entries.iter().map(|entry| shown(&entry.value))))
            }
            Some(FieldValue::Conflicting(_)) => {
                let said = match (row, self.sheet.rows) {
                    (Some(row), Some(field)) => voice.cell(field, row, name),
                    (_, _) => voice.field(name),
                };
                Content::Conflict(voice.on_a_line(&said))
            }
        }
    }

    /// Returns a value as the importer finds it again: by a name that only one thing bears.
    fn shown(&self, kind: FieldType, stored: &str) -> String {
        match kind {
            FieldType::Partner => self.partner(stored),
            FieldType::Document(_) => self.reference(stored),
            FieldType::Text
            | FieldType::Prose
            | FieldType::Date
            | FieldType::DateTime
            | FieldType::Year
            | FieldType::Period
            | FieldType::Amount
            | FieldType::Integer
            | FieldType::Number
            | FieldType::Boolean
            | FieldType::Choice(_)
            | FieldType::Link
            | FieldType::Email
            | FieldType::Phone
            | FieldType::Siret
            | FieldType::Siren
            | FieldType::Finess
            | FieldType::Rows(_) => clean::text(&kind.show(stored, self.holding.language)),
        }
    }

    fn partner(&self, stored: &str) -> String {
        let Ok(id) = stored.parse::<PartnerId>() else { return clean::line(stored) };
        let name = self.holding.partners.get(&id).filter(|name| !name.trim().is_empty());
        let alone = |name: &&String| {
            self.holding.partners.values().filter(|other| other == name).count() == 1
        };
        name.filter(alone).map_or_else(|| stored.to_owned(), |name| clean::line(name))
    }

    fn reference(&self, stored: &str) -> String {
        let held = stored.parse::<DocumentId>().ok().and_then(|id| self.holding.document(&id));
        held.map_or_else(|| stored.to_owned(), called)
    }

    fn write(&mut self, column: u16, content: Content) -> Result<(), XlsxError> {
        let (line, looks) = (self.line, self.looks);
        let worksheet = &mut self.worksheet;
        match content {
            Content::Empty => {}
            Content::Quiet(text) => {
                worksheet.write_string_with_format(line, column, text, &looks.quiet)?;
            }
            Content::Text(text) => put_text(worksheet, (line, column), &text, looks)?,
            Content::Conflict(words) => {
                let words = clean::cut(&words, CONFLICT_CHARS_MAX);
                worksheet.write_blank(line, column, &looks.conflict)?;
                worksheet.insert_note(line, column, &Note::new(words).set_author("Liaison"))?;
            }
            Content::Value(kind, stored) => {
                if !put_value(worksheet, (line, column), kind, &stored, looks)? {
                    let shown = self.shown(kind, &stored);
                    put_text(&mut self.worksheet, (line, column), &shown, looks)?;
                }
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), XlsxError> {
        let last = u16::try_from(self.sheet.columns.len().saturating_sub(1)).unwrap_or(0);
        self.worksheet.autofilter(0, 0, self.line.max(1), last)?;
        Ok(())
    }
}

/// Characters of a note.
const CONFLICT_CHARS_MAX: usize = 2_000;

fn put_text(
    worksheet: &mut Worksheet,
    (line, column): (u32, u16),
    text: &str,
    looks: &Looks,
) -> Result<(), XlsxError> {
    let text = clean::cut(text.trim_end(), clean::CELL_CHARS_MAX);
    if !text.is_empty() {
        worksheet.write_string_with_format(line, column, text, &looks.text)?;
    }
    Ok(())
}

/// Writes a value that a workbook has a type for; false for any other.
fn put_value(
    worksheet: &mut Worksheet,
    (line, column): (u32, u16),
    kind: FieldType,
    stored: &str,
    looks: &Looks,
) -> Result<bool, XlsxError> {
    let figure = |format: &Format, worksheet: &mut Worksheet| match number(stored) {
        Some(number) => {
            worksheet.write_number_with_format(line, column, number, format)?;
            Ok(true)
        }
        None => Ok(false),
    };
    match kind {
        FieldType::Amount => figure(&looks.euros, worksheet),
        FieldType::Number => figure(&looks.number, worksheet),
        FieldType::Integer | FieldType::Year => figure(&looks.plain, worksheet),
        FieldType::Date | FieldType::DateTime => {
            let Ok(date) = ExcelDateTime::parse_from_str(stored) else { return Ok(false) };
            let format = if kind == FieldType::Date { &looks.date } else { &looks.time };
            worksheet.write_datetime_with_format(line, column, &date, format)?;
            Ok(true)
        }
        FieldType::Text
        | FieldType::Prose
        | FieldType::Period
        | FieldType::Boolean
        | FieldType::Partner
        | FieldType::Choice(_)
        | FieldType::Link
        | FieldType::Email
        | FieldType::Phone
        | FieldType::Siret
        | FieldType::Siren
        | FieldType::Finess
        | FieldType::Document(_)
        | FieldType::Rows(_) => Ok(false),
    }
}

/// Returns a stored number, unless a workbook would round it.
fn number(stored: &str) -> Option<f64> {
    let digits = stored.chars().filter(char::is_ascii_digit).count();
    let is_plain = stored.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '.'));
    if digits > DIGITS_MAX || !is_plain {
        return None;
    }
    stored.parse::<f64>().ok().filter(|number| number.is_finite())
}

/// Returns what people call a document: its code, else its title, as the importer looks it up.
fn called(held: &Held) -> String {
    let codes = tracker::codes(held.content.kind.name).iter();
    let mut codes = codes.filter_map(|field| match held.content.field(field) {
        Some(FieldValue::One(code)) => Some(clean::line(code)),
        Some(_) | None => None,
    });
    codes.next().unwrap_or_else(|| clean::line(&held.content.title))
}

fn joined(values: impl Iterator<Item = String>) -> String {
    values.collect::<Vec<_>>().join(&format!("{VALUES_SEPARATOR} "))
}

/// Returns what a cell of one choice or of yes and no may hold.
fn rule(
    spec: &'static FieldSpec,
    language: Language,
    lists: &mut Lists,
) -> Result<Option<DataValidation>, XlsxError> {
    let is_one = matches!(spec.merge, Merge::LastWriter | Merge::MultiValue);
    match spec.kind {
        FieldType::Choice(choices) if is_one => lists.rule(choices, language).map(Some),
        FieldType::Boolean => {
            let show = |stored| FieldType::Boolean.show(stored, language);
            let rule = DataValidation::new();
            rule.allow_list_strings(&[show("true"), show("false")]).map(Some)
        }
        FieldType::Text
        | FieldType::Prose
        | FieldType::Date
        | FieldType::DateTime
        | FieldType::Year
        | FieldType::Period
        | FieldType::Amount
        | FieldType::Integer
        | FieldType::Number
        | FieldType::Partner
        | FieldType::Choice(_)
        | FieldType::Link
        | FieldType::Email
        | FieldType::Phone
        | FieldType::Siret
        | FieldType::Siren
        | FieldType::Finess
        | FieldType::Document(_)
        | FieldType::Rows(_) => Ok(None),
    }
}

/// Returns the width of a column, in characters.
fn width(sheet: &Sheet, column: &Column) -> f64 {
    match column.place {
        Place::Id | Place::Version | Place::RowId => 10.0,
        Place::Title | Place::Section(_) => 44.0,
        Place::Parent | Place::Keys(_) => 28.0,
        Place::Field(_) => match sheet.spec(column.place).map(|spec| spec.kind) {
            Some(FieldType::Prose) => 44.0,
            Some(FieldType::Date | FieldType::Year | FieldType::Period | FieldType::Boolean) => {
                12.0
            }
            Some(FieldType::Integer | FieldType::Number) => 11.0,
            Some(FieldType::Amount | FieldType::DateTime) => 16.0,
            Some(_) | None => 24.0,
        },
    }
}

#[cfg(test)]
mod tests;
