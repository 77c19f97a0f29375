//! What happens, told to open pages: how the space stands, and which documents changed.

use super::desk::Desk;
use super::listing::Inputs;
use crate::daemon::api::App;
use axum::extract::{Query, State};
use axum::response::sse::{Event as Line, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use client_core::replica::Event;
use futures_util::stream;
use protocol::id::SpaceId;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::broadcast::{self, error::RecvError, error::TryRecvError};
use tokio::sync::watch;
use tokio::time;
use web::names::Names;

/// Events that come together are told together.
const GATHER: Duration = Duration::from_millis(120);

/// Streams what happens until the browser or the daemon ends.
pub(super) async fn stream(State(app): State<App>, desk: Desk, Query(asked): Inputs) -> Response {
    let space = asked.get("space").and_then(|space| space.parse::<SpaceId>().ok());
    let events = desk.replica.events();
    let told = Told { desk, space, events, state: String::new(), waiting: Vec::new() };
    let lines = stream::unfold((told, app.ending), |(mut told, mut ending)| async {
        let line = next_line(&mut told, &mut ending).await?;
        Some((Ok::<_, Infallible>(line), (told, ending)))
    });
    Sse::new(lines).keep_alive(KeepAlive::default()).into_response()
}

async fn next_line(told: &mut Told, ending: &mut watch::Receiver<bool>) -> Option<Line> {
    tokio::select! {
        _ = ending.wait_for(|ending| *ending) => None,
        line = told.next() => line,
    }
}

/// What one page is told.
struct Told {
    desk: Desk,
    space: Option<SpaceId>,
    events: broadcast::Receiver<Event>,
    /// The state line as it was told last.
    state: String,
    waiting: Vec<Line>,
}

impl Told {
    async fn next(&mut self) -> Option<Line> {
        loop {
            if let Some(line) = self.waiting.pop() {
                return Some(line);
            }
            if self.state.is_empty() {
                self.tell_state().await?;
                if !self.waiting.is_empty() {
                    continue;
                }
            }
            let changed = self.gather().await?;
            if !changed.is_empty() {
                self.waiting.push(Line::default().event("changed").data(changed.join(" ")));
            }
            self.tell_state().await?;
        }
    }

    async fn tell_state(&mut self) -> Option<()> {
        let overview = self.desk.replica.overview().await.ok()?;
        let Some(space) = self.space else { return Some(()) };
        let view = overview.spaces.iter().find(|view| view.space == space)?;
        let names = Names { language: self.desk.language, ..Names::default() };
        let state = web::frame::state(&names, view).into_string();
        if state != self.state {
            self.state.clone_from(&state);
            self.waiting.push(Line::default().event("state").data(state));
        }
        Some(())
    }

    /// Waits for events, and returns what changed: documents, and `*` for anything else.
    async fn gather(&mut self) -> Option<Vec<String>> {
        let mut changed = BTreeSet::new();
        match self.events.recv().await {
            Ok(event) => note(&event, &mut changed),
            Err(RecvError::Lagged(_)) => drop(changed.insert("*".to_owned())),
            Err(RecvError::Closed) => return None,
        }
        time::sleep(GATHER).await;
        loop {
            match self.events.try_recv() {
                Ok(event) => note(&event, &mut changed),
                Err(TryRecvError::Lagged(_)) => drop(changed.insert("*".to_owned())),
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        Some(changed.into_iter().collect())
    }
}

fn note(event: &Event, changed: &mut BTreeSet<String>) {
    match event {
        Event::Edited(_, document) => {
            changed.insert(document.to_string());
            changed.insert("*".to_owned());
        }
        Event::Governance(_) => drop(changed.insert("*".to_owned())),
        Event::Link(..) | Event::Alarm(..) => {}
    }
}
