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

/// What was being done to a file when the system refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doing {
    Reading,
    Writing,
}

impl Doing {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Reading => ("être lu", "be read"),
            Self::Writing => ("être écrit", "be written"),
        }
    }
}

/// Returns the failure for a file that cannot be read or written: what was being done, where,
/// and why the system refuses.
pub(crate) fn of_file(doing: Doing, path: &std::path::Path, error: &std::io::Error) -> Failure {
    let path = path.display();
    let reason = reason(error);
    let (fr, en) = (reason.in_lang(Lang::Fr), reason.in_lang(Lang::En));
    let (done_fr, done_en) = doing.words();
    Failure::refused(
        "file-failed",
        Text::new(
            format!("le fichier {path} ne peut pas {done_fr} : {fr}"),
            format!("the file {path} cannot {done_en}: {en}"),
        ),
    )
}

/// Returns why the system refuses something about a file or a folder, in both languages for what
/// people meet, with the system's own number behind it for whoever looks after the machine.
pub(crate) fn reason(error: &std::io::Error) -> Text {
    use std::io::ErrorKind;
    let known = [
        (ErrorKind::NotFound, "lui ou son dossier n'existe pas", "it or its folder does not exist"),
        (ErrorKind::PermissionDenied, "l'accès est refusé", "access is denied"),
        (ErrorKind::IsADirectory, "c'est un dossier", "it is a folder"),
        (ErrorKind::NotADirectory, "ce n'est pas un dossier", "it is not a folder"),
        (ErrorKind::InvalidInput, "ce n'est pas un fichier ordinaire", "it is not a regular file"),
        (ErrorKind::AlreadyExists, "il existe déjà", "it exists already"),
        (ErrorKind::StorageFull, "le disque est plein", "the disk is full"),
        (ErrorKind::ReadOnlyFilesystem, "le disque est en lecture seule", "the disk is read-only"),
        (ErrorKind::AddrInUse, "un autre programme l'utilise", "another program uses it"),
    ];
    // What we refuse ourselves, not what a call of the system finds wrong with its arguments.
    let ours = |kind| kind != ErrorKind::InvalidInput || error.raw_os_error().is_none();
    let found = known.into_iter().find(|(kind, ..)| *kind == error.kind() && ours(*kind));
    let Some((_, fr, en)) = found else {
        return Text::new(
            format!("le système répond « {error} »"),
            format!("the system says “{error}”"),
        );
    };
    // An error that we made ourselves has no number, and nothing more to say.
    match error.raw_os_error() {
        Some(number) => {
            Text::new(format!("{fr} (erreur {number} du système)"), format!("{en} ({error})"))
        }
        None => Text::of(fr, en),
    }
}

/// Returns the failure for the name of an engine that there is none of.
pub(crate) fn of_engine(error: &dyn std::fmt::Display) -> Failure {
    Failure::setup(
        "settings-wrong",
        Text::new(format!("moteur inconnu : {error}"), format!("unknown engine: {error}")),
    )
}

/// Returns the failure for a system call that should not fail, saying what was being done.
pub(crate) fn of_system(
    code: &'static str,
    (fr, en): (&str, &str),
    error: &dyn std::fmt::Display,
) -> Failure {
    Failure::setup(
        code,
        Text::new(
            format!("{fr} : le système répond « {error} »"),
            format!("{en}: the system says “{error}”"),
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;
    use std::path::Path;

    #[test]
    fn what_the_system_refuses_is_told_with_what_was_done_and_where() {
        let error = io::Error::from_raw_os_error(13);
        let failure = of_file(Doing::Writing, Path::new("/mnt/colis"), &error);
        let french = failure.message.in_lang(Lang::Fr);
        assert!(french.contains("/mnt/colis ne peut pas être écrit : l'accès est"), "{french}");
        assert!(french.contains("(erreur 13 du système)"), "{french}");
        let taken = reason(&io::Error::from_raw_os_error(98));
        let french = taken.in_lang(Lang::Fr);
        assert!(french.contains("un autre programme") && !french.contains("Address"), "{french}");
        let rare = io::Error::from_raw_os_error(5);
        let failure = of_file(Doing::Reading, Path::new("colis"), &rare);
        let french = failure.message.in_lang(Lang::Fr);
        assert!(french.contains("ne peut pas être lu : le système répond « "), "{french}");
        let failure = of_system("no-threads", ("lancer un fil", "starting a thread"), &rare);
        let french = failure.message.in_lang(Lang::Fr);
        assert!(french.starts_with("lancer un fil : le système répond"), "{french}");
    }
}
