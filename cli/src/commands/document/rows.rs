//! Rows as people name them: by their numbers in `doc show`, with cells as `column=value`.

use client_core::kinds::{Catalogue, FieldSpec, FieldType, Kind};
use client_core::replica::DocumentContent;
use console::{Failure, Text};

/// First digits of the id of a row that may stand for it.
const ID_DIGITS_MIN: usize = 6;

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

/// Returns the id of the row that a person named by its id, the first digits of that, or its
/// number; what names none is left to the machine, which knows keys and refuses the rest.
pub(super) fn row_id(content: &DocumentContent, field: &str, typed: &str) -> String {
    let rows = content.rows(field);
    if rows.iter().any(|row| row.id == typed) {
        return typed.to_owned();
    }
    let by_number = typed.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    if let Some(row) = by_number.and_then(|at| rows.get(at)) {
        return row.id.clone();
    }
    let mut begun = rows.iter().filter(|row| row.id.starts_with(typed));
    match (begun.next(), begun.next()) {
        (Some(row), None) if typed.len() >= ID_DIGITS_MIN => row.id.clone(),
        (Some(_) | None, _) => typed.to_owned(),
    }
}

/// Returns a path with the id of its row.
pub(super) fn resolved(content: &DocumentContent, path: &str) -> String {
    let mut parts = path.splitn(3, '/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(field), Some(row), Some(column)) => {
            format!("{field}/{}/{column}", row_id(content, field, row))
        }
        (_, _, _) => path.to_owned(),
    }
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
