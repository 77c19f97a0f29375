//! Usage errors of `clap`, retold as a [`Failure`] in both languages.
//!
//! A wrong command line must come out like every other error: status 2, a stable code, a sentence,
//! a hint, and JSON when JSON was asked for. `clap` only writes English, so its reasons are retold
//! from their parts.

use crate::{Failure, Text};
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Returns the failure that says what is wrong with a command line.
///
/// An argument whose own parser returned a [`Failure`] keeps that failure's words.
#[must_use]
pub fn usage_failure(error: &clap::Error) -> Failure {
    let code = code(error.kind());
    let message = sentence(error);
    let failure = Failure::usage(code, message);
    match advice(error) {
        Some(hint) => failure.with_hint(hint),
        None => failure,
    }
}

/// Returns the stable code of each way a command line can be wrong.
///
/// The list is `clap`'s and not closed: kinds it may add, and those that are no mistake of the
/// reader, share the last code.
fn code(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => "bad-value",
        ErrorKind::UnknownArgument => "unknown-argument",
        ErrorKind::InvalidSubcommand => "unknown-command",
        ErrorKind::NoEquals => "missing-equals",
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            "wrong-number-of-values"
        }
        ErrorKind::ArgumentConflict => "arguments-conflict",
        ErrorKind::MissingRequiredArgument => "missing-argument",
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "missing-command"
        }
        ErrorKind::InvalidUtf8 => "not-utf8",
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::Io
        | ErrorKind::Format
        | _ => "usage",
    }
}

fn sentence(error: &clap::Error) -> Text {
    let arg = word(error, ContextKind::InvalidArg);
    let value = word(error, ContextKind::InvalidValue);
    match code(error.kind()) {
        "bad-value" if value.is_empty() => {
            both(&format!("{arg} attend une valeur"), &format!("{arg} needs a value"))
        }
        "bad-value" => {
            let (fr, en) = reason(error);
            let fr = format!("« {value} » n'est pas accepté pour {arg}{fr}");
            both(&fr, &format!("“{value}” is not accepted for {arg}{en}"))
        }
        "unknown-argument" => {
            both(&format!("argument inconnu : {arg}"), &format!("unknown argument: {arg}"))
        }
        "unknown-command" => {
            let name = word(error, ContextKind::InvalidSubcommand);
            both(&format!("commande inconnue : {name}"), &format!("unknown command: {name}"))
        }
        "missing-equals" => both(
            &format!("{arg} s'écrit avec un signe égal"),
            &format!("{arg} is written with an equals sign"),
        ),
        "wrong-number-of-values" => both(
            &format!("{arg} n'a pas reçu le bon nombre de valeurs"),
            &format!("{arg} was not given the right number of values"),
        ),
        "arguments-conflict" => conflict(error, &arg),
        "missing-argument" => both(&format!("il manque : {arg}"), &format!("missing: {arg}")),
        "missing-command" => both("il manque une commande", "a command is missing"),
        "not-utf8" => both("un argument n'est pas du texte UTF-8", "an argument is not UTF-8 text"),
        _ => both("ligne de commande incomprise", "the command line is not understood"),
    }
}

fn conflict(error: &clap::Error, arg: &str) -> Text {
    let other = word(error, ContextKind::PriorArg);
    if other.is_empty() || other == arg {
        both(
            &format!("{arg} ne peut être donné qu'une fois"),
            &format!("{arg} can only be given once"),
        )
    } else {
        both(&format!("{arg} exclut {other}"), &format!("{arg} excludes {other}"))
    }
}

/// Returns why a value was refused, in both languages, each led by its colon.
fn reason(error: &clap::Error) -> (String, String) {
    let Some(source) = std::error::Error::source(error) else {
        return (String::new(), String::new());
    };
    match source.downcast_ref::<Failure>() {
        Some(failure) => (
            format!(" : {}", failure.message.in_lang(crate::Lang::Fr)),
            format!(": {}", failure.message.in_lang(crate::Lang::En)),
        ),
        None => (format!(" : {source}"), format!(": {source}")),
    }
}

/// Returns what to write instead: a near word, the accepted values, else where the help is.
fn advice(error: &clap::Error) -> Option<Text> {
    let near =
        [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue]
            .into_iter()
            .map(|kind| word(error, kind))
            .find(|near| !near.is_empty());
    if let Some(near) = near {
        return Some(both(&format!("peut-être : {near}"), &format!("perhaps: {near}")));
    }
    let accepted = [ContextKind::ValidValue, ContextKind::ValidSubcommand]
        .into_iter()
        .map(|kind| word(error, kind))
        .find(|accepted| !accepted.is_empty());
    if let Some(accepted) = accepted {
        return Some(both(&format!("au choix : {accepted}"), &format!("one of: {accepted}")));
    }
    let usage = usage(error);
    if code(error.kind()) == "missing-argument" && !usage.is_empty() {
        return Some(both(&format!("on écrit : {usage}"), &format!("write: {usage}")));
    }
    Some(both("l'option --help montre ce qui est attendu", "--help shows what is expected"))
}

/// Returns the line that shows how the command is written, or nothing.
fn usage(error: &clap::Error) -> String {
    let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) else {
        return String::new();
    };
    let usage = usage.to_string();
    let line = usage.split_once(':').map_or(usage.as_str(), |(_, line)| line);
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn word(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(word)) => word.clone(),
        Some(ContextValue::Strings(words)) => words.join(", "),
        // Numbers, booleans and styled text are not words of the reader.
        Some(_) | None => String::new(),
    }
}

fn both(fr: &str, en: &str) -> Text {
    Text::new(fr.to_owned(), en.to_owned())
}
