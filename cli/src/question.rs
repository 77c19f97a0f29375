//! Questions: what this program asks of a replica, in this process or through its daemon.
//!
//! A question and its answer are plain values with the keys of `--json`. The same code answers
//! in a one-shot command and in the daemon, so that both say the same.

pub(crate) mod failure_form;
mod form;

use crate::commands::document::warned::Warned;
use crate::driver::Access;
use console::{Exit, Failure, Page};
pub(crate) use form::{file_form, lang_form};
use serde::{Serialize, de::DeserializeOwned};

/// Something asked of a replica.
pub(crate) trait Question: Serialize + DeserializeOwned + Send + 'static {
    /// Its name in the daemon's addresses.
    const PATH: &'static str;

    /// What comes back.
    type Answer: Answer;

    /// Asks it of a running replica.
    fn answer(self, replica: &Access)
    -> impl Future<Output = Result<Self::Answer, Failure>> + Send;
}

/// An answer: one JSON document for scripts, a page for people.
pub(crate) trait Answer: Serialize + DeserializeOwned + Send + 'static {
    /// Draws the page.
    fn draw(&self, page: &mut Page);

    /// Returns what was written and looks like a person cared for: a person hears of it on stderr.
    fn warnings(&self) -> &[Warned] {
        &[]
    }

    /// Returns the status to exit with once the answer was given.
    fn exit(&self) -> Exit {
        Exit::Done
    }
}

/// Returns what a person reads of an answer, for tests.
#[cfg(test)]
pub(crate) fn drawn(answer: &impl Answer, lang: console::Lang) -> String {
    drawn_by(lang, |page| answer.draw(page))
}

/// Returns what a person reads of a page, for tests.
#[cfg(test)]
pub(crate) fn drawn_by(lang: console::Lang, draw: impl FnOnce(&mut Page)) -> String {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    /// A writer whose content is read afterwards.
    #[derive(Clone, Default)]
    struct Tape(Arc<Mutex<Vec<u8>>>);

    impl Write for Tape {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("one thread").write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let tape = Tape::default();
    let mut out = console::Out::to(tape.clone(), io::sink(), false, lang);
    out.line(&(), draw).expect("a page is written to memory");
    let bytes = tape.0.lock().expect("one thread").clone();
    String::from_utf8(bytes).expect("a page is text")
}
