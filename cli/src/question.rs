//! Questions: what this program asks of a replica, in this process or through its daemon.
//!
//! A question and its answer are plain values with the keys of `--json`. The same code answers
//! in a one-shot command and in the daemon, so that both say the same.

pub(crate) mod failure_form;
mod form;

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

    /// Returns the status to exit with once the answer was given.
    fn exit(&self) -> Exit {
        Exit::Done
    }
}
