//! Access to a running replica: commands go in, replies come back.
//!
//! Cloneable and cheap. When the loop has stopped on a failure, every later call returns it.

use super::Answer;
use crate::failures;
use client_core::replica::{Command, Event, Overview, Reply};
use console::Failure;
use std::sync::{Arc, OnceLock};
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio::task::JoinHandle;

/// What the loop is asked.
pub(super) enum Request {
    /// To carry out a command.
    Command(Command, oneshot::Sender<Answer>),
    /// To tell what the replica is and holds.
    Overview(oneshot::Sender<Overview>),
    /// To end.
    Stop,
}

/// Why the loop stopped, if it did.
#[derive(Default)]
pub(super) struct Shared(OnceLock<Failure>);

impl Shared {
    pub(super) fn note(&self, failure: Failure) {
        // The first failure is the cause of those after it.
        let _later = self.0.set(failure);
    }
}

/// Access to a running replica.
#[derive(Clone)]
pub(crate) struct Access {
    requests: mpsc::Sender<Request>,
    events: broadcast::Sender<Event>,
    shared: Arc<Shared>,
}

impl Access {
    pub(super) fn new(
        requests: mpsc::Sender<Request>,
        events: broadcast::Sender<Event>,
        shared: Arc<Shared>,
    ) -> Self {
        Self { requests, events, shared }
    }

    /// Carries out a command.
    ///
    /// # Errors
    /// The replica's refusal, or why the loop stopped.
    pub(crate) async fn command(&self, command: Command) -> Result<Reply, Failure> {
        let (answer, answered) = oneshot::channel();
        let asked = self.requests.send(Request::Command(command, answer)).await;
        asked.map_err(|_| self.fault())?;
        let answer = answered.await.map_err(|_| self.fault())?;
        answer.map_err(|error| failures::of_command(&error))
    }

    /// Tells what the replica is and holds.
    ///
    /// # Errors
    /// Why the loop stopped.
    pub(crate) async fn overview(&self) -> Result<Overview, Failure> {
        let (answer, answered) = oneshot::channel();
        let asked = self.requests.send(Request::Overview(answer)).await;
        asked.map_err(|_| self.fault())?;
        answered.await.map_err(|_| self.fault())
    }

    /// Returns what happens from now on.
    pub(crate) fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// Waits until the loop has stopped by itself, which only a failure makes it do.
    pub(crate) async fn stopped(&self) -> Failure {
        self.requests.closed().await;
        self.fault()
    }

    fn fault(&self) -> Failure {
        self.shared.0.get().cloned().unwrap_or_else(failures::stopped)
    }
}

/// A running replica, to be ended by [`Running::end`].
pub(crate) struct Running {
    access: Access,
    task: JoinHandle<Result<(), Failure>>,
}

impl Running {
    pub(super) fn new(access: Access, task: JoinHandle<Result<(), Failure>>) -> Self {
        Self { access, task }
    }

    /// Returns access to it.
    pub(crate) fn access(&self) -> &Access {
        &self.access
    }

    /// Lets the replica write what only memory holds, then ends the loop and closes the store.
    ///
    /// # Errors
    /// Why the loop stopped, or why the store does not close.
    pub(crate) async fn end(self) -> Result<(), Failure> {
        let rested = self.access.command(Command::Rest).await;
        // A loop that has stopped already says why by its outcome.
        let _stopped = self.access.requests.send(Request::Stop).await;
        let outcome = self.task.await.unwrap_or_else(|_| Err(failures::stopped()));
        outcome.and(rested.map(|_| ()))
    }
}
