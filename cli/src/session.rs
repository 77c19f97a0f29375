//! A session with a replica: in this process, or through the daemon of its home.

use crate::commands::sync::told::Told;
use crate::daemon::client::{Client, Lines};
use crate::daemon::watch::Watch;
use crate::driver::Running;
use crate::home::{Home, HomeLock, Taken};
use crate::question::Question;
use crate::{failures, opening};
use console::{Failure, Lang, Out, Text};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::time::{self, Instant};

/// How long a command waits for another one to leave the home.
const BUSY_TIME_MAX: Duration = Duration::from_secs(30);
/// How often it looks.
const BUSY_LOOK: Duration = Duration::from_millis(50);

/// A replica that can be asked.
pub(crate) enum Session {
    /// Opened by this process, which holds its home.
    Here(Running, HomeLock),
    /// Held by the daemon.
    There(Client),
}

impl Session {
    /// Opens the replica of a home, or reaches the daemon that has it.
    ///
    /// # Errors
    /// `no-replica`, `home-busy`, or why it does not open.
    pub(crate) async fn open(home: &Home, out: &mut Out) -> Result<Self, Failure> {
        home.need_replica()?;
        let deadline = Instant::now() + BUSY_TIME_MAX;
        let mut told = false;
        loop {
            let pid = match home.take()? {
                Taken::Ours(lock) => return Ok(Self::Here(opening::open(home, out)?, lock)),
                Taken::Theirs(pid) => pid,
            };
            // What `serve` left behind when it was killed is not taken for a running one.
            if let Some(client) = Client::reach(home).await {
                return Ok(Self::There(client));
            }
            if Instant::now() >= deadline {
                return Err(failures::home_busy(pid));
            }
            if !told {
                told = true;
                out.progress(&Text::of(
                    "Une autre commande travaille dans ce dossier ; j'attends qu'elle finisse.",
                    "Another command is at work in this folder; waiting for it to finish.",
                ));
            }
            time::sleep(BUSY_LOOK).await;
        }
    }

    /// Returns the replica of this process, unless another one has it.
    pub(crate) fn running(&self) -> Option<&Running> {
        match self {
            Self::Here(running, _) => Some(running),
            Self::There(_) => None,
        }
    }

    /// Asks a question.
    ///
    /// # Errors
    /// What the replica says.
    pub(crate) async fn ask<Q: Question>(&self, question: Q) -> Result<Q::Answer, Failure> {
        match self {
            Self::Here(running, _) => question.answer(running.access()).await,
            Self::There(client) => client.ask(&question).await,
        }
    }

    /// Stays connected and returns what happens.
    ///
    /// # Errors
    /// What the replica says.
    pub(crate) async fn watch(&self, lang: Lang) -> Result<Watched, Failure> {
        match self {
            Self::Here(running, _) => {
                let watch = Watch::start(running.access().clone(), lang).await?;
                Ok(Watched::Here(Box::new(watch)))
            }
            Self::There(client) => client.watch(lang).await.map(Watched::There),
        }
    }

    /// Ends the session; what was done is durable once this returns.
    ///
    /// # Errors
    /// Why the replica stopped or does not close.
    pub(crate) async fn end(self) -> Result<(), Failure> {
        match self {
            Self::Here(running, _lock) => running.end().await,
            Self::There(_) => Ok(()),
        }
    }
}

/// What happens, one line at a time.
pub(crate) enum Watched {
    /// From the replica of this process.
    Here(Box<Watch>),
    /// From the daemon.
    There(Lines),
}

impl Watched {
    /// Returns the next line; `None` when the daemon has ended.
    ///
    /// # Errors
    /// Why the replica or the daemon stopped.
    pub(crate) async fn next(&mut self) -> Result<Option<Told>, Failure> {
        match self {
            Self::Here(watch) => watch.next().await.map(Some),
            Self::There(lines) => lines.next().await,
        }
    }
}

/// Returns the runtime of this process. The loop of a replica blocks one thread while it writes.
///
/// # Errors
/// When the system refuses threads.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    let built = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    built.map_err(|error| {
        failures::of_system("no-threads", ("lancer la réplique", "starting the replica"), &error)
    })
}

/// Returns what completes when the process is told to end (SIGINT, SIGTERM, Ctrl-C).
///
/// # Errors
/// When the system refuses to hear signals.
pub(crate) fn interrupted() -> Result<impl Future<Output = ()>, Failure> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let doing = ("attendre Ctrl-C", "waiting for Ctrl-C");
        let failed = |error| failures::of_system("no-signals", doing, &error);
        let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
        let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    {
        Ok(async {
            // Without signals to hear, only the end of the process ends it.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        })
    }
}
