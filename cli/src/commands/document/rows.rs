//! Rows as people name them: by their numbers in `doc show`, with cells as `column=value`.

use client_core::document::{FieldValue as Value, FieldView, Row};
use client_core::kinds::{Catalogue, FieldSpec, FieldType, Kind};
use client_core::replica::DocumentContent;
use console::{Failure, Text};

/// First digits of the id of a row that may stand for it.
const ID_DIGITS_MIN: usize = 6;
/// Characters of a cell that say which row it is.
const WORDS_CHARS_MAX: usize = 40;

/// Reads `column=value`.
///
/// # Errors
/// `bad-cell` when there is no such sign.
pub(super) fn read_cell(typed: &str) -> Result<(String, String), Failure> {
    let cell = typed.split_once('=').filter(|(column, _)| !column.trim().is_empty());
    let (column, value) = cell.ok_or_else(|| {
        Failure::usage(
            "bad-cell",
            Text::new(
                format!("« {typed} » n'est pas une case : colonne=valeur est attendu"),
                format!("“{typed}” is no cell: column=value is expected"),
            ),
        )
    })?;
    Ok((column.trim().to_owned(), value.to_owned()))
}

/// Says of a row without anything in it which columns the field has.
pub(super) fn no_cell(field: &str) -> Failure {
    let failure = Failure::usage(
        "no-cell",
        Text::of(
            "une ligne a au moins une case : colonne=valeur est attendu",
            "a row has one cell at least: column=value is expected",
        ),
    );
    let columns = specs(field).filter_map(|spec| spec.kind.table()).flat_map(|table| table.columns);
    let mut names: Vec<&str> = columns.map(|column| column.name).collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        return failure;
    }
    let names = names.join(", ");
    failure.with_hint(Text::new(format!("colonnes : {names}"), format!("columns: {names}")))
}

/// Returns the id of the row that a person named: by its id or its key, by the first digits of
/// its id, or by its number in `doc show`; `n2` is the number for sure, and `=2` the id or key.
/// What names none is left to the machine, which refuses it.
///
/// # Errors
/// `ambiguous-row` when a plain number may be meant as a key: what it does would be done to
/// another row.
pub(super) fn row_id(
    content: &DocumentContent,
    field: &str,
    typed: &str,
) -> Result<String, Failure> {
    let rows = content.rows(field);
    let table = content.kind.field(field).and_then(|spec| spec.kind.table());
    let key = table.and_then(|table| table.column(table.key?));
    let by_id = |typed: &str| {
        let meant = key.and_then(|key| key.kind.read(typed).ok()).map(Value::One);
        let is_key = |row: &&Row| key.is_some_and(|key| row.cell(key.name) == meant.as_ref());
        let exact = rows.iter().find(|row| row.id == typed);
        exact.or_else(|| rows.iter().find(is_key))
    };
    let by_number = |typed: &str| {
        let number = typed.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        number.and_then(|at| rows.get(at))
    };
    if let Some(id) = typed.strip_prefix('=') {
        return Ok(by_id(id).map_or_else(|| id.to_owned(), |row| row.id.clone()));
    }
    let numbered = typed.strip_prefix('n').and_then(by_number);
    // Where rows bear numbers of their own, a number that is no row's key is no safer than one
    // that is another's.
    let bear_numbers = key.is_some() && rows.iter().any(|row| row.id.parse::<u64>().is_ok());
    match (by_id(typed), by_number(typed).or(numbered)) {
        (Some(here), Some(other)) if here.id != other.id => Err(ambiguous(typed)),
        (None, Some(_)) if bear_numbers && numbered.is_none() => Err(ambiguous(typed)),
        (Some(row), _) | (None, Some(row)) => Ok(row.id.clone()),
        (None, None) => {
            let mut begun = rows.iter().filter(|row| row.id.starts_with(typed));
            Ok(match (begun.next(), begun.next()) {
                (Some(row), None) if typed.len() >= ID_DIGITS_MIN => row.id.clone(),
                (Some(_) | None, _) => typed.to_owned(),
            })
        }
    }
}

fn ambiguous(typed: &str) -> Failure {
    let number = typed.trim_start_matches('n');
    let message = Text::new(
        format!("« {typed} » peut être le numéro d'une ligne et le nom d'une autre"),
        format!("“{typed}” may be the number of one row and the name of another"),
    );
    Failure::usage("ambiguous-row", message).with_hint(Text::new(
        format!("« n{number} » est la ligne de ce numéro, « ={typed} » celle de ce nom"),
        format!("“n{number}” is the row of that number, “={typed}” the one of that name"),
    ))
}

/// Returns a path with the id of its row.
///
/// # Errors
/// As [`row_id`].
pub(super) fn resolved(content: &DocumentContent, path: &str) -> Result<String, Failure> {
    let mut parts = path.splitn(3, '/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(field), Some(row), Some(column)) => {
            Ok(format!("{field}/{}/{column}", row_id(content, field, row)?))
        }
        (_, _, _) => Ok(path.to_owned()),
    }
}

/// Returns the number of a row and what it is known by: its key, or its first cells.
pub(super) fn known_by(content: &DocumentContent, field: &str, id: &str) -> Option<String> {
    let at = content.rows(field).iter().position(|row| row.id == id)?;
    let row = &content.rows(field)[at];
    let table = content.kind.field(field)?.kind.table()?;
    let words = |cell: &FieldView| match &cell.value {
        Value::One(text) | Value::Text(text) => text.lines().next().map(str::to_owned),
        Value::Empty
        | Value::Conflicting(_)
        | Value::Set(_)
        | Value::List(_)
        | Value::Entries(_)
        | Value::Rows(_) => None,
    };
    let of_key = |cell: &&FieldView| table.key.is_none_or(|key| cell.spec.name == key);
    let said = row.cells.iter().filter(of_key).filter_map(words).filter(|text| !text.is_empty());
    let short = |text: String| text.chars().take(WORDS_CHARS_MAX).collect::<String>();
    let said: Vec<String> = said.take(2).map(short).collect();
    Some(format!("{field} n°{} ({})", at + 1, said.join(" · ")))
}

/// Returns the fields and columns that a path may name, whatever the kind of the document.
fn specs(path: &str) -> impl Iterator<Item = &'static FieldSpec> {
    let mut parts = path.split('/');
    let (field, column) = (parts.next().unwrap_or_default().to_owned(), parts.nth(1));
    let column = column.map(str::to_owned);
    let fields = Catalogue::STANDARD.iter().flat_map(|kind| kind.fields);
    fields.filter(move |spec| spec.name == field).filter_map(move |spec| match &column {
        None => Some(spec),
        Some(column) => spec.kind.table()?.column(column),
    })
}

/// Returns the field or the column that a path names in a kind of documents.
pub(super) fn field_of(kind: &Kind, path: &str) -> Option<&'static FieldSpec> {
    let mut parts = path.split('/');
    let name = parts.next()?;
    let spec = kind.fields.iter().find(|spec| spec.name == name)?;
    match parts.nth(1) {
        None => Some(spec),
        Some(column) => spec.kind.table()?.column(column),
    }
}

/// Tells whether a path may name a field or a column of organisations.
pub(super) fn holds_partners(path: &str) -> bool {
    specs(path).any(|spec| spec.kind == FieldType::Partner)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_cell_is_a_column_and_a_value() {
        let read = |typed: &str| read_cell(typed).ok();
        let cell = |column: &str, value: &str| Some((column.to_owned(), value.to_owned()));
        assert_eq!(read("code=OO-1"), cell("code", "OO-1"));
        assert_eq!(read("note= a=b"), cell("note", " a=b"));
        assert_eq!(read("code="), cell("code", ""));
        for bad in ["code", "=x", " =x", ""] {
            assert_eq!(read_cell(bad).unwrap_err().code, "bad-cell", "{bad}");
        }
    }

    #[test]
    fn a_row_without_a_cell_is_told_its_columns() {
        let hint = no_cell("objectifs").hint.unwrap();
        assert!(hint.in_lang(console::Lang::Fr).contains("code"), "{hint:?}");
        assert_eq!(no_cell("rien").hint, None);
    }

    #[test]
    fn organisations_are_looked_for_where_they_may_stand() {
        assert!(holds_partners("parties/1/organisation") && holds_partners("pilote"));
        for other in ["montant", "parties", "parties/1/siret", "parties/1", "rien/1/organisation"] {
            assert!(!holds_partners(other), "{other}");
        }
    }
}
