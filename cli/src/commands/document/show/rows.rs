//! Rows as people read them: numbered, so that a row is named without its long id.

use super::content::Shown;
use super::draw;
use crate::words;
use client_core::document::RANK;
use client_core::kinds::{FieldSpec, Signing, Table};
use console::{Lang, Page, Text};
use serde_json::Value;

/// Columns that a table on a terminal has at most; wider ones are drawn row by row.
const COLUMNS_MAX: usize = 6;

/// Draws every field that has rows.
pub(super) fn draw(shown: &Shown, specs: &[FieldSpec], page: &mut Page) {
    let mut example = None;
    let mut empty = Vec::new();
    for spec in specs {
        let Some(table) = spec.kind.table() else { continue };
        // Frozen versions are told as such, with their visas; nobody adds one as a row.
        if spec.signing == Signing::Record {
            continue;
        }
        let rows = rows_of(shown, spec.name);
        if rows.is_empty() {
            empty.push(spec);
            continue;
        }
        let rows = in_order(rows);
        page.gap();
        let label = spec.label.get(words::language(page.lang()));
        page.title(&Text::same(format!("{label} ({})", spec.name)));
        if table.columns.len() <= COLUMNS_MAX {
            draw_table(shown, table, &rows, page);
        } else {
            draw_list(shown, table, &rows, page);
        }
        let stored = table.columns.iter().find(|column| {
            table.key != Some(column.name) && !matches!(column.merge.letter(), 'C' | 'T')
        });
        let written = spec.merge.letter() != 'A';
        example = example.or(stored.filter(|_| written).map(|column| (spec.name, column.name)));
    }
    if let Some((field, column)) = example {
        let document = words::short(&shown.document);
        page.gap();
        page.say(&Text::new(
            format!("Une case : liaison doc set {document} {field}/1/{column} VALEUR"),
            format!("One cell: liaison doc set {document} {field}/1/{column} VALUE"),
        ));
    }
    draw_empty(shown, &empty, page);
}

/// Draws the tables that have no row yet, so that a person knows of them, and how to add one.
fn draw_empty(shown: &Shown, empty: &[&FieldSpec], page: &mut Page) {
    if empty.is_empty() {
        return;
    }
    page.gap();
    let lang = words::language(page.lang());
    let none = Text::of("aucune ligne", "no row");
    let none = none.in_lang(page.lang());
    let line = |spec: &&FieldSpec| {
        (Text::same(format!("{} ({})", spec.label.get(lang), spec.name)), none.to_owned())
    };
    page.pairs(&empty.iter().map(line).collect::<Vec<_>>());
    let Some(spec) = empty.iter().find(|spec| spec.merge.letter() != 'C') else {
        return;
    };
    let columns = spec.kind.table().map_or(&[][..], |table| table.columns);
    let written = columns.iter().find(|column| !matches!(column.merge.letter(), 'C' | 'T'));
    let column = written.map_or("…", |column| column.name);
    let (document, field) = (words::short(&shown.document), spec.name);
    page.say(&Text::new(
        format!("Une ligne : liaison doc add-row {document} {field} {column}=VALEUR"),
        format!("One row: liaison doc add-row {document} {field} {column}=VALUE"),
    ));
}

fn rows_of<'a>(shown: &'a Shown, field: &str) -> &'a [Value] {
    shown.fields.get(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Returns rows by the rank that they give themselves, where they do; each keeps its number, by
/// which it is written to.
fn in_order(rows: &[Value]) -> Vec<&Value> {
    let rank = |row: &&Value| {
        let rank = row.pointer("/cells").and_then(|cells| cells.get(RANK)).and_then(Value::as_str);
        rank.and_then(|rank| rank.parse::<u64>().ok()).unwrap_or(u64::MAX)
    };
    let mut rows: Vec<&Value> = rows.iter().collect();
    rows.sort_by_key(rank);
    rows
}

fn cell(shown: &Shown, column: &FieldSpec, row: &Value, lang: Lang) -> String {
    let value = row.pointer("/cells").and_then(|cells| cells.get(column.name));
    let text = draw::field(shown, column, value.unwrap_or(&Value::Null), lang);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn number(row: &Value) -> String {
    row.get("number").map(Value::to_string).unwrap_or_default()
}

fn draw_table(shown: &Shown, table: &Table, rows: &[&Value], page: &mut Page) {
    let lang = page.lang();
    let mut headers = vec![Text::of("n°", "no.")];
    let label = |column: &FieldSpec| Text::same(column.label.get(words::language(lang)));
    headers.extend(table.columns.iter().map(label));
    let line = |row: &&Value| {
        let cells = table.columns.iter().map(|column| cell(shown, column, row, lang));
        [number(row)].into_iter().chain(cells).collect()
    };
    page.table(&headers, &rows.iter().map(line).collect::<Vec<_>>());
}

fn draw_list(shown: &Shown, table: &Table, rows: &[&Value], page: &mut Page) {
    let lang = page.lang();
    for row in rows {
        page.say(&Text::same(format!("{} {}", Text::of("n°", "no.").in_lang(lang), number(row))));
        let line = |column: &FieldSpec| {
            let label = column.label.get(words::language(lang));
            let label = Text::same(format!("    {label} ({})", column.name));
            (label, cell(shown, column, row, lang))
        };
        let lines: Vec<_> =
            table.columns.iter().map(line).filter(|(_, cell)| cell != "—").collect();
        page.pairs(&lines);
    }
}

/// Returns what a path names, its label, and how a person types it: by the number of the row.
pub(super) fn spot<'a>(
    shown: &Shown,
    specs: &'a [FieldSpec],
    path: &str,
    lang: Lang,
) -> (Option<&'a FieldSpec>, String, String) {
    let label = |spec: &FieldSpec| spec.label.get(words::language(lang)).to_owned();
    let mut parts = path.splitn(3, '/');
    let field = parts.next().unwrap_or_default();
    let spec = specs.iter().find(|spec| spec.name == field);
    let (Some(found), Some(row), Some(column)) = (spec, parts.next(), parts.next()) else {
        return (spec, spec.map_or_else(|| path.to_owned(), label), path.to_owned());
    };
    let table = found.kind.table();
    let cell = table.and_then(|table| table.columns.iter().find(|spec| spec.name == column));
    let rows = rows_of(shown, field);
    let here = rows.iter().find(|each| each.get("row").and_then(Value::as_str) == Some(row));
    let number = here.map_or_else(|| row.to_owned(), number);
    let column_label = cell.map_or_else(|| column.to_owned(), label);
    // Where keys name the rows, a plain number may be one of them.
    let typed = if table.is_some_and(|table| table.key.is_some()) && here.is_some() {
        format!("n{number}")
    } else {
        number.clone()
    };
    (
        cell,
        format!("{} › {number} › {column_label}", label(found)),
        format!("{field}/{typed}/{column}"),
    )
}

#[cfg(test)]
mod tests;
