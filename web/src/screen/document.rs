//! The reader: any document as plain HTML, with a way to each thing that can be done to it.
//!
//! Long texts are read as text; « Modifier » beside each opens the editor. Values in conflict stand
//! where they are, with who wrote each, and are settled there.

use crate::form;
use crate::frame::{Frame, nothing};
use crate::link;
use crate::names::{Names, short, writer};
use crate::prose;
use crate::words::{self as w, fill};
use client_core::document::{Conflict, FieldValue, FieldView, Row, SectionView};
use client_core::kinds::FieldType;
use client_core::replica::DocumentView;
use maud::{Markup, html};

/// How a document is shown.
#[derive(Debug)]
pub struct Shown<'a> {
    /// The document.
    pub view: &'a DocumentView,
    /// Whether this organisation may write in its space.
    pub writable: bool,
    /// The version of the past that is shown, by its name in addresses.
    pub past: Option<&'a str>,
    /// The labels of what is still to be filled in.
    pub missing: Vec<String>,
    /// What people say beside it: comments, already drawn.
    pub beside: Markup,
}

/// Draws a document.
#[must_use]
pub fn draw(frame: &Frame<'_>, shown: &Shown<'_>) -> Markup {
    let reader = Reader { names: frame.names, shown };
    reader.page()
}

/// Returns the title of a document as it stands on screens.
#[must_use]
pub fn title(names: &Names, view: &DocumentView) -> String {
    let title = &view.content.title;
    if title.is_empty() { names.say(w::UNTITLED).to_owned() } else { title.clone() }
}

struct Reader<'a> {
    names: &'a Names,
    shown: &'a Shown<'a>,
}

impl Reader<'_> {
    const fn view(&self) -> &DocumentView {
        self.shown.view
    }

    const fn writes(&self) -> bool {
        self.shown.writable && self.shown.past.is_none()
    }

    fn to(&self, page: &str) -> String {
        link::of_document(&self.view().document, page)
    }

    fn page(&self) -> Markup {
        let content = &self.view().content;
        let sections = &content.sections;
        html! {
            (self.head())
            (self.remarks())
            (self.conflicts())
            div class="sheet" {
                aside class="fields" aria-labelledby="fields" {
                    (self.fields())
                }
                div class="document" {
                    @if !content.kind.sections.is_empty() || !sections.is_empty() {
                        @for section in sections { (self.section(section)) }
                        @if self.writes() { (self.new_section()) }
                        (self.bin())
                    }
                }
            }
            div class="tables" { (self.tables()) }
            @if self.shown.past.is_none() { (self.shown.beside) }
        }
    }

    fn head(&self) -> Markup {
        let content = &self.view().content;
        html! {
            header class="heading" {
                p class="kind" { (self.names.say(content.kind.title)) }
                h1 { (title(self.names, self.view())) }
                div class="actions" {
                    @if self.writes() {
                        a class="button" href=(self.to("modifier")) {
                            (self.names.say(w::EDIT_DETAILS))
                        }
                    }
                    a class="button quiet" href=(self.to("versions")) {
                        (self.names.say(w::FROZEN))
                    }
                    a class="button quiet" href=(self.to("historique")) {
                        (self.names.say(w::HISTORY))
                    }
                    details class="menu" {
                        summary { (self.names.say(w::EXPORT)) }
                        ul {
                            li { a href=(self.to("export/pdf")) download { "PDF" } }
                            li { a href=(self.to("export/docx")) download { "Word" } }
                            li { a href=(self.to("imprimer")) { (self.names.say(w::PRINT)) } }
                        }
                    }
                }
            }
        }
    }

    fn remarks(&self) -> Markup {
        let view = self.view();
        html! {
            @if let Some(past) = self.shown.past {
                div class="banner" {
                    p { (self.names.say(w::OLD_VERSION)) }
                    p {
                        a href=(link::document(&view.document)) { (self.names.say(w::TO_PRESENT)) }
                        " · "
                        a href=(self.to(&format!("comparer?version={}", link::part(past)))) {
                            (self.names.say(w::COMPARE))
                        }
                    }
                }
            }
            @if !self.shown.missing.is_empty() {
                p class="hint" {
                    (fill(self.names.say(w::MISSING), &[&self.shown.missing.join(", ")]))
                }
            }
            @if !view.content.unknown.is_empty() {
                @let many = view.content.unknown.len().to_string();
                p class="banner" { (fill(self.names.say(w::NEWER_FIELDS), &[&many])) }
            }
            @if view.provisional > 0 {
                p class="hint" {
                    (fill(self.names.say(w::PROVISIONAL), &[&view.provisional.to_string()]))
                }
            }
            @for warning in &view.warnings {
                @let sentence = warning.sentence(self.names.language);
                p class="banner bad" { (fill(self.names.say(w::WARN_PERSON), &[&sentence])) }
            }
        }
    }

    fn conflicts(&self) -> Markup {
        html! {
            @for (at, conflict) in self.view().content.conflicts.iter().enumerate() {
                (self.conflict(at, conflict))
            }
        }
    }

    fn conflict(&self, at: usize, conflict: &Conflict) -> Markup {
        let label = self.names.say(conflict.spec.label);
        let many = conflict.values.len().to_string();
        let heading = fill(self.names.say(w::CONFLICT_FOR), &[&many, label]);
        html! {
            section class="conflict" aria-labelledby={ "conflict-" (at) } {
                h2 id={ "conflict-" (at) } { (heading) }
                p class="hint" { (self.names.say(w::CONFLICT_HINT)) }
                form method="post" action=(self.to("departager")) {
                    input type="hidden" name="field" value=(conflict.field);
                    ul class="choices" {
                        @for value in &conflict.values {
                            @let said = self.names.value(conflict.spec.kind, &value.value);
                            @let who = writer(&self.view().authors, value.actor);
                            li {
                                strong { (said) }
                                @if let Some(who) = who {
                                    " – " (who) ", " (self.names.time(value.at))
                                }
                                @if self.writes() {
                                    button name="value" value=(value.value) {
                                        (fill(self.names.say(w::KEEP_ONE), &[&said]))
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn section(&self, section: &SectionView) -> Markup {
        let title = section.title(self.view().content.kind, self.names.language);
        let id = format!("s-{}", section.id);
        html! {
            section class="text" aria-labelledby=(id) {
                header {
                    h2 id=(id) { (title) }
                    @if self.writes() {
                        a class="edit" href=(self.to(&format!("texte/{}", link::part(&section.id))))
                            aria-label={ (self.names.say(w::EDIT)) " – " (title) } {
                            (self.names.say(w::EDIT))
                        }
                    }
                }
                @if section.text.trim().is_empty() {
                    p class="empty" { (self.names.say(w::EMPTY)) }
                } @else { (prose::html(&section.text)) }
            }
        }
    }

    fn new_section(&self) -> Markup {
        html! {
            details class="add" {
                summary { (self.names.say(w::ADD_SECTION)) }
                form method="post" action=(self.to("parties")) {
                    label for="new-section" { (self.names.say(w::SECTION_TITLE)) }
                    input id="new-section" name="title" required maxlength="300";
                    button { (self.names.say(w::ADD)) }
                }
            }
        }
    }

    fn bin(&self) -> Markup {
        let content = &self.view().content;
        html! {
            @if self.writes() && !content.deleted_sections.is_empty() {
                details class="add" {
                    summary { (self.names.say(w::BIN)) " (" (content.deleted_sections.len()) ")" }
                    p class="hint" { (self.names.say(w::BIN_HINT)) }
                    ul {
                        @for section in &content.deleted_sections {
                            li {
                                (section.title(content.kind, self.names.language)) " "
                                form class="inline" method="post"
                                    action=(self.to(&format!("texte/{}/remettre",
                                        link::part(&section.id)))) {
                                    button class="quiet" { (self.names.say(w::RESTORE)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Draws the fields that stand in one line or a few, those without anything left out.
    fn fields(&self) -> Markup {
        let fields = self.view().content.fields.iter();
        let shown: Vec<&FieldView> = fields
            .filter(|field| !matches!(field.spec.kind, FieldType::Rows(_)))
            .filter(|field| field.value != FieldValue::Empty)
            .collect();
        html! {
            h2 id="fields" { (self.names.say(w::FIELDS)) }
            @if shown.is_empty() { p class="empty" { (self.names.say(w::NONE_YET)) } }
            dl {
                @for field in shown {
                    @let values = self.names.values(field.spec, &field.value);
                    @if values.iter().any(|value| !value.is_empty()) {
                        dt { (self.names.say(field.spec.label)) }
                        dd { (self.value(field)) }
                    }
                }
            }
        }
    }

    fn value(&self, field: &FieldView) -> Markup {
        let stored: Vec<&String> = match &field.value {
            FieldValue::One(one) => vec![one],
            FieldValue::Set(all) => all.iter().collect(),
            FieldValue::Text(text) => return prose::html(text),
            FieldValue::Conflicting(_) => {
                let values = self.names.values(field.spec, &field.value);
                return html! {
                    span class="tag bad" { (self.names.say(w::TO_SETTLE)) } " " (values.join(" | "))
                };
            }
            FieldValue::Entries(entries) => {
                return html! {
                    @for entry in entries {
                        p {
                            (self.names.value(field.spec.kind, &entry.value))
                            " – " (self.names.time(entry.at))
                        }
                    }
                };
            }
            FieldValue::List(items) => items.iter().map(|item| &item.value).collect(),
            FieldValue::Empty | FieldValue::Rows(_) => return nothing(),
        };
        html! {
            @if stored.len() == 1 { (self.linked(field.spec.kind, stored[0])) }
            @else { ul { @for one in stored { li { (self.linked(field.spec.kind, one)) } } } }
        }
    }

    /// Draws a value with a way to what it names.
    fn linked(&self, kind: FieldType, stored: &str) -> Markup {
        let said = self.names.value(kind, stored);
        let of_the_web = stored.starts_with("https://") || stored.starts_with("http://");
        if let FieldType::Document(_) = kind {
            html! { a href={ "/d/" (link::part(stored)) } { (said) } }
        } else if kind == FieldType::Link && of_the_web {
            html! { a href=(stored) rel="noreferrer noopener" target="_blank" { (said) } }
        } else if kind == FieldType::Email {
            html! { a href={ "mailto:" (stored) } { (said) } }
        } else {
            html! { (said) }
        }
    }

    fn tables(&self) -> Markup {
        html! {
            @for field in &self.view().content.fields {
                @if let (FieldType::Rows(table), FieldValue::Rows(rows)) =
                    (field.spec.kind, &field.value) {
                    @if !rows.is_empty() && Some(field.spec.name) != self.record() {
                        (self.table(field, table.columns, rows))
                    }
                }
            }
            @if self.writes() { (self.empty_tables()) }
        }
    }

    /// Returns the field of the frozen versions, which have a page of their own.
    fn record(&self) -> Option<&'static str> {
        self.view().content.kind.record().map(|field| field.name)
    }

    fn table(
        &self,
        field: &FieldView,
        columns: &'static [client_core::kinds::FieldSpec],
        rows: &[Row],
    ) -> Markup {
        let filled = |name: &str| {
            let cell = |row: &Row| row.cell(name).is_some_and(|cell| !self.is_blank(cell));
            rows.iter().any(cell)
        };
        let columns: Vec<_> = columns.iter().filter(|column| filled(column.name)).collect();
        let id = format!("t-{}", field.spec.name);
        let page = format!("lignes/{}", field.spec.name);
        html! {
            section class="rows" aria-labelledby=(id) {
                header {
                    h2 id=(id) { (self.names.say(field.spec.label)) }
                    @if self.writes() {
                        a class="edit" href=(self.to(&format!("{page}/nouvelle"))) {
                            (self.names.say(w::ADD_ROW))
                            span class="unseen" { " – " (self.names.say(field.spec.label)) }
                        }
                    }
                }
                div class="scroll" role="group" tabindex="0" aria-labelledby=(id) {
                    table {
                        thead {
                            tr {
                                @for column in &columns {
                                    th scope="col" { (self.names.say(column.label)) }
                                }
                                @if self.writes() {
                                    th { span class="unseen" { (self.names.say(w::EDIT)) } }
                                }
                            }
                        }
                        tbody {
                            @for (at, row) in rows.iter().enumerate() {
                                tr id={ "r-" (field.spec.name) "-" (row.id) } {
                                    @for column in &columns { td { (self.cell(row, column.name)) } }
                                    @if self.writes() {
                                        td {
                                            a class="edit"
                                                href=(self.to(&format!("{page}/{}",
                                                    link::part(&row.id))))
                                                aria-label={ (self.names.say(w::EDIT)) " – "
                                                    (self.names.say(field.spec.label)) ", "
                                                    (fill(self.names.say(w::ROW_LABEL),
                                                        &[&(at + 1).to_string()])) } {
                                                (self.names.say(w::EDIT))
                                            }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn is_blank(&self, value: &FieldValue) -> bool {
        match value {
            FieldValue::Empty => true,
            FieldValue::One(text) | FieldValue::Text(text) => text.trim().is_empty(),
            FieldValue::Conflicting(all) | FieldValue::Set(all) => all.is_empty(),
            FieldValue::List(all) => all.is_empty(),
            FieldValue::Entries(all) => all.is_empty(),
            FieldValue::Rows(all) => all.is_empty(),
        }
    }

    fn cell(&self, row: &Row, column: &str) -> Markup {
        let cell = row.cells.iter().find(|cell| cell.spec.name == column);
        html! { @if let Some(cell) = cell { (self.value(cell)) } }
    }

    /// Offers the tables that have no row yet.
    fn empty_tables(&self) -> Markup {
        let empty = |field: &&FieldView| {
            self.is_blank(&field.value)
                && matches!(field.spec.kind, FieldType::Rows(_))
                && Some(field.spec.name) != self.record()
        };
        let empty: Vec<&FieldView> = self.view().content.fields.iter().filter(empty).collect();
        html! {
            @if !empty.is_empty() {
                details class="add" {
                    summary { (self.names.say(w::ADD_ROW)) }
                    ul {
                        @for field in empty {
                            li {
                                a href=(self.to(&format!("lignes/{}/nouvelle", field.spec.name))) {
                                    (self.names.say(field.spec.label))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Returns what a person calls a version: the beginning of its name.
#[must_use]
pub fn version_name(name: &str) -> String {
    let parts: Vec<String> = name.split('+').map(short).collect();
    parts.join("+")
}

/// Tells whether a kind has anything to write in the form of the fields.
#[must_use]
pub fn has_form(view: &DocumentView) -> bool {
    view.content.fields.iter().any(|field| form::is_written(field.spec))
}
