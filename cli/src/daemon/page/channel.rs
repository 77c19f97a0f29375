//! The channel of an open editor: the tab sends the text of one part and the version it was
//! drawn from; the daemon merges and answers with what stands there now.
//!
//! Nothing of a tab is kept here but where its caret is: after a break, what the tab still holds
//! is merged from the version it names, however old.

use super::desk::Desk;
use super::listing::Inputs;
use crate::daemon::api::App;
use crate::driver::Access;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use client_core::document::{Comment, CommentState, Edit};
use client_core::replica::{Command, Event, Reply};
use client_core::text_position::utf16_of_chars;
use console::{Failure, Lang};
use protocol::id::DocumentId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{broadcast, watch};
use web::screen::fields::{base, read_base};

/// Largest message of a tab: the longest text an edit may bring, escaped.
const MESSAGE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Colours that carets are told apart by.
const COLOURS: u64 = 8;
/// Passages that a tab is told of.
const MARKS_MAX: usize = 500;
/// Signals that a slow tab may lag behind.
const SIGNALS_MAX: usize = 64;

/// Who writes where, for the tabs of this daemon.
#[derive(Clone)]
pub(in crate::daemon) struct Writers {
    inner: Arc<Mutex<Carets>>,
    moved: broadcast::Sender<(DocumentId, String)>,
}

#[derive(Default)]
struct Carets {
    tabs_made: u64,
    carets: BTreeMap<u64, Caret>,
}

/// The caret of one tab.
#[derive(Clone)]
struct Caret {
    place: (DocumentId, String),
    name: String,
    from: u32,
    to: u32,
}

impl Writers {
    /// Makes an empty room.
    pub(in crate::daemon) fn new() -> Self {
        Self { inner: Arc::default(), moved: broadcast::channel(SIGNALS_MAX).0 }
    }

    fn enter(&self) -> u64 {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.tabs_made += 1;
        inner.tabs_made
    }

    fn put(&self, tab: u64, caret: Option<Caret>) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let place = match caret {
            Some(caret) => {
                let place = caret.place.clone();
                inner.carets.insert(tab, caret);
                Some(place)
            }
            None => inner.carets.remove(&tab).map(|caret| caret.place),
        };
        drop(inner);
        if let Some(place) = place {
            // Nobody may be listening.
            let _unheard = self.moved.send(place);
        }
    }

    fn others(&self, tab: u64, place: &(DocumentId, String)) -> Vec<Person> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let others =
            inner.carets.iter().filter(|(one, caret)| **one != tab && caret.place == *place);
        let person = |(one, caret): (&u64, &Caret)| Person {
            id: one.to_string(),
            name: caret.name.clone(),
            colour: one % COLOURS,
            from: caret.from,
            to: caret.to,
        };
        others.map(person).collect()
    }
}

/// What a tab says.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Said {
    Write { n: u64, base: String, text: String },
    Caret { from: u32, to: u32 },
}

/// What a tab is told.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Told<'a> {
    Text { version: &'a str, text: &'a str },
    Written { n: u64, version: &'a str, text: &'a str },
    Refused { n: u64, message: String },
    Others { people: Vec<Person> },
    Comments { items: &'a [Mark] },
}

/// A passage that something is said about, in units of UTF-16.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Mark {
    id: String,
    from: usize,
    to: usize,
    resolved: bool,
}

#[derive(Debug, Serialize)]
struct Person {
    id: String,
    name: String,
    colour: u64,
    from: u32,
    to: u32,
}

/// Opens the channel of one tab.
pub(super) async fn open(
    State(app): State<App>,
    desk: Desk,
    Query(asked): Inputs,
    upgrade: WebSocketUpgrade,
) -> Response {
    let document = asked.get("document").and_then(|id| id.parse::<DocumentId>().ok());
    let (Some(document), Some(place)) = (document, asked.get("place")) else {
        return desk.absent().into_response();
    };
    let tab = Tab {
        events: app.replica.events(),
        moved: app.writers.moved.subscribe(),
        number: app.writers.enter(),
        place: (document, place.clone()),
        lang: desk.lang(),
        replica: app.replica,
        writers: app.writers,
        ending: app.ending,
        sent: None,
        marked: Vec::new(),
    };
    let upgrade = upgrade.max_message_size(MESSAGE_BYTES_MAX).max_frame_size(MESSAGE_BYTES_MAX);
    upgrade.on_upgrade(|socket| tab.run(socket)).into_response()
}

/// One open tab.
struct Tab {
    replica: Access,
    writers: Writers,
    events: broadcast::Receiver<Event>,
    moved: broadcast::Receiver<(DocumentId, String)>,
    ending: watch::Receiver<bool>,
    number: u64,
    place: (DocumentId, String),
    lang: Lang,
    /// The text as the tab was told last.
    sent: Option<String>,
    /// The passages as the tab was told last.
    marked: Vec<Mark>,
}

/// What stands in a part.
struct Part {
    version: String,
    text: String,
    marks: Vec<Mark>,
}

/// What a tab woke up for.
enum Wake {
    Said(String),
    Changed,
    Moved,
    Nothing,
    End,
}

impl Tab {
    async fn run(mut self, mut socket: WebSocket) {
        // Who leaves without a word is a tab that was closed.
        let _ended = self.serve(&mut socket).await;
        self.writers.put(self.number, None);
    }

    async fn serve(&mut self, socket: &mut WebSocket) -> Result<(), axum::Error> {
        self.tell_text(socket, true).await?;
        self.tell_others(socket).await?;
        loop {
            match self.wake(socket).await {
                Wake::Said(text) => self.hear(socket, &text).await?,
                Wake::Changed => self.tell_text(socket, false).await?,
                Wake::Moved => self.tell_others(socket).await?,
                Wake::Nothing => {}
                Wake::End => return Ok(()),
            }
        }
    }

    async fn wake(&mut self, socket: &mut WebSocket) -> Wake {
        tokio::select! {
            said = socket.recv() => match said {
                Some(Ok(Message::Text(text))) => Wake::Said(text.as_str().to_owned()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => Wake::End,
                Some(Ok(_)) => Wake::Nothing,
            },
            event = self.events.recv() => match event {
                Ok(Event::Edited(_, document)) if document == self.place.0 => Wake::Changed,
                Err(broadcast::error::RecvError::Lagged(_)) => Wake::Changed,
                Err(broadcast::error::RecvError::Closed) => Wake::End,
                Ok(_) => Wake::Nothing,
            },
            moved = self.moved.recv() => match moved {
                Ok(place) if place == self.place => Wake::Moved,
                Err(broadcast::error::RecvError::Lagged(_)) => Wake::Moved,
                Ok(_) | Err(_) => Wake::Nothing,
            },
            _ = self.ending.wait_for(|ending| *ending) => Wake::End,
        }
    }

    async fn hear(&mut self, socket: &mut WebSocket, text: &str) -> Result<(), axum::Error> {
        match serde_json::from_str::<Said>(text) {
            Ok(Said::Write { n, base, text }) => self.write(socket, n, &base, text).await,
            Ok(Said::Caret { from, to }) => {
                let name = self.replica.overview().await.map(|own| own.name).unwrap_or_default();
                let caret = Caret { place: self.place.clone(), name, from, to };
                self.writers.put(self.number, Some(caret));
                Ok(())
            }
            // A newer tab may say more than is known here.
            Err(_) => Ok(()),
        }
    }

    async fn write(
        &mut self,
        socket: &mut WebSocket,
        n: u64,
        since: &str,
        text: String,
    ) -> Result<(), axum::Error> {
        match self.merge(since, text).await {
            Ok(Part { version, text, marks }) => {
                let told = Told::Written { n, version: &version, text: &text };
                tell(socket, &told).await?;
                self.sent = Some(text);
                self.tell_marks(socket, marks).await
            }
            Err(failure) => {
                let message = failure.message.in_lang(self.lang).to_owned();
                tell(socket, &Told::Refused { n, message }).await
            }
        }
    }

    async fn merge(&self, since: &str, text: String) -> Result<Part, Failure> {
        let (document, place) = self.place.clone();
        let since = read_base(since).ok_or_else(|| crate::failures::wrong_reply("channel"))?;
        let edit = Edit::WriteTextSince { place, since, text };
        self.replica.command(Command::Edit { document, edit }).await?;
        self.part().await
    }

    /// Returns the part as it is now.
    async fn part(&self) -> Result<Part, Failure> {
        let (document, place) = &self.place;
        let show = Command::Show { document: *document, at: None };
        let Reply::Document(view) = self.replica.command(show).await? else {
            return Err(crate::failures::wrong_reply("channel"));
        };
        let section = view.content.section(place);
        let text = section.ok_or_else(|| crate::failures::wrong_reply("channel"))?.text.clone();
        let of = view.content.comments.iter().filter(|one| one.place == *place);
        let mark = |one: &Comment| {
            let span = one.span.clone()?;
            let (from, to) = (utf16_of_chars(&text, span.start)?, utf16_of_chars(&text, span.end)?);
            let resolved = one.state != CommentState::Open;
            Some(Mark { id: one.id.clone(), from, to, resolved })
        };
        let marks = of.filter_map(mark).take(MARKS_MAX).collect();
        Ok(Part { version: base(&view.content.heads), text, marks })
    }

    async fn tell_text(&mut self, socket: &mut WebSocket, always: bool) -> Result<(), axum::Error> {
        let Ok(Part { version, text, marks }) = self.part().await else { return Ok(()) };
        if always || self.sent.as_ref() != Some(&text) {
            tell(socket, &Told::Text { version: &version, text: &text }).await?;
            self.sent = Some(text);
        }
        self.tell_marks(socket, marks).await
    }

    async fn tell_marks(
        &mut self,
        socket: &mut WebSocket,
        marks: Vec<Mark>,
    ) -> Result<(), axum::Error> {
        if self.marked == marks {
            return Ok(());
        }
        tell(socket, &Told::Comments { items: &marks }).await?;
        self.marked = marks;
        Ok(())
    }

    async fn tell_others(&self, socket: &mut WebSocket) -> Result<(), axum::Error> {
        let people = self.writers.others(self.number, &self.place);
        tell(socket, &Told::Others { people }).await
    }
}

async fn tell(socket: &mut WebSocket, told: &Told<'_>) -> Result<(), axum::Error> {
    let text = serde_json::to_string(told).expect("plain fields are always JSON");
    socket.send(Message::text(text)).await
}
