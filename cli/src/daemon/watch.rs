//! What `sync --watch` shows: how things stand, each time it changes.

use crate::commands::sync::Synced;
use crate::driver::Access;
use client_core::replica::{Command, Event};
use console::Failure;
use std::time::Duration;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::time;

/// Events that come together are told together.
const GATHER: Duration = Duration::from_millis(200);

/// A look at a replica that stays connected.
pub(crate) struct Watch {
    replica: Access,
    events: broadcast::Receiver<Event>,
    shown: Option<Synced>,
}

impl Watch {
    /// Keeps the replica connected and starts to look.
    ///
    /// # Errors
    /// What the replica says.
    pub(crate) async fn start(replica: Access) -> Result<Self, Failure> {
        let events = replica.events();
        replica.command(Command::Watch { on: true }).await?;
        Ok(Self { replica, events, shown: None })
    }

    /// Returns how things stand once that has changed; at once the first time.
    ///
    /// # Errors
    /// Why the replica stopped.
    pub(crate) async fn next(&mut self) -> Result<Synced, Failure> {
        loop {
            if self.shown.is_some() {
                self.wait().await?;
            }
            let found = Synced::now(&self.replica).await?;
            if self.shown.as_ref() != Some(&found) {
                self.shown = Some(found.clone());
                return Ok(found);
            }
        }
    }

    /// Waits for an event and those that follow closely.
    async fn wait(&mut self) -> Result<(), Failure> {
        tokio::select! {
            event = self.events.recv() => match event {
                // Having missed some is a reason to look, like any event.
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return Err(self.replica.stopped().await),
            },
            failure = self.replica.stopped() => return Err(failure),
        }
        time::sleep(GATHER).await;
        while let Ok(_) | Err(broadcast::error::TryRecvError::Lagged(_)) = self.events.try_recv() {}
        Ok(())
    }
}
