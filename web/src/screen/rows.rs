//! The form of one row of a table, there already or new.

use crate::form::{self, BASE, Posted, Problem};
use crate::frame::Frame;
use crate::link;
use crate::screen::fields::base;
use crate::words as w;
use client_core::document::{FieldValue, FieldView, Row};
use client_core::kinds::{FieldSpec, Table};
use client_core::replica::DocumentView;
use maud::{Markup, html};

/// What is written.
#[derive(Debug)]
pub struct Sheet<'a> {
    /// The document.
    pub view: &'a DocumentView,
    /// The field of rows.
    pub field: &'static FieldSpec,
    /// Its columns.
    pub table: &'static Table,
    /// The row; a new one without.
    pub row: Option<&'a Row>,
}

/// Draws the form.
#[must_use]
pub fn draw(
    frame: &Frame<'_>,
    sheet: &Sheet<'_>,
    posted: Option<&Posted>,
    problems: &[Problem],
) -> Markup {
    let names = frame.names;
    let prefix = sheet.row.map(|row| format!("{}/{}/", sheet.field.name, row.id));
    let id = sheet.row.map_or_else(|| "nouvelle".to_owned(), |row| link::part(&row.id));
    let page = format!("lignes/{}/{id}", sheet.field.name);
    let action = link::of_document(&sheet.view.document, &page);
    let fresh: Vec<FieldView>;
    let cells: Vec<&FieldView> = match sheet.row {
        Some(row) => row.cells.iter().collect(),
        None => {
            let empty = |spec| FieldView { spec, value: FieldValue::Empty };
            fresh = sheet.table.columns.iter().map(empty).collect();
            fresh.iter().collect()
        }
    };
    // The column that names a row stays as it is.
    let key = sheet.table.key.filter(|_| sheet.row.is_some());
    let written = |cell: &&&FieldView| form::is_written(cell.spec) && Some(cell.spec.name) != key;
    let cells: Vec<&FieldView> = cells.iter().filter(written).copied().collect();
    let prefix = prefix.unwrap_or_default();
    html! {
        header class="heading" {
            p class="kind" { (crate::screen::document::title(names, sheet.view)) }
            h1 { (names.say(sheet.field.label)) }
            p class="hint" { (names.say(sheet.field.help)) }
        }
        form class="sheet-form" id="row-form" method="post" action=(action)
            data-guard data-partial {
            (form::partners(names))
            input type="hidden" name=(BASE) value=(base(&sheet.view.content.heads));
            (form::inputs(names, &cells, &prefix, posted, problems))
            div class="actions sticky" {
                button { (names.say(w::SAVE)) }
                a class="button quiet" href=(link::document(&sheet.view.document)) {
                    (names.say(w::CANCEL))
                }
                @if sheet.row.is_some() {
                    button class="danger" name="remove" value="1" formnovalidate {
                        (names.say(w::REMOVE_ROW))
                    }
                }
            }
        }
    }
}
