//! What went wrong, told once for people and scripts: every error of this program as a failure.
//!
//! The sentences say what happened and the hints what to do. They never hold a secret or the
//! text of a document, and never the words of our trade.

mod commands;
mod shells;

pub(crate) use commands::{hint_named, of_bundle, of_command, of_load, reason_named};
pub(crate) use shells::{home_busy, of_keystore, of_records, of_store};

use console::{Failure, Lang, Text};

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

/// Returns the failure for a file that cannot be read or written.
pub(crate) fn of_file(path: &std::path::Path, error: &std::io::Error) -> Failure {
    let path = path.display();
    let reason = reason(error);
    let (fr, en) = (reason.in_lang(Lang::Fr), reason.in_lang(Lang::En));
    Failure::refused(
        "file-failed",
        Text::new(format!("le fichier {path} : {fr}"), format!("the file {path}: {en}")),
    )
}

/// Returns why the system refuses something about a file or a folder. What people meet is said
/// in both languages; the rest in the system's own words.
pub(crate) fn reason(error: &std::io::Error) -> Text {
    use std::io::ErrorKind;
    let known = [
        (ErrorKind::NotFound, "lui ou son dossier n'existe pas", "it or its folder does not exist"),
        (ErrorKind::PermissionDenied, "l'accès est refusé", "access is denied"),
        (ErrorKind::IsADirectory, "c'est un dossier", "it is a folder"),
        (ErrorKind::NotADirectory, "ce n'est pas un dossier", "it is not a folder"),
        (ErrorKind::AlreadyExists, "il existe déjà", "it exists already"),
        (ErrorKind::StorageFull, "le disque est plein", "the disk is full"),
        (ErrorKind::ReadOnlyFilesystem, "le disque est en lecture seule", "the disk is read-only"),
        (ErrorKind::AddrInUse, "un autre programme l'utilise", "another program uses it"),
    ];
    let found = known.into_iter().find(|(kind, ..)| *kind == error.kind());
    found.map_or_else(|| Text::same(error.to_string()), |(_, fr, en)| Text::of(fr, en))
}

/// Returns the failure for a system call that should not fail.
pub(crate) fn of_system(code: &'static str, error: &dyn std::fmt::Display) -> Failure {
    Failure::setup(
        code,
        Text::new(format!("le système refuse : {error}"), format!("the system refuses: {error}")),
    )
}
