//! What went wrong, told once for people and scripts: every error of this program as a failure.
//!
//! The sentences say what happened and the hints what to do. They never hold a secret or the
//! text of a document, and never the words of our trade.

mod commands;
mod shells;

pub(crate) use commands::{of_bundle, of_command, of_load};
pub(crate) use shells::{home_busy, of_keystore, of_records, of_store};

use console::{Failure, Text};

/// Returns the failure for a running replica that has gone away without saying why.
pub(crate) fn stopped() -> Failure {
    Failure::bug(
        "replica-stopped",
        Text::of("la réplique s'est arrêtée", "the replica has stopped"),
    )
}

/// Returns the failure for an answer of another kind than its question.
pub(crate) fn wrong_reply(question: &str) -> Failure {
    Failure::bug(
        "wrong-reply",
        Text::new(
            format!("réponse inattendue de la réplique à « {question} »"),
            format!("unexpected reply of the replica to “{question}”"),
        ),
    )
}

/// Returns the failure for something that is not there.
pub(crate) fn not_found(code: &'static str, what: Text) -> Failure {
    use console::Lang::{En, Fr};
    let (fr, en) = (what.in_lang(Fr), what.in_lang(En));
    let message = Text::new(format!("introuvable : {fr}"), format!("not found: {en}"));
    Failure::refused(code, message)
}

/// Returns the failure for a file that cannot be read or written.
pub(crate) fn of_file(path: &std::path::Path, error: &std::io::Error) -> Failure {
    let path = path.display();
    Failure::refused(
        "file-failed",
        Text::new(format!("fichier {path} : {error}"), format!("file {path}: {error}")),
    )
}

/// Returns the failure for a system call that should not fail.
pub(crate) fn of_system(code: &'static str, error: &dyn std::fmt::Display) -> Failure {
    Failure::setup(
        code,
        Text::new(format!("le système refuse : {error}"), format!("the system refuses: {error}")),
    )
}
