//! Why a command did not do its work: an exit status, a code for scripts, a sentence for people.
//!
//! A failure is rendered once, by [`crate::Out::fail`]; whoever builds one never prints. Its
//! sentences must never hold a passphrase, a key or the text of a document.

use crate::{Lang, Text};
use std::{fmt, process::ExitCode};

/// The exit status, told apart by who has to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: done.
    Done,
    /// 1: refused, by right, by state, or because nothing of that name was found.
    Refused,
    /// 2: the command line itself is wrong.
    Usage,
    /// 3: the configuration is wrong or the store is damaged.
    Setup,
    /// 4: the relay cannot be reached; local work is kept.
    Unreachable,
    /// 70: the program is wrong (`EX_SOFTWARE` of sysexits.h).
    Bug,
}

impl Exit {
    /// Returns the number that the process exits with.
    #[must_use]
    pub fn status(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Refused => 1,
            Self::Usage => 2,
            Self::Setup => 3,
            Self::Unreachable => 4,
            Self::Bug => 70,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.status())
    }
}

/// What a command returns when it did not do its work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The status to exit with.
    pub exit: Exit,
    /// A stable kebab-case code that scripts compare.
    pub code: &'static str,
    /// What happened, as one sentence.
    pub message: Text,
    /// What to do about it.
    pub hint: Option<Text>,
}

impl Failure {
    /// Returns a failure without a hint.
    ///
    /// # Panics
    ///
    /// In debug builds, when `code` is not kebab-case: scripts rely on its form.
    #[must_use]
    pub fn new(exit: Exit, code: &'static str, message: Text) -> Self {
        debug_assert!(is_kebab_case(code), "a failure code must be kebab-case: {code}");
        Self { exit, code, message, hint: None }
    }

    /// Returns a refusal (status 1).
    #[must_use]
    pub fn refused(code: &'static str, message: Text) -> Self {
        Self::new(Exit::Refused, code, message)
    }

    /// Returns a usage error (status 2).
    #[must_use]
    pub fn usage(code: &'static str, message: Text) -> Self {
        Self::new(Exit::Usage, code, message)
    }

    /// Returns a configuration or storage failure (status 3).
    #[must_use]
    pub fn setup(code: &'static str, message: Text) -> Self {
        Self::new(Exit::Setup, code, message)
    }

    /// Returns the failure to reach a relay (status 4).
    #[must_use]
    pub fn unreachable(code: &'static str, message: Text) -> Self {
        Self::new(Exit::Unreachable, code, message)
    }

    /// Returns a mistake of ours (status 70).
    #[must_use]
    pub fn bug(code: &'static str, message: Text) -> Self {
        Self::new(Exit::Bug, code, message)
    }

    /// Returns the same failure, saying what to do about it.
    #[must_use]
    pub fn with_hint(mut self, hint: Text) -> Self {
        self.hint = Some(hint);
        self
    }
}

impl fmt::Display for Failure {
    /// Writes the French sentence: for logs and `anyhow` chains, never for the screen.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message.in_lang(Lang::Fr), self.code)
    }
}

impl std::error::Error for Failure {}

fn is_kebab_case(code: &str) -> bool {
    !code.is_empty()
        && code.split('-').all(|word| {
            !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_those_of_the_conventions() {
        let exits =
            [Exit::Done, Exit::Refused, Exit::Usage, Exit::Setup, Exit::Unreachable, Exit::Bug];
        assert_eq!(exits.map(Exit::status), [0, 1, 2, 3, 4, 70]);
    }

    #[test]
    fn a_code_is_kebab_case() {
        assert!(is_kebab_case("space-not-found"));
        assert!(is_kebab_case("x25519-refused"));
        for bad in ["", "Space", "space_not_found", "space--found", "-space", "space "] {
            assert!(!is_kebab_case(bad), "{bad:?}");
        }
    }
}
