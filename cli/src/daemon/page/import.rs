//! A file taken over from the page: shown as a difference first, written once somebody says so.
//!
//! Between the two it waits in memory, a few minutes, under a name that nobody guesses; it never
//! touches the disk.

use super::desk::{Desk, Paged, Room};
use super::first::problem;
use crate::carried;
use crate::commands::{export, import};
use crate::daemon::api::App;
use crate::daemon::door;
use crate::question::Question as _;
use axum::extract::multipart::{Field, MultipartRejection};
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use console::{Failure, Text};
use protocol::id::SpaceId;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use web::screen::import as screen;
use web::words::first as f;

/// Largest request: the largest file, and a little around it.
pub(super) const BYTES_MAX: usize = carried::FILE_BYTES_MAX as usize + 64 * 1024;
/// How long a file waits for a yes.
const KEPT_FOR: Duration = Duration::from_secs(10 * 60);
/// Files that wait at a time: the oldest makes room.
const FILES_MAX: usize = 4;
/// Characters of a department's number.
const DEPARTMENT_CHARS_MAX: usize = 3;

/// Files that wait for a yes.
#[derive(Clone, Default)]
pub(in crate::daemon) struct Uploads(Arc<Mutex<VecDeque<Upload>>>);

/// One file.
#[derive(Clone)]
struct Upload {
    id: String,
    space: SpaceId,
    name: String,
    bytes: Vec<u8>,
    since: Instant,
}

impl Uploads {
    fn files(&self) -> MutexGuard<'_, VecDeque<Upload>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn forget_old(&self) {
        self.files().retain(|file| file.since.elapsed() < KEPT_FOR);
    }

    /// Keeps a file and returns the name it waits under.
    fn keep(&self, space: SpaceId, name: String, bytes: Vec<u8>) -> Result<String, Failure> {
        let id = door::draw()?;
        self.forget_old();
        let mut files = self.files();
        files.truncate(FILES_MAX - 1);
        let since = Instant::now();
        files.push_front(Upload { id: id.clone(), space, name, bytes, since });
        Ok(id)
    }

    /// Takes a file out, which then waits no more.
    fn take(&self, space: SpaceId, id: &str) -> Option<Upload> {
        self.forget_old();
        let mut files = self.files();
        let at = files.iter().position(|file| file.space == space && file.id == id)?;
        files.remove(at)
    }
}

fn refused(code: &'static str, text: client_core::kinds::Wording) -> Failure {
    Failure::refused(code, Text::new(text.fr, text.en))
}

fn page(desk: &Desk, room: &Room, content: &web::Markup) -> Response {
    desk.page(room, Some(""), String::new(), f::IMPORT.get(desk.language), content)
}

/// Draws the form where a file is chosen.
pub(super) async fn form(desk: Desk, Path(space): Path<String>) -> Paged {
    let space = desk.id(&space)?;
    let room = desk.room(space).await?;
    Ok(page(&desk, &room, &screen::form(&desk.frame(&room), &space, None)))
}

/// Takes a file and shows what it would change.
pub(super) async fn show(
    desk: Desk,
    State(app): State<App>,
    Path(space): Path<String>,
    multipart: Result<Multipart, MultipartRejection>,
) -> Paged {
    let space: SpaceId = desk.id(&space)?;
    let room = desk.room(space).await?;
    let shown = match multipart {
        Ok(multipart) => look(&desk, &app.uploads, &room, multipart).await,
        Err(_) => Err(refused("upload-torn", f::IMPORT_TORN)),
    };
    match shown {
        Ok(content) => Ok(page(&desk, &room, &content)),
        Err(failure) => {
            let problem = problem(&failure, desk.language);
            let form = screen::form(&desk.frame(&room), &space, Some(&problem));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&desk, &room, &form)).into_response())
        }
    }
}

async fn look(
    desk: &Desk,
    uploads: &Uploads,
    room: &Room,
    multipart: Multipart,
) -> Result<web::Markup, Failure> {
    let space = room.space.space;
    let (name, bytes) = received(multipart).await?;
    let asked = import::Import::of(&space, name.clone(), bytes.clone(), false, desk.lang());
    let shown = asked.answer(&desk.replica).await?.shown(desk.lang());
    let kept = uploads.keep(space, name.clone(), bytes)?;
    let old = uploads.clone();
    tokio::spawn(async move {
        tokio::time::sleep(KEPT_FOR).await;
        old.forget_old();
    });
    Ok(screen::difference(&desk.frame(room), &space, &name, Some(&kept), &shown))
}

/// Reads a form with a file in it, within bounds.
async fn received(mut multipart: Multipart) -> Result<(String, Vec<u8>), Failure> {
    let torn = |_| refused("upload-torn", f::IMPORT_TORN);
    let mut department = String::new();
    while let Some(mut field) = multipart.next_field().await.map_err(torn)? {
        match field.name() {
            Some("departement") => {
                let typed = read(&mut field, DEPARTMENT_CHARS_MAX).await?;
                department = String::from_utf8_lossy(&typed).trim().to_owned();
            }
            Some("file") => {
                let name = field.file_name().unwrap_or_default().to_owned();
                if name.is_empty() {
                    return Err(refused("no-file", f::IMPORT_NONE));
                }
                let chosen = Some(department).filter(|typed| !typed.is_empty());
                // Only of a register is less taken than is sent.
                let bytes_max = match chosen {
                    Some(_) => carried::FILE_BYTES_MAX as usize,
                    None => import::IMPORT_BYTES_MAX,
                };
                let bytes = read(&mut field, bytes_max).await?;
                return Ok((name, import::cut_down(bytes, chosen).await?));
            }
            Some(_) | None => {}
        }
    }
    Err(refused("no-file", f::IMPORT_NONE))
}

async fn read(field: &mut Field<'_>, bytes_max: usize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    while let Some(chunk) =
        field.chunk().await.map_err(|_| refused("upload-torn", f::IMPORT_TORN))?
    {
        if bytes.len() + chunk.len() > bytes_max {
            return Err(refused("file-too-large", f::IMPORT_LARGE));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Writes what a file that waits would change, and says what was done.
pub(super) async fn apply(
    desk: Desk,
    State(app): State<App>,
    Path((space, file)): Path<(String, String)>,
) -> Paged {
    let space: SpaceId = desk.id(&space)?;
    let upload = app.uploads.take(space, &file);
    let upload = upload.ok_or_else(|| desk.trouble(refused("file-gone", f::IMPORT_GONE)))?;
    let Upload { name, bytes, .. } = upload;
    let asked = import::Import::of(&space, name.clone(), bytes, true, desk.lang());
    let done = asked.answer(&desk.replica).await.map_err(|failure| desk.trouble(failure))?;
    let room = desk.room(space).await?;
    let content =
        screen::difference(&desk.frame(&room), &space, &name, None, &done.shown(desk.lang()));
    Ok(page(&desk, &room, &content))
}

/// Hands out a workbook with headings and nothing under them.
pub(super) async fn blank(desk: Desk, Path(space): Path<String>) -> Paged {
    let space: SpaceId = desk.id(&space)?;
    let room = desk.room(space).await?;
    let written = export::blank(space, &room.space.title, desk.lang());
    let bytes = written.map_err(|failure| desk.trouble(failure))?;
    Ok(super::papers::file(f::IMPORT_BLANK.get(desk.language), "xlsx", bytes))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn few_files_wait_each_for_its_space_and_for_one_yes() {
        let uploads = Uploads::default();
        let space = SpaceId::new([1; 32]);
        let keep = |name: &str| uploads.keep(space, name.to_owned(), vec![0]).unwrap();
        let first = keep("1");
        let ids: Vec<String> = (0..FILES_MAX).map(|at| keep(&at.to_string())).collect();
        assert!(uploads.take(space, &first).is_none(), "the oldest made room");
        assert!(uploads.take(SpaceId::new([2; 32]), &ids[0]).is_none(), "another space");
        assert_eq!(uploads.take(space, &ids[0]).unwrap().name, "0");
        assert!(uploads.take(space, &ids[0]).is_none(), "a file serves once");
        assert_eq!(uploads.files().len(), FILES_MAX - 1);
    }
}
