//! The answering side of `admin.sock`: one question per connection, read by its owner alone.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use console::{Failure, Text};
use protocol::env::Timestamp;
use protocol::id::RelayId;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::timeout;

use super::view::{View, iso};
use super::{ADMIN_SOCKET, Answer, QUESTION_BYTES_MAX, Question, Run, Trouble, Verdict};
use crate::driver::{Inlet, SharedStore};
use crate::health::Health;

/// Time a question may take to arrive.
const QUESTION_TIME_MAX: Duration = Duration::from_secs(5);
/// Questions answered at a time.
const QUESTIONS_MAX: usize = 4;
/// Longest path a socket address holds, its end included (`unix(7)`).
const SOCKET_PATH_BYTES_MAX: usize = 108;

/// What the answering side knows.
pub(crate) struct Desk {
    pub(crate) store: SharedStore,
    pub(crate) inlet: Inlet,
    pub(crate) health: Arc<Health>,
    pub(crate) relay: RelayId,
    pub(crate) url: String,
    pub(crate) dial: String,
    pub(crate) started_ms: u64,
}

/// A socket that answers; dropping it removes the socket.
pub(crate) struct Listening {
    path: PathBuf,
    task: JoinHandle<()>,
}

impl Listening {
    /// Stops answering and waits until nothing of it is left.
    pub(crate) async fn stop(mut self) {
        self.task.abort();
        // Being cancelled is what was asked for.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
        // Nobody listens there any more, whether its name could be removed or not.
        let _ = fs::remove_file(&self.path);
    }
}

/// A path that fits a socket address, and what keeps it valid.
pub(super) struct SocketPath {
    path: PathBuf,
    _folder: Option<File>,
}

impl SocketPath {
    /// Returns the socket's path, through the open folder itself when its own name is too long.
    pub(super) fn of(dir: &Path) -> io::Result<Self> {
        let path = dir.join(ADMIN_SOCKET);
        if path.as_os_str().len() < SOCKET_PATH_BYTES_MAX {
            return Ok(Self { path, _folder: None });
        }
        let folder = File::open(dir)?;
        let path = PathBuf::from(format!("/proc/self/fd/{}", folder.as_raw_fd()));
        Ok(Self { path: path.join(ADMIN_SOCKET), _folder: Some(folder) })
    }

    pub(super) fn as_path(&self) -> &Path {
        &self.path
    }
}

/// Starts answering in a relay's folder. The caller holds the store, so whatever socket is there
/// belongs to a process that has ended.
///
/// # Errors
/// Status 3 when the socket cannot be made.
pub(crate) fn listen(dir: &Path, desk: Desk) -> Result<Listening, Failure> {
    let bound = SocketPath::of(dir).and_then(|socket| {
        let path = socket.as_path();
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        let listener = UnixListener::bind(path)?;
        fs::set_permissions(path, Permissions::from_mode(0o600))?;
        Ok(listener)
    });
    let listener = bound.map_err(|error| {
        let shown = dir.join(ADMIN_SOCKET);
        let shown = shown.display();
        let message = Text::new(
            format!("{shown} ne peut être créé : {error}"),
            format!("{shown} cannot be made: {error}"),
        );
        Failure::setup("admin-socket", message)
    })?;
    let task = tokio::spawn(serve(listener, Arc::new(desk)));
    Ok(Listening { path: dir.join(ADMIN_SOCKET), task })
}

async fn serve(listener: UnixListener, desk: Arc<Desk>) {
    let turns = Arc::new(Semaphore::new(QUESTIONS_MAX));
    loop {
        let Ok(turn) = Arc::clone(&turns).acquire_owned().await else {
            return;
        };
        match listener.accept().await {
            Ok((stream, _)) => {
                let desk = Arc::clone(&desk);
                tokio::spawn(async move {
                    if let Err(error) = desk.converse(stream).await {
                        tracing::debug!(%error, "a question went unanswered");
                    }
                    drop(turn);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "the admin socket failed");
                return;
            }
        }
    }
}

impl Desk {
    async fn converse(&self, mut stream: UnixStream) -> io::Result<()> {
        let (read, mut write) = stream.split();
        let mut line = String::new();
        let mut read = BufReader::new(read.take(QUESTION_BYTES_MAX));
        timeout(QUESTION_TIME_MAX, read.read_line(&mut line)).await??;
        let answer = match serde_json::from_str(&line) {
            Ok(question) => self.answer(question).await,
            Err(_) => Err(not_understood()),
        };
        let answer = answer.unwrap_or_else(|failure| Answer::Trouble(Trouble::from(&failure)));
        let mut text = serde_json::to_vec(&answer)?;
        text.push(b'\n');
        write.write_all(&text).await?;
        write.shutdown().await
    }

    async fn answer(&self, question: Question) -> Result<Answer, Failure> {
        let view = View {
            store: Arc::clone(&self.store),
            relay: self.relay.to_string(),
            run: self.run().await,
        };
        let writes_would_harm = matches!(question, Question::Backup { .. });
        let held = if writes_would_harm { Some(self.inlet.hold().await) } else { None };
        let (view, first) = read(view, question.clone()).await?;
        drop(held);
        // What is read while it is written to may look wrong and be right: look once more, with
        // the driver holding still.
        if matches!(first, Answer::Verified(Verdict { valid: false, .. })) {
            let held = self.inlet.hold().await;
            let (_, second) = read(view, question).await?;
            drop(held);
            return Ok(second);
        }
        Ok(first)
    }

    async fn run(&self) -> Run {
        let report = self.health.report();
        let figures = self.inlet.figures().await;
        let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        Run {
            running: true,
            pid: Some(std::process::id()),
            url: Some(self.url.clone()),
            dial: Some(self.dial.clone()),
            since: Some(iso(Timestamp::from_ms(self.started_ms))),
            ready: report.ready,
            draining: report.draining,
            storage: Some(report.storage.to_owned()),
            last_durable_write: report.last_durable_write,
            links: figures.map_or(0, |figures| count(figures.links)),
            messages: figures.map_or(0, |figures| figures.messages),
            commits: figures.map_or(0, |figures| figures.commits),
            writes: figures.map_or(0, |figures| figures.writes),
        }
    }
}

/// Answers on a thread of its own: reading everything takes its time.
async fn read(view: View, question: Question) -> Result<(View, Answer), Failure> {
    let read = spawn_blocking(move || {
        let answer = view.answer(&question);
        answer.map(|answer| (view, answer))
    });
    read.await.unwrap_or_else(|_| {
        let message = Text::of("la lecture s'est interrompue", "the reading was cut short");
        Err(Failure::bug("reading-cut", message))
    })
}

fn not_understood() -> Failure {
    let message = Text::of(
        "le relais qui tourne ne comprend pas cette question",
        "the running relay does not understand this question",
    );
    Failure::setup("admin-not-understood", message).with_hint(Text::of(
        "utiliser la même version de liaison-relay que celle qui tourne",
        "use the same version of liaison-relay as the one that runs",
    ))
}
