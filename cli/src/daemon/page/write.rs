//! Forms that write: fields, rows, parts, values to settle, new documents.
//!
//! Every form carries the version it was drawn from; `web::form` says what it asks for, and all
//! of it is written as one, or nothing is.

use super::desk::{Desk, Paged, Room, Trouble, done};
use super::listing::Inputs;
use axum::extract::{Form, Path, Query};
use axum::response::Response;
use client_core::document::{Edit, FieldView, Row, SectionView, Version};
use client_core::kinds::{Catalogue, FieldSpec, FieldType, Kind, Table};
use client_core::replica::{Command, DocumentView, Reply};
use protocol::id::DocumentId;
use web::form::{self, BASE, Cell, Posted, Problem};
use web::frame::{ENTRIES, Notice, entry_of};
use web::screen::document::title;
use web::screen::fields::read_base;
use web::{link, screen, words as w};

type Filled = Form<Vec<(String, String)>>;

/// Writes some edits of one document, all or none.
async fn compose(desk: &Desk, view: &DocumentView, edits: Vec<Edit>) -> Result<(), Trouble> {
    let (space, document) = (view.space, view.document);
    let command = Command::Compose { space, document, new: None, edits };
    let Reply::Edited { .. } = desk.ask(command).await? else {
        return Err(desk.wrong("compose"));
    };
    Ok(())
}

/// Writes one edit and goes back to the document.
async fn one(desk: &Desk, document: &str, edit: Edit) -> Paged {
    let document: DocumentId = desk.id(document)?;
    let Reply::Edited { .. } = desk.ask(Command::Edit { document, edit }).await? else {
        return Err(desk.wrong("edit"));
    };
    Ok(done(&link::document(&document), "saved"))
}

/// Returns the version that a form was drawn from.
fn since(desk: &Desk, posted: &Posted) -> Result<Version, Trouble> {
    let base = posted.one(BASE).and_then(read_base);
    base.ok_or_else(|| desk.absent())
}

/// Draws the form of the fields.
pub(super) async fn fields_form(desk: Desk, Path(document): Path<String>) -> Paged {
    let (view, room) = desk.open(&document).await?;
    Ok(draw_fields(&desk, &room, &view, None, &[]))
}

fn draw_fields(
    desk: &Desk,
    room: &Room,
    view: &DocumentView,
    posted: Option<&Posted>,
    problems: &[Problem],
) -> Response {
    let content = screen::fields::draw(&desk.frame(room), view, posted, problems);
    with_problems(desk, room, view, &content, problems)
}

fn with_problems(
    desk: &Desk,
    room: &Room,
    view: &DocumentView,
    content: &web::Markup,
    problems: &[Problem],
) -> Response {
    let entry = Some(entry_of(view.content.kind.name).page);
    let title = title(&room.names, view);
    let notice = (!problems.is_empty()).then(|| Notice {
        good: false,
        text: w::NOT_SAVED.get(desk.language).to_owned(),
        hint: None,
    });
    desk.page_with(room, entry, String::new(), &title, content, notice)
}

/// Writes the fields that a form has changed.
pub(super) async fn fields(desk: Desk, Path(document): Path<String>, Form(pairs): Filled) -> Paged {
    let posted = Posted::of(pairs);
    let (now, room) = desk.open(&document).await?;
    let base = since(&desk, &posted)?;
    let was = desk.show(now.document, Some(base.clone())).await?;
    let pairs = was.content.fields.iter().zip(&now.content.fields);
    let cells: Vec<Cell<'_>> = pairs.map(|(was, now)| Cell { was, now: &now.value }).collect();
    let mut change = form::changes(&room.names, &cells, "", &base, &posted);
    if !change.problems.is_empty() {
        // Drawn again from the same version: what was typed is still compared with it.
        return Ok(draw_fields(&desk, &room, &was, Some(&posted), &change.problems));
    }
    let typed = posted.one("title").map(str::trim).unwrap_or_default();
    if typed != was.content.title && !typed.is_empty() {
        change.edits.insert(0, Edit::SetTitle(typed.to_owned()));
    }
    let code = if change.edits.is_empty() { "unchanged" } else { "saved" };
    if !change.edits.is_empty() {
        compose(&desk, &now, change.edits).await?;
    }
    Ok(done(&link::document(&now.document), code))
}

/// Settles concurrent values.
pub(super) async fn settle(desk: Desk, Path(document): Path<String>, Form(pairs): Filled) -> Paged {
    let posted = Posted::of(pairs);
    let (Some(field), Some(value)) = (posted.one("field"), posted.one("value")) else {
        return Err(desk.absent());
    };
    let edit = Edit::Settle { field: field.to_owned(), value: value.to_owned() };
    one(&desk, &document, edit).await
}

fn section_of<'a>(
    desk: &Desk,
    view: &'a DocumentView,
    id: &str,
) -> Result<&'a SectionView, Trouble> {
    view.content.section(id).ok_or_else(|| desk.absent())
}

/// Draws the page where a part is written.
pub(super) async fn section_form(
    desk: Desk,
    Path((document, section)): Path<(String, String)>,
) -> Paged {
    let (view, room) = desk.open(&document).await?;
    let section = section_of(&desk, &view, &section)?;
    let content = screen::section::draw(&desk.frame(&room), &view, section, room.is_writable());
    let entry = Some(entry_of(view.content.kind.name).page);
    let title = section.title(view.content.kind, desk.language);
    Ok(desk.page(&room, entry, String::new(), &title, &content))
}

/// Merges the text of a part as somebody rewrote it.
pub(super) async fn section(
    desk: Desk,
    Path((document, section)): Path<(String, String)>,
    Form(pairs): Filled,
) -> Paged {
    let posted = Posted::of(pairs);
    let since = since(&desk, &posted)?;
    let text = posted.one("text").ok_or_else(|| desk.absent())?.to_owned();
    let place = section.clone();
    let edit = Edit::WriteTextSince { place, since, text };
    let document: DocumentId = desk.id(&document)?;
    let Reply::Edited { .. } = desk.ask(Command::Edit { document, edit }).await? else {
        return Err(desk.wrong("edit"));
    };
    Ok(done(&format!("{}#s-{section}", link::document(&document)), "saved"))
}

/// Gives a part another title.
pub(super) async fn rename_section(
    desk: Desk,
    Path((document, section)): Path<(String, String)>,
    Form(pairs): Filled,
) -> Paged {
    let posted = Posted::of(pairs);
    let title = posted.filled("title").ok_or_else(|| desk.absent())?.to_owned();
    one(&desk, &document, Edit::RenameSection { section, title }).await
}

/// Puts a part into the bin.
pub(super) async fn delete_section(
    desk: Desk,
    Path((document, section)): Path<(String, String)>,
) -> Paged {
    one(&desk, &document, Edit::DeleteSection { section }).await
}

/// Takes a part out of the bin.
pub(super) async fn restore_section(
    desk: Desk,
    Path((document, section)): Path<(String, String)>,
) -> Paged {
    one(&desk, &document, Edit::RestoreSection { section }).await
}

/// Makes the text of a part what it was at a version: a new change, nothing is undone.
pub(super) async fn return_section(
    desk: Desk,
    Path((document, section)): Path<(String, String)>,
    Form(pairs): Filled,
) -> Paged {
    let posted = Posted::of(pairs);
    let version = posted.one("version").and_then(read_base).ok_or_else(|| desk.absent())?;
    let id: DocumentId = desk.id(&document)?;
    let before = desk.show(id, Some(version)).await?;
    let text = section_of(&desk, &before, &section)?.text.clone();
    let now = desk.show(id, None).await?;
    if now.content.section(&section).is_none() {
        one(&desk, &document, Edit::RestoreSection { section: section.clone() }).await?;
    }
    one(&desk, &document, Edit::WriteText { place: section, text }).await
}

/// Adds a part.
pub(super) async fn add_section(
    desk: Desk,
    Path(document): Path<String>,
    Form(pairs): Filled,
) -> Paged {
    let posted = Posted::of(pairs);
    let title = posted.filled("title").ok_or_else(|| desk.absent())?.to_owned();
    one(&desk, &document, Edit::AddSection { title, after: None }).await
}

/// A table of a document, and one of its rows.
struct Place<'a> {
    spec: &'static FieldSpec,
    table: &'static Table,
    row: Option<&'a Row>,
}

/// The name of a row that is not there yet, in addresses.
const NEW_ROW: &str = "nouvelle";

fn place<'a>(
    desk: &Desk,
    view: &'a DocumentView,
    field: &str,
    row: &str,
) -> Result<Place<'a>, Trouble> {
    let spec = view.content.kind.field(field).ok_or_else(|| desk.absent())?;
    let FieldType::Rows(table) = spec.kind else { return Err(desk.absent()) };
    let found = view.content.rows(field).iter().find(|one| one.id == row);
    if found.is_none() && row != NEW_ROW {
        return Err(desk.absent());
    }
    Ok(Place { spec, table, row: found })
}

/// Draws the form of a row.
pub(super) async fn row_form(
    desk: Desk,
    Path((document, field, row)): Path<(String, String, String)>,
) -> Paged {
    let (view, room) = desk.open(&document).await?;
    let place = place(&desk, &view, &field, &row)?;
    Ok(draw_row(&desk, &room, &view, &place, None, &[]))
}

fn draw_row(
    desk: &Desk,
    room: &Room,
    view: &DocumentView,
    place: &Place<'_>,
    posted: Option<&Posted>,
    problems: &[Problem],
) -> Response {
    let sheet = screen::rows::Sheet { view, field: place.spec, table: place.table, row: place.row };
    let content = screen::rows::draw(&desk.frame(room), &sheet, posted, problems);
    with_problems(desk, room, view, &content, problems)
}

/// Writes a row, adds it, or takes it away.
pub(super) async fn row(
    desk: Desk,
    Path((document, field, row)): Path<(String, String, String)>,
    Form(pairs): Filled,
) -> Paged {
    let posted = Posted::of(pairs);
    let (now, room) = desk.open(&document).await?;
    let back = format!("{}#t-{field}", link::document(&now.document));
    if row == NEW_ROW {
        let place = place(&desk, &now, &field, &row)?;
        return match form::new_row(&room.names, &field, place.table.columns, &posted) {
            Ok(edit) => {
                compose(&desk, &now, vec![edit]).await?;
                Ok(done(&back, "saved"))
            }
            Err(problems) => Ok(draw_row(&desk, &room, &now, &place, Some(&posted), &problems)),
        };
    }
    if posted.has("remove") {
        compose(&desk, &now, vec![Edit::RemoveRow { field, row }]).await?;
        return Ok(done(&back, "saved"));
    }
    let base = since(&desk, &posted)?;
    let was = desk.show(now.document, Some(base.clone())).await?;
    let before = place(&desk, &was, &field, &row)?;
    let cells = cells(before.row, &now, &field, &row);
    let prefix = format!("{field}/{row}/");
    let change = form::changes(&room.names, &cells, &prefix, &base, &posted);
    if !change.problems.is_empty() {
        return Ok(draw_row(&desk, &room, &was, &before, Some(&posted), &change.problems));
    }
    let code = if change.edits.is_empty() { "unchanged" } else { "saved" };
    if !change.edits.is_empty() {
        compose(&desk, &now, change.edits).await?;
    }
    Ok(done(&back, code))
}

/// Returns the cells of a row as the form showed them and as they are; one that was removed
/// meanwhile comes back with what is written.
fn cells<'a>(
    before: Option<&'a Row>,
    now: &'a DocumentView,
    field: &str,
    row: &str,
) -> Vec<Cell<'a>> {
    let present = now.content.rows(field).iter().find(|one| one.id == row);
    let of = |was: &'a FieldView| {
        let now = present.and_then(|row| row.cell(was.spec.name));
        Cell { was, now: now.unwrap_or(&was.value) }
    };
    before.map(|row| row.cells.iter().map(of).collect()).unwrap_or_default()
}

/// Draws the form of a new document.
pub(super) async fn new_form(desk: Desk, Path(space): Path<String>, Query(asked): Inputs) -> Paged {
    let space = desk.id(&space)?;
    let room = desk.room(space).await?;
    let page = asked.get("entree").map_or("", String::as_str);
    let entry = ENTRIES.iter().find(|entry| entry.page == page && !entry.kinds.is_empty());
    let kinds: Vec<&'static Kind> = match entry {
        Some(entry) => {
            entry.kinds.iter().filter_map(|name| Catalogue::STANDARD.find(name)).collect()
        }
        None => ENTRIES
            .iter()
            .flat_map(|entry| entry.kinds)
            .filter_map(|name| Catalogue::STANDARD.find(name))
            .collect(),
    };
    let content = screen::fields::new(&desk.frame(&room), &space, &kinds);
    let title = w::NEW.get(desk.language);
    Ok(desk.page(&room, entry.map(|entry| entry.page), String::new(), title, &content))
}

/// Makes a document and opens its form.
pub(super) async fn new(desk: Desk, Path(space): Path<String>, Form(pairs): Filled) -> Paged {
    let posted = Posted::of(pairs);
    let space = desk.id(&space)?;
    let (Some(kind), Some(title)) = (posted.filled("kind"), posted.filled("title")) else {
        return Err(desk.absent());
    };
    let command = Command::NewDocument { space, kind: kind.to_owned(), title: title.to_owned() };
    let Reply::Edited { document, .. } = desk.ask(command).await? else {
        return Err(desk.wrong("new"));
    };
    Ok(done(&link::document(&document), "saved"))
}

/// Writes the values of one period, indicator by indicator; those that cannot be written as they
/// are come back with the reason, and the others are saved.
pub(super) async fn indicators(
    desk: Desk,
    Path(space): Path<String>,
    Form(pairs): Filled,
) -> Paged {
    use screen::indicators::{KIND, Table, change, draw, since};
    let posted = Posted::of(pairs);
    let space = desk.id(&space)?;
    let room = desk.room(space).await?;
    let period = posted.one("periode").and_then(|typed| FieldType::Period.read(typed).ok());
    let period = period.ok_or_else(|| desk.absent())?;
    let mut problems: Vec<(String, Problem)> = Vec::new();
    let mut saved = false;
    for now in desk.show_all(&room.lines, Some(&[KIND])).await? {
        let id = now.document.to_string();
        let Some(base) = since(&id, &posted).and_then(read_base) else { continue };
        let was = desk.show(now.document, Some(base.clone())).await?;
        let asked = change(&room.names, &was, &now, &base, &period, &posted);
        problems.extend(asked.problems.into_iter().map(|problem| (id.clone(), problem)));
        if !asked.edits.is_empty() {
            compose(&desk, &now, asked.edits).await?;
            saved = true;
        }
    }
    let back = link::in_space(&space, &format!("indicateurs?periode={}", link::part(&period)));
    if problems.is_empty() {
        return Ok(done(&back, if saved { "saved" } else { "unchanged" }));
    }
    let documents = desk.show_all(&room.lines, Some(&[KIND])).await?;
    let table =
        Table { space, documents: &documents, period: &period, writable: room.is_writable() };
    let content = draw(&desk.frame(&room), &table, Some(&posted), &problems);
    let notice =
        Notice { good: false, text: w::NOT_SAVED.get(desk.language).to_owned(), hint: None };
    let title = w::INDICATORS.get(desk.language);
    let entry = Some("indicateurs");
    Ok(desk.page_with(&room, entry, String::new(), title, &content, Some(notice)))
}
