//! Where answers are written: one JSON document for a script, or a page for a person.
//!
//! Stdout carries the answer and nothing else; progress, hints and warnings go to stderr. With
//! `--json` a command that answers once writes exactly one document, an error included.
//!
//! Words that come from other partners (titles, names, text) are cleaned of control characters
//! before a terminal sees them, so that a document cannot repaint the screen of its reader.

/// Aligned and coloured text for people.
pub mod page;

pub use page::Page;

use crate::{Exit, Failure, Lang, Text};
use serde::Serialize;
use std::io::{self, IsTerminal, Write};

/// The two streams of a command, and the form that its caller asked for.
pub struct Out {
    stdout: Box<dyn Write + Send>,
    stderr: Box<dyn Write + Send>,
    json: bool,
    lang: Lang,
    stdout_coloured: bool,
    stdout_columns: Option<usize>,
    stderr_terminal: bool,
    stderr_columns: Option<usize>,
    answered: Answered,
}

/// What stdout has carried so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answered {
    Nothing,
    Lines,
    Whole,
}

impl Out {
    /// Returns the streams of the process; colours appear on a terminal unless `NO_COLOR` is set.
    #[must_use]
    pub fn of_process(json: bool, lang: Lang) -> Self {
        let colours = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self {
            stdout: Box::new(io::stdout()),
            stderr: Box::new(io::stderr()),
            json,
            lang,
            stdout_coloured: colours && io::stdout().is_terminal(),
            stdout_columns: columns(io::stdout()),
            stderr_columns: columns(io::stderr()),
            stderr_terminal: io::stderr().is_terminal(),
            answered: Answered::Nothing,
        }
    }

    /// Returns an output onto any two writers, without colours: for tests.
    #[must_use]
    pub fn to(
        stdout: impl Write + Send + 'static,
        stderr: impl Write + Send + 'static,
        json: bool,
        lang: Lang,
    ) -> Self {
        Self {
            stdout: Box::new(stdout),
            stderr: Box::new(stderr),
            json,
            lang,
            stdout_coloured: false,
            stdout_columns: None,
            stderr_terminal: false,
            stderr_columns: None,
            answered: Answered::Nothing,
        }
    }

    /// Returns the language of the reader.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// Returns whether a script reads the answer.
    #[must_use]
    pub fn json(&self) -> bool {
        self.json
    }

    /// Returns the columns of the terminal that stdout is, if it is one.
    pub(crate) fn columns(&self) -> Option<usize> {
        self.stdout_columns
    }

    /// Returns whether stdout shows colours.
    pub(crate) fn coloured(&self) -> bool {
        self.stdout_coloured
    }

    /// Writes the whole answer: `answer` as the one JSON document, or what `draw` puts on a page.
    ///
    /// # Errors
    ///
    /// `output-failed` when stdout cannot be written; a reader that has gone away is no failure.
    ///
    /// # Panics
    ///
    /// When the command has already answered: a script was promised one document.
    pub fn answer(
        &mut self,
        answer: &impl Serialize,
        draw: impl FnOnce(&mut Page),
    ) -> Result<(), Failure> {
        assert!(self.answered == Answered::Nothing, "a command answers once");
        self.answered = Answered::Whole;
        let text = if self.json { json_line(answer)? } else { self.page(draw) };
        self.put(&text)
    }

    /// Writes one part of an answer that streams: a line of JSON, or what `draw` puts on a page.
    ///
    /// # Errors
    ///
    /// As [`Out::answer`].
    ///
    /// # Panics
    ///
    /// When the command has already answered as a whole.
    pub fn line(
        &mut self,
        part: &impl Serialize,
        draw: impl FnOnce(&mut Page),
    ) -> Result<(), Failure> {
        assert!(self.answered != Answered::Whole, "nothing follows a whole answer");
        self.answered = Answered::Lines;
        let text = if self.json { json_line(part)? } else { self.page(draw) };
        self.put(&text)
    }

    /// Writes raw text as the whole answer, for what is neither JSON nor a page: completions,
    /// manual pages, a document's own text.
    ///
    /// # Errors
    ///
    /// As [`Out::answer`].
    ///
    /// # Panics
    ///
    /// As [`Out::answer`].
    pub fn raw(&mut self, text: &str) -> Result<(), Failure> {
        assert!(self.answered == Answered::Nothing, "a command answers once");
        self.answered = Answered::Whole;
        self.put(text)
    }

    /// Says on stderr what is being done, when a person is watching a terminal.
    pub fn progress(&mut self, text: &Text) {
        if self.stderr_terminal && !self.json {
            self.say(text.in_lang(self.lang));
        }
    }

    /// Says on stderr what the reader should know: a warning, a cost, a next step.
    pub fn note(&mut self, text: &Text) {
        self.say(text.in_lang(self.lang));
    }

    /// Writes a failure in the form asked for, and returns the status to exit with.
    ///
    /// A script finds it on stdout as `{"error": {"code", "message", "hint"}}`, unless the command
    /// had already given its one document: then, and for people, it goes to stderr.
    pub fn fail(&mut self, failure: &Failure) -> Exit {
        let message = failure.message.in_lang(self.lang).to_owned();
        let hint = failure.hint.as_ref().map(|hint| hint.in_lang(self.lang).to_owned());
        if self.json && self.answered != Answered::Whole {
            self.answered = Answered::Whole;
            let report = ErrorReport { error: ErrorBody { code: failure.code, message, hint } };
            let text = json_line(&report).expect("three strings are always JSON");
            if self.put(&text).is_ok() {
                return failure.exit;
            }
        } else {
            let word = Text::of("erreur :", "error:");
            self.say(&format!("{} {message}", word.in_lang(self.lang)));
            if let Some(hint) = hint {
                self.say(&format!("  → {hint}"));
            }
        }
        failure.exit
    }

    fn page(&self, draw: impl FnOnce(&mut Page)) -> String {
        let mut page = Page::new(self.lang, self.stdout_coloured, self.stdout_columns);
        draw(&mut page);
        page.into_text()
    }

    fn put(&mut self, text: &str) -> Result<(), Failure> {
        let written = self.stdout.write_all(text.as_bytes()).and_then(|()| self.stdout.flush());
        match written {
            Ok(()) => Ok(()),
            // `liaison members | head -1` is not a failure of the command.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(error) => Err(Failure::setup(
                "output-failed",
                Text::new(
                    format!("la réponse n'a pas pu être écrite : {error}"),
                    format!("the answer could not be written: {error}"),
                ),
            )),
        }
    }

    /// Writes a sentence on stderr; when even that fails there is nobody left to tell.
    ///
    /// Further lines, as a parser's report may have, are set in, so that no quoted name can pass
    /// for a sentence of the program.
    fn say(&mut self, sentence: &str) {
        let mut text = String::new();
        for (at, line) in sentence.lines().enumerate() {
            let line = format!("{}{}", if at > 0 { "    " } else { "" }, page::visible(line));
            for line in page::wrapped(&line, self.stderr_columns, 4) {
                text.push_str(line.trim_end());
                text.push('\n');
            }
        }
        let _unheard = self.stderr.write_all(text.as_bytes()).and_then(|()| self.stderr.flush());
    }
}

/// Returns the columns of a terminal; none for a file or a pipe.
#[cfg(unix)]
fn columns(stream: impl IsTerminal + std::os::fd::AsFd) -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(stream.as_fd()).ok()?;
    Some(usize::from(size.ws_col)).filter(|columns| *columns >= page::COLUMNS_MIN)
}

/// Returns the columns of a terminal: not known on this system.
#[cfg(not(unix))]
fn columns(_stream: impl IsTerminal) -> Option<usize> {
    None
}

#[derive(Serialize)]
struct ErrorReport {
    error: ErrorBody,
}

#[derive(Serialize)]
struct ErrorBody {
    code: &'static str,
    message: String,
    hint: Option<String>,
}

fn json_line(value: &impl Serialize) -> Result<String, Failure> {
    let mut text = serde_json::to_string(value).map_err(|error| {
        Failure::bug(
            "answer-not-json",
            Text::new(
                format!("la réponse ne s'écrit pas en JSON : {error}"),
                format!("the answer cannot be written as JSON: {error}"),
            ),
        )
    })?;
    text.push('\n');
    Ok(text)
}

#[cfg(test)]
pub(crate) mod tests;
