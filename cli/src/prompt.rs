//! What is asked of a person at a terminal: a passphrase, a yes.
//!
//! A script is never kept waiting: without a terminal, what cannot be asked is an error, and a
//! confirmation is taken as given by the command itself.

use crate::question::Answer;
use console::{Failure, Out, Page, Text};
use std::io::{self, IsTerminal as _, Write as _};
use zeroize::Zeroizing;

/// The variable that holds the passphrase for scripts.
const VARIABLE: &str = "LIAISON_PASSPHRASE";
/// Below this many characters a passphrase is weak, and it is said.
const STRONG_CHARS_MIN: usize = 12;

/// Returns the passphrase of an existing replica.
///
/// # Errors
/// `passphrase-needed` when nobody can be asked.
pub(crate) fn passphrase(out: &mut Out) -> Result<Zeroizing<String>, Failure> {
    match of_variable() {
        Some(passphrase) => Ok(passphrase),
        None => hidden(out, &Text::of("Phrase de passe : ", "Passphrase: ")),
    }
}

/// Returns the passphrase of a new replica, asked for twice.
///
/// # Errors
/// `passphrase-needed`, or `passphrases-differ`.
pub(crate) fn new_passphrase(out: &mut Out) -> Result<Zeroizing<String>, Failure> {
    let passphrase = match of_variable() {
        Some(passphrase) => passphrase,
        None => {
            let first = hidden(out, &Text::of("Phrase de passe : ", "Passphrase: "))?;
            let again = hidden(out, &Text::of("Encore une fois : ", "Once more: "))?;
            if *first != *again {
                return Err(Failure::refused(
                    "passphrases-differ",
                    Text::of("les deux saisies diffèrent", "the two entries differ"),
                ));
            }
            first
        }
    };
    if passphrase.chars().count() < STRONG_CHARS_MIN {
        out.note(&Text::of(
            "Cette phrase de passe est courte : quatre mots tirés au hasard résistent mieux.",
            "This passphrase is short: four words drawn at random resist better.",
        ));
    }
    Ok(passphrase)
}

/// Shows a page before a question; a script is promised one document, and is spared it.
///
/// # Errors
/// When stdout cannot be written.
pub(crate) fn show(out: &mut Out, draw: impl FnOnce(&mut Page)) -> Result<(), Failure> {
    if out.json() { Ok(()) } else { out.line(&(), draw) }
}

/// Gives the answer of a command that may have shown a page before.
///
/// # Errors
/// When stdout cannot be written.
pub(crate) fn conclude(out: &mut Out, answer: &impl Answer) -> Result<(), Failure> {
    if out.json() { out.answer(answer, |_| ()) } else { out.line(&(), |page| answer.draw(page)) }
}

/// Asks for a yes; without a terminal, or for a script, the command itself is one.
///
/// # Errors
/// `not-confirmed`.
pub(crate) fn confirm(out: &mut Out, question: &Text) -> Result<(), Failure> {
    if out.json() || !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Ok(());
    }
    let choices = Text::of("[o/N] ", "[y/N] ");
    let lang = out.lang();
    ask(&format!("{} {}", question.in_lang(lang), choices.in_lang(lang)));
    let mut answer = String::new();
    let read = io::stdin().read_line(&mut answer);
    let answer = answer.trim().to_lowercase();
    if read.is_ok() && ["o", "oui", "y", "yes"].contains(&answer.as_str()) {
        return Ok(());
    }
    Err(Failure::refused("not-confirmed", Text::of("rien n'a été fait", "nothing was done")))
}

/// Takes the passphrase out of the environment; an empty one counts as none.
fn of_variable() -> Option<Zeroizing<String>> {
    std::env::var(VARIABLE).ok().filter(|value| !value.is_empty()).map(Zeroizing::new)
}

fn hidden(out: &Out, label: &Text) -> Result<Zeroizing<String>, Failure> {
    if !io::stdin().is_terminal() {
        return Err(needed());
    }
    ask(label.in_lang(out.lang()));
    let typed = rpassword::read_password().map(Zeroizing::new).map_err(|_| needed())?;
    if typed.is_empty() { Err(needed()) } else { Ok(typed) }
}

fn needed() -> Failure {
    Failure::refused(
        "passphrase-needed",
        Text::of("il faut une phrase de passe", "a passphrase is needed"),
    )
    .with_hint(Text::of(
        "lancez la commande dans un terminal, ou donnez-la par la variable LIAISON_PASSPHRASE ; \
         « init --no-passphrase » s'en passe, à ses risques",
        "run the command in a terminal, or give it in the variable LIAISON_PASSPHRASE; \
         “init --no-passphrase” does without, at its own risk",
    ))
}

/// Writes a question on stderr; when even that fails, the answer will tell.
fn ask(question: &str) {
    let mut stderr = io::stderr();
    let _unheard = write!(stderr, "{question}").and_then(|()| stderr.flush());
}
