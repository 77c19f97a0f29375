//! The asking side: the running relay when there is one, the store itself otherwise.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;

use console::{Failure, Text};
use protocol::id::RelayId;
use store::{DiskStore, StoreError};

use super::desk::SocketPath;
use super::view::View;
use super::{ANSWER_BYTES_MAX, Answer, Question, Run};
use crate::config::Settings;
use crate::driver::{SharedStore, store_failure};
use crate::keys::{self, KeyKind};

/// Who answers for a relay's folder.
pub(crate) enum Found {
    /// A process serves it.
    Running(UnixStream),
    /// Nobody does.
    AtRest,
}

/// Looks for the process that serves a folder.
pub(crate) fn find_running(dir: &Path) -> Found {
    let connected = SocketPath::of(dir).and_then(|socket| UnixStream::connect(socket.as_path()));
    // A socket nobody listens to is left behind by a process that was killed.
    connected.map_or(Found::AtRest, Found::Running)
}

/// Asks for a folder.
///
/// # Errors
/// Whatever the answering side says; status 3 when nobody runs and the store cannot be opened.
pub(crate) fn ask(settings: &Settings, question: &Question) -> Result<Answer, Failure> {
    match find_running(&settings.dir) {
        Found::Running(stream) => converse(&stream, question).map_err(|error| {
            let message = Text::new(
                format!("le relais qui tourne n'a pas répondu : {error}"),
                format!("the running relay did not answer: {error}"),
            );
            Failure::setup("admin-no-answer", message)
        })?,
        Found::AtRest => {
            let secret = keys::read(&settings.log_key_file, KeyKind::Log)?.secret;
            let relay = RelayId::new(secret.public()).to_string();
            let view = View { store: open_store(settings)?, relay, run: Run::default() };
            view.answer(question)
        }
    }
}

/// Opens the store of a relay that does not run.
///
/// # Errors
/// Status 3; a store that was never made is made, so that a new relay has an empty answer.
pub(crate) fn open_store(settings: &Settings) -> Result<SharedStore, Failure> {
    let (dir, engine, options) = (&settings.data_dir, settings.engine, settings.store);
    let store = DiskStore::open(dir, engine, true, options).map_err(|error| {
        let failure = store_failure(&error);
        match error {
            StoreError::Locked { .. } => failure.with_hint(Text::of(
                "un relais démarre ou s'arrête : réessayer dans un instant",
                "a relay is starting or stopping: try again in a moment",
            )),
            StoreError::Full
            | StoreError::Corrupt { .. }
            | StoreError::Destroyed { .. }
            | StoreError::NeedsReopen { .. }
            | StoreError::TooNew { .. }
            | StoreError::OtherEngine { .. }
            | StoreError::Absent { .. }
            | StoreError::Occupied { .. }
            | StoreError::TooBig { .. }
            | StoreError::EmptyKey
            | StoreError::Io { .. } => failure,
        }
    })?;
    Ok(Arc::new(Box::new(store)))
}

fn converse(
    mut stream: &UnixStream,
    question: &Question,
) -> std::io::Result<Result<Answer, Failure>> {
    let mut text = serde_json::to_vec(question)?;
    text.push(b'\n');
    stream.write_all(&text)?;
    let mut line = String::new();
    BufReader::new(stream.take(ANSWER_BYTES_MAX)).read_line(&mut line)?;
    Ok(match serde_json::from_str(&line)? {
        Answer::Trouble(trouble) => Err(trouble.into()),
        answer @ (Answer::Status(_)
        | Answer::Spaces(_)
        | Answer::Members(_)
        | Answer::Verified(_)
        | Answer::Copied(_)) => Ok(answer),
    })
}
