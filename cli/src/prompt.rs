//! What is asked of a person at a terminal: a passphrase, a yes.
//!
//! A script is never kept waiting: without a terminal, a secret that cannot be asked for is an
//! error. An answer on a pipe is read and obeyed; where stdin is empty, the command itself is the
//! yes, but for steps that call for `--yes`. What a person is to compare first, such as eight
//! words, is never taken as compared: no script passes there without `--yes`.

use crate::question::Answer;
use console::{Failure, Out, Page, Text};
use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _};
use std::sync::mpsc;
use std::time::Duration;
use zeroize::Zeroizing;

/// The variable that holds the passphrase for scripts.
const VARIABLE: &str = "LIAISON_PASSPHRASE";
/// Below this many characters a passphrase is weak, and it is said.
const STRONG_CHARS_MIN: usize = 12;
/// How long an answer may take that does not come from a terminal.
const PIPED_TIME_MAX: Duration = Duration::from_secs(30);
/// Longest answer read.
const ANSWER_BYTES_MAX: u64 = 256;

/// What it means that nobody can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unasked {
    /// The command itself is the yes.
    Goes,
    /// The command must say `--yes`.
    NeedsYes,
    /// Somebody must have compared what is shown: the command must say `--yes`, in JSON too.
    Compared,
}

/// What came back to a question.
#[derive(Debug, PartialEq, Eq)]
enum Heard {
    /// A line.
    Line(String),
    /// Stdin was at its end: nobody is there.
    Nobody,
    /// Something is there and says nothing.
    Silence,
}

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

/// Asks for a yes. A script that wants JSON is taken at its word; what a pipe answers is obeyed.
///
/// # Errors
/// `not-confirmed`, or `yes-needed` where nobody can be asked and the step calls for it.
pub(crate) fn confirm(out: &mut Out, question: &Text, unasked: Unasked) -> Result<(), Failure> {
    if out.json() {
        return judge_json(unasked);
    }
    let terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
    let choices = Text::of("[o/N] ", "[y/N] ");
    let lang = out.lang();
    let question = format!("{} {}", question.in_lang(lang), choices.in_lang(lang));
    if terminal {
        ask(&question);
        return judge(Heard::of(read_line()), Unasked::NeedsYes);
    }
    let heard = piped();
    if heard != Heard::Nobody {
        ask(&format!("{question}\n"));
    }
    judge(heard, unasked)
}

impl Heard {
    fn of(read: io::Result<String>) -> Self {
        match read {
            Ok(line) if line.is_empty() => Self::Nobody,
            Ok(line) => Self::Line(line),
            Err(_) => Self::Nobody,
        }
    }
}

/// A script that wants JSON is taken at its word, but not for what a person compares.
fn judge_json(unasked: Unasked) -> Result<(), Failure> {
    match unasked {
        Unasked::Goes | Unasked::NeedsYes => Ok(()),
        Unasked::Compared => Err(not_compared()),
    }
}

fn judge(heard: Heard, unasked: Unasked) -> Result<(), Failure> {
    match (heard, unasked) {
        (Heard::Line(line), _) => {
            let answer = line.trim().to_lowercase();
            match answer.as_str() {
                "o" | "oui" | "y" | "yes" => Ok(()),
                _ => Err(not_confirmed()),
            }
        }
        (Heard::Nobody, Unasked::Goes) => Ok(()),
        (Heard::Nobody, Unasked::NeedsYes) => Err(yes_needed()),
        (Heard::Nobody, Unasked::Compared) => Err(not_compared()),
        (Heard::Silence, _) => Err(not_confirmed().with_hint(YES_HINT)),
    }
}

const YES_HINT: Text =
    Text::of("« --yes » confirme sans qu'on le demande", "“--yes” confirms without being asked");

fn not_confirmed() -> Failure {
    Failure::refused("not-confirmed", Text::of("rien n'a été fait", "nothing was done"))
}

fn yes_needed() -> Failure {
    Failure::usage(
        "yes-needed",
        Text::of(
            "cette étape ne se reprend pas et personne n'est là pour la confirmer : rien n'a \
             été fait",
            "this step cannot be taken back and nobody is there to confirm it: nothing was done",
        ),
    )
    .with_hint(YES_HINT)
}

fn not_compared() -> Failure {
    Failure::usage(
        "yes-needed",
        Text::of(
            "les huit mots sont à comparer et personne n'est là pour le dire : rien n'a été fait",
            "the eight words are to be compared and nobody is there to say so: nothing was done",
        ),
    )
    .with_hint(Text::of(
        "comparez-les de vive voix, puis relancez avec --yes",
        "compare them in person or by phone, then run again with --yes",
    ))
}

/// Reads what is on stdin when it is no terminal. A pipe that is left open and says nothing must
/// not keep the command for ever: it is read aside.
fn piped() -> Heard {
    let (send, heard) = mpsc::channel();
    std::thread::spawn(move || send.send(Heard::of(read_line())));
    heard.recv_timeout(PIPED_TIME_MAX).unwrap_or(Heard::Silence)
}

/// Reads one line, empty at the end of stdin.
fn read_line() -> io::Result<String> {
    let mut line = String::new();
    io::stdin().lock().take(ANSWER_BYTES_MAX).read_line(&mut line)?;
    Ok(line)
}

/// Takes the passphrase out of the environment; an empty one counts as none.
pub(crate) fn of_variable() -> Option<Zeroizing<String>> {
    std::env::var(VARIABLE).ok().filter(|value| !value.is_empty()).map(Zeroizing::new)
}

fn hidden(out: &Out, label: &Text) -> Result<Zeroizing<String>, Failure> {
    if !io::stdin().is_terminal() {
        return Err(needed());
    }
    ask(label.in_lang(out.lang()));
    let typed = rpassword::read_password().map(Zeroizing::new).map_err(|_| needed())?;
    if typed.is_empty() { Err(empty()) } else { Ok(typed) }
}

/// Says of a passphrase typed at a terminal that there was none.
fn empty() -> Failure {
    Failure::refused(
        "passphrase-needed",
        Text::of("la phrase de passe est vide", "the passphrase is empty"),
    )
    .with_hint(Text::of(
        "relancez la commande et tapez-la : rien ne s'affiche pendant la saisie",
        "run the command again and type it: nothing shows while you type",
    ))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_one() {
        let said = |line: &str| judge(Heard::Line(line.to_owned()), Unasked::Goes);
        for yes in ["o\n", "oui", "Y", " yes \n", "OUI\r\n"] {
            assert_eq!(said(yes), Ok(()), "{yes:?}");
        }
        for no in ["non\n", "\n", "n", "ouais", "oui non"] {
            assert_eq!(said(no).map_err(|failure| failure.code), Err("not-confirmed"), "{no:?}");
        }
    }

    #[test]
    fn nobody_is_a_yes_but_where_the_step_calls_for_one() {
        assert_eq!(judge(Heard::Nobody, Unasked::Goes), Ok(()));
        let refused = judge(Heard::Nobody, Unasked::NeedsYes).map_err(|failure| failure.exit);
        assert_eq!(refused, Err(console::Exit::Usage));
        for refused in [judge(Heard::Nobody, Unasked::Compared), judge_json(Unasked::Compared)] {
            let refused = refused.map_err(|failure| (failure.exit, failure.code));
            assert_eq!(refused, Err((console::Exit::Usage, "yes-needed")));
        }
        assert_eq!(judge_json(Unasked::NeedsYes), Ok(()), "a script said what it wants");
        let silent = judge(Heard::Silence, Unasked::Goes).map_err(|failure| failure.code);
        assert_eq!(silent, Err("not-confirmed"), "a pipe held open is no yes");
    }
}
