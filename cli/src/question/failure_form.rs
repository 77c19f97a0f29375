//! The JSON form of a failure between the daemon and a command: both languages, and the status.

use console::{Exit, Failure, Lang, Text};
use serde::{Deserialize, Serialize};

/// A failure on its way from the daemon.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct FailureForm {
    exit: u8,
    code: String,
    message: Both,
    hint: Option<Both>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Both {
    fr: String,
    en: String,
}

impl From<&Text> for Both {
    fn from(text: &Text) -> Self {
        Self { fr: text.in_lang(Lang::Fr).to_owned(), en: text.in_lang(Lang::En).to_owned() }
    }
}

impl From<Both> for Text {
    fn from(both: Both) -> Self {
        Self::new(both.fr, both.en)
    }
}

impl From<&Failure> for FailureForm {
    fn from(failure: &Failure) -> Self {
        Self {
            exit: failure.exit.status(),
            code: failure.code.to_owned(),
            message: (&failure.message).into(),
            hint: failure.hint.as_ref().map(Both::from),
        }
    }
}

impl From<FailureForm> for Failure {
    fn from(form: FailureForm) -> Self {
        let exits = [Exit::Refused, Exit::Usage, Exit::Setup, Exit::Unreachable];
        let exit = exits.into_iter().find(|exit| exit.status() == form.exit);
        // A command asks little and then ends: the code may live as long as the process.
        let code = String::leak(form.code);
        let failure = Self {
            exit: exit.unwrap_or(Exit::Bug),
            code,
            message: form.message.into(),
            hint: None,
        };
        match form.hint {
            Some(hint) => failure.with_hint(hint.into()),
            None => failure,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_failure_comes_back_as_it_went() {
        let plain = Failure::unreachable("relay-unreachable", Text::of("non joint", "not reached"));
        let hinted = Failure::refused("x", Text::same("y")).with_hint(Text::of("là", "there"));
        for failure in [plain, hinted] {
            let text = serde_json::to_string(&FailureForm::from(&failure)).unwrap();
            let form: FailureForm = serde_json::from_str(&text).unwrap();
            assert_eq!(Failure::from(form), failure);
        }
    }
}
